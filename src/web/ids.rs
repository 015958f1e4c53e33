//! Ids in paths: whole, shortened, or of something else.

use std::str::FromStr;

use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;
use crate::archive::refs::PathKind;
use crate::domain::RecordId;

/// What the digits in a path turned out to be.
pub(super) enum Found<T> {
    /// A whole id; whether something has it is another question.
    Id(T),
    /// A shortened one; the whole thing is at this path.
    At(String),
}

/// Understands the digits of a path; `rest` is what follows them there.
pub(super) fn find<T: FromStr>(
    server: &Server,
    visit: &Visit,
    kind: PathKind,
    digits: &str,
    rest: &str,
) -> Result<Found<T>, Problem> {
    if let Ok(id) = digits.parse() {
        return Ok(Found::Id(id));
    }
    let candidates = server.archive.candidates(kind, &digits.to_ascii_lowercase())?;
    match candidates.as_slice() {
        [] => Err(Problem::not_found(&visit.path)),
        [only] => Ok(Found::At(format!("{}{rest}{}", only.path(), visit.frame().q))),
        _ => Err(Problem::ambiguous(&visit.path, candidates)),
    }
}

/// No record that may be seen has this id: it was taken down, or never was here.
pub(super) fn gone_or_missing(server: &Server, visit: &Visit, id: &RecordId) -> Problem {
    match server.archive.takedown(id) {
        Ok(Some(takedown)) => Problem::gone(&visit.path, takedown),
        Ok(None) => missing(server, visit, id),
        Err(error) => error.into(),
    }
}

/// Nothing of the kind asked for has this id; perhaps something else has.
pub(super) fn missing(server: &Server, visit: &Visit, id: impl std::fmt::Display) -> Problem {
    let other = server.archive.resolve(&id.to_string()).map(|resolved| resolved.target);
    Problem::not_found(&visit.path).or_rather(other.ok())
}
