//! What a use case answers when it could not be done.

use crate::store::{StoreError, StoreErrorKind};

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no archive.
    NoArchive,
    /// Nothing in the archive has this name.
    NotFound,
    /// It was here and was taken down.
    Gone,
    /// A shortened id fits several things.
    Ambiguous,
    /// The request itself makes no sense.
    Usage,
    /// Stored bytes are damaged.
    Corrupt,
    /// Another program is writing.
    Busy,
    /// The log must not grow or be shown here: its key or its high-water mark says so.
    Refused,
    /// Disk, permissions, SQLite.
    Io,
}

impl ErrorKind {
    /// The `code` of JSON errors.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::NoArchive => "no-archive",
            ErrorKind::NotFound => "not-found",
            ErrorKind::Gone => "gone",
            ErrorKind::Ambiguous => "ambiguous",
            ErrorKind::Usage => "usage",
            ErrorKind::Corrupt => "corrupt",
            ErrorKind::Busy => "busy",
            ErrorKind::Refused => "refused",
            ErrorKind::Io => "io",
        }
    }
}

/// A failure: what was being done, to which thing, what was found, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// The whole message for a person.
    pub message: String,
    /// The file or id it is about.
    pub at: Option<String>,
}

impl Error {
    /// Makes an error about `at`.
    pub fn new(kind: ErrorKind, at: impl Into<String>, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), at: Some(at.into()) }
    }

    /// A request that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Error { kind: ErrorKind::Usage, message: message.into(), at: None }
    }

    /// Nothing here has this name.
    pub fn not_found(at: impl Into<String>, message: impl Into<String>) -> Self {
        Error::new(ErrorKind::NotFound, at, message)
    }

    /// The file system said no.
    pub fn io(path: &std::path::Path, doing: &str, error: &std::io::Error) -> Self {
        let at = path.display().to_string();
        Error::new(ErrorKind::Io, at.clone(), format!("{at}: {doing}: {error}"))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind {
            StoreErrorKind::Missing => ErrorKind::NoArchive,
            StoreErrorKind::Busy => ErrorKind::Busy,
            StoreErrorKind::Corrupt => ErrorKind::Corrupt,
            StoreErrorKind::Refused => ErrorKind::Refused,
            StoreErrorKind::Exists => ErrorKind::Usage,
            StoreErrorKind::ReadOnly | StoreErrorKind::Full | StoreErrorKind::Foreign | StoreErrorKind::Io => {
                ErrorKind::Io
            }
        };
        Error::new(kind, error.path.display().to_string(), error.to_string())
    }
}
