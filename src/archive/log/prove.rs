//! Proofs that entries are in the log, against the newest signed head.

use crate::archive::refs::{Resolved, Target, resolve};
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::RecordId;
use crate::store::{CheckpointRow, LogRow, ReadTx};
use crate::tlog::{
    Hash, LeafKind, Note, Tile, TileReader, TlogProof, check_inclusion, leaf_hash, leaf_line, prove_inclusion,
};

/// The proof of one entry: one line of `log prove --json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LeafProof {
    /// `capture` or `reading`.
    pub kind: &'static str,
    /// The record that the entry names.
    pub record: RecordId,
    /// The place of the entry in the log.
    pub index: u64,
    /// The entry, with its line feed.
    pub entry: String,
    /// Name of the log.
    pub origin: String,
    /// Number of entries under the signed head.
    pub size: u64,
    /// The whole proof as c2sp.org/tlog-proof has it, the signed head in it.
    pub proof: String,
}

impl Archive {
    /// Proves that the capture and the reading that `reference` names are in the log.
    ///
    /// Of an article or a payload it is the first capture that nothing has corrected.
    pub fn log_prove(&self, reference: &str) -> Result<Vec<LeafProof>, Error> {
        self.read(|tx| {
            let records = records_of(tx, &resolve(tx, reference)?)?;
            let (log, row) = self.shown_checkpoint(tx)?;
            records.into_iter().map(|(kind, record)| prove(tx, &log, &row, kind, record)).collect()
        })
    }

    /// The bytes of a tile of the log that grows, as far as its newest signed head reaches; none beyond it.
    pub fn log_tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, Error> {
        self.read(|tx| {
            let (log, row) = self.shown_checkpoint(tx)?;
            Ok(tx.tile(&log, row.size, tile)?)
        })
    }
}

/// The capture record and the reading record behind a reference.
fn records_of(tx: &ReadTx<'_>, resolved: &Resolved) -> Result<Vec<(LeafKind, RecordId)>, Error> {
    let gone = |id: &dyn std::fmt::Display| Error::not_found(id.to_string(), format!("{id}: no capture shows it"));
    let (capture, article) = match resolved.target {
        Target::Capture(id) => (tx.capture(&id)?.ok_or_else(|| gone(&id))?, None),
        Target::Reading(id) => {
            let reading = tx.reading(&id)?.ok_or_else(|| gone(&id))?;
            let capture = tx.capture_by_key(reading.capture)?.ok_or_else(|| gone(&id))?;
            return Ok(vec![(LeafKind::Capture, capture.record), (LeafKind::Reading, id)]);
        }
        Target::Article(id) => {
            let row = tx.article(&id)?.ok_or_else(|| gone(&id))?;
            let captures = tx.captures_of_article(row.key)?;
            let chosen = captures.iter().find(|capture| capture.replaced_by.is_none()).or(captures.first());
            (chosen.cloned().ok_or_else(|| gone(&id))?, Some(id))
        }
        Target::Payload(id) => {
            let captures = tx.captures_of_payload(&id)?;
            let chosen = captures.iter().find(|capture| capture.replaced_by.is_none()).or(captures.first());
            (chosen.cloned().ok_or_else(|| gone(&id))?, None)
        }
    };
    let readings = tx.readings(capture.key)?;
    let fits = |reading: &&crate::store::ReadingRow| match article {
        Some(article) => reading.article.is_some_and(|(_, id)| id == article),
        None => true,
    };
    let reading = readings.iter().rev().find(fits).map(|reading| (LeafKind::Reading, reading.record));
    Ok(std::iter::once((LeafKind::Capture, capture.record)).chain(reading).collect())
}

/// Proves one entry, and checks the proof before anybody sees it.
fn prove(
    tx: &ReadTx<'_>,
    log: &LogRow,
    row: &CheckpointRow,
    kind: LeafKind,
    record: RecordId,
) -> Result<LeafProof, Error> {
    let at = record.to_string();
    let corrupt = |found: String| Error::new(ErrorKind::Corrupt, at.clone(), format!("proving record {at}: {found}"));
    let index = tx.leaf_of(&record)?.ok_or_else(|| corrupt("no entry of the log names it".to_owned()))?;
    let entry = leaf_line(kind, *record.as_bytes());
    let mut tiles = TileReader::new(row.size, |tile| match tx.tile(log, row.size, tile) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err("the log has no such tile".to_owned()),
        Err(error) => Err(error.to_string()),
    });
    let path = prove_inclusion(row.size, index, |node| tiles.node(node)).map_err(|e| corrupt(e.to_string()))?;
    check_inclusion(&path, row.size, &Hash(row.root), index, &leaf_hash(entry.as_bytes()))
        .map_err(|e| corrupt(format!("the entry does not lead to the signed head: {e}")))?;
    let checkpoint = Note::parse(&row.full_note()).map_err(|e| corrupt(e.to_string()))?;
    let proof = TlogProof { extra: None, index, path, checkpoint }.to_string();
    Ok(LeafProof { kind: kind.word(), record, index, entry, origin: log.origin.clone(), size: row.size, proof })
}
