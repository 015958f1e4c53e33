//! Checking the log that an archive publishes, from outside, and remembering what was seen of it.
//!
//! What was seen lies in the user's state directory: `seen/<origin>/checkpoint`, the largest head whose signature held,
//! and `keys`, the keys that were given for it, one a line. A head that does not fit it is kept there as
//! `fork-<SHA-256>.txt`: two heads of one log, both signed, are the proof against whoever signed them.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::servers::Servers;
use super::state::{StateDir, folder, put_file};
use crate::archive::verify::{Finding, Outcome, Tally};
use crate::archive::{Error, ErrorKind};
use crate::domain::{Digest, sha256};
use crate::tlog::{
    Checkpoint, Hash, LeafKind, MAX_NOTE, Note, OpenedCheckpoint, TILE_WIDTH, Tile, TileBuilder, TileKind, VerifierKey,
    parse_bundle, parse_leaf_line,
};

/// The longest file that is fetched: a bundle of 256 entries of the greatest length.
const MAX_FILE: u64 = 17 << 20;
/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is wrong with a published file.
enum Missing {
    /// There is none: the log is not whole.
    NotThere,
    /// Nobody could look.
    Unread(Error),
}

/// Where a log is published: a folder, or an address under which `checkpoint` and `tile/` are.
enum Place {
    Folder(PathBuf),
    Address(String, Box<ureq::Agent>),
}

impl Place {
    fn of(place: &str, servers: &Servers) -> Self {
        if !place.starts_with("http://") && !place.starts_with("https://") {
            return Place::Folder(PathBuf::from(place));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .tls_config(servers.tls())
            .user_agent(concat!("isnad/", env!("CARGO_PKG_VERSION")));
        Place::Address(place.trim_end_matches('/').to_owned(), Box::new(config.build().new_agent()))
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Missing> {
        match self {
            Place::Folder(folder) => match fs::read(folder.join(path)) {
                Ok(bytes) => Ok(bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Missing::NotThere),
                Err(error) => Err(Missing::Unread(Error::io(&folder.join(path), "reading the published log", &error))),
            },
            Place::Address(base, agent) => {
                let address = format!("{base}/{path}");
                let fail = |found: String| {
                    let message = format!("{address}: fetching the published log: {found}");
                    Missing::Unread(Error::new(ErrorKind::Io, address.clone(), message))
                };
                let mut answer = agent.get(&address).call().map_err(|e| fail(Servers::failure(&e)))?;
                match answer.status().as_u16() {
                    200 => answer.body_mut().with_config().limit(limit).read_to_vec().map_err(|e| fail(e.to_string())),
                    404 | 410 => Err(Missing::NotThere),
                    status => Err(fail(format!("the server answered {status}"))),
                }
            }
        }
    }
}

/// What was seen of a log before.
struct Seen {
    dir: PathBuf,
    head: Option<Checkpoint>,
    keys: Vec<VerifierKey>,
}

impl Seen {
    fn of(state: &StateDir, origin: &str) -> Result<Self, Error> {
        let dir = state.path()?.join("seen").join(folder(origin));
        let read = |name: &str| match fs::read_to_string(dir.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(&dir.join(name), "reading what was seen of a log", &error)),
        };
        let damaged = |name: &str, found: &dyn std::fmt::Display| {
            let shown = dir.join(name).display().to_string();
            let message = format!("{shown}: reading what was seen of a log: {found}");
            Error::new(ErrorKind::Corrupt, shown, message)
        };
        let head = read("checkpoint")?
            .map(|text| Note::parse(text.as_bytes()).and_then(|note| Checkpoint::parse(note.text())))
            .transpose()
            .map_err(|e| damaged("checkpoint", &e))?;
        let keys = read("keys")?.unwrap_or_default();
        let keys = keys.lines().map(str::parse).collect::<Result<_, _>>().map_err(|e| damaged("keys", &e))?;
        Ok(Seen { dir, head, keys })
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        fs::create_dir_all(&self.dir).map_err(|e| Error::io(&self.dir, "remembering a log", &e))?;
        put_file(&self.dir, name, bytes).map_err(|e| Error::io(&self.dir.join(name), "remembering a log", &e))
    }
}

/// A check under way.
struct Check<'a> {
    place: Place,
    visit: &'a mut dyn FnMut(&Finding),
    tally: Tally,
}

/// Checks the log published at `place`, a folder or an address, with the keys given or remembered.
///
/// Every tile and entry is read and hashed again; memory stays flat. A head whose signature holds is remembered.
pub fn verify_published(
    place: &str,
    keys: &[String],
    servers: &Servers,
    state: &StateDir,
    visit: &mut dyn FnMut(&Finding),
) -> Result<Tally, Error> {
    let given = keys
        .iter()
        .map(|text| text.trim().parse::<VerifierKey>().map_err(|e| Error::usage(format!("--key {text}: {e}"))))
        .collect::<Result<Vec<_>, _>>()?;
    let mut check = Check { place: Place::of(place, servers), visit, tally: Tally::default() };
    check.run(place, given, state)?;
    Ok(check.tally)
}

impl Check<'_> {
    fn say(&mut self, kind: &'static str, id: &str, outcome: Outcome, why: impl Into<String>) {
        match outcome {
            Outcome::Verified => self.tally.verified += 1,
            Outcome::Failed => self.tally.failed += 1,
            Outcome::NotChecked => self.tally.not_checked += 1,
        }
        (self.visit)(&Finding { kind, id: id.to_owned(), outcome, why: why.into() });
    }

    fn run(&mut self, place: &str, given: Vec<VerifierKey>, state: &StateDir) -> Result<(), Error> {
        let bytes = match self.place.read("checkpoint", MAX_NOTE as u64) {
            Ok(bytes) => bytes,
            Err(Missing::NotThere) => {
                let message = format!("{place}: no log is published here: there is no file checkpoint below it");
                return Err(Error::new(ErrorKind::Io, place, message));
            }
            Err(Missing::Unread(error)) => return Err(error),
        };
        let parsed = Note::parse(&bytes).and_then(|note| Ok((Checkpoint::parse(note.text())?, note)));
        let (head, note) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                self.say("checkpoint", place, Outcome::Failed, error.to_string());
                return Ok(());
            }
        };
        let seen = Seen::of(state, &head.origin)?;
        let signed = self.signature(&head, &note, &given, &seen);
        let whole = self.contents(&head, seen.head.as_ref());
        let Some(root_then) = whole else { return Ok(()) };
        let fits = self.consistency(&head, seen.head.as_ref(), root_then);
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
        if self.tally.failed == 0 {
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
            Ok(_) => {
                self.say("checkpoint", &id, Outcome::Verified, "");
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
    fn contents(&mut self, head: &Checkpoint, seen: Option<&Checkpoint>) -> Option<Option<Hash>> {
        let mut builder = TileBuilder::new();
        let mut root_then = None;
        let at_seen = |builder: &TileBuilder, root: &mut Option<Hash>| {
            if seen.is_some_and(|seen| seen.size == builder.size()) {
                *root = Some(builder.root());
            }
        };
        at_seen(&builder, &mut root_then);
        let width = u64::from(TILE_WIDTH);
        for index in 0..head.size.div_ceil(width) {
            let bundle = Tile::of_tree(TileKind::Entries, index, head.size)?;
            let bytes = self.fetch(bundle)?;
            let Some(entries) = parse_bundle(&bytes, bundle.width()) else {
                self.say("entries", &bundle.to_string(), Outcome::Failed, "it is no bundle of entries of its width");
                return None;
            };
            let mut expected = Vec::new();
            for entry in entries {
                self.entry(builder.size(), entry);
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
    fn entry(&mut self, index: u64, entry: &[u8]) {
        let wrong = match parse_leaf_line(entry) {
            Ok((LeafKind::Adopt, _)) if index != 0 => "only entry 0 may carry on another log".to_owned(),
            Ok(_) => return,
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
