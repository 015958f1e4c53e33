//! What extraction threads do: from a capture to everything the writer needs.

use super::report::{BlockCounts, DocumentReport, STAYS_OUT, Status};
use crate::archive::Error;
use crate::archive::claims::{Claims, Identity};
use crate::archive::takedown::Barred;
use crate::domain::edtf::parse_time;
use crate::domain::reading::Reading;
use crate::domain::{ArticleId, AttachmentId, Basis, BlockId, PayloadId, Time};
use crate::formats::{Captured, DigestOutcome, Item, Revisit, SourceKind};
use crate::page::{self, ReadError};
use crate::quote;
use crate::store::{Compressed, ReadTx, Visibility, compress, identity_bytes};

/// A capture time later than this many seconds after the clock is called future; clocks differ a little.
const CLOCK_SLACK: i64 = 24 * 3600;

/// What one item became before anything is written.
pub(super) enum Prepared {
    /// A document, read and compressed.
    Document(Box<Document>),
    /// A revisit whose original this moment of the archive does not hold; the batch being written may.
    Unresolved(Box<Revisit>),
    /// Settled without writing: known, skipped or rejected.
    Settled(Box<DocumentReport>, u64),
}

/// A document with all that its records and rows state.
pub(super) struct Document {
    pub(super) captured: Captured,
    pub(super) payload: PayloadId,
    pub(super) packed: Compressed,
    pub(super) attachments: Vec<(&'static str, AttachmentId, Compressed)>,
    pub(super) identity: Identity,
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

/// Reads one item, asking the archive whether it is known already.
///
/// `seen_by` says who is going to see it, if it is new.
pub(super) fn prepare(
    item: Item,
    tx: &ReadTx<'_>,
    now: i64,
    barred: &Barred,
    seen_by: Visibility,
) -> Result<Prepared, Error> {
    let settled = |report, bytes| Ok(Prepared::Settled(Box::new(report), bytes));
    let mut captured = match item {
        Item::Skipped { source, why } => {
            return settled(DocumentReport::without_document(source, Status::Skipped, why), 0);
        }
        Item::Rejected { source, error } => return settled(DocumentReport::rejected(source, &error), 0),
        Item::Revisit(revisit) => match resolve_revisit(&revisit, tx, seen_by)? {
            Some(captured) => captured,
            None => return Ok(Prepared::Unresolved(revisit)),
        },
        Item::Captured(captured) => *captured,
    };
    let bytes = captured.payload.len() as u64;
    if let Some(future) = captured.captured.iter().find(|time| time.from.is_some_and(|from| from > now + CLOCK_SLACK)) {
        let error = format!(
            "captured_at {} lies in the future; correct it, or leave it out: the ingest time is kept",
            future.edtf
        );
        return settled(DocumentReport::rejected(captured.source, &error), bytes);
    }
    let payload = captured.payload_id();
    let identity = Identity::of(&captured);
    let known = tx.known_capture(&payload, &identity.url, identity.time)?;
    if let Some(known) = &known
        && known.declarations == identity.declarations
        && let Some(report) = known_report(tx, known.key, &captured.source, seen_by)?
    {
        return settled(report, bytes);
    }
    if let Some(report) = stays_out(barred, tx, &captured.source, &payload, &identity, None)? {
        return settled(report, bytes);
    }
    let reading = match read(&mut captured) {
        Ok(reading) => reading,
        Err(error) => return settled(DocumentReport::rejected(captured.source, &error.to_string()), bytes),
    };
    let text = if barred.is_empty() { None } else { reading.as_ref().and_then(Reading::article_text) };
    let article = text.map(|text| ArticleId::of(text.as_bytes()));
    if let Some(report) = stays_out(barred, tx, &captured.source, &payload, &identity, article)? {
        return settled(report, bytes);
    }
    Ok(Prepared::Document(Box::new(document(captured, payload, reading, identity, now))))
}

/// The report of a document that was erased and must stay out.
///
/// What is here again was restored on purpose: it may be declared anew, and carried by other pages.
pub(super) fn stays_out(
    barred: &Barred,
    tx: &ReadTx<'_>,
    source: &str,
    payload: &PayloadId,
    identity: &Identity,
    article: Option<ArticleId>,
) -> Result<Option<DocumentReport>, Error> {
    if barred.is_empty() || tx.known_capture(payload, &identity.url, identity.time)?.is_some() {
        return Ok(None);
    }
    let same = identity_bytes(payload.as_bytes(), &identity.url, identity.time);
    // No bytes are the same bytes as any other page without a body: they say nothing of what was erased.
    let told_by_payload = *payload != PayloadId::of(b"");
    let bytes_erased = told_by_payload && barred.has("payload", payload.as_bytes()) && !tx.payload_is_kept(payload)?;
    let what = if barred.has("capture", &same) || bytes_erased {
        "this capture"
    } else if let Some(article) = article
        && barred.has("article", article.as_bytes())
        && !tx.article_is_kept(&article)?
    {
        "its article"
    } else {
        return Ok(None);
    };
    let why = format!("{what} {STAYS_OUT}; to take it in again, say --restore-erased");
    Ok(Some(DocumentReport::without_document(source.to_owned(), Status::Skipped, why)))
}

/// Gives a revisit the payload of its original, when this moment of the archive holds it.
fn resolve_revisit(revisit: &Revisit, tx: &ReadTx<'_>, seen_by: Visibility) -> Result<Option<Captured>, Error> {
    let at = revisit.refers_to_date.as_deref().and_then(|date| parse_time(date, Basis::WarcDate).ok()?.from);
    let original = revisit.refers_to_uri.as_deref().zip(at);
    let Some(id) = tx.revisited(revisit.payload_digest.as_deref(), original, seen_by)? else { return Ok(None) };
    let Some((payload, media_type)) = tx.payload(&id)? else { return Ok(None) };
    let mut captured = revisit.captured.clone();
    captured.payload = payload;
    if captured.media_type.is_empty() {
        captured.media_type = media_type;
    }
    captured.notes.push("a revisit: its payload is that of an earlier capture in this archive".to_owned());
    Ok(Some(captured))
}

/// Reads the payload. Error answers, redirects, and what a crawler kept that is no document have no reading: they stay
/// captures without article.
fn read(captured: &mut Captured) -> Result<Option<Reading>, ReadError> {
    if captured.http_status.is_some_and(|status| status >= 300) {
        return Ok(None);
    }
    match page::read(&captured.payload, &captured.media_type) {
        Ok(reading) => Ok(Some(reading)),
        Err(error) if matches!(captured.kind, SourceKind::Text | SourceKind::Html | SourceKind::Jsonl) => Err(error),
        Err(error) => {
            captured.notes.push(format!("kept without article: {error}"));
            Ok(None)
        }
    }
}

fn document(
    mut captured: Captured,
    payload: PayloadId,
    reading: Option<Reading>,
    identity: Identity,
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
    let claims = Claims::of(&captured, seen, &Time::at_second(now, Basis::Ingest), &mut notes);
    let reading = reading.map(|reading| {
        let article = reading.article_text().map(|text| (ArticleId::of(text.as_bytes()), text.len() as u64));
        let ids = reading.blocks.iter().map(crate::domain::Block::id).collect();
        let tokens = reading.blocks.iter().map(|block| quote::index_tokens(&block.text)).collect();
        ReadDocument { reading, article, ids, tokens }
    });
    Document { captured, payload, packed, attachments, identity, claims, reading, notes }
}

/// What is said of a private capture that is ingested again without `--private`.
pub(super) const STAYS_PRIVATE: &str = "stays private, as it was ingested first; `isnad publish` shows it to everybody";

/// The report of a capture that is there already; `None` when this extractor has not read it yet.
pub(super) fn known_report(
    tx: &ReadTx<'_>,
    capture: i64,
    source: &str,
    seen_by: Visibility,
) -> Result<Option<DocumentReport>, Error> {
    let Some(row) = tx.capture_by_key(capture)? else { return Ok(None) };
    let newest = tx.readings(capture)?.pop();
    if newest.as_ref().is_some_and(|reading| reading.extractor < page::EXTRACTOR.version) {
        return Ok(None);
    }
    let remark = match (row.private, seen_by) {
        (true, Visibility::Public) => Some(STAYS_PRIVATE),
        (false, Visibility::All) => Some("public already: --private does not take it back, `isnad withhold` does"),
        _ => None,
    };
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
    report.notes.extend(remark.map(str::to_owned));
    Ok(Some(report))
}
