//! How a text tells that the words were said: by which verb, through which medium.

use std::ops::Range;

use super::fold::fold;

/// Words before, and after, the passage that are looked at.
const REACH: (usize, usize) = (24, 10);

/// Stems of Arabic verbs of saying, folded, by the forms they stand in; و and ف before them are passed over.
const VERBS: [&str; 118] = [
    "قال",
    "قالت",
    "قالوا",
    "يقول",
    "تقول",
    "يقولون",
    "قايلا",
    "قايله",
    "قايلين",
    "قوله",
    "قولها",
    "بقوله",
    "بقولها",
    "اضاف",
    "اضافت",
    "يضيف",
    "مضيفا",
    "مضيفه",
    "اكد",
    "اكدت",
    "اكدوا",
    "يوكد",
    "توكد",
    "موكدا",
    "موكده",
    "صرح",
    "صرحت",
    "يصرح",
    "اعلن",
    "اعلنت",
    "اعلنوا",
    "يعلن",
    "تعلن",
    "معلنا",
    "ذكر",
    "ذكرت",
    "يذكر",
    "اوضح",
    "اوضحت",
    "يوضح",
    "موضحا",
    "موضحه",
    "تابع",
    "تابعت",
    "يتابع",
    "متابعا",
    "اشار",
    "اشارت",
    "يشير",
    "تشير",
    "مشيرا",
    "مشيره",
    "لفت",
    "لفتت",
    "لافتا",
    "لافته",
    "بين",
    "بينت",
    "مبينا",
    "مبينه",
    "كتب",
    "كتبت",
    "غرد",
    "غردت",
    "نفي",
    "نفت",
    "ينفي",
    "نافيا",
    "حذر",
    "حذرت",
    "يحذر",
    "محذرا",
    "زعم",
    "زعمت",
    "يزعم",
    "زاعما",
    "ادعي",
    "ادعت",
    "اتهم",
    "اتهمت",
    "متهما",
    "اعتبر",
    "اعتبرت",
    "يعتبر",
    "معتبرا",
    "معتبره",
    "راي",
    "رات",
    "يري",
    "تري",
    "شدد",
    "شددت",
    "يشدد",
    "مشددا",
    "مشدده",
    "افاد",
    "افادت",
    "وصف",
    "وصفت",
    "واصفا",
    "طالب",
    "طالبت",
    "مطالبا",
    "استطرد",
    "استطردت",
    "كشف",
    "كشفت",
    "كاشفا",
    "ختم",
    "ختمت",
    "نقل",
    "نقلت",
    "ناقلا",
    "هدد",
    "هددت",
    "مهددا",
    "تعهد",
    "تعهدت",
];
/// English verbs of saying.
const ENGLISH: [&str; 38] = [
    "said",
    "says",
    "saying",
    "told",
    "tells",
    "added",
    "adds",
    "adding",
    "stated",
    "states",
    "announced",
    "announces",
    "claimed",
    "claims",
    "denied",
    "denies",
    "warned",
    "warns",
    "insisted",
    "insists",
    "wrote",
    "writes",
    "tweeted",
    "tweets",
    "declared",
    "argued",
    "argues",
    "confirmed",
    "confirms",
    "reported",
    "reports",
    "noted",
    "notes",
    "alleged",
    "alleges",
    "explained",
    "promised",
    "asked",
];
/// Words that name a medium, folded, and what they name.
const MEDIA: [(&str, Medium); 46] = [
    ("تغريده", Medium::Tweet),
    ("تغريدات", Medium::Tweet),
    ("تغريدته", Medium::Tweet),
    ("تويتر", Medium::Tweet),
    ("غرد", Medium::Tweet),
    ("غردت", Medium::Tweet),
    ("tweet", Medium::Tweet),
    ("tweets", Medium::Tweet),
    ("tweeted", Medium::Tweet),
    ("twitter", Medium::Tweet),
    ("بيان", Medium::Statement),
    ("بيانا", Medium::Statement),
    ("البيان", Medium::Statement),
    ("بيانه", Medium::Statement),
    ("بيانها", Medium::Statement),
    ("statement", Medium::Statement),
    ("communique", Medium::Statement),
    ("موتمر", Medium::Conference),
    ("الموتمر", Medium::Conference),
    ("conference", Medium::Conference),
    ("briefing", Medium::Conference),
    ("مقابله", Medium::Interview),
    ("حوار", Medium::Interview),
    ("interview", Medium::Interview),
    ("لقاء", Medium::Interview),
    ("تصريح", Medium::Remarks),
    ("تصريحات", Medium::Remarks),
    ("تصريحاته", Medium::Remarks),
    ("لتصريحات", Medium::Remarks),
    ("remarks", Medium::Remarks),
    ("comments", Medium::Remarks),
    ("حديث", Medium::Remarks),
    ("فيسبوك", Medium::Post),
    ("facebook", Medium::Post),
    ("انستغرام", Medium::Post),
    ("تلغرام", Medium::Post),
    ("تيليغرام", Medium::Post),
    ("telegram", Medium::Post),
    ("منشور", Medium::Post),
    ("خطاب", Medium::Speech),
    ("كلمه", Medium::Speech),
    ("كلمته", Medium::Speech),
    ("speech", Medium::Speech),
    ("address", Medium::Speech),
    ("رساله", Medium::Letter),
    ("letter", Medium::Letter),
];

/// Through what words reached the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// A tweet.
    Tweet,
    /// A written statement.
    Statement,
    /// A press conference or briefing.
    Conference,
    /// An interview.
    Interview,
    /// Remarks to somebody.
    Remarks,
    /// A post on another network.
    Post,
    /// A speech.
    Speech,
    /// A letter.
    Letter,
}

impl Medium {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Medium::Tweet => "tweet",
            Medium::Statement => "statement",
            Medium::Conference => "conference",
            Medium::Interview => "interview",
            Medium::Remarks => "remarks",
            Medium::Post => "post",
            Medium::Speech => "speech",
            Medium::Letter => "letter",
        }
    }
}

/// How a text tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// The verb of saying nearest to the words, as printed.
    pub verb: Option<String>,
    /// The medium named nearest to them.
    pub medium: Option<Medium>,
}

/// Reads the sentence around `passage`, a byte range of `block`.
pub fn telling(block: &str, passage: Range<usize>) -> Telling {
    let folded = fold(block);
    let first = (0..folded.len()).take_while(|&at| folded.span(at).end <= passage.start).count();
    let last = (0..folded.len()).take_while(|&at| folded.span(at).start < passage.end).count();
    let ends = |from: usize, to: usize| {
        block.get(from..to).is_some_and(|between| between.contains(['؟', '!', '\n']) || between.contains(". "))
    };
    // Nearest first: backwards from the words within their sentence, then onwards.
    let before =
        (first.saturating_sub(REACH.0)..first).rev().take_while(|&at| !ends(folded.span(at).end, passage.start));
    let after = (last..folded.len().min(last + REACH.1)).take_while(|&at| !ends(passage.end, folded.span(at).start));
    let mut telling = Telling::default();
    for at in before.chain(after) {
        let word = folded.word(at);
        // In Persian it is oil.
        let oil = word == "نفت" && block.contains(['گ', 'پ', 'چ', 'ژ']);
        if telling.verb.is_none() && is_verb_of_saying(word) && !oil {
            telling.verb = block.get(folded.span(at)).map(str::to_owned);
        }
        if telling.medium.is_none() {
            let bare = word.strip_prefix('و').unwrap_or(word);
            telling.medium = MEDIA.iter().find(|(name, _)| *name == word || *name == bare).map(|(_, medium)| *medium);
        }
    }
    telling
}

/// Whether a folded word is a verb of saying, Arabic or English.
pub(super) fn is_verb_of_saying(word: &str) -> bool {
    is_verb(word) || ENGLISH.contains(&word)
}

fn is_verb(word: &str) -> bool {
    let bare = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    VERBS.contains(&word) || VERBS.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(block: &str, words: &str) -> (Option<String>, Option<Medium>) {
        let start = block.find(words).unwrap();
        let telling = telling(block, start..start + words.len());
        (telling.verb, telling.medium)
    }

    #[test]
    fn the_lists_hold_folded_words() {
        for word in VERBS.into_iter().chain(ENGLISH).chain(MEDIA.map(|(word, _)| word)) {
            assert!(fold(word).words().eq([word]), "{word} never meets a folded word");
        }
    }

    #[test]
    fn the_verb_and_the_medium_are_the_nearest_of_the_sentence() {
        let block = "حذّر الوزير من الأمطار. وأكدت الوزارة في بيان أن «الجسر سيفتح غدا».";
        assert_eq!(told(block, "الجسر سيفتح غدا"), (Some("وأكدت".to_owned()), Some(Medium::Statement)));
        assert_eq!(
            told("«الجسر سيفتح غدا» قال العمدة في تغريدة", "الجسر سيفتح غدا"),
            (Some("قال".to_owned()), Some(Medium::Tweet))
        );
        assert_eq!(
            told("The mayor told reporters at a press conference: it opens", "it opens"),
            (Some("told".to_owned()), Some(Medium::Conference))
        );
        assert_eq!(
            told("وقال في مؤتمر صحفي مؤكدا أن الجسر سيفتح غدا", "الجسر سيفتح غدا"),
            (Some("مؤكدا".to_owned()), Some(Medium::Conference))
        );
        assert_eq!(
            told("وزیر نفت گفت صادرات کشور به سه میلیون تن رسید", "صادرات کشور به سه میلیون تن رسید"),
            (None, None)
        );
        assert_eq!(told("وصلت القوارب. الجسر سيفتح غدا", "الجسر سيفتح غدا"), (None, None));
    }
}
