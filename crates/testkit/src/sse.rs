//! A strict reader of server-sent events: every byte must belong to an event or a comment, so that a framing mistake
//! fails the test that reads it.

use futures::StreamExt;

/// One event, or the comment that keeps a connection alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SseItem {
    /// The joined `data:` lines.
    Data(String),
    /// A line that starts with a colon.
    Comment(String),
}

/// Reads a streaming response piece by piece.
pub struct SseReader {
    response: reqwest::Response,
    buffer: Vec<u8>,
    ended: bool,
}

impl SseReader {
    /// Takes a response whose content type must be `text/event-stream`.
    ///
    /// # Panics
    /// When the response is not a stream of events.
    #[must_use]
    pub fn new(response: reqwest::Response) -> Self {
        let content_type = response.headers().get("content-type").map(|value| value.to_str().unwrap_or_default());
        assert!(
            content_type.is_some_and(|value| value.starts_with("text/event-stream")),
            "not an event stream: status {}, content type {content_type:?}",
            response.status()
        );
        Self { response, buffer: Vec::new(), ended: false }
    }

    /// The next item; `None` at the end of the body.
    ///
    /// # Panics
    /// On a broken connection, invalid UTF-8, an unknown field or an unfinished event.
    pub async fn next(&mut self) -> Option<SseItem> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(parse(std::str::from_utf8(&event[..end]).expect("events are UTF-8")));
            }
            if self.ended {
                assert!(self.buffer.is_empty(), "unfinished event: {:?}", String::from_utf8_lossy(&self.buffer));
                return None;
            }
            match self.response.chunk().await.expect("the stream broke") {
                Some(bytes) => self.buffer.extend_from_slice(&bytes),
                None => self.ended = true,
            }
        }
    }

    /// The next data event; comments are passed over.
    pub async fn data(&mut self) -> Option<String> {
        loop {
            match self.next().await? {
                SseItem::Data(data) => return Some(data),
                SseItem::Comment(_) => {}
            }
        }
    }

    /// All remaining data events.
    pub async fn rest(mut self) -> Vec<String> {
        let stream =
            futures::stream::unfold(&mut self, |reader| async { reader.data().await.map(|data| (data, reader)) });
        stream.collect().await
    }
}

fn parse(event: &str) -> SseItem {
    if let Some(comment) = event.strip_prefix(':') {
        return SseItem::Comment(comment.trim().to_owned());
    }
    let lines: Vec<&str> = event
        .lines()
        .map(|line| line.strip_prefix("data: ").unwrap_or_else(|| panic!("unexpected line in an event: {line:?}")))
        .collect();
    SseItem::Data(lines.join("\n"))
}

/// The text of a finished stream of `chat.completion.chunk` or `text_completion` events for choice `index`.
///
/// # Panics
/// When an event is not JSON or the stream does not end with `[DONE]`.
#[must_use]
pub fn streamed_text(events: &[String], index: u64) -> String {
    assert_eq!(events.last().map(String::as_str), Some("[DONE]"), "the stream must end with [DONE]");
    let mut text = String::new();
    for event in &events[..events.len() - 1] {
        let chunk: serde_json::Value = serde_json::from_str(event).expect("events are JSON");
        for choice in chunk["choices"].as_array().expect("chunks have choices") {
            if choice["index"] == index {
                text.push_str(choice["delta"]["content"].as_str().or(choice["text"].as_str()).unwrap_or_default());
            }
        }
    }
    text
}
