//! Where on a page the article stands: hints weighed against the text they cover, and the element that holds the body.

use super::align::Alignment;
use super::hints::Hints;
use super::outline::{Kind, Outline, Raw};

/// Words from which on a text is more than a label.
const SENTENCE: f32 = 8.0;
/// Share of link text above which a block leads elsewhere.
pub(super) const MOSTLY_LINK: f32 = 0.5;

/// The outline of a page with hints weighed and the body found.
#[derive(Debug)]
pub(super) struct Scope {
    /// What holds for each element: hints of its own and inherited ones.
    pub(super) hints: Vec<Hints>,
    /// The element that holds the body, when there is one.
    pub(super) root: Option<usize>,
}

/// Whether a block reads as prose rather than as label or menu.
pub(super) fn is_prose(raw: &Raw) -> bool {
    (raw.linked <= MOSTLY_LINK || is_linked_prose(raw))
        && !is_bare_url(&raw.block.text)
        && !matches!(raw.kind, Kind::Control)
        && (raw.words >= 2.0 * SENTENCE || raw.words >= SENTENCE && ends_sentence(&raw.block.text))
}

/// A whole paragraph that names its sources by links: much of it is link, but it is no teaser.
fn is_linked_prose(raw: &Raw) -> bool {
    raw.kind == Kind::Paragraph
        && raw.linked <= 0.8
        && raw.words >= 2.0 * SENTENCE
        && !raw.link_first
        && ends_sentence(&raw.block.text)
}

fn is_bare_url(text: &str) -> bool {
    text.starts_with("http") && !text.contains(' ')
}

/// Whether a text has the mark of a whole sentence.
pub(super) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(is_picture).trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '“', ' ']);
    text.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '؟', '۔', '।'])
}

/// Pictures for faces and things, and what joins them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{200d}' | ' ')
}

impl Scope {
    /// Weighs the hints of an outline and finds the body.
    pub(super) fn of(outline: &Outline, title: Option<usize>, alignment: Option<&Alignment>) -> Scope {
        let hints = weigh(outline, title);
        let balance = Sums::of(outline, |_, raw| worth(raw, hints[raw.elem]));
        let found = find_root(outline, &balance);
        let weight = |root: usize| balance.over(&outline.elems[root].blocks);
        // A stated text may be the mere beginning of the article.
        let stated = alignment
            .and_then(|alignment| aligned_root(outline, alignment))
            .filter(|&stated| found.is_none_or(|found| weight(stated) >= 0.8 * weight(found)));
        let root = stated.or(found).map(|root| around_one_block(outline, root));
        Scope { hints, root }
    }
}

/// Running sums of a figure over blocks.
struct Sums(Vec<f32>);

impl Sums {
    fn of(outline: &Outline, figure: impl Fn(usize, &Raw) -> f32) -> Sums {
        let mut sums = vec![0.0];
        for (index, raw) in outline.blocks.iter().enumerate() {
            sums.push(sums[index] + figure(index, raw));
        }
        Sums(sums)
    }

    fn over(&self, range: &std::ops::Range<usize>) -> f32 {
        self.0[range.end] - self.0[range.start]
    }
}

/// Lets each element inherit the hints of those around it, except where a hint covers too much of the page to be true.
fn weigh(outline: &Outline, title: Option<usize>) -> Vec<Hints> {
    let prose = Sums::of(outline, |_, raw| if is_prose(raw) { raw.words } else { 0.0 });
    let all = Sums::of(outline, |_, raw| raw.words);
    let linked = Sums::of(outline, |_, raw| raw.words * raw.linked);
    let total = prose.over(&(0..outline.blocks.len())).max(1.0);
    let lists = link_lists(outline);
    let mut hints: Vec<Hints> = Vec::with_capacity(outline.elems.len());
    for (index, elem) in outline.elems.iter().enumerate() {
        let share = prose.over(&elem.blocks) / total;
        let holds_title = title.is_some_and(|title| elem.blocks.contains(&title));
        let words = all.over(&elem.blocks);
        let mut own = elem.hints;
        if holds_title || own.any(Hints::ITEMPROP_BODY) {
            own = own.without(Hints::FURNITURE.with(Hints::ASIDE_TEXT));
        }
        if share > 0.4 {
            own = own.without(Hints::SOFT);
        }
        if share > 0.7 {
            own = own.without(Hints::FURNITURE);
        }
        if words > 60.0 {
            own = own.without(Hints::SMALL);
        }
        if words > 200.0 || share > 0.6 {
            own = own.without(Hints::LEAD.with(Hints::ASIDE_TEXT));
        }
        // Links to other articles are links; paragraphs without one are text, whatever their class says.
        if own.any(Hints::RELATED) && words > 25.0 && linked.over(&elem.blocks) == 0.0 && is_all_prose(outline, elem) {
            own = own.without(Hints::RELATED);
        }
        if lists[index] && !holds_title && share <= 0.5 {
            own = own.with(Hints::RELATED);
        }
        let inherited = hints.get(elem.parent).copied().unwrap_or_default();
        hints.push(own.with(inherited));
    }
    hints
}

fn is_all_prose(outline: &Outline, elem: &super::outline::Elem) -> bool {
    outline.blocks[elem.blocks.clone()].iter().all(|raw| raw.kind == Kind::Paragraph && is_prose(raw))
}

/// Marks the elements that hold a list of teasers: at least three parts that are short and begin with a link each.
fn link_lists(outline: &Outline) -> Vec<bool> {
    const PARTS: u32 = 3;
    const PART: f32 = 70.0;
    let mut parts = vec![(0u32, 0u32); outline.elems.len()];
    for elem in outline.elems.iter().skip(1) {
        let Some(first) = outline.blocks.get(elem.blocks.start).filter(|_| !elem.blocks.is_empty()) else { continue };
        let words: f32 = outline.blocks[elem.blocks.clone()].iter().take(12).map(|raw| raw.words).sum();
        let leads = words <= PART && (first.link_first && first.words > 2.0);
        let (all, leading) = &mut parts[elem.parent];
        *all += 1;
        *leading += u32::from(leads);
    }
    parts.iter().map(|(all, leading)| *leading >= PARTS && leading * 4 >= all * 3).collect()
}

/// The element with the greatest balance of prose against links and labels; marked ones first when they hold enough.
fn find_root(outline: &Outline, balance: &Sums) -> Option<usize> {
    let best = |wanted: &dyn Fn(usize) -> bool| {
        let mut best: Option<(f32, usize)> = None;
        for (index, elem) in outline.elems.iter().enumerate().filter(|(index, _)| wanted(*index)) {
            let worth = balance.over(&elem.blocks);
            // Of two elements with the same balance the inner one, which stands later, is the closer fit.
            if worth > 0.0 && best.is_none_or(|(most, _)| worth >= most) {
                best = Some((worth, index));
            }
        }
        best
    };
    let (most, any) = best(&|_| true)?;
    for (marked, share) in [(Hints::ITEMPROP_BODY, 0.5), (Hints::BODY, 0.75)] {
        if let Some((worth, index)) = best(&|index| outline.elems[index].hints.any(marked))
            && worth >= share * most
        {
            return Some(index);
        }
    }
    Some(any)
}

/// A single block is no article: what stands beside it may belong to it, so the element around it is meant.
fn around_one_block(outline: &Outline, root: usize) -> usize {
    let is_leaf = |elem: &usize| {
        outline.elems[*elem].blocks.len() == 1
            && matches!(&*outline.elems[*elem].name, "p" | "li" | "blockquote" | "span" | "h2" | "h3")
    };
    outline.around(root).take(4).find(|elem| !is_leaf(elem)).unwrap_or(root)
}

/// The innermost element that holds nearly all blocks of the text that JSON-LD states.
fn aligned_root(outline: &Outline, alignment: &Alignment) -> Option<usize> {
    let stated = Sums::of(outline, |index, raw| if alignment.is_in(index) { raw.words } else { 0.0 });
    let all = stated.over(&(0..outline.blocks.len()));
    let holds = |index: &usize| stated.over(&outline.elems[*index].blocks) >= 0.95 * all;
    (0..outline.elems.len()).rev().find(holds).filter(|_| all > 0.0)
}

/// What a block adds to the balance of the elements around it.
fn worth(raw: &Raw, hints: Hints) -> f32 {
    if hints.any(Hints::FURNITURE) || raw.kind == Kind::Control {
        return -1.0;
    }
    if matches!(raw.kind, Kind::Tweet(_)) {
        return raw.words.min(20.0);
    }
    if hints.any(Hints::CAPTION) || raw.kind == Kind::Caption {
        return 0.0;
    }
    if raw.linked > MOSTLY_LINK && !is_prose(raw) {
        return -1.0 - raw.words.min(12.0) * 0.5;
    }
    if is_prose(raw) {
        return raw.words.min(120.0) * (1.0 - raw.linked) * if raw.kind == Kind::Paragraph { 1.25 } else { 1.0 };
    }
    if matches!(raw.kind, Kind::Paragraph | Kind::Heading(_)) { 0.0 } else { -0.5 }
}
