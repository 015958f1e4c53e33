//! Certificates (RFC 5280), as they were given, and those that are believed.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::Name;

use super::der::{BIT_STRING, Element, SEQUENCE};
use super::error::StampError;
use super::signature::{self, Algorithm};

const WHAT: &str = "certificate";

/// The most bytes that a certificate may have; real ones have 1 to 3 kB.
const MAX_BYTES: usize = 1 << 18;

/// One certificate, with the bytes it came as.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    fields: Box<x509_cert::Certificate>,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), self.sha256())
    }
}

impl Certificate {
    /// Reads a certificate in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, StampError> {
        if der.len() > MAX_BYTES {
            let problem = format!("{} bytes; more than {MAX_BYTES} are not read", der.len());
            return Err(StampError::malformed(WHAT, 0, problem));
        }
        let fields = x509_cert::Certificate::from_der(der)
            .map_err(|error| StampError::malformed(WHAT, 0, format!("this is no certificate: {error}")))?;
        Ok(Self { der: der.to_vec(), fields: Box::new(fields) })
    }

    /// Reads all certificates of a PEM text, in order; what stands between them is passed over.
    pub fn from_pem(text: &str) -> Result<Vec<Self>, StampError> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(begin) = rest.find(BEGIN) {
            let at = text.len() - rest.len() + begin;
            let wrong = |problem: &str| StampError::malformed("PEM text", at, problem);
            let body = &rest[begin + BEGIN.len()..];
            let end = body.find(END).ok_or_else(|| wrong("a certificate begins and does not end"))?;
            let compact: String = body[..end].chars().filter(|c| !c.is_ascii_whitespace()).collect();
            let der = Base64::decode_vec(&compact).map_err(|_| wrong("the certificate is not Base64"))?;
            let number = found.len() + 1;
            let read = Self::from_der(&der)
                .map_err(|error| wrong(&format!("certificate number {number} cannot be read: {error}")))?;
            found.push(read);
            rest = &body[end + END.len()..];
        }
        Ok(found)
    }

    /// The bytes it came as.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its SHA-256, in hexadecimal: by this others name it.
    pub fn sha256(&self) -> String {
        Sha256::digest(&self.der).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whom it names, as RFC 4514 writes names; control characters are replaced.
    pub fn subject(&self) -> String {
        readable(self.fields.tbs_certificate().subject())
    }

    /// Who signed it, by name.
    pub fn issuer(&self) -> String {
        readable(self.fields.tbs_certificate().issuer())
    }

    /// From when to when it is valid, both inclusive, in seconds since 1970 (UTC).
    pub fn validity(&self) -> (i64, i64) {
        let validity = self.fields.tbs_certificate().validity();
        let seconds =
            |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        (seconds(validity.not_before), seconds(validity.not_after))
    }

    /// The parsed fields.
    pub fn fields(&self) -> &x509_cert::TbsCertificate {
        self.fields.tbs_certificate()
    }

    /// The key, a `SubjectPublicKeyInfo` in DER.
    pub fn key(&self) -> Result<Vec<u8>, StampError> {
        let key = self.fields().subject_public_key_info().to_der();
        key.map_err(|error| StampError::Certificate(format!("its key cannot be read: {error}")))
    }

    pub(super) fn issued_by_name_of(&self, issuer: &Self) -> bool {
        same_name(self.fields().issuer(), issuer.fields().subject())
    }

    /// Fails unless `at` (seconds since 1970) is within the validity.
    pub(super) fn check_valid(&self, at: i64) -> Result<(), StampError> {
        let (from, to) = self.validity();
        if (from..=to).contains(&at) {
            return Ok(());
        }
        let (from, to, at) = (written(from), written(to), written(at));
        let subject = self.subject();
        Err(StampError::Certificate(format!("the certificate of {subject} is valid from {from} to {to}, not at {at}")))
    }

    /// Fails unless the key of `issuer` signed this certificate.
    pub(super) fn check_signature(&self, issuer: &Self) -> Result<(), StampError> {
        let whole = Element::only(WHAT, &self.der, SEQUENCE)?;
        let mut inside = whole.inside();
        let signed = inside.read(SEQUENCE)?;
        let algorithm = inside.read(SEQUENCE)?;
        let bits = inside.read(BIT_STRING)?;
        inside.end()?;
        // RFC 5280 section 4.1.1.2: what is signed repeats the algorithm.
        let repeated = self.fields().signature().to_der();
        if repeated.ok().as_deref() != Some(algorithm.whole) {
            return Err(algorithm.wrong("the algorithm beside the signature is not the one that is signed"));
        }
        let [0, signature @ ..] = bits.content else { return Err(bits.wrong("a signature has whole bytes")) };
        let algorithm = Algorithm::parse(&algorithm)?;
        let held = signature::verify(&issuer.key()?, algorithm, None, signed.whole, signature);
        held.map(drop).map_err(|error| match error {
            StampError::Signature(why) => StampError::Signature(format!(
                "{} is not what signed the certificate of {}: {why}",
                issuer.subject(),
                self.subject()
            )),
            other => other,
        })
    }

    /// The purposes the key is for, and whether the extension that says so is critical.
    pub(super) fn purposes(&self) -> Result<Option<(bool, Vec<ObjectIdentifier>)>, StampError> {
        let found = self.fields().get_extension::<ExtendedKeyUsage>();
        let found = found.map_err(|error| self.unreadable("extended key usage", &error))?;
        Ok(found.map(|(critical, usage)| (critical, usage.0)))
    }

    pub(super) fn key_usage(&self) -> Result<Option<KeyUsage>, StampError> {
        let found = self.fields().get_extension::<KeyUsage>();
        Ok(found.map_err(|error| self.unreadable("key usage", &error))?.map(|(_, usage)| usage))
    }

    pub(super) fn basic_constraints(&self) -> Result<Option<BasicConstraints>, StampError> {
        let found = self.fields().get_extension::<BasicConstraints>();
        Ok(found.map_err(|error| self.unreadable("basic constraints", &error))?.map(|(_, constraints)| constraints))
    }

    fn unreadable(&self, what: &str, error: &x509_cert::der::Error) -> StampError {
        StampError::Certificate(format!("the {what} of {} cannot be read: {error}", self.subject()))
    }
}

/// Compares names as they are encoded, else as they read: authorities mix their kinds of string.
pub(super) fn same_name(one: &Name, other: &Name) -> bool {
    one == other || (!one.is_empty() && one.to_string() == other.to_string())
}

/// A name as a person reads it; characters that could steer a terminal are replaced.
pub(super) fn readable(name: &Name) -> String {
    name.to_string().chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Seconds since 1970 as a person reads them.
pub(super) fn written(seconds: i64) -> String {
    let time = chrono::DateTime::from_timestamp(seconds, 0);
    time.map_or_else(|| format!("second {seconds}"), |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The certificates that are believed, and others that may help to reach them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anchors {
    pub(super) trusted: Vec<Certificate>,
    pub(super) helpers: Vec<Certificate>,
}

impl Anchors {
    /// Believes nobody: signatures are checked, chains are `not-checked`.
    pub fn none() -> Self {
        Self::default()
    }

    /// Believes these.
    pub fn trusting(trusted: Vec<Certificate>) -> Self {
        Self { trusted, helpers: Vec::new() }
    }

    /// Believes every certificate of a file: PEM with any number of them, or one in DER.
    ///
    /// Fails when it holds none, or one that cannot be read.
    pub fn read(bytes: &[u8]) -> Result<Self, StampError> {
        let trusted = match std::str::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN ") => Certificate::from_pem(text)?,
            _ => vec![Certificate::from_der(bytes)?],
        };
        if trusted.is_empty() {
            return Err(StampError::malformed("list of trusted certificates", 0, "it holds no certificate"));
        }
        Ok(Self::trusting(trusted))
    }

    /// Adds certificates that are not believed by themselves: issuers in between, or the authority's own when the stamp
    /// carries none.
    #[must_use]
    pub fn with_helpers(mut self, helpers: Vec<Certificate>) -> Self {
        self.helpers.extend(helpers);
        self
    }

    /// Says whether nobody is believed.
    pub fn is_empty(&self) -> bool {
        self.trusted.is_empty()
    }
}
