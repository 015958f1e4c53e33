//! The served archive as a service: its log, its limits, its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};

use crate::common::{Scratch, text};

/// Words of an investigation.
const SECRET: &str = "quackenbush";

/// A server that runs, with what it wrote so far on its way to us.
struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    fn of(scratch: &Scratch, arguments: &[&str]) -> Served {
        let mut command = scratch.command();
        command.args(["--json", "serve", "--listen", "127.0.0.1:0"]).args(arguments).env("RUST_LOG", "trace");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        Served { child, address: text(&told, "listening").parse().unwrap() }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// Sends bytes and reads until the server closes; what came is the whole answer.
    fn ask(&self, request: &str) -> String {
        let mut stream = self.connect();
        // A server that refuses closes before it has read everything: that is an answer too.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Ends it with a signal; returns its exit status and what it wrote on standard error.
    fn end(mut self, name: &str) -> (Option<i32>, String) {
        self.signal(name);
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

#[test]
fn the_log_has_a_line_for_each_request_and_never_the_words_asked_for() {
    let scratch = Scratch::with_sample();
    let served = Served::of(&scratch, &[]);
    let capture = scratch.json(["list", "--limit", "1"]).lines().remove(0);
    let article = text(&capture, "article");
    let close = "Host: archive.example\r\nConnection: close\r\n";
    for target in [
        format!("/audit?q={SECRET}"),
        format!("/search?q={SECRET}&outlet={SECRET}"),
        format!("/audit.atom?q={SECRET}"),
        format!("/api/v1/audit?q={SECRET}"),
        format!("/api/v1/search?q={SECRET}&limit=x"),
        format!("/a/{article}?quote={SECRET}"),
    ] {
        let answer = served.ask(&format!(
            "GET {target} HTTP/1.1\r\n{close}Referer: http://archive.example/?q={SECRET}\r\nCookie: {SECRET}\r\n\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    }
    let body = format!("q={SECRET}");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let posted =
        served.ask(&format!("POST /audit HTTP/1.1\r\n{close}{form}Content-Length: {}\r\n\r\n{body}", body.len()));
    assert!(posted.starts_with("HTTP/1.1 413 "), "{posted}");
    let (status, log) = served.end("-TERM");
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.to_lowercase().contains(SECRET), "{log}");
    assert_eq!(log.matches("answered method=").count(), 7, "{log}");
    for line in ["method=GET path=\"/audit\" status=200", "method=POST path=\"/audit\" status=413", "/api/v1/search"] {
        assert!(log.contains(line), "{line} is missing in {log}");
    }
}

#[test]
fn what_is_too_large_is_refused_with_all_protecting_headers() {
    let scratch = Scratch::with_archive();
    let served = Served::of(&scratch, &[]);
    let host = "Host: a.example\r\nConnection: close\r\n";
    for (request, status) in [
        (format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(50_000)), 414),
        (format!("GET /?{} HTTP/1.1\r\n{host}\r\n", "x".repeat(60_000)), 414),
        (format!("GET / HTTP/1.1\r\n{host}X-Big: {}\r\n\r\n", "x".repeat(40_000)), 431),
        (format!("GET / HTTP/1.1\r\n{host}Content-Length: 5\r\n\r\nhello"), 413),
        (format!("GET / HTTP/1.1\r\n{host}Content-Length: 99999999999\r\n\r\n"), 413),
        (format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), 413),
        (format!("DELETE / HTTP/1.1\r\n{host}\r\n"), 405),
        (format!("GET /nothing HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("GET /audit HTTP/1.1\r\n{host}\r\n"), 200),
        (format!("GET /api/v1/audit HTTP/1.1\r\n{host}\r\n"), 400),
        (format!("HEAD / HTTP/1.1\r\n{host}\r\n"), 200),
    ] {
        let answer = served.ask(&request);
        let head = answer.split("\r\n\r\n").next().unwrap().to_lowercase();
        let shown: String = request.chars().take(60).collect();
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{shown}: {head}");
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "cross-origin-embedder-policy: require-corp",
            "permissions-policy: ",
            "cache-control: ",
        ] {
            assert!(head.contains(header), "{shown}: {header} is missing in {head}");
        }
    }
    // What is not even a request is refused without a word, and ends the connection.
    for nonsense in ["x\r\n\r\n".to_owned(), format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(100_000))] {
        let answer = served.ask(&nonsense);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert!(!answer.contains("<html"), "{answer}");
    }
    assert!(served.ask(&format!("GET /healthz HTTP/1.1\r\n{host}\r\n")).ends_with("ok\n"), "it goes on");
    let (status, log) = served.end("-INT");
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn an_answer_under_way_is_finished_before_the_server_ends() {
    let scratch = Scratch::with_archive();
    let words = "The keeper of the lighthouse wrote a long letter about the storm of that winter.";
    let page = format!("<html><body><h1>A letter</h1><p>{words}</p><!--{}--></body></html>", "x".repeat(12_000_000));
    scratch.write("letter.html", &page);
    let payload = scratch.json(["ingest", "letter.html"]).is(0).documents().remove(0);
    let payload = text(&payload, "payload").to_owned();
    for name in ["-TERM", "-INT"] {
        let mut served = Served::of(&scratch, &[]);
        let mut idle = served.connect();
        let mut stream = served.connect();
        write!(stream, "GET /p/{payload} HTTP/1.1\r\nHost: a.example\r\n\r\n").unwrap();
        let mut bytes = vec![0; 1024];
        stream.read_exact(&mut bytes).unwrap();
        // Twelve megabytes fit no buffer of the system: most of the answer is still to be sent.
        served.signal(name);
        while TcpStream::connect(served.address).is_ok() {
            std::thread::yield_now();
        }
        stream.read_to_end(&mut bytes).unwrap();
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        assert_eq!(&bytes[head + 4..], page.as_bytes(), "{name}: the whole answer came");
        assert_eq!(idle.read(&mut [0; 8]).unwrap_or(0), 0, "an idle connection is closed");
        assert_eq!(served.child.wait().unwrap().code(), Some(0), "{name}");
    }
}

#[test]
fn a_second_signal_ends_it_in_good_order_too() {
    let scratch = Scratch::with_archive();
    let mut served = Served::of(&scratch, &[]);
    // Half a header: a request that never comes.
    let mut half = served.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost").unwrap();
    served.signal("-TERM");
    while TcpStream::connect(served.address).is_ok() {
        std::thread::yield_now();
    }
    served.signal("-INT");
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
}
