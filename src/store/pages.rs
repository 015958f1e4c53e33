//! What single pages of the web ask for: the captures of one URL, an outlet over time, its newest pages.
//!
//! Every query here is bounded, whatever the size of the archive.

use rusqlite::params;

use super::StoreError;
use super::extent::KNOWN;
use super::log::FIRST_LEAF;
use super::pack::unpack_list;
use super::read::ReadTx;
use super::rows::time_of;
use crate::domain::{ArticleId, PayloadId, RecordId, Role, Time};

/// The newest reading of a capture `c`, as `g`.
const NEWEST_READING: &str = "LEFT JOIN reading g ON g.record =
    (SELECT n.record FROM reading n WHERE n.capture = c.record ORDER BY n.extractor DESC, n.record DESC LIMIT 1)
    LEFT JOIN article a ON a.id = g.article";

/// One capture of a URL, as far as a calendar needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MomentRow {
    /// Its record.
    pub record: RecordId,
    /// What was captured.
    pub payload: PayloadId,
    /// Best claim of the capture time.
    pub captured: Time,
    /// Place in the log.
    pub logged: u64,
    /// Best claim of the title.
    pub title: Option<String>,
    /// The article that the newest reading found.
    pub article: Option<ArticleId>,
}

/// A page of an outlet, as far as comparing it with others needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    /// Place in the log.
    pub logged: u64,
    /// Local key of the newest reading.
    pub reading: Option<i64>,
    /// Local key and id of the article found.
    pub article: Option<(i64, ArticleId)>,
    /// Best claim of the title.
    pub title: Option<String>,
    /// The outlet by domain or name.
    pub outlet: Option<String>,
    /// Display name of the outlet.
    pub display: Option<String>,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
    /// Best claim of the capture time.
    pub captured: Time,
}

/// Which pages of a block are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceFilter {
    /// Only of this outlet.
    pub outlet: Option<String>,
    /// Only in this language, by its primary tag.
    pub lang: Option<String>,
    /// Only where the block has this role.
    pub role: Option<Role>,
    /// Only what may have happened from the first second on and before the second, where it is known when.
    pub within: Option<(Within, Option<i64>, Option<i64>)>,
    /// Whether the stamps are wanted, which costs a look at each.
    pub stamped: bool,
}

impl PlaceFilter {
    /// Whether every page passes.
    fn is_empty(&self) -> bool {
        self.outlet.is_none() && self.lang.is_none() && self.role.is_none() && self.within.is_none()
    }

    /// The roles that pass, as bits.
    fn bits(&self) -> i64 {
        self.role.map_or(127, |role| 1 << role.code())
    }
}

/// The condition on `b`, `g` and `c` that a page passes a filter: roles, outlet, language, and by which clock within what.
const PASSES: &str = "b.roles & ?2 AND (?3 IS NULL OR c.outlet = (SELECT id FROM outlet WHERE name = ?3))
    AND (?4 IS NULL OR g.lang = ?4 OR substr(g.lang, 1, length(?4) + 1) = ?4 || '-')
    AND CASE ?7 WHEN 1 THEN c.published_to - c.published_from <= ?8 AND (?5 IS NULL OR c.published_to > ?5)
                  AND (?6 IS NULL OR c.published_from < ?6)
                WHEN 0 THEN c.captured_to - c.captured_from <= ?8 AND (?5 IS NULL OR c.captured_to > ?5)
                  AND (?6 IS NULL OR c.captured_from < ?6)
                ELSE 1 END";

/// Matching blocks that are asked whether they pass a filter.
const FILTERED: u32 = 100_000;

/// A clock that is filtered by while searching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// What the page claims.
    Published,
    /// What the collector claims.
    Captured,
}

/// A page that carries a block, as far as its place in a list needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedRow {
    /// Local key of the article, when the page has one.
    pub article: Option<i64>,
    /// Local key of the capture.
    pub capture: i64,
    /// The roles that the block has there.
    pub roles: Vec<Role>,
    /// First and last bound of publication.
    pub published: (Option<i64>, Option<i64>),
    /// First and last bound of the capture time.
    pub captured: (Option<i64>, Option<i64>),
    /// Place in the log.
    pub logged: u64,
    /// Operator's clock.
    pub logged_at: i64,
    /// Second by which a third party stamped it.
    pub stamped: Option<i64>,
}

const PAGE_COLUMNS: &str = "g.record, a.id, a.sha256, c.title, o.name, o.display,
    c.published, c.published_from, c.published_to, c.published_zone, c.published_basis,
    c.captured, c.captured_from, c.captured_to, c.captured_zone, c.captured_basis";

fn page_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<PageRow> {
    let article = match (row.get::<_, Option<i64>>(1)?, row.get::<_, Option<[u8; 32]>>(2)?) {
        (Some(key), Some(id)) => Some((key, ArticleId::from_bytes(id))),
        _ => None,
    };
    let captured = time_of(row.get(11)?, row.get(12)?, row.get(13)?, row.get(14)?, row.get(15)?);
    Ok(PageRow {
        reading: row.get(0)?,
        article,
        title: row.get(3)?,
        outlet: row.get(4)?,
        display: row.get(5)?,
        published: time_of(row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?),
        captured: captured.ok_or(rusqlite::Error::InvalidColumnName("captured".to_owned()))?,
        logged: row.get(16)?,
    })
}

impl ReadTx<'_> {
    /// The captures of exactly this URL that nothing corrects, the latest first, at most `limit`.
    pub fn moments_of_url(&self, url: &str, limit: u32) -> Result<Vec<MomentRow>, StoreError> {
        let sql = format!(
            "SELECT r.sha256, p.sha256, c.captured, c.captured_from, c.captured_to, c.captured_zone, c.captured_basis,
                    c.logged - {FIRST_LEAF}, c.title, a.sha256
             FROM capture c JOIN record r ON r.id = c.record JOIN payload p ON p.id = c.payload {NEWEST_READING}
             WHERE c.url = ?1 AND {} ORDER BY c.captured_from DESC, c.logged DESC LIMIT ?2",
            self.shown()
        );
        self.many("reading the captures of a page", &sql, params![url, limit], |row| {
            let captured = time_of(row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
            Ok(MomentRow {
                record: RecordId::from_bytes(row.get(0)?),
                payload: PayloadId::from_bytes(row.get(1)?),
                captured: captured.ok_or(rusqlite::Error::InvalidColumnName("captured".to_owned()))?,
                logged: row.get(7)?,
                title: row.get(8)?,
                article: row.get::<_, Option<[u8; 32]>>(9)?.map(ArticleId::from_bytes),
            })
        })
    }

    /// The pages of an outlet, newest in the log first, from before an index of the log on, at most `limit`.
    pub fn pages_of_outlet(&self, outlet: &str, before: Option<u64>, limit: u32) -> Result<Vec<PageRow>, StoreError> {
        let sql = format!(
            "SELECT {PAGE_COLUMNS}, c.logged - {FIRST_LEAF} FROM capture c JOIN outlet o ON o.id = c.outlet {NEWEST_READING}
             WHERE c.outlet = (SELECT id FROM outlet WHERE name = ?1)
               AND c.logged < ifnull(?2 + {FIRST_LEAF}, 9223372036854775807) AND {}
             ORDER BY c.logged DESC LIMIT ?3",
            self.shown()
        );
        self.many("listing the pages of an outlet", &sql, params![outlet, before, limit], page_row)
    }

    /// The pages that carry a block and belong to other outlets than this one, at most `limit`.
    pub fn pages_with_block(&self, block: i64, not: &str, limit: u32) -> Result<Vec<PageRow>, StoreError> {
        let sql = format!(
            "SELECT {PAGE_COLUMNS}, c.logged - {FIRST_LEAF} FROM block_page b JOIN reading g ON g.record = b.reading
             JOIN capture c ON c.record = g.capture JOIN outlet o ON o.id = c.outlet JOIN article a ON a.id = g.article
             WHERE b.block = ?1 AND b.roles & 15 AND o.name <> ?2 AND {}
               AND NOT EXISTS (SELECT 1 FROM reading n WHERE n.capture = g.capture AND n.extractor > g.extractor)
             ORDER BY b.reading LIMIT {limit}",
            self.shown()
        );
        self.many("finding the pages of a block", &sql, params![block, not], page_row)
    }

    /// How many pages of an outlet are dated on each day: (day, by publication, by capture).
    ///
    /// Counted are publications known to `known` seconds, and capture times that somebody stated.
    pub fn days_of_outlet(&self, outlet: &str, known: i64) -> Result<Vec<(String, u64, u64)>, StoreError> {
        let doing = "counting the pages of an outlet";
        let counts = |from: &str, condition: &str| {
            let sql = format!(
                "SELECT strftime('%Y-%m-%d', {from}, 'unixepoch') AS day, count(*) FROM capture c
                 WHERE c.outlet = (SELECT id FROM outlet WHERE name = ?1) AND {}
                   AND {from} IS NOT NULL AND {condition} GROUP BY day HAVING day IS NOT NULL",
                self.shown()
            );
            self.many(doing, &sql, params![outlet, known], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))
        };
        // A day of unknown zone begins fourteen hours early: its middle is in the day that is meant.
        let middle = |clock: &str| format!("(c.{clock}_from + c.{clock}_to) / 2");
        let published = counts(&middle("published"), "c.published_to - c.published_from <= ?2")?;
        let captured =
            counts(&middle("captured"), "c.captured_basis <> 'ingest' AND c.captured_to - c.captured_from <= ?2")?;
        let mut days: std::collections::BTreeMap<String, (u64, u64)> = std::collections::BTreeMap::new();
        for (day, count) in published {
            days.entry(day).or_default().0 += count;
        }
        for (day, count) in captured {
            days.entry(day).or_default().1 += count;
        }
        Ok(days.into_iter().map(|(day, (published, captured))| (day, published, captured)).collect())
    }

    /// The keys of the furniture blocks of a reading, each once.
    pub fn furniture_of_reading(&self, reading: i64) -> Result<Vec<i64>, StoreError> {
        let doing = "reading a block list";
        let packed = self.one(doing, "SELECT blocks FROM block_list WHERE reading = ?1", [reading], |row| {
            row.get::<_, Vec<u8>>(0)
        })?;
        let Some(packed) = packed else { return Ok(Vec::new()) };
        let list = unpack_list(&packed)
            .ok_or_else(|| self.corrupt(doing, format!("that of reading key {reading} does not decode")))?;
        let mut keys: Vec<i64> =
            list.into_iter().filter(|(_, role)| *role == Role::Furniture).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// Keys of the blocks that carry every one of `tokens` and stand on a page that passes the filter, at most `limit`,
    /// the first or the last stored first; and whether there may be more, because only so many were asked.
    pub fn blocks_with_every(
        &self,
        tokens: &[String],
        filter: &PlaceFilter,
        last_first: bool,
        limit: u32,
    ) -> Result<(Vec<i64>, bool), StoreError> {
        if tokens.is_empty() {
            return Ok((Vec::new(), false));
        }
        let doing = "searching the index";
        let query = tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>().join(" AND ");
        let order = if last_first { "DESC" } else { "ASC" };
        // What may not be seen takes no room of what may.
        let any = filter.is_empty() && !self.hides()?;
        let asked = if any { limit } else { FILTERED };
        let matching = format!(
            "SELECT rowid AS block FROM block_index WHERE block_index MATCH ?1 ORDER BY rowid {order} LIMIT {asked}"
        );
        if any {
            let found = self.many(doing, &matching, [query], |row| row.get(0))?;
            let cut = found.len() as u64 >= u64::from(limit);
            return Ok((found, cut));
        }
        let sql = format!(
            "SELECT f.block FROM ({matching}) f WHERE EXISTS (SELECT 1 FROM block_page b JOIN reading g ON g.record = b.reading
             JOIN capture c ON c.record = g.capture WHERE b.block = f.block AND {} AND {PASSES})
             LIMIT {limit}",
            self.shown()
        );
        let (from, to) = filter.within.map_or((None, None), |within| (within.1, within.2));
        let published = filter.within.map(|within| within.0 == Within::Published);
        let wanted = params![query, filter.bits(), filter.outlet, filter.lang, from, to, published, KNOWN];
        let found: Vec<i64> = self.many(doing, &sql, wanted, |row| row.get(0))?;
        if found.len() as u64 >= u64::from(limit) {
            return Ok((found, true));
        }
        let all = format!("SELECT count(*) FROM ({matching})");
        let all: u64 = self.one(doing, &all, [query], |row| row.get(0))?.unwrap_or(0);
        Ok((found, all >= u64::from(FILTERED)))
    }

    /// The visible pages that carry a block and pass a filter, at most `limit`, in the order of their readings;
    /// corrected captures and readings of older extractors are left out.
    pub fn placed(&self, block: i64, filter: &PlaceFilter, limit: u32) -> Result<Vec<PlacedRow>, StoreError> {
        let stamped = match filter.stamped {
            true => {
                "(SELECT min(s.time_to) FROM leaf l JOIN stamp s ON s.covers > l.idx AND s.first_leaf <= l.idx
                  WHERE l.idx = c.logged)"
            }
            false => "NULL",
        };
        let sql = format!(
            "SELECT g.article, g.capture, b.roles, c.published_from, c.published_to, c.captured_from, c.captured_to,
                    c.logged - {FIRST_LEAF}, c.logged_at, {stamped}
             FROM block_page b JOIN reading g ON g.record = b.reading JOIN capture c ON c.record = g.capture
             WHERE b.block = ?1 AND {}
               AND NOT EXISTS (SELECT 1 FROM reading n WHERE n.capture = g.capture AND n.extractor > g.extractor)
               AND {PASSES} ORDER BY b.reading LIMIT {limit}",
            self.shown()
        );
        let (from, to) = filter.within.map_or((None, None), |within| (within.1, within.2));
        let published = filter.within.map(|within| within.0 == Within::Published);
        let wanted = params![block, filter.bits(), filter.outlet, filter.lang, from, to, published, KNOWN];
        self.many("finding the pages of a block", &sql, wanted, |row| {
            let bits: i64 = row.get(2)?;
            Ok(PlacedRow {
                article: row.get(0)?,
                capture: row.get(1)?,
                roles: Role::ALL.into_iter().filter(|role| bits & (1 << role.code()) != 0).collect(),
                published: (row.get(3)?, row.get(4)?),
                captured: (row.get(5)?, row.get(6)?),
                logged: row.get(7)?,
                logged_at: row.get(8)?,
                stamped: row.get(9)?,
            })
        })
    }
}
