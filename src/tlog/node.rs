//! Places in the tree, and how RFC 6962 splits it.

use std::ops::Range;

use super::hash::{Hash, empty_root, node_hash};

/// A complete subtree: node `index` of those that cover 2^`level` leaves each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    /// Height above the leaves, which are level 0.
    pub level: u8,
    /// Position among the nodes of that level.
    pub index: u64,
}

/// Returns where RFC 6962 splits the subtree over two or more `leaves`.
pub(super) fn split(leaves: &Range<u64>) -> u64 {
    leaves.start + (1 << (leaves.end - leaves.start - 1).ilog2())
}

/// Returns the largest complete subtrees that make up the subtree over `leaves`, left to right.
pub(super) fn complete_subtrees(leaves: Range<u64>) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut start = leaves.start;
    while start < leaves.end {
        let level = start.trailing_zeros().min((leaves.end - start).ilog2());
        nodes.push(NodeId { level: level as u8, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// Computes MTH of the subtree over `leaves` from the nodes that `read` returns.
pub(super) fn subtree_hash<E>(leaves: Range<u64>, read: &mut impl FnMut(NodeId) -> Result<Hash, E>) -> Result<Hash, E> {
    let roots = complete_subtrees(leaves).into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(fold_right(&roots))
}

/// Hashes the roots of ever smaller complete subtrees, left to right, into the node above them all.
pub(super) fn fold_right(roots: &[Hash]) -> Hash {
    match roots.split_last() {
        Some((last, larger)) => larger.iter().rev().fold(*last, |right, left| node_hash(left, &right)),
        None => empty_root(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_tree_is_split_without_overflow() {
        assert_eq!(split(&(0..u64::MAX)), 1 << 63);
        let nodes = complete_subtrees(0..u64::MAX);
        assert_eq!(nodes.len(), 64);
        assert_eq!(nodes[0], NodeId { level: 63, index: 0 });
        assert_eq!(nodes[63], NodeId { level: 0, index: u64::MAX - 1 });
    }
}
