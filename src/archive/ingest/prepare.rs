//! What extraction threads do: from a capture to everything the writer needs.

use super::report::{BlockCounts, DocumentReport, Status};
use crate::archive::Error;
use crate::domain::outlet::{is_host_name, outlet_of_url, registrable_domain};
use crate::domain::reading::Reading;
use crate::domain::record::CaptureRecord;
use crate::domain::{ArticleId, AttachmentId, Basis, BlockId, Claim, PayloadId, Time};
use crate::formats::{Captured, DigestOutcome, Item};
use crate::page::{self, ReadError};
use crate::quote;
use crate::store::{Compressed, ReadTx, compress};

/// A capture time later than this many seconds after the clock is called future; clocks differ a little.
const CLOCK_SLACK: i64 = 24 * 3600;

/// What one item became before anything is written.
pub(super) enum Prepared {
    /// A document, read and compressed.
    Document(Box<Document>),
    /// Settled without writing: known, skipped or rejected.
    Settled(Box<DocumentReport>, u64),
}

/// A document with all that its records and rows state.
pub(super) struct Document {
    pub(super) captured: Captured,
    pub(super) payload: PayloadId,
    pub(super) packed: Compressed,
    pub(super) attachments: Vec<(&'static str, AttachmentId, Compressed)>,
    pub(super) claims: Claims,
    pub(super) reading: Option<ReadDocument>,
    pub(super) notes: Vec<String>,
}

/// A reading with what the writer needs of each block.
pub(super) struct ReadDocument {
    pub(super) reading: Reading,
    pub(super) article: Option<(ArticleId, u64)>,
    pub(super) ids: Vec<BlockId>,
    pub(super) tokens: Vec<String>,
}

/// Everything claimed about a capture, and what is shown of it.
pub(super) struct Claims {
    pub(super) url: Vec<Claim<String>>,
    pub(super) outlet: Vec<Claim<String>>,
    pub(super) title: Vec<Claim<String>>,
    pub(super) captured: Vec<Time>,
    pub(super) published: Vec<Time>,
    pub(super) outlet_name: Option<String>,
    pub(super) outlet_display: Option<String>,
    pub(super) resolved: Option<Time>,
    pub(super) identity_url: String,
    pub(super) identity_time: Option<i64>,
    pub(super) declarations: [u8; 32],
}

/// Reads one item, asking the archive whether it is known already.
pub(super) fn prepare(item: Item, tx: &ReadTx<'_>, now: i64) -> Result<Prepared, Error> {
    let settled = |report, bytes| Ok(Prepared::Settled(Box::new(report), bytes));
    let captured = match item {
        Item::Skipped { source, why } => {
            return settled(DocumentReport::without_document(source, Status::Skipped, why), 0);
        }
        Item::Rejected { source, error } => {
            return settled(DocumentReport::without_document(source, Status::Rejected, error), 0);
        }
        Item::Captured(captured) => *captured,
    };
    let bytes = captured.payload.len() as u64;
    if let Some(future) = captured.captured.iter().find(|time| time.from.is_some_and(|from| from > now + CLOCK_SLACK)) {
        let error = format!(
            "{}: captured_at {} lies in the future; correct it, or leave it out and the ingest time is kept",
            captured.source, future.edtf
        );
        return settled(DocumentReport::without_document(captured.source, Status::Rejected, error), bytes);
    }
    let payload = captured.payload_id();
    let identity_url = captured.url.first().map(|claim| claim.value.clone()).unwrap_or_default();
    let identity_time = captured.captured.first().and_then(|time| time.from);
    let declarations = CaptureRecord::declarations_digest(
        &captured.url,
        &captured.outlet,
        &captured.title,
        &captured.captured,
        &captured.published,
    );
    if let Some(known) = tx.known_capture(&payload, &identity_url, identity_time)?
        && known.declarations == declarations
        && let Some(report) = known_report(tx, known.key, &captured.source)?
    {
        return settled(report, bytes);
    }
    let reading = match read(&captured) {
        Ok(reading) => reading,
        Err(error) => {
            let error = format!("{}: {error}", captured.source);
            return settled(DocumentReport::without_document(captured.source, Status::Rejected, error), bytes);
        }
    };
    Ok(Prepared::Document(Box::new(document(captured, payload, reading, identity_url, identity_time, declarations, now))))
}

/// Reads the payload; error answers and redirects hold no article, so they have no reading.
fn read(captured: &Captured) -> Result<Option<Reading>, ReadError> {
    if captured.http_status.is_some_and(|status| status >= 300) {
        return Ok(None);
    }
    page::read(&captured.payload, &captured.media_type).map(Some)
}

fn document(
    mut captured: Captured,
    payload: PayloadId,
    reading: Option<Reading>,
    identity_url: String,
    identity_time: Option<i64>,
    declarations: [u8; 32],
    now: i64,
) -> Document {
    let packed = compress(&captured.payload);
    captured.payload = Vec::new();
    let attachments = captured
        .attachments
        .iter()
        .map(|attachment| (attachment.kind, AttachmentId::of(&attachment.bytes), compress(&attachment.bytes)))
        .collect();
    let mut notes = captured.notes.clone();
    let empty = Reading::default();
    let seen = reading.as_ref().unwrap_or(&empty);
    notes.extend(seen.notes.iter().cloned());
    for digest in captured.digests.iter().filter(|digest| digest.outcome == DigestOutcome::Failed) {
        notes.push(format!("the stated digest {} does not match: {}", digest.stated, digest.why));
    }
    let claims = claims(&captured, seen, identity_url, identity_time, declarations, now, &mut notes);
    let reading = reading.map(|reading| {
        let article = reading.article_text().map(|text| (ArticleId::of(text.as_bytes()), text.len() as u64));
        let ids = reading.blocks.iter().map(crate::domain::Block::id).collect();
        let tokens = reading.blocks.iter().map(|block| quote::index_tokens(&block.text)).collect();
        ReadDocument { reading, article, ids, tokens }
    });
    Document { captured, payload, packed, attachments, claims, reading, notes }
}

fn claims(
    captured: &Captured,
    reading: &Reading,
    identity_url: String,
    identity_time: Option<i64>,
    declarations: [u8; 32],
    now: i64,
    notes: &mut Vec<String>,
) -> Claims {
    let ingested = Time::at_second(now, Basis::Ingest);
    let url = joined(&captured.url, &reading.url);
    let (outlet, outlet_name, outlet_display) = outlet(captured, reading, &url);
    let printed: Vec<Claim<String>> =
        reading.title_block().map(|title| Claim::new(Basis::Text, title.to_owned())).into_iter().collect();
    let title = joined(&joined(&captured.title, &printed), &reading.title);
    let times = if captured.captured.is_empty() { vec![ingested.clone()] } else { captured.captured.clone() };
    let resolved = page::published::resolve(reading, &captured.published, &url, &times[0], &ingested);
    let mut published = captured.published.clone();
    for time in reading.published.iter().chain(&resolved) {
        if !published.contains(time) {
            published.push(time.clone());
        }
    }
    if let Some(time) = &resolved
        && times[0].precedes(time)
    {
        notes.push(format!("it says it was published {} but was captured {}", time.edtf, times[0].edtf));
    }
    Claims {
        url,
        outlet,
        title,
        captured: times,
        published,
        outlet_name,
        outlet_display,
        resolved,
        identity_url,
        identity_time,
        declarations,
    }
}

fn joined(first: &[Claim<String>], then: &[Claim<String>]) -> Vec<Claim<String>> {
    let mut all = first.to_vec();
    for claim in then {
        if !all.contains(claim) {
            all.push(claim.clone());
        }
    }
    all
}

/// Chooses the outlet: a declared domain, else the domain of a URL, else one that the page states, else a declared name.
fn outlet(
    captured: &Captured,
    reading: &Reading,
    urls: &[Claim<String>],
) -> (Vec<Claim<String>>, Option<String>, Option<String>) {
    let domain_of = |value: &str| is_host_name(value).then(|| registrable_domain(value)).flatten();
    let mut claims = captured.outlet.clone();
    for claim in urls {
        if let Some(domain) = outlet_of_url(&claim.value) {
            claims.push(Claim::new(claim.basis, domain));
        }
    }
    claims.extend(reading.outlet.iter().cloned());
    let name = claims.iter().find_map(|claim| domain_of(&claim.value));
    let display = captured
        .outlet
        .iter()
        .map(|claim| &claim.value)
        .find(|value| domain_of(value).is_none())
        .or(reading.outlet_name.as_ref())
        .cloned();
    let mut distinct: Vec<Claim<String>> = Vec::new();
    for claim in claims {
        if !distinct.contains(&claim) {
            distinct.push(claim);
        }
    }
    let name = name.or_else(|| distinct.first().map(|claim| claim.value.clone())).or_else(|| display.clone());
    (distinct, name, display)
}

/// The report of a capture that is there already; `None` when this extractor has not read it yet.
pub(super) fn known_report(tx: &ReadTx<'_>, capture: i64, source: &str) -> Result<Option<DocumentReport>, Error> {
    let Some(row) = tx.capture_by_key(capture)? else { return Ok(None) };
    let newest = tx.readings(capture)?.pop();
    if newest.as_ref().is_some_and(|reading| reading.extractor < page::EXTRACTOR.version) {
        return Ok(None);
    }
    let mut report = DocumentReport {
        record: Some(row.record),
        payload: Some(row.payload),
        outlet: row.outlet,
        url: row.url,
        title: row.title,
        published: row.published,
        captured: Some(row.captured),
        error: None,
        ..DocumentReport::without_document(source.to_owned(), Status::Known, String::new())
    };
    if let Some(reading) = newest {
        report.reading = Some(reading.record);
        report.article = reading.article.map(|(_, id)| id);
        report.notes = reading.notes;
        if let Some((_, body)) = tx.record(&reading.record)? {
            let counts = serde_json::from_slice::<serde_json::Value>(&body).unwrap_or_default();
            let count = |name: &str| counts["counts"][name].as_u64().unwrap_or(0);
            report.blocks = BlockCounts {
                article: count("article"),
                attached: count("attached"),
                furniture: count("furniture"),
                new: 0,
            };
            (report.tweets, report.quotations) = (count("tweets"), count("quotations"));
        }
    }
    Ok(Some(report))
}

/// The essence of a media type, without parameters.
pub(crate) fn media_type_of(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}
