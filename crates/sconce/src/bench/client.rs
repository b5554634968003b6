//! One request, from sending it to the end of its answer, with the time of every chunk. Runs in a task of its own.
//! Next: `load.rs`.

use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::Value;

use super::sse::EventSplitter;
use super::stats::Sample;
use super::target::Target;

/// A request ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) path: &'static str,
    pub(crate) body: Value,
    /// Tokens sent, for servers that do not count them; 0 when unknown.
    pub(crate) prompt_tokens: u64,
}

/// Sends a request and reads its answer to the end; an error is named by its kind.
pub(crate) async fn call(target: &Target, call: &Call) -> Result<Sample, String> {
    let started = Instant::now();
    let response = target.post(call.path, &call.body).send().await.map_err(|error| kind_of(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("http {}", status.as_u16()));
    }
    if call.body["stream"] == Value::Bool(true) {
        streamed(response, started, call).await
    } else {
        whole(response, started, call).await
    }
}

async fn whole(response: reqwest::Response, started: Instant, call: &Call) -> Result<Sample, String> {
    let answer: Value = response.json().await.map_err(|error| kind_of(&error))?;
    let usage = Usage::read(&answer["usage"]).ok_or("no usage in the answer")?;
    let mut sample = Sample { latency: started.elapsed(), ..Sample::default() };
    usage.fill(&mut sample, call.prompt_tokens);
    Ok(sample)
}

async fn streamed(response: reqwest::Response, started: Instant, call: &Call) -> Result<Sample, String> {
    let mut reader = Reader::new(started);
    let mut events = EventSplitter::default();
    let mut body = response.bytes_stream();
    'body: while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(|error| if reader.num_chunks > 0 { "cut stream".into() } else { kind_of(&error) })?;
        let now = started.elapsed();
        for data in events.push(&bytes) {
            if data == "[DONE]" {
                reader.ended = Some(now);
                break 'body;
            }
            reader.read(&data, now)?;
        }
    }
    reader.sample(call)
}

/// What a stream has said so far.
struct Reader {
    started: Instant,
    num_chunks: u64,
    first: Option<Duration>,
    last: Option<Duration>,
    gaps: Vec<Duration>,
    usage: Option<Usage>,
    finished: bool,
    ended: Option<Duration>,
}

impl Reader {
    fn new(started: Instant) -> Self {
        let gaps = Vec::new();
        Self { started, num_chunks: 0, first: None, last: None, gaps, usage: None, finished: false, ended: None }
    }

    fn read(&mut self, data: &str, now: Duration) -> Result<(), String> {
        let chunk: Value = serde_json::from_str(data).map_err(|_| "bad chunk")?;
        if chunk.get("error").is_some_and(|error| !error.is_null()) {
            return Err("error in stream".to_owned());
        }
        if let Some(usage) = Usage::read(&chunk["usage"]) {
            self.usage = Some(usage);
        }
        let choice = &chunk["choices"][0];
        self.finished |= choice["finish_reason"].is_string();
        if has_token(choice) {
            self.num_chunks += 1;
            if let Some(last) = self.last {
                self.gaps.push(now.saturating_sub(last));
            }
            self.first.get_or_insert(now);
            self.last = Some(now);
        }
        Ok(())
    }

    fn sample(self, call: &Call) -> Result<Sample, String> {
        if !self.finished && self.ended.is_none() {
            return Err("cut stream".to_owned());
        }
        let mut sample = Sample {
            latency: self.ended.unwrap_or_else(|| self.started.elapsed()),
            first_token: self.first,
            last_token: self.last,
            gaps: self.gaps,
            ..Sample::default()
        };
        let counted = Usage { prompt: call.prompt_tokens, cached: 0, output: self.num_chunks };
        self.usage.unwrap_or(counted).fill(&mut sample, call.prompt_tokens);
        if sample.output_tokens == 0 {
            return Err("empty answer".to_owned());
        }
        Ok(sample)
    }
}

/// Does this choice of a chunk stand for a token? Completion chunks do unless they only end the answer (a token can have
/// no text of its own yet); chat chunks do when their delta carries something.
fn has_token(choice: &Value) -> bool {
    let filled = |value: &Value| match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    match choice.get("delta") {
        Some(delta) => {
            ["content", "reasoning_content", "reasoning", "tool_calls"].iter().any(|key| filled(&delta[*key]))
        }
        None => choice["text"].is_string() && (filled(&choice["text"]) || choice["finish_reason"].is_null()),
    }
}

/// Token counts of an answer.
struct Usage {
    prompt: u64,
    cached: u64,
    output: u64,
}

impl Usage {
    fn read(usage: &Value) -> Option<Self> {
        Some(Self {
            prompt: usage["prompt_tokens"].as_u64()?,
            cached: usage["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap_or(0),
            output: usage["completion_tokens"].as_u64()?,
        })
    }

    fn fill(&self, sample: &mut Sample, sent: u64) {
        sample.prompt_tokens = if self.prompt > 0 { self.prompt } else { sent };
        sample.cached_tokens = self.cached;
        sample.output_tokens = self.output;
    }
}

fn kind_of(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_decode() {
        "bad answer"
    } else {
        "broken connection"
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_chunks_with_tokens_count() {
        for (choice, expected) in [
            (json!({"text": "a", "finish_reason": null}), true),
            (json!({"text": "", "finish_reason": null}), true),
            (json!({"text": "", "finish_reason": "length"}), false),
            (json!({"text": "z", "finish_reason": "length"}), true),
            (json!({"delta": {"role": "assistant", "content": ""}, "finish_reason": null}), false),
            (json!({"delta": {"content": "a"}, "finish_reason": null}), true),
            (json!({"delta": {"reasoning_content": "a"}}), true),
            (json!({"delta": {"tool_calls": [{}]}}), true),
            (json!({"delta": {}, "finish_reason": "stop"}), false),
            (Value::Null, false),
        ] {
            assert_eq!(has_token(&choice), expected, "{choice}");
        }
    }
}
