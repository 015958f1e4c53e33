//! Damaged containers: the damage is named, and everything sound before and after it is read.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::{Cursor, Write};

use isnad::formats::{Captured, DigestOutcome, Input, Item, SourceKind, items};
use proptest::prelude::*;
use sha2::Digest as _;

const IDS: usize = 5;

fn file(bytes: &[u8]) -> Input {
    Input::File(Box::new(Cursor::new(bytes.to_vec())))
}

fn stream(bytes: &[u8]) -> Input {
    Input::Stream(Box::new(Cursor::new(bytes.to_vec())))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn page(n: usize) -> String {
    let words: String = (0..200).map(|i| format!("word{} ", (i * 7919 + n * 104_729) % 65_537)).collect();
    format!("<!doctype html><title>Page {n}</title><p>{words}</p>")
}

fn id(n: usize) -> String {
    format!("<urn:uuid:00000000-0000-4000-8000-00000000000{n}>")
}

fn with_length(n: usize, length: &str) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", page(n));
    let length = if length.is_empty() { block.len().to_string() } else { length.to_owned() };
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: {}\r\nWARC-Date: 2018-03-3{}T10:49:00Z\r\n\
         WARC-Target-URI: http://a.example/{n}\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {length}\r\n\r\n{block}\r\n\r\n",
        id(n),
        n % 2
    )
    .into_bytes()
}

fn record(n: usize) -> Vec<u8> {
    with_length(n, "")
}

fn plain(records: &[Vec<u8>]) -> Vec<u8> {
    records.concat()
}

fn members(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(|record| gzip(record)).collect()
}

fn frames(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(|record| zstd::encode_all(&record[..], 3).unwrap()).collect()
}

fn records() -> Vec<Vec<u8>> {
    (0..IDS).map(record).collect()
}

struct Read {
    documents: Vec<Captured>,
    rejected: Vec<String>,
}

fn read(name: &str, input: Input) -> Read {
    let mut read = Read { documents: Vec::new(), rejected: Vec::new() };
    for item in items(name, input) {
        match item {
            Item::Captured(captured) => read.documents.push(*captured),
            Item::Rejected { source, error } => read.rejected.push(format!("{source}: {error}")),
            Item::Skipped { .. } | Item::Revisit(_) => {}
        }
    }
    read
}

#[test]
fn a_block_too_long_to_hold_is_passed_over_in_flat_memory() {
    let mut scratch = tempfile::tempfile().unwrap();
    let http = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n";
    let head = |length: u64| format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n{http}");
    let zeros = 3u64 << 30;
    scratch.write_all(head(zeros + http.len() as u64).as_bytes()).unwrap();
    std::io::Seek::seek(&mut scratch, std::io::SeekFrom::Current(i64::try_from(zeros).unwrap())).unwrap();
    scratch
        .write_all(&[b"\r\n\r\n", &record(0)[..], head(zeros).as_bytes(), b"\r\n\r\n", &record(1)].concat())
        .unwrap();
    let read = read("huge.warc", Input::File(Box::new(scratch)));
    assert_eq!(pages(&read), [0, 1]);
    assert_eq!(read.rejected.len(), 1);
    assert!(read.rejected[0].contains("record 3 at byte 322122"), "{:?}", read.rejected);
    assert!(read.rejected[0].contains("Content-Length says 3221225472"), "{:?}", read.rejected);
}

/// The pages that were read whole, by number.
fn pages(read: &Read) -> Vec<usize> {
    let number = |captured: &Captured| {
        let n = (0..IDS).find(|n| captured.payload == page(*n).as_bytes());
        n.unwrap_or_else(|| panic!("{} is no page: {}", captured.source, String::from_utf8_lossy(&captured.payload)))
    };
    read.documents.iter().map(number).collect()
}

#[track_caller]
fn assert_all_but(lost: &[usize], name: &str, bytes: &[u8], messages: &[&str]) {
    for input in [file(bytes), stream(bytes)] {
        let read = read(name, input);
        let expected: Vec<usize> = (0..IDS).filter(|n| !lost.contains(n)).collect();
        assert_eq!(pages(&read), expected, "{:?}", read.rejected);
        assert_eq!(read.rejected.len(), messages.len(), "{:?}", read.rejected);
        for (rejected, message) in read.rejected.iter().zip(messages) {
            assert!(rejected.contains(message), "{rejected}\n   lacks {message}");
        }
    }
}

#[test]
fn sound_files_of_every_packing_read_the_same() {
    let whole = plain(&records());
    let split: Vec<u8> = whole.chunks(777).flat_map(gzip).collect();
    for (name, bytes) in [
        ("a.warc", whole.clone()),
        ("a.warc.gz", members(&records())),
        ("one-member.warc.gz", gzip(&whole)),
        ("members-across-records.warc.gz", split),
        ("a.warc.zst", frames(&records())),
        ("one-frame.warc.zst", zstd::encode_all(&whole[..], 3).unwrap()),
        ("named-wrongly.txt", whole),
    ] {
        assert_all_but(&[], name, &bytes, &[]);
    }
}

#[test]
fn a_capture_carries_what_its_record_says() {
    let read = read("dir/a.warc.gz", file(&members(&records())));
    let captured = &read.documents[1];
    let offset = gzip(&record(0)).len();
    assert_eq!(captured.source, format!("dir/a.warc.gz: record 2 at byte {offset}"));
    assert_eq!((captured.kind, captured.basename.as_str()), (SourceKind::Warc, "a.warc.gz"));
    assert_eq!(captured.record_id, Some(id(1)));
    assert_eq!(captured.media_type, "text/html; charset=utf-8");
    assert_eq!(captured.http_status, Some(200));
    assert_eq!(captured.url[0].value, "http://a.example/1");
    assert_eq!(captured.captured[0].edtf, "2018-03-31T10:49:00Z");
    let kinds: Vec<&str> = captured.attachments.iter().map(|attachment| attachment.kind).collect();
    assert_eq!(kinds, ["warc-headers", "http-headers"]);
}

#[test]
fn a_truncated_last_member_costs_the_last_record() {
    let mut bytes = members(&records());
    bytes.truncate(bytes.len() - 200);
    let id = id(4);
    assert_all_but(&[4], "truncated-gzip-member.warc.gz", &bytes, &[&format!("{id}: Content-Length says")]);
    let mut bytes = plain(&records());
    bytes.truncate(bytes.len() - 200);
    assert_all_but(&[4], "truncated.warc", &bytes, &["the file ends after"]);
    let mut bytes = frames(&records());
    bytes.truncate(bytes.len() - 200);
    assert_all_but(&[4], "truncated.warc.zst", &bytes, &["the file ends inside the zstd frame that begins at byte"]);
}

#[test]
fn a_broken_member_costs_its_record_and_no_other() {
    let packed: Vec<Vec<u8>> = records().iter().map(|record| gzip(record)).collect();
    let at = packed[0].len() + packed[1].len();
    for broken in [30, packed[2].len() / 2, packed[2].len() - 30] {
        let mut damaged = packed.clone();
        for byte in &mut damaged[2][broken..broken + 8] {
            *byte = !*byte;
        }
        assert_all_but(&[2], "broken-member.warc.gz", &damaged.concat(), &[&format!("byte {at}")]);
    }
    let mut damaged = packed.clone();
    let end = damaged[2].len();
    damaged[2][end - 6] ^= 1;
    assert_all_but(&[2], "wrong-check-sum.warc.gz", &damaged.concat(), &["check sum"]);
    let mut damaged = packed.clone();
    damaged[2].truncate(end / 2);
    assert_all_but(&[2], "cut-member-in-the-middle.warc.gz", &damaged.concat(), &[&id(2)]);
    let mut damaged = packed;
    damaged[2][0] = 0x55;
    assert_all_but(&[2], "broken-member-magic.warc.gz", &damaged.concat(), &["no gzip member begins here"]);
    let mut damaged: Vec<Vec<u8>> = records().iter().map(|record| zstd::encode_all(&record[..], 3).unwrap()).collect();
    let end = damaged[2].len();
    damaged[2].truncate(end / 2);
    assert_all_but(&[2], "cut-frame.warc.zst", &damaged.concat(), &["record 2 at byte"]);
}

#[test]
fn garbage_between_records_is_named() {
    let mut list = records();
    list.insert(2, b"these are no records\nat all\n".to_vec());
    assert_all_but(&[], "garbage.warc", &plain(&list), &["28 bytes that are no WARC record"]);
    assert_all_but(&[], "garbage.warc.gz", &members(&list), &["28 bytes that are no WARC record"]);
    let packed: Vec<Vec<u8>> = records().iter().map(|record| gzip(record)).collect();
    let raw = [&packed[..2].concat()[..], b"raw garbage between members", &packed[2..].concat()].concat();
    assert_all_but(&[], "raw-garbage.warc.gz", &raw, &["no gzip member begins here"]);
    let tail = [&members(&records())[..], b"trailing"].concat();
    assert_all_but(&[], "trailing-garbage.warc.gz", &tail, &["no gzip member begins here"]);
    let zeros = [&members(&records())[..], &[0; 5000]].concat();
    assert_all_but(&[], "zero-padded.warc.gz", &zeros, &[]);
}

#[test]
fn a_content_length_that_lies_costs_its_record_at_most() {
    let length = record(2).len();
    let block = length - 4 - String::from_utf8(record(2)).unwrap().find("HTTP/1.1").unwrap();
    for lie in ["-1", "18446744073709551615", "18446744073709551616", "99999999999", "abc", "1e3", "+5", "0x10"] {
        for pack in [plain, members, frames] {
            let mut list = records();
            list[2] = with_length(2, lie);
            assert_all_but(&[2], "bad-content-length.warc", &pack(&list), &[&id(2)]);
        }
    }
    for lie in [block + 7, block + 60, length + 100, length * 2, 10_000_000] {
        for pack in [plain, members, frames] {
            let mut list = records();
            list[2] = with_length(2, &lie.to_string());
            let message = format!("Content-Length says {lie}, the next record begins after");
            assert_all_but(&[2], "content-length-too-large.warc", &pack(&list), &[&message]);
        }
    }
    let mut list = records();
    list[4] = with_length(4, "99999999999");
    assert_all_but(&[4], "last-content-length-lies.warc", &plain(&list), &[&id(4)]);
}

/// A record whose length reaches over the next `swallowed` records, to the end of the last one's block.
fn glutton(n: usize, swallowed: usize, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = change(&String::from_utf8(record(n)).unwrap());
    let (head, block) = text.split_once("\r\n\r\n").unwrap();
    let more: usize = (n + 1..=n + swallowed).map(|n| record(n).len()).sum();
    let head = head.lines().filter(|line| !line.starts_with("Content-Length")).collect::<Vec<_>>().join("\r\n");
    format!("{head}\r\nContent-Length: {}\r\n\r\n{block}", block.len() - 4 + more).into_bytes()
}

#[test]
fn records_that_a_length_swallows_exactly_are_read_all_the_same() {
    let sha1 = |bytes: &[u8]| format!("sha1:{}", data_encoding::BASE32.encode(&sha1::Sha1::digest(bytes)));
    let http = format!("Content-Type: text/html; charset=utf-8\r\nContent-Length: {}", page(1).len());
    let digest = format!("WARC-Payload-Digest: {}\r\nWARC-Type", sha1(page(1).as_bytes()));
    let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", page(1).len(), page(1));
    let unproven: &dyn Fn(&str) -> String = &str::to_owned;
    let by_length = |text: &str| text.replace("Content-Type: text/html; charset=utf-8", &http);
    let by_digest = |text: &str| text.replacen("WARC-Type", &digest, 1);
    let by_chunks = |text: &str| {
        let (head, _) = text.split_once("<!doctype").unwrap();
        format!("{}\r\n{chunked}\r\n\r\n", head.strip_suffix("\r\n\r\n").unwrap())
    };
    let by_both = |text: &str| by_digest(&by_chunks(text));
    for swallowed in [1, 2, 3] {
        for pack in [plain, |list: &[Vec<u8>]| gzip(&list.concat()), |list: &[Vec<u8>]| frames(&[list.concat()])] {
            for (lost, change) in [
                (&[1][..], unproven),
                (&[], &by_length as &dyn Fn(&str) -> String),
                (&[], &by_digest),
                (&[], &by_chunks),
                (&[], &by_both),
            ] {
                let mut list = records();
                list[1] = glutton(1, swallowed, change);
                assert_all_but(lost, "glutton.warc", &pack(&list), &["the next record begins after"]);
            }
        }
    }
}

#[test]
fn a_huge_length_cannot_swallow_records_of_a_plain_file() {
    let zeros = vec![b'\n'; 70 << 20];
    let more = record(1).len() + zeros.len() + record(2).len() + record(3).len();
    let list = [record(0), glutton(1, 0, |text| text.to_owned()), zeros, record(2), record(3), record(4)];
    let lie = format!("Content-Length: {more}\r\n\r\nHTTP");
    let second = String::from_utf8(list[1].clone()).unwrap();
    let at = second.find("Content-Length").unwrap();
    let rest = &second[second.find("HTTP/1.1").unwrap() + 4..];
    let bytes = [&list[0][..], &second.as_bytes()[..at], lie.as_bytes(), rest.as_bytes(), &list[2..].concat()].concat();
    assert_all_but(&[1], "huge-glutton.warc", &bytes, &[&id(1)]);
}

#[test]
fn lines_after_a_broken_member_are_read() {
    let line = |n: usize| format!("{{\"text\":\"line {n} {}\"}}\n", page(n).replace('<', " "));
    for pack in [gzip, |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap()] {
        let packed: Vec<Vec<u8>> = (0..IDS).map(|n| pack(line(n).repeat(2).as_bytes())).collect();
        let mut damaged = packed.clone();
        let end = damaged[2].len();
        damaged[2].truncate(end / 2);
        for input in [file(&damaged.concat()), stream(&damaged.concat())] {
            let read = read("notes.jsonl", input);
            let at: usize = packed[..2].iter().map(Vec::len).sum::<usize>() + end / 2;
            assert_eq!(read.rejected.len(), 1, "{:?}", read.rejected);
            assert!(read.rejected[0].contains(&format!("reading goes on at byte {at}")), "{:?}", read.rejected);
            assert!(read.documents.len() >= 8, "{}", read.documents.len());
            let last = read.documents.last().unwrap();
            assert_eq!(last.payload, line(4).trim_end().as_bytes());
            assert_eq!((&*last.source, &last.record_id), (&*format!("notes.jsonl: line 4 from byte {at} on"), &None));
        }
    }
}

#[test]
fn a_digest_proves_a_record_whose_length_lies() {
    let body = page(2);
    let digest = data_encoding::BASE32.encode(&sha1::Sha1::digest(body.as_bytes()));
    for lie in ["100", "99999"] {
        let text = String::from_utf8(with_length(2, lie)).unwrap();
        let text = text.replace("WARC-Type", &format!("WARC-Payload-Digest: sha1:{digest}\r\nWARC-Type"));
        let mut list = records();
        list[2] = text.into_bytes();
        assert_all_but(&[], "length-lies-digest-holds.warc", &plain(&list), &["a digest proves it"]);
    }
}

#[test]
fn a_warc_inside_a_warc_is_a_payload() {
    let inner = plain(&records());
    let block = [b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n".to_vec(), inner.clone()].concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    let outer = [head.as_bytes(), &block, b"\r\n\r\n", &record(0)].concat();
    let read = read("warc-inside.warc", file(&outer));
    assert_eq!(read.rejected, Vec::<String>::new());
    assert_eq!(read.documents.len(), 2);
    assert_eq!(read.documents[0].payload, inner);
}

fn revisit(n: usize, digest: &str) -> Vec<u8> {
    format!(
        "WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Record-ID: {}\r\nWARC-Date: 2019-01-01T00:00:00Z\r\n\
         WARC-Target-URI: http://b.example/\r\nWARC-Payload-Digest: {digest}\r\n\
         WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: 19\r\n\r\nHTTP/1.1 304 Not\r\n\r\n\r\n\r\n",
        id(n)
    )
    .into_bytes()
}

#[test]
fn a_revisit_takes_the_payload_of_its_original_before_or_after_it() {
    let digest = format!("sha1:{}", data_encoding::BASE32.encode(&sha1::Sha1::digest(page(1).as_bytes())));
    let original = String::from_utf8(record(1)).unwrap();
    let original = original.replace("WARC-Type", &format!("WARC-Payload-Digest: {digest}\r\nWARC-Type")).into_bytes();
    let after = vec![record(0), original.clone(), record(2), revisit(7, &digest)];
    let before = vec![record(0), revisit(7, &digest), original, record(2)];
    for pack in [plain, members, frames, |list: &[Vec<u8>]| gzip(&list.concat())] {
        for list in [&after, &before] {
            let read = read("revisit.warc", file(&pack(list)));
            assert_eq!(read.rejected, Vec::<String>::new());
            let found = read.documents.iter().find(|captured| captured.record_id == Some(id(7))).unwrap();
            assert_eq!(found.payload, page(1).as_bytes());
            assert_eq!(found.url[0].value, "http://b.example/");
            assert_eq!(found.captured[0].edtf, "2019-01-01T00:00:00Z");
            assert_eq!(found.http_status, Some(200));
            assert_eq!(found.digests[0].outcome, DigestOutcome::Verified);
            assert_eq!(read.documents.len(), 4);
        }
    }
    let unknown: Vec<Item> = items("r.warc", file(&revisit(7, &digest))).collect();
    let [Item::Revisit(revisit)] = unknown.as_slice() else { panic!("{unknown:?}") };
    assert_eq!(revisit.payload_digest.as_deref(), Some(digest.as_str()));
    assert!(revisit.why_skipped().starts_with("a revisit of sha1:"));
}

#[test]
fn a_zstd_dictionary_in_the_first_frame_is_used() {
    let samples: Vec<Vec<u8>> = (0..64).map(|n| record(n % IDS)).collect();
    let dictionary = zstd::dict::from_samples(&samples, 4096).unwrap();
    let mut bytes = [&[0x5d, 0x2a, 0x4d, 0x18][..], &u32::try_from(dictionary.len()).unwrap().to_le_bytes()].concat();
    bytes.extend_from_slice(&dictionary);
    let mut encoder = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    for record in records() {
        bytes.extend(encoder.compress(&record).unwrap());
    }
    assert_all_but(&[], "dictionary.warc.zst", &bytes, &[]);
}

#[test]
fn bombs_end_in_bounded_memory_and_time() {
    let zeros = vec![0u8; 64 << 20];
    let bomb = gzip(&zeros);
    let body = [
        &b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"[..],
        &gzip(&[&zeros[..], &zeros].concat()),
    ]
    .concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let warc = [head.as_bytes(), &body, b"\r\n\r\n", &record(0)].concat();
    let read_warc = read("bomb.warc", file(&warc));
    assert!(read_warc.rejected[0].contains("unpacks to more than 67108864 bytes"), "{:?}", read_warc.rejected);
    assert_eq!(pages(&read_warc), [0]);
    for name in ["bomb.txt.gz", "bomb.html.gz", "bomb.jsonl.gz", "bomb.warc.gz"] {
        assert_eq!(read(name, file(&bomb)).rejected.len(), 1, "{name}");
    }
    // Thousands of records, each of which claims to reach nearly to the end, into the middle of another.
    let size = 63;
    let mut liars = Vec::new();
    for n in 0..20_000usize {
        let length = (20_000 - n).saturating_sub(n % 7 + 2) * size + 20;
        let liar = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length:07}\r\n\r\nx\r\n\r\n");
        assert_eq!(liar.len(), size);
        liars.extend(liar.into_bytes());
    }
    let begun = std::time::Instant::now();
    assert!(read("liars.warc", file(&liars)).rejected.len() > 10_000);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

fn wacz(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, bytes)) in entries.iter().enumerate() {
        let method = if index % 2 == 0 { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        zip.start_file(*name, zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_wacz_is_read_and_names_that_point_outside_are_refused() {
    let warc = members(&records());
    let hash: String = sha2::Sha256::digest(&warc).iter().map(|byte| format!("{byte:02x}")).collect();
    let package = |hash: &str| {
        format!(
            "{{\"resources\":[{{\"path\":\"archive/data.warc.gz\",\"hash\":\"sha256:{hash}\",\"bytes\":{}}}]}}",
            warc.len()
        )
    };
    let good = package(&hash);
    let bytes = wacz(&[("archive/data.warc.gz", &warc), ("datapackage.json", good.as_bytes())]);
    assert_all_but(&[], "good.wacz", &bytes, &[]);
    let read_good = read("good.wacz", file(&bytes));
    assert_eq!(read_good.documents[0].source, "good.wacz: archive/data.warc.gz: record 1 at byte 0");
    assert_eq!(read_good.documents[0].kind, SourceKind::Wacz);
    assert!(read_good.documents[0].notes[0].contains("verified"), "{:?}", read_good.documents[0].notes);

    let bad = package(&"0".repeat(64));
    let bytes = wacz(&[("archive/data.warc.gz", &warc), ("datapackage.json", bad.as_bytes())]);
    assert_all_but(&[], "wrong-hash.wacz", &bytes, &["failed: its SHA-256 is"]);
    let bytes = wacz(&[("pages/pages.jsonl", b"{}"), ("archive/data.warc.gz", &warc), ("datapackage.json", b"{")]);
    assert_all_but(&[], "broken-datapackage.wacz", &bytes, &["datapackage.json: failed: it is not JSON"]);
    let bytes = wacz(&[("../slip.warc.gz", &warc), ("/absolute.warc.gz", &warc), ("archive/data.warc.gz", &warc)]);
    assert_all_but(&[], "zip-slip.wacz", &bytes, &["points outside", "points outside"]);
    let whole = wacz(&[("archive/data.warc.gz", &warc)]);
    let cut = read("cut.wacz", file(&whole[..whole.len() - 30]));
    assert!(cut.rejected[0].contains("the zip cannot be read"), "{:?}", cut.rejected);
}

fn arc() -> Vec<u8> {
    let about = "1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n";
    let mut bytes =
        format!("filedesc://a.arc 0.0.0.0 20180331104900 text/plain {}\n{about}\n", about.len()).into_bytes();
    for n in 0..IDS {
        let block = format!("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n{}", page(n));
        bytes.extend(
            format!("http://a.example/{n} x 192.0.2.1 20180331104900 text/html {}\n{block}\n", block.len()).bytes(),
        );
    }
    bytes
}

#[test]
fn arc_files_are_read_and_resumed_after_damage() {
    let bytes = arc();
    let read_arc = read("a.arc", file(&bytes));
    assert_eq!(pages(&read_arc), [0, 1, 2, 3, 4], "{:?}", read_arc.rejected);
    assert_eq!(read_arc.documents[2].url[0].value, "http://a.example/2 x");
    assert_eq!(read_arc.documents[2].captured[0].edtf, "2018-03-31T10:49:00Z");
    assert_eq!(read_arc.documents[2].kind, SourceKind::Arc);
    let text = String::from_utf8(bytes).unwrap();
    let at = text.find("http://a.example/2 ").unwrap();
    let broken = format!("{}{}", &text[..at], text[at..].replacen("text/html ", "text/html -", 1));
    let read_arc = read("bad-length.arc", file(broken.as_bytes()));
    assert_eq!(pages(&read_arc), [0, 1, 3, 4], "{:?}", read_arc.rejected);
    assert!(read_arc.rejected[0].contains(&format!("at byte {at}")), "{:?}", read_arc.rejected);
}

fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    let warc = plain(&records());
    vec![
        ("f.warc", warc.clone()),
        ("f.warc.gz", members(&records())),
        ("f.warc.gz", gzip(&warc)),
        ("f.warc.zst", frames(&records())),
        ("f.arc", arc()),
        (
            "f.wacz",
            wacz(&[("archive/data.warc.gz", &members(&records())), ("datapackage.json", b"{\"resources\":[]}")]),
        ),
        ("f.jsonl", b"{\"text\":\"a\",\"url\":\"http://a.example/\"}\n{\"html\":\"<p>b\"}\n".repeat(5)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(
        start in prop::sample::select(vec!["", "WARC/1.0\r\n", "filedesc://x 0 20180101000000 text/plain ", "PK\x03\x04", "\x1f\u{8b}\x08", "{"]),
        name in prop::sample::select(vec!["x", "x.txt", "x.html", "x.jsonl", "x.warc", "x.warc.gz", "x.arc", "x.wacz"]),
        bytes in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let bytes = [start.as_bytes(), &bytes].concat();
        prop_assert!(items(name, file(&bytes)).count() > 0 || name.ends_with("jsonl"));
        items(name, stream(&bytes)).for_each(drop);
    }

    #[test]
    fn mutated_containers_never_panic_and_never_fall_silent(
        which in 0..7usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..8),
    ) {
        let (name, mut bytes) = fixtures().swap_remove(which);
        let whole = items(name, file(&bytes)).count();
        for (index, value, kind) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = value,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, value),
                _ => { let end = (at + usize::from(value)).min(bytes.len()); bytes.drain(at..end); }
            }
        }
        let changed: Vec<Item> = items(name, file(&bytes)).collect();
        let told = changed.iter().any(|item| matches!(item, Item::Rejected { .. }));
        prop_assert!(told || changed.len() >= whole.min(1), "{name}: {} of {whole} items and no word", changed.len());
        items(name, stream(&bytes)).for_each(drop);
    }
}
