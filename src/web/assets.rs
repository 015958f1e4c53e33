//! The stylesheet, the script and the icon, compiled in.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;

const STYLE: &str = include_str!("static/style.css");
const SELECT: &str = include_str!("static/select.js");
const ICON: &str = include_str!("static/favicon.svg");

/// Address of the stylesheet. The name changes with its bytes, so caches may keep it.
pub(super) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = crate::domain::Digest(crate::domain::sha256(STYLE.as_bytes())).to_string();
    format!("/static/style-{}.css", &digest[..12])
});

/// Address of the script that offers links to selected words; the only script there is.
pub(super) static SELECT_PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = crate::domain::Digest(crate::domain::sha256(SELECT.as_bytes())).to_string();
    format!("/static/select-{}.js", &digest[..12])
});

/// One year, as the name changes with the bytes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The stylesheet.
pub(super) fn style(_: &Server, _: &Visit) -> Result<Response, Problem> {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOR_GOOD)];
    Ok((headers, STYLE).into_response())
}

/// The script.
pub(super) fn select(_: &Server, _: &Visit) -> Result<Response, Problem> {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, FOR_GOOD)];
    Ok((headers, SELECT).into_response())
}

/// The icon.
pub(super) fn favicon(_: &Server, _: &Visit) -> Result<Response, Problem> {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, ICON).into_response())
}

/// Search engines may read everything but what costs work.
pub(super) fn robots(_: &Server, _: &Visit) -> Result<Response, Problem> {
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((
        headers,
        "User-agent: *\nDisallow: /audit\nDisallow: /search\nDisallow: /diff\nDisallow: /captures\nDisallow: /api/\nDisallow: /p/\nDisallow: /bundle/\n",
    )
        .into_response())
}
