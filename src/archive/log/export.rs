//! The log as static files, which any web server can serve as c2sp.org/tlog-tiles.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::state::sync_dir;
use crate::archive::article::shown_record;
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::RecordId;
use crate::store::{CheckpointRow, LogRow, ReadTx};
use crate::tlog::{Checkpoint, LeafKind, Note, Tile, TileKind, new_tiles};

/// What an export did: `log export --json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Exported {
    /// The folder.
    pub folder: String,
    /// Name of the log.
    pub origin: String,
    /// Number of entries of the head that the folder shows now.
    pub size: u64,
    /// Files written.
    pub written: u64,
    /// Files that were there already.
    pub kept: u64,
    /// Partial tiles removed because the full ones are there.
    pub removed: u64,
}

/// What an export writes beside the log itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// Where to write the public records.
    pub records: Option<PathBuf>,
    /// Whether bundles of entries are written compressed, too, for servers that send such files.
    pub gzip: bool,
}

/// Compresses as `Content-Encoding: gzip` has it; the same bytes give the same.
pub fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// An export under way.
struct Export<'a> {
    tx: &'a ReadTx<'a>,
    log: LogRow,
    row: CheckpointRow,
    folder: &'a Path,
    options: &'a ExportOptions,
    done: Exported,
}

impl Archive {
    /// Writes the log that grows into `folder`: tiles, entries, `vkey`, and at last `checkpoint`.
    ///
    /// A folder that holds an earlier export of the same log is brought up to date; one that holds another log, or
    /// another history of this one, is left alone. Each file takes its name when all of it is on the disk, so that a kill
    /// leaves nothing half written; the same command again goes on. `progress` hears of files done and in all.
    ///
    /// With `records` every record that this view of the archive may see is written beside, as `<id>.json`, and those of an
    /// earlier export that it may see no longer are removed.
    pub fn log_export(
        &self,
        folder: &Path,
        options: &ExportOptions,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Exported, Error> {
        fs::create_dir_all(folder).map_err(|e| Error::io(folder, "making the folder of the log", &e))?;
        self.read(|tx| {
            let (log, row) = self.shown_checkpoint(tx)?;
            let done = Exported {
                folder: folder.display().to_string(),
                origin: log.origin.clone(),
                size: row.size,
                written: 0,
                kept: 0,
                removed: 0,
            };
            let mut export = Export { tx, log, row, folder, options, done };
            export.is_the_same_log()?;
            export.all(progress)?;
            Ok(export.done)
        })
    }
}

impl Export<'_> {
    /// What the folder shows must be an earlier head of this log.
    fn is_the_same_log(&self) -> Result<(), Error> {
        let path = self.folder.join("checkpoint");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::io(&path, "reading the head that the folder shows", &error)),
        };
        let shown = path.display().to_string();
        let refuse =
            |kind, found: String| Err(Error::new(kind, shown.clone(), format!("{shown}: exporting the log: {found}")));
        let there = Note::parse(&bytes).and_then(|note| Checkpoint::parse(note.text()));
        let there = match there {
            Ok(there) => there,
            Err(error) => {
                return refuse(ErrorKind::Usage, format!("{error}; choose another folder, or remove this file"));
            }
        };
        if there.origin != self.log.origin {
            let found =
                format!("the folder holds the log {}; choose another folder for {}", there.origin, self.log.origin);
            return refuse(ErrorKind::Usage, found);
        }
        if there.size > self.row.size || self.tx.root_at(&self.log, there.size)? != Some(there.root.0) {
            let found = format!(
                "the folder shows a head of {} entries that is none of this archive's, which has {}: one of them is an older \
                 copy or tells another history; nothing was changed",
                there.size, self.row.size
            );
            return refuse(ErrorKind::Refused, found);
        }
        Ok(())
    }

    fn all(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        let total = new_tiles(0, self.row.size).count() as u64 + 2;
        for (at, tile) in (1..).zip(new_tiles(0, self.row.size)) {
            self.tile(tile)?;
            progress(at, total);
        }
        let shown = self.options.records.as_ref().map(|folder| self.records(folder)).transpose()?;
        let mut keys = String::new();
        for key in self.tx.log_keys(&self.log)?.into_iter().filter(|key| key.retired.is_none()) {
            keys.push_str(&key.vkey);
            keys.push('\n');
        }
        self.put(&self.folder.join("vkey"), keys.as_bytes())?;
        // The head comes last: whoever sees it finds everything below it.
        let note = self.row.full_note();
        self.put(&self.folder.join("checkpoint"), &note)?;
        progress(total, total);
        if let (Some(folder), Some(shown)) = (&self.options.records, shown) {
            self.remove_records(folder, &shown)?;
        }
        for tile in new_tiles(0, self.row.size).filter(Tile::is_full) {
            self.remove_partial(tile)?;
        }
        Ok(())
    }

    fn tile(&mut self, tile: Tile) -> Result<(), Error> {
        let bytes = self.tx.tile(&self.log, self.row.size, tile)?.ok_or_else(|| {
            Error::new(ErrorKind::Corrupt, tile.to_string(), format!("{tile}: the log has no such tile"))
        })?;
        if self.options.gzip && matches!(tile.kind(), TileKind::Entries) {
            let path = self.folder.join(format!("{tile}.gz"));
            let packed = gzip(&bytes).map_err(|e| Error::io(&path, "compressing entries", &e))?;
            self.put(&path, &packed)?;
        }
        self.put(&self.folder.join(tile.to_string()), &bytes)
    }

    /// Writes every record that the public may see; returns their names.
    fn records(&mut self, folder: &Path) -> Result<HashSet<String>, Error> {
        let fail = |path: &Path, error: io::Error| Error::io(path, "exporting records", &error);
        fs::create_dir_all(folder).map_err(|e| fail(folder, e))?;
        let (mut from, mut names) = (0, HashSet::new());
        while from < self.row.size {
            let entries = self.tx.entries(&self.log, from, 4_096)?;
            from += 4_096;
            for (kind, subject) in entries {
                let id = RecordId::from_bytes(subject);
                if !matches!(kind, LeafKind::Capture | LeafKind::Reading) || names.contains(&format!("{id}.json")) {
                    continue;
                }
                let Some(bytes) = shown_record(self.tx, &id)? else { continue };
                let (name, path) = (format!("{id}.json"), folder.join(format!("{id}.json")));
                // Its name says what is in it.
                if fs::metadata(&path).is_ok_and(|meta| meta.len() == bytes.len() as u64) {
                    self.done.kept += 1;
                } else {
                    let new = folder.join(format!("{id}.json.new"));
                    let mut file = File::create(&new).map_err(|e| fail(&new, e))?;
                    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|e| fail(&new, e))?;
                    fs::rename(&new, &path).map_err(|e| fail(&path, e))?;
                    self.done.written += 1;
                }
                names.insert(name);
            }
        }
        sync_dir(folder).map_err(|e| fail(folder, e))?;
        Ok(names)
    }

    /// Removes records of an earlier export that the public may see no longer.
    fn remove_records(&mut self, folder: &Path, shown: &HashSet<String>) -> Result<(), Error> {
        let fail = |error: io::Error| Error::io(folder, "removing records that were taken down", &error);
        for entry in fs::read_dir(folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = name.strip_suffix(".json").is_some_and(|id| id.parse::<RecordId>().is_ok());
            if ours && !shown.contains(&name) {
                fs::remove_file(entry.path()).map_err(fail)?;
                self.done.removed += 1;
            }
        }
        sync_dir(folder).map_err(fail)
    }

    /// Writes a file unless it is there with just these bytes.
    fn put(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let fail = |error: io::Error| Error::io(path, "exporting the log", &error);
        if fs::metadata(path).is_ok_and(|meta| meta.len() == bytes.len() as u64)
            && fs::read(path).map_err(fail)? == bytes
        {
            self.done.kept += 1;
            return Ok(());
        }
        let folder = path.parent().unwrap_or(self.folder);
        self.make_folder(folder).map_err(fail)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = path.with_file_name(name);
        let mut file = File::create(&new).map_err(fail)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fail)?;
        fs::rename(&new, path).and_then(|()| sync_dir(folder)).map_err(fail)?;
        self.done.written += 1;
        Ok(())
    }

    /// Makes a folder below the export's, each new name on the disk.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
            match fs::create_dir(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => sync_dir(parent)?,
            }
        }
        Ok(())
    }

    /// Removes the partial tiles that a full one makes superfluous.
    fn remove_partial(&mut self, tile: Tile) -> Result<(), Error> {
        let partial: PathBuf = self.folder.join(format!("{tile}.p"));
        let Ok(files) = fs::read_dir(&partial) else { return Ok(()) };
        self.done.removed += files.count() as u64;
        fs::remove_dir_all(&partial).map_err(|e| Error::io(&partial, "removing partial tiles", &e))
    }
}
