//! What folding makes of single characters: the table of level L2 in DESIGN.md section 7.

/// What level L2 makes of one character after compatibility decomposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// A letter or digit, already merged with its look-alikes; case is still to fold.
    Letter(char),
    /// A combining mark that stays: it belongs to the word it stands in.
    Kept,
    /// A mark that is dropped, and remembered where it can tell words apart.
    Mark,
    /// Dropped without a trace: tatweel and joiners.
    Nothing,
    /// Ends a word.
    Separator,
}

/// Looks up one decomposed character.
pub(super) fn folding(c: char) -> Folding {
    match c {
        '\u{600}'..='\u{6ff}' => arabic(c),
        '\u{200c}' | '\u{200d}' => Folding::Nothing,
        _ if is_dropped_mark(c) => Folding::Mark,
        _ if unicode_normalization::char::is_combining_mark(c) => Folding::Kept,
        _ => match decimal_digit(c) {
            Some(digit) => Folding::Letter(digit),
            None if c.is_alphanumeric() => Folding::Letter(c),
            None => Folding::Separator,
        },
    }
}

/// The Arabic block, where nearly all of our text lies.
fn arabic(c: char) -> Folding {
    match ARABIC[(u32::from(c) & 0xff) as usize] {
        SEPARATE => Folding::Separator,
        MARK => Folding::Mark,
        NOTHING => Folding::Nothing,
        DECOMPOSE => Folding::Letter(c),
        letter => Folding::Letter(letter),
    }
}

/// What each character of U+0600–U+06FF folds to: a letter, or one of the signs below.
pub(super) static ARABIC: [char; 256] = arabic_table();
/// In [`ARABIC`]: ends a word.
pub(super) const SEPARATE: char = '\0';
/// In [`ARABIC`]: a dropped mark.
pub(super) const MARK: char = '\u{1}';
/// In [`ARABIC`]: dropped without a trace.
pub(super) const NOTHING: char = '\u{2}';
/// In [`ARABIC`]: decomposes into two letters.
pub(super) const DECOMPOSE: char = '\u{3}';

const fn arabic_table() -> [char; 256] {
    let mut table = [SEPARATE; 256];
    let mut low = 0x20;
    while low < 256 {
        let code = 0x600 + low as u32;
        table[low] = match char::from_u32(code) {
            Some(c) => arabic_entry(c),
            None => SEPARATE,
        };
        low += 1;
    }
    let mut low = 0x10;
    while low <= 0x1a {
        table[low] = MARK;
        low += 1;
    }
    table
}

const fn arabic_entry(c: char) -> char {
    match c {
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{671}'..='\u{673}' | '\u{675}' => 'ا',
        '\u{624}' => 'و',
        '\u{626}' | 'ى' | '\u{6cc}' | '\u{6d2}' | '\u{6d3}' => 'ي',
        'ة' | '\u{6be}' | '\u{6c0}'..='\u{6c2}' | '\u{6d5}' => 'ه',
        '\u{6a9}' | '\u{6aa}' => 'ك',
        '\u{640}' => NOTHING,
        '\u{660}'..='\u{669}' => (b'0' + (c as u32 - 0x660) as u8) as char,
        '\u{6f0}'..='\u{6f9}' => (b'0' + (c as u32 - 0x6f0) as u8) as char,
        '\u{64b}'..='\u{65f}' | '\u{670}' => MARK,
        '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' => MARK,
        '\u{66a}'..='\u{66d}' | '\u{6d4}' | '\u{6dd}' | '\u{6de}' | '\u{6e9}' | '\u{6fd}' | '\u{6fe}' => SEPARATE,
        '\u{676}'..='\u{678}' => DECOMPOSE,
        letter => letter,
    }
}

/// Whether level L2 drops the combining mark `c`: these ranges and no others.
fn is_dropped_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}')
}

/// Code points of the digit zero of every script (general category Nd); its block's other nine follow it.
const ZEROS: [u32; 72] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1e140,
    0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// Returns the ASCII digit that the decimal digit `c` means.
fn decimal_digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let code = u32::from(c);
    if code < ZEROS[0] {
        return None;
    }
    let at = ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?;
    char::from_digit((code - ZEROS[at]).min(10), 10)
}

/// Whether words of this letter's script are written without spaces, so that its characters are indexed in pairs:
/// Han, kana, bopomofo, Thai, Lao, Khmer, Myanmar.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x2fdf | 0x3005..=0x3007 | 0x3021..=0x3029
        | 0x3038..=0x30ff | 0x3100..=0x312f | 0x31a0..=0x31bf | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xa9e0..=0xa9ff | 0xaa60..=0xaa7f | 0xf900..=0xfaff | 0x1b000..=0x1b16f | 0x20000..=0x3ffff)
}

/// A kind of mark of which a letter bears at most one value: two values on one letter are two different letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MarkClass {
    /// Short vowels, tanwin, sukun.
    Vowel,
    /// Shadda.
    Doubling,
    /// Hebrew points and the accents of Latin, Greek and Cyrillic, by where on the letter they stand.
    Accent(u8),
}

/// Returns the class of a dropped mark and the value that counts; `None` for marks that never tell words apart.
///
/// Hamza and madda are spelling (أ إ آ are one letter at L2), Quranic signs are recitation, Hebrew accents are
/// cantillation.
pub(super) fn mark_class(mark: char) -> Option<(MarkClass, char)> {
    let value = match mark {
        '\u{8e4}' => '\u{64e}',
        '\u{8e5}' | '\u{657}' => '\u{64f}',
        '\u{8e6}' => '\u{650}',
        '\u{8e7}' | '\u{8f0}' => '\u{64b}',
        '\u{8e8}' | '\u{8f1}' => '\u{64c}',
        '\u{8e9}' | '\u{8f2}' => '\u{64d}',
        '\u{6e1}' => '\u{652}',
        other => other,
    };
    let class = match value {
        '\u{651}' => MarkClass::Doubling,
        '\u{64b}'..='\u{652}' => MarkClass::Vowel,
        '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5bc}' => {
            MarkClass::Accent(unicode_normalization::char::canonical_combining_class(value))
        }
        _ => return None,
    };
    Some((class, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_sorted_so_that_they_can_be_searched() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 9 < pair[1]));
    }

    #[test]
    fn digits_of_every_script_are_ascii() {
        for (digit, ascii) in [('٣', '3'), ('۹', '9'), ('७', '7'), ('๒', '2'), ('０', '0'), ('𑁯', '9')] {
            assert_eq!(folding(digit), Folding::Letter(ascii), "{digit}");
        }
        assert_eq!(folding('\u{66a}'), Folding::Separator);
    }

    #[test]
    fn the_table_of_the_design_holds() {
        for (from, to) in
            [('ٱ', 'ا'), ('ى', 'ي'), ('ی', 'ي'), ('ے', 'ي'), ('ة', 'ه'), ('ھ', 'ه'), ('ک', 'ك'), ('ڪ', 'ك')]
        {
            assert_eq!(folding(from), Folding::Letter(to), "{from}");
        }
        for mark in ['\u{301}', '\u{5b8}', '\u{64e}', '\u{670}', '\u{6e5}', '\u{8f0}'] {
            assert_eq!(folding(mark), Folding::Mark, "{mark:?}");
        }
        for kept in ['\u{93f}', '\u{e31}', '\u{5c1}', '\u{3099}'] {
            assert_eq!(folding(kept), Folding::Kept, "{kept:?}");
        }
        for code in 0x600..0x700u32 {
            let c = char::from_u32(code).unwrap();
            let entry = ARABIC[(code & 0xff) as usize];
            assert_eq!(entry == MARK, is_dropped_mark(c), "{code:x}");
            let plain = c.is_alphanumeric() && c != '\u{640}' && !is_dropped_mark(c);
            assert_eq!(entry == DECOMPOSE || entry.is_alphanumeric(), plain, "{code:x}");
        }
        for separator in ['_', '#', '@', '،', '؟', '\u{6dd}', '«', '…', ' '] {
            assert_eq!(folding(separator), Folding::Separator, "{separator}");
        }
    }
}
