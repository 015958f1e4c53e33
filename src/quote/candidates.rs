//! Chooses which blocks are worth aligning: those that share the rarest tokens with the quotation.

/// How many candidates are aligned.
pub const KEPT: usize = 50;
/// A token that more rows hold than this adds nothing but time.
pub const MOST_ROWS: usize = 2_000;
/// Rare words whose pairs are the second chance.
pub const RARE_WORDS: usize = 6;

/// Collects rows of the index by the weight of the tokens that led to them.
#[derive(Debug, Default)]
pub struct Candidates {
    /// Rows with a weight each, in the order they were added; a row that several tokens led to stands several times.
    added: Vec<(i64, f64)>,
}

impl Candidates {
    /// Adds the rows that one token, or a pair of words, led to; `blocks` is how many rows the index has.
    ///
    /// Pass at most [`MOST_ROWS`] rows; `found` is how many there are.
    pub fn add(&mut self, rows: impl IntoIterator<Item = i64>, found: usize, blocks: u64) {
        let weight = ((blocks as f64 + 1.0) / (found as f64 + 0.5)).ln().max(0.0);
        self.added.extend(rows.into_iter().map(|row| (row, weight)));
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
    }

    /// The heaviest rows, best first; of equal ones the older row.
    pub fn best(&self, keep: usize) -> Vec<i64> {
        let mut added = self.added.clone();
        // Each token's rows come in order, and a stable sort merges such runs quickly.
        added.sort_by_key(|(row, _)| *row);
        let total = |of_one: &[(i64, f64)]| (of_one[0].0, of_one.iter().map(|(_, weight)| weight).sum());
        let mut rows: Vec<(i64, f64)> = added.chunk_by(|one, other| one.0 == other.0).map(total).collect();
        let order = |a: &(i64, f64), b: &(i64, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if rows.len() > keep {
            rows.select_nth_unstable_by(keep, order);
            rows.truncate(keep);
        }
        rows.sort_unstable_by(order);
        rows.into_iter().map(|(row, _)| row).collect()
    }
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
}
