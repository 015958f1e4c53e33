//! Level L2: a text as the sequence of its words, spelling forgotten, each with its place in the text.
//!
//! Compatibility decomposition, marks and tatweel dropped, letters that spellers swap merged, digits ASCII, case folded;
//! a word is a run of letters and digits, in scripts without spaces every pair of neighbouring characters is one. Dropped
//! marks that can tell words apart are remembered beside the words: two different marks on a letter are a difference,
//! a missing one is none.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;

use super::letters::{
    ARABIC, DECOMPOSE, Folding, MARK, MarkClass, NOTHING, SEPARATE, folding, is_unspaced, mark_class,
};

/// Number of these rules; a change of any token needs a new one, and a new index.
pub const FOLD_VERSION: u32 = 1;

/// A text at level L2.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    text: String,
    tokens: Vec<Token>,
    marks: Vec<PlacedMark>,
}

/// One word at level L2, as ranges into its [`Folded`] and into the text it came from.
#[derive(Debug, Clone, Copy)]
struct Token {
    source: (u32, u32),
    folded: (u32, u32),
    marks: (u32, u32),
    unspaced: bool,
}

/// A dropped mark: after which byte of the folded text it stood, and what it says.
#[derive(Debug, Clone, Copy)]
struct PlacedMark {
    after: u32,
    class: MarkClass,
    value: char,
}

impl Folded {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is no word at all.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The folded letters of a word. Panics when there is no such word.
    pub fn word(&self, index: usize) -> &str {
        let (start, end) = self.tokens[index].folded;
        &self.text[start as usize..end as usize]
    }

    /// The folded words in order.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.len()).map(|index| self.word(index))
    }

    /// Where a word stands in the text that was folded, in bytes. Panics when there is no such word.
    pub fn span(&self, index: usize) -> Range<usize> {
        let (start, end) = self.tokens[index].source;
        start as usize..end as usize
    }

    /// Whether a word is a character or a pair of characters of a script without spaces.
    pub fn is_unspaced(&self, index: usize) -> bool {
        self.tokens[index].unspaced
    }

    /// Whether word `index` and word `other_index` of `other` are one word: the same letters, and no letter bearing
    /// different marks in the two.
    pub fn same_word(&self, index: usize, other: &Folded, other_index: usize) -> bool {
        self.word(index) == other.word(other_index) && self.marks_agree(index, other, other_index)
    }

    /// Whether no letter of the two words, equal in letters, bears different marks. A missing mark agrees with any.
    pub fn marks_agree(&self, index: usize, other: &Folded, other_index: usize) -> bool {
        let (ours, theirs) = (self.marks_of(index), other.marks_of(other_index));
        if ours.is_empty() || theirs.is_empty() {
            return true;
        }
        let start = self.tokens[index].folded.0;
        let other_start = other.tokens[other_index].folded.0;
        let mut letters: Vec<u32> = ours.iter().map(|mark| mark.after - start).collect();
        letters.dedup();
        letters.into_iter().all(|letter| {
            let on = |marks: &'_ [PlacedMark], start: u32| -> Vec<(MarkClass, char)> {
                let here = marks.iter().filter(|mark| mark.after - start == letter);
                here.map(|mark| (mark.class, mark.value)).collect()
            };
            agree(&on(ours, start), &on(theirs, other_start))
        })
    }

    fn marks_of(&self, index: usize) -> &[PlacedMark] {
        let (start, end) = self.tokens[index].marks;
        &self.marks[start as usize..end as usize]
    }
}

/// Whether the marks of one letter in two texts can be the same letter: within each class one set holds the other, and
/// doubled is not vowelless.
fn agree(ours: &[(MarkClass, char)], theirs: &[(MarkClass, char)]) -> bool {
    let covered = |few: &[(MarkClass, char)], many: &[(MarkClass, char)], class: MarkClass| {
        few.iter().filter(|mark| mark.0 == class).all(|mark| many.contains(mark))
    };
    let vowelless_doubled = |a: &[(MarkClass, char)], b: &[(MarkClass, char)]| {
        let doubled = |marks: &[(MarkClass, char)]| marks.iter().any(|mark| mark.0 == MarkClass::Doubling);
        a.contains(&(MarkClass::Vowel, '\u{652}')) && !doubled(a) && doubled(b)
    };
    ours.iter().all(|&(class, _)| covered(ours, theirs, class) || covered(theirs, ours, class))
        && !vowelless_doubled(ours, theirs)
        && !vowelless_doubled(theirs, ours)
}

/// Folds a text to level L2. Texts of 4 GiB and more are cut there.
pub fn fold(text: &str) -> Folded {
    let text = cut(text);
    let mut builder = Builder::new(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            builder.ascii(byte, at);
            at += 1;
            continue;
        }
        // U+0600–U+06FF: two bytes, a table, no decomposition needed.
        if (0xd8..=0xdb).contains(&byte) {
            let code = u32::from(byte & 0x1f) << 6 | u32::from(bytes.get(at + 1).map_or(0, |b| b & 0x3f));
            if builder.arabic(code, at) {
                at += 2;
                continue;
            }
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        builder.any(c, at);
        at += c.len_utf8();
    }
    builder.finish()
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(u32::MAX as usize - 8);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A character of a script without spaces, with the marks that belong to it.
#[derive(Debug, Clone, Copy)]
struct Unit {
    source: (u32, u32),
    folded: (u32, u32),
    marks: (u32, u32),
}

/// The run of letters that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    None,
    Word,
    Unspaced,
}

struct Builder {
    out: Folded,
    run: Run,
    word: Unit,
    units: Vec<Unit>,
}

impl Builder {
    fn new(bytes: usize) -> Builder {
        let out =
            Folded { text: String::with_capacity(bytes), tokens: Vec::with_capacity(bytes / 8 + 4), marks: Vec::new() };
        let word = Unit { source: (0, 0), folded: (0, 0), marks: (0, 0) };
        Builder { out, run: Run::None, word, units: Vec::new() }
    }

    #[inline]
    fn ascii(&mut self, byte: u8, at: usize) {
        if byte.is_ascii_alphanumeric() {
            self.spaced_letter(char::from(byte.to_ascii_lowercase()), at, at + 1);
        } else {
            self.separate();
        }
    }

    /// Reads a character of U+0600–U+06FF; false when it needs the general way.
    #[inline]
    fn arabic(&mut self, code: u32, at: usize) -> bool {
        match ARABIC[(code & 0xff) as usize] {
            SEPARATE => self.separate(),
            NOTHING => self.reach(at + 2),
            MARK => self.mark(char::from_u32(code).unwrap_or(MARK), at + 2),
            DECOMPOSE => return false,
            letter => self.spaced_letter(letter, at, at + 2),
        }
        true
    }

    fn any(&mut self, c: char, at: usize) {
        let end = at + c.len_utf8();
        decompose_compatible(c, |part| self.decomposed(part, at, end));
    }

    fn decomposed(&mut self, c: char, at: usize, end: usize) {
        match folding(c) {
            Folding::Separator => self.separate(),
            Folding::Nothing => self.reach(end),
            Folding::Mark => self.mark(c, end),
            Folding::Kept => self.kept(c, end),
            Folding::Letter(letter) => fold_case(letter, |folded| match folding(folded) {
                Folding::Mark => self.mark(folded, end),
                Folding::Kept => self.kept(folded, end),
                _ if is_unspaced(folded) => self.unspaced_letter(folded, at, end),
                _ => self.spaced_letter(folded, at, end),
            }),
        }
    }

    #[inline]
    fn spaced_letter(&mut self, letter: char, at: usize, end: usize) {
        if self.run != Run::Word {
            self.separate();
            self.run = Run::Word;
            self.word = self.unit_at(at);
        }
        self.out.text.push(letter);
        self.word.source.1 = end as u32;
    }

    fn unspaced_letter(&mut self, letter: char, at: usize, end: usize) {
        if self.run != Run::Unspaced {
            self.separate();
            self.run = Run::Unspaced;
        }
        self.close_unit();
        let mut unit = self.unit_at(at);
        self.out.text.push(letter);
        unit.source.1 = end as u32;
        unit.folded.1 = self.out.text.len() as u32;
        self.units.push(unit);
    }

    fn unit_at(&self, at: usize) -> Unit {
        let (folded, marks) = (self.out.text.len() as u32, self.out.marks.len() as u32);
        Unit { source: (at as u32, at as u32), folded: (folded, folded), marks: (marks, marks) }
    }

    /// Adds a mark that stays to the open run; alone it is no word.
    fn kept(&mut self, mark: char, end: usize) {
        if self.run != Run::None {
            self.out.text.push(mark);
            self.reach(end);
        }
    }

    fn mark(&mut self, mark: char, end: usize) {
        if self.run == Run::None {
            return;
        }
        if let Some((class, value)) = mark_class(mark) {
            self.out.marks.push(PlacedMark { after: self.out.text.len() as u32, class, value });
        }
        self.reach(end);
    }

    /// Lets the open run reach to `end` in the source.
    #[inline]
    fn reach(&mut self, end: usize) {
        match self.run {
            Run::None => {}
            Run::Word => self.word.source.1 = end as u32,
            Run::Unspaced => {
                if let Some(unit) = self.units.last_mut() {
                    unit.source.1 = end as u32;
                }
            }
        }
    }

    fn close_unit(&mut self) {
        let ends = (self.out.text.len() as u32, self.out.marks.len() as u32);
        if let Some(unit) = self.units.last_mut() {
            (unit.folded.1, unit.marks.1) = ends;
        }
    }

    #[inline]
    fn separate(&mut self) {
        match self.run {
            Run::None => return,
            Run::Word => {
                let folded = (self.word.folded.0, self.out.text.len() as u32);
                let marks = (self.word.marks.0, self.out.marks.len() as u32);
                self.out.tokens.push(Token { source: self.word.source, folded, marks, unspaced: false });
            }
            Run::Unspaced => self.emit_pairs(),
        }
        self.run = Run::None;
    }

    /// Emits every pair of neighbouring characters, or the one that stands alone.
    fn emit_pairs(&mut self) {
        self.close_unit();
        let units = std::mem::take(&mut self.units);
        let pair = |first: &Unit, last: &Unit| Token {
            source: (first.source.0, last.source.1),
            folded: (first.folded.0, last.folded.1),
            marks: (first.marks.0, last.marks.1),
            unspaced: true,
        };
        match units.as_slice() {
            [only] => self.out.tokens.push(pair(only, only)),
            many => self.out.tokens.extend(many.windows(2).map(|two| pair(&two[0], &two[1]))),
        }
        self.units = units;
        self.units.clear();
    }

    fn finish(mut self) -> Folded {
        self.separate();
        self.out
    }
}

/// Folds the case of a decomposed character, fully: ß is ss, final sigma is sigma.
///
/// Lower, upper, lower gives the same classes as the full mappings of CaseFolding.txt, except for dotless ı, which has
/// an upper form that it shares with i. (Cherokee classes are named by the other case, which compares the same.)
fn fold_case(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii() {
        return emit(c.to_ascii_lowercase());
    }
    if c == 'ı' || ('\u{5d0}'..='\u{8ff}').contains(&c) {
        return emit(c);
    }
    for lower in c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
        decompose_compatible(lower, &mut emit);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::domain::canonicalise;

    fn words(text: &str) -> Vec<String> {
        fold(text).words().map(str::to_owned).collect()
    }

    fn same(a: &str, b: &str) -> bool {
        let (a, b) = (fold(a), fold(b));
        a.len() == b.len() && (0..a.len()).all(|i| a.same_word(i, &b, i))
    }

    #[test]
    fn spellings_of_arabic_fold_to_one() {
        assert_eq!(words("إلى المدرسةِ، آمنـــة"), ["الي", "المدرسه", "امنه"]);
        assert_eq!(words("شئون مسؤول ٱلله ﻻ ﷲ"), ["شيون", "مسوول", "الله", "لا", "الله"]);
        assert_eq!(words("#الغوطة_الشرقية @user 14٫5 ١٤"), ["الغوطه", "الشرقيه", "user", "14", "5", "14"]);
        assert_eq!(words("می\u{200c}خواهم کتاب ہے"), ["ميخواهم", "كتاب", "هي"]);
    }

    #[test]
    fn other_scripts_fold_by_case_and_accent() {
        assert_eq!(words("Straße ΣΊΣΥΦΟΣ ſİ Ёлка ﬁne"), ["strasse", "σισυφοσ", "si", "елка", "fine"]);
        assert_eq!(words("שָׁלוֹם हिन्दी"), ["ש\u{5c1}לום", "हिन्दी"]);
        assert_eq!(words("don't re-use"), ["don", "t", "re", "use"]);
    }

    #[test]
    fn unspaced_scripts_are_read_in_pairs() {
        assert_eq!(words("東京都2018年春"), ["東京", "京都", "2018", "年春"]);
        assert_eq!(words("字"), ["字"]);
        assert_eq!(words("กิน"), ["กิน"]);
        let folded = fold("a東京都b");
        assert_eq!(folded.span(1), 1..7);
        assert_eq!(folded.span(2), 4..10);
        assert!(folded.is_unspaced(1) && !folded.is_unspaced(3));
    }

    #[test]
    fn spans_cover_the_marks_of_the_word() {
        let text = "قالَ: «كُتِبَـ»";
        let folded = fold(text);
        let spans: Vec<&str> = (0..folded.len()).map(|i| &text[folded.span(i)]).collect();
        assert_eq!(spans, ["قالَ", "كُتِبَـ"]);
    }

    #[test]
    fn a_missing_mark_is_no_difference_and_another_one_is() {
        assert!(same("قَتَلَ", "قتل") && same("قَتل", "قتَلَ"));
        assert!(!same("قَتَلَ", "قُتِلَ"));
        assert!(!same("عَلَّمَ", "عَلُم"));
        assert!(same("قَتَّلَ", "قَتَلَ"), "a shadda is often left out");
        assert!(!same("قتْل", "قتّل"), "sukun says that it is not doubled");
        assert!(same("أن", "إن"), "hamza is spelling");
        assert!(same("café", "cafe") && !same("pêche", "péche"));
        assert!(same("كتابًا", "كتاباً"), "two customs of where tanwin stands");
    }

    #[test]
    fn lone_marks_are_no_words() {
        for text in ["", " ", "ًٌٍ", "ـــ", "\u{200c}", "«»،", "\u{93f}", "\u{0}"] {
            assert!(fold(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn the_fast_way_and_the_table_agree() {
        // U+0675 is merged as it stands: decomposed, it would leave a high hamza.
        for code in (0x600..0x700).filter(|&code| code != 0x675) {
            let c = char::from_u32(code).unwrap();
            let mut slow = Builder::new(8);
            slow.spaced_letter('x', 0, 1);
            slow.any(c, 1);
            let slow = slow.finish();
            let fast = fold(&format!("x{c}"));
            assert_eq!(fast.text, slow.text, "{code:x}");
            assert_eq!(fast.span(0), slow.span(0), "{code:x}");
        }
    }

    fn arabic_or_any() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ء-يًٌٍَُِّْٰ \u{200b}-\u{200f}0-9٠-٩.،؟\"«»\n_#]{0,60}",
            "[a-zA-ZßéΣσ\u{300}-\u{310}東京กิ\u{ac00}-\u{ac20}]{0,40}"
        ]
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in arabic_or_any()) {
            let once = fold(&text);
            for index in 0..once.len() {
                if !once.is_unspaced(index) {
                    let again = fold(once.word(index));
                    prop_assert_eq!(again.words().collect::<String>(), once.word(index));
                }
            }
        }

        #[test]
        fn spans_are_in_order_and_on_characters(text in arabic_or_any()) {
            let folded = fold(&text);
            let mut last = 0;
            for index in 0..folded.len() {
                let span = folded.span(index);
                prop_assert!(span.start >= last && span.start < span.end && text.get(span.clone()).is_some());
                prop_assert!(!folded.word(index).is_empty());
                last = span.start;
            }
        }

        #[test]
        fn normal_form_never_matters(text in arabic_or_any()) {
            let text = canonicalise(&text);
            let nfd: String = text.nfd().collect();
            prop_assert_eq!(words(&text), words(&nfd));
        }
    }
}
