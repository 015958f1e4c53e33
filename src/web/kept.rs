//! Pages that were made already, as long as nothing in the archive has changed since.
//!
//! Every change of what the public sees is a commit of the database: an ingestion, a withholding, an erasure. Before an
//! answer is taken from here the database is asked whether anything was committed since it was made, and if so all of
//! them are dropped. Answers to questions are not kept: their words are asked in confidence.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::page::known;
use super::visit::Visit;
use crate::archive::{Archive, Moment, Watch};
use crate::domain::{Digest, sha256};

/// Bytes of pages that are kept; where they would be more, all are dropped.
const MOST: usize = 64 * 1024 * 1024;
/// What a larger answer takes to be made is little beside what it takes to be sent.
const LARGEST: usize = 1024 * 1024;

/// An answer with status 200.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

/// The pages, and the view of the database that tells whether they still hold.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    watch: Option<Watch>,
    moment: Option<Moment>,
    bytes: usize,
    answers: HashMap<String, Answer>,
}

impl Kept {
    /// The answer that is kept under `key`, and the moment that whoever has to make it makes it after.
    ///
    /// No moment: the database cannot be asked, so nothing may be kept.
    pub(super) fn find(&self, archive: &Archive, key: &str) -> (Option<Answer>, Option<Moment>) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = pages.now(archive);
        if moment.is_none() || pages.moment != moment {
            pages.clear();
            pages.moment = moment;
            return (None, moment);
        }
        (pages.answers.get(key).cloned(), moment)
    }

    /// Keeps an answer that was made after `moment`, if that moment lasts.
    pub(super) fn keep(&self, key: String, moment: Moment, answer: Answer) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = key.len() + answer.body.len();
        if pages.moment != Some(moment) {
            return;
        }
        if pages.bytes + bytes > MOST {
            pages.clear();
        }
        pages.bytes += bytes;
        if let Some(other) = pages.answers.insert(key, answer) {
            pages.bytes = pages.bytes.saturating_sub(other.body.len());
        }
    }
}

impl Pages {
    fn now(&mut self, archive: &Archive) -> Option<Moment> {
        if self.watch.is_none() {
            self.watch = archive.watch().ok();
        }
        let moment = self.watch.as_ref().and_then(|watch| watch.moment().ok());
        if moment.is_none() {
            // A connection that failed once is not trusted again; moments of two connections cannot be compared.
            self.watch = None;
        }
        moment
    }

    fn clear(&mut self) {
        self.answers.clear();
        self.bytes = 0;
    }
}

impl Answer {
    /// Takes a response apart, if it is one to be kept; every answer gets a tag.
    pub(super) async fn of(response: Response) -> Result<Answer, Response> {
        let (mut parts, body) = response.into_parts();
        let may_be_stored = parts.headers.get(header::CACHE_CONTROL).is_none_or(|value| value != "no-store");
        let length = axum::body::HttpBody::size_hint(&body).exact();
        if parts.status != StatusCode::OK || !may_be_stored || length.is_none_or(|length| length > LARGEST as u64) {
            return Err(Response::from_parts(parts, body));
        }
        let Ok(body) = to_bytes(body, LARGEST).await else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        if !parts.headers.contains_key(header::ETAG)
            && let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", Digest(sha256(&body))))
        {
            parts.headers.insert(header::ETAG, tag);
        }
        Ok(Answer { headers: parts.headers, body })
    }

    /// The response for one reader, who may have it already.
    pub(super) fn response(self, visit: &Visit) -> Response {
        let tag = self.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        if tag.is_some_and(|tag| known(visit, tag)) {
            let mut headers = self.headers;
            headers.remove(header::CONTENT_TYPE);
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let mut response = Response::new(Body::from(self.body));
        *response.headers_mut() = self.headers;
        response
    }
}
