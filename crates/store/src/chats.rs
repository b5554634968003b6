//! Stored chat completions: the completion, the messages of its request, and metadata, the only part that can change.
//! Lists are pages in the order of storing, by cursor, so that a page does not move when others are stored or deleted.

use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::{Map, Value};

use crate::error::StoreError;
use crate::store::{MAX_OBJECT, Store, to_json};

/// A chat completion that is to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct NewChat {
    /// The completion; its `id`, `created` and `model` are read.
    pub body: Value,
    /// Labels of the caller.
    pub metadata: Map<String, Value>,
    /// The messages of the request, each with an `id`.
    pub messages: Vec<Value>,
}

/// A stored chat completion, without its messages.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredChat {
    /// The completion.
    pub body: Value,
    /// Labels of the caller.
    pub metadata: Map<String, Value>,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The id of the last object of the page before.
    pub after: Option<String>,
    /// Most objects of the page.
    pub limit: u32,
    /// The last stored first.
    pub newest_first: bool,
    /// Of this model only.
    pub model: Option<String>,
    /// With all of these labels only.
    pub metadata: Vec<(String, String)>,
}

/// One page of a list. It may be shorter than was asked for although there is more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// In the order that was asked for.
    pub objects: Vec<T>,
    /// Is there another page after it?
    pub has_more: bool,
}

impl Store {
    /// Stores a chat completion.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the id is taken, and the store's own troubles.
    pub fn put_chat(&self, chat: &NewChat) -> Result<(), StoreError> {
        let id = chat.body["id"].as_str().unwrap_or_default().to_owned();
        let model = chat.body["model"].as_str().unwrap_or_default().to_owned();
        let created = chat.body["created"].as_i64().unwrap_or(0);
        let (body, messages) = (to_json(&chat.body)?, to_json(&chat.messages)?);
        let metadata = to_json(&chat.metadata)?;
        self.write(move |db| {
            let sql = "INSERT INTO chats (id, created, model, metadata, body, messages) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING";
            let stored = db.prepare_cached(sql)?.execute(params![id, created, model, metadata, body, messages])?;
            if stored == 0 { Err(StoreError::Exists(id)) } else { Ok(()) }
        })
    }

    /// The chat completion of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn chat(&self, id: &str) -> Result<Option<StoredChat>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| find(db, &id))
    }

    /// The messages of the request of this chat completion.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn chat_messages(&self, id: &str) -> Result<Option<Vec<Value>>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| {
            let sql = "SELECT messages FROM chats WHERE id = ?";
            let found: Option<String> = db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            Ok(found.map(|messages| serde_json::from_str(&messages)).transpose()?)
        })
    }

    /// One page of the stored chat completions. It ends before it is larger than any one object may be, but not before
    /// its first object.
    ///
    /// # Errors
    /// [`StoreError::UnknownCursor`] when `after` is not stored, and the store's own troubles.
    pub fn chats(&self, listing: Listing) -> Result<Page<StoredChat>, StoreError> {
        self.read(move |db| page(db, listing, MAX_OBJECT))
    }

    /// Replaces the metadata; returns the chat completion as it is now, `None` when there is none of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn set_chat_metadata(&self, id: &str, metadata: &Map<String, Value>) -> Result<Option<StoredChat>, StoreError> {
        let (id, metadata) = (id.to_owned(), to_json(metadata)?);
        self.write(move |db| {
            db.prepare_cached("UPDATE chats SET metadata = ? WHERE id = ?")?.execute(params![metadata, id])?;
            find(db, &id)
        })
    }

    /// Deletes a chat completion; false when there is none of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn delete_chat(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |db| Ok(db.prepare_cached("DELETE FROM chats WHERE id = ?")?.execute([id])? > 0))
    }
}

fn find(db: &Connection, id: &str) -> Result<Option<StoredChat>, StoreError> {
    let sql = "SELECT body, metadata FROM chats WHERE id = ?";
    db.prepare_cached(sql)?.query_row([id], raw).optional()?.map(parsed).transpose()
}

fn page(db: &Connection, listing: Listing, max_bytes: usize) -> Result<Page<StoredChat>, StoreError> {
    let (compare, order) = if listing.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let mut sql = "SELECT body, metadata FROM chats WHERE true".to_owned();
    let mut values: Vec<SqlValue> = Vec::new();
    if let Some(after) = listing.after {
        let cursor = "SELECT position FROM chats WHERE id = ?";
        let position: Option<i64> = db.prepare_cached(cursor)?.query_row([&after], |row| row.get(0)).optional()?;
        sql += &format!(" AND position {compare} ?");
        values.push(position.ok_or(StoreError::UnknownCursor(after))?.into());
    }
    if let Some(model) = listing.model {
        sql += " AND model = ?";
        values.push(model.into());
    }
    for (name, value) in listing.metadata {
        // Not a JSON path, in which a name with a dot or a quote would mean something else.
        sql += " AND EXISTS (SELECT 1 FROM json_each(chats.metadata) label WHERE label.key = ? AND label.value = ?)";
        values.extend([name.into(), value.into()]);
    }
    sql += &format!(" ORDER BY position {order} LIMIT ?");
    // One more than asked for tells whether there is another page. The order is that of the table, so rows are read as
    // they are asked for, not all of them to be sorted.
    values.push((i64::from(listing.limit) + 1).into());
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), raw)?;
    filled(rows, listing.limit as usize, max_bytes)
}

/// The first `limit` of these rows, or as many as `max_bytes` of JSON hold. The first one is taken however large it is,
/// so that whoever asks for page after page comes to the end.
fn filled(
    rows: impl Iterator<Item = rusqlite::Result<Raw>>,
    limit: usize,
    max_bytes: usize,
) -> Result<Page<StoredChat>, StoreError> {
    let mut objects = Vec::new();
    let mut bytes = 0;
    for row in rows {
        let row = row?;
        bytes += row.0.len() + row.1.len();
        if objects.len() == limit || (bytes > max_bytes && !objects.is_empty()) {
            return Ok(Page { objects, has_more: true });
        }
        objects.push(parsed(row)?);
    }
    Ok(Page { objects, has_more: false })
}

type Raw = (String, String);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?))
}

fn parsed((body, metadata): Raw) -> Result<StoredChat, StoreError> {
    Ok(StoredChat { body: serde_json::from_str(&body)?, metadata: serde_json::from_str(&metadata)? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::{Location, RetentionLimits};

    fn body(i: u32) -> Value {
        json!({"id": format!("c{i}"), "created": 1, "model": "m"})
    }

    #[test]
    fn pages_are_bounded_in_bytes() {
        let store = Store::open(&Location::Memory, RetentionLimits::default()).unwrap();
        for i in 0..5 {
            store.put_chat(&NewChat { body: body(i), metadata: Map::new(), messages: Vec::new() }).unwrap();
        }
        let list = |after: Option<&str>, newest_first, limit, max_bytes| {
            let after = after.map(str::to_owned);
            let listing = Listing { after, limit, newest_first, ..Listing::default() };
            let found = store.read(move |db| page(db, listing, max_bytes)).unwrap();
            let ids = found.objects.iter().map(|chat| chat.body["id"].as_str().unwrap().to_owned());
            (ids.collect::<Vec<_>>().join(" "), found.has_more)
        };
        let two = 2 * (to_json(&body(0)).unwrap().len() + "{}".len());
        assert_eq!(list(None, false, 5, two), ("c0 c1".to_owned(), true));
        assert_eq!(list(None, false, 5, two - 1), ("c0".to_owned(), true));
        assert_eq!(list(Some("c3"), true, 5, two), ("c2 c1".to_owned(), true));
        // What fits exactly and is the end has nothing after it.
        assert_eq!(list(Some("c2"), false, 5, two), ("c3 c4".to_owned(), false));
        // One that is too large by itself is a page of its own, the last one too.
        assert_eq!(list(None, false, 5, 1), ("c0".to_owned(), true));
        assert_eq!(list(Some("c3"), false, 5, 1), ("c4".to_owned(), false));
        assert_eq!(list(None, false, 1, two), ("c0".to_owned(), true));
    }
}
