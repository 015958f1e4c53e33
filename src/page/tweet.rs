//! Embedded tweets that were flattened to text: the words, then `— Name (@handle) date`.

use super::dates;
use crate::domain::canonical::is_default_ignorable;
use crate::domain::{Time, canonicalise};

/// The signature line of an embedded tweet: `— Name (@handle) date`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Display name.
    pub name: Option<String>,
    /// Handle without the `@`.
    pub handle: String,
    /// The printed date, when there is one.
    pub date: Option<Time>,
}

/// A display name has at most 50 characters; old and renamed ones are given some room.
const LONGEST_NAME: usize = 80;
/// Handles have at most 15 characters; a few old ones have more.
const LONGEST_HANDLE: usize = 20;
/// What follows the handle is a date and nothing longer.
const LONGEST_DATE: usize = 60;

/// Reads a signature line, or `None` when the line is none.
///
/// It begins with a dash, names a handle in parentheses and ends there or with a printed date; anything else on the line
/// makes it an ordinary one.
pub fn parse_signature(line: &str) -> Option<Signature> {
    let dashed = |c: char| matches!(c, '-' | '–' | '—' | '―' | '‒' | '‐' | '‑' | '−' | '⸺' | 'ـ' | '&');
    let first = line.chars().find(|c| !c.is_whitespace() && !is_default_ignorable(*c))?;
    if line.len() > 1000 || !dashed(first) || !line.contains(['@', '＠']) {
        return None;
    }
    let line = canonicalise(line);
    parse_after_dash(strip_dash(line.trim_start())?)
}

/// Finds a signature at the end of a longer line: the byte at which its dash stands, and what it says.
///
/// Words that go before on the same line must be parted by a dash, and the date must be printed: prose names people and
/// handles in parentheses too.
pub fn trailing_signature(line: &str) -> Option<(usize, Signature)> {
    let at = line.rfind("(@").or_else(|| line.rfind("(\u{200e}@")).or_else(|| line.rfind("(＠"))?;
    if line.len() - at > 200 {
        return None;
    }
    let head = &line[..at];
    let dash = head.char_indices().rev().take(LONGEST_NAME).find(|(at, c)| is_signature_dash(head, *at, *c))?.0;
    if line[..dash].trim().is_empty() {
        return None;
    }
    let signature = parse_signature(&line[dash..]).filter(|signature| signature.date.is_some())?;
    Some((dash, signature))
}

/// Em dash and horizontal bar always part; a shorter one only with a space before it, for names hold hyphens.
fn is_signature_dash(head: &str, at: usize, c: char) -> bool {
    match c {
        '—' | '―' => true,
        '–' | '-' => head[..at].ends_with([' ', '\u{a0}']) && head[at + c.len_utf8()..].starts_with([' ', '\u{a0}']),
        _ => false,
    }
}

/// Removes the dash or dashes, as characters or as an entity left undecoded.
fn strip_dash(line: &str) -> Option<&str> {
    for entity in ["&mdash;", "&ndash;", "&#8212;", "&#8211;", "&#x2014;"] {
        if let Some(rest) = line.strip_prefix(entity) {
            return Some(rest.trim_start());
        }
    }
    let rest = line.trim_start_matches(['—', '–', '―', '‒', '‐', '‑', '−', '⸺', '-', 'ـ']);
    (rest.len() < line.len()).then(|| rest.trim_start())
}

fn parse_after_dash(line: &str) -> Option<Signature> {
    let open = line.rfind("(@").or_else(|| line.rfind("(＠"))?;
    let name = line[..open].trim();
    let inner = line[open + 1..].trim_start_matches(['@', '＠']);
    let close = inner.find(')')?;
    let (handle, rest) = (&inner[..close], inner[close + 1..].trim());
    let rest = rest.trim_matches(['.', '،', ',', '-', '–', '—', '·', ' ']);
    if !is_handle(handle) || name.chars().count() > LONGEST_NAME || rest.chars().count() > LONGEST_DATE {
        return None;
    }
    let date = dates::parse_printed(rest);
    if date.is_none() && !rest.is_empty() && !is_day_alone(rest) {
        return None;
    }
    Some(Signature { name: (!name.is_empty()).then(|| name.to_owned()), handle: handle.to_owned(), date })
}

/// Whether `text` is a date without a year and nothing else.
fn is_day_alone(text: &str) -> bool {
    matches!(dates::find(text).as_slice(), [found] if found.span.len() + 2 >= text.len())
}

/// Whether `text` can be a handle: Latin letters, digits and underscores.
pub(crate) fn is_handle(text: &str) -> bool {
    (1..=LONGEST_HANDLE).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, String, String)> {
        let signature = parse_signature(line)?;
        Some((
            signature.name.unwrap_or_default(),
            signature.handle,
            signature.date.map(|date| date.edtf).unwrap_or_default(),
        ))
    }

    #[test]
    fn signatures_in_many_spellings_are_read() {
        for (line, name, handle, date) in [
            ("— حمزة بيرقدار (@HA_alshami05) ٣٠ مارس، ٢٠١٨", "حمزة بيرقدار", "HA_alshami05", "2018-03-30"),
            ("— Jane Doe (@jane_doe) March 30, 2018", "Jane Doe", "jane_doe", "2018-03-30"),
            ("– هيئة (@x1) أغسطس 3, 2015", "هيئة", "x1", "2015-08-03"),
            ("&mdash; Jean (@jean) 30 mars 2018", "Jean", "jean", "2018-03-30"),
            ("-- Dr. J. Smith (PhD) 🇸🇾 (@js) 3 de agosto de 2015", "Dr. J. Smith (PhD) 🇸🇾", "js", "2015-08-03"),
            ("\u{200f}— علي (\u{200e}@ali) ۳۰ مارس ۲۰۱۸", "علي", "ali", "2018-03-30"),
            ("— Name (@name)", "Name", "name", ""),
            ("— (@name) March 30, 2018", "", "name", "2018-03-30"),
            ("— 太郎 (@taro) 2018年3月30日", "太郎", "taro", "2018-03-30"),
            ("— Name (@name) 10:49 AM - 30 Mar 2018", "Name", "name", "2018-03-30T10:49:00"),
            ("— Name (@name) March 30", "Name", "name", ""),
        ] {
            assert_eq!(read(line), Some((name.to_owned(), handle.to_owned(), date.to_owned())), "{line}");
        }
    }

    #[test]
    fn ordinary_lines_are_no_signatures() {
        for line in [
            "— قال الوزير (أحمد علي) ٣٠ مارس، ٢٠١٨",
            "Jane Doe (@jane_doe) March 30, 2018",
            "— Jane (@jane_doe) said on March 30, 2018 that the village had been emptied of its people",
            "— Jane (@jane_doe) told us so",
            "- First item of a list (see below)",
            "— mail to (@) March 30, 2018",
            "—",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_signature_at_the_end_of_a_line_is_found() {
        let line = "تحطمت طائرة اليوم الساعة 14:08.— هيئة الطيران (@ksagaca) July 31, 2015";
        let (at, signature) = trailing_signature(line).unwrap();
        assert_eq!((&line[..at], signature.handle.as_str()), ("تحطمت طائرة اليوم الساعة 14:08.", "ksagaca"));
        assert!(trailing_signature("Good work - Al-Ghad TV (@alghad) August 3, 2015").is_some());
        assert_eq!(trailing_signature("كتب الوزير — وهو محق — أحمد (@ahmad) في حسابه"), None);
        assert_eq!(trailing_signature("— Name (@name) March 30, 2018"), None, "nothing goes before it");
    }
}
