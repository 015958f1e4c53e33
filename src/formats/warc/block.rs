//! Where a record's block really ends.

use std::ops::Range;

use super::super::window::Stop;
use super::super::{digest, http};
use super::{Head, Item, MAX_BLOCK, MAX_HEAD, Records, document};

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
struct Proof {
    /// Index in view at which the block ends.
    end: usize,
    by_digest: bool,
}

impl Proof {
    fn how(&self) -> &'static str {
        if self.by_digest { "a digest proves it" } else { "its HTTP Content-Length agrees" }
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
            Extent::Sound => self.take(head, start..end, Vec::new()),
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
        match self.grammar.find(&bytes[..next], block.start) {
            Some(inside) => Extent::Overrun(inside),
            None => Extent::Trailed,
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
        let proof = self.proof(head, start..end).filter(|proof| !broken_sum || proof.by_digest);
        if let Some(proof) = proof {
            error = joined(&error, &format!("the record is read all the same, {}", proof.how()));
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
        if whole && self.proof(head, block.clone()).is_some_and(|proof| proof.by_digest) {
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
                let error = joined(error, &format!("the record is read all the same, {}", proof.how()));
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
    fn proof(&mut self, head: &Head, block: Range<usize>) -> Option<Proof> {
        self.proofs = self.proofs.checked_sub(block.len() as u64)?;
        let bytes = &self.window.bytes()[block.clone()];
        let stated = |field: &str| head.headers.get(field).map(str::to_owned);
        let by_digest = Proof { end: block.end, by_digest: true };
        if stated("WARC-Block-Digest").is_some_and(|digest| digest::matches(&digest, bytes)) {
            return Some(by_digest);
        }
        let payload = stated("WARC-Payload-Digest");
        let Some(response) = http::parse(bytes) else {
            return payload.is_some_and(|digest| digest::matches(&digest, bytes)).then_some(by_digest);
        };
        let matches = |digest: &str| {
            digest::matches(digest, response.body)
                || http::decode(&response.headers, response.body).is_ok_and(|decoded| {
                    digest::matches(digest, &decoded.dechunked) || digest::matches(digest, decoded.payload())
                })
        };
        if payload.is_some_and(|digest| matches(&digest)) {
            return Some(by_digest);
        }
        let length = http::whole_length(&response)?;
        Some(Proof { end: block.end - response.body.len() + length, by_digest: false })
    }

    /// A block that is too long to be a document: passed over, never held.
    fn huge_block(&mut self, head: &Head, length: u64) {
        let begin = self.window.position() + head.bytes.len() as u64;
        let seen = self.window.ensure(head.bytes.len() + MAX_HEAD).min(head.bytes.len() + MAX_HEAD);
        let media_type = document::media_type_of(head, &self.window.bytes()[head.bytes.len().min(seen)..seen]);
        self.window.advance(head.bytes.len());
        let passed = self.pass_over(length);
        if passed == length {
            return self.passed_huge(head, length, &media_type);
        }
        let why = format!("Content-Length says {length}, {passed} bytes follow");
        match self.window.stop().cloned() {
            Some(Stop::Damaged(damage)) => self.damaged(Some((head, &why)), &damage),
            _ if self.window.rewind(begin) => {
                self.reject(head, &why);
                self.seek_record();
            }
            _ => self.reject(head, &format!("{why}; records in them may be lost, read the file itself, unpacked")),
        }
    }

    fn passed_huge(&mut self, head: &Head, length: u64, media_type: &str) {
        let document = matches!(head.kind().as_str(), "response" | "resource" | "conversion");
        if document && document::is_document_type(media_type) {
            self.reject(
                head,
                &format!("a block of {length} bytes is too long for one document; the limit is {MAX_BLOCK}"),
            );
        } else {
            let what =
                if document { format!("media type {media_type:?}") } else { format!("a {} record", head.kind()) };
            self.queue.push_back(Item::Skipped { source: self.source(head), why: what });
        }
    }

    /// Passes over `length` bytes, or as many as come before the end or before a member that begins a record.
    fn pass_over(&mut self, length: u64) -> u64 {
        let mut passed = 0;
        while passed < length {
            let there = self.window.ensure(1 << 20);
            let bytes = self.window.bytes();
            let most = usize::try_from(length - passed).unwrap_or(usize::MAX).min(there);
            let member = self.window.members().find(|at| *at < most && self.grammar.begins(&bytes[*at..]));
            let step = member.unwrap_or(most);
            self.window.advance(step);
            passed += step as u64;
            if step == 0 || member.is_some() {
                break;
            }
        }
        passed
    }
}
