//! Walking over everything that is stored, for verification.
//!
//! Each walk hands out rows as they are, without trusting them: lengths, ids and packed lists are the caller's to
//! judge. A row that SQLite cannot read ends its walk with an error, which is a finding too.

use std::borrow::Cow;
use std::ops::Range;

use rusqlite::{Row, params};

use super::StoreError;
use super::log::{FIRST_LEAF, LogRow};
use super::pack::unpack;
use super::read::{CAPTURE_PLAIN, ReadTx, capture_row};
use super::rows::{CaptureRow, leaf_kind};
use super::variants::filed_under;
use crate::tlog::LeafKind;

/// A leaf as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// Position in the log.
    pub index: u64,
    /// Kind, if the stored number is one.
    pub kind: Option<LeafKind>,
    /// What it names.
    pub subject: [u8; 32],
    /// The stored leaf hash.
    pub hash: [u8; 32],
}

/// A head as stored: number of leaves, root, packed roots of the complete subtrees.
pub type HeadRow = (u64, [u8; 32], Vec<u8>);

impl ReadTx<'_> {
    /// What SQLite's own check of pages, indexes and constraints finds; empty when all is well.
    ///
    /// It looks each row up in each index. Walking index and table once each and comparing sums of hashes instead was
    /// no faster on the archives that were measured.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let doing = "checking the structure of the database";
        let mut found = self.many(doing, "PRAGMA integrity_check(20)", [], |row| row.get::<_, String>(0))?;
        found.retain(|line| line != "ok");
        let keys = self.many(doing, "PRAGMA foreign_key_check", [], |row| {
            Ok(format!(
                "a row of {} names a row of {} that is missing",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?;
        found.extend(keys);
        Ok(found)
    }

    /// Walks over a table of packed bytes: (id, bytes or why they do not decode).
    pub fn each_packed(
        &self,
        table: PackedTable,
        keys: Range<i64>,
        mut visit: impl FnMut([u8; 32], Result<Cow<'_, [u8]>, String>),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT sha256, encoding, stored, bytes FROM {} WHERE {} ORDER BY id",
            table.name(),
            within("id", &keys)
        );
        self.walk("checking payloads and attachments", &sql, |row| {
            visit(row.get(0)?, unpack(row.get(1)?, row.get_ref(2)?.as_blob()?, row.get(3)?));
            Ok(())
        })
    }

    /// Walks over records: (id, kind, bytes).
    pub fn each_record(&self, keys: Range<i64>, mut visit: impl FnMut([u8; 32], i64, &[u8])) -> Result<(), StoreError> {
        let sql = format!("SELECT sha256, kind, body FROM record WHERE {} ORDER BY id", within("id", &keys));
        self.walk("checking records", &sql, |row| {
            visit(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_blob()?);
            Ok(())
        })
    }

    /// Walks over blocks: (id, bytes of the text).
    pub fn each_block(&self, keys: Range<i64>, mut visit: impl FnMut([u8; 32], &[u8])) -> Result<(), StoreError> {
        let sql = format!("SELECT sha256, text FROM block WHERE {} ORDER BY id", within("id", &keys));
        self.walk("checking blocks", &sql, |row| {
            visit(row.get(0)?, row.get_ref(1)?.as_bytes()?);
            Ok(())
        })
    }

    /// The first of a block's tokens that the word index does not know of it, with the block's id.
    pub fn unindexed_token(&self, block: i64, which: Tokens) -> Result<Option<([u8; 32], Option<String>)>, StoreError> {
        let doing = "checking the word index";
        let found = self.one(doing, "SELECT sha256, text FROM block WHERE id = ?1", [block], |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, String>(1)?))
        })?;
        let Some((id, text)) = found else { return Ok(None) };
        let tokens = crate::quote::index_tokens(&text);
        let tokens: Vec<&str> = tokens.split_ascii_whitespace().collect();
        let chosen = match which {
            Tokens::All => &tokens[..],
            // Which one follows from the key, so that all places of a block get their turn.
            Tokens::One => {
                let at = usize::try_from(block / 7).unwrap_or(0) % tokens.len().max(1);
                tokens.get(at..=at).unwrap_or_default()
            }
        };
        let sql = "SELECT 1 FROM block_index WHERE block_index MATCH ?1 AND rowid = ?2";
        for token in chosen {
            if self.one(doing, sql, params![format!("\"{token}\""), block], |_| Ok(()))?.is_none() {
                return Ok(Some((id, Some((*token).to_owned()))));
            }
        }
        Ok(Some((id, None)))
    }

    /// Quotations that lie outside of their article: (article id, start, end), at most 100.
    pub fn stray_quotations(&self) -> Result<Vec<([u8; 32], i64, i64)>, StoreError> {
        let sql = "SELECT a.sha256, q.start, q.end FROM quotation q JOIN article a ON a.id = q.article
                   WHERE q.start < 0 OR q.start >= q.end OR q.end > a.bytes LIMIT 100";
        self.many("checking quotations", sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    }

    /// The largest local key of a table.
    pub fn last_key(&self, table: KeyedTable) -> Result<i64, StoreError> {
        let (name, column) = table.name();
        let sql = format!("SELECT max({column}) FROM {name}");
        Ok(self.one("counting rows", &sql, [], |row| row.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
    }

    /// Walks over captures as pages show them.
    /// Each comes with the bytes of its record, and whether it is filed under the page of its URL.
    pub fn each_capture(
        &self,
        keys: Range<i64>,
        mut visit: impl FnMut(CaptureRow, &[u8], bool),
    ) -> Result<(), StoreError> {
        let within = within("c.record", &keys);
        let sql = format!(
            "SELECT {CAPTURE_PLAIN}, NULL, NULL, r.body, c.page FROM {tables} WHERE {within} ORDER BY c.record",
            tables = self.capture_tables()
        );
        self.walk("checking captures", &sql, |row| {
            let capture = capture_row(row)?;
            let filed = row.get::<_, Option<i64>>("page")? == capture.url.as_deref().map(filed_under);
            visit(capture, row.get_ref("body")?.as_blob()?, filed);
            Ok(())
        })
    }

    /// Ids of records that no leaf of the log that grows names, at most 100.
    pub fn records_without_leaf(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        let sql = format!(
            "SELECT sha256 FROM record r WHERE NOT EXISTS
             (SELECT 1 FROM leaf l WHERE l.subject = r.sha256 AND l.idx >= {FIRST_LEAF}) LIMIT 100"
        );
        self.many("checking the log", &sql, [], |row| row.get(0))
    }

    /// Walks over the leaves of a log in order; `end` is the stored index behind its last one, if there is a next log.
    pub fn each_leaf(&self, log: &LogRow, end: Option<u64>, mut visit: impl FnMut(LeafRow)) -> Result<(), StoreError> {
        let (first, end) = (log.first_leaf, end.unwrap_or(i64::MAX as u64));
        let sql = format!(
            "SELECT idx - {first}, kind, subject, hash FROM leaf WHERE idx >= {first} AND idx < {end} ORDER BY idx"
        );
        self.walk("checking the log", &sql, |row| {
            visit(LeafRow {
                index: row.get(0)?,
                kind: leaf_kind(row.get(1)?),
                subject: row.get(2)?,
                hash: row.get(3)?,
            });
            Ok(())
        })
    }

    /// Every head of a log in order: (size, root, packed subtrees); `end` as in [`ReadTx::each_leaf`].
    pub fn heads(&self, log: &LogRow, end: Option<u64>) -> Result<Vec<HeadRow>, StoreError> {
        let sql = "SELECT size - ?1, root, frontier FROM head WHERE size > ?1 AND size <= ?2 ORDER BY size";
        let end = end.unwrap_or(i64::MAX as u64);
        self.many("checking the heads of the log", sql, [log.first_leaf, end], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    }

    /// Whether a record with this id is stored.
    pub fn has_record(&self, id: &[u8; 32]) -> Result<bool, StoreError> {
        let found = self.one("looking a record up", "SELECT 1 FROM record WHERE sha256 = ?1", [id], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// Whether a payload or attachment with this id is stored.
    pub fn has_packed(&self, table: PackedTable, id: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM {} WHERE sha256 = ?1", table.name());
        Ok(self.one("looking a payload up", &sql, [id], |_| Ok(()))?.is_some())
    }

    /// The length of a payload or attachment, undone; none where it is not stored.
    pub fn packed_bytes(&self, table: PackedTable, id: &[u8; 32]) -> Result<Option<u64>, StoreError> {
        let sql = format!("SELECT bytes FROM {} WHERE sha256 = ?1", table.name());
        self.one("looking a payload up", &sql, [id], |row| row.get(0))
    }

    pub(super) fn walk(
        &self,
        doing: &'static str,
        sql: &str,
        mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let mut statement = self.sql().prepare(sql).map_err(self.fail(doing))?;
        let mut rows = statement.query([]).map_err(self.fail(doing))?;
        while let Some(row) = rows.next().map_err(self.fail(doing))? {
            visit(row).map_err(self.fail(doing))?;
        }
        Ok(())
    }
}

/// Which tokens of a block are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// Every one.
    All,
    /// One of them.
    One,
}

/// The tables of packed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackedTable {
    /// Captured bytes.
    Payload,
    /// Sidecars and headers.
    Attachment,
}

impl PackedTable {
    fn name(self) -> &'static str {
        match self {
            PackedTable::Payload => "payload",
            PackedTable::Attachment => "attachment",
        }
    }
}

/// The tables that are walked over in ranges of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyedTable {
    /// Captured bytes.
    Payload,
    /// Sidecars and headers.
    Attachment,
    /// Records; readings and captures have the keys of theirs.
    Record,
    /// Blocks.
    Block,
    /// Articles.
    Article,
}

impl KeyedTable {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            KeyedTable::Payload => ("payload", "id"),
            KeyedTable::Attachment => ("attachment", "id"),
            KeyedTable::Record => ("record", "id"),
            KeyedTable::Block => ("block", "id"),
            KeyedTable::Article => ("article", "id"),
        }
    }
}

/// The condition that a key lies in a range.
pub(super) fn within(column: &str, keys: &Range<i64>) -> String {
    format!("{column} >= {} AND {column} < {}", keys.start, keys.end)
}
