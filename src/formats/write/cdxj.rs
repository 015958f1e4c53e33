//! CDXJ: where each record lies, by key and time; packed in blocks with an index of their own (ZipNum).

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::surt::surt;
use crate::domain::record::hex;
use crate::domain::sha256;

/// Lines in a block of the packed index.
const BLOCK_LINES: usize = 1024;

/// One record that can be replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `WARC-Type`.
    pub kind: &'static str,
    /// Target URI.
    pub url: String,
    /// `WARC-Date`.
    pub date: String,
    /// Media type of what is shown, or `warc/revisit`.
    pub mime: String,
    /// HTTP status, when there is one.
    pub status: Option<u16>,
    /// `WARC-Payload-Digest`.
    pub digest: String,
    /// Byte of the file where the record's member begins.
    pub offset: u64,
    /// Length of the member.
    pub length: u64,
}

impl Line {
    /// The line with its line end; `filename` is that of the WARC file.
    pub fn format(&self, filename: &str) -> String {
        let mut value = json!({
            "url": self.url,
            "mime": self.mime,
            "digest": self.digest,
            "length": self.length.to_string(),
            "offset": self.offset.to_string(),
            "filename": filename,
        });
        if let Some(status) = self.status {
            value["status"] = status.to_string().into();
        }
        format!("{} {} {value}\n", surt(&self.url), digits(&self.date))
    }
}

/// The fourteen digits of a `WARC-Date`; what it leaves open is the first possible one.
pub fn digits(date: &str) -> String {
    let mut digits: String = date.chars().filter(char::is_ascii_digit).take(14).collect();
    digits.push_str("00000101000000".get(digits.len()..).unwrap_or_default());
    digits
}

/// Packs sorted lines into blocks, each a gzip member, and lists the blocks.
#[derive(Debug, Default)]
pub struct Blocks {
    lines: Vec<String>,
    offset: u64,
    listed: String,
}

impl Blocks {
    /// Begins an index whose packed lines will be in `filename`.
    pub fn new(filename: &str) -> Self {
        let meta = json!({"format": "cdxj-gzip-1.0", "filename": filename});
        Blocks { listed: format!("!meta 0 {meta}\n"), ..Blocks::default() }
    }

    /// Takes the next line, which ends with a line end; writes a block when it is full.
    pub fn push(&mut self, line: String, out: &mut impl Write) -> io::Result<()> {
        self.lines.push(line);
        if self.lines.len() == BLOCK_LINES { self.block(out) } else { Ok(()) }
    }

    /// Writes what is left; returns the list of blocks.
    pub fn finish(mut self, out: &mut impl Write) -> io::Result<String> {
        if !self.lines.is_empty() {
            self.block(out)?;
        }
        Ok(self.listed)
    }

    fn block(&mut self, out: &mut impl Write) -> io::Result<()> {
        let mut member = GzEncoder::new(Vec::new(), Compression::default());
        for line in &self.lines {
            member.write_all(line.as_bytes())?;
        }
        let bytes = member.finish()?;
        let first = self.lines.first().map_or("", |line| line.split(" {").next().unwrap_or_default());
        let place = json!({
            "offset": self.offset,
            "length": bytes.len(),
            "digest": format!("sha256:{}", hex(&sha256(&bytes))),
        });
        self.listed.push_str(&format!("{first} {place}\n"));
        self.offset += bytes.len() as u64;
        self.lines.clear();
        out.write_all(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_less_precision_is_indexed_by_its_beginning() {
        assert_eq!(digits("2018-03-31T10:49:00Z"), "20180331104900");
        assert_eq!(digits("2018-03-31"), "20180331000000");
        assert_eq!(digits("2018-03"), "20180301000000");
        assert_eq!(digits("2018"), "20180101000000");
    }

    #[test]
    fn blocks_are_listed_with_place_and_first_key() {
        let mut blocks = Blocks::new("index.cdx.gz");
        let mut out = Vec::new();
        for n in 0..BLOCK_LINES + 1 {
            blocks.push(format!("example,a)/{n:05} 20180101000000 {{}}\n"), &mut out).unwrap();
        }
        let listed = blocks.finish(&mut out).unwrap();
        let lines: Vec<&str> = listed.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("!meta 0 {"));
        assert!(lines[2].starts_with("example,a)/01024 20180101000000 {"), "{}", lines[2]);
        let last: serde_json::Value =
            serde_json::from_str(lines[2].split_once(" {").map(|(_, json)| format!("{{{json}")).unwrap().as_str())
                .unwrap();
        let at = usize::try_from(last["offset"].as_u64().unwrap()).unwrap();
        let mut text = String::new();
        io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&out[at..]), &mut text).unwrap();
        assert_eq!(text, "example,a)/01024 20180101000000 {}\n");
    }
}
