//! Clients that go away: their KV blocks come back, memory stays flat and a neighbor's stream does not change.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use e2e::load::{stream_one, until_idle};
use sconce_testkit::server::Server;
use sconce_testkit::sse::SseReader;
use serde_json::{Value, json};

const STREAMS: usize = 500;
const AT_ONCE: usize = 50;
const PATH: &str = "/v1/chat/completions";

fn chat(text: &str, max_tokens: u32) -> Value {
    json!({
        "model": "sconce-demo", "stream": true, "max_tokens": max_tokens, "ignore_eos": true, "temperature": 0,
        "messages": [{"role": "user", "content": text}],
    })
}

/// Opens a stream, reads a few chunks and drops the connection.
async fn open_and_drop(server: &Server, index: usize) {
    let response = server.send(PATH, &chat(&format!("Question number {index}: where is my order?"), 400)).await;
    assert_eq!(response.status(), 200);
    let mut reader = SseReader::new(response);
    for _ in 0..=index % 4 {
        reader.data().await.unwrap();
    }
}

async fn drop_many(server: &Server, count: usize) {
    for start in (0..count).step_by(AT_ONCE) {
        let batch = (start..start + AT_ONCE).map(|index| open_and_drop(server, index));
        futures::future::join_all(batch).await;
    }
}

#[tokio::test]
async fn dropped_streams_cost_nothing() {
    // Pages of the KV cache become resident when they are first written; a small cache keeps them out of the figures.
    let server = Server::start(&["--kv-memory", "32MiB"]);
    let neighbor = chat("Tell me everything about your lamps.", 600);
    let undisturbed = stream_one(&server, PATH, &neighbor).await;
    drop_many(&server, AT_ONCE).await;
    until_idle(&server).await;
    let before = server.resident_bytes();

    let (beside, ()) = tokio::join!(stream_one(&server, PATH, &neighbor), drop_many(&server, STREAMS));
    assert_eq!(beside, undisturbed, "the neighbor's stream must not change");
    until_idle(&server).await;
    assert!(server.metric("sconce_cancellations_total").await > 0.0);
    if let (Some(before), Some(after)) = (before, server.resident_bytes()) {
        assert!(after < before + 64 * 1024 * 1024, "resident memory grew from {before} to {after} bytes");
    }
}

#[tokio::test]
async fn an_abandoned_answer_is_cancelled_too() {
    let server = Server::start(&[]);
    let mut body = chat("Hello", 1500);
    body["stream"] = json!(false);
    let request = server.send(PATH, &body);
    let outcome = tokio::time::timeout(Duration::from_millis(100), request).await;
    assert!(outcome.is_err(), "1500 tokens must take longer than 100 ms for this test to mean anything");
    until_idle(&server).await;
    assert!(server.metric("sconce_generation_tokens_total").await < 1500.0, "the answer was generated to its end");
}
