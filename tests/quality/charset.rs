//! Charset figures: files whose encoding is known, and the Arabic pages written in other encodings.

use std::path::Path;

use encoding_rs::{Encoding, ISO_8859_6, WINDOWS_1256};
use isnad::page::charset::{decode_html, decode_text};

use super::figures::Figures;
use super::gold::{Page, lines};

/// Scores `encoding/` and the re-encoded Arabic pages.
#[expect(clippy::print_stdout, reason = "a wrong charset is named")]
pub(crate) fn score(data: &Path, pages: &[Page], figures: &mut Figures) {
    for line in lines(&data.join("encoding/manifest.jsonl")) {
        let (file, label) = (line["file"].as_str().unwrap(), line["encoding"].as_str().unwrap());
        let Some(expected) = of_label(label) else { continue };
        let bytes = std::fs::read(data.join("encoding").join(file)).unwrap();
        let decoded = if file.ends_with(".html") { decode_html(&bytes, None) } else { decode_text(&bytes, None) };
        let right = decoded.as_ref().is_ok_and(|decoded| is_right(&bytes, &expected, &decoded.charset, &decoded.text));
        figures.add("charset of encoding/", true, f64::from(u8::from(right)));
        if !right {
            println!(
                "charset: {file} is {label}, read as {:?}",
                decoded.map(|decoded| (decoded.charset, decoded.notes))
            );
        }
    }
    for page in pages.iter().filter(|page| page.arabic) {
        let Ok(text) = decode_html(&page.bytes, None) else { continue };
        for (encoding, declared) in [
            (WINDOWS_1256, "windows-1256"),
            (WINDOWS_1256, ""),
            (WINDOWS_1256, "utf-8"),
            (WINDOWS_1256, "iso-8859-1"),
            (ISO_8859_6, "iso-8859-6"),
            (ISO_8859_6, ""),
        ] {
            let html = with_charset(&text.text, declared);
            let (bytes, _, _) = encoding.encode(&html);
            let decoded = decode_html(&bytes, None).unwrap();
            let right = is_right(&bytes, &encoding.name().to_lowercase(), &decoded.charset, &decoded.text);
            figures.add("charset of re-encoded Arabic pages", true, f64::from(u8::from(right)));
            if !right {
                println!(
                    "charset: {} in {} declared {declared:?}, read as {}",
                    page.id,
                    encoding.name(),
                    decoded.charset
                );
            }
        }
    }
}

/// The WHATWG name of a label of the manifest; `None` for what the standard does not know.
fn of_label(label: &str) -> Option<String> {
    let lower = label.to_lowercase();
    let stem = [
        "-arabic",
        "-bulgarian",
        "-croatian",
        "-czech",
        "-greek",
        "-hebrew",
        "-hungarian",
        "-polish",
        "-romanian",
        "-russian",
        "-slovak",
        "-slovene",
        "-turkish",
    ]
    .iter()
    .find_map(|suffix| lower.strip_suffix(suffix))
    .unwrap_or(&lower);
    match stem {
        "utf-8-sig" => Some("utf-8".to_owned()),
        "cp932" => Some("shift_jis".to_owned()),
        "tis-620" => Some("windows-874".to_owned()),
        "maccyrillic" => Some("x-mac-cyrillic".to_owned()),
        "iso-2022-kr" => None,
        "utf-16" | "utf-32" | "utf-32le" | "utf-32be" => Some(stem.to_owned()),
        _ => Encoding::for_label(stem.as_bytes()).map(|encoding| encoding.name().to_lowercase()),
    }
}

/// Right is the same encoding, or the same text: much text is the same in several encodings.
fn is_right(bytes: &[u8], expected: &str, charset: &str, text: &str) -> bool {
    charset == expected
        || charset.trim_end_matches(['l', 'b']).starts_with(expected) && expected.starts_with("utf-")
        || charset.starts_with(expected) && expected.starts_with("utf-")
        || Encoding::for_label(expected.as_bytes()).is_some_and(|encoding| encoding.decode(bytes).0 == text)
}

fn with_charset(html: &str, declared: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    // Takes the page's own declarations out.
    while let Some(at) = rest.find("<meta") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        let tag = &rest[at..end];
        if !tag.to_lowercase().contains("charset") {
            out.push_str(tag);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    match (declared, out.find("<head")) {
        ("", _) | (_, None) => out,
        (label, Some(head)) => {
            let at = out[head..].find('>').map_or(out.len(), |end| head + end + 1);
            format!("{}<meta charset=\"{label}\">{}", &out[..at], &out[at..])
        }
    }
}
