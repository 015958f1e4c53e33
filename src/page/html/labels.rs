//! Paragraphs that only lead elsewhere: "read also", newsletters, following. The words stand in
//! `data/inline-labels.txt`.

use std::sync::LazyLock;

use super::outline::Raw;
use super::scope::ends_sentence;

static LABELS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("data/inline-labels.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

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
