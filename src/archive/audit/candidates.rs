//! From the words asked for to the places in blocks and articles that carry them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::archive::Error;
use crate::quote::candidates::{Candidates, KEPT, MOST_ROWS, rare_pairs};
use crate::quote::idf::NAT;
use crate::quote::tokens::QueryTokens;
use crate::quote::{self, Hit, Likeness, MatchKind, Pattern, Query, Target};
use crate::store::ReadTx;

/// Blocks looked at that carry every token of the query.
const WHOLE_BLOCKS: u32 = 5_000;
/// Articles read whole because the words may run over several of their blocks.
const WHOLE_ARTICLES: usize = 50;
/// A token that more blocks carry than this counts by the first of them only.
const COMMON: u32 = MOST_ROWS as u32;
/// Tokens of a query that are asked for at once.
const ASKED_AT_ONCE: usize = 12;

/// A place in a block, with what an alignment says of it where the words are not the same.
#[derive(Debug, Clone)]
pub(super) struct BlockHit {
    pub(super) hit: Hit,
    /// Share of the query that is there.
    pub(super) score: f64,
    /// Aligned weight in nats.
    pub(super) mass: Option<f64>,
    /// Whether a number, name or negation differs.
    pub(super) differs: bool,
    pub(super) notes: Vec<String>,
}

impl BlockHit {
    /// The words themselves, verbatim or respelled.
    pub(super) fn same(hit: Hit) -> Self {
        let differs = hit.kind == MatchKind::Reworded;
        let notes =
            if differs { vec!["a word bears other vowel marks: it may be another word".to_owned()] } else { vec![] };
        BlockHit { hit, score: 1.0, mass: None, differs, notes }
    }
}

/// A block that carries the words, with the best place in it.
#[derive(Debug, Clone)]
pub(super) struct BlockPlaces {
    pub(super) block: i64,
    pub(super) text: String,
    pub(super) best: BlockHit,
}

/// Words that run over several blocks of one article.
#[derive(Debug, Clone)]
pub(super) struct ArticlePlaces {
    pub(super) article: i64,
    pub(super) hits: Vec<Hit>,
}

/// Everything found.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) blocks: Vec<BlockPlaces>,
    pub(super) articles: Vec<ArticlePlaces>,
    /// Blocks that share too little to be called the same statement.
    pub(super) possibly: Vec<BlockPlaces>,
}

/// Looks the query up in the index and matches it in the texts found.
pub(super) fn places(tx: &ReadTx<'_>, query: &Query, notes: &mut Vec<String>) -> Result<Places, Error> {
    let tokens = quote::tokens::query_tokens_of(query.folded());
    let asked = spread(if tokens.grams.is_empty() { &tokens.words } else { &tokens.grams });
    let whole = tx.blocks_with_all(&asked, WHOLE_BLOCKS)?;
    if whole.len() as u32 == WHOLE_BLOCKS {
        notes.push(format!(
            "more than {WHOLE_BLOCKS} blocks carry these words; only the first {WHOLE_BLOCKS} were looked at"
        ));
    }
    let mut places = Places::default();
    for &block in &whole {
        let text = tx.block_text(block)?;
        let best = quote::find(query, &text).into_iter().min_by_key(|hit| (hit.kind, hit.start));
        if let Some(best) = best.map(BlockHit::same) {
            places.blocks.push(BlockPlaces { block, text, best });
        }
    }
    // Words over several blocks: no block has them all, so articles that share the rare ones are read whole.
    let mut near = BTreeSet::new();
    for window in &tokens.windows {
        near.extend(similar(tx, &tokens, window)?);
    }
    if tokens.words.len() > 1 {
        across(tx, query, &near, &mut places)?;
        reworded(tx, query, &near, &mut places)?;
    }
    Ok(places)
}

/// The blocks most worth aligning with one window of the query: those that share its rarest grams, and those that share
/// two of its rarest words, which survive where every third word was changed.
fn similar(tx: &ReadTx<'_>, tokens: &QueryTokens, window: &Range<usize>) -> Result<Vec<i64>, Error> {
    let blocks = tx.block_count()?;
    let mut candidates = Candidates::default();
    for gram in tokens.grams_in(window) {
        let rows = tx.blocks_with(gram, COMMON)?;
        let found = rows.len();
        candidates.add(rows, found, blocks);
    }
    let mut counted = Vec::new();
    for word in tokens.words_in(window) {
        counted.push((word.clone(), tx.blocks_with(word, COMMON)?.len() as u64));
    }
    for (one, other) in rare_pairs(&counted) {
        let rows = tx.blocks_with_all(&[one, other], COMMON)?;
        let found = rows.len();
        candidates.add(rows, found, blocks);
    }
    Ok(candidates.best(KEPT))
}

/// Aligns the query with blocks that share rare words, keeping what says the same in other words.
fn reworded(tx: &ReadTx<'_>, query: &Query, near: &BTreeSet<i64>, places: &mut Places) -> Result<(), Error> {
    let found: BTreeSet<i64> = places.blocks.iter().map(|place| place.block).collect();
    let pattern = Pattern::new(query.folded(), query.canonical());
    for &block in near.difference(&found) {
        let text = tx.block_text(block)?;
        let folded = quote::fold(&text);
        let alignment = pattern.align(&Target::new(&folded, &text));
        let likeness = quote::judge(&pattern, &alignment);
        let (Some(words), true) = (alignment.passage(), likeness > Likeness::Unlike) else { continue };
        let changes = quote::changes((query.folded(), query.canonical()), (&folded, &text), &alignment);
        let mut notes: Vec<String> = changes.iter().map(ToString::to_string).collect();
        if likeness == Likeness::Part {
            notes.push("carries a part of the words asked for".to_owned());
        }
        let last = words.end.saturating_sub(1).max(words.start);
        let hit = Hit { kind: MatchKind::Reworded, start: folded.span(words.start).start, end: folded.span(last).end };
        let best = BlockHit {
            hit,
            score: (quote::likeness_score(&pattern, &alignment) * 1000.0).round() / 1000.0,
            mass: Some((f64::from(alignment.mass) / f64::from(NAT) * 10.0).round() / 10.0),
            differs: !changes.is_empty(),
            notes,
        };
        let list = if likeness == Likeness::Possibly { &mut places.possibly } else { &mut places.blocks };
        list.push(BlockPlaces { block, text, best });
    }
    Ok(())
}

/// Matches the query in whole articles, keeping what no single block holds.
fn across(tx: &ReadTx<'_>, query: &Query, near: &BTreeSet<i64>, places: &mut Places) -> Result<(), Error> {
    let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
    for &block in near {
        for article in tx.articles_with_block(block, 20)? {
            *shared.entry(article).or_default() += 1;
        }
    }
    // The words must touch at least two blocks of the article.
    for article in shared.into_iter().filter(|(_, blocks)| *blocks > 1).map(|(article, _)| article).take(WHOLE_ARTICLES)
    {
        let row = tx.article_by_key(article)?;
        let spans = row.spans();
        let mut hits = quote::find(query, &row.text());
        hits.retain(|hit| !spans.iter().any(|span| span.start <= hit.start && hit.end <= span.end));
        hits.retain(|hit| hit.kind != MatchKind::Reworded);
        if !hits.is_empty() {
            places.articles.push(ArticlePlaces { article, hits });
        }
    }
    Ok(())
}

/// At most [`ASKED_AT_ONCE`] distinct tokens, spread evenly over the query.
fn spread(tokens: &[String]) -> Vec<String> {
    let step = tokens.len().div_ceil(ASKED_AT_ONCE).max(1);
    let mut seen = BTreeSet::new();
    tokens.iter().step_by(step).filter(|token| seen.insert(token.as_str())).cloned().collect()
}
