use clap::Args;

use super::{Context, Held};
use crate::archive::Error;
use crate::archive::diff::{Change, Run};

/// Compare two articles or captures word by word
///
/// Captures are compared with their furniture, apart from the article. Status 0: the same; 1: they differ.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad diff 36bcd21c 4f1a09be")]
pub(super) struct Diff {
    /// First article or capture
    #[arg(value_name = "REF")]
    from: String,
    /// Second article or capture
    #[arg(value_name = "REF")]
    to: String,
}

impl Diff {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let difference = context.open()?.diff(&self.from, &self.to)?;
        if out.json {
            out.object(&difference);
        } else {
            out.line(format!("--- {}", difference.from));
            out.line(format!("+++ {}", difference.to));
            part(context, "article", &difference.article);
            part(context, "furniture", &difference.furniture);
        }
        Ok(if difference.same { Held::Yes } else { Held::No })
    }
}

/// How many words around a change are printed.
const AROUND: usize = 8;

fn part(context: &Context, name: &str, runs: &[Run]) {
    let out = context.out;
    if runs.iter().all(|run| run.change == Change::Same) {
        if !runs.is_empty() {
            out.line(format!("@@ {name}: the same"));
        }
        return;
    }
    out.line(format!("@@ {name}"));
    let colours = out.colours();
    for run in runs {
        let (sign, colour) = match run.change {
            Change::Same => (" ", ""),
            Change::Removed => ("-", "\u{1b}[31m"),
            Change::Added => ("+", "\u{1b}[32m"),
        };
        let text = super::out::safe(&if run.change == Change::Same { shortened(&run.text) } else { run.text.clone() });
        let line = if colours && !colour.is_empty() {
            format!("{colour}{sign} {text}\u{1b}[0m\n")
        } else {
            format!("{sign} {text}\n")
        };
        out.bytes(line.as_bytes());
    }
}

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() <= 2 * AROUND + 1 {
        return text.to_owned();
    }
    format!("{} … {}", words[..AROUND].join(" "), words[words.len() - AROUND..].join(" "))
}
