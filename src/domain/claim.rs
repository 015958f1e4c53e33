//! A value somebody states, with what it rests on.

use super::time::Basis;

/// One stated value and its basis; several claims about one thing are kept side by side.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Claim<T> {
    /// What the value rests on.
    pub basis: Basis,
    /// What is stated.
    pub value: T,
}

impl<T> Claim<T> {
    /// States `value` on `basis`.
    pub fn new(basis: Basis, value: T) -> Self {
        Self { basis, value }
    }
}
