//! What can go wrong with the database file.

use std::path::{Path, PathBuf};

/// What kind of failure it is; callers decide by this what to say and which status to exit with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is no archive in the folder.
    Missing,
    /// There is one already.
    Exists,
    /// Another program holds the write lock.
    Busy,
    /// It may only be read, or cannot be written.
    ReadOnly,
    /// No room left on the disk.
    Full,
    /// The file is no isnad archive, or a newer program made it.
    Foreign,
    /// Stored bytes are not what they must be.
    Corrupt,
    /// The log must not grow here: its key or its high-water mark is elsewhere, or says otherwise.
    Refused,
    /// Any other failure of SQLite or the file system.
    Io,
}

/// A failure with the file, what was being done, what was found and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {doing}: {found}", path = path.display())]
pub struct StoreError {
    /// What kind of failure it is.
    pub kind: StoreErrorKind,
    /// The database file or archive folder.
    pub path: PathBuf,
    /// What was being done.
    pub doing: String,
    /// What was found, and what to do.
    pub found: String,
}

impl StoreError {
    pub(super) fn new(kind: StoreErrorKind, path: &Path, doing: &str, found: impl Into<String>) -> Self {
        StoreError { kind, path: path.to_owned(), doing: doing.to_owned(), found: found.into() }
    }

    pub(super) fn exists(path: &Path) -> Self {
        Self::new(StoreErrorKind::Exists, path, "making an archive", "there is one already; nothing was changed")
    }

    pub(super) fn missing(dir: &Path) -> Self {
        let hint = "there is no archive here; run `isnad init`, or name one with --archive DIR or ISNAD_ARCHIVE";
        Self::new(StoreErrorKind::Missing, dir, "opening the archive", hint)
    }

    pub(super) fn read_only(path: &Path) -> Self {
        Self::new(StoreErrorKind::ReadOnly, path, "opening for writing", "the archive was opened read-only")
    }

    pub(super) fn unread_log(path: &Path) -> Self {
        let found =
            "a write-ahead log waits beside it that cannot be read here; open the archive once where it may be written";
        Self::new(StoreErrorKind::ReadOnly, path, "opening the database read-only", found)
    }

    pub(super) fn foreign(path: &Path, found: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Foreign, path, "opening the archive", found)
    }

    pub(super) fn corrupt(path: &Path, doing: &str, found: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Corrupt, path, doing, found)
    }

    /// The log must not grow here.
    pub fn refused(path: &Path, doing: &str, found: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Refused, path, doing, found)
    }

    /// A file beside the database could not be read or written.
    pub fn io(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        Self::new(StoreErrorKind::Io, path, doing, error.to_string())
    }

    pub(super) fn failed_before(path: &Path) -> Self {
        let found =
            "an earlier commit failed, and nobody knows what of it is on the disk; end the program and start again";
        Self::new(StoreErrorKind::Io, path, "beginning to write", found)
    }

    pub(super) fn sql(path: &Path, doing: &str, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreErrorKind::Busy,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => StoreErrorKind::ReadOnly,
            Some(ErrorCode::DiskFull) => StoreErrorKind::Full,
            Some(ErrorCode::NotADatabase) => StoreErrorKind::Foreign,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::TypeMismatch) => StoreErrorKind::Corrupt,
            _ => StoreErrorKind::Io,
        };
        let found = match kind {
            StoreErrorKind::Busy => format!("{error}; another isnad is writing, try again when it has ended"),
            StoreErrorKind::ReadOnly => format!("{error}; check that the folder exists and may be written"),
            StoreErrorKind::Full => format!("{error}; free some room and run the same command again"),
            StoreErrorKind::Corrupt => format!("{error}; run `isnad verify` to see what is damaged"),
            _ => error.to_string(),
        };
        Self::new(kind, path, doing, found)
    }
}
