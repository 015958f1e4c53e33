//! WARC, ARC and WACZ files as they lie in the shared data, against what warcio reads from them.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use isnad::formats::{Input, Item, items};

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ISNAD_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    writeln!(std::io::stderr(), "skipped: {} is missing", path.display()).unwrap();
    None
}

#[derive(Default, Debug)]
struct Tally {
    documents: usize,
    html_200: usize,
    skipped: usize,
    revisits: usize,
    rejected: Vec<String>,
}

fn tally(items: impl Iterator<Item = Item>) -> Tally {
    let mut tally = Tally::default();
    for item in items {
        match item {
            Item::Captured(captured) => {
                tally.documents += 1;
                let html = captured.media_type.contains("html");
                let original = !captured.notes.iter().any(|note| note.starts_with("a revisit"));
                tally.html_200 += usize::from(html && captured.http_status == Some(200) && original);
                if std::env::var_os("SHOW").is_some() {
                    let digests: Vec<_> =
                        captured.digests.iter().map(|d| format!("{:?} {}", d.outcome, d.why)).collect();
                    writeln!(
                        std::io::stderr(),
                        "   {} {:?} {} {} {:?} {:?}",
                        captured.source,
                        captured.http_status,
                        captured.media_type,
                        captured.payload.len(),
                        captured.notes,
                        digests
                    )
                    .unwrap();
                }
            }
            Item::Skipped { source, why } => {
                tally.skipped += 1;
                if std::env::var_os("SHOW").is_some() {
                    writeln!(std::io::stderr(), "   {source} SKIPPED {why}").unwrap();
                }
            }
            Item::Revisit(_) => tally.revisits += 1,
            Item::Rejected { source, error } => tally.rejected.push(format!("{source}: {error}")),
        }
    }
    tally
}

#[test]
fn every_shared_file_reads_as_warcio_reads_it_or_better() {
    let Some(manifest) = shared("data/warc/manifest.jsonl") else { return };
    let folder = manifest.parent().unwrap().to_owned();
    for line in std::fs::read_to_string(manifest).unwrap().lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = entry["file"].as_str().unwrap();
        if std::env::var("ONLY").is_ok_and(|only| !name.contains(&only)) {
            continue;
        }
        let tally = tally(items(name, Input::File(Box::new(File::open(folder.join(name)).unwrap()))));
        let theirs = &entry["warcio_1_8_1"];
        let expected = theirs["html_200"].as_u64().or(entry["html_200"].as_u64()).unwrap_or(0);
        let records = theirs["records"].as_u64().unwrap_or(0);
        let mine = tally.documents + tally.skipped + tally.revisits;
        writeln!(
            std::io::stderr(),
            "{} {name}: html {}/{expected}, records {mine}/{records}, docs {}, revisits {} {:?} {}",
            if (tally.html_200 as u64) < expected || (mine as u64) < records { "BAD" } else { "ok " },
            tally.html_200,
            tally.documents,
            tally.revisits,
            tally.rejected,
            theirs["error"].as_str().unwrap_or("")
        )
        .unwrap();
    }
}
