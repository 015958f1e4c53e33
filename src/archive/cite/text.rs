//! Plain text: Chicago's notes and bibliography style, then the evidence line by line.

use super::{Citation, date};

pub(super) fn text(citation: &Citation) -> String {
    let mut out = String::new();
    if let Some(quote) = &citation.quote {
        out.push_str(&format!("“{quote}”\n\n"));
    }
    if let Some(byline) = &citation.byline {
        out.push_str(&sentence(byline));
        out.push(' ');
    }
    match &citation.title {
        Some(title) => out.push_str(&format!("“{}” ", sentence(title))),
        None => out.push_str("Untitled. "),
    }
    let mut source = vec![citation.outlet.clone().unwrap_or_else(|| "Outlet unknown".to_owned())];
    source.extend(citation.published.as_ref().map(|time| match date::day(time) {
        Some(day) => date::chicago(day),
        None => time.edtf.clone(),
    }));
    out.push_str(&sentence(&source.join(", ")));
    if let Some(original) = &citation.original {
        out.push_str(&format!(" {original}."));
    }
    out.push_str(&format!("\n{}: {}\n{}\n", citation.archived(), citation.url, citation.clocks()));
    out.push_str(&format!("SHA-256 of the text: {}\nCapture record: {}\n", citation.article, citation.record));
    out
}

/// Ends a part with a full stop unless it ends with a mark of its own.
fn sentence(part: &str) -> String {
    let stop = if part.ends_with(['.', '!', '?', '؟', '…', '。']) { "" } else { "." };
    format!("{part}{stop}")
}
