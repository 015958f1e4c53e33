//! Outlets: through which agency, paper or channel the words travelled.

use super::body::points_back;
use super::lexicon::{Does, lexicon};
use super::noun::{is_soft_end, parts_phrase, printed_without_conjunction, strip_preposition, without_preposition};
use super::person::is_verbal_noun;
use super::tokens::{Kind, Tokens};

/// The outlet named at `at`, which may carry a glued ل, and the token after it.
pub(super) fn medium(tokens: &Tokens, at: usize) -> Option<(String, usize)> {
    let token = tokens.all[at];
    if token.kind != Kind::Word {
        return None;
    }
    let word = tokens.fold(token);
    let stripped = word.starts_with('ل').then(|| without_preposition(word));
    let (head, does) = match &stripped {
        Some((rest, does)) if *does != Does::default() && !token.does.any(Does::OUTLET) => (rest.as_str(), *does),
        _ => (word, token.does),
    };
    if word == "ل"
        || word == "الي" && tokens.all[at + 1].inside.is_some()
        || does.any(Does::MEDIUM) && tokens.all[at + 1].inside.is_some()
    {
        return quoted_name(tokens, at + 1).or_else(|| if word == "ل" { medium(tokens, at + 1) } else { None });
    }
    if does.any(Does::OUTLET)
        && let Some(end) = outlet_end(tokens, head, at)
    {
        let printed = tokens.printed(at, end);
        let bare_name = if head == word { printed } else { strip_preposition(&printed) };
        return Some((bare_name, end));
    }
    if does.any(Does::MEDIUM) {
        return named_medium(tokens, at, head == word);
    }
    None
}

/// The short pair that begins at `at`.
pub(super) fn quoted_name(tokens: &Tokens, at: usize) -> Option<(String, usize)> {
    let pair = tokens.all.get(at)?.inside?;
    let end = (at..tokens.all.len()).find(|&index| tokens.all[index].inside != Some(pair))?;
    Some((tokens.printed(at, end), end))
}

pub(super) fn outlet_end(tokens: &Tokens, head: &str, at: usize) -> Option<usize> {
    let rests = lexicon().outlets(head);
    let fits = |rest: &&Vec<Box<str>>| {
        rest.iter().enumerate().all(|(offset, word)| {
            tokens.all.get(at + 1 + offset).is_some_and(|token| tokens.fold(*token) == word.as_ref())
        })
    };
    rests.iter().find(fits).map(|rest| at + 1 + rest.len())
}

/// `وكالة سبوتنيك الروسية`: the kind and its name, without a nationality at the end.
pub(super) fn named_medium(tokens: &Tokens, at: usize, whole: bool) -> Option<(String, usize)> {
    let mut end = at + 1;
    while end < at + 6
        && !is_soft_end(tokens, end)
        && tokens.all[end].kind == Kind::Word
        && !(end > at + 1 && (parts_phrase(tokens, end) || is_verbal_noun(tokens, tokens.all[end])))
    {
        end += 1;
    }
    if tokens.all[at + 1].does.any(Does::OUTLET)
        && let Some(outlet) = outlet_end(tokens, tokens.fold_at(at + 1), at + 1)
    {
        end = outlet;
    }
    let next = end;
    let news = tokens
        .all
        .get(at + 1)
        .is_some_and(|token| matches!(tokens.fold(*token), "الانباء" | "انباء" | "الاخبار" | "الصحافة" | "الاعلام"));
    while end > at + 2 && !news && tokens.all[end - 1].does.any(Does::COLOUR) {
        end -= 1;
    }
    if points_back(tokens, at, end) {
        return None;
    }
    if end == at + 1 || end == at + 2 && tokens.all[end - 1].does.any(Does::COLOUR) {
        return None;
    }
    let printed = printed_without_conjunction(tokens, at, end);
    Some((if whole { printed } else { strip_preposition(&printed) }, next))
}
