//! What RFC 9112 asks of a request that came over a connection, beyond what the HTTP library checks: one valid `Host`, and
//! no coding of the body but chunks. Two programs that read such a request differently could be played against each other.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Version};

use crate::error::ApiError;

/// Marks requests of connections; others are made by this process and have no `Host`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverTheWire;

/// The middleware.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let came = request.extensions().get::<OverTheWire>().is_some();
    match wrong(request.version(), request.headers()).filter(|_| came) {
        None => next.run(request).await,
        Some(error) => {
            let mut response = error.into_response();
            // Where this request ends is not certain.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

fn wrong(version: Version, headers: &HeaderMap) -> Option<ApiError> {
    host(version, headers).or_else(|| coding(headers))
}

fn host(version: Version, headers: &HeaderMap) -> Option<ApiError> {
    let mut hosts = headers.get_all(HOST).iter();
    let why = match (hosts.next(), hosts.next()) {
        // HTTP/1.0 knows no such header, and HTTP/2 has `:authority`.
        (None, _) if version != Version::HTTP_11 => return None,
        (None, _) => "is missing",
        (Some(_), Some(_)) => "is given several times",
        (Some(host), None) if is_host(host.as_bytes()) => return None,
        (Some(_), None) => "is not a host with an optional port",
    };
    Some(ApiError::bad_head("invalid_host", format!("The header 'Host' {why}.")))
}

fn coding(headers: &HeaderMap) -> Option<ApiError> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => None,
        _ => {
            let message = "The only Transfer-Encoding that is accepted is 'chunked'.";
            Some(ApiError::bad_head("unsupported_transfer_encoding", message))
        }
    }
}

/// `uri-host [ ":" port ]` of RFC 3986; the host may be empty.
fn is_host(value: &[u8]) -> bool {
    let (host, port) = match value.iter().rposition(|&byte| byte == b':') {
        Some(at) if !value.ends_with(b"]") => (&value[..at], &value[at + 1..]),
        _ => (value, &value[..0]),
    };
    let literal = host.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let fits = match literal {
        Some(address) => !address.is_empty() && address.iter().all(|&byte| byte == b':' || is_name(byte)),
        None => host.iter().all(|&byte| byte == b'%' || is_name(byte)),
    };
    fits && port.iter().all(u8::is_ascii_digit)
}

/// Unreserved characters and sub-delimiters.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn hosts_are_names_and_addresses_with_ports() {
        for host in ["", "x", "localhost:8000", "a_b.example.", "127.0.0.1:", "[::1]", "[fe80::1]:80", "x%20y"] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in
            ["a b", "a/b", "a@b", "a:b", "a:80:80", "::1", "[::1", "[]", "[::1]x", "a\\b", "http://x", "a?b", "\u{e9}"]
        {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }
}
