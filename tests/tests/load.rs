//! Many streams at once: nothing is lost, and a full queue says so before the first byte.
#![allow(clippy::unwrap_used)]

use e2e::fixture;
use e2e::load::{post_all, stream_all, until_idle};
use sconce_testkit::server::Server;
use serde_json::{Value, json};

fn body(index: usize, stream: bool) -> Value {
    json!({
        "model": "tiny", "prompt": [7 + index % 100, 8, 9, 10 + index % 50], "max_tokens": 32, "ignore_eos": true,
        "temperature": 1, "seed": index, "stream": stream,
    })
}

#[tokio::test]
async fn five_hundred_and_twelve_streams() {
    let model = fixture("tiny-llama");
    let server = Server::start(&["--model", &model, "--served-model-name", "tiny", "--max-slots", "64"]);
    let streamed: Vec<Value> = (0..512).map(|index| body(index, true)).collect();
    let texts = stream_all(&server, "/v1/completions", &streamed).await;
    assert_eq!(texts.len(), 512);
    for (index, text) in texts.iter().enumerate().step_by(64) {
        let (status, whole) = server.post("/v1/completions", &body(index, false)).await;
        assert_eq!(status, 200);
        assert_eq!(whole["choices"][0]["text"].as_str().unwrap(), text, "stream {index}");
    }
    until_idle(&server).await;
}

#[tokio::test]
async fn a_full_queue_refuses_before_the_first_byte() {
    let model = fixture("tiny-llama");
    let server =
        Server::start(&["--model", &model, "--served-model-name", "tiny", "--max-slots", "2", "--queue-requests", "4"]);
    let bodies: Vec<Value> = (0..64).map(|index| body(index, false)).collect();
    let answers = post_all(&server, "/v1/completions", &bodies).await;
    let refused: Vec<&Value> = answers.iter().filter(|(status, _)| *status == 429).map(|(_, body)| body).collect();
    let answered = answers.iter().filter(|(status, _)| *status == 200).count();
    assert!(!refused.is_empty(), "64 requests at once must overflow a queue of 4");
    assert!(answered >= 4, "accepted requests are answered");
    assert_eq!(answered + refused.len(), 64, "every request has one of the two answers");
    assert!(refused.iter().all(|body| body["error"]["message"].is_string()));
    until_idle(&server).await;
    assert_eq!(server.metric("sconce_admission_rejections_total").await as usize, refused.len());
}
