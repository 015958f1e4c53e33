//! Reads a payload into blocks with roles, dates, tweets and quotations: a [`Reading`].
//!
//! Pure: the same bytes and media type give the same reading, whatever else the archive holds.

pub mod charset;
pub mod dates;
pub mod html;
pub mod plain;
pub mod published;
pub mod quotations;
pub mod tweet;

use crate::domain::reading::{Extractor, Reading};

/// The extractor of this build. Any change of any reading needs a new version.
pub const EXTRACTOR: Extractor = Extractor { name: "isnad", version: 3 };

/// A payload that is not a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing visible is in it.
    #[error("the payload is empty")]
    Empty,
    /// It does not decode as text.
    #[error("{0}")]
    NotText(String),
    /// The media type is none that holds an article.
    #[error(
        "media type {0:?} holds no article; isnad reads text/plain, text/html, application/xhtml+xml and application/json lines"
    )]
    NotADocument(String),
}

/// Reads `payload` as `media_type` says (`text/html; charset=windows-1256`).
pub fn read(payload: &[u8], media_type: &str) -> Result<Reading, ReadError> {
    let (essence, charset) = split_media_type(media_type);
    match essence {
        "text/plain" => {
            let decoded = charset::decode_text(payload, charset).map_err(ReadError::NotText)?;
            let reading = plain::read(&decoded.text, None);
            finish(Reading { charset: Some(decoded.charset), ..reading }, decoded.notes)
        }
        "text/html" | "application/xhtml+xml" => {
            let decoded = charset::decode_html(payload, charset).map_err(ReadError::NotText)?;
            let reading = html::read(&decoded.text)?;
            finish(Reading { charset: Some(decoded.charset), ..reading }, decoded.notes)
        }
        "application/json" => finish(json_line(payload)?, Vec::new()),
        other => Err(ReadError::NotADocument(other.to_owned())),
    }
}

/// Splits `type/subtype; charset=x` into the essence and the charset.
fn split_media_type(media_type: &str) -> (&str, Option<&str>) {
    let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    let charset = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    });
    (essence.trim(), charset)
}

/// A line of JSON Lines is its own payload: its `title` counts as printed, its `text` or `html` is the page.
fn json_line(payload: &[u8]) -> Result<Reading, ReadError> {
    #[derive(serde::Deserialize)]
    struct Line {
        title: Option<String>,
        text: Option<String>,
        html: Option<String>,
    }
    let line: Line =
        serde_json::from_slice(payload).map_err(|error| ReadError::NotText(format!("not a JSON object: {error}")))?;
    match (line.html, line.text) {
        (Some(html), _) => html::read(&html),
        (None, text) => Ok(plain::read(text.as_deref().unwrap_or_default(), line.title.as_deref())),
    }
}

fn finish(mut reading: Reading, notes: Vec<String>) -> Result<Reading, ReadError> {
    if reading.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    reading.notes.splice(0..0, notes);
    reading.quotations = quotations::find(&reading.blocks, &reading.tweets);
    Ok(reading)
}
