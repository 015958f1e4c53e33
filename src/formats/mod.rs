//! From what lies on disk to captures: containers are opened, nothing is read for meaning.
//!
//! Everything here works on any `Read`; opening files is the caller's business. A damaged place never hides what is
//! sound before or after it.

mod digest;
mod headers;
mod http;
mod jsonl;
mod loose;
mod packed;
mod raw;
pub mod sidecar;
mod sniff;
mod wacz;
mod warc;
mod window;
pub mod write;

use std::io::{Read, Seek};

use packed::{Packing, Unpacked};
use raw::RawReader;
use sniff::{Format, sniff};
use warc::Grammar;
use window::{Stop, Window};

pub use sidecar::{Declared, parse_sidecar};

use crate::domain::{Claim, Digest, PayloadId, Time};
use crate::stamp::Anchors;

/// What kind of thing a capture came out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A loose text file.
    Text,
    /// A loose HTML file.
    Html,
    /// A WARC record.
    Warc,
    /// An ARC record.
    Arc,
    /// A record of a WARC inside a WACZ.
    Wacz,
    /// A line of a JSON Lines file.
    Jsonl,
    /// Fetched by us.
    Http,
}

impl SourceKind {
    /// The name used in records.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::Text => "text",
            SourceKind::Html => "html",
            SourceKind::Warc => "warc",
            SourceKind::Arc => "arc",
            SourceKind::Wacz => "wacz",
            SourceKind::Jsonl => "jsonl",
            SourceKind::Http => "http",
        }
    }
}

/// Bytes kept beside a payload: a sidecar, HTTP headers, WARC headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// `sidecar`, `http-headers`, `warc-headers` or `arc-header`.
    pub kind: &'static str,
    /// The bytes as they were.
    pub bytes: Vec<u8>,
}

/// A digest that a container states, and how it compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedDigest {
    /// The digest as stated, `sha1:…`.
    pub stated: String,
    /// `verified`, `failed` or `not-checked`.
    pub outcome: DigestOutcome,
    /// Which reading of the body matched, or why nothing was checked.
    pub why: String,
}

/// How a stated digest compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestOutcome {
    /// The bytes hash to what is stated.
    Verified,
    /// They do not.
    Failed,
    /// The algorithm is unknown, or there was nothing to compare.
    NotChecked,
}

/// One document as it was captured, with what its container or sidecar declares about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// File, and the place inside a container, for people: `captures.jsonl.zst: line 17`.
    pub source: String,
    /// What it came out of.
    pub kind: SourceKind,
    /// The file's own name, without folders.
    pub basename: String,
    /// WARC-Record-ID, or the line number in JSON Lines.
    pub record_id: Option<String>,
    /// SHA-256 of the container file, when it was hashed.
    pub container: Option<Digest>,
    /// Digests that the container states.
    pub digests: Vec<StatedDigest>,
    /// The captured bytes, transfer- and content-encoding undone.
    pub payload: Vec<u8>,
    /// Media type with parameters, lower-case essence: `text/html; charset=windows-1256`.
    pub media_type: String,
    /// HTTP status, when it came by HTTP.
    pub http_status: Option<u16>,
    /// Declared URLs.
    pub url: Vec<Claim<String>>,
    /// Declared outlets, as declared: domain or display name.
    pub outlet: Vec<Claim<String>>,
    /// Declared titles.
    pub title: Vec<Claim<String>>,
    /// Declared capture times.
    pub captured: Vec<Time>,
    /// Declared publication times.
    pub published: Vec<Time>,
    /// Bytes kept beside the payload.
    pub attachments: Vec<Attachment>,
    /// Remarks for the person who ingests, in English.
    pub notes: Vec<String>,
}

impl Captured {
    /// A capture with nothing declared about it.
    pub fn new(kind: SourceKind, source: &str, basename: &str, media_type: &str, payload: Vec<u8>) -> Self {
        Captured {
            source: source.to_owned(),
            kind,
            basename: basename.to_owned(),
            record_id: None,
            container: None,
            digests: Vec::new(),
            payload,
            media_type: media_type.to_owned(),
            http_status: None,
            url: Vec::new(),
            outlet: Vec::new(),
            title: Vec::new(),
            captured: Vec::new(),
            published: Vec::new(),
            attachments: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The payload's id.
    pub fn payload_id(&self) -> PayloadId {
        PayloadId::of(&self.payload)
    }
}

/// A WARC revisit whose original is not in the same file: the archive may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revisit {
    /// The capture without its payload; the media type is empty where the revisit states none.
    pub captured: Captured,
    /// The payload's digest as stated; the original's record stated the same.
    pub payload_digest: Option<String>,
    /// WARC-Record-ID of the original.
    pub refers_to: Option<String>,
    /// URL of the original.
    pub refers_to_uri: Option<String>,
    /// When the original was captured, as written.
    pub refers_to_date: Option<String>,
}

impl Revisit {
    /// Why it is skipped when no original is found.
    pub fn why_skipped(&self) -> String {
        let stated = self.payload_digest.as_deref().unwrap_or("a payload of no stated digest");
        format!("a revisit of {stated}, whose original is in no file read so far")
    }
}

/// What a container yields at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A document.
    Captured(Box<Captured>),
    /// A record that is sound but no document, with why.
    Skipped {
        /// Where it stands.
        source: String,
        /// Why it is no document.
        why: String,
    },
    /// A capture whose payload another file holds.
    Revisit(Box<Revisit>),
    /// A place that could not be read, with what was found there.
    Rejected {
        /// Where it stands.
        source: String,
        /// What was being read, what was found, what to do.
        error: String,
    },
}

/// The largest payload that becomes a document, in bytes; larger ones are rejected by name, never cut.
pub const MAX_PAYLOAD: usize = 64 << 20;

/// A file that can be read from any place.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Where bytes come from.
pub enum Input {
    /// A file.
    File(Box<dyn ReadSeek>),
    /// Standard input or another pipe.
    Stream(Box<dyn Read + Send>),
}

/// The name of what is read, for messages and records.
#[derive(Debug, Clone)]
struct Origin {
    /// File, and the file inside it, as the person gave it.
    place: String,
    /// The file's own name, without folders.
    basename: String,
}

/// What reading finds out besides the documents.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whose certificates are believed when a WACZ is signed in the name of a domain.
    pub trusted: Anchors,
    /// Whether container files are hashed.
    pub containers: Containers,
    /// Who made WARC files.
    pub fetched: Fetched,
}

/// Who made a WARC file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fetched {
    /// Whoever it was, and whatever the file says of it.
    #[default]
    Elsewhere,
    /// This program, in this run: its captures are of kind [`SourceKind::Http`].
    Here,
}

impl Fetched {
    fn kind(self) -> SourceKind {
        match self {
            Fetched::Elsewhere => SourceKind::Warc,
            Fetched::Here => SourceKind::Http,
        }
    }
}

/// Whether container files (WARC, ARC, WACZ, JSON Lines) are hashed before they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Containers {
    /// Each capture carries the SHA-256 of its container; a pipe has none.
    Hashed,
    /// No capture carries one.
    #[default]
    NotHashed,
}

/// As [`items_with`], believing nobody and hashing no containers.
pub fn items(name: &str, input: Input) -> Box<dyn Iterator<Item = Item> + Send> {
    items_with(name, input, &Options::default())
}

/// Yields what a file or stream holds, in order. `name` is the path as the person gave it; its ending and the first
/// bytes decide the format.
///
/// `source` of a rejected or skipped item names the file and the place in it, `error` and `why` what was found there:
/// print them as `{source}: {error}`. Memory stays within a few [`MAX_PAYLOAD`] whatever the size of the input.
pub fn items_with(name: &str, input: Input, options: &Options) -> Box<dyn Iterator<Item = Item> + Send> {
    let basename = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let origin = Origin { place: name.to_owned(), basename };
    let mut raw = RawReader::new(input);
    raw.need(sniff::PREFIX);
    if raw.bytes().is_empty() {
        let error =
            raw.error().map_or_else(|| "the file is empty".to_owned(), |error| format!("reading failed: {error}"));
        return one(Item::Rejected { source: origin.place, error });
    }
    if raw.bytes().starts_with(b"PK\x03\x04") || raw.bytes().starts_with(b"PK\x05\x06") {
        let container = hashed(&mut raw, options.containers);
        return match wacz::Wacz::open(raw, origin, &options.trusted) {
            Ok(wacz) => within(container, wacz),
            Err(item) => one(item),
        };
    }
    let packing = Packing::of(raw.bytes());
    unpacked(Window::new(Unpacked::new(raw, packing)), origin, options)
}

fn hashed(raw: &mut RawReader, containers: Containers) -> Option<Digest> {
    match containers {
        Containers::Hashed => raw.sha256().map(Digest),
        Containers::NotHashed => None,
    }
}

/// Puts the hash of the container to every capture.
fn within(
    container: Option<Digest>,
    items: impl Iterator<Item = Item> + Send + 'static,
) -> Box<dyn Iterator<Item = Item> + Send> {
    Box::new(items.map(move |mut item| {
        match &mut item {
            Item::Captured(captured) => captured.container = container,
            Item::Revisit(revisit) => revisit.captured.container = container,
            Item::Skipped { .. } | Item::Rejected { .. } => {}
        }
        item
    }))
}

/// Reads what lies in the packing.
fn unpacked(mut window: Window, origin: Origin, options: &Options) -> Box<dyn Iterator<Item = Item> + Send> {
    window.ensure(sniff::PREFIX);
    let ending = ending(&origin.basename);
    let head = &window.bytes()[..window.bytes().len().min(sniff::PREFIX)];
    let format = sniff(head, &ending);
    let container = match format {
        Format::Jsonl | Format::Warc | Format::Arc => hashed(window.source().raw(), options.containers),
        _ => None,
    };
    match format {
        Format::Empty => {
            let error = match window.stop() {
                Some(Stop::Damaged(damage)) => format!("{} at byte {}", damage.what, damage.at),
                _ => "the packed file holds nothing".to_owned(),
            };
            one(Item::Rejected { source: origin.place, error })
        }
        Format::Text => one(loose::read(window, &origin, SourceKind::Text, "text/plain")),
        Format::Html => one(loose::read(window, &origin, SourceKind::Html, "text/html")),
        Format::Jsonl => within(container, jsonl::Lines::new(window, origin)),
        Format::Warc => within(container, warc::Records::new(window, origin, options.fetched.kind(), Grammar::Warc)),
        Format::Arc => within(container, warc::Records::new(window, origin, SourceKind::Arc, Grammar::Arc)),
        Format::NoCaptures(why) => one(Item::Skipped { source: origin.place, why }),
        Format::Unreadable(what) => {
            let error = loose::size_beyond_limit(&mut window).map_or(what.clone(), |size| format!("{what}; {size}"));
            one(Item::Rejected { source: origin.place, error })
        }
    }
}

fn one(item: Item) -> Box<dyn Iterator<Item = Item> + Send> {
    Box::new(std::iter::once(item))
}

/// The name's ending in lower case, without that of a packing.
fn ending(basename: &str) -> String {
    let lower = basename.to_ascii_lowercase();
    let unpacked = [".gz", ".zst", ".zstd"].iter().find_map(|packing| lower.strip_suffix(packing)).unwrap_or(&lower);
    unpacked.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_owned())
}
