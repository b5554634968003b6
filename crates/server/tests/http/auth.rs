//! API keys on every route, CORS, and what needs neither.

use axum::body::Body;
use http::{Method, Request};
use sconce_server::ServerConfig;
use serde_json::json;

use crate::harness::{Reply, Setup, TestServer, chat_body};

const KEY: &str = "sk-right";

fn locked(keys: &[&str], origins: &[&str]) -> TestServer {
    let server = ServerConfig {
        api_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        cors_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        access_log: false,
        ..ServerConfig::default()
    };
    Setup { server, ..Setup::replying("ok") }.start()
}

async fn ask(server: &TestServer, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let body = if method == Method::POST { chat_body(json!({})).to_string() } else { String::new() };
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_matrix_of_headers() {
    let server = locked(&["sk-other", KEY], &[]);
    let chat = async |headers: &[(&str, &str)]| ask(&server, Method::POST, "/v1/chat/completions", headers).await;
    let right: [&[(&str, &str)]; 9] = [
        &[("authorization", "Bearer sk-right")],
        &[("authorization", "bearer sk-right")],
        &[("authorization", "Bearer  sk-right ")],
        &[("authorization", "Bearer sk-other")],
        &[("x-api-key", "sk-right")],
        &[("authorization", "Bearer sk-right"), ("x-api-key", "sk-right")],
        // Of a proxy, and of clients that have none.
        &[("authorization", "Basic x"), ("x-api-key", "sk-right")],
        &[("authorization", "Bearer "), ("x-api-key", "sk-right")],
        &[("authorization", "Bearer sk-right"), ("x-api-key", "")],
    ];
    for headers in right {
        chat(headers).await.ok();
    }
    let long = format!("Bearer {}", "x".repeat(4000));
    let wrong: Vec<&[(&str, &str)]> = vec![
        &[],
        &[("authorization", "")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[("authorization", "sk-right")],
        &[("authorization", "Basic sk-right")],
        &[("authorization", "Bearer sk-right x")],
        &[("authorization", "Bearer sk-righ")],
        &[("authorization", "Bearer sk-rightt")],
        &[("authorization", "Bearer SK-RIGHT")],
        &[("authorization", "Bearer Bearer sk-right")],
        &[("x-api-key", "Bearer sk-right")],
        &[("x-api-key", "")],
        &[("api-key", "sk-right")],
        &[("cookie", "api_key=sk-right")],
        &[("authorization", "Bearer sk-right"), ("authorization", "Bearer sk-right")],
        &[("x-api-key", "sk-right"), ("x-api-key", "sk-right")],
        &[("authorization", "Bearer sk-right"), ("x-api-key", "sk-other")],
        &[("authorization", "Bearer wrong"), ("x-api-key", "sk-right")],
        &[("authorization", "Basic x"), ("x-api-key", "sk-wrong")],
        &[("authorization", "Basic x"), ("x-api-key", "")],
        &[("authorization", "Basic x"), ("authorization", "Basic y"), ("x-api-key", "sk-right")],
    ];
    for headers in wrong {
        let reply = chat(headers).await;
        let message = reply.refused(401, "invalid_api_key", None);
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        assert_eq!(reply.error()["type"], "invalid_request_error");
        assert!(!message.contains("sk-"), "a key in a message: {message}");
    }
    chat(&[("authorization", &long)]).await.refused(401, "invalid_api_key", None);
    ask(&server, Method::POST, "/v1/chat/completions?api_key=sk-right", &[]).await.refused(
        401,
        "invalid_api_key",
        None,
    );
}

#[tokio::test]
async fn every_route_but_health_needs_a_key() {
    let server = locked(&[KEY], &[]);
    for (method, path) in [
        (Method::POST, "/v1/completions"),
        (Method::GET, "/v1/models"),
        (Method::GET, "/v1/models/org/tiny"),
        (Method::POST, "/classify"),
        (Method::POST, "/tokenize"),
        (Method::POST, "/detokenize"),
        (Method::GET, "/metrics"),
        (Method::GET, "/version"),
        (Method::GET, "/openapi.json"),
        (Method::GET, "/no/such/path"),
        (Method::DELETE, "/v1/models"),
        (Method::GET, "/health/"),
        (Method::GET, "/health/../v1/models"),
        (Method::GET, "//health"),
        (Method::HEAD, "/v1/models"),
    ] {
        assert_eq!(ask(&server, method, path, &[]).await.status, 401, "{path}");
    }
    for path in ["/health", "/health/live", "/health/ready", "/v1/health", "/ping"] {
        ask(&server, Method::GET, path, &[]).await.ok();
    }
}

#[tokio::test]
async fn keys_that_nobody_can_send_lock_everything() {
    let server = locked(&[""], &[]);
    ask(&server, Method::GET, "/v1/models", &[]).await.refused(401, "invalid_api_key", None);
    ask(&server, Method::GET, "/v1/models", &[("x-api-key", " ")]).await.refused(401, "invalid_api_key", None);
}

#[tokio::test]
async fn cors_for_listed_origins() {
    let server = locked(&[KEY], &["https://a.example"]);
    let preflight = [
        ("origin", "https://a.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type"),
    ];
    let reply = ask(&server, Method::OPTIONS, "/v1/chat/completions", &preflight).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), "https://a.example");
    assert!(reply.header("access-control-allow-headers").contains("authorization"));
    assert!(reply.header("access-control-allow-methods").contains("POST"));
    // A page must be able to read why it was refused.
    let refused = ask(&server, Method::GET, "/v1/models", &[("origin", "https://a.example")]).await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (401, "https://a.example"));
    let other = ask(&server, Method::GET, "/health", &[("origin", "https://b.example")]).await;
    assert_eq!(other.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn cors_for_any_origin_and_for_none() {
    let any = locked(&[], &["*"]);
    let reply = ask(&any, Method::GET, "/v1/models", &[("origin", "https://x")]).await;
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.header("access-control-expose-headers").contains("x-request-id"));
    let none = locked(&[], &[]);
    let reply = ask(&none, Method::GET, "/v1/models", &[("origin", "https://x")]).await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
}
