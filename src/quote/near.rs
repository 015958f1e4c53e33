//! How much of one text stands in another: copies, corrected versions, agency text under several mastheads.
//!
//! Counted are runs of [`RUN`] words, each once, so that what two texts on one subject share by chance counts next to
//! nothing, and a standing paragraph under two reports counts for no more than it is. Spelling does not matter (L2).

use std::sync::OnceLock;

use super::fold::fold;
use super::tokens::hash_word;

/// Words in a row that make a run.
const RUN: usize = 5;
/// Smallest run hashes kept as a sketch.
const SKETCH: usize = 64;
/// Sketches that share fewer belong to texts that are not near.
const LEAST_COMMON: usize = 2;
/// The share of the runs of the shorter text that the longer one has too, from which one is a copy of the other.
pub const CONTAINED: f64 = 0.58;
/// The share of the runs of both that both have, from which they are copies: two texts that each left something out.
pub const ALIKE: f64 = 0.38;
/// A text of fewer words is no article by which others could be told to descend from one another.
pub const FEWEST_WORDS: usize = 30;

/// A text made ready to be compared.
#[derive(Debug, Clone)]
pub struct Body {
    words: usize,
    /// Runs in the order of the text.
    runs: Vec<u64>,
    /// The same, sorted, each once; made when somebody asks, which for most of many texts nobody does.
    sorted: OnceLock<Vec<u64>>,
}

/// What two texts have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Share of the first text's words that stand in the second, 0 to 1.
    pub of_first: f64,
    /// Share of the second text's words that stand in the first.
    pub of_second: f64,
}

impl Body {
    /// Prepares a text.
    pub fn of(text: &str) -> Body {
        let folded = fold(text);
        let hashes: Vec<u64> = folded.words().map(hash_word).collect();
        let run = |words: &[u64]| {
            words
                .iter()
                .fold(RUN as u64, |hash, word| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
        };
        let runs: Vec<u64> = hashes.windows(RUN).map(run).collect();
        Body { words: hashes.len(), runs, sorted: OnceLock::new() }
    }

    fn known(&self) -> &[u64] {
        self.sorted.get_or_init(|| {
            let mut sorted = self.runs.clone();
            sorted.sort_unstable();
            sorted.dedup();
            sorted
        })
    }

    /// How many words the text has.
    pub fn len(&self) -> usize {
        self.words
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.words == 0
    }

    /// The shares of two texts in each other; `None` where they are not near.
    pub fn near(&self, other: &Body) -> Option<Shares> {
        let (known, others) = (self.known(), other.known());
        if common(known, others) < LEAST_COMMON {
            return None;
        }
        let shared = self.shared_runs(other);
        let of = |whole: usize| shared as f64 / whole.max(1) as f64;
        let contained = of(known.len().min(others.len()));
        let alike = of(known.len() + others.len() - shared);
        (contained >= CONTAINED || alike >= ALIKE)
            .then(|| Shares { of_first: self.share_in(other), of_second: other.share_in(self) })
    }

    /// How many runs of five words both texts have, each counted once.
    pub fn shared_runs(&self, other: &Body) -> usize {
        intersection(self.known(), other.known())
    }

    /// The share of this text's words that stand in `other`.
    fn share_in(&self, other: &Body) -> f64 {
        let known = other.known();
        let (mut covered, mut reach) = (0, 0);
        for (at, run) in self.runs.iter().enumerate() {
            if known.binary_search(run).is_ok() {
                covered += at + RUN - reach.max(at);
                reach = at + RUN;
            }
        }
        covered as f64 / self.words.max(1) as f64
    }
}

/// So many runs in all are compared as they are; of more, one in [`SAMPLED`].
const FEW_RUNS: usize = 4_000;
/// Of many runs one in so many is looked at.
const SAMPLED: u64 = 4;
/// Two texts are worth comparing where they share so many runs of the shorter one, by the sample: far fewer than near
/// copies do, as a sample errs.
const WORTH: f64 = 0.19;
/// A text of fewer runs is too short to be judged by a sample.
const SHORT: usize = 30;

/// The pairs among many texts that may be near, the first before the second; the rest share little but the quotation
/// that brought them together, and comparing each with each would cost more than all else.
pub fn worth_comparing(texts: &[&Body]) -> Vec<(usize, usize)> {
    let rate = if texts.iter().map(|text| text.runs.len()).sum::<usize>() <= FEW_RUNS { 1 } else { SAMPLED };
    let mut runs: Vec<(u64, usize)> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        runs.extend(text.runs.iter().filter(|&&run| (run >> 32) % rate == 0).map(|&run| (run, at)));
    }
    runs.sort_unstable();
    runs.dedup();
    let mut shared = vec![0u32; texts.len() * texts.len()];
    for same in runs.chunk_by(|one, other| one.0 == other.0) {
        for (index, (_, one)) in same.iter().enumerate() {
            for (_, other) in &same[index + 1..] {
                shared[one * texts.len() + other] += 1;
            }
        }
    }
    let worth = |&(one, other): &(usize, usize)| {
        let (a, b) = (texts[one], texts[other]);
        let shorter = a.runs.len().min(b.runs.len());
        let count = f64::from(shared[one * texts.len() + other]) * rate as f64;
        let short = rate > 1 && shorter < SHORT;
        if short {
            common(a.known(), b.known()) >= LEAST_COMMON
        } else {
            count > 0.0 && count >= WORTH * shorter as f64
        }
    };
    let pairs = (0..texts.len()).flat_map(|one| (one + 1..texts.len()).map(move |other| (one, other)));
    pairs.filter(worth).collect()
}

/// How many hashes two sorted lists, each without repeats, share.
fn intersection(one: &[u64], other: &[u64]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        shared += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    shared
}

/// How many of the smallest hashes two sorted lists share.
fn common(one: &[u64], other: &[u64]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    // A short text in a long one: its smallest hashes lie far down the other's list, so the bound is by value.
    let bound =
        one.get(SKETCH.min(one.len()).saturating_sub(1)).max(other.get(SKETCH.min(other.len()).saturating_sub(1)));
    let Some(&bound) = bound else { return 0 };
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        if *a.max(b) > bound || shared >= LEAST_COMMON {
            break;
        }
        match a.cmp(b) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "فتح الجسر القديم أمام المشاة بعد ترميم دام سبعة وعشرين شهرا كما قال رئيس البلدية في كلمة أمام الحضور";

    fn shares(one: &str, other: &str) -> Option<(f64, f64)> {
        let round = |share: f64| (share * 100.0).round() / 100.0;
        Body::of(one).near(&Body::of(other)).map(|shares| (round(shares.of_first), round(shares.of_second)))
    }

    #[test]
    fn a_copy_is_near_whatever_its_spelling() {
        assert_eq!(shares(TEXT, &TEXT.replace('أ', "ا")), Some((1.0, 1.0)));
    }

    #[test]
    fn a_part_is_near_the_whole_and_not_the_other_way_round() {
        let long = format!("{TEXT} {}", (0..60).map(|n| format!("كلمة{n} ")).collect::<String>());
        let (of_part, of_whole) = shares(TEXT, &long).unwrap();
        assert_eq!(of_part, 1.0);
        assert!(of_whole < 0.3, "{of_whole}");
    }

    #[test]
    fn of_many_texts_the_copies_are_compared() {
        let words = |name: &str, count: usize| (0..count).map(|n| format!("{name}{n} ")).collect::<String>();
        let mut texts: Vec<String> = (0..60)
            .map(|n| format!("{} {TEXT} {}", words(&format!("قبل{n}كلمة"), 90), words("بعد", 2 + n % 3)))
            .collect();
        let copy = format!("عنوان {}", texts[7]);
        texts.push(copy);
        let bodies: Vec<Body> = texts.iter().map(|text| Body::of(text)).collect();
        let mut pairs = worth_comparing(&bodies.iter().collect::<Vec<_>>());
        pairs.retain(|&(one, other)| bodies[one].near(&bodies[other]).is_some());
        assert_eq!(pairs, [(7, 60)]);
        let few = [Body::of(TEXT), Body::of("نص قصير آخر لا يشبهه في شيء"), Body::of(&TEXT.replace('أ', "ا"))];
        assert_eq!(worth_comparing(&few.iter().collect::<Vec<_>>()), [(0, 2)]);
        assert!(worth_comparing(&[]).is_empty());
    }

    #[test]
    fn a_shared_sentence_is_no_copy() {
        let other = "ارتفعت أسعار السمك في سوق الخميس لأن القوارب لم تخرج إلى البحر كما قال رئيس البلدية في كلمة";
        assert!(shares(TEXT, other).is_none_or(|(a, b)| a.max(b) < 0.5));
        assert_eq!(shares(TEXT, "لا شيء مشترك بين هذين النصين على الإطلاق"), None);
        assert_eq!(shares("", TEXT), None);
    }

    #[test]
    fn near_are_copies_that_left_something_out_and_no_reports_with_one_paragraph() {
        let near = |one: &str, other: &str| Body::of(one).near(&Body::of(other)).is_some();
        let own = |word: &str, count: usize| (0..count).map(|n| format!("{word}{n} ")).collect::<String>();
        let whole = own("كلمة", 90);
        assert!(near(&whole, &own("كلمة", 40)), "a cut copy");
        assert!(near(&format!("{} {whole}", own("مقدمة", 30)), &format!("{whole} {}", own("خاتمة", 50))));
        let (one, other) =
            (format!("{} {}", own("أول", 60), own("كلمة", 70)), format!("{} {}", own("ثان", 60), own("كلمة", 70)));
        assert!(!near(&one, &other), "half of each is a paragraph that both have");
    }
}
