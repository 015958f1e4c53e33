//! How much there is, and of which time: what every audit says it looked through.
//!
//! Only a longer log can change it, so it is counted once for each head. While an archive grows, what was added is
//! counted on top of what was known, as counting all anew takes about a third of a second in a million articles.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rusqlite::params;

use super::read::ReadTx;
use super::rows::leaf_code;
use super::{StoreError, Visibility};
use crate::tlog::LeafKind;

/// Publication is known when it is bounded to so many seconds: sixty days.
pub(super) const KNOWN: i64 = 60 * 86_400;

/// What the archive spans, as one view of it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    articles: u64,
    /// First and last second of known publication.
    span: (Option<i64>, Option<i64>),
    /// Captures that the view may not see.
    hidden: u64,
    /// The highest local key of an article.
    last_article: i64,
}

/// A moment of the archive, and who looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Entries of all its logs.
    entries: u64,
    /// Root of the log that grows.
    root: [u8; 32],
    by: Visibility,
}

/// The extent that was counted last, and when.
pub(super) type KeptExtent = Mutex<Option<(Seen, Extent)>>;

impl ReadTx<'_> {
    /// How many articles, and the first and last second of known publication; mere bounds, wider than [`KNOWN`], are no
    /// knowledge of when.
    pub fn extent(&self) -> Result<(u64, Option<i64>, Option<i64>), StoreError> {
        let Extent { articles, span: (from, to), .. } = self.kept_extent()?;
        Ok((articles, from, to))
    }

    /// Captures that this view may not see.
    pub(super) fn hidden(&self) -> Result<u64, StoreError> {
        Ok(self.kept_extent()?.hidden)
    }

    fn kept_extent(&self) -> Result<Extent, StoreError> {
        let Some(kept) = self.extent else { return self.count_extent() };
        let head = self.head()?;
        let now = Seen { entries: self.log()?.first_leaf + head.size, root: head.root, by: self.visibility };
        let known = *kept.lock().unwrap_or_else(PoisonError::into_inner);
        let grown = match known {
            Some((then, extent)) if then == now => return Ok(extent),
            Some((then, extent)) => self.grown(then, extent, now)?,
            None => None,
        };
        let extent = grown.map_or_else(|| self.count_extent(), Ok)?;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        // A view of an earlier moment leaves what a later one has counted.
        if kept.is_none_or(|(then, _)| then.entries <= now.entries) {
            *kept = Some((now, extent));
        }
        Ok(extent)
    }

    /// The extent now from the one then; `None` where more has happened in between than that captures and readings
    /// came, or where anything is hidden.
    fn grown(&self, then: Seen, extent: Extent, now: Seen) -> Result<Option<Extent>, StoreError> {
        let doing = "counting what was added";
        let sql = "SELECT root FROM head WHERE size = ?1";
        let root = self.one(doing, sql, [then.entries], |row| row.get::<_, [u8; 32]>(0))?;
        if then.entries >= now.entries || root != Some(then.root) || then.by != now.by || extent.hidden > 0 {
            return Ok(None);
        }
        // Takedowns, and what lifts them, count anew; private captures that were published since are new themselves.
        let sql = "SELECT EXISTS (SELECT 1 FROM leaf WHERE idx >= ?1 AND idx < ?2 AND kind NOT IN (?3, ?4))";
        let kinds = params![then.entries, now.entries, leaf_code(LeafKind::Capture), leaf_code(LeafKind::Reading)];
        let others = self.one(doing, sql, kinds, |row| row.get::<_, bool>(0))?.unwrap_or_default();
        let new = self.count_captures(Some(then.entries..now.entries))?;
        if others || new.hidden > 0 {
            return Ok(None);
        }
        let sql = "SELECT count(*), max(id) FROM article WHERE id > ?1";
        let (articles, last): (u64, Option<i64>) =
            self.one(doing, sql, [extent.last_article], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default();
        Ok(Some(Extent {
            articles: extent.articles + articles,
            span: (earlier(extent.span.0, new.span.0), extent.span.1.max(new.span.1)),
            hidden: 0,
            last_article: last.unwrap_or(extent.last_article),
        }))
    }

    fn count_extent(&self) -> Result<Extent, StoreError> {
        let Captures { span, hidden, .. } = self.count_captures(None)?;
        let sql = "SELECT (SELECT count(*) FROM article), (SELECT ifnull(max(id), 0) FROM article)";
        let (articles, last_article): (u64, i64) =
            self.one("counting articles", sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default();
        let unseen = if hidden == 0 { 0 } else { self.unseen_articles()? };
        Ok(Extent { articles: articles.saturating_sub(unseen), span, hidden, last_article })
    }

    /// Counts captures: all, or those that these entries of the stored log announce.
    fn count_captures(&self, entries: Option<Range<u64>>) -> Result<Captures, StoreError> {
        let some = if entries.is_some() { "WHERE c.logged >= ?2 AND c.logged < ?3" } else { "WHERE ?2 IS ?3" };
        let sql = format!(
            "SELECT min(published_from) FILTER (WHERE known), max(published_to) FILTER (WHERE known),
                    count(*) FILTER (WHERE NOT seen) FROM
             (SELECT c.published_from, c.published_to, {visible} AS seen,
                     {visible} AND c.published_to - c.published_from <= ?1 AS known FROM capture c {some})",
            visible = self.visible()
        );
        let (start, end) = entries.map(|entries| (entries.start, entries.end)).unzip();
        let found = self.one("reading the span of the archive", &sql, params![KNOWN, start, end], |row| {
            Ok(Captures { span: (row.get(0)?, row.get(1)?), hidden: row.get(2)? })
        })?;
        Ok(found.unwrap_or_default())
    }

    /// How many articles only captures show that this view may not see; asks nothing of the others.
    fn unseen_articles(&self) -> Result<u64, StoreError> {
        let (visible, hidden) = (self.visible(), self.visible().replace("c.", "h."));
        let sql = format!(
            "SELECT count(*) FROM (SELECT DISTINCT g.article FROM capture h JOIN reading g ON g.capture = h.record
                 WHERE NOT ({hidden}) AND g.article IS NOT NULL) a
             WHERE NOT EXISTS (SELECT 1 FROM reading g JOIN capture c ON c.record = g.capture
                 WHERE g.article = a.article AND {visible})"
        );
        Ok(self.one("counting articles", &sql, [], |row| row.get(0))?.unwrap_or(0))
    }
}

/// What some captures come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Captures {
    hidden: u64,
    span: (Option<i64>, Option<i64>),
}

/// The earlier of two seconds, where any is known.
fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
