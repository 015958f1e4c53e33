//! Names that changed places: `Russia accused Turkey` is not `Turkey accused Russia`, though every word came along.
//!
//! Looked for are two names, each once on both sides, in the other order around a word that both share, or right beside
//! each other after a word that both share (`اتهمت روسيا تركيا`). Halves of a quotation that were exchanged, lists,
//! and what holds both ways (`between`, `with`, the passive) are no such change.

use std::ops::Range;

use super::align::Alignment;
use super::altered::{Change, ChangeKind, Side};
use super::governed::is_office;
use super::introduced::introduces;
use super::lexicon::{self, same_name};
use super::numbers;
use super::stem::stem;
use super::telling::is_verb_of_saying;

/// Words beyond the matched ones that are looked at on each side, at most.
const BEYOND: usize = 8;
/// Words from one name to the other, at most.
const APART: usize = 8;
/// Longer quotations are not looked at: their names stand in many clauses.
const LONGEST: usize = 400;

/// A name that stands once on each side.
struct Name {
    ours: usize,
    theirs: usize,
}

/// Two names of `ours` that stand in `theirs` in each other's places.
pub(super) fn swapped_names(ours: Side<'_>, theirs: Side<'_>, alignment: &Alignment) -> Option<Change> {
    let asked = ours.folded.len();
    let passage = alignment.passage().filter(|_| asked <= LONGEST)?;
    let beyond = asked.saturating_sub(alignment.matched()).min(BEYOND);
    let window = passage.start.saturating_sub(beyond)..(passage.end + beyond).min(theirs.folded.len());
    let names = common_names(ours, theirs, &window);
    let pairs = names.iter().enumerate().flat_map(|(at, one)| names[at + 1..].iter().map(move |other| (one, other)));
    let (one, other) = pairs.into_iter().find(|(one, other)| {
        let (here, there) = (one.ours..other.ours, other.theirs..one.theirs);
        let near = |range: &Range<usize>| !range.is_empty() && range.len() <= APART;
        near(&here)
            && near(&there)
            && ![one, other].iter().any(|name| kept_its_place(ours, theirs, name))
            && (around_shared_word((ours, here.clone()), (theirs, there.clone()), &window)
                || side_by_side((ours, here), (theirs, there)))
    })?;
    let words = |side: Side<'_>, first: usize, second: usize| {
        format!("{}, {}", side.folded.word(first), side.folded.word(second))
    };
    Some(Change {
        kind: ChangeKind::Name,
        from: words(ours, one.ours, other.ours),
        to: words(theirs, other.theirs, one.theirs),
    })
}

/// Whether a name has the same words right before and right after it on both sides: then a whole clause moved with it.
fn kept_its_place(ours: Side<'_>, theirs: Side<'_>, name: &Name) -> bool {
    let stem_at = |side: Side<'_>, at: Option<usize>| {
        at.filter(|&at| at < side.folded.len()).map(|at| stem(side.folded.word(at)).to_owned())
    };
    let same = |one: Option<usize>, other: Option<usize>| {
        let (one, other) = (stem_at(ours, one), stem_at(theirs, other));
        one.is_some() && one == other
    };
    same(name.ours.checked_sub(1), name.theirs.checked_sub(1)) && same(Some(name.ours + 1), Some(name.theirs + 1))
}

/// The names that stand exactly once among the words asked for and once in the window of the text, in the order asked.
fn common_names(ours: Side<'_>, theirs: Side<'_>, window: &Range<usize>) -> Vec<Name> {
    let may_be = |side: Side<'_>, range: Range<usize>| -> Vec<usize> {
        range.filter(|&at| lexicon::may_be_name(side.folded, at, side.text)).collect()
    };
    let (a, b) = (may_be(ours, 0..ours.folded.len()), may_be(theirs, window.clone()));
    let once = |side: Side<'_>, all: &[usize], word: &str| {
        let mut found = all.iter().filter(|&&at| same_name(side.folded.word(at), word));
        found.next().filter(|_| found.next().is_none()).copied()
    };
    let found = a.iter().filter_map(|&at| {
        let word = ours.folded.word(at);
        once(ours, &a, word)?;
        let there = once(theirs, &b, word)?;
        // A capital at the beginning of a sentence makes no name by itself.
        let surely =
            lexicon::is_name(ours.folded, at, ours.text) || lexicon::is_name(theirs.folded, there, theirs.text);
        surely.then_some(Name { ours: at, theirs: there })
    });
    found.collect()
}

/// Whether a word that stands once on each side stands between the names on both, and nothing that holds both ways does.
fn around_shared_word(
    (ours, here): (Side<'_>, Range<usize>),
    (theirs, there): (Side<'_>, Range<usize>),
    window: &Range<usize>,
) -> bool {
    let between = |range: &Range<usize>| range.start + 1..range.end;
    let is_mutual_in = |side: Side<'_>, range: &Range<usize>| between(range).any(|at| is_mutual(side.folded.word(at)));
    let passive = |side: Side<'_>, range: &Range<usize>| {
        between(range).any(|at| matches!(side.folded.word(at), "by" | "قبل" | "يد" | "جانب"))
    };
    if is_mutual_in(ours, &here) || is_mutual_in(theirs, &there) || passive(ours, &here) != passive(theirs, &there) {
        return false;
    }
    between(&here).any(|at| {
        let word = ours.folded.word(at);
        let same =
            |side: Side<'_>, range: Range<usize>| range.filter(|&at| stem(side.folded.word(at)) == stem(word)).count();
        relates(ours, at)
            && same(theirs, between(&there)) == 1
            && same(theirs, window.clone()) == 1
            && same(ours, 0..ours.folded.len()) == 1
    })
}

/// What joins two names in either order.
fn is_mutual(word: &str) -> bool {
    matches!(word, "with" | "between" | "and" | "or" | "مع" | "بين" | "وبين" | "او" | "ومع")
}

/// Whether what a word says of two names depends on their order. An English title may stand before the name or after it
/// (`Turkey's president Erdogan`), so only verbs and prepositions count there, by their endings.
fn relates(side: Side<'_>, at: usize) -> bool {
    let word = side.folded.word(at);
    if word.is_ascii() {
        let verb = word.len() > 4 && ["ed", "ing", "es"].iter().any(|ending| word.ends_with(ending));
        let lower = side.text.get(side.folded.span(at)).is_some_and(|printed| printed.starts_with(char::is_lowercase));
        return lower
            && (verb
                || is_verb_of_saying(word)
                || matches!(
                    word,
                    "to" | "from"
                        | "against"
                        | "beat"
                        | "beats"
                        | "hit"
                        | "hits"
                        | "struck"
                        | "killed"
                        | "owes"
                        | "sold"
                ));
    }
    let bare = ["ال", "وال"].iter().find_map(|article| word.strip_prefix(article)).unwrap_or(word);
    let title = introduces(word) || is_office(bare) || matches!(bare, "خارجيه" | "دفاع" | "داخليه" | "نظير" | "نظيره");
    let name = lexicon::is_name(side.folded, at, side.text) || numbers::value(word).is_some();
    !title && !name && word.chars().count() > 1
}

/// Whether the names stand right beside each other on both sides, after one and the same word: a verb with its subject
/// and its object. Two adjectives (`العلاقات السعودية الإيرانية`) hold in either order.
fn side_by_side((ours, here): (Side<'_>, Range<usize>), (theirs, there): (Side<'_>, Range<usize>)) -> bool {
    let beside = |side: Side<'_>, range: &Range<usize>| {
        let (one, other) = (side.folded.word(range.start), side.folded.word(range.end));
        let spaces = side.text.get(side.folded.span(range.start).end..side.folded.span(range.end).start);
        let adjectives = [one, other].iter().all(|word| word.ends_with('ي') || word.ends_with("يه"));
        range.len() == 1
            && !one.is_ascii()
            && !adjectives
            && !other.starts_with('و')
            && spaces.is_some_and(|text| text.trim().is_empty())
    };
    let lead = |side: Side<'_>, range: &Range<usize>| {
        range.start.checked_sub(1).map(|at| stem(side.folded.word(at)).to_owned())
    };
    let leads = lead(ours, &here).filter(|word| !is_mutual(word) && !introduces(word) && !is_office(word));
    beside(ours, &here) && beside(theirs, &there) && leads.is_some() && leads == lead(theirs, &there)
}

#[cfg(test)]
mod tests {
    use crate::quote::align::{Pattern, Target};
    use crate::quote::altered::changes;
    use crate::quote::fold::fold;
    use crate::quote::reworded::{Likeness, judge};

    fn told(query: &str, text: &str) -> Vec<String> {
        let (asked, there) = (fold(query), fold(text));
        let pattern = Pattern::new(&asked, query);
        let alignment = pattern.align(&Target::new(&there, text));
        assert!(judge(&pattern, &alignment) >= Likeness::Part, "{text}");
        changes((&asked, query), (&there, text), &alignment).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_that_changed_places_make_another_statement() {
        for (query, text, changed) in [
            (
                "Russia accused Turkey of shelling civilians near the border on Sunday",
                "Turkey accused Russia of shelling civilians near the border on Sunday",
                "russia, turkey became turkey, russia",
            ),
            (
                "Fletcher accused Bagley of stealing the old painting from the museum on Sunday",
                "Bagley accused Fletcher of stealing the old painting from the museum on Sunday",
                "fletcher, bagley became bagley, fletcher",
            ),
            (
                "اتهمت روسيا تركيا بقصف المدنيين قرب الحدود يوم الأحد",
                "اتهمت تركيا روسيا بقصف المدنيين قرب الحدود يوم الأحد",
                "روسيا, تركيا became تركيا, روسيا",
            ),
            (
                "روسيا تتهم تركيا بقصف المدنيين قرب الحدود يوم الأحد",
                "تركيا تتهم روسيا بقصف المدنيين قرب الحدود يوم الأحد",
                "روسيا, تركيا became تركيا, روسيا",
            ),
            (
                "وصلت القافلة من موسكو إلى دمشق يوم الأحد محملة بالبضائع والمواد الغذائية",
                "وصلت القافلة من دمشق إلى موسكو يوم الأحد محملة بالبضائع والمواد الغذائية",
                "موسكو, دمشق became دمشق, موسكو",
            ),
        ] {
            assert_eq!(told(query, text), [format!("name changed: {changed}")]);
        }
    }

    #[test]
    fn what_holds_both_ways_is_the_same() {
        for (query, text) in [
            (
                "Turkey accused Russia of shelling civilians near the border on Sunday",
                "Russia was accused by Turkey of shelling civilians near the border on Sunday",
            ),
            (
                "Russia and Turkey agreed to hold talks next week in the capital about the border",
                "Turkey and Russia agreed to hold talks next week in the capital about the border",
            ),
            (
                "Turkey's President Tayyip Erdogan said the talks would begin next week in the capital",
                "Tayyip Erdogan, President of Turkey, said the talks would begin next week in the capital",
            ),
            (
                "العلاقات الإيرانية السعودية تمر بمرحلة صعبة منذ قطع العلاقات",
                "العلاقات السعودية الإيرانية تمر بمرحلة صعبة منذ قطع العلاقات",
            ),
            (
                "اجتمع قادة روسيا وإيران وتركيا في العاصمة لبحث مستقبل المنطقة",
                "اجتمع قادة تركيا وروسيا وإيران في العاصمة لبحث مستقبل المنطقة",
            ),
            (
                "روسيا تتهم تركيا بقصف المدنيين قرب الحدود يوم الأحد",
                "اتهمت روسيا تركيا بقصف المدنيين قرب الحدود يوم الأحد",
            ),
            (
                "قرار الرئيس بالانسحاب من اتفاق إيران النووي فرنسا وألمانيا وبريطانيا تأسف للقرار الأخير كل الأسف",
                "فرنسا وألمانيا وبريطانيا تأسف للقرار الأخير كل الأسف بالانسحاب من الاتفاق النووي الإيراني قرار الرئيس",
            ),
            (
                "أغلقت روسيا المعبر الشمالي أمام الشاحنات يوم الأحد وفتحت تركيا الميناء الجنوبي أمام السفن الصغيرة",
                "وفتحت تركيا الميناء الجنوبي أمام السفن الصغيرة أغلقت روسيا المعبر الشمالي أمام الشاحنات يوم الأحد",
            ),
        ] {
            assert_eq!(told(query, text), Vec::<String>::new(), "{query}");
        }
    }
}
