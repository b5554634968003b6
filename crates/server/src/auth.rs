//! API keys: `Authorization: Bearer KEY` or `x-api-key: KEY`, on every route except health checks and CORS preflights.
//! Compared in constant time against every configured key; lengths do not show either.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, Method};
use subtle::{Choice, ConstantTimeEq};

use crate::app::App;
use crate::body;
use crate::error::{ApiError, Kind};

/// Longer keys are refused, so that all comparisons take the same time.
pub(crate) const MAX_KEY: usize = 512;
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Routes that a load balancer asks without a key.
const OPEN: [&str; 5] = ["/health", "/health/live", "/health/ready", "/v1/health", "/ping"];

/// The configured keys.
pub(crate) struct Keys(Vec<Padded>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

struct Padded {
    bytes: [u8; MAX_KEY],
    len: u64,
}

impl Padded {
    fn new(key: &[u8]) -> Option<Self> {
        let mut bytes = [0; MAX_KEY];
        bytes.get_mut(..key.len())?.copy_from_slice(key);
        (!key.is_empty()).then_some(Self { bytes, len: key.len() as u64 })
    }

    fn same(&self, other: &Self) -> Choice {
        self.bytes.ct_eq(&other.bytes) & self.len.ct_eq(&other.len)
    }
}

impl Keys {
    /// Keys that are empty or too long can never be given, so they only turn authentication on.
    pub(crate) fn new(keys: &[String]) -> Option<Self> {
        (!keys.is_empty()).then(|| Self(keys.iter().filter_map(|key| Padded::new(key.as_bytes())).collect()))
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let key = presented(headers)?;
        let given = Padded::new(key).ok_or_else(wrong)?;
        let known = self.0.iter().fold(Choice::from(0), |found, key| found | key.same(&given));
        if bool::from(known) { Ok(()) } else { Err(wrong()) }
    }
}

fn wrong() -> ApiError {
    refuse("Incorrect API key provided.")
}

fn refuse(message: &str) -> ApiError {
    ApiError::new(Kind::Key, message).code("invalid_api_key")
}

/// The one key of a request; two headers must agree. A header that holds none is of no account beside one that does: proxies have
/// an `Authorization` of their own, and clients may send an empty one.
fn presented(headers: &HeaderMap) -> Result<&[u8], ApiError> {
    let bearer =
        single(headers, &AUTHORIZATION)?.map(|value| filled(value, &AUTHORIZATION).and_then(bearer)).transpose();
    let api_key = single(headers, &X_API_KEY)?.map(|value| filled(value, &X_API_KEY)).transpose();
    let (bearer, api_key) = match (bearer, api_key) {
        (Err(_), Ok(Some(key))) => (None, Some(key)),
        (Ok(Some(key)), Err(_)) => (Some(key), None),
        (bearer, api_key) => (bearer?, api_key?),
    };
    match (bearer, api_key) {
        (Some(a), Some(b)) if a != b => Err(refuse("Authorization and x-api-key hold different keys.")),
        (Some(key), _) | (None, Some(key)) => Ok(key),
        (None, None) => Err(refuse(
            "You did not provide an API key. Send it as a header: 'Authorization: Bearer YOUR_KEY' or 'x-api-key: YOUR_KEY'.",
        )),
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, ApiError> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(http::HeaderValue::as_bytes);
    match (first, values.next()) {
        (_, Some(_)) => Err(refuse(&format!("The header {name} was given more than once."))),
        (value, None) => Ok(value),
    }
}

fn filled<'a>(value: &'a [u8], name: &HeaderName) -> Result<&'a [u8], ApiError> {
    if value.trim_ascii().is_empty() { Err(refuse(&format!("The header {name} is empty."))) } else { Ok(value) }
}

fn bearer(value: &[u8]) -> Result<&[u8], ApiError> {
    let malformed = || refuse("The Authorization header must be of the form 'Bearer YOUR_KEY'.");
    let at = value.iter().position(|&byte| byte == b' ').ok_or_else(malformed)?;
    let (scheme, key) = value.split_at(at);
    let key = key.trim_ascii();
    if scheme.eq_ignore_ascii_case(b"bearer") && !key.is_empty() { Ok(key) } else { Err(malformed()) }
}

/// The middleware.
pub(crate) async fn require_key(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let open = request.method() == Method::OPTIONS || OPEN.contains(&request.uri().path());
    match app.keys() {
        Some(keys) if !open => match keys.check(request.headers()) {
            Ok(()) => next.run(request).await,
            Err(error) => {
                let (parts, body) = request.into_parts();
                body::discard(&parts.headers, body);
                error.into_response()
            }
        },
        _ => next.run(request).await,
    }
}
