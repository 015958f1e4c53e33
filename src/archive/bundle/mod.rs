//! Bundles: what a stranger needs to verify a citation offline, in one file.
//!
//! `gather` takes it from an archive, `check` needs no archive. `layout` knows the files, `zip` their container;
//! `verifiers/` are programs of our own that a stranger runs, compiled in. `docs/format.md` has the bytes.

mod audit;
mod check;
mod gather;
mod layout;
mod open;
mod stamp;
mod zip;

use serde::Serialize;

use super::{Error, ErrorKind};
use crate::domain::{ArticleId, Digest, RecordId, sha256};

pub use open::{is_bundle, verify_bundle};

/// What a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BundleKind {
    /// One capture with what was read in it.
    Citation,
    /// The answer to an audit with every place that it names.
    Audit,
}

/// A bundle, made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What it is for.
    pub kind: BundleKind,
    /// The capture records that are proven in it.
    pub records: Vec<RecordId>,
    /// The article of a citation.
    pub article: Option<ArticleId>,
    /// Name of the log.
    pub origin: String,
    /// Number of entries under the signed head.
    pub size: u64,
    /// Whether a capture in it is only for the local user.
    pub private: bool,
    /// How many files are in it.
    pub files: usize,
    /// The zip: always the same bytes for the same archive state.
    pub zip: Vec<u8>,
}

/// A head that a third party stamped, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampPair {
    /// The bytes that were stamped: the checkpoint with the log's own signature.
    pub checkpoint: Vec<u8>,
    /// The whole timestamp response (RFC 3161, DER), certificates in it.
    pub response: Vec<u8>,
}

/// What `bundle --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The file.
    pub file: String,
    /// What it is for.
    pub kind: BundleKind,
    /// The capture records that are proven in it.
    pub records: Vec<RecordId>,
    /// The article of a citation.
    pub article: Option<ArticleId>,
    /// Name of the log.
    pub origin: String,
    /// Number of entries under the signed head.
    pub size: u64,
    /// How many files are in it.
    pub files: usize,
    /// Length of the zip.
    pub bytes: usize,
    /// SHA-256 of the zip.
    pub sha256: String,
}

impl Bundle {
    /// What is reported of a bundle that was written to `file`.
    pub fn written(&self, file: &str) -> Written {
        Written {
            file: file.to_owned(),
            kind: self.kind,
            records: self.records.clone(),
            article: self.article,
            origin: self.origin.clone(),
            size: self.size,
            files: self.files,
            bytes: self.zip.len(),
            sha256: Digest(sha256(&self.zip)).to_string(),
        }
    }
}

/// A verifier that stands in every bundle.
pub(super) const VERIFIERS: [(&str, &str); 3] = [
    ("verify.html", include_str!("verifiers/verify.html")),
    ("verify.py", include_str!("verifiers/verify.py")),
    ("verify.sh", include_str!("verifiers/verify.sh")),
];

fn too_much(at: &str, found: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, at, format!("making a bundle of {at}: {found}"))
}
