//! Near copies of an outlet's articles in other outlets, and which came first by which clock.
//!
//! Copies are looked for by runs of words in the index and counted word by word ([`Body`]). That a text was there
//! earlier is evidence of order, not of who took it from whom: both may have it from an agency.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Archive, Error};
use crate::domain::{ArticleId, Basis, Time};
use crate::quote::chain::{Precedence, may_precede};
use crate::quote::near::{Body, FEWEST_WORDS};
use crate::quote::tokens::{GRAM, query_tokens};
use crate::store::{PageRow, ReadTx};

/// Articles of the outlet that are looked at in one answer.
pub const WINDOW: u32 = 100;
/// Blocks of an article that are looked for, the longest first.
const BLOCKS: usize = 3;
/// Places in a block that the index is asked for.
const PROBES: usize = 3;
/// Blocks read for one place.
const ROWS: u32 = 24;
/// Pages read for one block.
const PAGES: u32 = 12;
/// Articles compared with one article.
const COMPARED: usize = 16;

/// What decides which of two copies came first, and which that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Came {
    /// The other outlet's was published first.
    TheirsPublished,
    /// Publication does not tell; the other outlet's was captured first.
    TheirsCaptured,
    /// Nothing tells.
    Undetermined,
    /// Publication does not tell; this outlet's was captured first.
    OursCaptured,
    /// This outlet's was published first.
    OursPublished,
}

impl Came {
    /// Every answer, theirs first.
    pub const ALL: [Came; 5] =
        [Came::TheirsPublished, Came::TheirsCaptured, Came::Undetermined, Came::OursCaptured, Came::OursPublished];
}

/// One side of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The article.
    pub article: ArticleId,
    /// Its title.
    pub title: Option<String>,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
    /// Best claim of the capture time.
    pub captured: Time,
}

/// An article of the outlet and a near copy of it elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// This outlet's.
    pub ours: Side,
    /// The other's.
    pub theirs: Side,
    /// The larger share of one's words that stand in the other, 0 to 1.
    pub share: f64,
    /// Which came first.
    pub came: Came,
}

/// The near copies that another outlet has.
#[derive(Debug, Clone, PartialEq)]
pub struct Copies {
    /// The other outlet, by domain or name.
    pub outlet: String,
    /// Its display name.
    pub name: Option<String>,
    /// The pairs, one an article of ours: the nearest copy.
    pub pairs: Vec<Pair>,
}

impl Copies {
    /// How many pairs came in which order.
    pub fn count(&self, came: Came) -> usize {
        self.pairs.iter().filter(|pair| pair.came == came).count()
    }
}

/// What was looked at and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct CopiesOf {
    /// Articles of the outlet that were looked at.
    pub looked_at: usize,
    /// The other outlets, most copies first.
    pub outlets: Vec<Copies>,
}

impl Archive {
    /// Near copies, in other outlets, of the articles of an outlet that were logged before an index, newest first.
    pub fn copies(&self, outlet: &str, before: Option<u64>) -> Result<CopiesOf, Error> {
        self.read(|tx| copies(tx, outlet, before))
    }
}

fn copies(tx: &ReadTx<'_>, outlet: &str, before: Option<u64>) -> Result<CopiesOf, Error> {
    let mut seen = BTreeSet::new();
    let mut bodies = Bodies::default();
    let mut found: BTreeMap<String, Copies> = BTreeMap::new();
    for page in tx.pages_of_outlet(outlet, before, WINDOW)? {
        let Some((key, id)) = page.article.filter(|(key, _)| seen.insert(*key)) else { continue };
        let row = tx.article_by_key(key)?;
        let body = Body::of(&row.text());
        if body.len() < FEWEST_WORDS {
            continue;
        }
        let ours = side(&page, id);
        let mut nearest: BTreeMap<String, (Pair, Option<String>)> = BTreeMap::new();
        for (_, there) in carriers(tx, outlet, &row.blocks)? {
            let (Some((other, theirs)), Some(name)) = (there.article, there.outlet.clone()) else { continue };
            let Some(share) = bodies.share(tx, &body, other)? else { continue };
            let theirs = side(&there, theirs);
            let pair = Pair { came: came(&ours, &theirs), ours: ours.clone(), theirs, share };
            if nearest.get(&name).is_none_or(|(known, _)| known.share < share) {
                nearest.insert(name, (pair, there.display));
            }
        }
        for (outlet, (pair, name)) in nearest {
            let entry = found.entry(outlet.clone()).or_insert_with(|| Copies { outlet, name, pairs: Vec::new() });
            entry.pairs.push(pair);
        }
    }
    let mut outlets: Vec<Copies> = found.into_values().collect();
    outlets.sort_by(|one, other| other.pairs.len().cmp(&one.pairs.len()).then(one.outlet.cmp(&other.outlet)));
    Ok(CopiesOf { looked_at: seen.len(), outlets })
}

fn side(page: &PageRow, article: ArticleId) -> Side {
    Side { article, title: page.title.clone(), published: page.published.clone(), captured: page.captured.clone() }
}

/// Which of two came first, by publication where that tells, else by capture, where somebody stated when.
fn came(ours: &Side, theirs: &Side) -> Came {
    match may_precede(ours.published.as_ref(), theirs.published.as_ref()) {
        Precedence::Before => return Came::OursPublished,
        Precedence::After => return Came::TheirsPublished,
        Precedence::Unknown => {}
    }
    if ours.captured.basis == Basis::Ingest || theirs.captured.basis == Basis::Ingest {
        return Came::Undetermined;
    }
    match (ours.captured.precedes(&theirs.captured), theirs.captured.precedes(&ours.captured)) {
        (true, false) => Came::OursCaptured,
        (false, true) => Came::TheirsCaptured,
        _ => Came::Undetermined,
    }
}

/// Pages of other outlets that share runs of words with these blocks, by article, the earliest page of each outlet first.
fn carriers(
    tx: &ReadTx<'_>,
    outlet: &str,
    blocks: &[(i64, crate::domain::Role, String)],
) -> Result<BTreeMap<(i64, String), PageRow>, Error> {
    let mut longest: Vec<&(i64, crate::domain::Role, String)> = blocks.iter().collect();
    longest.sort_by_key(|(key, _, text)| (std::cmp::Reverse(text.len()), *key));
    let mut candidates: BTreeSet<i64> = BTreeSet::new();
    for (key, _, text) in longest.into_iter().take(BLOCKS) {
        candidates.insert(*key);
        let grams = query_tokens(text).grams;
        for probe in 0..PROBES {
            // Two grams in a row: six words that stand together, nearly always.
            let at = grams.len().saturating_sub(GRAM) * (2 * probe + 1) / (2 * PROBES);
            let pair: Vec<String> = [at, at + GRAM].iter().filter_map(|&at| grams.get(at).cloned()).collect();
            candidates.extend(tx.blocks_with_all(&pair, ROWS)?);
        }
    }
    let mut pages: BTreeMap<(i64, String), PageRow> = BTreeMap::new();
    for block in candidates {
        for page in tx.pages_with_block(block, outlet, PAGES)? {
            let (Some((article, _)), Some(name)) = (page.article, page.outlet.clone()) else { continue };
            if pages.len() < COMPARED || pages.contains_key(&(article, name.clone())) {
                let known = pages.entry((article, name)).or_insert_with(|| page.clone());
                if page.logged < known.logged {
                    *known = page;
                }
            }
        }
    }
    Ok(pages)
}

/// Texts of other outlets, made ready once each.
#[derive(Default)]
struct Bodies(HashMap<i64, Body>);

impl Bodies {
    /// The larger share of one text in the other, where they are near.
    fn share(&mut self, tx: &ReadTx<'_>, ours: &Body, other: i64) -> Result<Option<f64>, Error> {
        let theirs = match self.0.entry(other) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Body::of(&tx.article_by_key(other)?.text())),
        };
        if theirs.len() < FEWEST_WORDS {
            return Ok(None);
        }
        let shares = ours.near(theirs);
        Ok(shares.map(|shares| shares.of_first.max(shares.of_second).min(1.0)))
    }
}
