//! Constrained answers through the router. The fake runner samples anything the mask allows, so what parses was forced.

use serde_json::{Value, json};

use crate::harness::Setup;

fn schema(schema: &Value) -> Value {
    json!({"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": true}})
}

fn colours() -> Value {
    json!({"type": "object", "properties": {"colour": {"enum": ["red", "green"]}, "count": {"type": "integer",
        "minimum": 0, "maximum": 99}}, "required": ["colour", "count"], "additionalProperties": false})
}

#[tokio::test]
async fn answers_have_the_form_that_was_asked_for() {
    let server = Setup::default().start();
    for (fields, check) in [
        (
            json!({"response_format": schema(&colours())}),
            (|text| {
                let value: Value = serde_json::from_str(text).unwrap();
                ["red", "green"].contains(&value["colour"].as_str().unwrap()) && value["count"].as_u64().unwrap() < 100
            }) as fn(&str) -> bool,
        ),
        (json!({"response_format": {"type": "json_object", "schema": colours()}}), |text| {
            serde_json::from_str::<Value>(text).unwrap()["count"].is_u64()
        }),
        (json!({"json_schema": colours()}), |text| serde_json::from_str::<Value>(text).unwrap()["count"].is_u64()),
        (json!({"grammar": "root ::= \"x\" | \"yy\""}), |text| ["x", "yy"].contains(&text)),
        (json!({"guided_json": colours()}), |text| serde_json::from_str::<Value>(text).is_ok()),
        (json!({"structured_outputs": {"json": colours()}}), |text| serde_json::from_str::<Value>(text).is_ok()),
        (json!({"structured_outputs": {"choice": ["yes", "no"]}}), |text| ["yes", "no"].contains(&text)),
        (json!({"regex": "[ab]{3}-\\d\\d"}), |text| text.len() == 6 && text.as_bytes()[3] == b'-'),
        (json!({"ebnf": "root ::= \"x\" | \"yy\""}), |text| ["x", "yy"].contains(&text)),
        (json!({"guided_choice": ["yes", "no"]}), |text| ["yes", "no"].contains(&text)),
        (json!({"guided_regex": "[ab]{3}-\\d\\d"}), |text| text.len() == 6 && text.as_bytes()[3] == b'-'),
        (json!({"guided_grammar": "start: \"x\" | \"yy\""}), |text| ["x", "yy"].contains(&text)),
        (json!({"guided_grammar": "root ::= \"x\" | \"yy\""}), |text| ["x", "yy"].contains(&text)),
    ] {
        for seed in 0..4 {
            let mut fields = fields.clone();
            fields["seed"] = seed.into();
            fields["max_tokens"] = 200.into();
            let body = server.chat(fields.clone()).await.ok();
            let text = body["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
            assert_eq!(body["choices"][0]["finish_reason"], "stop", "{fields}: {text}");
            assert!(check(&text), "{fields}: {text}");
            fields["stream"] = true.into();
            let chunks = server.chat(fields.clone()).await.chunks();
            let pieces = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str());
            assert_eq!(pieces.collect::<String>(), text);
            fields["stream"] = false.into();
            let body = server.complete(fields).await.ok();
            assert!(check(body["choices"][0]["text"].as_str().unwrap()), "{body}");
        }
    }
}

#[tokio::test]
async fn a_form_goes_with_everything_else() {
    let server = Setup::default().start();
    let fields = json!({"response_format": schema(&colours()), "n": 3, "logprobs": true, "top_logprobs": 2,
        "min_tokens": 40, "ignore_eos": true, "max_tokens": 200});
    let body = server.chat(fields).await.ok();
    for choice in body["choices"].as_array().unwrap() {
        let text = choice["message"]["content"].as_str().unwrap();
        serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let entries = choice["logprobs"]["content"].as_array().unwrap();
        assert_eq!(entries.iter().map(|entry| entry["token"].as_str().unwrap()).collect::<String>(), text);
    }
    let cut = server.chat(json!({"response_format": schema(&colours()), "max_tokens": 5})).await.ok();
    assert_eq!(cut["choices"][0]["finish_reason"], "length");
    let stopped = server.chat(json!({"guided_choice": ["abXcd"], "stop": "X", "max_tokens": 50})).await.ok();
    assert_eq!(stopped["choices"][0]["message"]["content"], "ab");
}

#[tokio::test]
async fn what_cannot_be_held_is_refused_and_says_why() {
    let server = Setup::default().start();
    let reply = server.chat(json!({"response_format": schema(&json!({"type": "strnig"}))})).await;
    assert!(reply.refused(400, "invalid_json_schema", Some("response_format")).contains("strnig"));
    server.chat(json!({"guided_regex": "("})).await.refused(400, "invalid_value", Some("guided_regex"));
    server.chat(json!({"guided_grammar": "start: missing"})).await.refused(
        400,
        "invalid_value",
        Some("guided_grammar"),
    );
    server.until_idle().await;
}
