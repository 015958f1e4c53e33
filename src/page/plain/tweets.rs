//! Tweets that were flattened into lines: the words, then the signature, on lines of their own or on one.

use chrono::NaiveDate;

use super::line::{Kind, Line};
use crate::domain::time::midnight_utc;
use crate::domain::{Block, Role};
use crate::page::tweet::{Signature, trailing_signature};

/// Characters of the longest tweet, with a link or two that do not count.
fn longest(signature: &Signature) -> usize {
    // The limit grew from 140 to 280 on 7 November 2017.
    let doubled = NaiveDate::from_ymd_opt(2017, 11, 7).map_or(0, midnight_utc);
    match signature.date.as_ref().and_then(|date| date.to) {
        Some(to) if to < doubled => 190,
        _ => 340,
    }
}

/// Takes the words of a tweet off the end of `lines` and puts the tweet there.
///
/// The words are the line before the signature. Lines above it belong to them only where empty lines part the tweet from
/// the rest of the text.
pub(super) fn close(lines: &mut Vec<Line>, signature_line: Line, signature: Signature) {
    let room = longest(&signature);
    let seen_gap = lines.len() > 1 && lines.iter().rev().take(64).any(|line| line.gap);
    let mut words: Vec<Line> = Vec::new();
    let mut chars = 0;
    while let Some(line) = lines.last() {
        let below_is_link = words.last().is_some_and(|line| matches!(line.kind, Kind::Url(_)));
        let joined = words.last().is_none_or(|below| below_is_link || (seen_gap && !below.gap));
        let is_words =
            matches!(line.kind, Kind::Paragraph | Kind::Sentence | Kind::Short | Kind::Interface | Kind::Url(_));
        if !joined || !is_words || chars + line.chars > room {
            break;
        }
        chars += line.chars;
        words.extend(lines.pop());
    }
    words.reverse();
    let gap = words.first().map_or(signature_line.gap, |line| line.gap);
    let said: Vec<&str> = words.iter().map(|line| line.block.text.as_str()).collect();
    let said = said.join(" ");
    let deleted_bidi =
        words.iter().map(|line| line.block.deleted_bidi).sum::<u32>() + signature_line.block.deleted_bidi;
    let printed = signature_line.block.text.as_str();
    let text = if said.is_empty() { printed.to_owned() } else { format!("{said} {printed}") };
    lines.push(Line {
        block: Block { role: Role::Tweet, text, deleted_bidi },
        gap,
        chars: chars + signature_line.chars,
        words: 0,
        kind: Kind::Tweet(said.len(), signature),
    });
}

/// A tweet whose signature ends a line.
pub(super) enum Flattened {
    /// The whole line is the tweet: its words end at this byte.
    Whole(usize, Signature),
    /// The line goes on before the tweet; its words are the last sentence, as far as can be told.
    Tail(String, Signature),
}

/// Finds a signature at the end of a line of text.
pub(super) fn flattened(text: &str) -> Option<Flattened> {
    if !text.contains('@') || !text.contains("(@") {
        return None;
    }
    let (dash, signature) = trailing_signature(text)?;
    let words = text[..dash].trim_end();
    if words.chars().count() <= longest(&signature) {
        return Some(Flattened::Whole(words.len(), signature));
    }
    let inner = words.trim_end_matches(['.', '!', '؟', '?', '…', ' ']);
    let start = inner
        .char_indices()
        .rev()
        .find(|(at, c)| matches!(c, '.' | '!' | '؟' | '?') && inner[at + c.len_utf8()..].starts_with(' '))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let said = words[start..].trim();
    let said = if said.chars().count() <= longest(&signature) { said } else { "" };
    Some(Flattened::Tail(said.to_owned(), signature))
}
