//! What a log keeps outside of its archive: its keys and its high-water mark, in the user's state directory.
//!
//! `<state>/logs/<origin>/` holds `key` (secret keys, one a line, mode 0600), `mark` (the largest head that may have been
//! shown, as the text of a checkpoint) and `lock`. `docs/format.md` has the bytes. Nothing here is ever copied into an
//! archive, a backup, a message or a log line.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::archive::{Error, ErrorKind};
use crate::tlog::{Checkpoint, Hash, KeyName, SigningKey, empty_root};

/// How long somebody else may hold the lock of a log before one gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest readable folder name; longer origins are named by their hash.
const MAX_NAME: usize = 200;

/// The user's state directory of isnad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDir(Option<PathBuf>);

impl StateDir {
    /// Uses this directory.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        StateDir(Some(path.into()))
    }

    /// `ISNAD_STATE`, else `isnad` in `XDG_STATE_HOME`, else `~/.local/state/isnad`.
    pub fn of_user() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let xdg = || set("XDG_STATE_HOME").filter(|path| path.is_absolute()).map(|path| path.join("isnad"));
        let home = || set("HOME").map(|home| home.join(".local/state/isnad"));
        let windows = || set("LOCALAPPDATA").map(|local| local.join("isnad"));
        StateDir(set("ISNAD_STATE").or_else(xdg).or_else(home).or_else(windows))
    }

    /// Where the log with this name keeps its things.
    pub(crate) fn log(&self, origin: &KeyName) -> Result<LogState, Error> {
        Ok(LogState { dir: self.path()?.join("logs").join(folder(origin.as_str())), origin: origin.clone() })
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> Result<&Path, Error> {
        self.0.as_deref().ok_or_else(|| Error {
            kind: ErrorKind::Usage,
            message:
                "looking for the keys of logs: none of ISNAD_STATE, XDG_STATE_HOME and HOME is set; set ISNAD_STATE \
                      to a directory that only you can read"
                    .to_owned(),
            at: None,
        })
    }
}

/// Turns a log's name into that of a folder: letters, digits, `.`, `-`, `_` stay, all else is written `%XX`.
pub(crate) fn folder(origin: &str) -> String {
    let mut name = String::new();
    for (at, byte) in origin.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            b'.' if at > 0 => name.push('.'),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    if name.len() <= MAX_NAME {
        name
    } else {
        crate::domain::Digest(crate::domain::sha256(origin.as_bytes())).to_string()
    }
}

/// The largest head of a log that may have been shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) size: u64,
    pub(crate) root: [u8; 32],
}

impl Mark {
    /// The mark of a log that has shown nothing.
    pub(crate) fn none() -> Self {
        Mark { size: 0, root: empty_root().0 }
    }
}

/// What one log keeps outside of its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogState {
    dir: PathBuf,
    origin: KeyName,
}

/// Nobody else changes the log or its mark until this is dropped.
#[derive(Debug)]
pub(crate) struct Locked {
    _lock: File,
}

impl LogState {
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn origin(&self) -> &KeyName {
        &self.origin
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join("key")
    }

    fn mark_file(&self) -> PathBuf {
        self.dir.join("mark")
    }

    /// The keys that sign; none where there is no key file.
    ///
    /// Errors never hold a byte of the file.
    pub(crate) fn keys(&self) -> Result<Vec<SigningKey>, Error> {
        let path = self.key_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io(&path, "reading the key of the log", &error)),
        };
        let mut keys = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let key =
                SigningKey::from_secret_text(line).map_err(|error| self.bad(&path, number, &error.to_string()))?;
            if key.verifier().name() != &self.origin {
                return Err(self.bad(&path, number, &format!("the key is that of {}", key.verifier().name())));
            }
            keys.push(key);
        }
        Ok(keys)
    }

    fn bad(&self, path: &Path, line: usize, found: &str) -> Error {
        let shown = path.display().to_string();
        let message = format!("{shown}: line {line}: reading the key of log {}: {found}", self.origin);
        Error::new(ErrorKind::Corrupt, shown, message)
    }

    /// The high-water mark; none where there is no file.
    pub(crate) fn mark(&self) -> Result<Option<Mark>, Error> {
        let path = self.mark_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(&path, "reading the high-water mark of the log", &error)),
        };
        let found = match Checkpoint::parse(&text) {
            Ok(head) if head.origin == self.origin.as_str() => {
                return Ok(Some(Mark { size: head.size, root: head.root.0 }));
            }
            Ok(head) => format!("it is that of {}", head.origin),
            Err(error) => error.to_string(),
        };
        let shown = path.display().to_string();
        let message = format!("{shown}: reading the high-water mark of log {}: {found}", self.origin);
        Err(Error::new(ErrorKind::Corrupt, shown, message))
    }

    /// Waits until nobody else holds the log.
    pub(crate) fn lock(&self) -> Result<Locked, Error> {
        const STEP: Duration = Duration::from_millis(10);
        let path = self.dir.join("lock");
        let fail = |error: &io::Error| Error::io(&path, "locking the log", error);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| fail(&e))?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Locked { _lock: file }),
                Err(TryLockError::Error(error)) => return Err(fail(&error)),
                Err(TryLockError::WouldBlock) if waited > PATIENCE => {
                    let shown = path.display().to_string();
                    let message =
                        format!("{shown}: locking the log: another isnad holds it; try again when it has ended");
                    return Err(Error::new(ErrorKind::Busy, shown, message));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(STEP),
            }
            waited += STEP;
        }
    }

    /// Writes the mark so that it outlives a power cut; returns after that.
    pub(crate) fn set_mark(&self, _: &Locked, mark: &Mark) -> Result<(), Error> {
        let text = Checkpoint::new(&self.origin, mark.size, Hash(mark.root)).to_string();
        self.put("mark", text.as_bytes(), "raising the high-water mark of the log")
    }

    /// Makes the folder, readable by the user alone, where it is missing.
    pub(crate) fn make_dir(&self) -> Result<(), Error> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.dir).map_err(|e| Error::io(&self.dir, "making the state directory of the log", &e))?;
        for dir in self.dir.ancestors().skip(1).take(2) {
            sync_dir(dir).map_err(|e| Error::io(dir, "making the state directory of the log", &e))?;
        }
        Ok(())
    }

    /// Makes the first key from 32 random bytes, and the mark of a log that has shown nothing.
    pub(crate) fn make(&self, locked: &Locked, seed: &[u8; 32]) -> Result<SigningKey, Error> {
        self.set_mark(locked, &Mark::none())?;
        let key = SigningKey::from_seed(self.origin.clone(), seed);
        self.set_keys(locked, std::slice::from_ref(&key))?;
        Ok(key)
    }

    /// Replaces the keys that sign.
    pub(crate) fn set_keys(&self, _: &Locked, keys: &[SigningKey]) -> Result<(), Error> {
        let mut text = format!(
            "# Secret keys of the isnad log {}. Whoever has them can sign in its name; keep them from others.\n",
            self.origin
        );
        for key in keys {
            text.push_str(&key.to_secret_text());
            text.push('\n');
        }
        self.put("key", text.as_bytes(), "writing the key of the log")
    }

    /// Replaces a file as a whole: written beside it, on the disk before it takes the name, the name on the disk too.
    fn put(&self, name: &str, bytes: &[u8], doing: &str) -> Result<(), Error> {
        put_file(&self.dir, name, bytes).map_err(|e| Error::io(&self.dir.join(name), doing, &e))
    }
}

/// Replaces a file that only its owner may read, so that after a kill or a power cut it is the old one or the new one.
pub(crate) fn put_file(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let new = dir.join(format!("{name}.new"));
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, dir.join(name))?;
    sync_dir(dir)
}

/// Puts the names in a directory on the disk.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    // Elsewhere a directory cannot be opened as a file, and renames are durable by themselves.
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> (tempfile::TempDir, LogState) {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::at(folder.path().join("state")).log(&"log.example/a".parse().unwrap()).unwrap();
        state.make_dir().unwrap();
        (folder, state)
    }

    #[test]
    fn names_of_logs_become_names_of_folders_that_differ() {
        let names = ["a.example/b", "a.example%2Fb", "a.example/B", "..", ".", "a.example", "أ"].map(folder);
        assert_eq!(names[0], "a.example%2Fb");
        assert_eq!(names[3], "%2E.");
        let distinct: std::collections::BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert_eq!(folder(&"x/".repeat(100)).len(), 64);
    }

    #[test]
    fn keys_and_mark_come_back_and_only_their_owner_reads_them() {
        let (_folder, state) = state();
        assert_eq!((state.keys().unwrap().len(), state.mark().unwrap()), (0, None));
        let locked = state.lock().unwrap();
        let key = state.make(&locked, &[7; 32]).unwrap();
        assert_eq!(state.keys().unwrap()[0].verifier(), key.verifier());
        assert_eq!(state.mark().unwrap(), Some(Mark::none()));
        let mark = Mark { size: 3, root: [9; 32] };
        state.set_mark(&locked, &mark).unwrap();
        assert_eq!(state.mark().unwrap(), Some(mark));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&state.key_file()), mode(state.dir())), (0o600, 0o700));
        }
    }

    #[test]
    fn a_damaged_key_is_named_and_not_shown() {
        let (_folder, state) = state();
        let locked = state.lock().unwrap();
        let secret = state.make(&locked, &[7; 32]).unwrap().to_secret_text();
        fs::write(state.key_file(), &secret[..secret.len() - 3]).unwrap();
        let error = state.keys().unwrap_err();
        assert!(error.message.contains("line 1: reading the key of log log.example/a"), "{error}");
        assert!(!error.message.contains(&secret[30..50]), "{error}");
        fs::write(state.mark_file(), "other.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").unwrap();
        assert!(state.mark().unwrap_err().message.ends_with("it is that of other.example"));
    }
}
