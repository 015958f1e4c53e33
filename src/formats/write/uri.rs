//! What stands as the target of a record.

use crate::domain::PayloadId;

/// Writes a URL as RFC 3986 wants it: what is no ASCII, a space, a control or a mark that would end a field is escaped.
///
/// Escapes that are there already stay as they are.
pub fn escaped(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.trim().bytes() {
        match byte {
            b'<' | b'>' | b'"' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => percent(&mut out, byte),
            0x21..=0x7e => out.push(char::from(byte)),
            _ => percent(&mut out, byte),
        }
    }
    out
}

fn percent(out: &mut String, byte: u8) {
    out.push_str(&format!("%{byte:02X}"));
}

/// The target of a capture: its URL, or the hash of its bytes where no URL is known.
pub fn target(url: Option<&str>, payload: &PayloadId) -> String {
    url.filter(|url| has_scheme(url)).map_or_else(|| format!("{HASH}{payload}"), escaped)
}

/// How the target of a capture without URL begins.
pub const HASH: &str = "urn:sha256:";

fn has_scheme(url: &str) -> bool {
    let Some((scheme, rest)) = url.trim().split_once(':') else { return false };
    !rest.is_empty()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_cannot_end_the_field_it_stands_in() {
        assert_eq!(
            escaped(" http://a.example/خبر?q=a b\r\nX: y "),
            "http://a.example/%D8%AE%D8%A8%D8%B1?q=a%20b%0D%0AX:%20y"
        );
        assert_eq!(escaped("http://a.example/%D8%AE"), "http://a.example/%D8%AE");
    }

    #[test]
    fn what_has_no_url_is_named_by_its_hash() {
        let id = PayloadId::of(b"abc");
        let hash = "urn:sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for url in [None, Some("page/1"), Some(":x"), Some("http:")] {
            assert_eq!(target(url, &id), hash, "{url:?}");
        }
        assert_eq!(target(Some("http://a.example/"), &id), "http://a.example/");
    }
}
