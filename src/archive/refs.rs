//! What a person's reference means: full ids, prefixes, citation URLs, captured pages' URLs.

use serde::Serialize;

use super::{Archive, Error, ErrorKind};
use crate::domain::{ArticleId, PayloadId, RecordId};
use crate::store::{IdTable, ReadTx, RecordKind};

/// The fewest hexadecimal digits of a shortened id.
pub const MIN_PREFIX: usize = 8;

/// One thing that a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "lowercase")]
pub enum Target {
    /// An article.
    Article(ArticleId),
    /// A capture record.
    Capture(RecordId),
    /// A reading record.
    Reading(RecordId),
    /// A payload.
    Payload(PayloadId),
}

impl Target {
    /// The path of the thing on the web.
    pub fn path(&self) -> String {
        match self {
            Target::Article(id) => format!("/a/{id}"),
            Target::Capture(id) | Target::Reading(id) => format!("/r/{id}"),
            Target::Payload(id) => format!("/p/{id}"),
        }
    }
}

/// A reference, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What it names.
    pub target: Target,
    /// The byte range, when it names a passage.
    pub passage: Option<(usize, usize)>,
    /// What else the same digits fit, named for the person.
    pub also: Vec<Target>,
}

impl Archive {
    /// Understands `reference`, or says why not.
    pub fn resolve(&self, reference: &str) -> Result<Resolved, Error> {
        self.read(|tx| resolve(tx, reference))
    }
}

/// The most things that [`Archive::candidates`] lists.
const MAX_CANDIDATES: u32 = 20;

impl Archive {
    /// Everything of one kind whose id begins with `digits`; nothing where they are too few or no digits.
    pub fn candidates(&self, kind: PathKind, digits: &str) -> Result<Vec<Target>, Error> {
        if !is_hex(digits) {
            return Ok(Vec::new());
        }
        let table = match kind {
            PathKind::Article => IdTable::Article,
            PathKind::Record => IdTable::Record,
            PathKind::Payload => IdTable::Payload,
        };
        self.read(|tx| {
            let ids = tx.ids_with_prefix(table, digits, MAX_CANDIDATES)?;
            let targets = ids.into_iter().map(|id| target(tx, table, id)).collect::<Result<Vec<_>, _>>()?;
            Ok(targets.into_iter().flatten().collect())
        })
    }
}

/// What a path of the web names: `/a/`, `/r/` or `/p/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// `/a/`
    Article,
    /// `/r/`
    Record,
    /// `/p/`
    Payload,
}

/// Understands a reference within one moment of the archive.
pub(super) fn resolve(tx: &ReadTx<'_>, reference: &str) -> Result<Resolved, Error> {
    let reference = reference.trim();
    if let Some((table, digits, passage)) = citation_path(reference) {
        return by_digits(tx, reference, digits, passage, &[table]);
    }
    if reference.contains("://") {
        return by_page(tx, reference);
    }
    by_digits(tx, reference, reference, None, &[IdTable::Article, IdTable::Record, IdTable::Payload])
}

/// What a citation's path names: the table, the digits of the id, the byte range of a passage.
type CitedPath<'r> = (IdTable, &'r str, Option<(usize, usize)>);

/// Finds `/a/<id>`, `/a/<id>/<start>-<end>`, `/r/<id>` or `/p/<id>` at the end of a URL or path.
fn citation_path(reference: &str) -> Option<CitedPath<'_>> {
    let path = reference.split(['?', '#']).next()?;
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let table = |name: &str| match name {
        "a" => Some(IdTable::Article),
        "r" => Some(IdTable::Record),
        "p" => Some(IdTable::Payload),
        _ => None,
    };
    let digits = |text: &'_ str| is_hex(text.split('.').next().unwrap_or_default());
    if let [.., kind, id] = segments.as_slice()
        && let Some(table) = table(kind)
        && digits(id)
    {
        return Some((table, id.split('.').next().unwrap_or_default(), None));
    }
    if let [.., "a", id, range] = segments.as_slice()
        && digits(id)
    {
        let (start, end) = range.split_once('-')?;
        return Some((IdTable::Article, id, Some((start.parse().ok()?, end.parse().ok()?))));
    }
    None
}

fn is_hex(text: &str) -> bool {
    (MIN_PREFIX..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The newest capture of a page.
fn by_page(tx: &ReadTx<'_>, url: &str) -> Result<Resolved, Error> {
    let captures = tx.captures_of_url(url)?;
    let newest = captures.iter().rev().find(|capture| capture.replaced_by.is_none()).ok_or_else(|| {
        Error::not_found(
            url,
            format!("{url}: no capture of this page is in the archive; `isnad search` looks for words"),
        )
    })?;
    let article = tx.readings(newest.key)?.pop().and_then(|reading| reading.article);
    let target = article.map_or(Target::Capture(newest.record), |(_, id)| Target::Article(id));
    let also = captures.iter().rev().map(|capture| Target::Capture(capture.record)).collect();
    Ok(Resolved { target, passage: None, also })
}

fn by_digits(
    tx: &ReadTx<'_>,
    reference: &str,
    digits: &str,
    passage: Option<(usize, usize)>,
    tables: &[IdTable],
) -> Result<Resolved, Error> {
    if !is_hex(digits) {
        return Err(Error::usage(format!(
            "{reference:?} is no reference: write an id of 64 hexadecimal digits, at least {MIN_PREFIX} of them, a citation URL, or the URL of a captured page"
        )));
    }
    let mut found: Vec<Vec<Target>> = Vec::new();
    for table in tables {
        let ids = tx.ids_with_prefix(*table, digits, 6)?;
        let targets = ids.into_iter().map(|id| target(tx, *table, id)).collect::<Result<Vec<_>, _>>()?;
        found.push(targets.into_iter().flatten().collect());
    }
    let Some(first) = found.iter().position(|targets| !targets.is_empty()) else {
        if tables.contains(&IdTable::Record)
            && let [only] = tx.erased_with_prefix(digits)?.as_slice()
            && let Some(row) = tx.takedown(only)?
        {
            return Err(super::takedown::gone(reference, row));
        }
        let message = format!("{reference}: nothing in this archive has an id that begins so");
        return Err(Error::not_found(reference, message));
    };
    let candidates = found.remove(first);
    if candidates.len() > 1 {
        let list: Vec<String> = candidates.iter().map(Target::path).collect();
        let message = format!("{reference}: these digits fit several things; write more of them: {}", list.join(" "));
        return Err(Error::new(ErrorKind::Ambiguous, reference, message));
    }
    Ok(Resolved { target: candidates[0], passage, also: found.into_iter().flatten().collect() })
}

/// What the id names, if this view may see it.
fn target(tx: &ReadTx<'_>, table: IdTable, id: [u8; 32]) -> Result<Option<Target>, Error> {
    Ok(match table {
        IdTable::Article => {
            let id = ArticleId::from_bytes(id);
            tx.article(&id)?.map(|_| Target::Article(id))
        }
        IdTable::Record => {
            let id = RecordId::from_bytes(id);
            match tx.record(&id)? {
                Some((RecordKind::Capture, _)) => tx.capture(&id)?.map(|_| Target::Capture(id)),
                Some((RecordKind::Reading, _)) => match tx.reading(&id)? {
                    Some(reading) => tx.capture_by_key(reading.capture)?.map(|_| Target::Reading(id)),
                    None => None,
                },
                None => None,
            }
        }
        IdTable::Payload => {
            let id = PayloadId::from_bytes(id);
            (!tx.captures_of_payload(&id)?.is_empty()).then_some(Target::Payload(id))
        }
    })
}
