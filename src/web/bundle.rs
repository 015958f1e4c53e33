//! What a stranger needs to verify a citation offline, as a download.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ids;
use super::problem::Problem;
use super::server::Server;
use super::visit::Visit;
use crate::domain::{Digest, sha256};

/// The most bytes of payload and attachments in a bundle that is made for the web; the command line makes larger ones.
///
/// A bundle is put together in memory, twice: its files and their zip.
const MOST: u64 = 16 << 20;
/// How many are made at once.
pub(super) const AT_ONCE: usize = 2;
/// Seconds after which asking again makes sense when so many are being made.
const RETRY: u32 = 3;

/// One of the places in which bundles are made, free again when dropped.
struct Making<'a>(&'a AtomicUsize);

impl<'a> Making<'a> {
    fn begin(making: &'a AtomicUsize) -> Option<Self> {
        let free = |under_way: usize| (under_way < AT_ONCE).then_some(under_way + 1);
        making.fetch_update(Ordering::AcqRel, Ordering::Acquire, free).ok()?;
        Some(Making(making))
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// `/bundle/<article>.zip`; also of a record, for captures in which no article was found
///
/// It proves against the newest head, so it changes as the log grows: it is no address to cite.
pub(super) fn bundle(server: &Server, visit: &Visit) -> Result<Response, Problem> {
    let segment = visit.segment(1);
    let id = segment.strip_suffix(".zip").and_then(|digits| digits.parse::<Digest>().ok());
    let id = id.ok_or_else(|| Problem::not_found(&visit.path))?.to_string();
    // What the public may not see does not exist for `resolve`.
    let bytes = match server.archive.bundle_bytes(&id) {
        Err(error) if error.kind == crate::archive::ErrorKind::NotFound => return Err(ids::missing(server, visit, id)),
        answer => answer?,
    };
    if bytes > MOST {
        let message = format!(
            "{}: what was captured has {bytes} bytes; bundles of more than {MOST} are not made for the web. Its parts are at \
             /r/…, /a/… and /p/…; whoever runs the archive makes the bundle with `isnad bundle {id} -o FILE.zip`",
            visit.path
        );
        return Err(Problem::refused(StatusCode::FORBIDDEN, message).says(|w| w.bundle_too_large));
    }
    let _making = Making::begin(&server.bundles).ok_or_else(|| {
        let message = "other bundles are being made; ask again in a moment";
        Problem::refused(StatusCode::SERVICE_UNAVAILABLE, message).after(RETRY)
    })?;
    let bundle = server.archive.bundle(&id)?;
    let tag = format!("\"{}\"", Digest(sha256(&bundle.zip)));
    let name = format!("attachment; filename=\"isnad-{}.zip\"", &id[..16]);
    let mut response =
        ([(header::CONTENT_TYPE, "application/zip"), (header::ETAG, tag.as_str())], bundle.zip).into_response();
    let headers = response.headers_mut();
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_bundles_are_made_at_once() {
        let making = AtomicUsize::default();
        let mut held: Vec<_> = (0..AT_ONCE).map(|_| Making::begin(&making).unwrap()).collect();
        assert!(Making::begin(&making).is_none());
        held.pop();
        assert!(Making::begin(&making).is_some());
        drop(held);
        assert_eq!(making.into_inner(), 0);
    }
}
