//! Why a time stamp does not hold, or could not be judged.

/// Why a time stamp does not hold, or could not be judged.
///
/// Only [`StampError::Unsupported`] leaves the question open; all others mean that the stamp does not hold as given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// The bytes are not what the standards allow: the thing, the byte where that shows, and what is wrong.
    #[error("{what}: byte {at}: {problem}")]
    Malformed {
        /// What the bytes were read as.
        what: &'static str,
        /// The offset of the element within the bytes given.
        at: usize,
        /// What is wrong.
        problem: String,
    },
    /// The authority gave no stamp.
    #[error("the time-stamping authority gave no stamp: {0}")]
    Refused(String),
    /// The stamp is for something else than what was asked.
    #[error("the time stamp is not for this: {0}")]
    Mismatch(String),
    /// A signature or a hash that a signature covers does not hold.
    #[error("the time stamp does not hold: {0}")]
    Signature(String),
    /// The certificate may not sign time stamps, or not at that time.
    #[error("the certificate does not vouch for this: {0}")]
    Certificate(String),
    /// No chain of certificates leads to a trusted one.
    #[error("no trusted certificate stands behind this: {0}")]
    Untrusted(String),
    /// An algorithm that is not known here: neither right nor wrong.
    #[error("this cannot be checked: {0}")]
    Unsupported(String),
}

impl StampError {
    pub(super) fn malformed(what: &'static str, at: usize, problem: impl Into<String>) -> Self {
        Self::Malformed { what, at, problem: problem.into() }
    }

    /// Says whether the stamp was found not to hold, rather than left unjudged.
    pub fn is_verdict(&self) -> bool {
        !matches!(self, Self::Unsupported(_))
    }
}
