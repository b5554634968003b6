//! Stop strings and stop tokens: across token borders, reported, included, and not before `min_tokens`.

use serde_json::{Value, json};

use crate::harness::Setup;
use crate::tokenizer::{END_OF_TEXT, IM_END};

fn only(body: &Value) -> (&str, &str, Option<&Value>) {
    let choice = &body["choices"][0];
    (
        choice["message"]["content"].as_str().unwrap(),
        choice["finish_reason"].as_str().unwrap(),
        Some(&choice["stop_reason"]).filter(|reason| !reason.is_null()),
    )
}

#[tokio::test]
async fn a_stop_string_across_tokens_is_cut_and_reported() {
    let server = Setup::replying("one, two, three").start();
    let body = server.chat(json!({"stop": [" tw", "thr"], "max_tokens": 50})).await.ok();
    assert_eq!(only(&body), ("one,", "stop", Some(&json!(" tw"))));
    // Seven tokens were sampled until the stop string was complete.
    assert_eq!(body["usage"]["completion_tokens"], 7);
    server.until_idle().await;
    let body = server.chat(json!({"stop": ", ", "include_stop_str_in_output": true, "max_tokens": 50})).await.ok();
    assert_eq!(only(&body), ("one, ", "stop", Some(&json!(", "))));
}

#[tokio::test]
async fn a_held_back_text_is_released_at_the_end() {
    let server = Setup::replying("one, tw").start();
    let body = server.chat(json!({"stop": "two", "max_tokens": 50})).await.ok();
    assert_eq!(only(&body), ("one, tw", "stop", None));
    let body = server.chat(json!({"stop": "two", "max_tokens": 6})).await.ok();
    assert_eq!(only(&body), ("one, t", "length", None));
}

#[tokio::test]
async fn min_tokens_delays_stop_strings_and_end_of_text() {
    let server = Setup::replying("abab").start();
    let body = server.chat(json!({"stop": "b", "min_tokens": 2, "max_tokens": 8})).await.ok();
    assert_eq!(only(&body), ("aba", "stop", Some(&json!("b"))));
    let body = server.chat(json!({"min_tokens": 6, "max_tokens": 8})).await.ok();
    assert!(body["usage"]["completion_tokens"].as_u64().unwrap() >= 6, "{body}");
}

#[tokio::test]
async fn stop_tokens_end_silently_unless_included() {
    let server = Setup::replying("a!b").start();
    let stop = json!([u32::from(b'!')]);
    let body = server.chat(json!({"stop_token_ids": stop})).await.ok();
    assert_eq!(only(&body), ("a", "stop", Some(&json!(33))));
    assert_eq!(body["usage"]["completion_tokens"], 2);
    let body = server.chat(json!({"stop_token_ids": stop, "include_stop_str_in_output": true})).await.ok();
    assert_eq!(only(&body), ("a!", "stop", Some(&json!(33))));
    let body = server.chat(json!({"include_stop_str_in_output": true, "skip_special_tokens": false})).await.ok();
    assert_eq!(only(&body).0, "a!b", "the model's own end of text is never part of the answer");
}

#[tokio::test]
async fn ignore_eos_goes_on() {
    let server = Setup::replying("ab").start();
    let fields = json!({"ignore_eos": true, "max_tokens": 4, "skip_special_tokens": false});
    let body = server.chat(fields).await.ok();
    let (text, finish, _) = only(&body);
    assert!(text.starts_with("ab<|im_end|>"), "{text}");
    assert_eq!(finish, "length");
    let fields = json!({"ignore_eos": true, "stop_token_ids": [IM_END]});
    assert_eq!(only(&server.chat(fields).await.ok()), ("ab", "stop", Some(&json!(IM_END))));
}

#[tokio::test]
async fn nothing_of_a_stop_string_is_ever_streamed() {
    let server = Setup::replying("xSTxSTOPy").start();
    let chunks = server.chat(json!({"stop": "STOP", "stream": true, "max_tokens": 50})).await.chunks();
    let text: String = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!(text, "xSTx");
    let last = &chunks.last().unwrap()["choices"][0];
    assert_eq!((&last["finish_reason"], &last["stop_reason"]), (&json!("stop"), &json!("STOP")));
}

#[tokio::test]
async fn every_end_of_text_id_ends() {
    let mut setup = Setup { stop_tokens: vec![IM_END, END_OF_TEXT], ..Setup::default() };
    setup.fake.reply = Some(vec![97, END_OF_TEXT, 98].into());
    let server = setup.start();
    let body = server.chat(json!({"stop_token_ids": [END_OF_TEXT]})).await.ok();
    assert_eq!(only(&body), ("a", "stop", None));
}
