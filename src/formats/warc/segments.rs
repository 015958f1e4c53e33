//! Records that were cut into segments (ISO 28500, `WARC-Segment-Number`), put together again.
//!
//! A record and its continuations are joined when all of them stand in the same container, in whatever order. Until then
//! their blocks are held, within [`MAX_BLOCK`]; those that stay alone are told with why they are no document.

use std::collections::{BTreeMap, HashMap};

use super::super::digest;
use super::document::{is_document_type, media_type_of};
use super::{Head, Item, MAX_BLOCK, Records};

/// The most segments that are held at once.
const MAX_HELD: usize = 10_000;

/// Segments that wait for the others of their record.
#[derive(Default)]
pub(in super::super) struct Segments {
    waiting: HashMap<String, Whole>,
    /// Bytes of all blocks that wait.
    bytes: u64,
    count: usize,
    /// Records that are no documents, whose continuations need not be held.
    passed: HashMap<String, String>,
}

/// The segments of one record, as far as they have been read.
#[derive(Default)]
struct Whole {
    parts: BTreeMap<u32, Part>,
    /// Number of the last segment, and the length of the whole block that it states.
    last: Option<(u32, Option<u64>)>,
}

struct Part {
    head: Head,
    source: String,
    block: Vec<u8>,
    notes: Vec<String>,
}

impl Whole {
    fn is_complete(&self) -> bool {
        // Numbers are distinct and count from 1.
        self.last.is_some_and(|(last, _)| self.parts.len() as u64 == u64::from(last))
    }

    fn bytes(&self) -> u64 {
        self.parts.values().map(|part| part.block.len() as u64).sum()
    }
}

impl Segments {
    fn take(&mut self, record: &str) -> Option<Whole> {
        let whole = self.waiting.remove(record)?;
        self.bytes -= whole.bytes();
        self.count -= whole.parts.len();
        Some(whole)
    }

    /// What is left when the container ends, each segment with why it is no document.
    pub(in super::super) fn drain(&mut self) -> Vec<Item> {
        let mut records: Vec<(String, Whole)> = std::mem::take(self).waiting.into_iter().collect();
        records.sort_by(|a, b| a.0.cmp(&b.0));
        let mut items = Vec::new();
        for (record, whole) in records {
            let here: Vec<String> = whole.parts.keys().map(u32::to_string).collect();
            let of = whole.last.map_or_else(|| "its last is not here".to_owned(), |(last, _)| format!("it has {last}"));
            for (number, part) in whole.parts {
                let why = format!(
                    "segment {number} of the record {record}; only segments {} of it are in this container, {of}",
                    here.join(", ")
                );
                items.push(Item::Skipped { source: part.source, why });
            }
        }
        items
    }
}

impl Records {
    /// Puts a segment to the others of its record, and hands the whole on when it is complete.
    pub(super) fn segment(&mut self, head: &Head, block: &[u8], mut notes: Vec<String>) {
        let number = match number_of(head) {
            Ok(number) => number,
            Err(error) => return self.reject(head, &error),
        };
        let first = head.kind() != "continuation";
        let record = if first { head.record_id() } else { head.headers.get("WARC-Segment-Origin-ID") };
        let record = match record {
            Some(record) if first == (number == 1) => record.trim().to_owned(),
            Some(_) => return self.reject(head, &format!("a {} record cannot be segment {number}", head.kind())),
            None => return self.reject(head, "a segment that does not say of which record"),
        };
        let source = self.source(head);
        if first && let Some(why) = no_document(head, block) {
            for part in self.segments.take(&record).into_iter().flat_map(|whole| whole.parts.into_values()) {
                self.queue.push_back(Item::Skipped { source: part.source, why: of_record(&record, &why) });
            }
            if self.segments.passed.len() < MAX_HELD {
                self.segments.passed.insert(record, why.clone());
            }
            return self.queue.push_back(Item::Skipped { source, why });
        }
        if let Some(why) = self.segments.passed.get(&record) {
            return self.queue.push_back(Item::Skipped { source, why: of_record(&record, why) });
        }
        let length = block.len() as u64;
        if self.segments.bytes + length > MAX_BLOCK || self.segments.count >= MAX_HELD {
            let held = self.segments.bytes;
            let limit = format!("{MAX_BLOCK} bytes in {MAX_HELD} segments are held at most, {held} are");
            return self.reject(head, &format!("a segment of {length} bytes that waits for others: {limit}"));
        }
        // The digest of a block is that of the segment, not of the whole.
        if !first
            && let Some(stated) = head.headers.get("WARC-Block-Digest")
            && !digest::matches(stated, block)
        {
            notes.push(format!("segment {number}: the stated digest {stated} does not match its block"));
        }
        let whole = self.segments.waiting.entry(record.clone()).or_default();
        if whole.parts.contains_key(&number) {
            return self.reject(head, &format!("segment {number} of the record {record} is there twice"));
        }
        if let Some(total) = head.headers.get("WARC-Segment-Total-Length") {
            whole.last = Some((number, total.trim().parse().ok()));
        }
        whole.parts.insert(number, Part { head: head.clone(), source, block: block.to_vec(), notes });
        let complete = whole.is_complete();
        (self.segments.bytes, self.segments.count) = (self.segments.bytes + length, self.segments.count + 1);
        if complete && let Some(whole) = self.segments.take(&record) {
            self.join(whole);
        }
    }

    fn join(&mut self, whole: Whole) {
        let (stated, length) = (whole.last.and_then(|(_, total)| total), whole.bytes());
        let count = whole.parts.len();
        let mut parts = whole.parts.into_values();
        let Some(mut first) = parts.next() else { return };
        first.head.segment = Some(first.block.len());
        for part in parts {
            first.block.extend_from_slice(&part.block);
            first.notes.extend(part.notes);
        }
        if stated != Some(length) {
            let stated = stated.map_or_else(|| "no length that can be read".to_owned(), |stated| stated.to_string());
            let error = format!("WARC-Segment-Total-Length says {stated}, its {count} segments have {length} bytes");
            return self.reject(&first.head, &error);
        }
        first.notes.push(format!("put together from {count} segments"));
        self.emit(&first.head, &first.block, first.notes);
    }
}

fn of_record(record: &str, why: &str) -> String {
    format!("a segment of the record {record}: {why}")
}

fn number_of(head: &Head) -> Result<u32, String> {
    let stated = head.headers.get("WARC-Segment-Number").unwrap_or_default().trim();
    let number = stated.parse().ok().filter(|number| *number > 0 && stated.bytes().all(|byte| byte.is_ascii_digit()));
    number.ok_or_else(|| format!("WARC-Segment-Number says {stated:?}, which is no number of a segment"))
}

/// Why the record that begins here is no document, when that shows already.
fn no_document(head: &Head, block: &[u8]) -> Option<String> {
    let kind = head.kind();
    if !matches!(kind.as_str(), "response" | "resource" | "conversion") {
        return Some(format!("a {kind} record"));
    }
    let stated = media_type_of(head, block);
    (!stated.is_empty()
        && stated.contains('/')
        && !is_document_type(&stated)
        && !stated.contains("unknown")
        && stated != "*/*")
        .then(|| format!("media type {stated:?}"))
}
