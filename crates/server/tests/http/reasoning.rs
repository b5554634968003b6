//! Reasoning in front of an answer: apart from the content, counted, hidden on request, and with a budget.

use serde_json::{Value, json};

use crate::harness::Setup;
use crate::tokenizer::{THINKING, THINKING_OPENED};

const REPLY: &str = "<think>\nhmm, 2+2\n</think>\n\nIt is 4.";

fn setup(template: &'static str, reply: &str) -> Setup {
    Setup::replying(reply).templated(template)
}

#[tokio::test]
async fn reasoning_is_apart_from_content() {
    for (template, reply) in [(THINKING, REPLY), (THINKING_OPENED, REPLY.strip_prefix("<think>\n").unwrap())] {
        let server = setup(template, reply).start();
        let body = server.chat(json!({"max_tokens": 100})).await.ok();
        let message = &body["choices"][0]["message"];
        assert_eq!(message["content"], "It is 4.");
        assert_eq!(message["reasoning_content"], "hmm, 2+2");
        assert_eq!(message["reasoning"], "hmm, 2+2");
        let counted = body["usage"]["completion_tokens_details"]["reasoning_tokens"].as_u64().unwrap();
        assert!((8..=20).contains(&counted), "{counted}");
        let chunks = server.chat(json!({"max_tokens": 100, "stream": true})).await.chunks();
        let all = |field: &str| -> String {
            chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"][field].as_str()).collect()
        };
        assert_eq!((all("content"), all("reasoning_content")), ("It is 4.".to_owned(), "hmm, 2+2".to_owned()));
        let hidden = server.chat(json!({"max_tokens": 100, "include_reasoning": false})).await.ok();
        assert_eq!(hidden["choices"][0]["message"]["content"], "It is 4.");
        assert!(hidden["choices"][0]["message"].get("reasoning_content").is_none());
    }
}

/// The text that entries of log-probabilities spell.
fn spelled(entries: &Value) -> String {
    entries.as_array().unwrap().iter().map(|entry| entry["token"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn log_probabilities_of_hidden_reasoning_are_hidden() {
    for (template, reply) in [(THINKING, REPLY), (THINKING_OPENED, REPLY.strip_prefix("<think>\n").unwrap())] {
        let server = setup(template, reply).start();
        let asked = json!({"max_tokens": 100, "include_reasoning": false, "logprobs": true});
        let body = server.chat(asked.clone()).await.ok();
        assert_eq!(spelled(&body["choices"][0]["logprobs"]["content"]), "It is 4.");
        let mut streamed = asked;
        streamed["stream"] = true.into();
        let chunks = server.chat(streamed).await.chunks();
        let told: String = chunks
            .iter()
            .map(|chunk| &chunk["choices"][0]["logprobs"]["content"])
            .filter(|entries| entries.is_array())
            .map(spelled)
            .collect();
        assert_eq!(told, "It is 4.");
        // Shown, it has them.
        let body = server.chat(json!({"max_tokens": 100, "logprobs": true})).await.ok();
        assert!(spelled(&body["choices"][0]["logprobs"]["content"]).contains("hmm, 2+2"));
    }
}

#[tokio::test]
async fn log_probabilities_of_a_response_spell_its_text() {
    let server = setup(THINKING, REPLY).start();
    let fields = json!({"max_output_tokens": 100, "include": ["message.output_text.logprobs"]});
    let body = server.respond(fields).await.ok();
    let message = &body["output"][1]["content"][0];
    assert_eq!((&message["text"], spelled(&message["logprobs"])), (&json!("It is 4."), "It is 4.".to_owned()));
}

#[tokio::test]
async fn reasoning_that_was_cut_is_no_answer() {
    let server = setup(THINKING, REPLY).start();
    let body = server.chat(json!({"max_tokens": 12})).await.ok();
    let choice = &body["choices"][0];
    assert_eq!((&choice["finish_reason"], &choice["message"]["content"]), (&json!("length"), &Value::Null));
    assert!("hmm, 2+2".starts_with(choice["message"]["reasoning_content"].as_str().unwrap()));
}

#[tokio::test]
async fn a_budget_ends_the_reasoning() {
    let server = setup(THINKING_OPENED, &"so ".repeat(100)).start();
    let body = server.chat(json!({"max_tokens": 60, "thinking_token_budget": 10})).await.ok();
    let message = &body["choices"][0]["message"];
    assert_eq!(message["reasoning_content"].as_str().unwrap().trim(), "so so so s");
    assert!(message["content"].as_str().unwrap().contains("so"));
}

#[tokio::test]
async fn reasoning_is_asked_for_by_other_names_too() {
    let server = setup(THINKING_OPENED, &"so ".repeat(100)).start();
    for fields in [json!({"thinking_budget_tokens": 10}), json!({"reasoning": {"max_tokens": 10}})] {
        let mut body = json!({"max_tokens": 60});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let message = &server.chat(body).await.ok()["choices"][0]["message"];
        assert_eq!(message["reasoning_content"].as_str().unwrap().trim(), "so so so s", "{fields}");
    }
    let server = setup(THINKING, REPLY).start();
    let hidden = server.chat(json!({"max_tokens": 100, "reasoning": {"exclude": true}})).await.ok();
    assert!(hidden["choices"][0]["message"].get("reasoning_content").is_none());
    for (fields, param) in [
        (json!({"reasoning": {"effort": "much"}}), "reasoning.effort"),
        (json!({"reasoning": {"max_tokens": -5}}), "reasoning.max_tokens"),
        (json!({"thinking_budget_tokens": -5}), "thinking_budget_tokens"),
        (json!({"separate_reasoning": false}), "separate_reasoning"),
    ] {
        let reply = server.chat(fields).await;
        assert_eq!((reply.status.as_u16(), &reply.error()["param"]), (400, &json!(param)), "{}", reply.text);
    }
}

/// Clients of DeepSeek's read it in every piece.
#[tokio::test]
async fn pieces_without_reasoning_say_so_where_there_may_be_some() {
    let server = setup(THINKING, REPLY).start();
    let chunks = server.chat(json!({"max_tokens": 100, "stream": true})).await.chunks();
    assert!(chunks.iter().all(|chunk| chunk["choices"][0]["delta"].get("reasoning_content").is_some()), "{chunks:?}");
    let hidden = server.chat(json!({"max_tokens": 100, "stream": true, "include_reasoning": false})).await.chunks();
    assert!(hidden.iter().all(|chunk| chunk["choices"][0]["delta"].get("reasoning_content").is_none()), "{hidden:?}");
}

#[tokio::test]
async fn a_budget_of_the_other_apis_ends_it_too() {
    let server = setup(THINKING_OPENED, &"so ".repeat(100)).start();
    let body = server.respond(json!({"max_output_tokens": 60, "thinking_token_budget": 10})).await.ok();
    assert_eq!(body["output"][0]["content"][0]["text"].as_str().unwrap().trim(), "so so so s", "{body}");
    assert!(body["output"][1]["content"][0]["text"].as_str().unwrap().contains("so"));
    let fields = json!({"model": "org/tiny", "max_tokens": 60, "messages": [{"role": "user", "content": "Hello"}],
        "thinking": {"type": "enabled", "budget_tokens": 10}});
    let message = server.post("/v1/messages", &fields).await.ok();
    assert_eq!(message["content"][0]["thinking"].as_str().unwrap().trim(), "so so so s", "{message}");
    assert!(message["content"][1]["text"].as_str().unwrap().contains("so"));
}

#[tokio::test]
async fn a_form_holds_after_the_reasoning_only() {
    let server = setup(THINKING_OPENED, "first this\n</think>\n\nyes").start();
    let fields = json!({"max_tokens": 100, "guided_choice": ["yes", "no"]});
    let message = &server.chat(fields).await.ok()["choices"][0]["message"];
    assert_eq!((&message["reasoning_content"], &message["content"]), (&json!("first this"), &json!("yes")));
}

#[tokio::test]
async fn a_form_is_not_left_out_by_a_model_that_would_end_inside_its_reasoning() {
    for (template, reply) in [(THINKING_OPENED, "hm"), (THINKING, "<think>hm")] {
        // The reply ends there: what follows is sampled, of what is allowed.
        let server = setup(template, reply).start();
        for more in [json!({}), json!({"min_tokens": 30}), json!({"ignore_eos": true}), json!({"stream": true})] {
            let mut fields = json!({"max_tokens": 100, "thinking_token_budget": 10, "guided_choice": ["yes", "no"]});
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let reply = server.chat(fields).await;
            let (content, finish) = if more.get("stream").is_some() {
                let chunks = reply.chunks();
                let all = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str());
                (all.collect::<String>(), chunks.last().unwrap()["choices"][0]["finish_reason"].clone())
            } else {
                let choice = &reply.ok()["choices"][0];
                (choice["message"]["content"].as_str().unwrap().to_owned(), choice["finish_reason"].clone())
            };
            assert!(["yes", "no"].contains(&content.as_str()), "{content:?}");
            assert_eq!(finish, "stop");
        }
        // Without a form the end is the model's.
        let choice = &server.chat(json!({"max_tokens": 100})).await.ok()["choices"][0];
        assert_eq!((&choice["finish_reason"], &choice["message"]["content"]), (&json!("stop"), &Value::Null));
    }
}
