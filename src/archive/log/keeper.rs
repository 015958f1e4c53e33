//! Lets the log grow only where its key and its mark are, and only on top of what was shown.

use std::path::Path;

use super::state::{Locked, LogState, Mark};
use crate::archive::{Error, ErrorKind};
use crate::store::{Admission, Head, Keeper, StoreError, StoreErrorKind};
use crate::tlog::{Checkpoint, Note, SigningKey};

/// Why a log must not grow here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Standing {
    /// Neither key nor mark, or only one of them.
    #[error(
        "{missing} of its log {origin} is not on this machine (looked in {state}): a copied or restored archive, or one \
         that an older isnad made, can be read here and not written. To go on with it here, run `isnad log adopt`: it \
         begins a log that carries this one on"
    )]
    Unkept {
        /// What is not there.
        missing: &'static str,
        /// The log's name.
        origin: String,
        /// Where they should be.
        state: String,
    },
    /// An older copy.
    #[error(
        "it is behind its log {origin}: it has {size} entries, and a head of {mark} entries was shown already; this is an \
         older copy, such as a restored backup, and signing here would tell a second history. Put the newer database back, \
         or run `isnad log adopt` to go on from this one under a new log"
    )]
    Behind {
        /// The log's name.
        origin: String,
        /// Entries in the database.
        size: u64,
        /// Entries at the mark.
        mark: u64,
    },
    /// Another history.
    #[error(
        "it tells another history of its log {origin}: the first {mark} entries are not those of the head that was shown. \
         Put the right database back, or run `isnad log adopt` to go on from this one under a new log"
    )]
    Forked {
        /// The log's name.
        origin: String,
        /// Entries at the mark.
        mark: u64,
    },
    /// Another process began a successor meanwhile.
    #[error("its log is {found} now, and no longer {origin}; run the command again")]
    Replaced {
        /// The log that was opened.
        origin: String,
        /// The log that grows.
        found: String,
    },
}

/// Keeps a log whose things lie in the user's state directory.
#[derive(Debug, Clone)]
pub(crate) struct LocalKeeper {
    pub(crate) state: LogState,
    /// Whether the log begins with this transaction, so that no mark can bind it yet.
    pub(crate) begins: bool,
}

/// What is known of the head that a mark names.
pub(crate) type RootAt<'a> = &'a dyn Fn(u64) -> Result<Option<[u8; 32]>, StoreError>;

/// Compares a database's newest head with the mark of its log.
pub(crate) fn compare(
    origin: &str,
    mark: &Mark,
    head: &Head,
    root_at: RootAt<'_>,
) -> Result<Result<(), Standing>, StoreError> {
    if mark.size > head.size {
        return Ok(Err(Standing::Behind { origin: origin.to_owned(), size: head.size, mark: mark.size }));
    }
    let root = if mark.size == head.size { Some(head.root) } else { root_at(mark.size)? };
    if root == Some(mark.root) {
        Ok(Ok(()))
    } else {
        Ok(Err(Standing::Forked { origin: origin.to_owned(), mark: mark.size }))
    }
}

impl LocalKeeper {
    /// The keys and the mark, if both are here and the database may grow on top of the mark.
    ///
    /// `newest` tells name and newest head of the log; it is asked after the mark was read, so that a head that was
    /// committed and marked in between is no reason to think that the database is behind.
    pub(crate) fn check(
        &self,
        newest: impl FnOnce() -> Result<(String, Head), StoreError>,
        root_at: RootAt<'_>,
    ) -> Result<Result<(Vec<SigningKey>, Mark), Standing>, Error> {
        let (keys, mark) = (self.state.keys()?, self.state.mark()?);
        let (found, head) = newest()?;
        let name = self.state.origin().as_str();
        if !self.begins && name != found {
            return Ok(Err(Standing::Replaced { origin: name.to_owned(), found }));
        }
        let unkept = |missing| Standing::Unkept {
            missing,
            origin: name.to_owned(),
            state: self.state.dir().display().to_string(),
        };
        Ok(match (keys.is_empty(), mark) {
            (false, Some(mark)) if self.begins => Ok((keys, mark)),
            (false, Some(mark)) => compare(name, &mark, &head, root_at)?.map(|()| (keys, mark)),
            (true, _) => Err(unkept("the key")),
            (false, None) => Err(unkept("the high-water mark")),
        })
    }
}

impl Keeper for LocalKeeper {
    fn admit(
        &self,
        path: &Path,
        origin: &str,
        head: &Head,
        root_at: RootAt<'_>,
    ) -> Result<Box<dyn Admission>, StoreError> {
        const DOING: &str = "writing to the archive";
        // Without its folder there is no key, and nothing to lock.
        let locked =
            if self.state.dir().is_dir() { Some(self.state.lock().map_err(|e| into_store(path, e))?) } else { None };
        let newest = || Ok((origin.to_owned(), head.clone()));
        let checked = self.check(newest, root_at).map_err(|e| into_store(path, e))?;
        let (keys, mark) = checked.map_err(|standing| StoreError::refused(path, DOING, standing.to_string()))?;
        let locked = locked.ok_or_else(|| StoreError::refused(path, DOING, "the folder of its log vanished"))?;
        Ok(Box::new(Admitted { state: self.state.clone(), path: path.to_owned(), locked, keys, mark }))
    }
}

/// A transaction under way.
struct Admitted {
    state: LogState,
    path: std::path::PathBuf,
    locked: Locked,
    keys: Vec<SigningKey>,
    mark: Mark,
}

impl Admission for Admitted {
    fn keys(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.verifier().to_string()).collect()
    }

    fn sign(&self, checkpoint: &Checkpoint) -> Result<Note, StoreError> {
        checkpoint
            .sign(&self.keys)
            .map_err(|e| StoreError::refused(&self.path, "signing the head of the log", e.to_string()))
    }

    fn keep(self: Box<Self>, head: &Head) -> Result<(), StoreError> {
        let mark = Mark { size: head.size, root: head.root };
        if mark == self.mark {
            return Ok(());
        }
        self.state.set_mark(&self.locked, &mark).map_err(|e| into_store(&self.path, e))
    }
}

/// An error about a file beside the database, for the store to hand on.
fn into_store(path: &Path, error: Error) -> StoreError {
    let doing = "keeping the log";
    match error.kind {
        ErrorKind::Busy => StoreError { kind: StoreErrorKind::Busy, ..StoreError::refused(path, doing, error.message) },
        ErrorKind::Io => StoreError { kind: StoreErrorKind::Io, ..StoreError::refused(path, doing, error.message) },
        _ => StoreError::refused(path, doing, error.message),
    }
}
