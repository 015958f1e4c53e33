//! `Link` headers (RFC 8288): one field, every `rel` quoted, no trailing comma.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::visit::Visit;

/// What may not stand in a URI; whatever is not ASCII is encoded anyway. `%` stays: it begins what is encoded already.
const NOT_IN_URI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// The URL as a URI of plain ASCII, fit to stand between `<` and `>`.
pub(super) fn uri(url: &str) -> String {
    utf8_percent_encode(url, NOT_IN_URI).to_string()
}

/// Adds links to the one `Link` field of an answer.
pub(super) fn add(response: &mut Response, links: &[String]) {
    let headers = response.headers_mut();
    let before = headers.get(header::LINK).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let all: Vec<&str> = before.iter().map(String::as_str).chain(links.iter().map(String::as_str)).collect();
    if let Ok(value) = HeaderValue::from_str(&all.join(", ")) {
        headers.insert(header::LINK, value);
    }
}

/// Says by which address the page is to be cited (RFC 8574).
pub(super) fn cite_as(mut response: Response, visit: &Visit, path: &str) -> Response {
    add(&mut response, &[format!("<{}{path}>; rel=\"cite-as\"", visit.base)]);
    response
}
