//! What the head of a page states: `meta`, `link`, `title`, `html lang`.

use html5ever::local_name;

use super::dom::{Dom, NodeId, ROOT};
use crate::domain::canonicalise;

/// Names and contents of `meta` elements, and what else the head says.
#[derive(Debug, Default)]
pub(super) struct Head {
    metas: Vec<(String, String)>,
    /// `link rel=canonical`.
    pub(super) canonical: Option<String>,
    /// `base href`.
    pub(super) base: Option<String>,
    /// `title`.
    pub(super) title: Option<String>,
    /// `html lang`.
    pub(super) lang: Option<String>,
}

impl Head {
    /// Reads the whole page: careless pages put `meta` into the body.
    pub(super) fn of(dom: &Dom) -> Head {
        let mut head = Head::default();
        for node in dom.elements(ROOT) {
            head.read(dom, node);
        }
        head
    }

    fn read(&mut self, dom: &Dom, node: NodeId) {
        let attr = |name: &str| dom.attr(node, name).map(str::trim).filter(|value| !value.is_empty());
        match dom.name(node) {
            Some(&local_name!("meta")) => {
                let content = attr("content").map(str::to_owned);
                for key in ["property", "name", "itemprop", "http-equiv"] {
                    if let (Some(name), Some(content)) = (attr(key), &content) {
                        self.metas.push((name.to_lowercase(), content.clone()));
                    }
                }
            }
            Some(&local_name!("link")) if self.canonical.is_none() => {
                let rel = attr("rel").unwrap_or_default().to_ascii_lowercase();
                if rel.split_ascii_whitespace().any(|word| word == "canonical") {
                    self.canonical = attr("href").map(str::to_owned);
                }
            }
            Some(&local_name!("base")) if self.base.is_none() => self.base = attr("href").map(str::to_owned),
            Some(&local_name!("title")) if self.title.is_none() && super::dom::is_html(dom, node) => {
                self.title = Some(canonicalise(&dom.text(node))).filter(|title| !title.is_empty());
            }
            Some(&local_name!("html")) if self.lang.is_none() => {
                self.lang = attr("lang").or_else(|| attr("xml:lang")).map(str::to_owned);
            }
            _ => {}
        }
    }

    /// The first content of the first of these names that is there.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        let content = |wanted: &&str| self.metas.iter().find(|(name, _)| name == wanted);
        names.iter().find_map(content).map(|(_, content)| content.as_str())
    }

    /// The contents of these names, in order of the names.
    pub(super) fn all<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        names.iter().flat_map(|wanted| {
            self.metas.iter().filter(move |(name, _)| name == wanted).map(|(_, content)| content.as_str())
        })
    }
}
