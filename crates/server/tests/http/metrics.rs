//! The numbers operators watch: names, labels and values after a known history.

use serde_json::json;

use crate::harness::Setup;

fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("no series {series} in\n{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn counters_and_histograms_after_a_known_history() {
    let server = Setup::replying("abcd").start();
    let long = json!([{"role": "user", "content": "x".repeat(64)}]);
    server.chat(json!({"messages": long})).await.ok();
    server.chat(json!({"messages": long, "max_tokens": 2, "n": 2})).await.ok();
    server.chat(json!({"temperature": 9})).await;
    server.get("/nowhere/at/all").await;
    server.until_idle().await;
    let reply = server.get("/metrics").await;
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = &reply.text;
    assert!(text.contains("\n# TYPE sconce_generation_tokens_total counter\n") && !text.contains("# EOF"));
    let model = r#"{model_name="org/tiny"}"#;
    let of = |name: &str| value(text, &format!("sconce_{name}{model}"));
    assert_eq!(of("num_requests_running"), 0.0);
    assert_eq!(of("num_requests_waiting"), 0.0);
    assert_eq!(of("kv_cache_usage_perc"), 0.0);
    assert_eq!(of("generation_tokens_total"), 5.0 + 2.0 + 2.0);
    assert!(of("prompt_tokens_total") > 160.0);
    assert!(of("prefix_cache_queries_total") > 0.0);
    assert!(of("prefix_cache_hits_total") > 0.0);
    assert_eq!(of("num_preemptions_total"), 0.0);
    assert_eq!(of("time_to_first_token_seconds_count"), 3.0);
    assert_eq!(of("inter_token_latency_seconds_count"), 4.0 + 1.0 + 1.0);
    assert_eq!(of("e2e_request_latency_seconds_count"), 3.0);
    assert_eq!(of("request_queue_time_seconds_count"), 3.0);
    assert_eq!(of("request_prefill_time_seconds_count"), 3.0);
    assert_eq!(of("request_decode_time_seconds_count"), 3.0);
    assert_eq!(of("request_prompt_tokens_count"), 2.0);
    assert_eq!(of("request_generation_tokens_sum"), 9.0);
    assert_eq!(of("cancellations_total"), 0.0);
    let ended = |reason: &str| {
        value(text, &format!(r#"sconce_request_success_total{{model_name="org/tiny",finished_reason="{reason}"}}"#))
    };
    assert_eq!((ended("stop"), ended("length"), ended("error"), ended("abort")), (1.0, 2.0, 0.0, 0.0));
    let http = |route: &str, method: &str, status: u16| {
        value(text, &format!(r#"sconce_http_requests_total{{route="{route}",method="{method}",status="{status}"}}"#))
    };
    assert_eq!(http("/v1/chat/completions", "POST", 200), 2.0);
    assert_eq!(http("/v1/chat/completions", "POST", 400), 1.0);
    assert_eq!(http("unknown", "GET", 404), 1.0);
    assert!(text.contains(r#"sconce_inter_token_latency_seconds_bucket{le="0.0005",model_name="org/tiny"}"#), "{text}");
}

#[tokio::test]
async fn choices_beside_one_that_fails_are_no_cancellations() {
    let mut setup = Setup::replying("abcdefgh");
    setup.fake.fail_at = vec![4];
    let server = setup.start();
    server.chat(json!({"n": 3})).await.refused(500, "internal_error", None);
    server.until_idle().await;
    let text = server.get("/metrics").await.text;
    assert_eq!(value(&text, r#"sconce_cancellations_total{model_name="org/tiny"}"#), 0.0);
}

#[tokio::test]
async fn who_asks_for_openmetrics_gets_it() {
    let server = Setup::default().start();
    let accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
    let reply = server.get_with("/metrics", ("accept", accept)).await;
    assert_eq!(reply.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(reply.text.ends_with("# EOF\n") && reply.text.contains("# TYPE sconce_generation_tokens counter\n"));
}
