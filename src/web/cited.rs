//! Citations of articles, passages and captures as files, and what the head of a page tells reference managers.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::server::Server;
use super::show::encode;
use super::visit::Visit;
use super::words::Words;
use crate::archive::cite::{Citation, CitationFormat, Cited};

/// The endings of a citation's address, each with its format.
pub(super) const ENDINGS: [(&str, CitationFormat); 6] = [
    (".bib", CitationFormat::Bibtex),
    (".ris", CitationFormat::Ris),
    (".csl.json", CitationFormat::CslJson),
    (".wiki", CitationFormat::Wikipedia),
    (".md", CitationFormat::Markdown),
    (".cite.txt", CitationFormat::Text),
];

/// The format that an ending asks for.
pub(super) fn format_of(ending: &str) -> Option<CitationFormat> {
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

/// What the page of an article, a passage or a capture says of citing it.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/citation.html")]
pub(super) struct CitationBox {
    w: &'static Words,
    path: String,
    text: String,
    markdown: String,
    wikipedia: String,
    html: String,
    /// Whether there is an annotation of it, too: of a passage.
    annotated: bool,
}

impl HtmlSafe for CitationBox {}

impl CitationBox {
    /// The citation of `path`, with the full address of this archive.
    pub(super) fn of(server: &Server, path: &str, visit: &Visit) -> Result<Self, Problem> {
        let mut citation = citation(server, path, visit, CitationFormat::Text)?;
        let mut written = |format| {
            citation.at(&visit.base, format);
            citation.text.clone()
        };
        Ok(CitationBox {
            w: visit.words(),
            path: path.to_owned(),
            text: written(CitationFormat::Text),
            markdown: written(CitationFormat::Markdown),
            wikipedia: written(CitationFormat::Wikipedia),
            html: written(CitationFormat::Html),
            annotated: matches!(citation.cited, Cited::Passage(..)),
        })
    }
}

/// A citation as a file: `/a/<article>.bib`, `/a/<article>/<start>-<end>.ris`, `/r/<record>.wiki` …
pub(super) fn file(server: &Server, path: &str, visit: &Visit, format: CitationFormat) -> Result<Response, Problem> {
    let citation = citation(server, path, visit, format)?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()))];
    Ok((kind, citation.text).into_response())
}

fn citation(server: &Server, path: &str, visit: &Visit, format: CitationFormat) -> Result<Citation, Problem> {
    let mut citation = server.archive.cite(path, None, format)?.ok_or_else(|| Problem::not_found(path))?;
    // Without a public address the archive cites by path; here the reader's own way to it is known.
    citation.at(&visit.base, format);
    Ok(citation)
}

/// What a reference manager finds in the head of a citation page: Dublin Core and `citation_*` (Zotero, Google Scholar),
/// schema.org (search engines), COinS (OpenURL 1.0 in a span).
#[derive(Debug, Clone, Template)]
#[template(path = "parts/cited_head.html")]
pub(super) struct CitedHead {
    meta: Vec<(&'static str, String)>,
    json_ld: JsonLd,
    path: String,
    coins: String,
}

impl HtmlSafe for CitedHead {}

/// JSON that may stand in a script element: no `<` begins anything in it.
#[derive(Debug, Clone)]
struct JsonLd(String);

impl std::fmt::Display for JsonLd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for JsonLd {}

impl CitedHead {
    /// The head of the page at `path`.
    pub(super) fn of(server: &Server, path: &str, visit: &Visit) -> Result<Self, Problem> {
        let citation = citation(server, path, visit, CitationFormat::Text)?;
        let day = |time: &crate::domain::Time| citation.day_of(time).map(|day| day.to_string());
        let published = citation.published.as_ref().and_then(day);
        Ok(CitedHead {
            meta: meta(&citation, published.as_deref()),
            json_ld: JsonLd(json_ld(&citation, published.as_deref())),
            path: path.to_owned(),
            coins: coins(&citation, published.as_deref()),
        })
    }

    /// The COinS span of the page's body.
    pub(super) fn coins(&self) -> &str {
        &self.coins
    }
}

fn meta(citation: &Citation, published: Option<&str>) -> Vec<(&'static str, String)> {
    let mut meta = vec![("DC.type", "newspaperArticle".to_owned()), ("DC.identifier", citation.url.clone())];
    let mut put = |names: [&'static str; 2], value: Option<&str>| {
        if let Some(value) = value {
            meta.extend(names.map(|name| (name, value.to_owned())));
        }
    };
    put(["DC.title", "citation_title"], citation.title.as_deref());
    put(["DC.creator", "citation_author"], citation.byline.as_deref());
    put(["DC.publisher", "citation_journal_title"], citation.newspaper.as_deref());
    put(["DC.date", "citation_publication_date"], published);
    put(["DC.language", "citation_language"], citation.lang.as_deref());
    meta.extend(citation.original.iter().map(|original| ("DC.source", original.clone())));
    meta.push(("citation_public_url", citation.url.clone()));
    meta.push(("DC.description", format!("{}; SHA-256 {}", citation.captured_words(), citation.article)));
    meta
}

fn json_ld(citation: &Citation, published: Option<&str>) -> String {
    let mut object = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    put("@context", Some(json!("https://schema.org")));
    put("@type", Some(json!("NewsArticle")));
    put("@id", Some(json!(citation.url)));
    put("headline", citation.title.as_ref().map(|title| json!(title)));
    put("author", citation.byline.as_ref().map(|name| json!({ "@type": "Person", "name": name })));
    put("publisher", citation.newspaper.as_ref().map(|name| json!({ "@type": "Organization", "name": name })));
    put("datePublished", published.map(|day| json!(day)));
    put("inLanguage", citation.lang.as_ref().map(|lang| json!(lang)));
    put("isBasedOn", citation.original.as_ref().map(|url| json!(url)));
    put("archivedAt", Some(json!(citation.url)));
    let identifier = json!({ "@type": "PropertyValue", "propertyID": "sha256", "value": citation.article.to_string() });
    put("identifier", Some(identifier));
    Value::Object(object).to_string().replace('<', "\\u003c")
}

/// OpenURL ContextObject in Span, in its Dublin Core form.
fn coins(citation: &Citation, published: Option<&str>) -> String {
    let captured = citation.captured_words();
    let fields = [
        ("ctx_ver", Some("Z39.88-2004")),
        ("rft_val_fmt", Some("info:ofi/fmt:kev:mtx:dc")),
        ("rfr_id", Some("info:sid/isnad")),
        ("rft.type", Some("newspaperArticle")),
        ("rft.title", citation.title.as_deref()),
        ("rft.aucorp", citation.byline.as_deref()),
        ("rft.source", citation.newspaper.as_deref()),
        ("rft.date", published),
        ("rft.language", citation.lang.as_deref()),
        ("rft.description", Some(&captured)),
        ("rft.identifier", Some(&citation.url)),
        ("rft.relation", citation.original.as_deref()),
    ];
    let pairs = fields.iter().filter_map(|(name, value)| value.map(|value| format!("{name}={}", encode(value))));
    pairs.collect::<Vec<_>>().join("&")
}
