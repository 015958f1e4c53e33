//! What the writer does with one document.

use super::prepare::{Document, ReadDocument, STAYS_PRIVATE, known_report};
use super::report::{BlockCounts, DocumentReport, Status};
use crate::archive::Error;
use crate::archive::open::random;
use crate::domain::record::{After, CaptureRecord, ReadingRecord, Source};
use crate::domain::{RecordId, Role};
use crate::formats::DigestOutcome;
use crate::page::EXTRACTOR;
use crate::store::{NewCapture, NewReading, RecordKind, Visibility, WriteTx};

/// Writes a document unless the archive, seen from inside the transaction, knows it already.
///
/// What corrects a private capture stays private: declaring something anew shows nothing. What corrects a public one may
/// be private; the public then goes on seeing the earlier declarations.
pub(super) fn write(tx: &mut WriteTx<'_>, document: &Document, seen_by: Visibility) -> Result<DocumentReport, Error> {
    let known = tx.read().known_capture(&document.payload, &document.identity.url, document.identity.time)?;
    let mut report = blank(document);
    let (capture, status) = match known {
        Some(known) if known.declarations == document.identity.declarations => {
            let found = known_report(&tx.read(), known.key, &document.captured.source, seen_by)?;
            if let Some(found) = found {
                return Ok(found);
            }
            let row = tx.read().capture_by_key(known.key)?;
            let record =
                row.map(|row| row.record).ok_or_else(|| Error::usage("a capture vanished while it was read"))?;
            ((known.key, record), Status::Known)
        }
        Some(known) => {
            let corrected = tx.read().capture_by_key(known.key)?;
            let corrects = corrected.as_ref().map(|row| row.record);
            let was_private = corrected.as_ref().is_some_and(|row| row.private);
            if was_private && seen_by == Visibility::Public {
                report.notes.push(STAYS_PRIVATE.to_owned());
            }
            let seen_by = if was_private { Visibility::All } else { seen_by };
            let written = write_capture(tx, document, corrects, seen_by)?;
            tx.replace_capture(known.key, written.0)?;
            // Declaring something new about a withheld capture does not show it.
            if let Some(code) = corrected.and_then(|row| row.withheld) {
                tx.withhold(written.0, &written.1, &code)?;
            }
            (written, Status::Corrected)
        }
        None => (write_capture(tx, document, None, seen_by)?, Status::New),
    };
    report.status = status;
    report.record = Some(capture.1);
    if let Some(read) = &document.reading {
        write_reading(tx, document, read, capture, &mut report)?;
    }
    Ok(report)
}

fn blank(document: &Document) -> DocumentReport {
    let claims = &document.claims;
    DocumentReport {
        payload: Some(document.payload),
        outlet: claims.outlet_name.clone(),
        url: claims.url.first().map(|claim| claim.value.clone()),
        title: claims.title.first().map(|claim| claim.value.clone()),
        published: claims.resolved.clone(),
        captured: claims.captured.first().cloned(),
        notes: document.notes.clone(),
        error: None,
        ..DocumentReport::without_document(document.captured.source.clone(), Status::New, String::new())
    }
}

/// Writes payload, attachments, record, leaf and row; returns key and id of the record.
fn write_capture(
    tx: &mut WriteTx<'_>,
    document: &Document,
    corrects: Option<RecordId>,
    seen_by: Visibility,
) -> Result<(i64, RecordId), Error> {
    let (captured, claims) = (&document.captured, &document.claims);
    let (payload, _) = tx.put_payload(&document.payload, &document.packed)?;
    for digest in captured.digests.iter().filter(|digest| digest.outcome == DigestOutcome::Verified) {
        tx.put_stated_digest(payload, &digest.stated)?;
    }
    for (_, id, packed) in &document.attachments {
        tx.put_attachment(id, packed)?;
    }
    let head = tx.head();
    let record = CaptureRecord {
        payload: (document.payload, document.packed.bytes, captured.media_type.clone()),
        url: claims.url.clone(),
        outlet: claims.outlet.clone(),
        title: claims.title.clone(),
        captured: claims.captured.clone(),
        published: claims.published.clone(),
        source: source_of(document),
        attachments: document.attachments.iter().map(|(kind, id, _)| ((*kind).to_owned(), *id)).collect(),
        collector: None,
        corrects,
        after: After { size: head.size, root: head.root },
        nonce: random()?,
    };
    let bytes = record
        .to_bytes()
        .map_err(|e| Error::new(crate::archive::ErrorKind::Io, captured.source.clone(), e.to_string()))?;
    let id = RecordId::of(&bytes);
    let (key, logged) = tx.put_record(RecordKind::Capture, &id, &bytes)?;
    // Readers see the display name beside other captures of the outlet.
    let private = seen_by == Visibility::All;
    let display = claims.outlet_display.as_deref().filter(|_| !private);
    let outlet = match &claims.outlet_name {
        Some(name) => Some(tx.put_outlet(name, display)?),
        None => None,
    };
    tx.put_capture(&NewCapture {
        record: key,
        payload,
        media_type: &captured.media_type,
        url: &claims.url,
        identity_url: &document.identity.url,
        identity_time: document.identity.time,
        declarations: document.identity.declarations,
        outlet,
        title: claims.title.first().map(|claim| claim.value.as_str()),
        published: claims.resolved.as_ref(),
        captured: &claims.captured[0],
        logged,
        source: &captured.source,
        private,
    })?;
    if private {
        tx.announce_private(&id)?;
    }
    Ok((key, id))
}

fn source_of(document: &Document) -> Source {
    let captured = &document.captured;
    let outcome = |outcome| match outcome {
        DigestOutcome::Verified => "verified",
        DigestOutcome::Failed => "failed",
        DigestOutcome::NotChecked => "not-checked",
    };
    Source {
        kind: captured.kind.name().to_owned(),
        basename: captured.basename.chars().take(255).collect(),
        container: captured.container,
        record: captured.record_id.clone().map(|id| id.chars().take(255).collect()),
        digests: captured
            .digests
            .iter()
            .map(|digest| {
                (
                    digest.stated.chars().take(200).collect(),
                    outcome(digest.outcome).to_owned(),
                    digest.why.chars().take(200).collect(),
                )
            })
            .collect(),
        http_status: captured.http_status,
    }
}

fn write_reading(
    tx: &mut WriteTx<'_>,
    document: &Document,
    read: &ReadDocument,
    capture: (i64, RecordId),
    report: &mut DocumentReport,
) -> Result<(), Error> {
    let reading = &read.reading;
    let mut keys: Vec<(i64, Role)> = Vec::with_capacity(reading.blocks.len());
    let mut counts = BlockCounts::default();
    for ((block, id), tokens) in reading.blocks.iter().zip(&read.ids).zip(&read.tokens) {
        let (key, new) = tx.put_block(id, &block.text, tokens)?;
        counts.new += u64::from(new);
        match block.role {
            role if role.is_hashed() => counts.article += 1,
            role if role.is_attached() => counts.attached += 1,
            _ => counts.furniture += 1,
        }
        keys.push((key, block.role));
    }
    let article = match read.article {
        None => None,
        Some((id, bytes)) => {
            let hashed: Vec<(i64, Role)> = reading.spans().iter().map(|(index, _)| keys[*index]).collect();
            Some(tx.put_article(&id, bytes, &hashed, &reading.quotations)?.0)
        }
    };
    let record = ReadingRecord::new(capture.1, EXTRACTOR, reading, read.article);
    let source = &document.captured.source;
    let bytes =
        record.to_bytes().map_err(|e| Error::new(crate::archive::ErrorKind::Io, source.clone(), e.to_string()))?;
    let id = RecordId::of(&bytes);
    let (key, _) = tx.put_record(RecordKind::Reading, &id, &bytes)?;
    let deleted_bidi = reading
        .blocks
        .iter()
        .filter(|block| block.role != Role::Furniture)
        .map(|block| u64::from(block.deleted_bidi))
        .sum();
    tx.put_reading(&NewReading {
        record: key,
        capture: capture.0,
        article,
        extractor: EXTRACTOR.version,
        lang: reading.lang.as_deref(),
        charset: reading.charset.as_deref(),
        byline: reading.byline.as_deref(),
        deleted_bidi,
        notes: &document.notes,
        blocks: &keys,
        tweets: &reading.tweets,
    })?;
    report.reading = Some(id);
    report.article = read.article.map(|(id, _)| id);
    report.blocks = counts;
    report.tweets = reading.tweets.len() as u64;
    report.quotations = reading.quotations.len() as u64;
    Ok(())
}
