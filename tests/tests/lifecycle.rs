//! Start, health, drain and refusal to start, as an operator sees them.
#![allow(clippy::unwrap_used)]

use std::process::Command;
use std::time::Duration;

use e2e::fixture;
use e2e::load::stream_one;
use sconce_testkit::server::{Server, binary};
use serde_json::json;

#[tokio::test]
async fn every_fixture_chats() {
    for name in [
        "tiny-llama",
        "tiny-llama-sharded",
        "tiny-llama-bf16",
        "tiny-llama-w8a8",
        "tiny-llama-gguf",
        "tiny-mistral",
        "tiny-qwen2",
        "tiny-qwen2-gguf",
        "tiny-qwen3",
    ] {
        let model = fixture(name);
        let server = Server::start(&["--model", &model]);
        let (status, models) = {
            let response = reqwest::get(format!("{}/v1/models", server.url())).await.unwrap();
            (response.status().as_u16(), response.json::<serde_json::Value>().await.unwrap())
        };
        assert_eq!(status, 200);
        let id = models["data"][0]["id"].as_str().unwrap();
        let chat = json!({"model": id, "max_tokens": 8, "messages": [{"role": "user", "content": "Hi there"}]});
        let (status, answer) = server.post("/v1/chat/completions", &chat).await;
        assert_eq!(status, 200, "{name}: {answer}");
        assert!(answer["usage"]["completion_tokens"].as_u64().unwrap() >= 1, "{name}: {answer}");
    }
}

#[tokio::test]
async fn terminate_lets_running_answers_finish() {
    let mut server = Server::start(&[]);
    let body = json!({
        "model": "sconce-demo", "stream": true, "max_tokens": 400, "ignore_eos": true, "temperature": 0,
        "messages": [{"role": "user", "content": "Hello"}],
    });
    let whole = stream_one(&server, "/v1/chat/completions", &body).await;
    let response = server.send("/v1/chat/completions", &body).await;
    server.signal("TERM");
    let events = sconce_testkit::sse::SseReader::new(response).rest().await;
    assert_eq!(sconce_testkit::sse::streamed_text(&events, 0), whole, "the running stream is finished in full");
    assert!(server.wait(Duration::from_secs(20)).success());
}

#[test]
fn wrong_starts_say_what_is_wrong() {
    for (args, expected) in [
        (vec!["serve", "--model", "/no/such/folder"], "/no/such/folder"),
        (vec!["serve", "--model", "../../etc"], "../../etc"),
        (vec!["serve", "--config", "/no/such/file.toml"], "/no/such/file.toml"),
        (vec!["serve", "--port", "notaport"], "notaport"),
        (vec!["serve", "--synthetic", "9999b"], "9999b"),
        (vec!["serve", "--quantize", "q3"], "q3"),
        (vec!["serve", "--model", "/no/such/file.gguf"], "/no/such/file.gguf"),
    ] {
        let output = Command::new(binary()).args(&args).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{args:?} must fail");
        assert!(stderr.contains(expected), "{args:?} must name {expected}: {stderr}");
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
    }
}

#[test]
fn corrupt_checkpoints_are_errors_that_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let source = fixture("tiny-llama");
    for entry in std::fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    for (file, content) in [
        ("config.json", b"{ not json".to_vec()),
        ("tokenizer.json", b"{}".to_vec()),
        ("model.safetensors", b"\xff\xff\xff\xff\xff\xff\xff\x7f{}".to_vec()),
        ("model.safetensors", std::fs::read(format!("{source}/model.safetensors")).unwrap()[..5000].to_vec()),
    ] {
        let path = folder.path().join(file);
        let original = std::fs::read(&path).unwrap();
        std::fs::write(&path, content).unwrap();
        let output =
            Command::new(binary()).args(["serve", "--port", "0", "--model"]).arg(folder.path()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "a corrupt {file} must be refused");
        assert!(stderr.contains(file), "the message must name {file}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        std::fs::write(&path, original).unwrap();
    }
}
