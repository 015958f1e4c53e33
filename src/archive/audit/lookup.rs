//! Rows of the index for one question, each token asked for once.

use std::collections::HashMap;

use crate::archive::Error;
use crate::quote::candidates::{Candidates, RARE_WORDS};
use crate::quote::idf::Weight;
use crate::store::ReadTx;

/// Words of a window that are looked up to find its rarest.
const WORDS_ASKED: usize = 8;
/// Rows read of a word; of a commoner one the index is asked for the blocks that hold its partner too.
pub(super) const WORD_ROWS: u32 = 800;
/// Rows read for two words together.
const PAIR_ROWS: u32 = 500;
/// Pairs with a commoner word that the index is asked for, the rarest first: each time it walks the word's whole list.
const PAIRS_ASKED: usize = 6;

/// The rows of one token, in order.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) rows: Vec<i64>,
    /// Whether there may be more of them.
    pub(super) cut: bool,
}

/// The index within one transaction.
pub(super) struct Lookup<'t, 'c> {
    pub(super) tx: &'t ReadTx<'c>,
    /// How many blocks there are.
    pub(super) blocks: u64,
    known: HashMap<String, std::rc::Rc<Found>>,
}

impl<'t, 'c> Lookup<'t, 'c> {
    pub(super) fn new(tx: &'t ReadTx<'c>) -> Result<Self, Error> {
        Ok(Lookup { tx, blocks: tx.block_count()?, known: HashMap::new() })
    }

    /// The blocks that carry a token, at most `limit`, which is always the same for one token.
    pub(super) fn rows(&mut self, token: &str, limit: u32) -> Result<std::rc::Rc<Found>, Error> {
        if let Some(found) = self.known.get(token) {
            return Ok(found.clone());
        }
        let rows = self.tx.blocks_with(token, limit)?;
        let cut = rows.len() as u64 >= u64::from(limit);
        let found = std::rc::Rc::new(Found { rows, cut });
        self.known.insert(token.to_owned(), found.clone());
        Ok(found)
    }

    /// Adds the blocks that hold two of the rarest words; `words` are word tokens with what each weighs.
    ///
    /// The frozen weights say which words to look up, so that only few are; the rows say which of them are rare here.
    pub(super) fn rare_pairs<'w>(
        &mut self,
        words: impl Iterator<Item = (&'w str, Weight)>,
        candidates: &mut Candidates,
    ) -> Result<(), Error> {
        let mut weighed: Vec<(&str, Weight)> = words.collect();
        weighed.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        weighed.dedup_by(|a, b| a.0 == b.0);
        let mut rare = Vec::new();
        for (token, _) in weighed.into_iter().take(WORDS_ASKED) {
            let found = self.rows(token, WORD_ROWS)?;
            if !found.rows.is_empty() {
                rare.push((token, found));
            }
        }
        rare.sort_by_key(|(_, found)| found.rows.len());
        rare.truncate(RARE_WORDS);
        let mut asked = 0;
        for (first, second) in pairs(rare.len()) {
            let ((one, rows), (other, others)) = (&rare[first], &rare[second]);
            let both: Vec<i64> = if rows.cut || others.cut {
                asked += 1;
                if asked > PAIRS_ASKED {
                    continue;
                }
                self.tx.blocks_with_all(&[(*one).to_owned(), (*other).to_owned()], PAIR_ROWS)?
            } else {
                rows.rows.iter().filter(|row| others.rows.binary_search(row).is_ok()).copied().collect()
            };
            let found = both.len();
            candidates.add(both, found, self.blocks);
        }
        Ok(())
    }
}

/// Pairs of `count` words that stand in the order of their rarity, the rarest pairs first.
fn pairs(count: usize) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> =
        (0..count).flat_map(|first| (first + 1..count).map(move |second| (first, second))).collect();
    pairs.sort_by_key(|&(first, second)| (first + second, second));
    pairs
}
