//! Scores the extractor on the shared set and holds it to recorded floors.
//!
//! `cargo test --release --test quality -- --nocapture` prints the table. `QUALITY_WORST=20` adds the worst pages of the
//! half that rules may be made on, `QUALITY_PAGE=ID` one page with all roles. Floors stand in `floors.txt`.

#![expect(clippy::unwrap_used, reason = "a scorer that cannot read its gold must fail loudly")]

mod charset;
mod figures;
mod gold;
mod visible;

use std::path::Path;

use figures::{Figures, f1, shared, words};
use gold::Page;
use isnad::domain::reading::Reading;
use isnad::domain::{Role, Time};
use isnad::page::{self, charset::decode_html};
use rayon::prelude::*;
use serde_json::Value;

/// What one page contributes.
struct Score {
    name: String,
    value: f64,
    why: String,
}

fn body(reading: &Reading) -> String {
    let body = reading.blocks.iter().filter(|block| matches!(block.role, Role::Subhead | Role::Body | Role::Tweet));
    body.map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn score_page(page: &Page, tweets: &[Value]) -> Vec<Score> {
    let reading = page::read(&page.bytes, "text/html").unwrap_or_default();
    let mut scores = Vec::new();
    let mut add = |name: &str, value: f64, why: String| scores.push(Score { name: name.to_owned(), value, why });
    let text = body(&reading);
    let found = words(&text);
    if page.kind == "full-text" {
        let gold = words(page.text("body").unwrap_or_default());
        let (value, precision, recall) = f1(&found, &gold);
        let set = if page.arabic { "arabic" } else { page.set.as_str() };
        add(&format!("body F1 {set}"), value, format!("P {precision:.3} R {recall:.3}"));
    }
    if page.kind == "reference-text" {
        let gold = words(page.text("body").or(page.text("text")).unwrap_or_default());
        if !gold.is_empty() {
            let (value, precision, recall) = f1(&found, &gold);
            add("body F1 reference-text (not scored)", value, format!("P {precision:.3} R {recall:.3}"));
        }
    }
    let line = found.join(" ");
    for (name, key) in [("segments wanted found", "with"), ("segments unwanted kept", "without")] {
        for segment in page.list(key) {
            let hit = line.contains(&words(segment).join(" "));
            add(name, f64::from(u8::from(hit)), segment.to_owned());
        }
    }
    let decoded = decode_html(&page.bytes, None).map(|decoded| decoded.text).unwrap_or_default();
    let shown = words(&isnad::domain::canonicalise(&visible::text(&decoded)));
    let all: Vec<String> = reading.blocks.iter().flat_map(|block| words(&block.text)).collect();
    if !shown.is_empty() {
        let missing: Vec<&String> = shown.iter().filter(|word| !all.contains(word)).take(12).collect();
        add("nothing dropped", shared(&shown, &all) as f64 / shown.len() as f64, format!("{missing:?}"));
    }
    if let Some(title) = page.text("title") {
        let printed = reading.title_block().unwrap_or_default();
        let same = words(title) == words(printed);
        add("title printed as in gold (not scored)", f64::from(u8::from(same)), format!("{title:?} {printed:?}"));
        let stated = reading.title.iter().any(|claim| words(&claim.value) == words(title));
        add("title printed or stated (not scored)", f64::from(u8::from(same || stated)), format!("{title:?}"));
    }
    score_day(page, &reading, &mut add);
    score_tweets(page, &reading, tweets, &mut add);
    scores
}

fn score_day(page: &Page, reading: &Reading, add: &mut impl FnMut(&str, f64, String)) {
    let gold = page.text("published").or(page.text("date")).filter(|_| page.set != "omnivore");
    let Some(gold) = gold else { return };
    let given = reading.published.first();
    let right = given.is_some_and(|time| same_day(time, gold));
    let why = format!(
        "gold {gold} given {:?}",
        reading.published.iter().map(|time| (&time.edtf, time.basis)).collect::<Vec<_>>()
    );
    add("day right", f64::from(u8::from(right)), why.clone());
    // A set of days, `[a,b]`, gives no day: it says that the page leaves it open.
    let gives_day = given.is_some_and(|time| !time.edtf.starts_with('['));
    add("day wrong", f64::from(u8::from(gives_day && !right)), why);
}

/// Whether the day is the gold's as printed there, or, where both state a zone, the same in UTC.
fn same_day(time: &Time, gold: &str) -> bool {
    let utc = |text: &str| isnad::domain::edtf::parse_time(text, time.basis).ok().filter(|time| time.zone.is_some());
    time.edtf.get(..10) == gold.get(..10)
        || time.zone.is_some()
            && utc(gold).is_some_and(|gold| gold.from.map(|at| at / 86_400) == time.from.map(|at| at / 86_400))
}

fn score_tweets(page: &Page, reading: &Reading, tweets: &[Value], add: &mut impl FnMut(&str, f64, String)) {
    let own = tweets.iter().find(|line| line["file"].as_str().is_some_and(|file| file.contains(&page.id)));
    let gold: Vec<&Value> = own.and_then(|line| line["tweets"].as_array()).into_iter().flatten().collect();
    let id = |tweet: &Value| tweet["id"].as_str().and_then(|id| id.parse::<u64>().ok());
    for tweet in &gold {
        let row = reading.tweets.iter().find(|row| row.id.is_some() && row.id == id(tweet));
        add("tweets recall", f64::from(u8::from(row.is_some())), format!("{tweet}"));
        let Some(row) = row else { continue };
        let field = |key: &str| tweet[key].as_str().map(isnad::domain::canonicalise).unwrap_or_default();
        // The row keeps every mark of the words as printed; white space alone is collapsed.
        let words = tweet["text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        add("tweets text equal", f64::from(u8::from(row.text == words)), format!("{:?} {words:?}", row.text));
        add("tweets handle equal", f64::from(u8::from(row.handle.as_deref() == Some(&field("handle")))), String::new());
    }
    for row in reading.tweets.iter().filter(|_| own.is_some()) {
        let known = gold.iter().any(|tweet| row.id.is_some() && id(tweet) == row.id);
        add("tweets precision", f64::from(u8::from(known)), format!("{:?} {}", row.id, row.text));
    }
}

#[expect(clippy::print_stdout, reason = "the table is what this is run for")]
fn run(data: &Path) -> Figures {
    let pages = gold::pages(data);
    let tweets = gold::lines(&data.join("tweets/manifest.jsonl"));
    if let Ok(id) = std::env::var("QUALITY_PAGE") {
        show(&pages, &id);
    }
    let began = std::time::Instant::now();
    let read: usize = pages.par_iter().filter(|page| page::read(&page.bytes, "text/html").is_ok()).count();
    println!("{read} pages read, {:.0} pages/s", read as f64 / began.elapsed().as_secs_f64());
    let scored: Vec<(&Page, Vec<Score>)> = pages.par_iter().map(|page| (page, score_page(page, &tweets))).collect();
    let mut figures = Figures::default();
    let mut worst: Vec<(String, f64, String)> = Vec::new();
    for (page, scores) in scored {
        for score in scores {
            figures.add(&score.name, page.is_dev(), score.value);
            if page.is_dev() || std::env::var("QUALITY_ALL").is_ok() {
                worst.push((score.name, score.value, format!("{} {} {}", page.id, page.url, score.why)));
            }
        }
    }
    charset::score(data, &pages, &mut figures);
    print!("{}", figures.table());
    if let Some(count) = std::env::var("QUALITY_WORST").ok().and_then(|count| count.parse().ok()) {
        print_worst(worst, count);
    }
    figures
}

#[expect(clippy::print_stdout, reason = "asked for by the environment")]
fn print_worst(mut worst: Vec<(String, f64, String)>, count: usize) {
    for (name, value, _) in &mut worst {
        if matches!(name.as_str(), "segments unwanted kept" | "day wrong") {
            *value = 1.0 - *value;
        }
    }
    worst.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut names: Vec<String> = worst.iter().map(|(name, _, _)| name.clone()).collect();
    names.dedup();
    for name in names {
        for (_, value, why) in worst.iter().filter(|(other, value, _)| *other == name && *value < 0.98).take(count) {
            println!("{name}: {value:.3} {why}");
        }
    }
}

#[expect(clippy::print_stdout, reason = "asked for by the environment")]
fn show(pages: &[Page], id: &str) {
    for page in pages.iter().filter(|page| page.id.starts_with(id)) {
        let reading = page::read(&page.bytes, "text/html").unwrap_or_default();
        let gold = words(page.text("body").unwrap_or_default());
        println!("{} {}", page.id, page.url);
        for block in &reading.blocks {
            let words = words(&block.text);
            let in_gold = shared(&words, &gold) as f64 / words.len().max(1) as f64;
            let text: String = block.text.chars().take(110).collect();
            println!("{:<9} {in_gold:.1} {text}", block.role.name());
        }
        println!("{:?} {:?} {:?} {:?}", reading.byline, reading.published, reading.title, reading.notes);
    }
}

/// The floors: `at-least NAME FIGURE` or `at-most NAME FIGURE`, a line each.
fn below_floors(figures: &Figures) -> Vec<String> {
    let mut below = Vec::new();
    for line in include_str!("floors.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (rule, rest) = line.split_once(' ').unwrap();
        let (name, figure) = rest.rsplit_once(' ').unwrap();
        let (floor, reached): (f64, f64) = (figure.parse().unwrap(), figures.get(name, "all").unwrap_or(f64::NAN));
        let holds = if rule == "at-most" { reached <= floor } else { reached >= floor };
        if !holds {
            below.push(format!("{name}: {reached:.4}, {rule} {floor}"));
        }
    }
    below
}

#[test]
#[expect(clippy::print_stderr, reason = "says why nothing was measured")]
fn figures_do_not_fall_below_their_floors() {
    let Some(data) = gold::shared() else {
        eprintln!("skipped: no shared data; set ISNAD_SHARED to the folder that holds data/html/manifest.jsonl");
        return;
    };
    let below = below_floors(&run(&data));
    assert!(below.is_empty(), "below the floors of tests/quality/floors.txt:\n{}", below.join("\n"));
}
