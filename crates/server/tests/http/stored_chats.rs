//! Chat completions with `store: true`: kept whole or streamed, listed, changed, deleted.

use serde_json::{Value, json};

use crate::harness::{Setup, TestServer};

const ROOT: &str = "/v1/chat/completions";

async fn kept(server: &TestServer, fields: Value) -> Value {
    let mut fields = fields;
    fields["store"] = true.into();
    server.chat(fields).await.ok()
}

fn ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|chat| chat["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn kept_read_changed_and_deleted() {
    let server = Setup::replying("Hi").start();
    let body = kept(&server, json!({"metadata": {"k": "v"}, "temperature": 0.5, "seed": 7, "user": "ann"})).await;
    let path = format!("{ROOT}/{}", body["id"].as_str().unwrap());
    let mut expected = body.clone();
    assert_eq!(expected["metadata"], json!({"k": "v"}));
    for (field, value) in [
        ("temperature", json!(0.5)),
        ("top_p", json!(1.0)),
        ("seed", json!(7)),
        ("presence_penalty", json!(0.0)),
        ("frequency_penalty", json!(0.0)),
        ("input_user", json!("ann")),
        ("tools", Value::Null),
        ("tool_choice", Value::Null),
        ("response_format", Value::Null),
    ] {
        expected[field] = value;
    }
    assert_eq!(server.get(&path).await.ok(), expected);
    expected["metadata"] = json!({"n": "w"});
    assert_eq!(server.post(&path, &json!({"metadata": {"n": "w"}})).await.ok(), expected);
    assert_eq!(server.get(&path).await.ok(), expected);
    server.post(&path, &json!({"metadata": {"n": 1}})).await.refused(400, "invalid_value", Some("metadata.n"));
    server.post(&path, &json!({})).await.refused(400, "missing_required_parameter", Some("metadata"));
    let deleted = server.delete(&path).await.ok();
    assert_eq!(deleted, json!({"id": body["id"], "object": "chat.completion.deleted", "deleted": true}));
    server.get(&path).await.refused(404, "not_found", None);
    server.delete(&path).await.refused(404, "not_found", None);
    server.post(&path, &json!({"metadata": {}})).await.refused(404, "not_found", None);
    server.get(&format!("{path}/messages")).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn a_streamed_one_is_kept_before_its_end() {
    let server = Setup::replying("Hé!").start();
    let fields = json!({"stream": true, "n": 2, "stream_options": {"include_usage": true}});
    let plain = server.chat(fields.clone()).await.chunks();
    let mut fields = fields;
    fields["store"] = true.into();
    let chunks = server.chat(fields).await.chunks();
    let deltas = |chunks: &[Value]| {
        let mut deltas: Vec<String> = chunks.iter().map(|chunk| chunk["choices"].to_string()).collect();
        deltas.sort();
        deltas
    };
    assert_eq!(deltas(&chunks), deltas(&plain), "keeping changes nothing");
    let stored = server.get(&format!("{ROOT}/{}", chunks[0]["id"].as_str().unwrap())).await.ok();
    assert_eq!(stored["object"], "chat.completion");
    assert_eq!(stored["choices"][1]["message"]["content"], "Hé!");
    assert_eq!(stored["usage"], chunks[chunks.len() - 1]["usage"]);
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let server = Setup::replying("Hi").start();
    let mut all = Vec::new();
    for i in 0..5 {
        let body = kept(&server, json!({"metadata": {"odd": (i % 2 == 1).to_string(), "a.b": "x y"}})).await;
        all.push(body["id"].as_str().unwrap().to_owned());
    }
    server.chat(json!({})).await.ok();
    let list = server.get(ROOT).await.ok();
    assert_eq!(ids(&list), all, "the first stored first, and nothing that was not to be stored");
    assert_eq!((&list["object"], &list["has_more"], &list["last_id"]), (&json!("list"), &json!(false), &json!(all[4])));
    let page = server.get(&format!("{ROOT}?limit=2&after={}", all[1])).await.ok();
    assert_eq!((ids(&page), &page["has_more"]), (vec![all[2].as_str(), all[3].as_str()], &json!(true)));
    let newest = server.get(&format!("{ROOT}?order=desc&limit=1")).await.ok();
    assert_eq!(ids(&newest), [all[4].as_str()]);
    let odd = server.get(&format!("{ROOT}?metadata[odd]=true&metadata%5Ba.b%5D=x%20y&model=org/tiny")).await.ok();
    assert_eq!(ids(&odd), [all[1].as_str(), all[3].as_str()]);
    let none = server.get(&format!("{ROOT}?model=other")).await.ok();
    assert_eq!((ids(&none).len(), &none["first_id"]), (0, &Value::Null));
    server.get(&format!("{ROOT}?after=zzz")).await.refused(400, "invalid_value", Some("after"));
    server.get(&format!("{ROOT}?metadata=x")).await.refused(400, "invalid_value", Some("metadata"));
    server.get(&format!("{ROOT}?limit=1000")).await.refused(400, "invalid_value", Some("limit"));
    server.get(&format!("{ROOT}?model=%ff")).await;
}

#[tokio::test]
async fn the_messages_of_a_request() {
    let server = Setup::replying("Hi").start();
    let messages = json!([
        {"role": "system", "content": "s"},
        {"role": "user", "content": [{"type": "text", "text": "a"}], "name": "ann"}]);
    let body = kept(&server, json!({"messages": messages})).await;
    let id = body["id"].as_str().unwrap();
    let list = server.get(&format!("{ROOT}/{id}/messages")).await.ok();
    assert_eq!(
        list["data"],
        json!([
            {"role": "system", "content": "s", "id": format!("{id}-0"), "content_parts": null, "refusal": null},
            {"role": "user", "content": null, "name": "ann", "id": format!("{id}-1"), "refusal": null,
                "content_parts": [{"type": "text", "text": "a"}]}])
    );
    let last = server.get(&format!("{ROOT}/{id}/messages?order=desc&limit=1")).await.ok();
    assert_eq!((&last["data"][0], &last["has_more"]), (&list["data"][1], &json!(true)));
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused() {
    let server = Setup { store: None, ..Setup::replying("Hi") }.start();
    server.chat(json!({"store": true})).await.refused(400, "unsupported_parameter", Some("store"));
    server.chat(json!({"store": false})).await.ok();
    server.get(ROOT).await.refused(400, "store_disabled", None);
    let server = Setup::replying("Hi").start();
    let wrong = server.chat(json!({"store": true, "metadata": {"a": 1}})).await;
    wrong.refused(400, "invalid_value", Some("metadata.a"));
    let body = kept(&server, json!({"request_id": "mine"})).await;
    assert_eq!(body["id"], "chatcmpl-mine");
    let again = server.chat(json!({"store": true, "request_id": "mine"})).await;
    again.refused(400, "id_taken", Some("request_id"));
    // It is told before anything is generated, so a stream does not begin.
    let streamed = server.chat(json!({"store": true, "request_id": "mine", "stream": true})).await;
    streamed.refused(400, "id_taken", Some("request_id"));
    server.chat(json!({"request_id": "mine"})).await.ok();
}

#[tokio::test]
async fn a_failed_one_is_not_kept() {
    let mut setup = Setup::replying("abcdefgh");
    setup.fake.fail_at = vec![4, 20];
    let server = setup.start();
    server.chat(json!({"store": true})).await.refused(500, "internal_error", None);
    assert!(server.get(ROOT).await.ok()["data"].as_array().unwrap().is_empty());
}
