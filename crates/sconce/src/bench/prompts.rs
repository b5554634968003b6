//! Prompts of an exact number of tokens: random token ids where the server takes them, else text made of such ids by the
//! server's own `/detokenize` and checked by its `/tokenize`, else plain words. Made before the measurement starts.
//! Next: `client.rs`.

use anyhow::{Result, bail};
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::target::Target;
use super::workload::Job;

/// Upper ends that are tried for the range of token ids, so that no vocabulary size has to be known.
const UPPER_IDS: [u32; 8] = [100_000, 50_000, 30_000, 10_000, 4_000, 1_000, 400, 200];

/// Which of OpenAI's two routes is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Endpoint {
    /// POST /v1/completions
    Completions,
    /// POST /v1/chat/completions
    Chat,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    Ids(Vec<u32>),
    Text(String),
}

/// How prompts are made for one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    /// Token ids of this range.
    Ids(std::ops::Range<u32>),
    /// Text of as many tokens, by the server's own tokenizer.
    Tokenizer(std::ops::Range<u32>),
    /// Text of as many words; the server's count decides.
    Words,
}

impl Maker {
    /// Finds out what the server can do.
    pub(crate) async fn probe(target: &Target, endpoint: Endpoint) -> Result<Self> {
        if endpoint == Endpoint::Completions {
            for upper in UPPER_IDS {
                if target.takes_ids(&[upper - 1]).await {
                    return Ok(Self::Ids(id_range(upper)));
                }
            }
        }
        for upper in UPPER_IDS {
            if let Some(text) = detokenize(target, &[upper - 1]).await
                && tokenize(target, &text).await.is_some()
            {
                return Ok(Self::Tokenizer(id_range(upper)));
            }
        }
        let body = match endpoint {
            Endpoint::Completions => json!({"model": target.model, "prompt": "hello", "max_tokens": 1}),
            Endpoint::Chat => {
                json!({"model": target.model, "messages": [{"role": "user", "content": "hello"}], "max_tokens": 1})
            }
        };
        match target.post(endpoint.path(), &body).send().await {
            Ok(response) if response.status().is_success() => Ok(Self::Words),
            Ok(response) => {
                let status = response.status();
                bail!("a trial request failed with {status}: {}", clip(&response.text().await.unwrap_or_default()))
            }
            Err(error) => bail!("a trial request failed: {error:#}"),
        }
    }

    /// For the report.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Ids(_) => "token ids",
            Self::Tokenizer(_) => "text of exact token counts",
            Self::Words => "words (the server neither takes token ids nor has /tokenize and /detokenize)",
        }
    }

    /// The prompt of a job; `seed` decides the common prefix.
    pub(crate) async fn make(&self, target: &Target, seed: u64, job: &Job) -> Result<Prompt> {
        Ok(match self {
            Self::Ids(range) => Prompt::Ids(ids(range, seed, job)),
            Self::Tokenizer(range) => Prompt::Text(text_of(target, range, seed, job).await?),
            Self::Words => {
                // Ids of a word list instead of a vocabulary.
                let words = ids(&(0..WORDS.len() as u32), seed, job);
                Prompt::Text(words.iter().map(|id| WORDS[*id as usize]).collect::<Vec<_>>().join(" "))
            }
        })
    }
}

impl Endpoint {
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Completions => "/v1/completions",
            Self::Chat => "/v1/chat/completions",
        }
    }
}

/// Special tokens usually are the first few hundred or the last ids; random ones come from between.
fn id_range(upper: u32) -> std::ops::Range<u32> {
    (upper / 4).min(1_000)..upper
}

/// Tokens of a job: its prefix (the same for the whole run), then its own.
fn ids(range: &std::ops::Range<u32>, seed: u64, job: &Job) -> Vec<u32> {
    let mut shared = ChaCha8Rng::seed_from_u64(seed);
    shared.set_stream(3);
    let mut own = ChaCha8Rng::seed_from_u64(job.seed);
    let prefix = (0..job.prefix_len).map(|_| shared.random_range(range.clone()));
    let rest = (0..job.input_len).map(|_| own.random_range(range.clone()));
    prefix.chain(rest).collect()
}

/// Text that the server reads as the job's number of tokens. Token ids seldom survive the way through text one by one,
/// so the text is cut or lengthened until the count is right, or close to it.
async fn text_of(target: &Target, range: &std::ops::Range<u32>, seed: u64, job: &Job) -> Result<String> {
    let wanted = (job.prefix_len + job.input_len) as usize;
    let (mut ids, mut best) = (ids(range, seed, job), None);
    for _ in 0..6 {
        let Some(text) = detokenize(target, &ids).await else { bail!("/detokenize failed") };
        let Some(read) = tokenize(target, &text).await else { bail!("/tokenize failed") };
        let miss = read.len().abs_diff(wanted);
        if best.as_ref().is_none_or(|(least, _)| miss < *least) {
            best = Some((miss, text));
        }
        if miss == 0 {
            break;
        }
        let repeated: Vec<u32> = read.iter().chain(read.iter()).copied().take(wanted).collect();
        ids = if read.is_empty() { ids } else { repeated };
    }
    best.map(|(_, text)| text).ok_or_else(|| anyhow::anyhow!("no text came of {wanted} token ids"))
}

/// vLLM and sconce answer `prompt`, llama.cpp `content`.
async fn detokenize(target: &Target, ids: &[u32]) -> Option<String> {
    let answer = target.try_call("/detokenize", &json!({"model": target.model, "tokens": ids})).await?;
    let text = answer.get("prompt").or_else(|| answer.get("content"))?;
    text.as_str().map(str::to_owned)
}

/// vLLM and sconce want `prompt`, llama.cpp `content`.
async fn tokenize(target: &Target, text: &str) -> Option<Vec<u32>> {
    let vllm = json!({"model": target.model, "prompt": text, "add_special_tokens": false});
    let answer = match target.try_call("/tokenize", &vllm).await {
        Some(answer) if answer["tokens"].as_array().is_some_and(|tokens| !tokens.is_empty()) => answer,
        _ => target.try_call("/tokenize", &json!({"content": text, "add_special": false})).await?,
    };
    answer["tokens"].as_array()?.iter().map(|id| id.as_u64()?.try_into().ok()).collect()
}

/// The body of a request for `prompt`.
pub(crate) fn body(target: &Target, endpoint: Endpoint, prompt: &Prompt, options: &BodyOptions) -> Value {
    let mut body = json!({"model": target.model, "max_tokens": options.max_tokens, "temperature": 0});
    match (endpoint, prompt) {
        (Endpoint::Completions, Prompt::Ids(ids)) => body["prompt"] = json!(ids),
        (Endpoint::Completions, Prompt::Text(text)) => body["prompt"] = json!(text),
        (Endpoint::Chat, Prompt::Text(text)) => body["messages"] = json!([{"role": "user", "content": text}]),
        (Endpoint::Chat, Prompt::Ids(_)) => unreachable!("chat prompts are text: Maker::probe is a bug"),
    }
    if options.ignore_eos {
        body["ignore_eos"] = json!(true);
    }
    if options.stream {
        body["stream"] = json!(true);
        body["stream_options"] = json!({"include_usage": true});
    }
    for (name, value) in &target.fields {
        body[name] = value.clone();
    }
    body
}

/// What a body says beside the prompt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyOptions {
    pub(crate) max_tokens: u32,
    pub(crate) ignore_eos: bool,
    pub(crate) stream: bool,
}

/// The first line or so of a server's answer, for messages.
pub(crate) fn clip(text: &str) -> String {
    let line: String = text.chars().take(200).collect();
    line.replace('\n', " ")
}

const WORDS: [&str; 32] = [
    "lamp", "wick", "flame", "bright", "room", "wall", "night", "hand", "glass", "oil", "door", "step", "quiet",
    "house", "table", "old", "new", "small", "light", "stone", "water", "street", "wind", "year", "day", "book",
    "name", "road", "green", "north", "cold", "warm",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn job(seed: u64, prefix_len: u32, input_len: u32) -> Job {
        Job { seed, prefix_len, input_len, output_len: 1, at: Duration::ZERO }
    }

    #[test]
    fn prefixes_are_shared_and_the_rest_is_not() {
        let range = id_range(30_000);
        let (a, b) = (ids(&range, 1, &job(10, 64, 32)), ids(&range, 1, &job(11, 64, 32)));
        assert_eq!(a.len(), 96);
        assert_eq!(a[..64], b[..64]);
        assert_ne!(a[64..], b[64..]);
        assert_eq!(a, ids(&range, 1, &job(10, 64, 32)), "a prompt follows from its seeds");
        assert_ne!(a[..64], ids(&range, 2, &job(10, 64, 32))[..64], "another run has another prefix");
        assert!(a.iter().all(|id| range.contains(id)));
    }

    #[test]
    fn small_vocabularies_keep_room_for_special_tokens() {
        assert_eq!(id_range(100_000), 1_000..100_000);
        assert_eq!(id_range(200), 50..200);
    }
}
