//! Persons: where a name begins and ends in a noun phrase.

use super::cast::{Cast, NOT_IN_NAMES, Sort};
use super::lexicon::Does;
use super::noun::{
    definite, folded_words, glued_conjunction, glued_word, is_soft_end, parts_phrase, without_preposition,
};
use super::outlet::medium;
use super::phrase::Subject;
use super::tokens::{Kind, Token, Tokens};

/// What a person's name does not follow: a body that is named after one, a preposition.
pub(super) fn may_precede_name(tokens: &Tokens, before: Token) -> bool {
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
pub(super) fn person(tokens: &Tokens, cast: &mut Cast, at: usize, from: usize) -> (Subject, usize) {
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
pub(super) fn name_end(tokens: &Tokens, at: usize) -> usize {
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
            && !(end > at + 1 && !given && follows_name(tokens, end))
            && (given || !told_or_described(tokens, token));
        if !joined {
            break;
        }
        let word = tokens.fold(token);
        let imperfect = surname.is_some() && word.starts_with(['ي', 'ت']) && token.does == Does::default();
        if !given && (goes_on_with_deed(word) || imperfect) {
            break;
        }
        let connects = is_connector(word);
        let god = tokens.fold_at(end - 1).starts_with("الله") || end >= at + 2 && tokens.fold_at(end - 2) == "عبد";
        if surname.is_some() && !connects && !god && parts_phrase(tokens, end) {
            // `عبدالعزيز محمد العيسى خريج الكلية`: two given names and what only a surname can be.
            let last = tokens.all[end - 1];
            if end == at + 3 && tokens.all[at + 1].does.any(Does::GIVEN) && last.does == Does::default() {
                return end;
            }
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
    let third = tokens.fold_at(end - 1);
    let shaped = !third.ends_with(['ا', 'ة', 'ه', 'ء']) && !third.starts_with(['ب', 'ل', 'ي', 'ت']);
    let before_particle = last.does.any(Does::STOP) && end == at + 3 && shaped;
    let goes_on = before_particle || glued_word(tokens, last) || tokens.fold(last).starts_with('ل');
    let closed = closed || goes_on || surname.is_some_and(|surname| surname == end);
    let joints = (at..end).filter(|&index| matches!(tokens.fold_at(index), "عبد" | "ابو" | "ال")).count();
    let fits =
        end - at <= 4 + joints && closed || tokens.all[at + 1..end].iter().any(|token| tokens.fold(*token) == "بن");
    // `محيي الدين حكمي مساعد الأمين`: what they are follows the whole name.
    let role = last.kind == Kind::Word
        && last.does.any(Does::ROLE)
        && shaped
        && !is_connector(third)
        && !tokens.all[end - 1].does.any(Does::ROLE);
    if fits && (role || is_soft_end(tokens, end)) || end == at + 1 { end } else { surname.unwrap_or(end) }
}

/// Whether an unlisted word after a given name is a verb or a plural, and the sentence goes on: استخلفت, مفاوضات.
fn goes_on_with_deed(word: &str) -> bool {
    let letters = word.chars().count();
    let verb = word.starts_with("است") && word.ends_with('ت') && letters >= 6;
    let plural = word.ends_with("ات") && letters >= 7 && !word.starts_with("ال");
    let future = letters >= 5 && ["سيست", "ستست", "سيت"].iter().any(|opening| word.starts_with(opening));
    verb || plural || future
}

/// Whether a word of no list is a verbal noun by its print: إيقاف, إلغاء.
pub(super) fn is_verbal_noun(tokens: &Tokens, token: Token) -> bool {
    let printed = &tokens.text[token.start..token.end];
    let word = tokens.fold(token);
    token.does == Does::default()
        && printed.starts_with('إ')
        && word.chars().count() == 5
        && word.chars().nth(3) == Some('ا')
}

/// Whether a word looks like a noun with a pronoun: تأكيده, تغريداته.
pub(super) fn ends_in_pronoun(word: &str) -> bool {
    let object = word.ends_with('ه') || word.ends_with("ها");
    object && word.chars().count() >= 5 && !word.ends_with("زاده") && !word.ends_with("الله")
}

/// Whether a word looks like a verbal noun after a glued preposition: بمراجعة, باستقدام.
pub(super) fn with_preposition(word: &str) -> bool {
    let noun = word.starts_with('ب') && word.ends_with('ة') && word.chars().count() >= 5 && !word.starts_with("بو");
    let told = word.starts_with('ل') && word.ends_with("ين") && word.chars().count() >= 7;
    // `وعد محمود بتحقيق`: تفعيل after ب is no name.
    let act = word.starts_with("بت") && word.chars().count() == 6 && word.chars().nth(4) == Some('ي');
    noun || told || act || word.starts_with("باست") || word.starts_with("بات")
}

/// Whether the unlisted word at `at`, the third of a name or a later one, is rather what the sentence goes on with:
/// `لدفتر`, `لصحفيين`, `المختص`, `غاضبا`.
pub(super) fn follows_name(tokens: &Tokens, at: usize) -> bool {
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

/// Whether a word of no list after a given name is whom it was said to, printed with a hamza after its ل (`عباس لآبي`), or
/// a longer adjective of relation in the feminine (`المعادية`), an accusative (`ضباطًا`) or a verbal noun; no surname is written so.
pub(super) fn told_or_described(tokens: &Tokens, token: Token) -> bool {
    let printed = &tokens.text[token.start..token.end];
    let word = tokens.fold(token);
    is_verbal_noun(tokens, token)
        || printed.starts_with("لآ")
        || printed.starts_with("لأ")
        || printed.starts_with("لإ")
        || printed.contains('\u{64b}')
        || word.starts_with("ال") && (word.ends_with("ية") || word.ends_with("يين")) && word.chars().count() >= 7
}

/// Words inside names that another word must follow.
pub(super) fn is_connector(word: &str) -> bool {
    let arabic = matches!(word, "بن" | "بنت" | "ابن" | "ابو" | "ابا" | "ابي" | "ال" | "عبد" | "ولد");
    arabic || matches!(word, "دي" | "فان" | "دا" | "دو" | "لو")
}

/// Whether a word is a participle as an adverb: متخوفا, مرجعا.
pub(super) fn adverbial(word: &str) -> bool {
    word.starts_with('م') && word.ends_with('ا') && word.chars().count() >= 5
}
