//! The words of a block as attribution walks them: longer quotations are one token, shorter ones stand open.

use super::lexicon::{Does, fold_into, lexicon};
use super::marks::{Pair, is_mark};

/// How many words between marks may still be a name that the sentence runs through.
const OPEN_WORDS: usize = 3;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Punct(char),
    /// The words of this pair, not looked into.
    Quote(usize),
    /// The end of the block, always the last token.
    End,
}

/// One step of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) does: Does,
    /// Bytes of the block.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Bytes of the folded text.
    fold: (u32, u32),
    /// The short pair around the word.
    pub(super) inside: Option<u32>,
    /// Whether the word is written with a capital.
    pub(super) capital: bool,
    /// Whether this token ends a sentence.
    pub(super) ends: bool,
}

/// A block cut into tokens.
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    pub(super) all: Vec<Token>,
    folded: String,
    /// The outermost pairs of the block.
    pub(super) pairs: Vec<Pair>,
}

/// How many words stand in `text`.
pub(super) fn word_count(text: &str) -> usize {
    text.split(|c: char| c == ' ' || c == '/').filter(|word| word.chars().any(is_letter)).count()
}

impl<'t> Tokens<'t> {
    /// Cuts `text`, whose outermost pairs of marks are `pairs`.
    pub(super) fn of(text: &'t str, pairs: Vec<Pair>) -> Tokens<'t> {
        let mut tokens = Tokens {
            text,
            all: Vec::with_capacity(text.len() / 9 + 2),
            folded: String::with_capacity(text.len()),
            pairs,
        };
        let mut at = 0;
        for index in 0..tokens.pairs.len() {
            let pair = tokens.pairs[index];
            tokens.plain(at, pair.open, None);
            if word_count(&text[pair.start..pair.end]) <= OPEN_WORDS {
                tokens.plain(pair.start, pair.end, u32::try_from(index).ok());
            } else {
                tokens.push(Kind::Quote(index), pair.open, pair.after, None);
            }
            at = pair.after;
        }
        tokens.plain(at, text.len(), None);
        tokens.push(Kind::End, text.len(), text.len(), None);
        tokens.mark_sentences();
        tokens
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, inside: Option<u32>) {
        let from = self.folded.len();
        let mut does = Does::default();
        let mut capital = false;
        if kind == Kind::Word {
            let word = &self.text[start..end];
            fold_into(word, &mut self.folded);
            does = lexicon().does(&self.folded[from..]);
            if self.folded[from..].ends_with("علي") {
                does = on_or_ali(word, does);
            }
            capital = word.chars().next().is_some_and(|c| !is_arabic_letter(c) && c.is_uppercase());
        }
        #[expect(clippy::cast_possible_truncation, reason = "blocks longer than u32 are not cut into tokens")]
        let fold = (from as u32, self.folded.len() as u32);
        self.all.push(Token { kind, does, start, end, fold, inside, capital, ends: false });
    }

    fn plain(&mut self, from: usize, to: usize, inside: Option<u32>) {
        let mut word: Option<usize> = None;
        for (offset, c) in self.text[from..to].char_indices() {
            let at = from + offset;
            if is_word_char(c) || (word.is_some() && joins(c, self.text[at + c.len_utf8()..].chars().next())) {
                word.get_or_insert(at);
                continue;
            }
            if let Some(start) = word.take() {
                self.push(Kind::Word, start, at, inside);
            }
            if c != ' ' && !is_mark(c) {
                self.push(Kind::Punct(c), at, at + c.len_utf8(), inside);
            }
        }
        if let Some(start) = word {
            self.push(Kind::Word, start, to, inside);
        }
    }

    /// A sentence ends at a full stop that no abbreviation explains, and inside a quotation that ends in one when the
    /// words after it go on with a new sentence.
    fn mark_sentences(&mut self) {
        for index in 0..self.all.len() {
            let token = self.all[index];
            let next = self.all.get(index + 1).copied();
            self.all[index].ends = match token.kind {
                Kind::End => true,
                Kind::Punct('!' | '?' | '؟' | '…') => true,
                Kind::Punct('.') => !self.abbreviates(index),
                Kind::Quote(pair) => self.quote_ends(pair, next) && !self.asks(index, pair),
                Kind::Word | Kind::Punct(_) => false,
            };
        }
    }

    fn abbreviates(&self, index: usize) -> bool {
        let stop = self.all[index];
        let Some(before) = index.checked_sub(1).map(|before| self.all[before]) else { return false };
        let Some(after) = self.all.get(index + 1) else { return false };
        if before.kind != Kind::Word || before.end != stop.start || after.kind != Kind::Word {
            return false;
        }
        let word = self.fold(before);
        let letters = word.chars().count();
        let short = letters == 1 && !word.chars().all(|c| c.is_ascii_digit());
        let initials = word.contains('.');
        let known = matches!(
            word,
            "mr" | "mrs"
                | "ms"
                | "dr"
                | "sen"
                | "rep"
                | "gov"
                | "gen"
                | "col"
                | "lt"
                | "capt"
                | "sgt"
                | "st"
                | "jr"
                | "sr"
                | "prof"
                | "no"
                | "vs"
                | "inc"
                | "corp"
                | "co"
                | "ltd"
        );
        let goes_on =
            !after.capital && after.start > stop.end && self.fold(*after).starts_with(|c: char| c.is_ascii_lowercase());
        (before.capital && (short || known || initials))
            || (short && !word.is_ascii())
            || goes_on
            || after.start == stop.end
    }

    /// `"Why?" Jane Doe asked.`: a question that its own sentence goes on after.
    fn asks(&self, index: usize, pair: usize) -> bool {
        let inner = self.text[self.pairs[pair].start..self.pairs[pair].end].trim_end();
        inner.ends_with(['?', '!', '؟'])
            && self.all[index + 1..]
                .iter()
                .take(6)
                .take_while(|token| token.kind == Kind::Word)
                .any(|token| token.does.any(Does::SAID))
    }

    fn quote_ends(&self, pair: usize, next: Option<Token>) -> bool {
        let inner = self.text[self.pairs[pair].start..self.pairs[pair].end].trim_end();
        let Some(next) = next.filter(|_| inner.ends_with(['.', '!', '?', '؟', '…'])) else { return false };
        match next.kind {
            Kind::Word => next.capital || self.fold(next).starts_with('و') && next.does.any(Does::SAID),
            Kind::Quote(_) => true,
            Kind::Punct(_) | Kind::End => false,
        }
    }

    /// The word as the lexicon compares it.
    pub(super) fn fold(&self, token: Token) -> &str {
        &self.folded[token.fold.0 as usize..token.fold.1 as usize]
    }

    /// The folded word at `index`.
    pub(super) fn fold_at(&self, index: usize) -> &str {
        self.fold(self.all[index])
    }

    /// The words as printed from token `from` to before `to`, without quotation marks.
    pub(super) fn printed(&self, from: usize, to: usize) -> String {
        let text = &self.text[self.all[from].start..self.all[to - 1].end];
        let bare: String = text.chars().filter(|&c| !is_mark(c) || c == '\'' || c == '’').collect();
        bare.trim_matches(|c: char| c == ' ' || c == '\'').to_owned()
    }

    /// The inner words of a pair, trimmed.
    pub(super) fn inner(&self, pair: usize) -> &'t str {
        self.text[self.pairs[pair].start..self.pairs[pair].end].trim()
    }
}

fn is_arabic_letter(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{63f}' | '\u{641}'..='\u{64a}' | '\u{660}'..='\u{669}')
}

/// Whether `c` is a letter or digit; the letters we meet most need no table.
pub(super) fn is_letter(c: char) -> bool {
    is_arabic_letter(c) || (!matches!(c, ' ' | '،' | '؛' | '؟') && c.is_alphanumeric())
}

/// على "on" and the name علي fold alike; the last letter as printed tells them apart.
fn on_or_ali(word: &str, does: Does) -> Does {
    let wrong = if word.ends_with('ى') { Does::GIVEN } else { Does::STOP };
    Does(does.0 & !wrong.0)
}

fn is_word_char(c: char) -> bool {
    is_letter(c)
        || matches!(c, '_' | '#' | '@' | '\u{64b}'..='\u{65f}' | '\u{670}' | 'ـ' | '\u{200c}' | '\u{200d}' | '\u{300}'..='\u{36f}' | '&')
}

/// Whether `c` inside a word joins it with `next`.
fn joins(c: char, next: Option<char>) -> bool {
    matches!(c, '-' | '\'' | '’' | '.')
        && next.is_some_and(|next| if c == '.' { next.is_ascii_alphanumeric() } else { is_letter(next) })
}
