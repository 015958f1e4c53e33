//! The answer of an audit as doors show it.

use serde::Serialize;

use crate::archive::article::Logged;
use crate::domain::{ArticleId, RecordId, Role, Time};
use crate::quote::drift::Drift;
use crate::quote::telling::Medium;
use crate::quote::{MatchKind, Order, Verdict};

/// One place that carries the words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OccurrenceView {
    /// The article; none in furniture.
    pub article: Option<ArticleId>,
    /// The capture records that show it.
    pub records: Vec<RecordId>,
    /// Registrable domain or name of the outlet.
    pub outlet: Option<String>,
    /// Best claim of the URL.
    pub url: Option<String>,
    /// Best claim of the title.
    pub title: Option<String>,
    /// What the block is there.
    pub role: Role,
    /// How it carries the words.
    #[serde(rename = "match")]
    pub kind: MatchKind,
    /// Share of the query that is there, 0 to 1.
    pub score: f64,
    /// Aligned idf mass in nats, where an alignment decided.
    pub mass: Option<f64>,
    /// First byte in the canonical text; none outside it.
    pub start: Option<usize>,
    /// One past the last byte.
    pub end: Option<usize>,
    /// The words as they stand there.
    pub text: String,
    /// Publication of the article, or of the tweet that holds the words; none in furniture.
    pub published: Option<Time>,
    /// Earliest capture.
    pub captured: Time,
    /// Place of the earliest capture in the log.
    pub logged: Logged,
    /// Stamp of a third party.
    pub stamped: Option<Time>,
    /// Who is said to have said it.
    pub speaker: Option<String>,
    /// Through whom it travelled.
    pub via: Vec<String>,
    /// Where it stands on the web.
    pub path: String,
    /// The verb of saying nearest to the words.
    pub verb: Option<String>,
    /// The medium named nearest to the words.
    pub medium: Option<Medium>,
    /// Outlets that its text names as the source of the words.
    pub sources: Vec<SourceView>,
    /// Number of its line of descent, from 1 in the order of the list; none in furniture.
    pub line: Option<usize>,
    /// The other occurrences that are copies or versions of this article, the nearest first.
    pub near: Vec<Near>,
    /// From the words asked for to the words here; without steps where they are the same.
    pub drift: Drift,
    /// How the telling differs from that of the first occurrence listed.
    pub differs: Vec<Difference>,
    /// Whether only the local user sees it.
    pub private: bool,
    /// Remarks.
    pub notes: Vec<String>,
}

/// An outlet that a text names as its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// The words by which it is named, as they stand there.
    pub words: String,
    /// The outlets that go by this name: registrable domains, or a display name.
    pub outlets: Vec<String>,
}

/// Another occurrence whose article is the same text, or nearly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    /// Its article.
    pub article: ArticleId,
    /// Its outlet.
    pub outlet: Option<String>,
    /// Its URL.
    pub url: Option<String>,
    /// What it is to this one.
    pub kind: NearKind,
    /// Share of this article's words that stand in that one in runs of five, 0 to 1.
    pub share: f64,
    /// Which came first; none where the times do not tell.
    pub first: Option<Which>,
}

/// What two near articles are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NearKind {
    /// One text under several URLs or outlets.
    Same,
    /// Another version of the same page.
    Version,
    /// A copy, or a text made of it.
    Copy,
}

/// Which of two came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// The occurrence that names the other.
    This,
    /// The other one.
    Other,
}

/// What a telling has otherwise than the first one listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `speaker`, `verb`, `medium` or `source`.
    pub what: &'static str,
    /// What the first one listed has.
    pub first: Option<String>,
    /// What this one has.
    pub here: Option<String>,
}

/// One occurrence that depends on another, as far as can be inferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The article that came, or may have come, first.
    pub from: ArticleId,
    /// The article that depends on it.
    pub to: ArticleId,
    /// From what it is inferred.
    pub basis: Basis,
    /// The evidence in words.
    pub why: String,
}

/// From what a link is inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The later text names the earlier outlet as its source.
    Named,
    /// The two share wording that no other occurrence has.
    Wording,
}

/// Words whose first occurrence is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Common {
    /// Why.
    pub kind: CommonKind,
    /// Articles that carry the words: copies of one count once, but where the words are too common by their weight alone.
    pub articles: usize,
    /// Outlets.
    pub outlets: usize,
    /// Different days.
    pub days: usize,
}

/// Why words are too common to have an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommonKind {
    /// A sentence that many unrelated articles share over many days.
    Formula,
    /// A few words that explain a name or term wherever it comes up.
    Gloss,
    /// A paragraph that an agency or outlet puts under its reports.
    Background,
    /// Too few and light words to tell one use from another.
    TooCommon,
}

/// What an audit of an article's own quotation says of other articles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Elsewhere {
    /// The article whose quotation it is.
    pub article: ArticleId,
    /// Where the quotation stands in its canonical text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Who is said to have said it there.
    pub speaker: Option<String>,
    /// The verdict over other articles; copies and versions of this one do not count.
    pub verdict: Verdict,
    /// Occurrences in other articles.
    pub occurrences: usize,
    /// Occurrences in copies and versions of this article.
    pub copies: usize,
    /// Whether the first of the others is known.
    pub order: Order,
    /// The first of the others by publication, where it is known.
    pub first: Option<OccurrenceView>,
    /// Where it is not: those that nothing precedes.
    pub contenders: Vec<OccurrenceView>,
    /// Whether it came before this article, by publication; none where the times do not tell.
    pub earlier: Option<bool>,
}

/// The first occurrence by each clock.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct First {
    /// By claimed publication; never furniture, never undated.
    pub published: Option<OccurrenceView>,
    /// By claimed capture.
    pub captured: Option<OccurrenceView>,
    /// By the log.
    pub logged: Option<OccurrenceView>,
    /// By a third party's stamp.
    pub stamped: Option<OccurrenceView>,
}

/// The archive that the audit looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// Leaves of the log.
    pub size: u64,
    /// Root over them.
    pub root: String,
    /// Distinct articles.
    pub articles: u64,
    /// First UTC second of known publication.
    pub from: Option<i64>,
    /// End of known publication, exclusive.
    pub to: Option<i64>,
}

/// Versions of everything the answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// This program.
    pub isnad: &'static str,
    /// Canonical form.
    pub canonical: u32,
    /// Folding, L2.
    pub fold: u32,
    /// Index tokens, L3.
    pub tokens: u32,
    /// Rule that calls words a rewording.
    pub reworded: u32,
    /// Extractor.
    pub extractor: u32,
}

/// The answer: one line of `audit --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// The words asked for, as given.
    pub quote: String,
    /// What was found.
    pub verdict: Verdict,
    /// The first by each clock.
    pub first: First,
    /// Whether the first publication is known.
    pub order: Order,
    /// Where it is not: those that nothing precedes.
    pub contenders: Vec<OccurrenceView>,
    /// How many occurrences have no known publication.
    pub undated: usize,
    /// The occurrences in order, cut by the limit.
    pub occurrences: Vec<OccurrenceView>,
    /// How many lines of descent the occurrences form: copies and versions of one article are one.
    pub lines: usize,
    /// Which occurrence depends on which, as far as can be inferred.
    pub chain: Vec<Link>,
    /// Set where the words are too common for the first of them to be an origin.
    pub common: Option<Common>,
    /// Places that may state the same in other words; never counted as found.
    pub possibly: Vec<OccurrenceView>,
    /// Remarks on the whole.
    pub notes: Vec<String>,
    /// What was looked through.
    pub archive: Extent,
    /// What the answer depends on.
    pub versions: Versions,
    /// How many occurrences there are before the limit cuts.
    pub total: usize,
    /// Where an article's own quotation was audited: what stands elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
}

/// Two occurrences compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Number of the first, from 1 in the order listed.
    pub from: usize,
    /// Number of the second.
    pub to: usize,
    /// From the words of the first to those of the second.
    pub drift: Drift,
    /// How the second's telling differs from the first's.
    pub differs: Vec<Difference>,
}
