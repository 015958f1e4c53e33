//! How much a word says: a frozen table of inverse document frequencies.
//!
//! Frozen, so that a verdict depends on the words and never on what else was ingested. The table is a file beside this
//! one, made by `tools/make-idf` from a corpus that its first line names; it holds counts only, no text.
//!
//! Format: one line of ASCII that ends with a line feed (name, version, corpus, documents, entries), then an entry of
//! five bytes for each stem, sorted: the upper 32 bits of its hash ([`hash_word`]), big-endian, and its weight in steps
//! of 1/[`STEPS`] nat.

use super::tokens::hash_word;

/// Number of the table; it is named among the versions of every audit.
pub const IDF_VERSION: u32 = 1;

/// A weight, or a sum of weights, in thousandths of a nat.
pub type Weight = i32;

/// One nat.
pub const NAT: Weight = 1000;
/// What the rarest words weigh. Beyond it counts say little: a slip of the pen is the rarest word of all.
pub const MOST: Weight = 9 * NAT;
/// Steps of a stored weight to a nat.
pub const STEPS: i32 = 25;
/// Bytes of an entry.
const ENTRY: usize = 5;

static TABLE: &[u8] = include_bytes!("idf-1.bin");

/// Returns how much a stem says.
///
/// A stem the table does not hold weighs by its length, the most from five Arabic letters or seven others on: in a
/// language the corpus did not hold, the commonest words are short.
pub fn weight(stem: &str) -> Weight {
    weight_of(stem, hash_word(stem))
}

/// As [`weight`], where the hash is known already.
pub(super) fn weight_of(stem: &str, hash: u64) -> Weight {
    stored(hash).unwrap_or_else(|| {
        let arabic = stem.chars().all(|c| ('\u{600}'..='\u{6ff}').contains(&c));
        let letters = Weight::try_from(stem.chars().count()).unwrap_or(Weight::MAX).min(20);
        (letters * if arabic { 2 * NAT } else { 1300 }).min(MOST)
    })
}

fn stored(hash: u64) -> Option<Weight> {
    let key = ((hash >> 32) as u32).to_be_bytes();
    let entries = entries();
    let (mut low, mut high) = (0, entries.len() / ENTRY);
    while low < high {
        let middle = low + (high - low) / 2;
        let entry = &entries[middle * ENTRY..(middle + 1) * ENTRY];
        match entry[..4].cmp(&key[..]) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(Weight::from(entry[4]) * NAT / STEPS),
        }
    }
    None
}

/// The first line of the table: what it was counted from.
pub fn source() -> &'static str {
    let end = TABLE.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    std::str::from_utf8(&TABLE[..end]).unwrap_or_default()
}

fn entries() -> &'static [u8] {
    &TABLE[(source().len() + 1).min(TABLE.len())..]
}
