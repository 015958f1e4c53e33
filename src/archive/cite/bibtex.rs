//! An entry for BibTeX and biblatex: `year`, `month` and `day` for the one, `date` for the other.

use chrono::Datelike;

use super::{Citation, date};

pub(super) fn bibtex(citation: &Citation) -> String {
    let mut fields: Vec<(&str, String)> = Vec::new();
    // Double braces keep an author as printed and a title's letters as they are.
    fields.extend(citation.byline.as_ref().map(|byline| ("author", format!("{{{}}}", escape(byline)))));
    let title = citation.title.as_deref().unwrap_or("Untitled");
    fields.push(("title", format!("{{{}}}", escape(title))));
    fields.extend(citation.newspaper.as_ref().map(|outlet| ("journal", escape(outlet))));
    fields.push(("entrysubtype", "newspaper".to_owned()));
    if let Some(day) = citation.published.as_ref().and_then(date::day) {
        fields.push(("date", day.to_string()));
        fields.push(("year", day.year().to_string()));
        fields.push(("month", day.month().to_string()));
        fields.push(("day", day.day().to_string()));
    }
    fields.push(("url", address(citation.original_link().unwrap_or(&citation.url))));
    fields.extend(date::day(&citation.captured).map(|day| ("urldate", day.to_string())));
    fields.push(("archiveurl", address(&citation.url)));
    fields.extend(citation.lang.as_ref().map(|lang| ("language", escape(lang))));
    fields.push(("note", escape(&citation.evidence())));
    let key = citation.key();
    // Sixteen digits name an article or a capture, what follows the id a passage.
    let (id, range) = key.split_at_checked(64).unwrap_or((&key, ""));
    let mut out = format!("@article{{isnad-{}{range},\n", id.get(..16).unwrap_or(id));
    for (name, value) in fields {
        out.push_str(&format!("  {name} = {{{value}}},\n"));
    }
    out.push_str("}\n");
    out
}

/// Writes what TeX reads as markup as words of TeX. Braces, escaped or not, would unbalance the entry.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '%' | '&' | '$' | '#' | '_' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An address as it is, with what would unbalance the entry percent-encoded.
fn address(url: &str) -> String {
    url.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stay_balanced_whatever_a_title_holds() {
        let written = escape("a } b { c \\ 100 % _x_ & #1 $ ~ ^\nالغوطة");
        assert!(written.ends_with(" الغوطة") && !written.contains('\n'));
        let depth = written.chars().try_fold(0_i32, |depth, c| match c {
            '{' => Some(depth + 1),
            '}' if depth == 0 => None,
            '}' => Some(depth - 1),
            _ => Some(depth),
        });
        assert_eq!(depth, Some(0), "{written}");
        assert_eq!(address("https://a.example/{x}\\"), "https://a.example/%7Bx%7D%5C");
    }
}
