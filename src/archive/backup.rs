//! Copies of an archive: the database as of one moment, and beside it the WARC files of live captures.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::capture::kept;
use super::log::sync_dir;
use super::{Archive, Error, ErrorKind};

/// Whether the WARC files of live captures are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarcFiles {
    /// Into the folder `FILE.warc`.
    Copied,
    /// The database alone is copied.
    Left,
}

/// A copy that was made: the line of `backup --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// The copy of the database.
    pub backup: String,
    /// Its length.
    pub bytes: u64,
    /// The WARC files that were copied; none when the archive has none, or they were left.
    pub warc: Option<WarcCopy>,
}

/// The copy of the folder `warc`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WarcCopy {
    /// Where it is.
    pub folder: String,
    /// Files in it, those of an earlier, interrupted backup among them.
    pub files: u64,
    /// Bytes of those files.
    pub bytes: u64,
    /// What could not be copied.
    pub left: Vec<Left>,
}

/// A file that could not be copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Which.
    pub file: String,
    /// Why.
    pub why: String,
}

impl Archive {
    /// Whether live captures keep WARC files here.
    pub fn has_warc_files(&self) -> bool {
        let kept::Listing { files, odd } = kept::list(self.dir());
        files.iter().any(|file| is_evidence(file)) || !odd.is_empty()
    }

    /// Copies the archive to `file`, which must not exist yet, and its WARC files into the folder `file`.warc, while others
    /// may write.
    ///
    /// `file` has its name when everything is copied and on the disk, and so has each WARC file. After a kill the same
    /// call goes on: WARC files that are there already, byte for byte, stay. The files are copied after the database, so
    /// that each that it names is there. `progress` hears of pages copied and pages in all.
    pub fn backup(&self, file: &Path, warc: WarcFiles, progress: &mut dyn FnMut(u64, u64)) -> Result<Backup, Error> {
        refuse_existing(file)?;
        let part = beside(file, ".part");
        clear(&part)?;
        let made = self.copy_all(file, &part, warc, progress);
        if made.is_err() {
            // The first error tells more than one of tidying up.
            let _ = clear(&part);
        }
        made
    }

    fn copy_all(
        &self,
        file: &Path,
        part: &Path,
        warc: WarcFiles,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Backup, Error> {
        let fail = |e: io::Error| Error::io(file, "writing the backup", &e);
        self.store.backup(part, progress)?;
        let copied = File::open(part).map_err(fail)?;
        copied.sync_all().map_err(fail)?;
        let bytes = copied.metadata().map_err(fail)?.len();
        let warc = match warc {
            WarcFiles::Copied if self.has_warc_files() => Some(self.copy_warc_files(&beside(file, ".warc"))?),
            _ => None,
        };
        refuse_existing(file)?;
        fs::rename(part, file).and_then(|()| sync_parent(file)).map_err(fail)?;
        Ok(Backup { backup: file.display().to_string(), bytes, warc })
    }

    fn copy_warc_files(&self, folder: &Path) -> Result<WarcCopy, Error> {
        let kept::Listing { files, odd } = kept::list(self.dir());
        let left = odd
            .into_iter()
            .map(|(file, error)| Left { file: file.display().to_string(), why: error.to_string() })
            .collect();
        let mut copy = WarcCopy { folder: folder.display().to_string(), left, ..WarcCopy::default() };
        let root = self.dir().join(kept::FOLDER);
        for file in files.iter().filter(|file| is_evidence(file)) {
            let Ok(place) = file.strip_prefix(&root) else { continue };
            let to = folder.join(place);
            match copy_file(file, &to)? {
                // A mark is no WARC file.
                Copied::Whole(_) if kept::marked_by(&to).is_some() => {}
                Copied::Whole(bytes) => {
                    copy.files += 1;
                    copy.bytes += bytes;
                }
                Copied::Erased => {}
                Copied::Left(why) => copy.left.push(Left { file: file.display().to_string(), why }),
            }
        }
        Ok(copy)
    }
}

/// What became of one file.
enum Copied {
    /// It is there, with so many bytes.
    Whole(u64),
    /// It was destroyed with an erased capture; nothing of it is there.
    Erased,
    /// It is not there, and why.
    Left(String),
}

/// Copies a WARC file, or the mark of one that was destroyed. What cannot be read is left, what cannot be written an error.
fn copy_file(from: &Path, to: &Path) -> Result<Copied, Error> {
    let fail = |e: io::Error| Error::io(to, "copying a WARC file; the same command again goes on from here", &e);
    if let Some(destroyed) = kept::marked_by(to) {
        remove(&destroyed).map_err(fail)?;
    }
    let copied = if to.exists() { compare(from, to) } else { write(from, to) };
    // An erasure marks a file before it overwrites it: what was read while there is no mark is whole.
    if kept::mark_of(from).exists() {
        remove(to).map_err(fail)?;
        return Ok(Copied::Erased);
    }
    match copied {
        Ok(bytes) => Ok(Copied::Whole(bytes)),
        Err(Trouble::Source(why)) => Ok(Copied::Left(why)),
        Err(Trouble::Target(error)) => Err(fail(error)),
    }
}

/// What keeps a file from being copied.
enum Trouble {
    /// It cannot be read, or another one is in its place.
    Source(String),
    /// The copy cannot be written.
    Target(io::Error),
}

/// Looks whether what is there already is the same; returns its length.
fn compare(from: &Path, to: &Path) -> Result<u64, Trouble> {
    let hashed = |path: &Path| -> Result<(u64, [u8; 32]), Trouble> {
        let mut hash = Sha256::new();
        let mut file = File::open(path).map_err(unread)?;
        let bytes = each_part(&mut file, |part| {
            hash.update(part);
            Ok(())
        })?;
        Ok((bytes, hash.finalize().into()))
    };
    let (ours, theirs) = (hashed(from)?, hashed(to)?);
    if ours == theirs {
        Ok(ours.0)
    } else {
        Err(Trouble::Source(format!("{} is there already, with other bytes", to.display())))
    }
}

/// Writes a copy that has its name when it is whole and on the disk; returns its length.
fn write(from: &Path, to: &Path) -> Result<u64, Trouble> {
    let mut source = File::open(from).map_err(unread)?;
    let permissions = source.metadata().map_err(unread)?.permissions();
    let (dir, part) = (to.parent().unwrap_or(Path::new("")), beside(to, ".part"));
    let copy = || {
        fs::create_dir_all(dir).map_err(Trouble::Target)?;
        let mut target = File::create(&part).map_err(Trouble::Target)?;
        let bytes = each_part(&mut source, |bytes| target.write_all(bytes).map_err(Trouble::Target))?;
        let finish = || {
            target.set_permissions(permissions)?;
            target.sync_all()?;
            fs::rename(&part, to)?;
            sync_dir(dir)?;
            sync_parent(dir)
        };
        finish().map(|()| bytes).map_err(Trouble::Target)
    };
    let copied = copy();
    if copied.is_err() {
        // Why it failed tells more than that this fails, too.
        let _ = fs::remove_file(&part);
    }
    copied
}

/// Reads a file in parts; returns its length.
fn each_part(file: &mut File, mut take: impl FnMut(&[u8]) -> Result<(), Trouble>) -> Result<u64, Trouble> {
    let (mut buffer, mut bytes) = (vec![0; 64 << 10], 0);
    loop {
        let read = file.read(&mut buffer).map_err(unread)?;
        if read == 0 {
            return Ok(bytes);
        }
        take(&buffer[..read])?;
        bytes += read as u64;
    }
}

fn unread(error: io::Error) -> Trouble {
    Trouble::Source(error.to_string())
}

/// Whether a file in the folder of runs is part of a copy: not the list of a run under way, nor what is half written.
fn is_evidence(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    !matches!(&*name, "run.json" | "journal") && !name.ends_with(".part") && !name.ends_with(".new")
}

fn refuse_existing(file: &Path) -> Result<(), Error> {
    if !file.exists() {
        return Ok(());
    }
    let shown = file.display().to_string();
    let message = format!("{shown}: it exists already; a backup never overwrites, choose another name");
    Err(Error::new(ErrorKind::Usage, shown, message))
}

/// Removes what an interrupted backup left of the database.
fn clear(part: &Path) -> Result<(), Error> {
    for name in ["", "-wal", "-shm", "-journal"].map(|ending| beside(part, ending)) {
        remove(&name).map_err(|e| Error::io(&name, "removing what an interrupted backup left", &e))?;
    }
    Ok(())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(dir) if dir.as_os_str().is_empty() => sync_dir(Path::new(".")),
        Some(dir) => sync_dir(dir),
        None => Ok(()),
    }
}
