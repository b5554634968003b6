//! Text completions: kinds of prompts, echo, n, shapes.

use serde_json::{Value, json};

use crate::harness::Setup;

fn texts(body: &Value) -> Vec<&str> {
    body["choices"].as_array().unwrap().iter().map(|choice| choice["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_answer_has_every_field_in_order() {
    let server = Setup::replying("Hi").start();
    let body = server.complete(json!({})).await.ok();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "object", "created", "model", "choices", "usage", "system_fingerprint"]);
    assert!(body["id"].as_str().unwrap().starts_with("cmpl-"));
    assert_eq!(body["object"], "text_completion");
    assert_eq!(
        body["choices"].to_string(),
        json!([{"text": "Hi", "index": 0, "logprobs": null, "finish_reason": "stop", "stop_reason": null, "token_ids": null,
            "prompt_token_ids": null, "prompt_logprobs": null}])
        .to_string()
    );
    assert_eq!(body["usage"]["prompt_tokens"], 5);
    assert_eq!(body["usage"]["completion_tokens"], 3);
}

#[tokio::test]
async fn prompts_of_every_kind() {
    let server = Setup::default().start();
    let alone = server.complete(json!({"prompt": "ab"})).await.ok();
    let ids = server.complete(json!({"prompt": [97, 98]})).await.ok();
    assert_eq!(texts(&alone), texts(&ids));
    let list = server.complete(json!({"prompt": ["xy", "ab"]})).await.ok();
    assert_eq!(texts(&list)[1], texts(&alone)[0]);
    let lists = server.complete(json!({"prompt": [[120, 121], [97, 98]]})).await.ok();
    assert_eq!(texts(&lists), texts(&list));
    assert_eq!(list["usage"]["prompt_tokens"], 4);
    assert_eq!(list["usage"]["completion_tokens"], 16);
}

#[tokio::test]
async fn n_and_prompts_multiply() {
    let server = Setup::default().start();
    let body = server.complete(json!({"prompt": ["ab", "cd"], "n": 3, "best_of": 3})).await.ok();
    let choices = body["choices"].as_array().unwrap();
    let indices: Vec<u64> = choices.iter().map(|choice| choice["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, [0, 1, 2, 3, 4, 5]);
    let second = server.complete(json!({"prompt": "cd"})).await.ok();
    assert_eq!(texts(&body)[3], texts(&second)[0]);
    assert_eq!(body["usage"]["prompt_tokens"], 4);
}

#[tokio::test]
async fn echo_puts_the_prompt_in_front() {
    let server = Setup::replying("!").start();
    let body = server.complete(json!({"prompt": ["Hello", "Bye"], "echo": true})).await.ok();
    assert_eq!(texts(&body), ["Hello!", "Bye!"]);
    let body = server.complete(json!({"prompt": [72, 105], "echo": true})).await.ok();
    assert_eq!(texts(&body), ["Hi!"]);
    let reply = server.complete(json!({"prompt": "Hello", "echo": true, "stream": true})).await;
    let text: String = reply.chunks().iter().map(|chunk| chunk["choices"][0]["text"].as_str().unwrap()).collect();
    assert_eq!(text, "Hello!");
}

#[tokio::test]
async fn logprobs_in_the_older_shape() {
    let server = Setup::replying("aé").start();
    let body = server.complete(json!({"logprobs": 2})).await.ok();
    let logprobs = &body["choices"][0]["logprobs"];
    assert_eq!(logprobs["tokens"], json!(["a", "bytes:\\xc3", "bytes:\\xa9", "<|im_end|>"]));
    // A character counts when it is complete.
    assert_eq!(logprobs["text_offset"], json!([0, 1, 1, 2]));
    assert_eq!(logprobs["token_logprobs"].as_array().unwrap().len(), 4);
    let top = logprobs["top_logprobs"][0].as_object().unwrap();
    assert_eq!(top.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(top["a"], logprobs["token_logprobs"][0]);
    let body = server.complete(json!({"logprobs": 0})).await.ok();
    assert_eq!(body["choices"][0]["logprobs"]["top_logprobs"][0].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stream_is_the_same_shape_in_pieces() {
    let server = Setup::replying("Hi").start();
    let reply = server.complete(json!({"stream": true, "stream_options": {"include_usage": true}})).await;
    let chunks = reply.chunks();
    let choices: Vec<String> = chunks.iter().map(|chunk| chunk["choices"].to_string()).collect();
    let piece = |text: &str, finish: Value| {
        json!([{"text": text, "index": 0, "logprobs": null, "finish_reason": finish, "stop_reason": null, "token_ids": null,
            "prompt_token_ids": null, "prompt_logprobs": null}])
        .to_string()
    };
    assert_eq!(choices, [piece("H", Value::Null), piece("i", Value::Null), piece("", "stop".into()), "[]".to_owned()]);
    assert_eq!(chunks[0]["usage"], Value::Null);
    assert_eq!(chunks[3]["usage"]["completion_tokens"], 3);
    assert!(chunks.iter().all(|chunk| chunk["object"] == "text_completion" && chunk["id"] == chunks[0]["id"]));
}

#[tokio::test]
async fn without_max_tokens_there_are_sixteen() {
    let server = Setup::default().start();
    assert_eq!(server.complete(json!({"max_tokens": null})).await.ok()["usage"]["completion_tokens"], 16);
    let prompt: Vec<u32> = vec![1; 505];
    let body = server.complete(json!({"max_tokens": null, "prompt": prompt})).await.ok();
    assert_eq!(body["usage"]["completion_tokens"], 7);
}

#[tokio::test]
async fn tokens_that_the_model_does_not_know_are_refused() {
    let mut setup = Setup::default();
    setup.fake.spec.vocab_size = 256;
    setup.fake.eos = None;
    setup.stop_tokens = Vec::new();
    let server = setup.start();
    server.complete(json!({"prompt": "a<|im_end|>"})).await.refused(400, "invalid_value", Some("prompt"));
    server.complete(json!({"prompt": "abc"})).await.ok();
    server.chat(json!({})).await.refused(400, "invalid_value", Some("messages"));
}
