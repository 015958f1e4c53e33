//! A text as what is aligned: the keys by which its words can meet those of another text.

use std::cell::RefCell;

use super::fold::Folded;
use super::idf::{self, Weight};
use super::numbers;
use super::stem::{stem, without_suffix};
use super::tokens::hash_word;

/// One word, ready to be aligned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Hash of the stem, or of the digits a number word means.
    pub(super) stem: u64,
    /// Hash of the stem without the affixes that light stemming leaves on.
    pub(super) loose: u64,
    /// Hash of this word and the next written as one, or of the number that both say; 0 where there is none.
    pub(super) joined: u64,
    /// Whether an ellipsis stands before it.
    pub(super) after_ellipsis: bool,
}

/// Which neighbours are tried as one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joins {
    /// All of them.
    All,
    /// Those of which one is so short that it may be a clitic or a particle.
    Short,
}

/// Makes the words of a folded text; `text` is what was folded.
pub(super) fn words(folded: &Folded, text: &str, joins: Joins) -> Vec<Word> {
    KNOWN.with_borrow_mut(|known| words_with(known, folded, text, joins))
}

fn words_with(known: &mut Known, folded: &Folded, text: &str, joins: Joins) -> Vec<Word> {
    let mut joined = String::new();
    let mut words = Vec::with_capacity(folded.len());
    let mut next_keys = (!folded.is_empty()).then(|| known.keys(folded.word(0)));
    for index in 0..folded.len() {
        let word = folded.word(index);
        let after_ellipsis = index > 0 && has_ellipsis(text, folded.span(index - 1).end, folded.span(index).start);
        let Some(Keys { stem, loose, number }) = next_keys else { break };
        let mut made = Word { stem, loose, joined: 0, after_ellipsis };
        if word == "t" && index > 0 && folded.word(index - 1).ends_with('n') {
            let not = known.keys("not");
            (made.stem, made.loose) = (not.stem, not.loose);
        }
        next_keys = (index + 1 < folded.len()).then(|| known.keys(folded.word(index + 1)));
        if let Some(of_next) = next_keys {
            let next = folded.word(index + 1);
            if next == "t"
                && let Some(whole) = contracted(word)
            {
                made.loose = known.keys(whole).loose;
            }
            made.joined = match number.zip(of_next.number).and_then(|(a, b)| numbers::pair((word, a), (next, b))) {
                Some(both) => number_key(both),
                // `2-1` is not 21.
                None if numbers::is_digits(word) && numbers::is_digits(next) => 0,
                None if (word, next) == ("can", "t") => hash_word("cannot"),
                None if folded.is_unspaced(index) || !may_join(word, next, joins) => 0,
                None => {
                    joined.clear();
                    joined.push_str(word);
                    joined.push_str(next);
                    hash_word(super::stem::stem(&joined))
                }
            };
        }
        words.push(made);
    }
    words
}

/// The auxiliary before the `t` of its negation: `won't` is `will not`.
fn contracted(word: &str) -> Option<&str> {
    match word {
        "won" => Some("will"),
        "shan" => Some("shall"),
        "can" => None,
        _ => word.strip_suffix('n').filter(|whole| whole.len() > 1),
    }
}

/// A particle written as one with the `و` or `ف` before it, too short for light stemming to part them: `ولم`, `فلا`.
fn particle_behind_and(word: &str) -> Option<&str> {
    word.strip_prefix(['و', 'ف']).filter(|particle| matches!(*particle, "لم" | "لن" | "لا" | "ما"))
}

/// Four bytes are two Arabic letters.
fn may_join(word: &str, next: &str, joins: Joins) -> bool {
    joins == Joins::All || word.len() <= 4 || next.len() <= 2
}

/// The key by which a word meets its other forms.
pub(super) fn key(word: &str) -> u64 {
    KNOWN.with_borrow_mut(|known| known.keys(word).loose)
}

/// What each word of a quotation weighs.
pub(super) fn weights(folded: &Folded) -> Vec<Weight> {
    folded.words().map(|word| idf::weight(stem(word))).collect()
}

/// What one word is aligned by.
#[derive(Debug, Clone, Copy, Default)]
struct Keys {
    stem: u64,
    loose: u64,
    /// The number it says, or adds to the word after it.
    number: Option<u64>,
}

impl Keys {
    fn of(word: &str) -> Keys {
        let number = numbers::value(word);
        if let Some(said) = number {
            let key = number_key(said);
            return Keys { stem: key, loose: key, number };
        }
        let stem = stem(word);
        let (hash, loose) = (hash_word(stem), particle_behind_and(word).unwrap_or_else(|| loose(stem)));
        let number = numbers::before_ten(word);
        Keys { stem: hash, loose: if loose.len() == stem.len() { hash } else { hash_word(loose) }, number }
    }
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::new(Known(vec![Entry::default(); ENTRIES]));
}

/// Words whose keys are remembered.
const ENTRIES: usize = 1 << 12;
/// Bytes of the longest of them.
const LONGEST: usize = 24;

/// Keys of words met lately: a few thousand words make most of any text, and every block that is compared is taken
/// apart into them anew.
struct Known(Vec<Entry>);

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// The word itself, filled up with zeros; no word holds one.
    word: [u8; LONGEST],
    keys: Keys,
}

impl Known {
    fn keys(&mut self, word: &str) -> Keys {
        let mut padded = [0; LONGEST];
        let Some(start) = padded.get_mut(..word.len()) else { return Keys::of(word) };
        start.copy_from_slice(word.as_bytes());
        let entry = &mut self.0[hash_word(word) as usize % ENTRIES];
        // Not by the hash: whoever finds two words of one hash could make the answer to a question depend on those before.
        if entry.word != padded {
            *entry = Entry { word: padded, keys: Keys::of(word) };
        }
        entry.keys
    }
}

fn number_key(number: u64) -> u64 {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    hash_word(std::str::from_utf8(&digits[at..]).unwrap_or_default())
}

/// Letters that imperfect verbs begin with.
const IMPERFECT: [char; 4] = ['ي', 'ت', 'ن', 'ا'];

/// Strips what light stemming leaves on: single proclitics, the prefixes of the imperfect, endings of verbs and
/// accusatives; three letters must remain. Of English, the endings of plural and tense.
pub(super) fn loose(stem: &str) -> &str {
    let mut rest = stem;
    if rest.as_bytes().first().is_some_and(u8::is_ascii) {
        for ending in ["ings", "ing", "edly", "ed", "es", "s", "ly"] {
            if let Some(short) = rest.strip_suffix(ending).filter(|short| short.len() >= 3) {
                return short;
            }
        }
        return rest;
    }
    let enough = |short: &&str| short.len() >= 12 || short.len() >= 3 && short.chars().nth(2).is_some();
    for ending in ["وا", "نا", "هم", "تم", "ت", "ا", "ي"] {
        if let Some(short) = without_suffix(rest, ending).filter(enough) {
            rest = short;
        }
    }
    while let Some(short) = rest.strip_prefix(['و', 'ف', 'ب', 'ك', 'ل']).filter(enough) {
        rest = short;
    }
    if let Some(short) = rest.strip_prefix("ال").filter(enough) {
        rest = short;
    }
    if let Some(short) = rest.strip_prefix('س').filter(|short| short.starts_with(IMPERFECT)) {
        rest = short;
    }
    if let Some(short) = rest.strip_prefix(IMPERFECT).filter(enough) {
        rest = short;
    }
    rest
}

/// Whether the text between two words says that something was left out: `…`, `..`, `(...)`.
pub(super) fn has_ellipsis(text: &str, from: usize, to: usize) -> bool {
    // One byte, nearly always a space, is no ellipsis.
    to > from + 1 && text.get(from..to).is_some_and(|between| between.contains('…') || between.contains(".."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fold::fold;

    fn of(text: &str) -> Vec<Word> {
        words(&fold(text), text, Joins::All)
    }

    #[test]
    fn clitics_meet_joined_or_split() {
        assert_eq!(of("بـ دمشق")[0].joined, of("بدمشق")[0].stem);
        assert_eq!(of("لوكالة")[0].loose, of("وكالة")[0].loose);
        assert_eq!(of("قتلوا")[0].loose, of("قتل")[0].loose);
        assert_eq!(of("سوريا")[0].loose, of("السورية")[0].loose);
        assert_eq!(of("ستقوم")[0].loose, of("يقوم")[0].loose);
        assert_eq!(of("reported")[0].loose, of("reports")[0].loose);
    }

    #[test]
    fn negations_meet_however_they_are_joined() {
        for (one, other) in [("ولم", "لم"), ("فلا", "لا"), ("ولن", "لن")] {
            assert_eq!(of(one)[0].loose, of(other)[0].loose, "{one}");
        }
        assert_ne!(of("ولد")[0].loose, of("لد")[0].loose);
        let (short, long) = (of("won't go"), of("will not go"));
        assert_eq!((short[0].loose, short[1].stem), (long[0].loose, long[1].stem));
        assert_eq!(of("didn’t")[0].loose, of("did")[0].loose);
        assert_eq!((of("can't")[0].joined, of("can not")[0].joined), (of("cannot")[0].stem, of("cannot")[0].stem));
        assert_ne!(of("a T-72")[1].stem, of("not")[0].stem);
    }

    #[test]
    fn numbers_meet_spelled_or_in_digits() {
        assert_eq!(of("خمسة")[0].stem, of("٥")[0].stem);
        assert_eq!(of("خمسة وعشرون")[0].joined, of("25")[0].stem);
        assert_eq!(of("اثني عشر")[0].joined, of("١٢")[0].stem);
        assert_eq!(of("143 ألف")[0].joined, of("143000")[0].stem);
        assert_eq!((of("3.5")[0].joined, of("1,500")[0].joined), (0, of("1500")[0].stem));
    }

    #[test]
    fn an_ellipsis_is_seen() {
        let seen: Vec<bool> = of("a … b. c (...) d .. e").iter().map(|word| word.after_ellipsis).collect();
        assert_eq!(seen, [false, true, false, true, true]);
    }
}
