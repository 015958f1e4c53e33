//! Where a record's block really ends.

use std::ops::Range;

use super::super::sniff::is_warc;
use super::super::window::Stop;
use super::super::{digest, http};
use super::{Head, Item, MAX_BLOCK, MAX_HEAD, Records, document, find_record};

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

impl Records {
    /// Reads the block of the record in view.
    pub(super) fn block(&mut self, head: &Head, length: u64) {
        if length > MAX_BLOCK {
            return self.huge_block(head, length);
        }
        let start = head.bytes.len();
        // MAX_BLOCK fits into a usize.
        let end = start + usize::try_from(length).unwrap_or(usize::MAX >> 1);
        self.window.ensure(end + 16);
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
        if let Some(next) = self.window.members().find(|at| (block.start..limit).contains(at) && is_warc(&bytes[*at..]))
        {
            return Extent::Overrun(next);
        }
        if there < block.end {
            return match find_record(bytes, block.start) {
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
        if is_warc(&bytes[next..]) || self.window.members().any(|at| (block.end..=next).contains(&at)) {
            return Extent::Sound;
        }
        match find_record(&bytes[..next], block.start) {
            Some(inside) => Extent::Overrun(inside),
            None => Extent::Trailed,
        }
    }

    /// Index of the first byte from `at` that is no line end; a version line, when one begins there, is in view.
    fn after_line_ends(&mut self, mut at: usize) -> usize {
        loop {
            let bytes = &self.window.bytes()[at..];
            at += bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let short = self.window.bytes().len() < at + 8;
            if !short || self.window.ensure(at + 8) == at || self.window.stop().is_some() {
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
        let there = self.window.bytes().len() - start;
        let stated = head.headers.get("Content-Length").unwrap_or_default();
        match self.window.stop().cloned() {
            Some(Stop::Damaged(damage)) if damage.check_sum => self.damaged(Some((head, "")), &damage),
            Some(Stop::Damaged(damage)) => {
                let error = format!("Content-Length says {stated}, {there} bytes are readable");
                self.damaged(Some((head, &error)), &damage);
            }
            _ => {
                self.reject(head, &format!("Content-Length says {stated}, the file ends after {there}"));
                let all = self.window.bytes().len();
                self.window.advance(all);
            }
        }
    }

    /// Another record begins before the block should end.
    fn overrun(&mut self, head: &Head, block: Range<usize>, next: usize) {
        if block.end <= self.window.bytes().len() && self.is_proven(head, block.clone()) {
            return self.take(head, block, Vec::new());
        }
        let real = next.saturating_sub(4).max(block.start);
        let ends = &self.window.bytes()[real..next];
        let real = next - ends.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let stated = block.len();
        let error = format!("Content-Length says {stated}, the next record begins after {}", next - block.start);
        if self.is_proven(head, block.start..real) {
            let note = format!("{error}; a digest proves the {} bytes before it", real - block.start);
            self.reject(head, &format!("{error}; the record is read all the same, a digest proves it"));
            self.take(head, block.start..real, vec![note]);
            self.window.advance(next - real);
        } else {
            self.reject(head, &error);
            self.window.advance(next);
        }
    }

    /// Something that is no record follows the block.
    ///
    /// Either the length is too small, which a digest may prove, or foreign bytes stand between records: those are named
    /// when they are reached.
    fn trailed(&mut self, head: &Head, block: Range<usize>) {
        if self.is_proven(head, block.clone()) {
            return self.take(head, block, Vec::new());
        }
        let next = self.next_record(block.end);
        let ends = self.window.bytes()[block.end..next].iter().rev();
        let real = next - ends.take(4).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (stated, found) = (block.len(), real - block.start);
        if self.is_proven(head, block.start..real) {
            let note = format!("Content-Length says {stated}, a digest proves a block of {found} bytes");
            self.reject(head, &format!("{note}; the record is read all the same"));
            self.take(head, block.start..real, vec![note]);
        } else {
            let note = format!("{} bytes that belong to no record follow the block", next - block.end);
            self.take(head, block, vec![note]);
        }
    }

    /// Index in view of the next record after `from`, or of the end, as far as a block may reach.
    fn next_record(&mut self, from: usize) -> usize {
        let mut searched = from;
        loop {
            let bytes = self.window.bytes();
            if let Some(next) = find_record(bytes, searched) {
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

    /// Whether a digest that the record states proves that these bytes are its block.
    fn is_proven(&mut self, head: &Head, block: Range<usize>) -> bool {
        if self.proofs < block.len() as u64 {
            return false;
        }
        self.proofs -= block.len() as u64;
        let bytes = &self.window.bytes()[block];
        let stated = |field: &str| head.headers.get(field).map(str::to_owned);
        if stated("WARC-Block-Digest").is_some_and(|digest| digest::matches(&digest, bytes)) {
            return true;
        }
        let Some(digest) = stated("WARC-Payload-Digest") else { return false };
        let Some(response) = http::parse(bytes) else { return digest::matches(&digest, bytes) };
        digest::matches(&digest, response.body)
            || http::decode(&response.headers, response.body).is_ok_and(|decoded| {
                digest::matches(&digest, &decoded.dechunked) || digest::matches(&digest, decoded.payload())
            })
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
            let member = self.window.members().find(|at| *at < most && is_warc(&bytes[*at..]));
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
