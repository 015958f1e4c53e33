//! Pairs of words that turn a statement round: denied and confirmed, before and after, rose and fell.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::fold::fold;
use super::sequence::loose;
use super::stem::stem;
use super::tokens::hash_word;

/// Words of one meaning and words of the contrary, several forms of each; compared without light affixes.
const PAIRS: [(&str, &str); 65] = [
    (
        "أكد أكدت يؤكد تؤكد مؤكدا مؤكدة تأكيد أقر أقرت إثبات اعترف اعترفت اعترفوا يعترف تعترف معترفا",
        "نفى نفت نفوا ينفي تنفي نافيا نافية نفي أنكر أنكرت ينكر تنكر",
    ),
    ("قبل قبلت يقبل تقبل نقبل قبول وافق وافقت يوافق توافق موافقة", "رفض رفضت يرفض ترفض نرفض رافضا رافضة"),
    ("قبل", "بعد"),
    (
        "ارتفع ارتفعت يرتفع ترتفع ارتفاع ارتفاعا زاد زادت يزيد تزيد زيادة صعد صعود تسارع تسارعت يتسارع",
        "انخفض انخفضت ينخفض تنخفض انخفاض انخفاضا تراجع تراجعت يتراجع هبط هبوط نقص",
    ),
    ("أيد أيدت يؤيد تؤيد تأييد دعم دعمت يدعم تدعم ندعم", "عارض عارضت يعارض تعارض نعارض معارضة"),
    ("فاز فازت يفوز تفوز فوز انتصر انتصار ربح أرباح", "خسر خسرت يخسر تخسر خسارة هزم هزيمة خسائر"),
    ("بدأ بدأت يبدأ تبدأ بداية مطلع أوائل مستهل", "انتهى انتهت ينتهي تنتهي نهاية أواخر"),
    ("فتح فتحت يفتح تفتح افتتح", "أغلق أغلقت يغلق تغلق إغلاق"),
    ("سمح سمحت يسمح تسمح السماح", "منع منعت يمنع تمنع نمنع حظر حظرت يحظر"),
    ("داخل", "خارج"),
    ("فوق", "تحت"),
    ("أكثر", "أقل"),
    ("أكبر", "أصغر"),
    ("أعلى", "أدنى"),
    ("شمال شمالي شمالية", "جنوب جنوبي جنوبية"),
    ("شرق شرقي شرقية", "غرب غربي غربية"),
    ("نجح نجحت ينجح تنجح نجاح نجاحا ناجح ناجحة", "فشل فشلت يفشل تفشل فاشل فاشلة"),
    ("دخل دخلت يدخل تدخل دخول", "خرج خرجت يخرج تخرج خروج غادر غادرت مغادرة"),
    ("اعتقل اعتقلت اعتقال أوقف توقيف احتجز", "أطلق أفرج الإفراج"),
    ("قتل قتلت مقتل قتلى قتيل قتيلا", "أصيب أصيبت إصابة جرحى جريح جريحا"),
    ("صادرات تصدير صدر", "واردات استيراد"),
    ("شراء اشترى اشترت", "بيع باع باعت"),
    ("إيجابي إيجابية إيجابا", "سلبي سلبية سلبا"),
    ("ممكن ممكنا", "مستحيل مستحيلا"),
    ("صحيح صحيحا صحيحة", "خاطئ خاطئا خاطئة كاذب كاذبة"),
    ("حليف حلفاء صديق أصدقاء", "عدو أعداء"),
    ("مشروع مشروعة قانوني قانونية", "محظور محظورة"),
    (
        "confirmed confirm confirms confirming admitted admits admit admitting acknowledged",
        "denied deny denies denying",
    ),
    ("accepted accept accepts approved approve agreed", "rejected reject rejects refused refuse refuses declined"),
    ("before", "after"),
    (
        "rose rise rises rising risen increase increased increases gained higher up",
        "fell fall falls falling fallen decrease decreased decline lost lower down dropped drop",
    ),
    ("support supported supports supporting favour favor favors favored", "oppose opposed opposes opposing"),
    ("above over", "below under"),
    ("more", "less fewer"),
    ("profit profits gain", "loss losses"),
    ("won win wins winning", "lost lose loses losing"),
    (
        "buy bought buying buyer buyers import imports imported",
        "sell sold selling seller sellers export exports exported",
    ),
    ("allow allowed allows permit permitted", "ban banned prohibit prohibited forbid"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("open opened opens start started begin began", "close closed closes end ended stop stopped"),
    ("كل جميع كافة", "بعض"),
    ("all every", "some"),
    ("أفضل أحسن", "أسوأ"),
    ("best better", "worst worse"),
    ("most", "least fewest"),
    ("دائما", "أحيانا نادرا"),
    ("always", "sometimes"),
    ("earlier", "later"),
    ("رفع رفعت يرفع ترفع", "خفض خفضت يخفض تخفض تخفيض"),
    ("raise raised raises raising", "cut cuts cutting lower lowered lowers"),
    ("وصل وصلت وصول", "غادر غادرت مغادرة"),
    ("join joined joins joining", "leave leaves quit quits"),
    ("أدان أدانت إدانة", "أشاد أشادت يشيد تشيد إشادة رحب رحبت ترحيب يرحب ترحب"),
    ("condemn condemned condemns condemning", "praise praised praises welcome welcomed welcomes hailed"),
    ("guilty", "innocent"),
    ("possible", "impossible"),
    ("likely", "unlikely"),
    ("legal", "illegal"),
    ("true", "false untrue"),
    ("تحرير حرر حررت", "احتلال احتل احتلت"),
    ("حرب", "سلام"),
    ("war", "peace"),
    ("killed killing killings dead deaths", "wounded injured wounding injuries"),
    ("الماضي الماضية المنصرم المنصرمة", "المقبل المقبلة القادم القادمة"),
];

/// Particles that turn each other round where one stands in the very place of the other; elsewhere they say nothing.
const OPPOSED: [(&str, &str); 12] = [
    ("with", "against"),
    ("for", "against"),
    ("to", "from"),
    ("until", "since"),
    ("مع", "ضد"),
    ("من", "الي"),
    ("حتي", "منذ"),
    ("تزيد", "تقل"),
    ("يزيد", "يقل"),
    ("صباح", "مساء"),
    ("dawn", "dusk"),
    ("morning", "evening"),
];

/// Whether two folded particles turn each other round.
pub(super) fn are_opposed(one: &str, other: &str) -> bool {
    OPPOSED.contains(&(one, other)) || OPPOSED.contains(&(other, one))
}

/// The sides of pairs on which a folded word stands; most words stand on none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides(&'static [(usize, bool)]);

impl Sides {
    /// Looks a word up.
    pub(super) fn of(word: &str) -> Option<Sides> {
        table().get(&key(word)).map(|sides| Sides(sides))
    }

    /// Whether two words are contraries.
    pub(super) fn are_contrary(self, other: Sides) -> bool {
        self.0.iter().any(|&(pair, side)| other.0.contains(&(pair, !side)))
    }
}

fn key(word: &str) -> u64 {
    hash_word(loose(stem(word)))
}

fn table() -> &'static HashMap<u64, Vec<(usize, bool)>> {
    static TABLE: OnceLock<HashMap<u64, Vec<(usize, bool)>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<u64, Vec<(usize, bool)>> = HashMap::new();
        for (pair, sides) in PAIRS.iter().enumerate() {
            for (words, side) in [(sides.0, false), (sides.1, true)] {
                for word in fold(words).words() {
                    table.entry(key(word)).or_default().push((pair, side));
                }
            }
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrary(one: &str, other: &str) -> bool {
        Sides::of(one).zip(Sides::of(other)).is_some_and(|(one, other)| one.are_contrary(other))
    }

    #[test]
    fn contraries_are_known_in_their_forms() {
        for (one, other) in [
            ("نفي", "اكد"),
            ("تنفي", "وتوكد"),
            ("رفض", "قبل"),
            ("بعد", "قبل"),
            ("الشماليه", "الجنوبيه"),
            ("denied", "confirmed"),
        ] {
            assert!(contrary(one, other) && contrary(other, one), "{one} {other}");
        }
        assert!(!contrary("نفي", "نفت") && !contrary("قال", "نفي") && !contrary("before", "below"));
    }

    #[test]
    fn no_word_is_its_own_contrary() {
        for (word, places) in table() {
            assert!(places.iter().all(|&(pair, side)| !places.contains(&(pair, !side))), "{word} {places:?}");
        }
    }
}
