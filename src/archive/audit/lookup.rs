//! Rows of the index for one question, each token asked for once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

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
    known: HashMap<String, Arc<Found>>,
}

impl<'t, 'c> Lookup<'t, 'c> {
    pub(super) fn new(tx: &'t ReadTx<'c>) -> Result<Self, Error> {
        Ok(Lookup { tx, blocks: tx.block_count()?, known: HashMap::new() })
    }

    /// The blocks that carry a token, at most `limit`, which is always the same for one token.
    pub(super) fn rows(&mut self, token: &str, limit: u32) -> Result<Arc<Found>, Error> {
        if let Some(found) = self.known.get(token) {
            return Ok(found.clone());
        }
        let found = Arc::new(asked(self.tx, token, limit)?);
        self.known.insert(token.to_owned(), found.clone());
        Ok(found)
    }

    /// Asks for tokens of which the rows will be wanted.
    pub(super) fn ask<'w>(&mut self, tokens: impl Iterator<Item = &'w str>, limit: u32) -> Result<(), Error> {
        let unknown: BTreeSet<&str> = tokens.filter(|token| !self.known.contains_key(*token)).collect();
        let found = self.tx.each(unknown.into_iter().collect(), 25, |tx, token: &str| {
            Ok::<_, Error>((token.to_owned(), Arc::new(asked(tx, token, limit)?)))
        })?;
        self.known.extend(found);
        Ok(())
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
        weighed.truncate(WORDS_ASKED);
        self.ask(weighed.iter().map(|(token, _)| *token), WORD_ROWS)?;
        let mut rare = Vec::new();
        for (token, _) in weighed {
            let found = self.rows(token, WORD_ROWS)?;
            if !found.rows.is_empty() {
                rare.push((token, found));
            }
        }
        rare.sort_by_key(|(_, found)| found.rows.len());
        rare.truncate(RARE_WORDS);
        let (costly, cheap): (Vec<_>, Vec<_>) =
            pairs(rare.len()).into_iter().partition(|&(first, second)| rare[first].1.cut || rare[second].1.cut);
        for (first, second) in cheap {
            let (rows, others) = (&rare[first].1.rows, &rare[second].1.rows);
            let both: Vec<i64> = rows.iter().filter(|row| others.binary_search(row).is_ok()).copied().collect();
            let found = both.len();
            candidates.add(both, found, self.blocks);
        }
        let asked = costly.into_iter().take(PAIRS_ASKED).collect();
        let found = self.tx.each(asked, 120, |tx, (first, second)| {
            tx.blocks_with_all(&[rare[first].0.to_owned(), rare[second].0.to_owned()], PAIR_ROWS)
        })?;
        for both in found {
            let found = both.len();
            candidates.add(both, found, self.blocks);
        }
        Ok(())
    }
}

fn asked(tx: &ReadTx<'_>, token: &str, limit: u32) -> Result<Found, Error> {
    let rows = tx.blocks_with(token, limit)?;
    let cut = rows.len() as u64 >= u64::from(limit);
    Ok(Found { rows, cut })
}

/// Pairs of `count` words that stand in the order of their rarity, the rarest pairs first.
fn pairs(count: usize) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> =
        (0..count).flat_map(|first| (first + 1..count).map(move |second| (first, second))).collect();
    pairs.sort_by_key(|&(first, second)| (first + second, second));
    pairs
}
