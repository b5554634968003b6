//! An app over a fake runner, and requests against its router.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode};
use sconce_engine::{Engine, EngineConfig, RunnerSpec};
use sconce_server::{App, SamplingDefaults, ServedAdapter, ServedModel, ServerConfig};
use sconce_store::{Location, RetentionLimits, Store};
use sconce_testkit::fake_runner::{FakeControl, FakeOptions, FakeRunner};
use sconce_text::TextModel;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::tokenizer::{self, IM_END, VOCAB};

/// Most time for an answer: a test that hangs fails instead.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Setup {
    pub fake: FakeOptions,
    pub server: ServerConfig,
    pub engine: EngineConfig,
    pub defaults: SamplingDefaults,
    pub template: Option<&'static str>,
    /// Another tokenizer than the usual one with `template`.
    pub text: Option<TextModel>,
    pub stop_tokens: Vec<u32>,
    pub adapters: Vec<ServedAdapter>,
    pub store: Option<Store>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            fake: FakeOptions {
                spec: RunnerSpec { vocab_size: VOCAB, max_len: 512, num_blocks: 512, ..FakeOptions::default().spec },
                // Known, so that it is not sampled by chance.
                eos: Some((IM_END, 0.0)),
                ..FakeOptions::default()
            },
            server: ServerConfig { access_log: false, ..ServerConfig::default() },
            engine: EngineConfig {
                max_batch_tokens: 2048,
                max_queued_requests: 256,
                max_queued_tokens: 100_000,
                prefix_cache: true,
                pipeline_depth: 1,
                max_draft_tokens: 32,
                max_mixed_tokens: 2048,
            },
            defaults: SamplingDefaults::default(),
            template: Some(tokenizer::TEMPLATE),
            text: None,
            stop_tokens: vec![IM_END],
            adapters: Vec::new(),
            store: Some(Store::open(&Location::Memory, RetentionLimits::default()).unwrap()),
        }
    }
}

impl Setup {
    /// Every answer is this text, then the end of text.
    pub fn replying(text: &str) -> Self {
        let mut setup = Self::default();
        setup.fake.reply = Some(text.bytes().map(u32::from).collect::<Vec<_>>().into());
        setup
    }

    /// With this chat template, and room for longer conversations.
    pub fn templated(mut self, template: &'static str) -> Self {
        self.template = Some(template);
        self.fake.spec.max_len = 4096;
        self
    }

    pub fn start(self) -> TestServer {
        self.start_with_model().0
    }

    /// The model, too, to be served by another app.
    pub fn start_with_model(self) -> (TestServer, ServedModel) {
        let max_len = self.fake.spec.max_len;
        let runner = FakeRunner::new(self.fake);
        let control = runner.control();
        let engine = Engine::start(self.engine, move || Ok(Box::new(runner))).unwrap();
        let text = self.text.unwrap_or_else(|| tokenizer::with_template(self.template));
        let model = ServedModel {
            id: "org/tiny".to_owned(),
            aliases: vec!["tiny".to_owned()],
            created: 1_700_000_000,
            owned_by: "sconce".to_owned(),
            text,
            handle: engine.handle(),
            max_len,
            stop_tokens: self.stop_tokens,
            defaults: self.defaults,
            adapters: self.adapters,
        };
        let app = App::new(self.server, [model.clone()]).with_store(self.store);
        (TestServer { router: app.router(), app, control, engine }, model)
    }
}

pub struct TestServer {
    pub app: App,
    pub router: Router,
    pub control: FakeControl,
    pub engine: Engine,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // A hanging runner would make the engine's own drop wait.
        self.control.release();
    }
}

/// A response with its body read.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of a success.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json");
        self.json()
    }

    /// Checks an error's status, code and param; returns its message.
    pub fn refused(&self, status: u16, code: &str, param: Option<&str>) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let error = self.error();
        assert_eq!(error["code"], code, "{error}");
        assert_eq!(error["param"], param.map_or(Value::Null, Value::from), "{error}");
        error["message"].as_str().unwrap().to_owned()
    }

    /// The error object, whose shape is always the same.
    pub fn error(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{}", self.text);
        let body = self.json();
        let keys: Vec<&String> = body["error"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["message", "type", "param", "code"]);
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
        body["error"].clone()
    }

    /// The data events of a stream; every byte must belong to an event or a comment.
    pub fn events(&self) -> Vec<String> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert_eq!(self.header("content-type"), "text/event-stream; charset=utf-8");
        let body = self.text.strip_suffix("\n\n").expect("the last event is complete");
        let events = body.split("\n\n").filter(|event| !event.starts_with(':'));
        events.map(|event| event.strip_prefix("data: ").expect("a data line").to_owned()).collect()
    }

    /// The events of a response's stream, which have names; there is no `[DONE]`.
    pub fn named_events(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert_eq!(self.header("content-type"), "text/event-stream; charset=utf-8");
        let body = self.text.strip_suffix("\n\n").expect("the last event is complete");
        let events = body.split("\n\n").filter(|event| !event.starts_with(':'));
        let read = |event: &str| {
            let (name, data) = event.split_once('\n').expect("a name and data");
            let data: Value = serde_json::from_str(data.strip_prefix("data: ").expect("a data line")).unwrap();
            assert_eq!(name.strip_prefix("event: "), data["type"].as_str());
            data
        };
        events.map(read).collect()
    }

    /// The chunks of a stream that ended well.
    pub fn chunks(&self) -> Vec<Value> {
        let mut events = self.events();
        assert_eq!(events.pop().as_deref(), Some("[DONE]"));
        events.iter().map(|event| serde_json::from_str(event).unwrap()).collect()
    }
}

impl TestServer {
    pub async fn send(&self, request: Request<Body>) -> Reply {
        send(&self.router, request).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(request(Method::GET, path, Body::empty())).await
    }

    pub async fn get_with(&self, path: &str, (name, value): (&'static str, &str)) -> Reply {
        let mut request = request(Method::GET, path, Body::empty());
        request.headers_mut().insert(name, value.parse().unwrap());
        self.send(request).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_bytes(path, body.to_string().into_bytes()).await
    }

    pub async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Reply {
        self.send(request(Method::POST, path, Body::from(body))).await
    }

    pub async fn chat(&self, fields: Value) -> Reply {
        self.post("/v1/chat/completions", &chat_body(fields)).await
    }

    pub async fn respond(&self, fields: Value) -> Reply {
        let body = json!({"model": "org/tiny", "input": "Hello", "max_output_tokens": 8, "seed": 1});
        self.post("/v1/responses", &merge(body, fields)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(request(Method::DELETE, path, Body::empty())).await
    }

    pub async fn complete(&self, fields: Value) -> Reply {
        self.post("/v1/completions", &completion_body(fields)).await
    }

    /// Waits until the engine holds nothing.
    pub async fn until_idle(&self) {
        let handle = self.engine.handle();
        until("the engine is idle", || {
            let stats = handle.stats();
            stats.running == 0 && stats.waiting == 0 && stats.blocks_used == 0
        })
        .await;
    }
}

/// One request, with the body of the answer read.
pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let exchange = async {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts, to_bytes(body, usize::MAX).await.unwrap())
    };
    let (parts, bytes) = tokio::time::timeout(PATIENCE, exchange).await.expect("an answer in time");
    let text = String::from_utf8(bytes.to_vec()).expect("answers are UTF-8");
    Reply { status: parts.status, headers: parts.headers, text }
}

/// Waits for a condition that must come true soon.
pub async fn until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "timed out: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub fn request(method: Method, path: &str, body: Body) -> Request<Body> {
    let builder = Request::builder().method(method).uri(path).header("content-type", "application/json");
    builder.body(body).unwrap()
}

fn merge(mut body: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    for (name, value) in fields {
        body[name] = value;
    }
    body
}

/// A small chat request with these fields added or replaced.
pub fn chat_body(fields: Value) -> Value {
    let messages = json!([{"role": "user", "content": "Hello"}]);
    merge(json!({"model": "org/tiny", "messages": messages, "max_tokens": 8, "seed": 1}), fields)
}

/// A small completions request with these fields added or replaced.
pub fn completion_body(fields: Value) -> Value {
    merge(json!({"model": "org/tiny", "prompt": "Hello", "max_tokens": 8, "seed": 1}), fields)
}
