//! Cuts out of the markup, before it is parsed, what no reader sees and nobody here reads.
//!
//! On pages of news most bytes are scripts, styles and attributes for scripts. The tokenizer would take each apart
//! letter by letter; this scan steps over them. Cut are:
//!
//! - the content of `script` (but for JSON-LD), `style` and `noscript`, and comments;
//! - attributes that no rule asks for ([`is_read`]);
//! - attributes of one tag beyond [`MAX_ATTRIBUTES`]: the tokenizer compares each with all before it, so a tag of a
//!   million would take hours.
//!
//! Visible text is never touched. Where an element of raw text is not closed, or `plaintext` begins, markup cannot be
//! told from text without the tree; from there on only the bound on attributes holds.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

/// Attributes of one tag that are kept.
pub(super) const MAX_ATTRIBUTES: usize = 256;

/// Returns the markup without what is not read.
pub(super) fn slimmed(html: &str) -> Cow<'_, str> {
    let cuts = Scanner {
        bytes: html.as_bytes(),
        at: 0,
        cuts: Vec::new(),
        thrift: Thrift::Full,
        foreign: 0,
        endless: Vec::new(),
    }
    .run();
    if cuts.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() - cuts.iter().map(Range::len).sum::<usize>());
    let mut kept = 0;
    for cut in cuts {
        out.push_str(&html[kept..cut.start]);
        kept = cut.end;
    }
    out.push_str(&html[kept..]);
    Cow::Owned(out)
}

/// What may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thrift {
    Full,
    /// Only attributes beyond the bound.
    Bound,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// In order; they begin and end beside ASCII bytes.
    cuts: Vec<Range<usize>>,
    thrift: Thrift,
    /// Open `svg` and `math`: in these, nothing is raw text, and a slash closes.
    foreign: u32,
    /// Elements of raw text of which one was not closed: looking for their end again and again would take hours.
    endless: Vec<&'a [u8]>,
}

/// A start tag, as far as it matters here.
#[derive(Debug, Default)]
struct Tag<'a> {
    name: &'a [u8],
    /// The value of `type`.
    kind: Option<&'a [u8]>,
    /// Whether a slash stands at its end.
    closed: bool,
}

impl Tag<'_> {
    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.name.eq_ignore_ascii_case(name.as_bytes()))
    }
}

impl<'a> Scanner<'a> {
    fn run(mut self) -> Vec<Range<usize>> {
        while let Some(offset) = memchr(b'<', &self.bytes[self.at..]) {
            let start = self.at + offset;
            self.at = start + 1;
            match self.peek() {
                Some(b'!') if self.rest().starts_with(b"!--") => self.comment(start),
                Some(b'!' | b'?') => self.skip_past_tag_end(),
                Some(byte) if byte.is_ascii_alphabetic() => {
                    let tag = self.tag();
                    self.content(&tag);
                }
                Some(b'/') => {
                    self.at += 1;
                    match self.peek() {
                        Some(byte) if byte.is_ascii_alphabetic() => {
                            let tag = self.tag();
                            self.foreign = self.foreign.saturating_sub(u32::from(tag.is(&FOREIGN)));
                        }
                        _ => self.skip_past_tag_end(),
                    }
                }
                _ => {}
            }
        }
        self.cuts
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
    }

    fn skip_past_tag_end(&mut self) {
        let rest = self.rest();
        self.at += memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
    }

    /// Cuts a comment that begins at `start`; the scanner stands at its `!`.
    fn comment(&mut self, start: usize) {
        self.at += 3;
        let rest = self.rest();
        let length = if rest.starts_with(b">") {
            1
        } else if rest.starts_with(b"->") {
            2
        } else {
            end_of_comment(rest)
        };
        self.at += length;
        if self.thrift == Thrift::Full {
            self.cuts.push(start..self.at);
        }
    }

    /// Reads a tag as the tokenizer will and cuts its attributes; stops before its `>`.
    fn tag(&mut self) -> Tag<'a> {
        let start = self.at;
        self.skip_while(|byte| !is_space(byte) && byte != b'/' && byte != b'>');
        let mut tag = Tag { name: &self.bytes[start..self.at], kind: None, closed: false };
        let mut kept = 0usize;
        // Where the last cut ends, with the spaces after it.
        let mut cut_until = None;
        loop {
            self.skip_while(|byte| is_space(byte) || byte == b'/');
            let start = self.at;
            if matches!(self.peek(), None | Some(b'>')) {
                tag.closed = self.bytes[self.at - 1] == b'/';
                return tag;
            }
            let (name, value) = self.attribute();
            if name.eq_ignore_ascii_case(b"type") {
                tag.kind = tag.kind.or(Some(value));
            }
            if kept < MAX_ATTRIBUTES && (self.thrift == Thrift::Bound || is_read(name, value, tag.name)) {
                kept += 1;
                continue;
            }
            let end = self.at;
            self.skip_while(is_space);
            match self.cuts.last_mut().filter(|_| cut_until == Some(start)) {
                Some(last) => last.end = end,
                None => self.cuts.push(start..end),
            }
            cut_until = Some(self.at);
        }
    }

    /// Reads one attribute: its name and its value, empty if there is none.
    fn attribute(&mut self) -> (&'a [u8], &'a [u8]) {
        let start = self.at;
        // An equals sign at the beginning belongs to the name.
        self.at += 1;
        self.skip_while(|byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        let name = &self.bytes[start..self.at];
        let after_name = self.at;
        self.skip_while(is_space);
        if self.peek() != Some(b'=') {
            self.at = after_name;
            return (name, &[]);
        }
        self.at += 1;
        self.skip_while(is_space);
        let start = self.at;
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                let rest = &self.bytes[start + 1..];
                let end = memchr(quote, rest).unwrap_or(rest.len());
                self.at = (start + 1 + end + 1).min(self.bytes.len());
                (name, &rest[..end])
            }
            _ => {
                self.skip_while(|byte| !is_space(byte) && byte != b'>');
                (name, &self.bytes[start..self.at])
            }
        }
    }

    /// Steps over the content of an element that holds no markup; the scanner stands at the `>` of its tag.
    fn content(&mut self, tag: &Tag<'a>) {
        if tag.is(&FOREIGN) {
            self.foreign += u32::from(!tag.closed);
        }
        let cuts = tag.is(&["script", "style", "noscript"]);
        let raw = cuts || tag.is(&["textarea", "title", "iframe", "xmp", "noframes", "noembed"]);
        if tag.is(&["plaintext"]) || raw && tag.closed && self.foreign > 0 {
            self.thrift = Thrift::Bound;
            return;
        }
        let endless = self.endless.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
        if !raw || endless || self.peek() != Some(b'>') {
            return;
        }
        let start = self.at + 1;
        let rest = &self.bytes[start..];
        let end = if tag.is(&["script"]) { end_of_script(rest) } else { end_of_raw_text(rest, tag.name) };
        let leaves = |end: usize| FOREIGN.iter().any(|name| end_of_raw_text(&rest[..end], name.as_bytes()).is_some());
        let Some(end) = end.filter(|&end| self.foreign == 0 || !leaves(end)) else {
            self.thrift = Thrift::Bound;
            self.endless.push(tag.name);
            return;
        };
        self.at = start + end;
        if cuts && self.thrift == Thrift::Full && !(tag.is(&["script"]) && may_be_ld(tag, &rest[..end])) {
            self.cuts.push(start..self.at);
        }
    }
}

/// Elements of other languages than HTML.
const FOREIGN: [&str; 2] = ["svg", "math"];

/// The white space of HTML.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
}

/// Whether any rule asks for an attribute, or the tree depends on it.
fn is_read(name: &[u8], value: &[u8], tag: &[u8]) -> bool {
    // No name that is read is longer.
    let mut lower = [0u8; 16];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let on = |names: &[&str]| names.iter().any(|name| tag.eq_ignore_ascii_case(name.as_bytes()));
    match &*lower {
        b"class" | b"id" | b"role" | b"itemprop" | b"property" | b"content" | b"datetime" | b"pubdate" | b"hidden"
        | b"href" | b"rel" | b"title" | b"type" | b"lang" | b"xml:lang" | b"encoding" | b"data-testid"
        | b"data-component" | b"data-module" | b"data-block" | b"data-type" | b"data-tweetid" | b"data-tweet-id"
        | b"data-id" => true,
        b"name" | b"http-equiv" => on(&["meta"]),
        b"src" | b"data-src" => on(&["iframe"]),
        // Emoji that a page shows as pictures.
        b"alt" => on(&["img"]) && value.len() <= 64,
        b"color" | b"face" | b"size" => on(&["font"]),
        b"style" => may_hide(value),
        _ => false,
    }
}

/// Whether a style may hide its element.
fn may_hide(style: &[u8]) -> bool {
    let style = style.to_ascii_lowercase();
    [b"none".as_slice(), b"hidden", b"&"].iter().any(|word| memmem::find(&style, word).is_some())
}

/// Whether a script may state what the page is about.
fn may_be_ld(tag: &Tag, content: &[u8]) -> bool {
    let kind = tag.kind.is_none_or(|kind| {
        let kind = kind.trim_ascii_start();
        kind.contains(&b'&') || kind.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case(b"application/ld+json"))
    });
    kind && memmem::find(content, b"\"@type\"").is_some()
}

/// The length of the rest of a comment with its end.
pub(super) fn end_of_comment(rest: &[u8]) -> usize {
    let end = memchr::memchr_iter(b'>', rest).find(|&at| rest[..at].ends_with(b"--") || rest[..at].ends_with(b"--!"));
    end.map_or(rest.len(), |end| end + 1)
}

/// Where the end tag of `name` begins.
pub(super) fn end_of_raw_text(rest: &[u8], name: &[u8]) -> Option<usize> {
    let mut tags = memchr::memchr_iter(b'<', rest);
    tags.find(|&at| rest.get(at + 1) == Some(&b'/') && is_tag_of(&rest[at + 2..], name))
}

/// Whether a tag's name, and the end of it, stand here.
fn is_tag_of(rest: &[u8], name: &[u8]) -> bool {
    rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        && rest.get(name.len()).is_some_and(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'))
}

/// Where the end tag of a script begins: one inside `<!-- <script>` is content (the "double escaped" states of HTML).
pub(super) fn end_of_script(rest: &[u8]) -> Option<usize> {
    let first = end_of_raw_text(rest, b"script")?;
    if memmem::find(&rest[..first], b"<!--").is_none() {
        return Some(first);
    }
    let (mut escaped, mut double) = (false, false);
    let mut at = 0;
    while let Some(offset) = memchr::memchr2(b'<', b'-', &rest[at..]) {
        at += offset;
        let here = &rest[at..];
        if here.starts_with(b"-->") {
            (escaped, double) = (false, false);
        } else if here.starts_with(b"<!--") {
            escaped = true;
            // The dashes may end the comment that they begin.
            at += 1;
        } else if here.starts_with(b"</") && is_tag_of(&here[2..], b"script") {
            if !double {
                return Some(at);
            }
            double = false;
        } else if escaped && is_tag_of(&here[1..], b"script") {
            double = true;
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_attributes_beyond_the_bound_are_cut_of_those_that_are_read() {
        let many = |count: usize| (0..count).map(|_| " id='>'".to_owned()).collect::<String>();
        let html = format!("<p{}>é < x</p>", many(MAX_ATTRIBUTES + 50));
        assert_eq!(slimmed(&html), format!("<p{} >é < x</p>", many(MAX_ATTRIBUTES)));
        let usual = "<p id=1 class>x<br/> <a href=/x/y>";
        assert!(matches!(slimmed(usual), Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_not_read_is_cut() {
        for (html, slim) in [
            ("a<!-- <p> -->b", "ab"),
            ("a<!-->b<!--->c<!-- --!>d<!-- > --->e<!-- f", "abcde"),
            ("<p data-x=\"a>b\" class=c onclick='d' x>e", "<p  class=c >e"),
            ("<img srcset=\"x\"data-y/>f", "<img />f"),
            ("<p a=b/>g", "<p >g"),
            ("<script>if (a<b) {}</script >h", "<script></script >h"),
            ("<STYLE type=text/css>p > a</Style>i", "<STYLE type=text/css></Style>i"),
            ("<noscript><img></noscript>j", "<noscript></noscript>j"),
            ("<script><!-- <script> </script> --></script>k", "<script></script>k"),
            ("<script><!-- </script>l", "<script></script>l"),
            ("<script><!--><script></script>m", "<script></script>m"),
            ("<style>never closed <b x=1>", "<style>never closed <b x=1>"),
            ("<textarea><b x=1></textarea><b x=1>", "<textarea><b x=1></textarea><b >"),
            ("<plaintext><b x=1>", "<plaintext><b x=1>"),
            ("<svg><style/>a<p></svg><style>b</style>", "<svg><style/>a<p></svg><style>b</style>"),
            ("<svg><style>a</svg>b<style>c</style>", "<svg><style>a</svg>b<style>c</style>"),
            ("<svg><style>a</style></svg><style/>b</style>", "<svg><style></style></svg><style/></style>"),
            ("<p style='color:red' hidden>", "<p  hidden>"),
            ("<p style='display: none'>", "<p style='display: none'>"),
            ("</ it's > <p x=1>n", "</ it's > <p >n"),
        ] {
            assert_eq!(slimmed(html), slim, "{html}");
        }
    }

    #[test]
    fn json_ld_is_kept() {
        for html in [
            "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\"}</script>",
            "<script>{\"@type\":\"NewsArticle\"}</script>",
            "<script type=' Application/LD+JSON'>{\"@type\":\"NewsArticle\"}</script>",
        ] {
            assert_eq!(slimmed(html), html);
        }
        let other = "<script type=text/javascript>{\"@type\":1}</script>";
        assert_eq!(slimmed(other), "<script type=text/javascript></script>");
    }
}
