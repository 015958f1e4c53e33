//! Sort-friendly URLs: the keys of CDXJ lines, as the `surt` library of the Internet Archive makes them.
//!
//! Left out of its rules: session ids in queries are kept.

/// The key of a URL; what is no http(s) or ftp address is its own key, in lower case.
pub fn surt(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default().trim();
    let scheme = url.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    let Some((scheme, rest)) = scheme.filter(|(scheme, _)| matches!(scheme.as_str(), "http" | "https" | "ftp")) else {
        return url.to_ascii_lowercase();
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let query =
        query.filter(|query| !query.is_empty()).map(|query| format!("?{}", sorted(&normal(query)))).unwrap_or_default();
    format!("{}){}{query}", reversed(host, &scheme), normal_path(path))
}

/// The labels of a host from the right, without `www`, with its port unless that is the scheme's own.
fn reversed(host: &str, scheme: &str) -> String {
    let host = host.to_ascii_lowercase();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host.as_str(), ""),
    };
    let name = name.trim_matches('.');
    let name = without_www(name);
    let default = matches!((scheme, port), ("http", "80") | ("https", "443") | ("ftp", "21"));
    let port = if port.is_empty() || default { String::new() } else { format!(":{port}") };
    let labels: Vec<&str> = name.split('.').rev().collect();
    format!("{}{port}", labels.join(","))
}

fn without_www(name: &str) -> &str {
    let rest = name.strip_prefix("www").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(name)
}

/// A path in lower case without empty, `.` and `..` segments and without a slash at its end.
fn normal_path(path: &str) -> String {
    let path = normal(path);
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

/// Parameters in order: by name, then by value.
fn sorted(query: &str) -> String {
    let mut pairs: Vec<Vec<&str>> = query.split('&').map(|pair| pair.splitn(2, '=').collect()).collect();
    pairs.sort();
    pairs.iter().map(|pair| pair.join("=")).collect::<Vec<_>>().join("&")
}

/// Escapes undone as often as there are any, then made anew, all in lower case.
fn normal(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    loop {
        let undone = unescaped(&bytes);
        if undone == bytes {
            break;
        }
        bytes = undone;
    }
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'#' | b'%' | 0..=0x20 | 0x7f.. => out.push_str(&format!("%{byte:02x}")),
            _ => out.push(char::from(byte.to_ascii_lowercase())),
        }
    }
    out
}

fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
            && let Ok(byte) = u8::try_from(high << 4 | low)
        {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_surt_library() {
        // python3 -c 'import surt; print(surt.surt(URL))', surt 0.3.1
        for (url, key) in [
            ("http://www.Example.com:80/A/b//c/../d/?b=2&a=1#x", "com,example)/a/b/d?a=1&b=2"),
            ("https://a.example/%D8%A7%d9%84/", "example,a)/%d8%a7%d9%84"),
            ("http://a.example", "example,a)/"),
            ("http://a.example/?q=%20a+b&Z", "example,a)/?q=%20a+b&z"),
            ("https://www2.b.co.uk:8443/x%7Ey/%25/?", "uk,co,b:8443)/x~y/%25"),
            ("urn:sha256:abc", "urn:sha256:abc"),
            ("http://a.example/x?y=%D8%A7&c", "example,a)/x?c&y=%d8%a7"),
            ("http://1.2.3.4/x", "4,3,2,1)/x"),
            ("http://user@a.example/p", "example,a)/p"),
            ("http://a.example/x&?a&b=&", "example,a)/x&?&a&b="),
        ] {
            assert_eq!(surt(url), key, "{url}");
        }
    }
}
