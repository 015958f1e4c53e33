//! The signature of a WACZ (WACZ Signing and Verification, `wacz-auth` 0.1.0).
//!
//! What is signed is the text of the hash of `datapackage.json`, with ECDSA and SHA-256: by a key that only names itself
//! (anonymous), or by the key of a domain's certificate (`domain.rs`).

use data_encoding::{BASE64, BASE64_MIME};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::pkcs8::DecodePublicKey;
use serde_json::Value;

use super::domain;
use super::entries::{Entry, SharedFile};
use super::package::{DIGEST, Finding, MAX_JSON, PACKAGE};
use crate::domain::record::hex;
use crate::domain::sha256;
use crate::stamp::Anchors;

/// Checks the hash of `datapackage.json` and its signature.
pub(super) fn check(file: &SharedFile, entries: &[Entry], trusted: &Anchors) -> Vec<Finding> {
    let find = |name: &str| entries.iter().find(|entry| entry.name == name);
    let (Some(package), Some(digest)) = (find(PACKAGE), find(DIGEST)) else {
        return vec![Finding::not_checked(DIGEST, "the package is not signed").on_all()];
    };
    let read = |entry| file.read(entry, MAX_JSON);
    let result = read(package).and_then(|package| {
        let digest = read(digest)?;
        let digest = serde_json::from_slice(&digest).map_err(|error| format!("it is not JSON: {error}"))?;
        check_digest(&package, &digest, trusted)
    });
    let finding = match result {
        Err(error) => Finding::failed(DIGEST, &error),
        Ok(Verdict::Verified(what)) => Finding::verified(DIGEST, &what),
        Ok(Verdict::NotChecked(what)) => Finding::not_checked(DIGEST, &what),
    };
    vec![finding.on_all()]
}

/// How a signature came out.
pub(super) enum Verdict {
    Verified(String),
    NotChecked(String),
}

fn check_digest(package: &[u8], digest: &Value, trusted: &Anchors) -> Result<Verdict, String> {
    let real = format!("sha256:{}", hex(&sha256(package)));
    let stated = text(digest, "hash").ok_or("it states no hash of datapackage.json")?;
    if stated != real {
        return Err(format!("datapackage.json has the hash {real}, it says {stated}"));
    }
    let Some(signed) = digest.get("signedData").filter(|signed| signed.is_object()) else {
        return Ok(Verdict::NotChecked("the hash of datapackage.json agrees, the package is not signed".to_owned()));
    };
    if text(signed, "hash") != Some(stated) {
        return Err("the signed hash is not the one of datapackage.json".to_owned());
    }
    let signature = text(signed, "signature").ok_or("the signed data hold no signature")?;
    let signature = base64(signature).ok_or("the signature is not Base64")?;
    match (text(signed, "publicKey"), text(signed, "domainCert")) {
        (Some(key), _) => anonymous(key, stated, &signature),
        (None, Some(certificates)) => domain::check(signed, certificates, stated, &signature, trusted),
        (None, None) => Ok(Verdict::NotChecked("the signed data hold neither a publicKey nor a domainCert".to_owned())),
    }
}

pub(super) fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.trim().as_bytes()).or_else(|_| BASE64_MIME.decode(text.trim().as_bytes())).ok()
}

fn anonymous(key: &str, message: &str, signature: &[u8]) -> Result<Verdict, String> {
    let key = base64(key).ok_or("the public key is not Base64")?;
    let id = hex(&sha256(&key));
    Ok(match verify(&key, message, signature) {
        Signed::Holds => Verdict::Verified(format!(
            "the signature of datapackage.json holds, by an anonymous key with the SHA-256 {id}; who holds it is not stated"
        )),
        Signed::Fails => return Err(format!("the signature does not hold for the public key with the SHA-256 {id}")),
        Signed::OtherKey => Verdict::NotChecked("the public key is neither P-256 nor P-384".to_owned()),
    })
}

/// How a signature compares with a key.
pub(super) enum Signed {
    Holds,
    Fails,
    OtherKey,
}

/// Verifies ECDSA with SHA-256; the signature may be the two numbers side by side or DER.
pub(super) fn verify(key: &[u8], message: &str, signature: &[u8]) -> Signed {
    let hash = sha256(message.as_bytes());
    let holds = if let Ok(key) = p384::ecdsa::VerifyingKey::from_public_key_der(key) {
        let signature =
            p384::ecdsa::Signature::from_slice(signature).or_else(|_| p384::ecdsa::Signature::from_der(signature));
        signature.is_ok_and(|signature| key.verify_prehash(&hash, &signature).is_ok())
    } else if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(key) {
        let signature =
            p256::ecdsa::Signature::from_slice(signature).or_else(|_| p256::ecdsa::Signature::from_der(signature));
        signature.is_ok_and(|signature| key.verify_prehash(&hash, &signature).is_ok())
    } else {
        return Signed::OtherKey;
    };
    if holds { Signed::Holds } else { Signed::Fails }
}
