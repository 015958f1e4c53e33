//! Compares the blocks of a page with the article's text that its JSON-LD states (`articleBody`).
//!
//! The stated text is never taken as it stands: only what a page shows becomes a block. But it says which blocks are the
//! article. Texts are compared by hashes of three words in a row.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::dom::{Dom, ROOT};
use super::fold::fold;
use super::outline::Outline;

/// Words that a stated text must have to be compared.
const ENOUGH: usize = 60;
/// Words that a block must have to be compared.
const BLOCK: usize = 4;

/// How far each block stands in the stated text.
#[derive(Debug)]
pub(super) struct Alignment {
    coverage: Vec<Option<f32>>,
}

impl Alignment {
    /// Compares; `None` when the stated text is short, or is not what the page shows.
    pub(super) fn of(outline: &Outline, stated: &str) -> Option<Alignment> {
        let stated = fold(&without_tags(stated));
        if stated.len() < ENOUGH {
            return None;
        }
        let triples: HashSet<u64> = stated.windows(3).map(hash).collect();
        let mut shown = HashSet::new();
        let coverage = outline.blocks.iter().map(|raw| {
            let words = fold(&raw.block.text);
            if words.len() < BLOCK {
                return None;
            }
            let own: Vec<u64> = words.windows(3).map(hash).filter(|triple| triples.contains(triple)).collect();
            let share = own.len() as f32 / (words.len() - 2) as f32;
            shown.extend(own);
            Some(share)
        });
        let coverage: Vec<Option<f32>> = coverage.collect();
        (shown.len() * 10 >= triples.len() * 8).then_some(Alignment { coverage })
    }

    /// Whether a block stands in the stated text.
    pub(super) fn is_in(&self, block: usize) -> bool {
        self.coverage[block].is_some_and(|share| share >= 0.75)
    }

    /// Whether a block certainly does not.
    pub(super) fn is_out(&self, block: usize) -> bool {
        self.coverage[block].is_some_and(|share| share <= 0.15)
    }
}

fn hash(words: &[String]) -> u64 {
    // Collisions only blur a measure, and the hasher's keys are fixed.
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}

/// Some sites put markup, escaped or not, into the text.
fn without_tags(text: &str) -> String {
    if text.contains("</") || text.contains("&lt;") || text.contains("&#") {
        let dom = Dom::parse(&text.replace("&lt;", "<").replace("&gt;", ">").replace('<', " <"));
        dom.text(ROOT)
    } else {
        text.to_owned()
    }
}
