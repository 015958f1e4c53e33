//! When an article was published, as far as the evidence goes.

use crate::domain::reading::Reading;
use crate::domain::{Claim, Time};

/// Returns the best statement of the publication time, or `None` when nothing bounds it from below.
///
/// `declared` are the collector's claims, best first; `captured` the best claim of the capture time, `ingested` the
/// time of ingestion: publication is no later than either.
pub fn resolve(
    reading: &Reading,
    declared: &[Time],
    url: &[Claim<String>],
    captured: &Time,
    ingested: &Time,
) -> Option<Time> {
    let _ = (reading, declared, url, captured, ingested);
    None
}
