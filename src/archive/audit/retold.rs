//! Retranslations: quotations of the same figure on the same days, found by speaker and names instead of words.
//!
//! Bounded: for each origin the index is asked [`QUESTIONS`] times; in all, of [`LOOKED_AT`] blocks the times are looked at,
//! [`LOOKED_INTO`] blocks are looked into and [`READ`] articles opened.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::{BlockHit, BlockPlaces};
use super::occurrences::{Articles, Found};
use crate::archive::Error;
use crate::quote::idf::{self, NAT, Weight};
use crate::quote::retelling::{Figure, Said, names_in, why_possibly};
use crate::quote::reworded::shared_names;
use crate::quote::stem::stem;
use crate::quote::{self, Hit, MatchKind, Pattern, Query, Target};
use crate::store::{ArticleRow, ReadTx};

/// Occurrences whose speaker is looked for.
const ORIGINS: usize = 3;
/// Questions to the index.
const QUESTIONS: usize = 6;
/// Blocks that one question may yield.
const ROWS: u32 = 500;
/// Blocks of which the times are looked at, for all origins together.
const LOOKED_AT: usize = 600;
/// Blocks of those days that are looked into, for all origins together.
const LOOKED_INTO: usize = 90;
/// Articles opened.
const READ: usize = 16;
/// Weight that must be shared before an article is opened.
const LEAST: Weight = 4 * NAT;
/// The share of the quotation's weight that must be shared.
const COVERAGE: f64 = 0.15;
/// Quotations outside these lengths in words are too little, or too much, to be matched by a name.
const WORDS: std::ops::RangeInclusive<usize> = 4..=80;

/// Somebody who said it, as one occurrence tells.
struct Origin {
    figure: Figure,
    said: Said,
}

/// Quotations that may be the same statement in another translation, one an article, with why in their notes.
pub(super) fn retold(
    tx: &ReadTx<'_>,
    query: &Query,
    found: &[Found],
    articles: &Articles,
) -> Result<Vec<BlockPlaces>, Error> {
    let mut names = names_in(query.folded(), query.canonical());
    // The name that the fewest texts hold tells most.
    names.sort_by_key(|name| std::cmp::Reverse(weight_of(name)));
    if names.is_empty() || !WORDS.contains(&query.folded().len()) {
        return Ok(Vec::new());
    }
    let origins = origins(found);
    let pattern = Pattern::new(query.folded(), query.canonical());
    // What only resembles the words may be a translation as well; what carries them is none.
    let carries = |place: &&Found| place.view.kind < MatchKind::Reworded;
    let carriers: BTreeSet<i64> =
        found.iter().filter(carries).filter_map(|place| Some(place.article.as_ref()?.key)).collect();
    let mut tellers_of = Vec::with_capacity(origins.len());
    for origin in &origins {
        tellers_of.push((origin, tellers(tx, origin, &names, &pattern, &carriers, origins.len())?));
    }
    let told = tellers_of.iter().flat_map(|(origin, tellers)| tellers.iter().map(move |teller| (*origin, teller)));
    let told = told.flat_map(|(origin, teller)| teller.articles.iter().map(move |article| (origin, teller, *article)));
    let mut opened: BTreeSet<i64> = BTreeSet::new();
    let open = told.filter(|(_, _, article)| opened.len() < READ && opened.insert(*article)).collect();
    let best = tx.each(open, 60, |tx, (origin, teller, article): (&Origin, &Teller, i64)| {
        let row = articles.read(tx, article)?;
        best_of(tx, query, &pattern, origin, &row, (teller.block, &teller.text))
    })?;
    Ok(best.into_iter().flatten().collect())
}

/// A block that may tell of it, with articles that carry it.
struct Teller {
    block: i64,
    text: String,
    articles: Vec<i64>,
}

/// The speakers of the earliest occurrences that name one and carry the words themselves.
fn origins(found: &[Found]) -> Vec<Origin> {
    let mut origins: Vec<Origin> = Vec::new();
    let mut early: Vec<&Found> = found.iter().collect();
    early.sort_by_key(|place| {
        (place.view.published.as_ref().and_then(|time| time.to).unwrap_or(i64::MAX), place.evidence.logged)
    });
    for place in early {
        if origins.len() == ORIGINS {
            break;
        }
        let (Some(speaker), Some(article), Some((block, within))) =
            (&place.view.speaker, &place.article, place.block())
        else {
            continue;
        };
        if place.view.kind == MatchKind::Reworded {
            continue;
        }
        let figure = Figure::of(speaker, &article.text());
        if origins.iter().all(|known| known.figure != figure) {
            let said = Said::of(block, within, place.view.published.as_ref(), &place.view.captured);
            origins.push(Origin { figure, said });
        }
    }
    origins
}

/// Blocks that hold a name of the quotation and the figure, were published about then and stand in articles that quote
/// the figure, those that share the most weight first; `origins` share the bounds.
fn tellers(
    tx: &ReadTx<'_>,
    origin: &Origin,
    names: &[String],
    pattern: &Pattern,
    carriers: &BTreeSet<i64>,
    origins: usize,
) -> Result<Vec<Teller>, Error> {
    let (from, to) = origin.said.reported_within();
    let least = LEAST.max((COVERAGE * f64::from(pattern.total())) as Weight);
    let mut then: Vec<i64> = Vec::new();
    let mut named = naming(tx, &origin.figure, names, LOOKED_AT / origins)?;
    while then.len() < LOOKED_INTO / origins && !named.is_empty() {
        let some = named.drain(..named.len().min(LOOKED_INTO / origins - then.len())).collect();
        let of_those_days = tx.each(some, 5, |tx, block| {
            let may = tx.may_be_published_within(block, from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX))?;
            Ok::<_, Error>(may.then_some(block))
        })?;
        then.extend(of_those_days.into_iter().flatten());
    }
    let looked_into = tx.each(then, 15, |tx, block| {
        // Who is quoted costs less to learn than what is shared.
        let mut articles = Vec::new();
        for article in tx.articles_with_block(block, 2)? {
            if !carriers.contains(&article) && quotes(tx, article, &origin.figure)? {
                articles.push(article);
            }
        }
        if articles.is_empty() {
            return Ok::<_, Error>(None);
        }
        let text = tx.block_text(block)?;
        let mass = pattern.align(&Target::new(&quote::fold(&text), &text)).mass;
        Ok((mass >= least).then_some((mass, Teller { block, text, articles })))
    })?;
    let mut heavy: Vec<(Weight, Teller)> = looked_into.into_iter().flatten().collect();
    heavy.sort_by_key(|(mass, teller)| (std::cmp::Reverse(*mass), teller.block));
    Ok(heavy.into_iter().map(|(_, teller)| teller).collect())
}

/// Whether an article quotes somebody who may be the figure.
fn quotes(tx: &ReadTx<'_>, article: i64, figure: &Figure) -> Result<bool, Error> {
    let quotations = tx.quotations(article)?;
    let mut speakers = quotations.iter().filter_map(|quotation| quotation.speaker.as_ref());
    Ok(speakers.any(|name| figure.may_be(name)))
}

/// What the words of a name weigh together.
fn weight_of(name: &str) -> Weight {
    quote::fold(name).words().map(|word| idf::weight(stem(word))).sum()
}

/// Blocks that hold the figure and a name, those that hold more and rarer ones first; at most `most`.
fn naming(tx: &ReadTx<'_>, figure: &Figure, names: &[String], most: usize) -> Result<Vec<i64>, Error> {
    let ways = figure.ways();
    let questions = ways.iter().flat_map(|way| names.iter().take(QUESTIONS / 2).map(move |name| (way, name)));
    let held = tx.each(questions.take(QUESTIONS).collect(), 30, |tx, (way, name): (&String, &String)| {
        let mut tokens = quote::query_tokens(way).words;
        tokens.extend(quote::query_tokens(name).words);
        tokens.sort_unstable();
        tokens.dedup();
        Ok::<_, Error>((tx.shown_with_all(&tokens, ROWS)?, weight_of(name)))
    })?;
    let mut weights: BTreeMap<i64, Weight> = BTreeMap::new();
    for (blocks, weight) in held {
        blocks.into_iter().for_each(|block| *weights.entry(block).or_default() += weight);
    }
    let mut blocks: Vec<(i64, Weight)> = weights.into_iter().collect();
    blocks.sort_by_key(|&(block, weight)| (std::cmp::Reverse(weight), block));
    blocks.truncate(most);
    Ok(blocks.into_iter().map(|(block, _)| block).collect())
}

/// The quotation of one article, in one of its blocks, that is most likely the statement.
fn best_of(
    tx: &ReadTx<'_>,
    query: &Query,
    pattern: &Pattern,
    origin: &Origin,
    row: &ArticleRow,
    (block, text): (i64, &str),
) -> Result<Option<BlockPlaces>, Error> {
    let at = row.blocks.iter().position(|(key, role, _)| *key == block && role.is_hashed());
    let Some(span) = at.and_then(|index| row.spans().get(index).cloned()) else { return Ok(None) };
    let Some(capture) = tx.current_captures_of_article(row.key)?.into_iter().next() else { return Ok(None) };
    let whole = row.text();
    let mut best: Option<(Weight, BlockPlaces)> = None;
    for quotation in tx.quotations(row.key)? {
        let (Some(speaker), true) = (&quotation.speaker, span.start <= quotation.start && quotation.end <= span.end)
        else {
            continue;
        };
        let within = quotation.start - span.start..quotation.end - span.start;
        let Some(words) = text.get(within.clone()) else { continue };
        let folded = quote::fold(words);
        let alignment = pattern.align(&Target::new(&folded, words));
        let names = shared_names((query.folded(), query.canonical()), (&folded, words));
        if alignment.coverage() < COVERAGE {
            continue;
        }
        let figure = Figure::of(speaker, &whole);
        let said = Said::of(text, within.clone(), capture.published.as_ref(), &capture.captured);
        let why = why_possibly((&origin.figure, &origin.said), (&figure, &said), &names, alignment.mass);
        let Some(why) = why.filter(|_| best.as_ref().is_none_or(|(mass, _)| *mass < alignment.mass)) else { continue };
        let hit = BlockHit {
            hit: Hit { kind: MatchKind::Reworded, start: within.start, end: within.end },
            score: (quote::likeness_score(pattern, &alignment) * 1000.0).round() / 1000.0,
            mass: Some((f64::from(alignment.mass) / f64::from(NAT) * 10.0).round() / 10.0),
            differs: true,
            notes: vec![why],
        };
        best = Some((alignment.mass, BlockPlaces { block, text: text.to_owned(), best: hit }));
    }
    Ok(best.map(|(_, place)| place))
}
