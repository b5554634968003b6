//! Bodies that are no request at all: each is refused with OpenAI's error body, whatever the endpoint.

use axum::body::Body;
use http::{Method, Request};
use serde_json::json;

use crate::harness::{Setup, TestServer, chat_body};

const POSTS: [&str; 4] = ["/v1/chat/completions", "/v1/completions", "/tokenize", "/detokenize"];

#[tokio::test]
async fn malformed_json_is_a_400_everywhere() {
    let server = Setup::default().start();
    let chat = chat_body(json!({})).to_string();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".to_vec()),
        ("blank", b" \r\n\t".to_vec()),
        ("not json", b"hello".to_vec()),
        ("cut off", chat.as_bytes()[..chat.len() - 1].to_vec()),
        ("trailing", [chat.as_bytes(), b"x"].concat()),
        ("two objects", [chat.as_bytes(), chat.as_bytes()].concat()),
        ("a list", format!("[{chat}]").into_bytes()),
        ("a string", br#""hello""#.to_vec()),
        ("a number", b"1".to_vec()),
        ("null", b"null".to_vec()),
        ("invalid utf-8", b"{\"model\":\"\xff\xfe\"}".to_vec()),
        ("overlong utf-8", b"{\"model\":\"\xc0\x80\"}".to_vec()),
        ("utf-16", b"\xff\xfe{\x00}\x00".to_vec()),
        ("a byte order mark", [b"\xef\xbb\xbf".as_slice(), chat.as_bytes()].concat()),
        ("lone surrogate", br#"{"model":"\ud800"}"#.to_vec()),
        ("lone low surrogate", br#"{"model":"\udc00x"}"#.to_vec()),
        ("nul", br#"{"model":"a\u0000b"}"#.to_vec()),
        ("raw nul", b"{\"model\":\"a\x00b\"}".to_vec()),
        ("nul in a key", br#"{"mod\u0000el":"a"}"#.to_vec()),
        ("duplicate key", br#"{"model":"org/tiny","model":"other"}"#.to_vec()),
        ("duplicate nested key", br#"{"messages":[{"role":"user","content":"a","role":"system"}]}"#.to_vec()),
        ("duplicate key in an unknown field", br#"{"x":{"y":{"z":1,"z":2}}}"#.to_vec()),
        ("deep lists", format!("{{\"x\":{}", "[".repeat(100_000)).into_bytes()),
        ("deep objects", "{\"x\":".repeat(100_000).into_bytes()),
        ("deep and complete", format!("{{\"x\":{}{}}}", "[".repeat(1000), "]".repeat(1000)).into_bytes()),
        ("NaN", br#"{"temperature":NaN}"#.to_vec()),
        ("Infinity", br#"{"temperature":Infinity}"#.to_vec()),
        ("too large a number", br#"{"temperature":1e400}"#.to_vec()),
        ("single quotes", br#"{'model':'a'}"#.to_vec()),
        ("trailing comma", br#"{"model":"a",}"#.to_vec()),
        ("comment", br#"{"model":"a"/* */}"#.to_vec()),
        ("control character", b"{\"model\":\"a\nb\"}".to_vec()),
        ("bad escape", br#"{"model":"\x41"}"#.to_vec()),
    ];
    for path in POSTS {
        for (name, body) in &cases {
            let reply = server.post_bytes(path, body.clone()).await;
            assert_eq!(reply.status, 400, "{name} at {path}: {}", reply.text);
            let error = reply.error();
            assert_eq!(error["type"], "invalid_request_error", "{name}");
            assert_eq!(error["code"], "invalid_json", "{name}");
            assert!(reply.text.len() < 2000, "{name}: the answer repeats the question");
        }
    }
    assert_eq!(server.control.steps(), 0, "something reached the engine");
}

async fn with_headers(server: &TestServer, headers: &[(&str, &str)], body: Vec<u8>) -> crate::harness::Reply {
    let mut request = Request::builder().method(Method::POST).uri("/v1/chat/completions");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn media_types_and_encodings() {
    let server = Setup::replying("ok").start();
    let body = || chat_body(json!({})).to_string().into_bytes();
    let wrong: [&[(&str, &str)]; 9] = [
        &[],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "multipart/form-data; boundary=x")],
        &[("content-type", "application/jsonp")],
        &[("content-type", "application/json; charset=utf-16")],
        &[("content-type", "application/json"), ("content-type", "text/plain")],
        &[("content-type", "")],
        &[("content-type", "text/application/json")],
    ];
    for headers in wrong {
        with_headers(&server, headers, body()).await.refused(415, "unsupported_content_type", None);
    }
    for encoding in ["gzip", "deflate", "br", "zstd", "gzip, identity", "x"] {
        let headers = [("content-type", "application/json"), ("content-encoding", encoding)];
        with_headers(&server, &headers, body()).await.refused(415, "unsupported_content_encoding", None);
    }
    let right: [&[(&str, &str)]; 4] = [
        &[("content-type", "application/json; charset=utf-8")],
        &[("content-type", "Application/JSON;charset=\"UTF-8\"")],
        &[("content-type", "application/json; profile=x")],
        &[("content-type", "application/json"), ("content-encoding", "identity")],
    ];
    for headers in right {
        with_headers(&server, headers, body()).await.ok();
    }
}

#[tokio::test]
async fn bodies_over_the_limit_are_413() {
    let mut setup = Setup::default();
    setup.server.max_body_bytes = 1000;
    let server = setup.start();
    let long = chat_body(json!({"user": "x".repeat(1000)})).to_string().into_bytes();
    let length = long.len().to_string();
    let json_type = ("content-type", "application/json");
    let told = with_headers(&server, &[json_type, ("content-length", &length)], long.clone()).await;
    told.refused(413, "request_too_large", None);
    assert_eq!(told.header("connection"), "close");
    // Without a length: in pieces.
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = long.chunks(100).map(|piece| Ok(piece.to_vec())).collect();
    let request = Request::builder().method(Method::POST).uri("/v1/chat/completions").header(json_type.0, json_type.1);
    let request = request.body(Body::from_stream(futures::stream::iter(pieces))).unwrap();
    server.send(request).await.refused(413, "request_too_large", None);
    // Exactly the limit is fine.
    let body = chat_body(json!({"user": ""})).to_string();
    let exact = chat_body(json!({"user": "x".repeat(1000 - body.len())})).to_string().into_bytes();
    assert_eq!(exact.len(), 1000);
    server.post_bytes("/v1/chat/completions", exact).await.ok();
}
