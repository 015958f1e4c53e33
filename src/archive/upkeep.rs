//! Keeping an archive: a copy of it, and its derived index made anew.

use std::path::Path;

use super::{Archive, Error, ErrorKind};
use crate::quote;

/// Blocks read at once.
const STEP: u32 = 10_000;

impl Archive {
    /// Copies the database to `file`, which must not exist yet, as of one moment, while others may write.
    ///
    /// `progress` hears of pages copied and pages in all.
    pub fn backup(&self, file: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
        let shown = file.display().to_string();
        if file.exists() {
            let message = format!("{shown}: it exists already; a backup never overwrites, choose another name");
            return Err(Error::new(ErrorKind::Usage, shown, message));
        }
        self.store.backup(file, progress)?;
        let meta = std::fs::metadata(file).map_err(|e| Error::io(file, "looking at the backup", &e))?;
        Ok(meta.len())
    }

    /// Makes the word index anew from the blocks; returns how many there are.
    ///
    /// One transaction: whoever searches meanwhile, or after a kill, has the old index whole, never half a new one.
    pub fn reindex(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
        let mut writer = self.writer()?;
        let tx = writer.begin(self.clock.now())?;
        let total = tx.read().block_count()?;
        tx.clear_index()?;
        let (mut after, mut done) = (0, 0);
        loop {
            let blocks = tx.read().blocks_after(after, STEP)?;
            let Some((last, _)) = blocks.last() else { break };
            after = *last;
            for (key, text) in &blocks {
                tx.index_block(*key, &quote::index_tokens(text))?;
            }
            done += blocks.len() as u64;
            progress(done, total);
        }
        tx.commit()?;
        writer.optimise_index()?;
        writer.checkpoint()?;
        Ok(done)
    }
}
