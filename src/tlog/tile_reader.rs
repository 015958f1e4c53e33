//! Nodes of a tree, read from its tiles.

use std::collections::HashMap;

use super::hash::{Hash, node_hash};
use super::node::NodeId;
use super::tile::{TILE_HEIGHT, TILE_WIDTH, Tile, TileKind};

/// Answers for the nodes of a tree of a fixed size with what its tiles hold, for proofs and roots.
///
/// It fetches each tile once and keeps it: make a new one for every few proofs. The tiles are believed, so check what
/// comes out against a signed root when they come from someone else.
pub struct TileReader<F> {
    size: u64,
    fetch: F,
    tiles: HashMap<Tile, Vec<Hash>>,
}

/// A node that the tiles do not tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileReadError<E> {
    /// The tile could not be fetched.
    #[error("{tile}: {source}")]
    Fetch {
        /// The tile asked for.
        tile: Tile,
        /// What went wrong.
        source: E,
    },
    /// The tile has not the bytes that its width demands.
    #[error("{tile}: {found} bytes where there must be {}", 32 * u32::from(tile.width()))]
    Length {
        /// The tile asked for.
        tile: Tile,
        /// How many bytes came.
        found: usize,
    },
    /// The tree has no such node.
    #[error("a tree of {size} entries has no complete node {} of level {}", node.index, node.level)]
    NoSuchNode {
        /// The node asked for.
        node: NodeId,
        /// The size of the tree.
        size: u64,
    },
}

impl<E, F: FnMut(Tile) -> Result<Vec<u8>, E>> TileReader<F> {
    /// Reads a tree of `size` entries; `fetch` returns the bytes of a tile of hashes of just the width asked for.
    pub fn new(size: u64, fetch: F) -> Self {
        Self { size, fetch, tiles: HashMap::new() }
    }

    /// Returns the hash of a node.
    pub fn node(&mut self, node: NodeId) -> Result<Hash, TileReadError<E>> {
        let no_such_node = TileReadError::NoSuchNode { node, size: self.size };
        // The node is above 2^inner hashes of one tile, the first of which is number `first` of its level.
        let inner = node.level % TILE_HEIGHT;
        let Some(first) = node.index.checked_mul(1 << inner) else { return Err(no_such_node) };
        let kind = TileKind::Hashes(node.level / TILE_HEIGHT);
        let offset = (first % u64::from(TILE_WIDTH)) as usize;
        let Some(tile) = Tile::of_tree(kind, first / u64::from(TILE_WIDTH), self.size) else {
            return Err(no_such_node);
        };
        match self.hashes(tile)?.get(offset..offset + (1 << inner)) {
            Some(hashes) => Ok(complete_root(hashes)),
            None => Err(no_such_node),
        }
    }

    fn hashes(&mut self, tile: Tile) -> Result<&[Hash], TileReadError<E>> {
        if !self.tiles.contains_key(&tile) {
            let bytes = (self.fetch)(tile).map_err(|source| TileReadError::Fetch { tile, source })?;
            let hashes = tile.parse_hashes(&bytes).ok_or(TileReadError::Length { tile, found: bytes.len() })?;
            self.tiles.insert(tile, hashes);
        }
        Ok(self.tiles.get(&tile).map_or(&[], Vec::as_slice))
    }
}

/// Hashes a power of two of nodes into the one above them.
fn complete_root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.as_chunks().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row[0]
}
