//! What changed between two articles or captures, word by word.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::article::BlockView;
use super::refs::Target;
use super::{Archive, Error};
use crate::domain::Role;

/// What became of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// In both.
    Same,
    /// Only in the first.
    Removed,
    /// Only in the second.
    Added,
}

/// A run of words with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// What became of it.
    pub change: Change,
    /// The words.
    pub text: String,
}

/// The answer: the line of `diff --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// First reference as a path.
    pub from: String,
    /// Second reference as a path.
    pub to: String,
    /// Whether article and furniture are equal.
    pub same: bool,
    /// Changes of the hashed blocks; paragraphs end with a pilcrow.
    pub article: Vec<Run>,
    /// Changes of everything around them; empty when an article, not a capture, was named.
    pub furniture: Vec<Run>,
}

impl Archive {
    /// Compares what two references name.
    pub fn diff(&self, from: &str, to: &str) -> Result<Difference, Error> {
        let (a, b) = (self.side(from)?, self.side(to)?);
        let article = runs(&a.article, &b.article);
        let furniture = if a.whole && b.whole { runs(&a.furniture, &b.furniture) } else { Vec::new() };
        let same = article.iter().chain(&furniture).all(|run| run.change == Change::Same);
        Ok(Difference { from: a.path, to: b.path, same, article, furniture })
    }

    fn side(&self, reference: &str) -> Result<Side, Error> {
        let target = self.resolve(reference)?.target;
        let path = target.path();
        let missing = || Error::not_found(reference, format!("{reference}: it is not in the archive"));
        let (blocks, whole) = match target {
            Target::Article(id) => (self.article(&id)?.ok_or_else(missing)?.blocks, false),
            Target::Capture(record) => (self.capture(&record)?.ok_or_else(missing)?.1, true),
            Target::Reading(reading) => {
                let record = self.capture_of_reading(&reading)?.ok_or_else(missing)?;
                (self.capture(&record)?.ok_or_else(missing)?.1, true)
            }
            Target::Payload(_) => {
                return Err(Error::usage(format!(
                    "{reference}: payloads are bytes; compare the captures or articles made of them"
                )));
            }
        };
        Ok(Side {
            path,
            whole,
            article: words(&blocks, Role::is_hashed),
            furniture: words(&blocks, |role| !role.is_hashed()),
        })
    }
}

struct Side {
    path: String,
    whole: bool,
    article: Vec<String>,
    furniture: Vec<String>,
}

/// The words of the blocks wanted, title first, a pilcrow after each block.
fn words(blocks: &[BlockView], wanted: impl Fn(Role) -> bool) -> Vec<String> {
    let mut chosen: Vec<&BlockView> = blocks.iter().filter(|block| wanted(block.role)).collect();
    chosen.sort_by_key(|block| block.role != Role::Title);
    let mut words = Vec::new();
    for block in chosen {
        words.extend(block.text.split(' ').map(str::to_owned));
        words.push("¶".to_owned());
    }
    words
}

fn runs(a: &[String], b: &[String]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut push = |change, words: &[String]| {
        if !words.is_empty() {
            runs.push(Run { change, text: words.join(" ") });
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, a, b) {
        let (old, new) = (&a[op.old_range()], &b[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => push(Change::Same, old),
            DiffOp::Delete { .. } => push(Change::Removed, old),
            DiffOp::Insert { .. } => push(Change::Added, new),
            DiffOp::Replace { .. } => {
                push(Change::Removed, old);
                push(Change::Added, new);
            }
        }
    }
    runs
}
