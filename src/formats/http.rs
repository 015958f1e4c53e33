//! HTTP responses as crawlers keep them: status, headers, and the body with its encodings undone.
//!
//! Crawlers disagree on what they keep: `Transfer-Encoding: chunked` and `Content-Encoding: gzip` may stand over a body
//! that is chunked and packed, or over one that no longer is. Each layer is undone only where it really is there.

use std::borrow::Cow;
use std::io::Read;

use super::MAX_PAYLOAD;
use super::headers::{Headers, head_length};
use super::sniff;

/// How many encodings of one body are undone.
const MAX_LAYERS: usize = 8;

/// A response whose body is as it was kept.
pub(super) struct Response<'a> {
    /// The status code, when the status line has one.
    pub(super) status: Option<u16>,
    /// Status line and headers as they stand, with their empty line.
    pub(super) head: &'a [u8],
    /// The header fields.
    pub(super) headers: Headers,
    /// The body as it was kept.
    pub(super) body: &'a [u8],
}

/// Reads a response; `None` when no status line begins here. Interim responses (`100 Continue`) are passed over.
pub(super) fn parse(block: &[u8]) -> Option<Response<'_>> {
    let mut rest = block;
    for _ in 0..MAX_LAYERS {
        let response = parse_one(rest)?;
        let interim = response.status.is_some_and(|status| (100..200).contains(&status));
        if !interim || !response.body.starts_with(b"HTTP/") {
            return Some(response);
        }
        rest = response.body;
    }
    parse_one(rest)
}

fn parse_one(block: &[u8]) -> Option<Response<'_>> {
    if !begins_response(block) {
        return None;
    }
    let (head, body) = block.split_at(head_length(block, 0).unwrap_or(block.len()));
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let status = String::from_utf8_lossy(line)
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok())
        .filter(|code| (100..1000).contains(code));
    Some(Response { status, head, headers: Headers::parse(head), body })
}

/// Whether a status line begins here: `HTTP/`, or another protocol with a version and a status of three digits.
fn begins_response(block: &[u8]) -> bool {
    if block.starts_with(b"HTTP/") {
        return true;
    }
    let line = block[..block.len().min(64)].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (Some(protocol), Some(code)) = (words.next(), words.next()) else { return false };
    let letters = protocol.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let version = protocol[letters..].strip_prefix(b"/").unwrap_or_default();
    letters > 1
        && !version.is_empty()
        && version.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        && code.len() == 3
        && code.iter().all(u8::is_ascii_digit)
}

/// Where HTTP itself says that a body ends, when that is where it does end but for two line ends at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framed {
    /// `Content-Length` says so.
    Length(usize),
    /// The last chunk ends there.
    Chunks(usize),
    /// The last chunk ends long before the body.
    Spills,
    /// HTTP does not say, or what it says does not fit.
    Unknown,
}

/// Where HTTP itself says that the body ends.
pub(super) fn framed(response: &Response<'_>) -> Framed {
    let ends = |at: usize| {
        let rest = response.body.get(at..);
        rest.is_some_and(|rest| rest.len() <= 4 && rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')))
    };
    if response.status.is_none() {
        return Framed::Unknown;
    }
    if response.headers.get("Transfer-Encoding").is_some() {
        return match chunks_end(response.body) {
            Some(end) if ends(end) => Framed::Chunks(end),
            Some(_) => Framed::Spills,
            None => Framed::Unknown,
        };
    }
    let stated = response.headers.get("Content-Length").and_then(|value| value.parse().ok());
    stated.filter(|at| ends(*at)).map_or(Framed::Unknown, Framed::Length)
}

/// Index after the last chunk of a body, its trailer fields and their empty line.
fn chunks_end(body: &[u8]) -> Option<usize> {
    let mut rest = body;
    loop {
        let (size, after) = chunk_size(rest)?;
        if size == 0 {
            let line_end = [&b"\r\n"[..], b"\n"].into_iter().find(|end| after.starts_with(end)).map(<[u8]>::len);
            let trailer = line_end.or_else(|| head_length(&after[..after.len().min(4096)], 0)).unwrap_or(0);
            return Some(body.len() - after.len() + trailer);
        }
        rest = after.get(size..)?;
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// A body with its encodings undone, and the stages between.
pub(super) struct Decoded<'a> {
    /// The body without chunks.
    pub(super) dechunked: Cow<'a, [u8]>,
    /// The body without content-encoding, where it had one.
    pub(super) decoded: Option<Vec<u8>>,
    /// What was odd.
    pub(super) notes: Vec<String>,
}

impl Decoded<'_> {
    /// The payload.
    pub(super) fn payload(&self) -> &[u8] {
        self.decoded.as_deref().unwrap_or(&self.dechunked)
    }
}

/// Undoes transfer- and content-encodings. An error says what cannot be undone; nothing grows beyond [`MAX_PAYLOAD`].
pub(super) fn decode<'a>(headers: &Headers, body: &'a [u8]) -> Result<Decoded<'a>, String> {
    let mut notes = Vec::new();
    let transfer = tokens(headers, "transfer-encoding");
    let mut dechunked = Cow::Borrowed(body);
    if transfer.iter().any(|token| token == "chunked") {
        dechunked = dechunk(body, &mut notes);
    } else {
        check_length(headers, body, &mut notes);
    }
    let mut layers = tokens(headers, "content-encoding");
    layers.extend(transfer.into_iter().filter(|token| token != "chunked"));
    layers.retain(|layer| !matches!(layer.as_str(), "" | "identity" | "none"));
    if layers.len() > MAX_LAYERS {
        return Err(format!("the body has {} encodings; at most {MAX_LAYERS} are undone", layers.len()));
    }
    let mut decoded: Option<Vec<u8>> = None;
    for layer in layers.iter().rev() {
        let bytes = decoded.as_deref().unwrap_or(&dechunked);
        if let Some(next) = undo(layer, bytes, &mut notes)? {
            decoded = Some(next);
        }
    }
    if decoded.as_deref().unwrap_or(&dechunked).len() > MAX_PAYLOAD {
        return Err(format!("the body has more than {MAX_PAYLOAD} bytes, the limit for one document"));
    }
    Ok(Decoded { dechunked, decoded, notes })
}

fn tokens(headers: &Headers, name: &str) -> Vec<String> {
    headers.all(name).flat_map(|value| value.split(',')).map(|token| token.trim().to_ascii_lowercase()).collect()
}

fn check_length(headers: &Headers, body: &[u8], notes: &mut Vec<String>) {
    if let Some(stated) = headers.get("content-length").and_then(|value| value.parse::<u64>().ok())
        && stated != body.len() as u64
    {
        notes.push(format!("the HTTP Content-Length says {stated}, the body has {} bytes", body.len()));
    }
}

/// Joins the chunks of a body that really is chunked (RFC 9112, 7.1); what cannot be read is kept as it stands.
fn dechunk<'a>(body: &'a [u8], notes: &mut Vec<String>) -> Cow<'a, [u8]> {
    let mut joined = Vec::new();
    let mut rest = body;
    let mut count = 0u32;
    loop {
        let Some((size, after)) = chunk_size(rest) else {
            if count == 0 {
                if !body.is_empty() {
                    notes.push("Transfer-Encoding says chunked, the body is not".to_owned());
                }
                return Cow::Borrowed(body);
            }
            let at = body.len() - rest.len();
            if rest.trim_ascii().is_empty() {
                notes.push(format!("the body ends at byte {at} without a last chunk"));
            } else {
                notes.push(format!(
                    "no chunk begins at byte {at} of the body; the {} bytes from there are kept as they stand",
                    rest.len()
                ));
                joined.extend_from_slice(rest);
            }
            return Cow::Owned(joined);
        };
        if size == 0 {
            return Cow::Owned(joined);
        }
        count += 1;
        if size > after.len() {
            notes.push(format!("chunk {count} of the body says {size} bytes, {} are there", after.len()));
            joined.extend_from_slice(after);
            return Cow::Owned(joined);
        }
        joined.extend_from_slice(&after[..size]);
        rest = &after[size..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// Reads a chunk's size line; returns the size and what follows the line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(4096)])?;
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    if digits.is_empty() || digits.len() > 16 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let size = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((usize::try_from(size).ok()?, &bytes[end + 1..]))
}

/// Undoes one content-encoding; `None` when the body no longer has it.
fn undo(layer: &str, bytes: &[u8], notes: &mut Vec<String>) -> Result<Option<Vec<u8>>, String> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let outcome = match layer {
        "gzip" | "x-gzip" if !bytes.starts_with(&[0x1f, 0x8b]) => Err("no gzip data begin there".to_owned()),
        "gzip" | "x-gzip" => bounded(flate2::bufread::MultiGzDecoder::new(bytes)),
        "deflate" if is_zlib(bytes) => bounded(flate2::bufread::ZlibDecoder::new(bytes)),
        "deflate" => bounded(flate2::bufread::DeflateDecoder::new(bytes)),
        "br" => bounded(brotli_decompressor::Decompressor::new(bytes, 64 << 10)),
        "zstd" => zstd_reader(bytes).and_then(bounded),
        other => Err(format!("Content-Encoding {other:?} is not one that can be undone")),
    };
    match outcome {
        Ok(Bounded::Whole(out)) => Ok(Some(out)),
        Ok(Bounded::TooLarge) => {
            Err(format!("the {layer} body unpacks to more than {MAX_PAYLOAD} bytes, the limit for one document"))
        }
        Ok(Bounded::Broken(out, error)) if !out.is_empty() && (has_magic(layer, bytes) || !sniff::is_text(bytes)) => {
            notes.push(format!("the {layer} body breaks off after {} unpacked bytes ({error})", out.len()));
            Ok(Some(out))
        }
        Ok(Bounded::Broken(_, error)) | Err(error) => {
            if sniff::is_text(bytes) {
                notes.push(format!("Content-Encoding says {layer}, the body is plain"));
                return Ok(None);
            }
            Err(format!("the {layer} body cannot be unpacked ({error})"))
        }
    }
}

/// Whether the data begin as this encoding must; brotli and bare deflate begin with anything.
fn has_magic(layer: &str, bytes: &[u8]) -> bool {
    match layer {
        "br" => false,
        "deflate" => is_zlib(bytes),
        _ => true,
    }
}

/// Whether a zlib header stands here (RFC 1950, 2.2); some servers send bare deflate data.
fn is_zlib(bytes: &[u8]) -> bool {
    bytes.len() > 1 && bytes[0] & 0x0f == 8 && (u16::from(bytes[0]) << 8 | u16::from(bytes[1])).is_multiple_of(31)
}

fn zstd_reader(bytes: &[u8]) -> Result<impl Read + '_, String> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| error.to_string())?;
    decoder.window_log_max(27).map_err(|error| error.to_string())?;
    Ok(decoder)
}

enum Bounded {
    Whole(Vec<u8>),
    Broken(Vec<u8>, String),
    TooLarge,
}

fn bounded(reader: impl Read) -> Result<Bounded, String> {
    let mut out = Vec::new();
    let result = reader.take(MAX_PAYLOAD as u64 + 1).read_to_end(&mut out);
    Ok(match result {
        _ if out.len() > MAX_PAYLOAD => Bounded::TooLarge,
        Ok(_) => Bounded::Whole(out),
        Err(error) => Bounded::Broken(out, error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(message: &[u8]) -> (Vec<u8>, Vec<String>) {
        let response = parse(message).unwrap();
        let decoded = decode(&response.headers, response.body).unwrap();
        (decoded.payload().to_vec(), decoded.notes)
    }

    fn encoded(encoding: &str, body: &[u8]) -> (Vec<u8>, Vec<String>) {
        read(&[format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n").as_bytes(), body].concat())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn status_lines_come_in_several_shapes() {
        for (message, status) in [
            (&b"HTTP/1.1 200 OK\r\n\r\n"[..], Some(200)),
            (b"HTTP/1.0 404\n\n", Some(404)),
            (b"HTTP/2  301  \r\n", Some(301)),
            (b"HTTP/1.1 \r\n\r\n", None),
            (b"HTTPX/1.1 200 OK\r\n\r\n", Some(200)),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", Some(200)),
        ] {
            assert_eq!(parse(message).unwrap().status, status);
        }
        assert!(parse(b"<html>").is_none());
    }

    #[test]
    fn chunks_are_joined_only_where_there_are_chunks() {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let body = |body: &[u8]| read(&[&head[..], body].concat());
        assert_eq!(body(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), (b"abcde".to_vec(), vec![]));
        assert_eq!(body(b"3\nabc\n0\n\n").0, b"abc");
        let (plain, notes) = body(b"<p>not chunked</p>\n");
        assert_eq!(plain, b"<p>not chunked</p>\n");
        assert_eq!(notes, ["Transfer-Encoding says chunked, the body is not"]);
        let (cut, notes) = body(b"3\r\nabc\r\nff\r\nde");
        assert_eq!((cut.as_slice(), notes.len()), (&b"abcde"[..], 1));
        let (odd, notes) = body(b"3\r\nabc\r\nzz\r\n");
        assert_eq!(odd, b"abczz\r\n");
        assert_eq!(notes, ["no chunk begins at byte 8 of the body; the 4 bytes from there are kept as they stand"]);
        assert_eq!(body(b"ffffffffffffffff\r\nabc").0, b"abc");
    }

    #[test]
    fn every_content_encoding_is_undone() {
        let text = b"<p>words</p>".repeat(50);
        assert_eq!(encoded("gzip", &gzip(&text)).0, text);
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(&text).unwrap();
        assert_eq!(encoded("deflate", &zlib.finish().unwrap()).0, text);
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(&text).unwrap();
        assert_eq!(encoded("deflate", &raw.finish().unwrap()).0, text);
        assert_eq!(encoded("zstd", &zstd::encode_all(&text[..], 3).unwrap()).0, text);
        // Brotli of "<p>brotli</p>": an uncompressed meta-block (RFC 7932, 9.2) and the empty last one.
        let brotli = [&[0xc0, 0x00, 0x10][..], b"<p>brotli</p>", &[0x03]].concat();
        assert_eq!(encoded("br", &brotli).0, b"<p>brotli</p>");
        assert_eq!(encoded("deflate, gzip", &gzip(&encode_deflate(&text))).0, text);
    }

    fn encode_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn a_body_that_is_plain_already_stays_as_it_is() {
        for encoding in ["gzip", "deflate", "br", "zstd", "utf-8"] {
            let (payload, notes) = encoded(encoding, b"<p>plain words</p>");
            assert_eq!(payload, b"<p>plain words</p>", "{encoding}");
            assert_eq!(notes, [format!("Content-Encoding says {encoding}, the body is plain")]);
        }
    }

    #[test]
    fn a_cut_body_keeps_what_is_there_and_says_so() {
        let packed = gzip(&(0..9999u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        let (payload, notes) = encoded("gzip", &packed[..packed.len() / 2]);
        assert!(!payload.is_empty());
        assert!(notes[0].starts_with("the gzip body breaks off after"), "{notes:?}");
    }

    #[test]
    fn a_bomb_is_refused_by_name() {
        let bomb = gzip(&vec![0; MAX_PAYLOAD + 1]);
        let twice = gzip(&bomb);
        for (encoding, body) in [("gzip", bomb), ("gzip, gzip", twice)] {
            let head = Headers::parse(format!("Content-Encoding: {encoding}\r\n").as_bytes());
            let Err(error) = decode(&head, &body) else { panic!("{encoding} went through") };
            assert_eq!(error, "the gzip body unpacks to more than 67108864 bytes, the limit for one document");
        }
    }
}
