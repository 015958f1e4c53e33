use clap::{Args, CommandFactory};

use super::{Cli, Context, Held};
use crate::archive::Error;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad completions bash > /etc/bash_completion.d/isnad")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

impl Completions {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "isnad", &mut script);
        context.out.bytes(&script);
        Ok(Held::Yes)
    }
}
