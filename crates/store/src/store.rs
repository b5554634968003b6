//! `Store`: what the rest of the program holds. Cheap to clone. Writes go to the writing thread, reads to connections
//! beside it (WAL: a reader sees what was committed and waits for nobody); in memory there is one connection, so reads
//! go to the thread as well. All methods block.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::config::{Location, RetentionLimits};
use crate::error::StoreError;
use crate::writer::{self, Job};
use crate::{open, recovery};

/// Reading connections that stay open for the next call.
const IDLE_READERS: usize = 4;
/// Largest object, as JSON: a whole request body several times over.
pub(crate) const MAX_OBJECT: usize = 64 << 20;

/// The open database.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` only while it is dropped.
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    file: Option<PathBuf>,
    readers: Mutex<Vec<Connection>>,
    _lock: Option<File>,
}

impl Store {
    /// Opens or creates the database, brings it up to date, and ends responses that a crash left unfinished: they become
    /// `failed`. Then deletes what is beyond `limits`, at once and from time to time, in the background.
    ///
    /// # Errors
    /// A file that cannot be opened or is not ours; see [`StoreError`].
    pub fn open(location: &Location, limits: RetentionLimits) -> Result<Self, StoreError> {
        let mut opened = open::open(location)?;
        let interrupted = recovery::fail_unfinished(&mut opened.writer)?;
        if interrupted > 0 {
            tracing::warn!(interrupted, "responses that the last run left unfinished are marked as failed");
        }
        let (jobs, waiting) = mpsc::sync_channel(writer::QUEUE);
        let connection = opened.writer;
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer::run(connection, &waiting, limits))
            .map_err(|error| StoreError::Failed(format!("no thread: {error}")))?;
        let inner = Inner {
            jobs: Some(jobs),
            thread: Some(thread),
            file: opened.file,
            readers: Mutex::default(),
            _lock: opened.lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Does it outlive the process?
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.inner.file.is_some()
    }

    /// Changes the database; returns when the change is committed.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (job, result) = writer::job(change);
        self.inner.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or(StoreError::Closed)?;
        result.recv().map_err(|_| StoreError::Closed)?
    }

    /// Reads one consistent state of the database.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(file) = &self.inner.file else { return self.write(query) };
        let idle = self.readers().pop();
        let mut db = match idle {
            Some(db) => db,
            None => open::reader(file)?,
        };
        // One transaction, so that several statements see the same state.
        let result = db.transaction().map_err(StoreError::from).and_then(|transaction| query(&transaction));
        let mut readers = self.readers();
        if readers.len() < IDLE_READERS {
            readers.push(db);
        }
        result
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// JSON text of an object that is to be stored.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    let text = serde_json::to_string(value)?;
    if text.len() > MAX_OBJECT {
        return Err(StoreError::TooLarge { bytes: text.len(), limit: MAX_OBJECT });
    }
    Ok(text)
}

impl Drop for Inner {
    /// Does what was handed in, then closes.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It ended by a panic if at all, which it has told itself.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("file", &self.inner.file).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;
    use crate::NewChat;

    fn response(status: &str, text: &str) -> Value {
        json!({"id": "r", "created_at": 1, "status": status, "text": text})
    }

    /// In pages of 4 KiB.
    fn set_room(db: &Connection, pages: i64) -> Result<(), StoreError> {
        db.pragma_update(None, "max_page_count", pages).map_err(StoreError::from)
    }

    fn fills(location: &Location) {
        let store = Store::open(location, RetentionLimits::default()).unwrap();
        let room = |pages: i64| store.write(move |db| set_room(db, pages)).unwrap();
        let long = "x".repeat(1 << 20);
        let chat = |text: &str| {
            let body = json!({"id": "c", "created": 1, "model": "m", "text": text});
            store.put_chat(&NewChat { body, metadata: serde_json::Map::new(), messages: Vec::new() })
        };
        // Enough for the tables, not for what is long.
        room(100);
        store.put_response(&response("in_progress", ""), &[], vec![]).unwrap();
        assert_eq!(chat(&long), Err(StoreError::Full));
        assert_eq!(store.update_response(&response("completed", &long), vec![]), Err(StoreError::Full));
        assert_eq!(store.chat("c").unwrap(), None);
        assert_eq!(store.response("r").unwrap().unwrap().body["status"], "in_progress");
        chat("").unwrap();
        room(1 << 20);
        assert!(store.update_response(&response("completed", &long), vec![]).unwrap());
        assert_eq!(store.response("r").unwrap().unwrap().body["text"], long);
    }

    #[test]
    fn a_full_disk_is_told_as_such_and_ends_with_the_lack() {
        fills(&Location::Memory);
        let folder = tempfile::tempdir().unwrap();
        fills(&Location::Folder(folder.path().into()));
    }
}
