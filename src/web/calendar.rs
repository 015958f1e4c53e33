//! All captures of one URL as a calendar, with what changed from one to the next.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

use super::page::page;
use super::problem::Problem;
use super::server::Server;
use super::show::{When, encode, foreign_link, number, spoken};
use super::visit::{Frame, Visit};
use super::words::{Words, fill};
use crate::archive::history::{Change, Moment};

/// Captures listed one by one; of a fuller year only one month's are.
const LISTED: usize = 200;
/// Captures listed of one month.
const OF_A_MONTH: usize = 1_000;
const DAYS_OF_A_WEEK: usize = 7;

#[derive(Template)]
#[template(path = "captures/page.html")]
struct CapturesPage {
    f: Frame,
    url: String,
    original: Option<String>,
    lead: String,
    cut: bool,
    years: Vec<YearLink>,
    weekdays: Vec<(&'static str, &'static str)>,
    months: Vec<Month>,
    listed: Vec<Row>,
    undated: Vec<Row>,
    /// Numbers of the two rows that are compared unless others are chosen.
    chosen: (usize, usize),
    timemap: String,
}

impl CapturesPage {
    /// (anchor, heading, rows) of what is listed.
    fn lists(&self) -> [(&'static str, &'static str, &[Row]); 2] {
        [("list", self.f.w.cal_list, &self.listed), ("undated", self.f.w.cal_undated, &self.undated)]
    }
}

struct YearLink {
    year: String,
    count: String,
    path: String,
    current: bool,
}

struct Month {
    name: String,
    weeks: Vec<Vec<Option<Day>>>,
}

#[derive(Clone)]
struct Day {
    number: u32,
    /// Where its captures are; none where there are none.
    path: Option<String>,
    said: String,
    count: usize,
    /// Whether a text is there that the capture before did not have.
    new: bool,
}

struct Row {
    number: usize,
    anchor: Option<String>,
    record: String,
    captured: When,
    logged: String,
    title: Option<String>,
    article: Option<String>,
    change: &'static str,
    new: bool,
}

#[derive(Template)]
#[template(path = "captures/ask.html")]
struct AskPage {
    f: Frame,
}

/// `/captures?url=&year=&month=`
pub(super) fn captures(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let Some(url) = visit.param("url") else { return page(AskPage { f }) };
    let history = server.archive.history(url)?;
    if history.moments.is_empty() {
        return Err(Problem::not_found(&visit.path));
    }
    let calendar = Calendar::of(&history.moments);
    let year = match visit.param("year") {
        None => calendar.latest(),
        Some(digits) => Some(digits.parse::<i32>().map_err(|_| bad("year"))?),
    };
    let month = match visit.param("month") {
        None => None,
        Some(digits) => Some(digits.parse::<u32>().ok().filter(|m| (1..=12).contains(m)).ok_or_else(|| bad("month"))?),
    };
    let path = format!("/captures?url={}{}", encode(url), f.and);
    let mut shown = Shown { f: &f, path: &path, numbers: 0 };
    let articles: std::collections::BTreeSet<_> = history.moments.iter().filter_map(|m| m.article).collect();
    let years = calendar.years.iter().rev().map(|(of, days)| YearLink {
        year: of.to_string(),
        count: number(days.values().map(Vec::len).sum::<usize>() as u64),
        path: format!("{path}&year={of}"),
        current: Some(*of) == year,
    });
    let days = year.and_then(|year| calendar.years.get(&year));
    let listed = days.map(|days| shown.rows(days, month)).unwrap_or_default();
    let undated: Vec<Row> =
        calendar.undated.iter().rev().take(OF_A_MONTH).map(|moment| shown.row(moment, None)).collect();
    let rows = listed.len() + undated.len();
    page(CapturesPage {
        original: foreign_link(url),
        lead: fill(f.w.cal_lead, &[&number(history.moments.len() as u64), &number(articles.len() as u64)]),
        cut: history.cut,
        years: years.collect(),
        weekdays: weekdays(&f),
        months: days.map(|days| shown.months(days)).unwrap_or_default(),
        chosen: if rows > 1 { (2, 1) } else { (0, 0) },
        listed,
        undated,
        timemap: format!("/timemap/link/{}", encode(url)),
        url: url.to_owned(),
        f,
    })
}

fn bad(what: &str) -> Problem {
    Problem::usage(format!("{what} must be a number of the calendar"), |w| w.bad_number)
}

/// Captures by year and day; those without a known day apart.
struct Calendar<'a> {
    years: BTreeMap<i32, BTreeMap<NaiveDate, Vec<&'a Moment>>>,
    undated: Vec<&'a Moment>,
}

impl<'a> Calendar<'a> {
    fn of(moments: &'a [Moment]) -> Self {
        let mut calendar = Calendar { years: BTreeMap::new(), undated: Vec::new() };
        for moment in moments {
            let day = moment.day().and_then(|day| day.parse::<NaiveDate>().ok());
            match day {
                Some(day) => calendar.years.entry(day.year()).or_default().entry(day).or_default().push(moment),
                None => calendar.undated.push(moment),
            }
        }
        calendar
    }

    fn latest(&self) -> Option<i32> {
        self.years.keys().next_back().copied()
    }
}

/// The first day of the week where the language is at home: Saturday in Arabic, else Monday.
fn first_weekday(f: &Frame) -> usize {
    if f.lang == "ar" { 5 } else { 0 }
}

fn weekdays(f: &Frame) -> Vec<(&'static str, &'static str)> {
    (0..DAYS_OF_A_WEEK).map(|day| f.w.weekdays[(day + first_weekday(f)) % DAYS_OF_A_WEEK]).collect()
}

/// What is being shown, with the number of the last row.
struct Shown<'f> {
    f: &'f Frame,
    path: &'f str,
    numbers: usize,
}

impl Shown<'_> {
    /// The months that have captures.
    fn months(&self, days: &BTreeMap<NaiveDate, Vec<&Moment>>) -> Vec<Month> {
        let mut firsts: Vec<NaiveDate> = days.keys().filter_map(|day| day.with_day(1)).collect();
        firsts.dedup();
        firsts.into_iter().map(|first| self.month(first, days)).collect()
    }

    fn month(&self, first: NaiveDate, days: &BTreeMap<NaiveDate, Vec<&Moment>>) -> Month {
        let ahead =
            (first.weekday().num_days_from_monday() as usize + DAYS_OF_A_WEEK - first_weekday(self.f)) % DAYS_OF_A_WEEK;
        let mut cells: Vec<Option<Day>> = vec![None; ahead];
        let of_month = first.iter_days().take_while(|day| day.month() == first.month());
        cells.extend(of_month.map(|day| Some(self.day(day, days.get(&day).map(Vec::as_slice).unwrap_or_default()))));
        cells.resize(cells.len().next_multiple_of(DAYS_OF_A_WEEK), None);
        Month {
            name: spoken(&first.format("%Y-%m").to_string(), self.f.w),
            weeks: cells.chunks(DAYS_OF_A_WEEK).map(<[_]>::to_vec).collect(),
        }
    }

    fn day(&self, day: NaiveDate, moments: &[&Moment]) -> Day {
        let w = self.f.w;
        let new = moments.iter().any(|moment| is_new(moment.change));
        let path = match moments {
            [] => None,
            [only] => Some(format!("/r/{}{}", only.record, self.f.q)),
            _ => Some(format!("{}&year={}&month={}#d-{day}", self.path, day.year(), day.month())),
        };
        let said = spoken(&day.to_string(), w);
        let what = if new { w.cal_new } else { w.cal_same };
        Day {
            number: day.day(),
            path,
            said: fill(w.cal_day, &[&said, &moments.len().to_string(), what]),
            count: moments.len(),
            new,
        }
    }

    /// The captures of a year, or of one month where there are many, newest first.
    fn rows(&mut self, days: &BTreeMap<NaiveDate, Vec<&Moment>>, month: Option<u32>) -> Vec<Row> {
        let all: usize = days.values().map(Vec::len).sum();
        let last = days.keys().next_back().map(Datelike::month);
        let only = if all > LISTED { month.or(last) } else { None };
        let mut rows = Vec::new();
        for (day, moments) in days.iter().rev().filter(|(day, _)| only.is_none_or(|month| day.month() == month)) {
            for (index, moment) in moments.iter().rev().enumerate() {
                if rows.len() < OF_A_MONTH {
                    rows.push(self.row(moment, (index == 0).then(|| format!("d-{day}"))));
                }
            }
        }
        rows
    }

    fn row(&mut self, moment: &Moment, anchor: Option<String>) -> Row {
        self.numbers += 1;
        Row {
            number: self.numbers,
            anchor,
            record: moment.record.to_string(),
            captured: When::of(&moment.captured, self.f.w),
            logged: moment.logged.to_string(),
            title: moment.title.clone(),
            article: moment.article.map(|id| format!("/a/{id}{}", self.f.q)),
            change: changed(moment.change, self.f.w),
            new: is_new(moment.change),
        }
    }
}

fn is_new(change: Change) -> bool {
    matches!(change, Change::First | Change::Changed)
}

fn changed(change: Change, w: &Words) -> &'static str {
    match change {
        Change::First => w.cal_first,
        Change::SameBytes => w.cal_same_bytes,
        Change::SameArticle => w.cal_same_article,
        Change::Changed => w.cal_changed,
    }
}
