//! Background responses: they go on without their client, are followed from any point, and can be cancelled.

use std::time::Duration;

use sconce_store::{Location, RetentionLimits, Store};
use serde_json::{Value, json};

use crate::harness::{Setup, TestServer, until};

fn path(body: &Value) -> String {
    format!("/v1/responses/{}", body["id"].as_str().unwrap())
}

async fn ended(server: &TestServer, path: &str) -> Value {
    for _ in 0..10_000 {
        let body = server.get(path).await.ok();
        if !matches!(body["status"].as_str().unwrap(), "queued" | "in_progress") {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("it never ends");
}

#[tokio::test]
async fn it_goes_on_by_itself() {
    let server = Setup::replying("Hi").start();
    let body = server.respond(json!({"background": true})).await.ok();
    assert_eq!((&body["status"], &body["background"], &body["output"]), (&json!("queued"), &json!(true), &json!([])));
    let done = ended(&server, &path(&body)).await;
    assert_eq!((&done["status"], &done["output"][0]["content"][0]["text"]), (&json!("completed"), &json!("Hi")));
    assert_eq!(done["usage"]["output_tokens"], 3);
    let next = server.respond(json!({"previous_response_id": body["id"]})).await.ok();
    assert_eq!(next["status"], "completed");
    // It was not created as a stream.
    let reply = server.get(&format!("{}?stream=true", path(&body))).await;
    reply.refused(400, "invalid_value", Some("stream"));
}

#[tokio::test]
async fn a_second_one_of_the_same_id_leaves_the_first_alone() {
    let server = Setup::replying(&"word ".repeat(200)).start();
    let fields = json!({"background": true, "request_id": "mine", "max_output_tokens": 400});
    let body = server.respond(fields.clone()).await.ok();
    assert_eq!(body["id"], "resp_mine");
    server.respond(fields).await.refused(400, "id_taken", Some("request_id"));
    let done = ended(&server, &path(&body)).await;
    assert!(done["output"][0]["content"][0]["text"].as_str().unwrap().starts_with("word word"), "{done}");
}

#[tokio::test]
async fn its_stream_can_be_taken_up_anywhere() {
    let server = Setup::replying("Hello you").start();
    let events =
        server.respond(json!({"background": true, "stream": true, "max_output_tokens": 50})).await.named_events();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds[..3], ["response.created", "response.queued", "response.in_progress"]);
    assert_eq!(kinds[kinds.len() - 1], "response.completed");
    let path = path(&events[0]["response"]);
    assert_eq!(server.get(&path).await.ok(), events[events.len() - 1]["response"]);
    assert_eq!(server.get(&format!("{path}?stream=true")).await.named_events(), events);
    for after in [0, 5, events.len() - 2] {
        let rest = server.get(&format!("{path}?stream=true&starting_after={after}")).await.named_events();
        assert_eq!(rest, events[after + 1..]);
    }
    server.get(&format!("{path}?starting_after=1")).await.refused(400, "invalid_value", Some("starting_after"));
    let wrong = server.get(&format!("{path}?stream=true&starting_after=x")).await;
    wrong.refused(400, "invalid_value", Some("starting_after"));
    server.get(&format!("{path}?stream=maybe")).await.refused(400, "invalid_value", Some("stream"));
}

#[tokio::test]
async fn a_live_stream_is_followed_by_many() {
    let mut setup = Setup::replying(&"abc ".repeat(20));
    setup.fake.step_latency = Duration::from_millis(2);
    let server = setup.start();
    let body = server.respond(json!({"background": true, "max_output_tokens": 200, "stream": true}));
    let first = tokio::time::timeout(Duration::from_secs(60), body).await.unwrap().named_events();
    let path = path(&first[0]["response"]);
    let again = [0, 10, 40].map(|after| format!("{path}?stream=true&starting_after={after}"));
    for (path, after) in again.iter().zip([0, 10, 40]) {
        assert_eq!(server.get(path).await.named_events(), first[after + 1..]);
    }
}

#[tokio::test]
async fn the_client_may_go_away_and_come_back() {
    let mut setup = Setup::replying(&"abc ".repeat(20));
    setup.fake.step_latency = Duration::from_millis(2);
    let server = setup.start();
    let fields =
        json!({"model": "org/tiny", "input": "Hello", "background": true, "stream": true, "max_output_tokens": 90});
    let request =
        crate::harness::request(http::Method::POST, "/v1/responses", axum::body::Body::from(fields.to_string()));
    let response = tower::ServiceExt::oneshot(server.router.clone(), request).await.unwrap();
    let mut body = response.into_body();
    let frame = http_body_util::BodyExt::frame(&mut body).await.unwrap().unwrap();
    let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
    drop(body);
    let created: Value = serde_json::from_str(text.lines().nth(1).unwrap().strip_prefix("data: ").unwrap()).unwrap();
    let path = path(&created["response"]);
    let rest = server.get(&format!("{path}?stream=true&starting_after=0")).await.named_events();
    assert_eq!(rest.last().unwrap()["type"], "response.completed");
    let numbers: Vec<u64> = rest.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=rest.len() as u64).collect::<Vec<_>>());
    let said: String = rest
        .iter()
        .filter(|event| event["type"] == "response.output_text.delta")
        .map(|event| event["delta"].as_str().unwrap())
        .collect();
    assert_eq!(said, "abc ".repeat(20));
}

#[tokio::test]
async fn it_can_be_cancelled() {
    let server = Setup::default().start();
    server.control.hang();
    let fields = json!({"background": true, "ignore_eos": true, "max_output_tokens": 400});
    let body = server.respond(fields).await.ok();
    let cancel = format!("{}/cancel", path(&body));
    let cancelled = server.post(&cancel, &json!({})).await.ok();
    assert_eq!((&cancelled["status"], &cancelled["id"]), (&json!("cancelled"), &body["id"]));
    server.control.release();
    server.until_idle().await;
    assert_eq!(server.get(&path(&body)).await.ok(), cancelled);
    assert_eq!(server.post(&cancel, &json!({})).await.ok(), cancelled, "twice is as good as once");

    let done = server.respond(json!({})).await.ok();
    let reply = server.post(&format!("{}/cancel", path(&done)), &json!({})).await;
    reply.refused(400, "invalid_value", Some("response_id"));
    server.post("/v1/responses/resp_zzz/cancel", &json!({})).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn a_cancelled_stream_has_an_end() {
    let server = Setup::default().start();
    server.control.hang();
    let router = server.router.clone();
    let fields = json!({"model": "org/tiny", "input": "Hello", "background": true, "stream": true, "ignore_eos": true});
    let request =
        crate::harness::request(http::Method::POST, "/v1/responses", axum::body::Body::from(fields.to_string()));
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    let mut body = response.into_body();
    let frame = http_body_util::BodyExt::frame(&mut body).await.unwrap().unwrap();
    let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
    let created: Value = serde_json::from_str(text.lines().nth(1).unwrap().strip_prefix("data: ").unwrap()).unwrap();
    let path = path(&created["response"]);
    server.post(&format!("{path}/cancel"), &json!({})).await.ok();
    let rest = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8(rest.to_vec()).unwrap();
    assert!(text.contains("event: response.incomplete\n") && text.contains("\"status\":\"cancelled\""), "{text}");
    server.control.release();
    server.until_idle().await;
}

#[tokio::test]
async fn a_deleted_one_ends() {
    let server = Setup::default().start();
    server.control.hang();
    let body = server.respond(json!({"background": true, "ignore_eos": true})).await.ok();
    server.delete(&path(&body)).await.ok();
    server.control.release();
    server.until_idle().await;
    server.get(&path(&body)).await.refused(404, "not_found", None);
    // It does not keep a shutdown waiting.
    let app = server.app.clone();
    until("nothing is in flight", || app.in_flight() == 0).await;
}

#[tokio::test]
async fn a_failure_is_stored() {
    let mut setup = Setup::replying("abcdefgh");
    setup.fake.fail_at = vec![4];
    let server = setup.start();
    let body = server.respond(json!({"background": true})).await.ok();
    let done = ended(&server, &path(&body)).await;
    assert_eq!((&done["status"], &done["error"]["code"]), (&json!("failed"), &json!("server_error")));
}

#[tokio::test]
async fn a_shutdown_waits_for_it_and_then_ends_it() {
    let server = Setup::default().start();
    server.control.hang();
    let body = server.respond(json!({"background": true, "ignore_eos": true})).await.ok();
    assert_eq!(server.app.in_flight(), 1);
    server.app.end_requests();
    let app = server.app.clone();
    until("it has ended", || app.in_flight() == 0).await;
    server.control.release();
    assert_eq!(server.get(&path(&body)).await.ok()["status"], "failed");
}

#[tokio::test]
async fn responses_outlive_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Some(Store::open(&Location::Folder(folder.path().into()), RetentionLimits::default()).unwrap());
    let server = Setup { store: open(), ..Setup::replying("one") }.start();
    let kept = server.respond(json!({})).await.ok();
    let streamed = server.respond(json!({"background": true, "stream": true})).await.named_events();
    drop(server);
    // The last handles of the store may still be on their way out.
    let store = until_opened(folder.path()).await;
    let server = Setup { store: Some(store), ..Setup::replying("two") }.start();
    assert_eq!(server.get(&path(&kept)).await.ok(), kept);
    let path = path(&streamed[0]["response"]);
    assert_eq!(server.get(&format!("{path}?stream=true")).await.named_events(), streamed);
    let next = server.respond(json!({"previous_response_id": kept["id"]})).await.ok();
    assert_eq!(next["output"][0]["content"][0]["text"], "two");
}

async fn until_opened(folder: &std::path::Path) -> Store {
    for _ in 0..10_000 {
        if let Ok(store) = Store::open(&Location::Folder(folder.into()), RetentionLimits::default()) {
            return store;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("the store stays locked");
}
