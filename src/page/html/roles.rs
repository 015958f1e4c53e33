//! Gives every block of an outline its role.

use std::ops::Range;

use super::align::Alignment;
use super::fold::{agreement, dice, fold, letters, same_words};
use super::hints::Hints;
use super::labels;
use super::outline::{Kind, Outline, Raw};
use super::scope::{MOSTLY_LINK, Scope, ends_sentence, is_prose};
use crate::domain::Role;

/// Agreement of words from which on a heading is the title that the metadata states.
const SAME_TITLE: f32 = 0.6;
/// Share of link text above which not even the stated text of JSON-LD makes a block body: it holds inserts too.
const MOSTLY_STATED_LINK: f32 = 0.8;
/// How many blocks may stand between a standfirst and the body's beginning.
const LEAD_DISTANCE: usize = 40;

/// Finds the block that prints the title: the one that agrees best with what the metadata states, else the first `h1`.
pub(super) fn find_title(outline: &Outline, stated: &[String]) -> Option<usize> {
    let lengths: Vec<usize> = stated.iter().map(String::len).collect();
    let stated: Vec<Vec<String>> = stated.iter().map(|title| fold(title)).collect();
    let mut best: Option<(f32, usize)> = None;
    for (index, raw) in outline.blocks.iter().enumerate().filter(|(_, raw)| raw.words <= 80.0) {
        let rank = match raw.kind {
            Kind::Heading(1) => 0.3,
            Kind::Heading(2) => 0.15,
            Kind::Heading(_) => 0.05,
            _ if outline.elems[raw.elem].hints.any(Hints::TITLE) => 0.1,
            Kind::Other | Kind::Paragraph => 0.0,
            _ => continue,
        };
        // Texts of very different lengths cannot agree; folding all blocks would cost more than the rest.
        let bytes = raw.block.text.len();
        if rank < 0.15 && !lengths.iter().any(|length| bytes <= 2 * length && *length <= 2 * bytes) {
            continue;
        }
        let words = fold(&raw.block.text);
        let agreed = stated.iter().map(|title| dice(title, &words)).fold(0.0, f32::max);
        let needed = if rank > 0.0 { SAME_TITLE } else { 0.9 };
        if agreed >= needed && best.is_none_or(|(score, _)| agreed + rank > score) {
            let unseen = outline.around(raw.elem).any(|elem| outline.elems[elem].hints.any(Hints::UNSEEN));
            let score = agreed + rank - if unseen { 1.0 } else { 0.0 };
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, index));
            }
        }
    }
    let first_h1 = || {
        let mut h1 = outline.blocks.iter().enumerate().filter(|(_, raw)| raw.kind == Kind::Heading(1));
        h1.find(|(_, raw)| raw.words >= 2.0).map(|(index, _)| index)
    };
    best.map(|(_, index)| index).or_else(first_h1)
}

/// The roles of all blocks, in order.
pub(super) fn assign(outline: &Outline, scope: &Scope, title: Option<usize>, facts: &Stated) -> Vec<Role> {
    let mut roles = vec![Role::Furniture; outline.blocks.len()];
    let mut assigner = Assigner { outline, scope, title, facts, roles: &mut roles };
    if let Some(root) = scope.root {
        let range = outline.elems[root].blocks.clone();
        assigner.body(range.clone());
        assigner.align(range.clone());
        assigner.pull_quotes(range.clone());
        assigner.cards(range.clone());
        assigner.link_lists(range.clone());
        assigner.bylines(range.clone());
        assigner.trim(range.clone());
        assigner.subheads(range.clone());
        assigner.lead(range.clone());
        assigner.attached(root, range);
    }
    if let Some(title) = title {
        roles[title] = Role::Title;
    }
    roles
}

/// What the metadata states that helps to tell roles.
#[derive(Debug, Default)]
pub(super) struct Stated {
    /// Descriptions of the article.
    pub(super) descriptions: Vec<String>,
    /// Names of authors.
    pub(super) authors: Vec<String>,
    /// How the blocks compare with the text that JSON-LD states.
    pub(super) alignment: Option<Alignment>,
}

struct Assigner<'a> {
    outline: &'a Outline,
    scope: &'a Scope,
    title: Option<usize>,
    facts: &'a Stated,
    roles: &'a mut Vec<Role>,
}

impl<'a> Assigner<'a> {
    fn hints(&self, index: usize) -> Hints {
        self.scope.hints[self.outline.blocks[index].elem]
    }

    fn raw(&self, index: usize) -> &'a Raw {
        &self.outline.blocks[index]
    }

    /// First guess for each block of the body's element by itself.
    fn body(&mut self, range: Range<usize>) {
        for index in range {
            self.roles[index] = self.first_guess(index);
        }
    }

    fn first_guess(&self, index: usize) -> Role {
        let (raw, hints) = (self.raw(index), self.hints(index));
        let elsewhere = Hints::COMMENTS.with(Hints::RELATED).with(Hints::NAV).with(Hints::ASIDE).with(Hints::UNSEEN);
        if matches!(raw.kind, Kind::Tweet(_)) && !hints.any(elsewhere) {
            // Boxes for players and sharing hold embedded tweets too.
            return Role::Tweet;
        }
        if hints.any(Hints::FURNITURE) {
            return Role::Furniture;
        }
        if self.repeats_title(index) {
            return Role::Furniture;
        }
        match raw.kind {
            Kind::Caption => return Role::Caption,
            Kind::Control => return Role::Furniture,
            Kind::Heading(_) if hints.any(Hints::BYLINE) && raw.words < 15.0 => return Role::Byline,
            Kind::Heading(_) => return if labels::leads_elsewhere(raw) { Role::Furniture } else { Role::Subhead },
            _ => {}
        }
        if hints.any(Hints::CAPTION) || hints.any(Hints::FIGURE) && !is_prose(raw) {
            return Role::Caption;
        }
        if hints.any(Hints::BYLINE) && raw.words < 30.0 {
            return Role::Byline;
        }
        if hints.any(Hints::DATE) && raw.words < 20.0 {
            return Role::Furniture;
        }
        if labels::credits_picture(raw) {
            return Role::Caption;
        }
        if labels::leads_elsewhere(raw) || raw.words == 0.0 || self.is_lone_label(index) {
            return Role::Furniture;
        }
        if raw.linked > MOSTLY_LINK
            && !is_prose(raw)
            && raw.words < 60.0
            && (raw.linked > 0.9 || raw.kind != Kind::Paragraph)
        {
            return Role::Furniture;
        }
        Role::Body
    }

    /// A word or two in an element of their own that is no paragraph: a button, a counter, the name of a section.
    fn is_lone_label(&self, index: usize) -> bool {
        let raw = self.raw(index);
        raw.kind == Kind::Other
            && raw.words < 2.5
            && self.outline.elems[raw.elem].blocks.len() == 1
            && !ends_sentence(&raw.block.text)
    }

    /// Follows the text that JSON-LD states, where a block can be compared with it.
    fn align(&mut self, range: Range<usize>) {
        let Some(alignment) = &self.facts.alignment else { return };
        let is_in = |index: usize| alignment.is_in(index);
        let Some(first) = range.clone().find(|&index| is_in(index)) else { return };
        let stated: f32 = range.clone().filter(|&index| is_in(index)).map(|index| self.raw(index).words).sum();
        let taken: f32 =
            range.clone().filter(|&index| self.roles[index] == Role::Body).map(|index| self.raw(index).words).sum();
        // A stated text much shorter than what was found is a part of the article.
        let whole = stated >= 0.85 * taken;
        for index in range {
            let raw = self.raw(index);
            let may_rise = !matches!(raw.kind, Kind::Tweet(_) | Kind::Control | Kind::Caption | Kind::Heading(_));
            let unseen = self.hints(index).any(Hints::CAPTION.with(Hints::UNSEEN).with(Hints::FIGURE));
            if alignment.is_in(index)
                && self.roles[index] == Role::Furniture
                && may_rise
                && !unseen
                && !self.repeats_title(index)
                && !labels::leads_elsewhere(raw)
                && raw.linked <= MOSTLY_STATED_LINK
            {
                self.roles[index] = Role::Body;
            }
            let prose = matches!(raw.kind, Kind::Paragraph | Kind::Other);
            if whole && prose && index > first && alignment.is_out(index) && self.roles[index] == Role::Body {
                self.roles[index] = Role::Furniture;
            }
        }
    }

    fn repeats_title(&self, index: usize) -> bool {
        self.title
            .is_some_and(|title| title != index && same_words(&self.raw(index).block.text, &self.raw(title).block.text))
    }

    /// A quotation set apart is body, unless it only repeats the body.
    fn pull_quotes(&mut self, range: Range<usize>) {
        // Each is compared with the whole body, so there is a bound.
        const MOST: usize = 50;
        let mut seen = 0;
        for index in range.clone() {
            let (raw, hints) = (self.raw(index), self.hints(index));
            if seen >= MOST
                || !hints.any(Hints::PULL)
                || hints.any(Hints::COMMENTS.with(Hints::RELATED))
                || raw.words < 4.0
            {
                continue;
            }
            seen += 1;
            let letters = letters(&raw.block.text);
            let repeats = |other: usize| {
                other != index
                    && self.roles[other] == Role::Body
                    && self::letters(&self.raw(other).block.text).contains(&letters)
            };
            self.roles[index] = if range.clone().any(repeats) { Role::Furniture } else { Role::Body };
        }
    }

    /// A heading that links to another article stands over its teaser: the small element around both is furniture.
    fn cards(&mut self, range: Range<usize>) {
        const CARD: f32 = 90.0;
        for index in range {
            let raw = self.raw(index);
            if !matches!(raw.kind, Kind::Heading(_)) || raw.linked < 0.45 || raw.words < 3.0 {
                continue;
            }
            let words = |elem: usize| -> f32 {
                self.outline.blocks[self.outline.elems[elem].blocks.clone()].iter().take(12).map(|raw| raw.words).sum()
            };
            let card = self.outline.around(raw.elem).take(4).take_while(|&elem| words(elem) <= CARD).last();
            for block in card.map_or(index..index + 1, |card| self.outline.elems[card].blocks.clone()) {
                self.roles[block] = Role::Furniture;
            }
        }
    }

    /// A list of which most items lead elsewhere does so as a whole, with the label over it.
    fn link_lists(&mut self, range: Range<usize>) {
        const ITEMS: usize = 3;
        for elem in &self.outline.elems {
            let inside = range.start < elem.blocks.start && elem.blocks.end <= range.end;
            if !inside || !matches!(&*elem.name, "ul" | "ol") || elem.blocks.len() < ITEMS {
                continue;
            }
            let leading = elem.blocks.clone().filter(|&index| self.raw(index).linked > MOSTLY_LINK).count();
            if leading * 2 <= elem.blocks.len() {
                continue;
            }
            for index in elem.blocks.clone() {
                self.roles[index] = Role::Furniture;
            }
            let over = elem.blocks.start - 1;
            let raw = self.raw(over);
            let label = raw.words < 8.0 && (!ends_sentence(&raw.block.text) || raw.block.text.ends_with(':'));
            if label && matches!(self.roles[over], Role::Body | Role::Subhead) {
                self.roles[over] = Role::Furniture;
            }
        }
    }

    /// A line between title and text that names the author is the byline, whatever its class.
    fn bylines(&mut self, range: Range<usize>) {
        let first = range.clone().find(|&index| self.roles[index] == Role::Body && is_prose(self.raw(index)));
        let from = self.title.filter(|title| range.contains(title)).unwrap_or(range.start);
        for index in from..first.unwrap_or(from) {
            if self.roles[index] == Role::Body && labels::names_author(self.raw(index)) {
                self.roles[index] = Role::Byline;
            }
        }
    }

    /// Takes labels off both ends: an article begins and ends with prose.
    fn trim(&mut self, range: Range<usize>) {
        let solid = |this: &Self, index: usize| {
            this.roles[index] == Role::Tweet || this.roles[index] == Role::Body && is_prose(this.raw(index))
        };
        let first = range.clone().find(|&index| solid(self, index)).unwrap_or(range.end);
        let last = range.clone().rev().find(|&index| solid(self, index)).unwrap_or(range.start);
        let (first, last) = (self.begins(first, range.start), self.goes_on(last, range.end));
        for index in range.clone() {
            let outside = index < first || index > last;
            let weak = self.roles[index] == Role::Body && !self.keeps_end(index) || self.roles[index] == Role::Subhead;
            if outside && weak {
                // A long heading between title and text is the standfirst.
                let lead = self.roles[index] == Role::Subhead
                    && index < first
                    && self.raw(index).words >= 8.0
                    && self.title.is_some_and(|title| index > title && index - title < 6);
                // Right above the first paragraph, in what is marked as text, it is the first subhead.
                let over_text = self.roles[index] == Role::Subhead
                    && index + 1 == first
                    && self.hints(index).any(Hints::BODY.with(Hints::ITEMPROP_BODY))
                    && self.hints(first).any(Hints::BODY.with(Hints::ITEMPROP_BODY));
                self.roles[index] = match (lead, over_text) {
                    (true, _) => Role::Body,
                    (_, true) => Role::Subhead,
                    _ => Role::Furniture,
                };
            }
        }
    }

    /// Where the text begins when the first prose stands below a list with a sentence over it.
    fn begins(&self, first: usize, start: usize) -> usize {
        let plain = |index: &usize| self.roles[*index] == Role::Body && self.raw(*index).linked < 0.3;
        let run = (start..first).rev().take_while(plain);
        run.filter(|&index| self.keeps_end(index)).last().unwrap_or(first)
    }

    /// Where the text ends when a list of dates, places or names stands below its last prose: at least three lines of
    /// one paragraph or list, hardly linked, right behind the text and beside it.
    fn goes_on(&self, mut last: usize, end: usize) -> usize {
        const LINES: usize = 3;
        while let Some(next) = (last + 1..end).take(2).find(|&index| self.roles[index] == Role::Body) {
            let between = (last + 1..next).all(|index| self.roles[index] == Role::Subhead);
            // One line over the list may name it.
            let lines = self.lines(next).filter(|lines| lines.len() >= LINES).or_else(|| {
                let list = (next + 1 < end && self.raw(next).words < 10.0).then(|| self.lines(next + 1)).flatten()?;
                (list.len() >= LINES).then_some(list)
            });
            let Some(lines) = lines.filter(|lines| between && lines.end <= end) else { break };
            let holder = self.holder(lines.start);
            let parent = self.outline.elems[holder].parent;
            let beside = self.outline.around(self.raw(last).elem).take(3).any(|elem| elem == holder || elem == parent);
            if !beside {
                break;
            }
            last = lines.end - 1;
        }
        last
    }

    /// The element whose lines a block is one of: its list, its table, its paragraph.
    fn holder(&self, index: usize) -> usize {
        let elem = self.raw(index).elem;
        let is_part = matches!(&*self.outline.elems[elem].name, "li" | "tr");
        if is_part { self.outline.elems[elem].parent } else { elem }
    }

    /// The lines of the list, table or broken paragraph that begins with a block, when they are plain text.
    fn lines(&self, first: usize) -> Option<Range<usize>> {
        let elem = &self.outline.elems[self.holder(first)];
        let lines = first..elem.blocks.end;
        let is_list = matches!(&*elem.name, "p" | "ul" | "ol" | "tbody" | "table" | "pre");
        let is_plain = |index: usize| {
            let raw = self.raw(index);
            self.roles[index] == Role::Body && raw.linked < 0.3 && raw.words <= 40.0
        };
        (is_list && lines.clone().all(is_plain)).then_some(lines)
    }

    /// Whether a short block at an end of the body still reads as its text.
    fn keeps_end(&self, index: usize) -> bool {
        let raw = self.raw(index);
        raw.kind == Kind::Paragraph
            && raw.linked < MOSTLY_LINK
            && ends_sentence(&raw.block.text)
            && !raw.block.text.ends_with(':')
    }

    /// A heading after the end of the text, or over something that is furniture, is none of its subheads.
    fn subheads(&mut self, range: Range<usize>) {
        let Range { start, end } = range;
        let (mut followed, mut over) = (false, Role::Furniture);
        for index in (start..end).rev() {
            match self.roles[index] {
                Role::Body | Role::Tweet => (followed, over) = (true, Role::Body),
                Role::Subhead if !followed || over == Role::Furniture => self.roles[index] = Role::Furniture,
                other => over = other,
            }
        }
    }

    /// A standfirst stands between the title and the first paragraph of the body, often outside of the body's element.
    fn lead(&mut self, range: Range<usize>) {
        let until = range.clone().find(|&index| self.roles[index] == Role::Body).unwrap_or(range.start);
        let Some(title) = self.title.filter(|&title| title < until) else { return };
        let from = (title + 1).max(until.saturating_sub(LEAD_DISTANCE));
        for index in from..until {
            let (raw, hints) = (self.raw(index), self.hints(index));
            if hints.any(Hints::FURNITURE)
                || hints.any(Hints::CAPTION)
                || raw.linked > MOSTLY_LINK
                || labels::names_author(raw)
                || labels::credits_picture(raw)
                || self.repeats_title(index)
            {
                continue;
            }
            let described = self.facts.descriptions.iter().any(|text| agreement(text, &raw.block.text) > 0.8);
            let marked = hints.any(Hints::LEAD) && raw.words >= 5.0;
            let prose = is_prose(raw) && matches!(raw.kind, Kind::Paragraph | Kind::Heading(_));
            if described || marked || prose {
                self.roles[index] = Role::Body;
            }
        }
    }

    /// Byline and captions that stand beside the body, up to the title.
    fn attached(&mut self, root: usize, range: Range<usize>) {
        let from = self.title.map_or(range.start, |title| title.min(range.start)).saturating_sub(6);
        for index in from..range.start {
            self.attach(index);
        }
        let _ = root;
        for index in range.end..(range.end + 8).min(self.outline.blocks.len()) {
            let raw = self.raw(index);
            if self.hints(index).any(Hints::BYLINE) && raw.words < 15.0 {
                self.attach(index);
            }
        }
    }

    fn attach(&mut self, index: usize) {
        let (raw, hints) = (self.raw(index), self.hints(index));
        if self.roles[index] != Role::Furniture || hints.any(Hints::FURNITURE) {
            return;
        }
        let names_author = raw.words < 20.0
            && self.facts.authors.iter().any(|author| author.len() > 3 && raw.block.text.contains(author.as_str()));
        if hints.any(Hints::CAPTION) || raw.kind == Kind::Caption || hints.any(Hints::FIGURE) {
            self.roles[index] = Role::Caption;
        } else if names_author || hints.any(Hints::BYLINE) && raw.words < 30.0 {
            self.roles[index] = Role::Byline;
        }
    }
}
