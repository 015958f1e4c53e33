use clap::Args;

use super::withhold::{Ask, Reason, confirm};
use super::{Context, Held};
use crate::archive::takedown::Destroyed;
use crate::archive::{Access, Archive, Clock, Error};

/// Destroy captures for good, and log that
///
/// The log says so first. Then payload, attachments, records, text, index rows, tweets and quotations are destroyed, with
/// every trace in the database file, and the WARC files of live captures in which they stand; what other captures or
/// pages also carry stays. There is no way back. The whole file
/// is written anew: that needs as much free room again in the archive folder and in the folder for temporary files.
/// Backups, bundles and copies made before still hold it: destroy those yourself. The same thing ingested again is
/// skipped, unless `ingest --restore-erased` asks for it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad erase 36bcd21c --reason legal\n  isnad erase https://news.example/1 --reason privacy --yes"
)]
pub(super) struct Erase {
    /// Id, prefix of at least 8 digits, citation URL, or URL of a captured page
    #[arg(value_name = "REF", required_unless_present = "finish")]
    reference: Option<String>,
    /// Why
    #[arg(long, value_name = "CODE", required_unless_present = "finish")]
    reason: Option<Reason>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Finish erasures that were interrupted
    #[arg(long, conflicts_with_all = ["reference", "reason"])]
    finish: bool,
}

impl Erase {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = Archive::open(&context.dir(), Access::ReadWrite, Clock::System)?;
        let (Some(reference), Some(reason)) = (&self.reference, self.reason) else {
            return match archive.finish_erasure()? {
                Some(destroyed) => Ok(said(context, &destroyed)),
                None => {
                    out.say("No erasure was interrupted.");
                    Ok(Held::Yes)
                }
            };
        };
        let plan = archive.takedown_plan(reference)?;
        if !confirm(out, &plan, "erasing for good", Ask::Always, self.yes)? {
            out.say("Nothing was changed.");
            return Ok(Held::Unknown);
        }
        let (done, destroyed) = archive.erase(reference, reason.code())?;
        for one in &done {
            if out.json {
                out.object(one);
            } else {
                out.line(format!("{}  /r/{}  entry {} of the log", one.done, one.record, one.index));
            }
        }
        Ok(said(context, &destroyed))
    }
}

fn said(context: &Context, destroyed: &Destroyed) -> Held {
    let out = context.out;
    if out.json {
        out.object(&serde_json::json!({ "summary": destroyed }));
    }
    let Destroyed { captures, records, payloads, attachments, articles, blocks, .. } = destroyed;
    out.say(format!(
        "Destroyed: {captures} captures, {records} records, {payloads} payloads, {attachments} attachments, {articles} \
         articles, {blocks} blocks. What other captures also carry stays."
    ));
    out.say("Backups, bundles, exports and copies made before still hold it, and so may freed sectors of the disk.");
    match &destroyed.why {
        None => Held::Yes,
        Some(why) => {
            out.say(format!("Freed pages of the database file are not wiped yet: {why}"));
            Held::Unknown
        }
    }
}
