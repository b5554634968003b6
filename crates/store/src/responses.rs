//! Stored responses: the response object, the input items it was made from, the response it continues, and, for a
//! streamed background response, its events. An object whose status is final never changes again, so whoever ends a
//! response first (the model, a cancellation, the recovery after a crash) decides how it ended.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use crate::conversations::{self, continue_with, continued, said};
use crate::error::StoreError;
use crate::store::{MAX_OBJECT, Store, to_json};

/// Longest chain of `previous_response_id`.
const MAX_CHAIN: i64 = 10_000;
const UNFINISHED: &str = "status IN ('queued', 'in_progress')";

/// A stored response.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredResponse {
    /// The response object.
    pub body: Value,
    /// The items of its own input, without those of the responses before it.
    pub input: Vec<Value>,
    /// The response it continues.
    pub previous: Option<String>,
}

/// One event of a background stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Its `sequence_number`.
    pub sequence: u64,
    /// Its JSON text.
    pub body: String,
}

impl Store {
    /// Stores a new response with the items of its input and the events it has so far. Of `body` the fields `id`,
    /// `created_at`, `status`, `previous_response_id`, `conversation.id` and `output[].id` are read. One that has ended well, or was cut off,
    /// continues its conversation.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the id is taken, and the store's own troubles.
    pub fn put_response(&self, body: &Value, input: &[Value], events: Vec<NewEvent>) -> Result<(), StoreError> {
        let id = text(body, "id").to_owned();
        let created = body["created_at"].as_f64().unwrap_or(0.0) as i64;
        let status = text(body, "status").to_owned();
        let previous = body["previous_response_id"].as_str().map(str::to_owned);
        let items: Vec<String> = item_ids(input).chain(output_ids(body)).collect();
        let said = said(body, input)?;
        let (body, input) = (to_json(body)?, to_json(&input)?);
        self.write(move |db| {
            let sql = "INSERT INTO responses (id, created, status, previous, body, input) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING";
            if db.prepare_cached(sql)?.execute(params![id, created, status, previous, body, input])? == 0 {
                return Err(StoreError::Exists(id));
            }
            let position = db.last_insert_rowid();
            index_items(db, position, &items)?;
            if let Some((conversation, items)) = &said {
                continue_with(db, conversation, items)?;
            }
            insert_events(db, position, &events)
        })
    }

    /// Replaces the object of an unfinished response and adds events; false when there is none of this id or it has
    /// ended already. One that ends well, or was cut off, continues its conversation.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn update_response(&self, body: &Value, events: Vec<NewEvent>) -> Result<bool, StoreError> {
        let id = text(body, "id").to_owned();
        let status = text(body, "status").to_owned();
        let items: Vec<String> = output_ids(body).collect();
        let said = match continued(body) {
            // What was said to it never changes, and is read here so that the writer does not wait for that.
            Some(_) => said(body, &self.response(&id)?.map_or_else(Vec::new, |response| response.input))?,
            None => None,
        };
        let body = to_json(body)?;
        self.write(move |db| {
            let Some(position) = unfinished(db, &id)? else { return Ok(false) };
            let sql = "UPDATE responses SET status = ?, body = ? WHERE position = ?";
            db.prepare_cached(sql)?.execute(params![status, body, position])?;
            index_items(db, position, &items)?;
            if let Some((conversation, items)) = &said {
                continue_with(db, conversation, items)?;
            }
            insert_events(db, position, &events)?;
            Ok(true)
        })
    }

    /// Adds events to an unfinished response; false when there is none of this id or it has ended already.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn append_events(&self, id: &str, events: Vec<NewEvent>) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |db| {
            let Some(position) = unfinished(db, &id)? else { return Ok(false) };
            insert_events(db, position, &events)?;
            Ok(true)
        })
    }

    /// The response of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn response(&self, id: &str) -> Result<Option<StoredResponse>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| {
            let sql = "SELECT body, input, previous FROM responses WHERE id = ?";
            let found = db.prepare_cached(sql)?.query_row([id], raw).optional()?;
            found.map(parsed).transpose()
        })
    }

    /// The response of this id and all that it continues, the oldest first. Ends early at one that is not stored (any
    /// more): then the first one's `previous` names it. Empty when the response itself is not stored.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for a chain that is larger than any one object may be, and the store's own troubles.
    pub fn chain(&self, id: &str) -> Result<Vec<StoredResponse>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| {
            // A response is stored after the one it continues, so positions fall and a chain has no cycle.
            let sql = "WITH RECURSIVE chain (position, previous, depth) AS (
                    SELECT position, previous, 1 FROM responses WHERE id = ?1
                    UNION ALL
                    SELECT r.position, r.previous, depth + 1 FROM chain JOIN responses r ON r.id = chain.previous
                    WHERE r.position < chain.position AND depth < ?2)
                SELECT body, input, responses.previous FROM chain JOIN responses USING (position) ORDER BY position";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map(params![id, MAX_CHAIN], raw)?;
            let mut bytes = 0;
            let read = |row: rusqlite::Result<Raw>| {
                let row = row?;
                bytes += row.0.len() + row.1.len();
                if bytes > MAX_OBJECT {
                    return Err(StoreError::TooLarge { bytes, limit: MAX_OBJECT });
                }
                parsed(row)
            };
            rows.map(read).collect()
        })
    }

    /// Deletes a response with its events; false when there is none of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn delete_response(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |db| Ok(db.prepare_cached("DELETE FROM responses WHERE id = ?")?.execute([id])? > 0))
    }

    /// At most `limit` events of a response with sequence numbers above `after`, in order, as JSON text.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn events(&self, id: &str, after: Option<u64>, limit: u32) -> Result<Vec<(u64, String)>, StoreError> {
        let id = id.to_owned();
        let after = after.map_or(-1, |sequence| i64::try_from(sequence).unwrap_or(i64::MAX));
        self.read(move |db| {
            let sql = "SELECT sequence, events.body FROM events JOIN responses ON response = position
                WHERE id = ? AND sequence > ? ORDER BY sequence LIMIT ?";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement
                .query_map(params![id, after, limit], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The input or output item of this id, from whichever stored response or conversation has it.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn item(&self, id: &str) -> Result<Option<Value>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| {
            let sql = "SELECT body, input, previous FROM items JOIN responses ON response = position
                WHERE items.id = ? ORDER BY position DESC LIMIT 1";
            let Some(found) = db.prepare_cached(sql)?.query_row([&id], raw).optional()? else {
                return conversations::item(db, &id);
            };
            let response = parsed(found)?;
            let output = response.body["output"].as_array().into_iter().flatten();
            Ok(output.chain(&response.input).find(|item| item["id"] == id.as_str()).cloned())
        })
    }
}

/// The position of a response that has not ended.
fn unfinished(db: &Connection, id: &str) -> Result<Option<i64>, StoreError> {
    let sql = format!("SELECT position FROM responses WHERE id = ? AND {UNFINISHED}");
    Ok(db.prepare_cached(&sql)?.query_row([id], |row| row.get(0)).optional()?)
}

/// Makes an item findable by its id; an id it knows already stays where it is.
fn index_items(db: &Connection, position: i64, ids: &[String]) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached("INSERT INTO items (id, response) VALUES (?, ?) ON CONFLICT DO NOTHING")?;
    for id in ids {
        statement.execute(params![id, position])?;
    }
    Ok(())
}

pub(crate) fn insert_events(db: &Connection, position: i64, events: &[NewEvent]) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached("INSERT INTO events (response, sequence, body) VALUES (?, ?, ?)")?;
    for event in events {
        let sequence = i64::try_from(event.sequence).map_err(|error| StoreError::Failed(error.to_string()))?;
        statement.execute(params![position, sequence, event.body])?;
    }
    Ok(())
}

type Raw = (String, String, Option<String>);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn parsed((body, input, previous): Raw) -> Result<StoredResponse, StoreError> {
    Ok(StoredResponse { body: serde_json::from_str(&body)?, input: serde_json::from_str(&input)?, previous })
}

fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field].as_str().unwrap_or_default()
}

fn item_ids(items: &[Value]) -> impl Iterator<Item = String> {
    items.iter().filter_map(|item| Some(item["id"].as_str()?.to_owned()))
}

fn output_ids(body: &Value) -> impl Iterator<Item = String> {
    item_ids(body["output"].as_array().map_or(&[], Vec::as_slice))
}
