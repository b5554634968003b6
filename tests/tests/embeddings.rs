//! A chat model, an embedding model and a reranker in one process of the real binary.
#![allow(clippy::unwrap_used)]

use e2e::fixture;
use sconce_testkit::server::Server;
use serde_json::{Value, json};

fn serve() -> Server {
    let models = [("chat", "tiny-llama"), ("embed", "tiny-bert"), ("rerank", "tiny-bert-reranker")];
    let models = models.map(|(name, folder)| format!("{name}={}", fixture(folder)));
    let args: Vec<&str> = models.iter().flat_map(|model| ["--model", model]).collect();
    Server::start(&args)
}

async fn ok(server: &Server, path: &str, body: Value) -> Value {
    let (status, answer) = server.post(path, &body).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[tokio::test]
async fn three_models_in_one_process() {
    let server = serve();
    let list = reqwest::get(format!("{}/v1/models", server.url())).await.unwrap().json::<Value>().await.unwrap();
    let names: Vec<&str> = list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["chat", "embed", "rerank"]);

    let body = json!({"model": "chat", "prompt": [5, 6, 7], "max_tokens": 4, "ignore_eos": true});
    assert_eq!(ok(&server, "/v1/completions", body).await["usage"]["completion_tokens"], 4);

    let texts = ["the quick brown fox", "a lazy dog", "the quick brown fox"];
    let all = ok(&server, "/v1/embeddings", json!({"model": "embed", "input": texts})).await;
    let vectors: Vec<Vec<f64>> = (0..3).map(|i| floats(&all["data"][i]["embedding"])).collect();
    assert_eq!(vectors[0], vectors[2]);
    assert_ne!(vectors[0], vectors[1]);
    assert!(all["usage"]["prompt_tokens"].as_u64().unwrap() >= 6);
    for (text, vector) in texts.iter().zip(&vectors) {
        let alone = ok(&server, "/v1/embeddings", json!({"model": "embed", "input": text})).await;
        assert_eq!(&floats(&alone["data"][0]["embedding"]), vector, "the same bits alone and in a batch");
    }

    let documents = ["the lazy dog", "a quick fox", "nothing of it"];
    let body = json!({"model": "rerank", "query": "fox", "documents": documents});
    let ranked = ok(&server, "/v1/rerank", body).await;
    let scores: Vec<f64> = ranked["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["relevance_score"].as_f64().unwrap())
        .collect();
    assert!(scores.len() == 3 && scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let body = json!({"model": "rerank", "text_1": "fox", "text_2": documents});
    let scored = ok(&server, "/v1/score", body).await;
    for result in ranked["results"].as_array().unwrap() {
        let index = result["index"].as_u64().unwrap() as usize;
        assert_eq!(scored["data"][index]["score"], result["relevance_score"]);
        assert_eq!(result["document"]["text"], documents[index]);
    }

    for (path, body) in [
        ("/v1/completions", json!({"model": "embed", "prompt": "a"})),
        ("/v1/embeddings", json!({"model": "chat", "input": "a"})),
        ("/v1/embeddings", json!({"model": "rerank", "input": "a"})),
    ] {
        let (status, answer) = server.post(path, &body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("model_not_supported")), "{path}");
    }
}

/// Against transformers: the softmax of its logits.
#[tokio::test]
async fn a_classifier_gives_the_probabilities_of_transformers() {
    let server = Server::start(&["--model", &fixture("tiny-roberta-classifier"), "--served-model-name", "moods"]);
    let golden = std::fs::read(format!("{}/golden.json", fixture("tiny-roberta-classifier"))).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let mut compared = 0;
    for case in golden["cases"].as_array().unwrap() {
        let answer = ok(&server, "/classify", json!({"model": "moods", "input": case["ids"]})).await;
        let (found, logits) = (&answer["data"][0], floats(&case["vector"]));
        let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
        for (prob, logit) in floats(&found["probs"]).iter().zip(&logits) {
            assert!((prob - logit.exp() / sum).abs() < 1e-4, "{found} and {logits:?}");
        }
        let best = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap();
        assert_eq!(found["label"], format!("LABEL_{best}"));
        compared += 1;
    }
    assert!(compared > 2);
}

#[tokio::test]
async fn load_on_an_encoder_and_a_chat_model_at_once() {
    let server = serve();
    let words = |i: usize| format!("text {i} {}", "word ".repeat(i % 17));
    let inputs: Vec<String> = (0..64).map(words).collect();
    let whole = ok(&server, "/v1/embeddings", json!({"model": "embed", "input": inputs})).await;
    let embeddings = (0..64).map(|i| {
        let (server, text) = (&server, &inputs[i]);
        async move { ok(server, "/v1/embeddings", json!({"model": "embed", "input": text})).await["data"][0].clone() }
    });
    let completions = (0..8).map(|i| {
        let body = json!({"model": "chat", "prompt": [5, 6, 7 + i], "max_tokens": 32, "ignore_eos": true});
        ok(&server, "/v1/completions", body)
    });
    let (embeddings, completions) =
        tokio::join!(futures::future::join_all(embeddings), futures::future::join_all(completions));
    for (i, alone) in embeddings.iter().enumerate() {
        assert_eq!(alone["embedding"], whole["data"][i]["embedding"], "input {i}");
    }
    assert!(completions.iter().all(|answer| answer["usage"]["completion_tokens"] == 32));
    assert_eq!(server.metric("sconce_encoder_inputs_waiting").await, 0.0);
}
