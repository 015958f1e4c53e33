use clap::Args;

use crate::archive::{Access, Archive, Clock, Error};
use crate::cli::{Context, Held};

/// Carry an archive on whose log cannot go on here: a copy, a restored backup, one made by an older isnad
///
/// Begins a new log with a new key. Its first entry commits to the last checkpoint of the old log, and every record is
/// logged again. All evidence stays, the old entries and heads too. Publish the new key.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad log adopt --origin archive.example.org/ghouta-2")]
pub(super) struct Adopt {
    /// Name of the new log; made from the old one when left out
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
}

impl Adopt {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let mut archive = Archive::open(&context.dir(), Access::ReadWrite, Clock::System)?;
        let adopted = archive.adopt(self.origin.as_deref())?;
        if out.json {
            out.object(&adopted);
            return Ok(Held::Yes);
        }
        out.line(&adopted.vkey);
        out.say(format!(
            "The log {} of {} entries is carried on by {} of {} entries; its first one names checkpoint {}.",
            adopted.from, adopted.from_size, adopted.origin, adopted.size, adopted.checkpoint
        ));
        out.say("Publish the key above: readers who trusted the old log have no reason yet to trust this one.");
        Ok(Held::Yes)
    }
}
