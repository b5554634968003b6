//! Templates and inputs that loop, blow up or nest without end: an error in bounded time, never a panic or an abort.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use sconce_text::{ChatInput, TextError, TextFiles, TextModel};
use serde_json::{Map, Value, json};

static MODEL: LazyLock<TextModel> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/chat-templates/byte-level.json");
    let files = TextFiles { tokenizer_json: std::fs::read(path).unwrap(), ..TextFiles::default() };
    TextModel::new(&files).unwrap().with_request_templates()
});

fn render(template: &str, messages: &[Value], kwargs: &Map<String, Value>) -> Result<String, TextError> {
    MODEL.render_chat(&ChatInput {
        messages,
        tools: None,
        documents: None,
        add_generation_prompt: true,
        continue_final_message: false,
        template: Some(template),
        kwargs,
    })
}

fn simple(template: &str) -> Result<String, TextError> {
    render(template, &[json!({"role": "user", "content": "hello"})], &Map::new())
}

#[test]
fn runaway_templates_end_as_errors() {
    let nest = "{% set ns = namespace(x=[]) %}{% for i in range(10000) %}{% for j in range(1000) %}{% set ns.x = [ns.x] %}{% endfor %}{% endfor %}";
    let templates = [
        "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
        "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 'x' * 9223372036854775807 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'a' | indent(1000000000, first=true) }}",
        "{{ {'a': 1} | tojson(indent=1000000000) }}",
        "{{ ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 1000).replace('a', 'b' * 10000) }}",
        "{% set s = 'x' * 1000 %}{% for i in range(10000) %}{{ s }}{% endfor %}",
        "{% set ns = namespace(x=[0]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[0]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
        "{{ 10 ** 10000 }}",
        "{{ range(100000000000) | list }}",
        &format!("{nest}{{{{ ns.x }}}}"),
        &format!("{}1{}", "{{ ".to_owned() + &"(".repeat(100_000), ")".repeat(100_000) + " }}"),
        &format!("{{{{ {}1 }}}}", "-".repeat(100_000)),
        &format!("{{{{ 1{} / 0 }}}}", " ~ 1".repeat(5_000)),
        "{{ '{:>100000000}'.format('x') }}",
        "{{ '{:.100000000f}'.format(1) }}",
        &format!("{{{{ 1{} }}}}", " ~ 1".repeat(100_000)),
        &"{{ 1 }}".repeat(100_000),
        &format!("{{% if a %}}{}{{% endif %}}{{{{ 1 / 0 }}}}", "{% elif a %}".repeat(40_000)),
        &format!("{}{}", "{% if true %}".repeat(100_000), "{% endif %}".repeat(100_000)),
    ];
    for template in templates {
        let start = Instant::now();
        let result = simple(template);
        let shown: String = template.chars().take(80).collect();
        assert!(matches!(result, Err(TextError::Template { .. })), "{shown}: {result:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{shown}: {:?}", start.elapsed());
    }
}

#[test]
fn deep_nesting_inside_the_limits_is_dropped_without_overflow() {
    let nest = |count: usize| {
        format!(
            "{{% set ns = namespace(x=[]) %}}{{% for i in range({count}) %}}{{% set ns.x = [ns.x] %}}{{% endfor %}}done"
        )
    };
    assert_eq!(simple(&nest(9_000)).unwrap(), "done");
    for end in ["{{ ns.x | string | length }}", "{{ {ns.x: 1} | length }}", "{{ ns.x == [ns.x] }}", "{{ ns.x ~ '' }}"] {
        assert!(simple(&nest(9_000).replace("done", end)).is_ok(), "{end}");
    }
    // Neither deep nor circular values become JSON.
    for template in [
        nest(9_000).replace("done", "{{ ns.x | tojson }}"),
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns | tojson }}".to_owned(),
    ] {
        assert!(
            matches!(simple(&template), Err(TextError::Template { message, .. }) if message.contains("nested too deeply"))
        );
    }
}

#[test]
fn hostile_parameters_of_a_harmless_template_end_in_bounds() {
    let template =
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{{ extra | tojson(indent=4) }}{{ extra }}";
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!([deep]);
    }
    let kwargs = json!({"extra": deep});
    let many: Vec<Value> = (0..20_000).map(|i| json!({"role": "user", "content": i.to_string()})).collect();
    let start = Instant::now();
    let text = render(template, &many, kwargs.as_object().unwrap()).unwrap();
    assert!(text.contains("user: 19999\n"));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn reserved_names_and_empty_chats_are_refused() {
    for name in ["messages", "tools", "documents", "add_generation_prompt", "chat_template"] {
        let kwargs = json!({name: 1});
        let result = render("x", &[json!({"role": "user", "content": "x"})], kwargs.as_object().unwrap());
        assert!(
            matches!(&result, Err(TextError::Chat { field: "chat_template_kwargs", message }) if message.contains(name))
        );
    }
    assert!(matches!(render("x", &[], &Map::new()), Err(TextError::Chat { field: "messages", .. })));
    assert!(matches!(render("x", &[json!("x")], &Map::new()), Err(TextError::Chat { field: "messages", .. })));
}

#[test]
fn errors_name_the_line() {
    for (template, line, words) in [
        ("a\n{% if %}", 2, "syntax error"),
        ("\n\n{{ messages[0].x.y }}", 3, "undefined"),
        ("{% macro f() %}\n{{ raise_exception('no, never') }}\n{% endmacro %}\n\n{{ f() }}", 2, "no, never"),
        ("x\n{{ 'a' | nofilter }}", 2, "nofilter"),
    ] {
        match simple(template) {
            Err(TextError::Template { line: Some(found), message }) => {
                assert_eq!(found, line, "{template}");
                assert!(message.contains(words), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Templates put together from what templates are made of, well formed or not.
fn template() -> impl Strategy<Value = String> {
    let parts = proptest::sample::select(vec![
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        "+",
        " ",
        "\n",
        "messages",
        "message",
        "for",
        "in",
        "endfor",
        "if",
        "endif",
        "else",
        "set",
        "macro",
        "endmacro",
        "call",
        "endcall",
        "generation",
        "endgeneration",
        "raw",
        "endraw",
        "namespace()",
        "ns",
        "=",
        "==",
        ".role",
        ".content",
        "['content']",
        "[0]",
        "[::-1]",
        "[-1]",
        "|",
        "tojson",
        "trim",
        "length",
        "list",
        "map",
        "join",
        "sort",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "'",
        "\"",
        "'x'",
        "1",
        "99999999999",
        "1e308",
        "**",
        "*",
        "//",
        "%",
        "~",
        "not",
        "and",
        "is",
        "defined",
        "none",
        "true",
        "loop",
        "break",
        "continue",
        "range(5)",
        ".split(' ')",
        ".strip()",
        ".format(1)",
        "'{:>9}'",
        "raise_exception('x')",
        "strftime_now('%Y')",
        "recursive",
        "é",
        "\u{1F600}",
        "\\",
        "\0",
    ]);
    proptest::collection::vec(parts, 0..40).prop_map(|parts| parts.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_template_panics_or_hangs(text in prop_oneof![template(), "\\PC{0,60}", template().prop_map(|t| format!("{{{{ {t} }}}}"))]) {
        let start = Instant::now();
        if let Err(error) = simple(&text) {
            prop_assert!(!error.to_string().contains("failed on this template"), "panicked: {text:?}");
        }
        prop_assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn templates_come_from_requests_only_when_the_operator_says_so() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/chat-templates/byte-level.json");
    let config = r#"{"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}, {"name": "rag", "template": "R"}]}"#;
    let files = TextFiles {
        tokenizer_json: std::fs::read(path).unwrap(),
        tokenizer_config: Some(config.into()),
        ..TextFiles::default()
    };
    let model = TextModel::new(&files).unwrap();
    let messages = [json!({"role": "user", "content": "x"})];
    let (kwargs, tools) = (Map::new(), json!([]));
    let render = |model: &TextModel, template, tools| {
        model.render_chat(&ChatInput {
            messages: &messages,
            tools,
            documents: None,
            add_generation_prompt: true,
            continue_final_message: false,
            template,
            kwargs: &kwargs,
        })
    };
    assert_eq!(render(&model, None, None).unwrap(), "D");
    assert_eq!(render(&model, None, Some(&tools)).unwrap(), "T");
    assert_eq!(render(&model, Some("rag"), Some(&tools)).unwrap(), "R");
    assert!(matches!(render(&model, Some("X"), None), Err(TextError::Chat { field: "chat_template", .. })));
    assert_eq!(render(&model.clone().with_request_templates(), Some("X"), None).unwrap(), "X");
    let single = model.clone().with_chat_template("S{{ tools is none }}".to_owned()).unwrap();
    assert_eq!(render(&single, None, None).unwrap(), "STrue");
    assert!(matches!(model.with_chat_template("a\n{% if".to_owned()), Err(TextError::Template { line: Some(2), .. })));
    let files = TextFiles { chat_template: Some("{% if".to_owned()), ..files };
    let error = TextModel::new(&files).unwrap_err().to_string();
    assert!(error.starts_with("chat_template.jinja: chat template, line 1: "), "{error}");
    let files = TextFiles { chat_template: None, tokenizer_config: None, ..files };
    assert!(matches!(render(&TextModel::new(&files).unwrap(), None, None), Err(TextError::NoTemplate)));
}
