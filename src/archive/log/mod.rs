//! The signed log of an archive: its keys and mark, its successor, what is shown of it.

mod adopt;
mod export;
mod keeper;
mod prove;
mod published;
mod servers;
mod show;
mod stamp;
mod state;
mod verify;
mod witnesses;

pub use adopt::{Adopted, Rotation};
pub use export::{ExportOptions, Exported, gzip};
pub(crate) use keeper::{LocalKeeper, Standing};
pub use prove::LeafProof;
pub(super) use prove::{choose, prove_entry, reading_of};
pub use published::{PublishedLog, verify_published};
pub use servers::Servers;
pub use show::{HeldBack, LogView, ShownCheckpoint};
pub use stamp::Stamped;
pub(crate) use state::Mark;
pub use state::StateDir;
pub(crate) use state::{put_file, sync_dir};
pub(super) use witnesses::seen_by;

use super::open::random;
use super::{Archive, Error, ErrorKind};
use crate::store::{CheckpointRow, LogRow, ReadTx, Writer};
use crate::tlog::KeyName;

/// Name of a log as a key name; only a damaged setting is none.
fn name_of(origin: &str) -> Result<KeyName, Error> {
    origin.parse().map_err(|e| {
        Error::new(ErrorKind::Corrupt, origin.to_owned(), format!("the archive's log is named {origin:?}: {e}"))
    })
}

impl Archive {
    /// Opens the connection that writes, if the log may grow here; finishes erasures that a crash interrupted.
    pub(super) fn writer(&self) -> Result<Writer, Error> {
        let mut writer = self.plain_writer()?;
        if self.read(|tx| Ok(tx.erasure_is_pending()?))? {
            // What could not be wiped yet, because others read, does not keep anybody from writing; `verify` tells of it.
            self.finish_erasures(&mut writer)?;
        }
        Ok(writer)
    }

    /// Opens the connection that writes, if the log may grow here.
    pub(super) fn plain_writer(&self) -> Result<Writer, Error> {
        let keeper = self.keeper()?;
        if let Err(standing) = self.standing(&keeper)? {
            return Err(self.refused("opening for writing", &standing));
        }
        Ok(self.store.writer(Box::new(keeper))?)
    }

    fn refused(&self, doing: &str, standing: &Standing) -> Error {
        let shown = self.store.path().display().to_string();
        Error::new(ErrorKind::Refused, shown.clone(), format!("{shown}: {doing}: {standing}"))
    }

    fn keeper(&self) -> Result<LocalKeeper, Error> {
        Ok(LocalKeeper { state: self.state.log(&name_of(&self.read(|tx| Ok(tx.log()?.origin))?)?)?, begins: false })
    }

    /// Whether the log may grow here, and if not, why.
    fn standing(&self, keeper: &LocalKeeper) -> Result<Result<(), Standing>, Error> {
        self.read(|tx| {
            // The moment that a transaction sees begins with its first question, so after the mark was read.
            let newest = || Ok((tx.log()?.origin, tx.head()?));
            Ok(keeper.check(newest, &|size| tx.root_at(&tx.log()?, size))?.map(|_| ()))
        })
    }

    /// The newest signed head of the log that grows, which may be shown: the mark is at least as high.
    pub(super) fn shown_checkpoint(&self, tx: &ReadTx<'_>) -> Result<(LogRow, CheckpointRow), Error> {
        let log = tx.log()?;
        let row = tx.checkpoint(&log, u64::MAX)?.ok_or_else(|| {
            let shown = self.store.path().display().to_string();
            let message = format!(
                "{shown}: reading the log: no head of log {} was ever signed; `isnad log adopt` begins a signed log",
                log.origin
            );
            Error::new(ErrorKind::Refused, shown, message)
        })?;
        self.raise_mark(tx, &log, &row)?;
        Ok((log, row))
    }

    /// Makes sure that the mark is at least as high as a stored head, where the log is kept on this machine.
    ///
    /// A writer raises the mark after its commit; one that was killed in between left that to whoever shows the head.
    fn raise_mark(&self, tx: &ReadTx<'_>, log: &LogRow, row: &CheckpointRow) -> Result<(), Error> {
        let Ok(state) = self.state.log(&name_of(&log.origin)?) else { return Ok(()) };
        let Some(mark) = state.mark()? else { return Ok(()) };
        let head = tx.head()?;
        let refused = |standing| self.refused("showing the head of the log", &standing);
        if mark.size > head.size {
            // Another process may have gone on since this transaction began: look again, now that the mark was read.
            return self.session()?.read(|now| {
                let newest = now.log()?;
                if newest.id != log.id {
                    return Ok(());
                }
                let fits = keeper::compare(&log.origin, &mark, &now.head()?, &|size| now.root_at(log, size))?;
                fits.map_err(refused)
            });
        }
        let fits = |mark: &Mark| keeper::compare(&log.origin, mark, &head, &|size| tx.root_at(log, size));
        fits(&mark)?.map_err(refused)?;
        if mark.size >= row.size {
            return Ok(());
        }
        let locked = state.lock()?;
        let mark = state.mark()?.unwrap_or(Mark::none());
        // While we waited, whoever held the lock may have gone on beyond this moment of the database.
        if mark.size > head.size {
            return Ok(());
        }
        fits(&mark)?.map_err(refused)?;
        if mark.size < row.size {
            state.set_mark(&locked, &Mark { size: row.size, root: row.root })?;
        }
        Ok(())
    }
}

/// Makes the key of a new log, or takes the one of a log of this name that has shown nothing yet.
pub(super) fn make_key(state: &StateDir, origin: &str) -> Result<LocalKeeper, Error> {
    let state = state.log(&name_of(origin)?)?;
    state.make_dir()?;
    let locked = state.lock()?;
    let (keys, mark) = (state.keys()?, state.mark()?);
    match (keys.is_empty(), mark) {
        (true, None) => drop(state.make(&locked, &random()?)?),
        (true, Some(mark)) if mark.size == 0 => drop(state.make(&locked, &random()?)?),
        (false, Some(mark)) if mark.size == 0 => {}
        (_, mark) => {
            let shown = state.dir().display().to_string();
            let entries = mark.map_or_else(|| "heads".to_owned(), |mark| format!("a head of {} entries", mark.size));
            let message = format!(
                "{shown}: making the key of a log: this machine has shown {entries} of a log named {origin} already, and \
                 another log of that name would be a second history; choose another name with --origin"
            );
            return Err(Error::new(ErrorKind::Refused, shown, message));
        }
    }
    Ok(LocalKeeper { state, begins: false })
}
