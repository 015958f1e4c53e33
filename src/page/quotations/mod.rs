//! Quotations and who said them.
//!
//! Marks are paired block by block ([`marks`]); what stands between them is judged afterwards, by its length and by the
//! verb of saying that governs it. Words in marks that name something, carry irony, or repeat in a heading what the body
//! quotes are nobody's speech. The speaker is the figure that the verb's phrase names, under the fullest form printed;
//! where the phrase names nobody we can tell, there is none: null beats wrong.
//!
//! A quotation that runs over paragraphs, each with an opening mark and only the last with a closing one, is one
//! quotation a paragraph, all with the speaker of the first.
//!
//! Bounds: [`MAX_PAIRS`] pairs of marks an article, [`MAX_QUOTATIONS`] quotations, [`MAX_WALKED`] bytes of a block that
//! is walked for speakers (in longer ones only length speaks). What lies beyond is not looked at.

mod arabic;
mod before;
mod body;
mod cast;
mod cue;
mod english;
mod english_phrase;
#[cfg(test)]
#[expect(clippy::print_stderr, reason = "the scorer tells what it missed, and that it was skipped")]
mod gold;
mod lexicon;
mod marks;
mod noun;
mod outlet;
mod person;
mod phrase;
mod speech;
#[cfg(test)]
mod tests;
mod tokens;
mod told;

use std::collections::HashMap;

use crate::domain::block::hashed_spans;
use crate::domain::reading::{Quotation, Tweet};
use crate::domain::{Block, Role};

use cast::{Cast, Figure};
use marks::{Marks, Pair};
use tokens::{Tokens, word_count};

/// How many pairs of marks an article may hold; what follows is not looked at.
const MAX_PAIRS: usize = 10_000;
/// How many quotations an article may hold.
const MAX_QUOTATIONS: usize = 4_000;
/// How long a block may be to be walked for speakers, in bytes.
const MAX_WALKED: usize = 256 * 1024;
/// How many words make speech of what nobody is said to have said.
const LONG: usize = 8;

/// A quotation of one block.
#[derive(Debug, Clone)]
struct Found {
    /// Index of the pair among the block's outermost ones.
    pair: usize,
    /// The token it stands at.
    token: usize,
    who: Option<Figure>,
    via: Vec<String>,
    /// Whether a verb of saying governs it.
    governed: bool,
}

/// Texts between marks that occur more than once in the article: names do, speech does not.
#[derive(Debug, Default)]
struct Repeats(HashMap<u64, u32>);

impl Repeats {
    fn note(&mut self, inner: &str) {
        *self.0.entry(key(inner)).or_default() += 1;
    }

    fn often(&self, inner: &str) -> bool {
        self.0.get(&key(inner)).is_some_and(|count| *count > 1)
    }
}

fn key(inner: &str) -> u64 {
    use std::hash::Hasher;
    let mut hasher = lexicon::Mix::default();
    hasher.write(cast::folded(inner.trim()).as_bytes());
    hasher.finish()
}

/// A hashed block with its marks.
struct Part<'b> {
    block: &'b Block,
    /// Where the block begins in the canonical text.
    start: usize,
    pairs: Vec<Pair>,
    /// The last pair runs on into the next block.
    runs_on: bool,
}

/// Finds the quotations of an article; `start` and `end` are bytes of its canonical text.
pub fn find(blocks: &[Block], tweets: &[Tweet]) -> Vec<Quotation> {
    let _ = tweets;
    let parts = parts(blocks);
    if parts.iter().all(|part| part.pairs.is_empty()) {
        return Vec::new();
    }
    let mut repeats = Repeats::default();
    for part in &parts {
        for pair in part.pairs.iter().filter(|pair| pair.end - pair.start < 80) {
            repeats.note(&part.block.text[pair.start..pair.end]);
        }
    }
    let out = Reader { cast: Cast::default(), repeats, parts: &parts }.read();
    without_repeated_headings(out, &parts)
}

/// The hashed blocks with their outermost pairs of marks, joined over paragraphs.
fn parts(blocks: &[Block]) -> Vec<Part<'_>> {
    let mut left = MAX_PAIRS;
    let mut parts = Vec::new();
    let mut before: Option<Marks> = None;
    for (index, span) in hashed_spans(blocks) {
        let block = &blocks[index];
        let mut marks = marks::pair(&block.text, left);
        left -= marks.pairs.len();
        let mut pairs = outermost(&marks.pairs);
        if let Some((at, after)) = before.as_ref().and_then(|before| before.unclosed)
            && let Some(part) = parts.last_mut()
            && block.role == Role::Body
        {
            continue_over(part, at, after, &marks, &mut pairs);
        }
        marks.pairs = Vec::new();
        parts.push(Part { block, start: span.start, pairs, runs_on: false });
        before = Some(marks);
    }
    parts
}

/// When the opener that `part` left waiting goes on in the next block, makes a pair of each block's share.
fn continue_over(part: &mut Part, at: usize, after: usize, next: &Marks, pairs: &mut Vec<Pair>) {
    let text = &part.block.text;
    let long = word_count(&text[after..]) >= 5;
    let goes_on = next.begins_open || next.stray.is_some();
    if part.block.role != Role::Body || !long || !goes_on || text[after..].len() > MAX_WALKED {
        return;
    }
    part.pairs.retain(|pair| pair.after <= at);
    part.pairs.push(Pair { open: at, start: after, end: text.len(), after: text.len() });
    part.runs_on = true;
    if let Some((end, after)) = next.stray.filter(|_| !next.begins_open) {
        pairs.retain(|pair| pair.open >= after);
        pairs.insert(0, Pair { open: 0, start: 0, end, after });
    }
}

fn outermost(pairs: &[Pair]) -> Vec<Pair> {
    let mut end = 0;
    pairs
        .iter()
        .copied()
        .filter(|pair| {
            let outer = pair.open >= end;
            if outer {
                end = pair.after;
            }
            outer
        })
        .collect()
}

struct Reader<'p, 'b> {
    cast: Cast,
    repeats: Repeats,
    parts: &'p [Part<'b>],
}

impl Reader<'_, '_> {
    fn read(mut self) -> Vec<Quotation> {
        let mut out: Vec<Quotation> = Vec::new();
        let mut opening = None;
        let mut running: Option<Found> = None;
        for (index, part) in self.parts.iter().enumerate() {
            if out.len() >= MAX_QUOTATIONS {
                break;
            }
            let text = &part.block.text;
            if text.len() > MAX_WALKED {
                out.extend(
                    part.pairs
                        .iter()
                        .filter(|pair| word_count(&text[pair.start..pair.end]) >= LONG)
                        .map(|pair| silent(part, pair)),
                );
                continue;
            }
            let tokens = Tokens::of(text, part.pairs.clone());
            self.cast.block = index;
            // In a heading all in capitals a name does not stand out.
            if text.chars().any(char::is_lowercase) || is_arabic(text) {
                self.cast.note_names(&tokens);
            }
            let arabic = is_arabic(text);
            let (mut found, left) = if arabic {
                arabic::read(&tokens, &mut self.cast, &self.repeats, opening.take())
            } else {
                (english::read(&tokens, &mut self.cast, &self.repeats), None)
            };
            opening = left;
            if let Some(first) = running.take() {
                carry_on(&mut found, part, &first);
                carry_back(&found, &first, self.parts, index, &mut out, &self.cast);
            }
            if part.runs_on {
                running = found.last().filter(|last| last.pair + 1 == part.pairs.len()).cloned();
            }
            self.keep_via(&mut found);
            out.extend(found.iter().map(|found| self.quotation(part, found)));
        }
        out.truncate(MAX_QUOTATIONS);
        out
    }

    /// Words that go on without a new outlet travelled the way of those before.
    fn keep_via(&mut self, found: &mut [Found]) {
        for index in 1..found.len() {
            let (done, rest) = found.split_at_mut(index);
            let (before, here) = (&done[index - 1], &mut rest[0]);
            if here.via.is_empty() && here.who.is_some() && here.who == before.who {
                here.via.clone_from(&before.via);
            }
        }
    }

    fn quotation(&self, part: &Part, found: &Found) -> Quotation {
        let pair = part.pairs[found.pair];
        let speaker = found.who.map(|figure| self.cast.name(figure).to_owned());
        Quotation { start: part.start + pair.start, end: part.start + pair.end, speaker, via: found.via.clone() }
    }
}

/// A paragraph whose opening mark goes on from the one before is speech whatever its length, and has that speaker.
fn carry_on(found: &mut Vec<Found>, part: &Part, first: &Found) {
    if part.pairs.first().is_none_or(|pair| pair.open > 0) {
        return;
    }
    if found.first().is_none_or(|next| next.pair > 0) {
        found.insert(0, Found { pair: 0, token: 0, who: None, ..first.clone() });
    }
    let to_come = is_attributed_later(part, first);
    if let Some(next) = found.first_mut().filter(|next| next.who.is_none() && (next.governed || !to_come)) {
        next.who = first.who;
        next.via.clone_from(&first.via);
    }
}

/// Whether the share that goes on from `first` ends in a comma and a mark, when nobody was said to speak before: whose
/// words they are comes after, and it need not be who spoke last.
fn is_attributed_later(part: &Part, first: &Found) -> bool {
    let pair = part.pairs[0];
    !first.governed && pair.after > pair.end && part.block.text[..pair.end].ends_with([',', '،'])
}

/// `"One paragraph` / `and the next," X said.`: the share before has the speaker that is named after the last, also where
/// it was taken for the last speaker's.
fn carry_back(found: &[Found], first: &Found, parts: &[Part], index: usize, out: &mut [Quotation], cast: &Cast) {
    let Some(named) = found.first().filter(|named| named.pair == 0) else { return };
    let open = parts[index].pairs.first().is_some_and(|pair| pair.open == 0)
        && named.who.is_none()
        && is_attributed_later(&parts[index], first);
    if named.who.is_none() && !open {
        return;
    }
    let guessed = open || !first.governed && named.governed;
    let mut before = index;
    for quotation in out.iter_mut().rev() {
        let Some(part) = before.checked_sub(1).map(|at| &parts[at]).filter(|part| part.runs_on) else { return };
        let shares = part.pairs.last().is_some_and(|pair| part.start + pair.start == quotation.start);
        if !shares || quotation.speaker.is_some() && !guessed {
            return;
        }
        quotation.speaker = named.who.map(|figure| cast.name(figure).to_owned());
        quotation.via.clone_from(&named.via);
        if part.pairs.len() > 1 {
            return;
        }
        before -= 1;
    }
}

fn silent(part: &Part, pair: &Pair) -> Quotation {
    Quotation { start: part.start + pair.start, end: part.start + pair.end, speaker: None, via: Vec::new() }
}

/// Whether a block is written in the Arabic script, by the greater part of its first letters.
fn is_arabic(text: &str) -> bool {
    let (mut arabic, mut other) = (0, 0);
    for c in text.chars().filter(|c| tokens::is_letter(*c)).take(200) {
        if ('\u{600}'..='\u{6ff}').contains(&c) { arabic += 1 } else { other += 1 }
    }
    arabic > other
}

/// Drops quotations of headings whose words the body quotes too.
fn without_repeated_headings(quotations: Vec<Quotation>, parts: &[Part]) -> Vec<Quotation> {
    let heading = |quotation: &Quotation| {
        let part = parts.partition_point(|part| part.start <= quotation.start).saturating_sub(1);
        matches!(parts[part].block.role, Role::Title | Role::Subhead)
    };
    if !quotations.iter().any(heading) {
        return quotations;
    }
    let words = |quotation: &Quotation| {
        let part = parts.partition_point(|part| part.start <= quotation.start).saturating_sub(1);
        let text = &parts[part].block.text[quotation.start - parts[part].start..quotation.end - parts[part].start];
        text.split(' ').take(60).map(key).collect::<Vec<u64>>()
    };
    let body: Vec<Vec<u64>> = quotations.iter().filter(|quotation| !heading(quotation)).take(100).map(words).collect();
    let repeated = |quotation: &Quotation| {
        let own = words(quotation);
        body.iter().any(|other| own.iter().filter(|word| other.contains(word)).count() * 10 >= own.len() * 6)
    };
    let mut looked = 0;
    let mut keep = |quotation: &Quotation| {
        looked += usize::from(heading(quotation));
        !heading(quotation) || looked > 100 || !repeated(quotation)
    };
    quotations.iter().filter(|quotation| keep(quotation)).cloned().collect()
}
