use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::ingest::{ingest, open_or_create};
use super::{Context, Held};
use crate::archive::Error;
use crate::archive::ingest::IngestOptions;
use crate::web::{Clients, Limits, serve};

/// Show the archive in a browser
///
/// Serves citation pages, audits and search. With --ingest it first puts captures into the archive, made when missing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad serve --ingest archive/captures\n\n\
    Behind a proxy (here nginx), with `isnad init --public-url https://archive.example`:\n  \
    isnad serve --listen 127.0.0.1:8080 --behind-proxy --metrics 127.0.0.1:9090\n  \
    server {\n    merge_slashes off;   # the paths of Memento hold whole URLs\n    access_log off;      # it would keep the words that somebody audits\n    \
    location / {\n      proxy_pass http://127.0.0.1:8080;\n      proxy_set_header Host $host;\n      \
    proxy_set_header X-Forwarded-For $remote_addr;\n    }\n  }\n\n\
    /healthz answers `ok` while the archive can be read. SIGTERM and SIGINT end the server after the requests under way.\n\
    README.md has a systemd unit and a Dockerfile, docs/service.md every limit.")]
pub(super) struct Serve {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Requests a second from one address, ten times as many at once; 0 is no limit. This machine itself is not limited
    #[arg(long, value_name = "N", default_value_t = 50)]
    rate: u32,
    /// Tell clients apart by the last address in X-Forwarded-For: only behind a proxy that writes it
    #[arg(long)]
    behind_proxy: bool,
    /// Serve figures for Prometheus at http://ADDR/metrics, and /healthz there too
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
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
        let limits = Limits {
            rate: Some(self.rate),
            clients: if self.behind_proxy { Clients::ByProxy } else { Clients::ByConnection },
            metrics: self.metrics,
            ..Limits::default()
        };
        serve(archive.public(), self.listen, limits, |address| {
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
