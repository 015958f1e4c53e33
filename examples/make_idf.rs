//! Counts in how many articles each stem stands and writes the table of `src/quote/idf.rs`; `tools/make-idf` runs it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, Write};

use isnad::domain::canonicalise;
use isnad::quote::{fold, idf, stem::stem, tokens::hash_word};

/// Stems that fewer articles hold are left to the rule for unknown ones.
const FEWEST: u32 = 3;

/// Articles and counts of one family of scripts.
#[derive(Default)]
struct Counts {
    articles: u32,
    stems: HashMap<String, u32>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let out = args.next().ok_or("usage: make_idf OUT FILE.jsonl.zst…")?;
    let mut families = [Counts::default(), Counts::default()];
    let mut names = Vec::new();
    for path in args {
        count_file(&path, &mut families)?;
        names.push(path.rsplit('/').next().unwrap_or_default().to_owned());
    }
    let mut table = BTreeMap::new();
    for family in &families {
        for (stem, &count) in family.stems.iter().filter(|(_, count)| **count >= FEWEST) {
            let nats = (f64::from(family.articles + 1) / (f64::from(count) + 0.5)).ln().max(0.0);
            let step = (nats * f64::from(idf::STEPS)).round();
            if step < f64::from(idf::MOST / idf::NAT * idf::STEPS) {
                let key = (hash_word(stem) >> 32) as u32;
                // Of two stems with one hash the commoner counts: too little weight beats too much.
                let least = table.entry(key).or_insert(u8::MAX);
                *least = (*least).min(step as u8);
            }
        }
    }
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    let articles = families[0].articles + families[1].articles;
    writeln!(
        file,
        "isnad-idf {} from {} articles ({}) {} stems",
        idf::IDF_VERSION,
        articles,
        names.join(" "),
        table.len()
    )?;
    for (key, step) in table {
        file.write_all(&key.to_be_bytes())?;
        file.write_all(&[step])?;
    }
    file.flush()?;
    Ok(())
}

fn count_file(path: &str, families: &mut [Counts; 2]) -> Result<(), Box<dyn std::error::Error>> {
    let mut decoder = zstd::stream::read::Decoder::new(std::fs::File::open(path)?)?;
    decoder.window_log_max(27)?;
    for line in std::io::BufReader::new(decoder).lines() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let mut stems = HashSet::new();
        for key in ["title", "text"] {
            let text = canonicalise(article[key].as_str().unwrap_or_default());
            stems.extend(fold(&text).words().map(|word| stem(word).to_owned()));
        }
        let arabic = |stem: &str| stem.chars().all(|c| ('\u{600}'..='\u{6ff}').contains(&c));
        let family = usize::from(stems.iter().filter(|stem| arabic(stem)).count() * 2 < stems.len());
        families[family].articles += 1;
        for stem in stems {
            // Latin words in Arabic articles are counted where their language is.
            let home = if arabic(&stem) { 0 } else { 1 };
            if home == family || stem.bytes().all(|byte| byte.is_ascii_digit()) {
                *families[family].stems.entry(stem).or_default() += 1;
            }
        }
    }
    Ok(())
}
