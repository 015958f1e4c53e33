//! Captures as JSON Lines, with the keys that `ingest` reads.

use std::io::{self, BufWriter, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::Sink;
use super::output::{Counting, Out, Part, Tally, failed};
use super::source::Source;
use super::summary::Summary;
use crate::archive::Error;
use crate::domain::Basis;
use crate::page::{self, charset};
use crate::store::ReadTx;

/// A file or pipe of lines, packed as the name says.
pub(super) struct JsonlSink {
    out: Packed,
    tally: Tally,
    part: Option<Part>,
}

enum Packed {
    Plain(BufWriter<Box<dyn Write>>),
    Gzip(GzEncoder<BufWriter<Box<dyn Write>>>),
    Zstd(zstd::Encoder<'static, BufWriter<Box<dyn Write>>>),
}

impl Write for Packed {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Packed::Plain(out) => out.write(buf),
            Packed::Gzip(out) => out.write(buf),
            Packed::Zstd(out) => out.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packed::Plain(out) => out.flush(),
            Packed::Gzip(out) => out.flush(),
            Packed::Zstd(out) => out.flush(),
        }
    }
}

impl JsonlSink {
    pub(super) fn new(out: Out) -> Result<Self, Error> {
        let name = out.name().to_ascii_lowercase();
        let (writer, part) = out.writer()?;
        let writer = BufWriter::new(writer);
        let out = if name.ends_with(".gz") {
            Packed::Gzip(GzEncoder::new(writer, Compression::default()))
        } else if name.ends_with(".zst") {
            Packed::Zstd(zstd::Encoder::new(writer, 0).map_err(|error| failed(part.as_ref(), &error))?)
        } else {
            Packed::Plain(writer)
        };
        Ok(JsonlSink { out, tally: Tally::default(), part })
    }
}

impl Sink for JsonlSink {
    fn capture(&mut self, _: &ReadTx<'_>, source: &Source, summary: &mut Summary) -> Result<(), Error> {
        let Some(mut line) = line(source) else {
            summary.left_out += 1;
            return Ok(());
        };
        let article = source.reading.as_ref().and_then(|reading| reading.article).map(|(_, id)| id);
        // What reads as nothing would be rejected when it comes back.
        let Ok(again) = page::read(&line, "application/json") else {
            summary.left_out += 1;
            return Ok(());
        };
        summary.differing += u64::from(again.article() != article);
        summary.captures += 1;
        summary.records += 1;
        line.push(b'\n');
        let written = Counting { out: &mut self.out, tally: &mut self.tally }.write_all(&line);
        written.map_err(|error| failed(self.part.as_ref(), &error))
    }

    fn finish(self: Box<Self>, summary: &mut Summary) -> Result<(), Error> {
        let JsonlSink { out, tally, part } = *self;
        let finished = match out {
            Packed::Plain(out) => Ok(out),
            Packed::Gzip(out) => out.finish(),
            Packed::Zstd(out) => out.finish(),
        };
        finished.and_then(|mut out| out.flush()).map_err(|error| failed(part.as_ref(), &error))?;
        summary.bytes = tally.bytes;
        part.map_or(Ok(()), |part| part.publish(summary))
    }
}

/// The line of a capture without its line end; nothing where lines cannot say it: an error answer would become an
/// article, bytes that are no text would be changed.
///
/// What came as such a line goes out as it came.
fn line(source: &Source) -> Option<Vec<u8>> {
    if source.is_error() {
        return None;
    }
    let media_type = &source.row.media_type;
    let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    if essence.trim() == "application/json" {
        return Some(source.payload.clone());
    }
    let charset = parameters.split(';').find_map(|p| p.trim().strip_prefix("charset="));
    let charset = charset.map(|label| label.trim().trim_matches(['"', '\'']));
    let (key, decoded) = match essence.trim() {
        "text/plain" => ("text", charset::decode_text(&source.payload, charset)),
        "text/html" | "application/xhtml+xml" => ("html", charset::decode_html(&source.payload, charset)),
        _ => return None,
    };
    // A NUL character is refused in a line.
    let content = decoded.ok().map(|decoded| decoded.text).filter(|text| !text.contains('\0'))?;
    let entry = source.entry();
    let row = &source.row;
    let mut value = json!({
        key: content,
        "isnad": {
            "record": row.record,
            "payload": row.payload,
            "media_type": row.media_type,
            "article": source.reading.as_ref().and_then(|reading| reading.article).map(|(_, id)| id),
            "published": row.published,
            "captured": row.captured,
            "logged_at": row.logged_at,
        },
    });
    let mut put = |key: &str, claim: Option<&str>| {
        if let Some(claim) = claim {
            value[key] = Value::from(claim);
        }
    };
    // What only the page says, the page will say again; as a key it would become somebody's claim.
    put("url", entry.url.filter(|(_, basis)| *basis == Basis::Declared).map(|(url, _)| url));
    put("outlet", source.declared("outlet"));
    put("published", source.declared("published"));
    put("captured_at", Some(row.captured.edtf.as_str()).filter(|_| row.captured.basis != Basis::Ingest));
    if key == "html" {
        // Beside a text it would be read as the first line of the page.
        put("title", row.title.as_deref());
    }
    serde_json::to_vec(&value).ok()
}
