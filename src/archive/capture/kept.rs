//! The WARC files that runs keep in the archive folder: where each lies, and what it holds.
//!
//! A file never changes once it has its name. One that was destroyed with an erased capture leaves a mark beside it,
//! `<file>.erased`, so that nobody takes it for lost.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::archive::claims::Identity;
use crate::domain::{Digest, PayloadId};
use crate::formats::{Containers, DigestOutcome, Fetched, Input, Item, Options, SourceKind, items_with};
use crate::store::identity_bytes;

/// The folder of runs in an archive folder.
pub(in crate::archive) const FOLDER: &str = "warc";

/// The folders in which files lie: `warc/<run>`.
const DEPTH: usize = 2;

/// Where the WARC file of a capture lies, below the archive folder, given what its record says of the source; none
/// unless this archive fetched it.
pub(in crate::archive) fn place_of(source: &Value) -> Option<PathBuf> {
    let basename = source["basename"].as_str().filter(|_| source["kind"].as_str() == Some(SourceKind::Http.name()))?;
    let (run, _) = run_and_page(basename)?;
    Some(Path::new(FOLDER).join(run).join(basename))
}

/// The run and the number of the page, from 0, in the name of a WARC file that a run wrote.
pub(super) fn run_and_page(basename: &str) -> Option<(&str, usize)> {
    let (run, number) = basename.strip_suffix(".warc.gz")?.rsplit_once('-')?;
    let number = number.split('.').next()?;
    let plain = run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !run.is_empty();
    Some((run, number.parse::<usize>().ok().filter(|_| plain)?.checked_sub(1)?))
}

/// The mark that a destroyed file leaves.
pub(in crate::archive) fn mark_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.erased", file.display()))
}

/// The file whose destruction a mark tells of.
pub(in crate::archive) fn marked_by(mark: &Path) -> Option<PathBuf> {
    mark.to_str()?.strip_suffix(".erased").map(PathBuf::from)
}

/// What lies in the folder of runs.
#[derive(Debug, Default)]
pub(in crate::archive) struct Listing {
    /// Regular files, in the order of their names.
    pub(in crate::archive) files: Vec<PathBuf>,
    /// What could not be looked at, or is neither folder nor file, and why.
    pub(in crate::archive) odd: Vec<(PathBuf, io::Error)>,
}

/// Lists what lies in the folder of runs of the archive in `dir`, which may not be there.
pub(in crate::archive) fn list(dir: &Path) -> Listing {
    let mut listing = Listing::default();
    let folder = dir.join(FOLDER);
    match fs::metadata(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => listing.odd.push((folder, error)),
        Ok(meta) if meta.is_dir() => listing.add(folder, DEPTH),
        Ok(_) => listing.odd.push((folder, io::Error::other("it is no folder"))),
    }
    listing
}

impl Listing {
    fn add(&mut self, path: PathBuf, depth: usize) {
        let found = fs::metadata(&path).and_then(|meta| match () {
            () if meta.is_file() => Ok(None),
            () if meta.is_dir() && depth > 0 => fs::read_dir(&path)?.collect::<io::Result<Vec<_>>>().map(Some),
            () if meta.is_dir() => Err(io::Error::other("it is a folder, where runs keep files")),
            () => Err(io::Error::other("it is no regular file")),
        });
        match found {
            Ok(None) => self.files.push(path),
            Ok(Some(entries)) => {
                let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
                paths.sort();
                paths.into_iter().for_each(|path| self.add(path, depth - 1));
            }
            Err(error) => self.odd.push((path, error)),
        }
    }
}

/// A response in a WARC file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::archive) struct Response {
    /// WARC-Record-ID.
    pub(in crate::archive) id: Option<String>,
    /// What its body is when the encodings are undone.
    pub(in crate::archive) payload: PayloadId,
    /// What makes it the same capture again.
    pub(in crate::archive) identity: Vec<u8>,
    /// The first stated digest that its bytes do not have.
    pub(in crate::archive) wrong_digest: Option<String>,
}

/// What a WARC file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::archive) struct Contents {
    /// SHA-256 of the file; none when no response can be read.
    pub(in crate::archive) container: Option<Digest>,
    /// Its responses, in order.
    pub(in crate::archive) responses: Vec<Response>,
    /// The first place that could not be read.
    pub(in crate::archive) damage: Option<String>,
}

/// Reads a WARC file that a run wrote.
pub(in crate::archive) fn read(path: &Path) -> io::Result<Contents> {
    // Before it is opened: a pipe would never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let options = Options { containers: Containers::Hashed, fetched: Fetched::Here, ..Options::default() };
    let input = Input::File(Box::new(File::open(path)?));
    let mut contents = Contents::default();
    for item in items_with(&path.display().to_string(), input, &options) {
        match item {
            Item::Captured(captured) => {
                contents.container = captured.container;
                let (payload, same) = (captured.payload_id(), Identity::of(&captured));
                let wrong = captured.digests.iter().find(|digest| digest.outcome == DigestOutcome::Failed);
                contents.responses.push(Response {
                    payload,
                    identity: identity_bytes(payload.as_bytes(), &same.url, same.time),
                    wrong_digest: wrong.map(|digest| digest.stated.clone()),
                    id: captured.record_id,
                });
            }
            Item::Rejected { error, .. } => contents.damage = contents.damage.or(Some(error)),
            Item::Revisit(_) | Item::Skipped { .. } => {}
        }
    }
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_says_run_and_page_and_nothing_that_leads_elsewhere() {
        let run = "20261123T104102Z-3f9a01";
        assert_eq!(run_and_page("20261123T104102Z-3f9a01-00017.warc.gz"), Some((run, 16)));
        assert_eq!(run_and_page("20261123T104102Z-3f9a01-00017.2.warc.gz"), Some((run, 16)));
        for other in ["news.warc.gz", "../x-00001.warc.gz", "a/b-1.warc.gz", "x-0.warc.gz", "-1.warc.gz", "x-1.warc"] {
            assert_eq!(run_and_page(other), None, "{other}");
        }
    }

    #[test]
    fn only_what_this_archive_fetched_has_a_file() {
        let source = |kind: &str| serde_json::json!({"kind": kind, "basename": "x-00001.warc.gz"});
        assert_eq!(place_of(&source("http")), Some(PathBuf::from("warc/x/x-00001.warc.gz")));
        assert_eq!(place_of(&source("warc")), None);
    }
}
