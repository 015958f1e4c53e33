//! Changes of one word in a quotation that make it another statement, each of one kind, and harmless ones.

use std::collections::HashSet;

use isnad::quote::stem::stem;
use isnad::quote::{fold, idf};

use crate::corpus::Quoted;

/// A quotation with one thing changed.
pub(crate) struct Edited {
    pub(crate) text: String,
    pub(crate) was: String,
    pub(crate) is: String,
    /// Which word it is.
    pub(crate) at: usize,
}

/// Which end of a quotation the changed word is made to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    First,
    Last,
}

impl Edited {
    /// The same, cut so that what was changed is the first or the last of its words; `None` where too few are left.
    pub(crate) fn at_the(self, end: End) -> Option<Edited> {
        const FEWEST: usize = 8;
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let kept = match end {
            End::First => words.get(self.at..)?,
            End::Last if self.is.is_empty() => return None,
            End::Last => words.get(..self.at + self.is.split_whitespace().count())?,
        };
        (kept.len() >= FEWEST).then(|| kept.join(" ")).map(|text| Edited { text, ..self })
    }
}

/// Kinds of change; every one must be flagged.
pub(crate) const KINDS: [&str; 16] = [
    "digits",
    "spelled",
    "dual",
    "ordinal",
    "month",
    "weekday",
    "listed place",
    "listed person",
    "other full name",
    "other name alone",
    "other name in English",
    "negation put in",
    "negation taken out",
    "contrary",
    "swapped names",
    "vowels",
];

const SPELLED: &[&str] = &["ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"];
const SPELLED_SHORT: &[&str] = &["ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع", "عشر"];
const TENS: &[&str] = &["عشرين", "ثلاثين", "أربعين", "خمسين", "ستين", "سبعين", "ثمانين", "تسعين"];
const HUGE: &[&str] = &["مليون", "مليار"];
const ENGLISH: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty"];
const ORDINALS: &[&str] = &["الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس"];
const ORDINALS_F: &[&str] = &["الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة"];
const ORDINALS_EN: &[&str] = &["first", "second", "third", "fourth", "fifth"];
const MONTHS: &[&str] =
    &["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"];
const MONTHS_EN: &[&str] =
    &["January", "February", "April", "June", "July", "August", "September", "October", "November", "December"];
const DAYS: &[&str] = &["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"];
const DAYS_EN: &[&str] = &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DUALS: &[(&str, &str)] = &[
    ("يومين", "أيام"),
    ("عامين", "أعوام"),
    ("شهرين", "أشهر"),
    ("أسبوعين", "أسابيع"),
    ("ساعتين", "ساعات"),
    ("شخصين", "أشخاص"),
    ("مرتين", "مرات"),
    ("البلدين", "البلدان"),
    ("الدولتين", "الدول"),
    ("الطرفين", "الأطراف"),
    ("طفلين", "أطفال"),
    ("صاروخين", "صواريخ"),
    ("هدفين", "أهداف"),
    ("سنتين", "سنوات"),
];
const PLACES: &[&str] = &[
    "سوريا",
    "مصر",
    "لبنان",
    "العراق",
    "الأردن",
    "إسرائيل",
    "السعودية",
    "اليمن",
    "قطر",
    "الكويت",
    "تونس",
    "ليبيا",
    "الجزائر",
    "المغرب",
    "السودان",
    "إيران",
    "تركيا",
    "روسيا",
    "فرنسا",
    "ألمانيا",
    "بريطانيا",
    "الصين",
    "دمشق",
    "حلب",
    "بغداد",
    "بيروت",
    "القدس",
    "غزة",
    "القاهرة",
    "الرياض",
    "عدن",
    "صنعاء",
    "الموصل",
    "طرابلس",
    "واشنطن",
    "موسكو",
    "طهران",
    "أنقرة",
    "باريس",
    "لندن",
];
const PLACES_EN: &[&str] =
    &["Japan", "Germany", "France", "Britain", "Brazil", "Iran", "Iraq", "Canada", "Egypt", "China", "Mexico"];
const PEOPLE: &[&str] = &[
    "ترامب",
    "بوتين",
    "الأسد",
    "ماكرون",
    "ميركل",
    "روحاني",
    "أردوغان",
    "نتنياهو",
    "السيسي",
    "الحريري",
    "العبادي",
    "لافروف",
    "كيري",
    "أوباما",
    "عباس",
    "بومبيو",
    "تيلرسون",
];
const CONTRARY: &[(&str, &str)] = &[
    ("أكد", "نفى"),
    ("أكدت", "نفت"),
    ("يؤكد", "ينفي"),
    ("نفى", "أكد"),
    ("رفض", "قبل"),
    ("رفضت", "قبلت"),
    ("يرفض", "يقبل"),
    ("نرفض", "نقبل"),
    ("قبل", "بعد"),
    ("بعد", "قبل"),
    ("ارتفاع", "انخفاض"),
    ("ارتفع", "انخفض"),
    ("زيادة", "انخفاض"),
    ("دعم", "معارضة"),
    ("ندعم", "نعارض"),
    ("داخل", "خارج"),
    ("خارج", "داخل"),
    ("أكثر", "أقل"),
    ("أقل", "أكثر"),
    ("شمال", "جنوب"),
    ("جنوب", "شمال"),
    ("نجاح", "فشل"),
    ("فشل", "نجاح"),
    ("إيجابية", "سلبية"),
    ("بداية", "نهاية"),
    ("مقتل", "إصابة"),
    ("before", "after"),
    ("after", "before"),
    ("rise", "fall"),
    ("fall", "rise"),
    ("more", "less"),
    ("higher", "lower"),
    ("lower", "higher"),
    ("support", "oppose"),
    ("increase", "decrease"),
    ("above", "below"),
    ("accept", "reject"),
    ("up", "down"),
];
const NEGATIONS: &[&str] = &[
    "لا", "لم", "لن", "ليس", "ليست", "غير", "دون", "بدون", "بلا", "عدم", "ولا", "ولم", "ولن", "وليس", "not", "no",
    "never", "without",
];
/// Verbs before which a negation can be put.
const VERBS: &[(&str, &str)] = &[
    ("لا", "يمكن"),
    ("لن", "يكون"),
    ("لم", "يكن"),
    ("لا", "نريد"),
    ("لا", "يوجد"),
    ("لا", "يجب"),
    ("لن", "نواصل"),
    ("لا", "نعتقد"),
    ("لا", "أعتقد"),
    ("لن", "تكون"),
    ("لم", "تكن"),
    ("لا", "يزيد"),
    ("لن", "يتم"),
    ("لم", "يتم"),
    ("لا", "تزيد"),
    ("لن", "نعمل"),
    ("ما", "كان"),
    ("ما", "كانت"),
    ("ما", "قال"),
    ("not", "be"),
    ("not", "have"),
    ("never", "been"),
    ("not", "to"),
    ("no", "change"),
];

/// The words of a text with what stands between them.
fn tokens(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

/// The word of a token without punctuation.
fn core(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The other member of a list that `turn` says.
fn other<'l>(list: &[&'l str], word: &str, turn: usize) -> Option<&'l str> {
    let at = list.iter().position(|member| *member == word)?;
    Some(list[(at + 1 + turn % (list.len() - 1)) % list.len()])
}

fn in_any(lists: &[&[&'static str]], word: &str, turn: usize) -> Option<String> {
    lists.iter().find_map(|list| other(list, word, turn)).map(str::to_owned)
}

/// Changes one word of the quotation as `kind` says, the `turn`th way; `None` where nothing can be changed so.
pub(crate) fn edit(kind: &str, quoted: &Quoted, turn: usize) -> Option<Edited> {
    let tokens = tokens(&quoted.text);
    if kind == "swapped names" {
        return swap(&tokens);
    }
    let count = tokens.len();
    (0..count).map(|step| (step + turn) % count).find_map(|at| {
        let word = core(tokens[at]);
        let next = tokens.get(at + 1).map_or("", |token| core(token));
        let is = replacement(kind, word, next, turn)?;
        let mut text = String::new();
        for (index, token) in tokens.iter().enumerate() {
            if index == at {
                text.push_str(&token.replacen(word, &is, 1));
                if is.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(token);
            }
        }
        Some(Edited { text, was: word.to_owned(), is, at })
    })
}

fn replacement(kind: &str, word: &str, next: &str, turn: usize) -> Option<String> {
    match kind {
        "digits" => {
            let number: u64 = word.parse().ok()?;
            Some((number + 1 + (turn as u64 % 5) * (number / 3 + 1)).to_string())
        }
        "spelled" => in_any(&[SPELLED, SPELLED_SHORT, TENS, HUGE, ENGLISH], word, turn),
        "dual" => DUALS.iter().find_map(|(dual, plural)| {
            (word == *dual).then(|| format!("{} {plural}", SPELLED_SHORT[turn % SPELLED_SHORT.len()]))
        }),
        "ordinal" => in_any(&[ORDINALS, ORDINALS_F, ORDINALS_EN], word, turn),
        "month" => in_any(&[MONTHS, MONTHS_EN], word, turn),
        "weekday" => in_any(&[DAYS, DAYS_EN], word, turn),
        "listed place" => in_any(&[PLACES, PLACES_EN], word, turn),
        "listed person" => in_any(&[PEOPLE], word, turn),
        "negation put in" => VERBS
            .iter()
            .find(|(_, verb)| if verb.is_ascii() { *verb == next && word != "not" } else { *verb == word })
            .map(|(not, verb)| if verb.is_ascii() { format!("{word} {not}") } else { format!("{not} {word}") }),
        "negation taken out" => NEGATIONS.contains(&word).then(String::new),
        "contrary" => CONTRARY.iter().find(|(from, _)| *from == word).map(|(_, to)| (*to).to_owned()),
        "vowels" => vowels(word, turn),
        _ => None,
    }
}

/// A verb that may be active or passive.
fn vowels(word: &str, _: usize) -> Option<String> {
    matches!(
        word,
        "قتل"
            | "أعلن"
            | "ذكر"
            | "كتب"
            | "نقل"
            | "رفض"
            | "طلب"
            | "علم"
            | "منع"
            | "وضع"
            | "حمل"
            | "ضرب"
    )
    .then(|| word.chars().map(|letter| format!("{letter}\u{64e}")).collect())
}

/// Who did it becomes to whom it was done.
fn swap(tokens: &[&str]) -> Option<Edited> {
    let named: Vec<usize> = (0..tokens.len())
        .filter(|&at| {
            PLACES.contains(&core(tokens[at]))
                || PLACES_EN.contains(&core(tokens[at]))
                || PEOPLE.contains(&core(tokens[at]))
        })
        .collect();
    let first = *named.first()?;
    // Members of one list, "A and B", are no actors.
    let last = *named.iter().rev().find(|&&at| at > first + 2 && core(tokens[at]) != core(tokens[first]))?;
    let (a, b) = (core(tokens[first]), core(tokens[last]));
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let token = match at {
            _ if at == first => token.replacen(a, b, 1),
            _ if at == last => token.replacen(b, a, 1),
            _ => (*token).to_owned(),
        };
        text.push_str(&token);
    }
    Some(Edited { text, was: format!("{a} … {b}"), is: format!("{b} … {a}"), at: first })
}

/// Names that no list holds, and which words they stand after.
pub(crate) struct Names {
    pub(crate) names: Vec<String>,
    known: HashSet<String>,
    after: HashSet<(String, String)>,
}

/// Where in a quotation a name is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// After the first name of the same person.
    Full,
    /// Standing alone.
    Alone,
}

/// Replaces a name by another one.
pub(crate) fn rename(quoted: &Quoted, known: &Names, place: Place, turn: usize) -> Option<Edited> {
    let tokens = tokens(&quoted.text);
    let full =
        |at: usize| at > 0 && known.after.contains(&(core(tokens[at - 1]).to_owned(), core(tokens[at]).to_owned()));
    let fits = |at: &usize| known.known.contains(core(tokens[*at])) && full(*at) == (place == Place::Full);
    let at = (0..tokens.len()).find(fits)?;
    let was = core(tokens[at]).to_owned();
    let is = known.names.iter().cycle().skip(turn * 7 % known.names.len()).find(|name| **name != was)?.clone();
    let text = tokens
        .iter()
        .enumerate()
        .map(|(index, token)| if index == at { token.replacen(&was, &is, 1) } else { (*token).to_owned() });
    Some(Edited { text: text.collect(), was, is, at })
}

/// Whether the program's list of names holds a name.
fn is_listed(name: &str) -> bool {
    static LISTED: std::sync::OnceLock<HashSet<String>> = std::sync::OnceLock::new();
    let bare = |word: &str| stem(stem(word)).to_owned();
    let listed = LISTED.get_or_init(|| {
        let lines = include_str!("../../src/quote/names.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(|line| fold(line).words().map(bare).collect::<Vec<_>>()).collect()
    });
    fold(name).words().next().is_some_and(|word| listed.contains(&bare(word)))
}

/// The words that stand with a capital inside sentences of the English quotations and never without one: names, mostly.
pub(crate) fn english_names(quotations: &[Quoted]) -> Names {
    let mut names: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut plain = std::collections::HashSet::new();
    for quoted in quotations {
        let mut inside = false;
        for token in quoted.around.split_whitespace() {
            let word = core(token);
            let ascii = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
            if ascii
                && inside
                && word[1..].bytes().all(|byte| byte.is_ascii_lowercase())
                && word.as_bytes()[0].is_ascii_uppercase()
            {
                *names.entry(word.to_owned()).or_default() += 1;
            } else if ascii && word.as_bytes()[0].is_ascii_lowercase() {
                plain.insert(word.to_owned());
            }
            inside =
                !token.ends_with(|c: char| !c.is_alphanumeric()) && !token.starts_with(|c: char| !c.is_alphanumeric());
        }
    }
    let listed = |name: &str| PLACES_EN.contains(&name) || MONTHS_EN.contains(&name) || DAYS_EN.contains(&name);
    let never_plain = |name: &str| !plain.contains(&name.to_lowercase());
    let name = |name: &String| !listed(name) && !is_listed(name) && name != "March" && never_plain(name);
    let names: Vec<String> = names.into_keys().filter(name).collect();
    Names { known: names.iter().cloned().collect(), names, after: HashSet::new() }
}

/// For the kind `vowels`: the same text where the word bears the vowels of the passive.
pub(crate) fn with_passive(around: &str, word: &str) -> String {
    let passive: String = word
        .chars()
        .enumerate()
        .map(|(at, letter)| format!("{letter}{}", ["\u{64f}", "\u{650}", "\u{64e}"][at.min(2)]))
        .collect();
    around.replacen(word, &passive, 1)
}

/// Last names of people who are quoted: of speakers of two words, those whose last word is no common one.
pub(crate) fn other_names(quotations: &[Quoted]) -> Names {
    let mut names = Names { names: Vec::new(), known: HashSet::new(), after: HashSet::new() };
    for speaker in quotations.iter().filter_map(|quoted| quoted.speaker.as_deref()) {
        let words: Vec<&str> = speaker.split(' ').collect();
        let [first, last] = words.as_slice() else { continue };
        let arabic = |word: &str| word.chars().all(|c| ('\u{620}'..='\u{64a}').contains(&c));
        let rare = |word: &str| fold(word).len() == 1 && idf::weight(stem(fold(word).word(0))) >= 6 * idf::NAT;
        if arabic(first) && arabic(last) && last.chars().count() > 4 && rare(last) && !first.starts_with("ال") {
            names.after.insert(((*first).to_owned(), (*last).to_owned()));
        }
    }
    let distinct: std::collections::BTreeSet<String> = names.after.iter().map(|(_, last)| last.clone()).collect();
    names.names = distinct.into_iter().filter(|name| !PEOPLE.contains(&name.as_str()) && !is_listed(name)).collect();
    names.known = names.names.iter().cloned().collect();
    names
}
