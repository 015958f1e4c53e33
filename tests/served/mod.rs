//! A server over a real socket with what a test put into it, and answers as they came.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

use isnad::archive::ingest::{DocumentReport, IngestOptions, Listener};
use isnad::archive::{Archive, Clock, InitOptions, StateDir};
use isnad::web::{Limits, serve};

struct Heard(Vec<DocumentReport>);

impl Listener for Heard {
    fn document(&mut self, report: &DocumentReport) {
        self.0.push(report.clone());
    }

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}

/// An archive in a scratch folder, with what became of public lines of JSON and of one private line.
pub(crate) fn make(public: &str, private: &str) -> (Archive, PathBuf, Vec<DocumentReport>, DocumentReport) {
    let folder = tempfile::tempdir().unwrap().keep();
    let options = InitOptions { state: Some(StateDir::at(folder.join("state"))), ..InitOptions::default() };
    let archive = Archive::create(&folder.join("archive"), &options, Clock::Fixed(1_800_000_000)).unwrap();
    let ingest = |name: &str, lines: &str, private: bool| {
        let path = folder.join(name);
        std::fs::write(&path, lines).unwrap();
        let options = IngestOptions { paths: vec![path], private, ..IngestOptions::default() };
        let mut heard = Heard(Vec::new());
        archive.ingest(&options, &AtomicBool::new(false), &mut heard).unwrap();
        heard.0
    };
    let documents = ingest("public.jsonl", public, false);
    let private = ingest("private.jsonl", private, true).remove(0);
    let all_read = documents.iter().chain([&private]).all(|document| document.article.is_some());
    assert!(documents.len() == public.lines().count() && all_read, "{documents:#?}");
    (archive, folder, documents, private)
}

/// Serves an archive until the test ends.
pub(crate) fn start(archive: Archive, limits: Limits) -> SocketAddr {
    let (bound, told) = mpsc::channel();
    std::thread::spawn(move || {
        serve(archive, "127.0.0.1:0".parse().unwrap(), limits, |address| bound.send(address).unwrap())
    });
    told.recv().unwrap()
}

/// The answer to one request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Asks on a connection of its own.
pub(crate) fn request(address: SocketAddr, method: &str, target: &str, headers: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

/// Every byte percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
