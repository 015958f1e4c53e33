//! Quotations and who said them.

use crate::domain::Block;
use crate::domain::reading::{Quotation, Tweet};

/// Finds the quotations of an article; `start` and `end` are bytes of its canonical text.
pub fn find(blocks: &[Block], tweets: &[Tweet]) -> Vec<Quotation> {
    let _ = (blocks, tweets);
    Vec::new()
}
