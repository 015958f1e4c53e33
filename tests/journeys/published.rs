//! What strangers see of a log: that nothing in it vanished unannounced, and bundles over the web.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::common::{Scratch, text};
use crate::served::Served;
use crate::texts;

/// An archive with some documents; their reports and the key of its log.
fn archive() -> (Scratch, Vec<Value>, String) {
    let scratch = Scratch::with_archive();
    scratch.write("pages.jsonl", texts::jsonl(6));
    let documents = scratch.json(["ingest", "pages.jsonl"]).is(0).documents();
    let key = scratch.run(["log", "key"]).is(0).text().trim().to_owned();
    (scratch, documents, key)
}

/// Checks a published log as somebody who never saw it; its findings on records that do not simply open.
fn findings(scratch: &Scratch, status: i32, place: &str, more: &[&str]) -> Vec<Value> {
    let key = scratch.run(["log", "key"]).is(0).text().trim().to_owned();
    let seen = tempfile::tempdir().unwrap();
    let mut command = scratch.command();
    command
        .args(["--json", "verify", "--all", "--log", place, "--key", &key])
        .args(more)
        .env("ISNAD_STATE", seen.path());
    let run = crate::common::Run::of(command.output().unwrap()).is(status);
    let plain = |line: &Value| line["outcome"] == "verified" && line["why"] == "";
    run.lines().into_iter().filter(|line| line["kind"] == "record" && !plain(line)).collect()
}

#[test]
fn every_capture_of_a_served_log_opens_or_was_announced_to_be_taken_down() {
    let (scratch, documents, _) = archive();
    let served = Served::of(&scratch);
    let log = served.url("/log");
    assert_eq!(findings(&scratch, 0, &log, &[]), [] as [Value; 0]);
    let record = |at: usize| text(&documents[at], "record").to_owned();
    scratch.json(["withhold", &record(0), "--reason", "privacy"]).is(0);
    scratch.json(["erase", &record(1), "--reason", "legal", "--yes"]).is(0);
    scratch
        .write("private.txt", "A headline\n\nWords that are for the eyes of the archivist alone, and nobody else.\n");
    let private = scratch.json(["ingest", "--private", "private.txt"]).is(0).documents()[0]["record"].clone();
    let served = Served::of(&scratch);
    let log = served.url("/log");
    let told = findings(&scratch, 0, &log, &[]);
    let ids: Vec<&str> = told.iter().map(|line| text(line, "id")).collect();
    assert_eq!(ids, [record(0), record(1), private.as_str().unwrap().to_owned()]);
    assert!(told.iter().all(|line| text(line, "why").ends_with("takes it down")), "{told:?}");
    scratch.json(["verify"]).is(0);
    // Shown again, it must open again: it does.
    scratch.json(["withhold", &record(0), "--undo"]).is(0);
    findings(&scratch, 0, &log, &[]);

    // An operator who hides two records without a word in the log.
    let hide = |id: &str| {
        let sql =
            "UPDATE capture SET withheld = 1 WHERE record = (SELECT id FROM record WHERE hex(sha256) = upper(?1))";
        assert_eq!(scratch.sqlite().execute(sql, [id]).unwrap(), 1);
    };
    hide(&record(0));
    hide(&record(3));
    let served = Served::of(&scratch);
    let vanished: Vec<Value> = findings(&scratch, 1, &served.url("/log"), &[])
        .into_iter()
        .filter(|line| line["outcome"] == "failed")
        .collect();
    let ids: Vec<&str> = vanished.iter().map(|line| text(line, "id")).collect();
    assert!(ids.contains(&record(3).as_str()) && ids.contains(&record(0).as_str()) && ids.len() == 2, "{vanished:?}");
    assert!(text(&vanished[0], "why").contains("no later entry says that it was withheld or erased"), "{vanished:?}");
}

#[test]
fn an_export_has_its_records_beside_it_and_a_missing_or_changed_one_is_found() {
    let (scratch, documents, _) = archive();
    let (log, records) = (scratch.path("www/log"), scratch.path("www/r"));
    let export = |more: &[&str]| {
        let mut args = vec!["log", "export", log.to_str().unwrap()];
        args.extend(more);
        scratch.json(args).is(0).only()
    };
    let place = log.to_str().unwrap();
    export(&["--gzip"]);
    let told = findings(&scratch, 2, place, &[]);
    assert!(text(&told[0], "why").contains("--records"), "{told:?}");
    findings(&scratch, 0, place, &["--records", "none"]);
    let entries = fs::read(log.join("tile/entries/000.p/12")).unwrap();
    let mut plain = Vec::new();
    let packed = fs::File::open(log.join("tile/entries/000.p/12.gz")).unwrap();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, entries);

    let beside = ["--records", records.to_str().unwrap()];
    assert_eq!(export(&beside)["written"], 12, "six captures, six readings");
    assert_eq!(export(&beside)["written"], 0);
    assert_eq!(findings(&scratch, 0, place, &[]), [] as [Value; 0]);
    assert_eq!(findings(&scratch, 0, &format!("{place}/"), &beside), [] as [Value; 0]);

    let file = |at: usize| records.join(format!("{}.json", text(&documents[at], "record")));
    let sound = fs::read(file(2)).unwrap();
    fs::remove_file(file(2)).unwrap();
    let told = findings(&scratch, 1, place, &[]);
    assert_eq!((told.len(), text(&told[0], "id")), (1, text(&documents[2], "record")));
    let mut changed = sound.clone();
    changed[40] ^= 1;
    fs::write(file(2), &changed).unwrap();
    let told = findings(&scratch, 1, place, &[]);
    assert!(text(&told[0], "why").contains("hashes to"), "{told:?}");
    fs::write(file(2), [&sound[..], &[b' '; 20_000]].concat()).unwrap();
    let told = findings(&scratch, 2, place, &[]);
    assert!(text(&told[0], "why").contains("longer than"), "{told:?}");
    fs::write(file(2), &sound).unwrap();

    // What was taken down goes from the export, too.
    scratch.json(["withhold", text(&documents[4], "record"), "--reason", "safety"]).is(0);
    let done = export(&beside);
    assert_eq!(done["removed"].as_u64().unwrap(), 2, "capture and reading: {done}");
    assert!(!file(4).exists());
    findings(&scratch, 0, place, &[]);
}

/// Serves the files of a folder; before the record `hidden` is answered for the first time, `before` is done.
fn serve(folder: &Path, hidden: String, before: impl Fn() + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        let asked = Arc::new(AtomicUsize::new(0));
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut request = [0; 4096];
            let read = socket.read(&mut request).unwrap_or(0);
            let path = String::from_utf8_lossy(&request[..read]).split(' ').nth(1).unwrap_or("/").to_owned();
            if path.contains(&hidden) && asked.fetch_add(1, Ordering::SeqCst) == 0 {
                before();
            }
            let (status, body) = match fs::read(folder.join(&path[1..])) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            // Whoever asked may be gone.
            let _ = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&body));
        }
    });
    format!("http://{address}/log")
}

#[test]
fn what_is_taken_down_while_somebody_checks_is_judged_by_the_newer_head() {
    for lying in [false, true] {
        let (scratch, documents, _) = archive();
        let record = text(&documents[5], "record").to_owned();
        let scratch = Arc::new(scratch);
        let (mine, id) = (scratch.clone(), record.clone());
        let export = || {
            let (log, records) = (scratch.path("www/log"), scratch.path("www/r"));
            scratch.json(["log", "export", log.to_str().unwrap(), "--records", records.to_str().unwrap()]).is(0);
        };
        export();
        let place = serve(&scratch.path("www"), record.clone(), move || {
            let (log, records) = (mine.path("www/log"), mine.path("www/r"));
            if lying {
                fs::remove_file(records.join(format!("{id}.json"))).unwrap();
                return;
            }
            mine.json(["withhold", &id, "--reason", "privacy"]).is(0);
            mine.json(["log", "export", log.to_str().unwrap(), "--records", records.to_str().unwrap()]).is(0);
        });
        let told = findings(&scratch, i32::from(lying), &place, &[]);
        assert_eq!((told.len(), text(&told[0], "id")), (1, record.as_str()), "{told:?}");
        assert_eq!(text(&told[0], "why").ends_with("takes it down"), !lying, "{told:?}");
    }
}

#[test]
fn a_bundle_that_is_too_large_for_the_web_is_made_by_the_command() {
    let scratch = Scratch::with_archive();
    let body = vec![7_u8; (16 << 20) + 1];
    let http = [b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n".as_slice(), &body].concat();
    let head = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://paper.example/large\r\nWARC-Date: 2018-04-01T00:00:00Z\r\n\
         WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {}\r\n\r\n",
        http.len()
    );
    scratch.write("large.warc", [head.as_bytes(), &http, b"\r\n\r\n"].concat());
    let record = text(&scratch.json(["ingest", "large.warc"]).is(0).documents()[0], "record").to_owned();
    let served = Served::of(&scratch);
    let (status, page) = served.get(&format!("/bundle/{record}.zip"));
    assert!(status == 403 && page.contains("isnad bundle"), "{status} {page}");
    let (status, page) = served.get(&format!("/bundle/{record}.zip?lang=ar"));
    assert!(status == 403 && page.contains("الحزمة من القائم على الأرشيف"), "{status} {page}");
    scratch.run(["bundle", &record, "-o", "large.zip"]).is(0);
    scratch.run(["verify", "large.zip"]).is(0);
}
