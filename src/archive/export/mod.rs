//! Captures for other programs: as WARC, WACZ or JSON Lines.
//!
//! One moment of the archive is walked in the order of the log, one capture in memory at a time; the forms are in
//! `formats/write/`. The output has another name until it is whole, and nothing is ever overwritten.

mod jsonl;
mod output;
mod select;
mod sorted;
mod source;
mod summary;
mod wacz;
mod warc;

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Archive, Error, ErrorKind};
use crate::store::ReadTx;
use output::Out;
pub use select::Selection;
use select::Walk;
use source::Source;
pub use summary::Summary;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A signed package that replays in a browser.
    Wacz,
    /// Records one after another.
    Warc,
    /// One object a capture, as `ingest` reads it.
    Jsonl,
}

impl Format {
    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Format::Wacz => "wacz",
            Format::Warc => "warc",
            Format::Jsonl => "jsonl",
        }
    }
}

/// Where it goes.
pub enum Output {
    /// A file that must not exist yet; its ending decides about packing.
    File(PathBuf),
    /// A pipe.
    Stream(Box<dyn Write>),
}

/// What becomes of each capture.
trait Sink {
    /// Writes one capture.
    fn capture(&mut self, tx: &ReadTx<'_>, source: &Source, summary: &mut Summary) -> Result<(), Error>;
    /// Writes what comes after the last one, and makes the file appear under its name.
    fn finish(self: Box<Self>, summary: &mut Summary) -> Result<(), Error>;
}

/// What an export says about the archive it was made from.
struct Origin {
    /// Name of the log.
    name: String,
    /// Its size, root and time.
    size: u64,
    root: String,
    at: i64,
}

/// The name and version of this program.
const SOFTWARE: &str = concat!("isnad/", env!("CARGO_PKG_VERSION"));

impl Archive {
    /// Writes the captures of `selection` that this view may see; `progress` hears of captures done and in all.
    ///
    /// Once `stop` is set the export ends with an error and leaves no file.
    pub fn export(
        &self,
        format: Format,
        selection: &Selection,
        output: Output,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Summary, Error> {
        let file = match &output {
            Output::File(path) => Some(path.display().to_string()),
            Output::Stream(_) => None,
        };
        if format == Format::Wacz && file.is_none() {
            return Err(Error::usage(
                "a WACZ cannot go to a pipe: its list of parts is written at the end; name a file",
            ));
        }
        let out = Out::open(output)?;
        self.read(|tx| {
            let head = tx.head()?;
            let root = crate::domain::Digest(head.root).to_string();
            let origin = Origin { name: self.origin().to_owned(), size: head.size, root, at: head.at };
            let mut summary = Summary::new(format, file, &origin);
            let mut walk = Walk::new(tx, selection)?;
            let total = walk.total();
            let Some(first) = walk.next(tx)? else {
                return Err(Error::not_found(
                    "export",
                    "no capture that may be exported is among those; nothing was written",
                ));
            };
            let mut sink: Box<dyn Sink> = match format {
                Format::Warc => Box::new(warc::WarcSink::new(out, &origin)?),
                Format::Wacz => Box::new(wacz::WaczSink::new(out, &origin)?),
                Format::Jsonl => Box::new(jsonl::JsonlSink::new(out)?),
            };
            let mut next = Some(first);
            while let Some(row) = next {
                if stop.load(Ordering::Relaxed) {
                    let message = format!("stopped after {} captures; no file was left behind", summary.captures);
                    return Err(Error::new(ErrorKind::Io, "export", message));
                }
                let source = Source::read(tx, row)?;
                sink.capture(tx, &source, &mut summary)?;
                progress(walk.done(), total);
                next = walk.next(tx)?;
            }
            sink.finish(&mut summary)?;
            Ok(summary)
        })
    }
}
