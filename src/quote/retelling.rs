//! Whether two quotations may render one statement in two translations, which share few words.
//!
//! What speaks for it: the same person, or the body that person speaks for; days of saying that may be the same; a name
//! in both; some shared weight. It is offered as *possibly* and never counted as found: two sentences of one press
//! conference look like this too.

use std::ops::Range;

use super::fold::{Folded, fold};
use super::governed::is_office;
use super::idf::{self, NAT, Weight};
use super::lexicon::{is_name, name_key};
use super::reworded::may_be_retranslation;
use super::stem::stem;
use super::telling::is_verb_of_saying;
use crate::domain::Time;
use crate::domain::time::DAY;

/// Words between a body and the name of whoever speaks for it, at most.
const SPEAKS_FOR: usize = 5;
/// A statement is reported so many days after it was made, at most, where the text does not look back.
const REPORTED_WITHIN: i64 = 2;
/// And so many where it does.
const LOOKS_BACK: i64 = 14;
/// A publication known to so many seconds names a day.
const PRECISE: i64 = 3 * DAY;
/// Weight that must be shared where the day is not known on both sides: so much, or less together with a name that few
/// texts hold.
const MASS_WITHOUT_DAY: (Weight, Weight) = (11 * NAT, 5 * NAT);
/// Weight of a name from which it is such a one: of a town, not of a state.
const TELLING_NAME: Weight = 39 * NAT / 10;
/// Words from `كان` to the verb of saying that it sets back.
const SET_BACK: usize = 8;

/// Parts of a government, folded, without the article; a people beside one makes it a body: الخارجية الروسية.
const OFFICES: [&str; 32] = [
    "خارجيه",
    "دفاع",
    "داخليه",
    "صحه",
    "ماليه",
    "عدل",
    "اعلام",
    "نفط",
    "طاقه",
    "حكومه",
    "جيش",
    "رياسه",
    "برلمان",
    "مخابرات",
    "استخبارات",
    "شرطه",
    "قوات",
    "اركان",
    "foreign",
    "defence",
    "defense",
    "interior",
    "health",
    "finance",
    "government",
    "army",
    "military",
    "parliament",
    "police",
    "presidency",
    "treasury",
    "navy",
];
/// Bodies by their names, folded, without the article of their first word.
const BODIES: [&str; 34] = [
    "كرملين",
    "بنتاغون",
    "بيت الابيض",
    "امم المتحده",
    "اتحاد الاوروبي",
    "اتحاد الافريقي",
    "جامعه العربيه",
    "جامعه الدول العربيه",
    "مجلس الامن",
    "ناتو",
    "حلف شمال الاطلسي",
    "جيش الاسلام",
    "فيلق الرحمن",
    "حزب الله",
    "حماس",
    "هييه تحرير الشام",
    "احرار الشام",
    "صليب الاحمر",
    "هلال الاحمر",
    "منظمه الصحه العالميه",
    "صندوق النقد",
    "بنك الدولي",
    "تحالف العربي",
    "تحالف الدولي",
    "kremlin",
    "pentagon",
    "white house",
    "united nations",
    "european union",
    "state department",
    "red cross",
    "hamas",
    "nato",
    "hezbollah",
];
/// Weekdays from Monday, in both languages, folded.
const WEEKDAYS: [(&str, u32); 14] = [
    ("الاثنين", 0),
    ("الثلاثاء", 1),
    ("الاربعاء", 2),
    ("الخميس", 3),
    ("الجمعه", 4),
    ("السبت", 5),
    ("الاحد", 6),
    ("monday", 0),
    ("tuesday", 1),
    ("wednesday", 2),
    ("thursday", 3),
    ("friday", 4),
    ("saturday", 5),
    ("sunday", 6),
];

/// A body that speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// What makes two namings the same body.
    key: String,
    /// Its words as printed.
    pub words: String,
}

/// Who said it: a person, the body they speak for, or a body itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// The name as a reading took it down.
    pub name: String,
    /// The last word of a person's name, folded; none for bodies.
    surname: Option<String>,
    /// The body itself, or the one spoken for.
    pub body: Option<Body>,
}

/// When something was said, as far as its report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    from: Option<i64>,
    to: Option<i64>,
    /// Whether it is one known day.
    pub known: bool,
}

/// A body named in a text, at the earliest word from `within` on.
fn body_at(folded: &Folded, text: &str, at: usize) -> Option<(Body, Range<usize>)> {
    let bare = without_article(folded.word(at));
    let printed = |words: Range<usize>| text[folded.span(words.start).start..folded.span(words.end - 1).end].to_owned();
    for name in BODIES {
        let mut words = name.split(' ');
        let count = words.clone().count();
        let first = words.next().unwrap_or_default();
        let fits = bare == first
            && at + count <= folded.len()
            && words.enumerate().all(|(offset, word)| folded.word(at + 1 + offset) == word);
        if fits {
            return Some((Body { key: name.to_owned(), words: printed(at..at + count) }, at..at + count));
        }
    }
    if !OFFICES.contains(&bare) {
        return None;
    }
    // وزارة الخارجية الروسية, the Russian Foreign Ministry, رئاسة الأركان التركية.
    let people =
        (at + 1..(at + 3).min(folded.len())).chain(at.checked_sub(1)).find(|&near| is_people(folded, near, text))?;
    let words = at.min(people)..at.max(people) + 1;
    let office = match bare {
        "defense" => "defence",
        office => office,
    };
    Some((Body { key: format!("{office} {:x}", name_key(folded.word(people))), words: printed(words.clone()) }, words))
}

/// A people or state: a name that the list holds; capitals alone do not make one.
fn is_people(folded: &Folded, at: usize, text: &str) -> bool {
    is_name(folded, at, text) && !OFFICES.contains(&without_article(folded.word(at)))
}

fn without_article(word: &str) -> &str {
    let word = word.strip_prefix(['و', 'ب', 'ل']).filter(|rest| rest.starts_with("ال")).unwrap_or(word);
    let word = word.strip_prefix("لل").filter(|rest| rest.chars().nth(2).is_some()).unwrap_or(word);
    word.strip_prefix("ال").filter(|rest| rest.chars().nth(1).is_some()).unwrap_or(word)
}

impl Figure {
    /// Makes out who `speaker` is; `article` is the text in which a role may stand beside the name.
    pub fn of(speaker: &str, article: &str) -> Figure {
        let named = fold(speaker);
        if let Some((body, _)) = (0..named.len()).find_map(|at| body_at(&named, speaker, at)) {
            return Figure { name: speaker.to_owned(), surname: None, body: Some(body) };
        }
        let surname = named.len().checked_sub(1).map(|last| named.word(last).to_owned());
        let Some(surname) = surname.filter(|name| name.chars().nth(2).is_some()) else {
            return Figure { name: speaker.to_owned(), ..Figure::default() };
        };
        let folded = fold(article);
        let mut body = None;
        for at in (0..folded.len()).filter(|&at| folded.word(at) == surname) {
            let from = at.saturating_sub(SPEAKS_FOR + named.len());
            // The body nearest before the name: المتحدثة باسم الخارجية الروسية ماريا زاخاروفا.
            body = (from..at).rev().find_map(|before| {
                let (body, words) = body_at(&folded, article, before)?;
                let between = article.get(folded.span(words.end - 1).end..folded.span(at).start)?;
                (!between.contains(['.', '،', ',', '\n', '"', '«', '“'])).then_some(body)
            });
            if body.is_some() {
                break;
            }
        }
        Figure { name: speaker.to_owned(), surname: Some(surname), body }
    }

    /// What two figures have in common, in words; `None` where they may be anybody.
    pub fn same(&self, other: &Figure) -> Option<String> {
        if let (Some(one), Some(two)) = (&self.surname, &other.surname) {
            return (one == two && one.chars().nth(3).is_some()).then(|| format!("said by {}", other.name));
        }
        let (one, two) = (self.body.as_ref()?, other.body.as_ref()?);
        (one.key == two.key).then(|| {
            let speaks = |figure: &Figure, body: &Body| match figure.surname {
                Some(_) => format!("{} for {}", figure.name, body.words),
                None => figure.name.clone(),
            };
            format!("said by {} and {}", speaks(self, one), speaks(other, two))
        })
    }

    /// Whether somebody of this name may be the same figure, as far as the name alone tells.
    pub fn may_be(&self, name: &str) -> bool {
        let other = Figure::of(name, "");
        match (&self.surname, &other.surname) {
            (Some(one), Some(two)) => one == two,
            // A person may speak for the body; only the article tells.
            (None, Some(_)) => self.body.is_some(),
            _ => self.body.is_some() && other.body.is_some(),
        }
    }

    /// What to look for in the index: the surname, the words of the body.
    pub fn ways(&self) -> Vec<String> {
        let body = self.body.as_ref().map(|body| body.words.clone());
        self.surname.clone().into_iter().chain(body).collect()
    }
}

/// Whether all these names are one person's: the longest has two words or more, each of the others ends it, and none of
/// its words is an office or a body.
pub fn is_one_person(names: &[&str]) -> bool {
    let folded: Vec<Vec<String>> = names.iter().map(|name| fold(name).words().map(str::to_owned).collect()).collect();
    let Some(longest) = folded.iter().max_by_key(|words| words.len()).filter(|words| words.len() > 1) else {
        return false;
    };
    let role = |word: &String| {
        let bare = without_article(word);
        OFFICES.contains(&bare)
            || is_office(bare)
            || matches!(bare, "spokesman" | "spokeswoman" | "official" | "minister" | "source")
    };
    !longest.iter().any(role)
        && Figure::of(&longest.join(" "), "").body.is_none()
        && folded.iter().all(|words| !words.is_empty() && longest.ends_with(words))
}

impl Said {
    /// Reads when something was said: a weekday, today or yesterday in `block` beside a known publication; else the
    /// days before publication.
    ///
    /// `within` is where in the block the quotation stands: what it says itself dates nothing.
    pub fn of(block: &str, within: Range<usize>, published: Option<&Time>, captured: &Time) -> Said {
        let folded = fold(block);
        let words = || folded.words();
        let bounds = published.map_or((None, captured.to), |time| (time.from, time.to.or(captured.to)));
        if let (Some(from), Some(to)) = bounds
            && to - from <= PRECISE
        {
            let day = (from + (to - from) / 2).div_euclid(DAY);
            // 1 January 1970 was a Thursday.
            let weekday = (day + 3).rem_euclid(7);
            let mut named: Vec<i64> = words()
                .filter_map(|word| {
                    WEEKDAYS.iter().find(|(name, _)| *name == word || Some(*name) == word.strip_prefix('و'))
                })
                .map(|(_, number)| (weekday - i64::from(*number)).rem_euclid(7))
                .collect();
            if named.is_empty() {
                named.extend(words().filter_map(|word| match word {
                    "امس" | "yesterday" => Some(1),
                    "اليوم" | "today" => Some(0),
                    _ => None,
                }));
            }
            named.sort_unstable();
            named.dedup();
            if let [ago] = named.as_slice() {
                let from = (day - ago) * DAY;
                return Said { from: Some(from), to: Some(from + DAY), known: true };
            }
        }
        let reported = |at: usize| folded.span(at).end <= within.start || folded.span(at).start >= within.end;
        let sets_back = |at: usize| matches!(folded.word(at), "كان" | "وكان" | "كانت" | "وكانت" | "سبق" | "had");
        let looks_back = (0..folded.len()).filter(|&at| reported(at) && sets_back(at)).any(|at| {
            (at + 1..folded.len().min(at + 1 + SET_BACK))
                .any(|next| reported(next) && is_verb_of_saying(folded.word(next)))
        });
        let days = if looks_back { LOOKS_BACK } else { REPORTED_WITHIN };
        Said { from: bounds.0.map(|from| from.saturating_sub(days * DAY)), to: bounds.1, known: false }
    }

    /// From when, and before when, another report of it may have been published: [`Said::of`] any report published
    /// outside these times lies more than a day from this one.
    pub fn reported_within(&self) -> (Option<i64>, Option<i64>) {
        let to = self.to.map(|to| to.saturating_add((LOOKS_BACK + 2) * DAY));
        (self.from.map(|from| from.saturating_sub(2 * DAY)), to)
    }

    /// How many days lie between the two at least; 0 where they may be the same.
    pub fn days_to(&self, other: &Said) -> i64 {
        let gap = |end: Option<i64>, start: Option<i64>| match (end, start) {
            (Some(end), Some(start)) if end <= start => (start - end).div_euclid(DAY) + 1,
            _ => 0,
        };
        gap(self.to, other.from).max(gap(other.to, self.from))
    }
}

/// Why two quotations may be one statement, in words; `None` where too little speaks for it.
///
/// `names` are those in both, `mass` is the weight that both share.
pub fn why_possibly(one: (&Figure, &Said), other: (&Figure, &Said), names: &[String], mass: Weight) -> Option<String> {
    let same = one.0.same(other.0)?;
    let days = one.1.days_to(other.1);
    let known = one.1.known && other.1.known;
    let own: Vec<u64> =
        [one.0, other.0].iter().flat_map(|figure| figure.ways()).flat_map(|words| keys(&words)).collect();
    let told: Vec<&String> = names.iter().filter(|name| !keys(name).iter().any(|key| own.contains(key))).collect();
    let telling = |name: &&&String| fold(name).words().any(|word| idf::weight(stem(word)) >= TELLING_NAME);
    let heavy = mass >= MASS_WITHOUT_DAY.0 || (mass >= MASS_WITHOUT_DAY.1 && told.iter().any(|name| telling(&name)));
    let enough = may_be_retranslation(true, Some(days), told.len(), mass) && (known || heavy);
    enough.then(|| {
        let day = match (known, days) {
            (true, 0) => "on the same day",
            (true, _) => "on one day or the next",
            _ => "on days that may be the same",
        };
        let list: Vec<&str> = told.iter().map(|name| name.as_str()).collect();
        format!("may be the same statement in another translation: {same}, {day}; both name {}", list.join(", "))
    })
}

fn keys(words: &str) -> Vec<u64> {
    fold(words).words().map(name_key).collect()
}

/// The names that a quotation holds, as printed, each once.
pub fn names_in(folded: &Folded, text: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut names = Vec::new();
    for at in (0..folded.len()).filter(|&at| is_name(folded, at, text)) {
        let key = name_key(folded.word(at));
        if !seen.contains(&key) {
            seen.push(key);
            names.push(text[folded.span(at)].to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Basis;

    #[test]
    fn the_lists_hold_folded_words() {
        for words in OFFICES.into_iter().chain(BODIES).chain(WEEKDAYS.map(|(word, _)| word)) {
            assert!(fold(words).words().eq(words.split(' ')), "{words} never meets folded words");
        }
    }

    const ROLE: &str = "قالت المتحدثة باسم الخارجية الروسية ماريا زاخاروفا، في مؤتمر صحافي، إن الوضع هادئ.";

    #[test]
    fn a_spokeswoman_speaks_for_her_ministry() {
        let person = Figure::of("ماريا زاخاروفا", ROLE);
        assert_eq!(person.body.as_ref().map(|body| body.words.as_str()), Some("الخارجية الروسية"));
        let ministry = Figure::of("وزارة الخارجية الروسية", "");
        assert!(person.same(&ministry).is_some() && ministry.same(&person).is_some());
        assert_eq!(ministry.same(&Figure::of("وزارة الخارجية الأمريكية", "")), None);
        assert_eq!(ministry.same(&Figure::of("وزارة الدفاع الروسية", "")), None);
        assert_eq!(person.same(&Figure::of("سيرغي لافروف", "قال وزير الخارجية الروسي سيرغي لافروف إن")), None);
        assert!(person.same(&Figure::of("زاخاروفا", "")).is_some());
        assert_eq!(Figure::of("الناطق", "").same(&person), None);
    }

    #[test]
    fn english_bodies_are_known_too() {
        let (one, other) = (
            Figure::of("Jane Doe", "the Russian Foreign Ministry spokeswoman Jane Doe said"),
            Figure::of("Russian Foreign Ministry", ""),
        );
        assert!(one.same(&other).is_some(), "{one:?} {other:?}");
    }

    fn day(day: &str) -> Time {
        Time::day(day.parse().unwrap(), Basis::Meta)
    }

    #[test]
    fn a_weekday_beside_a_known_publication_is_a_day() {
        let captured = day("2024-06-01");
        let said = |block, published: Option<&str>| Said::of(block, 0..0, published.map(day).as_ref(), &captured);
        let (thursday, other) = (said("قال الخميس إن", Some("2018-03-31")), said("قال أمس إن", Some("2018-03-30")));
        assert!(thursday.known && other.known);
        assert_eq!(thursday.days_to(&other), 0);
        assert_eq!(thursday.days_to(&said("قال اليوم", Some("2018-03-31"))), 2);
        let back = said("وكانت الوزارة أكدت أن", Some("2018-04-06"));
        assert!(!back.known && back.days_to(&thursday) == 0);
        assert!(said("أكدت الوزارة أن", Some("2018-04-06")).days_to(&thursday) > 1);
        let quoted = "وأكدت الوزارة أن «الصاروخ كان باتجاه المدينة»";
        let within = quoted.find('ا').unwrap_or_default()..quoted.len();
        let said_in_quotation = Said::of(quoted, within, Some(&day("2018-04-06")), &captured);
        assert!(said_in_quotation.days_to(&thursday) > 1, "the quotation itself sets nothing back");
        assert_eq!(said("أكدت الوزارة أن", None).days_to(&thursday), 0);
    }

    #[test]
    fn whatever_was_published_outside_the_times_is_days_away() {
        let captured = day("2024-06-01");
        let blocks = ["قال الخميس إن", "قال أمس إن", "قال اليوم", "وكانت الوزارة أكدت", "أكدت الوزارة"];
        let dates: Vec<Time> = (1..60).map(|number| Time::at_second(number * DAY + 7_000, Basis::Meta)).collect();
        for (block, date) in blocks.iter().flat_map(|block| dates.iter().map(move |date| (block, date))) {
            let said = Said::of(block, 0..0, Some(date), &captured);
            let (from, to) = said.reported_within();
            for (other, published) in blocks.iter().flat_map(|block| dates.iter().map(move |date| (block, date))) {
                let outside = from.is_some_and(|from| published.to.unwrap() <= from)
                    || to.is_some_and(|to| published.from.unwrap() >= to);
                let days = said.days_to(&Said::of(other, 0..0, Some(published), &captured));
                assert!(!outside || days > 1, "{block} {date:?} {other} {published:?}");
            }
        }
    }

    #[test]
    fn it_takes_figure_day_name_and_weight() {
        let (one, other) = (Figure::of("ماريا زاخاروفا", ROLE), Figure::of("وزارة الخارجية الروسية", ""));
        let captured = day("2024-06-01");
        let said = Said::of("قالت الخميس", 0..0, Some(&day("2018-03-31")), &captured);
        let later = Said::of("قالت الاثنين", 0..0, Some(&day("2018-04-03")), &captured);
        let names = ["الغوطة".to_owned()];
        assert!(why_possibly((&one, &said), (&other, &said), &names, 5 * NAT).is_some());
        assert_eq!(why_possibly((&one, &said), (&other, &later), &names, 50 * NAT), None);
        assert_eq!(why_possibly((&one, &said), (&other, &said), &[], 50 * NAT), None);
        assert_eq!(
            why_possibly((&one, &said), (&other, &said), &["الروسية".to_owned()], 50 * NAT),
            None,
            "its own name"
        );
        let undated = Said::of("قالت", 0..0, None, &captured);
        assert_eq!(why_possibly((&one, &said), (&other, &undated), &names, 4 * NAT), None);
        assert!(why_possibly((&one, &said), (&other, &undated), &names, 12 * NAT).is_some());
    }
}
