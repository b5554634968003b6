//! Embeddings over a fake encoder beside a fake chat model, and what holds for every request to an encoder.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sconce_engine::EncoderOutput;
use sconce_testkit::fake_encoder::{FakeEncoderOptions, vector};
use serde_json::{Value, json};

use crate::encoder_harness::{BAD, EncoderServer, START, input};
use crate::harness::until;

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

#[tokio::test]
async fn vectors_of_every_kind_of_input() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let spec = server.spec();
    let body = server.post("/v1/embeddings", json!({"model": "embed", "input": ["ab", "c"]})).await.ok();
    assert_eq!((&body["object"], &body["model"]), (&json!("list"), &json!("org/embed")));
    assert_eq!(body["usage"], json!({"prompt_tokens": 5, "total_tokens": 5}));
    for (i, text) in ["ab", "c"].into_iter().enumerate() {
        let entry = &body["data"][i];
        assert_eq!((&entry["object"], &entry["index"]), (&json!("embedding"), &json!(i)));
        assert_eq!(floats(&entry["embedding"]), vector(&spec, &input(text)));
    }
    let one = server.embed(json!({"input": "ab"})).await.ok();
    assert_eq!(one["data"][0], body["data"][0]);
    let ids = server.embed(json!({"input": [[START, 97, 98], [START, 99]]})).await.ok();
    assert_eq!(ids["data"], body["data"]);
    let flat = server.embed(json!({"input": [START, 97, 98]})).await.ok();
    assert_eq!(flat["data"], one["data"]);
    let bare = server.embed(json!({"input": "ab", "add_special_tokens": false})).await.ok();
    assert_eq!(bare["usage"]["prompt_tokens"], 2);
}

#[tokio::test]
async fn base64_holds_the_same_numbers() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let list = server.embed(json!({"input": "ab", "encoding_format": "float"})).await.ok();
    let text = server.embed(json!({"input": "ab", "encoding_format": "base64"})).await.ok();
    let bytes = STANDARD.decode(text["data"][0]["embedding"].as_str().unwrap()).unwrap();
    let numbers: Vec<f32> = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    assert_eq!(numbers, floats(&list["data"][0]["embedding"]));
    assert_eq!(bytes.len(), 32);
}

#[tokio::test]
async fn dimensions_are_cut_where_the_model_allows_it() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let message = server.embed(json!({"input": "a", "dimensions": 4})).await;
    let message = message.refused(400, "unsupported_parameter", Some("dimensions"));
    assert_eq!(message, "This model does not support specifying dimensions.");
    server.embed(json!({"input": "a", "dimensions": 8})).await.ok();
    let mut options = FakeEncoderOptions::default();
    options.spec.matryoshka = true;
    let server = EncoderServer::start(options);
    let body = server.embed(json!({"input": "a", "dimensions": 4})).await.ok();
    let numbers = floats(&body["data"][0]["embedding"]);
    let whole = vector(&server.spec(), &input("a"));
    assert_eq!(numbers.len(), 4);
    assert!((numbers.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5, "of length 1 again");
    assert!((numbers[0] / numbers[1] - whole[0] / whole[1]).abs() < 1e-4, "in the same direction");
    for wrong in [0, -1, 9] {
        server.embed(json!({"input": "a", "dimensions": wrong})).await.refused(
            400,
            "invalid_value",
            Some("dimensions"),
        );
    }
}

#[tokio::test]
async fn long_inputs_are_refused_or_cut_when_asked() {
    let mut options = FakeEncoderOptions::default();
    options.spec.max_len = 8;
    let server = EncoderServer::start(options);
    server.embed(json!({"input": "abcdefg"})).await.ok();
    let message = server.embed(json!({"input": ["a", "abcdefgh"]})).await;
    let message = message.refused(400, "context_length_exceeded", Some("input"));
    assert!(message.contains("maximum context length is 8 tokens") && message.contains("input[1]"), "{message}");
    server.embed(json!({"input": vec![97; 9]})).await.refused(400, "context_length_exceeded", Some("input"));
    let whole = server.embed(json!({"input": "abcdefg"})).await.ok();
    for truncate in [-1, 8] {
        let cut = server.embed(json!({"input": "abcdefghij", "truncate_prompt_tokens": truncate})).await.ok();
        assert_eq!(cut["data"], whole["data"]);
    }
    let short = server.embed(json!({"input": "abcdefghij", "truncate_prompt_tokens": 3})).await.ok();
    assert_eq!(short["usage"]["prompt_tokens"], 3);
    // One that is much longer is not tokenized as a whole, and cut to the same.
    let long = format!("abcdefghij{}", " klmno".repeat(100_000));
    let cut = server.embed(json!({"input": long, "truncate_prompt_tokens": 8})).await.ok();
    assert_eq!(cut["data"], whole["data"]);
    for wrong in [0, 9, -2] {
        let reply = server.embed(json!({"input": "a", "truncate_prompt_tokens": wrong})).await;
        reply.refused(400, "invalid_value", Some("truncate_prompt_tokens"));
    }
}

#[tokio::test]
async fn wrong_embedding_requests_name_the_field() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    for (fields, param) in [
        (json!({"input": ""}), "input"),
        (json!({"input": []}), "input"),
        (json!({"input": ["a", ""]}), "input"),
        (json!({"input": [[]]}), "input"),
        (json!({"input": [[97], []]}), "input"),
        (json!({"input": vec!["a"; 2049]}), "input"),
        (json!({"input": [1000]}), "input"),
        (json!({"input": [-1]}), "input"),
        (json!({"input": ["a", 1]}), "input"),
        (json!({"input": [1.5]}), "input[0]"),
        (json!({"input": {"a": 1}}), "input"),
        (json!({"input": null}), "input"),
        (json!({"input": 5}), "input"),
        (json!({"input": "x".repeat((1 << 20) + 1)}), "input"),
        (json!({}), "input"),
        (json!({"input": "a", "encoding_format": "int8"}), "encoding_format"),
        (json!({"input": "a", "encoding_format": 1}), "encoding_format"),
        (json!({"input": "a", "dimensions": "8"}), "dimensions"),
        (json!({"input": "a", "user": 1}), "user"),
        (json!({"input": "a", "truncation_side": "left"}), "truncation_side"),
        (json!({"input": "a", "messages": []}), "messages"),
        (json!({"input": "a", "model": null}), "model"),
        (json!({"input": "a", "model": ""}), "model"),
        (json!({"input": "a", "model": 1}), "model"),
    ] {
        let reply = server.embed(fields).await;
        assert_eq!(reply.status, 400, "{}", reply.text);
        assert_eq!(reply.error()["param"], param, "{}", reply.text);
    }
    assert_eq!(server.control.steps(), 0, "something reached the encoder");
    server.embed(json!({"input": "a", "model": "nobody"})).await.refused(404, "model_not_found", Some("model"));
    server.embed(json!({"input": vec!["a"; 2048], "user": "u"})).await.ok();
}

#[tokio::test]
async fn models_do_what_they_can_and_no_more() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let refused = async |path: &str, body: Value| {
        server.post(path, body).await.refused(400, "model_not_supported", Some("model"))
    };
    let message = refused("/v1/embeddings", json!({"model": "tiny", "input": "a"})).await;
    assert_eq!(message, "The model `tiny` does not support embeddings.");
    let messages = json!([{"role": "user", "content": "a"}]);
    let message = refused("/v1/chat/completions", json!({"model": "embed", "messages": messages})).await;
    assert_eq!(message, "The model `embed` does not support text generation.");
    refused("/v1/completions", json!({"model": "embed", "prompt": "a"})).await;
    refused("/v1/rerank", json!({"model": "tiny", "query": "a", "documents": ["b"]})).await;
    let list = server.get("/v1/models").await.ok();
    let names: Vec<&str> = list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["org/tiny", "tiny", "org/embed", "embed"]);
    assert_eq!(server.get("/v1/models/embed").await.ok()["max_model_len"], 512);
    // One chat model: requests that may leave the name out still mean it.
    server.post("/tokenize", json!({"prompt": "a"})).await.ok();
    let mut options = FakeEncoderOptions::default();
    options.spec.output = EncoderOutput::Labels { num_labels: 3 };
    let server = EncoderServer::start(options);
    for (path, body) in [
        ("/v1/embeddings", json!({"model": "embed", "input": "a"})),
        ("/v1/score", json!({"model": "embed", "text_1": "a", "text_2": "b"})),
        ("/classify", json!({"model": "tiny", "input": "a"})),
    ] {
        server.post(path, body).await.refused(400, "model_not_supported", Some("model"));
    }
    let embedder = EncoderServer::start(FakeEncoderOptions::default());
    let reply = embedder.post("/classify", json!({"model": "embed", "input": "a"})).await;
    reply.refused(400, "model_not_supported", Some("model"));
}

#[tokio::test]
async fn a_classifier_names_the_likeliest_label() {
    let mut options = FakeEncoderOptions::default();
    options.spec.output = EncoderOutput::Labels { num_labels: 3 };
    let server = EncoderServer::start(options);
    let classify = async |mut fields: Value| {
        fields["model"] = "embed".into();
        server.post("/classify", fields).await
    };
    let body = classify(json!({"input": ["a", "bc", "a"]})).await.ok();
    assert!(body["id"].as_str().unwrap().starts_with("classify-"));
    assert_eq!((&body["object"], &body["model"]), (&json!("list"), &json!("org/embed")));
    assert_eq!(body["usage"], json!({"prompt_tokens": 7, "total_tokens": 7}));
    for (i, text) in ["a", "bc", "a"].iter().enumerate() {
        let (logits, found) = (vector(&server.spec(), &input(text)), &body["data"][i]);
        let sum: f32 = logits.iter().map(|logit| logit.exp()).sum();
        let best = (0..3).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap();
        assert_eq!((&found["index"], &found["num_classes"]), (&json!(i), &json!(3)));
        assert_eq!(found["label"], ["calm", "glad", "cross"][best]);
        for (prob, logit) in found["probs"].as_array().unwrap().iter().zip(&logits) {
            assert!((prob.as_f64().unwrap() - f64::from(logit.exp() / sum)).abs() < 1e-6);
        }
    }
    let raw = classify(json!({"input": [START, 97], "use_activation": false})).await.ok();
    let numbers = raw["data"][0]["probs"].as_array().unwrap().iter();
    let numbers: Vec<f32> = numbers.map(|number| number.as_f64().unwrap() as f32).collect();
    assert_eq!(numbers, vector(&server.spec(), &input("a")));
    let older = server.post("/v1/classify", json!({"model": "embed", "input": "a", "activation": true})).await.ok();
    assert_eq!(older["data"][0]["probs"], body["data"][0]["probs"]);
    for (fields, param) in [
        (json!({}), "input"),
        (json!({"input": ""}), "input"),
        (json!({"input": []}), "input"),
        (json!({"input": "a", "use_activation": "x"}), "use_activation"),
        (json!({"input": "a", "truncate_prompt_tokens": 0}), "truncate_prompt_tokens"),
        (json!({"input": "a", "softmax": false}), "softmax"),
    ] {
        let reply = classify(fields.clone()).await;
        assert_eq!(reply.status, 400, "{fields}");
        assert_eq!(reply.error()["param"], param, "{fields}");
    }
}

#[tokio::test]
async fn failures_are_the_request_s_own() {
    let options = FakeEncoderOptions { bad_token: Some(BAD), fatal_at: Some(5), ..FakeEncoderOptions::default() };
    let server = EncoderServer::start(options);
    server.embed(json!({"input": [BAD]})).await.refused(500, "internal_error", None);
    server.embed(json!({"input": "a"})).await.ok();
    server.embed(json!({"input": "a"})).await.ok();
    server.embed(json!({"input": "a"})).await.ok();
    server.embed(json!({"input": "a"})).await.refused(503, "engine_dead", None);
    server.embed(json!({"input": "a"})).await.refused(503, "engine_dead", None);
    let message = server.get("/health/ready").await.refused(503, "engine_dead", None);
    assert!(message.contains("org/embed"), "{message}");
    server.post("/v1/completions", json!({"model": "tiny", "prompt": "a", "max_tokens": 2})).await.ok();
}

#[tokio::test]
async fn a_full_queue_is_a_429_and_a_client_that_leaves_makes_room() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    server.control.hang();
    let ask = |count: usize| {
        let (router, body) = (server.router.clone(), json!({"model": "embed", "input": vec!["a"; count]}).to_string());
        tokio::spawn(async move {
            use tower::ServiceExt;
            let body = axum::body::Body::from(body);
            let request = crate::harness::request(http::Method::POST, "/v1/embeddings", body);
            router.oneshot(request).await.unwrap().status()
        })
    };
    let first = ask(1);
    until("the encoder is busy", || server.control.steps() == 1).await;
    let second = ask(2048);
    until("the queue is full", || server.handle.stats().waiting == 2048).await;
    let reply = server.embed(json!({"input": "a"})).await;
    reply.refused(429, "rate_limit_exceeded", None);
    assert!((1..=60).contains(&reply.header("retry-after").parse::<u64>().unwrap()));
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    server.control.release();
    assert_eq!(first.await.unwrap(), 200);
    until("all is done", || server.handle.stats().waiting == 0 && server.handle.stats().cancelled == 1).await;
    let text = server.get("/metrics").await.text;
    for line in [
        r#"sconce_admission_rejections_total{model_name="org/embed",reason="queue_full"} 1"#,
        r#"sconce_cancellations_total{model_name="org/embed"} 1"#,
        r#"sconce_request_success_total{model_name="org/embed",finished_reason="stop"} 1"#,
        r#"sconce_encoder_inputs_total{model_name="org/embed"} 1"#,
        r#"sconce_encoder_tokens_total{model_name="org/embed"} 2"#,
        r#"sconce_encoder_inputs_waiting{model_name="org/embed"} 0"#,
        r#"sconce_request_inputs_count{model_name="org/embed"} 2"#,
        r#"sconce_num_requests_running{model_name="org/tiny"} 0"#,
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    server.embed(json!({"input": "a"})).await.ok();
}

#[tokio::test]
async fn a_drain_and_an_end_reach_encoders() {
    let options = FakeEncoderOptions { latency: Duration::from_millis(20), ..FakeEncoderOptions::default() };
    let server = EncoderServer::start(options);
    server.control.hang();
    let end = async {
        until("the encoder is busy", || server.control.steps() == 1).await;
        server.app.begin_drain();
        server.embed(json!({"input": "b"})).await.refused(503, "server_draining", None);
        server.app.end_requests();
    };
    let (reply, ()) = tokio::join!(server.embed(json!({"input": "a"})), end);
    reply.refused(503, "server_draining", None);
    server.control.release();
}

#[tokio::test]
async fn texts_of_an_encoder_are_tokenized_and_back() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let body =
        server.post("/tokenize", json!({"model": "embed", "prompt": "ab", "return_token_strs": true})).await.ok();
    assert_eq!((&body["tokens"], &body["token_strs"][1]), (&json!([START, 97, 98]), &json!("a")));
    assert_eq!(body["max_model_len"], server.spec().max_len);
    let bare = json!({"model": "embed", "prompt": "ab", "add_special_tokens": false});
    assert_eq!(server.post("/tokenize", bare).await.ok()["count"], 2);
    let back = server.post("/detokenize", json!({"model": "embed", "tokens": [97, 98]})).await.ok();
    assert_eq!(back, json!({"prompt": "ab"}));
    let messages = json!({"model": "embed", "messages": [{"role": "user", "content": "a"}]});
    server.post("/tokenize", messages).await.refused(400, "invalid_value", Some("messages"));
    let huge = json!({"model": "embed", "prompt": "a".repeat(2 << 20)});
    server.post("/tokenize", huge).await.refused(400, "context_length_exceeded", Some("prompt"));
}
