//! Liveness and readiness tell the truth: while starting work, when stalled, when draining.

use std::time::Duration;

use sconce_server::ServerConfig;
use serde_json::json;

use crate::harness::{Setup, chat_body, request, until};

#[tokio::test]
async fn a_hung_runner_is_noticed_and_forgiven() {
    let server = ServerConfig { stall_timeout_s: 0.1, access_log: false, ..ServerConfig::default() };
    let server = Setup { server, ..Setup::default() }.start();
    server.get("/health/ready").await.ok();
    server.control.hang();
    let task = tokio::spawn({
        let (router, body) = (server.router.clone(), chat_body(json!({})).to_string());
        async move {
            use tower::ServiceExt;
            router.oneshot(request(http::Method::POST, "/v1/chat/completions", body.into())).await.unwrap()
        }
    });
    let handle = server.engine.handle();
    until("it hangs", || handle.heartbeat().busy_for.is_some_and(|busy| busy > Duration::from_millis(150))).await;
    let message = server.get("/health/ready").await.refused(503, "engine_stalled", None);
    assert!(message.contains("org/tiny"), "{message}");
    server.get("/health/live").await.ok();
    server.get("/ping").await.ok();
    server.post("/ping", &json!({})).await.ok();
    server.control.release();
    assert_eq!(task.await.unwrap().status(), 200);
    server.get("/health/ready").await.ok();
}

#[tokio::test]
async fn draining_refuses_new_work_and_finishes_old() {
    let mut setup = Setup::replying("all of it");
    setup.fake.step_latency = Duration::from_millis(10);
    let server = setup.start();
    let drain = async {
        let handle = server.engine.handle();
        until("it runs", || handle.stats().running == 1).await;
        server.app.begin_drain();
        let reply = server.chat(json!({})).await;
        reply.refused(503, "server_draining", None);
        assert_eq!(reply.header("retry-after"), "5");
        server.get("/health/ready").await.refused(503, "server_draining", None);
        server.get("/health/live").await.ok();
    };
    let (old, ()) = tokio::join!(server.chat(json!({"max_tokens": 50})), drain);
    assert_eq!(old.ok()["choices"][0]["message"]["content"], "all of it");
}

#[tokio::test]
async fn requests_that_are_told_to_end_say_so() {
    let mut setup = Setup::default();
    setup.fake.step_latency = Duration::from_millis(5);
    let server = setup.start();
    let fields = json!({"max_tokens": 400, "ignore_eos": true, "stream": true});
    let end = async {
        let handle = server.engine.handle();
        until("it runs", || handle.stats().generation_tokens > 3).await;
        server.app.end_requests();
    };
    let (reply, ()) = tokio::join!(server.chat(fields), end);
    let events = reply.events();
    assert!(events.last().unwrap().contains("server_draining"), "{events:?}");
    server.until_idle().await;
}
