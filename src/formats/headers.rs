//! Header lines as WARC and HTTP share them: `Name: value`, continued lines, any line end.

/// Header fields in order, names as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads header lines; what is no `name: value` is passed over.
    pub(super) fn parse(lines: &[u8]) -> Headers {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines.split(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
            if text.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(text.trim());
                }
            } else if let Some((name, value)) = text.split_once(':') {
                fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Headers(fields)
    }

    /// Fields that were written otherwise.
    pub(super) fn from_pairs<const N: usize>(pairs: [(&str, String); N]) -> Headers {
        Headers(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The first value of a field, whatever the case of its name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Length of the head that `bytes` begin with, its empty line included; `None` when no empty line is in view.
///
/// The search begins at line starts after `from`, so that a growing view is not searched again.
pub(super) fn head_length(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = memchr::memchr(b'\n', &bytes[at..]) {
        at += found + 1;
        // Files that went through a text mode have two carriage returns.
        let returns = bytes[at..].iter().take(3).take_while(|byte| **byte == b'\r').count();
        if bytes.get(at + returns) == Some(&b'\n') {
            return Some(at + returns + 1);
        }
    }
    None
}

/// A media type in the form that captures carry: essence in lower case, parameters as they stand.
pub(super) fn media_type(content_type: &str) -> String {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let essence = essence.split(',').next().unwrap_or_default().trim().to_ascii_lowercase();
    let parameters: Vec<&str> = parameters.split(';').map(str::trim).filter(|p| !p.is_empty()).collect();
    if parameters.is_empty() { essence } else { format!("{essence}; {}", parameters.join("; ")) }
}

/// The part of a media type before its parameters.
pub(super) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_case_and_line_ends() {
        let headers = Headers::parse(b"WARC/1.0\r\nA: 1\nB:2\r\n  and more\r\na: 3\r\nno field\r\n\r\n");
        assert_eq!(headers.get("a"), Some("1"));
        assert_eq!(headers.all("A").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(headers.get("b"), Some("2 and more"));
        assert_eq!(headers.get("c"), None);
    }

    #[test]
    fn a_head_ends_at_the_first_empty_line() {
        assert_eq!(head_length(b"a: 1\r\n\r\nbody", 0), Some(8));
        assert_eq!(head_length(b"a: 1\n\nbody", 0), Some(6));
        assert_eq!(head_length(b"a: 1\r\n\nbody", 0), Some(7));
        assert_eq!(head_length(b"a: 1\r\r\n\r\r\nbody", 0), Some(10));
        assert_eq!(head_length(b"a: 1\r\nb: 2", 0), None);
    }

    #[test]
    fn media_types_have_one_form() {
        assert_eq!(media_type("Text/HTML;charset=Windows-1256"), "text/html; charset=Windows-1256");
        assert_eq!(media_type(" text/html , text/html; "), "text/html");
        assert_eq!(essence("text/html; charset=x"), "text/html");
    }
}
