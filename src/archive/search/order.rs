//! The order of results, and places in it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::snippet::Hits;
use crate::domain::Role;
use crate::store::{PlacedRow, Within};

/// A time is known when it is bounded to so many seconds: sixty days.
const KNOWN: i64 = 60 * crate::domain::time::DAY;

/// One of the four clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// What the page claims.
    Published,
    /// What the collector claims.
    Captured,
    /// The order of the log.
    Logged,
    /// What a third party stamped.
    Stamped,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The latest.
    NewestFirst,
    /// The earliest.
    OldestFirst,
}

/// The order of results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Articles before furniture, words in a row before words apart, titles before text, close before far.
    #[default]
    Relevance,
    /// By a clock; what it does not know comes last.
    By(Clock, Order),
}

impl Sort {
    /// The clock that decides, if one does.
    pub(super) fn clock(self) -> Option<Clock> {
        match self {
            Sort::Relevance => None,
            Sort::By(clock, _) => Some(clock),
        }
    }

    /// Whether the newest are wanted before all others.
    pub(super) fn newest_first(self) -> bool {
        matches!(self, Sort::By(_, Order::NewestFirst))
    }
}

/// A place in the order of results: what decides, then the place in the log, then the thing itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(i64, i64, i64);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<i64>> = text.split('.').map(|digits| digits.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[rank, logged, key]) => Ok(Cursor(rank, logged, key)),
            _ => Err(format!("{text:?} is no place in a list of results")),
        }
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The interval of a clock, as far as it is known to about two months.
fn interval(place: &PlacedRow, clock: Clock) -> Option<(i64, i64)> {
    let (from, to) = match clock {
        Clock::Published => place.published,
        Clock::Captured => place.captured,
        Clock::Logged => (Some(place.logged_at), Some(place.logged_at + 1)),
        Clock::Stamped => (place.stamped.map(|at| at - 1), place.stamped),
    };
    let (from, to) = (from?, to?);
    (to - from <= KNOWN).then_some((from, to))
}

/// The same as the store filters by, for the two clocks that it keeps by page.
pub(super) fn while_searching(
    (clock, from, to): (Clock, Option<i64>, Option<i64>),
) -> Option<(Within, Option<i64>, Option<i64>)> {
    match clock {
        Clock::Published => Some((Within::Published, from, to)),
        Clock::Captured => Some((Within::Captured, from, to)),
        Clock::Logged | Clock::Stamped => None,
    }
}

/// Whether it may have happened from the first second on and before the second; what is not known is not within.
pub(super) fn is_within(place: &PlacedRow, (clock, from, to): (Clock, Option<i64>, Option<i64>)) -> bool {
    interval(place, clock)
        .is_some_and(|(begin, end)| from.is_none_or(|from| from < end) && to.is_none_or(|to| begin < to))
}

/// Where a block of a page comes in the order; `key` is the article, or the block of furniture.
pub(super) fn place(sort: Sort, role: Role, hits: &Hits, place: &PlacedRow, key: i64) -> Cursor {
    let logged = i64::try_from(place.logged).unwrap_or(i64::MAX);
    match sort {
        Sort::Relevance => {
            let furniture = i64::from(role == Role::Furniture);
            let run = i64::try_from(hits.run).unwrap_or(i64::MAX).min(0xffff_ffff);
            let rank = furniture << 50 | i64::from(!hits.phrase) << 49 | i64::from(role.code()) << 40 | run;
            Cursor(rank, logged, key)
        }
        Sort::By(Clock::Logged, Order::OldestFirst) => Cursor(logged, logged, key),
        Sort::By(Clock::Logged, Order::NewestFirst) => Cursor(-logged, -logged, key),
        // A block around an article has no publication of its own.
        Sort::By(Clock::Published, _) if role == Role::Furniture => Cursor(i64::MAX, logged, key),
        Sort::By(clock, order) => match (interval(place, clock), order) {
            (None, _) => Cursor(i64::MAX, logged, key),
            (Some((_, to)), Order::OldestFirst) => Cursor(to, logged, key),
            (Some((_, to)), Order::NewestFirst) => Cursor(-to, -logged, key),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(published: (Option<i64>, Option<i64>), logged: u64) -> PlacedRow {
        PlacedRow {
            article: Some(1),
            capture: 1,
            roles: vec![Role::Body],
            published,
            captured: (Some(5), Some(6)),
            logged,
            logged_at: 7,
            stamped: None,
        }
    }

    #[test]
    fn what_a_clock_does_not_know_comes_last_whatever_the_direction() {
        let hits = Hits { spans: Vec::new(), run: 1, at: 0, phrase: true };
        for (order, expected) in [(Order::OldestFirst, [1, 2, 3]), (Order::NewestFirst, [2, 1, 3])] {
            let sort = Sort::By(Clock::Published, order);
            let mut list = [(3, (None, Some(50))), (2, (Some(20), Some(21))), (1, (Some(10), Some(11)))]
                .map(|(logged, times)| (place(sort, Role::Body, &hits, &row(times, logged), 1), logged));
            list.sort_unstable();
            assert_eq!(list.map(|(_, logged)| logged), expected);
        }
    }

    #[test]
    fn only_what_is_known_is_within() {
        let within = |times, from, to| is_within(&row(times, 1), (Clock::Published, from, to));
        assert!(within((Some(10), Some(20)), Some(19), None) && within((Some(10), Some(20)), None, Some(11)));
        assert!(!within((Some(10), Some(20)), Some(20), None) && !within((Some(10), Some(20)), None, Some(10)));
        assert!(!within((None, Some(20)), None, Some(30)));
    }

    #[test]
    fn a_cursor_parses_back() {
        let cursor = Cursor(-5, 7, i64::MAX);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "1.2", "1.2.3.4", "a.b.c", "1.2.99999999999999999999"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
