//! Hashes and signatures by their object identifiers.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::pkcs8::DecodePublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::{Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::der::asn1::ObjectIdentifier;

use super::der::{self, BIT_STRING, Element, INTEGER, NULL, OBJECT_IDENTIFIER, SEQUENCE, constructed};
use super::error::StampError;

/// A hash that is believed today; SHA-1 is not, nor anything older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const EC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P_256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P_384: ObjectIdentifier = oid("1.3.132.0.34");
const ED25519: ObjectIdentifier = oid("1.3.101.112");

impl Hash {
    pub(super) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            SHA_256 => Some(Self::Sha256),
            SHA_384 => Some(Self::Sha384),
            SHA_512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The length of the hash, in bytes.
    pub fn bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Hashes.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// The `AlgorithmIdentifier`, with NULL for parameters, as the oldest authorities want it.
    pub(super) fn algorithm_identifier(self) -> Vec<u8> {
        let oid = match self {
            Self::Sha256 => SHA_256,
            Self::Sha384 => SHA_384,
            Self::Sha512 => SHA_512,
        };
        der::write(SEQUENCE, &[&der::write(OBJECT_IDENTIFIER, &[oid.as_bytes()]), &der::write(NULL, &[])])
    }

    /// Reads an `AlgorithmIdentifier` of a hash.
    pub(super) fn parse(element: &Element<'_>) -> Result<Self, StampError> {
        let mut inside = element.inside();
        let oid = inside.read(OBJECT_IDENTIFIER)?.oid()?;
        inside.optional(NULL)?;
        inside.end()?;
        Self::from_oid(oid)
            .ok_or_else(|| StampError::Unsupported(format!("the hash {oid} is not one that is accepted")))
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

/// How a signature is made. Where the hash is `None`, it is named beside the signature (CMS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rsa(Option<Hash>),
    RsaPss { hash: Hash, salt: usize },
    Ecdsa(Option<Hash>),
    Ed25519,
}

impl Algorithm {
    /// Reads an `AlgorithmIdentifier` of a signature.
    pub(super) fn parse(element: &Element<'_>) -> Result<Self, StampError> {
        let mut inside = element.inside();
        let name = inside.read(OBJECT_IDENTIFIER)?.oid()?;
        let known = match name.to_string().as_str() {
            "1.2.840.113549.1.1.1" => Self::Rsa(None),
            "1.2.840.113549.1.1.11" => Self::Rsa(Some(Hash::Sha256)),
            "1.2.840.113549.1.1.12" => Self::Rsa(Some(Hash::Sha384)),
            "1.2.840.113549.1.1.13" => Self::Rsa(Some(Hash::Sha512)),
            "1.2.840.10045.2.1" => Self::Ecdsa(None),
            "1.2.840.10045.4.3.2" => Self::Ecdsa(Some(Hash::Sha256)),
            "1.2.840.10045.4.3.3" => Self::Ecdsa(Some(Hash::Sha384)),
            "1.2.840.10045.4.3.4" => Self::Ecdsa(Some(Hash::Sha512)),
            "1.3.101.112" => Self::Ed25519,
            "1.2.840.113549.1.1.10" => {
                let parameters = inside.read(SEQUENCE)?;
                inside.end()?;
                return pss(&parameters);
            }
            "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => {
                return Err(StampError::Unsupported(
                    "a signature over SHA-1, which can be forged, is not accepted".to_owned(),
                ));
            }
            other => return Err(StampError::Unsupported(format!("the signature algorithm {other} is not known here"))),
        };
        inside.optional(NULL)?;
        inside.end()?;
        Ok(known)
    }
}

/// Reads `RSASSA-PSS-params` (RFC 8017 appendix A.2.3), whose defaults all mean SHA-1.
fn pss(parameters: &Element<'_>) -> Result<Algorithm, StampError> {
    let sha1 = || StampError::Unsupported("an RSA-PSS signature over SHA-1 is not accepted".to_owned());
    let mut inside = parameters.inside();
    let explicit = |element: Element<'_>| -> Result<Hash, StampError> {
        let mut inside = element.inside();
        let hash = Hash::parse(&inside.read(SEQUENCE)?)?;
        inside.end()?;
        Ok(hash)
    };
    let hash = explicit(inside.optional(constructed(0))?.ok_or_else(sha1)?)?;
    let mask = inside.optional(constructed(1))?.ok_or_else(sha1)?;
    let mut mask_inside = mask.inside();
    let mut mgf = mask_inside.read(SEQUENCE)?.inside();
    mask_inside.end()?;
    if mgf.read(OBJECT_IDENTIFIER)?.oid()? != MGF1 {
        return Err(StampError::Unsupported("an RSA-PSS mask other than MGF1 is not known here".to_owned()));
    }
    let mask_hash = Hash::parse(&mgf.read(SEQUENCE)?)?;
    mgf.end()?;
    if mask_hash != hash {
        return Err(StampError::Unsupported("RSA-PSS with two different hashes is not known here".to_owned()));
    }
    let salt = match inside.optional(constructed(2))? {
        None => 20,
        Some(salt) => {
            let mut number = salt.inside();
            let salt = number.read(INTEGER)?.small()?;
            number.end()?;
            salt as usize
        }
    };
    if let Some(trailer) = inside.optional(constructed(3))? {
        let mut number = trailer.inside();
        if number.read(INTEGER)?.small()? != 1 {
            return Err(trailer.wrong("an RSA-PSS trailer other than 1"));
        }
        number.end()?;
    }
    inside.end()?;
    Ok(Algorithm::RsaPss { hash, salt })
}

/// Verifies a signature by the key in a `SubjectPublicKeyInfo`, and names the kind of signature that held.
///
/// `beside` is the hash named beside the signature, for algorithms that name none.
pub(super) fn verify(
    key: &[u8],
    algorithm: Algorithm,
    beside: Option<Hash>,
    message: &[u8],
    signature: &[u8],
) -> Result<String, StampError> {
    let fails = |kind: &str| StampError::Signature(format!("the {kind} signature is wrong"));
    let unusable = |kind: &str| StampError::Certificate(format!("its {kind} key cannot be read"));
    let named = |hash: Option<Hash>| {
        hash.or(beside).ok_or_else(|| StampError::Unsupported("the signature does not say by which hash".to_owned()))
    };
    let public = Key::parse(key)?;
    match (public, algorithm) {
        (Key::Rsa(bits), Algorithm::Rsa(hash)) => {
            let (key, hash) = (rsa_key(bits).ok_or_else(|| unusable("RSA"))?, named(hash)?);
            let scheme = match hash {
                Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
            };
            key.verify(scheme, &hash.of(message), signature).map_err(|_| fails("RSA"))?;
            Ok(format!("RSA with {hash}"))
        }
        (Key::Rsa(bits), Algorithm::RsaPss { hash, salt }) => {
            let (key, digest) = (rsa_key(bits).ok_or_else(|| unusable("RSA"))?, hash.of(message));
            // A salt longer than the key has room for is refused by the crate; the bound keeps the numbers small.
            let salt = if salt <= 1024 { salt } else { return Err(fails("RSA-PSS")) };
            match hash {
                Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), &digest, signature),
                Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), &digest, signature),
                Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), &digest, signature),
            }
            .map_err(|_| fails("RSA-PSS"))?;
            Ok(format!("RSA-PSS with {hash}"))
        }
        (Key::P256, Algorithm::Ecdsa(hash)) => {
            let hash = named(hash)?;
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(key).map_err(|_| unusable("P-256"))?;
            let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| fails("ECDSA"))?;
            key.verify_prehash(&hash.of(message), &signature).map_err(|_| fails("ECDSA"))?;
            Ok(format!("ECDSA P-256 with {hash}"))
        }
        (Key::P384, Algorithm::Ecdsa(hash)) => {
            let hash = named(hash)?;
            let key = p384::ecdsa::VerifyingKey::from_public_key_der(key).map_err(|_| unusable("P-384"))?;
            let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| fails("ECDSA"))?;
            key.verify_prehash(&hash.of(message), &signature).map_err(|_| fails("ECDSA"))?;
            Ok(format!("ECDSA P-384 with {hash}"))
        }
        (Key::Ed25519(bits), Algorithm::Ed25519) => {
            let bits = bits.try_into().map_err(|_| unusable("Ed25519"))?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(bits).map_err(|_| unusable("Ed25519"))?;
            let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| fails("Ed25519"))?;
            key.verify_strict(message, &signature).map_err(|_| fails("Ed25519"))?;
            Ok("Ed25519".to_owned())
        }
        _ => Err(StampError::Signature("the signature is of another kind than the key".to_owned())),
    }
}

fn rsa_key(bits: &[u8]) -> Option<RsaPublicKey> {
    RsaPublicKey::from_pkcs1_der(bits).ok()
}

/// What kind of key a `SubjectPublicKeyInfo` holds, with its bits where they are read here.
enum Key<'a> {
    Rsa(&'a [u8]),
    P256,
    P384,
    Ed25519(&'a [u8]),
}

impl<'a> Key<'a> {
    fn parse(key: &'a [u8]) -> Result<Self, StampError> {
        let info = Element::only("public key", key, SEQUENCE)?;
        let mut inside = info.inside();
        let mut algorithm = inside.read(SEQUENCE)?.inside();
        let bits = inside.read(BIT_STRING)?;
        inside.end()?;
        let [0, bytes @ ..] = bits.content else { return Err(bits.wrong("a key has whole bytes")) };
        let kind = algorithm.read(OBJECT_IDENTIFIER)?.oid()?;
        let curve = algorithm.optional(OBJECT_IDENTIFIER)?.map(|curve| curve.oid()).transpose()?;
        match (kind, curve) {
            (RSA | RSA_PSS, None) => Ok(Self::Rsa(bytes)),
            (EC_KEY, Some(P_256)) => Ok(Self::P256),
            (EC_KEY, Some(P_384)) => Ok(Self::P384),
            (ED25519, None) => Ok(Self::Ed25519(bytes)),
            (EC_KEY, Some(curve)) => {
                Err(StampError::Unsupported(format!("keys on the curve {curve} are not known here")))
            }
            (other, _) => Err(StampError::Unsupported(format!("keys of the kind {other} are not known here"))),
        }
    }
}
