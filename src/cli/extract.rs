use std::path::PathBuf;

use clap::Args;

use super::ingest::DeclaredFlags;
use super::{Context, Held};
use crate::archive::Clock;
use crate::archive::Error;
use crate::archive::extract::{Extracted, Outcome, extract};

/// Show what ingest would make of documents; needs no archive
///
/// Prints every block with its role. With --json one object a document, in the order of the input.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad extract page.html --url https://news.example/1\n  isnad extract --json captures/ > readings.jsonl"
)]
pub(super) struct Extract {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    declared: DeclaredFlags,
    /// Threads that extract [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

impl Extract {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let (mut seen, mut rejected) = (0_u64, 0_u64);
        let declared = self.declared.declared()?;
        extract(&self.paths, &declared, Clock::System, self.threads, &mut |outcome| match outcome {
            Outcome::Extracted(extracted) => {
                seen += 1;
                if out.json {
                    out.object(&extracted);
                } else {
                    print(context, &extracted);
                }
            }
            Outcome::Skipped(source, why) => out.say(format!("skipped: {source}: {why}")),
            Outcome::Rejected(source, error) => {
                rejected += 1;
                if out.json {
                    out.object(&serde_json::json!({"error": {"code": "rejected", "message": error, "at": source}}));
                }
                out.say(format!("rejected: {error}"));
            }
        })?;
        Ok(match (seen, rejected) {
            (_, 1..) => Held::No,
            (0, 0) => Held::Unknown,
            _ => Held::Yes,
        })
    }
}

fn print(context: &Context, document: &Extracted) {
    let out = context.out;
    let or_unknown = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    out.line(&document.source);
    out.line(format!("  title      {}", or_unknown(&document.title)));
    out.line(format!("  outlet     {}", or_unknown(&document.outlet)));
    out.line(format!("  url        {}", or_unknown(&document.url)));
    let published = document.published.as_ref().map_or_else(|| "unknown".to_owned(), crate::archive::cite::time_words);
    out.line(format!("  published  {published}"));
    out.line(format!("  article    {}", document.article.map_or_else(|| "none".to_owned(), |id| id.to_string())));
    for block in &document.blocks {
        out.line(format!("  {:<9}  {}", block.role, block.text));
    }
    for note in &document.notes {
        out.line(format!("  note       {note}"));
    }
    out.line("");
}
