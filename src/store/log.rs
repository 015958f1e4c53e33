//! The logs of an archive: heads, checkpoints, tiles, entries, as stored.
//!
//! Sizes and indexes are those of one log; the numbers stored run through all of them (`migrations/0002_log.sql`).

use super::read::ReadTx;
use super::rows::{Head, leaf_kind};
use super::{StoreError, StoreErrorKind};
use crate::domain::RecordId;
use crate::tlog::{Frontier, Hash, LeafKind, TILE_WIDTH, Tile, TileKind, empty_root, leaf_line, push_entry};

/// What to take away from a stored index of a leaf to have its index in the log that grows.
pub(super) const FIRST_LEAF: &str = "(SELECT first_leaf FROM log ORDER BY id DESC LIMIT 1)";

/// One of the logs of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its number; the largest one's log grows.
    pub id: i64,
    /// Its name.
    pub origin: String,
    /// Stored index of its first entry.
    pub first_leaf: u64,
    /// SHA-256 of the last checkpoint of the log before it.
    pub adopted: Option<[u8; 32]>,
    /// Operator's clock.
    pub started: i64,
}

/// A signed head as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Local key.
    pub key: i64,
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
    /// The signed note as it was made.
    pub note: Vec<u8>,
    /// Operator's clock.
    pub at: i64,
    /// Signature lines that came later, without line feeds.
    pub lines: Vec<String>,
}

impl CheckpointRow {
    /// The note with every signature there is.
    pub fn full_note(&self) -> Vec<u8> {
        let mut note = self.note.clone();
        for line in &self.lines {
            note.extend_from_slice(line.as_bytes());
            note.push(b'\n');
        }
        note
    }
}

/// A key of a log as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeyRow {
    /// The verifier key.
    pub vkey: String,
    /// Operator's clock when it began to sign.
    pub added: i64,
    /// Operator's clock when it ceased to.
    pub retired: Option<i64>,
}

impl ReadTx<'_> {
    /// Every log of the archive, oldest first.
    pub fn logs(&self) -> Result<Vec<LogRow>, StoreError> {
        let sql = "SELECT id, origin, first_leaf, adopted, started FROM log ORDER BY id";
        self.many("reading the logs", sql, [], |row| {
            Ok(LogRow {
                id: row.get(0)?,
                origin: row.get(1)?,
                first_leaf: row.get(2)?,
                adopted: row.get(3)?,
                started: row.get(4)?,
            })
        })
    }

    /// The log that grows.
    pub fn log(&self) -> Result<LogRow, StoreError> {
        self.logs()?.pop().ok_or_else(|| self.corrupt("reading the logs", "there is none"))
    }

    /// The newest head of the log that grows; the empty one before its first entry.
    pub fn head(&self) -> Result<Head, StoreError> {
        let log = self.log()?;
        let head = self.one(
            "reading the head of the log",
            "SELECT size, root, at FROM head WHERE size > ?1 ORDER BY size DESC LIMIT 1",
            [log.first_leaf],
            |row| Ok(Head { size: row.get::<_, u64>(0)? - log.first_leaf, root: row.get(1)?, at: row.get(2)? }),
        )?;
        Ok(head.unwrap_or(Head::empty(log.started)))
    }

    /// The right edge of a log's tree at its newest head, checked against the root.
    pub(super) fn frontier(&self, log: &LogRow, head: &Head) -> Result<Frontier, StoreError> {
        let doing = "reading the head of the log";
        if head.size == 0 {
            return Ok(Frontier::new());
        }
        let stored = log.first_leaf + head.size;
        let bytes: Option<Vec<u8>> =
            self.one(doing, "SELECT frontier FROM head WHERE size = ?1", [stored], |row| row.get(0))?;
        let frontier = Frontier::from_bytes(head.size, &bytes.unwrap_or_default())
            .map_err(|e| self.corrupt(doing, e.to_string()))?;
        if frontier.root() == Hash(head.root) {
            Ok(frontier)
        } else {
            Err(self.corrupt(doing, format!("the subtrees stored at size {} do not give its root", head.size)))
        }
    }

    /// The root of the head of `size` entries, if such a head of `log` was ever committed.
    pub fn root_at(&self, log: &LogRow, size: u64) -> Result<Option<[u8; 32]>, StoreError> {
        if size == 0 {
            return Ok(Some(empty_root().0));
        }
        let Some(size) = log.first_leaf.checked_add(size).filter(|size| i64::try_from(*size).is_ok()) else {
            return Ok(None);
        };
        self.one("reading a head of the log", "SELECT root FROM head WHERE size = ?1", [size], |row| row.get(0))
    }

    /// The newest signed head of a log that is not larger than `at_most`.
    pub fn checkpoint(&self, log: &LogRow, at_most: u64) -> Result<Option<CheckpointRow>, StoreError> {
        let sql =
            "SELECT id, size, root, note, at FROM checkpoint WHERE log = ?1 AND size <= ?2 ORDER BY size DESC LIMIT 1";
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        let found = self.one("reading a checkpoint", sql, [log.id, at_most], |row| {
            Ok(CheckpointRow {
                key: row.get(0)?,
                size: row.get(1)?,
                root: row.get(2)?,
                note: row.get(3)?,
                at: row.get(4)?,
                lines: Vec::new(),
            })
        })?;
        let Some(mut row) = found else { return Ok(None) };
        let sql = "SELECT line FROM checkpoint_signature WHERE checkpoint = ?1 ORDER BY id";
        row.lines = self.many("reading a checkpoint", sql, [row.key], |row| row.get(0))?;
        Ok(Some(row))
    }

    /// Sizes of every signed head of a log, in order.
    pub fn checkpoint_sizes(&self, log: &LogRow) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT size FROM checkpoint WHERE log = ?1 ORDER BY size";
        self.many("reading the checkpoints", sql, [log.id], |row| row.get(0))
    }

    /// The keys that a log signs or signed with, in the order they came.
    pub fn log_keys(&self, log: &LogRow) -> Result<Vec<LogKeyRow>, StoreError> {
        let sql = "SELECT vkey, added, retired FROM log_key WHERE log = ?1 ORDER BY added, vkey";
        self.many("reading the keys of the log", sql, [log.id], |row| {
            Ok(LogKeyRow { vkey: row.get(0)?, added: row.get(1)?, retired: row.get(2)? })
        })
    }

    /// The index of the first entry that names a record in the log that grows.
    pub fn leaf_of(&self, record: &RecordId) -> Result<Option<u64>, StoreError> {
        let first = self.log()?.first_leaf;
        let sql = "SELECT idx - ?2 FROM leaf WHERE subject = ?1 AND idx >= ?2 ORDER BY idx LIMIT 1";
        self.one("reading the log", sql, rusqlite::params![record.as_bytes(), first], |row| row.get(0))
    }

    /// Kinds and subjects of `count` entries of a log from index `from` on; fewer at its end.
    pub fn entries(&self, log: &LogRow, from: u64, count: u64) -> Result<Vec<(LeafKind, [u8; 32])>, StoreError> {
        let doing = "reading entries of the log";
        let sql = "SELECT kind, subject FROM leaf WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
        let (low, high) = self.stored_range(log, from, count)?;
        let rows: Vec<(i64, [u8; 32])> = self.many(doing, sql, [low, high], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.into_iter()
            .map(|(kind, subject)| {
                let kind = leaf_kind(kind).ok_or_else(|| self.corrupt(doing, format!("an entry has kind {kind}")))?;
                Ok((kind, subject))
            })
            .collect()
    }

    /// The bytes of a tile of a log, as wide as `tile` says; none where the log is not that large.
    ///
    /// Full tiles of hashes are stored; narrower ones and bundles of entries are put together from what they hold.
    pub fn tile(&self, log: &LogRow, size: u64, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
        let doing = "reading a tile of the log";
        if !tile.is_in_tree(size) {
            return Ok(None);
        }
        let width = u64::from(tile.width());
        let from = tile.index() * u64::from(TILE_WIDTH);
        let bytes = match tile.kind() {
            TileKind::Entries => {
                let mut bundle = Vec::new();
                let entries = self.entries(log, from, width)?;
                if entries.len() as u64 != width {
                    return Err(self.corrupt(doing, format!("{tile} has {} entries", entries.len())));
                }
                for (kind, subject) in entries {
                    push_entry(&mut bundle, leaf_line(kind, subject).as_bytes())
                        .map_err(|e| StoreError::new(StoreErrorKind::Io, self.path, doing, e.to_string()))?;
                }
                return Ok(Some(bundle));
            }
            TileKind::Hashes(level) => {
                let stored = match tile.is_full() {
                    true => self.one(
                        doing,
                        "SELECT hashes FROM tile WHERE log = ?1 AND level = ?2 AND idx = ?3",
                        rusqlite::params![log.id, level, tile.index()],
                        |row| row.get::<_, Vec<u8>>(0),
                    )?,
                    false => None,
                };
                match stored {
                    Some(bytes) => bytes,
                    None => self.items(log, level, from, width)?.concat(),
                }
            }
        };
        if bytes.len() as u64 != 32 * width {
            return Err(self.corrupt(doing, format!("{tile} has {} bytes", bytes.len())));
        }
        Ok(Some(bytes))
    }

    /// The hashes that a tile of `level` holds, in order: leaf hashes, or roots of the full tiles below.
    pub(super) fn items(&self, log: &LogRow, level: u8, from: u64, count: u64) -> Result<Vec<[u8; 32]>, StoreError> {
        let doing = "reading hashes of the log";
        match level.checked_sub(1) {
            None => {
                let (low, high) = self.stored_range(log, from, count)?;
                let sql = "SELECT hash FROM leaf WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
                self.many(doing, sql, [low, high], |row| row.get(0))
            }
            Some(below) => {
                let sql = "SELECT root FROM tile WHERE log = ?1 AND level = ?2 AND idx >= ?3 AND idx < ?4 ORDER BY idx";
                self.many(doing, sql, rusqlite::params![log.id, below, from, from + count], |row| row.get(0))
            }
        }
    }

    fn stored_range(&self, log: &LogRow, from: u64, count: u64) -> Result<(u64, u64), StoreError> {
        let low = log.first_leaf.checked_add(from);
        let range = low.and_then(|low| Some((low, low.checked_add(count)?)));
        range
            .filter(|(_, high)| i64::try_from(*high).is_ok())
            .ok_or_else(|| self.corrupt("reading the log", "an index is out of range"))
    }

    /// Kinds and subjects of the next entries of a log from index `from` on, up to the log that follows it.
    pub fn log_entries(&self, log: &LogRow, from: u64) -> Result<Vec<(LeafKind, [u8; 32])>, StoreError> {
        const STEP: u64 = 4_096;
        let logs = self.logs()?;
        let next = logs.iter().find(|next| next.id > log.id).map(|next| next.first_leaf - log.first_leaf);
        self.entries(log, from, next.map_or(STEP, |end| end.saturating_sub(from).min(STEP)))
    }

    /// A full tile as stored: the root over it, and its hashes.
    pub fn stored_tile(&self, log: &LogRow, level: u8, index: u64) -> Result<Option<([u8; 32], Vec<u8>)>, StoreError> {
        let sql = "SELECT root, hashes FROM tile WHERE log = ?1 AND level = ?2 AND idx = ?3";
        let params = rusqlite::params![log.id, level, index];
        self.one("reading a tile of the log", sql, params, |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The number of full tiles that are stored of a log.
    pub fn tile_count(&self, log: &LogRow) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM tile WHERE log = ?1";
        Ok(self.one("counting tiles", sql, [log.id], |row| row.get(0))?.unwrap_or(0))
    }

    /// Sizes of heads of a log that nobody signed, at most 100.
    pub fn unsigned_heads(&self, log: &LogRow) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT h.size - ?2 FROM head h WHERE h.size > ?2
                   AND h.size <= coalesce((SELECT first_leaf FROM log WHERE id = ?1 + 1), 9223372036854775807)
                   AND NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.log = ?1 AND c.size = h.size - ?2)
                   ORDER BY h.size LIMIT 100";
        self.many("reading the heads of the log", sql, rusqlite::params![log.id, log.first_leaf], |row| row.get(0))
    }
}
