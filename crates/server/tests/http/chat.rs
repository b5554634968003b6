//! Whole chat answers, field by field.

use sconce_server::SamplingDefaults;
use serde_json::{Value, json};

use crate::harness::Setup;

#[tokio::test]
async fn the_answer_has_every_field_in_order() {
    let server = Setup::replying("Hi there").start();
    let reply = server.chat(json!({"max_tokens": 100})).await;
    let body = reply.ok();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    #[rustfmt::skip]
    assert_eq!(keys, [
        "id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint", "prompt_token_ids",
        "prompt_logprobs"]);
    assert!(body["id"].as_str().unwrap().starts_with("chatcmpl-"));
    assert_eq!(body["object"], "chat.completion");
    assert!(body["created"].as_u64().unwrap() > 1_700_000_000);
    assert_eq!(body["model"], "org/tiny");
    assert!(body["system_fingerprint"].as_str().unwrap().starts_with("fp_"));
    assert_eq!(
        body["choices"].to_string(),
        json!([{"index": 0,
            "message": {"role": "assistant", "content": "Hi there", "refusal": null, "annotations": [], "reasoning": null},
            "logprobs": null, "finish_reason": "stop", "stop_reason": null, "token_ids": null}])
        .to_string()
    );
    // <|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n; the stop token counts as sampled.
    assert_eq!(
        body["usage"],
        json!({"prompt_tokens": 24, "completion_tokens": 9, "total_tokens": 33,
            "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
                "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}})
    );
}

#[tokio::test]
async fn max_tokens_ends_with_length_and_the_newer_field_wins() {
    let server = Setup::replying("abcdefgh").start();
    let body = server.chat(json!({"max_tokens": 3})).await.ok();
    assert_eq!(body["choices"][0]["message"]["content"], "abc");
    assert_eq!(body["choices"][0]["finish_reason"], "length");
    assert_eq!(body["usage"]["completion_tokens"], 3);
    let body = server.chat(json!({"max_tokens": 3, "max_completion_tokens": 5})).await.ok();
    assert_eq!(body["choices"][0]["message"]["content"], "abcde");
}

#[tokio::test]
async fn without_max_tokens_the_context_or_the_model_decides() {
    let server = Setup::default().start();
    let body = server.chat(json!({"max_tokens": null, "ignore_eos": true})).await.ok();
    assert_eq!(body["usage"]["total_tokens"], 512);
    assert_eq!(body["choices"][0]["finish_reason"], "length");
    let defaults = SamplingDefaults { max_tokens: Some(5), ..SamplingDefaults::default() };
    let server = Setup { defaults, ..Setup::default() }.start();
    let body = server.chat(json!({"max_tokens": null})).await.ok();
    assert_eq!(body["usage"]["completion_tokens"], 5);
}

/// As OpenAI takes it; at a temperature that would make others likely.
#[tokio::test]
async fn a_top_p_of_nothing_leaves_the_best_token() {
    let server = Setup::default().start();
    let said = async |fields: Value| {
        let body = server.chat(fields).await.ok();
        body["choices"][0]["message"]["content"].clone()
    };
    let best = said(json!({"temperature": 0, "max_tokens": 12})).await;
    assert_eq!(said(json!({"temperature": 2, "top_p": 0, "seed": 3, "max_tokens": 12})).await, best);
    assert_ne!(said(json!({"temperature": 2, "top_p": 1, "seed": 3, "max_tokens": 12})).await, best);
}

#[tokio::test]
async fn the_second_time_the_prompt_is_cached() {
    let server = Setup::replying("x").start();
    let long = json!([{"role": "user", "content": "a".repeat(100)}]);
    let first = server.chat(json!({"messages": long})).await.ok();
    let second = server.chat(json!({"messages": long})).await.ok();
    let salted = server.chat(json!({"messages": long, "cache_salt": "other"})).await.ok();
    let cached = |body: &Value| body["usage"]["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap();
    assert_eq!(cached(&first), 0);
    assert!(cached(&second) >= 96, "{second}");
    assert_eq!(cached(&salted), 0);
}

#[tokio::test]
async fn n_choices_differ_and_count_the_prompt_once() {
    let server = Setup::default().start();
    let one = server.chat(json!({"temperature": 1})).await.ok();
    let body = server.chat(json!({"n": 4, "temperature": 1})).await.ok();
    let choices = body["choices"].as_array().unwrap();
    assert_eq!(choices.len(), 4);
    for (i, choice) in choices.iter().enumerate() {
        assert_eq!(choice["index"], i);
    }
    assert_eq!(choices[0]["message"], one["choices"][0]["message"], "n does not change the first choice");
    assert_ne!(choices[0]["message"], choices[1]["message"]);
    assert_eq!(body["usage"]["prompt_tokens"], one["usage"]["prompt_tokens"]);
    assert_eq!(body["usage"]["completion_tokens"], 32);
}

#[tokio::test]
async fn a_part_of_a_character_is_told_by_its_bytes() {
    let server = Setup::replying("aé").start();
    let body = server.chat(json!({"logprobs": true, "temperature": 0})).await.ok();
    let told = body["choices"][0]["logprobs"]["content"].as_array().unwrap();
    let told: Vec<_> = told.iter().take(3).map(|entry| (&entry["token"], &entry["bytes"])).collect();
    let expected = [(json!("a"), json!([97])), (json!("\\xc3"), json!([195])), (json!("\\xa9"), json!([169]))];
    assert_eq!(told, expected.iter().map(|(token, bytes)| (token, bytes)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_seed_repeats_an_answer_and_its_absence_does_not() {
    let server = Setup::default().start();
    let answer = async |fields: Value| server.chat(fields).await.ok()["choices"][0]["message"]["content"].clone();
    assert_eq!(answer(json!({"seed": -7})).await, answer(json!({"seed": -7})).await);
    assert_ne!(answer(json!({"seed": 1})).await, answer(json!({"seed": 2})).await);
    assert_ne!(answer(json!({"seed": null})).await, answer(json!({"seed": null})).await);
}

#[tokio::test]
async fn all_that_openai_defines_and_we_do_not_use_is_accepted() {
    let server = Setup::replying("ok").start();
    let body = server
        .chat(json!({
            "user": "u", "metadata": {"a": "b"}, "store": true, "service_tier": "auto", "safety_identifier": "s",
            "prediction": {"type": "content", "content": "x"}, "prompt_cache_key": "k", "verbosity": "low",
            "reasoning_effort": "low", "parallel_tool_calls": true, "tools": null, "tool_choice": "none",
            "response_format": {"type": "text"}, "modalities": ["text"], "audio": null, "functions": null,
            "logit_bias": {}, "stop": null, "n": null, "temperature": null, "top_p": null, "stream": false,
            "stream_options": null, "logprobs": null, "top_logprobs": null, "presence_penalty": 0,
            "frequency_penalty": 0.5, "seed": null, "spaces_between_special_tokens": true, "priority": -1,
            "chat_template_kwargs": {"enable_thinking": false}, "some_field_of_next_year": {"x": [1]}}))
        .await
        .ok();
    assert_eq!(body["choices"][0]["message"]["content"], "ok");
}

#[tokio::test]
async fn words_that_change_nothing_and_numbers_without_bounds_are_accepted() {
    let server = Setup::replying("ok").start();
    for effort in ["none", "minimal", "low", "medium", "high", "xhigh", "max"] {
        server.chat(json!({"reasoning_effort": effort})).await.ok();
    }
    for fields in [
        json!({"reasoning_effort": null, "verbosity": null, "service_tier": null, "prompt_cache_retention": null}),
        json!({"service_tier": "priority", "prompt_cache_retention": "in-memory", "verbosity": "high"}),
        json!({"priority": i64::MAX, "thinking_token_budget": -1, "cache_salt": "é".repeat(1024)}),
        json!({"priority": i64::MIN, "metadata": {"a": "b"}}),
    ] {
        server.chat(fields).await.ok();
    }
}

#[tokio::test]
async fn aliases_answer_with_the_models_own_name() {
    let server = Setup::replying("ok").start();
    assert_eq!(server.chat(json!({"model": "tiny"})).await.ok()["model"], "org/tiny");
}

#[tokio::test]
async fn request_ids_and_token_ids() {
    let server = Setup::replying("ab").start();
    let body = server.chat(json!({"request_id": "my-1", "return_token_ids": true, "max_tokens": 9})).await.ok();
    assert_eq!(body["id"], "chatcmpl-my-1");
    assert_eq!(body["prompt_token_ids"].as_array().unwrap().len(), 24);
    assert_eq!(body["choices"][0]["token_ids"], json!([97, 98, 257]));
}

#[tokio::test]
async fn a_final_message_can_be_continued() {
    let server = Setup::replying("ok").start();
    let messages = json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]);
    let body = server.chat(json!({"messages": messages, "continue_final_message": true})).await.ok();
    // <|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb
    assert_eq!(body["usage"]["prompt_tokens"], 9 + 12);
}

#[tokio::test]
async fn messages_need_a_template() {
    let server = Setup { template: None, ..Setup::default() }.start();
    server.chat(json!({})).await.refused(400, "chat_template_missing", Some("messages"));
    server.complete(json!({})).await.ok();
}

#[tokio::test]
async fn a_prediction_is_counted_and_changes_nothing_else() {
    let server = Setup::replying("const a = 1;\nconst b = 2;\nconst c = 3;\n").start();
    let plain = server.chat(json!({"max_tokens": 100})).await.ok();
    for content in [
        json!("const a = 1;\nconst X = 2;\nconst c = 3;\n"),
        json!([{"type": "text", "text": "const a = 1;\nconst X"}, {"type": "text", "text": " = 2;\nconst c = 3;\n"}]),
    ] {
        let body =
            server.chat(json!({"max_tokens": 100, "prediction": {"type": "content", "content": content}})).await.ok();
        let details = body["usage"]["completion_tokens_details"].clone();
        let (right, wrong) = (&details["accepted_prediction_tokens"], &details["rejected_prediction_tokens"]);
        assert!(right.as_u64().unwrap() > 15 && wrong.as_u64().unwrap() > 0, "{details}");
        assert_eq!(body["choices"], plain["choices"]);
        assert_eq!(body["usage"]["completion_tokens"], plain["usage"]["completion_tokens"]);
        let body = server.chat(json!({"max_tokens": 100, "prediction": {"type": "content", "content": ""}})).await.ok();
        assert_eq!(body["usage"]["completion_tokens_details"], plain["usage"]["completion_tokens_details"]);
    }
}
