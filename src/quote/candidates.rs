//! Chooses which blocks are worth aligning: those that share the rarest tokens with the quotation.

use std::collections::HashMap;

/// How many candidates are aligned.
pub const KEPT: usize = 50;
/// A token that more rows hold than this adds nothing but time.
pub const MOST_ROWS: usize = 2_000;
/// Rare words whose pairs are the second chance.
pub const RARE_WORDS: usize = 6;

/// Collects rows of the index by the weight of the tokens that led to them.
#[derive(Debug, Default)]
pub struct Candidates {
    weights: HashMap<i64, f64>,
}

impl Candidates {
    /// Adds the rows that one token, or a pair of words, led to; `blocks` is how many rows the index has.
    ///
    /// Pass at most [`MOST_ROWS`] rows; `found` is how many there are.
    pub fn add(&mut self, rows: impl IntoIterator<Item = i64>, found: usize, blocks: u64) {
        let weight = ((blocks as f64 + 1.0) / (found as f64 + 0.5)).ln().max(0.0);
        for row in rows {
            *self.weights.entry(row).or_default() += weight;
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The heaviest rows, best first; of equal ones the older row.
    pub fn best(&self, keep: usize) -> Vec<i64> {
        let mut rows: Vec<(i64, f64)> = self.weights.iter().map(|(&row, &weight)| (row, weight)).collect();
        let order = |a: &(i64, f64), b: &(i64, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if rows.len() > keep {
            rows.select_nth_unstable_by(keep, order);
            rows.truncate(keep);
        }
        rows.sort_unstable_by(order);
        rows.into_iter().map(|(row, _)| row).collect()
    }
}

/// Pairs of the rarest words of a quotation, each to be looked up as both in one block.
///
/// `words` are word tokens with the number of blocks that hold each; a word that stands nowhere leads nowhere.
pub fn rare_pairs(words: &[(String, u64)]) -> Vec<(String, String)> {
    let mut known: Vec<&(String, u64)> = words.iter().filter(|(_, count)| *count > 0).collect();
    known.sort_unstable_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    known.dedup_by(|a, b| a.0 == b.0);
    known.truncate(RARE_WORDS);
    let pairs = known.iter().enumerate().flat_map(|(at, one)| known[at + 1..].iter().map(move |other| (one, other)));
    pairs.map(|(one, other)| (one.0.clone(), other.0.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_tokens_outweigh_common_ones() {
        let mut candidates = Candidates::default();
        candidates.add([1, 2, 3], 900, 1000);
        candidates.add([2], 1, 1000);
        candidates.add([3, 1], 900, 1000);
        assert_eq!(candidates.best(2), [2, 1]);
        assert_eq!(candidates.best(9), [2, 1, 3]);
        assert!(Candidates::default().is_empty() && Candidates::default().best(5).is_empty());
    }

    #[test]
    fn pairs_are_of_the_rarest_known_words() {
        let word = |name: &str, count| (name.to_owned(), count);
        let pairs = rare_pairs(&[word("a", 9), word("b", 0), word("c", 1), word("a", 9)]);
        assert_eq!(pairs, [("c".to_owned(), "a".to_owned())]);
        let many: Vec<(String, u64)> = (0..20).map(|at| (format!("w{at}"), at + 1)).collect();
        assert_eq!(rare_pairs(&many).len(), 15);
    }
}
