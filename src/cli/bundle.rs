use std::fs::OpenOptions;
use std::io::{ErrorKind as IoKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Context, Held};
use crate::archive::Error;
use crate::archive::bundle::BundleKind;

/// Write what a stranger needs to verify a citation offline, into one zip
///
/// Text, captured bytes, records, proofs, the signed head, and three verifiers that need no isnad: verify.html,
/// verify.py, verify.sh. The key is not in it: readers take it from elsewhere. The same archive state gives the same
/// bytes. With --audit it is the answer to an audit with every capture that it names.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  isnad bundle 36bcd21c -o citation.zip\n  isnad bundle --audit 'the words of the quote' -o audit.zip"
)]
pub(super) struct Bundle {
    /// Article or capture: id, prefix, citation URL, or URL of a captured page
    #[arg(value_name = "REF", required_unless_present = "audit")]
    reference: Option<String>,
    /// Keep the answer to this audit instead
    #[arg(long, value_name = "QUOTE", conflicts_with = "reference", allow_hyphen_values = true)]
    audit: Option<String>,
    /// The zip to write; one that is there is never overwritten
    #[arg(short, long, value_name = "FILE.zip")]
    output: PathBuf,
}

impl Bundle {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = context.open()?;
        let bundle = match &self.audit {
            Some(quotation) => archive.bundle_audit(quotation)?,
            None => archive.bundle(&self.reference.unwrap_or_default())?,
        };
        write(&self.output, &bundle.zip)?;
        let written = bundle.written(&self.output.display().to_string());
        if out.json {
            out.object(&written);
        } else {
            out.line(format!("{}  {}", written.sha256, written.file));
        }
        let what = match bundle.kind {
            BundleKind::Citation => "A citation",
            BundleKind::Audit => "An audit",
        };
        out.say(format!(
            "{what} with the proof of {} captures under the head of {} entries of {}. Whoever checks it needs the key from \
             elsewhere; `isnad log key` prints it.",
            bundle.records.len(),
            bundle.size,
            bundle.origin
        ));
        if bundle.private {
            out.say("Captures in it are private here: whoever gets this file sees them.");
        }
        Ok(Held::Yes)
    }
}

/// Writes a file that is not there yet; the same bytes once more change nothing.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    const DOING: &str = "writing the bundle";
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
            // Half a bundle is none; that it cannot be removed either adds nothing to the error.
            let _ = std::fs::remove_file(path);
            Error::io(path, DOING, &error)
        }),
        Err(error) if error.kind() == IoKind::AlreadyExists => {
            let same = std::fs::read(path).is_ok_and(|there| there == bytes);
            if same {
                return Ok(());
            }
            let shown = path.display();
            Err(Error::usage(format!("{shown}: {DOING}: a file of this name is there; choose another name")))
        }
        Err(error) => Err(Error::io(path, DOING, &error)),
    }
}
