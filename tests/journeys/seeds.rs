//! The five real captures of the first corpus go in and come out right, to the byte.

use std::path::PathBuf;

use serde_json::Value;

use crate::common::{Scratch, sha256_hex, shared, text};

const ARTICLES: [&str; 5] = [
    "2ce0e628879e838ea2602be386d5b6dc3d795444e614b52832b105cdb6e5711e",
    "2d106ee9745f43cf0f234611be156f2f8741e85f39b413d6ca44f6bd93cc1c1d",
    "ca1962f35d23cc9190442d265e2e496bf1a3b69543751249311adda8a187f267",
    "36bcd21c5923722efd864b9ca17207ab6827d0d4dedae61b1c4cc127c0e93af7",
    "04ba995493e96374f79c9e89a31148caa11a91d6055b14b99793ae62141c939c",
];
const OUTLETS: [Option<&str>; 5] =
    [None, Some("alarabiya.net"), Some("enabbaladi.net"), Some("anapress.net"), Some("baladi-news.com")];
/// A page at an unknown zone may call a moment its day from 14 hours before midnight UTC on.
const ZONE_LEAD: i64 = 14 * 3600;

/// The seeds' files in order, with what people say about each.
struct Seeds {
    files: Vec<PathBuf>,
    gold: Vec<Value>,
}

impl Seeds {
    fn load() -> Option<Seeds> {
        let folder = shared("seeds")?;
        let gold: Value = serde_json::from_slice(&std::fs::read(folder.join("gold.json")).unwrap()).unwrap();
        let gold = gold["articles"].as_array().unwrap().clone();
        let files = gold.iter().map(|article| folder.join(text(article, "file"))).collect();
        Some(Seeds { files, gold })
    }

    /// The files as arguments of a command.
    fn after(&self, command: &str) -> Vec<PathBuf> {
        std::iter::once(command.into()).chain(self.files.iter().cloned()).collect()
    }

    /// An archive that holds them all.
    fn archive(&self) -> Scratch {
        let scratch = Scratch::with_archive();
        let documents = scratch.json(self.after("ingest")).is(0).documents();
        assert!(documents.iter().all(|document| document["status"] == "new"), "{documents:?}");
        scratch
    }

    /// The seeds' quotations that are somebody's words, from every article.
    fn quotations(&self) -> Vec<String> {
        let quotes = self.gold.iter().flat_map(|article| article["quotes"].as_array().unwrap());
        let said = quotes.filter(|quote| quote["class"] == "direct" || quote["class"] == "partial");
        said.map(|quote| text(&quote["inner"], "text").to_owned()).collect()
    }
}

fn midnight(day: &str) -> i64 {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp()
}

#[test]
fn each_seed_has_its_article_outlet_and_title() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = Scratch::with_archive();
    let documents = scratch.json(seeds.after("ingest")).is(0).documents();
    assert_eq!(documents.len(), 5);
    for (index, document) in documents.iter().enumerate() {
        assert_eq!(document["article"], ARTICLES[index], "seed {index}");
        assert_eq!(document["outlet"].as_str(), OUTLETS[index], "seed {index}");
        assert_eq!(document["title"], seeds.gold[index]["title"]["text"], "seed {index}");
        assert_eq!(document["payload"], seeds.gold[index]["sha256"], "seed {index}");
    }
}

#[test]
fn every_gold_block_stands_on_its_side() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = Scratch::new();
    let readings = scratch.json(seeds.after("extract")).is(0).lines();
    for ((reading, gold), id) in readings.iter().zip(&seeds.gold).zip(ARTICLES) {
        assert_eq!(sha256_hex(text(reading, "text").as_bytes()), id);
        let mut blocks = reading["blocks"].as_array().unwrap().iter();
        let mut lines = gold["blocks"].as_array().unwrap().iter().peekable();
        while let Some(line) = lines.next() {
            let mut words = isnad::domain::canonicalise(text(line, "text"));
            if line["role"] == "embedded_tweet" {
                // A tweet and its signature line are one block.
                words = format!("{words} {}", isnad::domain::canonicalise(text(lines.next().unwrap(), "text")));
            }
            if words.is_empty() {
                continue;
            }
            let block = blocks.next().unwrap_or_else(|| panic!("no block for {line}"));
            assert_eq!(text(block, "text"), words);
            let side = match text(block, "role") {
                "title" | "subhead" | "body" | "tweet" => "article",
                "byline" | "caption" => "attached",
                _ => "furniture",
            };
            let wanted = match text(line, "role") {
                "byline_dateline" | "image_caption" => "attached",
                _ if line["is_article"] == true => "article",
                _ => "furniture",
            };
            assert_eq!(side, wanted, "{line}");
        }
        assert_eq!(blocks.next(), None, "a block that no gold line has");
    }
}

#[test]
fn both_tweets_of_seed_003_carry_handle_name_and_date() {
    let Some(seeds) = Seeds::load() else { return };
    let reading = Scratch::new().json([&PathBuf::from("extract"), &seeds.files[3]]).is(0).only();
    let tweets = reading["tweets"].as_array().unwrap();
    let gold = seeds.gold[3]["tweets"].as_array().unwrap();
    assert_eq!((tweets.len(), gold.len()), (2, 2));
    for (tweet, gold) in tweets.iter().zip(gold) {
        assert_eq!(format!("@{}", text(tweet, "handle")), text(gold, "handle"));
        assert_eq!(tweet["name"], gold["author"]);
        assert_eq!(text(&tweet["date"], "edtf"), text(gold, "date"));
        assert_eq!(tweet["date"]["basis"], "tweet");
        assert_eq!(text(tweet, "text"), isnad::domain::canonicalise(text(&gold["text"], "text")));
    }
    assert_eq!(tweets[0]["date"]["edtf"], "2018-03-30");
    assert_eq!(tweets[1]["date"]["edtf"], "2018-03-26");
}

#[test]
fn times_of_publication_allow_the_truth_and_no_more_than_the_evidence() {
    let Some(seeds) = Seeds::load() else { return };
    let readings = Scratch::new().json(seeds.after("extract")).is(0).lines();
    for (index, (reading, gold)) in readings.iter().zip(&seeds.gold).enumerate() {
        let time = &reading["published"];
        let (earliest, latest) = (
            midnight(text(&gold["publication_date"], "earliest")),
            midnight(text(&gold["publication_date"], "latest")),
        );
        if !time.is_null() {
            let from = time["from"].as_i64().unwrap_or(i64::MIN);
            let to = time["to"].as_i64().unwrap_or(i64::MAX);
            assert!(from <= earliest && latest + 86_400 <= to, "seed {index}: {time} excludes {earliest}..{latest}");
        }
        assert!(!time.to_string().contains("2013-"), "seed {index}: {time}");
    }
    let published = |index: usize| &readings[index]["published"];

    // 002: exactly the years in which 12 March was a Monday.
    assert_eq!(published(2)["basis"], "weekday");
    let days = text(published(2), "edtf").trim_matches(['[', ']']);
    let days: Vec<chrono::NaiveDate> = days.split(',').map(|day| day.parse().unwrap()).collect();
    let today = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive();
    let mondays: Vec<chrono::NaiveDate> = (1995..=chrono::Datelike::year(&today))
        .filter_map(|year| chrono::NaiveDate::from_ymd_opt(year, 3, 12))
        .filter(|day| chrono::Datelike::weekday(day) == chrono::Weekday::Mon && *day <= today)
        .collect();
    assert_eq!(days, mondays);
    assert!(days.contains(&"2018-03-12".parse().unwrap()));

    assert!(published(3)["from"].as_i64().unwrap() >= midnight("2018-03-30") - ZONE_LEAD, "{}", published(3));
    assert!(published(0)["from"].as_i64().unwrap() >= midnight("2018-03-10") - ZONE_LEAD, "{}", published(0));
}

#[test]
fn what_show_prints_hashes_to_the_id() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    for capture in scratch.json(["list"]).is(0).lines() {
        for key in ["article", "record", "reading", "payload"] {
            let id = text(&capture, key);
            assert_eq!(sha256_hex(&scratch.run(["show", id]).is(0).stdout), id, "{key}");
            assert_eq!(sha256_hex(&scratch.run(["show", &id[..8]]).is(0).stdout), id, "{key} by its first digits");
        }
    }
    for (id, file) in ARTICLES.iter().zip(&seeds.files) {
        assert_eq!(sha256_hex(&scratch.run(["show", id]).is(0).stdout), *id);
        let payload = sha256_hex(&std::fs::read(file).unwrap());
        assert_eq!(scratch.run(["show", &payload]).is(0).stdout, std::fs::read(file).unwrap());
    }
}

/// Headlines that no page carries, for another day's sidebar.
const HEADLINES: [&str; 8] = [
    "بلدية مرسى زيرن تعيد طلاء مقاعد الكورنيش",
    "معرض للخرائط القديمة في مكتبة المرفأ",
    "الصيادون يطالبون بتوسيع الرصيف الشمالي",
    "حديقة جديدة مكان محطة القطار المهجورة",
    "طلاب المعهد البحري يفوزون بجائزة التصميم",
    "موسم الزيتون يبدأ مبكراً في قرى الجبل",
    "ورشة لترميم القوارب الخشبية تفتح أبوابها",
    "عودة حافلات النقل الليلي إلى أحياء المدينة",
];

/// Seed 003 as another visit would have found it: other headlines, another counter, another time of day.
fn captured_later(seeds: &Seeds) -> String {
    let page = std::fs::read_to_string(&seeds.files[3]).unwrap();
    let mut lines: Vec<String> = page.split('\n').map(str::to_owned).collect();
    let mut headlines = HEADLINES.iter();
    for block in seeds.gold[3]["blocks"].as_array().unwrap() {
        let line = &mut lines[usize::try_from(block["line"].as_u64().unwrap()).unwrap()];
        match text(block, "role") {
            "sidebar_headline" => *line = (*headlines.next().unwrap()).to_owned(),
            "chrome_view_counter" => *line = "98173".to_owned(),
            "chrome_time" => *line = "21:07".to_owned(),
            _ => {}
        }
    }
    assert_eq!(headlines.next(), None, "eight headlines were replaced");
    lines.join("\n")
}

#[test]
fn a_second_capture_with_other_furniture_is_the_same_article_and_stores_only_that() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    let before = scratch.json(["stats"]).is(0).only();
    let later = scratch.write("later.txt", captured_later(&seeds));
    let first = scratch.json([&PathBuf::from("ingest"), &seeds.files[3]]).is(0).documents().remove(0);
    let second = scratch.json([&PathBuf::from("ingest"), &later]).is(0).documents().remove(0);
    let after = scratch.json(["stats"]).is(0).only();

    assert_eq!(first["status"], "known", "the same file again");
    assert_eq!(second["status"], "new");
    assert_eq!(second["article"], ARTICLES[3]);
    assert_ne!(second["record"], first["record"]);
    assert_ne!(second["reading"], first["reading"]);
    assert_eq!(second["blocks"]["new"], 10, "eight headlines, a counter, a time");
    let added = |level: &str, what: &str| after[level][what].as_u64().unwrap() - before[level][what].as_u64().unwrap();
    assert_eq!(added("block", "distinct"), 10);
    assert_eq!(added("article", "distinct"), 0);
    assert_eq!(added("payload", "distinct"), 1);
    assert_eq!(after["captures"].as_u64().unwrap() - before["captures"].as_u64().unwrap(), 1);
    scratch.run(["verify"]).is(0);
}

#[test]
fn what_is_declared_decides_between_known_new_and_corrected() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = Scratch::with_archive();
    let file = seeds.files[3].to_str().unwrap();
    let ingest = |flags: &[&str]| scratch.json([&["ingest", file][..], flags].concat()).is(0).documents().remove(0);

    let first = ingest(&["--captured-at", "2018-04-02"]);
    assert_eq!(first["status"], "new");
    let again = ingest(&["--captured-at", "2018-04-02"]);
    assert_eq!((&again["status"], &again["record"]), (&"known".into(), &first["record"]));
    let other_day = ingest(&["--captured-at", "2018-04-03"]);
    assert_eq!(other_day["status"], "new");
    assert_ne!(other_day["record"], first["record"]);
    let corrected = ingest(&["--captured-at", "2018-04-02", "--published", "2018-03-31"]);
    assert_eq!(corrected["status"], "corrected");
    assert_eq!(corrected["published"]["edtf"], "2018-03-31");
    assert_eq!(corrected["article"], first["article"]);
    let record: Value =
        serde_json::from_slice(&scratch.run(["show", text(&corrected, "record")]).is(0).stdout).unwrap();
    assert_eq!(record["corrects"], first["record"]);
    let again = ingest(&["--captured-at", "2018-04-02", "--published", "2018-03-31"]);
    assert_eq!((&again["status"], &again["record"]), (&"known".into(), &corrected["record"]));
    scratch.run(["show", text(&first, "record")]).is(0);
    scratch.run(["verify"]).is(0);
}

#[test]
fn a_sidebar_headline_is_furniture_only() {
    let Some(seeds) = Seeds::load() else { return };
    let answer = seeds.archive().json(["audit", "مشافي حلب تعاني من نفاد أكياس الجثث"]).is(1).only();
    assert_eq!(answer["verdict"], "furniture-only");
    assert_eq!(answer["first"]["published"], Value::Null);
    for place in answer["occurrences"].as_array().unwrap() {
        assert_eq!((&place["role"], &place["published"]), (&"furniture".into(), &Value::Null));
    }
}

#[test]
fn every_gold_quotation_is_found() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    let quotations = seeds.quotations();
    assert!(quotations.len() > 30, "{}", quotations.len());
    for (index, quotation) in quotations.iter().enumerate() {
        let answer = scratch.json(["audit", quotation]).is(0).only();
        assert_eq!(answer["verdict"], "found", "{index}: {quotation}");
        assert_eq!(text(&answer["first"]["logged"], "text"), isnad::domain::canonicalise(quotation));
    }
}

/// Audits many quotations, one a line, in one run; returns the verdicts.
fn verdicts(scratch: &Scratch, quotations: &[String], status: i32) -> Vec<(String, String)> {
    let lines: String = quotations.iter().map(|quotation| format!("{}\n", quotation.replace('\n', " "))).collect();
    let answers = scratch.json_stdin(["audit", "-"], &lines).is(status).lines();
    assert_eq!(answers.len(), quotations.len());
    answers.iter().map(|answer| (text(answer, "verdict").to_owned(), text(answer, "quote").to_owned())).collect()
}

/// Puts `mark` after the second letter of the longest word.
fn marked(quotation: &str, mark: char) -> String {
    let word = quotation.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).max_by_key(|word| word.len());
    let word = word.unwrap_or_else(|| panic!("no word in {quotation}"));
    let at = word.char_indices().nth(2).unwrap().0;
    quotation.replacen(word, &format!("{}{mark}{}", &word[..at], &word[at..]), 1)
}

#[test]
fn other_spellings_are_found_respelled() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    let quotations: Vec<String> =
        seeds.quotations().into_iter().filter(|quotation| quotation.split(' ').count() >= 3).collect();
    let other_marks = |quotation: &str| {
        let marks: &[char] = &['"', '“', '”', '«', '»'];
        if quotation.contains(marks) { quotation.replace(marks, "'") } else { quotation.replacen(' ', " «", 1) + "»" }
    };
    let arabic_digits = |quotation: &str| -> String {
        quotation.chars().map(|c| c.to_digit(10).map_or(c, |digit| char::from_u32(0x660 + digit).unwrap())).collect()
    };
    type Respell<'a> = (&'a str, &'a dyn Fn(&str) -> String);
    let ways: [Respell<'_>; 6] = [
        ("tatweel", &|quotation| marked(quotation, '\u{640}')),
        ("a hamza's seat", &|quotation| quotation.replace(['أ', 'إ', 'آ'], "ا")),
        ("ta marbuta", &|quotation| quotation.replace('ة', "ه")),
        ("digits", &arabic_digits),
        ("quotation marks", &other_marks),
        ("harakat", &|quotation| without_marks(quotation).unwrap_or_else(|| marked(quotation, '\u{651}'))),
    ];
    for (name, way) in ways {
        let changed: Vec<String> = quotations
            .iter()
            .map(|quotation| (quotation, way(quotation)))
            .filter(|(a, b)| *a != b)
            .map(|(_, b)| b)
            .collect();
        assert!(changed.len() >= 2, "{name}: {} quotations change", changed.len());
        for (verdict, quotation) in verdicts(&scratch, &changed, 0) {
            assert_eq!(verdict, "found-respelled", "{name}: {quotation}");
        }
    }
}

/// The quotation without harakat, when it has some.
fn without_marks(quotation: &str) -> Option<String> {
    let bare: String = quotation.chars().filter(|c| !('\u{64b}'..='\u{652}').contains(c)).collect();
    (bare != quotation).then_some(bare)
}

#[test]
fn direction_marks_alone_leave_a_quotation_verbatim() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    let quotations = seeds.quotations();
    let marked: Vec<String> = quotations
        .iter()
        .map(|quotation| format!("\u{200f}{}\u{200e}", quotation.replacen(' ', "\u{200f} ", 1)))
        .collect();
    for (verdict, quotation) in verdicts(&scratch, &marked, 0) {
        assert_eq!(verdict, "found", "{quotation}");
    }
}

#[test]
fn a_sentence_that_is_in_none_is_absent() {
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    let sentence = "أعلنت إدارة المتحف البحري تمديد معرض الخرائط حتى نهاية الصيف";
    let answer = scratch.json(["audit", sentence]).is(1).only();
    assert_eq!(answer["verdict"], "absent");
    assert_eq!(answer["occurrences"], Value::Array(Vec::new()));
    scratch.run(["audit", sentence]).is(1);
}

/// The words of both members of a pair of the gold list.
fn pair(gold: &Value, id: &str) -> Vec<(String, String)> {
    let pairs = gold["cross_pairs"].as_array().unwrap();
    let pair = pairs.iter().find(|pair| pair["id"] == id).unwrap_or_else(|| panic!("{id}"));
    let members = pair["members"].as_array().unwrap().iter();
    members.map(|member| (text(member, "article").to_owned(), text(&member["span"], "text").to_owned())).collect()
}

#[test]
fn retranslations_are_offered_from_both_sides_and_restatements_are_not_called_the_same() {
    let Some(folder) = shared("seeds") else { return };
    let gold: Value = serde_json::from_slice(&std::fs::read(folder.join("gold.json")).unwrap()).unwrap();
    let Some(seeds) = Seeds::load() else { return };
    let scratch = seeds.archive();
    let articles = |answer: &Value, list: &str| -> Vec<String> {
        let places = answer[list].as_array().unwrap().iter();
        places.filter_map(|place| place["article"].as_str()).map(str::to_owned).collect()
    };
    let article = |number: &str| ARTICLES[number.parse::<usize>().unwrap()].to_owned();
    for id in ["P1", "P2"] {
        let members = pair(&gold, id);
        for (one, other) in [(0, 1), (1, 0)] {
            let answer = scratch.json(["audit", &members[one].1]).is(0).only();
            assert_eq!(articles(&answer, "occurrences"), [article(&members[one].0)], "{id}");
            assert_eq!(articles(&answer, "possibly"), [article(&members[other].0)], "{id}: {}", members[one].1);
            let notes = answer["possibly"][0]["notes"].to_string();
            assert!(notes.contains("another translation"), "{id}: {notes}");
        }
    }
    for id in ["N1", "N2"] {
        let members = pair(&gold, id);
        for (one, other) in [(0, 1), (1, 0)] {
            let answer = scratch.json(["audit", &members[one].1]).only();
            let found = articles(&answer, "occurrences");
            assert!(!found.contains(&article(&members[other].0)), "{id}: {answer}");
            assert!(!answer["possibly"].to_string().contains("another translation"), "{id}: {answer}");
        }
    }
    for id in ["I3", "I4"] {
        for (_, words) in pair(&gold, id) {
            let answer = scratch.json(["audit", &words]).is(0).only();
            let said = text(&answer["occurrences"][0], "text");
            assert_eq!((&answer["verdict"], said), (&"found".into(), words.as_str()), "{id}");
            assert_eq!((&answer["total"], &answer["possibly"]), (&1.into(), &Value::Array(Vec::new())), "{id}");
        }
    }
}
