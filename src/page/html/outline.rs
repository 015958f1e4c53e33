//! One walk over the tree: the visible blocks of a page and the elements that hold them.
//!
//! A block ends at the borders of block-level elements and at `br` (except inside headings, captions, links and table
//! cells). A row of a data table is one block; a row whose cells hold blocks of their own is layout. What never shows is
//! left out: `script`, `style`, `template`, `noscript`, `iframe`, `head`. What a page hides (`hidden`, `display:none`)
//! stays as a block, marked: scripts may show it, and nobody here runs scripts.

use std::ops::Range;

use html5ever::{LocalName, local_name};

use super::dom::{Data, Dom, NodeId, ROOT, Step, is_html};
use super::hints::{HintReader, Hints};
use super::times::Stamp;
use super::tweets::{self, RawTweet, StatusLink};
use crate::domain::Block;
use crate::domain::Role;

/// What a block was in the markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `p`.
    Paragraph,
    /// `h1` to `h6`.
    Heading(u8),
    /// `li`, `dt`, `dd`.
    Item,
    /// A row of a data table.
    Row,
    /// `figcaption` or `caption`.
    Caption,
    /// `pre`.
    Pre,
    /// A tweet: index into [`Outline::tweets`].
    Tweet(usize),
    /// `button`, `option`, `textarea` and the like.
    Control,
    /// Any other text.
    Other,
}

/// A visible block before its role is known.
#[derive(Debug)]
pub(super) struct Raw {
    /// The canonical text (with role furniture until decided).
    pub(super) block: Block,
    /// The element of the outline that holds it.
    pub(super) elem: usize,
    /// What it was in the markup.
    pub(super) kind: Kind,
    /// Its length in words (letters and digits by five; ideographs count thrice).
    pub(super) words: f32,
    /// How much of it is link text, 0 to 1.
    pub(super) linked: f32,
    /// Whether it begins with a link.
    pub(super) link_first: bool,
}

/// A block-level element.
#[derive(Debug)]
pub(super) struct Elem {
    /// The element around it; the first is its own.
    pub(super) parent: usize,
    /// Its name.
    pub(super) name: LocalName,
    /// What its attributes say it is.
    pub(super) hints: Hints,
    /// The blocks in it.
    pub(super) blocks: Range<usize>,
}

/// The visible blocks of a page in document order, and the block-level elements around them.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Blocks.
    pub(super) blocks: Vec<Raw>,
    /// Elements in document order; parents stand before their children.
    pub(super) elems: Vec<Elem>,
    /// Tweets, in document order.
    pub(super) tweets: Vec<RawTweet>,
    /// Tweets that are embedded without a word of theirs: how many blocks stand before, id.
    pub(super) wordless_tweets: Vec<(usize, StatusLink)>,
    /// Times in attributes.
    pub(super) stamps: Vec<Stamp>,
}

impl Outline {
    /// Walks a page.
    pub(super) fn of(dom: &Dom) -> Outline {
        Walker::new(dom).run()
    }

    /// The elements around an element, itself first.
    pub(super) fn around(&self, elem: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(elem), |&elem| (elem != 0).then(|| self.elems[elem].parent))
    }
}

/// Returns the length of a text in words: letters and digits by five, ideographs and kana thrice.
pub(super) fn words(text: &str) -> f32 {
    let mass: u32 = text
        .chars()
        .map(|c| match c {
            '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => 3,
            c if c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()) => 1,
            _ => 0,
        })
        .sum();
    mass as f32 / 5.0
}

struct Walker<'a> {
    dom: &'a Dom,
    hints: HintReader<'a>,
    out: Outline,
    holds_blocks: Vec<bool>,
    /// Index of the innermost open element of the outline.
    open: usize,
    /// Text of the block that is being gathered.
    text: String,
    kind: Kind,
    linked: f32,
    link_first: bool,
    link_depth: u32,
    /// Depth of elements inside which `br` is a space.
    solid_depth: u32,
}

impl<'a> Walker<'a> {
    fn new(dom: &'a Dom) -> Walker<'a> {
        Walker {
            dom,
            hints: HintReader::default(),
            out: Outline::default(),
            holds_blocks: holders_of_blocks(dom),
            open: 0,
            text: String::new(),
            kind: Kind::Other,
            linked: 0.0,
            link_first: false,
            link_depth: 0,
            solid_depth: 0,
        }
    }

    fn run(mut self) -> Outline {
        let dom = self.dom;
        self.push_elem(local_name!("html"), Hints::default());
        let mut walk = dom.walk(ROOT);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(node) => match dom.data(node) {
                    Data::Text(text) => self.add_text(text),
                    Data::Element { name, .. } if self.enter(node, &name.local) == Below::Skip => {
                        walk.skip_children(node);
                    }
                    _ => {}
                },
                Step::Leave(node) => {
                    if let Some(name) = dom.name(node) {
                        self.leave(node, name);
                    }
                }
            }
        }
        self.flush();
        let end = self.out.blocks.len();
        self.out.elems[0].blocks.end = end;
        self.out
    }

    fn push_elem(&mut self, name: LocalName, hints: Hints) {
        let start = self.out.blocks.len();
        self.out.elems.push(Elem { parent: self.open, name, hints, blocks: start..start });
        self.open = self.out.elems.len() - 1;
    }

    fn enter(&mut self, node: NodeId, name: &LocalName) -> Below {
        if is_left_out(self.dom, node, name) {
            if *name == local_name!("iframe") {
                self.note_wordless(tweets::status_of_frame(self.dom, node));
            }
            return Below::Skip;
        }
        if tweets::is_embed(self.dom, node, name) {
            return self.enter_tweet(node, name);
        }
        if *name == local_name!("br") {
            if self.solid_depth == 0 {
                self.flush()
            } else {
                self.text.push(' ')
            }
            return Below::Walk;
        }
        if self.is_block(node, name) {
            self.flush();
            let hints = self.hints.read(self.dom, node, name);
            self.push_elem(name.clone(), hints);
            self.kind = kind_of(name);
        } else if matches!(*name, local_name!("td") | local_name!("th") | local_name!("svg")) {
            self.text.push(' ');
        }
        let before = self.out.blocks.len();
        self.out.stamps.extend(Stamp::of(self.dom, node, before, self.open));
        self.link_depth += u32::from(is_link(self.dom, node, name));
        self.solid_depth += u32::from(self.is_solid(node, name));
        Below::Walk
    }

    fn leave(&mut self, node: NodeId, name: &LocalName) {
        if is_left_out(self.dom, node, name) {
            return;
        }
        if self.is_block(node, name) {
            self.flush();
            let end = self.out.blocks.len();
            let elem = &mut self.out.elems[self.open];
            elem.blocks.end = end;
            self.open = elem.parent;
            self.kind = kind_of(&self.out.elems[self.open].name);
        } else if matches!(*name, local_name!("td") | local_name!("th")) {
            self.text.push(' ');
        }
        self.link_depth -= u32::from(is_link(self.dom, node, name));
        self.solid_depth -= u32::from(self.is_solid(node, name));
    }

    /// Puts a whole tweet into one block. One without words is walked as any other element.
    fn enter_tweet(&mut self, node: NodeId, name: &LocalName) -> Below {
        self.flush();
        let hints = self.hints.read(self.dom, node, name);
        let Some(tweet) = RawTweet::read(self.dom, node) else {
            self.note_wordless(tweets::status_of_embed(self.dom, node));
            self.push_elem(name.clone(), hints);
            return Below::Walk;
        };
        let printed = tweet.printed();
        self.push_elem(name.clone(), hints);
        self.kind = Kind::Tweet(self.out.tweets.len());
        self.text.push_str(&printed);
        self.out.tweets.push(tweet);
        Below::Skip
    }

    fn note_wordless(&mut self, status: Option<StatusLink>) {
        self.flush();
        let before = self.out.blocks.len();
        self.out.wordless_tweets.extend(status.map(|status| (before, status)));
    }

    fn is_block(&self, node: NodeId, name: &LocalName) -> bool {
        self.holds_blocks[node as usize]
            || is_block_elem(self.dom, node, name)
            || tweets::is_embed(self.dom, node, name)
    }

    /// Whether a line break in an element is a space. In a row of layout it ends a block.
    fn is_solid(&self, node: NodeId, name: &LocalName) -> bool {
        match kind_of(name) {
            Kind::Heading(_) | Kind::Caption | Kind::Control => true,
            Kind::Row => !self.holds_blocks[node as usize],
            _ => *name == local_name!("a"),
        }
    }

    fn add_text(&mut self, text: &str) {
        if self.link_depth > 0 && self.text.trim().is_empty() {
            self.link_first = true;
        }
        self.push_collapsed(text);
        if self.link_depth > 0 {
            self.linked += words(text);
        }
    }

    /// Adds text with its runs of white space as one space each, which canonical form would make of them at more cost.
    fn push_collapsed(&mut self, text: &str) {
        for (index, word) in text.split([' ', '\n', '\t', '\r', '\x0c']).enumerate() {
            if index > 0 && !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
    }

    /// Ends the block that is being gathered.
    fn flush(&mut self) {
        if let Some(block) = Block::new(Role::Furniture, self.text.trim_end_matches(' ')) {
            let words = words(&block.text);
            let linked = if words > 0.0 { (self.linked / words).min(1.0) } else { 0.0 };
            self.out.blocks.push(Raw {
                elem: self.open,
                kind: self.kind,
                words,
                linked,
                link_first: self.link_first,
                block,
            });
        }
        self.text.clear();
        (self.linked, self.link_first) = (0.0, false);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    Walk,
    Skip,
}

/// Marks the nodes that hold a block-level element, and the table cells that hold a line break.
fn holders_of_blocks(dom: &Dom) -> Vec<bool> {
    let mut holds = vec![false; dom.len()];
    for node in dom.elements(ROOT) {
        let Some(name) = dom.name(node) else { continue };
        let mut above = if is_block_elem(dom, node, name) {
            dom.parent(node)
        } else if *name == local_name!("br") {
            cell_around(dom, node)
        } else {
            continue;
        };
        while let Some(holder) = above.filter(|&holder| !holds[holder as usize]) {
            holds[holder as usize] = true;
            above = dom.parent(holder);
        }
    }
    holds
}

/// The table cell around a node, when nothing block-level stands between them.
fn cell_around(dom: &Dom, node: NodeId) -> Option<NodeId> {
    let around = std::iter::successors(dom.parent(node), |&node| dom.parent(node));
    around
        .map_while(|node| dom.name(node).filter(|name| !is_block_name(name)).map(|name| (node, name)))
        .find(|(_, name)| matches!(**name, local_name!("td") | local_name!("th")))
        .map(|(node, _)| node)
}

fn kind_of(name: &LocalName) -> Kind {
    match *name {
        local_name!("p") => Kind::Paragraph,
        local_name!("h1") => Kind::Heading(1),
        local_name!("h2") => Kind::Heading(2),
        local_name!("h3") => Kind::Heading(3),
        local_name!("h4") => Kind::Heading(4),
        local_name!("h5") => Kind::Heading(5),
        local_name!("h6") => Kind::Heading(6),
        local_name!("li") | local_name!("dt") | local_name!("dd") => Kind::Item,
        local_name!("tr") => Kind::Row,
        local_name!("figcaption") | local_name!("caption") => Kind::Caption,
        local_name!("pre") => Kind::Pre,
        local_name!("button")
        | local_name!("option")
        | local_name!("optgroup")
        | local_name!("select")
        | local_name!("textarea")
        | local_name!("legend") => Kind::Control,
        _ => Kind::Other,
    }
}

/// Whether an element stands on lines of its own. A drawing without words is an icon in the line.
fn is_block_elem(dom: &Dom, node: NodeId, name: &LocalName) -> bool {
    is_block_name(name) && (*name != local_name!("svg") || !dom.text(node).trim().is_empty())
}

/// Elements that stand on lines of their own by the standard's style sheet, and controls.
fn is_block_name(name: &LocalName) -> bool {
    kind_of(name) != Kind::Other
        || matches!(
            *name,
            local_name!("html")
                | local_name!("body")
                | local_name!("address")
                | local_name!("article")
                | local_name!("aside")
                | local_name!("blockquote")
                | local_name!("center")
                | local_name!("details")
                | local_name!("dialog")
                | local_name!("dir")
                | local_name!("div")
                | local_name!("dl")
                | local_name!("fieldset")
                | local_name!("figure")
                | local_name!("footer")
                | local_name!("form")
                | local_name!("header")
                | local_name!("hgroup")
                | local_name!("hr")
                | local_name!("listing")
                | local_name!("main")
                | local_name!("menu")
                | local_name!("nav")
                | local_name!("ol")
                | local_name!("section")
                | local_name!("summary")
                | local_name!("svg")
                | local_name!("table")
                | local_name!("tbody")
                | local_name!("tfoot")
                | local_name!("thead")
                | local_name!("ul")
                | local_name!("video")
                | local_name!("xmp")
        )
}

fn is_left_out(dom: &Dom, node: NodeId, name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("head")
            | local_name!("script")
            | local_name!("style")
            | local_name!("template")
            | local_name!("noscript")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("datalist")
    ) || (*name == local_name!("title") && is_html(dom, node))
}

fn is_link(dom: &Dom, node: NodeId, name: &LocalName) -> bool {
    // A link to a place on the same page leads nowhere else.
    *name == local_name!("a") && dom.attr(node, "href").is_some_and(|href| !href.trim_start().starts_with('#'))
}
