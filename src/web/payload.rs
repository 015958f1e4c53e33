//! Captured bytes, as a download: they are never rendered in our origin.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use super::ids::{self, Found};
use super::page::{immutable, redirect};
use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;
use crate::archive::refs::PathKind;
use crate::domain::PayloadId;

/// `/p/<payload>`
pub(super) fn payload(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let digits = visit.segment(1);
    let id: PayloadId = match ids::find(server, visit, PathKind::Payload, &digits, "")? {
        Found::Id(id) => id,
        Found::At(path) => return redirect(&path),
    };
    let (bytes, _) = server.archive.payload_bytes(&id)?.ok_or_else(|| ids::missing(server, visit, id))?;
    let mut response = immutable(visit, &id.to_string(), "application/octet-stream", bytes);
    let name = format!("attachment; filename=\"{id}.bin\"");
    let headers = response.headers_mut();
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(HeaderName::from_static("x-download-options"), HeaderValue::from_static("noopen"));
    Ok(response)
}
