//! The commands of the signed log.

mod adopt;
mod checkpoint;
mod export;
mod key;
mod prove;
pub(super) mod stamp;

use clap::{Args, Subcommand};

use super::{Context, Held};
use crate::archive::Error;

/// The archive's signed Merkle log
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  isnad log checkpoint\n  isnad log key")]
pub(super) struct Log {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Checkpoint(checkpoint::Checkpoint),
    Prove(prove::Prove),
    Stamp(stamp::Stamp),
    Key(key::Key),
    Export(export::Export),
    Adopt(adopt::Adopt),
}

impl Log {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        match self.command {
            Command::Checkpoint(command) => command.run(context),
            Command::Prove(command) => command.run(context),
            Command::Stamp(command) => command.run(context),
            Command::Export(command) => command.run(context),
            Command::Key(command) => command.run(context),
            Command::Adopt(command) => command.run(context),
        }
    }
}
