//! A run: the pages to capture, and how far it got; in the archive folder, so that a kill loses nothing.
//!
//! `warc/<run>/run.json` holds settings and list, and never changes. `journal` gains a line when a page was fetched (its
//! WARC file, if any, is whole by then), and another when it was ingested. `<run>-<number>.warc.gz` are the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::kept::FOLDER;
use super::{Fetched, Settings};
use crate::archive::log::{put_file, sync_dir};
use crate::archive::open::random;
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::record::hex;
use crate::fetch::Target;
use crate::formats::write::entry::rfc3339;

/// What `run.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    v: u32,
    settings: Settings,
    urls: Vec<String>,
}

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// This page was fetched, or could not be.
    Fetched(Fetched),
    /// The page of this number was ingested and told of.
    Done(usize),
}

/// A run under way; nobody else works on it until this is dropped.
#[derive(Debug)]
pub struct Run {
    name: String,
    dir: PathBuf,
    /// How pages are fetched.
    pub settings: Settings,
    /// What to capture.
    pub(super) targets: Vec<Target>,
    journal: File,
    fetched: BTreeMap<usize, Fetched>,
    done: BTreeSet<usize>,
}

impl Run {
    /// Begins a run of these pages; it is on the disk before the first of them is asked for.
    pub fn begin(archive: &Archive, settings: Settings, targets: Vec<Target>) -> Result<Run, Error> {
        let second = rfc3339(archive.clock.now()).replace(['-', ':'], "");
        let name = format!("{second}-{}", hex(&random::<3>()?));
        let dir = archive.dir().join(FOLDER).join(&name);
        let fail = |error: &io::Error| Error::io(&dir, "writing the list of pages", error);
        fs::create_dir_all(&dir).map_err(|e| fail(&e))?;
        let urls = targets.iter().map(Target::to_string).collect();
        let journal = lock(&dir)?;
        for made in [archive.dir().join(FOLDER), archive.dir().to_owned()] {
            sync_dir(&made).map_err(|e| fail(&e))?;
        }
        let run = Run { name, dir, settings, targets, journal, fetched: BTreeMap::new(), done: BTreeSet::new() };
        run.put_plan(urls)?;
        Ok(run)
    }

    /// Takes up a run again: the one of this name, or the newest that has pages left.
    pub fn resume(archive: &Archive, name: Option<&str>) -> Result<Run, Error> {
        let folder = archive.dir().join(FOLDER);
        if let Some(name) = name {
            if name.contains(['/', '\\']) || !folder.join(name).join("run.json").is_file() {
                let shown = folder.join(name).display().to_string();
                return Err(Error::new(
                    ErrorKind::Usage,
                    shown.clone(),
                    format!("--resume {name}: there is no run {shown}"),
                ));
            }
            return Run::open(&folder.join(name), name);
        }
        let mut tried = None;
        for name in names(&folder)?.into_iter().rev() {
            match Run::open(&folder.join(&name), &name) {
                Ok(run) if run.is_interrupted() => return Ok(run),
                Ok(run) if run.left().next().is_some() => tried = tried.or(Some(run)),
                Ok(_) => {}
                // A run that another process works on is not the one that was left behind.
                Err(error) if error.kind == ErrorKind::Busy => {}
                Err(error) => return Err(error),
            }
        }
        // No run was interrupted: servers that could not be reached may answer now.
        let shown = folder.display().to_string();
        let none =
            || Error::new(ErrorKind::Usage, shown.clone(), format!("--resume: no run in {shown} has pages left"));
        tried.ok_or_else(none)
    }

    fn open(dir: &Path, name: &str) -> Result<Run, Error> {
        let path = dir.join("run.json");
        let damaged = |found: String| {
            let shown = path.display().to_string();
            Error::new(ErrorKind::Corrupt, shown.clone(), format!("{shown}: reading a run of captures: {found}"))
        };
        let mut journal = lock(dir)?;
        let bytes = fs::read(&path).map_err(|e| Error::io(&path, "reading a run of captures", &e))?;
        let plan: Plan = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        if plan.v != 1 {
            return Err(damaged(format!("it is of version {}; a newer isnad reads it", plan.v)));
        }
        let targets = plan.urls.iter().map(|url| Target::parse(url)).collect::<Result<Vec<_>, _>>().map_err(damaged)?;
        let (fetched, done) = read_journal(dir, &mut journal)?;
        let name = name.to_owned();
        Ok(Run { name, dir: dir.to_owned(), settings: plan.settings, targets, journal, fetched, done })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many pages it has.
    pub fn total(&self) -> usize {
        self.targets.len()
    }

    /// The pages to fetch: those that were not asked for, and those whose server could not be reached.
    pub(super) fn left(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.targets.len()).filter(|n| match self.fetched.get(n) {
            Some(fetched) => self.done.contains(n) && fetched.is_unreachable(),
            None => true,
        })
    }

    /// Whether there are pages that nobody asked for yet, or that were fetched and not ingested.
    fn is_interrupted(&self) -> bool {
        self.fetched.len() < self.targets.len() || self.unfinished().next().is_some()
    }

    /// Ends the run: when nothing is left of it, only its WARC files stay.
    pub(super) fn end(self) -> Result<(), Error> {
        let again = self.targets.len() > 1 && self.left().next().is_some();
        if again || self.is_interrupted() {
            return Ok(());
        }
        for name in ["run.json", "journal"] {
            let path = self.dir.join(name);
            fs::remove_file(&path).map_err(|e| Error::io(&path, "ending a run of captures", &e))?;
        }
        // It stays where there are WARC files in it.
        let _ = fs::remove_dir(&self.dir);
        Ok(())
    }

    /// Takes the address of a page out of a run, when the run is still there.
    pub(super) fn forget(dir: &Path, name: &str, page: usize) -> Result<(), Error> {
        const NOWHERE: &str = "http://erased.invalid/";
        if !dir.join("run.json").is_file() {
            return Ok(());
        }
        let mut run = Run::open(dir, name)?;
        let urls = run.targets.iter().enumerate();
        let urls = urls.map(|(n, target)| if n == page { NOWHERE.to_owned() } else { target.to_string() }).collect();
        run.put_plan(urls)?;
        let empty = Fetched { page, attempt: 1, url: NOWHERE.to_owned(), steps: Vec::new(), missed: None };
        run.fetched.insert(page, empty);
        run.done.insert(page);
        let path = run.dir.join("journal");
        run.journal.set_len(0).map_err(|e| Error::io(&path, "taking an erased page out of a run", &e))?;
        let (fetched, done) = (run.fetched.clone(), run.done.clone());
        fetched.into_values().try_for_each(|fetched| run.put(&Line::Fetched(fetched)))?;
        done.into_iter().try_for_each(|page| run.put(&Line::Done(page)))
    }

    fn put_plan(&self, urls: Vec<String>) -> Result<(), Error> {
        let fail = |error: &io::Error| Error::io(&self.dir, "writing the list of pages", error);
        let plan = Plan { v: 1, settings: self.settings.clone(), urls };
        let bytes = serde_json::to_vec_pretty(&plan).map_err(|e| fail(&e.into()))?;
        put_file(&self.dir, "run.json", &bytes).map_err(|e| fail(&e))
    }

    /// How many pages are still to be captured.
    pub fn count_left(&self) -> usize {
        self.left().count() + self.unfinished().count()
    }

    /// The pages that were fetched and not ingested.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = &Fetched> + '_ {
        self.fetched.values().filter(|fetched| !self.done.contains(&fetched.page))
    }

    /// Which attempt at a page is next, from 1: one whose server could not be reached is tried again.
    pub(super) fn next_attempt(&self, page: usize) -> u32 {
        self.fetched.get(&page).map_or(0, |fetched| fetched.attempt) + 1
    }

    /// The WARC file of an attempt at a page. Records name it by its hash, so none is written twice.
    pub(super) fn file(&self, page: usize, attempt: u32) -> PathBuf {
        let again = if attempt > 1 { format!(".{attempt}") } else { String::new() };
        self.dir.join(format!("{}-{:05}{again}.warc.gz", self.name, page + 1))
    }

    /// Writes down that a page was fetched.
    pub(super) fn put_fetched(&mut self, fetched: &Fetched) -> Result<(), Error> {
        self.done.remove(&fetched.page);
        self.fetched.insert(fetched.page, fetched.clone());
        self.put(&Line::Fetched(fetched.clone()))
    }

    /// Writes down that a page was ingested.
    pub(super) fn put_done(&mut self, page: usize) -> Result<(), Error> {
        self.done.insert(page);
        self.put(&Line::Done(page))
    }

    fn put(&mut self, line: &Line) -> Result<(), Error> {
        let path = self.dir.join("journal");
        let fail = |error: &io::Error| Error::io(&path, "writing down how far the run got", error);
        let mut text = serde_json::to_string(line).map_err(|e| fail(&e.into()))?;
        text.push('\n');
        self.journal.write_all(text.as_bytes()).and_then(|()| self.journal.sync_data()).map_err(|e| fail(&e))
    }
}

/// The names of all runs, oldest first.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(folder, "looking for runs of captures", &error)),
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().join("run.json").is_file()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// Opens the journal for this process alone.
fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join("journal");
    let doing = "opening the journal of a run of captures";
    let options = OpenOptions::new().create(true).truncate(false).read(true).append(true).open(&path);
    let file = options.map_err(|e| Error::io(&path, doing, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::Error(error)) => Err(Error::io(&path, doing, &error)),
        Err(TryLockError::WouldBlock) => {
            let shown = path.display().to_string();
            Err(Error::new(
                ErrorKind::Busy,
                shown.clone(),
                format!("{shown}: {doing}: another isnad works on this run"),
            ))
        }
    }
}

/// Reads what was written down; a last line that a kill cut off is taken away.
fn read_journal(dir: &Path, journal: &mut File) -> Result<(BTreeMap<usize, Fetched>, BTreeSet<usize>), Error> {
    let path = dir.join("journal");
    let fail = |error: &io::Error| Error::io(&path, "reading how far a run got", error);
    let mut bytes = Vec::new();
    journal.seek(SeekFrom::Start(0)).and_then(|_| journal.read_to_end(&mut bytes)).map_err(|e| fail(&e))?;
    let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
    if whole < bytes.len() {
        journal.set_len(whole as u64).map_err(|e| fail(&e))?;
    }
    let text = String::from_utf8_lossy(&bytes[..whole]);
    let (mut fetched, mut done) = (BTreeMap::new(), BTreeSet::new());
    for (number, line) in (1..).zip(text.lines()) {
        match serde_json::from_str(line) {
            Ok(Line::Fetched(page)) => {
                done.remove(&page.page);
                fetched.insert(page.page, page);
            }
            Ok(Line::Done(page)) => {
                done.insert(page);
            }
            Err(error) => {
                let shown = path.display().to_string();
                let message = format!("{shown}: line {number}: reading how far a run got: {error}");
                return Err(Error::new(ErrorKind::Corrupt, shown, message));
            }
        }
    }
    Ok((fetched, done))
}
