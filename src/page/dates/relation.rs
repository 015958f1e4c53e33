//! How a date in a sentence relates to the telling: past, announced, or merely named.

use super::tokens::{Kind, Token};
use super::words::{self, Cue};
use crate::domain::reading::Relation;

/// How many words after a verb of saying a date can still tell when it was said.
const SAID_REACH: usize = 9;

/// Decides by the words of the same sentence before token `first` and right behind token `next`.
pub(super) fn relation(tokens: &[Token], first: usize, next: usize) -> Relation {
    let after = words_after(tokens, next);
    if after.is(Cue::FUTURE_AFTER) {
        return Relation::Future;
    }
    if after.is(Cue::PAST_AFTER) {
        return Relation::Past;
    }
    let mut seen = Relation::Named;
    // Words since a verb of saying or deciding.
    let mut since_said = None;
    for (at, token) in tokens.iter().enumerate().take(first).skip(sentence_start(tokens, first)) {
        let Some(word) = token.word() else { continue };
        let cue = words::cue(word);
        if cue.is(Cue::FUTURE) || is_future_verb(word, cue) {
            return Relation::Future;
        }
        since_said = since_said.map(|words: usize| words + 1);
        if cue.is(Cue::MAYBE_FUTURE) || (at + 1 == first && matches!(word, "الي" | "to")) {
            (seen, since_said) = (Relation::Future, None);
        } else if cue.is(Cue::SAID) {
            (seen, since_said) = (Relation::Past, Some(0));
        } else if cue.is(Cue::PAST) || is_english_past(word) {
            (seen, since_said) = (Relation::Past, None);
        } else if cue.is(Cue::THAT) && seen == Relation::Past {
            (seen, since_said) = (Relation::Named, None);
        }
    }
    if since_said.is_some_and(|words| words > SAID_REACH) { Relation::Named } else { seen }
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
