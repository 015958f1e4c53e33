//! What one record is: a document, a revisit of one, or something else.

use super::super::digest::compare;
use super::super::headers::{Headers, essence, media_type};
use super::super::{Attachment, Captured, Origin, SourceKind, http, sniff};
use super::Head;
use super::revisit::Revisit;
use crate::domain::edtf::parse_time;
use crate::domain::{Basis, Claim};

/// What a record turned out to be.
pub(super) enum Outcome {
    /// A document.
    Document(Box<Captured>),
    /// A revisit, whose payload another record holds.
    Revisit(Box<Revisit>),
    /// Sound, but no document, with why.
    Other(String),
    /// Not to be read, with why.
    Unreadable(String),
}

/// The payload of a record with all that was found on the way to it.
struct Payload<'a> {
    bytes: Vec<u8>,
    media_type: String,
    http: Option<http::Response<'a>>,
    notes: Vec<String>,
    /// Named readings of the bytes, for digests.
    readings: Vec<(&'static str, Vec<u8>)>,
}

/// Whether documents have this media type.
pub(in super::super) fn is_document_type(media_type: &str) -> bool {
    matches!(essence(media_type), "text/html" | "application/xhtml+xml" | "text/plain")
}

/// The media type that the head of a block, or of its record, states; empty when neither does.
pub(super) fn media_type_of(head: &Head, block: &[u8]) -> String {
    let stated = match http::parse(block) {
        Some(response) => response.headers.get("Content-Type").map(media_type),
        None => head.headers.get("Content-Type").map(media_type).filter(|stated| essence(stated) != "application/http"),
    };
    stated.unwrap_or_default()
}

/// Reads one record.
pub(super) fn read(head: &Head, block: &[u8], source: &str, origin: &Origin, kind: SourceKind) -> Outcome {
    match head.kind().as_str() {
        "response" | "resource" | "conversion" => {}
        "revisit" => return Outcome::Revisit(Box::new(Revisit::new(head, block, source, origin, kind))),
        "" => return Outcome::Unreadable("the record has no WARC-Type".to_owned()),
        other => return Outcome::Other(format!("a {other} record")),
    }
    let target = target_uri(&head.headers).unwrap_or_default();
    if target.starts_with("filedesc:") {
        return Outcome::Other("the ARC version block".to_owned());
    }
    if target.starts_with("metadata:") {
        return Outcome::Other(format!("the crawler's own notes ({target})"));
    }
    let stated = media_type_of(head, block);
    if !stated.is_empty() && !is_document_type(&stated) && !is_unknown_type(&stated) {
        return Outcome::Other(format!("media type {stated:?}"));
    }
    let mut payload = match payload(head, block, stated) {
        Ok(payload) => payload,
        Err(error) => return Outcome::Unreadable(error),
    };
    let empty_answer = payload.bytes.is_empty() && payload.http.as_ref().and_then(|http| http.status).is_some();
    if !is_document_type(&payload.media_type) && !empty_answer {
        return Outcome::Other(format!("no media type is stated, and the content is {}", payload.media_type));
    }
    if let Some(what) = sniff::known_binary(&payload.bytes) {
        payload.notes.push(format!("the media type is stated as {:?}, but it is {what}", payload.media_type));
        payload.media_type = "application/octet-stream".to_owned();
    }
    Outcome::Document(Box::new(captured(head, payload, source, origin, kind, block)))
}

fn is_unknown_type(media_type: &str) -> bool {
    matches!(essence(media_type), "" | "unknown/unknown" | "application/unknown" | "*/*")
}

fn payload<'a>(head: &Head, block: &'a [u8], stated: String) -> Result<Payload<'a>, String> {
    let is_http = head.kind() == "response";
    let Some(response) = http::parse(block).filter(|_| is_http) else {
        let mut notes = Vec::new();
        if is_http && head.headers.get("Content-Type").is_some_and(|value| value.contains("http")) {
            notes.push("the block does not begin with an HTTP status line".to_owned());
        }
        let media_type = if is_unknown_type(&stated) { sniffed(block) } else { stated };
        return Ok(Payload { bytes: block.to_vec(), media_type, http: None, notes, readings: Vec::new() });
    };
    let decoded = http::decode(&response.headers, response.body)?;
    let mut readings = vec![("the body as transmitted", response.body.to_vec())];
    if decoded.dechunked.as_ref() != response.body {
        readings.push(("the body without chunks", decoded.dechunked.to_vec()));
    }
    let notes = decoded.notes;
    let dechunked = decoded.dechunked;
    let bytes = match decoded.decoded {
        Some(bytes) => {
            readings.push(("the decoded body", bytes.clone()));
            bytes
        }
        None => dechunked.into_owned(),
    };
    let media_type = if is_unknown_type(&stated) { sniffed(&bytes) } else { stated };
    Ok(Payload { bytes, media_type, http: Some(response), notes, readings })
}

/// A media type for content that states none.
fn sniffed(bytes: &[u8]) -> String {
    if let Some(what) = sniff::known_binary(bytes) {
        what
    } else if sniff::looks_like_html(bytes) {
        "text/html".to_owned()
    } else if !bytes.is_empty()
        && sniff::is_text(bytes)
        && !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
    {
        "text/plain".to_owned()
    } else {
        "application/octet-stream".to_owned()
    }
}

fn captured(
    head: &Head,
    payload: Payload<'_>,
    source: &str,
    origin: &Origin,
    kind: SourceKind,
    block: &[u8],
) -> Captured {
    let mut captured = Captured::new(kind, source, &origin.basename, &payload.media_type, payload.bytes);
    describe(&mut captured, head, payload.http.as_ref());
    captured.notes.extend(payload.notes);
    let mut readings: Vec<(&str, &[u8])> =
        payload.readings.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    readings.push(("the block", block));
    // What the first segment states about its block is true of that alone.
    readings.extend(head.segment.and_then(|length| block.get(..length)).map(|block| ("the first segment", block)));
    for field in ["WARC-Payload-Digest", "WARC-Block-Digest"] {
        if field == "WARC-Block-Digest" {
            readings.rotate_right(1);
        }
        captured.digests.extend(head.headers.get(field).map(|stated| compare(field, stated, &readings)));
    }
    captured
}

/// Takes over what the headers say about a capture.
pub(super) fn describe(captured: &mut Captured, head: &Head, http: Option<&http::Response<'_>>) {
    captured.record_id = head.record_id().map(str::to_owned);
    captured.url.extend(target_uri(&head.headers).map(|url| Claim::new(Basis::Declared, url)));
    if let Some(date) = head.headers.get("WARC-Date") {
        match parse_time(date, Basis::WarcDate) {
            Ok(time) => captured.captured.push(time),
            Err(error) => captured.notes.push(format!("WARC-Date: {error}")),
        }
    }
    if let Some(reason) = head.headers.get("WARC-Truncated") {
        captured.notes.push(format!("the crawler cut the record short (WARC-Truncated: {reason})"));
    }
    if head.kind() == "conversion" {
        let from = head.headers.get("WARC-Refers-To").unwrap_or("another record");
        captured.notes.push(format!("a conversion of {from}, not what the server sent"));
    }
    captured.attachments.push(Attachment { kind: head.grammar.attachment(), bytes: head.bytes.clone() });
    if let Some(http) = http {
        captured.http_status = http.status;
        captured.attachments.push(Attachment { kind: "http-headers", bytes: http.head.to_vec() });
    }
}

/// The target URI without the angle brackets that early wget wrote around it.
pub(super) fn target_uri(headers: &Headers) -> Option<String> {
    let uri = headers.get("WARC-Target-URI")?.trim();
    let uri = uri.strip_prefix('<').and_then(|uri| uri.strip_suffix('>')).unwrap_or(uri);
    (!uri.is_empty()).then(|| uri.to_owned())
}
