//! An article, its captures and its versions, as pages and JSON show them.

use std::collections::HashMap;

use chrono::DateTime;
use serde::Serialize;

use super::{Archive, Error};
use crate::domain::{ArticleId, BlockId, PayloadId, RecordId, Role, Time};
use crate::store::{ArticleRow, CaptureRow, ReadTx, ReadingRow, TweetRow};

/// The share of blocks from which two articles count as versions of one another.
const VERSION_SHARE: f64 = 0.9;

/// A place in the log with the operator's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// Index of the leaf; the order is proven.
    pub index: u64,
    /// Operator's clock, RFC 3339; the hour is not proven.
    pub at: String,
    /// Always `operator-clock`.
    pub basis: &'static str,
}

impl Logged {
    /// The place of a capture.
    pub fn of(capture: &CaptureRow) -> Self {
        Logged { index: capture.logged, at: utc(capture.logged_at), basis: "operator-clock" }
    }
}

/// UTC seconds as RFC 3339.
pub fn utc(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| seconds.to_string(), |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A block of an article with its place in the canonical text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockView {
    /// What it is.
    pub role: Role,
    /// Its words.
    pub text: String,
    /// Its id.
    pub sha256: BlockId,
    /// First byte in the canonical text; none for blocks outside it.
    pub start: Option<usize>,
    /// One past the last byte.
    pub end: Option<usize>,
}

/// A capture as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaptureView {
    /// Its record.
    pub record: RecordId,
    /// The newest reading of it.
    pub reading: Option<RecordId>,
    /// The article found in it.
    pub article: Option<ArticleId>,
    /// Its payload.
    pub payload: PayloadId,
    /// Length of the payload in bytes.
    pub payload_bytes: u64,
    /// Media type of the payload.
    pub media_type: String,
    /// Registrable domain or name of the outlet.
    pub outlet: Option<String>,
    /// Display name of the outlet.
    pub outlet_name: Option<String>,
    /// Best claim of the URL.
    pub url: Option<String>,
    /// Best claim of the title.
    pub title: Option<String>,
    /// Author as printed.
    pub byline: Option<String>,
    /// Language as the page says.
    pub lang: Option<String>,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
    /// Best claim of the capture time.
    pub captured: Time,
    /// Place in the log.
    pub logged: Logged,
    /// Stamp of a third party, when there is one.
    pub stamped: Option<Time>,
    /// File and place it came from.
    pub source: String,
    /// Bidi controls that canonical form deleted from the article.
    pub deleted_bidi: u64,
    /// The capture record that corrects it.
    pub replaced_by: Option<RecordId>,
    /// Whether only the local user sees it.
    pub private: bool,
    /// Why it is withheld from the public, when it is; only the local user sees this.
    pub withheld: Option<String>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// A tweet as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TweetView {
    /// Handle without `@`.
    pub handle: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Printed date.
    pub date: Option<Time>,
    /// Words.
    pub text: String,
    /// Status id in decimal.
    pub id: Option<String>,
    /// Creation time that the id carries, RFC 3339 with milliseconds.
    pub snowflake_at: Option<String>,
}

/// A quotation as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotationView {
    /// Its words.
    pub text: String,
    /// Who is said to have said it.
    pub speaker: Option<String>,
    /// Through whom it travelled.
    pub via: Vec<String>,
    /// First byte in the canonical text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Another article that is a version of this one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VersionView {
    /// Its id.
    pub article: ArticleId,
    /// Its title.
    pub title: Option<String>,
    /// Share of hashed blocks that both carry, of the larger of the two.
    pub share: f64,
    /// Whether both were captured from one URL.
    pub same_url: bool,
    /// Capture time of its first capture.
    pub captured: Time,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
}

/// Everything known about an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArticleView {
    /// Its id: the SHA-256 of `text`.
    pub article: ArticleId,
    /// Where it stands on the web.
    pub path: String,
    /// Length of `text` in bytes.
    pub bytes: usize,
    /// The canonical text.
    pub text: String,
    /// Title of the best capture.
    pub title: Option<String>,
    /// The blocks of the newest capture's page that belong to the article, in document order.
    pub blocks: Vec<BlockView>,
    /// Every capture that shows it, in the order of the log.
    pub captures: Vec<CaptureView>,
    /// Embedded tweets.
    pub tweets: Vec<TweetView>,
    /// Quotations.
    pub quotations: Vec<QuotationView>,
    /// Other articles that are versions of this one.
    pub versions: Vec<VersionView>,
}

impl Archive {
    /// Everything known about an article, or `None` when it is not here.
    pub fn article(&self, id: &ArticleId) -> Result<Option<ArticleView>, Error> {
        self.read(|tx| match tx.article(id)? {
            None => Ok(None),
            Some(row) => article_view(tx, &row).map(Some),
        })
    }

    /// The exact bytes that an article id is the hash of.
    pub fn canonical_text(&self, id: &ArticleId) -> Result<Option<String>, Error> {
        self.read(|tx| Ok(tx.article(id)?.map(|row| row.text())))
    }

    /// The exact bytes of a record whose capture this view may see.
    pub fn record_bytes(&self, id: &RecordId) -> Result<Option<Vec<u8>>, Error> {
        self.read(|tx| shown_record(tx, id))
    }

    /// The captured bytes with their media type, if a capture that this view may see has them.
    pub fn payload_bytes(&self, id: &PayloadId) -> Result<Option<(Vec<u8>, String)>, Error> {
        self.read(|tx| Ok(tx.payload(id)?))
    }

    /// A capture and the whole page of its newest reading.
    pub fn capture(&self, id: &RecordId) -> Result<Option<(CaptureView, Vec<BlockView>)>, Error> {
        self.read(|tx| {
            let Some(row) = tx.capture(id)? else { return Ok(None) };
            let reading = tx.readings(row.key)?.pop();
            let page = match &reading {
                Some(reading) => page_view(tx, reading)?,
                None => Vec::new(),
            };
            Ok(Some((capture_view(row, reading.as_ref()), page)))
        })
    }

    /// The capture that a reading record reads, and the whole page as that very reading tells it.
    pub fn reading(&self, id: &RecordId) -> Result<Option<(CaptureView, Vec<BlockView>)>, Error> {
        self.read(|tx| {
            let Some(reading) = tx.reading(id)? else { return Ok(None) };
            let Some(row) = tx.capture_by_key(reading.capture)? else { return Ok(None) };
            let page = page_view(tx, &reading)?;
            Ok(Some((capture_view(row, Some(&reading)), page)))
        })
    }

    /// The record of the capture that a reading record reads.
    pub fn capture_of_reading(&self, id: &RecordId) -> Result<Option<RecordId>, Error> {
        self.read(|tx| {
            let Some(reading) = tx.reading(id)? else { return Ok(None) };
            Ok(tx.capture_by_key(reading.capture)?.map(|row| row.record))
        })
    }
}

/// Puts an article's view together.
pub(super) fn article_view(tx: &ReadTx<'_>, row: &ArticleRow) -> Result<ArticleView, Error> {
    let text = row.text();
    let mut captures = Vec::new();
    let mut newest: Option<ReadingRow> = None;
    for capture in tx.captures_of_article(row.key)? {
        let reading =
            tx.readings(capture.key)?.into_iter().rev().find(|r| r.article.is_some_and(|(key, _)| key == row.key));
        if capture.replaced_by.is_none() && reading.is_some() {
            newest.clone_from(&reading);
        }
        captures.push(capture_view(capture, reading.as_ref()));
    }
    let (mut blocks, mut tweets) = (Vec::new(), Vec::new());
    if let Some(reading) = &newest {
        blocks = page_view(tx, reading)?;
        blocks.retain(|block| block.role != Role::Furniture);
        tweets = tx.tweets(reading.key)?.into_iter().map(tweet_view).collect();
    }
    let title = captures.iter().rev().find(|c| c.replaced_by.is_none()).and_then(|c| c.title.clone());
    Ok(ArticleView {
        article: row.id,
        path: format!("/a/{}", row.id),
        bytes: text.len(),
        title,
        blocks,
        tweets,
        quotations: quotation_views(tx, row.key, &text)?,
        versions: versions(tx, row, &captures)?,
        captures,
        text,
    })
}

fn quotation_views(tx: &ReadTx<'_>, article: i64, text: &str) -> Result<Vec<QuotationView>, Error> {
    let found = tx.quotations(article)?;
    Ok(found
        .into_iter()
        .filter_map(|quotation| {
            let words = text.get(quotation.start..quotation.end)?.to_owned();
            Some(QuotationView {
                text: words,
                speaker: quotation.speaker,
                via: quotation.via,
                start: quotation.start,
                end: quotation.end,
            })
        })
        .collect())
}

/// A whole page: article blocks with their place in the canonical text, attached ones and furniture without.
fn page_view(tx: &ReadTx<'_>, reading: &ReadingRow) -> Result<Vec<BlockView>, Error> {
    let page = tx.page(reading.key)?;
    let spans: HashMap<usize, std::ops::Range<usize>> =
        crate::domain::block::spans(page.iter().map(|(_, role, _, text)| (*role, text.len()))).into_iter().collect();
    Ok(page
        .into_iter()
        .enumerate()
        .map(|(index, (_, role, sha256, text))| {
            let span = spans.get(&index);
            BlockView { role, text, sha256, start: span.map(|s| s.start), end: span.map(|s| s.end) }
        })
        .collect())
}

/// Puts a capture's view together.
/// The bytes of a record, if this view may see its capture.
pub(super) fn shown_record(tx: &ReadTx<'_>, id: &RecordId) -> Result<Option<Vec<u8>>, Error> {
    let visible = match tx.reading(id)? {
        Some(reading) => tx.capture_by_key(reading.capture)?.is_some(),
        None => tx.capture(id)?.is_some(),
    };
    if visible { Ok(tx.record(id)?.map(|(_, body)| body)) } else { Ok(None) }
}

pub(super) fn capture_view(row: CaptureRow, reading: Option<&ReadingRow>) -> CaptureView {
    let logged = Logged::of(&row);
    CaptureView {
        record: row.record,
        reading: reading.map(|r| r.record),
        article: reading.and_then(|r| r.article.map(|(_, id)| id)),
        payload: row.payload,
        payload_bytes: row.payload_bytes,
        media_type: row.media_type,
        outlet: row.outlet,
        outlet_name: row.outlet_display,
        url: row.url,
        title: row.title,
        byline: reading.and_then(|r| r.byline.clone()),
        lang: reading.and_then(|r| r.lang.clone()),
        published: row.published,
        captured: row.captured,
        logged,
        stamped: row.stamped,
        source: row.source,
        deleted_bidi: reading.map_or(0, |r| r.deleted_bidi),
        replaced_by: row.replaced_by,
        private: row.private,
        withheld: row.withheld,
        notes: reading.map(|r| r.notes.clone()).unwrap_or_default(),
    }
}

fn tweet_view(row: TweetRow) -> TweetView {
    TweetView {
        handle: row.handle,
        name: row.name,
        date: row.date,
        text: row.words,
        id: row.status_id,
        snowflake_at: row.snowflake_ms.map(utc_ms),
    }
}

/// Unix milliseconds as RFC 3339.
pub(super) fn utc_ms(milliseconds: i64) -> String {
    DateTime::from_timestamp_millis(milliseconds)
        .map_or_else(|| milliseconds.to_string(), |at| at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// Articles captured from the same URL, or sharing nearly all blocks.
fn versions(tx: &ReadTx<'_>, row: &ArticleRow, captures: &[CaptureView]) -> Result<Vec<VersionView>, Error> {
    let mut shared: HashMap<i64, usize> = HashMap::new();
    for (block, _, _) in &row.blocks {
        for article in tx.articles_with_block(*block, 50)? {
            *shared.entry(article).or_default() += 1;
        }
    }
    let mut same_url = Vec::new();
    for url in captures.iter().filter_map(|capture| capture.url.as_deref()) {
        for capture in tx.captures_of_url(url)?.iter().filter(|capture| capture.replaced_by.is_none()) {
            if let Some((key, _)) = tx.readings(capture.key)?.pop().and_then(|reading| reading.article) {
                same_url.push(key);
            }
        }
    }
    let mut keys: Vec<i64> =
        shared.keys().copied().chain(same_url.iter().copied()).filter(|key| *key != row.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut versions = Vec::new();
    for key in keys {
        let other = tx.article_by_key(key)?;
        let larger = row.blocks.len().max(other.blocks.len()).max(1);
        let share = *shared.get(&key).unwrap_or(&0) as f64 / larger as f64;
        let is_same_url = same_url.contains(&key);
        if !is_same_url && share < VERSION_SHARE {
            continue;
        }
        let Some(first) = tx.current_captures_of_article(key)?.into_iter().next() else { continue };
        versions.push(VersionView {
            article: other.id,
            title: first.title,
            share: (share.min(1.0) * 1000.0).round() / 1000.0,
            same_url: is_same_url,
            captured: first.captured,
            published: first.published,
        });
    }
    versions.sort_by_key(|version| (version.captured.to, version.article));
    Ok(versions)
}
