//! Checks a bundle from its own files and a key that came from elsewhere; knows no archive.
//!
//! `verifiers/verify.py`, `.sh` and `.html` decide the same; `tests/bundle/` compares them on every kind of change.

use serde_json::Value;

use super::layout::{MANIFEST, MAX_NUMBER, manifest, what_is};
use super::stamp;
use super::zip::Files;
use crate::archive::log::seen_by;
use crate::archive::verify::{Finding, Outcome};
use crate::domain::block::spans;
use crate::domain::jcs::to_canonical_json;
use crate::domain::record::{MAX_RECORD, RECORD_VERSION};
use crate::domain::{Digest, Role, sha256};
use crate::stamp::Anchors;
use crate::tlog::{
    Checkpoint, LeafKind, Note, OpenedCheckpoint, TlogProof, VerifierKey, check_inclusion, leaf_hash, leaf_line,
};

/// Objects and lists of a record lie in one another no deeper.
const MAX_DEPTH: usize = 16;
/// Integers beyond this are not the same number in every language.
const MAX_INTEGER: u64 = (1 << 53) - 1;
/// Sizes and indexes of a log in a bundle stay below this: 18 digits are a number everywhere.
const MAX_POSITION: u64 = 999_999_999_999_999_999;

/// Where what is found goes.
pub(super) type Visit<'a> = &'a mut dyn FnMut(Finding);

/// Checks all that can be checked of the files of a bundle. Without keys all but the signature is.
///
/// A signature by a key that is trusted is the last finding; nothing else of a bundle says who vouches for it.
pub(super) fn check(files: &Files, keys: &[VerifierKey], anchors: &Anchors, visit: Visit<'_>) {
    let mut say = |kind, id: &str, result: Result<(), String>| {
        let (outcome, why) = match result {
            Ok(()) => (Outcome::Verified, String::new()),
            Err(why) => (Outcome::Failed, why),
        };
        visit(Finding { kind, id: id.to_owned(), outcome, why });
    };
    let shape = shape(files);
    let sound = shape.is_ok();
    say("bundle", MANIFEST, shape);
    if !sound {
        return;
    }
    let head = Head::of(files);
    let audit = files.contains_key("audit.json");
    match &head {
        Err(why) => say("checkpoint", "checkpoint", Err(why.clone())),
        Ok(head) => {
            let mut at = 0;
            loop {
                let prefix = if audit { format!("evidence/{}/", at + 1) } else { String::new() };
                if at == MAX_NUMBER || !files.contains_key(&format!("{prefix}capture.json")) {
                    break;
                }
                Evidence { files, prefix, head, whole: !audit }.check(&mut say);
                at += 1;
                if !audit {
                    break;
                }
            }
            if audit {
                say("audit", "audit.json", super::audit::check(files));
            }
        }
    }
    if let Ok(head) = &head {
        visit(signature("checkpoint", head, keys));
        for at in 1..=count(files, "stamps/", ".checkpoint") {
            stamp::check(files, at, head, keys, anchors, visit);
        }
    }
}

/// How many files are named `<before>1<after>`, `<before>2<after>` and so on.
fn count(files: &Files, before: &str, after: &str) -> usize {
    (1..=MAX_NUMBER).take_while(|at| files.contains_key(&format!("{before}{at}{after}"))).count()
}

/// Only files of the layout are there, none is missing, and the manifest is that of these files.
fn shape(files: &Files) -> Result<(), String> {
    if let Some(name) = files.keys().find(|name| *name != MANIFEST && what_is(name).is_none()) {
        return Err(format!("{name}: a bundle has no such file"));
    }
    let audit = files.contains_key("audit.json");
    for name in ["README.txt", "checkpoint", MANIFEST, "verify.html", "verify.py", "verify.sh"] {
        if !files.contains_key(name) {
            return Err(format!("{name}: it is missing"));
        }
    }
    let numbered = count(files, "evidence/", "/capture.json");
    let folders: Vec<String> =
        if audit { (1..=numbered).map(|at| format!("evidence/{at}/")).collect() } else { vec![String::new()] };
    let mut expected = 6 + usize::from(audit);
    for folder in &folders {
        expected += evidence_files(files, folder, audit)?;
    }
    for at in 1..=count(files, "stamps/", ".checkpoint") {
        expected += 3;
        for ending in ["tlog-proof", "tsr"] {
            if !files.contains_key(&format!("stamps/{at}.{ending}")) {
                return Err(format!("stamps/{at}.{ending}: it is missing"));
            }
        }
    }
    if expected != files.len() {
        return Err(format!("{} files, of which {expected} belong together", files.len()));
    }
    if files.get(MANIFEST) != Some(&manifest(files)) {
        return Err("it is not the manifest of the files that are here".to_owned());
    }
    Ok(())
}

/// Counts the files of one capture, all of which must be there.
fn evidence_files(files: &Files, folder: &str, audit: bool) -> Result<usize, String> {
    let has = |name: &str| files.contains_key(&format!("{folder}{name}"));
    let mut wanted = vec!["capture.json", "capture.leaf", "citation.tlog-proof"];
    if !audit {
        wanted.push("payload.bin");
    }
    if has("reading.json") {
        wanted.extend(["reading.json", "reading.leaf", "reading.tlog-proof", "blocks.txt"]);
    }
    if let Some(missing) = wanted.iter().find(|name| !has(name)) {
        return Err(format!("{folder}{missing}: it is missing"));
    }
    let mut found = wanted.len() + usize::from(has("article.txt") && has("reading.json"));
    if audit {
        found += count(files, &format!("{folder}block-"), ".txt");
    } else {
        found += count(files, "attachments/", ".bin");
    }
    Ok(found)
}

/// The signed head that all proofs of the bundle lead to.
pub(super) struct Head<'a> {
    bytes: &'a [u8],
    pub(super) note: Note,
    pub(super) checkpoint: Checkpoint,
}

impl<'a> Head<'a> {
    fn of(files: &'a Files) -> Result<Self, String> {
        Self::parse(files.get("checkpoint").map_or(&[], Vec::as_slice))
    }

    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let note = Note::parse(bytes).map_err(|e| e.to_string())?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|e| e.to_string())?;
        if checkpoint.size > MAX_POSITION {
            return Err(format!("{} entries are more than any log has", checkpoint.size));
        }
        Ok(Head { bytes, note, checkpoint })
    }

    /// Checks that `proof` leads from this entry to the head, and to no other.
    pub(super) fn proves(&self, proof: &[u8], entry: &str) -> Result<(), String> {
        let proof = TlogProof::parse(proof).map_err(|e| e.to_string())?;
        if proof.extra.is_some() {
            return Err("proof: line 2: a proof in a bundle has no extra line".to_owned());
        }
        if proof.checkpoint.to_string().as_bytes() != self.bytes {
            return Err("it leads to another checkpoint than that of the bundle".to_owned());
        }
        let (size, root) = (self.checkpoint.size, &self.checkpoint.root);
        check_inclusion(&proof.path, size, root, proof.index, &leaf_hash(entry.as_bytes())).map_err(|e| e.to_string())
    }
}

pub(super) fn signature(kind: &'static str, head: &Head<'_>, keys: &[VerifierKey]) -> Finding {
    let Checkpoint { origin, size, .. } = &head.checkpoint;
    let id = format!("{origin} {size}");
    let (outcome, why) = if keys.is_empty() {
        let why = "the signature: no key was given, and none of this log is pinned here. Get the verifier key of the log \
                   from a place that is not this bundle, and give it with --key";
        (Outcome::NotChecked, why.to_owned())
    } else {
        match OpenedCheckpoint::check(&head.note, keys) {
            Ok(opened) => {
                let by: Vec<String> = opened.signed_by.iter().map(|key| format!("key {}", key.id())).collect();
                let seen = seen_by(&head.note, &opened);
                let seen = if seen.is_empty() { seen } else { format!("; {seen}") };
                (Outcome::Verified, format!("signed by {}{seen}", by.join(", ")))
            }
            Err(error) => (Outcome::Failed, error.to_string()),
        }
    };
    Finding { kind, id, outcome, why }
}

/// One capture with what was read in it.
struct Evidence<'a> {
    files: &'a Files,
    prefix: String,
    head: &'a Head<'a>,
    /// Whether payload and attachments are here too.
    whole: bool,
}

impl Evidence<'_> {
    fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(&format!("{}{name}", self.prefix)).map(Vec::as_slice)
    }

    fn bytes(&self, name: &str) -> &[u8] {
        self.file(name).unwrap_or_default()
    }

    fn check(&self, say: &mut impl FnMut(&'static str, &str, Result<(), String>)) {
        let capture_id = Digest(sha256(self.bytes("capture.json"))).to_string();
        let capture = record(self.bytes("capture.json"), "capture");
        say("record", &capture_id, capture.as_ref().map(|_| ()).map_err(Clone::clone));
        say(
            "leaf",
            &format!("capture {capture_id}"),
            self.logged(LeafKind::Capture, "capture.leaf", "citation.tlog-proof", &capture_id),
        );
        if let (true, Ok(capture)) = (self.whole, &capture) {
            self.payload(capture, say);
        }
        let Some(body) = self.file("reading.json") else { return };
        let reading_id = Digest(sha256(body)).to_string();
        let reading = record(body, "reading").and_then(|reading| {
            let of = reading["capture"].as_str() == Some(&capture_id);
            if of { Ok(reading) } else { Err("it reads another capture than the one here".to_owned()) }
        });
        say("record", &reading_id, reading.as_ref().map(|_| ()).map_err(Clone::clone));
        say(
            "leaf",
            &format!("reading {reading_id}"),
            self.logged(LeafKind::Reading, "reading.leaf", "reading.tlog-proof", &reading_id),
        );
        let Ok(reading) = reading else { return };
        let list = self.bytes("blocks.txt");
        let digest = Digest(sha256(list)).to_string();
        let blocks = if reading["blocks"].as_str() == Some(&digest) {
            parse_blocks(list)
        } else {
            Err("it is not the list that the reading record states".to_owned())
        };
        say("block-list", &digest, blocks.as_ref().map(|_| ()).map_err(Clone::clone));
        let Ok(blocks) = blocks else { return };
        self.text(&reading, &blocks, say);
        for at in 1..=count(self.files, &format!("{}block-", self.prefix), ".txt") {
            let block = Digest(sha256(self.bytes(&format!("block-{at}.txt")))).to_string();
            let listed = blocks.iter().any(|(_, id)| *id == block);
            let found = if listed { Ok(()) } else { Err("the reading lists no such block".to_owned()) };
            say("block", &block, found);
        }
    }

    fn logged(&self, kind: LeafKind, leaf: &str, proof: &str, id: &str) -> Result<(), String> {
        let entry = leaf_line(kind, id.parse::<Digest>().map_err(|e| e.to_string())?.0);
        if self.bytes(leaf) != entry.as_bytes() {
            return Err(format!("{leaf} is not the entry of this record"));
        }
        self.head.proves(self.bytes(proof), &entry)
    }

    fn payload(&self, capture: &Value, say: &mut impl FnMut(&'static str, &str, Result<(), String>)) {
        let bytes = self.bytes("payload.bin");
        let digest = Digest(sha256(bytes)).to_string();
        let stated = &capture["payload"];
        let same = stated["sha256"].as_str() == Some(&digest) && stated["bytes"].as_u64() == Some(bytes.len() as u64);
        say("payload", &digest, if same { Ok(()) } else { Err("the capture record states another one".to_owned()) });
        let listed = capture["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = count(self.files, "attachments/", ".bin");
        if found != listed.len() {
            let why = format!("{found} are here, the capture record names {}", listed.len());
            say("attachment", "attachments", Err(why));
        }
        for (at, stated) in (1..=found).zip(listed) {
            let digest = Digest(sha256(self.bytes(&format!("attachments/{at}.bin")))).to_string();
            let same = stated["sha256"].as_str() == Some(&digest);
            say(
                "attachment",
                &digest,
                if same { Ok(()) } else { Err("the capture record names another one".to_owned()) },
            );
        }
    }

    /// The canonical text is the one that the reading record names, and is made of the blocks that it lists.
    fn text(
        &self,
        reading: &Value,
        blocks: &[(Role, String)],
        say: &mut impl FnMut(&'static str, &str, Result<(), String>),
    ) {
        let stated = &reading["article"];
        let Some(text) = self.file("article.txt") else {
            if !stated.is_null() {
                say(
                    "article",
                    stated["sha256"].as_str().unwrap_or("article.txt"),
                    Err("article.txt is missing".to_owned()),
                );
            }
            return;
        };
        let digest = Digest(sha256(text)).to_string();
        let same = stated["sha256"].as_str() == Some(&digest) && stated["bytes"].as_u64() == Some(text.len() as u64);
        let checked =
            if same { made_of(text, blocks) } else { Err("the reading record states another text".to_owned()) };
        say("article", &digest, checked);
    }
}

/// Reads a record: canonical JSON of the kind wanted, with what the check looks at in its place.
fn record(bytes: &[u8], kind: &str) -> Result<Value, String> {
    if bytes.len() > MAX_RECORD {
        return Err(format!("{} bytes; a record has at most {MAX_RECORD}", bytes.len()));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|e| format!("it is not JSON: {e}"))?;
    plain(&value, 0)?;
    // A key twice, white space, another spelling of a number or letter: all of it would be gone when written again.
    if to_canonical_json(&value).map_err(|e| e.to_string())? != bytes {
        return Err("it is not in canonical form".to_owned());
    }
    let digest = |value: &Value| value.as_str().is_some_and(|text| text.parse::<Digest>().is_ok());
    let right = value.is_object()
        && value["kind"] == kind
        && value["v"] == RECORD_VERSION
        && match kind {
            "capture" => {
                digest(&value["payload"]["sha256"])
                    && value["payload"]["bytes"].is_u64()
                    && value["attachments"].as_array().is_some_and(|list| list.iter().all(|one| digest(&one["sha256"])))
            }
            _ => {
                let article = &value["article"];
                digest(&value["capture"])
                    && digest(&value["blocks"])
                    && (article.is_null() || digest(&article["sha256"]) && article["bytes"].is_u64())
                    && value.get("article").is_some()
            }
        };
    if right { Ok(value) } else { Err(format!("it is no {kind} record of version {RECORD_VERSION}")) }
}

/// What every language reads the same: not too deep, no large numbers, keys that are words.
fn plain(value: &Value, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("objects and lists lie in one another deeper than {MAX_DEPTH}"));
    }
    match value {
        Value::Number(number) if number.as_i64().is_none_or(|n| n.unsigned_abs() > MAX_INTEGER) => {
            Err(format!("the number {number} is no integer that is the same everywhere"))
        }
        Value::Array(items) => items.iter().try_for_each(|item| plain(item, depth + 1)),
        Value::Object(map) => map.iter().try_for_each(|(key, item)| {
            let word = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            if word { plain(item, depth + 1) } else { Err(format!("the key {key:?} is no word of ASCII")) }
        }),
        _ => Ok(()),
    }
}

/// Reads the lines that the block list digest is made of.
fn parse_blocks(list: &[u8]) -> Result<Vec<(Role, String)>, String> {
    let text = std::str::from_utf8(list).map_err(|_| "the list is not text".to_owned())?;
    let Some(text) = text.strip_suffix('\n') else {
        return if text.is_empty() { Ok(Vec::new()) } else { Err("the list ends inside a line".to_owned()) };
    };
    (1..)
        .zip(text.split('\n'))
        .map(|(number, line)| {
            let read = line.split_once(' ').and_then(|(role, id)| {
                let role = Role::ALL.into_iter().find(|known| known.name() == role)?;
                Some((role, id.parse::<Digest>().ok()?.to_string()))
            });
            read.ok_or_else(|| format!("line {number} of the list is no role and block id"))
        })
        .collect()
}

/// The text is its hashed blocks, title first, joined by two line feeds, with one at the end.
fn made_of(text: &[u8], blocks: &[(Role, String)]) -> Result<(), String> {
    let lines = text.strip_suffix(b"\n").ok_or("it does not end with a line feed")?.split(|byte| *byte == b'\n');
    let mut found = Vec::new();
    for (number, line) in lines.enumerate() {
        // A block has no line break and is never empty, so every second line is.
        if line.is_empty() == (number % 2 == 0) {
            return Err("a block of it is empty or has a line break".to_owned());
        }
        if number % 2 == 0 {
            found.push(Digest(sha256(line)).to_string());
        }
    }
    if text.ends_with(b"\n\n") {
        return Err("it ends with a line too much".to_owned());
    }
    let order = spans(blocks.iter().map(|(role, _)| (*role, 0)));
    let listed: Vec<&String> = order.iter().map(|(index, _)| &blocks[*index].1).collect();
    if found.iter().eq(listed) { Ok(()) } else { Err("it is not made of the blocks that the reading lists".to_owned()) }
}
