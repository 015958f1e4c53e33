//! Times folding and index tokens over a corpus: `cargo run --release --example quote_speed -- FILE.jsonl.zst`.
#![expect(clippy::print_stdout, reason = "a measuring program prints its numbers")]

use std::io::BufRead;
use std::time::Instant;

use isnad::domain::canonicalise;
use isnad::quote::{Pattern, Target, fold, index_tokens};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a .jsonl.zst file")?;
    let mut decoder = zstd::stream::read::Decoder::new(std::fs::File::open(path)?)?;
    decoder.window_log_max(27)?;
    let mut blocks = Vec::new();
    for line in std::io::BufReader::new(decoder).lines() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        for key in ["title", "text"] {
            let text = article[key].as_str().unwrap_or_default();
            blocks.extend(text.lines().map(canonicalise).filter(|block| !block.is_empty()));
        }
    }
    let bytes: usize = blocks.iter().map(String::len).sum();
    let report = |what: &str, start: Instant, made: usize| {
        let seconds = start.elapsed().as_secs_f64();
        println!("{what}: {:.0} MB/s, {made} made", bytes as f64 / 1e6 / seconds);
    };
    println!("{} blocks, {:.1} MB", blocks.len(), bytes as f64 / 1e6);
    let start = Instant::now();
    report("fold", start, blocks.iter().map(|block| fold(block).len()).sum());
    let start = Instant::now();
    report("index_tokens", start, blocks.iter().map(|block| index_tokens(block).len() / 8).sum());
    align_fifty(&blocks);
    Ok(())
}

/// Times one audit's alignments: a quotation of twenty words with fifty blocks of some sixty words, the best of many runs.
fn align_fifty(blocks: &[String]) {
    let sixty: Vec<&String> =
        blocks.iter().filter(|block| (55..65).contains(&block.split(' ').count())).take(50).collect();
    let Some(quote) = sixty.first().map(|block| block.split(' ').take(20).collect::<Vec<_>>().join(" ")) else {
        return;
    };
    let best = (0..300).map(|_| {
        let start = Instant::now();
        let pattern = Pattern::new(&fold(&quote), &quote);
        let mass: i32 = sixty.iter().map(|block| pattern.align(&Target::new(&fold(block), block)).mass).sum();
        (start.elapsed(), mass)
    });
    if let Some((time, _)) = best.min() {
        println!("fold and align {} blocks of sixty words: {} µs", sixty.len(), time.as_micros());
    }
}
