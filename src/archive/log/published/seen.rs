//! What was seen of a log before, in the user's state directory.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::archive::log::state::{StateDir, folder, put_file};
use crate::archive::{Error, ErrorKind};
use crate::tlog::{Checkpoint, Note, VerifierKey};

/// What was seen of a log before.
pub(super) struct Seen {
    pub(super) dir: PathBuf,
    /// The largest head whose signature held.
    pub(super) head: Option<Checkpoint>,
    /// The keys that were given for it.
    pub(super) keys: Vec<VerifierKey>,
}

impl Seen {
    pub(super) fn of(state: &StateDir, origin: &str) -> Result<Self, Error> {
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

    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        fs::create_dir_all(&self.dir).map_err(|e| Error::io(&self.dir, "remembering a log", &e))?;
        put_file(&self.dir, name, bytes).map_err(|e| Error::io(&self.dir.join(name), "remembering a log", &e))
    }
}
