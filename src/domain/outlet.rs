//! Outlets by registrable domain.

/// Returns the host of an http(s) URL in lower case, without user, port or trailing dot.
pub fn host_of(url: &str) -> Option<String> {
    let scheme = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let rest = if scheme.starts_with("https://") {
        &url[8..]
    } else if scheme.starts_with("http://") {
        &url[7..]
    } else {
        return None;
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host_port = authority.rsplit('@').next()?;
    let host = host_port.split(':').next()?.trim_end_matches('.').to_lowercase();
    (!host.is_empty() && !host.contains(char::is_whitespace)).then_some(host)
}

/// Returns the registrable domain of a host or bare domain (Public Suffix List), in lower case.
///
/// A host with an unknown suffix counts by its last two labels only when it is a plausible name; an address or a bare
/// suffix has none.
pub fn registrable_domain(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_lowercase();
    if host.parse::<std::net::IpAddr>().is_ok() || !is_host_name(&host) {
        return None;
    }
    let domain = psl::domain(host.as_bytes())?;
    std::str::from_utf8(domain.as_bytes()).ok().map(str::to_owned)
}

/// Returns the registrable domain of an http(s) URL.
pub fn outlet_of_url(url: &str) -> Option<String> {
    registrable_domain(&host_of(url)?)
}

/// Whether `text` looks like a host name with a dot rather than a display name.
pub fn is_host_name(text: &str) -> bool {
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_is_the_registrable_domain() {
        for (url, outlet) in [
            ("http://anapress.net/a/254711180498222", Some("anapress.net")),
            ("HTTPS://www.BBC.co.uk:443/arabic?x#y", Some("bbc.co.uk")),
            ("https://user@arabic.rt.com/x", Some("rt.com")),
            ("http://127.0.0.1/x", None),
            ("ftp://example.com/x", None),
            ("not a url", None),
            ("https:///x", None),
        ] {
            assert_eq!(outlet_of_url(url).as_deref(), outlet, "{url}");
        }
    }

    #[test]
    fn a_display_name_is_not_a_domain() {
        assert!(!is_host_name("Jawhara FM") && !is_host_name("عنب بلدي") && !is_host_name("Dr. No"));
        assert!(is_host_name("baladi-news.com"));
    }
}
