//! The provenance of a capture or a reading as steps, from what its record states.

use serde_json::Value;

use crate::archive::article::CaptureView;
use crate::domain::{Basis, Time};
use crate::web::article::logged;
use crate::web::show::{When, foreign_link, number, spoken};
use crate::web::visit::Frame;
use crate::web::words::Words;

/// One step of the way.
pub(super) struct Step {
    pub(super) heading: &'static str,
    pub(super) lead: Option<String>,
    pub(super) facts: Vec<Fact>,
}

/// One stated thing.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) link: Option<String>,
    /// Whether the link leads to another host.
    pub(super) foreign: bool,
    /// Whether it is a digest.
    pub(super) hash: bool,
    pub(super) basis: Option<&'static str>,
}

impl Fact {
    fn plain(name: &'static str, value: impl Into<String>) -> Self {
        Fact { name, value: value.into(), link: None, foreign: false, hash: false, basis: None }
    }

    fn hash(name: &'static str, value: &str, link: Option<String>) -> Self {
        Fact { link, hash: true, ..Fact::plain(name, value) }
    }
}

/// A capture: where it came from, its bytes, what is claimed, when it entered the log, what was read in it.
pub(super) fn of_capture(record: &Value, capture: &CaptureView, f: &Frame) -> Vec<Step> {
    let w = f.w;
    let mut steps = vec![source(record, w), payload(record, capture, f), claims(record, w), log(record, capture, f)];
    let mut facts = Vec::new();
    if let Some(reading) = capture.reading {
        facts.push(Fact::hash(w.reading_record, &reading.to_string(), Some(format!("/r/{reading}{}", f.q))));
    }
    if let Some(article) = capture.article {
        facts.push(Fact::hash(w.article, &article.to_string(), Some(format!("/a/{article}{}", f.q))));
    }
    let lead = if capture.article.is_some() { w.step_read_lead } else { w.record_no_article };
    steps.push(Step { heading: w.step_read, lead: Some(lead.to_owned()), facts });
    steps
}

/// A reading: what was read, by which extractor, and what was found.
pub(super) fn of_reading(record: &Value, capture: &CaptureView, f: &Frame) -> Vec<Step> {
    let w = f.w;
    let of = Fact::hash(w.capture_record, &capture.record.to_string(), Some(format!("/r/{}{}", capture.record, f.q)));
    let extractor = &record["extractor"];
    let read_by = format!("{} {}", text(&extractor["name"]), extractor["version"]);
    let counts = &record["counts"];
    let count = |name, key: &str| Fact::plain(name, number(counts[key].as_u64().unwrap_or_default()));
    let mut found = vec![
        count(w.blocks_article, "article"),
        count(w.blocks_attached, "attached"),
        count(w.blocks_furniture, "furniture"),
        count(w.tweets, "tweets"),
        count(w.quotations_count, "quotations"),
        Fact::hash(w.block_list, text(&record["blocks"]), None),
    ];
    if let Some(id) = record["article"]["sha256"].as_str() {
        found.insert(0, Fact::hash(w.article, id, Some(format!("/a/{id}{}", f.q))));
    }
    for date in record["dates"].as_array().into_iter().flatten() {
        let relation = match text(&date["relation"]) {
            "today" => w.date_today,
            "past" => w.date_past,
            "future" => w.date_future,
            _ => w.date_named,
        };
        let fact = Fact::plain(w.date_in_text, spoken(text(&date["edtf"]), w));
        found.push(Fact { basis: Some(relation), ..fact });
    }
    vec![
        Step { heading: w.step_read_what, lead: None, facts: vec![of, Fact::plain(w.extractor, read_by)] },
        Step { heading: w.step_read, lead: Some(w.step_reading_lead.to_owned()), facts: found },
    ]
}

fn source(record: &Value, w: &'static Words) -> Step {
    let source = &record["source"];
    let kind = match text(&source["kind"]) {
        "text" => w.source_text,
        "html" => w.source_html,
        "warc" => w.source_warc,
        "arc" => w.source_arc,
        "wacz" => w.source_wacz,
        "jsonl" => w.source_jsonl,
        "http" => w.source_http,
        _ => w.unknown,
    };
    let mut facts = vec![Fact::plain(w.source_kind, kind), Fact::plain(w.source_file, text(&source["basename"]))];
    if let Some(place) = source["record"].as_str() {
        facts.push(Fact::plain(w.source_record, place));
    }
    if let Some(container) = source["container"].as_str() {
        facts.push(Fact::hash(w.source_container, container, None));
    }
    if let Some(status) = source["http_status"].as_u64() {
        facts.push(Fact::plain(w.source_status, status.to_string()));
    }
    for digest in source["digests"].as_array().into_iter().flatten() {
        let outcome = match text(&digest["outcome"]) {
            "verified" => w.digest_matches,
            "failed" => w.digest_differs,
            _ => w.digest_not_checked,
        };
        facts.push(Fact { basis: Some(outcome), ..Fact::hash(w.source_digest, text(&digest["stated"]), None) });
    }
    for kept in record["attachments"].as_array().into_iter().flatten() {
        let name = if text(&kept["kind"]) == "sidecar" { w.kept_sidecar } else { w.kept_headers };
        facts.push(Fact::hash(name, text(&kept["sha256"]), None));
    }
    facts.push(Fact::plain(w.collector, record["collector"].as_str().unwrap_or(w.collector_nobody)));
    Step { heading: w.step_source, lead: None, facts }
}

fn payload(record: &Value, capture: &CaptureView, f: &Frame) -> Step {
    let w = f.w;
    let id = text(&record["payload"]["sha256"]);
    let facts = vec![
        Fact::hash(w.payload_hash, id, Some(format!("/p/{id}"))),
        Fact::plain(w.payload_size, format!("{} {}", number(capture.payload_bytes), w.bytes)),
        Fact::plain(w.media_type, capture.media_type.clone()),
    ];
    Step { heading: w.step_payload, lead: Some(w.step_payload_lead.to_owned()), facts }
}

fn claims(record: &Value, w: &'static Words) -> Step {
    let mut facts = Vec::new();
    let kinds = [
        ("url", w.claim_url),
        ("outlet", w.outlet),
        ("title", w.role_title),
        ("captured", w.captured),
        ("published", w.published),
    ];
    for (key, name) in kinds {
        let claims = record[key].as_array().map(Vec::as_slice).unwrap_or_default();
        if claims.is_empty() {
            facts.push(Fact::plain(name, w.nothing_stated));
        }
        for claim in claims {
            facts.push(claimed(name, claim, w));
        }
    }
    Step { heading: w.step_claims, lead: Some(w.step_claims_lead.to_owned()), facts }
}

/// One claim with its basis; a time in words, an address as a link.
fn claimed(name: &'static str, claim: &Value, w: &'static Words) -> Fact {
    let basis = text(&claim["basis"]).parse::<Basis>().ok();
    let said = match &claim["value"] {
        Value::String(value) => value.clone(),
        value => spoken(text(&value["edtf"]), w),
    };
    let time = basis.map(|basis| Time { edtf: String::new(), from: None, to: None, zone: None, basis });
    let link = claim["value"].as_str().and_then(foreign_link);
    Fact { foreign: true, link, basis: time.map(|time| When::of(&time, w).basis), ..Fact::plain(name, said) }
}

fn log(record: &Value, capture: &CaptureView, f: &Frame) -> Step {
    let w = f.w;
    let after = &record["after"];
    let size = after["size"].as_u64().unwrap_or_default();
    let mut facts = vec![
        Fact::plain(w.logged, logged(&capture.logged, w)),
        Fact::plain(w.log_after, number(size)),
        Fact::hash(w.log_root, text(&after["root"]), None),
        Fact::plain(
            w.stamped,
            capture.stamped.as_ref().map_or_else(|| w.stamped_not.to_owned(), |t| When::of(t, w).said),
        ),
    ];
    if let Some(corrects) = record["corrects"].as_str() {
        facts.push(Fact::hash(w.corrects, corrects, Some(format!("/r/{corrects}{}", f.q))));
    }
    Step { heading: w.step_log, lead: Some(w.step_log_lead.to_owned()), facts }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
