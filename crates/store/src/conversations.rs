//! Conversations: labels, and the items that were said, in order. Items come from the caller, or from a response that has ended and
//! belongs to a conversation: those are added in the transaction that stores its end.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value};

use crate::chats::{Listing, Page};
use crate::error::StoreError;
use crate::retention::now;
use crate::store::{MAX_OBJECT, Store, to_json};

/// A conversation, without its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConversation {
    /// `conv_...`.
    pub id: String,
    /// Unix seconds.
    pub created: u64,
    /// Labels of the caller.
    pub metadata: Map<String, Value>,
}

impl Store {
    /// Stores a new conversation with its first items, each with an `id`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id, or twice the id of an item, is taken, and the store's own troubles.
    pub fn put_conversation(&self, conversation: &StoredConversation, items: &[Value]) -> Result<(), StoreError> {
        let StoredConversation { id, created, metadata } = conversation.clone();
        let (metadata, items) = (to_json(&metadata)?, rows_of(items)?);
        let created = i64::try_from(created).unwrap_or(i64::MAX);
        self.write(move |db| {
            let sql = "INSERT INTO conversations (id, created, changed, metadata) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING";
            if db.prepare_cached(sql)?.execute(params![id, created, now(), metadata])? == 0 {
                return Err(StoreError::Exists(id));
            }
            insert(db, db.last_insert_rowid(), &items)
        })
    }

    /// The conversation of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn conversation(&self, id: &str) -> Result<Option<StoredConversation>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| find(db, &id))
    }

    /// Replaces the metadata; returns the conversation as it is now, `None` when there is none of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn set_conversation_metadata(
        &self,
        id: &str,
        metadata: &Map<String, Value>,
    ) -> Result<Option<StoredConversation>, StoreError> {
        let (id, metadata) = (id.to_owned(), to_json(metadata)?);
        self.write(move |db| {
            let sql = "UPDATE conversations SET metadata = ?, changed = ? WHERE id = ?";
            db.prepare_cached(sql)?.execute(params![metadata, now(), id])?;
            find(db, &id)
        })
    }

    /// Deletes a conversation with its items; false when there is none of this id.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn delete_conversation(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.write(move |db| Ok(db.prepare_cached("DELETE FROM conversations WHERE id = ?")?.execute([id])? > 0))
    }

    /// Adds items to the end, each with an `id`; false when there is no such conversation.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the conversation has an item of such an id, and the store's own troubles.
    pub fn add_conversation_items(&self, id: &str, items: &[Value]) -> Result<bool, StoreError> {
        let (id, items) = (id.to_owned(), rows_of(items)?);
        self.write(move |db| {
            let Some(conversation) = changed(db, &id)? else { return Ok(false) };
            insert(db, conversation, &items)?;
            Ok(true)
        })
    }

    /// Adds what was said to a response and what it says to its conversation, as [`Store::put_response`] does, without storing the response.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn continue_conversation(&self, body: &Value, input: &[Value]) -> Result<(), StoreError> {
        let Some((id, items)) = said(body, input)? else { return Ok(()) };
        self.write(move |db| continue_with(db, &id, &items))
    }

    /// All items, the first one first; `None` when there is no such conversation.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than any one object may be, and the store's own troubles.
    pub fn conversation_items(&self, id: &str) -> Result<Option<Vec<Value>>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| {
            let Some(conversation) = position(db, &id)? else { return Ok(None) };
            let sql = "SELECT body FROM conversation_items WHERE conversation = ? ORDER BY position";
            let mut statement = db.prepare_cached(sql)?;
            let mut bytes = 0;
            let read = |row: rusqlite::Result<String>| {
                let row = row?;
                bytes += row.len();
                if bytes > MAX_OBJECT {
                    return Err(StoreError::TooLarge { bytes, limit: MAX_OBJECT });
                }
                Ok(serde_json::from_str(&row)?)
            };
            statement.query_map([conversation], |row| row.get(0))?.map(read).collect::<Result<_, _>>().map(Some)
        })
    }

    /// One page of the items (`model` and `metadata` of the listing mean nothing here); `None` when there is no such conversation.
    ///
    /// # Errors
    /// [`StoreError::UnknownCursor`] when `after` is none of its items, and the store's own troubles.
    pub fn conversation_page(&self, id: &str, listing: Listing) -> Result<Option<Page<Value>>, StoreError> {
        let id = id.to_owned();
        self.read(move |db| {
            let Some(conversation) = position(db, &id)? else { return Ok(None) };
            page(db, conversation, listing).map(Some)
        })
    }

    /// One item; `None` when there is no such conversation, or no such item in it.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn conversation_item(&self, id: &str, item: &str) -> Result<Option<Value>, StoreError> {
        let (id, item) = (id.to_owned(), item.to_owned());
        self.read(move |db| {
            let sql = "SELECT body FROM conversation_items JOIN conversations ON conversation = conversations.position
                WHERE conversations.id = ? AND conversation_items.id = ?";
            let found: Option<String> = db.prepare_cached(sql)?.query_row([&id, &item], |row| row.get(0)).optional()?;
            Ok(found.map(|body| serde_json::from_str(&body)).transpose()?)
        })
    }

    /// Deletes one item; false when there is no such conversation, or no such item in it.
    ///
    /// # Errors
    /// The store's own troubles.
    pub fn delete_conversation_item(&self, id: &str, item: &str) -> Result<bool, StoreError> {
        let (id, item) = (id.to_owned(), item.to_owned());
        self.write(move |db| {
            let Some(conversation) = changed(db, &id)? else { return Ok(false) };
            let sql = "DELETE FROM conversation_items WHERE conversation = ? AND id = ?";
            Ok(db.prepare_cached(sql)?.execute(params![conversation, item])? > 0)
        })
    }
}

/// Of an item that may be there already.
const INSERT: &str = "INSERT INTO conversation_items (conversation, id, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

/// Ids and JSON texts of items.
pub(crate) type ItemRows = Vec<(String, String)>;

pub(crate) fn rows_of<'a>(items: impl IntoIterator<Item = &'a Value>) -> Result<ItemRows, StoreError> {
    items.into_iter().map(|item| Ok((item["id"].as_str().unwrap_or_default().to_owned(), to_json(item)?))).collect()
}

/// The conversation that a response continues as it is now: it has ended well, or was cut off.
pub(crate) fn continued(body: &Value) -> Option<&str> {
    let ended = matches!(body["status"].as_str(), Some("completed" | "incomplete"));
    body["conversation"]["id"].as_str().filter(|_| ended)
}

/// The same, and with which items.
pub(crate) fn said(body: &Value, input: &[Value]) -> Result<Option<(String, ItemRows)>, StoreError> {
    let Some(conversation) = continued(body) else { return Ok(None) };
    // Nobody can answer a call that was cut, and until it is answered nothing could go on.
    let cut = |item: &Value| {
        item["status"] == "incomplete" && matches!(item["type"].as_str(), Some("function_call" | "custom_tool_call"))
    };
    let output = body["output"].as_array().into_iter().flatten().filter(|item| !cut(item));
    Ok(Some((conversation.to_owned(), rows_of(input.iter().chain(output))?)))
}

/// Adds items to the end, but for those that are there already (a response may have referred to them). Does nothing when there is no
/// such conversation (any more).
pub(crate) fn continue_with(db: &Connection, id: &str, items: &ItemRows) -> Result<(), StoreError> {
    let Some(conversation) = changed(db, id)? else { return Ok(()) };
    let mut statement = db.prepare_cached(INSERT)?;
    for (id, body) in items {
        statement.execute(params![conversation, id, body])?;
    }
    Ok(())
}

/// The item of this id, from whichever conversation has it.
pub(crate) fn item(db: &Connection, id: &str) -> Result<Option<Value>, StoreError> {
    let sql = "SELECT body FROM conversation_items WHERE id = ? ORDER BY position DESC LIMIT 1";
    let found: Option<String> = db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    Ok(found.map(|body| serde_json::from_str(&body)).transpose()?)
}

fn insert(db: &Connection, conversation: i64, items: &ItemRows) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached(INSERT)?;
    for (id, body) in items {
        if statement.execute(params![conversation, id, body])? == 0 {
            return Err(StoreError::Exists(id.clone()));
        }
    }
    Ok(())
}

fn position(db: &Connection, id: &str) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT position FROM conversations WHERE id = ?";
    Ok(db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
}

/// The same of one that changes now: it is kept longer than those that do not.
fn changed(db: &Connection, id: &str) -> Result<Option<i64>, StoreError> {
    let sql = "UPDATE conversations SET changed = ? WHERE id = ? RETURNING position";
    Ok(db.prepare_cached(sql)?.query_row(params![now(), id], |row| row.get(0)).optional()?)
}

fn find(db: &Connection, id: &str) -> Result<Option<StoredConversation>, StoreError> {
    let sql = "SELECT created, metadata FROM conversations WHERE id = ?";
    let raw = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    let found = db.prepare_cached(sql)?.query_row([id], raw).optional()?;
    let Some((created, metadata)) = found else { return Ok(None) };
    let metadata = serde_json::from_str(&metadata)?;
    Ok(Some(StoredConversation { id: id.to_owned(), created: created.unsigned_abs(), metadata }))
}

fn page(db: &Connection, conversation: i64, listing: Listing) -> Result<Page<Value>, StoreError> {
    let (compare, order, mut from) = if listing.newest_first { ("<", "DESC", i64::MAX) } else { (">", "ASC", -1) };
    if let Some(after) = listing.after {
        let sql = "SELECT position FROM conversation_items WHERE conversation = ? AND id = ?";
        let found = db.prepare_cached(sql)?.query_row(params![conversation, after], |row| row.get(0)).optional()?;
        from = found.ok_or(StoreError::UnknownCursor(after))?;
    }
    let sql = format!(
        "SELECT body FROM conversation_items WHERE conversation = ? AND position {compare} ?
            ORDER BY position {order} LIMIT ?"
    );
    let mut statement = db.prepare_cached(&sql)?;
    // One more than asked for tells whether there is another page.
    let rows = statement.query_map(params![conversation, from, i64::from(listing.limit) + 1], |row| row.get(0))?;
    let (mut objects, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let row: String = row?;
        bytes += row.len();
        if objects.len() == listing.limit as usize || (bytes > MAX_OBJECT && !objects.is_empty()) {
            return Ok(Page { objects, has_more: true });
        }
        objects.push(serde_json::from_str(&row)?);
    }
    Ok(Page { objects, has_more: false })
}
