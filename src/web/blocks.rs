//! The text of an article as a page prints it: paragraphs, marked passages, tweets as cards.

use askama::Template;
use askama::filters::HtmlSafe;

use super::show::{Lang, OutletLink, Reference, Segments, When, foreign_link, spoken, text_direction};
use super::visit::Frame;
use super::words::Words;
use crate::archive::article::{ArticleView, BlockView, TweetView};
use crate::domain::{Role, Time, canonicalise};

/// An article to read.
#[derive(Debug, Template)]
#[template(path = "article/text.html")]
pub(super) struct ReadingText {
    w: &'static Words,
    lang: Lang,
    dir: &'static str,
    /// `h1`, or `h2` where the page is about something smaller.
    heading: &'static str,
    outlet: Option<OutletLink>,
    /// Its first byte, its direction, its words.
    title: Option<(Option<usize>, &'static str, Segments)>,
    blocks: Vec<BlockShown>,
    /// Address of the article, and of the original page.
    path: String,
    original: Option<String>,
}

impl HtmlSafe for ReadingText {}

#[derive(Debug)]
struct BlockShown {
    role: Role,
    /// First byte in the canonical text; none for blocks outside it.
    start: Option<usize>,
    lang: Lang,
    dir: &'static str,
    text: Segments,
    tweet: Option<TweetCard>,
}

impl ReadingText {
    /// The article with the bytes `passage` of its canonical text marked, and references behind bytes of it.
    pub(super) fn of(
        view: &ArticleView,
        passage: Option<(usize, usize)>,
        references: &[(usize, Reference)],
        f: &Frame,
    ) -> Self {
        let w = f.w;
        let dir = text_direction(&view.text);
        let mut anchored = passage.is_none();
        let mut tweets = view.tweets.iter().peekable();
        let (mut title, mut blocks) = (None, Vec::new());
        // The title is read first wherever it stands on the page, as in the canonical text.
        let (head, rest): (Vec<&BlockView>, Vec<&BlockView>) =
            view.blocks.iter().partition(|block| block.role == Role::Title && title_once(view, block));
        for block in head.into_iter().chain(rest) {
            let mark = passage.and_then(|passage| overlap(block, passage));
            // The row holds the words as printed, the block as canonical text: shown is the block.
            let said = tweets.peek().map(|tweet| canonicalise(&tweet.text));
            let said = said.filter(|said| block.role == Role::Tweet && block.text.starts_with(said.as_str()));
            let card = if said.is_some() { tweets.next() } else { None };
            let words = said.map_or(block.text.as_str(), |said| &block.text[..said.len()]);
            let mark = mark.map(|(start, end)| (start.min(words.len()), end.min(words.len())));
            let mut text =
                Segments::of(words, mark.as_slice()).with_references(&references_of(block, words.len(), references));
            if !anchored {
                anchored = text.anchor();
            }
            if block.role == Role::Title && title.is_none() {
                title = Some((block.start, text_direction(&block.text), text));
            } else {
                let tweet = card.map(|tweet| TweetCard::of(tweet, block.start, text.clone(), w));
                let own = text_direction(&block.text);
                // What runs against the article is not in its language.
                let lang = if own != "auto" && own != dir { Lang::of(Some("und")) } else { Lang::default() };
                blocks.push(BlockShown { role: block.role, start: block.start, lang, dir: own, text, tweet });
            }
        }
        let lang = view.captures.iter().rev().find_map(|capture| capture.lang.as_deref());
        let newest = view.captures.iter().rev().find(|capture| capture.replaced_by.is_none()).or(view.captures.last());
        ReadingText {
            w,
            lang: Lang::of(lang),
            dir,
            path: view.path.clone(),
            original: newest.and_then(|capture| capture.url.as_deref().and_then(foreign_link)),
            heading: if passage.is_some() { "h2" } else { "h1" },
            outlet: newest.and_then(|capture| OutletLink::of_capture(capture, f)),
            title,
            blocks,
        }
    }
}

/// Whether this is the first block that is the title.
fn title_once(view: &ArticleView, block: &BlockView) -> bool {
    view.blocks.iter().find(|other| other.role == Role::Title).is_some_and(|first| std::ptr::eq(first, block))
}

/// The references that stand in a block, by bytes of its words.
fn references_of(block: &BlockView, length: usize, references: &[(usize, Reference)]) -> Vec<(usize, Reference)> {
    let (Some(start), Some(end)) = (block.start, block.end) else { return Vec::new() };
    let inside = references.iter().filter(|(at, _)| start < *at && *at <= end);
    inside.map(|(at, note)| ((at - start).min(length), note.clone())).collect()
}

/// The part of a block that a passage covers, as bytes of the block.
fn overlap(block: &BlockView, (from, to): (usize, usize)) -> Option<(usize, usize)> {
    let (start, end) = (block.start?, block.end?);
    let (first, last) = (from.max(start), to.min(end));
    (first < last).then(|| (first - start, last - start))
}

/// A tweet as a card of our own data; nothing is asked of anybody.
#[derive(Debug, Template)]
#[template(path = "parts/tweet.html")]
pub(super) struct TweetCard {
    w: &'static Words,
    name: Option<String>,
    handle: Option<String>,
    start: Option<usize>,
    dir: &'static str,
    words: Segments,
    date: Option<String>,
    snowflake: Option<String>,
    id: Option<String>,
    link: Option<String>,
    /// Whether the date printed and the time in the id cannot both be true.
    disagrees: bool,
}

impl HtmlSafe for TweetCard {}

impl TweetCard {
    fn of(tweet: &TweetView, start: Option<usize>, words: Segments, w: &'static Words) -> Self {
        let plain = |text: &String| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !text.is_empty();
        let link = match (&tweet.handle, &tweet.id) {
            (Some(handle), Some(id)) if plain(handle) && plain(id) => {
                Some(format!("https://twitter.com/{handle}/status/{id}"))
            }
            _ => None,
        };
        TweetCard {
            w,
            name: tweet.name.clone(),
            handle: tweet.handle.clone(),
            start,
            dir: text_direction(&tweet.text),
            words,
            date: tweet.date.as_ref().map(|date| When::of(date, w).said),
            snowflake: tweet.snowflake_at.as_deref().map(|at| spoken(at, w)),
            id: tweet.id.clone(),
            link,
            disagrees: disagree(tweet.date.as_ref(), tweet.snowflake_at.as_deref()),
        }
    }
}

fn disagree(printed: Option<&Time>, snowflake: Option<&str>) -> bool {
    let at = snowflake.and_then(|at| crate::domain::edtf::parse_time(at, crate::domain::Basis::Tweet).ok());
    match (printed, at) {
        (Some(printed), Some(at)) => !printed.overlaps(&at),
        _ => false,
    }
}
