//! Memento (RFC 7089): when was this URL captured, and which capture is nearest to a moment.
//!
//! The original resource is the captured URL, a memento is the page of a capture record whose time somebody stated
//! (`archive::mementos`). The URL stands in the path as it is, with its own query, or percent-encoded as a whole.

use std::collections::BTreeSet;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDateTime};
use percent_encoding::percent_decode_str;

use super::links;
use super::problem::Problem;
use super::server::Server;
use super::show::{encode, foreign_link};
use super::visit::Visit;
use crate::archive::article::{ArticleView, CaptureView};
use crate::archive::mementos::Memento;

const TIMEMAP: &str = "/timemap/link/";
const TIMEGATE: &str = "/timegate/";
/// The form of every datetime here: RFC 9110's IMF-fixdate.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
const LINK_FORMAT: &str = "application/link-format";
/// Mementos that the page of an article names; its TimeMap has all.
const LISTED: usize = 16;

/// A URL with its mementos, oldest first; there is at least one.
struct Original {
    url: String,
    mementos: Vec<Memento>,
}

/// `/timemap/link/<url>`: every memento of the URL, as `application/link-format` (RFC 6690).
pub(super) fn timemap(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let original = original(server, visit, TIMEMAP)?.ok_or_else(|| Problem::not_found(&visit.path))?;
    let last = original.mementos.len() - 1;
    let mut lines = vec![original.link(), original.timegate(visit), original.timemap(visit, "self")];
    let mementos = original.mementos.iter().enumerate();
    lines.extend(
        mementos.map(|(index, memento)| link(visit, memento, rel(&[("first", index == 0), ("last", index == last)]))),
    );
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(LINK_FORMAT))];
    Ok((kind, lines.join(",\n") + "\n").into_response())
}

/// `/timegate/<url>`: leads to the memento nearest to `Accept-Datetime`, without one to the newest.
pub(super) fn timegate(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let asked = match visit.accept_datetime.as_deref().map(|text| NaiveDateTime::parse_from_str(text.trim(), HTTP_DATE))
    {
        None => None,
        Some(Ok(moment)) => Some(moment.and_utc().timestamp()),
        Some(Err(_)) => {
            let why = "Accept-Datetime must be a date like Thu, 31 May 2007 20:35:00 GMT";
            return Ok(negotiated(Problem::refused(StatusCode::BAD_REQUEST, why).answer(visit)));
        }
    };
    let Some(original) = original(server, visit, TIMEGATE)? else {
        return Ok(negotiated(Problem::not_found(&visit.path).answer(visit)));
    };
    let mut mementos = original.mementos.iter().enumerate();
    let nearest = match asked {
        None => mementos.next_back(),
        Some(asked) => mementos.min_by_key(|(_, memento)| memento.at.abs_diff(asked)),
    };
    let (index, nearest) = nearest.ok_or_else(Problem::internal)?;
    let location =
        HeaderValue::from_str(&format!("{}/r/{}", visit.base, nearest.record)).map_err(|_| Problem::internal())?;
    let mut response = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
    let mut list = vec![original.link(), original.timemap(visit, "timemap")];
    list.extend(original.around(visit, index));
    links::add(&mut response, &list);
    Ok(negotiated(response))
}

/// Which answer a time gate gives depends on the date asked for.
fn negotiated(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-datetime"));
    response
}

/// Puts the headers of a memento on the page of a capture, if it is one.
pub(super) fn announce(
    server: &Server,
    visit: &Visit,
    capture: &CaptureView,
    mut response: Response,
) -> Result<Response, Problem> {
    let Some(url) = capture.url.as_deref().and_then(foreign_link) else { return Ok(response) };
    let original = Original { mementos: server.archive.mementos(&url)?, url };
    let Some(index) = original.mementos.iter().position(|memento| memento.record == capture.record) else {
        return Ok(response);
    };
    let mut list = vec![original.link(), original.timegate(visit), original.timemap(visit, "timemap")];
    list.extend(original.around(visit, index));
    links::add(&mut response, &list);
    let headers = response.headers_mut();
    if let Ok(moment) = HeaderValue::from_str(&http_date(original.mementos[index].at)) {
        headers.insert(HeaderName::from_static("memento-datetime"), moment);
    }
    // A memento is not negotiated about. No cache mixes languages up all the same: it must ask each time (`no-cache`).
    headers.remove(header::VARY);
    Ok(response)
}

/// Names the mementos among the captures of an article on its page, the oldest first.
pub(super) fn list_of_article(
    server: &Server,
    visit: &Visit,
    view: &ArticleView,
    mut response: Response,
) -> Result<Response, Problem> {
    let urls: BTreeSet<String> = view.captures.iter().filter_map(|c| foreign_link(c.url.as_deref()?)).collect();
    let mut list = Vec::new();
    for url in urls {
        for memento in server.archive.mementos(&url)? {
            if view.captures.iter().any(|capture| capture.record == memento.record) {
                list.push(memento);
            }
        }
    }
    list.sort_by_key(|memento| memento.at);
    let list: Vec<String> = list.iter().take(LISTED).map(|memento| link(visit, memento, rel(&[]))).collect();
    if !list.is_empty() {
        links::add(&mut response, &list);
    }
    Ok(response)
}

impl Original {
    fn link(&self) -> String {
        format!("<{}>; rel=\"original\"", links::uri(&self.url))
    }

    fn timegate(&self, visit: &Visit) -> String {
        format!("<{}{TIMEGATE}{}>; rel=\"timegate\"", visit.base, in_path(&self.url))
    }

    fn timemap(&self, visit: &Visit, rel: &str) -> String {
        let path = in_path(&self.url);
        let mut link = format!("<{}{TIMEMAP}{path}>; rel=\"{rel}\"; type=\"{LINK_FORMAT}\"", visit.base);
        if let (Some(first), Some(last)) = (self.mementos.first(), self.mementos.last()) {
            link += &format!("; from=\"{}\"; until=\"{}\"", http_date(first.at), http_date(last.at));
        }
        link
    }

    /// Links to a memento, its neighbours and the ends: each once, with everything that it is.
    fn around(&self, visit: &Visit, index: usize) -> Vec<String> {
        let last = self.mementos.len() - 1;
        let mut wanted = vec![0, index.saturating_sub(1), index, (index + 1).min(last), last];
        wanted.dedup();
        let names =
            |at| [("first", at == 0), ("prev", at + 1 == index), ("next", at == index + 1), ("last", at == last)];
        wanted.into_iter().map(|at| link(visit, &self.mementos[at], rel(&names(at)))).collect()
    }
}

fn link(visit: &Visit, memento: &Memento, rel: String) -> String {
    format!("<{}/r/{}>; rel=\"{rel}\"; datetime=\"{}\"", visit.base, memento.record, http_date(memento.at))
}

/// The names that hold, and `memento`.
fn rel(names: &[(&str, bool)]) -> String {
    let mut rel: Vec<&str> = names.iter().filter(|(_, holds)| *holds).map(|(name, _)| *name).collect();
    rel.push("memento");
    rel.join(" ")
}

fn http_date(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().format(HTTP_DATE).to_string()
}

/// The URL as a path carries it: as it is where that survives the way, else percent-encoded as a whole.
fn in_path(url: &str) -> String {
    let plain = links::uri(url) == url && !url.contains('#') && !url.contains("/.") && url.contains("://");
    if plain { url.to_owned() } else { encode(url) }
}

/// The URL that the path names, if it has mementos.
fn original(server: &Server, visit: &Visit, prefix: &str) -> Result<Option<Original>, Problem> {
    let rest = visit.path.strip_prefix(prefix).unwrap_or_default();
    for url in candidates(rest, visit.query.as_deref()) {
        if foreign_link(&url).is_none() {
            continue;
        }
        let mementos = server.archive.mementos(&url)?;
        if !mementos.is_empty() {
            return Ok(Some(Original { url, mementos }));
        }
    }
    Ok(None)
}

/// What the rest of a path may mean, most literal first.
fn candidates(rest: &str, query: Option<&str>) -> Vec<String> {
    let sent = query.map_or_else(|| rest.to_owned(), |query| format!("{rest}?{query}"));
    let decoded = percent_decode_str(&sent).decode_utf8().map(std::borrow::Cow::into_owned).ok();
    let forms = [Some(sent.clone()), decoded, Some(links::uri(&sent))];
    let mut list: Vec<String> = Vec::new();
    for form in forms.into_iter().flatten().map(|form| whole(&form)) {
        let other = match form.split_once("://") {
            // An empty path is the path `/`.
            Some((_, host)) if !host.contains(['/', '?']) => Some(format!("{form}/")),
            Some((_, host)) if host.find('/') == Some(host.len() - 1) => form.strip_suffix('/').map(str::to_owned),
            _ => None,
        };
        for url in [Some(form), other].into_iter().flatten() {
            if !list.contains(&url) {
                list.push(url);
            }
        }
    }
    list
}

/// Mends what happens on the way: servers in front make one slash of two.
fn whole(url: &str) -> String {
    for scheme in ["http:/", "https:/"] {
        if let Some(rest) = url.strip_prefix(scheme).filter(|rest| !rest.starts_with('/')) {
            return format!("{scheme}/{rest}");
        }
    }
    url.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_back_to_the_url_it_was_made_of() {
        for url in [
            "https://one.example/a",
            "https://one.example/a?x=1&y=%D8%A7",
            "https://one.example/مقال?ص=1",
            "https://one.example/%D9%85/مقال 100%",
            "https://one.example/a#part",
            "https://one.example/a/../b",
        ] {
            let path = in_path(url);
            let (rest, query) = path.split_once('?').map_or((path.as_str(), None), |(rest, query)| (rest, Some(query)));
            assert!(candidates(rest, query).contains(&url.to_owned()), "{url}: {path}");
            assert!(path.bytes().all(|b| b.is_ascii_graphic() && b != b'#' && b != b'>'), "{path}");
        }
    }

    #[test]
    fn forms_of_one_url_are_tried() {
        assert!(candidates("https:/one.example/a", None).contains(&"https://one.example/a".to_owned()));
        assert!(candidates("https%3A%2F%2Fone.example", None).contains(&"https://one.example/".to_owned()));
        assert!(candidates("https://one.example/", None).contains(&"https://one.example".to_owned()));
    }
}
