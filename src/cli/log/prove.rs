use std::path::PathBuf;

use clap::Args;

use crate::archive::Error;
use crate::cli::{Context, Held};

/// Prove that a capture and its reading are in the log, to somebody who trusts nobody here
///
/// Prints a proof for the capture record's entry and one for the reading record's, as c2sp.org/tlog-proof has them, each
/// with the signed head. Of an article it is the first capture that nothing corrected. With --out each is a file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  isnad log prove 36bcd21c\n  isnad log prove 36bcd21c --out proofs")]
pub(super) struct Prove {
    /// An article, a capture, a reading or a payload
    #[arg(value_name = "REF")]
    reference: String,
    /// Folder for one file a proof, named after the kind and the record
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Prove {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let proofs = context.open()?.log_prove(&self.reference)?;
        if let Some(folder) = &self.out {
            std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "making the folder of the proofs", &e))?;
        }
        for (at, proof) in proofs.iter().enumerate() {
            let said = format!("entry {} of {}: {}", proof.index, proof.origin, proof.entry.trim_end());
            let file =
                self.out.as_ref().map(|folder| folder.join(format!("{}-{}.tlog-proof", proof.kind, proof.record)));
            if let Some(file) = &file {
                std::fs::write(file, &proof.proof).map_err(|e| Error::io(file, "writing a proof", &e))?;
            }
            match (out.json, &file) {
                (true, _) => out.object(proof),
                (false, Some(file)) => out.line(format!("{}  {said}", file.display())),
                (false, None) => {
                    out.say(said);
                    let parted = if at == 0 { "" } else { "\n" };
                    out.bytes(format!("{parted}{}", proof.proof).as_bytes());
                }
            }
        }
        Ok(Held::Yes)
    }
}
