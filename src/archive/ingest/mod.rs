//! Ingestion: files in, captures with records, blocks and leaves out.
//!
//! One thread reads, several extract, one writes ([`super::pipeline`]); documents reach the log in the order of the
//! input. Each batch is one transaction: a killed run loses at most the batch it was
//! writing, and the same command again goes on.

mod commit;
mod flow;
mod prepare;
mod report;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

pub use report::{BlockCounts, DocumentReport, Status, Summary};

use super::{Archive, Error};
use crate::formats::Fetched;
use crate::formats::sidecar::Declared;
use crate::stamp::Anchors;

/// What to ingest, and how.
#[derive(Debug, Default)]
pub struct IngestOptions {
    /// Files, folders, or `-`.
    pub paths: Vec<PathBuf>,
    /// What the flags declare about every document.
    pub declared: Declared,
    /// Whose certificates are believed when a WACZ is signed in the name of a domain.
    pub trusted: Anchors,
    /// Whether only the local user sees the captures.
    pub private: bool,
    /// Whether things that were erased here may come back.
    pub restore_erased: bool,
    /// Threads that extract; 0 means one a core.
    pub threads: usize,
    /// Who made the WARC files among them.
    pub fetched: Fetched,
}

/// Hears what happens during an ingestion.
pub trait Listener {
    /// One document was done with; called in the order of the input, after its batch was committed.
    fn document(&mut self, report: &DocumentReport);
    /// Something a person should know of the whole run.
    fn remark(&mut self, _: &str) {}
    /// So many bytes of input were read of so many (when that is known).
    fn progress(&mut self, read: u64, total: Option<u64>);
}

impl Archive {
    /// Ingests everything `options` name. `stop` ends it after the running batch.
    pub fn ingest(
        &self,
        options: &IngestOptions,
        stop: &AtomicBool,
        listener: &mut dyn Listener,
    ) -> Result<Summary, Error> {
        flow::run(self, options, stop, listener)
    }
}
