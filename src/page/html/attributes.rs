//! Bounds the attributes of a tag before it is parsed.
//!
//! The tokenizer compares each attribute of a tag with all before it, so a tag of a million attributes would take hours.
//! No page has more than a few dozen; those beyond [`MAX_ATTRIBUTES`] are cut out of the markup. No text is touched.

use std::borrow::Cow;
use std::ops::Range;

/// Attributes of one tag that are kept.
pub(super) const MAX_ATTRIBUTES: usize = 256;

/// Elements whose content is no markup.
const RAW: [&str; 9] = ["script", "style", "textarea", "title", "noscript", "iframe", "xmp", "noframes", "noembed"];

/// Returns the markup without the attributes beyond the bound.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let cuts = Scanner { bytes: html.as_bytes(), at: 0 }.cuts();
    if cuts.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut kept = 0;
    for cut in cuts {
        out.push_str(&html[kept..cut.start]);
        kept = cut.end;
    }
    out.push_str(&html[kept..]);
    Cow::Owned(out)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    /// The ranges to cut out; they begin and end beside ASCII bytes.
    fn cuts(mut self) -> Vec<Range<usize>> {
        let mut cuts = Vec::new();
        while let Some(offset) = self.bytes[self.at..].iter().position(|&byte| byte == b'<') {
            self.at += offset + 1;
            match self.peek() {
                Some(b'!') if self.bytes[self.at..].starts_with(b"!--") => self.skip_past(b"-->"),
                Some(byte) if byte.is_ascii_alphabetic() => cuts.extend(self.tag()),
                Some(b'/') => cuts.extend(self.tag()),
                _ => {}
            }
        }
        cuts
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_past(&mut self, end: &[u8]) {
        let rest = &self.bytes[self.at..];
        let found = rest.windows(end.len()).position(|window| window.eq_ignore_ascii_case(end));
        self.at += found.map_or(rest.len(), |found| found + end.len());
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
    }

    /// Reads a tag as the tokenizer will, and says what to cut from it.
    fn tag(&mut self) -> Option<Range<usize>> {
        let opens = self.peek() != Some(b'/');
        if !opens {
            self.at += 1;
        }
        let start = self.at;
        self.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'/' && byte != b'>');
        let name = self.bytes[start..self.at].to_ascii_lowercase();
        let (mut count, mut cut) = (0usize, None);
        loop {
            self.skip_while(|byte| byte.is_ascii_whitespace() || byte == b'/');
            match self.peek() {
                None | Some(b'>') => break,
                Some(_) => {
                    count += 1;
                    if count == MAX_ATTRIBUTES + 1 {
                        cut = Some(self.at);
                    }
                    self.attribute();
                }
            }
        }
        let cut = cut.map(|cut| cut..self.at);
        if opens && RAW.iter().any(|raw| raw.as_bytes() == name) {
            let end = [b"</", name.as_slice()].concat();
            self.skip_past(&end);
        }
        cut
    }

    fn attribute(&mut self) {
        // An equals sign at the beginning belongs to the name.
        self.at += 1;
        self.skip_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='));
        let after_name = self.at;
        self.skip_while(|byte| byte.is_ascii_whitespace());
        if self.peek() != Some(b'=') {
            self.at = after_name;
            return;
        }
        self.at += 1;
        self.skip_while(|byte| byte.is_ascii_whitespace());
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                self.skip_while(|byte| byte != quote);
                self.at = (self.at + 1).min(self.bytes.len());
            }
            _ => self.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_attributes_beyond_the_bound_are_cut() {
        let many = |count: usize| (0..count).map(|n| format!(" a{n}='>'")).collect::<String>();
        let html = format!("<p{}>é < x</p><script>if (a<b c d)</script>", many(MAX_ATTRIBUTES + 50));
        let expected = format!("<p{} >é < x</p><script>if (a<b c d)</script>", many(MAX_ATTRIBUTES));
        assert_eq!(bounded(&html), expected);
        let usual = "<p a=1 b>x<br/><!-- <p --> <a href=/x/y>";
        assert!(matches!(bounded(usual), Cow::Borrowed(_)));
    }
}
