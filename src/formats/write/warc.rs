//! WARC 1.1 records (ISO 28500:2017).

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::domain::record::hex;
use crate::domain::sha256;

/// The profile of a revisit whose payload is, byte for byte, that of an earlier record.
pub const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// How records are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// One gzip member a record, so that each can be read by itself.
    Members,
    /// As they are.
    Plain,
}

/// One record.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// `WARC-Type`.
    pub kind: &'static str,
    /// `WARC-Record-ID`, without angle brackets.
    pub id: String,
    /// `WARC-Date`.
    pub date: String,
    /// Other fields in order; values hold no line ends.
    pub fields: Vec<(&'static str, String)>,
    /// `Content-Type` of the block, when it has one.
    pub content_type: Option<String>,
    /// The beginning of the block: an HTTP head, or nothing.
    pub head: Vec<u8>,
    /// The rest of the block.
    pub body: &'a [u8],
}

impl Record<'_> {
    /// Writes the record with its digest and length, and the two line ends after it.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let mut block = blocks_hasher();
        sha2::Digest::update(&mut block, &self.head);
        sha2::Digest::update(&mut block, self.body);
        let block = hex(&sha2::Digest::finalize(block));
        let mut lines = format!(
            "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {}\r\n",
            self.kind, self.id, self.date
        );
        for (name, value) in &self.fields {
            lines.push_str(&format!("{name}: {}\r\n", one_line(value)));
        }
        lines.push_str(&format!("WARC-Block-Digest: sha256:{block}\r\n"));
        if let Some(content_type) = &self.content_type {
            lines.push_str(&format!("Content-Type: {}\r\n", one_line(content_type)));
        }
        lines.push_str(&format!("Content-Length: {}\r\n\r\n", self.head.len() + self.body.len()));
        out.write_all(lines.as_bytes())?;
        out.write_all(&self.head)?;
        out.write_all(self.body)?;
        out.write_all(b"\r\n\r\n")
    }

    /// Writes the record as a gzip member of its own, or as it is.
    pub fn write_packed(&self, packing: Packing, out: &mut impl Write) -> io::Result<()> {
        match packing {
            Packing::Plain => self.write_to(out),
            Packing::Members => {
                // No name and no time in the member: the same record is the same bytes.
                let mut member = GzEncoder::new(out, Compression::default());
                self.write_to(&mut member)?;
                member.finish().map(|_| ())
            }
        }
    }
}

fn blocks_hasher() -> sha2::Sha256 {
    sha2::Digest::new()
}

/// No value ends its line.
fn one_line(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The id of a record that is made for `of`: always the same one, a UUID of version 8 (RFC 9562).
pub fn record_id(kind: &str, of: &str) -> String {
    let mut bytes = sha256(format!("isnad/export\n{kind}\n{of}").as_bytes());
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes[..16]);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The record that opens a file and says who made it.
pub fn warcinfo<'a>(date: &str, body: &'a [u8]) -> Record<'a> {
    Record {
        kind: "warcinfo",
        id: record_id("warcinfo", &hex(&sha256(body))),
        date: date.to_owned(),
        fields: Vec::new(),
        content_type: Some("application/warc-fields".to_owned()),
        head: Vec::new(),
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record<'static> {
        Record {
            kind: "resource",
            id: record_id("resource", "x"),
            date: "2024-05-03T10:00:00Z".to_owned(),
            fields: vec![("WARC-Target-URI", "http://a.example/\r\nWARC-Type: response".to_owned())],
            content_type: Some("text/plain".to_owned()),
            head: Vec::new(),
            body: b"abc",
        }
    }

    #[test]
    fn a_record_is_framed_and_no_value_ends_its_line() {
        let mut bytes = Vec::new();
        record().write_to(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:"), "{text}");
        assert!(text.contains("\r\nWARC-Target-URI: http://a.example/  WARC-Type: response\r\n"), "{text}");
        assert!(text.contains(
            "\r\nWARC-Block-Digest: sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\r\n"
        ));
        assert!(text.ends_with("\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"), "{text}");
    }

    #[test]
    fn a_packed_record_is_one_member_and_always_the_same() {
        let packed = || {
            let mut bytes = Vec::new();
            record().write_packed(Packing::Members, &mut bytes).unwrap();
            bytes
        };
        let mut plain = Vec::new();
        record().write_to(&mut plain).unwrap();
        let mut unpacked = Vec::new();
        io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed().as_slice()), &mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        assert_eq!(packed(), packed());
    }

    #[test]
    fn ids_are_uuids_of_version_8() {
        let id = record_id("response", "a");
        assert_eq!(id.len(), "urn:uuid:".len() + 36);
        assert_eq!(&id[23..24], "8");
        assert!(matches!(&id[28..29], "8" | "9" | "a" | "b"));
        assert_ne!(id, record_id("resource", "a"));
    }
}
