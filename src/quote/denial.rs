//! What stands before some words and denies them: a negation that is parted from them by auxiliaries, a verb of denying
//! that governs them, a call of untrue, the denial that they were said. What governs a noun of doing from beyond its own
//! subject (`نفى المتحدث | دخول القوات`) is told by [`governed`](super::governed).

use unicode_normalization::char::is_combining_mark;

use super::edges::{Beside, GOVERNED};
use super::fold::Folded;
use super::governed::{governed, is_subject};
use super::{lexicon, telling, verbs};

/// Auxiliaries at most between a negation and the words.
const LONGEST_BRIDGE: usize = 3;
/// Words of a subject at most between a verb of saying and what is quoted.
const SUBJECT: usize = 4;

/// A negation that auxiliaries part from the words: `has not been |`, `no longer |`, `لم تكن |`; a verb of not doing:
/// `refused to |`.
pub(super) fn bridged_negation(beside: &Beside<'_>, last: usize) -> Option<usize> {
    const BRIDGE: [&str; 26] = [
        "be",
        "been",
        "being",
        "have",
        "had",
        "having",
        "to",
        "yet",
        "longer",
        "ever",
        "even",
        "really",
        "actually",
        "يكن",
        "تكن",
        "نكن",
        "اكن",
        "يكونوا",
        "يكون",
        "تكون",
        "يعد",
        "تعد",
        "نعد",
        "هناك",
        "يوجد",
        "توجد",
    ];
    let folded = &beside.folded;
    if last > 0 && verbs::is_failing_at(folded, last - 1) {
        return Some(last - 1);
    }
    let bridges = (0..=last)
        .rev()
        .take_while(|&at| BRIDGE.contains(&folded.word(at)) || verbs::is_able(folded.word(at)))
        .take(LONGEST_BRIDGE)
        .count();
    let at = last.checked_sub(bridges).filter(|_| bridges > 0)?;
    let spaces = beside.text.get(folded.span(at).end..folded.span(last).start).is_some_and(|between| {
        between.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c) || c.is_whitespace())
    });
    (spaces && lexicon::is_negation_at(folded, at)).then(|| lexicon::negation_from(folded, at))
}

/// What denies the words from before, and whether it surely denies all that they say: the verb of denying right before
/// them, before the `أن` that is, or with its subject between it and `next`, the first of the words.
pub(super) fn denial_before(beside: &Beside<'_>, last: usize, next: &str) -> Option<(usize, bool)> {
    if verbs::denies(beside.folded.word(last)) {
        return Some((last, true));
    }
    let that = denied_that(beside, last).or_else(|| denied_being(beside, last));
    that.map(|from| (from, true)).or_else(|| governed(beside, last, next))
}

/// Denied is that somebody should have done it: `نفى أن يكون |`, `نفت أن يكون الوزير قد |`.
fn denied_being(beside: &Beside<'_>, last: usize) -> Option<usize> {
    let word = |at: usize| beside.folded.word(at);
    let being = (last.saturating_sub(SUBJECT + 1)..=last)
        .rev()
        .find(|&at| matches!(word(at), "يكون" | "تكون" | "يكونوا" | "يكونا"))?;
    let subject = || {
        let clause = |at: usize| word(at).starts_with("وال") || word(at).starts_with("فال");
        word(last) == "قد" && is_subject(beside, being + 1, last - 1) && !(being + 1..last).any(clause)
    };
    let directly = being == last || subject();
    let that = being.checked_sub(1).filter(|&at| directly && word(at) == "ان")?;
    denied_that(beside, that)
}

pub(super) fn denied_that(beside: &Beside<'_>, last: usize) -> Option<usize> {
    if !matches!(
        beside.folded.word(last),
        "ان" | "بان"
            | "وجود"
            | "صحه"
            | "انه"
            | "انها"
            | "انهم"
            | "that"
            | "having"
            | "что"
            | "що"
            | "כי"
            | "que"
            | "qu"
            | "dass"
    ) {
        return None;
    }
    // `إلا أن`, `إذ إنه` begin another clause; what is denied of `عن وجود` is something else.
    let apart = last.checked_sub(1).is_some_and(|at| {
        matches!(
            beside.folded.word(at),
            "الا" | "غير"
                | "بيد"
                | "اذ"
                | "حيث"
                | "بما"
                | "كما"
                | "علما"
                | "عن"
                | "في"
                | "من"
                | "علي"
                | "الي"
                | "مع"
                | "رغم"
                | "بسبب"
                | "لولا"
                | "بعد"
                | "قبل"
        )
    });
    if apart {
        return None;
    }
    let earliest = last.saturating_sub(GOVERNED);
    // The nearest verb of saying governs; a later one than the denial says something else.
    let (governs, from) = (earliest..last).rev().find_map(|at| {
        let saying = telling::is_verb_of_saying(beside.folded.word(at));
        let denies = verbs::denies(beside.folded.word(at)).then_some(at);
        // What reports say that are denied is denied: `denied reports that`.
        let from = denies.or_else(|| untrue(&beside.folded, at));
        let reported =
            matches!(beside.folded.word(at), "reports") && at > 0 && verbs::denies(beside.folded.word(at - 1));
        (!reported && (saying || from.is_some())).then_some((at, from))
    })?;
    from.filter(|_| beside.one_sentence(governs, last))
}

/// Where words begin that call something untrue and end with word `at`: `false`, `not true`, `ليس صحيحا`, `لا صحة`.
fn untrue(folded: &Folded, at: usize) -> Option<usize> {
    let denied = || at.checked_sub(1).filter(|&before| lexicon::is_negation_at(folded, before));
    match folded.word(at) {
        "false" | "untrue" | "incorrect" => Some(at),
        "true" | "correct" | "صحيح" | "صحيحا" | "الصحيح" | "صحه" | "اساس" => denied(),
        _ => None,
    }
}

/// Where it begins to be said that quoted words are ascribed to somebody falsely: `نفى ما نسب إليه من تصريحات «`,
/// `نسبت إليه زورا «`.
fn falsely_ascribed(beside: &Beside<'_>, last: usize) -> Option<usize> {
    let folded = &beside.folded;
    let bare = |at: usize| folded.word(at).trim_start_matches(['و', 'ا', 'ل']);
    let ascribed = |at: &usize| matches!(bare(*at), "نسب" | "نسبت" | "ينسب" | "منسوب" | "منسوبا" | "منسوبه");
    let at = (last.saturating_sub(GOVERNED)..=last).rev().find(ascribed)?;
    let clause = beside.text.get(folded.span(at).end..folded.span(last).end)?;
    let says = |at: usize| telling::is_verb_of_saying(folded.word(at)) && !matches!(folded.word(at), "قوله" | "قولها");
    if clause.contains(['،', ',']) || (at + 1..=last).any(says) {
        return None;
    }
    let to_somebody =
        at < last && matches!(folded.word(at + 1), "الي" | "اليه" | "اليها" | "اليهم" | "له" | "لها" | "لهم");
    let falsely = (at..=last).any(|at| matches!(folded.word(at), "زورا" | "كذبا"));
    let denies = || (at.saturating_sub(GOVERNED)..at).rev().find(|&at| verbs::denies(folded.word(at)));
    let from = if falsely { Some(at) } else { denies().filter(|_| to_somebody) };
    from.filter(|&from| beside.one_sentence(from, last))
}

/// Where the denial begins that quoted words were said: `لم يقل فلان «`, `never said “`, `denied that she said “`.
pub(super) fn unsaid(beside: &Beside<'_>, last: usize) -> Option<usize> {
    let folded = &beside.folded;
    let saying = |at: &usize| {
        let word = folded.word(*at);
        telling::is_verb_of_saying(word)
            || matches!(word, "يقل" | "تقل" | "يقولوا" | "say" | "write" | "claim" | "state")
    };
    if let Some(from) = falsely_ascribed(beside, last) {
        return Some(from);
    }
    let said = (last.saturating_sub(SUBJECT)..=last).rev().find(saying)?;
    let before = said.checked_sub(1)?;
    let denied_saying = || {
        let from = before.checked_sub(usize::from(folded.word(before) == "ever"))?;
        (folded.word(said) == "saying" && verbs::denies(folded.word(from))).then_some(from)
    };
    let negation = lexicon::is_negation_at(folded, before)
        .then(|| lexicon::negation_from(folded, before))
        .or_else(|| bridged_negation(beside, before));
    let governed = || {
        let denies = (said.saturating_sub(GOVERNED)..said).rev().find(|at| verbs::denies(folded.word(*at)))?;
        let inner =
            |at: usize| matches!(folded.word(at), "ان" | "بان" | "انه" | "انها" | "يكون" | "تكون" | "that" | "having");
        let nearer = (denies + 1..said).any(|at| saying(&at));
        let governs = (said.saturating_sub(SUBJECT).max(denies + 1)..said).any(inner);
        let clause = beside.text.get(folded.span(denies).end..folded.span(said).start)?;
        (!nearer && governs && !clause.contains(['،', ','])).then_some(denies)
    };
    // A clause that ends after the verb parts them: `who never told Reuters, went on: “`.
    let spoken = beside.text.get(folded.span(said).end..folded.span(last).end)?;
    let apart = spoken.contains(['،', ',']);
    negation.or_else(denied_saying).or_else(governed).filter(|&from| !apart && beside.one_sentence(from, last))
}
