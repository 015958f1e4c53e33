//! Capturing pages from the web: fetch, keep as WARC, ingest.
//!
//! Every page is a WARC file of its own: its redirects, each with request and response, as they went over the wire. The
//! file is whole before it is ingested, by the same way as any other WARC; so a kill at any moment leaves pages that are
//! captured, pages that are not, and at most one file that the next `--resume` ingests. `docs/capture.md` tells it to users.

mod chain;
mod forget;
pub(super) mod kept;
mod list;
mod queue;
mod records;
mod run;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Deserialize, Serialize};

pub use list::{List, Unread};
pub use run::Run;

use super::ingest::{DocumentReport, IngestOptions, Listener, Status, Summary};
use super::{Archive, Clock, Error};
use crate::fetch::{Client, Failure, Reach, Target, Trust};
use chain::Chain;
use queue::{Next, Queue};

/// How often somebody who waits looks whether the run is being stopped.
const STEP: Duration = Duration::from_millis(200);

/// How pages are fetched; kept with the run, so that the rest of it is fetched so too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether only the local user sees the captures.
    pub private: bool,
    /// Whether things that were erased here may come back.
    pub restore_erased: bool,
    /// Addresses that may be asked although they are not public; all of them when the list is empty.
    pub allow_private: Option<Vec<IpAddr>>,
    /// How long one request may take.
    pub timeout: Duration,
    /// The most bytes of one answer's body.
    pub max_size: u64,
    /// The pause between two pages of one host.
    pub delay: Duration,
    /// What stands in `User-Agent`.
    pub user_agent: String,
    /// Certificates that servers must lead to, instead of the public authorities.
    pub tls_ca: Option<PathBuf>,
}

impl Settings {
    fn client(&self) -> Result<Client, Error> {
        let trust = match &self.tls_ca {
            None => Trust::public().map_err(|why| Error::usage(format!("making ready for TLS: {why}")))?,
            Some(path) => {
                let doing = "reading the certificates of servers (--tls-ca or SSL_CERT_FILE)";
                let pem = std::fs::read(path).map_err(|e| Error::io(path, doing, &e))?;
                let wrong = |why| Error::usage(format!("{}: {doing}: {why}", path.display()));
                Trust::only(&pem).map_err(wrong)?
            }
        };
        Ok(Client {
            trust,
            reach: match &self.allow_private {
                None => Reach::Public(Vec::new()),
                Some(all) if all.is_empty() => Reach::Anywhere,
                Some(these) => Reach::Public(these.clone()),
            },
            timeout: self.timeout,
            max_body: self.max_size,
            user_agent: self.user_agent.clone(),
        })
    }
}

/// One answer on the way to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was asked for.
    pub url: String,
    /// The status.
    pub status: u16,
    /// Why the answer is not whole: `length`, `time`, `disconnect`.
    pub cut: Option<String>,
}

/// Why a page was not captured, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "why")]
pub enum Missed {
    /// It may not be asked for, or whoever answered does not speak HTTP.
    Refused(String),
    /// Nobody answered.
    Unreachable(String),
}

impl Missed {
    /// Why, in words.
    pub fn why(&self) -> &str {
        match self {
            Missed::Refused(why) | Missed::Unreachable(why) => why,
        }
    }
}

/// What came of asking for one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// Its number in the list, from 0.
    pub page: usize,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// What was asked for.
    pub url: String,
    /// Every answer, the page's last.
    pub steps: Vec<Step>,
    /// Why there is no last one.
    pub missed: Option<Missed>,
}

impl Fetched {
    fn is_unreachable(&self) -> bool {
        matches!(self.missed, Some(Missed::Unreachable(_)))
    }

    /// Whether the page itself was answered, with success and to its end.
    pub fn is_whole(&self) -> bool {
        let fine = |step: &Step| (200..300).contains(&step.status) && step.cut.is_none();
        self.missed.is_none() && self.steps.last().is_some_and(fine)
    }
}

/// What became of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What was fetched.
    pub fetched: Fetched,
    /// The WARC file, when there was an answer that may stay.
    pub file: Option<PathBuf>,
    /// A report for each answer; one more when the page was missed.
    pub documents: Vec<DocumentReport>,
}

/// Hears what happens during a run.
pub trait Watcher {
    /// A page is done with: captured and ingested, or not.
    fn page(&mut self, page: &Page);
    /// Something a person should know of the whole run.
    fn remark(&mut self, _: &str) {}
}

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Captured {
    /// As of an ingestion.
    pub summary: Summary,
    /// Pages that were answered with success, to their end.
    pub whole: u64,
    /// Pages that were answered otherwise, cut off, or refused.
    pub faulty: u64,
    /// Pages whose server could not be reached.
    pub unreachable: u64,
    /// Pages that nobody asked for yet, because the run was stopped, and those whose server could not be reached.
    pub left: usize,
}

impl Captured {
    fn counter(&mut self, fetched: &Fetched) -> &mut u64 {
        if fetched.is_whole() {
            &mut self.whole
        } else if fetched.is_unreachable() {
            &mut self.unreachable
        } else {
            &mut self.faulty
        }
    }
}

/// What workers share.
struct Shared<'a> {
    client: Client,
    run: &'a str,
    targets: &'a [Target],
    /// For each of them, which attempt is next and where it goes.
    attempts: Vec<(u32, PathBuf)>,
    queue: Mutex<Queue>,
    changed: Condvar,
    clock: Clock,
    stop: &'a AtomicBool,
}

impl Archive {
    /// Captures what is left of a run, with so many pages under way at once. `stop` ends it: pages under way are given up
    /// and stay on the list.
    pub fn capture_pages(
        &self,
        mut run: Run,
        jobs: usize,
        stop: &AtomicBool,
        watcher: &mut dyn Watcher,
    ) -> Result<Captured, Error> {
        let started = Instant::now();
        let client = run.settings.client()?;
        let mut captured = Captured::default();
        for fetched in run.unfinished().cloned().collect::<Vec<_>>() {
            self.finish(&mut run, fetched, &mut captured, watcher)?;
        }
        let (targets, name) = (run.targets.clone(), run.name().to_owned());
        let left: Vec<usize> = run.left().collect();
        let next = |page| (run.next_attempt(page), run.file(page, run.next_attempt(page)));
        let shared = Shared {
            client,
            run: &name,
            attempts: (0..targets.len()).map(next).collect(),
            queue: Mutex::new(Queue::new(left.iter().map(|n| (*n, targets[*n].host())), run.settings.delay)),
            targets: &targets,
            changed: Condvar::new(),
            clock: self.clock,
            stop,
        };
        let result = std::thread::scope(|scope| {
            let (done, pages) = bounded(jobs.max(1));
            for _ in 0..jobs.clamp(1, left.len().max(1)) {
                let (shared, done) = (&shared, done.clone());
                scope.spawn(move || shared.work(&done));
            }
            drop(done);
            let result = self.take(&mut run, &pages, &mut captured, watcher);
            if result.is_err() {
                // Nobody writes down what workers would still bring.
                stop.store(true, Ordering::Relaxed);
            }
            result
        });
        result?;
        captured.left = run.count_left();
        run.end()?;
        captured.summary.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(captured)
    }

    /// Writes down and ingests what workers bring.
    fn take(
        &self,
        run: &mut Run,
        pages: &Receiver<Result<Fetched, Error>>,
        captured: &mut Captured,
        watcher: &mut dyn Watcher,
    ) -> Result<(), Error> {
        for fetched in pages {
            let fetched = fetched?;
            run.put_fetched(&fetched)?;
            self.finish(run, fetched, captured, watcher)?;
        }
        Ok(())
    }

    /// Ingests the WARC file of a page and tells of it.
    fn finish(
        &self,
        run: &mut Run,
        fetched: Fetched,
        captured: &mut Captured,
        watcher: &mut dyn Watcher,
    ) -> Result<(), Error> {
        let file = (!fetched.steps.is_empty()).then(|| run.file(fetched.page, fetched.attempt));
        let mut heard = Heard { documents: Vec::new(), watcher };
        if let Some(file) = &file {
            let options = IngestOptions {
                paths: vec![file.clone()],
                private: run.settings.private,
                restore_erased: run.settings.restore_erased,
                threads: 1,
                fetched: crate::formats::Fetched::Here,
                ..IngestOptions::default()
            };
            let summary = self.ingest(&options, &AtomicBool::new(false), &mut heard)?;
            captured.summary.bytes_read += summary.bytes_read;
            captured.summary.bytes_stored += summary.bytes_stored;
        }
        let mut documents = heard.answers();
        // What was erased must not come back as a file either.
        let erased = documents.iter().any(DocumentReport::is_erased);
        if let Some(file) = file.as_ref().filter(|_| erased) {
            // What else is in it may be new, and names the file.
            let named = documents.iter().any(|document| document.record.is_some());
            let marked = if named { forget::mark(file) } else { Ok(()) };
            marked
                .and_then(|()| forget::destroy(file))
                .map_err(|e| Error::io(file, "destroying what was erased before", &e))?;
        }
        if let Some(missed) = &fetched.missed {
            documents.push(DocumentReport::rejected(fetched.url.clone(), missed.why()));
        }
        for document in &documents {
            captured.summary.count(document.status);
        }
        *captured.counter(&fetched) += 1;
        let page = fetched.page;
        // Told first: a kill in between has it told twice, and never not at all.
        watcher.page(&Page { fetched, file: file.filter(|_| !erased), documents });
        run.put_done(page)
    }
}

/// Collects the reports of one file.
struct Heard<'a> {
    documents: Vec<DocumentReport>,
    watcher: &'a mut dyn Watcher,
}

impl Heard<'_> {
    /// The reports of answers; the file's other records are told of by nobody, as they are in each of our files.
    fn answers(self) -> Vec<DocumentReport> {
        let skipped =
            |n: &usize, report: &DocumentReport| !records::is_response(*n) && report.status == Status::Skipped;
        self.documents
            .into_iter()
            .enumerate()
            .filter(|(n, report)| !skipped(n, report))
            .map(|(_, report)| report)
            .collect()
    }
}

impl Listener for Heard<'_> {
    fn document(&mut self, report: &DocumentReport) {
        self.documents.push(report.clone());
    }

    fn remark(&mut self, text: &str) {
        self.watcher.remark(text);
    }

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}

impl Shared<'_> {
    /// Fetches pages until none is left, or the run ends.
    fn work(&self, done: &Sender<Result<Fetched, Error>>) {
        while let Some((host, page)) = self.next() {
            let chain = chain::follow(&self.client, &self.targets[page], self.clock, self.stop);
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.done(host, Instant::now(), chain.pause());
            drop(queue);
            self.changed.notify_all();
            let Some(fetched) = self.keep(page, chain).transpose() else { return };
            if done.send(fetched).is_err() {
                return;
            }
        }
    }

    /// The next page; waits for its turn.
    fn next(&self) -> Option<(usize, usize)> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            let now = Instant::now();
            let wait = match queue.next(now) {
                Next::Take { host, page } => return Some((host, page)),
                Next::Done => return None,
                Next::Wait(free) => free.map_or(STEP, |free| free.saturating_duration_since(now).min(STEP)),
            };
            queue = self.changed.wait_timeout(queue, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Writes the WARC file of a page; none when the run is being stopped.
    fn keep(&self, page: usize, chain: Chain) -> Result<Option<Fetched>, Error> {
        let (target, (attempt, file)) = (&self.targets[page], &self.attempts[page]);
        let missed = match chain.failure {
            Some(Failure::Stopped) => return Ok(None),
            Some(Failure::Refused(why) | Failure::Broken(why)) => Some(Missed::Refused(why)),
            Some(Failure::Unreachable(why)) => Some(Missed::Unreachable(why)),
            None => None,
        };
        if !chain.exchanges.is_empty() {
            records::write(file, self.run, &chain.exchanges)?;
        }
        let steps = chain.exchanges.iter().map(|(exchange, _)| Step {
            url: exchange.target.to_string(),
            status: exchange.status,
            cut: exchange.cut.map(|cut| cut.name().to_owned()),
        });
        Ok(Some(Fetched { page, attempt: *attempt, url: target.to_string(), steps: steps.collect(), missed }))
    }
}
