//! Whether the words before one say that it is a name: a kind of place, a title, a first name.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::fold::{Folded, fold};

/// Whether the word before introduces a name.
pub(super) fn is_introduced(folded: &Folded, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|at| introduces(folded.word(at)))
}

/// Whether a folded word is a kind of place, a title or a first name: a name stands after it.
pub(super) fn introduces(word: &str) -> bool {
    let known = known();
    let bare = ["وال", "بال", "ال", "لل", "ب", "ل", "و"].iter().find_map(|prefix| word.strip_prefix(prefix));
    known.contains(word) || bare.is_some_and(|bare| bare.len() > 2 && known.contains(bare))
}

fn known() -> &'static HashSet<String> {
    static KNOWN: OnceLock<HashSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let lines = include_str!("first-names.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(|line| fold(line).words().map(str::to_owned).collect::<Vec<String>>()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_after_titles_and_first_names() {
        let introduced = |text: &str, at| is_introduced(&fold(text), at);
        assert!(introduced("قال إبراهيم الحلاق", 2) && introduced("بمدينة الحلاق", 1) && introduced("Mr Fletcher", 1));
        assert!(!introduced("قال الحلاق", 1) && !introduced("الحلاق", 0) && !introduced("في البيت", 1));
    }
}
