use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use self::print::Printer;
use super::{Context, Held};
use crate::archive::audit::Bulk;
use crate::archive::{Archive, Error};

mod print;

/// Find where words first appeared
///
/// Looks for the quotation verbatim, respelled and in other words, and says which article of this archive carries it
/// first, by which clock, how the occurrences depend on one another, and what changed on the way. `-` reads one
/// quotation a line. Status 0: found or found respelled; 1: altered, in furniture only, or absent; 2: could not tell.
/// Of several quotations the worst counts. With --article, 0 says that every quotation was looked up.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad audit 'عملية مكافحة الإرهاب في الغوطة الشرقية'\n  isnad audit 'the words of the quote' --compare 1,3\n  isnad audit --json - < quotes.txt\n  isnad audit --article 36bcd21c"
)]
pub(super) struct Audit {
    /// The words, or - to read one quotation a line
    #[arg(value_name = "QUOTE", allow_hyphen_values = true, required_unless_present = "article")]
    quote: Option<String>,
    /// Audit every quotation of this article against all others
    #[arg(long, value_name = "REF", conflicts_with = "quote")]
    article: Option<String>,
    /// Compare two of the occurrences, by their numbers in the list, instead of listing them
    #[arg(long, value_name = "A,B", value_parser = two_numbers, conflicts_with = "article")]
    compare: Option<(usize, usize)>,
    /// List at most so many occurrences
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Threads that audit, for - and --article [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

fn two_numbers(text: &str) -> Result<(usize, usize), String> {
    let two = text.split_once(',').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    two.ok_or_else(|| "write two numbers with a comma between, such as 1,3".to_owned())
}

impl Audit {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let archive = context.open()?;
        let printer = Printer { out: context.out };
        if let Some(reference) = &self.article {
            return self.article(&printer, &archive, reference);
        }
        let quote = self.quote.clone().unwrap_or_default();
        if quote == "-" && self.compare.is_none() {
            return Ok(self.lines(&printer, &archive));
        }
        if let Some((one, other)) = self.compare {
            let answer = archive.audit(&quote, usize::MAX)?;
            let comparison = Archive::compare(&answer, one, other)?;
            printer.comparison(&answer, &comparison);
            return Ok(if answer.verdict.holds() { Held::Yes } else { Held::No });
        }
        let answer = archive.audit(&quote, self.limit)?;
        printer.answer(&answer);
        Ok(if answer.verdict.holds() { Held::Yes } else { Held::No })
    }

    /// One answer a line of standard input, in their order.
    fn lines(&self, printer: &Printer, archive: &Archive) -> Held {
        let watch = Watch::begin(printer.out);
        if std::io::stdin().is_terminal() {
            printer.out.say("Reading one quotation a line; end with Ctrl-D.");
        }
        let bar = bar(printer, None);
        let (mut worst, mut answered) = (Held::Yes, 0u64);
        let bulk = Bulk { limit: self.limit, threads: self.threads, stop: &watch.stop };
        let input = std::io::BufReader::new(std::io::stdin());
        archive.audit_lines(input, bulk, &mut |line| {
            answered += 1;
            bar.inc(1);
            let held = match &line.answer {
                Ok(answer) => {
                    bar.suspend(|| {
                        printer.heading(&answer.quote);
                        printer.answer(answer);
                    });
                    if answer.verdict.holds() { Held::Yes } else { Held::No }
                }
                Err(error) => {
                    bar.suspend(|| printer.out.error(error));
                    Held::Unknown
                }
            };
            worst = worse(worst, held);
            true
        });
        bar.finish_and_clear();
        if watch.ended() {
            printer.out.say(format!("Stopped after {answered} quotations."));
            return Held::Unknown;
        }
        if answered == 0 { Held::Unknown } else { worst }
    }

    /// A row for every quotation of an article: who said it, where else it stands, and which came first.
    fn article(&self, printer: &Printer, archive: &Archive, reference: &str) -> Result<Held, Error> {
        let watch = Watch::begin(printer.out);
        let mut bar = ProgressBar::hidden();
        let bar_cell = std::cell::RefCell::new(&mut bar);
        let (mut rows, mut failed) = (0, None);
        let bulk = Bulk { limit: self.limit, threads: self.threads, stop: &watch.stop };
        let mut begin = |id, count: usize| {
            **bar_cell.borrow_mut() = self::bar(printer, Some(count as u64));
            printer.article_heading(id, count);
        };
        archive.audit_article(reference, bulk, &mut begin, &mut |line| {
            let bar = bar_cell.borrow();
            bar.inc(1);
            rows += 1;
            match line.answer {
                Ok(answer) => bar.suspend(|| printer.row(rows, &answer)),
                Err(error) => {
                    bar.suspend(|| printer.out.error(&error));
                    failed = Some(());
                }
            }
            true
        })?;
        bar.finish_and_clear();
        if watch.ended() {
            printer.out.say(format!("Stopped after {rows} quotations."));
            return Ok(Held::Unknown);
        }
        if rows == 0 {
            printer.out.say("The article holds no quotation.");
        }
        Ok(if rows == 0 || failed.is_some() { Held::Unknown } else { Held::Yes })
    }
}

/// Of two outcomes the worse: what could not be told, then what does not hold.
fn worse(one: Held, other: Held) -> Held {
    match (one, other) {
        (Held::Unknown, _) | (_, Held::Unknown) => Held::Unknown,
        (Held::No, _) | (_, Held::No) => Held::No,
        _ => Held::Yes,
    }
}

/// A bar on a terminal whose results go elsewhere; beside results it would only flicker.
fn bar(printer: &Printer, total: Option<u64>) -> ProgressBar {
    if !printer.out.has_terminal() || (std::io::stdin().is_terminal() && total.is_none()) {
        return ProgressBar::hidden();
    }
    let (bar, style) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:30} {pos}/{len} quotations ETA {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {pos} quotations, {per_sec}"),
    };
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Waits for Ctrl-C: what was asked is still answered, then the run ends; where nothing more comes in, at once.
struct Watch {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicBool>,
}

/// How long answers under way may take once Ctrl-C was pressed.
const PATIENCE: Duration = Duration::from_secs(2);

impl Watch {
    fn begin(out: super::out::Out) -> Watch {
        let watch = Watch { stop: Arc::default(), done: Arc::default() };
        let (stop, done) = (Arc::clone(&watch.stop), Arc::clone(&watch.done));
        // Without a handler the default one ends the process, which harms nothing either.
        let _ = ctrlc::set_handler(move || {
            let again = stop.swap(true, Ordering::Relaxed);
            let begun = std::time::Instant::now();
            while !again && begun.elapsed() < PATIENCE {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            // Somebody is waiting for input that does not come. Whole lines only: nobody may be writing now.
            let _whole_lines = std::io::stdout().lock();
            out.say("Stopped.");
            std::process::exit(2);
        });
        watch
    }

    /// Whether Ctrl-C ended the run.
    fn ended(&self) -> bool {
        self.done.store(true, Ordering::Relaxed);
        self.stop.load(Ordering::Relaxed)
    }
}
