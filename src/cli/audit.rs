use std::io::BufRead;

use clap::Args;

use super::{Context, Held};
use crate::archive::audit::{Audit as Answer, OccurrenceView};
use crate::archive::cite::{time_words, utc_words};
use crate::archive::{Archive, Error};
use crate::quote::{Order, Verdict};

/// Find where words first appeared
///
/// Looks for the quotation verbatim and respelled, and says which article of this archive carries it first, by which
/// clock. `-` reads one quotation a line. Status 0: found or found respelled; 1: altered, in furniture only, or absent.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad audit 'عملية مكافحة الإرهاب في الغوطة الشرقية'\n  isnad audit --json - < quotes.txt\n  isnad audit --article 36bcd21c"
)]
pub(super) struct Audit {
    /// The words, or - to read one quotation a line
    #[arg(value_name = "QUOTE", allow_hyphen_values = true, required_unless_present = "article")]
    quote: Option<String>,
    /// Audit every quotation of this article instead
    #[arg(long, value_name = "REF", conflicts_with = "quote")]
    article: Option<String>,
    /// List at most so many occurrences
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl Audit {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let archive = context.open()?;
        if let Some(reference) = &self.article {
            return article(context, &archive, reference, self.limit);
        }
        let quote = self.quote.unwrap_or_default();
        let mut session = archive.session()?;
        let mut ask = |quote: &str| {
            let answer = session.read(|tx| crate::archive::audit::audit(tx, quote, self.limit))?;
            if context.out.json {
                context.out.object(&answer);
            } else {
                print(context, &answer);
            }
            Ok::<_, Error>(answer.verdict)
        };
        if quote != "-" {
            return Ok(if ask(&quote)?.holds() { Held::Yes } else { Held::No });
        }
        let mut held = Held::Unknown;
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|e| Error::io(std::path::Path::new("-"), "reading quotations", &e))?;
            if line.trim().is_empty() {
                continue;
            }
            match ask(&line) {
                Ok(verdict) if !verdict.holds() => held = Held::No,
                Ok(_) if held == Held::Unknown => held = Held::Yes,
                Ok(_) => {}
                Err(error) => {
                    context.out.error(&error);
                    held = Held::No;
                }
            }
        }
        Ok(held)
    }
}

/// Prints a row for every quotation of an article: where else it stands, and which came first.
fn article(context: &Context, archive: &Archive, reference: &str, limit: usize) -> Result<Held, Error> {
    let out = context.out;
    let mut rows = 0;
    archive.audit_article(reference, limit, &mut |speaker, answer| {
        rows += 1;
        if out.json {
            return out.object(&answer);
        }
        let first = match (&answer.first.published, answer.contenders.len()) {
            (Some(place), _) => {
                let when = place.published.as_ref().map_or("date unknown", |time| time.edtf.as_str());
                format!("{} {when}  {}", place.outlet.as_deref().unwrap_or("outlet unknown"), place.path)
            }
            (None, contenders) => format!("undetermined among {contenders}"),
        };
        out.line(format!("“{}”", answer.quote));
        out.line(format!("  said by {}", speaker.as_deref().unwrap_or("nobody named")));
        out.line(format!("  {}; {} occurrences; earliest in this archive: {first}", answer.verdict, answer.total));
    })?;
    if rows == 0 {
        out.say("The article holds no quotation.");
    }
    Ok(if rows == 0 { Held::Unknown } else { Held::Yes })
}

/// The verdict in a sentence.
fn sentence(answer: &Answer) -> String {
    let places = answer.total;
    match answer.verdict {
        Verdict::Found => format!("Found verbatim ({places} occurrences in this archive)."),
        Verdict::FoundRespelled => format!("Found with other spelling ({places} occurrences in this archive)."),
        Verdict::FoundAltered => "Not found in these words; similar words differ (see below).".to_owned(),
        Verdict::FurnitureOnly => "Only in page furniture: no article of this archive carries these words.".to_owned(),
        Verdict::Absent => "Absent: this archive does not carry these words.".to_owned(),
    }
}

fn print(context: &Context, answer: &Answer) {
    let out = context.out;
    out.line(sentence(answer));
    if let Some(first) = &answer.first.published {
        out.line("Earliest dated publication in this archive:");
        occurrence(context, first);
    } else if !answer.contenders.is_empty() {
        out.line("Which came first is undetermined. Contenders:");
        answer.contenders.iter().for_each(|place| occurrence(context, place));
    }
    let rest: Vec<&OccurrenceView> = answer
        .occurrences
        .iter()
        .filter(|place| {
            Some(*place) != answer.first.published.as_ref()
                && !(answer.order == Order::Undetermined && answer.contenders.contains(place))
        })
        .collect();
    if !rest.is_empty() {
        out.line("Also:");
        rest.into_iter().for_each(|place| occurrence(context, place));
    }
    if answer.total > answer.occurrences.len() {
        out.line(format!("({} more; --limit lists them)", answer.total - answer.occurrences.len()));
    }
    for note in &answer.notes {
        out.line(format!("Note: {note}."));
    }
    let span = match (answer.archive.from, answer.archive.to) {
        (Some(from), Some(to)) => {
            format!(", published between {} and {}", &utc_words(from)[..10], &utc_words(to - 1)[..10])
        }
        _ => String::new(),
    };
    out.say(format!(
        "Looked through {} articles{span}; log of {} entries.",
        answer.archive.articles, answer.archive.size
    ));
}

fn occurrence(context: &Context, place: &OccurrenceView) {
    let out = context.out;
    let published = place.published.as_ref().map_or_else(|| "date unknown".to_owned(), time_words);
    let outlet = place.outlet.as_deref().unwrap_or("outlet unknown");
    out.line(format!("  {published}  {outlet}  [{} in {}]", place.kind, place.role));
    out.line(format!("    {}", place.title.as_deref().unwrap_or("(untitled)")));
    out.line(format!("    “{}”", place.text.replace("\n\n", " / ")));
    if let Some(speaker) = &place.speaker {
        let via = if place.via.is_empty() { String::new() } else { format!(", via {}", place.via.join(", ")) };
        out.line(format!("    said by {speaker}{via}"));
    }
    out.line(format!(
        "    captured {}; logged as entry {}  {}",
        time_words(&place.captured),
        place.logged.index,
        place.path
    ));
    for note in &place.notes {
        out.line(format!("    {note}"));
    }
}
