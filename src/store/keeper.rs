//! Who keeps what must not lie in the database: the keys of the log and its high-water mark.

use std::fmt::Debug;
use std::path::Path;

use super::{Head, StoreError};
use crate::tlog::{Checkpoint, Note};

/// Decides whether a database may be written to, and signs its heads.
///
/// The store asks it inside every transaction that writes, so that no head can be stored which it has not signed.
pub trait Keeper: Debug + Send {
    /// Admits a transaction on the database at `path` whose newest head is `head`, or says why nothing may be written.
    ///
    /// `root_at` tells the root of the head of a size that was committed, if there is one.
    fn admit(
        &self,
        path: &Path,
        origin: &str,
        head: &Head,
        root_at: &dyn Fn(u64) -> Result<Option<[u8; 32]>, StoreError>,
    ) -> Result<Box<dyn Admission>, StoreError>;
}

/// The right to write one transaction; nobody else has it for this log until it is dropped.
pub trait Admission {
    /// The verifier keys that sign.
    fn keys(&self) -> Vec<String>;

    /// Signs the head that the transaction is about to commit.
    fn sign(&self, checkpoint: &Checkpoint) -> Result<Note, StoreError>;

    /// Raises the high-water mark to a head that was committed, before anybody is shown it.
    fn keep(self: Box<Self>, head: &Head) -> Result<(), StoreError>;
}
