//! Appending to the log, and the one commit point.

use rusqlite::params;

use super::log::{FIRST_LEAF, LogRow};
use super::rows::{Head, leaf_code};
use super::{StoreError, WriteTx};
use crate::domain::RecordId;
use crate::tlog::{Checkpoint, KeyName, LeafKind, TILE_HEIGHT, TILE_WIDTH, leaf_hash, leaf_line};

/// Entries read at once while a log is logged anew.
const STEP: u64 = 4_096;

impl WriteTx<'_> {
    /// Appends an entry that names a record or, for an anchor, another digest; returns its index in the log.
    pub fn append_leaf(&mut self, kind: LeafKind, subject: &[u8; 32]) -> Result<u64, StoreError> {
        let index = self.frontier.size();
        let hash = leaf_hash(leaf_line(kind, *subject).as_bytes());
        let sql = "INSERT INTO leaf (idx, kind, subject, hash) VALUES (?1, ?2, ?3, ?4)";
        let stored = self.log.first_leaf + index;
        self.insert(sql, params![stored, leaf_code(kind), subject, hash.0], "appending to the log")?;
        let mut full = Vec::new();
        self.frontier.push_with(hash, |node, root| {
            if node.level > 0 && node.level % TILE_HEIGHT == 0 {
                full.push((node.level / TILE_HEIGHT - 1, node.index, root));
            }
        });
        for (level, index, root) in full {
            let width = u64::from(TILE_WIDTH);
            let hashes = self.read().items(&self.log, level, index * width, width)?.concat();
            let sql = "INSERT INTO tile (log, level, idx, root, hashes) VALUES (?1, ?2, ?3, ?4, ?5)";
            self.insert(sql, params![self.log.id, level, index, root.0, hashes], "storing a tile of the log")?;
        }
        Ok(index)
    }

    /// Ends the log that grew until now and begins its successor, which names `adopted` in its first entry and then
    /// every entry of the old one again, in the same order.
    ///
    /// The old entries and heads stay. Captures point to their new entries.
    pub fn begin_successor(&mut self, origin: &KeyName, adopted: [u8; 32]) -> Result<(), StoreError> {
        let doing = "beginning a new log";
        let (old, entries) = (self.log.clone(), self.frontier.size());
        let new = LogRow {
            id: old.id + 1,
            origin: origin.to_string(),
            first_leaf: old.first_leaf + entries,
            adopted: Some(adopted),
            started: self.now,
        };
        let sql = "INSERT INTO log (id, origin, first_leaf, adopted, started) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.insert(sql, params![new.id, new.origin, new.first_leaf, adopted, new.started], doing)?;
        self.put_setting("origin", &new.origin)?;
        (self.log, self.frontier, self.begun) = (new, Default::default(), Head::empty(self.now));
        self.append_leaf(LeafKind::Adopt, &adopted)?;
        let mut from = 0;
        while from < entries {
            let again = self.read().entries(&old, from, STEP.min(entries - from))?;
            if again.is_empty() {
                return Err(StoreError::corrupt(self.path, doing, format!("entry {from} of the old log is missing")));
            }
            from += again.len() as u64;
            for (kind, subject) in again.into_iter().filter(|(kind, _)| *kind != LeafKind::Adopt) {
                self.append_leaf(kind, &subject)?;
            }
        }
        let sql = format!(
            "UPDATE capture SET logged = (SELECT l.idx FROM record r JOIN leaf l ON l.subject = r.sha256
             WHERE r.id = capture.record AND l.kind = ?1 AND l.idx >= {FIRST_LEAF} ORDER BY l.idx LIMIT 1)"
        );
        self.insert(&sql, [leaf_code(LeafKind::Capture)], doing)
    }

    /// Notes that a key signs heads of the log from now on.
    pub fn put_log_key(&self, vkey: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO log_key (log, vkey, added) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.insert(sql, params![self.log.id, vkey, self.now], "storing a key of the log")
    }

    /// Notes that a key signs no longer.
    pub fn retire_log_key(&self, vkey: &str) -> Result<(), StoreError> {
        let sql = "UPDATE log_key SET retired = ?3 WHERE log = ?1 AND vkey = ?2 AND retired IS NULL";
        self.insert(sql, params![self.log.id, vkey, self.now], "storing a key of the log")
    }

    /// Adds a signature line to the stored checkpoint with this key.
    pub fn add_signature(&self, checkpoint: i64, line: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO checkpoint_signature (checkpoint, line, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.insert(sql, params![checkpoint, line, self.now], "storing a signature")
    }

    /// Commits everything with the new head of the log, signed; returns after the high-water mark was raised to it.
    ///
    /// A commit or mark that fails leaves it unknown whether the head is on the disk: the writer accepts no more
    /// transactions, and the program must end. Opening the archive anew finds out.
    pub fn commit(mut self) -> Result<Head, StoreError> {
        let head = self.head();
        let first = head.size == 0 && self.read().checkpoint(&self.log, 0)?.is_none();
        let grew = head.size > self.begun.size;
        if grew {
            let frontier = self.frontier.to_bytes();
            let sql = "INSERT INTO head (size, root, frontier, at) VALUES (?1, ?2, ?3, ?4)";
            let size = self.log.first_leaf + head.size;
            self.insert(sql, params![size, head.root, frontier, head.at], "storing the head of the log")?;
        }
        if grew || first {
            self.put_checkpoint(&head)?;
        }
        let WriteTx { tx, path, admission, failed, .. } = self;
        *failed = true;
        tx.commit().map_err(|e| StoreError::sql(path, "committing", e))?;
        if grew || first {
            admission.keep(&head)?;
        }
        *failed = false;
        Ok(head)
    }

    /// Signs and stores a head, only on top of the one that this transaction began with.
    fn put_checkpoint(&mut self, head: &Head) -> Result<(), StoreError> {
        let doing = "storing a checkpoint of the log";
        let refused = |found: String| StoreError::refused(self.path, doing, found);
        let origin: KeyName = self.log.origin.parse().map_err(|e| refused(format!("{e}")))?;
        let note = self.admission.sign(&Checkpoint::new(&origin, head.size, crate::tlog::Hash(head.root)))?;
        let newest = self.read().checkpoint(&self.log, u64::MAX)?;
        let same = newest.as_ref().is_none_or(|newest| {
            (newest.size, newest.root) == (self.begun.size, self.begun.root) && newest.size < head.size
        });
        if !same || (newest.is_none() && self.begun.size > 0) {
            let found = format!(
                "the newest signed head has {} entries, this transaction began with {}",
                newest.map_or(0, |newest| newest.size),
                self.begun.size
            );
            return Err(StoreError::corrupt(self.path, doing, found));
        }
        let sql = "INSERT INTO checkpoint (log, size, root, note, at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let note = note.to_string().into_bytes();
        for vkey in self.admission.keys() {
            self.put_log_key(&vkey)?;
        }
        self.insert(sql, params![self.log.id, head.size, head.root, note, head.at], doing)
    }

    /// Appends the leaf of a record.
    pub(super) fn append_record(&mut self, kind: LeafKind, id: &RecordId) -> Result<u64, StoreError> {
        self.append_leaf(kind, id.as_bytes()).map(|index| self.log.first_leaf + index)
    }
}
