use clap::Args;

use super::{Context, Held};
use crate::archive::{Archive, Clock, Error, InitOptions};

/// Make an archive
///
/// `ingest` makes one with defaults by itself; `init` is for choosing its name and public address.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  isnad init --origin archive.example.org/ghouta --public-url https://archive.example.org"
)]
pub(super) struct Init {
    /// Name of the log: a host you control, with an optional path
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// Address under which readers reach the archive; printed in citations
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Init {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let options = InitOptions { origin: self.origin, public_url: self.public_url };
        let archive = Archive::create(&context.dir(), &options, Clock::System)?;
        if context.out.json {
            context.out.object(&serde_json::json!({
                "archive": archive.dir().display().to_string(),
                "origin": archive.origin(),
                "public_url": archive.public_url(),
            }));
        } else {
            context.out.line(format!("Made an archive in {} (log {}).", archive.dir().display(), archive.origin()));
            context.out.say("Next: isnad ingest PATH…");
        }
        Ok(Held::Yes)
    }
}
