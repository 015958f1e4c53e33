//! Keeping an archive: its derived indexes made anew.

use super::{Archive, Error};
use crate::quote;

/// Blocks read at once.
const STEP: u32 = 10_000;

impl Archive {
    /// Makes the word index anew from the blocks, and files captures under their pages; returns how many blocks there are.
    ///
    /// One transaction: whoever searches meanwhile, or after a kill, has the old index whole, never half a new one.
    pub fn reindex(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
        let mut writer = self.writer()?;
        let tx = writer.begin(self.clock.now())?;
        let total = tx.read().block_count()?;
        tx.file_captures()?;
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
