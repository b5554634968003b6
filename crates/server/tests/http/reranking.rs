//! Rerank and score: with a cross-encoder, and with an embedding model.

use sconce_engine::EncoderOutput;
use sconce_testkit::fake_encoder::{FakeEncoderOptions, vector};
use serde_json::{Value, json};

use crate::encoder_harness::{EncoderServer, input, pair};

#[tokio::test]
async fn a_cross_encoder_ranks_pairs() {
    let mut options = FakeEncoderOptions::default();
    options.spec.output = EncoderOutput::Labels { num_labels: 1 };
    let server = EncoderServer::start(options);
    let spec = server.spec();
    let logit = |document: &str| vector(&spec, &pair("q", document))[0];
    let documents = ["one", "two", "three", "four"];
    let mut expected: Vec<usize> = (0..4).collect();
    expected.sort_by(|&a, &b| logit(documents[b]).total_cmp(&logit(documents[a])));
    let fields = json!({"model": "embed", "query": "q", "documents": ["one", {"text": "two"}, "three", "four"]});
    let mut bodies = Vec::new();
    for path in ["/v1/rerank", "/v2/rerank", "/rerank"] {
        let mut body = server.post(path, fields.clone()).await.ok();
        assert!(body["id"].as_str().unwrap().starts_with("rerank-"));
        body["id"].take();
        bodies.push(body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(bodies[0]["usage"]["total_tokens"], 4 * 2 + 3 + 3 + 5 + 4);
    for (result, index) in bodies[0]["results"].as_array().unwrap().iter().zip(&expected) {
        assert_eq!((&result["index"], &result["document"]["text"]), (&json!(index), &json!(documents[*index])));
        let sigmoid = 1.0 / (1.0 + (-logit(documents[*index])).exp());
        assert!((result["relevance_score"].as_f64().unwrap() as f32 - sigmoid).abs() < 1e-6);
    }
    let mut best = fields.clone();
    best["top_n"] = json!(2);
    best["return_documents"] = json!(false);
    best["use_activation"] = json!(false);
    let best = server.post("/v1/rerank", best).await.ok();
    let results = best["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!((&results[0]["index"], results[0].get("document")), (&json!(expected[0]), None));
    assert_eq!(results[0]["relevance_score"].as_f64().unwrap() as f32, logit(documents[expected[0]]));
    let scores = server.post("/v1/score", json!({"model": "embed", "text_1": "q", "text_2": documents})).await.ok();
    assert_eq!((&scores["object"], &scores["data"][2]["object"]), (&json!("list"), &json!("score")));
    assert_eq!(scores["data"][expected[0]]["score"], bodies[0]["results"][0]["relevance_score"]);
}

#[tokio::test]
async fn documents_are_cut_and_the_only_model_needs_no_name() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let rank = async |fields: Value| {
        let mut body = json!({"query": "abc", "documents": ["abc def", "def", "abc ghi"], "return_documents": true});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        server.post("/reranking", body).await.ok()
    };
    let (cut, whole) = (rank(json!({"max_tokens_per_doc": 3})).await, rank(json!({})).await);
    assert_ne!(cut["usage"], whole["usage"]);
    assert!(cut["results"].as_array().unwrap().iter().any(|result| result["document"]["text"] == "abc def"), "{cut}");
    // As if the documents were so short.
    let short = rank(json!({"documents": ["abc", "def", "abc"]})).await;
    let scores = |body: &Value| {
        let results = body["results"].as_array().unwrap();
        results.iter().map(|result| result["relevance_score"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((scores(&cut), &cut["usage"]), (scores(&short), &short["usage"]));
    assert_eq!(rank(json!({"max_tokens_per_doc": 0})).await["usage"], whole["usage"]);
}

/// What is cut off is not even tokenized, of whichever text; the pair is the same as when all of it was.
#[tokio::test]
async fn long_texts_of_pairs_are_cut_alike() {
    let mut options = FakeEncoderOptions::default();
    options.spec.output = EncoderOutput::Labels { num_labels: 1 };
    let server = EncoderServer::start(options);
    let score = async |first: &str, second: &str| {
        let body = json!({"model": "embed", "text_1": first, "text_2": second, "truncate_prompt_tokens": 99});
        server.post("/score", body).await.ok()
    };
    // 2,400 bytes are tokenized whole, 240,000 are not.
    let (some, more) = ("abc ab ".repeat(343), "abc ab ".repeat(34_300));
    for (short, long) in
        [(score("q", &some).await, score("q", &more).await), (score(&some, "q").await, score(&more, "q").await)]
    {
        assert_eq!((&short["data"], &short["usage"]), (&long["data"], &long["usage"]));
        assert_eq!(long["usage"]["prompt_tokens"], 99);
    }
}

#[tokio::test]
async fn an_embedding_model_scores_by_cosine() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let body = json!({"model": "embed", "queries": ["a", "b"], "documents": ["a", "c"]});
    let items = json!({"model": "embed", "queries": ["a", "b"], "items": ["a", "c"]});
    assert_eq!(server.post("/score", items).await.ok()["data"].as_array().unwrap().len(), 2);
    let body = server.post("/score", body).await.ok();
    assert!((body["data"][0]["score"].as_f64().unwrap() - 1.0).abs() < 1e-6);
    let (b, c) = (vector(&server.spec(), &input("b")), vector(&server.spec(), &input("c")));
    let dot: f32 = b.iter().zip(&c).map(|(x, y)| x * y).sum();
    assert!((body["data"][1]["score"].as_f64().unwrap() as f32 - dot).abs() < 1e-5);
    assert_eq!(body["usage"]["prompt_tokens"], 8);
    let ranked = server.post("/v1/rerank", json!({"model": "embed", "query": "a", "documents": ["b", "a"]})).await.ok();
    assert_eq!(ranked["results"][0]["index"], 1);
}

#[tokio::test]
async fn wrong_rerank_and_score_requests_name_the_field() {
    let server = EncoderServer::start(FakeEncoderOptions::default());
    let rerank = json!({"model": "embed", "query": "q", "documents": ["a"]});
    let score = json!({"model": "embed", "text_1": "q", "text_2": ["a"]});
    for (path, base, fields, param) in [
        ("/v1/rerank", &rerank, json!({"query": null}), "query"),
        ("/v1/rerank", &rerank, json!({"query": ""}), "query"),
        ("/v1/rerank", &rerank, json!({"query": ["a"]}), "query"),
        ("/v1/rerank", &rerank, json!({"documents": []}), "documents"),
        ("/v1/rerank", &rerank, json!({"documents": "a"}), "documents"),
        ("/v1/rerank", &rerank, json!({"documents": ["a", 1]}), "documents[1]"),
        ("/v1/rerank", &rerank, json!({"documents": [{"title": "a"}]}), "documents[0].text"),
        ("/v1/rerank", &rerank, json!({"documents": vec!["a"; 2049]}), "documents"),
        ("/v1/rerank", &rerank, json!({"documents": ["x".repeat(600)]}), "documents"),
        ("/v1/rerank", &rerank, json!({"top_n": -1}), "top_n"),
        ("/v1/rerank", &rerank, json!({"top_n": "1"}), "top_n"),
        ("/v1/rerank", &rerank, json!({"max_tokens_per_doc": -5}), "max_tokens_per_doc"),
        ("/v1/rerank", &rerank, json!({"model": 5}), "model"),
        ("/v1/score", &score, json!({"text_1": ["a", "b"]}), "text_1"),
        ("/v1/score", &score, json!({"text_1": []}), "text_1"),
        ("/v1/score", &score, json!({"text_2": []}), "text_2"),
        ("/v1/score", &score, json!({"text_2": null}), "text_2"),
        ("/v1/score", &score, json!({"text_2": ["a", 1]}), "text_2[1]"),
        ("/v1/score", &score, json!({"queries": "a"}), "queries"),
        ("/v1/score", &score, json!({"documents": ["a"]}), "documents"),
    ] {
        let mut body = base.clone();
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let reply = server.post(path, body).await;
        assert_eq!(reply.status, 400, "{fields}: {}", reply.text);
        assert_eq!(reply.error()["param"], param, "{fields}: {}", reply.text);
    }
    // A query is read once for each document, and all of it is bounded.
    let mut options = FakeEncoderOptions::default();
    options.spec.output = EncoderOutput::Labels { num_labels: 1 };
    let server = EncoderServer::start(options);
    let body = json!({"model": "embed", "query": "q".repeat(1 << 19), "documents": vec!["a"; 2048],
        "truncate_prompt_tokens": -1});
    server.post("/v1/rerank", body).await.refused(400, "invalid_value", Some("documents"));
}
