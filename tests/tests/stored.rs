//! What is stored survives kill -9 of the server: finished responses and chats as they were, a background response that
//! was running as one that failed and says so.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use e2e::fixture;
use sconce_testkit::server::Server;
use serde_json::{Value, json};

fn start(folder: &Path) -> Server {
    let model = fixture("tiny-qwen3");
    let path = folder.display().to_string();
    Server::start(&["--model", &model, "--served-model-name", "m", "--store-path", &path])
}

async fn get(server: &Server, path: &str) -> (u16, Value) {
    let response = reqwest::get(format!("{}{path}", server.url())).await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn create(server: &Server, fields: Value) -> Value {
    let mut body = json!({"model": "m", "input": "Hi there", "max_output_tokens": 5});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let (status, body) = server.post("/v1/responses", &body).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path());
    let kept = create(&server, json!({})).await;
    let next = create(&server, json!({"previous_response_id": kept["id"]})).await;
    let chat = json!({"model": "m", "max_tokens": 5, "store": true, "metadata": {"k": "v"},
        "messages": [{"role": "user", "content": "Hi"}]});
    let (_, chat) = server.post("/v1/chat/completions", &chat).await;
    let (_, conversation) = server.post("/v1/conversations", &json!({"metadata": {"k": "v"}})).await;
    let id = conversation["id"].as_str().unwrap();
    let said = create(&server, json!({"conversation": id, "store": false})).await;
    // As long as the context, and never at its end by itself.
    let endless = json!({"background": true, "ignore_eos": true, "max_output_tokens": null});
    let mut running = Vec::new();
    for _ in 0..8 {
        running.push(create(&server, endless.clone()).await);
    }
    // What of it ends by chance before the death is not part of this.
    let one = json!({"background": true, "ignore_eos": true, "max_output_tokens": null, "conversation": id});
    create(&server, one).await;
    server.signal("KILL");
    server.wait(Duration::from_secs(10));
    drop(server);

    let server = start(folder.path());
    for body in [&kept, &next] {
        assert_eq!(get(&server, &format!("/v1/responses/{}", body["id"].as_str().unwrap())).await, (200, body.clone()));
    }
    let (status, stored) = get(&server, &format!("/v1/chat/completions/{}", chat["id"].as_str().unwrap())).await;
    assert_eq!((status, &stored["choices"], &stored["metadata"]["k"]), (200, &chat["choices"], &json!("v")));
    for body in &running {
        let (status, body) = get(&server, &format!("/v1/responses/{}", body["id"].as_str().unwrap())).await;
        assert_eq!(status, 200, "lost: {body}");
        match body["status"].as_str().unwrap() {
            "failed" => assert!(body["error"]["message"].as_str().unwrap().contains("stopped"), "{body}"),
            // The machine was quick.
            "incomplete" => assert_eq!(body["error"], Value::Null),
            other => panic!("{other}: {body}"),
        }
    }
    let path = format!("/v1/conversations/{id}");
    assert_eq!(get(&server, &path).await, (200, conversation.clone()));
    let (_, items) = get(&server, &format!("{path}/items?order=asc")).await;
    let texts: Vec<&Value> = items["data"].as_array().unwrap().iter().map(|item| &item["content"][0]["text"]).collect();
    assert_eq!(texts[..2], [&json!("Hi there"), &said["output"][0]["content"][0]["text"]]);
    // The conversation goes on where it was.
    let after = create(&server, json!({"previous_response_id": next["id"]})).await;
    assert!(after["usage"]["input_tokens"].as_u64() > next["usage"]["input_tokens"].as_u64());
}

#[tokio::test]
async fn two_servers_do_not_share_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let _server = start(folder.path());
    let output = std::process::Command::new(sconce_testkit::server::binary())
        .args(["serve", "--port", "0", "--store-path"])
        .arg(folder.path())
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains("in use by another server"), "{message}");
}
