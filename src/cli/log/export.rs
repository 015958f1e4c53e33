use std::path::PathBuf;

use clap::Args;

use crate::archive::Error;
use crate::archive::log::ExportOptions;
use crate::cli::{Context, Held};

/// Write the log as static files for any web server (c2sp.org/tlog-tiles)
///
/// Tiles, entries, vkey, and at last the checkpoint. Run it again to bring the folder up to date, or to go on after it was
/// interrupted. A folder with another log, or another history of this one, is left alone. With --records, `verify --log`
/// finds beside a folder called log that nothing in it vanished unannounced.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  isnad log export /srv/www/log\n  \
                  isnad log export /srv/www/log --records /srv/www/r --gzip")]
pub(super) struct Export {
    /// The folder, made when missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write the public records too, as ID.json; those taken down since are removed there
    #[arg(long, value_name = "DIR")]
    records: Option<PathBuf>,
    /// Write bundles of entries compressed, too, as FILE.gz (nginx: gzip_static on)
    #[arg(long)]
    gzip: bool,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let options = ExportOptions { records: self.records, gzip: self.gzip };
        // What an export shows, everybody sees.
        let done = context.open()?.public().log_export(&self.folder, &options, &mut |_, _| {})?;
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
