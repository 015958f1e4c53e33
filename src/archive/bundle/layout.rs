//! Which files a bundle has, what each is, and the manifest that says so.

use super::zip::Files;
use crate::domain::{Digest, sha256};

/// Name of the manifest, which does not name itself.
pub(super) const MANIFEST: &str = "manifest.json";
/// The word that a manifest begins to say what it is of.
const KIND: &str = "isnad-bundle";
/// Version of the layout.
const VERSION: u32 = 1;

/// The largest number of an attachment, a stamp or a piece of evidence.
pub(super) const MAX_NUMBER: usize = 9_999;

/// What a file of a bundle is, by its name; none where bundles have no such file.
pub(super) fn what_is(name: &str) -> Option<&'static str> {
    if let Some(rest) = name.strip_prefix("evidence/") {
        let (folder, rest) = rest.split_once('/')?;
        number(folder)?;
        if rest.strip_prefix("block-").and_then(|rest| number(rest.strip_suffix(".txt")?)).is_some() {
            return Some("block");
        }
        return evidence(rest);
    }
    if let Some(rest) = name.strip_prefix("attachments/") {
        return number(rest.strip_suffix(".bin")?).map(|_| "attachment");
    }
    if let Some((at, ending)) = name.strip_prefix("stamps/").and_then(|rest| rest.split_once('.')) {
        number(at)?;
        return match ending {
            "checkpoint" => Some("stamped-checkpoint"),
            "tlog-proof" => Some("stamp-proof"),
            "tsr" => Some("stamp-response"),
            _ => None,
        };
    }
    match name {
        "README.txt" => Some("readme"),
        "audit.json" => Some("audit"),
        "checkpoint" => Some("checkpoint"),
        "payload.bin" => Some("payload"),
        "verify.html" | "verify.py" | "verify.sh" => Some("verifier"),
        _ => evidence(name),
    }
}

/// The files that state one capture and what was read in it.
fn evidence(name: &str) -> Option<&'static str> {
    Some(match name {
        "article.txt" => "text",
        "blocks.txt" => "block-list",
        "capture.json" => "capture-record",
        "capture.leaf" => "capture-leaf",
        "citation.tlog-proof" => "capture-proof",
        "reading.json" => "reading-record",
        "reading.leaf" => "reading-leaf",
        "reading.tlog-proof" => "reading-proof",
        _ => return None,
    })
}

/// A number from 1 on in its only spelling.
pub(super) fn number(digits: &str) -> Option<usize> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    let number = digits.parse().ok().filter(|_| plain)?;
    (number <= MAX_NUMBER).then_some(number)
}

/// Writes the manifest of `files`: JSON of which there is exactly one for a set of files.
///
/// So nobody has to parse it: a verifier writes it anew from the files that it has, and compares.
pub(super) fn manifest(files: &Files) -> Vec<u8> {
    let mut out = String::from("{\"files\":[");
    for (at, (name, bytes)) in files.iter().filter(|(name, _)| *name != MANIFEST).enumerate() {
        let (comma, what) = (if at == 0 { "" } else { "," }, what_is(name).unwrap_or("unknown"));
        let digest = Digest(sha256(bytes));
        let length = bytes.len();
        out.push_str(&format!(
            "{comma}{{\"bytes\":{length},\"is\":\"{what}\",\"name\":\"{name}\",\"sha256\":\"{digest}\"}}"
        ));
    }
    out.push_str(&format!("],\"kind\":\"{KIND}\",\"v\":{VERSION}}}"));
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_layout_are_known() {
        for name in
            ["article.txt", "attachments/1.bin", "stamps/2.tsr", "evidence/10/block-3.txt", "evidence/1/article.txt"]
        {
            assert!(what_is(name).is_some(), "{name}");
        }
        for name in [
            "",
            "manifest.json",
            "article.txt2",
            "Article.txt",
            "attachments/0.bin",
            "attachments/01.bin",
            "attachments/1",
            "attachments/1.bin/x",
            "stamps/1.txt",
            "evidence/1/payload.bin",
            "evidence/1/evidence/1/article.txt",
            "evidence/10000/article.txt",
            "evidence/+1/article.txt",
            "evidence/article.txt",
            "../article.txt",
        ] {
            assert_eq!(what_is(name), None, "{name}");
        }
    }

    #[test]
    fn a_manifest_is_canonical_json() {
        let files = [("checkpoint".to_owned(), b"x".to_vec()), ("README.txt".to_owned(), b"y".to_vec())].into();
        let bytes = manifest(&files);
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(crate::domain::jcs::to_canonical_json(&value).unwrap(), bytes);
        assert_eq!(value["files"][0]["name"], "README.txt");
    }
}
