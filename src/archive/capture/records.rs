//! The exchanges of one page as a WARC file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::archive::log::sync_dir;
use crate::archive::open::random;
use crate::archive::{Error, ErrorKind};
use crate::domain::record::hex;
use crate::domain::sha256;
use crate::fetch::Exchange;
use crate::formats::write::entry::rfc3339;
use crate::formats::write::warc::{Packing, Record};

/// Writes request and response of every exchange to `path`: the file has this name when it is whole and on the disk.
pub(super) fn write(path: &Path, run: &str, exchanges: &[(Exchange, i64)]) -> Result<(), Error> {
    let fail = |error: &io::Error| Error::io(path, "writing the WARC file", error);
    let mut bytes = Vec::new();
    let info = info(run, exchanges)?;
    let info_id = info.id.clone();
    let body = software(run, exchanges);
    Record { body: body.as_bytes(), ..info }.write_packed(Packing::Members, &mut bytes).map_err(|e| fail(&e))?;
    for (exchange, began) in exchanges {
        let response = response(exchange, *began, &info_id)?;
        let request = request(exchange, *began, &info_id, &response.id)?;
        for record in [request, response] {
            record.write_packed(Packing::Members, &mut bytes).map_err(|e| fail(&e))?;
        }
    }
    put(path, &bytes).map_err(|e| fail(&e))
}

/// Which of the records that [`write`] wrote are responses: the first is the warcinfo, then requests and responses in turn.
pub(super) fn is_response(number: usize) -> bool {
    number > 0 && number.is_multiple_of(2)
}

fn info<'a>(run: &str, exchanges: &[(Exchange, i64)]) -> Result<Record<'a>, Error> {
    let began = exchanges
        .first()
        .ok_or_else(|| Error::new(ErrorKind::Io, run, "writing a WARC file of no exchanges: a defect of isnad"))?;
    Ok(Record {
        kind: "warcinfo",
        id: new_id()?,
        date: rfc3339(began.1),
        fields: Vec::new(),
        content_type: Some("application/warc-fields".to_owned()),
        head: Vec::new(),
        body: &[],
    })
}

fn software(run: &str, exchanges: &[(Exchange, i64)]) -> String {
    let agent = exchanges.first().and_then(|(exchange, _)| agent_of(&exchange.request)).unwrap_or_default();
    format!(
        "software: {}\r\nformat: WARC File Format 1.1\r\nisPartOf: {run}\r\nrobots: ignore\r\n\
         http-header-user-agent: {agent}\r\n",
        concat!("isnad/", env!("CARGO_PKG_VERSION"))
    )
}

fn agent_of(request: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(request);
    text.lines().find_map(|line| line.strip_prefix("User-Agent: ")).map(str::to_owned)
}

fn response<'a>(exchange: &'a Exchange, began: i64, info: &str) -> Result<Record<'a>, Error> {
    let mut fields = shared(exchange, info);
    if let Some(cut) = exchange.cut {
        fields.push(("WARC-Truncated", cut.name().to_owned()));
    }
    // The body as it was transmitted, chunks and all: what wget writes and warcio checks.
    let body = exchange.response.get(exchange.body_at..).unwrap_or_default();
    fields.push(("WARC-Payload-Digest", format!("sha256:{}", hex(&sha256(body)))));
    record("response", new_id()?, began, fields, &exchange.response)
}

fn request<'a>(exchange: &'a Exchange, began: i64, info: &str, response: &str) -> Result<Record<'a>, Error> {
    let mut fields = shared(exchange, info);
    fields.push(("WARC-Concurrent-To", format!("<{response}>")));
    record("request", new_id()?, began, fields, &exchange.request)
}

fn shared(exchange: &Exchange, info: &str) -> Vec<(&'static str, String)> {
    vec![
        ("WARC-Target-URI", exchange.target.to_string()),
        ("WARC-IP-Address", exchange.ip.to_string()),
        ("WARC-Warcinfo-ID", format!("<{info}>")),
    ]
}

fn record<'a>(
    kind: &'static str,
    id: String,
    began: i64,
    fields: Vec<(&'static str, String)>,
    body: &'a [u8],
) -> Result<Record<'a>, Error> {
    let content_type = Some(format!("application/http; msgtype={kind}"));
    Ok(Record { kind, id, date: rfc3339(began), fields, content_type, head: Vec::new(), body })
}

/// A random UUID (version 4, RFC 9562).
fn new_id() -> Result<String, Error> {
    let mut bytes: [u8; 16] = random()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    Ok(format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    path.parent().map_or(Ok(()), sync_dir)
}
