//! A view on unpacked bytes that grows as a reader asks for more, and remembers where members begin.

use std::collections::VecDeque;

use super::packed::{Damage, Packing, Step, Unpacked};

/// How much consumed data may lie in the buffer before it is moved out.
const SLACK: usize = 4 << 20;

/// Why no more bytes come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The file ends.
    End,
    /// The packed data are damaged.
    Damaged(Damage),
}

/// Bytes from the reader's position on, as many as were asked for.
pub(super) struct Window {
    source: Unpacked,
    buf: Vec<u8>,
    pos: usize,
    /// Unpacked offset of `buf[0]`.
    base: u64,
    /// Where members begin: unpacked offset, byte of the file.
    members: VecDeque<(u64, u64)>,
    stop: Option<Stop>,
}

/// A place in a file: the byte where its member begins, and how far into the unpacked member it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Byte of the file: of the place itself in a plain file, of its member in a packed one.
    pub(super) byte: u64,
    /// Unpacked bytes between the beginning of the member and the place; zero in a plain file.
    pub(super) inside: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "byte {}", self.byte)?;
        if self.inside > 0 {
            write!(f, " (unpacked byte {} of that member)", self.inside)?;
        }
        Ok(())
    }
}

impl Window {
    pub(super) fn new(source: Unpacked) -> Self {
        Window { source, buf: Vec::new(), pos: 0, base: 0, members: VecDeque::new(), stop: None }
    }

    /// Reads until `n` bytes are in view or no more come; returns how many are.
    pub(super) fn ensure(&mut self, n: usize) -> usize {
        while self.buf.len() - self.pos < n && self.stop.is_none() {
            self.read_more();
        }
        self.buf.len() - self.pos
    }

    /// Reads at least one more byte into view; false when no more come.
    pub(super) fn grow(&mut self) -> bool {
        let there = self.bytes().len();
        self.ensure(there + 1) > there
    }

    /// The bytes in view.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buf[self.pos..]
    }

    /// Puts the first `n` bytes in view behind.
    pub(super) fn advance(&mut self, n: usize) {
        self.pos += n.min(self.buf.len() - self.pos);
    }

    /// Unpacked offset of the first byte in view.
    pub(super) fn position(&self) -> u64 {
        self.base + self.pos as u64
    }

    /// Why no more bytes come; set once all that come are in view.
    pub(super) fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// Where the first byte in view lies in the file.
    pub(super) fn place(&self) -> Place {
        self.place_of(self.position())
    }

    /// Where an unpacked offset lies in the file.
    pub(super) fn place_of(&self, position: u64) -> Place {
        match self.members.iter().rev().find(|(at, _)| *at <= position) {
            Some((at, byte)) => Place { byte: *byte, inside: position - at },
            None => Place { byte: position, inside: 0 },
        }
    }

    /// Indices in view, after the first byte, at which members begin.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        let here = self.position();
        self.members.iter().filter_map(move |(at, _)| usize::try_from(at.checked_sub(here)?).ok()).filter(|i| *i > 0)
    }

    /// Drops what is in view and goes on at the next sound member; returns the byte where it begins.
    pub(super) fn resync(&mut self, looks_right: fn(&[u8]) -> bool) -> Option<u64> {
        let end = self.base + self.buf.len() as u64;
        self.buf.clear();
        (self.base, self.pos) = (end, 0);
        let found = self.source.resync(looks_right);
        match found {
            Some(byte) => {
                self.members.push_back((end, byte));
                self.stop = None;
            }
            None => self.stop = Some(Stop::End),
        }
        found
    }

    pub(super) fn packing(&self) -> Packing {
        self.source.packing()
    }

    pub(super) fn source(&mut self) -> &mut Unpacked {
        &mut self.source
    }

    /// Goes back to an unpacked offset; only a plain file can. Returns whether it did.
    pub(super) fn rewind(&mut self, position: u64) -> bool {
        if self.source.packing() != Packing::Plain {
            return false;
        }
        let raw = self.source.raw();
        if !raw.is_file() || raw.go_to(position) != position {
            return false;
        }
        self.buf.clear();
        (self.base, self.pos, self.stop) = (position, 0, None);
        true
    }

    fn read_more(&mut self) {
        if self.pos > SLACK && self.pos > self.buf.len() / 2 {
            self.compact();
        }
        match self.source.read_into(&mut self.buf) {
            Step::Data => {}
            Step::Member(byte) => self.members.push_back((self.base + self.buf.len() as u64, byte)),
            Step::End => self.stop = Some(Stop::End),
            Step::Damaged(damage) => self.stop = Some(Stop::Damaged(damage)),
        }
    }

    pub(super) fn into_raw(self) -> super::raw::RawReader {
        self.source.into_raw()
    }

    fn compact(&mut self) {
        self.buf.drain(..self.pos);
        self.base += self.pos as u64;
        self.pos = 0;
        if self.buf.capacity() > 4 * SLACK && self.buf.len() < SLACK {
            self.buf.shrink_to(2 * SLACK);
        }
        while self.members.len() > 1 && self.members[1].0 <= self.base {
            self.members.pop_front();
        }
    }
}
