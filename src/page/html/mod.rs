//! HTML pages to blocks with roles.
//!
//! A page is parsed once ([`dom`]), walked once into visible blocks and the elements around them ([`outline`]); hints of
//! class names are weighed and the body's place is found ([`scope`]), every block gets one role ([`roles`]), and what the
//! page states about itself is read from its head ([`facts`]). What is not the article is furniture; nothing visible is
//! left out.

mod align;
mod conflicts;
mod dom;
#[cfg(test)]
mod examples;
mod facts;
mod fold;
mod hints;
#[cfg(test)]
mod hostile;
mod json_ld;
mod labels;
mod meta;
mod outline;
mod roles;
mod scope;
mod slim;
mod times;
mod tokens;
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
    for (before, status) in wordless_tweets {
        let id = status.1;
        if reading.tweets.iter().all(|tweet| tweet.id != Some(id)) {
            reading.tweets.push(RawTweet::wordless(status, before.saturating_sub(1)));
            reading.notes.push(format!("tweet {id} is embedded without its words"));
        }
    }
    reading.tweets.sort_by_key(|tweet| tweet.block);
    reading.outlet = Facts::outlets(&reading.url);
    reading.outlet_name = facts.outlet_name();
    reading.title = facts.titles();
    let printed = reading.title_block().map(str::to_owned);
    facts::trim_titles(&mut reading.title, printed.as_deref(), reading.outlet_name.as_deref());
    let authors = facts.authors();
    reading.byline = (!authors.is_empty()).then(|| authors.join(", "));
    reading.published = facts.published();
    append_new(&mut reading.published, times.published.iter().cloned());
    conflicts::settle(&mut reading.published, &times.published, reading.lang.as_deref());
    let day = reading.url.iter().find_map(|claim| times::day_of_url(&claim.value));
    append_new(&mut reading.published, day);
    if reading.published.is_empty() {
        let printed = reading.blocks.iter().find(|block| block.role == crate::domain::Role::Title);
        let titles = printed.map(|block| block.text.as_str()).into_iter().chain(facts.head.title.as_deref());
        let day = titles.filter_map(times::day_of_title).next();
        append_new(&mut reading.published, day);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;

    fn role_of(reading: &Reading, words: &str) -> Role {
        let block = reading.blocks.iter().find(|block| block.text.contains(words));
        block.unwrap_or_else(|| panic!("{words:?} is in no block")).role
    }

    /// A page as news sites build them, in words of our own.
    const PAGE: &str = r##"<!doctype html><html lang="en"><head><title>Bridge reopens after flood - Valley News</title>
        <meta property="og:title" content="Bridge reopens after flood"><meta property="og:site_name" content="Valley News">
        <link rel="canonical" href="https://www.valley.example.com/2019/05/bridge">
        <meta property="article:published_time" content="2019-05-03T09:30:00+02:00"></head><body>
        <nav><ul><li><a href="/">Home</a><li><a href="/sport">Sport</a></ul></nav>
        <article><h1>Bridge reopens after flood</h1><p class="byline">By Mara Lindt</p>
        <p>The old bridge over the Arn was opened again on Friday, two years after the flood that had carried away its middle pier.</p>
        <figure><img src="b.jpg"><figcaption>The bridge on Friday morning</figcaption></figure>
        <p>Engineers had built the new pier of granite from the same quarry, so that nobody would see where the old stones end.</p>
        <p>Read also: <a href="/x">What the flood took from the valley</a></p>
        <h2>A long wait</h2>
        <p>For two years the farmers on the far side had driven an hour to reach the market, and some had given up going there.</p>
        <div style="display:none"><p>Hidden words that scripts may show some day, as long as any other paragraph of the page.</p></div>
        </article><aside class="sidebar"><h3>Most read</h3><ul><li><a href="/1">Snow in June</a><li><a href="/2">Bridge reopens after flood</a></ul></aside>
        <footer>Imprint and privacy</footer></body></html>"##;

    #[test]
    fn every_visible_block_has_one_role() {
        let reading = read(PAGE).unwrap();
        for (words, role) in [
            ("Home", Role::Furniture),
            ("By Mara Lindt", Role::Byline),
            ("The old bridge", Role::Body),
            ("The bridge on Friday morning", Role::Caption),
            ("granite", Role::Body),
            ("Read also", Role::Furniture),
            ("A long wait", Role::Subhead),
            ("For two years", Role::Body),
            ("Hidden words", Role::Furniture),
            ("Snow in June", Role::Furniture),
            ("Imprint", Role::Furniture),
        ] {
            assert_eq!(role_of(&reading, words), role, "{words}");
        }
        let titles: Vec<Role> = reading
            .blocks
            .iter()
            .filter(|block| block.text.starts_with("Bridge reopens"))
            .map(|block| block.role)
            .collect();
        assert_eq!(titles, [Role::Title, Role::Furniture]);
    }

    #[test]
    fn the_head_states_what_it_states() {
        let reading = read(PAGE).unwrap();
        assert_eq!(reading.lang.as_deref(), Some("en"));
        assert_eq!(reading.outlet_name.as_deref(), Some("Valley News"));
        assert_eq!(reading.title[0].value, "Bridge reopens after flood");
        assert_eq!(reading.published[0].edtf, "2019-05-03T09:30:00+02:00");
        assert_eq!(reading.url[0].value, "https://www.valley.example.com/2019/05/bridge");
    }

    #[test]
    fn a_date_in_a_related_box_is_never_taken() {
        let page = PAGE
            .replace("<meta property=\"article:published_time\" content=\"2019-05-03T09:30:00+02:00\">", "")
            .replace("<li><a href=\"/1\">", "<li><time datetime=\"2017-01-01\">1 January 2017</time> <a href=\"/1\">");
        assert_eq!(read(&page).unwrap().published, []);
    }

    #[test]
    fn an_embedded_tweet_is_one_block_and_one_row() {
        let tweet = r#"<blockquote class="twitter-tweet"><p>Granite again! #old_bridge pic.twitter.com/abc</p>&mdash; Mara (@mlindt)
            <a href="https://x.com/mlindt/status/1889122688884453876">February 11, 2025</a></blockquote>"#;
        let reading = read(&PAGE.replace("<h2>", &format!("{tweet}<h2>"))).unwrap();
        let row = &reading.tweets[0];
        assert_eq!(row.id, Some(1_889_122_688_884_453_876));
        assert_eq!((row.handle.as_deref(), row.name.as_deref()), (Some("mlindt"), Some("Mara")));
        assert_eq!(row.text, "Granite again! #old_bridge pic.twitter.com/abc");
        let block = &reading.blocks[row.block];
        assert_eq!(block.role, Role::Tweet);
        assert_eq!(block.text, format!("{} — Mara (@mlindt) February 11, 2025", row.text));
        assert_eq!(reading.notes, Vec::<String>::new());
    }
}
