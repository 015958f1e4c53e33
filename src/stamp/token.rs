//! A stamp as it is kept, and what it proves.

use sha1::Sha1;
use sha2::Digest;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};

use super::certificate::{Anchors, Certificate, same_name, written};
use super::chain::{Chain, Purpose, check_chain};
use super::cms::{SignedData, TST_INFO};
use super::der::{self, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use super::error::StampError;
use super::response::MAX_BYTES;
use super::signature::{self, Hash};
use super::tst_info::{Accuracy, Imprint, TstInfo};

/// A `TimeStampToken` (RFC 3161 section 2.4.2): the signed time, with its certificates as a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    der: Vec<u8>,
    signed: SignedData,
    info: TstInfo,
}

/// What a stamp proves, once it has been verified: the hash was there before `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The time in the stamp, in millionths of a second since 1970 (UTC).
    pub micros: i64,
    /// The time as it is written in the stamp (`20261123074500Z`).
    pub written: String,
    /// How far the authority says that its clock may be off; `None` when it does not say.
    pub accuracy: Option<Accuracy>,
    /// The earliest second of the time, in seconds since 1970 (UTC), accuracy taken off.
    pub from: i64,
    /// The second that is certainly after it, accuracy put on: what was stamped existed before.
    pub to: i64,
    /// What was stamped.
    pub imprint: Imprint,
    /// The number of the stamp, in hexadecimal.
    pub serial: String,
    /// The policy under which it was made, an object identifier.
    pub policy: String,
    /// The authority, as its certificate names it.
    pub authority: String,
    /// The SHA-256 of the authority's certificate, in hexadecimal.
    pub certificate: String,
    /// The kind of signature that held.
    pub signature: String,
    /// What stands behind the authority.
    pub chain: Chain,
    /// What was not checked, in words; never empty, since revocation is not looked up.
    pub not_checked: Vec<String>,
}

impl Stamp {
    /// The time in the stamp in whole seconds since 1970 (UTC), rounded down.
    pub fn seconds(&self) -> i64 {
        self.micros.div_euclid(1_000_000)
    }

    /// Says whether a certificate that is believed stands behind the stamp.
    pub fn is_trusted(&self) -> bool {
        matches!(self.chain, Chain::Trusted(_))
    }
}

impl Token {
    /// Reads a token in DER. That it is well formed says nothing yet about whether it holds.
    pub fn parse(bytes: &[u8]) -> Result<Self, StampError> {
        if bytes.len() > MAX_BYTES {
            let problem = format!("{} bytes; more than {MAX_BYTES} are not read", bytes.len());
            return Err(StampError::malformed("time stamp token", 0, problem));
        }
        let signed = SignedData::parse(bytes)?;
        let info = TstInfo::parse(&signed.content)?;
        Ok(Self { der: bytes.to_vec(), signed, info })
    }

    /// The token as it came: the bytes to keep.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What the token says, unverified.
    pub fn info(&self) -> &TstInfo {
        &self.info
    }

    /// The certificates it carries, unverified.
    pub fn certificates(&self) -> &[Certificate] {
        &self.signed.certificates
    }

    /// Checks that this is a stamp on `digest` (a SHA-256) and, if one is given, an answer to the request with `nonce`;
    /// that the signature holds; and that a certificate for time stamps, valid then, stands behind it.
    ///
    /// With [`Anchors::none`] that certificate's issuers are not checked, and [`Stamp::chain`] says so. With anchors, a
    /// stamp that none of them stands behind is an error.
    pub fn verify(&self, digest: &[u8; 32], nonce: Option<u64>, anchors: &Anchors) -> Result<Stamp, StampError> {
        if self.info.imprint.hash != Hash::Sha256 {
            let what = format!("it is on a {}, not on a SHA-256", self.info.imprint.hash);
            return Err(StampError::Mismatch(what));
        }
        self.verify_imprint(digest, nonce, anchors)
    }

    /// As [`Token::verify`], for bytes that are hashed as the stamp wants it.
    pub fn verify_content(&self, content: &[u8], anchors: &Anchors) -> Result<Stamp, StampError> {
        self.verify_imprint(&self.info.imprint.hash.of(content), None, anchors)
    }

    fn verify_imprint(&self, digest: &[u8], nonce: Option<u64>, anchors: &Anchors) -> Result<Stamp, StampError> {
        let info = &self.info;
        if info.imprint.digest != digest {
            return Err(StampError::Mismatch("it is on another hash".to_owned()));
        }
        if let Some(nonce) = nonce {
            match &info.nonce {
                None => {
                    return Err(StampError::Mismatch("it carries no nonce, so it may answer any request".to_owned()));
                }
                Some(found) if *found != der::integer(nonce) => {
                    return Err(StampError::Mismatch("its nonce is not the one of the request".to_owned()));
                }
                Some(_) => {}
            }
        }
        let authority = self.authority(anchors)?;
        let signature = self.check_signature(authority)?;
        check_authority(authority, info)?;
        let chain = check_chain(authority, &self.signed.certificates, anchors, Purpose::TimeStamping, info.seconds())?;
        let (from, to) = info.interval();
        Ok(Stamp {
            micros: info.micros,
            written: info.written.clone(),
            accuracy: info.accuracy,
            from,
            to,
            imprint: info.imprint.clone(),
            serial: info.serial.clone(),
            policy: info.policy.clone(),
            authority: authority.subject(),
            certificate: authority.sha256(),
            signature,
            not_checked: self.not_checked(&chain),
            chain,
        })
    }

    fn not_checked(&self, chain: &Chain) -> Vec<String> {
        let mut gaps = Vec::new();
        if let Chain::NotChecked { why, .. } = chain {
            gaps.push(format!("who issued the authority's certificate was not checked: {why}"));
        }
        gaps.push("whether a certificate was revoked was not looked up".to_owned());
        if self.info.accuracy.is_none() {
            gaps.push("the authority does not say how exact its clock is".to_owned());
        }
        if self.signed.unread > 0 {
            gaps.push(format!("{} certificates in the stamp could not be read", self.signed.unread));
        }
        gaps
    }

    /// The certificate that the signer names, from the token or from those given aside.
    fn authority<'a>(&'a self, anchors: &'a Anchors) -> Result<&'a Certificate, StampError> {
        let known = self.signed.certificates.iter().chain(&anchors.helpers).chain(&anchors.trusted);
        let mut named = known.filter(|certificate| self.signed.signer.is(certificate)).peekable();
        let Some(first) = named.peek().copied() else {
            let none = "the certificate of its signer is neither in the stamp nor among those given";
            return Err(StampError::Untrusted(none.to_owned()));
        };
        // Issuer and serial could name two; the signed attribute names one by hash.
        Ok(named.find(|certificate| self.check_identity(certificate).is_ok()).unwrap_or(first))
    }

    fn check_signature(&self, authority: &Certificate) -> Result<String, StampError> {
        let signer = &self.signed.signer;
        let missing = |what: &str| StampError::Signature(format!("the signed attributes name no {what}"));
        let kind = signer.attribute("1.2.840.113549.1.9.3")?.ok_or_else(|| missing("content type"))?;
        if kind.tag != OBJECT_IDENTIFIER || kind.oid()? != TST_INFO {
            return Err(kind.wrong("the signature is for another kind of content"));
        }
        let digest = signer.attribute("1.2.840.113549.1.9.4")?.ok_or_else(|| missing("hash of the content"))?;
        if digest.tag != OCTET_STRING || digest.content != signer.hash.of(&self.signed.content) {
            return Err(StampError::Signature("the signed hash is not the hash of what is stamped".to_owned()));
        }
        self.check_identity(authority)?;
        signature::verify(&authority.key()?, signer.algorithm, Some(signer.hash), &signer.attributes, &signer.signature)
    }

    /// Checks `ESSCertID` (RFC 2634) and `ESSCertIDv2` (RFC 5035): one must be there, and each must name `authority`.
    fn check_identity(&self, authority: &Certificate) -> Result<(), StampError> {
        let signer = &self.signed.signer;
        let first = signer.attribute("1.2.840.113549.1.9.16.2.12")?;
        let second = signer.attribute("1.2.840.113549.1.9.16.2.47")?;
        if first.is_none() && second.is_none() {
            return Err(StampError::Signature("the signed attributes name no certificate".to_owned()));
        }
        let other = || StampError::Signature("the signature names another certificate than its signer's".to_owned());
        for (attribute, second) in [(first, false), (second, true)] {
            let Some(attribute) = attribute else { continue };
            // SigningCertificate: a list of certificates, of which the first is the signer's, then policies.
            let mut identity = attribute.inside().read(SEQUENCE)?.inside().read(SEQUENCE)?.inside();
            let hash = match second {
                false => None,
                true => Some(identity.optional(SEQUENCE)?.map_or(Ok(Hash::Sha256), |hash| Hash::parse(&hash))?),
            };
            let stated = identity.read(OCTET_STRING)?.content;
            let found = hash.map_or_else(|| Sha1::digest(authority.der()).to_vec(), |hash| hash.of(authority.der()));
            if stated != found {
                return Err(other());
            }
            if let Some(issuer_serial) = identity.optional(SEQUENCE)? {
                let mut inside = issuer_serial.inside();
                let issuer = inside.read(SEQUENCE)?;
                let serial = inside.read(INTEGER)?.integer()?;
                inside.end()?;
                let names = GeneralNames::from_der(issuer.whole).map_err(|_| issuer.wrong("these are no names"))?;
                let named = names.iter().any(|name| {
                    matches!(name, GeneralName::DirectoryName(name) if same_name(name, authority.fields().issuer()))
                });
                if !named || serial != authority.fields().serial_number().as_bytes() {
                    return Err(other());
                }
            }
            identity.end()?;
        }
        Ok(())
    }
}

/// Checks what RFC 3161 section 2.3 wants of an authority's certificate, and that it is the one the stamp names.
fn check_authority(authority: &Certificate, info: &TstInfo) -> Result<(), StampError> {
    let subject = authority.subject();
    let wrong = |why: &str| StampError::Certificate(format!("the certificate of {subject} {why}"));
    match authority.purposes()? {
        None => return Err(wrong("is not for signing time stamps: it names no purpose")),
        Some((critical, purposes)) => {
            if purposes != [Purpose::TimeStamping.oid()] {
                return Err(wrong("is not for signing time stamps alone"));
            }
            if !critical {
                return Err(wrong("does not mark its purpose as critical"));
            }
        }
    }
    if authority.key_usage()?.is_some_and(|usage| !usage.digital_signature() && !usage.non_repudiation()) {
        return Err(wrong("is not for signing"));
    }
    authority.check_valid(info.seconds()).map_err(|error| match error {
        StampError::Certificate(why) => StampError::Certificate(format!("{why}, the time of the stamp")),
        other => other,
    })?;
    let Some(name) = &info.authority else { return Ok(()) };
    let name = GeneralName::from_der(name).map_err(|_| wrong("cannot be compared with the name in the stamp"))?;
    let named = match &name {
        GeneralName::DirectoryName(name) => same_name(name, authority.fields().subject()),
        _ => false,
    };
    let also = || {
        let names = authority.fields().get_extension::<SubjectAltName>();
        matches!(names, Ok(Some((_, names))) if names.0.contains(&name))
    };
    if named || also() {
        return Ok(());
    }
    let at = written(info.seconds());
    Err(StampError::Mismatch(format!("the stamp of {at} names another authority than its certificate, {subject}")))
}
