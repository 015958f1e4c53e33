//! The command line: one file a command. Results on stdout, narration on stderr.

mod audit;
mod backup;
mod bundle;
mod capture;
mod cite;
mod completions;
mod diff;
mod erase;
mod export;
mod extract;
mod ingest;
mod init;
mod list;
mod log;
mod man;
mod out;
mod publish;
mod reindex;
mod search;
mod serve;
mod show;
mod stats;
mod verify;
mod withhold;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::archive::article::CaptureView;
use crate::archive::{Access, Archive, Clock, Error, ErrorKind};
use out::Out;

/// A source-provenance archive: ingest captures of articles, cite them by hash, audit where a quote first appeared.
///
/// Exit status: 0 it holds (ingested, found, verified), 1 it does not hold (something rejected, quote absent or altered,
/// a check failed), 2 could not tell (usage, no archive, I/O, nothing checked).
#[derive(Debug, Parser)]
#[command(name = "isnad", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Example:\n  isnad ingest captures/\n  isnad audit 'the words of the quote'\n  isnad serve")]
struct Cli {
    /// Archive folder
    #[arg(long, global = true, env = "ISNAD_ARCHIVE", value_name = "DIR")]
    archive: Option<PathBuf>,
    /// Print one JSON object a line (docs/schema/)
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Ingest(ingest::Ingest),
    Capture(capture::Capture),
    Extract(extract::Extract),
    Audit(audit::Audit),
    Search(search::Search),
    List(list::List),
    Show(show::Show),
    Diff(diff::Diff),
    Export(export::Export),
    Stats(stats::Stats),
    Cite(cite::Cite),
    Verify(verify::Verify),
    Bundle(bundle::Bundle),
    Log(log::Log),
    Publish(publish::Publish),
    Withhold(withhold::Withhold),
    Erase(erase::Erase),
    Serve(serve::Serve),
    Reindex(reindex::Reindex),
    Backup(backup::Backup),
    Completions(completions::Completions),
    Man(man::Man),
}

/// What a person must know of a capture that not everybody sees, for the end of its line.
fn seen_by(capture: &CaptureView) -> String {
    let private = if capture.private { "  [private]" } else { "" };
    let withheld = capture.withheld.as_ref().map(|code| format!("  [withheld: {code}]")).unwrap_or_default();
    format!("{private}{withheld}")
}

/// Whether what was asked holds; the exit status follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Status 0.
    Yes,
    /// Status 1.
    No,
    /// Status 2.
    Unknown,
}

/// What a command gets besides its own arguments.
struct Context {
    archive: Option<PathBuf>,
    out: Out,
}

impl Context {
    /// The archive folder: flag, environment, or `./archive`.
    fn dir(&self) -> PathBuf {
        self.archive.clone().unwrap_or_else(|| PathBuf::from("archive"))
    }

    /// Opens the archive for reading.
    fn open(&self) -> Result<Archive, Error> {
        Archive::open(&self.dir(), Access::ReadOnly, Clock::System)
    }
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return out::clap_error(&error),
    };
    let context = Context { archive: cli.archive, out: Out::new(cli.json) };
    let result = match cli.command {
        Command::Init(command) => command.run(&context),
        Command::Ingest(command) => command.run(&context),
        Command::Capture(command) => command.run(&context),
        Command::Extract(command) => command.run(&context),
        Command::Audit(command) => command.run(&context),
        Command::Search(command) => command.run(&context),
        Command::List(command) => command.run(&context),
        Command::Show(command) => command.run(&context),
        Command::Diff(command) => command.run(&context),
        Command::Export(command) => command.run(&context),
        Command::Stats(command) => command.run(&context),
        Command::Cite(command) => command.run(&context),
        Command::Verify(command) => command.run(&context),
        Command::Bundle(command) => command.run(&context),
        Command::Log(command) => command.run(&context),
        Command::Publish(command) => command.run(&context),
        Command::Withhold(command) => command.run(&context),
        Command::Erase(command) => command.run(&context),
        Command::Serve(command) => command.run(&context),
        Command::Reindex(command) => command.run(&context),
        Command::Backup(command) => command.run(&context),
        Command::Completions(command) => command.run(&context),
        Command::Man(command) => command.run(&context),
    };
    match result {
        Ok(Held::Yes) => ExitCode::SUCCESS,
        Ok(Held::No) => ExitCode::from(1),
        Ok(Held::Unknown) => ExitCode::from(2),
        Err(error) => {
            context.out.error(&error);
            // Nothing has this name, or no longer: the reference does not hold. All else could not be told.
            ExitCode::from(if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone) { 1 } else { 2 })
        }
    }
}
