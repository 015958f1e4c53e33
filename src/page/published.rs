//! When an article was published, as far as the evidence goes.
//!
//! A statement counts before evidence: the collector's, then the page's own, then a date in its URL. Without one, what the
//! article tells gives bounds: it is no older than the tweets it embeds and the past it tells, and no newer than its
//! capture. "Today, Monday 12 March" leaves the years in which that day was a Monday.

use chrono::{DateTime, Datelike, NaiveDate};

use crate::domain::reading::{NamedDate, Reading, Relation};
use crate::domain::time::day_span;
use crate::domain::{Basis, Claim, Time};

/// The first year of which pages of the web can be.
const FIRST_YEAR: i32 = 1995;

/// Returns the best statement of the publication time, or `None` when nothing bounds it from below.
///
/// `declared` are the collector's claims, best first; `captured` the best claim of the capture time, `ingested` the
/// time of ingestion: publication is no later than either.
pub fn resolve(
    reading: &Reading,
    declared: &[Time],
    url: &[Claim<String>],
    captured: &Time,
    ingested: &Time,
) -> Option<Time> {
    let stated = declared.first().or_else(|| reading.published.first()).cloned();
    if let Some(stated) = stated.or_else(|| url.iter().find_map(|url| date_in_url(&url.value))) {
        return Some(stated);
    }
    let until = earlier(captured.to, ingested.to);
    let floor = lower_bound(reading, until);
    match today(reading, floor.as_ref(), until) {
        Some(today) => Some(today),
        None => floor.map(|floor| Time::between(floor.from, until, floor.basis)),
    }
}

/// Names what cannot be true together: a publication after the capture, or before something the page shows.
///
/// The statement is kept all the same; the notes say what contradicts it.
pub fn contradictions(reading: &Reading, published: Option<&Time>, captured: &Time) -> Vec<String> {
    let mut notes = Vec::new();
    for tweet in &reading.tweets {
        let Some(date) = &tweet.date else { continue };
        let who = tweet.handle.as_deref().unwrap_or("unknown");
        if published.is_some_and(|published| published.precedes(date)) {
            let published = published.map(|time| time.edtf.as_str()).unwrap_or_default();
            notes.push(format!("published {published} is before the embedded tweet of @{who} of {}", date.edtf));
        }
        if captured.precedes(date) {
            notes.push(format!("captured {} is before the embedded tweet of @{who} of {}", captured.edtf, date.edtf));
        }
    }
    if let Some(published) = published.filter(|published| captured.precedes(published)) {
        notes.push(format!("published {} is after the capture of {}", published.edtf, captured.edtf));
    }
    if let Some(day) = newest_past_day(reading) {
        let told = Time::day(day, Basis::Text);
        if captured.precedes(&told) {
            notes.push(format!("captured {} is before {day}, which the text tells as past", captured.edtf));
        }
        if published.is_some_and(|published| published.precedes(&told)) {
            let published = published.map(|time| time.edtf.as_str()).unwrap_or_default();
            notes.push(format!("published {published} is before {day}, which the text tells as past"));
        }
    }
    notes
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.into_iter().chain(b).min()
}

/// The latest of what the article cannot be older than. Evidence later than the capture is a slip and bounds nothing.
fn lower_bound(reading: &Reading, until: Option<i64>) -> Option<Time> {
    let tweets = reading.tweets.iter().filter_map(|tweet| tweet.date.clone()).map(|date| date.with_basis(Basis::Tweet));
    let told = past_days(reading).map(|day| Time::day(day, Basis::Text));
    let possible = |time: &Time| time.from.is_some() && until.is_none_or(|until| time.from < Some(until));
    tweets.chain(told).filter(possible).max_by_key(|time| (time.from, time.basis == Basis::Tweet))
}

/// Full days that the text tells as past or calls today.
fn past_days(reading: &Reading) -> impl Iterator<Item = NaiveDate> {
    reading.dates.iter().filter_map(|found| match (found.date, found.relation) {
        (NamedDate::Day(day), Relation::Past | Relation::Today) if day.year() >= 1900 => Some(day),
        _ => None,
    })
}

fn newest_past_day(reading: &Reading) -> Option<NaiveDate> {
    past_days(reading).max()
}

/// The days that the text calls today: the full one, or every year that fits what it says.
fn today(reading: &Reading, floor: Option<&Time>, until: Option<i64>) -> Option<Time> {
    let todays = reading.dates.iter().filter(|found| found.relation == Relation::Today);
    let full: Vec<NaiveDate> = todays
        .clone()
        .filter_map(|found| match found.date {
            NamedDate::Day(day) => Some(day),
            NamedDate::DayOfYear { .. } => None,
        })
        .collect();
    let fits = |day: &NaiveDate| {
        let (from, to) = day_span(*day);
        // The floor is a moment at which something was already there, so the day may not end before it.
        until.is_none_or(|until| from < until) && floor.and_then(|floor| floor.from).is_none_or(|floor| to > floor)
    };
    if let Some(latest) = full.iter().copied().filter(fits).max() {
        // Copied reports keep the "today" of their own day; the latest is the one the article was finished on.
        return Some(Time::day(latest, Basis::Text));
    }
    let mut named: Vec<(u32, u32, Option<u32>)> = todays
        .filter_map(|found| match found.date {
            NamedDate::DayOfYear { month, day, weekday } => Some((month, day, weekday)),
            NamedDate::Day(_) => None,
        })
        .collect();
    named.dedup();
    let last_year = until
        .and_then(|until| DateTime::from_timestamp(until, 0))
        .map_or(FIRST_YEAR, |until| until.year().clamp(FIRST_YEAR, FIRST_YEAR + 500));
    let mut days: Vec<NaiveDate> = named
        .iter()
        .flat_map(|(month, day, weekday)| {
            (FIRST_YEAR..=last_year)
                .filter_map(|year| NaiveDate::from_ymd_opt(year, *month, *day))
                .filter(|day| weekday.is_none_or(|weekday| day.weekday().num_days_from_monday() == weekday))
        })
        .filter(fits)
        .collect();
    days.sort_unstable();
    days.dedup();
    Time::one_of(&days, Basis::Weekday)
}

/// Reads a full date in the path of a URL: `/2018/03/31/`, `/2018-03-31-title`, `/20180331/`.
pub fn date_in_url(url: &str) -> Option<Time> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest).split(['?', '#']).next()?;
    let pieces: Vec<&str> = path.split('/').skip(1).collect();
    let from_parts = |year: &str, month: &str, day: &str| -> Option<NaiveDate> {
        let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            (lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse().ok())
                .flatten()
        };
        let year: u32 = digits(year, 4..=4)?;
        let month = digits(month, 1..=2).or_else(|| month_name(month))?;
        let year = i32::try_from(year).ok().filter(|year| (FIRST_YEAR..=2100).contains(year))?;
        NaiveDate::from_ymd_opt(year, month, digits(day, 1..=2)?)
    };
    let spread = pieces.windows(3).find_map(|parts| from_parts(parts[0], parts[1], parts[2]));
    let joined = || {
        pieces.iter().find_map(|piece| {
            let head = piece.get(..8).filter(|head| head.bytes().all(|b| b.is_ascii_digit()));
            let compact = head.filter(|_| piece.as_bytes().get(8).is_none_or(|b| !b.is_ascii_digit()));
            let dashed = || {
                let mut parts = piece.splitn(4, ['-', '_']);
                from_parts(parts.next()?, parts.next()?, parts.next()?)
            };
            compact.and_then(|date| from_parts(&date[..4], &date[4..6], &date[6..8])).or_else(dashed)
        })
    };
    spread.or_else(joined).map(|day| Time::day(day, Basis::Url))
}

/// English month names as they stand in paths.
fn month_name(text: &str) -> Option<u32> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    if !(3..=9).contains(&lower.len()) || !lower.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    names.iter().position(|name| lower.starts_with(name)).and_then(|at| u32::try_from(at + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edtf::parse_time;
    use crate::page::plain;

    fn time(text: &str) -> Time {
        parse_time(text, Basis::Declared).unwrap()
    }

    fn resolved(text: &str, captured: &str) -> Option<Time> {
        let ingested = Time::at_second(1_800_000_000, Basis::Ingest);
        resolve(&plain::read(text, None), &[], &[], &time(captured), &ingested)
    }

    fn seed(name: &str) -> Option<String> {
        let root = std::env::var("ISNAD_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        std::fs::read_to_string(std::path::Path::new(&root).join("data/seeds").join(name)).ok()
    }

    #[test]
    fn the_seeds_are_dated_as_their_evidence_allows() {
        let Some(text) = seed("002_428f4114635f16d1.txt") else {
            skipped();
            return;
        };
        let published = resolved(&text, "2024-05-01").unwrap();
        assert_eq!(published.edtf, "[2001-03-12,2007-03-12,2012-03-12,2018-03-12]");
        assert_eq!(published.basis, Basis::Weekday);
        for name in ["001_c2dd11587abe36a3.txt", "004_b3cadc4a35259076.txt"] {
            assert_eq!(resolved(&seed(name).unwrap(), "2024-05-01"), None, "{name}");
        }
        let published = resolved(&seed("003_ccd135a118f501bf.txt").unwrap(), "2024-05-01").unwrap();
        assert_eq!((published.edtf.as_str(), published.basis), ("[2018-03-30..2024-05-01]", Basis::Tweet));
        let published = resolved(&seed("000_779bd245a3491054.txt").unwrap(), "2024-05-01").unwrap();
        assert_eq!((published.edtf.as_str(), published.basis), ("[2018-03-10..2024-05-01]", Basis::Text));
    }

    #[test]
    fn a_second_bound_leaves_one_year() {
        let text = "وذكرت القناة اليوم، الاثنين 12 من آذار، أن الوفد غادر المدينة بعد لقاء قصير مع اللجنة المحلية.\n\
                    وكان الاتفاق وقع يوم السبت 10 من آذار 2018 في حضور ممثلين عن الطرفين بعد مفاوضات طويلة.";
        assert_eq!(resolved(text, "2020-01-01").unwrap().edtf, "2018-03-12");
    }

    #[test]
    fn announced_dates_and_bare_years_bound_nothing() {
        for text in [
            "تقام المباراة في 14 يونيو 2018 في العاصمة بحضور الجمهور الذي ينتظرها منذ العام 2013 بفارغ الصبر.",
            "The vote will be held on 12 May 2018, the commission said, after years of delay since the one of 2013.",
        ] {
            assert_eq!(resolved(text, "2024-05-01"), None, "{text}");
        }
    }

    #[test]
    fn evidence_after_the_capture_bounds_nothing() {
        let text = "وقع الاتفاق يوم السبت 10 من آذار 2018 في حضور ممثلين عن الطرفين بعد مفاوضات طويلة.";
        assert_eq!(resolved(text, "2017-01-01"), None);
    }

    #[test]
    fn statements_come_before_evidence_and_contradictions_are_named() {
        let reading = plain::read("خبر\n\n— اسم (@x) March 30, 2018", Some("عنوان"));
        let (captured, ingested) = (time("2018-05-01"), time("2019-01-01"));
        let declared = [time("2018-03-01")];
        let published = resolve(&reading, &declared, &[], &captured, &ingested).unwrap();
        assert_eq!(published.edtf, "2018-03-01");
        assert_eq!(
            contradictions(&reading, Some(&published), &captured),
            ["published 2018-03-01 is before the embedded tweet of @x of 2018-03-30"]
        );
        assert_eq!(
            contradictions(&reading, Some(&time("2018-06-01")), &captured),
            ["published 2018-06-01 is after the capture of 2018-05-01"]
        );
    }

    #[test]
    fn a_date_in_the_path_of_a_url_counts() {
        for (url, day) in [
            ("https://a.example/2018/03/31/title", Some("2018-03-31")),
            ("https://a.example/news/2018-3-31-title.html", Some("2018-03-31")),
            ("https://a.example/20180331-title", Some("2018-03-31")),
            ("https://a.example/2018/mar/31/title", Some("2018-03-31")),
            ("https://a.example/2018/03/title", None),
            ("https://a.example/254711180498222", None),
            ("https://a.example/?d=2018/03/31", None),
            ("https://a.example/1439/07/12/title", None),
        ] {
            assert_eq!(date_in_url(url).map(|time| time.edtf).as_deref(), day, "{url}");
        }
        let url = [Claim::new(Basis::Declared, "https://a.example/2018/03/31/t".to_owned())];
        let none = Reading::default();
        assert_eq!(resolve(&none, &[], &url, &time("2020"), &time("2020")).unwrap().basis, Basis::Url);
    }

    /// Says that a test did not run.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn skipped() {
        eprintln!("skipped: no shared data");
    }
}
