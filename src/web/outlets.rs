//! Outlets: the list of them, and each with its captures and what recurs around its articles.

mod copies;
mod over_time;

use askama::Template;
use axum::response::Response;

use self::copies::CopiesBox;
use self::over_time::OverTime;
use super::page::{page, redirect};
use super::problem::Problem;
use super::server::Server;
use super::show::{CaptureLine, OutletLink, encode, number, spoken};
use super::visit::{Frame, Visit};
use crate::archive::article::utc;
use crate::archive::lists::ListFilter;

/// Captures on one page.
const PAGE: u32 = 24;
/// The last index of a log that JSON numbers tell exactly.
const FURTHEST: u64 = (1 << 53) - 1;
/// Recurring blocks that are shown.
const FURNITURE: u32 = 60;

#[derive(Template)]
#[template(path = "outlets/list.html")]
struct ListPage {
    f: Frame,
    outlets: Vec<Line>,
}

struct Line {
    link: OutletLink,
    captures: String,
    articles: String,
    span: String,
}

#[derive(Template)]
#[template(path = "outlets/one.html")]
struct OutletPage {
    f: Frame,
    name: String,
    domain: Option<String>,
    count: String,
    feed: String,
    over_time: Option<OverTime>,
    captures: Vec<CaptureLine>,
    copies: CopiesBox,
    /// Back to the newest captures.
    first: Option<String>,
    next: Option<String>,
    furniture: Vec<(String, u64)>,
}

/// `/o/`
pub(super) fn outlets(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let list = server.outlets()?;
    let mut list: Vec<_> = list.iter().collect();
    list.sort_by_key(|outlet| outlet.outlet.to_lowercase());
    let day = |at| utc(at).get(..10).map(|day| spoken(day, f.w)).unwrap_or_default();
    let outlets = list.into_iter().map(|outlet| Line {
        link: OutletLink::of(&outlet.outlet, outlet.name.as_deref(), &f),
        captures: number(outlet.captures),
        articles: number(outlet.articles),
        span: match (outlet.from, outlet.to) {
            (Some(from), Some(to)) if day(from) == day(to - 1) => day(from),
            (Some(from), Some(to)) => format!("{} – {}", day(from), day(to - 1)),
            _ => f.w.unknown.to_owned(),
        },
    });
    let outlets = outlets.collect();
    page(ListPage { outlets, f })
}

/// `/o/<outlet>?before=`
pub(super) fn outlet(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let name = visit.segment(1);
    if name.is_empty() {
        return redirect("/o/");
    }
    let before = before(visit)?;
    let Some(known) = server.outlets()?.into_iter().find(|outlet| outlet.outlet == name) else {
        return Err(Problem::not_found(&visit.path));
    };
    let filter = ListFilter { outlet: Some(name.clone()), before, limit: PAGE + 1 };
    let mut list = server.archive.list(&filter)?;
    let more = list.len() > PAGE as usize;
    list.truncate(PAGE as usize);
    let path = |before: u64| format!("/o/{}?before={before}{}", encode(&name), f.and);
    let next = list.last().filter(|_| more).map(|capture| path(capture.logged.index));
    let (size, _) = server.archive.head()?;
    let copies = server.copies.at(size, (name.clone(), before), || server.archive.copies(&name, before))?;
    let newest = before.is_none();
    let days = newest.then(|| server.days.at(size, name.clone(), || server.archive.days_of_outlet(&name)));
    let display = known.name.filter(|display| *display != name);
    page(OutletPage {
        count: number(known.captures),
        captures: list.iter().map(|capture| CaptureLine::of(capture, &f).of_its_outlet()).collect(),
        first: before.map(|_| format!("/o/{}{}", encode(&name), f.q)),
        next,
        furniture: if newest { server.archive.recurring_furniture(&name, FURNITURE)? } else { Vec::new() },
        feed: format!("/feed.atom?outlet={}{}", encode(&name), f.and),
        over_time: days.transpose()?.and_then(|days| OverTime::of(&days, &f)),
        copies: CopiesBox::of(&copies, &f),
        domain: display.as_ref().map(|_| name.clone()),
        name: display.unwrap_or(name),
        f,
    })
}

/// The cursor: the index in the log before which captures are listed.
fn before(visit: &Visit) -> Result<Option<u64>, Problem> {
    let bad = || Problem::usage("before must be the number of a log entry", |w| w.bad_number);
    let index = |digits: &str| digits.parse().ok().filter(|index| *index <= FURTHEST).ok_or_else(bad);
    visit.param("before").map(index).transpose()
}
