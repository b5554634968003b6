//! What is put in comes out, in order, filtered, paged and limited; and files that are not ours are refused readably.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::time::Duration;

use sconce_store::{Listing, Location, NewChat, NewEvent, RetentionLimits, Store, StoreError, StoredConversation};
use serde_json::{Map, Value, json};

fn memory() -> Store {
    Store::open(&Location::Memory, RetentionLimits::default()).unwrap()
}

fn at(folder: &Path) -> Result<Store, StoreError> {
    Store::open(&Location::Folder(folder.into()), RetentionLimits::default())
}

fn body(id: &str, status: &str, previous: Option<&str>) -> Value {
    json!({"id": id, "created_at": 100, "status": status, "model": "m", "previous_response_id": previous,
        "output": [{"id": format!("msg_of_{id}"), "type": "message"}]})
}

fn event(sequence: u64) -> NewEvent {
    NewEvent { sequence, body: format!("{{\"n\":{sequence}}}") }
}

fn chat(id: &str, created: u64, model: &str, metadata: Value) -> NewChat {
    let Value::Object(metadata) = metadata else { panic!("an object") };
    NewChat {
        body: json!({"id": id, "created": created, "model": model}),
        metadata,
        messages: vec![json!({"id": "m0"})],
    }
}

#[test]
fn responses_are_put_updated_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), at(folder.path()).unwrap()] {
        let input = vec![json!({"id": "msg_in", "content": "é\u{2028}"})];
        store.put_response(&body("a", "in_progress", None), &input, vec![event(0)]).unwrap();
        assert_eq!(
            store.put_response(&body("a", "queued", None), &[], vec![]),
            Err(StoreError::Exists("a".to_owned()))
        );
        let read = store.response("a").unwrap().unwrap();
        assert_eq!((read.body, read.input), (body("a", "in_progress", None), input));
        assert!(store.append_events("a", vec![event(1), event(2)]).unwrap());
        assert!(store.update_response(&body("a", "completed", None), vec![event(3)]).unwrap());
        // It has ended: nothing changes it any more.
        assert!(!store.update_response(&body("a", "cancelled", None), vec![event(4)]).unwrap());
        assert!(!store.append_events("a", vec![event(4)]).unwrap());
        assert_eq!(store.response("a").unwrap().unwrap().body["status"], "completed");
        let numbers = |after, limit| {
            let events = store.events("a", after, limit).unwrap();
            events.into_iter().map(|(sequence, _)| sequence).collect::<Vec<_>>()
        };
        assert_eq!(numbers(None, 100), [0, 1, 2, 3]);
        assert_eq!(numbers(Some(1), 100), [2, 3]);
        assert_eq!(numbers(Some(0), 2), [1, 2]);
        assert!(numbers(Some(u64::MAX), 2).is_empty());
        assert_eq!(store.item("msg_in").unwrap().unwrap()["content"], "é\u{2028}");
        assert_eq!(store.item("msg_of_a").unwrap().unwrap()["type"], "message");
        assert!(store.delete_response("a").unwrap());
        assert!(!store.delete_response("a").unwrap());
        assert_eq!(store.response("a").unwrap(), None);
        assert_eq!(store.item("msg_in").unwrap(), None);
        assert!(numbers(None, 100).is_empty());
        assert!(!store.update_response(&body("a", "completed", None), vec![]).unwrap());
    }
}

fn conversation(id: &str) -> StoredConversation {
    StoredConversation { id: id.to_owned(), created: 5, metadata: Map::new() }
}

fn items(ids: &[&str]) -> Vec<Value> {
    ids.iter().map(|id| json!({"id": id, "type": "message"})).collect()
}

fn ids(items: &[Value]) -> String {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn conversations_grow_by_what_is_added_and_by_responses_that_end() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), at(folder.path()).unwrap()] {
        let all = |id: &str| store.conversation_items(id).unwrap().map(|items| ids(&items));
        store.put_conversation(&conversation("v"), &items(&["a", "b"])).unwrap();
        assert_eq!(store.conversation("v").unwrap(), Some(conversation("v")));
        assert_eq!(store.put_conversation(&conversation("v"), &[]), Err(StoreError::Exists("v".to_owned())));
        // One of them is there, so none is added.
        assert_eq!(store.add_conversation_items("v", &items(&["c", "a"])), Err(StoreError::Exists("a".to_owned())));
        assert!(store.add_conversation_items("v", &items(&["c"])).unwrap());
        assert!(!store.add_conversation_items("w", &items(&["c"])).unwrap());
        let of = |id: &str, status: &str| {
            let mut body = body(id, status, None);
            body["conversation"] = json!({"id": "v"});
            body
        };
        store.put_response(&of("r1", "completed"), &items(&["d", "a"]), vec![]).unwrap();
        store.put_response(&of("r2", "failed"), &items(&["e"]), vec![]).unwrap();
        store.put_response(&of("r3", "in_progress"), &items(&["f"]), vec![]).unwrap();
        assert_eq!(all("v").unwrap(), "a b c d msg_of_r1", "nothing twice, nothing of what failed or runs");
        store.update_response(&of("r3", "incomplete"), vec![]).unwrap();
        store.continue_conversation(&of("r4", "completed"), &items(&["g"])).unwrap();
        assert_eq!(all("v").unwrap(), "a b c d msg_of_r1 f msg_of_r3 g msg_of_r4");
        assert_eq!(store.response("r4").unwrap(), None);
        let page = |after: Option<&str>, newest_first, limit| {
            let listing = Listing { after: after.map(str::to_owned), limit, newest_first, ..Listing::default() };
            let page = store.conversation_page("v", listing).unwrap().unwrap();
            (ids(&page.objects), page.has_more)
        };
        assert_eq!(page(None, false, 2), ("a b".to_owned(), true));
        assert_eq!(page(Some("f"), false, 3), ("msg_of_r3 g msg_of_r4".to_owned(), false));
        assert_eq!(page(None, true, 2), ("msg_of_r4 g".to_owned(), true));
        assert_eq!(page(Some("b"), true, 2), ("a".to_owned(), false));
        let unknown = Listing { after: Some("zzz".to_owned()), limit: 1, ..Listing::default() };
        assert_eq!(store.conversation_page("v", unknown).unwrap_err(), StoreError::UnknownCursor("zzz".to_owned()));
        assert_eq!(store.conversation_page("w", Listing::default()).unwrap(), None);
        assert_eq!(store.conversation_item("v", "c").unwrap().unwrap()["id"], "c");
        assert_eq!(store.item("c").unwrap().unwrap()["id"], "c", "found without its conversation, too");
        assert!(store.delete_conversation_item("v", "c").unwrap());
        assert!(!store.delete_conversation_item("v", "c").unwrap());
        assert_eq!(store.conversation_item("v", "c").unwrap(), None);
        let labels: Map<String, Value> = [("k".to_owned(), json!("v"))].into_iter().collect();
        assert_eq!(store.set_conversation_metadata("v", &labels).unwrap().unwrap().metadata, labels);
        assert_eq!(store.set_conversation_metadata("w", &labels).unwrap(), None);
        assert!(store.delete_conversation("v").unwrap());
        assert!(!store.delete_conversation("v").unwrap());
        assert_eq!((all("v"), store.item("b").unwrap()), (None, None));
        // It is gone, which is no fault of the response that ends.
        store.put_response(&of("r5", "completed"), &items(&["h"]), vec![]).unwrap();
        assert_eq!(all("v"), None);
    }
}

#[test]
fn a_conversation_that_is_used_is_kept() {
    let store = memory();
    for id in ["x", "y", "z"] {
        store.put_conversation(&conversation(id), &items(&["a"])).unwrap();
    }
    // Times are whole seconds.
    std::thread::sleep(Duration::from_millis(1100));
    store.add_conversation_items("x", &items(&["b"])).unwrap();
    let limits = RetentionLimits { max_objects: Some(2), ..RetentionLimits::default() };
    assert_eq!(store.clean(limits, 0).unwrap(), 1);
    assert!(store.conversation("x").unwrap().is_some(), "it is the oldest, and the last that was used");
    assert_eq!(store.conversation("y").unwrap(), None);
    let old = RetentionLimits { max_age: Some(Duration::from_secs(60)), ..RetentionLimits::default() };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(store.clean(old, now + 30).unwrap(), 0, "they were made long ago, and changed now");
    assert_eq!(store.clean(old, now + 90).unwrap(), 2);
}

#[test]
fn a_failed_change_leaves_nothing_behind() {
    let store = memory();
    // The second event has a number that is taken, so the response is not stored either.
    store.put_response(&body("a", "queued", None), &[], vec![event(0), event(0)]).unwrap_err();
    assert_eq!(store.response("a").unwrap(), None);
    store.put_response(&body("a", "queued", None), &[], vec![event(0)]).unwrap();
}

#[test]
fn chains_are_told_oldest_first_and_end_at_a_gap() {
    let store = memory();
    for (id, previous) in [("a", None), ("b", Some("a")), ("x", Some("b")), ("c", Some("b")), ("loop", Some("loop"))] {
        store.put_response(&body(id, "completed", previous), &[], vec![]).unwrap();
    }
    let ids = |id: &str| {
        let chain = store.chain(id).unwrap();
        chain.iter().map(|response| response.body["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("c"), ["a", "b", "c"]);
    assert_eq!(ids("a"), ["a"]);
    assert_eq!(ids("loop"), ["loop"]);
    assert!(ids("zzz").is_empty());
    store.delete_response("a").unwrap();
    let chain = store.chain("c").unwrap();
    assert_eq!(chain.len(), 2);
    assert_eq!(chain[0].previous.as_deref(), Some("a"));
}

#[test]
fn chats_are_listed_by_pages() {
    let store = memory();
    for i in 0..25 {
        let model = if i % 2 == 0 { "even" } else { "odd" };
        let labels = json!({"third": (i % 3).to_string(), "a.b\"c": "x"});
        store.put_chat(&chat(&format!("c{i:02}"), 100, model, labels)).unwrap();
    }
    let list = |listing: Listing| {
        let page = store.chats(listing).unwrap();
        let ids = page.objects.iter().map(|chat| chat.body["id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), page.has_more)
    };
    let first = list(Listing { limit: 10, ..Listing::default() });
    assert_eq!(first.0, (0..10).map(|i| format!("c{i:02}")).collect::<Vec<_>>());
    assert!(first.1);
    let last = list(Listing { limit: 10, after: Some("c14".into()), ..Listing::default() });
    assert_eq!(last.0, (15..25).map(|i| format!("c{i:02}")).collect::<Vec<_>>());
    assert!(!last.1, "a full last page has no page after it");
    let down = list(Listing { limit: 3, after: Some("c02".into()), newest_first: true, ..Listing::default() });
    assert_eq!(down, (vec!["c01".into(), "c00".into()], false));
    let metadata = vec![("third".to_owned(), "1".to_owned()), ("a.b\"c".to_owned(), "x".to_owned())];
    let some = list(Listing { limit: 100, model: Some("odd".into()), metadata, ..Listing::default() });
    assert_eq!(some.0, ["c01", "c07", "c13", "c19"]);
    let none = vec![("third".to_owned(), "' OR 1=1 --".to_owned())];
    assert!(list(Listing { limit: 9, metadata: none, ..Listing::default() }).0.is_empty());
    let unknown = Listing { after: Some("zzz".into()), limit: 1, ..Listing::default() };
    assert_eq!(store.chats(unknown), Err(StoreError::UnknownCursor("zzz".into())));
}

#[test]
fn chats_change_their_metadata_only() {
    let store = memory();
    store.put_chat(&chat("a", 100, "m", json!({"k": "v"}))).unwrap();
    assert_eq!(store.put_chat(&chat("a", 100, "m", json!({}))), Err(StoreError::Exists("a".into())));
    let changed = store.set_chat_metadata("a", &Map::from_iter([("n".to_owned(), "w".into())])).unwrap().unwrap();
    assert_eq!((changed.metadata["n"].as_str(), changed.metadata.len()), (Some("w"), 1));
    assert_eq!(store.chat("a").unwrap().unwrap(), changed);
    assert_eq!(store.set_chat_metadata("b", &Map::new()).unwrap(), None);
    assert_eq!(store.chat_messages("a").unwrap().unwrap(), [json!({"id": "m0"})]);
    assert!(store.delete_chat("a").unwrap());
    assert!(!store.delete_chat("a").unwrap());
    assert_eq!((store.chat("a").unwrap(), store.chat_messages("a").unwrap()), (None, None));
}

#[test]
fn the_old_and_the_surplus_are_deleted() {
    let store = memory();
    for i in 0..500 {
        store.put_chat(&chat(&format!("c{i}"), i, "m", json!({}))).unwrap();
    }
    store.put_response(&body("running", "in_progress", None), &[], vec![]).unwrap();
    store.put_response(&body("done", "completed", None), &[], vec![event(0)]).unwrap();
    let age = |seconds| RetentionLimits { max_age: Some(Duration::from_secs(seconds)), ..RetentionLimits::default() };
    // At second 1000, those made before second 300: 300 chats and the finished response of second 100.
    assert_eq!(store.clean(age(700), 1000).unwrap(), 301);
    assert!(store.response("running").unwrap().is_some());
    assert_eq!(store.response("done").unwrap(), None);
    assert!(store.chat("c299").unwrap().is_none() && store.chat("c300").unwrap().is_some());
    let few = RetentionLimits { max_objects: Some(5), ..RetentionLimits::default() };
    assert_eq!(store.clean(few, 1000).unwrap(), 195);
    assert!(store.chat("c494").unwrap().is_none() && store.chat("c495").unwrap().is_some());
    assert_eq!(store.clean(few, 1000).unwrap(), 0);
}

#[test]
fn the_database_is_bounded_in_bytes() {
    let store = memory();
    let pad = "x".repeat(10_000);
    for i in 0..300 {
        store.put_chat(&chat(&format!("c{i}"), 1, "m", json!({"pad": pad}))).unwrap();
    }
    let limits = RetentionLimits { max_bytes: Some(1 << 20), ..RetentionLimits::default() };
    let deleted = store.clean(limits, 1).unwrap();
    assert!((190..260).contains(&deleted), "{deleted}");
    assert!(store.chat("c299").unwrap().is_some());
}

#[test]
fn what_is_older_makes_room_for_what_is_newer_of_whatever_kind() {
    let store = memory();
    let pad = "x".repeat(10_000);
    for i in 0..300 {
        // Made at second 100.
        let input = [json!({"id": format!("i{i}"), "pad": pad})];
        store.put_response(&body(&format!("r{i}"), "completed", None), &input, vec![]).unwrap();
    }
    for i in 0..20 {
        store.put_chat(&chat(&format!("c{i}"), 200, "m", json!({}))).unwrap();
    }
    let limits = RetentionLimits { max_bytes: Some(1 << 20), ..RetentionLimits::default() };
    assert!(store.clean(limits, 300).unwrap() > 100);
    assert!(store.response("r0").unwrap().is_none() && store.chat("c0").unwrap().is_some());
}

#[test]
fn limits_are_kept_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = at(folder.path()).unwrap();
    for i in 0..20 {
        store.put_chat(&chat(&format!("c{i}"), 1, "m", json!({}))).unwrap();
    }
    drop(store);
    let limits = RetentionLimits { max_objects: Some(3), ..RetentionLimits::default() };
    let store = Store::open(&Location::Folder(folder.path().into()), limits).unwrap();
    // The first cleaning follows the first write at the latest, so the second write comes after it.
    store.put_chat(&chat("new", 1, "m", json!({}))).unwrap();
    store.put_chat(&chat("newer", 1, "m", json!({}))).unwrap();
    let left = store.chats(Listing { limit: 100, ..Listing::default() }).unwrap().objects.len();
    assert!(left <= 5, "{left}");
}

#[test]
fn many_threads_write_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = at(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = store.clone();
            scope.spawn(move || {
                for i in 0..50 {
                    let id = format!("{thread}_{i}");
                    store.put_response(&body(&id, "in_progress", None), &[], vec![event(0)]).unwrap();
                    // What was written is seen by the next read, whatever the others do.
                    assert!(store.response(&id).unwrap().is_some());
                    assert!(store.update_response(&body(&id, "completed", None), vec![event(1)]).unwrap());
                    assert_eq!(store.events(&id, None, 9).unwrap().len(), 2);
                }
            });
        }
    });
    drop(store);
    let store = at(folder.path()).unwrap();
    for thread in 0..8 {
        for i in 0..50 {
            assert_eq!(store.response(&format!("{thread}_{i}")).unwrap().unwrap().body["status"], "completed");
        }
    }
}

#[test]
fn one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = at(folder.path()).unwrap();
    let error = at(folder.path()).unwrap_err();
    assert_eq!(error, StoreError::InUse(folder.path().into()));
    assert!(error.to_string().contains("in use by another server"));
    drop(store);
    at(folder.path()).unwrap();
}

#[test]
fn other_files_are_refused_readably() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sconce.db");
    let message = || at(folder.path()).unwrap_err().to_string();
    // Of another program.
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
    assert!(message().contains("another program"), "{}", message());
    // Not a database at all.
    std::fs::write(&file, "this is a diary, not a database. ".repeat(1000)).unwrap();
    assert!(message().contains("damaged or no database"), "{}", message());
    // A later version.
    std::fs::remove_file(&file).unwrap();
    drop(at(folder.path()).unwrap());
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(message().contains("later version (schema 99"), "{}", message());
    // A folder that cannot be one.
    let not_a_folder = folder.path().join("sconce.lock").join("deeper");
    assert!(matches!(at(&not_a_folder), Err(StoreError::Open { .. })));
}

#[test]
fn a_damaged_database_is_refused_readably() {
    let folder = tempfile::tempdir().unwrap();
    let store = at(folder.path()).unwrap();
    for i in 0..100 {
        store.put_response(&body(&format!("r{i}"), "completed", None), &[], vec![event(0)]).unwrap();
    }
    drop(store);
    let file = folder.path().join("sconce.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // All pages but the first, so that the header is still right.
    bytes[4096..].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let error = at(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("sconce.db"), "{error}");
}

#[cfg(unix)]
#[test]
fn the_folder_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    drop(at(&folder).unwrap());
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}
