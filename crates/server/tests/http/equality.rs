//! Streamed pieces put together are exactly the whole answer: text, log-probabilities, ends, usage.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::Setup;

/// A whole answer rebuilt from chunks.
fn gather(chunks: &[Value], n: usize) -> Vec<(String, Vec<Value>, Value, Value)> {
    let mut choices = vec![(String::new(), Vec::new(), Value::Null, Value::Null); n];
    for choice in chunks.iter().flat_map(|chunk| chunk["choices"].as_array().unwrap()) {
        let (text, logprobs, finish, stop) = &mut choices[choice["index"].as_u64().unwrap() as usize];
        assert!(finish.is_null(), "something came after the end");
        text.push_str(choice["delta"]["content"].as_str().or(choice["text"].as_str()).unwrap_or_default());
        logprobs.extend(choice["logprobs"]["content"].as_array().cloned().unwrap_or_default());
        *finish = choice["finish_reason"].clone();
        *stop = choice.get("stop_reason").cloned().unwrap_or_default();
    }
    choices
}

fn whole(body: &Value) -> Vec<(String, Vec<Value>, Value, Value)> {
    let choices = body["choices"].as_array().unwrap().iter().map(|choice| {
        (
            choice["message"]["content"].as_str().or(choice["text"].as_str()).unwrap().to_owned(),
            choice["logprobs"]["content"].as_array().cloned().unwrap_or_default(),
            choice["finish_reason"].clone(),
            choice.get("stop_reason").cloned().unwrap_or_default(),
        )
    });
    choices.collect()
}

/// Text with many repeats (so that stop strings nearly match) and characters of several bytes.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["[ab]", Just("é".to_owned()), Just("😀".to_owned())], 0..24)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn stream_equals_whole(
        reply in proptest::option::of(text()),
        stop in proptest::collection::vec("[ab]{1,4}|é|aé", 0..3),
        n in 1..4_usize,
        max_tokens in 1..40_u32,
        min_tokens in 0..4_u32,
        include in any::<bool>(),
        seed in any::<i64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // Without a reply the tokens are random bytes: most of them are no text at all.
            let server = reply.map_or_else(Setup::default, |reply| Setup::replying(&reply)).start();
            let mut fields = json!({"n": n, "max_tokens": max_tokens, "min_tokens": min_tokens.min(max_tokens),
                "seed": seed, "stop": stop, "include_stop_str_in_output": include, "logprobs": true, "top_logprobs": 1});
            let body = server.chat(fields.clone()).await.ok();
            fields["stream"] = true.into();
            fields["stream_options"] = json!({"include_usage": true});
            let chunks = server.chat(fields).await.chunks();
            assert_eq!(gather(&chunks, n), whole(&body));
            let usage = &chunks.last().unwrap()["usage"];
            assert_eq!(usage["completion_tokens"], body["usage"]["completion_tokens"]);
            assert_eq!(usage["prompt_tokens"], body["usage"]["prompt_tokens"]);
            server.until_idle().await;
        });
    }
}
