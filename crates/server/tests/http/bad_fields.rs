//! Well-formed requests with impossible fields: a 400 that names the field, before anything reaches the engine.

use serde_json::{Value, json};

use crate::harness::{Reply, Setup, TestServer};

/// Fields, and the `param` to blame; the status is 400, the type `invalid_request_error`.
type Case = (Value, &'static str);

fn refused(reply: &Reply, case: &Case) {
    assert_eq!(reply.status, 400, "{}: {}", case.0, reply.text);
    let error = reply.error();
    assert_eq!(error["type"], "invalid_request_error", "{}", case.0);
    assert_eq!(error["param"], case.1, "{}: {error}", case.0);
}

async fn all_refused(server: &TestServer, cases: &[Case], chat: bool) {
    for case in cases {
        let fields = case.0.clone();
        let reply = if chat { server.chat(fields).await } else { server.complete(fields).await };
        refused(&reply, case);
    }
    assert_eq!(server.control.steps(), 0, "something reached the engine");
}

fn sampling() -> Vec<Case> {
    let many_stops: Vec<String> = (0..17).map(|i| format!("s{i}")).collect();
    let many_biases: serde_json::Map<String, Value> = (0..1025).map(|i| (i.to_string(), json!(1))).collect();
    vec![
        (json!({"temperature": -0.1}), "temperature"),
        (json!({"temperature": 2.1}), "temperature"),
        (json!({"temperature": 1e300}), "temperature"),
        (json!({"temperature": "1"}), "temperature"),
        (json!({"temperature": [1]}), "temperature"),
        (json!({"temperature": true}), "temperature"),
        (json!({"top_p": 1.01}), "top_p"),
        (json!({"top_p": -1}), "top_p"),
        (json!({"top_k": -2}), "top_k"),
        (json!({"top_k": 1.5}), "top_k"),
        (json!({"top_k": 1e30}), "top_k"),
        (json!({"min_p": -0.1}), "min_p"),
        (json!({"min_p": 1.1}), "min_p"),
        (json!({"presence_penalty": 2.5}), "presence_penalty"),
        (json!({"presence_penalty": -2.5}), "presence_penalty"),
        (json!({"frequency_penalty": 3}), "frequency_penalty"),
        (json!({"frequency_penalty": "x"}), "frequency_penalty"),
        (json!({"repetition_penalty": 0}), "repetition_penalty"),
        (json!({"repetition_penalty": -1}), "repetition_penalty"),
        (json!({"repetition_penalty": 1000}), "repetition_penalty"),
        (json!({"n": 0}), "n"),
        (json!({"n": -1}), "n"),
        (json!({"n": 129}), "n"),
        (json!({"n": 1_000_000_000_000_u64}), "n"),
        (json!({"n": 1.0}), "n"),
        (json!({"n": "2"}), "n"),
        (json!({"max_tokens": -1}), "max_tokens"),
        (json!({"max_tokens": 1.5}), "max_tokens"),
        (json!({"max_tokens": "10"}), "max_tokens"),
        (json!({"max_tokens": 18_446_744_073_709_551_615_u64}), "max_tokens"),
        (json!({"min_tokens": -1}), "min_tokens"),
        (json!({"min_tokens": 9}), "min_tokens"),
        (json!({"seed": 1.5}), "seed"),
        (json!({"seed": "abc"}), "seed"),
        (json!({"seed": 1e20}), "seed"),
        (json!({"stop": ""}), "stop"),
        (json!({"stop": ["a", ""]}), "stop"),
        (json!({"stop": many_stops}), "stop"),
        (json!({"stop": "x".repeat(1025)}), "stop"),
        (json!({"stop": 1}), "stop"),
        (json!({"stop": ["a", 1]}), "stop[1]"),
        (json!({"stop": {"a": 1}}), "stop"),
        (json!({"stop_token_ids": [259]}), "stop_token_ids"),
        (json!({"stop_token_ids": [-1]}), "stop_token_ids"),
        (json!({"stop_token_ids": ["1"]}), "stop_token_ids[0]"),
        (json!({"stop_token_ids": vec![1; 129]}), "stop_token_ids"),
        (json!({"logit_bias": {"1": 101}}), "logit_bias"),
        (json!({"logit_bias": {"1": -101}}), "logit_bias"),
        (json!({"logit_bias": {"259": 1}}), "logit_bias"),
        (json!({"logit_bias": {"-1": 1}}), "logit_bias"),
        (json!({"logit_bias": {"a": 1}}), "logit_bias"),
        (json!({"logit_bias": {"": 1}}), "logit_bias"),
        (json!({"logit_bias": {"1": "x"}}), "logit_bias"),
        (json!({"logit_bias": {"1": 1, "01": 2}}), "logit_bias"),
        (json!({"logit_bias": {"99999999999999999999": 1}}), "logit_bias"),
        (json!({"logit_bias": [1]}), "logit_bias"),
        (json!({"logit_bias": many_biases}), "logit_bias"),
        (json!({"stream": "true"}), "stream"),
        (json!({"stream": 1}), "stream"),
        (json!({"stream_options": {"include_usage": true}}), "stream_options"),
        (json!({"stream": false, "stream_options": {}}), "stream_options"),
        (json!({"stream": true, "stream_options": {"include_usage": "x"}}), "stream_options.include_usage"),
        (json!({"stream": true, "stream_options": 1}), "stream_options"),
        (json!({"priority": 1e10}), "priority"),
        (json!({"priority": u64::MAX}), "priority"),
        (json!({"cache_salt": ""}), "cache_salt"),
        (json!({"cache_salt": "x".repeat(1025)}), "cache_salt"),
        (json!({"cache_salt": 1}), "cache_salt"),
        (json!({"request_id": "a b"}), "request_id"),
        (json!({"request_id": "a/b"}), "request_id"),
        (json!({"request_id": "a?b"}), "request_id"),
        (json!({"request_id": "x".repeat(129)}), "request_id"),
        (json!({"ignore_eos": "yes"}), "ignore_eos"),
        (json!({"user": 1}), "user"),
        (json!({"response_format": "json"}), "response_format"),
        (json!({"structured_outputs": {"regex": "a", "choice": ["a"]}}), "structured_outputs"),
        (json!({"structured_outputs": {}}), "structured_outputs"),
        (json!({"structured_outputs": {"regex": null, "colour": "red"}}), "structured_outputs"),
        (
            json!({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}),
            "response_format.json_schema.schema",
        ),
        (json!({"response_format": {"type": "json_object", "schema": []}}), "response_format.schema"),
        (json!({"json_schema": "{"}), "json_schema"),
        (json!({"grammar": "root ::= nothing"}), "grammar"),
        (json!({"grammar": "root ::= \"a\"", "guided_regex": "a"}), "grammar"),
        (json!({"logits_processors": ["x"]}), "logits_processors"),
        (json!({"prompt_logprobs": -1}), "prompt_logprobs"),
        (json!({"use_beam_search": true}), "use_beam_search"),
        (json!({"truncate_prompt_tokens": 0}), "truncate_prompt_tokens"),
        (json!({"truncate_prompt_tokens": -2}), "truncate_prompt_tokens"),
        (json!({"truncate_prompt_tokens": "4"}), "truncate_prompt_tokens"),
        (json!({"bad_words": "x"}), "bad_words"),
        (json!({"bad_words": [""]}), "bad_words"),
        (json!({"bad_words": [" "]}), "bad_words"),
        (json!({"bad_words": vec!["x"; 129]}), "bad_words"),
        (json!({"bad_words": ["x".repeat(1025)]}), "bad_words"),
        (json!({"allowed_token_ids": []}), "allowed_token_ids"),
        (json!({"allowed_token_ids": [-1]}), "allowed_token_ids"),
        (json!({"allowed_token_ids": [1_000_000]}), "allowed_token_ids"),
        (json!({"allowed_token_ids": ["1"]}), "allowed_token_ids[0]"),
        (json!({"allowed_token_ids": [65], "guided_regex": "a"}), "allowed_token_ids"),
        (json!({"return_tokens_as_token_ids": 1}), "return_tokens_as_token_ids"),
        (json!({"model": 1}), "model"),
        (json!({"model": null}), "model"),
        (json!({"model": ""}), "model"),
    ]
}

#[tokio::test]
async fn sampling_fields_of_both_endpoints() {
    let server = Setup::default().start();
    all_refused(&server, &sampling(), true).await;
    all_refused(&server, &sampling(), false).await;
}

#[tokio::test]
async fn chat_fields() {
    let server = Setup::default().start();
    let user = |content: Value| json!({"messages": [{"role": "user", "content": content}]});
    let one = |message: Value| json!({"messages": [message]});
    let cases: Vec<Case> = vec![
        (json!({"messages": []}), "messages"),
        (json!({"prediction": "a text"}), "prediction"),
        (json!({"prediction": {"type": "content", "content": "x".repeat(1_000_000)}}), "prediction"),
        (json!({"prediction": {"content": "x"}}), "prediction.type"),
        (json!({"prediction": {"type": "content"}}), "prediction.content"),
        (json!({"prediction": {"type": "image", "content": "x"}}), "prediction.type"),
        (json!({"prediction": {"type": "content", "content": 3}}), "prediction.content"),
        (
            json!({"prediction": {"type": "content", "content": [{"type": "image_url", "text": "x"}]}}),
            "prediction.content[0]",
        ),
        (json!({"prediction": {"type": "content", "content": [{"type": "text"}]}}), "prediction.content[0]"),
        (json!({"messages": null}), "messages"),
        (json!({"messages": "hi"}), "messages"),
        (json!({"messages": {"role": "user"}}), "messages"),
        (json!({"messages": ["hi"]}), "messages[0]"),
        (json!({"messages": [null]}), "messages[0]"),
        (one(json!({"content": "x"})), "messages[0].role"),
        (one(json!({"role": 1, "content": "x"})), "messages[0].role"),
        (one(json!({"role": "robot", "content": "x"})), "messages[0].role"),
        (one(json!({"role": "", "content": "x"})), "messages[0].role"),
        (one(json!({"role": "user"})), "messages[0].content"),
        (user(json!(null)), "messages[0].content"),
        (user(json!(5)), "messages[0].content"),
        (user(json!({"text": "x"})), "messages[0].content"),
        (user(json!([])), "messages[0].content"),
        (user(json!(["x"])), "messages[0].content[0]"),
        (user(json!([{"text": "x"}])), "messages[0].content[0].type"),
        (user(json!([{"type": "text"}])), "messages[0].content[0].text"),
        (user(json!([{"type": "text", "text": 1}])), "messages[0].content[0].text"),
        (
            user(json!([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "http://x"}}])),
            "messages[0].content[1].type",
        ),
        (
            user(json!([{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}])),
            "messages[0].content[0].type",
        ),
        (user(json!([{"type": "file", "file": {"file_id": "x"}}])), "messages[0].content[0].type"),
        (one(json!({"role": "tool", "content": "x"})), "messages[0].tool_call_id"),
        (one(json!({"role": "user", "content": "x", "name": 1})), "messages[0].name"),
        (
            one(json!({"role": "assistant", "content": null, "tool_calls": [{"id": "a"}]})),
            "messages[0].tool_calls[0].function",
        ),
        (one(json!({"role": "assistant"})), "messages[0].content"),
        (one(json!({"role": "tool", "tool_call_id": "a", "content": "x"})), "messages[0].role"),
        (one(json!({"role": "user", "content": "x", "name": "a b"})), "messages[0].name"),
        (one(json!({"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f"}}]})), "messages[0]"),
        (json!({"reasoning_effort": "very"}), "reasoning_effort"),
        (json!({"verbosity": "loud"}), "verbosity"),
        (json!({"service_tier": "gold"}), "service_tier"),
        (json!({"prompt_cache_retention": "48h"}), "prompt_cache_retention"),
        (json!({"thinking_token_budget": -2}), "thinking_token_budget"),
        (json!({"metadata": {"a": 1}}), "metadata.a"),
        (json!({"tools": [], "tool_choice": "required"}), "tool_choice"),
        (json!({"max_output_tokens": 5}), "max_output_tokens"),
        (json!({"instructions": "x"}), "instructions"),
        (json!({"system": "x"}), "system"),
        (json!({"stop_sequences": ["x"]}), "stop_sequences"),
        (json!({"previous_response_id": "resp_1"}), "previous_response_id"),
        (json!({"tool_choice": "auto"}), "tool_choice"),
        (json!({"function_call": "auto"}), "function_call"),
        (json!({"tools": "x"}), "tools"),
        (json!({"tool_choice": "required"}), "tool_choice"),
        (json!({"tool_choice": {"type": "function", "function": {"name": "f"}}}), "tool_choice"),
        (json!({"function_call": {"name": "f"}}), "function_call"),
        (json!({"modalities": ["text", "audio"]}), "modalities"),
        (json!({"audio": {"voice": "a", "format": "wav"}}), "audio"),
        (json!({"web_search_options": {}}), "web_search_options"),
        (json!({"echo": true}), "echo"),
        (json!({"chat_template": "{{ messages }}"}), "chat_template"),
        (json!({"chat_template_kwargs": "x"}), "chat_template_kwargs"),
        (json!({"chat_template_kwargs": {"messages": []}}), "chat_template_kwargs"),
        (json!({"add_generation_prompt": true, "continue_final_message": true}), "continue_final_message"),
        (json!({"logprobs": 5}), "logprobs"),
        (json!({"logprobs": true, "top_logprobs": 21}), "top_logprobs"),
        (json!({"logprobs": true, "top_logprobs": -1}), "top_logprobs"),
        (json!({"top_logprobs": 3}), "top_logprobs"),
        (json!({"logprobs": false, "top_logprobs": 3}), "top_logprobs"),
        (json!({"max_completion_tokens": 0}), "max_completion_tokens"),
        (json!({"max_completion_tokens": -5}), "max_completion_tokens"),
        (json!({"metadata": "x"}), "metadata"),
        (json!({"store": "x"}), "store"),
        (json!({"prompt_cache_options": {"ttl": "1h"}}), "prompt_cache_options.ttl"),
        (json!({"prompt_cache_options": [1]}), "prompt_cache_options"),
        (json!({"safety_identifier": "x".repeat(65)}), "safety_identifier"),
        (json!({"service_tier": "gold"}), "service_tier"),
    ];
    all_refused(&server, &cases, true).await;
}

#[tokio::test]
async fn completion_fields() {
    let server = Setup::default().start();
    let cases: Vec<Case> = vec![
        (json!({"prompt": null}), "prompt"),
        (json!({"prompt": ""}), "prompt"),
        (json!({"prompt": []}), "prompt"),
        (json!({"prompt": [""]}), "prompt"),
        (json!({"prompt": [[]]}), "prompt"),
        (json!({"prompt": 1}), "prompt"),
        (json!({"prompt": {"text": "x"}}), "prompt"),
        (json!({"prompt": ["a", 1]}), "prompt"),
        (json!({"prompt": [1, "a"]}), "prompt"),
        (json!({"prompt": [1.5]}), "prompt[0]"),
        (json!({"prompt": [259]}), "prompt"),
        (json!({"prompt": [-1]}), "prompt"),
        (json!({"prompt": [18_446_744_073_709_551_615_u64]}), "prompt"),
        (json!({"prompt": [[1], [300]]}), "prompt"),
        (json!({"prompt": vec!["a"; 129]}), "prompt"),
        (json!({"prompt": ["a", "b"], "n": 128}), "prompt"),
        (json!({"logprobs": 21}), "logprobs"),
        (json!({"logprobs": -1}), "logprobs"),
        (json!({"logprobs": true}), "logprobs"),
        (json!({"prompt_logprobs": 21}), "prompt_logprobs"),
        (json!({"prompt_logprobs": true}), "prompt_logprobs"),
        (json!({"prompt_logprobs": 1, "stream": true}), "prompt_logprobs"),
        (json!({"echo": "x"}), "echo"),
        (json!({"best_of": 2, "stream": true}), "best_of"),
        (json!({"best_of": 0}), "best_of"),
        (json!({"best_of": 1, "n": 2}), "best_of"),
        (json!({"best_of": 1_000_000}), "best_of"),
        (json!({"suffix": "x"}), "suffix"),
    ];
    all_refused(&server, &cases, false).await;
    let body = json!({"model": "tiny"});
    let reply = server.post("/v1/completions", &body).await;
    reply.refused(400, "missing_required_parameter", Some("prompt"));
}

#[tokio::test]
async fn models_that_are_not_served() {
    let server = Setup::default().start();
    for name in ["gpt-4", "../../etc/passwd", "org/tiny ", "ORG/TINY", "/", "org/tiny\u{202e}", &"x".repeat(100_000)] {
        let reply = server.chat(json!({"model": name})).await;
        reply.refused(404, "model_not_found", Some("model"));
        assert!(reply.text.len() < 1500);
    }
    let reply = server.post("/v1/chat/completions", &json!({"messages": []})).await;
    let message = reply.refused(400, "missing_required_parameter", Some("model"));
    assert!(message.contains("'org/tiny'"), "{message}");
}

#[tokio::test]
async fn prompts_that_do_not_fit_are_told_both_numbers() {
    let server = Setup::default().start();
    let long = "a".repeat(600);
    let chat = server.chat(json!({"messages": [{"role": "user", "content": long}]})).await;
    let message = chat.refused(400, "context_length_exceeded", Some("messages"));
    assert!(message.contains("maximum context length is 512 tokens") && message.contains("619"), "{message}");
    let message =
        server.complete(json!({"prompt": long})).await.refused(400, "context_length_exceeded", Some("prompt"));
    assert!(message.contains("512") && message.contains("600"), "{message}");
    let full: Vec<u32> = vec![1; 512];
    server.complete(json!({"prompt": full})).await.refused(400, "context_length_exceeded", Some("prompt"));
    let almost: Vec<u32> = vec![1; 511];
    server.complete(json!({"prompt": almost, "max_tokens": 1})).await.ok();
    let message =
        server.complete(json!({"max_tokens": 508})).await.refused(400, "context_length_exceeded", Some("max_tokens"));
    assert!(message.contains("513") && message.contains("5 in the prompt") && message.contains("508"), "{message}");
    server.complete(json!({"max_tokens": 507})).await.ok();
    let huge = i64::MAX;
    server.chat(json!({"max_tokens": huge})).await.refused(400, "context_length_exceeded", Some("max_tokens"));
    let reply = server.chat(json!({"max_completion_tokens": huge})).await;
    reply.refused(400, "context_length_exceeded", Some("max_completion_tokens"));
    // Refused by size, before it is tokenized.
    let message = server.complete(json!({"prompt": "a".repeat(1_000_000)})).await.refused(
        400,
        "context_length_exceeded",
        Some("prompt"),
    );
    assert!(message.contains("bytes"), "{message}");
}

#[tokio::test]
async fn tokenize_fields() {
    let server = Setup::default().start();
    let cases = [
        ("/tokenize", json!({}), "prompt"),
        ("/tokenize", json!({"prompt": "a", "messages": [{"role": "user", "content": "a"}]}), "messages"),
        ("/tokenize", json!({"prompt": 1}), "prompt"),
        ("/tokenize", json!({"messages": []}), "messages"),
        ("/tokenize", json!({"prompt": "a", "return_token_strs": 1}), "return_token_strs"),
        ("/tokenize", json!({"prompt": "a", "tools": [{"type": "function", "function": {"name": "f"}}]}), "tools"),
        (
            "/tokenize",
            json!({"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "x"}]}),
            "tools[0].type",
        ),
        ("/detokenize", json!({}), "tokens"),
        ("/detokenize", json!({"tokens": "a"}), "tokens"),
        ("/detokenize", json!({"tokens": [259]}), "tokens"),
        ("/detokenize", json!({"tokens": [-1]}), "tokens"),
    ];
    for (path, body, param) in cases {
        let reply = server.post(path, &body).await;
        refused(&reply, &(body, param));
    }
    server.post("/tokenize", &json!({"model": "x", "prompt": "a"})).await.refused(
        404,
        "model_not_found",
        Some("model"),
    );
}

#[tokio::test]
async fn fields_of_the_other_endpoint_and_unreachable_minimums_are_refused() {
    let server = Setup::default().start();
    let suffix = server.chat(json!({"suffix": "x"})).await;
    suffix.refused(400, "unsupported_parameter", Some("suffix"));
    for nobody_does_it in [
        json!({"moderation": {"model": "m"}}),
        json!({"repetition_detection": {"min_count": 3}}),
        json!({"return_prompt_text": true}),
        json!({"watermarking": true}),
    ] {
        let field = nobody_does_it.as_object().unwrap().keys().next().unwrap().clone();
        server.chat(nobody_does_it.clone()).await.refused(400, "unsupported_parameter", Some(&field));
        server.complete(nobody_does_it).await.refused(400, "unsupported_parameter", Some(&field));
    }
    let tools = server.complete(json!({"tools": [{"type": "function"}]})).await;
    tools.refused(400, "unsupported_parameter", Some("tools"));
    // Completions have 16 tokens unless more are asked for.
    server.complete(json!({"min_tokens": 17, "max_tokens": null})).await.refused(
        400,
        "invalid_value",
        Some("min_tokens"),
    );
    server.complete(json!({"min_tokens": 16, "max_tokens": null})).await.ok();
    server.chat(json!({"min_tokens": 5000, "max_tokens": null})).await.refused(
        400,
        "invalid_value",
        Some("min_tokens"),
    );
    server.chat(json!({"messages": [["user", "hi"]]})).await.refused(400, "invalid_type", Some("messages[0]"));
}
