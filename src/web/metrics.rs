//! Figures for Prometheus, on a listener of their own; never a path, a query or an address.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::server::Server;

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0];
/// Families of pages, by the first segment of the path; the last one is everything else.
const FAMILIES: [&str; 16] = [
    "home", "a", "r", "p", "audit", "search", "diff", "o", "verify", "log", "api", "timemap", "timegate", "feed",
    "bundle", "other",
];

/// What was answered since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// By family, then by the hundreds of the status from 1xx.
    answers: [[AtomicU64; 5]; FAMILIES.len()],
    /// Not cumulative here; the last one is beyond every bound.
    durations: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
    under_way: AtomicU64,
}

/// A request that is being answered; counted when it is dropped too.
pub(super) struct UnderWay<'m>(&'m Metrics);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub(super) fn begin(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    /// Counts an answer.
    pub(super) fn answered(&self, path: &str, status: StatusCode, took: Duration) {
        let family = family(path);
        let hundreds = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.answers[family][hundreds].fetch_add(1, Ordering::Relaxed);
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        self.durations[bucket].fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The text format of Prometheus, version 0.0.4.
    fn text(&self, log_size: Option<u64>) -> String {
        let mut out = String::new();
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing into a string cannot fail.
            let _ = writeln!(out, "{text}");
        };
        line(format_args!("# HELP isnad_build_info The version that runs.\n# TYPE isnad_build_info gauge"));
        line(format_args!("isnad_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")));
        line(format_args!("# HELP isnad_requests_total Answers by page family and class of status."));
        line(format_args!("# TYPE isnad_requests_total counter"));
        for (family, counts) in FAMILIES.iter().zip(&self.answers) {
            for (class, count) in counts.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let class = class + 1;
                    line(format_args!("isnad_requests_total{{page=\"{family}\",status=\"{class}xx\"}} {count}"));
                }
            }
        }
        line(format_args!("# HELP isnad_request_duration_seconds Time from the request to its answer."));
        line(format_args!("# TYPE isnad_request_duration_seconds histogram"));
        let mut sum = 0;
        for (bound, count) in BOUNDS.iter().zip(&self.durations) {
            sum += count.load(Ordering::Relaxed);
            line(format_args!("isnad_request_duration_seconds_bucket{{le=\"{bound}\"}} {sum}"));
        }
        sum += self.durations[BOUNDS.len()].load(Ordering::Relaxed);
        line(format_args!("isnad_request_duration_seconds_bucket{{le=\"+Inf\"}} {sum}"));
        let seconds = self.microseconds.load(Ordering::Relaxed) as f64 / 1e6;
        line(format_args!("isnad_request_duration_seconds_sum {seconds}"));
        line(format_args!("isnad_request_duration_seconds_count {sum}"));
        line(format_args!("# HELP isnad_requests_under_way Requests that are being answered."));
        line(format_args!("# TYPE isnad_requests_under_way gauge"));
        line(format_args!("isnad_requests_under_way {}", self.under_way.load(Ordering::Relaxed)));
        line(format_args!("# HELP isnad_archive_up Whether the archive can be read.\n# TYPE isnad_archive_up gauge"));
        line(format_args!("isnad_archive_up {}", u8::from(log_size.is_some())));
        if let Some(size) = log_size {
            line(format_args!("# HELP isnad_log_entries Leaves of the log.\n# TYPE isnad_log_entries gauge"));
            line(format_args!("isnad_log_entries {size}"));
        }
        out
    }
}

fn family(path: &str) -> usize {
    let first = path.split('/').nth(1).unwrap_or_default();
    let name = match first {
        "" => "home",
        "feed.atom" | "audit.atom" => "feed",
        first => first,
    };
    FAMILIES.iter().position(|family| *family == name).unwrap_or(FAMILIES.len() - 1)
}

/// `/metrics` of the second listener.
pub(super) fn answer(server: &Server) -> Response {
    let size = server.archive.head().ok().map(|(size, _)| size);
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, server.metrics.text(size)).into_response()
}

/// `/healthz` of the second listener: what the pages' own says.
pub(super) fn health(server: &Server) -> Response {
    match server.archive.head() {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!("{error}");
            (StatusCode::SERVICE_UNAVAILABLE, "the archive cannot be read\n").into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_name_no_path() {
        let metrics = Metrics::default();
        let took = Duration::from_millis(7);
        for (path, status) in [("/a/0123", 200), ("/a/0123", 404), ("/secret", 404), ("/", 200), ("/audit.atom", 200)] {
            metrics.answered(path, StatusCode::from_u16(status).unwrap(), took);
        }
        let open = metrics.begin();
        let text = metrics.text(Some(9));
        for line in [
            "isnad_requests_total{page=\"a\",status=\"2xx\"} 1",
            "isnad_requests_total{page=\"a\",status=\"4xx\"} 1",
            "isnad_requests_total{page=\"other\",status=\"4xx\"} 1",
            "isnad_requests_total{page=\"feed\",status=\"2xx\"} 1",
            "isnad_request_duration_seconds_bucket{le=\"0.005\"} 0",
            "isnad_request_duration_seconds_bucket{le=\"0.01\"} 5",
            "isnad_request_duration_seconds_bucket{le=\"+Inf\"} 5",
            "isnad_request_duration_seconds_sum 0.035",
            "isnad_requests_under_way 1",
            "isnad_log_entries 9",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("secret") && !text.contains("0123"));
        drop(open);
        assert!(metrics.text(None).contains("isnad_requests_under_way 0\n"));
    }
}
