//! Faults of the model: real statuses before the first byte, an error event and the end after it; neighbours live on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::Setup;

#[tokio::test]
async fn a_failure_before_the_first_byte_is_a_500() {
    let mut setup = Setup::default();
    setup.fake.fail_at = vec![1, 2];
    let server = setup.start();
    server.chat(json!({})).await.refused(500, "internal_error", None);
    let reply = server.chat(json!({"stream": true})).await;
    reply.refused(500, "internal_error", None);
    assert_eq!(reply.error()["type"], "server_error");
    server.chat(json!({})).await.ok();
    server.until_idle().await;
}

#[tokio::test]
async fn a_failure_after_it_is_an_event_and_the_end() {
    let mut setup = Setup::default();
    setup.fake.fail_at = vec![4];
    // Slow enough that the first token leaves before the failure.
    setup.fake.step_latency = Duration::from_millis(30);
    let server = setup.start();
    let events = server.chat(json!({"stream": true, "stream_options": {"include_usage": true}})).await.events();
    assert!(events.len() >= 3, "{events:?}");
    let last: Value = serde_json::from_str(events.last().unwrap()).unwrap();
    assert_eq!(last["error"]["code"], "internal_error");
    assert_eq!(last["error"]["type"], "server_error");
    assert!(!events.iter().any(|event| event == "[DONE]"));
    server.until_idle().await;
}

#[tokio::test]
async fn a_fault_of_one_row_is_its_own() {
    let mut setup = Setup::default();
    setup.fake.fault_seed = Some(13);
    let server = setup.start();
    let (bad, good) =
        tokio::join!(server.chat(json!({"seed": 13, "temperature": 1})), server.chat(json!({"seed": 14})));
    bad.refused(500, "internal_error", None);
    good.ok();
}

#[tokio::test]
async fn a_dead_engine_is_a_503_for_good() {
    let mut setup = Setup::default();
    setup.fake.fatal_at = Some(2);
    let server = setup.start();
    server.chat(json!({"max_tokens": 1})).await.ok();
    server.chat(json!({})).await.refused(503, "engine_dead", None);
    server.chat(json!({"stream": true})).await.refused(503, "engine_dead", None);
    server.get("/health/ready").await.refused(503, "engine_dead", None);
    server.get("/health").await.refused(503, "engine_dead", None);
    server.get("/health/live").await.ok();
    server.get("/v1/models").await.ok();
}
