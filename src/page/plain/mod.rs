//! Plain text to blocks with roles.
//!
//! A visible line is a block, and none is dropped; a tweet is its words and its signature line together. Each line is
//! first seen by itself (`line`), then where it stands (`layout`). The words of pages' interfaces are data
//! (`src/page/data`).

#[cfg(test)]
mod corpus;
mod dateline;
mod lang;
mod layout;
mod lexicon;
mod line;
mod tweets;

use self::line::{Kind, Line};
use self::tweets::Flattened;
use super::dates;
use super::tweet::Signature;
use crate::domain::reading::Reading;
use crate::domain::{Basis, Block, Claim, DateFound, Role, Tweet, canonicalise};

/// Reads plain text; `title` is a title that the payload states beside the text (JSON Lines).
pub fn read(text: &str, title: Option<&str>) -> Reading {
    let title = title.and_then(|title| Block::new(Role::Title, title));
    let mut lines = lines(text);
    if let Some(title) = &title {
        for line in lines.iter_mut().filter(|line| line.block.text == title.text) {
            line.kind = Kind::Furniture;
        }
    }
    let roles = layout::roles(&lines, title.is_some());
    assemble(lines, &roles, title)
}

/// The visible lines, tweets put together.
fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut gap = false;
    for raw in text.split(is_line_break) {
        let Some(mut line) = Line::new(raw, gap) else {
            gap = true;
            continue;
        };
        gap = false;
        if let Kind::Signature(signature) = &line.kind {
            let signature = signature.clone();
            tweets::close(&mut lines, line, signature);
            continue;
        }
        if let Some(Flattened::Whole(words, signature)) = tweets::flattened(&line.block.text) {
            line.kind = Kind::Tweet(words, signature);
        }
        lines.push(line);
    }
    lines
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn assemble(lines: Vec<Line>, roles: &[Role], title: Option<Block>) -> Reading {
    let mut reading = Reading::default();
    let head = roles.iter().position(|role| matches!(role, Role::Body | Role::Tweet)).unwrap_or(lines.len());
    let printed_title = roles.iter().position(|role| *role == Role::Title);
    reading.blocks.extend(title);
    for (at, (line, role)) in lines.into_iter().zip(roles).enumerate() {
        let index = reading.blocks.len();
        take_claims(&mut reading, &line, *role, at < head, printed_title.is_some_and(|title| at > title));
        if let (Kind::Tweet(words, signature), Role::Tweet) = (&line.kind, role) {
            reading.tweets.push(tweet(index, &line.block.text[..*words], signature));
        } else if let Some(Flattened::Tail(words, signature)) = tweets::flattened(&line.block.text) {
            reading.tweets.push(tweet(index, &words, &signature));
        }
        reading.blocks.push(Block { role: *role, ..line.block });
    }
    reading.byline = reading.byline.or_else(|| name_in_first_paragraph(&reading.blocks));
    reading.dates = dates_in(&reading.blocks);
    reading.lang = language(&reading.blocks);
    reading
}

/// Takes what a line outside the text states about the page: its dates, author and address.
fn take_claims(reading: &mut Reading, line: &Line, role: Role, in_head: bool, below_title: bool) {
    match &line.kind {
        Kind::Dated(dated) if role == Role::Furniture => {
            reading.published.extend(dated.published.clone());
            reading.modified.extend(dated.modified.clone());
            // Above a title stands the day of the visit; below it, the day of the article.
            if let Some(bare) = dated.bare.clone().filter(|_| in_head && below_title && reading.published.is_empty()) {
                reading.published.push(bare);
            }
            reading.byline = reading.byline.take().or_else(|| dated.byline.clone());
        }
        Kind::Byline(name) | Kind::Dateline(name) if role == Role::Byline => {
            reading.byline = reading.byline.take().or_else(|| name.clone());
        }
        Kind::Url(Some(outlet)) if in_head && role == Role::Furniture && !is_platform(outlet) => {
            let claim = Claim::new(Basis::Text, outlet.clone());
            if !reading.outlet.contains(&claim) {
                reading.outlet.push(claim);
            }
        }
        _ => {}
    }
}

/// Whether a domain carries the pages of everybody, so that a link to it names no publication.
fn is_platform(domain: &str) -> bool {
    matches!(
        domain,
        "facebook.com"
            | "twitter.com"
            | "x.com"
            | "t.co"
            | "youtube.com"
            | "youtu.be"
            | "instagram.com"
            | "t.me"
            | "telegram.me"
            | "whatsapp.com"
            | "wa.me"
            | "bit.ly"
            | "goo.gl"
            | "google.com"
            | "linkedin.com"
            | "pinterest.com"
            | "reddit.com"
            | "tiktok.com"
            | "apple.com"
            | "soundcloud.com"
            | "archive.org"
            | "archive.is"
    )
}

fn tweet(block: usize, words: &str, signature: &Signature) -> Tweet {
    Tweet {
        block,
        handle: Some(signature.handle.clone()),
        name: signature.name.clone(),
        date: signature.date.clone().map(|date| date.with_basis(Basis::Tweet)),
        text: canonicalise(words),
        id: None,
        snowflake_ms: None,
    }
}

fn name_in_first_paragraph(blocks: &[Block]) -> Option<String> {
    dateline::leading_name(&blocks.iter().find(|block| block.role == Role::Body)?.text)
}

fn dates_in(blocks: &[Block]) -> Vec<DateFound> {
    let mut found = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        if !matches!(block.role, Role::Title | Role::Subhead | Role::Body) {
            continue;
        }
        found.extend(dates::find(&block.text).into_iter().map(|date| DateFound {
            block: index,
            words: block.text[date.span].to_owned(),
            date: date.date,
            relation: date.relation,
        }));
    }
    found
}

/// Guesses by the first blocks of the article.
fn language(blocks: &[Block]) -> Option<String> {
    let mut sample = String::new();
    for block in blocks.iter().filter(|block| block.role.is_hashed()) {
        sample.push_str(&block.text[..dates::tokens::floor_boundary(&block.text, 700)]);
        sample.push('\n');
        if sample.len() > 1400 {
            break;
        }
    }
    lang::guess(&sample)
}

#[cfg(test)]
mod tests;
