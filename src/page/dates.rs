//! Dates in text.

use std::ops::Range;

use crate::domain::Time;
use crate::domain::reading::{NamedDate, Relation};

/// A date and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it says.
    pub date: NamedDate,
    /// How it relates to the telling.
    pub relation: Relation,
}

/// Finds the dates named in running text, in order.
pub fn find(text: &str) -> Vec<Found> {
    let _ = text;
    Vec::new()
}

/// Reads a date, with or without a time of day, that stands beside a label or alone in an element.
pub fn parse_printed(text: &str) -> Option<Time> {
    let _ = text;
    None
}
