//! Captures in the forms that other programs read: WARC 1.1 records, their index, the parts of a WACZ.
//!
//! Pure, as all of `formats`: values in, bytes out. Which captures, in which order, and where the bytes go is for
//! `archive/export/` to decide.

pub mod cdxj;
pub mod entry;
pub mod http;
pub mod surt;
pub mod uri;
pub mod wacz;
pub mod warc;
