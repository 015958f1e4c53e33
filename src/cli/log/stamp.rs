use std::path::PathBuf;

use clap::Args;

use crate::archive::log::Servers;
use crate::archive::{Access, Archive, Clock, Error};
use crate::cli::{Context, Held};
use crate::stamp::Anchors;

/// Have time-stamping authorities stamp the head of the log (RFC 3161)
///
/// Each is sent the SHA-256 of the newest signed head, and nothing else. A stamp that holds is kept with the authority's
/// whole answer, and named by an entry of the log: everything before it existed no later than the time in it. Ask two or
/// more, so that no single one has to be believed. One that is down or lies stops no other. Status 1: an answer does not
/// hold; 2: one could not be reached.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  isnad log stamp --tsa http://timestamp.one.example --tsa http://tsa.two.example/tsr --ca authorities.pem"
)]
pub(super) struct Stamp {
    /// Address of an authority; may be given several times
    #[arg(long, value_name = "URL", required = true)]
    tsa: Vec<String>,
    /// Certificates to believe (PEM, or one in DER); without, who issued the authority's certificate is not checked
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Certificates (PEM) that https servers must lead to, instead of the public authorities
    #[arg(long, value_name = "FILE", env = "SSL_CERT_FILE")]
    tls_ca: Option<PathBuf>,
}

/// Whose certificates servers must show: those of a file, or of the public authorities.
pub(in crate::cli) fn servers(file: Option<&PathBuf>) -> Result<Servers, Error> {
    let Some(file) = file else { return Ok(Servers::public()) };
    let doing = "reading the certificates of servers (--tls-ca or SSL_CERT_FILE)";
    let pem = std::fs::read(file).map_err(|e| Error::io(file, doing, &e))?;
    Servers::only(&pem).map_err(|e| Error::usage(format!("{}: {doing}: {e}", file.display())))
}

/// The certificates of a file, or nobody's.
pub(in crate::cli) fn anchors(file: Option<&PathBuf>) -> Result<Anchors, Error> {
    let Some(file) = file else { return Ok(Anchors::none()) };
    let doing = "reading the certificates to believe";
    let bytes = std::fs::read(file).map_err(|e| Error::io(file, doing, &e))?;
    Anchors::read(&bytes).map_err(|e| Error::usage(format!("--ca {}: {doing}: {e}", file.display())))
}

impl Stamp {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let (anchors, servers) = (anchors(self.ca.as_ref())?, servers(self.tls_ca.as_ref())?);
        let archive = Archive::open(&context.dir(), Access::ReadWrite, Clock::System)?;
        let stamped = archive.log_stamp(&self.tsa, &anchors, &servers)?;
        for one in &stamped {
            if out.json {
                out.object(one);
                continue;
            }
            match (&one.time, &one.why) {
                (Some(time), _) => {
                    let authority = one.authority.as_deref().unwrap_or_default();
                    let index = one.index.unwrap_or_default();
                    out.line(format!("{time}  {} entries  {authority}  entry {index} of the log", one.size));
                    one.not_checked.iter().for_each(|gap| out.say(format!("  {gap}")));
                }
                (None, why) => out.say(format!("no stamp ({}): {}", one.outcome, why.as_deref().unwrap_or_default())),
            }
        }
        let any = |outcome: &str| stamped.iter().any(|one| one.outcome == outcome);
        Ok(match (any("refused"), any("unreachable")) {
            (true, _) => Held::No,
            (false, true) => Held::Unknown,
            (false, false) => Held::Yes,
        })
    }
}
