//! Words that everybody says: formulas, glosses, standing background paragraphs, and quotations too light to attribute.

use std::collections::{BTreeMap, BTreeSet};

use super::occurrences::Found;
use super::view::{Common, CommonKind};
use crate::domain::Role;
use crate::domain::time::DAY;
use crate::quote::formula::{Use, formula, is_too_common};
use crate::quote::{self, MatchKind, Pattern, Query};

/// A gloss has at most so many words: it explains a name in passing.
const GLOSS: usize = 9;
/// The share of uses that must look alike for the words to be called after them.
const MOSTLY: f64 = 0.6;

/// The share of the words asked for that must stand there in other words to make a use of them.
const REWORDED: f64 = 0.8;
/// The share of uses that name one speaker, from which they are this speaker's words.
const ONE_SPEAKER: f64 = 0.5;

/// Says when the words are too common for their first occurrence to be an origin. Copies of one article count once.
///
/// The words themselves decide; where no article has them, those that have them nearly: a standing sentence changes by
/// a word or two from use to use.
pub(super) fn common(query: &Query, found: &[Found]) -> Option<Common> {
    let in_articles = || found.iter().filter(|place| place.view.role != Role::Furniture);
    let mut same: Vec<&Found> = in_articles().filter(|place| place.view.kind < MatchKind::Reworded).collect();
    let verbatim = !same.is_empty();
    if !verbatim {
        same = in_articles().filter(|place| place.view.score >= REWORDED).collect();
    }
    let uses: Vec<Use<'_>> = same
        .iter()
        .filter_map(|place| {
            let time = place.evidence.claimed().unwrap_or(&place.view.captured);
            let day = time.from.or(time.to).unwrap_or(0).div_euclid(DAY);
            Some(Use { article: place.view.line? as u64, outlet: place.view.outlet.as_deref(), day })
        })
        .collect();
    let weight = Pattern::new(query.folded(), query.canonical()).total();
    let articles = uses.iter().map(|place| place.article).collect::<BTreeSet<u64>>().len();
    if verbatim && is_too_common(weight, articles) {
        let outlets: BTreeSet<&str> = uses.iter().filter_map(|place| place.outlet).collect();
        let days: BTreeSet<i64> = uses.iter().map(|place| place.day).collect();
        // Each article, copies too: nothing is said here of how they are kin.
        let articles = same.iter().filter_map(|place| place.view.article).collect::<BTreeSet<_>>().len();
        return Some(Common { kind: CommonKind::TooCommon, articles, outlets: outlets.len(), days: days.len() });
    }
    // What one and the same person says again and again was said for the first time once.
    let formula = formula(&uses, is_attributed(&same)).filter(|_| !is_one_persons(&same))?;
    let kind = kind(query, &same);
    Some(Common { kind, articles: formula.articles, outlets: formula.outlets, days: formula.days })
}

/// Whether the words are mostly one speaker's.
fn is_attributed(same: &[&Found]) -> bool {
    let mut speakers: BTreeMap<&str, usize> = BTreeMap::new();
    for speaker in same.iter().filter_map(|place| place.view.speaker.as_deref()) {
        *speakers.entry(speaker).or_default() += 1;
    }
    speakers.values().max().is_some_and(|&most| most as f64 >= ONE_SPEAKER * same.len() as f64)
}

/// Whether every use, without exception, is told as the words of one person, once at least by first name and last.
fn is_one_persons(same: &[&Found]) -> bool {
    let speakers: Option<Vec<&str>> = same.iter().map(|place| place.view.speaker.as_deref()).collect();
    speakers.is_some_and(|speakers| quote::retelling::is_one_person(&speakers))
}

/// What repeated words are: nobody's speech, few and inside a sentence, or a paragraph low on its pages; else a formula.
fn kind(query: &Query, same: &[&Found]) -> CommonKind {
    let mostly = |holds: &dyn Fn(&Found) -> bool| {
        same.iter().filter(|place| holds(place)).count() as f64 >= MOSTLY * same.len() as f64
    };
    let unquoted = mostly(&|place| place.view.speaker.is_none() && place.view.via.is_empty());
    if unquoted && query.folded().len() <= GLOSS {
        return CommonKind::Gloss;
    }
    let low_paragraph = mostly(&|place| {
        let (Some(article), Some(start), Some((block, within))) = (&place.article, place.view.start, place.block())
        else {
            return false;
        };
        let length = article.spans().last().map_or(1, |span| span.end);
        // The words are most of their paragraph, or begin or end it, and stand in the lower half.
        let whole = within.len() * 10 >= block.len() * 6 || within.start < 4 || within.end + 4 > block.len();
        whole && start * 2 >= length
    });
    if unquoted && low_paragraph { CommonKind::Background } else { CommonKind::Formula }
}

/// The same as a remark.
pub(super) fn in_words(common: &Common) -> String {
    let Common { articles, outlets, days, .. } = common;
    let spread = format!("{articles} unrelated articles of {outlets} outlets carry them on {days} different days");
    match common.kind {
        CommonKind::Formula => format!("these words are a formula: {spread}, so the first of them is no origin"),
        CommonKind::Gloss => {
            format!("these words are a gloss that explains a name or term: {spread}, so the first of them is no origin")
        }
        CommonKind::Background => format!(
            "these words are a standing background paragraph: {spread}, under different reports, so the first of them is no origin"
        ),
        CommonKind::TooCommon if *articles == 1 => {
            "too common to attribute by words alone: 1 article carries them".to_owned()
        }
        CommonKind::TooCommon => format!("too common to attribute by words alone: {articles} articles carry them"),
    }
}
