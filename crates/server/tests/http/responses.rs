//! `/v1/responses` in the foreground: whole and streamed, stored, continued, deleted.

use serde_json::{Value, json};

use crate::harness::{Setup, TestServer};
use crate::tokenizer::{HERMES, THINKING};

fn path(body: &Value) -> String {
    format!("/v1/responses/{}", body["id"].as_str().unwrap())
}

#[tokio::test]
async fn the_response_has_every_field_in_order() {
    let server = Setup::replying("Hi there").start();
    let body = server
        .respond(json!({"max_output_tokens": 100, "metadata": {"k": "v"}, "temperature": 0.7, "presence_penalty": 0.1}))
        .await
        .ok();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    #[rustfmt::skip]
    assert_eq!(keys, [
        "id", "object", "created_at", "status", "background", "completed_at", "error", "incomplete_details",
        "instructions", "max_output_tokens", "max_tool_calls", "model", "output", "parallel_tool_calls",
        "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier",
        "service_tier", "store", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "presence_penalty",
        "frequency_penalty", "truncation", "usage", "user", "metadata"]);
    let unique = body["id"].as_str().unwrap().strip_prefix("resp_").unwrap();
    assert_eq!(
        body["output"].to_string(),
        json!([{"type": "message", "id": format!("msg_{unique}_0"), "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Hi there"}]}])
        .to_string()
    );
    assert_eq!(
        body["usage"],
        json!({"input_tokens": 24, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 33})
    );
    for (field, value) in [
        ("object", json!("response")),
        ("status", json!("completed")),
        ("error", Value::Null),
        ("store", json!(true)),
        ("model", json!("org/tiny")),
        ("temperature", json!(0.7)),
        ("top_p", json!(1.0)),
        ("presence_penalty", json!(0.1)),
        ("frequency_penalty", json!(0.0)),
        ("metadata", json!({"k": "v"})),
        ("text", json!({"format": {"type": "text"}, "verbosity": "medium"})),
        ("truncation", json!("disabled")),
        ("tool_choice", json!("auto")),
        ("background", json!(false)),
        ("max_output_tokens", json!(100)),
    ] {
        assert_eq!(body[field], value, "{field}");
    }
    assert!(body["completed_at"].as_u64().unwrap() >= body["created_at"].as_u64().unwrap());
    assert_eq!(server.get(&path(&body)).await.ok(), body, "it is stored as it was told");
}

#[tokio::test]
async fn the_stream_is_the_same_answer() {
    let server = Setup::replying("Hé!").start();
    let whole = server.respond(json!({})).await.ok();
    let events = server.respond(json!({"stream": true})).await.named_events();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    #[rustfmt::skip]
    assert_eq!(kinds, [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        "response.output_text.delta", "response.output_text.delta", "response.output_text.delta",
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]);
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], number);
    }
    let text: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(text, "Hé!");
    let last = &events[events.len() - 1]["response"];
    assert_eq!(last["output"][0]["content"], whole["output"][0]["content"]);
    assert_eq!((&last["status"], last["usage"]["output_tokens"].as_u64()), (&json!("completed"), Some(5)));
    assert_eq!(events[0]["response"]["output"], json!([]));
    assert_eq!(server.get(&path(last)).await.ok(), *last, "it is stored before its end is told");
}

#[tokio::test]
async fn a_cut_answer_is_incomplete() {
    let server = Setup::replying("abcdefgh").start();
    let body = server.respond(json!({"max_output_tokens": 3})).await.ok();
    assert_eq!(
        (&body["status"], &body["incomplete_details"]),
        (&json!("incomplete"), &json!({"reason": "max_output_tokens"}))
    );
    assert_eq!(
        (&body["output"][0]["status"], &body["output"][0]["content"][0]["text"]),
        (&json!("incomplete"), &json!("abc"))
    );
    let events = server.respond(json!({"max_output_tokens": 3, "stream": true})).await.named_events();
    assert_eq!(events.last().unwrap()["type"], "response.incomplete");
}

#[tokio::test]
async fn a_failure_after_the_start_is_an_event() {
    let mut setup = Setup::replying("abcdefgh");
    setup.fake.fail_at = vec![4];
    let server = setup.start();
    let events = server.respond(json!({"stream": true})).await.named_events();
    let last = events.last().unwrap();
    assert_eq!((&last["type"], &last["response"]["status"]), (&json!("response.failed"), &json!("failed")));
    assert_eq!(last["response"]["error"]["code"], "server_error");
    assert_eq!(server.get(&path(&last["response"])).await.ok()["status"], "failed");
    let mut setup = Setup::replying("abcdefgh");
    setup.fake.fail_at = vec![4];
    setup.start().respond(json!({})).await.refused(500, "internal_error", None);
}

#[tokio::test]
async fn reasoning_and_its_tokens() {
    let server = Setup::replying("<think>\nhm\n</think>\n\nYes.").templated(THINKING).start();
    let body = server.respond(json!({"max_output_tokens": 100})).await.ok();
    let kinds: Vec<&Value> = body["output"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(kinds, ["reasoning", "message"]);
    assert_eq!(body["output"][0]["content"], json!([{"type": "reasoning_text", "text": "hm"}]));
    assert_eq!(body["output"][1]["content"][0]["text"], "Yes.");
    assert!(body["usage"]["output_tokens_details"]["reasoning_tokens"].as_u64().unwrap() > 0);
    let events = server.respond(json!({"max_output_tokens": 100, "stream": true})).await.named_events();
    let thought: String = events
        .iter()
        .filter(|event| event["type"] == "response.reasoning_text.delta")
        .map(|event| event["delta"].as_str().unwrap())
        .collect();
    assert_eq!(thought, "hm");
}

fn weather() -> Value {
    json!([{"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": false}])
}

#[tokio::test]
async fn a_call_and_its_result() {
    let reply = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\"}}\n</tool_call>";
    let server = Setup::replying(reply).templated(HERMES).start();
    let body = server.respond(json!({"max_output_tokens": 200, "tools": weather()})).await.ok();
    let call = &body["output"][0];
    assert_eq!(
        (&call["type"], &call["name"], &call["status"]),
        (&json!("function_call"), &json!("weather"), &json!("completed"))
    );
    assert_eq!(call["arguments"], "{\"city\": \"Rome\"}");
    let events =
        server.respond(json!({"max_output_tokens": 200, "tools": weather(), "stream": true})).await.named_events();
    let arguments: String = events
        .iter()
        .filter(|event| event["type"] == "response.function_call_arguments.delta")
        .map(|event| event["delta"].as_str().unwrap())
        .collect();
    assert_eq!(arguments, call["arguments"].as_str().unwrap());
    let result = json!([{"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}]);
    let next = server
        .respond(
            json!({"max_output_tokens": 200, "tools": weather(), "input": result, "previous_response_id": body["id"]}),
        )
        .await
        .ok();
    assert_eq!(next["previous_response_id"], body["id"]);
    // The same conversation, sent whole by the client.
    let items = json!([{"role": "user", "content": "Hello"}, call, result[0]]);
    let sent = server.respond(json!({"max_output_tokens": 200, "tools": weather(), "input": items})).await.ok();
    assert_eq!(sent["usage"]["input_tokens"], next["usage"]["input_tokens"]);
    // A call that was never answered ends the conversation.
    let reply = server.respond(json!({"input": "And?", "previous_response_id": body["id"]})).await;
    let why = reply.refused(400, "invalid_value", Some("input"));
    assert_eq!(why, format!("No tool output found for function call {}.", call["call_id"].as_str().unwrap()));
    let lonely = json!([{"type": "function_call_output", "call_id": "other", "output": "x"}]);
    server.respond(json!({"input": lonely})).await.refused(400, "invalid_value", Some("input"));
}

async fn tokens(server: &TestServer, fields: Value) -> u64 {
    server.respond(fields).await.ok()["usage"]["input_tokens"].as_u64().unwrap()
}

#[tokio::test]
async fn a_chain_is_the_whole_conversation() {
    let server = Setup::replying("ok").start();
    let first = server.respond(json!({"instructions": "Be brief.", "input": "a"})).await.ok();
    let second = server.respond(json!({"input": "b", "previous_response_id": first["id"]})).await.ok();
    let third = server.respond(json!({"input": "c", "previous_response_id": second["id"]})).await.ok();
    let user = |text: &str| json!({"role": "user", "content": text});
    let answer = json!({"role": "assistant", "content": [{"type": "output_text", "text": "ok"}]});
    // Instructions belong to one response alone.
    let sent = tokens(&server, json!({"input": [user("a"), answer, user("b"), answer, user("c")]})).await;
    assert_eq!(third["usage"]["input_tokens"], sent);
    // Without a word of its own.
    for nothing in [json!(null), json!([])] {
        let silent = server.respond(json!({"input": nothing, "previous_response_id": first["id"]})).await.ok();
        assert_eq!(silent["usage"]["input_tokens"], tokens(&server, json!({"input": [user("a"), answer]})).await);
    }

    server.delete(&path(&first)).await.ok();
    for previous in [first["id"].clone(), second["id"].clone(), third["id"].clone(), json!("resp_zzz")] {
        let reply = server.respond(json!({"previous_response_id": previous})).await;
        reply.refused(400, "previous_response_not_found", Some("previous_response_id"));
    }
}

#[tokio::test]
async fn items_are_listed_and_referred_to() {
    let server = Setup::replying("ok").start();
    let input = json!([
        {"role": "system", "content": "s"},
        {"role": "user", "content": "a", "id": "mine"},
        {"role": "user", "content": [{"type": "input_text", "text": "b"}]}]);
    let body = server.respond(json!({"input": input})).await.ok();
    let items = format!("{}/input_items", path(&body));
    let list = server.get(&items).await.ok();
    assert_eq!((&list["object"], &list["has_more"]), (&json!("list"), &json!(false)));
    let texts: Vec<&Value> = list["data"].as_array().unwrap().iter().map(|item| &item["content"][0]["text"]).collect();
    assert_eq!(texts, ["b", "a", "s"], "the last one first");
    assert_eq!(
        list["data"][1],
        json!({"role": "user", "content": [{"type": "input_text", "text": "a"}], "id": "mine",
        "type": "message", "status": "completed"})
    );
    let page = server.get(&format!("{items}?order=asc&limit=1&after=mine")).await.ok();
    assert_eq!((&page["first_id"], &page["has_more"]), (&list["data"][0]["id"], &json!(false)));
    server.get(&format!("{items}?limit=0")).await.refused(400, "invalid_value", Some("limit"));
    server.get(&format!("{items}?after=zzz")).await.refused(400, "invalid_value", Some("after"));

    server.get(&format!("{items}?include[]=bogus")).await.refused(400, "invalid_value", Some("include"));
    let padded = format!("{}?include_obfuscation=maybe", path(&body));
    server.get(&padded).await.refused(400, "invalid_value", Some("include_obfuscation"));

    let included = format!("{}?include=message.output_text.logprobs", path(&body));
    assert_eq!(server.get(&included).await.ok(), body);
    let bogus = format!("{}?include=bogus", path(&body));
    server.get(&bogus).await.refused(400, "invalid_value", Some("include"));

    let answer = &body["output"][0]["id"];
    let referring = json!([{"type": "item_reference", "id": "mine"}, {"id": answer}]);
    let spelled = json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "ok"}]);
    assert_eq!(tokens(&server, json!({"input": referring})).await, tokens(&server, json!({"input": spelled})).await);
    let unknown = json!([{"type": "item_reference", "id": "zzz"}]);
    server.respond(json!({"input": unknown})).await.refused(400, "item_not_found", Some("input[0].id"));
}

/// Clients also send what Chat calls parts, and leave out what is empty.
#[tokio::test]
async fn items_are_listed_in_this_apis_form() {
    let server = Setup::replying("ok").start();
    let input = json!([
        {"role": "user", "content": [{"type": "text", "text": "a"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "b"}]},
        {"role": "assistant", "content": [{"type": "output_text", "text": "c", "logprobs": null}]},
        {"type": "reasoning", "summary": [], "content": null},
        {"role": "user", "content": "d"}]);
    let body = server.respond(json!({"input": input})).await.ok();
    let list = server.get(&format!("{}/input_items?order=asc", path(&body))).await.ok();
    let part = |at: usize| &list["data"][at]["content"][0];
    let said = |text: &str| json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []});
    assert_eq!(part(0), &json!({"type": "input_text", "text": "a"}));
    assert_eq!((part(1), part(2)), (&said("b"), &said("c")));
    assert!(list["data"][3].get("content").is_none(), "{list}");
    assert_eq!(part(4), &json!({"type": "input_text", "text": "d"}));
}

#[tokio::test]
async fn what_is_not_kept_is_not_there() {
    let server = Setup::replying("ok").start();
    let body = server.respond(json!({"store": false})).await.ok();
    assert_eq!(body["store"], false);
    for suffix in ["", "/input_items"] {
        server.get(&format!("{}{suffix}", path(&body))).await.refused(404, "not_found", None);
    }
    let kept = server.respond(json!({})).await.ok();
    let deleted = server.delete(&path(&kept)).await.ok();
    assert_eq!(deleted, json!({"id": kept["id"], "object": "response", "deleted": true}));
    server.get(&path(&kept)).await.refused(404, "not_found", None);
    server.delete(&path(&kept)).await.refused(404, "not_found", None);
    server.delete("/v1/responses/%ff").await.refused(404, "not_found", None);
    server.post("/v1/responses/compact", &json!({})).await.refused(404, "unknown_url", None);
}

#[tokio::test]
async fn truncation_drops_the_oldest_turns() {
    let server = Setup::replying("ok").start();
    let user = |text: String| json!({"role": "user", "content": text});
    let mut input = vec![json!({"role": "system", "content": "stay"})];
    input.extend((0..30).map(|i| user(format!("{i:02}").repeat(20))));
    server.respond(json!({"input": input})).await.refused(400, "context_length_exceeded", Some("input"));
    let fitting = tokens(&server, json!({"input": input, "truncation": "auto"})).await;
    // One more turn would not fit: 40 letters and the template around them.
    assert!(fitting + 8 <= 512 && fitting + 8 + 60 > 512, "{fitting}");
    let last = [input[0].clone(), input[30].clone()];
    let short = tokens(&server, json!({"input": last, "truncation": "auto"})).await;
    assert_eq!(short, tokens(&server, json!({"input": last})).await, "what fits is left alone");
    let endless = json!({"input": "x".repeat(1000), "truncation": "auto"});
    server.respond(endless).await.refused(400, "context_length_exceeded", Some("input"));
}

#[tokio::test]
async fn log_probabilities_when_included() {
    let server = Setup::replying("ab").start();
    let fields = json!({"include": ["message.output_text.logprobs"], "top_logprobs": 2});
    let body = server.respond(fields.clone()).await.ok();
    let entries = body["output"][0]["content"][0]["logprobs"].as_array().unwrap();
    assert_eq!(entries.iter().map(|entry| entry["token"].as_str().unwrap()).collect::<String>(), "ab");
    assert_eq!(entries[0]["top_logprobs"].as_array().unwrap().len(), 2);
    let mut fields = fields;
    fields["stream"] = true.into();
    let events = server.respond(fields).await.named_events();
    let streamed: Vec<&Value> = events
        .iter()
        .filter(|event| event["type"] == "response.output_text.delta")
        .flat_map(|event| event["logprobs"].as_array().unwrap())
        .collect();
    assert_eq!(streamed, entries.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_form_is_held() {
    let server = Setup::default().start();
    let schema = json!({"type": "object", "properties": {"a": {"enum": [1, 2]}}, "required": ["a"],
        "additionalProperties": false});
    let format = json!({"type": "json_schema", "name": "n", "schema": schema, "strict": true});
    let body = server.respond(json!({"max_output_tokens": 100, "text": {"format": format}})).await.ok();
    let text = body["output"][0]["content"][0]["text"].as_str().unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    assert!([1, 2].contains(&value["a"].as_i64().unwrap()), "{text}");
    assert_eq!(body["text"]["format"], format);
}

#[tokio::test]
async fn a_client_that_goes_away_ends_its_response() {
    let server = Setup::default().start();
    let fields = json!({"model": "org/tiny", "input": "Hello", "stream": true, "ignore_eos": true});
    let request =
        crate::harness::request(http::Method::POST, "/v1/responses", axum::body::Body::from(fields.to_string()));
    server.control.hang();
    let response = tower::ServiceExt::oneshot(server.router.clone(), request).await.unwrap();
    drop(response);
    server.control.release();
    server.until_idle().await;
}

/// A tool that takes text is a function to the model, and a tool that takes text to the client.
#[tokio::test]
async fn a_custom_tool_is_called_with_text() {
    let reply = "<tool_call>\n{\"name\": \"patch\", \"arguments\": {\"input\": \"+ \\\"é\\\"\\n\"}}\n</tool_call>";
    let server = Setup::replying(reply).templated(HERMES).start();
    let grammar = json!({"type": "grammar", "syntax": "regex", "definition": "(?s:.*)"});
    let fields = json!({"tools": [{"type": "custom", "name": "patch", "description": "Patches.", "format": grammar}],
        "max_output_tokens": 200});
    let body = server.respond(fields.clone()).await.ok();
    let call = &body["output"][0];
    assert_eq!(
        (&call["type"], &call["name"], &call["input"]),
        (&json!("custom_tool_call"), &json!("patch"), &json!("+ \"é\"\n"))
    );
    assert!(call["id"].as_str().unwrap().starts_with("ctc_") && call.get("arguments").is_none(), "{call}");
    assert_eq!(body["tools"][0]["format"], grammar);
    let mut streamed = fields.clone();
    streamed["stream"] = true.into();
    let events = server.respond(streamed).await.named_events();
    let of_call: Vec<&Value> = events.iter().filter(|event| event["output_index"] == 0).collect();
    let mut kinds: Vec<&str> = of_call.iter().map(|event| event["type"].as_str().unwrap()).collect();
    kinds.dedup();
    #[rustfmt::skip]
    assert_eq!(kinds, [
        "response.output_item.added", "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done",
        "response.output_item.done"]);
    let pieces: Vec<&str> = of_call.iter().filter_map(|event| event["delta"].as_str()).collect();
    let done = of_call[of_call.len() - 2];
    assert!(pieces.len() > 1, "{pieces:?}");
    assert_eq!((&json!(pieces.concat()), &done["input"]), (&call["input"], &call["input"]));
    // Its result goes on with the conversation, stored or sent again.
    let result = json!({"type": "custom_tool_call_output", "call_id": call["call_id"], "output": "done"});
    let next = json!({"previous_response_id": body["id"], "input": [result], "max_output_tokens": 1});
    let stored = server.respond(next).await.ok();
    let again = json!({"input": [{"role": "user", "content": "Hello"}, call, result], "max_output_tokens": 1});
    assert_eq!(server.respond(again).await.ok()["usage"]["input_tokens"], stored["usage"]["input_tokens"]);
    let forced = json!({"tools": fields["tools"], "tool_choice": {"type": "custom", "name": "other"}});
    server.respond(forced).await.refused(400, "invalid_value", Some("tool_choice"));
}

#[tokio::test]
async fn a_function_of_a_namespace_is_told_by_both_names() {
    let reply = "<tool_call>\n{\"name\": \"crm__find\", \"arguments\": {\"id\": 1}}\n</tool_call>";
    let server = Setup::replying(reply).templated(HERMES).start();
    let find = json!({"type": "function", "name": "find", "parameters": {"type": "object", "properties": {"id": {"type": "integer"}}}});
    let tools = json!([{"type": "namespace", "name": "crm", "description": "", "tools": [find]}]);
    let body = server.respond(json!({"tools": tools, "max_output_tokens": 200})).await.ok();
    let call = &body["output"][0];
    assert_eq!(
        (&call["type"], &call["name"], &call["namespace"]),
        (&json!("function_call"), &json!("find"), &json!("crm"))
    );
    assert_eq!(call["arguments"], "{\"id\": 1}");
    let hosted = json!({"tools": [{"type": "namespace", "name": "crm", "tools": [{"type": "web_search"}]}]});
    server.respond(hosted).await.refused(400, "unsupported_parameter", Some("tools[0].tools[0].type"));
}
