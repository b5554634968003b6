//! From a request to the bytes of its JSON body: media type and encoding, size, and patience. Runs on the runtime; the
//! bytes are parsed on the workers (`json.rs`). A body is bounded in size, in pauses, in total time (a minimum rate), and
//! all bodies together are bounded in memory.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::app::App;
use crate::config::seconds;
use crate::error::{ApiError, Kind};

/// A body slower than this (after the first `body_timeout_s`) is given up.
const MIN_BYTES_PER_SECOND: f64 = 1024.0;
/// All unfinished bodies together, unless one alone may be larger.
const MAX_BUFFERED: usize = 512 << 20;
/// How much of a refused body is read and thrown away, so that the client gets to read the answer.
const MAX_DISCARDED: usize = 64 << 20;
const DISCARD_TIME: Duration = Duration::from_secs(5);
/// Unit of the memory bound.
const KIB: usize = 1024;

/// A complete body, counted against the memory bound until it is dropped.
#[derive(Debug)]
pub(crate) struct RawBody {
    pub(crate) bytes: Bytes,
    _memory: Vec<OwnedSemaphorePermit>,
}

/// The memory bound of all bodies, in KiB.
pub(crate) fn memory(max_body_bytes: usize) -> Arc<Semaphore> {
    let bytes = MAX_BUFFERED.max(max_body_bytes.saturating_mul(2));
    Arc::new(Semaphore::new((bytes / KIB).clamp(1, Semaphore::MAX_PERMITS)))
}

/// Reads the JSON body of a request.
pub(crate) async fn read(app: &App, request: Request<Body>) -> Result<RawBody, ApiError> {
    let (parts, mut body) = request.into_parts();
    let limit = app.config().max_body_bytes;
    if let Err(error) = check_headers(&parts.headers, limit) {
        discard(&parts.headers, body);
        return Err(error);
    }
    let patience = seconds(app.config().body_timeout_s);
    let start = Instant::now();
    let mut bytes = BytesMut::new();
    let mut held = Vec::new();
    loop {
        let rate_bound = start + patience + Duration::from_secs_f64(bytes.len() as f64 / MIN_BYTES_PER_SECOND);
        let deadline = rate_bound.min(Instant::now() + patience);
        let frame = timeout_at(deadline, body.frame()).await.map_err(|_| {
            ApiError::new(Kind::BodyTimeout, "The request body did not arrive in time.").code("request_timeout")
        })?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|error| ApiError::json(format!("The request body could not be read: {error}")))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            discard(&parts.headers, body);
            return Err(too_large(limit));
        }
        // By what is held in all, so that a body in tiny chunks costs no more than one in large ones.
        let unit = (bytes.len() + data.len()).div_ceil(KIB) - bytes.len().div_ceil(KIB);
        if unit > 0 {
            let unit = u32::try_from(unit).unwrap_or(u32::MAX);
            held.push(Arc::clone(app.body_memory()).try_acquire_many_owned(unit).map_err(|_| {
                ApiError::new(Kind::Unavailable, "Too many large request bodies at once.")
                    .retry_after(1)
                    .code("overloaded")
            })?);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(RawBody { bytes: bytes.freeze(), _memory: held })
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(Kind::TooLarge, format!("The request body is larger than the limit of {limit} bytes."))
        .code("request_too_large")
}

fn check_headers(headers: &HeaderMap, limit: usize) -> Result<(), ApiError> {
    for encoding in headers.get_all(CONTENT_ENCODING) {
        if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") {
            let message = "Compressed request bodies are not accepted; send it without Content-Encoding.";
            return Err(ApiError::new(Kind::MediaType, message).code("unsupported_content_encoding"));
        }
    }
    check_content_type(headers)?;
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) { Err(too_large(limit)) } else { Ok(()) }
}

/// One header, `application/json`, in no charset but UTF-8.
fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let refuse = |found: &str| {
        let found: String = found.chars().take(100).collect();
        let message = format!("The Content-Type must be application/json (in UTF-8), not {found}.");
        Err(ApiError::new(Kind::MediaType, message).code("unsupported_content_type"))
    };
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return refuse(if headers.contains_key(CONTENT_TYPE) { "given twice" } else { "missing" });
    };
    let Ok(value) = value.to_str() else { return refuse("unreadable") };
    let mut parts = value.split(';').map(str::trim);
    if !parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return refuse(&format!("'{value}'"));
    }
    for parameter in parts {
        if let Some((name, charset)) = parameter.split_once('=') {
            let charset = charset.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("charset")
                && !matches!(&*charset.to_ascii_lowercase(), "utf-8" | "utf8")
            {
                return refuse(&format!("'{value}'"));
            }
        }
    }
    Ok(())
}

/// A connection that is closed while the client still sends is reset, and a reset can overtake the answer. So a bounded
/// rest is read, unless the client waits for a go-ahead (which it does not get). The answer does not wait for that: a
/// client may read it before it sends anything.
fn discard(headers: &HeaderMap, mut body: Body) {
    if headers.contains_key(EXPECT) {
        return;
    }
    // Ends by itself; while it holds the body, the connection stays open.
    tokio::spawn(async move {
        let deadline = Instant::now() + DISCARD_TIME;
        let mut left = MAX_DISCARDED;
        while let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await {
            let len = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(len) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    });
}
