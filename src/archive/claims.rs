//! Everything claimed about a capture, in the order in which it is believed: flags, sidecar, container, page.

use crate::domain::outlet::{is_host_name, outlet_of_url, registrable_domain};
use crate::domain::reading::Reading;
use crate::domain::record::CaptureRecord;
use crate::domain::{Basis, Claim, Time};
use crate::formats::Captured;
use crate::page;

/// What makes a capture the same again: payload, declared URL, declared time; and what was declared about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) url: String,
    pub(super) time: Option<i64>,
    pub(super) declarations: [u8; 32],
}

impl Identity {
    pub(super) fn of(captured: &Captured) -> Self {
        Identity {
            url: captured.url.first().map(|claim| claim.value.clone()).unwrap_or_default(),
            time: captured.captured.first().and_then(|time| time.from),
            declarations: CaptureRecord::declarations_digest(
                &captured.url,
                &captured.outlet,
                &captured.title,
                &captured.captured,
                &captured.published,
            ),
        }
    }
}

/// Claims of every kind, best first, and what is shown of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) url: Vec<Claim<String>>,
    pub(super) outlet: Vec<Claim<String>>,
    pub(super) title: Vec<Claim<String>>,
    /// Never empty: the ingest clock stands where nothing else does.
    pub(super) captured: Vec<Time>,
    pub(super) published: Vec<Time>,
    pub(super) outlet_name: Option<String>,
    pub(super) outlet_display: Option<String>,
    /// Publication, as far as evidence goes.
    pub(super) resolved: Option<Time>,
}

impl Claims {
    /// Puts the declared claims before those of the page; contradictions become notes.
    pub(super) fn of(captured: &Captured, reading: &Reading, ingested: &Time, notes: &mut Vec<String>) -> Self {
        let url = joined(&captured.url, &reading.url);
        let (outlet, outlet_name, outlet_display) = outlet(captured, reading, &url);
        let printed: Vec<Claim<String>> =
            reading.title_block().map(|title| Claim::new(Basis::Text, title.to_owned())).into_iter().collect();
        let title = joined(&joined(&captured.title, &printed), &reading.title);
        let times = if captured.captured.is_empty() { vec![ingested.clone()] } else { captured.captured.clone() };
        let resolved = page::published::resolve(reading, &captured.published, &url, &times[0], ingested);
        let mut published = captured.published.clone();
        for time in reading.published.iter().chain(&resolved) {
            if !published.contains(time) {
                published.push(time.clone());
            }
        }
        notes.extend(page::published::contradictions(reading, resolved.as_ref(), &times[0]));
        Claims { url, outlet, title, captured: times, published, outlet_name, outlet_display, resolved }
    }
}

fn joined(first: &[Claim<String>], then: &[Claim<String>]) -> Vec<Claim<String>> {
    let mut all = first.to_vec();
    for claim in then {
        if !all.contains(claim) {
            all.push(claim.clone());
        }
    }
    all
}

/// Chooses the outlet: a declared domain, else the domain of a URL, else one that the page states, else a declared name.
fn outlet(
    captured: &Captured,
    reading: &Reading,
    urls: &[Claim<String>],
) -> (Vec<Claim<String>>, Option<String>, Option<String>) {
    let domain_of = |value: &str| is_host_name(value).then(|| registrable_domain(value)).flatten();
    let mut claims = captured.outlet.clone();
    for claim in urls {
        if let Some(domain) = outlet_of_url(&claim.value) {
            claims.push(Claim::new(claim.basis, domain));
        }
    }
    claims.extend(reading.outlet.iter().cloned());
    let name = claims.iter().find_map(|claim| domain_of(&claim.value));
    let display = captured
        .outlet
        .iter()
        .map(|claim| &claim.value)
        .find(|value| domain_of(value).is_none())
        .or(reading.outlet_name.as_ref())
        .cloned();
    let mut distinct: Vec<Claim<String>> = Vec::new();
    for claim in claims {
        if !distinct.contains(&claim) {
            distinct.push(claim);
        }
    }
    let name = name.or_else(|| distinct.first().map(|claim| claim.value.clone())).or_else(|| display.clone());
    (distinct, name, display)
}
