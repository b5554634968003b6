//! The bounded queue: 429 with a `Retry-After`, before any byte of an answer.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Setup, until};

#[tokio::test]
async fn a_full_queue_is_a_429_that_says_when_to_come_back() {
    let mut setup = Setup::default();
    setup.engine.max_queued_requests = 2;
    setup.fake.spec.max_slots = 1;
    let server = setup.start();
    server.chat(json!({})).await.ok();
    // Its end is told before the numbers say so; they would pass for the next one's beginning.
    server.until_idle().await;
    server.control.hang();
    let handle = server.engine.handle();
    let first = tokio::spawn({
        let server = server.router.clone();
        let body = crate::harness::chat_body(json!({"stream": true}));
        async move {
            use tower::ServiceExt;
            let body = axum::body::Body::from(body.to_string());
            server.oneshot(crate::harness::request(http::Method::POST, "/v1/chat/completions", body)).await.unwrap()
        }
    });
    let steps = server.control.steps();
    until("the first one is in a step", || server.control.steps() > steps || handle.stats().running == 1).await;
    // Three choices do not fit a queue of two while the slot is taken, streaming or not.
    for stream in [true, false] {
        let reply = server.chat(json!({"n": 3, "stream": stream})).await;
        reply.refused(429, "rate_limit_exceeded", None);
        assert_eq!(reply.error()["type"], "rate_limit_exceeded");
        let seconds: u64 = reply.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds));
    }
    // Four never fit slot and queue: no reason to come back.
    for stream in [true, false] {
        let reply = server.chat(json!({"n": 4, "stream": stream})).await;
        reply.refused(400, "invalid_value", Some("n"));
    }
    server.control.release();
    assert_eq!(first.await.unwrap().status(), 200);
    let text = server.app.metrics().render(sconce_server::MetricsFormat::OpenMetrics);
    assert!(
        text.contains("sconce_admission_rejections_total{model_name=\"org/tiny\",reason=\"queue_full\"} 2"),
        "{text}"
    );
    tokio::time::timeout(Duration::from_secs(20), server.until_idle()).await.unwrap();
    assert!(
        text.contains("sconce_admission_rejections_total{model_name=\"org/tiny\",reason=\"too_many\"} 2"),
        "{text}"
    );
    server.chat(json!({"n": 3})).await.ok();
}
