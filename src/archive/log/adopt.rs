//! Carrying a log on: under a successor where its key is elsewhere, with a new key where keys change.

use super::keeper::LocalKeeper;
use super::state::LogState;
use super::{make_key, name_of};
use crate::archive::open::{random, valid_origin};
use crate::archive::{Archive, Error, ErrorKind};
use crate::domain::record::hex;
use crate::domain::{Digest, sha256};
use crate::store::{LogRow, ReadTx};
use crate::tlog::{Checkpoint, Hash, SigningKey};

/// A successor that was begun.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Adopted {
    /// The log that ended.
    pub from: String,
    /// Its entries.
    pub from_size: u64,
    /// SHA-256 of its last checkpoint, which the first entry of the new log names.
    pub checkpoint: String,
    /// The new log.
    pub origin: String,
    /// Its entries.
    pub size: u64,
    /// Its verifier key.
    pub vkey: String,
}

/// What became of the keys of a log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rotation {
    /// The log.
    pub origin: String,
    /// The verifier keys that sign from now on.
    pub vkeys: Vec<String>,
    /// The one that came, if one came.
    pub added: Option<String>,
    /// The one that went, if one went.
    pub retired: Option<String>,
}

impl Archive {
    /// Begins a log that carries on the one of this archive, whose key or newest entries are elsewhere.
    ///
    /// Where the log may grow, only a new name is a reason for a successor.
    pub fn adopt(&mut self, origin: Option<&str>) -> Result<Adopted, Error> {
        let standing = self.standing(&self.keeper()?)?;
        let (old, head, last) = self.read(last_head)?;
        if standing.is_ok() && origin.is_none_or(|origin| origin == old.origin) {
            return Err(Error::usage(format!(
                "the log {} can go on here as it is: its key and mark are on this machine; nothing was changed. To carry it \
                 on under another name, give one with --origin NAME",
                old.origin
            )));
        }
        let signed = last.is_some();
        let origin = match origin {
            Some(origin) => valid_origin(origin)?,
            None if signed || self.state.log(&name_of(&old.origin)?)?.mark()?.is_some() => successor_of(&old.origin)?,
            None => old.origin.clone(),
        };
        if signed && origin == old.origin {
            return Err(Error::usage(format!(
                "--origin {origin}: heads under this name were signed with a key that is not here; two logs of one name are \
                 two histories, choose another"
            )));
        }
        let keeper = LocalKeeper { begins: true, ..make_key(&self.state, &origin)? };
        let vkey = keeper.state.keys()?.first().map(|key| key.verifier().to_string()).unwrap_or_default();
        let mut writer = self.store.writer(Box::new(keeper))?;
        let mut tx = writer.begin(self.clock.now())?;
        // Asked again inside the transaction: another process may have gone on meanwhile.
        let (now_old, now_head, now_last) = last_head(&tx.read())?;
        if (&now_old, &now_head) != (&old, &head) {
            return Err(Error::new(ErrorKind::Busy, old.origin, "the log grew meanwhile; run the command again"));
        }
        let adopted = match now_last {
            Some(note) => sha256(&note),
            None => sha256(Checkpoint::new(&name_of(&old.origin)?, head.size, Hash(head.root)).to_string().as_bytes()),
        };
        tx.begin_successor(&name_of(&origin)?, adopted)?;
        let new = tx.commit()?;
        writer.checkpoint()?;
        self.set_origin(&origin);
        Ok(Adopted {
            from: old.origin,
            from_size: head.size,
            checkpoint: Digest(adopted).to_string(),
            origin,
            size: new.size,
            vkey,
        })
    }

    /// Lets a further key sign the log from now on, beside those that do, and puts it under the newest head.
    pub fn rotate_key(&self) -> Result<Rotation, Error> {
        self.change_keys(|state, keys| {
            let key = SigningKey::from_seed(state.origin().clone(), &random()?);
            let vkey = key.verifier().to_string();
            keys.push(key);
            Ok((Some(vkey), None))
        })
    }

    /// Lets the key with this id sign no longer; one key must remain.
    pub fn retire_key(&self, id: &str) -> Result<Rotation, Error> {
        self.change_keys(|state, keys| {
            let Some(at) = keys.iter().position(|key| key.verifier().id().to_string() == id) else {
                let there: Vec<String> = keys.iter().map(|key| key.verifier().id().to_string()).collect();
                return Err(Error::usage(format!("no key {id} signs {}; those that do: {}", state.origin(), there.join(", "))));
            };
            if keys.len() == 1 {
                return Err(Error::usage(format!(
                    "{id} is the only key that signs {}; add another one first with `isnad log key --rotate`, and publish it",
                    state.origin()
                )));
            }
            Ok((None, Some(keys.remove(at).verifier().to_string())))
        })
    }

    /// Changes the key file, then what the database says of it: a kill in between is made good by the next head.
    fn change_keys(
        &self,
        change: impl FnOnce(&LogState, &mut Vec<SigningKey>) -> Result<(Option<String>, Option<String>), Error>,
    ) -> Result<Rotation, Error> {
        let mut writer = self.writer()?;
        let state = self.keeper()?.state;
        let locked = state.lock()?;
        let mut keys = state.keys()?;
        let (added, retired) = change(&state, &mut keys)?;
        state.set_keys(&locked, &keys)?;
        drop(locked);
        let tx = writer.begin(self.clock.now())?;
        let newest = {
            let read = tx.read();
            read.checkpoint(&read.log()?, u64::MAX)?
        };
        if let Some(row) = newest {
            let text = Checkpoint::new(state.origin(), row.size, Hash(row.root)).to_string();
            let there = String::from_utf8_lossy(&row.full_note()).into_owned();
            for key in &keys {
                let line = key.sign(&text).to_string();
                if !there.lines().any(|known| known == line) {
                    tx.add_signature(row.key, &line)?;
                }
            }
        }
        let vkeys: Vec<String> = keys.iter().map(|key| key.verifier().to_string()).collect();
        for vkey in &vkeys {
            tx.put_log_key(vkey)?;
        }
        if let Some(vkey) = &retired {
            tx.retire_log_key(vkey)?;
        }
        tx.commit()?;
        Ok(Rotation { origin: state.origin().to_string(), vkeys, added, retired })
    }
}

/// The log that grows, its newest head, and the bytes of its newest checkpoint.
fn last_head(tx: &ReadTx<'_>) -> Result<(LogRow, crate::store::Head, Option<Vec<u8>>), Error> {
    let log = tx.log()?;
    let note = tx.checkpoint(&log, u64::MAX)?.map(|row| row.note);
    let head = tx.head()?;
    Ok((log, head, note))
}

/// A name for the log that carries `origin` on; nobody else will choose the same.
fn successor_of(origin: &str) -> Result<String, Error> {
    const MARK: &str = "/adopted-";
    let tail = hex(&random::<4>()?);
    if let Some(made_up) = origin.strip_prefix("isnad.invalid/") {
        let digits = hex(&random::<8>()?);
        debug_assert!(!made_up.is_empty());
        return Ok(format!("isnad.invalid/{digits}"));
    }
    let base = origin.split_once(MARK).map_or(origin, |(base, _)| base);
    Ok(format!("{base}{MARK}{tail}"))
}
