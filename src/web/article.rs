//! The citation page of an article, its exact text, its JSON.

mod quotations;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use self::quotations::QuotationLine;
use super::blocks::ReadingText;
use super::cited::{self, CitationBox, CitedHead};
use super::ids::{self, Found};
use super::page::{immutable, json, redirect, scripted};
use super::problem::Problem;
use super::server::Server;
use super::show::{Lang, OutletLink, When, encode, foreign_link, short, spoken};
use super::visit::{Frame, Visit};
use super::words::{Words, fill};
use super::{links, memento};
use crate::archive::article::{ArticleView, CaptureView, Logged, VersionView};
use crate::archive::cite::CitationFormat;
use crate::archive::refs::PathKind;
use crate::domain::{ArticleId, Basis};

/// Quotations of fewer words stand in too many places to say anything.
const LEAST_WORDS: usize = 5;
/// Quotations of one article that are looked for elsewhere.
const MOST_QUOTATIONS: usize = 24;

#[derive(Template)]
#[template(path = "article/page.html")]
struct ArticlePage {
    f: Frame,
    id: ArticleId,
    title: String,
    lang: Lang,
    text: ReadingText,
    quotations: Vec<QuotationLine>,
    outlet: Option<OutletLink>,
    byline: Option<String>,
    /// The original page: its address, and the link where it is one.
    url: Option<(String, Option<String>)>,
    history: Option<String>,
    clocks: Vec<ClockLine>,
    notes: Vec<String>,
    captures: Vec<CaptureRef>,
    versions: Vec<VersionLine>,
    citation: CitationBox,
    head: CitedHead,
    /// What is to be said about a passage that was asked for and not found.
    notice: Option<&'static str>,
    asked: String,
    max: usize,
}

struct ClockLine {
    class: &'static str,
    name: &'static str,
    when: String,
    means: &'static str,
}

struct CaptureRef {
    captured: When,
    record: String,
    short: String,
    original: Option<String>,
    /// The capture before it, to compare with.
    earlier: Option<String>,
    corrected: bool,
}

struct VersionLine {
    path: String,
    title: String,
    captured: When,
    same_url: bool,
    share: String,
    from: ArticleId,
    to: ArticleId,
}

/// `/a/<article>`, with `.txt`, `.json`, or the ending of a citation.
pub(super) fn article(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let segment = visit.segment(1);
    let (digits, ending) = segment.find('.').map_or((segment.as_str(), ""), |dot| segment.split_at(dot));
    let cited = cited::format_of(ending);
    if !["", ".txt", ".json"].contains(&ending) && cited.is_none() {
        return Err(Problem::not_found(&visit.path));
    }
    let id: ArticleId = match ids::find(server, visit, PathKind::Article, digits, ending)? {
        Found::Id(id) => id,
        Found::At(path) => return redirect(&path),
    };
    let missing = || ids::missing(server, visit, id);
    if let Some(format) = cited {
        server.archive.article(&id)?.ok_or_else(missing)?;
        return cited::file(server, &format!("/a/{id}"), visit, format);
    }
    match ending {
        ".txt" => {
            let text = server.archive.canonical_text(&id)?.ok_or_else(missing)?;
            Ok(immutable(visit, &id.to_string(), "text/plain; charset=utf-8", text.into_bytes()))
        }
        ".json" => Ok(json(StatusCode::OK, &server.archive.article(&id)?.ok_or_else(missing)?)),
        _ => citation_page(server, visit, &server.archive.article(&id)?.ok_or_else(missing)?),
    }
}

fn citation_page(server: &Server, visit: &Visit, view: &ArticleView) -> Result<Response, Problem> {
    let f = visit.frame();
    let asked = visit.param("quote").unwrap_or_default();
    let mut notice = None;
    if !asked.is_empty() {
        if asked.chars().count() > server.limits.quote_chars {
            return Err(Problem::usage("the passage is too long; give its beginning", |w| w.quote_too_long));
        }
        match server.archive.cite(&view.article.to_string(), Some(asked), CitationFormat::Text) {
            Ok(Some(citation)) => {
                let path = citation.url.find("/a/").and_then(|at| citation.url.get(at..)).unwrap_or(&view.path);
                return redirect(&format!("{path}{}#passage", f.q));
            }
            Ok(None) => notice = Some(f.w.passage_not_here),
            Err(_) => notice = Some(f.w.quote_no_words),
        }
    }
    let newest = view.captures.iter().rev().find(|capture| capture.replaced_by.is_none()).or(view.captures.last());
    let (size, _) = server.archive.head()?;
    let elsewhere = server
        .elsewhere
        .at(size, view.article, || server.archive.quotations_elsewhere(view, LEAST_WORDS, MOST_QUOTATIONS))?;
    let quotations = quotations::lines(view, &elsewhere, &f);
    let url = newest.and_then(|capture| capture.url.clone());
    let shown = scripted(ArticlePage {
        id: view.article,
        title: view.title.clone().unwrap_or_else(|| f.w.untitled.to_owned()),
        lang: Lang::of(newest.and_then(|capture| capture.lang.as_deref())),
        text: ReadingText::of(view, None, &quotations::references(view, &quotations, &f), &f),
        quotations,
        outlet: newest.and_then(|capture| OutletLink::of_capture(capture, &f)),
        byline: newest.and_then(|capture| capture.byline.clone()),
        history: url.as_deref().map(|url| format!("/captures?url={}{}", encode(url), f.and)),
        url: url.map(|url| (url.clone(), foreign_link(&url))),
        clocks: clocks(&view.captures, f.w),
        notes: notes(view, f.w),
        captures: capture_refs(&view.captures, f.w),
        versions: view.versions.iter().map(|version| version_line(view, version, &f)).collect(),
        citation: CitationBox::of(server, &view.path, visit)?,
        head: CitedHead::of(server, &view.path, visit)?,
        notice,
        asked: asked.to_owned(),
        max: server.limits.quote_chars,
        f,
    })?;
    memento::list_of_article(server, visit, view, links::cite_as(shown, visit, &view.path))
}

/// The four clocks in plain words, by the earliest capture.
fn clocks(captures: &[CaptureView], w: &Words) -> Vec<ClockLine> {
    let current = || captures.iter().filter(|capture| capture.replaced_by.is_none());
    let Some(earliest) = current().min_by_key(|capture| (capture.captured.to, capture.logged.index)) else {
        return Vec::new();
    };
    let first_logged = captures.iter().min_by_key(|capture| capture.logged.index).unwrap_or(earliest);
    let when = |when: &When| format!("{}{}{}", when.said, w.list_comma, when.basis);
    let published = earliest.published.as_ref().map(|time| When::of(time, w));
    let stamped = captures.iter().find_map(|capture| capture.stamped.as_ref()).map(|time| When::of(time, w));
    vec![
        ClockLine {
            class: if published.is_some() { "claim" } else { "unknown" },
            name: w.published,
            when: published.as_ref().map_or_else(|| w.published_unknown.to_owned(), when),
            means: w.published_means,
        },
        ClockLine {
            class: "claim",
            name: w.captured,
            when: when(&When::of(&earliest.captured, w)),
            means: if earliest.captured.basis == Basis::Ingest { w.captured_means_ingest } else { w.captured_means },
        },
        ClockLine { class: "proof", name: w.logged, when: logged(&first_logged.logged, w), means: w.logged_means },
        ClockLine {
            class: if stamped.is_some() { "proof" } else { "unknown" },
            name: w.stamped,
            when: stamped.as_ref().map_or_else(|| w.stamped_not.to_owned(), when),
            means: w.stamped_means,
        },
    ]
}

/// A place in the log in words.
pub(super) fn logged(logged: &Logged, w: &Words) -> String {
    fill(w.logged_as, &[&logged.index.to_string(), &spoken(&logged.at, w)])
}

/// What a reader must know before quoting.
fn notes(view: &ArticleView, w: &Words) -> Vec<String> {
    let captures = &view.captures;
    let mut notes = Vec::new();
    let edits = view.versions.iter().filter(|version| version.same_url).count();
    if edits > 0 {
        notes.push(fill(w.note_edited, &[&edits.to_string()]));
    }
    let current: Vec<&CaptureView> = captures.iter().filter(|capture| capture.replaced_by.is_none()).collect();
    if current.iter().any(|capture| capture.published != current[0].published) {
        notes.push(w.note_published_differ.to_owned());
    }
    if let Some(marks) = current.iter().map(|capture| capture.deleted_bidi).max().filter(|marks| *marks > 0) {
        notes.push(fill(w.note_bidi, &[&marks.to_string()]));
    }
    if captures.iter().any(|capture| capture.replaced_by.is_some()) {
        notes.push(w.note_corrected.to_owned());
    }
    if current.iter().any(|c| c.published.as_ref().is_some_and(|published| c.captured.precedes(published))) {
        notes.push(w.note_captured_before.to_owned());
    }
    notes
}

fn capture_refs(captures: &[CaptureView], w: &Words) -> Vec<CaptureRef> {
    let mut ordered: Vec<&CaptureView> = captures.iter().collect();
    ordered.sort_by_key(|capture| (capture.captured.to, capture.logged.index));
    let earlier = |index: usize| index.checked_sub(1).map(|before| ordered[before].record.to_string());
    (0..ordered.len())
        .map(|index| {
            let capture = ordered[index];
            CaptureRef {
                captured: When::of(&capture.captured, w),
                record: capture.record.to_string(),
                short: short(capture.record),
                original: capture.url.as_deref().and_then(foreign_link),
                earlier: earlier(index),
                corrected: capture.replaced_by.is_some(),
            }
        })
        .collect()
}

fn version_line(view: &ArticleView, version: &VersionView, f: &Frame) -> VersionLine {
    let this = view.captures.iter().map(|capture| capture.captured.to).min().flatten();
    let later = version.captured.to >= this;
    let (from, to) = if later { (view.article, version.article) } else { (version.article, view.article) };
    VersionLine {
        path: format!("/a/{}{}", version.article, f.q),
        title: version.title.clone().unwrap_or_else(|| f.w.untitled.to_owned()),
        captured: When::of(&version.captured, f.w),
        same_url: version.same_url,
        share: format!("{:.0}", version.share * 100.0),
        from,
        to,
    }
}
