//! Embedded tweets.

use crate::domain::Time;

/// The signature line of an embedded tweet: `— Name (@handle) date`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Display name.
    pub name: Option<String>,
    /// Handle without the `@`.
    pub handle: String,
    /// The printed date, when there is one.
    pub date: Option<Time>,
}

/// Reads a signature line, or `None` when the line is none.
pub fn parse_signature(line: &str) -> Option<Signature> {
    let _ = line;
    None
}
