//! What is shown of the log.

use super::Rotation;
use crate::archive::{Archive, Error};
use crate::domain::Digest;

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

impl Archive {
    /// The newest signed head; nobody is shown one before the high-water mark is at least as high.
    pub fn log_checkpoint(&self) -> Result<ShownCheckpoint, Error> {
        self.read(|tx| {
            let (log, row) = self.shown_checkpoint(tx)?;
            Ok(ShownCheckpoint {
                origin: log.origin,
                size: row.size,
                root: Digest(row.root).to_string(),
                note: String::from_utf8_lossy(&row.full_note()).into_owned(),
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
