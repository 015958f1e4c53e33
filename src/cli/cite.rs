use clap::{Args, ValueEnum};

use super::{Context, Held};
use crate::archive::Error;
use crate::archive::cite::CitationFormat;

/// Write a citation
///
/// Cites an article or capture, or with --quote the passage of it that carries the words. Status 1 when it does not.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad cite 36bcd21c --quote 'رفض التهجير القسري' --format markdown")]
pub(super) struct Cite {
    /// Article or capture: id, prefix, citation URL, or URL of a captured page
    #[arg(value_name = "REF")]
    reference: String,
    /// Words of the passage to cite
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    quote: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Chicago style, with the evidence
    Text,
    /// BibTeX and biblatex
    Bibtex,
    /// Reference managers
    Ris,
    /// CSL-JSON
    CslJson,
    /// {{cite news}}
    Wikipedia,
    /// Markdown
    Markdown,
    /// HTML with Robust Links
    Html,
}

impl Cite {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = context.open()?;
        let format = match self.format {
            Format::Text => CitationFormat::Text,
            Format::Bibtex => CitationFormat::Bibtex,
            Format::Ris => CitationFormat::Ris,
            Format::CslJson => CitationFormat::CslJson,
            Format::Wikipedia => CitationFormat::Wikipedia,
            Format::Markdown => CitationFormat::Markdown,
            Format::Html => CitationFormat::Html,
        };
        let Some(citation) = archive.cite(&self.reference, self.quote.as_deref(), format)? else {
            out.error(&Error::not_found(
                &self.reference,
                format!("{}: the article does not carry these words, verbatim or respelled; `isnad audit` looks for them everywhere", self.reference),
            ));
            return Ok(Held::No);
        };
        if out.json {
            out.object(&citation);
        } else {
            out.bytes(super::out::safe(&citation.text.replace('\r', "")).as_bytes());
        }
        if archive.capture(&citation.record)?.is_some_and(|(capture, _)| capture.private) {
            out.say("The capture is private: nobody but you can open this address before `isnad publish`.");
        }
        if archive.public_url().is_none() {
            out.say("The archive has no public address, so the citation holds a path; `isnad init --public-url URL` sets one.");
        }
        Ok(Held::Yes)
    }
}
