//! Turns page structs and JSON values into answers.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use super::problem::Problem;
use crate::domain::Digest;
use crate::domain::digest::sha256;

/// A page with its status.
#[derive(Debug)]
pub(super) struct Page<T>(pub(super) StatusCode, pub(super) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let vary = [(header::VARY, HeaderValue::from_static("accept-language"))];
        match self.1.render() {
            Ok(html) => (self.0, vary, Html(html)).into_response(),
            Err(error) => {
                tracing::error!("rendering a page: {error}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// Answers 200 with a page.
pub(super) fn page(page: impl Template) -> Result<Response, Problem> {
    Ok(Page(StatusCode::OK, page).into_response())
}

/// The same for a page that loads our script.
pub(super) fn scripted(shown: impl Template) -> Result<Response, Problem> {
    let mut response = page(shown)?;
    let policy = HeaderValue::from_static(super::guard::POLICY_WITH_SCRIPT);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// The media type of JSON.
pub(super) const JSON: &str = "application/json; charset=utf-8";

/// Answers with JSON, one line.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (status, [(header::CONTENT_TYPE, JSON)], text + "\n").into_response(),
        Err(error) => {
            tracing::error!("writing JSON: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// An answer whose words are asked for in confidence: no cache keeps it.
pub(super) fn in_confidence(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether the reader has the answer with this tag already.
pub(super) fn known(visit: &super::visit::Visit, tag: &str) -> bool {
    visit.if_none_match.as_deref().is_some_and(|tags| {
        tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*")
    })
}

/// Answers with bytes that their address is the hash of: they never change, and the tag is the hash.
pub(super) fn immutable(visit: &super::visit::Visit, id: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let tag = format!("\"{id}\"");
    let cache = "public, max-age=86400, immutable";
    let known = known(visit, &tag);
    let headers = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, cache)];
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, media_type)], bytes).into_response()
}

/// Answers with a text whose tag is its own hash, or with the tag alone when the reader has it already.
pub(super) fn tagged(visit: &super::visit::Visit, media_type: &'static str, text: String) -> Result<Response, Problem> {
    let tag = format!("\"{}\"", Digest(sha256(text.as_bytes())));
    let fresh = known(visit, &tag);
    let tag = [(header::ETAG, HeaderValue::from_str(&tag).map_err(|_| Problem::internal())?)];
    if fresh {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, [(header::CONTENT_TYPE, media_type)], text).into_response())
}

/// Sends the reader on to `path`.
pub(super) fn redirect(path: &str) -> Result<Response, Problem> {
    let location = HeaderValue::from_str(path).map_err(|_| Problem::internal())?;
    Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}
