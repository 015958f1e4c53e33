//! The sources that a text names for the words it carries: `نقلت رويترز عن`, `وفق وكالة سبوتنيك`, `told AFP`, a dateline.
//!
//! A name alone is no source: a report may be *about* an agency. It needs a verb or particle of attribution beside it, or
//! the brackets and dashes of a dateline.

use super::fold::{Folded, fold};
use super::lexicon;
use super::outlets::{Mention, Names};

/// How far before a name a word of attribution may stand.
const BEFORE: usize = 3;
/// How far after it.
const AFTER: usize = 2;
/// Words at the head of an article that may be a dateline.
const DATELINE: usize = 10;
/// Words of a block around the passage that are looked at.
const AROUND: usize = 70;

/// Arabic verbs and particles of attribution, folded, without و and ف; verbs also with ت, and with an object.
const ARABIC: [&str; 49] = [
    "نقل",
    "نقلت",
    "نقلته",
    "نقلتها",
    "نقلا",
    "ينقل",
    "تنقل",
    "بحسب",
    "حسب",
    "حسبما",
    "وفق",
    "وفقا",
    "بثت",
    "بث",
    "بثته",
    "بثتها",
    "نشرت",
    "نشر",
    "نشرته",
    "نشرتها",
    "اوردت",
    "اورد",
    "اوردته",
    "اوردتها",
    "ذكرت",
    "ذكر",
    "ذكرته",
    "ذكرتها",
    "افادت",
    "افاد",
    "قالت",
    "قال",
    "صرح",
    "صرحت",
    "تصريح",
    "تصريحات",
    "لتصريحات",
    "حديث",
    "حديثه",
    "مقابله",
    "حوار",
    "لقاء",
    "ابلغ",
    "المصدر",
    "كشفت",
    "اكدت",
    "اشارت",
    "استنادا",
    "اعلنت",
];
/// After these a name needs the ل or مع of the one who was told.
const TOLD: [&str; 11] = ["قال", "قالت", "صرح", "صرحت", "تصريح", "تصريحات", "حديث", "حديثه", "مقابله", "حوار", "لقاء"];
/// English ones before the name.
const ENGLISH_BEFORE: [&str; 14] = [
    "told",
    "tells",
    "telling",
    "according",
    "citing",
    "quoting",
    "via",
    "source",
    "by",
    "interview",
    "from",
    "with",
    "cited",
    "quoted",
];
/// English ones after it.
const ENGLISH_AFTER: [&str; 8] = ["reported", "reports", "said", "says", "quoted", "cited", "reporting", "agency"];

/// A source that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The outlets that go by this name.
    pub outlets: Vec<String>,
    /// The words by which the text names it, as they stand there.
    pub words: String,
}

/// The sources named around `passage`, a byte range of `block`, nearest first.
pub fn around(block: &str, passage: std::ops::Range<usize>, names: &[&Names]) -> Vec<Source> {
    let folded = fold(block);
    let first = (0..folded.len()).take_while(|&at| folded.span(at).end <= passage.start).count();
    let last = (0..folded.len()).take_while(|&at| folded.span(at).start < passage.end).count();
    let mut found: Vec<(usize, Source)> = Vec::new();
    let mut at = first.saturating_sub(AROUND);
    while at < folded.len().min(last + AROUND) {
        let inside = first <= at && at < last;
        let Some(mention) = mention(names, &folded, at).filter(|_| !inside) else {
            at += 1;
            continue;
        };
        let distance = if at < first { first - at } else { at - last };
        if let Some(words) = attributed(block, &folded, &mention) {
            found.push((distance, Source { outlets: mention.outlets.to_vec(), words }));
        }
        at = mention.words.end;
    }
    found.sort_by_key(|(distance, _)| *distance);
    distinct(found.into_iter().map(|(_, source)| source))
}

/// The sources that stand in the dateline with which a text begins: `واشنطن (رويترز) -`, `الرياض - واس`.
pub fn in_dateline(block: &str, names: &[&Names]) -> Vec<Source> {
    let folded = fold(block);
    let mut found = Vec::new();
    for at in 0..folded.len().min(DATELINE) {
        let Some(mention) = mention(names, &folded, at) else { continue };
        let (from, to) = (folded.span(mention.words.start).start, folded.span(mention.words.end - 1).end);
        let before = block[..from].trim_end().chars().next_back();
        let after = block[to..].trim_start().chars().next();
        let parts =
            |c: Option<char>| matches!(c, Some('-' | '–' | '—' | ':' | '(' | ')' | '،' | ',' | '/' | '«' | '»'));
        let begins = before.is_none_or(|c| parts(Some(c)));
        if begins && parts(after) && after != Some('،') && after != Some(',') {
            let words = block[..to].trim().trim_end_matches([')', '-']).to_owned();
            found.push(Source { outlets: mention.outlets.to_vec(), words });
        }
    }
    distinct(found.into_iter())
}

/// The outlets that `name`, as a reading took it down, goes by.
pub fn of_name(name: &str, names: &[&Names]) -> Option<Source> {
    let folded = fold(name);
    let mention = (0..folded.len()).find_map(|at| mention(names, &folded, at))?;
    Some(Source { outlets: mention.outlets.to_vec(), words: name.to_owned() })
}

fn mention<'n>(names: &[&'n Names], folded: &Folded, at: usize) -> Option<Mention<'n>> {
    let found = names.iter().filter_map(|names| names.at(folded, at));
    found.max_by_key(|mention| mention.words.len())
}

/// The words from the attribution to the name, where there is one.
fn attributed(block: &str, folded: &Folded, mention: &Mention<'_>) -> Option<String> {
    let (start, end) = (mention.words.start, mention.words.end);
    let phrase = |from: usize, to: usize| block[folded.span(from).start..folded.span(to - 1).end].to_owned();
    let agency = start > 0
        && matches!(bare(folded.word(start - 1)), "وكاله" | "قناه" | "صحيفه" | "جريده" | "شبكه" | "موقع" | "agency");
    let bracket = block[..folded.span(start).start].trim_end().ends_with('(')
        && block[folded.span(end - 1).end..].trim_start().starts_with(')');
    if mention.common && !agency && !bracket {
        return None;
    }
    for at in (start.saturating_sub(BEFORE + usize::from(agency))..start).rev() {
        // A sentence that ended says nothing of the next.
        if block[folded.span(at).end..folded.span(start).start].contains(['.', '؟', '!', '\n', '؛']) {
            break;
        }
        // `who never told Reuters` names no source.
        if at > 0 && lexicon::is_negation_at(folded, at - 1) {
            continue;
        }
        let word = bare(folded.word(at));
        if ARABIC.contains(&word) && (!TOLD.contains(&word) || told(folded, at, start)) {
            return Some(phrase(at, end));
        }
        if ENGLISH_BEFORE.contains(&word) && (word != "according" || folded.word(at + 1) == "to") {
            let near = start - at <= if matches!(word, "by" | "from" | "with" | "via" | "source") { 2 } else { BEFORE };
            let spoken = !matches!(word, "by" | "from" | "with") || credited(folded, at);
            if near && spoken {
                return Some(phrase(at, end));
            }
        }
    }
    for at in end..folded.len().min(end + AFTER) {
        if ENGLISH_AFTER.contains(&folded.word(at)) {
            return Some(phrase(start, at + 1));
        }
    }
    bracket.then(|| phrase(start, end))
}

/// `قال لرويترز`, `في حديث مع رويترز`, and `قالت رويترز` where the outlet speaks itself; not `قال مراسل`.
fn told(folded: &Folded, cue: usize, name: usize) -> bool {
    let between: Vec<&str> = (cue + 1..name).map(|at| folded.word(at)).collect();
    let to = |word: &str| matches!(word, "ل" | "مع" | "الي") || word.starts_with("لل") || word.starts_with('ل');
    folded.word(name).starts_with('ل')
        || between.iter().any(|word| to(word))
        || (matches!(bare(folded.word(cue)), "قالت")
            && between.iter().all(|word| matches!(*word, "وكاله" | "قناه" | "صحيفه" | "شبكه")))
}

/// `quoted by Reuters`, `obtained from AFP`, `an interview with the BBC`.
fn credited(folded: &Folded, at: usize) -> bool {
    at > 0
        && matches!(
            folded.word(at - 1),
            "quoted"
                | "reported"
                | "cited"
                | "carried"
                | "published"
                | "interview"
                | "obtained"
                | "interviewed"
                | "seen"
        )
}

fn bare(word: &str) -> &str {
    let stripped = word.strip_prefix(['و', 'ف']).filter(|rest| rest.chars().nth(1).is_some());
    match stripped {
        Some(rest) if !matches!(word, "وفق" | "وفقا" | "وكاله") => rest,
        _ => word,
    }
}

fn distinct(sources: impl Iterator<Item = Source>) -> Vec<Source> {
    let mut list: Vec<Source> = Vec::new();
    for source in sources {
        if !list.iter().any(|known| known.outlets == source.outlets) {
            list.push(source);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::outlets::known;

    fn named(block: &str, passage: &str) -> Vec<(String, String)> {
        let start = block.find(passage).unwrap();
        let list = around(block, start..start + passage.len(), &[known()]);
        list.into_iter().map(|source| (source.outlets[0].clone(), source.words)).collect()
    }

    fn one(outlet: &str, words: &str) -> Vec<(String, String)> {
        vec![(outlet.to_owned(), words.to_owned())]
    }

    #[test]
    fn a_source_is_named_by_attribution() {
        for (block, outlet, words) in [
            ("ونقلت رويترز عن مسؤول قوله «سنفتح الجسر غدا»", "reuters.com", "ونقلت رويترز"),
            ("«سنفتح الجسر غدا»، وفق وكالة سبوتنيك الروسية.", "sputniknews.com", "وفق وكالة سبوتنيك"),
            ("قال الوزير لفرانس برس «سنفتح الجسر غدا»", "afp.com", "قال الوزير لفرانس برس"),
            ("وقال في تصريح خاص لوكالة الأناضول «سنفتح الجسر غدا»", "aa.com.tr", "تصريح خاص لوكالة الأناضول"),
            ("نقلا عن وكالة الأنباء السعودية (واس) «سنفتح الجسر غدا»", "spa.gov.sa", "واس"),
        ] {
            assert_eq!(named(block, "سنفتح الجسر غدا"), one(outlet, words), "{block}");
        }
        assert_eq!(
            named("The mayor told AFP the bridge opens tomorrow", "the bridge opens"),
            one("afp.com", "told AFP")
        );
        assert_eq!(
            named("The bridge opens tomorrow, Reuters reported.", "The bridge opens"),
            one("reuters.com", "Reuters reported")
        );
        assert_eq!(
            named("according to the Associated Press, the bridge opens", "the bridge opens"),
            one("apnews.com", "according to the Associated Press")
        );
    }

    #[test]
    fn a_name_alone_is_no_source() {
        for block in [
            "احتج موظفو رويترز أمس على نقل المكاتب. وقال الناطق «سنفتح الجسر غدا»",
            "أغلقت قناة العربية مكتبها، وعقب ذلك «سنفتح الجسر غدا»",
            "قال مراسل سابق في بي بي سي «سنفتح الجسر غدا»",
            "فارس الأسد قال «سنفتح الجسر غدا»",
        ] {
            assert_eq!(named(block, "سنفتح الجسر غدا"), [], "{block}");
        }
        for block in [
            "The mayor never told Reuters that the bridge opens",
            "قال رئيس البلدية، ولم تنقل رويترز قوله «سنفتح الجسر غدا»",
        ] {
            let words = if block.is_ascii() { "the bridge opens" } else { "سنفتح الجسر غدا" };
            assert_eq!(named(block, words), [], "{block}");
        }
        assert_eq!(named("Reuters moved its office near the river; the bridge opens", "the bridge opens"), []);
    }

    #[test]
    fn a_dateline_names_a_source() {
        let of = |block| {
            in_dateline(block, &[known()]).into_iter().map(|source| source.outlets[0].clone()).collect::<Vec<_>>()
        };
        assert_eq!(of("واشنطن (رويترز) - قال البيت الأبيض"), ["reuters.com"]);
        assert_eq!(of("واس - الرياض: استقبل الأمير"), ["spa.gov.sa"]);
        assert_eq!(of("BEIRUT (AFP) - The bridge"), ["afp.com"]);
        assert_eq!(of("رويترز وكالة كبيرة في لندن"), Vec::<String>::new());
    }
}
