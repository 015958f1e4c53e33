//! Closed lists of the verbs that deny, refuse or fail, and of the words that make a mere possibility of what follows.
//!
//! Arabic by form, as the press writes them; of other languages the verbs of denying that mean nothing else.

use super::fold::Folded;

/// Whether a folded word says that something is not so: denies, rules out.
pub(super) fn denies(word: &str) -> bool {
    matches!(
        word.strip_prefix(['و', 'ف']).unwrap_or(word),
        "نفي"
            | "نفت"
            | "نفوا"
            | "ينفي"
            | "تنفي"
            | "ننفي"
            | "نافيا"
            | "نافيه"
            | "نافين"
            | "نفيه"
            | "نفيها"
            | "انكر"
            | "انكرت"
            | "ينكر"
            | "تنكر"
            | "منكرا"
            | "استبعد"
            | "استبعدت"
            | "يستبعد"
            | "تستبعد"
            | "مستبعدا"
            | "يفند"
            | "تفند"
            | "مفندا"
            | "مفنده"
            | "دحض"
            | "دحضت"
            | "كذبت"
            | "مكذبا"
            | "denied"
            | "denies"
            | "deny"
            | "denying"
    ) || matches!(word.strip_prefix('و').unwrap_or(word), "فند" | "فندت")
        || denies_in_other_languages(word)
}

fn denies_in_other_languages(word: &str) -> bool {
    matches!(
        word,
        "опроверг"
            | "опровергла"
            | "опровергли"
            | "опровергает"
            | "отрицает"
            | "отрицают"
            | "отрицал"
            | "отрицала"
            | "спростував"
            | "спростувала"
            | "הכחיש"
            | "הכחישה"
            | "הכחישו"
            | "מכחיש"
            | "מכחישה"
            | "dementi"
            | "dement"
            | "dementierte"
            | "dementiert"
            | "bestritt"
            | "bestreitet"
            | "desmintio"
            | "desmiente"
            | "niega"
            | "negou"
    )
}

/// Whether a folded word says that what follows merely may be. `قد` before the perfect says that it has been.
pub(super) fn is_possibility(word: &str, next: &str) -> bool {
    match word.strip_prefix(['و', 'ف']).unwrap_or(word) {
        "ربما" | "may" | "might" | "could" | "perhaps" | "maybe" | "possibly" => true,
        "قد" => next.starts_with('ي') || next == "نكون" || is_feminine_imperfect(next),
        _ => false,
    }
}

/// Whether a folded word with `ت` at its head is an imperfect: by its shape, or by a list, for others look like the perfects of
/// the fifth and sixth forms (`تعرض`, `تراجع`).
fn is_feminine_imperfect(word: &str) -> bool {
    const FORMS: [&str; 62] = [
        "تكون",
        "تصبح",
        "تودي",
        "تصل",
        "تستمر",
        "تلغي",
        "ترسل",
        "تنسحب",
        "تعلن",
        "تفرض",
        "تشن",
        "تقوم",
        "تلجا",
        "تطلب",
        "تمنح",
        "ترفض",
        "تقبل",
        "تزيد",
        "تنخفض",
        "ترتفع",
        "تنتهي",
        "تبدا",
        "تحتاج",
        "تشمل",
        "تضطر",
        "تنهار",
        "تفقد",
        "توافق",
        "تدفع",
        "تغادر",
        "تعود",
        "تخسر",
        "تربح",
        "تواجه",
        "تشهد",
        "تسمح",
        "تمنع",
        "تنقل",
        "تغلق",
        "تفتح",
        "تنشر",
        "ترد",
        "تنجح",
        "تفشل",
        "تشارك",
        "تطلق",
        "تزور",
        "تلتقي",
        "تجري",
        "تعقد",
        "تنظر",
        "تعيد",
        "تشكل",
        "تضع",
        "تبقي",
        "تظهر",
        "تسقط",
        "تعني",
        "تمتد",
        "تبلغ",
        "تكلف",
        "تغير",
    ];
    FORMS.contains(&word) || ["تت", "تست"].iter().any(|start| word.starts_with(start) && word.chars().count() >= 5)
}

/// Whether a folded word before `to` says that something was not done: refused, failed.
pub(super) fn fails_to(word: &str) -> bool {
    matches!(
        word,
        "refuse"
            | "refused"
            | "refuses"
            | "refusing"
            | "refusal"
            | "fail"
            | "failed"
            | "fails"
            | "failing"
            | "failure"
            | "decline"
            | "declined"
            | "declines"
            | "declining"
            | "unable"
            | "unlikely"
    )
}

/// Whether word `at`, before `to`, says that what follows was not done.
pub(super) fn is_failing_at(folded: &Folded, at: usize) -> bool {
    fails_to(folded.word(at)) && at + 1 < folded.len() && folded.word(at + 1) == "to"
}

/// Whether a folded Arabic word says that what its object names was refused.
pub(super) fn refuses(word: &str) -> bool {
    let bare = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    matches!(bare, "رفض" | "رفضت" | "رفضوا" | "يرفض" | "ترفض" | "نرفض" | "رافضا" | "رافضه")
}

/// Whether a folded Arabic word behind a negation says that somebody was not able to: `لم تتمكن`.
pub(super) fn is_able(word: &str) -> bool {
    succeeds(word)
        || matches!(
            word,
            "يتمكن"
                | "تتمكن"
                | "نتمكن"
                | "يتمكنوا"
                | "يستطع"
                | "تستطع"
                | "نستطع"
                | "يستطيعوا"
                | "يستطيع"
                | "تستطيع"
                | "نستطيع"
        )
}

/// Whether a folded Arabic word says that somebody succeeds; in what stands behind `في`, of the others of
/// [`is_able`] behind `من`.
pub(super) fn succeeds(word: &str) -> bool {
    matches!(word, "ينجح" | "تنجح" | "ينجحوا")
}

/// Whether a folded Arabic word before `في` or `عن` says that something was not done: failed, abstained.
pub(super) fn fails(word: &str) -> bool {
    // `فشل` begins with what else is a particle.
    matches!(
        word.strip_prefix('و').unwrap_or(word),
        "فشل"
            | "فشلت"
            | "فشلوا"
            | "يفشل"
            | "تفشل"
            | "اخفق"
            | "اخفقت"
            | "عجز"
            | "عجزت"
            | "يعجز"
            | "تعجز"
            | "امتنع"
            | "امتنعت"
            | "يمتنع"
            | "تمتنع"
            | "احجم"
            | "احجمت"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fold::fold;

    #[test]
    fn the_verbs_are_known_as_they_are_written() {
        for word in ["نفى", "ونفت", "فنّد", "وفندت", "أنكر", "استبعد", "denied", "опроверг", "הכחיש", "démenti"]
        {
            assert!(denies(fold(word).word(0)), "{word}");
        }
        for word in ["فشل", "وفشلت", "امتنعت", "عجزت"] {
            assert!(fails(fold(word).word(0)), "{word}");
        }
        assert!(refuses(fold("ورفضت").word(0)) && !denies("قال") && !fails("دخل") && !refuses("قبل"));
    }

    #[test]
    fn what_has_been_is_no_possibility() {
        assert!(is_possibility("قد", "يصل") && is_possibility("وقد", "تكون") && is_possibility("might", "come"));
        assert!(is_possibility("قد", "تلغي") && is_possibility("قد", "تنسحب") && is_possibility("قد", "ترسل"));
        assert!(!is_possibility("قد", "تعرض") && !is_possibility("قد", "تعرضت") && !is_possibility("قد", "تسلمها"));
        for perfect in ["ترك", "تابع", "تلقينا", "تزوج", "تجاهل", "تلاه", "تبين", "تواصل", "تعافي"]
        {
            assert!(!is_possibility("قد", perfect), "{perfect}");
        }
        assert!(!is_possibility("قد", "تم") && !is_possibility("قد", "تمت"));
        assert!(!is_possibility("قد", "وصل") && !is_possibility("وقد", "اعلنت") && !is_possibility("will", "come"));
    }
}
