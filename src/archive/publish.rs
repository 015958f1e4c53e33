//! Showing private captures to everybody.
//!
//! That a capture is private stands in its row and nowhere else: its record says nothing of it and never changes, and
//! its entry in the log names a hash of bytes that nobody can guess. Publishing appends a further `capture` entry, as
//! lifting a withholding does, so that the log tells by which head it was open; the first entry goes on proving since
//! when the capture was here.

use serde::Serialize;

use super::takedown::{key_of, plan};
use super::{Archive, Error, ErrorKind};
use crate::domain::RecordId;
use crate::domain::outlet::is_host_name;
use crate::page;
use crate::store::WriteTx;

/// One capture that a reference names: a line of `publish --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// `published`, or `public-already`.
    pub done: &'static str,
    /// The capture record.
    pub record: RecordId,
    /// Index of the entry in the log; none where it was public already.
    pub index: Option<u64>,
}

impl Archive {
    /// Shows the private captures that `reference` names to everybody, and logs that.
    ///
    /// A withheld capture is refused: an entry would say that it is open, and it would not be.
    pub fn publish(&self, reference: &str) -> Result<Vec<Published>, Error> {
        let mut writer = self.writer()?;
        let mut tx = writer.begin(self.clock.now())?;
        let plan = plan(&tx.read(), reference)?;
        let mut done = Vec::new();
        for capture in plan.captures {
            let record = capture.record;
            if !capture.private {
                done.push(Published { done: "public-already", record, index: None });
                continue;
            }
            if let Some(code) = capture.withheld {
                let message = format!(
                    "publishing {record}: it is withheld ({code}); show it again with `isnad withhold {record} --undo` \
                     first. Nothing was changed"
                );
                return Err(Error::new(ErrorKind::Usage, record.to_string(), message));
            }
            let key = key_of(&tx.read(), &record)?;
            let index = tx.publish(key, &record)?;
            if let (Some(outlet), Some(display)) = (&capture.outlet, display_name(&tx, &record)?) {
                tx.put_outlet(outlet, Some(&display))?;
            }
            done.push(Published { done: "published", record, index: Some(index) });
        }
        tx.commit()?;
        writer.checkpoint()?;
        Ok(done)
    }
}

/// The name of its outlet that a capture states, which nobody saw while it was private.
fn display_name(tx: &WriteTx<'_>, record: &RecordId) -> Result<Option<String>, Error> {
    let read = tx.read();
    let stated = read.record(record)?.and_then(|(_, body)| serde_json::from_slice::<serde_json::Value>(&body).ok());
    let stated = stated.unwrap_or_default();
    let claims = stated["outlet"].as_array().into_iter().flatten();
    let declared = claims.filter_map(|claim| claim["value"].as_str()).find(|name| !is_host_name(name));
    if let Some(name) = declared {
        return Ok(Some(name.to_owned()));
    }
    let Some(row) = read.capture(record)? else { return Ok(None) };
    let Some((payload, _)) = read.payload(&row.payload)? else { return Ok(None) };
    Ok(page::read(&payload, &row.media_type).ok().and_then(|reading| reading.outlet_name))
}
