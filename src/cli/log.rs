use clap::{Args, Subcommand};

use super::{Context, Held};
use crate::archive::Error;

/// The archive's Merkle log
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad log checkpoint")]
pub(super) struct Log {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the head of the log: its name, size and RFC 6962 root (not signed yet)
    Checkpoint,
}

impl Log {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let Command::Checkpoint = self.command;
        let archive = context.open()?;
        let (size, root) = archive.head()?;
        if context.out.json {
            context.out.object(&serde_json::json!({"origin": archive.origin(), "size": size, "root": root}));
        } else {
            context.out.line(format!("{}\n{size}\n{root}", archive.origin()));
        }
        Ok(Held::Yes)
    }
}
