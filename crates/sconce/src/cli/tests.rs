//! The command line as people type it.
#![allow(clippy::unwrap_used)]

use clap::{CommandFactory, Parser};

use super::{Cli, Command};
use crate::settings::{KvMemorySetting, LogFormat, QuantizeSetting, Settings, WeightDtypeSetting};

fn settings(words: &[&str]) -> anyhow::Result<Settings> {
    let cli = Cli::try_parse_from(["sconce"].iter().chain(words))?;
    let args = match cli.command {
        Some(Command::Serve(args)) => *args,
        None => cli.serve,
        Some(_) => panic!("{words:?} is not serve"),
    };
    Settings::load(args.config.as_deref(), Vec::new(), args.layers())
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn bare_sconce_is_serve() {
    assert_eq!(settings(&[]).unwrap().listen.port, 8000);
    assert_eq!(settings(&["serve"]).unwrap().lines(), settings(&[]).unwrap().lines());
    assert_eq!(settings(&["--port", "1"]).unwrap().listen.port, 1);
}

#[test]
fn every_flag_reaches_its_setting() {
    let words = "serve --model org/name@v1 --served-model-name a --served-model-name b --chat-template t.jinja --dtype bf16 \
                 --quantize int8 --kv-dtype f32 --max-len 99 --host ::1 --port 0 --api-key k1 --api-key k2 --cors-origin * \
                 --drain-timeout 2.5 --max-slots 3 --max-batch-tokens 4 --kv-memory 2GiB --block-size 8 --threads 5 \
                 --device cuda:1 --no-prefix-cache --pipeline-depth 1 --queue-requests 6 --queue-tokens 7 --log-format json \
                 --log-level debug --quantized-cache /q";
    let words: Vec<&str> = words.split_whitespace().collect();
    let settings = settings(&words).unwrap();
    let model = settings.model;
    assert_eq!((model.source.as_str(), model.served_names), ("org/name@v1", vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!((model.chat_template.as_str(), model.dtype, model.max_len), ("t.jinja", WeightDtypeSetting::Bf16, 99));
    assert_eq!(model.quantize, QuantizeSetting::Int8);
    assert_eq!((settings.listen.host.as_str(), settings.listen.port), ("::1", 0));
    assert_eq!(settings.server.api_keys, ["k1", "k2"]);
    assert_eq!(settings.server.cors_origins, ["*"]);
    assert_eq!(settings.server.drain_timeout_s, 2.5);
    let engine = settings.engine;
    assert_eq!((engine.max_slots, engine.max_batch_tokens, engine.block_size, engine.threads), (3, 4, 8, 5));
    assert_eq!((engine.kv_memory, engine.prefix_cache), (KvMemorySetting::Bytes(2 << 30), false));
    assert_eq!(engine.device, "cuda:1".parse().unwrap());
    assert_eq!((engine.pipeline_depth, engine.queue_requests, engine.queue_tokens), (1, 6, 7));
    assert_eq!(engine.quantized_cache, "/q");
    assert_eq!((settings.log.format, settings.log.level.as_str()), (LogFormat::Json, "debug"));
}

#[test]
fn the_help_tells_the_true_defaults() {
    let default = Settings::default();
    let mut command = Cli::command();
    let help = command.find_subcommand_mut("serve").unwrap().render_long_help().to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (flag, value) in [
        ("--host", default.listen.host.clone()),
        ("--port", default.listen.port.to_string()),
        ("--drain-timeout", default.server.drain_timeout_s.to_string()),
        ("--device", default.engine.device.to_string()),
        ("--max-slots", default.engine.max_slots.to_string()),
        ("--max-batch-tokens", default.engine.max_batch_tokens.to_string()),
        ("--kv-memory", default.engine.kv_memory.to_string()),
        ("--block-size", default.engine.block_size.to_string()),
        ("--pipeline-depth", default.engine.pipeline_depth.to_string()),
        ("--max-mixed-tokens", default.engine.max_mixed_tokens.to_string()),
        ("--max-draft-tokens", default.engine.max_draft_tokens.to_string()),
        ("--queue-requests", default.engine.queue_requests.to_string()),
        ("--queue-tokens", default.engine.queue_tokens.to_string()),
        ("--log-level", default.log.level.clone()),
    ] {
        let after = &help[help.find(&format!("{flag} <")).unwrap()..];
        let written = after[after.find("[default: ").unwrap() + 10..].split(']').next().unwrap();
        assert_eq!(written, value, "{flag}");
    }
    assert!(!default.engine.prefix_cache || help.contains("--no-prefix-cache"));
}

#[test]
fn an_empty_key_is_no_key() {
    let error = settings(&["--api-key", ""]).unwrap_err().to_string();
    assert!(error.contains("server.api_keys has an empty key"), "{error}");
    let error = settings(&["--threads", "100000"]).unwrap_err().to_string();
    assert!(error.contains("engine.threads must be at most 1024"), "{error}");
}

#[test]
fn wrong_words_are_refused_by_name() {
    for (words, named) in [
        (vec!["serve", "--port", "notaport"], "notaport"),
        (vec!["serve", "--kv-memory", "lots"], "lots"),
        (vec!["serve", "--model", "a", "--synthetic", "tiny"], "--synthetic"),
        (vec!["--no-such-flag"], "--no-such-flag"),
        (vec!["completions", "tcsh"], "tcsh"),
    ] {
        let error = Cli::try_parse_from(["sconce"].iter().chain(&words)).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{words:?}");
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[test]
fn completions_exist_for_every_shell() {
    use clap::ValueEnum;
    for shell in clap_complete::Shell::value_variants() {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut Cli::command(), "sconce", &mut script);
        assert!(String::from_utf8(script).unwrap().contains("synthetic"), "{shell}");
    }
}
