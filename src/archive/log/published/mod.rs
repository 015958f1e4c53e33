//! Checking the log that an archive publishes, from outside, and remembering what was seen of it.
//!
//! What was seen lies in the user's state directory: `seen/<origin>/checkpoint`, the largest head whose signature held,
//! and `keys`, the keys that were given for it, one a line. A head that does not fit it is kept there as
//! `fork-<SHA-256>.txt`: two heads of one log, both signed, are the proof against whoever signed them.

mod place;
mod records;
mod seen;

use super::seen_by;
use super::servers::Servers;
use super::state::StateDir;
use crate::archive::verify::{Finding, Outcome, Tally, given_keys};
use crate::archive::{Error, ErrorKind};
use crate::domain::{Digest, sha256};
use crate::tlog::{
    Checkpoint, Hash, LeafKind, MAX_NOTE, Note, OpenedCheckpoint, TILE_WIDTH, Tile, TileBuilder, TileKind, VerifierKey,
    parse_bundle, parse_leaf_line,
};

use place::{Missing, Place};
use records::{Captures, Records};
use seen::Seen;

/// The longest file that is fetched: a bundle of 256 entries of the greatest length.
const MAX_FILE: u64 = 17 << 20;

/// What is to be checked, and with which keys.
#[derive(Debug, Clone, Default)]
pub struct PublishedLog<'a> {
    /// The folder or address that has `checkpoint` and `tile/` below it.
    pub place: &'a str,
    /// The folder or address that has `<id>.json` of each public record below it, or `none` when nobody shall look;
    /// without it `r` beside a place that ends in `log`.
    pub records: Option<&'a str>,
    /// Keys to believe; without any, those that were given for this log before.
    pub keys: &'a [String],
    /// Whose certificates an https server must show.
    pub servers: Servers,
}

/// A check under way.
struct Check<'a> {
    place: Place,
    visit: &'a mut dyn FnMut(&Finding),
    progress: &'a mut dyn FnMut(u64, u64),
    tally: Tally,
}

/// Checks a published log with the keys given or remembered: its head, every tile and entry, that it continues what was
/// seen of it, and that every capture it names either opens or was withheld or erased by a later entry.
///
/// Of each capture that it names 40 bytes are kept in memory, of all else nothing. A head whose signature holds is
/// remembered. `progress` hears of files done and in all.
pub fn verify_published(
    log: &PublishedLog<'_>,
    state: &StateDir,
    visit: &mut dyn FnMut(&Finding),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Tally, Error> {
    let given = given_keys(log.keys)?;
    let mut check = Check { place: Place::of(log.place, &log.servers), visit, progress, tally: Tally::default() };
    check.run(log, given, state)?;
    Ok(check.tally)
}

impl Check<'_> {
    fn say(&mut self, kind: &'static str, id: &str, outcome: Outcome, why: impl Into<String>) {
        self.tally.count(outcome);
        (self.visit)(&Finding { kind, id: id.to_owned(), outcome, why: why.into() });
    }

    /// The head that is published now; none after a finding that says why it is none.
    fn head(&mut self, place: &str) -> Result<Option<(Vec<u8>, Checkpoint, Note)>, Error> {
        let bytes = match self.place.read("checkpoint", MAX_NOTE as u64) {
            Ok(bytes) => bytes,
            Err(Missing::NotThere) => {
                let message = format!("{place}: no log is published here: there is no file checkpoint below it");
                return Err(Error::new(ErrorKind::Io, place, message));
            }
            Err(Missing::Unread(error)) => return Err(error),
        };
        match Note::parse(&bytes).and_then(|note| Ok((Checkpoint::parse(note.text())?, note))) {
            Ok((head, note)) => Ok(Some((bytes, head, note))),
            Err(error) => {
                self.say("checkpoint", place, Outcome::Failed, error.to_string());
                Ok(None)
            }
        }
    }

    fn run(&mut self, log: &PublishedLog<'_>, given: Vec<VerifierKey>, state: &StateDir) -> Result<(), Error> {
        let Some((bytes, head, note)) = self.head(log.place)? else { return Ok(()) };
        let seen = Seen::of(state, &head.origin)?;
        let signed = self.signature(&head, &note, &given, &seen);
        let mut captures = Captures::default();
        let whole = self.contents(&head, seen.head.as_ref(), &mut captures);
        let Some(root_then) = whole else { return Ok(()) };
        let fits = self.consistency(&head, seen.head.as_ref(), root_then);
        // What is found of records does not make the head another one.
        let sound = self.tally.failed == 0;
        if fits {
            self.records(log, &Records::of(log), &captures, &head, &given, &seen)?;
        }
        if !signed {
            return Ok(());
        }
        if !fits {
            let name = format!("fork-{}.txt", Digest(sha256(&bytes)));
            seen.put(&name, &bytes)?;
            let kept = seen.dir.join(name).display().to_string();
            let why = format!("kept with its signature in {kept}; together with checkpoint beside it, it is the proof");
            self.say("log", &head.origin, Outcome::Failed, why);
            return Ok(());
        }
        if sound {
            let known = seen.keys.iter().chain(given.iter().filter(|key| !seen.keys.contains(key)));
            let lines: String = known.map(|key| format!("{key}\n")).collect();
            seen.put("keys", lines.as_bytes())?;
            if seen.head.as_ref().is_none_or(|before| before.size <= head.size) {
                seen.put("checkpoint", &bytes)?;
            }
        }
        Ok(())
    }

    /// Checks who signed the head; true when a key that is trusted did.
    fn signature(&mut self, head: &Checkpoint, note: &Note, given: &[VerifierKey], seen: &Seen) -> bool {
        let id = format!("{} {}", head.origin, head.size);
        let keys: Vec<VerifierKey> = if given.is_empty() { seen.keys.clone() } else { given.to_vec() };
        if keys.is_empty() {
            let why = "no key is known for this log: get its verifier key from a place that is not this log, and give it \
                       with --key";
            self.say("checkpoint", &id, Outcome::NotChecked, why);
            return false;
        }
        match OpenedCheckpoint::check(note, &keys) {
            Ok(opened) => {
                self.say("checkpoint", &id, Outcome::Verified, seen_by(note, &opened));
                true
            }
            Err(error) => {
                self.say("checkpoint", &id, Outcome::Failed, error.to_string());
                false
            }
        }
    }

    /// Reads every entry and tile; returns the root at the size seen before, as far as the log reaches it.
    ///
    /// `None` when the log is not whole or its entries do not lead to its head.
    fn contents(
        &mut self,
        head: &Checkpoint,
        seen: Option<&Checkpoint>,
        captures: &mut Captures,
    ) -> Option<Option<Hash>> {
        let mut builder = TileBuilder::new();
        let mut root_then = None;
        let at_seen = |builder: &TileBuilder, root: &mut Option<Hash>| {
            if seen.is_some_and(|seen| seen.size == builder.size()) {
                *root = Some(builder.root());
            }
        };
        at_seen(&builder, &mut root_then);
        let width = u64::from(TILE_WIDTH);
        let bundles = head.size.div_ceil(width);
        for index in 0..bundles {
            (self.progress)(index, bundles);
            let bundle = Tile::of_tree(TileKind::Entries, index, head.size)?;
            let bytes = self.fetch(bundle)?;
            let Some(entries) = parse_bundle(&bytes, bundle.width()) else {
                self.say("entries", &bundle.to_string(), Outcome::Failed, "it is no bundle of entries of its width");
                return None;
            };
            let mut expected = Vec::new();
            for entry in entries {
                self.entry(builder.size(), entry, captures);
                let pushed = builder.push(entry, |tile, bytes| expected.push((tile, bytes.to_vec())));
                if let Err(error) = pushed {
                    self.say("entries", &bundle.to_string(), Outcome::Failed, error.to_string());
                    return None;
                }
                at_seen(&builder, &mut root_then);
            }
            self.tiles(expected)?;
        }
        let mut expected = Vec::new();
        builder.partial(|tile, bytes| expected.push((tile, bytes.to_vec())));
        self.tiles(expected)?;
        let same = builder.root() == head.root;
        let why = if same { "" } else { "its entries do not lead to the root that it signed" };
        self.say("log", &head.origin, if same { Outcome::Verified } else { Outcome::Failed }, why);
        same.then_some(root_then)
    }

    /// An entry is one line that names a record, or a digest.
    fn entry(&mut self, index: u64, entry: &[u8], captures: &mut Captures) {
        let wrong = match parse_leaf_line(entry) {
            Ok((LeafKind::Adopt, _)) if index != 0 => "only entry 0 may carry on another log".to_owned(),
            Ok((kind, subject)) => return captures.note(index, kind, subject),
            Err(error) => error.to_string(),
        };
        self.say("leaf", &index.to_string(), Outcome::Failed, wrong);
    }

    /// Compares published tiles with what follows from the entries.
    fn tiles(&mut self, expected: Vec<(Tile, Vec<u8>)>) -> Option<()> {
        for (tile, bytes) in expected {
            let same = matches!(tile.kind(), TileKind::Entries) || self.fetch(tile)? == bytes;
            let why = if same { "" } else { "its hashes are not those of the entries" };
            self.say("tile", &tile.to_string(), if same { Outcome::Verified } else { Outcome::Failed }, why);
        }
        Some(())
    }

    /// Fetches a tile; where a partial one is gone, the full one that took its place will do.
    fn fetch(&mut self, tile: Tile) -> Option<Vec<u8>> {
        let found = match self.place.read(&tile.to_string(), MAX_FILE) {
            Err(Missing::NotThere) if !tile.is_full() => {
                self.place.read(&tile.full().to_string(), MAX_FILE).map(|bytes| cut(tile, bytes))
            }
            found => found,
        };
        match found {
            Ok(bytes) => Some(bytes),
            Err(Missing::NotThere) => {
                self.say("tile", &tile.to_string(), Outcome::Failed, "the log does not publish it");
                None
            }
            Err(Missing::Unread(error)) => {
                self.say("tile", &tile.to_string(), Outcome::NotChecked, error.message);
                None
            }
        }
    }

    /// Compares the log with the head seen before; false when one of the two was never part of the other.
    fn consistency(&mut self, head: &Checkpoint, seen: Option<&Checkpoint>, root_then: Option<Hash>) -> bool {
        let Some(seen) = seen else {
            return true;
        };
        let id = format!("{} {} to {}", head.origin, seen.size, head.size);
        if seen.size > head.size {
            let why = format!(
                "it shows {} entries, and {} were seen before: an older copy, or entries were taken back",
                head.size, seen.size
            );
            self.say("consistency", &id, Outcome::Failed, why);
            return true;
        }
        if root_then == Some(seen.root) {
            self.say("consistency", &id, Outcome::Verified, "");
            true
        } else {
            let why = "the entries seen before are no longer those of this log: it tells another history";
            self.say("consistency", &id, Outcome::Failed, why);
            false
        }
    }
}

/// Cuts a full tile or bundle to the width of a partial one; what does not fit stays as it is, and fails later.
fn cut(tile: Tile, bytes: Vec<u8>) -> Vec<u8> {
    let cut = match tile.kind() {
        TileKind::Entries => crate::tlog::slice_bundle(&bytes, tile.width()),
        TileKind::Hashes(_) => tile.slice_hashes(&bytes),
    };
    cut.map(<[u8]>::to_vec).unwrap_or(bytes)
}
