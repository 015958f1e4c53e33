//! Atom feeds (RFC 4287): new captures, and new occurrences of words that somebody watches.
//!
//! `updated` is when a thing was logged; ids are hashes, so that an entry is one thing in every reader for ever.

use std::fmt::Write as _;

use axum::response::Response;

use super::audit::check_length;
use super::page::{in_confidence, tagged};
use super::problem::Problem;
use super::server::Server;
use super::show::{encode, foreign_link};
use super::visit::Visit;
use crate::archive::article::{CaptureView, utc};
use crate::archive::audit::OccurrenceView;
use crate::archive::lists::ListFilter;
use crate::domain::{Digest, digest::sha256};

/// Captures of a feed.
const LATEST: u32 = 50;
/// Occurrences of a feed.
const OCCURRENCES: usize = 200;
const ATOM: &str = "application/atom+xml; charset=utf-8";

struct Feed {
    id: String,
    title: String,
    /// Who publishes it: the name of the log.
    author: String,
    /// Its own address.
    own: String,
    /// The page of the same.
    page: String,
    /// When nothing is in it.
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    title: String,
    updated: String,
    /// Our page of it.
    page: String,
    /// The original page.
    via: Option<String>,
    summary: String,
}

/// `/feed.atom?outlet=`: the captures that were logged last.
pub(super) fn captures(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let w = visit.words();
    let outlet = visit.param("outlet");
    if let Some(name) = outlet
        && !server.outlets()?.iter().any(|known| known.outlet == name)
    {
        return Err(Problem::not_found(&visit.path));
    }
    let filter = ListFilter { outlet: outlet.map(str::to_owned), limit: LATEST, ..ListFilter::default() };
    let list = server.archive.list(&filter)?;
    let query = outlet.map(|name| format!("?outlet={}", encode(name))).unwrap_or_default();
    let page = outlet.map_or_else(|| "/".to_owned(), |name| format!("/o/{}", encode(name)));
    let feed = Feed {
        id: urn(&[server.archive.origin(), "feed", outlet.unwrap_or_default()]),
        title: format!("{} · {}", outlet.unwrap_or(server.archive.origin()), w.captures),
        author: server.archive.origin().to_owned(),
        own: format!("{}/feed.atom{query}", visit.base),
        page: format!("{}{page}", visit.base),
        updated: utc(server.archive.head_at()?),
        entries: list.iter().map(|capture| capture_entry(capture, visit)).collect(),
    };
    tagged(visit, ATOM, feed.to_xml())
}

fn capture_entry(capture: &CaptureView, visit: &Visit) -> Entry {
    let outlet = capture.outlet_name.as_deref().or(capture.outlet.as_deref());
    let captured = format!("{} {}", visit.words().captured, capture.captured.edtf);
    Entry {
        id: format!("urn:sha256:{}", capture.record),
        title: capture.title.clone().unwrap_or_else(|| visit.words().untitled.to_owned()),
        updated: capture.logged.at.clone(),
        page: format!("{}/r/{}", visit.base, capture.record),
        via: capture.url.as_deref().and_then(foreign_link),
        summary: outlet.into_iter().chain([captured.as_str()]).collect::<Vec<_>>().join(" · "),
    }
}

/// `/audit.atom?q=`: where the words occur, what was logged last first. Kept by nobody: the words are a secret.
pub(super) fn audit(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let q = visit.param("q").ok_or_else(|| Problem::usage("give the words to look for: ?q=", |w| w.quote_no_words))?;
    check_length(server, q)?;
    let mut found = server.archive.audit(q, OCCURRENCES)?.occurrences;
    found.sort_by_key(|occurrence| std::cmp::Reverse(occurrence.logged.index));
    let (origin, query) = (server.archive.origin(), format!("?q={}", encode(q)));
    let feed = Feed {
        id: urn(&[origin, "audit", q]),
        title: q.to_owned(),
        author: origin.to_owned(),
        own: format!("{}/audit.atom{query}", visit.base),
        page: format!("{}/audit{query}", visit.base),
        updated: utc(server.archive.head_at()?),
        entries: found.iter().map(|occurrence| occurrence_entry(occurrence, origin, q, visit)).collect(),
    };
    Ok(in_confidence(tagged(visit, ATOM, feed.to_xml())?))
}

fn occurrence_entry(occurrence: &OccurrenceView, origin: &str, q: &str, visit: &Visit) -> Entry {
    // One occurrence is one (article, outlet, URL), or the furniture of one capture.
    let what = match (&occurrence.article, occurrence.records.first()) {
        (Some(article), _) => article.to_string(),
        (None, Some(record)) => record.to_string(),
        (None, None) => String::new(),
    };
    let (outlet, url) = (occurrence.outlet.as_deref(), occurrence.url.as_deref());
    Entry {
        id: urn(&[origin, "audit", q, &what, outlet.unwrap_or_default(), url.unwrap_or_default()]),
        title: occurrence.title.clone().unwrap_or_else(|| visit.words().untitled.to_owned()),
        updated: occurrence.logged.at.clone(),
        page: format!("{}{}", visit.base, occurrence.path),
        via: url.and_then(foreign_link),
        summary: outlet.into_iter().chain([occurrence.text.as_str()]).collect::<Vec<_>>().join(" · "),
    }
}

/// A name that is the hash of what it names; the parts are told apart by their lengths.
fn urn(parts: &[&str]) -> String {
    let joined: String = parts.iter().map(|part| format!("{}:{part}\n", part.len())).collect();
    format!("urn:sha256:{}", Digest(sha256(joined.as_bytes())))
}

impl Feed {
    fn to_xml(&self) -> String {
        let newest = self.entries.iter().map(|entry| entry.updated.as_str()).max().unwrap_or(&self.updated);
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
             <id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<author><name>{}</name></author>\n\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
            escape(&self.id),
            escape(&self.title),
            escape(newest),
            escape(&self.author),
            escape(&self.own),
            escape(&self.page),
        );
        for entry in &self.entries {
            let via = entry.via.as_deref().map(super::links::uri);
            let via = via.map(|url| format!("<link rel=\"via\" href=\"{}\"/>\n", escape(&url))).unwrap_or_default();
            // Writing into a string cannot fail.
            let _ = write!(
                xml,
                "<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
                 <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{via}<summary>{}</summary>\n</entry>\n",
                escape(&entry.id),
                escape(&entry.title),
                escape(&entry.updated),
                escape(&entry.page),
                escape(&entry.summary),
            );
        }
        xml + "</feed>\n"
    }
}

/// Text as XML 1.0 may hold it, in elements and in attributes: markup as references, without the characters that no
/// document may contain in any form.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_element_or_is_no_xml() {
        assert_eq!(escape("a<b>&\"'\u{7}]]>\u{fffe}"), "a&lt;b&gt;&amp;&quot;&#39;]]&gt;");
    }

    #[test]
    fn names_of_different_parts_differ() {
        assert_ne!(urn(&["a", "b"]), urn(&["ab", ""]));
        assert_ne!(urn(&["a\n1:b"]), urn(&["a", "b"]));
    }
}
