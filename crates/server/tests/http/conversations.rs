//! `/v1/conversations`: kept by themselves, and continued by responses in every way in which these end.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Setup, TestServer};
use crate::tokenizer::HERMES;

const ROOT: &str = "/v1/conversations";

async fn made(server: &TestServer, body: Value) -> String {
    let made = server.post(ROOT, &body).await.ok();
    format!("{ROOT}/{}", made["id"].as_str().unwrap())
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn log(server: &TestServer, path: &str) -> Vec<String> {
    let list = server.get(&format!("{path}/items?order=asc&limit=100")).await.ok();
    let shown = |item: &Value| {
        let text = item["content"][0]["text"].as_str().or(item["output"].as_str()).or(item["arguments"].as_str());
        format!("{} {}", item["type"].as_str().unwrap(), text.unwrap_or_default())
    };
    list["data"].as_array().unwrap().iter().map(shown).collect()
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

#[tokio::test]
async fn made_read_changed_and_deleted() {
    let server = Setup::replying("Hi").start();
    let body = server.post(ROOT, &json!({"metadata": {"k": "v"}, "items": [user("a")]})).await.ok();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "object", "created_at", "metadata"]);
    assert_eq!((&body["object"], &body["metadata"]), (&json!("conversation"), &json!({"k": "v"})));
    let path = format!("{ROOT}/{}", body["id"].as_str().unwrap());
    assert_eq!(server.get(&path).await.ok(), body);
    let mut changed = body.clone();
    changed["metadata"] = json!({"n": "w"});
    assert_eq!(server.post(&path, &json!({"metadata": {"n": "w"}})).await.ok(), changed);
    assert_eq!(server.get(&path).await.ok(), changed);
    server.post(&path, &json!({})).await.refused(400, "missing_required_parameter", Some("metadata"));
    let deleted = server.delete(&path).await.ok();
    assert_eq!(deleted, json!({"id": body["id"], "object": "conversation.deleted", "deleted": true}));
    let items = format!("{path}/items");
    server.get(&path).await.refused(404, "not_found", None);
    server.delete(&path).await.refused(404, "not_found", None);
    server.post(&path, &json!({"metadata": {}})).await.refused(404, "not_found", None);
    server.get(&items).await.refused(404, "not_found", None);
    server.post(&items, &json!({"items": [user("a")]})).await.refused(404, "not_found", None);
    server.get(&format!("{items}/x")).await.refused(404, "not_found", None);
    server.delete(&format!("{items}/x")).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn items_are_added_paged_and_deleted() {
    let server = Setup::replying("Hi").start();
    let path = made(&server, json!({"items": null, "metadata": null})).await;
    let items = format!("{path}/items");
    let added = server
        .post(
            &items,
            &json!({"items": [user("a"), {"type": "message", "id": "msg_mine", "role": "user",
        "content": [{"type": "input_text", "text": "b"}]}]}),
        )
        .await
        .ok();
    assert_eq!((&added["data"][1]["id"], &added["has_more"]), (&json!("msg_mine"), &json!(false)));
    assert_eq!(added["data"][0]["content"], json!([{"type": "input_text", "text": "a"}]));
    assert_eq!(added["data"][0]["status"], "completed");
    // A call without its result is no fault of a list.
    server
        .post(
            &items,
            &json!({"items": [
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]}),
        )
        .await
        .ok();
    assert_eq!(log(&server, &path).await, ["message a", "message b", "function_call {}"]);
    let newest = server.get(&format!("{items}?limit=1")).await.ok();
    assert_eq!((&newest["data"][0]["type"], &newest["has_more"]), (&json!("function_call"), &json!(true)));
    let rest = server.get(&format!("{items}?after={}", newest["last_id"].as_str().unwrap())).await.ok();
    assert_eq!((&rest["data"][0]["id"], &rest["has_more"]), (&json!("msg_mine"), &json!(false)));
    let one = format!("{items}/msg_mine");
    assert_eq!(server.get(&one).await.ok(), added["data"][1]);
    assert_eq!(server.delete(&one).await.ok()["object"], "conversation");
    server.get(&one).await.refused(404, "not_found", None);
    assert_eq!(log(&server, &path).await, ["message a", "function_call {}"]);
}

#[tokio::test]
async fn one_of_which_nothing_is_said_needs_no_body() {
    let server = Setup::replying("Hi").start();
    let request = Request::post("/v1/conversations").body(Body::empty()).unwrap();
    let made = server.send(request).await.ok();
    assert_eq!((&made["object"], &made["metadata"]), (&json!("conversation"), &json!({})));
}

#[tokio::test]
async fn wrong_ones_are_refused_by_name() {
    let server = Setup::replying("Hi").start();
    let path = made(&server, json!({"items": [{"role": "user", "content": "a", "id": "msg_a"}]})).await;
    let items = format!("{path}/items");
    for (body, code, param) in [
        (json!({}), "missing_required_parameter", "items"),
        (json!({"items": []}), "empty_array", "items"),
        (json!({"items": "a"}), "invalid_type", "items"),
        (json!({"items": [["message"]]}), "invalid_type", "items[0]"),
        (json!({"items": [{"role": "boss", "content": "a"}]}), "invalid_value", "items[0].role"),
        (json!({"items": [user("a"), {"type": "web_search_call"}]}), "unsupported_parameter", "items[1].type"),
        (json!({"items": [{"type": "item_reference", "id": "msg_zzz"}]}), "item_not_found", "items[0].id"),
        (json!({"items": vec![user("a"); 21]}), "array_above_max_length", "items"),
        (json!({"items": [{"role": "user", "content": "b", "id": "msg_a"}]}), "id_taken", "items"),
    ] {
        server.post(&items, &body).await.refused(400, code, Some(param));
    }
    assert_eq!(log(&server, &path).await, ["message a"], "nothing of these is added");
    for (query, param) in
        [("limit=0", "limit"), ("order=up", "order"), ("after=zzz", "after"), ("include=x", "include")]
    {
        server.get(&format!("{items}?{query}")).await.refused(400, "invalid_value", Some(param));
    }
    server.post(ROOT, &json!({"metadata": {"a": 1}})).await.refused(400, "invalid_value", Some("metadata.a"));
    server.post(ROOT, &json!({"items": vec![user("a"); 21]})).await.refused(
        400,
        "array_above_max_length",
        Some("items"),
    );
}

#[tokio::test]
async fn responses_go_on_with_it_however_they_are_asked_for() {
    let server = Setup::replying("Hi").start();
    let path = made(&server, json!({"items": [user("first")]})).await;
    let mut expected = vec!["message first".to_owned()];
    for (round, fields) in [
        json!({}),
        json!({"store": false}),
        json!({"stream": true}),
        json!({"stream": true, "store": false}),
        json!({"background": true}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut fields = fields;
        let text = format!("round {round}");
        fields["conversation"] = if round % 2 == 0 { json!(id(&path)) } else { json!({"id": id(&path)}) };
        fields["input"] = text.clone().into();
        let reply = server.respond(fields.clone()).await;
        let body =
            if fields["stream"] == true { reply.named_events().pop().unwrap()["response"].clone() } else { reply.ok() };
        assert_eq!(body["conversation"], json!({"id": id(&path)}));
        if fields["background"] == true {
            server.until_idle().await;
            let response = format!("/v1/responses/{}", body["id"].as_str().unwrap());
            for _ in 0..500 {
                if server.get(&response).await.ok()["status"] == "completed" {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        expected.extend([format!("message {text}"), "message Hi".to_owned()]);
        assert_eq!(log(&server, &path).await, expected);
    }
    // The same prompt as with all items sent.
    let count = async |body: Value| {
        let counted = server.post("/v1/responses/input_tokens", &body).await.ok();
        counted["input_tokens"].as_u64().unwrap()
    };
    let items = server.get(&format!("{path}/items?order=asc&limit=100")).await.ok()["data"].clone();
    let mut all = items.as_array().unwrap().clone();
    all.push(user("?"));
    let kept = count(json!({"model": "org/tiny", "conversation": id(&path), "input": "?"})).await;
    assert_eq!(kept, count(json!({"model": "org/tiny", "input": all})).await);
    // Nothing is added by one that may not begin.
    let none = json!({"conversation": id(&path), "input": "x", "max_output_tokens": 0});
    server.respond(none).await.refused(400, "invalid_value", Some("max_output_tokens"));
    assert_eq!(log(&server, &path).await, expected);
    server.respond(json!({"conversation": "conv_none"})).await.refused(404, "not_found", Some("conversation"));
}

#[tokio::test]
async fn calls_and_their_results_are_part_of_it() {
    let call = "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>";
    let server = Setup::replying(call).templated(HERMES).start();
    let path = made(&server, json!({})).await;
    let tools = json!([{"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}]);
    let ask =
        |input: Value| json!({"conversation": id(&path), "input": input, "tools": tools, "max_output_tokens": 200});
    let body = server.respond(ask(json!("go"))).await.ok();
    let called = &body["output"][0];
    assert_eq!(called["type"], "function_call");
    server.respond(ask(json!("and?"))).await.refused(400, "invalid_value", Some("input"));
    let result = json!([{"type": "function_call_output", "call_id": called["call_id"], "output": "42"}]);
    server.respond(ask(result)).await.ok();
    let said = log(&server, &path).await;
    assert_eq!(said[..3], ["message go", "function_call {}", "function_call_output 42"]);
    // An item of it can be referred to from elsewhere.
    let own = server.get(&format!("{path}/items?order=asc&limit=1")).await.ok()["data"][0]["id"].clone();
    let other = made(&server, json!({"items": [{"type": "item_reference", "id": own}]})).await;
    assert_eq!(log(&server, &other).await, ["message go"]);
    // A result may come by itself: its call is there.
    let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"});
    let path = made(&server, json!({"items": [user("go"), call]})).await;
    let result = json!({"items": [{"type": "function_call_output", "call_id": "c", "output": "42"}]});
    server.post(&format!("{path}/items"), &result).await.ok();
    server
        .respond(json!({"conversation": id(&path), "input": [], "tools": tools, "max_output_tokens": 200}))
        .await
        .ok();
}

#[tokio::test]
async fn what_is_there_is_there_once() {
    let server = Setup::replying("Hi").start();
    let path = made(&server, json!({})).await;
    let mine = json!({"type": "message", "id": "msg_mine", "role": "user", "content": "a", "status": null});
    let ask = |input: Value| json!({"conversation": id(&path), "input": input});
    let first = server.respond(ask(json!([mine]))).await.ok();
    let tokens = |body: &Value| body["usage"]["input_tokens"].as_u64().unwrap();
    // As agents do that send everything again: what came back, and what is new.
    let again = json!([mine, first["output"][0], {"type": "item_reference", "id": "msg_mine"}, user("b")]);
    let second = server.respond(ask(again)).await.ok();
    assert_eq!(log(&server, &path).await, ["message a", "message Hi", "message b", "message Hi"]);
    let plain = server
        .respond(json!({"input": [user("a"), {"role": "assistant", "content": "Hi"}, user("b")], "store": false}))
        .await
        .ok();
    assert_eq!(tokens(&second), tokens(&plain), "nothing is said twice");
    let other = json!([{"type": "message", "id": "msg_mine", "role": "user", "content": "something else"}]);
    server.respond(ask(other)).await.refused(400, "id_taken", Some("input[0].id"));
    let twice = json!({"type": "message", "id": "msg_x", "role": "user", "content": "x"});
    server.respond(ask(json!([twice, twice]))).await.refused(400, "id_taken", Some("input"));
    // Ids of items come from the request's.
    let chosen = json!({"conversation": id(&path), "input": "c", "request_id": "mine", "store": false});
    server.respond(chosen.clone()).await.ok();
    server.respond(chosen).await.refused(400, "id_taken", Some("request_id"));
    assert_eq!(log(&server, &path).await.len(), 6);
    // Without its conversation a response would be another one.
    let previous = json!({"previous_response_id": second["id"], "input": "d"});
    server.respond(previous).await.refused(400, "invalid_value", Some("previous_response_id"));
}

#[tokio::test]
async fn only_an_answer_that_ends_is_part_of_it() {
    let call =
        "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}\n</tool_call>";
    let mut setup = Setup::replying(call).templated(HERMES);
    // Slow enough to be cancelled before it ends.
    setup.fake.step_latency = Duration::from_millis(20);
    let server = setup.start();
    let path = made(&server, json!({})).await;
    let tools = json!([{"type": "function", "name": "f", "parameters": {"type": "object"}}]);
    let fields =
        json!({"conversation": id(&path), "input": "a", "tools": tools, "max_output_tokens": 200, "background": true});
    let body = server.respond(fields).await.ok();
    let response = format!("/v1/responses/{}", body["id"].as_str().unwrap());
    let cancelled = server.post(&format!("{response}/cancel"), &json!({})).await.ok();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(log(&server, &path).await, [""; 0], "one that is cancelled adds nothing");
    // One that is cut does, but for a call that nobody can answer.
    let cut = json!({"conversation": id(&path), "input": "b", "tools": tools, "max_output_tokens": 40});
    let body = server.respond(cut).await.ok();
    assert_eq!((&body["status"], &body["output"][0]["type"]), (&json!("incomplete"), &json!("function_call")));
    assert_eq!(log(&server, &path).await, ["message b"]);
    server.respond(json!({"conversation": id(&path), "input": "c"})).await.ok();
}

#[tokio::test]
async fn one_that_fails_adds_nothing() {
    let mut setup = Setup::default();
    setup.fake.fail_at = vec![4];
    setup.fake.step_latency = Duration::from_millis(10);
    let server = setup.start();
    let path = made(&server, json!({})).await;
    let events = server.respond(json!({"conversation": id(&path), "input": "a", "stream": true})).await.named_events();
    assert_eq!(events.last().unwrap()["response"]["status"], "failed");
    assert_eq!(log(&server, &path).await, [""; 0]);
}

#[tokio::test]
async fn a_deleted_one_takes_nothing_with_it() {
    let server = Setup::replying("Hi").start();
    let path = made(&server, json!({})).await;
    let body = server.respond(json!({"conversation": id(&path), "input": "a"})).await.ok();
    server.delete(&path).await.ok();
    let kept = server.get(&format!("/v1/responses/{}", body["id"].as_str().unwrap())).await.ok();
    assert_eq!(kept, body);
}
