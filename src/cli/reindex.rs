use clap::Args;

use super::{Context, Held};
use crate::archive::{Access, Archive, Clock, Error};

/// Make the word index anew, and the one of addresses that name one page
///
/// The indexes are derived: nothing that is cited depends on them. Ended early, the old ones stay.
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
