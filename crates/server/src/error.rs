//! `ApiError`: everything a request can be refused for, and the only place where a status is chosen.
//! The body is OpenAI's: `{"error": {"message", "type", "param", "code"}}`.

use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use sconce_engine::{EngineError, SubmitError};
use sconce_openai::anthropic::{AnthropicError, AnthropicErrorBody};
use sconce_openai::{ErrorBody, ErrorObject};
use sconce_text::TextError;

use crate::intake::NO_THREADS;

/// A refused or failed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    kind: Kind,
    message: String,
    param: Option<String>,
    code: Option<&'static str>,
    retry_after: Option<u64>,
}

/// The classes of errors; see [`ApiError::status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Invalid,
    Key,
    NotFound,
    Method,
    BodyTimeout,
    TooLarge,
    MediaType,
    Busy,
    Internal,
    Unavailable,
}

/// Longer messages are cut: a client's own text must not come back by the megabyte.
const MAX_MESSAGE: usize = 600;
/// The code of the error that there is no such path.
pub(crate) const UNKNOWN_URL: &str = "unknown_url";

impl ApiError {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if message.len() > MAX_MESSAGE {
            message.truncate(message.floor_char_boundary(MAX_MESSAGE));
            message.push_str(" ...");
        }
        Self { kind, message, param: None, code: None, retry_after: None }
    }

    /// 400, and the field to blame.
    pub(crate) fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { param: Some(param.into()), ..Self::new(Kind::Invalid, message) }
    }

    /// 400 for a field that is known, but not supported (with this value).
    pub(crate) fn unsupported(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(param, message).code("unsupported_parameter")
    }

    /// 400 for a body that is no JSON object.
    pub(crate) fn json(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message).code("invalid_json")
    }

    /// 400 for headers that contradict HTTP.
    pub(crate) fn bad_head(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message).code(code)
    }

    /// 400 for a prompt (with what is to be generated) that does not fit.
    pub(crate) fn context_length(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(param, message).code("context_length_exceeded")
    }

    /// 404 for a model that is not served.
    pub(crate) fn model_not_found(name: &str) -> Self {
        let shown: String = name.chars().take(200).collect();
        Self {
            param: Some("model".to_owned()),
            ..Self::new(Kind::NotFound, format!("The model '{shown}' does not exist"))
        }
        .code("model_not_found")
    }

    /// 400 for a model that does something else than the endpoint is for.
    pub(crate) fn unfit_model(name: &str, what: &str) -> Self {
        let shown: String = name.chars().take(200).collect();
        Self::invalid("model", format!("The model `{shown}` does not support {what}.")).code("model_not_supported")
    }

    /// 500.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, message).code("internal_error")
    }

    /// 503 where something that the request needs is used up by others; it may be tried again.
    pub(crate) fn overloaded(why: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, why).code("server_overloaded").retry_after(2)
    }

    /// 503 while the server goes down.
    pub(crate) fn draining() -> Self {
        Self { retry_after: Some(5), ..Self::new(Kind::Unavailable, "The server is shutting down.") }
            .code("server_draining")
    }

    /// The field that it is about.
    pub(crate) fn of(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }

    /// Does it say that there is no such path?
    pub(crate) fn is_unknown_url(&self) -> bool {
        self.code == Some(UNKNOWN_URL)
    }

    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The status table.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.kind {
            Kind::Invalid => StatusCode::BAD_REQUEST,
            Kind::Key => StatusCode::UNAUTHORIZED,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Method => StatusCode::METHOD_NOT_ALLOWED,
            Kind::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::Busy => StatusCode::TOO_MANY_REQUESTS,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The body, also sent as an event when a stream has begun.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        let kind = match self.kind {
            Kind::Busy => "rate_limit_exceeded",
            Kind::Internal | Kind::Unavailable => "server_error",
            _ => "invalid_request_error",
        };
        ErrorBody {
            error: ErrorObject {
                message: self.message.clone(),
                kind: kind.to_owned(),
                param: self.param.clone(),
                code: self.code.map(str::to_owned),
            },
        }
    }
}

impl ApiError {
    /// The same body in the words of Anthropic's Messages API, where it repeats the request's id.
    pub(crate) fn anthropic(&self, request_id: Option<&str>) -> AnthropicErrorBody {
        let kind = match self.kind {
            Kind::Key => "authentication_error",
            Kind::NotFound => "not_found_error",
            Kind::TooLarge => "request_too_large",
            Kind::Busy => "rate_limit_error",
            Kind::Internal => "api_error",
            Kind::Unavailable => "overloaded_error",
            Kind::Invalid | Kind::Method | Kind::BodyTimeout | Kind::MediaType => "invalid_request_error",
        };
        let details = (self.code == Some(NO_THREADS))
            .then(|| serde_json::json!({"error_code": NO_THREADS, "unsupported": ["thread"]}));
        let error = AnthropicError { kind: kind.to_owned(), message: self.message.clone(), details };
        AnthropicErrorBody { kind: "error".to_owned(), error, request_id: request_id.map(str::to_owned) }
    }

    /// The same error of a field that this endpoint calls otherwise.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Self {
        if self.param.as_deref() == Some(from) {
            self.message = self.message.replace(&format!("'{from}'"), &format!("'{to}'"));
            self.param = Some(to.to_owned());
        }
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body()).expect("an error body without text is a bug");
        let mut response = (self.status(), [(CONTENT_TYPE, "application/json")], body).into_response();
        // For layers that say it in another API's words.
        response.extensions_mut().insert(self.clone());
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        match self.kind {
            Kind::Key => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // The rest of the body is still on its way; the connection cannot be used again.
            Kind::TooLarge | Kind::BodyTimeout => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::TooLong { prompt_len, max_len } => Self::new(
                Kind::Invalid,
                format!("The prompt has {prompt_len} tokens, but at most {max_len} fit beside the tokens to generate."),
            )
            .code("context_length_exceeded"),
            SubmitError::TooMany { requests, most } => Self::invalid(
                "n",
                format!("The request asks for {requests} choices in all; this server takes at most {most} at once."),
            )
            .code("invalid_value"),
            SubmitError::Full { requests, tokens } => Self::new(
                Kind::Busy,
                format!("The queue is full: {requests} requests with {tokens} prompt tokens are waiting."),
            )
            .code("rate_limit_exceeded"),
            SubmitError::Draining => Self::draining(),
            SubmitError::Dead(why) => Self::dead(&why),
        }
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Step(why) => Self::internal(format!("The model failed on this request: {why}")),
            EngineError::Constraint(why) => {
                let message =
                    format!("The form that the answer must have is too complex to be held any further: {why}.");
                Self::new(Kind::Invalid, message).code("constraint_too_complex")
            }
            EngineError::Dead(why) => Self::dead(&why),
        }
    }
}

impl ApiError {
    fn dead(why: &str) -> Self {
        Self::new(Kind::Unavailable, format!("The engine has stopped: {why}")).code("engine_dead")
    }

    /// A template or tokenizer that refuses a text: the client's fault unless the files are.
    pub(crate) fn from_text(error: &TextError, param: &str) -> Self {
        let message = error.to_string();
        match error {
            TextError::Busy(_) => Self::overloaded(message),
            TextError::Template { .. } => {
                Self::invalid(param, format!("The messages cannot be rendered: {message}.")).code("chat_template_error")
            }
            TextError::Chat { field, .. } => Self::invalid(*field, message).code("invalid_value"),
            TextError::NoTemplate => Self::invalid(param, message).code("chat_template_missing"),
            _ => Self::invalid(param, message).code("invalid_value"),
        }
    }
}
