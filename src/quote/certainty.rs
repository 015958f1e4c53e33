//! What is said to be so, and what merely may be: `will` and `might`, said and denied.

use super::altered::{Change, ChangeKind, Gap, Place, Side};
use super::{telling, verbs};

/// More words than this in the place of one that says how sure it is are something else.
const FEW: usize = 2;

/// A mark of mere possibility that came or went: `ستصل` and `ربما تصل`, `will` and `may`.
pub(super) fn possibility_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    let few = gap.ours.len() <= FEW && gap.theirs.len() <= FEW;
    // Before the first matched word and after the last, only one word for another.
    if !few || gap.place != Place::Between && (gap.ours.len(), gap.theirs.len()) != (1, 1) {
        return None;
    }
    let marks = |side: Side<'_>, range: &std::ops::Range<usize>| {
        range.clone().find(|&at| {
            let next = if at + 1 < side.folded.len() { side.folded.word(at + 1) } else { "" };
            // The month is written with a capital.
            let month = side.folded.word(at) == "may" && !side.text[side.folded.span(at)].starts_with('m');
            verbs::is_possibility(side.folded.word(at), next) && !month
        })
    };
    let can = |side: Side<'_>, range: &std::ops::Range<usize>| {
        range.clone().any(|at| matches!(side.folded.word(at), "can" | "يمكن" | "likely" | "probably" | "لعل"))
    };
    // In the place of another word it is chance, unless that word says how sure it is as well.
    let answers = |side: Side<'_>, range: &std::ops::Range<usize>| {
        range.is_empty() && gap.place == Place::Between
            || range.clone().any(|at| is_certain(side.folded.word(at))) && !can(side, range)
    };
    match (marks(ours, &gap.ours), marks(theirs, &gap.theirs)) {
        (Some(at), None) if answers(theirs, &gap.theirs) => {
            Some((ours.folded.word(at).to_owned(), theirs.words(&gap.theirs)))
        }
        (None, Some(at)) if answers(ours, &gap.ours) => {
            Some((ours.words(&gap.ours), theirs.folded.word(at).to_owned()))
        }
        _ => None,
    }
    .map(|(from, to)| Change { kind: ChangeKind::Possibility, from, to })
}

/// What stands in the place of a mark of possibility where something is sure.
fn is_certain(word: &str) -> bool {
    matches!(
        word,
        "will"
            | "would"
            | "shall"
            | "should"
            | "must"
            | "is"
            | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "did"
            | "does"
            | "certainly"
            | "definitely"
            | "surely"
            | "سوف"
            | "لقد"
            | "حتما"
            | "بالتاكيد"
            | "موكدا"
    )
}

/// A condition that came or went: `إذا`, `if`. `إن` may be one and is far more often none.
pub(super) fn condition_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    let word = |side: Side<'_>, range: &std::ops::Range<usize>| match range.len() {
        1 => Some(side.folded.word(range.start).to_owned()),
        _ => None,
    };
    let is_condition =
        |word: &String| matches!(word.as_str(), "اذا" | "لو" | "لولا" | "هل" | "if" | "unless" | "whether");
    // In the place of another word it may be another way of saying the same: `when`, `عندما`.
    let (from, to) = match gap.place {
        Place::Between if gap.theirs.is_empty() => (word(ours, &gap.ours).filter(is_condition)?, String::new()),
        Place::Between if gap.ours.is_empty() => (String::new(), word(theirs, &gap.theirs).filter(is_condition)?),
        _ => return None,
    };
    Some(Change { kind: ChangeKind::Condition, from, to })
}

/// A verb of saying that became one of denying, or the other way round.
pub(super) fn denial_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    if gap.ours.len() != 1 || gap.theirs.len() != 1 {
        return None;
    }
    let (from, to) = (ours.folded.word(gap.ours.start), theirs.folded.word(gap.theirs.start));
    let tells = |word: &str| telling::is_verb_of_saying(word) && !verbs::denies(word);
    let turned = tells(from) && verbs::denies(to) || verbs::denies(from) && tells(to);
    turned.then(|| Change { kind: ChangeKind::Contrary, from: from.to_owned(), to: to.to_owned() })
}

#[cfg(test)]
mod tests {
    use crate::quote::align::{Pattern, Target};
    use crate::quote::altered::changes;
    use crate::quote::fold::fold;

    fn told(query: &str, text: &str) -> Vec<String> {
        let (asked, there) = (fold(query), fold(text));
        let alignment = Pattern::new(&asked, query).align(&Target::new(&there, text));
        changes((&asked, query), (&there, text), &alignment).iter().map(ToString::to_string).collect()
    }

    const ENGLISH: &str = "the mayor said on Sunday that the old bridge will close to lorries for the whole summer";

    #[test]
    fn what_is_and_what_may_be_are_two_statements() {
        for (from, to, said) in [
            ("will close", "may close", "possibility changed: will became may"),
            ("will close", "might close", "possibility changed: will became might"),
            ("will close", "could close", "possibility changed: will became could"),
            ("old bridge will", "old bridge perhaps will", "possibility added: perhaps"),
        ] {
            assert_eq!(told(ENGLISH, &ENGLISH.replace(from, to)), [said]);
        }
        let may = ENGLISH.replace("will close", "may close");
        assert_eq!(told(&may, &ENGLISH.replace("will close", "might close")), Vec::<String>::new());
        assert_eq!(told(&may, &ENGLISH.replace("will close", "can close")), Vec::<String>::new());
        let arabic = "وقال رئيس البلدية إن الجسر القديم ربما يغلق أمام الشاحنات طوال أشهر الصيف المقبل";
        assert_eq!(told(arabic, &arabic.replace("ربما ", "")), ["possibility dropped: ربما"]);
        assert_eq!(told(&arabic.replace("ربما ", ""), &arabic.replace("ربما", "قد")), ["possibility added: قد"]);
        let past = "وقال رئيس البلدية إن الجسر القديم أغلق أمام الشاحنات طوال أشهر الصيف الماضي كله";
        assert_eq!(told(past, &past.replace("أغلق", "قد أغلق")), Vec::<String>::new(), "it has been closed");
    }

    #[test]
    fn a_condition_that_came_or_went_is_seen() {
        let english =
            "the mayor said on Sunday that lorries will wait if the old bridge is closed for the whole summer";
        let without = english.replace("if ", "");
        assert_eq!(told(english, &without), ["condition dropped: if"]);
        assert_eq!(told(&without, english), ["condition added: if"]);
        assert_eq!(told(english, &english.replace("if ", "when ")), Vec::<String>::new());
    }

    #[test]
    fn said_is_not_denied_and_failing_is_not_doing() {
        assert_eq!(told(ENGLISH, &ENGLISH.replace("said", "denied")), ["contrary word: said became denied"]);
        assert_eq!(told(ENGLISH, &ENGLISH.replace("said", "announced")), Vec::<String>::new());
        let failed = ENGLISH.replace("will close", "will fail to close");
        assert_eq!(told(ENGLISH, &failed), ["negation added: fail"]);
        assert_eq!(told(&failed, ENGLISH), ["negation dropped: fail"]);
    }
}
