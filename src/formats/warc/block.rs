//! Where a record's block really ends.

use std::ops::Range;

use super::super::http::Framed;
use super::super::window::Stop;
use super::super::{digest, http};
use super::{Head, MAX_BLOCK, Records};

/// How a block compares with its `Content-Length`.
enum Extent {
    /// It ends where it says.
    Sound,
    /// The data end before it does.
    Cut,
    /// Another record begins inside it, at this index in view.
    Overrun(usize),
    /// Something that is no record follows it.
    Trailed,
}

/// That some bytes are the whole block of a record.
pub(super) struct Proof {
    /// Index in view at which the block ends.
    pub(super) end: usize,
    /// What proves it, for people.
    how: &'static str,
}

const BY_DIGEST: &str = "a digest proves it";
const BY_LENGTH: &str = "its HTTP Content-Length agrees";
const BY_CHUNKS: &str = "its last HTTP chunk agrees";

impl Proof {
    fn by_digest(&self) -> bool {
        self.how == BY_DIGEST
    }
}

fn joined(error: &str, more: &str) -> String {
    if error.is_empty() { more.to_owned() } else { format!("{error}; {more}") }
}

impl Records {
    /// Reads the block of the record in view.
    pub(super) fn block(&mut self, head: &Head, length: u64) {
        if length > MAX_BLOCK {
            return self.huge_block(head, length);
        }
        let start = head.bytes.len();
        // MAX_BLOCK fits into a usize.
        let end = start + usize::try_from(length).unwrap_or(usize::MAX >> 1);
        self.window.ensure(end + self.grammar.lookahead());
        match self.extent(start..end) {
            Extent::Sound => match self.swallowed(head, start..end) {
                Some(next) => self.overrun(head, start..end, next),
                None => self.take(head, start..end, Vec::new()),
            },
            Extent::Cut => self.cut(head, start),
            Extent::Overrun(next) => self.overrun(head, start..end, next),
            Extent::Trailed => self.trailed(head, start..end),
        }
    }

    fn extent(&mut self, block: Range<usize>) -> Extent {
        let there = self.window.bytes().len();
        let bytes = self.window.bytes();
        let limit = block.end.min(there);
        // A member that begins with a version line is a record, whatever the length before it says.
        if let Some(next) =
            self.window.members().find(|at| (block.start..limit).contains(at) && self.grammar.begins(&bytes[*at..]))
        {
            return Extent::Overrun(next);
        }
        if there < block.end {
            return match self.grammar.find(bytes, block.start) {
                Some(next) => Extent::Overrun(next),
                None => Extent::Cut,
            };
        }
        let next = self.after_line_ends(block.end);
        let bytes = self.window.bytes();
        if next == bytes.len() {
            let in_next_member = self.window.members().any(|at| at >= block.end);
            return match self.window.stop() {
                Some(Stop::Damaged(damage)) if damage.check_sum && !in_next_member => Extent::Cut,
                _ => Extent::Sound,
            };
        }
        if self.grammar.begins(&bytes[next..]) || self.window.members().any(|at| (block.end..=next).contains(&at)) {
            return Extent::Sound;
        }
        match self.grammar.find(bytes, block.start) {
            Some(inside) if inside < block.end => Extent::Overrun(inside),
            _ => Extent::Trailed,
        }
    }

    /// Index of the first byte from `at` that is no line end; a version line, when one begins there, is in view.
    fn after_line_ends(&mut self, mut at: usize) -> usize {
        loop {
            let bytes = &self.window.bytes()[at..];
            at += bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let wanted = at + self.grammar.lookahead();
            let short = self.window.bytes().len() < wanted && self.window.stop().is_none();
            if !short || self.window.ensure(wanted) == at {
                return at;
            }
        }
    }

    /// Hands the block on and puts the record behind.
    fn take(&mut self, head: &Head, block: Range<usize>, notes: Vec<String>) {
        let end = block.end;
        let bytes = self.window.bytes()[block].to_vec();
        self.window.advance(end);
        self.emit(head, &bytes, notes);
    }

    /// The data end inside the block, or the check sum over it does not hold.
    fn cut(&mut self, head: &Head, start: usize) {
        let end = self.window.bytes().len();
        let stop = self.window.stop().cloned();
        let broken_sum = matches!(&stop, Some(Stop::Damaged(damage)) if damage.check_sum);
        let stated = head.headers.get("Content-Length").unwrap_or_default();
        let verb = if matches!(stop, Some(Stop::Damaged(_))) { "the readable data end" } else { "the file ends" };
        let mut error = if broken_sum {
            String::new()
        } else {
            format!("Content-Length says {stated}, {verb} after {}", end - start)
        };
        let proof = self.proof(head, start..end).filter(|proof| !broken_sum || proof.by_digest());
        if let Some(proof) = proof {
            error = joined(&error, &format!("the record is read all the same, {}", proof.how));
            let bytes = self.window.bytes()[start..proof.end].to_vec();
            self.emit(head, &bytes, vec![error.clone()]);
        }
        match stop {
            Some(Stop::Damaged(damage)) => self.damaged(Some((head, &error)), &damage),
            _ => {
                self.reject(head, &error);
                self.window.advance(end);
            }
        }
    }

    /// Another record begins before the block should end.
    fn overrun(&mut self, head: &Head, block: Range<usize>, next: usize) {
        let whole = block.end <= self.window.bytes().len();
        if whole && self.proof(head, block.clone()).is_some_and(|proof| proof.by_digest()) {
            return self.take(head, block, Vec::new());
        }
        let found = next - block.start;
        let error = format!("Content-Length says {}, the next record begins after {found}", block.len());
        self.take_until(head, block.start, next, &error);
    }

    /// Something that is no record follows the block.
    ///
    /// Either the length is too small, which a digest or the HTTP length may prove, or foreign bytes stand between
    /// records: those are named when they are reached.
    fn trailed(&mut self, head: &Head, block: Range<usize>) {
        if self.proof(head, block.clone()).is_some_and(|proof| proof.end == block.end) {
            return self.take(head, block, Vec::new());
        }
        let next = self.next_record(block.end);
        if self.proof(head, block.start..self.without_line_ends(block.start, next)).is_some() {
            let error = format!("Content-Length says {}, the block goes on", block.len());
            return self.take_until(head, block.start, next, &error);
        }
        let note = format!("{} bytes that belong to no record follow the block", next - block.end);
        self.take(head, block, vec![note]);
    }

    /// Rejects a length; reads the record all the same when its bytes up to `next` prove to be whole.
    fn take_until(&mut self, head: &Head, start: usize, next: usize, error: &str) {
        match self.proof(head, start..self.without_line_ends(start, next)) {
            Some(proof) => {
                let error = joined(error, &format!("the record is read all the same, {}", proof.how));
                self.reject(head, &error);
                let bytes = self.window.bytes()[start..proof.end].to_vec();
                self.emit(head, &bytes, vec![error]);
            }
            None => self.reject(head, error),
        }
        self.window.advance(next);
    }

    /// Index of the end of a block without the two line ends that part records.
    fn without_line_ends(&self, start: usize, next: usize) -> usize {
        let ends = self.window.bytes()[start..next].iter().rev().take(4);
        next - ends.take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
    }

    /// Index in view of the next record after `from`, or of the end, as far as a block may reach.
    fn next_record(&mut self, from: usize) -> usize {
        let mut searched = from;
        loop {
            let bytes = self.window.bytes();
            if let Some(next) = self.grammar.find(bytes, searched) {
                return next;
            }
            if bytes.len() as u64 > MAX_BLOCK {
                return bytes.len();
            }
            searched = bytes.len().saturating_sub(64).max(from);
            if !self.window.grow() {
                return self.window.bytes().len();
            }
        }
    }

    /// Whether these bytes prove to be the record's block: by a digest it states, or by the HTTP length.
    pub(super) fn proof(&mut self, head: &Head, block: Range<usize>) -> Option<Proof> {
        self.proofs = self.proofs.checked_sub(block.len() as u64)?;
        let bytes = &self.window.bytes()[block.clone()];
        let stated = |field: &str| head.headers.get(field).map(str::to_owned);
        let by_digest = Proof { end: block.end, how: BY_DIGEST };
        if stated("WARC-Block-Digest").is_some_and(|digest| digest::matches(&digest, bytes)) {
            return Some(by_digest);
        }
        let payload = stated("WARC-Payload-Digest");
        let whole = |bytes: &[u8]| payload.as_ref().is_some_and(|digest| digest::matches(digest, bytes));
        let Some(response) = http::parse(bytes) else {
            return whole(bytes).then_some(by_digest);
        };
        if whole(response.body) {
            return Some(by_digest);
        }
        let framed = http::framed(&response);
        // Decoding stops where the data end: it proves what lies before that, not how long the block is.
        let decoded = || {
            http::decode(&response.headers, response.body).is_ok_and(|decoded| {
                decoded.notes.is_empty() && (whole(&decoded.dechunked) || whole(decoded.payload()))
            })
        };
        if framed != Framed::Spills && payload.is_some() && decoded() {
            return Some(by_digest);
        }
        let end = |length: usize| block.end - response.body.len() + length;
        match framed {
            Framed::Length(length) => Some(Proof { end: end(length), how: BY_LENGTH }),
            Framed::Chunks(length) => Some(Proof { end: end(length), how: BY_CHUNKS }),
            Framed::Spills | Framed::Unknown => None,
        }
    }
}
