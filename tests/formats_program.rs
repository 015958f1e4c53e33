//! Bad containers through the program itself: a clear word about each, exit 1, and what is sound beside it is read.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn isnad(scratch: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isnad"));
    command.current_dir(scratch).args(["--archive", "archive"]).env("ISNAD_STATE", scratch.join("state"));
    command
}

struct Told {
    sound: usize,
    rejected: Vec<String>,
}

fn told(output: &Output) -> Told {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    let (mut sound, mut rejected) = (0, Vec::new());
    for line in String::from_utf8(output.stdout.clone()).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        match line["status"].as_str() {
            Some("rejected") => rejected.push(format!("{}: {}", line["source"], line["error"])),
            Some("new") => sound += 1,
            _ => {}
        }
    }
    assert_eq!(output.status.code(), Some(i32::from(!rejected.is_empty())), "{stderr}");
    Told { sound, rejected }
}

/// Ingests one file into a fresh archive.
fn ingest(name: &str, bytes: &[u8]) -> Told {
    let scratch = tempfile::tempdir().unwrap();
    assert!(isnad(scratch.path()).arg("init").output().unwrap().status.success());
    fs::write(scratch.path().join(name), bytes).unwrap();
    told(&isnad(scratch.path()).args(["--json", "ingest", name]).output().unwrap())
}

/// Asserts how many documents are read, and that every message is there.
#[track_caller]
fn assert_told(name: &str, bytes: &[u8], sound: usize, messages: &[&str]) {
    let told = ingest(name, bytes);
    assert_eq!(told.sound, sound, "{name}: {:?}", told.rejected);
    assert_eq!(told.rejected.is_empty(), messages.is_empty(), "{name}: {:?}", told.rejected);
    for message in messages {
        assert!(told.rejected.iter().any(|text| text.contains(message)), "{name}: {message}: {:?}", told.rejected);
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn page(n: usize) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><title>Page {n}</title><article><h1>Page {n}</h1><p>On day {n} the keeper of the \
         lighthouse wrote into his book what he had seen from the tower, and {n} ships had passed.</p></article></html>"
    )
}

/// A record with these fields in place of its own.
fn record(n: usize, fields: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let block = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", body].concat();
    let length = block.len().to_string();
    let (uri, id) = (format!("http://a.example/{n}"), format!("<urn:uuid:00000000-0000-4000-8000-{n:012}>"));
    let mut head = vec![
        ("WARC-Type", "response"),
        ("WARC-Record-ID", &id),
        ("WARC-Date", "2018-03-31T10:49:00Z"),
        ("WARC-Target-URI", &uri),
        ("Content-Type", "application/http; msgtype=response"),
        ("Content-Length", &length),
    ];
    head.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
    head.extend_from_slice(fields);
    let head: String = head.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    [b"WARC/1.0\r\n", head.as_bytes(), b"\r\n", &block, b"\r\n\r\n"].concat()
}

fn sound(n: usize) -> Vec<u8> {
    record(n, &[], page(n).as_bytes())
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn lengths_that_are_none_are_named_and_the_records_around_are_read() {
    for lie in ["-1", "18446744073709551615", "18446744073709551616", "", "0x10"] {
        let bytes = [sound(1), record(2, &[("Content-Length", lie)], page(2).as_bytes()), sound(3)].concat();
        assert_told("length.warc", &bytes, 2, &["record 2 at byte", "000000000002"]);
    }
}

#[test]
fn bombs_are_refused_by_name() {
    let bomb = gzip(&vec![0; 300 << 20]);
    for name in ["bomb.warc.gz", "bomb.html.gz", "bomb.jsonl.gz", "bomb.txt.gz"] {
        assert_told(name, &bomb, 0, &[name]);
    }
    let packed = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n", &bomb[..]].concat();
    let length = packed.len().to_string();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2018-03-31T10:49:00Z\r\nWARC-Target-URI: http://a.example/b\r\n\
         Content-Type: application/http\r\nContent-Length: {length}\r\n\r\n"
    );
    let bytes = [head.as_bytes(), &packed, b"\r\n\r\n", &sound(1)].concat();
    assert_told("inner-bomb.warc", &bytes, 1, &["unpacks to more than"]);
    assert_told("bomb.wacz", &zip(&[("archive/data.warc.gz", &bomb)]), 0, &["archive/data.warc.gz"]);
}

#[test]
fn entries_of_a_zip_that_point_outside_are_refused_and_nothing_is_written() {
    let scratch = tempfile::tempdir().unwrap();
    let inner = scratch.path().join("a/b");
    fs::create_dir_all(&inner).unwrap();
    assert!(isnad(&inner).arg("init").output().unwrap().status.success());
    let absolute = scratch.path().join("absolute.warc").display().to_string();
    let bytes = zip(&[("../slip.warc", &sound(1)), (&absolute, &sound(2)), ("archive/x.warc", &sound(3))]);
    fs::write(inner.join("slip.wacz"), bytes).unwrap();
    let told = told(&isnad(&inner).args(["--json", "ingest", "slip.wacz"]).output().unwrap());
    assert_eq!((told.sound, told.rejected.len()), (1, 2), "{:?}", told.rejected);
    assert!(told.rejected.iter().all(|text| text.contains("points outside the package")), "{:?}", told.rejected);
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["a"]);
    assert!(!inner.join("../slip.warc").exists());
}

#[test]
fn a_cut_zip_and_a_zip_of_something_else_are_named() {
    let whole = zip(&[("archive/x.warc", &sound(1)), ("pages/pages.jsonl", b"{}")]);
    for end in [10, whole.len() / 2, whole.len() - 30] {
        assert_told("cut.wacz", &whole[..end], 0, &["the zip cannot be read"]);
    }
    assert_told("other.wacz", &zip(&[("notes.txt", b"nothing")]), 0, &["no WACZ that holds captures"]);
}

#[test]
fn segments_are_named_and_not_taken_for_wholes() {
    let first = record(1, &[("WARC-Segment-Number", "1")], page(1).as_bytes());
    let bytes = [sound(2), first, sound(3)].concat();
    assert_told("segments.warc", &bytes, 2, &["a segment of a longer record"]);
}

#[test]
fn nul_bytes_are_named_or_kept() {
    let bytes = [&sound(1)[..], &[0; 100], &sound(2)].concat();
    assert_told("nul-between.warc", &bytes, 2, &["bytes that are no WARC record"]);
    let uri = record(3, &[("WARC-Target-URI", "http://a.example/\0x")], page(3).as_bytes());
    let told = ingest("nul-in-a-field.warc", &[uri, sound(4)].concat());
    assert_eq!(told.sound + told.rejected.len(), 2, "{:?}", told.rejected);
    assert_told("nul.txt", b"words\0and more words", 0, &["NUL"]);
}

#[test]
fn a_warc_inside_a_warc_is_one_document() {
    let inner = [sound(5), sound(6)].concat();
    let outer = [sound(1), record(2, &[], &inner), sound(3)].concat();
    let told = ingest("matryoshka.warc", &outer);
    assert_eq!((told.sound, told.rejected.len()), (3, 0), "{:?}", told.rejected);
}

#[test]
fn lines_after_a_broken_member_are_read_and_the_loss_is_named() {
    let line = |n: usize| format!("{{\"text\":\"On day {n} the keeper wrote down what he saw from his tower.\"}}\n");
    let mut members: Vec<Vec<u8>> = (1..=5).map(|n| gzip(line(n).as_bytes())).collect();
    let end = members[2].len();
    members[2].truncate(end / 2);
    let told = ingest("notes.jsonl.gz", &members.concat());
    assert_eq!(told.rejected.len(), 1, "{:?}", told.rejected);
    assert!(told.rejected[0].contains("reading goes on at byte"), "{:?}", told.rejected);
    assert_eq!(told.sound, 4);
}

#[test]
fn a_file_that_changes_while_it_is_read_ends_well() {
    let records: Vec<u8> = (0..30_000).flat_map(sound).collect();
    for shrink in [true, false] {
        let scratch = tempfile::tempdir().unwrap();
        assert!(isnad(scratch.path()).arg("init").output().unwrap().status.success());
        let path = scratch.path().join("moving.warc");
        fs::write(&path, &records).unwrap();
        let mut command = isnad(scratch.path());
        command.args(["--json", "ingest", "moving.warc"]);
        let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30));
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        if shrink {
            file.set_len(100_001).unwrap();
        } else {
            file.write_all(&sound(30_001)[..200]).unwrap();
        }
        let told = told(&child.wait_with_output().unwrap());
        assert!(told.sound > 0, "{:?}", told.rejected);
        assert!(!told.rejected.is_empty(), "the record that was cut is named");
    }
}
