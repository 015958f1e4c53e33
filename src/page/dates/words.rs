//! Words of dates in many languages: the tables of `data/` and how a word is folded before it is looked up.

use std::collections::HashMap;
use std::sync::LazyLock;

/// When a month name counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// With a day number beside it.
    Free,
    /// Likewise; in running text only with a capital letter (`May`, not `may`).
    Capital,
    /// Only with day and year.
    WithYear,
    /// A Solar Hijri month; only with day and year.
    Solar,
}

/// A month as a name says it. Two calendars can share a name (`آذر`, `آذار` do not fold together, so none does here).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MonthName {
    /// 1 to 12.
    pub(super) number: u32,
    /// When it counts.
    pub(super) class: Class,
}

/// What a word near a date tells about its relation to the telling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cue(u16);

impl Cue {
    pub(super) const TODAY: Cue = Cue(1);
    pub(super) const NOT_TODAY: Cue = Cue(2);
    pub(super) const FUTURE_AFTER: Cue = Cue(4);
    pub(super) const PAST_AFTER: Cue = Cue(8);
    pub(super) const FUTURE: Cue = Cue(16);
    pub(super) const THAT: Cue = Cue(32);
    pub(super) const PAST: Cue = Cue(64);
    pub(super) const NOT_FUTURE: Cue = Cue(128);
    pub(super) const MAYBE_FUTURE: Cue = Cue(256);
    pub(super) const SAID: Cue = Cue(512);

    /// Whether this word gives the cue `other`.
    pub(super) fn is(self, other: Cue) -> bool {
        self.0 & other.0 != 0
    }

    fn named(name: &str) -> Option<Cue> {
        Some(match name {
            "today" => Cue::TODAY,
            "not-today" => Cue::NOT_TODAY,
            "future-after" => Cue::FUTURE_AFTER,
            "past-after" => Cue::PAST_AFTER,
            "future" => Cue::FUTURE,
            "that" => Cue::THAT,
            "past" => Cue::PAST,
            "not-future" => Cue::NOT_FUTURE,
            "maybe-future" => Cue::MAYBE_FUTURE,
            "said" => Cue::SAID,
            _ => return None,
        })
    }
}

/// Folds one word into `out`: letter variants of Arabic and Persian, case, marks and joiners.
pub(crate) fn fold_into(word: &str, out: &mut String) {
    out.clear();
    for c in word.chars() {
        match c {
            'a'..='z' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي' | 'ا' => out.push(c),
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' | 'ی' | 'ې' => out.push('ي'),
            'ة' | 'ە' | 'ۀ' => out.push('ه'),
            'ک' => out.push('ك'),
            '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200b}'..='\u{200f}' | '\u{300}'..='\u{36f}' => {}
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '\u{600}'..='\u{6ff}' => out.push(c),
            'İ' => out.push('i'),
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// As [`fold_into`], into a string of its own.
pub(crate) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    fold_into(word, &mut out);
    out
}

/// The lines of a word list that are no comment.
pub(crate) fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

static MONTHS: LazyLock<HashMap<String, MonthName>> = LazyLock::new(|| {
    let mut months = HashMap::new();
    for line in entries(include_str!("../data/months.txt")) {
        let mut words = line.split_whitespace();
        let class = match words.next() {
            Some("ar") => Class::Free,
            Some("en") => Class::Capital,
            Some("sh") => Class::Solar,
            _ => Class::WithYear,
        };
        let Some(number) = words.next().and_then(|word| word.parse().ok()) else { continue };
        for word in words {
            months.entry(fold(word)).or_insert(MonthName { number, class });
        }
    }
    months
});

static WEEKDAYS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| numbered(include_str!("../data/weekdays.txt")));

static ORDINALS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| numbered(include_str!("../data/ordinals.txt")));

static CUES: LazyLock<HashMap<String, Cue>> = LazyLock::new(|| {
    let mut cues: HashMap<String, Cue> = HashMap::new();
    for line in entries(include_str!("../data/cues.txt")) {
        let mut words = line.split_whitespace();
        let Some(cue) = words.next().and_then(Cue::named) else { continue };
        for word in words {
            cues.entry(fold(word)).or_default().0 |= cue.0;
        }
    }
    cues
});

fn numbered(list: &'static str) -> HashMap<String, u32> {
    let mut table = HashMap::new();
    for line in entries(list) {
        let mut words = line.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse().ok()) else { continue };
        for word in words {
            table.insert(fold(word), number);
        }
    }
    table
}

/// The month of a folded name; `first_second` is two words joined by `_`.
pub(super) fn month(folded: &str) -> Option<MonthName> {
    MONTHS.get(folded).copied()
}

/// Folded letters with which a month name can begin, by their place in the Arabic block.
static ARABIC_INITIALS: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let mut initials = [false; 256];
    for c in MONTHS.keys().filter_map(|name| name.chars().next()) {
        if let Some(place) = u32::from(c).checked_sub(0x600).and_then(|place| initials.get_mut(place as usize)) {
            *place = true;
        }
    }
    initials
});

/// Whether a word printed with this first letter may be a month name; `true` where only a look at the word tells.
pub(super) fn may_begin_with(c: char) -> bool {
    match c {
        'أ' | 'إ' | 'آ' | 'ا' | 'ک' | 'ی' => true,
        '\u{600}'..='\u{6ff}' => ARABIC_INITIALS[(u32::from(c) - 0x600) as usize],
        _ => true,
    }
}

/// Whether a folded word can begin a month name: one itself, or the first of two words.
pub(super) fn may_begin_month(folded: &str) -> bool {
    matches!(folded, "كانون" | "تشرين") || MONTHS.contains_key(folded)
}

/// The weekday of a folded name, Monday = 0.
pub(crate) fn weekday(folded: &str) -> Option<u32> {
    WEEKDAYS.get(folded).copied()
}

/// The number of a folded Arabic ordinal (unit, ten, twenty, thirty).
pub(super) fn ordinal(folded: &str) -> Option<u32> {
    ORDINALS.get(folded).copied()
}

/// What a folded word tells; a leading "and" (و, ف) does not hide it.
pub(super) fn cue(folded: &str) -> Cue {
    let table = &*CUES;
    if let Some(cue) = table.get(folded) {
        return *cue;
    }
    folded
        .strip_prefix(['و', 'ف'])
        .filter(|rest| rest.chars().count() > 2)
        .and_then(|rest| table.get(rest))
        .copied()
        .unwrap_or_default()
}
