use clap::Args;

use super::withhold::{Ask, confirm};
use super::{Context, Held};
use crate::archive::{Access, Archive, Clock, Error};

/// Show private captures to everybody, and log that
///
/// What was ingested with --private is in the log from the first day on, and only the local user finds it. From now on
/// everybody does; `isnad withhold` is the way back. An article means all its captures, a page's URL all captures of that
/// page, a capture also what corrects it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad ingest --private testimony.html\n  isnad publish 36bcd21c")]
pub(super) struct Publish {
    /// Id, prefix of at least 8 digits, citation URL, or URL of a captured page
    #[arg(value_name = "REF")]
    reference: String,
    /// Do not ask when the reference names several captures
    #[arg(long, short)]
    yes: bool,
}

impl Publish {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = Archive::open(&context.dir(), Access::ReadWrite, Clock::System)?;
        let mut plan = archive.takedown_plan(&self.reference)?;
        plan.captures.retain(|capture| capture.private);
        if !plan.captures.is_empty() && !confirm(out, &plan, "publishing", Ask::IfSeveral, self.yes)? {
            out.say("Nothing was changed.");
            return Ok(Held::Unknown);
        }
        let done = archive.publish(&self.reference)?;
        for one in &done {
            match one.index {
                _ if out.json => out.object(one),
                Some(index) => out.line(format!("published  /r/{}  entry {index} of the log", one.record)),
                None => out.say(format!("/r/{} is public already.", one.record)),
            }
        }
        Ok(Held::Yes)
    }
}
