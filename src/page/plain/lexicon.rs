//! The word lists of `data/` that tell a page's interface from its article.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::page::dates::words::{entries, fold};

/// Phrases of one class, found by their first word.
#[derive(Debug, Default)]
pub(super) struct Phrases(HashMap<String, Vec<Vec<String>>>);

impl Phrases {
    fn add(&mut self, phrase: &str) {
        let words: Vec<String> = words_of(phrase).collect();
        let Some(first) = words.first() else { return };
        let list = self.0.entry(first.clone()).or_default();
        list.push(words);
        list.sort_by_key(|words| std::cmp::Reverse(words.len()));
    }

    /// How many words of `words` the longest phrase takes that they begin with.
    pub(super) fn prefix(&self, words: &[&str]) -> Option<usize> {
        let list = self.0.get(*words.first()?)?;
        list.iter()
            .find(|phrase| phrase.len() <= words.len() && phrase.iter().zip(words).all(|(a, b)| a == b))
            .map(Vec::len)
    }

    /// Whether `words` are one phrase, whole.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        self.prefix(words) == Some(words.len())
    }

    /// Whether a phrase stands anywhere in `words`.
    pub(super) fn within(&self, words: &[&str]) -> bool {
        (0..words.len()).any(|at| self.prefix(&words[at..]).is_some())
    }
}

/// All classes of both lists.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    pub(super) words: HashSet<String>,
    pub(super) clock: HashSet<String>,
    pub(super) line: Phrases,
    pub(super) list: Phrases,
    pub(super) end: Phrases,
    pub(super) prefix: Phrases,
    pub(super) also: Phrases,
    pub(super) published: Phrases,
    pub(super) modified: Phrases,
    pub(super) by: Phrases,
    pub(super) by_bare: Phrases,
    pub(super) photo: Phrases,
    pub(super) photo_in: Phrases,
    pub(super) agency: Phrases,
    pub(super) place: Phrases,
}

/// The lists as they stand in `data/`.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    let lists = [include_str!("../data/interface.txt"), include_str!("../data/bylines.txt")];
    for (class, phrases) in lists.into_iter().flat_map(entries).filter_map(|line| line.split_once(':')) {
        for phrase in phrases.split(';') {
            match class {
                "word" => lexicon.words.extend(words_of(phrase)),
                "clock" => lexicon.clock.extend(words_of(phrase)),
                "line" => lexicon.line.add(phrase),
                "list" => lexicon.list.add(phrase),
                "end" => lexicon.end.add(phrase),
                "prefix" => lexicon.prefix.add(phrase),
                "also" => lexicon.also.add(phrase),
                "published" => lexicon.published.add(phrase),
                "modified" => lexicon.modified.add(phrase),
                "by" => lexicon.by.add(phrase),
                "by-bare" => lexicon.by_bare.add(phrase),
                "photo" => lexicon.photo.add(phrase),
                "photo-in" => lexicon.photo_in.add(phrase),
                "agency" => lexicon.agency.add(phrase),
                "place" => lexicon.place.add(phrase),
                _ => {}
            }
        }
    }
    lexicon
});

/// The folded words of a phrase; `#` stands for itself.
fn words_of(phrase: &str) -> impl Iterator<Item = String> {
    phrase
        .split(|c: char| !(c.is_alphanumeric() || c == '#' || c == '©' || crate::page::dates::is_word_mark(c)))
        .filter(|word| !word.is_empty())
        .map(fold)
}

/// Language codes with their frequent little words.
pub(super) static STOPWORDS: LazyLock<Vec<(&'static str, HashSet<&'static str>)>> = LazyLock::new(|| {
    entries(include_str!("../data/stopwords.txt"))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_match_whole_words_longest_first() {
        let words = ["اخر", "تحديث", "في", "#"];
        assert_eq!(LEXICON.modified.prefix(&words), Some(3));
        assert!(LEXICON.list.is(&["most", "read"]) && !LEXICON.list.is(&["most", "reading"]));
        assert!(LEXICON.photo_in.within(&["الجسر", "صوره", "ارشيفيه"]));
    }

    #[test]
    fn no_class_of_the_lists_is_empty() {
        let lexicon = &*LEXICON;
        for phrases in [
            &lexicon.line,
            &lexicon.list,
            &lexicon.end,
            &lexicon.prefix,
            &lexicon.also,
            &lexicon.published,
            &lexicon.modified,
            &lexicon.by,
            &lexicon.by_bare,
            &lexicon.photo,
            &lexicon.photo_in,
            &lexicon.agency,
            &lexicon.place,
        ] {
            assert!(!phrases.0.is_empty());
        }
        assert!(!lexicon.words.is_empty());
    }
}
