//! A client that goes away: its work is aborted in every state, its blocks come back, nobody else notices.

use std::time::Duration;

use axum::body::Body;
use futures::StreamExt;
use http::Method;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Setup, TestServer, chat_body, request, until};

fn slow() -> TestServer {
    let mut setup = Setup::default();
    setup.fake.step_latency = Duration::from_millis(2);
    setup.start()
}

/// Starts a request and gives its body after the first bytes.
async fn open(server: &TestServer, fields: Value) -> axum::body::BodyDataStream {
    let body = Body::from(chat_body(fields).to_string());
    let response = server.router.clone().oneshot(request(Method::POST, "/v1/chat/completions", body)).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut stream = response.into_body().into_data_stream();
    stream.next().await.unwrap().unwrap();
    stream
}

#[tokio::test]
async fn dropped_streams_give_their_blocks_back() {
    let server = slow();
    let neighbour = json!({"max_tokens": 100, "ignore_eos": true, "seed": 5, "temperature": 1});
    let alone = server.chat(neighbour.clone()).await.ok()["choices"].clone();
    let dropping = async {
        for i in 0..20 {
            let streams: Vec<_> = futures::future::join_all((0..4).map(|j| {
                open(&server, json!({"stream": true, "max_tokens": 400, "ignore_eos": true, "seed": i * 4 + j, "n": 2}))
            }))
            .await;
            drop(streams);
        }
    };
    let (beside, ()) = tokio::join!(server.chat(neighbour), dropping);
    assert_eq!(beside.ok()["choices"], alone, "a neighbour's answer changed");
    server.until_idle().await;
    let text = server.app.metrics().render(sconce_server::MetricsFormat::OpenMetrics);
    assert!(text.contains("sconce_cancellations_total{model_name=\"org/tiny\"} 160"), "{text}");
}

#[tokio::test]
async fn a_dropped_handler_aborts_whole_answers_too() {
    let server = slow();
    let router = server.router.clone();
    let body = chat_body(json!({"max_tokens": 400, "ignore_eos": true})).to_string();
    let task = tokio::spawn(router.oneshot(request(Method::POST, "/v1/chat/completions", Body::from(body))));
    let handle = server.engine.handle();
    until("it runs", || handle.stats().running == 1).await;
    task.abort();
    server.until_idle().await;
    assert!(handle.stats().generation_tokens < 400);
}

#[tokio::test]
async fn waiting_requests_leave_the_queue() {
    let mut setup = Setup::default();
    setup.fake.spec.max_slots = 1;
    setup.fake.step_latency = Duration::from_millis(15);
    let server = setup.start();
    let running = open(&server, json!({"stream": true, "max_tokens": 400, "ignore_eos": true})).await;
    let handle = server.engine.handle();
    // Headers come after a short grace even while a request waits.
    let waiting = open(&server, json!({"stream": true, "max_tokens": 400, "ignore_eos": true})).await;
    until("one waits", || handle.stats().waiting == 1).await;
    drop(waiting);
    until("none waits", || handle.stats().waiting == 0).await;
    drop(running);
    server.until_idle().await;
}
