//! `{{cite news}}` of the English Wikipedia (Help:Citation Style 1).
//!
//! `archive-url` needs `url` and `archive-date`, or the template reports an error: without an original the archived text is
//! the `url`. A title in another script stands in `script-title`, which needs no transliteration.

use super::{Citation, date};

/// Languages that `script-title` knows and that this archive may meet.
const SCRIPTS: [&str; 30] = [
    "am", "ar", "be", "bg", "bn", "ckb", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kn", "ko", "ku", "ml", "mr",
    "ps", "ru", "sd", "sr", "ta", "te", "th", "ug", "uk", "ur", "zh",
];

pub(super) fn wikipedia(citation: &Citation) -> String {
    let mut fields: Vec<(&str, String)> = Vec::new();
    fields.extend(citation.byline.as_deref().map(|byline| ("author", escape(byline))));
    let title = citation.title.as_deref().unwrap_or("Untitled");
    let lang = citation.lang.as_deref().and_then(|lang| lang.split(['-', '_']).next()).map(str::to_ascii_lowercase);
    match lang.as_deref().filter(|lang| SCRIPTS.contains(lang) && !title.is_ascii()) {
        Some(lang) => fields.push(("script-title", format!("{lang}:{}", escape(title)))),
        None => fields.push(("title", escape(title))),
    }
    fields.extend(citation.newspaper.as_deref().map(|outlet| ("work", escape(outlet))));
    fields.extend(citation.published.as_ref().and_then(date::day).map(|day| ("date", day.to_string())));
    let archived = citation.original_link().zip(date::day(&citation.captured));
    match archived {
        Some((original, captured)) => {
            fields.push(("url", address(original)));
            fields.push(("url-status", "live".to_owned()));
            fields.push(("archive-url", address(&citation.url)));
            fields.push(("archive-date", captured.to_string()));
        }
        None => fields.push(("url", address(&citation.url))),
    }
    fields.extend(lang.map(|lang| ("language", escape(&lang))));
    fields.extend(citation.quote.as_deref().map(|quote| ("quote", escape(quote))));
    let fields: String = fields.iter().map(|(name, value)| format!(" |{name}={value}")).collect();
    format!("{{{{cite news{fields}}}}}\n")
}

/// Text in which the wiki sees no markup: no template, link, parameter, tag or entity begins or ends in it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' => out.push_str("{{!}}"),
            '{' | '}' | '[' | ']' | '<' | '>' | '&' | '\'' | '~' => out.push_str(&format!("&#{};", u32::from(c))),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An address with what would end it or its parameter percent-encoded.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '|' | '{' | '}' | '[' | ']' | '<' | '>' | '"' | '\'' | '`' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_of_the_wiki_survives_in_a_value() {
        assert_eq!(escape("a | b }} [[c]] <ref>"), "a {{!}} b &#125;&#125; &#91;&#91;c&#93;&#93; &#60;ref&#62;");
        assert_eq!(address("https://a.example/x|y}}"), "https://a.example/x%7Cy%7D%7D");
    }
}
