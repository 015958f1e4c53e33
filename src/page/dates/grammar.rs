//! How a date is written: day, month and year around a month name, or numbers alone.

use chrono::{Datelike, NaiveDate};

use super::solar;
use super::tokens::{Kind, Token};
use super::words::{self, Class, Cue};

/// Where a date stands among tokens and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// Index of the first token of the date, of its weekday or its "today".
    pub(super) first: usize,
    /// Index after the last token.
    pub(super) next: usize,
    pub(super) said: Said,
    pub(super) weekday: Option<u32>,
    pub(super) today: bool,
}

/// The date itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The days it can mean: one, or two where day and month could be swapped. Sorted.
    Days(Vec<NaiveDate>),
    /// Month and day without a year.
    DayOfYear(u32, u32),
}

/// How careful to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// Running text: names that are other words too need more around them.
    Prose,
    /// A label or an element that holds a date.
    Printed,
}

/// Years that a printed Gregorian date can have.
fn is_year(year: u32) -> bool {
    (1500..=2100).contains(&year)
}

/// A month name at `at`, with its second name (`فبراير/شباط`, `مارس (آذار)`): number, class, token after it.
fn month_at(tokens: &[Token], at: usize) -> Option<(u32, Class, usize)> {
    let (month, mut next) = single_month(tokens, at)?;
    let separator = tokens.get(next).and_then(Token::mark);
    if matches!(separator, Some('/' | '(' | '-' | '–' | '،' | '['))
        && let Some((second, after)) = single_month(tokens, next + 1)
        && second.number == month.number
    {
        next = after;
        if matches!(tokens.get(next).and_then(Token::mark), Some(')' | ']')) {
            next += 1;
        }
    }
    Some((month.number, month.class, next))
}

fn single_month(tokens: &[Token], at: usize) -> Option<(words::MonthName, usize)> {
    let word = tokens.get(at)?.word()?;
    if matches!(word, "كانون" | "تشرين") {
        let second = tokens.get(at + 1)?.word()?;
        return Some((words::month(&format!("{word}_{second}"))?, at + 2));
    }
    Some((words::month(word)?, at + 1))
}

/// Reads the date around the month name at token `at`. `text` tells how the month was printed.
pub(super) fn around_month(text: &str, tokens: &[Token], at: usize, setting: Setting) -> Option<Match> {
    let (month, class, after_month) = month_at(tokens, at)?;
    if setting == Setting::Prose && !printed_as_month(text, tokens, at, class, after_month) {
        return None;
    }
    let (day, first, next) = if let Some((day, first)) = day_before(tokens, at) {
        (day, first, after_month)
    } else {
        let (day, next) = day_after(tokens, at, after_month)?;
        (day, at, next)
    };
    let (year, next) = match year_after(tokens, next) {
        Year::Some(year, next) => (Some(year), next),
        Year::None => (None, next),
        Year::OtherCalendar => (None, usize::MAX),
    };
    let said = match (class, year) {
        (Class::Solar, _) => {
            let (year, _) = solar_year(tokens, if first < at { after_month } else { next })?;
            Said::Days(vec![solar::to_gregorian(year, month, day)?])
        }
        _ if next == usize::MAX => return None,
        (_, Some(year)) => Said::Days(vec![NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?]),
        (Class::WithYear, None) => return None,
        (_, None) if first == at && !tokens[at].word()?.is_ascii() => return None,
        // 2000 was a leap year: 29 February exists in some year.
        (_, None) => {
            NaiveDate::from_ymd_opt(2000, month, day)?;
            Said::DayOfYear(month, day)
        }
    };
    let next = if class == Class::Solar { solar_year(tokens, after_month)?.1 } else { next };
    Some(with_weekday(tokens, Match { first, next, said, weekday: None, today: false }))
}

/// Whether a word that is also something else was printed as a month.
fn printed_as_month(text: &str, tokens: &[Token], at: usize, class: Class, next: usize) -> bool {
    match &tokens[at].kind {
        Kind::Word(_, capital) if class == Class::Capital => *capital,
        // أب is a father, آب is August; without its madda the second name or a year has to say so.
        Kind::Word(word, _) if word == "اب" => {
            text[tokens[at].start..tokens[at].end].contains(['آ', '\u{653}'])
                || next > at + 1
                || matches!(year_after(tokens, next), Year::Some(..))
        }
        _ => true,
    }
}

/// A day number or spelled ordinal that ends right before token `at`: the day and its first token.
fn day_before(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let mut end = at;
    let mut fillers = 0;
    while end > 0 && fillers < 3 && is_day_filler(&tokens[end - 1]) {
        end -= 1;
        fillers += 1;
    }
    let last = end.checked_sub(1)?;
    if let Some(day) = tokens[last].number(1, 2) {
        let glued = last > 0
            && matches!(tokens[last - 1].mark(), Some(':' | '.' | ',' | '٫' | '/'))
            && tokens[last - 1].end == tokens[last].start
            && last > 1
            && tokens[last - 2].number(1, 9).is_some();
        return ((1..=31).contains(&day) && !glued).then_some((day, last));
    }
    if fillers == 0 {
        return None;
    }
    spelled_day(tokens, last)
}

fn is_day_filler(token: &Token) -> bool {
    match &token.kind {
        Kind::Word(word, _) => matches!(
            word.as_str(),
            "من" | "شهر" | "of" | "de" | "du" | "del" | "di" | "da" | "st" | "nd" | "rd" | "th" | "er" | "e" | "os"
        ),
        Kind::Mark(mark) => matches!(mark, '.' | '-' | 'º' | 'ª' | '°'),
        Kind::Number(..) => false,
    }
}

/// `السادس والعشرين`, `الثامن عشر`, `العاشر`, ending at token `last`.
fn spelled_day(tokens: &[Token], last: usize) -> Option<(u32, usize)> {
    let word = tokens[last].word()?;
    let unit = |at: Option<usize>| {
        let at = at?;
        words::ordinal(tokens[at].word()?).filter(|unit| *unit < 10).map(|unit| (unit, at))
    };
    if word == "عشر" {
        let (unit, at) = unit(last.checked_sub(1))?;
        return Some((unit + 10, at));
    }
    if let Some(ten) = word.strip_prefix('و').and_then(words::ordinal).filter(|ten| *ten >= 20) {
        let (unit, at) = unit(last.checked_sub(1))?;
        return (unit + ten <= 31).then_some((unit + ten, at));
    }
    words::ordinal(word).map(|day| (day, last))
}

/// `March 30`, `أغسطس 3`: the day after the month, and the token after it.
fn day_after(tokens: &[Token], at: usize, after_month: usize) -> Option<(u32, usize)> {
    let mut next = after_month;
    let abbreviation = tokens[at].end - tokens[at].start <= 4 && next == at + 1;
    if abbreviation && matches!(tokens.get(next).and_then(Token::mark), Some('.')) {
        next += 1;
    }
    let day = tokens.get(next)?.number(1, 2).filter(|day| (1..=31).contains(day))?;
    next += 1;
    // A time of day or a decimal is no day of the month.
    if matches!(tokens.get(next).and_then(Token::mark), Some(':' | '%' | '٪'))
        || (matches!(tokens.get(next).and_then(Token::mark), Some('.' | '٫'))
            && tokens
                .get(next + 1)
                .is_some_and(|token| token.number(1, 9).is_some() && token.start == tokens[next].end))
    {
        return None;
    }
    if matches!(tokens.get(next).and_then(Token::word), Some("st" | "nd" | "rd" | "th")) {
        next += 1;
    }
    Some((day, next))
}

/// What stands where a year would.
enum Year {
    Some(u32, usize),
    None,
    OtherCalendar,
}

fn year_after(tokens: &[Token], mut next: usize) -> Year {
    let mut fillers = 0;
    while let Some(token) = tokens.get(next).filter(|_| fillers < 3) {
        let skip = match &token.kind {
            Kind::Mark(mark) => {
                matches!(mark, ',' | '،' | '-' | '/' | '٬') || (*mark == '.' && is_abbreviated(tokens, next))
            }
            Kind::Word(word, _) => matches!(
                word.as_str(),
                "عام" | "العام" | "سنه" | "لعام" | "لسنه" | "من" | "de" | "del" | "of" | "st" | "th" | "в"
            ),
            Kind::Number(..) => false,
        };
        if !skip {
            break;
        }
        next += 1;
        fillers += 1;
    }
    let Some(year) = tokens.get(next).and_then(|token| token.number(4, 4)) else { return Year::None };
    let era = tokens.get(next + 1).and_then(Token::word);
    if matches!(era, Some("ه" | "هجري" | "هجريه" | "ah" | "هج")) || (1300..1500).contains(&year) {
        return Year::OtherCalendar;
    }
    if is_year(year) { Year::Some(year, next + 1 + usize::from(era == Some("م"))) } else { Year::None }
}

/// Whether the full stop at `at` ends a short Latin month name and no sentence.
fn is_abbreviated(tokens: &[Token], at: usize) -> bool {
    at > 0
        && matches!(&tokens[at - 1].kind, Kind::Word(word, _) if word.chars().count() <= 5 && !word.starts_with('ا'))
        && tokens[at - 1].end == tokens[at].start
}

fn solar_year(tokens: &[Token], mut next: usize) -> Option<(i32, usize)> {
    while matches!(tokens.get(next)?.mark(), Some(',' | '،' | '-' | '/'))
        || matches!(tokens.get(next)?.word(), Some("ماه" | "سال"))
    {
        next += 1;
    }
    let year = tokens.get(next)?.number(4, 4)?;
    Some((i32::try_from(year).ok()?, next + 1))
}

/// Reads three numbers that start at token `at`: `31/03/2018`, `2018-03-31`, `31.3.2018`.
pub(super) fn numeric(text: &str, tokens: &[Token], at: usize, setting: Setting) -> Option<Match> {
    let [a, first, b, second, c] = tokens.get(at..at + 5)? else { return None };
    let separator = first.mark().filter(|mark| matches!(mark, '/' | '-' | '.' | '‐' | '‑'))?;
    let gap = |left: &Token, right: &Token| right.start - left.end;
    let gaps = [gap(a, first), gap(first, b), gap(b, second), gap(second, c)];
    let spaced = separator == '/' && gaps.iter().all(|gap| *gap <= 1);
    if second.mark() != Some(separator) || !(spaced || gaps.iter().all(|gap| *gap == 0)) {
        return None;
    }
    if is_part_of_more(tokens, at, separator) {
        return None;
    }
    let days = if let (Some(year), Some(month), Some(day)) = (a.number(4, 4), b.number(1, 2), c.number(1, 2)) {
        year_first(&text[a.start..a.end], year, month, day)?
    } else {
        let (x, y) = (a.number(1, 2)?, b.number(1, 2)?);
        let year = i32::try_from(c.number(4, 4).filter(|year| (1900..=2100).contains(year))?).ok()?;
        let day_first = NaiveDate::from_ymd_opt(year, y, x);
        let month_first = NaiveDate::from_ymd_opt(year, x, y).filter(|_| separator != '.');
        let mut days: Vec<NaiveDate> = day_first.into_iter().chain(month_first).collect();
        days.sort_unstable();
        days.dedup();
        days
    };
    let found =
        with_weekday(tokens, Match { first: at, next: at + 5, said: Said::Days(days), weekday: None, today: false });
    settle(found, setting, text, at, tokens)
}

fn year_first(printed: &str, year: u32, month: u32, day: u32) -> Option<Vec<NaiveDate>> {
    let year = i32::try_from(year).ok()?;
    // Extended Arabic-Indic digits are Persian: 1397 is a Solar Hijri year there.
    if (1300..1450).contains(&year) && printed.starts_with(|c| matches!(c, '\u{6f0}'..='\u{6f9}')) {
        return Some(vec![solar::to_gregorian(year, month, day)?]);
    }
    (1900..=2100).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten().map(|day| vec![day])
}

/// Lets a weekday choose between two readings, and Arabic prose be day first.
fn settle(mut found: Match, setting: Setting, text: &str, at: usize, tokens: &[Token]) -> Option<Match> {
    let Said::Days(days) = &mut found.said else { return Some(found) };
    if let Some(weekday) = found.weekday.filter(|_| days.len() > 1) {
        days.retain(|day| day.weekday().num_days_from_monday() == weekday);
    }
    if days.len() > 1 && setting == Setting::Prose {
        let before = &text[tokens[at.saturating_sub(3)].start..tokens[at].start];
        let arabic = before.chars().any(|c| matches!(c, '\u{620}'..='\u{6d3}'));
        let (day, month) = (tokens[at].number(1, 2)?, tokens[at + 2].number(1, 2)?);
        days.retain(|candidate| arabic && (candidate.day(), candidate.month()) == (day, month));
    }
    (!days.is_empty()).then_some(found)
}

/// Whether the numbers are a piece of a longer chain: a version, an address, a phone number.
fn is_part_of_more(tokens: &[Token], at: usize, separator: char) -> bool {
    let touches_before = at > 0
        && tokens[at - 1].end == tokens[at].start
        && matches!(tokens[at - 1].kind, Kind::Mark('/' | '-' | '.' | '_' | '=' | '#' | '@' | '+') | Kind::Number(..));
    let touches_after = tokens.get(at + 5).is_some_and(|token| token.mark() == Some(separator))
        && tokens.get(at + 6).is_some_and(|token| token.start == tokens[at + 5].end && token.number(1, 9).is_some());
    touches_before || touches_after
}

/// Reads `2018年3月30日` and `2018년 3월 30일` at token `at`.
pub(super) fn east_asian(tokens: &[Token], at: usize) -> Option<Match> {
    let [year, y, month, m, day, d] = tokens.get(at..at + 6)? else { return None };
    if !matches!(
        (y.mark(), m.mark(), d.mark()),
        (Some('年'), Some('月'), Some('日')) | (Some('년'), Some('월'), Some('일'))
    ) {
        return None;
    }
    let year = i32::try_from(year.number(4, 4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, month.number(1, 2)?, day.number(1, 2)?)?;
    Some(Match { first: at, next: at + 6, said: Said::Days(vec![day]), weekday: None, today: false })
}

/// Takes in a weekday before the date and a "today" before that.
fn with_weekday(tokens: &[Token], mut found: Match) -> Match {
    let step_back = |mut at: usize, fillers: &[&str]| {
        let mut steps = 0;
        while at > 0 && steps < 3 {
            let skip = match &tokens[at - 1].kind {
                Kind::Mark(mark) => matches!(mark, ',' | '،' | '(' | ')' | '-' | '–' | '.'),
                Kind::Word(word, _) => fillers.contains(&word.as_str()),
                Kind::Number(..) => false,
            };
            if !skip {
                break;
            }
            at -= 1;
            steps += 1;
        }
        at
    };
    let before = step_back(found.first, &["الموافق", "the", "le", "في"]);
    let named = before.checked_sub(1).and_then(|at| Some((words::weekday(tokens[at].word()?)?, at)));
    let mut start = found.first;
    if let Some((weekday, at)) = named {
        found.weekday = Some(weekday);
        found.first = at;
        start = at;
    }
    let before = step_back(start, &["يوم", "الموافق", "is", "بتاريخ", "هو"]);
    if let Some(at) = before.checked_sub(1) {
        let is_today = |at: usize| tokens[at].word().is_some_and(|word| words::cue(word).is(Cue::TODAY));
        let other = at > 0 && tokens[at - 1].word().is_some_and(|word| words::cue(word).is(Cue::NOT_TODAY));
        // A full stop parts sentences; "today" of the one before is not this date.
        let same_sentence = tokens[at..start].iter().all(|token| token.mark() != Some('.'));
        if is_today(at) && !other && same_sentence {
            found.today = true;
            found.first = at;
        }
    }
    found
}
