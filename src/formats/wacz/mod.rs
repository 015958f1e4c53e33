//! WACZ 1.x: a zip with WARC files under `archive/`, the hashes of its parts, and perhaps a signature over them.
//!
//! Nothing is ever written out, and entries whose names point elsewhere are refused by name. What the package says about
//! itself is checked first and told; the records are read whatever came out of it.

mod domain;
mod entries;
mod package;
mod signature;

use std::collections::VecDeque;

use super::packed::{Packing, Unpacked};
use super::raw::RawReader;
use super::sniff::{self, Format, sniff};
use super::warc::{Grammar, Records, Segments};
use super::window::Window;
use super::{Input, Item, MAX_PAYLOAD, Origin, SourceKind};
use entries::{Entry, SharedFile};
use package::Finding;

use crate::stamp::Anchors;

/// Reads a WACZ.
pub(super) struct Wacz {
    file: SharedFile,
    origin: Origin,
    archives: VecDeque<Entry>,
    queue: VecDeque<Item>,
    current: Option<(Records, Vec<String>)>,
    findings: Vec<Finding>,
    /// Segments of records that files still to come may complete.
    segments: Segments,
}

impl Wacz {
    /// Opens a zip; a pipe must fit into memory, since the list of entries stands at the end.
    pub(super) fn open(raw: RawReader, origin: Origin, trusted: &Anchors) -> Result<Wacz, Item> {
        let reject = |error: String| Item::Rejected { source: origin.place.clone(), error };
        let input = if raw.is_file() {
            raw.into_input()
        } else {
            let bytes = raw.drain(MAX_PAYLOAD).ok_or_else(|| {
                reject(format!("a zip of more than {MAX_PAYLOAD} bytes cannot be read from a pipe; name the file"))
            })?;
            Input::File(Box::new(std::io::Cursor::new(bytes)))
        };
        let Input::File(file) = input else { return Err(reject("no file".to_owned())) };
        let file = SharedFile::new(file).map_err(|error| reject(format!("reading failed: {error}")))?;
        let entries = file.entries().map_err(reject)?;
        let mut wacz = Wacz {
            file,
            origin,
            archives: VecDeque::new(),
            queue: VecDeque::new(),
            current: None,
            findings: Vec::new(),
            segments: Segments::default(),
        };
        wacz.sort(entries, trusted);
        Ok(wacz)
    }

    fn place(&self, entry: &str) -> String {
        format!("{}: {entry}", self.origin.place)
    }

    /// Checks the package and puts every entry where it belongs.
    fn sort(&mut self, entries: Vec<Entry>, trusted: &Anchors) {
        let (sound, bad): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.wrong.is_none());
        for entry in bad {
            let source = self.place(&format!("{:?}", entry.name));
            self.queue.push_back(Item::Rejected { source, error: entry.wrong.unwrap_or_default() });
        }
        if !sound.iter().any(|entry| is_archive(&entry.name)) {
            let error = "a zip without archive/*.warc, .warc.gz, .warc.zst or .arc: no WACZ that holds captures";
            self.queue.push_back(rejected(self.origin.clone(), error));
            return;
        }
        let mut findings = package::check(&self.file, &sound);
        findings.extend(signature::check(&self.file, &sound, trusted));
        for finding in &findings {
            let source = self.place(&finding.entry);
            let item = if finding.failed {
                Item::Rejected { source, error: format!("failed: {}", finding.what) }
            } else {
                Item::Skipped { source, why: finding.what.clone() }
            };
            self.queue.push_back(item);
        }
        self.findings = findings;
        for entry in sound {
            if is_archive(&entry.name) {
                self.archives.push_back(entry);
            } else if !entry.name.ends_with('/') && !self.is_told(&entry.name) {
                let why = "a part of the WACZ that holds no captures".to_owned();
                self.queue.push_back(Item::Skipped { source: self.place(&entry.name), why });
            }
        }
    }

    /// Whether a finding tells about this entry already.
    fn is_told(&self, name: &str) -> bool {
        name == package::PACKAGE || self.findings.iter().any(|finding| finding.entry == name)
    }

    /// Remarks that every capture of an archive file carries.
    fn notes_on(&self, entry: &str) -> Vec<String> {
        let concerns = |finding: &&Finding| finding.entry == entry || finding.on_all;
        self.findings.iter().filter(concerns).map(|finding| finding.note()).collect()
    }

    fn start(&mut self, entry: &Entry) {
        let origin = Origin { place: self.place(&entry.name), basename: self.origin.basename.clone() };
        let mut raw = RawReader::new(self.file.open(entry));
        raw.need(sniff::PREFIX);
        let packing = Packing::of(raw.bytes());
        let mut window = Window::new(Unpacked::new(raw, packing));
        window.ensure(sniff::PREFIX);
        let head = &window.bytes()[..window.bytes().len().min(sniff::PREFIX)];
        let grammar = match sniff(head, "warc") {
            Format::Warc => Grammar::Warc,
            Format::Arc => Grammar::Arc,
            Format::Empty => return self.queue.push_back(rejected(origin, "the file is empty")),
            // A damaged beginning does not hide the records after it.
            _ => Grammar::Warc,
        };
        let notes = self.notes_on(&entry.name);
        let records = Records::new(window, origin, SourceKind::Wacz, grammar);
        let segments = std::mem::take(&mut self.segments);
        self.current = Some((records.continuing(segments, !self.archives.is_empty()), notes));
    }
}

fn rejected(origin: Origin, error: &str) -> Item {
    Item::Rejected { source: origin.place, error: error.to_owned() }
}

fn is_archive(name: &str) -> bool {
    let endings = [".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz"];
    name.starts_with("archive/") && endings.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

impl Iterator for Wacz {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Some(item);
            }
            if let Some((records, notes)) = &mut self.current {
                match records.next() {
                    Some(Item::Captured(mut captured)) => {
                        captured.notes.extend(notes.iter().cloned());
                        return Some(Item::Captured(captured));
                    }
                    Some(item) => return Some(item),
                    None => {}
                }
            }
            if let Some((records, _)) = self.current.take() {
                self.segments = records.into_segments();
            }
            let Some(entry) = self.archives.pop_front() else {
                // The last file may have held nothing at all, so that nobody told of what still waits.
                self.queue.extend(self.segments.drain());
                return self.queue.pop_front();
            };
            self.start(&entry);
        }
    }
}
