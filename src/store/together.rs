//! Several connections that see one moment, so that work of which there is much is done by several threads.
//!
//! SQLite gives each connection a moment of its own. A companion asks for the number of the database's state before the
//! transaction that it accompanies begins, and again when it is needed: where both are one number nobody has committed
//! anything between, so both see the same. Where they are not, the companion stays out, and the work takes longer.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::read::ReadTx;
use super::{Reader, StoreError, Visibility};

/// Microseconds of work from which calling in another thread, which takes 60 to wake, is worth it.
const WORTH: usize = 100;
/// Turns for which a thread that is done waits awake for the others: less than it takes to fall asleep and be woken.
const AWAKE: usize = 4_000;

/// Connections that help another one to read, with a thread for each.
#[derive(Debug)]
pub struct Companions {
    threads: ThreadPool,
    list: Vec<Companion>,
}

#[derive(Debug)]
struct Companion(Mutex<Beside>);

#[derive(Debug)]
struct Beside {
    reader: Reader,
    /// The state that it saw before the transaction that it accompanies began.
    before: Option<i64>,
    /// Whether it sees the same moment, once it was needed.
    joined: Option<bool>,
}

impl Companions {
    /// Makes companions of connections; `None` where there are none, or no threads are to be had.
    ///
    /// As many threads as connections: one more, looking for something to do, would take the time of those that have it.
    pub fn new(readers: Vec<Reader>) -> Option<Companions> {
        if readers.is_empty() {
            return None;
        }
        let threads = ThreadPoolBuilder::new().num_threads(readers.len()).thread_name(|_| "companion".to_owned());
        let companion = |reader| Companion(Mutex::new(Beside { reader, before: None, joined: None }));
        Some(Companions { threads: threads.build().ok()?, list: readers.into_iter().map(companion).collect() })
    }
}

impl Companion {
    fn lock(&self) -> MutexGuard<'_, Beside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beside {
    /// To be called before the transaction begins that it is to accompany.
    fn get_ready(&mut self) {
        self.leave();
        self.before = self.reader.data_version().ok();
    }

    /// To be called when that transaction ends: a moment that somebody looks at is in the way of checkpoints.
    fn leave(&mut self) {
        if self.joined.take().is_some() {
            // Nothing was written; where even this fails, the next use finds another state and stays out.
            let _ = self.reader.connection.execute_batch("ROLLBACK");
        }
    }

    /// Looks at the moment of the transaction that it accompanies, unless it has gone by.
    fn join(&mut self) -> bool {
        if self.joined.is_none() && self.reader.connection.execute_batch("BEGIN").is_ok() {
            let now = self.reader.data_version().ok();
            self.joined = Some(now.is_some() && now == self.before);
        }
        self.joined == Some(true)
    }
}

impl ReadTx<'_> {
    /// Does `work` with each of `items`, on several threads where companions see the same moment; the results are in the
    /// order of the items. After an error the rest is left undone, and the first error in that order is returned.
    ///
    /// `micros` is what one item takes at least; the first ones tell what it takes in this archive. For what is left of it no
    /// other thread is asked to help where that is little.
    pub fn each<T: Send, R: Send, E: From<StoreError> + Send>(
        &self,
        items: Vec<T>,
        micros: usize,
        work: impl Fn(&ReadTx<'_>, T) -> Result<R, E> + Sync,
    ) -> Result<Vec<R>, E> {
        let mut items = items.into_iter();
        let mut first = Vec::new();
        let (began, mut pace) = (Instant::now(), micros);
        let companions = loop {
            let helpful = items.len() > 1 && items.len() * pace >= WORTH;
            if let Some(companions) = self.companions.filter(|_| helpful) {
                break companions;
            }
            let Some(item) = items.next() else { return Ok(first) };
            first.push(work(self, item)?);
            pace = pace.max(began.elapsed().as_micros() as usize / first.len());
        };
        // Asked for once here, not by each.
        let hides = self.hides()?;
        let count = items.len();
        let rest = Mutex::new(items.enumerate());
        let failed = AtomicBool::new(false);
        let take = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work_off = |tx: &ReadTx<'_>| {
            let mut done = Vec::new();
            while let Some((index, item)) = take().filter(|_| !failed.load(Ordering::Relaxed)) {
                let result = work(tx, item);
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                done.push((index, result));
            }
            done
        };
        let (of_others, helping) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
        let (path, visibility, extent) = (self.path, self.visibility, self.extent);
        let mut done = companions.threads.in_place_scope(|scope| {
            for companion in &companions.list {
                let (work_off, of_others, helping) = (&work_off, &of_others, &helping);
                scope.spawn(move |_| {
                    // Whoever has it already works on something that this is a part of.
                    let Ok(mut beside) = companion.0.try_lock() else { return };
                    if beside.join() {
                        helping.fetch_add(1, Ordering::Relaxed);
                        let mut tx = ReadTx::borrowed(&beside.reader.connection, path, visibility);
                        (tx.extent, tx.hides) = (extent, Cell::new(Some(hides)));
                        let done = work_off(&tx);
                        of_others.lock().unwrap_or_else(PoisonError::into_inner).extend(done);
                        helping.fetch_sub(1, Ordering::Relaxed);
                    }
                });
            }
            let done = work_off(self);
            (0..AWAKE).take_while(|_| helping.load(Ordering::Relaxed) > 0).for_each(|_| std::hint::spin_loop());
            done
        });
        done.extend(of_others.into_inner().unwrap_or_else(PoisonError::into_inner));
        done.sort_unstable_by_key(|(index, _)| *index);
        debug_assert!(done.len() == count || failed.load(Ordering::Relaxed));
        first.into_iter().map(Ok).chain(done.into_iter().map(|(_, result)| result)).collect()
    }
}

impl Reader {
    /// As [`Reader::begin`]; `companions` help where there is much to do.
    pub fn begin_with<'c>(
        &'c mut self,
        visibility: Visibility,
        companions: &'c Companions,
    ) -> Result<ReadTx<'c>, StoreError> {
        companions.list.iter().for_each(|companion| companion.lock().get_ready());
        let mut tx = self.begin(visibility)?;
        // A transaction sees its moment from the first time on that it reads anything.
        tx.head()?;
        tx.companions = Some(companions);
        Ok(tx)
    }
}

impl Drop for ReadTx<'_> {
    fn drop(&mut self) {
        for companion in self.companions.iter().flat_map(|companions| &companions.list) {
            companion.lock().leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    #[test]
    fn connections_share_no_lock() {
        let connection = Connection::open_in_memory().unwrap();
        let mut statement = connection.prepare("PRAGMA compile_options").unwrap();
        let options: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let why =
            "cargo did not read .cargo/config.toml: call it in the folder of the project, without LIBSQLITE3_FLAGS";
        assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "{why}");
        assert!(options.iter().any(|option| option == "DEFAULT_MEMSTATUS=0"), "{why}: {options:?}");
    }
}
