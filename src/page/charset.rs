//! Bytes to text: byte order mark, declared charset, detection.
//!
//! In this order:
//!
//! 1. a byte order mark (UTF-8, UTF-16, UTF-32) decides;
//! 2. the pattern of NUL bytes tells UTF-16 and UTF-32 without one;
//! 3. bytes beyond ASCII that are UTF-8 throughout are UTF-8, whatever is declared: other text hardly ever is by chance;
//! 4. the charset of the HTTP header or media type, then that of the page's own `meta` or XML declaration, when the
//!    bytes bear it out;
//! 5. detection (`chardetng`, as in Firefox).
//!
//! A declaration that the bytes refute is not followed, and noted. Bytes replaced by U+FFFD are always noted.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_6, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1256, X_USER_DEFINED};

/// Bytes at the beginning of a page in which its own declaration is looked for. Browsers look at 1,024; pages of old
/// content systems put comments before their head.
const PRESCAN: usize = 16_384;
/// Share of sequences that may be broken in text that still counts as the declared multi-byte encoding.
const BROKEN_SHARE: f64 = 0.02;
/// Non-ASCII bytes from which on detection is trusted above a declaration of a Latin encoding.
const ENOUGH: usize = 12;

/// Text decoded from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// WHATWG name of the encoding, lower case (`utf-32le` and `utf-32be` besides).
    pub charset: String,
    /// Remarks: a wrong declaration, replaced bytes.
    pub notes: Vec<String>,
}

/// Decodes an HTML document; `declared` is the charset of the HTTP header or media type.
pub fn decode_html(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, String> {
    if let Some(decoded) = wide(bytes) {
        return Ok(decoded);
    }
    let mut notes = Vec::new();
    let header = declared.and_then(|label| known(label, "HTTP header", &mut notes));
    let meta = declared_inside(bytes);
    let inside = meta.as_deref().and_then(|label| known(label, "page", &mut notes));
    let encoding = choose(bytes, [header, inside].into_iter().flatten(), &mut notes);
    Ok(decode(bytes, encoding, notes))
}

/// Decodes plain text. Bytes that are no text in any known encoding are an error that says at which byte.
pub fn decode_text(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, String> {
    if let Some(decoded) = wide(bytes) {
        return Ok(decoded);
    }
    refuse_binary(bytes)?;
    let mut notes = Vec::new();
    let header = declared.and_then(|label| known(label, "media type", &mut notes));
    let encoding = choose(bytes, header.into_iter(), &mut notes);
    let decoded = decode(bytes, encoding, notes);
    if encoding == UTF_8 && std::str::from_utf8(bytes).is_ok() {
        return Ok(decoded);
    }
    refuse_noise(bytes, &decoded)?;
    let mut decoded = decoded;
    if header != Some(encoding) {
        decoded.notes.insert(0, format!("charset {} was detected from the bytes, not declared", decoded.charset));
    }
    Ok(decoded)
}

/// A declared encoding and who declares it.
type Declared = (&'static Encoding, &'static str);

fn known(label: &str, who: &'static str, notes: &mut Vec<String>) -> Option<&'static Encoding> {
    let found = Encoding::for_label(label.trim().as_bytes());
    if found.is_none() {
        let label: String = label.chars().take(40).collect();
        notes.push(format!("the {who} declares charset {label:?}, which is none"));
    }
    // A page read as ASCII-compatible bytes cannot be in UTF-16, and x-user-defined is no encoding of text.
    found.map(|found| {
        if found == UTF_16BE || found == UTF_16LE {
            UTF_8
        } else if found == X_USER_DEFINED {
            encoding_rs::WINDOWS_1252
        } else {
            found
        }
    })
}

/// Chooses an encoding for bytes that are neither UTF-16 nor UTF-32.
fn choose(
    bytes: &[u8],
    declared: impl Iterator<Item = &'static Encoding>,
    notes: &mut Vec<String>,
) -> &'static Encoding {
    let declared: Vec<&'static Encoding> = declared.collect();
    let wide = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if wide == 0 {
        let escapes = declared.iter().find(|encoding| !encoding.is_ascii_compatible());
        return escapes
            .copied()
            .unwrap_or_else(|| if bytes.contains(&0x1b) { detect(bytes) } else { first(&declared) });
    }
    if std::str::from_utf8(bytes).is_ok() {
        note_refuted(&declared, UTF_8, notes);
        return UTF_8;
    }
    for &encoding in &declared {
        if bears_out(bytes, encoding, wide) {
            note_refuted(&declared, encoding, notes);
            return encoding;
        }
    }
    let encoding = detect(bytes);
    if declared.is_empty() {
        return encoding;
    }
    note_refuted(&declared, encoding, notes);
    encoding
}

fn first(declared: &[&'static Encoding]) -> &'static Encoding {
    declared.first().copied().unwrap_or(UTF_8)
}

fn note_refuted(declared: &[&'static Encoding], used: &'static Encoding, notes: &mut Vec<String>) {
    for wrong in declared.iter().filter(|&&encoding| encoding != used) {
        notes.push(format!("declared charset {} does not fit the bytes; read as {}", name(wrong), name(used)));
    }
}

/// Whether the bytes can be what a declaration says.
fn bears_out(bytes: &[u8], encoding: &'static Encoding, wide: usize) -> bool {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        // A page cut or spliced by careless tools is still what it says; one in another encoding breaks everywhere.
        let replaced = text.chars().filter(|&c| c == '\u{fffd}').count();
        let sound = text.chars().filter(|&c| !c.is_ascii() && c != '\u{fffd}').count();
        return replaced as f64 <= BROKEN_SHARE * sound as f64 || replaced <= 2 && sound > replaced;
    }
    if wide < ENOUGH || script(&text) != Script::Latin {
        return true;
    }
    // Every single-byte text decodes as Latin letters. Believe it unless detection reads another script.
    let detected = detect(bytes);
    let (other, _) = detected.decode_without_bom_handling(bytes);
    detected == encoding || matches!(script(&other), Script::Latin) || looks_latin(&text)
}

/// The script of most letters beyond ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Other,
}

fn script(text: &str) -> Script {
    let (mut latin, mut other) = (0u32, 0u32);
    for c in text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()) {
        if matches!(c, '\u{a0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') { latin += 1 } else { other += 1 }
    }
    if latin >= other { Script::Latin } else { Script::Other }
}

/// Whether the letters beyond ASCII stand among ASCII letters, as accents do, rather than in words of their own.
fn looks_latin(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let (mut single, mut run) = (0u32, 0u32);
    for (index, c) in chars.iter().enumerate() {
        if !c.is_ascii() && c.is_alphabetic() {
            let beside = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && c.is_alphabetic());
            let in_run =
                beside(index.checked_sub(1).and_then(|before| chars.get(before))) || beside(chars.get(index + 1));
            if in_run { run += 1 } else { single += 1 }
        }
    }
    single >= run
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    // The two Arabic sets agree on most letters; bytes that only windows-1256 assigns decide.
    if guess == ISO_8859_6 && ISO_8859_6.decode_without_bom_handling(bytes).1 { WINDOWS_1256 } else { guess }
}

fn decode(bytes: &[u8], encoding: &'static Encoding, mut notes: Vec<String>) -> Decoded {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| encoding == UTF_8).unwrap_or(bytes);
    let (text, broken): (Cow<'_, str>, bool) = encoding.decode_without_bom_handling(bytes);
    if broken {
        notes.push(replaced_note(&text, &name(encoding)));
    }
    Decoded { text: text.into_owned(), charset: name(encoding), notes }
}

fn replaced_note(text: &str, charset: &str) -> String {
    let replaced = text.chars().filter(|&c| c == '\u{fffd}').count();
    format!("{replaced} byte sequences are not {charset} and are shown as U+FFFD")
}

fn name(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// Decodes UTF-8, UTF-16 and UTF-32 by byte order mark, and the latter two by their NUL bytes.
fn wide(bytes: &[u8]) -> Option<Decoded> {
    let decoded = |encoding, skip: usize| decode(&bytes[skip..], encoding, Vec::new());
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some(utf_32(&bytes[4..], u32::from_le_bytes, "utf-32le")),
        [0, 0, 0xfe, 0xff, ..] => Some(utf_32(&bytes[4..], u32::from_be_bytes, "utf-32be")),
        [0xef, 0xbb, 0xbf, ..] => Some(decoded(UTF_8, 3)),
        [0xff, 0xfe, ..] => Some(decoded(UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some(decoded(UTF_16BE, 2)),
        _ => by_nul_bytes(bytes),
    }
}

/// Text in UTF-16 or UTF-32 has NUL bytes at fixed places: spaces, line ends and markup are ASCII in every script.
fn by_nul_bytes(bytes: &[u8]) -> Option<Decoded> {
    let head = &bytes[..bytes.len().min(4096) & !3];
    if head.len() < 8 {
        return None;
    }
    let nul = |offset: usize| head.iter().skip(offset).step_by(4).filter(|&&byte| byte == 0).count();
    let quarter = head.len() / 4;
    let nuls = [nul(0), nul(1), nul(2), nul(3)];
    let full = |count: usize| count == quarter;
    // In UTF-32 the byte of the highest plane is always NUL, the next one nearly always.
    if full(nuls[3]) && nuls[2] * 10 >= quarter * 9 && nuls[0] * 10 < quarter {
        return Some(utf_32(bytes, u32::from_le_bytes, "utf-32le"));
    }
    if full(nuls[0]) && nuls[1] * 10 >= quarter * 9 && nuls[3] * 10 < quarter {
        return Some(utf_32(bytes, u32::from_be_bytes, "utf-32be"));
    }
    let (even, odd) = (nuls[0] + nuls[2], nuls[1] + nuls[3]);
    let encoding = match (even, odd) {
        (0, odd) if odd * 10 >= quarter * 2 => UTF_16LE,
        (even, 0) if even * 10 >= quarter * 2 => UTF_16BE,
        (even, odd) if odd * 10 >= quarter * 14 && even * 20 < quarter => UTF_16LE,
        (even, odd) if even * 10 >= quarter * 14 && odd * 20 < quarter => UTF_16BE,
        _ => return None,
    };
    let broken = encoding.decode_without_bom_handling(bytes).1;
    (!broken).then(|| decode(bytes, encoding, Vec::new()))
}

fn utf_32(bytes: &[u8], number: fn([u8; 4]) -> u32, charset: &str) -> Decoded {
    let (quads, rest) = bytes.as_chunks::<4>();
    let mut broken = !rest.is_empty();
    let mut text: String = quads
        .iter()
        .map(|quad| {
            char::from_u32(number(*quad)).unwrap_or_else(|| {
                broken = true;
                '\u{fffd}'
            })
        })
        .collect();
    if !rest.is_empty() {
        text.push('\u{fffd}');
    }
    let notes = if broken { vec![replaced_note(&text, charset)] } else { Vec::new() };
    Decoded { text, charset: charset.to_owned(), notes }
}

/// The charset that a page declares for itself: `<meta charset>`, `<meta … content="…charset=…">`, `<?xml encoding?>`.
fn declared_inside(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(PRESCAN)];
    let head: String = head.iter().map(|&byte| char::from(byte.to_ascii_lowercase())).collect();
    if let Some(xml) = head.trim_start().strip_prefix("<?xml")
        && let Some(declaration) = xml.split("?>").next()
        && let Some(label) = value_after(declaration, "encoding")
    {
        return Some(label);
    }
    let mut rest = head.as_str();
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        if let Some(tag) = rest.strip_prefix("<meta") {
            let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
            if let Some(label) = value_after(tag, "charset") {
                return Some(label);
            }
        }
        rest = &rest[1..];
    }
    None
}

/// The value in `name = "value"`, bare or quoted.
fn value_after(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        rest = &rest[at + name.len()..];
        if let Some(value) = rest.trim_start().strip_prefix('=') {
            let value = value.trim_start().trim_start_matches(['"', '\'']);
            let end = value.find(|c: char| matches!(c, '"' | '\'' | ';' | '>' | '/' | '?') || c.is_whitespace());
            let label = value[..end.unwrap_or(value.len())].trim();
            return (!label.is_empty()).then(|| label.to_owned());
        }
    }
    None
}

/// Refuses bytes that no text holds.
fn refuse_binary(bytes: &[u8]) -> Result<(), String> {
    let control = |byte: u8| matches!(byte, 0..=8 | 0xe..=0x1a | 0x1c..=0x1f | 0x7f);
    let mut controls = 0usize;
    let mut first = None;
    for (offset, &byte) in bytes.iter().enumerate() {
        if control(byte) {
            controls += 1;
            first.get_or_insert((offset, byte));
        }
        if byte == 0 {
            return Err(format!("not text: byte 0x00 at offset {offset}"));
        }
    }
    match first {
        Some((offset, byte)) if controls > 3 + bytes.len() / 200 => {
            Err(format!("not text: {controls} control bytes, the first {byte:#04x} at offset {offset}"))
        }
        _ => Ok(()),
    }
}

/// Refuses a detected encoding whose text does not read as text.
fn refuse_noise(bytes: &[u8], decoded: &Decoded) -> Result<(), String> {
    let (mut letters, mut others) = (0usize, 0usize);
    for c in decoded.text.chars().filter(|c| !c.is_ascii()) {
        let plain = c.is_alphanumeric() || c.is_whitespace() || is_punctuation(c);
        if plain && c != '\u{fffd}' { letters += 1 } else { others += 1 }
    }
    if others * 5 <= letters {
        return Ok(());
    }
    let offset = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let byte = bytes.get(offset).copied().unwrap_or_default();
    Err(format!("not text in any known encoding: byte {byte:#04x} at offset {offset} is not UTF-8"))
}

/// Marks that stand in running text of the legacy encodings.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{2044}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{60c}'..='\u{66d}' | '\u{64b}'..='\u{65f}' | '\u{5b0}'..='\u{5c7}' | '\u{e31}'..='\u{e4e}' | '\u{20ac}' | '\u{2116}' | '\u{2122}')
}
