//! One small page of our own for each rule of roles.

use super::read;
use crate::domain::Role;

const PROSE: &str = "<p>The old bridge over the Arn was opened again on Friday, two years after the flood that had \
    carried away its middle pier and part of the road.</p><p>Engineers had built the new pier of granite from the same \
    quarry, so that nobody would see where the old stones end and the new begin.</p>";

/// The roles of the blocks of a page whose text holds `words`, in order.
fn roles(body: &str, words: &[&str]) -> Vec<Role> {
    let reading = read(&format!("<html><body><h1>Bridge reopens after flood</h1>{body}</body></html>")).unwrap();
    let role = |words: &&str| {
        let block = reading.blocks.iter().find(|block| block.text.contains(*words));
        block.unwrap_or_else(|| panic!("{words:?} is in no block of {:?}", reading.blocks)).role
    };
    words.iter().map(role).collect()
}

#[test]
fn a_list_below_the_last_prose_belongs_to_the_text() {
    let stops = ["4 June, Lower Arn", "5 June, Upper Arn", "9 June, The Mill", "12 June, Old Harbour"];
    for list in [
        format!("<p>{}</p>", stops.join("<br>")),
        format!("<p>The ferry stops:</p><p>{}</p>", stops.join("<br>")),
        format!("<h3>The ferry</h3><ul><li>{}</ul>", stops.join("<li>")),
    ] {
        let page = format!("<div class='article-body'>{PROSE}{list}</div><p>Imprint</p>");
        assert_eq!(roles(&page, &stops), [Role::Body; 4], "{list}");
        assert_eq!(roles(&page, &["Imprint"]), [Role::Furniture]);
    }
}

#[test]
fn a_list_that_mostly_leads_elsewhere_is_none_of_it_with_its_label() {
    let list = "<div>More great stories</div><ul><li><a href='/1'>What the flood took from the valley last year</a>\
        <li><a href='/2'>The quarry that gave its stone for free</a><li>New here? See <a href='/3'>our guide to it</a>\
        <li><a href='/4'>A farmer and her two long years on the road</a></ul>";
    let page = format!("<div class='article-body'>{PROSE}{list}</div>");
    assert_eq!(roles(&page, &["More great", "What the flood", "New here"]), [Role::Furniture; 3]);
}

#[test]
fn an_icon_in_a_link_does_not_part_the_paragraph() {
    let page = format!(
        "<div class='article-body'>{PROSE}<p>The council, which <a href='/m'><span><svg><use href='#out'/></svg></span>met \
         until midnight</a>, had asked for it, as its minutes of that long night show.</p></div>"
    );
    let reading = read(&page).unwrap();
    assert!(reading.blocks.iter().any(|block| block.text.contains("which met until midnight, had asked")));
}

#[test]
fn paragraphs_without_a_link_are_text_whatever_their_class() {
    let page = format!(
        "<article><div class='teaser-content'><p>The first cart crossed at noon, drawn by two horses whose names the \
         whole valley knows by now. Behind it walked the miller, who had sold no flour for two years and gave it away that day.</p></div>{PROSE}{PROSE}</article>"
    );
    assert_eq!(roles(&page, &["first cart"]), [Role::Body]);
}

#[test]
fn a_tweet_in_a_box_for_players_is_a_tweet() {
    let page = format!(
        "<article class='article-body'>{PROSE}<div class='video-container'><blockquote class='twitter-tweet'><p>Open at \
         last!</p>— Mara (@mlindt) <a href='https://twitter.com/mlindt/status/20'>March 21, 2006</a></blockquote></div>\
         {PROSE}</article>"
    );
    assert_eq!(roles(&page, &["Open at last"]), [Role::Tweet]);
}

#[test]
fn one_prose_block_is_not_the_whole_of_the_text() {
    let page = "<main><div><p>The old bridge over the Arn was opened again on Friday, two years after the flood that had \
        carried away its middle pier.</p><p>It bears carts again.</p></div></main>";
    assert_eq!(roles(page, &["old bridge", "bears carts"]), [Role::Body; 2]);
}

#[test]
fn a_paragraph_with_many_links_is_prose_and_a_credit_is_a_caption() {
    let page = format!(
        "<div class='article-body'>{PROSE}<p>Last year <a href='/1'>the council had refused to pay for the granite of the \
         quarry</a>, and the farmers <a href='/2'>had then gone to the court of the valley</a>.</p><p>Photo: Mara Lindt / \
         Valley Picture Agency</p>{PROSE}</div>"
    );
    assert_eq!(roles(&page, &["Last year", "Photo: Mara"]), [Role::Body, Role::Caption]);
}

#[test]
fn a_subhead_right_above_the_first_paragraph_stays() {
    let page = format!("<div itemprop='articleBody'><h2>Stone by stone</h2>{PROSE}</div>");
    assert_eq!(roles(&page, &["Stone by stone"]), [Role::Subhead]);
}
