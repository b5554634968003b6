//! Anthropic's Messages API: the same engine under other names; streams add up to the whole message.

use serde_json::{Value, json};

use crate::harness::{Reply, Setup};
use crate::tokenizer::{HERMES, THINKING};

fn body(fields: &Value) -> Value {
    let mut body = json!({"model": "org/tiny", "max_tokens": 200, "messages": [{"role": "user", "content": "Hi"}]});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// The events, each under its own name.
fn events(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.header("content-type"), "text/event-stream; charset=utf-8");
    let read = |event: &str| {
        let (name, data) = event.strip_prefix("event: ").unwrap().split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["type"], name);
        data
    };
    reply.text.trim_end().split("\n\n").map(read).collect()
}

/// What a client makes of the events.
fn folded(events: &[Value]) -> Value {
    let mut message = Value::Null;
    let mut json_text = String::new();
    for event in events {
        match event["type"].as_str().unwrap() {
            "message_start" => {
                message = event["message"].clone();
                assert_eq!(message["usage"]["output_tokens"], 0, "the last count is the whole one");
            }
            "content_block_start" => {
                let content = message["content"].as_array_mut().unwrap();
                assert_eq!(event["index"], content.len());
                content.push(event["content_block"].clone());
                json_text.clear();
            }
            "content_block_delta" => {
                let block = &mut message["content"][event["index"].as_u64().unwrap() as usize];
                let delta = &event["delta"];
                for (kind, field) in
                    [("text_delta", "text"), ("thinking_delta", "thinking"), ("signature_delta", "signature")]
                {
                    if delta["type"] == kind {
                        block[field] =
                            format!("{}{}", block[field].as_str().unwrap(), delta[field].as_str().unwrap()).into();
                    }
                }
                if delta["type"] == "input_json_delta" {
                    json_text.push_str(delta["partial_json"].as_str().unwrap());
                    if let Ok(input) = serde_json::from_str(&json_text) {
                        block["input"] = input;
                    }
                }
            }
            "message_delta" => {
                message["stop_reason"] = event["delta"]["stop_reason"].clone();
                message["stop_sequence"] = event["delta"]["stop_sequence"].clone();
                message["usage"] = event["usage"].clone();
            }
            _ => {}
        }
    }
    assert_eq!(events.last().unwrap()["type"], "message_stop");
    message
}

async fn both(setup: Setup, fields: Value) -> Value {
    let server = setup.start();
    let mut whole = server.post("/v1/messages", &body(&fields)).await.ok();
    let mut streamed = fields;
    streamed["stream"] = true.into();
    let mut message = folded(&events(&server.post("/v1/messages", &body(&streamed)).await));
    for message in [&mut whole, &mut message] {
        assert!(message["id"].as_str().unwrap().starts_with("msg"));
        message["id"] = Value::Null;
        for block in message["content"].as_array_mut().unwrap() {
            if block["type"] == "tool_use" {
                assert!(block["id"].as_str().unwrap().strip_prefix("toolu_").is_some_and(|id| !id.is_empty()));
                block["id"] = Value::Null;
            }
        }
    }
    assert_eq!(whole, message);
    whole
}

#[tokio::test]
async fn text_whole_and_streamed() {
    let message = both(Setup::replying("Hello you"), json!({"system": "Be nice.", "temperature": 0.5})).await;
    assert_eq!(message["content"], json!([{"type": "text", "text": "Hello you"}]));
    assert_eq!((&message["role"], &message["type"]), (&json!("assistant"), &json!("message")));
    assert_eq!((&message["stop_reason"], &message["stop_sequence"]), (&json!("end_turn"), &Value::Null));
    assert_eq!(message["usage"]["output_tokens"], 10);
    let cut = both(Setup::replying("Hello you"), json!({"max_tokens": 3})).await;
    assert_eq!((&cut["stop_reason"], &cut["content"][0]["text"]), (&json!("max_tokens"), &json!("Hel")));
    let stopped = both(Setup::replying("Hello you"), json!({"stop_sequences": ["o y"]})).await;
    assert_eq!((&stopped["stop_reason"], &stopped["stop_sequence"]), (&json!("stop_sequence"), &json!("o y")));
}

#[tokio::test]
async fn calls_and_reasoning_are_blocks() {
    let reply = "Wait.<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": [1, \"é\"]}}\n</tool_call>";
    let tools = json!([{"name": "f", "description": "F", "input_schema": {"type": "object"}}]);
    let setup = Setup::replying(reply).templated(HERMES);
    let message = both(setup, json!({"tools": tools})).await;
    assert_eq!(message["stop_reason"], "tool_use");
    assert_eq!(
        message["content"],
        json!([{"type": "text", "text": "Wait."}, {"type": "tool_use", "id": null, "name": "f", "input": {"x": [1, "é"]}}])
    );
    let thinking = || Setup::replying("<think>\nhm\n</think>\n\nYes.").templated(THINKING);
    let fields = json!({"thinking": {"type": "enabled", "budget_tokens": 199}});
    let message = both(thinking(), fields).await;
    assert_eq!(
        message["content"],
        json!([{"type": "thinking", "thinking": "hm", "signature": ""}, {"type": "text", "text": "Yes."}])
    );
}

#[tokio::test]
async fn a_block_of_thinking_ends_with_its_signature() {
    let server = Setup::replying("<think>\nhm\n</think>\n\nYes.").templated(THINKING).start();
    let fields = json!({"thinking": {"type": "enabled", "budget_tokens": 199}, "stream": true});
    let events = events(&server.post("/v1/messages", &body(&fields)).await);
    let kinds: Vec<&str> = events
        .iter()
        .filter(|event| event["index"] == 0)
        .map(|event| event["delta"]["type"].as_str().unwrap_or(event["type"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds[kinds.len() - 2..], ["signature_delta", "content_block_stop"]);
    assert_eq!(kinds.iter().filter(|kind| **kind == "signature_delta").count(), 1);
    // Reasoning that nobody wants to read is computed and not told.
    let fields = json!({"thinking": {"type": "enabled", "budget_tokens": 199, "display": "omitted"}});
    let message = both(Setup::replying("<think>\nhm\n</think>\n\nYes.").templated(THINKING), fields).await;
    assert_eq!(message["content"], json!([{"type": "text", "text": "Yes."}]));
}

#[tokio::test]
async fn an_answer_that_says_nothing_has_an_empty_block() {
    let message = both(Setup::replying(""), json!({})).await;
    assert_eq!(
        (&message["content"], &message["stop_reason"]),
        (&json!([{"type": "text", "text": ""}]), &json!("end_turn"))
    );
}

#[tokio::test]
async fn the_line_that_says_who_asks_is_no_part_of_the_prompt() {
    let server = Setup::default().templated(HERMES).start();
    let count = async |fields: Value| {
        server.post("/v1/messages/count_tokens", &body(&fields)).await.ok()["input_tokens"].as_u64().unwrap()
    };
    let line = "x-anthropic-billing-header: cc_version=2; cch=1f3a;";
    let plain = count(json!({"system": [{"type": "text", "text": "Be kind."}]})).await;
    let text = |text: &str| json!({"type": "text", "text": text});
    assert_eq!(count(json!({"system": [text(line), text("Be kind.")]})).await, plain);
    assert_eq!(count(json!({"system": format!("{line}\nBe kind.")})).await, plain);
    assert_eq!(count(json!({"system": line})).await, count(json!({})).await);
}

#[tokio::test]
async fn what_another_server_ran_is_left_out() {
    let server = Setup::default().templated(HERMES).start();
    let search = json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "x"}});
    let found = json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": []});
    let said = json!({"type": "text", "text": "It rains."});
    let count = async |content: Value| {
        let messages = json!([
            {"role": "user", "content": "Hi"}, {"role": "assistant", "content": content}, {"role": "user", "content": "So?"}
        ]);
        server.post("/v1/messages/count_tokens", &body(&json!({"messages": messages}))).await.ok()["input_tokens"]
            .clone()
    };
    assert_eq!(count(json!([search, found, said])).await, count(json!([said])).await);
    for (fields, param) in [
        (json!({"cache_salt": ""}), "cache_salt"),
        (json!({"thinking": {"type": "adaptive", "display": "loud"}}), "thinking.display"),
    ] {
        let reply = server.post("/v1/messages", &body(&fields)).await;
        assert!(reply.status == 400 && reply.text.contains(param), "{}", reply.text);
    }
}

#[tokio::test]
async fn blocks_come_in_the_order_of_the_answer() {
    let call = |name: &str| format!("<tool_call>\n{{\"name\": \"{name}\", \"arguments\": {{}}}}\n</tool_call>");
    let reply = format!("One.{}Two.{}", call("f"), call("g"));
    let tools =
        json!([{"name": "f", "input_schema": {"type": "object"}}, {"name": "g", "input_schema": {"type": "object"}}]);
    let message = both(Setup::replying(&reply).templated(HERMES), json!({"tools": tools})).await;
    let kinds: Vec<&str> =
        message["content"].as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "tool_use", "text", "tool_use"], "{message}");
}

#[tokio::test]
async fn there_may_be_so_many_tools() {
    let server = Setup::default().templated(HERMES).start();
    let tools: Vec<Value> =
        (0..1025).map(|i| json!({"name": format!("f{i}"), "input_schema": {"type": "object"}})).collect();
    let reply = server.post("/v1/messages", &body(&json!({"tools": tools}))).await;
    assert_eq!(reply.status.as_u16(), 400);
    assert!(reply.text.contains("at most 1024"), "{}", reply.text);
}

#[tokio::test]
async fn any_and_tool_must_call() {
    let tools =
        json!([{"name": "f", "input_schema": {"type": "object", "properties": {}, "additionalProperties": false}}]);
    for choice in [json!({"type": "any"}), json!({"type": "tool", "name": "f", "disable_parallel_tool_use": true})] {
        let setup = Setup::default().templated(HERMES);
        let server = setup.start();
        let fields = json!({"tools": tools, "tool_choice": choice, "max_tokens": 300});
        let message = server.post("/v1/messages", &body(&fields)).await.ok();
        assert_eq!(message["content"][0]["type"], "tool_use", "{message}");
        assert_eq!(message["content"][0]["name"], "f");
    }
}

#[tokio::test]
async fn instructions_stand_where_they_were_given() {
    let server = Setup::default().templated(HERMES).start();
    let blocks = json!([{"type": "text", "text": "Be kind."}, {"type": "text", "text": "Be brief."}]);
    let messages = json!([
        {"role": "user", "content": "Hi"}, {"role": "system", "content": blocks}, {"role": "assistant", "content": "Hello"},
        {"role": "system", "content": ""}, {"role": "user", "content": "Bye"}
    ]);
    server.post("/v1/messages", &body(&json!({"messages": messages}))).await.ok();
    let count = async |messages: &Value| {
        let counted = server.post("/v1/messages/count_tokens", &body(&json!({"messages": messages}))).await.ok();
        counted["input_tokens"].as_u64().unwrap()
    };
    let chat = json!({"model": "org/tiny", "messages": [
        {"role": "user", "content": "Hi"}, {"role": "system", "content": "Be kind.\nBe brief."},
        {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye"}
    ]});
    let same = server.post("/tokenize", &chat).await.ok();
    assert_eq!(count(&messages).await, same["count"].as_u64().unwrap());
}

#[tokio::test]
async fn an_answer_ends_where_the_context_does() {
    let server = Setup::default().start();
    let asked = body(&json!({"max_tokens": 1_000_000, "temperature": 0}));
    let message = server.post("/v1/messages", &asked).await.ok();
    assert_eq!(message["stop_reason"], "model_context_window_exceeded");
    let mut streamed = asked.clone();
    streamed["stream"] = true.into();
    let again = folded(&events(&server.post("/v1/messages", &streamed).await));
    assert_eq!((&again["stop_reason"], &again["content"]), (&message["stop_reason"], &message["content"]));
    let wished = server.post("/v1/messages", &body(&json!({"max_tokens": 2}))).await.ok();
    assert_eq!(wished["stop_reason"], "max_tokens");
    // A prompt without room stays an error.
    let long = json!({"messages": [{"role": "user", "content": "x".repeat(100_000)}]});
    assert_eq!(server.post("/v1/messages", &body(&long)).await.status.as_u16(), 400);
}

#[tokio::test]
async fn an_answer_without_tokens_computes_the_prompt() {
    let server = Setup::default().start();
    let asked = body(&json!({"max_tokens": 0, "messages": [{"role": "user", "content": "x".repeat(80)}]}));
    let message = server.post("/v1/messages", &asked).await.ok();
    assert_eq!((&message["content"], &message["stop_reason"]), (&json!([]), &json!("max_tokens")));
    assert_eq!(message["usage"]["output_tokens"], 0);
    let mut streamed = asked.clone();
    streamed["stream"] = true.into();
    let again = folded(&events(&server.post("/v1/messages", &streamed).await));
    assert_eq!((&again["content"], &again["stop_reason"]), (&json!([]), &json!("max_tokens")));
}

#[tokio::test]
async fn errors_are_in_its_words() {
    let server = Setup::default().start();
    for (fields, status, kind) in [
        (json!({"max_tokens": null}), 400, "invalid_request_error"),
        (json!({"max_tokens": -1}), 400, "invalid_request_error"),
        (json!({"messages": []}), 400, "invalid_request_error"),
        (json!({"messages": [{"role": "system", "content": "x"}]}), 400, "invalid_request_error"),
        (json!({"temperature": 1.5}), 400, "invalid_request_error"),
        (json!({"tool_choice": {"type": "any"}}), 400, "invalid_request_error"),
        (json!({"thinking": {"type": "maybe"}}), 400, "invalid_request_error"),
        (json!({"thinking": {"type": "enabled", "budget_tokens": 200}}), 400, "invalid_request_error"),
        (json!({"mcp_servers": [{"type": "url", "url": "http://x", "name": "x"}]}), 400, "invalid_request_error"),
        (json!({"mirostat": 2}), 400, "invalid_request_error"),
        (json!({"stop": ["x"]}), 400, "invalid_request_error"),
        (json!({"response_format": {"type": "json_object"}}), 400, "invalid_request_error"),
        (
            json!({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": [
                {"type": "tool_use", "id": "t", "name": "<|im_end|>", "input": {}}]}]}),
            400,
            "invalid_request_error",
        ),
        (json!({"service_tier": "gold"}), 400, "invalid_request_error"),
        (json!({"output_config": {"effort": "none"}}), 400, "invalid_request_error"),
        (json!({"output_config": {"effort": 3}}), 400, "invalid_request_error"),
        (json!({"output_format": {"type": "text"}}), 400, "invalid_request_error"),
        (
            json!({"output_format": {"type": "json_schema", "schema": {}}, "output_config": {"format": {}}}),
            400,
            "invalid_request_error",
        ),
        (
            json!({"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]}]}),
            400,
            "invalid_request_error",
        ),
        (json!({"model": "nope"}), 404, "not_found_error"),
    ] {
        let reply = server.post("/v1/messages", &body(&fields)).await;
        assert_eq!(reply.status.as_u16(), status, "{fields}: {}", reply.text);
        assert_eq!(
            (&reply.json()["type"], &reply.json()["error"]["type"]),
            (&json!("error"), &json!(kind)),
            "{fields}"
        );
        assert_eq!(reply.json()["request_id"], reply.header("request-id"));
        assert!(reply.header("request-id").starts_with("req_"));
    }
    assert_eq!(server.get("/v1/messages").await.json()["type"], "error");
    let unknown = server.get_with("/v1/nothing", ("anthropic-version", "2023-06-01")).await.json();
    assert_eq!((&unknown["type"], &unknown["error"]["type"]), (&json!("error"), &json!("not_found_error")));
    assert_eq!(server.get("/v1/nothing").await.json().get("type"), None);
}

#[tokio::test]
async fn documents_of_text_are_read() {
    let server = Setup::replying("ok").start();
    let content = json!([{"type": "document", "title": "Warranty", "source": {"type": "text", "media_type": "text/plain",
        "data": "Two years."}}, {"type": "text", "text": "How long?"}]);
    let counted = async |content: Value| {
        let fields = json!({"messages": [{"role": "user", "content": content}]});
        server.post("/v1/messages/count_tokens", &body(&fields)).await.ok()["input_tokens"].clone()
    };
    assert_eq!(counted(content).await, counted(json!("Warranty\nTwo years.\nHow long?")).await);
}

#[tokio::test]
async fn tokens_are_counted_as_they_would_be_used() {
    let server = Setup::replying("ok").start();
    let mut fields = body(&json!({"system": "Be nice."}));
    let usage = server.post("/v1/messages", &fields).await.ok()["usage"].clone();
    fields.as_object_mut().unwrap().remove("max_tokens");
    let count = server.post("/v1/messages/count_tokens", &fields).await.ok();
    assert_eq!(count, json!({"input_tokens": usage["input_tokens"]}));
}

/// Counts of the cache are for those who know of one.
#[tokio::test]
async fn the_prompt_is_one_number_unless_something_is_marked() {
    let server = Setup::replying("ok").start();
    let text = "a".repeat(100);
    let plain = body(&json!({"messages": [{"role": "user", "content": text}]}));
    let mark = json!({"type": "ephemeral"});
    let marked =
        json!({"messages": [{"role": "user", "content": [{"type": "text", "text": text, "cache_control": mark}]}]});
    let mut seen = Vec::new();
    for fields in [plain.clone(), plain, body(&marked)] {
        let usage = server.post("/v1/messages", &fields).await.ok()["usage"].clone();
        let mut streamed = fields;
        streamed["stream"] = true.into();
        let events = events(&server.post("/v1/messages", &streamed).await);
        let read = &usage["cache_read_input_tokens"];
        assert_eq!(&folded(&events)["usage"]["cache_read_input_tokens"], read);
        seen.push((usage["input_tokens"].as_u64().unwrap(), read.as_u64().unwrap()));
    }
    let whole = seen[0].0;
    assert_eq!(seen[..2], [(whole, 0), (whole, 0)]);
    assert!(seen[2].1 > 50 && seen[2].0 + seen[2].1 == whole, "{seen:?}");
}

#[tokio::test]
async fn a_form_by_either_name() {
    let server = Setup::default().start();
    let format = json!({"type": "json_schema", "schema": {"enum": ["red", "green"]}});
    for fields in [json!({"output_format": format}), json!({"output_config": {"format": format, "effort": "low"}})] {
        let message = server.post("/v1/messages", &body(&fields)).await.ok();
        let text = message["content"][0]["text"].as_str().unwrap();
        assert!(["\"red\"", "\"green\""].contains(&text), "{text}");
    }
}

#[tokio::test]
async fn clients_learn_that_there_are_no_threads() {
    let server = Setup::default().start();
    let body = json!({"model": "tiny", "max_tokens": 4, "messages": [{"role": "user", "content": "x"}], "thread": {"type": "create"}});
    let reply = server.post("/v1/messages", &body).await;
    assert_eq!(reply.status, 400);
    let error = &reply.json()["error"];
    // Anthropic's SDK sends the request without the field when it sees this.
    assert_eq!(error["details"], json!({"error_code": "thread_unsupported_request", "unsupported": ["thread"]}));
    let mut plain = body;
    plain["thread"] = Value::Null;
    server.post("/v1/messages", &plain).await.ok();
}

/// Some templates raise where instructions come later, some leave them out.
#[tokio::test]
async fn late_instructions_come_first_where_the_template_wants_that() {
    const STRICT: &str = "{% for m in messages %}{% if m.role == 'system' and not loop.first %}\
        {{ raise_exception('System message must be at the beginning.') }}{% endif %}<{{ m.role }}>{{ m.content }}{% endfor %}";
    const DEAF: &str = "{% for m in messages %}{% if m.role != 'system' or loop.first %}\
        <{{ m.role }}>{{ m.content }}{% endif %}{% endfor %}";
    let user = |text: &str| json!({"role": "user", "content": text});
    let late = json!([user("a"), {"role": "system", "content": "t"}, user("b")]);
    let early = json!([user("a"), user("b")]);
    for template in [STRICT, DEAF] {
        let server = Setup::default().templated(template).start();
        let count = async |system: &str, messages: &Value| {
            let asked = body(&json!({"system": system, "messages": messages}));
            server.post("/v1/messages/count_tokens", &asked).await.ok()["input_tokens"].as_u64().unwrap()
        };
        assert_eq!(count("s", &late).await, count("s\n\nt", &early).await);
        assert!(count("s", &late).await > count("s", &early).await);
    }
}
