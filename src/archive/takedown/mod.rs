//! Taking things down: withholding captures from the public, and erasing them.
//!
//! Both are announced in the log before they happen, by entries that name the capture record and nothing else. What a
//! withheld capture holds is kept and can be shown again; what an erased one holds is destroyed, with every trace of it
//! in this archive. Copies elsewhere, backups among them, are out of reach.

mod key;

use serde::Serialize;

use super::article::{CaptureView, capture_view, utc};
use super::refs::{Target, resolve};
use super::{Archive, Error, ErrorKind};
use crate::domain::RecordId;
use crate::store::{Erased, ReadTx, TakedownKind, TakedownRow, Writer};
use crate::tlog::leaf_line;

pub(super) use key::{Barred, ErasureKey};

/// Why something is taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Code {
    /// A court or a law asks for it.
    Legal,
    /// Somebody's private life.
    Privacy,
    /// Somebody would be in danger.
    Safety,
    /// It should never have been ingested.
    Error,
    /// Anything else.
    Other,
}

impl Code {
    /// Every code.
    pub const ALL: [Code; 5] = [Code::Legal, Code::Privacy, Code::Safety, Code::Error, Code::Other];

    /// The word that stands for it.
    pub fn name(self) -> &'static str {
        match self {
            Code::Legal => "legal",
            Code::Privacy => "privacy",
            Code::Safety => "safety",
            Code::Error => "error",
            Code::Other => "other",
        }
    }
}

/// A takedown as shown: what became of a record, and the entry of the log that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Takedown {
    /// `withhold` or `erase`.
    pub kind: &'static str,
    /// Why: `legal`, `privacy`, `safety`, `error`, `other`.
    pub code: String,
    /// Operator's clock, RFC 3339.
    pub at: String,
    /// The capture record that the entry names.
    pub record: RecordId,
    /// Index of the entry in the log.
    pub index: Option<u64>,
    /// The entry, without its line feed.
    pub entry: String,
}

impl From<TakedownRow> for Takedown {
    fn from(row: TakedownRow) -> Self {
        let leaf = row.kind.leaf();
        Takedown {
            kind: leaf.word(),
            code: row.code,
            at: utc(row.at),
            record: row.record,
            index: row.leaf,
            entry: leaf_line(leaf, *row.record.as_bytes()).trim_end().to_owned(),
        }
    }
}

/// What a reference to be taken down names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Every capture that would go, in the order of the log.
    pub captures: Vec<CaptureView>,
    /// In words: what the reference names.
    pub named: String,
}

/// One capture that was taken down, or shown again: a line of `withhold --json` and `erase --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done {
    /// `withheld`, `shown-again`, `erased`.
    pub done: &'static str,
    /// The capture record.
    pub record: RecordId,
    /// Why, unless it is shown again.
    pub code: Option<Code>,
    /// Index of the entry in the log.
    pub index: u64,
}

/// What an erasure destroyed, and whether every trace is wiped: the last line of `erase --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Destroyed {
    /// Captures.
    pub captures: u64,
    /// Records of captures and readings.
    pub records: u64,
    /// Payloads that no other capture has.
    pub payloads: u64,
    /// Attachments that no other capture names.
    pub attachments: u64,
    /// Articles that no other capture shows.
    pub articles: u64,
    /// Blocks that no other page carries.
    pub blocks: u64,
    /// Whether freed pages and the write-ahead log are wiped, too.
    pub wiped: bool,
    /// Why not, and what to do.
    pub why: Option<String>,
}

impl Archive {
    /// The takedown that holds for a record of a capture or a reading; none when it may be seen.
    pub fn takedown(&self, id: &RecordId) -> Result<Option<Takedown>, Error> {
        self.read(|tx| Ok(tx.takedown(id)?.map(Takedown::from)))
    }

    /// What `reference` names, as far as it can be taken down: an article all its captures, a page's URL all captures of
    /// that page, a payload all captures of it; each with the captures that it corrects or that correct it.
    pub fn takedown_plan(&self, reference: &str) -> Result<Plan, Error> {
        self.read(|tx| plan(tx, reference))
    }

    /// Hides the captures that `reference` names from the public, and logs that.
    pub fn withhold(&self, reference: &str, code: Code) -> Result<Vec<Done>, Error> {
        let mut writer = self.writer()?;
        let mut tx = writer.begin(self.clock.now())?;
        let plan = plan(&tx.read(), reference)?;
        let mut done = Vec::new();
        for capture in plan.captures.iter().filter(|capture| capture.withheld.is_none()) {
            let key = key_of(&tx.read(), &capture.record)?;
            let index = tx.withhold(key, &capture.record, code.name())?;
            done.push(Done { done: "withheld", record: capture.record, code: Some(code), index });
        }
        tx.commit()?;
        writer.checkpoint()?;
        Ok(done)
    }

    /// Shows the withheld captures that `reference` names again, and logs that.
    pub fn lift(&self, reference: &str) -> Result<Vec<Done>, Error> {
        let mut writer = self.writer()?;
        let mut tx = writer.begin(self.clock.now())?;
        let plan = plan(&tx.read(), reference)?;
        let mut done = Vec::new();
        for capture in plan.captures.iter().filter(|capture| capture.withheld.is_some()) {
            let key = key_of(&tx.read(), &capture.record)?;
            let index = tx.lift(key, &capture.record)?;
            if capture.private {
                tx.announce_private(&capture.record)?;
            }
            done.push(Done { done: "shown-again", record: capture.record, code: None, index });
        }
        tx.commit()?;
        writer.checkpoint()?;
        Ok(done)
    }

    /// Destroys the captures that `reference` names: logs it, destroys rows, wipes what rows leave behind.
    ///
    /// Once the log says so there is no way back; a crash after that moment is made good by whoever opens the archive for
    /// writing next.
    pub fn erase(&self, reference: &str, code: Code) -> Result<(Vec<Done>, Destroyed), Error> {
        // Before anything is logged: without it what is erased could come back unseen.
        let key = ErasureKey::read_or_make(&self.state)?;
        let mut writer = self.writer()?;
        self.can_forget()?;
        let mut tx = writer.begin(self.clock.now())?;
        let plan = plan(&tx.read(), reference)?;
        let mut done = Vec::new();
        for capture in &plan.captures {
            let key = key_of(&tx.read(), &capture.record)?;
            let index = tx.begin_erasure(key, &capture.record, code.name())?;
            done.push(Done { done: "erased", record: capture.record, code: Some(code), index });
        }
        tx.bar_begun(&key.id(), &|what, id| key.digest(what, id))?;
        tx.commit()?;
        let destroyed = self.finish_erasures(&mut writer)?;
        Ok((done, destroyed))
    }

    /// Finishes erasures that were interrupted; none when there are none.
    pub fn finish_erasure(&self) -> Result<Option<Destroyed>, Error> {
        if !self.read(|tx| Ok(tx.erasure_is_pending()?))? {
            return Ok(None);
        }
        let mut writer = self.plain_writer()?;
        self.finish_erasures(&mut writer).map(Some)
    }

    /// Destroys what the log announces, and wipes what is left of it.
    pub(super) fn finish_erasures(&self, writer: &mut Writer) -> Result<Destroyed, Error> {
        let key = ErasureKey::read_or_make(&self.state)?;
        writer.overwrite_deleted()?;
        let mut tx = writer.begin(self.clock.now())?;
        self.forget_fetched(&tx.erasing()?)?;
        let erased = tx.erase_begun(&key.id(), &|what, id| key.digest(what, id))?;
        tx.commit()?;
        let Erased { captures, records, payloads, attachments, articles, blocks } = erased;
        let mut destroyed =
            Destroyed { captures, records, payloads, attachments, articles, blocks, wiped: true, why: None };
        // Connections that this process keeps would hold on to the old file.
        self.close_idle();
        match writer.wipe() {
            Ok(()) => {
                let mut tx = writer.begin(self.clock.now())?;
                tx.finish_erasures()?;
                tx.commit()?;
                writer.checkpoint()?;
            }
            Err(error) => (destroyed.wiped, destroyed.why) = (false, Some(error.to_string())),
        }
        Ok(destroyed)
    }

    /// What must not come back unasked.
    pub(super) fn barred(&self) -> Result<Barred, Error> {
        self.read(|tx| Barred::read(tx, &self.state))
    }
}

pub(super) fn key_of(tx: &ReadTx<'_>, record: &RecordId) -> Result<i64, Error> {
    let row = tx.capture(record)?;
    row.map(|row| row.key)
        .ok_or_else(|| Error::not_found(record.to_string(), format!("{record}: it is no longer here")))
}

/// Finds the captures that a reference names.
pub(super) fn plan(tx: &ReadTx<'_>, reference: &str) -> Result<Plan, Error> {
    let resolved = resolve(tx, reference)?;
    let is_page = reference.contains("://") && !resolved.also.is_empty() && resolved.passage.is_none();
    let (rows, named) = match resolved.target {
        // A page's URL names the page, not the article that it shows today.
        _ if is_page && !tx.captures_of_url(reference.trim())?.is_empty() => {
            (tx.captures_of_url(reference.trim())?, format!("every capture of {}", reference.trim()))
        }
        Target::Article(id) => {
            let row = tx.article(&id)?;
            let captures = row.map(|row| tx.captures_of_article(row.key)).transpose()?.unwrap_or_default();
            (captures, format!("every capture that shows article {id}"))
        }
        Target::Capture(id) => (tx.capture(&id)?.into_iter().collect(), format!("capture {id}")),
        Target::Reading(id) => {
            let capture = tx.reading(&id)?.map(|reading| tx.capture_by_key(reading.capture)).transpose()?.flatten();
            (capture.into_iter().collect(), format!("the capture that reading {id} reads"))
        }
        Target::Payload(id) => (tx.captures_of_payload(&id)?, format!("every capture of payload {id}")),
    };
    let mut all = std::collections::BTreeMap::new();
    for row in rows {
        for corrected in tx.corrections(row.key)? {
            all.insert(corrected.logged, corrected);
        }
    }
    if all.is_empty() {
        return Err(Error::new(
            ErrorKind::NotFound,
            reference,
            format!("{reference}: no capture that is here shows it"),
        ));
    }
    let mut captures = Vec::with_capacity(all.len());
    for row in all.into_values() {
        let reading = tx.readings(row.key)?.pop();
        captures.push(capture_view(row, reading.as_ref()));
    }
    Ok(Plan { captures, named })
}

/// What is said of a reference that names something erased.
pub(super) fn gone(reference: &str, row: TakedownRow) -> Error {
    let verb = if row.kind == TakedownKind::Erase { "was erased" } else { "is withheld" };
    let shown = Takedown::from(row);
    let place = shown.index.map_or_else(|| "an earlier log".to_owned(), |index| format!("entry {index} of the log"));
    let message = format!("{reference}: it {verb} on {} ({}); {place} says so: {}", shown.at, shown.code, shown.entry);
    Error::new(ErrorKind::Gone, reference, message)
}
