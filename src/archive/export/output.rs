//! Where an export goes: a file that appears whole or not at all, or a pipe.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Output;
use super::summary::Summary;
use crate::archive::{Error, ErrorKind};
use crate::domain::record::hex;

/// An open output.
pub(super) enum Out {
    /// A file under another name until it is whole.
    File(Part),
    /// A pipe.
    Stream(Box<dyn Write>),
}

impl Out {
    pub(super) fn open(output: Output) -> Result<Self, Error> {
        Ok(match output {
            Output::File(path) => Out::File(Part::create(path)?),
            Output::Stream(stream) => Out::Stream(stream),
        })
    }

    /// The name of the file, or nothing for a pipe.
    pub(super) fn name(&self) -> &str {
        match self {
            Out::File(part) => part.path.to_str().unwrap_or_default(),
            Out::Stream(_) => "",
        }
    }

    /// Something to write to, and the file it goes to.
    pub(super) fn writer(self) -> Result<(Box<dyn Write>, Option<Part>), Error> {
        Ok(match self {
            Out::File(part) => (Box::new(part.writer()?), Some(part)),
            Out::Stream(stream) => (stream, None),
        })
    }
}

/// A file that is being written; it goes away unless it is published.
pub(super) struct Part {
    path: PathBuf,
    temporary: PathBuf,
    file: File,
}

impl Part {
    fn create(path: PathBuf) -> Result<Self, Error> {
        refuse_existing(&path)?;
        let temporary = beside(&path, "part");
        let file = create(&temporary)?;
        Ok(Part { path, temporary, file })
    }

    /// Another handle of the file.
    pub(super) fn writer(&self) -> Result<File, Error> {
        self.file.try_clone().map_err(|e| Error::io(&self.temporary, "opening it a second time", &e))
    }

    /// A scratch file beside this one.
    pub(super) fn scratch(&self, name: &str) -> Result<Scratch, Error> {
        Scratch::create(beside(&self.path, name))
    }

    /// A failure of writing this file.
    pub(super) fn failed(&self, error: &io::Error) -> Error {
        Error::io(&self.path, "writing the export", error)
    }

    /// Gives the file its name, which nothing else may have taken meanwhile, and tells its length and hash.
    pub(super) fn publish(self, summary: &mut Summary) -> Result<(), Error> {
        self.file.sync_all().map_err(|e| self.failed(&e))?;
        (summary.bytes, summary.sha256) =
            hashed(&self.temporary).map_err(|e| self.failed(&e)).map(|(n, h)| (n, Some(h)))?;
        match fs::hard_link(&self.temporary, &self.path) {
            Ok(()) => Ok(()),
            Err(_) => {
                // Some file systems have no links; there the name is looked at once more.
                refuse_existing(&self.path)?;
                fs::rename(&self.temporary, &self.path).map_err(|e| self.failed(&e))
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename it is gone already, and a file that cannot be removed harms nobody.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A file that is written, read and removed.
pub(super) struct Scratch {
    path: PathBuf,
    pub(super) file: File,
}

impl Scratch {
    fn create(path: PathBuf) -> Result<Self, Error> {
        Ok(Scratch { file: create(&path)?, path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn create(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|e| Error::io(path, "making the file", &e))
}

/// A name in the same folder, that of this process.
fn beside(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(".{name}.{}.{what}", std::process::id()))
}

fn refuse_existing(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() {
        let shown = path.display().to_string();
        let message = format!("{shown}: it exists already; an export never overwrites, choose another name");
        return Err(Error::new(ErrorKind::Usage, shown, message));
    }
    Ok(())
}

/// Length and SHA-256 of a file.
fn hashed(path: &Path) -> io::Result<(u64, String)> {
    let mut tally = Tally::default();
    let mut file = BufReader::with_capacity(128 << 10, File::open(path)?);
    let mut buf = vec![0; 128 << 10];
    loop {
        match file.read(&mut buf)? {
            0 => return Ok(tally.finish()),
            n => tally.add(&buf[..n]),
        }
    }
}

/// Counts and hashes what is written.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) bytes: u64,
    hasher: Sha256,
}

impl Tally {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hasher.update(bytes);
    }

    /// Length, and hash in hexadecimal digits.
    pub(super) fn finish(self) -> (u64, String) {
        (self.bytes, hex(&self.hasher.finalize()))
    }
}

/// Writes through to `out` and counts.
pub(super) struct Counting<'a, W> {
    pub(super) out: &'a mut W,
    pub(super) tally: &'a mut Tally,
}

impl<W: Write> Write for Counting<'_, W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.out.write(buf)?;
        self.tally.add(&buf[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What writing to a pipe or file failed with.
pub(super) fn failed(part: Option<&Part>, error: &io::Error) -> Error {
    match part {
        Some(part) => part.failed(error),
        None => Error::new(ErrorKind::Io, "-", format!("writing the export to standard output: {error}")),
    }
}
