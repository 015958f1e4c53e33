use super::*;
use crate::domain::Role::*;

/// Roles with the first words of each block.
fn roles(text: &str) -> Vec<(Role, String)> {
    read(text, None).blocks.into_iter().map(|block| (block.role, block.text.chars().take(24).collect())).collect()
}

fn only_roles(text: &str) -> Vec<Role> {
    roles(text).into_iter().map(|(role, _)| role).collect()
}

fn shared(path: &str) -> Option<String> {
    let root = std::env::var("ISNAD_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    std::fs::read_to_string(std::path::Path::new(&root).join(path)).ok()
}

/// The role that a gold role of the seeds stands for; `None` where it is part of another block.
fn gold_role(name: &str) -> Role {
    match name {
        "title" => Title,
        "section_heading" => Subhead,
        "body" | "pull_quote_repeat" => Body,
        "embedded_tweet" | "tweet_attribution" => Role::Tweet,
        "image_caption" => Caption,
        "byline_dateline" => Byline,
        _ => Furniture,
    }
}

#[test]
fn every_gold_block_of_the_seeds_has_its_role() {
    let Some(gold) = shared("data/seeds/gold.json") else {
        skipped();
        return;
    };
    let gold: serde_json::Value = serde_json::from_str(&gold).unwrap();
    for article in gold["articles"].as_array().unwrap() {
        let file = article["file"].as_str().unwrap();
        let text = shared(&format!("data/seeds/{file}")).unwrap();
        let reading = read(&text, None);
        let expected: Vec<(Role, String)> = article["blocks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|block| (gold_role(block["role"].as_str().unwrap()), canonicalise(block["text"].as_str().unwrap())))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let mut at = 0;
        for block in &reading.blocks {
            let (role, text) = &expected[at];
            assert_eq!(block.role, *role, "{file}: {}", block.text);
            let mut gold_text = text.clone();
            if *role == Role::Tweet {
                at += 1;
                gold_text = format!("{gold_text} {}", expected[at].1);
            }
            assert_eq!(block.text, gold_text, "{file}");
            at += 1;
        }
        assert_eq!(at, expected.len(), "{file}");
        assert_eq!(reading.title_block(), article["title"]["text"].as_str(), "{file}");
        assert_eq!(reading.article().unwrap().to_string(), article["article_sha256"].as_str().unwrap(), "{file}");
    }
}

const PARAGRAPHS: [&str; 3] = [
    "انهار الجسر القديم في المدينة صباح اليوم بعد أيام من الأمطار الغزيرة، وقال شهود إن شاحنة كبيرة كانت تعبره في تلك اللحظة.",
    "وأغلقت البلدية الطرق المؤدية إلى النهر، فيما وصلت فرق الإنقاذ إلى المكان وبدأت البحث عن السائق بين الأنقاض.",
    "وقال المتحدث باسم البلدية سامي حسن إن التحقيق بدأ، مضيفاً أن الجسر خضع للفحص قبل عام ولم تظهر عليه عيوب.",
];

const ENGLISH: [&str; 3] = [
    "The old bridge in the town collapsed on Tuesday morning after days of heavy rain, and witnesses said a lorry had been crossing it.",
    "The council closed the roads along the river while rescue teams searched the rubble for the driver, who was still missing at noon.",
    "A spokesman for the council, John Roe, said that an inquiry had begun and that the bridge had passed its last inspection a year ago.",
];

#[test]
fn a_sidebar_before_the_title_is_furniture() {
    for spaced in ["\n", "\n\n"] {
        let page = format!(
            "الأكثر قراءة{spaced}وزير المالية يعلن موازنة العام{spaced}فوز الفريق الأول في مباراة الأمس{spaced}عشرون جريحاً في حادث سير شمال العاصمة{spaced}\n\n\
             انهيار الجسر القديم بعد أمطار غزيرة\n\n21:14\n\n842\nمشاهدة\n\nانهيار الجسر القديم بعد أمطار غزيرة\n\
             الجسر القديم- أرشيفية\n\nحجم الخط:\n\n{}\n\nبحث عن السائق\n\n{}\n\n{}",
            PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[2]
        );
        assert_eq!(
            only_roles(&page),
            [
                Furniture, Furniture, Furniture, Furniture, Title, Furniture, Furniture, Furniture, Furniture, Caption,
                Furniture, Body, Subhead, Body, Body
            ],
            "{spaced:?}"
        );
    }
}

#[test]
fn a_sidebar_after_the_article_is_furniture() {
    for label in ["اقرأ أيضاً\n", "", "مواضيع ذات صلة:\n\n"] {
        let page = format!(
            "انهيار الجسر القديم بعد أمطار غزيرة\n\n{}\n\n{}\n\n{}\n\n{label}وزير المالية يعلن موازنة العام\nفوز الفريق الأول في مباراة الأمس\n\
             عشرون جريحاً في حادث سير شمال العاصمة\nشارك الخبر\nجميع الحقوق محفوظة © 2018",
            PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[2]
        );
        let mut expected = vec![Title, Body, Body, Body];
        expected.extend(vec![Furniture; if label.is_empty() { 5 } else { 6 }]);
        assert_eq!(only_roles(&page), expected, "{label:?}");
    }
}

#[test]
fn an_english_page_is_read_alike() {
    let page = format!(
        "Home\nNews\nSport\nMost read\nMinister presents the budget for next year\nHome side wins the derby in extra time\n\
         Twenty hurt in crash north of the capital\n\nOld bridge collapses after days of rain\n\nBy Jane Doe\n\n\
         Published 3 March 2018 at 14:05 GMT\nShare\nTweet\n1,204 views\n\nThe bridge in 2015 (file photo)\n\n{}\n\nSearch for the driver\n\n\
         {}\n\nRead also: Minister presents the budget for next year\n\n{}\n\nSign up for our newsletter\n\nRelated articles\nHome side wins the derby in extra time\n\
         Copyright © 2018 The Example. All rights reserved.",
        ENGLISH[0], ENGLISH[1], ENGLISH[2]
    );
    let reading = read(&page, None);
    assert_eq!(reading.title_block(), Some("Old bridge collapses after days of rain"));
    assert_eq!(reading.byline.as_deref(), Some("Jane Doe"));
    assert_eq!(reading.published[0].edtf, "2018-03-03T14:05:00Z");
    assert_eq!(reading.lang.as_deref(), Some("en"));
    let kept: Vec<Role> = reading.blocks.iter().map(|block| block.role).filter(|role| *role != Furniture).collect();
    assert_eq!(kept, [Title, Byline, Caption, Body, Subhead, Body, Body]);
}

#[test]
fn a_text_without_title_has_none() {
    assert_eq!(only_roles(&PARAGRAPHS.join("\n")), [Body, Body, Body]);
    let page = format!("خبر نت – (سامر أحمد)\n{}\n{}\n–", PARAGRAPHS[0], PARAGRAPHS[1]);
    assert_eq!(only_roles(&page), [Byline, Body, Body, Furniture]);
    assert_eq!(read(&page, None).byline.as_deref(), Some("سامر أحمد"));
}

#[test]
fn teasers_before_the_title_do_not_begin_the_article() {
    let page = format!(
        "آخر الأخبار\n\nأعلن وزير المالية اليوم موازنة العام المقبل وسط جدل واسع في البرلمان حول الضرائب الجديدة.\n\n\
         انهيار الجسر القديم بعد أمطار غزيرة\n\nنشر في: 31 مارس 2018\n\n{}",
        PARAGRAPHS.join("\n\n")
    );
    let reading = read(&page, None);
    assert_eq!(reading.title_block(), Some("انهيار الجسر القديم بعد أمطار غزيرة"));
    assert_eq!(reading.blocks[1].role, Furniture);
    assert_eq!(reading.published[0].edtf, "2018-03-31");
}

#[test]
fn comments_after_the_article_are_furniture() {
    let page = format!(
        "Old bridge collapses after days of rain\n\n{}\n\nLeave a comment\n\nAnn\nI crossed it every day on my way to school and never felt safe on it at all.\n",
        ENGLISH.join("\n\n")
    );
    assert_eq!(only_roles(&page), [Title, Body, Body, Body, Furniture, Furniture, Furniture]);
}

#[test]
fn clean_text_with_a_title_keeps_every_line() {
    let text = "قال أبو تمام:\nالسيف أصدق أنباء من الكتب\nفي حده الحد بين الجد واللعب\nانتهى.\n12\n- بند أول\nفيسبوك";
    let reading = read(text, Some("عنوان القصيدة"));
    assert!(reading.blocks.iter().all(|block| block.role.is_hashed()), "{:?}", reading.blocks);
    let reading =
        read(&format!("عنوان القصيدة\n{}\nبحث عن السائق\n{}", PARAGRAPHS[0], PARAGRAPHS[1]), Some("عنوان القصيدة"));
    let roles: Vec<Role> = reading.blocks.iter().map(|block| block.role).collect();
    assert_eq!(roles, [Title, Furniture, Body, Subhead, Body]);
}

#[test]
fn one_line_is_body() {
    assert_eq!(only_roles("المزيد"), [Body]);
    assert_eq!(only_roles("خبر عاجل من المدينة"), [Body]);
    assert_eq!(only_roles(" \n\u{200b}\n"), []);
    assert_eq!(read("كلمة", Some("عنوان")).blocks.len(), 2);
}

#[test]
fn tweets_take_their_words_and_nothing_else() {
    let page = format!(
        "{}\n\nلا صحة لما يقال عن الجسر.\nالتحقيق مستمر #الجسر\n\n— بلدية المدينة (@town) ٣٠ مارس، ٢٠١٨\n\n{}\n\n— Jane (@jane) March 31, 2018\n",
        PARAGRAPHS[0],
        PARAGRAPHS.join(" ").repeat(2)
    );
    let reading = read(&page, None);
    let roles: Vec<Role> = reading.blocks.iter().map(|block| block.role).collect();
    assert_eq!(roles, [Body, Role::Tweet, Body, Role::Tweet]);
    assert_eq!(reading.tweets[0].text, "لا صحة لما يقال عن الجسر. التحقيق مستمر #الجسر");
    assert_eq!(
        reading.blocks[1].text,
        "لا صحة لما يقال عن الجسر. التحقيق مستمر #الجسر — بلدية المدينة (@town) ٣٠ مارس، ٢٠١٨"
    );
    assert_eq!((reading.tweets[1].text.as_str(), reading.tweets[1].handle.as_deref()), ("", Some("jane")));
}

#[test]
fn a_tweet_on_one_line_is_a_tweet() {
    let reading =
        read(&format!("{}\nالتحقيق مستمر.— بلدية (@town) July 31, 2015\n{}", PARAGRAPHS[0], PARAGRAPHS[1]), None);
    assert_eq!(reading.blocks[1].role, Role::Tweet);
    assert_eq!(reading.tweets[0].text, "التحقيق مستمر.");
    let long = format!("{} التحقيق مستمر.— بلدية (@town) July 31, 2015", PARAGRAPHS.join(" "));
    let reading = read(&long, Some("عنوان"));
    assert_eq!(reading.blocks[1].role, Body);
    assert_eq!((reading.tweets[0].text.as_str(), reading.tweets[0].block), ("التحقيق مستمر.", 1));
}

#[test]
fn an_address_in_the_head_names_the_outlet_and_nothing_in_prose_does() {
    let page = |line: &str| format!("انهيار الجسر القديم بعد أمطار غزيرة\n\n{line}\n\n{}", PARAGRAPHS.join("\n\n"));
    let outlet = |line: &str| read(&page(line), None).outlet.first().map(|claim| claim.value.clone());
    assert_eq!(outlet("http://news.example.com/a/1").as_deref(), Some("example.com"));
    assert_eq!(outlet("https://www.facebook.com/x"), None);
    assert_eq!(outlet("كما ورد في http://news.example.com/a/1 أمس"), None);
    assert!(read(&page("http://news.example.com/a/1"), None).url.is_empty());
}

#[test]
fn an_empty_date_label_states_nothing() {
    let page = format!("انهيار الجسر القديم بعد أمطار غزيرة\n\nنشر في: آخر تحديث:\n\n{}", PARAGRAPHS.join("\n\n"));
    let reading = read(&page, None);
    assert!(reading.published.is_empty() && reading.modified.is_empty());
    assert_eq!(reading.blocks[1].role, Furniture);
}

#[test]
fn the_day_of_the_visit_above_the_title_is_no_date_of_the_article() {
    let page = format!(
        "الأحد 1 نيسان 2018\n\nانهيار الجسر القديم بعد أمطار غزيرة\n\n31 مارس 2018 | 10:49\n\n{}",
        PARAGRAPHS.join("\n\n")
    );
    let reading = read(&page, None);
    assert_eq!(reading.published.iter().map(|time| time.edtf.as_str()).collect::<Vec<_>>(), ["2018-03-31T10:49:00"]);
}

#[test]
fn no_line_is_dropped_on_any_input() {
    use proptest::prelude::*;
    let line = prop_oneof![
        "[ء-ي ]{0,80}\\.?",
        "[A-Za-z ,.]{0,160}",
        Just("المزيد".to_owned()),
        Just("— اسم (@x) March 3, 2018".to_owned()),
        Just("10:49".to_owned()),
        any::<String>()
    ];
    proptest!(|(lines in prop::collection::vec(line, 0..14), title in proptest::option::of("[a-z ]{0,12}"))| {
        let text = lines.join("\n");
        let reading = read(&text, title.as_deref());
        let letters = |text: &str| canonicalise(text).chars().filter(|c| *c != ' ').count();
        let kept: usize = reading.blocks.iter().map(|block| letters(&block.text)).sum();
        let given: usize = letters(title.as_deref().unwrap_or_default())
            + text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}']).map(letters).sum::<usize>();
        prop_assert_eq!(kept, given);
        prop_assert!(reading.blocks.iter().filter(|block| block.role == Title).count() <= 1);
        prop_assert!(reading.tweets.iter().all(|tweet| tweet.block < reading.blocks.len()));
    });
}

#[test]
fn other_furniture_leaves_the_article_of_a_seed_as_it_is() {
    let Some(text) = shared("data/seeds/003_ccd135a118f501bf.txt") else {
        skipped();
        return;
    };
    let lines: Vec<&str> = text.lines().collect();
    let (sidebar, title, article) = (&lines[..9], lines[10], lines[26..].join("\n"));
    let other = [
        "وزير المالية يعلن موازنة العام",
        "فوز الفريق الأول في مباراة الأمس",
        "هل يعود المهجّرون إلى مدنهم؟",
        "عشرون جريحاً في حادث سير شمال العاصمة",
        "انهيار جسر قديم بعد أمطار غزيرة",
        "\"لن نعود\".. قصة مدينة",
    ];
    let id = read(&text, None).article();
    let pages = [
        format!(
            "{}\n\n{title}\n\n07:02\n\nhttp://anapress.net/a/1\n99\nمشاهدة\n\n{title}\n\nحجم الخط:\n\n{article}",
            other.join("\n")
        ),
        format!("الأكثر قراءة\n\n{}\n\n{title}\n\n21:15\n1,204 مشاهدة\n\nجسر- أرشيفية\n\n{article}", other.join("\n\n")),
        format!(
            "{title}\n\nنشر في: آخر تحديث:\n\n{article}\n\nاقرأ أيضاً\n{}\n\nجميع الحقوق محفوظة © 2021",
            other.join("\n")
        ),
        format!("{title}\n\n2018-04-01 10:49\n\n{article}\n\n{}\n\nشارك\nفيسبوك تويتر واتساب", other.join("\n")),
        format!(
            "الرئيسية\nأخبار\n{title}\nكتب: سامر أحمد\n{article}\nالتعليقات\nزائر\nهذا كلام غير صحيح ولا يعبر عن رأي الناس في المدينة أبداً."
        ),
        format!("{}\n{}\n{title}\n31 مارس 2018\n{title}\nA A A\n{article}", sidebar.join("\n"), other.join("\n")),
    ];
    for page in pages {
        let reading = read(&page, None);
        assert_eq!(reading.title_block(), Some(title), "{page:.200}");
        let wrong: Vec<&Block> = reading.blocks.iter().filter(|block| block.role.is_hashed()).take(3).collect();
        assert_eq!(reading.article(), id, "{page:.300}\n{wrong:?}");
    }
}

#[test]
fn pages_without_empty_lines_are_read_too() {
    let page = format!(
        "Most read\nMinister presents the budget for next year\nHome side wins the derby in extra time\nTwenty hurt in crash north of the capital\n\
         Old bridge collapses after days of rain\nMarch 3, 2018 5:30 PM\n{}\nAdvertisement\n{}\nSearch for the driver\n{}\n3 Comments\nShare this article",
        ENGLISH[0], ENGLISH[1], ENGLISH[2]
    );
    let reading = read(&page, None);
    assert_eq!(reading.title_block(), Some("Old bridge collapses after days of rain"));
    assert_eq!(reading.published[0].edtf, "2018-03-03T17:30:00");
    let kept: Vec<Role> = reading.blocks.iter().map(|block| block.role).filter(|role| *role != Furniture).collect();
    assert_eq!(kept, [Title, Body, Body, Subhead, Body]);
}

#[test]
fn hostile_sizes_stay_linear() {
    let long = "كلمة ".repeat(400_000);
    assert_eq!(read(&long, None).blocks.len(), 1);
    let many = "عنوان خبر من أخبار اليوم\n".repeat(100_000) + PARAGRAPHS[0];
    assert_eq!(read(&many, None).blocks.len(), 100_001);
    let signatures = "— اسم (@x) March 3, 2018\n".repeat(50_000);
    assert_eq!(read(&signatures, None).tweets.len(), 50_000);
    let subheads = format!("{}\nبحث عن السائق تحت أنقاض الجسر القديم\n", PARAGRAPHS[0]).repeat(5_000) + PARAGRAPHS[1];
    assert_eq!(read(&subheads, Some("عنوان")).blocks.len(), 10_002);
}

/// Says that a test did not run.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped() {
    eprintln!("skipped: no shared data");
}
