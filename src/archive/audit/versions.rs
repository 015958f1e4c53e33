//! Versions of one page: which of them have the words, and what they state of its publication.

use std::collections::BTreeMap;

use super::occurrences::{Group, Key, Place};
use crate::archive::Error;
use crate::domain::{Basis, Time};
use crate::quote::{self, MatchKind, Query};
use crate::store::{CaptureRow, ReadTx};

/// Which captures show the words, whatever version of the page they hold, and how well at best.
pub(super) struct Shown<'q> {
    query: &'q Query,
    by_capture: BTreeMap<i64, Vec<(bool, bool)>>,
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

    /// The newest capture of the same page that lacks the words and is certainly older than `earliest`.
    ///
    /// A capture whose time is only that of its ingestion proves nothing: it may have been made at any time before, so
    /// neither is it an older one, nor is any older than it.
    pub(super) fn lacking_before(
        &self,
        tx: &ReadTx<'_>,
        earliest: &CaptureRow,
        place: &Place,
        versions: &[CaptureRow],
    ) -> Result<Option<CaptureRow>, Error> {
        for capture in older_than(earliest, versions).rev() {
            if self.has(capture.key, place) {
                continue;
            }
            let article = tx.readings(capture.key)?.pop().and_then(|reading| reading.article);
            let Some((article, _)) = article else { continue };
            // The search is bounded and may have passed over this version: it is read before it is said to lack them.
            let found = self.resembles(capture);
            let same = |hit: &quote::Hit| hit.kind < MatchKind::Reworded;
            if found || !quote::find(self.query, &tx.article_by_key(article)?.text()).iter().any(same) {
                return Ok(Some(capture.clone()));
            }
        }
        Ok(None)
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

/// Of the versions of a page those that were certainly captured before one of them.
fn older_than<'c>(
    one: &'c CaptureRow,
    versions: &'c [CaptureRow],
) -> impl DoubleEndedIterator<Item = &'c CaptureRow> + 'c {
    let stated = |capture: &CaptureRow| capture.captured.basis != Basis::Ingest && capture.replaced_by.is_none();
    versions.iter().filter(move |capture| {
        one.captured.basis != Basis::Ingest && stated(capture) && capture.captured.precedes(&one.captured)
    })
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

/// What the captures of one text, earliest first, state of its publication: the first that states one. A later
/// capture's, where the earliest had none, must not be after that one: there the text was already.
pub(super) fn publication(captures: &[CaptureRow]) -> Option<Time> {
    let (earliest, later) = captures.split_first()?;
    let possible = |time: &&Time| !earliest.captured.precedes(time);
    let stated = later.iter().filter_map(|capture| capture.published.as_ref()).find(possible);
    earliest.published.as_ref().or(stated).cloned()
}
