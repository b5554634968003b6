//! Chat log-probabilities: shape, and alignment with the text.

use serde_json::{Value, json};

use crate::harness::Setup;

fn entries(body: &Value) -> &Vec<Value> {
    body["choices"][0]["logprobs"]["content"].as_array().unwrap()
}

fn bytes(entries: &[Value]) -> Vec<u8> {
    let all = entries.iter().flat_map(|entry| entry["bytes"].as_array().unwrap());
    all.map(|byte| u8::try_from(byte.as_u64().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn one_entry_for_each_token_of_the_text() {
    let server = Setup::replying("aé😀").start();
    let body = server.chat(json!({"logprobs": true, "top_logprobs": 2})).await.ok();
    let entries = entries(&body);
    // The end-of-text token is no part of the text.
    assert_eq!(entries.len(), 7);
    assert_eq!(bytes(entries), "aé😀".as_bytes());
    let first = &entries[0];
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["token", "logprob", "bytes", "top_logprobs"]);
    assert_eq!(first["token"], "a");
    assert!(first["logprob"].as_f64().unwrap() <= 0.0);
    let top = first["top_logprobs"].as_array().unwrap();
    assert_eq!(top.len(), 2);
    assert_eq!(
        (&top[0]["token"], &top[0]["logprob"], &top[0]["bytes"]),
        (&json!("a"), &first["logprob"], &json!([97]))
    );
    assert_eq!(body["choices"][0]["logprobs"]["refusal"], Value::Null);
}

#[tokio::test]
async fn none_unless_asked_and_no_alternatives_by_default() {
    let server = Setup::replying("ab").start();
    let body = server.chat(json!({"logprobs": true})).await.ok();
    assert_eq!(entries(&body)[0]["top_logprobs"], json!([]));
    let body = server.chat(json!({"logprobs": false})).await.ok();
    assert_eq!(body["choices"][0]["logprobs"], Value::Null);
    let body = server.chat(json!({"logprobs": false, "top_logprobs": 0})).await.ok();
    assert_eq!(body["choices"][0]["logprobs"], Value::Null);
}

#[tokio::test]
async fn tokens_of_a_cut_stop_string_have_no_entries() {
    let server = Setup::replying("abSTOPc").start();
    let body = server.chat(json!({"logprobs": true, "stop": "STOP", "max_tokens": 50})).await.ok();
    assert_eq!(bytes(entries(&body)), b"ab");
    let chunks =
        server.chat(json!({"logprobs": true, "stop": "STOP", "stream": true, "max_tokens": 50})).await.chunks();
    for chunk in chunks {
        let choice = &chunk["choices"][0];
        let text = choice["delta"]["content"].as_str().unwrap_or_default();
        let entries = choice["logprobs"]["content"].as_array().cloned().unwrap_or_default();
        assert_eq!(bytes(&entries), text.as_bytes());
    }
}
