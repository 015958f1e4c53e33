//! Bytes to text: byte order mark, declared charset, detection.
//!
//! In this order:
//!
//! 1. a byte order mark (UTF-8, UTF-16, UTF-32) decides;
//! 2. the pattern of NUL bytes tells UTF-16 and UTF-32 without one;
//! 3. bytes beyond ASCII that are UTF-8 throughout, but for few broken places, are UTF-8, whatever is declared: other text hardly ever is by chance;
//! 4. the charset of the HTTP header or media type, then that of the page's own `meta` or XML declaration, when the
//!    bytes bear it out;
//! 5. detection (`chardetng`, as in Firefox).
//!
//! A declaration that the bytes refute is not followed, and noted. Bytes replaced by U+FFFD are always noted.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_6, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1256, X_MAC_CYRILLIC, X_USER_DEFINED,
};
use memchr::{memchr, memmem};

/// Bytes at the beginning of a page in which its own declaration is looked for. Browsers look at 1,024; pages of old
/// content systems put comments before their head.
const PRESCAN: usize = 16_384;
/// Share of sequences that may be broken in text that still counts as the declared multi-byte encoding.
const BROKEN_SHARE: f64 = 0.02;
/// Non-ASCII bytes from which on detection is trusted above a declaration of a Latin encoding.
const ENOUGH: usize = 12;

/// Characters from which the script of a text is told.
const SAMPLE: usize = 1 << 20;

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

/// Encodings by names that browsers do not know and programs write all the same.
fn by_other_name(label: &str) -> Option<&'static Encoding> {
    let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let number = |prefix: &str| plain.strip_prefix(prefix).map(|number| format!("windows-{number}"));
    let windows = ["windows", "win", "mscp", "cp", "ms"].iter().find_map(|prefix| number(prefix));
    match plain.as_str() {
        "maccyrillic" | "xmaccyrillic" | "macukrainian" | "macukraine" => Some(X_MAC_CYRILLIC),
        "macroman" => Some(MACINTOSH),
        "utf8mb3" | "utf8mb4" => Some(UTF_8),
        _ => windows.and_then(|label| Encoding::for_label(label.as_bytes())),
    }
}

fn known(label: &str, who: &'static str, notes: &mut Vec<String>) -> Option<&'static Encoding> {
    let found = Encoding::for_label(label.trim().as_bytes()).or_else(|| by_other_name(label));
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
    if bytes.is_ascii() {
        let fallback = declared.first().copied().unwrap_or(UTF_8);
        let escapes = declared.iter().find(|encoding| !encoding.is_ascii_compatible());
        return escapes.copied().unwrap_or_else(|| if bytes.contains(&0x1b) { detect(bytes) } else { fallback });
    }
    if is_mostly_utf_8(bytes) {
        note_refuted(&declared, UTF_8, notes);
        return UTF_8;
    }
    let wide = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let borne_out = declared.iter().copied().find(|encoding| bears_out(bytes, encoding, wide));
    let encoding = borne_out.unwrap_or_else(|| detect(bytes));
    note_refuted(&declared, encoding, notes);
    encoding
}

/// Whether at least three in four sequences beyond ASCII are UTF-8: pages spliced from several sources have broken
/// places, but text in another encoding forms such sequences only by rare chance.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken * 3 <= sound
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
    if wide < ENOUGH || script(&text) != Script::Latin || looks_latin(&text) {
        return true;
    }
    // Every single-byte text decodes as Latin letters. Believe it unless detection, the dearest test, reads another
    // script.
    let detected = detect(bytes);
    detected == encoding || script(&detected.decode_without_bom_handling(bytes).0) == Script::Latin
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
    let is_wide = |c: &char| !c.is_ascii() && c.is_alphabetic();
    let (mut single, mut run, mut length) = (0u32, 0u32, 0u32);
    for c in text.chars().take(SAMPLE).chain([' ']) {
        if is_wide(&c) {
            length += 1;
            continue;
        }
        match length {
            0 => {}
            1 => single += 1,
            more => run += more,
        }
        length = 0;
    }
    single >= run
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    if guess.is_single_byte() && is_mac_cyrillic(bytes) {
        return X_MAC_CYRILLIC;
    }
    // The two Arabic sets agree on most letters; bytes that only windows-1256 assigns decide.
    if guess == ISO_8859_6 && ISO_8859_6.decode_without_bom_handling(bytes).1 { WINDOWS_1256 } else { guess }
}

/// Whether single bytes are the Cyrillic of the Macintosh, which the detector does not know.
///
/// Small letters are those of windows-1251 but for "я": it stands at 0xDF, where that has "Я", a capital amid small
/// letters; capitals stand at 0x80 to 0x9F instead of 0xC0 to 0xDF.
fn is_mac_cyrillic(bytes: &[u8]) -> bool {
    let small = |byte: u8| (0xe0..=0xfe).contains(&byte);
    let (mut ya, mut capitals, mut others, mut letters) = (0_usize, 0_usize, 0_usize, 0_usize);
    for pair in bytes.windows(2) {
        letters += usize::from(small(pair[0]));
        ya += usize::from(small(pair[0]) && pair[1] == 0xdf);
        if small(pair[1]) {
            capitals += usize::from((0x80..=0x9f).contains(&pair[0]));
            others += usize::from((0xc0..=0xde).contains(&pair[0]));
        }
    }
    // Where "я" is written as windows-1251 does, 0xFF is among the commonest bytes.
    let elsewhere = memchr::memchr_iter(0xff, bytes).count();
    ya >= 3 && ya * 200 >= letters && ya > 10 * elsewhere && capitals > 4 * others
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
    let spaces = head.iter().position(|&byte| !char::from(byte).is_whitespace()).unwrap_or(head.len());
    if let Some(xml) = after_word(&head[spaces..], b"<?xml")
        && let Some(label) = value_after(&lower(&xml[..memmem::find(xml, b"?>").unwrap_or(xml.len())]), "encoding")
    {
        return Some(label);
    }
    let mut rest = head;
    while let Some(at) = memchr(b'<', rest) {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix(b"<!--") {
            rest = memmem::find(comment, b"-->").map_or(b"", |end| &comment[end..]);
            continue;
        }
        if let Some(tag) = after_word(rest, b"<meta") {
            let tag = &tag[..memchr(b'>', tag).unwrap_or(tag.len())];
            if let Some(label) = value_after(&lower(tag), "charset") {
                return Some(label);
            }
        }
        rest = &rest[1..];
    }
    None
}

/// What follows `word`, in whatever case.
fn after_word<'a>(bytes: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}

/// Bytes as Latin-1 characters, ASCII in lower case.
fn lower(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
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
    // In Latin scripts most letters are ASCII, and no text holds the controls U+0080 to U+009F.
    let ascii = decoded.text.bytes().filter(u8::is_ascii_alphabetic).count();
    let controls = decoded.text.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}'));
    let latin = script(&decoded.text) == Script::Latin;
    if others * 5 <= letters && !controls && (!latin || letters <= ascii) {
        return Ok(());
    }
    let offset = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let byte = bytes.get(offset).copied().unwrap_or_default();
    Err(format!("not text in any known encoding: byte {byte:#04x} at offset {offset} is not UTF-8"))
}

/// Marks that stand in running text of the legacy encodings.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{2044}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{60c}'..='\u{66d}' | '\u{5b0}'..='\u{5c7}' | '\u{e31}'..='\u{e4e}' | '\u{20ac}' | '\u{2116}' | '\u{2122}')
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, KOI8_R, SHIFT_JIS, WINDOWS_1251};

    use super::*;

    const ARABIC: &str = "<html><head></head><body><p>قال شاهد من أهل المدينة إن القصف توقف عند الفجر، وعاد الناس إلى \
        بيوتهم يبحثون عما بقي منها، ثم خرجت قوافل المهجرين نحو الشمال في ساعات المساء.</p></body></html>";

    fn read(text: &str, encoding: &'static Encoding, declared: Option<&str>) -> Decoded {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable);
        decode_html(&bytes, declared).unwrap()
    }

    #[test]
    fn undeclared_and_wrongly_declared_arabic_is_read() {
        for declared in [None, Some("windows-1256"), Some("utf-8"), Some("iso-8859-1"), Some("nonsense")] {
            let decoded = read(ARABIC, WINDOWS_1256, declared);
            assert_eq!((decoded.charset.as_str(), decoded.text.as_str()), ("windows-1256", ARABIC), "{declared:?}");
            assert_eq!(
                decoded.notes.is_empty(),
                matches!(declared, None | Some("windows-1256")),
                "{:?}",
                decoded.notes
            );
        }
        let iso = read(&ARABIC.replace('،', " "), ISO_8859_6, None);
        assert_eq!(iso.text, ARABIC.replace('،', " "));
    }

    #[test]
    fn a_page_declares_its_charset_in_meta_or_xml() {
        let russian = "<p>Сегодня утром мост снова открыли для движения";
        for (head, encoding) in [
            ("<meta charset=koi8-r>", KOI8_R),
            ("<META http-equiv='Content-Type' content='text/html; CHARSET = windows-1251'>", WINDOWS_1251),
            ("<?xml version='1.0' encoding='windows-1251'?>", WINDOWS_1251),
            ("<!-- <meta charset=utf-8> --><meta charset='koi8-r'/>", KOI8_R),
        ] {
            let decoded = read(&format!("{head}{russian}"), encoding, None);
            assert!(decoded.text.ends_with(russian) && decoded.notes.is_empty(), "{head} {:?}", decoded.notes);
        }
    }

    #[test]
    fn utf_8_wins_over_a_wrong_declaration_with_a_note() {
        let decoded = decode_html("<p>عاد الناس إلى بيوتهم".as_bytes(), Some("iso-8859-1")).unwrap();
        assert_eq!(decoded.charset, "utf-8");
        assert_eq!(decoded.notes, ["declared charset windows-1252 does not fit the bytes; read as utf-8"]);
    }

    #[test]
    fn broken_bytes_in_declared_utf_8_are_replaced_and_noted() {
        let mut bytes = "عاد الناس إلى بيوتهم ".repeat(20).into_bytes();
        bytes.push(0xff);
        let decoded = decode_html(&bytes, Some("utf-8")).unwrap();
        assert_eq!(decoded.charset, "utf-8");
        assert_eq!(decoded.notes, ["1 byte sequences are not utf-8 and are shown as U+FFFD"]);
    }

    #[test]
    fn wide_encodings_are_read_with_and_without_mark() {
        let text = "<p>عاد الناس إلى بيوتهم في المساء</p> and so on, until the evening.";
        for (mark, order) in [(true, true), (true, false), (false, true), (false, false)] {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            let bytes: Vec<u8> =
                units.flat_map(|unit| if order { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
            assert_eq!(decode_html(&bytes, Some("utf-8")).unwrap().text, text, "utf-16 {mark} {order}");
            let points = mark.then_some('\u{feff}').into_iter().chain(text.chars()).map(u32::from);
            let bytes: Vec<u8> =
                points.flat_map(|point| if order { point.to_le_bytes() } else { point.to_be_bytes() }).collect();
            assert_eq!(decode_text(&bytes, None).unwrap().text, text, "utf-32 {mark} {order}");
        }
    }

    #[test]
    fn plain_text_in_a_legacy_encoding_is_detected_with_a_note() {
        let (bytes, ..) = SHIFT_JIS.encode("橋は洪水のあと二年ぶりに開通した。住民は朝から列をつくって待っていた。");
        let decoded = decode_text(&bytes, None).unwrap();
        assert_eq!(decoded.notes, ["charset shift_jis was detected from the bytes, not declared"]);
        let (bytes, ..) = GBK.encode("大桥在洪水两年之后重新开放。居民从早晨开始排队等候。");
        assert_eq!(decode_text(&bytes, Some("gb2312")).unwrap().notes, Vec::<String>::new());
    }

    #[test]
    fn binary_is_refused_by_offset() {
        assert_eq!(decode_text(b"%PDF-1.4 \0abc", None).unwrap_err(), "not text: byte 0x00 at offset 9");
        assert!(decode_text(&[0x89, 0x50, 1, 2, 3, 4, 5, 6, 7, 8], None).unwrap_err().contains("at offset 2"));
        let noise: Vec<u8> = (0..400u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
        assert!(decode_text(&noise, None).unwrap_err().contains("at offset"));
        assert_eq!(decode_text(b"", None).unwrap().text, "");
    }
}
