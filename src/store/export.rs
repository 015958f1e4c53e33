//! Captures for export: in the order of the log, with what is kept beside them.

use rusqlite::params;

use super::read::{CAPTURE_COLUMNS, ReadTx, capture_row};
use super::{CaptureRow, StoreError};

impl ReadTx<'_> {
    /// The next visible captures after a local key, oldest in the log first, at most `limit`; corrected ones left out.
    pub fn captures_after(&self, key: i64, outlet: Option<&str>, limit: u32) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE {}
             AND c.record > ?1 AND (?2 IS NULL OR o.name = ?2) ORDER BY c.record LIMIT ?3",
            self.shown(),
            tables = self.capture_tables()
        );
        self.many("listing captures", &sql, params![key, outlet, limit], capture_row)
    }

    /// How many captures a walk with [`ReadTx::captures_after`] meets.
    pub fn captures_in_all(&self, outlet: Option<&str>) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM capture c LEFT JOIN outlet o ON o.id = c.outlet
             WHERE {} AND (?1 IS NULL OR o.name = ?1)",
            self.shown()
        );
        Ok(self.one("counting captures", &sql, [outlet], |row| row.get(0))?.unwrap_or(0))
    }

    /// Whether another visible capture that nothing corrects shows the payload of this one.
    pub fn is_repeated(&self, capture: i64) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM capture m JOIN capture c ON c.payload = m.payload
             WHERE m.record = ?1 AND c.record <> ?1 AND {})",
            self.shown()
        );
        Ok(self.one("looking for other captures of a payload", &sql, [capture], |row| row.get(0))?.unwrap_or(false))
    }
}
