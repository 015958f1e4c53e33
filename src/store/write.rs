//! The one door for writing.

use std::path::Path;

use rusqlite::{OptionalExtension, Transaction, params};

use super::pack::{Compressed, pack_list};
use super::rows::{Head, RecordKind, best};
use super::variants::filed_under;
use super::{Admission, Keeper, LogRow, StoreError, Visibility, read::ReadTx};
use crate::domain::reading::{Quotation, Tweet};
use crate::domain::{ArticleId, AttachmentId, BlockId, Claim, PayloadId, RecordId, Role, Time};
use crate::tlog::{Frontier, LeafKind};

/// A transaction that writes. Nothing of it is there before [`WriteTx::commit`] returned, and all of it afterwards.
pub struct WriteTx<'c> {
    pub(super) tx: Transaction<'c>,
    pub(super) path: &'c Path,
    pub(super) now: i64,
    pub(super) log: LogRow,
    pub(super) frontier: Frontier,
    /// The newest head before this transaction.
    pub(super) begun: Head,
    pub(super) admission: Box<dyn Admission>,
    /// Set while a commit is under way, and for good when it fails.
    pub(super) failed: &'c mut bool,
    stored_bytes: u64,
}

/// What a capture's row says beside its record.
#[derive(Debug)]
pub struct NewCapture<'a> {
    /// Its record's local key.
    pub record: i64,
    /// Its payload's local key.
    pub payload: i64,
    /// Media type of the payload.
    pub media_type: &'a str,
    /// Claims about the URL, best first.
    pub url: &'a [Claim<String>],
    /// The declared URL that is part of its identity, or nothing.
    pub identity_url: &'a str,
    /// The declared capture time that is part of its identity.
    pub identity_time: Option<i64>,
    /// Digest over its declarations.
    pub declarations: [u8; 32],
    /// Outlet key, when one is known.
    pub outlet: Option<i64>,
    /// Best title.
    pub title: Option<&'a str>,
    /// Resolved publication time.
    pub published: Option<&'a Time>,
    /// Best capture time.
    pub captured: &'a Time,
    /// Index of its leaf.
    pub logged: u64,
    /// File and place.
    pub source: &'a str,
    /// Whether only the local user sees it.
    pub private: bool,
}

/// What a reading's row says beside its record.
#[derive(Debug)]
pub struct NewReading<'a> {
    /// Its record's local key.
    pub record: i64,
    /// Its capture's local key.
    pub capture: i64,
    /// Its article's local key.
    pub article: Option<i64>,
    /// Version of the extractor.
    pub extractor: u32,
    /// Language.
    pub lang: Option<&'a str>,
    /// Encoding.
    pub charset: Option<&'a str>,
    /// Author as printed.
    pub byline: Option<&'a str>,
    /// Bidi controls deleted from the article's blocks.
    pub deleted_bidi: u64,
    /// Remarks.
    pub notes: &'a [String],
    /// Block keys with roles, in document order.
    pub blocks: &'a [(i64, Role)],
    /// Tweets; their `block` is an index into `blocks`.
    pub tweets: &'a [Tweet],
}

impl<'c> WriteTx<'c> {
    pub(super) fn new(
        tx: Transaction<'c>,
        path: &'c Path,
        now: i64,
        keeper: &dyn Keeper,
        failed: &'c mut bool,
    ) -> Result<Self, StoreError> {
        let (log, begun, frontier, admission) = {
            let read = ReadTx::borrowed(&tx, path, Visibility::All);
            let (log, begun) = (read.log()?, read.head()?);
            let frontier = read.frontier(&log, &begun)?;
            let admission = keeper.admit(path, &log.origin, &begun, &|size| read.root_at(&log, size))?;
            (log, begun, frontier, admission)
        };
        Ok(WriteTx { tx, path, now, log, frontier, begun, admission, failed, stored_bytes: 0 })
    }

    /// The same moment, for reading what is being written.
    pub fn read(&self) -> ReadTx<'_> {
        ReadTx::borrowed(&self.tx, self.path, Visibility::All)
    }

    /// Size and root of the log with the leaves appended so far.
    pub fn head(&self) -> Head {
        Head { size: self.frontier.size(), root: self.frontier.root().0, at: self.now }
    }

    /// Bytes of evidence that this transaction added.
    pub fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    /// Stores a payload unless it is there; returns its key and whether it is new.
    pub fn put_payload(&mut self, id: &PayloadId, packed: &Compressed) -> Result<(i64, bool), StoreError> {
        self.put_packed("payload", id.as_bytes(), packed)
    }

    /// Notes a digest that a container states for a payload and that matched.
    pub fn put_stated_digest(&mut self, payload: i64, stated: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO stated_digest (stated, payload) VALUES (?1, ?2)";
        self.insert(sql, params![stated, payload], "storing a stated digest")
    }

    /// Stores an attachment unless it is there; returns its key and whether it is new.
    pub fn put_attachment(&mut self, id: &AttachmentId, packed: &Compressed) -> Result<(i64, bool), StoreError> {
        self.put_packed("attachment", id.as_bytes(), packed)
    }

    fn put_packed(&mut self, table: &str, id: &[u8; 32], packed: &Compressed) -> Result<(i64, bool), StoreError> {
        let doing = "storing a payload or attachment";
        if let Some(key) = self.key_of(table, id)? {
            return Ok((key, false));
        }
        let sql = format!("INSERT INTO {table} (sha256, bytes, encoding, stored) VALUES (?1, ?2, ?3, ?4)");
        self.insert(&sql, params![id, packed.bytes, packed.encoding, packed.stored], doing)?;
        self.stored_bytes += packed.stored.len() as u64;
        Ok((self.tx.last_insert_rowid(), true))
    }

    /// Stores a record's bytes and appends its leaf; returns its key and the leaf's stored index.
    pub fn put_record(&mut self, kind: RecordKind, id: &RecordId, body: &[u8]) -> Result<(i64, u64), StoreError> {
        let sql = "INSERT INTO record (sha256, kind, body) VALUES (?1, ?2, ?3)";
        self.insert(sql, params![id.as_bytes(), kind.code(), body], "storing a record")?;
        let key = self.tx.last_insert_rowid();
        self.stored_bytes += body.len() as u64;
        let leaf = match kind {
            RecordKind::Capture => LeafKind::Capture,
            RecordKind::Reading => LeafKind::Reading,
        };
        Ok((key, self.append_record(leaf, id)?))
    }

    /// Stores a block with its index tokens unless it is there; returns its key and whether it is new.
    pub fn put_block(&mut self, id: &BlockId, text: &str, tokens: &str) -> Result<(i64, bool), StoreError> {
        if let Some(key) = self.key_of("block", id.as_bytes())? {
            return Ok((key, false));
        }
        self.insert(
            "INSERT INTO block (sha256, text) VALUES (?1, ?2)",
            params![id.as_bytes(), text],
            "storing a block",
        )?;
        let key = self.tx.last_insert_rowid();
        self.index_block(key, tokens)?;
        self.stored_bytes += text.len() as u64;
        Ok((key, true))
    }

    /// Sets a setting of the archive.
    pub fn put_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
        self.insert(sql, params![key, value], "storing a setting")
    }

    /// Adds a block's tokens to the index.
    pub fn index_block(&self, key: i64, tokens: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO block_index (rowid, tokens) VALUES (?1, ?2)";
        self.insert(sql, params![key, tokens], "indexing a block")
    }

    /// Empties the index.
    pub fn clear_index(&self) -> Result<(), StoreError> {
        self.insert("INSERT INTO block_index (block_index) VALUES ('delete-all')", [], "emptying the index")
    }

    /// Stores an article with its quotations unless it is there; returns its key and whether it is new.
    pub fn put_article(
        &mut self,
        id: &ArticleId,
        bytes: u64,
        blocks: &[(i64, Role)],
        quotations: &[Quotation],
    ) -> Result<(i64, bool), StoreError> {
        if let Some(key) = self.key_of("article", id.as_bytes())? {
            return Ok((key, false));
        }
        let packed = pack_list(blocks.iter().copied());
        let sql = "INSERT INTO article (sha256, bytes, blocks) VALUES (?1, ?2, ?3)";
        self.insert(sql, params![id.as_bytes(), bytes, packed], "storing an article")?;
        let key = self.tx.last_insert_rowid();
        for quotation in quotations {
            let via = serde_json::to_string(&quotation.via).unwrap_or_else(|_| "[]".to_owned());
            self.insert(
                "INSERT OR IGNORE INTO quotation (article, start, end, speaker, via) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, quotation.start as u64, quotation.end as u64, quotation.speaker, via],
                "storing a quotation",
            )?;
        }
        Ok((key, true))
    }

    /// Returns the key of an outlet, made when it is new; a display name fills an empty one.
    pub fn put_outlet(&mut self, name: &str, display: Option<&str>) -> Result<i64, StoreError> {
        let doing = "storing an outlet";
        self.insert("INSERT OR IGNORE INTO outlet (name) VALUES (?1)", params![name], doing)?;
        if let Some(display) = display {
            let sql = "UPDATE outlet SET display = ?2 WHERE name = ?1 AND display IS NULL";
            self.insert(sql, params![name, display], doing)?;
        }
        self.tx
            .prepare_cached("SELECT id FROM outlet WHERE name = ?1")
            .and_then(|mut statement| statement.query_row([name], |row| row.get(0)))
            .map_err(|e| StoreError::sql(self.path, doing, e))
    }

    /// Stores a capture's row.
    pub fn put_capture(&mut self, new: &NewCapture<'_>) -> Result<(), StoreError> {
        let published = new.published;
        self.insert(
            "INSERT INTO capture (record, payload, media_type, url, identity_url, identity_time, declarations, outlet, title,
                published, published_from, published_to, published_zone, published_basis,
                captured, captured_from, captured_to, captured_zone, captured_basis, logged, logged_at, source, private, page)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
            params![
                new.record,
                new.payload,
                new.media_type,
                best(new.url),
                new.identity_url,
                new.identity_time,
                new.declarations,
                new.outlet,
                new.title,
                published.map(|t| &t.edtf),
                published.and_then(|t| t.from),
                published.and_then(|t| t.to),
                published.and_then(|t| t.zone.as_ref()),
                published.map(|t| t.basis.name()),
                new.captured.edtf,
                new.captured.from,
                new.captured.to,
                new.captured.zone,
                new.captured.basis.name(),
                new.logged,
                self.now,
                new.source,
                new.private,
                best(new.url).map(filed_under),
            ],
            "storing a capture",
        )
    }

    /// Marks a capture as corrected by another.
    pub fn replace_capture(&mut self, old: i64, new: i64) -> Result<(), StoreError> {
        let sql = "UPDATE capture SET replaced_by = ?2 WHERE record = ?1";
        self.insert(sql, params![old, new], "marking a capture as corrected")
    }

    /// Stores a reading's row, its block list, the inverse of it, and its tweets.
    pub fn put_reading(&mut self, new: &NewReading<'_>) -> Result<(), StoreError> {
        let notes = serde_json::to_string(new.notes).unwrap_or_else(|_| "[]".to_owned());
        self.insert(
            "INSERT INTO reading (record, capture, article, extractor, lang, charset, byline, deleted_bidi, notes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                new.record,
                new.capture,
                new.article,
                new.extractor,
                new.lang,
                new.charset,
                new.byline,
                new.deleted_bidi,
                notes
            ],
            "storing a reading",
        )?;
        let packed = pack_list(new.blocks.iter().copied());
        self.stored_bytes += packed.len() as u64;
        self.insert(
            "INSERT INTO block_list (reading, blocks) VALUES (?1, ?2)",
            params![new.record, packed],
            "storing a block list",
        )?;
        let mut roles: Vec<(i64, i64)> = new.blocks.iter().map(|(key, role)| (*key, 1_i64 << role.code())).collect();
        roles.sort_unstable();
        roles.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 |= if same { next.1 } else { 0 };
            same
        });
        for (block, roles) in roles {
            self.insert(
                "INSERT INTO block_page (block, reading, roles) VALUES (?1, ?2, ?3)",
                params![block, new.record, roles],
                "storing where a block stands",
            )?;
        }
        for (ordinal, tweet) in new.tweets.iter().enumerate() {
            self.put_tweet(new, ordinal, tweet)?;
        }
        Ok(())
    }

    fn put_tweet(&mut self, new: &NewReading<'_>, ordinal: usize, tweet: &Tweet) -> Result<(), StoreError> {
        let Some((block, _)) = new.blocks.get(tweet.block) else {
            return Err(StoreError::corrupt(self.path, "storing a tweet", "it points at no block of its page"));
        };
        let date = tweet.date.as_ref();
        self.insert(
            "INSERT INTO tweet (reading, ordinal, block, handle, name, date, date_from, date_to, words, status_id, snowflake_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                new.record,
                ordinal as u64,
                block,
                tweet.handle,
                tweet.name,
                date.map(|t| &t.edtf),
                date.and_then(|t| t.from),
                date.and_then(|t| t.to),
                tweet.text,
                tweet.id.map(|id| id.to_string()),
                tweet.snowflake_ms,
            ],
            "storing a tweet",
        )
    }

    fn key_of(&self, table: &str, id: &[u8; 32]) -> Result<Option<i64>, StoreError> {
        self.tx
            .prepare_cached(&format!("SELECT id FROM {table} WHERE sha256 = ?1"))
            .and_then(|mut statement| statement.query_row([id], |row| row.get(0)).optional())
            .map_err(|e| StoreError::sql(self.path, "looking an id up", e))
    }

    /// Runs a statement; says how many rows it changed.
    pub(super) fn change(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        doing: &'static str,
    ) -> Result<usize, StoreError> {
        self.tx
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params))
            .map_err(|e| StoreError::sql(self.path, doing, e))
    }

    pub(super) fn insert(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        doing: &'static str,
    ) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params))
            .map(|_| ())
            .map_err(|e| StoreError::sql(self.path, doing, e))
    }
}
