//! Files as they lie on disk, read through the one door of `formats`.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests may panic and say why they were skipped")]

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use isnad::formats::{Captured, Input, Item, MAX_PAYLOAD, SourceKind, items};

fn file(bytes: impl Into<Vec<u8>>) -> Input {
    Input::File(Box::new(Cursor::new(bytes.into())))
}

fn stream(bytes: impl Into<Vec<u8>>) -> Input {
    Input::Stream(Box::new(Cursor::new(bytes.into())))
}

fn read(name: &str, bytes: &[u8]) -> Vec<Item> {
    let from_file: Vec<Item> = items(name, file(bytes)).collect();
    let from_pipe: Vec<Item> = items(name, stream(bytes)).collect();
    assert_eq!(from_file, from_pipe, "a pipe reads as a file does");
    from_file
}

fn captured(item: &Item) -> &Captured {
    let Item::Captured(captured) = item else { panic!("{item:?} is no capture") };
    captured
}

fn rejected(item: &Item) -> String {
    let Item::Rejected { source, error } = item else { panic!("{item:?} is not rejected") };
    format!("{source}: {error}")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ISNAD_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is missing", path.display());
    None
}

#[test]
fn a_text_file_is_one_capture_with_its_bytes_unchanged() {
    let items = read("dir/a.txt", "نص قصير\r\n".as_bytes());
    let [item] = items.as_slice() else { panic!("{items:?}") };
    let captured = captured(item);
    assert_eq!(captured.payload, "نص قصير\r\n".as_bytes());
    assert_eq!((captured.kind, captured.media_type.as_str()), (SourceKind::Text, "text/plain"));
    assert_eq!((captured.source.as_str(), captured.basename.as_str()), ("dir/a.txt", "a.txt"));
}

#[test]
fn gzip_and_zstd_are_undone_whatever_the_number_of_members() {
    let gzip = [gzip(b"<!doctype html><p>one "), gzip(b""), gzip(b"two")].concat();
    let zstd =
        [zstd::encode_all(&b"<!doctype html><p>one "[..], 3).unwrap(), zstd::encode_all(&b"two"[..], 3).unwrap()];
    for (name, bytes) in [("page.html.gz", gzip), ("page", zstd.concat())] {
        let items = read(name, &bytes);
        assert_eq!(captured(&items[0]).payload, b"<!doctype html><p>one two", "{name}");
        assert_eq!(captured(&items[0]).media_type, "text/html");
        assert_eq!(items.len(), 1);
    }
}

#[test]
fn what_is_no_document_is_rejected_with_what_it_is() {
    for (name, bytes, message) in [
        ("a.txt", &b""[..], "a.txt: the file is empty"),
        ("a.txt.gz", &gzip(b""), "a.txt.gz: the packed file holds nothing"),
        ("a.html", b"\x89PNG\r\n\x1a\n....", "a.html: a PNG image"),
        ("isnad.db", b"SQLite format 3\0\x10\0", "isnad.db: a SQLite database"),
        ("a.txt", b"ab\0cd", "a.txt: binary data (a NUL byte at byte 2)"),
        ("a.xz", b"\xfd7zXZ\0\0", "a.xz: packed with xz; unpack it first"),
    ] {
        let items = read(name, bytes);
        assert_eq!(rejected(&items[0]), message);
        assert_eq!(items.len(), 1);
    }
}

#[test]
fn a_cut_gzip_file_is_rejected_with_the_place() {
    let mut bytes = gzip("words ".repeat(100).as_bytes());
    let whole = bytes.len();
    bytes.truncate(whole - 10);
    let items = read("a.txt.gz", &bytes);
    let message = rejected(&items[0]);
    assert!(message.starts_with("a.txt.gz: the file ends inside the gzip member that begins at byte 0"), "{message}");
}

#[test]
fn a_broken_line_is_named_and_the_rest_goes_on() {
    let mut lines: Vec<String> = (1..=20).map(|n| format!("{{\"text\":\"line {n}\"}}")).collect();
    lines[16] = "{\"text\": broken}".to_owned();
    lines[4] = String::new();
    let items = read("c.jsonl.gz", &gzip(lines.join("\r\n").as_bytes()));
    assert_eq!(items.len(), 19);
    assert_eq!(rejected(&items[15]), "c.jsonl.gz: line 17: column 10: text: expected value");
    let last = captured(&items[18]);
    assert_eq!((last.source.as_str(), last.record_id.as_deref()), ("c.jsonl.gz: line 20", Some("20")));
    assert_eq!(last.payload, b"{\"text\":\"line 20\"}");
    assert_eq!((last.kind, last.media_type.as_str()), (SourceKind::Jsonl, "application/json"));
}

/// Repeats one byte without holding it.
struct Sparse(u64, u8);

impl Read for Sparse {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = buf.len().min(usize::try_from(self.0).unwrap_or(usize::MAX));
        buf[..n].fill(self.1);
        self.0 -= n as u64;
        Ok(n)
    }
}

#[test]
fn too_large_a_document_is_rejected_by_size() {
    let scratch = tempfile::tempfile().unwrap();
    scratch.set_len(2 << 30).unwrap();
    let items: Vec<Item> = items("big.txt", Input::File(Box::new(scratch))).collect();
    assert_eq!(
        rejected(&items[0]),
        "big.txt: binary data (a NUL byte at byte 0); 2147483648 bytes are too many for one document; the limit is 67108864"
    );
}

#[test]
fn too_long_a_line_is_rejected_and_the_next_is_read() {
    let long = Box::new(Sparse(MAX_PAYLOAD as u64 + 100, b'x'));
    let input =
        Cursor::new(b"{\"text\":\"a\"}\n".to_vec()).chain(long).chain(Cursor::new(b"\n{\"text\":\"b\"}".to_vec()));
    let items: Vec<Item> = items("l.jsonl", Input::Stream(Box::new(input))).collect();
    assert_eq!(items.len(), 3);
    assert_eq!(
        rejected(&items[1]),
        "l.jsonl: line 2: the line has 67108965 bytes, too many for one document; the limit is 67108864"
    );
    assert_eq!(captured(&items[2]).payload, b"{\"text\":\"b\"}");
}

#[test]
fn the_shared_corpus_reads_whole() {
    let Some(path) = shared("data/arabic-news.jsonl.zst") else { return };
    let begun = std::time::Instant::now();
    let mut captured = 0;
    for item in items("arabic-news.jsonl.zst", Input::File(Box::new(std::fs::File::open(path).unwrap()))) {
        match item {
            Item::Captured(line) => captured += usize::from(!line.url.is_empty()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(captured, 44_549);
    eprintln!("44549 lines in {:?}", begun.elapsed());
}
