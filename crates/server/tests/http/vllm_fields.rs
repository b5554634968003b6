//! vLLM's fields that restrict tokens, cut prompts and name tokens by their ids.

use serde_json::{Value, json};

use crate::harness::Setup;

#[tokio::test]
async fn only_allowed_tokens_are_said() {
    let server = Setup::default().start();
    let body = server.complete(json!({"prompt": "a", "max_tokens": 20, "allowed_token_ids": [98, 97, 98]})).await.ok();
    let text = body["choices"][0]["text"].as_str().unwrap();
    assert!(text.len() == 20 && text.bytes().all(|byte| [b'a', b'b'].contains(&byte)), "{text}");
    server.until_idle().await;
}

#[tokio::test]
async fn prompts_are_cut() {
    let server = Setup::default().start();
    let prompt = async |fields: Value| {
        let mut asked = json!({"prompt": "abcdef", "max_tokens": 2, "return_token_ids": true});
        asked.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let body = server.complete(asked).await.ok();
        assert_eq!(body["usage"]["prompt_tokens"], body["choices"][0]["prompt_token_ids"].as_array().unwrap().len());
        body["choices"][0]["prompt_token_ids"].clone()
    };
    assert_eq!(prompt(json!({"truncate_prompt_tokens": 2})).await, json!([101, 102]));
    assert_eq!(prompt(json!({"truncate_prompt_tokens": 9})).await, json!([97, 98, 99, 100, 101, 102]));
    let right = json!({"truncate_prompt_tokens": 2, "truncation_side": "right"});
    assert_eq!(prompt(right).await, json!([97, 98]));
    let nowhere = json!({"prompt": "abc", "truncate_prompt_tokens": 2, "truncation_side": "middle"});
    server.complete(nowhere).await.refused(400, "invalid_value", Some("truncation_side"));
    let long = "x".repeat(600);
    let cut = prompt(json!({"prompt": long, "truncate_prompt_tokens": -1})).await;
    assert_eq!(cut.as_array().unwrap().len(), 510, "all of 512 but the two to be generated");
    // So long that its tokens need not be counted to know that they are too many.
    let longer = format!("ab{}cd", "é".repeat(100_000));
    for (side, ids) in [("left", json!([99, 100])), ("right", json!([97, 98]))] {
        let asked = json!({"prompt": longer, "truncate_prompt_tokens": 2, "truncation_side": side});
        assert_eq!(prompt(asked).await, ids);
    }
    let chat = json!({"max_tokens": 2, "truncate_prompt_tokens": 3, "return_token_ids": true});
    assert_eq!(server.chat(chat).await.ok()["usage"]["prompt_tokens"], 3);
    for wrong in [json!({"echo": true})] {
        let mut asked = json!({"prompt": "abc", "truncate_prompt_tokens": 2});
        asked.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        server.complete(asked).await.refused(400, "invalid_value", Some("truncate_prompt_tokens"));
    }
}

#[tokio::test]
async fn tokens_are_named_by_their_ids() {
    let server = Setup::replying("hi").start();
    let wanted = json!({"return_tokens_as_token_ids": true, "logprobs": true, "top_logprobs": 2});
    let body = server.chat(wanted).await.ok();
    let entries = body["choices"][0]["logprobs"]["content"].as_array().unwrap();
    assert_eq!((&entries[0]["token"], &entries[1]["token"]), (&json!("token_id:104"), &json!("token_id:105")));
    assert_eq!(entries[0]["bytes"], json!([104]));
    for other in entries[0]["top_logprobs"].as_array().unwrap() {
        assert!(other["token"].as_str().unwrap().starts_with("token_id:"), "{other}");
    }
    let asked = json!({"prompt": "a", "return_tokens_as_token_ids": true, "logprobs": 1});
    let body = server.complete(asked.clone()).await.ok();
    let told = &body["choices"][0]["logprobs"];
    assert_eq!(told["tokens"][0], "token_id:104");
    assert_eq!(told["text_offset"][1], 1, "in characters of the text, not of the names");
    let mut echoed = asked;
    echoed["prompt"] = "ab".into();
    echoed["echo"] = true.into();
    let body = server.complete(echoed).await.ok();
    let told = &body["choices"][0]["logprobs"];
    let names: Vec<&str> = told["tokens"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names[..3], ["token_id:97", "token_id:98", "token_id:104"]);
    assert!(told["top_logprobs"][1].as_object().unwrap().keys().all(|name| name.starts_with("token_id:")), "{told}");
}

#[tokio::test]
async fn what_vllm_always_sends_is_there_if_null() {
    let server = Setup::replying("hi").start();
    let body = server.chat(json!({})).await.ok();
    let choice = body["choices"][0].as_object().unwrap();
    for (object, field) in [
        (body.as_object().unwrap(), "prompt_logprobs"),
        (body.as_object().unwrap(), "prompt_token_ids"),
        (choice, "stop_reason"),
        (choice, "token_ids"),
        (choice["message"].as_object().unwrap(), "reasoning"),
    ] {
        assert_eq!(object.get(field), Some(&Value::Null), "{field}");
    }
    let body = server.complete(json!({"prompt": "a"})).await.ok();
    for field in ["prompt_logprobs", "prompt_token_ids", "stop_reason", "token_ids"] {
        assert_eq!(body["choices"][0].as_object().unwrap().get(field), Some(&Value::Null), "{field}");
    }
}

#[tokio::test]
async fn every_chunk_of_a_completion_has_a_list_of_ids() {
    let server = Setup::replying("hello").start();
    for echo in [false, true] {
        let asked = json!({"prompt": "ab", "stream": true, "return_token_ids": true, "echo": echo, "max_tokens": 3});
        let chunks = server.complete(asked).await.chunks();
        let ids = chunks.iter().flat_map(|chunk| chunk["choices"][0]["token_ids"].as_array().unwrap());
        assert_eq!(ids.map(|id| id.as_u64().unwrap()).collect::<Vec<_>>(), [104, 101, 108]);
    }
}

#[tokio::test]
async fn fields_of_other_servers_mean_what_they_mean_there() {
    let server = Setup::replying("Hello you").start();
    let text = async |mut fields: Value| {
        let wish = fields.get("max_tokens").cloned();
        fields["max_tokens"] = wish.into();
        let body = server.complete(fields).await.ok();
        body["choices"][0]["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(text(json!({"n_predict": 3})).await, "Hel");
    assert_eq!(text(json!({"n_predict": 3, "max_tokens": 5})).await, "Hello");
    // More than the sixteen tokens of an answer whose length nobody says.
    let long = Setup::replying("Hello you and all the others").start();
    let body = long.complete(json!({"n_predict": -1, "max_tokens": null})).await.ok();
    assert_eq!(body["choices"][0]["text"], "Hello you and all the others");
    assert_eq!(
        text(json!({"repeat_penalty": 1.1, "mirostat": 0, "dry_multiplier": 0.0, "typical_p": 1, "top_n_sigma": -1}))
            .await,
        "Hello you"
    );
    for (fields, param) in [
        (json!({"n_predict": -2}), "n_predict"),
        (json!({"repeat_penalty": 0}), "repeat_penalty"),
        (json!({"stop_regex": "a+"}), "stop_regex"),
        (json!({"mirostat": 2}), "mirostat"),
        (json!({"xtc_probability": 0.5}), "xtc_probability"),
        (json!({"top_n_sigma": 1.5}), "top_n_sigma"),
        (json!({"lora_path": "x"}), "lora_path"),
    ] {
        let reply = server.complete(fields).await;
        assert_eq!((reply.status.as_u16(), &reply.error()["param"]), (400, &json!(param)), "{}", reply.text);
    }
}

#[tokio::test]
async fn every_piece_of_a_completion_with_log_probabilities_has_their_lists() {
    let server = Setup::replying("Hi").start();
    let chunks = server.complete(json!({"logprobs": 1, "stream": true})).await.chunks();
    assert!(chunks.iter().all(|chunk| chunk["choices"][0]["logprobs"]["tokens"].is_array()), "{chunks:?}");
}

#[tokio::test]
async fn llama_cpps_way_of_tokenizing() {
    let server = Setup::default().start();
    let tokens = async |fields: Value| server.post("/tokenize", &fields).await.ok()["tokens"].clone();
    let plain = tokens(json!({"prompt": "abc", "add_special_tokens": false})).await;
    assert_eq!(tokens(json!({"content": "abc"})).await, plain);
    assert_eq!(tokens(json!({"content": "abc", "add_special": true})).await, tokens(json!({"prompt": "abc"})).await);
    server.post("/tokenize", &json!({"content": "a", "prompt": "a"})).await.refused(
        400,
        "invalid_value",
        Some("content"),
    );
    let pieces = server.post("/tokenize", &json!({"content": "a", "with_pieces": true})).await;
    assert_eq!(pieces.error()["param"], "with_pieces");
}
