//! A page captured under several of its addresses is one page to an audit; what is stored and shown is each address as it was stated.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::{Mount, Scratch, skipped, text};
use crate::texts;

const SAID: &str = "The lamp of the eastern lighthouse will be lit again before the first autumn fog";

fn with_words(lead: &str) -> String {
    format!(
        "{lead}\nThe keeper read the letter of the harbour board aloud. \"{SAID},\" it said.\nFishermen from both villages had waited for that news since the storm of last winter.\n"
    )
}

const WITHOUT: &str = "The harbour board met on Tuesday behind closed doors.\nNobody would say afterwards what had been decided about the lighthouse, and the keeper went home without a word.\n";

/// A capture of `url` on a day of May 2024, of a page that says it was published on the first.
fn capture(url: &str, day: u32, text: &str) -> Value {
    json!({
        "url": url,
        "outlet": "nahr.example",
        "published": "2024-05-01T08:00:00Z",
        "captured_at": format!("2024-05-{day:02}T09:00:00Z"),
        "text": text,
    })
}

fn archive(documents: &[Value]) -> Scratch {
    let scratch = Scratch::with_archive();
    let lines: String = documents.iter().map(|document| format!("{document}\n")).collect();
    scratch.write("story.jsonl", lines);
    scratch.run(["ingest", "story.jsonl"]).is(0);
    scratch
}

fn audit(scratch: &Scratch) -> Value {
    scratch.json(["audit", SAID]).is(0).only()
}

fn place<'a>(answer: &'a Value, url: &str) -> &'a Value {
    let places = answer["occurrences"].as_array().unwrap();
    places.iter().find(|place| place["url"] == url).unwrap_or_else(|| panic!("{url}: {answer}"))
}

/// Asserts that the words under the second address count as added after the capture under the first.
#[track_caller]
fn added_after(earlier: &str, later: &str) {
    let scratch = archive(&[capture(earlier, 2, WITHOUT), capture(later, 4, &with_words("The board met."))]);
    let answer = audit(&scratch);
    let found = place(&answer, later);
    let note = "added-after: the capture of 2024-05-02T09:00:00Z of the same page does not have these words";
    assert!(found["notes"].as_array().unwrap().contains(&note.into()), "{earlier} and {later}: {found}");
    assert_eq!(
        (&found["published"]["basis"], &found["published"]["from"]),
        (&json!("inferred"), &json!(1_714_640_400))
    );
    scratch.run(["verify"]).is(0);
}

#[test]
fn words_added_to_a_page_are_noticed_under_another_address_of_it() {
    let page = "https://nahr.example/2024/lighthouse";
    added_after("http://www.nahr.example/2024/lighthouse/", page);
    added_after(page, "http://www.Nahr.example:80/2024/lighthouse?utm_source=feed&fbclid=IwAR0#comments");
    added_after("https://nahr.example/?utm_medium=social&p=12", "http://nahr.example/?p=12");
    added_after(
        "http://nahr.example/أخبار/المنارة",
        "https://nahr.example/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1/%D8%A7%D9%84%D9%85%D9%86%D8%A7%D8%B1%D8%A9/",
    );
}

#[test]
fn addresses_that_may_be_other_pages_are_other_pages() {
    for (one, other) in [
        ("https://nahr.example/story?id=12", "https://nahr.example/story?id=13"),
        ("https://nahr.example/?p=12", "https://nahr.example/"),
        ("https://nahr.example/Story", "https://nahr.example/story"),
        ("https://nahr.example/story/amp", "https://nahr.example/story"),
        ("https://nahr.example/#!/12", "https://nahr.example/#!/13"),
        ("https://m.nahr.example/story", "https://nahr.example/story"),
    ] {
        let other_words = format!("{}{}", with_words("The board met."), "Bakers, smiths and a choir of forty children followed the procession to the pier, where the mayor thanked the divers by name.\nRain fell all night.\n".repeat(3));
        let scratch = archive(&[capture(one, 2, WITHOUT), capture(other, 4, &with_words("The board met."))]);
        let found = audit(&scratch);
        assert!(!found.to_string().contains("added-after"), "{one} and {other}: {found}");
        let scratch = archive(&[capture(one, 2, &other_words), capture(other, 4, &with_words("The board met."))]);
        let answer = audit(&scratch);
        assert_eq!(answer["order"], "undetermined", "{one} and {other} contend: {answer}");
        assert_eq!(answer["contenders"].as_array().unwrap().len(), 2);
        assert!(!answer.to_string().contains(r#""kind":"version""#), "{answer}");
    }
}

#[test]
fn a_page_dated_back_is_noticed_under_another_address_of_it() {
    let mut later = capture("https://nahr.example/lighthouse", 4, &with_words("The board met again."));
    later["published"] = "2024-04-20T08:00:00Z".into();
    let earlier = capture("http://www.nahr.example/lighthouse/", 2, &with_words("The board met."));
    let answer = audit(&archive(&[earlier, later]));
    let notes = place(&answer, "https://nahr.example/lighthouse")["notes"].to_string();
    assert!(notes.contains("dated back: states publication 2024-04-20T08:00:00Z"), "{notes}");
}

#[test]
fn versions_under_two_addresses_are_one_line_and_do_not_contend() {
    let (old, new) = ("http://www.nahr.example/lighthouse", "https://nahr.example/lighthouse?utm_campaign=may");
    let same = audit(&archive(&[
        capture(old, 2, &with_words("The board met.")),
        capture(new, 4, &with_words("The board met.")),
    ]));
    assert_eq!((&same["lines"], &same["order"]), (&json!(1), &json!("determined")), "{same}");
    assert_eq!((&same["first"]["published"]["url"], &same["total"]), (&json!(old), &json!(2)), "each as it was stated");
    let rewritten = format!("{}{}", WITHOUT, with_words("It then told the press."));
    let versions = audit(&archive(&[capture(old, 2, &with_words("The board met.")), capture(new, 4, &rewritten)]));
    assert_eq!((&versions["lines"], &versions["order"]), (&json!(1), &json!("determined")), "{versions}");
    assert_eq!((&versions["first"]["published"]["url"], &versions["contenders"]), (&json!(old), &json!([])));
    let near = &place(&versions, new)["near"][0];
    assert_eq!((&near["kind"], &near["url"], &near["first"]), (&json!("version"), &json!(old), &json!("other")));
}

/// Makes of the database what an isnad of schema 3 left.
fn to_schema_3(scratch: &Scratch) {
    let sqlite = scratch.sqlite();
    sqlite
        .execute_batch("DROP INDEX capture_by_page; DROP INDEX capture_by_correction; ALTER TABLE capture DROP COLUMN page; PRAGMA user_version = 3")
        .unwrap();
}

fn unfiled(scratch: &Scratch) -> i64 {
    let sql = "SELECT count(*) FROM capture WHERE url IS NOT NULL AND page IS NULL";
    scratch.sqlite().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Two versions of a page under two addresses.
fn two_versions() -> [Value; 2] {
    let page = "https://nahr.example/lighthouse";
    [capture("http://www.nahr.example/lighthouse", 2, WITHOUT), capture(page, 4, &with_words("The board met."))]
}

#[test]
fn an_archive_of_schema_3_is_upgraded_by_whoever_writes() {
    let scratch = archive(&two_versions());
    let ids = scratch.json(["list"]).is(0).text();
    let head = scratch.run(["log", "checkpoint"]).is(0).text();
    to_schema_3(&scratch);
    scratch.run(["audit", SAID]).is(2).says(&["the archive has an older schema; open it once for writing to upgrade"]);
    assert_eq!(scratch.json(["ingest", "story.jsonl"]).is(0).summary()["known"], 2);
    assert_eq!(unfiled(&scratch), 0);
    assert!(audit(&scratch).to_string().contains("added-after"));
    assert_eq!(scratch.json(["list"]).is(0).text(), ids);
    assert_eq!(scratch.run(["log", "checkpoint"]).is(0).text(), head, "nothing was logged, nothing changed");
    scratch.run(["verify"]).is(0);
}

#[test]
fn an_archive_of_schema_3_on_read_only_media_says_what_to_do() {
    let scratch = archive(&two_versions());
    to_schema_3(&scratch);
    let folder = scratch.archive();
    let Some(_bound) = Mount::new(&folder, &["--bind".as_ref(), folder.as_os_str()]) else { return };
    let remounted = Command::new("mount").args(["-o", "remount,ro,bind"]).arg(&folder).output().unwrap();
    if !remounted.status.success() {
        return skipped("a bound folder cannot be made read-only here");
    }
    scratch.run(["audit", SAID]).is(2).says(&["the archive has an older schema; open it once for writing to upgrade"]);
}

#[test]
fn a_killed_upgrade_leaves_the_archive_as_it_was_or_upgraded() {
    let scratch = Scratch::with_archive();
    scratch.write("news.jsonl", texts::jsonl(3_000));
    scratch.run(["ingest", "news.jsonl"]).is(0);
    scratch.write("story.jsonl", two_versions().map(|document| format!("{document}\n")).concat());
    for delay in [2, 8, 15, 25, 40] {
        to_schema_3(&scratch);
        let mut command = scratch.command();
        command.args(["ingest", "story.jsonl"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let version: i32 = scratch.sqlite().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert!(version == 3 || version == 4 && unfiled(&scratch) == 0, "after {delay} ms: schema {version}");
        scratch.run(["ingest", "story.jsonl"]).is(0);
        assert_eq!(unfiled(&scratch), 0, "after {delay} ms");
        scratch.run(["verify"]).is(0);
    }
    assert!(audit(&scratch).to_string().contains("added-after"));
}

#[test]
fn what_is_filed_under_another_page_is_found_and_filed_anew() {
    let scratch = archive(&two_versions());
    scratch.sqlite().execute("UPDATE capture SET page = page + 1 WHERE url LIKE 'http:%'", []).unwrap();
    assert!(!audit(&scratch).to_string().contains("added-after"));
    let findings = scratch.json(["verify"]).is(1).lines();
    let failed: Vec<&Value> = findings.iter().filter(|finding| finding["outcome"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["kind"], "capture");
    assert!(text(failed[0], "why").contains("`isnad reindex` files it anew"), "{failed:?}");
    scratch.run(["reindex"]).is(0);
    scratch.run(["verify"]).is(0);
    assert!(audit(&scratch).to_string().contains("added-after"));
}
