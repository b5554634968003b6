//! Deleting what is too old or too much, in small steps so that writers never wait long. Responses that are still being
//! made are spared.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, params};

use crate::config::RetentionLimits;
use crate::error::StoreError;
use crate::store::Store;

/// Most freed pages that one step gives back to the file system.
const VACUUM_PAGES: i64 = 1000;
const KINDS: [Kind; 3] = [
    Kind {
        table: "responses",
        condition: "status NOT IN ('queued', 'in_progress')",
        age: "created",
        order: "position",
        step: 200,
    },
    Kind { table: "chats", condition: "true", age: "created", order: "position", step: 200 },
    // Each may have thousands of items.
    Kind { table: "conversations", condition: "true", age: "changed", order: "changed", step: 10 },
];

/// Objects that are deleted when they are old.
#[derive(Clone, Copy)]
struct Kind {
    table: &'static str,
    /// Which of them may be deleted.
    condition: &'static str,
    /// The column of Unix seconds from which they age.
    age: &'static str,
    /// What orders them from the oldest on.
    order: &'static str,
    /// Most that one step deletes.
    step: i64,
}

/// Unix seconds.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

impl Store {
    /// Deletes all that is beyond `limits` at the time `now` (Unix seconds); returns how many objects. The store does the
    /// same with its own limits and clock in the background.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn clean(&self, limits: RetentionLimits, now: u64) -> Result<usize, StoreError> {
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let mut deleted = 0;
        loop {
            match self.write(move |db| delete(db, &limits, now))? {
                0 => return Ok(deleted),
                more => deleted += more,
            }
        }
    }
}

/// One step; true when there may be more to do.
pub(crate) fn step(db: &mut Connection, limits: &RetentionLimits, now: i64) -> Result<bool, StoreError> {
    let transaction = db.transaction()?;
    let deleted = delete(&transaction, limits, now)?;
    transaction.commit()?;
    if deleted > 0 {
        tracing::debug!(deleted, "stored objects were cleaned up");
        // The pragma works as its rows are read.
        let mut vacuum = db.prepare(&format!("PRAGMA incremental_vacuum({VACUUM_PAGES})"))?;
        let mut rows = vacuum.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(deleted > 0)
}

fn delete(db: &Connection, limits: &RetentionLimits, now: i64) -> Result<usize, StoreError> {
    let mut deleted = 0;
    for kind in KINDS {
        let Kind { table, condition, age: column, step, .. } = kind;
        if let Some(age) = limits.max_age {
            let oldest = now.saturating_sub(i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
            let sql = format!(
                "DELETE FROM {table} WHERE position IN
                    (SELECT position FROM {table} WHERE {column} < ? AND {condition} ORDER BY {column} LIMIT ?)"
            );
            deleted += db.prepare_cached(&sql)?.execute(params![oldest, step])?;
        }
        if let Some(most) = limits.max_objects {
            let count: i64 =
                db.prepare_cached(&format!("SELECT count(*) FROM {table}"))?.query_row([], |row| row.get(0))?;
            let surplus = count.saturating_sub(i64::try_from(most).unwrap_or(i64::MAX));
            deleted += delete_oldest(db, kind, surplus.min(step))?;
        }
    }
    if let Some(most) = limits.max_bytes
        && used_bytes(db)? > most
    {
        // Sizes differ, so few at a time, and of the kind that has the oldest.
        let mut oldest = None;
        for kind in KINDS {
            let age = oldest_of(db, kind)?;
            if let Some(age) = age.filter(|&age| oldest.is_none_or(|(before, _)| age < before)) {
                oldest = Some((age, kind));
            }
        }
        if let Some((_, kind)) = oldest {
            deleted += delete_oldest(db, kind, kind.step / 10)?;
        }
    }
    Ok(deleted)
}

/// From when the oldest object that may be deleted is, in Unix seconds.
fn oldest_of(db: &Connection, kind: Kind) -> Result<Option<i64>, StoreError> {
    let Kind { table, condition, age, order, .. } = kind;
    let sql = format!("SELECT {age} FROM {table} WHERE {condition} ORDER BY {order} LIMIT 1");
    Ok(db.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?)
}

fn delete_oldest(db: &Connection, kind: Kind, most: i64) -> Result<usize, StoreError> {
    if most <= 0 {
        return Ok(0);
    }
    let Kind { table, condition, order, .. } = kind;
    let sql = format!(
        "DELETE FROM {table} WHERE position IN
            (SELECT position FROM {table} WHERE {condition} ORDER BY {order} LIMIT ?)"
    );
    Ok(db.prepare_cached(&sql)?.execute([most])?)
}

/// Of pages that hold something.
fn used_bytes(db: &Connection) -> Result<u64, StoreError> {
    let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let pages = number("page_count")? - number("freelist_count")?;
    Ok((pages * number("page_size")?).unsigned_abs())
}
