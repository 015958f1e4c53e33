use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::ingest::{ingest, open_or_create};
use super::{Context, Held};
use crate::archive::Error;
use crate::archive::ingest::IngestOptions;

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
        let _ = (self.listen, &self.ingest);
        if !self.ingest.is_empty() {
            let archive = open_or_create(context)?;
            ingest(&archive, &IngestOptions { paths: self.ingest, ..IngestOptions::default() }, context.out)?;
        }
        Err(Error::usage("serving is being built"))
    }
}
