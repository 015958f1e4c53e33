//! Who speaks in an article: the people and bodies met so far, their full names, and who spoke last.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::lexicon::{Does, Mix};
use super::noun::printed_without_conjunction;
use super::person::told_or_described;
use super::tokens::{Kind, Tokens};

/// How many figures one article may introduce.
const MAX_FIGURES: usize = 128;

/// A figure of the cast.
pub(super) type Figure = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Person,
    Body,
    /// Known by what it is only: مصدر أمني, a spokesman.
    Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    Masculine,
    Feminine,
    Plural,
}

impl Gender {
    /// The gender of a verb, when its form has one.
    pub(super) fn of(does: Does) -> Option<Gender> {
        let forms =
            [(Does::FEMININE, Gender::Feminine), (Does::PLURAL, Gender::Plural), (Does::MASCULINE, Gender::Masculine)];
        forms.into_iter().find(|(form, _)| does.any(*form)).map(|(_, gender)| gender)
    }
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The folded words of the name.
    words: Vec<Box<str>>,
    pub(super) sort: Sort,
    gender: Option<Gender>,
    /// The folded words of the role that was printed with the name; the first without its article.
    role: Vec<Box<str>>,
    /// Whether the role is a title that only men have printed so: الأمير, الشيخ.
    titled: bool,
    /// When it was last spoken of; grows with every mention.
    met: u32,
}

impl Entry {
    /// The form of the verbs that carry this figure: as met, else feminine where its head is.
    fn form(&self) -> Option<Gender> {
        // Countries and cities are feminine, but for a few.
        if self.sort == Sort::Body
            && let [place] = self.words.as_slice()
            && super::lexicon::lexicon().exactly(place).any(Does::PLACE)
            && !matches!(place.as_ref(), "لبنان" | "العراق" | "الاردن" | "المغرب" | "السودان" | "اليمن" | "الصومال")
        {
            return Some(Gender::Feminine);
        }
        let head = match self.sort {
            Sort::Person => self.role.first(),
            Sort::Body | Sort::Role => self.words.first(),
        };
        self.gender.or_else(|| match head {
            Some(head) if head.ends_with('ة') => Some(Gender::Feminine),
            Some(_) if self.titled => Some(Gender::Masculine),
            _ => None,
        })
    }
}

/// Who spoke last, and where.
#[derive(Debug, Clone)]
pub(super) struct Last {
    pub(super) figure: Figure,
    pub(super) block: usize,
}

/// The cast of one article.
#[derive(Default)]
pub(super) struct Cast {
    entries: Vec<Entry>,
    /// Full names in the text by each later word of theirs; the first mention holds.
    mentions: HashMap<Box<str>, String, BuildHasherDefault<Mix>>,
    pub(super) last: Option<Last>,
    clock: u32,
    /// The block being read.
    pub(super) block: usize,
}

impl Cast {
    pub(super) fn name(&self, figure: Figure) -> &str {
        &self.entries[figure].name
    }

    /// Meets a figure by the name printed at tokens `from..to`; a shorter form of a name met before is that figure.
    pub(super) fn meet(&mut self, name: String, words: Vec<Box<str>>, sort: Sort) -> Option<Figure> {
        if name.is_empty() || words.is_empty() {
            return None;
        }
        let known = self.entries.iter().rposition(|entry| {
            entry.sort == sort && entry.words.len() >= words.len() && {
                match sort {
                    Sort::Person => entry.words.ends_with(&words) || entry.words.starts_with(&words),
                    Sort::Body => entry.words.starts_with(&words),
                    Sort::Role => entry.words == words,
                }
            }
        });
        let figure = match known {
            Some(figure) => figure,
            None if self.entries.len() >= MAX_FIGURES => return None,
            None => {
                self.entries.push(Entry { name, words, sort, gender: None, role: Vec::new(), titled: false, met: 0 });
                self.entries.len() - 1
            }
        };
        self.touch(figure);
        Some(figure)
    }

    fn touch(&mut self, figure: Figure) {
        self.clock += 1;
        self.entries[figure].met = self.clock;
    }

    /// Notes what a figure is and the form of its verb.
    pub(super) fn describe(&mut self, figure: Figure, role: Vec<Box<str>>) {
        let entry = &mut self.entries[figure];
        if entry.role.len() < role.len() {
            let title = format!("ال{}", role[0]);
            entry.titled = entry.sort == Sort::Person && super::lexicon::lexicon().exactly(&title).any(Does::TITLE);
            entry.role = role;
        }
    }

    /// Notes the form of the verb whose subject follows it; Arabic makes it agree.
    pub(super) fn agree(&mut self, figure: Figure, gender: Option<Gender>) {
        let held = &mut self.entries[figure].gender;
        *held = held.or(gender);
    }

    /// The person that a single word names: one met before, or one whose full name stands in the text.
    pub(super) fn by_short_name(&mut self, word: &str) -> Option<Figure> {
        let met = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.sort == Sort::Person && entry.words.iter().any(|own| own.as_ref() == word))
            .max_by_key(|(_, entry)| entry.met)
            .map(|(figure, _)| figure);
        if let Some(figure) = met {
            self.touch(figure);
            return Some(figure);
        }
        let full = self.mentions.get(word)?.clone();
        let words = full.split(' ').map(folded).collect();
        self.meet(full, words, Sort::Person)
    }

    /// The person last met in the role whose folded words are `role`: the same head, and no other word where both go on.
    pub(super) fn by_role(&mut self, role: &[Box<str>]) -> Option<Figure> {
        let head = role.first()?;
        let first = content(role).next();
        let fits = |entry: &&Entry| {
            entry.role.first() == Some(head)
                && !(head.ends_with('ة') && entry.gender == Some(Gender::Masculine))
                && first.is_none_or(|word| content(&entry.role).any(|own| bare(own) == bare(word)))
                && !of_another_place(role, &entry.role)
        };
        let entry = self.entries.iter().filter(fits).max_by_key(|entry| entry.met)?;
        let figure = self.entries.iter().position(|other| std::ptr::eq(other, entry))?;
        self.touch(figure);
        Some(figure)
    }

    /// Whether `word` is of the name or the role of a figure.
    pub(super) fn is_of(&self, figure: Figure, word: &str) -> bool {
        let plain = bare(word.trim_start_matches(['و', 'ف']));
        let entry = &self.entries[figure];
        entry.words.iter().chain(&entry.role).any(|own| bare(own) == plain || own.as_ref() == word)
    }

    /// Whether somebody has spoken in the block being read.
    pub(super) fn spoke_here(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.block == self.block)
    }

    /// Whether an English pronoun may stand for a figure: no body is a he, and nobody with an office is an it.
    pub(super) fn may_be(&self, figure: Figure, pronoun: &str) -> bool {
        let entry = &self.entries[figure];
        match pronoun {
            "i" | "we" => false,
            "he" | "she" => entry.sort != Sort::Body,
            "it" => entry.sort != Sort::Person || entry.role.is_empty(),
            _ => true,
        }
    }

    pub(super) fn is_body(&self, figure: Figure) -> bool {
        self.entries[figure].sort == Sort::Body
    }

    /// Whether a figure is an outlet; a few words in marks within its report are more often those of others.
    pub(super) fn is_outlet(&self, figure: Figure) -> bool {
        let first = super::lexicon::lexicon().exactly(&self.entries[figure].words[0]);
        self.entries[figure].sort == Sort::Body && first.any(Does::MEDIUM.or(Does::OUTLET))
    }

    /// The body last met whose name begins with `head` (without its article).
    pub(super) fn by_head(&mut self, head: &str) -> Option<Figure> {
        let fits = |entry: &&Entry| entry.sort == Sort::Body && entry.words.len() > 1 && bare(&entry.words[0]) == head;
        let entry = self.entries.iter().filter(fits).max_by_key(|entry| entry.met)?;
        self.entries.iter().position(|other| std::ptr::eq(other, entry))
    }

    /// Whether a verb of this form may be the figure's.
    pub(super) fn agrees(&self, figure: Figure, gender: Option<Gender>) -> bool {
        match (gender, self.entries[figure].form()) {
            (Some(verb), Some(figure)) => verb == figure,
            _ => true,
        }
    }

    /// Who spoke last, if the form of the verb agrees and it was not long ago.
    pub(super) fn anaphora(&self, gender: Option<Gender>) -> Option<Figure> {
        let last = self.last.as_ref().filter(|last| self.block - last.block <= 1)?;
        self.agrees(last.figure, gender).then_some(last.figure)
    }

    /// Notes the full names in a block, so that a later short form finds them.
    pub(super) fn note_names(&mut self, tokens: &Tokens) {
        let plain = |does: Does| !does.any(NOT_IN_NAMES);
        for index in 0..tokens.all.len() {
            let token = tokens.all[index];
            let other = Does::TIME.or(Does::STOP).or(Does::SAID).or(Does::THAT);
            if token.kind != Kind::Word
                || token.does.any(other)
                || !token.does.any(Does::GIVEN) && !opens_capitals(tokens, index)
            {
                continue;
            }
            let latin = token.capital;
            for to in index + 1..(index + 4).min(tokens.all.len()) {
                let next = tokens.all[to];
                let joined = next.kind == Kind::Word && next.start == tokens.all[to - 1].end + 1;
                // A glued "and" begins another name.
                let another = !latin && next.does == Does::default() && tokens.fold(next).starts_with('و');
                let aside = !latin
                    && next.does == Does::default()
                    && !next.does.any(Does::GIVEN)
                    && (told_or_described(tokens, next) || tokens.fold(next).ends_with("ها"));
                if !joined || another || aside || !plain(next.does) || next.capital != latin {
                    break;
                }
                let key = tokens.fold(next);
                if key.len() > 4 || latin && key.len() > 2 {
                    let known = next.does.any(Does::GIVEN);
                    if !known && !self.mentions.contains_key(key) && self.mentions.len() < MAX_FIGURES * 16 {
                        self.mentions.insert(key.into(), printed_without_conjunction(tokens, index, to + 1));
                    }
                }
            }
        }
    }
}

/// What cannot be part of a person's name.
pub(super) const NOT_IN_NAMES: Does = Does(
    Does::STOP.0
        | Does::THAT.0
        | Does::TIME.0
        | Does::SAID.0
        | Does::SAYING.0
        | Does::ACCORDING.0
        | Does::ROLE.0
        | Does::BODY.0
        | Does::COLOUR.0
        | Does::PLACE.0
        | Does::CARRIED.0
        | Does::DEED.0
        | Does::PLAIN.0,
);

/// Whether a run of capitals that can be an English name begins here.
fn opens_capitals(tokens: &Tokens, index: usize) -> bool {
    let token = tokens.all[index];
    let first = index == 0 || !tokens.all[index - 1].capital || tokens.all[index - 1].does.any(NOT_IN_NAMES);
    token.capital
        && first
        && !token.does.any(NOT_IN_NAMES)
        && tokens.fold(token).starts_with(|c: char| c.is_ascii_lowercase())
}

/// The words of a role that tell it from others of its head, without a glued preposition.
fn content(role: &[Box<str>]) -> impl Iterator<Item = &str> {
    let plain = |word: &&str| {
        !matches!(*word, "باسم" | "الرسمي" | "الرسمية" | "السابق" | "السابقة" | "الحالي" | "العام" | "العامة")
    };
    role.iter().skip(1).map(|word| word.strip_prefix('ل').filter(|rest| rest.len() > 4).unwrap_or(word)).filter(plain)
}

/// Whether two roles are of two countries: `وزير الخارجية القطري` is not `وزير الخارجية الأميركي`.
fn of_another_place(one: &[Box<str>], other: &[Box<str>]) -> bool {
    let places = |role: &[Box<str>]| {
        let place = |word: &&str| {
            let adjective = word.starts_with("ال") && word.len() > 10 && word.ends_with(['ي', 'ة']);
            adjective && word.trim_end_matches('ة').ends_with('ي')
                || super::lexicon::lexicon().exactly(word).any(Does::PLACE.or(Does::COLOUR))
        };
        let stem = |word: &str| bare(word.trim_end_matches('ة')).to_owned();
        role.iter().skip(1).map(AsRef::as_ref).filter(place).map(stem).collect::<Vec<String>>()
    };
    let (one, other) = (places(one), places(other));
    one.iter().any(|place| !other.contains(place)) && other.iter().any(|place| !one.contains(place))
}

/// A word as the lexicon compares it.
pub(super) fn folded(word: &str) -> Box<str> {
    let mut out = String::new();
    super::lexicon::fold_into(word, &mut out);
    out.into_boxed_str()
}

/// A folded word without the Arabic article.
pub(super) fn bare(word: &str) -> &str {
    word.strip_prefix("ال").filter(|rest| rest.len() > 4).unwrap_or(word)
}
