//! Times of publication and change that stand on the page itself, for pages whose metadata is silent.
//!
//! Order, best first: elements marked as time of publication; `time` elements; times printed in elements that are
//! called so; a date that stands alone in a short block. All must stand near the article: between some blocks above the
//! title and some below the end. Whatever is inside furniture (menus, related boxes, comments) never counts. Last, the
//! day in the page's own URL.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::NaiveDate;
use html5ever::local_name;

use super::dom::{Dom, NodeId};
use super::facts::read_time;
use super::hints::Hints;
use super::outline::{Outline, Raw};
use super::scope::Scope;
use crate::domain::{Basis, Role, Time};
use crate::page::dates::parse_printed;

/// Blocks above the title and below the article in which its date may stand.
const ABOVE: usize = 12;
const BELOW: usize = 6;
/// Words that a block with a date of the page may have.
const SHORT: f32 = 14.0;
/// Names of properties that hold a time of publication.
const PUBLISHED: [&str; 6] =
    ["datepublished", "datecreated", "dc:date", "dc:created", "dcterms:created", "schema:datepublished"];
const MODIFIED: [&str; 3] = ["datemodified", "dcterms:modified", "schema:datemodified"];

/// What a time on the page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Publication,
    Change,
    Unknown,
}

/// A time in an attribute.
#[derive(Debug)]
pub(super) struct Stamp {
    /// Blocks that stand before it.
    pub(super) before: usize,
    /// The element of the outline around it.
    pub(super) elem: usize,
    value: String,
    of: Of,
}

impl Stamp {
    /// Reads the stamp of an element, if it carries one.
    pub(super) fn of(dom: &Dom, node: NodeId, before: usize, elem: usize) -> Option<Stamp> {
        let is_time = dom.name(node).is_some_and(|name| *name == local_name!("time"));
        let property =
            ["itemprop", "property"].iter().find_map(|attr| dom.attr(node, attr)).map(str::to_ascii_lowercase);
        let names = |list: &[&str]| {
            property.as_deref().is_some_and(|names| names.split_ascii_whitespace().any(|name| list.contains(&name)))
        };
        let class = || dom.attr(node, "class").unwrap_or_default().to_ascii_lowercase();
        let of = if names(&PUBLISHED) || is_time && dom.attr(node, "pubdate").is_some() {
            Of::Publication
        } else if names(&MODIFIED) {
            Of::Change
        } else if is_time || dom.name(node).is_some_and(|name| *name == local_name!("abbr")) {
            let class = class();
            if class.contains("publish") && !class.contains("updat") {
                Of::Publication
            } else if class.contains("updat") || class.contains("modif") {
                Of::Change
            } else {
                Of::Unknown
            }
        } else {
            return None;
        };
        let value = ["datetime", "content", "title"].iter().find_map(|attr| dom.attr(node, attr))?.trim();
        (!value.is_empty()).then(|| Stamp { before, elem, value: value.to_owned(), of })
    }
}

/// Times of publication and of change.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Best first.
    pub(super) published: Vec<Time>,
    /// Best first.
    pub(super) modified: Vec<Time>,
}

impl Times {
    /// Adds a time unless the same is known.
    fn add(&mut self, of: Of, time: Time) {
        let list = if of == Of::Change { &mut self.modified } else { &mut self.published };
        if !list.iter().any(|known| known.edtf == time.edtf) {
            list.push(time);
        }
    }

    /// Finds the times on a page.
    pub(super) fn of(outline: &Outline, scope: &Scope, roles: &[Role]) -> Times {
        let mut times = Times::default();
        let near = near_article(roles);
        for of in [Of::Publication, Of::Unknown, Of::Change] {
            times.add_stamps(outline, scope, &near, of);
        }
        for named in [true, false] {
            times.add_printed(outline, scope, roles, &near, named);
        }
        times
    }

    fn add_stamps(&mut self, outline: &Outline, scope: &Scope, near: &Range<usize>, of: Of) {
        for stamp in outline.stamps.iter().filter(|stamp| stamp.of == of && near.contains(&stamp.before)) {
            if is_elsewhere(scope.hints[stamp.elem]) {
                continue;
            }
            if let Some(time) = read_time(&stamp.value, Basis::Meta) {
                let block = outline.blocks.get(stamp.before);
                let changed = of == Of::Unknown && block.is_some_and(|raw| says_changed(&raw.block.text));
                // Of several times without a name the first is the page's own; what follows may be anything.
                if of == Of::Unknown && !changed && !self.published.is_empty() {
                    continue;
                }
                self.add(if changed { Of::Change } else { of }, time);
            }
        }
    }

    fn add_printed(&mut self, outline: &Outline, scope: &Scope, roles: &[Role], near: &Range<usize>, named: bool) {
        for index in near.clone() {
            let raw = &outline.blocks[index];
            let hints = scope.hints[raw.elem];
            let short = raw.words <= SHORT
                && !matches!(roles[index], Role::Title | Role::Subhead | Role::Caption | Role::Tweet);
            if !short || is_elsewhere(hints) || hints.any(Hints::DATE.with(Hints::BYLINE)) != named {
                continue;
            }
            if !raw.block.text.contains(|c: char| c.is_numeric()) || roles[index].is_hashed() && !is_mostly_date(raw) {
                continue;
            }
            if let Some(time) = parse_printed(&raw.block.text) {
                let of = if says_changed(&raw.block.text) { Of::Change } else { Of::Publication };
                if of == Of::Change || self.published.is_empty() {
                    self.add(of, time);
                }
            }
        }
    }
}

/// The blocks near the article, in which its date may stand.
fn near_article(roles: &[Role]) -> Range<usize> {
    let is_article = |role: &Role| role.is_hashed();
    let Some(first) = roles.iter().position(is_article) else { return 0..0 };
    let last = roles.iter().rposition(is_article).unwrap_or(first);
    let title = roles.iter().position(|role| *role == Role::Title).unwrap_or(first);
    first.min(title).saturating_sub(ABOVE)..(last + 1 + BELOW).min(roles.len())
}

/// Whether a line has hardly a word beside its date. A line of the text that names a day tells of that day.
fn is_mostly_date(raw: &Raw) -> bool {
    let words = raw.block.text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
    // A dateline begins with its day; a sentence or caption ends with one.
    words.count() <= if raw.block.text.starts_with(char::is_numeric) { 6 } else { 4 }
}

/// The day that a title begins or ends with, set apart and with all its digits: `28.04.2023`, `2023-04-28`.
pub(super) fn day_of_title(title: &str) -> Option<Time> {
    const DAY: usize = 10;
    let is_day = |part: &&str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        part.len() == DAY && digits == 8 && part.bytes().all(|b| b.is_ascii_digit() || b"./-".contains(&b))
    };
    let parts = |mark: char| [title.split(mark).next(), title.split(mark).next_back()];
    let apart = ['|', '–', '—', ' '].into_iter().flat_map(parts).flatten().map(str::trim);
    // A heading may hold the day in an element of its own, with no space behind.
    let glued = title.get(..DAY).filter(|_| title[DAY..].starts_with(char::is_alphabetic));
    let day = apart.chain(glued).find(is_day)?;
    parse_printed(day).filter(|time| !time.edtf.starts_with('['))
}

/// Whether an element belongs to something other than the article.
fn is_elsewhere(hints: Hints) -> bool {
    let harmless = Hints::SHARE.with(Hints::AUTHOR).with(Hints::FOOTER).with(Hints::HIDDEN).with(Hints::TAGS);
    hints.any(Hints::FURNITURE.without(harmless))
}

static CHANGED: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("data/update-labels.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

/// Whether the words before the first number say that the time is one of change.
fn says_changed(text: &str) -> bool {
    let text = text.to_lowercase();
    let head = &text[..text.find(char::is_numeric).unwrap_or(text.len())];
    CHANGED.iter().any(|label| head.contains(label))
}

/// The day in the path of a URL: `/2018/03/31/`, `/2018-03-31`, `/31-03-2018`, `20180331`.
pub(super) fn day_of_url(url: &str) -> Option<Time> {
    let path = url.split_once("://")?.1.split_once('/')?.1;
    let path = path.split(['?', '#']).next()?;
    let numbers: Vec<&str> = path.split(|c: char| !c.is_ascii_digit()).collect();
    let day = |year: &str, month: &str, day: &str| {
        let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
        let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
        (fits && ("1995"..="2100").contains(&year)).then_some(date)
    };
    let parted = numbers.windows(3).find_map(|run| day(run[0], run[1], run[2]));
    // Day first only where no other reading is possible: `/23-01-2022-title`.
    let day_first = || {
        numbers.windows(3).filter(|run| run[0] > "12" && run[0].len() == 2).find_map(|run| day(run[2], run[1], run[0]))
    };
    let solid = || numbers.iter().filter(|run| run.len() == 8).find_map(|run| day(&run[..4], &run[4..6], &run[6..]));
    parted.or_else(day_first).or_else(solid).map(|date| Time::day(date, Basis::Url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_set_apart_in_a_title_or_path_counts() {
        for (title, day) in [
            ("Die Brücke steht wieder | Talbote | 28.04.2023", Some("2023-04-28")),
            ("28.04.2023 - Die Brücke steht wieder", Some("2023-04-28")),
            ("28.04.2023Die Brücke steht wieder", Some("2023-04-28")),
            ("الجسر يفتح من جديد – 2023-04-28", Some("2023-04-28")),
            ("What 03/04/2018 changed in the valley", None),
            ("The bridge reopens 03/04/2018", None),
            ("Call 28.04.20231 now", None),
        ] {
            assert_eq!(day_of_title(title).map(|time| time.edtf).as_deref(), day, "{title}");
        }
        for (url, day) in [
            ("https://a.example/de/23-01-2022-die-bruecke/17.html", Some("2022-01-23")),
            ("https://a.example/de/03-04-2022-die-bruecke/", None),
            ("https://a.example/2018/03/31/title", Some("2018-03-31")),
        ] {
            assert_eq!(day_of_url(url).map(|time| time.edtf).as_deref(), day, "{url}");
        }
    }
}
