//! Handles, hashtags and addresses within a text, kept from taking part in the order of the words around them.
//!
//! `@` and `#` have no direction of their own: in a line of Arabic `@name` shows as `name@`, and the dots and slashes of an
//! address move about. Each such word is isolated in the page; its letters, and what is copied, stay what they are.

use std::fmt::{Display, Formatter, Result};

use askama::filters::{Escaper, Html, HtmlSafe};

/// A text as HTML.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Isolated<'t>(&'t str);

impl HtmlSafe for Isolated<'_> {}

/// `text` escaped for HTML, with every handle, hashtag and address in it isolated.
pub(in crate::web) fn isolated(text: &str) -> Isolated<'_> {
    Isolated(text)
}

impl Display for Isolated<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut rest = self.0;
        let mut before = None;
        while let Some(c) = rest.chars().next() {
            let length = word_length(rest, before);
            let (word, after) = rest.split_at(length.map_or(c.len_utf8(), |(length, _)| length));
            match length {
                Some((_, side)) => {
                    write!(f, "<bdi{side}>")?;
                    Html.write_escaped_str(&mut *f, word)?;
                    f.write_str("</bdi>")?;
                }
                None => Html.write_escaped_char(&mut *f, c)?,
            }
            before = word.chars().next_back();
            rest = after;
        }
        Ok(())
    }
}

/// A remark as HTML, with the words that it quotes isolated: words of another script between marks, one after another,
/// change places with the marks and with what stands between them.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Quoting<'t>(&'t str);

impl HtmlSafe for Quoting<'_> {}

/// `text` escaped for HTML, with what stands between `“` and `”` or `«` and `»` isolated.
pub(in crate::web) fn quoting(text: &str) -> Quoting<'_> {
    Quoting(text)
}

impl Display for Quoting<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['“', '«']) {
            let (before, from) = rest.split_at(at);
            let (open, close) = if from.starts_with('“') { ("“", "”") } else { ("«", "»") };
            let Some((words, after)) = from[open.len()..].split_once(close) else { break };
            Html.write_escaped_str(&mut *f, before)?;
            write!(f, "{open}<bdi>")?;
            Html.write_escaped_str(&mut *f, words)?;
            write!(f, "</bdi>{close}")?;
            rest = after;
        }
        Html.write_escaped_str(&mut *f, rest)
    }
}

/// The bytes of the handle, hashtag or address that `text` begins with, and the direction it has.
fn word_length(text: &str, before: Option<char>) -> Option<(usize, &'static str)> {
    let joined = |c: char| c.is_alphanumeric() || c == '_';
    if before.is_some_and(joined) {
        return None;
    }
    if let Some(name) = text.strip_prefix(['@', '#']) {
        let length = name.find(|c| !joined(c)).unwrap_or(name.len());
        return (length > 0).then_some((1 + length, ""));
    }
    if !["http://", "https://", "www."].iter().any(|scheme| text.starts_with(scheme)) {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || "<>\"«»“”،؛".contains(c);
    let address = text.split(ends).next()?.trim_end_matches(['.', ',', ';', ':', '!', '?', '؟', ')', ']', '\'']);
    Some((address.len(), " dir=\"ltr\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        isolated(text).to_string()
    }

    #[test]
    fn handles_hashtags_and_addresses_stand_by_themselves() {
        assert_eq!(shown("زيرن (@zayran_ports) 3"), "زيرن (<bdi>@zayran_ports</bdi>) 3");
        assert_eq!(shown("in #الغوطة_الشرقية, today"), "in <bdi>#الغوطة_الشرقية</bdi>, today");
        assert_eq!(
            shown("راجع https://x.example/a?b=1&c=2."),
            "راجع <bdi dir=\"ltr\">https://x.example/a?b=1&#38;c=2</bdi>."
        );
        assert_eq!(shown("(www.x.example)،"), "(<bdi dir=\"ltr\">www.x.example</bdi>)،");
    }

    #[test]
    fn quoted_words_stand_by_themselves() {
        let shown = |text: &str| quoting(text).to_string();
        assert_eq!(
            shown("“يقوم” for “تقوم”, “x<y” put in"),
            "“<bdi>يقوم</bdi>” for “<bdi>تقوم</bdi>”, “<bdi>x&#60;y</bdi>” put in"
        );
        assert_eq!(shown("«AFP» بدل «<b>»"), "«<bdi>AFP</bdi>» بدل «<bdi>&#60;b&#62;</bdi>»");
        assert_eq!(shown("a “mark & no other"), "a “mark &#38; no other");
    }

    #[test]
    fn nothing_else_is_touched_and_no_markup_survives() {
        for text in ["me@x.example", "C# and @ and #", "# 1", "awww.no", ""] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("<b>@a<i>\"'"), "&#60;b&#62;<bdi>@a</bdi>&#60;i&#62;&#34;&#39;");
        assert_eq!(shown("www.a<script>"), "<bdi dir=\"ltr\">www.a</bdi>&#60;script&#62;");
    }
}
