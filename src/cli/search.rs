use clap::Args;

use super::{Context, Held};
use crate::archive::Error;
use crate::archive::search::SearchRequest;

/// Search for words in articles and furniture
///
/// Every word must stand in one block; spelling, harakat and light prefixes do not matter.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad search 'جيش الاسلام دوما' --outlet anapress.net")]
pub(super) struct Search {
    /// The words
    #[arg(value_name = "WORDS", required = true, num_args = 1..)]
    words: Vec<String>,
    /// Only this outlet
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// At most so many results
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Results to pass over
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
}

impl Search {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let request = SearchRequest {
            words: self.words.join(" "),
            outlet: self.outlet,
            offset: self.offset,
            limit: self.limit,
            ..SearchRequest::default()
        };
        let found = context.open()?.search(&request)?;
        if out.json {
            found.results.iter().for_each(|hit| out.object(hit));
            out.object(
                &serde_json::json!({"summary": {"total": found.total, "next": found.next, "notes": found.notes}}),
            );
        } else {
            for hit in &found.results {
                let outlet = hit.outlet.as_deref().unwrap_or("outlet unknown");
                let published = hit.published.as_ref().map_or("date unknown", |time| time.edtf.as_str());
                let private = if hit.private { "  [private]" } else { "" };
                out.line(format!("{}  {outlet}  {published}  [{}]{private}", hit.path, hit.role));
                out.line(format!("  {}", hit.title.as_deref().unwrap_or("(untitled)")));
                out.line(format!("  {}", hit.snippet));
            }
            out.say(format!("{} of {} results.", found.results.len(), found.total));
            found.notes.iter().for_each(|note| out.say(note));
        }
        Ok(if found.total > 0 { Held::Yes } else { Held::No })
    }
}
