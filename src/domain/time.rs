//! Time as evidence: an interval of UTC seconds, how it is written, and what it rests on.
//!
//! `from..to` is half-open. A missing end is unbounded. A day of unknown zone D spans [D−14 h, D+36 h), because civil
//! time somewhere on Earth runs from UTC−12 to UTC+14. "One of these days" is EDTF `[a,b]` or `[a..b]`
//! (ISO 8601-2:2019); its interval is the hull.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// Seconds before midnight UTC at which a civil day can begin (UTC+14).
pub const EARLIEST_ZONE: i64 = 14 * 3600;
/// Seconds after midnight UTC of the next day until which a civil day can last (UTC−12).
pub const LATEST_ZONE: i64 = 12 * 3600;
/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// What a time, or another claim, rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A `meta` or `time` element of the page.
    Meta,
    /// JSON-LD of the page.
    JsonLd,
    /// A full date (or, for an outlet, a URL) in the text.
    Text,
    /// A weekday with a day and month: every year that fits.
    Weekday,
    /// The date of an embedded tweet.
    Tweet,
    /// A date in the page's URL.
    Url,
    /// The collector's flag, sidecar or JSON key.
    Declared,
    /// `WARC-Date` or its ARC equivalent.
    WarcDate,
    /// An HTTP header kept with the payload.
    Http,
    /// The clock of the machine at ingestion.
    Ingest,
    /// Bounds put together from other evidence.
    Inferred,
    /// A stamp of a time-stamping authority (RFC 3161).
    #[serde(rename = "rfc3161")]
    Rfc3161,
}

impl Basis {
    /// Every basis.
    pub const ALL: [Basis; 12] = [
        Basis::Meta,
        Basis::JsonLd,
        Basis::Text,
        Basis::Weekday,
        Basis::Tweet,
        Basis::Url,
        Basis::Declared,
        Basis::WarcDate,
        Basis::Http,
        Basis::Ingest,
        Basis::Inferred,
        Basis::Rfc3161,
    ];

    /// The name used in JSON and records.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Meta => "meta",
            Basis::JsonLd => "json-ld",
            Basis::Text => "text",
            Basis::Weekday => "weekday",
            Basis::Tweet => "tweet",
            Basis::Url => "url",
            Basis::Declared => "declared",
            Basis::WarcDate => "warc-date",
            Basis::Http => "http",
            Basis::Ingest => "ingest",
            Basis::Inferred => "inferred",
            Basis::Rfc3161 => "rfc3161",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Basis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Basis::ALL.into_iter().find(|basis| basis.name() == text).ok_or_else(|| format!("{text:?} is not a basis"))
    }
}

/// An interval of time with its EDTF form, its zone and its basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// The time as Extended Date/Time Format (ISO 8601-2).
    pub edtf: String,
    /// First UTC second that is possible; `None` is unbounded.
    pub from: Option<i64>,
    /// First UTC second after which it is impossible; `None` is unbounded.
    pub to: Option<i64>,
    /// Zone as stated (`Z`, `+03:00`), when one is.
    pub zone: Option<String>,
    /// What it rests on.
    pub basis: Basis,
}

impl Time {
    /// An instant known to the second, in UTC.
    pub fn at_second(seconds: i64, basis: Basis) -> Time {
        let edtf = DateTime::from_timestamp(seconds, 0)
            .map_or_else(|| seconds.to_string(), |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        Time { edtf, from: Some(seconds), to: Some(seconds + 1), zone: Some("Z".to_owned()), basis }
    }

    /// A civil day in a zone nobody stated.
    pub fn day(day: NaiveDate, basis: Basis) -> Time {
        let (from, to) = day_span(day);
        Time { edtf: day.to_string(), from: Some(from), to: Some(to), zone: None, basis }
    }

    /// One of several civil days in a zone nobody stated; `None` when there are none.
    ///
    /// `days` must be sorted. Several days in a row are written `[a..b]`, others `[a,b,c]`.
    pub fn one_of(days: &[NaiveDate], basis: Basis) -> Option<Time> {
        let (first, last) = (*days.first()?, *days.last()?);
        if days.len() == 1 {
            return Some(Time::day(first, basis));
        }
        let gapless = days.windows(2).all(|pair| pair[1] - pair[0] == chrono::Duration::days(1));
        let edtf = if gapless {
            format!("[{first}..{last}]")
        } else {
            let list: Vec<String> = days.iter().map(ToString::to_string).collect();
            format!("[{}]", list.join(","))
        };
        Some(Time { edtf, from: Some(day_span(first).0), to: Some(day_span(last).1), zone: None, basis })
    }

    /// Some moment from `from` until `to`, both UTC seconds; written as days, `[a..b]`, open where an end is missing.
    pub fn between(from: Option<i64>, to: Option<i64>, basis: Basis) -> Time {
        let day = |seconds: i64| {
            DateTime::from_timestamp(seconds, 0).map_or_else(String::new, |at| at.date_naive().to_string())
        };
        // A lower bound that comes from a day of unknown zone is written as that day, not as the day before.
        let first = from.map_or_else(String::new, |at| {
            day(if (at + EARLIEST_ZONE).rem_euclid(DAY) == 0 { at + EARLIEST_ZONE } else { at })
        });
        let last = to.map_or_else(String::new, |at| {
            day(if (at - LATEST_ZONE).rem_euclid(DAY) == 0 { at - LATEST_ZONE - 1 } else { at - 1 })
        });
        Time { edtf: format!("[{first}..{last}]"), from, to, zone: None, basis }
    }

    /// Whether this time is certainly before `other`: it ends no later than the other begins.
    pub fn precedes(&self, other: &Time) -> bool {
        matches!((self.to, other.from), (Some(to), Some(from)) if to <= from)
    }

    /// Whether some second lies in both.
    pub fn overlaps(&self, other: &Time) -> bool {
        !self.precedes(other) && !other.precedes(self)
    }

    /// The same time on another basis.
    pub fn with_basis(mut self, basis: Basis) -> Time {
        self.basis = basis;
        self
    }
}

/// Returns the UTC seconds that the civil day can touch in any zone.
pub fn day_span(day: NaiveDate) -> (i64, i64) {
    let midnight = midnight_utc(day);
    (midnight - EARLIEST_ZONE, midnight + DAY + LATEST_ZONE)
}

/// The UTC second at which `day` begins in UTC.
pub fn midnight_utc(day: NaiveDate) -> i64 {
    NaiveDateTime::from(day).and_utc().timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_of_unknown_zone_spans_fifty_hours() {
        let time = Time::day(day("2018-03-30"), Basis::Text);
        assert_eq!((time.from, time.to), (Some(1_522_317_600), Some(1_522_497_600)));
        assert_eq!(time.to.unwrap() - time.from.unwrap(), 50 * 3600);
    }

    #[test]
    fn one_of_several_days_uses_brackets() {
        let days = [day("2012-03-12"), day("2018-03-12")];
        assert_eq!(Time::one_of(&days, Basis::Weekday).unwrap().edtf, "[2012-03-12,2018-03-12]");
        let row = [day("2018-02-28"), day("2018-03-01")];
        assert_eq!(Time::one_of(&row, Basis::Text).unwrap().edtf, "[2018-02-28..2018-03-01]");
        assert_eq!(Time::one_of(&[], Basis::Text), None);
    }

    #[test]
    fn only_a_certain_order_is_an_order() {
        let friday = Time::day(day("2018-03-30"), Basis::Text);
        let saturday = Time::day(day("2018-03-31"), Basis::Text);
        let monday = Time::day(day("2018-04-02"), Basis::Text);
        assert!(friday.overlaps(&saturday), "zones may swap neighbouring days");
        assert!(friday.precedes(&monday) && !monday.precedes(&friday));
        let unknown = Time::between(None, friday.to, Basis::Inferred);
        assert!(!unknown.precedes(&friday) && !friday.precedes(&unknown));
        assert!(unknown.precedes(&monday));
    }

    #[test]
    fn bounds_are_written_as_the_days_they_come_from() {
        let from = Time::day(day("2018-03-10"), Basis::Text).from;
        let to = Time::day(day("2018-03-31"), Basis::Text).to;
        assert_eq!(Time::between(from, to, Basis::Inferred).edtf, "[2018-03-10..2018-03-31]");
        assert_eq!(Time::between(None, to, Basis::Inferred).edtf, "[..2018-03-31]");
    }
}
