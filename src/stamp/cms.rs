//! The envelope of a stamp: CMS `SignedData` (RFC 5652) with one signer.

use x509_cert::der::Decode;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::name::Name;

use super::certificate::{Certificate, same_name};
use super::der::{Element, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, constructed, context};
use super::error::StampError;
use super::signature::{Algorithm, Hash};

const WHAT: &str = "time stamp token";
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// `id-ct-TSTInfo`.
pub(super) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// The most certificates that are read.
const MAX_CERTIFICATES: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedData {
    /// The bytes of the `TSTInfo`.
    pub(super) content: Vec<u8>,
    pub(super) certificates: Vec<Certificate>,
    /// How many certificates it carries that could not be read.
    pub(super) unread: usize,
    pub(super) signer: Signer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signer {
    name: SignerName,
    pub(super) hash: Hash,
    /// The signed attributes: all bytes, with the tag of a SET, as they are hashed.
    pub(super) attributes: Vec<u8>,
    pub(super) algorithm: Algorithm,
    pub(super) signature: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum SignerName {
    IssuerAndSerial { issuer: Name, serial: Vec<u8> },
    KeyIdentifier(Vec<u8>),
}

impl SignedData {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, StampError> {
        let info = Element::only(WHAT, bytes, SEQUENCE)?;
        let mut inside = info.inside();
        if inside.read(OBJECT_IDENTIFIER)?.oid()? != SIGNED_DATA {
            return Err(info.wrong("this is no signed data"));
        }
        let mut wrapped = inside.read(constructed(0))?.inside();
        inside.end()?;
        let signed = wrapped.read(SEQUENCE)?;
        wrapped.end()?;
        let mut inside = signed.inside();
        if inside.read(INTEGER)?.small()? != 3 {
            return Err(signed.wrong("a stamp is version 3 of signed data"));
        }
        let hashes = inside.read(SET)?;
        let content = content(&inside.read(SEQUENCE)?)?;
        let (mut certificates, mut unread) = (Vec::new(), 0);
        if let Some(set) = inside.optional(constructed(0))? {
            let all = set.inside().all()?;
            if all.len() > MAX_CERTIFICATES {
                return Err(set.wrong(format!("{} certificates; more than {MAX_CERTIFICATES} are not read", all.len())));
            }
            for element in all {
                match Certificate::from_der(element.whole) {
                    Ok(certificate) => certificates.push(certificate),
                    Err(_) => unread += 1,
                }
            }
        }
        inside.optional(constructed(1))?;
        let signers = inside.read(SET)?;
        inside.end()?;
        let [signer] = signers.inside().all()?[..] else {
            return Err(signers.wrong("a stamp has one signer"));
        };
        let signer = Signer::parse(&signer)?;
        // RFC 5652 section 5.1: the hash of each signer is announced before the content.
        let announced =
            hashes.inside().all()?.iter().any(|hash| Hash::parse(hash).is_ok_and(|hash| hash == signer.hash));
        if !announced {
            return Err(hashes.wrong("the signer's hash is not among those announced"));
        }
        Ok(Self { content, certificates, unread, signer })
    }
}

fn content(element: &Element<'_>) -> Result<Vec<u8>, StampError> {
    let mut inside = element.inside();
    if inside.read(OBJECT_IDENTIFIER)?.oid()? != TST_INFO {
        return Err(element.wrong("what is signed is no time stamp"));
    }
    let mut wrapped = inside.read(constructed(0))?.inside();
    inside.end()?;
    let content = wrapped.read(OCTET_STRING)?.content.to_vec();
    wrapped.end()?;
    Ok(content)
}

impl Signer {
    fn parse(element: &Element<'_>) -> Result<Self, StampError> {
        if element.tag != SEQUENCE {
            return Err(element.wrong("this is no signer"));
        }
        let mut inside = element.inside();
        let version = inside.read(INTEGER)?.small()?;
        let (name, wanted) = match inside.optional(context(0))? {
            Some(identifier) => (SignerName::KeyIdentifier(identifier.content.to_vec()), 3),
            None => (issuer_and_serial(&inside.read(SEQUENCE)?)?, 1),
        };
        if version != wanted {
            return Err(element.wrong("the version is not the one for this way of naming a signer"));
        }
        let hash = Hash::parse(&inside.read(SEQUENCE)?)?;
        let mut attributes = inside.read(constructed(0))?.whole.to_vec();
        // RFC 5652 section 5.4: signed as a SET, although it is sent as [0].
        attributes[0] = SET;
        let algorithm = Algorithm::parse(&inside.read(SEQUENCE)?)?;
        let signature = inside.read(OCTET_STRING)?.content.to_vec();
        inside.optional(constructed(1))?;
        inside.end()?;
        Ok(Self { name, hash, attributes, algorithm, signature })
    }

    /// Says whether a certificate is the one that the signer names.
    pub(super) fn is(&self, certificate: &Certificate) -> bool {
        let fields = certificate.fields();
        match &self.name {
            SignerName::IssuerAndSerial { issuer, serial } => {
                fields.serial_number().as_bytes() == serial && same_name(fields.issuer(), issuer)
            }
            SignerName::KeyIdentifier(identifier) => {
                let found = fields.get_extension::<SubjectKeyIdentifier>();
                matches!(found, Ok(Some((_, found))) if found.0.as_bytes() == identifier)
            }
        }
    }

    /// The values of a signed attribute that must be there at most once, with one value.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<Element<'_>>, StampError> {
        let mut found = None;
        for attribute in Element::only(WHAT, &self.attributes, SET)?.inside().all()? {
            let mut inside = attribute.inside();
            let kind = inside.read(OBJECT_IDENTIFIER)?.oid()?;
            let values = inside.read(SET)?;
            inside.end()?;
            if kind.to_string() != name {
                continue;
            }
            let [value] = values.inside().all()?[..] else {
                return Err(values.wrong(format!("the signed attribute {name} has not one value")));
            };
            if found.replace(value).is_some() {
                return Err(attribute.wrong(format!("the signed attribute {name} is there twice")));
            }
        }
        Ok(found)
    }
}

fn issuer_and_serial(element: &Element<'_>) -> Result<SignerName, StampError> {
    let mut inside = element.inside();
    let issuer = inside.read(SEQUENCE)?;
    let serial = inside.read(INTEGER)?.integer()?.to_vec();
    inside.end()?;
    let issuer = Name::from_der(issuer.whole).map_err(|_| issuer.wrong("this is no name"))?;
    Ok(SignerName::IssuerAndSerial { issuer, serial })
}
