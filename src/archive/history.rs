//! The captures of one URL over time: what a calendar shows, and what changed from one to the next.

use super::{Archive, Error};
use crate::domain::{ArticleId, Basis, RecordId, Time};
use crate::store::MomentRow;

/// Captures of one URL that are looked at, the latest first.
const MOST: u32 = 5_000;

/// How a capture of a URL compares with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is the first.
    First,
    /// The captured bytes are the same.
    SameBytes,
    /// The article reads the same; something around it changed.
    SameArticle,
    /// The article reads otherwise.
    Changed,
}

/// One capture of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its record.
    pub record: RecordId,
    /// Best claim of the capture time.
    pub captured: Time,
    /// Place in the log.
    pub logged: u64,
    /// Best claim of the title.
    pub title: Option<String>,
    /// The article found in it.
    pub article: Option<ArticleId>,
    /// How it compares with the one before.
    pub change: Change,
}

impl Moment {
    /// The day it is claimed to have been captured on, `YYYY-MM-DD`: as stated, or in UTC. None where no single day is
    /// stated, or only the clock at ingestion is known.
    pub fn day(&self) -> Option<String> {
        if self.captured.basis == Basis::Ingest {
            return None;
        }
        let edtf = &self.captured.edtf;
        if edtf.len() == 10 && !edtf.starts_with('[') {
            return Some(edtf.clone());
        }
        let (from, to) = (self.captured.from?, self.captured.to?);
        let day = |second: i64| super::article::utc(second).get(..10).map(str::to_owned);
        day(from).filter(|first| to > from && day(to - 1).as_ref() == Some(first))
    }
}

/// The captures of one URL, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The captures.
    pub moments: Vec<Moment>,
    /// Whether there are earlier ones that were not looked at.
    pub cut: bool,
}

impl Archive {
    /// The captures of exactly this URL by claimed capture time, corrected ones left out.
    pub fn history(&self, url: &str) -> Result<History, Error> {
        let rows = self.read(|tx| Ok(tx.moments_of_url(url, MOST)?))?;
        let cut = rows.len() as u64 == u64::from(MOST);
        Ok(History { moments: moments(rows), cut })
    }
}

fn moments(mut rows: Vec<MomentRow>) -> Vec<Moment> {
    rows.sort_by_key(|row| (row.captured.to, row.captured.from, row.logged));
    let change = |index: usize| {
        let Some(before) = index.checked_sub(1).map(|before| &rows[before]) else { return Change::First };
        match &rows[index] {
            row if row.payload == before.payload => Change::SameBytes,
            row if row.article == before.article => Change::SameArticle,
            _ => Change::Changed,
        }
    };
    let changes: Vec<Change> = (0..rows.len()).map(change).collect();
    rows.into_iter()
        .zip(changes)
        .map(|(row, change)| Moment {
            record: row.record,
            captured: row.captured,
            logged: row.logged,
            title: row.title,
            article: row.article,
            change,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PayloadId;

    fn row(second: i64, payload: u8, article: u8) -> MomentRow {
        MomentRow {
            record: RecordId::of(&[payload]),
            payload: PayloadId::of(&[payload]),
            captured: Time::at_second(second, Basis::WarcDate),
            logged: second.unsigned_abs(),
            title: None,
            article: Some(ArticleId::of(&[article])),
        }
    }

    #[test]
    fn each_capture_is_compared_with_the_one_before_it() {
        let changes: Vec<Change> = moments(vec![row(40, 3, 2), row(10, 1, 1), row(30, 2, 1), row(20, 1, 1)])
            .iter()
            .map(|m| m.change)
            .collect();
        assert_eq!(changes, [Change::First, Change::SameBytes, Change::SameArticle, Change::Changed]);
    }

    #[test]
    fn a_day_is_one_that_somebody_stated() {
        let day = |captured| {
            let moment = moments(vec![MomentRow { captured, ..row(0, 1, 1) }]).remove(0);
            moment.day()
        };
        assert_eq!(day(Time::at_second(1_525_348_800, Basis::WarcDate)).as_deref(), Some("2018-05-03"));
        assert_eq!(day(Time::at_second(1_525_348_800, Basis::Ingest)), None);
        let stated = Time::day(chrono::NaiveDate::from_ymd_opt(2024, 5, 9).unwrap(), Basis::Declared);
        assert_eq!(day(stated).as_deref(), Some("2024-05-09"));
        let wide = Time { to: Some(1_525_348_800 + 90_000), ..Time::at_second(1_525_348_800, Basis::Declared) };
        assert_eq!(day(wide), None);
        let open = Time { to: None, ..Time::at_second(1_525_348_800, Basis::Declared) };
        assert_eq!(day(open), None);
    }
}
