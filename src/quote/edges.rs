//! What stands right before and right after words that were found, and turns them round: `لم` cut off, `نفى أن`, `if`,
//! the half of a number.
//!
//! A passage may stand in a text word for word and still say there what the question does not: the article writes that
//! they did *not* attack. Only what is bound to the words counts: in the same sentence, right beside them, with nothing
//! but spaces and quotation marks between. The words themselves are looked at by [`altered`](super::altered).

use super::altered::ChangeKind;
use super::denial::{bridged_negation, denial_before, denied_that, unsaid};
use super::fold::{Folded, fold};
use super::governed::is_subject;
use super::number_edges::number_edges;
use super::{lexicon, sequence, telling, verbs};

/// Questions of fewer words are no statements that could be turned round.
pub const FEWEST_WORDS: usize = 3;
/// Of fewer words not even a number is looked at.
const FEWEST_WITH_NUMBER: usize = 2;
/// Bytes of the text before and after that are looked at.
const REACH: (usize, usize) = (160, 64);
/// Words back to the verb that governs `أن` or `that`.
pub(super) const GOVERNED: usize = 8;

/// A word beside the words found, that belongs to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// What it does to them.
    pub kind: ChangeKind,
    /// Which side it stands on.
    pub side: EdgeSide,
    /// It, as it stands there.
    pub words: String,
    /// Whether it makes another statement of them. What stands outside quotation marks, and what may be read otherwise,
    /// is shown and decides nothing.
    pub decides: bool,
    /// Whether it denies that the words were said at all: nobody is their speaker there.
    pub unsaid: bool,
}

/// A side of the words found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeSide {
    /// Before the first of them.
    Before,
    /// After the last.
    After,
}

impl std::fmt::Display for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = match self.side {
            EdgeSide::Before => "before",
            EdgeSide::After => "after",
        };
        let what = match self.kind {
            ChangeKind::Number => "number that runs on",
            ChangeKind::Condition => "condition or question",
            ChangeKind::Claim => "mark of a mere claim",
            ChangeKind::Possibility => "mark of a mere possibility",
            _ => "negation",
        };
        write!(f, "{what} right {side} these words, not asked for: {}", self.words)
    }
}

/// What lies between a neighbouring word and the words found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Spaces, or nothing.
    Bound,
    /// A quotation begins or ends there.
    Quoted,
    /// Another clause or sentence.
    Parted,
}

impl Gap {
    fn of(between: &str) -> Gap {
        let mark = |c: char| matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '\'' | '‘' | '’' | '(' | ')' | ':');
        if between.chars().all(|c| c == ' ' || c == '\n') {
            Gap::Bound
        } else if between.chars().all(|c| c == ' ' || c == '\n' || mark(c)) {
            Gap::Quoted
        } else {
            Gap::Parted
        }
    }
}

/// Finds the words beside `inside` that belong to it: `before` and `after` are the text on its two sides, `inside` the
/// words found, `asked` the words asked for, with the marks around them. At most one a side and kind.
pub fn edges(asked: &str, before: &str, inside: &str, after: &str) -> Vec<Edge> {
    let middle = fold(inside);
    if middle.len() < FEWEST_WITH_NUMBER {
        return Vec::new();
    }
    let before = &before[before.len() - cut_back(before, REACH.0)..];
    let after = &after[..cut(after, REACH.1)];
    let mut found = number_edges(asked, before, (inside, &middle), after);
    if middle.len() < FEWEST_WORDS {
        return found;
    }
    found.extend(word_before(before, inside, &middle).and_then(|edge| beside_asked(edge, asked, &middle)));
    found.extend(word_after((inside, &middle), after).or_else(|| question_after(asked, (inside, &middle), after)));
    found
}

/// A text with its folded words.
pub(super) struct Beside<'t> {
    pub(super) text: &'t str,
    pub(super) folded: Folded,
}

impl<'t> Beside<'t> {
    pub(super) fn new(text: &'t str) -> Beside<'t> {
        Beside { text, folded: fold(text) }
    }

    pub(super) fn printed(&self, from: usize, to: usize) -> &'t str {
        self.text.get(self.folded.span(from).start..self.folded.span(to).end).unwrap_or_default()
    }

    /// Whether no sentence ends between two of its words.
    pub(super) fn one_sentence(&self, from: usize, to: usize) -> bool {
        let between = self.text.get(self.folded.span(from).end..self.folded.span(to).start).unwrap_or_default();
        !between.contains(['؟', '?', '!', '؛', ';', '"', '«', '»', '“', '”'])
            && !between.contains(". ")
            && !between.contains(".\n")
    }
}

/// An edge beside what was asked for: `لم` was where the text has `ولم`, and `سيصل` is turned round by `قد يصل`.
fn beside_asked(edge: Edge, asked: &str, middle: &Folded) -> Option<Edge> {
    match edge.kind {
        ChangeKind::Negation if !edge.unsaid => (!asked_before(asked, middle).denies).then_some(edge),
        ChangeKind::Possibility => Some(Edge { decides: asked_before(asked, middle).is_sure, ..edge }),
        _ => Some(edge),
    }
}

/// What was asked for right before the words that were found.
struct AskedBefore {
    /// Whether it denies them: what stands bound to them in the question.
    denies: bool,
    /// Whether it says that what follows will surely be: `سيصل`, `will`.
    is_sure: bool,
}

/// Reads the words asked for up to the first of `middle`, which may stand there in another form.
fn asked_before(asked: &str, middle: &Folded) -> AskedBefore {
    let (question, asked) = (asked, fold(asked));
    let first = sequence::key(middle.word(0));
    let at = (0..asked.len()).find(|&at| sequence::key(asked.word(at)) == first).unwrap_or(0);
    let denies = at.checked_sub(1).is_some_and(|last| {
        let before = Beside::new(&question[..asked.span(last).end]);
        lexicon::is_negation_at(&asked, last)
            || before.folded.len() == at
                && (bridged_negation(&before, last).is_some()
                    || denial_before(&before, last, middle.word(0)).is_some_and(|(_, decides)| decides))
    });
    let future = |word: &str| word.strip_prefix('س').is_some_and(|verb| verb.starts_with(['ي', 'ت', 'ن']));
    let is_sure = (at < asked.len() && future(asked.word(at)) && !future(middle.word(0)))
        || at > 0 && matches!(asked.word(at - 1), "سوف" | "will" | "shall");
    AskedBefore { denies, is_sure }
}

fn word_before(before: &str, inside: &str, middle: &Folded) -> Option<Edge> {
    let beside = Beside::new(before);
    let last = beside.folded.len().checked_sub(1)?;
    let between = &before[beside.folded.span(last).end..];
    let gap = Gap::of(&format!("{between}{}", &inside[..middle.span(0).start]));
    let edge = |kind, from: usize, decides| Edge {
        kind,
        side: EdgeSide::Before,
        words: beside.printed(from, last).to_owned(),
        decides,
        unsaid: false,
    };
    if let Some(from) = condition_of_clause(&beside, last, between, middle.word(0)) {
        return Some(edge(ChangeKind::Condition, from, false));
    }
    if gap == Gap::Parted {
        return None;
    }
    let bound = gap == Gap::Bound;
    // Together with the first words, so that `لا يزال` and `not only` are seen.
    let joined = format!("{before} {inside}");
    let whole = fold(&joined[..cut(&joined, before.len() + REACH.1)]);
    let word = beside.folded.word(last);
    // Before a quotation mark `ما` and `غير` hardly ever deny.
    if lexicon::is_negation_at(&whole, last) && (bound || !matches!(word, "غير" | "وغير" | "دون" | "non")) {
        return Some(edge(ChangeKind::Negation, lexicon::negation_from(&beside.folded, last), bound));
    }
    if bound && let Some(from) = bridged_negation(&beside, last) {
        return Some(edge(ChangeKind::Negation, from, true));
    }
    if !bound && let Some(from) = unsaid(&beside, last) {
        return Some(Edge { unsaid: true, ..edge(ChangeKind::Negation, from, false) });
    }
    if bound && is_denying_ma(&whole, last) {
        return Some(edge(ChangeKind::Negation, last, false));
    }
    // `نفى المتحدث | أن القوات`: what is denied begins with the words themselves.
    if bound && matches!(middle.word(0), "ان" | "بان" | "انه" | "انها" | "انهم" | "that") {
        let with_that = Beside::new(&joined[..before.len() + middle.span(0).end + 1]);
        let governs = Some(last + 1).filter(|that| with_that.folded.len() == that + 1);
        let from = governs.and_then(|that| denied_that(&with_that, that));
        let subject = |from: usize| from == last || middle.word(0) != "that" && is_subject(&beside, from + 1, last);
        if let Some(from) = from.filter(|&from| verbs::denies(beside.folded.word(from)) && subject(from)) {
            return Some(edge(ChangeKind::Negation, from, true));
        }
    }
    if let Some((from, decides)) = denial_before(&beside, last, middle.word(0)) {
        return Some(edge(ChangeKind::Negation, from, bound && decides));
    }
    if lexicon::is_condition(word)
        || (matches!(word, "ان" | "that") && last > 0 && lexicon::is_provided(beside.folded.word(last - 1)))
    {
        let from = if matches!(word, "ان" | "that") { last - 1 } else { last };
        return Some(edge(ChangeKind::Condition, from, false));
    }
    if bound && is_inverted(&beside, last) {
        return Some(edge(ChangeKind::Condition, last, false));
    }
    if let Some(from) = possibility_before(&beside, last, middle.word(0)).filter(|_| bound) {
        return Some(edge(ChangeKind::Possibility, from, false));
    }
    claim_before(&beside, last).map(|from| edge(ChangeKind::Claim, from, false))
}

/// Where the condition begins of which the words are the consequence: `If they refuse, |`, `إذا رفضوا فإن |`.
fn condition_of_clause(beside: &Beside<'_>, last: usize, between: &str, next: &str) -> Option<usize> {
    let folded = &beside.folded;
    let so = |word: &str| matches!(word, "فان" | "فانه" | "فانها" | "فانهم" | "فاننا");
    let comma = between.trim() == ",";
    let bound = between.chars().all(|c| c.is_whitespace() || c == ',');
    if !bound || !comma && !so(folded.word(last)) && !so(next) {
        return None;
    }
    let word = |at: usize| folded.word(at);
    let within = |at: &usize| {
        let clause = beside.text.get(folded.span(*at).end..folded.span(last).end).unwrap_or_default();
        beside.one_sentence(*at, last) && (!comma || !clause.contains(',')) && !telling::is_verb_of_saying(word(*at))
    };
    (0..=last).rev().take_while(within).find(|&at| match word(at).strip_prefix(['و', 'ف']).unwrap_or(word(at)) {
        // `عما إذا` is whether, `حتى لو` even if.
        "اذا" | "لو" => {
            !comma && !at.checked_sub(1).is_some_and(|at| matches!(word(at), "عما" | "ما" | "حتي" | "الا"))
        }
        // After a comma only what the clause begins with, for `he asked if they came, |` is none.
        "if" | "unless" => {
            let idiom = at < last && matches!(word(at + 1), "anything" | "any" | "so" | "not" | "only");
            comma && beside.printed(at, at).starts_with(char::is_uppercase) && !idiom
        }
        _ => false,
    })
}

/// Whether the last word, an auxiliary, begins its sentence: `Did |`, which asks.
fn is_inverted(beside: &Beside<'_>, last: usize) -> bool {
    let begins = || {
        beside.text[..beside.folded.span(last).start]
            .trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '!' | '?'))
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric())
    };
    beside.printed(last, last).starts_with(char::is_uppercase) && is_auxiliary(beside.folded.word(last)) && begins()
}

/// Where the words begin that make a mere possibility of what follows: `ربما |`, `قد | يصل`, `might have |`, `يمكن أن |`.
fn possibility_before(beside: &Beside<'_>, last: usize, next: &str) -> Option<usize> {
    let word = |at: usize| beside.folded.word(at);
    let before = last.checked_sub(1);
    let may = |at: usize, next: &str| {
        verbs::is_possibility(word(at), next) && !beside.printed(at, at).starts_with(char::is_uppercase)
    };
    match word(last) {
        "be" | "have" | "been" | "يكون" | "تكون" | "يكونون" => before
            .filter(|&at| may(at, word(last)))
            .or_else(|| before?.checked_sub(1).filter(|&at| may(at, word(at + 1)))),
        "ان" => {
            before.filter(|&at| matches!(word(at), "يمكن" | "الممكن" | "المحتمل" | "يحتمل" | "المرجح" | "يرجح" | "لعل"))
        }
        _ => may(last, next).then_some(last),
    }
}

/// The end of the first words of a text, at most so many bytes.
fn cut(text: &str, bytes: usize) -> usize {
    (0..=bytes.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The length of the last words of a text, at most so many bytes.
fn cut_back(text: &str, bytes: usize) -> usize {
    (0..=bytes.min(text.len())).rev().find(|&length| text.is_char_boundary(text.len() - length)).unwrap_or(0)
}

/// `ما` denies where a clause begins with it: after nothing, `أنه`, `لكن`; after a noun it is "which".
fn is_denying_ma(folded: &Folded, at: usize) -> bool {
    const BEGINS: [&str; 9] = ["انه", "انها", "انهم", "انا", "اننا", "لكن", "لكنه", "ولكن", "والله"];
    let still =
        at + 1 < folded.len() && (folded.word(at + 1).ends_with("زال") || folded.word(at + 1).starts_with("زال"));
    !still && matches!(folded.word(at), "ما" | "فما") && at > 0 && BEGINS.contains(&folded.word(at - 1))
}

/// `زعم أن`, `ما يسمى`, `so-called`.
fn claim_before(beside: &Beside<'_>, last: usize) -> Option<usize> {
    let word = beside.folded.word(last);
    let bare = word.strip_prefix('و').unwrap_or(word);
    if matches!(bare, "مزاعم" | "بزعم" | "المزعوم" | "المزعومه" | "alleged" | "allegedly" | "supposedly")
    {
        return Some(last);
    }
    let before = last.checked_sub(1).map(|at| beside.folded.word(at)).unwrap_or_default();
    if matches!(
        (before, word),
        ("ما", "يسمي" | "تسمي" | "وصفه" | "وصفته" | "اسماه" | "اسمته" | "سماه") | ("so", "called")
    ) || matches!(
        (before, bare),
        ("ما" | "بما" | "لما" | "مما", "يسمي" | "تسمي" | "يدعي" | "وصفه" | "وصفته" | "اسماه" | "سماه")
    ) {
        return Some(last - 1);
    }
    let claims = |word: &str| {
        matches!(
            word.strip_prefix('و').unwrap_or(word),
            "زعم"
                | "زعمت"
                | "زعموا"
                | "يزعم"
                | "تزعم"
                | "زاعما"
                | "زاعمه"
                | "ادعي"
                | "ادعت"
                | "يدعي"
                | "تدعي"
        )
    };
    let that = matches!(word, "ان" | "بان" | "انه" | "انها" | "انهم");
    let governs = if that {
        let earliest = last.saturating_sub(GOVERNED);
        (earliest..last)
            .rev()
            .find(|&at| claims(beside.folded.word(at)) || telling::is_verb_of_saying(beside.folded.word(at)))?
    } else {
        last
    };
    (claims(beside.folded.word(governs)) && (governs == last || beside.one_sentence(governs, last))).then_some(governs)
}

/// A question mark right after the words, where neither they nor the words asked for tell that something is asked.
fn question_after(asked: &str, inside: (&str, &Folded), after: &str) -> Option<Edge> {
    let marks = ['؟', '?', '？'];
    let mark = after.trim_start().chars().next().filter(|mark| marks.contains(mark))?;
    let told = asked.contains(marks) || inside.0.contains(marks) || inside.1.words().any(lexicon::asks);
    (!told).then(|| Edge {
        kind: ChangeKind::Condition,
        side: EdgeSide::After,
        words: mark.to_string(),
        decides: false,
        unsaid: false,
    })
}

fn word_after((inside, middle): (&str, &Folded), after: &str) -> Option<Edge> {
    let beside = Beside::new(after);
    if beside.folded.is_empty() {
        return None;
    }
    let last = middle.len() - 1;
    let gap = Gap::of(&format!("{}{}", &inside[middle.span(last).end..], &after[..beside.folded.span(0).start]));
    if gap == Gap::Parted {
        return None;
    }
    let word = |at: usize| if at < beside.folded.len() { beside.folded.word(at) } else { "" };
    let edge = |kind, to: usize, decides| Edge {
        kind,
        side: EdgeSide::After,
        words: beside.printed(0, to.min(beside.folded.len() - 1)).to_owned(),
        decides,
        unsaid: false,
    };
    // `التي لا أساس لها` says it of a part of the words, `حتى إذا` makes no condition.
    if matches!(middle.word(last), "التي" | "الذي" | "الذين" | "which" | "who" | "حتي" | "even") {
        return None;
    }
    if let Some(to) = called_false(&word) {
        return Some(edge(ChangeKind::Negation, to, gap == Gap::Bound));
    }
    if gap != Gap::Bound {
        return None;
    }
    // `will | not attack`: the verb that was asked for is denied.
    if is_auxiliary(middle.word(last)) && matches!(word(0), "not" | "never") && word(1) != "only" {
        return Some(edge(ChangeKind::Negation, 0, true));
    }
    let condition = match (word(0), word(1)) {
        ("الا", "اذا")
        | ("ما", "لم")
        | ("شرط" | "بشرط" | "شريطه", "ان")
        | ("only" | "even", "if")
        | ("provided", "that") => Some(1),
        ("اذا" | "لو" | "unless" | "if", _) => Some(0),
        _ => None,
    };
    condition.map(|to| edge(ChangeKind::Condition, to, false))
}

/// Whether the next words call what stands before them untrue; up to which.
fn called_false<'w>(word: &impl Fn(usize) -> &'w str) -> Option<usize> {
    match (word(0), word(1), word(2)) {
        ("غير", "صحيح" | "صحيحه" | "دقيق" | "دقيقه" | "وارد", _) => Some(1),
        ("ليس" | "ليست", "صحيحا" | "صحيحه" | "دقيقا" | "دقيقه", _) => Some(1),
        ("لا", "اساس", _) | ("لا", "صحه", _) => Some(1),
        ("عار" | "عاريه" | "عاري", "عن" | "من", "الصحه") => Some(2),
        ("is" | "was" | "are" | "were", "false" | "untrue" | "baseless" | "incorrect", _) => Some(1),
        ("is" | "was" | "are" | "were", "not", "true" | "correct" | "accurate")
        | ("is" | "was", "a", "lie" | "fabrication" | "hoax") => Some(2),
        ("isn" | "wasn", "t", "true") => Some(2),
        _ => None,
    }
}

fn is_auxiliary(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "was"
            | "were"
            | "will"
            | "would"
            | "can"
            | "could"
            | "shall"
            | "should"
            | "may"
            | "might"
            | "must"
            | "do"
            | "does"
            | "did"
            | "has"
            | "have"
            | "had"
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What stands beside `words` in `text`: (as printed, whether it decides).
    fn beside(text: &str, words: &str) -> Vec<(String, bool)> {
        let at = text.find(words).unwrap();
        let found = edges(words, &text[..at], words, &text[at + words.len()..]);
        found.into_iter().map(|edge| (edge.words, edge.decides)).collect()
    }

    /// The only thing beside them.
    pub(in crate::quote) fn one(text: &str, words: &str) -> Option<(String, bool)> {
        let mut found = beside(text, words);
        assert!(found.len() < 2, "{found:?}");
        found.pop()
    }

    #[test]
    fn a_negation_cut_off_is_seen() {
        for (text, words, cut) in [
            ("قال إن الجيش لم يهاجم المدينة القديمة ليلا", "يهاجم المدينة القديمة", "لم"),
            ("وأضاف أننا لن نقبل بهذا الاتفاق أبدا", "نقبل بهذا الاتفاق", "لن"),
            ("he said the army did not attack the old city", "attack the old city", "not"),
            ("he said the army didn't attack the old city", "attack the old city", "didn't"),
            ("the army never attacked the old city", "attacked the old city", "never"),
            ("نفى أن تكون القوات دخلت المدينة", "تكون القوات دخلت المدينة", "نفى أن"),
            ("نفى المتحدث باسم الوزارة أن تكون القوات دخلت المدينة", "تكون القوات دخلت", "نفى المتحدث باسم الوزارة أن"),
            ("the ministry denied that troops entered the city", "troops entered the city", "denied that"),
            ("the old city has not been attacked since Sunday", "attacked since Sunday", "not been"),
            ("the ministry no longer supports the peace plan", "supports the peace plan", "no longer"),
            ("the army hadn't yet attacked the city", "attacked the city", "hadn't yet"),
            ("he told them not to attack the old city", "attack the old city", "not to"),
            ("the army refused to leave the old city", "leave the old city", "refused to"),
            ("لم تكن القوات دخلت المدينة", "القوات دخلت المدينة", "لم تكن"),
            ("لم يعد الجيش يسيطر على المدينة", "الجيش يسيطر على المدينة", "لم يعد"),
            ("it is not true that troops entered the city", "troops entered the city", "not true that"),
            ("it is false that troops entered the city", "troops entered the city", "false that"),
            ("قال إنه ليس صحيحا أن القوات دخلت المدينة", "القوات دخلت المدينة", "ليس صحيحا أن"),
            ("ومن غير الصحيح أن القوات دخلت المدينة", "القوات دخلت المدينة", "غير الصحيح أن"),
            ("لا صحة لما يقال إن القوات دخلت المدينة", "القوات دخلت المدينة", "لا صحة لما يقال إن"),
            ("نفى الناطق أن يكون الوزير قد التقى الوفد أمس", "التقى الوفد أمس", "نفى الناطق أن يكون الوزير قد"),
            ("نفى الناطق أن يكون الوزير قد التقى الوفد", "الوزير قد التقى الوفد", "نفى الناطق أن يكون"),
            ("نفى الناطق أن الوزير التقى الوفد", "أن الوزير التقى الوفد", "نفى الناطق"),
            ("لم تتمكن الفرق من رفع الجسر القديم", "الفرق من رفع الجسر", "لم تتمكن"),
            ("لم تتمكن الفرق من رفع الجسر القديم", "رفع الجسر القديم", "لم تتمكن الفرق من"),
            (
                "نفت الوزارة ما ذكرته الصحيفة عن أن القوات دخلت المدينة",
                "القوات دخلت المدينة",
                "نفت الوزارة ما ذكرته الصحيفة عن أن",
            ),
        ] {
            assert_eq!(one(text, words), Some((cut.to_owned(), true)), "{text}");
        }
    }

    #[test]
    fn quoted_words_that_nobody_said_are_shown() {
        for (text, words, cut) in [
            ("لم يقل أحمد العلي «سنغادر المدينة غدا» أبدا", "سنغادر المدينة غدا", "لم يقل أحمد العلي"),
            ("نفى أحمد العلي أن يكون قال «سنغادر المدينة غدا»", "سنغادر المدينة غدا", "نفى أحمد العلي أن يكون قال"),
            ("Adam Crowe never said “we leave the city”", "we leave the city", "never said"),
            ("Adam Crowe didn't say: “we leave the city”", "we leave the city", "didn't say"),
            ("Adam Crowe denied ever saying “we leave the city”", "we leave the city", "denied ever saying"),
            (
                "نفى أحمد العلي ما نسب إليه من كلام مفاده «سنغادر المدينة غدا»",
                "سنغادر المدينة غدا",
                "نفى أحمد العلي ما نسب إليه من كلام مفاده",
            ),
            (
                "نسبت مواقع إلى أحمد العلي زورا قوله «سنغادر المدينة غدا»",
                "سنغادر المدينة غدا",
                "نسبت مواقع إلى أحمد العلي زورا قوله",
            ),
            (
                "Reuters denied that Adam Crowe said “we leave the city”",
                "we leave the city",
                "denied that Adam Crowe said",
            ),
        ] {
            let at = text.find(words).unwrap();
            let found = edges(words, &text[..at], words, &text[at + words.len()..]);
            assert!(found.iter().all(|edge| edge.unsaid && !edge.decides), "{found:?}");
            assert_eq!(found[0].words, cut);
        }
        for (text, words) in [
            ("لم يقل الوزير أكثر لكنه قال «سنغادر المدينة غدا»", "سنغادر المدينة غدا"),
            ("نفى أحمد العلي الخبر وقال «سنغادر المدينة غدا»", "سنغادر المدينة غدا"),
            ("He denied the report and said “we leave the city”", "we leave the city"),
            ("ونفت القيادة أن تكون شنت الغارة، فيما ذكر الناطق أن «سنغادر المدينة غدا»", "سنغادر المدينة غدا"),
            ("نفى أحمد العلي ما نسب إليه، وقال «سنغادر المدينة غدا»", "سنغادر المدينة غدا"),
            ("ونفى أحمد العلي ارتفاع نسب البطالة وقال: «سنغادر المدينة غدا»", "سنغادر المدينة غدا"),
            ("He did not come. The mayor said “we leave the city”", "we leave the city"),
            ("The mayor, who never told them, went on: “we leave the city”", "we leave the city"),
        ] {
            assert_eq!(one(text, words), None, "{text}");
        }
    }

    #[test]
    fn a_negation_that_was_asked_for_in_another_form_is_none_that_was_not() {
        for (asked, text, found) in [
            ("لم تصدر الإدارة أي توضيح", "وقع العطل. ولم تصدر الإدارة أي توضيح", "تصدر الإدارة أي توضيح"),
            ("we won't hand over the port", "we will not hand over the port", "hand over the port"),
            ("عجزت الفرق عن رفع الجسر القديم", "لم تتمكن الفرق من رفع الجسر القديم", "رفع الجسر القديم"),
        ] {
            let at = text.find(found).unwrap();
            assert_eq!(edges(asked, &text[..at], found, ""), [], "{asked}");
            let of_something_else = format!("بدون إنذار {found}");
            assert!(edges(&of_something_else, &text[..at], found, "")[0].decides, "{asked}");
            assert!(edges(found, &text[..at], found, "")[0].decides, "{asked}");
        }
    }

    #[test]
    fn what_surely_will_be_is_no_possibility() {
        let text = "قال إن الشركة قد تغلق الجسر القديم";
        let at = text.find("تغلق").unwrap();
        let decides = |asked: &str| edges(asked, &text[..at], &text[at..], "")[0].decides;
        assert!(decides("ستغلق الجسر القديم") && !decides("تغلق الجسر القديم"));
    }

    #[test]
    fn a_consequence_stands_under_its_condition() {
        for (text, words, cut) in [
            ("قال إنه إذا أغلق الجسر فإن المدينة ستطلب تعويضا", "المدينة ستطلب تعويضا", "إذا أغلق الجسر فإن"),
            ("He went on. If the bridge is closed, the city will sue", "the city will sue", "If the bridge is closed"),
        ] {
            assert_eq!(one(text, words), Some((cut.to_owned(), false)), "{text}");
        }
        assert_eq!(one("He asked if they came, the city will sue", "the city will sue"), None);
        assert_eq!(one("إذا أغلق الجسر انتظروا. قال فإن المدينة ستطلب تعويضا", "المدينة ستطلب تعويضا"), None);
    }

    #[test]
    fn what_denies_something_else_is_not() {
        for (text, words) in [
            ("قال الوزير لا، نقبل بهذا الاتفاق اليوم", "نقبل بهذا الاتفاق"),
            ("نفت هذه الاتهامات، إلا أن القوات دخلت المدينة", "القوات دخلت المدينة"),
            ("تنفي ذلك وتتحدث عن وجود سفن صغيرة في الميناء", "سفن صغيرة في الميناء"),
            ("لا يزال الجيش في المدينة", "يزال الجيش في المدينة"),
            ("قال إنه ما زال في المدينة القديمة", "زال في المدينة القديمة"),
            ("رد على المزاعم التي لا أساس لها", "رد على المزاعم التي"),
            ("سنبقى في المدينة حتى لو هاجمونا", "سنبقى في المدينة حتى"),
            ("نفت أن تكون المناورات استفزازا بقولها إن كيم قال إنه يتفهم أهميتها", "كيم قال إنه يتفهم"),
            ("صواريخ أطلقت باتجاه المملكة ما يثبت استمرار تورط النظام", "يثبت استمرار تورط"),
            ("it was not only the army that attacked", "only the army that"),
            ("it is true that the army attacked", "the army attacked"),
            ("he did not say it and had to leave the city", "leave the city"),
            ("he did not. To leave the old city is hard", "leave the old city"),
            ("the old city has been attacked since Sunday", "attacked since Sunday"),
            ("لم تتمكن الفرق من الوصول بعد ساعات من قصف المدرسة القديمة", "قصف المدرسة القديمة"),
            ("لم يتمكن العمال إلا من إصلاح الجسر القديم", "إصلاح الجسر القديم"),
            ("نفى المتحدث الخبر رغم أن القوات دخلت المدينة", "أن القوات دخلت المدينة"),
            ("نفى المتهم التهمة مع أنه دخل المدينة", "أنه دخل المدينة"),
            ("the mayor denied it though he knew that troops entered", "that troops entered"),
            ("نفى أن يكون غاضبا والوزير قد التقى الوفد الروسي", "التقى الوفد الروسي"),
            ("نفى المتحدث الاتهامات وأفصح عن أن القوات دخلت المدينة", "القوات دخلت المدينة"),
            ("وعلى أي حال فإن القوات ستدخل المدينة", "القوات ستدخل المدينة"),
            ("سئل عما إذا كان سيترشح وقال إنه وفقا للدستور فإن المدينة ستطلب تعويضا", "المدينة ستطلب تعويضا"),
            ("If anything, the city will sue the company", "the city will sue"),
            ("قال إن كلامه ليس صحيحا وأكد أن القوات دخلت المدينة", "القوات دخلت المدينة"),
            ("كانت قد قالت إنه يوجد اتفاق مع الجيران", "اتفاق مع الجيران"),
            ("He did not. They attacked the old city", "They attacked the old city"),
            ("وأكد الوزير أن القوات دخلت المدينة", "القوات دخلت المدينة"),
        ] {
            assert_eq!(one(text, words), None, "{text}");
        }
        assert_eq!(one("the army did not attack", "not attack"), None, "two words are no statement");
    }

    #[test]
    fn quotation_marks_conditions_and_claims_are_shown_and_decide_nothing() {
        for (text, words, cut) in [
            ("نفى أن «تكون القوات دخلت المدينة»", "تكون القوات دخلت المدينة", "نفى أن"),
            ("سننسحب إذا توقفت الغارات على المدينة", "توقفت الغارات على المدينة", "إذا"),
            ("he asked whether the army attacked the city", "the army attacked the city", "whether"),
            ("زعم أن القوات دخلت المدينة", "القوات دخلت المدينة", "زعم أن"),
            ("we leave the city today unless they attack", "we leave the city today", "unless"),
            ("سنغادر المدينة اليوم إلا إذا هاجمونا", "سنغادر المدينة اليوم", "إلا إذا"),
        ] {
            assert_eq!(one(text, words), Some((cut.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn words_called_untrue_right_after_are_denied() {
        for (text, words, cut) in [
            ("القول إن القوات دخلت المدينة غير صحيح", "القوات دخلت المدينة", "غير صحيح"),
            ("that troops entered the city is not true", "troops entered the city", "is not true"),
            ("that troops entered the city is a lie", "troops entered the city", "is a lie"),
            ("the army will not attack the city", "that the army will", "not"),
        ] {
            let text = format!("that {text}");
            assert_eq!(one(&text, words), Some((cut.to_owned(), true)), "{text}");
        }
    }
}
