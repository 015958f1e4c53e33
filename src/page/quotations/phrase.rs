//! Arabic noun phrases: who is named after a verb of saying, and through which outlet the words travelled.

use super::cast::{Cast, Figure, NOT_IN_NAMES, Sort, bare, folded};
use super::lexicon::{Does, lexicon};
use super::tokens::{Kind, Token, Tokens};

/// How many words a role may take before the name.
const ROLE_REACH: usize = 24;

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
const OPENERS: Does = Does(Does::ROLE.0 | Does::BODY.0 | Does::GIVEN.0 | Does::STOP.0);

fn is_soft_end(tokens: &Tokens, index: usize) -> bool {
    let token = tokens.all[index];
    is_hard_end(tokens, index)
        || matches!(token.kind, Kind::Punct(_))
        || token.does.any(Does::STOP.or(Does::TIME).or(Does::RELATIVE).or(Does::SAYING_NOUN).or(Does::DEED))
}

/// Words of `from..to` as the cast compares them.
fn folded_words(tokens: &Tokens, from: usize, to: usize) -> Vec<Box<str>> {
    (from..to).filter(|&index| tokens.all[index].kind == Kind::Word).map(|index| tokens.fold_at(index).into()).collect()
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
enum Foreign {
    Allowed,
    Refused,
}

fn phrase(tokens: &Tokens, cast: &mut Cast, at: usize, glued: Option<char>, foreign: Foreign) -> (Subject, usize) {
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
fn paper(tokens: &Tokens, cast: &mut Cast, at: usize) -> (Subject, usize) {
    let next = tokens.all[at + 1];
    let issuer = Does::BODY.or(Does::ROLE).or(Does::GIVEN);
    let whose = !next.does.any(Does::ROLE) || definite(tokens, next);
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
fn role(tokens: &Tokens, cast: &mut Cast, at: usize, glued: bool, foreign: Foreign) -> (Subject, usize) {
    if let Some(name) = name_after_role(tokens, at, foreign) {
        let (found, next) = person(tokens, cast, name, at);
        if let Subject::Found(figure) = found {
            cast.describe(figure, role_words(tokens, at, name));
        }
        return (found, next);
    }
    let mut end = at + 1;
    while end < at + 8 && (!is_soft_end(tokens, end) || joins_role(tokens, end)) && !parts_phrase(tokens, end) {
        let imperfect = tokens.fold_at(end).starts_with('ي') && tokens.all[end].does == Does::default();
        let clause = tokens.fold_at(end).ends_with("ته") || tokens.fold_at(end).ends_with("تها");
        if imperfect || clause || tokens.fold_at(end).starts_with('ل') && medium(tokens, end).is_some() {
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
fn joins_role(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    token.kind == Kind::Word && token.does.any(Does::BODY.or(Does::PLACE)) && !token.does.any(Does::STOP.or(Does::THAT))
}

fn role_words(tokens: &Tokens, at: usize, to: usize) -> Vec<Box<str>> {
    let mut words = folded_words(tokens, at, to.min(at + 8));
    if let Some(first) = words.first_mut() {
        let plain = lexicon().exactly(first).any(Does::ROLE);
        let head = if plain { first.as_ref() } else { first.trim_start_matches(['و', 'ف']) };
        *first = bare(head).into();
    }
    words
}

/// Where the name begins in a phrase that opens with a role at `at`.
fn name_after_role(tokens: &Tokens, at: usize, foreign: Foreign) -> Option<usize> {
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
                let son = tokens.fold_at(end + 1) == "بن"
                    && !glued_word(tokens, token)
                    && !definite(tokens, token)
                    && !token.does.any(NOT_IN_NAMES);
                if son && token.inside.is_none() && may_precede_name(tokens, before) {
                    return Some(end);
                }
                let nationality = !definite(tokens, before)
                    && before.kind == Kind::Word
                    && !before.does.any(Does::GIVEN)
                    && matches!(tokens.fold(token), "تركي" | "مصري" | "يمني" | "هندي" | "مغربي" | "روسي");
                if token.does.any(Does::GIVEN)
                    && !nationality
                    && token.inside.is_none()
                    && may_precede_name(tokens, before)
                {
                    let part_of_role = token.does.any(Does::ROLE.or(Does::BODY).or(Does::TITLE));
                    let next = tokens.all[end + 1];
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

/// Whether the word before a listed name is a first name that no list holds: `السفير الإسباني خوسيه مانويل`.
fn opens_unlisted(tokens: &Tokens, at: usize, name: usize) -> bool {
    if name < at + 2 || tokens.all[name - 1].kind != Kind::Word || tokens.all[name - 2].kind != Kind::Word {
        return false;
    }
    let (first, before) = (tokens.all[name - 1], tokens.all[name - 2]);
    let bounded = before.does.any(Does::PLACE.or(Does::COLOUR).or(Does::TITLE)) || is_adjective(tokens, before);
    let plain = first.does == Does::default() && first.inside.is_none() && !definite(tokens, first);
    bounded && plain && !tokens.fold(first).starts_with(['ل', 'ب', 'و'])
}

/// Foreign names that no list holds: the unknown words between the role's last adjective, place or title and its end.
fn trailing_name(tokens: &Tokens, at: usize) -> Option<usize> {
    let mut index = at + 1;
    while index < at + ROLE_REACH && !is_hard_end(tokens, index) {
        let token = tokens.all[index];
        if matches!(token.kind, Kind::Punct(_)) {
            return None;
        }
        let run = unknown_run(tokens, index);
        if run > 0 && token.inside.is_none() && is_soft_end(tokens, index + run) {
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

/// How many words from `at` on are in no list.
fn unknown_run(tokens: &Tokens, at: usize) -> usize {
    (at..tokens.all.len())
        .take(6)
        .take_while(|&index| {
            let token = tokens.all[index];
            token.kind == Kind::Word
                && token.inside.is_none()
                && !token
                    .does
                    .any(NOT_IN_NAMES.or(Does::PAPER).or(Does::MEDIUM).or(Does::TALK).or(Does::HEAD).or(Does::NAMING))
                && !is_adjective(tokens, token)
                && !tokens.fold(token).starts_with(|c: char| c.is_ascii_digit())
        })
        .count()
}

/// Whether a word has the article.
fn definite(tokens: &Tokens, token: Token) -> bool {
    tokens.fold(token).trim_start_matches(['و', 'ف']).starts_with("ال")
}

/// Whether a word begins with a preposition that is written together with it: `للشؤون`, `بالجيش`.
fn glued_word(tokens: &Tokens, token: Token) -> bool {
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

/// What a person's name does not follow: a body that is named after one, a preposition.
fn may_precede_name(tokens: &Tokens, before: Token) -> bool {
    if before.kind != Kind::Word {
        return matches!(before.kind, Kind::Punct('،' | ',' | '.' | '/' | '-' | '–'));
    }
    let word = tokens.fold(before);
    let blocks = Does::STOP.or(Does::HEAD).or(Does::MEDIUM);
    let title = before.does.any(Does::TITLE.or(Does::ROLE));
    if before.does.any(Does::BODY) && !title && !definite(tokens, before) && before.inside.is_none() {
        return false;
    }
    title
        || !(before.does.any(blocks) || word == "باسم" || word == "مدينة" || word == "حي" || word.starts_with("لل"))
        || before.inside.is_some()
}

/// The person whose name begins at `at`, of a phrase that began at `from`.
fn person(tokens: &Tokens, cast: &mut Cast, at: usize, from: usize) -> (Subject, usize) {
    let end = name_end(tokens, at);
    if at == from && glued_conjunction(tokens, at) || matches!(tokens.fold_at(at), "بن" | "بنت" | "ال") {
        return (Subject::Unknown, end);
    }
    let words = folded_words(tokens, at, end);
    if end == at + 1 {
        let found = cast.by_short_name(&words[0]);
        let opens = at.checked_sub(1).is_none_or(|before| {
            let before = tokens.all[before];
            before.kind != Kind::Word || before.does.any(Does::SAID.or(Does::ROLE).or(Does::ACCORDING).or(Does::TIME))
        });
        let alone =
            opens && is_soft_end(tokens, end) && tokens.all[at].does.any(Does::GIVEN) && tokens.fold_at(at).len() > 6;
        let figure = found.or_else(|| {
            let name = tokens.printed(at, end);
            alone.then(|| cast.meet(name, words, Sort::Person)).flatten()
        });
        return (figure.map_or(Subject::Unknown, Subject::Found), end);
    }
    let figure = cast.meet(tokens.printed(at, end), words, Sort::Person);
    (figure.map_or(Subject::Unknown, Subject::Found), end)
}

/// Where the name that begins at `at` ends: at the end of its phrase, or after the surname when more words follow.
fn name_end(tokens: &Tokens, at: usize) -> usize {
    let inside = tokens.all[at].inside;
    let mut end = at + 1;
    let mut surname = None;
    while end < at + 7 {
        let token = tokens.all[end];
        let given = token.does.any(Does::GIVEN);
        let joined = token.kind == Kind::Word
            && token.inside == inside
            && !token.does.any(Does::RELATIVE)
            && (given || !token.does.any(NOT_IN_NAMES.or(Does::PAPER).or(Does::TALK).or(Does::SAYING_NOUN)))
            && !glued_word(tokens, token)
            && (!adverbial(tokens.fold(token)) || end > at + 1 && is_connector(tokens.fold_at(end - 1)))
            && !(tokens.fold(token).starts_with('ل') && medium(tokens, end).is_some())
            && (given || !ends_in_pronoun(tokens.fold(token)) && !with_preposition(tokens.fold(token)))
            && !(end > at + 1 && !given && follows_name(tokens, end));
        if !joined {
            break;
        }
        let word = tokens.fold(token);
        let connects = is_connector(word);
        let god = tokens.fold_at(end - 1).starts_with("الله") || end >= at + 2 && tokens.fold_at(end - 2) == "عبد";
        if surname.is_some() && !connects && !god && parts_phrase(tokens, end) {
            return surname.unwrap_or(end);
        }
        end += 1;
        if matches!(word, "الله" | "الدين") && surname == Some(end - 1) {
            surname = Some(end);
        }
        let after_son = tokens.fold_at(end - 2) == "بن" && definite(tokens, tokens.all[end]);
        if !connects && surname.is_none() && !after_son {
            let opener = matches!(tokens.fold_at(end - 2), "عبد" | "ابو") && end - 2 == at;
            if !opener {
                surname = Some(end);
            }
        }
    }
    let last = tokens.all[end];
    let closed = last.kind != Kind::Word
        || last.does.any(Does::THAT.or(Does::TIME).or(Does::ROLE).or(Does::DEED))
        || tokens.fold_at(end - 1) == "الله";
    let goes_on = glued_word(tokens, last) || tokens.fold(last).starts_with('ل');
    let closed = closed || goes_on || surname.is_some_and(|surname| surname == end);
    let fits = end - at <= 4 && closed || tokens.all[at + 1..end].iter().any(|token| tokens.fold(*token) == "بن");
    if fits && is_soft_end(tokens, end) || end == at + 1 { end } else { surname.unwrap_or(end) }
}

/// Whether a word looks like a noun with a pronoun: تأكيده, تغريداته.
fn ends_in_pronoun(word: &str) -> bool {
    let object = word.ends_with('ه') || word.ends_with("ها");
    object && word.chars().count() >= 5 && !word.ends_with("زاده") && !word.ends_with("الله")
}

/// Whether a word looks like a verbal noun after a glued preposition: بمراجعة, باستقدام.
fn with_preposition(word: &str) -> bool {
    let noun = word.starts_with('ب') && word.ends_with('ة') && word.chars().count() >= 5 && !word.starts_with("بو");
    let told = word.starts_with('ل') && word.ends_with("ين") && word.chars().count() >= 7;
    noun || told || word.starts_with("باست") || word.starts_with("بات")
}

/// Whether the unlisted word at `at`, the third of a name or a later one, is rather what the sentence goes on with:
/// `لدفتر`, `لصحفيين`, `المختص`, `غاضبا`.
fn follows_name(tokens: &Tokens, at: usize) -> bool {
    let word = tokens.fold_at(at);
    let before = tokens.all[at - 1];
    if is_connector(tokens.fold(before)) {
        return false;
    }
    let plural = ["ين", "ون", "ات", "ية", "ته", "تها"].iter().any(|ending| word.ends_with(ending));
    let to =
        word.starts_with('ل') && (plural || definite(tokens, before) || without_preposition(word).1 != Does::default());
    let participle = word.starts_with("الم") && !word.ends_with('ي') && word.len() > 10;
    let mut letters = word.chars();
    let adverb = letters.nth(1) == Some('ا') && letters.nth(2) == Some('ا') && letters.next().is_none();
    to || participle || adverb || word.ends_with("ته") || word.ends_with("تها") || word.starts_with("بقول")
}

/// Words inside names that another word must follow.
fn is_connector(word: &str) -> bool {
    let arabic = matches!(word, "بن" | "بنت" | "ابن" | "ابو" | "ابا" | "ابي" | "ال" | "عبد" | "ولد");
    arabic || matches!(word, "دي" | "فان" | "دا" | "دو" | "لو")
}

/// Whether a word is a participle as an adverb: متخوفا, مرجعا.
fn adverbial(word: &str) -> bool {
    word.starts_with('م') && word.ends_with('ا') && word.chars().count() >= 5
}

fn glued_conjunction(tokens: &Tokens, at: usize) -> bool {
    let word = tokens.fold_at(at);
    word.starts_with(['و', 'ف']) && lexicon().exactly(word) == Does::default()
}

/// A body: its words up to the next particle; alone with the article, the one of its kind met before.
fn body(tokens: &Tokens, cast: &mut Cast, at: usize, glued: bool) -> (Subject, usize) {
    let mut end = at + 1;
    let mut described = false;
    while end < at + 8 {
        let token = tokens.all[end];
        let after_article = definite(tokens, tokens.all[end - 1]);
        let anew = described
            && after_article
            && definite(tokens, token)
            && !is_adjective(tokens, token)
            && !token.does.any(Does::COLOUR);
        let role = end > at + 1
            && after_article
            && token.does.any(Does::ROLE)
            && definite(tokens, token)
            && !is_adjective(tokens, token);
        described |= is_adjective(tokens, token) && !token.does.any(Does::BODY);
        let goes_on = token.does.any(Does::BODY.or(Does::COLOUR).or(Does::PLACE)) && token.kind == Kind::Word;
        let kind = lexicon().exactly(bare(tokens.fold_at(at).trim_start_matches('و'))).any(Does::BODY);
        let object = kind
            && after_article
            && definite(tokens, tokens.all[at])
            && definite(tokens, token)
            && !is_adjective(tokens, token);
        let named_after = end == at + 2 && matches!(tokens.fold_at(end - 1), "الملك" | "الامير" | "الشيخ");
        let titled = token.does.any(Does::TITLE)
            && !(end == at + 1 && matches!(tokens.fold(token), "الملك" | "الامير" | "الشيخ"));
        let after_pair = tokens.all[end - 1].inside.is_some() && token.inside.is_none() && !is_adjective(tokens, token);
        let into_pair = token.inside.is_some()
            && tokens.all[end - 1].inside.is_none()
            && (definite(tokens, tokens.all[end - 1]) || token.does == Does::default() && end > at + 2);
        if is_soft_end(tokens, end) && !goes_on
            || into_pair
            || anew
            || end > at + 1 && tokens.fold(token).starts_with("بال")
            || end > at + 2 && tokens.fold(token).starts_with("لل") && !definite(tokens, tokens.all[at])
            || role
            || token.does.any(Does::PLAIN)
            || parts_phrase(tokens, end) && !named_after
            || object
            || titled
            || after_pair
            || token.does.any(Does::GIVEN) && end > at + 1 && token.inside.is_none() && !named_after
        {
            break;
        }
        end += 1;
    }
    let mut words = folded_words(tokens, at, end);
    if glued && let Some(first) = words.first_mut() {
        *first = without_preposition(first).0.into();
    }
    let head = words[0].trim_start_matches(['و', 'ف']).to_owned();
    if words.len() == 1 && head.starts_with("ال") {
        if let Some(figure) = cast.by_head(bare(&head)) {
            return (Subject::Found(figure), end);
        }
        if lexicon().exactly(bare(&head)).any(Does::BODY)
            || matches!(head.as_str(), "الدفاع" | "الامم" | "الشبكات" | "البيت")
        {
            return (Subject::Unknown, end);
        }
    }
    if unfinished(tokens, at, end) || words.len() == 2 && is_passing_body(bare(&head)) && head.starts_with("ال") {
        return (Subject::Unknown, end);
    }
    if words.len() == 1 && !head.starts_with("ال") || points_back(tokens, at, end) {
        return (Subject::Unknown, end);
    }
    let mut printed = printed_without_conjunction(tokens, at, end);
    if glued {
        printed = strip_preposition(&printed);
    }
    if glued_conjunction(tokens, at) {
        words[0] = head.into();
    }
    (cast.meet(printed, words, Sort::Body).map_or(Subject::Unknown, Subject::Found), end)
}

/// Whether a phrase stops where its last word asks for another: `المفوضية السامية لشؤون`, `مركز محمد بن`.
fn unfinished(tokens: &Tokens, from: usize, to: usize) -> bool {
    let last = tokens.all[to - 1];
    let word = tokens.fold(last);
    to > from + 1
        && last.kind == Kind::Word
        && (is_connector(word)
            || matches!(word, "لشوون" | "لشؤون" | "لحقوق" | "لمكافحة" | "لمنع" | "لحماية" | "شوون" | "شؤون")
            || word.starts_with('ل') && !word.starts_with("لل") && last.does == Does::default())
}

/// Bodies that the article points back to: `الشركة الصينية` is one that the text has named.
fn is_passing_body(head: &str) -> bool {
    matches!(
        head,
        "شبكات"
            | "شركة"
            | "نادي"
            | "منظمة"
            | "مؤسسة"
            | "جمعية"
            | "مجموعة"
            | "بنك"
            | "مركز"
            | "مكتب"
            | "لجنة"
            | "هيئة"
            | "بعثة"
            | "جماعة"
    )
}

/// Whether the word at `at` cannot go on with its phrase: after a word with the article, one without it begins anew,
/// unless a preposition is written together with it.
fn parts_phrase(tokens: &Tokens, at: usize) -> bool {
    let (before, here) = (tokens.all[at - 1], tokens.all[at]);
    let both = before.kind == Kind::Word && here.kind == Kind::Word && here.inside.is_none() && before.inside.is_none();
    let word = tokens.fold(here);
    both && definite(tokens, before) && !definite(tokens, here) && !word.starts_with('ل') && !word.starts_with("بال")
}

/// Whether a word is in no list.
fn is_unlisted(tokens: &Tokens, at: usize) -> bool {
    let token = tokens.all[at];
    token.kind == Kind::Word && token.does == Does::default()
}

/// Whether a phrase says that it was named before: المذكورة, نفسه.
fn points_back(tokens: &Tokens, from: usize, to: usize) -> bool {
    let back = |word: &str| {
        matches!(bare(word), "مذكور" | "مذكورة" | "نفسه" | "نفسها" | "ذاته" | "ذاتها" | "اخر" | "اخري" | "مذكورين")
    };
    (from..to).any(|index| tokens.all[index].kind == Kind::Word && back(tokens.fold_at(index)))
}

/// Words that no list holds: a surname met before, a place that speaks, or a foreign name.
fn other(tokens: &Tokens, cast: &mut Cast, at: usize, glued: bool, foreign: Foreign) -> (Subject, usize) {
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
    let announced = matches!(tokens.all[end].kind, Kind::Punct(':' | '،' | ',' | '(') | Kind::Quote(_))
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

/// Whether words of no list look like common nouns and adverbs: an ending of the plural, of the feminine, two of the
/// adverb, or a word with the article among them.
fn is_common(tokens: &Tokens, from: usize, to: usize) -> bool {
    let word = |index: usize| tokens.fold_at(index);
    let plural =
        (from..to).any(|index| word(index).ends_with("ون")) || word(from).ends_with("ين") || word(from).ends_with("ات");
    let adverbs = (from..to).filter(|&index| word(index).ends_with('ا')).count() > 1;
    let article = (from..to).any(|index| definite(tokens, tokens.all[index]));
    let verb = word(from).starts_with(['و', 'ف']) && glued_conjunction(tokens, from) && !word(from).starts_with("في");
    let suffix = (from..to).any(|index| ["ها", "هم", "ته", "ات"].iter().any(|end| word(index).ends_with(end)));
    let glued = (from..to).filter(|&index| word(index).starts_with('ب')).count() > 1;
    plural || adverbs || article || verb || suffix || glued || word(to - 1).ends_with('ة') || word(from).ends_with('ة')
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

fn strip_preposition(printed: &str) -> String {
    match printed.strip_prefix("لل") {
        Some(rest) => format!("ال{rest}"),
        None => printed.strip_prefix('ل').unwrap_or(printed).to_owned(),
    }
}

/// The words as printed, without a glued و or ف before a word that is known without it.
fn printed_without_conjunction(tokens: &Tokens, from: usize, to: usize) -> String {
    let printed = tokens.printed(from, to);
    if glued_conjunction(tokens, from) { printed.trim_start_matches(['و', 'ف']).to_owned() } else { printed }
}

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
fn quoted_name(tokens: &Tokens, at: usize) -> Option<(String, usize)> {
    let pair = tokens.all.get(at)?.inside?;
    let end = (at..tokens.all.len()).find(|&index| tokens.all[index].inside != Some(pair))?;
    Some((tokens.printed(at, end), end))
}

fn outlet_end(tokens: &Tokens, head: &str, at: usize) -> Option<usize> {
    let rests = lexicon().outlets(head);
    let fits = |rest: &&Vec<Box<str>>| {
        rest.iter().enumerate().all(|(offset, word)| {
            tokens.all.get(at + 1 + offset).is_some_and(|token| tokens.fold(*token) == word.as_ref())
        })
    };
    rests.iter().find(fits).map(|rest| at + 1 + rest.len())
}

/// `وكالة سبوتنيك الروسية`: the kind and its name, without a nationality at the end.
fn named_medium(tokens: &Tokens, at: usize, whole: bool) -> Option<(String, usize)> {
    let mut end = at + 1;
    while end < at + 6
        && !is_soft_end(tokens, end)
        && tokens.all[end].kind == Kind::Word
        && !(end > at + 1 && parts_phrase(tokens, end))
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
        .is_some_and(|token| matches!(tokens.fold(*token), "الانباء" | "انباء" | "الاخبار" | "الصحافة"));
    while end > at + 2 && !news && tokens.all[end - 1].does.any(Does::COLOUR) {
        end -= 1;
    }
    if end == at + 1 || end == at + 2 && tokens.all[end - 1].does.any(Does::COLOUR) {
        return None;
    }
    let printed = printed_without_conjunction(tokens, at, end);
    Some((if whole { printed } else { strip_preposition(&printed) }, next))
}
