//! Which line is what, seen from where it stands.
//!
//! The paragraphs show where the article is. What stands before the first is looked through for a title, what stands
//! after the last for the end; short lines between paragraphs are headings. No rule knows a site.

use std::collections::HashMap;

use super::line::{Kind, Line, is_list_item};
use crate::domain::Role;

/// Gives every line its role.
pub(super) fn roles(lines: &[Line], has_title: bool) -> Vec<Role> {
    let paragraph = paragraphs(lines);
    let runs = runs(lines, &paragraph);
    let page = Page { lines, paragraph, runs, has_title };
    if lines.len() == 1 {
        return vec![page.alone(0)];
    }
    match page.span() {
        Some((first, last)) => page.around(first, last),
        None => page.without_paragraphs(),
    }
}

/// Which lines are paragraphs of the page's own measure.
///
/// Where long lines are seldom closed by a full stop, the writer does not use them: then length alone decides. Where no
/// line is a paragraph, sentences are.
fn paragraphs(lines: &[Line]) -> Vec<bool> {
    let long = lines.iter().filter(|line| line.kind == Kind::Paragraph && line.chars >= 140);
    let (count, closed) =
        long.fold((0, 0), |(count, closed), line| (count + 1, closed + usize::from(line.is_closed())));
    let unpunctuated = count >= 2 && closed * 10 < count * 3;
    let marks: Vec<bool> = lines
        .iter()
        .map(|line| line.kind == Kind::Paragraph || (unpunctuated && line.kind == Kind::Short && line.chars >= 100))
        .collect();
    if marks.contains(&true) {
        return marks;
    }
    lines.iter().map(|line| line.kind == Kind::Sentence && line.words >= 4).collect()
}

fn runs(lines: &[Line], paragraph: &[bool]) -> Vec<(usize, usize)> {
    let mut runs = vec![(0, 0); lines.len()];
    let mut at = 0;
    while at < lines.len() {
        let from = at;
        while at < lines.len() && lines[at].kind == Kind::Short && !paragraph[at] {
            at += 1;
        }
        runs[from..at].fill((from, at));
        at += usize::from(at == from);
    }
    runs
}

/// Bytes that may be searched for pull quotes on one page: headings times text.
const PULL_QUOTE_WORK: usize = 8 << 20;

struct Page<'a> {
    lines: &'a [Line],
    paragraph: Vec<bool>,
    /// The run of short lines that each line belongs to; empty for others.
    runs: Vec<(usize, usize)>,
    has_title: bool,
}

impl Page<'_> {
    /// The role of a line that stands alone: a text of one line is its article.
    fn alone(&self, at: usize) -> Role {
        match &self.lines[at].kind {
            Kind::Tweet(..) => Role::Tweet,
            Kind::Furniture | Kind::Url(_) | Kind::Dated(_) if self.has_title => Role::Furniture,
            _ => Role::Body,
        }
    }

    /// The role that does not depend on the place, if the line has one.
    fn certain(&self, at: usize) -> Option<Role> {
        Some(match &self.lines[at].kind {
            Kind::Tweet(..) | Kind::Signature(_) => Role::Tweet,
            Kind::Furniture | Kind::ListLabel | Kind::End | Kind::Dated(_) | Kind::Url(_) => Role::Furniture,
            Kind::Byline(_) => Role::Byline,
            Kind::Caption => Role::Caption,
            _ => return None,
        })
    }

    /// First and last paragraph of the article.
    fn span(&self) -> Option<(usize, usize)> {
        let all: Vec<usize> = (0..self.lines.len()).filter(|at| self.paragraph[*at]).collect();
        let (end, _) = self.end_label(&all)?;
        let begin = if self.has_title { 0 } else { self.late_start(&all) };
        let first = all.iter().copied().find(|at| *at >= begin)?;
        let last = all.iter().copied().rfind(|at| *at < end && *at >= first).unwrap_or(first);
        Some((first, last))
    }

    /// Where comments begin: after a label with more of the text before it than after it.
    fn end_label(&self, all: &[usize]) -> Option<(usize, usize)> {
        let total: usize = all.iter().map(|at| self.lines[*at].chars).sum();
        let mut before = 0;
        let mut next = all.iter().copied().peekable();
        all.first()?;
        for (at, line) in self.lines.iter().enumerate() {
            while next.peek().is_some_and(|paragraph| *paragraph < at) {
                before += next.next().map_or(0, |paragraph| self.lines[paragraph].chars);
            }
            if line.kind == Kind::End && !self.has_title && before * 2 > total {
                return Some((at, before));
            }
        }
        Some((self.lines.len(), before))
    }

    /// Where the article begins when teasers as long as paragraphs stand before it: behind a title printed twice, or
    /// behind a title with date, address or counter below, when most paragraphs come later.
    fn late_start(&self, all: &[usize]) -> usize {
        let Some(&first) = all.first() else { return 0 };
        let after = |at: usize| all.len() - all.partition_point(|paragraph| *paragraph < at);
        let mostly_after = |at: usize| after(at) * 3 > all.len() * 2 && after(at) >= 2;
        if let Some((_, again)) =
            self.repeated(self.lines.len()).filter(|(_, again)| *again > first && mostly_after(*again))
        {
            return again;
        }
        (first + 1..self.lines.len())
            .take_while(|at| mostly_after(*at))
            .find(|at| self.is_anchor(*at) && self.lines[*at - 1].is_headline(3) && self.lines[*at - 1].gap)
            .map_or(0, |at| at - 1)
    }

    /// A headline that stands twice before line `end`: where it stands first and last. A sidebar printed twice repeats
    /// headlines too, so one inside a list does not count.
    fn repeated(&self, end: usize) -> Option<(usize, usize)> {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut found = None;
        for at in (0..end).filter(|at| self.lines[*at].is_headline(3)) {
            let (from, to) = self.runs[at];
            if to - from >= 3 && at + 1 != to {
                continue;
            }
            match seen.get(self.lines[at].block.text.as_str()) {
                Some(first) if found.is_none_or(|(known, _)| known == *first) => found = Some((*first, at)),
                Some(_) => {}
                None => {
                    seen.insert(&self.lines[at].block.text, at);
                }
            }
        }
        found
    }

    /// Whether the line is one that pages print next to a title: date, address, clock, counter, author.
    fn is_anchor(&self, at: usize) -> bool {
        matches!(self.lines[at].kind, Kind::Dated(_) | Kind::Url(_) | Kind::Byline(_))
            || (self.lines[at].kind == Kind::Interface && self.lines[at].block.text.chars().any(char::is_numeric))
    }

    /// No paragraph and no sentence: all that is not certainly something else is body.
    fn without_paragraphs(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = (0..self.lines.len())
            .map(|at| {
                self.certain(at).unwrap_or(match self.lines[at].kind {
                    Kind::Interface if !self.has_title => Role::Furniture,
                    _ => Role::Body,
                })
            })
            .collect();
        if !roles.iter().any(|role| role.is_hashed()) {
            // A page of labels alone still has words somebody may cite.
            for (role, line) in roles.iter_mut().zip(self.lines) {
                if self.has_title && line.kind == Kind::Interface {
                    *role = Role::Body;
                }
            }
        }
        if let Some((title, _)) = self.repeated(self.lines.len()).filter(|_| !self.has_title) {
            self.set_title(&mut roles, title);
        }
        roles
    }

    fn around(&self, first: usize, last: usize) -> Vec<Role> {
        let mut roles = vec![Role::Furniture; self.lines.len()];
        let lists = self.lists(first, last);
        let title = if self.has_title { None } else { self.title(first, &lists) };
        let start = self.head(&mut roles, first, title, &lists);
        self.middle(&mut roles, start, last, &lists);
        self.foot(&mut roles, last, &lists);
        self.pull_quotes(&mut roles);
        if let Some(title) = title {
            self.set_title(&mut roles, title);
        }
        roles
    }

    /// A heading whose words stand in a paragraph too is a pull quote: body.
    fn pull_quotes(&self, roles: &mut [Role]) {
        let mut budget = PULL_QUOTE_WORK;
        let size: usize = self.lines.iter().map(|line| line.block.text.len()).sum();
        for (role, line) in roles.iter_mut().zip(self.lines) {
            if *role != Role::Subhead || line.words < 6 || budget < size {
                continue;
            }
            budget -= size;
            let marks = ['"', '“', '”', '«', '»', '.', '…', ' ', '\''];
            let words = line.block.text.trim_matches(marks);
            let is_quote = |(other, line): (usize, &Line)| self.paragraph[other] && line.block.text.contains(words);
            if self.lines.iter().enumerate().any(is_quote) {
                *role = Role::Body;
            }
        }
    }

    /// Makes one line the title and every line equal to it furniture.
    fn set_title(&self, roles: &mut [Role], title: usize) {
        let words = self.lines[title].block.text.as_str();
        for (at, line) in self.lines.iter().enumerate() {
            if at == title {
                roles[at] = Role::Title;
            } else if line.block.text == words {
                roles[at] = Role::Furniture;
            }
        }
    }

    /// Marks the short lines that a list label heads.
    ///
    /// A list ends at the next paragraph, or at an empty line when the label has none after it. With a title known (clean
    /// text) only lists after the last paragraph are believed.
    fn lists(&self, first: usize, last: usize) -> Vec<bool> {
        let mut marks = vec![false; self.lines.len()];
        let mut at = 0;
        while at < self.lines.len() {
            let is_label = self.lines[at].kind == Kind::ListLabel && !(self.has_title && at < last);
            at += 1;
            if !is_label {
                continue;
            }
            let spaced = self.lines.get(at).is_some_and(|line| line.gap);
            let start = at;
            while at < self.lines.len()
                && self.may_be_listed(at, last)
                && (spaced || at == start || !self.lines[at].gap)
            {
                marks[at] = true;
                at += 1;
            }
            // Where empty lines part all of it, the last one may be the title or a heading: text follows it.
            let next_is_text = self.paragraph.get(at).copied().unwrap_or(false) || self.is_anchor_or_caption(at);
            let lone = at.checked_sub(2).and_then(|at| self.lines.get(at)).is_some_and(|line| !line.gap);
            if spaced && at - start >= 2 && at <= last && next_is_text && (at <= first || lone) {
                marks[at - 1] = false;
            }
        }
        marks
    }

    fn is_anchor_or_caption(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.kind == Kind::Caption || self.is_anchor(at))
    }

    fn may_be_listed(&self, at: usize, last: usize) -> bool {
        let line = &self.lines[at];
        !self.paragraph[at] && matches!(line.kind, Kind::Short)
            || (at > last && matches!(line.kind, Kind::Sentence | Kind::Interface | Kind::Dated(_)))
    }

    /// The most likely title among the headlines before the first paragraph.
    fn title(&self, first: usize, lists: &[bool]) -> Option<usize> {
        if let Some((title, _)) = self.repeated(first) {
            return Some(title);
        }
        let gaps = self.lines[..=first].iter().any(|line| line.gap);
        let mut best: Option<(i32, usize)> = None;
        for at in (0..first).filter(|at| self.lines[*at].is_headline(3)) {
            let run = self.runs[at];
            let last_of_run = at + 1 == run.1;
            if lists[at] && (gaps || !last_of_run) {
                continue;
            }
            let own_gap = |at: usize| self.lines.get(at).is_none_or(|line| line.gap);
            let mut score = 0;
            score += if gaps && (at == 0 || own_gap(at)) && own_gap(at + 1) { 2 } else { 0 };
            score += if self.near_anchor(at, first) { 2 } else { 0 };
            score += i32::from(self.paragraph[at + 1] || self.lines[at + 1].kind == Kind::Caption);
            score += i32::from(at == 0);
            score -= if run.1 - run.0 >= 4 && !last_of_run { 3 } else { 0 };
            if best.is_none_or(|(known, _)| score > known) {
                best = Some((score, at));
            }
        }
        best.filter(|(score, _)| *score > -2).map(|(_, at)| at)
    }

    /// Whether a date, an address, a counter or an author follows directly.
    fn near_anchor(&self, at: usize, first: usize) -> bool {
        (at + 1..first.min(at + 3))
            .any(|next| self.is_anchor(next) || matches!(self.lines[next].kind, Kind::Dateline(_)))
            && !self.lines[at + 1].is_headline(3)
    }

    /// Roles of the lines before the first paragraph; returns where the article's own text begins.
    fn head(&self, roles: &mut [Role], first: usize, title: Option<usize>, lists: &[bool]) -> usize {
        let own = if self.has_title { 0 } else { title.map_or(first, |title| title + 1) };
        let mut at = 0;
        while at < first {
            let to = self.runs[at].1.max(at + 1);
            let listed = to - at >= 3 && !self.has_title;
            for (line, role) in roles.iter_mut().enumerate().take(to).skip(at) {
                *role = self.head_role(line, line >= own, listed || lists[line], title.is_none());
            }
            at = to;
        }
        first
    }

    fn head_role(&self, at: usize, own: bool, listed: bool, untitled: bool) -> Role {
        if let Some(role) = self.certain(at) {
            return role;
        }
        match self.lines[at].kind {
            Kind::Dateline(_) => Role::Byline,
            Kind::Interface => Role::Furniture,
            Kind::Sentence if own || untitled => Role::Body,
            _ if listed || !own => Role::Furniture,
            Kind::Short if self.has_title => self.heading_or_body(at),
            Kind::Short if self.is_credited(at) => Role::Caption,
            Kind::Short => Role::Subhead,
            _ => Role::Body,
        }
    }

    /// Whether a short line before the text ends in a credit, `… - Agency`, and no text follows it directly: what stands
    /// under the picture at the head of a page.
    fn is_credited(&self, at: usize) -> bool {
        let text = &self.lines[at].block.text;
        let credit = text.rsplit_once(['-', '–', '—']).map(|(_, credit)| credit.trim().split(' ').count());
        let next = self.lines.get(at + 1).map(|line| &line.kind);
        matches!(credit, Some(1..=3))
            && self.lines[at].words >= 4
            && matches!(next, Some(Kind::Furniture | Kind::Interface | Kind::Dated(_) | Kind::Url(_)))
    }

    /// Roles between the first and the last paragraph.
    fn middle(&self, roles: &mut [Role], first: usize, last: usize, lists: &[bool]) {
        for at in first..=last {
            roles[at] = match self.certain(at) {
                _ if self.paragraph[at] => Role::Body,
                Some(Role::Byline) if self.has_title && at > first + 1 => Role::Body,
                Some(role) => role,
                None if lists[at] => Role::Furniture,
                None if self.lines[at].kind == Kind::Interface && !self.is_amid_text(at) => Role::Furniture,
                None => self.heading_or_body(at),
            };
        }
    }

    /// Whether an interface word stands where a heading would: alone between text.
    fn is_amid_text(&self, at: usize) -> bool {
        let text = |at: usize| {
            self.lines
                .get(at)
                .is_some_and(|line| !matches!(line.kind, Kind::Interface | Kind::Furniture | Kind::ListLabel))
        };
        self.has_title || (at > 0 && text(at - 1) && text(at + 1) && self.paragraph[at + 1] && !self.is_anchor(at))
    }

    /// A heading stands alone between paragraphs, is not closed and is no item of a list.
    fn heading_or_body(&self, at: usize) -> Role {
        let line = &self.lines[at];
        let shaped = matches!(line.kind, Kind::Short | Kind::Interface | Kind::Dateline(_)) && line.chars <= 120;
        let follows_text = at == 0 || !matches!(self.lines[at - 1].kind, Kind::Short | Kind::Interface);
        let before_text = self.paragraph.get(at + 1).copied().unwrap_or(false);
        if shaped && follows_text && before_text && !is_list_item(&line.block.text) {
            Role::Subhead
        } else {
            Role::Body
        }
    }

    /// Roles after the last paragraph.
    fn foot(&self, roles: &mut [Role], last: usize, lists: &[bool]) {
        let mut at = last + 1;
        let mut over = false;
        while at < self.lines.len() {
            over |= self.lines[at].kind == Kind::End && !self.has_title;
            let to = self.runs[at].1.max(at + 1);
            let listed = !self.has_title && self.is_list_of_headlines(at, to);
            for (line, role) in roles.iter_mut().enumerate().take(to).skip(at) {
                *role = self.foot_role(line, over || listed || lists[line]);
            }
            at = to;
        }
    }

    /// Whether the lines are headlines of other articles and no verses or items that a colon announces.
    fn is_list_of_headlines(&self, from: usize, to: usize) -> bool {
        let headlines = (from..to).filter(|at| self.lines[*at].is_headline(4)).count();
        let chars: usize = self.lines[from..to].iter().map(|line| line.chars).sum();
        let announced = from > 0 && self.lines[from - 1].block.text.ends_with(':');
        to - from >= 2 && headlines * 3 >= (to - from) * 2 && chars >= 28 * (to - from) && !announced
    }

    fn foot_role(&self, at: usize, not_article: bool) -> Role {
        if let Some(role) = self.certain(at).filter(|role| !not_article || *role != Role::Tweet) {
            return role;
        }
        match self.lines[at].kind {
            _ if not_article => Role::Furniture,
            Kind::Dateline(_) if at + 1 == self.lines.len() || !self.has_title => Role::Byline,
            Kind::Interface if !self.has_title || !self.lines[at].block.text.chars().any(char::is_numeric) => {
                Role::Furniture
            }
            _ => Role::Body,
        }
    }
}
