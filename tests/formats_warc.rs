//! WARC, ARC and WACZ files of the shared data, against what warcio reads from them.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests may panic and say why they were skipped")]

use std::fs::File;
use std::path::PathBuf;

use isnad::formats::{Captured, Input, Item, items};
use serde_json::Value;

/// Where warcio gives up but we must not, and what is rejected in these files: file, part of the message.
const REJECTED: &[(&str, &str)] = &[
    ("warcio__bad.arc", "Content-Length says \"-1\""),
    ("warcio__example-space-in-url.arc", "its HTTP Content-Length agrees"),
    ("warcio__example-trunc.warc", "a digest proves a block"),
    ("warcio__example-trunc.warc", "a digest proves it"),
    ("pywb__invalid_example_1.wacz", "no WACZ that holds captures"),
    ("pywb__example.warc", "7 bytes that are no WARC record"),
    ("wac__double-single-inflate-error.gz", "the gzip data is broken"),
    ("wac__empty.gz", "the packed file holds nothing"),
];

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ISNAD_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        eprintln!("skipped: {} is missing", path.display());
        return None;
    }
    Some(path)
}

#[derive(Default, Debug)]
struct Read {
    documents: Vec<Captured>,
    records: u64,
    rejected: Vec<String>,
}

fn read(name: &str, input: Input) -> Read {
    let mut read = Read::default();
    for item in items(name, input) {
        match item {
            Item::Captured(captured) => {
                read.records += 1;
                read.documents.push(*captured);
            }
            Item::Skipped { .. } | Item::Revisit(_) => read.records += 1,
            Item::Rejected { source, error } => read.rejected.push(format!("{source}: {error}")),
        }
    }
    read
}

/// Documents as the manifest counts them: HTML by its header, status 200, no revisits.
fn html_200(read: &Read) -> usize {
    let is_html = |captured: &&Captured| {
        let stated = captured.media_type.contains("html")
            || captured.notes.iter().any(|note| note.starts_with("the media type is stated as \"text/html"));
        let original = !captured.notes.iter().any(|note| note.starts_with("a revisit"));
        stated && original && captured.http_status == Some(200)
    };
    read.documents.iter().filter(is_html).count()
}

fn check(name: &str, entry: &Value, read: &Read) {
    let theirs = &entry["warcio_1_8_1"];
    let documents = theirs["html_200"].as_u64().or(entry["html_200"].as_u64()).unwrap_or(0);
    assert!(html_200(read) as u64 >= documents, "{name}: {} of {documents}: {read:?}", html_200(read));
    let told = read.records + read.rejected.len() as u64;
    assert!(told >= theirs["records"].as_u64().unwrap_or(1), "{name}: {told} records");
    for rejected in &read.rejected {
        assert!(rejected.starts_with(name), "{rejected}");
        let known = REJECTED.iter().any(|(file, part)| *file == name && rejected.contains(part));
        assert!(known || name == "warcio__bad.arc", "{rejected}");
    }
    for (file, _) in REJECTED.iter().filter(|(file, _)| *file == name) {
        assert!(!read.rejected.is_empty(), "{file} was taken for sound");
    }
    let found: Vec<String> = read.documents.iter().map(|captured| captured.payload_id().to_string()).collect();
    for expected in entry["expect"].as_array().into_iter().flatten() {
        let sha256 = expected["sha256"].as_str().unwrap();
        let at = found.iter().position(|id| id == sha256).unwrap_or_else(|| panic!("{name}: {sha256} is missing"));
        assert_eq!(read.documents[at].url[0].value, expected["url"].as_str().unwrap());
        assert_eq!(read.documents[at].captured[0].edtf, expected["date"].as_str().unwrap());
    }
}

#[test]
fn every_shared_file_reads_as_warcio_reads_it_or_better() {
    let Some(manifest) = shared("data/warc/manifest.jsonl") else { return };
    let folder = manifest.parent().unwrap().to_owned();
    let mut files = 0;
    for line in std::fs::read_to_string(&manifest).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let name = entry["file"].as_str().unwrap();
        let open = || File::open(folder.join(name)).unwrap();
        check(name, &entry, &read(name, Input::File(Box::new(open()))));
        check(name, &entry, &read(name, Input::Stream(Box::new(open()))));
        files += 1;
    }
    assert!(files >= 70, "only {files} files in the manifest");
}

#[test]
fn real_containers_cut_anywhere_end_with_a_word() {
    let Some(path) = shared("data/warc/warcio__example.warc.gz") else { return };
    for name in ["warcio__example.warc.gz", "warcio__example.warc", "rwp__iframetest.wacz", "warcio__example.arc"] {
        let bytes = std::fs::read(path.with_file_name(name)).unwrap();
        for end in (1..bytes.len()).step_by(61) {
            let cut = read(name, Input::File(Box::new(std::io::Cursor::new(bytes[..end].to_vec()))));
            assert!(cut.records > 0 || !cut.rejected.is_empty(), "{name} cut at {end}");
        }
    }
}

#[test]
fn real_containers_with_mutations_end_with_a_word() {
    let Some(manifest) = shared("data/warc/manifest.jsonl") else { return };
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below.max(1)
    };
    let mut files = 0;
    for file in std::fs::read_dir(manifest.parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let container = [".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz", ".zst"].iter().any(|end| name.ends_with(end));
        if !container || bytes.is_empty() || bytes.len() > 200_000 {
            continue;
        }
        files += 1;
        for _ in 0..24 {
            let mut changed = bytes.clone();
            for _ in 0..=next(4) {
                let at = next(changed.len());
                let end = (at + next(300)).min(changed.len());
                match next(5) {
                    0 => changed[at] = u8::try_from(next(256)).unwrap(),
                    1 => drop(changed.drain(at..end)),
                    2 => changed.extend_from_within(at..end),
                    3 => changed[at..end].fill(0),
                    _ => changed
                        .splice(at..at, *b"\r\n\r\nWARC/1.0\r\nContent-Length: 18446744073709551615\r\n")
                        .for_each(drop),
                }
                if changed.is_empty() {
                    changed.push(b'W');
                }
            }
            let begun = std::time::Instant::now();
            for input in [
                Input::File(Box::new(std::io::Cursor::new(changed.clone()))),
                Input::Stream(Box::new(std::io::Cursor::new(changed.clone()))),
            ] {
                let told = read(&name, input);
                assert!(told.records > 0 || !told.rejected.is_empty(), "{name}: silence");
            }
            assert!(begun.elapsed().as_secs() < 20, "{name}: {:?}", begun.elapsed());
        }
    }
    assert!(files >= 30, "only {files} containers");
}

/// Prints what each container holds, for a comparison with other readers: `DUMP=1 cargo test dump -- --nocapture`.
#[test]
fn dump() {
    let Some(manifest) = shared("data/warc/manifest.jsonl").filter(|_| std::env::var_os("DUMP").is_some()) else {
        return;
    };
    for file in std::fs::read_dir(manifest.parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for captured in read(&name, Input::File(Box::new(File::open(&path).unwrap()))).documents {
            eprintln!("{name} {} {}", captured.payload_id(), captured.url.first().map_or("-", |url| &url.value));
        }
    }
}
