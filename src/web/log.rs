//! The log as c2sp.org/tlog-tiles serves it, and a page that says in plain words what it is for.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::page::{Page, immutable, in_confidence, page};
use super::problem::Problem;
use super::server::Server;
use super::visit::{Frame, Visit};
use crate::archive::log::{HeldBack, LogView, gzip};
use crate::domain::{Digest, sha256};
use crate::tlog::{Tile, TileKind};

const TEXT: &str = "text/plain; charset=utf-8";

#[derive(Template)]
#[template(path = "log/en.html")]
struct English {
    f: Frame,
    log: Shown,
}

#[derive(Template)]
#[template(path = "log/ar.html")]
struct Arabic {
    f: Frame,
    log: Shown,
}

#[derive(Template)]
#[template(path = "log/held-en.html")]
struct HeldEnglish {
    f: Frame,
    held: HeldBack,
}

#[derive(Template)]
#[template(path = "log/held-ar.html")]
struct HeldArabic {
    f: Frame,
    held: HeldBack,
}

/// What the page prints.
struct Shown {
    origin: String,
    size: u64,
    note: String,
    vkeys: Vec<String>,
    /// The logs before it: name, number of entries, hash of the last checkpoint as its successor names it.
    before: Vec<(String, u64, String)>,
}

impl Shown {
    fn of(logs: Vec<LogView>) -> Option<Self> {
        let mut logs = logs.into_iter().peekable();
        let newest = logs.next()?;
        let head = newest.checkpoint?;
        let mut adopted = newest.adopted;
        let mut before = Vec::new();
        for log in logs {
            let size = log.checkpoint.map_or(0, |head| head.size);
            before.push((log.origin, size, adopted.take().unwrap_or_default()));
            adopted = log.adopted;
        }
        Some(Shown { origin: newest.origin, size: head.size, note: head.note, vkeys: newest.vkeys, before })
    }
}

/// `/log`
pub(super) fn log(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let Some(log) = Shown::of(server.archive.logs()?) else { return held_back(server, visit) };
    let f = visit.frame();
    if f.lang == "ar" { page(Arabic { f, log }) } else { page(English { f, log }) }
}

/// Says why there is no head to show, and what puts that right.
fn held_back(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    const STATUS: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
    // Somebody may have put it right since we looked.
    let held = server.archive.head_held_back()?.ok_or_else(Problem::overtime)?;
    let f = visit.frame();
    let response = if f.lang == "ar" {
        Page(STATUS, HeldArabic { f, held }).into_response()
    } else {
        Page(STATUS, HeldEnglish { f, held }).into_response()
    };
    Ok(in_confidence(response))
}

/// `/log/checkpoint`: it changes with every ingestion, so caches keep it for a few seconds only.
pub(super) fn checkpoint(server: &Server, _: &Visit) -> Result<Response, Problem> {
    let head = server.archive.log_checkpoint()?;
    Ok(plain(head.note, "public, max-age=5"))
}

/// `/log/vkey`
pub(super) fn vkey(server: &Server, _: &Visit) -> Result<Response, Problem> {
    let mut keys = server.archive.log_vkeys()?.vkeys.join("\n");
    keys.push('\n');
    Ok(plain(keys, "public, max-age=60"))
}

fn plain(text: String, cache: &'static str) -> Response {
    ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, cache)], text).into_response()
}

/// `/log/tile/<L>/<N>[.p/<W>]` and `/log/tile/entries/<N>[.p/<W>]`
pub(super) fn tile(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let missing = || Problem::not_found(&visit.path);
    let path = visit.path.strip_prefix("/log/").ok_or_else(missing)?;
    let tile: Tile = path.parse().map_err(|_| missing())?;
    let bytes = server.archive.log_tile(tile)?.ok_or_else(missing)?;
    let mut tag = Digest(sha256(&bytes)).to_string();
    // Entries are text that repeats itself; hashes are not. The specification wants the one compressed.
    let entries = matches!(tile.kind(), TileKind::Entries);
    let packed = entries && visit.takes_gzip;
    let bytes = if packed { gzip(&bytes).map_err(|_| Problem::internal())? } else { bytes };
    if packed {
        tag.push_str("-gzip");
    }
    let mut response = immutable(visit, &tag, "application/octet-stream", bytes);
    if packed && response.status() == StatusCode::OK {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if entries {
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    // Other sites' verifiers may read the log from a browser; nothing in it is a secret.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}
