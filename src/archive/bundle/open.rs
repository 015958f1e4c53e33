//! Opens a bundle from the disk, zip or folder, with the keys that are trusted.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::check;
use super::layout::{MANIFEST, what_is};
use super::zip::{Files, MAX_BUNDLE, MAX_FILES, is_plain, read_zip};
use crate::archive::verify::{Finding, Outcome, Tally, given_keys};
use crate::archive::{Error, StateDir};
use crate::stamp::Anchors;
use crate::tlog::{Checkpoint, Note, VerifierKey};

/// Whether a person's reference is the path of a bundle: one that ends in `.zip`, or a folder with a manifest.
pub fn is_bundle(reference: &str) -> bool {
    let path = Path::new(reference);
    let zip = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    // The address of a captured page may end so, too.
    zip && !reference.contains("://") || path.join(MANIFEST).is_file()
}

/// Checks the bundle at `path` with the keys given, else with those of its log that are pinned in `state`.
///
/// Stamps are checked up to the certificates that `anchors` believes; without any, up to those that they bring along.
pub fn verify_bundle(
    path: &Path,
    keys: &[String],
    anchors: &Anchors,
    state: &StateDir,
    visit: &mut dyn FnMut(&Finding),
) -> Result<Tally, Error> {
    let given = given_keys(keys)?;
    let mut tally = Tally::default();
    let mut say = |finding: Finding| {
        tally.count(finding.outcome);
        visit(&finding);
    };
    let files = if path.is_dir() { read_folder(path)? } else { read_file(path)? };
    match files {
        Err(why) => {
            say(Finding { kind: "bundle", id: path.display().to_string(), outcome: Outcome::Failed, why });
        }
        Ok(files) => {
            let keys = if given.is_empty() { pinned(&files, state) } else { given };
            check::check(&files, &keys, anchors, &mut say);
        }
    }
    Ok(tally)
}

/// The keys that this machine knows for the log that the bundle says it is of.
fn pinned(files: &Files, state: &StateDir) -> Vec<VerifierKey> {
    let bytes = files.get("checkpoint").map_or(&[][..], Vec::as_slice);
    let head = Note::parse(bytes).and_then(|note| Checkpoint::parse(note.text()));
    // What cannot be read pins nothing.
    head.ok().and_then(|head| state.pinned_keys(&head.origin).ok()).unwrap_or_default()
}

/// Files, or why these are none of a bundle.
type Found = Result<Result<Files, String>, Error>;

fn read_file(path: &Path) -> Found {
    let doing = "reading the bundle";
    let file = File::open(path).map_err(|e| Error::io(path, doing, &e))?;
    let mut bytes = Vec::new();
    file.take(MAX_BUNDLE + 1).read_to_end(&mut bytes).map_err(|e| Error::io(path, doing, &e))?;
    if bytes.len() as u64 > MAX_BUNDLE {
        return Ok(Err(format!("larger than {MAX_BUNDLE} bytes: no bundle is")));
    }
    Ok(read_zip(&bytes).map_err(|e| e.to_string()))
}

/// Reads the folder that a bundle was unpacked to. Links are not followed.
fn read_folder(folder: &Path) -> Found {
    let (mut files, mut total) = (Files::new(), 0);
    let mut waiting = vec![String::new()];
    while let Some(below) = waiting.pop() {
        let path = folder.join(&below);
        let fail = |e| Error::io(&path, "reading the bundle", &e);
        for entry in fs::read_dir(&path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(fail)?;
            if kind.is_dir() && is_plain(&name) && name.split('/').count() < 4 {
                waiting.push(format!("{name}/"));
                continue;
            }
            if !kind.is_file() || name != MANIFEST && what_is(&name).is_none() {
                return Ok(Err(format!("{name}: a bundle has no such file")));
            }
            let file = File::open(entry.path()).map_err(|e| Error::io(&entry.path(), "reading the bundle", &e))?;
            let mut bytes = Vec::new();
            let left = MAX_BUNDLE - total + 1;
            file.take(left).read_to_end(&mut bytes).map_err(|e| Error::io(&entry.path(), "reading the bundle", &e))?;
            total += bytes.len() as u64;
            if total > MAX_BUNDLE || files.len() == MAX_FILES {
                return Ok(Err(format!("more than {MAX_BUNDLE} bytes or {MAX_FILES} files: no bundle has")));
            }
            files.insert(name, bytes);
        }
    }
    Ok(Ok(files))
}
