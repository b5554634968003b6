//! Server-sent events as bytes: `data: JSON`, `data: [DONE]`, keep-alive comments, and an error event, which OpenAI's
//! clients recognize by its top-level `error`. Pure functions into a buffer. Next: `stream.rs`.

use bytes::{BufMut, BytesMut};
use serde::Serialize;

use crate::error::ApiError;

/// Sent when nothing happened for a while, so that proxies and clients keep the connection.
pub(crate) const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// Appends one event.
pub(crate) fn event(out: &mut BytesMut, value: &impl Serialize) {
    out.extend_from_slice(b"data: ");
    serde_json::to_writer(out.writer(), value).expect("a chunk that cannot be written as JSON is a bug");
    out.extend_from_slice(b"\n\n");
}

/// Appends the end of a successful stream.
pub(crate) fn done(out: &mut BytesMut) {
    out.extend_from_slice(b"data: [DONE]\n\n");
}

/// Appends the end of a stream that failed; no `[DONE]` follows.
pub(crate) fn error(out: &mut BytesMut, error: &ApiError) {
    event(out, &error.body());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_is_one_line() {
        let mut out = BytesMut::new();
        event(&mut out, &serde_json::json!({"a": "x\ny\r\u{2028}"}));
        done(&mut out);
        assert_eq!(&out[..], "data: {\"a\":\"x\\ny\\r\u{2028}\"}\n\ndata: [DONE]\n\n".as_bytes());
    }
}
