//! Taking things down: hiding captures, lifting that again, destroying them.
//!
//! Every step appends its entry to the log in the transaction that makes it. An erasure has three: `begin_erasure` logs
//! it, and from its commit on nobody sees the capture; `erase_begun` destroys rows, which triggers allow only where a
//! committed entry names the capture; [`super::Writer::wipe`] wipes what rows leave behind. Whoever opens the archive for
//! writing after a crash goes on where it stopped.

use std::collections::BTreeSet;

use rusqlite::params;

use super::barred::{KeyedDigest, identity_bytes};
use super::pack::unpack_list;
use super::read::{CAPTURE_COLUMNS, ReadTx, capture_row};
use super::rows::{CaptureRow, leaf_code};
use super::{StoreError, Visibility, WriteTx};
use crate::domain::{Digest, RecordId};
use crate::quote;
use crate::tlog::LeafKind;

/// How a capture was taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakedownKind {
    /// Hidden from the public, and kept.
    Withhold,
    /// Destroyed.
    Erase,
}

impl TakedownKind {
    /// The kind of entry that announces it.
    pub fn leaf(self) -> LeafKind {
        match self {
            TakedownKind::Withhold => LeafKind::Withhold,
            TakedownKind::Erase => LeafKind::Erase,
        }
    }

    fn of_code(code: i64) -> Self {
        if code == leaf_code(LeafKind::Erase) { TakedownKind::Erase } else { TakedownKind::Withhold }
    }
}

/// A takedown as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakedownRow {
    /// Whether it was hidden or destroyed.
    pub kind: TakedownKind,
    /// The capture record.
    pub record: RecordId,
    /// Why: `legal`, `privacy`, `safety`, `error`, `other`.
    pub code: String,
    /// Operator's clock.
    pub at: i64,
    /// Index of its entry in the log that grows; none where the entry is in an earlier log only.
    pub leaf: Option<u64>,
    /// Whether it was lifted again.
    pub undone: bool,
    /// Of an erasure: operator's clock when the last trace was wiped.
    pub finished: Option<i64>,
}

/// A capture that is about to be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasing {
    /// The bytes of its record.
    pub record: Vec<u8>,
    /// What makes a capture the same again ([`identity_bytes`]).
    pub identity: Vec<u8>,
}

/// What an erasure destroyed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Captures.
    pub captures: u64,
    /// Records: captures and readings.
    pub records: u64,
    /// Payloads that no other capture has.
    pub payloads: u64,
    /// Attachments that no other capture names.
    pub attachments: u64,
    /// Articles that no other capture shows.
    pub articles: u64,
    /// Blocks that no other page carries.
    pub blocks: u64,
}

const TAKEDOWN: &str = "SELECT t.kind, t.record, t.code, t.at, t.undone IS NOT NULL, t.finished,
    (SELECT max(l.idx) - (SELECT first_leaf FROM log ORDER BY id DESC LIMIT 1) FROM leaf l
     WHERE l.subject = t.record AND l.kind = t.kind AND l.idx >= (SELECT first_leaf FROM log ORDER BY id DESC LIMIT 1))
    FROM takedown t";

fn takedown_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<TakedownRow> {
    Ok(TakedownRow {
        kind: TakedownKind::of_code(row.get(0)?),
        record: RecordId::from_bytes(row.get(1)?),
        code: row.get(2)?,
        at: row.get(3)?,
        undone: row.get(4)?,
        finished: row.get(5)?,
        leaf: row.get(6)?,
    })
}

impl ReadTx<'_> {
    /// The takedown that holds for a record, of a capture or a reading; none when it may be seen.
    ///
    /// To the public a private capture was never there, so nothing says that it is withheld.
    pub fn takedown(&self, id: &RecordId) -> Result<Option<TakedownRow>, StoreError> {
        let unless_private = match self.visibility {
            Visibility::All => "",
            Visibility::Public => {
                "NOT EXISTS (SELECT 1 FROM record r JOIN capture c ON c.record = r.id
                 WHERE r.sha256 = t.record AND c.private = 1) AND"
            }
        };
        let sql = format!(
            "{TAKEDOWN} WHERE {unless_private} t.undone IS NULL AND t.record IN (?1, (SELECT capture FROM erased_record WHERE sha256 = ?1),
               (SELECT c.sha256 FROM record r JOIN reading g ON g.record = r.id JOIN record c ON c.id = g.capture
                WHERE r.sha256 = ?1)) ORDER BY t.kind DESC, t.id DESC LIMIT 1"
        );
        self.one("looking a takedown up", &sql, [id.as_bytes()], takedown_row)
    }

    /// Erased records whose id lies between two bounds, at most `limit`.
    pub fn erased_between(&self, low: &[u8], high: &[u8], limit: u32) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT sha256 FROM erased_record WHERE sha256 BETWEEN ?1 AND ?2 ORDER BY sha256 LIMIT ?3";
        self.many("looking an erased record up", sql, params![low, high, limit], |row| {
            row.get(0).map(RecordId::from_bytes)
        })
    }

    /// Every takedown in the order it was made.
    pub fn takedowns(&self) -> Result<Vec<TakedownRow>, StoreError> {
        self.many("reading takedowns", &format!("{TAKEDOWN} ORDER BY t.id"), [], takedown_row)
    }

    /// Whether an erasure was begun and not finished.
    pub fn erasure_is_pending(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM takedown WHERE kind = 4 AND finished IS NULL LIMIT 1";
        Ok(self.one("looking for unfinished erasures", sql, [], |_| Ok(()))?.is_some())
    }

    /// The capture record that the erasure of a record named.
    pub fn erased(&self, id: &[u8; 32]) -> Result<Option<[u8; 32]>, StoreError> {
        let sql = "SELECT capture FROM erased_record WHERE sha256 = ?1";
        self.one("looking an erased record up", sql, [id], |row| row.get(0))
    }

    /// Whether an entry at or behind a stored index says that a capture was erased.
    pub fn erase_is_logged(&self, capture: &[u8; 32], from: u64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM leaf WHERE subject = ?1 AND kind = 4 AND idx >= ?2 LIMIT 1";
        Ok(self.one("reading the log", sql, params![capture, from], |_| Ok(()))?.is_some())
    }

    /// How a stored capture is shown: 0 to everybody, 1 to the local user, 2 to nobody.
    pub fn withheld_state(&self, id: &RecordId) -> Result<Option<u8>, StoreError> {
        let sql = "SELECT c.withheld FROM record r JOIN capture c ON c.record = r.id WHERE r.sha256 = ?1";
        self.one("looking a capture up", sql, [id.as_bytes()], |row| row.get(0))
    }

    /// A capture with every other one that it corrects or that corrects it: the same act of capturing, declared anew.
    pub fn corrections(&self, capture: i64) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "WITH RECURSIVE chain (k) AS (SELECT ?1 UNION SELECT replaced_by FROM capture JOIN chain ON record = k
                 WHERE replaced_by IS NOT NULL UNION SELECT record FROM capture JOIN chain ON replaced_by = k)
             SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE c.record IN chain AND {} ORDER BY c.logged",
            self.visible(),
            tables = self.capture_tables()
        );
        self.many("reading the corrections of a capture", &sql, [capture], capture_row)
    }
}

/// A capture that an erasure destroys.
struct Doomed {
    key: i64,
    record: [u8; 32],
    leaf: i64,
    payload: i64,
    outlet: Option<i64>,
    body: Vec<u8>,
    identity: Vec<u8>,
}

/// The tables that an erasure may delete from, by their number in `doomed`.
const TABLES: [(u8, &str, &str); 6] = [
    (6, "block_list", "reading"),
    (5, "article", "id"),
    (4, "block", "id"),
    (3, "record", "id"),
    (2, "attachment", "id"),
    (1, "payload", "id"),
];

impl WriteTx<'_> {
    /// Hides a capture from the public; returns the index of the entry.
    pub fn withhold(&mut self, capture: i64, id: &RecordId, code: &str) -> Result<u64, StoreError> {
        let leaf = self.take_down(TakedownKind::Withhold, id, code)?;
        let sql = "UPDATE capture SET withheld = 1 WHERE record = ?1 AND withheld = 0";
        self.insert(sql, [capture], "withholding a capture")?;
        Ok(leaf)
    }

    /// Says in the log that the public does not see a capture, and never did; returns the index of the entry.
    ///
    /// So whoever checks the log from outside finds none that vanished unannounced.
    pub fn announce_private(&mut self, id: &RecordId) -> Result<u64, StoreError> {
        self.append_leaf(LeafKind::Withhold, id.as_bytes())
    }

    /// Shows a withheld capture again: a further `capture` entry says so.
    pub fn lift(&mut self, capture: i64, id: &RecordId) -> Result<u64, StoreError> {
        let doing = "showing a withheld capture again";
        let leaf = self.append_leaf(LeafKind::Capture, id.as_bytes())?;
        let stored = self.log.first_leaf + leaf;
        let sql = "UPDATE takedown SET undone = ?2 WHERE record = ?1 AND kind = 3 AND undone IS NULL";
        self.insert(sql, params![id.as_bytes(), stored], doing)?;
        self.insert("UPDATE capture SET withheld = 0 WHERE record = ?1 AND withheld = 1", [capture], doing)?;
        Ok(leaf)
    }

    /// Shows a private capture to everybody: a further `capture` entry says so. Returns the index of the entry.
    pub fn publish(&mut self, capture: i64, id: &RecordId) -> Result<u64, StoreError> {
        let leaf = self.append_leaf(LeafKind::Capture, id.as_bytes())?;
        let sql = "UPDATE capture SET private = 0 WHERE record = ?1 AND private = 1";
        self.insert(sql, [capture], "publishing a capture")?;
        Ok(leaf)
    }

    /// Logs that a capture is going to be destroyed, and hides it from everybody; returns the index of the entry.
    pub fn begin_erasure(&mut self, capture: i64, id: &RecordId, code: &str) -> Result<u64, StoreError> {
        let doing = "beginning an erasure";
        let leaf = self.take_down(TakedownKind::Erase, id, code)?;
        let sql = "INSERT INTO erased_record (sha256, capture)
                   SELECT sha256, ?2 FROM record WHERE id = ?1
                   UNION ALL SELECT r.sha256, ?2 FROM reading g JOIN record r ON r.id = g.record WHERE g.capture = ?1";
        self.insert(sql, params![capture, id.as_bytes()], doing)?;
        self.insert("UPDATE capture SET withheld = 2 WHERE record = ?1", [capture], doing)?;
        Ok(leaf)
    }

    fn take_down(&mut self, kind: TakedownKind, id: &RecordId, code: &str) -> Result<u64, StoreError> {
        let leaf = self.append_leaf(kind.leaf(), id.as_bytes())?;
        let sql = "INSERT INTO takedown (leaf, kind, record, code, at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let stored = self.log.first_leaf + leaf;
        let values = params![stored, leaf_code(kind.leaf()), id.as_bytes(), code, self.now];
        self.insert(sql, values, "storing a takedown")?;
        Ok(leaf)
    }

    /// Destroys every capture whose erasure was logged and committed, with all that nothing else needs.
    ///
    /// What another page carries stays: payloads of other captures, blocks, articles, attachments, outlets. `keyed` and
    /// the name of its key make the digests by which the same things are recognised when they are ingested again.
    pub fn erase_begun(&mut self, key: &[u8; 8], keyed: KeyedDigest<'_>) -> Result<Erased, StoreError> {
        let captures = self.begun()?;
        let mut erased = Erased::default();
        let Some(leaf) = captures.first().map(|capture| capture.leaf) else { return Ok(erased) };
        erased.captures = captures.len() as u64;
        for capture in &captures {
            self.bar(key, keyed("capture", &capture.identity), &capture.record)?;
        }
        let doing = "erasing a capture";
        let (mut blocks, mut articles, mut readings) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for capture in &captures {
            let sql =
                "SELECT g.record, g.article, l.blocks FROM reading g LEFT JOIN block_list l ON l.reading = g.record
                       WHERE g.capture = ?1";
            let rows = self.read().many(doing, sql, [capture.key], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, Option<Vec<u8>>>(2)?))
            })?;
            for (reading, article, list) in rows {
                let list = unpack_list(&list.unwrap_or_default())
                    .ok_or_else(|| StoreError::corrupt(self.path, doing, "a block list does not decode"))?;
                blocks.extend(list.into_iter().map(|(block, _)| block));
                articles.extend(article);
                readings.push(reading);
            }
        }
        for reading in &readings {
            for table in ["tweet", "block_page"] {
                self.insert(&format!("DELETE FROM {table} WHERE reading = ?1"), [reading], doing)?;
            }
            self.doom(6, *reading, leaf)?;
            self.doom(3, *reading, leaf)?;
        }
        self.delete_doomed(6)?;
        for reading in &readings {
            self.insert("DELETE FROM reading WHERE record = ?1", [reading], doing)?;
        }
        for capture in &captures {
            self.insert("UPDATE capture SET replaced_by = NULL WHERE replaced_by = ?1", [capture.key], doing)?;
        }
        for capture in &captures {
            self.insert("DELETE FROM capture WHERE record = ?1", [capture.key], doing)?;
            self.doom(3, capture.key, leaf)?;
        }
        // Records first: what is left says which attachments are still needed.
        let attachments = self.attachments_of(&captures)?;
        erased.records = self.delete_doomed(3)?;
        for article in articles {
            let needed = "SELECT 1 FROM reading WHERE article = ?1 LIMIT 1";
            if self.read().one(doing, needed, [article], |_| Ok(()))?.is_none() {
                let sql = "SELECT sha256 FROM article WHERE id = ?1";
                if let Some(id) = self.read().one(doing, sql, [article], |row| row.get::<_, [u8; 32]>(0))? {
                    self.bar(key, keyed("article", &id), &captures[0].record)?;
                }
                self.insert("DELETE FROM quotation WHERE article = ?1", [article], doing)?;
                self.doom(5, article, leaf)?;
            }
        }
        erased.articles = self.delete_doomed(5)?;
        for block in self.unneeded(blocks)? {
            self.unindex(block)?;
            self.doom(4, block, leaf)?;
        }
        erased.blocks = self.delete_doomed(4)?;
        for id in attachments {
            let sql = "SELECT id FROM attachment WHERE sha256 = ?1";
            if let Some(attachment) = self.read().one(doing, sql, [id], |row| row.get(0))? {
                self.doom(2, attachment, leaf)?;
            }
        }
        erased.attachments = self.delete_doomed(2)?;
        for capture in &captures {
            let needed = "SELECT 1 FROM capture WHERE payload = ?1 LIMIT 1";
            if self.read().one(doing, needed, [capture.payload], |_| Ok(()))?.is_none() {
                let sql = "SELECT sha256 FROM payload WHERE id = ?1";
                if let Some(id) = self.read().one(doing, sql, [capture.payload], |row| row.get::<_, [u8; 32]>(0))? {
                    self.bar(key, keyed("payload", &id), &capture.record)?;
                }
                self.insert("DELETE FROM stated_digest WHERE payload = ?1", [capture.payload], doing)?;
                self.doom(1, capture.payload, leaf)?;
            }
            if let Some(outlet) = capture.outlet {
                let sql = "DELETE FROM outlet WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM capture WHERE outlet = ?1)";
                self.insert(sql, [outlet], doing)?;
            }
        }
        erased.payloads = self.delete_doomed(1)?;
        Ok(erased)
    }

    /// Notes that the last trace of every erased capture was wiped.
    pub fn finish_erasures(&mut self) -> Result<(), StoreError> {
        let sql = "UPDATE takedown SET finished = ?1 WHERE kind = 4 AND finished IS NULL
                   AND NOT EXISTS (SELECT 1 FROM record r WHERE r.sha256 = takedown.record)";
        self.insert(sql, [self.now], "noting that an erasure is finished")
    }

    /// The captures whose erasure a committed entry announces, while they are still there.
    pub fn erasing(&self) -> Result<Vec<Erasing>, StoreError> {
        let erasing = |doomed: Doomed| Erasing { record: doomed.body, identity: doomed.identity };
        Ok(self.begun()?.into_iter().map(erasing).collect())
    }

    /// The captures whose erasure a committed entry announces.
    fn begun(&self) -> Result<Vec<Doomed>, StoreError> {
        let sql =
            "SELECT c.record, r.sha256, t.leaf, c.payload, c.outlet, r.body, p.sha256, c.identity_url, c.identity_time
                   FROM capture c JOIN record r ON r.id = c.record JOIN payload p ON p.id = c.payload
                   JOIN takedown t ON t.record = r.sha256 AND t.kind = 4
                   WHERE c.withheld = 2 AND t.leaf < (SELECT max(size) FROM head) ORDER BY c.record";
        self.read().many("looking for what is to be erased", sql, [], |row| {
            let (payload, url, time): ([u8; 32], String, Option<i64>) = (row.get(6)?, row.get(7)?, row.get(8)?);
            Ok(Doomed {
                key: row.get(0)?,
                record: row.get(1)?,
                leaf: row.get(2)?,
                payload: row.get(3)?,
                outlet: row.get(4)?,
                body: row.get(5)?,
                identity: identity_bytes(&payload, &url, time),
            })
        })
    }

    fn doom(&self, what: u8, id: i64, leaf: i64) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO doomed (what, id, leaf) VALUES (?1, ?2, ?3)";
        self.insert(sql, params![what, id, leaf], "erasing a capture")
    }

    /// Deletes what is doomed in one table, and the permission with it.
    fn delete_doomed(&self, what: u8) -> Result<u64, StoreError> {
        let doing = "erasing a capture";
        let Some((_, table, key)) = TABLES.into_iter().find(|(number, ..)| *number == what) else { return Ok(0) };
        let sql = format!("DELETE FROM {table} WHERE {key} IN (SELECT id FROM doomed WHERE what = ?1)");
        let gone = self.change(&sql, [what], doing)?;
        self.insert("DELETE FROM doomed WHERE what = ?1", [what], doing)?;
        Ok(gone as u64)
    }

    /// Attachments that these captures name and no other record does.
    fn attachments_of(&self, captures: &[Doomed]) -> Result<BTreeSet<[u8; 32]>, StoreError> {
        let doing = "looking for the attachments of a capture";
        let mut named = BTreeSet::new();
        for capture in captures {
            let value: serde_json::Value = serde_json::from_slice(&capture.body)
                .map_err(|e| StoreError::corrupt(self.path, doing, format!("its record is not JSON: {e}")))?;
            let listed = value["attachments"].as_array().into_iter().flatten();
            let ids = listed.filter_map(|kept| kept["sha256"].as_str()?.parse::<Digest>().ok());
            named.extend(ids.map(|id| id.0));
        }
        let mut unneeded = BTreeSet::new();
        for id in named {
            // The id stands in a record as its digits; no index leads there.
            let sql = "SELECT 1 FROM record r WHERE r.kind = 1 AND instr(r.body, CAST(?1 AS BLOB))
                       AND NOT EXISTS (SELECT 1 FROM doomed d WHERE d.what = 3 AND d.id = r.id) LIMIT 1";
            if self.read().one(doing, sql, [Digest(id).to_string()], |_| Ok(()))?.is_none() {
                unneeded.insert(id);
            }
        }
        Ok(unneeded)
    }

    /// Those of the blocks that stand on no page that is left. Asks the block lists themselves, which are evidence.
    fn unneeded(&self, mut blocks: BTreeSet<i64>) -> Result<BTreeSet<i64>, StoreError> {
        let doing = "looking for pages that share a block";
        if blocks.is_empty() {
            return Ok(blocks);
        }
        for sql in ["SELECT blocks FROM block_list", "SELECT blocks FROM article"] {
            let mut damaged = false;
            self.read().walk(doing, sql, |row| {
                match unpack_list(row.get_ref(0)?.as_blob().unwrap_or_default()) {
                    Some(list) => list.iter().for_each(|(block, _)| {
                        blocks.remove(block);
                    }),
                    None => damaged = true,
                }
                Ok(())
            })?;
            if damaged {
                let found = "a block list of another page does not decode, so nobody knows which blocks it needs";
                return Err(StoreError::corrupt(self.path, doing, found));
            }
        }
        Ok(blocks)
    }

    /// Takes a block out of the word index, which needs the very tokens that were put in.
    fn unindex(&self, block: i64) -> Result<(), StoreError> {
        let text = self.read().block_text(block)?;
        let sql = "INSERT INTO block_index (block_index, rowid, tokens) VALUES ('delete', ?1, ?2)";
        self.insert(sql, params![block, quote::index_tokens(&text)], "taking a block out of the index")
    }
}
