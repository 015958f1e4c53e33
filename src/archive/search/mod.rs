//! Words in articles and furniture, folded as the index folds them, filtered, in the order asked for.

mod order;
mod snippet;

use std::collections::HashMap;

use serde::Serialize;

pub use self::order::{Clock, Cursor, Order, Sort};
use super::article::Logged;
use super::{Archive, Error};
use crate::domain::{ArticleId, RecordId, Role, Time};
use crate::quote;
use crate::store::{PlaceFilter, PlacedRow, ReadTx};

/// Blocks that carry all words and pass the filter; beyond them the answer says it is cut.
const LOOKED_AT: u32 = 2_000;
/// Pages of one block that are looked at.
const PAGES: u32 = 50;

/// What to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// The words; every one must stand in one block.
    pub words: String,
    /// Only this outlet.
    pub outlet: Option<String>,
    /// Only pages that say they are in this language, by its primary tag.
    pub lang: Option<String>,
    /// Only blocks with this role.
    pub role: Option<Role>,
    /// Only what may have happened, by this clock, from the first second on and before the second.
    pub within: Option<(Clock, Option<i64>, Option<i64>)>,
    /// In which order.
    pub sort: Sort,
    /// Only what comes after this place in the order.
    pub after: Option<Cursor>,
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
    /// The same as a place in the order, which stays where it is when the archive grows.
    pub cursor: Option<Cursor>,
    /// Whether not everything that carries the words was looked at.
    #[serde(skip)]
    pub cut: bool,
    /// Remarks.
    pub notes: Vec<String>,
}

/// The best block of an article, or a furniture block, before it is shown.
struct Candidate {
    at: Cursor,
    text: String,
    at_byte: usize,
    spans: Vec<(usize, usize)>,
    role: Role,
    place: PlacedRow,
}

impl Archive {
    /// Finds blocks that carry every word, one result an article.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResults, Error> {
        self.read(|tx| search(tx, request))
    }
}

/// Searches within one moment of the archive.
pub fn search(tx: &ReadTx<'_>, request: &SearchRequest) -> Result<SearchResults, Error> {
    let query =
        quote::Query::new(&request.words).map_err(|e| Error::usage(e.to_string().replace("quotation", "search")))?;
    let mut notes = Vec::new();
    let mut list = candidates(tx, &query, request, &mut notes)?;
    list.sort_unstable_by_key(|candidate| candidate.at);
    let total = list.len();
    let begin = match request.after {
        Some(after) => list.partition_point(|candidate| candidate.at <= after),
        None => request.offset.min(total),
    };
    let end = (begin + request.limit.max(1)).min(total);
    let more = end < total;
    let mut results = Vec::with_capacity(end - begin);
    for candidate in &list[begin..end] {
        results.extend(shown(tx, candidate)?);
    }
    let cursor = list[begin..end].last().map(|last| last.at).filter(|_| more);
    Ok(SearchResults {
        query: request.words.clone(),
        results,
        total,
        next: more.then_some(end),
        cursor,
        cut: !notes.is_empty(),
        notes,
    })
}

/// The blocks that carry every word and pass the filter, the best one of each article.
fn candidates(
    tx: &ReadTx<'_>,
    query: &quote::Query,
    request: &SearchRequest,
    notes: &mut Vec<String>,
) -> Result<Vec<Candidate>, Error> {
    let mut words = quote::tokens::query_tokens_of(query.folded()).words;
    words.sort_unstable();
    words.dedup();
    words.truncate(32);
    let filter = PlaceFilter {
        outlet: request.outlet.clone(),
        lang: request.lang.clone(),
        role: request.role,
        within: request.within.and_then(order::while_searching),
        stamped: request.sort.clock() == Some(Clock::Stamped)
            || request.within.is_some_and(|(clock, ..)| clock == Clock::Stamped),
    };
    let (blocks, cut) = tx.blocks_with_every(&words, &filter, request.sort.newest_first(), LOOKED_AT)?;
    if cut {
        notes.push(format!(
            "very many blocks carry these words; {} were looked at. Add a word or a filter to narrow it",
            blocks.len()
        ));
    }
    let mut best: HashMap<(bool, i64), Candidate> = HashMap::new();
    for block in blocks {
        let mut places = tx.placed(block, &filter, PAGES)?;
        places.retain(|place| request.within.is_none_or(|within| order::is_within(place, within)));
        if places.is_empty() {
            continue;
        }
        let text = tx.block_text(block)?;
        let Some(hits) = snippet::hits(query, &text) else { continue };
        for place in places {
            let wanted = |role: &Role| request.role.is_none_or(|wanted| wanted == *role);
            let Some(role) = place.roles.iter().copied().filter(wanted).min() else { continue };
            let article = place.article.filter(|_| role != Role::Furniture);
            let at = order::place(request.sort, role, &hits, &place, article.unwrap_or(block));
            let key = (article.is_some(), article.unwrap_or(block));
            if best.get(&key).is_none_or(|known| at < known.at) {
                best.insert(
                    key,
                    Candidate { at, text: text.clone(), at_byte: hits.at, spans: hits.spans.clone(), role, place },
                );
            }
        }
    }
    Ok(best.into_values().collect())
}

/// A candidate with everything that is shown of it; `None` where its capture was taken down since.
fn shown(tx: &ReadTx<'_>, candidate: &Candidate) -> Result<Option<SearchHit>, Error> {
    let Some(capture) = tx.capture_by_key(candidate.place.capture)? else { return Ok(None) };
    let article = candidate.place.article.filter(|_| candidate.role != Role::Furniture);
    let id = article.map(|key| tx.article_by_key(key)).transpose()?.map(|row| row.id);
    let private = capture.private
        && match article {
            Some(key) => tx.current_captures_of_article(key)?.iter().all(|capture| capture.private),
            None => true,
        };
    let (snippet, hits) = snippet::snippet(&candidate.text, candidate.at_byte, &candidate.spans);
    Ok(Some(SearchHit {
        article: id,
        record: capture.record,
        logged: Logged::of(&capture),
        outlet: capture.outlet,
        url: capture.url,
        title: capture.title,
        role: candidate.role,
        snippet,
        hits,
        published: if id.is_some() { capture.published } else { None },
        captured: capture.captured,
        private,
        path: id.map_or_else(|| format!("/r/{}", capture.record), |id| format!("/a/{id}")),
    }))
}
