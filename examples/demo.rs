//! Makes a throw-away archive of some captures and serves it: `cargo run --release --example demo -- ADDRESS PATH…`.
//!
//! The address is printed first; paths of pages to look at follow, one a line, as `tests/browser/run.mjs` reads them.
#![expect(clippy::print_stdout, reason = "the address is what its caller waits for")]

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use isnad::archive::ingest::{DocumentReport, IngestOptions, Listener, Status};
use isnad::archive::{Archive, Clock, InitOptions, StateDir};
use isnad::web::{Limits, serve};

/// Collects the pages of everything that came in.
struct Pages(Vec<String>);

impl Listener for Pages {
    fn document(&mut self, report: &DocumentReport) {
        if matches!(report.status, Status::Rejected) {
            println!("# {}: {}", report.source, report.error.as_deref().unwrap_or_default());
        }
        self.0.extend(report.article.map(|id| format!("/a/{id}")));
        self.0.extend(report.record.map(|id| format!("/r/{id}")));
    }

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let listen = arguments.next().ok_or("name an address, such as 127.0.0.1:0, and what to ingest")?.parse()?;
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let folder = tempfile::tempdir()?;
    let options = InitOptions { state: Some(StateDir::at(folder.path().join("state"))), ..InitOptions::default() };
    let archive = Archive::create(&folder.path().join("archive"), &options, Clock::System)?;
    let options = IngestOptions { paths: arguments.map(PathBuf::from).collect(), ..IngestOptions::default() };
    let mut pages = Pages(Vec::new());
    archive.ingest(&options, &AtomicBool::new(false), &mut pages)?;
    pages.0.dedup();
    serve(archive, listen, Limits::default(), move |address| {
        println!("http://{address}");
        pages.0.iter().for_each(|path| println!("{path}"));
    })?;
    Ok(())
}
