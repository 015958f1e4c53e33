//! One thread reads, several work, the caller takes results in the order of the input.
//!
//! Parcels are small and the bytes under way are bounded, so memory stays flat whatever the input's size.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::walk::{Found, open, walk};
use super::{Error, ErrorKind};
use crate::formats::sidecar::Declared;
use crate::formats::{self, Attachment, Input, Item};

/// A parcel goes to one worker: at most so many items …
pub(super) const PARCEL_ITEMS: usize = 64;
/// … or so many bytes of payload.
const PARCEL_BYTES: usize = 1 << 20;
/// Bytes of payload that may be under way between reader and caller.
const BYTES_UNDER_WAY: usize = 96 << 20;

/// What to read.
pub(super) struct Source<'a> {
    /// Files, folders, or `-`.
    pub(super) paths: &'a [PathBuf],
    /// What the flags declare about every document.
    pub(super) declared: &'a Declared,
    /// Threads that work; 0 means one a core.
    pub(super) threads: usize,
    /// What reading finds out besides the documents.
    pub(super) reading: &'a formats::Options,
    /// Ends the reading when it becomes true.
    pub(super) stop: &'a AtomicBool,
}

/// Items on their way to a worker, and where their results go.
struct Parcel<T> {
    items: Vec<Item>,
    done: Sender<Result<Vec<T>, Error>>,
}

/// What the caller takes in the order of the input.
struct Ticket<T> {
    bytes: usize,
    done: Receiver<Result<Vec<T>, Error>>,
}

/// Counts bytes under way and makes the reader wait when there are too many.
#[derive(Default)]
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

/// Bytes of the files opened so far, for progress.
#[derive(Debug, Default)]
pub(super) struct Opened(AtomicU64);

impl Opened {
    /// Bytes of the files opened so far; 0 while only a stream is read.
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Results in the order of the input.
pub(super) struct Results<'a, T> {
    tickets: Receiver<Ticket<T>>,
    budget: &'a Budget,
    /// Bytes of the files opened so far.
    pub(super) opened: &'a Opened,
}

impl<T> Results<'_, T> {
    /// Takes the next parcel's results with the bytes it holds until [`Results::release`]; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(Vec<T>, usize)>, Error> {
        let Ok(ticket) = self.tickets.recv() else { return Ok(None) };
        let result = ticket.done.recv().unwrap_or_else(|_| {
            Err(Error {
                kind: ErrorKind::Io,
                message: "a working thread ended early: a defect of isnad; nothing of its parcel was stored".to_owned(),
                at: None,
            })
        });
        match result {
            Ok(done) => Ok(Some((done, ticket.bytes))),
            Err(error) => {
                self.release(ticket.bytes);
                Err(error)
            }
        }
    }

    /// Gives back the bytes of a parcel that is done with.
    pub(super) fn release(&self, bytes: usize) {
        self.budget.give_back(bytes);
    }
}

/// Runs `worker()` on parcels of items in several threads and hands `consume` the results in order.
pub(super) fn run<T: Send, R, W: FnMut(Vec<Item>) -> Result<Vec<T>, Error>>(
    source: &Source<'_>,
    worker: impl Fn() -> W + Sync,
    consume: impl FnOnce(&mut Results<'_, T>) -> R,
) -> R {
    let threads = match source.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let (budget, opened, aborted) = (Budget::default(), Opened::default(), AtomicBool::new(false));
    let (to_work, parcels) = bounded::<Parcel<T>>(2 * threads);
    let (to_caller, tickets) = bounded::<Ticket<T>>(16 * threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (parcels, worker) = (parcels.clone(), &worker);
            scope.spawn(move || {
                let mut work = worker();
                for parcel in parcels {
                    // The caller is gone only when the whole run is ending.
                    let _ = parcel.done.send(work(parcel.items));
                }
            });
        }
        drop(parcels);
        let (budget, opened, aborted) = (&budget, &opened, &aborted);
        scope.spawn(move || ReadingSide { source, to_work, to_caller, budget, opened, aborted }.read());
        let mut results = Results { tickets, budget, opened };
        let result = consume(&mut results);
        // The reader may be waiting for room: let it see the end, and empty the queue.
        aborted.store(true, Ordering::Relaxed);
        while let Ok(ticket) = results.tickets.recv() {
            budget.give_back(ticket.bytes);
        }
        result
    })
}

/// The reading thread.
struct ReadingSide<'a, T> {
    source: &'a Source<'a>,
    to_work: Sender<Parcel<T>>,
    to_caller: Sender<Ticket<T>>,
    budget: &'a Budget,
    opened: &'a Opened,
    aborted: &'a AtomicBool,
}

/// Items that wait for their parcel to fill.
#[derive(Default)]
struct Pending {
    items: Vec<Item>,
    bytes: usize,
}

/// The run is ending; nothing more is read.
struct Ending;

impl<T> ReadingSide<'_, T> {
    fn read(&self) {
        let mut pending = Pending::default();
        for found in walk(self.source.paths) {
            if self.one(found, &mut pending).is_err() {
                return;
            }
        }
        let _ = self.send(&mut pending);
    }

    fn one(&self, found: Found, pending: &mut Pending) -> Result<(), Ending> {
        let declared = self.source.declared;
        match found {
            Found::Skipped(source, why) => self.push(Item::Skipped { source, why }, pending),
            Found::Rejected(source, error) => self.push(Item::Rejected { source, error }, pending),
            Found::Stdin => {
                let items = formats::items_with("-", Input::Stream(Box::new(std::io::stdin())), self.source.reading);
                self.forward(items, &[declared], None, pending)
            }
            Found::File(path) => match open(&path) {
                Err(error) => self.push(Item::Rejected { source: path.display().to_string(), error }, pending),
                Ok(file) => {
                    self.opened.0.fetch_add(file.bytes, Ordering::Relaxed);
                    let name = path.display().to_string();
                    let items = formats::items_with(&name, file.input, self.source.reading);
                    // The sidecar first and the flags after it, so that flags beat the sidecar.
                    self.forward(items, &[&file.declared, declared], file.sidecar.as_ref(), pending)?;
                    match file.state.changed(&path) {
                        Some(error) => self.push(Item::Rejected { source: name, error }, pending),
                        None => Ok(()),
                    }
                }
            },
        }
    }

    fn forward(
        &self,
        items: impl Iterator<Item = Item>,
        declared: &[&Declared],
        sidecar: Option<&Attachment>,
        pending: &mut Pending,
    ) -> Result<(), Ending> {
        for mut item in items {
            if let Item::Captured(captured) = &mut item {
                for declared in declared {
                    (*declared).clone().put_before(captured);
                }
                captured.attachments.extend(sidecar.cloned());
            }
            self.push(item, pending)?;
        }
        Ok(())
    }

    fn push(&self, item: Item, pending: &mut Pending) -> Result<(), Ending> {
        if let Item::Captured(captured) = &item {
            pending.bytes += captured.payload.len();
        }
        pending.items.push(item);
        if pending.items.len() >= PARCEL_ITEMS || pending.bytes >= PARCEL_BYTES { self.send(pending) } else { Ok(()) }
    }

    fn send(&self, pending: &mut Pending) -> Result<(), Ending> {
        if self.source.stop.load(Ordering::Relaxed) || self.aborted.load(Ordering::Relaxed) {
            return Err(Ending);
        }
        let Pending { items, bytes } = std::mem::take(pending);
        if items.is_empty() {
            return Ok(());
        }
        self.budget.take(bytes);
        let (done, result) = bounded(1);
        self.to_caller.send(Ticket { bytes, done: result }).map_err(|_| Ending)?;
        self.to_work.send(Parcel { items, done }).map_err(|_| Ending)
    }
}
