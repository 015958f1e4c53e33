//! Dates that stand beside a label, with or without a time of day.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::grammar::{Said, Setting};
use super::tokens::{Kind, Token, floor_boundary, tokens};
use super::{read_at, words};
use crate::domain::edtf::{local_time, parse_time};
use crate::domain::{Basis, Time};

/// A printed date is short; what stands further on belongs to something else.
const LONGEST: usize = 600;

/// Reads a date, with or without a time of day, that stands beside a label or alone in an element.
///
/// A date without a year, a bare time, an empty label and a Hijri date alone are none. Of several dates the first counts.
pub fn parse_printed(text: &str) -> Option<Time> {
    let text = text[..floor_boundary(text, LONGEST)].trim();
    if let Some(time) = parse_exact(text) {
        return Some(time);
    }
    let tokens = tokens(text, 0, text.len());
    let dates = dates_in(text, &tokens);
    let (days, first, next) = dates.first()?;
    let [day] = days.as_slice() else { return Time::one_of(days, Basis::Text) };
    let until = dates.get(1).map_or(tokens.len(), |(_, first, _)| *first);
    let clock = clock_in(&tokens, *next, until).or_else(|| clock_in(&tokens, 0, *first));
    Some(clock.map_or_else(|| Time::day(*day, Basis::Text), |clock| at_clock(*day, &clock)))
}

/// ISO 8601, RFC 2822 and the like, when they say at least a day and leave no doubt.
fn parse_exact(text: &str) -> Option<Time> {
    if text.len() < 10 || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.contains('/') {
        return None;
    }
    parse_time(text, Basis::Text).ok()
}

type Dated = (Vec<NaiveDate>, usize, usize);

fn dates_in(text: &str, tokens: &[Token]) -> Vec<Dated> {
    let mut dates = Vec::new();
    let mut at = 0;
    while at < tokens.len() && dates.len() < 2 {
        let is_candidate = match &tokens[at].kind {
            Kind::Word(word, _) => words::may_begin_month(word),
            Kind::Number(..) => true,
            Kind::Mark(_) => false,
        };
        let read = is_candidate.then(|| read_at(text, tokens, at, Setting::Printed)).flatten();
        at = match read {
            Some(read) => {
                let next = read.next.max(at + 1);
                if let Said::Days(days) = read.said {
                    dates.push((days, read.first, next));
                }
                next
            }
            None => at + 1,
        };
    }
    dates
}

/// A time of day and the offset from UTC in seconds, when a zone is stated.
#[derive(Debug, PartialEq, Eq)]
struct Clock {
    time: NaiveTime,
    has_seconds: bool,
    offset: Option<i32>,
}

fn at_clock(day: NaiveDate, clock: &Clock) -> Time {
    let at = NaiveDateTime::new(day, clock.time);
    let width = if clock.has_seconds { 1 } else { 60 };
    let zoned = clock
        .offset
        .and_then(FixedOffset::east_opt)
        .and_then(|offset| offset.from_local_datetime(&at).single().map(|at| (at.timestamp(), offset)));
    let Some((seconds, offset)) = zoned else { return local_time(at, width, Basis::Text) };
    let zone = if offset.local_minus_utc() == 0 { "Z".to_owned() } else { offset.to_string() };
    let edtf = format!("{}{zone}", at.format("%Y-%m-%dT%H:%M:%S"));
    Time { edtf, from: Some(seconds), to: Some(seconds + width), zone: Some(zone), basis: Basis::Text }
}

/// The first `10:49`, `10:49:07 PM`, `21h09` among `tokens[from..until]`.
fn clock_in(tokens: &[Token], from: usize, until: usize) -> Option<Clock> {
    (from..until).find_map(|at| clock_at(&tokens[..until], at))
}

fn clock_at(tokens: &[Token], at: usize) -> Option<Clock> {
    let hour = tokens[at].number(1, 2)?;
    let part = |at: usize| tokens.get(at).and_then(|token| token.number(2, 2)).filter(|value| *value < 60);
    let joined = match &tokens.get(at + 1)?.kind {
        Kind::Mark(mark) => *mark == ':',
        Kind::Word(word, _) => word == "h",
        Kind::Number(..) => false,
    };
    if !joined {
        return hour_alone(tokens, at, hour);
    }
    let minute = part(at + 2)?;
    let mut next = at + 3;
    let mut second = None;
    if tokens.get(next).and_then(Token::mark) == Some(':') {
        second = part(next + 1);
        next += if second.is_some() { 2 } else { 0 };
    }
    let (half, next) = half_of_day(tokens, next);
    let time = NaiveTime::from_hms_opt(hour_of(hour, half)?, minute, second.unwrap_or(0))?;
    Some(Clock { time, has_seconds: second.is_some(), offset: zone_at(tokens, next) })
}

/// `3 pm`: an hour counts without minutes only when its half of the day is named.
fn hour_alone(tokens: &[Token], at: usize, hour: u32) -> Option<Clock> {
    let (half, next) = half_of_day(tokens, at + 1);
    half?;
    let time = NaiveTime::from_hms_opt(hour_of(hour, half)?, 0, 0)?;
    Some(Clock { time, has_seconds: false, offset: zone_at(tokens, next) })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

fn hour_of(hour: u32, half: Option<Half>) -> Option<u32> {
    match half {
        None => (hour < 24).then_some(hour),
        Some(_) if hour > 12 => (hour < 24).then_some(hour),
        Some(Half::Morning) => Some(hour % 12),
        Some(Half::Afternoon) => Some(hour % 12 + 12),
    }
}

fn half_of_day(tokens: &[Token], at: usize) -> (Option<Half>, usize) {
    let word = |at: usize| tokens.get(at).and_then(Token::word);
    let half = match word(at) {
        Some("ص" | "صباحا" | "am" | "فجرا") => Half::Morning,
        Some("م" | "مساء" | "pm" | "ظهرا" | "عصرا" | "ليلا") => Half::Afternoon,
        Some(letter @ ("a" | "p"))
            if tokens.get(at + 1).and_then(Token::mark) == Some('.') && word(at + 2) == Some("m") =>
        {
            let half = if letter == "a" { Half::Morning } else { Half::Afternoon };
            return (Some(half), at + 3 + usize::from(tokens.get(at + 3).and_then(Token::mark) == Some('.')));
        }
        _ => return (None, at),
    };
    (Some(half), at + 1)
}

/// The zone behind a time of day: `GMT`, `+03:00`, `UTC+3`, `بتوقيت غرينتش`.
fn zone_at(tokens: &[Token], mut at: usize) -> Option<i32> {
    for _ in 0..2 {
        if matches!(tokens.get(at)?.kind, Kind::Mark('(' | ',' | '،' | '|' | '.'))
            || matches!(tokens.get(at)?.word(), Some("بتوقيت" | "توقيت" | "الساعه"))
        {
            at += 1;
        }
    }
    let named = tokens.get(at)?.word().and_then(named_zone);
    if named.is_some() {
        at += 1;
    }
    let is_utc = named == Some(0);
    let stated = if named.is_none() || is_utc { numeric_offset(tokens, at) } else { None };
    stated.or(named)
}

fn numeric_offset(tokens: &[Token], at: usize) -> Option<i32> {
    let sign = match tokens.get(at)?.mark()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let hours = tokens.get(at + 1).filter(|hours| hours.start == tokens[at].end)?;
    let seconds = if let Some(both) = hours.number(4, 4) {
        both / 100 * 3600 + both % 100 * 60
    } else {
        let minutes = (tokens.get(at + 2).and_then(Token::mark) == Some(':'))
            .then(|| tokens.get(at + 3).and_then(|token| token.number(2, 2)))
            .flatten();
        hours.number(1, 2)? * 3600 + minutes.unwrap_or(0) * 60
    };
    (seconds <= 14 * 3600).then(|| i32::try_from(seconds).ok()).flatten().map(|seconds| sign * seconds)
}

/// Zone names that mean one offset. Those with several (IST, CST, BST of Bangladesh …) stay unknown unless one is far
/// the more common in print.
fn named_zone(folded: &str) -> Option<i32> {
    let hours = match folded {
        "gmt" | "utc" | "z" | "غرينتش" | "جرينتش" | "غرينيتش" | "جرينيتش" | "ut" | "wet" => 0,
        "cet" | "bst" | "west" => 1,
        "cest" | "eet" | "sast" => 2,
        "eest" | "msk" | "مكه" | "السعوديه" | "ast_arabia" => 3,
        "edt" => -4,
        "est" | "cdt" => -5,
        "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        "jst" | "kst" => 9,
        _ => return None,
    };
    Some(hours * 3600)
}
