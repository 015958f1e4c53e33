//! The page of one record: how a capture came here, step by step, and the whole page as it was read.

mod steps;

use askama::Template;
use axum::response::Response;
use serde_json::Value;

use self::steps::Step;
use super::cited::{self, CitationBox, CitedHead};
use super::ids::{self, Found};
use super::page::{JSON, immutable, page, redirect};
use super::problem::Problem;
use super::server::Server;
use super::show::{Lang, encode, role_name};
use super::visit::{Frame, Visit};
use super::{links, memento};
use crate::archive::article::BlockView;
use crate::archive::refs::PathKind;
use crate::domain::{RecordId, Role};

#[derive(Template)]
#[template(path = "record/page.html")]
struct RecordPage {
    f: Frame,
    id: RecordId,
    kind: &'static str,
    title: String,
    lang: Lang,
    /// What a reader must know first, with a way on.
    warnings: Vec<(String, Option<String>)>,
    steps: Vec<Step>,
    article: Vec<(&'static str, String)>,
    furniture: Vec<String>,
    json: String,
    /// How to cite a capture that shows an article, and what reference managers read of it.
    citation: Option<(CitationBox, CitedHead)>,
    /// All captures of the same address.
    history: Option<String>,
}

/// `/r/<record>`, with `.json`, or for a capture the ending of a citation.
pub(super) fn record(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let segment = visit.segment(1);
    let (digits, ending) = segment.find('.').map_or((segment.as_str(), ""), |dot| segment.split_at(dot));
    let format = cited::format_of(ending);
    if !["", ".json"].contains(&ending) && format.is_none() {
        return Err(Problem::not_found(&visit.path));
    }
    let id: RecordId = match ids::find(server, visit, PathKind::Record, digits, ending)? {
        Found::Id(id) => id,
        Found::At(path) => return redirect(&path),
    };
    let bytes = server.archive.record_bytes(&id)?.ok_or_else(|| ids::gone_or_missing(server, visit, &id))?;
    if ending == ".json" {
        return Ok(immutable(visit, &id.to_string(), JSON, bytes));
    }
    if let Some(format) = format {
        let shows_article = server.archive.capture(&id)?.is_some_and(|(capture, _)| capture.article.is_some());
        return match shows_article {
            true => cited::file(server, &format!("/r/{id}"), visit, format),
            false => Err(Problem::not_found(&visit.path)),
        };
    }
    record_page(server, visit, id, &bytes)
}

fn record_page(server: &Server, visit: &Visit, id: RecordId, bytes: &[u8]) -> Result<Response, Problem> {
    let f = visit.frame();
    let w = f.w;
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Problem::internal())?;
    let is_reading = value["kind"] == "reading";
    let (capture, blocks) = match is_reading {
        true => server.archive.reading(&id)?,
        false => server.archive.capture(&id)?,
    }
    .ok_or_else(|| ids::gone_or_missing(server, visit, &id))?;
    let steps =
        if is_reading { steps::of_reading(&value, &capture, &f) } else { steps::of_capture(&value, &capture, &f) };
    let mut warnings = Vec::new();
    if let Some(newer) = capture.replaced_by {
        warnings.push((w.corrected.to_owned(), Some(format!("/r/{newer}"))));
    }
    warnings.extend(capture.notes.iter().map(|note| (note.clone(), None)));
    let path = format!("/r/{id}");
    let citation = match !is_reading && capture.article.is_some() {
        true => Some((CitationBox::of(server, &path, visit)?, CitedHead::of(server, &path, visit)?)),
        false => None,
    };
    let shown = page(RecordPage {
        id,
        kind: if is_reading { w.reading_record } else { w.capture_record },
        title: capture.title.clone().unwrap_or_else(|| w.untitled.to_owned()),
        lang: Lang::of(capture.lang.as_deref()),
        warnings,
        steps,
        article: article_blocks(&blocks, &f),
        furniture: blocks.into_iter().filter(|block| block.role == Role::Furniture).map(|block| block.text).collect(),
        json: String::from_utf8_lossy(bytes).into_owned(),
        citation,
        history: capture.url.as_deref().map(|url| format!("/captures?url={}{}", encode(url), f.and)),
        f,
    })?;
    let shown = links::cite_as(shown, visit, &path);
    if is_reading { Ok(shown) } else { memento::announce(server, visit, &capture, shown) }
}

/// What belongs to the article, in document order, each block with what it is.
fn article_blocks(blocks: &[BlockView], f: &Frame) -> Vec<(&'static str, String)> {
    let own = blocks.iter().filter(|block| block.role != Role::Furniture);
    own.map(|block| (role_name(block.role, f.w), block.text.clone())).collect()
}
