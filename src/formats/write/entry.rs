//! One capture as WARC records: what was captured, and the exact bytes of the capture record that states it.

use chrono::DateTime;

use super::super::headers::Headers;
use super::warc::{Record, SAME_PAYLOAD, record_id};
use super::{http, uri};
use crate::domain::{Basis, PayloadId, RecordId, Time};

/// Names the capture record, `/r/<id>`.
pub const CAPTURE_RECORD: &str = "Isnad-Capture-Record";
/// Says on what `WARC-Date` rests when that is no claim about the capture.
pub const DATE_BASIS: &str = "Isnad-Date-Basis";
/// Says on what the target rests when nobody declared it.
pub const URL_BASIS: &str = "Isnad-URL-Basis";
/// The media type of a line of JSON Lines that is a page of its own.
pub const JSON_LINE: &str = "application/json; profile=isnad-line";
/// Fields of the record a capture came from that stay true of its copy.
const CARRIED: [&str; 2] = ["WARC-IP-Address", "WARC-Truncated"];

/// A capture with all that its records say.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The capture record.
    pub record: RecordId,
    /// Its exact bytes.
    pub statement: &'a [u8],
    /// What was captured.
    pub payload: &'a [u8],
    /// Its hash.
    pub payload_id: PayloadId,
    /// Its media type.
    pub media_type: &'a str,
    /// Best claim of the URL.
    pub url: Option<(&'a str, Basis)>,
    /// Status line and fields, where the capture came by HTTP.
    pub http_head: Option<&'a [u8]>,
    /// The head of the WARC record it came from.
    pub warc_head: Option<&'a [u8]>,
    /// When it was captured.
    pub captured: &'a Time,
    /// When it was logged, in UTC seconds.
    pub logged_at: i64,
}

/// The record that a revisit refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Its id.
    pub id: String,
    /// Its target.
    pub target: String,
    /// Its date.
    pub date: String,
}

impl<'a> Entry<'a> {
    fn kind(&self) -> &'static str {
        let was = self.warc_head.map(Headers::parse);
        let conversion = was.is_some_and(|was| was.get("WARC-Type") == Some("conversion"));
        match self.http_head {
            Some(_) => "response",
            None if conversion => "conversion",
            None => "resource",
        }
    }

    /// What another capture of the same payload must share for one to stand for the other: the kind of record, and the
    /// media type where no HTTP head says it.
    pub fn class(&self) -> String {
        match self.kind() {
            "response" => "response".to_owned(),
            kind => format!("{kind} {}", self.media_type),
        }
    }

    /// The target of its record.
    pub fn target(&self) -> String {
        uri::target(self.url.map(|(url, _)| url), &self.payload_id)
    }

    /// The date of its record, and whether that is a claim about the capture.
    pub fn date(&self) -> (String, bool) {
        match warc_date(self.captured) {
            Some(date) => (date, true),
            None => (rfc3339(self.logged_at), false),
        }
    }

    /// HTTP status.
    pub fn status(&self) -> Option<u16> {
        self.http_head.and_then(http::status)
    }

    /// How revisits refer to its record.
    pub fn original(&self) -> Original {
        Original { id: self.id(), target: self.target(), date: self.date().0 }
    }

    fn id(&self) -> String {
        record_id("capture", &self.record.to_string())
    }

    /// The record of what was captured; a revisit when `original` holds the same payload.
    pub fn captured_record(&self, original: Option<&Original>) -> Record<'a> {
        let (date, known) = self.date();
        let mut fields = vec![("WARC-Target-URI", self.target())];
        let was = self.warc_head.map(Headers::parse).unwrap_or_default();
        for name in CARRIED {
            fields.extend(was.get(name).map(|value| (name, value.to_owned())));
        }
        // Readers look for HTTP only below http(s) addresses, and would hash the head with the payload below another one.
        let web = crate::domain::outlet::host_of(&self.target()).is_some();
        if self.http_head.is_none() || web {
            fields.push(("WARC-Payload-Digest", self.digest()));
        }
        if let Some(original) = original {
            fields.push(("WARC-Profile", SAME_PAYLOAD.to_owned()));
            fields.push(("WARC-Refers-To", format!("<{}>", original.id)));
            fields.push(("WARC-Refers-To-Target-URI", original.target.clone()));
            fields.push(("WARC-Refers-To-Date", original.date.clone()));
        }
        fields.push((CAPTURE_RECORD, self.record.to_string()));
        if !known {
            fields.push((DATE_BASIS, Basis::Ingest.name().to_owned()));
        }
        if let Some((_, basis)) = self.url.filter(|(_, basis)| *basis != Basis::Declared) {
            fields.push((URL_BASIS, basis.name().to_owned()));
        }
        let head = self.http_head.map(|stored| http::head(stored, self.payload.len())).unwrap_or_default();
        let content_type = match (self.http_head, original) {
            (Some(_), _) => Some("application/http; msgtype=response".to_owned()),
            (None, Some(_)) => None,
            (None, None) if self.media_type == "application/json" => Some(JSON_LINE.to_owned()),
            (None, None) => Some(self.media_type.to_owned()),
        };
        let kind = if original.is_some() { "revisit" } else { self.kind() };
        let body = if original.is_some() { &[][..] } else { self.payload };
        Record { kind, id: self.id(), date, fields, content_type, head, body }
    }

    /// The metadata record that holds the capture record: its SHA-256 is the record id, which the log commits to.
    ///
    /// Its target is that hash and not the page: indexers list metadata records too, and would replay it for the page.
    pub fn statement_record(&self) -> Record<'a> {
        Record {
            kind: "metadata",
            id: record_id("statement", &self.record.to_string()),
            date: self.date().0,
            fields: vec![
                ("WARC-Target-URI", format!("{}{}", uri::HASH, self.record)),
                ("WARC-Refers-To", format!("<{}>", self.id())),
                (CAPTURE_RECORD, self.record.to_string()),
            ],
            content_type: Some("application/json".to_owned()),
            head: Vec::new(),
            body: self.statement,
        }
    }

    /// `WARC-Payload-Digest`: the payload id.
    pub fn digest(&self) -> String {
        format!("sha256:{}", self.payload_id)
    }
}

/// A capture time as `WARC-Date`: to the second, or the day; nothing when neither can be said without inventing one.
///
/// A local time of unknown zone is written as its day, which has no zone either.
fn warc_date(time: &Time) -> Option<String> {
    if time.basis == Basis::Ingest {
        return None;
    }
    if let (Some(from), Some(to), Some(_)) = (time.from, time.to, &time.zone)
        && to - from <= 60
    {
        return Some(rfc3339(from));
    }
    let day = time.edtf.get(..10).filter(|day| day.parse::<chrono::NaiveDate>().is_ok())?;
    let rest = &time.edtf[10..];
    (rest.is_empty() || rest.starts_with('T') && time.zone.is_none()).then(|| day.to_owned())
}

/// UTC seconds as RFC 3339.
pub fn rfc3339(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edtf::parse_time;

    #[test]
    fn a_date_is_never_more_precise_than_what_is_known() {
        let date = |text: &str| warc_date(&parse_time(text, Basis::Declared).unwrap());
        assert_eq!(date("2018-03-31T10:49:00+03:00").as_deref(), Some("2018-03-31T07:49:00Z"));
        assert_eq!(date("2018-03-31").as_deref(), Some("2018-03-31"));
        assert_eq!(date("2015-07-21 02:49:53").as_deref(), Some("2015-07-21"));
        for unsaid in ["2018-03", "2018", "[2018-03-30..2018-03-31]"] {
            assert_eq!(date(unsaid), None, "{unsaid}");
        }
        assert_eq!(warc_date(&Time::at_second(0, Basis::Ingest)), None);
    }
}
