//! RFC 6962 sections 2.1.1 and 2.1.2: proofs that an entry is in a tree, and that a tree continues another.
//!
//! Making and checking walk the same way down the tree, so each step of a checked proof is one of a made proof.

use std::ops::Range;

use super::hash::{Hash, node_hash};
use super::node::{NodeId, split, subtree_hash};

/// A proof that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// There is no such entry.
    #[error("entry {index} is not in a tree of {size} entries")]
    NoSuchEntry {
        /// The entry asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A tree cannot continue a larger one.
    #[error("a tree of {new} entries cannot continue one of {old}")]
    Shrunk {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// A node could not be read.
    #[error(transparent)]
    Read(E),
}

/// A proof that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// There is no such entry.
    #[error("entry {index} is not in a tree of {size} entries")]
    NoSuchEntry {
        /// The entry that the proof is for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A tree cannot continue a larger one.
    #[error("a tree of {new} entries cannot continue one of {old}")]
    Shrunk {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// The proof has too few or too many hashes.
    #[error("the proof has {found} hashes; for these sizes it has {expected}")]
    Length {
        /// How many hashes such a proof has.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// The proof leads to another root than that of the (later) tree.
    #[error("the proof leads to the root {computed}, not {stated}")]
    Root {
        /// The root that the hashes lead to.
        computed: Hash,
        /// The root of the tree.
        stated: Hash,
    },
    /// The proof leads to another root than that of the earlier tree.
    #[error(
        "the proof leads to the earlier root {computed}, not {stated}: the log was rewritten, or the proof is wrong"
    )]
    OldRoot {
        /// The root that the hashes lead to.
        computed: Hash,
        /// The root of the earlier tree.
        stated: Hash,
    },
}

/// The subtree that a step down the tree leaves aside.
enum Sibling {
    Left(Range<u64>),
    Right(Range<u64>),
}

impl Sibling {
    fn into_leaves(self) -> Range<u64> {
        match self {
            Self::Left(leaves) | Self::Right(leaves) => leaves,
        }
    }
}

/// Walks from the root of a tree of `size` entries towards the one at `target`, until `arrived`.
///
/// Returns the subtrees left aside, lowest first as proofs list them, and the leaves of the subtree arrived at.
fn descend(size: u64, target: u64, arrived: impl Fn(&Range<u64>) -> bool) -> (Vec<Sibling>, Range<u64>) {
    let mut siblings = Vec::new();
    let mut leaves = 0..size;
    while !arrived(&leaves) {
        let middle = split(&leaves);
        if target < middle {
            siblings.push(Sibling::Right(middle..leaves.end));
            leaves.end = middle;
        } else {
            siblings.push(Sibling::Left(leaves.start..middle));
            leaves.start = middle;
        }
    }
    siblings.reverse();
    (siblings, leaves)
}

fn path_to_entry(size: u64, index: u64) -> Vec<Sibling> {
    descend(size, index, |leaves| leaves.end - leaves.start == 1).0
}

/// Walks to the subtree that ends where the earlier tree ended; `old` is not 0.
fn path_to_old_edge(old: u64, new: u64) -> (Vec<Sibling>, Range<u64>) {
    descend(new, old - 1, |leaves| leaves.end == old)
}

/// Computes the root of the tree of `size` entries from the nodes that `read` returns.
pub fn tree_root<E>(size: u64, mut read: impl FnMut(NodeId) -> Result<Hash, E>) -> Result<Hash, E> {
    subtree_hash(0..size, &mut read)
}

/// Proves that entry `index` is in the tree of `size` entries: PATH of RFC 6962.
pub fn prove_inclusion<E>(
    size: u64,
    index: u64,
    mut read: impl FnMut(NodeId) -> Result<Hash, E>,
) -> Result<Vec<Hash>, ProveError<E>> {
    if index >= size {
        return Err(ProveError::NoSuchEntry { index, size });
    }
    let siblings = path_to_entry(size, index).into_iter();
    siblings.map(|sibling| subtree_hash(sibling.into_leaves(), &mut read).map_err(ProveError::Read)).collect()
}

/// Checks that the entry hashed to `leaf` is at `index` in the tree of `size` entries with this `root`.
pub fn check_inclusion(proof: &[Hash], size: u64, root: &Hash, index: u64, leaf: &Hash) -> Result<(), CheckError> {
    if index >= size {
        return Err(CheckError::NoSuchEntry { index, size });
    }
    let siblings = path_to_entry(size, index);
    if siblings.len() != proof.len() {
        return Err(CheckError::Length { expected: siblings.len(), found: proof.len() });
    }
    let computed = siblings.iter().zip(proof).fold(*leaf, |node, (sibling, hash)| match sibling {
        Sibling::Left(_) => node_hash(hash, &node),
        Sibling::Right(_) => node_hash(&node, hash),
    });
    if computed == *root { Ok(()) } else { Err(CheckError::Root { computed, stated: *root }) }
}

/// Proves that the tree of `new` entries starts with the tree of `old` ones: PROOF of RFC 6962.
///
/// Nothing needs proof when the sizes are equal or the earlier tree is empty.
pub fn prove_consistency<E>(
    old: u64,
    new: u64,
    mut read: impl FnMut(NodeId) -> Result<Hash, E>,
) -> Result<Vec<Hash>, ProveError<E>> {
    if old > new {
        return Err(ProveError::Shrunk { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (siblings, edge) = path_to_old_edge(old, new);
    // Whoever checks has the earlier root already: it is the edge itself when that starts at the first entry.
    let seed = (edge.start != 0).then_some(edge);
    let parts = seed.into_iter().chain(siblings.into_iter().map(Sibling::into_leaves));
    parts.map(|leaves| subtree_hash(leaves, &mut read).map_err(ProveError::Read)).collect()
}

/// Checks that the tree (`new`, `new_root`) starts with all entries of the tree (`old`, `old_root`).
pub fn check_consistency(
    proof: &[Hash],
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
) -> Result<(), CheckError> {
    if old > new {
        return Err(CheckError::Shrunk { old, new });
    }
    if old == 0 {
        return check_continues_nothing(proof, old_root, new, new_root);
    }
    let (siblings, edge) = path_to_old_edge(old, new);
    let seeds = usize::from(edge.start != 0);
    if proof.len() != seeds + siblings.len() {
        return Err(CheckError::Length { expected: seeds + siblings.len(), found: proof.len() });
    }
    let (seed, path) = proof.split_at(seeds);
    let seed = *seed.first().unwrap_or(old_root);
    let (computed_old, computed) =
        siblings.iter().zip(path).fold((seed, seed), |(old, new), (sibling, hash)| match sibling {
            Sibling::Left(_) => (node_hash(hash, &old), node_hash(hash, &new)),
            Sibling::Right(_) => (old, node_hash(&new, hash)),
        });
    if computed_old != *old_root {
        Err(CheckError::OldRoot { computed: computed_old, stated: *old_root })
    } else if computed != *new_root {
        Err(CheckError::Root { computed, stated: *new_root })
    } else {
        Ok(())
    }
}

/// Every tree continues the empty one, whose root is known.
fn check_continues_nothing(proof: &[Hash], old_root: &Hash, new: u64, new_root: &Hash) -> Result<(), CheckError> {
    let empty = super::hash::empty_root();
    if !proof.is_empty() {
        Err(CheckError::Length { expected: 0, found: proof.len() })
    } else if *old_root != empty {
        Err(CheckError::OldRoot { computed: empty, stated: *old_root })
    } else if new == 0 && *new_root != empty {
        Err(CheckError::Root { computed: empty, stated: *new_root })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::convert::Infallible;

    use super::super::frontier::Frontier;
    use super::super::hash::leaf_hash;
    use super::*;

    const SIZES: u64 = 100;

    /// Every node of a log of `SIZES` entries, and the root at every size.
    struct Log {
        nodes: HashMap<NodeId, Hash>,
        roots: Vec<Hash>,
    }

    impl Log {
        fn new() -> Self {
            let mut frontier = Frontier::new();
            let mut log = Self { nodes: HashMap::new(), roots: vec![frontier.root()] };
            for index in 0..SIZES {
                let leaf = leaf_hash(&index.to_be_bytes());
                frontier.push_with(leaf, |node, hash| assert_eq!(log.nodes.insert(node, hash), None));
                log.roots.push(frontier.root());
            }
            log
        }

        fn read(&self, node: NodeId) -> Result<Hash, Infallible> {
            Ok(self.nodes[&node])
        }

        fn leaf(&self, index: u64) -> Hash {
            self.nodes[&NodeId { level: 0, index }]
        }

        fn root(&self, size: u64) -> &Hash {
            &self.roots[size as usize]
        }
    }

    /// The proof with one bit flipped in each hash in turn, and with a hash missing, doubled or added.
    fn damaged(proof: &[Hash]) -> Vec<Vec<Hash>> {
        let flip = |at: usize| {
            let mut copy = proof.to_vec();
            copy[at].0[at % 32] ^= 1 << (at % 8);
            copy
        };
        let mut bad: Vec<Vec<Hash>> = (0..proof.len()).map(flip).collect();
        bad.push([proof, &[Hash([0; 32])]].concat());
        bad.push([&[Hash([0; 32])], proof].concat());
        if let (Some((_, but_first)), Some((_, but_last))) = (proof.split_first(), proof.split_last()) {
            bad.extend([but_first.to_vec(), but_last.to_vec()]);
        }
        if proof.len() > 1 {
            bad.push(proof.iter().rev().copied().collect());
        }
        bad
    }

    #[test]
    fn every_entry_of_every_tree_to_100_is_proven_and_nothing_else() {
        let log = Log::new();
        for size in 1..=SIZES {
            for index in 0..size {
                let root = log.root(size);
                let leaf = log.leaf(index);
                let proof = prove_inclusion(size, index, |node| log.read(node)).unwrap();
                assert_eq!(check_inclusion(&proof, size, root, index, &leaf), Ok(()), "{index} in {size}");
                for bad in damaged(&proof) {
                    assert!(check_inclusion(&bad, size, root, index, &leaf).is_err(), "{index} in {size}: {bad:?}");
                }
                for other in (0..=size).filter(|&other| other != index) {
                    assert!(check_inclusion(&proof, size, root, other, &leaf).is_err(), "{index} as {other} in {size}");
                }
                let mut changed = leaf;
                changed.0[31] ^= 0x80;
                assert!(check_inclusion(&proof, size, root, index, &changed).is_err());
                assert!(check_inclusion(&proof, size, log.root(size - 1), index, &leaf).is_err());
            }
        }
    }

    #[test]
    fn every_pair_of_trees_to_100_is_consistent_and_nothing_else() {
        let log = Log::new();
        for new in 0..=SIZES {
            for old in 0..=new {
                let (old_root, new_root) = (log.root(old), log.root(new));
                let proof = prove_consistency(old, new, |node| log.read(node)).unwrap();
                assert_eq!(check_consistency(&proof, old, old_root, new, new_root), Ok(()), "{old} to {new}");
                for bad in damaged(&proof) {
                    assert!(check_consistency(&bad, old, old_root, new, new_root).is_err(), "{old} to {new}: {bad:?}");
                }
                let mut forged = *old_root;
                forged.0[0] ^= 1;
                assert!(check_consistency(&proof, old, &forged, new, new_root).is_err(), "{old} to {new}");
                if old > 0 {
                    assert!(check_consistency(&proof, old, old_root, new, &forged).is_err(), "{old} to {new}");
                    for other in (1..=new).filter(|&other| other != old) {
                        let outcome = check_consistency(&proof, other, old_root, new, new_root);
                        assert!(outcome.is_err(), "{old} as {other} to {new}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_root_of_every_tree_to_100_follows_from_its_nodes() {
        let log = Log::new();
        for size in 0..=SIZES {
            assert_eq!(tree_root(size, |node| log.read(node)).as_ref(), Ok(log.root(size)));
        }
    }

    #[test]
    fn impossible_proofs_are_refused_in_words() {
        let log = Log::new();
        let error = prove_inclusion(7, 7, |node| log.read(node)).unwrap_err();
        assert_eq!(error.to_string(), "entry 7 is not in a tree of 7 entries");
        let error = prove_consistency(8, 7, |node| log.read(node)).unwrap_err();
        assert_eq!(error.to_string(), "a tree of 7 entries cannot continue one of 8");
        let error = check_inclusion(&[], 7, log.root(7), 0, &log.leaf(0)).unwrap_err();
        assert_eq!(error.to_string(), "the proof has 0 hashes; for these sizes it has 3");
        let outcome = check_consistency(&[], u64::MAX, log.root(7), u64::MAX, log.root(6));
        assert_eq!(outcome, Err(CheckError::Root { computed: *log.root(7), stated: *log.root(6) }));
    }
}
