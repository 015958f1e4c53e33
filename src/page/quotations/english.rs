//! Who said what in an English block: sentence by sentence, each quotation with the verb of saying beside it.

use super::cast::{Cast, Figure, Last, Sort, folded};
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
    if words < 2 || named {
        return;
    }
    let short = words <= 3 && (repeats.often(inner) || starts_capital(inner) && !inner.ends_with([',', '.', '!', '?']));
    if cue.is_some() && !short {
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
    let alone = place.index == 0 && place.to >= place.from && tokens.all.len() <= place.index + 3;
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
            out.push(Cue { from: index, to: end, who: who.unwrap_or_default(), via: Vec::new() });
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
    let before = left.checked_sub(1).filter(|before| *before >= from).map(|before| tokens.all[before]);
    let inverted = match before {
        None => false,
        Some(before) if is_quote(before) => true,
        Some(before) => before.kind == Kind::Punct(',') && left >= from + 2 && is_quote(tokens.all[left - 2]),
    };
    if inverted {
        let (who, end) = right(tokens, cast, at + 1, to);
        return Some(Cue { from: at, to: end, who: who?, via });
    }
    let before = before?;
    // `the paper quoted Jane Doe as saying`: who is quoted speaks, the paper carries.
    if matches!(tokens.fold_at(at), "quoted" | "quotes")
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
        let who = if tokens.fold(before) == "i" { None } else { cast.anaphora(None) };
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
            "also" | "has" | "had" | "have" | "then" | "still" | "earlier" | "later" | "reportedly" | "is" | "was"
        ) || token.does.any(Does::TIME)
            || word.len() > 5 && word.ends_with("ly") && !token.capital)
}

/// `Jane Doe, head of the union, said`: the name before the apposition, or the apposition when it is the name.
fn apposition(tokens: &Tokens, cast: &mut Cast, comma: usize, from: usize) -> Option<(Option<Figure>, usize)> {
    let open = (from..comma).rev().take(24).find(|&index| tokens.all[index].kind == Kind::Punct(','))?;
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

/// The figure that the noun phrase ending before `end` names, and where the phrase begins.
fn phrase_ending(tokens: &Tokens, cast: &mut Cast, end: usize, from: usize) -> Option<(Option<Figure>, usize)> {
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
        if start > from && is_preposition(tokens, start - 1) {
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
    (before > first).then(|| (named(tokens, cast, first, before + 1), first))
}

fn is_preposition(tokens: &Tokens, at: usize) -> bool {
    tokens.all[at].kind == Kind::Word && matches!(tokens.fold_at(at), "of" | "for" | "at" | "with" | "from" | "in")
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
    if determiner == "the"
        && let Some(figure) = cast.by_role(std::slice::from_ref(&head))
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
        None => meet(tokens, cast, start, end),
    }
}

fn meet(tokens: &Tokens, cast: &mut Cast, start: usize, end: usize) -> Option<Figure> {
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
    if words.len() > 6 {
        return None;
    }
    cast.meet(tokens.printed(start, end), words, Sort::Person)
}

/// The figure of the noun phrase that begins at `at` (`said Jane Doe, …`, `said a spokesman`), and the token after it.
fn right(tokens: &Tokens, cast: &mut Cast, at: usize, to: usize) -> (Option<Option<Figure>>, usize) {
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
    let cut = tokens.all[end].kind == Kind::End && (50..=80).contains(&tokens.text.len());
    if cut {
        return (Some(None), end);
    }
    if tokens.all[end - 1].capital {
        let mut first = end - 1;
        while first > start && continues_name(tokens, first - 1) {
            first -= 1;
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
