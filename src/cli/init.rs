use clap::Args;

use super::{Context, Held};
use crate::archive::{Access, Archive, Clock, Error, InitOptions};

/// Make an archive
///
/// `ingest` makes one with defaults by itself; `init` is for choosing its name and public address. On an archive that is
/// there already, --public-url alone sets or changes the address.
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
        let dir = context.dir();
        if let (None, Some(url), true) = (&self.origin, &self.public_url, dir.join("isnad.db").exists()) {
            let mut archive = Archive::open(&dir, Access::ReadWrite, Clock::System)?;
            archive.set_public_url(url)?;
            return Ok(said(context, &archive, "Set the public address of the archive in"));
        }
        let options = InitOptions { origin: self.origin, public_url: self.public_url, state: None };
        let archive = Archive::create(&dir, &options, Clock::System)?;
        Ok(said(context, &archive, "Made an archive in"))
    }
}

/// Prints what was made or set.
fn said(context: &Context, archive: &Archive, what: &str) -> Held {
    if context.out.json {
        context.out.object(&serde_json::json!({
            "archive": archive.dir().display().to_string(),
            "origin": archive.origin(),
            "public_url": archive.public_url(),
        }));
    } else {
        context.out.line(format!("{what} {} (log {}).", archive.dir().display(), archive.origin()));
        context.out.say("Next: isnad ingest PATH…");
    }
    Held::Yes
}
