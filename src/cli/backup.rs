use std::path::PathBuf;

use clap::Args;

use super::ingest::bytes_words;
use super::{Context, Held};
use crate::archive::Error;

/// Copy the archive to a file, as of one moment
///
/// Safe while others read and write; `cp` of a live database loses commits. The file must not exist yet.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad backup /mnt/disk/isnad-2018-04-01.db")]
pub(super) struct Backup {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let bytes = context.open()?.backup(&self.file, &mut |_, _| {})?;
        let file = self.file.display().to_string();
        if context.out.json {
            context.out.object(&serde_json::json!({"backup": file, "bytes": bytes}));
        } else {
            context.out.line(format!("Copied the archive to {file} ({}).", bytes_words(bytes)));
            context.out.say("To use it, put it into a folder of its own under the name isnad.db.");
        }
        Ok(Held::Yes)
    }
}
