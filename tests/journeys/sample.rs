//! The sample story does what `archive/README.md` says of it.

use std::path::Path;

use serde_json::Value;

use crate::common::{Scratch, sample, sha256_hex, text};

/// What a careful reader finds in the captures.
fn gold() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("archive/gold.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

const ENGINEER: &str = "لم نرمّم هذا الجسر ليكون صورة على بطاقة بريدية، بل ليعبر عليه تلاميذ الضفة الشرقية كل صباح";
const CAPTAIN: &str = "انتظرنا هذه اللحظة 27 عامًا، ولما أضاءت الإشارة الخضراء بكى على سطح المركب رجال لم أرهم يبكون قط";
const CAPTAIN_RESPELLED: &str = "انتظرنا هذه اللّحظة ٢٧ عاماً ولمّا أضاءت الإشارةُ الخضراء";
const COUNCIL: &str =
    "سيفتح الجسر مرتين في اليوم، عند السادسة صباحًا والسابعة مساءً، ولن تدفع قوارب الصيد الصغيرة أي رسم حتى نهاية العام";
const TOWER: &str =
    "زيارة برج التحكم ستكون مجانية لطلاب المدارس طوال شهر أيار، وأن سجل تجارب التشغيل سيُنشر كاملًا على موقعها";
const FISHER: &str =
    "كنا ندور سبعة أميال حول اللسان الرملي لنبيع صيدنا، واليوم نصل إلى السوق قبل أن يذوب الثلج في الصناديق";
const HEADLINE: &str = "سوق الخميس يعود إلى ساحة المنارة بعد أعمال الرصف";
const NOBODY: &str = "أكدت الهيئة أن الجسر سيغلق شهرين كاملين في الشتاء المقبل لإجراء فحوص جديدة على الأساسات";

#[test]
fn ten_documents_are_eight_articles_and_known_when_they_come_again() {
    let scratch = Scratch::with_archive();
    let folder = sample();
    let ingest = || scratch.json(["ingest", folder.to_str().unwrap()]).is(0);
    let first = ingest();
    assert_eq!(first.summary()["new"], 10);
    let mut articles: Vec<String> = first.documents().iter().map(|d| text(d, "article").to_owned()).collect();
    articles.sort();
    articles.dedup();
    assert_eq!(articles.len(), 8);
    let again = ingest().summary();
    assert_eq!((&again["new"], &again["known"], &again["bytes_stored"]), (&0.into(), &10.into(), &0.into()));
    scratch.run(["verify"]).is(0);
}

#[test]
fn each_document_reads_as_its_gold() {
    let scratch = Scratch::with_archive();
    let documents = scratch.json(["ingest", sample().to_str().unwrap()]).is(0).documents();
    let gold = gold();
    assert_eq!(documents.len(), gold.len());
    for gold in &gold {
        let file = text(gold, "file");
        let place = gold["line"].as_u64().map_or_else(|| file.to_owned(), |line| format!("{file}: line {line}"));
        let document = documents.iter().find(|document| text(document, "source").ends_with(&place)).expect(&place);
        assert_eq!(document["article"], gold["article"], "{file}");
        assert_eq!(document["title"], gold["title"], "{file}");
        assert_eq!(document["outlet"], gold["outlet"], "{file}");
        assert_eq!(document["published"]["edtf"], gold["published"], "{file}");
        assert_eq!(document["blocks"]["article"], gold["hashed_blocks"], "{file}");
        assert_eq!(document["tweets"].as_u64().unwrap(), gold["tweets"].as_array().unwrap().len() as u64, "{file}");
    }
}

#[test]
fn every_audit_of_the_readme_has_its_verdict() {
    let scratch = Scratch::with_sample();
    for (quotation, verdict, status) in [
        (ENGINEER, "found", 0),
        (CAPTAIN, "found", 0),
        (CAPTAIN_RESPELLED, "found-respelled", 0),
        (COUNCIL, "found", 0),
        (TOWER, "found", 0),
        (FISHER, "found", 0),
        (HEADLINE, "furniture-only", 1),
        (NOBODY, "absent", 1),
    ] {
        let answer = scratch.json(["audit", quotation]).is(status).only();
        assert_eq!(answer["verdict"], verdict, "{quotation}");
        scratch.run(["audit", quotation]).is(status);
    }
}

#[test]
fn the_respelled_copy_is_respelled_and_the_copy_exact() {
    let scratch = Scratch::with_sample();
    let matches = |quotation: &str| -> Vec<(String, String)> {
        let answer = scratch.json(["audit", quotation]).only();
        let places = answer["occurrences"].as_array().unwrap().iter();
        places.map(|place| (text(place, "outlet").to_owned(), text(place, "match").to_owned())).collect()
    };
    for (outlet, kind) in matches(CAPTAIN) {
        assert_eq!(kind, if outlet == "alnahr.example" { "exact" } else { "respelled" });
    }
    assert!(matches(CAPTAIN_RESPELLED).iter().all(|(_, kind)| kind == "respelled"));
    assert!(matches(ENGINEER).iter().all(|(_, kind)| kind == "exact"));
}

#[test]
fn an_overlap_of_times_stays_undetermined() {
    let answer = Scratch::with_sample().json(["audit", FISHER]).is(0).only();
    assert_eq!(answer["order"], "undetermined");
    assert_eq!(answer["first"]["published"], Value::Null);
    let mut contenders: Vec<&str> =
        answer["contenders"].as_array().unwrap().iter().map(|place| text(place, "outlet")).collect();
    contenders.sort_unstable();
    assert_eq!(contenders, ["daftar.example", "harbourpost.example"]);
}

#[test]
fn versions_of_one_page_do_not_contend_with_each_other() {
    let scratch = Scratch::with_sample();
    for quotation in [ENGINEER, CAPTAIN, COUNCIL] {
        let answer = scratch.json(["audit", quotation]).is(0).only();
        assert_eq!(answer["order"], "determined", "{quotation}");
        assert_eq!(answer["first"]["published"]["outlet"], "alnahr.example", "{quotation}");
    }
}

#[test]
fn a_sentence_added_later_counts_from_the_capture_that_lacks_it() {
    let answer = Scratch::with_sample().json(["audit", TOWER]).is(0).only();
    assert_eq!(answer["first"]["published"]["outlet"], "mirsad.example");
    let places = answer["occurrences"].as_array().unwrap();
    let added = places.iter().find(|place| place["outlet"] == "alnahr.example").unwrap();
    assert!(added["notes"].to_string().contains("added-after"), "{added}");
}

#[test]
fn captures_differ_only_where_the_page_changed() {
    let scratch = Scratch::with_sample();
    let mut captures = scratch.json(["list", "--outlet", "alnahr.example"]).is(0).lines();
    captures.reverse();
    let record = |index: usize| text(&captures[index], "record");
    let changed =
        |difference: &Value, part: &str| difference[part].as_array().unwrap().iter().any(|run| run["change"] != "same");
    let earlier = scratch.json(["diff", record(0), record(1)]).is(1).only();
    assert!(!changed(&earlier, "article") && changed(&earlier, "furniture"), "{earlier}");
    let later = scratch.json(["diff", record(1), record(2)]).is(1).only();
    assert!(changed(&later, "article") && changed(&later, "furniture"), "{later}");
    let same = scratch.json(["diff", record(1), record(1)]).is(0).only();
    assert_eq!(same["same"], true);
}

#[test]
fn a_citation_names_what_a_stranger_needs() {
    let scratch = Scratch::new();
    scratch.run(["init", "--origin", "tests.example/a", "--public-url", "https://archive.example/"]).is(0);
    scratch.run(["ingest", sample().to_str().unwrap()]).is(0);
    let captures = scratch.json(["list", "--outlet", "alnahr.example"]).lines();
    let (id, record) = (text(&captures[0], "article"), text(&captures[0], "record"));
    for format in ["text", "bibtex", "ris", "csl-json", "wikipedia", "markdown", "html"] {
        let citation = scratch.run(["cite", id, "--quote", ENGINEER, "--format", format]).is(0).text();
        for part in [&format!("https://archive.example/a/{id}/"), id, "النهر اليوم"] {
            assert!(citation.contains(part), "{part} is missing in {citation}");
        }
        // The template has no field for them; its archive-url leads there.
        for part in [record, "2024-05-03T18:40:00+03:00"].iter().filter(|_| format != "wikipedia") {
            assert!(citation.contains(part), "{part} is missing in {citation}");
        }
    }
    scratch.run(["cite", id, "--quote", NOBODY]).is(1);
    let cited = scratch.json(["cite", id, "--quote", ENGINEER]).is(0).only();
    let path = text(&cited, "url").trim_start_matches("https://archive.example").to_owned();
    let words = scratch.run(["show", &path]).is(0).stdout;
    assert_eq!(words, ENGINEER.as_bytes(), "the URL of the citation shows the words");
}

#[test]
fn flags_beat_sidecars_and_metadata_is_never_hashed() {
    let scratch = Scratch::with_archive();
    let words =
        "A lighthouse keeper said that the lamp had been cleaned twice, and that nobody had asked him to do it.\n";
    let bare = scratch.write("bare.txt", words);
    let beside = scratch.write("beside.txt", words);
    scratch.write(
        "beside.txt.meta.json",
        r#"{"url":"https://lamp.example/1","title":"Sidecar's title","captured_at":"2020-02-01"}"#,
    );
    let first = scratch.json(["ingest", bare.to_str().unwrap()]).is(0).documents().remove(0);
    let second = scratch.json(["ingest", beside.to_str().unwrap()]).is(0).documents().remove(0);
    let third =
        scratch.json(["ingest", beside.to_str().unwrap(), "--title", "Flag's title"]).is(0).documents().remove(0);
    assert_eq!(first["article"], sha256_hex(words.as_bytes()));
    assert_eq!((&second["article"], &third["article"]), (&first["article"], &first["article"]));
    assert_eq!(second["title"], "Sidecar's title");
    assert_eq!((&third["status"], &third["title"]), (&"corrected".into(), &"Flag's title".into()));
    let record: Value = serde_json::from_slice(&scratch.run(["show", text(&third, "record")]).is(0).stdout).unwrap();
    assert_eq!(record["title"].as_array().unwrap().len(), 2, "both claims are kept: {record}");
}
