//! Blocks, their roles, and the canonical text that the hashed ones make.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::canonical::canonicalise;
use super::digest::BlockId;

/// What a block is on one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The article's title; at most one a page, hashed first.
    Title,
    /// A heading inside the article; hashed.
    Subhead,
    /// A paragraph, list item, table row or pull quote of the article; hashed.
    Body,
    /// An embedded tweet with its signature line; hashed.
    Tweet,
    /// Who wrote it and where; attached, not hashed.
    Byline,
    /// What stands under a picture; attached, not hashed.
    Caption,
    /// All the rest of the page.
    Furniture,
}

impl Role {
    /// Every role, in the order of their stored numbers.
    pub const ALL: [Role; 7] =
        [Role::Title, Role::Subhead, Role::Body, Role::Tweet, Role::Byline, Role::Caption, Role::Furniture];

    /// Whether blocks of this role make the article's canonical text.
    pub fn is_hashed(self) -> bool {
        matches!(self, Role::Title | Role::Subhead | Role::Body | Role::Tweet)
    }

    /// Whether blocks of this role belong to the article without being hashed.
    pub fn is_attached(self) -> bool {
        matches!(self, Role::Byline | Role::Caption)
    }

    /// The name used in JSON, records and block lists.
    pub fn name(self) -> &'static str {
        match self {
            Role::Title => "title",
            Role::Subhead => "subhead",
            Role::Body => "body",
            Role::Tweet => "tweet",
            Role::Byline => "byline",
            Role::Caption => "caption",
            Role::Furniture => "furniture",
        }
    }

    /// The number stored in packed block lists.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The role of a stored number, if it is one.
    pub fn from_code(code: u8) -> Option<Role> {
        Role::ALL.get(usize::from(code)).copied()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Role::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| format!("{text:?} is not a role"))
    }
}

/// One paragraph-like unit of a page's text, in canonical form and never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What the block is on its page.
    pub role: Role,
    /// The canonical text: no line break, no double space.
    pub text: String,
    /// How many bidi controls canonical form deleted from it.
    pub deleted_bidi: u32,
}

impl Block {
    /// Makes a block of raw text; `None` when nothing visible is in it.
    pub fn new(role: Role, raw: &str) -> Option<Block> {
        let text = canonicalise(raw);
        if text.is_empty() {
            return None;
        }
        let deleted_bidi = u32::try_from(super::canonical::deleted_bidi_controls(raw)).unwrap_or(u32::MAX);
        Some(Block { role, text, deleted_bidi })
    }

    /// The SHA-256 of the canonical text.
    pub fn id(&self) -> BlockId {
        BlockId::of(self.text.as_bytes())
    }
}

/// Returns where each hashed block lies in the canonical text: (index in `blocks`, byte range), title first.
pub fn hashed_spans(blocks: &[Block]) -> Vec<(usize, Range<usize>)> {
    spans(blocks.iter().map(|block| (block.role, block.text.len())))
}

/// As [`hashed_spans`], from roles and lengths in bytes alone.
pub fn spans(blocks: impl Iterator<Item = (Role, usize)> + Clone) -> Vec<(usize, Range<usize>)> {
    let title = blocks.clone().enumerate().find(|(_, (role, _))| *role == Role::Title);
    let rest = blocks.enumerate().filter(|(_, (role, _))| role.is_hashed() && *role != Role::Title);
    let mut start = 0;
    title
        .into_iter()
        .chain(rest)
        .map(|(index, (_, bytes))| {
            let span = start..start + bytes;
            start = span.end + 2;
            (index, span)
        })
        .collect()
}

/// Joins the hashed blocks to the canonical text: title once and first, blocks parted by an empty line, a line feed at
/// the end. `None` when there is no hashed block.
pub fn canonical_text(blocks: &[Block]) -> Option<String> {
    let spans = hashed_spans(blocks);
    if spans.is_empty() {
        return None;
    }
    let parts: Vec<&str> = spans.iter().map(|(index, _)| blocks[*index].text.as_str()).collect();
    Some(parts.join("\n\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(list: &[(Role, &str)]) -> Vec<Block> {
        list.iter().filter_map(|(role, text)| Block::new(*role, text)).collect()
    }

    #[test]
    fn the_title_comes_first_and_furniture_not_at_all() {
        let page =
            blocks(&[(Role::Furniture, "More"), (Role::Body, "One."), (Role::Title, "T"), (Role::Byline, "By A")]);
        assert_eq!(canonical_text(&page).unwrap(), "T\n\nOne.\n");
    }

    #[test]
    fn spans_point_at_the_blocks() {
        let page = blocks(&[(Role::Furniture, "x"), (Role::Body, "أول"), (Role::Title, "عنوان"), (Role::Tweet, "ت")]);
        let text = canonical_text(&page).unwrap();
        for (index, span) in hashed_spans(&page) {
            assert_eq!(text[span], page[index].text);
        }
    }

    #[test]
    fn no_hashed_block_is_no_article() {
        assert_eq!(canonical_text(&blocks(&[(Role::Furniture, "More")])), None);
        assert_eq!(canonical_text(&[]), None);
    }

    #[test]
    fn invisible_blocks_vanish() {
        assert_eq!(Block::new(Role::Body, " \u{200b}\n"), None);
    }
}
