//! A result depends on the request alone: the same request gives the same bytes alone, among others, in small prefill
//! chunks, after a prefix-cache hit and after a preemption, through HTTP.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::time::SystemTime;

use e2e::fixture;
use e2e::load::{post_all, stream_all};
use sconce_testkit::server::Server;
use serde_json::{Value, json};

const PATH: &str = "/v1/completions";

/// Request `index`: prompts of many lengths (some share a prefix), half of them greedy, half seeded.
fn request(index: usize) -> Value {
    let shared = if index.is_multiple_of(3) { 40 } else { 0 };
    let own = (0..17 + 13 * (index % 5)).map(|i| 5 + (i * (index + 7) + index) % 200);
    let prompt: Vec<usize> = (0..shared).map(|i| 5 + (i * 31) % 190).chain(own).collect();
    json!({
        "model": "tiny", "prompt": prompt, "max_tokens": 64, "ignore_eos": true,
        "temperature": if index.is_multiple_of(2) { 0.0 } else { 1.0 }, "top_p": 0.95, "seed": index, "logprobs": 3,
    })
}

fn requests() -> Vec<Value> {
    (0..16).map(request).collect()
}

/// What must be equal: text, log-probabilities and the reason of the end.
fn essence(answers: &[(u16, Value)]) -> Vec<String> {
    answers
        .iter()
        .map(|(status, body)| {
            assert_eq!(*status, 200, "{body}");
            body["choices"].to_string()
        })
        .collect()
}

fn serve(more: &[&str]) -> Server {
    let model = fixture("tiny-llama");
    let args = [&["--model", &model, "--served-model-name", "tiny"], more].concat();
    Server::start(&args)
}

async fn one_by_one(server: &Server) -> Vec<String> {
    let mut answers = Vec::new();
    for body in requests() {
        answers.push(server.post(PATH, &body).await);
    }
    essence(&answers)
}

async fn together(server: &Server) -> Vec<String> {
    essence(&post_all(server, PATH, &requests()).await)
}

/// Names and times of writing.
fn files(folder: &Path) -> BTreeMap<OsString, SystemTime> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it can be read"));
    entries
        .map(|entry| (entry.file_name(), entry.metadata().and_then(|data| data.modified()).expect("a time")))
        .collect()
}

#[tokio::test]
async fn same_bytes_in_every_form_of_weights() {
    for (form, are_kept) in [("int8", false), ("q8_0", true), ("q4k", true)] {
        let quantized = |more: &[&str]| serve(&[&["--quantize", form], more].concat());
        let plain = quantized(&["--no-prefix-cache"]);
        let alone = one_by_one(&plain).await;
        assert_eq!(together(&plain).await, alone, "{form}: among fifteen others");
        let folder = tempfile::tempdir().expect("a folder");
        let kept = ["--quantized-cache", folder.path().to_str().expect("its path is text")];
        let first = quantized(&kept);
        assert_eq!(together(&first).await, alone, "{form}: weight by weight, to be kept");
        let files = files(folder.path());
        assert_eq!(!files.is_empty(), are_kept, "{form}: {files:?}");
        let small = quantized(&[&kept[..], &["--max-batch-tokens", "7", "--threads", "3"]].concat());
        assert_eq!(self::files(folder.path()), files, "{form}: what was kept is read, not made again");
        assert_eq!(together(&small).await, alone, "{form}: kept, in chunks of 7, on three threads");
        assert_eq!(one_by_one(&small).await, alone, "{form}: after hits of the prefix cache");
    }
}

#[tokio::test]
async fn same_bytes_in_every_company() {
    let plain = serve(&["--no-prefix-cache"]);
    let alone = one_by_one(&plain).await;
    assert_eq!(together(&plain).await, alone, "among fifteen others");

    let cached = serve(&[]);
    assert_eq!(one_by_one(&cached).await, alone, "first time with the prefix cache");
    assert_eq!(one_by_one(&cached).await, alone, "after a cache hit");
    assert!(cached.metric("sconce_prefix_cache_hits_total").await > 0.0, "the second round must hit the cache");

    let chunked = serve(&["--max-batch-tokens", "7"]);
    assert_eq!(together(&chunked).await, alone, "prefilled in small chunks");

    // How many run at once, and so who is preempted, depends on when the requests arrive.
    let crowded = serve(&["--kv-memory", "24blocks", "--max-len", "192"]);
    for _ in 0..20 {
        assert_eq!(together(&crowded).await, alone, "preempted and recomputed");
        if crowded.metric("sconce_num_preemptions_total").await > 0.0 {
            break;
        }
    }
    assert!(crowded.metric("sconce_num_preemptions_total").await > 0.0, "the small pool must cause preemptions");

    let overlapped = serve(&["--pipeline-depth", "2"]);
    assert_eq!(together(&overlapped).await, alone, "with overlapped steps");

    let more_threads = serve(&["--threads", "3"]);
    assert_eq!(together(&more_threads).await, alone, "with another number of threads");
}

/// Records with names that come again and again, of a form: a half of them greedy.
fn records() -> Vec<Value> {
    let text = |most: usize| json!({"type": "string", "maxLength": most});
    let record = json!({"type": "object", "properties": {"first_name": text(6), "city": text(4), "kind": {"enum": ["order", "return"]}},
        "required": ["first_name", "city", "kind"]});
    let schema = json!({"type": "array", "items": record, "minItems": 4, "maxItems": 4});
    let body = |index: usize| {
        json!({"prompt": format!("Customer {index}"), "max_tokens": 300, "seed": index, "logprobs": 2, "n": 2,
            "temperature": if index.is_multiple_of(2) { 0.0 } else { 0.8 }, "structured_outputs": {"json": schema}})
    };
    (0..6).map(body).collect()
}

#[tokio::test]
async fn same_bytes_of_a_form_with_and_without_guesses() {
    let plain = Server::start(&["--max-draft-tokens", "0"]);
    let guessing = Server::start(&[]);
    let records: Vec<Value> = records()
        .into_iter()
        .map(|mut body| {
            body["model"] = "sconce-demo".into();
            body
        })
        .collect();
    for body in records {
        let answers = [plain.post(PATH, &body).await, guessing.post(PATH, &body).await];
        let [alone, guessed] = answers.map(|answer| essence(&[answer]));
        assert_eq!(guessed, alone);
    }
    let accepted = guessing.metric("sconce_spec_decode_num_accepted_tokens_total").await;
    let generated = guessing.metric("sconce_generation_tokens_total").await;
    assert!(accepted > 0.1 * generated, "{accepted} of {generated}");
}

#[tokio::test]
async fn streamed_text_is_the_whole_text() {
    let server = serve(&[]);
    let mut bodies = requests();
    let whole: Vec<String> = post_all(&server, PATH, &bodies)
        .await
        .iter()
        .map(|(_, body)| body["choices"][0]["text"].as_str().unwrap().to_owned())
        .collect();
    for body in &mut bodies {
        body["stream"] = json!(true);
    }
    assert_eq!(stream_all(&server, PATH, &bodies).await, whole);
}
