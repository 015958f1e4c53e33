//! The first page: a box for words, what is in the archive, what came last.

use askama::Template;
use axum::response::Response;

use super::page::page;
use super::problem::Problem;
use super::server::Server;
use super::show::{CaptureLine, number};
use super::visit::{Frame, Visit};
use crate::archive::lists::ListFilter;

/// Captures shown as the latest.
const LATEST: u32 = 12;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    f: Frame,
    max: usize,
    figures: Vec<(&'static str, String)>,
    root: String,
    latest: Vec<CaptureLine>,
}

/// `/`
pub(super) fn home(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let stats = server.stats()?;
    let (_, root) = server.archive.head()?;
    let latest = server.archive.list(&ListFilter { limit: LATEST, ..ListFilter::default() })?;
    let figures = vec![
        (f.w.articles, number(stats.articles)),
        (f.w.captures, number(stats.captures)),
        (f.w.nav_outlets, number(stats.outlets)),
        (f.w.quotations_count, number(stats.quotations)),
        (f.w.tweets, number(stats.tweets)),
        (f.w.log_entries, number(stats.leaves)),
    ];
    let latest = latest.iter().map(|capture| CaptureLine::of(capture, &f)).collect();
    page(HomePage { max: server.limits.quote_chars, figures, root, latest, f })
}
