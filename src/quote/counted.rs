//! Compares the numbers of a quotation with those of the passage aligned with it.
//!
//! Where a number meets another word by word says little: `12` stands in `12,000`. So whole numbers are read on both
//! sides, the words around them that met are the frame, and what stands in one frame on both sides is compared by value.

use std::ops::Range;

use super::align::Chain;
use super::amounts::{Amount, amounts};
use super::fold::Folded;
use super::sequence::has_ellipsis;

/// More words put in than this are another sentence.
const LONGEST_CHANGE: usize = 6;
/// Words before the first matched one, and after the last, that answer those of the other side; further ones are other
/// sentences.
const AT_ENDS: usize = 8;
/// Words beside the passage that are read for the rest of a number.
const BESIDE: usize = 6;

/// One side of the comparison: its words and its text.
type Side<'t> = (&'t Folded, &'t str);

/// Words of both sides in one frame.
#[derive(Debug, Clone)]
struct Frame {
    ours: Range<usize>,
    theirs: Range<usize>,
}

/// The numbers that became others along a chain of matched words, as both sides say them. `whole` where the chain is the
/// only one: then what stands before and after it is compared too.
pub(super) fn changed(ours: Side<'_>, theirs: Side<'_>, chain: &Chain, whole: bool) -> Vec<(String, String)> {
    let (query, text) = (chain.query(), chain.text());
    let (before, after) = if whole { (query.start, ours.0.len() - query.end) } else { (0, 0) };
    let around = text.start.saturating_sub(before + BESIDE)..(text.end + after + BESIDE).min(theirs.0.len());
    let a = amounts(ours.0, ours.1, 0..ours.0.len());
    if a.is_empty() {
        return Vec::new();
    }
    let b = amounts(theirs.0, theirs.1, around);
    let frames = frames((ours, &a), (theirs, &b), chain, whole);
    let mut found = Vec::new();
    let mut lone: Vec<(Option<&Amount>, Option<&Amount>)> = Vec::new();
    for frame in &frames {
        let within = |all: &'_ [Amount], range: &Range<usize>| -> Vec<usize> {
            let meets = |amount: &Amount| amount.at.start < range.end && range.start < amount.at.end;
            (0..all.len()).filter(|&at| meets(&all[at])).collect()
        };
        let (mut left, mut right) = (within(&a, &frame.ours), within(&b, &frame.theirs));
        left.retain(|&one| match right.iter().position(|&other| a[one].agrees(&b[other])) {
            Some(other) => {
                right.remove(other);
                false
            }
            None => true,
        });
        let (left, right) = (left.first().map(|&at| &a[at]), right.first().map(|&at| &b[at]));
        if let (Some(from), Some(to)) = (left, right) {
            found.extend(told((ours, from), (theirs, to)));
        }
        lone.push((left, right));
    }
    // `مدنيين اثنين` became `ثلاثة مدنيين`: what is counted stands between.
    for (two, frames) in lone.windows(2).zip(frames.windows(2)) {
        let one_word = frames[1].ours.start.saturating_sub(frames[0].ours.end) == 1
            && frames[1].theirs.start.saturating_sub(frames[0].theirs.end) == 1;
        let (from, to, ends) = match (two[0], two[1]) {
            ((Some(from), None), (None, Some(to))) => {
                (from, to, from.at.end == frames[0].ours.end && to.at.start == frames[1].theirs.start)
            }
            ((None, Some(to)), (Some(from), None)) => {
                (from, to, to.at.end == frames[0].theirs.end && from.at.start == frames[1].ours.start)
            }
            _ => continue,
        };
        if one_word && ends && !from.agrees(to) {
            found.extend(told((ours, from), (theirs, to)));
        }
    }
    found
}

/// What is said of two numbers that differ; nothing where their words are the same, parted otherwise.
fn told((ours, from): (Side<'_>, &Amount), (theirs, to): (Side<'_>, &Amount)) -> Option<(String, String)> {
    let by_unit = from.number == to.number;
    let (from, to) = (from.words(ours.0, ours.1, by_unit), to.words(theirs.0, theirs.1, by_unit));
    (from != to).then_some((from, to))
}

/// The frames between the matched words that say no number. Each is cut at what an ellipsis leaves out: what stands
/// before it answers the first words of the other side, what stands behind it the last.
fn frames(ours: (Side<'_>, &[Amount]), theirs: (Side<'_>, &[Amount]), chain: &Chain, whole: bool) -> Vec<Frame> {
    let says_number = |all: &[Amount], range: &Range<usize>| {
        all.iter().any(|amount| amount.at.start < range.end && range.start < amount.at.end)
    };
    let pairs: Vec<&(Range<usize>, Range<usize>)> =
        chain.pairs.iter().filter(|pair| !says_number(ours.1, &pair.0) && !says_number(theirs.1, &pair.1)).collect();
    let (query, text) = (chain.query(), chain.text());
    let (asked, there) = (ours.0.0.len(), theirs.0.0.len());
    let (before, after) = if whole { (query.start.min(AT_ENDS), (asked - query.end).min(AT_ENDS)) } else { (0, 0) };
    let start = (query.start - before, text.start.saturating_sub(before));
    let end = (query.end + after, (text.end + after).min(there));
    let starts = std::iter::once(start).chain(pairs.iter().map(|pair| (pair.0.end, pair.1.end)));
    let ends = pairs.iter().map(|pair| (pair.0.start, pair.1.start)).chain(std::iter::once(end));
    let mut frames = Vec::new();
    for (from, to) in starts.zip(ends) {
        let frame = Frame { ours: from.0..to.0.max(from.0), theirs: from.1..to.1.max(from.1) };
        match ellipsis(ours.0, &frame.ours) {
            Some(at) => {
                let (before, after) = (at - frame.ours.start, frame.ours.end - at);
                let middle = (frame.theirs.start + before).min(frame.theirs.end);
                // At the ends nothing that met holds what lies beyond the ellipsis.
                if frame.ours.start >= query.start {
                    frames.push(Frame { ours: frame.ours.start..at, theirs: frame.theirs.start..middle });
                }
                if frame.ours.end <= query.end {
                    let last = frame.theirs.end.saturating_sub(after).max(middle);
                    frames.push(Frame { ours: at..frame.ours.end, theirs: last..frame.theirs.end });
                }
            }
            None if frame.theirs.len() <= frame.ours.len() + LONGEST_CHANGE => frames.push(frame),
            None => {}
        }
    }
    frames
}

/// The word behind an ellipsis in or right beside some words.
fn ellipsis((folded, text): Side<'_>, range: &Range<usize>) -> Option<usize> {
    let parted =
        |&at: &usize| at > 0 && at < folded.len() && has_ellipsis(text, folded.span(at - 1).end, folded.span(at).start);
    (range.start..=range.end).find(parted)
}

#[cfg(test)]
mod tests {
    use crate::quote::align::{Pattern, Target};
    use crate::quote::altered::{ChangeKind, changes};
    use crate::quote::fold::fold;

    /// The changed numbers between two texts.
    fn told(query: &str, text: &str) -> Vec<String> {
        let (asked, there) = (fold(query), fold(text));
        let alignment = Pattern::new(&asked, query).align(&Target::new(&there, text));
        let found = changes((&asked, query), (&there, text), &alignment);
        found.iter().filter(|change| change.kind == ChangeKind::Number).map(ToString::to_string).collect()
    }

    const ARABIC: &str = "أعلن المتحدث العسكري أمس أن {} غادروا البلدة القديمة قرب النهر صباح الجمعة";
    const ENGLISH: &str = "The minister said on Tuesday that {} had left the old town near the northern harbour";
    const FRENCH: &str = "Le ministre a déclaré mardi que {} près de Mopti avaient été attaqués par des inconnus";
    const GERMAN: &str = "Der Minister erklärte am Dienstag, dass {} bei Charkiw durch die Armee beschossen wurden";
    const SPANISH: &str =
        "El ministro dijo el martes que {} cerca de la frontera norte fueron atacados por el ejercito";
    const TURKISH: &str = "Bakan dün akşam {} köyün salı günü bombalandığını ve ordunun bölgeden ayrılacağını söyledi";
    const RUSSIAN: &str = "Министр вчера заявил что {} под Харьковом были обстреляны во вторник утром неизвестными";
    const PERSIAN: &str = "وزیر گفت {} روستا در نزدیکی مرز روز گذشته گلوله باران شد و ارتش منطقه را ترک کرد";
    const HEBREW: &str = "השר אמר אתמול כי {} כפרים ליד הגבול הופגזו ביום שלישי וכי הצבא יעזוב את האזור";
    const GREEK: &str = "Ο υπουργός είπε ότι {} χωριά κοντά στα σύνορα βομβαρδίστηκαν χθες το πρωί από αγνώστους";
    const CHINESE: &str = "警方称当天有{}在车站附近受伤其中多数是外国游客和当地居民";
    const JAPANESE: &str = "首相は記者会見で来年の春までに新しいダムを{}建設すると約束した";
    const THAI: &str = "นายกรัฐมนตรีกล่าวว่ารัฐบาลจะสร้างเขื่อนใหม่{}แห่งภายในปีหน้า";

    #[test]
    fn another_number_is_told_however_it_is_written() {
        let pairs = [
            (ENGLISH, "12,000 villagers", "12 villagers"),
            (ENGLISH, "12 villagers", "12 thousand villagers"),
            (ENGLISH, "three villagers", "3,000 villagers"),
            (ENGLISH, "100 people", "three hundred people"),
            (ENGLISH, "twenty-five people", "twenty-six people"),
            (ENGLISH, "two hundred and five people", "two hundred and six people"),
            (ENGLISH, "40 of the villagers", "40 percent of the villagers"),
            (ENGLISH, "40 per cent of them", "60 per cent of them"),
            (ENGLISH, "5 million dollars", "5 million euros"),
            (ENGLISH, "$5 million", "€5 million"),
            (ENGLISH, "5 days", "5 weeks"),
            (ENGLISH, "half a million people", "a million people"),
            (ENGLISH, "hundreds of people", "thousands of people"),
            (ENGLISH, "hundreds of thousands of people", "hundreds of people"),
            (ENGLISH, "dozens of people", "1,200 people"),
            (ENGLISH, "1.25 million people", "1.75 million people"),
            (ENGLISH, "between 30 and 40 percent", "between 30 and 50 percent"),
            (ENGLISH, "the 21st battalion", "the 22nd battalion"),
            (ENGLISH, "six and a half percent", "six percent"),
            (ARABIC, "اثنين ونصف بالمئة", "اثنين بالمئة"),
            (ARABIC, "5 مقاتلين", "5 آلاف مقاتل"),
            (ARABIC, "70 شخصا", "70 مليون شخص"),
            (ARABIC, "1000 شخص", "70 ألف شخص"),
            (ARABIC, "مدنيين اثنين", "ثلاثة مدنيين"),
            (ARABIC, "مدنيان", "ثلاثة مدنيين"),
            (ARABIC, "يومين", "ثلاثة أيام"),
            (ARABIC, "اثني عشر مصابا", "13 مصابا"),
            (ARABIC, "أحد عشر مصابا", "اثنا عشر مصابا"),
            (ARABIC, "ألف ومئتين وخمسين جريحا", "1260 جريحا"),
            (ARABIC, "ألف جريح", "ألفي جريح"),
            (ARABIC, "مليون ونصف مليون لاجئ", "مليون لاجئ"),
            (ARABIC, "40 بالمئة من السكان", "40 من السكان"),
            (ARABIC, "خمسة ملايين دولار", "خمسة ملايين يورو"),
            (ARABIC, "عشرات الأشخاص", "عشرات آلاف الأشخاص"),
            (ARABIC, "الكتيبة الثانية عشرة", "الكتيبة الثانية والعشرين"),
            (ARABIC, "٣٫٥ ملايين لاجئ", "٤٫٥ ملايين لاجئ"),
            (ARABIC, "ثلثي السكان", "نصف السكان"),
            (FRENCH, "douze villages", "treize villages"),
            (FRENCH, "quatre-vingt-dix villages", "quatre-vingts villages"),
            (FRENCH, "soixante-dix villages", "soixante villages"),
            (GERMAN, "zwölf Dörfer", "dreizehn Dörfer"),
            (GERMAN, "fünfundzwanzig Dörfer", "sechsundzwanzig Dörfer"),
            (SPANISH, "treinta y cinco pueblos", "treinta y seis pueblos"),
            (TURKISH, "on iki", "on üç"),
            (TURKISH, "iki yüz", "iki bin"),
            (RUSSIAN, "двенадцать сёл", "тринадцать сёл"),
            (RUSSIAN, "двадцать пять сёл", "двадцать шесть сёл"),
            (PERSIAN, "دوازده", "سیزده"),
            (PERSIAN, "بیست و پنج", "بیست و شش"),
            (PERSIAN, "۱۲ هزار", "۱۲"),
            (HEBREW, "שנים עשר", "שלושה עשר"),
            (CHINESE, "十二人", "十三人"),
            (CHINESE, "三人", "五人"),
            (CHINESE, "12人", "12万人"),
            (JAPANESE, "三つ", "四つ"),
            (THAI, "สาม", "สี่"),
            (GREEK, "δώδεκα", "δεκατρία"),
        ];
        let wrong = pairs.iter().filter(|(said, one, other)| {
            let (one, other) = (said.replace("{}", one), said.replace("{}", other));
            (told(&one, &other).len(), told(&other, &one).len()) != (1, 1)
        });
        assert_eq!(wrong.collect::<Vec<_>>(), [] as [&(&str, &str, &str); 0]);
    }

    #[test]
    fn the_same_number_is_never_told() {
        let pairs = [
            (ENGLISH, "5,000 people", "5 thousand people"),
            (ENGLISH, "3,000 people", "three thousand people"),
            (ENGLISH, "1250000 people", "1,250,000 people"),
            (ENGLISH, "1.25 million people", "1,250,000 people"),
            (ENGLISH, "1 250 000 people", "1.250.000 people"),
            (ENGLISH, "1,250 people", "1.250 people"),
            (ENGLISH, "two hundred and five people", "205 people"),
            (ENGLISH, "twenty-five people", "25 people"),
            (ENGLISH, "half a million people", "500,000 people"),
            (ENGLISH, "twelve hundred people", "1,200 people"),
            (ENGLISH, "40% of them", "40 per cent of them"),
            (ENGLISH, "half of them", "50 percent of them"),
            (ENGLISH, "between 30% and 40% of them", "between 30 and 40 percent of them"),
            (ENGLISH, "$5 million", "5 million US dollars"),
            (ENGLISH, "72 hours", "three days"),
            (ENGLISH, "2 kilometres", "2,000 metres"),
            (ENGLISH, "dozens of people", "60 people"),
            (ENGLISH, "the 5th battalion", "the fifth battalion"),
            (ENGLISH, "one of the villagers", "the villagers"),
            (ENGLISH, "six and a half percent", "6.5 percent"),
            (ARABIC, "خمسون ونصف القتلى", "50 شخصا ونصف القتلى"),
            (ENGLISH, "sixty and a quarter of them", "60, a quarter of them"),
            (ENGLISH, "three and a half hours", "three hours and a half"),
            (ARABIC, "اثنين ونصف بالمئة", "2.5 بالمئة"),
            (ARABIC, "ثلاثة وربع بالمئة", "3.25 بالمئة"),
            (ARABIC, "ثلاثة فاصل خمسة بالمئة", "3.5 بالمئة"),
            (ENGLISH, "5 soldiers and 7 villagers", "five soldiers and seven villagers"),
            (ARABIC, "١٢ مصابا", "اثني عشر مصابا"),
            (ARABIC, "إحدى عشرة امرأة", "11 امرأة"),
            (ARABIC, "5,000 مقاتل", "5 آلاف مقاتل"),
            (ARABIC, "1250 جريحا", "ألف ومئتين وخمسين جريحا"),
            (ARABIC, "1.25 مليون دولار", "1,250,000 دولار"),
            (ARABIC, "مليون ومئتين وخمسين ألف دولار", "1,250,000 دولار"),
            (ARABIC, "5 آلاف و500 مدني", "5500 مدني"),
            (ARABIC, "مليون ونصف المليون لاجئ", "1.5 مليون لاجئ"),
            (ARABIC, "نصف مليون لاجئ", "500 ألف لاجئ"),
            (ARABIC, "خمسة وعشرين مدنيا", "25 مدنيا"),
            (ARABIC, "ثلاثمائة وخمسة عشر مدنيا", "315 مدنيا"),
            (ARABIC, "ألفي مدني", "2000 مدني"),
            (ARABIC, "مدنيين اثنين", "2 من المدنيين"),
            (ARABIC, "جنديان اثنان", "جنديين"),
            (ARABIC, "40 في المئة من السكان", "40% من السكان"),
            (ARABIC, "بنسبة 40 من السكان", "بنسبة 40 بالمئة من السكان"),
            (ARABIC, "الدورة الخامسة والعشرين", "الدورة الـ25"),
            (ARABIC, "عشرات الأشخاص", "سبعين شخصا"),
            (ARABIC, "يومين", "48 ساعة"),
            (ARABIC, "(50) ألف مدني", "50 ألف مدني"),
            (ARABIC, "مئتي ألف مدني", "مائتي ألف مدني"),
            (ARABIC, "3ر1 مليار مدني", "1.3 مليار مدني"),
            (ARABIC, "ثلاثة وأربعين فاصلة ثمانية طن", "43.8 طن"),
            (FRENCH, "quatre-vingt-dix-sept villages", "97 villages"),
            (FRENCH, "vingt et un mille villages", "21 000 villages"),
            (GERMAN, "fünfundzwanzig Dörfer", "25 Dörfer"),
            (SPANISH, "mil doscientos pueblos", "1.200 pueblos"),
            (TURKISH, "on iki", "12"),
            (TURKISH, "iki yüz elli", "250"),
            (RUSSIAN, "двести двадцать пять сёл", "225 сёл"),
            (PERSIAN, "دوازده هزار", "۱۲۰۰۰"),
            (PERSIAN, "بیست و پنج", "۲۵"),
            (HEBREW, "שנים עשר", "12"),
            (HEBREW, "עשרים וחמישה", "25"),
            (CHINESE, "十二人", "12人"),
            (CHINESE, "一千二百五十人", "1250人"),
            (CHINESE, "12万人", "十二万人"),
        ];
        let told = pairs.iter().flat_map(|(said, one, other)| {
            let (one, other) = (said.replace("{}", one), said.replace("{}", other));
            [told(&one, &other), told(&other, &one)].concat()
        });
        assert_eq!(told.collect::<Vec<_>>(), [] as [String; 0]);
    }

    proptest::proptest! {
        #[test]
        fn any_row_of_numbers_is_compared(one in "((ألف|مليون|ملايين|trillion|thousands of|و|نصف|999|خمسة|千|九|ล้าน|ห้า|[.,%-])? ?){0,24}",
            other in "((مئة|billion|٫|12|000|hundreds of|[.,$]|و|مليارات|亿|สิบ)? ?){0,24}") {
            let framed = |said: &str| ARABIC.replace("{}", said);
            let _ = told(&framed(&one), &framed(&other));
            assert_eq!(told(&framed(&one), &framed(&one)), Vec::<String>::new());
        }
    }

    #[test]
    fn numbers_are_shown_as_they_stand() {
        let shown = |said: &str, one: &str, other: &str| told(&said.replace("{}", one), &said.replace("{}", other));
        assert_eq!(shown(THAI, "สาม", "สี่"), ["number changed: สาม became สี่"]);
        assert_eq!(shown(CHINESE, "十二人", "十三人"), ["number changed: 十二 became 十三"]);
        assert_eq!(
            shown(ENGLISH, "$5 million", "5 million euros"),
            ["number changed: 5 million dollar became 5 million euros"]
        );
    }

    #[test]
    fn what_an_ellipsis_leaves_out_is_not_compared() {
        let text = "لم نتلق أي طلب من بلدية تل الزعتر بشأن إجلاء 1250 جريحا من المستشفى الميداني. وأضاف أن في البلدة القديمة ثلاثة مخابز فقط";
        let asked = "لم نتلق أي طلب من بلدية تل الزعتر … وأن في البلدة القديمة ثلاثة مخابز فقط";
        assert_eq!(told(asked, text), Vec::<String>::new());
        let first = text.split('.').next().unwrap_or_default();
        assert_eq!(told(asked, first), Vec::<String>::new());
        assert_eq!(told(&asked.replace("ثلاثة", "أربعة"), text), ["number changed: اربعه became ثلاثه"]);
    }
}
