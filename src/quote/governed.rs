//! What governs the words from beyond something else: a verb of denying whose subject stands between it and the noun of
//! doing that it denies (`نفى المتحدث باسم الوزارة | دخول القوات`), denied reports, `rather than`, `failed in`.
//!
//! Arabic puts the subject between verb and object, so what stands between must be nothing but a subject: names, titles,
//! words with the article. Where anything else could be the object, the words are not told to be denied.

use super::edges::{Beside, GOVERNED};
use super::fold::Folded;
use super::introduced::introduces;
use super::{lexicon, telling, verbs};

/// What of all this denies the words that `next` begins, and whether it surely makes another statement of them.
pub(super) fn governed(beside: &Beside<'_>, last: usize, next: &str) -> Option<(usize, bool)> {
    passed_over(beside, last, next)
        .or_else(|| denied_object(beside, last, next))
        .or_else(|| denied_report(beside, last, next))
        .or_else(|| denied_clause(beside, last))
        .or_else(|| not_done(beside, last, next))
}

/// A verb of denying with nothing but its subject between it and a noun of doing: `نفى المتحدث | دخول القوات`; the noun of
/// happening may stand before the words: `نفى المتحدث وقوع | انفجار`. What is refused may have been done nevertheless.
fn denied_object(beside: &Beside<'_>, last: usize, next: &str) -> Option<(usize, bool)> {
    let folded = &beside.folded;
    let happening = |at: usize| matches!(folded.word(at), "وقوع" | "حدوث" | "حصول" | "صدور" | "وجود" | "اي" | "ايه");
    let happens = (0..=last).rev().take_while(|&at| happening(at)).count();
    if happens == 0 && !is_doing(next) {
        return None;
    }
    let end = last.checked_sub(happens)?;
    let (at, denies) = verb_before(beside, end, |at| {
        let word = folded.word(at);
        // Who is left out of a list is no rumour.
        let excludes = word.contains("ستبعد");
        verbs::denies(word).then_some(!excludes).or_else(|| verbs::refuses(word).then_some(false))
    })?;
    (is_subject(beside, at + 1, end) && beside.one_sentence(at, last)).then_some((at, denies))
}

/// A verb not further from word `end` than one may govern.
fn verb_before(beside: &Beside<'_>, end: usize, is: impl Fn(usize) -> Option<bool>) -> Option<(usize, bool)> {
    let earliest = end.saturating_sub(GOVERNED);
    let (at, kind) = (earliest..=end).rev().find_map(|at| Some((at, is(at)?)))?;
    let clause = beside.text.get(beside.folded.span(at).end..beside.folded.span(end).end)?;
    (!clause.contains(['،', ',', ':', '\n'])).then_some((at, kind))
}

/// Whether some words can only be the subject of the verb before them.
pub(super) fn is_subject(beside: &Beside<'_>, from: usize, end: usize) -> bool {
    let folded = &beside.folded;
    let ends_with_preposition = from <= end && is_preposition(folded.word(end));
    !ends_with_preposition
        && (from..=end).all(|at| {
            let word = folded.word(at);
            let bare = word.strip_prefix('و').unwrap_or(word);
            let definite = ["ال", "بال", "لل"].iter().any(|article| bare.starts_with(article));
            // `مصدر أمني`, `مسؤولون عسكريون`: what an office without the article is like.
            let described = at > from && (is_office(folded.word(at - 1)) || is_relative(folded.word(at - 1)));
            !is_report(word)
                && !telling::is_verb_of_saying(word)
                && (definite
                    || is_office(word)
                    || is_office(bare)
                    || introduces(bare)
                    || lexicon::is_name(folded, at, beside.text)
                    // `محمد جواد ظريف`: up to two names after a first name.
                    || (at.saturating_sub(2).max(from)..at).any(|before| introduces(folded.word(before)))
                    || at > from && is_preposition(word)
                    || described && is_relative(word))
        })
}

fn is_preposition(word: &str) -> bool {
    matches!(word, "باسم" | "في" | "من" | "لدي" | "عن" | "علي" | "الي" | "حول" | "بشان")
}

fn is_relative(word: &str) -> bool {
    ["ي", "يه", "يون", "يين", "مطلع", "مطلعه"].iter().any(|ending| word.ends_with(ending)) && word.chars().count() > 3
}

/// People and bodies that deny, without the article.
pub(super) fn is_office(word: &str) -> bool {
    matches!(
        word,
        "وزاره"
            | "وزير"
            | "وزيره"
            | "رييس"
            | "رييسه"
            | "نايب"
            | "متحدث"
            | "متحدثه"
            | "ناطق"
            | "ناطقه"
            | "مصدر"
            | "مصادر"
            | "مسوول"
            | "مسوولون"
            | "مسوولين"
            | "مدير"
            | "مديره"
            | "قايد"
            | "قياده"
            | "هييه"
            | "لجنه"
            | "جماعه"
            | "حركه"
            | "حزب"
            | "منظمه"
            | "شركه"
            | "وكاله"
            | "قناه"
            | "صحيفه"
            | "حكومه"
            | "رياسه"
            | "مجلس"
            | "سفاره"
            | "سفير"
            | "سفيره"
            | "نادي"
            | "اتحاد"
            | "محامي"
            | "محافظ"
            | "نقيب"
            | "امين"
            | "اداره"
            | "شرطه"
            | "مكتب"
            | "ديوان"
            | "زعيم"
            | "عضو"
            | "مستشار"
            | "مندوب"
            | "مبعوث"
            | "ممثل"
            | "قوات"
            | "جيش"
    )
}

/// What is denied where it stands as the object itself: the report, not what it tells.
fn is_report(word: &str) -> bool {
    matches!(
        word.strip_prefix('و').unwrap_or(word),
        "الانباء"
            | "انباء"
            | "الاخبار"
            | "اخبار"
            | "الخبر"
            | "خبر"
            | "التقارير"
            | "تقارير"
            | "التقرير"
            | "تقرير"
            | "المعلومات"
            | "معلومات"
            | "الشايعات"
            | "شايعات"
            | "الشايعه"
            | "المزاعم"
            | "مزاعم"
            | "الاتهامات"
            | "اتهامات"
            | "الاتهام"
            | "التصريحات"
            | "التهمه"
            | "التهم"
            | "الامر"
            | "reports"
            | "report"
            | "claims"
            | "allegations"
            | "accusations"
            | "rumours"
            | "rumors"
            | "suggestions"
    )
}

/// Whether a folded word is a noun of doing, by its shape or by the list of those of the first form that the press denies.
fn is_doing(word: &str) -> bool {
    const FIRST_FORM: [&str; 58] = [
        "دخول",
        "خروج",
        "وجود",
        "وقوع",
        "حدوث",
        "حصول",
        "صدور",
        "وصول",
        "سقوط",
        "وقوف",
        "قصف",
        "قتل",
        "مقتل",
        "شن",
        "نقل",
        "بيع",
        "شراء",
        "دفع",
        "سحب",
        "نشر",
        "عقد",
        "قطع",
        "منع",
        "رفع",
        "خفض",
        "طرد",
        "خطف",
        "ضرب",
        "فرض",
        "فتح",
        "غلق",
        "دعم",
        "وقف",
        "نيه",
        "نيته",
        "علم",
        "صله",
        "زياره",
        "لقاء",
        "هجوم",
        "غزو",
        "سجن",
        "تورط",
        "تعرض",
        "تدخل",
        "تعاون",
        "تلقي",
        "تحقيق",
        "تسلم",
        "توقف",
        "تواجد",
        "تبادل",
        "تراجع",
        "تنازل",
        "تغيير",
        "حظر",
        "هدم",
        "حرق",
    ];
    let letters: Vec<char> = word.chars().collect();
    let shape = match letters.as_slice() {
        // إرسال، اعتقال، انسحاب، استخدام؛ إقالة، استقالة.
        ['ا', middle @ .., 'ا', _] => (2..=4).contains(&middle.len()) && middle[0] != 'ل',
        ['ا', middle @ .., 'ا', _, 'ه'] => (1..=3).contains(&middle.len()) && middle[0] != 'ل',
        // تنفيذ؛ مشاركة.
        ['ت', _, _, 'ي', _] => true,
        ['م', _, 'ا', _, _, 'ه'] => true,
        _ => false,
    };
    shape || FIRST_FORM.contains(&word)
}

/// Denied reports of what the words say: `نفى الأنباء عن | دخول`, `نفى ما تردد عن | دخول`, `denied reports of |`.
fn denied_report(beside: &Beside<'_>, last: usize, next: &str) -> Option<(usize, bool)> {
    let folded = &beside.folded;
    if matches!(folded.word(last), "of" | "about") {
        let report = last.checked_sub(1).filter(|&at| is_report(folded.word(at)))?;
        let denies = (report.saturating_sub(2)..report).rev().find(|&at| verbs::denies(folded.word(at)))?;
        return beside.one_sentence(denies, last).then_some((denies, true));
    }
    let about = |at: usize| matches!(folded.word(at), "عن" | "حول" | "بشان" | "بخصوص");
    // `نفى ما ذكرته الصحيفة عن أن | القوات دخلت`
    let (last, that) = match last.checked_sub(1) {
        Some(before) if folded.word(last) == "ان" && about(before) => (before, true),
        _ if about(last) && is_doing(next) => (last, false),
        _ => return None,
    };
    let (denies, _) = verb_before(beside, last, |at| verbs::denies(folded.word(at)).then_some(true))?;
    let between = denies + 1..last;
    let told = between.clone().find(|&at| is_report(folded.word(at)) || folded.word(at) == "ما")?;
    // `ما ذكرته الصحيفة عن`: the verb after `ما` is the report.
    let says_more = between.clone().any(|at| at != told + 1 && telling::is_verb_of_saying(folded.word(at)))
        || has_passed(folded, between);
    // `الاتهامات وأفصح عن أن`: another verb governs.
    let joined = |at: usize| ["وا", "وت", "وي", "ون"].iter().any(|start| folded.word(at).starts_with(start));
    let nearest = !that || told + 1 == last || folded.word(told) == "ما" && !(told + 1..last).any(joined);
    (!says_more && nearest && beside.one_sentence(denies, last)).then_some((denies, true))
}

/// Whether a new clause begins among some words.
fn has_passed(folded: &Folded, mut range: std::ops::Range<usize>) -> bool {
    range.any(|at| matches!(folded.word(at), "ان" | "وان" | "لكن" | "ولكن" | "لكنه" | "بل" | "وقد"))
}

/// A clause that `denied` governs without `that`: `denied it had |`; what `denied using |` takes may be there all the same.
fn denied_clause(beside: &Beside<'_>, last: usize) -> Option<(usize, bool)> {
    const SUBJECT: usize = 4;
    let folded = &beside.folded;
    let word = folded.word(last);
    let before = last.checked_sub(1)?;
    if word.len() > 4 && word.ends_with("ing") && verbs::denies(folded.word(before)) {
        return Some((before, false));
    }
    if !matches!(word, "had" | "has" | "have" | "was" | "were" | "is" | "are" | "would" | "will") {
        return None;
    }
    let denies = (before.saturating_sub(SUBJECT)..=before).rev().find(|&at| verbs::denies(folded.word(at)))?;
    let clause = beside.text.get(folded.span(denies).end..folded.span(last).start)?;
    let joins = |at: usize| {
        matches!(folded.word(at), "and" | "but" | "who" | "which" | "that")
            || telling::is_verb_of_saying(folded.word(at))
    };
    let one = !clause.contains([',', ':']) && denies < before && !(denies + 1..last).any(joins);
    (one && beside.one_sentence(denies, last)).then_some((denies, true))
}

/// What was not chosen or not let happen: `rather than |`, `instead of |`, `بدلا من |`, `دون أن |`, `prevented them from |`.
fn passed_over(beside: &Beside<'_>, last: usize, next: &str) -> Option<(usize, bool)> {
    let folded = &beside.folded;
    let before = last.checked_sub(1)?;
    let bare = |at: usize| folded.word(at).strip_prefix('و').unwrap_or(folded.word(at));
    match (bare(before), folded.word(last)) {
        ("rather", "than") | ("instead", "of") | ("ruled" | "rules" | "ruling" | "rule", "out") => Some((before, true)),
        ("بدلا" | "عوضا" | "بدل", "من") => Some((before, is_doing(next))),
        ("دون" | "بدون" | "لعدم", "ان") => Some((before, true)),
        ("far" | "refrained" | "refrain" | "abstained", "from") => next.ends_with("ing").then_some((before, true)),
        (_, "from") if next.ends_with("ing") => {
            let prevents = |at: &usize| {
                matches!(
                    folded.word(*at),
                    "prevent" | "prevented" | "prevents" | "preventing" | "barred" | "banned" | "stopped"
                )
            };
            let at = (before.saturating_sub(4)..before).rev().find(prevents)?;
            let clause = beside.text.get(folded.span(at).end..folded.span(last).start)?;
            (!clause.contains([',', ':']) && beside.one_sentence(at, last)).then_some((at, true))
        }
        _ => None,
    }
}

/// What was not done, though tried or asked for: `فشلت القوات في | دخول`, `امتنعت الحكومة عن | دفع`, `لم تتمكن القوات من |`.
fn not_done(beside: &Beside<'_>, last: usize, next: &str) -> Option<(usize, bool)> {
    let folded = &beside.folded;
    // What somebody was able to do stands behind the first `من`, what he succeeded in behind the first `في`.
    let able = |at: usize| {
        let behind = if verbs::succeeds(folded.word(at)) { "في" } else { "من" };
        verbs::is_able(folded.word(at))
            && at > 0
            && lexicon::is_negation_at(folded, at - 1)
            && folded.word(last) == behind
            && !(at + 1..last).any(|at| folded.word(at) == behind || matches!(folded.word(at), "الا" | "من"))
    };
    if !matches!(folded.word(last), "في" | "عن" | "من") || !is_doing(next.strip_prefix("ال").unwrap_or(next)) {
        return None;
    }
    let before = last.checked_sub(1)?;
    let (verb, unable) = verb_before(beside, before, |at| {
        let fails = verbs::fails(folded.word(at)) && folded.word(last) != "من";
        if able(at) { Some(true) } else { fails.then_some(false) }
    })?;
    let from = verb - usize::from(unable);
    // What somebody was able to stands behind `من` alone, whoever he is.
    let subject = folded.word(last) == "من" || is_subject(beside, verb + 1, before);
    (subject && beside.one_sentence(from, last)).then_some((from, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::edges::tests::one as denied;
    use crate::quote::fold::fold;

    #[test]
    fn what_a_verb_of_denying_governs_beyond_its_subject_is_denied() {
        for (text, words, cut) in [
            ("نفى المتحدث دخول القوات إلى المدينة", "دخول القوات إلى المدينة", "نفى المتحدث"),
            ("نفت وزارة النقل المحلية استخدام الجسر القديم", "استخدام الجسر القديم", "نفت وزارة النقل المحلية"),
            (
                "ونفى ناطق باسم الجيش في العاصمة قصف المدرسة القديمة",
                "قصف المدرسة القديمة",
                "ونفى ناطق باسم الجيش في العاصمة",
            ),
            ("نفى مصدر أمني محلي اعتقال مدير الميناء", "اعتقال مدير الميناء", "نفى مصدر أمني محلي"),
            ("ونفى وزير النقل محمد الزقزوقي إغلاق الجسر القديم", "إغلاق الجسر القديم", "ونفى وزير النقل محمد الزقزوقي"),
            (
                "نفى نقيب العمال محمد رفعت زبيدة إغلاق الجسر القديم",
                "إغلاق الجسر القديم",
                "نفى نقيب العمال محمد رفعت زبيدة",
            ),
            ("نفى المتحدث وقوع انفجار كبير في الميناء", "انفجار كبير في الميناء", "نفى المتحدث وقوع"),
            ("نفى المتحدث وجود أي سفينة غريبة في الميناء", "سفينة غريبة في الميناء", "نفى المتحدث وجود أي"),
            ("نفى المتحدث الأنباء عن دخول القوات إلى المدينة", "دخول القوات إلى المدينة", "نفى المتحدث الأنباء عن"),
            (
                "نفت الوزارة ما ذكرته الصحيفة عن إغلاق الجسر القديم",
                "إغلاق الجسر القديم",
                "نفت الوزارة ما ذكرته الصحيفة عن",
            ),
            ("فشلت القوات في دخول المدينة القديمة", "دخول المدينة القديمة", "فشلت القوات في"),
            ("امتنع المجلس عن دفع رواتب العمال", "دفع رواتب العمال", "امتنع المجلس عن"),
            ("غادروا دون أن تدخل القوات المدينة", "تدخل القوات المدينة", "دون أن"),
            ("بقوا بدلا من مغادرة المدينة القديمة", "مغادرة المدينة القديمة", "بدلا من"),
            ("the ministry denied reports of troops in the city", "troops in the city", "denied reports of"),
            (
                "the ministry denied reports that troops entered the city",
                "troops entered the city",
                "denied reports that",
            ),
            ("he denied it had entered the old city", "entered the old city", "denied it had"),
            ("they waited rather than attack the city", "attack the city", "rather than"),
            ("they talked instead of attacking the city", "attacking the city", "instead of"),
            ("the mayor ruled out closing the bridge", "closing the bridge", "ruled out"),
            (
                "guards prevented the lorries from crossing the bridge",
                "crossing the bridge",
                "prevented the lorries from",
            ),
            ("the army is unlikely to enter the city", "enter the city", "unlikely to"),
            ("мэр опроверг закрытие старого моста", "закрытие старого моста", "опроверг"),
            ("ראש העיר הכחיש סגירת הגשר הישן", "סגירת הגשר הישן", "הכחיש"),
            ("le maire a démenti que le pont soit fermé", "le pont soit fermé", "démenti que"),
        ] {
            assert_eq!(denied(text, words), Some((cut.to_owned(), true)), "{text}");
        }
    }

    #[test]
    fn what_may_stand_nevertheless_is_shown() {
        for (text, words, cut) in [
            ("رفض المجلس إغلاق الجسر القديم", "إغلاق الجسر القديم", "رفض المجلس"),
            ("استبعد المجلس إغلاق الجسر القديم", "إغلاق الجسر القديم", "استبعد المجلس"),
            ("نفى المتحدث «إغلاق الجسر القديم» أمس", "إغلاق الجسر القديم", "نفى المتحدث"),
            ("the mayor denied closing the old bridge", "the old bridge", "denied closing"),
        ] {
            assert_eq!(denied(text, words), Some((cut.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn where_something_else_is_denied_the_words_are_not() {
        for (text, words) in [
            ("نفى المتحدث الأنباء وأكد دخول القوات إلى المدينة", "دخول القوات إلى المدينة"),
            ("نفى المتحدث الأنباء، دخول القوات كان سلميا", "دخول القوات كان سلميا"),
            ("نفى الاتهامات قائلا إن دخول القوات تم أمس", "دخول القوات تم أمس"),
            ("نفى المتحدث مسؤولية بلاده عن قصف المدرسة القديمة", "قصف المدرسة القديمة"),
            ("نفى المتحدث علمه بالأمر بعد دخول القوات إلى المدينة", "دخول القوات إلى المدينة"),
            ("نفى المتحدث ذلك. دخول القوات تم أمس", "دخول القوات تم أمس"),
            ("رفض المتحدث التعليق على دخول القوات إلى المدينة", "دخول القوات إلى المدينة"),
            ("نفى المتحدث التهمة مشيرا إلى دخول القوات إلى المدينة", "دخول القوات إلى المدينة"),
            ("he denied the reports and had closed the bridge", "closed the bridge"),
            ("the town is far from the old bridge", "the old bridge"),
            ("he came from the town to close the bridge", "the town to close"),
        ] {
            assert_eq!(denied(text, words), None, "{text}");
        }
    }

    #[test]
    fn nouns_of_doing_are_known_by_their_shape() {
        for word in ["إرسال", "اعتقال", "استخدام", "إقالة", "استقالة", "تنفيذ", "مشاركة", "انسحاب", "دخول", "إجراء"]
        {
            assert!(is_doing(fold(word).word(0)), "{word}");
        }
        for word in ["المدينة", "الاتهامات", "قال", "يدخل", "في", "الأطفال", "مدينة"]
        {
            assert!(!is_doing(fold(word).word(0)), "{word}");
        }
    }
}
