//! The small routes, request ids, and paths and methods that do not exist.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::harness::{Setup, request};

#[tokio::test]
async fn models() {
    let server = Setup::default().start();
    let list = server.get("/v1/models").await.ok();
    assert_eq!(list["object"], "list");
    assert_eq!(
        list["data"][0].to_string(),
        json!({"id": "org/tiny", "object": "model", "created": 1_700_000_000, "owned_by": "sconce", "root": "org/tiny",
            "parent": null, "max_model_len": 512, "permission": []})
        .to_string()
    );
    assert_eq!(list["data"][1]["id"], "tiny");
    assert_eq!(server.get("/v1/models/org/tiny").await.ok(), list["data"][0]);
    assert_eq!(server.get("/v1/models/org%2Ftiny").await.ok(), list["data"][0]);
    assert_eq!(server.get("/v1/models/tiny").await.ok()["root"], "org/tiny");
    for path in ["/v1/models/other", "/v1/models/..%2f..%2fetc%2fpasswd", "/v1/models/org/tiny/x"] {
        server.get(path).await.refused(404, "model_not_found", Some("model"));
    }
}

#[tokio::test]
async fn models_for_clients_of_anthropics_api() {
    let server = Setup::default().start();
    let send = async |path: &str| {
        let request = Request::get(path).header("anthropic-version", "2023-06-01").body(Body::empty());
        server.send(request.unwrap()).await
    };
    let get = async |path: &str| send(path).await.ok();
    let list = get("/v1/models").await;
    assert_eq!(
        (&list["has_more"], &list["first_id"], &list["last_id"]),
        (&json!(false), &json!("org/tiny"), &json!("tiny"))
    );
    let one = get("/v1/models/tiny").await;
    assert_eq!(list["data"][1], one);
    for (field, value) in [
        ("type", "model"),
        ("display_name", "tiny"),
        ("created_at", "2023-11-14T22:13:20Z"),
        ("object", "model"),
        ("lifecycle", "active"),
    ] {
        assert_eq!(one[field], value);
    }
    assert_eq!((&one["max_input_tokens"], &one["retires_at"]), (&one["max_model_len"], &json!(null)));
    assert!(server.get("/v1/models").await.ok().get("has_more").is_none());
    let ids =
        |page: &Value| page["data"].as_array().unwrap().iter().map(|model| model["id"].clone()).collect::<Vec<_>>();
    for (query, expected, more) in [
        ("limit=1", vec!["org/tiny"], true),
        ("limit=1&after_id=org/tiny", vec!["tiny"], false),
        ("before_id=tiny", vec!["org/tiny"], false),
        ("limit=1000", vec!["org/tiny", "tiny"], false),
    ] {
        let page = get(&format!("/v1/models?{query}")).await;
        assert_eq!(
            (ids(&page), &page["has_more"]),
            (expected.into_iter().map(Value::from).collect(), &json!(more)),
            "{query}"
        );
    }
    for query in ["limit=0", "limit=1001", "limit=x", "after_id=other"] {
        assert_eq!(send(&format!("/v1/models?{query}")).await.status, 400, "{query}");
    }
    let unknown = send("/v1/models/other").await;
    assert_eq!(unknown.status, 404);
    let body = unknown.json();
    assert_eq!((&body["type"], &body["error"]["type"]), (&json!("error"), &json!("not_found_error")), "{body}");
    assert!(body["request_id"].is_string(), "{body}");
}

#[tokio::test]
async fn tokenize_and_back() {
    let server = Setup::default().start();
    let body =
        server.post("/tokenize", &json!({"model": "tiny", "prompt": "aé", "return_token_strs": true})).await.ok();
    assert_eq!(
        body,
        json!({"count": 3, "max_model_len": 512, "tokens": [97, 0xc3, 0xa9], "token_strs": ["a", "Ã", "©"]})
    );
    let back = server.post("/detokenize", &json!({"tokens": [97, 0xc3, 0xa9, 257]})).await.ok();
    assert_eq!(back, json!({"prompt": "aé<|im_end|>"}));
    let messages = json!([{"role": "user", "content": "Hello"}]);
    let chat = server.post("/tokenize", &json!({"messages": messages})).await.ok();
    assert_eq!((chat["count"].as_u64(), &chat["token_strs"]), (Some(24), &json!(null)));
    let closed = server.post("/tokenize", &json!({"messages": messages, "add_generation_prompt": false})).await.ok();
    assert_eq!(closed["count"], 13);
}

#[tokio::test]
async fn version_and_document() {
    let server = Setup::default().start();
    assert_eq!(server.get("/version").await.ok(), json!({"version": env!("CARGO_PKG_VERSION")}));
    let document = server.get("/openapi.json").await.ok();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods() {
    let server = Setup::default().start();
    for path in ["/", "/v1", "/v1/chat", "/v1/chat/completions/", "/v1//chat/completions", "/V1/models", "/v1/images"] {
        server.get(path).await.refused(404, "unknown_url", None);
        server.post(path, &json!({})).await.refused(404, "unknown_url", None);
    }
    for (method, path, allow) in [
        (Method::GET, "/v1/completions", "POST"),
        (Method::PUT, "/v1/completions", "POST"),
        (Method::DELETE, "/v1/models/tiny", "GET,HEAD"),
        (Method::POST, "/v1/models", "GET,HEAD"),
        (Method::POST, "/health", "GET,HEAD"),
        (Method::TRACE, "/version", "GET,HEAD"),
    ] {
        let reply = server.send(request(method, path, Body::empty())).await;
        reply.refused(405, "method_not_allowed", None);
        assert_eq!(reply.header("allow"), allow, "{path}");
    }
    let options = server.send(request(Method::OPTIONS, "/v1/completions", Body::empty())).await;
    assert_eq!((options.status.as_u16(), options.header("allow"), options.text.as_str()), (204, "POST", ""));
    let head = server.send(request(Method::HEAD, "/v1/models", Body::empty())).await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    let server = Setup::replying("ok").start();
    let ask = async |path: &str, id: Option<&str>| {
        let mut request = Request::builder().uri(path);
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        server.send(request.body(Body::empty()).unwrap()).await.header("x-request-id").to_owned()
    };
    assert_eq!(ask("/v1/models", Some("abc-123")).await, "abc-123");
    assert_eq!(ask("/nowhere", Some("abc-123")).await, "abc-123");
    let long = "x".repeat(129);
    for odd in [None, Some(""), Some("a b"), Some("a\tb"), Some(long.as_str())] {
        let id = ask("/v1/models", odd).await;
        assert!(id.starts_with("req_") && id.len() > 20, "{id}");
    }
    let reply = server.chat(json!({})).await;
    assert!(reply.header("openai-processing-ms").parse::<u64>().is_ok());
    assert!(reply.header("x-request-id").starts_with("req_"));
}

#[tokio::test]
async fn some_paths_need_no_version() {
    let server = Setup::replying("Hi").start();
    assert_eq!(server.get("/models").await.ok(), server.get("/v1/models").await.ok());
    assert_eq!(server.get("/v1/health").await.ok()["status"], "ok");
    let chat = json!({"model": "org/tiny", "messages": [{"role": "user", "content": "a"}]});
    assert_eq!(server.post("/chat/completions", &chat).await.ok()["choices"][0]["message"]["content"], "Hi");
    // The only model needs no name here.
    assert_eq!(server.post("/responses", &json!({"input": "a"})).await.ok()["model"], "org/tiny");
}

#[tokio::test]
async fn an_invocation_goes_to_the_endpoint_that_takes_its_fields() {
    let server = Setup::replying("Hi").start();
    let invoke = async |body: Value| server.post("/invocations", &body).await;
    let chat = invoke(json!({"model": "org/tiny", "messages": [{"role": "user", "content": "a"}]})).await.ok();
    assert_eq!((&chat["object"], &chat["choices"][0]["message"]["content"]), (&json!("chat.completion"), &json!("Hi")));
    let text = invoke(json!({"model": "org/tiny", "prompt": "a"})).await.ok();
    assert_eq!((&text["object"], &text["choices"][0]["text"]), (&json!("text_completion"), &json!("Hi")));
    let streamed = invoke(json!({"model": "org/tiny", "prompt": "a", "stream": true})).await;
    assert!(streamed.text.ends_with("data: [DONE]\n\n"), "{}", streamed.text);
    invoke(json!({"model": "org/tiny", "input": "a"})).await.refused(400, "model_not_supported", Some("model"));
    assert_eq!(invoke(json!({"model": "org/tiny"})).await.status, 400);
    assert_eq!(invoke(json!([])).await.status, 400);
}
