//! The entries of a zip, each readable by itself.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::super::{Input, ReadSeek};

/// How many entries a package may have.
const MAX_ENTRIES: usize = 100_000;

/// One entry, as the list at the zip's end has it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    start: u64,
    packed: u64,
    size: u64,
    deflated: bool,
    /// Why it is not read.
    pub(super) wrong: Option<String>,
}

/// A file of which several parts are read in turn.
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<Mutex<Box<dyn ReadSeek>>>,
    size: u64,
}

impl SharedFile {
    pub(super) fn new(mut file: Box<dyn ReadSeek>) -> io::Result<Self> {
        let size = file.seek(SeekFrom::End(0))?;
        Ok(SharedFile { file: Arc::new(Mutex::new(file)), size })
    }

    fn section(&self, start: u64, length: u64) -> Section {
        Section { file: Arc::clone(&self.file), start, length, at: 0 }
    }

    /// Lists the entries; those that must not be read say why.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, String> {
        let broken = |error: zip::result::ZipError| format!("the zip cannot be read ({error}); it may be cut short");
        let mut archive = ZipArchive::new(self.section(0, self.size)).map_err(broken)?;
        if archive.len() > MAX_ENTRIES {
            return Err(format!("the zip has {} entries; at most {MAX_ENTRIES} are read", archive.len()));
        }
        let mut entries = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            entries.push(entry(&mut archive, index).unwrap_or_else(|(name, error)| Entry {
                name,
                start: 0,
                packed: 0,
                size: 0,
                deflated: false,
                wrong: Some(error),
            }));
        }
        self.refuse_overlap(&mut entries);
        Ok(entries)
    }

    /// Entries that share bytes unpack to more than the file could hold.
    fn refuse_overlap(&self, entries: &mut [Entry]) {
        let mut order: Vec<usize> = (0..entries.len()).filter(|index| entries[*index].wrong.is_none()).collect();
        order.sort_unstable_by_key(|index| entries[*index].start);
        let mut end = 0;
        for index in order {
            let entry = &mut entries[index];
            let own_end = entry.start.saturating_add(entry.packed);
            if entry.start < end || own_end > self.size {
                entry.wrong = Some("the entry shares bytes with another one, or reaches beyond the zip".to_owned());
            } else {
                end = own_end;
            }
        }
    }

    /// An entry's bytes, unpacked.
    pub(super) fn open(&self, entry: &Entry) -> Input {
        let section = self.section(entry.start, entry.packed);
        if entry.deflated {
            Input::Stream(Box::new(
                DeflateDecoder::new(io::BufReader::with_capacity(64 << 10, section)).take(entry.size),
            ))
        } else {
            Input::File(Box::new(section))
        }
    }

    /// An entry's bytes, unpacked, as a plain reader.
    pub(super) fn reader(&self, entry: &Entry) -> Box<dyn Read> {
        match self.open(entry) {
            Input::File(file) => Box::new(file),
            Input::Stream(stream) => stream,
        }
    }

    /// All bytes of a small entry.
    pub(super) fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let read = self.reader(entry).take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("reading failed: {error}"))?;
        if bytes.len() as u64 > limit {
            return Err(format!("it has more than {limit} bytes"));
        }
        Ok(bytes)
    }
}

fn entry(archive: &mut ZipArchive<Section>, index: usize) -> Result<Entry, (String, String)> {
    let file = archive.by_index_raw(index).map_err(|error| (format!("entry {index}"), error.to_string()))?;
    let name = String::from_utf8_lossy(file.name_raw()).into_owned();
    let start = file.data_start().ok_or_else(|| (name.clone(), "its data cannot be found".to_owned()))?;
    let method = file.compression();
    let wrong = match method {
        _ if !is_inside(&name) => Some("the name points outside the package; refused".to_owned()),
        _ if file.encrypted() => Some("the entry is encrypted".to_owned()),
        CompressionMethod::Stored | CompressionMethod::Deflated => None,
        other => Some(format!("packed as {other:?}; a WACZ stores or deflates")),
    };
    let deflated = method == CompressionMethod::Deflated;
    Ok(Entry { name, start, packed: file.compressed_size(), size: file.size(), deflated, wrong })
}

/// Whether a name stays inside the package: relative, with no way up, no drive and no backslash.
fn is_inside(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    !name.is_empty()
        && !name.starts_with('/')
        && !drive
        && !name.contains(['\\', '\0'])
        && name.split('/').all(|part| part != "..")
}

/// A part of a file, with a position of its own.
struct Section {
    file: Arc<Mutex<Box<dyn ReadSeek>>>,
    start: u64,
    length: u64,
    at: u64,
}

impl Read for Section {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.at);
        let most = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.start.saturating_add(self.at)))?;
        let n = file.read(&mut buf[..most])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a seek before the beginning"))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_point_elsewhere_are_known() {
        for name in ["archive/data.warc.gz", "a..b/c", "pages/pages.jsonl"] {
            assert!(is_inside(name), "{name}");
        }
        for name in ["../x", "a/../../x", "/etc/passwd", "C:x", "a\\..\\x", "", "a/..", "a\0b"] {
            assert!(!is_inside(name), "{name}");
        }
    }
}
