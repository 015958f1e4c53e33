//! HTML pages to blocks with roles.
//!
//! A page is parsed once ([`dom`]), walked once into visible blocks and the elements around them ([`outline`]); hints of
//! class names are weighed and the body's place is found ([`scope`]), every block gets one role ([`roles`]), and what the
//! page states about itself is read from its head ([`facts`]). What is not the article is furniture; nothing visible is
//! left out.

mod align;
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
mod times;
mod tweets;

use super::ReadError;
use crate::domain::reading::Reading;
use align::Alignment;
use dom::Dom;
use facts::Facts;
use outline::{Kind, Outline};
use scope::Scope;
use times::Times;
use tweets::RawTweet;

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
    let stated_body = facts.ld.as_ref().and_then(|ld| ld.body.as_deref());
    let alignment = stated_body.and_then(|body| Alignment::of(&outline, body));
    let scope = Scope::of(&outline, title, alignment.as_ref());
    let stated = roles::Stated { descriptions: facts.descriptions(), authors: facts.authors(), alignment };
    let roles = roles::assign(&outline, &scope, title, &stated);
    let times = Times::of(&outline, &scope, &roles);
    Ok(assemble(outline, &roles, &facts, times))
}

fn assemble(outline: Outline, roles: &[crate::domain::Role], facts: &Facts, times: Times) -> Reading {
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
    for (before, id) in wordless_tweets {
        if reading.tweets.iter().all(|tweet| tweet.id != Some(id)) {
            reading.tweets.push(RawTweet::wordless(id, before.saturating_sub(1)));
            reading.notes.push(format!("tweet {id} is embedded without its words"));
        }
    }
    reading.tweets.sort_by_key(|tweet| tweet.block);
    reading.outlet = Facts::outlets(&reading.url);
    reading.outlet_name = facts.outlet_name();
    reading.title = facts.titles();
    let authors = facts.authors();
    reading.byline = (!authors.is_empty()).then(|| authors.join(", "));
    reading.published = facts.published();
    append_new(&mut reading.published, times.published);
    let day = reading.url.iter().find_map(|claim| times::day_of_url(&claim.value));
    append_new(&mut reading.published, day);
    reading.modified = facts.modified();
    append_new(&mut reading.modified, times.modified);
    reading
}

fn append_new(known: &mut Vec<crate::domain::Time>, more: impl IntoIterator<Item = crate::domain::Time>) {
    for time in more {
        if !known.iter().any(|other| other.edtf == time.edtf) {
            known.push(time);
        }
    }
}
