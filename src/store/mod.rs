//! One SQLite file: the only place that knows SQL.
//!
//! [`Store`] opens and creates it, [`ReadTx`] sees one moment of it, [`WriteTx`] is the only type that can write.
//! Evidence tables are append-only by triggers; `migrations/` comments every column. What the bytes mean is
//! `docs/format.md`; this module keeps them and hands them back, and reports damage instead of repairing it.

mod append;
mod barred;
mod check;
mod check_pages;
mod error;
mod export;
mod extent;
mod find;
mod keeper;
mod lists;
mod log;
mod pack;
mod pages;
mod read;
mod rows;
mod schema;
mod seen;
mod stamp;
mod takedown;
mod together;
mod variants;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

pub use barred::KeyedDigest;
pub(crate) use barred::identity_bytes;
pub use check::{HeadRow, KeyedTable, LeafRow, PackedTable, Tokens};
pub use check_pages::BlockListRow;
pub use error::{StoreError, StoreErrorKind};
pub use find::PlaceRow;
pub use keeper::{Admission, Keeper};
pub use lists::{ListFilter, OutletRow, StatsRow};
pub use log::{CheckpointRow, LogKeyRow, LogRow};
pub use pack::{Compressed, compress, decompress};
pub use pages::{MomentRow, PageRow, PlaceFilter, PlacedRow, Within};
pub use read::{IdTable, KnownCapture, ReadTx};
pub use rows::{ArticleRow, CaptureRow, Head, Outline, ReadingRow, RecordKind, TweetRow};
pub use seen::Visibility;
pub use stamp::{NewStamp, StampRow};
pub use takedown::{Erased, Erasing, TakedownKind, TakedownRow};
pub use together::Companions;
pub use write::{NewCapture, NewReading, WriteTx};

/// Page cache of a connection that reads, in KiB; it grows only with what is read.
const READER_CACHE: i64 = 64 * 1024;

/// Name of the database inside an archive folder.
pub const FILE: &str = "isnad.db";

/// How a store is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// For one writer and its readers.
    ReadWrite,
    /// For readers only; works on read-only media.
    ReadOnly,
}

/// What the database lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Medium {
    /// Others may write to it.
    Live,
    /// Nothing can be written beside it, so nobody writes.
    Immutable,
}

/// An open archive database.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    access: Access,
    medium: Medium,
    extent: Arc<extent::KeptExtent>,
}

impl Store {
    /// Makes a new database in `dir`, which must exist; `settings` are stored with it.
    pub fn create(dir: &Path, settings: &[(&str, &str)]) -> Result<Store, StoreError> {
        let path = dir.join(FILE);
        if path.exists() {
            return Err(StoreError::exists(&path));
        }
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        schema::create(&mut connection, &path, settings)?;
        Ok(Store { path, access: Access::ReadWrite, medium: Medium::Live, extent: Arc::default() })
    }

    /// Opens the database in `dir`, upgrading an older schema when it may be written.
    pub fn open(dir: &Path, access: Access) -> Result<Store, StoreError> {
        let path = dir.join(FILE);
        if !path.is_file() {
            return Err(StoreError::missing(dir));
        }
        let store = Store { path, access, medium: Medium::Live, extent: Arc::default() };
        let checked = store.connection().and_then(|mut connection| schema::check(&mut connection, &store.path, access));
        match checked {
            Ok(()) => Ok(store),
            // Where not even the shared-memory file of the write-ahead log can be made, and no log waits to be read,
            // the file cannot change under us.
            Err(error) if access == Access::ReadOnly && error.kind == StoreErrorKind::ReadOnly => {
                let store = Store { medium: Medium::Immutable, ..store };
                let mut connection = store.connection().map_err(|_| error)?;
                schema::check(&mut connection, &store.path, access)?;
                Ok(store)
            }
            Err(error) => Err(error),
        }
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a connection of its own for one thread that reads.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        let connection = self.connection()?;
        // A question touches pages all over the index; read anew for each, they are most of its time.
        connection
            .pragma_update(None, "cache_size", -READER_CACHE)
            .map_err(|e| self.error("setting the cache size", e))?;
        Ok(Reader { connection, path: self.path.clone(), extent: self.extent.clone() })
    }

    /// Opens the connection that writes what `keeper` admits.
    pub fn writer(&self, keeper: Box<dyn Keeper>) -> Result<Writer, StoreError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::read_only(&self.path));
        }
        let connection = self.connection()?;
        // One page cache of 256 MiB: random SHA-256 keys touch pages all over the file.
        connection.pragma_update(None, "cache_size", -262_144).map_err(|e| self.error("setting the cache size", e))?;
        // The same pages change batch after batch: let them gather in the write-ahead log before they are moved.
        connection
            .pragma_update(None, "wal_autocheckpoint", 16_384)
            .map_err(|e| self.error("setting the log size", e))?;
        Ok(Writer { connection, path: self.path.clone(), keeper, failed: false })
    }

    /// Copies the database to a new file with SQLite's online backup; `progress` hears of pages done and in all.
    pub fn backup(&self, file: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        const PAGES_A_STEP: i32 = 4_096;
        let fail = |e| StoreError::sql(file, "copying the archive", e);
        let source = self.connection()?;
        let mut target = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let backup = rusqlite::backup::Backup::new(&source, &mut target).map_err(fail)?;
        loop {
            use rusqlite::backup::StepResult;
            let step = backup.step(PAGES_A_STEP).map_err(fail)?;
            let pages = backup.progress();
            progress((pages.pagecount - pages.remaining).max(0) as u64, pages.pagecount.max(0) as u64);
            match step {
                StepResult::Done => return Ok(()),
                StepResult::Busy | StepResult::Locked => std::thread::sleep(std::time::Duration::from_millis(50)),
                _ => {}
            }
        }
    }

    fn connection(&self) -> Result<Connection, StoreError> {
        match self.access {
            Access::ReadWrite => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE),
            Access::ReadOnly => match self.medium {
                Medium::Live => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY),
                Medium::Immutable => connect_immutable(&self.path),
            },
        }
    }

    fn error(&self, doing: &'static str, error: rusqlite::Error) -> StoreError {
        StoreError::sql(&self.path, doing, error)
    }
}

/// A connection for reading; each thread has its own.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    path: PathBuf,
    extent: Arc<extent::KeptExtent>,
}

impl Reader {
    /// Begins a transaction that sees one moment of the database until it is dropped.
    pub fn begin(&mut self, visibility: Visibility) -> Result<ReadTx<'_>, StoreError> {
        let transaction =
            self.connection.transaction().map_err(|e| StoreError::sql(&self.path, "beginning to read", e))?;
        Ok(ReadTx::new(transaction, &self.path, visibility, &self.extent))
    }

    /// A number that is another one, on this connection, as soon as anybody else has committed something.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|e| StoreError::sql(&self.path, "looking for commits", e))
    }
}

/// The connection that writes.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    path: PathBuf,
    keeper: Box<dyn Keeper>,
    /// A commit failed, and nobody knows what of it is on the disk.
    failed: bool,
}

impl Writer {
    /// Begins a transaction that writes; `now` is the operator's clock for all of it.
    pub fn begin(&mut self, now: i64) -> Result<WriteTx<'_>, StoreError> {
        let path = &self.path;
        if self.failed {
            return Err(StoreError::failed_before(path));
        }
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(|e| StoreError::sql(path, "beginning to write", e))?;
        WriteTx::new(transaction, path, now, self.keeper.as_ref(), &mut self.failed)
    }

    /// Moves what the write-ahead log holds into the database file, as far as readers allow.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|e| StoreError::sql(&self.path, "moving the write-ahead log into the database", e))
    }

    /// Lets SQLite overwrite what this connection deletes.
    pub fn overwrite_deleted(&mut self) -> Result<(), StoreError> {
        self.connection
            .query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))
            .map_err(|e| StoreError::sql(&self.path, "setting how deleted bytes are treated", e))
    }

    /// Wipes what deleted rows left behind: in the word index, in freed pages of the file, in the write-ahead log.
    ///
    /// The whole file is written anew, through the write-ahead log and a temporary file of the same size. Fails with
    /// [`StoreErrorKind::Busy`] while somebody else still reads an older moment; nothing is lost then, only not wiped yet.
    pub fn wipe(&mut self) -> Result<(), StoreError> {
        self.optimise_index()?;
        self.empty_log()?;
        let fail = |e| StoreError::sql(&self.path, "wiping what was erased", e);
        // In memory, the temporary copy would be as large as the archive.
        self.connection.pragma_update(None, "temp_store", "FILE").map_err(fail)?;
        self.connection.execute_batch("VACUUM").map_err(fail)?;
        self.connection.pragma_update(None, "temp_store", "MEMORY").map_err(fail)?;
        self.empty_log()
    }

    /// Empties the write-ahead log, or says who is in the way.
    fn empty_log(&mut self) -> Result<(), StoreError> {
        let doing = "emptying the write-ahead log";
        let busy: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|e| StoreError::sql(&self.path, doing, e))?;
        if busy == 0 {
            return Ok(());
        }
        let found = "somebody else still reads an older moment of the archive; end that program, or wait, and run \
                     `isnad erase --finish`";
        Err(StoreError::new(StoreErrorKind::Busy, &self.path, doing, found))
    }

    /// Merges the segments of the word index into one.
    pub fn optimise_index(&mut self) -> Result<(), StoreError> {
        self.connection
            .execute("INSERT INTO block_index (block_index) VALUES ('optimize')", [])
            .map(|_| ())
            .map_err(|e| StoreError::sql(&self.path, "merging the index", e))
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let fail = |e| StoreError::sql(path, "opening the database", e);
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI)
            .map_err(fail)?;
    schema::configure(&connection, !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY)).map_err(fail)?;
    Ok(connection)
}

/// Opens a database on media where not even the shared-memory file can be made.
///
/// A write-ahead log that waits beside the file would be passed over, so then it does not open.
fn connect_immutable(path: &Path) -> Result<Connection, StoreError> {
    let wal = PathBuf::from(format!("{}-wal", path.display()));
    if std::fs::metadata(&wal).is_ok_and(|meta| meta.len() > 0) {
        return Err(StoreError::unread_log(path));
    }
    let fail = |e| StoreError::sql(path, "opening the database read-only", e);
    let mut uri = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags).map_err(fail)?;
    schema::configure(&connection, false).map_err(fail)?;
    Ok(connection)
}
