//! A capture with all that the archive keeps of it.

use serde_json::Value;

use crate::archive::{Error, ErrorKind};
use crate::domain::{AttachmentId, Basis};
use crate::formats::write::entry::Entry;
use crate::store::{CaptureRow, ReadTx, ReadingRow};

/// One capture in memory.
pub(super) struct Source {
    pub(super) row: CaptureRow,
    /// The newest reading.
    pub(super) reading: Option<ReadingRow>,
    /// The capture record: its exact bytes, and what they state.
    pub(super) statement: Vec<u8>,
    pub(super) stated: Value,
    pub(super) payload: Vec<u8>,
    http_head: Option<Vec<u8>>,
    warc_head: Option<Vec<u8>>,
}

impl Source {
    /// Reads it, every part checked against its hash.
    pub(super) fn read(tx: &ReadTx<'_>, row: CaptureRow) -> Result<Self, Error> {
        let missing = |what: String| {
            let message = format!("capture {}: {what}; `isnad verify` tells what is damaged", row.record);
            Error::new(ErrorKind::Corrupt, row.record.to_string(), message)
        };
        let (_, statement) = tx.record(&row.record)?.ok_or_else(|| missing("its record is missing".to_owned()))?;
        let stated: Value =
            serde_json::from_slice(&statement).map_err(|error| missing(format!("its record is no JSON: {error}")))?;
        let (payload, _) =
            tx.payload(&row.payload)?.ok_or_else(|| missing(format!("payload {} is missing", row.payload)))?;
        let attachment = |kind: &str| -> Result<Option<Vec<u8>>, Error> {
            let list = stated["attachments"].as_array().into_iter().flatten();
            let Some(id) = list.filter(|a| a["kind"] == kind).find_map(|a| a["sha256"].as_str()) else {
                return Ok(None);
            };
            let id: AttachmentId = id.parse().map_err(|error| missing(format!("its record names {error}")))?;
            let bytes = tx.attachment(&id)?.ok_or_else(|| missing(format!("attachment {id} is missing")))?;
            Ok(Some(bytes))
        };
        let (http_head, warc_head) = (attachment("http-headers")?, attachment("warc-headers")?);
        let reading = tx.readings(row.key)?.pop();
        Ok(Source { row, reading, statement, stated, payload, http_head, warc_head })
    }

    /// The capture as its records state it.
    pub(super) fn entry(&self) -> Entry<'_> {
        Entry {
            record: self.row.record,
            statement: &self.statement,
            payload: &self.payload,
            payload_id: self.row.payload,
            media_type: &self.row.media_type,
            url: self.row.url.as_deref().map(|url| (url, self.url_basis(url))),
            http_head: self.http_head.as_deref(),
            warc_head: self.warc_head.as_deref(),
            captured: &self.row.captured,
            logged_at: self.row.logged_at,
        }
    }

    fn url_basis(&self, url: &str) -> Basis {
        let claims = self.stated["url"].as_array().into_iter().flatten();
        let basis =
            claims.filter(|claim| claim["value"] == url).find_map(|claim| claim["basis"].as_str()?.parse().ok());
        // A claim too long for the record was declared all the same.
        basis.unwrap_or(Basis::Declared)
    }

    /// The best declared claim about something.
    pub(super) fn declared(&self, key: &str) -> Option<&str> {
        let mut claims = self.stated[key].as_array().into_iter().flatten();
        let claim = claims.find(|claim| claim["basis"] == Basis::Declared.name())?;
        claim["value"].as_str().or_else(|| claim["value"]["edtf"].as_str())
    }

    /// Whether it is an answer other than the page: an error or a redirect.
    pub(super) fn is_error(&self) -> bool {
        self.stated["source"]["http_status"].as_u64().is_some_and(|status| status >= 300)
    }
}
