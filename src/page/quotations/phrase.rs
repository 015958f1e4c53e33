//! Arabic noun phrases: who is named after a verb of saying, and through which outlet the words travelled.

use super::body::{body, points_back};
use super::cast::{Cast, Figure, NOT_IN_NAMES, Sort, bare, folded};
use super::lexicon::{Does, lexicon};
use super::noun::{
    definite, folded_words, glued_word, is_adjective, is_common, is_hard_end, is_soft_end, is_unlisted, parts_phrase,
    printed_without_conjunction, unknown_run, without_preposition,
};
use super::outlet::medium;
use super::person::{is_connector, may_precede_name, person};
use super::tokens::{Kind, Tokens};

/// How many words a role may take before the name.
pub(super) const ROLE_REACH: usize = 24;

/// What stands where a subject may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// No noun phrase at all: the verb carries its subject.
    Absent,
    /// A noun phrase that names nobody we can tell.
    Unknown,
    /// This figure.
    Found(Figure),
}

/// Reads the noun phrase at `at`; returns it and the token after it. `glued` is a preposition written together with
/// the first word (`للمرصد`, `وفقا لوزارة`), to be taken off.
pub(super) fn subject(tokens: &Tokens, cast: &mut Cast, at: usize, glued: Option<char>) -> (Subject, usize) {
    phrase(tokens, cast, at, glued, Foreign::Allowed)
}

/// As [`subject`], after a verb whose object may stand where its subject would: only names that the lists hold.
pub(super) fn listed_subject(tokens: &Tokens, cast: &mut Cast, at: usize) -> (Subject, usize) {
    phrase(tokens, cast, at, None, Foreign::Refused)
}

/// Whether words of no list may be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    Allowed,
    Refused,
}

pub(super) fn phrase(
    tokens: &Tokens,
    cast: &mut Cast,
    at: usize,
    glued: Option<char>,
    foreign: Foreign,
) -> (Subject, usize) {
    let token = tokens.all[at];
    if token.kind != Kind::Word {
        return (Subject::Absent, at);
    }
    let does = match glued {
        Some(_) => without_preposition(tokens.fold(token)).1,
        None => token.does,
    };
    let name = Does::GIVEN.or(Does::TITLE);
    if token.inside.is_some() && !does.any(name) {
        let alone = tokens.all[at + 1].inside != token.inside;
        return match cast.by_short_name(tokens.fold(token)).filter(|_| alone) {
            Some(figure) => (Subject::Found(figure), at + 1),
            None if alone => (Subject::Unknown, at + 1),
            None => (Subject::Absent, at),
        };
    }
    if glued.is_none() && (does.any(Does::THAT) || does.any(Does::STOP.or(Does::RELATIVE)) && !does.any(Does::GIVEN)) {
        return (Subject::Absent, at);
    }
    if does.any(Does::PAPER) && !does.any(Does::GIVEN) {
        return paper(tokens, cast, at);
    }
    if glued.is_none() && tokens.fold(token).starts_with('ل') && medium(tokens, at).is_some() {
        return (Subject::Absent, at);
    }
    if at > 0 && is_connector(tokens.fold_at(at - 1)) {
        return (Subject::Unknown, at + 1);
    }
    if does.any(Does::ROLE) {
        return role(tokens, cast, at, glued.is_some(), foreign);
    }
    if does.any(Does::MEDIUM) && definite(tokens, token) && tokens.all[at + 1].inside.is_none() {
        let head = tokens.fold(token).trim_start_matches(['و', 'ف']);
        return (cast.by_head(bare(head)).map_or(Subject::Unknown, Subject::Found), at + 1);
    }
    if does.any(Does::MEDIUM.or(Does::OUTLET))
        && glued.is_none()
        && let Some((name, next)) = medium(tokens, at)
    {
        let words = name.split(' ').map(folded).collect();
        return (cast.meet(name, words, Sort::Body).map_or(Subject::Unknown, Subject::Found), next);
    }
    if does.any(Does::BODY) {
        return body(tokens, cast, at, glued.is_some());
    }
    if does.any(Does::GIVEN) && glued.is_none() {
        return person(tokens, cast, at, at);
    }
    if does.any(Does::SAID.or(Does::SAYING)) {
        return (Subject::Absent, at);
    }
    other(tokens, cast, at, glued.is_some(), foreign)
}

/// A paper speaks for whoever issued it: `بيان الوزارة`; alone it speaks for whoever spoke last.
pub(super) fn paper(tokens: &Tokens, cast: &mut Cast, at: usize) -> (Subject, usize) {
    let next = tokens.all[at + 1];
    let issuer = Does::BODY.or(Does::ROLE).or(Does::GIVEN);
    // With the article the paper is nobody's: `ودعا البيان الحكومة` names whom it calls upon.
    let whose = !definite(tokens, tokens.all[at]) && (!next.does.any(Does::ROLE) || definite(tokens, next));
    if next.kind == Kind::Word && next.does.any(issuer) && whose {
        return subject(tokens, cast, at + 1, None);
    }
    if next.kind == Kind::Word && tokens.fold(next).starts_with('ل') {
        let (found, end) = subject(tokens, cast, at + 1, Some('ل'));
        if let Subject::Found(_) = found {
            return (found, end);
        }
    }
    let definite = tokens.fold_at(at).trim_start_matches('و').starts_with("ال");
    match cast.anaphora(None).filter(|figure| definite && cast.is_body(*figure) && cast.spoke_here()) {
        Some(figure) => (Subject::Found(figure), at + 1),
        None => (Subject::Unknown, at + 1),
    }
}

/// A phrase that begins with a role or a title: the name at its end, or the role itself.
pub(super) fn role(tokens: &Tokens, cast: &mut Cast, at: usize, glued: bool, foreign: Foreign) -> (Subject, usize) {
    if let Some(name) = name_after_role(tokens, at, foreign) {
        let (found, next) = person(tokens, cast, name, at);
        if let Subject::Found(figure) = found {
            cast.describe(figure, role_words(tokens, at, name));
        }
        return (found, next);
    }
    let mut end = at + 1;
    // `وصف ناشطون الوضع`: after this plural no word with the article belongs to it.
    if tokens.fold_at(at).ends_with("ون") && definite(tokens, tokens.all[end]) {
        return (Subject::Unknown, end);
    }
    while end < at + 8 && (!is_soft_end(tokens, end) || joins_role(tokens, end)) && !parts_phrase(tokens, end) {
        let imperfect = tokens.fold_at(end).starts_with('ي') && tokens.all[end].does == Does::default();
        let clause = tokens.fold_at(end).ends_with("ته") || tokens.fold_at(end).ends_with("تها");
        let with = end > at + 1 && is_unlisted(tokens, end) && tokens.fold_at(end).starts_with("با");
        if imperfect || clause || with || tokens.fold_at(end).starts_with('ل') && medium(tokens, end).is_some() {
            break;
        }
        end += 1;
    }
    let words = role_words(tokens, at, end);
    let article = definite(tokens, tokens.all[at]);
    if parts_phrase(tokens, end) && is_unlisted(tokens, end) && !tokens.fold_at(end).starts_with(['ي', 'ت', 'ب', 'ل'])
    {
        return (Subject::Unknown, end);
    }
    if tokens.all[at].does.any(Does::TITLE)
        && end == at + 2
        && let Some(figure) = cast.by_short_name(tokens.fold_at(at + 1))
    {
        return (Subject::Found(figure), end);
    }
    if let Some(figure) = cast.by_role(&words).filter(|_| article || end - at > 1) {
        return (Subject::Found(figure), end);
    }
    if article && !matches!(words[0].as_ref(), "متحدث" | "متحدثة" | "ناطق" | "ناطقة" | "مصدر" | "مصادر")
    {
        return (Subject::Unknown, end);
    }
    let unlisted_to = |index: usize| is_unlisted(tokens, index) && tokens.fold_at(index).starts_with('ل');
    if (at + 1..end).any(|index| {
        unlisted_to(index)
            && without_preposition(tokens.fold_at(index)).1 == Does::default()
            && !tokens.fold_at(index).starts_with("لل")
    }) {
        return (Subject::Unknown, end);
    }
    if !(2..=5).contains(&(end - at)) || glued || points_back(tokens, at, end) {
        return (Subject::Unknown, end);
    }
    let printed = printed_without_conjunction(tokens, at, end);
    let figure = cast.meet(printed, folded_words(tokens, at, end), Sort::Role);
    if let Some(figure) = figure {
        cast.describe(figure, words);
    }
    (figure.map_or(Subject::Unknown, Subject::Found), end)
}

/// Whether a word that ends other phrases belongs to a role: `المتحدث باسم`, `وزير الدفاع`.
pub(super) fn joins_role(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    token.kind == Kind::Word && token.does.any(Does::BODY.or(Does::PLACE)) && !token.does.any(Does::STOP.or(Does::THAT))
}

pub(super) fn role_words(tokens: &Tokens, at: usize, to: usize) -> Vec<Box<str>> {
    let mut words = folded_words(tokens, at, to.min(at + 8));
    if let Some(first) = words.first_mut() {
        let plain = lexicon().exactly(first).any(Does::ROLE);
        let head = if plain { first.as_ref() } else { first.trim_start_matches(['و', 'ف']) };
        *first = bare(head).into();
    }
    words
}

/// Where the name begins in a phrase that opens with a role at `at`.
pub(super) fn name_after_role(tokens: &Tokens, at: usize, foreign: Foreign) -> Option<usize> {
    let head = tokens.fold_at(at).trim_start_matches(['و', 'ف']);
    if matches!(bare(head), "مصدر" | "مصادر") {
        return None;
    }
    let mut end = at + 1;
    let mut after_comma = false;
    while end < at + ROLE_REACH && !is_hard_end(tokens, end) {
        let token = tokens.all[end];
        match token.kind {
            Kind::Punct('،' | ',') => after_comma = true,
            Kind::Punct('(') => break,
            Kind::Word => {
                if token.does.any(Does::RELATIVE) || token.does.any(Does::STOP) && tokens.fold(token) == "و" {
                    break;
                }
                // `الرئيس الروسي خلال مؤتمر مع نظيره فلان`: when, with whom and after what belong to no role.
                if is_occasion(tokens.fold(token)) {
                    break;
                }
                let before = tokens.all[end - 1];
                if let Some(pair) = token.inside
                    && before.inside != Some(pair)
                    && before.kind == Kind::Word
                    && (definite(tokens, before) || before.does.any(Does::TITLE))
                    && !token.does.any(Does::HEAD.or(Does::BODY))
                    && (token.does.any(Does::GIVEN) || is_adjective(tokens, before))
                    && !definite(tokens, token)
                {
                    return Some(end);
                }
                let son = matches!(tokens.fold_at(end + 1), "بن" | "بنت")
                    && !glued_word(tokens, token)
                    && !definite(tokens, token)
                    && !token.does.any(NOT_IN_NAMES);
                if son && token.inside.is_none() && may_precede_name(tokens, before) {
                    return Some(end);
                }
                let nationality = !definite(tokens, before)
                    && before.kind == Kind::Word
                    && !before.does.any(Does::GIVEN)
                    && !definite(tokens, tokens.all[end + 1])
                    && matches!(tokens.fold(token), "تركي" | "مصري" | "يمني" | "هندي" | "مغربي" | "روسي");
                if token.does.any(Does::GIVEN)
                    && !nationality
                    && token.inside.is_none()
                    && may_precede_name(tokens, before)
                {
                    let part_of_role = token.does.any(Does::ROLE.or(Does::BODY).or(Does::TITLE));
                    let next = tokens.all[end + 1];
                    if heads_a_body(tokens, at, end) {
                        return None;
                    }
                    if names_a_thing(tokens, at, end) {
                        end += 1;
                        continue;
                    }
                    if !part_of_role || next.does.any(Does::GIVEN) || is_adjective(tokens, next) {
                        return Some(if opens_unlisted(tokens, at, end) { end - 1 } else { end });
                    }
                }
                if after_comma && !token.does.any(Does::TITLE.or(Does::ROLE)) && !definite(tokens, token) {
                    let run = unknown_run(tokens, end);
                    if (2..=4).contains(&run) && is_soft_end(tokens, end + run) {
                        return Some(end);
                    }
                }
                after_comma = false;
            }
            _ => after_comma = false,
        }
        end += 1;
    }
    if foreign == Foreign::Allowed { trailing_name(tokens, at) } else { None }
}

/// Whether a particle begins an occasion: what follows it is no part of a role, and a name there is another's.
fn is_occasion(word: &str) -> bool {
    matches!(
        word,
        "خلال"
            | "بعد"
            | "قبل"
            | "عقب"
            | "اثر"
            | "اثناء"
            | "امام"
            | "مع"
            | "ضد"
            | "بشان"
            | "حول"
            | "عبر"
            | "بحضور"
    )
}

/// `مسؤول في إدارة الرئيس فلان`: the name belongs to the body that the role is part of.
fn heads_a_body(tokens: &Tokens, at: usize, name: usize) -> bool {
    name > at + 2 && tokens.all[name - 1].does.any(Does::TITLE) && {
        let body = tokens.all[name - 2];
        body.does.any(Does::BODY) && !definite(tokens, body)
    }
}

/// `مدير مطار الملك فلان`: a thing is called after somebody, who is not the one in the role.
fn names_a_thing(tokens: &Tokens, at: usize, name: usize) -> bool {
    name > at + 2 && tokens.all[name - 1].does.any(Does::TITLE) && {
        let thing = tokens.all[name - 2];
        let somebody = Does::ROLE.or(Does::TITLE).or(Does::STOP).or(Does::GIVEN).or(Does::TIME);
        thing.kind == Kind::Word && !definite(tokens, thing) && !thing.does.any(somebody)
    }
}

/// Whether the word before a listed name is a first name that no list holds: `السفير الإسباني خوسيه مانويل`.
pub(super) fn opens_unlisted(tokens: &Tokens, at: usize, name: usize) -> bool {
    if name < at + 2 || tokens.all[name - 1].kind != Kind::Word || tokens.all[name - 2].kind != Kind::Word {
        return false;
    }
    let (first, before) = (tokens.all[name - 1], tokens.all[name - 2]);
    let bounded = before.does.any(Does::PLACE.or(Does::COLOUR).or(Does::TITLE)) || is_adjective(tokens, before);
    let plain = first.does == Does::default() && first.inside.is_none() && !definite(tokens, first);
    let bounded = bounded
        || matches!(
            tokens.fold(before),
            "العام"
                | "العامة"
                | "المساعد"
                | "الاول"
                | "الاعلي"
                | "السابق"
                | "الاسبق"
                | "الحالي"
                | "الجديد"
                | "المشارك"
        );
    let bounded = bounded || is_connector(tokens.fold_at(name)) && definite(tokens, before);
    bounded && plain && !tokens.fold(first).starts_with(['ل', 'ب', 'و'])
}

/// Foreign names that no list holds: the unknown words between the role's last adjective, place or title and its end.
pub(super) fn trailing_name(tokens: &Tokens, at: usize) -> Option<usize> {
    let mut index = at + 1;
    while index < at + ROLE_REACH && !is_hard_end(tokens, index) {
        let token = tokens.all[index];
        if is_occasion(tokens.fold(token)) {
            return None;
        }
        if matches!(token.kind, Kind::Punct(_)) {
            return None;
        }
        if tokens.fold(token).starts_with('ل') && medium(tokens, index).is_some() {
            return None;
        }
        let run = unknown_run(tokens, index);
        let ended = is_soft_end(tokens, index + run) || glued_word(tokens, tokens.all[index + run]);
        if run > 0 && token.inside.is_none() && ended {
            let before = tokens.all[index - 1];
            let title = before.does.any(Does::TITLE);
            let announced = run <= 3 && is_hard_end(tokens, index + run) && definite(tokens, before);
            let bounded =
                title || announced || before.does.any(Does::PLACE.or(Does::COLOUR)) || is_adjective(tokens, before);
            let whole = (2..=4).contains(&run) || run == 1 && title && !definite(tokens, token);
            if bounded
                && whole
                && !is_common(tokens, index, index + run)
                && before.inside.is_none()
                && !definite(tokens, token)
                && !glued_word(tokens, token)
            {
                return Some(index);
            }
        }
        index += run.max(1);
    }
    None
}

/// Words that no list holds: a surname met before, a place that speaks, or a foreign name.
pub(super) fn other(tokens: &Tokens, cast: &mut Cast, at: usize, glued: bool, foreign: Foreign) -> (Subject, usize) {
    let mut end = at + 1;
    while end < at + 6 && !is_soft_end(tokens, end) {
        end += 1;
    }
    if tokens.all[at + 1].kind == Kind::Word && tokens.fold_at(at + 1) == "بن" && !glued {
        return person(tokens, cast, at, at);
    }
    let word = tokens.fold_at(at);
    let word = if glued { without_preposition(word).0 } else { word.to_owned() };
    let next = tokens.all[at + 1];
    let goes_on = is_unlisted(tokens, at + 1)
        && !definite(tokens, next)
        && !tokens.fold(next).starts_with(['و', 'ب', 'ل', 'ي', 'ت']);
    if let Some(figure) = cast.by_short_name(&word) {
        if goes_on && !cast.is_of(figure, tokens.fold(next)) {
            return (Subject::Unknown, end);
        }
        return (Subject::Found(figure), at + 1);
    }
    let speaks = matches!(tokens.all[end].kind, Kind::Punct(':') | Kind::Quote(_))
        || tokens.all[end].does.any(Does::THAT.or(Does::SAID));
    if tokens.all[at].does.any(Does::PLACE) && end == at + 1 && !glued && speaks {
        let name = printed_without_conjunction(tokens, at, end);
        return (cast.meet(name, vec![word.into()], Sort::Body).map_or(Subject::Unknown, Subject::Found), end);
    }
    let run = unknown_run(tokens, at);
    // `وقالت فلانة كذا المديرة العامة`: what they are follows the name.
    let apposed = (2..=3).contains(&run)
        && tokens.all[at + run].kind == Kind::Word
        && tokens.all[at + run].does.any(Does::ROLE)
        && tokens.all[at + run].inside.is_none();
    let end = if apposed { at + run } else { end };
    let announced = apposed
        || matches!(tokens.all[end].kind, Kind::Punct(':' | '،' | ',' | '(') | Kind::Quote(_))
        || tokens.all[end].does.any(Does::THAT);
    let foreign = foreign == Foreign::Allowed
        && announced
        && (2..=4).contains(&run)
        && at + run == end
        && !definite(tokens, tokens.all[at])
        && !glued;
    if foreign && !is_common(tokens, at, end) && !glued_word(tokens, tokens.all[at]) {
        let words = folded_words(tokens, at, end);
        let figure = cast.meet(tokens.printed(at, end), words, Sort::Person);
        return (figure.map_or(Subject::Unknown, Subject::Found), end);
    }
    (Subject::Unknown, end)
}
