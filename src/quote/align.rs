//! Aligns a quotation with a text: local alignment on stems, by chains of words that both hold in the same order.
//!
//! A matched word earns its weight; a word of the quotation passed over costs half of its weight, at most two nats; a
//! word of the text put in between costs little; where an ellipsis stands, what it leaves out is free. Unlike a full
//! Smith–Waterman matrix only the words in common are visited, so that an unrelated text costs next to nothing. A second
//! and third chain beside the first find swapped halves and sentences that were merged.

use std::ops::Range;

use super::fold::Folded;
use super::idf::{NAT, Weight};
use super::sequence::{self, Joins, Word};

/// Cost of a word of the text that the quotation does not have.
const INSERTED: Weight = NAT / 4;
/// At most so many words of the text lie between two matched ones, ellipses apart.
const LONGEST_GAP: usize = 32;
/// The most that passing over one word of the quotation costs, before halving.
const MOST_DROPPED: Weight = 4 * NAT;
/// A further chain must reach so much by itself.
const CHAIN_LEAST: Weight = 6 * NAT;
/// What each further chain costs: two chance matches add up more easily than one.
const CHAIN_COST: Weight = 2 * NAT;
/// Chains at most.
const CHAINS: usize = 4;
/// How many earlier anchors are tried as predecessors of one where an ellipsis may bridge any distance.
const LOOK_BACK: usize = 160;
/// A further chain counts where the whole stays one passage: at most so many words to ten matched ones.
const WORDS_TO_TEN_MATCHED: usize = 25;
/// Anchors at most in one text; beyond it the common words of a very long text are cut off at the end.
const ANCHORS: usize = 20_000;

/// A quotation made ready to be aligned with many texts.
#[derive(Debug, Clone)]
pub struct Pattern {
    words: Vec<Word>,
    weights: Vec<Weight>,
    /// Cost of passing over the words before each.
    dropped: Vec<Weight>,
    /// Number of ellipses before each word.
    ellipses: Vec<u32>,
    total: Weight,
    /// (key, first word, words covered, how), sorted by key.
    keys: Vec<(u64, u32, u32, Meeting)>,
    filter: Vec<u64>,
}

/// How a word of the quotation and a word of the text meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meeting {
    Stem,
    Loose,
    Joined,
}

/// Some words of the quotation that stand in the text, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// What meets what: words of the quotation, words of the text; both rise.
    pub pairs: Vec<(Range<usize>, Range<usize>)>,
    /// Weight of the matched words.
    pub mass: Weight,
    /// The same after costs.
    pub score: Weight,
}

/// What a quotation and a text have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alignment {
    /// The chains, best first; none where no word is shared.
    pub chains: Vec<Chain>,
    /// Weight of all matched words.
    pub mass: Weight,
    /// The same after costs.
    pub score: Weight,
    /// Weight of all words of the quotation.
    pub total: Weight,
}

impl Alignment {
    /// The share of the quotation's weight that was matched, 0 to 1.
    pub fn coverage(&self) -> f64 {
        if self.total == 0 { 0.0 } else { f64::from(self.mass) / f64::from(self.total) }
    }

    /// The words of the text from the first to the last matched one.
    pub fn passage(&self) -> Option<Range<usize>> {
        let hulls = self.chains.iter().map(Chain::text);
        hulls.reduce(|whole, other| whole.start.min(other.start)..whole.end.max(other.end))
    }

    /// How many words of the quotation were matched.
    pub fn matched(&self) -> usize {
        self.chains.iter().map(Chain::matched).sum()
    }

    /// Whether `chain` and the chains so far lie together closely enough to be read as one passage.
    fn is_near(&self, chain: &Chain) -> bool {
        let Some(whole) = self.passage() else { return true };
        let other = chain.text();
        let words = whole.end.max(other.end) - whole.start.min(other.start);
        words * 10 <= (self.matched() + chain.matched()) * WORDS_TO_TEN_MATCHED
    }
}

/// A text made ready to be aligned with.
#[derive(Debug, Clone)]
pub struct Target {
    words: Vec<Word>,
    ellipses: Vec<u32>,
}

impl Target {
    /// Prepares a folded text; `text` is what was folded.
    pub fn new(folded: &Folded, text: &str) -> Target {
        let words = sequence::words(folded, text, Joins::Short);
        let ellipses = count_ellipses(&words);
        Target { words, ellipses }
    }
}

/// The number of ellipses up to each word.
fn count_ellipses(words: &[Word]) -> Vec<u32> {
    let counted = words.iter().scan(0, |count, word| {
        *count += u32::from(word.after_ellipsis);
        Some(*count)
    });
    counted.collect()
}

/// A word that both hold.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    query: (u32, u32),
    text: (u32, u32),
    weight: Weight,
}

impl Pattern {
    /// Prepares a folded quotation; `text` is what was folded.
    pub fn new(folded: &Folded, text: &str) -> Pattern {
        let words = sequence::words(folded, text, Joins::All);
        let weights = sequence::weights(folded);
        let dropped = std::iter::once(0)
            .chain(weights.iter().scan(0, |sum: &mut Weight, &weight| {
                *sum = sum.saturating_add(weight.min(MOST_DROPPED) / 2);
                Some(*sum)
            }))
            .collect();
        let total = weights.iter().fold(0, |sum: Weight, &weight| sum.saturating_add(weight));
        let ellipses = count_ellipses(&words);
        let mut keys = Vec::with_capacity(words.len() * 3);
        for (index, word) in words.iter().enumerate() {
            let index = index as u32;
            keys.push((word.stem, index, 1, Meeting::Stem));
            keys.push((word.loose, index, 1, Meeting::Loose));
            if word.joined != 0 {
                keys.push((word.joined, index, 2, Meeting::Joined));
            }
        }
        keys.sort_unstable();
        let mut filter = vec![0u64; (keys.len() / 4).next_power_of_two().max(16)];
        for (key, ..) in &keys {
            let (place, bit) = filter_place(*key, filter.len());
            filter[place] |= bit;
        }
        Pattern { words, weights, dropped, ellipses, total, keys, filter }
    }

    /// How many words the quotation has.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How much all words of the quotation weigh.
    pub fn total(&self) -> Weight {
        self.total
    }

    /// How much one word of the quotation weighs. Panics when there is no such word.
    pub fn weight(&self, index: usize) -> Weight {
        self.weights[index]
    }

    /// Aligns the quotation with a text.
    pub fn align(&self, text: &Target) -> Alignment {
        self.align_around(text, 0..self.words.len())
    }

    /// Aligns with a text the words of a long quotation in `near`, and as many before and after as the text has: what
    /// stands further away would make as many chances as there are common words.
    pub fn align_around(&self, text: &Target, near: Range<usize>) -> Alignment {
        let room = text.words.len();
        let asked = near.start.saturating_sub(room) as u32..(near.end + room).min(self.words.len()) as u32;
        let mut anchors = self.anchors(text, &asked);
        let mut alignment = Alignment { total: self.total, ..Alignment::default() };
        while alignment.chains.len() < CHAINS {
            let Some(chain) = self.best_chain(&anchors, text) else { break };
            let further = !alignment.chains.is_empty();
            if further && (chain.score < CHAIN_LEAST || !alignment.is_near(&chain)) {
                break;
            }
            alignment.mass = alignment.mass.saturating_add(chain.mass);
            let cost = if further { CHAIN_COST } else { 0 };
            alignment.score = alignment.score.saturating_add(chain.score - cost);
            anchors.retain(|anchor| !chain.uses(anchor));
            let last = chain.score < CHAIN_LEAST;
            alignment.chains.push(chain);
            if last {
                break;
            }
        }
        alignment
    }

    fn anchors(&self, text: &Target, asked: &Range<u32>) -> Vec<Anchor> {
        let mut anchors = Vec::new();
        for (at, word) in text.words.iter().enumerate() {
            if anchors.len() >= ANCHORS {
                break;
            }
            let from = anchors.len();
            let at = at as u32;
            self.meet((word.stem, Meeting::Stem), (at, at + 1), asked, &mut anchors, from);
            self.meet((word.loose, Meeting::Loose), (at, at + 1), asked, &mut anchors, from);
            if word.joined != 0 {
                self.meet((word.joined, Meeting::Joined), (at, at + 2), asked, &mut anchors, from);
            }
        }
        anchors
    }

    fn meet(
        &self,
        (key, how): (u64, Meeting),
        text: (u32, u32),
        asked: &Range<u32>,
        anchors: &mut Vec<Anchor>,
        from: usize,
    ) {
        let (place, bit) = filter_place(key, self.filter.len());
        if self.filter[place] & bit == 0 {
            return;
        }
        let first = self.keys.partition_point(|entry| (entry.0, entry.1) < (key, asked.start));
        let those = |entry: &&(u64, u32, u32, Meeting)| entry.0 == key && entry.1 < asked.end;
        for &(_, index, count, theirs) in self.keys[first..].iter().take_while(those) {
            let index = index as usize;
            let weight = match (theirs, how) {
                (Meeting::Stem, Meeting::Stem | Meeting::Joined) => self.weights[index],
                (Meeting::Loose, Meeting::Loose) => self.weights[index] * 3 / 4,
                (Meeting::Joined, Meeting::Stem) => {
                    self.weights[index] + self.weights.get(index + 1).copied().unwrap_or(0)
                }
                _ => continue,
            };
            let query = (index as u32, index as u32 + count);
            // A word met by its stem is not met again by less.
            let met = how == Meeting::Loose && anchors[from..].iter().any(|anchor| anchor.query == query);
            if weight > 0 && !met {
                anchors.push(Anchor { query, text, weight });
            }
        }
    }

    /// The chain of anchors with the highest score.
    fn best_chain(&self, anchors: &[Anchor], text: &Target) -> Option<Chain> {
        let mut scores: Vec<(Weight, u32)> = Vec::with_capacity(anchors.len());
        let mut best: Option<usize> = None;
        for (index, anchor) in anchors.iter().enumerate() {
            let mut score = (anchor.weight, u32::MAX);
            let earliest = index.saturating_sub(LOOK_BACK);
            let reach = anchor.text.0.saturating_sub((self.words.len() + LONGEST_GAP) as u32);
            for before in (earliest..index).rev() {
                if anchors[before].text.1 < reach && !self.has_ellipsis() {
                    break;
                }
                let reached = scores[before].0.saturating_add(anchor.weight);
                if reached <= score.0 {
                    continue;
                }
                if let Some(cost) = self.cost(&anchors[before], anchor, text)
                    && reached - cost > score.0
                {
                    score = (reached - cost, before as u32);
                }
            }
            scores.push(score);
            if best.is_none_or(|best| scores[best].0 < score.0) {
                best = Some(index);
            }
        }
        let mut at = best?;
        let score = scores[at].0;
        let mut chain = Chain { pairs: Vec::new(), mass: 0, score };
        loop {
            let anchor = &anchors[at];
            chain.mass = chain.mass.saturating_add(anchor.weight);
            let range = |pair: (u32, u32)| pair.0 as usize..pair.1 as usize;
            chain.pairs.push((range(anchor.query), range(anchor.text)));
            match scores[at].1 {
                u32::MAX => break,
                before => at = before as usize,
            }
        }
        chain.pairs.reverse();
        Some(chain)
    }

    /// Whether the quotation says that something was left out.
    pub fn has_ellipsis(&self) -> bool {
        self.ellipses.last().is_some_and(|&count| count > 0)
    }

    /// What lies between two anchors costs; `None` where the second cannot follow the first.
    fn cost(&self, before: &Anchor, after: &Anchor, text: &Target) -> Option<Weight> {
        let passed = (after.query.0).checked_sub(before.query.1)? as usize;
        let between = (after.text.0).checked_sub(before.text.1)? as usize;
        let (query_from, query_to) = (before.query.1 as usize, after.query.0 as usize);
        let (text_from, text_to) = (before.text.1 as usize, after.text.0 as usize);
        let left_out_of_query = self.ellipses[query_to] > self.ellipses[query_from - 1];
        let left_out_of_text = text.ellipses[text_to] > text.ellipses[text_from - 1];
        let dropped = if left_out_of_text { 0 } else { self.dropped[query_to] - self.dropped[query_from] };
        let inserted = between.saturating_sub(passed);
        if left_out_of_query {
            return Some(dropped);
        }
        (inserted <= LONGEST_GAP).then(|| dropped + inserted as Weight * INSERTED)
    }
}

impl Chain {
    /// The words of the quotation from the first to the last matched one.
    pub fn query(&self) -> Range<usize> {
        let (first, last) = (self.pairs.first(), self.pairs.last());
        first.map_or(0, |pair| pair.0.start)..last.map_or(0, |pair| pair.0.end)
    }

    /// The words of the text from the first to the last matched one.
    pub fn text(&self) -> Range<usize> {
        let (first, last) = (self.pairs.first(), self.pairs.last());
        first.map_or(0, |pair| pair.1.start)..last.map_or(0, |pair| pair.1.end)
    }

    /// How many words of the quotation were matched.
    pub fn matched(&self) -> usize {
        self.pairs.iter().map(|pair| pair.0.len()).sum()
    }

    fn uses(&self, anchor: &Anchor) -> bool {
        let meets =
            |range: &Range<usize>, pair: (u32, u32)| range.start < pair.1 as usize && (pair.0 as usize) < range.end;
        self.pairs.iter().any(|(query, text)| meets(query, anchor.query) || meets(text, anchor.text))
    }
}

fn filter_place(key: u64, words: usize) -> (usize, u64) {
    ((key >> 32) as usize & (words - 1), 1 << (key & 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quote::fold::fold;

    fn align(query: &str, text: &str) -> Alignment {
        Pattern::new(&fold(query), query).align(&Target::new(&fold(text), text))
    }

    const SAID: &str = "أكد المتحدث العسكري أن القوات سيطرت على المطار القديم جنوب المدينة بعد معارك عنيفة";

    #[test]
    fn a_text_aligns_with_itself_entirely() {
        let alignment = align(SAID, SAID);
        assert_eq!((alignment.mass, alignment.score, alignment.coverage()), (alignment.total, alignment.total, 1.0));
        assert_eq!((alignment.chains.len(), alignment.passage()), (1, Some(0..14)));
    }

    #[test]
    fn changed_words_cost_and_the_passage_is_cut() {
        let text = "قال مراسلنا أمس إن المتحدث العسكري أعلن أن القوات دخلت المطار القديم جنوبي المدينة بعد معارك شرسة.";
        let alignment = align(SAID, text);
        assert!(alignment.coverage() > 0.55 && alignment.score < alignment.mass, "{alignment:?}");
        assert!(matches!(alignment.passage(), Some(Range { start: 4, .. })), "{alignment:?}");
    }

    #[test]
    fn an_ellipsis_is_free_on_either_side() {
        let short = "أكد المتحدث العسكري أن القوات … جنوب المدينة بعد معارك عنيفة";
        let whole = align(short, SAID);
        assert_eq!(whole.score, whole.total);
        let other = align(SAID, short);
        assert_eq!(other.score, other.mass);
    }

    #[test]
    fn swapped_halves_make_two_chains() {
        let swapped = "سيطرت على المطار القديم جنوب المدينة بعد معارك عنيفة، أكد المتحدث العسكري أن القوات";
        let alignment = align(SAID, swapped);
        assert_eq!(alignment.chains.len(), 2);
        assert_eq!((alignment.mass, alignment.passage()), (alignment.total, Some(0..14)));
    }

    #[test]
    fn clitics_and_spelled_numbers_align() {
        let alignment = align("مقتل خمسة وعشرين مدنياً بـ دمشق", "مقتل 25 مدنيا بدمشق");
        assert_eq!(alignment.mass, alignment.total, "{alignment:?}");
    }

    #[test]
    fn nothing_shared_is_no_chain() {
        assert_eq!(align(SAID, "stocks fell on Monday").chains, []);
        assert_eq!(align("", "").mass, 0);
        assert_eq!(align(SAID, "").passage(), None);
    }

    proptest! {
        #[test]
        fn mass_never_exceeds_the_quotation(query in "[ابتثج .…0-3a-c]{0,60}", text in "[ابتثج .…0-3a-c]{0,90}") {
            let alignment = align(&query, &text);
            prop_assert!(alignment.mass <= alignment.total && alignment.score <= alignment.mass);
            for chain in &alignment.chains {
                for two in chain.pairs.windows(2) {
                    prop_assert!(two[0].0.end <= two[1].0.start && two[0].1.end <= two[1].1.start);
                }
            }
        }

        #[test]
        fn any_text_aligns_without_panic(query in any::<String>(), text in any::<String>()) {
            let _ = align(&query, &text).passage();
        }
    }
}
