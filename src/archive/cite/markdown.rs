//! Markdown (CommonMark).

use super::Citation;

pub(super) fn markdown(citation: &Citation) -> String {
    let mut out = String::new();
    if let Some(quote) = &citation.quote {
        out.push_str(&format!("> {}\n\n", escape(quote)));
    }
    let title = citation.title.as_deref().unwrap_or("Untitled");
    out.push_str(&format!("[{}](<{}>)", escape(title), citation.url));
    for part in [&citation.byline, &citation.outlet].into_iter().flatten() {
        out.push_str(&format!(", {}", escape(part)));
    }
    out.push_str(&format!(". {}", citation.clocks()));
    if let Some(original) = citation.original_link() {
        out.push_str(&format!(" [Original](<{}>).", original.replace(['<', '>'], "")));
    }
    out.push_str(&format!(" SHA-256 `{}`, record `{}`.\n", citation.article, citation.record));
    out
}

/// Puts a backslash before what Markdown or HTML would read as markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]()<>#+-!|&~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
