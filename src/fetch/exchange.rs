//! One request and its answer, byte for byte.

use std::io::{self, Read, Write};
use std::net::IpAddr;

use super::connect::Stream;
use super::framing::{Framing, Head, MAX_HEAD, head};
use super::{Client, Failure, Target, Until};

/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// What was said, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was asked for.
    pub target: Target,
    /// Who was asked.
    pub ip: IpAddr,
    /// The request as it was sent.
    pub request: Vec<u8>,
    /// The answer as it came: status line and fields, the empty line, the body with all its encodings.
    pub response: Vec<u8>,
    /// Where the body begins in it.
    pub body_at: usize,
    /// The status.
    pub status: u16,
    /// The value of `Location`.
    pub location: Option<Vec<u8>>,
    /// For how many seconds the server does not want to be asked again.
    pub retry_after: Option<u64>,
    /// Why the answer is not whole.
    pub cut: Option<Cut>,
}

/// Why an answer is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It is longer than what is taken.
    Length,
    /// It took too long.
    Time,
    /// The connection ended before the answer did.
    Disconnect,
}

impl Cut {
    /// The word for it in `WARC-Truncated`.
    pub fn name(self) -> &'static str {
        match self {
            Cut::Length => "length",
            Cut::Time => "time",
            Cut::Disconnect => "disconnect",
        }
    }
}

/// Sends the request and takes the answer.
pub(super) fn exchange(
    client: &Client,
    target: &Target,
    mut stream: Stream<'_>,
    ip: IpAddr,
    until: Until<'_>,
) -> Result<Exchange, Failure> {
    let request = request(client, target);
    let sent = stream.write_all(&request).and_then(|()| stream.flush());
    sent.map_err(|error| broken_off(client, until, "sending the request", &error))?;
    let mut answer = Answer { bytes: Vec::new(), client, until };
    let head = answer.head(&mut stream)?;
    let cut = answer.body(&mut stream, &head);
    if until.stopped() {
        return Err(Failure::Stopped);
    }
    let Head { length, status, location, retry_after, .. } = head;
    let response = answer.bytes;
    let target = target.clone();
    Ok(Exchange { target, ip, request, response, body_at: length, status, location, retry_after, cut })
}

/// What a browser's first request says, without what tells one person from another.
///
/// Only gzip is offered: every tool that reads WARC files undoes it.
fn request(client: &Client, target: &Target) -> Vec<u8> {
    format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n\
         Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
         Accept-Encoding: gzip\r\nConnection: close\r\n\r\n",
        target.path(),
        target.authority(),
        client.user_agent
    )
    .into_bytes()
}

fn broken_off(client: &Client, until: Until<'_>, doing: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::TimedOut {
        return until.over(doing, client.timeout);
    }
    Failure::Unreachable(format!("{doing}: {error}"))
}

/// An answer as it comes.
struct Answer<'a> {
    bytes: Vec<u8>,
    client: &'a Client,
    until: Until<'a>,
}

impl Answer<'_> {
    /// Reads up to `most` more bytes; returns how many came.
    fn more(&mut self, stream: &mut Stream<'_>, most: usize) -> io::Result<usize> {
        let filled = self.bytes.len();
        self.bytes.resize(filled + most.min(CHUNK), 0);
        let read = stream.read(&mut self.bytes[filled..]);
        self.bytes.truncate(filled + read.as_ref().map_or(0, |read| *read));
        read
    }

    /// Reads until the head is there; interim answers (1xx) before it are dropped.
    fn head(&mut self, stream: &mut Stream<'_>) -> Result<Head, Failure> {
        let doing = "waiting for the answer";
        loop {
            match head(&self.bytes) {
                Ok(Some(head)) if (100..200).contains(&head.status) && head.status != 101 => {
                    self.bytes.drain(..head.length);
                    continue;
                }
                Ok(Some(head)) if head.length <= MAX_HEAD => return Ok(head),
                Ok(None) if self.bytes.len() <= MAX_HEAD => {}
                Ok(_) => {
                    return Err(Failure::Broken(format!("the headers of the answer are longer than {MAX_HEAD} bytes")));
                }
                Err(error) => return Err(Failure::Broken(format!("the answer is not HTTP: {error}"))),
            }
            match self.more(stream, CHUNK) {
                Ok(0) => return Err(self.ended("the connection was closed")),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Err(self.until.over(doing, self.client.timeout));
                }
                Err(error) => return Err(self.ended(&error.to_string())),
            }
        }
    }

    fn ended(&self, how: &str) -> Failure {
        let after = match self.bytes.len() {
            0 => "before anything was answered".to_owned(),
            read => format!("after {read} bytes, inside the headers of the answer"),
        };
        Failure::Unreachable(format!("waiting for the answer: {how} {after}"))
    }

    /// Reads the body to its end; says why that is not where the answer ends.
    fn body(&mut self, stream: &mut Stream<'_>, head: &Head) -> Option<Cut> {
        let mut framing = Framing::new(head.body);
        // One byte more, to know whether there is more.
        let most = usize::try_from(self.client.max_body).unwrap_or(usize::MAX >> 1);
        loop {
            let body = self.bytes.len() - head.length;
            if let Some(end) = framing.end(&self.bytes[head.length..]).filter(|end| *end <= most) {
                self.bytes.truncate(head.length + end);
                return None;
            }
            if body > most {
                self.bytes.truncate(head.length + most);
                return Some(Cut::Length);
            }
            match self.more(stream, most - body + 1) {
                Ok(0) if framing.may_end() => return None,
                Ok(0) => return Some(Cut::Disconnect),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Some(Cut::Time),
                // A connection that ends without a farewell may have been cut by anybody on the way.
                Err(_) => return Some(Cut::Disconnect),
            }
        }
    }
}
