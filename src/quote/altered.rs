//! Finds what makes another statement of words that align: numbers, dates, names, negations, contrary words, vowels.
//!
//! Looked at are the words between matched ones, and as many before the first and after the last. A change needs both
//! sides: what was there and what stands there now. Only a negation changes a sentence by coming or going.

use std::ops::Range;

use super::align::{Alignment, Chain};
use super::calendar;
use super::certainty::{condition_change, denial_change, possibility_change};
use super::contrary::{Sides, are_opposed};
use super::counted;
use super::duals::is_dual;
use super::fold::Folded;
use super::introduced::{are_first_names, is_introduced, is_kind_of_place, is_of_place};
use super::lexicon::{self, Names};
use super::swapped::swapped_names;
use super::verbs;
use super::{numbers, numerals};

/// A change that makes another statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What changed.
    pub kind: ChangeKind,
    /// The words of the quotation, folded; empty where something was added.
    pub from: String,
    /// The words of the text, folded; empty where something was dropped.
    pub to: String,
}

/// What kind of word changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// A number became another one.
    Number,
    /// A month or a day of the week became another one.
    Date,
    /// A negation came or went.
    Negation,
    /// A name became another one.
    Name,
    /// A word became its contrary: denied, confirmed.
    Contrary,
    /// The same letters bear other vowels: killed, was killed.
    Vowels,
    /// They hold under a condition, or are asked: beside the words, or put in or left out.
    Condition,
    /// Beside the words: they are told as somebody's mere claim.
    Claim,
    /// What is, merely may be, or the other way round: `will`, `might`.
    Possibility,
}

impl ChangeKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::Number => "number",
            ChangeKind::Date => "date",
            ChangeKind::Negation => "negation",
            ChangeKind::Name => "name",
            ChangeKind::Contrary => "contrary",
            ChangeKind::Vowels => "vowels",
            ChangeKind::Condition => "condition",
            ChangeKind::Claim => "claim",
            ChangeKind::Possibility => "possibility",
        }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.kind {
            ChangeKind::Number => "number",
            ChangeKind::Date => "date",
            ChangeKind::Negation => "negation",
            ChangeKind::Name => "name",
            ChangeKind::Contrary => "contrary word",
            ChangeKind::Vowels => "vowels",
            ChangeKind::Condition => "condition",
            ChangeKind::Claim => "claim",
            ChangeKind::Possibility => "possibility",
        };
        match (self.from.is_empty(), self.to.is_empty()) {
            (false, false) if self.kind == ChangeKind::Contrary => {
                write!(f, "{what}: {} became {}", self.from, self.to)
            }
            (false, false) => write!(f, "{what} changed: {} became {}", self.from, self.to),
            (false, true) => write!(f, "{what} dropped: {}", self.from),
            _ => write!(f, "{what} added: {}", self.to),
        }
    }
}

/// More words put in than this are another sentence; what it denies is not the quotation's.
const LONGEST_CHANGE: usize = 6;
/// A negation belongs to words so near after it.
const NEGATION_REACH: usize = 3;

/// A text with its words.
#[derive(Clone, Copy)]
pub(super) struct Side<'t> {
    pub(super) folded: &'t Folded,
    pub(super) text: &'t str,
}

impl Side<'_> {
    /// Some of its words, folded, as they are shown.
    pub(super) fn words(self, range: &Range<usize>) -> String {
        range.clone().map(|at| self.folded.word(at)).collect::<Vec<&str>>().join(" ")
    }
}

/// Where a gap lies among the matched words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Before,
    Between,
    After,
}

/// Unmatched words of both sides that answer each other.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    pub(super) place: Place,
    pub(super) ours: Range<usize>,
    pub(super) theirs: Range<usize>,
}

/// Lists the changes between a quotation and the passage aligned with it that make it another statement.
pub fn changes(query: (&Folded, &str), text: (&Folded, &str), alignment: &Alignment) -> Vec<Change> {
    let (ours, theirs) = (Side { folded: query.0, text: query.1 }, Side { folded: text.0, text: text.1 });
    let mut found: Vec<Change> = Vec::new();
    for chain in &alignment.chains {
        let whole = alignment.chains.len() == 1;
        let numbers = counted::changed((ours.folded, ours.text), (theirs.folded, theirs.text), chain, whole);
        found.extend(numbers.into_iter().map(|(from, to)| Change { kind: ChangeKind::Number, from, to }));
        let mut add = |change: Option<Change>| found.extend(change);
        for gap in gaps(chain, query.0.len(), text.0.len(), whole) {
            add(date_change(ours, theirs, &gap));
            add(negation_change(ours, theirs, &gap));
            add(contrary_change(ours, theirs, &gap).or_else(|| denial_change(ours, theirs, &gap)));
            add(possibility_change(ours, theirs, &gap));
            add(condition_change(ours, theirs, &gap));
            add(name_change(ours, theirs, &gap));
        }
        for (from, to) in chain.pairs.iter().filter(|pair| pair.0.len() == 1 && pair.1.len() == 1) {
            add(vowel_change(ours, from.start, theirs, to.start));
            add(dual_change(ours, from.start, theirs, to.start));
            add(order_change(ours, from.start, theirs, to.start));
        }
    }
    found.extend(swapped_names(ours, theirs, alignment));
    let mut distinct: Vec<Change> = Vec::new();
    for change in found {
        if !distinct.contains(&change) {
            distinct.push(change);
        }
    }
    distinct
}

fn gaps(chain: &Chain, asked: usize, there: usize, whole: bool) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let (query, text) = (chain.query(), chain.text());
    if whole && query.start > 0 {
        let theirs = text.start.saturating_sub(query.start)..text.start;
        gaps.push(Gap { place: Place::Before, ours: 0..query.start, theirs });
    }
    for two in chain.pairs.windows(2) {
        let (ours, theirs) = (two[0].0.end..two[1].0.start, two[0].1.end..two[1].1.start);
        if (!ours.is_empty() || !theirs.is_empty()) && theirs.len() <= ours.len() + LONGEST_CHANGE {
            gaps.push(Gap { place: Place::Between, ours, theirs });
        }
    }
    if whole && query.end < asked {
        let theirs = text.end..(text.end + asked - query.end).min(there);
        gaps.push(Gap { place: Place::After, ours: query.end..asked, theirs });
    }
    gaps
}

fn change(kind: ChangeKind, from: &str, to: &str) -> Option<Change> {
    Some(Change { kind, from: from.to_owned(), to: to.to_owned() })
}

/// A dual is a number though none stands beside it: `يومين` is two days, `يوما` is not.
fn dual_change(ours: Side<'_>, from: usize, theirs: Side<'_>, to: usize) -> Option<Change> {
    let (a, b) = (ours.folded.word(from), theirs.folded.word(to));
    let is_counted = |side: Side<'_>, at: usize| {
        let says = |at: usize| {
            numerals::numeral(side.folded.word(at)).is_some_and(|said| said.sense != numerals::Sense::And)
                || numbers::is_digits(side.folded.word(at))
        };
        at > 0 && says(at - 1) || at + 1 < side.folded.len() && says(at + 1)
    };
    let plain = is_dual(a) != is_dual(b) && !is_counted(ours, from) && !is_counted(theirs, to);
    if plain { change(ChangeKind::Number, a, b) } else { None }
}

/// Numbers beside each other that changed places: `2-1` and `1-2`. A date may begin with its year or end with it.
fn order_change(ours: Side<'_>, from: usize, theirs: Side<'_>, to: usize) -> Option<Change> {
    if !numbers::is_digits(ours.folded.word(from)) {
        return None;
    }
    let (a, b) = (run_of_digits(ours, from), run_of_digits(theirs, to));
    let words = |side: Side<'_>, run: &Range<usize>| -> Vec<String> {
        run.clone().map(|at| side.folded.word(at).to_owned()).collect()
    };
    let (one, mut other) = (words(ours, &a), words(theirs, &b));
    let reversed = one.len() == 3 && one.iter().rev().eq(&other);
    if one == other || one.len() < 2 || (reversed && one.iter().any(|word| word.len() == 4)) {
        return None;
    }
    let (from, to) = (one.join(" "), other.join(" "));
    let mut sorted = one;
    sorted.sort_unstable();
    other.sort_unstable();
    if sorted == other { change(ChangeKind::Number, &from, &to) } else { None }
}

/// The neighbouring words that are digits, around one that is.
fn run_of_digits(side: Side<'_>, at: usize) -> Range<usize> {
    let digits = |at: &usize| numbers::is_digits(side.folded.word(*at));
    let first = (0..at).rev().take_while(digits).last().unwrap_or(at);
    let last = (at..side.folded.len()).take_while(digits).last().unwrap_or(at);
    first..last + 1
}

fn date_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    let (a, b) =
        (calendar::in_words(ours.folded, gap.ours.clone()), calendar::in_words(theirs.folded, gap.theirs.clone()));
    for kind in [calendar::Kind::Month, calendar::Kind::Weekday] {
        let of_kind =
            |all: &[calendar::Found]| all.iter().filter(|found| found.kind == kind).cloned().collect::<Vec<_>>();
        let (a, b) = (of_kind(&a), of_kind(&b));
        // A month named twice, in two calendars, is one month.
        if a.iter().all(|found| !b.contains(found))
            && let (Some(from), Some(to)) = (a.first(), b.first())
        {
            return change(ChangeKind::Date, &from.words, &to.words);
        }
    }
    None
}

fn negation_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    // After the last matched word a negation belongs to what is not there at all.
    if gap.place == Place::After && !(gap.ours.len() == gap.theirs.len() && gap.ours.len() <= NEGATION_REACH) {
        return None;
    }
    let first = |side: Side<'_>, range: &Range<usize>, other: &Range<usize>| {
        let alone = range.len() == 1 && (other.is_empty() || gap.place == Place::Before);
        range.clone().find(|&at| {
            lexicon::is_negation_at(side.folded, at)
                || verbs::is_failing_at(side.folded, at)
                || (alone && lexicon::is_lone_negation(side.folded, at))
        })
    };
    let (a, b) = (first(ours, &gap.ours, &gap.theirs), first(theirs, &gap.theirs, &gap.ours));
    let near = |at: usize, range: &Range<usize>| range.end - at <= NEGATION_REACH;
    match (a, b) {
        (Some(at), None) if near(at, &gap.ours) && !lexicon::lacks(theirs.folded, gap.theirs.clone()) => {
            change(ChangeKind::Negation, ours.folded.word(at), "")
        }
        (None, Some(at)) if near(at, &gap.theirs) && !lexicon::lacks(ours.folded, gap.ours.clone()) => {
            // Words before the quotation are the reporter's, unless the negation stands right before it.
            if gap.place == Place::Before && gap.theirs.end - at > 1 {
                return None;
            }
            change(ChangeKind::Negation, "", theirs.folded.word(at))
        }
        _ => None,
    }
}

fn contrary_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    let words = |side: Side<'_>, range: &Range<usize>| -> Vec<String> {
        range.clone().map(|at| side.folded.word(at).to_owned()).collect()
    };
    let sided = |side: Side<'_>, range: &Range<usize>| -> Vec<(usize, Sides)> {
        range.clone().filter_map(|at| Some((at, Sides::of(side.folded.word(at))?))).collect()
    };
    if let ([from], [to]) = (words(ours, &gap.ours).as_slice(), words(theirs, &gap.theirs).as_slice())
        && gap.place == Place::Between
        && are_opposed(from, to)
    {
        return change(ChangeKind::Contrary, from, to);
    }
    let (a, b) = (sided(ours, &gap.ours), sided(theirs, &gap.theirs));
    let pairs = a.iter().flat_map(|one| b.iter().map(move |other| (one, other)));
    let (from, to) = pairs.into_iter().find(|(one, other)| one.1.are_contrary(other.1))?;
    change(ChangeKind::Contrary, ours.folded.word(from.0), theirs.folded.word(to.0))
}

fn name_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    let a = Names::within(ours.folded, ours.text, gap.ours.clone());
    let b = Names::within(theirs.folded, theirs.text, gap.theirs.clone());
    if let Some((from, to)) = a.exchanged(&b) {
        return change(ChangeKind::Name, &from, &to);
    }
    // Where the likeness ends, the first words on both sides stand in one place: `تل الورد`, `تل الزهور`.
    if gap.place == Place::After
        && let (Some(from), Some(to)) = (gap.ours.clone().next(), gap.theirs.clone().next())
        && (gap.ours.len() != gap.theirs.len() || gap.ours.len() > 2)
        && are_places((ours, from), (theirs, to))
        && [(ours, from), (theirs, to)].iter().all(|&(side, at)| is_definite_beside(side, at))
        && !lexicon::same_name(ours.folded.word(from), theirs.folded.word(to))
    {
        return change(ChangeKind::Name, ours.folded.word(from), theirs.folded.word(to));
    }
    if let Some(change) = place_change(ours, theirs, gap) {
        return Some(change);
    }
    // One word for one: where it stands as a name, its substitute does.
    if gap.ours.len() != gap.theirs.len() || gap.ours.len() > 2 {
        return None;
    }
    gap.ours.clone().zip(gap.theirs.clone()).find_map(|(from, to)| {
        let certain = are_first_names((ours.folded, from, ours.text), (theirs.folded, to, theirs.text))
            || are_places((ours, from), (theirs, to));
        let small =
            lexicon::is_small(ours.folded, from, ours.text) || lexicon::is_small(theirs.folded, to, theirs.text);
        let is_name = certain || !small && is_name_for_name((ours, from), (theirs, to), gap);
        let (from, to) = (ours.folded.word(from), theirs.folded.word(to));
        let plain = lexicon::is_plain(from) || lexicon::is_plain(to);
        (is_name && (certain || !plain) && !lexicon::same_name(from, to))
            .then(|| change(ChangeKind::Name, from, to))
            .flatten()
    })
}

/// Whether a word has the article, or is listed, and nothing but a space parts it from the one before.
fn is_definite_beside(side: Side<'_>, at: usize) -> bool {
    let word = side.folded.word(at);
    let parted = || side.text.get(side.folded.span(at - 1).end..side.folded.span(at).start) != Some(" ");
    at > 0 && !parted() && (word.starts_with("ال") || lexicon::is_name(side.folded, at, side.text))
}

/// Names of one or two words behind the same kind of place: `مدينة أريحا`, `مدينة معرة النعمان`.
fn place_change(ours: Side<'_>, theirs: Side<'_>, gap: &Gap) -> Option<Change> {
    let few = |range: &Range<usize>| (1..=2).contains(&range.len());
    if gap.place != Place::Between || !few(&gap.ours) || !few(&gap.theirs) {
        return None;
    }
    let (one, other) = (ours.folded.word(gap.ours.start.checked_sub(1)?), theirs.folded.word(gap.theirs.start - 1));
    let named = |side: Side<'_>, range: &Range<usize>| {
        let (at, word) = (range.start, side.folded.word(range.start));
        // An adjective has the ending of the kind: `قرية مهجورة`; `معرة النعمان` goes on with the article.
        let goes_on = range.len() > 1 && side.folded.word(at + 1).starts_with("ال");
        lexicon::is_name(side.folded, at, side.text)
            || lexicon::is_uncommon(word) && (goes_on || !word.ends_with('ه'))
            || is_of_place(side.folded, at)
    };
    let (from, to) = (ours.words(&gap.ours), theirs.words(&gap.theirs));
    let same = lexicon::same_name(ours.folded.word(gap.ours.start), theirs.folded.word(gap.theirs.start))
        || are_spellings(&from.replace(' ', ""), &to.replace(' ', ""));
    let kinds = is_kind_of_place(one) && is_kind_of_place(other);
    if same || !kinds || !named(ours, &gap.ours) || !named(theirs, &gap.theirs) {
        return None;
    }
    change(ChangeKind::Name, &from, &to)
}

/// Whether two names begin and end alike: `بورت سعيد`, `بورسعيد`.
fn are_spellings(one: &str, other: &str) -> bool {
    let begin = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let end = one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).count();
    begin >= 3 && end >= 3
}

/// Whether two words are the names of places by the word before; one that is in the list needs none.
fn are_places((ours, from): (Side<'_>, usize), (theirs, to): (Side<'_>, usize)) -> bool {
    let named =
        |side: Side<'_>, at: usize| is_of_place(side.folded, at) || lexicon::is_name(side.folded, at, side.text);
    let placed = is_of_place(ours.folded, from) || is_of_place(theirs.folded, to);
    placed && named(ours, from) && named(theirs, to)
}

/// Whether two words in one place are names, as far as list, capitals, the word before and rarity tell.
fn is_name_for_name((ours, from): (Side<'_>, usize), (theirs, to): (Side<'_>, usize), gap: &Gap) -> bool {
    let (a, b) = (ours.folded.word(from), theirs.folded.word(to));
    let named = lexicon::is_name(ours.folded, from, ours.text) || lexicon::is_name(theirs.folded, to, theirs.text);
    if gap.place == Place::Before {
        let is_single = gap.ours.len() == 1;
        // What stands before the quotation there may be the reporter's: both must look like names.
        let both =
            lexicon::may_be_name(ours.folded, from, ours.text) && lexicon::may_be_name(theirs.folded, to, theirs.text);
        return (named && both)
            || is_single && lexicon::may_be_names(a, b)
            || lexicon::is_rare(a) && lexicon::is_rare(b);
    }
    named || is_introduced(ours.folded, from) && is_introduced(theirs.folded, to) || lexicon::may_be_names(a, b)
}

fn vowel_change(ours: Side<'_>, from: usize, theirs: Side<'_>, to: usize) -> Option<Change> {
    let same_letters = ours.folded.word(from) == theirs.folded.word(to);
    if !same_letters || ours.folded.marks_agree(from, theirs.folded, to) {
        return None;
    }
    let shown = |side: Side<'_>, at: usize| side.text.get(side.folded.span(at)).unwrap_or_default().to_owned();
    Some(Change { kind: ChangeKind::Vowels, from: shown(ours, from), to: shown(theirs, to) })
}

#[cfg(test)]
mod tests {
    use crate::quote::align::{Pattern, Target};
    use crate::quote::fold::fold;
    use crate::quote::reworded::{Likeness, judge};

    use super::*;

    fn compare(query: &str, text: &str) -> (Likeness, Vec<String>) {
        let (asked, there) = (fold(query), fold(text));
        let pattern = Pattern::new(&asked, query);
        let alignment = pattern.align(&Target::new(&there, text));
        let changes = changes((&asked, query), (&there, text), &alignment);
        (judge(&pattern, &alignment), changes.iter().map(ToString::to_string).collect())
    }

    const SAID: &str = "أعلن المتحدث العسكري مقتل 14 مدنيا في قصف على بلدة حرستا جنوب المدينة القديمة";

    #[test]
    fn a_changed_number_is_flagged() {
        let (likeness, changes) = compare(SAID, &SAID.replace("14", "٤١"));
        assert_eq!((likeness, changes), (Likeness::Reworded, vec!["number changed: 14 became 41".to_owned()]));
        assert_eq!(compare(SAID, &SAID.replace("14", "أربعة عشر")).1, Vec::<String>::new());
        assert_eq!(compare(SAID, &SAID.replace("14", "خمسة عشر")).1, ["number changed: 14 became خمسه عشر"]);
    }

    #[test]
    fn numbers_that_changed_places_are_flagged() {
        let said = "قال الوزير إن المفاوضات تبدأ في 3/12 في العاصمة النمساوية فيينا بحضور جميع الأطراف";
        assert_eq!(compare(said, &said.replace("3/12", "12/3")).1, ["number changed: 3 12 became 12 3"]);
        assert_eq!(compare(said, &said.replace("3/12", "312")).1, ["number changed: 3 became 312"]);
        let full = said.replace("3/12", "3/12/2018");
        assert_eq!(compare(&full, &said.replace("3/12", "2018/12/3")).1, Vec::<String>::new());
    }

    #[test]
    fn a_changed_name_is_flagged() {
        assert_eq!(compare(SAID, &SAID.replace("حرستا", "دوما")).1, ["name changed: حرستا became دوما"]);
        let english = "the minister told Reuters that Egypt would not join the talks on Sunday in the capital";
        assert_eq!(compare(english, &english.replace("Egypt", "Qatar")).1, ["name changed: egypt became qatar"]);
    }

    #[test]
    fn a_changed_negation_is_flagged() {
        let english = "the minister told Reuters that Egypt would not join the talks on Sunday in the capital";
        assert_eq!(compare(english, &english.replace("not ", "")).1, ["negation dropped: not"]);
        let arabic = "المفاوضات مع الجانب الروسي لم تنته بعد ولن نقبل أي اتفاق على تهجير أهالي المدينة";
        assert_eq!(compare(arabic, &arabic.replace("لم تنته بعد", "انتهت أمس")).1, ["negation dropped: لم"]);
    }

    #[test]
    fn a_negation_put_in_is_flagged_in_other_languages() {
        for (said, text) in [
            (
                "мэр сказал что армия атаковала старый город вчера ночью",
                "мэр сказал что армия не атаковала старый город вчера ночью",
            ),
            (
                "ראש העיר אמר כי הצבא תקף את העיר העתיקה אתמול בלילה",
                "ראש העיר אמר כי הצבא לא תקף את העיר העתיקה אתמול בלילה",
            ),
            (
                "le maire dit que l'armée a attaqué la vieille ville hier",
                "le maire dit que l'armée n'a pas attaqué la vieille ville hier",
            ),
            ("市长说军队进攻老城区和医院", "市长说军队没有进攻老城区和医院"),
        ] {
            let changes = compare(said, text).1;
            assert!(changes.iter().any(|change| change.starts_with("negation added")), "{said}: {changes:?}");
        }
    }

    #[test]
    fn a_changed_month_or_weekday_is_flagged() {
        let said = "قال الوزير إن المفاوضات تبدأ يوم الأحد 14 نيسان/أبريل في العاصمة النمساوية فيينا بحضور جميع الأطراف";
        assert_eq!(compare(said, &said.replace("الأحد", "الثلاثاء")).1, ["date changed: الاحد became الثلاثاء"]);
        assert_eq!(compare(said, &said.replace("نيسان/أبريل", "أبريل")).1, Vec::<String>::new());
        assert_eq!(compare(said, &said.replace("نيسان/أبريل", "مايو")).1, ["date changed: نيسان became مايو"]);
    }

    #[test]
    fn a_contrary_word_is_flagged() {
        let said = "نفى المتحدث باسم الوزارة أن تكون القوات قد دخلت المدينة قبل انتهاء المهلة التي حددتها الأمم المتحدة";
        assert_eq!(compare(said, &said.replace("نفى", "أكد")).1, ["contrary word: نفي became اكد"]);
        assert_eq!(compare(said, &said.replace("قبل", "بعد")).1, ["contrary word: قبل became بعد"]);
    }

    #[test]
    fn other_vowels_are_flagged_and_missing_ones_are_not() {
        let said = "ذكر الشهود أن الجندي قَتَلَ أمام باب المدرسة القديمة في حرستا قبل وصول الشرطة العسكرية";
        assert_eq!(compare(said, &said.replace("قَتَلَ", "قتل")).1, Vec::<String>::new());
        assert_eq!(compare(said, &said.replace("قَتَلَ", "قُتِلَ")).1, ["vowels changed: قَتَلَ became قُتِلَ"]);
    }

    #[test]
    fn a_name_in_no_list_is_flagged_by_its_place_its_capital_or_its_rarity() {
        let said = "وذكر الناطق أن الضابط إبراهيم الزقزوقي وصل إلى المدينة القديمة مساء أمس برفقة عدد من الجنود";
        assert_eq!(compare(said, &said.replace("الزقزوقي", "البطبوطي")).1, ["name changed: الزقزوقي became البطبوطي"]);
        let english = "Fletcher would not join the talks about the harbour on Sunday in the capital of the province";
        let told = format!("he said on Friday that {}", english.replace("Fletcher", "Bagley"));
        assert_eq!(compare(english, &told).1, ["name changed: fletcher became bagley"]);
        assert_eq!(compare(said, &said.replace("وصل", "قدم")).1, Vec::<String>::new());
    }

    #[test]
    fn a_common_word_is_a_name_after_its_kind_and_beside_its_surname() {
        let said = "قال وزير الداخلية {} إن القوات انسحبت من {} ولم تقصف المستشفى في الليلة الماضية";
        let of = |person: &str, place: &str| said.replacen("{}", person, 1).replacen("{}", place, 1);
        for (one, other, told) in [
            (("أحمد الشامي", "المدينة"), ("محمود الشامي", "المدينة"), vec!["name changed: احمد became محمود"]),
            (("سليم الدرويش", "المدينة"), ("كريم الدرويش", "المدينة"), vec!["name changed: سليم became كريم"]),
            (("أحمد الشامي", "مدينة الباب"), ("أحمد الشامي", "مدينة الرقة"), vec!["name changed: الباب became الرقه"]),
            (("أحمد الشامي", "كفر نبل"), ("أحمد الشامي", "كفر زيتا"), vec!["name changed: نبل became زيتا"]),
            (("أحمد الشامي", "تل الزعتر"), ("أحمد الشامي", "تل السلطان"), vec!["name changed: الزعتر became السلطان"]),
            (("أحمد الشامي", "باب الهوى"), ("أحمد الشامي", "باب السلامة"), vec!["name changed: الهوي became السلامه"]),
            (
                ("أحمد الشامي", "بلدة الزهراء"),
                ("أحمد الشامي", "بلدة الفوعة"),
                vec!["name changed: الزهراء became الفوعه"],
            ),
            (("أحمد الشامي", "حي الشيخ"), ("أحمد الشامي", "حي العرب"), vec!["name changed: الشيخ became العرب"]),
            (("أحمد الشامي", "المدينة القديمة"), ("أحمد الشامي", "المدينة الجديدة"), vec![]),
            (("أحمد الشامي", "باب المنزل"), ("أحمد الشامي", "باب المدرسة"), vec![]),
        ] {
            assert_eq!(compare(&of(one.0, one.1), &of(other.0, other.1)).1, told);
        }
    }

    #[test]
    fn names_of_one_and_of_two_words_behind_one_kind_of_place_are_exchanged() {
        let said = "قصفت الطائرات سوقا شعبيا في مدينة {} بريف إدلب ما أدى إلى مقتل تسعة مدنيين";
        let in_place = |place: &str| said.replace("{}", place);
        assert_eq!(
            compare(&in_place("معرة النعمان"), &in_place("أريحا")).1,
            ["name changed: معره النعمان became اريحا"]
        );
        for (one, other) in [("صغيرة", "كبيرة جدا"), ("منكوبة", "مهجورة تماما"), ("بورت سعيد", "بورسعيد")]
        {
            assert_eq!(compare(&in_place(one), &in_place(other)).1, Vec::<String>::new(), "{one}");
        }
        let whole = "وحدات من الجيش تصدت لهجوم شنته مجموعات مسلحة على محور تل الزهور وأوقعت في صفوفها خسائر كبيرة";
        let other = "وحدات من الجيش تصدت لهجوم شنته مجموعات مسلحة على محور تل الورد، مؤكدة أن مقاتليها سيطروا على نقاط";
        assert_eq!(compare(whole, other).1, ["name changed: الزهور became الورد"]);
    }

    #[test]
    fn negations_joined_to_and_are_the_same() {
        let said = "لم تصدر إدارة المطار أي توضيح رسمي بشأن تأخر الرحلات المتجهة إلى العاصمة";
        assert_eq!(compare(said, &format!("وقع العطل. و{said}")).1, Vec::<String>::new());
        let english = "we won't hand over the airport to any foreign company while I am in this office";
        assert_eq!(compare(english, &english.replace("won't", "will not")).1, Vec::<String>::new());
        assert_eq!(compare(english, &english.replace("won't", "will")).1, ["negation dropped: t"]);
    }

    #[test]
    fn a_common_noun_is_no_name() {
        let said =
            "The minister told reporters that forty hostages were liberated before the end of the month in Geneva";
        for (from, to) in [("hostages", "prisoners"), ("liberated", "shelled"), ("reporters", "Bagley")] {
            assert_eq!(compare(said, &said.replace(from, to)).1, Vec::<String>::new(), "{from}");
        }
        assert_eq!(compare(said, &said.replace("Geneva", "Vienna")).1, ["name changed: geneva became vienna"]);
        let hindi = "सरकार दिल्ली के नागरिकों के लिए पानी की क़ीमत नहीं बढ़ाएगी और अगले साल बांध बनाएगी";
        assert_eq!(compare(hindi, &hindi.replace("क़ीमत", "कीमत").replace("बढ़ाएगी", "बढाएगी")).1, Vec::<String>::new());
    }

    #[test]
    fn a_negation_whose_companion_stayed_is_flagged() {
        let said = "قال الوزير إن الجسر القديم لا يزال مفتوحا أمام الشاحنات وسيارات النقل حتى نهاية الصيف المقبل";
        assert_eq!(compare(said, &said.replace("لا يزال", "يزال")).1, ["negation dropped: لا"]);
        assert_eq!(compare(said, &said.replace("لا يزال", "ما زال")).1, Vec::<String>::new());
    }

    #[test]
    fn a_negation_of_dropped_words_is_none_of_the_statement() {
        let said = "لا يخفى على المراقب أن العلاقات بين البلدين ليست في أحسن حالاتها منذ الحرب الأخيرة";
        let text = "وأكد أن العلاقات بين البلدين ليست في أحسن حالاتها منذ الحرب الأخيرة";
        assert_eq!(compare(said, text).1, Vec::<String>::new());
    }
}
