//! Lists and counts for people: captures, outlets, furniture, what deduplication saved.

use serde::Serialize;

use super::article::{CaptureView, capture_view};
use super::{Archive, Error};
pub use crate::store::ListFilter;
use crate::store::{OutletRow, StatsRow};

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

    /// Furniture that stands on several pages of an outlet: (words, pages), most pages first.
    pub fn recurring_furniture(&self, outlet: &str, limit: u32) -> Result<Vec<(String, u64)>, Error> {
        self.read(|tx| Ok(tx.furniture_of_outlet(outlet, limit)?))
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
