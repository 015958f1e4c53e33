//! A package signed in the name of a domain: who vouches for its certificate, and for the time (`wacz-auth`, "Domain
//! signing").
//!
//! The time comes first: a domain's certificate lives for months, so what counts is whether it was valid when an authority
//! stamped the signature. Both chains must lead to certificates that the reader believes; where no such list is known,
//! what agrees with itself is told, and stays `not-checked`: anybody can write certificates that agree.

use serde_json::Value;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::signature::{Signed, Verdict, base64, text, verify};
use crate::stamp::{Anchors, Certificate, Chain, Purpose, Response, Stamp, StampError, Token, check_chain};

/// Checks the signature over `message`, the hash of `datapackage.json`.
pub(super) fn check(
    signed: &Value,
    certificates: &str,
    message: &str,
    signature: &[u8],
    trusted: &Anchors,
) -> Result<Verdict, String> {
    let domain = text(signed, "domain").ok_or("the signed data name no domain")?;
    let unreadable = |error: StampError| format!("the certificate of the domain cannot be read: {error}");
    let certificates = Certificate::from_pem(certificates).map_err(unreadable)?;
    let (certificate, others) = certificates.split_first().ok_or("domainCert holds no certificate")?;
    match verify(&certificate.key().map_err(unreadable)?, message, signature) {
        Signed::Holds => {}
        Signed::Fails => return Err(format!("the signature does not hold for the certificate of {domain}")),
        Signed::OtherKey => {
            return Ok(Verdict::NotChecked("the key of the certificate is neither P-256 nor P-384".to_owned()));
        }
    }
    if !names_domain(certificate, domain) {
        return Err(format!("the signature holds, but its certificate does not name {domain}"));
    }
    let time = time(signed, trusted)?;
    let stated = stated_time(signed)?;
    let at = time.trusted().map(Stamp::seconds).or(stated);
    if let Some(at) = at {
        check_valid(certificate, domain, at, time.trusted().is_some())?;
    }
    let issuer = issuer(certificate, others, trusted, at)?;
    Ok(summary(domain, certificate, &time, &issuer))
}

/// What became of the time stamp.
enum Time {
    /// There is none.
    None,
    /// It holds, and a believed certificate stands behind it.
    Trusted(Stamp),
    /// Its signature holds, and that is all: why not more.
    Unproven(Option<Stamp>, String),
}

impl Time {
    fn trusted(&self) -> Option<&Stamp> {
        match self {
            Time::Trusted(stamp) => Some(stamp),
            Time::None | Time::Unproven(..) => None,
        }
    }
}

/// Checks the stamp over the text of the signature.
fn time(signed: &Value, trusted: &Anchors) -> Result<Time, String> {
    let Some(stamp) = text(signed, "timeSignature") else { return Ok(Time::None) };
    let wrong = |error: StampError| format!("the time stamp on the signature: {error}");
    let bytes = base64(stamp).ok_or("the time stamp is not Base64")?;
    // Signers write the whole answer of the authority; the stamp alone says as much.
    let token = match Response::parse(&bytes) {
        Ok(response) => response.token().cloned().ok_or_else(|| format!("no time stamp: {}", response.status()))?,
        Err(error) => Token::parse(&bytes).map_err(|_| wrong(error))?,
    };
    let helpers = match text(signed, "timestampCert").map(Certificate::from_pem) {
        None => Vec::new(),
        Some(read) => read.map_err(|error| format!("timestampCert: {error}"))?,
    };
    let stamped = text(signed, "signature").unwrap_or_default().as_bytes();
    let check = |anchors: Anchors| token.verify_content(stamped, &anchors.with_helpers(helpers.clone()));
    match check(trusted.clone()) {
        Ok(stamp) if stamp.is_trusted() => Ok(Time::Trusted(stamp)),
        Ok(stamp) => Ok(Time::Unproven(Some(stamp), "no trusted certificates were named (--trust)".to_owned())),
        Err(StampError::Untrusted(why)) => match check(Anchors::none()) {
            Ok(stamp) => Ok(Time::Unproven(Some(stamp), why)),
            Err(StampError::Untrusted(_)) => Ok(Time::Unproven(None, why)),
            Err(error) => Err(wrong(error)),
        },
        Err(StampError::Unsupported(why)) => Ok(Time::Unproven(None, why)),
        Err(error) => Err(wrong(error)),
    }
}

/// The time that the package states for its signature, in seconds since 1970.
fn stated_time(signed: &Value) -> Result<Option<i64>, String> {
    let Some(created) = text(signed, "created") else { return Ok(None) };
    let time = chrono::DateTime::parse_from_rfc3339(created).map_err(|_| format!("created {created:?} is no time"))?;
    Ok(Some(time.timestamp()))
}

fn check_valid(certificate: &Certificate, domain: &str, at: i64, stamped: bool) -> Result<(), String> {
    let (from, to) = certificate.validity();
    if (from..=to).contains(&at) {
        return Ok(());
    }
    let at = chrono::DateTime::from_timestamp(at, 0).unwrap_or_default().to_rfc3339();
    let who = if stamped { "stamped" } else { "stated" };
    Err(format!("the certificate of {domain} was not valid at the time {who}, {at}"))
}

/// The names from the domain's certificate up, or why nobody who is believed stands behind it.
fn issuer(
    certificate: &Certificate,
    others: &[Certificate],
    trusted: &Anchors,
    at: Option<i64>,
) -> Result<Result<Vec<String>, String>, String> {
    let Some(at) = at else { return Ok(Err("no time is stated at which to judge it".to_owned())) };
    match check_chain(certificate, others, trusted, Purpose::Server, at) {
        Ok(Chain::Trusted(names)) => Ok(Ok(names)),
        Ok(Chain::NotChecked { .. }) => Ok(Err("no trusted certificates were named (--trust)".to_owned())),
        Err(StampError::Untrusted(why) | StampError::Unsupported(why)) => Ok(Err(why)),
        Err(error) => Err(format!("the certificate of the domain: {error}")),
    }
}

fn summary(domain: &str, certificate: &Certificate, time: &Time, issuer: &Result<Vec<String>, String>) -> Verdict {
    let held = format!("the signature of datapackage.json holds, by the key in a certificate that names {domain}");
    let who = match issuer {
        Ok(names) => format!("that certificate is signed by {}", names[1..].join(", that by ")),
        Err(why) => format!(
            "that its issuer {:?} signed the certificate, and may, was not checked: {why}",
            certificate.issuer()
        ),
    };
    let when = match time {
        Time::None => "there is no time stamp".to_owned(),
        Time::Trusted(stamp) => format!("{} stamped the signature at {}", stamp.authority, stamp.written),
        Time::Unproven(Some(stamp), why) => format!(
            "a time stamp of {} in the name of {:?} is on the signature, but nobody believed stands behind it: {why}",
            stamp.written, stamp.authority
        ),
        Time::Unproven(None, why) => format!("its time stamp could not be checked: {why}"),
    };
    match (issuer, time) {
        (Ok(_), Time::Trusted(_)) => {
            Verdict::Verified(format!("{held}; {who}; {when}; whether a certificate was revoked was not looked up"))
        }
        (Ok(_), _) => Verdict::NotChecked(format!("{held}; {who}; {when}: so when it was signed stays unproven")),
        (Err(_), Time::Trusted(_)) => {
            Verdict::NotChecked(format!("{held}; {who}; {when}: so it was there then, and who signed stays unproven"))
        }
        (Err(_), _) => Verdict::NotChecked(format!("{held}; {who}; {when}: so who signed, and when, stays unproven")),
    }
}

fn names_domain(certificate: &Certificate, domain: &str) -> bool {
    let names = certificate.fields().get_extension::<SubjectAltName>();
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
