//! The transparency log: RFC 6962 hashes, proofs, tiles, signed notes, checkpoints. Arithmetic on bytes; no I/O.

mod bundle;
mod checkpoint;
mod cosignature;
mod encoding;
mod error;
mod frontier;
mod hash;
mod key;
mod leaf;
mod node;
mod note;
mod proof;
mod tile;
mod tile_builder;
mod tile_reader;
mod tlog_proof;

pub use bundle::{EntryTooLong, MAX_ENTRY, parse_bundle, push_entry, slice_bundle};
pub use checkpoint::{Checkpoint, Cosignature, OpenCheckpointError, OpenedCheckpoint, SignCheckpointError};
pub use cosignature::unverified_time;
pub use error::FormatError;
pub use frontier::{Frontier, FrontierError};
pub use hash::{Hash, ParseHashError, empty_root, leaf_hash, node_hash};
pub use key::{KeyError, KeyId, KeyName, KeyType, SigningKey, Statement, VerifierKey};
pub use leaf::{LeafKind, ParseLeafError, leaf_line, parse_leaf_line};
pub use node::NodeId;
pub use note::{CheckNoteError, Checked, MAX_NOTE, MAX_SIGNATURES, Note, NoteSignature};
pub use proof::{
    CheckError, ProveError, check_consistency, check_inclusion, prove_consistency, prove_inclusion, tree_root,
};
pub use tile::{ParseTileError, TILE_HEIGHT, TILE_WIDTH, Tile, TileKind, new_tiles};
pub use tile_builder::TileBuilder;
pub use tile_reader::{TileReadError, TileReader};
pub use tlog_proof::{CheckTlogProofError, TlogProof};
