//! Answers of a given form, through HTTP, from a model with random weights: what it would like to say never fits, so
//! every byte is the constraint's doing. Forms hold in every company, streamed or not.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use e2e::fixture;
use e2e::load::{post_all, stream_all};
use sconce_testkit::server::Server;
use serde_json::{Value, json};

const CHAT: &str = "/v1/chat/completions";
const COMPLETIONS: &str = "/v1/completions";
const SEEDS: u64 = 3;

/// Every schema of the fixtures, by the name of its file.
fn schemas() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let schema = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), schema)
    };
    let mut schemas: Vec<(String, Value)> = std::fs::read_dir(folder).unwrap().map(read).collect();
    schemas.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(schemas.len() >= 60, "the schemas are missing");
    schemas
}

fn serve(more: &[&str]) -> Server {
    let model = fixture("tiny-llama");
    let args = [&["--model", &model, "--served-model-name", "tiny"], more].concat();
    Server::start(&args)
}

fn ask(text: &str, seed: u64, form: Value) -> Value {
    let mut body = json!({
        "model": "tiny", "messages": [{"role": "user", "content": text}], "temperature": 1, "seed": seed,
        "max_tokens": 1500,
    });
    merge(&mut body, form);
    body
}

fn merge(body: &mut Value, more: Value) {
    let Value::Object(more) = more else { panic!("fields are an object") };
    body.as_object_mut().unwrap().extend(more);
}

fn of_schema(schema: &Value) -> Value {
    json!({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": true}}})
}

fn streamed(body: &Value) -> Value {
    let mut body = body.clone();
    merge(&mut body, json!({"stream": true}));
    body
}

/// Text and reason of every choice.
fn choices((status, body): &(u16, Value)) -> Vec<(String, String)> {
    assert_eq!(*status, 200, "{body}");
    let text = |choice: &Value| choice["message"]["content"].as_str().or(choice["text"].as_str()).unwrap().to_owned();
    let choices = body["choices"].as_array().unwrap().iter();
    choices.map(|choice| (text(choice), choice["finish_reason"].as_str().unwrap().to_owned())).collect()
}

fn validate(name: &str, schema: &Value, text: &str) {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text:?}"));
    let judge = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    if let Err(error) = judge.validate(&value) {
        panic!("{name}: {error}: {text}");
    }
}

#[tokio::test]
async fn every_schema_is_kept_streamed_and_not() {
    let server = serve(&[]);
    for few in schemas().chunks(8) {
        let asked: Vec<_> = few.iter().flat_map(|one| (0..SEEDS).map(move |seed| (one, seed))).collect();
        let bodies: Vec<Value> =
            asked.iter().map(|((name, schema), seed)| ask(name, *seed, of_schema(schema))).collect();
        let answers = post_all(&server, CHAT, &bodies).await;
        let texts: Vec<String> = asked
            .iter()
            .zip(&answers)
            .map(|(((name, schema), _), answer)| {
                let [(text, reason)] = &choices(answer)[..] else { panic!("one choice") };
                assert_eq!(reason, "stop", "{name}: {text}");
                validate(name, schema, text);
                text.clone()
            })
            .collect();
        let bodies: Vec<Value> = bodies.iter().map(streamed).collect();
        assert_eq!(stream_all(&server, CHAT, &bodies).await, texts);
    }
}

/// A form of vLLM's, and whether a text has it.
type Form = (Value, fn(&str) -> bool);

fn is_sum(text: &str) -> bool {
    let digits = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('+').collect();
    parts.len() <= 4 && parts.into_iter().all(digits)
}

fn forms() -> Vec<Form> {
    let lark = "start: part (\"+\" part)~0..3\npart: /[0-9]{1,3}/\n";
    let gbnf = "root ::= part (\"+\" part){0,3}\npart ::= [0-9]{1,3}\n";
    vec![
        (json!({"regex": "[ab]{3}-\\d{2,4}"}), |text| {
            let (letters, digits) = text.split_once('-').unwrap_or_default();
            letters.len() == 3 && (2..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        }),
        (json!({"choice": ["positive", "negative", "日本"]}), |text| {
            ["positive", "negative", "日本"].contains(&text)
        }),
        (json!({"grammar": lark}), is_sum),
        (json!({"grammar": gbnf}), is_sum),
        (json!({"json": {"enum": [1, "a", null]}}), |text| ["1", "\"a\"", "null"].contains(&text)),
    ]
}

#[tokio::test]
async fn other_forms_are_kept_by_every_choice() {
    let server = serve(&[]);
    for (form, fits) in forms() {
        let (kind, value) = form.as_object().unwrap().iter().next().unwrap();
        let chat = ask("x", 1, json!({"n": 3, "structured_outputs": form}));
        let older = ask("x", 1, json!({"n": 3, (format!("guided_{kind}")): value}));
        let mut text = chat.clone();
        text.as_object_mut().unwrap().remove("messages");
        merge(&mut text, json!({"prompt": ["a", "b"]}));
        for (path, body) in [(CHAT, &chat), (CHAT, &older), (COMPLETIONS, &text)] {
            let answer = server.post(path, body).await;
            let choices = choices(&answer);
            assert_eq!(choices.len(), if path == CHAT { 3 } else { 6 });
            for (text, reason) in &choices {
                assert!(fits(text), "{form}: {text:?}");
                assert_eq!(reason, "stop");
            }
            assert_eq!(stream_all(&server, path, &[streamed(body)]).await, [choices[0].0.clone()]);
        }
    }
}

/// Long answers under a schema or an expression beside free ones.
fn mixed() -> Vec<Value> {
    let integer = json!({"type": "integer", "minimum": 0, "maximum": 99});
    let schema = json!({"type": "array", "items": integer, "minItems": 20, "maxItems": 30});
    let body = |seed: u64| {
        let form = match seed % 4 {
            0 => json!({"ignore_eos": true}),
            // Ends within 120 tokens, whatever happens.
            1 => json!({"structured_outputs": {"regex": "([0-9]{1,2},){20,30}"}}),
            _ => of_schema(&schema),
        };
        let mut body = ask(&"lamp ".repeat(1 + seed as usize % 5), seed, form);
        merge(&mut body, json!({"max_tokens": 120, "logprobs": true, "top_logprobs": 2}));
        body
    };
    (0..16).map(body).collect()
}

fn essence(answers: &[(u16, Value)]) -> Vec<String> {
    answers
        .iter()
        .map(|(status, body)| {
            assert_eq!(*status, 200, "{body}");
            body["choices"].to_string()
        })
        .collect()
}

#[tokio::test]
async fn a_form_holds_in_every_company() {
    let plain = serve(&["--no-prefix-cache"]);
    let mut alone = Vec::new();
    for body in mixed() {
        alone.push(plain.post(CHAT, &body).await);
    }
    let finished = alone.iter().filter(|answer| choices(answer)[0].1 == "stop").count();
    assert!(finished >= 4, "some of the lists must end by themselves");
    let alone = essence(&alone);
    let together = async |server: &Server| essence(&post_all(server, CHAT, &mixed()).await);
    assert_eq!(together(&plain).await, alone, "among fifteen others");

    let cached = serve(&[]);
    for round in 0..2 {
        assert_eq!(together(&cached).await, alone, "with the prefix cache, round {round}");
    }
    assert!(cached.metric("sconce_prefix_cache_hits_total").await > 0.0, "the second round must hit the cache");

    assert_eq!(together(&serve(&["--max-batch-tokens", "7"])).await, alone, "prefilled in small chunks");
    assert_eq!(together(&serve(&["--pipeline-depth", "2"])).await, alone, "with overlapped steps");

    // How many run at once, and so who is preempted, depends on when the requests arrive.
    let crowded = serve(&["--kv-memory", "24blocks", "--max-len", "256"]);
    for _ in 0..20 {
        assert_eq!(together(&crowded).await, alone, "preempted and recomputed");
        if crowded.metric("sconce_num_preemptions_total").await > 0.0 {
            break;
        }
    }
    assert!(crowded.metric("sconce_num_preemptions_total").await > 0.0, "the small pool must cause preemptions");
}

#[tokio::test]
async fn limits_stops_and_logprobs_of_a_restricted_answer() {
    let server = serve(&[]);
    let schema = json!({"type": "object", "properties": {"a": {"const": "xy"}, "b": {"type": "boolean"}},
        "required": ["a", "b"], "additionalProperties": false});
    let with = |more: Value| {
        let mut body = ask("x", 5, of_schema(&schema));
        merge(&mut body, more);
        body
    };
    let cut = server.post(CHAT, &with(json!({"max_tokens": 3}))).await;
    assert_eq!(choices(&cut)[0].1, "length");
    let stopped = server.post(CHAT, &with(json!({"stop": "xy"}))).await;
    let [(text, reason)] = &choices(&stopped)[..] else { panic!("one choice") };
    assert!(text.starts_with('{') && text.ends_with('"') && !text.contains("xy"), "{text}");
    assert_eq!(reason, "stop");
    let logged = server.post(CHAT, &with(json!({"logprobs": true, "top_logprobs": 3}))).await;
    let (text, _) = &choices(&logged)[0];
    let entries = logged.1["choices"][0]["logprobs"]["content"].as_array().unwrap();
    let told: String = entries.iter().map(|entry| entry["token"].as_str().unwrap()).collect();
    assert!(told.starts_with(text.as_str()), "{told:?} {text:?}");
    assert!(entries.iter().all(|entry| entry["top_logprobs"].as_array().unwrap().len() == 3));
}

#[tokio::test]
async fn what_cannot_be_held_is_a_400_and_hurts_nobody() {
    let server = serve(&[]);
    let hostile = [
        json!({"type": "nonsense"}),
        json!({"$ref": "#/$defs/nowhere"}),
        json!({"$ref": "https://example.com/elsewhere.json"}),
        json!({"type": "string", "pattern": "(((("}),
        json!({"type": "integer", "minimum": 5, "maximum": 4}),
        json!({"not": {"type": "string"}}),
        json!({"type": "array", "uniqueItems": true, "items": {"type": "integer"}}),
    ];
    let fine = ask("x", 1, of_schema(&json!({"type": "boolean"})));
    let expected = essence(&[server.post(CHAT, &fine).await]);
    for schema in hostile {
        for body in [ask("x", 1, of_schema(&schema)), streamed(&ask("x", 1, of_schema(&schema)))] {
            let (status, answer) = server.post(CHAT, &body).await;
            assert_eq!(status, 400, "{schema}: {answer}");
            let param = answer["error"]["param"].as_str().unwrap_or_default();
            assert!(param.starts_with("response_format"), "{schema}: {answer}");
        }
        assert_eq!(essence(&[server.post(CHAT, &fine).await]), expected);
    }
}

/// What is not strict is held as far as it can be, as by OpenAI; what is strict is held, or refused.
#[tokio::test]
async fn only_strict_schemas_must_be_held_whole() {
    let server = serve(&[]);
    let schema = json!({"type": "array", "uniqueItems": true, "minItems": 2, "maxItems": 2,
        "items": {"type": "string", "pattern": "^(?!x)", "format": "phone", "enum": ["a", "b"]}});
    let mut body = ask("x", 1, of_schema(&schema));
    body["response_format"]["json_schema"]["strict"] = json!(false);
    let (status, answer) = server.post(CHAT, &body).await;
    assert_eq!(status, 200, "{answer}");
    let (text, _) = &choices(&(status, answer))[0];
    let items: Vec<String> = serde_json::from_str(text).unwrap();
    assert!(items.len() == 2 && items.iter().all(|item| item == "a" || item == "b"), "{text}");
    body["response_format"]["json_schema"]["strict"] = json!(true);
    let (status, answer) = server.post(CHAT, &body).await;
    assert_eq!((status, answer["error"]["code"].as_str()), (400, Some("invalid_json_schema")), "{answer}");

    let function = json!({"type": "function", "function": {"name": "pick", "parameters": {"type": "object",
        "properties": {"names": schema}, "required": ["names"], "additionalProperties": false}}});
    let mut body = ask("x", 1, json!({"tools": [function], "tool_choice": "required"}));
    let (status, answer) = server.post(CHAT, &body).await;
    assert_eq!(status, 200, "{answer}");
    let call = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
    let arguments: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments["names"].as_array().unwrap().len(), 2, "{answer}");
    body["tools"][0]["function"]["strict"] = json!(true);
    let (status, answer) = server.post(CHAT, &body).await;
    assert_eq!((status, answer["error"]["param"].as_str()), (400, Some("tools[0].function.parameters")), "{answer}");
}

/// Ranges that exclude a whole number and end before the next one.
#[tokio::test]
async fn excluded_bounds_are_excluded() {
    let server = serve(&[]);
    for range in [
        json!({"exclusiveMinimum": 0, "maximum": 0.5}),
        json!({"exclusiveMinimum": 10, "exclusiveMaximum": 10.5}),
        json!({"minimum": -1.05, "exclusiveMaximum": -1}),
    ] {
        let mut schema = json!({"type": "number"});
        merge(&mut schema, range);
        let mut ended = 0;
        for seed in 0..SEEDS {
            let (status, answer) = server.post(CHAT, &ask("a number", seed, of_schema(&schema))).await;
            assert_eq!(status, 200, "{answer}");
            let answer = (status, answer);
            let [(text, reason)] = &choices(&answer)[..] else { panic!("one choice") };
            if reason == "stop" {
                validate("a number", &schema, text);
                ended += 1;
            }
        }
        assert!(ended > 0, "no number of {schema} was finished");
    }
}

/// The form decides where an answer must end, `min_tokens` how early it may.
#[tokio::test]
async fn an_answer_of_a_form_has_as_many_tokens_as_are_wished() {
    let server = serve(&[]);
    let wish = |regex: &str| json!({"structured_outputs": {"regex": regex}, "temperature": 0, "max_tokens": 40, "min_tokens": 20});
    let (status, answer) = server.post(CHAT, &ask("x", 1, wish("[a-c]{1,100}"))).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer["usage"]["completion_tokens"].as_u64().unwrap() >= 20, "{answer}");
    let (_, answer) = server.post(CHAT, &ask("x", 1, wish("[a-c]{1,3}"))).await;
    assert_eq!(answer["choices"][0]["finish_reason"], "stop", "{answer}");
}
