//! What is asked of a time-stamping authority.

use super::der::{self, BOOLEAN, INTEGER, OCTET_STRING, SEQUENCE};
use super::signature::Hash;

/// A `TimeStampReq` (RFC 3161 section 2.4.1): a SHA-256, a nonce, and the wish to be sent the certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    digest: [u8; 32],
    nonce: u64,
}

impl Request {
    /// The media type of a request sent over HTTP.
    pub const MEDIA_TYPE: &str = "application/timestamp-query";

    /// Asks for a stamp on a SHA-256. The nonce should be random: it ties the answer to this request.
    pub fn new(digest: [u8; 32], nonce: u64) -> Self {
        Self { digest, nonce }
    }

    /// The request as it is sent.
    pub fn to_der(&self) -> Vec<u8> {
        let imprint =
            der::write(SEQUENCE, &[&Hash::Sha256.algorithm_identifier(), &der::write(OCTET_STRING, &[&self.digest])]);
        der::write(
            SEQUENCE,
            &[
                &der::write(INTEGER, &[&[1]]),
                &imprint,
                &der::write(INTEGER, &[&der::integer(self.nonce)]),
                &der::write(BOOLEAN, &[&[0xff]]),
            ],
        )
    }
}
