//! A page as a tree in one arena, and the bounds under which it is built.
//!
//! The tree builder is html5ever's; this is its sink. Bounds, so that hostile markup ends in linear time and memory:
//!
//! - **Depth**: a start tag deeper than [`MAX_DEPTH`] open elements is left out, and so is its end tag; its content is
//!   attached at the cap. No text is dropped.
//! - **Elements**: after [`MAX_ELEMENTS`] elements all further tags are left out except those that enclose raw text
//!   (`script`, `style` and the like, which must not turn into visible text).
//! - **Attributes**: those of one tag beyond [`slim::MAX_ATTRIBUTES`] are cut before parsing.
//!
//! Nodes refer to each other by number, so nothing here recurses, not even on drop.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashMap;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};

use super::{slim, tokens};

/// Open elements below which nothing nests deeper.
pub(super) const MAX_DEPTH: u32 = 512;
/// Elements after which tags are left out.
pub(super) const MAX_ELEMENTS: usize = 1_000_000;

/// The number of a node.
pub(super) type NodeId = u32;
const NONE: NodeId = u32::MAX;
/// The document itself.
pub(super) const ROOT: NodeId = 0;

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The document, a comment or a processing instruction: nothing visible of its own.
    Other,
    /// Character data.
    Text(StrTendril),
    /// An element.
    Element {
        /// Its name.
        name: QualName,
        /// Its attributes.
        attrs: Vec<Attribute>,
    },
}

#[derive(Debug)]
struct Node {
    data: Data,
    depth: u32,
    parent: NodeId,
    prev: NodeId,
    next: NodeId,
    first: NodeId,
    last: NodeId,
}

/// A parsed page.
#[derive(Debug, Default)]
pub(super) struct Dom {
    nodes: Vec<Node>,
}

impl Dom {
    /// Parses a page. Never fails: every text is some page.
    pub(super) fn parse(html: &str) -> Dom {
        let bounded = Bounded::new();
        tokens::feed(&slim::slimmed(html), &bounded);
        bounded.builder.sink.dom.into_inner()
    }

    /// The name of an element in the HTML namespace, or of a foreign one.
    pub(super) fn name(&self, node: NodeId) -> Option<&LocalName> {
        match &self.nodes[node as usize].data {
            Data::Element { name, .. } => Some(&name.local),
            _ => None,
        }
    }

    /// The value of an attribute.
    pub(super) fn attr(&self, node: NodeId, wanted: &str) -> Option<&str> {
        match &self.nodes[node as usize].data {
            Data::Element { attrs, .. } => {
                attrs.iter().find(|attr| &*attr.name.local == wanted).map(|attr| &*attr.value)
            }
            _ => None,
        }
    }

    /// The attributes of a node, name and value.
    pub(super) fn attrs(&self, node: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let attrs = match &self.nodes[node as usize].data {
            Data::Element { attrs, .. } => attrs.as_slice(),
            _ => &[],
        };
        attrs.iter().map(|attr| (&*attr.name.local, &*attr.value))
    }

    /// What a node is.
    pub(super) fn data(&self, node: NodeId) -> &Data {
        &self.nodes[node as usize].data
    }

    /// The parent of a node.
    pub(super) fn parent(&self, node: NodeId) -> Option<NodeId> {
        some(self.nodes[node as usize].parent)
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Enters and leaves the nodes below `top` (and `top` itself) in document order.
    pub(super) fn walk(&self, top: NodeId) -> Walk<'_> {
        Walk { dom: self, top, next: Some(Step::Enter(top)) }
    }

    /// The elements below `top`, itself included, in document order.
    pub(super) fn elements(&self, top: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.walk(top).filter_map(|step| match step {
            Step::Enter(node) if matches!(self.data(node), Data::Element { .. }) => Some(node),
            _ => None,
        })
    }

    /// All character data below a node, as it stands.
    pub(super) fn text(&self, top: NodeId) -> String {
        let mut out = String::new();
        for step in self.walk(top) {
            if let Step::Enter(node) = step
                && let Data::Text(text) = self.data(node)
            {
                out.push_str(text);
            }
        }
        out
    }

    fn make(&mut self, data: Data) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node { data, depth: 0, parent: NONE, prev: NONE, next: NONE, first: NONE, last: NONE });
        id
    }

    fn detach(&mut self, node: NodeId) {
        let Node { parent, prev, next, .. } = self.nodes[node as usize];
        match some(prev) {
            Some(prev) => self.nodes[prev as usize].next = next,
            None if parent != NONE => self.nodes[parent as usize].first = next,
            None => {}
        }
        match some(next) {
            Some(next) => self.nodes[next as usize].prev = prev,
            None if parent != NONE => self.nodes[parent as usize].last = prev,
            None => {}
        }
        let node = &mut self.nodes[node as usize];
        (node.parent, node.prev, node.next) = (NONE, NONE, NONE);
    }

    /// Puts `child` below `parent`, before `before` or at the end.
    fn insert(&mut self, parent: NodeId, child: NodeOrText<NodeId>, before: Option<NodeId>) {
        let prev = before.map_or(self.nodes[parent as usize].last, |before| self.nodes[before as usize].prev);
        let child = match child {
            NodeOrText::AppendText(text) => {
                if let Some(prev) = some(prev)
                    && let Data::Text(run) = &mut self.nodes[prev as usize].data
                {
                    run.push_tendril(&text);
                    return;
                }
                self.make(Data::Text(text))
            }
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                node
            }
        };
        // Detaching a neighbour may have changed what stands before.
        let prev = before.map_or(self.nodes[parent as usize].last, |before| self.nodes[before as usize].prev);
        let depth = self.nodes[parent as usize].depth + 1;
        let node = &mut self.nodes[child as usize];
        (node.parent, node.prev, node.next, node.depth) = (parent, prev, before.unwrap_or(NONE), depth);
        match some(prev) {
            Some(prev) => self.nodes[prev as usize].next = child,
            None => self.nodes[parent as usize].first = child,
        }
        match before {
            Some(before) => self.nodes[before as usize].prev = child,
            None => self.nodes[parent as usize].last = child,
        }
    }
}

fn some(node: NodeId) -> Option<NodeId> {
    (node != NONE).then_some(node)
}

/// One step of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A node begins.
    Enter(NodeId),
    /// A node ends.
    Leave(NodeId),
}

/// Walks a tree without recursion.
pub(super) struct Walk<'a> {
    dom: &'a Dom,
    top: NodeId,
    next: Option<Step>,
}

impl Walk<'_> {
    /// Leaves the node just entered without visiting what is below it.
    pub(super) fn skip_children(&mut self, node: NodeId) {
        self.next = Some(Step::Leave(node));
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.next?;
        self.next = match step {
            Step::Enter(node) => Some(some(self.dom.nodes[node as usize].first).map_or(Step::Leave(node), Step::Enter)),
            Step::Leave(node) if node == self.top => None,
            Step::Leave(node) => {
                let Node { next, parent, .. } = self.dom.nodes[node as usize];
                some(next).map(Step::Enter).or_else(|| some(parent).map(Step::Leave))
            }
        };
        Some(step)
    }
}

/// Receives the tree from html5ever.
struct Sink {
    dom: RefCell<Dom>,
    /// The node whose name the tree builder asked for last.
    asked: Cell<NodeId>,
    elements: Cell<usize>,
}

impl Default for Sink {
    fn default() -> Sink {
        let mut dom = Dom::default();
        dom.make(Data::Other);
        Sink { dom: RefCell::new(dom), asked: Cell::new(ROOT), elements: Cell::new(0) }
    }
}

impl Sink {
    fn insert(&self, parent: NodeId, child: NodeOrText<NodeId>, before: Option<NodeId>) {
        self.dom.borrow_mut().insert(parent, child, before);
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.asked.set(*target);
        Ref::map(self.dom.borrow(), |dom| match &dom.nodes[*target as usize].data {
            Data::Element { name, .. } => name,
            _ => unreachable!("html5ever asks for names of elements only"),
        })
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.elements.set(self.elements.get() + 1);
        self.dom.borrow_mut().make(Data::Element { name, attrs })
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.dom.borrow_mut().make(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.dom.borrow_mut().make(Data::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.insert(*parent, child, None);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, prev_element: &NodeId, child: NodeOrText<NodeId>) {
        if self.dom.borrow().parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev_element, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        // What a template holds stays below it; templates are skipped as a whole.
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, new_node: NodeOrText<NodeId>) {
        let parent = self.dom.borrow().parent(*sibling);
        if let Some(parent) = parent {
            self.insert(parent, new_node, Some(*sibling));
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        if let Data::Element { attrs: present, .. } = &mut self.dom.borrow_mut().nodes[*target as usize].data {
            for attr in attrs {
                if !present.iter().any(|old| old.name == attr.name) {
                    present.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut dom = self.dom.borrow_mut();
        while let Some(child) = some(dom.nodes[*node as usize].first) {
            dom.insert(*new_parent, NodeOrText::AppendNode(child), None);
        }
    }
}

/// Stands between tokenizer and tree builder and leaves out tags beyond the bounds.
struct Bounded {
    builder: TreeBuilder<NodeId, Sink>,
    /// Start tags left out and not yet closed, by name.
    dropped: RefCell<HashMap<LocalName, u32>>,
}

impl Bounded {
    fn new() -> Bounded {
        let options = TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() };
        Bounded { builder: TreeBuilder::new(Sink::default(), options), dropped: RefCell::default() }
    }

    /// How deep the open element stands that the next one would nest in.
    ///
    /// The builder keeps its stack to itself, but asks the sink for the name of the element on top of it when it is
    /// asked whether that is an HTML element.
    fn depth(&self) -> u32 {
        let sink = &self.builder.sink;
        sink.asked.set(ROOT);
        let _ = self.builder.adjusted_current_node_present_but_not_in_html_namespace();
        sink.dom.borrow().nodes[sink.asked.get() as usize].depth
    }

    /// Whether a tag must be left out.
    fn leaves_out(&self, tag: &Tag) -> bool {
        if encloses_raw_text(&tag.name) {
            return false;
        }
        let sink = &self.builder.sink;
        if sink.elements.get() >= MAX_ELEMENTS {
            return true;
        }
        let mut dropped = self.dropped.borrow_mut();
        match tag.kind {
            TagKind::StartTag if self.depth() >= MAX_DEPTH => {
                *dropped.entry(tag.name.clone()).or_default() += 1;
                true
            }
            TagKind::StartTag => false,
            TagKind::EndTag => match dropped.get_mut(&tag.name) {
                Some(open) if *open > 0 => {
                    *open -= 1;
                    true
                }
                _ => false,
            },
        }
    }
}

/// Whether the content of an element is raw text for the tokenizer.
fn encloses_raw_text(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("title")
            | local_name!("textarea")
            | local_name!("noscript")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("xmp")
            | local_name!("plaintext")
    )
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        match &token {
            Token::TagToken(tag) if self.leaves_out(tag) => TokenSinkResult::Continue,
            Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Whether an element is one of HTML rather than of SVG or MathML.
pub(super) fn is_html(dom: &Dom, node: NodeId) -> bool {
    matches!(dom.data(node), Data::Element { name, .. } if name.ns == ns!(html))
}

#[cfg(test)]
mod tests {
    use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};

    use super::*;

    fn depth_of(dom: &Dom) -> usize {
        let (mut depth, mut deepest) = (0usize, 0);
        for step in dom.walk(ROOT) {
            match step {
                Step::Enter(_) => depth += 1,
                Step::Leave(_) => depth -= 1,
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    #[test]
    fn deep_markup_is_attached_at_the_cap_and_its_text_stays() {
        for tag in ["div", "b", "span", "blockquote", "ul><li", "table><tr><td"] {
            let html = format!("{}needle", format!("<{tag}>").repeat(20_000));
            let dom = Dom::parse(&html);
            assert!(depth_of(&dom) <= MAX_DEPTH as usize + 16, "{tag}: {}", depth_of(&dom));
            assert!(dom.text(ROOT).contains("needle"), "{tag}");
        }
    }

    #[test]
    fn closed_deep_markup_leaves_what_follows_outside() {
        let html = format!("{}in{}<p id=after>out", "<div>".repeat(50_000), "</div>".repeat(50_000));
        let dom = Dom::parse(&html);
        let after = dom.elements(ROOT).find(|&node| dom.attr(node, "id") == Some("after")).unwrap();
        assert_eq!(dom.text(after), "out");
        assert_eq!(dom.name(dom.parent(after).unwrap()).map(|name| &**name), Some("body"));
    }

    #[test]
    fn misnested_markup_keeps_every_word_once() {
        let dom = Dom::parse("<b>a<p>b</b>c<table>d<tr>e<td>f</table>g<a>h<a>i");
        let mut letters: Vec<char> = dom.text(ROOT).chars().collect();
        letters.sort_unstable();
        assert_eq!(letters.into_iter().collect::<String>(), "abcdefghi");
    }

    /// The tree that html5ever's own tokenizer makes of a page.
    fn by_standard(html: &str) -> Dom {
        let tokenizer = Tokenizer::new(Bounded::new(), TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(html.into());
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        tokenizer.end();
        tokenizer.sink.builder.sink.dom.into_inner()
    }

    fn by_runs(html: &str) -> Dom {
        let bounded = Bounded::new();
        tokens::feed(html, &bounded);
        bounded.builder.sink.dom.into_inner()
    }

    fn printed(dom: &Dom) -> String {
        let node = |node| match dom.data(node) {
            Data::Element { name, .. } => {
                format!("{:?} {} {:?}", name.ns, name.local, dom.attrs(node).collect::<Vec<_>>())
            }
            Data::Text(text) => format!("{:?}", &**text),
            Data::Other => String::new(),
        };
        let step = |step| match step {
            Step::Enter(entered) => format!("({}", node(entered)),
            Step::Leave(_) => ")".to_owned(),
        };
        dom.walk(ROOT).map(step).collect::<Vec<_>>().join("\n")
    }

    /// Pieces of markup among which each state of the standard's tokenizer is entered and left.
    const PIECES: [&str; 60] = [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<p class=a id='b' title=\"c&amp;d\">",
        "<A HREF=/x?a=1&copy=2&lt;>",
        "<br/>",
        "<br / >",
        "<p a=/>",
        "<p =x>",
        "<p a a A=2>",
        "<p a = b>",
        "<p a=>",
        "<p a\n=\r\n'q\r\nr'/c>",
        "<p a=b'c\"d>",
        "<",
        "</",
        "</>",
        "</ x>",
        "<?php x>",
        "<!x>",
        "<!-- a -- b -->",
        "<!-->",
        "<!--->",
        "<!-- x --!>",
        "<!--",
        "-->",
        "<!doctype html>",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 3.2//EN\">",
        "<![CDATA[ x ]]>",
        "<svg>",
        "</svg>",
        "<title>",
        "</title>",
        "<script>",
        "</script>",
        "<script><!-- <script> </script> -->",
        "<style>",
        "</style x>",
        "<textarea>\n",
        "</textarea/>",
        "<pre>",
        "\r\n",
        "\r",
        " ",
        "a",
        "é ع",
        "&",
        "&amp",
        "&notit;",
        "&notin;",
        "&#",
        "&#x",
        "&#65",
        "&#x80;",
        "&#1114112;",
        "&#0;",
        "&NotEqualTilde;",
        "<table><td>",
        "<math>",
    ];

    #[test]
    fn runs_make_the_same_tree_as_letters() {
        for first in PIECES {
            for second in PIECES {
                for html in [format!("x{first}y{second}z"), format!("{first}{second}")] {
                    assert_eq!(printed(&by_runs(&html)), printed(&by_standard(&html)), "{html:?}");
                }
            }
        }
        for html in
            ["\u{feff}a", "a\0b<p\0>", "<plaintext><p>&amp;", "<noscript><p></noscript>", "<iframe><p></iframe >"]
        {
            assert_eq!(printed(&by_runs(html)), printed(&by_standard(html)), "{html:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn runs_make_the_same_tree_of_anything(pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..12)) {
            let html = pieces.concat();
            proptest::prop_assert_eq!(printed(&by_runs(&html)), printed(&by_standard(&html)), "{:?}", html);
        }
    }
}
