//! Finding blocks by the tokens of their words, and the pages that carry them.

use rusqlite::params;

use super::StoreError;
use super::read::{CAPTURE_COLUMNS, CAPTURE_WIDTH, ReadTx, capture_row};
use super::rows::CaptureRow;
use crate::domain::Role;

/// One page on which a block stands.
#[derive(Debug, Clone)]
pub struct PlaceRow {
    /// Local key of the reading.
    pub reading: i64,
    /// Local key of the article, when the page has one.
    pub article: Option<i64>,
    /// The capture.
    pub capture: CaptureRow,
    /// The roles that the block has there.
    pub roles: Vec<Role>,
}

impl ReadTx<'_> {
    /// Number of distinct blocks.
    pub fn block_count(&self) -> Result<u64, StoreError> {
        Ok(self
            .one("counting blocks", "SELECT max(id) FROM block", [], |row| row.get::<_, Option<u64>>(0))?
            .flatten()
            .unwrap_or(0))
    }

    /// The next blocks after a local key, at most `limit`: (key, text).
    pub fn blocks_after(&self, key: i64, limit: u32) -> Result<Vec<(i64, String)>, StoreError> {
        let sql = "SELECT id, text FROM block WHERE id > ?1 ORDER BY id LIMIT ?2";
        self.many("reading blocks", sql, params![key, limit], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Keys of the blocks that carry `token`, at most `limit`, in the order of their keys.
    pub fn blocks_with(&self, token: &str, limit: u32) -> Result<Vec<i64>, StoreError> {
        let quoted = format!("\"{token}\"");
        self.matching(&quoted, limit)
    }

    /// Keys of the blocks that carry every one of `tokens`, at most `limit`, in the order of their keys.
    pub fn blocks_with_all(&self, tokens: &[String], limit: u32) -> Result<Vec<i64>, StoreError> {
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let query = tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>().join(" AND ");
        self.matching(&query, limit)
    }

    /// Limits stand in the statements here: SQLite plans by them, and compiles a statement anew for each bound one.
    fn matching(&self, query: &str, limit: u32) -> Result<Vec<i64>, StoreError> {
        let sql = format!("SELECT rowid FROM block_index WHERE block_index MATCH ?1 LIMIT {limit}");
        self.many("searching the index", &sql, [query], |row| row.get(0))
    }

    /// The visible pages that carry a block, at most `limit`, in the order of their readings; corrected captures and
    /// readings of older extractors are left out.
    pub fn places(&self, block: i64, limit: u32) -> Result<Vec<PlaceRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS}, b.reading, g.article, b.roles
             FROM block_page b JOIN reading g ON g.record = b.reading JOIN {tables}
             WHERE b.block = ?1 AND c.record = g.capture AND {}
               AND NOT EXISTS (SELECT 1 FROM reading n WHERE n.capture = g.capture AND n.extractor > g.extractor)
             ORDER BY b.reading LIMIT {limit}",
            self.shown(),
            tables = self.capture_tables(),
        );
        self.many("finding the pages of a block", &sql, [block], |row| {
            let own = CAPTURE_WIDTH;
            let bits: i64 = row.get(own + 2)?;
            let roles = Role::ALL.into_iter().filter(|role| bits & (1 << role.code()) != 0).collect();
            Ok(PlaceRow { reading: row.get(own)?, article: row.get(own + 1)?, capture: capture_row(row)?, roles })
        })
    }

    /// The visible captures whose newest reading found an article, in the order of the log, corrected ones left out.
    pub fn current_captures_of_article(&self, article: i64) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables}
             WHERE c.record IN (SELECT capture FROM reading WHERE article = ?1) AND {}
             ORDER BY c.logged",
            self.shown(),
            tables = self.capture_tables()
        );
        self.many("reading the captures of an article", &sql, [article], capture_row)
    }

    /// Whether some page that has an article and carries a block may have been published from `from` on and before `to`;
    /// times that are not known may be any.
    pub fn may_be_published_within(&self, block: i64, from: i64, to: i64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM block_page b JOIN reading g ON g.record = b.reading
             JOIN capture c ON c.record = g.capture
             WHERE b.block = ?1 AND g.article IS NOT NULL AND ifnull(c.published_to > ?2, 1)
               AND ifnull(c.published_from < ?3, 1) LIMIT 1";
        Ok(self.one("looking when a block was published", sql, params![block, from, to], |_| Ok(()))?.is_some())
    }

    /// The articles that carry a block among their hashed blocks: local keys, at most `limit`.
    pub fn articles_with_block(&self, block: i64, limit: u32) -> Result<Vec<i64>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT g.article FROM block_page b JOIN reading g ON g.record = b.reading
             JOIN capture c ON c.record = g.capture
             WHERE b.block = ?1 AND g.article IS NOT NULL AND {} ORDER BY g.article LIMIT {limit}",
            self.shown()
        );
        self.many("finding the articles of a block", &sql, [block], |row| row.get(0))
    }
}
