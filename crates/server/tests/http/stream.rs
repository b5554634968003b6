//! SSE framing and the order of chunks, as OpenAI's clients expect them.

use std::time::Duration;

use sconce_server::ServerConfig;
use serde_json::{Value, json};

use crate::harness::Setup;

#[tokio::test]
async fn role_content_finish_done() {
    let server = Setup::replying("Hé!").start();
    let reply = server.chat(json!({"stream": true})).await;
    assert_eq!(reply.header("cache-control"), "no-cache");
    assert_eq!(reply.header("x-accel-buffering"), "no");
    let chunks = reply.chunks();
    let choice = |delta: Value, finish: Value| {
        json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]).to_string()
    };
    let choices: Vec<String> = chunks.iter().map(|chunk| chunk["choices"].to_string()).collect();
    assert_eq!(
        choices,
        [
            choice(json!({"role": "assistant", "content": "", "refusal": null}), Value::Null),
            choice(json!({"content": "H"}), Value::Null),
            choice(json!({"content": "é"}), Value::Null),
            choice(json!({"content": "!"}), Value::Null),
            choice(json!({}), "stop".into()),
        ]
    );
    for chunk in &chunks {
        let keys: Vec<&String> = chunk.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "object", "created", "model", "service_tier", "system_fingerprint", "choices"]);
        assert_eq!(chunk["object"], "chat.completion.chunk");
        assert_eq!(chunk["id"], chunks[0]["id"]);
        assert_eq!(chunk["created"], chunks[0]["created"]);
    }
}

#[tokio::test]
async fn usage_comes_last_and_only_when_asked() {
    let server = Setup::replying("Hi").start();
    let asked = server.chat(json!({"stream": true, "stream_options": {"include_usage": true}})).await.chunks();
    let (last, others) = asked.split_last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["prompt_tokens"], 24);
    assert_eq!(last["usage"]["completion_tokens"], 3);
    assert_eq!(last["usage"]["total_tokens"], 27);
    assert!(others.iter().all(|chunk| chunk.as_object().unwrap().get("usage") == Some(&Value::Null)));
    let not_asked = server.chat(json!({"stream": true, "stream_options": {"include_usage": false}})).await.chunks();
    assert!(not_asked.iter().all(|chunk| chunk.get("usage").is_none()));
    let options = json!({"include_usage": true, "continuous_usage_stats": true});
    let every = server.chat(json!({"stream": true, "stream_options": options})).await.chunks();
    let counts: Vec<u64> = every.iter().map(|chunk| chunk["usage"]["completion_tokens"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted() && counts[counts.len() - 1] == 3, "{counts:?}");
    assert_eq!(
        (counts[0], &every[0]["usage"]["total_tokens"]),
        (0, &every[0]["usage"]["prompt_tokens"]),
        "of the role"
    );
}

#[tokio::test]
async fn choices_are_interleaved_under_their_indices() {
    let server = Setup::default().start();
    let whole = server.chat(json!({"n": 3})).await.ok();
    let chunks = server.chat(json!({"n": 3, "stream": true})).await.chunks();
    for index in 0..3 {
        let of_choice: Vec<&Value> =
            chunks.iter().map(|chunk| &chunk["choices"][0]).filter(|choice| choice["index"] == index).collect();
        assert_eq!(of_choice[0]["delta"]["role"], "assistant");
        let (last, rest) = of_choice.split_last().unwrap();
        assert_eq!(last["finish_reason"], "length");
        assert_eq!(last["delta"], json!({}));
        assert!(rest.iter().all(|choice| choice["finish_reason"].is_null()));
        let text: String = rest.iter().filter_map(|choice| choice["delta"]["content"].as_str()).collect();
        assert_eq!(whole["choices"][index as usize]["message"]["content"], text);
    }
    let order: Vec<u64> = chunks.iter().map(|chunk| chunk["choices"][0]["index"].as_u64().unwrap()).collect();
    assert!(!order.is_sorted(), "one choice after the other: {order:?}");
}

#[tokio::test]
async fn a_silent_stream_gets_comments() {
    let server = ServerConfig { sse_keep_alive_s: 0.05, access_log: false, ..ServerConfig::default() };
    let server = Setup { server, ..Setup::replying("Hi") }.start();
    server.control.hang();
    let control = server.control.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        control.release();
    });
    let reply = server.chat(json!({"stream": true})).await;
    assert!(reply.text.matches(": keep-alive\n\n").count() >= 3, "{}", reply.text);
    let text: String =
        reply.chunks().iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!(text, "Hi");
}

#[tokio::test]
async fn token_ids_come_with_the_pieces() {
    let server = Setup::replying("aé").start();
    let chunks = server.chat(json!({"stream": true, "return_token_ids": true})).await.chunks();
    assert_eq!(chunks[0]["prompt_token_ids"].as_array().unwrap().len(), 24);
    let ids: Vec<u64> = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["token_ids"].as_array())
        .flatten()
        .map(|id| id.as_u64().unwrap())
        .collect();
    assert_eq!(ids, [97, 0xc3, 0xa9, 257]);
}
