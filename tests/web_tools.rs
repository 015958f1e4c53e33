//! What tools of others find over a real socket: Memento, annotations, the API, feeds.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod served;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::LazyLock;

use isnad::archive::Archive;
use isnad::archive::ingest::DocumentReport;
use isnad::domain::{ArticleId, RecordId};
use isnad::web::{Clients, Limits};
use serde_json::Value;
use served::{Answer, encoded, request, start};

const URL: &str = "https://one.example/a?id=7";
const ARABIC: &str = "https://one.example/مقال";
const WORDS: &str = "لن نترك الميناء قبل أن يصل آخر قارب";

/// Three captures of one URL, the last of them known to the day only; an Arabic URL; one whose time is that of ingestion;
/// a hostile one.
const PUBLIC: &str = r#"{"url":"https://one.example/a?id=7","outlet":"one.example","published":"2024-05-03T10:00:00Z","captured_at":"2024-05-03T12:00:00Z","title":"الصيادون ينتظرون في الميناء","text":"وقف عشرات الصيادين عند مدخل الميناء منذ الفجر ينتظرون عودة القوارب التي خرجت أمس.\nوقال كبير الصيادين: «لن نترك الميناء قبل أن يصل آخر قارب»، مضيفا أن البحر هدأ قليلا بعد الظهر."}
{"url":"https://one.example/a?id=7","outlet":"one.example","captured_at":"2024-05-04T12:00:00Z","title":"الصيادون ينتظرون في الميناء","text":"وقف عشرات الصيادين عند مدخل الميناء منذ الفجر ينتظرون عودة القوارب التي خرجت أمس.\nوقال كبير الصيادين: «لن نترك الميناء قبل أن يصل آخر قارب»، مضيفا أن البحر هاج من جديد بعد الظهر."}
{"url":"https://one.example/a?id=7","outlet":"one.example","captured_at":"2024-05-06T12:00:00Z","title":"الصيادون عادوا إلى الميناء","text":"عاد عشرات الصيادين إلى مدخل الميناء في الفجر بعد ليلة طويلة في عرض البحر.\nوقال كبير الصيادين إن القوارب كلها وصلت سالمة إلى الرصيف."}
{"url":"https://one.example/a?id=7","outlet":"one.example","captured_at":"2024-05-09","title":"يوم فقط","text":"تحتفل المدينة بعودة الصيادين جميعا إلى بيوتهم بعد أيام من القلق والانتظار.\nوقالت البلدية إنها ستصلح المنارة القديمة قبل حلول الشتاء."}
{"url":"https://one.example/مقال","outlet":"one.example","captured_at":"2024-05-05T12:00:00Z","title":"مقال آخر","text":"تبحث البلدية في إصلاح المنارة القديمة التي توقفت عن العمل قبل عامين.\nوقال المهندس إن العمل يحتاج إلى ثلاثة أشهر على الأقل من الآن."}
{"url":"https://two.example/undated","outlet":"two.example","title":"Nobody said when","text":"The keeper of the lighthouse wrote a letter about the storm and the boats that never came home.\nThe second paragraph of it tells of the long winter that followed after the storm."}
{"url":"javascript:alert(1)","outlet":"\"><img src=x onerror=alert(1)>","published":"2024-05-04T10:00:00Z","captured_at":"2024-05-04T12:00:00Z","title":"<script>alert('title')</script> & ]]> \u0007quoted","text":"The first paragraph holds <script>window.__xss=1</script> and </textarea> as plain words of a text.\nThe second paragraph says, \"<b onmouseover=alert(1)>nobody runs this</b>\", and goes on for a while."}
"#;
const PRIVATE: &str = r#"{"url":"https://one.example/a?id=7","outlet":"secret.example","captured_at":"2024-05-05T12:00:00Z","title":"A confidential headline","text":"The witness asked that this testimony about the warehouse stays away from the public.\nNobody but the archivist reads the second paragraph of this confidential text."}
"#;

/// A running server and what is in it.
struct Fixture {
    address: SocketAddr,
    documents: Vec<DocumentReport>,
    private: DocumentReport,
}

static SERVER: LazyLock<Fixture> = LazyLock::new(|| {
    let (archive, _, documents, private) = make();
    Fixture { address: start(archive, Limits::default()), documents, private }
});

fn make() -> (Archive, PathBuf, Vec<DocumentReport>, DocumentReport) {
    served::make(PUBLIC, PRIVATE)
}

#[track_caller]
fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.text()))
}

/// The links of the one `Link` field, or of a TimeMap, by target.
fn links(text: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let parts = text.split(",\n").flat_map(|line| line.split(", <"));
    parts
        .map(|part| {
            let (target, rest) = part.trim().trim_start_matches('<').split_once('>').unwrap();
            let parameters = rest.split("; ").filter(|parameter| !parameter.is_empty()).map(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap();
                let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                (name.to_owned(), bare.unwrap_or_else(|| panic!("not quoted: {parameter}")).to_owned())
            });
            (target.to_owned(), parameters.collect())
        })
        .collect()
}

fn get(target: &str) -> Answer {
    request(SERVER.address, "GET", target, "")
}

fn base() -> String {
    format!("http://{}", SERVER.address)
}

fn article(index: usize) -> ArticleId {
    SERVER.documents[index].article.unwrap()
}

fn record(index: usize) -> RecordId {
    SERVER.documents[index].record.unwrap()
}

fn page(index: usize) -> String {
    format!("{}/r/{}", base(), record(index))
}

#[test]
fn a_time_map_lists_every_capture_whose_time_somebody_stated() {
    for target in [URL.to_owned(), encoded(URL), URL.replacen("//", "/", 1)] {
        let answer = get(&format!("/timemap/link/{target}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/link-format")), "{target}");
        let base = base();
        let expected = format!(
            "<{URL}>; rel=\"original\",\n\
             <{base}/timegate/{URL}>; rel=\"timegate\",\n\
             <{base}/timemap/link/{URL}>; rel=\"self\"; type=\"application/link-format\"; \
             from=\"Fri, 03 May 2024 12:00:00 GMT\"; until=\"Mon, 06 May 2024 12:00:00 GMT\",\n\
             <{}>; rel=\"first memento\"; datetime=\"Fri, 03 May 2024 12:00:00 GMT\",\n\
             <{}>; rel=\"memento\"; datetime=\"Sat, 04 May 2024 12:00:00 GMT\",\n\
             <{}>; rel=\"last memento\"; datetime=\"Mon, 06 May 2024 12:00:00 GMT\"\n",
            page(0),
            page(1),
            page(2)
        );
        assert_eq!(answer.text(), expected);
    }
    for absent in ["https://two.example/undated", "https://nowhere.example/", "javascript:alert(1)"] {
        assert_eq!(get(&format!("/timemap/link/{absent}")).status, 404, "{absent}");
    }
}

#[test]
fn a_time_gate_leads_to_the_nearest_capture() {
    for (asked, index) in [
        (None, 2),
        (Some("Mon, 01 Jan 2001 00:00:00 GMT"), 0),
        (Some("Sat, 04 May 2024 23:59:59 GMT"), 1),
        (Some("Sun, 05 May 2024 12:00:01 GMT"), 2),
        (Some("Fri, 01 Jan 2100 00:00:00 GMT"), 2),
    ] {
        let headers = asked.map(|date| format!("Accept-Datetime: {date}\r\n")).unwrap_or_default();
        let answer = request(SERVER.address, "GET", &format!("/timegate/{URL}"), &headers);
        assert_eq!((answer.status, answer.header("location")), (302, Some(page(index).as_str())), "{asked:?}");
        assert_eq!(answer.header("vary"), Some("accept-datetime"));
        assert_eq!(answer.header("memento-datetime"), None);
        let links = links(answer.header("link").unwrap());
        let rels: Vec<&str> = links.iter().map(|(_, parameters)| parameters["rel"].as_str()).collect();
        assert_eq!((links[0].0.as_str(), &rels[..2]), (URL, &["original", "timemap"][..]));
        let around: &[&str] = match index {
            0 => &["first memento", "next memento", "last memento"],
            1 => &["first prev memento", "memento", "next last memento"],
            _ => &["first memento", "prev memento", "last memento"],
        };
        assert_eq!(&rels[2..], around, "{asked:?}");
    }
    for bad in ["yesterday", "2024-05-04T12:00:00Z", "Mon, 04 May 2024 12:00:00 GMT", "", "\u{fffd}"] {
        let answer =
            request(SERVER.address, "GET", &format!("/timegate/{URL}"), &format!("Accept-Datetime: {bad}\r\n"));
        assert_eq!(answer.status, 400, "{bad:?}");
        assert!(answer.head.to_lowercase().contains("vary: accept-datetime"), "{}", answer.head);
    }
    let none = get("/timegate/https://two.example/undated");
    assert_eq!(none.status, 404);
    assert!(none.head.to_lowercase().contains("vary: accept-datetime"), "{}", none.head);
}

#[test]
fn a_memento_says_when_it_was_and_where_its_neighbours_are() {
    let dates = ["Fri, 03 May 2024 12:00:00 GMT", "Sat, 04 May 2024 12:00:00 GMT", "Mon, 06 May 2024 12:00:00 GMT"];
    let wanted: [&[(usize, &str)]; 3] = [
        &[(0, "first memento"), (1, "next memento"), (2, "last memento")],
        &[(0, "first prev memento"), (1, "memento"), (2, "next last memento")],
        &[(0, "first memento"), (1, "prev memento"), (2, "last memento")],
    ];
    for index in 0..3 {
        let answer = get(&format!("/r/{}", record(index)));
        assert_eq!((answer.status, answer.header("memento-datetime")), (200, Some(dates[index])));
        assert_eq!(answer.header("vary"), None);
        let links = links(answer.header("link").unwrap());
        let mut expected = vec![
            (page(index), "cite-as"),
            (URL.to_owned(), "original"),
            (format!("{}/timegate/{URL}", base()), "timegate"),
            (format!("{}/timemap/link/{URL}", base()), "timemap"),
        ];
        expected.extend(wanted[index].iter().map(|(at, rel)| (page(*at), *rel)));
        let found: Vec<(String, &str)> =
            links.iter().map(|(target, parameters)| (target.clone(), parameters["rel"].as_str())).collect();
        assert_eq!(found, expected);
    }
    for index in [3, 5, 6] {
        let answer = get(&format!("/r/{}", record(index)));
        assert_eq!((answer.status, answer.header("memento-datetime")), (200, None), "{index}");
        let link = format!("<{}>; rel=\"cite-as\"", page(index));
        assert_eq!(answer.header("link"), Some(link.as_str()));
    }
    let reading = get(&format!("/r/{}", SERVER.documents[0].reading.unwrap()));
    assert_eq!((reading.status, reading.header("memento-datetime")), (200, None));
}

#[test]
fn an_arabic_url_is_found_however_it_is_written() {
    let percent = format!("https://one.example/{}", encoded("مقال"));
    for target in [percent.clone(), encoded(ARABIC), ARABIC.to_owned()] {
        let answer = get(&format!("/timemap/link/{target}"));
        assert_eq!(answer.status, 200, "{target}");
        let links = links(answer.text());
        assert_eq!((links[0].0.as_str(), links.len()), (percent.as_str(), 4));
        let gate = links[1].0.strip_prefix(&base()).unwrap();
        assert_eq!(get(gate).header("location"), Some(page(4).as_str()));
    }
}

#[test]
fn pages_say_by_which_address_to_cite_them() {
    let id = article(0);
    for path in [format!("/a/{id}"), format!("/a/{id}/0-10"), format!("/r/{}", record(0))] {
        let answer = get(&path);
        let links = links(answer.header("link").unwrap());
        let cited = links.iter().find(|(_, parameters)| parameters["rel"] == "cite-as").unwrap();
        assert_eq!(cited.0, format!("{}{path}", base()));
    }
}

#[test]
fn articles_passages_and_captures_are_cited_by_their_own_addresses() {
    let article = format!("/a/{}", article(0));
    let (passage, capture) = (format!("{article}/0-10"), format!("/r/{}", record(0)));
    let (mut keys, mut ids) = (Vec::new(), Vec::new());
    for path in [&article, &passage, &capture] {
        for ending in [".bib", ".ris", ".csl.json", ".wiki", ".md", ".cite.txt"] {
            let answer = get(&format!("{path}{ending}"));
            assert_eq!(answer.status, 200, "{path}{ending}");
            let archived =
                answer.text().split(['{', '}', '<', '>', '"', '=', '\r', '\n', ' ']).any(|word| word == base() + path);
            assert!(archived, "{path}{ending}: {}", answer.text());
        }
        keys.push(get(&format!("{path}.bib")).text().lines().next().unwrap().to_owned());
        ids.push(json(&get(&format!("{path}.csl.json")))[0]["id"].clone());
        let page = get(path);
        assert!(page.text().contains("class=\"Z3988\""), "{path}");
        assert!(page.text().contains("rft.description=Captured%202024-05-03T12%3A00%3A00Z%20%28as"), "{path}");
        assert!(page.text().contains(&format!("href=\"{path}.ris\"")), "{path}");
        assert_eq!(page.text().contains(".anno.json\">"), *path == passage, "{path}");
    }
    keys.dedup();
    ids.dedup();
    assert_eq!((keys.len(), ids.len()), (3, 3), "one list of references holds all three: {keys:?}");
    assert!(get(&format!("{capture}.cite.txt")).text().contains("\nArchived capture: "));
    // A reading is nothing that was captured.
    assert_eq!(get(&format!("/r/{}.bib", SERVER.documents[0].reading.unwrap())).status, 404);
    assert_eq!(get(&format!("/r/{}.bib", SERVER.private.record.unwrap())).status, 404);
}

#[test]
fn the_page_of_an_article_names_its_mementos() {
    let answer = get(&format!("/a/{}", article(0)));
    let links = links(answer.header("link").unwrap());
    assert_eq!((links[1].0.as_str(), links.len()), (page(0).as_str(), 2));
    assert_eq!(links[1].1["rel"], "memento");
    assert_eq!(links[1].1["datetime"], "Fri, 03 May 2024 12:00:00 GMT");
    assert_eq!(answer.header("memento-datetime"), None);
    for without in [3, 5, 6] {
        let answer = get(&format!("/a/{}", article(without)));
        assert!(!answer.header("link").unwrap().contains("memento"), "{without}");
    }
}

#[test]
fn an_annotation_holds_the_words_and_where_they_stand() {
    let id = article(0);
    let text = get(&format!("/a/{id}.txt"));
    let text = text.text();
    let start = text.find(WORDS).unwrap();
    let path = format!("/a/{id}/{start}-{}", start + WORDS.len());
    let answer = get(&format!("{path}.anno.json"));
    assert_eq!(
        answer.header("content-type"),
        Some("application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\"")
    );
    let annotation = json(&answer);
    assert_eq!(annotation["@context"], "http://www.w3.org/ns/anno.jsonld");
    assert_eq!(annotation["id"], format!("{}{path}.anno.json", base()));
    let ours = &annotation["target"][0];
    assert_eq!(ours["source"]["id"], format!("{}/a/{id}.txt", base()));
    let (position, quote) = (&ours["selector"][0], &ours["selector"][1]);
    let (from, to) = (position["start"].as_u64().unwrap() as usize, position["end"].as_u64().unwrap() as usize);
    assert_eq!(text.chars().skip(from).take(to - from).collect::<String>(), WORDS);
    let whole = ["prefix", "exact", "suffix"].map(|part| quote[part].as_str().unwrap()).concat();
    assert_eq!(quote["exact"], WORDS);
    assert!(text.contains(&whole) && whole.chars().count() == WORDS.chars().count() + 64, "{whole}");
    let original = &annotation["target"][1];
    assert_eq!((&original["source"], &original["selector"]["exact"]), (&URL.into(), &WORDS.into()));
    assert_eq!(original["state"]["sourceDate"], "2024-05-03T12:00:00Z");
    assert_eq!(original["state"]["cached"], page(0));
    assert_eq!(get(&format!("/a/{id}/5-5.anno.json")).status, 400);
    // Where no web page is known, only our own text is a target.
    let bare = json(&get(&format!("/a/{}/0-10.anno.json", article(6))));
    assert_eq!(bare["target"].as_array().unwrap().len(), 1);
}

#[test]
fn every_answer_of_the_api_is_as_its_description_says() {
    let description = json(&get("/api/v1/openapi.json"));
    let (id, record) = (article(0), record(0));
    let filled = |path: &str| {
        let path = path.replace("/articles/{id}", &format!("/articles/{id}"));
        let path =
            path.replace("{id}", &record.to_string()).replace("{range}", "0-10").replace("{name}", "one.example");
        let query = match path.as_str() {
            "/api/v1/audit" => format!("?q={}", encoded(WORDS)),
            "/api/v1/search" => format!("?q={}", encoded("الميناء")),
            "/api/v1/timeline" => format!("?url={}", encoded(URL)),
            "/api/v1/diff" => format!("?from={id}&to={}", article(1)),
            "/api/v1/captures" => "?limit=2&outlet=one.example".to_owned(),
            _ => String::new(),
        };
        path + &query
    };
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 12);
    for (path, item) in paths {
        let path = filled(path);
        let answer = get(&path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json; charset=utf-8")));
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        fits(&description, schema, &json(&answer), &path);
        let tag = answer.header("etag").unwrap();
        let again = request(SERVER.address, "GET", &path, &format!("If-None-Match: {tag}\r\n"));
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)), "{path}");
    }
    for (path, status) in [
        ("/api/v1/audit", 400),
        ("/api/v1/audit?q=%20", 400),
        ("/api/v1/captures?cursor=x", 400),
        ("/api/v1/captures?cursor=99999999999999999999", 400),
        ("/api/v1/captures?limit=1001", 400),
        ("/api/v1/timeline?url=https://nowhere.example", 404),
        ("/api/v1/outlets/nowhere.example", 404),
        ("/api/v1/outlets/secret.example", 404),
        ("/api/v1/diff?from=0123", 400),
        ("/api/v1/articles/zz", 400),
        ("/api/v1/nothing", 404),
    ] {
        let answer = get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, Some("application/problem+json")),
            "{path}"
        );
        let schema = serde_json::json!({ "$ref": "#/components/schemas/api-problem" });
        fits(&description, &schema, &json(&answer), path);
        assert_eq!(json(&answer)["status"], status, "{path}");
    }
    let post = request(SERVER.address, "POST", "/api/v1/stats", "");
    assert_eq!((post.status, post.header("content-type")), (405, Some("application/problem+json")));
}

/// Asserts that a value fits a schema of the description.
#[track_caller]
fn fits(description: &Value, schema: &Value, value: &Value, what: &str) {
    let mut schema = schema.clone();
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["components"] = description["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}\n{value}");
}

#[test]
fn the_cursor_leads_through_every_public_capture_once() {
    let mut path = "/api/v1/captures?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = get(&path);
        let page = json(&answer);
        seen.extend(page["captures"].as_array().unwrap().iter().map(|capture| capture["record"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        let links = links(answer.header("link").unwrap());
        path = links[0].0.strip_prefix(&base()).unwrap().to_owned();
        assert_eq!(
            (path.as_str(), links[0].1["rel"].as_str()),
            (&*format!("/api/v1/captures?cursor={next}&limit=2"), "next")
        );
    }
    let expected: Vec<Value> = (0..7).rev().map(|index| record(index).to_string().into()).collect();
    assert_eq!(seen, expected);
}

#[test]
fn the_timeline_of_a_url_says_which_captures_are_mementos() {
    let timeline = json(&get(&format!("/api/v1/timeline?url={}", encoded(URL))));
    let records = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one["record"].as_str().unwrap().to_owned()).collect()
    };
    let wanted = |indexes: &[usize]| -> Vec<String> { indexes.iter().map(|i| record(*i).to_string()).collect() };
    assert_eq!(records(&timeline["captures"]), wanted(&[0, 1, 2, 3]));
    assert_eq!(records(&timeline["mementos"]), wanted(&[0, 1, 2]));
    assert!(!timeline.to_string().contains("confidential"));
    assert_eq!(get(&format!("/r/{}", SERVER.private.record.unwrap())).status, 404);
}

#[test]
fn the_feed_holds_every_public_capture_as_text() {
    let answer = get("/feed.atom");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/atom+xml; charset=utf-8")));
    let xml = answer.text();
    for index in 0..7 {
        assert!(xml.contains(&format!("<id>urn:sha256:{}</id>", record(index))), "{index}");
    }
    assert_eq!((xml.matches("<entry>").count(), xml.contains("confidential")), (7, false));
    assert!(xml.contains("<title>&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt; &amp; ]]&gt;"), "{xml}");
    assert!(!xml.contains("javascript:") && !xml.contains("<script") && !xml.contains('\u{7}'));
    assert!(xml.contains("<updated>2027-01-15T08:00:00Z</updated>"), "the time of logging: {xml}");
    let tag = answer.header("etag").unwrap();
    assert_eq!(request(SERVER.address, "GET", "/feed.atom", &format!("If-None-Match: {tag}\r\n")).status, 304);
    let one = get("/feed.atom?outlet=two.example");
    assert_eq!(one.text().matches("<entry>").count(), 1);
    assert_eq!(get("/feed.atom?outlet=secret.example").status, 404);
}

#[test]
fn the_feed_of_a_quote_is_kept_by_no_cache() {
    let answer = get(&format!("/audit.atom?q={}", encoded(WORDS)));
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    let xml = answer.text();
    assert_eq!(xml.matches("<entry>").count(), 2, "{xml}");
    for index in 0..2 {
        assert!(xml.contains(&format!("{}/a/{}", base(), article(index))), "{xml}");
    }
    let ids: std::collections::BTreeSet<&str> = xml.lines().filter(|line| line.starts_with("<id>")).collect();
    assert_eq!(ids.len(), 3, "an id each");
    let nothing = get(&format!("/audit.atom?q={}", encoded("nobody wrote these seven words about lighthouses")));
    assert_eq!((nothing.status, nothing.text().matches("<entry>").count()), (200, 0));
    assert!(nothing.text().contains("<updated>2027-01-15T08:00:00Z</updated>"));
    assert_eq!(get("/audit.atom").status, 400);
}

#[test]
fn counts_leave_private_captures_out() {
    let stats = json(&get("/api/v1/stats"));
    for (name, count) in [("captures", 7), ("readings", 7), ("articles", 7), ("outlets", 3)] {
        assert_eq!(stats[name], count, "{name}: {stats}");
    }
    assert_eq!((&stats["payload"]["seen"], &stats["payload"]["distinct"]), (&7.into(), &7.into()));
    assert_eq!(stats["article"]["distinct"], 7);
    let (archive, ..) = make();
    let (all, public) = (archive.stats().unwrap(), archive.public().stats().unwrap());
    assert_eq!((all.captures, all.articles, all.outlets), (8, 8, 4));
    assert!(public.block.distinct < all.block.distinct && public.block.seen < all.block.seen);
    assert!(public.payload_stored_bytes < all.payload_stored_bytes && public.leaves == all.leaves);
}

#[test]
fn health_and_figures_are_told() {
    let (archive, ..) = make();
    let entries = format!("isnad_log_entries {}", archive.stats().unwrap().leaves);
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = start(archive, Limits { metrics: Some(metrics), ..Limits::default() });
    let health = request(address, "GET", "/healthz", "");
    assert_eq!((health.status, health.text(), health.header("cache-control")), (200, "ok\n", Some("no-store")));
    request(address, "GET", "/audit?q=a-secret-question", "");
    request(address, "GET", "/a/0123456789?q=a-secret-question", "");
    let figures = request(metrics, "GET", "/metrics", "");
    assert_eq!(figures.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in [
        "isnad_requests_total{page=\"audit\",status=\"2xx\"} 1",
        "isnad_requests_total{page=\"a\",status=\"4xx\"} 1",
        "isnad_request_duration_seconds_count 3",
        "isnad_requests_under_way 0",
        "isnad_archive_up 1",
        &entries,
    ] {
        assert!(figures.text().lines().any(|found| found == line), "{line}\n{}", figures.text());
    }
    assert!(!figures.text().contains("secret") && !figures.text().contains("0123456789"));
    assert_eq!(request(address, "GET", "/metrics", "").status, 404, "not among the pages");
    let health = request(metrics, "GET", "/healthz", "");
    assert_eq!((health.status, health.text()), (200, "ok\n"), "whoever may see the figures need not reach the pages");
    let other = request(metrics, "GET", "/", "");
    assert_eq!((other.status, figures.header("x-content-type-options")), (404, Some("nosniff")));
    assert!(other.header("content-security-policy").is_some() && other.header("cache-control").is_some());
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let (archive, ..) = make();
    let limits = Limits { rate: Some(1), clients: Clients::ByProxy, ..Limits::default() };
    let address = start(archive, limits);
    let ask = |client: &str, path: &str| request(address, "GET", path, &format!("X-Forwarded-For: {client}\r\n"));
    // A bucket holds ten; it may fill a little while this runs, so more are asked for than it can ever hold.
    let refused = (0..2_000).map(|_| ask("192.0.2.1", "/api/v1/stats")).find(|answer| answer.status != 200).unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert!(refused.header("content-security-policy").is_some());
    assert_eq!(ask("192.0.2.2", "/api/v1/stats").status, 200);
    assert_eq!(ask("192.0.2.1", "/healthz").status, 200);
}
