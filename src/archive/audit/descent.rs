//! Lines of descent: which occurrences are copies or versions of one article, and which of them came first.

use std::collections::BTreeMap;

use super::occurrences::Found;
use super::view::{Near, NearKind, Which};
use crate::archive::Error;
use crate::domain::Basis;
use crate::quote::chain::{Precedence, may_precede};
use crate::quote::near::{Body, FEWEST_WORDS, worth_comparing};
use crate::store::ReadTx;

/// Articles compared word by word at most, in the order of the list; of further ones only blocks are compared.
const MOST_COMPARED: usize = 120;
/// Near occurrences named with each occurrence at most.
const MOST_NAMED: usize = 20;
/// The share of blocks from which articles beyond [`MOST_COMPARED`] are one line.
const BLOCKS: f64 = 0.6;

/// An article among the occurrences.
struct Carrier {
    body: Option<Body>,
    /// Keys of its blocks, sorted.
    blocks: Vec<i64>,
    words: usize,
}

/// Numbers the lines of descent, names near occurrences, and returns how many lines there are.
///
/// `order` lists the occurrences; lines are numbered from 1 by the first of each in it.
pub(super) fn descent(tx: &ReadTx<'_>, found: &mut [Found], order: &[usize]) -> Result<usize, Error> {
    let listed: Vec<usize> = order.iter().copied().filter(|&index| found[index].article.is_some()).collect();
    let mut keys: Vec<i64> = Vec::new();
    let mut of_place: BTreeMap<usize, usize> = BTreeMap::new();
    for &index in &listed {
        let Some(article) = &found[index].article else { continue };
        let number = keys.iter().position(|key| *key == article.key).unwrap_or_else(|| {
            keys.push(article.key);
            keys.len() - 1
        });
        of_place.insert(index, number);
    }
    let carriers = carriers(tx, found, &of_place, keys.len())?;
    let shares = shares(tx, &carriers)?;
    let mut groups: Vec<usize> = (0..keys.len()).collect();
    for (&(one, other), _) in shares.iter().filter(|(pair, _)| {
        // A text of a few words stands in many, and makes no kin of them.
        carriers[pair.0].words.min(carriers[pair.1].words) >= FEWEST_WORDS
    }) {
        unite(&mut groups, one, other);
    }
    let mut of_page: BTreeMap<&str, usize> = BTreeMap::new();
    for &index in &listed {
        if let Some(page) = found[index].evidence.page.as_deref() {
            let first = *of_page.entry(page).or_insert(of_place[&index]);
            unite(&mut groups, first, of_place[&index]);
        }
    }
    let near: Vec<(usize, Vec<Near>)> =
        listed.iter().map(|&index| (index, near_of(found, &listed, &of_place, &shares, index))).collect();
    let mut lines: Vec<usize> = Vec::new();
    for &index in &listed {
        let root = root(&groups, of_place[&index]);
        let line = lines.iter().position(|known| *known == root).unwrap_or_else(|| {
            lines.push(root);
            lines.len() - 1
        });
        found[index].view.line = Some(line + 1);
    }
    for (index, near) in near {
        found[index].view.near = near;
    }
    Ok(lines.len())
}

fn carriers(
    tx: &ReadTx<'_>,
    found: &[Found],
    of_place: &BTreeMap<usize, usize>,
    count: usize,
) -> Result<Vec<Carrier>, Error> {
    let mut first_place = vec![None; count];
    for (&place, &number) in of_place {
        first_place[number].get_or_insert(place);
    }
    let compare = count > 1;
    tx.each(first_place.into_iter().enumerate().collect(), 20, |_, (number, place): (usize, Option<usize>)| {
        let article = place.and_then(|place| found[place].article.as_ref());
        let mut blocks: Vec<i64> =
            article.map(|article| article.blocks.iter().map(|block| block.0).collect()).unwrap_or_default();
        blocks.sort_unstable();
        blocks.dedup();
        let body = article.filter(|_| compare && number < MOST_COMPARED).map(|article| Body::of(&article.text()));
        let words = body.as_ref().map_or(FEWEST_WORDS, Body::len);
        Ok(Carrier { body, blocks, words })
    })
}

/// The shares of near articles in each other: (of the first in the second, of the second in the first).
fn shares(tx: &ReadTx<'_>, carriers: &[Carrier]) -> Result<BTreeMap<(usize, usize), (f64, f64)>, Error> {
    // The first of the list have a body, the rest are compared by their blocks.
    let bodies: Vec<&Body> = carriers.iter().map_while(|carrier| carrier.body.as_ref()).collect();
    let near = tx.each(worth_comparing(&bodies), 8, |_, (one, other)| {
        let found = bodies[one].near(bodies[other]);
        Ok::<_, Error>(found.map(|found| ((one, other), (found.of_first, found.of_second))))
    })?;
    let mut shares: BTreeMap<(usize, usize), (f64, f64)> = near.into_iter().flatten().collect();
    for other in bodies.len()..carriers.len() {
        for one in 0..other {
            let (a, b) = (&carriers[one], &carriers[other]);
            let common = a.blocks.iter().filter(|block| b.blocks.binary_search(block).is_ok()).count() as f64;
            let (of_a, of_b) = (common / a.blocks.len().max(1) as f64, common / b.blocks.len().max(1) as f64);
            if common > 1.0 && of_a.max(of_b) >= BLOCKS {
                shares.insert((one, other), (of_a, of_b));
            }
        }
    }
    Ok(shares)
}

/// The occurrences near to `index`: the same text, another version of the page, a copy; the largest share first.
fn near_of(
    found: &[Found],
    listed: &[usize],
    of_place: &BTreeMap<usize, usize>,
    shares: &BTreeMap<(usize, usize), (f64, f64)>,
    index: usize,
) -> Vec<Near> {
    let own = of_place[&index];
    let mut near: Vec<(f64, Near)> = Vec::new();
    for &other in listed.iter().filter(|&&other| other != index) {
        let (number, there) = (of_place[&other], &found[other].view);
        let Some(article) = there.article else { continue };
        let page = found[index].same_page(&found[other]);
        let share = if number == own {
            Some((1.0, 1.0))
        } else {
            let stored = shares.get(&(own.min(number), own.max(number)));
            stored.map(|&(one, two)| if own < number { (one, two) } else { (two, one) })
        };
        let kind = match (number == own, page) {
            (true, _) => NearKind::Same,
            (false, true) => NearKind::Version,
            (false, false) => NearKind::Copy,
        };
        let Some((share, back)) = share.or_else(|| page.then_some((0.0, 0.0))) else { continue };
        let entry = Near {
            article,
            outlet: there.outlet.clone(),
            url: there.url.clone(),
            kind,
            share: (share * 1000.0).round() / 1000.0,
            first: which_first(&found[index], &found[other], page),
        };
        near.push((share + back, entry));
    }
    near.sort_by(|one, other| one.1.kind.cmp(&other.1.kind).then(other.0.total_cmp(&one.0)));
    near.truncate(MOST_NAMED);
    near.into_iter().map(|(_, near)| near).collect()
}

/// Which came first by publication; of versions of one page by capture, where publication does not tell.
fn which_first(here: &Found, there: &Found, page: bool) -> Option<Which> {
    match may_precede(here.evidence.claimed(), there.evidence.claimed()) {
        Precedence::Before => Some(Which::This),
        Precedence::After => Some(Which::Other),
        Precedence::Unknown if page && captured_before(here, there) => Some(Which::This),
        Precedence::Unknown if page && captured_before(there, here) => Some(Which::Other),
        Precedence::Unknown => None,
    }
}

/// Whether one was captured before the other. What is only known to have been ingested may be of any time before.
fn captured_before(one: &Found, other: &Found) -> bool {
    other.view.captured.basis != Basis::Ingest && one.view.captured.precedes(&other.view.captured)
}

fn root(groups: &[usize], mut at: usize) -> usize {
    while groups[at] != at {
        at = groups[at];
    }
    at
}

fn unite(groups: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(groups, one), root(groups, other));
    groups[one.max(other)] = one.min(other);
}
