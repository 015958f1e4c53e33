//! Rows as values.

use crate::domain::{ArticleId, Basis, Claim, PayloadId, RecordId, Role, Time};
use crate::tlog::LeafKind;

/// What kind of record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// States a capture.
    Capture,
    /// States a reading.
    Reading,
}

impl RecordKind {
    /// The stored number.
    pub(super) fn code(self) -> i64 {
        match self {
            RecordKind::Capture => 1,
            RecordKind::Reading => 2,
        }
    }

    pub(super) fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(RecordKind::Capture),
            2 => Some(RecordKind::Reading),
            _ => None,
        }
    }
}

/// The stored number of a leaf kind.
pub(super) fn leaf_code(kind: LeafKind) -> i64 {
    match kind {
        LeafKind::Capture => 1,
        LeafKind::Reading => 2,
        LeafKind::Withhold => 3,
        LeafKind::Erase => 4,
        LeafKind::Anchor => 5,
        LeafKind::Adopt => 6,
    }
}

/// The leaf kind of a stored number.
pub(super) fn leaf_kind(code: i64) -> Option<LeafKind> {
    LeafKind::ALL.into_iter().find(|kind| leaf_code(*kind) == code)
}

/// The log's head: what commits to everything before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// RFC 6962 root.
    pub root: [u8; 32],
    /// Operator's clock when it was committed.
    pub at: i64,
}

impl Head {
    /// The head of a log without entries.
    pub fn empty(at: i64) -> Self {
        Head { size: 0, root: crate::tlog::empty_root().0, at }
    }
}

/// An article as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRow {
    /// Local key.
    pub key: i64,
    /// Its id.
    pub id: ArticleId,
    /// Its hashed blocks in the order of the canonical text: (local key, role, text).
    pub blocks: Vec<(i64, Role, String)>,
}

/// Which blocks an article has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Local key.
    pub key: i64,
    /// Id of the article.
    pub id: ArticleId,
    /// Local key and role of each block in the order of the text.
    pub blocks: Vec<(i64, Role)>,
}

impl ArticleRow {
    /// The canonical text.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = self.blocks.iter().map(|(_, _, text)| text.as_str()).collect();
        parts.join("\n\n") + "\n"
    }

    /// Where each block lies in the canonical text.
    pub fn spans(&self) -> Vec<std::ops::Range<usize>> {
        let mut start = 0;
        self.blocks
            .iter()
            .map(|(_, _, text)| {
                let span = start..start + text.len();
                start = span.end + 2;
                span
            })
            .collect()
    }
}

/// A capture as stored, with the claims chosen to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRow {
    /// Local key of its record.
    pub key: i64,
    /// Id of its record.
    pub record: RecordId,
    /// Its payload.
    pub payload: PayloadId,
    /// Length of the payload in bytes.
    pub payload_bytes: u64,
    /// Media type of the payload.
    pub media_type: String,
    /// Best claim of the URL.
    pub url: Option<String>,
    /// Registrable domain or name of the outlet.
    pub outlet: Option<String>,
    /// Display name of the outlet.
    pub outlet_display: Option<String>,
    /// Best claim of the title.
    pub title: Option<String>,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
    /// Best claim of the capture time.
    pub captured: Time,
    /// Index of its leaf.
    pub logged: u64,
    /// Operator's clock at that leaf.
    pub logged_at: i64,
    /// File and place it came from.
    pub source: String,
    /// Whether it is shown to the local user only.
    pub private: bool,
    /// The capture record that corrects it.
    pub replaced_by: Option<RecordId>,
    /// Why it is withheld from the public, when it is: the code of the takedown.
    pub withheld: Option<String>,
    /// The earliest stamp of a third party that covers it.
    pub stamped: Option<Time>,
}

/// A reading as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRow {
    /// Local key of its record.
    pub key: i64,
    /// Id of its record.
    pub record: RecordId,
    /// Local key of the capture it reads.
    pub capture: i64,
    /// The article it found, with its local key.
    pub article: Option<(i64, ArticleId)>,
    /// Version of the extractor.
    pub extractor: u32,
    /// Language.
    pub lang: Option<String>,
    /// Encoding the payload was decoded with.
    pub charset: Option<String>,
    /// Author as printed.
    pub byline: Option<String>,
    /// Bidi controls that canonical form deleted from the article.
    pub deleted_bidi: u64,
    /// Remarks.
    pub notes: Vec<String>,
}

/// A tweet as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TweetRow {
    /// Local key of its block.
    pub block: i64,
    /// Handle without `@`.
    pub handle: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Printed date.
    pub date: Option<Time>,
    /// Words without the signature line.
    pub words: String,
    /// Status id in decimal.
    pub status_id: Option<String>,
    /// Creation time carried by the id, Unix milliseconds.
    pub snowflake_ms: Option<i64>,
}

/// Puts a time together from its columns.
pub(super) fn time_of(
    edtf: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    zone: Option<String>,
    basis: Option<String>,
) -> Option<Time> {
    Some(Time { edtf: edtf?, from, to, zone, basis: basis?.parse::<Basis>().ok()? })
}

/// The first claim's value.
pub(super) fn best(claims: &[Claim<String>]) -> Option<&str> {
    claims.first().map(|claim| claim.value.as_str())
}
