//! Bodies as official clients send them and as OpenAI answers them: read, written again, and compared value by value,
//! so that a renamed, lost or reordered field shows.
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

fn usage() -> Value {
    json!({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
            "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}})
}

#[test]
fn chat_completion() {
    same::<ChatCompletion>(&json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_741_569_952, "model": "m",
        "choices": [{"index": 0,
            "message": {"role": "assistant", "content": "Hello", "refusal": null, "annotations": [], "reasoning": null},
            "logprobs": {"content": [{"token": "Hello", "logprob": -0.5, "bytes": [72, 101, 108, 108, 111],
                "top_logprobs": [{"token": "Hi", "logprob": -1.5, "bytes": [72, 105]}]}], "refusal": null},
            "finish_reason": "stop", "stop_reason": 7, "token_ids": null}],
        "usage": usage(), "service_tier": "default", "system_fingerprint": "fp_1", "prompt_token_ids": [1, 2],
        "prompt_logprobs": null}));
}

#[test]
fn chat_chunks() {
    let chunk = |choices: Value, usage: Option<Value>| {
        let mut body = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "service_tier": "default", "system_fingerprint": "fp_1", "choices": choices});
        if let Some(usage) = usage {
            body["usage"] = usage;
        }
        serde_json::to_string(&body).unwrap()
    };
    let make = |choice: Option<ChatChunkChoice>, usage: Option<Option<Usage>>| {
        let chunk = ChatChunk {
            id: "chatcmpl-1",
            object: "chat.completion.chunk",
            created: 1,
            model: "m",
            service_tier: Some("default"),
            system_fingerprint: Some("fp_1"),
            choices: choice.into_iter().collect(),
            usage,
            prompt_token_ids: None,
            timings: None,
        };
        serde_json::to_string(&chunk).unwrap()
    };
    let choice = |delta: Delta, finish: Option<&str>| ChatChunkChoice {
        index: 0,
        delta,
        logprobs: None,
        finish_reason: finish.map(str::to_owned),
        stop_reason: None,
        token_ids: None,
    };
    assert_eq!(
        make(Some(choice(Delta::opening(false), None)), None),
        chunk(
            json!([{"index": 0, "delta": {"role": "assistant", "content": "", "refusal": null}, "logprobs": null,
                "finish_reason": null}]),
            None
        )
    );
    assert_eq!(
        make(Some(choice(Delta::content("é".into()), None)), Some(None)),
        chunk(
            json!([{"index": 0, "delta": {"content": "é"}, "logprobs": null, "finish_reason": null}]),
            Some(Value::Null)
        )
    );
    assert_eq!(
        make(Some(choice(Delta::default(), Some("stop"))), None),
        chunk(json!([{"index": 0, "delta": {}, "logprobs": null, "finish_reason": "stop"}]), None)
    );
    let usage_typed: Usage = serde_json::from_value(usage()).unwrap();
    assert_eq!(make(None, Some(Some(usage_typed))), chunk(json!([]), Some(usage())));
}

#[test]
fn text_completion() {
    same::<Completion>(&json!({
        "id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m",
        "choices": [{"text": " a b", "index": 0,
            "logprobs": {"tokens": [" a", " b"], "token_logprobs": [null, -0.25],
                "top_logprobs": [null, {" b": -0.25, " c": -2.5}], "text_offset": [0, 2]},
            "finish_reason": "length", "stop_reason": null, "token_ids": [3], "prompt_token_ids": null, "prompt_logprobs": null}],
        "usage": usage(), "system_fingerprint": null}));
}

#[test]
fn models_errors_and_tokens() {
    same::<ModelList>(&json!({"object": "list", "data": [{"id": "m", "object": "model", "created": 1,
        "owned_by": "sconce", "root": "m", "parent": null, "max_model_len": 4096, "permission": []}]}));
    same::<ErrorBody>(&json!({"error": {"message": "no", "type": "invalid_request_error", "param": "model",
        "code": "model_not_found"}}));
    same::<TokenizeResponse>(&json!({"count": 2, "max_model_len": 8, "tokens": [1, 2], "token_strs": null}));
    same::<DetokenizeResponse>(&json!({"prompt": "a"}));
}

#[test]
fn a_chat_request_of_the_python_sdk() {
    let body = json!({
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Weather?"}], "name": "ann"},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
                "function": {"name": "weather", "arguments": "{\"city\":\"Rome\"}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "sunny"}],
        "max_completion_tokens": 5, "temperature": 0, "stop": ["\n", "END"], "stream": true,
        "stream_options": {"include_usage": true}, "logprobs": true, "top_logprobs": 2, "seed": -1,
        "logit_bias": {"50256": -100}, "user": "u", "metadata": {"k": "v"}, "store": false});
    let chat = ChatRequest::deserialize_from(&body);
    let calls = chat.messages[2].tool_calls.as_ref().unwrap();
    assert_eq!(calls[0].function.as_ref().unwrap().arguments, "{\"city\":\"Rome\"}");
    assert_eq!(
        chat.messages[1].content,
        Some(Content::Parts(vec![ContentPart { kind: "text".into(), text: Some("Weather?".into()), refusal: None }]))
    );
    assert_eq!(chat.max_completion_tokens, Some(5));
    let sampling: SamplingFields = serde_json::from_value(body).unwrap();
    assert_eq!(sampling.temperature, Some(0.0));
    assert_eq!(sampling.seed, Some(-1));
    assert_eq!(sampling.stop, Some(StringOrList::Many(vec!["\n".into(), "END".into()])));
    assert_eq!(sampling.stream_options.unwrap().include_usage, Some(true));
}

trait FromBody: DeserializeOwned {
    fn deserialize_from(body: &Value) -> Self {
        serde_json::from_value(body.clone()).unwrap()
    }
}
impl<T: DeserializeOwned> FromBody for T {}

#[test]
fn prompts_of_every_kind() {
    let read = |value: Value| serde_json::from_value::<Prompt>(value);
    assert_eq!(read(json!("a")).unwrap(), Prompt::Text("a".into()));
    assert_eq!(read(json!(["a", "b"])).unwrap(), Prompt::Texts(vec!["a".into(), "b".into()]));
    assert_eq!(read(json!([1, -2])).unwrap(), Prompt::Tokens(vec![1, -2]));
    assert_eq!(read(json!([[1], []])).unwrap(), Prompt::TokenLists(vec![vec![1], vec![]]));
    assert_eq!(read(json!([])).unwrap(), Prompt::Texts(vec![]));
    for wrong in [json!(["a", 1]), json!([1, [1]]), json!([1.0]), json!({}), json!(null), json!([[["a"]]]), json!(3)] {
        read(wrong).unwrap_err();
    }
}
