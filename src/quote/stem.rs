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

/// Returns the light stem of a folded word, a part of it.
pub fn stem(word: &str) -> &str {
    // Affixes are letters of U+0600–U+06FF: two bytes, of which the first is D8 to DB.
    let bytes = word.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.len().checked_sub(2)) else {
        return word;
    };
    let arabic = |byte: u8| (0xd8..=0xdb).contains(&byte);
    let mut stem = word;
    if arabic(*first) {
        stem = without_prefix(stem);
    }
    if arabic(bytes[last]) {
        for suffix in SUFFIXES {
            if let Some(rest) = stem.strip_suffix(suffix)
                && has_letters(rest, 2)
            {
                stem = rest;
            }
        }
    }
    stem
}

fn without_prefix(word: &str) -> &str {
    for prefix in PREFIXES {
        if let Some(rest) = word.strip_prefix(prefix)
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
    text.chars().nth(count - 1).is_some()
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
}
