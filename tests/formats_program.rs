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
    record_of_block(n, fields, &http(body))
}

fn http(body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", body].concat()
}

fn id(n: usize) -> String {
    format!("<urn:uuid:00000000-0000-4000-8000-{n:012}>")
}

fn record_of_block(n: usize, fields: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let length = block.len().to_string();
    let (uri, id) = (format!("http://a.example/{n}"), id(n));
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
    [b"WARC/1.0\r\n", head.as_bytes(), b"\r\n", block, b"\r\n\r\n"].concat()
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

/// A record cut into segments of these lengths, numbered from 1; ISO 28500 section 6.5 and annex.
fn segments(n: usize, cuts: &[usize]) -> Vec<Vec<u8>> {
    let whole = http(page(n).as_bytes());
    let (total, id) = (whole.len().to_string(), id(1000 * n + 1));
    let ends = cuts.iter().copied().chain([whole.len()]);
    let mut begin = 0;
    ends.enumerate()
        .map(|(index, end)| {
            let number = (index + 1).to_string();
            let mut fields = vec![("WARC-Segment-Number", number.as_str())];
            if index > 0 {
                fields.extend([("WARC-Type", "continuation"), ("WARC-Segment-Origin-ID", id.as_str())]);
            }
            if end == whole.len() {
                fields.push(("WARC-Segment-Total-Length", total.as_str()));
            }
            let part = record_of_block(1000 * n + 1 + index, &fields, &whole[begin..end]);
            begin = end;
            part
        })
        .collect()
}

#[test]
fn segments_are_put_together_within_a_container_and_named_when_some_are_missing() {
    let scratch = tempfile::tempdir().unwrap();
    assert!(isnad(scratch.path()).arg("init").output().unwrap().status.success());
    let run = |name: &str, bytes: &[u8]| {
        fs::write(scratch.path().join(name), bytes).unwrap();
        let output = isnad(scratch.path()).args(["--json", "ingest", name]).output().unwrap();
        // Where nothing but skipped records is there, nothing was settled.
        let only_skipped = name == "gap.warc";
        assert_eq!(output.status.code(), Some(if only_skipped { 2 } else { 0 }), "{name}");
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let whole = run("whole.html", page(7).as_bytes())[0]["payload"].clone();
    let parts = segments(7, &[40, 90]);
    for (name, order) in [("in-order.warc", [0, 1, 2]), ("mixed.warc", [2, 0, 1])] {
        let [a, b, c] = order.map(|index| parts[index].clone());
        let lines = run(name, &[sound(2), a, sound(3), b, c, sound(4)].concat());
        let joined: Vec<&Value> = lines.iter().filter(|line| line["payload"] == whole).collect();
        assert_eq!(joined.len(), 1, "{name}: {lines:?}");
        let notes = joined[0]["notes"].to_string();
        assert!(notes.contains("put together from 3 segments") || joined[0]["status"] == "known", "{name}: {notes}");
    }
    // One part in each WARC of a WACZ: the same container.
    let parts = segments(8, &[40]);
    let package = zip(&[("archive/a.warc", &parts[0]), ("archive/b.warc", &[&parts[1][..], &sound(5)].concat())]);
    let whole = run("whole.html", page(8).as_bytes())[0]["payload"].clone();
    assert!(run("parts.wacz", &package).iter().any(|line| line["payload"] == whole));

    let parts = segments(9, &[40, 90]);
    let lines = run("gap.warc", &[parts[0].clone(), parts[2].clone()].concat());
    let skipped: Vec<&Value> = lines.iter().filter(|line| line["status"] == "skipped").collect();
    assert_eq!(skipped.len(), 2, "{lines:?}");
    assert!(skipped[0]["error"].to_string().contains("only segments 1, 3 of it are in this container, it has 3"));
    assert_eq!(lines.last().unwrap()["summary"]["new"], 0);
}

#[test]
fn segments_that_contradict_each_other_are_rejected() {
    let parts = segments(7, &[40]);
    let origin = id(7001);
    let fields = [
        ("WARC-Type", "continuation"),
        ("WARC-Segment-Number", "2"),
        ("WARC-Segment-Total-Length", "5"),
        ("WARC-Segment-Origin-ID", &origin),
    ];
    let short = record_of_block(7002, &fields, b"x");
    assert_told(
        "total.warc",
        &[parts[0].clone(), short, sound(1)].concat(),
        1,
        &["WARC-Segment-Total-Length says 5, its 2 segments have 41 bytes"],
    );
    assert_told("twice.warc", &[parts[0].clone(), parts[0].clone(), sound(1)].concat(), 1, &["is there twice"]);
    for number in ["0", "-1", "18446744073709551615", "x"] {
        let odd = record(3, &[("WARC-Segment-Number", number)], page(3).as_bytes());
        assert_told("number.warc", &[odd, sound(1)].concat(), 1, &["WARC-Segment-Number says"]);
    }
    let alone = record(3, &[("WARC-Type", "continuation"), ("WARC-Segment-Number", "2")], b"x");
    assert_told("alone.warc", &[alone, sound(1)].concat(), 1, &["does not say of which record"]);
}

#[test]
fn ten_thousand_nested_tags_are_one_bounded_document() {
    let nested = format!(
        "<!doctype html><title>Depth</title><article>{}<p>The keeper of the lower lock wrote down the level of the water at noon.",
        "<div>".repeat(10_000)
    );
    let bytes = [sound(1), record(2, &[], nested.as_bytes())].concat();
    assert_told("nested.warc", &bytes, 2, &[]);
    assert_told("nested.html", nested.as_bytes(), 1, &[]);
}

#[test]
fn lone_surrogates_are_named_or_replaced_and_never_stored_as_such() {
    let line = |text: &str| format!("{{\"text\":\"{text} and the tide came in twice that day.\"}}\n");
    let lines =
        [line("The bell rang"), line("A \\ud800 half"), line("A pair \\ud83d\\ude00"), line("\\udc00\\ud800")].concat();
    let told = ingest("halves.jsonl", lines.as_bytes());
    assert_eq!(told.sound + told.rejected.len(), 4, "{:?}", told.rejected);
    assert!(told.sound >= 2, "{:?}", told.rejected);
    let html = "<!doctype html><title>Half &#xD800; a pair</title><article><p>The tide &#55296; came in twice that day, said the keeper.</article>";
    assert_told("half.html", html.as_bytes(), 1, &[]);
    // UTF-16 with a high half alone in it.
    let utf_16: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain("The tide came in ".encode_utf16())
        .chain([0xd800])
        .chain(" twice that day.".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_told("half.txt", &utf_16, 1, &[]);
}

#[test]
fn bidi_marks_in_a_title_neither_hide_nor_steer() {
    let scratch = tempfile::tempdir().unwrap();
    assert!(isnad(scratch.path()).arg("init").output().unwrap().status.success());
    let attack = "Minister \u{202e}deined\u{202c} \u{2066}it\u{2069} \u{200f}all";
    let html = format!(
        "<!doctype html><head><title>{attack}</title><meta property=\"og:title\" content=\"{attack}\"></head><article><h1>{attack}</h1><p>The ministry did not answer questions on Tuesday, its spokesman said.</article>"
    );
    fs::write(scratch.path().join("bidi.html"), html).unwrap();
    let output = isnad(scratch.path()).args(["--json", "ingest", "bidi.html"]).output().unwrap();
    let line: Value = serde_json::from_str(String::from_utf8(output.stdout).unwrap().lines().next().unwrap()).unwrap();
    let article = line["article"].as_str().unwrap().to_owned();
    for arguments in [
        vec!["list"],
        vec!["show", &article],
        vec!["search", "ministry"],
        vec!["audit", "did not answer questions on Tuesday"],
    ] {
        let output = isnad(scratch.path()).args(&arguments).output().unwrap();
        let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let steering = shown.chars().find(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
        assert_eq!(steering, None, "{arguments:?}: {shown:?}");
    }
}

#[test]
fn a_capture_names_the_hash_of_its_container() {
    let scratch = tempfile::tempdir().unwrap();
    assert!(isnad(scratch.path()).arg("init").output().unwrap().status.success());
    let jsonl = b"{\"text\":\"On that day the keeper wrote down what he saw from the tower.\"}\n";
    for (name, bytes, hashed) in [
        ("a.warc", sound(1), true),
        ("b.warc.gz", gzip(&sound(2)), true),
        ("c.wacz", zip(&[("archive/x.warc", &sound(3))]), true),
        ("d.jsonl", jsonl.to_vec(), true),
        ("e.html", page(5).into_bytes(), false),
    ] {
        fs::write(scratch.path().join(name), &bytes).unwrap();
        let output = isnad(scratch.path()).args(["--json", "ingest", name]).output().unwrap();
        let lines: Vec<Value> =
            String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let line = lines.iter().find(|line| line["status"] == "new").unwrap();
        let shown = isnad(scratch.path()).args(["show", line["record"].as_str().unwrap()]).output().unwrap();
        let record: Value = serde_json::from_slice(&shown.stdout).unwrap();
        let expected = if hashed {
            Value::from(isnad::domain::Digest(isnad::domain::sha256(&bytes)).to_string())
        } else {
            Value::Null
        };
        assert_eq!(record["source"]["container"], expected, "{name}");
    }
}

#[test]
fn who_is_believed_can_be_named() {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stamp");
    let scratch = tempfile::tempdir().unwrap();
    assert!(isnad(scratch.path()).arg("init").output().unwrap().status.success());
    let read = |name: &str| fs::read(made.join(name)).unwrap();
    let package = zip(&[
        ("archive/data.warc", &read("data.warc")),
        ("datapackage.json", &read("datapackage.json")),
        ("datapackage-digest.json", &read("datapackage-digest.json")),
    ]);
    fs::write(scratch.path().join("signed.wacz"), package).unwrap();
    let root = made.join("root.pem");
    let output =
        isnad(scratch.path()).args(["--json", "ingest", "signed.wacz", "--trust"]).arg(&root).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("datapackage-digest.json: verified: "));
    for (file, said) in [("nowhere.pem", "reading"), ("signed.wacz", "this is no certificate")] {
        let output = isnad(scratch.path()).args(["ingest", "signed.wacz", "--trust", file]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(&format!("--trust {file}")) && stderr.contains(said), "{stderr}");
    }
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
