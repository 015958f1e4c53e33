//! RIS: one tag a line, so no value may hold a line break.

use super::{Citation, date};

pub(super) fn ris(citation: &Citation) -> String {
    let mut lines: Vec<(&str, String)> = vec![("TY", "NEWS".to_owned())];
    lines.extend(citation.byline.clone().map(|byline| ("AU", byline)));
    lines.push(("TI", citation.title.clone().unwrap_or_else(|| "Untitled".to_owned())));
    lines.extend(citation.newspaper.clone().map(|outlet| ("T2", outlet)));
    if let Some(day) = citation.published.as_ref().and_then(date::day) {
        lines.push(("PY", day.format("%Y").to_string()));
        lines.push(("DA", day.format("%Y/%m/%d/").to_string()));
    }
    lines.push(("UR", citation.original_link().unwrap_or(&citation.url).to_owned()));
    lines.extend(date::day(&citation.captured).map(|day| ("Y2", day.format("%Y/%m/%d/").to_string())));
    lines.push(("AN", citation.url.clone()));
    lines.extend(citation.lang.clone().map(|lang| ("LA", lang)));
    // Some readers drop AN: the note begins with the address of the archived text.
    lines.push(("N1", citation.evidence()));
    lines.push(("ER", String::new()));
    lines.iter().map(|(tag, value)| format!("{tag}  - {}\r\n", one_line(value))).collect()
}

/// A value without line breaks and other controls, which would begin a tag of somebody else's; nor two spaces in a row,
/// for there are readers that take `  - ` for the end of a tag wherever it stands.
fn one_line(value: &str) -> String {
    let parts = value.split(|c: char| c == ' ' || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_begins_a_line() {
        assert_eq!(one_line("a\r\nER  - \u{85}b\u{2028}c"), "a ER - b c");
    }
}
