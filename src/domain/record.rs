//! Records: the exact JSON bytes that state a capture or a reading.
//!
//! A record is at most 16 KiB of canonical JSON ([`super::jcs`]), serialised once and stored as bytes; its id is the
//! SHA-256 of those bytes. `docs/format.md` shows each field.

use serde_json::{Value, json};

use super::claim::Claim;
use super::digest::{ArticleId, AttachmentId, Digest, PayloadId, RecordId};
use super::jcs::{NotCanonical, to_canonical_json};
use super::reading::{Extractor, NamedDate, Reading, Relation};
use super::time::Time;

/// Version of the record format, the field `v`.
pub const RECORD_VERSION: u32 = 1;
/// The largest record, in bytes.
pub const MAX_RECORD: usize = 16 * 1024;
/// The longest value of one claim that a record states, in bytes; the payload or attachment keeps longer ones.
pub const MAX_CLAIM: usize = 2048;
/// The most claims about one thing, and the most dates, that a record states.
pub const MAX_CLAIMS: usize = 8;

/// The log head that a record was made under: it is provably not older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Number of leaves.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
}

/// Where a payload came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// `text`, `html`, `warc`, `arc`, `wacz`, `jsonl` or `http`.
    pub kind: String,
    /// The file's own name, without folders.
    pub basename: String,
    /// SHA-256 of the container file, when it was hashed whole.
    pub container: Option<Digest>,
    /// WARC-Record-ID, or the line in JSON Lines.
    pub record: Option<String>,
    /// Digests that the container states: (stated, outcome, why).
    pub digests: Vec<(String, String, String)>,
    /// HTTP status, when the payload came by HTTP.
    pub http_status: Option<u16>,
}

/// All that a capture record states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRecord {
    /// Id, length in bytes and media type of the payload.
    pub payload: (PayloadId, u64, String),
    /// Claims about the URL, best first.
    pub url: Vec<Claim<String>>,
    /// Claims about the outlet, best first.
    pub outlet: Vec<Claim<String>>,
    /// Claims about the title, best first.
    pub title: Vec<Claim<String>>,
    /// Claims about the time of capture, best first.
    pub captured: Vec<Time>,
    /// Claims about the time of publication, best first.
    pub published: Vec<Time>,
    /// Where the payload came from.
    pub source: Source,
    /// Kind and id of what is kept beside the payload.
    pub attachments: Vec<(String, AttachmentId)>,
    /// Who collected it, when configured.
    pub collector: Option<String>,
    /// The capture record whose declarations this one replaces.
    pub corrects: Option<RecordId>,
    /// The log head it was made under.
    pub after: After,
    /// Random bytes, so that an erased record cannot be confirmed by guessing.
    pub nonce: [u8; 16],
}

/// A record that cannot be stated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A value outside the JSON subset.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// Too long even after long claims were left to the payload.
    #[error("the record would be {0} bytes; the limit is {MAX_RECORD}")]
    TooLarge(usize),
}

fn time_value(time: &Time) -> Value {
    json!({
        "basis": time.basis,
        "value": {"edtf": time.edtf, "from": time.from, "to": time.to, "zone": time.zone},
    })
}

fn times(list: &[Time]) -> Value {
    list.iter().filter(|time| time.edtf.len() <= MAX_CLAIM).take(MAX_CLAIMS).map(time_value).collect()
}

fn claims(list: &[Claim<String>]) -> Value {
    list.iter()
        .filter(|claim| claim.value.len() <= MAX_CLAIM)
        .take(MAX_CLAIMS)
        .map(|claim| json!({"basis": claim.basis, "value": claim.value}))
        .collect()
}

impl CaptureRecord {
    /// Serialises the record to its canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RecordError> {
        let digests: Vec<Value> = self
            .source
            .digests
            .iter()
            .take(MAX_CLAIMS)
            .map(|(stated, outcome, why)| json!({"outcome": outcome, "stated": stated, "why": why}))
            .collect();
        let attachments: Vec<Value> =
            self.attachments.iter().map(|(kind, id)| json!({"kind": kind, "sha256": id})).collect();
        limited(&json!({
            "v": RECORD_VERSION,
            "kind": "capture",
            "payload": {
                "sha256": self.payload.0,
                "bytes": self.payload.1,
                "media_type": self.payload.2,
            },
            "url": claims(&self.url),
            "outlet": claims(&self.outlet),
            "title": claims(&self.title),
            "captured": times(&self.captured),
            "published": times(&self.published),
            "source": {
                "kind": self.source.kind,
                "basename": self.source.basename,
                "container": self.source.container.map(|digest| digest.to_string()),
                "record": self.source.record,
                "digests": digests,
                "http_status": self.source.http_status,
            },
            "attachments": attachments,
            "collector": self.collector,
            "corrects": self.corrects,
            "after": {"size": self.after.size, "root": Digest(self.after.root).to_string()},
            "nonce": hex(&self.nonce),
        }))
    }

    /// The digest over everything declared about a capture from outside the payload: equal means nothing changed.
    ///
    /// SHA-256 over the canonical JSON of url, outlet, title, captured and published. The caller passes the claims
    /// that flags, sidecars, headers and containers make, never those read from the page or taken from the clock.
    pub fn declarations_digest(
        url: &[Claim<String>],
        outlet: &[Claim<String>],
        title: &[Claim<String>],
        captured: &[Time],
        published: &[Time],
    ) -> [u8; 32] {
        let value = json!([claims(url), claims(outlet), claims(title), times(captured), times(published)]);
        super::sha256(value.to_string().as_bytes())
    }
}

/// All that a reading record states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRecord {
    /// The capture it reads.
    pub capture: RecordId,
    /// Who read it.
    pub extractor: Extractor,
    /// Id and length in bytes of the canonical text, when there is an article.
    pub article: Option<(ArticleId, u64)>,
    /// Digest over the block list, [`Reading::block_list_digest`].
    pub blocks: Digest,
    /// Numbers of article, attached and furniture blocks.
    pub counts: (u64, u64, u64),
    /// Numbers of tweets and quotations.
    pub found: (u64, u64),
    /// Dates found: (EDTF, relation).
    pub dates: Vec<(String, &'static str)>,
}

impl ReadingRecord {
    /// States what `extractor` found in `capture`.
    pub fn new(capture: RecordId, extractor: Extractor, reading: &Reading, article: Option<(ArticleId, u64)>) -> Self {
        let count =
            |wanted: fn(super::Role) -> bool| reading.blocks.iter().filter(|block| wanted(block.role)).count() as u64;
        let dates = reading
            .dates
            .iter()
            .take(4 * MAX_CLAIMS)
            .map(|found| {
                let date = match found.date {
                    NamedDate::Day(day) => day.to_string(),
                    NamedDate::DayOfYear { month, day, .. } => format!("XXXX-{month:02}-{day:02}"),
                };
                let relation = match found.relation {
                    Relation::Today => "today",
                    Relation::Past => "past",
                    Relation::Future => "future",
                    Relation::Named => "named",
                };
                (date, relation)
            })
            .collect();
        ReadingRecord {
            capture,
            extractor,
            article,
            blocks: Digest(reading.block_list_digest()),
            counts: (
                count(super::Role::is_hashed),
                count(super::Role::is_attached),
                count(|role| role == super::Role::Furniture),
            ),
            found: (reading.tweets.len() as u64, reading.quotations.len() as u64),
            dates,
        }
    }

    /// Serialises the record to its canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RecordError> {
        let dates: Vec<Value> =
            self.dates.iter().map(|(date, relation)| json!({"edtf": date, "relation": relation})).collect();
        limited(&json!({
            "v": RECORD_VERSION,
            "kind": "reading",
            "capture": self.capture,
            "extractor": {"name": self.extractor.name, "version": self.extractor.version},
            "article": self.article.map(|(id, bytes)| json!({"sha256": id, "bytes": bytes})),
            "blocks": self.blocks.to_string(),
            "counts": {
                "article": self.counts.0,
                "attached": self.counts.1,
                "furniture": self.counts.2,
                "tweets": self.found.0,
                "quotations": self.found.1,
            },
            "dates": dates,
        }))
    }
}

fn limited(value: &Value) -> Result<Vec<u8>, RecordError> {
    let bytes = to_canonical_json(value)?;
    if bytes.len() > MAX_RECORD { Err(RecordError::TooLarge(bytes.len())) } else { Ok(bytes) }
}

/// Lowercase hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Basis, PayloadId};

    #[test]
    fn a_capture_record_has_one_form() {
        let record = CaptureRecord {
            payload: (PayloadId::of(b"x"), 1, "text/plain".to_owned()),
            url: vec![Claim::new(Basis::Declared, "http://a.example/é".to_owned())],
            outlet: vec![],
            title: vec![],
            captured: vec![Time::at_second(0, Basis::Ingest)],
            published: vec![],
            source: Source { kind: "text".to_owned(), basename: "x.txt".to_owned(), ..Source::default() },
            attachments: vec![],
            collector: None,
            corrects: None,
            after: After { size: 0, root: crate::domain::sha256(b"") },
            nonce: [7; 16],
        };
        let text = String::from_utf8(record.to_bytes().unwrap()).unwrap();
        assert_eq!(
            text,
            "{\"after\":{\"root\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":0},\
             \"attachments\":[],\"captured\":[{\"basis\":\"ingest\",\"value\":{\"edtf\":\"1970-01-01T00:00:00Z\",\"from\":0,\
             \"to\":1,\"zone\":\"Z\"}}],\"collector\":null,\"corrects\":null,\"kind\":\"capture\",\
             \"nonce\":\"07070707070707070707070707070707\",\"outlet\":[],\"payload\":{\"bytes\":1,\
             \"media_type\":\"text/plain\",\"sha256\":\"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"},\
             \"published\":[],\"source\":{\"basename\":\"x.txt\",\"container\":null,\"digests\":[],\"http_status\":null,\
             \"kind\":\"text\",\"record\":null},\"title\":[],\"url\":[{\"basis\":\"declared\",\"value\":\"http://a.example/é\"}],\"v\":1}"
        );
    }

    #[test]
    fn overlong_claims_stay_out_of_the_record() {
        let long = Claim::new(Basis::Declared, "x".repeat(MAX_CLAIM + 1));
        assert_eq!(claims(&[long]), json!([]));
    }
}
