//! The tables, as the list of steps from one schema version to the next. A released step is never changed: a new version
//! is a line at the end of `STEPS`. The version is SQLite's `user_version`, and `application_id` says whose file it is.

use rusqlite::Connection;

/// `scnc`.
pub(crate) const APPLICATION_ID: i64 = 0x7363_6e63;

/// Step `i` leads from version `i` to version `i + 1`.
const STEPS: &[&str] = &[
    // `position` grows with every insert and orders lists; it is never used twice, so cursors stay valid.
    "CREATE TABLE responses (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        status TEXT NOT NULL,
        previous TEXT,
        body TEXT NOT NULL,
        input TEXT NOT NULL
    );
    CREATE INDEX responses_created ON responses (created);
    CREATE INDEX responses_unfinished ON responses (position) WHERE status IN ('queued', 'in_progress');
    CREATE TABLE events (
        response INTEGER NOT NULL REFERENCES responses (position) ON DELETE CASCADE,
        sequence INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (response, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE items (
        id TEXT NOT NULL,
        response INTEGER NOT NULL REFERENCES responses (position) ON DELETE CASCADE,
        PRIMARY KEY (id, response)
    ) WITHOUT ROWID;
    CREATE INDEX items_response ON items (response);
    CREATE TABLE chats (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        model TEXT NOT NULL,
        metadata TEXT NOT NULL,
        body TEXT NOT NULL,
        messages TEXT NOT NULL
    );
    CREATE INDEX chats_created ON chats (created);",
    // `changed`: one that is used is kept longer than one that is not.
    "CREATE TABLE conversations (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        metadata TEXT NOT NULL
    );
    CREATE INDEX conversations_changed ON conversations (changed);
    CREATE TABLE conversation_items (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversations (position) ON DELETE CASCADE,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (conversation, id)
    );
    CREATE INDEX conversation_items_order ON conversation_items (conversation, position);
    CREATE INDEX conversation_items_id ON conversation_items (id);",
];

/// The version this program writes.
pub(crate) const VERSION: i64 = STEPS.len() as i64;

/// Leads a database of version `from` to [`VERSION`], in one transaction.
pub(crate) fn migrate(db: &mut Connection, from: i64) -> rusqlite::Result<()> {
    let missing = STEPS.iter().skip(usize::try_from(from).unwrap_or(0));
    let transaction = db.transaction()?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_older_database_becomes_the_newest() {
        let shape = |db: &Connection| {
            let mut all = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").unwrap();
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let rows = all.query_map([], row).unwrap();
            rows.collect::<rusqlite::Result<Vec<(String, String, Option<String>)>>>().unwrap()
        };
        let mut newest = Connection::open_in_memory().unwrap();
        migrate(&mut newest, 0).unwrap();
        for version in 0..VERSION {
            let mut db = Connection::open_in_memory().unwrap();
            for step in &STEPS[..usize::try_from(version).unwrap()] {
                db.execute_batch(step).unwrap();
            }
            if version > 0 {
                let sql =
                    "INSERT INTO responses (id, created, status, body, input) VALUES ('r', 1, 'completed', '{}', '[]')";
                db.execute(sql, []).unwrap();
            }
            migrate(&mut db, version).unwrap();
            assert_eq!(shape(&db), shape(&newest), "from {version}");
            let kept: i64 = db.query_row("SELECT count(*) FROM responses", [], |row| row.get(0)).unwrap();
            assert_eq!(kept, version.min(1), "what was there stays");
            let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            assert_eq!(found, VERSION);
        }
    }
}
