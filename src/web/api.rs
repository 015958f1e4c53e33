//! `/api/v1`: what the pages show, as JSON, read-only.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::audit::check_length;
use super::page::{in_confidence, json};
use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;
use crate::archive::article::{BlockView, CaptureView};
use crate::archive::lists::{OutletView, Stats};
use crate::archive::refs::Target;

/// Occurrences listed when no limit is given, and the most that can be asked for.
const OCCURRENCES: (usize, usize) = (100, 1_000);

/// `/api/v1/audit?q=&limit=`: exactly the line of `audit --json`.
pub(super) fn audit(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let q = visit.param("q").ok_or_else(|| Problem::usage("give the words to look for: ?q=", |w| w.quote_no_words))?;
    check_length(server, q)?;
    let limit = match visit.param("limit") {
        None => OCCURRENCES.0,
        Some(digits) => digits.parse().ok().filter(|n| *n <= OCCURRENCES.1).ok_or_else(|| {
            Problem::usage(format!("limit must be a number from 0 to {}", OCCURRENCES.1), |w| w.bad_number)
        })?,
    };
    Ok(in_confidence(json(StatusCode::OK, &server.archive.audit(q, limit)?)))
}

/// `/api/v1/search?q=&outlet=&offset=&limit=`
pub(super) fn search(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let request = super::search::request(server, visit)?;
    if request.words.is_empty() {
        return Err(Problem::usage("give the words to look for: ?q=", |w| w.quote_no_words));
    }
    Ok(in_confidence(json(StatusCode::OK, &server.archive.search(&request)?)))
}

/// `/api/v1/articles/<id>`
pub(super) fn article(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let reference = visit.segment(3);
    match server.archive.resolve(&format!("/a/{reference}"))?.target {
        Target::Article(id) => {
            let view = server.archive.article(&id)?.ok_or_else(|| Problem::not_found(&visit.path))?;
            Ok(json(StatusCode::OK, &view))
        }
        _ => Err(Problem::not_found(&visit.path)),
    }
}

/// A record with what its page shows.
#[derive(Serialize)]
struct RecordView {
    /// `capture` or `reading`.
    kind: &'static str,
    /// What the record states; its exact bytes are at `/r/<id>.json`.
    record: serde_json::Value,
    capture: CaptureView,
    blocks: Vec<BlockView>,
}

/// `/api/v1/records/<id>`
pub(super) fn record(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let reference = visit.segment(3);
    let missing = || Problem::not_found(&visit.path);
    let resolved = server.archive.resolve(&format!("/r/{reference}"));
    if let (Err(_), Ok(id)) = (&resolved, reference.parse())
        && let Some(takedown) = server.archive.takedown(&id)?
    {
        return Err(Problem::gone(&visit.path, takedown));
    }
    let (kind, id, found) = match resolved?.target {
        Target::Capture(id) => ("capture", id, server.archive.capture(&id)?),
        Target::Reading(id) => ("reading", id, server.archive.reading(&id)?),
        _ => return Err(missing()),
    };
    let (capture, blocks) = found.ok_or_else(missing)?;
    let bytes = server.archive.record_bytes(&id)?.ok_or_else(missing)?;
    let record = serde_json::from_slice(&bytes).map_err(|_| Problem::internal())?;
    Ok(json(StatusCode::OK, &RecordView { kind, record, capture, blocks }))
}

/// `/api/v1/outlets`
pub(super) fn outlets(server: &Server, _: &Visit) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Outlets {
        outlets: Vec<OutletView>,
    }
    Ok(json(StatusCode::OK, &Outlets { outlets: server.outlets()? }))
}

/// `/api/v1/stats`: the line of `stats --json`.
pub(super) fn stats(server: &Server, _: &Visit) -> Result<Response, Problem> {
    let stats: Stats = server.stats()?;
    Ok(json(StatusCode::OK, &stats))
}
