//! Words that must not be lost in a retelling: negations and names.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use super::calendar;
use super::fold::{Folded, fold};
use super::idf::{self, NAT, Weight};
use super::numbers;
use super::numerals::numeral;
use super::sequence::loose;
use super::stem::stem;
use super::tokens::hash_word;

/// Whether a folded word denies: Arabic and English. `ما` is left out, it is a relative pronoun far more often.
fn is_negation(word: &str) -> bool {
    const WORDS: [&str; 46] = [
        "لا",
        "لم",
        "لن",
        "ليس",
        "ليست",
        "ليسوا",
        "لست",
        "لسنا",
        "لسن",
        "غير",
        "بدون",
        "دون",
        "عدم",
        "لعدم",
        "بعدم",
        "بلا",
        "ولا",
        "ولم",
        "ولن",
        "وليس",
        "وليست",
        "وغير",
        "وعدم",
        "ودون",
        "وبدون",
        "بغير",
        "وبلا",
        "فلا",
        "فلم",
        "فلن",
        "فليس",
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "nothing",
        "neither",
        "nor",
        "cannot",
        "without",
        "hardly",
        "scarcely",
        "seldom",
        "rarely",
        "non",
    ];
    WORDS.contains(&word) || is_foreign_negation(word)
}

/// The particles that deny in the other languages of the press, folded: without accents, Persian and Urdu with Arabic
/// letters, Chinese as the pair of characters it is.
fn is_foreign_negation(word: &str) -> bool {
    matches!(
        word,
        "לא" | "אין"
            | "אינו"
            | "אינה"
            | "אינם"
            | "מעולם"
            | "בלי"
            | "ללא"
            | "не"
            | "нет"
            | "ни"
            | "ні"
            | "нельзя"
            | "никогда"
            | "ніколи"
            | "без"
            | "δεν"
            | "δε"
            | "μην"
            | "οχι"
            | "χωρισ"
            | "pas"
            | "jamais"
            | "sans"
            | "aucun"
            | "aucune"
            | "ningun"
            | "ninguna"
            | "nessun"
            | "nessuno"
            | "nessuna"
            | "nenhum"
            | "nenhuma"
            | "nicht"
            | "kein"
            | "keine"
            | "keinen"
            | "keiner"
            | "nie"
            | "niemals"
            | "ohne"
            | "nunca"
            | "jamas"
            | "nao"
            | "senza"
            | "degil"
            | "نهيں"
            | "نهين"
            | "نيست"
            | "نيستند"
            | "没有"
            | "沒有"
            | "并未"
            | "並未"
    )
}

/// Where the negation begins that word `at` ends: `don't` is two words.
pub(super) fn negation_from(folded: &Folded, at: usize) -> usize {
    if folded.word(at) == "t" { at.saturating_sub(1) } else { at }
}

/// Whether word `at` denies where it stands: `غير أن` is "however", `لا يزال` is "still", `t` denies after `can`.
pub(super) fn is_negation_at(folded: &Folded, at: usize) -> bool {
    let word = folded.word(at);
    let before = at.checked_sub(1).map(|at| folded.word(at)).unwrap_or_default();
    let after = if at + 1 < folded.len() { folded.word(at + 1) } else { "" };
    if word == "t" {
        return before.ends_with('n') && before.len() <= 7;
    }
    let harmless = match word {
        "غير" | "وغير" => after.starts_with("ان"),
        "لا" | "ولا" => {
            matches!(after, "سيما" | "بد" | "شك")
                || after.ends_with("زال")
                || after.ends_with("زالون")
                || after.ends_with("زالوا")
        }
        "ليس" | "وليس" | "ليست" => after == "فقط",
        "not" => after == "only",
        "no" => after == "doubt",
        _ => false,
    };
    is_negation(word) && !harmless
}

/// Whether word `at`, the only one that came or went, denies: `لا` of `لا يزال` too, whose companion stayed; `ما` before
/// a verb.
pub(super) fn is_lone_negation(folded: &Folded, at: usize) -> bool {
    let after = if at + 1 < folded.len() { folded.word(at + 1) } else { "" };
    let particle = is_negation(folded.word(at)) && !after.starts_with("ان") && after != "سيما";
    particle || is_lone_ma(folded, at)
}

fn is_lone_ma(folded: &Folded, at: usize) -> bool {
    const RELATIVE: [&str; 24] = [
        "كل",
        "بعد",
        "قبل",
        "عند",
        "مثل",
        "هو",
        "هي",
        "هذا",
        "حسب",
        "بحسب",
        "وفق",
        "وفقا",
        "ان",
        "في",
        "من",
        "علي",
        "اذا",
        "كما",
        "ذلك",
        "حول",
        "بشان",
        "الي",
        "كثيرا",
        "غالبا",
    ];
    let before = at.checked_sub(1).map(|at| folded.word(at)).unwrap_or_default();
    matches!(folded.word(at), "ما" | "وما" | "فما") && !RELATIVE.contains(&before)
}

/// Whether some words deny without a particle: lacking, failing, refusing.
pub(super) fn lacks(folded: &Folded, mut range: Range<usize>) -> bool {
    range.any(|at| {
        let word = folded.word(at);
        let bare = word.strip_prefix("ال").unwrap_or(word);
        matches!(
            bare,
            "معدوم"
                | "معدومه"
                | "عديم"
                | "عديمه"
                | "انعدام"
                | "غياب"
                | "فاقد"
                | "خال"
                | "خاليه"
                | "مستحيل"
                | "يستحيل"
                | "رفض"
                | "رفضت"
                | "يرفض"
                | "ترفض"
                | "نرفض"
                | "نفي"
                | "نفت"
                | "ينفي"
                | "فشل"
                | "فشلت"
                | "امتنع"
                | "امتنعت"
                | "لاانساني"
                | "lack"
                | "lacks"
                | "lacked"
                | "lacking"
                | "absence"
                | "fail"
                | "failed"
                | "fails"
                | "refused"
                | "refuses"
                | "unable"
                | "impossible"
                | "denied"
                | "denies"
        )
    })
}

/// Whether a folded word makes what follows a condition or a question.
pub(super) fn is_condition(word: &str) -> bool {
    matches!(
        word.strip_prefix(['و', 'ف']).unwrap_or(word),
        "اذا" | "لو" | "لولا" | "هل" | "حال" | "if" | "unless" | "whether"
    )
}

/// Whether a folded word asks.
pub(super) fn asks(word: &str) -> bool {
    matches!(
        word.strip_prefix(['و', 'ف']).unwrap_or(word),
        "هل" | "ماذا"
            | "لماذا"
            | "كيف"
            | "متي"
            | "اين"
            | "كم"
            | "اليس"
            | "who"
            | "what"
            | "why"
            | "when"
            | "where"
            | "how"
            | "which"
            | "whether"
    )
}

/// Whether a folded word before `أن` or `that` makes a condition of it.
pub(super) fn is_provided(word: &str) -> bool {
    matches!(word, "شرط" | "بشرط" | "شريطه" | "provided" | "assuming")
}

/// The names among some words.
pub(super) struct Names(Vec<String>);

impl Names {
    /// Lists the names that some words of a text hold, as far as list and capitals tell.
    pub(super) fn within(folded: &Folded, text: &str, range: Range<usize>) -> Names {
        let named = range.filter(|&at| is_name(folded, at, text) && calendar::named(folded, at).is_none());
        Names(named.map(|at| folded.word(at).to_owned()).collect())
    }

    /// The first name of each that the other does not have.
    pub(super) fn exchanged(&self, other: &Names) -> Option<(String, String)> {
        let lone = |ours: &Names, theirs: &Names| {
            ours.0.iter().find(|name| theirs.0.iter().all(|other| !same_name(name, other))).cloned()
        };
        Some((lone(self, other)?, lone(other, self)?))
    }
}

/// Whether two folded words write one name: people and country, or two ways of writing foreign sounds.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    if name_key(one) == name_key(other) {
        return true;
    }
    let (one, other) = (skeleton(one), skeleton(other));
    one.chars().count() >= 3 && one == other
}

/// The consonants of a name, those that transliterations swap made one.
fn skeleton(word: &str) -> String {
    let letters = stem(stem(word)).chars().filter_map(|letter| match letter {
        'و' | 'ا' | 'ي' | 'ه' | 'ء' | 'a' | 'e' | 'i' | 'o' | 'u' | 'y' => None,
        // The dot below of Hindi, Bengali and Panjabi is often left out.
        '\u{93c}' | '\u{9bc}' | '\u{a3c}' => None,
        'ط' | 'ث' => Some('ت'),
        'ص' | 'ش' => Some('س'),
        'ج' | 'غ' | 'ق' => Some('ك'),
        'ذ' | 'ظ' => Some('ز'),
        'ض' => Some('د'),
        letter => Some(letter),
    });
    let mut out = String::new();
    for letter in letters {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

/// Whether word `index` is written small where names are written with a capital: no list names it, so it is no name.
pub(super) fn is_small(folded: &Folded, index: usize, text: &str) -> bool {
    let small = text.get(folded.span(index)).is_some_and(|word| word.starts_with(char::is_lowercase));
    // Some write everything small.
    small && !is_listed(folded.word(index)) && text.contains(char::is_uppercase)
}

/// Whether a word is so rare that it hardly is anything but a name.
pub(super) fn is_rare(word: &str) -> bool {
    word.chars().count() >= 4 && !word.bytes().any(|byte| byte.is_ascii_digit()) && idf::weight(stem(word)) >= RARE
}

/// Whether a word is so uncommon that behind `مدينة`, or beside a rare one, it may be a name.
pub(super) fn is_uncommon(word: &str) -> bool {
    idf::weight(stem(word)) >= UNCOMMON
}

/// Weight of a word that fewer than one article in three thousand holds.
const RARE: Weight = 8 * NAT;
/// Weight of a word that fewer than one article in three hundred and fifty holds: beside a rare one it may be a name.
const UNCOMMON: Weight = 6 * NAT;

/// Whether of two words that stand for each other one is too rare for anything but a name, and the other may be one.
pub(super) fn may_be_names(one: &str, other: &str) -> bool {
    // `يهربون` is a verb, whatever it weighs.
    let verb = |word: &str| word.starts_with(['ي', 'ت']) && (word.ends_with("ون") || word.ends_with("وا"));
    let digits = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let letters = |word: &str| word.chars().count() >= 4 && !digits(word) && !verb(word);
    let uncommon = |word: &str| letters(word) && is_uncommon(word);
    uncommon(one) && uncommon(other) && (is_rare(one) || is_rare(other))
}
/// Weight below which a word that no list holds is a common one.
const COMMON: Weight = 9 * NAT / 2;

/// Whether a word is anything but a name: common, a number.
pub(super) fn is_plain(word: &str) -> bool {
    let listed = is_listed(word);
    let number = numbers::is_digits(word) || numeral(word).is_some_and(|numeral| !numeral.weak);
    number || is_negation(word) || (!listed && idf::weight(stem(word)) < COMMON) || word.chars().count() < 3
}

/// Whether word `index` of `folded` names somebody or some place, as far as the list, or a capital letter inside a
/// sentence, tells.
pub(super) fn is_name(folded: &Folded, index: usize, text: &str) -> bool {
    is_listed(folded.word(index)) || is_capitalised(folded, index, text)
}

/// What two forms of one name have in common.
pub(super) fn name_key(word: &str) -> u64 {
    // Twice, so that a people is its country: ايراني, ايران.
    hash_word(loose(stem(stem(word))))
}

/// Whether the list holds a name, its people, or either after a particle written as one with it.
fn is_listed(word: &str) -> bool {
    // Peace, peaceful, victory: not سلمان, not النصرة.
    const WORDS: [&str; 11] =
        ["سلم", "السلم", "سلمي", "سلميه", "السلمي", "السلميه", "سلميا", "نصر", "النصر", "نصرا", "بنصر"];
    let particles = ['و', 'ف', 'ب', 'ك', 'ل'];
    let mut bare = word;
    for _ in 0..3 {
        if WORDS.contains(&bare) {
            return false;
        }
        let stem = bare_name(bare);
        if names().contains(stem) || stem.strip_suffix('ا').is_some_and(|short| names().contains(bare_name(short))) {
            return true;
        }
        let Some(rest) = bare.strip_prefix(particles).filter(|rest| rest.chars().nth(2).is_some()) else { break };
        bare = rest;
    }
    false
}

/// Twice stemmed, so that a people is its country.
fn bare_name(word: &str) -> &str {
    stem(stem(word))
}

fn names() -> &'static HashSet<String> {
    static NAMES: OnceLock<HashSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(|line| fold(line).words().map(|word| bare_name(word).to_owned()).collect::<Vec<_>>()).collect()
    })
}

/// Whether a word may be a name by its capital, wherever it stands, or by the list.
pub(super) fn may_be_name(folded: &Folded, index: usize, text: &str) -> bool {
    let capital = text.get(folded.span(index)).is_some_and(|word| word.starts_with(char::is_uppercase));
    capital || is_listed(folded.word(index))
}

/// A capital that no sentence or quotation begins with.
fn is_capitalised(folded: &Folded, index: usize, text: &str) -> bool {
    let span = folded.span(index);
    let capital = text.get(span.clone()).and_then(|word| word.chars().next()).is_some_and(char::is_uppercase);
    let shouted = |at: usize| {
        let word = text.get(folded.span(at)).unwrap_or_default();
        word.chars().count() > 1 && word.chars().all(char::is_uppercase)
    };
    // In a headline of capitals a capital says nothing; a lone letter is half an abbreviation.
    capital
        && index > 0
        && span.len() > 1
        && !(shouted(index) && (shouted(index - 1) || (index + 1 < folded.len() && shouted(index + 1))))
        && text
            .get(folded.span(index - 1).end..span.start)
            .is_some_and(|between| between.chars().all(|c| matches!(c, ' ' | '-' | '\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_list_or_capital() {
        let known = |text: &str, index| is_name(&fold(text), index, text);
        assert!(known("قالت روسيا", 1) && known("وزير الخارجية الروسي", 2) && known("في دوما", 1));
        assert!(known("said Jane Doe", 2) && !known("He said. Then", 2) && !known("قال الناطق", 1));
    }

    #[test]
    fn negations_are_known() {
        assert!(is_negation("لم") && is_negation("not") && !is_negation("ما") && !is_negation("الا"));
        for text in ["ЛЕ не", "העיר לא", "ο στρατός δεν", "n'a pas", "não", "değil", "حملہ نہیں", "他没有", "χωρίς"]
        {
            let folded = fold(text);
            assert!(is_negation(folded.word(folded.len() - 1)), "{text}");
        }
    }
}
