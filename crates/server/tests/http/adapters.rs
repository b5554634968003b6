//! Adapters: names of their own for a model that runs with one.

use sconce_engine::LoraId;
use sconce_server::ServedAdapter;
use serde_json::{Value, json};

use crate::harness::{Setup, TestServer};

const NAMES: [&str; 2] = ["refunds", "org/shipping"];

fn start() -> TestServer {
    let adapter = |(lora, id): (usize, &str)| ServedAdapter { id: id.to_owned(), lora: LoraId(lora as u32) };
    Setup { adapters: NAMES.into_iter().enumerate().map(adapter).collect(), ..Setup::default() }.start()
}

fn text(answer: &Value) -> String {
    answer["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn are_models_of_the_list() {
    let server = start();
    let list = server.get("/v1/models").await.ok();
    let ids: Vec<_> = list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["org/tiny", "tiny", "refunds", "org/shipping"]);
    let one = server.get("/v1/models/org/shipping").await.ok();
    assert_eq!(one, list["data"][3]);
    assert_eq!((&one["root"], &one["parent"]), (&json!("org/shipping"), &json!("org/tiny")));
    assert_eq!(list["data"][1]["parent"], Value::Null);
}

/// The fake runner's tokens depend on the adapter and, as a real model's would, on nothing that another one left in the cache.
#[tokio::test]
async fn answer_for_themselves() {
    let server = start();
    let ask = async |model: &str| {
        let answer = server.chat(json!({"model": model, "temperature": 0, "max_tokens": 8})).await.ok();
        let cached = answer["usage"]["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap();
        assert_eq!(answer["model"], if model == "tiny" { "org/tiny" } else { model });
        (text(&answer), cached)
    };
    let mut answers = Vec::new();
    for model in ["tiny", "refunds", "org/shipping"] {
        let (answer, cached) = ask(model).await;
        assert_eq!(cached, 0, "{model}");
        assert_eq!(ask(model).await, (answer.clone(), 16), "{model}");
        assert!(!answers.contains(&answer), "{model}");
        answers.push(answer);
    }
    let streamed = server.chat(json!({"model": "refunds", "temperature": 0, "max_tokens": 8, "stream": true})).await;
    let chunks = streamed.chunks();
    let content = |chunk: &Value| chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default().to_owned();
    assert_eq!(chunks.iter().map(content).collect::<String>(), answers[1]);
    assert!(chunks.iter().all(|chunk| chunk["model"] == "refunds"));
    let response = server.respond(json!({"model": "refunds", "input": "Hi"})).await.ok();
    assert_eq!(response["model"], "refunds");
}

#[tokio::test]
async fn are_asked_for_by_name() {
    let server = start();
    let message = server.chat(json!({"model": "returns"})).await.refused(404, "model_not_found", Some("model"));
    assert!(message.contains("returns"), "{message}");
    // Without a name it is the model itself.
    let response = server.post("/v1/responses", &json!({"input": "Hi"})).await.ok();
    assert_eq!(response["model"], "org/tiny");
    // The engine is counted once, under the model's name; requests under the names they asked for.
    server.chat(json!({"model": "refunds"})).await.ok();
    let metrics = server.get("/metrics").await.text;
    let series = |name: &str| metrics.lines().filter(|line| line.starts_with(&format!("sconce_{name}{{"))).count();
    assert_eq!(series("kv_cache_usage_perc"), 1, "{metrics}");
    assert!(metrics.contains("sconce_kv_cache_usage_perc{model_name=\"org/tiny\"}"), "{metrics}");
    assert!(metrics.contains("sconce_request_success_total{model_name=\"refunds\""), "{metrics}");
}
