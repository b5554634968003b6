//! Log-probabilities of the prompt, in both shapes; answers without tokens; `best_of`. What evaluation harnesses send and
//! read is a test of its own.

use serde_json::{Value, json};

use crate::harness::Setup;
use crate::tokenizer::IM_START;

fn choice(body: &Value, index: usize) -> &Value {
    &body["choices"][index]
}

fn list<'a>(choice: &'a Value, name: &str) -> &'a Vec<Value> {
    choice["logprobs"][name].as_array().unwrap()
}

/// As evaluation harnesses do: the sum over the continuation, and whether it is what greedy decoding says.
fn likelihood(choice: &Value, context_len: usize) -> (f64, bool) {
    let (logprobs, top) = (list(choice, "token_logprobs"), list(choice, "top_logprobs"));
    let range = context_len..logprobs.len() - 1;
    let sum = logprobs[range.clone()].iter().map(|logprob| logprob.as_f64().unwrap()).sum();
    let best = |top: &Value| top.as_object().unwrap().values().map(|x| x.as_f64().unwrap()).fold(f64::MIN, f64::max);
    (sum, range.into_iter().all(|i| logprobs[i].as_f64().unwrap() == best(&top[i])))
}

#[tokio::test]
async fn echo_puts_the_scores_of_the_prompt_in_front() {
    let server = Setup::replying("!?").start();
    let body = server.complete(json!({"prompt": "aé", "echo": true, "logprobs": 2})).await.ok();
    let choice = choice(&body, 0);
    assert_eq!(choice["text"], "aé!?");
    assert_eq!(
        list(choice, "tokens")[..],
        [json!("a"), json!("bytes:\\xc3"), json!("bytes:\\xa9"), json!("!"), json!("?"), json!("<|im_end|>")]
    );
    assert_eq!(choice["logprobs"]["text_offset"], json!([0, 1, 1, 2, 3, 4]));
    assert_eq!((&list(choice, "token_logprobs")[0], &list(choice, "top_logprobs")[0]), (&Value::Null, &Value::Null));
    for i in 1..6 {
        let (logprob, top) = (&list(choice, "token_logprobs")[i], list(choice, "top_logprobs")[i].as_object().unwrap());
        assert!((2..=3).contains(&top.len()), "{top:?}");
        let token = list(choice, "tokens")[i].as_str().unwrap();
        assert_eq!(&top[token], logprob, "the token itself is among them");
    }
    let plain = server.complete(json!({"prompt": "aé", "logprobs": 2})).await.ok();
    assert_eq!(list(&plain["choices"][0], "token_logprobs")[..], list(choice, "token_logprobs")[3..]);
}

#[tokio::test]
async fn a_harness_finds_the_likelihood_of_every_continuation() {
    // The first token of every answer ends it: it must be in the lists all the same, for the harness cuts one off.
    for setup in [Setup::replying(""), Setup::replying("xyz")] {
        let server = setup.start();
        let prompts: Vec<Vec<u32>> = vec![(40..60).collect(), vec![70, 71, 72], (30..99).rev().collect()];
        let ask =
            json!({"prompt": prompts, "temperature": 0, "max_tokens": 1, "logprobs": 1, "seed": 1234, "echo": true});
        let body = server.complete(ask.clone()).await.ok();
        for (i, prompt) in prompts.iter().enumerate() {
            for name in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
                assert_eq!(list(choice(&body, i), name).len(), prompt.len() + 1, "{name}");
            }
            // The score of a continuation is the same in every context of the same tokens.
            let alone =
                server.complete(json!({"prompt": prompt, "max_tokens": 0, "logprobs": 1, "echo": true})).await.ok();
            let whole = list(choice(&body, i), "token_logprobs");
            assert_eq!(whole[..prompt.len()], list(choice(&alone, 0), "token_logprobs")[..]);
            let (sum, _) = likelihood(choice(&body, i), 1);
            assert!((sum - whole[1..prompt.len()].iter().map(|x| x.as_f64().unwrap()).sum::<f64>()).abs() < 1e-9);
        }
        // A continuation that follows the fake distribution's best token is greedy.
        let top = list(choice(&body, 1), "top_logprobs")[1].as_object().unwrap();
        let best = top.iter().max_by(|a, b| a.1.as_f64().unwrap().total_cmp(&b.1.as_f64().unwrap())).unwrap().0;
        if let [best] = best.as_bytes() {
            let ask = json!({"prompt": [70, best], "max_tokens": 1, "logprobs": 1, "echo": true});
            assert!(likelihood(choice(&server.complete(ask).await.ok(), 0), 1).1);
            let ask = json!({"prompt": [70, (best + 1) % 128], "max_tokens": 1, "logprobs": 1, "echo": true});
            assert!(!likelihood(choice(&server.complete(ask).await.ok(), 0), 1).1);
        }
    }
}

#[tokio::test]
async fn streamed_pieces_are_the_whole() {
    let server = Setup::replying("xyz").start();
    let ask = |stream: bool, prompt: Value| json!({"prompt": prompt, "echo": true, "logprobs": 3, "stream": stream, "return_token_ids": true});
    for prompt in [json!("Hello"), json!("H"), json!([IM_START, 72, 105])] {
        let body = server.complete(ask(false, prompt.clone())).await.ok();
        let chunks = server.complete(ask(true, prompt)).await.chunks();
        let text: String = chunks.iter().map(|chunk| chunk["choices"][0]["text"].as_str().unwrap()).collect();
        assert_eq!(choice(&body, 0)["text"], text);
        for name in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
            let pieces = chunks.iter().filter_map(|chunk| chunk["choices"][0]["logprobs"][name].as_array()).flatten();
            assert_eq!(&pieces.cloned().collect::<Vec<_>>(), list(choice(&body, 0), name), "{name}");
        }
        let (ids, prompt_ids) = (&choice(&body, 0)["token_ids"], &choice(&body, 0)["prompt_token_ids"]);
        let told = ids.as_array().unwrap().len() + prompt_ids.as_array().unwrap().len();
        assert_eq!(list(choice(&body, 0), "tokens").len(), told, "one entry for each id");
    }
}

#[tokio::test]
async fn without_tokens_only_the_prompt_comes_back() {
    let server = Setup::default().start();
    let body = server.complete(json!({"max_tokens": 0})).await.ok();
    assert_eq!((&choice(&body, 0)["text"], &choice(&body, 0)["finish_reason"]), (&json!(""), &json!("length")));
    assert_eq!(body["usage"]["completion_tokens"], 0);
    let body = server.complete(json!({"max_tokens": 0, "echo": true, "n": 2, "prompt": ["ab", "c"]})).await.ok();
    let texts: Vec<&Value> = body["choices"].as_array().unwrap().iter().map(|choice| &choice["text"]).collect();
    assert_eq!(texts, ["ab", "ab", "c", "c"]);
    // A prompt of the whole context fits, and one more token does not.
    let full = |len: usize| json!({"max_tokens": 0, "echo": true, "logprobs": 0, "prompt": vec![65; len]});
    let body = server.complete(full(512)).await.ok();
    assert_eq!(list(choice(&body, 0), "tokens").len(), 512);
    server.complete(full(513)).await.refused(400, "context_length_exceeded", Some("prompt"));
    server.complete(json!({"max_tokens": 0, "min_tokens": 1})).await.refused(400, "invalid_value", Some("min_tokens"));
    server.chat(json!({"max_tokens": 0})).await.refused(400, "invalid_value", Some("max_tokens"));
    let chunks = server.complete(json!({"max_tokens": 0, "echo": true, "prompt": "ab", "stream": true})).await.chunks();
    assert_eq!((&chunks[0]["choices"][0]["text"], chunks.len()), (&json!("ab"), 2));
}

#[tokio::test]
async fn prompt_logprobs_are_listed_by_token_id() {
    let server = Setup::default().start();
    let body = server.complete(json!({"prompt": [70, 71, 72], "prompt_logprobs": 2, "max_tokens": 1})).await.ok();
    let listed = choice(&body, 0)["prompt_logprobs"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0], &choice(&body, 0)["logprobs"]), (3, &Value::Null, &Value::Null));
    for (position, id) in listed[1..].iter().zip(["71", "72"]) {
        let own = &position[id];
        assert_eq!(own["decoded_token"], if id == "71" { "G" } else { "H" });
        let mut ranks: Vec<u64> =
            position.as_object().unwrap().values().map(|entry| entry["rank"].as_u64().unwrap()).collect();
        ranks.sort_unstable();
        assert_eq!(ranks[..2], [1, 2]);
        assert!(own["logprob"].as_f64().unwrap() <= 0.0 && ranks.contains(&own["rank"].as_u64().unwrap()));
    }
    // Both shapes at once, each with its own number of alternatives.
    let ask = json!({"prompt": [70, 71], "prompt_logprobs": 5, "echo": true, "logprobs": 0, "max_tokens": 1});
    let body = server.complete(ask).await.ok();
    assert_eq!(list(choice(&body, 0), "top_logprobs")[1].as_object().unwrap().len(), 1);
    let listed = choice(&body, 0)["prompt_logprobs"][1].as_object().unwrap();
    assert!(listed.len() >= 5);
    assert_eq!(listed["71"]["logprob"], list(choice(&body, 0), "token_logprobs")[1]);
    let body = server.complete(json!({"prompt_logprobs": 0, "prompt": "ab"})).await.ok();
    assert_eq!(choice(&body, 0)["prompt_logprobs"][1].as_object().unwrap().len(), 1);
    assert!(server.complete(json!({})).await.ok()["choices"][0]["prompt_logprobs"].is_null());
}

#[tokio::test]
async fn choices_share_the_scores_of_their_prompt() {
    let server = Setup::default().start();
    let ask = |n: u32, best_of: u32, stream: bool| {
        json!({"prompt": ["Hello", "Hi"], "n": n, "best_of": best_of, "seed": 7, "max_tokens": 2, "echo": true, "logprobs": 2,
            "stream": stream, "prompt_logprobs": if stream { 0 } else { 1 }})
    };
    let one = server.complete(ask(1, 1, false)).await.ok();
    for (n, best_of) in [(3, 3), (2, 4)] {
        // Again, when the prompts are in the cache.
        for _ in 0..2 {
            let several = server.complete(ask(n, best_of, false)).await.ok();
            for index in 0..2 * n as usize {
                let (own, alone) = (choice(&several, index), choice(&one, index / n as usize));
                assert_eq!(own["prompt_logprobs"], alone["prompt_logprobs"]);
                let echoed = list(alone, "tokens").len() - 2;
                for name in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
                    assert_eq!(list(own, name)[..echoed], list(alone, name)[..echoed], "{name}");
                    assert_eq!(list(own, name).len(), echoed + 2, "{name}");
                }
            }
        }
    }
    let three = server.complete(ask(3, 3, false)).await.ok();
    let chunks = server.complete(ask(3, 3, true)).await.chunks();
    for index in 0..6 {
        let own: Vec<&Value> =
            chunks.iter().map(|chunk| &chunk["choices"][0]).filter(|choice| choice["index"] == index).collect();
        let text: String = own.iter().filter_map(|choice| choice["text"].as_str()).collect();
        assert_eq!(choice(&three, index)["text"], text);
        let scores = own.iter().filter_map(|choice| choice["logprobs"]["token_logprobs"].as_array()).flatten();
        assert_eq!(&scores.cloned().collect::<Vec<_>>(), list(choice(&three, index), "token_logprobs"));
    }
}

#[tokio::test]
async fn an_answer_of_too_many_scores_is_refused() {
    let server = Setup::default().start();
    let ask = |n: u32, top: u32, prompts: usize| {
        let prompts = vec![vec![65; 500]; prompts];
        json!({"prompt": prompts, "n": n, "max_tokens": 0, "prompt_logprobs": top})
    };
    server.complete(ask(1, 20, 1)).await.ok();
    // 99 times 10,500 numbers are within the bound, 100 times are not.
    server.complete(ask(99, 20, 1)).await.ok();
    server.complete(ask(100, 20, 1)).await.refused(400, "invalid_value", Some("n"));
    let both =
        json!({"prompt": vec![65; 500], "n": 60, "max_tokens": 0, "prompt_logprobs": 20, "echo": true, "logprobs": 20});
    server.complete(both).await.refused(400, "invalid_value", Some("n"));
    server.complete(ask(2, 20, 60)).await.refused(400, "invalid_value", Some("n"));
    server.complete(ask(128, 20, 1)).await.refused(400, "invalid_value", Some("n"));
    server.complete(ask(1, 20, 128)).await.refused(400, "invalid_value", Some("prompt"));
    server.complete(json!({"prompt": vec![65; 500], "n": 128, "max_tokens": 0})).await.ok();
}

#[tokio::test]
async fn chat_lists_the_scores_of_its_rendered_prompt() {
    let server = Setup::default().start();
    let chat = server.chat(json!({"prompt_logprobs": 2, "n": 2, "max_tokens": 1, "return_token_ids": true})).await.ok();
    let ids = &chat["prompt_token_ids"];
    let listed = chat["prompt_logprobs"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]), (ids.as_array().unwrap().len(), &Value::Null));
    let completion = server.complete(json!({"prompt": ids, "prompt_logprobs": 2, "max_tokens": 1})).await.ok();
    assert_eq!(choice(&completion, 0)["prompt_logprobs"], chat["prompt_logprobs"]);
    assert!(chat["choices"].as_array().unwrap().iter().all(|choice| choice.get("prompt_logprobs").is_none()));
    assert!(server.chat(json!({})).await.ok()["prompt_logprobs"].is_null());
    for wrong in [json!({"prompt_logprobs": 21}), json!({"prompt_logprobs": 1, "stream": true})] {
        server.chat(wrong).await.refused(400, "invalid_value", Some("prompt_logprobs"));
    }
    // As in vLLM, 0 in a stream is none.
    assert!(!server.chat(json!({"prompt_logprobs": 0, "stream": true})).await.chunks().is_empty());
    let kept = server.chat(json!({"prompt_logprobs": 0, "store": true})).await.ok();
    let stored = server.get(&format!("/v1/chat/completions/{}", kept["id"].as_str().unwrap())).await.ok();
    assert_eq!(stored["prompt_logprobs"], kept["prompt_logprobs"]);
}

#[tokio::test]
async fn best_of_shows_the_choices_with_the_most_likely_tokens() {
    let server = Setup::default().start();
    let ask = |fields: Value| {
        let mut ask = json!({"prompt": ["ab", "cd"], "seed": 7, "max_tokens": 6});
        ask.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        ask
    };
    let all = server.complete(ask(json!({"n": 5, "logprobs": 0}))).await.ok();
    let best = server.complete(ask(json!({"n": 2, "best_of": 5}))).await.ok();
    let mean = |choice: &Value| {
        let logprobs = list(choice, "token_logprobs");
        logprobs.iter().map(|x| x.as_f64().unwrap()).sum::<f64>() / logprobs.len() as f64
    };
    let mut expected = Vec::new();
    for prompt in all["choices"].as_array().unwrap().chunks(5) {
        let mut choices: Vec<&Value> = prompt.iter().collect();
        choices.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
        expected.extend(choices[..2].iter().map(|choice| &choice["text"]));
    }
    let found: Vec<&Value> = best["choices"].as_array().unwrap().iter().map(|choice| &choice["text"]).collect();
    assert_eq!(found, expected);
    let indices: Vec<&Value> = best["choices"].as_array().unwrap().iter().map(|choice| &choice["index"]).collect();
    assert_eq!(indices, [0, 1, 2, 3]);
    assert!(best["choices"].as_array().unwrap().iter().all(|choice| choice["logprobs"].is_null()));
    assert_eq!(best["usage"], all["usage"], "what was sampled and not shown counts, too");
}
