//! What is asked for: an http(s) address without secrets.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// An address that can be asked, as the WHATWG standard writes it: host names in ASCII, no fragment, nobody's password.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target(Url);

impl Target {
    /// Reads an address that a person wrote. An error says what is wrong with it, without repeating a password.
    pub fn parse(text: &str) -> Result<Target, String> {
        match Url::parse(text) {
            Ok(url) => Target::of(url),
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                Err("it is no address; one begins with https:// or http://".to_owned())
            }
            Err(error) => Err(format!("it is no address: {error}")),
        }
    }

    fn of(mut url: Url) -> Result<Target, String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("only http and https are asked, and this is {}", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let why = "it holds a user name or password, which would stay in the archive for every reader; \
                       capture the page without it";
            return Err(why.to_owned());
        }
        url.set_fragment(None);
        Ok(Target(url))
    }

    /// The address that a `Location` field leads to.
    pub fn follow(&self, location: &[u8]) -> Result<Target, String> {
        let text = match std::str::from_utf8(location) {
            Ok(text) => text.to_owned(),
            // As browsers read fields that are no UTF-8: each byte a character.
            Err(_) => location.iter().map(|byte| char::from(*byte)).collect(),
        };
        Target::of(self.0.join(&text).map_err(|error| format!("it is no address: {error}"))?)
    }

    /// The address as it goes into a record.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it goes over TLS.
    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host as it stands in messages and in the queue of hosts.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host's address, where it is not a name.
    pub(super) fn ip(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    /// Path and query, as in a request line.
    pub(super) fn path(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// The value of `Host`: with the port where it is not the usual one.
    pub(super) fn authority(&self) -> &str {
        &self.0[url::Position::BeforeHost..url::Position::AfterPort]
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An address as it may be shown: without what stands before the host.
pub fn without_secret(text: &str) -> String {
    let after_scheme = text.find(':').map_or(0, |colon| colon + 1);
    let slashes = text[after_scheme..].bytes().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
    let begin = after_scheme + slashes;
    let end = text[begin..].find(['/', '?', '#', '\\']).map_or(text.len(), |end| begin + end);
    match text[begin..end].rfind('@') {
        Some(at) => format!("{}…{}", &text[..begin], &text[begin + at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> String {
        Target::parse(text).unwrap().to_string()
    }

    #[test]
    fn addresses_have_one_form() {
        assert_eq!(target("HTTP://Example.COM:80/a/../b?q=1#part"), "http://example.com/b?q=1");
        assert_eq!(target("https://جريدة.example/خبر 1"), "https://xn--ogbfjh9j.example/%D8%AE%D8%A8%D8%B1%201");
        assert_eq!(target("http://0x7f.1/"), "http://127.0.0.1/");
        assert_eq!(target("http://2130706433/"), "http://127.0.0.1/");
        assert_eq!(target("http://0177.0.0.1/"), "http://127.0.0.1/");
        assert_eq!(target("http://[::FFFF:127.0.0.1]/"), "http://[::ffff:7f00:1]/");
    }

    #[test]
    fn a_request_says_path_and_host() {
        let target = Target::parse("https://a.example:8443/x/y?z=1#f").unwrap();
        assert_eq!((target.path(), target.authority()), ("/x/y?z=1", "a.example:8443"));
        assert_eq!(Target::parse("http://a.example").unwrap().path(), "/");
        assert_eq!(Target::parse("http://[::1]:81/").unwrap().ip(), Some("::1".parse().unwrap()));
    }

    #[test]
    fn what_cannot_be_asked_says_why() {
        for (text, why) in [
            ("news.example/1", "it is no address; one begins with https:// or http://"),
            ("ftp://a.example/", "only http and https are asked, and this is ftp"),
            ("file:///etc/passwd", "only http and https are asked, and this is file"),
            ("http://", "it is no address: empty host"),
            ("http://a b/", "it is no address: invalid international domain name"),
        ] {
            assert_eq!(Target::parse(text).unwrap_err(), why, "{text}");
        }
    }

    #[test]
    fn a_password_is_neither_taken_nor_repeated() {
        for text in ["https://me:secret@a.example/", "https://secret@a.example/", "http:/\\me:secret@a.example"] {
            let error = Target::parse(text).unwrap_err();
            assert!(error.starts_with("it holds a user name or password") && !error.contains("secret"), "{error}");
            assert!(!without_secret(text).contains("secret"), "{}", without_secret(text));
        }
        assert_eq!(without_secret("https://a.example/@me?x=y@z"), "https://a.example/@me?x=y@z");
        assert!(Target::parse("https://a.example/").unwrap().follow(b"//me:secret@b.example/").is_err());
    }

    #[test]
    fn a_location_is_read_as_browsers_read_it() {
        let from = Target::parse("https://a.example/x/y?q").unwrap();
        let to = |location: &[u8]| from.follow(location).unwrap().to_string();
        assert_eq!(to(b"../z#part"), "https://a.example/z");
        assert_eq!(to(b"//b.example/"), "https://b.example/");
        assert_eq!(to("/خبر".as_bytes()), "https://a.example/%D8%AE%D8%A8%D8%B1");
        assert_eq!(to(b"/caf\xe9"), "https://a.example/caf%C3%A9");
        assert!(from.follow(b"javascript:alert(1)").is_err());
    }
}
