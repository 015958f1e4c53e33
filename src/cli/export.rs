use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::ingest::bytes_words;
use super::out::Out;
use super::{Context, Held};
use crate::archive::export::{Format, Output, Selection, Summary};
use crate::archive::{Error, ErrorKind};
use crate::domain::edtf::parse_time;
use crate::domain::{Basis, Time};

/// Write captures for other programs: a WACZ or WARC that replays them, or JSON Lines
///
/// A WACZ is signed with a key made for it. What came without HTTP headers becomes a resource record; what repeats a
/// payload, a revisit. In JSON Lines error answers and binary payloads are left out, and counted. A reference, --outlet,
/// --since and --until each leave less; without any of them all that is public is written, oldest in the log first.
/// Status 1 when no capture answers to them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad export wacz -o story.wacz --outlet enabbaladi.net\n  isnad export warc 36bcd21c -o article.warc.gz\n  isnad export jsonl --since 2018-03-01 --until 2018-03-31 -o - | jq .url"
)]
pub(super) struct Export {
    /// What to write
    #[arg(value_enum)]
    format: Form,
    /// Article, capture or payload: id, prefix or citation URL; or the URL of a captured page, with all its captures
    #[arg(value_name = "REF")]
    reference: Option<String>,
    /// The file to make, or - for standard output (warc, jsonl). .warc is written unpacked, .jsonl.gz and .zst packed
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Only this outlet
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Captured then or later: 2018-03, 2018-03-31, 2018-03-31T10:49:00+03:00; what may have been is taken
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Captured then or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Private captures too
    #[arg(long)]
    private: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// Web archive in one signed zip, as ReplayWeb.page reads it
    Wacz,
    /// WARC 1.1, one gzip member a record
    Warc,
    /// One object a capture, as ingest reads it
    Jsonl,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let pipe = self.output.as_os_str() == "-";
        if pipe && out.json {
            return Err(Error::usage("--json and -o - both want standard output; name a file, or leave --json out"));
        }
        let format = match self.format {
            Form::Wacz => Format::Wacz,
            Form::Warc => Format::Warc,
            Form::Jsonl => Format::Jsonl,
        };
        let selection = Selection {
            reference: self.reference,
            outlet: self.outlet,
            since: moment("--since", self.since.as_deref())?,
            until: moment("--until", self.until.as_deref())?,
        };
        let output = if pipe { Output::Stream(Box::new(io::stdout())) } else { Output::File(self.output) };
        let archive = context.open()?;
        let archive = if self.private { archive } else { archive.public() };
        let stop = stop_on_ctrl_c(out);
        let bar = bar(out);
        let mut progress = |done: u64, total: u64| {
            bar.set_length(total);
            bar.set_position(done);
        };
        let done = archive.export(format, &selection, output, &stop, &mut progress);
        bar.finish_and_clear();
        match done {
            Ok(summary) => {
                tell(&summary, out);
                Ok(Held::Yes)
            }
            Err(error) if error.kind == ErrorKind::NotFound && error.at.as_deref() == Some("export") => {
                out.error(&error);
                Ok(Held::No)
            }
            Err(error) => Err(error),
        }
    }
}

fn moment(flag: &str, text: Option<&str>) -> Result<Option<Time>, Error> {
    let read = |text: &str| parse_time(text, Basis::Declared).map_err(|error| Error::usage(format!("{flag}: {error}")));
    text.map(read).transpose()
}

/// Ctrl-C asks to end; a second one ends at once.
fn stop_on_ctrl_c(out: Out) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        out.say("\nStopping after this capture; no file will be left behind.");
    });
    stop
}

fn bar(out: Out) -> ProgressBar {
    if !out.has_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style = "{bar:30} {percent:>3}% {pos}/{len} captures {per_sec} ETA {eta}";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn tell(summary: &Summary, out: Out) {
    if out.json {
        out.object(summary);
    }
    let Summary { captures, responses, resources, revisits, left_out, differing, bytes, .. } = summary;
    let file = summary.file.as_deref().unwrap_or("standard output");
    let size = bytes_words(*bytes);
    match summary.export {
        "jsonl" => out.say(format!("{captures} captures to {file} ({size}).")),
        _ => out.say(format!(
            "{captures} captures to {file} ({size}): {responses} responses, {resources} resources, {revisits} revisits."
        )),
    }
    if *left_out > 0 {
        out.say(format!(
            "{left_out} captures are left out: error answers and payloads that are no text; WARC carries them."
        ));
    }
    if *differing > 0 {
        out.say(format!("{differing} lines read as another article than their capture; WARC carries them unchanged."));
    }
    if let Some(key) = &summary.signed_by {
        out.say(format!("Signed with a key made for it, SHA-256 {key}."));
    }
}
