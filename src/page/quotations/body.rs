//! Bodies that speak: a ministry, a court, a movement.

use super::cast::{Cast, Sort, bare};
use super::lexicon::{Does, lexicon};
use super::noun::{
    definite, folded_words, glued_conjunction, is_adjective, is_soft_end, parts_phrase, printed_without_conjunction,
    strip_preposition, without_preposition,
};
use super::person::is_connector;
use super::phrase::Subject;
use super::tokens::{Kind, Tokens};

/// A body: its words up to the next particle; alone with the article, the one of its kind met before.
pub(super) fn body(tokens: &Tokens, cast: &mut Cast, at: usize, glued: bool) -> (Subject, usize) {
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
    // `وزارة خارجيتها`: whose, only the sentence tells.
    let whose = |word: &str| ["ها", "هم", "ته"].iter().any(|end| word.ends_with(end)) && !word.starts_with("ال");
    if words.iter().skip(1).any(|word| word.chars().count() >= 5 && whose(word)) {
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
pub(super) fn unfinished(tokens: &Tokens, from: usize, to: usize) -> bool {
    let last = tokens.all[to - 1];
    let word = tokens.fold(last);
    to > from + 1
        && last.kind == Kind::Word
        && (is_connector(word)
            || matches!(word, "لشوون" | "لشؤون" | "لحقوق" | "لمكافحة" | "لمنع" | "لحماية" | "شوون" | "شؤون")
            || word.starts_with('ل') && !word.starts_with("لل") && last.does == Does::default())
}

/// Bodies that the article points back to: `الشركة الصينية` is one that the text has named.
pub(super) fn is_passing_body(head: &str) -> bool {
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

/// Whether a phrase says that it was named before: المذكورة, نفسه.
pub(super) fn points_back(tokens: &Tokens, from: usize, to: usize) -> bool {
    let back = |word: &str| {
        matches!(bare(word), "مذكور" | "مذكورة" | "نفسه" | "نفسها" | "ذاته" | "ذاتها" | "اخر" | "اخري" | "مذكورين")
    };
    (from..to).any(|index| tokens.all[index].kind == Kind::Word && back(tokens.fold_at(index)))
}
