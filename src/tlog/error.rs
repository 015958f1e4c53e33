//! The error that the parsers of multi-line texts share.

/// A text that is not what its specification allows, and the line where that shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}: line {line}: {problem}")]
pub struct FormatError {
    /// What the text was read as: `note`, `checkpoint` or `proof`.
    pub text: &'static str,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl FormatError {
    pub(super) fn new(text: &'static str, line: usize, problem: &'static str) -> Self {
        Self { text, line, problem }
    }
}
