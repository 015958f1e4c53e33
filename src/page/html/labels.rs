//! Paragraphs that only lead elsewhere: "read also", newsletters, following. The words stand in
//! `data/inline-labels.txt`.

use std::sync::LazyLock;

use super::outline::Raw;
use super::scope::ends_sentence;

static LABELS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("data/inline-labels.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

static BYLINES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("data/byline-labels.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

/// Whether a short block begins as a line that names the author.
pub(super) fn names_author(raw: &Raw) -> bool {
    let text = raw.block.text.to_lowercase();
    raw.words < 10.0 && !ends_sentence(&text) && BYLINES.iter().any(|label| text.starts_with(label))
}

/// How a line begins that says who made a picture.
const CREDITS: [&str; 15] = [
    "photo:",
    "photos:",
    "photo by ",
    "image:",
    "images:",
    "picture:",
    "image credit",
    "photo credit",
    "foto:",
    "fotos:",
    "photo :",
    "crédit photo",
    "الصورة:",
    "تصوير:",
    "عکس:",
];

/// Whether a short line names the maker of a picture.
pub(super) fn credits_picture(raw: &Raw) -> bool {
    raw.words < 16.0 && !ends_sentence(&raw.block.text) && {
        let text = raw.block.text.to_lowercase();
        CREDITS.iter().any(|label| text.starts_with(label))
    }
}

/// Whether a block begins as such paragraphs do, and is short or mostly link.
pub(super) fn leads_elsewhere(raw: &Raw) -> bool {
    let begins = || {
        let text = raw.block.text.to_lowercase();
        let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        LABELS.iter().any(|label| text.starts_with(label))
    };
    // "LABEL | Headline of another article": a link behind a mark, and no sentence.
    let behind_mark = raw.linked > 0.4
        && raw.linked < 1.0
        && !raw.link_first
        && raw.words < 30.0
        && !ends_sentence(&raw.block.text)
        && raw.block.text.contains([':', '|', '»', '>']);
    behind_mark || (raw.words < 6.0 || raw.linked > 0.25 && raw.words < 50.0) && begins()
}
