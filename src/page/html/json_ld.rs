//! The article that a page describes in JSON-LD (schema.org).

use serde_json::{Map, Value};

use super::dom::{Dom, ROOT};

/// Longest script that is read.
const MAX_SCRIPT: usize = 4 << 20;
/// Objects that are looked at on one page.
const MAX_OBJECTS: usize = 2_000;

/// What JSON-LD states about one article.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct LdArticle {
    /// Rank of its type: articles before pages.
    rank: u8,
    pub(super) headline: Option<String>,
    pub(super) body: Option<String>,
    pub(super) description: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) language: Option<String>,
    pub(super) url: Option<String>,
}

impl LdArticle {
    /// Whether another one is of the same rank.
    pub(super) fn is_peer(&self, other: &LdArticle) -> bool {
        self.rank == other.rank
    }
}

/// Returns the articles (or, failing these, the page) that JSON-LD describes, best first.
pub(super) fn articles(dom: &Dom) -> Vec<LdArticle> {
    let mut found = Vec::new();
    let mut publishers = Vec::new();
    for node in dom.elements(ROOT) {
        if dom.name(node).is_some_and(|name| &**name == "script") && may_be_ld(dom.attr(node, "type")) {
            let text = dom.text(node);
            if text.len() > MAX_SCRIPT
                || !text.trim_start().starts_with(['{', '[', '<', '/'])
                || !text.contains("\"@type\"")
            {
                continue;
            }
            match parse(&text) {
                Some(value) => gather(value, &mut found, &mut publishers),
                None => found.extend(scan(&text)),
            }
        }
    }
    found.sort_by_key(|article| article.rank);
    if let Some(publisher) = publishers.first() {
        for article in &mut found {
            article.publisher.get_or_insert_with(|| publisher.clone());
        }
    }
    found
}

/// Some pages forget the type of the script.
fn may_be_ld(kind: Option<&str>) -> bool {
    kind.is_none_or(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"))
}

/// Parses what pages call JSON: with comments around it, raw line breaks in strings, a semicolon or comma too many.
fn parse(text: &str) -> Option<Value> {
    let text = text.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let text =
        text.trim_end_matches("-->").trim_end_matches("//]]>").trim_end_matches("]]>").trim().trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&flat).ok().or_else(|| serde_json::from_str(&without_spare_commas(&flat)).ok())
    })
}

/// Takes single fields out of a script that is no JSON at all.
fn scan(text: &str) -> Option<LdArticle> {
    let field = |name: &str| {
        let rest = text
            .split_once(&format!("\"{name}\""))?
            .1
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('"')?;
        let end = rest.match_indices('"').map(|(at, _)| at).find(|&at| !rest[..at].ends_with('\\'))?;
        Some(rest[..end].to_owned())
    };
    let published = field("datePublished")?;
    Some(LdArticle {
        headline: field("headline"),
        body: field("articleBody"),
        published: Some(published),
        modified: field("dateModified"),
        ..LdArticle::default()
    })
}

fn without_spare_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if !in_string && matches!(c, '}' | ']') {
            let kept = out.trim_end();
            if kept.ends_with(',') {
                out.truncate(kept.len() - 1);
            }
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

fn gather(value: Value, found: &mut Vec<LdArticle>, publishers: &mut Vec<String>) {
    let mut queue = vec![value];
    let mut seen = 0;
    while let Some(value) = queue.pop() {
        seen += 1;
        if seen > MAX_OBJECTS {
            return;
        }
        match value {
            Value::Array(list) => queue.extend(list.into_iter().rev()),
            Value::Object(mut object) => {
                for key in ["@graph", "mainEntity"] {
                    if object.get(key).is_some_and(|value| value.is_array() || value.is_object()) {
                        queue.extend(object.remove(key));
                    }
                }
                match rank(&object) {
                    Some(rank) => found.push(read(&object, rank)),
                    None if has_type(&object, |kind| kind.ends_with("Organization")) => {
                        publishers.extend(string(object.get("name")));
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }
}

fn rank(object: &Map<String, Value>) -> Option<u8> {
    if has_type(object, |kind| kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report") {
        Some(0)
    } else if has_type(object, |kind| matches!(kind, "CreativeWork" | "Review" | "Recipe" | "VideoObject" | "BlogPost"))
    {
        Some(1)
    } else if has_type(object, |kind| kind.ends_with("WebPage") || kind == "ItemPage") {
        Some(2)
    } else {
        None
    }
}

fn has_type(object: &Map<String, Value>, wanted: impl Fn(&str) -> bool) -> bool {
    let is = |value: &Value| value.as_str().is_some_and(|kind| wanted(kind.rsplit(['/', ':']).next().unwrap_or(kind)));
    match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
        None => false,
    }
}

fn read(object: &Map<String, Value>, rank: u8) -> LdArticle {
    let get = |key: &str| string(object.get(key));
    LdArticle {
        rank,
        headline: get("headline").or_else(|| get("name")),
        body: get("articleBody").or_else(|| get("reviewBody")),
        description: get("description"),
        published: get("datePublished").or_else(|| get("dateCreated")).or_else(|| get("uploadDate")),
        modified: get("dateModified"),
        authors: names(object.get("author")),
        publisher: names(object.get("publisher")).into_iter().next(),
        language: get("inLanguage"),
        url: get("url").or_else(|| get("@id")).filter(|url| url.starts_with("http")),
    }
}

fn string(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Array(list) => return string(list.first()),
        Value::Object(object) => return string(object.get("name").or_else(|| object.get("@value"))),
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Names of persons or organisations: a string, an object, or a list of these.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(list)) => list.iter().take(20).filter_map(|item| string(Some(item))).collect(),
        other => string(other).into_iter().collect(),
    }
}
