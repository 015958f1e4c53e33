//! Where an answer ends, by what HTTP/1.1 says of it (RFC 9112, 6.3).

use httparse::{EMPTY_HEADER, ParserConfig, Status};

/// The longest head that is read.
pub(super) const MAX_HEAD: usize = 256 << 10;
/// The most fields that are looked at.
const MAX_FIELDS: usize = 1024;

/// What the head of an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Bytes up to and with the empty line.
    pub(super) length: usize,
    /// The status.
    pub(super) status: u16,
    /// The first `Location`.
    pub(super) location: Option<Vec<u8>>,
    /// `Retry-After`, where it is a number of seconds.
    pub(super) retry_after: Option<u64>,
    /// How the body ends.
    pub(super) body: Body,
}

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// There is none, or one of this length.
    Length(u64),
    /// With its last chunk.
    Chunks,
    /// With the connection.
    Close,
}

/// Reads the head at the beginning of `bytes`; none while its end has not come.
///
/// As lenient as browsers are: what is no field is passed over. The bytes are kept as they are in any case.
pub(super) fn head(bytes: &[u8]) -> Result<Option<Head>, String> {
    let mut fields = vec![EMPTY_HEADER; MAX_FIELDS];
    let mut answer = httparse::Response::new(&mut fields);
    let mut lenient = ParserConfig::default();
    lenient
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    let length = match lenient.parse_response(&mut answer, bytes) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let status = answer.code.unwrap_or_default();
    let all = |name: &str| {
        let fields = answer.headers.iter().filter(move |field| field.name.eq_ignore_ascii_case(name));
        fields.map(|field| field.value).collect::<Vec<_>>()
    };
    let body = match status {
        100..200 | 204 | 304 => Body::Length(0),
        _ => body(&all("transfer-encoding"), &all("content-length")),
    };
    let location = all("location").first().map(|value| value.to_vec());
    let retry_after = all("retry-after").first().and_then(|value| number(value.trim_ascii()));
    Ok(Some(Head { length, status, location, retry_after, body }))
}

fn body(transfer: &[&[u8]], lengths: &[&[u8]]) -> Body {
    let codings = transfer.join(&b","[..]).to_ascii_lowercase();
    let last = codings.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim_ascii();
    if last == b"chunked" {
        return Body::Chunks;
    }
    if !matches!(last, b"" | b"identity") {
        return Body::Close;
    }
    let joined = lengths.join(&b","[..]);
    let mut stated = joined.split(|byte| *byte == b',').map(|value| number(value.trim_ascii()));
    match stated.next().flatten() {
        // Lengths that contradict each other are no length.
        Some(length) if stated.all(|other| other == Some(length)) => Body::Length(length),
        _ => Body::Close,
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

/// Follows a body as it grows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Framing {
    body: Body,
    /// Where the next chunk begins in the body, or the lines after the last one.
    at: usize,
    /// Whether the last chunk was seen.
    last: bool,
}

impl Framing {
    pub(super) fn new(body: Body) -> Self {
        Framing { body, at: 0, last: false }
    }

    /// Whether the end of the connection here is the end of the body: nothing else ends it, or only the line after the
    /// last chunk is missing.
    pub(super) fn may_end(&self) -> bool {
        self.body == Body::Close || self.last
    }

    /// The length of the body, when `bytes` hold all of it.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        match self.body {
            Body::Length(length) => usize::try_from(length).ok().filter(|length| bytes.len() >= *length),
            Body::Close => None,
            Body::Chunks => self.chunks(bytes),
        }
    }

    fn chunks(&mut self, bytes: &[u8]) -> Option<usize> {
        while !self.last {
            match httparse::parse_chunk_size(bytes.get(self.at..)?) {
                Ok(Status::Partial) => return None,
                Ok(Status::Complete((line, 0))) => (self.at, self.last) = (self.at + line, true),
                Ok(Status::Complete((line, size))) => {
                    let end = usize::try_from(size).ok().and_then(|size| size.checked_add(self.at + line));
                    let end = end.filter(|end| *end < bytes.len())?;
                    // The line end after the data; some servers forget one half of it, or all.
                    let rest = &bytes[end..];
                    let gap = if rest.starts_with(b"\r\n") {
                        2
                    } else if rest == b"\r" {
                        return None;
                    } else {
                        usize::from(rest.starts_with(b"\n"))
                    };
                    self.at = end + gap;
                }
                Err(_) => {
                    // No chunk begins where one must: only the end of the connection can tell.
                    self.body = Body::Close;
                    return None;
                }
            }
        }
        // Trailer fields, line by line, and an empty line.
        loop {
            let line = memchr::memchr(b'\n', &bytes[self.at..])?;
            let empty = bytes[self.at..self.at + line].trim_ascii().is_empty();
            self.at += line + 1;
            if empty {
                return Some(self.at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &str) -> Head {
        head(format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn a_head_says_how_its_body_ends() {
        for (fields, body) in [
            ("", Body::Close),
            ("Content-Length: 5\r\n", Body::Length(5)),
            ("Content-Length: 5\r\nContent-Length: 5\r\n", Body::Length(5)),
            ("Content-Length: 5, 5\r\n", Body::Length(5)),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", Body::Close),
            ("Content-Length: -5\r\n", Body::Close),
            ("content-length: 5\r\nTransfer-Encoding: Chunked\r\n", Body::Chunks),
            ("Transfer-Encoding: gzip, chunked\r\n", Body::Chunks),
            ("Transfer-Encoding: chunked, gzip\r\nContent-Length: 5\r\n", Body::Close),
            ("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", Body::Length(5)),
        ] {
            assert_eq!(read(fields).body, body, "{fields:?}");
        }
        for status in [204, 304] {
            let bytes = format!("HTTP/1.1 {status} x\r\nContent-Length: 5\r\n\r\n");
            assert_eq!(head(bytes.as_bytes()).unwrap().unwrap().body, Body::Length(0));
        }
    }

    #[test]
    fn heads_that_browsers_read_are_read() {
        assert_eq!(read("Retry-After: 7\r\n").retry_after, Some(7));
        assert_eq!(read("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n").retry_after, None);
        let odd = "no field\r\nName : spaced\r\nFolded: a\r\n b\r\nLOCATION: /x\r\nBad\x01: y\r\n";
        let head = read(odd);
        assert_eq!((head.status, head.location.as_deref()), (200, Some(&b"/x"[..])));
        assert_eq!(super::head(b"HTTP/1.0 404\n\nbody").unwrap().unwrap().length, 14);
        assert_eq!(super::head(b"HTTP/1.1 200 OK\r\nA: b\r\n").unwrap(), None);
        assert!(super::head(b"SSH-2.0-OpenSSH_9.2\r\n").is_err());
        assert!(super::head(b"<html>").is_err());
    }

    #[test]
    fn a_chunked_body_ends_where_its_last_chunk_does_however_it_comes() {
        let body = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\nmore";
        let end = body.len() - 4;
        for step in 1..7 {
            let mut framing = Framing::new(Body::Chunks);
            let found = (1..=body.len()).filter(|seen| seen % step == 0 || *seen == body.len());
            let ends: Vec<_> = found.filter_map(|seen| framing.clone().end(&body[..seen])).collect();
            assert!(ends.iter().all(|at| *at == end) && !ends.is_empty(), "{step}: {ends:?}");
            let first = (1..=body.len()).step_by(step).chain([body.len()]).find_map(|seen| framing.end(&body[..seen]));
            assert_eq!(first, Some(end), "{step}");
        }
        let mut plain = Framing::new(Body::Chunks);
        assert_eq!(plain.end(b"<p>not chunked"), None);
        assert!(plain.may_end());
        let mut unended = Framing::new(Body::Chunks);
        assert_eq!((unended.end(b"1\r\na\r\n"), unended.may_end()), (None, false));
        assert_eq!((unended.end(b"1\r\na\r\n0\r\n"), unended.may_end()), (None, true));
        assert_eq!(Framing::new(Body::Chunks).end(b"ffffffffffffffff\r\nabc"), None);
    }
}
