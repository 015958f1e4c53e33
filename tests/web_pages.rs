//! What the pages show over a real socket: a URL over time, outlets and who has the same, searches, quotations, feeds.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod served;

use std::net::SocketAddr;
use std::sync::LazyLock;

use isnad::archive::ingest::DocumentReport;
use isnad::web::Limits;
use served::{Answer, encoded};

const URL: &str = "https://one.example/harbour";
const QUOTE: &str = "لن نترك الميناء قبل أن يصل آخر قارب";
/// Enough words that two outlets that have them have the same text.
const COPIED: &str = "قال شهود عيان إن سفينة الشحن التي رست في الميناء القديم أول أمس تحمل ثلاثمئة طن من الحبوب المخصصة للمخابز في المدينة، وإن تفريغها سيستغرق أربعة أيام على الأقل بسبب تعطل الرافعة الكبيرة منذ الشتاء الماضي. وأوضح مدير الميناء أن قطع الغيار وصلت وأن المهندسين بدؤوا العمل فعلا";

/// Four captures of one URL, one of them in other words and one of no known day; a text that two outlets have, one of
/// them earlier; the same quotation in an earlier article; an Arabic paragraph that begins in Latin letters.
static PUBLIC: LazyLock<String> = LazyLock::new(|| {
    let boats = |at: &str, last: &str| {
        format!(
            r#"{{"url":"{URL}","outlet":"one.example","published":"2024-05-03T10:00:00Z",{at}"title":"الصيادون ينتظرون في الميناء","text":"وقف عشرات الصيادين عند مدخل الميناء منذ الفجر ينتظرون عودة القوارب.\nوقال كبير الصيادين: «{QUOTE}»، مضيفا أن {last}."}}"#
        )
    };
    let copy = |outlet: &str, day: u32, more: &str| {
        format!(
            r#"{{"url":"https://{outlet}/ship{more}","outlet":"{outlet}","published":"2024-06-{day:02}T10:00:00Z","captured_at":"2024-06-20T12:00:00Z","title":"سفينة الحبوب {more}","text":"{COPIED} {more}."}}"#
        )
    };
    [
        boats(r#""captured_at":"2024-05-03T12:00:00Z","#, "البحر هدأ"),
        boats(r#""captured_at":"2024-05-03T18:00:00Z","#, "البحر هدأ"),
        boats(r#""captured_at":"2023-12-31","#, "البحر هاج من جديد"),
        boats("", "البحر هدأ"),
        copy("one.example", 9, "أ"),
        copy("two.example", 7, "ب"),
        copy("three.example", 11, "ج"),
        format!(
            r#"{{"url":"https://two.example/early","outlet":"two.example","published":"2024-05-01T10:00:00Z","captured_at":"2024-05-02T10:00:00Z","title":"قبل ذلك بيومين","text":"كتب مراسلنا من المدينة الساحلية عن ليلة طويلة من الانتظار والقلق.\nوقال كبير الصيادين لمراسلنا: «{QUOTE}».\nBBC وصحف أخرى نقلت الخبر في اليوم التالي عن شهود في المكان نفسه."}}"#
        ),
    ]
    .join("\n")
});
const PRIVATE: &str = r#"{"url":"https://one.example/harbour","outlet":"one.example","captured_at":"2024-05-04T12:00:00Z","title":"A confidential headline","text":"The witness asked that this testimony about the warehouse stays away from the public.\nNobody but the archivist reads the second paragraph of this confidential text."}
"#;

struct Fixture {
    address: SocketAddr,
    documents: Vec<DocumentReport>,
    private: DocumentReport,
}

static SERVER: LazyLock<Fixture> = LazyLock::new(|| {
    let (archive, _, documents, private) = served::make(&PUBLIC, PRIVATE);
    Fixture { address: served::start(archive, Limits::default()), documents, private }
});

fn get(target: &str) -> Answer {
    served::request(SERVER.address, "GET", target, "")
}

/// The page at a path that must be there.
fn page(path: &str) -> String {
    let answer = get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.text().to_owned()
}

fn record(index: usize) -> String {
    SERVER.documents[index].record.unwrap().to_string()
}

fn article(index: usize) -> String {
    format!("/a/{}", SERVER.documents[index].article.unwrap())
}

#[test]
fn a_calendar_shows_every_public_capture_of_a_url_on_its_day() {
    let path = format!("/captures?url={}", encoded(URL));
    let newest = page(&path);
    assert!(newest.contains("address in this archive: 4. Different texts among them: 2."), "{newest}");
    // Two captures of one day lead to the list, one capture leads to its record.
    assert!(newest.contains("May 2024") && !newest.contains("December 2023"));
    assert!(newest.contains("#d-2024-05-03\"") && newest.contains("<li id=\"d-2024-05-03\">"), "{newest}");
    assert!(newest.contains("3 May 2024: captures 2, the first text, or a changed one"), "{newest}");
    let before = page(&format!("{path}&year=2023"));
    assert!(before.contains("31 December 2023: captures 1,") && before.contains(&format!("href=\"/r/{}\"", record(2))));
    for shown in [&newest, &before] {
        assert!(shown.contains("On no known day") && shown.contains(&record(3)), "{shown}");
        assert!(!shown.contains(&SERVER.private.record.unwrap().to_string()), "private captures are on no page");
    }
    assert!(page(&format!("{path}&lang=ar")).contains("أيار/مايو 2024"));
    for (bad, status) in [("", 404), ("&year=soon", 400), ("&month=13", 400), ("&year=99999999999", 400)] {
        let target = if bad.is_empty() { "/captures?url=nowhere".to_owned() } else { format!("{path}{bad}") };
        assert_eq!(get(&target).status, status, "{target}");
    }
    assert!(page(&article(0)).contains("/captures?url="), "the article leads to it");
}

#[test]
fn a_comparison_marks_the_words_that_changed() {
    let shown = page(&format!("/diff?from={}&to={}", record(2), record(0)));
    assert!(shown.contains("removed: </span>هاج من جديد.<") && shown.contains("added: </span>هدأ.<"), "{shown}");
    assert!(shown.contains("Words removed: 3. Words added: 1."), "{shown}");
    assert!(shown.contains("<p class=\"diff\" dir=\"rtl\">") && !shown.contains("<p class=\"diff\" dir=\"auto\">"));
    assert!(page(&format!("/diff?from={}&to={}", record(0), record(1))).contains("Nothing changed here."));
}

#[test]
fn an_outlet_says_who_has_the_same_texts_and_whose_were_there_first() {
    let shown = page("/o/one.example");
    let (two, three) = (shown.find("/o/two.example").unwrap(), shown.find("/o/three.example").unwrap());
    let (two, three) =
        if two < three { (&shown[two..three], &shown[three..]) } else { (&shown[two..], &shown[three..two]) };
    assert!(two.contains("published there first <bdi>1</bdi>"), "{two}");
    assert!(three.contains("published here first <bdi>1</bdi>"), "{three}");
    assert!(shown.contains("May 2024") && shown.contains("rel=\"alternate\" type=\"application/atom+xml\""));
}

#[test]
fn no_cursor_of_an_outlet_breaks_its_page() {
    for before in ["0", "1", "9007199254740991"] {
        assert_eq!(get(&format!("/o/one.example?before={before}")).status, 200, "{before}");
    }
    for before in ["-1", "x", "9007199254740992", "18446744073709551615", "99999999999999999999999999"] {
        assert_eq!(get(&format!("/o/one.example?before={before}")).status, 400, "{before}");
    }
}

#[test]
fn a_search_is_filtered_and_sorted_by_the_clock_asked_for() {
    let words = encoded("كبير الصيادين");
    let found = |more: &str| -> Vec<usize> {
        let shown = page(&format!("/search?q={words}{more}"));
        let at = |index: usize| shown.find(&format!("<a href=\"{}", article(index))).map(|at| (at, index));
        let mut list: Vec<(usize, usize)> = [0, 2, 7].into_iter().filter_map(at).collect();
        list.sort_unstable();
        list.into_iter().map(|(_, index)| index).collect()
    };
    assert_eq!(found("&sort=published&order=old"), [7, 0, 2]);
    assert_eq!(found("&sort=captured&order=old"), [2, 7, 0]);
    assert_eq!(found("&sort=captured&order=new"), [0, 7, 2]);
    assert_eq!(found("&sort=logged&order=old"), [0, 2, 7]);
    assert_eq!(found("&outlet=two.example"), [7]);
    assert_eq!(found("&clock=captured&from=2024-05-01"), [0, 7]);
    assert_eq!(found("&clock=captured&to=2024-01-01"), [2]);
    assert_eq!(found("&role=title"), [] as [usize; 0]);
    for bad in ["&role=x", "&sort=x", "&order=x", "&clock=x", "&from=2024-13-01", "&to=x", "&cursor=x", "&cursor=1.2"] {
        assert_eq!(get(&format!("/search?q={words}{bad}")).status, 400, "{bad}");
    }
}

#[test]
fn the_cursor_leads_through_a_search_once() {
    let mut seen = Vec::new();
    let mut path = format!("/api/v1/search?q={}&limit=1&sort=captured&order=new", encoded("الصيادين"));
    let first = path.clone();
    for _ in 0..4 {
        let page: serde_json::Value = serde_json::from_str(get(&path).text()).unwrap();
        seen.extend(page["results"].as_array().unwrap().iter().map(|hit| hit["article"].as_str().unwrap().to_owned()));
        match page["cursor"].as_str() {
            Some(cursor) => path = format!("{first}&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.iter().map(|id| format!("/a/{id}")).collect::<Vec<_>>(), [article(0), article(7), article(2)]);
}

#[test]
fn a_quotation_says_whether_it_stands_elsewhere_and_earlier() {
    let later = page(&article(0));
    assert!(
        later.contains("class=\"elsewhere earlier\"") && later.contains("Published before this article:"),
        "{later}"
    );
    assert!(later.contains(&format!("{QUOTE}»<a class=\"qref earlier\" href=\"#q1\"")), "{later}");
    let earlier = page(&article(7));
    // The other page was captured in 2023, too, before the publication that it states: which is the earlier is open.
    assert!(earlier.contains("class=\"elsewhere open\""), "{earlier}");
    assert!(later.contains("versions kept: 1"), "an edited history is pointed out: {later}");
}

#[test]
fn blocks_tell_where_they_begin_and_in_which_direction_they_run() {
    let shown = page(&article(7));
    let text = get(&format!("{}.txt", article(7)));
    let at = text.text().find("BBC").unwrap();
    assert!(shown.contains(&format!("<p data-start=\"{at}\" dir=\"rtl\">BBC")), "{shown}");
    let answer = get(&article(7));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("require-trusted-types-for 'script'"), "{policy}");
    let path = shown.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = get(path);
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    let plain = get("/");
    assert!(!plain.header("content-security-policy").unwrap().contains("script-src"), "only where it is loaded");
}

#[test]
fn pages_lead_to_their_feeds() {
    for (path, feed) in [
        ("/".to_owned(), "/feed.atom".to_owned()),
        ("/o/one.example".to_owned(), "/feed.atom?outlet=one.example".to_owned()),
        (format!("/audit?q={}", encoded("الصيادين")), format!("/audit.atom?q={}", encoded("الصيادين"))),
    ] {
        let shown = page(&path);
        let head = shown.split("</head>").next().unwrap();
        assert!(head.contains("type=\"application/atom+xml\"") && head.contains(&format!("href=\"{feed}\"")), "{head}");
        let body = shown.split("</head>").nth(1).unwrap();
        assert!(body.contains(&format!("<a href=\"{feed}\"")), "{path}: a link to be seen");
        assert!(get(&feed).header("content-type").unwrap().starts_with("application/atom+xml"));
    }
}
