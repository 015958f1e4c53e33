//! The shared articles, read as `isnad ingest` reads them, and the labelled pairs of statements in them.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::ops::Range;

use isnad::domain::Reading;
use isnad::page;

/// What one statement is to another, seen from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Label {
    /// All that the first says, the second says.
    Same,
    /// The same with another number, name or negation.
    Altered,
    /// Some of what the first says.
    Part,
    /// Something else.
    Different,
}

/// The half of the pairs that rules may be made on, and the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Tune,
    Held,
}

/// A line of `labels.tsv` with its texts.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) half: Half,
    pub(crate) label: Label,
    pub(crate) why: String,
    /// The words that are looked for.
    pub(crate) asked: String,
    /// The blocks that hold the other statement, joined as in the article.
    pub(crate) there: String,
    /// Where the other statement stands in them.
    pub(crate) span: Range<usize>,
}

/// A quotation of some article, and the blocks it stands in.
#[derive(Debug)]
pub(crate) struct Quoted {
    pub(crate) text: String,
    pub(crate) around: String,
    pub(crate) speaker: Option<String>,
}

/// The folder of the shared data, if it is there; says so if it is not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn shared() -> Option<String> {
    let shared = std::env::var("ISNAD_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let data = format!("{shared}/data");
    let there = std::path::Path::new(&format!("{data}/arabic-news.jsonl.zst")).exists();
    if !there {
        eprintln!("skipped: no articles in {data}");
    }
    there.then_some(data)
}

fn lines(path: &str) -> impl Iterator<Item = String> {
    let mut decoder = zstd::stream::read::Decoder::new(std::fs::File::open(path).unwrap()).unwrap();
    decoder.window_log_max(27).unwrap();
    std::io::BufReader::new(decoder).lines().map(Result::unwrap)
}

fn read(line: &str) -> Option<Reading> {
    page::read(line.as_bytes(), "application/json").ok()
}

/// Reads the labelled pairs; every id and every span must hold.
pub(crate) fn pairs(data: &str) -> Vec<Pair> {
    let table = include_str!("labels.tsv");
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    let wanted: HashSet<&str> = rows.iter().flat_map(|row| [row[9], row[10]]).collect();
    let mut texts: HashMap<String, String> = HashMap::new();
    for name in ["arabic-news", "english-news"] {
        for line in lines(&format!("{data}/{name}.jsonl.zst")) {
            // The id stands first in a line.
            let id = line.split('"').nth(3).unwrap_or_default();
            if wanted.contains(id)
                && let Some(reading) = read(&line)
                && let (Some(article), Some(text)) = (reading.article(), reading.article_text())
            {
                texts.insert(article.to_string(), text);
            }
        }
    }
    rows.iter()
        .map(|row| {
            let number = |at: usize| row[at].parse::<usize>().unwrap();
            let text = |at: usize| texts.get(row[at]).unwrap_or_else(|| panic!("no article {} in {data}", row[at]));
            let other = text(3);
            let blocks = blocks_around(other, number(4)..number(5));
            Pair {
                half: if row[6] == "tune" { Half::Tune } else { Half::Held },
                label: match row[7] {
                    "same" => Label::Same,
                    "altered" => Label::Altered,
                    "part" => Label::Part,
                    "different" => Label::Different,
                    other => panic!("label {other}"),
                },
                why: row[11].to_owned(),
                asked: text(0)[number(1)..number(2)].to_owned(),
                there: other[blocks.clone()].to_owned(),
                span: number(4) - blocks.start..number(5) - blocks.start,
            }
        })
        .collect()
}

/// The whole blocks that hold a span of a canonical text.
fn blocks_around(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text[..span.start].rfind("\n\n").map_or(0, |at| at + 2);
    let end = text[span.end..].find("\n\n").map_or(text.len(), |at| span.end + at);
    start..end
}

/// Quotations of 10 to 45 words, of every `step`th article.
pub(crate) fn quoted(data: &str, name: &str, step: usize) -> Vec<Quoted> {
    let mut found = Vec::new();
    for line in lines(&format!("{data}/{name}.jsonl.zst")).step_by(step) {
        let Some(reading) = read(&line) else { continue };
        let Some(text) = reading.article_text() else { continue };
        for quotation in &reading.quotations {
            let span = quotation.start..quotation.end;
            if (10..=45).contains(&text[span.clone()].split_whitespace().count()) {
                found.push(Quoted {
                    around: text[blocks_around(&text, span.clone())].to_owned(),
                    text: text[span].to_owned(),
                    speaker: quotation.speaker.clone(),
                });
            }
        }
    }
    found
}
