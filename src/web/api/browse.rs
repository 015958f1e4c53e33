//! Lists of captures, an outlet, a comparison, a passage, the captures of a URL.

use axum::response::Response;
use serde::Serialize;

use super::{answer, limit};
use crate::archive::article::{CaptureView, utc};
use crate::archive::lists::{ListFilter, OutletView};
use crate::archive::refs::Target;
use crate::domain::{ArticleId, Passage, RecordId};
use crate::web::links;
use crate::web::problem::Problem;
use crate::web::server::Server;
use crate::web::show::encode;
use crate::web::visit::Visit;

/// Captures of one answer when no limit is given, and the most that can be asked for.
const CAPTURES: (usize, usize) = (100, 1_000);
/// The last index of a log that JSON numbers tell exactly.
pub(super) const FURTHEST: u64 = (1 << 53) - 1;
/// Recurring blocks of an outlet.
const FURNITURE: u32 = 60;

/// Some captures, and where the next ones begin.
struct Listed {
    captures: Vec<CaptureView>,
    next: Option<String>,
    first: bool,
}

/// Lists captures from the cursor on: the index in the log of the last one that was given.
fn list(server: &Server, visit: &Visit, outlet: Option<String>) -> Result<Listed, Problem> {
    let limit = limit(visit, CAPTURES)?.max(1);
    let cursor = visit.param("cursor");
    let before = match cursor {
        None => None,
        Some(digits) => Some(
            digits
                .parse::<u64>()
                .ok()
                .filter(|index| *index <= FURTHEST)
                .ok_or_else(|| Problem::usage("cursor must be what an answer gave as next", |w| w.bad_number))?,
        ),
    };
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let mut captures = server.archive.list(&ListFilter { outlet, before, limit: most })?;
    let more = captures.len() > limit;
    captures.truncate(limit);
    let next = captures.last().filter(|_| more).map(|capture| capture.logged.index.to_string());
    Ok(Listed { captures, next, first: before.is_none() })
}

/// Says in a header too where the next page is (RFC 8288).
fn with_next(mut response: Response, visit: &Visit, next: Option<&str>) -> Response {
    if let Some(next) = next {
        let kept = ["outlet", "limit"].into_iter().filter_map(|name| Some((name, visit.param(name)?)));
        let kept: String = kept.map(|(name, value)| format!("&{name}={}", encode(value))).collect();
        let path = links::uri(&visit.path);
        links::add(&mut response, &[format!("<{}{path}?cursor={next}{kept}>; rel=\"next\"", visit.base)]);
    }
    response
}

/// `/api/v1/captures?outlet=&cursor=&limit=`
pub(super) fn captures(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Captures<'a> {
        captures: &'a [CaptureView],
        next: Option<&'a str>,
    }
    let listed = list(server, visit, visit.param("outlet").map(str::to_owned))?;
    let next = listed.next.as_deref();
    Ok(with_next(answer(visit, &Captures { captures: &listed.captures, next })?, visit, next))
}

/// `/api/v1/outlets/<name>?cursor=&limit=`
pub(super) fn outlet(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Furniture {
        text: String,
        pages: u64,
    }
    #[derive(Serialize)]
    struct Outlet<'a> {
        outlet: OutletView,
        captures: &'a [CaptureView],
        next: Option<&'a str>,
        furniture: Vec<Furniture>,
    }
    let name = visit.segment(3);
    let known = server.outlets()?.into_iter().find(|outlet| outlet.outlet == name);
    let outlet = known.ok_or_else(|| Problem::not_found(&visit.path))?;
    let listed = list(server, visit, Some(name.clone()))?;
    let recurring = if listed.first { server.archive.recurring_furniture(&name, FURNITURE)? } else { Vec::new() };
    let furniture = recurring.into_iter().map(|(text, pages)| Furniture { text, pages }).collect();
    let next = listed.next.as_deref();
    Ok(with_next(answer(visit, &Outlet { outlet, captures: &listed.captures, next, furniture })?, visit, next))
}

/// `/api/v1/diff?from=&to=`: the line of `diff --json`.
pub(super) fn diff(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let missing = || Problem::usage("name two things to compare: ?from=ID&to=ID", |w| w.diff_needs_two);
    let (from, to) = (visit.param("from").ok_or_else(missing)?, visit.param("to").ok_or_else(missing)?);
    answer(visit, &server.archive.diff(from, to)?)
}

/// `/api/v1/articles/<id>/passages/<start>-<end>`
pub(super) fn passage(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct PassageView {
        article: ArticleId,
        path: String,
        start: usize,
        end: usize,
        text: String,
        title: Option<String>,
        captures: Vec<CaptureView>,
    }
    let (id, range) = (visit.segment(3), visit.segment(5));
    let missing = || Problem::not_found(&visit.path);
    let Target::Article(article) = server.archive.resolve(&format!("/a/{id}"))?.target else { return Err(missing()) };
    let bad = |why: String| Problem::usage(why, |w| w.passage_bad_range);
    let (start, end) = crate::web::passage::parse_range(&range).ok_or_else(|| {
        bad(format!("{range:?} is no range; write the first byte, a dash, and the byte after the last"))
    })?;
    let view = server.archive.article(&article)?.ok_or_else(missing)?;
    let passage = Passage { article, start, end };
    let text = passage.words(&view.text).map_err(|why| bad(why.to_string()))?.to_owned();
    let (path, title, captures) = (passage.to_string(), view.title, view.captures);
    answer(visit, &PassageView { article, path, start, end, text, title, captures })
}

/// `/api/v1/timeline?url=`
pub(super) fn timeline(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Moment {
        record: RecordId,
        datetime: String,
    }
    #[derive(Serialize)]
    struct Timeline<'a> {
        url: &'a str,
        captures: Vec<CaptureView>,
        mementos: Vec<Moment>,
    }
    let url =
        visit.param("url").ok_or_else(|| Problem::usage("give the address of a page: ?url=", |w| w.problem_usage))?;
    let captures = server.archive.captures_of_url(url)?;
    if captures.is_empty() {
        return Err(Problem::not_found(&visit.path));
    }
    let mementos = server.archive.mementos(url)?.into_iter();
    let mementos = mementos.map(|memento| Moment { record: memento.record, datetime: utc(memento.at) }).collect();
    answer(visit, &Timeline { url, captures, mementos })
}
