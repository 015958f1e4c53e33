//! HTML with the attributes of Robust Links (robustlinks.mementoweb.org/spec): where the original is gone, a reader's
//! browser still knows the archived text and the day it was captured.

use super::{Citation, date};

pub(super) fn html(citation: &Citation) -> String {
    let mut out = String::from("<p class=\"citation\">");
    if let Some(quote) = &citation.quote {
        out.push_str(&format!("<q{} dir=\"auto\">{}</q> ", lang(citation), escape(quote)));
    }
    if let Some(byline) = &citation.byline {
        out.push_str(&format!("<bdi>{}</bdi>, ", escape(byline)));
    }
    let title = escape(citation.title.as_deref().unwrap_or("Untitled"));
    let versioned = format!("data-versionurl=\"{}\"{}", escape(&citation.url), version_date(citation));
    let link = match citation.original_link() {
        Some(original) => {
            let original = escape(original);
            format!("href=\"{original}\" data-originalurl=\"{original}\" {versioned}")
        }
        None => format!("href=\"{}\"", escape(&citation.url)),
    };
    out.push_str(&format!("<a {link}{}><bdi>{title}</bdi></a>", lang(citation)));
    if let Some(outlet) = &citation.outlet {
        out.push_str(&format!(", <bdi>{}</bdi>", escape(outlet)));
    }
    out.push_str(&format!(
        ". {} <a href=\"{}\">{}</a>, SHA-256 <code>{}</code>, record <code>{}</code>.</p>\n",
        escape(&citation.clocks()),
        escape(&citation.url),
        citation.archived(),
        citation.article,
        citation.record
    ));
    out
}

fn lang(citation: &Citation) -> String {
    citation.lang.as_ref().map(|lang| format!(" lang=\"{}\"", escape(lang))).unwrap_or_default()
}

fn version_date(citation: &Citation) -> String {
    date::day(&citation.captured).map(|day| format!(" data-versiondate=\"{day}\"")).unwrap_or_default()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
