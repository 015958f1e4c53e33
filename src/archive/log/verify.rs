//! Re-checking the log beyond its entries and heads: signatures, tiles, successors, the mark.

use super::keeper::{LocalKeeper, Standing};
use crate::archive::verify::{Finding, Outcome};
use crate::archive::{Archive, Error};
use crate::domain::{Digest, sha256};
use crate::store::{LogRow, ReadTx, StoreError};
use crate::tlog::{
    Checkpoint, Hash, LeafKind, OpenedCheckpoint, TileBuilder, TileKind, VerifierKey, leaf_line, node_hash,
};

/// Hears of each finding.
type Say<'a> = &'a mut dyn FnMut(Finding);

fn finding(kind: &'static str, id: impl ToString, result: Result<(), String>) -> Finding {
    let (outcome, why) = match result {
        Ok(()) => (Outcome::Verified, String::new()),
        Err(why) => (Outcome::Failed, why),
    };
    Finding { kind, id: id.to_string(), outcome, why }
}

fn not_checked(kind: &'static str, id: impl ToString, why: impl ToString) -> Finding {
    Finding { kind, id: id.to_string(), outcome: Outcome::NotChecked, why: why.to_string() }
}

impl Archive {
    /// Checks every signed head, every stored tile, each successor's first entry, and the mark of the log that grows.
    pub(in crate::archive) fn verify_signed_log(&self, tx: &ReadTx<'_>, say: Say<'_>) {
        let logs = match tx.logs() {
            Ok(logs) => logs,
            Err(error) => return say(not_checked("checkpoint", "logs", error)),
        };
        let mut before: Option<&LogRow> = None;
        for log in &logs {
            signed_heads(tx, log, say);
            tiles(tx, log, say);
            if let Some(before) = before {
                say(finding("successor", &log.origin, succeeds(tx, before, log)));
            }
            before = Some(log);
        }
        if let Some(log) = logs.last() {
            self.mark(tx, log, say);
        }
    }

    /// Compares the log that grows with what this machine keeps of it.
    fn mark(&self, tx: &ReadTx<'_>, log: &LogRow, say: Say<'_>) {
        let mut checked = || -> Result<Result<(), Standing>, Error> {
            let state = self.state.log(&super::name_of(&log.origin)?)?;
            let keeper = LocalKeeper { state, begins: false };
            // The mark is read first, so this moment must be a newer one than that of `tx`.
            let stands = self.session()?.read(|now| {
                let newest = || Ok((now.log()?.origin, now.head()?));
                keeper.check(newest, &|size| now.root_at(&now.log()?, size))
            })?;
            Ok(stands.map(|(keys, _)| {
                let stated = tx.log_keys(log).unwrap_or_default();
                for key in keys {
                    let vkey = key.verifier().to_string();
                    let known = stated.iter().any(|row| row.vkey == vkey);
                    let why = "this machine signs the log with it, and the archive does not state it";
                    say(finding("log-key", &vkey, if known { Ok(()) } else { Err(why.to_owned()) }));
                }
            }))
        };
        match checked() {
            Ok(Ok(())) => say(finding("mark", &log.origin, Ok(()))),
            Ok(Err(standing @ Standing::Unkept { .. })) => say(not_checked("mark", &log.origin, standing)),
            Ok(Err(standing)) => say(finding("mark", &log.origin, Err(standing.to_string()))),
            Err(error) => say(not_checked("mark", &log.origin, error)),
        }
    }
}

/// Every signed head opens with the keys that the archive states, and every head is signed.
fn signed_heads(tx: &ReadTx<'_>, log: &LogRow, say: Say<'_>) {
    let read =
        || -> Result<_, StoreError> { Ok((tx.checkpoint_sizes(log)?, tx.log_keys(log)?, tx.unsigned_heads(log)?)) };
    let (sizes, keys, unsigned) = match read() {
        Ok(read) => read,
        Err(error) => return say(not_checked("checkpoint", &log.origin, error)),
    };
    if sizes.is_empty() {
        return say(not_checked("checkpoint", &log.origin, "no head of this log was ever signed"));
    }
    let keys: Vec<VerifierKey> = keys.iter().filter_map(|row| row.vkey.parse().ok()).collect();
    for size in sizes {
        say(finding("checkpoint", format!("{} {size}", log.origin), signed_head(tx, log, size, &keys)));
    }
    for size in unsigned {
        let why = "this head is not signed".to_owned();
        say(finding("checkpoint", format!("{} {size}", log.origin), Err(why)));
    }
}

fn signed_head(tx: &ReadTx<'_>, log: &LogRow, size: u64, keys: &[VerifierKey]) -> Result<(), String> {
    let row = tx.checkpoint(log, size).map_err(|e| e.to_string())?.ok_or("it is missing")?;
    let opened = OpenedCheckpoint::open(&row.full_note(), keys).map_err(|e| e.to_string())?;
    // The stored note alone must open, too: its successor may name its hash.
    OpenedCheckpoint::open(&row.note, keys).map_err(|e| e.to_string())?;
    let found = &opened.checkpoint;
    let stated = Checkpoint::new(&super::name_of(&log.origin).map_err(|e| e.message)?, row.size, Hash(row.root));
    if *found != stated {
        return Err(format!("it states {} entries of {} and another root than its row", found.size, found.origin));
    }
    match tx.root_at(log, size).map_err(|e| e.to_string())? {
        Some(root) if root == row.root => Ok(()),
        Some(_) => Err("its root is not that of the head of this size".to_owned()),
        None => Err("there is no head of this size".to_owned()),
    }
}

/// Every full tile is stored and is what follows from the entries.
fn tiles(tx: &ReadTx<'_>, log: &LogRow, say: Say<'_>) {
    let signed = tx.checkpoint_sizes(log).is_ok_and(|sizes| !sizes.is_empty());
    if !signed {
        return;
    }
    let mut builder = TileBuilder::new();
    let mut wrong: Vec<(String, String)> = Vec::new();
    let mut full = 0;
    let mut from = 0;
    loop {
        let entries = match tx.log_entries(log, from) {
            Ok(entries) if entries.is_empty() => break,
            Ok(entries) => entries,
            Err(error) => return say(not_checked("tile", &log.origin, format!("the entries cannot be read: {error}"))),
        };
        from += entries.len() as u64;
        for (kind, subject) in entries {
            let emitted = builder.push(leaf_line(kind, subject).as_bytes(), |tile, bytes| {
                let TileKind::Hashes(level) = tile.kind() else { return };
                full += 1;
                let stored = match tx.stored_tile(log, level, tile.index()) {
                    Ok(Some((root, hashes))) if hashes == bytes && Hash(root) == root_of(bytes) => Ok(()),
                    Ok(Some(_)) => Err("its hashes are not those of the entries below it".to_owned()),
                    Ok(None) => Err("it is missing".to_owned()),
                    Err(error) => Err(error.to_string()),
                };
                match stored {
                    Ok(()) => say(finding("tile", format!("{} {tile}", log.origin), Ok(()))),
                    Err(why) => wrong.push((format!("{} {tile}", log.origin), why)),
                }
            });
            if let Err(error) = emitted {
                return say(not_checked("tile", &log.origin, error));
            }
        }
    }
    for (id, why) in wrong {
        say(finding("tile", id, Err(why)));
    }
    match tx.tile_count(log) {
        Ok(count) if count > full => {
            let why = format!("{count} full tiles are stored, the entries fill {full}");
            say(finding("tile", &log.origin, Err(why)));
        }
        Ok(_) => {}
        Err(error) => say(not_checked("tile", &log.origin, error)),
    }
}

/// The root over the 256 hashes of a full tile.
fn root_of(bytes: &[u8]) -> Hash {
    let mut row: Vec<Hash> = bytes.as_chunks().0.iter().copied().map(Hash).collect();
    while row.len() > 1 {
        row = row.as_chunks().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied().unwrap_or(crate::tlog::empty_root())
}

/// The first entry of a log names the last checkpoint of the one before it.
fn succeeds(tx: &ReadTx<'_>, before: &LogRow, log: &LogRow) -> Result<(), String> {
    let size = log.first_leaf - before.first_leaf;
    let expected = match tx.checkpoint(before, u64::MAX).map_err(|e| e.to_string())? {
        Some(row) if row.size == size => sha256(&row.note),
        Some(row) => return Err(format!("the log before has {size} entries, its last signed head {}", row.size)),
        None => {
            let root = tx.root_at(before, size).map_err(|e| e.to_string())?.ok_or("the log before has no last head")?;
            let origin = super::name_of(&before.origin).map_err(|e| e.message)?;
            sha256(Checkpoint::new(&origin, size, Hash(root)).to_string().as_bytes())
        }
    };
    let first = tx.entries(log, 0, 1).map_err(|e| e.to_string())?;
    if log.adopted == Some(expected) && first == [(LeafKind::Adopt, expected)] {
        Ok(())
    } else {
        Err(format!("its first entry does not name {}, the last checkpoint of {}", Digest(expected), before.origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_over_a_tile_is_that_of_its_tree() {
        let mut builder = TileBuilder::new();
        let mut roots = Vec::new();
        for index in 0..256u32 {
            let entry = index.to_be_bytes();
            builder
                .push(&entry, |tile, bytes| {
                    if tile.kind() == TileKind::Hashes(0) {
                        roots.push(root_of(bytes));
                    }
                })
                .unwrap();
        }
        assert_eq!(roots, [builder.root()]);
    }
}
