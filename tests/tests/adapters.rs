//! Adapters in the real binary: names of their own, answers of their own, and bad ones refused at start.
#![allow(clippy::unwrap_used)]

use e2e::fixture;
use sconce_testkit::server::Server;
use serde_json::{Value, json};

fn lora(name: &str, folder: &str) -> String {
    format!("{name}={}", fixture(folder))
}

async fn tokens(server: &Server, model: &str, prompt: &[u64]) -> Value {
    let body = json!({"model": model, "prompt": prompt, "max_tokens": 16, "temperature": 0, "ignore_eos": true,
        "return_token_ids": true});
    let (status, answer) = server.post("/v1/completions", &body).await;
    assert_eq!(status, 200, "{model}: {answer}");
    assert_eq!(answer["model"], model);
    answer["choices"][0]["token_ids"].clone()
}

/// What PEFT and transformers say, of a prompt and its first 16 tokens.
fn golden(folder: &str) -> (Vec<u64>, Value) {
    let text = std::fs::read(format!("{}/golden.json", fixture(folder))).unwrap();
    let golden: Value = serde_json::from_slice(&text).unwrap();
    let prompt = &golden["prompts"][3];
    let ids = prompt["ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect();
    (ids, prompt["greedy"].as_array().unwrap()[..16].to_vec().into())
}

#[tokio::test]
async fn answer_as_peft_does_beside_each_other() {
    let (one, two) = (lora("refunds", "tiny-llama-lora"), lora("org/shipping", "tiny-llama-lora-patterns"));
    let server = Server::start(&["--model", &fixture("tiny-llama"), "--lora", &one, "--lora", &two]);
    let list = reqwest::get(format!("{}/v1/models", server.url())).await.unwrap().json::<Value>().await.unwrap();
    let parents: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|model| (&model["id"], &model["parent"])).collect();
    let base = json!("tiny-llama");
    assert_eq!(parents, [(&base, &Value::Null), (&json!("refunds"), &base), (&json!("org/shipping"), &base)]);
    let models =
        [("tiny-llama", "tiny-llama"), ("refunds", "tiny-llama-lora"), ("org/shipping", "tiny-llama-lora-patterns")];
    // Twice each, all at once.
    let asked = models.iter().chain(&models).map(async |(name, folder)| {
        let (prompt, wanted) = golden(folder);
        assert_eq!(tokens(&server, name, &prompt).await, wanted, "{name}");
    });
    futures::future::join_all(asked).await;
}

#[test]
fn bad_ones_are_refused_at_start() {
    let refused = |model: &str, adapter: &str| {
        let (model, adapter) = (format!("named={}", fixture(model)), lora("x", adapter));
        let arguments = ["serve", "--port", "0", "--model", &model, "--lora", &adapter];
        let output = std::process::Command::new(sconce_testkit::server::binary()).args(arguments).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = refused("tiny-bert", "tiny-llama-lora");
    assert!(said.contains("embedding models"), "{said}");
    let said = refused("tiny-llama", "tiny-qwen2-lora");
    assert!(said.contains("tiny-qwen2-lora") && said.contains("is no projection"), "{said}");
}
