//! Blocks that are too long to be documents: passed over, never held.

use super::super::http;
use super::super::window::Stop;
use super::{Head, Item, MAX_BLOCK, MAX_HEAD, Records, document};

/// Whether the HTTP response that begins here states a length that makes the block as long as its record says.
fn http_agrees(first: &[u8], length: u64) -> bool {
    let Some(response) = http::parse(first) else { return false };
    let body = response.headers.get("Content-Length").and_then(|value| value.parse::<u64>().ok());
    let head = (first.len() - response.body.len()) as u64;
    body.and_then(|body| body.checked_add(head)) == Some(length)
}

impl Records {
    /// A block that is too long to be a document: passed over, never held.
    pub(super) fn huge_block(&mut self, head: &Head, length: u64) {
        let begin = self.window.position() + head.bytes.len() as u64;
        let seen = self.window.ensure(head.bytes.len() + MAX_HEAD).min(head.bytes.len() + MAX_HEAD);
        let first = &self.window.bytes()[head.bytes.len().min(seen)..seen];
        let media_type = document::media_type_of(head, first);
        let agrees = http_agrees(first, length);
        self.window.advance(head.bytes.len());
        let passed = match self.window.plain_file_size() {
            // A length that HTTP confirms need not be read to be passed; any other may swallow records.
            Some(size) if agrees => {
                let passed = length.min(size.saturating_sub(begin));
                self.window.rewind(begin + passed);
                passed
            }
            _ => self.pass_over(length),
        };
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
            _ => self.reject(head, &why),
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
    ///
    /// Nobody can come back to look again, so it stops at every line that begins a record too.
    fn pass_over(&mut self, length: u64) -> u64 {
        let mut passed = 0;
        while passed < length {
            let there = self.window.ensure(1 << 20);
            let bytes = self.window.bytes();
            let most = usize::try_from(length - passed).unwrap_or(usize::MAX).min(there);
            let member = self.window.members().find(|at| *at < most && self.grammar.begins(&bytes[*at..]));
            let line = self.grammar.find(bytes, 0).filter(|at| *at < most);
            let found = [member, line].into_iter().flatten().min();
            // A line that begins at the end of the view is seen whole in the next one.
            let keep = if most == there && self.window.stop().is_none() { 1 << 15 } else { 0 };
            let step = found.unwrap_or(most.saturating_sub(keep));
            self.window.advance(step);
            passed += step as u64;
            if step == 0 || found.is_some() {
                break;
            }
        }
        passed
    }
}
