//! Revisits: records that say "the same payload as another record".

use std::collections::HashMap;

use super::super::digest::compare;
use super::super::headers::Headers;
use super::super::packed::Unpacked;
use super::super::raw::RawReader;
use super::super::window::{Place, Window};
use super::super::{Captured, Input, Item, Origin, SourceKind, http};
use super::document::{self, Outcome, target_uri};
use super::{Grammar, Head, MAX_BLOCK, MAX_HEAD, Records};
use crate::domain::sha256;

pub(super) use super::super::Revisit;

/// How many originals are remembered, and how many revisits wait for a later original.
const MAX_ORIGINALS: usize = 500_000;
const MAX_PENDING: usize = 10_000;

/// A revisit that waits for its original.
pub(super) struct Pending {
    pub(super) revisit: Box<Revisit>,
}

impl Pending {
    pub(super) fn unresolved(self) -> Item {
        Item::Revisit(self.revisit)
    }
}

/// Where a record lies that revisits may mean, and whether it is a document.
#[derive(Debug, Clone)]
enum Original {
    At(Place, u64),
    NoDocument(u64, String),
}

/// Records that revisits may mean, by digest, id, and URI with date.
#[derive(Default)]
pub(super) struct Originals(HashMap<[u8; 16], Original>);

fn key(parts: &[&str]) -> [u8; 16] {
    let digest = sha256(parts.join("\n").as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

fn digest_key(stated: &str) -> [u8; 16] {
    key(&["digest", &stated.trim().to_ascii_lowercase()])
}

impl Originals {
    /// Remembers a record.
    pub(super) fn note(&mut self, head: &Head, outcome: &Outcome) {
        let original = match outcome {
            Outcome::Document(_) => Original::At(head.place, head.number),
            Outcome::Other(why) if matches!(head.kind().as_str(), "response" | "resource" | "conversion") => {
                Original::NoDocument(head.number, why.clone())
            }
            _ => return,
        };
        let headers = &head.headers;
        let digest = headers.get("WARC-Payload-Digest").map(digest_key);
        let id = head.record_id().map(|id| key(&["id", id]));
        let at = target_uri(headers).zip(headers.get("WARC-Date")).map(|(uri, date)| key(&["at", &uri, date]));
        for key in [digest, id, at].into_iter().flatten() {
            if self.0.len() < MAX_ORIGINALS {
                self.0.entry(key).or_insert_with(|| original.clone());
            }
        }
    }

    fn find(&self, revisit: &Revisit) -> Option<&Original> {
        let id = revisit.refers_to.as_ref().map(|id| key(&["id", id]));
        let digest = revisit.payload_digest.as_ref().map(|digest| digest_key(digest));
        let at = revisit.refers_to_uri.as_ref().zip(revisit.refers_to_date.as_ref());
        let at = at.map(|(uri, date)| key(&["at", uri, date]));
        [id, digest, at].into_iter().flatten().find_map(|key| self.0.get(&key))
    }
}

impl Revisit {
    pub(super) fn new(head: &Head, block: &[u8], source: &str, origin: &Origin, kind: SourceKind) -> Revisit {
        let http = http::parse(block);
        let media_type = document::media_type_of(head, block);
        let media_type = if http.is_some() { media_type } else { String::new() };
        let mut captured = Captured::new(kind, source, &origin.basename, &media_type, Vec::new());
        document::describe(&mut captured, head, http.as_ref());
        let header = |headers: &Headers, name: &str| headers.get(name).map(str::to_owned);
        let bare = |uri: String| uri.trim_start_matches('<').trim_end_matches('>').to_owned();
        Revisit {
            captured,
            payload_digest: header(&head.headers, "WARC-Payload-Digest"),
            refers_to: header(&head.headers, "WARC-Refers-To"),
            refers_to_uri: header(&head.headers, "WARC-Refers-To-Target-URI").map(bare),
            refers_to_date: header(&head.headers, "WARC-Refers-To-Date"),
        }
    }
}

impl Records {
    /// Resolves a revisit now, or lets it wait for an original that comes later.
    pub(super) fn revisit(&mut self, pending: Pending) {
        let stated = &pending.revisit.captured.media_type;
        if !stated.is_empty() && !document::is_document_type(stated) {
            let why = format!("a revisit of media type {stated:?}");
            self.queue.push_back(Item::Skipped { source: pending.revisit.captured.source.clone(), why });
        } else if let Some(item) = self.resolve(&pending) {
            self.queue.push_back(item);
        } else if self.pending.len() < MAX_PENDING && self.window.source().raw().is_file() {
            self.pending.push(pending);
        } else {
            self.queue.push_back(pending.unresolved());
        }
    }

    /// The capture that a revisit means, when its original was read from this file.
    pub(super) fn resolve(&mut self, pending: &Pending) -> Option<Item> {
        match self.originals.find(&pending.revisit)?.clone() {
            Original::NoDocument(number, why) => Some(Item::Skipped {
                source: pending.revisit.captured.source.clone(),
                why: format!("a revisit of record {number}: {why}"),
            }),
            Original::At(place, number) => {
                let original = self.read_again(place, number)?;
                Some(Item::Captured(Box::new(joined(pending, original, number))))
            }
        }
    }

    /// Reads a document of this file a second time.
    fn read_again(&mut self, place: Place, number: u64) -> Option<Captured> {
        let packing = self.window.packing();
        let source = self.window.source();
        if !source.raw().is_file() {
            return None;
        }
        let dictionary = source.dictionary();
        let input = source.raw().lend();
        let (input, outcome) = reread(
            input,
            place,
            |raw| Window::new(Unpacked::new(raw, packing).with_dictionary(dictionary)),
            |head, block| document::read(&Head { number, ..head }, block, "", &self.origin, self.kind),
        );
        self.window.source().raw().put_back(input);
        match outcome {
            Some(Outcome::Document(captured)) => Some(*captured),
            _ => None,
        }
    }
}

fn reread(
    input: Input,
    place: Place,
    open: impl FnOnce(RawReader) -> Window,
    read: impl FnOnce(Head, &[u8]) -> Outcome,
) -> (Input, Option<Outcome>) {
    let mut window = open(RawReader::at(input, place.byte));
    let outcome = record_at(&mut window, place).map(|(head, block)| read(head, &block));
    (window.into_raw().into_input(), outcome)
}

fn record_at(window: &mut Window, place: Place) -> Option<(Head, Vec<u8>)> {
    let mut inside = place.inside;
    while inside > 0 {
        let step = window.ensure(1 << 16).min(usize::try_from(inside).ok()?);
        if step == 0 {
            return None;
        }
        window.advance(step);
        inside -= step as u64;
    }
    window.ensure(MAX_HEAD);
    let end = Grammar::Warc.head_end(window.bytes(), 0)?;
    let bytes = window.bytes()[..end].to_vec();
    let head = Head { number: 0, place, grammar: Grammar::Warc, headers: Headers::parse(&bytes), bytes, segment: None };
    let length = head.length().ok().filter(|length| *length <= MAX_BLOCK)?;
    let length = usize::try_from(length).ok()?;
    (window.ensure(end + length) >= end + length).then(|| window.bytes()[end..end + length].to_vec()).map(|b| (head, b))
}

/// The revisit with the payload of its original.
fn joined(pending: &Pending, original: Captured, number: u64) -> Captured {
    let mut captured = pending.revisit.captured.clone();
    let status = captured.http_status.filter(|status| *status != 304);
    captured.http_status = status.or(original.http_status);
    captured.media_type = original.media_type;
    captured.notes.push(format!("a revisit; the payload is that of record {number} in this file"));
    if let Some(stated) = &pending.revisit.payload_digest {
        let same = original.digests.iter().find(|digest| digest.stated.eq_ignore_ascii_case(stated));
        captured.digests.push(same.cloned().unwrap_or_else(|| {
            compare("WARC-Payload-Digest", stated, &[("the decoded body of the original", &original.payload)])
        }));
    }
    captured.payload = original.payload;
    captured
}
