//! From a certificate to one that is believed (RFC 5280 section 6), at a given time.
//!
//! Checked for each step: names, signature, validity at the time asked, the right to sign certificates, the length of the
//! path, purposes, critical extensions. Not checked: revocation. Constraints on names and policies that are critical are
//! not known here, and a path through them is not taken.

use x509_cert::der::asn1::ObjectIdentifier;

use super::certificate::{Anchors, Certificate};
use super::error::StampError;

/// The most certificates between the first and the believed one.
const MAX_DEPTH: usize = 8;
/// The most signatures that are tried: a hostile set of certificates could have endless paths.
const MAX_TRIES: usize = 100;

/// What stands behind a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Names from the signer to the believed certificate, each signed by the next.
    Trusted(Vec<String>),
    /// Nobody is believed, so nothing was checked: why, with the names that the stamp brings along.
    NotChecked {
        /// Why it was not checked.
        why: String,
        /// Names from the signer up, as certificates beside it claim; unproven.
        claimed: Vec<String>,
    },
}

/// What the key of the first certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing time stamps.
    TimeStamping,
    /// Naming a domain.
    Server,
}

impl Purpose {
    pub(super) fn oid(self) -> ObjectIdentifier {
        match self {
            Self::TimeStamping => ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8"),
            Self::Server => ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1"),
        }
    }
}

const ANY_PURPOSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// Extensions that are understood here, so that they may be critical: subject and issuer names, constraints on what a key
/// may do; policies are not asked for, so they forbid nothing.
const UNDERSTOOD: [&str; 6] = ["2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.32", "2.5.29.37"];

/// Looks for a way from `first` to a believed certificate at a time (seconds since 1970), through `others` and helpers.
///
/// Returns [`Chain::NotChecked`] when nobody is believed, and an error when somebody is and no way leads there.
pub fn check_chain(
    first: &Certificate,
    others: &[Certificate],
    anchors: &Anchors,
    purpose: Purpose,
    at: i64,
) -> Result<Chain, StampError> {
    if anchors.is_empty() {
        let claimed = claimed(first, others, anchors);
        return Ok(Chain::NotChecked { why: "no trusted certificate was named".to_owned(), claimed });
    }
    first.check_valid(at)?;
    check_extensions(first)?;
    if let Some((_, purposes)) = first.purposes()?
        && !purposes.contains(&purpose.oid())
        && !(purpose == Purpose::Server && purposes.contains(&ANY_PURPOSE))
    {
        return Err(StampError::Certificate(format!("the key of {} is for other purposes", first.subject())));
    }
    let mut search = Search { others, anchors, purpose, at, tries: 0, why: None };
    let mut path = vec![first];
    if search.climb(&mut path) {
        return Ok(Chain::Trusted(path.iter().map(|step| step.subject()).collect()));
    }
    Err(search.why.unwrap_or_else(|| {
        StampError::Untrusted(format!(
            "{:?} is signed in the name of {:?}, and no chain of certificates leads from there to a trusted one",
            first.subject(),
            first.issuer()
        ))
    }))
}

/// The names upward, by names alone.
fn claimed(first: &Certificate, others: &[Certificate], anchors: &Anchors) -> Vec<String> {
    let mut path = vec![first];
    while path.len() <= MAX_DEPTH {
        let last = path[path.len() - 1];
        let mut beside = others.iter().chain(&anchors.helpers);
        match beside.find(|other| last.issued_by_name_of(other) && !path.contains(other)) {
            Some(issuer) => path.push(issuer),
            None => break,
        }
    }
    let mut names: Vec<String> = path.iter().map(|step| step.subject()).collect();
    let last = path[path.len() - 1];
    if !last.issued_by_name_of(last) {
        names.push(last.issuer());
    }
    names
}

struct Search<'a> {
    others: &'a [Certificate],
    anchors: &'a Anchors,
    purpose: Purpose,
    at: i64,
    tries: usize,
    /// Why the way that came nearest went no further.
    why: Option<StampError>,
}

impl<'a> Search<'a> {
    fn climb(&mut self, path: &mut Vec<&'a Certificate>) -> bool {
        let last = path[path.len() - 1];
        if self.anchors.trusted.contains(last) {
            return true;
        }
        if path.len() > MAX_DEPTH {
            return false;
        }
        let (anchors, others) = (self.anchors, self.others);
        let all = anchors.trusted.iter().map(|one| (one, true));
        let all = all.chain(others.iter().chain(&anchors.helpers).map(|one| (one, false)));
        for (issuer, trusted) in all {
            if !last.issued_by_name_of(issuer) || path.contains(&issuer) {
                continue;
            }
            self.tries += 1;
            if self.tries > MAX_TRIES {
                return false;
            }
            let between = path.len() - 1;
            let step = issuer
                .check_valid(self.at)
                .and_then(|()| check_issuer(issuer, trusted, self.purpose, between))
                .and_then(|()| last.check_signature(issuer));
            match step {
                Ok(()) => {
                    path.push(issuer);
                    if trusted || self.climb(path) {
                        return true;
                    }
                    path.pop();
                }
                Err(error) => self.why = self.why.take().or(Some(error)),
            }
        }
        false
    }
}

fn check_extensions(certificate: &Certificate) -> Result<(), StampError> {
    for extension in certificate.fields().extensions().into_iter().flatten() {
        let name = extension.extn_id.to_string();
        if extension.critical && !UNDERSTOOD.contains(&name.as_str()) {
            let subject = certificate.subject();
            let what = format!("the certificate of {subject} has the critical extension {name}, not known here");
            return Err(StampError::Unsupported(what));
        }
    }
    Ok(())
}

/// Checks that `issuer` may sign a certificate with `between` others between that and the first.
fn check_issuer(issuer: &Certificate, trusted: bool, purpose: Purpose, between: usize) -> Result<(), StampError> {
    let subject = issuer.subject();
    let may_not = |why: &str| StampError::Certificate(format!("the certificate of {subject} {why}"));
    check_extensions(issuer)?;
    match issuer.basic_constraints()? {
        Some(constraints) if constraints.ca => {
            if constraints.path_len_constraint.is_some_and(|most| between > usize::from(most)) {
                return Err(may_not("allows no chain of this length"));
            }
        }
        // Roots of the first days (version 1) say nothing; who trusts one by name means it.
        None if trusted => {}
        _ => return Err(may_not("is not that of an authority")),
    }
    if issuer.key_usage()?.is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(may_not("is not for signing certificates"));
    }
    if let Some((_, purposes)) = issuer.purposes()?
        && !purposes.contains(&purpose.oid())
        && !purposes.contains(&ANY_PURPOSE)
    {
        return Err(may_not("is for other purposes"));
    }
    Ok(())
}
