//! An audit in a bundle: its answer, held against the evidence beside it.

use serde_json::Value;

use super::layout::MAX_NUMBER;
use super::zip::Files;
use crate::domain::{Digest, sha256};

/// Every place that the answer names is in the evidence: its captures, and its words where it says that they stand.
///
/// The verdict itself is what the archive said: it follows from all that the archive held, which is not here.
pub(super) fn check(files: &Files) -> Result<(), String> {
    let bytes = files.get("audit.json").map_or(&[][..], Vec::as_slice);
    let answer: Value = serde_json::from_slice(bytes).map_err(|e| format!("it is not JSON: {e}"))?;
    let mut evidence: Vec<(String, String)> = Vec::new();
    for at in 1..=MAX_NUMBER {
        let folder = format!("evidence/{at}/");
        let Some(record) = files.get(&format!("{folder}capture.json")) else { break };
        evidence.push((Digest(sha256(record)).to_string(), folder));
    }
    for (list, place) in places(&answer) {
        carried(files, &evidence, place).map_err(|why| format!("{list}: {why}"))?;
    }
    Ok(())
}

/// Every occurrence that an answer lists, anywhere in it.
pub(super) fn places(answer: &Value) -> Vec<(&'static str, &Value)> {
    let mut places = Vec::new();
    for list in ["occurrences", "contenders", "possibly"] {
        places.extend(answer[list].as_array().into_iter().flatten().map(|place| (list, place)));
    }
    for clock in ["published", "captured", "logged", "stamped"] {
        places.extend(Some(&answer["first"][clock]).filter(|place| !place.is_null()).map(|place| ("first", place)));
    }
    places
}

fn carried(files: &Files, evidence: &[(String, String)], place: &Value) -> Result<(), String> {
    let records = place["records"].as_array().ok_or("an occurrence without records")?;
    let words = place["text"].as_str().ok_or("an occurrence without words")?;
    let mut stands = false;
    for record in records {
        let record = record.as_str().unwrap_or_default();
        let Some((_, folder)) = evidence.iter().find(|(id, _)| id == record) else {
            return Err(format!("the capture {record:?} is not in the evidence"));
        };
        let file = |name: &str| files.get(&format!("{folder}{name}"));
        match (place["start"].as_u64(), place["end"].as_u64()) {
            (Some(start), Some(end)) => {
                let text = file("article.txt").map_or(&[][..], Vec::as_slice);
                let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
                let there = range.and_then(|(start, end)| text.get(start..end));
                if place["article"].as_str() != Some(&Digest(sha256(text)).to_string())
                    || there != Some(words.as_bytes())
                {
                    return Err(format!(
                        "the article of capture {record} does not carry the words where it is said to"
                    ));
                }
                stands = true;
            }
            // Words around an article stand on one of the pages at least.
            _ => {
                let mut blocks = (1..=MAX_NUMBER).map_while(|at| file(&format!("block-{at}.txt")));
                stands = stands || blocks.any(|block| holds(block, words));
            }
        }
    }
    if stands { Ok(()) } else { Err(format!("none of its captures carries the words {words:?}")) }
}

/// Whether a block holds these words.
pub(super) fn holds(block: &[u8], words: &str) -> bool {
    std::str::from_utf8(block).is_ok_and(|block| block.contains(words))
}
