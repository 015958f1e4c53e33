//! Walking over everything that is stored, for verification.
//!
//! Each walk hands out rows as they are, without trusting them: lengths, ids and packed lists are the caller's to
//! judge. A row that SQLite cannot read ends its walk with an error, which is a finding too.

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::{Row, params};

use super::StoreError;
use super::log::{FIRST_LEAF, LogRow};
use super::pack::{decompress, pack_list, unpack_list};
use super::read::{CAPTURE_COLUMNS, ReadTx, capture_row};
use super::rows::{CaptureRow, leaf_kind};
use crate::domain::Role;
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

/// A reading's evidence as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockListRow {
    /// Id of the reading record.
    pub record: [u8; 32],
    /// Its stored bytes.
    pub body: Vec<u8>,
    /// Ids and roles of its blocks, or why there are none.
    pub blocks: Result<Vec<([u8; 32], Role)>, String>,
    /// The article it found.
    pub article: Option<[u8; 32]>,
    /// Whether the derived tables say the same of its blocks: where they stand, in which roles, which are tweets.
    pub inverse: Result<(), String>,
}

impl ReadTx<'_> {
    /// What SQLite's own check of pages, indexes and constraints finds; empty when all is well.
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
        mut visit: impl FnMut([u8; 32], Result<Vec<u8>, String>),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT sha256, encoding, stored, bytes FROM {} WHERE {} ORDER BY id",
            table.name(),
            within("id", &keys)
        );
        self.walk("checking payloads and attachments", &sql, |row| {
            visit(row.get(0)?, decompress(row.get(1)?, row.get(2)?, row.get(3)?));
            Ok(())
        })
    }

    /// Walks over records: (id, kind, bytes).
    pub fn each_record(
        &self,
        keys: Range<i64>,
        mut visit: impl FnMut([u8; 32], i64, Vec<u8>),
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT sha256, kind, body FROM record WHERE {} ORDER BY id", within("id", &keys));
        self.walk("checking records", &sql, |row| {
            visit(row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(())
        })
    }

    /// Walks over blocks: (id, bytes of the text).
    pub fn each_block(&self, keys: Range<i64>, mut visit: impl FnMut([u8; 32], Vec<u8>)) -> Result<(), StoreError> {
        let sql = format!("SELECT sha256, CAST(text AS BLOB) FROM block WHERE {} ORDER BY id", within("id", &keys));
        self.walk("checking blocks", &sql, |row| {
            visit(row.get(0)?, row.get(1)?);
            Ok(())
        })
    }

    /// Walks over articles: (id, length, canonical text or why there is none).
    pub fn each_article(
        &self,
        keys: Range<i64>,
        mut visit: impl FnMut([u8; 32], u64, Result<Vec<u8>, String>),
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT sha256, bytes, blocks, id FROM article WHERE {} ORDER BY id", within("id", &keys));
        self.walk("checking articles", &sql, |row| {
            let packed: Vec<u8> = row.get(2)?;
            let text =
                self.joined(&packed).and_then(|text| self.shown_by_a_reading(row.get(3), &packed).map(|()| text));
            visit(row.get(0)?, row.get(1)?, text);
            Ok(())
        })
    }

    /// An article's blocks and roles must be those of a reading: its id covers the words, but not the roles.
    fn shown_by_a_reading(&self, key: rusqlite::Result<i64>, packed: &[u8]) -> Result<(), String> {
        let sql = "SELECT l.blocks FROM reading g JOIN block_list l ON l.reading = g.record WHERE g.article = ?1";
        let key = key.map_err(|e| e.to_string())?;
        let pages = self.many("reading block lists", sql, [key], |row| row.get::<_, Vec<u8>>(0));
        let same = |page: &Vec<u8>| {
            let list = unpack_list(page).unwrap_or_default();
            let spans = crate::domain::block::spans(list.iter().map(|(_, role)| (*role, 0)));
            pack_list(spans.into_iter().map(|(index, _)| list[index])) == packed
        };
        let found = pages.map_err(|e| e.to_string())?.iter().any(same);
        if found { Ok(()) } else { Err("no reading has its blocks in these roles".to_owned()) }
    }

    fn joined(&self, packed: &[u8]) -> Result<Vec<u8>, String> {
        let list = unpack_list(packed).ok_or("its block list does not decode")?;
        let mut text = Vec::new();
        for (key, _) in list {
            if !text.is_empty() {
                text.extend_from_slice(b"\n\n");
            }
            let block: Vec<u8> = self
                .one("reading a block", "SELECT CAST(text AS BLOB) FROM block WHERE id = ?1", [key], |row| row.get(0))
                .map_err(|e| e.to_string())?
                .ok_or_else(|| format!("block key {key} is missing"))?;
            text.extend_from_slice(&block);
        }
        text.push(b'\n');
        Ok(text)
    }

    /// Walks over readings with their block lists.
    pub fn each_reading(&self, keys: Range<i64>, mut visit: impl FnMut(BlockListRow)) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT r.sha256, r.body, l.blocks, a.sha256, g.record FROM reading g JOIN record r ON r.id = g.record
             LEFT JOIN block_list l ON l.reading = g.record LEFT JOIN article a ON a.id = g.article
             WHERE {} ORDER BY g.record",
            within("g.record", &keys)
        );
        self.walk("checking block lists", &sql, |row| {
            let blocks = match row.get::<_, Option<Vec<u8>>>(2)? {
                None => Err("its block list is missing".to_owned()),
                Some(packed) => self.ids_of(&packed),
            };
            let inverse = match row.get::<_, Option<Vec<u8>>>(2)? {
                None => Ok(()),
                Some(packed) => self.inverse_of(row.get(4)?, &packed),
            };
            visit(BlockListRow { record: row.get(0)?, body: row.get(1)?, blocks, article: row.get(3)?, inverse });
            Ok(())
        })
    }

    fn ids_of(&self, packed: &[u8]) -> Result<Vec<([u8; 32], Role)>, String> {
        let list = unpack_list(packed).ok_or("its block list does not decode")?;
        list.into_iter()
            .map(|(key, role)| {
                self.one("reading a block", "SELECT sha256 FROM block WHERE id = ?1", [key], |row| row.get(0))
                    .map_err(|e| e.to_string())?
                    .map(|id| (id, role))
                    .ok_or_else(|| format!("block key {key} is missing"))
            })
            .collect()
    }

    /// Compares what a block list says with the derived tables that find pages by their blocks.
    fn inverse_of(&self, reading: i64, packed: &[u8]) -> Result<(), String> {
        let mut expected: BTreeMap<i64, i64> = BTreeMap::new();
        for (block, role) in unpack_list(packed).ok_or("its block list does not decode")? {
            *expected.entry(block).or_default() |= 1 << role.code();
        }
        let sql = "SELECT block, roles FROM block_page WHERE reading = ?1 AND block = ?2";
        for (block, roles) in &expected {
            let found = self
                .one("reading where a block stands", sql, [reading, *block], |row| row.get::<_, i64>(1))
                .map_err(|e| e.to_string())?;
            if found != Some(*roles) {
                return Err(format!(
                    "block_page says of block key {block} the roles {found:?}, its block list {roles}"
                ));
            }
        }
        let tweets = self
            .many("reading tweets", "SELECT block FROM tweet WHERE reading = ?1", [reading], |row| row.get::<_, i64>(0))
            .map_err(|e| e.to_string())?;
        match tweets.iter().find(|block| !expected.contains_key(block)) {
            Some(block) => Err(format!("a tweet is said to stand in block key {block}, which is not on the page")),
            None => Ok(()),
        }
    }

    /// Rows of the inverse of block lists: as many as there are distinct blocks on all pages, if it says no more than they do.
    pub fn inverse_counts(&self) -> Result<(u64, u64), StoreError> {
        let doing = "counting where blocks stand";
        let rows = self.one(doing, "SELECT count(*) FROM block_page", [], |row| row.get(0))?.unwrap_or(0);
        let mut distinct = 0;
        self.walk(doing, "SELECT blocks FROM block_list", |row| {
            let list = unpack_list(row.get_ref(0)?.as_blob().unwrap_or_default()).unwrap_or_default();
            let mut keys: Vec<i64> = list.into_iter().map(|(key, _)| key).collect();
            keys.sort_unstable();
            keys.dedup();
            distinct += keys.len() as u64;
            Ok(())
        })?;
        Ok((rows, distinct))
    }

    /// The first of a block's tokens that the word index does not know of it, with the block's id.
    pub fn unindexed_token(&self, block: i64) -> Result<Option<([u8; 32], Option<String>)>, StoreError> {
        let doing = "checking the word index";
        let found = self.one(doing, "SELECT sha256, text FROM block WHERE id = ?1", [block], |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, String>(1)?))
        })?;
        let Some((id, text)) = found else { return Ok(None) };
        let tokens = crate::quote::index_tokens(&text);
        let sql = "SELECT 1 FROM block_index WHERE block_index MATCH ?1 AND rowid = ?2";
        for token in tokens.split_ascii_whitespace() {
            if self.one(doing, sql, params![format!("\"{token}\""), block], |_| Ok(()))?.is_none() {
                return Ok(Some((id, Some(token.to_owned()))));
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
    /// Each comes with the bytes of its record.
    pub fn each_capture(&self, keys: Range<i64>, mut visit: impl FnMut(CaptureRow, Vec<u8>)) -> Result<(), StoreError> {
        let within = within("c.record", &keys);
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS}, r.body FROM {tables} WHERE {within} ORDER BY c.record",
            tables = self.capture_tables()
        );
        self.walk("checking captures", &sql, |row| {
            visit(capture_row(row)?, row.get("body")?);
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
fn within(column: &str, keys: &Range<i64>) -> String {
    format!("{column} >= {} AND {column} < {}", keys.start, keys.end)
}
