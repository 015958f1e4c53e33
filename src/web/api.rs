//! `/api/v1`: what the pages show, as JSON, read-only.
//!
//! [`ROUTES`](routes::ROUTES) is the one list of what is offered: the router and the OpenAPI description are made of it.
//! Every answer carries the SHA-256 of its bytes as its tag; failures are problem details (RFC 9457).

mod browse;
mod openapi;
mod routes;

use axum::response::Response;
use serde::Serialize;

use super::audit::check_length;
use super::page::{JSON, in_confidence, tagged};
use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;
use crate::archive::article::{BlockView, CaptureView};
use crate::archive::lists::OutletView;
use crate::archive::refs::Target;

pub(super) use routes::ROUTES;

/// Occurrences listed when no limit is given, and the most that can be asked for.
const OCCURRENCES: (usize, usize) = (100, 1_000);

/// Answers with JSON, or with its tag alone when the client has it already.
fn answer(visit: &Visit, value: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_string(value).map_err(|error| {
        tracing::error!("writing JSON: {error}");
        Problem::internal()
    })? + "\n";
    tagged(visit, JSON, text)
}

/// A number in the query, within bounds.
fn limit(visit: &Visit, (usual, most): (usize, usize)) -> Result<usize, Problem> {
    match visit.param("limit") {
        None => Ok(usual),
        Some(digits) => digits
            .parse()
            .ok()
            .filter(|n| *n <= most)
            .ok_or_else(|| Problem::usage(format!("limit must be a number from 0 to {most}"), |w| w.bad_number)),
    }
}

/// `/api/v1/audit?q=&limit=`: exactly the line of `audit --json`.
fn audit(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let q = visit.param("q").ok_or_else(|| Problem::usage("give the words to look for: ?q=", |w| w.quote_no_words))?;
    check_length(server, q)?;
    let limit = limit(visit, OCCURRENCES)?;
    Ok(in_confidence(answer(visit, &server.archive.audit(q, limit)?)?))
}

/// `/api/v1/search?q=&outlet=&offset=`
fn search(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let request = super::search::request(server, visit)?;
    if request.words.is_empty() {
        return Err(Problem::usage("give the words to look for: ?q=", |w| w.quote_no_words));
    }
    Ok(in_confidence(answer(visit, &server.archive.search(&request)?)?))
}

/// `/api/v1/articles/<id>`
fn article(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let reference = visit.segment(3);
    match server.archive.resolve(&format!("/a/{reference}"))?.target {
        Target::Article(id) => {
            let view = server.archive.article(&id)?.ok_or_else(|| Problem::not_found(&visit.path))?;
            answer(visit, &view)
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
fn record(server: &Server, visit: &Visit) -> Result<Response, Problem> {
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
    answer(visit, &RecordView { kind, record, capture, blocks })
}

/// `/api/v1/outlets`
fn outlets(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Outlets {
        outlets: Vec<OutletView>,
    }
    answer(visit, &Outlets { outlets: server.outlets()? })
}

/// `/api/v1/stats`: the line of `stats --json`.
fn stats(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    answer(visit, &server.stats()?)
}
