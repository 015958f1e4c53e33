//! Quotations and who said them.

mod marks;

use crate::domain::Block;
use crate::domain::block::hashed_spans;
use crate::domain::reading::{Quotation, Tweet};

/// How many pairs of marks an article may hold; what follows is not looked at.
const MAX_PAIRS: usize = 10_000;

/// Finds the quotations of an article; `start` and `end` are bytes of its canonical text.
pub fn find(blocks: &[Block], tweets: &[Tweet]) -> Vec<Quotation> {
    let _ = tweets;
    let mut left = MAX_PAIRS;
    let mut out = Vec::new();
    for (index, span) in hashed_spans(blocks) {
        let text = &blocks[index].text;
        let marks = marks::pair(text, left);
        left -= marks.pairs.len();
        for pair in marks.pairs {
            if text[pair.start..pair.end].split(' ').filter(|word| !word.is_empty()).count() >= 5 {
                let (start, end) = (span.start + pair.start, span.start + pair.end);
                out.push(Quotation { start, end, speaker: None, via: Vec::new() });
            }
        }
    }
    out
}
