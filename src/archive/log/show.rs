//! What is shown of the log.

use super::keeper::compare;
use super::{Rotation, Standing, name_of};
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::Digest;
use crate::store::{CheckpointRow, LogRow};

/// The signed head: `log checkpoint --json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ShownCheckpoint {
    /// Name of the log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root over them, in hexadecimal.
    pub root: String,
    /// The signed note with every signature there is.
    pub note: String,
}

/// One of the logs of an archive.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LogView {
    /// Its name.
    pub origin: String,
    /// Operator's clock when it began.
    pub started: i64,
    /// SHA-256 of the last checkpoint of the log that it carries on.
    pub adopted: Option<String>,
    /// Its verifier keys that sign, or signed until it ended.
    pub vkeys: Vec<String>,
    /// Its newest signed head; none where nobody ever signed one.
    pub checkpoint: Option<ShownCheckpoint>,
}

/// Why the newest head of a log is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBack {
    /// Nobody ever signed one.
    Unsigned,
    /// The database is older than a head that was shown.
    Behind {
        /// Entries in the database.
        size: u64,
        /// Entries of the head that was shown.
        mark: u64,
    },
    /// The database tells another history than a head that was shown.
    Forked {
        /// Entries of the head that was shown.
        mark: u64,
    },
}

impl ShownCheckpoint {
    pub(super) fn of(log: &LogRow, row: &CheckpointRow) -> Self {
        ShownCheckpoint {
            origin: log.origin.clone(),
            size: row.size,
            root: Digest(row.root).to_string(),
            note: String::from_utf8_lossy(&row.full_note()).into_owned(),
        }
    }
}

impl Archive {
    /// The newest signed head; nobody is shown one before the high-water mark is at least as high.
    pub fn log_checkpoint(&self) -> Result<ShownCheckpoint, Error> {
        self.read(|tx| {
            let (log, row) = self.shown_checkpoint(tx)?;
            Ok(ShownCheckpoint::of(&log, &row))
        })
    }

    /// The logs of the archive, the one that grows first.
    pub fn logs(&self) -> Result<Vec<LogView>, Error> {
        self.read(|tx| {
            let mut views = Vec::new();
            for (at, log) in tx.logs()?.into_iter().rev().enumerate() {
                let row = match at {
                    0 => self.shown_checkpoint(tx).map(|(_, row)| Some(row)).or_else(|error| match error.kind {
                        ErrorKind::Refused => Ok(None),
                        _ => Err(error),
                    })?,
                    _ => tx.checkpoint(&log, u64::MAX)?,
                };
                let keys = tx.log_keys(&log)?.into_iter().filter(|key| key.retired.is_none());
                views.push(LogView {
                    checkpoint: row.map(|row| ShownCheckpoint::of(&log, &row)),
                    adopted: log.adopted.map(|digest| Digest(digest).to_string()),
                    vkeys: keys.map(|key| key.vkey).collect(),
                    started: log.started,
                    origin: log.origin,
                });
            }
            Ok(views)
        })
    }

    /// Why the newest head is not shown; none when it is.
    pub fn head_held_back(&self) -> Result<Option<HeldBack>, Error> {
        self.read(|tx| {
            let log = tx.log()?;
            if tx.checkpoint(&log, u64::MAX)?.is_none() {
                return Ok(Some(HeldBack::Unsigned));
            }
            let Some(mark) = self.state.log(&name_of(&log.origin)?)?.mark()? else { return Ok(None) };
            let fits = compare(&log.origin, &mark, &tx.head()?, &|size| tx.root_at(&log, size))?;
            Ok(match fits {
                Err(Standing::Behind { size, mark, .. }) => Some(HeldBack::Behind { size, mark }),
                Err(Standing::Forked { mark, .. }) => Some(HeldBack::Forked { mark }),
                Err(Standing::Unkept { .. } | Standing::Replaced { .. }) | Ok(()) => None,
            })
        })
    }

    /// The verifier keys that sign the log that grows.
    pub fn log_vkeys(&self) -> Result<Rotation, Error> {
        self.read(|tx| {
            let log = tx.log()?;
            let keys = tx.log_keys(&log)?;
            let vkeys = keys.into_iter().filter(|key| key.retired.is_none()).map(|key| key.vkey).collect();
            Ok(Rotation { origin: log.origin, vkeys, added: None, retired: None })
        })
    }
}
