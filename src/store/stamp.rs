//! Stamps of third parties on heads of the log.

use rusqlite::params;

use super::read::ReadTx;
use super::{StoreError, WriteTx};
use crate::domain::{Basis, Time};
use crate::tlog::LeafKind;

/// A stamp as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampRow {
    /// SHA-256 of the response.
    pub id: [u8; 32],
    /// Stored index of the first entry of the stamped log.
    pub first_leaf: u64,
    /// Stored index behind the last entry that is covered.
    pub covers: u64,
    /// What was stamped.
    pub message: Vec<u8>,
    /// Of the request.
    pub nonce: u64,
    /// The authority's answer.
    pub response: Vec<u8>,
    /// Address that was asked.
    pub tsa: String,
    /// Subject of the certificate that signed.
    pub authority: String,
    /// Whether a certificate that the operator gave stands behind it.
    pub trusted: bool,
    /// The time in the stamp, UTC seconds; the earliest; the second that is certainly after it.
    pub time: (i64, i64, i64),
}

/// A stamp to be kept.
#[derive(Debug)]
pub struct NewStamp<'a> {
    /// SHA-256 of the response.
    pub id: [u8; 32],
    /// Entries of the log that grows which the stamped head commits to.
    pub size: u64,
    /// What was stamped.
    pub message: &'a [u8],
    /// Of the request.
    pub nonce: u64,
    /// The authority's answer.
    pub response: &'a [u8],
    /// Address that was asked.
    pub tsa: &'a str,
    /// Subject of the certificate that signed.
    pub authority: &'a str,
    /// Whether a certificate that the operator gave stands behind it.
    pub trusted: bool,
    /// The time in the stamp, UTC seconds; the earliest; the second that is certainly after it.
    pub time: (i64, i64, i64),
}

/// A stamp's time from its columns, joined by spaces.
pub(super) fn stamped(text: &str) -> Option<Time> {
    let mut numbers = text.split(' ').map(str::parse::<i64>);
    let (at, from, to) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(Time { from: Some(from), to: Some(to), ..Time::at_second(at, Basis::Rfc3161) })
}

impl ReadTx<'_> {
    /// Every stamp in the order it was kept.
    pub fn stamps(&self) -> Result<Vec<StampRow>, StoreError> {
        let sql = "SELECT sha256, first_leaf, covers, message, nonce, response, tsa, authority, trusted, time, time_from, time_to
                   FROM stamp ORDER BY id";
        self.many("reading stamps", sql, [], |row| {
            Ok(StampRow {
                id: row.get(0)?,
                first_leaf: row.get(1)?,
                covers: row.get(2)?,
                message: row.get(3)?,
                nonce: u64::from_be_bytes(row.get(4)?),
                response: row.get(5)?,
                tsa: row.get(6)?,
                authority: row.get(7)?,
                trusted: row.get(8)?,
                time: (row.get(9)?, row.get(10)?, row.get(11)?),
            })
        })
    }

    /// Whether an `anchor` entry names a stamp.
    pub fn is_anchored(&self, id: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM leaf WHERE subject = ?1 AND kind = 5 LIMIT 1";
        Ok(self.one("reading the log", sql, [id], |_| Ok(()))?.is_some())
    }

    /// Whether a stamp with this id is stored.
    pub fn has_stamp(&self, id: &[u8; 32]) -> Result<bool, StoreError> {
        Ok(self.one("looking a stamp up", "SELECT 1 FROM stamp WHERE sha256 = ?1", [id], |_| Ok(()))?.is_some())
    }
}

impl WriteTx<'_> {
    /// Keeps a stamp, with an `anchor` entry that names it; returns the index of the entry.
    pub fn put_stamp(&mut self, new: &NewStamp<'_>) -> Result<u64, StoreError> {
        let leaf = self.append_leaf(LeafKind::Anchor, &new.id)?;
        let sql =
            "INSERT INTO stamp (sha256, first_leaf, covers, message, nonce, response, tsa, authority, trusted, time,
                       time_from, time_to, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        let (first, covers) = (self.log.first_leaf, self.log.first_leaf + new.size);
        let (time, from, to) = new.time;
        let nonce = new.nonce.to_be_bytes();
        self.insert(
            sql,
            params![
                new.id,
                first,
                covers,
                new.message,
                nonce,
                new.response,
                new.tsa,
                new.authority,
                new.trusted,
                time,
                from,
                to,
                self.now
            ],
            "storing a stamp",
        )?;
        Ok(leaf)
    }
}
