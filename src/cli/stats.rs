use clap::Args;

use super::ingest::bytes_words;
use super::{Context, Held};
use crate::archive::Error;
use crate::archive::lists::Level;

/// Count what is in the archive, and what deduplication saved
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad stats")]
pub(super) struct Stats {}

impl Stats {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let stats = context.open()?.stats()?;
        if out.json {
            out.object(&stats);
            return Ok(Held::Yes);
        }
        out.line(format!(
            "{} captures ({} more were corrected) of {} outlets",
            stats.captures, stats.corrected, stats.outlets
        ));
        out.line(format!("{} articles, {} tweets, {} quotations", stats.articles, stats.tweets, stats.quotations));
        let level = |name: &str, level: Level| {
            out.line(format!(
                "{name}: {} distinct of {} seen; {} kept of {}, {} saved",
                level.distinct,
                level.seen,
                bytes_words(level.distinct_bytes),
                bytes_words(level.seen_bytes),
                bytes_words(level.saved_bytes)
            ));
        };
        level("payloads", stats.payload);
        level("blocks  ", stats.block);
        level("articles", stats.article);
        out.line(format!("payloads take {} after compression", bytes_words(stats.payload_stored_bytes)));
        out.line(format!("log of {} entries; database of {}", stats.leaves, bytes_words(stats.file_bytes)));
        Ok(Held::Yes)
    }
}
