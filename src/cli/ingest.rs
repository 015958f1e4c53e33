use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::out::Out;
use super::{Context, Held};
use crate::archive::ingest::{DocumentReport, IngestOptions, Listener, Status, Summary};
use crate::archive::{Access, Archive, Clock, Error, InitOptions};
use crate::formats::sidecar::Declared;
use crate::stamp::Anchors;

/// Put captures into the archive
///
/// Reads files and folders of .txt, .html, .warc[.gz|.zst], .arc, .wacz and .jsonl[.gz|.zst], and standard input as -.
/// A loose file X may have a sidecar X.meta.json with url, outlet, captured_at, published and title. The same capture
/// again changes nothing. Ctrl-C ends after the running batch; the same command again goes on.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad ingest captures/\n  isnad ingest page.html --url https://news.example/1 --captured-at 2018-03-31T10:00:00Z\n  zstd -dc articles.jsonl.zst | isnad ingest -"
)]
pub(super) struct Ingest {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    declared: DeclaredFlags,
    /// Certificates (PEM) that are believed when a WACZ is signed in the name of a domain, for its time stamp too
    #[arg(long, value_name = "FILE", env = "ISNAD_TRUST")]
    trust: Option<PathBuf>,
    /// Keep these captures off every page; only the local user sees them
    #[arg(long)]
    private: bool,
    /// Take in again what was erased from this archive
    #[arg(long)]
    restore_erased: bool,
    /// Threads that extract [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

/// What is declared about every document named.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct DeclaredFlags {
    /// URL of the page that was captured
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Publication: domain or display name
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// When it was captured: 2018-03-31, 2018-03-31T10:49:00+03:00, [2018-03-30..2018-03-31]
    #[arg(long, value_name = "TIME")]
    captured_at: Option<String>,
    /// When it was published, as far as you know
    #[arg(long, value_name = "TIME")]
    published: Option<String>,
    /// Title; never hashed as text of the article
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
}

impl DeclaredFlags {
    pub(super) fn declared(&self) -> Result<Declared, Error> {
        let mut declared = Declared::default();
        let flags = [
            ("url", "--url", &self.url),
            ("outlet", "--outlet", &self.outlet),
            ("captured_at", "--captured-at", &self.captured_at),
            ("published", "--published", &self.published),
            ("title", "--title", &self.title),
        ];
        for (key, flag, value) in flags {
            if let Some(value) = value {
                let said = |why: String| {
                    Error::usage(format!("{flag} {}", why.strip_prefix(&format!("{key}: ")).unwrap_or(&why)))
                };
                declared.declare(key, value).map_err(said)?;
            }
        }
        Ok(declared)
    }
}

/// Opens the archive for writing, or makes the default one and says so.
pub(super) fn open_or_create(context: &Context) -> Result<Archive, Error> {
    let dir = context.dir();
    let named = context.archive.is_some();
    if !dir.join("isnad.db").exists() && (!named || dir.is_dir()) {
        let archive = Archive::create(&dir, &InitOptions::default(), Clock::System)?;
        context.out.say(format!("Made an archive in {} (log {}).", dir.display(), archive.origin()));
        return Ok(archive);
    }
    Archive::open(&dir, Access::ReadWrite, Clock::System)
}

/// Reads the certificates that are believed.
fn trusted(path: &Path) -> Result<Anchors, Error> {
    let wrong = |why: String| Error::usage(format!("--trust {}: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| wrong(format!("reading: {error}")))?;
    Anchors::read(&bytes).map_err(|error| wrong(error.to_string()))
}

impl Ingest {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let options = IngestOptions {
            paths: self.paths,
            declared: self.declared.declared()?,
            trusted: self.trust.as_deref().map_or_else(|| Ok(Anchors::none()), trusted)?,
            private: self.private,
            restore_erased: self.restore_erased,
            threads: self.threads,
            ..IngestOptions::default()
        };
        let archive = open_or_create(context)?;
        let summary = ingest(&archive, &options, context.out)?;
        Ok(if summary.rejected > 0 || summary.stopped_after.is_some() {
            Held::No
        } else if summary.new + summary.known + summary.corrected == 0 {
            Held::Unknown
        } else {
            Held::Yes
        })
    }
}

/// Runs an ingestion with progress, ended by Ctrl-C after the running batch.
pub(super) fn ingest(archive: &Archive, options: &IngestOptions, out: Out) -> Result<Summary, Error> {
    let (stop, running) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
    let (asked, at_work) = (Arc::clone(&stop), Arc::clone(&running));
    // A handler can be set once; a second ingestion of the same process goes without. It stays when the ingestion is
    // over, and leaves the signal to whoever works then.
    let _ = ctrlc::set_handler(move || {
        if !at_work.load(Ordering::Relaxed) {
            return;
        }
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        out.say("\nStopping after the running batch; press Ctrl-C again to stop at once (nothing stored is harmed).");
    });
    let mut teller = Teller { out, bar: bar(out) };
    let summary = archive.ingest(options, &stop, &mut teller);
    running.store(false, Ordering::Relaxed);
    let summary = summary?;
    teller.bar.finish_and_clear();
    if out.json {
        out.object(&serde_json::json!({ "summary": summary }));
    }
    let Summary { new, known, corrected, skipped, rejected, bytes_read, seconds, .. } = &summary;
    out.say(format!(
        "{new} new, {known} known, {corrected} corrected, {skipped} skipped, {rejected} rejected; {} read in {seconds:.1} s.",
        bytes_words(*bytes_read)
    ));
    if let Some(place) = &summary.stopped_after {
        out.say(format!("Stopped after {place}. Everything up to there is stored; the same command again goes on."));
    }
    Ok(summary)
}

fn bar(out: Out) -> ProgressBar {
    if !out.has_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style = "{bar:30} {percent:>3}% {bytes}/{total_bytes} {bytes_per_sec} ETA {eta}  {msg}";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A number of bytes in words.
pub(super) fn bytes_words(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{:.1} kB", bytes as f64 / 1e3),
        10_000_000..=9_999_999_999 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

struct Teller {
    out: Out,
    bar: ProgressBar,
}

impl Listener for Teller {
    fn remark(&mut self, text: &str) {
        self.bar.suspend(|| self.out.say(text));
    }

    fn document(&mut self, report: &DocumentReport) {
        if self.out.json {
            self.out.object(report);
        }
        match report.status {
            Status::Rejected => {
                self.bar.suspend(|| {
                    self.out.say(format!("rejected: {}", report.error.as_deref().unwrap_or(&report.source)))
                });
            }
            Status::Skipped if !self.out.json => {
                let why = report.error.as_deref().unwrap_or("");
                self.bar.suspend(|| self.out.say(format!("skipped: {}: {why}", report.source)));
            }
            _ => {}
        }
        if !self.out.json && matches!(report.status, Status::New | Status::Corrected) {
            let status = if report.status == Status::New { "new" } else { "corrected" };
            let article = report.article.map_or_else(|| "no article".to_owned(), |id| format!("/a/{id}"));
            let title = report.title.as_deref().unwrap_or("(untitled)");
            self.bar.suspend(|| self.out.line(format!("{status}  {article}  {}  {title}", report.source)));
        }
    }

    fn progress(&mut self, read: u64, total: Option<u64>) {
        self.bar.set_length(total.unwrap_or(read).max(read));
        self.bar.set_position(read);
    }
}
