//! HTML pages to blocks with roles.
//!
//! A page is parsed once ([`dom`]), walked once into visible blocks and the elements around them ([`outline`]); hints of
//! class names are weighed and the body's place is found ([`scope`]), every block gets one role ([`roles`]), and what the
//! page states about itself is read from its head ([`facts`]). What is not the article is furniture; nothing visible is
//! left out.

mod dom;
mod facts;
mod fold;
mod hints;
mod json_ld;
mod labels;
mod meta;
mod outline;
mod roles;
mod scope;
mod tweets;

use super::ReadError;
use crate::domain::reading::Reading;
use dom::Dom;
use facts::Facts;
use outline::{Kind, Outline};
use scope::Scope;

/// Reads an HTML document.
pub fn read(html: &str) -> Result<Reading, ReadError> {
    let dom = Dom::parse(html);
    let outline = Outline::of(&dom);
    if outline.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    let facts = Facts::of(&dom);
    let stated_titles: Vec<String> = facts.titles().into_iter().map(|claim| claim.value).collect();
    let title = roles::find_title(&outline, &stated_titles);
    let scope = Scope::of(&outline, title);
    let stated = roles::Stated { descriptions: facts.descriptions(), authors: facts.authors() };
    let roles = roles::assign(&outline, &scope, title, &stated);
    Ok(assemble(outline, &roles, &facts))
}

fn assemble(outline: Outline, roles: &[crate::domain::Role], facts: &Facts) -> Reading {
    let Outline { blocks: raws, tweets, wordless_tweets, .. } = outline;
    let mut reading = Reading { lang: facts.lang(), url: facts.urls(), ..Reading::default() };
    for (index, (raw, role)) in raws.into_iter().zip(roles).enumerate() {
        if let Kind::Tweet(number) = raw.kind {
            let (row, note) = tweets[number].row(index);
            reading.tweets.push(row);
            reading.notes.extend(note);
        }
        reading.blocks.push(crate::domain::Block { role: *role, ..raw.block });
    }
    for id in wordless_tweets {
        reading.notes.push(format!("tweet {id} is embedded without its words"));
    }
    reading.outlet = Facts::outlets(&reading.url);
    reading.outlet_name = facts.outlet_name();
    reading.title = facts.titles();
    let authors = facts.authors();
    reading.byline = (!authors.is_empty()).then(|| authors.join(", "));
    reading.published = facts.published();
    reading.modified = facts.modified();
    reading
}
