//! Times folding and index tokens over a corpus: `cargo run --release --example quote_speed -- FILE.jsonl.zst`.
#![expect(clippy::print_stdout, reason = "a measuring program prints its numbers")]

use std::io::BufRead;
use std::time::Instant;

use isnad::domain::canonicalise;
use isnad::quote::{fold, index_tokens};

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
    Ok(())
}
