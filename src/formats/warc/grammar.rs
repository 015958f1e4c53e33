//! What a record's head looks like: in WARC a version line and fields, in ARC one line.

use super::super::headers::{Headers, head_length};
use super::super::sniff::{is_arc, is_warc};
use super::MAX_HEAD;

/// Which of the two container formats is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Grammar {
    /// WARC 0.17 to 1.1 (ISO 28500).
    Warc,
    /// ARC 1 and 2 (Internet Archive, 1996): `URL IP date type [status checksum location offset file] length`.
    Arc,
}

impl Grammar {
    /// The format's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Grammar::Warc => "WARC",
            Grammar::Arc => "ARC",
        }
    }

    /// How many bytes must be in view to tell whether a record begins there.
    pub(super) fn lookahead(self) -> usize {
        match self {
            Grammar::Warc => 16,
            Grammar::Arc => 16 << 10,
        }
    }

    /// Whether a record begins here.
    pub(super) fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Grammar::Warc => is_warc(bytes),
            Grammar::Arc => is_arc(bytes),
        }
    }

    /// Index at or after `from` where a line begins a record.
    pub(super) fn find(self, bytes: &[u8], from: usize) -> Option<usize> {
        match self {
            Grammar::Warc => find_warc(bytes, from),
            Grammar::Arc => find_arc(bytes, from),
        }
    }

    /// Index at which the head in view ends; `None` when its end is not in view.
    pub(super) fn head_end(self, bytes: &[u8], searched: usize) -> Option<usize> {
        match self {
            Grammar::Warc => head_length(bytes, searched),
            Grammar::Arc => memchr::memchr(b'\n', &bytes[searched..]).map(|at| searched + at + 1),
        }
    }

    /// The fields of a head; those of an ARC line under their WARC names.
    pub(super) fn headers(self, head: &[u8]) -> Headers {
        match self {
            Grammar::Warc => Headers::parse(head),
            Grammar::Arc => arc_headers(head).unwrap_or_default(),
        }
    }

    /// Kind of the attachment that keeps the head.
    pub(super) fn attachment(self) -> &'static str {
        match self {
            Grammar::Warc => "warc-headers",
            Grammar::Arc => "arc-header",
        }
    }
}

/// A version line, followed by a header line, that begins a line.
fn find_warc(bytes: &[u8], from: usize) -> Option<usize> {
    let start = from.min(bytes.len());
    memchr::memmem::find_iter(&bytes[start..], b"WARC/").map(|at| start + at).find(|at| {
        // Padding with zeros, as after a crash of the machine that wrote, need not end with a line end.
        let begins_line = *at == 0 || matches!(bytes[at - 1], b'\n' | 0);
        begins_line && is_version_line(&bytes[*at..])
    })
}

fn is_version_line(bytes: &[u8]) -> bool {
    let line_end = bytes.iter().take(16).position(|byte| *byte == b'\n');
    let Some(line_end) = line_end else { return false };
    let version = bytes[5..line_end].trim_ascii();
    let sound = !version.is_empty() && version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let name = bytes[line_end + 1..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    sound && name > 0 && bytes.get(line_end + 1 + name) == Some(&b':')
}

fn find_arc(bytes: &[u8], from: usize) -> Option<usize> {
    let start = from.min(bytes.len());
    if (start == 0 || bytes[start - 1] == b'\n') && is_arc(&bytes[start..]) {
        return Some(start);
    }
    memchr::memchr_iter(b'\n', &bytes[start..]).map(|at| start + at + 1).find(|at| is_arc(&bytes[*at..]))
}

/// Reads an ARC line from its end, since URLs hold spaces.
fn arc_headers(head: &[u8]) -> Option<Headers> {
    let line = String::from_utf8_lossy(&head[..head.len().min(MAX_HEAD)]);
    let fields: Vec<&str> = line.trim().split(' ').collect();
    let is_date = |back: usize| {
        let field = fields.len().checked_sub(back).and_then(|at| fields.get(at));
        field.is_some_and(|field| field.len() >= 8 && field.bytes().all(|byte| byte.is_ascii_digit()))
    };
    // The date is the third of five fields, or the third of ten.
    let back = if is_date(3) || !is_date(8) { 3 } else { 8 };
    let at = fields.len().checked_sub(back).filter(|at| *at >= 2)?;
    let pairs = [
        ("WARC-Type", "response".to_owned()),
        ("WARC-Target-URI", fields[..at - 1].join(" ")),
        ("WARC-Date", fields[at].to_owned()),
        ("Content-Type", fields[at + 1].to_owned()),
        ("Content-Length", fields[fields.len() - 1].to_owned()),
    ];
    Some(Headers::from_pairs(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arc_lines_of_both_versions_are_read_from_their_end() {
        for line in [
            "http://a.example/x y 192.0.2.1 20140216050221 text/html 1591\n",
            "http://a.example/x y 192.0.2.1 20140216050221 text/html 200 - - 77 f.arc.gz 1591\r\n",
        ] {
            let headers = Grammar::Arc.headers(line.as_bytes());
            assert!(is_arc(line.as_bytes()));
            assert_eq!(headers.get("WARC-Target-URI"), Some("http://a.example/x y"));
            assert_eq!(headers.get("WARC-Date"), Some("20140216050221"));
            assert_eq!(headers.get("Content-Type"), Some("text/html"));
            assert_eq!(headers.get("Content-Length"), Some("1591"));
        }
        assert!(!is_arc(b"http://a.example/ says 20140216050221 and more\n"));
    }

    #[test]
    fn a_version_line_counts_only_with_a_field_after_it() {
        let find = |text: &str| Grammar::Warc.find(text.as_bytes(), 0);
        assert_eq!(find("x\r\nWARC/1.0\r\nWARC-Type: response\r\n"), Some(3));
        assert_eq!(find("\0\0WARC/1.0\r\nWARC-Type: response\r\n"), Some(2));
        assert_eq!(find("see WARC/1.0\r\nWARC-Type: x"), None);
        assert_eq!(find("\nWARC/1.0\r\nis a format"), None);
    }
}
