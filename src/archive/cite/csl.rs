//! CSL-JSON (citationstyles.org, csl-data.json): a list of one item.

use chrono::Datelike;
use serde_json::{Map, Value, json};

use super::{Citation, date};
use crate::domain::Time;

pub(super) fn csl_json(citation: &Citation) -> String {
    let mut item = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            item.insert(name.to_owned(), value);
        }
    };
    put("id", Some(json!(citation.key())));
    put("type", Some(json!("article-newspaper")));
    put("title", citation.title.as_ref().map(|title| json!(title)));
    // A name as printed: nobody here knows which part of it is the family's.
    put("author", citation.byline.as_ref().map(|byline| json!([{ "literal": byline }])));
    put("container-title", citation.newspaper.as_ref().map(|outlet| json!(outlet)));
    put("issued", citation.published.as_ref().map(day_or_words));
    put("accessed", Some(day_or_words(&citation.captured)));
    put("URL", Some(json!(citation.original_link().unwrap_or(&citation.url))));
    put("archive", Some(json!("isnad")));
    put("archive_location", Some(json!(citation.url)));
    put("language", citation.lang.as_ref().map(|lang| json!(lang)));
    put("note", Some(json!(citation.evidence())));
    let mut out = serde_json::to_string_pretty(&Value::Array(vec![Value::Object(item)])).unwrap_or_default();
    out.push('\n');
    out
}

/// A single day in parts; anything less certain as it is written.
fn day_or_words(time: &Time) -> Value {
    match date::day(time) {
        Some(day) => json!({ "date-parts": [[day.year(), day.month(), day.day()]] }),
        None => json!({ "literal": time.edtf }),
    }
}
