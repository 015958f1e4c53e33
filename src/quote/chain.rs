//! How words travelled: which place depends on which, by the source it names or by wording that only the two share.
//!
//! Both are inferences, and each link says from what. Shared *changes* show dependence, shared words do not: where
//! two places alone put the same other word, the one has it from the other, or both from a third that is not here.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::drift::{Op, drift};
use super::matching::MatchKind;
use crate::domain::Time;

/// Places compared word by word with one another at most; further ones are linked by name only.
pub const MOST_COMPARED: usize = 60;
/// Words of a quotation whose variants are compared at most.
const MOST_WORDS: usize = 400;
/// Weight of shared changes from which a link is drawn.
const ENOUGH: u32 = 4;

/// A place as far as its descent goes.
#[derive(Debug, Clone)]
pub struct Teller<'a> {
    /// What makes its article; places of one article are one teller.
    pub article: usize,
    /// The words as they stand there.
    pub text: &'a str,
    /// How they match those asked for.
    pub kind: MatchKind,
    /// When it was published, as far as known.
    pub published: Option<&'a Time>,
}

/// Whether `one` was, or may have been, published before `other`.
pub fn may_precede(one: Option<&Time>, other: Option<&Time>) -> Precedence {
    match (one, other) {
        (Some(one), Some(other)) if one.precedes(other) => Precedence::Before,
        (Some(one), Some(other)) if other.precedes(one) => Precedence::After,
        _ => Precedence::Unknown,
    }
}

/// What is known of the order of two publications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// The first is earlier.
    Before,
    /// The first is later.
    After,
    /// It may be either.
    Unknown,
}

/// The words asked for and those that stand in their place; either may be empty.
pub type Variant = (String, String);

/// Two tellers that share what no other has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedWording {
    /// Index of the earlier one in the list given, or of the first listed where the order is unknown.
    pub one: usize,
    /// Index of the other.
    pub other: usize,
    /// What only they have: the words asked for (empty where they put some in), and theirs (empty where they left out).
    pub changes: Vec<Variant>,
}

/// Weight from which a word is no particle.
const TELLING: super::idf::Weight = 3 * super::idf::NAT;

/// A place in the quotation: before word n (even) or word n itself (odd).
type Slot = usize;

/// Finds pairs of tellers that alone share changes to the words asked for; tellers come in the order of time.
///
/// A change counts where at least one other teller has that place and reads it otherwise: fully where two others agree
/// with each other, by half else, and less for mere spelling.
pub fn shared_wording(asked: &str, tellers: &[Teller<'_>]) -> Vec<SharedWording> {
    let tellers = &tellers[..tellers.len().min(MOST_COMPARED)];
    let articles: std::collections::BTreeSet<usize> = tellers.iter().map(|teller| teller.article).collect();
    if articles.len() < 3 || asked.split(' ').count() > MOST_WORDS {
        return Vec::new();
    }
    // Copies read alike: each wording is compared once.
    let mut of_words: BTreeMap<(&str, bool), Rc<Readings>> = BTreeMap::new();
    let readings: Vec<Rc<Readings>> = tellers
        .iter()
        .map(|teller| {
            let wording = (teller.text, teller.kind == MatchKind::Exact);
            of_words.entry(wording).or_insert_with(|| Rc::new(Readings::of(asked, teller))).clone()
        })
        .collect();
    if readings.iter().all(|readings| readings.differing.is_empty()) {
        return Vec::new();
    }
    let mut slots: Vec<Slot> = readings.iter().flat_map(|readings| readings.differing.keys().copied()).collect();
    slots.sort_unstable();
    slots.dedup();
    let mut pairs: BTreeMap<(usize, usize), (u32, Vec<Variant>)> = BTreeMap::new();
    for slot in slots {
        // What each teller reads there; those that end before it read nothing.
        let mut by_reading: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut seen = std::collections::BTreeSet::new();
        for (index, readings) in readings.iter().enumerate() {
            let Some(reading) = readings.at(slot) else { continue };
            if seen.insert(tellers[index].article) {
                by_reading.entry(reading.key.as_str()).or_default().push(index);
            }
        }
        let others_agree = |skip: &str| by_reading.iter().any(|(key, who)| *key != skip && who.len() > 1);
        for (key, who) in &by_reading {
            let [one, other] = who.as_slice() else { continue };
            // Agreement with what was asked for is no change, unless all others agree on something else.
            let Some(reading) = readings[*one].differing.get(&slot) else { continue };
            if by_reading.len() < 2 {
                continue;
            }
            let weight = reading.weight * if others_agree(key) { 2 } else { 1 };
            let entry = pairs.entry((*one, *other)).or_default();
            entry.0 += weight;
            entry.1.push((reading.asked.clone(), reading.key.clone()));
        }
    }
    let enough = pairs.into_iter().filter(|(_, (weight, _))| *weight >= ENOUGH);
    enough.map(|((one, other), (_, changes))| SharedWording { one, other, changes }).collect()
}

/// What one teller reads at each place of the quotation.
struct Readings {
    differing: BTreeMap<Slot, Reading>,
    covered: std::ops::Range<Slot>,
    same: Reading,
}

struct Reading {
    asked: String,
    /// The words there, without punctuation.
    key: String,
    weight: u32,
}

impl Readings {
    fn of(asked: &str, teller: &Teller<'_>) -> Readings {
        let same = Reading { asked: String::new(), key: "\u{0}same".to_owned(), weight: 0 };
        let words = super::fold::fold(asked).len();
        let mut readings = Readings { differing: BTreeMap::new(), covered: 0..2 * words + 1, same };
        if teller.kind == MatchKind::Exact {
            return readings;
        }
        let steps = drift(asked, teller.text);
        // What is missing at either end was cut, which says nothing.
        let first = steps.iter().position(|step| step.op != Op::Dropped).unwrap_or(steps.len());
        let last = steps.iter().rposition(|step| step.op != Op::Dropped).map_or(first, |at| at + 1);
        let words_of = |text: &str, range: &Option<std::ops::Range<usize>>| {
            range.clone().and_then(|range| text.get(range)).unwrap_or_default().to_owned()
        };
        let count = |text: &str| super::fold::fold(text).len();
        let mut word = 0;
        for (index, step) in steps.iter().enumerate() {
            let (from, to) = (words_of(asked, &step.from), words_of(teller.text, &step.to));
            let taken = count(&from);
            if index < first {
                readings.covered.start = 2 * (word + taken) + 1;
            } else if index >= last {
                readings.covered.end = readings.covered.end.min(2 * word);
            } else {
                let weight = match step.op {
                    Op::Same => 0,
                    Op::Respelled | Op::Inflected | Op::Dropped => 1,
                    Op::Replaced | Op::Added => {
                        if tells(&from, &to) {
                            2
                        } else {
                            1
                        }
                    }
                };
                let slot = if step.op == Op::Added { 2 * word } else { 2 * word + 1 };
                if weight > 0 {
                    let held = readings.differing.entry(slot).or_insert(Reading {
                        asked: String::new(),
                        key: String::new(),
                        weight: 0,
                    });
                    join(&mut held.asked, &from);
                    join(&mut held.key, &to);
                    held.weight = held.weight.max(weight);
                }
            }
            word += taken;
        }
        readings
    }

    fn at(&self, slot: Slot) -> Option<&Reading> {
        self.covered.contains(&slot).then(|| self.differing.get(&slot).unwrap_or(&self.same))
    }
}

/// Whether words that came in say something: a particle anybody may put in, another seat of a hamza does not.
fn tells(from: &str, to: &str) -> bool {
    let skeleton = |text: &str| -> String { text.chars().filter(|c| !"ءئؤأإآاىي".contains(*c)).collect() };
    let folded = super::fold::fold(to);
    let heaviest = folded.words().map(|word| super::idf::weight(super::stem::stem(word))).max().unwrap_or(0);
    heaviest >= TELLING && skeleton(from) != skeleton(to)
}

fn join(held: &mut String, words: &str) {
    if !held.is_empty() && !words.is_empty() {
        held.push(' ');
    }
    held.push_str(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &str = "سيفتح الجسر مرتين في اليوم عند السادسة صباحا والسابعة مساء أمام قوارب الصيد";

    fn wording(texts: &[&str]) -> Vec<(usize, usize, Vec<Variant>)> {
        let tellers: Vec<Teller<'_>> = texts
            .iter()
            .enumerate()
            .map(|(article, text)| Teller {
                article,
                text,
                kind: if *text == ASKED { MatchKind::Exact } else { MatchKind::Reworded },
                published: None,
            })
            .collect();
        shared_wording(ASKED, &tellers).into_iter().map(|found| (found.one, found.other, found.changes)).collect()
    }

    #[test]
    fn a_change_that_only_two_share_links_them() {
        let changed = ASKED.replace("مرتين", "ثلاثا");
        let shared = ("مرتين".to_owned(), "ثلاثا".to_owned());
        assert_eq!(wording(&[ASKED, &changed, ASKED, &changed]), [(1, 3, vec![shared])]);
    }

    #[test]
    fn what_three_share_or_one_has_links_nobody() {
        let changed = ASKED.replace("مرتين", "ثلاثا");
        assert_eq!(wording(&[ASKED, &changed, &changed, &changed]), []);
        assert_eq!(wording(&[ASKED, &changed, ASKED, ASKED]), []);
        assert_eq!(wording(&[&changed, &changed]), [], "two alone have no third to differ from");
    }

    #[test]
    fn a_cut_is_no_change() {
        let cut = ASKED.split(' ').take(8).collect::<Vec<_>>().join(" ");
        assert_eq!(wording(&[ASKED, &cut, ASKED, &cut]), []);
    }

    #[test]
    fn one_spelling_is_not_enough() {
        let respelled = ASKED.replace("صباحا", "صباحاً");
        assert_eq!(wording(&[ASKED, &respelled, ASKED, &respelled]), []);
        let twice = respelled.replace("مساء", "مسآء");
        assert_eq!(wording(&[ASKED, &twice, ASKED, &twice]).len(), 1);
    }

    #[test]
    fn against_a_single_other_it_takes_more() {
        let one = ASKED.replace("مرتين", "ثلاثا");
        let two = one.replace("السادسة", "التاسعة");
        assert_eq!(wording(&[ASKED, &one, &one]), []);
        assert_eq!(wording(&[ASKED, &two, &two]).len(), 1);
    }
}
