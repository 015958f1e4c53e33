use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::{Cli, Context, Held};
use crate::archive::Error;

/// Write the manual pages into a folder
///
/// One page for isnad and one for each command, in section 1; the folder is made when missing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad man /usr/local/share/man/man1 && man isnad-audit")]
pub(super) struct Man {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let failed = |e| Error::io(&self.folder, "writing the manual pages", &e);
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        clap_mangen::generate_to(Cli::command(), &self.folder).map_err(failed)?;
        context.out.say(format!("The manual pages are in {}.", self.folder.display()));
        Ok(Held::Yes)
    }
}
