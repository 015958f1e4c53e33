//! Captures of one page, however its address was written: the column `capture.page`.
//!
//! It holds a number made of the page's name ([`page_of`]), because names are long and every capture has one. Equal
//! numbers find captures, equal names decide.

use rusqlite::{Connection, params};

use super::read::{CAPTURE_COLUMNS, ReadTx, capture_row};
use super::rows::CaptureRow;
use super::{StoreError, WriteTx};
use crate::domain::{page_of, sha256};

/// Captures that are filed at once: what is held in memory.
const STEP: u32 = 10_000;

/// The number under which the captures of a page are filed.
fn number_of(page: &str) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&sha256(page.as_bytes())[..8]);
    i64::from_be_bytes(first)
}

/// The number under which a capture of this address is filed.
pub(super) fn filed_under(url: &str) -> i64 {
    number_of(&page_of(url))
}

/// Files every capture under the page that its URL names; touches only rows that say otherwise.
pub(super) fn file_captures(connection: &Connection) -> rusqlite::Result<()> {
    let mut select =
        connection.prepare("SELECT record, url, page FROM capture WHERE record > ?1 ORDER BY record LIMIT ?2")?;
    let mut update = connection.prepare("UPDATE capture SET page = ?2 WHERE record = ?1")?;
    let mut after = i64::MIN;
    loop {
        let mut rows = select.query(params![after, STEP])?;
        let mut wrong = Vec::new();
        let begun = after;
        while let Some(row) = rows.next()? {
            after = row.get(0)?;
            // A damaged URL is for `verify` to find: it keeps nobody from upgrading.
            let url = row.get_ref(1)?.as_bytes_or_null()?.map(String::from_utf8_lossy);
            let page = url.map(|url| filed_under(&url));
            if page != row.get(2)? {
                wrong.push((after, page));
            }
        }
        if after == begun {
            return Ok(());
        }
        for (record, page) in wrong {
            update.execute(params![record, page])?;
        }
    }
}

impl ReadTx<'_> {
    /// Local keys of the captures of a page, those that may not be seen too: whether to ask for them at all.
    ///
    /// `page` is its name ([`page_of`]).
    pub fn capture_keys_of_page(&self, page: &str) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT record FROM capture WHERE page = ?1";
        self.many("looking for the captures of a page", sql, [number_of(page)], |row| row.get(0))
    }

    /// Every visible capture of a page under any address that names it, oldest first, those that were corrected too.
    pub fn captures_of_page(&self, page: &str) -> Result<Vec<CaptureRow>, StoreError> {
        let sql = format!(
            "SELECT {CAPTURE_COLUMNS} FROM {tables} WHERE c.page = ?1 AND {} ORDER BY c.captured_from, c.logged",
            self.visible(),
            tables = self.capture_tables()
        );
        let mut captures = self.many("reading the captures of a page", &sql, [number_of(page)], capture_row)?;
        captures.retain(|capture| capture.url.as_deref().is_some_and(|url| page_of(url) == page));
        Ok(captures)
    }
}

impl WriteTx<'_> {
    /// Files every capture anew under the page that its URL names.
    pub fn file_captures(&self) -> Result<(), StoreError> {
        file_captures(&self.tx).map_err(|e| StoreError::sql(self.path, "filing captures under their pages", e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_beginning_of_a_hash() {
        // printf %s //nahr.example/a | sha256sum | head -c 16
        assert_eq!(number_of("//nahr.example/a"), 0x49c3_cbd9_fa0b_76bc_u64.cast_signed());
        assert_eq!(filed_under("http://www.nahr.example/a/"), number_of("//nahr.example/a"));
    }
}
