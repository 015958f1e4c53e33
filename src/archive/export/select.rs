//! Which captures are exported.

use std::collections::VecDeque;

use crate::archive::Error;
use crate::archive::refs::{Target, resolve};
use crate::domain::Time;
use crate::store::{CaptureRow, ReadTx};

/// How many captures are listed at once.
const STEP: u32 = 500;

/// What is asked for; captures must answer to all of it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// An article, capture, reading, payload or captured page.
    pub reference: Option<String>,
    /// The outlet, as `list` names it.
    pub outlet: Option<String>,
    /// Captured no earlier; what may have been is taken.
    pub since: Option<Time>,
    /// Captured no later; what may have been is taken.
    pub until: Option<Time>,
}

impl Selection {
    fn holds(&self, row: &CaptureRow) -> bool {
        let too_early = self.since.as_ref().is_some_and(|since| row.captured.precedes(since));
        let too_late = self.until.as_ref().is_some_and(|until| until.precedes(&row.captured));
        let other = self.outlet.is_some() && row.outlet != self.outlet;
        // What was withheld leaves in no export, not even for the person at the machine.
        !too_early && !too_late && !other && row.withheld.is_none()
    }
}

/// Goes through the captures in the order of the log.
pub(super) struct Walk<'s> {
    selection: &'s Selection,
    waiting: VecDeque<CaptureRow>,
    /// Local key of the last capture listed; nothing when all are waiting.
    after: Option<i64>,
    done: u64,
    total: u64,
}

impl<'s> Walk<'s> {
    pub(super) fn new(tx: &ReadTx<'_>, selection: &'s Selection) -> Result<Self, Error> {
        let mut walk = Walk { selection, waiting: VecDeque::new(), after: Some(0), done: 0, total: 0 };
        match &selection.reference {
            Some(reference) => {
                walk.waiting = referred(tx, reference)?.into();
                walk.after = None;
                walk.total = walk.waiting.len() as u64;
            }
            None => walk.total = tx.captures_in_all(selection.outlet.as_deref())?,
        }
        Ok(walk)
    }

    /// How many captures were looked at.
    pub(super) fn done(&self) -> u64 {
        self.done
    }

    /// How many there are to look at.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The next capture.
    pub(super) fn next(&mut self, tx: &ReadTx<'_>) -> Result<Option<CaptureRow>, Error> {
        loop {
            while let Some(row) = self.waiting.pop_front() {
                self.done += 1;
                if self.selection.holds(&row) {
                    return Ok(Some(row));
                }
            }
            let Some(after) = self.after else { return Ok(None) };
            self.waiting = tx.captures_after(after, self.selection.outlet.as_deref(), STEP)?.into();
            self.after = self.waiting.back().map(|row| row.key);
        }
    }
}

/// The captures that a reference means: of a page all, of an article all that show it.
fn referred(tx: &ReadTx<'_>, reference: &str) -> Result<Vec<CaptureRow>, Error> {
    let mut rows = tx.captures_of_url(reference.trim())?;
    if rows.is_empty() {
        rows = match resolve(tx, reference)?.target {
            Target::Article(id) => match tx.article(&id)? {
                Some(article) => tx.current_captures_of_article(article.key)?,
                None => Vec::new(),
            },
            // A capture that is named is meant, whatever corrects it.
            Target::Capture(id) => return Ok(tx.capture(&id)?.into_iter().collect()),
            Target::Reading(id) => match tx.reading(&id)? {
                Some(reading) => return Ok(tx.capture_by_key(reading.capture)?.into_iter().collect()),
                None => Vec::new(),
            },
            Target::Payload(id) => tx.captures_of_payload(&id)?,
        };
    }
    rows.retain(|row| row.replaced_by.is_none());
    rows.sort_by_key(|row| row.key);
    Ok(rows)
}
