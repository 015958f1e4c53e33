//! What one version of the extractor makes of a payload.

use chrono::NaiveDate;

use super::block::{Block, canonical_text, hashed_spans};
use super::claim::Claim;
use super::digest::{ArticleId, sha256};
use super::time::Time;

/// Name and number of the extractor that made a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extractor {
    /// Who reads: `isnad`.
    pub name: &'static str,
    /// Grows whenever any reading of any payload changes.
    pub version: u32,
}

/// The blocks of a page with their roles, and everything found in them. A pure function of payload and media type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Every visible block in document order, each in exactly one role; at most one `title`.
    pub blocks: Vec<Block>,
    /// Language of the article (BCP 47), as the page says.
    pub lang: Option<String>,
    /// Name of the encoding that the payload was decoded with (WHATWG name, lower case).
    pub charset: Option<String>,
    /// The author's name or names as printed, without labels.
    pub byline: Option<String>,
    /// URLs that the page states for itself, best first.
    pub url: Vec<Claim<String>>,
    /// Registrable domains or names of the publication that the page states, best first.
    pub outlet: Vec<Claim<String>>,
    /// Display name of the publication, when the page states one.
    pub outlet_name: Option<String>,
    /// Titles that the page states in its metadata, best first; the `title` block is what is printed.
    pub title: Vec<Claim<String>>,
    /// Publication times that the page states for itself in metadata or beside a label, best first.
    pub published: Vec<Time>,
    /// Times of the last change that the page states, best first.
    pub modified: Vec<Time>,
    /// Dates named in article blocks, in document order; evidence from which bounds follow.
    pub dates: Vec<DateFound>,
    /// Embedded tweets in document order.
    pub tweets: Vec<Tweet>,
    /// Quotations in the canonical text, in order.
    pub quotations: Vec<Quotation>,
    /// Remarks for the person who ingests, in English.
    pub notes: Vec<String>,
}

/// A date that stands in the text of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFound {
    /// Index of the block in the reading.
    pub block: usize,
    /// The words as they stand there.
    pub words: String,
    /// What they say.
    pub date: NamedDate,
    /// How the date relates to the telling.
    pub relation: Relation,
}

/// What a date in a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedDate {
    /// A full civil date.
    Day(NaiveDate),
    /// Day and month without a year, and the weekday when it is named (0 = Monday).
    DayOfYear {
        /// Month, 1 to 12.
        month: u32,
        /// Day of the month, 1 to 31.
        day: u32,
        /// Weekday as `Weekday::num_days_from_monday`.
        weekday: Option<u32>,
    },
}

/// How a date relates to the moment at which the text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The text calls it today.
    Today,
    /// Something told as past or present; the text is no older.
    Past,
    /// Something announced; it bounds nothing.
    Future,
    /// No cue either way.
    Named,
}

/// An embedded tweet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tweet {
    /// Index of its block in the reading; of the block it stands after, when it is embedded without words (`text` is
    /// empty then, and that block has another role).
    pub block: usize,
    /// Handle without the `@`.
    pub handle: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// The date as printed, resolved to a day of unknown zone.
    pub date: Option<Time>,
    /// The words, without the signature line.
    pub text: String,
    /// Status id, when a link carries it.
    pub id: Option<u64>,
    /// Creation time that the id carries, Unix milliseconds.
    pub snowflake_ms: Option<i64>,
}

/// Words that stand between quotation marks as somebody's speech.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// First byte in the canonical text, after the opening mark.
    pub start: usize,
    /// One past the last byte, before the closing mark.
    pub end: usize,
    /// Who is said to have said it; `None` beats wrong.
    pub speaker: Option<String>,
    /// Through whom it travelled, nearest first.
    pub via: Vec<String>,
}

impl Reading {
    /// The canonical text of the hashed blocks, if there are any.
    pub fn article_text(&self) -> Option<String> {
        canonical_text(&self.blocks)
    }

    /// The id of the article, if there is one.
    pub fn article(&self) -> Option<ArticleId> {
        self.article_text().map(|text| ArticleId::of(text.as_bytes()))
    }

    /// The words of the `title` block.
    pub fn title_block(&self) -> Option<&str> {
        self.blocks.iter().find(|block| block.role == super::Role::Title).map(|block| block.text.as_str())
    }

    /// Where the hashed blocks lie in the canonical text: (index in `blocks`, byte range).
    pub fn spans(&self) -> Vec<(usize, std::ops::Range<usize>)> {
        hashed_spans(&self.blocks)
    }

    /// The digest that a reading record states as `blocks`: SHA-256 over `<role> <block id>\n` for each block.
    pub fn block_list_digest(&self) -> [u8; 32] {
        block_list_digest(self.blocks.iter().map(|block| (block.role, block.id())))
    }
}

/// SHA-256 over one line `<role> <block id>` for each block in document order.
pub fn block_list_digest(blocks: impl Iterator<Item = (super::Role, super::BlockId)>) -> [u8; 32] {
    let mut list = String::new();
    for (role, id) in blocks {
        list.push_str(role.name());
        list.push(' ');
        list.push_str(&id.to_string());
        list.push('\n');
    }
    sha256(list.as_bytes())
}
