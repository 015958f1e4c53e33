//! What is private leaves no trace on the web: every answer is the same with it and without it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{Cursor, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

use isnad::archive::ingest::{DocumentReport, IngestOptions, Listener};
use isnad::archive::takedown::Code;
use isnad::archive::{Access, Archive, Clock, InitOptions, StateDir};
use isnad::formats::Declared;
use isnad::web::{Limits, serve};

const CLOCK: Clock = Clock::Fixed(1_800_000_000);

/// A sentence that a private page has in the very words asked for, and this one in words that only a second look finds; a
/// text that somebody else captured privately, and before; pages of which there are private versions.
const PUBLIC: &str = r#"{"url":"https://open.example/bridges","published":"2024-05-06T10:00:00Z","captured_at":"2024-05-06T12:00:00Z","title":"What lasts","text":"The engineer of the valley wrote a short letter to the paper about what is going to last there.\nGranite bridges survive timber bridges because surveyors inspect pillars before spring meltwater carry gravel seaward, he wrote."}
{"url":"https://open.example/harbour","published":"2024-05-03T10:00:00Z","captured_at":"2024-05-03T12:00:00Z","title":"The harbour keeps its light","text":"The keeper of the harbour said that the light will stay on for the whole of the winter.\nHe added: \"We shall not leave the harbour before the very last boat of the fleet has come back home\", and went in."}
{"url":"https://open.example/ferry","published":"2024-05-04T10:00:00Z","captured_at":"2024-05-04T12:00:00Z","title":"The ferry is late","text":"The ferry between the two islands was late on every single morning of the past month, the council admitted.\nIts captain told the council: \"The old engine must be replaced before autumn or nobody will reach the school in time\"."}
{"url":"https://other.example/light","published":"2024-05-05T10:00:00Z","captured_at":"2024-05-05T12:00:00Z","title":"ضوء الميناء","text":"قال حارس الميناء إن الضوء سيبقى مشتعلا طوال فصل الشتاء هذا العام.\nوأضاف: «لن نترك الميناء قبل أن يصل آخر قارب من الأسطول»، ثم دخل إلى بيته القديم."}
"#;
const PRIVATE: &str = r#"{"url":"https://hidden.example/bridges","captured_at":"2024-04-06T12:00:00Z","title":"Zarzoura bridges","text":"The engineer of Zarzoura wrote a long letter to the paper about what will last in that place.\nGranite bridges outlast timber bridges whenever surveyors inspect foundations before spring torrents carry gravel downstream, he wrote."}
{"url":"https://hidden.example/zarzoura","outlet":"hidden.example","published":"1901-02-03","captured_at":"2024-04-03T12:00:00Z","title":"Zarzoura testimony","text":"The Zarzoura witness asked that this testimony about the warehouse stays away from everybody.\nNobody but the archivist reads the Zarzoura paragraph of this text, he said: \"I saw seven Zarzoura crates\"."}
{"url":"https://hidden.example/harbour","outlet":"hidden.example","published":"2024-04-01T10:00:00Z","captured_at":"2024-04-01T12:00:00Z","title":"The harbour keeps its light","text":"The keeper of the harbour said that the light will stay on for the whole of the winter.\nHe added: \"We shall not leave the harbour before the very last boat of the fleet has come back home\", and went in."}
{"url":"https://open.example/ferry","outlet":"The Zarzoura Gazette","captured_at":"2024-04-02T12:00:00Z","title":"Zarzoura ferry","text":"The ferry of Zarzoura was late on every single morning of the past month, the hidden council admitted.\nIts captain told the council: \"The old engine must be replaced before spring or somebody will miss the Zarzoura school\"."}
{"url":"https://other.example/light","captured_at":"2024-05-06T12:00:00Z","title":"زرزورة","text":"قال حارس زرزورة إن الضوء سيبقى مشتعلا طوال فصل الشتاء هذا العام.\nوأضاف: «لن نترك زرزورة قبل أن يصل آخر قارب من الأسطول»، ثم دخل إلى بيته القديم."}
"#;
/// What no answer may hold: words, outlet, URL, title, time of what is private.
const NEEDLES: [&str; 7] = ["Zarzoura", "zarzoura", "زرزورة", "hidden.example", "1901-02", "2024-04", "Hidden title"];
/// Words that only private captures have, in these words.
const ASKED: [&str; 5] = [
    "I saw seven Zarzoura crates",
    "The old engine must be replaced before spring or somebody will miss the Zarzoura school",
    "We shall not leave the harbour before the very last boat of the fleet has come back home",
    "لن نترك زرزورة قبل أن يصل آخر قارب من الأسطول",
    "Granite bridges outlast timber bridges whenever surveyors inspect foundations before spring torrents carry gravel downstream",
];

struct Heard(Vec<DocumentReport>);

impl Listener for Heard {
    fn document(&mut self, report: &DocumentReport) {
        self.0.push(report.clone());
    }

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}

/// A folder with an archive that is served, and a door to write to it.
struct Place {
    folder: PathBuf,
    address: SocketAddr,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let options = InitOptions { state: Some(StateDir::at(folder.join("state"))), ..InitOptions::default() };
        let archive = Archive::create(&folder.join("archive"), &options, CLOCK).unwrap();
        let (bound, told) = mpsc::channel();
        let limits = Limits { rate: None, ..Limits::default() };
        std::thread::spawn(move || {
            serve(archive, "127.0.0.1:0".parse().unwrap(), limits, |address| bound.send(address).unwrap())
        });
        Place { folder, address: told.recv().unwrap() }
    }

    fn archive(&self) -> Archive {
        let state = StateDir::at(self.folder.join("state"));
        Archive::open_with_state(&self.folder.join("archive"), Access::ReadWrite, state, CLOCK).unwrap()
    }

    fn ingest(&self, name: &str, bytes: &str, private: bool, declared: Declared) -> Vec<DocumentReport> {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let options = IngestOptions { paths: vec![path], private, declared, ..IngestOptions::default() };
        let mut heard = Heard(Vec::new());
        self.archive().ingest(&options, &AtomicBool::new(false), &mut heard).unwrap();
        assert!(heard.0.iter().all(|report| report.article.is_some()), "{:#?}", heard.0);
        heard.0
    }

    fn get(&self, target: &str) -> (u16, Vec<u8>) {
        self.get_with(target, "")
    }

    fn get_with(&self, target: &str, headers: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let host = self.address;
        write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), bytes)
    }

    /// Size and root of the log, as its checkpoint states them.
    fn head(&self) -> (String, String) {
        let (_, bytes) = self.get("/log/checkpoint");
        let text = String::from_utf8(bytes).unwrap();
        let body = text.split("\r\n\r\n").nth(1).unwrap().to_owned();
        let lines: Vec<&str> = body.lines().collect();
        (lines[1].to_owned(), lines[2].to_owned())
    }

    /// Everything that links, forms, feeds and the API lead to from `seeds`, with all that is behind them.
    fn crawl(&self, seeds: &[String]) -> BTreeMap<String, (u16, String)> {
        let base = format!("http://{}", self.address);
        let mut queue: VecDeque<String> = seeds.iter().cloned().collect();
        let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
        let mut found = BTreeMap::new();
        while let Some(target) = queue.pop_front() {
            let (status, bytes) = self.get(&target);
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
            let text = if target.starts_with("/bundle/") {
                unzipped(&bytes[end + 4..])
            } else {
                String::from_utf8_lossy(&bytes).into_owned()
            };
            for link in links(&text, &base) {
                if !link.starts_with("/log/tile") && seen.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
            assert!(seen.len() < 3_000, "the crawl does not end: {:?}", queue.iter().take(20).collect::<Vec<_>>());
            found.insert(target, (status, text.replace(&base, "BASE")));
        }
        found
    }
}

/// Paths of this server in a page, feed, header or JSON.
fn links(text: &str, base: &str) -> Vec<String> {
    let mut links = Vec::new();
    for mark in ["href=\"", "src=\"", "action=\"", "\"path\":\"", "ocation: ", base] {
        for (at, _) in text.match_indices(mark) {
            let rest = &text[at + mark.len()..];
            let end = rest.find(['"', '<', '>', '\r', '\n', ' ', '\\', ',', ';']).unwrap_or(rest.len());
            let link = rest[..end].replace("&amp;", "&").replace("&#38;", "&");
            let link = link.split('#').next().unwrap().to_owned();
            if link.starts_with('/') && !link.starts_with("//") {
                links.push(link);
            }
        }
    }
    links
}

fn unzipped(bytes: &[u8]) -> String {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let mut text = String::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        // What a verifier needs of the log is of another head each time.
        let name = file.name().unwrap().into_owned();
        if !["checkpoint", "manifest.json", "README.txt"].contains(&name.as_str()) && !name.ends_with("proof") {
            text.push_str(&format!("{name}\n{}\n", String::from_utf8_lossy(&bytes)));
        }
    }
    text
}

/// An answer without what says how long the log is: that is public, and grows with private captures too.
fn without_head(text: &str, (size, root): &(String, String), hex_root: &str) -> String {
    let text = text.replace(root.as_str(), "ROOT").replace(hex_root, "ROOT");
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        out.push_str(if word == *size { "SIZE" } else { &word });
        word.clear();
        out.push(c);
    }
    let fields = |line: &str| {
        let names = ["content-length:", "etag:", "date:", "\"file_bytes\"", "\"leaves\""];
        !names.iter().any(|name| line.to_ascii_lowercase().contains(name))
    };
    out.split_inclusive('\n').filter(|line| fields(line)).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn declared(url: &str, title: &str) -> Declared {
    let mut declared = Declared::default();
    declared.declare("url", url).unwrap();
    declared.declare("title", title).unwrap();
    declared
}

const LOOSE: &str = "The council of the two islands met for the third time within one month, it said in a note.\n\
    It will meet again when the ferry has got its new engine, the note went on to say on Monday.";

fn seeds(public: &[DocumentReport]) -> Vec<String> {
    let mut seeds: Vec<String> = [
        "/",
        "/?lang=ar",
        "/o/",
        "/log",
        "/log/vkey",
        "/verify",
        "/feed.atom",
        "/feed.atom?outlet=open.example",
        "/robots.txt",
        "/healthz",
        "/search",
        "/audit",
        "/api/v1/openapi.json",
        "/api/v1/stats",
        "/api/v1/outlets",
        "/api/v1/outlets/open.example",
        "/api/v1/captures",
        "/api/v1/captures?outlet=open.example",
        "/o/open.example",
    ]
    .map(str::to_owned)
    .to_vec();
    for url in ["https://open.example/harbour", "https://open.example/ferry", "https://other.example/light"] {
        seeds.push(format!("/timemap/link/{url}"));
        seeds.push(format!("/timegate/{url}"));
        seeds.push(format!("/api/v1/timeline?url={}", encoded(url)));
        seeds.push(format!("/api/v1/captures?url={}", encoded(url)));
    }
    for words in ASKED.into_iter().chain(["harbour", "Zarzoura", "ferry", "زرزورة"]) {
        for path in ["/audit", "/search", "/audit.atom", "/api/v1/audit", "/api/v1/search"] {
            seeds.push(format!("{path}?q={}", encoded(words)));
        }
    }
    for report in public {
        let (article, record) = (report.article.unwrap(), report.record.unwrap());
        seeds.extend(["", ".txt", ".json", ".bib", ".ris", ".csl.json"].map(|ending| format!("/a/{article}{ending}")));
        seeds.extend([
            format!("/a/{article}/0-6"),
            format!("/a/{article}/0-6.anno.json"),
            format!("/api/v1/articles/{article}/passages/0-6"),
            format!("/api/v1/diff?from={record}&to={}", public[0].record.unwrap()),
            format!("/diff?from={article}&to={}", public[0].article.unwrap()),
            format!("/r/{record}"),
            format!("/r/{record}.json"),
            format!("/r/{}", report.reading.unwrap()),
            format!("/p/{}", report.payload.unwrap()),
            format!("/bundle/{article}.zip"),
            format!("/api/v1/articles/{article}"),
            format!("/api/v1/records/{record}"),
        ]);
    }
    seeds
}

#[test]
fn public_answers_are_the_same_with_and_without_private_captures() {
    let place = Place::new();
    let mut public = place.ingest("public.jsonl", PUBLIC, false, Declared::default());
    let loose = place.ingest("council.txt", LOOSE, false, declared("https://open.example/council", "The council met"));
    public.extend(loose);
    // A length of the log that no other number of an answer is taken for.
    let filler = "https://filler.example/";
    let lines = (0..300).map(|at| format!("{{\"url\":\"{filler}\",\"text\":\"Filler number {at} of the log.\"}}\n"));
    place.ingest("filler.jsonl", &lines.collect::<String>(), false, Declared::default());
    place.archive().withhold(filler, Code::Other).unwrap();
    let seeds = seeds(&public);
    let root = |place: &Place| place.archive().head().unwrap().1;
    let (before, head, hex) = (place.crawl(&seeds), place.head(), root(&place));
    assert!(before.len() > 150, "{}", before.len());
    for seed in &seeds {
        assert!([200, 302].contains(&before[seed].0), "{seed}: {}", before[seed].1);
    }

    let mut private = place.ingest("private.jsonl", PRIVATE, true, Declared::default());
    // More than one question looks at: they take no room of what is public, and no note counts them.
    let many: String =
        (0..2_100).map(|at| format!("Paragraph {at} tells of the harbour of Zarzoura and its ferry.\n")).collect();
    place.ingest("many.txt", &many, true, Declared::default());
    // What corrects a public capture without being public changes nothing for the public.
    let corrected = declared("https://open.example/council", "Hidden title");
    let corrected = place.ingest("council.txt", LOOSE, true, corrected);
    assert_eq!(format!("{:?}", corrected[0].status), "Corrected");
    private.extend(corrected);
    let (after, new_head, new_hex) = (place.crawl(&seeds), place.head(), root(&place));
    assert_ne!(head, new_head, "private captures are logged");

    for (path, (status, text)) in &after {
        let (status_before, text_before) = before.get(path).unwrap_or_else(|| panic!("{path} is new: {text}"));
        assert_eq!(status, status_before, "{path}");
        // An answer that repeats the question holds its words; the comparison is what tells.
        let asked = path.contains("q=");
        for needle in NEEDLES.iter().filter(|_| !asked) {
            assert!(!text.contains(needle), "{path} holds {needle}: {text}");
        }
        if path.starts_with("/log") {
            continue;
        }
        let (was, is) = (without_head(text_before, &head, &hex), without_head(text, &new_head, &new_hex));
        let differing = was.lines().zip(is.lines()).find(|(a, b)| a != b);
        assert_eq!(was, is, "{path}: {differing:#?}");
    }
    assert_eq!(before.len(), after.len());
    nothing_has_a_private_address(&place, &public, &private);
    tiles_hold_ids_alone(&place, &new_head.0);
}

/// No address of a private capture answers, whole or shortened, withheld or not.
fn nothing_has_a_private_address(place: &Place, public: &[DocumentReport], private: &[DocumentReport]) {
    for withhold in [false, true] {
        for report in private {
            let shared = public.iter().any(|other| other.article == report.article);
            let (article, record) = (report.article.unwrap(), report.record.unwrap());
            if withhold {
                place.archive().withhold(&record.to_string(), Code::Privacy).unwrap();
            }
            let mut paths = vec![
                format!("/r/{record}"),
                format!("/r/{}", &record.to_string()[..10]),
                format!("/r/{record}.json"),
                format!("/r/{}", report.reading.unwrap()),
                format!("/api/v1/records/{record}"),
                format!("/diff?from={record}&to={}", public[0].record.unwrap()),
            ];
            if !shared {
                paths.extend(["", ".txt", ".json", ".bib"].map(|ending| format!("/a/{article}{ending}")));
                paths.push(format!("/a/{article}/0-9"));
                paths.push(format!("/a/{}", &article.to_string()[..12]));
                paths.push(format!("/bundle/{article}.zip"));
                paths.push(format!("/p/{}", report.payload.unwrap()));
                paths.push(format!("/api/v1/articles/{article}"));
            }
            // The corrected capture of a public text is the only one here whose withholding hides something public.
            if withhold && report.url.as_deref() == Some("https://open.example/council") {
                continue;
            }
            for path in paths {
                let (status, bytes) = place.get(&path);
                let text = String::from_utf8_lossy(&bytes);
                assert_eq!(status, 404, "{path}: {text}");
                assert!(!NEEDLES.iter().any(|needle| text.contains(needle)), "{path}: {text}");
            }
        }
    }
    for path in ["/o/hidden.example", "/api/v1/outlets/hidden.example", "/feed.atom?outlet=hidden.example"] {
        assert_eq!(place.get(path).0, 404, "{path}");
    }
    for path in ["/timemap/link/https://hidden.example/zarzoura", "/timegate/https://hidden.example/harbour"] {
        assert_eq!(place.get(path).0, 404, "{path}");
    }
}

/// The log names records by hashes and tells nothing else.
fn tiles_hold_ids_alone(place: &Place, size: &str) {
    let entries: u64 = size.parse().unwrap();
    for tile in 0..=entries / 256 {
        let width = (entries - 256 * tile).min(256);
        let part = if width < 256 { format!(".p/{width}") } else { String::new() };
        let (status, bytes) = place.get(&format!("/log/tile/entries/{tile:03}{part}"));
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!((status, text.matches("isnad/v1 ").count() as u64), (200, width));
        assert!(!NEEDLES.iter().any(|needle| text.contains(needle)));
    }
}

#[test]
fn a_published_capture_is_there_for_everybody_and_the_log_says_so() {
    let place = Place::new();
    place.ingest("public.jsonl", PUBLIC, false, Declared::default());
    let private = place.ingest("private.jsonl", PRIVATE, true, Declared::default());
    let (article, record) = (private[1].article.unwrap(), private[1].record.unwrap());
    let address = format!("/a/{article}");
    assert_eq!(place.get(&address).0, 404);
    let (size, _) = place.archive().head().unwrap();
    let done = place.archive().publish(&article.to_string()).unwrap();
    assert_eq!((done.len(), done[0].done, done[0].record, done[0].index), (1, "published", record, Some(size)));
    let (status, bytes) = place.get(&address);
    assert!(status == 200 && String::from_utf8_lossy(&bytes).contains("Zarzoura testimony"));
    let again = place.archive().publish(&record.to_string()).unwrap();
    assert_eq!((again[0].done, again[0].index), ("public-already", None));
    assert_eq!(place.archive().head().unwrap().0, size + 1, "nothing was logged twice");

    // One outlet's private capture of a text that another shows: publishing names only what was private.
    let shared = private[2].article.unwrap();
    let done = place.archive().publish(&shared.to_string()).unwrap();
    let mut told: Vec<&str> = done.iter().map(|one| one.done).collect();
    told.sort_unstable();
    assert_eq!(told, ["public-already", "published"]);
    let (_, bytes) = place.get(&format!("/a/{shared}"));
    assert!(String::from_utf8_lossy(&bytes).contains("hidden.example"));

    // The display name that a private capture stated shows only now.
    assert!(!String::from_utf8_lossy(&place.get("/api/v1/outlets").1).contains("Gazette"));
    place.archive().publish(&private[3].record.unwrap().to_string()).unwrap();
    assert!(String::from_utf8_lossy(&place.get("/api/v1/outlets").1).contains("The Zarzoura Gazette"));

    let hidden = private[4].record.unwrap().to_string();
    place.archive().withhold(&hidden, Code::Privacy).unwrap();
    let (before, refused) = (place.archive().head().unwrap(), place.archive().publish(&hidden).unwrap_err());
    assert!(refused.message.contains("--undo"), "{refused}");
    assert_eq!(place.archive().head().unwrap(), before);
}

#[test]
fn a_page_is_made_anew_with_the_first_request_after_a_change() {
    let place = Place::new();
    let title = |title: &str| declared("https://open.example/council", title);
    let article = place.ingest("council.txt", LOOSE, false, title("The council met"))[0].article.unwrap();
    let path = format!("/a/{article}");
    let tagged = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().find_map(|line| line.strip_prefix("etag: ").map(|tag| tag.trim().to_owned())).unwrap()
    };
    let has = |bytes: &[u8], words: &str| String::from_utf8_lossy(bytes).contains(words);
    let (_, first) = place.get(&path);
    let known = format!("If-None-Match: {}\r\n", tagged(&first));
    assert!(has(&first, "The council met"));
    assert_eq!(place.get(&path).1.len(), first.len());
    let (status, nothing) = place.get_with(&path, &known);
    assert!(status == 304 && !has(&nothing, "<html") && tagged(&nothing) == tagged(&first));
    let (_, arabic) = place.get(&format!("{path}?lang=ar"));
    assert!(has(&arabic, "lang=\"ar\" dir=\"rtl\"") && tagged(&arabic) != tagged(&first));
    assert!(has(&place.get_with(&path, "Accept-Language: ar\r\n").1, "<html lang=\"ar\""));
    assert!(has(&place.get_with(&path, "Accept-Language: en\r\n").1, "<html lang=\"en\""));

    place.ingest("council.txt", LOOSE, false, title("The council met again"));
    let (status, second) = place.get_with(&path, &known);
    assert!(status == 200 && has(&second, "The council met again") && tagged(&second) != tagged(&first));
    place.archive().withhold(&path, Code::Privacy).unwrap();
    assert_eq!(place.get_with(&path, &known).0, 404);
    place.archive().lift(&path).unwrap();
    assert_eq!(place.get(&path).0, 200);
    place.archive().erase(&path, Code::Privacy).unwrap();
    assert_eq!(place.get_with(&path, &known).0, 404);
    // An answer that depends on words of the reader is made each time, and nobody keeps it.
    assert!(!has(&place.get("/search?q=council").1, "etag: "));
}

/// What the server says it looked through, having kept what it counted before, is what a fresh count finds.
#[test]
fn what_was_added_is_counted_as_if_all_were_counted() {
    let place = Place::new();
    let mut counted = Vec::new();
    let mut look = |what: &str| {
        let (status, bytes) = place.get("/api/v1/audit?q=harbour");
        assert_eq!(status, 200, "{what}");
        let text = String::from_utf8(bytes).unwrap();
        let said: serde_json::Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        let fresh = serde_json::to_value(place.archive().public().audit("harbour", 1).unwrap().archive).unwrap();
        assert_eq!(said["archive"], fresh, "{what}");
        counted.push(fresh["articles"].as_u64().unwrap());
    };
    let ingest = |name: &str, text: &str, private| place.ingest(name, text, private, Declared::default());
    look("nothing");
    ingest("public.jsonl", PUBLIC, false);
    look("the first");
    let older = PUBLIC.replace("2024-05", "2023-05").replace("open.example", "older.example");
    ingest("older.jsonl", &older, false);
    look("the same texts, published before");
    ingest("council.txt", LOOSE, false);
    look("another");
    let secret = ingest("private.jsonl", PRIVATE, true);
    look("private ones");
    let ferry = PUBLIC.replace("The ferry", "A ferry");
    ingest("ferry.jsonl", &ferry, false);
    look("a public one after private ones");
    place.archive().publish(&secret[1].record.unwrap().to_string()).unwrap();
    look("one is published");
    for report in &secret[2..] {
        place.archive().publish(&report.record.unwrap().to_string()).unwrap();
    }
    place.archive().publish(&secret[0].record.unwrap().to_string()).unwrap();
    look("all are published");
    ingest("council2.txt", &LOOSE.replace("third", "fourth"), false);
    look("another, with nothing hidden");
    let council = "The council of the two islands met no more.";
    let last = ingest("council3.txt", council, false)[0].record.unwrap().to_string();
    place.archive().withhold(&last, Code::Other).unwrap();
    look("one came and is withheld");
    place.archive().lift(&last).unwrap();
    look("it is shown again");
    place.archive().erase(&last, Code::Other).unwrap();
    look("it is erased");
    ingest("council4.txt", &LOOSE.replace("third", "fifth"), false);
    look("another, under the key of what was erased");
    assert_eq!(counted, [0, 4, 4, 5, 5, 6, 7, 10, 11, 11, 12, 11, 12]);
}
