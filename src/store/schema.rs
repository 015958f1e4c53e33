//! The schema, its version and the settings of every connection.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::variants::file_captures;
use super::{Access, StoreError};

/// Marks the file as an isnad archive: "isnd" as a big-endian integer.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"isnd");

/// Every migration in order; the schema version is their number.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../migrations/0001_archive.sql"),
    include_str!("../../migrations/0002_log.sql"),
    include_str!("../../migrations/0003_takedown.sql"),
    include_str!("../../migrations/0004_page.sql"),
];

/// The schema from which on captures are filed under pages.
const FILED: i32 = 4;

/// Page cache of an upgrade, in KiB: numbers of pages come in no order and touch all of their index.
const CACHE: i64 = 64 * 1024;

/// Version of the schema that this program writes.
fn current() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// Sets what holds for a connection, not for the file.
pub(super) fn configure(connection: &Connection, writable: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if writable {
        connection.pragma_update(None, "synchronous", "FULL")?;
    }
    Ok(())
}

/// Writes the schema and settings into a new file.
pub(super) fn create(connection: &mut Connection, path: &Path, settings: &[(&str, &str)]) -> Result<(), StoreError> {
    let fail = |e| StoreError::sql(path, "making the database", e);
    connection.pragma_update(None, "page_size", 8192).map_err(fail)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(fail)?;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(fail)?;
    for migration in MIGRATIONS {
        tx.execute_batch(migration).map_err(fail)?;
    }
    for (key, value) in settings {
        tx.execute("INSERT INTO setting (key, value) VALUES (?1, ?2)", [key, value]).map_err(fail)?;
    }
    tx.execute(
        "INSERT INTO log (id, origin, first_leaf, adopted, started)
         SELECT 1, o.value, 0, NULL, coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'created'), 0)
         FROM setting o WHERE o.key = 'origin'",
        [],
    )
    .map_err(fail)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(fail)?;
    tx.pragma_update(None, "user_version", current()).map_err(fail)?;
    tx.commit().map_err(fail)
}

/// Refuses what is not an archive or is too new; upgrades what is older.
pub(super) fn check(connection: &mut Connection, path: &Path, access: Access) -> Result<(), StoreError> {
    let pragma = |connection: &Connection, name: &str| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i32>(0))
            .map_err(|e| StoreError::sql(path, "opening the archive", e))
    };
    let id = pragma(connection, "application_id")?;
    if id != APPLICATION_ID {
        return Err(StoreError::foreign(path, "this SQLite file is not an isnad archive; nothing was changed"));
    }
    let version = pragma(connection, "user_version")?;
    if version > current() {
        let found = format!(
            "the archive has schema {version}, this program knows {}; use the newer isnad that wrote it",
            current()
        );
        return Err(StoreError::foreign(path, found));
    }
    if version < current() {
        if access == Access::ReadOnly {
            return Err(StoreError::foreign(
                path,
                "the archive has an older schema; open it once for writing to upgrade",
            ));
        }
        upgrade(connection, path)?;
    }
    Ok(())
}

/// Applies the missing migrations, all or none.
fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let fail = |e| StoreError::sql(path, "upgrading the archive", e);
    connection.pragma_update(None, "cache_size", -CACHE).map_err(fail)?;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(fail)?;
    // Somebody else may have upgraded it while this one waited for its turn.
    let version: i32 = tx.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(fail)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        tx.execute_batch(migration).map_err(fail)?;
    }
    if version < FILED {
        file_captures(&tx).map_err(fail)?;
    }
    tx.pragma_update(None, "user_version", current()).map_err(fail)?;
    tx.commit().map_err(fail)
}
