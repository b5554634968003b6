//! Requests of the Responses API that are refused, each with the field to blame, and those that are accepted.

use serde_json::{Value, json};

use crate::harness::Setup;
use crate::tokenizer::HERMES;

#[tokio::test]
async fn wrong_fields_are_named() {
    let server = Setup::replying("ok").start();
    let tool = |tool: Value| json!({"tools": [tool]});
    let format = |format: Value| json!({"text": {"format": format}});
    let function = json!({"type": "function", "name": "f", "parameters": {}});
    for (fields, code, param) in [
        (json!({"input": null}), "missing_required_parameter", "input"),
        (json!({"input": []}), "empty_array", "input"),
        (json!({"input": 7}), "invalid_type", "input"),
        (json!({"input": [{"role": "user"}]}), "missing_required_parameter", "input[0].content"),
        (json!({"input": [{"role": "king", "content": "x"}]}), "invalid_value", "input[0].role"),
        (json!({"input": [{"type": "computer_call"}]}), "unsupported_parameter", "input[0].type"),
        (
            json!({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}),
            "unsupported_parameter",
            "input[0].content[0].type",
        ),
        (json!({"model": "other"}), "model_not_found", "model"),
        (json!({"max_output_tokens": 0}), "invalid_value", "max_output_tokens"),
        (json!({"max_output_tokens": 100_000}), "context_length_exceeded", "max_output_tokens"),
        (json!({"temperature": 3}), "invalid_value", "temperature"),
        (json!({"top_logprobs": 21}), "invalid_value", "top_logprobs"),
        (json!({"include": ["everything"]}), "invalid_value", "include[0]"),
        (json!({"thinking_token_budget": -2}), "invalid_value", "thinking_token_budget"),
        (json!({"thinking_token_budget": "x"}), "invalid_type", "thinking_token_budget"),
        (json!({"truncation": "middle"}), "invalid_value", "truncation"),
        (json!({"metadata": {"a": 1}}), "invalid_value", "metadata.a"),
        (json!({"background": true, "store": false}), "invalid_value", "background"),
        (json!({"stream_options": {"include_obfuscation": true}}), "invalid_value", "stream_options"),
        (json!({"conversation": 7}), "invalid_type", "conversation"),
        (json!({"conversation": {"name": "x"}}), "invalid_value", "conversation.id"),
        (
            json!({"conversation": "conv_1", "previous_response_id": "resp_1"}),
            "mutually_exclusive_parameters",
            "conversation",
        ),
        (json!({"prompt": {"id": "pmpt_1"}}), "unsupported_parameter", "prompt"),
        (json!({"messages": []}), "unsupported_parameter", "messages"),
        (json!({"max_tokens": 5}), "unsupported_parameter", "max_tokens"),
        (json!({"n": 2}), "unsupported_parameter", "n"),
        (json!({"response_format": {"type": "json_object"}}), "unsupported_parameter", "response_format"),
        (tool(json!({"type": "web_search"})), "unsupported_parameter", "tools[0].type"),
        (tool(json!({"type": "function"})), "missing_required_parameter", "tools[0].name"),
        (tool(json!({"type": "function", "name": "a b"})), "invalid_value", "tools[0].name"),
        (
            json!({"tools": [function], "tool_choice": {"type": "function", "name": "g"}}),
            "invalid_value",
            "tool_choice",
        ),
        (json!({"tool_choice": "required"}), "invalid_value", "tool_choice"),
        (format(json!({"type": "xml"})), "invalid_value", "text.format.type"),
        (format(json!({"type": "json_schema", "schema": {}})), "missing_required_parameter", "text.format.name"),
        (format(json!({"type": "json_schema", "name": "n"})), "missing_required_parameter", "text.format.schema"),
        (
            format(json!({"type": "json_schema", "name": "n", "schema": {"type": "strnig"}})),
            "invalid_json_schema",
            "text.format.schema",
        ),
        (json!({"text": {"verbosity": "loud"}}), "invalid_value", "text.verbosity"),
        (json!({"reasoning": {"effort": "very"}}), "invalid_value", "reasoning.effort"),
        (json!({"reasoning": {"summary": "short"}}), "invalid_value", "reasoning.summary"),
        (json!({"reasoning": {"generate_summary": "short"}}), "invalid_value", "reasoning.generate_summary"),
        (json!({"reasoning": {"context": "some"}}), "invalid_value", "reasoning.context"),
        (json!({"reasoning": {"mode": 5}}), "invalid_type", "reasoning.mode"),
        (json!({"service_tier": "gold"}), "invalid_value", "service_tier"),
        (json!({"prompt_cache_options": {"mode": "x"}}), "invalid_value", "prompt_cache_options.mode"),
        (json!({"prompt_cache_options": 7}), "invalid_type", "prompt_cache_options"),
        (json!({"safety_identifier": "x".repeat(65)}), "string_above_max_length", "safety_identifier"),
        (tool(json!({"type": "function", "name": "f".repeat(129)})), "invalid_value", "tools[0].name"),
        (
            json!({"tools": [function], "tool_choice": {"type": "function"}}),
            "missing_required_parameter",
            "tool_choice.name",
        ),
        (json!({"moderation": {"model": "m"}}), "unsupported_parameter", "moderation"),
        (json!({"json_schema": {"type": "object"}}), "unsupported_parameter", "json_schema"),
        (json!({"input": [{"type": "reasoning", "summary": []}]}), "invalid_value", "input"),
        (
            json!({"input": [{"role": "user", "content": "a"},
                {"type": "function_call", "call_id": "call_x", "name": "f", "arguments": "{}"}]}),
            "invalid_value",
            "input",
        ),
    ] {
        let reply = server.respond(fields.clone()).await;
        let status = if code == "model_not_found" { 404 } else { 400 };
        assert_eq!(reply.status.as_u16(), status, "{fields}: {}", reply.text);
        reply.refused(status, code, Some(param));
    }
}

#[tokio::test]
async fn prompts_are_counted_without_an_answer() {
    let server = Setup::replying("ok").start();
    let request = json!({"model": "tiny", "input": "Hello"});
    let counted = server.post("/v1/responses/input_tokens", &request).await.ok();
    assert_eq!(counted, json!({"object": "response.input_tokens", "input_tokens": 24}));
    server.post("/v1/responses/input_tokens", &json!({"model": "tiny"})).await.refused(
        400,
        "missing_required_parameter",
        Some("input"),
    );
}

#[tokio::test]
async fn what_openai_defines_and_we_do_not_use_is_accepted() {
    let server = Setup::replying("ok").start();
    let body = server
        .respond(json!({
            "user": "u", "safety_identifier": "s", "prompt_cache_key": "k", "prompt_cache_retention": "24h",
            "service_tier": "ultrafast", "max_tool_calls": 3, "parallel_tool_calls": false, "tools": [],
            "tool_choice": "auto", "prompt_cache_options": {"mode": "explicit", "ttl": "30m"}, "reasoning": {"effort": "low",
                "summary": "auto", "generate_summary": "auto", "context": "all_turns", "mode": "standard"},
            "text": {"verbosity": "low", "format": {"type": "text"}}, "include": ["reasoning.encrypted_content"],
            "conversation": null, "prompt": null, "stream": false, "background": false, "truncation": "disabled",
            "instructions": null, "previous_response_id": null, "metadata": null, "some_field_of_next_year": [1]}))
        .await
        .ok();
    assert_eq!(body["output"][0]["content"][0]["text"], "ok");
    assert_eq!(
        (&body["user"], &body["prompt_cache_key"], &body["max_tool_calls"]),
        (&json!("u"), &json!("k"), &json!(3))
    );
    let reasoning = json!({"effort": "low", "summary": "auto", "context": "all_turns", "mode": "standard"});
    assert_eq!(body["reasoning"], reasoning);
    assert_eq!(body["prompt_cache_options"], json!({"mode": "explicit", "ttl": "30m"}));
    assert_eq!(body["prompt_cache_retention"], "24h");
    assert_eq!((&body["parallel_tool_calls"], &body["service_tier"]), (&json!(false), &json!("default")));
}

/// What is left out of an object is filled in, since clients demand it.
#[tokio::test]
async fn what_is_repeated_is_whole() {
    let server = Setup::replying("ok").start();
    for (given, mode) in
        [(json!({}), "implicit"), (json!({"mode": "explicit"}), "explicit"), (json!({"ttl": "30m"}), "implicit")]
    {
        let body = server.respond(json!({"prompt_cache_options": given})).await.ok();
        assert_eq!(body["prompt_cache_options"], json!({"mode": mode, "ttl": "30m"}));
        assert_eq!(body["text"]["verbosity"], "medium");
    }
}

/// Chat nests the name of a function; what is repeated is this API's form.
#[tokio::test]
async fn a_choice_in_chats_form_is_taken_and_shown_in_ours() {
    let server = Setup::replying("ok").templated(HERMES).start();
    let name = "f".repeat(128);
    let tools = json!([{"type": "function", "name": name, "parameters": {"type": "object", "properties": {}}}]);
    let nested = json!({"type": "function", "function": {"name": name}});
    let flat = json!({"type": "function", "name": name});
    let set = |tool: &Value| json!({"type": "allowed_tools", "mode": "auto", "tools": [tool]});
    let nested_set = json!({"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [nested.clone()]}});
    for (choice, shown) in [(nested.clone(), flat.clone()), (nested_set, set(&flat)), (set(&flat), set(&flat))] {
        let fields = json!({"tools": tools, "tool_choice": choice, "max_output_tokens": 400});
        assert_eq!(server.respond(fields).await.ok()["tool_choice"], shown);
    }
}

#[tokio::test]
async fn without_a_store_responses_are_just_not_kept() {
    let server = Setup { store: None, ..Setup::replying("ok") }.start();
    let body = server.respond(json!({})).await.ok();
    assert_eq!(body["store"], false);
    server.get(&format!("/v1/responses/{}", body["id"].as_str().unwrap())).await.refused(400, "store_disabled", None);
    server.respond(json!({"store": true})).await.refused(400, "unsupported_parameter", Some("store"));
    server.respond(json!({"background": true})).await.refused(400, "invalid_value", Some("background"));
    let reply = server.respond(json!({"previous_response_id": body["id"]})).await;
    reply.refused(400, "previous_response_not_found", Some("previous_response_id"));
}

#[tokio::test]
async fn a_form_by_vllms_name() {
    let server = Setup::default().start();
    let outputs = json!({"choice": ["yes", "no"]});
    let body = server.respond(json!({"structured_outputs": outputs, "max_output_tokens": 20})).await.ok();
    assert!(["yes", "no"].contains(&body["output"][0]["content"][0]["text"].as_str().unwrap()), "{body}");
    let both = json!({"structured_outputs": outputs, "text": {"format": {"type": "json_object"}}});
    server.respond(both).await.refused(400, "invalid_value", Some("structured_outputs.choice"));
}

#[tokio::test]
async fn an_answer_that_is_not_finished_is_gone_on_with() {
    let server = Setup::default().templated(HERMES).start();
    let count = async |status: &str| {
        let said = json!({"type": "message", "role": "assistant", "status": status, "content": "Well"});
        let input = json!([{"role": "user", "content": "a"}, said]);
        let body = json!({"model": "org/tiny", "input": input});
        server.post("/v1/responses/input_tokens", &body).await.ok()["input_tokens"].as_u64().unwrap()
    };
    // Without the end of the message, and without the beginning of another one.
    assert!(count("incomplete").await < count("completed").await);
    assert_eq!(count("in_progress").await, count("incomplete").await);
}
