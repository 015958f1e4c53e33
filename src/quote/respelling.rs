//! What a respelling may not change: folding drops the punctuation between and beside words, and some of it tells numbers
//! and denials apart. The match stays `respelled`, for the words are the same; the place says something else.
//!
//! `3.5` is not `3-5`, `-5` is not `5`, `5 %` is not `5`, `10²` is not `102`, and `No, we accept` is not `No we accept`. Other marks
//! are spelling: `1,500` and `1.500`, `12/3/2018` and `12.3.2018`, `10:30` and `10.30`.

use super::altered::{Change, ChangeKind};
use super::fold::Folded;
use super::letters::{Folding, folding};
use super::numbers::is_digits;

/// A text and its words.
#[derive(Clone, Copy)]
struct Side<'t> {
    folded: &'t Folded,
    text: &'t str,
    /// Index of the word that answers the first of the quotation.
    at: usize,
}

/// Whether the punctuation of these words can say anything: whether there is a number or a no among them.
pub(super) fn may_change(words: &Folded) -> bool {
    words.words().any(|word| is_digits(word) || is_no(word))
}

fn is_no(word: &str) -> bool {
    matches!(word, "لا" | "no")
}

/// Lists what the punctuation of the same words says otherwise: the words of `query` stand in `text` from word `at` on.
pub(super) fn changes(query: (&Folded, &str), text: (&Folded, &str), at: usize) -> Vec<Change> {
    let ours = Side { folded: query.0, text: query.1, at: 0 };
    let theirs = Side { folded: text.0, text: text.1, at };
    let words = query.0.len();
    let mut found = Vec::new();
    for index in 0..words {
        let word = query.0.word(index);
        let more = index + 1 < words;
        if is_digits(word) {
            let joined = more && is_digits(query.0.word(index + 1)) && ours.is_joined(index) != theirs.is_joined(index);
            if joined && !ours.is_custom(theirs, index) {
                found.push(change(
                    ChangeKind::Number,
                    ours.printed(index, index + 1),
                    theirs.printed(index, index + 1),
                ));
            } else if ours.has_other_digits(theirs, index)
                || (index > 0 && ours.is_negative(index) != theirs.is_negative(index))
                || (more && ours.unit(index).is_other(theirs.unit(index)))
            {
                found.push(change(ChangeKind::Number, ours.marked(index), theirs.marked(index)));
            }
        } else if more && is_no(word) && ours.is_parted(index) != theirs.is_parted(index) {
            found.push(change(ChangeKind::Negation, ours.printed(index, index + 1), theirs.printed(index, index + 1)));
        }
    }
    found
}

fn change(kind: ChangeKind, from: &str, to: &str) -> Change {
    Change { kind, from: from.to_owned(), to: to.to_owned() }
}

/// Signs beside a number that say what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) currency: Option<char>,
    pub(super) percent: bool,
}

impl Unit {
    /// Reads them from what stands before a number and after it.
    pub(super) fn beside(before: &str, after: &str) -> Unit {
        let before = before.trim_end().chars().next_back();
        let after = after.trim_start().chars().next().map(narrow);
        let currency = [before, after].into_iter().flatten().find(|&c| is_currency(c));
        Unit { currency, percent: matches!(after, Some('%' | '٪')) }
    }

    /// Another currency; a percentage that is none. A currency that is not named may be any.
    fn is_other(self, other: Unit) -> bool {
        self.percent != other.percent || self.currency.zip(other.currency).is_some_and(|(one, another)| one != another)
    }
}

impl<'t> Side<'t> {
    fn span(&self, index: usize) -> std::ops::Range<usize> {
        self.folded.span(self.at + index)
    }

    fn printed(&self, from: usize, to: usize) -> &'t str {
        self.text.get(self.span(from).start..self.span(to).end).unwrap_or_default()
    }

    fn between(&self, index: usize) -> String {
        let between = self.text.get(self.span(index).end..self.span(index + 1).start).unwrap_or_default();
        between.chars().map(narrow).collect()
    }

    fn before(&self, index: usize) -> &'t str {
        self.text.get(..self.span(index).start).unwrap_or_default()
    }

    fn after(&self, index: usize) -> &'t str {
        self.text.get(self.span(index).end..).unwrap_or_default()
    }

    /// A number with the signs right beside it.
    fn marked(&self, index: usize) -> &'t str {
        let sign = |c: &char| matches!(narrow(*c), '-' | '\u{2212}' | '%' | '٪') || is_currency(*c);
        let before = self.before(index).chars().next_back().filter(sign).map_or(0, char::len_utf8);
        let after = self.after(index).chars().next().filter(sign).map_or(0, char::len_utf8);
        let span = self.span(index);
        self.text.get(span.start - before..span.end + after).unwrap_or_default()
    }

    /// The digits as they are written, without those that folding makes of powers and fractions.
    fn digits(&self, index: usize) -> String {
        let digit = |c: char| match folding(c) {
            Folding::Letter(digit) if digit.is_ascii_digit() => Some(digit),
            _ => None,
        };
        self.text.get(self.span(index)).unwrap_or_default().chars().filter_map(digit).collect()
    }

    /// Whether both write digits, and others: a number that is all sign, like ①, is written otherwise by custom.
    fn has_other_digits(&self, other: Side<'_>, index: usize) -> bool {
        let (one, another) = (self.digits(index), other.digits(index));
        !one.is_empty() && !another.is_empty() && one != another
    }

    /// Whether a number and the next are one, parted by the sign of decimals or thousands.
    fn is_joined(&self, index: usize) -> bool {
        matches!(self.between(index).as_str(), "." | "," | "٫" | "٬" | "،" | "'" | "’")
    }

    /// Whether two numbers are parted otherwise by custom: thousands by a space, hours by a point, dates.
    fn is_custom(&self, other: Side<'_>, index: usize) -> bool {
        let space = |side: &str| !side.is_empty() && side.chars().all(char::is_whitespace);
        let (one, another) = (self.between(index), other.between(index));
        let number = |at: Option<usize>| {
            at.filter(|&at| at < self.folded.len()).is_some_and(|at| is_digits(self.folded.word(at)))
        };
        let thousands = self.folded.word(index + 1).len() == 3 && (space(&one) || space(&another));
        thousands || one == ":" || another == ":" || number(index.checked_sub(1)) || number(Some(index + 2))
    }

    fn is_negative(&self, index: usize) -> bool {
        has_minus(self.before(index))
    }

    fn unit(&self, index: usize) -> Unit {
        Unit::beside(self.before(index), self.after(index))
    }

    /// Whether a clause ends after a word.
    fn is_parted(&self, index: usize) -> bool {
        self.between(index).contains(['.', ',', ';', ':', '!', '?', '،', '؛', '؟', '—', '–'])
    }
}

/// Whether a text ends with a minus that belongs to the number after it: after a space; between two numbers it is a dash.
pub(super) fn has_minus(before: &str) -> bool {
    let bare = before.strip_suffix(['-', '\u{2212}', '\u{ff0d}']);
    bare.is_some_and(|bare| {
        let after_number = bare.trim_end().ends_with(char::is_numeric);
        bare.is_empty() || !after_number && bare.ends_with(|c: char| c.is_whitespace() || narrow(c) == '(')
    })
}

/// A character as it is written in the Latin script: `，` and `％` are as wide as a Chinese sign.
fn narrow(c: char) -> char {
    if matches!(c, '！'..='～') { char::from_u32(c as u32 - 0xfee0).unwrap_or(c) } else { c }
}

fn is_currency(c: char) -> bool {
    matches!(narrow(c), '$' | '£' | '¥' | '\u{20a0}'..='\u{20cf}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fold::fold;

    fn told(query: &str, text: &str) -> Vec<String> {
        changes((&fold(query), query), (&fold(text), text), 0).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn marks_that_make_another_number_are_seen() {
        for (query, text, said) in [
            ("rose by 3.5 percent", "rose by 3-5 percent", "number changed: 3.5 became 3-5"),
            ("ارتفعت ٣٫٥ بالمئة", "ارتفعت 3 5 بالمئة", "number changed: ٣٫٥ became 3 5"),
            ("fell to 5 degrees", "fell to -5 degrees", "number changed: 5 became -5"),
            ("paid €50 to all", "paid $50 to all", "number changed: €50 became $50"),
            ("rose by 5 in all", "rose by 5% in all", "number changed: 5 became 5%"),
            ("covers 102 metres", "covers 10² metres", "number changed: 102 became 10²"),
            ("cost 51/2 million", "cost 5½ million", "number changed: 51 became 5½"),
        ] {
            assert_eq!(told(query, text), [said], "{query}");
        }
    }

    #[test]
    fn customs_of_writing_numbers_are_spelling() {
        for (query, text) in [
            ("نزح 1,500 شخص", "نزح ١٬٥٠٠ شخص"),
            ("some 1 500 people", "some 1.500 people"),
            ("rose by 3,5 percent", "rose by 3.5 percent"),
            ("on 12/3/2018 in", "on 12.3.2018 in"),
            ("at 10:30 in", "at 10.30 in"),
            ("from 1914 1918 on", "from 1914-1918 on"),
            ("paid 50 to all", "paid $50 to all"),
            ("rose by ٥٪ in all", "rose by 5 % in all"),
            ("in Covid-19 wards", "in Covid 19 wards"),
            ("he said: 5 people", "he said - 5 people"),
            ("over ２．５ percent", "over 2.5 percent"),
            ("Ｎｏ， we accept", "No, we accept"),
        ] {
            assert_eq!(told(query, text), Vec::<String>::new(), "{query}");
        }
    }

    #[test]
    fn a_no_that_answers_denies_nothing() {
        assert_eq!(told("لا نقبل بهذا الاتفاق", "لا، نقبل بهذا الاتفاق"), ["negation changed: لا نقبل became لا، نقبل"]);
        assert_eq!(told("no we accept", "No, we accept"), ["negation changed: no we became No, we"]);
        assert_eq!(told("No. We accept", "No, we accept"), Vec::<String>::new());
    }
}
