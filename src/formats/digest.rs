//! Compares a digest that a record states with every reading of its bytes.
//!
//! The WARC standard speaks of the payload; tools hash the body as transmitted, without chunks, or decoded, and some
//! write one where the other belongs. Which reading matched is told.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use sha2::Digest as _;

use super::{DigestOutcome, StatedDigest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl Algorithm {
    fn named(name: &str) -> Option<Algorithm> {
        match name.to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "md5" => Some(Algorithm::Md5),
            "sha1" | "sha" => Some(Algorithm::Sha1),
            "sha256" => Some(Algorithm::Sha256),
            "sha512" => Some(Algorithm::Sha512),
            _ => None,
        }
    }

    fn length(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        }
    }

    fn hash(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Algorithm::Md5 => md5::Md5::digest(bytes).to_vec(),
            Algorithm::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Algorithm::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Algorithm::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        }
    }
}

/// Compares `stated` with readings of the record's bytes, each with its name, in order.
pub(super) fn compare(field: &str, stated: &str, readings: &[(&str, &[u8])]) -> StatedDigest {
    let (outcome, why) = match parse(stated) {
        Err(why) => (DigestOutcome::NotChecked, why),
        Ok(_) if readings.is_empty() => (DigestOutcome::NotChecked, "its bytes are not in this record".to_owned()),
        Ok((algorithm, value)) => {
            let mut seen: Vec<&[u8]> = Vec::new();
            let hit = readings.iter().find(|(_, bytes)| {
                let new = !seen.contains(bytes);
                seen.push(bytes);
                new && algorithm.hash(bytes) == value
            });
            match hit {
                Some((name, _)) => (DigestOutcome::Verified, format!("{name} matches")),
                None => {
                    let tried: Vec<&str> = readings.iter().map(|(name, _)| *name).collect();
                    (DigestOutcome::Failed, format!("none of these matches: {}", tried.join(", ")))
                }
            }
        }
    };
    StatedDigest { stated: stated.to_owned(), outcome, why: format!("{field}: {why}") }
}

/// Whether `bytes` hash to what is stated.
pub(super) fn matches(stated: &str, bytes: &[u8]) -> bool {
    parse(stated).is_ok_and(|(algorithm, value)| algorithm.hash(bytes) == value)
}

/// Reads `algorithm:value`; the value may be hexadecimal, Base32 or Base64, the algorithm may be left out.
fn parse(stated: &str) -> Result<(Algorithm, Vec<u8>), String> {
    let stated = stated.trim();
    let (name, value) = stated.split_once([':', '=']).unwrap_or(("", stated));
    let algorithm = match (name, value.len()) {
        ("", 32 | 40) => Some(Algorithm::Sha1),
        ("", 64) => Some(Algorithm::Sha256),
        _ => Algorithm::named(name),
    };
    let algorithm = algorithm.ok_or_else(|| format!("the algorithm {name:?} is unknown here"))?;
    let value = value.trim().trim_end_matches('=');
    let texts = [
        HEXLOWER.decode(value.to_ascii_lowercase().as_bytes()),
        BASE32_NOPAD.decode(value.to_ascii_uppercase().as_bytes()),
        BASE64_NOPAD.decode(value.as_bytes()),
        BASE64URL_NOPAD.decode(value.as_bytes()),
    ];
    let bytes = texts.into_iter().flatten().find(|bytes| bytes.len() == algorithm.length());
    bytes.map(|bytes| (algorithm, bytes)).ok_or_else(|| "the value is no digest of that algorithm".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_digest_is_read() {
        // printf abc | sha1sum, md5sum, sha256sum
        for stated in [
            "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5",
            "sha1:vgmt4nsha2awvor6evyxqugcnsonbwe5",
            "SHA-1:a9993e364706816aba3e25717850c26c9cd0d89d",
            "VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5",
            "md5:900150983cd24fb0d6963f7d28e17f72",
            "md5:kAFQmDzST7DWlj99KOF/cg==",
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ] {
            let digest = compare("WARC-Block-Digest", stated, &[("the body", b"x"), ("the block", b"abc")]);
            assert_eq!(digest.outcome, DigestOutcome::Verified, "{stated}");
            assert_eq!(digest.why, "WARC-Block-Digest: the block matches");
            assert_eq!(digest.stated, stated);
        }
    }

    #[test]
    fn what_does_not_match_failed_and_what_is_unknown_was_not_checked() {
        let stated = "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5";
        assert_eq!(compare("f", stated, &[("the body", b"x")]).outcome, DigestOutcome::Failed);
        assert_eq!(compare("f", "crc32:352441c2", &[("the body", b"abc")]).outcome, DigestOutcome::NotChecked);
        assert_eq!(compare("f", "sha1:short", &[("the body", b"abc")]).outcome, DigestOutcome::NotChecked);
        assert_eq!(compare("f", stated, &[]).outcome, DigestOutcome::NotChecked);
    }
}
