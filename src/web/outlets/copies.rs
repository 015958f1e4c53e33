//! Who has the same texts, and whose were there first: a bar for each other outlet.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::archive::copies::{Came, Copies, CopiesOf, Pair};
use crate::web::show::{OutletLink, When, number};
use crate::web::visit::Frame;
use crate::web::words::{Words, fill};

/// Outlets drawn; further ones are counted.
const OUTLETS: usize = 30;
/// Pairs named for each outlet.
const PAIRS: usize = 5;
/// Width of a drawing, in its own units; it is stretched to the page.
const WIDTH: usize = 1_000;

/// The outlets that have near copies, each with its bar and some pairs.
#[derive(Debug, Template)]
#[template(path = "outlets/copies.html")]
pub(super) struct CopiesBox {
    w: &'static Words,
    lead: String,
    rows: Vec<Row>,
    further: Option<String>,
}

impl HtmlSafe for CopiesBox {}

#[derive(Debug)]
struct Row {
    link: OutletLink,
    count: String,
    /// (class, left edge, width)
    bars: Vec<(&'static str, usize, usize)>,
    /// (class, what it means, how many)
    said: Vec<(&'static str, &'static str, String)>,
    pairs: Vec<PairLine>,
    more: Option<String>,
}

#[derive(Debug)]
struct PairLine {
    compare: String,
    ours: End,
    theirs: End,
    share: String,
    said: &'static str,
}

#[derive(Debug)]
struct End {
    path: String,
    title: String,
    clock: &'static str,
    when: Option<When>,
}

impl CopiesBox {
    /// Shows what was found.
    pub(super) fn of(found: &CopiesOf, f: &Frame) -> Self {
        let most = found.outlets.iter().map(|copies| copies.pairs.len()).max().unwrap_or(1);
        let rows = found.outlets.iter().take(OUTLETS).map(|copies| Row::of(copies, most, f)).collect();
        let further = found.outlets.len().saturating_sub(OUTLETS);
        CopiesBox {
            w: f.w,
            lead: fill(f.w.copies_lead, &[&number(found.looked_at as u64)]),
            rows,
            further: (further > 0).then(|| fill(f.w.lanes_more, &[&number(further as u64)])),
        }
    }
}

impl Row {
    fn of(copies: &Copies, most: usize, f: &Frame) -> Self {
        let mut at = 0;
        let (mut bars, mut said) = (Vec::new(), Vec::new());
        for came in Came::ALL {
            let count = copies.count(came);
            if count == 0 {
                continue;
            }
            let end = (at + count) * WIDTH / most.max(1);
            let from = at * WIDTH / most.max(1);
            let (class, words) = words(came, f.w);
            let left = if f.dir == "rtl" { WIDTH - end } else { from };
            bars.push((class, left, end - from));
            said.push((class, words, number(count as u64)));
            at += count;
        }
        let more = copies.pairs.len().saturating_sub(PAIRS);
        Row {
            link: OutletLink::of(&copies.outlet, copies.name.as_deref(), f),
            count: number(copies.pairs.len() as u64),
            bars,
            said,
            pairs: copies.pairs.iter().take(PAIRS).map(|pair| PairLine::of(pair, f)).collect(),
            more: (more > 0).then(|| fill(f.w.copies_more, &[&number(more as u64)])),
        }
    }
}

impl PairLine {
    fn of(pair: &Pair, f: &Frame) -> Self {
        let end = |side: &crate::archive::copies::Side| {
            let published = side
                .published
                .as_ref()
                .filter(|_| matches!(pair.came, Came::TheirsPublished | Came::OursPublished | Came::Undetermined));
            End {
                path: format!("/a/{}{}", side.article, f.q),
                title: side.title.clone().unwrap_or_else(|| f.w.untitled.to_owned()),
                clock: if published.is_some() { f.w.published } else { f.w.captured },
                when: Some(When::of(published.unwrap_or(&side.captured), f.w)),
            }
        };
        PairLine {
            compare: format!("/diff?from={}&to={}{}", pair.theirs.article, pair.ours.article, f.and),
            ours: end(&pair.ours),
            theirs: end(&pair.theirs),
            share: format!("{:.0}", pair.share * 100.0),
            said: words(pair.came, f.w).1,
        }
    }
}

/// The class and the name of an order.
fn words(came: Came, w: &Words) -> (&'static str, &'static str) {
    match came {
        Came::TheirsPublished => ("theirs", w.copies_theirs_published),
        Came::TheirsCaptured => ("theirs weak", w.copies_theirs_captured),
        Came::Undetermined => ("open", w.copies_open),
        Came::OursCaptured => ("ours weak", w.copies_ours_captured),
        Came::OursPublished => ("ours", w.copies_ours_published),
    }
}
