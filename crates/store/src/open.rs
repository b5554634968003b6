//! Opening the database: folder, lock, whose file it is, settings of the connection, and its schema. One process at a
//! time: the lock file is locked for as long as the store is open (the system unlocks it when a process dies).

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::config::Location;
use crate::error::StoreError;
use crate::schema;

const DATABASE: &str = "sconce.db";
const LOCK: &str = "sconce.lock";
/// A reader may meet a checkpoint; it waits for it rather than failing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Statements that stay prepared.
const STATEMENTS: usize = 64;
/// The log is written back into the database at this many pages of 4 KiB.
const CHECKPOINT_PAGES: i64 = 1000;

/// An open database.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) writer: Connection,
    /// `None` in memory.
    pub(crate) file: Option<PathBuf>,
    /// Held for as long as it is open.
    pub(crate) lock: Option<File>,
}

/// Opens or creates the database and brings its schema up to date.
pub(crate) fn open(location: &Location) -> Result<Opened, StoreError> {
    match location {
        Location::Memory => {
            let mut writer = Connection::open_in_memory()?;
            settle(&writer)?;
            schema::migrate(&mut writer, 0)?;
            Ok(Opened { writer, file: None, lock: None })
        }
        Location::Folder(folder) => {
            make_folder(folder)?;
            let lock = take_lock(folder)?;
            let file = folder.join(DATABASE);
            let mut writer = Connection::open(&file)
                .map_err(|error| StoreError::Open { path: file.clone(), reason: error.to_string() })?;
            prepare(&mut writer, &file)?;
            Ok(Opened { writer, file: Some(file), lock: Some(lock) })
        }
    }
}

/// A further connection, for reading beside the writer.
pub(crate) fn reader(file: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(db)
}

fn prepare(db: &mut Connection, file: &Path) -> Result<(), StoreError> {
    let damaged = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { path: file.to_owned(), reason: error.to_string() }
        }
        _ => StoreError::Open { path: file.to_owned(), reason: error.to_string() },
    };
    let version = identify(db, file, &damaged)?;
    settle(db).map_err(damaged)?;
    if version < schema::VERSION {
        schema::migrate(db, version).map_err(damaged)?;
    }
    // Bounded work, unlike `quick_check`: the header and the root of every table are read.
    let tables = "SELECT (SELECT count(*) FROM sqlite_schema), (SELECT max(position) FROM responses),
        (SELECT max(position) FROM chats), (SELECT max(response) FROM events), (SELECT max(id) FROM items),
        (SELECT max(position) FROM conversations), (SELECT max(position) FROM conversation_items)";
    db.query_row(tables, [], |_| Ok(())).map_err(damaged)
}

/// The schema version, if the file is ours or empty.
fn identify(db: &Connection, file: &Path, damaged: &impl Fn(rusqlite::Error) -> StoreError) -> Result<i64, StoreError> {
    let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(damaged);
    let (application, version) = (number("application_id")?, number("user_version")?);
    let count = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = db.query_row(count, [], |row| row.get(0)).map_err(damaged)?;
    match application {
        0 if tables == 0 => Ok(0),
        schema::APPLICATION_ID if version > schema::VERSION => {
            Err(StoreError::Newer { path: file.to_owned(), found: version, known: schema::VERSION })
        }
        schema::APPLICATION_ID => Ok(version),
        _ => Err(StoreError::Foreign(file.to_owned())),
    }
}

/// The settings of the writing connection. The first only counts before the first table.
fn settle(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Freed pages can be given back to the file system without copying the database.
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // What a client deleted is overwritten, not only unlinked.
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)
}

/// Conversations are nobody else's business: the folder is made for its owner alone.
fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| StoreError::Open { path: folder.to_owned(), reason: error.to_string() })
}

fn take_lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let open = |error: std::io::Error| StoreError::Open { path: path.clone(), reason: error.to_string() };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(open)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(open(error)),
    }
}
