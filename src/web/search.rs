//! The search page: words in articles, then in furniture.

use askama::Template;
use axum::response::Response;

use super::audit::{check_length, no_words};
use super::page::{in_confidence, page};
use super::problem::Problem;
use super::server::Server;
use super::show::{OutletLink, Segments, When, encode, number, role_name};
use super::visit::{Frame, Visit};
use crate::archive::search::{SearchHit, SearchRequest, SearchResults};
use crate::domain::Role;

/// Results of one page.
pub(super) const PAGE: usize = 20;
/// Results after which no page begins.
const DEEPEST: usize = 10_000;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    f: Frame,
    q: String,
    max: usize,
    /// Name, display name, whether it is chosen.
    outlets: Vec<(String, String, bool)>,
    answer: Option<Answer>,
}

struct Answer {
    total: String,
    start: usize,
    hits: Vec<Hit>,
    previous: Option<String>,
    next: Option<String>,
    notes: Vec<String>,
}

struct Hit {
    path: String,
    title: String,
    outlet: Option<OutletLink>,
    role: &'static str,
    furniture: bool,
    snippet: Segments,
    published: Option<When>,
    captured: When,
}

/// `/search?q=`
pub(super) fn search(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let request = request(server, visit)?;
    let answer = match request.words.is_empty() {
        true => None,
        false => Some(answer(&server.archive.search(&request).map_err(no_words)?, &request, &f)),
    };
    let chosen = request.outlet.as_deref();
    let outlets = server.outlets()?.into_iter().map(|outlet| {
        let shown = outlet.name.clone().unwrap_or_else(|| outlet.outlet.clone());
        let is_chosen = chosen == Some(&outlet.outlet);
        (outlet.outlet, shown, is_chosen)
    });
    let outlets = outlets.collect();
    Ok(in_confidence(page(SearchPage { max: server.limits.quote_chars, q: request.words, outlets, answer, f })?))
}

/// What the parameters ask for.
pub(super) fn request(server: &Server, visit: &Visit) -> Result<SearchRequest, Problem> {
    let words = visit.param("q").unwrap_or_default().to_owned();
    check_length(server, &words)?;
    let bad = |what: &str| Problem::usage(format!("{what} must be a number from 0 to {DEEPEST}"), |w| w.bad_number);
    let number = |name: &str, otherwise: usize| match visit.param(name) {
        None => Ok(otherwise),
        Some(digits) => digits.parse().ok().filter(|n| *n <= DEEPEST).ok_or_else(|| bad(name)),
    };
    Ok(SearchRequest {
        words,
        outlet: visit.param("outlet").map(str::to_owned),
        offset: number("offset", 0)?,
        limit: number("limit", PAGE)?.clamp(1, 100),
    })
}

fn answer(results: &SearchResults, request: &SearchRequest, f: &Frame) -> Answer {
    let outlet = request.outlet.as_deref().map(|outlet| format!("&outlet={}", encode(outlet))).unwrap_or_default();
    let at = |offset: usize| format!("/search?q={}{outlet}&offset={offset}{}", encode(&request.words), f.and);
    Answer {
        total: number(results.total as u64),
        start: request.offset + 1,
        hits: results.results.iter().map(|hit| shown(hit, f)).collect(),
        previous: (request.offset > 0).then(|| at(request.offset.saturating_sub(request.limit))),
        next: results.next.filter(|next| *next <= DEEPEST).map(at),
        notes: results.notes.clone(),
    }
}

fn shown(hit: &SearchHit, f: &Frame) -> Hit {
    Hit {
        path: format!("{}{}", hit.path, f.q),
        title: hit.title.clone().unwrap_or_else(|| f.w.untitled.to_owned()),
        outlet: hit.outlet.as_deref().map(|outlet| OutletLink::of(outlet, None, f)),
        role: role_name(hit.role, f.w),
        furniture: hit.role == Role::Furniture,
        snippet: Segments::of(&hit.snippet, &hit.hits),
        published: hit.published.as_ref().map(|time| When::of(time, f.w)),
        captured: When::of(&hit.captured, f.w),
    }
}
