//! Re-checking what is stored: hashes of everything, records against what they name, the log against its head.

mod derived;
mod exchange;
mod jobs;
mod takedown;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use exchange::Exchange;

use super::refs::{Target, resolve};
use super::{Archive, Error, ErrorKind};
use crate::domain::reading::block_list_digest;
use crate::domain::{BlockId, Digest, RecordId, sha256};
use crate::stamp::Anchors;
use crate::store::{BlockListRow, HeadRow, LogRow, PackedTable, ReadTx, StoreError};
use crate::tlog::{Frontier, Hash, VerifierKey, leaf_hash, leaf_line};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Verified,
    /// It does not hold.
    Failed,
    /// It could not be looked at.
    NotChecked,
}

/// The result for one object: one line of `verify --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `payload`, `attachment`, `record`, `block`, `article`, `block-list`, `capture`, `leaf`, `head`, `checkpoint`, `tile`,
    /// `successor`, `log-key`, `mark`, `takedown`, `warc`, `stamp`, `index`, `derived`, `extraction`, `database`; of a bundle also
    /// `bundle`, `audit`.
    pub kind: &'static str,
    /// Its id, or its place where it has none.
    pub id: String,
    /// How the check ended.
    pub outcome: Outcome,
    /// What was found.
    pub why: String,
}

/// The last line of `verify --json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Checks that hold.
    pub verified: u64,
    /// Checks that do not.
    pub failed: u64,
    /// Checks that could not be made.
    pub not_checked: u64,
}

impl Tally {
    /// Counts one finding.
    pub fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Verified => self.verified += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::NotChecked => self.not_checked += 1,
        }
    }

    /// Adds what another check counted.
    pub fn add(&mut self, other: Tally) {
        self.verified += other.verified;
        self.failed += other.failed;
        self.not_checked += other.not_checked;
    }
}

/// Reads verifier keys as a person gives them.
pub(super) fn given_keys(keys: &[String]) -> Result<Vec<VerifierKey>, Error> {
    let read = |text: &String| text.trim().parse().map_err(|e| Error::usage(format!("--key {text}: {e}")));
    keys.iter().map(read).collect()
}

impl Archive {
    /// Checks everything in the database; `visit` hears of what does not hold, and of every finding if `options` say so.
    pub fn verify(
        &self,
        options: &VerifyOptions,
        visit: &mut dyn FnMut(&Finding),
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Tally, Error> {
        let mut tally = jobs::run(self, options, visit, progress)?;
        self.read(|tx| {
            let mut check = Check { tx, dir: self.dir(), visit, tally };
            check.log();
            check.destroyed_files();
            self.verify_signed_log(tx, &mut |finding| check.finding(finding));
            self.verify_stamps(tx, &options.anchors, &mut |finding| check.finding(finding));
            tally = check.tally;
            Ok(())
        })?;
        Ok(tally)
    }

    /// Checks what one reference names, and what it depends on.
    pub fn verify_one(&self, reference: &str, visit: &mut dyn FnMut(&Finding)) -> Result<Tally, Error> {
        self.read(|tx| {
            let mut check = Check { tx, dir: self.dir(), visit, tally: Tally::default() };
            match resolve(tx, reference) {
                Ok(resolved) => check.target(resolved.target)?,
                // What it names is there and damaged: that is an answer.
                Err(error) if error.kind == ErrorKind::Corrupt => {
                    check.say("database", reference, Err(error.message));
                }
                Err(error) => return Err(error),
            }
            Ok(check.tally)
        })
    }
}

/// How a whole archive is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// Certificates to believe when stamps are checked.
    pub anchors: Anchors,
    /// Threads; 0 means one a core.
    pub threads: usize,
    /// Whether findings that hold are told one by one.
    pub every: bool,
    /// Whether payloads are read anew and compared with the readings of this extractor.
    pub extract: bool,
    /// Whether every block is looked up in the word index, and not only one in a hundred.
    pub whole_index: bool,
}

struct Check<'a> {
    tx: &'a ReadTx<'a>,
    /// The archive folder.
    dir: &'a Path,
    visit: &'a mut dyn FnMut(&Finding),
    tally: Tally,
}

impl Check<'_> {
    fn say(&mut self, kind: &'static str, id: impl ToString, result: Result<(), String>) {
        let (outcome, why) = match result {
            Ok(()) => (Outcome::Verified, String::new()),
            Err(why) => (Outcome::Failed, why),
        };
        self.finding(Finding { kind, id: id.to_string(), outcome, why });
    }

    fn finding(&mut self, finding: Finding) {
        self.tally.count(finding.outcome);
        (self.visit)(&finding);
    }

    /// A walk that SQLite could not finish is a finding of its own.
    fn walked(&mut self, what: &'static str, result: Result<(), StoreError>) {
        if let Err(error) = result {
            let finding = Finding {
                kind: "database",
                id: what.to_owned(),
                outcome: Outcome::NotChecked,
                why: format!("the rest of it could not be read: {error}"),
            };
            self.finding(finding);
        }
    }

    fn structure(&mut self) {
        match self.tx.integrity() {
            Ok(found) if found.is_empty() => self.say("database", "structure", Ok(())),
            Ok(found) => {
                for line in found {
                    self.say("database", "structure", Err(line));
                }
            }
            Err(error) => self.walked("structure", Err(error)),
        }
    }

    fn packed(&mut self, table: PackedTable, kind: &'static str, keys: Range<i64>) {
        let tx = self.tx;
        let result = tx.each_packed(table, keys, |id, bytes| {
            self.say(kind, Digest(id), bytes.and_then(|bytes| hashes_to(id, &bytes)));
        });
        self.walked(kind, result);
    }

    /// Checks every record's hash and that what it names is there.
    fn records(&mut self, keys: Range<i64>) {
        let tx = self.tx;
        let result = tx.each_record(keys, |id, kind, body| {
            self.say("record", Digest(id), hashes_to(id, body).and_then(|()| names_exist(tx, kind, body)));
        });
        self.walked("record", result);
    }

    fn blocks(&mut self, keys: Range<i64>) {
        let tx = self.tx;
        let result = tx.each_block(keys, |id, text| {
            let canonical = std::str::from_utf8(text).is_ok_and(crate::domain::is_canonical);
            let form = if canonical { Ok(()) } else { Err("it is not in canonical form".to_owned()) };
            self.say("block", Digest(id), hashes_to(id, text).and(form));
        });
        self.walked("block", result);
    }

    fn articles(&mut self, keys: Range<i64>) {
        let tx = self.tx;
        let result = tx.each_article(keys, |id, bytes, text| {
            let checked = text.and_then(|text| {
                hashes_to(id, &text)?;
                let same = text.len() as u64 == bytes;
                if same { Ok(()) } else { Err(format!("its text has {} bytes, the row says {bytes}", text.len())) }
            });
            self.say("article", Digest(id), checked);
        });
        self.walked("article", result);
    }

    fn block_lists(&mut self, keys: Range<i64>) {
        let tx = self.tx;
        let result = tx.each_reading(keys, |row| {
            let id = Digest(row.record);
            self.say("derived", id, row.inverse.clone());
            self.say("block-list", id, block_list(row));
        });
        self.walked("block-list", result);
    }

    /// Checks what pages show of each capture against its record, and the WARC files of those that were fetched here.
    fn captures(&mut self, keys: Range<i64>) {
        let tx = self.tx;
        let mut fetched = Vec::new();
        let result = tx.each_capture(keys, |capture, body, filed| {
            let record = serde_json::from_slice::<Value>(body).map_err(|e| format!("its record is not JSON: {e}"));
            fetched
                .extend(record.as_ref().ok().and_then(|record| Exchange::of(capture.record, capture.payload, record)));
            let shown = record.and_then(|record| shown_is_stated(&capture, &record));
            let why = "it is not filed under the page that its URL names; `isnad reindex` files it anew";
            self.say("capture", capture.record, shown.and_then(|()| filed.then_some(()).ok_or_else(|| why.to_owned())));
        });
        self.walked("capture", result);
        self.exchanges(&fetched);
    }

    fn log(&mut self) {
        let logs = match self.tx.logs() {
            Ok(logs) => logs,
            Err(error) => return self.walked("head", Err(error)),
        };
        for (at, log) in logs.iter().enumerate() {
            self.entries(log, logs.get(at + 1).map(|next| next.first_leaf));
        }
        self.unlogged();
        takedown::takedowns(self);
    }

    /// Entries and heads of one of the logs.
    fn entries(&mut self, log: &LogRow, end: Option<u64>) {
        let tx = self.tx;
        let heads = match tx.heads(log, end) {
            Ok(heads) => heads,
            Err(error) => return self.walked("head", Err(error)),
        };
        let newest = heads.last().map_or(0, |(size, ..)| *size);
        let mut heads = heads.into_iter().peekable();
        let mut frontier = Frontier::new();
        let result = tx.each_leaf(log, end, |leaf| {
            while let Some(head) = heads.next_if(|(size, ..)| *size <= frontier.size()) {
                self.head(&head, &frontier);
            }
            let expected = frontier.size();
            let entry = leaf.kind.map(|kind| leaf_line(kind, leaf.subject));
            let checked = match entry {
                None => Err("its kind is none of the log's".to_owned()),
                Some(_) if leaf.index != expected => Err(format!("entry {expected} is missing")),
                Some(entry) if leaf_hash(entry.as_bytes()) != Hash(leaf.hash) => {
                    Err("its hash is not that of its entry".to_owned())
                }
                Some(_) => takedown::opens(tx, log, &leaf),
            };
            frontier.push(Hash(leaf.hash));
            self.say("leaf", format!("{} {}", leaf.index, Digest(leaf.subject)), checked);
        });
        self.walked("leaf", result);
        let entries = frontier.size();
        for head in heads {
            self.head(&head, &frontier);
        }
        if newest < entries {
            let why = format!("the log has {entries} entries, its newest head commits to {newest}");
            self.say("head", entries, Err(why));
        }
    }

    fn head(&mut self, (size, root, subtrees): &HeadRow, frontier: &Frontier) {
        let checked = if frontier.size() != *size {
            Err(format!("it commits to {size} entries, the log has {}", frontier.size()))
        } else if frontier.root() != Hash(*root) {
            Err("its root is not that of the entries before it".to_owned())
        } else if frontier.to_bytes() != *subtrees {
            Err("the subtrees stored with it are not those of the entries before it".to_owned())
        } else {
            Ok(())
        };
        self.say("head", size, checked);
    }

    /// Every record must be named by a leaf.
    fn unlogged(&mut self) {
        match self.tx.records_without_leaf() {
            Ok(ids) => {
                for id in ids {
                    self.say("leaf", Digest(id), Err("no entry of the log names this record".to_owned()));
                }
            }
            Err(error) => self.walked("leaf", Err(error)),
        }
    }

    fn target(&mut self, target: Target) -> Result<(), Error> {
        let tx = self.tx;
        match target {
            Target::Article(id) => {
                match tx.article(&id) {
                    Ok(row) => self.say("article", id, row.map(|_| ()).ok_or_else(|| "it is missing".to_owned())),
                    Err(error) => self.say("article", id, Err(error.to_string())),
                }
                let captures = tx.article(&id)?.map(|row| tx.captures_of_article(row.key)).transpose()?;
                for capture in captures.unwrap_or_default() {
                    self.record(&capture.record)?;
                }
            }
            Target::Capture(id) | Target::Reading(id) => self.record(&id)?,
            Target::Payload(id) => self.payload(&id),
        }
        Ok(())
    }

    fn payload(&mut self, id: &crate::domain::PayloadId) {
        match self.tx.payload(id) {
            Ok(found) => self.say("payload", id, found.map(|_| ()).ok_or_else(|| "it is missing".to_owned())),
            Err(error) => self.say("payload", id, Err(error.to_string())),
        }
    }

    /// A record, the payload it names, its readings, and its place in the log.
    fn record(&mut self, id: &RecordId) -> Result<(), Error> {
        let tx = self.tx;
        match tx.record(id) {
            Ok(found) => self.say("record", id, found.map(|_| ()).ok_or_else(|| "it is missing".to_owned())),
            Err(error) => self.say("record", id, Err(error.to_string())),
        }
        let logged = tx.leaf_of(id)?.map(|_| ()).ok_or_else(|| "no entry of the log names this record".to_owned());
        self.say("leaf", id, logged);
        if let Some(capture) = tx.capture(id)? {
            self.payload(&capture.payload);
            let stated = tx.record(id).ok().flatten().and_then(|(_, body)| serde_json::from_slice(&body).ok());
            let fetched = stated.and_then(|stated| Exchange::of(*id, capture.payload, &stated));
            self.exchanges(fetched.as_slice());
            for reading in tx.readings(capture.key)? {
                self.record(&reading.record)?;
            }
        }
        Ok(())
    }
}

fn hashes_to(id: [u8; 32], bytes: &[u8]) -> Result<(), String> {
    let found = sha256(bytes);
    if found == id { Ok(()) } else { Err(format!("its bytes hash to {}", Digest(found))) }
}

/// What a check needs of a record; all else is passed over.
#[derive(Deserialize)]
struct Stated<'a> {
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    payload: Option<Named<'a>>,
    #[serde(borrow, default)]
    attachments: Vec<Named<'a>>,
    #[serde(borrow)]
    capture: Option<Cow<'a, str>>,
    #[serde(borrow)]
    blocks: Option<Cow<'a, str>>,
    #[serde(borrow)]
    article: Option<Named<'a>>,
}

/// Something that a record names by its hash.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    sha256: Cow<'a, str>,
}

/// Parses a record and looks up what it names.
fn names_exist(tx: &ReadTx<'_>, kind: i64, body: &[u8]) -> Result<(), String> {
    let stated: Stated<'_> = serde_json::from_slice(body).map_err(|e| format!("it is not JSON of a record: {e}"))?;
    let digest = |text: Option<&str>| -> Result<[u8; 32], String> {
        let text = text.ok_or("it names something without an id")?;
        Ok(text.parse::<Digest>().map_err(|e| e.to_string())?.0)
    };
    let there = |found: Result<bool, StoreError>, what: &str, id: [u8; 32]| match found {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("{what} {} that it names is missing", Digest(id))),
        Err(error) => Err(error.to_string()),
    };
    match (kind, stated.kind.as_deref()) {
        (1, Some("capture")) => {
            let payload = digest(stated.payload.as_ref().map(|named| &*named.sha256))?;
            there(tx.has_packed(PackedTable::Payload, &payload), "payload", payload)?;
            for attachment in &stated.attachments {
                let id = digest(Some(&attachment.sha256))?;
                there(tx.has_packed(PackedTable::Attachment, &id), "attachment", id)?;
            }
        }
        (2, Some("reading")) => {
            let capture = digest(stated.capture.as_deref())?;
            there(tx.has_record(&capture), "capture record", capture)?;
        }
        _ => return Err("its kind and its row disagree".to_owned()),
    }
    Ok(())
}

/// Compares a stored block list with what the reading record states.
fn block_list(row: BlockListRow) -> Result<(), String> {
    let stated: Stated<'_> =
        serde_json::from_slice(&row.body).map_err(|e| format!("its record is not JSON of a record: {e}"))?;
    let blocks = row.blocks?;
    let digest = Digest(block_list_digest(blocks.iter().map(|(id, role)| (*role, BlockId::from_bytes(*id)))));
    if stated.blocks.as_deref() != Some(digest.to_string().as_str()) {
        return Err(format!("its blocks hash to {digest}, the record states {:?}", stated.blocks));
    }
    let article = stated.article.map(|named| named.sha256.into_owned());
    let stored = row.article.map(|id| Digest(id).to_string());
    if article != stored {
        return Err(format!("the row names article {stored:?}, the record states {article:?}"));
    }
    Ok(())
}

/// Compares what is shown of a capture with what its record states.
fn shown_is_stated(capture: &crate::store::CaptureRow, record: &Value) -> Result<(), String> {
    let first = |name: &str| record[name][0]["value"].as_str();
    if record["payload"]["sha256"].as_str() != Some(capture.payload.to_string().as_str()) {
        return Err("the payload shown is not the one its record states".to_owned());
    }
    let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > crate::domain::record::MAX_CLAIM);
    if capture.url.as_deref() != first("url") && !long(&capture.url) {
        return Err(format!("the URL shown is {:?}, its record states {:?}", capture.url, first("url")));
    }
    if capture.title.as_deref() != first("title") && !long(&capture.title) {
        return Err(format!("the title shown is {:?}, its record states {:?}", capture.title, first("title")));
    }
    let is = |time: &crate::domain::Time, stated: &Value| {
        let value = &stated["value"];
        stated["basis"].as_str() == Some(time.basis.name())
            && value["edtf"].as_str() == Some(&time.edtf)
            && value["from"].as_i64() == time.from
            && value["to"].as_i64() == time.to
    };
    if !is(&capture.captured, &record["captured"][0]) {
        return Err(format!("the capture time shown, {}, is not the one its record states", capture.captured.edtf));
    }
    let published = record["published"].as_array().map(Vec::as_slice).unwrap_or_default();
    match &capture.published {
        Some(time) if !published.iter().any(|stated| is(time, stated)) => {
            Err(format!("the publication time shown, {}, is none that its record states", time.edtf))
        }
        None if !published.is_empty() => Err("its record states a publication time that is not shown".to_owned()),
        _ => Ok(()),
    }
}
