//! Takes markup apart into the tokens of the HTML standard, a run at a time, and gives them to the tree builder.
//!
//! html5ever's tokenizer goes letter by letter through queues of buffers that may end anywhere. Here the whole page is
//! in memory, so that tags, texts and values are found by searching for their end and are views into one buffer. What is
//! rare goes to html5ever's tokenizer, which takes over the same sink: doctypes, raw text that is never closed,
//! `plaintext`, CDATA of foreign elements, and any page with a NUL character.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::{Attribute, LocalName, QualName, ns};
use memchr::memchr;

use super::slim::{end_of_comment, end_of_raw_text, end_of_script, is_space};

/// Feeds a page to a sink, to its end.
pub(super) fn feed<S: TokenSink>(html: &str, sink: &S) {
    let html = html.strip_prefix('\u{feff}').unwrap_or(html);
    let html = with_line_feeds(html);
    if memchr(0, html.as_bytes()).is_some() {
        by_standard(&html, sink, State::Data, None).end();
        return;
    }
    let buffer = StrTendril::from_slice(&html);
    let mut reader = Reader { html: &html, buffer: &buffer, at: 0, sink };
    match reader.run() {
        Stop::End => {
            let _ = reader.put(Token::EOFToken);
            sink.end();
        }
        Stop::Standard(state, name) => by_standard(&html[reader.at..], sink, state, name).end(),
    }
}

/// Line ends as the standard has them: each CR LF, and each CR, is one LF.
fn with_line_feeds(html: &str) -> Cow<'_, str> {
    if memchr(b'\r', html.as_bytes()).is_none() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr(b'\r', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Feeds a part of a page to html5ever's tokenizer, which then waits for more or for its end.
fn by_standard<'s, S: TokenSink>(
    part: &str,
    sink: &'s S,
    state: State,
    last: Option<LocalName>,
) -> Tokenizer<Lent<'s, S>> {
    let last_start_tag_name = last.map(|name| name.to_string());
    let options = TokenizerOpts {
        discard_bom: false,
        initial_state: Some(state),
        last_start_tag_name,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(Lent(sink), options);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(part));
    // The tokenizer stops after each script, for a browser to run it, and leaves the rest in the queue.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer
}

/// A sink lent to html5ever's tokenizer, which wants its own.
struct Lent<'s, S>(&'s S);

impl<S: TokenSink> TokenSink for Lent<'_, S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        self.0.process_token(token, line)
    }

    fn end(&self) {
        self.0.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Why the reader stops.
enum Stop {
    /// At the end of the page.
    End,
    /// Before what it leaves to html5ever's tokenizer, with the state and the last start tag to begin with.
    Standard(State, Option<LocalName>),
}

struct Reader<'a, S> {
    html: &'a str,
    /// The same text, for views into it.
    buffer: &'a StrTendril,
    at: usize,
    sink: &'a S,
}

impl<S: TokenSink> Reader<'_, S> {
    /// Reads markup in the standard's data state.
    fn run(&mut self) -> Stop {
        loop {
            let rest = &self.html.as_bytes()[self.at..];
            let Some(offset) = memchr(b'<', rest) else {
                self.text(self.at, self.html.len(), true);
                return Stop::End;
            };
            let start = self.at + offset;
            self.text(self.at, start, true);
            self.at = start;
            let after = &self.html.as_bytes()[start + 1..];
            let stop = match after {
                [b'!', ..] => self.declaration(start),
                [b'?', ..] => {
                    self.skip_past_tag_end(start);
                    None
                }
                [b'/', letter, ..] if letter.is_ascii_alphabetic() => self.tag(start + 2, TagKind::EndTag),
                [b'/', _, ..] => {
                    self.skip_past_tag_end(start + 2);
                    None
                }
                [letter, ..] if letter.is_ascii_alphabetic() => self.tag(start + 1, TagKind::StartTag),
                _ => {
                    // A less-than sign, or one with a slash at the very end, is text.
                    let end = if after == b"/" { start + 2 } else { start + 1 };
                    self.text(start, end, false);
                    self.at = end;
                    None
                }
            };
            if let Some(stop) = stop {
                return stop;
            }
        }
    }

    fn put(&self, token: Token) -> TokenSinkResult<S::Handle> {
        self.sink.process_token(token, 1)
    }

    fn view(&self, start: usize, end: usize) -> StrTendril {
        // A tendril's lengths are 32 bits; the buffer is one.
        self.buffer.subtendril(start as u32, (end - start) as u32)
    }

    /// Puts character data; with `references`, those are replaced.
    fn text(&self, start: usize, end: usize, references: bool) {
        if start == end {
            return;
        }
        let text = &self.html[start..end];
        let text = match memchr(b'&', text.as_bytes()) {
            Some(first) if references => decoded(text, first, Place::Text),
            _ => self.view(start, end),
        };
        let _ = self.put(Token::CharacterTokens(text));
    }

    fn skip_past_tag_end(&mut self, from: usize) {
        let rest = &self.html.as_bytes()[from..];
        self.at = from + memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
    }

    /// Steps over `<!…`; comments are nothing to the sink.
    fn declaration(&mut self, start: usize) -> Option<Stop> {
        let rest = &self.html.as_bytes()[start..];
        if let Some(comment) = rest.strip_prefix(b"<!--") {
            self.at = start + 4 + end_of_comment_at_its_beginning(comment).unwrap_or_else(|| end_of_comment(comment));
        } else if rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype")) {
            let Some(end) = memchr(b'>', rest) else { return Some(Stop::Standard(State::Data, None)) };
            self.at = start + end + 1;
            let _ = by_standard(&self.html[start..self.at], self.sink, State::Data, None);
        } else if rest.starts_with(b"<![CDATA[") && self.sink.adjusted_current_node_present_but_not_in_html_namespace()
        {
            return Some(Stop::Standard(State::Data, None));
        } else {
            self.skip_past_tag_end(start + 2);
        }
        None
    }

    /// Reads a tag whose name begins at `start`, and raw text after it.
    fn tag(&mut self, start: usize, kind: TagKind) -> Option<Stop> {
        let bytes = self.html.as_bytes();
        let until = |from: usize, wanted: fn(u8) -> bool| {
            bytes[from..].iter().position(|&byte| wanted(byte)).map_or(bytes.len(), |offset| from + offset)
        };
        let mut at = until(start, ends_tag_name);
        let name = local_name(&self.html[start..at]);
        let mut attrs: Vec<Attribute> = Vec::new();
        let mut had_duplicate_attributes = false;
        let self_closing;
        loop {
            let from = at;
            at = until(at, |byte| !is_space(byte) && byte != b'/');
            match bytes.get(at) {
                None => {
                    // The page ends inside the tag: there is none.
                    self.at = at;
                    return None;
                }
                Some(b'>') => {
                    self_closing = at > from && bytes[at - 1] == b'/';
                    at += 1;
                    break;
                }
                Some(_) => {}
            }
            let name_start = at;
            // An equals sign at the beginning belongs to the name.
            at = until(at + 1, |byte| ends_tag_name(byte) || byte == b'=');
            let attr = local_name(&self.html[name_start..at]);
            let equals = until(at, |byte| !is_space(byte));
            let (mut value_start, mut value_end) = (at, at);
            if bytes.get(equals) == Some(&b'=') {
                value_start = until(equals + 1, |byte| !is_space(byte));
                match bytes.get(value_start) {
                    Some(&quote @ (b'"' | b'\'')) => {
                        value_start += 1;
                        let Some(length) = memchr(quote, &bytes[value_start..]) else {
                            self.at = bytes.len();
                            return None;
                        };
                        value_end = value_start + length;
                        at = value_end + 1;
                    }
                    _ => {
                        value_end = until(value_start, |byte| is_space(byte) || byte == b'>');
                        at = value_end;
                    }
                }
            }
            if attrs.iter().any(|known| known.name.local == attr) {
                had_duplicate_attributes = true;
                continue;
            }
            let value = match memchr(b'&', &bytes[value_start..value_end]) {
                Some(first) => decoded(&self.html[value_start..value_end], first, Place::Attribute),
                None => self.view(value_start, value_end),
            };
            attrs.push(Attribute { name: QualName::new(None, ns!(), attr), value });
        }
        self.at = at;
        let last = (kind == TagKind::StartTag).then(|| name.clone());
        let tag = Tag { kind, name, self_closing, attrs, had_duplicate_attributes };
        match self.put(Token::TagToken(tag)) {
            TokenSinkResult::Plaintext => Some(Stop::Standard(State::Plaintext, last)),
            TokenSinkResult::RawData(kind) => self.raw_text(kind, last),
            _ => None,
        }
    }

    /// Puts the content of an element that holds no markup.
    fn raw_text(&mut self, kind: RawKind, name: Option<LocalName>) -> Option<Stop> {
        let rest = &self.html.as_bytes()[self.at..];
        let end = match (kind, &name) {
            (RawKind::ScriptData, Some(_)) => end_of_script(rest),
            (RawKind::Rcdata | RawKind::Rawtext, Some(name)) => end_of_raw_text(rest, name.as_bytes()),
            _ => None,
        };
        let Some(length) = end else { return Some(Stop::Standard(State::RawData(kind), name)) };
        self.text(self.at, self.at + length, kind == RawKind::Rcdata);
        self.at += length;
        None
    }
}

fn ends_tag_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

fn local_name(name: &str) -> LocalName {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        LocalName::from(name.to_ascii_lowercase())
    } else {
        LocalName::from(name)
    }
}

/// `<!-->` and `<!--->` are whole comments.
fn end_of_comment_at_its_beginning(comment: &[u8]) -> Option<usize> {
    match comment {
        [b'>', ..] => Some(1),
        [b'-', b'>', ..] => Some(2),
        _ => None,
    }
}

/// Where a character reference stands; in attributes, links with parameters must stay whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
}

/// Replaces the character references of a text whose first ampersand stands at `first`.
fn decoded(text: &str, first: usize, place: Place) -> StrTendril {
    let mut out = String::with_capacity(text.len());
    let (mut kept, mut next) = (0, Some(first));
    while let Some(at) = next {
        let mut from = at + 1;
        if let Some((length, [one, two])) = reference(&text[from..], place) {
            out.push_str(&text[kept..at]);
            out.push(one);
            out.extend((two != '\0').then_some(two));
            from += length;
            kept = from;
        }
        next = memchr(b'&', &text.as_bytes()[from..]).map(|offset| from + offset);
    }
    out.push_str(&text[kept..]);
    StrTendril::from_slice(&out)
}

/// What the reference after an ampersand is: its length and one or two characters (the second may be NUL for none).
fn reference(rest: &str, place: Place) -> Option<(usize, [char; 2])> {
    match rest.as_bytes() {
        [b'#', b'x' | b'X', ..] => numeric(rest, 2, 16),
        [b'#', ..] => numeric(rest, 1, 10),
        [letter, ..] if letter.is_ascii_alphanumeric() => named(rest, place),
        _ => None,
    }
}

fn numeric(rest: &str, start: usize, base: u32) -> Option<(usize, [char; 2])> {
    let digits = rest[start..].bytes().take_while(|byte| char::from(*byte).is_digit(base)).count();
    if digits == 0 {
        return None;
    }
    let end = start + digits;
    let number = rest[start..end]
        .bytes()
        .filter_map(|byte| char::from(byte).to_digit(base))
        .fold(0_u32, |number, digit| number.saturating_mul(base).saturating_add(digit));
    let c = match number {
        0 => '\u{fffd}',
        0x80..=0x9f => C1_REPLACEMENTS[number as usize - 0x80].or(char::from_u32(number)).unwrap_or('\u{fffd}'),
        _ => char::from_u32(number).unwrap_or('\u{fffd}'),
    };
    Some((end + usize::from(rest.as_bytes().get(end) == Some(&b';')), [c, '\0']))
}

fn named(rest: &str, place: Place) -> Option<(usize, [char; 2])> {
    let mut found: Option<(usize, (u32, u32))> = None;
    for length in 1..=rest.len() {
        // Names are ASCII, so a length inside a character ends the search as any other letter does.
        match rest.get(..length).and_then(|name| NAMED_ENTITIES.get(name)) {
            Some((0, _)) => {}
            Some(&characters) => found = Some((length, characters)),
            None => break,
        }
    }
    let (length, (one, two)) = found?;
    let bytes = rest.as_bytes();
    let goes_on = bytes.get(length).is_some_and(|&byte| byte == b'=' || byte.is_ascii_alphanumeric());
    if place == Place::Attribute && bytes[length - 1] != b';' && goes_on {
        return None;
    }
    Some((length, [char::from_u32(one)?, char::from_u32(two)?]))
}
