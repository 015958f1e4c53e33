//! Where words first appeared in this archive: candidates from the index, matches in their texts, occurrences with
//! evidence, order and verdict.

mod candidates;
mod lookup;
mod occurrences;

use serde::Serialize;

use super::article::Logged;
use super::{Archive, Error};
use crate::domain::{ArticleId, Digest, RecordId, Role, Time};
use crate::quote::{self, MatchKind, Order, Query, Verdict};
use crate::store::ReadTx;

/// The most words that one audit looks for; a longer text is cut there, and the audit says so.
pub const MAX_WORDS: usize = 20_000;

/// The most places that are listed as possibly the same statement.
const MAX_POSSIBLY: usize = 20;

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
    /// Remarks.
    pub notes: Vec<String>,
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
}

impl Archive {
    /// Looks for `quotation` and says where it first appeared; lists at most `limit` occurrences.
    pub fn audit(&self, quotation: &str, limit: usize) -> Result<Audit, Error> {
        self.read(|tx| audit(tx, quotation, limit))
    }
}

impl Archive {
    /// Audits every quotation of the article that `reference` names: (speaker, audit), in the order of the text.
    ///
    /// The article's own occurrences stay in each answer; they are what is compared with.
    pub fn audit_article(
        &self,
        reference: &str,
        limit: usize,
        visit: &mut dyn FnMut(Option<String>, Audit),
    ) -> Result<ArticleId, Error> {
        let target = self.resolve(reference)?.target;
        let super::refs::Target::Article(id) = target else {
            return Err(Error::usage(format!("{reference}: name an article; {} is none", target.path())));
        };
        let view =
            self.article(&id)?.ok_or_else(|| Error::not_found(reference, format!("{reference}: no such article")))?;
        for quotation in view.quotations {
            let answer = self.audit(&quotation.text, limit)?;
            visit(quotation.speaker, answer);
        }
        Ok(id)
    }
}

/// Audits within one moment of the archive.
pub fn audit(tx: &ReadTx<'_>, quotation: &str, limit: usize) -> Result<Audit, Error> {
    let mut notes = Vec::new();
    let query = Query::new(quotation).map_err(|e| Error::usage(e.to_string()))?;
    let query = within_bounds(query, &mut notes)?;
    let bidi = crate::domain::deleted_bidi_controls(quotation);
    if bidi > 0 {
        notes.push(format!("{bidi} invisible direction marks in the question were left out"));
    }
    let places = candidates::places(tx, &query, &mut notes)?;
    let found = occurrences::gather(tx, &places.blocks, &places.articles, &mut notes)?;
    let possibly = occurrences::gather(tx, &places.possibly, &places.possibly_articles, &mut notes)?;
    let evidence: Vec<quote::Occurrence> = found.iter().map(|place| place.evidence.clone()).collect();
    let ranking = quote::rank(&first_of_these_words(&evidence));
    notes.extend(commonness(&query, &evidence, &found));
    let view = |index: usize| found[index].view.clone();
    let undated = ranking.undated.len();
    if undated > 0 && ranking.published.is_some() {
        notes.push(format!("{undated} occurrences without a known publication date may be earlier"));
    }
    Ok(Audit {
        quote: quotation.to_owned(),
        verdict: quote::verdict(&evidence),
        first: First {
            published: ranking.published.map(view),
            captured: ranking.captured.map(view),
            logged: ranking.logged.map(view),
            stamped: ranking.stamped.map(view),
        },
        order: ranking.order,
        contenders: ranking.contenders.iter().copied().map(view).collect(),
        undated,
        occurrences: ranking.list.iter().copied().take(limit).map(view).collect(),
        possibly: possibly.into_iter().map(|place| place.view).take(limit.min(MAX_POSSIBLY)).collect(),
        notes,
        archive: extent(tx)?,
        versions: versions(),
        total: found.len(),
    })
}

/// The query, or as much of it as one audit looks for.
fn within_bounds(query: Query, notes: &mut Vec<String>) -> Result<Query, Error> {
    let words = query.folded().len();
    if words <= MAX_WORDS {
        return Ok(query);
    }
    notes.push(format!("the text has {words} words; the first {MAX_WORDS} were looked for"));
    let end = query.folded().span(MAX_WORDS - 1).end;
    Query::new(&query.canonical()[..end]).map_err(|e| Error::usage(e.to_string()))
}

/// Says when the words are too common, or a formula that unrelated articles share, so that their origin means little.
fn commonness(query: &Query, evidence: &[quote::Occurrence], found: &[occurrences::Found]) -> Option<String> {
    let same = |place: &quote::Occurrence| place.kind < MatchKind::Reworded && place.role != Role::Furniture;
    let mut articles: Vec<ArticleId> = Vec::new();
    let mut uses = Vec::new();
    for (place, seen) in evidence.iter().zip(found).filter(|(place, _)| same(place)) {
        let Some(id) = place.article else { continue };
        let number = articles.iter().position(|known| *known == id).unwrap_or_else(|| {
            articles.push(id);
            articles.len() - 1
        });
        let time = place.published.as_ref().unwrap_or(&place.captured);
        let day = time.from.or(time.to).unwrap_or(0).div_euclid(crate::domain::time::DAY);
        uses.push(quote::formula::Use { article: number as u64, outlet: seen.view.outlet.as_deref(), day });
    }
    if let Some(formula) = quote::formula::formula(&uses) {
        return Some(format!(
            "these words are a formula: {} articles of {} outlets carry them on {} different days, so the first of them is no origin",
            formula.articles, formula.outlets, formula.days
        ));
    }
    let weight = quote::Pattern::new(query.folded(), query.canonical()).total();
    quote::formula::is_too_common(weight, articles.len())
        .then(|| format!("too common to attribute by words alone: {} articles carry them", articles.len()))
}

/// Where the words themselves stand in some article, a rewording is listed and never first.
fn first_of_these_words(evidence: &[quote::Occurrence]) -> Vec<quote::Occurrence> {
    let same = |place: &quote::Occurrence| place.kind < MatchKind::Reworded && place.role != Role::Furniture;
    let verbatim = evidence.iter().any(same);
    let mut evidence = evidence.to_vec();
    for place in evidence.iter_mut().filter(|place| verbatim && place.kind == MatchKind::Reworded) {
        place.differs = true;
    }
    evidence
}

/// Size and span of the archive that is looked through.
pub fn extent(tx: &ReadTx<'_>) -> Result<Extent, Error> {
    let head = tx.head()?;
    let (articles, from, to) = tx.extent()?;
    Ok(Extent { size: head.size, root: Digest(head.root).to_string(), articles, from, to })
}

/// Versions of everything an answer depends on.
pub fn versions() -> Versions {
    Versions {
        isnad: env!("CARGO_PKG_VERSION"),
        canonical: crate::domain::canonical::CANONICAL_VERSION,
        fold: quote::FOLD_VERSION,
        tokens: quote::TOKENS_VERSION,
        reworded: quote::reworded::RULE_VERSION,
        extractor: crate::page::EXTRACTOR.version,
    }
}
