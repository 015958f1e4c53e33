//! Dates in text.
//!
//! [`find`] looks through running text for full dates and for days without a year; [`parse_printed`] reads what stands
//! beside a label. Both know the month names of `data/months.txt`; a bare year, a bare time of day and a Hijri date are
//! no date here.

mod grammar;
mod printed;
mod relation;
mod solar;
pub(crate) mod tokens;
pub(crate) mod words;

use std::ops::Range;

use chrono::Datelike;

use self::grammar::{Match, Said, Setting};
use self::tokens::{Run, Token, floor_boundary, run_of};
use crate::domain::reading::{NamedDate, Relation};

pub use self::printed::parse_printed;

/// A date and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it says.
    pub date: NamedDate,
    /// How it relates to the telling.
    pub relation: Relation,
}

/// Whether a folded word names a month or a weekday, or begins such a name.
pub(crate) fn is_calendar_word(folded: &str) -> bool {
    words::may_begin_month(folded) || words::weekday(folded).is_some()
}

/// Whether `c` is a mark that stands inside words: harakat, tatweel, joiners.
pub(crate) fn is_word_mark(c: char) -> bool {
    !c.is_alphanumeric() && run_of(c) == Run::Letters
}

/// Bytes of context looked at before and after a candidate.
const BEFORE: usize = 320;
const AFTER: usize = 120;
/// Bytes beside a month name within which its day stands.
const NEAR: usize = 40;

/// Finds the dates named in running text, in order.
pub fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut done = 0;
    candidates(text, |start, end| {
        if start < done {
            return;
        }
        let from = floor_boundary(text, start.saturating_sub(BEFORE));
        let tokens = tokens::tokens(text, from, floor_boundary(text, end + AFTER));
        let Some(at) = tokens.iter().position(|token| token.start >= start) else { return };
        let Some(read) = read_at(text, &tokens, at, Setting::Prose) else { return };
        let span = tokens[read.first].start..tokens[read.next - 1].end;
        let Some(date) = named(&read).filter(|_| span.start >= done) else { return };
        done = span.end;
        found.push(Found { span, date, relation: relate(&tokens, &read) });
    });
    found
}

/// Reads the date whose month name or first number is token `at`.
fn read_at(text: &str, tokens: &[Token], at: usize, setting: Setting) -> Option<Match> {
    match tokens.get(at)?.kind {
        tokens::Kind::Word(..) => grammar::around_month(text, tokens, at, setting),
        tokens::Kind::Number(..) => {
            grammar::numeric(text, tokens, at, setting).or_else(|| grammar::east_asian(tokens, at))
        }
        tokens::Kind::Mark(_) => None,
    }
}

fn named(read: &Match) -> Option<NamedDate> {
    match &read.said {
        Said::Days(days) => days.first().filter(|_| days.len() == 1).map(|day| NamedDate::Day(*day)),
        Said::DayOfYear(month, day) => Some(NamedDate::DayOfYear { month: *month, day: *day, weekday: read.weekday }),
    }
}

fn relate(tokens: &[Token], read: &Match) -> Relation {
    if let (Said::Days(days), Some(weekday)) = (&read.said, read.weekday) {
        // A weekday that contradicts its date: one of the two is a slip, so nothing follows from it.
        if days.iter().all(|day| day.weekday().num_days_from_monday() != weekday) {
            return Relation::Named;
        }
    }
    if read.today {
        return Relation::Today;
    }
    relation::relation(tokens, read.first, read.next)
}

/// Calls `hit` with the bytes of every word that can begin a month name and every number that can begin a date.
fn candidates(text: &str, mut hit: impl FnMut(usize, usize)) {
    let mut folded = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let run = run_of(c);
        if !matches!(run, Run::Letters | Run::Digits) {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = chars.next_if(|(_, c)| run_of(*c) == run) {
            end = at + c.len_utf8();
        }
        let rest = &text.as_bytes()[end..];
        let is_candidate = match run {
            Run::Digits => begins_numeric_date(rest) && end - start <= 8,
            _ => {
                let word = &text[start..end];
                (2..=40).contains(&word.len()) && words::may_begin_with(c) && !word.starts_with("ال") && {
                    words::fold_into(word, &mut folded);
                    words::may_begin_month(&folded) && has_day_near(text.as_bytes(), start, end)
                }
            }
        };
        if is_candidate {
            hit(start, end);
        }
    }
}

/// Whether what follows a number can go on as a date: a separator and a digit, or 年 or 년.
fn begins_numeric_date(rest: &[u8]) -> bool {
    let space = |rest: &'_ [u8]| usize::from(rest.first() == Some(&b' '));
    let rest = &rest[space(rest)..];
    if rest.starts_with("年".as_bytes()) || rest.starts_with("년".as_bytes()) {
        return true;
    }
    let Some(b'/' | b'-' | b'.') = rest.first() else { return false };
    begins_with_digit(&rest[1 + space(&rest[1..])..])
}

/// Whether UTF-8 bytes begin with a digit of ASCII or of the two Arabic sets.
fn begins_with_digit(bytes: &[u8]) -> bool {
    matches!(bytes, [b'0'..=b'9', ..] | [0xd9, 0xa0..=0xa9, ..] | [0xdb, 0xb0..=0xb9, ..])
}

/// Whether a day number can stand beside a month name: a digit is near, or "من" or "شهر" before it.
fn has_day_near(text: &[u8], start: usize, end: usize) -> bool {
    let before = &text[start.saturating_sub(NEAR)..start];
    let after = &text[end..text.len().min(end + NEAR)];
    let digit = |bytes: &[u8]| (0..bytes.len()).any(|at| begins_with_digit(&bytes[at..]));
    digit(before) || digit(after) || before.ends_with("من ".as_bytes()) || before.ends_with("شهر ".as_bytes())
}

#[cfg(test)]
mod tests;
