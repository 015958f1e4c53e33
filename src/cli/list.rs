use clap::Args;

use super::{Context, Held};
use crate::archive::{Error, ListFilter};

/// List captures, newest in the log first
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad list --outlet enabbaladi.net --limit 10")]
pub(super) struct List {
    /// Only this outlet
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    /// Only captures logged before this entry: the next page
    #[arg(long, value_name = "INDEX")]
    before: Option<u64>,
}

impl List {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let filter = ListFilter { outlet: self.outlet, before: self.before, limit: self.limit };
        let captures = context.open()?.list(&filter)?;
        for capture in &captures {
            if out.json {
                out.object(capture);
                continue;
            }
            let place = capture.article.map_or_else(|| format!("/r/{}", capture.record), |id| format!("/a/{id}"));
            let published = capture.published.as_ref().map_or("unknown", |time| time.edtf.as_str());
            let seen_by = super::seen_by(capture);
            out.line(format!(
                "{:>7}  {place}  {}  published {published}  captured {}  {}{seen_by}",
                capture.logged.index,
                capture.outlet.as_deref().unwrap_or("outlet unknown"),
                capture.captured.edtf,
                capture.title.as_deref().unwrap_or("(untitled)"),
            ));
        }
        if captures.is_empty() {
            out.say("No captures.");
        }
        Ok(Held::Yes)
    }
}
