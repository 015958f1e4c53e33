//! Walking over everything that is stored, for verification.
//!
//! Each walk hands out rows as they are, without trusting them: lengths, ids and packed lists are the caller's to
//! judge. A row that SQLite cannot read ends its walk with an error, which is a finding too.

use rusqlite::Row;

use super::StoreError;
use super::log::{FIRST_LEAF, LogRow};
use super::pack::{decompress, pack_list, unpack_list};
use super::read::{CAPTURE_COLUMNS, CAPTURE_TABLES, ReadTx, capture_row};
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
        mut visit: impl FnMut([u8; 32], Result<Vec<u8>, String>),
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT sha256, encoding, stored, bytes FROM {} ORDER BY id", table.name());
        self.walk("checking payloads and attachments", &sql, |row| {
            visit(row.get(0)?, decompress(row.get(1)?, row.get(2)?, row.get(3)?));
            Ok(())
        })
    }

    /// Walks over records: (id, kind, bytes).
    pub fn each_record(&self, mut visit: impl FnMut([u8; 32], i64, Vec<u8>)) -> Result<(), StoreError> {
        self.walk("checking records", "SELECT sha256, kind, body FROM record ORDER BY id", |row| {
            visit(row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(())
        })
    }

    /// Walks over blocks: (id, bytes of the text).
    pub fn each_block(&self, mut visit: impl FnMut([u8; 32], Vec<u8>)) -> Result<(), StoreError> {
        self.walk("checking blocks", "SELECT sha256, CAST(text AS BLOB) FROM block ORDER BY id", |row| {
            visit(row.get(0)?, row.get(1)?);
            Ok(())
        })
    }

    /// Walks over articles: (id, length, canonical text or why there is none).
    pub fn each_article(
        &self,
        mut visit: impl FnMut([u8; 32], u64, Result<Vec<u8>, String>),
    ) -> Result<(), StoreError> {
        self.walk("checking articles", "SELECT sha256, bytes, blocks, id FROM article ORDER BY id", |row| {
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
    pub fn each_reading(&self, mut visit: impl FnMut(BlockListRow)) -> Result<(), StoreError> {
        let sql = "SELECT r.sha256, r.body, l.blocks, a.sha256 FROM reading g JOIN record r ON r.id = g.record
                   LEFT JOIN block_list l ON l.reading = g.record LEFT JOIN article a ON a.id = g.article ORDER BY g.record";
        self.walk("checking block lists", sql, |row| {
            let blocks = match row.get::<_, Option<Vec<u8>>>(2)? {
                None => Err("its block list is missing".to_owned()),
                Some(packed) => self.ids_of(&packed),
            };
            visit(BlockListRow { record: row.get(0)?, body: row.get(1)?, blocks, article: row.get(3)? });
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

    /// Walks over captures as pages show them.
    /// Each comes with the bytes of its record.
    pub fn each_capture(&self, mut visit: impl FnMut(CaptureRow, Vec<u8>)) -> Result<(), StoreError> {
        let sql = format!("SELECT {CAPTURE_COLUMNS}, r.body FROM {CAPTURE_TABLES} ORDER BY c.record");
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
