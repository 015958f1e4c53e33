//! The pages of an outlet over time: a bar a month, or a year where there are many months.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::archive::lists::Month;
use crate::web::show::{number, spoken};
use crate::web::visit::Frame;
use crate::web::words::{Words, fill};

/// Width and height of a drawing, in its own units; it is stretched to the page.
const WIDTH: u64 = 1_000;
const HEIGHT: u64 = 100;
/// A bar is no wider.
const WIDEST: u64 = 60;
/// More months are drawn as years.
const MONTHS: usize = 96;
const MONTHS_OF_A_YEAR: i64 = 12;

/// One drawing a clock, and the numbers as a table.
#[derive(Debug, Template)]
#[template(path = "outlets/months.html")]
pub(super) struct Months {
    w: &'static Words,
    series: Vec<Series>,
    /// (when, published, captured)
    table: Vec<(String, String, String)>,
    begin: String,
    end: String,
}

impl HtmlSafe for Months {}

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

impl Months {
    /// Draws what is known of when pages were published and captured; `None` where nothing is.
    pub(super) fn of(months: &[Month], f: &Frame) -> Option<Self> {
        let counted: BTreeMap<i64, (u64, u64)> =
            months.iter().filter_map(|m| Some((ordinal(&m.month)?, (m.published, m.captured)))).collect();
        let (first, last) = (*counted.keys().next()?, *counted.keys().next_back()?);
        let by_year = usize::try_from(last - first).is_ok_and(|span| span >= MONTHS);
        let step = if by_year { MONTHS_OF_A_YEAR } else { 1 };
        let mut steps: BTreeMap<i64, (u64, u64)> =
            (first.div_euclid(step)..=last.div_euclid(step)).map(|at| (at, (0, 0))).collect();
        for (month, (published, captured)) in counted {
            let sum = steps.entry(month.div_euclid(step)).or_default();
            *sum = (sum.0 + published, sum.1 + captured);
        }
        let name = |at: i64| {
            let month = at * step;
            let (year, month) = (month.div_euclid(MONTHS_OF_A_YEAR), month.rem_euclid(MONTHS_OF_A_YEAR) + 1);
            spoken(&if by_year { format!("{year:04}") } else { format!("{year:04}-{month:02}") }, f.w)
        };
        let names: Vec<String> = steps.keys().map(|at| name(*at)).collect();
        let published: Vec<u64> = steps.values().map(|sum| sum.0).collect();
        let captured: Vec<u64> = steps.values().map(|sum| sum.1).collect();
        let series = [(f.w.published, &published), (f.w.captured, &captured)];
        let series = series.into_iter().filter_map(|(clock, counts)| Series::of(clock, counts, &names, f));
        let rows = names.iter().zip(published.iter().zip(&captured)).filter(|(_, (p, c))| **p + **c > 0);
        Some(Months {
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

/// Months since the year 0.
fn ordinal(month: &str) -> Option<i64> {
    let (year, month) = month.split_once('-')?;
    let (year, month) = (year.parse::<i64>().ok()?, month.parse::<i64>().ok()?);
    (1..=MONTHS_OF_A_YEAR).contains(&month).then(|| year * MONTHS_OF_A_YEAR + month - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::visit::Visit;

    fn of(months: &[(&str, u64, u64)]) -> Option<Months> {
        let months: Vec<Month> = months
            .iter()
            .map(|&(month, published, captured)| Month { month: month.to_owned(), published, captured })
            .collect();
        Months::of(&months, &Visit::default().frame())
    }

    #[test]
    fn months_without_pages_leave_a_gap() {
        let drawn = of(&[("2018-01", 10, 0), ("2018-04", 5, 0)]).unwrap();
        assert_eq!((drawn.series.len(), drawn.table.len()), (1, 2));
        let bars = &drawn.series[0].bars;
        assert_eq!((bars.len(), bars[0].height, bars[1].height, bars[1].x), (2, 100, 50, 845));
        assert_eq!((drawn.begin.as_str(), drawn.end.as_str()), ("January 2018", "April 2018"));
    }

    #[test]
    fn many_months_become_years_and_nothing_is_no_picture() {
        let drawn = of(&[("1987-02", 1, 0), ("1987-03", 1, 0), ("2018-04", 1, 1)]).unwrap();
        assert_eq!((drawn.table.len(), drawn.table[0].1.as_str(), drawn.series.len()), (2, "2", 2));
        assert!(of(&[]).is_none());
    }
}
