//! Proofs that entries are in the log, against the newest signed head.

use crate::archive::refs::{Target, resolve};
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::{ArticleId, RecordId};
use crate::store::{CaptureRow, CheckpointRow, LogRow, ReadTx, ReadingRow};
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
            let (capture, reading) = choose(tx, resolve(tx, reference)?.target)?;
            let (log, row) = self.shown_checkpoint(tx)?;
            let records = [(LeafKind::Capture, capture.record)]
                .into_iter()
                .chain(reading.map(|reading| (LeafKind::Reading, reading.record)));
            records.map(|(kind, record)| prove(tx, &log, &row, kind, record)).collect()
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

/// The capture and the reading that a reference means: of an article or a payload the first capture that nothing has
/// corrected, with its newest reading that fits.
pub(in crate::archive) fn choose(tx: &ReadTx<'_>, target: Target) -> Result<(CaptureRow, Option<ReadingRow>), Error> {
    let gone = |id: &dyn std::fmt::Display| Error::not_found(id.to_string(), format!("{id}: no capture shows it"));
    let (captures, article, id): (Vec<CaptureRow>, _, String) = match target {
        Target::Capture(id) => (tx.capture(&id)?.into_iter().collect(), None, id.to_string()),
        Target::Reading(id) => {
            let reading = tx.reading(&id)?.ok_or_else(|| gone(&id))?;
            let capture = tx.capture_by_key(reading.capture)?.ok_or_else(|| gone(&id))?;
            return Ok((capture, Some(reading)));
        }
        Target::Article(id) => {
            let row = tx.article(&id)?.ok_or_else(|| gone(&id))?;
            (tx.captures_of_article(row.key)?, Some(id), id.to_string())
        }
        Target::Payload(id) => (tx.captures_of_payload(&id)?, None, id.to_string()),
    };
    let chosen = captures.iter().find(|capture| capture.replaced_by.is_none()).or(captures.first());
    let capture = chosen.cloned().ok_or_else(|| gone(&id))?;
    let reading = reading_of(tx, &capture, article)?;
    Ok((capture, reading))
}

/// The newest reading of a capture that found `article`; the newest one where no article is meant.
pub(in crate::archive) fn reading_of(
    tx: &ReadTx<'_>,
    capture: &CaptureRow,
    article: Option<ArticleId>,
) -> Result<Option<ReadingRow>, Error> {
    let fits = |reading: &ReadingRow| match article {
        Some(article) => reading.article.is_some_and(|(_, id)| id == article),
        None => true,
    };
    Ok(tx.readings(capture.key)?.into_iter().rev().find(fits))
}

/// Proves the entry of a record under a signed head, and checks the proof before anybody sees it: its index, and the
/// proof as c2sp.org/tlog-proof has it.
pub(in crate::archive) fn prove_entry(
    tx: &ReadTx<'_>,
    log: &LogRow,
    (size, root, note): (u64, Hash, &[u8]),
    record: &RecordId,
    entry: &str,
) -> Result<(u64, String), Error> {
    let at = record.to_string();
    let corrupt = |found: String| Error::new(ErrorKind::Corrupt, &at, format!("proving record {at}: {found}"));
    let index = tx.leaf_of(record)?.ok_or_else(|| corrupt("no entry of the log names it".to_owned()))?;
    let mut tiles = TileReader::new(size, |tile| match tx.tile(log, size, tile) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err("the log has no such tile".to_owned()),
        Err(error) => Err(error.to_string()),
    });
    let path = prove_inclusion(size, index, |node| tiles.node(node)).map_err(|e| corrupt(e.to_string()))?;
    check_inclusion(&path, size, &root, index, &leaf_hash(entry.as_bytes()))
        .map_err(|e| corrupt(format!("the entry does not lead to the signed head: {e}")))?;
    let checkpoint = Note::parse(note).map_err(|e| corrupt(e.to_string()))?;
    Ok((index, TlogProof { extra: None, index, path, checkpoint }.to_string()))
}

fn prove(
    tx: &ReadTx<'_>,
    log: &LogRow,
    row: &CheckpointRow,
    kind: LeafKind,
    record: RecordId,
) -> Result<LeafProof, Error> {
    let entry = leaf_line(kind, *record.as_bytes());
    let head = (row.size, Hash(row.root), &row.full_note()[..]);
    let (index, proof) = prove_entry(tx, log, head, &record, &entry)?;
    Ok(LeafProof { kind: kind.word(), record, index, entry, origin: log.origin.clone(), size: row.size, proof })
}
