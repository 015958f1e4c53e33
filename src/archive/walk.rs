//! From the paths a person names to readable inputs.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::formats::sidecar::{Declared, parse_sidecar};
use crate::formats::{Attachment, Input};
use crate::store::FILE;

/// Endings that are read inside a folder; a file named itself is read whatever its ending.
const ENDINGS: [&str; 17] = [
    ".txt",
    ".text",
    ".html",
    ".htm",
    ".xhtml",
    ".jsonl",
    ".ndjson",
    ".jsonl.gz",
    ".jsonl.zst",
    ".ndjson.gz",
    ".ndjson.zst",
    ".warc",
    ".warc.gz",
    ".warc.zst",
    ".arc",
    ".arc.gz",
    ".wacz",
];

/// Something found on the way.
pub(super) enum Found {
    /// A file to read, with the folder that led to it.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A thing that is not read, with why.
    Skipped(String, String),
    /// A thing that cannot be read, with why.
    Rejected(String, String),
}

/// Walks over `paths` in the order given, folders in the order of their names.
pub(super) fn walk(paths: &[PathBuf]) -> impl Iterator<Item = Found> + '_ {
    paths.iter().flat_map(|path| -> Box<dyn Iterator<Item = Found>> {
        if path.as_os_str() == "-" {
            return Box::new(std::iter::once(Found::Stdin));
        }
        match std::fs::metadata(path) {
            Err(error) => Box::new(std::iter::once(rejected(path, format!("opening: {error}")))),
            Ok(meta) if meta.is_dir() => Box::new(folder(path)),
            Ok(_) if is_sidecar(path) => {
                let why = "this is the sidecar of another file; name that file instead".to_owned();
                Box::new(std::iter::once(rejected(path, why)))
            }
            Ok(_) => Box::new(std::iter::once(Found::File(path.clone()))),
        }
    })
}

fn rejected(path: &Path, why: String) -> Found {
    Found::Rejected(path.display().to_string(), why)
}

/// Walks over a folder depth first, holding one sorted listing a level.
fn folder(root: &Path) -> impl Iterator<Item = Found> + use<> {
    let mut stack = vec![vec![root.to_owned()]];
    let root = root.to_owned();
    let mut files = 0_u64;
    let mut ended = false;
    std::iter::from_fn(move || {
        loop {
            let Some(level) = stack.last_mut() else {
                if files == 0 && !ended {
                    ended = true;
                    let why = "the folder holds no captures; isnad reads .txt, .html, .jsonl, .warc, .arc and .wacz"
                        .to_owned();
                    return Some(rejected(&root, why));
                }
                return None;
            };
            let Some(path) = level.pop() else {
                stack.pop();
                continue;
            };
            let Ok(meta) = std::fs::metadata(&path) else {
                return Some(rejected(&path, "it cannot be opened; is it a dangling link?".to_owned()));
            };
            if meta.is_dir() {
                if path.join(FILE).exists() {
                    ended = true;
                    return Some(rejected(
                        &path,
                        "this folder is itself an isnad archive; nothing in it is ingested".to_owned(),
                    ));
                }
                if std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink()) && path != root {
                    return Some(skipped(&path, "a link to a folder is not followed"));
                }
                match listing(&path) {
                    Ok(names) => stack.push(names),
                    Err(error) => return Some(rejected(&path, format!("listing the folder: {error}"))),
                }
                continue;
            }
            match judge(&path, meta.is_file()) {
                Judged::Read => {
                    files += 1;
                    return Some(Found::File(path));
                }
                Judged::Skip(why) => return Some(skipped(&path, why)),
                Judged::Silent => {}
            }
        }
    })
}

fn skipped(path: &Path, why: &str) -> Found {
    Found::Skipped(path.display().to_string(), why.to_owned())
}

/// The entries of a folder, last name first so that `pop` takes the first.
fn listing(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut names = std::fs::read_dir(path)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}

enum Judged {
    Read,
    Skip(&'static str),
    Silent,
}

fn judge(path: &Path, is_file: bool) -> Judged {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !is_file {
        return Judged::Skip("not a regular file");
    }
    if is_sidecar(path) {
        let owner = path.to_string_lossy();
        let owner = owner.strip_suffix(".meta.json").map(PathBuf::from);
        return if owner.is_some_and(|owner| owner.is_file()) {
            Judged::Silent
        } else {
            Judged::Skip("a sidecar without its file")
        };
    }
    if name.starts_with('.') {
        return Judged::Skip("a hidden file");
    }
    if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        Judged::Read
    } else {
        Judged::Skip("its ending is none that isnad reads in a folder; name the file itself to try")
    }
}

fn is_sidecar(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".meta.json")
}

/// A file opened for reading, with the declarations of its sidecar.
pub(super) struct Opened {
    pub(super) input: Input,
    pub(super) declared: Declared,
    pub(super) sidecar: Option<Attachment>,
    pub(super) bytes: u64,
    pub(super) state: State,
}

/// How a file looked when it was opened.
pub(super) struct State {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl State {
    fn of(meta: &std::fs::Metadata) -> Self {
        State { bytes: meta.len(), modified: meta.modified().ok() }
    }

    /// Says what became different since, if anything did: what was read of such a file may belong to no one state of it.
    pub(super) fn changed(&self, path: &Path) -> Option<String> {
        let now = match std::fs::metadata(path) {
            Ok(meta) => State::of(&meta),
            Err(error) => return Some(format!("the file went away while it was read: {error}")),
        };
        if now.bytes != self.bytes {
            let (before, after) = (self.bytes, now.bytes);
            return Some(format!(
                "the file changed while it was read, from {before} bytes to {after}; ingest it again when it is complete"
            ));
        }
        let why = "the file was written to while it was read; ingest it again when it is complete";
        (now.modified != self.modified).then(|| why.to_owned())
    }
}

/// The largest sidecar that is read.
const MAX_SIDECAR: u64 = 1 << 20;

/// Opens a file and its sidecar.
pub(super) fn open(path: &Path) -> Result<Opened, String> {
    let file = File::open(path).map_err(|e| format!("opening: {e}"))?;
    let meta = file.metadata().map_err(|e| format!("opening: {e}"))?;
    if meta.is_dir() {
        return Err("it became a folder".to_owned());
    }
    let mut sidecar_path = path.as_os_str().to_owned();
    sidecar_path.push(".meta.json");
    let sidecar_path = PathBuf::from(sidecar_path);
    let (declared, sidecar) = match File::open(&sidecar_path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Declared::default(), None),
        Err(error) => return Err(format!("{}: opening the sidecar: {error}", sidecar_path.display())),
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(MAX_SIDECAR + 1)
                .read_to_end(&mut bytes)
                .map_err(|e| format!("{}: reading the sidecar: {e}", sidecar_path.display()))?;
            if bytes.len() as u64 > MAX_SIDECAR {
                return Err(format!("{}: the sidecar is larger than {MAX_SIDECAR} bytes", sidecar_path.display()));
            }
            let declared = parse_sidecar(&sidecar_path.display().to_string(), &bytes)?;
            (declared, Some(Attachment { kind: "sidecar", bytes }))
        }
    };
    Ok(Opened { input: Input::File(Box::new(file)), declared, sidecar, bytes: meta.len(), state: State::of(&meta) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_since_it_was_opened_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.warc");
        std::fs::write(&path, "some bytes").unwrap();
        let changed = |path: &Path| open(path).unwrap().state;
        let state = changed(&path);
        assert_eq!(state.changed(&path), None);
        std::fs::write(&path, "some bytes more").unwrap();
        assert!(state.changed(&path).unwrap().contains("from 10 bytes to 15"));
        let state = changed(&path);
        let file = File::options().append(true).open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert!(state.changed(&path).unwrap().contains("was written to"));
        std::fs::remove_file(&path).unwrap();
        assert!(state.changed(&path).unwrap().contains("went away"));
    }
}
