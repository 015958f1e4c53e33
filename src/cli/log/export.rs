use std::path::PathBuf;

use clap::Args;

use crate::archive::Error;
use crate::cli::{Context, Held};

/// Write the log as static files for any web server (c2sp.org/tlog-tiles)
///
/// Tiles, entries, vkey, and at last the checkpoint. Run it again to bring the folder up to date, or to go on after it was
/// interrupted. A folder with another log, or another history of this one, is left alone.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad log export /srv/www/log")]
pub(super) struct Export {
    /// The folder, made when missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let done = context.open()?.log_export(&self.folder, &mut |_, _| {})?;
        if out.json {
            out.object(&done);
        } else {
            out.line(format!("{} shows {} entries of {}.", done.folder, done.size, done.origin));
            out.say(format!(
                "{} files written, {} were there already, {} removed.",
                done.written, done.kept, done.removed
            ));
        }
        Ok(Held::Yes)
    }
}
