//! Who may see what: private captures are the local user's, withheld ones are his too, erased ones are nobody's.
//!
//! Every statement that reads captures holds one of these conditions. What a view may not see has no effect in it: it
//! corrects nothing, answers for nothing, and takes no room of what may be seen.

use rusqlite::params;

use super::StoreError;
use super::read::ReadTx;

/// What a transaction may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everything, for the person at the machine.
    All,
    /// What was not ingested as private, or was published since, and is not withheld.
    Public,
}

impl Visibility {
    /// The condition that a capture `c` meets to be seen.
    pub(super) fn condition(self) -> &'static str {
        match self {
            // What is being erased is gone for everybody from the moment on that the log says so.
            Visibility::All => "c.withheld < 2",
            Visibility::Public => "c.private = 0 AND c.withheld = 0",
        }
    }
}

impl ReadTx<'_> {
    /// The condition that hides captures this view may not see.
    pub(super) fn visible(&self) -> &'static str {
        self.visibility.condition()
    }

    /// The same, without captures that another one corrects. What this view may not see corrects nothing in it.
    pub(super) fn shown(&self) -> &'static str {
        match self.visibility {
            Visibility::All => "c.replaced_by IS NULL AND c.withheld < 2",
            Visibility::Public => {
                "c.private = 0 AND c.withheld = 0 AND (c.replaced_by IS NULL OR NOT EXISTS (SELECT 1 FROM capture y
                 WHERE y.record = c.replaced_by AND y.private = 0 AND y.withheld = 0))"
            }
        }
    }

    /// The tables that `CAPTURE_COLUMNS` name; `x` is the record of what corrects a capture, if this view may see it.
    pub(super) fn capture_tables(&self) -> &'static str {
        match self.visibility {
            Visibility::All => {
                "capture c JOIN record r ON r.id = c.record JOIN payload p ON p.id = c.payload
                 LEFT JOIN outlet o ON o.id = c.outlet LEFT JOIN record x ON x.id = c.replaced_by"
            }
            Visibility::Public => {
                "capture c JOIN record r ON r.id = c.record JOIN payload p ON p.id = c.payload
                 LEFT JOIN outlet o ON o.id = c.outlet
                 LEFT JOIN capture y ON y.record = c.replaced_by AND y.private = 0 AND y.withheld = 0
                 LEFT JOIN record x ON x.id = y.record"
            }
        }
    }

    /// Whether there is anything that this view may not see.
    pub(super) fn hides(&self) -> Result<bool, StoreError> {
        if self.visibility == Visibility::All {
            return Ok(false);
        }
        if let Some(hides) = self.hides.get() {
            return Ok(hides);
        }
        let hides = self.hidden()? > 0;
        self.hides.set(Some(hides));
        Ok(hides)
    }

    /// Whether a page that may be seen carries a block. Words of pages that may not be seen must not answer for others.
    pub fn is_shown(&self, block: i64) -> Result<bool, StoreError> {
        if !self.hides()? {
            return Ok(true);
        }
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM block_page b JOIN reading g ON g.record = b.reading
             JOIN capture c ON c.record = g.capture WHERE b.block = ?1 AND {})",
            self.visible()
        );
        Ok(self.one("looking for the pages of a block", &sql, [block], |row| row.get(0))?.unwrap_or(false))
    }

    /// As [`ReadTx::blocks_with_all`], of blocks that stand on pages which may be seen.
    ///
    /// What may not be seen takes no room of what may: a limit that is reached is reached without it, too.
    pub fn shown_with_all(&self, tokens: &[String], limit: u32) -> Result<Vec<i64>, StoreError> {
        if !self.hides()? || tokens.is_empty() {
            return self.blocks_with_all(tokens, limit);
        }
        let query = tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>().join(" AND ");
        let sql = format!(
            "SELECT rowid FROM block_index WHERE block_index MATCH ?1 AND rowid > ?2 ORDER BY rowid LIMIT {limit}"
        );
        let (mut shown, mut after) = (Vec::new(), 0);
        loop {
            let rows = self.many("searching the index", &sql, params![query, after], |row| row.get::<_, i64>(0))?;
            let Some(last) = rows.last() else { return Ok(shown) };
            after = *last;
            for row in rows {
                if self.is_shown(row)? {
                    shown.push(row);
                }
                if shown.len() as u64 == u64::from(limit) {
                    return Ok(shown);
                }
            }
        }
    }
}
