//! Citations: what to write under a quoted passage.

use serde::Serialize;

use super::article::{ArticleView, CaptureView, utc};
use super::refs::Target;
use super::{Archive, Error};
use crate::domain::{ArticleId, Passage, RecordId, Time};
use crate::quote::{self, MatchKind};

/// How a citation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitationFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
}

/// Everything a citation states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Citation {
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
    /// Author as printed.
    pub byline: Option<String>,
    /// Address of the page that was captured.
    pub original: Option<String>,
    /// Claimed publication.
    pub published: Option<Time>,
    /// Claimed capture.
    pub captured: Time,
    /// Leaf index and operator's clock.
    pub logged: super::article::Logged,
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
        let (id, record) = match resolved.target {
            Target::Article(id) => (id, None),
            Target::Capture(record) => (self.article_of_capture(&record)?, Some(record)),
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
        }
        Ok(Some(self.citation(&view, record, passage, kind, format)?))
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
        passage: Option<(usize, usize)>,
        kind: Option<MatchKind>,
        format: CitationFormat,
    ) -> Result<Citation, Error> {
        let chosen = |capture: &&CaptureView| match record {
            Some(record) => capture.record == record,
            None => capture.replaced_by.is_none(),
        };
        let capture = view.captures.iter().find(chosen).or_else(|| view.captures.first()).ok_or_else(|| {
            Error::not_found(view.path.clone(), format!("{}: no capture shows this article", view.path))
        })?;
        let path = match passage {
            Some((start, end)) => Passage { article: view.article, start, end }.to_string(),
            None => view.path.clone(),
        };
        let outlet = match (&capture.outlet_name, &capture.outlet) {
            (Some(name), Some(domain)) if name != domain => Some(format!("{name} ({domain})")),
            (name, domain) => name.clone().or_else(|| domain.clone()),
        };
        let mut citation = Citation {
            article: view.article,
            record: capture.record,
            url: format!("{}{path}", self.public_url().unwrap_or_default()),
            title: capture.title.clone(),
            outlet,
            byline: capture.byline.clone(),
            original: capture.url.clone(),
            published: capture.published.clone(),
            captured: capture.captured.clone(),
            logged: capture.logged.clone(),
            quote: passage
                .and_then(|(start, end)| view.text.get(start..end))
                .map(|words| words.replace("\n\n", " / ").trim_end().to_owned()),
            kind,
            text: String::new(),
        };
        citation.text = match format {
            CitationFormat::Text => plain(&citation),
            CitationFormat::Markdown => markdown(&citation),
        };
        Ok(citation)
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
    }
}

fn lines(citation: &Citation) -> Vec<String> {
    let mut parts = Vec::new();
    parts.push(match &citation.published {
        Some(time) => format!("Published {}.", time_words(time)),
        None => "Publication date unknown.".to_owned(),
    });
    parts.push(format!("Captured {}.", time_words(&citation.captured)));
    parts.push(format!("Logged as entry {} at {} (operator's clock).", citation.logged.index, citation.logged.at));
    parts
}

fn plain(citation: &Citation) -> String {
    let mut out = String::new();
    if let Some(quote) = &citation.quote {
        out.push_str(&format!("“{quote}”\n"));
    }
    let head: Vec<String> =
        [&citation.byline, &citation.title, &citation.outlet].into_iter().flatten().cloned().collect();
    let head = if head.is_empty() { "Untitled, outlet unknown".to_owned() } else { head.join(", ") };
    out.push_str(&format!("{head}. {}\n", lines(citation).join(" ")));
    if let Some(original) = &citation.original {
        out.push_str(&format!("Original: {original}\n"));
    }
    out.push_str(&format!("Archived text: {}\n", citation.url));
    out.push_str(&format!("SHA-256 of the text: {}\nCapture record: {}\n", citation.article, citation.record));
    out
}

fn markdown(citation: &Citation) -> String {
    let mut out = String::new();
    if let Some(quote) = &citation.quote {
        out.push_str(&format!("> {}\n\n", escape_markdown(quote)));
    }
    let title = citation.title.as_deref().unwrap_or("Untitled");
    out.push_str(&format!("[{}](<{}>)", escape_markdown(title), citation.url));
    for part in [&citation.byline, &citation.outlet].into_iter().flatten() {
        out.push_str(&format!(", {}", escape_markdown(part)));
    }
    out.push_str(&format!(". {}", lines(citation).join(" ")));
    if let Some(original) = citation.original.as_deref().filter(|url| crate::domain::outlet::host_of(url).is_some()) {
        out.push_str(&format!(" [Original](<{}>).", original.replace(['<', '>', '\n', ' '], "")));
    }
    out.push_str(&format!(" SHA-256 `{}`, record `{}`.\n", citation.article, citation.record));
    out
}

/// Puts a backslash before what Markdown or HTML would read as markup.
fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]()<>#+-!|&~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// UTC seconds as a date and time, for pages.
pub fn utc_words(seconds: i64) -> String {
    utc(seconds).replace('T', " ").replace('Z', " UTC")
}
