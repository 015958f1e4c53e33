use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::log::stamp::{anchors, servers};
use super::{Context, Held};
use crate::archive::bundle::{is_bundle, verify_bundle};
use crate::archive::log::{PublishedLog, verify_published};
use crate::archive::verify::{Finding, Outcome, Tally, VerifyOptions};
use crate::archive::{Error, StateDir};

/// Re-check everything that is stored, or what references name
///
/// Hashes every payload, attachment, record, block and article again, compares records with what pages show, and the
/// log with its heads, signatures, tiles and the mark that this machine keeps of it. Reads the WARC files of live
/// captures: one that is lost or altered is `not checked`, status 2, while its payload is right in the database. Prints
/// what does not hold; with references or --all, every finding. Status 1: something failed. A bundle is checked from its own bytes and the key
/// alone, without an archive. So is a published log: its head, every tile and entry, that it continues what was seen of
/// it, and that every capture it names opens, or was withheld or erased by a later entry.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("outside").args(["references", "log"]))]
#[command(after_help = "Examples:\n  isnad verify\n  isnad verify 36bcd21c\n  \
                  isnad verify citation.zip --key 'archive.example.org+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'\n  \
                  isnad verify --log https://archive.example.org/log --key 'archive.example.org+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'")]
pub(super) struct Verify {
    /// What to check: references, or bundles (a zip, or the folder it was unpacked to); everything when left out
    #[arg(value_name = "REF|BUNDLE.zip")]
    references: Vec<String>,
    /// Check a published log instead: the address or folder that has `checkpoint` and `tile/` below it
    #[arg(long, value_name = "URL|DIR", conflicts_with = "references")]
    log: Option<String>,
    /// Where the records that the log names are published, as ID.json below it; `none` does not look [default: r beside
    /// a place that is called log]
    #[arg(long, value_name = "URL|DIR|none", requires = "log")]
    records: Option<String>,
    /// Verifier key of the log of a bundle or of --log, from a place that is neither; else those known on this machine
    #[arg(long, value_name = "VKEY", requires = "outside")]
    key: Vec<String>,
    /// Certificates to believe when stamps are checked (PEM, or one in DER)
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Certificates (PEM) that the https server of --log must lead to, instead of the public authorities
    #[arg(long, value_name = "FILE", env = "SSL_CERT_FILE")]
    tls_ca: Option<PathBuf>,
    /// Extract every payload again, and compare with what this extractor found before
    #[arg(long)]
    extract: bool,
    /// Look every block up in the word index, and not only one in a hundred
    #[arg(long)]
    index: bool,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Print findings that hold, too
    #[arg(long)]
    all: bool,
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let all = self.all || !self.references.is_empty();
        let mut print = |finding: &Finding| {
            if finding.outcome == Outcome::Verified && !all {
                return;
            }
            if out.json {
                out.object(finding);
            } else {
                let outcome = match finding.outcome {
                    Outcome::Verified => "verified",
                    Outcome::Failed => "FAILED",
                    Outcome::NotChecked => "not checked",
                };
                let why = if finding.why.is_empty() { String::new() } else { format!(": {}", finding.why) };
                out.line(format!("{outcome}  {} {}{why}", finding.kind, finding.id));
            }
        };
        let mut tally = Tally::default();
        if let Some(log) = &self.log {
            let bar = bar(out);
            let mut progress = |done, total| {
                bar.set_length(total);
                bar.set_position(done);
            };
            let log = PublishedLog {
                place: log,
                records: self.records.as_deref(),
                keys: &self.key,
                servers: servers(self.tls_ca.as_ref())?,
            };
            let mut print = |finding: &Finding| bar.suspend(|| print(finding));
            tally = verify_published(&log, &StateDir::of_user(), &mut print, &mut progress)?;
            bar.finish_and_clear();
        } else if self.references.is_empty() {
            let options = VerifyOptions {
                anchors: anchors(self.ca.as_ref())?,
                threads: self.threads,
                every: all,
                extract: self.extract,
                whole_index: self.index,
            };
            let bar = bar(out);
            let mut progress = |done, total| {
                bar.set_length(total);
                bar.set_position(done);
            };
            tally = context.open()?.verify(&options, &mut |finding| bar.suspend(|| print(finding)), &mut progress)?;
            bar.finish_and_clear();
        }
        for reference in &self.references {
            let one = if is_bundle(reference) {
                verify_bundle(
                    Path::new(reference),
                    &self.key,
                    &anchors(self.ca.as_ref())?,
                    &StateDir::of_user(),
                    &mut print,
                )?
            } else {
                context.open()?.verify_one(reference, &mut print)?
            };
            tally.add(one);
        }
        if out.json {
            out.object(&serde_json::json!({ "summary": tally }));
        }
        out.say(format!("{} verified, {} failed, {} not checked.", tally.verified, tally.failed, tally.not_checked));
        Ok(match tally {
            Tally { failed: 1.., .. } => Held::No,
            Tally { not_checked: 1.., .. } | Tally { verified: 0, .. } => Held::Unknown,
            _ => Held::Yes,
        })
    }
}

fn bar(out: super::out::Out) -> ProgressBar {
    if !out.has_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  ETA {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
