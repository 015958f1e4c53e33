//! From places in blocks to occurrences with their evidence: one per (article, outlet, URL), or a furniture block.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::candidates::{ArticlePlaces, BlockHit, BlockPlaces};
use super::versions::{Lacking, Shown, corrections, distance, is_placeholder, publication, stated_later, versions_of};
use super::{OccurrenceView, beside};
use crate::archive::Error;
use crate::archive::article::Logged;
use crate::domain::reading::Quotation;
use crate::domain::{ArticleId, Basis, Role, Time, page_of};
use crate::quote::drift::Drift;
use crate::quote::edges::Edge;
use crate::quote::partial::Earlier;
use crate::quote::{self, Query};
use crate::store::{ArticleRow, CaptureRow, ReadTx};

/// Pages of one block that are looked at.
const PLACES: u32 = 2_000;

/// An occurrence with what decides its order.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) view: OccurrenceView,
    pub(super) evidence: quote::Occurrence,
    /// The article it stands in; none in furniture.
    pub(super) article: Option<Arc<ArticleRow>>,
    /// Display name of the outlet.
    pub(super) outlet_name: Option<String>,
    /// What stands right beside the words and belongs to them.
    pub(super) edges: Vec<Edge>,
}

impl Found {
    /// Whether both are versions of one page, under whatever address each was captured.
    pub(super) fn same_page(&self, other: &Found) -> bool {
        self.evidence.page.is_some() && self.evidence.page == other.evidence.page
    }

    /// The block that holds the words, and where in it they stand; none outside an article's text.
    pub(super) fn block(&self) -> Option<(&str, std::ops::Range<usize>)> {
        let article = self.article.as_ref()?;
        let (start, end) = (self.view.start?, self.view.end?);
        let index = article.spans().iter().position(|span| start < span.end)?;
        let (span, text) = (article.spans()[index].clone(), &article.blocks.get(index)?.2);
        let within = start.checked_sub(span.start)?..end.min(span.end) - span.start;
        text.get(within.clone())?;
        Some((text, within))
    }
}

/// What makes occurrences one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Article(i64, Option<String>, Option<String>),
    Furniture(i64, Option<String>),
}

/// One place on its way to an occurrence.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) found: BlockHit,
    role: Role,
    span: Option<(usize, usize)>,
    text: String,
    dated_by_tweet: Option<Time>,
    edges: Vec<Edge>,
}

impl Place {
    /// Notes what stands beside the words; what turns them round makes another statement of them.
    fn put_edges(&mut self, edges: Vec<Edge>) {
        let new = edges.into_iter().filter(|edge| !self.edges.contains(edge)).collect::<Vec<Edge>>();
        self.found.differs |= new.iter().any(|edge| edge.decides);
        self.found.notes.splice(0..0, new.iter().map(ToString::to_string));
        self.edges.extend(new);
    }
}

pub(super) struct Group {
    article: Option<Arc<ArticleRow>>,
    pub(super) captures: BTreeMap<i64, CaptureRow>,
    pub(super) best: Place,
    places: usize,
}

/// Puts the places found together to occurrences.
pub(super) fn gather(
    tx: &ReadTx<'_>,
    query: &Query,
    blocks: &[BlockPlaces],
    across: &[ArticlePlaces],
    articles: &Articles,
    notes: &mut Vec<String>,
) -> Result<Vec<Found>, Error> {
    let of_blocks = tx.each(blocks.iter().collect(), 60, |tx, block| {
        let better = beside::better_place(query, block);
        pages_of(tx, query, better.as_ref().unwrap_or(block), articles)
    })?;
    let across = tx.each(across.iter().collect(), 60, |tx, across| pages_of_article(tx, query, across, articles))?;
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for (pages, note) in of_blocks {
        notes.extend(note);
        pages.into_iter().for_each(|page| join(&mut groups, page));
    }
    across.into_iter().flatten().for_each(|page| join(&mut groups, page));
    let shown = Shown::of(query, &groups);
    tx.each(groups.into_values().collect(), 15, |tx, group| finish(tx, group, &shown))
}

/// The articles that were read for one question, each once.
#[derive(Debug, Default)]
pub(super) struct Articles(Mutex<BTreeMap<i64, Arc<ArticleRow>>>);

impl Articles {
    pub(super) fn read(&self, tx: &ReadTx<'_>, key: i64) -> Result<Arc<ArticleRow>, Error> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = known().get(&key) {
            return Ok(Arc::clone(row));
        }
        // Read without the lock: who reads another one does not wait.
        let row = Arc::new(tx.article_by_key(key)?);
        known().insert(key, Arc::clone(&row));
        Ok(row)
    }
}

/// A page that carries the words, on its way to an occurrence.
struct Page {
    key: Key,
    capture: CaptureRow,
    place: Place,
    article: Option<Arc<ArticleRow>>,
}

/// The pages of an article that carries the words over several blocks.
fn pages_of_article(
    tx: &ReadTx<'_>,
    query: &Query,
    across: &ArticlePlaces,
    articles: &Articles,
) -> Result<Vec<Page>, Error> {
    let row = articles.read(tx, across.article)?;
    let hit = across.best.hit;
    let text = row.text();
    let mut place = Place {
        found: across.best.clone(),
        role: role_at(&row, hit.start),
        span: Some((hit.start, hit.end)),
        text: hit.words(&text).to_owned(),
        dated_by_tweet: None,
        edges: Vec::new(),
    };
    place.put_edges(beside::edges_of(query, &text, &hit));
    let page = |capture: CaptureRow| {
        let key = key_of(&capture, across.article);
        Page { key, capture, place: place.clone(), article: Some(Arc::clone(&row)) }
    };
    Ok(tx.current_captures_of_article(across.article)?.into_iter().map(page).collect())
}

fn key_of(capture: &CaptureRow, article: i64) -> Key {
    Key::Article(article, capture.outlet.clone(), capture.url.clone())
}

fn role_at(row: &ArticleRow, at: usize) -> Role {
    let index = row.spans().iter().position(|span| at < span.end).unwrap_or(0);
    row.blocks.get(index).map_or(Role::Body, |(_, role, _)| *role)
}

/// Every page of a block that carries the words, with a remark where there are too many.
fn pages_of(
    tx: &ReadTx<'_>,
    query: &Query,
    found: &BlockPlaces,
    articles: &Articles,
) -> Result<(Vec<Page>, Option<String>), Error> {
    let rows = tx.places(found.block, PLACES)?;
    let note = (rows.len() as u32 == PLACES)
        .then(|| format!("one block stands on more than {PLACES} pages; only the first {PLACES} were looked at"));
    let mut pages = Vec::new();
    for row in rows {
        let capture = row.capture;
        let hashed = row.roles.iter().copied().filter(|role| role.is_hashed()).min_by_key(|role| rank_of(*role));
        let attached = row.roles.iter().copied().find(|role| role.is_attached());
        if let (Some(role), Some(key)) = (hashed.or(attached), row.article) {
            let article = articles.read(tx, key)?;
            let place = match hashed {
                Some(_) => hashed_place(tx, query, found, role, &article, row.reading)?,
                None => loose_place(query, found, role),
            };
            let key = key_of(&capture, key);
            pages.push(Page { key, capture: capture.clone(), place, article: Some(article) });
        }
        // A block that the page repeats around its own article is not a second occurrence.
        if row.roles.contains(&Role::Furniture) && hashed.is_none() {
            let key = Key::Furniture(found.block, capture.outlet.clone());
            pages.push(Page { key, capture, place: loose_place(query, found, Role::Furniture), article: None });
        }
    }
    Ok((pages, note))
}

/// Where one article carries the words several times, this role speaks for it.
fn rank_of(role: Role) -> u8 {
    match role {
        Role::Body => 0,
        Role::Tweet => 1,
        Role::Subhead => 2,
        Role::Title => 3,
        Role::Caption => 4,
        Role::Byline => 5,
        Role::Furniture => 6,
    }
}

fn loose_place(query: &Query, found: &BlockPlaces, role: Role) -> Place {
    let text = found.best.hit.words(&found.text).to_owned();
    let mut place =
        Place { found: found.best.clone(), role, span: None, text, dated_by_tweet: None, edges: Vec::new() };
    place.put_edges(beside::edges_of(query, &found.text, &found.best.hit));
    place
}

fn hashed_place(
    tx: &ReadTx<'_>,
    query: &Query,
    found: &BlockPlaces,
    role: Role,
    article: &ArticleRow,
    reading: i64,
) -> Result<Place, Error> {
    let mut place = loose_place(query, found, role);
    let spans = article.spans();
    let at = article.blocks.iter().position(|(key, block_role, _)| *key == found.block && *block_role == role);
    if let Some((index, span)) = at.and_then(|index| Some((index, spans.get(index)?))) {
        let hit = found.best.hit;
        place.span = Some((span.start + hit.start, span.start + hit.end));
        place.put_edges(beside::across_lines(query, article, index, &found.text, &hit));
    }
    if role == Role::Tweet {
        let tweet = tx.tweets(reading)?.into_iter().find(|tweet| tweet.block == found.block);
        place.dated_by_tweet = tweet.and_then(|tweet| tweet_time(tweet.snowflake_ms, tweet.date));
    }
    Ok(place)
}

/// When a tweet was made: by its id, to the second, unless the date printed beside it says another day; then either may
/// be right.
fn tweet_time(snowflake_ms: Option<i64>, printed: Option<Time>) -> Option<Time> {
    let by_id = snowflake_ms.map(|ms| Time::at_second(ms.div_euclid(1000), Basis::Tweet));
    match (by_id, printed) {
        (Some(id), Some(printed)) if !id.overlaps(&printed) => {
            let (first, last) = if id.precedes(&printed) { (id, printed) } else { (printed, id) };
            Some(Time::between(first.from, last.to, Basis::Tweet))
        }
        (by_id, printed) => by_id.or(printed),
    }
}

/// Adds a place to its occurrence; the better match, then the weightier role, then the earlier place speaks for it.
fn join(groups: &mut BTreeMap<Key, Group>, page: Page) {
    let Page { key, capture, place, article } = page;
    let weight = |place: &Place| (place.found.hit.kind, place.found.differs, rank_of(place.role), place.span);
    match groups.entry(key) {
        std::collections::btree_map::Entry::Vacant(entry) => {
            let captures = BTreeMap::from([(capture.key, capture)]);
            entry.insert(Group { article, captures, best: place, places: 1 });
        }
        std::collections::btree_map::Entry::Occupied(mut entry) => {
            let group = entry.get_mut();
            let another = group.captures.contains_key(&capture.key);
            group.captures.insert(capture.key, capture);
            group.places += usize::from(another);
            let mut other = place;
            if weight(&other) < weight(&group.best) {
                std::mem::swap(&mut other, &mut group.best);
            }
            // Where the article tells what a tweet in it says, the words are as old as the tweet.
            if distance(&other) == distance(&group.best) {
                let tweets = [group.best.dated_by_tweet.take(), other.dated_by_tweet];
                group.best.dated_by_tweet = tweets.into_iter().flatten().min_by_key(|time| (time.to, time.from));
            }
        }
    }
}

fn finish(tx: &ReadTx<'_>, group: Group, shown: &Shown<'_>) -> Result<Found, Error> {
    let Group { article, captures, best, places } = group;
    let mut captures: Vec<CaptureRow> = captures.into_values().collect();
    captures.sort_by_key(|capture| (capture.captured.to, capture.captured.from, capture.logged));
    // A group begins with one capture.
    let earliest = captures[0].clone();
    let furniture = best.role == Role::Furniture;
    let mut notes = best.found.notes.clone();
    // That a record was corrected takes nothing from the time at which it was logged.
    let mut logged = captures.iter().min_by_key(|capture| capture.logged).unwrap_or(&earliest).clone();
    for capture in &captures {
        let before = tx.corrected_by(capture.key)?;
        notes.extend(corrections(capture, &before));
        logged = before.into_iter().next().filter(|oldest| oldest.logged < logged.logged).unwrap_or(logged);
    }
    let page = earliest.url.as_deref().map(page_of);
    let versions = if furniture { Vec::new() } else { versions_of(tx, page.as_deref(), &captures)? };
    let lacking = shown.lacking_before(tx, &earliest, (article.as_deref(), &best), &versions)?;
    let (stated, disagreement) = publication(&captures);
    let mut published = match (&best.dated_by_tweet, furniture) {
        (_, true) => None,
        (Some(tweet), _) => {
            notes.push("dated by the tweet that holds the words".to_owned());
            Some(tweet.clone())
        }
        (None, _) => stated,
    };
    if let Some(lacking) = lacking
        && published.as_ref().is_none_or(|time| time.from < lacking.capture.captured.from)
        && best.dated_by_tweet.is_none()
    {
        let Lacking { capture: before, earlier } = lacking;
        let (to, of) = (earliest.captured.to, &before.captured.edtf);
        let claimed = published.as_ref().and_then(|time| time.from);
        let from = if earlier.tells() { before.captured.from } else { claimed };
        published = (earlier.tells() || claimed.is_some()).then(|| Time::between(from, to, Basis::Inferred));
        if earlier.tells() {
            let instead = shown.resembles(&before);
            let how = if instead { "says something else in their place" } else { "does not have these words" };
            notes.push(format!("added-after: the capture of {of} of the same page {how}"));
        }
        notes.extend(match earlier {
            Earlier::Version => None,
            Earlier::Unlike => Some("that capture shares no text with this one: read it, it may show something else".to_owned()),
            Earlier::BreaksOff => Some(format!(
                "the capture of {of} of the same page breaks off; whether the words stood there then is not known"
            )),
            Earlier::Wall => Some(format!(
                "the capture of {of} of the same page shows a wall or an error; whether the words stood there then is not known"
            )),
        });
    } else if best.dated_by_tweet.is_none()
        && let Some(claimed) = published.clone()
        && let Some(before) = stated_later(&earliest, &claimed, &versions)
        && let Some(other) = &before.published
    {
        published = Some(Time::between(claimed.from, other.to, Basis::Inferred));
        notes.push(format!(
            "dated back: states publication {}, the capture of {} of the same page {}; either may be right",
            claimed.edtf, before.captured.edtf, other.edtf
        ));
    }
    notes.extend(disagreement.filter(|_| !furniture));
    if let Some(placeholder) = published.as_ref().filter(|published| is_placeholder(published)) {
        notes.push(format!(
            "published {} is what programs write where they know no time: not believed, it counts as undated",
            placeholder.edtf
        ));
    }
    if let Some(wrong) = published.as_ref().filter(|published| earliest.captured.precedes(published)) {
        notes.push(format!(
            "published {} is after the capture of {}: not believed, it counts as undated",
            wrong.edtf, earliest.captured.edtf
        ));
    }
    if furniture {
        notes.push("stands in page furniture: dated by capture only".to_owned());
    }
    if places > 1 {
        notes.push(format!("stands {places} times in this article; counted once"));
    }
    let private = captures.iter().all(|capture| capture.private);
    if private {
        notes.push("private: only the local user sees it".to_owned());
    }
    if captures.iter().all(|capture| capture.withheld.is_some()) {
        notes.push("withheld: only the local user sees it".to_owned());
    }
    // Of all captures that show it, the one with the earliest stamp vouches.
    let stamped = captures.iter().filter_map(|capture| capture.stamped.clone()).min_by_key(|time| (time.to, time.from));
    let unsaid = best.edges.iter().any(|edge| edge.unsaid);
    let quotation = match (&article, best.span) {
        (Some(article), Some(span)) if !unsaid => quotation_at(tx.quotations(article.key)?, span),
        _ => None,
    };
    let id: Option<ArticleId> = article.as_ref().filter(|_| !furniture).map(|article| article.id);
    let path = match (id, best.span) {
        (Some(id), Some((start, end))) => format!("/a/{id}/{start}-{end}"),
        (Some(id), None) => format!("/a/{id}"),
        (None, _) => format!("/r/{}", earliest.record),
    };
    let evidence = quote::Occurrence {
        article: id,
        role: best.role,
        page,
        outlet: earliest.outlet.clone(),
        kind: best.found.hit.kind,
        differs: best.found.differs,
        published: published.clone().filter(|published| !is_placeholder(published)),
        captured: earliest.captured.clone(),
        logged: logged.logged,
        stamped: stamped.clone(),
    };
    let view = OccurrenceView {
        article: id,
        records: captures.iter().map(|capture| capture.record).collect(),
        outlet: earliest.outlet.clone(),
        url: earliest.url.clone(),
        title: earliest.title.clone(),
        role: best.role,
        kind: best.found.hit.kind,
        score: best.found.score,
        mass: best.found.mass,
        start: best.span.map(|span| span.0),
        end: best.span.map(|span| span.1),
        text: best.text,
        published,
        captured: earliest.captured.clone(),
        logged: Logged::of(&logged),
        stamped,
        speaker: quotation.as_ref().and_then(|quotation| quotation.speaker.clone()),
        via: quotation.map(|quotation| quotation.via).unwrap_or_default(),
        path,
        verb: None,
        medium: None,
        sources: Vec::new(),
        line: None,
        near: Vec::new(),
        drift: Drift::default(),
        differs: Vec::new(),
        private,
        notes,
    };
    let outlet_name = earliest.outlet_display.clone();
    Ok(Found { view, evidence, article: article.filter(|_| !furniture), outlet_name, edges: best.edges })
}

/// The quotation that the place lies in, or that covers at least half of it.
fn quotation_at(quotations: Vec<Quotation>, (start, end): (usize, usize)) -> Option<Quotation> {
    quotations
        .into_iter()
        .map(|quotation| {
            let shared = quotation.end.min(end).saturating_sub(quotation.start.max(start));
            (shared, quotation)
        })
        .filter(|(shared, _)| 2 * shared >= end - start)
        .max_by_key(|(shared, _)| *shared)
        .map(|(_, quotation)| quotation)
}
