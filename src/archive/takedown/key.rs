//! The key of the digests by which erased things are recognised when they come again.
//!
//! It lies in the user's state directory and not in the archive: whoever gets hold of the database alone, a backup or a
//! copy, cannot test guesses of what was erased. It is one key for all archives of a user, so that an archive keeps its
//! memory when its log is carried on under another name.

use std::collections::HashSet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::archive::log::{StateDir, put_file};
use crate::archive::open::random;
use crate::archive::{Error, ErrorKind};
use crate::domain::record::hex;
use crate::domain::{Digest, sha256};
use crate::store::ReadTx;

const FILE: &str = "erasure-key";
const DOING: &str = "reading the key that recognises erased things";

/// A secret that makes digests nobody else can make.
#[derive(Clone)]
pub(in crate::archive) struct ErasureKey([u8; 32]);

impl std::fmt::Debug for ErasureKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ErasureKey({})", hex(&self.id()))
    }
}

impl ErasureKey {
    /// Reads the user's key; none when none was ever made.
    pub(in crate::archive) fn read(state: &StateDir) -> Result<Option<Self>, Error> {
        let path = state.path()?.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(&path, DOING, &error)),
        };
        match text.trim().parse::<Digest>() {
            Ok(key) => Ok(Some(ErasureKey(key.0))),
            Err(_) => {
                let shown = path.display().to_string();
                let message = format!("{shown}: {DOING}: it is not 64 hexadecimal digits; put back the file as it was");
                Err(Error::new(ErrorKind::Corrupt, shown, message))
            }
        }
    }

    /// Reads the user's key, made now when there is none.
    pub(super) fn read_or_make(state: &StateDir) -> Result<Self, Error> {
        if let Some(key) = Self::read(state)? {
            return Ok(key);
        }
        let dir = state.path()?;
        let key = ErasureKey(random()?);
        let doing = "making the key that recognises erased things";
        std::fs::create_dir_all(dir).map_err(|e| Error::io(dir, doing, &e))?;
        put_file(dir, FILE, format!("{}\n", hex(&key.0)).as_bytes())
            .map_err(|e| Error::io(&dir.join(FILE), doing, &e))?;
        Ok(key)
    }

    /// Names the key without telling it.
    pub(super) fn id(&self) -> [u8; 8] {
        let hash = sha256(&[b"isnad/v1 erasure key ".as_slice(), &self.0].concat());
        std::array::from_fn(|at| hash[at])
    }

    /// The digest of a thing: HMAC-SHA256 over its kind, a line feed, and its id.
    pub(super) fn digest(&self, what: &str, id: &[u8]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        mac.update(what.as_bytes());
        mac.update(b"\n");
        mac.update(id);
        mac.finalize().into_bytes().into()
    }
}

/// What was erased here and must not come back unasked.
#[derive(Debug, Default)]
pub(in crate::archive) struct Barred {
    key: Option<ErasureKey>,
    digests: HashSet<[u8; 32]>,
    /// Erased things that nobody on this machine can recognise.
    pub(in crate::archive) unknown: usize,
    /// How many digests there were.
    stored: usize,
}

impl Barred {
    /// Reads what this moment of an archive must not take in.
    pub(in crate::archive) fn read(tx: &ReadTx<'_>, state: &StateDir) -> Result<Self, Error> {
        let stored = tx.erased_digests()?;
        let key = if stored.is_empty() { None } else { ErasureKey::read(state)? };
        Ok(Self::new(key, stored))
    }

    /// Whether something was erased since it was read.
    pub(in crate::archive) fn is_old(&self, tx: &ReadTx<'_>) -> Result<bool, Error> {
        Ok(tx.erased_digest_count()? != self.stored)
    }

    pub(super) fn new(key: Option<ErasureKey>, stored: Vec<([u8; 8], [u8; 32])>) -> Self {
        let count = stored.len();
        let id = key.as_ref().map(ErasureKey::id);
        let (known, unknown): (Vec<_>, Vec<_>) = stored.into_iter().partition(|(made_by, _)| Some(*made_by) == id);
        Barred {
            key,
            digests: known.into_iter().map(|(_, digest)| digest).collect(),
            unknown: unknown.len(),
            stored: count,
        }
    }

    /// Whether nothing can be recognised.
    pub(in crate::archive) fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// Whether the thing of this kind with this id was erased.
    pub(in crate::archive) fn has(&self, what: &str, id: &[u8]) -> bool {
        if self.digests.is_empty() {
            return false;
        }
        self.key.as_ref().is_some_and(|key| self.digests.contains(&key.digest(what, id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_digests_depend_on_it() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::at(folder.path());
        assert!(ErasureKey::read(&state).unwrap().is_none());
        let key = ErasureKey::read_or_make(&state).unwrap();
        assert_eq!(ErasureKey::read_or_make(&state).unwrap().0, key.0);
        let other = ErasureKey([7; 32]);
        assert_ne!(key.digest("payload", b"x"), other.digest("payload", b"x"));
        assert_ne!(key.digest("payload", b"x"), key.digest("article", b"x"));
        assert!(!format!("{key:?}").contains(&hex(&key.0)[..16]));
        let barred = Barred::new(Some(key.clone()), vec![(key.id(), key.digest("payload", b"x")), ([0; 8], [0; 32])]);
        assert!(barred.has("payload", b"x") && !barred.has("payload", b"y") && !barred.has("article", b"x"));
        assert_eq!(barred.unknown, 1);
    }

    /// RFC 4231, test case 2, with our framing put around it by hand.
    #[test]
    fn the_digest_is_hmac_sha256() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(b"what do ya want for nothing?");
        let found: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(hex(&found), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
