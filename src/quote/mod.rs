//! Finding words again: folding, stems, index tokens, matching, and the verdict over what was found.
//!
//! Pure: texts and evidence come in, places and orders go out. Three levels stand on one another, each with a map back
//! to bytes of the text (DESIGN.md section 7). L1 is the canonical text and decides `exact`. L2, [`fold`], forgets
//! spelling and decides `respelled`. L3, [`stem`], forgets light affixes; it finds and aligns, and never labels.
//! [`tokens`] makes of L3 what the search index stores; [`matching`] finds a quotation word for word in a text, [`align`]
//! finds what is left of it where words changed, and [`reworded`] decides whether that is the same statement;
//! [`drift`] shows what changed, [`edges`] what was cut off right beside the words, [`formula`] what everybody says anyway; [`verdict`] says what the places found amount to
//! and which of them came first.

pub mod align;
pub mod altered;
mod amounts;
mod calendar;
pub mod candidates;
mod certainty;
pub mod chain;
mod contrary;
mod counted;
mod denial;
pub mod drift;
mod duals;
pub mod edges;
pub mod fold;
pub mod formula;
#[cfg(test)]
mod gold;
mod governed;
pub mod idf;
mod introduced;
mod letters;
mod lexicon;
pub mod matching;
pub mod near;
mod number_edges;
mod numbers;
mod numerals;
pub mod outlets;
pub mod partial;
mod respelling;
pub mod retelling;
pub mod reworded;
mod sequence;
pub mod sources;
pub mod stem;
mod sum;
mod swapped;
pub mod telling;
pub mod tokens;
mod unspaced;
mod verbs;
pub mod verdict;

pub use align::{Alignment, Pattern, Target};
pub use altered::{Change, changes};
pub use candidates::Candidates;
pub use drift::{Op, Step, drift};
pub use fold::{FOLD_VERSION, Folded, fold};
pub use matching::{Hit, MatchKind, Query, QueryError, find};
pub use reworded::{Likeness, judge, likeness_score};
pub use tokens::{QueryTokens, TOKENS_VERSION, index_tokens, query_tokens};
pub use verdict::{Occurrence, Order, Ranking, Verdict, rank, verdict};
