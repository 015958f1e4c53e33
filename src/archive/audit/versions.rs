//! Versions of one page: which of them have the words, and what they state of its publication.

use std::collections::BTreeMap;

use super::occurrences::{Group, Key, Place};
use crate::archive::Error;
use crate::domain::{Basis, Role, Time};
use crate::quote::partial::{Earlier, earlier};
use crate::quote::{self, MatchKind, Query};
use crate::store::{ArticleRow, CaptureRow, ReadTx};

/// Which captures show the words, whatever version of the page they hold, and how well at best.
pub(super) struct Shown<'q> {
    query: &'q Query,
    by_capture: BTreeMap<i64, Vec<(bool, bool)>>,
}

/// A capture of the same page that lacks the words and is certainly older.
pub(super) struct Lacking {
    pub(super) capture: CaptureRow,
    /// What it can say of words that it lacks.
    pub(super) earlier: Earlier,
}

/// Whether a place carries other words, and whether it says something else.
pub(super) fn distance(place: &Place) -> (bool, bool) {
    (place.found.hit.kind == MatchKind::Reworded, place.found.differs)
}

impl<'q> Shown<'q> {
    pub(super) fn of(query: &'q Query, groups: &BTreeMap<Key, Group>) -> Self {
        let mut by_capture: BTreeMap<i64, Vec<(bool, bool)>> = BTreeMap::new();
        for group in groups.values() {
            for capture in group.captures.keys() {
                by_capture.entry(*capture).or_default().push(distance(&group.best));
            }
        }
        Shown { query, by_capture }
    }

    /// Whether a capture shows the words in some way, be it with another number.
    pub(super) fn resembles(&self, capture: &CaptureRow) -> bool {
        self.by_capture.contains_key(&capture.key)
    }

    /// Whether a capture has what `place` has: another number in an earlier version is not these words yet.
    fn has(&self, capture: i64, place: &Place) -> bool {
        let (reworded, differs) = distance(place);
        let as_near = |there: &(bool, bool)| there.0 <= reworded && there.1 <= differs;
        self.by_capture.get(&capture).is_some_and(|there| there.iter().any(as_near))
    }

    /// The newest capture of the same page that lacks the words and is certainly older than `earliest`; rather one that
    /// shows the article than one that shows something else.
    ///
    /// A capture whose time is only that of its ingestion proves nothing: it may have been made at any time before, so
    /// neither is it an older one, nor is any older than it.
    pub(super) fn lacking_before(
        &self,
        tx: &ReadTx<'_>,
        earliest: &CaptureRow,
        (article, place): (Option<&ArticleRow>, &Place),
        versions: &[CaptureRow],
    ) -> Result<Option<Lacking>, Error> {
        let mut unlike = None;
        for capture in older_than(earliest, versions).rev() {
            if self.has(capture.key, place) {
                continue;
            }
            let read = tx.readings(capture.key)?.pop().and_then(|reading| reading.article);
            let Some((key, _)) = read else { continue };
            let lacking = |earlier| Lacking { capture: capture.clone(), earlier };
            if self.resembles(capture) {
                return Ok(Some(lacking(Earlier::Version)));
            }
            // The search is bounded and may have passed over this version: it is read before it is said to lack them.
            let before = tx.article_by_key(key)?;
            let same = |hit: &quote::Hit| hit.kind < MatchKind::Reworded;
            if quote::find(self.query, &before.text()).iter().any(same) {
                continue;
            }
            let told = article.map_or(Earlier::Version, |after| {
                let ([titles, rest], [_, later]) = (parts(&before), parts(after));
                earlier((&titles, &rest), &later)
            });
            if told.tells() {
                return Ok(Some(lacking(told)));
            }
            unlike = unlike.or_else(|| Some(lacking(told)));
        }
        Ok(unlike)
    }
}

/// Every capture of `page`, the oldest first, where there are others than those that show the words.
pub(super) fn versions_of(tx: &ReadTx<'_>, page: Option<&str>, of: &[CaptureRow]) -> Result<Vec<CaptureRow>, Error> {
    let Some(page) = page else { return Ok(Vec::new()) };
    // Most pages were captured once.
    let known = |key: &i64| of.iter().any(|capture| capture.key == *key);
    if tx.capture_keys_of_page(page)?.iter().all(known) {
        return Ok(Vec::new());
    }
    Ok(tx.captures_of_page(page)?)
}

/// The titles of an article and its other paragraphs.
fn parts(article: &ArticleRow) -> [Vec<&str>; 2] {
    [true, false].map(|titles| {
        let is_part = |block: &&(i64, Role, String)| (block.1 == Role::Title) == titles;
        article.blocks.iter().filter(is_part).map(|(_, _, text)| text.as_str()).collect()
    })
}

/// Of the versions of a page those that were certainly captured before one of them.
fn older_than<'c>(
    one: &'c CaptureRow,
    versions: &'c [CaptureRow],
) -> impl DoubleEndedIterator<Item = &'c CaptureRow> + 'c {
    versions.iter().filter(move |capture| capture.replaced_by.is_none() && surely_before(capture, one))
}

/// Whether one capture was certainly made before another, both at times that somebody stated.
fn surely_before(one: &CaptureRow, other: &CaptureRow) -> bool {
    let stated = |capture: &CaptureRow| capture.captured.basis != Basis::Ingest;
    stated(one) && stated(other) && one.captured.precedes(&other.captured)
}

/// The latest publication that an older version of the page states after the one that `one` states: a page that was
/// dated back. Which of the two is right cannot be told.
pub(super) fn stated_later<'c>(
    one: &'c CaptureRow,
    published: &Time,
    versions: &'c [CaptureRow],
) -> Option<&'c CaptureRow> {
    let later = |capture: &&CaptureRow| capture.published.as_ref().is_some_and(|other| published.precedes(other));
    older_than(one, versions).filter(later).max_by_key(|capture| capture.published.as_ref().and_then(|time| time.to))
}

/// What the records of a capture said before it was corrected, oldest first, as a remark each.
pub(super) fn corrections(capture: &CaptureRow, before: &[CaptureRow]) -> Vec<String> {
    let remark = |older: &CaptureRow| {
        let entry = older.logged;
        match (&older.published, &capture.published) {
            (was, is) if was == is => {
                format!(
                    "corrected: entry {entry} of the log states the same publication, and other things of this capture"
                )
            }
            (Some(was), _) => {
                format!("corrected: entry {entry} of the log states publication {} of this capture", was.edtf)
            }
            (None, _) => format!("corrected: entry {entry} of the log states no publication of this capture"),
        }
    };
    before.iter().map(remark).collect()
}

/// What the captures of one text, earliest first, state of its publication, with a remark where they disagree.
///
/// The first that states one speaks. A later capture's must not be after the earliest one: there the text was already.
/// Where it cannot be told which came first, and where a later one dates the text back, either may be right.
pub(super) fn publication(captures: &[CaptureRow]) -> (Option<Time>, Option<String>) {
    let Some(earliest) = captures.first() else { return (None, None) };
    let possible = |capture: &&CaptureRow| {
        capture.published.as_ref().is_some_and(|time| !earliest.captured.precedes(time) && !is_placeholder(time))
    };
    let stating: Vec<&CaptureRow> = captures.iter().filter(possible).collect();
    let time = |capture: &&CaptureRow| capture.published.clone();
    let first = |capture: &&&CaptureRow| !stating.iter().any(|other| surely_before(other, capture));
    let mut times: Vec<Time> = stating.iter().filter(first).filter_map(time).collect();
    let dated_back = |capture: &&CaptureRow| {
        capture.published.as_ref().is_some_and(|back| times.iter().all(|time| back.precedes(time)))
    };
    let back: Vec<Time> = stating.iter().filter(|capture| dated_back(capture)).filter_map(time).collect();
    times.extend(back);
    times.sort_by_key(|time| (time.from, time.to));
    times.dedup_by(|one, other| (one.from, one.to) == (other.from, other.to));
    let differing = stating.windows(2).any(|two| two[0].published != two[1].published);
    match times.as_slice() {
        [] => (earliest.published.clone(), None),
        [time] if differing => {
            let remark = "its captures state different publication times; the earliest capture's is used";
            (Some(time.clone()), Some(remark.to_owned()))
        }
        [time] => (Some(time.clone()), None),
        [least, .., most] => {
            let to = times.iter().map(|time| time.to).max_by_key(|to| to.unwrap_or(i64::MAX)).flatten();
            let remark = format!(
                "its captures state different publication times, from {} to {}; either may be right",
                least.edtf, most.edtf
            );
            (Some(Time::between(least.from, to, Basis::Inferred)), Some(remark))
        }
    }
}

/// Whether a time is what programs write where they know none: the first second of Unix time.
pub(super) fn is_placeholder(time: &Time) -> bool {
    (time.from, time.to) == (Some(0), Some(1))
}
