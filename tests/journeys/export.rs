//! Exports carry the archive out, and back in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{Run, Scratch, sha256_hex, text};

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>The ferry sails again</title></head><body><article><h1>The ferry \
    sails again</h1><p>The ferry to the outer islands sails again from Tuesday, the harbour office said, after a winter of \
    repairs.</p><p>Tickets will cost the same as last year, and school classes travel without charge.</p></article></body></html>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut out, bytes).unwrap();
    out.finish().unwrap()
}

fn record(kind: &str, url: &str, date: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:test:{url}{date}>\r\nWARC-Date: {date}\r\nWARC-Target-URI: {url}\r\n\
         WARC-IP-Address: 192.0.2.7\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// A page sent chunked and packed, the same page again at another URL, an error answer.
fn crawl() -> Vec<u8> {
    let packed = gzip(PAGE.as_bytes());
    let chunked = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\n";
    let sent = [head.as_bytes(), &chunked].concat();
    let plain = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}");
    let gone = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<html><body><p>This page is gone, and nobody knows where to.</p></body></html>";
    [
        record("response", "http://ferry.example/sails", "2024-05-03T10:00:00Z", &sent),
        record("response", "http://ferry.example/خبر", "2024-05-04T10:00:00Z", plain.as_bytes()),
        record("response", "http://ferry.example/gone", "2024-05-04T10:00:01Z", gone.as_bytes()),
    ]
    .concat()
}

/// An archive with the sample story, the crawl, a page twice and a private page.
fn archive() -> Scratch {
    let scratch = Scratch::with_sample();
    scratch.write("crawl.warc", crawl());
    scratch.run(["ingest", "crawl.warc"]).is(0);
    scratch.write("loose.html", PAGE);
    scratch.run(["ingest", "loose.html", "--captured-at", "2024-05-05"]).is(0);
    scratch.run(["ingest", "loose.html", "--captured-at", "2024-05-06", "--url", "http://ferry.example/later"]).is(0);
    scratch.write("secret.html", PAGE.replace("Tuesday", "Friday, in secret"));
    scratch.run(["ingest", "--private", "secret.html"]).is(0);
    scratch
}

/// How often each article id stands in `documents`, captures without article under "".
fn articles(documents: &[Value]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for document in documents.iter().filter(|document| document["payload"].is_string()) {
        *found.entry(document["article"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    found
}

fn listed(scratch: &Scratch) -> Vec<Value> {
    scratch.json(["list", "--limit", "1000"]).is(0).lines()
}

fn again(file: &Path) -> (Scratch, Run) {
    let other = Scratch::with_archive();
    let run = other.json(["ingest", file.to_str().unwrap()]).is(0);
    other.run(["verify"]).is(0);
    (other, run)
}

fn no_scraps(scratch: &Scratch) {
    let names: Vec<_> = fs::read_dir(scratch.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with('.')), "{names:?}");
}

#[test]
fn warc_and_wacz_ingested_again_are_the_same_articles() {
    let scratch = archive();
    let public: Vec<Value> = listed(&scratch).into_iter().filter(|capture| capture["private"] == false).collect();
    let wanted = articles(&public);
    assert_eq!(wanted.values().sum::<usize>(), 15);
    for (form, name) in [("warc", "out.warc.gz"), ("warc", "out.warc"), ("wacz", "out.wacz")] {
        let summary = scratch.json(["export", form, "-o", name]).is(0).only();
        assert_eq!(summary["captures"], 15, "{summary}");
        assert_eq!((&summary["responses"], &summary["revisits"]), (&2.into(), &2.into()), "{summary}");
        let bytes = fs::read(scratch.path(name)).unwrap();
        assert_eq!(
            (summary["bytes"].as_u64().unwrap(), text(&summary, "sha256")),
            (bytes.len() as u64, sha256_hex(&bytes).as_str())
        );
        let (other, run) = again(&scratch.path(name));
        assert_eq!(articles(&run.documents()), wanted, "{name}");
        assert_eq!(run.summary()["rejected"], 0, "{name}");
        let payloads = |scratch: &Scratch| -> BTreeSet<String> {
            listed(scratch).iter().map(|capture| text(capture, "payload").to_owned()).collect()
        };
        let known: BTreeSet<String> = public.iter().map(|capture| text(capture, "payload").to_owned()).collect();
        assert_eq!(payloads(&other), known, "{name}: the bytes are the same");
        no_scraps(&scratch);
    }
}

#[test]
fn records_say_what_is_true_of_the_decoded_payload() {
    let scratch = archive();
    scratch.run(["export", "warc", "-o", "out.warc"]).is(0);
    let all = String::from_utf8(fs::read(scratch.path("out.warc")).unwrap()).unwrap();
    let records: Vec<&str> = all.split("WARC/1.1\r\n").collect();
    let find = |kind: &str, url: &str| {
        let (kind, url) = (format!("WARC-Type: {kind}\r\n"), format!("WARC-Target-URI: {url}\r\n"));
        *records
            .iter()
            .find(|record| record.contains(&kind) && record.contains(&url))
            .unwrap_or_else(|| panic!("{kind}{url}"))
    };
    let sent = find("response", "http://ferry.example/sails");
    for field in
        ["WARC-Date: 2024-05-03T10:00:00Z", "WARC-IP-Address: 192.0.2.7", "X-Archive-Orig-Content-Encoding: gzip"]
    {
        assert!(sent.contains(&format!("\r\n{field}\r\n")), "{field}: {sent}");
    }
    assert!(!sent.contains("\r\nContent-Encoding") && !sent.contains("\r\nTransfer-Encoding"), "{sent}");
    assert!(sent.contains(&format!("\r\nContent-Length: {}\r\n\r\n{PAGE}\r\n\r\n", PAGE.len())), "{sent}");
    assert!(sent.contains(&format!("WARC-Payload-Digest: sha256:{}\r\n", sha256_hex(PAGE.as_bytes()))));
    let repeat = find("revisit", "http://ferry.example/%D8%AE%D8%A8%D8%B1");
    assert!(repeat.contains("WARC-Refers-To-Target-URI: http://ferry.example/sails\r\n"), "{repeat}");
    assert!(repeat.contains("WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"));
    let loose = find("resource", &format!("urn:sha256:{}", sha256_hex(PAGE.as_bytes())));
    assert!(loose.contains("\r\nWARC-Date: 2024-05-05\r\n"), "{loose}");
    // The metadata record is the capture record, byte for byte.
    let id = sent.split("Isnad-Capture-Record: ").nth(1).unwrap().lines().next().unwrap();
    let statement = find("metadata", &format!("urn:sha256:{id}"));
    let body = statement.split("\r\n\r\n").nth(1).unwrap();
    assert_eq!(sha256_hex(body.as_bytes()), id);
    assert_eq!(scratch.run(["show", id]).is(0).status, Some(0));
}

#[test]
fn a_wacz_is_signed_and_always_the_same_but_for_its_key() {
    let scratch = archive();
    scratch.run(["export", "wacz", "-o", "one.wacz"]).is(0);
    scratch.run(["export", "wacz", "-o", "two.wacz"]).is(0);
    let part = |file: &str, part: &str| {
        let mut zip = zip::ZipArchive::new(fs::File::open(scratch.path(file)).unwrap()).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(part).unwrap(), &mut bytes).unwrap();
        bytes
    };
    for name in
        ["archive/data.warc.gz", "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl", "datapackage.json"]
    {
        assert_eq!(part("one.wacz", name), part("two.wacz", name), "{name}");
    }
    assert_ne!(part("one.wacz", "datapackage-digest.json"), part("two.wacz", "datapackage-digest.json"));
    let (_, run) = again(&scratch.path("one.wacz"));
    let told: Vec<String> = run.documents().iter().filter_map(|d| d["error"].as_str().map(str::to_owned)).collect();
    assert!(
        told.iter()
            .any(|why| why.starts_with("verified: the signature of datapackage.json holds, by an anonymous key")),
        "{told:?}"
    );
    assert_eq!(told.iter().filter(|why| why.starts_with("verified: its SHA-256")).count(), 4, "{told:?}");

    // Every line of the index leads to a record of its URL.
    let warc = part("one.wacz", "archive/data.warc.gz");
    let mut index = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::MultiGzDecoder::new(part("one.wacz", "indexes/index.cdx.gz").as_slice()),
        &mut index,
    )
    .unwrap();
    let lines: Vec<&str> = index.lines().collect();
    assert_eq!(lines.len(), 15);
    assert!(lines.is_sorted());
    for line in lines {
        let value: Value = serde_json::from_str(&line[line.find('{').unwrap()..]).unwrap();
        let number = |key: &str| text(&value, key).parse::<usize>().unwrap();
        let member = &warc[number("offset")..][..number("length")];
        let mut record = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(member), &mut record).unwrap();
        assert!(record.contains(&format!("\r\nWARC-Target-URI: {}\r\n", text(&value, "url"))), "{line}");
        assert!(record.ends_with("\r\n\r\n"));
    }
}

#[test]
fn lines_ingested_again_are_the_same_articles_and_leave_error_answers_out() {
    let scratch = archive();
    let public: Vec<Value> = listed(&scratch).into_iter().filter(|capture| capture["private"] == false).collect();
    let mut wanted = articles(&public);
    wanted.remove("");
    for name in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        let summary = scratch.json(["export", "jsonl", "-o", name]).is(0).only();
        assert_eq!(
            (&summary["captures"], &summary["left_out"], &summary["differing"]),
            (&14.into(), &1.into(), &0.into()),
            "{summary}"
        );
        let (_, run) = again(&scratch.path(name));
        assert_eq!(articles(&run.documents()), wanted, "{name}");
    }
    let piped = scratch.run(["export", "jsonl", "-o", "-"]).is(0).says(&["1 captures are left out"]);
    assert_eq!(piped.stdout, fs::read(scratch.path("out.jsonl")).unwrap());
}

#[test]
fn only_what_is_asked_for_is_written_and_private_captures_only_on_demand() {
    let scratch = archive();
    let count = |arguments: &[&str]| {
        let _ = fs::remove_file(scratch.path("x.jsonl"));
        let command = [&["export", "jsonl", "-o", "x.jsonl"], arguments].concat();
        scratch.json(command).is(0).only()["captures"].as_u64().unwrap()
    };
    assert_eq!((count(&[]), count(&["--private"])), (14, 15));
    assert_eq!(count(&["--outlet", "ferry.example"]), 3);
    // A day of unknown zone lasts fifty hours; what may lie in it is taken.
    assert_eq!(count(&["--outlet", "ferry.example", "--until", "2024-05-02"]), 1);
    assert_eq!(count(&["--outlet", "ferry.example", "--since", "2024-05-06"]), 1);
    assert_eq!(count(&["http://ferry.example/sails"]), 1);
    let article = listed(&scratch).into_iter().find(|capture| capture["url"] == "http://ferry.example/sails").unwrap();
    assert_eq!(count(&[text(&article, "article")]), 4);
    assert_eq!(count(&[text(&article, "record")]), 1);
    let secret = listed(&scratch).into_iter().find(|capture| capture["private"] == true).unwrap();
    let _ = fs::remove_file(scratch.path("x.jsonl"));
    scratch.run(["export", "jsonl", "-o", "x.jsonl", text(&secret, "record")]).is(1);
    scratch
        .run(["export", "jsonl", "-o", "x.jsonl", "--outlet", "nobody.example"])
        .is(1)
        .says(&["nothing was written"]);
    assert!(!scratch.path("x.jsonl").exists());
    no_scraps(&scratch);
}

#[test]
fn nothing_is_overwritten_and_mistakes_say_what_to_do() {
    let scratch = archive();
    scratch.write("there.warc.gz", "mine");
    scratch.run(["export", "warc", "-o", "there.warc.gz"]).is(2).says(&["there.warc.gz: it exists already"]);
    assert_eq!(fs::read(scratch.path("there.warc.gz")).unwrap(), b"mine");
    scratch.run(["export", "wacz", "-o", "-"]).is(2).says(&["cannot go to a pipe"]);
    scratch.json(["export", "warc", "-o", "-"]).is(2).says(&["both want standard output"]);
    scratch
        .run(["export", "warc", "-o", "x.warc.gz", "--since", "soon"])
        .is(2)
        .says(&["--since: \"soon\" is not a date"]);
    scratch.run(["export", "warc", "-o", "no/such/folder/x.warc.gz"]).is(2).says(&["no/such/folder"]);
    no_scraps(&scratch);
}

#[test]
fn a_damaged_attachment_is_named_and_no_file_stays() {
    let scratch = archive();
    let sql = scratch.sqlite();
    sql.execute_batch("DROP TRIGGER attachment_stays; UPDATE attachment SET encoding = 0, stored = x'00', bytes = 1")
        .unwrap();
    drop(sql);
    scratch.run(["export", "warc", "-o", "x.warc.gz"]).is(2).says(&["attachment", "hashes to"]);
    assert!(!scratch.path("x.warc.gz").exists());
    no_scraps(&scratch);
}

#[test]
fn what_a_date_or_target_rests_on_survives_the_way_out_and_in() {
    let scratch = Scratch::with_archive();
    scratch.write(
        "undated.txt",
        "أعلنت بلدية مرسى زيرن فتح السوق القديم\n\nوقال رئيس البلدية إن الباعة سيعودون تباعًا بعد أيام.\n",
    );
    scratch.run(["ingest", "undated.txt"]).is(0);
    scratch.run(["export", "warc", "-o", "out.warc.gz"]).is(0);
    let (other, _) = again(&scratch.path("out.warc.gz"));
    let capture = listed(&other).remove(0);
    assert_eq!(capture["captured"]["basis"], "ingest", "a date that nobody claimed is no claim afterwards");
    assert_eq!(capture["url"], Value::Null);
}
