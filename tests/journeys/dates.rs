//! When words were published: versions of a page that say otherwise, captures that show no article, times that nobody meant.

use serde_json::{Value, json};

use crate::audit::{archive, at, document, occurrences};
use crate::common::Scratch;

const FERRY: &str = "14 people were rescued from the ferry before it sank off the northern breakwater";

/// A capture of a page, by its hour on one day; `published` may be none.
fn capture(url: &str, published: Option<&str>, captured: &str, text: &str) -> Value {
    let outlet = url.split('/').nth(2).unwrap();
    let mut capture = json!({"url": url, "outlet": outlet, "text": text});
    capture["captured_at"] = format!("2024-05-01T{captured}:00Z").into();
    if let Some(published) = published {
        capture["published"] = format!("2024-05-01T{published}:00Z").into();
    }
    capture
}

fn ferry(tail: &str) -> String {
    format!("The harbour office said {FERRY}. {tail}\n")
}

#[test]
fn another_number_in_an_earlier_version_is_not_these_words_yet() {
    let page = "https://nahr.example/ferry";
    let scratch = archive(&[
        capture(page, Some("10:00"), "11:00", &ferry("Divers went down.").replace("14 people", "12 people")),
        capture(page, Some("10:00"), "15:00", &ferry("Divers went down.")),
        capture("https://marsa.example/1", Some("12:00"), "13:00", &ferry("The sea was calm.")),
    ]);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["order"], "undetermined", "between 11 and 15 o'clock, or at 12: {answer}");
    let updated = occurrences(&answer).iter().find(|place| place["match"] == "exact" && place["url"] == page).unwrap();
    assert_eq!(updated["published"]["basis"], "inferred");
    assert!(updated["notes"].to_string().contains("says something else in their place"), "{updated}");
}

#[test]
fn a_page_that_was_dated_back_makes_nothing_first() {
    let page = "https://nahr.example/ferry";
    let scratch = archive(&[
        capture(page, Some("10:00"), "11:00", &ferry("Divers went down.")),
        capture(page, Some("06:00"), "15:00", &ferry("Divers went down twice.")),
        capture("https://marsa.example/1", Some("08:00"), "13:00", &ferry("The sea was calm.")),
    ]);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["order"], "undetermined", "from 6 to 10 o'clock, or at 8: {answer}");
    let back = occurrences(&answer).iter().find(|place| place["notes"].to_string().contains("dated back")).unwrap();
    assert_eq!(back["published"]["basis"], "inferred");
    // A page that moves its date on says nothing against its first version.
    let scratch = archive(&[
        capture(page, Some("06:00"), "11:00", &ferry("Divers went down.")),
        capture(page, Some("10:00"), "15:00", &ferry("Divers went down twice.")),
        capture("https://marsa.example/1", Some("08:00"), "13:00", &ferry("The sea was calm.")),
    ]);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    assert_eq!((&answer["order"], &answer["first"]["published"]["url"]), (&json!("determined"), &json!(page)));
}

#[test]
fn a_version_of_unknown_capture_is_no_later_one() {
    let page = "https://nahr.example/ferry";
    let mut unknown = capture(page, Some("10:00"), "00:00", &ferry("Divers went down."));
    unknown.as_object_mut().unwrap().remove("captured_at");
    let scratch = archive(&[
        capture(
            page,
            Some("10:00"),
            "11:00",
            "The ferry went down off the breakwater in the night, the harbour office said.\n",
        ),
        unknown,
    ]);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    let place = &occurrences(&answer)[0];
    assert!(!place["notes"].to_string().contains("added-after"), "it may be the older version: {place}");
    assert_eq!(place["published"]["edtf"], "2024-05-01T10:00:00Z");
}

#[test]
fn an_earliest_capture_without_a_date_leaves_it_to_the_later_ones() {
    let page = "https://nahr.example/ferry";
    let versions = |published| {
        archive(&[
            capture(page, None, "11:00", &ferry("Divers went down.")),
            capture(page, Some(published), "15:00", &ferry("Divers went down.")),
            capture("https://marsa.example/1", Some("10:30"), "13:00", &ferry("The sea was calm.")),
        ])
        .json(["audit", FERRY])
        .is(0)
        .only()
    };
    assert_eq!(versions("10:00")["first"]["published"]["outlet"], "nahr.example");
    // It was there at 11 o'clock, so a date of 14 o'clock is that of a change.
    let answer = versions("14:00");
    assert_eq!((&at(&answer, "nahr.example")["published"], &answer["undated"]), (&Value::Null, &1.into()), "{answer}");
}

#[test]
fn a_publication_after_the_capture_is_not_believed() {
    let scratch = archive(&[
        capture("https://nahr.example/ferry", Some("20:00"), "09:00", &ferry("Divers went down.")),
        capture("https://marsa.example/1", Some("12:00"), "13:00", &ferry("The sea was calm.")),
    ]);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    assert_eq!((&answer["order"], &answer["undated"]), (&"undetermined".into(), &1.into()), "{answer}");
    assert!(at(&answer, "nahr.example")["notes"].to_string().contains("not believed"), "{answer}");
}

#[test]
fn one_text_on_the_pages_of_two_outlets_is_first_with_neither() {
    let text = ferry("Divers went down.");
    let answer = archive(&[
        document("https://nahr.example/ferry", "2024-05-01", &text),
        document("https://marsa.example/1", "2024-05-01", &text),
    ])
    .json(["audit", FERRY])
    .is(0)
    .only();
    assert_eq!((&answer["order"], answer["contenders"].as_array().unwrap().len()), (&"undetermined".into(), 2));
}

/// A page with a tweet of the ferry in it: its id, made in that second, and the date printed beside it.
fn page_with_tweet(published: &str, made: i64, printed: &str, body: &str) -> Value {
    let id = (made * 1000 - 1_288_834_974_657) << 22;
    let html = format!(
        "<html><body><article><h1>The ferry off the breakwater</h1><p>Rain fell on the coast all day, and the fishing \
         boats stayed in the harbour until the evening came.</p><blockquote class=\"twitter-tweet\"><p lang=\"en\">{FERRY}\
         </p>&mdash; Nadir (@nadir) <a href=\"https://twitter.com/nadir/status/{id}\">{printed}</a></blockquote>\
         <p>{body} A committee will look at the hull when the weather allows it.</p></article></body></html>"
    );
    json!({"url": "https://nahr.example/ferry", "outlet": "nahr.example", "published": published, "html": html})
}

/// 2024-05-01T10:00:00Z.
const MADE: i64 = 1_714_557_600;

#[test]
fn words_of_a_tweet_that_the_article_tells_too_are_as_old_as_the_tweet() {
    let answer = archive(&[
        page_with_tweet("2024-05-02T10:00:00Z", MADE, "May 1, 2024", &format!("{FERRY}, he wrote.")),
        document("https://marsa.example/1", "2024-05-01T12:00:00Z", &ferry("The sea was calm.")),
    ])
    .json(["audit", FERRY])
    .is(0)
    .only();
    assert_eq!(answer["first"]["published"]["outlet"], "nahr.example", "{answer}");
    assert_eq!(at(&answer, "nahr.example")["published"]["edtf"], "2024-05-01T10:00:00Z");
}

#[test]
fn a_tweet_whose_id_and_printed_date_disagree_decides_nothing() {
    let ten_years = 10 * 365 * 86_400;
    let answer = archive(&[
        page_with_tweet("2024-05-02T10:00:00Z", MADE - ten_years, "May 1, 2024", "Divers went down."),
        document("https://marsa.example/1", "2023-05-01T12:00:00Z", &ferry("The sea was calm.")),
    ])
    .json(["audit", FERRY])
    .is(0)
    .only();
    assert_eq!(answer["order"], "undetermined", "{answer}");
}

#[test]
fn a_wall_or_an_error_in_place_of_a_page_dates_nothing() {
    let page = "https://nahr.example/ferry";
    let whole = format!("{}Divers went down at noon, the harbour office went on.\n", ferry("The sea was calm."));
    let walls = [
        ("a wall or an error", "Access denied. Please switch on scripts in your browser to go on.\n".to_owned()),
        ("a wall or an error", "404 Not Found\n".to_owned()),
        ("breaks off", "The harbour office said 14 people were\n".to_owned()),
        (
            "breaks off",
            "Divers went down at noon, the harbour office went on.\nSubscribe to read the rest.\n".to_owned(),
        ),
    ];
    for (why, wall) in walls {
        let scratch = archive(&[
            capture(page, Some("10:01"), "11:00", &wall),
            capture(page, Some("10:01"), "15:00", &whole),
            capture("https://marsa.example/1", Some("12:00"), "13:00", &ferry("The sea was rough there.")),
        ]);
        let answer = scratch.json(["audit", FERRY]).is(0).only();
        assert_eq!(answer["order"], "undetermined", "{wall}: {answer}");
        let place = at(&answer, "nahr.example");
        let notes = place["notes"].to_string();
        assert!(notes.contains(why) && !notes.contains("added-after"), "{wall}: {notes}");
        assert_eq!(place["published"]["from"], 1_714_557_660, "from 10:01 on: {place}");
    }
    // An earlier form of the article does say that they were not there yet.
    let scratch = archive(&[
        capture(page, Some("10:01"), "11:00", "Divers went down at noon, the harbour office went on.\n"),
        capture(page, Some("10:01"), "15:00", &whole),
        capture("https://marsa.example/1", Some("10:30"), "13:00", &ferry("The sea was rough there.")),
    ]);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["first"]["published"]["outlet"], "marsa.example", "{answer}");
}

#[test]
fn two_dates_of_one_text_decide_nothing_whatever_came_in_first() {
    let page = "https://nahr.example/ferry";
    let text = ferry("Divers went down.");
    let rival = capture("https://marsa.example/1", Some("09:00"), "13:00", &ferry("The sea was calm."));
    let undated = |mut capture: Value| {
        capture.as_object_mut().unwrap().remove("captured_at");
        capture
    };
    let one = |published, captured| capture(page, Some(published), captured, &text);
    for two in [
        [one("08:00", "12:00"), one("10:00", "12:00")],
        [one("10:00", "12:00"), one("08:00", "12:00")],
        [undated(one("08:00", "12:00")), undated(one("10:00", "12:00"))],
        [undated(one("10:00", "12:00")), undated(one("08:00", "12:00"))],
        // Dated back by a later capture.
        [one("10:00", "11:00"), one("08:00", "12:00")],
    ] {
        let answer = archive(&[two[0].clone(), two[1].clone(), rival.clone()]).json(["audit", FERRY]).is(0).only();
        assert_eq!((&answer["order"], answer["contenders"].as_array().unwrap().len()), (&json!("undetermined"), 2));
        let place = at(&answer, "nahr.example");
        assert!(place["notes"].to_string().contains("either may be right"), "{place}");
    }
    let answer = archive(&[one("08:00", "11:00"), one("10:00", "12:00"), rival]).json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["first"]["published"]["outlet"], "nahr.example", "dated on by a later capture: {answer}");
}

#[test]
fn the_first_second_of_unix_time_is_no_date() {
    let documents = [
        document("https://nahr.example/ferry", "1970-01-01T00:00:00Z", &ferry("Divers went down.")),
        document("https://marsa.example/1", "2024-05-01T10:00:00Z", &ferry("The sea was calm.")),
    ];
    let answer = archive(&documents).json(["audit", FERRY]).is(0).only();
    assert_eq!((&answer["undated"], &answer["first"]["published"]["outlet"]), (&json!(1), &json!("marsa.example")));
    assert!(at(&answer, "nahr.example")["notes"].to_string().contains("not believed"), "{answer}");
}

#[test]
fn what_is_earlier_than_the_first_is_named() {
    let reworded = ferry("Divers went down.").replace("before it sank off", "shortly before sinking off");
    let documents = [
        document("https://nahr.example/ferry", "2024-05-01T10:00:00Z", &reworded),
        document("https://marsa.example/1", "2024-05-02T10:00:00Z", &ferry("The sea was calm.")),
    ];
    let answer = archive(&documents).json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["first"]["published"]["outlet"], "marsa.example");
    assert_eq!(at(&answer, "nahr.example")["match"], "reworded");
    assert!(answer["notes"].to_string().contains("occurrence 1 is earlier than the first"), "{}", answer["notes"]);
}

#[test]
fn kinship_without_an_order_is_no_link() {
    let story = |url: &str, published: &str| {
        let body = "Divers went down at noon. The crane of the yard lifted the hull, and the council thanked the crews of the three tugs for a long night of work in the rain.";
        document(url, published, &ferry(body))
    };
    let two = [story("https://nahr.example/1", "2024-05-01"), story("https://marsa.example/1", "2024-05-01")];
    let answer = archive(&two).json(["audit", FERRY]).is(0).only();
    assert_eq!((&answer["order"], &answer["chain"]), (&json!("undetermined"), &json!([])), "{answer}");
    assert_eq!(at(&answer, "nahr.example")["line"], at(&answer, "marsa.example")["line"]);
    let two = [story("https://nahr.example/1", "2024-05-01"), {
        let mut later = story("https://marsa.example/1", "2024-05-08");
        later["text"] = format!("{}Later on it rained.\n", later["text"].as_str().unwrap()).into();
        later
    }];
    let answer = archive(&two).json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["chain"].as_array().unwrap().len(), 1, "{answer}");
}

#[test]
fn a_correction_is_said_and_keeps_the_place_in_the_log() {
    let of = |published| capture("https://nahr.example/ferry", Some(published), "12:00", &ferry("Divers went down."));
    let rival = capture("https://marsa.example/1", Some("09:00"), "13:00", &ferry("The sea was calm."));
    let scratch = Scratch::with_archive();
    let path = scratch.write("ferry.jsonl", format!("{}\n", of("10:00")));
    scratch.run(["ingest", path.to_str().unwrap()]).is(0);
    let other = scratch.write("rival.jsonl", format!("{rival}\n"));
    scratch.run(["ingest", other.to_str().unwrap()]).is(0);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    assert_eq!(answer["first"]["published"]["outlet"], "marsa.example");
    scratch.run(["ingest", path.to_str().unwrap(), "--published", "2024-05-01T08:00:00Z"]).is(0);
    let answer = scratch.json(["audit", FERRY]).is(0).only();
    let place = at(&answer, "nahr.example");
    let said = "corrected: entry 0 of the log states publication 2024-05-01T10:00:00Z of this capture";
    assert!(place["notes"].to_string().contains(said), "{place}");
    assert_eq!((&place["logged"]["index"], &answer["first"]["logged"]["outlet"]), (&json!(0), &json!("nahr.example")));
}
