//! What was erased, remembered by keyed digests, so that it does not come back unasked.

use rusqlite::params;

use super::read::ReadTx;
use super::{StoreError, WriteTx};
use crate::domain::{ArticleId, PayloadId};

/// Turns an id of a thing (`payload`, `article`, `capture`) into a digest that only the holder of a key can make.
pub type KeyedDigest<'a> = &'a dyn Fn(&str, &[u8]) -> [u8; 32];

impl ReadTx<'_> {
    /// The number of digests of erased things; it only grows.
    pub fn erased_digest_count(&self) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM erased_digest";
        Ok(self.one("counting digests of erased things", sql, [], |row| row.get(0))?.unwrap_or(0))
    }

    /// Whether a capture that is not being erased has this payload.
    pub fn payload_is_kept(&self, id: &PayloadId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM payload p JOIN capture c ON c.payload = p.id
                   WHERE p.sha256 = ?1 AND c.withheld < 2 LIMIT 1";
        Ok(self.one("looking a payload up", sql, [id.as_bytes()], |_| Ok(()))?.is_some())
    }

    /// Whether a capture that is not being erased shows this article.
    pub fn article_is_kept(&self, id: &ArticleId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM article a JOIN reading g ON g.article = a.id JOIN capture c ON c.record = g.capture
                   WHERE a.sha256 = ?1 AND c.withheld < 2 LIMIT 1";
        Ok(self.one("looking an article up", sql, [id.as_bytes()], |_| Ok(()))?.is_some())
    }

    /// Keys that made digests of erased things, and those digests.
    pub fn erased_digests(&self) -> Result<Vec<([u8; 8], [u8; 32])>, StoreError> {
        let sql = "SELECT key, digest FROM erased_digest";
        self.many("reading digests of erased things", sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

impl WriteTx<'_> {
    /// Remembers what is being erased from the moment on that the log says so, in the same transaction: nothing of it
    /// may come in between that and its destruction.
    pub fn bar_begun(&mut self, key: &[u8; 8], keyed: KeyedDigest<'_>) -> Result<(), StoreError> {
        let doing = "beginning an erasure";
        let sql = "SELECT r.sha256, p.sha256, c.identity_url, c.identity_time FROM capture c
                   JOIN record r ON r.id = c.record JOIN payload p ON p.id = c.payload WHERE c.withheld = 2";
        type Begun = ([u8; 32], [u8; 32], String, Option<i64>);
        let begun: Vec<Begun> =
            self.read().many(doing, sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        for (record, payload, url, time) in begun {
            self.bar(key, keyed("capture", &identity_bytes(&payload, &url, time)), &record)?;
            if !self.read().payload_is_kept(&PayloadId::from_bytes(payload))? {
                self.bar(key, keyed("payload", &payload), &record)?;
            }
            let sql = "SELECT DISTINCT a.sha256 FROM record r JOIN reading g ON g.capture = r.id
                       JOIN article a ON a.id = g.article WHERE r.sha256 = ?1";
            let articles: Vec<[u8; 32]> = self.read().many(doing, sql, [record], |row| row.get(0))?;
            for article in articles {
                if !self.read().article_is_kept(&ArticleId::from_bytes(article))? {
                    self.bar(key, keyed("article", &article), &record)?;
                }
            }
        }
        Ok(())
    }

    /// Remembers an erased thing by a keyed digest.
    pub(super) fn bar(&self, key: &[u8; 8], digest: [u8; 32], record: &[u8; 32]) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO erased_digest (digest, key, record) VALUES (?1, ?2, ?3)";
        self.insert(sql, params![digest, key, record], "storing a digest of an erased thing")
    }
}

/// What makes a capture the same again, as bytes to be digested: payload, URL, time.
pub(crate) fn identity_bytes(payload: &[u8; 32], url: &str, time: Option<i64>) -> Vec<u8> {
    let mut bytes = payload.to_vec();
    bytes.extend_from_slice(&time.map_or([0xff; 8], i64::to_be_bytes));
    bytes.extend_from_slice(url.as_bytes());
    bytes
}
