//! `timings_per_token`: where the time went, in whole answers and in the last chunk of streams, and only when asked for.

use serde_json::{Value, json};

use crate::harness::Setup;

const FIELDS: [&str; 9] = [
    "cache_n",
    "prompt_n",
    "prompt_ms",
    "prompt_per_token_ms",
    "prompt_per_second",
    "predicted_n",
    "predicted_ms",
    "predicted_per_token_ms",
    "predicted_per_second",
];

/// Checks what holds of any; returns the counts of (cached, computed, sampled) tokens.
fn counts(timings: &Value) -> [u64; 3] {
    assert_eq!(timings.as_object().unwrap().keys().collect::<Vec<_>>(), FIELDS);
    let number = |name: &str| timings[name].as_f64().unwrap_or_else(|| panic!("{name}: {timings}"));
    for (part, least) in [("prompt", 0.0), ("predicted", 5.0)] {
        let (n, ms) = (number(&format!("{part}_n")), number(&format!("{part}_ms")));
        assert!(ms > least, "{timings}");
        assert!((number(&format!("{part}_per_token_ms")) - ms / n).abs() < 1e-6 * ms, "{timings}");
        assert!((number(&format!("{part}_per_second")) - 1e3 * n / ms).abs() < 1e-6 * n / ms * 1e3, "{timings}");
    }
    ["cache_n", "prompt_n", "predicted_n"].map(|name| timings[name].as_u64().unwrap())
}

fn setup() -> Setup {
    let mut setup = Setup::replying("Hello");
    // So that there is something to measure: six steps of a millisecond at least.
    setup.fake.step_latency = std::time::Duration::from_millis(2);
    setup.engine.max_draft_tokens = 0;
    setup
}

#[tokio::test]
async fn whole_answers_and_the_last_chunk_tell_where_the_time_went() {
    let server = setup().start();
    let asked = json!({"timings_per_token": true});
    let chat = server.chat(asked.clone()).await.ok();
    assert_eq!(counts(&chat["timings"]), [0, 24, 6]);
    let again = server.chat(asked.clone()).await.ok();
    assert_eq!(counts(&again["timings"]), [16, 8, 6], "a block of the prompt is in the cache");
    let completion = server.complete(asked).await.ok();
    assert_eq!(counts(&completion["timings"]), [0, 5, 6]);
    for options in [Value::Null, json!({"include_usage": true})] {
        let fields = json!({"timings_per_token": true, "stream": true, "stream_options": options});
        for reply in [server.chat(fields.clone()).await, server.complete(fields).await] {
            let chunks = reply.chunks();
            let (last, others) = chunks.split_last().unwrap();
            assert_eq!(counts(&last["timings"])[2], 6);
            assert!(others.iter().all(|chunk| chunk.get("timings").is_none()));
        }
    }
    for fields in [json!({}), json!({"timings_per_token": false}), json!({"stream": true})] {
        for reply in [server.chat(fields.clone()).await, server.complete(fields).await] {
            assert!(!reply.text.contains("timings"), "{}", reply.text);
        }
    }
    server.chat(json!({"timings_per_token": "yes"})).await.refused(400, "invalid_type", Some("timings_per_token"));
    server.respond(json!({"timings_per_token": true})).await.refused(
        400,
        "unsupported_parameter",
        Some("timings_per_token"),
    );
}

#[tokio::test]
async fn choices_are_summed_and_stop_strings_count() {
    let server = setup().start();
    let fields = json!({"timings_per_token": true, "n": 2, "prompt": ["ab", "cde"]});
    let whole = server.complete(fields.clone()).await.ok();
    assert_eq!(counts(&whole["timings"]), [0, 10, 24]);
    assert_eq!(whole["usage"]["completion_tokens"], 24);
    let mut streamed = fields;
    streamed["stream"] = true.into();
    let chunks = server.complete(streamed).await.chunks();
    let told: Vec<&Value> = chunks.iter().filter_map(|chunk| chunk.get("timings")).collect();
    assert_eq!(told, [&chunks.last().unwrap()["timings"]], "once, when the last of the choices ends");
    // The engine does not get to tell the end of this one.
    let stopped = server.chat(json!({"timings_per_token": true, "stop": "lo"})).await.ok();
    assert_eq!(stopped["choices"][0]["message"]["content"], "Hel");
    assert_eq!(counts(&stopped["timings"])[2], 5);
}

#[tokio::test]
async fn nothing_is_divided_by_nothing() {
    let server = setup().start();
    let one = server.complete(json!({"timings_per_token": true, "max_tokens": 1})).await.ok()["timings"].clone();
    assert_eq!((&one["predicted_n"], &one["predicted_ms"]), (&json!(1), &json!(0.0)));
    assert_eq!(one["predicted_per_second"], Value::Null);
    let none = server.complete(json!({"timings_per_token": true, "max_tokens": 0})).await.ok()["timings"].clone();
    assert_eq!((&none["predicted_n"], &none["predicted_per_token_ms"]), (&json!(0), &Value::Null));
    assert!(none["prompt_ms"].as_f64().unwrap() > 0.0);
}
