//! Every entry either opens, or a later one says why it does not; and what is said was done.

use super::Check;
use crate::domain::Digest;
use crate::store::{LeafRow, LogRow, ReadTx, TakedownKind, TakedownRow};
use crate::tlog::LeafKind;

/// Checks that what an entry names is here, or that its erasure is logged.
pub(super) fn opens(tx: &ReadTx<'_>, log: &LogRow, leaf: &LeafRow) -> Result<(), String> {
    let say = |error: crate::store::StoreError| error.to_string();
    match leaf.kind {
        // It names the last checkpoint of another log.
        None | Some(LeafKind::Adopt) => return Ok(()),
        Some(LeafKind::Anchor) => {
            let found = tx.has_stamp(&leaf.subject).map_err(say)?;
            return if found { Ok(()) } else { Err("the stamp it names is missing".to_owned()) };
        }
        Some(LeafKind::Capture | LeafKind::Reading | LeafKind::Withhold | LeafKind::Erase) => {}
    }
    let here = tx.has_record(&leaf.subject).map_err(say)?;
    if leaf.kind == Some(LeafKind::Erase) {
        return if here { Err("the record it says is erased is still here".to_owned()) } else { Ok(()) };
    }
    if here {
        return Ok(());
    }
    let Some(capture) = tx.erased(&leaf.subject).map_err(say)? else {
        return Err("the record it names is missing, and no erasure of it is stated".to_owned());
    };
    match tx.erase_is_logged(&capture, log.first_leaf + leaf.index).map_err(say)? {
        true => Ok(()),
        false => {
            Err(format!("the record it names is missing, and no later entry says that {} was erased", Digest(capture)))
        }
    }
}

/// Checks that every takedown was logged, holds, and is finished.
pub(super) fn takedowns(check: &mut Check<'_>) {
    let rows = match check.tx.takedowns() {
        Ok(rows) => rows,
        Err(error) => return check.walked("takedown", Err(error)),
    };
    for row in rows {
        let result = holds(check.tx, &row);
        check.say("takedown", row.record, result);
    }
}

fn holds(tx: &ReadTx<'_>, row: &TakedownRow) -> Result<(), String> {
    if row.leaf.is_none() {
        return Err(format!("no entry of the log says {} of it", row.kind.leaf()));
    }
    let state = tx.withheld_state(&row.record).map_err(|e| e.to_string())?;
    let erased = tx.erased(row.record.as_bytes()).map_err(|e| e.to_string())?.is_some();
    let finish = "open the archive for writing, or run `isnad erase --finish`";
    match (row.kind, state) {
        (TakedownKind::Erase, Some(_)) => Err(format!("its erasure is logged and not yet done; {finish}")),
        (TakedownKind::Erase, None) if row.finished.is_none() => {
            Err(format!("it is erased, and freed pages of the file are not yet wiped; {finish}"))
        }
        (TakedownKind::Erase, None) if !erased => Err("it is not among the erased records".to_owned()),
        (TakedownKind::Erase, None) => Ok(()),
        (TakedownKind::Withhold, _) if row.undone || erased => Ok(()),
        (TakedownKind::Withhold, Some(0)) => Err("it is logged as withheld, and shown".to_owned()),
        (TakedownKind::Withhold, Some(_)) => Ok(()),
        (TakedownKind::Withhold, None) => Err("it is withheld, and missing".to_owned()),
    }
}
