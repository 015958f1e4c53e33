//! The parts of a WACZ 1.1.1 beside its WARC file: pages, description, signature.

use data_encoding::BASE64;
use p384::ecdsa::signature::hazmat::PrehashSigner;
use p384::ecdsa::{Signature, SigningKey};
use p384::pkcs8::EncodePublicKey;
use serde_json::{Value, json};

use super::super::wacz::{DIGEST, PACKAGE};
use crate::domain::record::hex;
use crate::domain::sha256;

/// Where the captures lie.
pub const WARC: &str = "archive/data.warc.gz";
/// The packed index, and the list of its blocks.
pub const INDEX: &str = "indexes/index.cdx.gz";
/// The list of the index's blocks.
pub const INDEX_LIST: &str = "indexes/index.idx";
/// The list of pages.
pub const PAGES: &str = "pages/pages.jsonl";
/// The description of the package.
pub const DESCRIPTION: &str = PACKAGE;
/// Its hash and signature.
pub const SIGNATURE: &str = DIGEST;

/// The first line of the list of pages.
pub fn pages_header() -> String {
    format!("{}\n", json!({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": false}))
}

/// The line of a page; `moment` is RFC 3339.
pub fn page_line(id: &str, url: &str, moment: &str, title: Option<&str>) -> String {
    let mut page = json!({"id": id, "url": url, "ts": moment});
    if let Some(title) = title {
        page["title"] = title.into();
    }
    format!("{page}\n")
}

/// A part of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its path in the package.
    pub path: &'static str,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// `datapackage.json`; `moment` and the first page's are RFC 3339.
pub fn description(parts: &[Part], title: &str, software: &str, moment: &str, first: Option<(&str, &str)>) -> Vec<u8> {
    let resources: Vec<Value> = parts
        .iter()
        .map(|part| {
            let name = part.path.rsplit('/').next().unwrap_or(part.path);
            json!({"name": name, "path": part.path, "hash": format!("sha256:{}", part.sha256), "bytes": part.bytes})
        })
        .collect();
    let mut value = json!({
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "software": software,
        "created": moment,
        "modified": moment,
        "resources": resources,
    });
    if let Some((url, date)) = first {
        value["mainPageUrl"] = url.into();
        value["mainPageDate"] = date.into();
    }
    format!("{value:#}\n").into_bytes()
}

/// `datapackage-digest.json` with an anonymous signature, and the SHA-256 of the public key.
///
/// What is signed is the text of the hash of `description`, with ECDSA on P-384 and SHA-256; the signature is the two
/// numbers side by side, the key a SubjectPublicKeyInfo, both in Base64 (`wacz-auth` 0.1.0, and what wabac.js verifies).
/// `None` when `secret` is no key: zero, or not below the order of the group, which chance does not make.
pub fn signature(description: &[u8], secret: &[u8; 48], software: &str, moment: &str) -> Option<(Vec<u8>, String)> {
    let key = SigningKey::from_slice(secret).ok()?;
    let hash = format!("sha256:{}", hex(&sha256(description)));
    let signature: Signature = key.sign_prehash(&sha256(hash.as_bytes())).ok()?;
    let public = key.verifying_key().to_public_key_der().ok()?;
    let value = json!({
        "path": PACKAGE,
        "hash": hash,
        "signedData": {
            "hash": hash,
            "signature": BASE64.encode(&signature.to_bytes()),
            "publicKey": BASE64.encode(public.as_bytes()),
            "created": moment,
            "software": software,
        },
    });
    Some((format!("{value:#}\n").into_bytes(), hex(&sha256(public.as_bytes()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_96_bytes_over_the_hash_and_names_its_key() {
        let (bytes, key) = signature(b"{}", &[7; 48], "isnad", "2024-05-03T10:00:00Z").unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let signed = &value["signedData"];
        assert_eq!(value["hash"], signed["hash"]);
        assert_eq!(value["hash"], "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        assert_eq!(BASE64.decode(signed["signature"].as_str().unwrap().as_bytes()).unwrap().len(), 96);
        let public = BASE64.decode(signed["publicKey"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!((public.len(), hex(&sha256(&public))), (120, key));
        assert!(signature(b"{}", &[0; 48], "", "").is_none() && signature(b"{}", &[255; 48], "", "").is_none());
    }
}
