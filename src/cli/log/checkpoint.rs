use clap::Args;

use crate::archive::Error;
use crate::cli::{Context, Held};

/// Print the signed head of the log: a note as c2sp.org/tlog-checkpoint has it
///
/// Whoever keeps it can later be shown that nothing below it changed. Before it is printed, this machine notes down that
/// it was, so that it never signs another history.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad log checkpoint > checkpoint-2018-04-01.txt")]
pub(super) struct Checkpoint {}

impl Checkpoint {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let shown = context.open()?.log_checkpoint()?;
        if context.out.json {
            context.out.object(&shown);
        } else {
            context.out.bytes(shown.note.as_bytes());
        }
        Ok(Held::Yes)
    }
}
