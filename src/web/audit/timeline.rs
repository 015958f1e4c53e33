//! The picture of an audit: one lane an outlet, a mark an occurrence, bars where the time is uncertain, lines for the chain.
//!
//! Names and dates are text beside the drawing, so that they keep their size on a phone and are read aloud; the drawing
//! repeats what the text says and is hidden from screen readers. It runs in the reading direction of the interface.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::archive::article::utc;
use crate::archive::audit::{Audit, Basis, Link, OccurrenceView};
use crate::domain::{ArticleId, Role};
use crate::web::show::{When, spoken};
use crate::web::visit::Frame;
use crate::web::words::{Words, fill};

/// Width of the drawing, in its own units; it is stretched to the page.
const WIDTH: i64 = 1_000;
/// Height of a lane.
const LANE: i64 = 48;
/// Where in its lane a mark stands: below the lane's text.
const LEVEL: i64 = 36;
/// A bar narrower than this is a dot.
const DOT: i64 = 6;
/// Room for dots at both ends.
const EDGE: i64 = 12;
/// Lanes drawn; further outlets share the last.
const LANES: usize = 24;
/// Marks that stand at one place are drawn once; of others so many.
const MARKS: usize = 600;
/// Lines drawn; more would hide each other, and the list below has them all.
const LINKS: usize = 60;

/// The lanes with the drawing over them.
#[derive(Debug, Template)]
#[template(path = "audit/timeline.html")]
pub(super) struct Timeline {
    w: &'static Words,
    lanes: Vec<Lane>,
    marks: Vec<Mark>,
    links: Vec<Curve>,
    height: i64,
    begin: String,
    end: String,
}

impl HtmlSafe for Timeline {}

#[derive(Debug, PartialEq, Eq)]
struct Lane {
    path: String,
    who: String,
    when: String,
    count: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    /// Drawn first, so that dots lie above bars.
    class: &'static str,
    y: i64,
    x1: i64,
    x2: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Curve {
    class: &'static str,
    x1: i64,
    y1: i64,
    x2: i64,
    y2: i64,
}

impl Curve {
    /// The height at which the curve bends: within a lane so little that it stays below the text.
    fn middle(&self) -> i64 {
        if self.y1 == self.y2 { self.y1 - LANE / 4 } else { (self.y1 + self.y2) / 2 }
    }
}

impl Timeline {
    /// Draws the occurrences in articles; `None` where no two of them could be told apart by a picture.
    pub(super) fn of(audit: &Audit, f: &Frame) -> Option<Self> {
        let drawn: Vec<&OccurrenceView> =
            audit.occurrences.iter().filter(|place| place.role != Role::Furniture).collect();
        let starts = drawn.iter().filter_map(|place| place.published.as_ref()?.from);
        let from = starts.clone().min()?;
        // Undated ones run off the picture: their captures, years later, must not squeeze the dated ones together.
        let ends = drawn.iter().filter_map(|place| place.published.as_ref()?.to);
        let to = ends.chain(starts.map(|at| at + 1)).max()?.max(from + 1);
        // Within minutes of each other they stand in the middle of a day, not at the ends of a second.
        let margin = (crate::domain::time::DAY - (to - from)).max(0) / 2;
        let (from, to) = (from - margin, to + margin);
        if drawn.len() < 2 {
            return None;
        }
        let scale = Scale { from, to, mirrored: f.dir == "rtl" };
        // Within a few days the hour tells the ends apart.
        let precise = to - from < 3 * crate::domain::time::DAY;
        let day = |at: i64| {
            let text = utc(at - at.rem_euclid(60));
            spoken(if precise { &text } else { text.get(..10).unwrap_or(&text) }, f.w)
        };
        let (lanes, lane_of) = lanes(&drawn, f);
        let mut marks = Vec::new();
        let mut middle: BTreeMap<ArticleId, (i64, i64)> = BTreeMap::new();
        for (index, place) in drawn.iter().enumerate() {
            let y = lane_of[index] as i64 * LANE + LEVEL;
            let (x1, x2, open) = scale.bar(place.published.as_ref().and_then(|time| time.from), end_of(place));
            let class = match (open, x2 - x1 <= DOT, is_first(audit, place)) {
                (true, _, false) => "bar open",
                (true, _, true) => "bar open first",
                (false, false, false) => "bar",
                (false, false, true) => "bar first",
                (false, true, false) => "dot",
                (false, true, true) => "dot first",
            };
            marks.push(Mark { class, y, x1, x2: if class.starts_with("dot") { x1 } else { x2 } });
            if let Some(article) = place.article {
                middle.entry(article).or_insert(((x1 + x2) / 2, y));
            }
        }
        marks.sort_unstable();
        marks.dedup();
        marks.truncate(MARKS);
        let curve = |link: &Link| {
            let (&(x1, y1), &(x2, y2)) = (middle.get(&link.from)?, middle.get(&link.to)?);
            let class = if link.basis == Basis::Named { "named" } else { "wording" };
            Some(Curve { class, x1, y1, x2, y2 })
        };
        let mut links: Vec<Curve> = audit.chain.iter().filter_map(curve).take(LINKS).collect();
        links.sort_unstable();
        links.dedup();
        Some(Timeline {
            w: f.w,
            height: lanes.len() as i64 * LANE,
            lanes,
            marks,
            links,
            begin: day(from),
            end: day(to - 1),
        })
    }
}

/// Whether the verdict calls this place the first, or, where it is not known, one of those that may be.
fn is_first(audit: &Audit, place: &OccurrenceView) -> bool {
    let same = |other: &OccurrenceView| other.path == place.path && other.records == place.records;
    audit.first.published.iter().chain(&audit.contenders).any(same)
}

/// What nothing bounds from above was published by the time it was captured.
fn end_of(place: &OccurrenceView) -> Option<i64> {
    place.published.as_ref().and_then(|time| time.to).or(place.captured.to)
}

/// The lanes in the order of their first occurrence, and the lane of each.
fn lanes(drawn: &[&OccurrenceView], f: &Frame) -> (Vec<Lane>, Vec<usize>) {
    let mut outlets: Vec<Option<&str>> = Vec::new();
    let mut lane_of = Vec::with_capacity(drawn.len());
    for place in drawn {
        let outlet = place.outlet.as_deref();
        let number = outlets.iter().position(|known| *known == outlet).unwrap_or_else(|| {
            outlets.push(outlet);
            outlets.len() - 1
        });
        lane_of.push(number);
    }
    let many = outlets.len() > LANES;
    let kept = if many { LANES - 1 } else { outlets.len() };
    let further = outlets.len() - kept;
    for lane in &mut lane_of {
        *lane = (*lane).min(kept);
    }
    let lane = |number: usize| {
        let places: Vec<&&OccurrenceView> =
            drawn.iter().zip(&lane_of).filter(|(_, lane)| **lane == number).map(|(place, _)| place).collect();
        let first = places[0];
        let shared = many && number == kept;
        Lane {
            path: format!("{}{}", first.path, f.q),
            who: match (shared, outlets[number]) {
                (true, _) => fill(f.w.lanes_more, &[&further.to_string()]),
                (false, outlet) => outlet.unwrap_or(f.w.outlet_unknown).to_owned(),
            },
            when: first.published.as_ref().map_or_else(|| f.w.unknown.to_owned(), |time| When::of(time, f.w).said),
            count: (places.len() > 1).then(|| fill(f.w.lane_places, &[&places.len().to_string()])),
        }
    };
    ((0..kept + usize::from(many)).map(lane).collect(), lane_of)
}

struct Scale {
    from: i64,
    to: i64,
    mirrored: bool,
}

impl Scale {
    /// Both ends of the bar from `start` to `end`, left first, and whether an end is open; what is open, or ends beyond the
    /// picture, runs off it.
    fn bar(&self, start: Option<i64>, end: Option<i64>) -> (i64, i64, bool) {
        let at = |second: i64| {
            let inside = i128::from(second.clamp(self.from, self.to) - self.from) * i128::from(WIDTH - 2 * EDGE);
            EDGE + i64::try_from(inside / i128::from((self.to - self.from).max(1))).unwrap_or(0)
        };
        let left = start.filter(|start| *start >= self.from).map_or(0, at);
        let right = end.filter(|end| *end <= self.to).map_or(WIDTH, at);
        let right = right.max(left);
        let open = start.is_none() || end.is_none();
        if self.mirrored { (WIDTH - right, WIDTH - left, open) } else { (left, right, open) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_inside_the_picture_and_mirror() {
        let scale = |mirrored| Scale { from: 0, to: 976, mirrored };
        assert_eq!(scale(false).bar(Some(100), Some(200)), (112, 212, false));
        assert_eq!(scale(true).bar(Some(100), Some(200)), (788, 888, false));
        assert_eq!(scale(false).bar(None, Some(488)), (0, 500, true));
        assert_eq!(scale(false).bar(Some(976), Some(977)), (988, 1_000, false));
        assert_eq!(scale(false).bar(Some(i64::MIN), Some(i64::MAX)), (0, 1_000, false));
    }
}
