//! The picture of an audit: one row an occurrence, a bar over the seconds in which it may have been published.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::archive::article::utc;
use crate::archive::audit::OccurrenceView;
use crate::domain::Role;
use crate::web::show::{When, spoken};
use crate::web::visit::Frame;
use crate::web::words::Words;

/// Width of the drawing, in its own units.
const WIDTH: i64 = 1_000;
/// The narrowest bar that can be seen.
const NARROWEST: i64 = 8;
/// Rows that are drawn.
const ROWS: usize = 24;

/// Bars of publication, in the reading direction of the interface.
#[derive(Debug, Template)]
#[template(path = "parts/timeline.html")]
pub(super) struct Timeline {
    w: &'static Words,
    rows: Vec<Row>,
    begin: String,
    end: String,
}

impl HtmlSafe for Timeline {}

#[derive(Debug, PartialEq, Eq)]
struct Row {
    path: String,
    who: String,
    when: String,
    x: i64,
    width: i64,
    /// `dated`, or `undated` where nothing bounds the beginning.
    class: &'static str,
}

impl Timeline {
    /// Draws the occurrences in articles; `None` where no two of them could be told apart by a picture.
    pub(super) fn of(places: &[OccurrenceView], f: &Frame) -> Option<Self> {
        let drawn: Vec<&OccurrenceView> =
            places.iter().filter(|place| place.role != Role::Furniture).take(ROWS).collect();
        let dated = || drawn.iter().filter_map(|place| place.published.as_ref());
        let from = dated().filter_map(|time| time.from).min()?;
        let to = dated().filter_map(|time| time.to.or(time.from)).max()?.max(from + 1);
        if drawn.len() < 2 {
            return None;
        }
        // A little room on both sides, so that the first and the last stand off the edges.
        let room = ((to - from) / 20).max(1);
        let scale = Scale { from: from - room, to: to + room, mirrored: f.dir == "rtl" };
        // Within a few days the hour tells the ends apart.
        let precise = scale.to - scale.from < 3 * crate::domain::time::DAY;
        let day = |at: i64| {
            let text = utc(at - at.rem_euclid(60));
            spoken(if precise { &text } else { text.get(..10).unwrap_or(&text) }, f.w)
        };
        Some(Timeline {
            w: f.w,
            rows: drawn.into_iter().map(|place| row(place, &scale, f)).collect(),
            begin: day(scale.from),
            end: day(scale.to),
        })
    }
}

struct Scale {
    from: i64,
    to: i64,
    mirrored: bool,
}

impl Scale {
    /// Left edge and width of the bar from `start` to `end`; open ends run off the picture.
    fn bar(&self, start: Option<i64>, end: Option<i64>) -> (i64, i64) {
        let at = |second: i64| {
            let inside = i128::from(second.clamp(self.from, self.to) - self.from) * i128::from(WIDTH);
            i64::try_from(inside / i128::from((self.to - self.from).max(1))).unwrap_or(0)
        };
        let (left, right) = (start.map_or(0, at), end.map_or(WIDTH, at));
        let width = (right - left).max(NARROWEST);
        let left = left.min(WIDTH - width).max(0);
        (if self.mirrored { WIDTH - left - width } else { left }, width)
    }
}

fn row(place: &OccurrenceView, scale: &Scale, f: &Frame) -> Row {
    let published = place.published.as_ref();
    let start = published.and_then(|time| time.from);
    // What nothing bounds was published by the time it was captured.
    let end = published.and_then(|time| time.to).or(place.captured.to);
    let (x, width) = scale.bar(start, end);
    Row {
        path: format!("{}{}", place.path, f.q),
        who: place.outlet.clone().unwrap_or_else(|| f.w.outlet_unknown.to_owned()),
        when: published.map_or_else(|| f.w.unknown.to_owned(), |time| When::of(time, f.w).said),
        x,
        width,
        class: if start.is_some() { "dated" } else { "undated" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_inside_the_picture_and_mirror() {
        let scale = |mirrored| Scale { from: 0, to: 100, mirrored };
        assert_eq!(scale(false).bar(Some(10), Some(20)), (100, 100));
        assert_eq!(scale(true).bar(Some(10), Some(20)), (800, 100));
        assert_eq!(scale(false).bar(None, Some(50)), (0, 500));
        assert_eq!(scale(false).bar(Some(100), Some(101)), (WIDTH - NARROWEST, NARROWEST));
        assert_eq!(scale(false).bar(Some(i64::MIN), Some(i64::MAX)), (0, WIDTH));
    }
}
