//! Random bodies: never a 5xx, always OpenAI's error body, bounded answers, nothing left in the engine.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Setup, TestServer};

const FIELDS: &[&str] = &[
    "model",
    "messages",
    "prompt",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "n",
    "best_of",
    "stop",
    "stop_token_ids",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "min_tokens",
    "logprobs",
    "top_logprobs",
    "echo",
    "suffix",
    "seed",
    "logit_bias",
    "tools",
    "tool_choice",
    "response_format",
    "user",
    "metadata",
    "cache_salt",
    "priority",
    "request_id",
    "presence_penalty",
    "repetition_penalty",
    "chat_template_kwargs",
    "continue_final_message",
    "documents",
    "add_generation_prompt",
    "add_special_tokens",
    "ignore_eos",
    "tokens",
    "reasoning_effort",
    "return_token_ids",
    "prompt_logprobs",
    "timings_per_token",
    "thinking_token_budget",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3..300_i64).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0.0..2.0_f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop_oneof![
            Just("user"),
            Just("assistant"),
            Just("tiny"),
            Just("org/tiny"),
            Just("text"),
            Just("auto"),
            Just("none")
        ]
        .prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec!["role", "content", "type", "text", "name", "tool_calls", "id", "function",
            "arguments", "tool_call_id", "include_usage", "5", "97", "schema"]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(key(), inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    let fields = proptest::collection::hash_map(proptest::sample::select(FIELDS), value(), 0..8);
    let base = prop_oneof![
        Just(json!({})),
        Just(json!({"model": "tiny", "messages": [{"role": "user", "content": "a"}], "max_tokens": 3})),
        Just(json!({"model": "tiny", "prompt": "a", "max_tokens": 3})),
    ];
    (base, fields, any::<bool>()).prop_map(|(mut base, fields, override_base)| {
        for (name, value) in fields {
            if override_base || base.get(name).is_none() {
                base[name] = value;
            }
        }
        base
    })
}

async fn check(server: &TestServer, bytes: &[u8]) {
    for path in ["/v1/chat/completions", "/v1/completions", "/tokenize", "/detokenize"] {
        let reply = server.post_bytes(path, bytes.to_vec()).await;
        let status = reply.status.as_u16();
        match status {
            200 if reply.header("content-type").starts_with("text/event-stream") => {
                reply.chunks();
            }
            200 => {
                reply.ok();
            }
            400 | 404 => {
                assert_eq!(reply.error()["type"], "invalid_request_error");
                assert!(reply.text.len() < 4000, "{}", reply.text);
            }
            _ => panic!("{status} at {path}: {}\n{}", reply.text, String::from_utf8_lossy(bytes)),
        }
    }
}

fn run(test: impl AsyncFnOnce(&TestServer)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Setup::replying("ok").start();
        test(&server).await;
        server.until_idle().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_requests(bodies in proptest::collection::vec(body(), 24)) {
        run(async |server| {
            for body in &bodies {
                check(server, body.to_string().as_bytes()).await;
            }
        });
    }

    #[test]
    fn broken_bytes(body in body(), cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 24)) {
        run(async |server| {
            let text = body.to_string().into_bytes();
            for (at, byte) in &cuts {
                let mut bytes = text.clone();
                let at = at.index(bytes.len());
                bytes[at] = *byte;
                check(server, &bytes).await;
                check(server, &text[..at]).await;
            }
        });
    }
}
