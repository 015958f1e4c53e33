//! A byte range of an article's canonical text.

use super::digest::ArticleId;

/// Bytes `start..end` of the canonical text of `article`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passage {
    /// The article.
    pub article: ArticleId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A range that is no passage of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bytes {start}-{end} are no passage of an article of {bytes} bytes: {why}")]
pub struct NotAPassage {
    /// First byte asked for.
    pub start: usize,
    /// One past the last byte asked for.
    pub end: usize,
    /// Length of the canonical text.
    pub bytes: usize,
    /// What is wrong.
    pub why: &'static str,
}

impl Passage {
    /// Returns the words of the passage, if the range is non-empty, inside `text` and cuts no character.
    pub fn words<'t>(&self, text: &'t str) -> Result<&'t str, NotAPassage> {
        let fail = |why| NotAPassage { start: self.start, end: self.end, bytes: text.len(), why };
        if self.start >= self.end {
            return Err(fail("the range is empty"));
        }
        if self.end > text.len() {
            return Err(fail("it ends after the text"));
        }
        text.get(self.start..self.end).ok_or_else(|| fail("it cuts a character in two"))
    }
}

impl std::fmt::Display for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "/a/{}/{}-{}", self.article, self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_must_lie_on_characters_inside_the_text() {
        let text = "أمس\n";
        let at =
            |start, end| Passage { article: ArticleId::of(text.as_bytes()), start, end }.words(text).map(str::to_owned);
        assert_eq!(at(0, 2).unwrap(), "أ");
        assert_eq!(at(0, 1).unwrap_err().why, "it cuts a character in two");
        assert_eq!(at(2, 2).unwrap_err().why, "the range is empty");
        assert_eq!(at(0, 8).unwrap_err().why, "it ends after the text");
    }
}
