//! What the local user sees of private captures, and how they become public.

use serde_json::Value;

use crate::common::{Scratch, text};

const WORDS: &str = "the witness asked that this testimony about the warehouse stays away";
const LINE: &str = r#"{"url":"https://secret.example/a","captured_at":"2024-05-03T12:00:00Z","title":"A confidential headline","text":"Yesterday the witness asked that this testimony about the warehouse stays away from the public.\nNobody but the archivist reads the second paragraph of it."}
"#;

fn archive() -> (Scratch, Value) {
    let scratch = Scratch::with_archive();
    let page = scratch.write("page.jsonl", LINE);
    let run = scratch.json(["ingest", "--private", page.to_str().unwrap()]).is(0);
    let document = run.documents().remove(0);
    (scratch, document)
}

#[test]
fn the_local_user_finds_private_captures_marked_as_private() {
    let (scratch, document) = archive();
    let (article, record) = (text(&document, "article"), text(&document, "record"));
    let answer = scratch.json(["audit", WORDS]).is(0).only();
    assert_eq!(answer["occurrences"][0]["private"], true);
    assert!(scratch.run(["audit", WORDS]).is(0).text().contains("private: only the local user sees it"));
    assert_eq!(scratch.json(["search", "warehouse"]).is(0).lines()[0]["private"], true);
    assert!(scratch.run(["search", "warehouse"]).is(0).text().contains("[private]"));
    assert!(scratch.run(["list"]).is(0).text().contains("[private]"));
    for reference in [article, record] {
        scratch.run(["show", reference]).is(0).says(&["private: only the local user sees it", "isnad publish"]);
    }
    scratch.run(["cite", article]).is(0).says(&["The capture is private"]);
    scratch.json(["verify", "--all"]).is(0);
    scratch.run(["export", "jsonl", "-o", "out.jsonl"]);
    let exported = std::fs::read_to_string(scratch.path("out.jsonl")).unwrap_or_default();
    assert!(!exported.contains("witness"), "{exported}");
}

#[test]
fn publishing_is_logged_once_and_unknown_references_have_status_1() {
    let (scratch, document) = archive();
    let (article, record) = (text(&document, "article"), text(&document, "record"));
    let size = || scratch.json(["log", "checkpoint"]).is(0).only()["size"].as_u64().unwrap();
    let before = size();
    let done = scratch.json(["publish", article]).is(0).only();
    assert_eq!((&done["done"], text(&done, "record"), &done["index"]), (&"published".into(), record, &before.into()));
    assert_eq!(size(), before + 1);
    let again = scratch.json(["publish", record]).is(0).only();
    assert_eq!((&again["done"], &again["index"], size()), (&"public-already".into(), &Value::Null, before + 1));
    scratch.run(["publish", record]).is(0).says(&["public already"]);
    assert!(!scratch.run(["list"]).is(0).text().contains("private"));
    let missing = scratch.json(["publish", &"0".repeat(64)]).is(1).only();
    assert_eq!(missing["error"]["code"], "not-found");
    scratch.run(["publish", "zz"]).is(2);
    scratch.json(["verify", "--all"]).is(0);
    let proof = scratch.json(["log", "prove", record]).is(0).lines().remove(0);
    assert_eq!(proof["index"], 0, "the first entry goes on proving since when it was here: {proof}");
}

#[test]
fn what_is_withheld_is_not_published() {
    let (scratch, document) = archive();
    let record = text(&document, "record");
    scratch.run(["withhold", record, "--reason", "privacy"]).is(0);
    scratch.run(["publish", record]).is(2).says(&["withheld (privacy)", "--undo", "Nothing was changed"]);
    scratch.run(["withhold", record, "--undo"]).is(0);
    assert!(scratch.run(["list"]).is(0).text().contains("[private]"), "lifting a withholding publishes nothing");
    scratch.run(["publish", record]).is(0);
}

#[test]
fn ingesting_again_neither_publishes_nor_hides() {
    let (scratch, document) = archive();
    let again = scratch.json(["ingest", "page.jsonl"]).is(0).documents().remove(0);
    assert_eq!((&again["status"], &again["record"]), (&"known".into(), &document["record"]));
    assert!(again["notes"].to_string().contains("stays private"), "{again}");
    let corrected = scratch.json(["ingest", "page.jsonl", "--published", "2024-05-02"]).is(0).documents().remove(0);
    assert_eq!(corrected["status"], "corrected");
    assert!(corrected["notes"].to_string().contains("stays private"), "{corrected}");
    assert!(scratch.json(["list"]).is(0).lines().iter().all(|capture| capture["private"] == true));
    // A capture is published with what it corrects.
    assert_eq!(scratch.json(["publish", text(&corrected, "record"), "--yes"]).is(0).lines().len(), 2);
    let hidden = scratch.json(["ingest", "--private", "page.jsonl", "--published", "2024-05-02"]).is(0);
    assert!(hidden.documents()[0]["notes"].to_string().contains("public already"), "{}", hidden.text());
}

#[test]
fn a_citation_takes_what_everybody_sees() {
    let scratch = Scratch::with_archive();
    scratch.write("page.txt", "The keeper of the harbour wrote a long letter about the light.\nNobody answered it.");
    let ingest = |title: &str, more: &[&str]| {
        let arguments = ["ingest", "page.txt", "--url", "https://harbour.example/letter", "--title", title];
        scratch.json(arguments.iter().chain(more)).is(0).documents().remove(0)
    };
    let article = text(&ingest("A letter", &[]), "article").to_owned();
    let corrected = ingest("A letter by the confidential source", &["--private"]);
    assert_eq!(corrected["status"], "corrected");
    let cited = scratch.run(["cite", &article]).is(0);
    assert!(cited.text().contains("A letter") && !cited.text().contains("confidential"), "{}", cited.text());
    assert!(!cited.stderr.contains("private"), "{}", cited.stderr);
    let own = scratch.run(["cite", text(&corrected, "record")]).is(0).says(&["The capture is private"]);
    assert!(own.text().contains("confidential"));
}

#[test]
fn a_public_revisit_does_not_find_a_private_original() {
    let scratch = Scratch::with_archive();
    let http = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";
    let body =
        "The keeper of the harbour wrote a long letter about the light.\nNobody answered it before the winter.\n";
    // SHA-1 of the body, in Base32, as WARC records state it.
    let digest = {
        use sha1::{Digest, Sha1};
        data_encoding::BASE32.encode(&Sha1::digest(body))
    };
    let record = |kind: &str, date: &str, block: &str, more: &str| {
        format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-0000000000{}>\r\n\
             WARC-Date: {date}\r\nWARC-Target-URI: https://harbour.example/letter\r\nWARC-Payload-Digest: sha1:{digest}\r\n\
             Content-Type: application/http; msgtype=response\r\n{more}Content-Length: {}\r\n\r\n{block}\r\n\r\n",
            if kind == "response" { "01" } else { "02" },
            block.len()
        )
    };
    let original = record("response", "2024-05-03T12:00:00Z", &format!("{http}{body}"), "");
    let profile = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n";
    let revisit = record("revisit", "2024-05-04T12:00:00Z", http, profile);
    scratch.write("original.warc", original);
    scratch.write("revisit.warc", revisit);
    scratch.json(["ingest", "--private", "original.warc"]).is(0);
    let skipped = scratch.json(["ingest", "revisit.warc"]).documents().remove(0);
    assert_eq!(skipped["status"], "skipped", "{skipped}");
    let found = scratch.json(["ingest", "--private", "revisit.warc"]).is(0).documents().remove(0);
    assert_eq!(found["status"], "new", "{found}");
}
