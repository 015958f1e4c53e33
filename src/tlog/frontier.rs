//! The right edge of a growing tree: all that appending needs.

use super::hash::{Hash, node_hash};
use super::node::{NodeId, fold_right};

/// The roots of the largest complete subtrees of a tree, left to right: one for each bit set in its size.
///
/// RFC 6962 splits a tree at the largest power of two below its size, so these hashes, at most 64, determine the root
/// and every root that follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

/// Stored bytes that are no frontier of the stated size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a frontier of {size} leaves is {expected} bytes, not {found}")]
pub struct FrontierError {
    /// The size that was stated.
    pub size: u64,
    /// The bytes that such a frontier has.
    pub expected: usize,
    /// The bytes that were given.
    pub found: usize,
}

impl Frontier {
    /// Returns the frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what [`Frontier::to_bytes`] wrote for a tree of `size` leaves.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        let expected = 32 * size.count_ones() as usize;
        if bytes.len() != expected {
            return Err(FrontierError { size, expected, found: bytes.len() });
        }
        Ok(Self { size, roots: bytes.as_chunks().0.iter().copied().map(Hash).collect() })
    }

    /// Packs the hashes, 32 bytes each, largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.iter().flat_map(|hash| hash.0).collect()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _| ());
    }

    /// Appends a leaf and tells every node that it completes, from the leaf upwards.
    pub fn push_with(&mut self, leaf: Hash, mut completed: impl FnMut(NodeId, Hash)) {
        let mut node = leaf;
        completed(NodeId { level: 0, index: self.size }, node);
        for level in 1..=self.size.trailing_ones() as u8 {
            if let Some(left) = self.roots.pop() {
                node = node_hash(&left, &node);
            }
            completed(NodeId { level, index: self.size >> level }, node);
        }
        self.roots.push(node);
        self.size += 1;
    }

    /// Computes the root of the tree: RFC 6962's MTH over all leaves.
    pub fn root(&self) -> Hash {
        fold_right(&self.roots)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hash::{empty_root, leaf_hash};
    use super::*;

    /// MTH as RFC 6962 section 2.1 words it.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
                node_hash(&mth(left), &mth(right))
            }
        }
    }

    #[test]
    fn roots_are_those_of_rfc_6962_at_every_size() {
        let leaves: Vec<Hash> = (0..300u32).map(|i| leaf_hash(&i.to_be_bytes())).collect();
        let mut frontier = Frontier::new();
        for size in 0..=leaves.len() {
            assert_eq!(frontier.size(), size as u64);
            assert_eq!(frontier.root(), mth(&leaves[..size]), "size {size}");
            frontier = Frontier::from_bytes(size as u64, &frontier.to_bytes()).unwrap();
            if let Some(&leaf) = leaves.get(size) {
                frontier.push_with(leaf, |node, hash| {
                    let width = 1 << node.level;
                    let start = node.index as usize * width;
                    assert_eq!(hash, mth(&leaves[start..start + width]), "{node:?}");
                    assert_eq!(start + width, size + 1, "{node:?} was completed by this leaf");
                });
            }
        }
    }

    #[test]
    fn the_root_of_eight_leaves_is_that_of_certificate_transparency() {
        let mut frontier = Frontier::new();
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        for leaf in leaves {
            frontier.push(leaf_hash(leaf));
        }
        let hex: String = frontier.root().0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    #[test]
    fn a_frontier_of_another_size_is_refused() {
        let error = Frontier::from_bytes(3, &[0; 32]).unwrap_err();
        assert_eq!(error.to_string(), "a frontier of 3 leaves is 64 bytes, not 32");
    }
}
