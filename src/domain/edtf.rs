//! Reads times as collectors, feeds and headers write them.
//!
//! What the text does not say stays open: no zone stated means the whole span of zones, `03/04/2018` means one of two
//! days, a month means all of it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};

use super::time::{Basis, DAY, EARLIEST_ZONE, LATEST_ZONE, Time, day_span, midnight_utc};

/// A text that states no time we can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} is not a date or time; write 2018-03-31, 2018-03-31T10:49:00+03:00, 2018-03 or [2018-03-30..2018-03-31]"
)]
pub struct NotATime {
    /// What stood there, cut to 80 characters.
    pub found: String,
}

/// Reads RFC 3339, RFC 2822, EDTF days, months, years and sets, local times without zone, the 14 digits of WARC tools,
/// `DD/MM/YYYY` and `26-FEB-1987 15:01:01.79`.
pub fn parse_time(text: &str, basis: Basis) -> Result<Time, NotATime> {
    let text = text.trim();
    let fail = || NotATime { found: text.chars().take(80).collect() };
    zoned(text, basis)
        .or_else(|| local(text, basis))
        .or_else(|| calendar(text, basis))
        .or_else(|| set(text, basis))
        .or_else(|| slashed(text, basis))
        .filter(|time| time.from.is_some() || time.to.is_some())
        .ok_or_else(fail)
}

fn zoned(text: &str, basis: Basis) -> Option<Time> {
    // RFC 2822 comments such as "(UTC)" and the doubled sign "GMT" are read by chrono; "Z" and offsets by RFC 3339.
    let at =
        DateTime::parse_from_rfc3339(&text.replacen(' ', "T", usize::from(text.as_bytes().get(10) == Some(&b' '))))
            .ok()
            .or_else(|| DateTime::parse_from_rfc2822(text).ok())
            .or_else(|| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").ok())
            .or_else(|| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z").ok())
            .or_else(|| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").ok())?;
    let seconds = at.timestamp();
    let offset = at.offset().local_minus_utc();
    let zone = if offset == 0 { "Z".to_owned() } else { at.offset().to_string() };
    let edtf = format!("{}{zone}", at.naive_local().format("%Y-%m-%dT%H:%M:%S"));
    sane(at.year())?;
    Some(Time { edtf, from: Some(seconds), to: Some(seconds + 1), zone: Some(zone), basis })
}

fn local(text: &str, basis: Basis) -> Option<Time> {
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
        let at = NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok()?;
        sane(at.year())?;
        return Some(Time::at_second(at.and_utc().timestamp(), basis));
    }
    let seconds = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%d-%b-%Y %H:%M:%S%.f"];
    let minutes = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let read = |formats: &[&str]| formats.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok());
    let (at, width) = read(&seconds).map(|at| (at, 1)).or_else(|| read(&minutes).map(|at| (at, 60)))?;
    sane(at.year())?;
    Some(local_time(at, width, basis))
}

/// A civil time in a zone nobody stated, `width` seconds wide.
pub fn local_time(at: NaiveDateTime, width: i64, basis: Basis) -> Time {
    let seconds = at.and_utc().timestamp();
    Time {
        edtf: at.format("%Y-%m-%dT%H:%M:%S").to_string(),
        from: Some(seconds - EARLIEST_ZONE),
        to: Some(seconds + width + LATEST_ZONE),
        zone: None,
        basis,
    }
}

fn calendar(text: &str, basis: Basis) -> Option<Time> {
    let digits_and_dashes = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match text.len() {
        10 | 11 if !digits_and_dashes => {
            let day = NaiveDate::parse_from_str(text, "%d-%b-%Y").ok()?;
            sane(day.year())?;
            Some(Time::day(day, basis))
        }
        10 => {
            let day: NaiveDate = text.parse().ok()?;
            sane(day.year())?;
            Some(Time::day(day, basis))
        }
        7 if digits_and_dashes => {
            let first: NaiveDate = format!("{text}-01").parse().ok()?;
            sane(first.year())?;
            let next = first.checked_add_months(chrono::Months::new(1))?;
            Some(span(text, first, next, basis))
        }
        4 if text.bytes().all(|b| b.is_ascii_digit()) => {
            let year: i32 = text.parse().ok()?;
            sane(year)?;
            Some(span(text, NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year + 1, 1, 1)?, basis))
        }
        _ => None,
    }
}

fn span(edtf: &str, first: NaiveDate, next: NaiveDate, basis: Basis) -> Time {
    let from = midnight_utc(first) - EARLIEST_ZONE;
    let to = midnight_utc(next) - DAY + DAY + LATEST_ZONE;
    Time { edtf: edtf.to_owned(), from: Some(from), to: Some(to), zone: None, basis }
}

/// `[a..b]`, `[a,b]`, `[a..]`, `[..b]` of days.
fn set(text: &str, basis: Basis) -> Option<Time> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let day = |text: &str| text.trim().parse::<NaiveDate>().ok().filter(|day| sane(day.year()).is_some());
    if let Some((first, last)) = inner.split_once("..") {
        let end = |text: &str| if text.trim().is_empty() { Some(None) } else { day(text).map(Some) };
        let (first, last) = (end(first)?, end(last)?);
        if matches!((first, last), (Some(a), Some(b)) if a > b) {
            return None;
        }
        return Some(Time::between(first.map(|d| day_span(d).0), last.map(|d| day_span(d).1), basis));
    }
    let mut days = inner.split(',').map(day).collect::<Option<Vec<_>>>()?;
    days.sort_unstable();
    days.dedup();
    Time::one_of(&days, basis)
}

/// `DD/MM/YYYY`, or one of two days where the month could stand first.
fn slashed(text: &str, basis: Basis) -> Option<Time> {
    let mut parts = text.split('/');
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || a.len() > 2 || b.len() > 2 {
        return None;
    }
    let (a, b, year): (u32, u32, i32) = (a.parse().ok()?, b.parse().ok()?, year.parse().ok()?);
    sane(year)?;
    let mut days: Vec<NaiveDate> =
        [NaiveDate::from_ymd_opt(year, b, a), NaiveDate::from_ymd_opt(year, a, b)].into_iter().flatten().collect();
    days.sort_unstable();
    days.dedup();
    Time::one_of(&days, basis)
}

/// Printing exists since the fifteenth century; years beyond four digits are slips.
fn sane(year: i32) -> Option<()> {
    (1400..=9999).contains(&year).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Time {
        parse_time(text, Basis::Declared).unwrap()
    }

    #[test]
    fn zoned_times_are_exact() {
        for (text, edtf, from) in [
            ("2018-03-31T10:49:00+03:00", "2018-03-31T10:49:00+03:00", 1_522_482_540),
            ("2018-03-31 07:49:00Z", "2018-03-31T07:49:00Z", 1_522_482_540),
            ("Mon, 26 Feb 2018 11:19:48 GMT", "2018-02-26T11:19:48Z", 1_519_643_988),
            ("2013-10-29T08:00:00+0100", "2013-10-29T08:00:00+01:00", 1_383_030_000),
            ("20180331074900", "2018-03-31T07:49:00Z", 1_522_482_540),
        ] {
            let time = parse(text);
            assert_eq!((time.edtf.as_str(), time.from, time.to), (edtf, Some(from), Some(from + 1)), "{text}");
        }
    }

    #[test]
    fn a_missing_zone_widens_the_interval() {
        let time = parse("2015-07-21 02:49:53");
        assert_eq!(time.edtf, "2015-07-21T02:49:53");
        assert_eq!(time.to.unwrap() - time.from.unwrap(), 26 * 3600 + 1);
        assert_eq!(parse("26-FEB-1987 15:01:01.79").edtf, "1987-02-26T15:01:01");
    }

    #[test]
    fn days_months_years_and_sets_are_read() {
        assert_eq!(parse("2018-03-31").edtf, "2018-03-31");
        let month = parse("2018-02");
        assert_eq!((month.from, month.to), (parse("2018-02-01").from, parse("2018-02-28").to));
        let year = parse("2018");
        assert_eq!((year.from, year.to), (parse("2018-01-01").from, parse("2018-12-31").to));
        assert_eq!(parse("[2018-03-30..2018-03-31]").edtf, "[2018-03-30..2018-03-31]");
        assert_eq!(parse("[2018-03-31..]").to, None);
    }

    #[test]
    fn a_slashed_date_is_one_of_two_days_where_both_orders_fit() {
        assert_eq!(parse("29/10/2013").edtf, "2013-10-29");
        assert_eq!(parse("03/04/2018").edtf, "[2018-03-04,2018-04-03]");
        assert_eq!(parse("04/04/2018").edtf, "2018-04-04");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "yesterday",
            "2018-13-01",
            "2018-02-30",
            "31/31/2018",
            "0001-01-01",
            "[..]",
            "[2018-03-31..2018-03-30]",
        ] {
            assert!(parse_time(bad, Basis::Declared).is_err(), "{bad}");
        }
    }
}
