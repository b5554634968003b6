//! From a request to the bytes of its JSON body: media type and encoding, size, and patience. Runs on the runtime; the
//! bytes are parsed on the workers (`json.rs`). A body is bounded in size, in pauses, in total time (a minimum rate), and
//! all bodies together are bounded in memory; small ones need no leave, so that large ones cannot keep them out.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
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
/// All large bodies together, unless one alone may be larger.
const MAX_BUFFERED: usize = 512 << 20;
/// So much of each body is not counted; connections are bounded.
const SMALL: usize = 128 << 10;
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

#[cfg(test)]
impl RawBody {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self { bytes: bytes.into(), _memory: Vec::new() }
    }
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
    let mut memory = Memory { announced: length_of(&parts.headers), held: Vec::new(), counted: 0 };
    let result = loop {
        let rate_bound = start + patience + Duration::from_secs_f64(bytes.len() as f64 / MIN_BYTES_PER_SECOND);
        let deadline = rate_bound.min(Instant::now() + patience);
        let frame = tokio::select! {
            biased;
            frame = timeout_at(deadline, body.frame()) => frame,
            // It would be refused when it is whole.
            () = app.drain_signal().cancelled() => break Err(ApiError::draining()),
        };
        let data = match frame {
            Err(_) => break Err(late()),
            Ok(None) => break Ok(()),
            Ok(Some(Err(error))) => {
                return Err(ApiError::json(format!("The request body could not be read: {error}")));
            }
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        if bytes.len() + data.len() > limit {
            break Err(too_large(limit));
        }
        if let Err(error) = memory.hold(app, bytes.len() + data.len(), patience).await {
            break Err(error);
        }
        if bytes.len() + data.len() > SMALL {
            // At once, or growing would take up to twice as much.
            bytes.reserve(memory.announced.max(bytes.len() + data.len()) - bytes.len());
        }
        bytes.extend_from_slice(&data);
    };
    if let Err(error) = result {
        discard(&parts.headers, body);
        return Err(error);
    }
    Ok(RawBody { bytes: bytes.freeze(), _memory: memory.held })
}

/// As [`read`], where a request without a body says nothing.
pub(crate) async fn read_if_any(app: &App, request: Request<Body>) -> Result<RawBody, ApiError> {
    if request.body().is_end_stream() {
        return Ok(RawBody { bytes: Bytes::from_static(b"{}"), _memory: Vec::new() });
    }
    read(app, request).await
}

/// As [`read`], of a request that is refused while the server drains, before its body is read.
pub(crate) async fn read_if_open(app: &App, request: Request<Body>) -> Result<RawBody, ApiError> {
    if app.is_draining() {
        let (parts, body) = request.into_parts();
        discard(&parts.headers, body);
        return Err(ApiError::draining());
    }
    read(app, request).await
}

/// The memory of one body, by what is held in all, so that a body in tiny chunks costs no more than one in large ones.
struct Memory {
    /// Bytes that the head says will come.
    announced: usize,
    held: Vec<OwnedSemaphorePermit>,
    /// KiB that are held.
    counted: usize,
}

impl Memory {
    /// Waits for room for `len` bytes, once for all that was announced: bodies that each hold a part and wait for more would wait
    /// for each other. Others that do not arrive in time make room.
    async fn hold(&mut self, app: &App, len: usize, patience: Duration) -> Result<(), ApiError> {
        if len <= SMALL {
            return Ok(());
        }
        let wanted = (len.max(self.announced) - SMALL).div_ceil(KIB);
        let Some(more) = wanted.checked_sub(self.counted).filter(|&more| more > 0) else { return Ok(()) };
        let room = Arc::clone(app.body_memory()).acquire_many_owned(u32::try_from(more).unwrap_or(u32::MAX));
        let room = tokio::select! {
            biased;
            room = timeout_at(Instant::now() + patience, room) => room.map_err(|_| crowded())?,
            () = app.drain_signal().cancelled() => return Err(ApiError::draining()),
        };
        self.held.push(room.expect("a closed semaphore of the bodies is a bug"));
        self.counted = wanted;
        Ok(())
    }
}

/// The length that the head announces; 0 if none.
fn length_of(headers: &HeaderMap) -> usize {
    headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0)
}

fn late() -> ApiError {
    ApiError::new(Kind::BodyTimeout, "The request body did not arrive in time.").code("request_timeout")
}

fn crowded() -> ApiError {
    ApiError::new(Kind::Busy, "Too many large request bodies at once.").retry_after(1).code("rate_limit_exceeded")
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
    if length_of(headers) > limit { Err(too_large(limit)) } else { Ok(()) }
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
pub(crate) fn discard(headers: &HeaderMap, mut body: Body) {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::config::ServerConfig;
    use crate::table::Served;

    fn request(len: usize) -> Request<Body> {
        Request::post("/").header(CONTENT_TYPE, "application/json").body(Body::from(vec![b' '; len])).unwrap()
    }

    /// Uploads that keep all memory for bodies keep out no small request, and other large ones for as long as they may pause.
    #[tokio::test]
    async fn small_bodies_need_no_leave_and_large_ones_wait_for_it() {
        let with = |body_timeout_s| ServerConfig { body_timeout_s, ..ServerConfig::default() };
        let app = App::new(with(0.2), Vec::<Served>::new());
        let all = app.body_memory().available_permits();
        let taken = app.body_memory().acquire_many(u32::try_from(all).unwrap()).await.unwrap();
        assert_eq!(read(&app, request(SMALL)).await.unwrap().bytes.len(), SMALL);
        let started = Instant::now();
        let refused = read(&app, request(SMALL + 1)).await.unwrap_err();
        assert_eq!(refused.status(), 429);
        assert!(started.elapsed() >= Duration::from_millis(200));
        drop(taken);
        let app = App::new(with(30.0), Vec::<Served>::new());
        let taken = app.body_memory().acquire_many(u32::try_from(all).unwrap()).await.unwrap();
        let (large, ()) = tokio::join!(read(&app, request(10 * SMALL)), async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(taken);
        });
        let large = large.unwrap();
        assert_eq!(app.body_memory().available_permits(), all - 9 * SMALL / KIB);
        drop(large);
        assert_eq!(app.body_memory().available_permits(), all);
    }
}
