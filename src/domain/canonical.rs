//! Canonical form, version 1: the bytes of text that get hashed.
//!
//! In this order, so that applying it twice changes nothing:
//!
//! 1. every `White_Space` character becomes U+0020;
//! 2. the other controls (general category Cc) and every `Default_Ignorable_Code_Point` are deleted, except U+200C
//!    and U+200D (they change how words are joined) and U+180B–180F (they choose Mongolian letter forms);
//! 3. Unicode Normalization Form C;
//! 4. runs of U+0020 collapse to one;
//! 5. U+0020 at both ends is trimmed.
//!
//! The two property tables below are written out here (`DerivedCoreProperties.txt`, `PropList.txt`); NFC is that of the
//! `unicode-normalization` crate, held at one exact version, Unicode 18.0.0, which a test pins. Normalization is stable:
//! a later table can only change text that holds characters unassigned in the earlier one.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Number of this canonical form; a change of any output byte needs a new one.
pub const CANONICAL_VERSION: u32 = 1;

/// Whether `c` has the property `White_Space` (PropList.txt).
pub fn is_white_space(c: char) -> bool {
    matches!(c,
        '\u{9}'..='\u{d}' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Whether `c` has the property `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt).
pub fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `c` steers bidirectional layout without being seen (UAX #9): marks, embeddings, overrides and isolates.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether step 2 deletes `c`.
fn is_deleted(c: char) -> bool {
    let kept = matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180f}');
    !kept && (c.is_control() || is_default_ignorable(c))
}

/// Returns `text` in canonical form; empty when nothing visible is left.
pub fn canonicalise(text: &str) -> String {
    if is_plainly_canonical(text) {
        return text.to_owned();
    }
    let visible: Cow<'_, str> = if text.chars().any(|c| c != ' ' && (is_white_space(c) || is_deleted(c))) {
        text.chars()
            .filter_map(|c| if is_white_space(c) { Some(' ') } else { (!is_deleted(c)).then_some(c) })
            .collect::<String>()
            .into()
    } else {
        text.into()
    };
    let composed: Cow<'_, str> = match is_nfc_quick(visible.chars()) {
        IsNormalized::Yes => visible,
        IsNormalized::No | IsNormalized::Maybe => visible.nfc().collect::<String>().into(),
    };
    let mut out = String::with_capacity(composed.len());
    for word in composed.split(' ').filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether `text` is its own canonical form.
pub fn is_canonical(text: &str) -> bool {
    is_plainly_canonical(text) || canonicalise(text) == text
}

/// Whether the text needs no table to be known as canonical; most paragraphs of news are.
fn is_plainly_canonical(text: &str) -> bool {
    let mut last = ' ';
    for c in text.chars() {
        if !is_plain(c) || (c == ' ' && last == ' ') {
            return false;
        }
        last = c;
    }
    last != ' ' || text.is_empty()
}

/// Characters that canonical form keeps, that have combining class 0 and that compose with nothing before them:
/// printable ASCII, Arabic letters and digits, common punctuation.
fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{ab}' | '\u{bb}' | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{621}'..='\u{64a}'
        | '\u{660}'..='\u{66d}' | '\u{2013}'..='\u{2014}' | '\u{2018}'..='\u{201e}' | '\u{2022}' | '\u{2026}')
}

/// Counts the bidi controls that canonical form deletes from `text`: they changed what readers saw.
pub fn deleted_bidi_controls(text: &str) -> usize {
    if is_plainly_canonical(text) {
        return 0;
    }
    text.chars().filter(|&c| is_bidi_control(c)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn unicode_version_of_nfc_is_pinned() {
        assert_eq!(unicode_normalization::UNICODE_VERSION, (18, 0, 0), "a new table needs a look at format.md");
    }

    #[test]
    fn each_step_has_an_example() {
        assert_eq!(canonicalise("\u{a0}a\u{2028}b\tc \r\n d\u{3000}"), "a b c d");
        assert_eq!(canonicalise("جيش\u{200f} ال\u{ad}إسلام\u{feff}\u{0}"), "جيش الإسلام");
        assert_eq!(canonicalise("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(canonicalise("ا\u{653}ن e\u{301}"), "آن é");
        assert_eq!(canonicalise("\u{200b}\u{feff} \n"), "");
        assert_eq!(canonicalise("a \u{200b} b"), "a b");
    }

    #[test]
    fn deleting_happens_before_composing() {
        assert_eq!(canonicalise("e\u{200b}\u{301}"), "é");
    }

    #[test]
    fn bidi_controls_are_counted() {
        assert_eq!(deleted_bidi_controls("\u{202e}abc\u{202c} \u{200c}"), 2);
    }

    fn arabic_or_any() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ء-يًٌٍَُِّْٰ \u{200b}-\u{200f}\u{202a}-\u{202e}0-9٠-٩.،؟\"«»\n\u{a0}]{0,60}",
            "[a-zé\u{300}-\u{36f}\u{1100}-\u{11ff}\u{ac00}-\u{ac20}]{0,40}"
        ]
    }

    proptest! {
        #[test]
        fn canonical_form_is_idempotent(text in arabic_or_any()) {
            let once = canonicalise(&text);
            prop_assert_eq!(canonicalise(&once), once);
        }

        #[test]
        fn spacing_and_normal_form_never_matter(text in arabic_or_any()) {
            let id = canonicalise(&text);
            prop_assert_eq!(canonicalise(&text.nfd().collect::<String>()), canonicalise(&text.nfc().collect::<String>()));
            prop_assert_eq!(canonicalise(&format!("\u{2003}{text}\n\u{200b}")), id.clone());
            prop_assert_eq!(canonicalise(&text.replace(' ', " \u{a0}\u{200f} ")), id);
        }

        #[test]
        fn a_visible_change_changes_the_text(text in "[ء-ي a-z]{1,40}", at in any::<prop::sample::Index>()) {
            let canonical = canonicalise(&text);
            let chars: Vec<char> = canonical.chars().collect();
            prop_assume!(!chars.is_empty());
            let at = at.index(chars.len());
            prop_assume!(chars[at] != ' ');
            let mut changed = chars.clone();
            changed[at] = if changed[at] == 'ق' { 'ف' } else { 'ق' };
            prop_assert_ne!(canonicalise(&changed.into_iter().collect::<String>()), canonical);
        }

        #[test]
        fn what_is_plainly_canonical_is_canonical(text in "[ -~«»،؟ء-ي٠-٩–—‘-„…]{0,60}") {
            prop_assume!(is_plainly_canonical(&text));
            let composed = text.chars().nfc().collect::<String>();
            prop_assert_eq!(&composed, &text);
            prop_assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), text);
        }

        #[test]
        fn nothing_deleted_is_left(text in arabic_or_any()) {
            let out = canonicalise(&text);
            prop_assert!(!out.chars().any(|c| is_deleted(c) || (c != ' ' && is_white_space(c))));
            prop_assert!(!out.contains("  "));
        }
    }
}
