//! Where something is published, and how it is fetched from there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use flate2::read::MultiGzDecoder;

use crate::archive::log::Servers;
use crate::archive::{Error, ErrorKind};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a server may ask to wait before one file is given up.
const WAITS: usize = 20;
/// The longest wait that a server may ask for.
const LONGEST_WAIT: u64 = 120;

/// What is wrong with a published file.
pub(super) enum Missing {
    /// There is none, or there is none any more.
    NotThere,
    /// Nobody could look.
    Unread(Error),
}

/// A folder, or an address below which files are.
pub(super) enum Place {
    Folder(PathBuf),
    Address(String, Box<ureq::Agent>),
}

impl Place {
    pub(super) fn of(place: &str, servers: &Servers) -> Self {
        if !is_address(place) {
            return Place::Folder(PathBuf::from(place));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .tls_config(servers.tls())
            .user_agent(concat!("isnad/", env!("CARGO_PKG_VERSION")));
        Place::Address(place.trim_end_matches('/').to_owned(), Box::new(config.build().new_agent()))
    }

    /// Reads a file of at most `limit` bytes.
    pub(super) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Missing> {
        match self {
            Place::Folder(folder) => match File::open(folder.join(path)) {
                Ok(file) => at_most(file, limit)
                    .map_err(|e| Missing::Unread(Error::io(&folder.join(path), "reading the published log", &e))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Missing::NotThere),
                Err(error) => Err(Missing::Unread(Error::io(&folder.join(path), "reading the published log", &error))),
            },
            Place::Address(base, agent) => fetch(agent, &format!("{base}/{path}"), limit),
        }
    }

    /// Whether a folder of this name is there; of an address nobody knows before asking.
    pub(super) fn is_there(&self) -> bool {
        match self {
            Place::Folder(folder) => fs::metadata(folder).is_ok_and(|meta| meta.is_dir()),
            Place::Address(..) => true,
        }
    }
}

/// Whether this is an address and not a folder.
pub(super) fn is_address(place: &str) -> bool {
    place.starts_with("http://") || place.starts_with("https://")
}

fn fetch(agent: &ureq::Agent, address: &str, limit: u64) -> Result<Vec<u8>, Missing> {
    let fail = |found: String| {
        let message = format!("{address}: fetching the published log: {found}");
        Missing::Unread(Error::new(ErrorKind::Io, address, message))
    };
    for _ in 0..WAITS {
        // c2sp.org/tlog-tiles: clients say that they take both.
        let asked = agent.get(address).header("accept-encoding", "gzip, identity");
        let mut answer = asked.call().map_err(|e| fail(Servers::failure(&e)))?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let packed = header("content-encoding");
        match answer.status().as_u16() {
            200 => {
                let reader = answer.body_mut().as_reader();
                return match packed.as_deref() {
                    None | Some("identity") => at_most(reader, limit),
                    Some("gzip") => at_most(MultiGzDecoder::new(reader), limit),
                    Some(other) => return Err(fail(format!("it is encoded as {other}, which was not asked for"))),
                }
                .map_err(|e| fail(e.to_string()));
            }
            404 | 410 => return Err(Missing::NotThere),
            429 => {
                let seconds = header("retry-after").and_then(|text| text.trim().parse().ok()).unwrap_or(1);
                std::thread::sleep(Duration::from_secs(u64::clamp(seconds, 1, LONGEST_WAIT)));
            }
            status => return Err(fail(format!("the server answered {status}"))),
        }
    }
    Err(fail(format!("the server asked {WAITS} times to wait; try again later, or ask for a copy of its files")))
}

/// Reads to the end; more than `limit` bytes are an error, whatever they unpack from.
fn at_most(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("it is longer than {limit} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_allowed_whatever_it_unpacks_from() {
        let bomb = crate::archive::log::gzip(&vec![0; 1 << 20]).unwrap();
        assert!(bomb.len() < 2_000);
        let error = at_most(MultiGzDecoder::new(&bomb[..]), 10_000).unwrap_err().to_string();
        assert_eq!(error, "it is longer than 10000 bytes");
        assert_eq!(at_most(MultiGzDecoder::new(&bomb[..]), 1 << 20).unwrap().len(), 1 << 20);
        assert!(at_most(MultiGzDecoder::new(&bomb[..20]), 1 << 20).is_err(), "cut off");
    }
}
