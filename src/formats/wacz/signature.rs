//! The signature of a WACZ (WACZ Signing and Verification, `wacz-auth` 0.1.0).
//!
//! What is signed is the text of the hash of `datapackage.json`, with ECDSA and SHA-256: by a key that only names itself
//! (anonymous), or by the key of a domain's certificate. Whether an authority vouched for that certificate, and the time
//! stamp, are not checked here, and the finding says so.

use data_encoding::{BASE64, BASE64_MIME};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::pkcs8::DecodePublicKey;
use serde_json::Value;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::entries::{Entry, SharedFile};
use super::package::{DIGEST, Finding, MAX_JSON, PACKAGE};
use crate::domain::record::hex;
use crate::domain::sha256;

/// Checks the hash of `datapackage.json` and its signature.
pub(super) fn check(file: &SharedFile, entries: &[Entry]) -> Vec<Finding> {
    let find = |name: &str| entries.iter().find(|entry| entry.name == name);
    let (Some(package), Some(digest)) = (find(PACKAGE), find(DIGEST)) else {
        return vec![Finding::not_checked(DIGEST, "the package is not signed").on_all()];
    };
    let read = |entry| file.read(entry, MAX_JSON);
    let result = read(package).and_then(|package| {
        let digest = read(digest)?;
        let digest = serde_json::from_slice(&digest).map_err(|error| format!("it is not JSON: {error}"))?;
        check_digest(&package, &digest)
    });
    let finding = match result {
        Err(error) => Finding::failed(DIGEST, &error),
        Ok(Verdict::Verified(what)) => Finding::verified(DIGEST, &what),
        Ok(Verdict::NotChecked(what)) => Finding::not_checked(DIGEST, &what),
    };
    vec![finding.on_all()]
}

enum Verdict {
    Verified(String),
    NotChecked(String),
}

fn check_digest(package: &[u8], digest: &Value) -> Result<Verdict, String> {
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
        (None, Some(certificates)) => domain(signed, certificates, stated, &signature),
        (None, None) => Ok(Verdict::NotChecked("the signed data hold neither a publicKey nor a domainCert".to_owned())),
    }
}

fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

fn base64(text: &str) -> Option<Vec<u8>> {
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

fn domain(signed: &Value, certificates: &str, message: &str, signature: &[u8]) -> Result<Verdict, String> {
    let domain = text(signed, "domain").ok_or("the signed data name no domain")?;
    let certificate = first_certificate(certificates).ok_or("the certificate of the domain cannot be read")?;
    let fields = certificate.tbs_certificate();
    let key = fields.subject_public_key_info().to_der().map_err(|error| format!("the certificate's key: {error}"))?;
    match verify(&key, message, signature) {
        Signed::Holds => {}
        Signed::Fails => return Err(format!("the signature does not hold for the certificate of {domain}")),
        Signed::OtherKey => {
            return Ok(Verdict::NotChecked("the key of the certificate is neither P-256 nor P-384".to_owned()));
        }
    }
    if !names_domain(&certificate, domain) {
        return Err(format!("the signature holds, but its certificate does not name {domain}"));
    }
    if let Some(created) = text(signed, "created") {
        let at =
            chrono::DateTime::parse_from_rfc3339(created).map_err(|_| format!("created {created:?} is no time"))?;
        let validity = fields.validity();
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        let span = validity.not_before.to_unix_duration().as_secs()..=validity.not_after.to_unix_duration().as_secs();
        if !span.contains(&seconds) {
            return Err(format!("the certificate of {domain} was not valid at the time stated, {created}"));
        }
    }
    let issuer = fields.issuer().to_string();
    let stamp = match text(signed, "timeSignature") {
        Some(_) => "the time stamp (RFC 3161) was not checked either",
        None => "there is no time stamp",
    };
    // Without a trusted issuer the certificate proves no domain: anybody can write one.
    Ok(Verdict::NotChecked(format!(
        "the signature of datapackage.json holds, by the key in a certificate that names {domain} and {issuer:?} as its \
         issuer; that the issuer signed the certificate was not checked, since there is no list of trusted issuers here, \
         and {stamp}: so who signed, and when, stays unproven"
    )))
}

fn names_domain(certificate: &Certificate, domain: &str) -> bool {
    let names = certificate.tbs_certificate().get_extension::<SubjectAltName>();
    let Ok(Some((_, names))) = names else { return false };
    names.0.iter().any(|name| match name {
        GeneralName::DnsName(name) => {
            let name = name.as_str();
            let wild = name.strip_prefix("*.").is_some_and(|parent| {
                domain.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
            });
            wild || name.eq_ignore_ascii_case(domain)
        }
        _ => false,
    })
}

/// The first certificate of a PEM chain: the one of the domain itself.
fn first_certificate(chain: &str) -> Option<Certificate> {
    let (_, rest) = chain.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let compact: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Certificate::from_der(&BASE64.decode(compact.as_bytes()).ok()?).ok()
}

enum Signed {
    Holds,
    Fails,
    OtherKey,
}

/// Verifies ECDSA with SHA-256; the signature may be the two numbers side by side or DER.
fn verify(key: &[u8], message: &str, signature: &[u8]) -> Signed {
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
