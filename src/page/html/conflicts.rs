//! Statements of the time of publication that contradict each other, or the calendar of their readers: which goes first.
//!
//! Metadata goes before what the page shows, JSON-LD before `meta`, except that
//!
//! 1. a bare day in metadata gives way to a `time` element beside the article that has another day: readers see the
//!    latter, and editors correct what readers see;
//! 2. a full hour in UTC on the evening before a printed day gives way to that day;
//! 3. a full hour in UTC that is midnight where the page's language is at home gives way to the day that begins there.
//!
//! The last two are a day that the site's software took for midnight and rewrote in UTC. Nothing is removed: what gives
//! way stays as a claim behind.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::domain::{Basis, Time};

/// Orders the claims of `published`; `seen` are those of them that stand on the page itself.
pub(super) fn settle(published: &mut Vec<Time>, seen: &[Time], lang: Option<&str>) {
    prefer_seen_day(published, seen);
    prefer_printed_day(published);
    if let Some(day) = published.first().and_then(|stated| day_of_midnight(stated, lang?)) {
        published.retain(|time| time.edtf != day.edtf);
        published.insert(0, day);
    }
}

fn prefer_seen_day(published: &mut [Time], seen: &[Time]) {
    let is_bare = |time: &Time| time.edtf.len() == 10 && time.zone.is_none();
    let Some(stated) = published.first().filter(|time| is_bare(time)) else { return };
    let Some(seen) = seen.first().filter(|seen| seen.basis == Basis::Meta) else { return };
    if seen.edtf.get(..10) != stated.edtf.get(..10)
        && let Some(at) = published.iter().position(|time| time.edtf == seen.edtf)
    {
        published[..=at].rotate_right(1);
    }
}

fn prefer_printed_day(published: &mut [Time]) {
    let evening = published.first().and_then(full_hour_in_utc).filter(|(_, hour)| *hour >= 12);
    let Some(next_day) = evening.and_then(|(day, _)| day.succ_opt()).map(|day| day.to_string()) else { return };
    if let Some(printed) = published.iter().position(|time| time.basis == Basis::Text && time.edtf == next_day) {
        published[..=printed].rotate_right(1);
    }
}

/// The day and hour of a time in UTC that has neither minutes nor seconds.
fn full_hour_in_utc(time: &Time) -> Option<(NaiveDate, u32)> {
    let from = time.from.filter(|from| time.zone.as_deref() == Some("Z") && from % 3600 == 0)?;
    let day = chrono::DateTime::from_timestamp(from, 0)?.date_naive();
    Some((day, u32::try_from(from.rem_euclid(86_400) / 3600).ok()?))
}

/// The day that begins at `stated` where the language of the page is at home.
fn day_of_midnight(stated: &Time, lang: &str) -> Option<Time> {
    let (day, hour) = full_hour_in_utc(stated)?;
    let next = day.succ_opt()?;
    (hour + hours_ahead(lang, next)? == 24).then(|| Time::day(next, stated.basis))
}

/// How many hours the clocks of a language's home are ahead of UTC as a day begins. Languages of several zones have none.
fn hours_ahead(lang: &str, day: NaiveDate) -> Option<u32> {
    let language = lang.split('-').next().unwrap_or(lang).to_ascii_lowercase();
    let (winter, has_summer) = match language.as_str() {
        "de" | "it" | "pl" | "cs" | "sk" | "hu" | "sl" | "hr" | "bs" | "sr" | "mk" | "sq" | "sv" | "da" | "nb"
        | "nn" | "no" | "nl" | "rm" | "lb" | "mt" => (1, true),
        "fi" | "et" | "lv" | "lt" | "bg" | "ro" | "el" | "uk" => (2, true),
        "ka" | "hy" => (4, false),
        "vi" | "th" => (7, false),
        "ja" | "ko" => (9, false),
        _ => return None,
    };
    let summer = has_summer && last_sunday(day.year(), 3)? < day && day <= last_sunday(day.year(), 10)?;
    Some(winter + u32::from(summer))
}

/// The clocks of Europe change in the night to the last Sunday of March and October, after midnight.
fn last_sunday(year: i32, month: u32) -> Option<NaiveDate> {
    let last = NaiveDate::from_ymd_opt(year, month, 31)?;
    last.checked_sub_days(Days::new(u64::from(last.weekday().days_since(Weekday::Sun))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edtf::parse_time;

    fn first(stated: &[&str], seen: &[&str], lang: &str) -> String {
        let read =
            |list: &[&str]| -> Vec<Time> { list.iter().map(|text| parse_time(text, Basis::Meta).unwrap()).collect() };
        let (mut published, seen) = (read(stated), read(seen));
        published.extend(seen.iter().cloned());
        settle(&mut published, &seen, Some(lang));
        published[0].edtf.clone()
    }

    #[test]
    fn midnight_at_home_is_the_day_that_begins() {
        for (stated, lang, day) in [
            ("2022-11-06T23:00:00Z", "de", "2022-11-07"),
            ("2022-11-06T22:00:00Z", "de", "2022-11-06T22:00:00Z"),
            ("2022-07-06T22:00:00Z", "de-CH", "2022-07-07"),
            ("2022-07-06T22:00:01Z", "de", "2022-07-06T22:00:01Z"),
            ("2022-03-26T23:00:00Z", "it", "2022-03-27"),
            ("2022-10-29T22:00:00Z", "it", "2022-10-30"),
            ("2022-01-01T15:00:00Z", "ja", "2022-01-02"),
            ("2022-11-06T23:00:00Z", "en", "2022-11-06T23:00:00Z"),
        ] {
            assert_eq!(first(&[stated], &[], lang), day, "{stated} {lang}");
        }
    }

    #[test]
    fn a_bare_day_gives_way_to_the_one_that_readers_see() {
        assert_eq!(first(&["2022-01-15"], &["2022-01-25"], "en"), "2022-01-25");
        assert_eq!(first(&["2022-01-15T10:00:00Z"], &["2022-01-25"], "en"), "2022-01-15T10:00:00Z");
    }
}
