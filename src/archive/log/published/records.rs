//! Nothing vanishes unannounced: every capture that a log names opens, or a later entry withholds or erases it.
//!
//! A record opens when the place that publishes records has bytes for its id that hash to it. A capture that was shown
//! again after a withholding has a further `capture` entry, and must open again.

use std::collections::HashMap;

use super::place::{Missing, Place, is_address};
use super::{Check, PublishedLog, Seen};
use crate::archive::Error;
use crate::archive::verify::Outcome;
use crate::domain::record::MAX_RECORD;
use crate::domain::{Digest, sha256};
use crate::tlog::{Checkpoint, LeafKind, VerifierKey};

/// The word that stands for no place at all.
const NONE: &str = "none";

/// The captures that a log names, and which of them it says are taken down.
#[derive(Default)]
pub(super) struct Captures {
    /// Index and id, in the order of the log; a capture that was shown again stands twice.
    named: Vec<(u64, [u8; 32])>,
    /// The newest entry that withholds or erases it.
    taken_down: HashMap<[u8; 32], u64>,
}

impl Captures {
    pub(super) fn note(&mut self, index: u64, kind: LeafKind, subject: [u8; 32]) {
        match kind {
            LeafKind::Capture => self.named.push((index, subject)),
            LeafKind::Withhold | LeafKind::Erase => {
                self.taken_down.insert(subject, index);
            }
            LeafKind::Reading | LeafKind::Anchor | LeafKind::Adopt => {}
        }
    }

    /// Whether an entry behind `index` says that the capture is taken down.
    fn announced(&self, index: u64, id: &[u8; 32]) -> bool {
        self.taken_down.get(id).is_some_and(|taken_down| *taken_down > index)
    }
}

/// Where records are published.
pub(super) enum Records {
    At(Place),
    /// Nobody wants to look.
    Unasked,
    Unknown,
}

impl Records {
    pub(super) fn of(log: &PublishedLog<'_>) -> Self {
        let place = match log.records {
            Some(NONE) => return Records::Unasked,
            Some(place) => Place::of(place, &log.servers),
            // As isnad serves them, and as `log export --records` may lay them beside.
            None => match log.place.trim_end_matches('/').strip_suffix("log") {
                Some(above) if above.ends_with('/') || above.is_empty() => {
                    Place::of(&format!("{above}r"), &log.servers)
                }
                _ => return Records::Unknown,
            },
        };
        if place.is_there() { Records::At(place) } else { Records::Unknown }
    }
}

impl Check<'_> {
    /// Checks that every capture opens or was announced to be taken down.
    pub(super) fn records(
        &mut self,
        log: &PublishedLog<'_>,
        records: &Records,
        captures: &Captures,
        head: &Checkpoint,
        given: &[VerifierKey],
        seen: &Seen,
    ) -> Result<(), Error> {
        let place = match records {
            Records::At(place) => place,
            Records::Unasked => return Ok(()),
            Records::Unknown => {
                let why = format!(
                    "whether the {} captures it names open: nobody knows where their records are published. Say it with \
                     --records {}, or leave it unasked with --records none",
                    captures.named.len(),
                    if is_address(log.place) { "URL" } else { "DIR" }
                );
                self.say("record", &head.origin, Outcome::NotChecked, why);
                return Ok(());
            }
        };
        let mut vanished = Vec::new();
        let total = captures.named.len() as u64;
        for (at, (index, id)) in (0..).zip(&captures.named) {
            (self.progress)(at, total);
            if captures.announced(*index, id) {
                let why = format!("entry {} takes it down", captures.taken_down[id]);
                self.say("record", &Digest(*id).to_string(), Outcome::Verified, why);
            } else if !self.opens(place, id) {
                vanished.push((*index, *id));
            }
        }
        if vanished.is_empty() {
            return Ok(());
        }
        // They may have been taken down since the head was read: the newest one decides.
        let since = self.since(log, head, given, seen)?;
        for (index, id) in vanished {
            let shown = Digest(id).to_string();
            match since.as_ref().and_then(|since| since.taken_down.get(&id)) {
                Some(later) => self.say("record", &shown, Outcome::Verified, format!("entry {later} takes it down")),
                None => {
                    let why = format!(
                        "entry {index} names it, it does not open, and no later entry says that it was withheld or erased"
                    );
                    self.say("record", &shown, Outcome::Failed, why);
                }
            }
        }
        Ok(())
    }

    /// Whether a record is published; what is there instead of it, or in the way, is a finding at once.
    fn opens(&mut self, place: &Place, id: &[u8; 32]) -> bool {
        let shown = Digest(*id).to_string();
        match place.read(&format!("{shown}.json"), MAX_RECORD as u64) {
            Ok(bytes) if sha256(&bytes) == *id => self.say("record", &shown, Outcome::Verified, ""),
            Ok(bytes) => {
                let why = format!("what is published under its id hashes to {}", Digest(sha256(&bytes)));
                self.say("record", &shown, Outcome::Failed, why);
            }
            Err(Missing::NotThere) => return false,
            Err(Missing::Unread(error)) => self.say("record", &shown, Outcome::NotChecked, error.message),
        }
        true
    }

    /// What a head that is newer than `head` says was taken down; none when there is no such head, or it does not hold.
    fn since(
        &mut self,
        log: &PublishedLog<'_>,
        head: &Checkpoint,
        given: &[VerifierKey],
        seen: &Seen,
    ) -> Result<Option<Captures>, Error> {
        let Some((_, newer, note)) = self.head(log.place)? else { return Ok(None) };
        if newer.size <= head.size || newer.origin != head.origin {
            return Ok(None);
        }
        let mut captures = Captures::default();
        let unsigned = (!given.is_empty() || !seen.keys.is_empty()) && !self.signature(&newer, &note, given, seen);
        let Some(root_then) = self.contents(&newer, Some(head), &mut captures) else { return Ok(None) };
        let fits = self.consistency(&newer, Some(head), root_then);
        Ok((fits && !unsigned).then_some(captures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_that_is_shown_again_must_open_again() {
        let mut captures = Captures::default();
        let id = [1; 32];
        for (index, kind) in (0..).zip([LeafKind::Capture, LeafKind::Withhold, LeafKind::Capture, LeafKind::Reading]) {
            captures.note(index, kind, id);
        }
        assert!(captures.announced(0, &id));
        assert!(!captures.announced(2, &id));
        captures.note(4, LeafKind::Erase, id);
        assert!(captures.announced(2, &id));
        assert!(!captures.announced(0, &[2; 32]));
    }

    #[test]
    fn records_are_looked_for_beside_a_log_that_is_called_so() {
        let of = |place| match Records::of(&PublishedLog { place, ..PublishedLog::default() }) {
            Records::At(Place::Address(address, _)) => address,
            Records::At(Place::Folder(folder)) => folder.display().to_string(),
            Records::Unasked => "unasked".to_owned(),
            Records::Unknown => "unknown".to_owned(),
        };
        assert_eq!(of("https://a.example/log"), "https://a.example/r");
        assert_eq!(of("https://a.example/x/log/"), "https://a.example/x/r");
        assert_eq!(of("https://a.example/catalog"), "unknown");
        assert_eq!(of("/nowhere/at/all/log"), "unknown");
        let log = PublishedLog { place: "https://a.example/log", records: Some("none"), ..PublishedLog::default() };
        assert!(matches!(Records::of(&log), Records::Unasked));
    }
}
