//! Level L3: a word at L2 without the light affixes of Arabic.
//!
//! It brings inflected forms together so that they can be found and aligned; it never labels a match. Words of other
//! scripts stay as they are.

/// Number of these rules; a change of any stem needs a new one, and a new index.
pub const STEM_VERSION: u32 = 1;

/// Conjunction or preposition with the article, longest first; two letters must remain.
const PREFIXES: [&str; 6] = ["وال", "بال", "كال", "فال", "ال", "لل"];
/// Taken off in this order, each at most once; two letters must remain.
const SUFFIXES: [&str; 8] = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"];

/// The letters that end one of them: ا ت ن ه ي, as UTF-8. Most words end otherwise.
const ENDS: [[u8; 2]; 5] = [[0xd8, 0xa7], [0xd8, 0xaa], [0xd9, 0x86], [0xd9, 0x87], [0xd9, 0x8a]];

/// Returns the light stem of a folded word, a part of it.
pub fn stem(word: &str) -> &str {
    // Affixes are letters of U+0600–U+06FF: two bytes, of which the first is D8 to DB.
    let bytes = word.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.len().checked_sub(2)) else {
        return word;
    };
    let mut stem = word;
    if (0xd8..=0xdb).contains(first) {
        stem = without_prefix(stem);
    }
    if ENDS.contains(&[bytes[last], bytes[last + 1]]) {
        for suffix in SUFFIXES {
            if let Some(rest) = without_suffix(stem, suffix)
                && has_letters(rest, 2)
            {
                stem = rest;
            }
        }
    }
    stem
}

/// As `strip_suffix`, for endings of one or two letters of two bytes; this runs for every word of every text that is
/// compared, and the general way calls out to compare memory.
#[inline]
pub(super) fn without_suffix<'w>(word: &'w str, suffix: &str) -> Option<&'w str> {
    let (word_bytes, suffix_bytes) = (word.as_bytes(), suffix.as_bytes());
    let at = word_bytes.len().checked_sub(suffix_bytes.len())?;
    let same = match (&word_bytes[at..], suffix_bytes) {
        ([a, b], [x, y]) => a == x && b == y,
        ([a, b, c, d], [w, x, y, z]) => a == w && b == x && c == y && d == z,
        (end, suffix) => end == suffix,
    };
    if same { word.get(..at) } else { None }
}

/// The same for the beginnings of words.
#[inline]
pub(super) fn without_beginning<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    let start = word.as_bytes().get(..prefix.len())?;
    let same = match (start, prefix.as_bytes()) {
        ([a, b, c, d], [w, x, y, z]) => a == w && b == x && c == y && d == z,
        ([a, b, c, d, e, f], [u, v, w, x, y, z]) => a == u && b == v && c == w && d == x && e == y && f == z,
        (start, prefix) => start == prefix,
    };
    if same { word.get(prefix.len()..) } else { None }
}

fn without_prefix(word: &str) -> &str {
    for prefix in PREFIXES {
        if let Some(rest) = without_beginning(word, prefix)
            && has_letters(rest, 2)
        {
            return rest;
        }
    }
    match word.strip_prefix('و') {
        Some(rest) if has_letters(rest, 3) => rest,
        _ => word,
    }
}

/// Whether `text` has at least `count` characters.
fn has_letters(text: &str, count: usize) -> bool {
    // So many bytes are so many characters at least, and so few at most.
    text.len() >= 4 * count || text.len() >= count && text.chars().nth(count - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_prefix_then_suffixes() {
        for (word, expected) in [
            ("والكتاب", "كتاب"),
            ("بالمدرسه", "مدرس"),
            ("للناس", "ناس"),
            ("وقال", "قال"),
            ("ولد", "ولد"),
            ("الان", "ان"),
            ("مسلمون", "مسلم"),
            ("سياراتها", "سيار"),
            ("الغوطه", "غوط"),
            ("سوريه", "سور"),
            ("الي", "ال"),
            ("هي", "هي"),
            ("reporters", "reporters"),
            ("والbbc", "bbc"),
            ("", ""),
            ("1", "1"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn every_suffix_ends_in_a_letter_of_the_list() {
        assert!(SUFFIXES.iter().all(|suffix| ENDS.iter().any(|end| suffix.as_bytes().ends_with(end))));
    }
}
