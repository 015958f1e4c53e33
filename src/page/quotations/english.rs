//! Who said what in an English block: sentence by sentence, each quotation with the verb of saying beside it.

use super::cast::{Cast, Figure, Last};
use super::english_phrase::{meet, phrase_ending, right};
use super::lexicon::{Does, lexicon};
use super::tokens::{Kind, Token, Tokens, word_count};
use super::{Found, LONG, Repeats};

/// How many verbs of saying a sentence may have; a longer list is no sentence.
const MAX_CUES: usize = 12;

/// A verb of saying in a sentence.
#[derive(Debug)]
struct Cue {
    /// The tokens of subject and verb.
    from: usize,
    to: usize,
    who: Option<Figure>,
    via: Vec<String>,
}

/// Reads the quotations of one block.
pub(super) fn read(tokens: &Tokens, cast: &mut Cast, repeats: &Repeats) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    for index in 0..tokens.all.len() {
        if tokens.all[index].ends {
            sentence(tokens, cast, repeats, from, index + 1, &mut found);
            from = index + 1;
        }
    }
    found
}

fn sentence(tokens: &Tokens, cast: &mut Cast, repeats: &Repeats, from: usize, to: usize, found: &mut Vec<Found>) {
    let cues = cues(tokens, cast, from, to);
    let mut index = from;
    while index < to {
        let token = tokens.all[index];
        let pair = match (token.kind, token.inside) {
            (Kind::Quote(pair), _) => Some(pair),
            (_, Some(pair)) if index == 0 || tokens.all[index - 1].inside != token.inside => Some(pair as usize),
            _ => None,
        };
        if let Some(pair) = pair {
            let end = (index + 1..to).find(|&next| token.inside.is_none() || tokens.all[next].inside != token.inside);
            let cue = cue_of(&cues, index, end.unwrap_or(to));
            judge(tokens, cast, repeats, Place { index, pair, from, to }, cue, found);
        }
        index += 1;
    }
    if let Some(cue) = cues.iter().rev().find(|cue| cue.who.is_some()).or(cues.last()) {
        cast.last = cue.who.map(|figure| Last { figure, block: cast.block });
    }
}

struct Place {
    index: usize,
    pair: usize,
    from: usize,
    to: usize,
}

/// The cue beside a quotation at `at..end`: right after it, else the nearest before it, else one soon after it.
fn cue_of(cues: &[Cue], at: usize, end: usize) -> Option<&Cue> {
    let after = cues.iter().find(|cue| cue.from >= end);
    after
        .filter(|cue| cue.from <= end + 1)
        .or_else(|| cues.iter().rev().find(|cue| cue.to <= at))
        .or_else(|| after.filter(|cue| cue.from <= end + 16))
}

fn judge(tokens: &Tokens, cast: &Cast, repeats: &Repeats, place: Place, cue: Option<&Cue>, found: &mut Vec<Found>) {
    let inner = tokens.inner(place.pair);
    let words = word_count(inner);
    let named = words <= 8 && (named_before(tokens, place.index) || is_title(inner));
    // The end of a quotation that the block before began is speech, however short.
    let ends = tokens.pairs[place.pair].start == tokens.pairs[place.pair].open && words > 0;
    if (words < 2 || named) && !ends {
        return;
    }
    let short = words <= 3 && (repeats.often(inner) || starts_capital(inner) && !inner.ends_with([',', '.', '!', '?']));
    if cue.is_some() && (!short || ends) {
        let who = cue.and_then(|cue| cue.who);
        let via = cue.map(|cue| cue.via.clone()).unwrap_or_default();
        found.push(Found { pair: place.pair, token: place.index, who, via, governed: true });
        return;
    }
    let sentence_long = words >= 5 && inner.ends_with(['.', '!', '?', ',']);
    if words < LONG && !sentence_long {
        return;
    }
    let follows = found
        .last()
        .filter(|last| last.who.is_some() && last.pair + 1 == place.pair)
        .map(|last| (last.who, last.via.clone()));
    // After a comma before the closing mark the attribution is still to come.
    let open = inner.ends_with(',') && tokens.pairs[place.pair].after > tokens.pairs[place.pair].end;
    let alone = place.index == 0 && place.to >= place.from && tokens.all.len() <= place.index + 3 && !open;
    let before = cast
        .last
        .as_ref()
        .filter(|last| alone && last.block + 1 == cast.block)
        .map(|last| (Some(last.figure), Vec::new()));
    let (who, via) = follows.or(before).unwrap_or_default();
    found.push(Found { pair: place.pair, token: place.index, who, via, governed: false });
}

fn starts_capital(inner: &str) -> bool {
    inner.chars().next().is_some_and(char::is_uppercase)
}

/// Whether every longer word has a capital, as in titles and names.
fn is_title(inner: &str) -> bool {
    if inner.ends_with(['.', ',', '!', '?']) && word_count(inner) > 3 {
        return false;
    }
    let mut longer = inner.split(' ').filter(|word| word.chars().count() > 3).peekable();
    longer.peek().is_some()
        && longer.all(|word| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase))
}

fn named_before(tokens: &Tokens, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| tokens.all[before]) else { return false };
    let word = if matches!(before.kind, Kind::Punct(',' | ':')) && at >= 2 { tokens.all[at - 2] } else { before };
    word.kind == Kind::Word && word.does.any(Does::NAMING) && word.inside.is_none()
}

/// The verbs of saying of a sentence with their subjects.
fn cues(tokens: &Tokens, cast: &mut Cast, from: usize, to: usize) -> Vec<Cue> {
    let mut out = Vec::new();
    for index in from..to {
        let token = tokens.all[index];
        if token.kind != Kind::Word || token.inside.is_some() || out.len() >= MAX_CUES {
            continue;
        }
        if token.does.any(Does::ACCORDING) && tokens.all.get(index + 1).is_some_and(|next| tokens.fold(*next) == "to") {
            let (who, end) = right(tokens, cast, index + 2, to);
            // `according to New York law`: the name belongs to a thing.
            let next = tokens.all[end];
            let thing = next.kind == Kind::Word && !next.capital && next.does == Does::default();
            let who = who.unwrap_or_default().filter(|_| !thing);
            out.push(Cue { from: index, to: end, who, via: Vec::new() });
        } else if token.does.any(Does::SAID)
            && !(token.capital && index > from && tokens.all[index - 1].capital)
            && let Some(cue) = verb(tokens, cast, index, from, to)
        {
            out.push(cue);
        } else if token.does.any(Does::SAYING)
            && let Some((who, via)) = out.last().map(|cue| (cue.who, cue.via.clone()))
        {
            out.push(Cue { from: index, to: index + 1, who, via });
        }
    }
    out
}

/// The cue of the verb at `at`, if it has a subject.
fn verb(tokens: &Tokens, cast: &mut Cast, at: usize, from: usize, to: usize) -> Option<Cue> {
    let mut left = at;
    while left > from && is_adverb(tokens, left - 1) {
        left -= 1;
    }
    let via = told(tokens, at, to);
    // `he was told "…"`, `the plan is called "…"`: in the passive the subject has not said it.
    let passive =
        (left..at).any(|index| matches!(tokens.fold_at(index), "is" | "was" | "are" | "were" | "been" | "being"));
    if passive && tokens.fold_at(at) != "quoted" {
        return Some(Cue { from: left, to: at + 1, who: None, via });
    }
    let before = left.checked_sub(1).filter(|before| *before >= from).map(|before| tokens.all[before]);
    let inverted = match before {
        None => false,
        Some(before) if is_quote(before) => true,
        Some(before) => before.kind == Kind::Punct(',') && left >= from + 2 && is_quote(tokens.all[left - 2]),
    };
    if inverted {
        let (who, end) = right(tokens, cast, at + 1, to);
        // `citing "sources," said GM plans to build`: the name is the subject of what was said.
        let next = tokens.all[end];
        let word = tokens.fold(next);
        let clause = next.kind == Kind::Word && !next.capital && next.does == Does::default() && word.ends_with('s');
        return Some(Cue { from: at, to: end, who: who?.filter(|_| !clause), via });
    }
    let before = before?;
    // `the paper quoted Jane Doe as saying`: who is quoted speaks, the paper carries.
    if matches!(tokens.fold_at(at), "quoted" | "quotes")
        && !passive
        && (at + 1..to.min(at + 16)).any(|index| tokens.fold_at(index) == "as")
    {
        let (who, end) = right(tokens, cast, at + 1, to);
        let paper = (from..at).rev().take(4).find(|&index| outlet_end(tokens, index) == Some(left));
        let via = paper.map(|paper| tokens.printed(paper, left)).into_iter().collect();
        return Some(Cue { from: left.saturating_sub(1), to: end.max(at + 1), who: who.unwrap_or_default(), via });
    }
    if before.kind == Kind::Punct(',') {
        let (who, start) = apposition(tokens, cast, left - 1, from)?;
        return Some(Cue { from: start, to: at + 1, who, via });
    }
    if before.kind != Kind::Word {
        return None;
    }
    if before.does.any(Does::PRONOUN) {
        let who = cast.anaphora(None).filter(|figure| cast.may_be(*figure, tokens.fold(before)));
        return Some(Cue { from: left - 1, to: at + 1, who, via });
    }
    let (who, start) = phrase_ending(tokens, cast, left, from)?;
    Some(Cue { from: start, to: at + 1, who, via })
}

fn is_quote(token: Token) -> bool {
    matches!(token.kind, Kind::Quote(_)) || token.inside.is_some()
}

fn is_adverb(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    let word = tokens.fold(token);
    token.kind == Kind::Word
        && (matches!(
            word,
            "also"
                | "has"
                | "had"
                | "have"
                | "then"
                | "still"
                | "earlier"
                | "later"
                | "reportedly"
                | "is"
                | "was"
                | "are"
                | "were"
                | "been"
                | "being"
        ) || token.does.any(Does::TIME)
            || word.len() > 5 && word.ends_with("ly") && !token.capital)
}

/// `Jane Doe, head of the union, said`: the name before the apposition, or the apposition when it is the name.
fn apposition(tokens: &Tokens, cast: &mut Cast, comma: usize, from: usize) -> Option<(Option<Figure>, usize)> {
    let is_comma = |index: &usize| tokens.all[*index].kind == Kind::Punct(',');
    let last = (from..comma).rev().take(24).find(is_comma)?;
    // `the minister, who met Jane Doe, the mayor, said`: what stands in a relative clause is not the subject.
    let opens_clause =
        |index: &usize| matches!(tokens.fold_at(*index + 1), "who" | "which" | "whose" | "whom" | "where");
    let open = (from..last).rev().take(24).filter(is_comma).find(opens_clause).unwrap_or(last);
    let words = comma - open - 1;
    let capital = |index: usize| {
        tokens.all[index].capital && !tokens.all[index].does.any(Does::ROLE.or(Does::BODY).or(Does::STOP))
    };
    let before = open.checked_sub(1).filter(|before| *before >= from).map(|before| tokens.all[before])?;
    if (2..=4).contains(&words) && (open + 1..comma).all(capital) && !before.capital && before.does.any(Does::ROLE) {
        let who = meet(tokens, cast, open + 1, comma);
        if let Some(figure) = who {
            cast.describe(figure, vec![tokens.fold(before).into()]);
        }
        return Some((who, open + 1));
    }
    let (who, start) = phrase_ending(tokens, cast, open, from)?;
    if let Some(figure) = who
        && let Some(role) = (open + 1..comma).find(|&index| tokens.all[index].does.any(Does::ROLE))
    {
        cast.describe(figure, vec![tokens.fold_at(role).into()]);
    }
    Some((who, start))
}

/// The outlet that was told: `told Reuters`, `in an interview with the BBC`.
fn told(tokens: &Tokens, at: usize, to: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut index = at + 1;
    let told = matches!(tokens.fold_at(at), "told" | "tells");
    let mut talk = told;
    while index < to.min(at + 14) && !is_quote(tokens.all[index]) {
        let word = tokens.fold_at(index);
        talk |= matches!(word, "interview" | "telling");
        let announces =
            told && index <= at + 2 || talk && matches!(tokens.fold_at(index - 1), "with" | "to" | "the" | "by");
        if announces && let Some(end) = outlet_end(tokens, index) {
            out.push(tokens.printed(index, end));
            index = end;
            continue;
        }
        index += 1;
    }
    out
}

fn outlet_end(tokens: &Tokens, at: usize) -> Option<usize> {
    let token = tokens.all[at];
    if !token.capital || !token.does.any(Does::OUTLET) {
        return None;
    }
    lexicon()
        .outlets(tokens.fold(token))
        .iter()
        .find(|rest| {
            rest.iter().enumerate().all(|(offset, word)| {
                tokens.all.get(at + 1 + offset).is_some_and(|next| tokens.fold(*next) == word.as_ref())
            })
        })
        .map(|rest| at + 1 + rest.len())
}
