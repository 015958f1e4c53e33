//! A request as handlers see it: its path, its parameters, the reader's language.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::server::Server;
use super::show::encode;
use super::words::{Language, Words};

/// One request.
#[derive(Debug, Clone, Default)]
pub(super) struct Visit {
    /// The path as sent.
    pub(super) path: String,
    /// Parameters in the order sent, decoded.
    params: Vec<(String, String)>,
    language: Language,
    /// Whether the address itself names the language, so that links keep it.
    chosen: bool,
    /// Address of this archive without a slash at the end.
    pub(super) base: String,
    pub(super) if_none_match: Option<String>,
    /// The query as sent.
    pub(super) query: Option<String>,
    pub(super) accept_datetime: Option<String>,
    /// Whether the reader takes gzip.
    pub(super) takes_gzip: bool,
}

impl FromRequestParts<Arc<Server>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Infallible> {
        let params = params(parts.uri.query().unwrap_or_default());
        let asked = params.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::of_tag(tag));
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let base = match server.archive.public_url() {
            Some(url) => url.to_owned(),
            None => format!("http://{}", host(&parts.headers).unwrap_or("localhost")),
        };
        Ok(Visit {
            path: parts.uri.path().to_owned(),
            params,
            language: asked.unwrap_or_else(|| Language::accepted(text(header::ACCEPT_LANGUAGE).unwrap_or_default())),
            chosen: asked.is_some(),
            base,
            if_none_match: text(header::IF_NONE_MATCH).map(str::to_owned),
            query: parts.uri.query().map(str::to_owned),
            takes_gzip: takes_gzip(text(header::ACCEPT_ENCODING).unwrap_or_default()),
            // Bytes that are no text are no date either; what is there must not pass for nothing asked.
            accept_datetime: parts
                .headers
                .get("accept-datetime")
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        })
    }
}

/// Whether an `Accept-Encoding` allows gzip (RFC 9110, 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    let weight = |coding: &str| {
        accepted.split(',').find_map(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
            name.trim().eq_ignore_ascii_case(coding).then(|| weight.unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// The host that the reader typed, when it looks like one.
fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let fine = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    (!host.is_empty() && host.len() <= 255 && host.bytes().all(fine)).then_some(host)
}

/// Reads a query string; bytes that are not UTF-8 become replacement characters.
fn params(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

impl Visit {
    /// The first value of a parameter, trimmed; `None` when it is missing or blank.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let value = self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// What an answer to this visit depends on besides the archive; none where it depends on words of the reader.
    pub(super) fn key(&self) -> Option<String> {
        let plain = self.params.iter().all(|(name, _)| name == "lang");
        let chosen = if self.chosen { "=" } else { "" };
        plain.then(|| format!("{}{chosen} {} {}", self.language.tag(), self.base, self.path))
    }

    /// A segment of the path, decoded.
    pub(super) fn segment(&self, index: usize) -> String {
        let segment = self.path.split('/').nth(index + 1).unwrap_or_default();
        percent_decode_str(segment).decode_utf8_lossy().into_owned()
    }

    /// The words of the reader's language.
    pub(super) fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// What the frame of a page prints.
    pub(super) fn frame(&self) -> Frame {
        let other = self.language.other();
        let mut switch: Vec<String> = self
            .params
            .iter()
            .filter(|(name, _)| name != "lang")
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        switch.push(format!("lang={}", other.tag()));
        let words = self.words();
        Frame {
            w: words,
            lang: words.tag,
            dir: words.dir,
            css: &super::assets::STYLE_PATH,
            script: &super::assets::SELECT_PATH,
            q: if self.chosen { format!("?lang={}", words.tag) } else { String::new() },
            and: if self.chosen { format!("&lang={}", words.tag) } else { String::new() },
            chosen: self.chosen,
            other: other.words(),
            switch: format!("{}?{}", self.path, switch.join("&")),
            base: self.base.clone(),
        }
    }
}

/// What the frame of a page prints.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The words of the interface.
    pub(super) w: &'static Words,
    pub(super) lang: &'static str,
    pub(super) dir: &'static str,
    /// Address of the stylesheet.
    pub(super) css: &'static str,
    /// Address of the script, for the pages that load it.
    pub(super) script: &'static str,
    /// What a link appends to keep a language that the address names.
    pub(super) q: String,
    /// The same for a link that has a query.
    pub(super) and: String,
    /// Whether forms must keep the language.
    pub(super) chosen: bool,
    /// The other language.
    pub(super) other: &'static Words,
    /// This page in the other language.
    pub(super) switch: String,
    /// Address of this archive.
    pub(super) base: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_only_where_it_is_offered() {
        for accepted in ["gzip", "gzip, identity", "deflate, GZIP;q=0.5", "*", "br;q=1, *;q=0.1"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "identity", "gzip;q=0", "*, gzip;q=0.0", "xgzip", "gzip;q=x"] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }

    #[test]
    fn parameters_are_read_whatever_their_bytes() {
        let visit = Visit { params: params("q=%D8%AC+a&q=b&x&%ff=1&lang="), ..Visit::default() };
        assert_eq!(visit.param("q"), Some("ج a"));
        assert_eq!((visit.param("x"), visit.param("lang")), (None, None));
        assert_eq!(visit.param("\u{fffd}"), Some("1"));
    }

    #[test]
    fn only_a_plausible_host_is_repeated() {
        let with = |host: &str| HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        assert_eq!(host(&with("127.0.0.1:8080")), Some("127.0.0.1:8080"));
        assert_eq!(host(&with("a\"><b")), None);
    }
}
