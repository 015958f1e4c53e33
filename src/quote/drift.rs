//! How words travelled: a word-by-word comparison of two passages.

use std::ops::Range;

use super::edges::{Edge, EdgeSide};
use super::fold::{Folded, fold};
use super::sequence::{self, Joins, Word};

/// What became of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// Byte for byte the same.
    Same,
    /// The same word, spelled otherwise, joined or split, or a number in digits.
    Respelled,
    /// Another form of the word.
    Inflected,
    /// Another word in its place.
    Replaced,
    /// A word that only the second passage has.
    Added,
    /// A word that only the first passage has.
    Dropped,
}

/// One step from the first passage to the second; ranges are bytes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// What happened.
    pub op: Op,
    /// The words of the first passage; `None` where something was added.
    pub from: Option<Range<usize>>,
    /// The words of the second passage; `None` where something was dropped.
    pub to: Option<Range<usize>>,
}

/// Words compared at most; what comes after is listed as dropped and added.
const MOST_WORDS: usize = 1000;

const INFLECTED: u32 = 3;
const REPLACED: u32 = 10;
const ALONE: u32 = 6;
const JOINED: u32 = 1;

/// A move in the table: how many words of each passage it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    None,
    Pair,
    Drop,
    Add,
    Join,
    Split,
}

/// Compares two passages word by word, with the fewest and mildest changes.
pub fn drift(first: &str, second: &str) -> Vec<Step> {
    let (a, b) = (Side::new(first), Side::new(second));
    let moves = table(&a, &b);
    let (rows, columns) = (a.words.len(), b.words.len());
    let mut steps = Vec::new();
    let (mut i, mut j) = (rows, columns);
    while i > 0 || j > 0 {
        let step = moves[i * (columns + 1) + j];
        let (down, right) = match step {
            Move::Pair => (1, 1),
            Move::Join => (2, 1),
            Move::Split => (1, 2),
            Move::Add => (0, 1),
            Move::Drop => (1, 0),
            Move::None => break,
        };
        let (from, to) = (a.span(i - down..i), b.span(j - right..j));
        let op = match step {
            Move::Pair => pair_op(&a, i - 1, &b, j - 1),
            Move::Join | Move::Split => Op::Respelled,
            Move::Add => Op::Added,
            _ => Op::Dropped,
        };
        steps.push(Step { op, from, to });
        (i, j) = (i - down, j - right);
    }
    steps.reverse();
    steps.extend((rows..a.folded.len()).map(|at| Step { op: Op::Dropped, from: Some(a.folded.span(at)), to: None }));
    steps.extend((columns..b.folded.len()).map(|at| Step { op: Op::Added, from: None, to: Some(b.folded.span(at)) }));
    steps
}

/// What became of the words of one passage in another, ready to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Drift {
    /// Changed numbers, negations and names, in this order: they make another statement.
    pub changes: Vec<Changed>,
    /// Every word of both passages, runs of one kind taken together; empty where nothing changed.
    pub steps: Vec<Run>,
}

/// A number, negation or name that changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Changed {
    /// `number`, `negation` or `name`.
    pub kind: &'static str,
    /// The folded words of the first passage; empty where something was added.
    pub from: String,
    /// The folded words of the second; empty where something was dropped.
    pub to: String,
}

/// A run of words that fared alike.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Run {
    /// What happened to them.
    pub op: Op,
    /// The words of the first passage; `None` where some were added.
    pub from: Option<String>,
    /// The words of the second passage; `None` where some were dropped.
    pub to: Option<String>,
}

impl Drift {
    /// Whether the second passage repeats the first byte for byte, quotation marks and spaces apart.
    pub fn is_none(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Compares two passages for people: what changed most gravely first, then word by word.
pub fn compare(first: &str, second: &str) -> Drift {
    let steps = drift(first, second);
    if steps.iter().all(|step| step.op == Op::Same) {
        return Drift::default();
    }
    let (asked, there) = (fold(first), fold(second));
    let pattern = super::align::Pattern::new(&asked, first);
    let alignment = pattern.align(&super::align::Target::new(&there, second));
    let mut changes = super::altered::changes((&asked, first), (&there, second), &alignment);
    changes.sort_by_key(|change| change.kind);
    changes.dedup();
    Drift {
        changes: changes
            .into_iter()
            .map(|change| Changed { kind: change.kind.name(), from: change.from, to: change.to })
            .collect(),
        steps: runs(&steps, first, second),
    }
}

impl Drift {
    /// Puts what stands right beside the words in front of the changes, and among the steps; `first` and `second` are
    /// the passages compared.
    pub fn put_edges(&mut self, edges: &[Edge], first: &str, second: &str) {
        if edges.is_empty() {
            return;
        }
        if self.steps.is_empty() {
            self.steps = runs(&drift(first, second), first, second);
        }
        for edge in edges.iter().rev() {
            let change = Changed { kind: edge.kind.name(), from: String::new(), to: edge.words.clone() };
            self.changes.insert(0, change);
            let step = Run { op: Op::Added, from: None, to: Some(edge.words.clone()) };
            match edge.side {
                EdgeSide::Before => self.steps.insert(0, step),
                EdgeSide::After => self.steps.push(step),
            }
        }
    }
}

/// Takes neighbouring steps of one kind together.
fn runs(steps: &[Step], first: &str, second: &str) -> Vec<Run> {
    let hull = |steps: &[Step], side: fn(&Step) -> Option<&Range<usize>>| {
        let mut ranges = steps.iter().filter_map(side);
        let start = ranges.next()?.clone();
        Some(ranges.fold(start, |whole, range| whole.start..range.end))
    };
    let words = |text: &str, range: Option<Range<usize>>| {
        range.and_then(|range| text.get(range)).map(|words| words.replace('\n', " ").replace("  ", " "))
    };
    steps
        .chunk_by(|one, next| one.op == next.op)
        .map(|steps| Run {
            op: steps[0].op,
            from: words(first, hull(steps, |step| step.from.as_ref())),
            to: words(second, hull(steps, |step| step.to.as_ref())),
        })
        .collect()
}

struct Side<'t> {
    text: &'t str,
    folded: Folded,
    words: Vec<Word>,
}

impl<'t> Side<'t> {
    fn new(text: &'t str) -> Side<'t> {
        let folded = fold(text);
        let mut words = sequence::words(&folded, text, Joins::All);
        words.truncate(MOST_WORDS);
        Side { text, folded, words }
    }

    fn span(&self, words: Range<usize>) -> Option<Range<usize>> {
        (!words.is_empty()).then(|| self.folded.span(words.start).start..self.folded.span(words.end - 1).end)
    }
}

/// The cheapest last move at every pair of prefixes.
fn table(a: &Side<'_>, b: &Side<'_>) -> Vec<Move> {
    let (rows, columns) = (a.words.len(), b.words.len());
    let mut moves = vec![Move::None; (rows + 1) * (columns + 1)];
    let mut costs = [vec![0u32; columns + 1], vec![0u32; columns + 1], vec![0u32; columns + 1]];
    for i in 0..=rows {
        for j in 0..=columns {
            let mut best = (if i + j == 0 { 0 } else { u32::MAX }, Move::None);
            let mut offer = |cost: u32, step: Move| {
                if cost < best.0 {
                    best = (cost, step);
                }
            };
            let row = |back: usize| &costs[(i + 3 - back) % 3];
            // Of equal ways the one whose lone words come last reads best.
            if i > 0 {
                offer(row(1)[j] + ALONE, Move::Drop);
            }
            if j > 0 {
                offer(row(0)[j - 1] + ALONE, Move::Add);
            }
            if i > 0 && j > 0 {
                offer(row(1)[j - 1] + pair_cost(a, i - 1, b, j - 1), Move::Pair);
            }
            if i > 1 && j > 0 && a.words[i - 2].joined == b.words[j - 1].stem {
                offer(row(2)[j - 1] + JOINED, Move::Join);
            }
            if i > 0 && j > 1 && b.words[j - 2].joined == a.words[i - 1].stem {
                offer(row(1)[j - 2] + JOINED, Move::Split);
            }
            costs[i % 3][j] = best.0;
            moves[i * (columns + 1) + j] = best.1;
        }
    }
    moves
}

fn pair_cost(a: &Side<'_>, i: usize, b: &Side<'_>, j: usize) -> u32 {
    let (ours, theirs) = (&a.words[i], &b.words[j]);
    if ours.stem == theirs.stem || ours.loose == theirs.loose {
        match pair_op(a, i, b, j) {
            Op::Same | Op::Respelled => 0,
            Op::Inflected => INFLECTED,
            _ => REPLACED,
        }
    } else {
        REPLACED
    }
}

fn pair_op(a: &Side<'_>, i: usize, b: &Side<'_>, j: usize) -> Op {
    let (ours, theirs) = (&a.words[i], &b.words[j]);
    if a.text.get(a.folded.span(i)) == b.text.get(b.folded.span(j)) {
        Op::Same
    } else if a.folded.word(i) == b.folded.word(j) {
        if a.folded.marks_agree(i, &b.folded, j) { Op::Respelled } else { Op::Replaced }
    } else if let Some((one, other)) = numbers_of(a, i, b, j) {
        if one == other { Op::Respelled } else { Op::Replaced }
    } else if ours.stem == theirs.stem || ours.loose == theirs.loose {
        Op::Inflected
    } else {
        Op::Replaced
    }
}

fn numbers_of(a: &Side<'_>, i: usize, b: &Side<'_>, j: usize) -> Option<(u64, u64)> {
    super::numbers::value(a.folded.word(i)).zip(super::numbers::value(b.folded.word(j)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ops(first: &str, second: &str) -> Vec<Op> {
        drift(first, second).iter().map(|step| step.op).collect()
    }

    use Op::{Added, Dropped, Inflected, Replaced, Respelled, Same};

    #[test]
    fn each_change_has_its_name() {
        let (first, second) =
            ("عملية مكافحة الإرهاب في سوريا قاربت النهاية", "عملية مكافحه الارهاب في سورية انتهت تقريبا اليوم");
        assert_eq!(ops(first, second), [Same, Respelled, Respelled, Same, Inflected, Replaced, Replaced, Added]);
        assert_eq!(ops("قتلوا 5 مدنيين أمس", "قتل خمسة مدنيين"), [Inflected, Respelled, Same, Dropped]);
        assert_eq!(ops("وصل بـ دمشق", "وصل بدمشق"), [Same, Respelled]);
        assert_eq!(ops("قَتل", "قُتل"), [Replaced]);
        assert_eq!(ops("", ""), []);
    }

    #[test]
    fn steps_point_at_the_words() {
        let (first, second) = ("a b c", "a x y c");
        let steps = drift(first, second);
        let words: Vec<(Option<&str>, Option<&str>)> = steps
            .iter()
            .map(|step| (step.from.clone().map(|range| &first[range]), step.to.clone().map(|range| &second[range])))
            .collect();
        assert_eq!(words.first(), Some(&(Some("a"), Some("a"))));
        assert_eq!(words.last(), Some(&(Some("c"), Some("c"))));
        assert_eq!(words.len(), 4);
    }

    #[test]
    fn a_comparison_names_the_gravest_changes_first() {
        let first = "أكدت روسيا أن 14 مدنيا لم يغادروا البلدة القديمة مساء الجمعة";
        let second = "أكدت تركيا أن ٤١ مدنيا غادروا البلدة القديمة يوم الجمعة";
        let drift = compare(first, second);
        let changes: Vec<(&str, &str, &str)> =
            drift.changes.iter().map(|change| (change.kind, change.from.as_str(), change.to.as_str())).collect();
        assert_eq!(changes, [("number", "14", "41"), ("negation", "لم", ""), ("name", "روسيا", "تركيا")]);
        let told: String = drift.steps.iter().map(|run| format!("{:?} ", run.op)).collect();
        assert!(told.starts_with("Same Replaced Same Replaced Same"), "{told}");
        let joined = |side: fn(&Run) -> Option<&String>| {
            drift.steps.iter().filter_map(side).cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!((joined(|run| run.from.as_ref()).as_str(), joined(|run| run.to.as_ref()).as_str()), (first, second));
        assert!(compare(first, first).is_none() && compare("«قال»", "قال").is_none());
    }

    proptest! {
        #[test]
        fn every_word_appears_once_and_in_order(first in "[ابتثج 0-3a-c.]{0,40}", second in "[ابتثج 0-3a-c.]{0,40}") {
            let steps = drift(&first, &second);
            let covered = |text: &str, ranges: Vec<Range<usize>>| {
                let folded = fold(text);
                let words: usize = ranges.iter().map(|range| fold(&text[range.clone()]).len()).sum();
                ranges.windows(2).all(|two| two[0].end <= two[1].start) && words == folded.len()
            };
            prop_assert!(covered(&first, steps.iter().filter_map(|step| step.from.clone()).collect()));
            prop_assert!(covered(&second, steps.iter().filter_map(|step| step.to.clone()).collect()));
        }

        #[test]
        fn a_text_drifts_to_itself_by_nothing(text in any::<String>()) {
            prop_assert!(drift(&text, &text).iter().all(|step| step.op == Same));
        }
    }
}
