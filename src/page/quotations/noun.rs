//! Arabic words inside a noun phrase: what ends it, what is definite, what a glued particle hides.

use super::cast::NOT_IN_NAMES;
use super::lexicon::{Does, lexicon};
use super::tokens::{Kind, Token, Tokens};

/// Ends every noun phrase.
pub(super) fn is_hard_end(tokens: &Tokens, index: usize) -> bool {
    let token = tokens.all[index];
    match token.kind {
        Kind::End | Kind::Quote(_) | Kind::Punct(':') => true,
        Kind::Punct(_) => token.ends,
        Kind::Word => {
            let verb = Does::SAID.or(Does::SAYING).or(Does::CARRIED);
            token.does.any(Does::THAT.or(Does::ACCORDING)) || token.does.any(verb) && !token.does.any(OPENERS)
        }
    }
}

/// Words that are verbs of saying in form, but names and roles in place.
pub(super) const OPENERS: Does = Does(Does::ROLE.0 | Does::BODY.0 | Does::GIVEN.0 | Does::STOP.0);

pub(super) fn is_soft_end(tokens: &Tokens, index: usize) -> bool {
    let token = tokens.all[index];
    is_hard_end(tokens, index)
        || matches!(token.kind, Kind::Punct(_))
        || token.does.any(Does::STOP.or(Does::TIME).or(Does::RELATIVE).or(Does::SAYING_NOUN).or(Does::DEED))
}

/// Words of `from..to` as the cast compares them.
pub(super) fn folded_words(tokens: &Tokens, from: usize, to: usize) -> Vec<Box<str>> {
    (from..to).filter(|&index| tokens.all[index].kind == Kind::Word).map(|index| tokens.fold_at(index).into()).collect()
}

/// How many words from `at` on are in no list.
pub(super) fn unknown_run(tokens: &Tokens, at: usize) -> usize {
    (at..tokens.all.len())
        .take(6)
        .take_while(|&index| {
            let token = tokens.all[index];
            token.kind == Kind::Word
                && token.inside.is_none()
                && (index == at || !glued_word(tokens, token))
                && !token
                    .does
                    .any(NOT_IN_NAMES.or(Does::PAPER).or(Does::MEDIUM).or(Does::TALK).or(Does::HEAD).or(Does::NAMING))
                && !is_adjective(tokens, token)
                && !tokens.fold(token).starts_with(|c: char| c.is_ascii_digit())
        })
        .count()
}

/// Whether a word has the article; a printed hamza tells that its first letters are none: إلغاء, ألمانيا.
pub(super) fn definite(tokens: &Tokens, token: Token) -> bool {
    let hamza = || tokens.text[token.start..token.end].trim_start_matches(['و', 'ف']).starts_with(['أ', 'إ', 'آ']);
    tokens.fold(token).trim_start_matches(['و', 'ف']).starts_with("ال") && !hamza()
}

/// Whether a word begins with a preposition that is written together with it: `للشؤون`, `بالجيش`.
pub(super) fn glued_word(tokens: &Tokens, token: Token) -> bool {
    let word = tokens.fold(token);
    word.starts_with("لل") || word.starts_with("بال") || word.starts_with("وال") || word.starts_with("كال")
}

/// Whether a word looks like an adjective of relation with the article: الروسية, العسكري.
pub(super) fn is_adjective(tokens: &Tokens, token: Token) -> bool {
    let word = tokens.fold(token);
    definite(tokens, token)
        && word.chars().count() > 5
        && (word.ends_with('ي') || word.ends_with("ية") || word.ends_with("يين"))
}

pub(super) fn glued_conjunction(tokens: &Tokens, at: usize) -> bool {
    let word = tokens.fold_at(at);
    word.starts_with(['و', 'ف']) && lexicon().exactly(word) == Does::default()
}

/// Whether the word at `at` cannot go on with its phrase: after a word with the article, one without it begins anew,
/// unless a preposition is written together with it.
pub(super) fn parts_phrase(tokens: &Tokens, at: usize) -> bool {
    let (before, here) = (tokens.all[at - 1], tokens.all[at]);
    let both = before.kind == Kind::Word && here.kind == Kind::Word && here.inside.is_none() && before.inside.is_none();
    let word = tokens.fold(here);
    both && definite(tokens, before) && !definite(tokens, here) && !word.starts_with('ل') && !word.starts_with("بال")
}

/// Whether a word is in no list.
pub(super) fn is_unlisted(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    token.kind == Kind::Word && token.does == Does::default()
}

/// Whether words of no list look like common nouns and adverbs: an ending of the plural, of the feminine, two of the
/// adverb, or a word with the article among them.
pub(super) fn is_common(tokens: &Tokens, from: usize, to: usize) -> bool {
    let word = |index: usize| tokens.fold_at(index);
    let plural =
        (from..to).any(|index| word(index).ends_with("ون")) || word(from).ends_with("ين") || word(from).ends_with("ات");
    let adverbs = (from..to).filter(|&index| word(index).ends_with('ا')).count() > 1;
    let article = (from..to).any(|index| definite(tokens, tokens.all[index]));
    let verb = word(from).starts_with(['و', 'ف']) && glued_conjunction(tokens, from) && !word(from).starts_with("في");
    let suffix = (from..to).any(|index| ["ها", "هم", "ته", "ات", "وا"].iter().any(|end| word(index).ends_with(end)));
    let accusative =
        (from..to).any(|index| tokens.text[tokens.all[index].start..tokens.all[index].end].contains('\u{64b}'));
    let glued = (from..to).filter(|&index| word(index).starts_with('ب')).count() > 1;
    plural
        || accusative
        || adverbs
        || article
        || verb
        || suffix
        || glued
        || word(to - 1).ends_with('ة')
        || word(from).ends_with('ة')
}

/// A word without the preposition ل written together with it, and what the rest does.
pub(super) fn without_preposition(word: &str) -> (String, Does) {
    let rest = match word.strip_prefix("لل") {
        Some(rest) => format!("ال{rest}"),
        None => word.strip_prefix('ل').unwrap_or(word).to_owned(),
    };
    let does = lexicon().exactly(&rest);
    (rest, does)
}

pub(super) fn strip_preposition(printed: &str) -> String {
    match printed.strip_prefix("لل") {
        Some(rest) => format!("ال{rest}"),
        None => printed.strip_prefix('ل').unwrap_or(printed).to_owned(),
    }
}

/// The words as printed, without a glued و or ف before a word that is known without it.
pub(super) fn printed_without_conjunction(tokens: &Tokens, from: usize, to: usize) -> String {
    let printed = tokens.printed(from, to);
    match printed.strip_prefix(['و', 'ف']).filter(|_| glued_conjunction(tokens, from)) {
        Some(rest) => rest.to_owned(),
        None => printed,
    }
}
