//! What a page states about its article: URL, outlet, title, authors, language and times, each with its basis.
//!
//! Order of claims, best first: JSON-LD, `meta` of the Open Graph and its kin, other `meta`, elements beside the title,
//! the URL.

use super::dom::Dom;
use super::fold::{agreement, letters};
use super::json_ld::{self, LdArticle};
use super::meta::Head;
use crate::domain::edtf::parse_time;
use crate::domain::outlet::outlet_of_url;
use crate::domain::{Basis, Claim, Time, canonicalise};
use crate::page::dates;

/// Names of `meta` elements that state a title.
const TITLES: [&str; 6] = ["og:title", "twitter:title", "headline", "dc.title", "sailthru.title", "parsely-title"];
const DESCRIPTIONS: [&str; 4] = ["og:description", "description", "twitter:description", "dc.description"];
const AUTHORS: [&str; 8] = [
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "sailthru.author",
    "parsely-author",
    "article:author_name",
];
const SITES: [&str; 4] = ["og:site_name", "application-name", "dc.publisher", "publisher"];
const PUBLISHED: [&str; 42] = [
    "article:publish_date",
    "og:article:published",
    "published_at",
    "published_time",
    "publishtime",
    "publish_time",
    "published",
    "article_publish_date",
    "citation_publication_date",
    "cxenseparse:publicationdate",
    "release_date",
    "pdate",
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "og:pubdate",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "dc.date.published",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "publication_date",
    "publication-date",
    "originalpublicationdate",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "bt:pubdate",
    "article.published",
    "datecreated",
    "date",
];
const MODIFIED: [&str; 9] = [
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "article.updated",
];

/// What a page states.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The head.
    pub(super) head: Head,
    /// The article of JSON-LD that is this page's.
    pub(super) ld: Option<LdArticle>,
}

impl Facts {
    /// Gathers what a page states.
    pub(super) fn of(dom: &Dom) -> Facts {
        let head = Head::of(dom);
        let mut articles = json_ld::articles(dom);
        let title = head.first(&TITLES).or(head.title.as_deref()).unwrap_or_default().to_owned();
        let canonical = head.canonical.clone().unwrap_or_default();
        let ld = own_article(&mut articles, &canonical, &title);
        Facts { head, ld }
    }

    /// URLs that the page states for itself.
    pub(super) fn urls(&self) -> Vec<Claim<String>> {
        let stated = [self.head.canonical.as_deref(), self.head.first(&["og:url", "al:web:url"])];
        let ld = self.ld.as_ref().and_then(|ld| ld.url.clone()).map(|url| Claim::new(Basis::JsonLd, url));
        let meta = stated.into_iter().flatten().filter_map(|url| {
            let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
            outlet_of_url(&url).is_some().then(|| Claim::new(Basis::Meta, url))
        });
        let mut claims: Vec<Claim<String>> = Vec::new();
        for claim in meta.chain(ld) {
            if !claims.iter().any(|known| known.value == claim.value) {
                claims.push(claim);
            }
        }
        claims
    }

    /// Registrable domains of those URLs.
    pub(super) fn outlets(urls: &[Claim<String>]) -> Vec<Claim<String>> {
        let mut claims: Vec<Claim<String>> = Vec::new();
        for url in urls {
            if let Some(domain) = outlet_of_url(&url.value)
                && !claims.iter().any(|known| known.value == domain)
            {
                claims.push(Claim::new(url.basis, domain));
            }
        }
        claims
    }

    /// Display name of the publication.
    pub(super) fn outlet_name(&self) -> Option<String> {
        let ld = self.ld.as_ref().and_then(|ld| ld.publisher.clone());
        let name = self.head.first(&SITES[..1]).map(str::to_owned).or(ld);
        name.or_else(|| self.head.first(&SITES[1..]).map(str::to_owned))
            .map(|name| plain(&name))
            .filter(|name| !name.is_empty())
    }

    /// Titles in the metadata, without the site's suffix.
    pub(super) fn titles(&self) -> Vec<Claim<String>> {
        let site = self.outlet_name();
        let ld = self.ld.as_ref().and_then(|ld| ld.headline.clone()).map(|title| (Basis::JsonLd, title));
        let meta = self.head.all(&TITLES).map(|title| (Basis::Meta, title.to_owned()));
        let element = self.head.title.clone().map(|title| (Basis::Meta, title));
        let mut claims: Vec<Claim<String>> = Vec::new();
        for (basis, title) in ld.into_iter().chain(meta).chain(element) {
            let title = without_site(&plain(&title), site.as_deref());
            if !title.is_empty() && !claims.iter().any(|known| known.value == title) {
                claims.push(Claim::new(basis, title));
            }
        }
        claims
    }

    /// Descriptions of the article.
    pub(super) fn descriptions(&self) -> Vec<String> {
        let ld = self.ld.as_ref().and_then(|ld| ld.description.clone());
        ld.into_iter().chain(self.head.all(&DESCRIPTIONS).map(str::to_owned)).map(|text| plain(&text)).collect()
    }

    /// Names of authors.
    pub(super) fn authors(&self) -> Vec<String> {
        let ld = self.ld.as_ref().map(|ld| ld.authors.clone()).unwrap_or_default();
        let meta = self.head.all(&AUTHORS).map(str::to_owned);
        let stated: Vec<String> = if ld.is_empty() { meta.take(8).collect() } else { ld };
        let sites = self.own_names();
        let mut names: Vec<String> = Vec::new();
        for name in stated.iter().map(|name| plain(name)) {
            let is_name = !name.is_empty() && !name.contains("://") && name.chars().count() <= 100;
            let is_maker = ["developed by", "powered by", "designed by"];
            let is_maker = is_maker.iter().any(|label| name.to_lowercase().starts_with(label));
            if is_name && !is_maker && !sites.contains(&letters(&name)) && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What the publication is called, by its letters alone: its display name, its domain and the domain's own label.
    fn own_names(&self) -> Vec<String> {
        let domains = Facts::outlets(&self.urls()).into_iter().map(|claim| claim.value);
        let labels = domains.flat_map(|domain| [domain.split('.').next().unwrap_or_default().to_owned(), domain]);
        self.outlet_name()
            .into_iter()
            .chain(labels)
            .map(|name| letters(&name))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Language of the page (BCP 47).
    pub(super) fn lang(&self) -> Option<String> {
        let stated = self.head.lang.as_deref();
        let meta = || self.head.first(&["content-language", "language", "dc.language", "og:locale"]);
        let ld = || self.ld.as_ref().and_then(|ld| ld.language.as_deref());
        let lang = stated.or_else(ld).or_else(meta)?.split([',', ';']).next()?.trim().replace('_', "-");
        let sound = (2..=35).contains(&lang.len()) && lang.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        sound.then_some(lang)
    }

    /// Times of publication stated in metadata.
    pub(super) fn published(&self) -> Vec<Time> {
        let ld = self.ld.as_ref().and_then(|ld| ld.published.as_deref());
        times(ld, self.head.all(&PUBLISHED))
    }

    /// Times of the last change stated in metadata.
    pub(super) fn modified(&self) -> Vec<Time> {
        let ld = self.ld.as_ref().and_then(|ld| ld.modified.as_deref());
        times(ld, self.head.all(&MODIFIED))
    }
}

/// Takes out the article that is the page's own: a page may describe others too. Its own has its URL or its title, or
/// is the only one of its kind. Articles come before pages.
fn own_article(articles: &mut Vec<LdArticle>, canonical: &str, title: &str) -> Option<LdArticle> {
    let mut start = 0;
    while let Some(first) = articles.get(start) {
        let end = start + articles[start..].iter().filter(|other| other.is_peer(first)).count();
        let peers = &articles[start..end];
        let by_url = || peers.iter().position(|article| article.url.as_deref() == Some(canonical));
        let by_title = || {
            let fits = |headline: &str| agreement(headline, title) > 0.6;
            peers.iter().position(|article| article.headline.as_deref().is_some_and(fits))
        };
        if let Some(own) = by_url().or_else(by_title).or((peers.len() == 1).then_some(0)) {
            return Some(articles.swap_remove(start + own));
        }
        start = end;
    }
    None
}

fn times<'a>(ld: Option<&'a str>, metas: impl Iterator<Item = &'a str>) -> Vec<Time> {
    let stated = ld.into_iter().map(|text| (Basis::JsonLd, text)).chain(metas.map(|text| (Basis::Meta, text)));
    let mut times: Vec<Time> = Vec::new();
    for (basis, text) in stated {
        if let Some(time) = read_time(text, basis)
            && !times.iter().any(|known| known.edtf == time.edtf)
        {
            times.push(time);
        }
    }
    times
}

/// Reads a time of metadata, in the machine's forms or as printed.
pub(super) fn read_time(text: &str, basis: Basis) -> Option<Time> {
    let text = text.trim();
    if text.len() > 120 {
        return None;
    }
    let text = &with_separators(text);
    parse_time(text, basis).ok().or_else(|| dates::parse_printed(text).map(|time| time.with_basis(basis)))
}

/// Writes the shorter forms of ISO 8601 at length: `20180619T055000+0900`, `2020-06-07T15:06Z`.
fn with_separators(text: &str) -> String {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    if text.is_ascii() && digits(0..8) && bytes.get(8) == Some(&b'T') && digits(9..15) {
        let zone = text[15..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        return format!(
            "{}-{}-{}T{}:{}:{}{zone}",
            &text[..4],
            &text[4..6],
            &text[6..8],
            &text[9..11],
            &text[11..13],
            &text[13..15]
        );
    }
    if text.is_ascii()
        && text.len() > 16
        && digits(14..16)
        && matches!(bytes[16], b'Z' | b'+' | b'-')
        && bytes[13] == b':'
    {
        return format!("{}:00{}", &text[..16], &text[16..]);
    }
    text.to_owned()
}

/// Text of metadata without entities that were escaped twice, canonical.
fn plain(text: &str) -> String {
    let text = if text.contains('&') {
        let mut text = text.to_owned();
        for (entity, sign) in [
            ("&amp;", "&"),
            ("&quot;", "\""),
            ("&#039;", "'"),
            ("&#39;", "'"),
            ("&apos;", "'"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&nbsp;", " "),
            ("&#8217;", "’"),
            ("&#8216;", "‘"),
            ("&#8220;", "“"),
            ("&#8221;", "”"),
            ("&#8211;", "–"),
            ("&rsquo;", "’"),
            ("&lsquo;", "‘"),
            ("&ldquo;", "“"),
            ("&rdquo;", "”"),
            ("&ndash;", "–"),
            ("&mdash;", "—"),
        ] {
            text = text.replace(entity, sign);
        }
        text
    } else {
        text.to_owned()
    };
    canonicalise(&text)
}

/// Takes what is no title off the stated ones: a longer one that begins or ends with the printed title or another stated
/// one, set apart by a mark, is that title with the site's name, section or day. The site's name alone is none.
pub(super) fn trim_titles(claims: &mut Vec<Claim<String>>, printed: Option<&str>, site: Option<&str>) {
    let known: Vec<String> =
        printed.into_iter().map(str::to_owned).chain(claims.iter().map(|c| c.value.clone())).collect();
    let mut trimmed: Vec<Claim<String>> = Vec::new();
    for mut claim in claims.drain(..) {
        let inner = known.iter().filter(|inner| inner.chars().count() >= 12 && **inner != claim.value);
        if let Some(inner) = inner.into_iter().find(|inner| is_set_apart(&claim.value, inner)) {
            claim.value.clone_from(inner);
        }
        if !trimmed.iter().any(|other| other.value == claim.value) {
            trimmed.push(claim);
        }
    }
    if trimmed.len() > 1 || printed.is_some() {
        trimmed.retain(|claim| site.is_none_or(|site| letters(site) != letters(&claim.value)));
    }
    *claims = trimmed;
}

/// Whether `title` is `inner` with something before or behind a mark.
fn is_set_apart(title: &str, inner: &str) -> bool {
    // A comma, a dash inside a word or a colon go on with a sentence too often.
    const MARKS: [&str; 11] = [" |", " - ", " – ", " — ", " :: ", " : ", " »", " • ", " · ", "｜", "："];
    const BEFORE: [&str; 7] = ["| ", " - ", " – ", " — ", " :: ", "» ", "｜"];
    title.strip_prefix(inner).is_some_and(|rest| MARKS.iter().any(|mark| rest.starts_with(mark)))
        || title.strip_suffix(inner).is_some_and(|rest| BEFORE.iter().any(|mark| rest.ends_with(mark)))
}

/// Takes the site's name off the end of a title, when it is set apart by a mark.
fn without_site(title: &str, site: Option<&str>) -> String {
    for mark in [" | ", " - ", " – ", " — ", " :: ", " » ", " • ", " · "] {
        if let Some((head, tail)) = title.rsplit_once(mark)
            && !head.trim().is_empty()
            && site.is_some_and(|site| agreement(site, tail) > 0.6)
        {
            return head.trim().to_owned();
        }
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Basis;

    fn trimmed(stated: &[&str], printed: Option<&str>, site: Option<&str>) -> Vec<String> {
        let mut claims: Vec<_> = stated.iter().map(|title| Claim::new(Basis::Meta, (*title).to_owned())).collect();
        trim_titles(&mut claims, printed, site);
        claims.into_iter().map(|claim| claim.value).collect()
    }

    #[test]
    fn a_title_loses_what_the_site_puts_beside_it() {
        let bridge = "The bridge reopens";
        for stated in [
            "The bridge reopens | The Valley Review",
            "The bridge reopens – News – VR",
            "The bridge reopens : 31.10.2023, 10.19 Uhr",
            "Valley Review | The bridge reopens",
            "The bridge reopens：谷の新聞",
        ] {
            assert_eq!(trimmed(&[stated], Some(bridge), None), [bridge], "{stated}");
            assert_eq!(trimmed(&[bridge, stated], None, None), [bridge], "{stated}");
        }
        let other = "The bridge reopens, the road does not";
        assert_eq!(trimmed(&[other], Some(bridge), None), [other]);
        assert_eq!(trimmed(&["Valley Review"], Some(bridge), Some("Valley review")), Vec::<String>::new());
    }

    #[test]
    fn the_site_and_its_makers_are_no_authors() {
        let page = r#"<head><meta property="og:site_name" content="Valley Review">
            <meta property="og:url" content="https://www.valleyreview.example/a"><meta name="author" content="Mara Lindt">
            <meta name="author" content="valley review"><meta name="author" content="Developed By Nobody"></head>"#;
        assert_eq!(Facts::of(&Dom::parse(page)).authors(), ["Mara Lindt"]);
    }
}
