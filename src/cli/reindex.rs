use clap::Args;

use super::{Context, Held};
use crate::archive::{Access, Archive, Clock, Error};

/// Make the word index anew
///
/// The index is derived: nothing that is cited depends on it. Ended early, the old index stays.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad reindex")]
pub(super) struct Reindex {}

impl Reindex {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = Archive::open(&context.dir(), Access::ReadWrite, Clock::System)?;
        let blocks = archive.reindex(&mut |done, total| {
            if out.has_terminal() {
                out.say(format!("{done} of {total} blocks"));
            }
        })?;
        if out.json {
            out.object(&serde_json::json!({ "reindexed": blocks }));
        } else {
            out.line(format!("Indexed {blocks} blocks."));
        }
        Ok(Held::Yes)
    }
}
