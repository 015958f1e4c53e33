//! Words that an article carries letter for letter and denies, asks or only supposes.

use serde_json::{Value, json};

use crate::common::{Scratch, text};

/// An archive with an article of each text, a day apart.
fn holding(texts: &[&str]) -> Scratch {
    let scratch = Scratch::with_archive();
    let lines = texts.iter().enumerate().map(|(day, text)| {
        let outlet = format!("paper{day}.example");
        json!({"title": "A notice", "text": text, "url": format!("https://{outlet}/1"), "outlet": outlet, "published": format!("2024-05-0{}T08:00:00Z", day + 1)})
    });
    scratch.write("in.jsonl", lines.map(|line| format!("{line}\n")).collect::<String>());
    scratch.run(["ingest", "in.jsonl"]).is(0);
    scratch
}

fn place<'a>(answer: &'a Value, outlet: &str) -> &'a Value {
    answer["occurrences"].as_array().unwrap().iter().find(|place| place["outlet"] == outlet).unwrap()
}

const DENIED: &str = "خبر من الميناء.\nقال رئيس البلدية إن الحراس لم يغلقوا الجسر القديم أمام الشاحنات مساء أمس.\n";
const SAID: &str = "خبر من السوق.\nأكد التجار أن الحراس يغلقوا الجسر القديم أمام الشاحنات مساء أمس وطالبوا بفتحه.\n";
const ASKED: &str = "يغلقوا الجسر القديم أمام الشاحنات مساء أمس";

#[test]
fn a_negation_cut_off_is_said_and_is_no_first() {
    let scratch = holding(&[DENIED, SAID]);
    let answer = scratch.json(["audit", ASKED]).is(0).only();
    assert_eq!((&answer["verdict"], &answer["order"]), (&"found".into(), &"determined".into()));
    assert_eq!(answer["first"]["published"]["outlet"], "paper1.example", "the earlier one denies it: {answer}");
    let denied = place(&answer, "paper0.example");
    assert_eq!(denied["match"], "exact", "the words do stand there");
    assert_eq!(denied["drift"]["changes"], json!([{"kind": "negation", "from": "", "to": "لم"}]));
    assert_eq!(denied["drift"]["steps"][0], json!({"op": "added", "from": null, "to": "لم"}));
    assert_eq!(denied["notes"][0], "negation right before these words, not asked for: لم");
    assert_eq!(place(&answer, "paper1.example")["drift"]["changes"], json!([]));
}

#[test]
fn where_every_article_denies_it_the_words_are_altered_at_most() {
    let scratch = holding(&[DENIED, "The mayor said the guards did not close the old bridge to lorries on Monday.\n"]);
    for (asked, cut) in [(ASKED, "لم"), ("close the old bridge to lorries", "not")] {
        let answer = scratch.json(["audit", asked]).is(1).only();
        assert_eq!(answer["verdict"], "found-altered", "{answer}");
        assert!(answer["notes"].to_string().contains(&format!("not asked for: “{cut}”")), "{}", answer["notes"]);
        assert_eq!(answer["first"]["published"], Value::Null);
    }
    let words = scratch.run(["audit", ASKED]).is(1).text();
    assert!(words.contains("negation added: لم") && words.contains("[+لم+]"), "{words}");
    let whole = scratch.json(["audit", "لم يغلقوا الجسر القديم أمام الشاحنات مساء أمس"]).is(0).only();
    assert_eq!(
        (&whole["verdict"], &place(&whole, "paper0.example")["drift"]["changes"]),
        (&"found".into(), &json!([]))
    );
}

#[test]
fn a_negation_at_the_end_of_the_line_before_counts() {
    let lines = "Visitors to the harbour had asked about the lorries on\nMonday, and the port authority said that its guards did not\nclose the old bridge to lorries and never planned to\nclose it in the coming weeks of the summer.\n";
    let scratch = holding(&[lines]);
    let answer = scratch.json(["audit", "close the old bridge to lorries"]).is(1).only();
    assert_eq!(place(&answer, "paper0.example")["drift"]["changes"][0]["to"], "not", "{answer}");
}

#[test]
fn the_place_that_nothing_turns_round_speaks_for_the_article() {
    let scratch = holding(&[
        "The guards did not close the old bridge to lorries, he said. She says they close the old bridge to lorries every night.\n",
    ]);
    let answer = scratch.json(["audit", "close the old bridge to lorries"]).is(0).only();
    assert_eq!((&answer["verdict"], &answer["occurrences"][0]["drift"]["changes"]), (&"found".into(), &json!([])));
}

#[test]
fn a_condition_or_a_claim_is_shown_and_decides_nothing() {
    let scratch = holding(&[
        "قال رئيس البلدية إنه سيستقيل إذا أغلق الحراس الجسر القديم أمام الشاحنات.\n",
        "زعم التاجر أن الحراس أغلقوا الجسر الجديد أمام الشاحنات.\n",
    ]);
    for (asked, kind, words) in [
        ("أغلق الحراس الجسر القديم أمام الشاحنات", "condition", "إذا"),
        ("الحراس أغلقوا الجسر الجديد أمام الشاحنات", "claim", "زعم التاجر أن"),
    ] {
        let answer = scratch.json(["audit", asked]).is(0).only();
        let change = &answer["occurrences"][0]["drift"]["changes"][0];
        assert_eq!((text(change, "kind"), text(change, "to"), text(&answer, "verdict")), (kind, words, "found"));
    }
}

#[test]
fn a_part_of_a_number_is_another_number() {
    let scratch = holding(&["The office counted 1,500 families without water in the valley on Sunday.\n"]);
    let answer = scratch.json(["audit", "500 families without water in the valley"]).is(1).only();
    assert_eq!(answer["verdict"], "found-altered");
    assert_eq!(answer["occurrences"][0]["drift"]["changes"][0], json!({"kind": "number", "from": "", "to": "1,500"}));
    scratch.json(["audit", "1,500 families without water in the valley"]).is(0);
}

#[test]
fn what_is_denied_beyond_the_subject_of_the_verb_is_no_first() {
    let scratch = holding(&[
        "نفى المتحدث باسم البلدية إغلاق الجسر القديم أمام الشاحنات الثقيلة.\n",
        "نفى المتحدث الأنباء وأكد إغلاق الجسر القديم أمام الشاحنات الثقيلة.\n",
    ]);
    let answer = scratch.json(["audit", "إغلاق الجسر القديم أمام الشاحنات الثقيلة"]).is(0).only();
    assert_eq!(answer["first"]["published"]["outlet"], "paper1.example", "{answer}");
    let denied = place(&answer, "paper0.example");
    assert_eq!(denied["match"], "exact");
    assert_eq!(denied["notes"][0], "negation right before these words, not asked for: نفى المتحدث باسم البلدية");
    assert_eq!(place(&answer, "paper1.example")["notes"], json!([]));
}

#[test]
fn a_number_goes_on_beyond_the_last_word() {
    let scratch = holding(&["The council said on Monday that its tax on lorries rose 5% after the summer.\n"]);
    let answer = scratch.json(["audit", "its tax on lorries rose 5"]).is(1).only();
    assert_eq!(answer["occurrences"][0]["match"], "exact");
    assert_eq!(answer["occurrences"][0]["notes"][0], "number that runs on right after these words, not asked for: 5%");
    scratch.json(["audit", "its tax on lorries rose 5%"]).is(0);
    let other = holding(&["The council said on Monday that its tax on lorries rose 5 after the summer.\n"]);
    let answer = other.json(["audit", "its tax on lorries rose 5%"]).is(1).only();
    assert_eq!(answer["occurrences"][0]["notes"][0], "number changed: 5% became 5");
}

#[test]
fn names_that_changed_places_are_another_statement() {
    let said = "The mayor of Nahr accused Fletcher of closing the old bridge to lorries on Sunday night.\n";
    let turned =
        "The envoy said on Monday that Bagley accused Fletcher of closing the old bridge to lorries on Sunday night.\n";
    let scratch = holding(&[turned, said]);
    let asked = "that Fletcher accused Bagley of closing the old bridge to lorries on Sunday night";
    let answer = scratch.json(["audit", asked]).is(1).only();
    let change = &place(&answer, "paper0.example")["drift"]["changes"][0];
    assert_eq!(change, &json!({"kind": "name", "from": "fletcher, bagley", "to": "bagley, fletcher"}), "{answer}");
    assert_eq!(answer["verdict"], "found-altered");
}
