//! What erasing a capture does to the files of a run: its WARC file goes, and its address leaves the list.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use super::run::{FOLDER, Run};
use crate::archive::{Archive, Error};
use crate::formats::SourceKind;

impl Archive {
    /// Destroys what runs of captures keep of these captures, given by the bytes of their records.
    ///
    /// The whole WARC file of the page goes, its redirects with it. What is gone already is fine: a crash may have come in
    /// between.
    pub(in crate::archive) fn forget_fetched(&self, records: &[Vec<u8>]) -> Result<(), Error> {
        for record in records {
            let Ok(record) = serde_json::from_slice::<Value>(record) else { continue };
            let source = &record["source"];
            if source["kind"].as_str() != Some(SourceKind::Http.name()) {
                continue;
            }
            if let Some((run, page)) = source["basename"].as_str().and_then(place) {
                let dir = self.dir().join(FOLDER).join(run);
                let file = dir.join(source["basename"].as_str().unwrap_or_default());
                destroy(&file).map_err(|e| Error::io(&file, "destroying the WARC file of an erased capture", &e))?;
                Run::forget(&dir, run, page)?;
            }
        }
        Ok(())
    }
}

/// The run and the number of the page, from 0, in the name of a WARC file that a run wrote.
fn place(basename: &str) -> Option<(&str, usize)> {
    let (run, number) = basename.strip_suffix(".warc.gz")?.rsplit_once('-')?;
    let number = number.split('.').next()?;
    let plain = run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !run.is_empty();
    Some((run, number.parse::<usize>().ok().filter(|_| plain)?.checked_sub(1)?))
}

/// Overwrites a file and removes it.
pub(super) fn destroy(file: &Path) -> io::Result<()> {
    let mut open = match OpenOptions::new().write(true).open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        open => open?,
    };
    let mut left = open.metadata()?.len();
    let zeros = [0; 64 << 10];
    while left > 0 {
        let step = left.min(zeros.len() as u64);
        open.write_all(&zeros[..usize::try_from(step).unwrap_or(zeros.len())])?;
        left -= step;
    }
    open.sync_all()?;
    fs::remove_file(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_says_run_and_page_and_nothing_that_leads_elsewhere() {
        assert_eq!(place("20261123T104102Z-3f9a01-00017.warc.gz"), Some(("20261123T104102Z-3f9a01", 16)));
        assert_eq!(place("20261123T104102Z-3f9a01-00017.2.warc.gz"), Some(("20261123T104102Z-3f9a01", 16)));
        for other in ["news.warc.gz", "../x-00001.warc.gz", "a/b-1.warc.gz", "x-0.warc.gz", "-1.warc.gz", "x-1.warc"] {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
