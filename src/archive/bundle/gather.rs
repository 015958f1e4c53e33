//! Takes a bundle's files from one moment of an archive.

use super::audit::{holds, places};
use super::layout::{MANIFEST, MAX_NUMBER, manifest};
use super::zip::{Files, write_zip};
use super::{Bundle, BundleKind, StampPair, VERIFIERS, too_much};
use crate::archive::audit::audit;
use crate::archive::log::{choose, prove_entry, reading_of};
use crate::archive::refs::resolve;
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::{ArticleId, AttachmentId, RecordId, sha256};
use crate::store::{CaptureRow, CheckpointRow, LogRow, PackedTable, ReadTx, ReadingRow};
use crate::tlog::{Checkpoint, Hash, LeafKind, Note, leaf_line};

/// What is read with every bundle, `{…}` filled in.
const README: &str = include_str!("verifiers/README.txt");

/// The head that all proofs of a bundle lead to.
struct Head<'a> {
    tx: &'a ReadTx<'a>,
    log: LogRow,
    row: CheckpointRow,
}

impl Archive {
    /// Puts together what a stranger needs to verify what `reference` names.
    ///
    /// Of an article or a payload it is the first capture of it that nothing has corrected. The bytes depend on the
    /// archive's state and signed head alone.
    pub fn bundle(&self, reference: &str) -> Result<Bundle, Error> {
        self.read(|tx| {
            let resolved = resolve(tx, reference)?;
            let (capture, reading) = choose(tx, resolved.target)?;
            let head = self.bundle_head(tx)?;
            let mut files = Files::new();
            head.evidence(&mut files, "", &capture, reading.as_ref())?;
            whole(tx, &mut files, &capture)?;
            for (at, stamp) in (1..=MAX_NUMBER).zip(self.stamps_of(tx, &capture)?) {
                head.stamp(&mut files, at, &stamp, &capture.record)?;
            }
            let article = reading.as_ref().and_then(|reading| reading.article).map(|(_, id)| id);
            let passage = resolved.passage.map(|(start, end)| format!("{start}-{end}"));
            let cited = match (article, passage) {
                (Some(id), Some(passage)) => format!("/a/{id}/{passage}"),
                (Some(id), None) => format!("/a/{id}"),
                (None, _) => format!("/r/{}", capture.record),
            };
            let private = capture.private;
            self.close(BundleKind::Citation, &head, files, &cited, (vec![capture.record], article, private))
        })
    }

    /// How many bytes of payload and attachments the bundle of `reference` would hold; nothing of them is read.
    pub fn bundle_bytes(&self, reference: &str) -> Result<u64, Error> {
        self.read(|tx| {
            let (capture, _) = choose(tx, resolve(tx, reference)?.target)?;
            let (_, body) = tx.record(&capture.record)?.ok_or_else(|| gone(&capture.record))?;
            let mut bytes = capture.payload_bytes;
            for id in attachments(&body) {
                bytes = bytes.saturating_add(tx.packed_bytes(PackedTable::Attachment, id.as_bytes())?.unwrap_or(0));
            }
            Ok(bytes)
        })
    }

    /// Puts an audit together with the evidence of every place that its answer names.
    pub fn bundle_audit(&self, quotation: &str) -> Result<Bundle, Error> {
        self.read(|tx| {
            let answer = audit(tx, quotation, usize::MAX)?;
            let answer = serde_json::to_value(&answer).map_err(|e| Error::usage(format!("writing the audit: {e}")))?;
            let head = self.bundle_head(tx)?;
            let mut files = Files::new();
            let (mut records, mut private): (Vec<RecordId>, bool) = (Vec::new(), false);
            for (_, place) in places(&answer) {
                let article = place["article"].as_str().and_then(|id| id.parse::<ArticleId>().ok());
                for record in place["records"].as_array().into_iter().flatten() {
                    let Some(id) = record.as_str().and_then(|id| id.parse::<RecordId>().ok()) else { continue };
                    let capture = tx.capture(&id)?.ok_or_else(|| gone(&id))?;
                    let reading = reading_of(tx, &capture, article)?;
                    let known = records.iter().position(|known| *known == id);
                    let at = known.unwrap_or(records.len()) + 1;
                    if at > MAX_NUMBER {
                        return Err(too_much(quotation, format!("more than {MAX_NUMBER} captures carry these words")));
                    }
                    let folder = format!("evidence/{at}/");
                    if known.is_none() {
                        records.push(id);
                        private |= capture.private;
                        head.evidence(&mut files, &folder, &capture, reading.as_ref())?;
                    }
                    if place["start"].is_null() {
                        blocks(tx, &mut files, &folder, reading.as_ref(), place["text"].as_str().unwrap_or_default())?;
                    }
                }
            }
            let mut line = answer.to_string().into_bytes();
            line.push(b'\n');
            files.insert("audit.json".to_owned(), line);
            self.close(BundleKind::Audit, &head, files, "audit.json", (records, None, private))
        })
    }

    fn bundle_head<'a>(&self, tx: &'a ReadTx<'a>) -> Result<Head<'a>, Error> {
        let (log, row) = self.shown_checkpoint(tx)?;
        Ok(Head { tx, log, row })
    }

    /// The stamped heads of the log that hold a capture, with what the third parties answered: the first of each party.
    fn stamps_of(&self, tx: &ReadTx<'_>, capture: &CaptureRow) -> Result<Vec<StampPair>, Error> {
        let first_leaf = tx.log()?.first_leaf;
        let mut seen: Vec<String> = Vec::new();
        let mut pairs = Vec::new();
        for row in tx.stamps()? {
            let holds = row.first_leaf == first_leaf && row.covers > first_leaf + capture.logged;
            if holds && !seen.contains(&row.authority) {
                seen.push(row.authority);
                pairs.push(StampPair { checkpoint: row.message, response: row.response });
            }
        }
        Ok(pairs)
    }

    /// Adds what every bundle has, and closes the zip.
    fn close(
        &self,
        kind: BundleKind,
        head: &Head<'_>,
        mut files: Files,
        cited: &str,
        (records, article, private): (Vec<RecordId>, Option<ArticleId>, bool),
    ) -> Result<Bundle, Error> {
        files.insert("checkpoint".to_owned(), head.row.full_note());
        for (name, text) in VERIFIERS {
            files.insert(name.to_owned(), text.as_bytes().to_vec());
        }
        let key = match self.public_url() {
            Some(url) => format!("{url}/log/vkey"),
            None => "/log/vkey".to_owned(),
        };
        let readme = README.replace("{CITED}", cited).replace("{ORIGIN}", &head.log.origin).replace("{KEY}", &key);
        let readme = readme.replace("{SIZE}", &head.row.size.to_string());
        files.insert("README.txt".to_owned(), readme.into_bytes());
        files.insert(MANIFEST.to_owned(), manifest(&files));
        let zip = write_zip(&files).map_err(|e| too_much(cited, e))?;
        let (origin, size) = (head.log.origin.clone(), head.row.size);
        Ok(Bundle { kind, records, article, origin, size, private, files: files.len(), zip })
    }
}

fn gone(id: &dyn std::fmt::Display) -> Error {
    Error::not_found(id.to_string(), format!("{id}: no capture shows it"))
}

/// The attachments that a capture record names, in its order.
fn attachments(body: &[u8]) -> Vec<AttachmentId> {
    let stated: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let listed = stated["attachments"].as_array().into_iter().flatten();
    listed.filter_map(|attachment| attachment["sha256"].as_str()?.parse().ok()).collect()
}

/// Payload and attachments of a capture.
fn whole(tx: &ReadTx<'_>, files: &mut Files, capture: &CaptureRow) -> Result<(), Error> {
    let (payload, _) = tx.payload(&capture.payload)?.ok_or_else(|| gone(&capture.payload))?;
    files.insert("payload.bin".to_owned(), payload);
    let ids = files.get("capture.json").map(|body| attachments(body)).unwrap_or_default();
    for (at, id) in (1..).zip(ids) {
        let bytes = tx.attachment(&id)?.ok_or_else(|| gone(&id))?;
        files.insert(format!("attachments/{at}.bin"), bytes);
    }
    Ok(())
}

/// Adds the blocks outside of an article that carry words, each once.
fn blocks(
    tx: &ReadTx<'_>,
    files: &mut Files,
    folder: &str,
    reading: Option<&ReadingRow>,
    words: &str,
) -> Result<(), Error> {
    let Some(reading) = reading else { return Ok(()) };
    let there = |files: &Files| (1..=MAX_NUMBER).map_while(|at| files.get(&format!("{folder}block-{at}.txt"))).count();
    for (_, role, _, text) in tx.page(reading.key)? {
        let at = there(files) + 1;
        let known =
            (1..at).any(|at| files.get(&format!("{folder}block-{at}.txt")).is_some_and(|b| b == text.as_bytes()));
        if !role.is_hashed() && !known && holds(text.as_bytes(), words) && at <= MAX_NUMBER {
            files.insert(format!("{folder}block-{at}.txt"), text.into_bytes());
        }
    }
    Ok(())
}

impl Head<'_> {
    /// Adds the records of a capture and a reading with their entries and proofs, the block list and the text.
    fn evidence(
        &self,
        files: &mut Files,
        folder: &str,
        capture: &CaptureRow,
        reading: Option<&ReadingRow>,
    ) -> Result<(), Error> {
        let mut put = |name: &str, bytes: Vec<u8>| {
            files.insert(format!("{folder}{name}"), bytes);
        };
        let entry = leaf_line(LeafKind::Capture, *capture.record.as_bytes());
        put("capture.json", self.record(&capture.record)?);
        put("citation.tlog-proof", self.prove(&capture.record, &entry)?.into_bytes());
        put("capture.leaf", entry.into_bytes());
        let Some(reading) = reading else { return Ok(()) };
        let entry = leaf_line(LeafKind::Reading, *reading.record.as_bytes());
        put("reading.json", self.record(&reading.record)?);
        put("reading.tlog-proof", self.prove(&reading.record, &entry)?.into_bytes());
        put("reading.leaf", entry.into_bytes());
        let list: String =
            self.tx.page(reading.key)?.iter().map(|(_, role, id, _)| format!("{} {id}\n", role.name())).collect();
        put("blocks.txt", list.into_bytes());
        if let Some((_, id)) = reading.article {
            let row = self.tx.article(&id)?.ok_or_else(|| gone(&id))?;
            put("article.txt", row.text().into_bytes());
        }
        Ok(())
    }

    fn record(&self, id: &RecordId) -> Result<Vec<u8>, Error> {
        Ok(self.tx.record(id)?.ok_or_else(|| gone(id))?.1)
    }

    /// Proves one entry under the head, and checks the proof before anybody sees it.
    fn prove(&self, record: &RecordId, entry: &str) -> Result<String, Error> {
        let note = self.row.full_note();
        self.prove_under(record, entry, &note, self.row.size, Hash(self.row.root))
    }

    fn prove_under(&self, record: &RecordId, entry: &str, note: &[u8], size: u64, root: Hash) -> Result<String, Error> {
        Ok(prove_entry(self.tx, &self.log, (size, root, note), record, entry)?.1)
    }

    /// Adds a stamp with the proof that the head it is on holds the capture.
    fn stamp(&self, files: &mut Files, at: usize, stamp: &StampPair, record: &RecordId) -> Result<(), Error> {
        let corrupt = |found: String| {
            let id = crate::domain::Digest(sha256(&stamp.response)).to_string();
            Error::new(ErrorKind::Corrupt, &id, format!("timestamp response {id}: {found}"))
        };
        let note = Note::parse(&stamp.checkpoint).map_err(|e| corrupt(e.to_string()))?;
        let head = Checkpoint::parse(note.text()).map_err(|e| corrupt(e.to_string()))?;
        let entry = leaf_line(LeafKind::Capture, *record.as_bytes());
        let proof = self.prove_under(record, &entry, &stamp.checkpoint, head.size, head.root)?;
        files.insert(format!("stamps/{at}.checkpoint"), stamp.checkpoint.clone());
        files.insert(format!("stamps/{at}.tlog-proof"), proof.into_bytes());
        files.insert(format!("stamps/{at}.tsr"), stamp.response.clone());
        Ok(())
    }
}
