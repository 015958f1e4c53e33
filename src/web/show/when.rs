//! Times in plain words: "no later than 9 May 2024", with what that rests on.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::{Basis, Time};
use crate::web::words::{Words, fill};

/// A time in words, with its basis.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/when.html")]
pub(in crate::web) struct When {
    /// In words.
    pub(in crate::web) said: String,
    /// For machines, where HTML has a form for it.
    machine: Option<String>,
    /// What it rests on.
    pub(in crate::web) basis: &'static str,
}

impl HtmlSafe for When {}

impl When {
    /// Puts a time into words.
    pub(in crate::web) fn of(time: &Time, w: &Words) -> Self {
        let machine = (!time.edtf.starts_with('[')).then(|| time.edtf.clone());
        When { said: spoken(&time.edtf, w), machine, basis: basis(time.basis, w) }
    }
}

/// What a time rests on.
fn basis(basis: Basis, w: &Words) -> &'static str {
    match basis {
        Basis::Meta => w.basis_meta,
        Basis::JsonLd => w.basis_json_ld,
        Basis::Text => w.basis_text,
        Basis::Weekday => w.basis_weekday,
        Basis::Tweet => w.basis_tweet,
        Basis::Url => w.basis_url,
        Basis::Declared => w.basis_declared,
        Basis::WarcDate => w.basis_warc_date,
        Basis::Http => w.basis_http,
        Basis::Ingest => w.basis_ingest,
        Basis::Inferred => w.basis_inferred,
        Basis::Rfc3161 => w.basis_rfc3161,
    }
}

/// Says an EDTF time in words; what it cannot read it repeats.
pub(in crate::web) fn spoken(edtf: &str, w: &Words) -> String {
    let Some(inner) = edtf.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return single(edtf, w) };
    if let Some((from, to)) = inner.split_once("..") {
        return match (from.is_empty(), to.is_empty()) {
            (true, true) => w.unknown.to_owned(),
            (true, false) => fill(w.time_until, &[&single(to, w)]),
            (false, true) => fill(w.time_since, &[&single(from, w)]),
            (false, false) if from == to => single(from, w),
            (false, false) => fill(w.time_between, &[&single(from, w), &single(to, w)]),
        };
    }
    let days: Vec<&str> = inner.split(',').map(str::trim).collect();
    fill(w.time_one_of, &[&one_of(&days, w)])
}

/// Several days; the same day of several years is said once.
fn one_of(days: &[&str], w: &Words) -> String {
    let day_of_year: Vec<Option<&str>> = days.iter().map(|day| day.get(4..).filter(|_| day.len() == 10)).collect();
    let same = day_of_year.iter().all(|day| day.is_some() && *day == day_of_year[0]);
    let list: Vec<String> = if same {
        let years = days.iter().map(|day| day.get(..4).unwrap_or_default().to_owned()).collect();
        return match (days.first().and_then(|day| Day::parse(day)), years) {
            (Some(day), years) => fill(w.time_day_in_years, &[&day.without_year(w), &joined(years, w)]),
            (None, years) => joined(years, w),
        };
    } else {
        days.iter().map(|day| single(day, w)).collect()
    };
    joined(list, w)
}

/// "a, b or c".
fn joined(list: Vec<String>, w: &Words) -> String {
    match list.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}{}{last}", first.join(w.list_comma), w.list_or),
    }
}

/// A second, a day, a month or a year.
fn single(text: &str, w: &Words) -> String {
    let (date, clock) = text.split_once('T').map_or((text, None), |(date, clock)| (date, Some(clock)));
    let day = match (Day::parse(date), date.len()) {
        (Some(day), _) => format!("{} {}", day.without_year(w), day.year),
        (None, 7) => match (date.get(..4), date.get(5..).and_then(|month| month_name(month, w))) {
            (Some(year), Some(month)) => format!("{month} {year}"),
            _ => return text.to_owned(),
        },
        _ => return text.to_owned(),
    };
    let Some(clock) = clock else { return day };
    let at = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (time, zone) = clock.split_at(at);
    let time = time.strip_suffix(":00").filter(|time| time.len() == 5).unwrap_or(time);
    let zone = match zone {
        "" => w.time_zone_unknown.to_owned(),
        "Z" => "UTC".to_owned(),
        offset => format!("UTC{offset}"),
    };
    fill(w.time_at, &[&day, time, &zone])
}

struct Day<'a> {
    year: &'a str,
    month: &'a str,
    day: &'a str,
}

impl<'a> Day<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let fine = parts.next().is_none() && year.len() == 4 && month.len() == 2 && day.len() == 2;
        fine.then_some(Day { year, month, day })
    }

    fn without_year(&self, w: &Words) -> String {
        let month = month_name(self.month, w).unwrap_or("?");
        format!("{} {month}", self.day.trim_start_matches('0'))
    }
}

fn month_name(month: &str, w: &Words) -> Option<&'static str> {
    w.months.get(month.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Language;

    #[test]
    fn times_are_said_in_plain_words() {
        let w = Language::English.words();
        for (edtf, words) in [
            ("2018-03-31T10:49:00+03:00", "31 March 2018, 10:49 (UTC+03:00)"),
            ("2024-05-03T17:05:07Z", "3 May 2024, 17:05:07 (UTC)"),
            ("2024-05-03T17:05:00", "3 May 2024, 17:05 (time zone unknown)"),
            ("2018-03-30", "30 March 2018"),
            ("2018-02", "February 2018"),
            ("2018", "2018"),
            ("[..2018-03-31]", "no later than 31 March 2018"),
            ("[2018-03-30..]", "no earlier than 30 March 2018"),
            ("[2018-03-10..2018-03-31]", "between 10 March 2018 and 31 March 2018"),
            ("[2002-05-06,2013-05-06,2024-05-06]", "one of these days: 6 May of 2002, 2013 or 2024"),
            ("[2018-03-04,2018-04-03]", "one of these days: 4 March 2018 or 3 April 2018"),
            ("[..]", "unknown"),
            ("2018-99-99", "99 ? 2018"),
            ("soon", "soon"),
        ] {
            assert_eq!(spoken(edtf, w), words, "{edtf}");
        }
    }

    #[test]
    fn arabic_names_both_months() {
        let w = Language::Arabic.words();
        assert_eq!(spoken("2024-05-03", w), "3 أيار/مايو 2024");
    }
}
