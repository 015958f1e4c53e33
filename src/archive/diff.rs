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
    article: Vec<Vec<String>>,
    furniture: Vec<Vec<String>>,
}

/// The blocks wanted, title first, each as its words with a pilcrow after them.
fn words(blocks: &[BlockView], wanted: impl Fn(Role) -> bool) -> Vec<Vec<String>> {
    let mut chosen: Vec<&BlockView> = blocks.iter().filter(|block| wanted(block.role)).collect();
    chosen.sort_by_key(|block| block.role != Role::Title);
    let words = |block: &BlockView| block.text.split(' ').map(str::to_owned).chain([PILCROW.to_owned()]).collect();
    chosen.into_iter().map(words).collect()
}

/// What ends a block.
const PILCROW: &str = "¶";
/// Stretches of which one has more words times the other's than this are told apart as wholes.
const COMPARED: usize = 25_000_000;
/// So few equal words between two changes are chance: "the", "of".
const CHANCE: usize = 2;
/// A change of so many words is no mere change of spelling.
const GRAVE: usize = 4;

/// Compares block by block, then word by word where blocks differ.
fn runs(a: &[Vec<String>], b: &[Vec<String>]) -> Vec<Run> {
    let mut list: Vec<(Change, Vec<&str>)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, a, b) {
        let (old, new): (Vec<&str>, Vec<&str>) = (flat(&a[op.old_range()]), flat(&b[op.new_range()]));
        match op {
            DiffOp::Equal { .. } => push(&mut list, Change::Same, &old),
            _ if old.len().saturating_mul(new.len()) > COMPARED => {
                push(&mut list, Change::Removed, &old);
                push(&mut list, Change::Added, &new);
            }
            _ => by_words(&mut list, &old, &new),
        }
    }
    list.into_iter().map(|(change, words)| Run { change, text: words.join(" ") }).collect()
}

fn flat(blocks: &[Vec<String>]) -> Vec<&str> {
    blocks.iter().flatten().map(String::as_str).collect()
}

/// Adds a run, or adds to the last one of the same kind.
fn push<'a>(list: &mut Vec<(Change, Vec<&'a str>)>, change: Change, words: &[&'a str]) {
    match list.last_mut() {
        _ if words.is_empty() => {}
        Some((last, run)) if *last == change => run.extend(words),
        _ => list.push((change, words.to_vec())),
    }
}

/// Compares words; a word or two that two sentences share by chance do not break them into pieces.
fn by_words<'a>(list: &mut Vec<(Change, Vec<&'a str>)>, a: &[&'a str], b: &[&'a str]) {
    let ops = capture_diff_slices(Algorithm::Myers, a, b);
    let changed = |index: Option<usize>| {
        let op = index.and_then(|index| ops.get(index)).filter(|op| !matches!(op, DiffOp::Equal { .. }));
        op.map_or(0, |op| op.old_range().len().max(op.new_range().len()))
    };
    let (mut removed, mut added): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for (index, op) in ops.iter().enumerate() {
        let (old, new) = (&a[op.old_range()], &b[op.new_range()]);
        let by_chance = old.len() <= CHANCE
            && !old.contains(&PILCROW)
            && changed(index.checked_sub(1)) >= GRAVE
            && changed(Some(index + 1)) >= GRAVE;
        if matches!(op, DiffOp::Equal { .. }) && !by_chance {
            push(list, Change::Removed, &std::mem::take(&mut removed));
            push(list, Change::Added, &std::mem::take(&mut added));
            push(list, Change::Same, old);
        } else {
            removed.extend(old);
            added.extend(new);
        }
    }
    push(list, Change::Removed, &removed);
    push(list, Change::Added, &added);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(a: &[&str], b: &[&str]) -> String {
        let blocks = |texts: &[&str]| -> Vec<Vec<String>> {
            let words = |text: &&str| text.split(' ').map(str::to_owned).chain([PILCROW.to_owned()]).collect();
            texts.iter().map(words).collect()
        };
        let shown = runs(&blocks(a), &blocks(b)).into_iter().map(|run| match run.change {
            Change::Same => run.text,
            Change::Removed => format!("-[{}]", run.text),
            Change::Added => format!("+[{}]", run.text),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_changed_word_is_shown_alone() {
        let found = compared(&["Title", "Ten boats came back today"], &["Title", "Two boats came back today"]);
        assert_eq!(found, "Title ¶ -[Ten] +[Two] boats came back today ¶");
    }

    #[test]
    fn a_paragraph_moved_in_leaves_the_others_whole() {
        let found = compared(&["one one", "three three"], &["one one", "two two", "three three"]);
        assert_eq!(found, "one one ¶ +[two two ¶] three three ¶");
    }

    #[test]
    fn a_word_shared_by_chance_breaks_no_sentence() {
        let found = compared(&["a b c d of e f g h"], &["k l m n of o p q r"]);
        assert_eq!(found, "-[a b c d of e f g h] +[k l m n of o p q r] ¶");
    }
}
