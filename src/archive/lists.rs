//! Lists and counts for people: captures, outlets, furniture, what deduplication saved.

use std::collections::HashMap;

use serde::Serialize;

use super::article::{CaptureView, capture_view};
use super::{Archive, Error};
pub use crate::store::ListFilter;
use crate::store::{OutletRow, StatsRow};

/// The newest pages of an outlet that are looked through for furniture.
pub const FURNITURE_PAGES: u32 = 500;
/// A time is known when it is bounded to so many seconds: sixty days.
const KNOWN: i64 = 60 * crate::domain::time::DAY;

/// The pages of an outlet on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The day: `2018-03-31`.
    pub day: String,
    /// Pages that say they were published then.
    pub published: u64,
    /// Pages that whoever captured them says were captured then.
    pub captured: u64,
}

/// An outlet as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletView {
    /// Registrable domain, or the declared name where no domain is known.
    pub outlet: String,
    /// Display name.
    pub name: Option<String>,
    /// Captures that nothing corrects.
    pub captures: u64,
    /// Distinct articles.
    pub articles: u64,
    /// First UTC second of known publication.
    pub from: Option<i64>,
    /// End of known publication, exclusive.
    pub to: Option<i64>,
}

impl From<OutletRow> for OutletView {
    fn from(row: OutletRow) -> Self {
        OutletView {
            outlet: row.name,
            name: row.display,
            captures: row.captures,
            articles: row.articles,
            from: row.span.0,
            to: row.span.1,
        }
    }
}

/// What one level of deduplication saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Level {
    /// Things as captured, each counted every time.
    pub seen: u64,
    /// Their bytes.
    pub seen_bytes: u64,
    /// Distinct things.
    pub distinct: u64,
    /// Their bytes.
    pub distinct_bytes: u64,
    /// Bytes that were not kept a second time.
    pub saved_bytes: u64,
}

impl Level {
    fn new(seen: u64, seen_bytes: u64, distinct: u64, distinct_bytes: u64) -> Self {
        Level { seen, seen_bytes, distinct, distinct_bytes, saved_bytes: seen_bytes.saturating_sub(distinct_bytes) }
    }
}

/// What is in the archive: the line of `stats --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Captures that nothing corrects.
    pub captures: u64,
    /// Captures that a later record corrects.
    pub corrected: u64,
    /// Readings.
    pub readings: u64,
    /// Distinct articles.
    pub articles: u64,
    /// Outlets.
    pub outlets: u64,
    /// Tweets.
    pub tweets: u64,
    /// Quotations in distinct articles.
    pub quotations: u64,
    /// First level: captured bytes.
    pub payload: Level,
    /// Second level: blocks of pages.
    pub block: Level,
    /// Third level: canonical texts.
    pub article: Level,
    /// Bytes of distinct payloads after compression.
    pub payload_stored_bytes: u64,
    /// Leaves of the log.
    pub leaves: u64,
    /// Size of the database file.
    pub file_bytes: u64,
}

impl From<StatsRow> for Stats {
    fn from(row: StatsRow) -> Self {
        Stats {
            captures: row.captures,
            corrected: row.corrected,
            readings: row.readings,
            articles: row.articles,
            outlets: row.outlets,
            tweets: row.tweets,
            quotations: row.quotations,
            payload: Level::new(row.captures + row.corrected, row.captured_bytes, row.payloads, row.payload_bytes),
            block: Level::new(row.placed_blocks, row.placed_bytes, row.blocks, row.block_bytes),
            article: Level::new(row.article_readings, row.article_read_bytes, row.articles, row.article_bytes),
            payload_stored_bytes: row.payload_stored,
            leaves: row.leaves,
            file_bytes: row.file_bytes,
        }
    }
}

impl Archive {
    /// Captures, newest in the log first; corrected ones left out.
    pub fn list(&self, filter: &ListFilter) -> Result<Vec<CaptureView>, Error> {
        self.read(|tx| {
            let mut list = Vec::new();
            for row in tx.list(filter)? {
                let reading = tx.readings(row.key)?.pop();
                list.push(capture_view(row, reading.as_ref()));
            }
            Ok(list)
        })
    }

    /// Every outlet by name.
    pub fn outlets(&self) -> Result<Vec<OutletView>, Error> {
        self.read(|tx| Ok(tx.outlets()?.into_iter().map(OutletView::from).collect()))
    }

    /// Furniture that stands on several of the newest pages of an outlet: (words, pages), most pages first.
    pub fn recurring_furniture(&self, outlet: &str, limit: u32) -> Result<Vec<(String, u64)>, Error> {
        self.read(|tx| {
            let mut pages: HashMap<i64, u64> = HashMap::new();
            for page in tx.pages_of_outlet(outlet, None, FURNITURE_PAGES)? {
                let Some(reading) = page.reading else { continue };
                for block in tx.furniture_of_reading(reading)? {
                    *pages.entry(block).or_default() += 1;
                }
            }
            let mut often: Vec<(i64, u64)> = pages.into_iter().filter(|(_, pages)| *pages > 1).collect();
            often.sort_by_key(|&(block, pages)| (std::cmp::Reverse(pages), block));
            often.truncate(limit as usize);
            often.into_iter().map(|(block, pages)| Ok((tx.block_text(block)?, pages))).collect()
        })
    }

    /// How many pages of an outlet are dated on each day, by publication and by capture.
    pub fn days_of_outlet(&self, outlet: &str) -> Result<Vec<DayCount>, Error> {
        let days = self.read(|tx| Ok(tx.days_of_outlet(outlet, KNOWN)?))?;
        Ok(days.into_iter().map(|(day, published, captured)| DayCount { day, published, captured }).collect())
    }

    /// Counts everything.
    pub fn stats(&self) -> Result<Stats, Error> {
        self.read(|tx| Ok(tx.stats()?.into()))
    }

    /// When the head of the log was made, by the operator's clock, in UTC seconds.
    pub fn head_at(&self) -> Result<i64, Error> {
        self.read(|tx| Ok(tx.head()?.at))
    }

    /// Size and root of the log.
    pub fn head(&self) -> Result<(u64, String), Error> {
        self.read(|tx| {
            let head = tx.head()?;
            Ok((head.size, crate::domain::Digest(head.root).to_string()))
        })
    }
}
