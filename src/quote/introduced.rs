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

/// Whether two words that stand for each other are both first names. `علي` is one only where it is not written `على`.
pub(super) fn are_first_names(one: (&Folded, usize, &str), other: (&Folded, usize, &str)) -> bool {
    let is_name = |(folded, at, text): (&Folded, usize, &str)| {
        let word = folded.word(at);
        let listed = |word: &str| first_names().contains(word);
        let preposition = text.get(folded.span(at)).is_some_and(|word| word.ends_with('ى'));
        (listed(word) || word.strip_prefix(['و', 'ل', 'ب']).is_some_and(listed)) && !preposition
    };
    is_name(one) && is_name(other)
}

/// Whether a folded word, without the article, says what kind of place the name behind it is of.
pub(super) fn is_kind_of_place(word: &str) -> bool {
    with_particle(word, |word| matches!(word, "مدينه" | "بلده" | "قريه"))
}

/// Whether a word is something by itself, or behind a particle written as one with it.
fn with_particle(word: &str, is: impl Fn(&str) -> bool) -> bool {
    is(word) || word.strip_prefix(['و', 'ب', 'ل']).is_some_and(is)
}

/// Whether the word before makes the name of a place of any word, however common: `مدينة الباب`, `تل السلطان`.
pub(super) fn is_of_place(folded: &Folded, at: usize) -> bool {
    // Common words that follow these are a place only where this list holds them: `باب الهوى` is one, `باب المنزل` a door.
    const KNOWN: [&str; 24] = [
        "الهوي",
        "السلامه",
        "توما",
        "شرقي",
        "الحديد",
        "المندب",
        "عمرو",
        "العمود",
        "العرب",
        "الفيجه",
        "ترما",
        "عيسي",
        "الحلوه",
        "التينه",
        "الورد",
        "يونس",
        "شيخون",
        "الشيخ",
        "العسل",
        "الاكراد",
        "التركمان",
        "العاصي",
        "الليطاني",
        "الفرات",
    ];
    let Some(before) = at.checked_sub(1).map(|at| folded.word(at)) else { return false };
    let kind = |word: &str| match word {
        "كفر" | "تل" | "دير" => true,
        // `المدينة القديمة` has the article twice and is no name.
        "مدينه" | "بلده" | "قريه" | "محافظه" | "حي" | "ناحيه" | "مخيم" => {
            folded.word(at).starts_with("ال")
        }
        "عين" | "خان" | "باب" | "جبل" | "نهر" => KNOWN.contains(&folded.word(at)),
        _ => false,
    };
    with_particle(before, kind)
}

fn known() -> &'static HashSet<String> {
    static KNOWN: OnceLock<HashSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| listed(|heading| !heading.contains("common words")))
}

fn first_names() -> &'static HashSet<String> {
    static NAMES: OnceLock<HashSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| listed(|heading| heading.to_lowercase().contains("first names")))
}

/// The words under the headings wanted.
fn listed(wanted: impl Fn(&str) -> bool) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut heading = "";
    for line in include_str!("first-names.txt").lines() {
        match line.strip_prefix('#') {
            Some(next) => heading = next,
            None if wanted(heading) => found.extend(fold(line).words().map(str::to_owned)),
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_after_titles_and_first_names() {
        let introduced = |text: &str, at| is_introduced(&fold(text), at);
        assert!(introduced("قال إبراهيم الحلاق", 2) && introduced("بمدينة الحلاق", 1) && introduced("Mr Fletcher", 1));
        assert!(!introduced("قال كريم الحلاق", 2) && introduced("قال مايكل الحلاق", 2));
        assert!(!introduced("قال الحلاق", 1) && !introduced("الحلاق", 0) && !introduced("في البيت", 1));
    }

    #[test]
    fn places_are_named_by_common_words() {
        let place = |text: &str, at| is_of_place(&fold(text), at);
        assert!(place("في مدينة الباب", 2) && place("بلدة كفر نبل", 2) && place("بتل السلطان", 1));
        assert!(place("معبر باب الهوى", 2) && place("ببلدة الزهراء", 1));
        assert!(!place("في المدينة القديمة", 2) && !place("باب المنزل", 1) && !place("مدينة كبيرة", 1));
    }
}
