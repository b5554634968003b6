//! The one writing thread. It owns the writing connection; jobs reach it through a bounded channel, those that wait
//! together share a transaction, and each is acknowledged after the commit. An error that ends the transaction is told
//! to all of them.
//!
//! Durability: in WAL mode a commit is complete when its frames have been written to the log file, and with
//! `synchronous=NORMAL` it is not followed by an `fsync`. The pages are then the kernel's, so the death of this process,
//! kill -9 included, loses nothing that was acknowledged, and the next open reads the log. A crash of the whole machine
//! may lose the last commits (those since the last checkpoint), never the consistency of the file.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::config::RetentionLimits;
use crate::error::StoreError;
use crate::retention;

/// Jobs that may wait; further callers wait for a place.
pub(crate) const QUEUE: usize = 256;
/// Most jobs of one transaction, so that nobody waits long for the commit.
const BATCH: usize = 64;
/// Between two rounds of deleting what is too old or too much.
const CLEANING_PAUSE: Duration = Duration::from_secs(60);

/// Tells the caller, once it is known whether the transaction was committed.
type Acknowledge = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Changes the database within the open transaction, or learns why there is none.
pub(crate) type Job = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Done + Send>;

/// A job that was run and whose caller waits for the commit.
pub(crate) struct Done {
    /// Why the change was not made.
    error: Option<StoreError>,
    acknowledge: Acknowledge,
}

/// The job that makes a change, and where its result arrives.
pub(crate) fn job<T: Send + 'static>(
    change: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> (Job, Receiver<Result<T, StoreError>>) {
    let (answer, result) = mpsc::sync_channel(1);
    let job: Job = Box::new(move |db| {
        let changed = db.and_then(|db| whole(db, change));
        let error = changed.as_ref().err().cloned();
        let acknowledge: Acknowledge = Box::new(move |committed| {
            // The transaction's error goes first: what the change found ("exists already") may have been the work of
            // another job that was rolled back with it. A caller that went away does not need to know.
            let _ = answer.send(committed.and(changed));
        });
        Done { error, acknowledge }
    });
    (job, result)
}

/// Runs until all senders are gone and their jobs are done.
pub(crate) fn run(mut db: Connection, jobs: &Receiver<Job>, limits: RetentionLimits) {
    let mut next_cleaning = Instant::now();
    loop {
        match jobs.recv_timeout(next_cleaning.saturating_duration_since(Instant::now())) {
            Ok(first) => batch(&mut db, first, jobs),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if Instant::now() >= next_cleaning {
            let more = retention::step(&mut db, &limits, retention::now()).unwrap_or_else(|error| {
                tracing::warn!(%error, "stored objects could not be cleaned up");
                false
            });
            next_cleaning = Instant::now() + if more { Duration::ZERO } else { CLEANING_PAUSE };
        }
    }
}

/// One transaction: `first` and whatever waits behind it.
fn batch(db: &mut Connection, first: Job, jobs: &Receiver<Job>) {
    let transaction = match db.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => {
            let error = StoreError::from(error);
            return (first(Err(error.clone())).acknowledge)(Err(error));
        }
    };
    let mut done = vec![first(Ok(&transaction))];
    // A grave error (a full disk) has rolled back everything; what came after it would be outside of any transaction.
    while done.len() < BATCH
        && !transaction.is_autocommit()
        && let Ok(job) = jobs.try_recv()
    {
        done.push(job(Ok(&transaction)));
    }
    let committed = commit(transaction, done.last().and_then(|last| last.error.clone()));
    for job in done {
        (job.acknowledge)(committed.clone());
    }
}

/// Commits, unless the last job failed so gravely that everything is rolled back: a COMMIT would only say that there is
/// no transaction, and the job's error says why.
fn commit(transaction: Transaction<'_>, last: Option<StoreError>) -> Result<(), StoreError> {
    match last {
        Some(error) if transaction.is_autocommit() => Err(error),
        _ => transaction.commit().map_err(StoreError::from),
    }
}

/// Runs a change so that it is done as a whole or not at all, whatever else is in the transaction.
fn whole<T>(db: &Connection, change: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
    db.execute_batch("SAVEPOINT job")?;
    let result = change(db);
    if db.is_autocommit() {
        return result;
    }
    match result {
        Ok(value) => {
            db.execute_batch("RELEASE job")?;
            Ok(value)
        }
        Err(error) => {
            // What cannot be undone alone goes with the whole transaction, unless SQLite has seen to that already. The
            // change's own error is the one to tell, since what follows it is its consequence.
            let _ = db.execute_batch("ROLLBACK TO job; RELEASE job").or_else(|_| db.execute_batch("ROLLBACK"));
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Ten pages of 4 KiB at most.
    fn small() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE stored (bytes BLOB)").unwrap();
        db.pragma_update(None, "max_page_count", 10).unwrap();
        db
    }

    fn storing(bytes: i64) -> (Job, Receiver<Result<usize, StoreError>>) {
        job(move |db| Ok(db.execute("INSERT INTO stored VALUES (zeroblob(?))", [bytes])?))
    }

    fn stored(db: &Connection) -> i64 {
        db.query_row("SELECT count(*) FROM stored", [], |row| row.get(0)).unwrap()
    }

    fn exists() -> StoreError {
        StoreError::Exists("a".to_owned())
    }

    #[test]
    fn a_full_disk_is_told_to_all_jobs_of_the_transaction() {
        let mut db = small();
        let (waiting, jobs) = mpsc::sync_channel(QUEUE);
        let (fitting, undone) = storing(10);
        let (refused, doubtful) = job(|_| Err::<(), _>(exists()));
        let (large, full) = storing(1 << 20);
        let (next, kept) = storing(10);
        for job in [refused, large, next] {
            waiting.send(job).unwrap();
        }
        batch(&mut db, fitting, &jobs);
        assert_eq!(undone.recv().unwrap(), Err(StoreError::Full));
        assert_eq!(doubtful.recv().unwrap(), Err(StoreError::Full));
        assert_eq!(full.recv().unwrap(), Err(StoreError::Full));
        assert_eq!(stored(&db), 0);
        // What waited behind it has a transaction of its own.
        batch(&mut db, jobs.recv().unwrap(), &jobs);
        assert_eq!(kept.recv().unwrap(), Ok(1));
        assert_eq!(stored(&db), 1);
    }

    #[test]
    fn a_job_that_fails_by_itself_leaves_the_others_alone() {
        let mut db = small();
        let (waiting, jobs) = mpsc::sync_channel(QUEUE);
        let (fitting, kept) = storing(10);
        let (refused, failed) = job(|db| {
            db.execute("INSERT INTO stored VALUES (NULL)", [])?;
            Err::<(), _>(exists())
        });
        waiting.send(refused).unwrap();
        batch(&mut db, fitting, &jobs);
        assert_eq!(kept.recv().unwrap(), Ok(1));
        assert_eq!(failed.recv().unwrap(), Err(exists()));
        assert_eq!(stored(&db), 1);
    }

    #[test]
    fn a_change_that_cannot_be_undone_alone_ends_the_transaction() {
        let mut db = small();
        let (waiting, jobs) = mpsc::sync_channel(QUEUE);
        let (fitting, undone) = storing(10);
        let (torn, failed) = job(|db| {
            // Without its savepoint there is no way back for the change alone.
            db.execute_batch("INSERT INTO stored VALUES (NULL); RELEASE job")?;
            Err::<(), _>(exists())
        });
        waiting.send(torn).unwrap();
        batch(&mut db, fitting, &jobs);
        assert_eq!(undone.recv().unwrap(), Err(exists()));
        assert_eq!(failed.recv().unwrap(), Err(exists()));
        assert_eq!(stored(&db), 0);
    }
}
