//! WARC 0.17 to 1.1 (ISO 28500) and ARC, streamed: one gzip member a record, one for all, zstd frames, or plain.
//!
//! A record is believed when its `Content-Length` leads to the end of the file, of its member, or to the next record. A
//! record that is not is rejected by name, unless a digest it states proves its bytes, and reading goes on at the next
//! version line or member that looks right.

mod block;
mod document;
mod grammar;
mod huge;
mod revisit;
mod segments;
mod swallowed;

use std::collections::VecDeque;

use super::headers::Headers;
use super::packed::Damage;
use super::window::{Place, Stop, Window};
use super::{Item, MAX_PAYLOAD, Origin, SourceKind};
use document::Outcome;
pub(super) use grammar::Grammar;
use revisit::{Originals, Pending};
pub(super) use segments::Segments;

/// The longest head of a record.
const MAX_HEAD: usize = 1 << 20;
/// The longest block that is held in memory: a payload and its HTTP headers.
const MAX_BLOCK: u64 = MAX_PAYLOAD as u64 + MAX_HEAD as u64;
/// No block is this long; a length beyond it lies.
const ABSURD: u64 = 1 << 42;

/// The head of a record.
#[derive(Debug, Clone)]
struct Head {
    /// Counted from 1 in the file, damaged ones too.
    number: u64,
    place: Place,
    grammar: Grammar,
    bytes: Vec<u8>,
    headers: Headers,
    /// Length of the first segment, when the block was put together from several.
    segment: Option<usize>,
}

impl Head {
    fn record_id(&self) -> Option<&str> {
        self.headers.get("WARC-Record-ID")
    }

    fn kind(&self) -> String {
        self.headers.get("WARC-Type").unwrap_or_default().to_ascii_lowercase()
    }

    /// `Content-Length`, or why there is none to go by.
    fn length(&self) -> Result<u64, String> {
        let text = self.headers.get("Content-Length").ok_or("the record has no Content-Length")?;
        let wrong = || format!("Content-Length says {text:?}, which is no length");
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        text.parse().ok().filter(|length| *length < ABSURD).ok_or_else(wrong)
    }
}

/// Reads the records of one file.
pub(super) struct Records {
    window: Window,
    origin: Origin,
    kind: SourceKind,
    grammar: Grammar,
    number: u64,
    queue: VecDeque<Item>,
    originals: Originals,
    pending: Vec<Pending>,
    segments: Segments,
    /// Whether other files of the same container follow, which may hold missing segments.
    more: bool,
    /// How many bytes may still be hashed to judge damaged records.
    proofs: u64,
    done: bool,
}

impl Records {
    pub(super) fn new(window: Window, origin: Origin, kind: SourceKind, grammar: Grammar) -> Self {
        Records {
            window,
            origin,
            kind,
            grammar,
            number: 0,
            queue: VecDeque::new(),
            originals: Originals::default(),
            pending: Vec::new(),
            segments: Segments::default(),
            more: false,
            proofs: 1 << 30,
            done: false,
        }
    }

    /// Goes on with the segments that earlier files of the same container left; `more` says whether others follow.
    pub(super) fn continuing(mut self, segments: Segments, more: bool) -> Self {
        (self.segments, self.more) = (segments, more);
        self
    }

    /// The segments that wait for files that follow.
    pub(super) fn into_segments(self) -> Segments {
        self.segments
    }

    /// Reads one record, or one stretch of damage.
    fn step(&mut self) {
        self.skip_line_ends();
        if self.window.ensure(self.grammar.lookahead()) == 0 {
            match self.window.stop().cloned() {
                Some(Stop::Damaged(damage)) => self.damaged(None, &damage),
                _ => self.finish(),
            }
        } else if self.grammar.begins(self.window.bytes()) {
            self.record();
        } else {
            self.garbage();
        }
    }

    fn skip_line_ends(&mut self) {
        loop {
            self.window.ensure(1);
            let bytes = self.window.bytes();
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let all = blank == bytes.len();
            self.window.advance(blank);
            if !all || blank == 0 {
                return;
            }
        }
    }

    fn record(&mut self) {
        self.number += 1;
        let place = self.window.place();
        let head = match self.head_end() {
            Ok(end) => {
                let bytes = self.window.bytes()[..end].to_vec();
                Head {
                    number: self.number,
                    place,
                    grammar: self.grammar,
                    headers: self.grammar.headers(&bytes),
                    bytes,
                    segment: None,
                }
            }
            Err(error) => return self.broken_head(place, &error),
        };
        match head.length() {
            Ok(length) => self.block(&head, length),
            Err(error) => {
                self.reject(&head, &error);
                self.window.advance(head.bytes.len());
                self.seek_record();
            }
        }
    }

    /// Index of the block that follows the head in view.
    fn head_end(&mut self) -> Result<usize, String> {
        let mut searched = 0;
        loop {
            let bytes = self.window.bytes();
            let end = self.grammar.head_end(bytes, searched);
            let until = end.unwrap_or(bytes.len());
            if let Some(next) = self.grammar.find(&bytes[..until.min(MAX_HEAD)], 1) {
                return Err(format!("its headers break off after {next} bytes, where the next record begins"));
            }
            match end {
                Some(end) if end <= MAX_HEAD => return Ok(end),
                _ if bytes.len() > MAX_HEAD => return Err(format!("its headers do not end within {MAX_HEAD} bytes")),
                _ => searched = bytes.len().saturating_sub(3),
            }
            if !self.window.grow() {
                return Err(format!("its headers break off after {} bytes", self.window.bytes().len()));
            }
        }
    }

    fn broken_head(&mut self, place: Place, error: &str) {
        let seen = self.window.bytes().len().min(MAX_HEAD);
        let headers = self.grammar.headers(&self.window.bytes()[..seen]);
        let head =
            Head { number: self.number, place, grammar: self.grammar, bytes: Vec::new(), headers, segment: None };
        if let Some(Stop::Damaged(damage)) = self.window.stop().cloned()
            && self.grammar.find(self.window.bytes(), 1).is_none()
        {
            return self.damaged(Some((&head, error)), &damage);
        }
        self.reject(&head, error);
        self.window.advance(5);
        self.seek_record();
    }

    /// Names a damaged place in the packing and goes on after it.
    fn damaged(&mut self, record: Option<(&Head, &str)>, damage: &Damage) {
        let place = self.window.place();
        // Nothing of the member may have come out; it is named by where it begins.
        let begin = if place.inside == 0 { place.byte.min(damage.at) } else { damage.at };
        let looks_right: fn(&[u8]) -> bool = match self.grammar {
            Grammar::Warc => |bytes| Grammar::Warc.begins(bytes.trim_ascii_start()),
            Grammar::Arc => |bytes| Grammar::Arc.begins(bytes.trim_ascii_start()),
        };
        let resumed = self.window.resync(looks_right);
        let after = match resumed {
            Some(byte) => format!("reading goes on at byte {byte}"),
            None => "no sound record follows".to_owned(),
        };
        let what = format!("{} at byte {}; {after}", damage.what, damage.at);
        match record {
            Some((head, "")) => self.reject(head, &what),
            Some((head, error)) => self.reject(head, &format!("{error}: {what}")),
            None => self.queue.push_back(Item::Rejected {
                source: format!("{}: after record {} at byte {}", self.origin.place, self.number, begin),
                error: what,
            }),
        }
    }

    /// Names bytes that are no record and goes on after them.
    fn garbage(&mut self) {
        let place = self.window.place();
        let bytes = self.window.bytes();
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(24)]).into_owned();
        let count = self.seek_record();
        self.queue.push_back(Item::Rejected {
            source: format!("{}: after record {} at {place}", self.origin.place, self.number),
            error: format!("{count} bytes that are no {} record; they begin {shown:?}", self.grammar.name()),
        });
    }

    /// Goes on to the next version line or member that looks right; returns how many bytes it passed over.
    fn seek_record(&mut self) -> u64 {
        let mut passed = 0;
        loop {
            self.window.ensure(256 << 10);
            let bytes = self.window.bytes();
            let line = self.grammar.find(bytes, 0);
            let member = self.window.members().find(|at| self.grammar.begins(&bytes[(*at).min(bytes.len())..]));
            if let Some(next) = [line, member].into_iter().flatten().min() {
                self.window.advance(next);
                return passed + next as u64;
            }
            // The end of what is in view may be the beginning of a version line.
            let keep = if self.window.stop().is_some() { 0 } else { self.grammar.lookahead().max(64) };
            let drop = bytes.len().saturating_sub(keep);
            self.window.advance(drop);
            passed += drop as u64;
            if self.window.stop().is_some() {
                return passed;
            }
        }
    }

    fn source(&self, head: &Head) -> String {
        format!("{}: record {} at {}", self.origin.place, head.number, head.place)
    }

    fn reject(&mut self, head: &Head, error: &str) {
        let id = head.record_id().map_or_else(String::new, |id| format!("{id}: "));
        self.queue.push_back(Item::Rejected { source: self.source(head), error: format!("{id}{error}") });
    }

    /// Makes an item of a record whose block is known.
    fn emit(&mut self, head: &Head, block: &[u8], notes: Vec<String>) {
        if head.segment.is_none() && head.headers.get("WARC-Segment-Number").is_some() {
            return self.segment(head, block, notes);
        }
        let source = self.source(head);
        let outcome = document::read(head, block, &source, &self.origin, self.kind);
        // A whole that was put together lies at no one place to which a revisit could lead.
        if head.segment.is_none() {
            self.originals.note(head, &outcome);
        }
        match outcome {
            Outcome::Document(mut captured) => {
                captured.notes.extend(notes);
                self.queue.push_back(Item::Captured(captured));
            }
            Outcome::Other(why) => self.queue.push_back(Item::Skipped { source, why }),
            Outcome::Unreadable(error) => self.reject(head, &error),
            Outcome::Revisit(revisit) => self.revisit(Pending { revisit }),
        }
    }

    fn finish(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let item = self.resolve(&pending).unwrap_or_else(|| pending.unresolved());
            self.queue.push_back(item);
        }
        if !self.more {
            self.queue.extend(self.segments.drain());
        }
        self.done = true;
    }
}

impl Iterator for Records {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            self.step();
        }
    }
}
