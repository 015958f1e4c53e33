//! The pages of an outlet over time: a bar a day, a month or a year, as many as can be told apart.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Datelike, NaiveDate};

use crate::archive::lists::DayCount;
use crate::web::show::{number, spoken};
use crate::web::visit::Frame;
use crate::web::words::{Words, fill};

/// Width and height of a drawing, in its own units; it is stretched to the page.
const WIDTH: u64 = 1_000;
const HEIGHT: u64 = 100;
/// A bar is no wider.
const WIDEST: u64 = 140;
/// More bars than this are drawn as longer steps.
const BARS: i64 = 190;
const MONTHS_OF_A_YEAR: i64 = 12;

/// One drawing a clock, and the numbers as a table.
#[derive(Debug, Template)]
#[template(path = "outlets/over_time.html")]
pub(super) struct OverTime {
    w: &'static Words,
    series: Vec<Series>,
    /// (when, published, captured)
    table: Vec<(String, String, String)>,
    begin: String,
    end: String,
}

impl HtmlSafe for OverTime {}

#[derive(Debug)]
struct Series {
    name: &'static str,
    said: String,
    bars: Vec<Bar>,
}

#[derive(Debug, PartialEq, Eq)]
struct Bar {
    x: u64,
    width: u64,
    y: u64,
    height: u64,
}

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Day,
    Month,
    Year,
}

impl Step {
    /// The finest that does not make too many bars.
    fn fitting(first: NaiveDate, last: NaiveDate) -> Self {
        let bars = |step: Step| step.index(last) - step.index(first);
        [Step::Day, Step::Month].into_iter().find(|step| bars(*step) < BARS).unwrap_or(Step::Year)
    }

    /// The number of the bar that a day falls into.
    fn index(self, day: NaiveDate) -> i64 {
        match self {
            Step::Day => i64::from(day.num_days_from_ce()),
            Step::Month => i64::from(day.year()) * MONTHS_OF_A_YEAR + i64::from(day.month0()),
            Step::Year => i64::from(day.year()),
        }
    }

    /// What a bar stands for, in words.
    fn name(self, index: i64, f: &Frame) -> String {
        let edtf = match self {
            Step::Day => {
                i32::try_from(index).ok().and_then(NaiveDate::from_num_days_from_ce_opt).map(|day| day.to_string())
            }
            Step::Month => {
                Some(format!("{:04}-{:02}", index.div_euclid(MONTHS_OF_A_YEAR), index.rem_euclid(MONTHS_OF_A_YEAR) + 1))
            }
            Step::Year => Some(format!("{index:04}")),
        };
        spoken(&edtf.unwrap_or_default(), f.w)
    }
}

impl OverTime {
    /// Draws what is known of when pages were published and captured; `None` where nothing is.
    pub(super) fn of(days: &[DayCount], f: &Frame) -> Option<Self> {
        let counted: BTreeMap<NaiveDate, (u64, u64)> =
            days.iter().filter_map(|d| Some((d.day.parse().ok()?, (d.published, d.captured)))).collect();
        let (first, last) = (*counted.keys().next()?, *counted.keys().next_back()?);
        let step = Step::fitting(first, last);
        let mut sums: BTreeMap<i64, (u64, u64)> =
            (step.index(first)..=step.index(last)).map(|at| (at, (0, 0))).collect();
        for (day, (published, captured)) in counted {
            let sum = sums.entry(step.index(day)).or_default();
            *sum = (sum.0 + published, sum.1 + captured);
        }
        let names: Vec<String> = sums.keys().map(|at| step.name(*at, f)).collect();
        let published: Vec<u64> = sums.values().map(|sum| sum.0).collect();
        let captured: Vec<u64> = sums.values().map(|sum| sum.1).collect();
        let series = [(f.w.published, &published), (f.w.captured, &captured)];
        let series = series.into_iter().filter_map(|(clock, counts)| Series::of(clock, counts, &names, f));
        let rows = names.iter().zip(published.iter().zip(&captured)).filter(|(_, (p, c))| **p + **c > 0);
        Some(OverTime {
            w: f.w,
            series: series.collect(),
            table: rows.map(|(name, (p, c))| (name.clone(), number(*p), number(*c))).collect(),
            begin: names.first().cloned()?,
            end: names.last().cloned()?,
        })
    }
}

impl Series {
    fn of(name: &'static str, counts: &[u64], names: &[String], f: &Frame) -> Option<Self> {
        let (most_at, most) = counts.iter().enumerate().max_by_key(|(index, count)| (**count, usize::MAX - index))?;
        if *most == 0 {
            return None;
        }
        let said = fill(f.w.months_said, &[&number(counts.iter().sum()), &names[most_at], &number(*most)]);
        let slots = counts.len() as u64;
        let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(index, count)| {
            let index = index as u64;
            let (from, to) = (index * WIDTH / slots, (index + 1) * WIDTH / slots);
            // Something is never drawn as nothing.
            let height = (count * HEIGHT / most).max(3);
            let x = if f.dir == "rtl" { WIDTH - to } else { from };
            let gap = if slots > 60 { 0 } else { 2 };
            let width = (to - from).saturating_sub(gap).clamp(1, WIDEST);
            Bar { x: x + (to - from - width) / 2, width, y: HEIGHT - height, height }
        });
        Some(Series { name, said, bars: bars.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::visit::Visit;

    fn of(days: &[(&str, u64, u64)]) -> Option<OverTime> {
        let days: Vec<DayCount> = days
            .iter()
            .map(|&(day, published, captured)| DayCount { day: day.to_owned(), published, captured })
            .collect();
        OverTime::of(&days, &Visit::default().frame())
    }

    #[test]
    fn months_without_pages_leave_a_gap() {
        let drawn = of(&[("2018-01-31", 10, 0), ("2018-09-01", 5, 0)]).unwrap();
        assert_eq!((drawn.series.len(), drawn.table.len()), (1, 2));
        let bars = &drawn.series[0].bars;
        assert_eq!((bars.len(), bars[0].height, bars[1].height), (2, 100, 50));
        assert!(bars[0].x < 111 && bars[1].x > 888, "{bars:?}");
        assert_eq!((drawn.begin.as_str(), drawn.end.as_str()), ("January 2018", "September 2018"));
    }

    #[test]
    fn a_bar_is_a_day_a_month_or_a_year() {
        assert_eq!(of(&[("2018-03-30", 1, 0), ("2018-04-01", 1, 0)]).unwrap().end, "1 April 2018");
        let drawn = of(&[("1987-02-01", 1, 0), ("1987-03-31", 1, 0), ("2018-04-01", 1, 1)]).unwrap();
        assert_eq!((drawn.begin.as_str(), drawn.table.len(), drawn.table[0].1.as_str()), ("1987", 2, "2"));
        assert!(of(&[]).is_none());
    }
}
