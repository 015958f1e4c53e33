//! What is said about each document, and at the end.

use serde::Serialize;

use crate::domain::{ArticleId, PayloadId, RecordId, Time};

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A capture that was not there before.
    New,
    /// The same capture again; nothing changed.
    Known,
    /// A known capture with other declarations; a record corrects the earlier one.
    Corrected,
    /// A sound thing that is no document.
    Skipped,
    /// A thing that could not be read.
    Rejected,
}

/// Numbers of blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BlockCounts {
    /// Hashed ones.
    pub article: u64,
    /// Bylines and captions.
    pub attached: u64,
    /// Furniture.
    pub furniture: u64,
    /// Those that the archive did not hold before.
    pub new: u64,
}

/// One line of `ingest --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentReport {
    /// File, and the place inside a container.
    pub source: String,
    /// What became of it.
    pub status: Status,
    /// Capture record.
    pub record: Option<RecordId>,
    /// Reading record.
    pub reading: Option<RecordId>,
    /// Article, when there is one.
    pub article: Option<ArticleId>,
    /// Payload.
    pub payload: Option<PayloadId>,
    /// Registrable domain or name of the outlet.
    pub outlet: Option<String>,
    /// Best claim of the URL.
    pub url: Option<String>,
    /// Best claim of the title.
    pub title: Option<String>,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
    /// Best claim of the capture time.
    pub captured: Option<Time>,
    /// Numbers of blocks.
    pub blocks: BlockCounts,
    /// Number of tweets.
    pub tweets: u64,
    /// Number of quotations.
    pub quotations: u64,
    /// Remarks.
    pub notes: Vec<String>,
    /// Why it was skipped or rejected.
    pub error: Option<String>,
}

/// Said of what was erased and comes again.
pub(super) const STAYS_OUT: &str = "was erased from this archive and stays out";

impl DocumentReport {
    /// Whether it was skipped because it was erased here before.
    pub(in crate::archive) fn is_erased(&self) -> bool {
        self.status == Status::Skipped && self.error.as_ref().is_some_and(|why| why.contains(STAYS_OUT))
    }

    /// A report of something that could not be read; the message names it.
    pub(crate) fn rejected(source: String, why: &str) -> Self {
        let message = format!("{source}: {why}");
        Self::without_document(source, Status::Rejected, message)
    }

    /// A report of something that is no document.
    pub(crate) fn without_document(source: String, status: Status, why: String) -> Self {
        DocumentReport {
            source,
            status,
            record: None,
            reading: None,
            article: None,
            payload: None,
            outlet: None,
            url: None,
            title: None,
            published: None,
            captured: None,
            blocks: BlockCounts::default(),
            tweets: 0,
            quotations: 0,
            notes: Vec::new(),
            error: Some(why),
        }
    }
}

/// The last line of `ingest --json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// New captures.
    pub new: u64,
    /// Captures that were there.
    pub known: u64,
    /// Corrected captures.
    pub corrected: u64,
    /// Things that are no documents.
    pub skipped: u64,
    /// Things that could not be read.
    pub rejected: u64,
    /// Bytes of payloads read.
    pub bytes_read: u64,
    /// Bytes of evidence added.
    pub bytes_stored: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Whether it ended early because it was asked to, and after which document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_after: Option<String>,
}

impl Summary {
    pub(in crate::archive) fn count(&mut self, status: Status) {
        match status {
            Status::New => self.new += 1,
            Status::Known => self.known += 1,
            Status::Corrected => self.corrected += 1,
            Status::Skipped => self.skipped += 1,
            Status::Rejected => self.rejected += 1,
        }
    }
}
