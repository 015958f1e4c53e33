//! What erasing a capture does to the files of a run: its WARC file goes, and its address leaves the list.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::kept::{self, mark_of};
use super::run::Run;
use crate::archive::log::{put_file, sync_dir};
use crate::archive::{Archive, Error};
use crate::store::Erasing;

const LOOKING: &str = "looking whether it holds what is to be erased";
const DESTROYING: &str = "destroying the WARC file of an erased capture";

/// What a mark says to people; to `verify` it is enough that it is there.
const MARK: &[u8] = b"isnad destroyed this WARC file: a capture in it was erased.\n";

impl Archive {
    /// Makes sure that every WARC file can be read, before an erasure has to look into them.
    pub(in crate::archive) fn can_forget(&self) -> Result<(), Error> {
        for file in self.warc_files()? {
            File::open(&file).map_err(|e| Error::io(&file, LOOKING, &e))?;
        }
        Ok(())
    }

    /// Destroys what runs of captures keep of these captures.
    ///
    /// The whole WARC file of the page goes, its redirects with it. So does every other file that holds the same capture:
    /// of a page that was asked for twice within one second the second file is kept, and no record names it. What is gone
    /// already is fine: a crash may have come in between.
    pub(in crate::archive) fn forget_fetched(&self, erasing: &[Erasing]) -> Result<(), Error> {
        let named = |erasing: &Erasing| {
            let record = serde_json::from_slice::<Value>(&erasing.record).ok()?;
            Some((kept::place_of(&record["source"])?, erasing.identity.clone()))
        };
        let fetched: Vec<(PathBuf, Vec<u8>)> = erasing.iter().filter_map(named).collect();
        if fetched.is_empty() {
            return Ok(());
        }
        for (place, _) in &fetched {
            forget(&self.dir().join(place))?;
        }
        let identities: HashSet<&[u8]> = fetched.iter().map(|(_, identity)| &identity[..]).collect();
        for file in self.warc_files()? {
            let contents = match kept::read(&file) {
                // Whoever captures what was erased before destroys its file, too.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                read => read.map_err(|e| Error::io(&file, LOOKING, &e))?,
            };
            if contents.responses.iter().any(|response| identities.contains(&response.identity[..])) {
                forget(&file)?;
            }
        }
        Ok(())
    }

    /// The WARC files that runs wrote.
    fn warc_files(&self) -> Result<Vec<PathBuf>, Error> {
        let listing = kept::list(self.dir());
        // What is no file holds no bytes; what cannot be looked at may.
        let hidden = |(_, error): &&(PathBuf, io::Error)| error.kind() == io::ErrorKind::PermissionDenied;
        if let Some((path, error)) = listing.odd.iter().find(hidden) {
            return Err(Error::io(path, LOOKING, error));
        }
        let is_of_run = |path: &PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| kept::run_and_page(name).is_some())
        };
        Ok(listing.files.into_iter().filter(is_of_run).collect())
    }
}

/// Destroys a WARC file, and takes its page out of the list of its run.
fn forget(file: &Path) -> Result<(), Error> {
    if file.is_file() {
        mark(file).and_then(|()| destroy(file)).map_err(|e| Error::io(file, DESTROYING, &e))?;
    }
    let place = file.file_name().and_then(|name| name.to_str()).and_then(kept::run_and_page);
    match (place, file.parent()) {
        (Some((run, page)), Some(dir)) => Run::forget(dir, run, page),
        _ => Ok(()),
    }
}

/// Says beside a WARC file that it was destroyed, for captures that stay and name it.
pub(super) fn mark(file: &Path) -> io::Result<()> {
    let mark = mark_of(file);
    let name = mark.file_name().and_then(|name| name.to_str());
    mark.parent().zip(name).map_or(Ok(()), |(dir, name)| put_file(dir, name, MARK))
}

/// Overwrites a file and removes it.
pub(super) fn destroy(file: &Path) -> io::Result<()> {
    overwrite(file)?;
    fs::remove_file(file)?;
    file.parent().map_or(Ok(()), sync_dir)
}

/// Writes zeros over all that a file holds.
fn overwrite(file: &Path) -> io::Result<()> {
    let mut open = OpenOptions::new().write(true).open(file)?;
    let mut left = open.metadata()?.len();
    let zeros = [0; 64 << 10];
    while left > 0 {
        let step = left.min(zeros.len() as u64);
        open.write_all(&zeros[..usize::try_from(step).unwrap_or(zeros.len())])?;
        left -= step;
    }
    open.sync_all()
}
