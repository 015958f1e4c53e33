//! The WARC files of live captures: each holds what went over the wire when a page was fetched.
//!
//! The database holds payload, headers and record, and the log commits to them: that is the evidence. The file adds the
//! request, and the body as it was transmitted. So a file that is lost or altered leaves open what only it could show,
//! and fails nothing, as long as the payload is right in the database.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Check, Finding, Outcome};
use crate::archive::capture::kept::{self, Contents, Response};
use crate::domain::{Digest, PayloadId, RecordId};

/// A capture that names a WARC file.
pub(super) struct Exchange {
    record: RecordId,
    payload: PayloadId,
    /// The file, below the archive folder.
    place: PathBuf,
    /// SHA-256 of the file, as the record states it.
    container: Option<Digest>,
    /// WARC-Record-ID of the response, as the record states it.
    response: Option<String>,
}

impl Exchange {
    /// What a capture record states of it; none unless this archive fetched the page.
    pub(super) fn of(record: RecordId, payload: PayloadId, stated: &Value) -> Option<Exchange> {
        let source = &stated["source"];
        Some(Exchange {
            record,
            payload,
            place: kept::place_of(source)?,
            container: source["container"].as_str().and_then(|text| text.parse().ok()),
            response: source["record"].as_str().map(str::to_owned),
        })
    }

    /// Says how the file differs from what the record states.
    fn differs(&self, contents: &Contents) -> Option<String> {
        let id = self.response.as_deref().unwrap_or("without an id");
        let response = contents.responses.iter().find(|response| response.id == self.response);
        let same = contents.container.is_some() && contents.container == self.container;
        // What else is wrong with a file that was damaged depends on where it was hit.
        if let Some(damage) = contents.damage.as_ref().filter(|_| !same || response.is_none()) {
            return Some(format!("it is damaged: {damage}"));
        }
        match response {
            None => Some(format!("the response {id} that the record states is not in it")),
            Some(response) if response.payload != self.payload => Some(format!(
                "its response {id} holds payload {}, the record states {}",
                response.payload, self.payload
            )),
            Some(Response { wrong_digest: Some(stated), .. }) => {
                Some(format!("its response {id} does not have the digest {stated} that it states"))
            }
            Some(_) if same => None,
            Some(_) => Some(match (contents.container, self.container) {
                (Some(found), Some(stated)) => format!("its SHA-256 is {found}, the record states {stated}"),
                _ => "the record states no SHA-256 of it".to_owned(),
            }),
        }
    }
}

impl Check<'_> {
    /// Checks the WARC files of captures; those of one file come one behind the other.
    pub(super) fn exchanges(&mut self, exchanges: &[Exchange]) {
        for same in exchanges.chunk_by(|a, b| a.place == b.place) {
            let path = self.dir.join(&same[0].place);
            let read = kept::read(&path);
            for exchange in same {
                let lost = read.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
                let found = match &read {
                    Ok(contents) => exchange.differs(contents).map_or(Ok(()), Err),
                    Err(_) if lost => Err("it is missing".to_owned()),
                    Err(error) => Err(format!("it cannot be read: {error}")),
                };
                let (outcome, why) = match found {
                    Ok(()) => (Outcome::Verified, path.display().to_string()),
                    Err(_) if lost && self.was_destroyed(&path) => {
                        (Outcome::Verified, format!("{}: destroyed with an erased capture", path.display()))
                    }
                    Err(why) => self.without_file(exchange, &path, &why),
                };
                self.finding(Finding { kind: "warc", id: exchange.record.to_string(), outcome, why });
            }
        }
    }

    /// Whether a file is gone because a capture in it was erased.
    fn was_destroyed(&self, file: &Path) -> bool {
        kept::mark_of(file).is_file() && self.tx.erased_digest_count().is_ok_and(|count| count > 0)
    }

    /// What is left of a capture whose WARC file does not show what it should.
    fn without_file(&self, exchange: &Exchange, path: &Path, why: &str) -> (Outcome, String) {
        let shown = path.display();
        let in_database = match self.tx.payload(&exchange.payload) {
            Ok(Some(_)) => {
                let rest = "the payload is right in the database; request and transmitted bytes cannot be shown";
                return (Outcome::NotChecked, format!("{shown}: {why}; {rest}"));
            }
            Ok(None) => "is missing".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        let payload = format!("in the database, payload {} {in_database}", exchange.payload);
        (Outcome::Failed, format!("{shown}: {why}; {payload}"))
    }

    /// Files that were destroyed with an erased capture must not be here again.
    pub(super) fn destroyed_files(&mut self) {
        let listing = kept::list(self.dir);
        for file in listing.files.iter().filter_map(|mark| kept::marked_by(mark)) {
            let gone = if file.exists() {
                Err("it was destroyed with an erased capture, and is here again; remove it".to_owned())
            } else {
                Ok(())
            };
            self.say("takedown", file.display(), gone);
        }
    }
}
