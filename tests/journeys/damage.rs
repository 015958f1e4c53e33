//! Damage in the database file is found and named, never repaired away, never a panic.

use serde_json::Value;

use crate::common::{Run, Scratch, hex, text};

/// Flips one bit of each of some bytes, one at a time, and runs `verify` on each damaged copy.
struct Damaged {
    scratch: Scratch,
    sound: Vec<u8>,
}

impl Damaged {
    fn new() -> Self {
        let scratch = Scratch::with_sample();
        scratch.run(["verify"]).is(0);
        let sound = std::fs::read(scratch.database()).unwrap();
        assert!(
            std::fs::read(scratch.path("archive/isnad.db-wal")).unwrap_or_default().is_empty(),
            "all is in the file"
        );
        Damaged { scratch, sound }
    }

    /// Puts these bytes in place of the database, and removes what SQLite keeps beside it.
    fn put(&self, bytes: &[u8]) {
        for beside in ["archive/isnad.db-wal", "archive/isnad.db-shm"] {
            // They may or may not be there.
            let _ = std::fs::remove_file(self.scratch.path(beside));
        }
        std::fs::write(self.scratch.database(), bytes).unwrap();
    }

    /// One value of the database.
    fn blob(&self, query: &str) -> Vec<u8> {
        self.scratch.sqlite().query_row(query, [], |row| row.get(0)).unwrap()
    }

    /// Where these bytes stand in the file.
    fn places(&self, needle: &[u8]) -> Vec<usize> {
        let windows = self.sound.windows(needle.len()).enumerate();
        let places: Vec<usize> = windows.filter(|(_, window)| *window == needle).map(|(at, _)| at).collect();
        assert!(!places.is_empty(), "the file holds {}", hex(needle));
        places
    }

    /// Flips a bit of the byte at `offset` after each place where `needle` stands; returns a run of `verify` for each.
    fn flip(&self, needle: &[u8], offset: usize, bit: u8) -> Vec<Run> {
        let runs = self.places(needle).into_iter().map(|at| {
            let mut bytes = self.sound.clone();
            bytes[at + offset] ^= bit;
            self.verify(&bytes)
        });
        runs.collect()
    }

    fn verify(&self, bytes: &[u8]) -> Run {
        self.put(bytes);
        let run = self.scratch.json(["verify"]);
        self.put(&self.sound);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        run
    }

    /// Asserts that some copy of the bytes is checked, and that its damage is found with kind and id.
    #[track_caller]
    fn found(&self, needle: &[u8], offset: usize, kind: &str, id: &str) {
        for bit in [0x01, 0x80] {
            let runs = self.flip(needle, offset, bit);
            let named = runs.iter().any(|run| {
                let failed = run.lines().into_iter().filter(|finding| finding["outcome"] == "failed");
                let mut named = failed.filter(|finding| finding["kind"] == kind && text(finding, "id").contains(id));
                run.status == Some(1) && named.next().is_some()
            });
            let seen: Vec<(Option<i32>, String)> = runs.iter().map(|run| (run.status, run.text())).collect();
            assert!(named, "{kind} {id} with bit {bit:#x}: {seen:?}");
        }
    }
}

#[test]
fn a_flipped_byte_in_a_payload_is_found() {
    let damaged = Damaged::new();
    let id = hex(&damaged.blob("SELECT sha256 FROM payload WHERE encoding = 1 ORDER BY bytes LIMIT 1"));
    let stored = damaged.blob("SELECT stored FROM payload WHERE encoding = 1 ORDER BY bytes LIMIT 1");
    damaged.found(&stored[..48], 30, "payload", &id);
    // The id itself: the row is now another payload's.
    let raw = damaged.blob("SELECT sha256 FROM payload WHERE encoding = 1 ORDER BY bytes LIMIT 1");
    damaged.found(&raw, 31, "payload", &id[..60]);
}

#[test]
fn a_flipped_byte_in_a_record_is_found() {
    let damaged = Damaged::new();
    for kind in [1, 2] {
        let id = hex(&damaged.blob(&format!("SELECT sha256 FROM record WHERE kind = {kind} LIMIT 1")));
        let body = damaged.blob(&format!("SELECT body FROM record WHERE kind = {kind} LIMIT 1"));
        for offset in [1, 60, body.len().min(2000) - 1] {
            damaged.found(&body[..body.len().min(2000)], offset, "record", &id);
        }
    }
}

#[test]
fn a_flipped_byte_in_a_block_is_found() {
    let damaged = Damaged::new();
    let id = hex(&damaged.blob("SELECT sha256 FROM block WHERE length(text) BETWEEN 200 AND 400 LIMIT 1"));
    let words = damaged.blob("SELECT CAST(text AS BLOB) FROM block WHERE length(text) BETWEEN 200 AND 400 LIMIT 1");
    damaged.found(&words, 41, "block", &id);
    damaged.found(&words, words.len() - 1, "block", &id);
}

#[test]
fn a_flipped_byte_in_a_leaf_or_head_is_found() {
    let damaged = Damaged::new();
    let subject = damaged.blob("SELECT subject FROM leaf WHERE idx = 3");
    let hash = damaged.blob("SELECT hash FROM leaf WHERE idx = 3");
    damaged.found(&hash, 5, "leaf", &hex(&subject));
    damaged.found(&[&subject[..], &hash[..]].concat(), 9, "leaf", "3 ");
    let root = damaged.blob("SELECT root FROM head ORDER BY size DESC LIMIT 1");
    let size: i64 = damaged.scratch.sqlite().query_row("SELECT max(size) FROM head", [], |row| row.get(0)).unwrap();
    damaged.found(&root, 0, "head", &size.to_string());
}

#[test]
fn a_flipped_byte_in_a_list_of_blocks_is_found() {
    let damaged = Damaged::new();
    let id = hex(&damaged.blob("SELECT sha256 FROM article WHERE length(blocks) > 12 LIMIT 1"));
    let list = damaged.blob("SELECT blocks FROM article WHERE length(blocks) > 12 LIMIT 1");
    damaged.found(&list, 1, "article", &id);
    let select = "FROM block_list JOIN record ON record.id = reading WHERE length(blocks) > 40 LIMIT 1";
    let id = hex(&damaged.blob(&format!("SELECT sha256 {select}")));
    let list = damaged.blob(&format!("SELECT blocks {select}"));
    damaged.found(&list, 3, "block-list", &id);
}

#[test]
fn what_pages_show_must_be_what_records_state() {
    let damaged = Damaged::new();
    for change in [
        "title = 'Another title'",
        "url = 'https://elsewhere.example/'",
        "captured = '2001-01-01'",
        "captured_from = captured_from - 86400",
    ] {
        let id = hex(&damaged.blob("SELECT sha256 FROM record JOIN capture ON record = id ORDER BY id LIMIT 1"));
        let update = format!("UPDATE capture SET {change} WHERE record = (SELECT min(record) FROM capture)");
        damaged.scratch.sqlite().execute(&update, []).unwrap();
        let run = damaged.scratch.json(["verify"]).is(1);
        let failed = run.lines().into_iter().find(|finding| finding["outcome"] == "failed").unwrap();
        assert_eq!((text(&failed, "kind"), text(&failed, "id")), ("capture", id.as_str()), "{change}");
        damaged.put(&damaged.sound);
    }
}

#[test]
fn a_removed_leaf_record_or_payload_is_found() {
    let damaged = Damaged::new();
    for (table, key, kind) in
        [("leaf", "idx", "leaf"), ("record", "id", "leaf"), ("payload", "id", "record"), ("head", "size", "head")]
    {
        let sqlite = damaged.scratch.sqlite();
        sqlite.pragma_update(None, "foreign_keys", false).unwrap();
        sqlite.execute_batch(&format!("DROP TRIGGER {table}_is_kept")).unwrap();
        // Of the heads only the newest matters to a reader; of all else the first will do.
        let order = if table == "head" { "max" } else { "min" };
        sqlite.execute(&format!("DELETE FROM {table} WHERE {key} = (SELECT {order}({key}) FROM {table})"), []).unwrap();
        drop(sqlite);
        let run = damaged.scratch.json(["verify"]).is(1);
        let failed: Vec<Value> = run.lines().into_iter().filter(|finding| finding["outcome"] == "failed").collect();
        assert!(failed.iter().any(|finding| finding["kind"] == kind), "{table}: {failed:?}");
        damaged.put(&damaged.sound);
    }
}

#[test]
fn a_file_that_sqlite_cannot_read_ends_with_status_2() {
    let damaged = Damaged::new();
    let sound = &damaged.sound;
    let mut no_header = sound.clone();
    no_header[3] ^= 1;
    let run = damaged.verify(&no_header).is(2);
    assert!(run.stderr.contains("isnad.db"), "{}", run.stderr);
    let run = damaged.verify(&[]).is(2);
    assert!(run.stderr.contains("isnad.db"), "{}", run.stderr);
    for part in [100, 4_096, 8_192, sound.len() / 3, sound.len() / 2, sound.len() - 8_192] {
        let run = damaged.verify(&sound[..part]);
        assert!(matches!(run.status, Some(1 | 2)), "cut to {part} bytes: {:?} {}", run.status, run.text());
        assert!(!run.text().is_empty(), "cut to {part} bytes: something is said");
    }
}

#[test]
fn damage_anywhere_never_panics_and_reading_commands_end() {
    let damaged = Damaged::new();
    let id = text(&damaged.scratch.json(["list"]).lines()[0], "article").to_owned();
    let mut numbers = crate::texts::Numbers(5);
    for _ in 0..24 {
        let mut bytes = damaged.sound.clone();
        for _ in 0..8 {
            let at = numbers.below(bytes.len());
            bytes[at] ^= 0x5a;
        }
        damaged.put(&bytes);
        for command in
            [&["verify"][..], &["show", id.as_str()], &["list"], &["audit", "عند السادسة صباحًا والسابعة مساءً"]]
        {
            let run = damaged.scratch.json(command);
            assert!(matches!(run.status, Some(0..=2)), "{command:?}: {:?} {}", run.status, run.stderr);
            assert!(!run.stderr.contains("panicked"), "{command:?}: {}", run.stderr);
        }
    }
}

#[test]
fn damaged_text_is_never_shown_as_sound() {
    let damaged = Damaged::new();
    let words = damaged.blob("SELECT CAST(text AS BLOB) FROM block WHERE text LIKE 'وبدأت المراسم%'");
    let mut bytes = damaged.sound.clone();
    let places = damaged.places(&words);
    places.iter().for_each(|at| bytes[at + 1] ^= 1);
    damaged.put(&bytes);
    let capture = damaged.scratch.json(["list", "--outlet", "alnahr.example"]).lines().remove(0);
    let id = text(&capture, "article");
    for reference in [id, text(&capture, "record")] {
        let error = damaged.scratch.json(["show", reference]).is(2).only();
        assert_eq!(error["error"]["code"], "corrupt", "{error}");
    }
    damaged.scratch.run(["show", id]).is(2).says(&[id]);
    let finding = damaged.scratch.json(["verify", id]).is(1).lines();
    assert!(finding.iter().any(|finding| finding["outcome"] == "failed"), "{finding:?}");
}

#[test]
fn evidence_refuses_change_and_removal() {
    let scratch = Scratch::with_sample();
    let sqlite = scratch.sqlite();
    for (table, column) in [
        ("payload", "bytes"),
        ("attachment", "bytes"),
        ("record", "kind"),
        ("block", "text"),
        ("article", "bytes"),
        ("block_list", "blocks"),
        ("leaf", "kind"),
        ("head", "at"),
    ] {
        let rows: i64 = sqlite.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert!(rows > 0, "{table} is empty, so its triggers cannot fire");
        for sql in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
            let error = sqlite.execute(&sql, []).unwrap_err().to_string();
            assert!(error.contains(&format!("{table} is append-only evidence")), "{sql}: {error}");
        }
    }
}
