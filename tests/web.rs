//! The pages over a real socket: bytes, headers, redirects, refusals, and what must never show.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod served;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::LazyLock;

use isnad::archive::ingest::DocumentReport;
use isnad::archive::{Archive, Clock, StateDir};
use isnad::domain::{ArticleId, PayloadId, RecordId};
use isnad::web::Limits;
use served::{Answer, encoded};

const QUOTE: &str = "لن نترك الميناء قبل أن يصل آخر قارب";

/// Two public articles, one of them hostile, and a private one.
const PUBLIC: &str = r#"{"url":"https://one.example/a","outlet":"one.example","published":"2024-05-03T10:00:00Z","captured_at":"2024-05-03T12:00:00Z","title":"الصيادون ينتظرون في الميناء","text":"وقف عشرات الصيادين عند مدخل الميناء منذ الفجر ينتظرون عودة القوارب التي خرجت أمس.\nوقال كبير الصيادين: «لن نترك الميناء قبل أن يصل آخر قارب»، مضيفا أن البحر هدأ قليلا بعد الظهر."}
{"url":"javascript:alert(1)","outlet":"\"><img src=x onerror=alert(1)>","published":"2024-05-04T10:00:00Z","captured_at":"2024-05-04T12:00:00Z","title":"<script>alert('title')</script> & \"quoted\"","text":"The first paragraph holds <script>window.__xss=1</script> and </textarea> as plain words of a text.\nThe second paragraph says, \"<b onmouseover=alert(1)>nobody runs this</b>\", and goes on for a while."}
"#;
const PRIVATE: &str = r#"{"url":"https://secret.example/a","outlet":"secret.example","captured_at":"2024-05-03T12:00:00Z","title":"A confidential headline","text":"The witness asked that this testimony about the warehouse stays away from the public.\nNobody but the archivist reads the second paragraph of this confidential text."}
"#;

/// A running server and what is in it.
struct Fixture {
    address: SocketAddr,
    folder: PathBuf,
    documents: Vec<DocumentReport>,
    private: DocumentReport,
}

static SERVER: LazyLock<Fixture> = LazyLock::new(|| {
    let (archive, folder, documents, private) = served::make(PUBLIC, PRIVATE);
    Fixture { address: served::start(archive, Limits::default()), folder, documents, private }
});

fn request(method: &str, target: &str, headers: &str) -> Answer {
    served::request(SERVER.address, method, target, headers)
}

fn get(target: &str) -> Answer {
    request("GET", target, "")
}

fn article(index: usize) -> ArticleId {
    SERVER.documents[index].article.unwrap()
}

fn record(index: usize) -> RecordId {
    SERVER.documents[index].record.unwrap()
}

#[test]
fn every_answer_carries_the_protecting_headers() {
    let (id, record) = (article(0), record(0));
    let paths = [
        ("/".to_owned(), 200),
        (format!("/a/{id}"), 200),
        (format!("/a/{id}.txt"), 200),
        (format!("/a/{id}.json"), 200),
        (format!("/a/{id}/0-10"), 200),
        (format!("/r/{record}"), 200),
        (format!("/r/{record}.json"), 200),
        (format!("/r/{}", SERVER.documents[0].reading.unwrap()), 200),
        ("/audit".to_owned(), 200),
        (format!("/audit?q={}", encoded(QUOTE)), 200),
        (format!("/search?q={}", encoded("الميناء")), 200),
        ("/o/".to_owned(), 200),
        ("/o/one.example".to_owned(), 200),
        ("/verify".to_owned(), 200),
        ("/favicon.ico".to_owned(), 200),
        ("/api/v1/stats".to_owned(), 200),
        ("/nowhere".to_owned(), 404),
        ("/%ff%fe/\"><script>".replace(['"', '<', '>'], ""), 404),
    ];
    for (path, status) in paths {
        let answer = get(&path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
}

#[test]
fn the_text_hashes_to_its_address() {
    let id = article(0);
    let answer = get(&format!("/a/{id}.txt"));
    assert_eq!(ArticleId::of(&answer.body), id);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=86400, immutable"));
    let tag = answer.header("etag").unwrap().to_owned();
    let again = request("GET", &format!("/a/{id}.txt"), &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn records_and_payloads_hash_to_their_addresses() {
    let (record, payload) = (record(0), SERVER.documents[0].payload.unwrap());
    let json = get(&format!("/r/{record}.json"));
    assert_eq!(RecordId::of(&json.body), record);
    let bytes = get(&format!("/p/{payload}"));
    assert_eq!(PayloadId::of(&bytes.body), payload);
    assert_eq!(bytes.header("content-type"), Some("application/octet-stream"));
    assert!(bytes.header("content-disposition").unwrap().starts_with("attachment;"));
    assert!(bytes.header("content-security-policy").unwrap().starts_with("sandbox"));
}

#[test]
fn bundles_are_served_of_what_is_public() {
    let id = article(0);
    let answer = get(&format!("/bundle/{id}.zip"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment;"));
    let zip = SERVER.folder.join("served.zip");
    std::fs::write(&zip, &answer.body).unwrap();
    let state = StateDir::at(SERVER.folder.join("state"));
    let tally =
        isnad::archive::bundle::verify_bundle(&zip, &[], &isnad::stamp::Anchors::none(), &state, &mut |_| ()).unwrap();
    assert_eq!((tally.failed, tally.not_checked), (0, 0));
    assert_eq!(get(&format!("/bundle/{}.zip", record(1))).status, 200);
    for page in [format!("/a/{id}"), format!("/r/{}", record(0)), "/verify".to_owned()] {
        assert!(get(&page).text().contains("href=\"/bundle/"), "{page}");
    }
    let private = &SERVER.private;
    for hidden in [
        private.article.unwrap().to_string(),
        private.record.unwrap().to_string(),
        private.payload.unwrap().to_string(),
    ] {
        assert_eq!(get(&format!("/bundle/{hidden}.zip")).status, 404, "{hidden}");
    }
    for nothing in
        [format!("/bundle/{id}"), format!("/bundle/{}.zip", &id.to_string()[..12]), "/bundle/x.zip".to_owned()]
    {
        assert_eq!(get(&nothing).status, 404, "{nothing}");
    }
}

#[test]
fn shortened_ids_lead_to_whole_ones() {
    let id = article(0).to_string();
    for (path, to) in [
        (format!("/a/{}", &id[..8]), format!("/a/{id}")),
        (format!("/a/{}.txt", id[..12].to_uppercase()), format!("/a/{id}.txt")),
        (format!("/a/{}/0-10?lang=ar", &id[..9]), format!("/a/{id}/0-10?lang=ar")),
        (format!("/r/{}.json", &record(0).to_string()[..10]), format!("/r/{}.json", record(0))),
    ] {
        let answer = get(&path);
        assert_eq!((answer.status, answer.header("location")), (302, Some(to.as_str())), "{path}");
    }
    assert_eq!(get(&format!("/a/{}", &id[..7])).status, 404);
    // An id of another kind is told apart, with a way on.
    let other = get(&format!("/a/{}", record(0)));
    assert_eq!(other.status, 404);
    assert!(other.text().contains(&format!("href=\"/r/{}\"", record(0))));
}

#[test]
fn hostile_words_show_as_text() {
    let (id, record) = (article(1), record(1));
    let question = encoded("<script>alert('title')</script> nobody runs this");
    for path in [
        "/".to_owned(),
        format!("/a/{id}"),
        format!("/a/{id}/0-20"),
        format!("/r/{record}"),
        format!("/audit?q={question}"),
        format!("/audit?lang=ar&q={}", encoded("nobody runs this")),
        format!("/search?q={}", encoded("paragraph")),
        format!("/a/{id}?quote={question}"),
        "/o/".to_owned(),
        format!("/o/{}", encoded("\"><img src=x onerror=alert(1)>")),
        format!("/search?q=a&outlet={}", encoded("\"><script>alert(1)</script>")),
        "/a/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E".to_owned(),
    ] {
        let answer = get(&path);
        // The head of an article holds one block of data that no browser runs, and loads one file of our own.
        let page = answer.text().to_lowercase().replacen("<script type=\"application/ld+json\">", "", 1);
        let page = page.replacen("<script src=\"/static/select-", "", 1);
        for bad in ["<script", "<img", "<b onmouseover", "href=\"javascript:", "style=\"", " onerror=\""] {
            assert!(!page.contains(bad), "{path}: {bad}");
        }
    }
    assert!(get(&format!("/a/{id}")).text().contains("&#60;script&#62;alert(&#39;title&#39;)&#60;/script&#62;"));
}

#[test]
fn a_passage_is_marked_and_its_form_leads_to_it() {
    let id = article(0);
    let answer = get(&format!("/a/{id}?quote={}", encoded(QUOTE)));
    assert_eq!(answer.status, 302);
    let target = answer.header("location").unwrap().to_owned();
    let path = target.strip_suffix("#passage").unwrap();
    assert!(path.starts_with(&format!("/a/{id}/")), "{path}");
    let page = get(path);
    assert!(page.text().contains(&format!("<mark id=\"passage\">{QUOTE}</mark>")), "{}", page.text());
    let absent = get(&format!("/a/{id}?quote={}", encoded("words that are not there")));
    assert!(absent.status == 200 && absent.text().contains("role=\"status\""));
}

#[test]
fn what_is_no_passage_is_refused() {
    let id = article(0);
    for range in ["0-1", "5-5", "9-3", "0-99999999", "x-y", "0", "0-", "-1", "00-10", "0-99999999999999999999999"] {
        let answer = get(&format!("/a/{id}/{range}"));
        assert_eq!(answer.status, 400, "{range}");
        assert!(answer.text().contains("action=\"/search\""), "{range}: a way on");
    }
}

#[test]
fn only_reading_is_offered() {
    for path in ["/", "/audit", "/api/v1/audit"] {
        let head = request("HEAD", path, "");
        assert!(head.body.is_empty() && head.status != 405, "{path}");
        let post = request("POST", path, "");
        assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")), "{path}");
        assert!(post.header("content-security-policy").is_some());
    }
    let id = article(0);
    let head = request("HEAD", &format!("/a/{id}.txt"), "");
    let length = get(&format!("/a/{id}.txt")).body.len().to_string();
    assert_eq!((head.status, head.header("content-length")), (200, Some(length.as_str())));
}

#[test]
fn requests_beyond_the_limits_are_refused() {
    assert_eq!(get(&format!("/audit?q={}", "a".repeat(50_000))).status, 414);
    assert_eq!(request("GET", "/", &format!("X-Much: {}\r\n", "a".repeat(40_000))).status, 431);
    assert_eq!(request("GET", "/", "Content-Length: 3\r\n\r\nabc").status, 413);
    let long = get(&format!("/audit?q={}", "word+".repeat(1_000)));
    assert_eq!(long.status, 400);
    assert!(long.text().contains("too long"));
    assert_eq!(get("/audit?q=...").status, 400);
    assert_eq!(get("/search?q=a&offset=-1").status, 400);
}

#[test]
fn the_api_answers_as_the_archive_does() {
    let archive = Archive::open(&SERVER.folder.join("archive"), isnad::store::Access::ReadOnly, Clock::System).unwrap();
    let expected = serde_json::to_string(&archive.public().audit(QUOTE, 100).unwrap()).unwrap();
    let answer = get(&format!("/api/v1/audit?q={}", encoded(QUOTE)));
    assert_eq!(answer.text().trim_end(), expected);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let stats: serde_json::Value = serde_json::from_str(get("/api/v1/stats").text()).unwrap();
    assert!(stats["articles"].as_u64().unwrap() >= 2);
    let id = article(0);
    let view: serde_json::Value = serde_json::from_str(get(&format!("/api/v1/articles/{id}")).text()).unwrap();
    assert_eq!(view["article"], id.to_string());
    let view: serde_json::Value = serde_json::from_str(get(&format!("/api/v1/records/{}", record(0))).text()).unwrap();
    assert_eq!((&view["kind"], &view["capture"]["record"]), (&"capture".into(), &record(0).to_string().into()));
    let error: serde_json::Value = serde_json::from_str(get("/api/v1/audit").text()).unwrap();
    assert_eq!(error["error"]["code"], "usage");
    let missing = get(&format!("/api/v1/articles/{}", "0".repeat(64)));
    let error: serde_json::Value = serde_json::from_str(missing.text()).unwrap();
    assert_eq!((missing.status, &error["error"]["code"]), (404, &"not-found".into()));
}

#[test]
fn private_captures_do_not_exist_for_the_public() {
    let private = &SERVER.private;
    let (id, record, payload) = (private.article.unwrap(), private.record.unwrap(), private.payload.unwrap());
    for path in [
        format!("/a/{id}"),
        format!("/a/{id}.txt"),
        format!("/a/{}", &id.to_string()[..8]),
        format!("/r/{record}"),
        format!("/r/{record}.json"),
        format!("/r/{}", private.reading.unwrap()),
        format!("/p/{payload}"),
        "/o/secret.example".to_owned(),
    ] {
        assert_eq!(get(&path).status, 404, "{path}");
    }
    let words = encoded("the witness asked that this testimony about the warehouse");
    for path in
        ["/".to_owned(), "/o/".to_owned(), format!("/api/v1/audit?q={words}"), format!("/api/v1/search?q={words}")]
    {
        let answer = get(&path);
        assert!(!answer.text().contains(&id.to_string()) && !answer.text().contains("confidential"), "{path}");
    }
}

#[test]
fn the_interface_speaks_the_reader_s_language() {
    let arabic = request("GET", "/", "Accept-Language: ar-SY,en;q=0.5\r\n");
    assert!(arabic.text().contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert_eq!(arabic.header("vary"), Some("accept-language"));
    let switched = request("GET", "/audit?q=x&lang=en", "Accept-Language: ar\r\n");
    assert!(switched.text().contains("<html lang=\"en\" dir=\"ltr\">"));
    assert!(switched.text().contains("href=\"/audit?q=x&#38;lang=ar\""), "the switch keeps the question");
    assert!(switched.text().contains("href=\"/verify?lang=en\""), "links keep the language");
}

#[test]
fn links_lead_to_nothing_but_the_web() {
    let page = get(&format!("/a/{}", article(0)));
    assert!(page.text().contains("href=\"https://one.example/a\" rel=\"noopener nofollow noreferrer\""));
}
