//! The whole archive in pieces: ranges of keys, checked on several threads, each with a connection of its own.
//!
//! Only findings travel between threads, and only those that somebody wants to hear of, so memory stays flat.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Check, Finding, Outcome, Tally, VerifyOptions};
use crate::archive::{Archive, Error};
use crate::store::{KeyedTable, PackedTable};

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Structure,
    Inverse,
    Payloads,
    Attachments,
    Records,
    Blocks,
    Articles,
    BlockLists,
    Captures,
    Index,
    Extraction,
}

/// A piece: what, and the keys of its rows.
type Piece = (What, Range<i64>);

/// Rows of one piece; few where rows are large.
fn step(what: What) -> i64 {
    match what {
        What::Structure | What::Inverse => i64::MAX,
        What::Payloads | What::Attachments | What::Extraction => 64,
        What::Articles | What::BlockLists => 256,
        What::Records | What::Captures => 1_024,
        What::Blocks | What::Index => 4_096,
    }
}

/// Checks everything but the log; `progress` hears of pieces done and in all.
pub(super) fn run(
    archive: &Archive,
    options: &VerifyOptions,
    visit: &mut dyn FnMut(&Finding),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Tally, Error> {
    let pieces = pieces(archive, options)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if options.threads == 0 { cores } else { options.threads }.min(pieces.len().max(1));
    let next = AtomicUsize::new(0);
    let (send, receive) = crossbeam_channel::bounded::<(Tally, Vec<Finding>)>(4 * threads);
    let mut tally = Tally::default();
    let ended: Vec<Result<(), Error>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (send, next, pieces) = (send.clone(), &next, &pieces);
                scope.spawn(move || -> Result<(), Error> {
                    let mut session = archive.session()?;
                    while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let done = session.read(|tx| {
                            let mut told = Vec::new();
                            let mut hear = |finding: &Finding| {
                                if options.every || finding.outcome != Outcome::Verified {
                                    told.push(finding.clone());
                                }
                            };
                            let mut check = Check { tx, dir: archive.dir(), visit: &mut hear, tally: Tally::default() };
                            check.piece(piece, options);
                            Ok((check.tally, told))
                        })?;
                        if send.send(done).is_err() {
                            break;
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        drop(send);
        for (done, (part, told)) in receive.iter().enumerate() {
            tally.add(part);
            told.iter().for_each(&mut *visit);
            progress(done as u64 + 1, pieces.len() as u64);
        }
        let lost = || Err(Error::usage("verifying: a thread of this program failed"));
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| lost())).collect()
    });
    ended.into_iter().collect::<Result<Vec<()>, Error>>()?;
    Ok(tally)
}

fn pieces(archive: &Archive, options: &VerifyOptions) -> Result<Vec<Piece>, Error> {
    let mut tables = vec![
        (What::Payloads, KeyedTable::Payload),
        (What::Attachments, KeyedTable::Attachment),
        (What::Records, KeyedTable::Record),
        (What::Blocks, KeyedTable::Block),
        (What::Articles, KeyedTable::Article),
        (What::BlockLists, KeyedTable::Record),
        (What::Captures, KeyedTable::Record),
        (What::Index, KeyedTable::Block),
    ];
    if options.extract {
        tables.push((What::Extraction, KeyedTable::Record));
    }
    archive.read(|tx| {
        let mut pieces = vec![(What::Structure, 0..1), (What::Inverse, 0..1)];
        for (what, table) in tables {
            // A damaged table is walked as far as it goes; its walk says what is wrong.
            let last = tx.last_key(table).unwrap_or(1);
            let mut from = i64::MIN;
            while from <= last {
                let to = from.max(0).saturating_add(step(what));
                let end = if to > last { i64::MAX } else { to };
                pieces.push((what, from..end));
                if end == i64::MAX {
                    break;
                }
                from = end;
            }
        }
        Ok(pieces)
    })
}

impl Check<'_> {
    fn piece(&mut self, (what, keys): &Piece, options: &VerifyOptions) {
        let keys = keys.clone();
        match what {
            What::Structure => self.structure(),
            What::Inverse => self.inverse(),
            What::Payloads => self.packed(PackedTable::Payload, "payload", keys),
            What::Attachments => self.packed(PackedTable::Attachment, "attachment", keys),
            What::Records => self.records(keys),
            What::Blocks => self.blocks(keys),
            What::Articles => self.articles(keys),
            What::BlockLists => self.block_lists(keys),
            What::Captures => self.captures(keys),
            What::Index => self.index(keys, options.whole_index),
            What::Extraction => self.extraction(keys),
        }
    }
}
