//! The words of the project as types: digests, canonical form, roles, times and their order, records, passages.
//!
//! Everything here is pure and imports nothing else of ours. No file, clock, socket or random source: values come in,
//! values go out. What is stated here in bytes is a contract (`docs/format.md`).

pub mod address;
pub mod block;
pub mod canonical;
pub mod claim;
pub mod digest;
pub mod edtf;
pub mod jcs;
pub mod outlet;
pub mod passage;
pub mod reading;
pub mod record;
pub mod snowflake;
pub mod text;
pub mod time;

pub use address::page_of;
pub use block::{Block, Role, canonical_text, hashed_spans};
pub use canonical::{canonicalise, deleted_bidi_controls, is_canonical};
pub use claim::Claim;
pub use digest::{ArticleId, AttachmentId, BlockId, Digest, PayloadId, RecordId, sha256};
pub use passage::Passage;
pub use reading::{DateFound, Quotation, Reading, Tweet};
pub use time::{Basis, Time};
