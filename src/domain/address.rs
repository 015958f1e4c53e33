//! Which page an address names: one name for the ways in which links, browsers and collectors write it.
//!
//! The name is derived, for finding the versions of a page; what is stored, shown and cited is the address as it was
//! stated. Addresses are taken for one page only where browsers, web archives and RFC 3986 leave little doubt; where
//! there is any, they stay two: a version that is missed is a gap, another page taken for a version is an error.
//!
//! Of `http` and `https` addresses, in this order:
//!
//! 1. The address is read as browsers read it (WHATWG URL): scheme and host in lower case, host names of any script in
//!    ASCII, no default port, no `.` and `..` segments. What does not parse, and any other scheme, is its own name.
//! 2. The scheme and one `www.` before a name with a dot are left out, and a dot behind the host, as in the keys of web
//!    archives (SURT). Other subdomains (`m.`, `amp.`) and ports stay.
//! 3. Escapes have one form (RFC 3986, 6.2.2): letters, digits and `-._~` unescaped, what may not stand in an address
//!    escaped, in capitals. So an Arabic path and its escapes are one. Capitals in path and query differ.
//! 4. Parameters that only say who followed which link are left out of the query: `utm_*` and [`TRACKING`]. All others
//!    stay, in their order: `?id=1` is another page than `?id=2`.
//! 5. Slashes behind the path, empty parameters and an empty query are left out (SURT).
//! 6. The fragment is left out, unless it is a path of its own (`#!/…`, `#/…`) that scripts make pages of.
//!
//! A change of these rules, or of the list, needs a migration that files the captures anew (`store/variants.rs`).

use url::{Position, Url};

/// Parameters that name a click, a recipient or a campaign, and never what the page shows.
///
/// Those that the query filter of the Brave browser takes off every address (`components/query_filter/utils.cc`, 2024),
/// and five of the same kind: `gclsrc`, `igshid`, `mc_cid`, `mkt_tok`, `ttclid`.
const TRACKING: [&str; 62] = [
    "__hsfp",
    "__hssc",
    "__hstc",
    "__s",
    "_bhlid",
    "_branch_match_id",
    "_branch_referrer",
    "_gl",
    "_hsenc",
    "_kx",
    "_openstat",
    "at_recipient_id",
    "at_recipient_list",
    "bbeml",
    "bsft_clkid",
    "bsft_uid",
    "dclid",
    "et_rid",
    "fb_action_ids",
    "fb_comment_id",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "guce_referrer",
    "guce_referrer_sig",
    "hsCtaTracking",
    "igshid",
    "irclickid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "mtm_cid",
    "oft_c",
    "oft_ck",
    "oft_d",
    "oft_id",
    "oft_ids",
    "oft_k",
    "oft_lk",
    "oft_sk",
    "oly_anon_id",
    "oly_enc_id",
    "pk_cid",
    "rb_clickid",
    "s_cid",
    "srsltid",
    "ss_email_id",
    "ttclid",
    "twclid",
    "unicorn_click_id",
    "vero_conv",
    "vero_id",
    "vgo_ee",
    "wbraid",
    "wickedid",
    "yclid",
    "ymclid",
    "ysclid",
];

/// Returns the name of the page that an address names: equal for the addresses of one page.
///
/// It is an address without a scheme (`//host/path?query`), or the address itself where the rules say nothing of it.
pub fn page_of(address: &str) -> String {
    let address = address.trim();
    let url = match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ => return address.to_owned(),
    };
    let mut page = String::with_capacity(address.len());
    page.push_str("//");
    page.push_str(&url[Position::BeforeUsername..Position::BeforeHost]);
    page.push_str(without_www(url.host_str().unwrap_or_default().trim_end_matches('.')));
    page.push_str(&url[Position::AfterHost..Position::AfterPort]);
    put_escaped(&mut page, url.path().trim_end_matches('/'));
    let parameters = url.query().unwrap_or_default().split('&');
    for (at, parameter) in parameters.filter(|text| !text.is_empty() && !is_tracking(text)).enumerate() {
        page.push(if at == 0 { '?' } else { '&' });
        put_escaped(&mut page, parameter);
    }
    if let Some(route) = url.fragment().filter(|fragment| fragment.len() > 1 && fragment.starts_with(['!', '/'])) {
        page.push('#');
        put_escaped(&mut page, route);
    }
    page
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host)
}

fn is_tracking(parameter: &str) -> bool {
    let mut name = String::new();
    put_escaped(&mut name, parameter.split('=').next().unwrap_or_default());
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

/// Appends a part of an address with its escapes in their one form.
fn put_escaped(page: &mut String, part: &str) {
    let bytes = part.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut at = 0;
    while at < bytes.len() {
        let escaped = match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => u8::try_from(high << 4 | low).ok(),
            _ => None,
        };
        match escaped {
            Some(byte) if !is_unreserved(byte) => put_escape(page, byte),
            Some(byte) => page.push(char::from(byte)),
            None if is_unreserved(bytes[at]) || RESERVED.contains(&bytes[at]) => page.push(char::from(bytes[at])),
            None => put_escape(page, bytes[at]),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
}

/// What may stand in an address unescaped and means something there (RFC 3986, 2.2).
const RESERVED: &[u8] = b":/?#[]@!$&'()*+,;=";

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn put_escape(page: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    page.push('%');
    page.push(char::from(DIGITS[usize::from(byte >> 4)]));
    page.push(char::from(DIGITS[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each line of addresses names one page, and no two lines name the same.
    const PAGES: &[&[&str]] = &[
        &[
            "https://nahr.example/2024/bridge",
            "http://nahr.example/2024/bridge",
            "http://www.nahr.example/2024/bridge/",
            "HTTPS://WWW.Nahr.Example:443/2024/bridge",
            "http://nahr.example:80/2024/./x/../bridge",
            "https://nahr.example./2024/bridge?",
            "https://nahr.example/2024/bridge#comments",
            "https://nahr.example/2024/bridge#:~:text=words",
            "https://nahr.example/2024/bridge#!",
            "https://nahr.example/2024/bridge//?utm_source=x&utm_medium=y&fbclid=IwAR0",
            "https://nahr.example/2024/bridge?gclid=1&ysclid=2&mc_eid=3&",
            "https://nahr.example/2024/bridge?utm%5Fsource=x",
            " https://nahr.example/2024/bri%64ge\n",
        ],
        // Another case, another file, another port, another host, somebody's own view.
        &["https://nahr.example/2024/Bridge"],
        &["https://nahr.example/2024/bridge.html"],
        &["https://nahr.example/2024/bridge/amp"],
        &["https://nahr.example/2024//bridge"],
        &["https://nahr.example/2024%2Fbridge", "https://nahr.example/2024%2fbridge"],
        &["https://nahr.example:8443/2024/bridge"],
        &["http://nahr.example:443/2024/bridge"],
        &["https://m.nahr.example/2024/bridge"],
        &["https://www2.nahr.example/2024/bridge"],
        &["https://me@nahr.example/2024/bridge"],
        // Queries that say which page it is.
        &["https://nahr.example/", "http://www.nahr.example", "https://nahr.example?utm_source=x"],
        &["https://nahr.example/?p=123", "http://nahr.example?p=123", "https://nahr.example/?utm_source=a&p=123"],
        &["https://nahr.example/?p=124"],
        &["https://nahr.example/?P=123"],
        &["https://nahr.example/?id=123&page=2", "https://nahr.example/?id=123&fbclid=x&page=2&utm_id="],
        &["https://nahr.example/?page=2&id=123"],
        &["https://nahr.example/?id=123&page="],
        &["https://nahr.example/?id=123&page"],
        &["https://nahr.example/?ref=home"],
        &["https://nahr.example/?autm_source=x"],
        &["https://nahr.example/?UTM_SOURCE=x"],
        &["https://nahr.example/?q=a+b"],
        &["https://nahr.example/?q=a%20b", "https://nahr.example/?q=a b"],
        &["https://nahr.example/?q=a%26fbclid=b"],
        // Pages that scripts make of one file.
        &["https://nahr.example/#!/story/1", "http://www.nahr.example/#!/story/1"],
        &["https://nahr.example/#/story/1"],
        &["https://nahr.example/#/story/2"],
        // Any script, in path and host.
        &[
            "https://نهر.example/خبر/جسر الشرق",
            "http://www.xn--wgb5bd.example/%D8%AE%D8%A8%D8%B1/%D8%AC%D8%B3%D8%B1%20%D8%A7%D9%84%D8%B4%D8%B1%D9%82",
            "https://xn--wgb5bd.example/%d8%ae%d8%a8%d8%b1/%d8%ac%d8%b3%d8%b1%20%d8%a7%d9%84%d8%b4%d8%b1%d9%82/",
        ],
        &["https://a.example/~me|you", "https://a.example/%7Eme%7cyou"],
        &["https://a.example/100%", "http://a.example/100%25"],
        &["https://[2001:DB8::1]/x", "http://[2001:db8:0::1]:80/x/"],
        // A name of one label behind `www.` is none.
        &["https://www.example/", "http://www.example"],
        &["https://example/"],
        // What the rules say nothing of.
        &["ftp://nahr.example/2024/bridge"],
        &["nahr.example/2024/bridge"],
        &["urn:sha256:abc"],
        &["page/1"],
        &["http://"],
        &[""],
    ];

    #[test]
    fn addresses_of_one_page_have_one_name_and_no_other_page_has_it() {
        let mut seen: Vec<(String, &str)> = Vec::new();
        for page in PAGES {
            let name = page_of(page[0]);
            for address in *page {
                assert_eq!(page_of(address), name, "{address} and {}", page[0]);
            }
            if let Some((_, other)) = seen.iter().find(|(known, _)| *known == name) {
                panic!("{} and {other} are both {name}", page[0]);
            }
            seen.push((name, page[0]));
        }
    }

    /// Stored numbers are made of these names: who changes one needs a migration.
    #[test]
    fn names_stay_as_they_are() {
        for (address, name) in [
            ("http://www.Nahr.example/a/?utm_source=x&b=1&a=2#c", "//nahr.example/a?b=1&a=2"),
            ("https://نهر.example/خبر?q='ا'", "//xn--wgb5bd.example/%D8%AE%D8%A8%D8%B1?q=%27%D8%A7%27"),
            ("https://a.example:8443/", "//a.example:8443"),
            ("https://a.example/#!/x", "//a.example#!/x"),
            ("mailto:a@b.example", "mailto:a@b.example"),
        ] {
            assert_eq!(page_of(address), name, "{address}");
        }
    }

    #[test]
    fn tracking_parameters_are_listed_once_and_in_order() {
        assert!(TRACKING.is_sorted() && TRACKING.windows(2).all(|two| two[0] != two[1]));
    }

    proptest! {
        #[test]
        fn anything_has_a_name_and_the_name_of_a_page_names_it(
            text in prop_oneof![any::<String>(), "https?://(www\\.)?[a-z]{1,3}\\.example(:[0-9]{1,4})?/\\PC{0,20}"],
        ) {
            let name = page_of(&text);
            let again = if name.starts_with("//") { page_of(&format!("https:{name}")) } else { page_of(&name) };
            // `http:` alone has a default port of its own, and a second `www.` stays.
            let exempt = name.contains(":443") || name.starts_with("//www.") || text.trim().starts_with("//");
            prop_assert!(again == name || exempt, "{text:?} {name:?} {again:?}");
        }
    }
}
