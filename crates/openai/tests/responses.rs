//! Bodies of the Responses API as official clients send and read them, read and written again.
#![allow(clippy::unwrap_used, missing_docs)]

use sconce_openai::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn same<T: DeserializeOwned + Serialize>(body: &Value) {
    let typed: T = serde_json::from_value(body.clone()).unwrap();
    // Text, so that the order of the fields counts.
    assert_eq!(serde_json::to_string_pretty(&typed).unwrap(), serde_json::to_string_pretty(body).unwrap());
}

fn response() -> Value {
    json!({
        "id": "resp_1", "object": "response", "created_at": 1_741_476_542, "status": "completed", "background": false,
        "completed_at": 1_741_476_543, "error": null, "incomplete_details": null, "instructions": null,
        "max_output_tokens": null, "max_tool_calls": null, "model": "m",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}],
                "encrypted_content": null, "status": "completed"},
            {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
                "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Hi"}]},
            {"type": "function_call", "id": "fc_1", "status": "incomplete", "call_id": "call_1", "name": "f",
                "arguments": "{\"a\":"}],
        "parallel_tool_calls": true, "previous_response_id": null, "prompt_cache_key": null,
        "prompt_cache_retention": null,
        "reasoning": {"effort": null, "summary": null}, "safety_identifier": null, "service_tier": "default",
        "store": true, "temperature": 1.0, "text": {"format": {"type": "text"}}, "tool_choice": "auto",
        "tools": [{"type": "function", "name": "f", "description": null, "parameters": {"type": "object"},
            "strict": true}],
        "top_logprobs": 0, "top_p": 1.0, "presence_penalty": 0.0, "frequency_penalty": 0.5, "truncation": "disabled",
        "usage": {"input_tokens": 36, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 87, "output_tokens_details": {"reasoning_tokens": 3}, "total_tokens": 123},
        "user": null, "metadata": {"k": "v"}})
}

#[test]
fn the_response_object() {
    same::<Response>(&response());
    let mut failed = response();
    failed["status"] = "failed".into();
    failed["error"] = json!({"code": "server_error", "message": "no"});
    failed["incomplete_details"] = json!({"reason": "max_output_tokens"});
    failed["usage"] = Value::Null;
    same::<Response>(&failed);
}

#[test]
fn every_event() {
    let item = json!({"type": "message", "id": "msg_1", "status": "in_progress", "role": "assistant", "content": []});
    let part = json!({"type": "output_text", "annotations": [], "logprobs": [], "text": ""});
    let thought = json!({"type": "reasoning_text", "text": "hm"});
    let logprobs = json!([{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []}]);
    let at = |kind: &str, more: Value| {
        let mut event = json!({"type": kind, "sequence_number": 7});
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let of_part = |kind: &str, name: &str, value: Value| {
        at(kind, json!({"item_id": "msg_1", "output_index": 0, "content_index": 0, name: value}))
    };
    let mut events: Vec<Value> = ["created", "queued", "in_progress", "completed", "incomplete", "failed"]
        .map(|what| at(&format!("response.{what}"), json!({"response": response()})))
        .into();
    events.extend([
        at("response.output_item.added", json!({"output_index": 0, "item": item})),
        at("response.output_item.done", json!({"output_index": 0, "item": item})),
        of_part("response.content_part.added", "part", part.clone()),
        of_part("response.content_part.done", "part", thought),
        of_part("response.reasoning_text.delta", "delta", "h".into()),
        of_part("response.reasoning_text.done", "text", "hm".into()),
        at("response.function_call_arguments.delta", json!({"item_id": "fc", "output_index": 1, "delta": "{"})),
        at(
            "response.function_call_arguments.done",
            json!({"item_id": "fc", "output_index": 1, "name": "f", "arguments": "{}"}),
        ),
        at("error", json!({"code": "server_error", "message": "no", "param": null})),
    ]);
    for (kind, name) in [("delta", "delta"), ("done", "text")] {
        let mut event = of_part(&format!("response.output_text.{kind}"), name, "a".into());
        event["logprobs"] = logprobs.clone();
        events.push(event);
    }
    for event in events {
        same::<ResponseEvent>(&event);
        let typed: ResponseEvent = serde_json::from_value(event.clone()).unwrap();
        assert_eq!((typed.kind(), typed.sequence_number()), (event["type"].as_str().unwrap(), 7));
    }
}

#[test]
fn a_request_of_the_python_sdk() {
    let body = json!({
        "model": "m", "instructions": "Be brief.", "max_output_tokens": 9, "store": false, "stream": true,
        "stream_options": {"include_obfuscation": false}, "background": null, "truncation": "auto",
        "previous_response_id": "resp_0", "metadata": {"a": "b"}, "include": ["message.output_text.logprobs"],
        "input": [
            {"role": "user", "content": "Weather?"},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "In Rome"}]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "s"}], "content": null},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}", "id": "fc_1",
                "status": "completed"},
            {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "sunny"}]},
            {"type": "item_reference", "id": "msg_1"}],
        "tools": [{"type": "function", "name": "f", "parameters": {}, "strict": true}, {"type": "web_search"}],
        "tool_choice": {"type": "function", "name": "f"},
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": true}, "verbosity": "low"},
        "reasoning": {"effort": "low", "summary": "auto"}});
    let request: ResponseRequest = serde_json::from_value(body).unwrap();
    let Some(ResponseInput::Items(items)) = request.input else { panic!("items") };
    let kinds: Vec<Option<&str>> = items.iter().map(|item| item.kind.as_deref()).collect();
    assert_eq!(kinds[..2], [None, Some("message")]);
    assert!(matches!(&items[4].output, Some(Content::Parts(parts)) if parts[0].text.as_deref() == Some("sunny")));
    let tools = request.tools.unwrap();
    assert_eq!((tools[0].strict, tools[1].kind.as_str()), (Some(true), "web_search"));
    let format = request.text.unwrap().format.unwrap();
    assert_eq!((format.kind.as_str(), format.name.as_deref()), ("json_schema", Some("n")));
    assert_eq!(serde_json::from_value::<ResponseInput>(json!("hi")).unwrap(), ResponseInput::Text("hi".into()));
    for wrong in [json!(3), json!({}), json!(null), json!([1]), json!([{"content": 1}])] {
        serde_json::from_value::<ResponseInput>(wrong).unwrap_err();
    }
}

#[test]
fn lists_deletions_and_metadata() {
    same::<ItemList<Value>>(&json!({"object": "list", "data": [{"id": "a"}], "first_id": "a", "last_id": "a",
        "has_more": true}));
    same::<DeletedObject>(&json!({"id": "resp_1", "object": "response", "deleted": true}));
    same::<MetadataUpdate>(&json!({"metadata": {"a": "b"}}));
}
