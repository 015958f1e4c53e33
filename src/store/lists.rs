//! Lists and counts for people.

use rusqlite::params;

use super::StoreError;
use super::extent::KNOWN;
use super::log::FIRST_LEAF;
use super::read::{CAPTURE_COLUMNS, ReadTx, capture_row};
use super::rows::CaptureRow;

/// Which captures to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only this outlet.
    pub outlet: Option<String>,
    /// Only captures logged before this leaf index: the cursor of the next page.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

/// An outlet with its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutletRow {
    /// Registrable domain or name.
    pub name: String,
    /// Display name.
    pub display: Option<String>,
    /// Captures that nothing corrects.
    pub captures: u64,
    /// Distinct articles.
    pub articles: u64,
    /// First and last second of known publication.
    pub span: (Option<i64>, Option<i64>),
}

/// What is in the archive and what deduplication saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatsRow {
    /// Captures, corrected ones not counted.
    pub captures: u64,
    /// Captures that were corrected by a later record.
    pub corrected: u64,
    /// Readings.
    pub readings: u64,
    /// Distinct articles.
    pub articles: u64,
    /// Readings that found an article.
    pub article_readings: u64,
    /// Outlets.
    pub outlets: u64,
    /// Distinct payloads.
    pub payloads: u64,
    /// Bytes of distinct payloads as captured.
    pub payload_bytes: u64,
    /// Bytes of distinct payloads as stored.
    pub payload_stored: u64,
    /// Bytes of the payloads of all captures, each counted every time.
    pub captured_bytes: u64,
    /// Distinct blocks.
    pub blocks: u64,
    /// Bytes of distinct blocks.
    pub block_bytes: u64,
    /// Blocks of all pages, each counted every time (once a page).
    pub placed_blocks: u64,
    /// Bytes of the blocks of all pages, each counted once a page.
    pub placed_bytes: u64,
    /// Bytes of the canonical texts of distinct articles.
    pub article_bytes: u64,
    /// Bytes of the canonical texts of all readings.
    pub article_read_bytes: u64,
    /// Tweets.
    pub tweets: u64,
    /// Quotations in distinct articles.
    pub quotations: u64,
    /// Leaves of the log.
    pub leaves: u64,
    /// Size of the database file in bytes.
    pub file_bytes: u64,
}

impl ReadTx<'_> {
    /// Captures, newest in the log first, corrected ones left out.
    pub fn list(&self, filter: &ListFilter) -> Result<Vec<CaptureRow>, StoreError> {
        // Said apart, so that the captures of an outlet are found by its index, from the cursor on.
        let outlet =
            if filter.outlet.is_some() { "c.outlet = (SELECT id FROM outlet WHERE name = ?1)" } else { "?1 IS NULL" };
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE {outlet} AND {}
             AND c.logged < ifnull(?2 + {FIRST_LEAF}, 9223372036854775807) ORDER BY c.logged DESC LIMIT ?3",
            self.shown(),
            tables = self.capture_tables()
        );
        self.many("listing captures", &sql, params![filter.outlet, filter.before, filter.limit], capture_row)
    }

    /// Every outlet that a visible capture names, by name.
    pub fn outlets(&self) -> Result<Vec<OutletRow>, StoreError> {
        let sql = format!(
            "SELECT o.name, o.display, count(DISTINCT c.record), count(DISTINCT g.article),
                    min(c.published_from) FILTER (WHERE c.published_to - c.published_from <= ?1),
                    max(c.published_to) FILTER (WHERE c.published_to - c.published_from <= ?1)
             FROM outlet o JOIN capture c ON c.outlet = o.id LEFT JOIN reading g ON g.capture = c.record
             WHERE {} GROUP BY o.id ORDER BY o.name",
            self.shown()
        );
        self.many("listing outlets", &sql, [KNOWN], |row| {
            Ok(OutletRow {
                name: row.get(0)?,
                display: row.get(1)?,
                captures: row.get(2)?,
                articles: row.get(3)?,
                span: (row.get(4)?, row.get(5)?),
            })
        })
    }

    /// Counts everything that this view may see; the log and the file are what they are for everybody.
    pub fn stats(&self) -> Result<StatsRow, StoreError> {
        let doing = "counting";
        let pair = |sql: &str| -> Result<(u64, u64), StoreError> {
            let found = self.one(doing, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(found.unwrap_or_default())
        };
        let seen = Seen::of(self)?;
        let (capture, reading) = (seen.captures(), seen.readings());
        let (captures, corrected) =
            pair(&format!("SELECT count(*) - count(replaced_by), count(replaced_by) FROM {capture}"))?;
        let (readings, article_readings) = pair(&format!("SELECT count(*), count(article) FROM {reading}"))?;
        let article = seen.only("article x", &format!("SELECT article FROM {reading}"));
        let (articles, article_bytes) = pair(&format!("SELECT count(*), coalesce(sum(bytes), 0) FROM {article}"))?;
        let (article_read_bytes, _) =
            pair(&format!("SELECT coalesce(sum(a.bytes), 0), 0 FROM {reading} JOIN article a ON a.id = g.article"))?;
        let payload = seen.only("payload x", &format!("SELECT payload FROM {capture}"));
        let (payloads, payload_bytes) = pair(&format!("SELECT count(*), coalesce(sum(bytes), 0) FROM {payload}"))?;
        let (payload_stored, captured_bytes) = pair(&format!(
            "SELECT (SELECT coalesce(sum(length(stored)), 0) FROM {payload}),
                    (SELECT coalesce(sum(p.bytes), 0) FROM {capture} JOIN payload p ON p.id = c.payload)",
        ))?;
        let placed = match seen {
            Seen::All => "block_page b".to_owned(),
            Seen::Some(..) => format!("(SELECT b.* FROM {reading} JOIN block_page b ON b.reading = g.record) b"),
        };
        let block = seen.only("block x", &format!("SELECT block FROM {placed}"));
        let (blocks, block_bytes) =
            pair(&format!("SELECT count(*), coalesce(sum(octet_length(text)), 0) FROM {block}"))?;
        let (placed_blocks, placed_bytes) = pair(&format!(
            "SELECT count(*), coalesce(sum(octet_length(k.text)), 0) FROM {placed} JOIN block k ON k.id = b.block",
        ))?;
        let (tweets, quotations) = match seen {
            Seen::All => pair("SELECT (SELECT count(*) FROM tweet), (SELECT count(*) FROM quotation)")?,
            Seen::Some(..) => pair(&format!(
                "SELECT (SELECT count(*) FROM tweet WHERE reading IN (SELECT record FROM {reading})),
                        (SELECT count(*) FROM quotation WHERE article IN (SELECT article FROM {reading}))"
            ))?,
        };
        let outlet = seen.only("outlet x", &format!("SELECT outlet FROM {capture}"));
        let (outlets, leaves) = pair(&format!(
            "SELECT (SELECT count(*) FROM {outlet}), (SELECT count(*) FROM leaf WHERE idx >= (SELECT first_leaf FROM log ORDER BY id DESC LIMIT 1))",
        ))?;
        let (pages, page_size) = (
            self.sql().pragma_query_value(None, "page_count", |row| row.get::<_, u64>(0)).map_err(self.fail(doing))?,
            self.sql().pragma_query_value(None, "page_size", |row| row.get::<_, u64>(0)).map_err(self.fail(doing))?,
        );
        Ok(StatsRow {
            captures,
            corrected,
            readings,
            articles,
            article_readings,
            outlets,
            payloads,
            payload_bytes,
            payload_stored,
            captured_bytes,
            blocks,
            block_bytes,
            placed_blocks,
            placed_bytes,
            article_bytes,
            article_read_bytes,
            tweets,
            quotations,
            leaves,
            file_bytes: pages * page_size,
        })
    }
}

/// What is counted: everything, or only what captures hold that may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    All,
    /// Some capture is hidden from this view; the conditions that captures and current captures meet.
    Some(&'static str, &'static str),
}

impl Seen {
    /// Where nothing is private there is nothing to leave out, and whole tables are counted much faster.
    fn of(tx: &ReadTx<'_>) -> Result<Self, StoreError> {
        let hidden = format!("SELECT EXISTS (SELECT 1 FROM capture c WHERE NOT ({}))", tx.visible());
        let hidden = tx.one("looking for hidden captures", &hidden, [], |row| row.get::<_, bool>(0))?;
        Ok(if hidden == Some(true) { Seen::Some(tx.visible(), tx.shown()) } else { Seen::All })
    }

    /// The captures, as `c`.
    fn captures(self) -> String {
        match self {
            Seen::All => "capture c".to_owned(),
            Seen::Some(visible, shown) => format!(
                "(SELECT c.record, c.payload, c.outlet, CASE WHEN {shown} THEN NULL ELSE c.replaced_by END AS replaced_by
                  FROM capture c WHERE {visible}) c"
            ),
        }
    }

    /// Their readings, as `g`.
    fn readings(self) -> String {
        match self {
            Seen::All => "reading g".to_owned(),
            Seen::Some(visible, _) => {
                format!("(SELECT r.* FROM reading r JOIN capture c ON c.record = r.capture WHERE {visible}) g")
            }
        }
    }

    /// The rows of a table, as `x`, whose key is among those selected.
    fn only(self, table: &str, keys: &str) -> String {
        match self {
            Seen::All => table.to_owned(),
            Seen::Some(..) => format!("(SELECT * FROM {table} WHERE x.id IN ({keys})) x"),
        }
    }
}
