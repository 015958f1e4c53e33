//! What every request and every answer passes: limits, headers, one line of log.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::door::Peer;
use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;

/// Pages load their stylesheet and pictures from here, send their forms here, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The same for pages with the one script of our own, which loads, evaluates and writes no markup.
pub(super) const POLICY_WITH_SCRIPT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                                             img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                                             frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Headers of every answer; a handler that sets one of them itself wins.
const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    (header::CACHE_CONTROL, "no-cache"),
];

/// Lets a request through within the limits, completes the headers of its answer, and writes one line.
///
/// The line never holds the query: the words being audited are a secret of whoever asks.
pub(super) async fn guard(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let _under_way = server.metrics.begin();
    let mut response = match refused(&request, &server) {
        None => next.run(request).await,
        Some(problem) => {
            let (mut parts, _) = request.into_parts();
            let visit = Visit::from_request_parts(&mut parts, &server).await.unwrap_or_default();
            problem.answer(&visit)
        }
    };
    complete(response.headers_mut());
    let took = began.elapsed();
    server.metrics.answered(&path, response.status(), took);
    let milliseconds = took.as_secs_f64() * 1000.0;
    tracing::info!(%method, path, status = response.status().as_u16(), milliseconds, "answered");
    response
}

/// Adds the headers that every answer has.
pub(super) fn complete(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Why a request is not even looked at.
fn refused(request: &Request, server: &Server) -> Option<Problem> {
    let limits = &server.limits;
    let headers = request.headers();
    let uri = request.uri();
    let target = uri.path().len() + uri.query().map_or(0, str::len);
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let length = headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0");
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.0);
    // Whoever watches over the server is always heard.
    let admitted = if uri.path() == "/healthz" { Ok(()) } else { server.rate.admit(peer, headers) };
    if let Err(wait) = admitted {
        Some(Problem::too_often(wait))
    } else if target > limits.uri_bytes {
        Some(Problem::too_large(StatusCode::URI_TOO_LONG, "the address is too long"))
    } else if bytes > limits.header_bytes {
        Some(Problem::too_large(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the header of the request is too large"))
    } else if length || headers.contains_key(header::TRANSFER_ENCODING) {
        Some(Problem::too_large(StatusCode::PAYLOAD_TOO_LARGE, "nothing here takes a request body"))
    } else {
        None
    }
}
