//! Where the words stand in a block, and the part of it that is shown.

use crate::quote;

/// Characters around the first hit in a snippet.
const SNIPPET: usize = 180;

/// Where words stand in a block, and how close together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hits {
    /// Byte ranges, in order.
    pub(super) spans: Vec<(usize, usize)>,
    /// Words of the shortest run that holds every word asked for.
    pub(super) run: usize,
    /// Where that run begins, in bytes.
    pub(super) at: usize,
    /// Whether the words stand in a row, as asked.
    pub(super) phrase: bool,
}

/// Finds the words, each by its stem; `None` unless all of them are there.
pub(super) fn hits(query: &quote::Query, text: &str) -> Option<Hits> {
    let folded = quote::fold(text);
    let wanted: Vec<&str> = query.folded().words().map(quote::stem::stem).collect();
    let stems: Vec<&str> = (0..folded.len()).map(|index| quote::stem::stem(folded.word(index))).collect();
    let mut places: Vec<(usize, usize)> = Vec::new();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (index, stem) in stems.iter().enumerate() {
        if let Some(word) = wanted.iter().position(|word| word == stem) {
            places.push((index, word));
            let span = folded.span(index);
            spans.push((span.start, span.end));
        }
    }
    let mut distinct: Vec<&str> = wanted.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let run = shortest_run(&places, distinct.len());
    if spans.is_empty() || (run.is_none() && !query.folded().is_unspaced(0)) {
        return None;
    }
    let (first, run) = run.unwrap_or((0, stems.len()));
    let at = folded.span(first).start;
    let phrase = stems.windows(wanted.len().max(1)).any(|row| row == wanted);
    Some(Hits { spans, run, at, phrase })
}

/// The first word and the length in words of the shortest run that holds `kinds` different words.
fn shortest_run(places: &[(usize, usize)], kinds: usize) -> Option<(usize, usize)> {
    let mut inside: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
    let (mut from, mut best): (usize, Option<(usize, usize)>) = (0, None);
    for &(index, word) in places {
        *inside.entry(word).or_default() += 1;
        while inside.len() == kinds {
            let (first, leaving) = places[from];
            best = best.filter(|(_, length)| *length <= index + 1 - first).or(Some((first, index + 1 - first)));
            match inside.get_mut(&leaving) {
                Some(count) if *count > 1 => *count -= 1,
                _ => {
                    inside.remove(&leaving);
                }
            }
            from += 1;
        }
    }
    best
}

/// Cuts the text around a byte, at spaces, and moves the hits along.
pub(super) fn snippet(text: &str, at: usize, hits: &[(usize, usize)]) -> (String, Vec<(usize, usize)>) {
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
    let start = near(at.saturating_sub(SNIPPET), true);
    let end = near(at + 2 * SNIPPET, false);
    let (lead, tail) = (if start > 0 { "… " } else { "" }, if end < text.len() { " …" } else { "" });
    let moved = hits
        .iter()
        .filter(|hit| hit.0 >= start && hit.1 <= end)
        .map(|hit| (hit.0 - start + lead.len(), hit.1 - start + lead.len()))
        .collect();
    (format!("{lead}{}{tail}", &text[start..end]), moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str, text: &str) -> Option<(usize, bool)> {
        hits(&quote::Query::new(words).unwrap(), text).map(|hits| (hits.run, hits.phrase))
    }

    #[test]
    fn a_phrase_is_told_from_words_far_apart() {
        assert_eq!(of("جسر المدينة", "فتح الجسر القديم في مدينة أخرى قرب جسر المدينة الجديد"), Some((2, true)));
        assert_eq!(of("old bridge", "the bridge that is old"), Some((4, false)));
        assert_eq!(of("old bridge", "the old one"), None);
        assert_eq!(of("war war", "war"), Some((1, false)));
    }

    #[test]
    fn a_snippet_is_cut_at_spaces_and_keeps_its_hits() {
        let text = format!("{}needle {}", "hay ".repeat(200), "hay ".repeat(400));
        let found = hits(&quote::Query::new("needle").unwrap(), &text).unwrap();
        let (shown, hits) = snippet(&text, found.at, &found.spans);
        assert!(shown.starts_with("… hay") && shown.ends_with("hay …"), "{shown}");
        assert_eq!(hits.iter().map(|&(from, to)| &shown[from..to]).collect::<Vec<_>>(), ["needle"]);
    }
}
