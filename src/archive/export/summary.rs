//! What an export says when it is done.

use serde::Serialize;

use super::{Format, Origin};

/// What was written: the line of `export --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// `wacz`, `warc` or `jsonl`.
    pub export: &'static str,
    /// The file; null for a pipe.
    pub file: Option<String>,
    /// Captures written.
    pub captures: u64,
    /// WARC records of every kind, or lines.
    pub records: u64,
    /// Records with an HTTP head.
    pub responses: u64,
    /// Records without one: what was ingested as text, HTML or JSON Lines, and conversions.
    pub resources: u64,
    /// Captures whose payload an earlier record of the file holds.
    pub revisits: u64,
    /// Pages that the package lists.
    pub pages: u64,
    /// Captures that the form cannot carry: error answers and binary payloads in JSON Lines.
    pub left_out: u64,
    /// Lines whose article, read again, has another id.
    pub differing: u64,
    /// Bytes written.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// SHA-256 of the public key that signed the package.
    pub signed_by: Option<String>,
    /// The log that the captures stand in: name, size and root at that moment.
    pub log: Log,
}

/// The head of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Its name.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: String,
}

impl Summary {
    pub(super) fn new(format: Format, file: Option<String>, origin: &Origin) -> Self {
        Summary {
            export: format.name(),
            file,
            captures: 0,
            records: 0,
            responses: 0,
            resources: 0,
            revisits: 0,
            pages: 0,
            left_out: 0,
            differing: 0,
            bytes: 0,
            sha256: None,
            signed_by: None,
            log: Log { origin: origin.name.clone(), size: origin.size, root: origin.root.clone() },
        }
    }
}
