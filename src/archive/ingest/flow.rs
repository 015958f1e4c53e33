//! The writing side of an ingestion: batches, each one transaction, reported once they are committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::prepare::{Prepared, prepare, stays_out};
use super::report::{DocumentReport, Status, Summary};
use super::{IngestOptions, Listener, commit};
use crate::archive::pipeline::{self, PARCEL_ITEMS, Results, Source};
use crate::archive::takedown::Barred;
use crate::archive::{Archive, Error};
use crate::formats::{self, Containers, Item};
use crate::store::{Visibility, WriteTx, Writer};

/// A batch is one transaction of at most so many documents …
const BATCH_DOCUMENTS: usize = 1_000;
/// … or so many bytes of payload.
const BATCH_BYTES: u64 = 64 << 20;

/// Runs an ingestion to its end, or to the end of the batch during which `stop` became true.
pub(super) fn run(
    archive: &Archive,
    options: &IngestOptions,
    stop: &AtomicBool,
    listener: &mut dyn Listener,
) -> Result<Summary, Error> {
    let started = Instant::now();
    let now = archive.clock.now();
    let mut writer = archive.writer()?;
    let barred = if options.restore_erased { Barred::default() } else { archive.barred()? };
    if barred.unknown > 0 {
        listener.remark(&format!(
            "{} digests of erased things cannot be compared: the key that made them is not on this machine, so what was \
             erased may come back",
            barred.unknown
        ));
    }
    let restore = options.restore_erased;
    let barred = Arc::new(barred);
    let reading =
        formats::Options { trusted: options.trusted.clone(), containers: Containers::Hashed, fetched: options.fetched };
    let seen_by = if options.private { Visibility::All } else { Visibility::Public };
    let source = Source {
        paths: &options.paths,
        declared: &options.declared,
        threads: options.threads,
        reading: &reading,
        stop,
    };
    let worker = || {
        let mut session = archive.session();
        let barred = barred.clone();
        move |items: Vec<Item>| match &mut session {
            Err(error) => Err(error.clone()),
            Ok(session) => {
                session.read(|tx| items.into_iter().map(|item| prepare(item, tx, now, &barred, seen_by)).collect())
            }
        }
    };
    let mut summary = pipeline::run(&source, worker, |results| {
        let mut writing = Writing {
            archive,
            barred: barred.clone(),
            restore,
            results,
            stop,
            listener,
            summary: Summary::default(),
            now,
            seen_by,
        };
        writing.all(&mut writer).map(|()| writing.summary)
    })?;
    if summary.stopped_after.is_none() && grew_much(archive, summary.new)? {
        writer.optimise_index()?;
    }
    writer.checkpoint()?;
    summary.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    Ok(summary)
}

/// Whether these new documents are so large a part of the archive that merging its whole index costs little beside them.
///
/// A question then looks each word up in one tree, not in a dozen: a third less time. Small additions leave the merging to
/// the index itself.
fn grew_much(archive: &Archive, new: u64) -> Result<bool, Error> {
    const ENOUGH: u64 = 1_000;
    let (leaves, _) = archive.head()?;
    // A document is two leaves, its capture and its reading.
    Ok(new >= ENOUGH && 8 * new >= leaves)
}

struct Writing<'a, 'r> {
    archive: &'a Archive,
    /// What must stay out, as it was when the running transaction began.
    barred: Arc<Barred>,
    restore: bool,
    results: &'a mut Results<'r, Prepared>,
    stop: &'a AtomicBool,
    listener: &'a mut dyn Listener,
    summary: Summary,
    now: i64,
    seen_by: Visibility,
}

impl Writing<'_, '_> {
    fn all(&mut self, writer: &mut Writer) -> Result<(), Error> {
        while let Some(first) = self.results.next()? {
            if !self.batch(writer, first)? {
                break;
            }
        }
        Ok(())
    }

    /// Writes one batch and reports it; false when the run shall stop.
    fn batch(&mut self, writer: &mut Writer, first: (Vec<Prepared>, usize)) -> Result<bool, Error> {
        let mut reports: Vec<DocumentReport> = Vec::new();
        let mut bytes = 0;
        let mut next = Some(first);
        // Parcels of nothing but known documents need no transaction at all.
        let mut writer = Some(writer);
        let mut tx: Option<WriteTx<'_>> = None;
        while let Some((parcel, held)) = next.take() {
            for prepared in parcel {
                match prepared {
                    Prepared::Settled(report, read) => {
                        bytes += read;
                        reports.push(*report);
                    }
                    unsettled => {
                        if let Some(writer) = writer.take() {
                            let begun = writer.begin(self.now)?;
                            self.bar_again(&begun)?;
                            tx = Some(begun);
                        }
                        if let Some(tx) = &mut tx {
                            let (report, read) = self.write(tx, unsettled)?;
                            bytes += read;
                            reports.push(report);
                        }
                    }
                }
            }
            self.results.release(held);
            let full = reports.len() + PARCEL_ITEMS > BATCH_DOCUMENTS || bytes >= BATCH_BYTES;
            if !full && !self.stop.load(Ordering::Relaxed) {
                next = self.results.next()?;
            }
        }
        if let Some(tx) = tx {
            let stored = tx.stored_bytes();
            tx.commit()?;
            self.summary.bytes_stored += stored;
        }
        Ok(self.report(&reports, bytes))
    }

    /// Reads anew what must stay out, when something was erased since: nobody can erase while the transaction runs.
    fn bar_again(&mut self, tx: &WriteTx<'_>) -> Result<(), Error> {
        if !self.restore && self.barred.is_old(&tx.read())? {
            self.barred = Arc::new(Barred::read(&tx.read(), &self.archive.state)?);
        }
        Ok(())
    }

    /// Writes what needs the transaction; returns its report and the bytes of its payload.
    fn write(&self, tx: &mut WriteTx<'_>, prepared: Prepared) -> Result<(DocumentReport, u64), Error> {
        match prepared {
            Prepared::Settled(report, bytes) => Ok((*report, bytes)),
            Prepared::Document(document) => {
                let article = document.reading.as_ref().and_then(|read| read.article).map(|(id, _)| id);
                let (source, identity) = (&document.captured.source, &document.identity);
                let erased = stays_out(&self.barred, &tx.read(), source, &document.payload, identity, article)?;
                let report = match erased {
                    Some(report) => report,
                    None => commit::write(tx, &document, self.seen_by)?,
                };
                Ok((report, document.packed.bytes))
            }
            Prepared::Unresolved(revisit) => {
                // The original may stand earlier in this very batch.
                let again = prepare(Item::Revisit(revisit), &tx.read(), self.now, &self.barred, self.seen_by)?;
                match again {
                    Prepared::Unresolved(revisit) => {
                        let why = revisit.why_skipped();
                        Ok((DocumentReport::without_document(revisit.captured.source, Status::Skipped, why), 0))
                    }
                    resolved => self.write(tx, resolved),
                }
            }
        }
    }

    fn report(&mut self, reports: &[DocumentReport], bytes: u64) -> bool {
        self.summary.bytes_read += bytes;
        for report in reports {
            self.summary.count(report.status);
            self.listener.document(report);
        }
        let opened = self.results.opened.bytes();
        self.listener.progress(self.summary.bytes_read, (opened > 0).then_some(opened));
        let stopped = self.stop.load(Ordering::Relaxed);
        if stopped {
            self.summary.stopped_after = reports.last().map(|report| report.source.clone());
        }
        !stopped
    }
}
