//! What can go wrong with the database. Cloneable, since all writes of one transaction share its fate.

use std::path::PathBuf;

use thiserror::Error;

/// Why an operation was not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The folder, the database or the lock file cannot be made or opened.
    #[error("cannot open {}: {reason}", path.display())]
    Open {
        /// The folder or file.
        path: PathBuf,
        /// From the operating system or SQLite.
        reason: String,
    },
    /// Another process has it.
    #[error("the store in {} is in use by another server", .0.display())]
    InUse(PathBuf),
    /// A file that is no database, or a damaged one.
    #[error("{} is damaged or no database ({reason}); move it away to start with an empty one", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// From SQLite.
        reason: String,
    },
    /// A database of another program.
    #[error("{} is a database of another program", .0.display())]
    Foreign(PathBuf),
    /// A database of a later version.
    #[error("{} was written by a later version (schema {found}, this one knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// In the file.
        found: i64,
        /// The last one known here.
        known: i64,
    },
    /// An object, or a chain of responses, above the limit of its size.
    #[error("{bytes} bytes are more than the store handles at once ({limit})")]
    TooLarge {
        /// Of its JSON.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// There is an object of this id.
    #[error("'{0}' is stored already")]
    Exists(String),
    /// The object after which a page should begin is not stored.
    #[error("'{0}' is not stored")]
    UnknownCursor(String),
    /// There is no room left on the disk.
    #[error("the disk of the store is full")]
    Full,
    /// The database refused.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(format!("a stored object is not valid JSON: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let of = |code| StoreError::from(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
        assert_eq!(of(rusqlite::ffi::SQLITE_FULL), StoreError::Full);
        assert!(matches!(of(rusqlite::ffi::SQLITE_IOERR), StoreError::Failed(_)));
    }
}
