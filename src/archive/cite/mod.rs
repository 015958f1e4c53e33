//! Citations: what to write under a quoted passage, an article or a capture, one file a format.
//!
//! A citation states what the evidence states and no more: an author as printed, never split into given and family name;
//! a title in its own script, never transliterated; a date of publication only where one single day is claimed.

mod bibtex;
mod csl;
mod date;
mod html;
mod markdown;
mod ris;
mod text;
mod wikipedia;

use serde::Serialize;

use super::article::{ArticleView, CaptureView, Logged, utc};
use super::refs::Target;
use super::{Archive, Error};
use crate::domain::{ArticleId, Passage, RecordId, Time};
use crate::quote::{self, MatchKind};

/// How a citation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitationFormat {
    /// Plain text: Chicago's notes and bibliography style, then the evidence.
    Text,
    /// An entry for BibTeX and biblatex.
    Bibtex,
    /// RIS, as reference managers exchange it.
    Ris,
    /// CSL-JSON, a list of one item.
    CslJson,
    /// `{{cite news}}` of the Wikipedias.
    Wikipedia,
    /// Markdown.
    Markdown,
    /// HTML with Robust Links attributes.
    Html,
}

impl CitationFormat {
    /// Every format.
    pub const ALL: [CitationFormat; 7] = [
        CitationFormat::Text,
        CitationFormat::Bibtex,
        CitationFormat::Ris,
        CitationFormat::CslJson,
        CitationFormat::Wikipedia,
        CitationFormat::Markdown,
        CitationFormat::Html,
    ];

    /// Media type of what is written, with its charset.
    pub fn media_type(self) -> &'static str {
        match self {
            CitationFormat::Text | CitationFormat::Wikipedia => "text/plain; charset=utf-8",
            CitationFormat::Bibtex => "application/x-bibtex; charset=utf-8",
            CitationFormat::Ris => "application/x-research-info-systems; charset=utf-8",
            CitationFormat::CslJson => "application/vnd.citationstyles.csl+json",
            CitationFormat::Markdown => "text/markdown; charset=utf-8",
            CitationFormat::Html => "text/html; charset=utf-8",
        }
    }
}

/// What a citation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cited {
    /// The whole article.
    Article,
    /// A range of bytes of its text.
    Passage(usize, usize),
    /// One capture, with the article as that capture shows it.
    Capture,
}

/// Everything a citation states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Citation {
    /// What it leads to.
    #[serde(skip)]
    pub cited: Cited,
    /// The article.
    pub article: ArticleId,
    /// The capture that is cited.
    pub record: RecordId,
    /// Full address, or the path when the archive has no public address.
    pub url: String,
    /// Title.
    pub title: Option<String>,
    /// Outlet: display name, domain or both.
    pub outlet: Option<String>,
    /// Its name alone, as a reference manager wants the newspaper.
    #[serde(skip)]
    pub newspaper: Option<String>,
    /// Language as the page says (BCP 47).
    pub lang: Option<String>,
    /// Author as printed.
    pub byline: Option<String>,
    /// Address of the page that was captured.
    pub original: Option<String>,
    /// Claimed publication.
    pub published: Option<Time>,
    /// Claimed capture.
    pub captured: Time,
    /// Leaf index and operator's clock.
    pub logged: Logged,
    /// The passage that is cited.
    pub quote: Option<String>,
    /// How the passage carries the words asked for.
    #[serde(rename = "match")]
    pub kind: Option<MatchKind>,
    /// The citation as written.
    pub text: String,
}

impl Archive {
    /// Cites what `reference` names, or the passage of it that carries `quotation`; `None` when the words are not there.
    pub fn cite(
        &self,
        reference: &str,
        quotation: Option<&str>,
        format: CitationFormat,
    ) -> Result<Option<Citation>, Error> {
        let resolved = self.resolve(reference)?;
        let mut cited = Cited::Article;
        let (id, record) = match resolved.target {
            Target::Article(id) => (id, None),
            Target::Capture(record) => {
                cited = Cited::Capture;
                (self.article_of_capture(&record)?, Some(record))
            }
            Target::Reading(reading) => {
                let record = self.capture_of_reading(&reading)?.unwrap_or(reading);
                (self.article_of_capture(&record)?, Some(record))
            }
            Target::Payload(id) => {
                let message =
                    format!("{reference}: a payload is cited by its capture; cite the article or the record of {id}");
                return Err(Error::usage(message));
            }
        };
        let view =
            self.article(&id)?.ok_or_else(|| Error::not_found(reference, format!("{reference}: no such article")))?;
        let (passage, kind) = match (quotation, resolved.passage) {
            (Some(words), _) => match find(&view, words)? {
                Some((start, end, kind)) => (Some((start, end)), Some(kind)),
                None => return Ok(None),
            },
            (None, passage) => (passage, None),
        };
        if let Some((start, end)) = passage {
            Passage { article: id, start, end }.words(&view.text).map_err(|e| Error::usage(e.to_string()))?;
            cited = Cited::Passage(start, end);
        }
        Ok(Some(self.citation(&view, record, cited, kind, format)?))
    }

    fn article_of_capture(&self, record: &RecordId) -> Result<ArticleId, Error> {
        let at = record.to_string();
        let (view, _) =
            self.capture(record)?.ok_or_else(|| Error::not_found(at.clone(), format!("{at}: no such capture")))?;
        view.article.ok_or_else(|| Error::usage(format!("capture {at} holds no article to cite")))
    }

    fn citation(
        &self,
        view: &ArticleView,
        record: Option<RecordId>,
        cited: Cited,
        kind: Option<MatchKind>,
        format: CitationFormat,
    ) -> Result<Citation, Error> {
        let current = |capture: &&CaptureView| capture.replaced_by.is_none();
        let captures = || view.captures.iter();
        // Who reads the citation can open what everybody sees, which nothing private corrects.
        let hidden = |record: RecordId| captures().any(|capture| capture.record == record && capture.private);
        let public = |capture: &&CaptureView| {
            !capture.private && capture.withheld.is_none() && capture.replaced_by.is_none_or(hidden)
        };
        let chosen = match record {
            Some(record) => captures().find(|capture| capture.record == record),
            None => captures().find(public).or_else(|| captures().find(current)),
        };
        let capture = chosen.or_else(|| view.captures.first()).ok_or_else(|| {
            Error::not_found(view.path.clone(), format!("{}: no capture shows this article", view.path))
        })?;
        let (path, words) = match cited {
            Cited::Article => (view.path.clone(), None),
            Cited::Capture => (Target::Capture(capture.record).path(), None),
            Cited::Passage(start, end) => {
                (Passage { article: view.article, start, end }.to_string(), view.text.get(start..end))
            }
        };
        let outlet = match (&capture.outlet_name, &capture.outlet) {
            (Some(name), Some(domain)) if name != domain => Some(format!("{name} ({domain})")),
            (name, domain) => name.clone().or_else(|| domain.clone()),
        };
        let mut citation = Citation {
            cited,
            article: view.article,
            record: capture.record,
            url: format!("{}{path}", self.public_url().unwrap_or_default()),
            title: capture.title.clone(),
            outlet,
            newspaper: capture.outlet_name.clone().or_else(|| capture.outlet.clone()),
            lang: capture.lang.clone(),
            byline: capture.byline.clone(),
            original: capture.url.clone(),
            published: capture.published.clone(),
            captured: capture.captured.clone(),
            logged: capture.logged.clone(),
            quote: words.map(|words| words.replace("\n\n", " / ").trim_end().to_owned()),
            kind,
            text: String::new(),
        };
        citation.write(format);
        Ok(citation)
    }
}

impl Citation {
    /// Puts another address of this archive in front of a citation that has only a path, and writes it again.
    pub fn at(&mut self, base: &str, format: CitationFormat) {
        if self.url.starts_with('/') {
            self.url.insert_str(0, base);
        }
        self.write(format);
    }

    fn write(&mut self, format: CitationFormat) {
        self.text = match format {
            CitationFormat::Text => text::text(self),
            CitationFormat::Bibtex => bibtex::bibtex(self),
            CitationFormat::Ris => ris::ris(self),
            CitationFormat::CslJson => csl::csl_json(self),
            CitationFormat::Wikipedia => wikipedia::wikipedia(self),
            CitationFormat::Markdown => markdown::markdown(self),
            CitationFormat::Html => html::html(self),
        };
    }

    /// The one day that a time of this citation names.
    pub fn day_of(&self, time: &Time) -> Option<chrono::NaiveDate> {
        date::day(time)
    }

    /// The original, when it is an http(s) address that a link may carry.
    fn original_link(&self) -> Option<&str> {
        self.original.as_deref().filter(|url| {
            crate::domain::outlet::host_of(url).is_some() && !url.chars().any(|c| c.is_whitespace() || c.is_control())
        })
    }

    /// A name of its own for each thing that can be cited, so that two of one article stand in one list of references.
    fn key(&self) -> String {
        match self.cited {
            Cited::Article => self.article.to_string(),
            Cited::Passage(start, end) => format!("{}-{start}-{end}", self.article),
            Cited::Capture => self.record.to_string(),
        }
    }

    /// What the address opens.
    fn archived(&self) -> &'static str {
        if self.cited == Cited::Capture { "Archived capture" } else { "Archived text" }
    }

    /// When it was captured, as the page's metadata say it in one line.
    pub fn captured_words(&self) -> String {
        format!("Captured {}", time_words(&self.captured))
    }

    /// The clocks in one sentence each.
    fn clocks(&self) -> String {
        let published = match &self.published {
            Some(time) => format!("Published {}.", time_words(time)),
            None => "Publication date unknown.".to_owned(),
        };
        let captured = self.captured_words();
        let Logged { index, at, .. } = &self.logged;
        format!("{published} {captured}. Logged as entry {index} at {at} (operator's clock).")
    }

    /// What a reference manager shows as a note: the address of the archived text first, since some drop other fields.
    fn evidence(&self) -> String {
        let quote = self.quote.as_ref().map(|quote| format!(" Passage: “{quote}”")).unwrap_or_default();
        format!(
            "{}: {}. SHA-256 of the text: {}. Capture record: {}. {}{quote}",
            self.archived(),
            self.url,
            self.article,
            self.record,
            self.clocks()
        )
    }
}

/// The best place of the words in the article.
fn find(view: &ArticleView, words: &str) -> Result<Option<(usize, usize, MatchKind)>, Error> {
    let query = quote::Query::new(words).map_err(|e| Error::usage(e.to_string()))?;
    let hits = quote::find(&query, &view.text);
    let best = hits.into_iter().filter(|hit| hit.kind != MatchKind::Reworded).min_by_key(|hit| (hit.kind, hit.start));
    Ok(best.map(|hit| (hit.start, hit.end, hit.kind)))
}

/// A time in words: its EDTF form and what it rests on.
pub fn time_words(time: &Time) -> String {
    format!("{} ({})", time.edtf, basis_words(time))
}

/// What a time rests on, in words.
pub fn basis_words(time: &Time) -> &'static str {
    use crate::domain::Basis;
    match time.basis {
        Basis::Meta => "as the page's metadata states",
        Basis::JsonLd => "as the page's structured data state",
        Basis::Text => "as its text implies",
        Basis::Weekday => "every year that fits the weekday named",
        Basis::Tweet => "from a tweet it embeds",
        Basis::Url => "as its URL states",
        Basis::Declared => "as the collector declares",
        Basis::WarcDate => "as the WARC record states",
        Basis::Http => "as the HTTP header states",
        Basis::Ingest => "when it was ingested",
        Basis::Inferred => "inferred from several bounds",
        Basis::Rfc3161 => "stamped by a time-stamping authority",
    }
}

/// UTC seconds as a date and time, for pages.
pub fn utc_words(seconds: i64) -> String {
    utc(seconds).replace('T', " ").replace('Z', " UTC")
}
