//! How to check a citation without trusting us, for a juror.

use askama::Template;
use axum::response::Response;

use super::page::page;
use super::problem::Problem;
use super::server::Server;
use super::visit::{Frame, Visit};
use crate::archive::article::CaptureView;
use crate::archive::lists::ListFilter;

/// What the examples show: something that is really here.
struct Example {
    article: String,
    record: String,
    payload: String,
}

#[derive(Template)]
#[template(path = "verify/en.html")]
struct English {
    f: Frame,
    e: Example,
}

#[derive(Template)]
#[template(path = "verify/ar.html")]
struct Arabic {
    f: Frame,
    e: Example,
}

/// `/verify`
pub(super) fn verify(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let latest = server.archive.list(&ListFilter { limit: 20, ..ListFilter::default() })?;
    let e = example(latest.iter().find(|capture| capture.article.is_some()));
    let f = visit.frame();
    if f.lang == "ar" { page(Arabic { f, e }) } else { page(English { f, e }) }
}

fn example(capture: Option<&CaptureView>) -> Example {
    let id = |id: Option<String>| id.unwrap_or_else(|| "ID".to_owned());
    Example {
        article: id(capture.and_then(|capture| capture.article).map(|id| id.to_string())),
        record: id(capture.map(|capture| capture.record.to_string())),
        payload: id(capture.map(|capture| capture.payload.to_string())),
    }
}
