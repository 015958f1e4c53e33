//! Records that a sound-looking block swallows.
//!
//! A `Content-Length` that is too large and happens to lead to a later record (or the end) fits as well as a right one.
//! Only what lies inside tells: a whole record, after which another one begins or the block ends. Content may hold such a
//! thing too, so the block stays whole when a digest or HTTP itself proves its length, or when it is a WARC from its first
//! byte on.

use std::ops::Range;

use super::super::headers::essence;
use super::{Head, Records, document};

/// How many places in one block are looked at.
const MAX_PLACES: usize = 64;

impl Records {
    /// Index in view of a record inside the block, when nothing proves that the block is as long as stated.
    pub(super) fn swallowed(&mut self, head: &Head, block: Range<usize>) -> Option<usize> {
        let next = self.first_inside(block.clone())?;
        let bytes = &self.window.bytes()[block.clone()];
        if essence(&document::media_type_of(head, bytes)).starts_with("application/warc") {
            return None;
        }
        let body = super::super::http::parse(bytes).map_or(bytes, |response| response.body);
        if self.grammar.begins(body.trim_ascii_start()) {
            return None;
        }
        let whole = self.proof(head, block.clone()).is_some_and(|proof| proof.end + 4 >= block.end);
        (!whole).then_some(next)
    }

    /// Index in view of the first whole record inside a block.
    fn first_inside(&self, block: Range<usize>) -> Option<usize> {
        let bytes = &self.window.bytes()[..block.end];
        let mut from = block.start;
        for _ in 0..MAX_PLACES {
            let found = self.grammar.find(bytes, from)?;
            if found > block.start && self.is_whole_record(bytes, found) {
                return Some(found);
            }
            from = found + 1;
        }
        None
    }

    /// Whether a record begins here whose length leads to another one, or to the end of these bytes.
    fn is_whole_record(&self, bytes: &[u8], at: usize) -> bool {
        let record = &bytes[at..];
        let Some(start) = self.grammar.head_end(record, 0) else { return false };
        let headers = self.grammar.headers(&record[..start]);
        let length = headers.get("Content-Length").and_then(|value| value.parse::<usize>().ok());
        let end = length.and_then(|length| start.checked_add(length)).filter(|_| headers.get("WARC-Type").is_some());
        // The line ends after the last record may stand outside the block.
        let Some(rest) = end.and_then(|end| record.get(end..)) else { return false };
        let line_ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let rest = &rest[line_ends..];
        rest.is_empty() || self.grammar.begins(rest)
    }
}
