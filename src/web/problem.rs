//! Pages and JSON for what could not be answered, each with a way on.

use std::time::Duration;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::page::{Page, json};
use super::server::Server;
use super::show::{number, spoken};
use super::visit::{Frame, Visit};
use super::words::Words;
use crate::archive::refs::Target;
use crate::archive::takedown::Takedown;
use crate::archive::{Error, ErrorKind};

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    code: &'static str,
    /// In English, for programs and as detail on the page.
    message: String,
    at: Option<String>,
    /// What a shortened id may mean.
    candidates: Vec<Target>,
    /// Seconds after which asking again makes sense.
    retry: Option<u32>,
    /// The same said in the reader's language, where there is more to say than the status says.
    said: Option<fn(&Words) -> &'static str>,
    /// What took it down, when something did.
    takedown: Option<Box<Takedown>>,
}

/// The JSON of an error.
#[derive(Serialize)]
struct Wrapped<'a> {
    error: Inner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    takedown: Option<&'a Takedown>,
}

/// The same as problem details (RFC 9457), the error of the command line beside them.
#[derive(Serialize)]
struct Details<'a> {
    /// Always `about:blank`: the status says what kind of problem it is, `error.code` says it finer.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    error: Inner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    takedown: Option<&'a Takedown>,
}

/// The media type of problem details.
const PROBLEM_JSON: &str = "application/problem+json";

#[derive(Serialize)]
struct Inner<'a> {
    code: &'a str,
    message: &'a str,
    at: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<String>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Problem {
            status,
            code,
            message: message.into(),
            at: None,
            candidates: Vec::new(),
            retry: None,
            said: None,
            takedown: None,
        }
    }

    /// Nothing here has this address.
    pub(super) fn not_found(at: &str) -> Self {
        let at: String = at.chars().take(200).collect();
        let message = format!("{at}: nothing here has this address");
        Problem { at: Some(at), ..Self::new(StatusCode::NOT_FOUND, "not-found", message) }
    }

    /// It was here and was taken down; the log says so.
    pub(super) fn gone(at: &str, takedown: Takedown) -> Self {
        let verb = if takedown.kind == "erase" { "was erased" } else { "is withheld from the public" };
        let message =
            format!("{at}: it {verb} since {} ({}); the log says so: {}", takedown.at, takedown.code, takedown.entry);
        let said: fn(&Words) -> &'static str =
            if takedown.kind == "erase" { |w| w.gone_erased } else { |w| w.gone_withheld };
        Problem {
            at: Some(at.to_owned()),
            said: Some(said),
            takedown: Some(Box::new(takedown)),
            ..Self::new(StatusCode::GONE, "gone", message)
        }
    }

    /// The id names something of another kind, when it does.
    pub(super) fn or_rather(mut self, other: Option<Target>) -> Self {
        self.candidates.extend(other);
        self
    }

    /// The request makes no sense; `said` tells the reader in the own language.
    pub(super) fn usage(message: impl Into<String>, said: fn(&Words) -> &'static str) -> Self {
        Problem { said: Some(said), ..Self::new(StatusCode::BAD_REQUEST, "usage", message) }
    }

    /// A shortened id fits several things.
    pub(super) fn ambiguous(at: &str, candidates: Vec<Target>) -> Self {
        let message = format!("{at}: these digits fit several things; write more of them");
        Problem { at: Some(at.to_owned()), candidates, ..Self::new(StatusCode::MULTIPLE_CHOICES, "ambiguous", message) }
    }

    /// Something went wrong inside; the log says what.
    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "io",
            "something went wrong inside; the log of the server says what",
        )
    }

    /// The answer took too long.
    pub(super) fn overtime() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the answer took too long; ask again, or ask for less")
    }

    /// One client asks more often than the limit allows.
    pub(super) fn too_often(wait: Duration) -> Self {
        let seconds =
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(u32::from(wait.subsec_nanos() > 0));
        let message = format!("too many requests from one address; ask again after {seconds} s");
        Problem { retry: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", message) }
    }

    /// The request is larger than the limits allow.
    pub(super) fn too_large(status: StatusCode, message: &str) -> Self {
        Self::new(status, "usage", message)
    }

    /// The request cannot be answered for a reason that its form gives.
    pub(super) fn refused(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, "usage", message)
    }

    /// Says the same in the reader's language.
    pub(super) fn says(mut self, said: fn(&Words) -> &'static str) -> Self {
        self.said = Some(said);
        self
    }

    /// Asking again makes sense after so many seconds.
    pub(super) fn after(mut self, seconds: u32) -> Self {
        self.code = "busy";
        self.retry = Some(seconds);
        self
    }

    /// Only reading is offered.
    pub(super) fn not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "usage", "this archive is read-only on the web: GET and HEAD")
    }

    /// Answers in the form that the address asks for: JSON, plain text, or a page.
    pub(super) fn answer(&self, visit: &Visit) -> Response {
        let wants_json = visit.path.starts_with("/api/") || visit.path.ends_with(".json");
        let mut response = if wants_json {
            self.json(visit)
        } else if visit.path.ends_with(".txt") {
            let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (self.status, plain, format!("{}\n", self.message)).into_response()
        } else {
            Page(self.status, self.page(visit)).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        response
    }

    /// Problem details from the API, the bare error elsewhere.
    fn json(&self, visit: &Visit) -> Response {
        if !visit.path.starts_with("/api/") {
            return json(self.status, &Wrapped { error: self.inner(), takedown: self.takedown.as_deref() });
        }
        let details = Details {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.message,
            instance: &visit.path,
            error: self.inner(),
            takedown: self.takedown.as_deref(),
        };
        let mut response = json(self.status, &details);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response
    }

    fn inner(&self) -> Inner<'_> {
        let candidates = self.candidates.iter().map(Target::path).collect();
        Inner { code: self.code, message: &self.message, at: self.at.as_deref(), candidates }
    }

    fn page(&self, visit: &Visit) -> ProblemPage {
        let f = visit.frame();
        let heading = match self.status {
            StatusCode::NOT_FOUND => f.w.problem_not_found,
            StatusCode::GONE => f.w.problem_gone,
            StatusCode::MULTIPLE_CHOICES => f.w.problem_ambiguous,
            _ if self.code == ErrorKind::Refused.code() => f.w.log_held,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => f.w.problem_busy,
            status if status.is_client_error() => f.w.problem_usage,
            _ => f.w.problem_inside,
        };
        ProblemPage {
            status: self.status.as_u16(),
            heading,
            said: self.said.map(|said| said(f.w)),
            // The heading says already that nothing has the address.
            message: match (&self.at, self.status) {
                (Some(at), StatusCode::NOT_FOUND) => at.clone(),
                _ => self.message.clone(),
            },
            candidates: self.candidates.iter().map(Target::path).collect(),
            proof: self.takedown.as_deref().map(|takedown| Proof::of(takedown, f.w)),
            f,
        }
    }
}

impl From<Error> for Problem {
    /// Internals are logged and never shown.
    fn from(error: Error) -> Self {
        let status = match error.kind {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Gone => StatusCode::GONE,
            ErrorKind::Ambiguous => StatusCode::MULTIPLE_CHOICES,
            ErrorKind::Usage => StatusCode::BAD_REQUEST,
            ErrorKind::Busy => {
                tracing::warn!("{error}");
                return Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the archive is being written; ask again");
            }
            ErrorKind::Corrupt => {
                tracing::error!("{error}");
                let message = "stored bytes are damaged; the log of the server says which, and so does `isnad verify`";
                return Problem {
                    said: Some(|w| w.problem_damaged),
                    ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "corrupt", message)
                };
            }
            ErrorKind::Refused => {
                tracing::error!("{error}");
                let message =
                    "the head of the log is not shown here, and nothing can be proved against it; /log says why";
                return Problem {
                    said: Some(|w| w.log_held_why),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, error.kind.code(), message)
                };
            }
            ErrorKind::Io | ErrorKind::NoArchive => {
                tracing::error!("{error}");
                return Self::internal();
            }
        };
        Problem { at: error.at, ..Self::new(status, error.kind.code(), error.message) }
    }
}

/// Any address that nothing answers.
pub(super) fn no_such_page(_: &Server, visit: &Visit) -> Result<Response, Problem> {
    Err(Problem::not_found(&visit.path))
}

/// The page of a problem.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    f: Frame,
    status: u16,
    heading: &'static str,
    said: Option<&'static str>,
    message: String,
    candidates: Vec<String>,
    proof: Option<Proof>,
}

/// What proves that something was taken down openly.
struct Proof {
    reason: &'static str,
    at: String,
    record: String,
    index: Option<String>,
    entry: String,
}

impl Proof {
    fn of(takedown: &Takedown, w: &Words) -> Self {
        let reason = match takedown.code.as_str() {
            "legal" => w.code_legal,
            "privacy" => w.code_privacy,
            "safety" => w.code_safety,
            "error" => w.code_error,
            _ => w.code_other,
        };
        Proof {
            reason,
            at: spoken(&takedown.at, w),
            record: takedown.record.to_string(),
            index: takedown.index.map(number),
            entry: takedown.entry.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ArticleId;

    #[test]
    fn digits_that_fit_several_things_list_them() {
        let both = [ArticleId::of(b"a"), ArticleId::of(b"b")].map(Target::Article);
        let problem = Problem::ambiguous("/a/00000000", both.to_vec());
        assert_eq!(problem.status, StatusCode::MULTIPLE_CHOICES);
        let page = problem.page(&Visit::default()).render().unwrap();
        for target in both {
            assert!(page.contains(&format!("href=\"{}\"", target.path())), "{page}");
        }
        let json = serde_json::to_value(Wrapped { error: problem.inner(), takedown: None }).unwrap();
        assert_eq!(
            (&json["error"]["code"], json["error"]["candidates"].as_array().unwrap().len()),
            (&"ambiguous".into(), 2)
        );
    }

    #[test]
    fn internals_are_not_shown() {
        let secret = Error::new(ErrorKind::Io, "/home/someone/archive", "/home/someone/archive: disk full");
        assert!(!Problem::from(secret).message.contains("someone"));
    }
}
