//! What a stranger needs to verify a citation offline, as a download.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::ids;
use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;
use crate::domain::{Digest, sha256};

/// `/bundle/<article>.zip`; also of a record, for captures in which no article was found
///
/// It proves against the newest head, so it changes as the log grows: it is no address to cite.
pub(super) fn bundle(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let segment = visit.segment(1);
    let id = segment.strip_suffix(".zip").and_then(|digits| digits.parse::<Digest>().ok());
    let id = id.ok_or_else(|| Problem::not_found(&visit.path))?.to_string();
    // What the public may not see does not exist for `resolve`.
    let bundle = match server.archive.bundle(&id) {
        Err(error) if error.kind == crate::archive::ErrorKind::NotFound => return Err(ids::missing(server, visit, id)),
        answer => answer?,
    };
    let tag = format!("\"{}\"", Digest(sha256(&bundle.zip)));
    let name = format!("attachment; filename=\"isnad-{}.zip\"", &id[..16]);
    let mut response =
        ([(header::CONTENT_TYPE, "application/zip"), (header::ETAG, tag.as_str())], bundle.zip).into_response();
    let headers = response.headers_mut();
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}
