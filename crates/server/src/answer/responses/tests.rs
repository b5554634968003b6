//! The events, put together as a client does it, are the response.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sconce_openai::{Response, ResponseEvent, TokenLogprob, Usage};
use sconce_text::Delta;
use serde_json::{Value, json};

use super::ResponseBuilder;
use crate::choices::{Finish, Gain};
use crate::error::ApiError;
use crate::intake::ReasoningView;

fn empty(status: &str) -> Response {
    serde_json::from_value(json!({
        "id": "resp_u", "object": "response", "created_at": 1, "status": status, "background": status == "queued",
        "model": "m", "output": [], "parallel_tool_calls": true, "reasoning": {}, "service_tier": "default",
        "store": true, "temperature": 1.0, "text": {}, "tool_choice": "auto", "tools": [], "top_logprobs": 0,
        "top_p": 1.0, "truncation": "disabled", "metadata": {}}))
    .unwrap()
}

fn builder(status: &str) -> ResponseBuilder {
    ResponseBuilder::new(empty(status), ReasoningView::default())
}

fn finish(reason: &'static str) -> Finish {
    Finish { reason, stop: None }
}

fn gain(parts: Vec<Delta>) -> Gain {
    Gain { parts, ..Gain::default() }
}

/// A client that believes the deltas, and checks every `done` against them.
fn folded(events: &[ResponseEvent]) -> Value {
    let mut output: Vec<Value> = Vec::new();
    let mut last = Value::Null;
    for (number, event) in events.iter().enumerate() {
        let event = serde_json::to_value(event).unwrap();
        assert_eq!(event["sequence_number"], number);
        let index = event["output_index"].as_u64().map(|index| index as usize);
        let extend = |text: &mut Value, delta: &Value| {
            *text = format!("{}{}", text.as_str().unwrap(), delta.as_str().unwrap()).into();
        };
        match event["type"].as_str().unwrap() {
            "response.output_item.added" => {
                assert_eq!(index, Some(output.len()));
                assert_eq!(event["item"]["status"], "in_progress");
                output.push(event["item"].clone());
            }
            "response.content_part.added" => {
                let content = output[index.unwrap()]["content"].as_array_mut().unwrap();
                content.push(event["part"].clone());
            }
            "response.output_text.delta" => {
                let part = &mut output[index.unwrap()]["content"][0];
                extend(&mut part["text"], &event["delta"]);
                part["logprobs"].as_array_mut().unwrap().extend(event["logprobs"].as_array().unwrap().clone());
            }
            "response.reasoning_summary_part.added" => {
                output[index.unwrap()]["summary"].as_array_mut().unwrap().push(event["part"].clone());
            }
            "response.reasoning_summary_text.delta" => {
                extend(&mut output[index.unwrap()]["summary"][0]["text"], &event["delta"]);
            }
            "response.reasoning_summary_text.done" => {
                assert_eq!(output[index.unwrap()]["summary"][0]["text"], event["text"]);
            }
            "response.reasoning_summary_part.done" => {
                assert_eq!(output[index.unwrap()]["summary"][0], event["part"]);
            }
            "response.reasoning_text.delta" => {
                extend(&mut output[index.unwrap()]["content"][0]["text"], &event["delta"]);
            }
            "response.function_call_arguments.delta" => {
                extend(&mut output[index.unwrap()]["arguments"], &event["delta"]);
            }
            "response.output_text.done" | "response.reasoning_text.done" => {
                assert_eq!(output[index.unwrap()]["content"][0]["text"], event["text"]);
            }
            "response.function_call_arguments.done" => {
                assert_eq!(output[index.unwrap()]["arguments"], event["arguments"]);
            }
            "response.content_part.done" => assert_eq!(output[index.unwrap()]["content"][0], event["part"]),
            "response.output_item.done" => {
                let item = &mut output[index.unwrap()];
                item["status"] = event["item"]["status"].clone();
                if item["type"] == "reasoning" {
                    // It comes with the end.
                    item["encrypted_content"] = event["item"]["encrypted_content"].clone();
                }
                assert_eq!(*item, event["item"]);
            }
            "response.created" | "response.queued" | "response.in_progress" => {
                assert_eq!(event["response"]["output"], json!([]));
            }
            _ => last = event["response"].clone(),
        }
        let id = index.map(|index| output[index]["id"].clone());
        assert!(event["item_id"].is_null() || Some(&event["item_id"]) == id.as_ref());
    }
    assert_eq!(last["output"], Value::Array(output));
    last
}

fn kinds(events: &[ResponseEvent]) -> Vec<&str> {
    events.iter().map(|event| event.kind().trim_start_matches("response.")).collect()
}

#[test]
fn reasoning_text_and_calls_in_order() {
    let mut builder = builder("in_progress");
    builder.gain(gain(vec![Delta::Reasoning("h".into()), Delta::Reasoning("m".into())]));
    builder.gain(gain(vec![Delta::Content("Hi".into())]));
    builder.gain(gain(vec![
        Delta::Call { index: 0, id: Some("c9".into()), name: "f".into() },
        Delta::Arguments { index: 0, text: "{}".into() },
        Delta::Call { index: 1, id: None, name: "g".into() },
    ]));
    builder.finish(&finish("tool_calls"), Usage::default(), 5);
    let events = builder.take_events();
    #[rustfmt::skip]
    assert_eq!(kinds(&events), [
        "created", "in_progress",
        "output_item.added", "content_part.added", "reasoning_text.delta", "reasoning_text.delta",
        "reasoning_text.done", "content_part.done", "output_item.done",
        "output_item.added", "content_part.added", "output_text.delta",
        "output_text.done", "content_part.done", "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "output_item.added", "function_call_arguments.done", "output_item.done",
        "completed",
    ]);
    let last = folded(&events);
    assert_eq!(last, serde_json::to_value(builder.response()).unwrap());
    let ids: Vec<&str> = last["output"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["rs_u_0", "msg_u_1", "fc_u_2", "fc_u_3"]);
    assert_eq!((&last["output"][2]["call_id"], &last["output"][3]["call_id"]), (&json!("c9"), &json!("call_u_3")));
    assert_eq!((&last["status"], &last["completed_at"]), (&json!("completed"), &json!(5)));
}

#[test]
fn reasoning_as_a_summary() {
    let view = ReasoningView { summed: true, encrypted: true };
    let mut builder = ResponseBuilder::new(empty("in_progress"), view);
    builder.gain(gain(vec![Delta::Reasoning("h".into()), Delta::Reasoning("m".into()), Delta::Content("Hi".into())]));
    builder.finish(&finish("stop"), Usage::default(), 5);
    let events = builder.take_events();
    #[rustfmt::skip]
    assert_eq!(kinds(&events)[2..9], [
        "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta", "reasoning_summary_text.delta",
        "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
    ]);
    let item = &folded(&events)["output"][0];
    assert_eq!((&item["summary"], &item["content"]), (&json!([{"type": "summary_text", "text": "hm"}]), &json!([])));
    assert_eq!(item["encrypted_content"], "aG0=");
}

#[test]
fn endings() {
    let mut empty_answer = builder("in_progress");
    empty_answer.finish(&finish("stop"), Usage::default(), 5);
    assert_eq!(folded(&empty_answer.take_events())["output"][0]["content"][0]["text"], "");

    let mut cut = builder("in_progress");
    cut.gain(gain(vec![Delta::Reasoning("h".into())]));
    cut.finish(&finish("length"), Usage { prompt_tokens: 3, ..Usage::default() }, 5);
    let body = folded(&cut.take_events());
    assert_eq!(
        (&body["status"], &body["incomplete_details"]["reason"]),
        (&json!("incomplete"), &json!("max_output_tokens"))
    );
    assert_eq!((&body["output"][0]["status"], &body["completed_at"]), (&json!("incomplete"), &Value::Null));
    assert_eq!(body["usage"]["input_tokens"], 3);

    let mut failed = builder("in_progress");
    failed.gain(gain(vec![Delta::Content("h".into())]));
    failed.fail(&ApiError::internal("broken"), Usage::default());
    let events = failed.take_events();
    assert_eq!(events.last().unwrap().kind(), "response.failed");
    let body = folded(&events);
    assert_eq!(
        (&body["status"], &body["error"]),
        (&json!("failed"), &json!({"code": "server_error", "message": "broken"}))
    );

    let mut cancelled = builder("queued");
    assert_eq!(kinds(&cancelled.take_events()), ["created", "queued"]);
    cancelled.gain(gain(vec![Delta::Content("h".into())]));
    cancelled.cancel(Usage::default());
    assert_eq!(cancelled.response().status, sconce_openai::ResponseStatus::Cancelled);
    assert_eq!(cancelled.take_events().last().unwrap().sequence_number(), 9);
}

#[test]
fn log_probabilities_follow_the_text() {
    let entry =
        |token: &str| TokenLogprob { token: token.into(), logprob: -1.0, bytes: None, top_logprobs: Vec::new() };
    let with = |parts: Vec<Delta>, tokens: &[&str]| Gain {
        parts,
        logprobs: Some(tokens.iter().map(|token| entry(token)).collect()),
        token_ids: None,
        prompt: None,
    };
    let mut builder = builder("in_progress");
    builder.gain(with(vec![Delta::Reasoning("h".into())], &["h"]));
    // Held back: its text comes with the next piece.
    builder.gain(with(vec![], &["a"]));
    builder.gain(with(vec![Delta::Content("ab".into())], &["b"]));
    builder.finish(&finish("stop"), Usage::default(), 5);
    let body = folded(&builder.take_events());
    let tokens: Vec<&Value> =
        body["output"][1]["content"][0]["logprobs"].as_array().unwrap().iter().map(|entry| &entry["token"]).collect();
    assert_eq!(tokens, ["a", "b"]);
}

fn parts() -> impl Strategy<Value = Vec<Delta>> {
    let text = "[a-cé ]{1,3}";
    let part = prop_oneof![
        text.prop_map(Delta::Content),
        text.prop_map(Delta::Reasoning),
        text.prop_map(|name| Delta::Call { index: 0, id: None, name }),
        text.prop_map(|text| Delta::Arguments { index: 0, text }),
    ];
    prop::collection::vec(part, 0..20).prop_map(|mut parts| {
        // Arguments follow a call, and calls are counted.
        let mut calls = 0;
        let mut in_call = false;
        parts.retain_mut(|part| {
            match part {
                Delta::Call { index, .. } => {
                    *index = calls;
                    calls += 1;
                    in_call = true;
                }
                Delta::Arguments { index, .. } if in_call => *index = calls - 1,
                Delta::Arguments { .. } => return false,
                _ => in_call = false,
            }
            true
        });
        parts
    })
}

proptest! {
    #[test]
    fn folded_events_are_the_response(parts in parts(), size in 1usize..5, reason in prop_oneof!["stop", "length"], queued: bool, summed: bool, encrypted: bool) {
        let mut builder = ResponseBuilder::new(empty(if queued { "queued" } else { "in_progress" }), ReasoningView { summed, encrypted });
        for parts in parts.chunks(size) {
            builder.gain(gain(parts.to_vec()));
        }
        let reason = if reason == "stop" { "stop" } else { "length" };
        builder.finish(&finish(reason), Usage::default(), 5);
        let body = folded(&builder.take_events());
        prop_assert_eq!(body, serde_json::to_value(builder.response()).unwrap());
    }
}
