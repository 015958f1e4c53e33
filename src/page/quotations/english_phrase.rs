//! English noun phrases: who the subject before or after a verb of saying is.

use super::cast::{Cast, Figure, Sort, folded};
use super::lexicon::Does;
use super::tokens::{Kind, Tokens};

/// The figure that the noun phrase ending before `end` names, and where the phrase begins.
pub(super) fn phrase_ending(
    tokens: &Tokens,
    cast: &mut Cast,
    end: usize,
    from: usize,
) -> Option<(Option<Figure>, usize)> {
    let last = tokens.all[end.checked_sub(1).filter(|last| *last >= from)?];
    if last.kind == Kind::Word && last.capital {
        let mut start = end - 1;
        while start > from && continues_name(tokens, start - 1) {
            start -= 1;
        }
        if let Some(found) = holder(tokens, cast, start, end, from) {
            return Some(found);
        }
        // `the Bank of Canada said`: a complement is nobody that we can tell.
        let the = usize::from(start > from && tokens.fold_at(start - 1) == "the");
        if start > from + the && is_preposition(tokens, start - 1 - the) {
            return Some((None, start));
        }
        while start + 1 < end && (!tokens.all[start].capital || tokens.all[start].does.any(Does::STOP)) {
            start += 1;
        }
        return Some((named(tokens, cast, start, end), start));
    }
    if last.does.any(Does::ROLE) && last.kind == Kind::Word {
        return Some(role_ending(tokens, cast, end, from));
    }
    if let Some(found) = holder(tokens, cast, end - 1, end, from) {
        return Some(found);
    }
    let noun = last.kind == Kind::Word && !last.does.any(Does::STOP.or(Does::PRONOUN)) && last.inside.is_none();
    noun.then_some((None, end - 1))
}

/// `Jane Doe of the Union`, `a spokesman for the Treasury`: the phrase before a preposition, when `start..end` is its
/// complement.
fn holder(tokens: &Tokens, cast: &mut Cast, start: usize, end: usize, from: usize) -> Option<(Option<Figure>, usize)> {
    let mut at = start;
    while at > from && at + 4 > start && !is_preposition(tokens, at - 1) {
        let token = tokens.all[at - 1];
        let inside = token.kind == Kind::Word && !token.does.any(Does::SAID.or(Does::THAT).or(Does::ROLE));
        if !inside {
            return None;
        }
        at -= 1;
    }
    let before = at.checked_sub(2).filter(|before| at > from && *before >= from && is_preposition(tokens, at - 1))?;
    let head = tokens.all[before];
    if head.does.any(Does::ROLE) && !head.capital && head.kind == Kind::Word {
        let (_, begin) = role_ending(tokens, cast, before + 1, from);
        if let Some(comma) =
            begin.checked_sub(1).filter(|comma| *comma > from && tokens.all[*comma].kind == Kind::Punct(','))
        {
            return phrase_ending(tokens, cast, comma, from);
        }
        let name = tokens.printed(begin, end);
        let words = name.split(' ').map(folded).collect();
        return Some((cast.meet(name, words, Sort::Role), begin));
    }
    let person = head.kind == Kind::Word && head.capital && !head.does.any(Does::ROLE.or(Does::BODY));
    if !person || start == end {
        return None;
    }
    let mut first = before;
    while first > from && continues_name(tokens, first - 1) {
        first -= 1;
    }
    while first < before && tokens.all[first].does.any(Does::STOP) {
        first += 1;
    }
    (before > first).then(|| (named(tokens, cast, first, before + 1), first))
}

fn is_preposition(tokens: &Tokens, at: usize) -> bool {
    tokens.all[at].kind == Kind::Word
        && matches!(tokens.fold_at(at), "of" | "for" | "at" | "with" | "from" | "in" | "on")
}

fn continues_name(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    match token.kind {
        Kind::Word => {
            token.capital && token.inside.is_none()
                || matches!(tokens.fold(token), "de" | "van" | "von" | "bin" | "al" | "el" | "der" | "di" | "da")
        }
        Kind::Punct('.') => !token.ends,
        _ => false,
    }
}

/// `a senior U.S. official`: the role, or the person last met in it.
fn role_ending(tokens: &Tokens, cast: &mut Cast, end: usize, from: usize) -> (Option<Figure>, usize) {
    let mut start = end - 1;
    let mut determiner = "";
    for index in (from..end).rev().take(8) {
        let token = tokens.all[index];
        let word = tokens.fold(token);
        if matches!(word, "a" | "an" | "the" | "one" | "another") {
            determiner = word;
            break;
        }
        let goes_on =
            token.kind == Kind::Word && !token.does.any(Does::STOP) || token.kind == Kind::Punct('.') && !token.ends;
        if !goes_on || token.inside.is_some() {
            break;
        }
        start = index;
    }
    let head: Box<str> = tokens.fold_at(end - 1).into();
    // `Planning and Development spokesman`: the phrase began before.
    let cut = determiner.is_empty() && start > from && matches!(tokens.fold_at(start - 1), "and" | "of" | "for" | "&");
    if cut && tokens.all[start].capital {
        return (None, start);
    }
    // `the Reebok spokesman` is not one whom we know to be another's.
    if determiner == "the"
        && let Some(figure) = cast.by_role(std::slice::from_ref(&head))
        && (start..end - 1).all(|index| cast.is_of(figure, tokens.fold_at(index)))
    {
        return (Some(figure), start);
    }
    if determiner == "the" && start + 1 == end {
        return (None, start);
    }
    let name = tokens.printed(start, end);
    let words = name.split(' ').map(folded).collect();
    let figure = cast.meet(name, words, Sort::Role);
    if let Some(figure) = figure {
        cast.describe(figure, vec![head]);
    }
    (figure, start)
}

/// The figure of the run of capitals `start..end`, whose roles and titles are taken off.
fn named(tokens: &Tokens, cast: &mut Cast, start: usize, end: usize) -> Option<Figure> {
    let last = tokens.all[end - 1];
    if last.does.any(Does::BODY) && end - start > 1 {
        let name = tokens.printed(start, end);
        let words = name.split(' ').map(folded).collect();
        return cast.meet(name, words, Sort::Body);
    }
    let role = (start..end).rev().find(|&index| tokens.all[index].does.any(Does::ROLE));
    match role {
        Some(role) if role + 1 == end => {
            let name = tokens.printed(start, end);
            let head = tokens.fold(last).into();
            cast.by_role(&[head]).or_else(|| {
                let words = name.split(' ').map(folded).collect();
                (end - start > 1 || last.does.any(Does::PLACE)).then(|| cast.meet(name, words, Sort::Role)).flatten()
            })
        }
        Some(role) => {
            let mut first = role + 1;
            while first + 1 < end && tokens.all[first].kind != Kind::Word {
                first += 1;
            }
            let figure = meet(tokens, cast, first, end)?;
            cast.describe(figure, vec![tokens.fold_at(role).into()]);
            Some(figure)
        }
        None if names_a_body(tokens, start, end) => {
            let name = tokens.printed(start, end);
            let words = name.split(' ').map(folded).collect();
            cast.meet(name, words, Sort::Body)
        }
        None => meet(tokens, cast, start, end),
    }
}

/// Whether a run of capitals that no role explains is a body: `state oil company Ecopetrol`, `TWA`.
fn names_a_body(tokens: &Tokens, start: usize, end: usize) -> bool {
    let acronym = end == start + 1 && {
        let printed = &tokens.text[tokens.all[start].start..tokens.all[start].end];
        printed.len() > 1 && printed.chars().all(|c| c.is_ascii_uppercase() || c == '&')
    };
    let called = start.checked_sub(1).map(|before| tokens.all[before]).is_some_and(|before| {
        before.kind == Kind::Word && !before.capital && before.does.any(Does::BODY) && !before.does.any(Does::ROLE)
    });
    acronym || called
}

pub(super) fn meet(tokens: &Tokens, cast: &mut Cast, start: usize, end: usize) -> Option<Figure> {
    let words: Vec<Box<str>> = (start..end)
        .filter(|&index| tokens.all[index].kind == Kind::Word)
        .map(|index| tokens.fold_at(index).into())
        .collect();
    if words.len() == 1 {
        if let Some(figure) = cast.by_short_name(&words[0]) {
            return Some(figure);
        }
        let known = tokens.all[start].does;
        if known.any(Does::STOP.or(Does::TIME).or(Does::PRONOUN).or(Does::SAID)) {
            return None;
        }
    }
    if words.len() > 6 || words.iter().all(|word| word.chars().count() < 2) {
        return None;
    }
    cast.meet(tokens.printed(start, end), words, Sort::Person)
}

/// The figure of the noun phrase that begins at `at` (`said Jane Doe, …`, `said a spokesman`), and the token after it.
pub(super) fn right(tokens: &Tokens, cast: &mut Cast, at: usize, to: usize) -> (Option<Option<Figure>>, usize) {
    let mut start = at;
    while start < to && matches!(tokens.fold_at(start), "the" | "a" | "an") {
        start += 1;
    }
    if start >= to || tokens.all[start].kind != Kind::Word {
        return (None, at);
    }
    if tokens.all[start].does.any(Does::PRONOUN) {
        return (Some(cast.anaphora(None)), start + 1);
    }
    let mut end = start;
    while end < to && end < start + 12 && (continues_name(tokens, end) || lower_before_name(tokens, end)) {
        end += 1;
    }
    while end > start && tokens.all[end - 1].kind != Kind::Word {
        end -= 1;
    }
    if end == start {
        return (Some(None), at);
    }
    // A line as wide as terminals were, without an end: the name may go on in the next.
    let cut = tokens.all[end].kind == Kind::End && (30..=80).contains(&tokens.text.len());
    if cut {
        return (Some(None), end);
    }
    if tokens.all[end - 1].capital {
        let mut first = end - 1;
        while first > start && continues_name(tokens, first - 1) {
            first -= 1;
        }
        // `said Prescott, Ball and Turben analyst Jane Doe`: one capital before more of them may be a part of a firm's name.
        let firm = end == first + 1
            && tokens.all[end].kind == Kind::Punct(',')
            && tokens.all.get(end + 1).is_some_and(|next| next.capital && !next.does.any(Does::ROLE.or(Does::BODY)))
            && cast.by_short_name(tokens.fold_at(first)).is_none();
        if firm {
            return (Some(None), end);
        }
        let figure = named(tokens, cast, first, end);
        if let (Some(figure), Some(role)) = (figure, role_after(tokens, end, to)) {
            cast.describe(figure, vec![role]);
        }
        return (Some(figure), end);
    }
    if tokens.all[end - 1].does.any(Does::ROLE) {
        return (Some(role_ending(tokens, cast, end, at.saturating_sub(1)).0), end);
    }
    (Some(None), end)
}

/// Lower-case words that may stand before a name in its phrase: `said company spokesman John Doe`.
fn lower_before_name(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    token.kind == Kind::Word
        && !token.capital
        && token.inside.is_none()
        && (token.does.any(Does::ROLE)
            || !token.does.any(Does::STOP.or(Does::TIME).or(Does::SAID).or(Does::SAYING).or(Does::PRONOUN))
                && tokens
                    .all
                    .get(at + 1)
                    .is_some_and(|next| next.kind == Kind::Word && (next.capital || next.does.any(Does::ROLE))))
}

/// `Jane Doe, chairman of …`: the role after a name.
fn role_after(tokens: &Tokens, at: usize, to: usize) -> Option<Box<str>> {
    if tokens.all.get(at)?.kind != Kind::Punct(',') {
        return None;
    }
    (at + 1..to.min(at + 6))
        .find(|&index| tokens.all[index].does.any(Does::ROLE))
        .map(|index| tokens.fold_at(index).into())
}
