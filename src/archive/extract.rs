//! What ingestion would make of a document, without an archive.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use serde::Serialize;

use super::article::{QuotationView, TweetView, utc_ms};
use super::claims::Claims;
use super::pipeline::{self, Source};
use super::{Clock, Error};
use crate::domain::{ArticleId, Basis, BlockId, Claim, Role, Time};
use crate::formats::sidecar::Declared;
use crate::formats::{self, Captured, Item};
use crate::page;

/// A block as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtractedBlock {
    /// What it is.
    pub role: Role,
    /// Its words in canonical form.
    pub text: String,
    /// Its id.
    pub sha256: BlockId,
}

/// One line of `extract --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Extracted {
    /// File and place.
    pub source: String,
    /// Best claim of the title.
    pub title: Option<String>,
    /// Author as printed.
    pub byline: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// Best claim of the URL.
    pub url: Option<String>,
    /// Language.
    pub lang: Option<String>,
    /// Encoding the payload was decoded with.
    pub charset: Option<String>,
    /// Publication, as far as evidence goes.
    pub published: Option<Time>,
    /// Last change that the page states.
    pub modified: Option<Time>,
    /// Article id, when there is an article.
    pub article: Option<ArticleId>,
    /// Canonical text.
    pub text: Option<String>,
    /// Every block of the page in document order.
    pub blocks: Vec<ExtractedBlock>,
    /// Embedded tweets.
    pub tweets: Vec<TweetView>,
    /// Quotations.
    pub quotations: Vec<QuotationView>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// What became of one thing that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A document.
    Extracted(Box<Extracted>),
    /// A sound thing that is no document: where, and why.
    Skipped(String, String),
    /// A thing that could not be read: where, and why.
    Rejected(String, String),
}

/// Extracts every document of `paths`, in parallel and in order.
pub fn extract(
    paths: &[PathBuf],
    declared: &Declared,
    clock: Clock,
    threads: usize,
    visit: &mut dyn FnMut(Outcome),
) -> Result<(), Error> {
    let now = clock.now();
    let stop = AtomicBool::new(false);
    let reading = formats::Options::default();
    let source = Source { paths, declared, threads, reading: &reading, stop: &stop };
    let worker = || move |items: Vec<Item>| Ok(items.into_iter().map(|item| one(item, now)).collect());
    pipeline::run(&source, worker, |results| {
        while let Some((outcomes, bytes)) = results.next()? {
            outcomes.into_iter().for_each(&mut *visit);
            results.release(bytes);
        }
        Ok(())
    })
}

fn one(item: Item, now: i64) -> Outcome {
    let captured = match item {
        Item::Captured(captured) => *captured,
        Item::Skipped { source, why } => return Outcome::Skipped(source, why),
        Item::Rejected { source, error } => return rejected(source, &error),
        Item::Revisit(revisit) => {
            let why = revisit.why_skipped();
            return Outcome::Skipped(revisit.captured.source, why);
        }
    };
    if let Some(status) = captured.http_status.filter(|status| *status >= 300) {
        return Outcome::Skipped(captured.source, format!("HTTP status {status}: kept as a capture without article"));
    }
    match page::read(&captured.payload, &captured.media_type) {
        Ok(reading) => Outcome::Extracted(Box::new(extracted(captured, reading, now))),
        Err(error) => rejected(captured.source, &error.to_string()),
    }
}

fn rejected(source: String, why: &str) -> Outcome {
    let message = format!("{source}: {why}");
    Outcome::Rejected(source, message)
}

fn extracted(captured: Captured, reading: crate::domain::Reading, now: i64) -> Extracted {
    let text = reading.article_text();
    let whole = text.clone().unwrap_or_default();
    let mut notes = captured.notes.clone();
    notes.extend(reading.notes.iter().cloned());
    let claims = Claims::of(&captured, &reading, &Time::at_second(now, Basis::Ingest), &mut notes);
    let first = |list: Vec<Claim<String>>| list.into_iter().next().map(|claim| claim.value);
    Extracted {
        source: captured.source,
        title: first(claims.title),
        byline: reading.byline,
        outlet: claims.outlet_name,
        url: first(claims.url),
        lang: reading.lang,
        charset: reading.charset,
        published: claims.resolved,
        modified: reading.modified.into_iter().next(),
        article: text.as_ref().map(|text| ArticleId::of(text.as_bytes())),
        text,
        blocks: reading
            .blocks
            .iter()
            .map(|block| ExtractedBlock { role: block.role, text: block.text.clone(), sha256: block.id() })
            .collect(),
        tweets: reading
            .tweets
            .into_iter()
            .map(|tweet| TweetView {
                handle: tweet.handle,
                name: tweet.name,
                date: tweet.date,
                text: tweet.text,
                id: tweet.id.map(|id| id.to_string()),
                snowflake_at: tweet.snowflake_ms.map(utc_ms),
            })
            .collect(),
        quotations: reading
            .quotations
            .into_iter()
            .filter_map(|quotation| {
                let text = whole.get(quotation.start..quotation.end)?.to_owned();
                let (start, end) = (quotation.start, quotation.end);
                Some(QuotationView { text, speaker: quotation.speaker, via: quotation.via, start, end })
            })
            .collect(),
        notes,
    }
}
