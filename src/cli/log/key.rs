use clap::Args;

use crate::archive::{Access, Archive, Clock, Error};
use crate::cli::{Context, Held};

/// Print the verifier key of the log, to be published elsewhere
///
/// Whoever checks a citation needs it from a place that is not this archive: a website, a profile, a printed page. With
/// --rotate a new key signs beside the old one; publish it, and when readers had time to take it over, let the old one
/// go with --retire.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  isnad log key\n  isnad log key --rotate\n  isnad log key --retire 530d903a")]
pub(super) struct Key {
    /// Let a new key sign, beside those that do
    #[arg(long, conflicts_with = "retire")]
    rotate: bool,
    /// Let the key with this id sign no longer
    #[arg(long, value_name = "ID")]
    retire: Option<String>,
}

impl Key {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let change = || Archive::open(&context.dir(), Access::ReadWrite, Clock::System);
        let rotation = match (self.rotate, &self.retire) {
            (true, _) => change()?.rotate_key()?,
            (false, Some(id)) => change()?.retire_key(id)?,
            (false, None) => context.open()?.log_vkeys()?,
        };
        if out.json {
            out.object(&rotation);
            return Ok(Held::Yes);
        }
        for vkey in &rotation.vkeys {
            out.line(vkey);
        }
        if let Some(added) = &rotation.added {
            out.say(format!("{added} signs from now on. Publish it where readers found the old key."));
        }
        if let Some(retired) = &rotation.retired {
            out.say(format!("{retired} signs no longer; what it signed stays valid."));
        }
        Ok(Held::Yes)
    }
}
