//! The test log of transparency-dev/tessera (`testdata/log`), made again byte for byte.
//!
//! Its key and entries are public; Ed25519 is deterministic, so every file has one possible content.
//! `vectors/tessera-testdata.sha256` lists the SHA-256 of each file of commit 1811ae1a7c40 (2026-08-21).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use isnad::domain::PayloadId;
use isnad::tlog::{OpenedCheckpoint, SigningKey};

use crate::files::publish;

const SECRET: &str = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
const VKEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
/// Misspelt there, so misspelt here.
const ENTRIES: [&str; 15] = [
    "one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf", "threeten",
    "fourten", "fivten",
];
const CHECKPOINT_15: &str = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n\
    — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF\
    74ewI=\n";

fn golden_log(size: usize) -> BTreeMap<String, Vec<u8>> {
    let key = SigningKey::from_secret_text(SECRET).unwrap();
    assert_eq!(key.verifier().to_string(), VKEY);
    publish(&key, ENTRIES[..size].iter().map(|entry| entry.as_bytes().to_vec()))
}

#[test]
fn every_file_of_the_golden_log_comes_out_byte_for_byte() {
    let mut files = BTreeMap::new();
    for size in 0..=ENTRIES.len() {
        let mut log = golden_log(size);
        files.insert(format!("checkpoint.{size}"), log["checkpoint"].clone());
        files.append(&mut log);
    }
    let mut listed = String::new();
    for (path, bytes) in &files {
        writeln!(listed, "{}  {path}", PayloadId::of(bytes)).unwrap();
    }
    assert_eq!(listed, include_str!("vectors/tessera-testdata.sha256"));
}

#[test]
fn the_golden_checkpoint_opens_and_shows_its_head() {
    assert_eq!(String::from_utf8(golden_log(15).remove("checkpoint").unwrap()).unwrap(), CHECKPOINT_15);
    let opened = OpenedCheckpoint::open(CHECKPOINT_15.as_bytes(), &[VKEY.parse().unwrap()]).unwrap();
    assert_eq!(opened.checkpoint.origin, "example.com/log/testdata");
    assert_eq!(opened.checkpoint.size, 15);
}
