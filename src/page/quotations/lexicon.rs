//! The words that attribution goes by, from the plain lists in `data/`, looked up by folded form.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What a word does around speech, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Does(pub(super) u32);

macro_rules! does {
    ($($name:ident = $bit:literal, $doc:literal;)*) => {
        impl Does {
            $(#[doc = $doc] pub(super) const $name: Does = Does(1 << $bit);)*
        }
    };
}

does! {
    SAID = 0, "A finite verb of saying.";
    SAYING = 1, "A participle of saying.";
    SAYING_NOUN = 2, "What somebody said, as a noun: بقوله.";
    CARRIED = 3, "A verb whose subject carries another's words: نقلت.";
    ACCORDING = 4, "According to.";
    THAT = 5, "Opens what was said: أن.";
    STOP = 6, "Ends a noun phrase.";
    TIME = 7, "A time.";
    ROLE = 8, "What somebody is.";
    TITLE = 9, "Stands before a name.";
    BODY = 10, "A body that speaks.";
    PAPER = 11, "A paper that speaks for its issuer.";
    MEDIUM = 12, "A kind of outlet.";
    TALK = 13, "A talk with an outlet.";
    NAMING = 14, "Stands before a title or a name in marks.";
    HEAD = 15, "Begins the name of a thing.";
    COLOUR = 16, "Nationality and the like.";
    GIVEN = 17, "A given name.";
    PLACE = 18, "A place.";
    OUTLET = 19, "The first word of an outlet's name.";
    FEMININE = 20, "A verb or participle in the feminine.";
    PLURAL = 21, "A verb or participle in the plural.";
    PRONOUN = 22, "A pronoun that may be a subject.";
    MASCULINE = 23, "A verb or participle in the masculine singular.";
    OBJECT = 24, "A verb that takes what it is about as a plain object: وصف, نفى.";
    RELATIVE = 25, "A relative pronoun.";
    SUFFIXED = 26, "A verb with an object pronoun: نشرته.";
    DEED = 27, "A verb that tells of a deed: no name goes on with it.";
    PRODUCT = 29, "A platform or a product: two or three words in marks that begin so are its name.";
    PLAIN = 28, "A common noun, adjective or adverb that no name holds.";
}

impl Does {
    pub(super) fn any(self, other: Does) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Does) -> Does {
        Does(self.0 | other.0)
    }
}

/// A quick hash for short words; which keys a table gets to hold is bounded elsewhere.
#[derive(Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        let folded = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        folded ^ (folded >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }
}

type Words<V> = HashMap<Box<str>, V, BuildHasherDefault<Mix>>;

/// The lists, read once.
pub(super) struct Lexicon {
    words: Words<Does>,
    /// Outlets by their first word; each the folded words that follow it.
    outlets: Words<Vec<Vec<Box<str>>>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// The lexicon of this build.
pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    /// What `folded` does; a glued و or ف before a known word is passed over.
    pub(super) fn does(&self, folded: &str) -> Does {
        if let Some(does) = self.words.get(folded) {
            return *does;
        }
        match folded.strip_prefix(['و', 'ف']) {
            Some(rest) if rest.len() > 4 => self.exactly(rest),
            Some(rest) if rest.len() == 4 => Does(self.exactly(rest).0 & Does::STOP.0),
            _ => Does::default(),
        }
    }

    /// Exactly what `folded` does.
    pub(super) fn exactly(&self, folded: &str) -> Does {
        self.words.get(folded).copied().unwrap_or_default()
    }

    /// The names of outlets that begin with `folded`, each as the words after the first; the longest first.
    pub(super) fn outlets(&self, folded: &str) -> &[Vec<Box<str>>] {
        self.outlets.get(folded).map_or(&[], Vec::as_slice)
    }

    fn read() -> Lexicon {
        let mut lexicon = Lexicon { words: Words::default(), outlets: Words::default() };
        lexicon.arabic(include_str!("data/arabic.txt"));
        lexicon.english(include_str!("data/english.txt"));
        for (_, word) in sections(include_str!("data/arabic.txt")).filter(|(section, _)| *section == "never") {
            lexicon.take_back(word, Does::SAID.or(Does::SAYING));
        }
        lexicon.list(include_str!("data/arabic-names.txt"), Does::GIVEN);
        lexicon.list(include_str!("data/arabic-places.txt"), Does::PLACE);
        lexicon.outlet_list(include_str!("data/outlets.txt"));
        lexicon
    }

    fn add(&mut self, word: &str, does: Does) {
        let mut key = String::new();
        fold_into(word, &mut key);
        let held = self.words.entry(key.into_boxed_str()).or_default();
        *held = held.or(does);
    }

    fn take_back(&mut self, word: &str, does: Does) {
        let mut key = String::new();
        fold_into(word, &mut key);
        if let Some(held) = self.words.get_mut(key.as_str()) {
            held.0 &= !does.0;
        }
    }

    fn list(&mut self, text: &str, does: Does) {
        for word in words_of(text) {
            self.add(word, does);
        }
    }

    fn arabic(&mut self, text: &str) {
        for (section, word) in sections(text) {
            match section {
                "said" => self.arabic_perfect(word, Does::SAID),
                "said-of" => self.arabic_perfect(word, Does::SAID.or(Does::OBJECT)),
                "says" => self.arabic_imperfect(word, Does::SAID),
                "says-of" => self.arabic_imperfect(word, Does::SAID.or(Does::OBJECT)),
                "saying" => self.arabic_participle(word),
                "role" => {
                    self.add(word, Does::ROLE);
                    self.add(&format!("ال{word}"), Does::ROLE);
                }
                _ => self.add(word, section_does(section)),
            }
        }
    }

    /// قال: قالت, قالوا, قالا and the forms with an object, قاله.
    fn arabic_perfect(&mut self, word: &str, said: Does) {
        let stem = word.strip_suffix(['ى', 'ا']).unwrap_or(word);
        self.add(word, said.or(Does::MASCULINE));
        self.add(&format!("{stem}ت"), said.or(Does::FEMININE));
        self.add(&format!("{stem}وا"), said.or(Does::PLURAL));
        self.add(&format!("{stem}تا"), said.or(Does::PLURAL));
        if stem == word {
            self.add(&format!("{stem}ا"), said.or(Does::PLURAL));
            for object in ["ه", "ها", "هم"] {
                self.add(&format!("{stem}{object}"), said.or(Does::MASCULINE).or(Does::SUFFIXED));
                self.add(&format!("{stem}ت{object}"), said.or(Does::FEMININE).or(Does::SUFFIXED));
            }
        }
    }

    fn arabic_imperfect(&mut self, word: &str, said: Does) {
        let rest = word.strip_prefix('ي').unwrap_or(word);
        self.add(word, said.or(Does::MASCULINE));
        self.add(&format!("ت{rest}"), said.or(Does::FEMININE));
        let stem = word.strip_suffix(['ي', 'ى', 'و']).unwrap_or(word);
        self.add(&format!("{stem}ون"), said.or(Does::PLURAL));
    }

    /// مضيف: مضيفا and مضيفة; the bare form counts too (وهو مضيف), the plural مضيفين.
    fn arabic_participle(&mut self, word: &str) {
        let stem = word.strip_suffix(['ا', 'ي']).unwrap_or(word);
        self.add(&format!("{word}ا"), Does::SAYING.or(Does::MASCULINE));
        self.add(&format!("{word}ة"), Does::SAYING.or(Does::FEMININE));
        self.add(&format!("{stem}ين"), Does::SAYING.or(Does::PLURAL));
        if word == "لافت" || word == "مشير" {
            self.add(&format!("و{word}ا"), Does::SAYING.or(Does::MASCULINE));
        }
    }

    fn english(&mut self, text: &str) {
        for (section, word) in sections(text) {
            self.add(word, section_does(section));
        }
    }

    fn outlet_list(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut folded = line.split(' ').map(|word| {
                let mut key = String::new();
                fold_into(word, &mut key);
                key.into_boxed_str()
            });
            let Some(first) = folded.next().filter(|first| !first.is_empty()) else { continue };
            let held = self.words.entry(first.clone()).or_default();
            *held = held.or(Does::OUTLET);
            self.outlets.entry(first).or_default().push(folded.collect());
        }
        for rests in self.outlets.values_mut() {
            rests.sort_by_key(|rest| std::cmp::Reverse(rest.len()));
        }
    }
}

fn section_does(section: &str) -> Does {
    match section {
        "said" => Does::SAID,
        "saying" => Does::SAYING,
        "saying-noun" => Does::SAYING_NOUN,
        "carried" => Does::CARRIED,
        "according" => Does::ACCORDING,
        "that" => Does::THAT,
        "stop" => Does::STOP,
        "time" => Does::TIME,
        "role" => Does::ROLE,
        "title" => Does::TITLE.or(Does::ROLE),
        "body" => Does::BODY,
        "paper" => Does::PAPER,
        "medium" => Does::MEDIUM,
        "talk" => Does::TALK,
        "naming" => Does::NAMING,
        "head" => Does::HEAD,
        "colour" => Does::COLOUR,
        "pronoun" => Does::PRONOUN,
        "deed" => Does::DEED,
        "plain" => Does::PLAIN,
        "product" => Does::PRODUCT,
        "relative" => Does::RELATIVE.or(Does::STOP),
        _ => Does::default(),
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// The words of a list in `[section]` parts, each with its section.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut section = "";
    text.lines().filter(|line| !line.starts_with('#')).flat_map(move |line| {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            return Vec::new();
        }
        line.split_whitespace().map(|word| (section, word)).collect::<Vec<_>>()
    })
}

/// Appends `word` as the lexicon compares it: no harakat, no tatweel, one alef, one ya, lower case.
pub(super) fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    for c in word.chars() {
        match c {
            '\u{64b}'..='\u{65f}' | '\u{670}' | 'ـ' => {}
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' | 'ی' => out.push('ي'),
            'ک' => out.push('ك'),
            '’' => out.push('\''),
            '\u{620}'..='\u{64a}' => out.push(c),
            c if c.is_uppercase() => out.extend(c.to_lowercase()),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_in_all_their_forms() {
        for word in ["قال", "وقالت", "فأضاف", "أكّد", "يقول", "وتقول", "نفت", "رأت", "ذكرته", "قالوا", "اعتبر"]
        {
            let mut folded = String::new();
            fold_into(word, &mut folded);
            assert!(lexicon().does(&folded).any(Does::SAID), "{word}");
        }
        for word in ["مضيفًا", "مؤكدًا", "قائلا", "مشيرة", "ومضيفا"] {
            let mut folded = String::new();
            fold_into(word, &mut folded);
            assert!(lexicon().does(&folded).any(Does::SAYING), "{word}");
        }
    }

    #[test]
    fn no_line_of_the_lists_is_lost() {
        assert!(lexicon().words.len() > 3_000, "{}", lexicon().words.len());
        assert!(lexicon().outlets("فرانس").len() >= 2);
    }
}
