//! What readers of news take for granted, case by case; every text is ours.

use proptest::prelude::*;

use super::*;
use crate::domain::block::canonical_text;

fn page(list: &[(Role, &str)]) -> Vec<Block> {
    list.iter().filter_map(|(role, text)| Block::new(*role, text)).collect()
}

/// What `find` says of body paragraphs: words, speaker, via.
fn said(paragraphs: &[&str]) -> Vec<(String, Option<String>, Vec<String>)> {
    let list: Vec<(Role, &str)> = paragraphs.iter().map(|text| (Role::Body, *text)).collect();
    told(&page(&list))
}

fn told(blocks: &[Block]) -> Vec<(String, Option<String>, Vec<String>)> {
    let text = canonical_text(blocks).unwrap();
    find(blocks, &[]).into_iter().map(|q| (text[q.start..q.end].to_owned(), q.speaker, q.via)).collect()
}

fn speakers(paragraphs: &[&str]) -> Vec<Option<String>> {
    said(paragraphs).into_iter().map(|(_, speaker, _)| speaker).collect()
}

fn one(text: &str) -> (String, Option<String>, Vec<String>) {
    let mut all = said(&[text]);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn the_name_after_a_role_is_the_speaker() {
    for text in [
        "وقال الناطق الرسمي باسم البلدية سمير حداد إن \"المياه ستعود إلى الحي قبل المساء\".",
        "وقال الناطق باسم “لجنة المياه”، سمير حداد: “المياه ستعود إلى الحي قبل المساء”.",
        "سمير حداد يؤكد أن «المياه ستعود إلى الحي قبل المساء»",
        "«المياه ستعود إلى الحي قبل المساء»، بحسب سمير حداد.",
    ] {
        assert_eq!(one(text).1.as_deref(), Some("سمير حداد"), "{text}");
    }
}

#[test]
fn a_verb_that_carries_its_subject_goes_on_with_the_last_speaker() {
    let all = speakers(&[
        "قالت المهندسة ليلى عيسى إن السد سليم.",
        "وأضافت \"سنفتح الطريق غدا أمام الجميع\".",
        "وأضاف \"سنفتح الطريق غدا أمام الجميع\".",
    ]);
    assert_eq!(all, [Some("ليلى عيسى".to_owned()), None]);
}

#[test]
fn a_surname_stands_for_the_full_name_printed_before() {
    let all = speakers(&["زار الحي أمس سمير حداد مع فريقه.", "واعتبر حداد أن \"العمل هنا يسير ببطء شديد\"."]);
    assert_eq!(all, [Some("سمير حداد".to_owned())]);
}

#[test]
fn whom_the_verb_is_about_is_not_who_speaks() {
    for (text, speaker) in [
        ("محافظ الشمال يصف مدير السد بأنه \"أقل الناس خبرة بشؤون السد\".", Some("محافظ الشمال")),
        (
            "قال سمير حداد إن وزارة الري تحتاج إلى المال لكنه قال إنها تبقى \"صاحبة القرار الأول في السد\".",
            Some("سمير حداد"),
        ),
        ("جاء ذلك في مقابلة مع الزميل سمير حداد حيث قالت: \"السد سليم ولا خوف على أحد\".", None),
        ("وقال المتحدث لبي بي سي أن \"السد سليم ولا خوف على أحد\".", None),
        ("وقالت باربارا وينترز المديرة العامة للسد \"السد سليم ولا خوف على أحد\".", Some("باربارا وينترز")),
        ("وأعلن البيت الأبيض إلغاء الزيارة \"للإشراف على العمل في السد الكبير\".", Some("البيت الأبيض")),
        (
            "قال مسؤول كبير في إدارة الرئيس سمير حداد وطلب عدم نشر اسمه \"السد سليم ولا خوف اليوم ولا غدا ولا بعد غد على أحد من الناس\".",
            Some("مسؤول كبير"),
        ),
    ] {
        assert_eq!(one(text).1.as_deref(), speaker, "{text}");
    }
}

#[test]
fn who_is_quoted_speaks_and_the_carrier_carries() {
    let (_, speaker, via) = one("Tass quoted Jane Doe as saying \"the dam is sound and nobody needs to leave.\"");
    assert_eq!((speaker.as_deref(), via), (Some("Jane Doe"), vec!["Tass".to_owned()]));
    let (_, speaker, via) = one("ونقلت رويترز على لسان سمير حداد قوله \"السد سليم ولا خوف على أحد\".");
    assert_eq!((speaker.as_deref(), via), (Some("سمير حداد"), vec!["رويترز".to_owned()]));
}

#[test]
fn capitals_and_countries_are_nobody() {
    let blocks = page(&[
        (Role::Title, "DOE DENIES DAM WAS UNSOUND"),
        (Role::Body, "President Doe denied that the dam was unsound in the United States or abroad."),
        (Role::Body, "\"The dam is sound and nobody needs to leave,\" he said."),
    ]);
    assert_eq!(told(&blocks)[0].1.as_deref(), Some("Doe"));
}

#[test]
fn a_participle_that_begins_a_sentence_goes_on_with_the_speaker() {
    let all = speakers(&["قال سمير حداد \"السد سليم ولا خوف على أحد.\". مؤكدا \"لن نترك البلدة لأحد\"."]);
    assert_eq!(all, vec![Some("سمير حداد".to_owned()); 2]);
}

#[test]
fn the_share_before_has_the_speaker_named_after_the_last() {
    let all = speakers(&["\"The dam is sound and nobody in the whole valley", "needs to leave,\" said Jane Doe."]);
    assert_eq!(all, vec![Some("Jane Doe".to_owned()); 2]);
}

#[test]
fn bodies_speak_too_and_are_recognised_again() {
    let all = speakers(&[
        "قالت وزارة الري المحلية في بيان إن \"السد سليم ولا خوف على أحد\".",
        "وأعلنت الوزارة أن \"الطريق سيفتح غدا أمام الجميع\".",
    ]);
    assert_eq!(all, [Some("وزارة الري المحلية".to_owned()), Some("وزارة الري المحلية".to_owned())]);
}

#[test]
fn the_outlet_is_told_apart_from_the_speaker() {
    let (_, speaker, via) = one("وقال سمير حداد لوكالة \"فرانس برس\": \"السد سليم ولا خوف على أحد\".");
    assert_eq!((speaker.as_deref(), via), (Some("سمير حداد"), vec!["فرانس برس".to_owned()]));
    let (_, speaker, via) = one("ونقلت رويترز عن سمير حداد قوله \"السد سليم ولا خوف على أحد\".");
    assert_eq!((speaker.as_deref(), via), (Some("سمير حداد"), vec!["رويترز".to_owned()]));
    let (_, speaker, via) = one("وقال سمير حداد إن \"السد سليم ولا خوف على أحد\"، وفق وكالة سبوتنيك الروسية.");
    assert_eq!((speaker.as_deref(), via), (Some("سمير حداد"), vec!["وكالة سبوتنيك".to_owned()]));
}

#[test]
fn names_titles_and_irony_are_nobodys_speech() {
    for text in [
        "عاد مقاتلو \"فرقة النهر الأولى\" إلى البلدة.",
        "وقال سمير حداد إن فيلم \"الطريق الطويل إلى البحر الكبير\" جيد.",
        "يعتبرها الناس \"مصالحة\" لا أكثر.",
        "The film \"The Long Way Down To The Sea\" is good, Jane Doe said.",
        "He drove the so-called \"ghost\" train.",
    ] {
        assert_eq!(said(&[text]), [], "{text}");
    }
}

#[test]
fn a_heading_that_repeats_the_body_counts_once() {
    let blocks = page(&[
        (Role::Title, "حداد: \"السد سليم ولا خوف على أحد\""),
        (Role::Body, "قال سمير حداد إن \"السد سليم ولا خوف على أحد اليوم\"."),
    ]);
    assert_eq!(told(&blocks).len(), 1);
}

#[test]
fn a_quotation_over_paragraphs_is_one_a_paragraph_with_one_speaker() {
    let all =
        said(&["سمير حداد قال: \"وصلنا إلى السد مع الفجر وبقينا حتى المساء.", "\"ثم عدنا إلى البلدة مع الناس كلهم\"."]);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.iter().all(|(_, speaker, _)| speaker.as_deref() == Some("سمير حداد")), "{all:?}");
}

#[test]
fn english_speakers_stand_before_and_after_their_words() {
    for text in [
        "\"The dam is sound and nobody needs to leave,\" said Jane Doe, chairman of the board.",
        "\"The dam is sound and nobody needs to leave,\" water board chairman Jane Doe told Reuters.",
        "Jane Doe, the head of the board, said: “The dam is sound and nobody needs to leave.”",
        "According to Jane Doe, \"the dam is sound and nobody needs to leave.\"",
    ] {
        assert_eq!(one(text).1.as_deref(), Some("Jane Doe"), "{text}");
    }
    assert_eq!(one("\"The dam is sound, we think,\" Jane Doe told Reuters.").2, ["Reuters"]);
    let all = speakers(&[
        "Board chairman Jane Doe said the dam was sound.",
        "\"Nobody needs to leave,\" she said. \"We are staying here as well.\"",
        "\"The road opens tomorrow,\" a senior police official said.",
    ]);
    let jane = Some("Jane Doe".to_owned());
    assert_eq!(all, [jane.clone(), jane, Some("senior police official".to_owned())]);
}

#[test]
fn one_block_of_a_million_marks_is_bounded() {
    for text in ["\"a b c d e f g h i\" ".repeat(500_000), "قال \"نعم لا\" ".repeat(400_000)] {
        let block = Block { role: Role::Body, text, deleted_bidi: 0 };
        assert!(find(&[block], &[]).len() <= MAX_QUOTATIONS);
    }
    let small = Block {
        role: Role::Body, text: "قال سمير حداد \"نعم لا ثم نعم لا\" ".repeat(3_000), deleted_bidi: 0
    };
    assert!(find(&vec![small; 10], &[]).len() <= MAX_QUOTATIONS);
}

#[test]
fn what_others_said_is_not_the_reporters() {
    for (text, speaker) in [
        // Carried words, whatever the verb does not say of their speaker.
        ("ونقلت صحيفة \"الضفة\" عن ساكن لم تذكر اسمه قوله: \"السد سليم ولا خوف على أحد\".", None),
        ("ونقلت وكالة سبوتنيك بيان الوزير والذي ذكر: \"السد سليم ولا خوف على أحد\".", None),
        ("ونسب بيان صدر عن وزارة الري إلى سمير حداد قوله \"السد سليم ولا خوف على أحد\".", Some("سمير حداد")),
        // Somebody in the clause after أن speaks.
        ("قال سمير حداد إن رئيس البلدية أبلغه أن \"السد سليم ولا خوف على أحد\".", Some("رئيس البلدية")),
        ("قال سمير حداد إن المفاوضين قالوا مازحين: \"السد سليم ولا خوف على أحد\".", None),
        // The verb of a relative clause is its antecedent's, in the same form.
        ("أشاد سمير حداد بالتقرير الذي وصفه وزير الري، ناصر عيسى، بأنه \"أفضل ما كتب عن السد\".", Some("ناصر عيسى")),
        ("وأكد سمير حداد أن الوثيقة التي قال إنها \"أفضل ما كتب عن السد\" ستنشر.", Some("سمير حداد")),
        ("وقال سمير حداد إن السد سليم في الوقت الذي أكد فيه السفير التونسي \"رغبة بلاده في بناء السد\".", None),
        ("وفي كتابه قال تعالى: \"وجعلنا من الماء كل شيء حي\".", None),
    ] {
        assert_eq!(one(text).1.as_deref(), speaker, "{text}");
    }
    let all =
        speakers(&["قال سمير حداد إن السد سليم.", "ونقلت صحيفة الضفة عنه قوله \"سنفتح الطريق غدا أمام الجميع\"."]);
    assert_eq!(all, [Some("سمير حداد".to_owned())]);
}

#[test]
fn the_one_met_is_not_the_one_who_speaks() {
    for (text, speaker) in [
        ("وقال الرئيس الروسي خلال مؤتمر مشترك مع نظيره سمير حداد \"السد سليم ولا خوف على أحد\".", None),
        (
            "أعلن وزير الري القطري إثر اللقاء الذي ضم وزير الري التونسي سمير حداد أن السد \"أفضل ما في البلاد كلها\".",
            Some("وزير الري القطري"),
        ),
        ("وفي رسالة وصلت لموقع الضفة نسخة منها ذكر: \"السد سليم ولا خوف على أحد\".", None),
    ] {
        let found = one(text).1;
        assert!(found.as_deref() != Some("سمير حداد") && found.as_deref() != Some("الضفة"), "{text}: {found:?}");
        if speaker.is_some() {
            assert!(found.is_none() || found.as_deref() == speaker, "{text}: {found:?}");
        }
    }
    let all = speakers(&["نفت قطر الخبر، وقالت قطر إن السد سليم.", "وقال في كلمته: \"سنفتح الطريق غدا أمام الجميع\"."]);
    assert_eq!(all, [None], "a country is no he");
}

#[test]
fn names_are_whole_and_end_where_they_end() {
    for (text, speaker) in [
        ("وقال عبدالعزيز محمد العيسى خريج الكلية \"السد سليم ولا خوف على أحد\".", "عبدالعزيز محمد العيسى"),
        ("وقالت الشيخة مي بنت محمد الصالح، في الافتتاح \"السد سليم ولا خوف على أحد\".", "مي بنت محمد الصالح"),
        ("وقال جون أوبي ميكل قائد الفريق إن \"السد سليم ولا خوف على أحد\".", "جون أوبي ميكل"),
        ("وأكد سمير حداد لآبي أن \"السد سليم ولا خوف على أحد\".", "سمير حداد"),
        ("ووعد سمير حداد بتقديم \"كل ما يحتاج إليه السد\".", "سمير حداد"),
        ("ودعا سمير حداد العسكريين، أمس، إلى \"حماية السد من كل خطر\".", "سمير حداد"),
    ] {
        assert_eq!(one(text).1.as_deref(), Some(speaker), "{text}");
    }
    let all = speakers(&["التقى وفد البلدة أمس وسمير حداد مع فريقه.", "وقال حداد \"السد سليم ولا خوف على أحد\"."]);
    assert_eq!(all, [Some("سمير حداد".to_owned())], "a glued and is no part of a name");
}

#[test]
fn whom_the_english_sentence_does_not_make_the_speaker() {
    for (text, speaker) in [
        (
            "The mayor, who met Jane Doe, the head of the board, said \"the dam is sound and nobody needs to leave.\"",
            None,
        ),
        ("Jane Doe was told that \"the dam is sound and nobody needs to leave.\"", None),
        ("Jane Doe was quoted as saying \"the dam is sound and nobody needs to leave.\"", Some("Jane Doe")),
        ("\"The dam is sound and nobody needs to leave,\" is a promise according to Utah dam law.", None),
        ("\"The dam is sound and nobody needs to leave,\" said Doe, Ball and Rivers analyst John Smith.", None),
        ("\"The dam is sound and nobody needs to leave,\" said Doe plans to open the road.", None),
        ("But Jane Doe of Rivers Inc said \"the dam is sound and nobody needs to leave.\"", Some("Jane Doe")),
    ] {
        assert_eq!(one(text).1.as_deref(), speaker, "{text}");
    }
}

#[test]
fn pronouns_and_roles_stand_for_whom_they_can() {
    let words = "\"Nobody needs to leave,\" he said.";
    assert_eq!(speakers(&["State water company Rivero said the dam was sound.", words]), [None]);
    assert_eq!(speakers(&["Mayor John Doe said the dam was sound.", words]), [Some("John Doe".to_owned())]);
    let all = speakers(&[
        "A ministry spokesman said the dam was sound.",
        "\"Nobody needs to leave,\" the Rivero spokesman said.",
    ]);
    assert_eq!(all, [Some("Rivero spokesman".to_owned())]);
}

#[test]
fn a_comma_says_that_the_attribution_is_still_to_come() {
    let all = speakers(&[
        "The sources said the dam was sound.",
        "\"Nobody at all needs to leave,\"",
        "John Doe told reporters.",
    ]);
    assert_eq!(all, [None]);
    // What was taken for the last speaker's is whose name follows the last share.
    let all = speakers(&[
        "A spokesman said the dam was sound.",
        "\"There is a lot of water in the",
        "lake,\" John Doe said.",
    ]);
    assert_eq!(all, vec![Some("John Doe".to_owned()); 2]);
}

proptest! {
    #[test]
    fn spans_lie_between_marks_of_the_text(
        texts in prop::collection::vec("(قال |وأضاف |وفق |نقلت |عن |سمير |حداد |وزارة |المتحدث |لـ|\"|“|”|«|»|'|, |\\. |: |said |Jane |Doe |the |told |according to |of |وكالة |[a-zء-ي]{1,6} ){0,40}", 1..5)
    ) {
        let blocks: Vec<Block> = texts.iter().filter_map(|text| Block::new(Role::Body, text)).collect();
        prop_assume!(!blocks.is_empty());
        let text = canonical_text(&blocks).unwrap();
        for quotation in find(&blocks, &[]) {
            prop_assert!(quotation.start < quotation.end && text.get(quotation.start..quotation.end).is_some());
        }
    }

    #[test]
    fn nothing_makes_it_panic(texts in prop::collection::vec(any::<String>(), 0..4)) {
        let blocks: Vec<Block> = texts.iter().filter_map(|text| Block::new(Role::Body, text)).collect();
        find(&blocks, &[]);
    }
}
