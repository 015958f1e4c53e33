//! Statistics and speed over a large corpus; run by hand: `cargo test --release --lib corpus -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::*;
use crate::domain::Time;
use crate::domain::edtf::parse_time;
use crate::page::published::resolve;

#[derive(serde::Deserialize)]
struct Article {
    id: String,
    title: Option<String>,
    text: String,
    published: Option<String>,
}

fn corpus() -> Option<Vec<Article>> {
    let root = std::env::var("ISNAD_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let file = std::fs::File::open(std::path::Path::new(&root).join("data/arabic-news.jsonl.zst")).ok()?;
    let mut decoder = zstd::Decoder::new(file).ok()?;
    decoder.window_log_max(27).ok()?;
    let lines = std::io::BufReader::new(decoder).lines();
    Some(lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok()).collect())
}

/// Time this thread has spent on a processor (Linux), so that a busy machine does not count.
fn cpu_nanoseconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|field| field.parse().ok()).unwrap_or(f64::NAN)
}

#[test]
#[ignore = "takes seconds; prints what every role holds and how fast it was read"]
#[expect(clippy::print_stderr, reason = "its output is what it is for")]
fn roles_and_speed_over_the_corpus() {
    let Some(articles) = corpus() else {
        eprintln!("skipped: no shared data");
        return;
    };
    let dump = std::env::var("ISNAD_DUMP").ok();
    for with_title in [true, false] {
        let start = cpu_nanoseconds();
        let readings: Vec<Reading> = articles
            .iter()
            .map(|article| read(&article.text, article.title.as_deref().filter(|_| with_title)))
            .collect();
        let micros = (cpu_nanoseconds() - start) / 1000.0 / articles.len() as f64;
        let mut counts: BTreeMap<Role, usize> = BTreeMap::new();
        let mut out = String::new();
        for (article, reading) in articles.iter().zip(&readings) {
            for block in &reading.blocks {
                *counts.entry(block.role).or_default() += 1;
                out.push_str(&format!("{}\t{}\t{}\n", block.role, article.id, block.text));
            }
        }
        eprintln!("title {with_title}: {micros:.1} µs an article, {counts:?}");
        if let Some(dump) = &dump {
            std::fs::write(format!("{dump}.{with_title}"), out).unwrap();
        }
        if with_title {
            bounds(&articles, &readings);
        }
    }
}

/// Compares what the text alone tells with the publication time that the corpus states.
#[expect(clippy::print_stderr, reason = "its output is what it is for")]
fn bounds(articles: &[Article], readings: &[Reading]) {
    let captured = Time::at_second(1_600_000_000, Basis::Ingest);
    let mut given: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (article, reading) in articles.iter().zip(readings) {
        let stated = article.published.as_deref().and_then(|text| parse_time(text, Basis::Declared).ok());
        let (Some(stated), Some(found)) = (stated, resolve(reading, &[], &[], &captured, &captured)) else { continue };
        let entry = given.entry(found.basis.name()).or_default();
        entry.0 += 1;
        if !found.overlaps(&stated) {
            entry.1 += 1;
            if entry.1 <= 12 {
                let words: Vec<_> = reading.dates.iter().map(|date| (&date.words, date.relation)).collect();
                eprintln!(
                    "{} {} but stated {}: {words:?}",
                    article.id,
                    found.edtf.get(..24).unwrap_or(&found.edtf),
                    stated.edtf
                );
            }
        }
    }
    eprintln!("times given and wrong, by basis: {given:?}");
}
