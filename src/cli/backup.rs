use std::path::PathBuf;

use clap::Args;

use super::ingest::bytes_words;
use super::{Context, Held};
use crate::archive::{Error, WarcFiles};

/// Copy the archive to a file, as of one moment
///
/// Safe while others read and write; `cp` of a live database loses commits. The file must not exist yet. The WARC files
/// that `isnad capture` keeps are copied into the folder FILE.warc beside it. Nothing half written has its final name;
/// after an interruption the same command goes on. Status 1: a WARC file could not be copied, and is named. The key of
/// the log is in neither: it lies in your state directory. The list of a capture run under way is not copied either.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad backup /mnt/disk/isnad-2018-04-01.db")]
pub(super) struct Backup {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Copy the database alone; the WARC files never change, so other tools can copy the folder `warc` as well
    #[arg(long)]
    no_warc: bool,
}

impl Backup {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = context.open()?;
        let warc = if self.no_warc { WarcFiles::Left } else { WarcFiles::Copied };
        let made = archive.backup(&self.file, warc, &mut |_, _| {})?;
        let file = &made.backup;
        if out.json {
            out.object(&made);
        } else {
            out.line(format!("Copied the archive to {file} ({}).", bytes_words(made.bytes)));
        }
        if let Some(copy) = &made.warc {
            let folder = &copy.folder;
            if !out.json {
                out.line(format!("Copied {} WARC files to {folder} ({}).", copy.files, bytes_words(copy.bytes)));
            }
            for left in &copy.left {
                out.say(format!("not copied: {}: {}", left.file, left.why));
            }
            out.say(format!(
                "To use it, put {file} into a folder of its own under the name isnad.db, and {folder} beside it under the \
                 name warc."
            ));
            return Ok(if copy.left.is_empty() { Held::Yes } else { Held::No });
        }
        out.say("To use it, put it into a folder of its own under the name isnad.db.");
        if archive.has_warc_files() {
            let folder = archive.dir().join("warc");
            out.say(format!("The WARC files of captures are not in it: copy the folder {}, too.", folder.display()));
        }
        Ok(Held::Yes)
    }
}
