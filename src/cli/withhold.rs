use clap::{Args, ValueEnum};

use super::out::Out;
use super::{Context, Held};
use crate::archive::takedown::{Code, Plan};
use crate::archive::{Access, Archive, Clock, Error};

/// Hide captures from every public page, and log that
///
/// They are kept, the local user still sees them, and --undo shows them again. Nobody else finds them: not on pages, in
/// search, audits, lists or the API; their address answers 410 with the entry of the log. An article means all its
/// captures, a page's URL all captures of that page, a capture also what corrects it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  isnad withhold 36bcd21c --reason privacy\n  isnad withhold 36bcd21c --undo")]
pub(super) struct Withhold {
    /// Id, prefix of at least 8 digits, citation URL, or URL of a captured page
    #[arg(value_name = "REF")]
    reference: String,
    /// Why
    #[arg(long, value_name = "CODE", required_unless_present = "undo")]
    reason: Option<Reason>,
    /// Show what is withheld again
    #[arg(long, conflicts_with = "reason")]
    undo: bool,
    /// Do not ask when the reference names several captures
    #[arg(long, short)]
    yes: bool,
}

/// Why something is taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Reason {
    /// A court or a law asks for it
    Legal,
    /// Somebody's private life
    Privacy,
    /// Somebody would be in danger
    Safety,
    /// It should never have been ingested
    Error,
    /// Anything else
    Other,
}

impl Reason {
    pub(super) fn code(self) -> Code {
        match self {
            Reason::Legal => Code::Legal,
            Reason::Privacy => Code::Privacy,
            Reason::Safety => Code::Safety,
            Reason::Error => Code::Error,
            Reason::Other => Code::Other,
        }
    }
}

/// Whether a person must be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Always: there is no way back.
    Always,
    /// Where more goes than a person may have meant.
    IfSeveral,
}

/// Says what would be taken down, and asks on a terminal; elsewhere only --yes is an answer.
pub(super) fn confirm(out: Out, plan: &Plan, doing: &str, ask: Ask, yes: bool) -> Result<bool, Error> {
    use std::io::{BufRead, IsTerminal};
    let many = plan.captures.len() > 1;
    out.say(format!("{} names {}:", plan.named, captures(plan.captures.len())));
    for capture in &plan.captures {
        let title = capture.title.as_deref().unwrap_or("(untitled)");
        let url = capture.url.as_deref().unwrap_or("no URL");
        out.say(format!("  /r/{}  {url}  {title}{}", capture.record, super::seen_by(capture)));
    }
    if yes || (ask == Ask::IfSeveral && !many) {
        return Ok(true);
    }
    let stdin = std::io::stdin();
    if out.json || !stdin.is_terminal() || !out.has_terminal() {
        return Err(Error::usage(format!(
            "{doing} {}: nobody can be asked here; say --yes to go ahead. Nothing was changed",
            captures(plan.captures.len())
        )));
    }
    out.say(format!("{doing} {}? Type yes to go ahead.", captures(plan.captures.len())));
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).map_err(|e| Error::usage(format!("reading the answer: {e}")))?;
    Ok(answer.trim() == "yes")
}

fn captures(count: usize) -> String {
    if count == 1 { "one capture".to_owned() } else { format!("{count} captures") }
}

impl Withhold {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = Archive::open(&context.dir(), Access::ReadWrite, Clock::System)?;
        let plan = archive.takedown_plan(&self.reference)?;
        let doing = if self.undo { "showing again" } else { "withholding" };
        if !confirm(out, &plan, doing, Ask::IfSeveral, self.yes)? {
            out.say("Nothing was changed.");
            return Ok(Held::Unknown);
        }
        let done = match self.reason {
            Some(reason) if !self.undo => archive.withhold(&self.reference, reason.code())?,
            _ => archive.lift(&self.reference)?,
        };
        for one in &done {
            if out.json {
                out.object(one);
            } else {
                out.line(format!("{}  /r/{}  entry {} of the log", one.done, one.record, one.index));
            }
        }
        if done.is_empty() {
            out.say(if self.undo { "None of them is withheld." } else { "All of them are withheld already." });
        } else if !self.undo {
            out.say(
                "They are kept, and you still see them. Bundles, citations and copies made before are out of reach.",
            );
        }
        Ok(Held::Yes)
    }
}
