//! Decides what an alignment means: the same statement in other words, a part of it, perhaps, or nothing.
//!
//! Weight alone misleads both ways: a long text on the same subject shares many rare words, a short quotation has few to
//! share. What tells a retelling from a neighbour is how much of the quotation came along, common words included,
//! in order. The rule and its curve are in `docs/audit.md`; `tools/quote-curve` draws it anew.

use super::align::{Alignment, Chain, Pattern};
use super::fold::Folded;
use super::idf::{NAT, Weight};
use super::lexicon::{is_name, name_key};

/// Number of the rule; it is named among the versions of every audit.
pub const RULE_VERSION: u32 = 6;

/// Quotations of fewer words need their words exact or respelled.
pub const FEWEST_WORDS: usize = 6;
/// Quotations of fewer words must be nearly unchanged: a word put in, left out or moved.
const FEW_WORDS: usize = 8;
/// The likeness from which words are a retelling: of few words, of more.
const REWORDED: (f64, f64) = (0.85, 0.67);
/// What must be left of the matched weight after costs: at the least likeness, and where all words came along.
const SCORE: (Weight, Weight) = (15 * NAT, 11 * NAT);
/// The likeness and score from which they may be one.
const POSSIBLY: (f64, Weight) = (0.45, 10 * NAT);
/// A part of a quotation stands by itself where it is nearly unchanged, so many words long, and heavy enough: less
/// is needed where no word is missing on either side.
const PART: (f64, usize) = (0.9, 8);
const PART_SCORE: (Weight, Weight) = (24 * NAT, 16 * NAT);

/// What a quotation and a passage are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// Different things.
    Unlike,
    /// Too little to say; listed apart and never counted as found.
    Possibly,
    /// A part of the quotation stands there, nearly unchanged.
    Part,
    /// The same statement in other words.
    Reworded,
}

/// How much of the quotation came along, 0 to 1: three quarters by words, one quarter by weight.
pub fn likeness_score(pattern: &Pattern, alignment: &Alignment) -> f64 {
    let words = alignment.matched() as f64 / pattern.len().max(1) as f64;
    (0.75 * words + 0.25 * alignment.coverage()).min(1.0)
}

/// Judges an alignment.
pub fn judge(pattern: &Pattern, alignment: &Alignment) -> Likeness {
    let likeness = likeness_score(pattern, alignment);
    let least = if pattern.len() < FEW_WORDS { REWORDED.0 } else { REWORDED.1 };
    if pattern.len() >= FEWEST_WORDS && likeness >= least && alignment.score >= score_needed(likeness) {
        return Likeness::Reworded;
    }
    if alignment.chains.iter().any(|chain| is_part(pattern, chain)) {
        return Likeness::Part;
    }
    if likeness >= POSSIBLY.0 && alignment.score >= POSSIBLY.1 { Likeness::Possibly } else { Likeness::Unlike }
}

/// The more of the words came along, the less they need to weigh.
fn score_needed(likeness: f64) -> Weight {
    let spare = (likeness - REWORDED.1) / (1.0 - REWORDED.1);
    SCORE.0 - (f64::from(SCORE.0 - SCORE.1) * spare.clamp(0.0, 1.0)) as Weight
}

fn is_part(pattern: &Pattern, chain: &Chain) -> bool {
    let (words, there) = (chain.query().len(), chain.text().len());
    let matched = chain.matched() as f64;
    let unbroken = chain.matched() == words && chain.pairs.iter().map(|pair| pair.1.len()).sum::<usize>() == there;
    words >= PART.1
        && words < pattern.len()
        && chain.score >= if unbroken { PART_SCORE.1 } else { PART_SCORE.0 }
        && matched >= PART.0 * words as f64
        && matched >= PART.0 * there as f64
}

/// Names that both texts hold, folded, each once: what makes a retranslation worth offering.
pub fn shared_names(one: (&Folded, &str), other: (&Folded, &str)) -> Vec<String> {
    let keys: Vec<u64> =
        (0..other.0.len()).filter(|&at| is_name(other.0, at, other.1)).map(|at| name_key(other.0.word(at))).collect();
    let mut shared: Vec<(u64, String)> = Vec::new();
    for at in (0..one.0.len()).filter(|&at| is_name(one.0, at, one.1)) {
        let key = name_key(one.0.word(at));
        if keys.contains(&key) && shared.iter().all(|(known, _)| *known != key) {
            shared.push((key, one.0.word(at).to_owned()));
        }
    }
    shared.into_iter().map(|(_, name)| name).collect()
}

/// Whether two quotations may render one statement: the same speaker or institution, said on one day or the next, a
/// shared name and some shared weight. Offered as *possibly*, never counted as found.
pub fn may_be_retranslation(same_speaker: bool, days_apart: Option<i64>, shared_names: usize, mass: Weight) -> bool {
    same_speaker && days_apart.is_some_and(|days| days.abs() <= 1) && shared_names >= 1 && mass >= 4 * NAT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::align::Target;
    use crate::quote::altered::changes;
    use crate::quote::fold::fold;

    fn compare(query: &str, text: &str) -> (Likeness, Vec<String>) {
        let (asked, there) = (fold(query), fold(text));
        let pattern = Pattern::new(&asked, query);
        let alignment = pattern.align(&Target::new(&there, text));
        let changes = changes((&asked, query), (&there, text), &alignment);
        (judge(&pattern, &alignment), changes.iter().map(ToString::to_string).collect())
    }

    const SAID: &str = "أعلن المتحدث العسكري مقتل 14 مدنيا في قصف على بلدة حرستا جنوب المدينة القديمة";

    #[test]
    fn a_retelling_is_the_same_statement() {
        let text = "وقال الناطق العسكري أمس: قتل 14 مدنيا بقصف على بلدة حرستا جنوبي المدينة القديمة";
        assert_eq!(compare(SAID, text), (Likeness::Reworded, vec![]));
        assert_eq!(compare(SAID, "ارتفعت أسعار النفط في الأسواق العالمية مساء اليوم الاثنين").0, Likeness::Unlike);
    }

    #[test]
    fn a_part_stands_by_itself() {
        let longer = format!(
            "كتب أحد المعلقين على صفحته كلاما طويلا لا يعنينا هنا ثم نقل ما يلي {SAID} وزاد عليه رأيه في الحرب وأسبابها وفي ما سيأتي من أيام صعبة على الجميع"
        );
        assert_eq!(compare(&longer, SAID).0, Likeness::Part);
    }

    #[test]
    fn a_few_words_are_never_reworded() {
        assert!(compare("المتحدث العسكري أعلن مقتل مدنيين", "المتحدث العسكري أعلن أمس مقتل مدنيين").0 < Likeness::Part);
    }

    #[test]
    fn retranslations_share_names() {
        let (a, b) = ("عملية مكافحة الإرهاب في سوريا قاربت على الانتهاء", "العملية في الأراضي السورية انتهت تقريبا");
        assert_eq!(shared_names((&fold(a), a), (&fold(b), b)), ["سوريا"]);
        assert!(may_be_retranslation(true, Some(-1), 1, 8 * NAT));
        assert!(!may_be_retranslation(true, Some(2), 3, 20 * NAT) && !may_be_retranslation(true, None, 3, 20 * NAT));
    }
}
