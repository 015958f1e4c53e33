//! Recognises what a file holds, by its first bytes and, where they leave it open, by its name's ending.

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// Nothing.
    Empty,
    /// Plain text, in some encoding.
    Text,
    /// HTML, XHTML, or XML that is read as such.
    Html,
    /// A JSON object a line.
    Jsonl,
    /// WARC records.
    Warc,
    /// ARC records.
    Arc,
    /// Something sound that holds no captures.
    NoCaptures(String),
    /// Something that cannot be read here, with what it is.
    Unreadable(String),
}

/// How many first bytes decide.
pub(super) const PREFIX: usize = 8 << 10;

/// Magic numbers of files that are no text (the registries of IANA and of file(1)).
const MAGIC: &[(&[u8], &str)] = &[
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS-Adobe", "a PostScript document"),
    (b"\x7fELF", "an executable (ELF)"),
    (b"MZ\x90\0", "an executable (Windows)"),
    (b"\xcf\xfa\xed\xfe", "an executable (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "an executable (Mach-O or Java)"),
    (b"\0asm", "a WebAssembly module"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
    (b"BZh", "packed with bzip2; unpack it first"),
    (b"\xfd7zXZ\0", "packed with xz; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"PK\x03\x04", "a zip inside a packed file; unpack it first"),
    (b"\x1f\x8b\x08", "packed twice; unpack it once"),
    (b"\x28\xb5\x2f\xfd", "packed twice; unpack it once"),
];

/// Tags that begin an HTML document or a part of one (WHATWG MIME Sniffing, 7.1, and those pages are saved from).
const HTML_STARTS: &[&str] = &[
    "!doctype html",
    "html",
    "head",
    "script",
    "iframe",
    "h1",
    "h2",
    "div",
    "font",
    "table",
    "a",
    "style",
    "title",
    "b",
    "body",
    "br",
    "p",
    "meta",
    "article",
    "section",
    "main",
    "link",
    "span",
    "header",
    "base",
    "!--",
];

/// Decides by the first bytes (up to [`PREFIX`]) and the name's ending without that of a packing.
pub(super) fn sniff(head: &[u8], ending: &str) -> Format {
    if head.is_empty() {
        return Format::Empty;
    }
    if let Some(format) = by_magic(head) {
        return format;
    }
    let text = without_mark(head).trim_ascii_start();
    if looks_like_html(text) && !matches!(ending, "jsonl" | "ndjson" | "txt" | "text") || begins_html_document(text) {
        return Format::Html;
    }
    let named_text = matches!(ending, "txt" | "text" | "html" | "htm" | "xhtml" | "md");
    if let Some(what) = binary(head, named_text) {
        return Format::Unreadable(what);
    }
    match ending {
        "html" | "htm" | "xhtml" | "shtml" => Format::Html,
        "txt" | "text" => Format::Text,
        "jsonl" | "ndjson" => Format::Jsonl,
        "warc" => Format::Unreadable("named .warc, but no WARC record begins in it".to_owned()),
        "arc" => Format::Unreadable("named .arc, but no ARC record begins in it".to_owned()),
        "wacz" => Format::Unreadable("named .wacz, but it is no zip archive".to_owned()),
        "cdx" | "cdxj" => Format::NoCaptures("an index of captures (CDX), not captures".to_owned()),
        _ => by_text(text),
    }
}

fn by_magic(head: &[u8]) -> Option<Format> {
    let start = without_mark(head);
    let unspaced = start.trim_ascii_start();
    if is_warc(unspaced) {
        return Some(Format::Warc);
    }
    if unspaced.starts_with(b"filedesc:") || is_arc(unspaced) {
        return Some(Format::Arc);
    }
    if start.starts_with(b" CDX ") || start.starts_with(b"!meta 0 ") {
        return Some(Format::NoCaptures("an index of captures (CDX), not captures".to_owned()));
    }
    if head.starts_with(b"RIFF") && head.len() >= 12 {
        let what = match &head[8..12] {
            b"WEBP" => "a WebP image",
            b"WAVE" => "a WAVE recording",
            _ => "a RIFF file",
        };
        return Some(Format::Unreadable(what.to_owned()));
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Some(Format::Unreadable("a video or picture (ISO media)".to_owned()));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Format::Unreadable("a tar archive; unpack it first".to_owned()));
    }
    let (_, what) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic))?;
    Some(Format::Unreadable((*what).to_owned()))
}

/// Whether a WARC version line begins here.
pub(super) fn is_warc(bytes: &[u8]) -> bool {
    bytes.starts_with(b"WARC/") && bytes.get(5).is_some_and(u8::is_ascii_digit)
}

/// Whether these bytes pass as text in some encoding.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PREFIX)];
    known_binary(head).is_none() && binary(head, true).is_none()
}

/// Says what kind of binary file this is, when its magic number is known.
pub(super) fn known_binary(head: &[u8]) -> Option<String> {
    match by_magic(head) {
        Some(Format::Unreadable(what)) => Some(what),
        _ => None,
    }
}

/// Whether an ARC record line begins here: a URL, an address, 14 or more digits of date, a type, a length.
pub(super) fn is_arc(bytes: &[u8]) -> bool {
    let scheme = bytes.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if scheme == 0 || bytes.get(scheme) != Some(&b':') {
        return false;
    }
    let Some(end) = memchr::memchr(b'\n', &bytes[..bytes.len().min(16 << 10)]) else { return false };
    let Ok(line) = std::str::from_utf8(bytes[..end].trim_ascii()) else { return false };
    let fields: Vec<&str> = line.rsplitn(11, ' ').collect();
    let is_date = |back: usize| {
        fields.get(back).is_some_and(|date| (14..=18).contains(&date.len()) && date.bytes().all(|b| b.is_ascii_digit()))
    };
    // From the end: length, type, date; in version 2 five more fields stand between type and length.
    let is_type = |back: usize| fields.get(back).is_some_and(|field| field.contains('/') || *field == "no-type");
    let length = fields.first().is_some_and(|length| !length.is_empty() && length.len() <= 20);
    fields.len() >= 5 && length && ((is_date(2) && is_type(1)) || (is_date(7) && is_type(6)))
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Whether a whole document begins here, whatever the file is called.
fn begins_html_document(text: &[u8]) -> bool {
    starts_with_tag(text, "!doctype html") || starts_with_tag(text, "html")
}

/// Whether bytes without a declared type look like HTML.
pub(super) fn looks_like_html(text: &[u8]) -> bool {
    let text = without_mark(text).trim_ascii_start();
    text.starts_with(b"<?xml") || HTML_STARTS.iter().any(|tag| starts_with_tag(text, tag))
}

fn starts_with_tag(text: &[u8], tag: &str) -> bool {
    let Some(rest) = text.strip_prefix(b"<") else { return false };
    let Some(name) = rest.get(..tag.len()) else { return false };
    name.eq_ignore_ascii_case(tag.as_bytes())
        && (tag == "!--" || rest.get(tag.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')))
}

fn by_text(text: &[u8]) -> Format {
    if text.first() == Some(&b'{') {
        let line = memchr::memchr(b'\n', text).map(|end| &text[..end]);
        return match line {
            Some(line) if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err() && pretty_json(text) => {
                Format::Unreadable("JSON, but not one object a line; write it as JSON Lines".to_owned())
            }
            Some(line) if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err() => Format::Text,
            _ if text.get(1..).is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}'))) => {
                Format::Jsonl
            }
            _ => Format::Text,
        };
    }
    Format::Text
}

/// Whether a key in quotation marks follows the brace on a line of its own.
fn pretty_json(text: &[u8]) -> bool {
    text[1..].trim_ascii_start().first() == Some(&b'"')
}

/// Says what kind of binary data these are, if they are; `named_text` asks for more evidence.
fn binary(head: &[u8], named_text: bool) -> Option<String> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || is_utf16(head) {
        return None;
    }
    if let Some(at) = memchr::memchr(0, head) {
        return Some(format!("binary data (a NUL byte at byte {at})"));
    }
    // The binary data bytes of the WHATWG MIME Sniffing standard, without 1B: ISO-2022 text uses it.
    let is_control = |byte: &u8| matches!(byte, 1..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    let controls = head.iter().filter(|byte| is_control(byte)).count();
    let tolerated = if named_text { head.len() / 20 } else { head.len() / 500 };
    (controls > tolerated).then(|| format!("binary data ({controls} control bytes in the first {})", head.len()))
}

/// Whether these are UTF-16 units without a mark: one byte of each pair is nearly always a small block number.
fn is_utf16(head: &[u8]) -> bool {
    if head.len() < 16 {
        return false;
    }
    let pairs = head.len() / 2;
    let share = |parity: usize| {
        let high = head.iter().skip(parity).step_by(2).filter(|b| matches!(b, 0 | 4..=6 | 0x20 | 0xfe)).count();
        let zeros = head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
        (high * 20 >= pairs * 19) && zeros > 0
    };
    let other_zeros = |parity: usize| head.iter().skip(parity).step_by(2).any(|b| *b == 0);
    (share(0) && !other_zeros(1)) || (share(1) && !other_zeros(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_before_the_name() {
        assert_eq!(sniff(b"WARC/1.0\r\n", "txt"), Format::Warc);
        assert_eq!(sniff(b"filedesc://x.arc 0.0.0.0 2014 text/plain 76\n", "gz"), Format::Arc);
        assert_eq!(sniff(b"\xef\xbb\xbf\r\n<!DOCTYPE html><p>x", "txt"), Format::Html);
        assert_eq!(sniff(b"", "html"), Format::Empty);
        assert_eq!(sniff(b"SQLite format 3\0....", "txt"), Format::Unreadable("a SQLite database".to_owned()));
    }

    #[test]
    fn the_name_decides_what_content_leaves_open() {
        assert_eq!(sniff(b"plain words", "html"), Format::Html);
        assert_eq!(sniff(b"<b>bold</b> words", "txt"), Format::Text);
        assert_eq!(sniff(b"<b>bold</b> words", ""), Format::Html);
        assert_eq!(sniff(b"no json", "jsonl"), Format::Jsonl);
        assert_eq!(sniff(b"{\"text\":\"a\"}\n{", ""), Format::Jsonl);
        assert_eq!(sniff(b"{a brace} begins\na text", ""), Format::Text);
        assert!(matches!(sniff(b"{\n  \"text\": \"a\"\n}", "json"), Format::Unreadable(_)));
        assert!(matches!(sniff(b"words", "warc"), Format::Unreadable(_)));
        assert!(matches!(sniff(b"org,example)/ 2014 {}", "cdxj"), Format::NoCaptures(_)));
    }

    #[test]
    fn binary_is_told_from_text_in_other_encodings() {
        assert!(matches!(sniff(b"abc\0def", "txt"), Format::Unreadable(_)));
        let utf16: Vec<u8> = "خبر عاجل من المدينة".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sniff(&utf16, "txt"), Format::Text);
        assert_eq!(sniff(b"\x1b$B%F%9%H\x1b(B", ""), Format::Text);
        assert_eq!(sniff(b"\xc7\xe1\xce\xc8\xd1", "txt"), Format::Text);
    }
}
