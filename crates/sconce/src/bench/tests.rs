//! The client against fake servers: one that streams with known pauses, and mocks of the ways servers differ.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::client::{Call, call};
use super::prompts::{Endpoint, Maker, Prompt};
use super::target::Target;
use super::workload::Job;
use super::{BenchArgs, run};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: BenchArgs,
}

fn args(words: &[&str]) -> BenchArgs {
    Cli::try_parse_from(["bench"].iter().chain(words)).unwrap().args
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn completion_stream(num: usize, usage: bool) -> Vec<String> {
    let mut events: Vec<String> =
        (0..num).map(|_| event(&json!({"choices": [{"text": "x", "finish_reason": null}]}))).collect();
    events.push(event(&json!({"choices": [{"text": "", "finish_reason": "length"}]})));
    if usage {
        let usage =
            json!({"prompt_tokens": 11, "completion_tokens": num, "prompt_tokens_details": {"cached_tokens": 3}});
        events.push(event(&json!({"choices": [], "usage": usage})));
    }
    events.push("data: [DONE]\n\n".to_owned());
    events
}

/// Answers every connection with the same events, pausing before each of them.
async fn streaming_server(events: Vec<String>, pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, events.clone(), pause));
        }
    });
    url
}

async fn answer(mut stream: TcpStream, events: Vec<String>, pause: Duration) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for event in events {
        tokio::time::sleep(pause).await;
        if stream.write_all(event.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn target(url: &str) -> Target {
    Target::connect(url, Some("m"), None, Duration::from_secs(5)).await.unwrap()
}

fn streamed_call() -> Call {
    Call { path: "/v1/completions", body: json!({"stream": true, "prompt": [1, 2]}), prompt_tokens: 2 }
}

#[tokio::test]
async fn times_are_those_of_the_chunks() {
    let url = streaming_server(completion_stream(5, true), Duration::from_millis(40)).await;
    let sample = call(&target(&url).await, &streamed_call()).await.unwrap();
    assert_eq!((sample.prompt_tokens, sample.cached_tokens, sample.output_tokens), (11, 3, 5));
    assert_eq!(sample.gaps.len(), 4);
    let first = sample.first_token.unwrap();
    assert!(first >= Duration::from_millis(39), "{first:?}");
    // Sleeps are never early, but may be late on a loaded machine.
    assert!(sample.gaps.iter().sum::<Duration>() >= Duration::from_millis(140), "{:?}", sample.gaps);
    assert_eq!(sample.last_token.unwrap() - first, sample.gaps.iter().sum::<Duration>());
    assert!(sample.latency >= sample.last_token.unwrap() + Duration::from_millis(100), "end, usage and [DONE] follow");
    let expected = (sample.last_token.unwrap() - first) / 4;
    assert!(sample.time_per_token().unwrap().abs_diff(expected) < Duration::from_micros(1));
}

#[tokio::test]
async fn chunks_are_counted_when_the_server_does_not() {
    let url = streaming_server(completion_stream(7, false), Duration::ZERO).await;
    let sample = call(&target(&url).await, &streamed_call()).await.unwrap();
    assert_eq!((sample.prompt_tokens, sample.output_tokens), (2, 7));
}

#[tokio::test]
async fn failures_are_told_apart() {
    let cut = streaming_server(completion_stream(3, true)[..2].to_vec(), Duration::ZERO).await;
    assert_eq!(call(&target(&cut).await, &streamed_call()).await, Err("cut stream".to_owned()));

    let failing = vec![completion_stream(1, false).remove(0), event(&json!({"error": {"message": "boom"}}))];
    let failing = streaming_server(failing, Duration::ZERO).await;
    assert_eq!(call(&target(&failing).await, &streamed_call()).await, Err("error in stream".to_owned()));

    let garbage = streaming_server(vec!["data: {nonsense\n\n".to_owned()], Duration::ZERO).await;
    assert_eq!(call(&target(&garbage).await, &streamed_call()).await, Err("bad chunk".to_owned()));

    let full = MockServer::start().await;
    Mock::given(path("/v1/completions")).respond_with(ResponseTemplate::new(429)).mount(&full).await;
    assert_eq!(call(&target(&full.uri()).await, &streamed_call()).await, Err("http 429".to_owned()));

    let slow = streaming_server(completion_stream(1, true), Duration::from_secs(9)).await;
    let impatient = Target::connect(&slow, Some("m"), None, Duration::from_millis(50)).await.unwrap();
    assert_eq!(call(&impatient, &streamed_call()).await, Err("timeout".to_owned()));

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = target(&format!("http://{closed}")).await;
    assert_eq!(call(&nobody, &streamed_call()).await, Err("no connection".to_owned()));
}

/// Answers the first request of a connection, and closes it at the second without a word.
async fn answers_once(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let body = json!({"usage": {"prompt_tokens": 2, "completion_tokens": 1}}).to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).await.unwrap();
            let _ = stream.read(&mut request).await;
        });
    }
}

#[tokio::test]
async fn a_connection_closed_while_it_was_idle_fails_no_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target(&format!("http://{}", listener.local_addr().unwrap())).await;
    tokio::spawn(answers_once(listener));
    let request = Call { path: "/v1/completions", body: json!({"prompt": [1, 2]}), prompt_tokens: 2 };
    for _ in 0..3 {
        assert_eq!(call(&target, &request).await.unwrap().output_tokens, 1);
    }

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = self::target(&format!("http://{}", silent.local_addr().unwrap())).await;
    tokio::spawn(async move { while silent.accept().await.is_ok() {} });
    assert_eq!(call(&target, &request).await, Err("broken connection".to_owned()), "here nothing is answered");
}

#[tokio::test]
async fn whole_answers_are_counted_by_usage() {
    let server = MockServer::start().await;
    let answer = json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}});
    Mock::given(path("/v1/chat/completions"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer).set_delay(Duration::from_millis(30)))
        .mount(&server)
        .await;
    let one = Call { path: "/v1/chat/completions", body: json!({"messages": []}), prompt_tokens: 0 };
    let sample = call(&target(&server.uri()).await, &one).await.unwrap();
    assert_eq!((sample.prompt_tokens, sample.output_tokens, sample.first_token), (9, 4, None));
    assert!(sample.latency >= Duration::from_millis(30));
}

#[tokio::test]
async fn token_ids_stay_inside_what_the_server_takes() {
    let server = MockServer::start().await;
    let answer = json!({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}});
    // A vocabulary of 32,000: 29,999 is the first id of the probe inside it.
    Mock::given(path("/v1/completions"))
        .and(body_partial_json(json!({"prompt": [29_999]})))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    let maker = Maker::probe(&target(&server.uri()).await, Endpoint::Completions).await.unwrap();
    assert_eq!(maker, Maker::Ids(1_000..30_000));
}

#[tokio::test]
async fn text_has_the_tokens_that_were_asked_for() {
    let server = MockServer::start().await;
    Mock::given(path("/detokenize"))
        .respond_with(|request: &wiremock::Request| {
            let body: Value = request.body_json().unwrap();
            let ids = body["tokens"].as_array().unwrap();
            // Every id becomes a word of two tokens: the first round is twice too long.
            ResponseTemplate::new(200).set_body_json(json!({"prompt": "ab ".repeat(ids.len().min(6))}))
        })
        .mount(&server)
        .await;
    Mock::given(path("/tokenize"))
        .respond_with(|request: &wiremock::Request| {
            let body: Value = request.body_json().unwrap();
            let len = body["prompt"].as_str().unwrap().len() / 3;
            ResponseTemplate::new(200).set_body_json(json!({"tokens": vec![5; len], "count": len}))
        })
        .mount(&server)
        .await;
    let target = target(&server.uri()).await;
    let maker = Maker::probe(&target, Endpoint::Chat).await.unwrap();
    assert!(matches!(maker, Maker::Tokenizer(_)));
    let job = Job { seed: 1, prefix_len: 2, input_len: 4, output_len: 1, at: Duration::ZERO };
    assert_eq!(maker.make(&target, 0, &job).await.unwrap(), Prompt::Text("ab ".repeat(6)));
}

#[tokio::test]
async fn words_are_the_last_resort_and_refusals_are_shown() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/chat/completions"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&server)
        .await;
    let target = target(&server.uri()).await;
    assert_eq!(Maker::probe(&target, Endpoint::Chat).await.unwrap(), Maker::Words);
    let error = Maker::probe(&target, Endpoint::Completions).await.unwrap_err().to_string();
    assert!(error.contains("404"), "{error}");
}

/// A mock that takes ids and streams four tokens, for runs from end to end.
async fn mock_server(key: Option<&str>) -> MockServer {
    let server = MockServer::start().await;
    let stream = completion_stream(4, true).concat();
    let mut completions = Mock::given(method("POST")).and(path("/v1/completions"));
    let mut models = Mock::given(method("GET")).and(path("/v1/models"));
    if let Some(key) = key {
        let value = format!("Bearer {key}");
        completions = completions.and(header("authorization", value.as_str()));
        models = models.and(header("authorization", value.as_str()));
    }
    completions
        .respond_with(move |request: &wiremock::Request| {
            let body: Value = request.body_json().unwrap();
            if body["stream"] == true {
                ResponseTemplate::new(200).set_body_raw(stream.clone(), "text/event-stream")
            } else {
                ResponseTemplate::new(200).set_body_json(json!({"choices": []}))
            }
        })
        .mount(&server)
        .await;
    models
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": [{"id": "tiny"}]})))
        .mount(&server)
        .await;
    server
}

async fn measured_bodies(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap();
    let bodies = requests.iter().filter(|request| request.url.path() == "/v1/completions");
    bodies.map(|request| request.body_json::<Value>().unwrap()).filter(|body| body["stream"] == true).collect()
}

#[tokio::test]
async fn a_run_sends_the_workload_and_writes_json() {
    let server = mock_server(Some("secret")).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let json = file.path().to_str().unwrap();
    let url = format!("{}/v1", server.uri());
    run(&args(&["--url", &url, "--api-key", "secret", "--workload", "w4", "-n", "6", "--warmup", "2", "--json", json]))
        .await
        .unwrap();
    let bodies = measured_bodies(&server).await;
    assert_eq!(bodies.len(), 8, "two of warm-up, six measured");
    for body in &bodies {
        assert_eq!(body["model"], "tiny");
        assert_eq!((&body["max_tokens"], &body["ignore_eos"]), (&json!(32), &json!(true)));
        assert_eq!(body["prompt"].as_array().unwrap().len(), 576);
        assert_eq!(body["prompt"].as_array().unwrap()[..512], bodies[0]["prompt"].as_array().unwrap()[..512]);
    }
    let written: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(written["workload"]["prefix_len"], 512);
    assert_eq!(written["runs"][0]["summary"]["succeeded"], 6);
    assert_eq!(written["runs"][0]["summary"]["output_tokens"], 24);
    assert!(written["runs"][0]["summary"]["ttft_ms"]["p50"].is_number());
}

#[tokio::test]
async fn a_suite_runs_every_workload_in_turn() {
    let server = mock_server(None).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let (url, json) = (server.uri(), file.path().to_str().unwrap());
    run(&args(&["--url", &url, "--suite", "cpu", "-n", "1", "--warmup", "0", "--json", json])).await.unwrap();
    let bodies = measured_bodies(&server).await;
    let lengths: Vec<_> = bodies.iter().map(|body| body["prompt"].as_array().unwrap().len()).collect();
    assert_eq!(lengths, [128, 256, 1024, 576, 64, 4096, 4096]);
    let written: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let names: Vec<_> = written.as_array().unwrap().iter().map(|record| record["preset"].as_str().unwrap()).collect();
    assert_eq!(names, ["w1", "w2", "w3", "w4", "w5", "w6", "w6x4"]);
    assert!(Cli::try_parse_from(["bench", "--suite", "cpu", "--workload", "w1"]).is_err());
}

#[tokio::test]
async fn fields_of_a_side_are_in_its_bodies_alone() {
    let server = mock_server(None).await;
    let url = server.uri();
    let flags = ["--url", &url, "--compare", &url, "-n", "3", "--warmup", "0", "--pairs", "1"];
    let bodies = ["--body", r#"{"top_k": 5, "temperature": 1}"#, "--compare-body", "{}"];
    run(&args(&[&flags[..], &bodies[..]].concat())).await.unwrap();
    let sent = measured_bodies(&server).await;
    let of_a = sent.iter().filter(|body| body["top_k"] == 5 && body["temperature"] == 1).count();
    let of_b = sent.iter().filter(|body| body["top_k"].is_null() && body["temperature"] == 0).count();
    assert_eq!((of_a, of_b), (3, 3));
    let refused = Cli::try_parse_from(["bench", "--body", "[1]"]).err().unwrap().to_string();
    assert!(refused.contains("JSON object"), "{refused}");
}

#[tokio::test]
async fn poisson_arrival_sends_everything() {
    let server = mock_server(None).await;
    run(&args(&["--url", &server.uri(), "--rate", "2000", "-n", "20", "--warmup", "0"])).await.unwrap();
    assert_eq!(measured_bodies(&server).await.len(), 20);
}

#[tokio::test]
async fn a_comparison_gives_both_sides_the_same_prompts_in_turns() {
    let (a, b) = (mock_server(None).await, mock_server(None).await);
    let file = tempfile::NamedTempFile::new().unwrap();
    let (url_a, url_b, json) = (a.uri(), b.uri(), file.path().to_str().unwrap());
    let words =
        ["--url", &url_a, "--compare", &url_b, "--pairs", "2", "-n", "3", "-c", "1", "--warmup", "0", "--json", json];
    run(&args(&words)).await.unwrap();
    let (sent_a, sent_b) = (measured_bodies(&a).await, measured_bodies(&b).await);
    assert_eq!(sent_a.len(), 6);
    assert_eq!(sent_a, sent_b);
    assert_ne!(sent_a[..3], sent_a[3..], "the second pair has other prompts");
    let written: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let order: Vec<&str> = written["runs"].as_array().unwrap().iter().map(|run| run["url"].as_str().unwrap()).collect();
    assert_eq!(order, [&url_a, &url_b, &url_b, &url_a]);
    assert_eq!(written["ratios"].as_array().unwrap().len(), 2);
    assert!(written["median_ratios"]["output_tokens_per_s"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn a_run_without_success_fails() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/completions")).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let error = run(&args(&["--url", &server.uri(), "--model", "m"])).await.unwrap_err();
    assert!(format!("{error:#}").contains("500"), "{error:#}");
}

#[test]
fn seeds_are_new_unless_given() {
    let seed = |words: &[&str]| {
        let args = args(words);
        args.workload(args.workload).unwrap().seed
    };
    assert_eq!(seed(&["--seed", "7"]), 7);
    let mut seeds: Vec<u64> = (0..8).map(|_| seed(&["--workload", "w1"])).collect();
    seeds.dedup();
    assert!(seeds.len() > 1, "eight equal seeds are no accident");
}

#[test]
fn wrong_workloads_are_refused() {
    for words in [
        vec!["-c", "0"],
        vec!["-n", "0"],
        vec!["--rate", "0"],
        vec!["--shared-prefix", "1.5", "--prefix-len", "8"],
        vec!["--shared-prefix", "0.5"],
    ] {
        assert!(args(&words).workload(None).is_err(), "{words:?} must be refused");
    }
    assert!(Cli::try_parse_from(["bench", "-c", "1", "--rate", "2"]).is_err(), "both kinds of arrival");
    assert!(Cli::try_parse_from(["bench", "--pairs", "2"]).is_err(), "pairs of what?");
}
