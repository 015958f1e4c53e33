//! Reader, extractors and writer, and the bounded queues between them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::prepare::{Prepared, prepare};
use super::report::{DocumentReport, Summary};
use super::walk::{Found, open, walk};
use super::{IngestOptions, Listener, commit};
use crate::archive::{Archive, Error, ErrorKind};
use crate::formats::sidecar::Declared;
use crate::formats::{self, Attachment, Input, Item};
use crate::store::{WriteTx, Writer};

/// A batch is one transaction of at most so many documents …
const BATCH_DOCUMENTS: usize = 1_000;
/// … or so many bytes of payload.
const BATCH_BYTES: u64 = 64 << 20;
/// A parcel goes to one extractor: at most so many documents …
const PARCEL_ITEMS: usize = 64;
/// … or so many bytes of payload.
const PARCEL_BYTES: usize = 1 << 20;
/// Bytes of payload that may be under way between reader and writer.
const BYTES_UNDER_WAY: usize = 96 << 20;

/// Items on their way to an extractor, and where their results go.
struct Parcel {
    items: Vec<Item>,
    bytes: usize,
    done: Sender<Result<Vec<Prepared>, Error>>,
}

/// What the writer takes in the order of the input.
struct Ticket {
    bytes: usize,
    done: Receiver<Result<Vec<Prepared>, Error>>,
}

/// Counts bytes under way and makes the reader wait when there are too many.
struct Budget {
    used: Mutex<usize>,
    freed: Condvar,
}

impl Budget {
    fn take(&self, bytes: usize) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        while *used > 0 && *used + bytes > BYTES_UNDER_WAY {
            used = self.freed.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
        *used += bytes;
    }

    fn give_back(&self, bytes: usize) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
        self.freed.notify_all();
    }
}

/// Runs an ingestion to its end, or to the end of the batch during which `stop` became true.
pub(super) fn run(
    archive: &Archive,
    options: IngestOptions,
    stop: &AtomicBool,
    listener: &mut dyn Listener,
) -> Result<Summary, Error> {
    let started = Instant::now();
    let now = archive.clock.now();
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let mut writer = archive.store.writer()?;
    let budget = Budget { used: Mutex::new(0), freed: Condvar::new() };
    let (read, total) = (AtomicU64::new(0), AtomicU64::new(0));
    let aborted = AtomicBool::new(false);
    let (to_extract, parcels) = bounded::<Parcel>(2 * threads);
    let (to_write, tickets) = bounded::<Ticket>(16 * threads);
    let mut summary = Summary::default();
    let result = std::thread::scope(|scope| {
        for _ in 0..threads {
            let parcels = parcels.clone();
            scope.spawn(|| extract(archive, parcels, now));
        }
        drop(parcels);
        let (options, budget, counters, ending) = (&options, &budget, (&read, &total), (stop, &aborted));
        scope.spawn(move || {
            let mut reader = ReaderSide { to_extract, to_write, budget, counters, ending };
            reader.read(options);
        });
        let mut side = WriterSide { tickets, budget, counters, stop, listener, summary: &mut summary };
        let result = side.write(&mut writer, now, options.private);
        // The reader may be waiting for room: let it see the end and empty the queues.
        aborted.store(true, Ordering::Relaxed);
        while let Ok(ticket) = side.tickets.recv() {
            budget.give_back(ticket.bytes);
        }
        result
    });
    result?;
    writer.checkpoint()?;
    summary.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    Ok(summary)
}

/// An extraction thread.
fn extract(archive: &Archive, parcels: Receiver<Parcel>, now: i64) {
    let mut session = archive.session();
    for parcel in parcels {
        let result = match &mut session {
            Err(error) => Err(error.clone()),
            Ok(session) => session
                .read(|tx| parcel.items.into_iter().map(|item| prepare(item, tx, now)).collect::<Result<Vec<_>, _>>()),
        };
        // The writer is gone only when the whole run is ending.
        let _ = parcel.done.send(result);
    }
}

/// The reading thread.
struct ReaderSide<'a> {
    to_extract: Sender<Parcel>,
    to_write: Sender<Ticket>,
    budget: &'a Budget,
    counters: (&'a AtomicU64, &'a AtomicU64),
    ending: (&'a AtomicBool, &'a AtomicBool),
}

impl ReaderSide<'_> {
    fn read(&mut self, options: &IngestOptions) {
        let mut pending = Vec::new();
        let mut bytes = 0;
        for found in walk(&options.paths) {
            match found {
                Found::Skipped(source, why) => pending.push(Item::Skipped { source, why }),
                Found::Rejected(source, error) => pending.push(Item::Rejected { source, error }),
                Found::Stdin => {
                    let items = formats::items("-", Input::Stream(Box::new(std::io::stdin())));
                    if !self.forward(items, &options.declared, None, &mut pending, &mut bytes) {
                        return;
                    }
                }
                Found::File(path) => match open(&path) {
                    Err(error) => pending.push(Item::Rejected { source: path.display().to_string(), error }),
                    Ok(opened) => {
                        self.counters.1.fetch_add(opened.bytes, Ordering::Relaxed);
                        let declared = options.declared.before(&opened.declared);
                        let items = formats::items(&path.display().to_string(), opened.input);
                        if !self.forward(items, &declared, opened.sidecar.as_ref(), &mut pending, &mut bytes) {
                            return;
                        }
                    }
                },
            }
            if pending.len() >= PARCEL_ITEMS && !self.send(&mut pending, &mut bytes) {
                return;
            }
        }
        self.send(&mut pending, &mut bytes);
    }

    /// Sends the items of one input on their way; false when the run is ending.
    fn forward(
        &self,
        items: impl Iterator<Item = Item>,
        declared: &Declared,
        sidecar: Option<&Attachment>,
        pending: &mut Vec<Item>,
        bytes: &mut usize,
    ) -> bool {
        for mut item in items {
            if let Item::Captured(captured) = &mut item {
                declared.apply(captured);
                captured.attachments.extend(sidecar.cloned());
                *bytes += captured.payload.len();
            }
            pending.push(item);
            if (pending.len() >= PARCEL_ITEMS || *bytes >= PARCEL_BYTES) && !self.send(pending, bytes) {
                return false;
            }
        }
        true
    }

    fn send(&self, pending: &mut Vec<Item>, bytes: &mut usize) -> bool {
        let (stop, aborted) = self.ending;
        if stop.load(Ordering::Relaxed) || aborted.load(Ordering::Relaxed) {
            return false;
        }
        if pending.is_empty() {
            return true;
        }
        let parcel_bytes = std::mem::take(bytes);
        self.budget.take(parcel_bytes);
        let (done, result) = bounded(1);
        let items = std::mem::take(pending);
        self.to_write.send(Ticket { bytes: parcel_bytes, done: result }).is_ok()
            && self.to_extract.send(Parcel { items, bytes: parcel_bytes, done }).is_ok()
    }
}

/// The writing thread, which is the caller's.
struct WriterSide<'a> {
    tickets: Receiver<Ticket>,
    budget: &'a Budget,
    counters: (&'a AtomicU64, &'a AtomicU64),
    stop: &'a AtomicBool,
    listener: &'a mut dyn Listener,
    summary: &'a mut Summary,
}

impl WriterSide<'_> {
    fn write(&mut self, writer: &mut Writer, now: i64, private: bool) -> Result<(), Error> {
        loop {
            let Some(first) = self.next()? else { return Ok(()) };
            if !self.batch(writer, first, now, private)? {
                return Ok(());
            }
        }
    }

    /// Takes the next parcel's results, in the order of the input; `None` at the end.
    fn next(&mut self) -> Result<Option<(Vec<Prepared>, usize)>, Error> {
        let Ok(ticket) = self.tickets.recv() else { return Ok(None) };
        let prepared = ticket.done.recv().map_err(|_| Error {
            kind: ErrorKind::Io,
            message: "an extraction thread ended early; this is a defect of isnad, nothing of its parcel was stored".to_owned(),
            at: None,
        });
        match prepared {
            Ok(Ok(prepared)) => Ok(Some((prepared, ticket.bytes))),
            Ok(Err(error)) | Err(error) => {
                self.budget.give_back(ticket.bytes);
                Err(error)
            }
        }
    }

    /// Writes one batch and reports it; false when nothing follows or the run shall stop.
    fn batch(
        &mut self,
        writer: &mut Writer,
        first: (Vec<Prepared>, usize),
        now: i64,
        private: bool,
    ) -> Result<bool, Error> {
        let mut reports: Vec<DocumentReport> = Vec::new();
        let mut bytes = 0;
        let mut next = Some(first);
        let mut more = true;
        // Parcels of nothing but known documents need no transaction at all.
        let mut tx: Option<WriteTx<'_>> = None;
        while let Some((parcel, held)) = next.take() {
            for prepared in parcel {
                match prepared {
                    Prepared::Settled(report, read) => {
                        bytes += read;
                        reports.push(*report);
                    }
                    Prepared::Document(document) => {
                        if tx.is_none() {
                            tx = Some(writer.begin(now)?);
                        }
                        bytes += document.packed.bytes;
                        if let Some(tx) = &mut tx {
                            reports.push(commit::write(tx, &document, private)?);
                        }
                    }
                }
            }
            self.budget.give_back(held);
            if reports.len() + PARCEL_ITEMS > BATCH_DOCUMENTS || bytes >= BATCH_BYTES || self.stop.load(Ordering::Relaxed) {
                break;
            }
            next = self.next()?;
            more = next.is_some();
        }
        if let Some(tx) = tx {
            self.summary.bytes_stored += tx.stored_bytes();
            tx.commit()?;
        }
        self.summary.bytes_read += bytes;
        for report in &reports {
            self.summary.count(report.status);
            self.listener.document(report);
        }
        self.counters.0.fetch_add(bytes, Ordering::Relaxed);
        let total = self.counters.1.load(Ordering::Relaxed);
        self.listener.progress(self.counters.0.load(Ordering::Relaxed), (total > 0).then_some(total));
        if self.stop.load(Ordering::Relaxed) {
            self.summary.stopped_after = reports.last().map(|report| report.source.clone());
            return Ok(false);
        }
        Ok(more)
    }
}
