//! Where words first appeared in this archive: candidates from the index, matches in their texts, occurrences with
//! evidence, order and verdict; then how the occurrences depend on one another.

mod beside;
mod bulk;
mod candidates;
mod chain;
mod common;
mod descent;
mod earlier;
mod elsewhere;
mod lookup;
mod occurrences;
mod retold;
mod telling;
mod versions;
mod view;

pub use bulk::{Bulk, Line};
pub use elsewhere::verdict_elsewhere;
pub use view::*;

use std::collections::{BTreeMap, BTreeSet};

use self::occurrences::{Articles, Found};
use super::{Archive, Error};
use crate::domain::{ArticleId, Digest, Role};
use crate::quote::drift::{self, Drift};
use crate::quote::{self, MatchKind, Query, Ranking};
use crate::store::ReadTx;

/// The most words that one audit looks for; a longer text is cut there, and the audit says so.
pub const MAX_WORDS: usize = 20_000;

/// The most places that are listed as possibly the same statement.
const MAX_POSSIBLY: usize = 20;

/// Aligned weight in nats from which words alone make two passages the same statement (DESIGN.md section 7).
const SAME_BY_WORDS: f64 = 20.0;

impl Archive {
    /// Looks for `quotation` and says where it first appeared; lists at most `limit` occurrences.
    pub fn audit(&self, quotation: &str, limit: usize) -> Result<Audit, Error> {
        self.read_together(|tx| audit(tx, quotation, limit))
    }

    /// The complete audit: every occurrence with its records, nothing cut. What a bundle of an audit keeps.
    pub fn audit_whole(&self, quotation: &str) -> Result<Audit, Error> {
        self.audit(quotation, usize::MAX)
    }

    /// Compares two occurrences of an audit, numbered from 1 in the order listed: words and telling.
    pub fn compare(answer: &Audit, one: usize, other: usize) -> Result<Comparison, Error> {
        let place = |number: usize| {
            number.checked_sub(1).and_then(|index| answer.occurrences.get(index)).ok_or_else(|| {
                Error::usage(format!(
                    "there is no occurrence {number}; {} are listed, numbered from 1",
                    answer.occurrences.len()
                ))
            })
        };
        let (from, to) = (place(one)?, place(other)?);
        Ok(Comparison {
            from: one,
            to: other,
            drift: drift::compare(&from.text, &to.text),
            differs: telling::differences(from, to),
        })
    }
}

/// Audits within one moment of the archive.
pub fn audit(tx: &ReadTx<'_>, quotation: &str, limit: usize) -> Result<Audit, Error> {
    audit_with(tx, quotation, limit, None)
}

/// As [`audit`]; where `own` is given, the quotation is that article's, and what stands elsewhere is told apart.
fn audit_with(tx: &ReadTx<'_>, quotation: &str, limit: usize, own: Option<&elsewhere::Own>) -> Result<Audit, Error> {
    let mut notes = Vec::new();
    let query = Query::new(quotation).map_err(|e| Error::usage(e.to_string()))?;
    let query = within_bounds(query, &mut notes)?;
    let bidi = crate::domain::deleted_bidi_controls(quotation);
    if bidi > 0 {
        notes.push(format!("{bidi} invisible direction marks in the question were left out"));
    }
    let mut places = candidates::places(tx, &query, &mut notes)?;
    let articles = Articles::default();
    let mut found = occurrences::gather(tx, &query, &places.blocks, &places.articles, &articles, &mut notes)?;
    let retold = retold::retold(tx, &query, &found, &articles)?;
    let retold = occurrences::gather(tx, &query, &retold, &[], &articles, &mut notes)?;
    // What speaker, day and names make a translation is offered, though it happens to share words; with so many words in
    // common that they alone make it the same statement, it stays.
    found.retain(|place| {
        place.view.kind < MatchKind::Reworded
            || place.view.mass.is_none_or(|mass| mass >= SAME_BY_WORDS)
            || retold.iter().all(|other| other.view.article.is_none() || other.view.article != place.view.article)
    });
    let evidence: Vec<quote::Occurrence> = found.iter().map(|place| place.evidence.clone()).collect();
    let ranking = quote::rank(&first_of_these_words(&evidence));
    let lines = descent::descent(tx, &mut found, &ranking.list)?;
    notes.extend(beside::turned_everywhere(&found));
    let common = common::common(&query, &found);
    notes.extend(common.as_ref().map(common::in_words));
    notes.extend(earlier::remark(&found, &ranking));
    telling::tell(tx, &mut found, &ranking.list)?;
    let chain = chain::chain(query.canonical(), &mut found, &ranking.list);
    let undated = ranking.undated.len();
    if undated > 0 && ranking.published.is_some() {
        let occurrences = if undated == 1 { "occurrence" } else { "occurrences" };
        notes.push(format!("{undated} {occurrences} without a known publication date may be earlier"));
    }
    drift_of_shown(tx, &query, &mut found, &ranking, limit)?;
    let possibly = possibly(tx, &query, &found, retold, (&mut places, &articles), limit, &mut notes)?;
    let view = |index: usize| found[index].view.clone();
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
        lines,
        chain,
        common,
        possibly,
        notes,
        archive: extent(tx)?,
        versions: versions(),
        total: found.len(),
        elsewhere: own.map(|own| elsewhere::elsewhere(own, &found)),
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

/// Words of a quotation from which only the first few occurrences are compared with it word by word.
const LONG: usize = 200;
/// So many of them.
const COMPARED_OF_LONG: usize = 10;

/// Compares the words asked for with each occurrence that will be shown.
fn drift_of_shown(
    tx: &ReadTx<'_>,
    query: &Query,
    found: &mut [Found],
    ranking: &Ranking,
    limit: usize,
) -> Result<(), Error> {
    let most = if query.folded().len() > LONG { limit.min(COMPARED_OF_LONG) } else { limit };
    let firsts = [ranking.published, ranking.captured, ranking.logged, ranking.stamped].into_iter().flatten();
    let shown: BTreeSet<usize> = ranking
        .list
        .iter()
        .copied()
        .take(most)
        .chain(firsts)
        .chain(ranking.contenders.iter().copied().take(most))
        .collect();
    // Copies bear the same words: those are compared once.
    let words: BTreeSet<&str> = shown
        .iter()
        .map(|&index| &found[index].view)
        .filter(|view| view.kind != MatchKind::Exact)
        .map(|view| view.text.as_str())
        .collect();
    let drifts: BTreeMap<String, Drift> = tx
        .each(words.into_iter().collect(), 25, |_, words: &str| {
            Ok::<_, Error>((words.to_owned(), drift::compare(query.canonical(), words)))
        })?
        .into_iter()
        .collect();
    for index in shown {
        let Found { view, edges, .. } = &mut found[index];
        view.drift = drifts.get(&view.text).filter(|_| view.kind != MatchKind::Exact).cloned().unwrap_or_default();
        view.drift.put_edges(edges, query.core(), &view.text);
    }
    Ok(())
}

/// Places that may state the same: those found by words, and retranslations by speaker, day and names.
fn possibly(
    tx: &ReadTx<'_>,
    query: &Query,
    found: &[Found],
    retold: Vec<Found>,
    (places, articles): (&mut candidates::Places, &Articles),
    limit: usize,
    notes: &mut Vec<String>,
) -> Result<Vec<OccurrenceView>, Error> {
    // An article that carries the words is found, whatever else it says.
    let mut known: BTreeSet<ArticleId> = found.iter().filter_map(|place| place.view.article).collect();
    let most = limit.min(MAX_POSSIBLY);
    let mut views = Vec::new();
    // What speaker, day and names speak for stands before what shares some words.
    add_possible(retold, &mut known, &mut views);
    if views.len() < most {
        let by_words = heaviest(tx, query, (places, articles), most - views.len(), &known, notes)?;
        add_possible(by_words, &mut known, &mut views);
    }
    views.truncate(most);
    let order: Vec<usize> = (0..views.len()).collect();
    telling::tell(tx, &mut views, &order)?;
    tx.each(views, 25, |_, mut place| {
        place.view.drift = drift::compare(query.canonical(), &place.view.text);
        place.view.differs.clear();
        Ok(place.view)
    })
}

/// Adds what no known article carries, the heaviest first.
fn add_possible(mut list: Vec<Found>, known: &mut BTreeSet<ArticleId>, views: &mut Vec<Found>) {
    list.sort_by(|one, other| other.view.mass.unwrap_or(0.0).total_cmp(&one.view.mass.unwrap_or(0.0)));
    list.retain(|place| place.view.article.is_none_or(|article| !known.contains(&article)));
    known.extend(list.iter().filter_map(|place| place.view.article));
    views.extend(list);
}

/// The places that share most without being the same statement, of at least `enough` further articles where there are
/// so many: of those that share less no page is looked at.
fn heaviest(
    tx: &ReadTx<'_>,
    query: &Query,
    (places, articles): (&mut candidates::Places, &Articles),
    enough: usize,
    known: &BTreeSet<ArticleId>,
    notes: &mut Vec<String>,
) -> Result<Vec<Found>, Error> {
    let blocks = &mut places.possibly;
    blocks.sort_by(|one, other| other.best.mass.unwrap_or(0.0).total_cmp(&one.best.mass.unwrap_or(0.0)));
    let mut asked = enough;
    loop {
        let some = &blocks[..asked.min(blocks.len())];
        let mut remarks = Vec::new();
        let list = occurrences::gather(tx, query, some, &places.possibly_articles, articles, &mut remarks)?;
        let further = list.iter().filter(|place| place.view.article.is_none_or(|article| !known.contains(&article)));
        if asked >= blocks.len() || further.count() >= enough {
            notes.append(&mut remarks);
            return Ok(list);
        }
        asked *= 2;
    }
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
