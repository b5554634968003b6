//! An app with a fake chat model (`tiny`) and a fake encoder (`embed`).

use axum::Router;
use http::Method;
use sconce_engine::{EncoderConfig, EncoderEngine, EncoderHandle, EncoderInput, EncoderSpec};
use sconce_server::{App, ClassActivation, Served, ServedEncoder, ServedModel};
use sconce_testkit::fake_encoder::{FakeEncoder, FakeEncoderOptions};
use sconce_testkit::fake_runner::FakeControl;
use serde_json::Value;

use crate::harness::{Reply, Setup, TestServer, request, send};
use crate::tokenizer;

/// The encoder's tokenizer puts this token in front of every text.
pub const START: u32 = tokenizer::IM_START;
/// A token for tests of failures.
pub const BAD: u32 = 77;

/// What the test tokenizer makes of texts: the start token, then bytes.
pub fn input(text: &str) -> EncoderInput {
    EncoderInput { tokens: std::iter::once(START).chain(text.bytes().map(u32::from)).collect(), type_ids: Vec::new() }
}

/// A pair: the start token, then the bytes of both, those of the second of type 1.
pub fn pair(first: &str, second: &str) -> EncoderInput {
    let tokens: Vec<u32> = std::iter::once(START).chain(first.bytes().chain(second.bytes()).map(u32::from)).collect();
    let type_ids = (0..tokens.len()).map(|i| u32::from(i > first.len())).collect();
    EncoderInput { tokens, type_ids }
}

pub struct EncoderServer {
    pub app: App,
    pub router: Router,
    pub control: FakeControl,
    pub handle: EncoderHandle,
    _chat: TestServer,
    _encoder: EncoderEngine,
}

impl Drop for EncoderServer {
    fn drop(&mut self) {
        // A hanging runner would make the engine's own drop wait.
        self.control.release();
    }
}

impl EncoderServer {
    pub fn start(options: FakeEncoderOptions) -> Self {
        let fake = FakeEncoder::new(options);
        let control = fake.control();
        let config = EncoderConfig { max_batch_tokens: 256, max_queued_inputs: 2048, max_queued_tokens: 100_000 };
        let engine = EncoderEngine::start(config, move || Ok(Box::new(fake))).unwrap();
        let setup = Setup::replying("ok");
        let server_config = setup.server.clone();
        let (chat, tiny): (TestServer, ServedModel) = setup.start_with_model();
        let embed = ServedEncoder {
            id: "org/embed".to_owned(),
            aliases: vec!["embed".to_owned()],
            created: 1_700_000_000,
            owned_by: "sconce".to_owned(),
            text: tokenizer::starting(),
            lowercase: false,
            sigmoid: true,
            labels: ["calm", "glad", "cross"].map(str::to_owned).to_vec(),
            class_activation: ClassActivation::Softmax,
            handle: engine.handle(),
        };
        let app = App::new(server_config, [Served::from(tiny), Served::from(embed)]);
        Self { router: app.router(), app, control, handle: engine.handle(), _chat: chat, _encoder: engine }
    }

    pub fn spec(&self) -> EncoderSpec {
        self.handle.spec().clone()
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(&self.router, request(Method::GET, path, axum::body::Body::empty())).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        let body = axum::body::Body::from(body.to_string());
        send(&self.router, request(Method::POST, path, body)).await
    }

    /// An embeddings request with these fields; the model is the encoder unless they say otherwise.
    pub async fn embed(&self, mut fields: Value) -> Reply {
        if fields.get("model").is_none() {
            fields["model"] = "embed".into();
        }
        self.post("/v1/embeddings", fields).await
    }
}
