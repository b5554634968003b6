//! Tools through the router: calls are read from what the model writes, whole and streamed alike, and choices that must
//! call are held to the format. The fake runner's answers are random text unless the mask leaves no choice.

use serde_json::{Value, json};

use crate::harness::{Reply, Setup};
use crate::tokenizer::{GLM4, HERMES, TEMPLATE};

fn setup(reply: &str) -> Setup {
    Setup::replying(reply).templated(HERMES)
}

fn tools() -> Value {
    json!([
        {"type": "function", "function": {"name": "get_weather", "description": "Weather of a city.", "parameters": {
            "type": "object", "properties": {"city": {"type": "string", "maxLength": 8}}, "required": ["city"],
            "additionalProperties": false}}},
        {"type": "function", "function": {"name": "now"}}])
}

/// The chunks of a stream, put together as a client does.
fn folded(reply: &Reply) -> (Value, String) {
    let (mut content, mut reasoning, mut calls, mut finish) = (String::new(), String::new(), Vec::new(), String::new());
    for chunk in reply.chunks() {
        let Some(choice) = chunk["choices"].get(0) else { continue };
        let delta = &choice["delta"];
        content.push_str(delta["content"].as_str().unwrap_or_default());
        reasoning.push_str(delta["reasoning_content"].as_str().unwrap_or_default());
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let index = call["index"].as_u64().unwrap() as usize;
            if index == calls.len() {
                calls.push((call["function"]["name"].as_str().unwrap().to_owned(), String::new()));
                assert!(call["id"].as_str().unwrap().len() >= 9);
                assert_eq!(call["type"], "function");
            } else {
                assert!(call.get("id").is_none() && call["function"].get("name").is_none());
            }
            calls[index].1.push_str(call["function"]["arguments"].as_str().unwrap());
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            assert!(finish.is_empty(), "one end");
            finish = reason.to_owned();
        }
    }
    (json!({"content": content, "reasoning": reasoning, "calls": calls}), finish)
}

fn whole(message: &Value) -> Value {
    let text = |field: &str| message.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let calls = message["tool_calls"].as_array().into_iter().flatten();
    let calls: Vec<_> = calls.map(|call| json!([call["function"]["name"], call["function"]["arguments"]])).collect();
    json!({"content": text("content"), "reasoning": text("reasoning_content"), "calls": calls})
}

#[tokio::test]
async fn calls_are_read_whole_and_streamed_alike() {
    let one = "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>";
    let two = "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";
    for (reply, content, calls) in [
        (one.to_owned(), Value::Null, json!([["get_weather", "{\"city\": \"Zürich\"}"]])),
        (
            format!("Let me see.\n{one}\n{two}"),
            json!("Let me see."),
            json!([["get_weather", "{\"city\": \"Zürich\"}"], ["now", "{}"]]),
        ),
    ] {
        let server = setup(&reply).start();
        let fields = json!({"tools": tools(), "max_tokens": 300});
        let body = server.chat(fields.clone()).await.ok();
        let choice = &body["choices"][0];
        assert_eq!(choice["finish_reason"], "tool_calls");
        assert_eq!(choice["message"]["content"], content);
        assert_eq!(whole(&choice["message"])["calls"], calls);
        let mut streamed = fields;
        streamed["stream"] = true.into();
        let reply = server.chat(streamed).await;
        // As OpenAI begins a stream: null where a call comes next.
        let opening = if content.is_null() { Value::Null } else { "".into() };
        let delta = json!({"role": "assistant", "content": opening, "refusal": null});
        assert_eq!(reply.chunks()[0]["choices"][0]["delta"].to_string(), delta.to_string());
        let (message, finish) = folded(&reply);
        assert_eq!(finish, "tool_calls");
        assert_eq!(message, whole(&choice["message"]));
    }
}

#[tokio::test]
async fn without_tools_markup_is_content() {
    let reply = "<tool_call>{\"name\": \"now\", \"arguments\": {}}</tool_call>";
    let server = setup(reply).start();
    for fields in [json!({}), json!({"tools": tools(), "tool_choice": "none"})] {
        let mut fields = fields;
        fields["max_tokens"] = 200.into();
        let body = server.chat(fields).await.ok();
        assert_eq!(body["choices"][0]["message"]["content"], reply);
        assert_eq!(body["choices"][0]["finish_reason"], "stop");
    }
}

#[tokio::test]
async fn a_required_call_cannot_fail() {
    let server = Setup::default().templated(HERMES).start();
    let named = |name: &str| json!({"type": "function", "function": {"name": name}});
    for seed in 0..8 {
        for (choice, allowed) in [
            (json!("required"), &["get_weather", "now"][..]),
            (named("get_weather"), &["get_weather"]),
            (named("now"), &["now"]),
        ] {
            let fields = json!({"tools": tools(), "tool_choice": choice, "seed": seed, "max_tokens": 400,
                "parallel_tool_calls": false, "logit_bias": {"34": 3}});
            let body = server.chat(fields.clone()).await.ok();
            let answer = &body["choices"][0];
            assert_eq!(answer["finish_reason"], "tool_calls", "{answer}");
            let calls = answer["message"]["tool_calls"].as_array().unwrap();
            assert_eq!((calls.len(), &answer["message"]["content"]), (1, &Value::Null));
            let function = &calls[0]["function"];
            assert!(allowed.contains(&function["name"].as_str().unwrap()));
            let arguments: Value = serde_json::from_str(function["arguments"].as_str().unwrap()).unwrap();
            if function["name"] == "get_weather" {
                assert!(arguments["city"].is_string() && arguments.as_object().unwrap().len() == 1);
            }
            let mut streamed = fields;
            streamed["stream"] = true.into();
            assert_eq!(folded(&server.chat(streamed).await).0, whole(&answer["message"]));
        }
    }
}

#[tokio::test]
async fn beside_calls_there_is_no_empty_content() {
    let server = setup("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>").start();
    let fields = json!({"tools": tools(), "stream": true, "logprobs": true, "max_tokens": 200});
    let chunks = server.chat(fields).await.chunks();
    let deltas: Vec<&Value> = chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]).collect();
    // The first tokens, whose log-probabilities come before the call does, are no content either.
    assert_eq!(deltas[0].to_string(), json!({"role": "assistant", "content": null, "refusal": null}).to_string());
    assert!(deltas[1..].iter().all(|delta| delta.get("content").is_none()), "{deltas:?}");
}

/// What a prompt with tools costs can be asked for beforehand.
#[tokio::test]
async fn a_prompt_with_tools_is_tokenized_as_it_is_run() {
    let server = setup("ok").start();
    let messages = json!([{"role": "user", "content": "Hi"}]);
    let counted = server.post("/tokenize", &json!({"messages": messages, "tools": tools()})).await.ok();
    let run = server.chat(json!({"messages": messages, "tools": tools()})).await.ok();
    assert_eq!(counted["count"], run["usage"]["prompt_tokens"]);
    let without = server.post("/tokenize", &json!({"messages": messages})).await.ok();
    assert!(without["count"].as_u64() < counted["count"].as_u64());
}

#[tokio::test]
async fn a_second_call_is_dropped_when_calls_are_not_parallel() {
    let call = "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";
    let server = setup(&format!("{call}\n{call}")).start();
    let body = server.chat(json!({"tools": tools(), "parallel_tool_calls": false, "max_tokens": 300})).await.ok();
    assert_eq!(body["choices"][0]["message"]["tool_calls"].as_array().unwrap().len(), 1);
}

fn now_with_a() -> Value {
    let parameters = json!({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]});
    json!({"type": "function", "function": {"name": "now", "parameters": parameters}})
}

/// What a model writes after the beginning of a call is held to the functions that there are, whether or not they are
/// strict; what stands before a call is not.
#[tokio::test]
async fn a_call_that_begins_is_one_of_a_function_that_exists() {
    let server =
        setup("One moment.<tool_call>\n{\"name\": \"nowhere\", \"arguments\": {\"b\": 1}}\n</tool_call>").start();
    let body = server.chat(json!({"tools": [now_with_a()], "max_tokens": 300})).await.ok();
    let message = &body["choices"][0]["message"];
    assert_eq!(message["content"], "One moment.");
    let call = &message["tool_calls"][0]["function"];
    assert_eq!(call["name"], "now");
    let arguments: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
    assert!(arguments["a"].is_i64() || arguments["a"].is_u64(), "{arguments}");
}

/// Only who asks for `strict` is refused a schema that cannot be held.
#[tokio::test]
async fn a_schema_that_cannot_be_held_leaves_calls_free() {
    let reply = "<tool_call>\n{\"name\": \"now\", \"arguments\": {\"b\": 1}}\n</tool_call>";
    let server = setup(reply).start();
    let parameters = json!({"type": "object", "properties": {"b": {"$ref": "https://example.com/schema"}}});
    let now = |strict: bool| json!({"type": "function", "function": {"name": "now", "parameters": parameters, "strict": strict}});
    let tool = |strict: bool| json!([tools()[0], now(strict)]);
    let body = server.chat(json!({"tools": tool(false), "max_tokens": 300})).await.ok();
    assert_eq!(body["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"], "{\"b\": 1}");
    let param = Some("tools[1].function.parameters");
    for fields in [
        json!({"tools": tool(true)}),
        json!({"tools": tool(false), "tool_choice": "required"}),
        json!({"tools": tool(true), "response_format": {"type": "json_object"}}),
    ] {
        let why = server.chat(fields).await.refused(400, "invalid_function_parameters", param);
        assert!(why.starts_with("Invalid schema for function 'now': ") && why.contains("example.com"), "{why}");
        assert!(!why.contains("start") && !why.contains("tool_call"), "the grammar is not the client's: {why}");
    }
    let functions = json!({"functions": [now(true)["function"]]});
    server.chat(functions).await.refused(400, "invalid_function_parameters", Some("functions[0].parameters"));
    let mut flat = now(true)["function"].clone();
    flat["type"] = "function".into();
    server.respond(json!({"tools": [flat]})).await.refused(
        400,
        "invalid_function_parameters",
        Some("tools[0].parameters"),
    );
}

#[tokio::test]
async fn a_call_that_is_cut_keeps_what_it_has() {
    let server = setup("<tool_call>\n{\"name\": \"now\", \"arguments\": {\"a\": 12345").start();
    let body = server.chat(json!({"tools": [now_with_a()], "max_tokens": 48})).await.ok();
    let choice = &body["choices"][0];
    assert_eq!(choice["finish_reason"], "length");
    assert!(choice["message"]["tool_calls"][0]["function"]["arguments"].as_str().unwrap().starts_with("{\"a\""));
}

#[tokio::test]
async fn the_older_fields_are_answered_in_the_older_form() {
    let server = setup("<tool_call>\n{\"name\": \"now\", \"arguments\": {\"a\": 1}}\n</tool_call>").start();
    let fields = json!({"functions": [now_with_a()["function"]], "max_tokens": 200});
    let body = server.chat(fields.clone()).await.ok();
    let choice = &body["choices"][0];
    assert_eq!(choice["finish_reason"], "function_call");
    assert_eq!(choice["message"]["function_call"], json!({"name": "now", "arguments": "{\"a\": 1}"}));
    assert!(choice["message"].get("tool_calls").is_none());
    let mut streamed = fields;
    streamed["stream"] = true.into();
    let chunks = server.chat(streamed).await.chunks();
    let pieces = chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]["function_call"]);
    let text: String = pieces.filter_map(|call| call["arguments"].as_str()).collect();
    assert_eq!(text, "{\"a\": 1}");
    assert_eq!(chunks.last().unwrap()["choices"][0]["finish_reason"], "function_call");
}

/// The deltas of the calls of a stream, and how it ended.
fn call_deltas(reply: &Reply) -> (Vec<Value>, Value) {
    let chunks = reply.chunks();
    let deltas = chunks.iter().flat_map(|chunk| chunk["choices"][0]["delta"]["tool_calls"].as_array());
    (deltas.flatten().cloned().collect(), chunks.last().unwrap()["choices"][0]["finish_reason"].clone())
}

/// A tool that takes text is a function to the model, and a tool that takes text to the client.
#[tokio::test]
async fn a_custom_tool_is_called_with_text() {
    let call = |name: &str, arguments: Value| {
        format!("<tool_call>\n{{\"name\": \"{name}\", \"arguments\": {arguments}}}\n</tool_call>")
    };
    let patch = |input: &str| call("patch", json!({"input": input}));
    let reply = [patch("+ \"é\"\n"), call("now", json!({})), patch("")].join("\n");
    let server = setup(&reply).start();
    let grammar = json!({"type": "grammar", "grammar": {"syntax": "regex", "definition": "([+-](?s:.*))?"}});
    let patch = json!({"type": "custom", "custom": {"name": "patch", "description": "Patches.", "format": grammar}});
    let fields = json!({"tools": [patch, {"type": "function", "function": {"name": "now"}}], "max_tokens": 400});
    let body = server.chat(fields.clone()).await.ok();
    let calls = body["choices"][0]["message"]["tool_calls"].as_array().unwrap();
    let shown = |i: usize| (calls[i]["type"].as_str().unwrap(), calls[i].get("custom"), calls[i].get("function"));
    assert_eq!(shown(0), ("custom", Some(&json!({"name": "patch", "input": "+ \"é\"\n"})), None));
    assert_eq!(shown(1), ("function", None, Some(&json!({"name": "now", "arguments": "{}"}))));
    assert_eq!(shown(2), ("custom", Some(&json!({"name": "patch", "input": ""})), None));
    let mut streamed = fields.clone();
    streamed["stream"] = true.into();
    let reply = server.chat(streamed).await;
    let chunks = reply.chunks();
    let says = |chunk: &&Value| {
        let choice = &chunk["choices"][0];
        choice["finish_reason"].is_string() || choice["delta"].as_object().is_none_or(|delta| !delta.is_empty())
    };
    assert!(chunks.iter().all(|chunk| says(&chunk)), "pieces of a call that has nothing to tell yet are no chunks");
    let (deltas, finish) = call_deltas(&reply);
    assert_eq!(finish, "tool_calls");
    let of = |index: usize| deltas.iter().filter(move |delta| delta["index"] == index).collect::<Vec<_>>();
    let first = of(0);
    assert!(first[0]["id"].is_string(), "{}", first[0]);
    assert_eq!((&first[0]["type"], &first[0]["custom"]), (&json!("custom"), &json!({"name": "patch", "input": ""})));
    let keys = |delta: &Value| delta.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(first.len() > 2 && first[1..].iter().all(|delta| keys(delta) == ["index", "custom"]), "{first:?}");
    let text: String = first.iter().map(|delta| delta["custom"]["input"].as_str().unwrap()).collect();
    assert_eq!(text, "+ \"é\"\n");
    assert_eq!((of(1)[0]["type"].as_str(), of(2).len()), (Some("function"), 1));
    // The call and its result go on with the conversation.
    let messages = json!([{"role": "user", "content": "Go"}, {"role": "assistant", "tool_calls": [calls[0]]},
        {"role": "tool", "tool_call_id": calls[0]["id"], "content": "done"}]);
    let more = json!({"messages": messages, "tools": fields["tools"], "return_token_ids": true, "max_tokens": 1});
    let prompt = prompt(&server.chat(more).await.ok());
    assert!(prompt.contains("{\"name\": \"patch\", \"arguments\": {\"input\": \"+ \\\"é\\\"\\n\"}}"), "{prompt}");
    assert!(prompt.contains("Patches.\\n\\nThe input follows this regex grammar:\\n([+-](?s:.*))?"), "{prompt}");
    assert!(prompt.contains("{\"input\": {\"type\": \"string\"}}"), "{prompt}");
}

#[tokio::test]
async fn a_custom_tool_may_be_demanded() {
    let server = setup("").start();
    let tools =
        json!([{"type": "custom", "custom": {"name": "note"}}, {"type": "function", "function": {"name": "now"}}]);
    let named = |name: &str| json!({"type": "custom", "custom": {"name": name}});
    let allowed = json!({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [named("note")]}});
    // Held to a regular expression, of the whole text.
    let regex = |definition: &str| json!({"type": "grammar", "grammar": {"syntax": "regex", "definition": definition}});
    let held = |definition: &str| json!([{"type": "custom", "custom": {"name": "pick", "format": regex(definition)}}]);
    for seed in 0..8 {
        let fields = json!({"tools": held("a|b\"?"), "tool_choice": "required", "parallel_tool_calls": false,
            "max_tokens": 100, "seed": seed});
        let body = server.chat(fields).await.ok();
        let choice = &body["choices"][0];
        assert_eq!(choice["finish_reason"], "tool_calls", "{choice}");
        let input = choice["message"]["tool_calls"][0]["custom"]["input"].as_str().unwrap();
        assert!(["a", "b", "b\""].contains(&input), "{input}");
    }
    for choice in ["auto", "none", "required"] {
        let broken = json!({"tools": held("(("), "tool_choice": choice});
        server.chat(broken).await.refused(400, "invalid_value", Some("tools[0].custom.format.grammar.definition"));
    }
    let twice =
        json!([{"type": "function", "function": {"name": "note"}}, {"type": "custom", "custom": {"name": "note"}}]);
    server.chat(json!({"tools": twice})).await.refused(400, "invalid_value", Some("tools[1].custom.name"));
    for choice in [named("note"), allowed] {
        let fields = json!({"tools": tools, "tool_choice": choice, "parallel_tool_calls": false, "max_tokens": 60});
        let body = server.chat(fields).await.ok();
        assert_eq!(body["choices"][0]["message"]["tool_calls"][0]["custom"]["name"], "note", "{body}");
    }
    let fields = |choice: Value| json!({"tools": tools, "tool_choice": choice});
    server.chat(fields(named("other"))).await.refused(400, "invalid_value", Some("tool_choice"));
    let nameless = fields(json!({"type": "custom", "custom": {}}));
    server.chat(nameless).await.refused(400, "missing_required_parameter", Some("tool_choice.custom.name"));
}

/// The rendered prompt of an answer that has its ids.
fn prompt(body: &Value) -> String {
    let ids = body["prompt_token_ids"].as_array().unwrap();
    let bytes: Vec<u8> = ids.iter().filter_map(|id| u8::try_from(id.as_u64().unwrap()).ok()).collect();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_conversation_with_calls_and_results_is_rendered() {
    let server = setup("ok").start();
    let messages = json!([
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function",
            "function": {"name": "get_weather", "arguments": "{\"city\": \"Bern\"}"}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"}]);
    let body = server.chat(json!({"messages": messages, "tools": tools(), "return_token_ids": true})).await.ok();
    let prompt = prompt(&body);
    assert!(prompt.contains("\"description\": \"Weather of a city.\""), "{prompt}");
    assert!(
        prompt.contains("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Bern\"}}"),
        "{prompt}"
    );
    assert!(prompt.contains("<tool_response>\nrain\n</tool_response>"), "{prompt}");
}

#[tokio::test]
async fn a_template_without_tools_still_calls() {
    let server = Setup::replying("{\"name\": \"now\", \"arguments\": {\"a\": 1}}").templated(TEMPLATE).start();
    let body = server.chat(json!({"tools": tools(), "max_tokens": 100})).await.ok();
    assert_eq!(body["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"], "{\"a\": 1}");
    let server = Setup::replying("It is noon.").templated(TEMPLATE).start();
    let body = server.chat(json!({"tools": tools(), "max_tokens": 100})).await.ok();
    assert_eq!(body["choices"][0]["message"]["content"], "It is noon.");
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
}

#[tokio::test]
async fn what_is_no_schema_is_refused_whatever_the_choice() {
    let server = Setup::default().templated(HERMES).start();
    let broken = json!({"properties": {"x": {"type": "objekt"}}});
    let tools = json!([{"type": "function", "function": {"name": "f", "parameters": broken}}]);
    for choice in ["none", "auto", "required"] {
        let reply = server.chat(json!({"tools": tools, "tool_choice": choice})).await;
        let why = reply.refused(400, "invalid_function_parameters", Some("tools[0].function.parameters"));
        assert!(why.starts_with("Invalid schema for function 'f': In properties.x: 'objekt'"), "{why}");
    }
    let tools = json!([{"type": "function", "name": "f", "parameters": {"type": "string"}}]);
    let reply = server.respond(json!({"tools": tools})).await;
    reply.refused(400, "invalid_function_parameters", Some("tools[0].parameters"));
    let tools = json!([{"name": "f", "input_schema": {"type": "string"}}]);
    let body =
        json!({"model": "tiny", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}], "tools": tools});
    let reply = server.post("/v1/messages", &body).await;
    assert!(reply.status == 400 && reply.text.contains("got 'type: \\\"string\\\"'"), "{}", reply.text);
}

#[tokio::test]
async fn earlier_calls_are_told_in_the_form_of_the_template() {
    let server = Setup::replying("f\n{\"a\": 1}").templated(GLM4).start();
    let call = json!({"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 0}"}});
    let messages = json!([{"role": "user", "content": "Go"}, {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "5"}]);
    let tools = json!([{"type": "function", "function": {"name": "f"}}]);
    let fields = json!({"messages": messages, "tools": tools, "max_tokens": 50, "return_token_ids": true});
    let body = server.chat(fields).await.ok();
    let ids = body["prompt_token_ids"].as_array().unwrap();
    let prompt: Vec<u8> = ids.iter().map(|id| id.as_u64().unwrap() as u8).collect();
    assert_eq!(
        String::from_utf8(prompt).unwrap(),
        "## f\n<|user|>\nGo<|assistant|>f\n{\"a\": 0}<|observation|>\n5<|assistant|>"
    );
    assert_eq!(
        body["choices"][0]["message"]["tool_calls"][0]["function"],
        json!({"name": "f", "arguments": "{\"a\": 1}"})
    );
}

#[tokio::test]
async fn a_function_without_parameters_gets_none() {
    let server = Setup::default().templated(HERMES).start();
    for parameters in
        [json!({"type": "object", "properties": {}}), json!({"type": "object", "properties": {}, "required": []})]
    {
        let tools = json!([{"type": "function", "function": {"name": "f", "parameters": parameters}}]);
        let asked = json!({"tools": tools, "tool_choice": "required", "parallel_tool_calls": false, "max_tokens": 300});
        let body = server.chat(asked).await.ok();
        let arguments = body["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(arguments).unwrap(), json!({}), "{body}");
    }
}
