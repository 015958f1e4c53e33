//! Scores against the hand-read seeds of the shared set; skipped where that is missing.

use std::path::PathBuf;

use serde_json::Value;

use super::find;
use crate::domain::block::{canonical_text, hashed_spans};
use crate::domain::reading::Quotation;
use crate::domain::{Block, Role};

fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("ISNAD_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    root.join("data/seeds/gold.json").is_file().then_some(root)
}

/// One gold quotation in bytes of the canonical text.
struct Gold {
    id: String,
    start: usize,
    end: usize,
    speech: bool,
    speaker: Option<String>,
    via: Option<String>,
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "title" => Role::Title,
        "section_heading" => Role::Subhead,
        "body" | "pull_quote_repeat" => Role::Body,
        "embedded_tweet" => Role::Tweet,
        _ => return None,
    })
}

/// The blocks of a gold article, and where each begins and ends in code points of the file.
fn blocks(article: &Value) -> (Vec<Block>, Vec<(usize, usize)>) {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let mut out = Vec::new();
    let mut places: Vec<(usize, usize)> = Vec::new();
    let list = article["blocks"].as_array().unwrap();
    for (index, block) in list.iter().enumerate() {
        let Some(role) = role(block["role"].as_str().unwrap()) else { continue };
        let mut text = block["text"].as_str().unwrap().to_owned();
        if role == Role::Tweet && list[index + 1]["role"] == "tweet_attribution" {
            text = format!("{text} {}", list[index + 1]["text"].as_str().unwrap());
        }
        out.push(Block::new(role, &text).unwrap());
        places.push((number(&block["start"]), number(&block["end"])));
    }
    (out, places)
}

fn gold(article: &Value, blocks: &[Block], places: &[(usize, usize)]) -> Vec<Gold> {
    let text = canonical_text(blocks).unwrap();
    let spans = hashed_spans(blocks);
    let mut out = Vec::new();
    for quote in article["quotes"].as_array().unwrap() {
        let from = usize::try_from(quote["inner"]["start"].as_u64().unwrap()).unwrap();
        let Some(block) = places.iter().position(|(start, end)| (*start..*end).contains(&from)) else { continue };
        let words = crate::domain::canonical::canonicalise(quote["inner"]["text"].as_str().unwrap());
        let span = spans.iter().find(|(index, _)| *index == block).unwrap().1.clone();
        let skip: usize =
            blocks[block].text.chars().take((from - places[block].0).saturating_sub(8)).map(char::len_utf8).sum();
        let start = span.start + skip + text[span.start + skip..span.end].find(&words).unwrap();
        let class = quote["class"].as_str().unwrap();
        out.push(Gold {
            id: quote["id"].as_str().unwrap().to_owned(),
            start,
            end: start + words.len(),
            speech: matches!(class, "direct" | "partial"),
            speaker: quote["speaker"].as_str().map(str::to_owned),
            via: quote["via"].as_str().map(str::to_owned),
        });
    }
    out
}

#[derive(Debug, Default)]
struct Tally {
    gold: usize,
    found: usize,
    hit: usize,
    given: usize,
    right: usize,
    via_given: usize,
    via_right: usize,
}

impl Tally {
    fn f1(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let (hit, sum) = (self.hit as f64, (self.gold + self.found) as f64);
        2.0 * hit / sum
    }

    fn count(&mut self, text: &str, golds: &[Gold], found: &[Quotation]) {
        self.gold += golds.iter().filter(|gold| gold.speech).count();
        self.found += found.len();
        for quotation in found {
            let same = |gold: &&Gold| gold.start == quotation.start && gold.end == quotation.end;
            let words = &text[quotation.start..quotation.end];
            let Some(gold) = golds.iter().find(same).filter(|gold| gold.speech) else {
                eprintln!("  too many: {words} | {:?}", quotation.speaker);
                continue;
            };
            self.hit += 1;
            if let Some(speaker) = &quotation.speaker {
                self.given += 1;
                let right = gold.speaker.as_ref().is_some_and(|name| name == speaker || name.starts_with(speaker));
                self.right += usize::from(right);
                if !right {
                    eprintln!("  {} speaker: {speaker}, gold {:?}", gold.id, gold.speaker);
                }
            } else {
                eprintln!("  {} speaker not told, gold {:?}", gold.id, gold.speaker);
            }
            if !quotation.via.is_empty() {
                self.via_given += 1;
                let right =
                    gold.via.as_ref().is_some_and(|via| quotation.via.iter().any(|own| via.contains(own.as_str())));
                self.via_right += usize::from(right);
                if !right {
                    eprintln!("  {} via: {:?}, gold {:?}", gold.id, quotation.via, gold.via);
                }
            }
        }
        for gold in golds.iter().filter(|gold| gold.speech) {
            if !found.iter().any(|quotation| gold.start == quotation.start && gold.end == quotation.end) {
                eprintln!("  {} missed: {}", gold.id, &text[gold.start..gold.end]);
            }
        }
    }
}

#[test]
fn the_seeds_are_read_as_people_read_them() {
    let Some(root) = shared() else {
        eprintln!("skipped: no shared data");
        return;
    };
    let file = std::fs::read_to_string(root.join("data/seeds/gold.json")).unwrap();
    let all: Value = serde_json::from_str(&file).unwrap();
    let mut tally = Tally::default();
    for article in all["articles"].as_array().unwrap() {
        let (blocks, places) = blocks(article);
        let golds = gold(article, &blocks, &places);
        tally.count(&canonical_text(&blocks).unwrap(), &golds, &find(&blocks, &[]));
    }
    eprintln!("{tally:?}, span F1 {:.3}", tally.f1());
    // Recorded floors; measured 1.000, 31 of 31 of 33, 9 of 9.
    assert!(tally.f1() >= 0.97, "span F1 {:.3}", tally.f1());
    assert!(tally.right * 100 >= tally.given * 97, "{} of {} speakers", tally.right, tally.given);
    assert!(tally.given >= 31, "{} speakers told of {}", tally.given, tally.gold);
    assert!(tally.via_right * 10 >= tally.via_given * 9, "{} of {} outlets", tally.via_right, tally.via_given);
}
