//! What the search index stores for a block, and what it is asked for a quotation.
//!
//! Every token is seven lower-case ASCII letters and digits: `w` and the hash of one L3 word, or `g` and the hash of
//! three L3 words in a row, each hash 30 bits in base 32 (`0`–`9`, `a`–`v`). They suit FTS5's `ascii` tokenizer as they
//! are, need no escaping in a query, and sort so densely that the index stores little more than the row numbers. Thirty
//! bits confuse one gram in ten with another at a million articles: candidates are aligned afterwards, so that costs
//! time and never a wrong answer.
//!
//! The words serve queries of one and two words, the search, and pairs of rare words as a second chance where
//! every third word was changed; the grams serve all the rest.

use std::ops::Range;

use super::fold::{Folded, fold};
use super::stem::stem;

/// Number of these tokens; a change of any of them needs a new one, and a new index.
pub const TOKENS_VERSION: u32 = 1;

/// Words in a gram.
pub const GRAM: usize = 3;
/// Queries of more words than this are looked up in windows.
pub const WINDOW: usize = 32;
/// How far one window starts after the one before.
pub const WINDOW_STEP: usize = 16;

/// Returns the tokens to index for a block, each once, parted by spaces; empty for a block without words.
pub fn index_tokens(text: &str) -> String {
    index_tokens_of(&fold(text))
}

/// As [`index_tokens`], for a text that is folded already.
pub fn index_tokens_of(folded: &Folded) -> String {
    let words = word_hashes(folded);
    let mut grams: Vec<u32> = words.windows(GRAM).map(gram).collect();
    let mut words: Vec<u32> = words.into_iter().map(short).collect();
    add_single_characters(folded, &mut words);
    for list in [&mut words, &mut grams] {
        list.sort_unstable();
        list.dedup();
    }
    let mut out = Vec::with_capacity((words.len() + grams.len()) * 8);
    for (kind, list) in [(b'w', &words), (b'g', &grams)] {
        for &hash in list {
            out.extend_from_slice(&token_bytes(kind, hash));
            out.push(b' ');
        }
    }
    out.pop();
    String::from_utf8(out).unwrap_or_default()
}

/// Characters of scripts without spaces are indexed alone too, so that a single one can be searched.
fn add_single_characters(folded: &Folded, words: &mut Vec<u32>) {
    for index in (0..folded.len()).filter(|&index| folded.is_unspaced(index)) {
        let mut start = 0;
        let pair = folded.word(index);
        for (at, c) in pair.char_indices().skip(1) {
            if !unicode_normalization::char::is_combining_mark(c) {
                words.push(short(hash_word(&pair[start..at])));
                start = at;
            }
        }
        words.push(short(hash_word(&pair[start..])));
    }
}

/// What to ask the index for a quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryTokens {
    /// The token of each word, in order, repeated words repeated.
    pub words: Vec<String>,
    /// The token of each three words in a row, in order: `grams[i]` begins at word `i`. Empty below three words.
    pub grams: Vec<String>,
    /// Ranges of words to look up one by one: the whole quotation, or overlapping windows of a long one.
    pub windows: Vec<Range<usize>>,
}

impl QueryTokens {
    /// The grams that lie in a window.
    pub fn grams_in(&self, window: &Range<usize>) -> &[String] {
        let end = (window.end + 1).saturating_sub(GRAM).min(self.grams.len());
        &self.grams[window.start.min(end)..end]
    }

    /// The words of a window.
    pub fn words_in(&self, window: &Range<usize>) -> &[String] {
        &self.words[window.start.min(self.words.len())..window.end.min(self.words.len())]
    }
}

/// Returns what to ask the index for a quotation.
pub fn query_tokens(text: &str) -> QueryTokens {
    query_tokens_of(&fold(text))
}

/// As [`query_tokens`], for a text that is folded already.
pub fn query_tokens_of(folded: &Folded) -> QueryTokens {
    let hashes = word_hashes(folded);
    QueryTokens {
        grams: hashes.windows(GRAM).map(|words| token('g', gram(words))).collect(),
        words: hashes.iter().map(|&hash| token('w', short(hash))).collect(),
        windows: windows(hashes.len()),
    }
}

/// Cuts `words` words into overlapping windows, the last one flush with the end.
fn windows(words: usize) -> Vec<Range<usize>> {
    let last = words.saturating_sub(WINDOW);
    let starts = (0..last).step_by(WINDOW_STEP).chain([last]);
    starts.map(|start| start..(start + WINDOW).min(words)).collect()
}

/// The hash of each word's stem, 64 bits.
fn word_hashes(folded: &Folded) -> Vec<u64> {
    folded.words().map(|word| hash_word(stem(word))).collect()
}

/// Hashes a stem to 64 bits: eight bytes at a time, little-endian, each step xor, multiply, rotate.
pub fn hash_word(stem: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = FACTOR ^ stem.len() as u64;
    let mut chunks = stem.as_bytes().chunks_exact(8);
    let mut step = |chunk: u64| hash = (hash ^ chunk).wrapping_mul(FACTOR).rotate_left(29);
    for chunk in &mut chunks {
        step(chunk.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)));
    }
    step(few(chunks.remainder()));
    mix(hash)
}

/// Up to seven bytes as a number, little-endian. Every word of every text that is compared ends here, so each length
/// has a way of its own.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    match bytes {
        [] => 0,
        &[a] => u64::from(a),
        &[a, b] => u64::from(u16::from_le_bytes([a, b])),
        &[a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        &[a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        &[a, b, c, d, e] => u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]),
        &[a, b, c, d, e, f] => u64::from_le_bytes([a, b, c, d, e, f, 0, 0]),
        &[a, b, c, d, e, f, g, ..] => u64::from_le_bytes([a, b, c, d, e, f, g, 0]),
    }
}

/// Hashes words in a row, in their order.
fn gram(words: &[u64]) -> u32 {
    short(words.iter().fold(0, |hash, &word| mix(hash.rotate_left(17) ^ word)))
}

/// The finisher of splitmix64: every bit in moves every bit out.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

/// The upper 30 bits.
fn short(hash: u64) -> u32 {
    (hash >> 34) as u32
}

fn token(kind: char, hash: u32) -> String {
    token_bytes(kind as u8, hash).iter().map(|&byte| char::from(byte)).collect()
}

fn token_bytes(kind: u8, hash: u32) -> [u8; 7] {
    let mut bytes = [kind; 7];
    for (place, byte) in bytes[1..].iter_mut().enumerate() {
        *byte = b"0123456789abcdefghijklmnopqrstuv"[(hash >> (25 - 5 * place) & 31) as usize];
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_bytes_are_a_number_of_the_little_end() {
        let bytes = [1, 2, 3, 4, 5, 6, 7];
        for length in 0..=7 {
            let expected = bytes[..length].iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte));
            assert_eq!(few(&bytes[..length]), expected, "{length}");
        }
    }

    fn set(text: &str) -> Vec<String> {
        index_tokens(text).split(' ').filter(|t| !t.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn tokens_are_pinned() {
        // A change here makes every index out there useless: raise TOKENS_VERSION with it.
        assert_eq!(index_tokens("قال المتحدث أمس قال المتحدث"), PINNED);
    }

    const PINNED: &str = "w6bnqgb w6d4rj1 wvip85c gi14hsc gs5gt5f gu73jok";

    #[test]
    fn a_block_is_found_by_its_own_words() {
        let block = "قالت المتحدثة باسم الخارجية إن موسكو ترفض الاتهامات";
        let stored = set(block);
        let asked = query_tokens(block);
        assert_eq!((asked.words.len(), asked.grams.len(), asked.windows.len()), (8, 6, 1));
        assert!(asked.words.iter().chain(&asked.grams).all(|token| stored.contains(token)));
        let respelled = query_tokens("قالَت المتحدثه، باسم الخارجيّة");
        assert!(respelled.grams.iter().all(|token| stored.contains(token)));
    }

    #[test]
    fn short_blocks_have_words_and_nothing_else() {
        assert_eq!(set("").len(), 0);
        assert_eq!(set("عاجل").len(), 1);
        assert_eq!(set("عاجل عاجل").len(), 1);
        assert_eq!(set("one two three").len(), 4);
    }

    #[test]
    fn a_single_character_of_an_unspaced_script_is_found() {
        let stored = set("東京都");
        assert!(stored.contains(&query_tokens("都").words[0]) && stored.contains(&query_tokens("京都").words[0]));
    }

    #[test]
    fn long_queries_are_cut_in_windows_that_cover_them() {
        for words in [0, 1, 2, 31, 32, 33, 48, 49, 64, 65, 20_000] {
            let windows = windows(words);
            assert_eq!((windows[0].start, windows[windows.len() - 1].end), (0, words));
            assert!(windows.windows(2).all(|two| two[0].start < two[1].start && two[1].start < two[0].end));
            assert!(windows.iter().all(|window| window.len() <= WINDOW));
        }
    }

    proptest! {
        #[test]
        fn tokens_are_plain_for_any_text(text in any::<String>()) {
            let tokens = set(&text);
            for token in &tokens {
                prop_assert!(token.len() == 7 && token.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()));
            }
            let asked = query_tokens(&text);
            for window in &asked.windows {
                let _ = (asked.grams_in(window), asked.words_in(window));
            }
            prop_assert!(asked.words.iter().chain(&asked.grams).all(|token| tokens.contains(token)));
        }
    }
}
