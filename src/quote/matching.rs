//! Finds a quotation in a text, word for word: the two levels that may label a match.
//!
//! *Exact*: the canonical words of the quotation, byte for byte, standing as whole words; quotation marks, punctuation
//! and spaces around the quotation do not count, those inside it do. A space of the quotation matches the line between
//! two blocks. *Respelled*: the same sequence of words at L2, so spelling, marks, digits and inner punctuation may
//! differ. The same letters with *different* marks (killed, was killed) are no respelling: such a place is `reworded`.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::altered::Change;
use super::fold::{Folded, fold};
use super::letters::is_unspaced;
use super::number_edges::percentage_lost;
use super::respelling;
use crate::domain::canonicalise;

/// How a place carries the words that were asked for; the better one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MatchKind {
    /// Byte for byte in canonical form.
    Exact,
    /// The same words, spelled otherwise.
    Respelled,
    /// Other words beside the same ones.
    Reworded,
}

impl MatchKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            MatchKind::Exact => "exact",
            MatchKind::Respelled => "respelled",
            MatchKind::Reworded => "reworded",
        }
    }
}

impl std::fmt::Display for MatchKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// A quotation that cannot be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing visible was given.
    #[error("the quotation is empty; give the words to look for")]
    Empty,
    /// Something was given, without a letter or digit in it.
    #[error("the quotation holds no letter and no digit, only marks or punctuation; give the words to look for")]
    NoWords,
}

/// A quotation made ready to be looked for.
#[derive(Debug, Clone)]
pub struct Query {
    canonical: String,
    core: Range<usize>,
    folded: Folded,
}

impl Query {
    /// Prepares a quotation as somebody typed or pasted it.
    pub fn new(quotation: &str) -> Result<Query, QueryError> {
        let canonical = canonicalise(quotation);
        if canonical.is_empty() {
            return Err(QueryError::Empty);
        }
        let folded = fold(&canonical);
        let last = folded.len().checked_sub(1).ok_or(QueryError::NoWords)?;
        let core = folded.span(0).start..folded.span(last).end;
        Ok(Query { canonical, core, folded })
    }

    /// The quotation in canonical form.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The quotation from its first to its last word: what an exact match repeats.
    pub fn core(&self) -> &str {
        &self.canonical[self.core.clone()]
    }

    /// The words at L2; spans point into [`Query::canonical`].
    pub fn folded(&self) -> &Folded {
        &self.folded
    }
}

/// A place in a text where the words of a quotation stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// How they stand there. `Reworded` only where letters bear different marks.
    pub kind: MatchKind,
    /// First byte of the place in the text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl Hit {
    /// The words as they stand in the text that was searched.
    pub fn words<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    fn overlaps(&self, other: &Hit) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Returns every place of `text`, a canonical block or article, where the quotation stands, in order.
pub fn find(query: &Query, text: &str) -> Vec<Hit> {
    find_folded(query, text, &fold(text))
}

/// As [`find`], where the text is folded already.
pub fn find_folded(query: &Query, text: &str, folded: &Folded) -> Vec<Hit> {
    let mut hits = exact(query.core(), text);
    let respelled = same_words(query.folded(), folded);
    let exact = hits.len();
    for hit in respelled {
        if !hits[..exact].iter().any(|found| found.overlaps(&hit)) {
            hits.push(hit);
        }
    }
    hits.sort_by_key(|hit| hit.start);
    hits
}

/// What the punctuation of a place in `text`, which is folded to `folded`, says otherwise: another number, an answer
/// where the words deny. An exact place has the same marks inside; the percent sign after its last word may be missing.
pub fn changed_punctuation(query: &Query, text: &str, folded: &Folded, hit: &Hit) -> Vec<Change> {
    if hit.kind == MatchKind::Reworded || !respelling::may_change(query.folded()) {
        return Vec::new();
    }
    let asked = (query.folded(), query.canonical());
    let lost = text.get(hit.end..).and_then(|after| percentage_lost(asked, hit.words(text), after));
    let at = (0..folded.len()).find(|&at| folded.span(at).start == hit.start);
    let inside =
        at.filter(|_| hit.kind == MatchKind::Respelled).map(|at| respelling::changes(asked, (folded, text), at));
    inside.into_iter().flatten().chain(lost).collect()
}

/// Every place where `core` stands byte for byte as whole words; places never overlap.
fn exact(core: &str, text: &str) -> Vec<Hit> {
    let flat = Flat::new(text);
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(found) = flat.text.get(from..).and_then(|rest| rest.find(core)) {
        let (start, end) = (from + found, from + found + core.len());
        if stands_alone(&flat.text, start, end) {
            hits.push(Hit { kind: MatchKind::Exact, start: flat.source(start), end: flat.source(end) });
            from = end;
        } else {
            from = start + flat.text[start..].chars().next().map_or(1, char::len_utf8);
        }
    }
    hits
}

/// Whether no word is cut at either end of `start..end`.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (inside, before, after) = (&text[start..end], &text[..start], &text[end..]);
    let parted = |one: Option<char>, other: Option<char>| match (one, other) {
        (Some(one), Some(other)) => is_unspaced(one) || is_unspaced(other) || !joins(one) || !joins(other),
        _ => true,
    };
    // A mark after the last letter belongs to it: the words stand otherwise.
    !after.starts_with(|c| is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}'))
        && parted(before.chars().next_back(), inside.chars().next())
        && parted(inside.chars().next_back(), after.chars().next())
}

/// Whether `c` is part of a word.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// A text with the lines between its blocks written as one space, and the way back.
struct Flat<'t> {
    text: Cow<'t, str>,
    /// Where a space stands for several line feeds: (its place in the flat text, bytes left out up to its end).
    breaks: Vec<(usize, usize)>,
}

impl<'t> Flat<'t> {
    fn new(text: &'t str) -> Flat<'t> {
        if !text.contains('\n') {
            return Flat { text: text.into(), breaks: Vec::new() };
        }
        let mut flat = String::with_capacity(text.len());
        let mut breaks = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('\n') {
            flat.push_str(&rest[..at]);
            let after = rest[at..].trim_start_matches('\n');
            breaks.push((flat.len(), text.len() - after.len() - (flat.len() + 1)));
            flat.push(' ');
            rest = after;
        }
        flat.push_str(rest);
        Flat { text: flat.into(), breaks }
    }

    /// The place in the source of a place in the flat text.
    fn source(&self, at: usize) -> usize {
        let passed = self.breaks.partition_point(|&(place, _)| place < at);
        at + passed.checked_sub(1).map_or(0, |last| self.breaks[last].1)
    }
}

/// Every place where the words of `query` stand in a row in `text`; places never overlap.
fn same_words(query: &Folded, text: &Folded) -> Vec<Hit> {
    let asked = query.len();
    let mut hits = Vec::new();
    let mut at = 0;
    while asked > 0 && at + asked <= text.len() {
        if !stands_at(query, text, at) {
            at += 1;
            continue;
        }
        let same_marks = (0..asked).all(|i| query.marks_agree(i, text, at + i));
        let kind = if same_marks { MatchKind::Respelled } else { MatchKind::Reworded };
        hits.push(Hit { kind, start: text.span(at).start, end: text.span(at + asked - 1).end });
        at += asked;
    }
    hits
}

fn stands_at(query: &Folded, text: &Folded, at: usize) -> bool {
    (0..query.len()).all(|i| query.word(i) == text.word(at + i))
        && (1..query.len()).all(|i| shares_character(query, i) == shares_character(text, at + i))
}

/// Whether a word is a pair of characters that begins inside the pair before it.
fn shares_character(folded: &Folded, index: usize) -> bool {
    folded.is_unspaced(index) && folded.span(index).start < folded.span(index - 1).end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hits(query: &str, text: &str) -> Vec<(MatchKind, String)> {
        let query = Query::new(query).unwrap();
        find(&query, text).iter().map(|hit| (hit.kind, hit.words(text).to_owned())).collect()
    }

    fn kind(query: &str, text: &str) -> Option<MatchKind> {
        hits(query, text).first().map(|hit| hit.0)
    }

    const TEXT: &str = "قال الناطق «إنَّ 14 مدنيّاً قُتلوا، في مدرسة» أمس\n\nوأضاف: لم نجد أحدا\n";

    #[test]
    fn verbatim_words_are_exact_whatever_surrounds_the_quotation() {
        for query in ["قال الناطق", "«قال الناطق»", " \"قال الناطق\"… ", "قال\u{200f} الناطق", "قال\nالناطق"]
        {
            assert_eq!(hits(query, TEXT), [(MatchKind::Exact, "قال الناطق".to_owned())], "{query}");
        }
    }

    #[test]
    fn spelling_makes_it_respelled() {
        for query in [
            "إن ١٤ مدنيا قتلوا في مدرسه",
            "ان 14 مدنيـــا قتلوا في مدرسة",
            "إنَّ 14 مدنيّاً قُتلوا في مدرسة",
            "“الناطق \"إنَّ”",
        ] {
            assert_eq!(kind(query, TEXT), Some(MatchKind::Respelled), "{query}");
        }
        assert_eq!(kind("Said The Minister", "he said: the minister"), Some(MatchKind::Respelled));
    }

    #[test]
    fn other_marks_are_other_words() {
        assert_eq!(kind("مدنياً قَتلوا في", TEXT), Some(MatchKind::Reworded));
        assert_eq!(kind("مدنياً قُتِلوا في", TEXT), Some(MatchKind::Respelled));
    }

    #[test]
    fn words_are_never_cut() {
        assert_eq!(hits("ناطق", TEXT), []);
        assert_eq!(hits("قال الناط", TEXT), []);
        assert_eq!(hits("port", "the report; a port, ports"), [(MatchKind::Exact, "port".to_owned())]);
        assert_eq!(kind("قتل", "قُتِلَ"), Some(MatchKind::Respelled));
        assert_eq!(kind("cafe", "cafe\u{301}s"), None);
    }

    #[test]
    fn a_quotation_may_span_blocks() {
        assert_eq!(kind("أمس وأضاف", TEXT), Some(MatchKind::Exact));
        assert_eq!(kind("مدرسة» أمس\nوأضاف: لم", TEXT), Some(MatchKind::Exact));
        let query = Query::new("أمس\n\nوأضاف: لم").unwrap();
        let hit = find(&query, TEXT)[0];
        assert_eq!((hit.kind, hit.words(TEXT)), (MatchKind::Exact, "أمس\n\nوأضاف: لم"));
        assert_eq!(kind("أمس، وأضاف لم نجد", TEXT), Some(MatchKind::Respelled));
    }

    #[test]
    fn every_place_is_found_and_each_has_its_own_kind() {
        let found = hits("a b", "A b. a b a b, á b");
        let kinds: Vec<MatchKind> = found.iter().map(|hit| hit.0).collect();
        use MatchKind::{Exact, Respelled};
        assert_eq!(kinds, [Respelled, Exact, Exact, Respelled]);
    }

    #[test]
    fn scripts_without_spaces_match_anywhere() {
        assert_eq!(kind("京都", "東京都庁"), Some(MatchKind::Exact));
        assert_eq!(kind("都", "東京都庁"), Some(MatchKind::Exact));
        assert_eq!(kind("2018年", "在2018年春"), Some(MatchKind::Exact));
        assert_eq!(kind("東京都", "東京。京都"), None);
        assert_eq!(kind("東京、京都", "東京。京都"), Some(MatchKind::Respelled));
    }

    #[test]
    fn what_has_no_words_is_an_error() {
        for (text, error) in [
            ("", QueryError::Empty),
            (" \n\u{200b}\u{0}", QueryError::Empty),
            ("«…»", QueryError::NoWords),
            ("ًٌ", QueryError::NoWords),
            ("ـ", QueryError::NoWords),
        ] {
            assert_eq!(Query::new(text).unwrap_err(), error, "{text:?}");
        }
        for syntax in ["\" OR x", "NEAR(", "*", "-a", "ب"] {
            let _ = Query::new(syntax).map(|query| find(&query, TEXT));
        }
    }

    proptest! {
        #[test]
        fn any_words_of_a_text_are_found_in_it_verbatim(
            text in "[ء-ي ًَُِa-cA-C.,«»0-9٠-٩東京\n]{0,80}", from in 0usize..40, count in 1usize..12,
        ) {
            let blocks: Vec<String> = text.split('\n').map(canonicalise).filter(|b| !b.is_empty()).collect();
            let text = blocks.join("\n\n") + "\n";
            let folded = fold(&text);
            let from = from % folded.len().max(1);
            prop_assume!(!folded.is_empty() && !folded.is_unspaced(from));
            let last = (from + count).min(folded.len()) - 1;
            let place = folded.span(from).start..folded.span(last).end;
            let query = Query::new(&text[place.clone()]).unwrap();
            let found = find(&query, &text);
            prop_assert!(found.iter().any(|hit| hit.words(&text) == &text[place.clone()]), "{:?}", found);
        }

        #[test]
        fn every_respelling_is_found_and_called_one(words in prop::collection::vec("[أإآاةىيكهبقد0-9]{2,7}", 2..9), way in 0usize..8) {
            let text = format!("قال: {}، أمس", words.join(" "));
            let said = words.join(" ");
            let swap = |from: &[char], to: char| said.chars().map(|c| if from.contains(&c) { to } else { c }).collect::<String>();
            let respelled = match way {
                0 => swap(&['أ', 'إ', 'آ'], 'ا'),
                1 => swap(&['ة'], 'ه'),
                2 => swap(&['ى'], 'ي'),
                3 => swap(&['ك'], 'ک'),
                4 => said.chars().flat_map(|c| [Some(c), (c == 'ب').then_some('ـ')]).flatten().collect(),
                5 => said.chars().flat_map(|c| [Some(c), (c == 'ق').then_some('\u{64e}')]).flatten().collect(),
                6 => said.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0x660 + d)).unwrap_or(c)).collect(),
                _ => format!("“{}”", words.join("»، «")),
            };
            let query = Query::new(&respelled).unwrap();
            let kind = find(&query, &text).first().map(|hit| hit.kind);
            let expected = if query.core() == said { MatchKind::Exact } else { MatchKind::Respelled };
            prop_assert_eq!(kind, Some(expected), "{}", respelled);
        }

        #[test]
        fn nothing_panics_and_hits_are_in_order(query in any::<String>(), text in any::<String>()) {
            if let Ok(query) = Query::new(&query) {
                let hits = find(&query, &text);
                prop_assert!(hits.windows(2).all(|two| two[0].start <= two[1].start));
                prop_assert!(hits.iter().all(|hit| !hit.words(&text).is_empty()));
            }
        }
    }
}
