use std::io::Read as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::ingest::{bytes_words, open_or_create};
use super::out::Out;
use super::{Context, Held};
use crate::archive::capture::{Captured, Fetched, List, Page, Run, Settings, Unread, Watcher};
use crate::archive::ingest::{DocumentReport, Status};
use crate::archive::{Archive, Error};

/// Fetch pages from the web and put them into the archive
///
/// Each page is asked for once, with its redirects; requests and answers are kept as they went over the wire, in a WARC file
/// below warc/ in the archive folder, and ingested from there. - reads a list from standard input: one address a line, blank
/// lines and lines that begin with # left out. After Ctrl-C or a kill, --resume goes on with what is left of the list.
/// Addresses of this machine and its networks are refused, after every redirect and every look-up of a name too, unless
/// --allow-private is given. No proxy is used, no cookie kept, no script run, robots.txt not asked. Status 1: a page was
/// answered with an error, cut off, or refused; 2: a server could not be reached.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").args(["urls", "resume"]).required(true))]
#[command(
    after_help = "Examples:\n  isnad capture https://news.example/2018/03/31/bridge\n  isnad capture - --delay 5 < pages.txt\n  isnad capture --resume"
)]
pub(super) struct Capture {
    /// Addresses, or - for a list on standard input
    #[arg(value_name = "URL")]
    urls: Vec<String>,
    /// Go on with the newest run that was not finished, or with this one, as it was begun
    #[arg(long, value_name = "RUN", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    resume: Option<String>,
    #[command(flatten)]
    how: How,
    /// Pages under way at once, each from another host
    #[arg(long, value_name = "N", default_value_t = 4)]
    jobs: usize,
}

/// How pages are fetched.
#[derive(Debug, Args)]
struct How {
    /// Ask addresses that are not public, too (loopback, private networks, link-local): these, or all of them
    #[arg(long, value_name = "ADDRESS", num_args = 0.., require_equals = true, value_delimiter = ',', conflicts_with = "resume")]
    allow_private: Option<Vec<IpAddr>>,
    /// How long one request may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, conflicts_with = "resume")]
    timeout: Duration,
    /// The most that is taken of one answer: 500K, 64M; what is longer is cut there, and said to be
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = size, conflicts_with = "resume")]
    max_size: u64,
    /// Pause between two pages of one host, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds, conflicts_with = "resume")]
    delay: Duration,
    /// What the servers are told of who asks
    #[arg(long, value_name = "TEXT", default_value = concat!("isnad/", env!("CARGO_PKG_VERSION")), value_parser = field, conflicts_with = "resume")]
    user_agent: String,
    /// Certificates (PEM) that https servers must lead to, instead of the public authorities
    #[arg(long, value_name = "FILE", env = "SSL_CERT_FILE")]
    tls_ca: Option<PathBuf>,
    /// Keep these captures off every page; only the local user sees them
    #[arg(long, conflicts_with = "resume")]
    private: bool,
    /// Take in again what was erased from this archive
    #[arg(long, conflicts_with = "resume")]
    restore_erased: bool,
}

/// Reads a number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "write seconds, from 0 to 86400, such as 2 or 0.5".to_owned())
}

/// Reads a number of bytes.
fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        _ => (text, 1),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let fits = bytes.filter(|bytes| (1..=1 << 30).contains(bytes));
    fits.ok_or_else(|| "write a number of bytes up to 1024M, such as 500K or 64M".to_owned())
}

/// Reads the value of a header field.
fn field(text: &str) -> Result<String, String> {
    let fine = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if fine { Ok(text.to_owned()) } else { Err("write printable ASCII characters".to_owned()) }
}

impl How {
    fn settings(self) -> Settings {
        Settings {
            private: self.private,
            restore_erased: self.restore_erased,
            allow_private: self.allow_private,
            timeout: self.timeout,
            max_size: self.max_size,
            delay: self.delay,
            user_agent: self.user_agent,
            tls_ca: self.tls_ca,
        }
    }
}

impl Capture {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let list = list(&self.urls)?;
        let archive = open_or_create(context)?;
        let teller = Teller { out, bar: ProgressBar::hidden(), file: None };
        let run = match &self.resume {
            Some(name) => {
                let mut run = Run::resume(&archive, Some(name.as_str()).filter(|name| !name.is_empty()))?;
                if self.how.tls_ca.is_some() {
                    run.settings.tls_ca = self.how.tls_ca;
                }
                out.say(format!(
                    "Going on with run {}: {} of {} pages left.",
                    run.name(),
                    run.count_left(),
                    run.total()
                ));
                run
            }
            None if list.targets.is_empty() => {
                list.unread.iter().for_each(|unread| teller.unread(unread));
                return nothing(&list);
            }
            None => Run::begin(&archive, self.how.settings(), list.targets)?,
        };
        list.unread.iter().for_each(|unread| teller.unread(unread));
        if list.repeats > 0 {
            out.say(format!("{} addresses stand in the list more than once and are asked for once.", list.repeats));
        }
        let refused = list.unread.len() as u64;
        capture(&archive, run, self.jobs, refused, teller)
    }
}

/// The pages that arguments and standard input name.
fn list(urls: &[String]) -> Result<List, Error> {
    let mut list = List::default();
    for url in urls {
        if url == "-" {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|e| Error::io(std::path::Path::new("-"), "reading the list of pages", &e))?;
            list.push_lines(&String::from_utf8_lossy(&bytes));
        } else {
            list.push(url);
        }
    }
    for unread in &mut list.unread {
        if std::path::Path::new(&unread.text).is_file() {
            unread.why.push_str("; for a list of addresses in a file say isnad capture - < FILE");
        }
    }
    Ok(list.without_repeats())
}

/// What it means that nothing can be asked for.
fn nothing(list: &List) -> Result<Held, Error> {
    if list.unread.is_empty() {
        return Err(Error::usage("reading the list of pages: there is no address in it"));
    }
    Ok(Held::No)
}

/// Runs it, ended by Ctrl-C.
fn capture(archive: &Archive, run: Run, jobs: usize, refused: u64, mut teller: Teller) -> Result<Held, Error> {
    let out = teller.out;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // Without it Ctrl-C ends the process at once, which loses nothing either.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        out.say("\nStopping; pages under way stay on the list. Press Ctrl-C again to stop at once.");
    });
    let (name, total) = (run.name().to_owned(), run.count_left());
    teller.bar = bar(out, total);
    let mut captured = archive.capture_pages(run, jobs, &stop, &mut teller)?;
    teller.bar.finish_and_clear();
    captured.summary.rejected += refused;
    let stopped = stop.load(Ordering::Relaxed) && captured.left > 0;
    if stopped {
        captured.summary.stopped_after = Some(teller.file.take().unwrap_or_else(|| name.clone()));
    }
    if out.json {
        out.object(&serde_json::json!({ "summary": captured.summary }));
    }
    say(out, &captured, refused);
    if captured.left > 0 && total > 1 {
        let pages = if captured.left == 1 { "page" } else { "pages" };
        out.say(format!("{} {pages} of run {name} left; isnad capture --resume goes on with them.", captured.left));
    }
    Ok(held(&captured, refused, stopped))
}

fn say(out: Out, captured: &Captured, refused: u64) {
    let Captured { summary, whole, unreachable, .. } = captured;
    let faulty = captured.faulty + refused;
    let mut parts = vec![format!("{whole} of {} pages captured", whole + faulty + unreachable)];
    if faulty > 0 {
        parts.push(format!("{faulty} answered with an error, cut off or refused"));
    }
    if *unreachable > 0 {
        parts.push(format!("{unreachable} unreachable"));
    }
    let (read, seconds) = (bytes_words(summary.bytes_read), summary.seconds);
    out.say(format!("{}; {} new captures, {read} read in {seconds:.1} s.", parts.join(", "), summary.new));
}

fn held(captured: &Captured, refused: u64, stopped: bool) -> Held {
    let summary = &captured.summary;
    if captured.faulty + refused > 0 || stopped {
        Held::No
    } else if captured.unreachable > 0 || summary.new + summary.known + summary.corrected == 0 {
        Held::Unknown
    } else if summary.rejected > 0 {
        Held::No
    } else {
        Held::Yes
    }
}

fn bar(out: Out, total: usize) -> ProgressBar {
    if !out.has_terminal() || total < 2 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    let style = "{bar:30} {pos}/{len} pages  ETA {eta}  {wide_msg}";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

struct Teller {
    out: Out,
    bar: ProgressBar,
    /// The file of the last page that was told of.
    file: Option<String>,
}

impl Teller {
    fn say(&self, text: &str) {
        self.bar.suspend(|| self.out.say(text));
    }

    fn unread(&self, unread: &Unread) {
        let source =
            unread.place.as_ref().map_or_else(|| unread.text.clone(), |place| format!("{place}: {}", unread.text));
        let report = DocumentReport::rejected(source, &unread.why);
        if self.out.json {
            self.out.object(&report);
        }
        self.say(&format!("rejected: {}", report.error.as_deref().unwrap_or_default()));
    }

    /// Says what is no line of results: redirects, what is no document, what could not be captured.
    fn narrate(&self, page: &Page) {
        let Fetched { steps, missed, .. } = &page.fetched;
        for pair in steps.windows(2) {
            self.say(&format!("{} ({}) redirects to {}", pair[0].url, pair[0].status, pair[1].url));
        }
        for (step, report) in steps.iter().zip(&page.documents) {
            let why = report.error.as_deref().unwrap_or_default();
            let kept =
                page.file.as_ref().map_or_else(String::new, |file| format!("; it is kept in {}", file.display()));
            match report.status {
                Status::Rejected => self.say(&format!("rejected: {}: {why}", step.url)),
                Status::Skipped => self.say(&format!("skipped: {}: {why}{kept}", step.url)),
                _ => {}
            }
        }
        if let Some(missed) = missed {
            self.say(&format!("rejected: {}: {}", page.fetched.url, missed.why()));
        }
    }

    /// The line of a page that was answered.
    fn line(&self, page: &Page) {
        let Some((step, report)) = page.fetched.steps.iter().zip(&page.documents).next_back() else { return };
        let status = match report.status {
            Status::New => "new",
            Status::Known => "known",
            Status::Corrected => "corrected",
            Status::Skipped | Status::Rejected => return,
        };
        if page.fetched.missed.is_some() {
            return;
        }
        let article = report.article.map_or_else(|| "no article".to_owned(), |id| format!("/a/{id}"));
        let answered = format!("(answered with status {})", step.status);
        let title = match report.title.as_deref() {
            _ if !(200..300).contains(&step.status) => answered.as_str(),
            title => title.unwrap_or("(untitled)"),
        };
        let cut = step.cut.as_ref().map_or_else(String::new, |cut| format!("  (cut off: {cut})"));
        self.bar.suspend(|| self.out.line(format!("{status}  {article}  {}  {title}{cut}", step.url)));
    }
}

impl Watcher for Teller {
    fn page(&mut self, page: &Page) {
        self.file = page.file.as_ref().map(|file| file.display().to_string()).or(self.file.take());
        self.narrate(page);
        if self.out.json {
            page.documents.iter().for_each(|report| self.out.object(report));
        } else {
            self.line(page);
        }
        self.bar.set_message(page.fetched.url.clone());
        self.bar.inc(1);
    }

    fn remark(&mut self, text: &str) {
        self.say(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_seconds_are_read_or_refused() {
        assert_eq!((size("500"), size("500K"), size("64m")), (Ok(500), Ok(512_000), Ok(64 << 20)));
        for wrong in ["", "0", "-1", "64G", "2000M", "1.5M", "M", "99999999999999999999K"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["", "-1", "NaN", "inf", "1s", "86401"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        assert!(field("x\r\nCookie: y").is_err() && field("").is_err() && field("isnad/1 (me@a.example)").is_ok());
    }
}
