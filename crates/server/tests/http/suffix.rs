//! `suffix`: the prompt that is made of it, its stops, and what goes with it and what does not.

use sconce_engine::EngineConfig;
use serde_json::{Value, json};

use crate::harness::{Setup, TestServer};
use crate::tokenizer::{self, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX};

/// A model that fills in the middle.
fn setup() -> Setup {
    let mut setup = Setup::default();
    setup.fake.spec.vocab_size = FIM_MIDDLE + 1;
    setup.engine = EngineConfig { prefix_cache: false, ..setup.engine };
    setup.text = Some(tokenizer::filling_middle());
    setup
}

async fn prompts(server: &TestServer, fields: Value) -> Vec<Value> {
    let mut fields = fields;
    fields["return_token_ids"] = true.into();
    let body = server.complete(fields).await.ok();
    body["choices"].as_array().unwrap().iter().map(|choice| choice["prompt_token_ids"].clone()).collect()
}

#[tokio::test]
async fn the_prompt_stands_before_the_suffix() {
    let server = setup().start();
    let asked = json!([FIM_PREFIX, 97, 98, FIM_SUFFIX, 99, FIM_MIDDLE]);
    for prompt in [json!("ab"), json!([97, 98])] {
        assert_eq!(prompts(&server, json!({"prompt": prompt, "suffix": "c"})).await, *std::slice::from_ref(&asked));
    }
    let several = prompts(&server, json!({"prompt": ["ab", "", "x"], "suffix": "c", "n": 2})).await;
    let empty = json!([FIM_PREFIX, FIM_SUFFIX, 99, FIM_MIDDLE]);
    let other = json!([FIM_PREFIX, 120, FIM_SUFFIX, 99, FIM_MIDDLE]);
    assert_eq!(several, [asked.clone(), asked, empty.clone(), empty, other.clone(), other]);
    // No suffix, and an empty one, are the prompt alone.
    for suffix in [json!(""), Value::Null] {
        assert_eq!(prompts(&server, json!({"prompt": "ab", "suffix": suffix})).await, [json!([97, 98])]);
    }
    let whole = server.complete(json!({"prompt": "ab", "suffix": "c"})).await.ok();
    let ids = server.complete(json!({"prompt": [FIM_PREFIX, 97, 98, FIM_SUFFIX, 99, FIM_MIDDLE]})).await.ok();
    assert_eq!(whole["choices"], ids["choices"]);
    assert_eq!(whole["usage"]["prompt_tokens"], 6);
    let chunks = server.complete(json!({"prompt": "ab", "suffix": "c", "stream": true})).await.chunks();
    let text: String = chunks.iter().map(|chunk| chunk["choices"][0]["text"].as_str().unwrap()).collect();
    assert_eq!(whole["choices"][0]["text"], text);
    server.until_idle().await;
}

#[tokio::test]
async fn a_marker_ends_the_middle() {
    let mut setup = setup();
    setup.fake.reply = Some([b"x + 1".map(u32::from).as_slice(), &[FIM_PREFIX, 65]].concat().into());
    let server = setup.start();
    let ask = |more: Value| {
        let mut fields = json!({"prompt": "a = ", "suffix": ";"});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.complete(fields)
    };
    let choice = &ask(json!({})).await.ok()["choices"][0];
    assert_eq!((&choice["text"], &choice["finish_reason"]), (&json!("x + 1"), &json!("stop")));
    assert!(choice.get("stop_reason").is_none_or(Value::is_null), "it is the model's own end: {choice}");
    let late = &ask(json!({"min_tokens": 8})).await.ok()["choices"][0];
    assert_eq!(late["finish_reason"], "length", "no end before the minimum: {late}");
    let endless = &ask(json!({"ignore_eos": true})).await.ok()["choices"][0];
    assert_eq!(endless["finish_reason"], "length");
    // Without a suffix the marker is a token like others.
    let plain = &server.complete(json!({"prompt": "a = "})).await.ok()["choices"][0];
    assert_eq!(plain["finish_reason"], "stop");
    assert_eq!(plain["text"], "x + 1A");
}

#[tokio::test]
async fn what_does_not_go_with_it_is_refused() {
    let server = setup().start();
    server.complete(json!({"suffix": "c", "echo": true})).await.refused(400, "invalid_value", Some("echo"));
    server.complete(json!({"suffix": 5})).await.refused(400, "invalid_type", Some("suffix"));
    let long = server.complete(json!({"prompt": "a", "suffix": "c".repeat(510)})).await;
    long.refused(400, "context_length_exceeded", Some("prompt"));
    // Before every prompt gets a copy: by its tokens, and by its bytes.
    for length in [600, 100_000] {
        let longer = server.complete(json!({"prompt": ["a", "b"], "suffix": "c".repeat(length)})).await;
        longer.refused(400, "context_length_exceeded", Some("suffix"));
    }
    server.complete(json!({"prompt": "", "suffix": ""})).await.refused(400, "invalid_value", Some("prompt"));
    let scored = server.complete(json!({"prompt": "a", "suffix": "c", "prompt_logprobs": 0})).await.ok();
    assert_eq!(scored["choices"][0]["prompt_logprobs"].as_array().unwrap().len(), 5);
    let unable = Setup::default().start();
    unable.complete(json!({"suffix": "c"})).await.refused(400, "unsupported_parameter", Some("suffix"));
}
