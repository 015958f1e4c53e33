//! Words that must not be lost in a retelling: negations and names.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::fold::{Folded, fold};
use super::sequence::loose;
use super::stem::stem;
use super::tokens::hash_word;

/// Whether a folded word denies: Arabic and English. `ما` is left out, it is a relative pronoun far more often.
pub(super) fn is_negation(word: &str) -> bool {
    const WORDS: [&str; 37] = [
        "لا",
        "لم",
        "لن",
        "ليس",
        "ليست",
        "ليسوا",
        "لست",
        "لسنا",
        "غير",
        "بدون",
        "دون",
        "عدم",
        "لعدم",
        "بعدم",
        "بلا",
        "ولا",
        "ولم",
        "ولن",
        "وليس",
        "فلا",
        "فلم",
        "فلن",
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "nothing",
        "neither",
        "nor",
        "cannot",
        "without",
        "didn",
        "doesn",
        "isn",
        "wasn",
        "won",
    ];
    WORDS.contains(&word)
}

/// Whether word `index` of `folded` names somebody or some place, as far as the list, or a capital letter inside a
/// sentence, tells.
pub(super) fn is_name(folded: &Folded, index: usize, text: &str) -> bool {
    names().contains(&name_key(folded.word(index))) || is_capitalised(folded, index, text)
}

/// What two forms of one name have in common.
pub(super) fn name_key(word: &str) -> u64 {
    hash_word(loose(stem(word)))
}

fn names() -> &'static HashSet<u64> {
    static NAMES: OnceLock<HashSet<u64>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(|line| fold(line).words().map(name_key).collect::<Vec<_>>()).collect()
    })
}

/// A capital that no sentence or quotation begins with.
fn is_capitalised(folded: &Folded, index: usize, text: &str) -> bool {
    let span = folded.span(index);
    let capital = text.get(span.clone()).and_then(|word| word.chars().next()).is_some_and(char::is_uppercase);
    capital
        && index > 0
        && text
            .get(folded.span(index - 1).end..span.start)
            .is_some_and(|between| between.chars().all(|c| c == ' ' || c == '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_list_or_capital() {
        let known = |text: &str, index| is_name(&fold(text), index, text);
        assert!(known("قالت روسيا", 1) && known("وزير الخارجية الروسي", 2) && known("في دوما", 1));
        assert!(known("said Jane Doe", 2) && !known("He said. Then", 2) && !known("قال الناطق", 1));
    }

    #[test]
    fn negations_are_known() {
        assert!(is_negation("لم") && is_negation("not") && !is_negation("ما") && !is_negation("الا"));
    }
}
