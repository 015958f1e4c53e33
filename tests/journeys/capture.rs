//! Pages captured from a web server on the loopback, well-behaved and not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::common::{Run, Scratch, sha256_hex, text};
use crate::site::{Site, answer, certificates, secured, send};

pub(crate) const HTML: &str = "Content-Type: text/html; charset=utf-8\r\n";

/// A page of ours.
pub(crate) fn page(title: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><article>\
         <h1>{title}</h1><p>The ferry to the outer islands sails again from Tuesday, the harbour office said, after a \
         winter of repairs in the old dry dock.</p></article></body></html>"
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let chunks = body.chunks(100).map(|part| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat());
    [chunks.collect::<Vec<_>>().concat(), b"0\r\n\r\n".to_vec()].concat()
}

/// Captures with the loopback allowed, and no pause.
pub(crate) fn capture(scratch: &Scratch, args: &[&str]) -> Run {
    scratch.json([&["capture", "--allow-private=127.0.0.1", "--delay", "0"], args].concat())
}

/// Every WARC file of the archive, oldest first.
pub(crate) fn files(scratch: &Scratch) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for run in std::fs::read_dir(scratch.path("archive/warc")).unwrap() {
        let entries = std::fs::read_dir(run.unwrap().path()).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|ending| ending == "gz")));
    }
    found.sort();
    found
}

/// The records of a WARC file: head and block.
fn records(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(file).unwrap()).read_to_end(&mut bytes).unwrap();
    let mut rest = &bytes[..];
    let mut records = Vec::new();
    while !rest.is_empty() {
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(rest[..end].to_vec()).unwrap();
        let length: usize = field(&head, "Content-Length").unwrap().parse().unwrap();
        records.push((head, rest[end..end + length].to_vec()));
        rest = rest[end + length..].strip_prefix(b"\r\n\r\n").unwrap();
    }
    records
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The only WARC file, and its one response.
fn only_response(scratch: &Scratch) -> (String, Vec<u8>) {
    let files = files(scratch);
    assert_eq!(files.len(), 1, "{files:?}");
    let mut responses: Vec<_> =
        records(&files[0]).into_iter().filter(|(head, _)| field(head, "WARC-Type") == Some("response")).collect();
    assert_eq!(responses.len(), 1);
    responses.remove(0)
}

#[test]
fn a_page_is_kept_as_it_went_over_the_wire_and_ingested() {
    let sent = [
        b"HTTP/1.1 200 Very fine\r\nsErVeR: odd\r\nContent-Type: text/html; charset=utf-8\r\nX-Twice: 1\r\nx-twice: 2\r\n\
          Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_vec(),
        chunked(&gzip(page("The ferry").as_bytes())),
    ]
    .concat();
    let reply = sent.clone();
    let site = Site::start(move |_, socket| send(socket, &reply));
    let scratch = Scratch::with_archive();
    let url = site.url("/news/1?q=a");
    let document = capture(&scratch, &[&format!("{url}#part")]).is(0).documents().remove(0);
    assert_eq!((&document["status"], &document["url"]), (&"new".into(), &url.as_str().into()));
    assert_eq!(document["title"], "The ferry");
    assert_eq!(document["captured"]["basis"], "warc-date");

    let files = files(&scratch);
    let kept = records(&files[0]);
    let kinds: Vec<_> = kept.iter().map(|(head, _)| field(head, "WARC-Type").unwrap()).collect();
    assert_eq!(kinds, ["warcinfo", "request", "response"]);
    assert_eq!(kept[1].1, site.asked()[0].bytes, "the request, byte for byte");
    assert_eq!(kept[2].1, sent, "the answer, byte for byte");
    for (head, _) in &kept[1..] {
        assert_eq!(field(head, "WARC-Target-URI"), Some(url.as_str()));
        assert_eq!(field(head, "WARC-IP-Address"), Some("127.0.0.1"));
        assert_eq!(field(head, "WARC-Truncated"), None);
    }
    assert_eq!(field(&kept[1].0, "WARC-Concurrent-To"), field(&kept[2].0, "WARC-Record-ID"));
    assert_eq!(std::fs::read_dir(files[0].parent().unwrap()).unwrap().count(), 1, "no list is left of a finished run");

    let record = scratch.run(["show", text(&document, "record")]).is(0).only();
    assert_eq!(record["source"]["kind"], "http");
    assert_eq!(record["source"]["container"], sha256_hex(&std::fs::read(&files[0]).unwrap()));
    assert_eq!(record["source"]["basename"], files[0].file_name().unwrap().to_str().unwrap());
    assert_eq!(record["source"]["http_status"], 200);
    assert_eq!(record["captured"][0]["value"]["edtf"], field(&kept[2].0, "WARC-Date").unwrap());
    let outcomes = record["source"]["digests"].as_array().unwrap().iter().map(|digest| &digest["outcome"]);
    assert_eq!(outcomes.collect::<Vec<_>>(), ["verified", "verified"]);
    let attached: Vec<_> = record["attachments"].as_array().unwrap().iter().map(|a| text(a, "kind")).collect();
    assert_eq!(attached, ["warc-headers", "http-headers"]);
    scratch.json(["verify"]).is(0);

    // The file alone, in another archive, is the same capture of the same article.
    let other = Scratch::with_archive();
    let again = other.json(["ingest", files[0].to_str().unwrap()]).is(0).documents();
    let again = again.iter().find(|document| document["status"] == "new").unwrap();
    for key in ["url", "article", "payload", "captured", "title", "outlet", "published"] {
        assert_eq!(again[key], document[key], "{key}");
    }
}

#[test]
fn redirects_are_kept_pair_by_pair_and_end_where_they_must() {
    let site = Site::start(|path, socket| {
        let to = |place: &str| answer("302 Found", &format!("Location: {place}\r\n"), b"");
        let reply = match path {
            "/one" => to("two?x#part"),
            "/two?x" => answer("301 Moved", "Location: /page\r\nContent-Type: text/html\r\n", b"<p>moved</p>"),
            "/loop" => to("/pool"),
            "/pool" => to("/loop"),
            "/inside" => to("http://127.0.0.2:9/secret"),
            "/name" => to("http://localhost:9/"),
            "/mapped" => to("http://[::ffff:10.0.0.1]/"),
            "/file" => to("file:///etc/passwd"),
            "/login" => to("http://me:hunter2@127.0.0.1/"),
            path if path.starts_with("/far/") => to(&format!("/far/{}", path[5..].parse::<u32>().unwrap() + 1)),
            _ => answer("200 OK", HTML, page("The page").as_bytes()),
        };
        send(socket, &reply);
    });
    let scratch = Scratch::with_archive();
    let run = capture(&scratch, &[&site.url("/one")]).is(0).says(&["(302) redirects to", "(301) redirects to"]);
    let urls: Vec<_> = run.documents().iter().map(|document| text(document, "url").to_owned()).collect();
    assert_eq!(urls, [site.url("/one"), site.url("/two?x"), site.url("/page")]);
    let articles: Vec<_> = run.documents().iter().map(|document| document["article"].is_string()).collect();
    assert_eq!(articles, [false, false, true]);
    let kinds: Vec<_> =
        records(&files(&scratch)[0]).iter().map(|(head, _)| field(head, "WARC-Type").unwrap().to_owned()).collect();
    assert_eq!(kinds, ["warcinfo", "request", "response", "request", "response", "request", "response"]);

    for (path, answers, why) in [
        ("/loop", 2, "it redirects in a circle"),
        ("/far/0", 21, "it redirects more than 20 times"),
        ("/inside", 1, "127.0.0.2 is a loopback address"),
        ("/mapped", 1, "::ffff:10.0.0.1 is a private address"),
        ("/file", 1, "only http and https are asked, and this is file"),
        ("/login", 1, "it holds a user name or password"),
    ] {
        let run = capture(&scratch, &[&site.url(path)]).is(1).says(&["rejected: ", why]);
        let documents = run.documents();
        assert_eq!(documents.len(), answers + 1, "{path}: what was answered is kept");
        assert_eq!(documents[answers]["status"], "rejected");
        assert!(!run.text().contains("hunter2") && !run.stderr.contains("hunter2"), "{path}");
    }
    scratch.json(["verify"]).is(0);
}

#[test]
fn addresses_of_this_machine_are_refused_however_they_are_spelled() {
    let site = Site::start(|_, socket| send(socket, &answer("200 OK", HTML, page("Secret").as_bytes())));
    let scratch = Scratch::with_archive();
    let port = site.address.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "１２７.0.0.1",
    ] {
        let run = scratch.json(["capture", &format!("http://{host}:{port}/")]).is(1);
        let error = text(&run.documents()[0], "error").to_owned();
        assert!(error.contains("only --allow-private asks such addresses"), "{host}: {error}");
        assert_eq!(run.summary()["rejected"], 1);
    }
    // A name is refused when one of its addresses is not among those that are allowed.
    let named = format!("http://localhost:{port}/");
    let run = scratch.json(["capture", "--allow-private=10.0.0.1", &named]).is(1);
    assert!(text(&run.documents()[0], "error").contains("localhost is at "), "{}", run.text());
    assert!(site.asked().is_empty(), "nobody was asked");
    assert!(files_left(&scratch).is_empty(), "{:?}", files_left(&scratch));
    scratch.json(["capture", "--allow-private", &named]).is(0);
    assert_eq!(site.paths(), ["/"]);
}

/// Whatever lies below `warc`.
fn files_left(scratch: &Scratch) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(scratch.path("archive/warc")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Answers of which less comes than they are long.
fn cut(path: &str, socket: &mut TcpStream) {
    let body = page("The ferry");
    match path {
        "/length" => send(socket, &answer("200 OK", HTML, body.repeat(10).as_bytes())),
        "/endless" => {
            send(socket, format!("HTTP/1.1 200 OK\r\n{HTML}\r\n{body}").as_bytes());
            while socket.write_all(&[b' '; 4096]).is_ok() {}
        }
        "/chunks" => {
            send(socket, format!("HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
            while socket.write_all(b"5\r\nwords\r\n").is_ok() {}
        }
        "/drop" => send(socket, format!("HTTP/1.1 200 OK\r\n{HTML}Content-Length: 9999\r\n\r\n{body}").as_bytes()),
        "/drop-chunk" => {
            let part = format!("HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\nfff\r\n{body}");
            send(socket, part.as_bytes());
        }
        _ => {
            send(socket, format!("HTTP/1.1 200 OK\r\n{HTML}\r\n{body}").as_bytes());
            // Until the client gives up.
            let _ = socket.read(&mut [0; 16]);
        }
    }
}

#[test]
fn what_is_cut_off_is_kept_and_said_to_be() {
    let site = Site::start(cut);
    for (path, flags, why) in [
        ("/length", &["--max-size", "1K"][..], "length"),
        ("/endless", &["--max-size", "20K"], "length"),
        ("/chunks", &["--max-size", "20K"], "length"),
        ("/drop", &[], "disconnect"),
        ("/drop-chunk", &[], "disconnect"),
        ("/slow", &["--timeout", "0.5"], "time"),
    ] {
        let scratch = Scratch::with_archive();
        let run = capture(&scratch, &[flags, &[&site.url(path)]].concat()).is(1);
        let document = run.documents().remove(0);
        assert_eq!(document["status"], "new", "{path}");
        let note = format!("the crawler cut the record short (WARC-Truncated: {why})");
        assert!(document["notes"].as_array().unwrap().contains(&note.clone().into()), "{path}: {document}");
        let (head, block) = only_response(&scratch);
        assert_eq!(field(&head, "WARC-Truncated"), Some(why), "{path}");
        let body = block.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        match path {
            "/length" => assert_eq!(block.len() - body, 1024),
            "/endless" | "/chunks" => assert_eq!(block.len() - body, 20 << 10),
            _ => assert!(block.ends_with(b"</html>"), "{path}"),
        }
        assert!(scratch.run(["show", text(&document, "record")]).is(0).text().contains("\"kind\":\"http\""));
        scratch.json(["verify"]).is(0);
    }
    let scratch = Scratch::with_archive();
    let words = scratch.run(["capture", "--allow-private", &site.url("/drop")]).is(1);
    assert!(words.text().ends_with("  The ferry  (cut off: disconnect)\n"), "{}", words.text());
}

#[test]
fn what_is_no_answer_is_rejected_and_leaves_nothing() {
    let site = Site::start(|path, socket| match path {
        "/ssh" => send(socket, b"SSH-2.0-OpenSSH_9.2\r\n"),
        "/huge" => {
            send(socket, b"HTTP/1.1 200 OK\r\nX: ");
            while socket.write_all(&[b'x'; 4096]).is_ok() {}
        }
        "/head" => send(socket, b"HTTP/1.1 200 OK\r\nContent-Type: te"),
        "/silent" => drop(socket.read(&mut [0; 16])),
        _ => {}
    });
    let scratch = Scratch::with_archive();
    for (path, status, why) in [
        ("/ssh", 1, "the answer is not HTTP"),
        ("/huge", 1, "the headers of the answer are longer than 262144 bytes"),
        ("/head", 2, "after 33 bytes, inside the headers of the answer"),
        ("/nothing", 2, "before anything was answered"),
        ("/silent", 2, "waiting for the answer: no answer within 0.5 s"),
    ] {
        let run = capture(&scratch, &["--timeout", "0.5", &site.url(path)]).is(status);
        let documents = run.documents();
        assert_eq!((documents.len(), &documents[0]["status"]), (1, &"rejected".into()));
        assert!(text(&documents[0], "error").contains(why), "{path}: {}", documents[0]);
    }
    capture(&scratch, &["http://127.0.0.1:9/"]).is(2).says(&["connecting to 127.0.0.1:9"]);
    capture(&scratch, &["http://nosuch.invalid/"]).is(2).says(&["looking up nosuch.invalid"]);
    assert!(files_left(&scratch).is_empty(), "{:?}", files_left(&scratch));
    assert_eq!(scratch.json(["list"]).is(0).lines().len(), 0);
}

#[test]
fn answers_of_every_shape_become_what_they_are() {
    let site = Site::start(|path, socket| {
        let body = page("The ferry");
        let reply = match path {
            "/plain" => answer("200 OK", HTML, body.as_bytes()),
            "/old" => format!("HTTP/1.0 200 OK\nContent-Type: text/html\n\n{body}").into_bytes(),
            "/broken" => format!("HTTP/1.1 200 OK\r\nno field at all\r\nA : b\r\n{HTML}\r\n{body}").into_bytes(),
            "/interim" => {
                [&b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"[..], &answer("200 OK", HTML, body.as_bytes())].concat()
            }
            "/more" => [&answer("200 OK", HTML, body.as_bytes())[..], b"HTTP/1.1 200 OK\r\n\r\nsmuggled"].concat(),
            "/gzip" => answer("200 OK", &format!("{HTML}Content-Encoding: gzip\r\n"), &gzip(body.as_bytes())),
            "/zstd" => {
                let packed = zstd::encode_all(body.as_bytes(), 3).unwrap();
                answer("200 OK", &format!("{HTML}Content-Encoding: zstd\r\n"), &packed)
            }
            "/%D8%AE%D8%A8%D8%B1" => {
                let arabic = "<html><head><title>خبر</title></head><body><article><h1>خبر</h1><p>أعلنت بلدية مرسى زيرن صباح اليوم فتح \
                              السوق القديم أمام الزوار بعد أعمال ترميم استمرت عامين.</p></article></body></html>";
                answer(
                    "200 OK",
                    "Content-Type: text/html; charset=windows-1256\r\n",
                    &encoding_rs::WINDOWS_1256.encode(arabic).0,
                )
            }
            "/refresh" => {
                answer("200 OK", HTML, format!("<meta http-equiv=refresh content='0;url=/plain'>{body}").as_bytes())
            }
            "/404" => answer("404 Not Found", HTML, page("Nothing here").as_bytes()),
            "/500" => answer("500 Oops", HTML, b""),
            "/304" => b"HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\n\r\n".to_vec(),
            _ => answer("200 OK", "Content-Type: image/png\r\n", b"\x89PNG\r\n\x1a\nxxxx"),
        };
        send(socket, &reply);
    });
    let scratch = Scratch::with_archive();
    let one = |path: &str, status| capture(&scratch, &[&site.url(path)]).is(status).documents().remove(0);
    let plain = one("/plain", 0);
    for path in ["/old", "/broken", "/interim", "/more", "/gzip", "/zstd"] {
        let document = one(path, 0);
        assert_eq!((&document["article"], &document["payload"]), (&plain["article"], &plain["payload"]), "{path}");
    }
    let arabic = one("/خبر", 0);
    assert_eq!((text(&arabic, "title"), text(&arabic, "url")), ("خبر", site.url("/%D8%AE%D8%A8%D8%B1").as_str()));
    assert!(one("/refresh", 0)["article"].is_string());
    for (path, code) in [("/404", 404), ("/500", 500), ("/304", 304)] {
        let document = one(path, 1);
        assert_eq!((&document["status"], &document["article"]), (&"new".into(), &Value::Null), "{path}");
        let record = scratch.run(["show", text(&document, "record")]).is(0).only();
        assert_eq!(record["source"]["http_status"], code);
    }
    let words = scratch.run(["capture", "--allow-private", &site.url("/404")]);
    assert!(words.text().ends_with("/404  (answered with status 404)\n"), "{}", words.text());
    let picture = one("/picture", 2);
    assert_eq!((text(&picture, "status"), text(&picture, "error")), ("skipped", "media type \"image/png\""));
    assert!(!site.paths()[1..].contains(&"/plain".to_owned()), "a refresh in the page is not followed");
}

#[test]
fn proxies_of_the_environment_are_not_used() {
    let site = Site::start(|_, socket| send(socket, &answer("200 OK", HTML, page("The ferry").as_bytes())));
    let scratch = Scratch::with_archive();
    let mut command = scratch.command();
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9/");
    }
    let output = command.args(["capture", "--allow-private", &site.url("/")]).output().unwrap();
    Run::of(output).is(0);
    let request = String::from_utf8(site.asked()[0].bytes.clone()).unwrap();
    assert!(request.starts_with("GET / HTTP/1.1\r\nHost: 127.0.0.1:"), "{request}");
    assert!(!request.to_ascii_lowercase().contains("cookie"), "{request}");
}

#[test]
fn a_certificate_is_believed_when_its_authority_is() {
    let site = Site::start(|path, socket| match path {
        "/rude" => send(socket, format!("HTTP/1.1 200 OK\r\n{HTML}\r\n{}", page("The ferry")).as_bytes()),
        _ => send(socket, &answer("200 OK", HTML, page("The ferry").as_bytes())),
    });
    let scratch = Scratch::with_archive();
    let folder = scratch.path("");
    if !certificates(&folder) {
        return;
    }
    let secured = secured(&folder, site.address);
    let at = |host: &str, path: &str| format!("https://{host}:{}{path}", secured.port());
    let with = |url: &str| capture(&scratch, &["--tls-ca", "ca.pem", url]);
    with(&at("127.0.0.1", "/")).is(0);
    with(&at("127.0.0.1", "/rude")).is(1);
    let rude = files(&scratch)
        .iter()
        .flat_map(|file| records(file))
        .any(|(head, _)| field(&head, "WARC-Truncated") == Some("disconnect") && head.contains("/rude"));
    assert!(rude, "an end without farewell may be anybody's");
    let asked = site.paths().len();
    capture(&scratch, &[&at("127.0.0.1", "/")]).is(2).says(&["securing the connection to 127.0.0.1", "--tls-ca"]);
    let mut by_environment = scratch.command();
    by_environment.env("SSL_CERT_FILE", "ca.pem").args(["capture", "--allow-private", &at("127.0.0.1", "/")]);
    Run::of(by_environment.output().unwrap()).is(0);
    assert_eq!(site.paths().len(), asked + 1);
    capture(&scratch, &["--tls-ca", "missing.pem", &at("127.0.0.1", "/")]).is(2).says(&["missing.pem"]);
    scratch.write("empty.pem", "nothing");
    capture(&scratch, &["--tls-ca", "empty.pem", &at("127.0.0.1", "/")])
        .is(2)
        .says(&["empty.pem", "there is no certificate in it"]);
}

#[test]
fn erasing_a_capture_destroys_its_file() {
    let site = Site::start(|_, socket| send(socket, &answer("200 OK", HTML, page("The ferry").as_bytes())));
    let scratch = Scratch::with_archive();
    let first = capture(&scratch, &[&site.url("/1")]).is(0).documents().remove(0);
    capture(&scratch, &[&site.url("/2")]).is(0);
    assert_eq!(files(&scratch).len(), 2);
    scratch.json(["erase", text(&first, "record"), "--reason", "privacy", "--yes"]).is(0);
    let left = files(&scratch);
    assert_eq!(left.len(), 1);
    assert!(records(&left[0])[2].0.contains(&site.url("/2")));
    scratch.json(["verify"]).is(0);

    // Nor does it come back by being captured again.
    let only = Scratch::with_archive();
    let first = capture(&only, &[&site.url("/1")]).is(0).documents().remove(0);
    only.json(["erase", text(&first, "record"), "--reason", "privacy", "--yes"]).is(0);
    let run = capture(&only, &[&site.url("/1")]).is(2).says(&["was erased from this archive and stays out"]);
    assert!(!run.stderr.contains("it is kept in"), "{}", run.stderr);
    assert_eq!((text(&run.documents()[0], "status"), files(&only)), ("skipped", Vec::new()));
    capture(&only, &["--restore-erased", &site.url("/1")]).is(0);
    assert_eq!(files(&only).len(), 1);
}

/// How long a host was left in peace between two requests.
fn pauses(site: &Site) -> Vec<Duration> {
    site.asked().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

#[test]
fn a_list_is_read_line_by_line_and_hosts_are_left_in_peace() {
    let site = Site::start(|path, socket| send(socket, &answer("200 OK", HTML, page(path).as_bytes())));
    let scratch = Scratch::with_archive();
    let list = format!(
        "# pages\n\n{}\n  {}  \n{}#again\nnews.example/1\nhttp://me:hunter2@a.example/\n{}\n",
        site.url("/1"),
        site.url("/2"),
        site.url("/1"),
        site.url("/3")
    );
    let run = scratch.json_stdin(["capture", "--allow-private", "--delay", "0.3", "-"], &list).is(1);
    assert_eq!(site.paths(), ["/1", "/2", "/3"]);
    assert!(pauses(&site).iter().all(|pause| *pause >= Duration::from_millis(300)), "{:?}", pauses(&site));
    let summary = run.summary();
    assert_eq!((&summary["new"], &summary["rejected"]), (&3.into(), &2.into()));
    let run =
        run.says(&["line 6: news.example/1: it is no address", "line 7: http://…@a.example/", "3 of 5 pages captured"]);
    assert!(!run.stderr.contains("hunter2") && !run.text().contains("hunter2"));
    assert!(run.stderr.contains("1 addresses stand in the list more than once"), "{}", run.stderr);
    let nothing = scratch.json_stdin(["capture", "-"], "# nothing\n").is(2);
    assert!(nothing.text().contains("there is no address in it"));
    scratch.json(["capture", "--resume"]).is(2).says(&["no run in archive/warc has pages left"]);
    scratch.json(["capture"]).is(2);
    scratch.write("pages.txt", &list);
    scratch.json(["capture", "pages.txt"]).is(1).says(&["isnad capture - < FILE"]);
}

#[test]
fn a_host_that_asks_for_a_pause_gets_it() {
    let site = Site::start(|path, socket| {
        let reply = match path {
            "/1" => answer("503 Busy", "Retry-After: 1\r\nContent-Type: text/html\r\n", b"<p>later</p>"),
            _ => answer("200 OK", HTML, page(path).as_bytes()),
        };
        send(socket, &reply);
    });
    let scratch = Scratch::with_archive();
    capture(&scratch, &[&site.url("/1"), &site.url("/2"), &site.url("/3")]).is(1);
    assert_eq!(site.paths(), ["/1", "/2", "/3"]);
    assert!(pauses(&site)[0] >= Duration::from_secs(1), "{:?}", pauses(&site));
}
