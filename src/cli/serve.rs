use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::ingest::{ingest, open_or_create};
use super::{Context, Held};
use crate::archive::Error;
use crate::archive::ingest::IngestOptions;
use crate::web::{Limits, serve};

/// Show the archive in a browser
///
/// Serves citation pages, audits and search. With --ingest it first puts captures into the archive, made when missing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad serve --ingest archive/captures")]
pub(super) struct Serve {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Files or folders to ingest first
    #[arg(long, value_name = "PATH", num_args = 1..)]
    ingest: Vec<PathBuf>,
}

impl Serve {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = if self.ingest.is_empty() {
            context.open()?
        } else {
            let archive = open_or_create(context)?;
            let summary = ingest(&archive, &IngestOptions { paths: self.ingest, ..IngestOptions::default() }, out)?;
            if summary.stopped_after.is_some() {
                return Ok(Held::No);
            }
            archive
        };
        log();
        let stats = archive.stats()?;
        let dir = archive.dir().display().to_string();
        serve(archive.public(), self.listen, Limits::default(), |address| {
            let numbers =
                format!("{} captures, {} articles, {} outlets", stats.captures, stats.articles, stats.outlets);
            if out.json {
                out.object(&serde_json::json!({"listening": address.to_string(), "archive": dir}));
            }
            out.say(format!("The archive in {dir} holds {numbers}."));
            out.say(format!("Open http://{address}/ in a browser. Ctrl-C ends the server."));
        })?;
        Ok(Held::Yes)
    }
}

/// Sends the server's own log to standard error: warnings and failures, or what `RUST_LOG` asks for.
fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // A subscriber can be set once a process; a second server of the same process keeps the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}
