//! Words in articles and furniture, folded as the index folds them.

use serde::Serialize;

use super::article::Logged;
use super::{Archive, Error};
use crate::domain::{ArticleId, RecordId, Role, Time};
use crate::quote;
use crate::store::ReadTx;

/// Blocks that carry all words and are looked at; beyond them the answer says it is cut.
const LOOKED_AT: u32 = 2_000;
/// Characters around the first hit in a snippet.
const SNIPPET: usize = 180;

/// What to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// The words; every one must stand in one block.
    pub words: String,
    /// Only this outlet.
    pub outlet: Option<String>,
    /// Results to pass over.
    pub offset: usize,
    /// At most so many results.
    pub limit: usize,
}

/// One result: a block of an article, or a furniture block of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// The article; none for furniture.
    pub article: Option<ArticleId>,
    /// A capture record that shows it.
    pub record: RecordId,
    /// Outlet.
    pub outlet: Option<String>,
    /// URL.
    pub url: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// What the block is.
    pub role: Role,
    /// Part of the block around the hits.
    pub snippet: String,
    /// Byte ranges of the hits in the snippet.
    pub hits: Vec<(usize, usize)>,
    /// Publication of the article; none for furniture.
    pub published: Option<Time>,
    /// Capture time.
    pub captured: Time,
    /// Place in the log.
    pub logged: Logged,
    /// Whether only the local user sees it: every capture that shows it is private.
    pub private: bool,
    /// Where it stands on the web.
    pub path: String,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchResults {
    /// The words asked for.
    pub query: String,
    /// Results of this page.
    pub results: Vec<SearchHit>,
    /// Results in all, as far as was looked.
    pub total: usize,
    /// Offset of the next page, when there is one.
    pub next: Option<usize>,
    /// Remarks.
    pub notes: Vec<String>,
}

impl Archive {
    /// Finds blocks that carry every word, articles first, one result an article.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResults, Error> {
        self.read(|tx| search(tx, request))
    }
}

/// Searches within one moment of the archive.
pub fn search(tx: &ReadTx<'_>, request: &SearchRequest) -> Result<SearchResults, Error> {
    let query =
        quote::Query::new(&request.words).map_err(|e| Error::usage(e.to_string().replace("quotation", "search")))?;
    let tokens = quote::tokens::query_tokens_of(query.folded());
    let mut words = tokens.words;
    words.sort_unstable();
    words.dedup();
    words.truncate(32);
    let blocks = tx.shown_with_all(&words, LOOKED_AT)?;
    let mut notes = Vec::new();
    if blocks.len() as u32 == LOOKED_AT {
        notes.push(format!(
            "very many blocks carry these words; the first {LOOKED_AT} were looked at. Add a word to narrow it"
        ));
    }
    let mut results: Vec<SearchHit> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for block in blocks {
        let text = tx.block_text(block)?;
        let hits = word_hits(&query, &text);
        if hits.is_empty() {
            continue;
        }
        for place in tx.places(block, 50)? {
            let Some(capture) = tx.capture_by_key(place.capture)? else { continue };
            if request.outlet.is_some() && capture.outlet != request.outlet {
                continue;
            }
            let Some(role) = place.roles.iter().copied().min() else { continue };
            let article = match (role, place.article) {
                (Role::Furniture, _) | (_, None) => None,
                (_, Some(key)) => Some(key),
            };
            let key = article.map_or((Some(block), None), |article| (None, Some(article)));
            if let Some(known) = seen.get(&key) {
                let known: &mut SearchHit = &mut results[*known];
                known.private &= capture.private;
                continue;
            }
            seen.insert(key, results.len());
            let id = match article {
                Some(key) => Some(tx.article_by_key(key)?.id),
                None => None,
            };
            let (snippet, hits) = snippet(&text, &hits);
            results.push(SearchHit {
                article: id,
                record: capture.record,
                logged: Logged::of(&capture),
                outlet: capture.outlet,
                url: capture.url,
                title: capture.title,
                role,
                snippet,
                hits,
                published: if id.is_some() { capture.published } else { None },
                captured: capture.captured,
                private: capture.private,
                path: id.map_or_else(|| format!("/r/{}", capture.record), |id| format!("/a/{id}")),
            });
        }
    }
    // Titles first, then body, furniture last; within a role the order of the log.
    results.sort_by_key(|hit| (hit.article.is_none(), hit.role, hit.logged.index));
    let total = results.len();
    let limit = request.limit.max(1);
    let results: Vec<SearchHit> = results.into_iter().skip(request.offset).take(limit).collect();
    let next = (request.offset + results.len() < total).then_some(request.offset + results.len());
    Ok(SearchResults { query: request.words.clone(), results, total, next, notes })
}

/// Where the searched words stand in a block, each by its stem; empty unless all of them are there.
fn word_hits(query: &quote::Query, text: &str) -> Vec<(usize, usize)> {
    let folded = quote::fold(text);
    let wanted: Vec<&str> = query.folded().words().map(quote::stem::stem).collect();
    let mut there = vec![false; wanted.len()];
    let mut hits = Vec::new();
    for index in 0..folded.len() {
        let stem = quote::stem::stem(folded.word(index));
        for (at, _) in wanted.iter().enumerate().filter(|(_, word)| **word == stem) {
            there[at] = true;
            let span = folded.span(index);
            if hits.last() != Some(&(span.start, span.end)) {
                hits.push((span.start, span.end));
            }
        }
    }
    let whole = there.iter().all(|found| *found) || query.folded().is_unspaced(0);
    if whole { hits } else { Vec::new() }
}

/// Cuts the text around the first hit, at spaces, and moves the hits along.
fn snippet(text: &str, hits: &[(usize, usize)]) -> (String, Vec<(usize, usize)>) {
    let first = hits.first().map_or(0, |hit| hit.0);
    let near = |at: usize, back: bool| -> usize {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        if at == 0 || at == text.len() {
            return at;
        }
        if back {
            text[..at].rfind(' ').map_or(0, |i| i + 1)
        } else {
            text[at..].find(' ').map_or(text.len(), |i| at + i)
        }
    };
    let start = near(first.saturating_sub(SNIPPET), true);
    let end = near(first + 2 * SNIPPET, false);
    let (lead, tail) = (if start > 0 { "… " } else { "" }, if end < text.len() { " …" } else { "" });
    let moved = hits
        .iter()
        .filter(|hit| hit.0 >= start && hit.1 <= end)
        .map(|hit| (hit.0 - start + lead.len(), hit.1 - start + lead.len()))
        .collect();
    (format!("{lead}{}{tail}", &text[start..end]), moved)
}
