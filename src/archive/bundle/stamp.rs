//! Stamps in a bundle: what a third party saw, and when.
//!
//! That a stamp is on a head which holds the capture proves that the capture record existed by then, whoever signed that
//! head. A stamp that was given before the keys of its log changed is signed by the older key: without that one it
//! cannot be told whether the head is the log's, and that is said.

use super::check::{Head, Visit, signature};
use super::zip::Files;
use crate::archive::article::utc;
use crate::archive::verify::{Finding, Outcome};
use crate::domain::sha256;
use crate::stamp::{Anchors, Response};
use crate::tlog::{CheckNoteError, LeafKind, OpenCheckpointError, OpenedCheckpoint, VerifierKey, leaf_line};

/// Checks one of the stamps of a bundle, numbered from 1.
pub(super) fn check(
    files: &Files,
    at: usize,
    newest: &Head<'_>,
    keys: &[VerifierKey],
    anchors: &Anchors,
    visit: Visit<'_>,
) {
    let id = format!("stamps/{at}.tsr");
    let (outcome, why) = match holds(files, at, newest, anchors).and_then(|seen| signed(files, at, keys, seen)) {
        Ok(seen) => (Outcome::Verified, seen),
        Err(found) => found,
    };
    visit(Finding { kind: "stamp", id, outcome, why });
}

fn failed(why: impl Into<String>) -> (Outcome, String) {
    (Outcome::Failed, why.into())
}

fn file<'a>(files: &'a Files, at: usize, ending: &str) -> &'a [u8] {
    files.get(&format!("stamps/{at}.{ending}")).map_or(&[], Vec::as_slice)
}

/// The response is on a head of this log that holds the capture, and its authority signed it; says who saw it when.
fn holds(files: &Files, at: usize, newest: &Head<'_>, anchors: &Anchors) -> Result<String, (Outcome, String)> {
    let head = Head::parse(file(files, at, "checkpoint")).map_err(failed)?;
    if head.checkpoint.origin != newest.checkpoint.origin {
        return Err(failed("it is of another log"));
    }
    let capture = files.get("capture.json").ok_or_else(|| failed("stamps belong to one capture"))?;
    head.proves(file(files, at, "tlog-proof"), &leaf_line(LeafKind::Capture, sha256(capture))).map_err(failed)?;
    let digest = sha256(file(files, at, "checkpoint"));
    let stamp = Response::parse(file(files, at, "tsr"))
        .and_then(|response| response.verify(&digest, None, anchors))
        .map_err(|e| (if e.is_verdict() { Outcome::Failed } else { Outcome::NotChecked }, e.to_string()))?;
    Ok(format!(
        "{} saw a head that holds this capture, before {}; {}",
        stamp.authority,
        utc(stamp.to),
        stamp.not_checked.join("; ")
    ))
}

/// The head that was stamped is signed by a key that is trusted.
fn signed(files: &Files, at: usize, keys: &[VerifierKey], seen: String) -> Result<String, (Outcome, String)> {
    let head = Head::parse(file(files, at, "checkpoint")).map_err(failed)?;
    if let Err(OpenCheckpointError::Check(CheckNoteError::NoKnownKey { claimed })) =
        OpenedCheckpoint::check(&head.note, keys)
    {
        let why = format!("who signed the head that was stamped: none of the keys given has, but {claimed}; {seen}");
        return Err((Outcome::NotChecked, why));
    }
    let Finding { outcome, why, .. } = signature("stamp", &head, keys);
    if outcome == Outcome::Verified { Ok(seen) } else { Err((outcome, why)) }
}
