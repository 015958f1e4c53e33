//! What a time-stamping authority answers.

use super::certificate::Anchors;
use super::der::{BIT_STRING, Element, INTEGER, SEQUENCE, UTF8_STRING};
use super::error::StampError;
use super::token::{Stamp, Token};

const WHAT: &str = "time stamp response";

/// The most bytes that a response may have; real ones have 2 to 10 kB.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// A `TimeStampResp` (RFC 3161 section 2.4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    status: Status,
    token: Option<Token>,
}

/// How the authority answered: its `PKIStatusInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// 0 granted, 1 granted with changes, 2 rejected, 3 wait, 4 a revocation is near, 5 revoked.
    pub code: u32,
    /// What it says in words.
    pub text: Vec<String>,
    /// Why it refused, by the names of RFC 3161.
    pub failures: Vec<&'static str>,
}

/// The bits of `PKIFailureInfo` that RFC 3161 names.
const FAILURES: [(usize, &str); 8] = [
    (0, "badAlg: the hash algorithm is not known or not accepted"),
    (2, "badRequest: the request is not permitted"),
    (5, "badDataFormat: the request has the wrong form"),
    (14, "timeNotAvailable: its source of time is not available"),
    (15, "unacceptedPolicy: the policy asked for is not accepted"),
    (16, "unacceptedExtension: an extension asked for is not accepted"),
    (17, "addInfoNotAvailable: information asked for is not available"),
    (25, "systemFailure: it cannot answer"),
];

impl Status {
    /// Says whether a stamp was given.
    pub fn granted(&self) -> bool {
        self.code <= 1
    }

    fn parse(element: &Element<'_>) -> Result<Self, StampError> {
        let mut inside = element.inside();
        let code = inside.read(INTEGER)?.small()?;
        let mut text = Vec::new();
        if let Some(list) = inside.optional(SEQUENCE)? {
            for line in list.inside().all()? {
                let words = std::str::from_utf8(line.content).ok().filter(|_| line.tag == UTF8_STRING);
                text.push(words.ok_or_else(|| line.wrong("the status text is not UTF-8"))?.to_owned());
            }
        }
        let mut failures = Vec::new();
        if let Some(bits) = inside.optional(BIT_STRING)? {
            let [unused @ 0..8, bytes @ ..] = bits.content else {
                return Err(bits.wrong("this is no bit string"));
            };
            let count = (bytes.len() * 8).saturating_sub(usize::from(*unused));
            let set = |bit: usize| bit < count && bytes[bit / 8] & (0x80 >> (bit % 8)) != 0;
            failures = FAILURES.iter().filter(|(bit, _)| set(*bit)).map(|(_, name)| *name).collect();
        }
        inside.end()?;
        Ok(Self { code, text, failures })
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            0 => write!(f, "granted")?,
            1 => write!(f, "granted with changes")?,
            2 => write!(f, "rejected")?,
            3 => write!(f, "not yet: ask again later")?,
            4 => write!(f, "its certificate is about to be revoked")?,
            5 => write!(f, "its certificate was revoked")?,
            other => write!(f, "status {other}, which RFC 3161 does not know")?,
        }
        for words in self.text.iter().map(String::as_str).chain(self.failures.iter().copied()) {
            write!(f, "; {words}")?;
        }
        Ok(())
    }
}

impl Response {
    /// The media type of a response sent over HTTP.
    pub const MEDIA_TYPE: &str = "application/timestamp-reply";

    /// Reads a response. That it is well formed says nothing yet about whether it holds.
    pub fn parse(bytes: &[u8]) -> Result<Self, StampError> {
        if bytes.len() > MAX_BYTES {
            let problem = format!("{} bytes; more than {MAX_BYTES} are not read", bytes.len());
            return Err(StampError::malformed(WHAT, 0, problem));
        }
        let response = Element::only(WHAT, bytes, SEQUENCE)?;
        let mut inside = response.inside();
        let status = Status::parse(&inside.read(SEQUENCE)?)?;
        let token = inside.optional(SEQUENCE)?.map(|token| Token::parse(token.whole)).transpose()?;
        inside.end()?;
        match (status.granted(), &token) {
            (true, None) => Err(response.wrong("a stamp is said to be granted, and there is none")),
            (false, Some(_)) => Err(response.wrong("a stamp is said to be refused, and there is one")),
            _ => Ok(Self { status, token }),
        }
    }

    /// How the authority answered.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The stamp itself, when one was granted: the part to keep.
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// Checks that this is a stamp on `digest` (a SHA-256), an answer to the request with `nonce`, and holds.
    ///
    /// See [`Token::verify`].
    pub fn verify(&self, digest: &[u8; 32], nonce: Option<u64>, anchors: &Anchors) -> Result<Stamp, StampError> {
        let token = self.token.as_ref().ok_or_else(|| StampError::Refused(self.status.to_string()))?;
        token.verify(digest, nonce, anchors)
    }
}
