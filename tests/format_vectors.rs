//! `docs/format.md` against `bash` and against the program: every id it states is computed twice.

mod console;

use std::collections::BTreeSet;
use std::process::Command;

use isnad::domain::reading::Extractor;
use isnad::domain::record::{After, CaptureRecord, ReadingRecord, Source, hex};
use isnad::domain::{
    ArticleId, AttachmentId, Basis, Block, BlockId, Claim, Digest, PayloadId, RecordId, Role, Time, canonical_text,
    canonicalise, sha256,
};
use isnad::tlog::{Frontier, LeafKind, leaf_hash, leaf_line};
use serde_json::Value;

const FORMAT: &str = "docs/format.md";
const PAYLOAD: &str = "Mizan Bridge  opens on\u{a0}Friday\n\nThe bridge lifts at six in the morning, the harbour master \
                       said on 3 May 2024.\n";
const SIDECAR: &str =
    r#"{"url":"https://harbourpost.example/bridge","outlet":"Harbour Post","captured_at":"2024-05-03T19:02:00Z"}"#;

/// What `printf '%s' '…'` prints in the command that begins so.
fn quoted(text: &str, begin: &str) -> String {
    let command = console::examples(text).into_iter().map(|example| example.command);
    let command = command.into_iter().find(|command| command.contains(begin)).expect("the example is there");
    command.split('\'').nth(3).expect("it quotes its bytes").to_owned()
}

#[test]
fn every_command_prints_what_the_document_says() {
    let text = console::document(FORMAT);
    let examples = console::examples(&text);
    assert!(examples.len() >= 15, "only {} commands were found", examples.len());
    for example in examples {
        let ran = Command::new("bash").arg("-c").arg(&example.command).env("LC_ALL", "C.UTF-8").output();
        let ran = ran.expect("bash is there");
        let printed = String::from_utf8_lossy(&ran.stdout);
        let place = format!("{FORMAT}:{}: {}", example.line, example.command);
        assert_eq!(printed.trim_end_matches('\n'), example.output, "{place}");
        assert!(ran.status.success() && ran.stderr.is_empty(), "{place}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn the_program_computes_the_same_ids() {
    let text = console::document(FORMAT);
    let blocks: Vec<Block> = [(Role::Title, PAYLOAD.lines().next()), (Role::Body, PAYLOAD.lines().nth(2))]
        .into_iter()
        .filter_map(|(role, line)| Block::new(role, line?))
        .collect();
    let article = canonical_text(&blocks).unwrap();
    let list = isnad::domain::reading::block_list_digest(blocks.iter().map(|block| (block.role, block.id())));
    let ids = [
        blocks[0].id().to_string(),
        blocks[1].id().to_string(),
        BlockId::of("جسر الميزان".as_bytes()).to_string(),
        ArticleId::of(article.as_bytes()).to_string(),
        PayloadId::of(PAYLOAD.as_bytes()).to_string(),
        AttachmentId::of(SIDECAR.as_bytes()).to_string(),
        Digest(list).to_string(),
    ];
    for id in ids {
        assert!(text.contains(&format!("\n{id}  -\n")), "{FORMAT} does not state {id}");
    }
    let reading = isnad::page::read(PAYLOAD.as_bytes(), "text/plain").unwrap();
    assert_eq!(reading.article_text(), Some(article), "the extractor finds the two blocks");
    assert_eq!(reading.block_list_digest(), list);
    assert_eq!(&article_bytes(&reading)[30..46], "The bridge lifts");
}

fn article_bytes(reading: &isnad::domain::Reading) -> String {
    reading.article_text().unwrap_or_default()
}

#[test]
fn the_examples_of_canonical_form_hold() {
    assert_eq!(canonicalise("Mizan Bridge  opens on\u{a0}Friday"), "Mizan Bridge opens on Friday");
    assert_eq!(canonicalise("e\u{301}"), "\u{e9}");
    assert_eq!(canonicalise("e\u{200b}\u{301}"), "\u{e9}");
    assert_eq!(canonicalise("می\u{200c}خواهم"), "می\u{200c}خواهم");
    assert_eq!(canonicalise("\u{200b}\u{feff}  "), "");
}

/// The tables of the document, read back and compared for every character.
#[test]
fn the_tables_of_canonical_form_are_complete() {
    let text = console::document(FORMAT);
    let (_, lines) = console::blocks(&text, "").into_iter().find(|(_, l)| l[0].starts_with("White_Space")).unwrap();
    let mut tables: Vec<BTreeSet<u32>> = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace().peekable();
        if !line.starts_with(' ') {
            words.next();
            tables.push(BTreeSet::new());
        }
        for word in words {
            let (low, high) = word.split_once('–').unwrap_or((word, word));
            let number = |digits| u32::from_str_radix(digits, 16).unwrap();
            tables.last_mut().unwrap().extend(number(low)..=number(high));
        }
    }
    for c in '\0'..=char::MAX {
        let is_in = |table: usize| tables[table].contains(&u32::from(c));
        assert_eq!(isnad::domain::canonical::is_white_space(c), is_in(0), "White_Space of {c:?}");
        assert_eq!(isnad::domain::canonical::is_default_ignorable(c), is_in(1), "Default_Ignorable of {c:?}");
        assert_eq!(c.is_control(), is_in(2), "Cc of {c:?}");
    }
}

#[test]
fn the_records_are_those_the_program_writes() {
    let text = console::document(FORMAT);
    let stated = quoted(&text, r#""kind":"capture""#);
    let value: Value = serde_json::from_str(&stated).unwrap();
    let nonce = value["nonce"].as_str().unwrap();
    let nonce: Vec<u8> = (0..16).map(|i| u8::from_str_radix(&nonce[2 * i..2 * i + 2], 16).unwrap()).collect();
    let declared = |value: &str| Claim::new(Basis::Declared, value.to_owned());
    let captured = Time::at_second(1_714_762_920, Basis::Declared);
    let claims = (
        vec![declared("https://harbourpost.example/bridge")],
        vec![declared("Harbour Post"), declared("harbourpost.example")],
    );
    let record = CaptureRecord {
        payload: (PayloadId::of(PAYLOAD.as_bytes()), PAYLOAD.len() as u64, "text/plain".to_owned()),
        url: claims.0.clone(),
        outlet: claims.1,
        title: vec![Claim::new(Basis::Text, "Mizan Bridge opens on Friday".to_owned())],
        captured: vec![captured.clone()],
        published: vec![Time::between(Some(1_714_644_000), captured.to, Basis::Text)],
        source: Source { kind: "text".to_owned(), basename: "bridge.txt".to_owned(), ..Source::default() },
        attachments: vec![("sidecar".to_owned(), AttachmentId::of(SIDECAR.as_bytes()))],
        collector: None,
        corrects: None,
        after: After { size: 0, root: sha256(b"") },
        nonce: nonce.try_into().unwrap(),
    };
    let bytes = record.to_bytes().unwrap();
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), stated);

    let declarations =
        CaptureRecord::declarations_digest(&claims.0, &[declared("Harbour Post")], &[], &[captured], &[]);
    assert!(text.contains(&format!("\n{}  -\n", hex(&declarations))), "the digest over declarations");

    let reading = isnad::page::read(PAYLOAD.as_bytes(), "text/plain").unwrap();
    let article = reading.article_text().map(|text| (ArticleId::of(text.as_bytes()), text.len() as u64));
    let extractor = Extractor { name: "isnad", version: 1 };
    let read = ReadingRecord::new(RecordId::of(&bytes), extractor, &reading, article).to_bytes().unwrap();
    assert_eq!(String::from_utf8(read.clone()).unwrap(), quoted(&text, r#""kind":"reading""#));

    let mut log = Frontier::new();
    for (kind, record) in [(LeafKind::Capture, &bytes), (LeafKind::Reading, &read)] {
        let leaf = leaf_hash(leaf_line(kind, *RecordId::of(record).as_bytes()).as_bytes());
        assert!(text.contains(&format!("\n{}  -\n", hex(&leaf.0))), "the leaf of {kind}");
        log.push(leaf);
    }
    assert!(text.contains(&format!("\n{}  -\n", hex(&log.root().0))), "the root of both");
}

/// Every field of the records, and no other, has a row in the tables.
#[test]
fn every_field_is_described() {
    let text = console::document(FORMAT);
    for (kind, heading, next) in
        [("capture", "### Capture record", "### Reading record"), ("reading", "### Reading record", "## Log")]
    {
        let section = &text[text.find(heading).unwrap()..text.find(&format!("\n{next}")).unwrap()];
        let mut described = BTreeSet::new();
        for row in section.lines().filter(|line| line.starts_with("| `")) {
            let cell = row.split('|').nth(1).unwrap();
            let mut parent = String::new();
            for name in cell.split('`').skip(1).step_by(2) {
                let full = if name.starts_with('.') { format!("{parent}{name}") } else { name.to_owned() };
                parent = full.split('.').next().unwrap().to_owned();
                described.insert(full);
            }
        }
        let record: Value = serde_json::from_str(&quoted(&text, &format!(r#""kind":"{kind}""#))).unwrap();
        let mut fields = BTreeSet::new();
        for (name, value) in record.as_object().unwrap() {
            match value.as_object().filter(|_| name != "article") {
                None => drop(fields.insert(name.clone())),
                Some(inner) => fields.extend(inner.keys().map(|key| format!("{name}.{key}"))),
            }
        }
        assert_eq!(described, fields, "{heading}");
    }
}

#[test]
fn index_tokens_are_those_of_the_document() {
    let text = console::document(FORMAT);
    let (_, lines) = console::blocks(&text, "tokens").remove(0);
    for pair in lines.chunks(2) {
        assert_eq!(isnad::quote::index_tokens(pair[0]), pair[1], "tokens of {:?}", pair[0]);
    }
}

#[test]
fn times_span_what_the_table_says() {
    let parse = |text: &str| isnad::domain::edtf::parse_time(text, Basis::Declared).unwrap();
    let midnight = 1_714_694_400; // 3 May 2024, UTC
    let hours = |from: i64, to: i64| (Some(midnight + from * 3600), Some(midnight + to * 3600));
    let span = |text: &str| (parse(text).from, parse(text).to);
    assert_eq!(span("2024-05-03"), hours(-14, 36));
    assert_eq!(span("2024-05"), hours(-48 - 14, 29 * 24 + 12));
    assert_eq!(span("[2024-05-03..2024-05-09]"), hours(-14, 6 * 24 + 36));
    assert_eq!(span("[..2024-05-03]"), (None, hours(0, 36).1));
    assert_eq!(span("2024-05-03T18:40:00+03:00"), (Some(1_714_750_800), Some(1_714_750_801)));
    let local = span("2024-05-03T00:00:00");
    assert_eq!(local, (hours(-14, 0).0, hours(0, 12).1.map(|to| to + 1)));
    for written in ["2024-05-03 18:40:00+03:00", "2024-05-03T18:40:00+0300", "Fri, 03 May 2024 18:40:00 +0300"] {
        assert_eq!(parse(written).edtf, "2024-05-03T18:40:00+03:00", "{written}");
    }
    assert_eq!(parse("20240503190200").edtf, "2024-05-03T19:02:00Z");
    assert_eq!(parse("03-May-2024").edtf, "2024-05-03");
    assert_eq!(parse("03/05/2024").edtf, "[2024-03-05,2024-05-03]");
    assert_eq!(parse("31/05/2024").edtf, "2024-05-31");
}

/// The example once more, through the real program into a real file.
#[test]
#[expect(clippy::disallowed_methods, reason = "a stranger opens the file with SQLite alone")]
fn a_database_holds_the_bytes_described() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("bridge.txt");
    std::fs::write(&page, PAYLOAD).unwrap();
    std::fs::write(dir.path().join("bridge.txt.meta.json"), SIDECAR).unwrap();
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_isnad"))
        .env("ISNAD_STATE", dir.path().join("state"))
        .arg("--archive")
        .arg(&archive)
        .arg("ingest")
        .arg(&page)
        .output();
    assert!(ran.unwrap().status.success());

    let db = rusqlite::Connection::open(archive.join("isnad.db")).unwrap();
    let text = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(text("SELECT hex(blocks) FROM article"), "0812");
    assert_eq!(text("SELECT hex(blocks) FROM block_list"), "0812");
    assert_eq!(text("SELECT lower(hex(sha256)) FROM payload"), PayloadId::of(PAYLOAD.as_bytes()).to_string());
    assert_eq!(
        text("SELECT hex(root) FROM head"),
        text("SELECT hex(frontier) FROM head"),
        "two leaves are one subtree"
    );
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let pragmas = ["application_id", "user_version", "page_size"].map(|name| number(&format!("PRAGMA {name}")));
    assert_eq!(pragmas, [1_769_172_580, 4, 8192]);
    for table in [
        "payload",
        "attachment",
        "record",
        "block",
        "article",
        "block_list",
        "leaf",
        "head",
        "log",
        "log_key",
        "checkpoint",
    ] {
        let refused = db.execute(&format!("DELETE FROM {table}"), []).unwrap_err().to_string();
        assert!(refused.contains("append-only evidence"), "{table}: {refused}");
    }
}
