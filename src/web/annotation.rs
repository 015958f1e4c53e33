//! A passage as a W3C Web Annotation: the words, where they stand in our text, and on the original page.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::links;
use super::problem::Problem;
use super::show::foreign_link;
use super::visit::Visit;
use crate::archive::article::{ArticleView, CaptureView, utc};
use crate::archive::mementos::Memento;
use crate::domain::Passage;

/// The ending of an annotation's address.
pub(super) const ENDING: &str = ".anno.json";
/// The media type that the model asks for.
const MEDIA_TYPE: &str = "application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\"";
/// Characters of context before and after the words.
const CONTEXT: usize = 32;

/// Answers with the annotation of a passage whose bytes are known to be within the text.
pub(super) fn annotation(visit: &Visit, view: &ArticleView, passage: &Passage) -> Result<Response, Problem> {
    let body = of(&visit.base, view, passage).ok_or_else(Problem::internal)?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))];
    let response = (kind, format!("{body}\n")).into_response();
    Ok(links::cite_as(response, visit, &passage.to_string()))
}

fn of(base: &str, view: &ArticleView, passage: &Passage) -> Option<Value> {
    let (before, words, after) =
        (view.text.get(..passage.start)?, view.text.get(passage.start..passage.end)?, view.text.get(passage.end..)?);
    // The model counts code points, our passages count bytes.
    let start = before.chars().count();
    let prefix_at = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
    let suffix: String = after.chars().take(CONTEXT).collect();
    let quote = json!({
        "type": "TextQuoteSelector", "exact": words, "prefix": before.get(prefix_at..)?, "suffix": suffix
    });
    let position = json!({ "type": "TextPositionSelector", "start": start, "end": start + words.chars().count() });
    let mut targets = vec![json!({
        "source": { "id": format!("{base}{}.txt", view.path), "type": "Text", "format": "text/plain" },
        "selector": [position, quote],
    })];
    targets.extend(original(base, view, &quote));
    Some(json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("{base}{passage}{ENDING}"),
        "type": "Annotation",
        "motivation": "highlighting",
        "target": targets,
    }))
}

/// The page as it was on the web: its words, in the state in which it was captured.
fn original(base: &str, view: &ArticleView, quote: &Value) -> Option<Value> {
    let current = || view.captures.iter().rev().filter(|capture| capture.replaced_by.is_none());
    let with_url = |capture: &&CaptureView| capture.url.as_deref().and_then(foreign_link).is_some();
    let timed = |capture: &&CaptureView| with_url(capture) && Memento::second_of(&capture.captured).is_some();
    let capture = current().find(timed).or_else(|| current().find(with_url))?;
    let mut state = json!({ "type": "TimeState", "cached": format!("{base}/r/{}", capture.record) });
    if let Some(second) = Memento::second_of(&capture.captured) {
        state["sourceDate"] = json!(utc(second));
    }
    let source = links::uri(capture.url.as_deref()?);
    Some(json!({ "source": source, "state": state, "selector": quote }))
}
