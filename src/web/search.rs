//! The search page: words in articles, then in furniture.

use askama::Template;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

use super::audit::{check_length, no_words};
use super::page::{in_confidence, page};
use super::problem::Problem;
use super::server::Server;
use super::show::{OutletLink, Segments, When, encode, number, role_name};
use super::visit::{Frame, Visit};
use super::words::Words;
use crate::archive::search::{Clock, Order, SearchHit, SearchRequest, SearchResults, Sort};
use crate::domain::Role;
use crate::domain::time::{DAY, midnight_utc};

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
    /// The choices of each filter: value, name, whether it is chosen.
    langs: Vec<Choice>,
    roles: Vec<Choice>,
    clocks: Vec<Choice>,
    sorts: Vec<Choice>,
    orders: Vec<Choice>,
    from: String,
    to: String,
    /// Whether any filter is set, so that they are shown.
    filtered: bool,
    answer: Option<Answer>,
}

type Choice = (&'static str, &'static str, bool);

struct Answer {
    total: String,
    hits: Vec<Hit>,
    first: Option<String>,
    next: Option<String>,
    /// Why there may be more than was found.
    cut: Option<&'static str>,
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

/// `/search?q=&outlet=&in=&role=&clock=&from=&to=&sort=&order=&cursor=`
pub(super) fn search(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let f = visit.frame();
    let request = request(server, visit)?;
    let answer = match request.words.is_empty() {
        true => None,
        false => Some(answer(&server.archive.search(&request).map_err(no_words)?, visit, &f)),
    };
    let chosen = request.outlet.as_deref();
    let outlets = server.outlets()?.into_iter().map(|outlet| {
        let shown = outlet.name.clone().unwrap_or_else(|| outlet.outlet.clone());
        let is_chosen = chosen == Some(&outlet.outlet);
        (outlet.outlet, shown, is_chosen)
    });
    let param = |name: &str| visit.param(name).unwrap_or_default();
    let mark = |name: &str, choices: &[(&'static str, &'static str)]| -> Vec<Choice> {
        choices.iter().map(|&(value, words)| (value, words, value == param(name))).collect()
    };
    let w = f.w;
    let roles = Role::ALL.map(|role| (role.name(), role_name(role, w)));
    let clocks = CLOCKS.map(|(name, clock)| (name, clock_name(clock, w)));
    let sorts: Vec<_> = [("", w.search_relevance)].into_iter().chain(clocks).collect();
    let outlets = outlets.collect();
    Ok(in_confidence(page(SearchPage {
        max: server.limits.quote_chars,
        outlets,
        langs: mark("in", &[("ar", w.search_arabic), ("en", w.search_english)]),
        roles: mark("role", &roles),
        clocks: mark("clock", &clocks),
        sorts: mark("sort", &sorts),
        orders: mark("order", &[("new", w.search_newest), ("old", w.search_oldest)]),
        from: param("from").to_owned(),
        to: param("to").to_owned(),
        filtered: KEPT.iter().any(|name| visit.param(name).is_some()),
        q: request.words,
        answer,
        f,
    })?))
}

/// The parameters that links to further pages keep, besides the words.
const KEPT: [&str; 8] = ["outlet", "in", "role", "clock", "from", "to", "sort", "order"];

const CLOCKS: [(&str, Clock); 4] = [
    ("published", Clock::Published),
    ("captured", Clock::Captured),
    ("logged", Clock::Logged),
    ("stamped", Clock::Stamped),
];

fn clock_name(clock: Clock, w: &Words) -> &'static str {
    match clock {
        Clock::Published => w.published,
        Clock::Captured => w.captured,
        Clock::Logged => w.logged,
        Clock::Stamped => w.stamped,
    }
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
    let role = visit.param("role").map(|name| one_of("role", name, &Role::ALL.map(|role| (role.name(), role))));
    let after = visit
        .param("cursor")
        .map(|text| text.parse().map_err(|why: String| Problem::usage(format!("cursor: {why}"), |w| w.bad_number)));
    Ok(SearchRequest {
        words,
        outlet: visit.param("outlet").map(str::to_owned),
        lang: visit.param("in").map(str::to_owned),
        role: role.transpose()?,
        within: within(visit)?,
        sort: sort(visit)?,
        after: after.transpose()?,
        offset: number("offset", 0)?,
        limit: number("limit", PAGE)?.clamp(1, 100),
    })
}

/// The value that a name stands for.
fn one_of<T: Copy>(what: &str, name: &str, known: &[(&str, T)]) -> Result<T, Problem> {
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        Problem::usage(format!("{what} is one of: {}", names.join(", ")), |w| w.bad_choice)
    })
}

/// The days between which something happened, by the clock chosen, else by publication.
fn within(visit: &Visit) -> Result<Option<(Clock, Option<i64>, Option<i64>)>, Problem> {
    let day = |name| {
        let parse = |text: &str| text.parse::<NaiveDate>().ok().filter(|day| (0..=9999).contains(&day.year()));
        let bad = || Problem::usage(format!("{name} must be a day as 2018-03-31"), |w| w.bad_day);
        visit.param(name).map(|text| parse(text).ok_or_else(bad)).transpose()
    };
    let clock = visit.param("clock").map_or(Ok(Clock::Published), |name| one_of("clock", name, &CLOCKS))?;
    let (from, to) = (day("from")?.map(midnight_utc), day("to")?.map(|day| midnight_utc(day) + DAY));
    Ok((from.is_some() || to.is_some()).then_some((clock, from, to)))
}

fn sort(visit: &Visit) -> Result<Sort, Problem> {
    let orders = [("new", Order::NewestFirst), ("old", Order::OldestFirst)];
    let order = visit.param("order").map_or(Ok(Order::NewestFirst), |name| one_of("order", name, &orders))?;
    match visit.param("sort") {
        None | Some("relevance") => Ok(Sort::Relevance),
        Some(name) => Ok(Sort::By(one_of("sort", name, &CLOCKS)?, order)),
    }
}

fn answer(results: &SearchResults, visit: &Visit, f: &Frame) -> Answer {
    let kept = ["q"].into_iter().chain(KEPT).filter_map(|name| Some((name, visit.param(name)?)));
    let kept: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let path = format!("/search?{}{}", kept.join("&"), f.and);
    let paged = visit.param("cursor").is_some() || visit.param("offset").is_some();
    Answer {
        total: number(results.total as u64),
        hits: results.results.iter().map(|hit| shown(hit, f)).collect(),
        next: results.cursor.map(|cursor| format!("{path}&cursor={cursor}")),
        first: paged.then_some(path),
        cut: results.cut.then_some(f.w.search_cut),
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
