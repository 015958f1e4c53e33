//! Many audits at once: several threads ask, the answers come in the order of the questions.

use std::io::BufRead;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::elsewhere::{Own, audit_own};
use super::view::Audit;
use super::{Archive, Error, audit};
use crate::domain::ArticleId;

/// Questions that may wait for each thread, so that memory stays flat whatever comes in.
const WAITING: usize = 16;
/// A line of more bytes is no quotation; its rest is passed over.
const LONGEST_LINE: u64 = 1 << 20;

/// How many audits are made.
#[derive(Debug, Clone, Copy)]
pub struct Bulk<'a> {
    /// Occurrences listed in each answer.
    pub limit: usize,
    /// Threads that ask; 0 is one a core.
    pub threads: usize,
    /// Ends the run when it becomes true: what was asked for is still answered.
    pub stop: &'a AtomicBool,
}

/// The answer to one question.
#[derive(Debug)]
pub struct Line {
    /// Number of the line, or of the quotation, from 1.
    pub number: usize,
    /// The answer, or why there is none.
    pub answer: Result<Audit, Error>,
}

/// A question on its way, with where its answer goes.
struct Asked<Q> {
    question: Q,
    answer: Sender<Result<Audit, Error>>,
}

/// An answer to come.
struct Awaited(usize, Receiver<Result<Audit, Error>>);

impl Archive {
    /// Audits each line of `input` and hands the answers to `visit` in their order; `visit` says whether to go on.
    ///
    /// A line without words is an error of its own and ends nothing; where the input cannot be read, that is the last.
    pub fn audit_lines(&self, input: impl BufRead + Send, bulk: Bulk<'_>, visit: &mut dyn FnMut(Line) -> bool) {
        let mut reader = Lines { input, number: 0 };
        self.in_bulk(
            std::iter::from_fn(move || reader.next()),
            bulk,
            |tx, line: Result<String, Error>| audit(tx, &line?, bulk.limit),
            visit,
        );
    }

    /// Audits every quotation of the article that `reference` names, in the order of the text.
    ///
    /// `begin` hears how many there are. Each answer says in `elsewhere` what other articles carry.
    pub fn audit_article(
        &self,
        reference: &str,
        bulk: Bulk<'_>,
        begin: &mut dyn FnMut(ArticleId, usize),
        visit: &mut dyn FnMut(Line) -> bool,
    ) -> Result<(), Error> {
        let (id, quotations) = self.own_quotations(reference)?;
        begin(id, quotations.len());
        let questions = quotations.into_iter().enumerate().map(|(index, question)| (index + 1, question));
        let ask = |tx: &crate::store::ReadTx<'_>, (words, own): (String, Own)| audit_own(tx, &words, &own, bulk.limit);
        self.in_bulk(questions, bulk, ask, visit);
        Ok(())
    }

    fn in_bulk<Q: Send>(
        &self,
        questions: impl Iterator<Item = (usize, Q)> + Send,
        bulk: Bulk<'_>,
        ask: impl Fn(&crate::store::ReadTx<'_>, Q) -> Result<Audit, Error> + Sync,
        visit: &mut dyn FnMut(Line) -> bool,
    ) {
        let threads = match bulk.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let ended = AtomicBool::new(false);
        let (to_threads, asked) = bounded::<Asked<Q>>(threads * WAITING);
        let (to_caller, awaited) = bounded::<Awaited>(threads * WAITING);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (asked, ask) = (asked.clone(), &ask);
                scope.spawn(move || {
                    for Asked { question, answer } in asked {
                        // Whoever no longer listens has ended the run.
                        let asked = || self.read(|tx| ask(tx, question));
                        // A defect met with one quotation must not silence those after it.
                        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(asked));
                        let _ = answer.send(caught.unwrap_or_else(|_| Err(lost())));
                    }
                });
            }
            drop(asked);
            let (ended, stop) = (&ended, bulk.stop);
            scope.spawn(move || {
                for (number, question) in questions {
                    if stop.load(Ordering::Relaxed) || ended.load(Ordering::Relaxed) {
                        break;
                    }
                    let (answer, coming) = bounded(1);
                    let sent = to_threads.send(Asked { question, answer }).is_ok();
                    if !sent || to_caller.send(Awaited(number, coming)).is_err() {
                        break;
                    }
                }
            });
            for Awaited(number, coming) in &awaited {
                let answer = coming.recv().unwrap_or_else(|_| Err(lost()));
                if !visit(Line { number, answer }) {
                    ended.store(true, Ordering::Relaxed);
                    break;
                }
            }
            // The other side may be waiting for room.
            drop(awaited);
        });
    }
}

fn lost() -> Error {
    Error {
        kind: crate::archive::ErrorKind::Io,
        message: "a working thread ended early: a defect of isnad; this quotation was not audited".to_owned(),
        at: None,
    }
}

/// The lines of a stream, each with its number; those that hold nothing readable are errors.
struct Lines<R> {
    input: R,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Option<(usize, Result<String, Error>)> {
        let mut line = Vec::new();
        self.number += 1;
        let failed = |e: &std::io::Error| Error::io(Path::new("-"), "reading quotations", e);
        match std::io::Read::take(&mut self.input, LONGEST_LINE).read_until(b'\n', &mut line) {
            Err(error) => {
                // Nothing more can be read: say so once.
                self.number = usize::MAX - 1;
                return Some((self.number, Err(failed(&error))));
            }
            Ok(0) => return None,
            Ok(_) => {}
        }
        let number = self.number;
        if !line.ends_with(b"\n") && line.len() as u64 == LONGEST_LINE {
            let rest = self.input.skip_until(b'\n');
            let why = format!(
                "line {number}: longer than {LONGEST_LINE} bytes, so it is no quotation; put one quotation on a line"
            );
            return Some((number, rest.map_err(|e| failed(&e)).and(Err(Error::usage(why)))));
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        let text = String::from_utf8(line).map_err(|e| {
            Error::usage(format!(
                "line {number}: byte {} is no UTF-8; convert the list first",
                e.utf8_error().valid_up_to()
            ))
        });
        let text = text.and_then(|text| match text.trim().is_empty() {
            true => Err(Error::usage(format!("line {number}: it is empty; put one quotation on a line"))),
            false => Ok(text),
        });
        Some((number, text))
    }
}
