//! The transparency log: RFC 6962 hashes, proofs, tiles, signed notes, checkpoints. Arithmetic on bytes; no I/O.

mod frontier;
mod hash;
mod leaf;

pub use frontier::{Frontier, FrontierError, NodeId};
pub use hash::{Hash, ParseHashError, empty_root, leaf_hash, node_hash};
pub use leaf::{LeafKind, ParseLeafError, leaf_line, parse_leaf_line};
