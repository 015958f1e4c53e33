//! How a date in a sentence relates to the telling: past, announced, or merely named.

use super::tokens::{Kind, Token};
use super::words::{self, Cue};
use crate::domain::reading::Relation;

/// Decides by the words of the same sentence before token `first` and right behind token `next`.
pub(super) fn relation(tokens: &[Token], first: usize, next: usize) -> Relation {
    let after = words_after(tokens, next);
    if after.is(Cue::FUTURE_AFTER) {
        return Relation::Future;
    }
    if after.is(Cue::PAST_AFTER) {
        return Relation::Past;
    }
    let mut past = false;
    for token in &tokens[sentence_start(tokens, first)..first] {
        let Some(word) = token.word() else { continue };
        let cue = words::cue(word);
        if cue.is(Cue::FUTURE) || is_future_verb(word, cue) {
            return Relation::Future;
        }
        if cue.is(Cue::PAST) || is_english_past(word) {
            past = true;
        } else if cue.is(Cue::THAT) {
            past = false;
        }
    }
    if past { Relation::Past } else { Relation::Named }
}

/// The cue among the next two words of the sentence.
fn words_after(tokens: &[Token], next: usize) -> Cue {
    tokens
        .get(next..)
        .unwrap_or_default()
        .iter()
        .take(3)
        .take_while(|token| !ends_sentence(token))
        .filter_map(Token::word)
        .map(words::cue)
        .find(|cue| cue.is(Cue::FUTURE_AFTER) || cue.is(Cue::PAST_AFTER))
        .unwrap_or_default()
}

fn ends_sentence(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark('.' | '!' | '?' | '؟' | '؛' | ';' | '\n' | '\r' | '…'))
}

fn sentence_start(tokens: &[Token], first: usize) -> usize {
    tokens[..first].iter().rposition(ends_sentence).map_or(0, |at| at + 1)
}

/// `سيعقد`, `ستنطلق`, `وسنعلن`: the particle of the future joined to a verb.
fn is_future_verb(word: &str, cue: Cue) -> bool {
    let word = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    let mut chars = word.chars();
    !cue.is(Cue::NOT_FUTURE)
        && chars.next() == Some('س')
        && matches!(chars.next(), Some('ي' | 'ت' | 'ن'))
        && chars.count() >= 2
        && !words::cue(word).is(Cue::NOT_FUTURE)
}

fn is_english_past(word: &str) -> bool {
    word.is_ascii() && word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed")
}
