//! Precedence, unknown keys, and `config/` against the code.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use serde_json::Value;

use super::{EngineSettings, KvMemorySetting, Layer, LogFormat, Settings, StepTokens};

fn config(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config").join(name)
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(toml: &str, environment: &[(&str, &str)], flags: Vec<Layer>) -> anyhow::Result<Settings> {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), toml).unwrap();
    Settings::load(Some(file.path()), variables(environment), flags)
}

fn message(result: anyhow::Result<Settings>) -> String {
    format!("{:#}", result.unwrap_err())
}

#[test]
fn later_sources_win() {
    let toml = "[listen]\nport = 1\nhost = \"file\"\n[engine]\nmax_slots = 1\nkv_memory = \"1GiB\"\n";
    let environment = [("SCONCE_LISTEN__PORT", "2"), ("SCONCE_ENGINE__MAX_SLOTS", "2"), ("SCONCE_LOG__FORMAT", "json")];
    let flags = Layer::flag("--port", "listen.port", Some(3_u16)).into_iter().collect();
    let settings = load(toml, &environment, flags).unwrap();
    assert_eq!(settings.listen.port, 3, "flag over environment over file");
    assert_eq!(settings.engine.max_slots, 2, "environment over file");
    assert_eq!(settings.listen.host, "file", "file over default");
    assert_eq!(settings.engine.kv_memory, KvMemorySetting::Bytes(1 << 30));
    assert_eq!(settings.engine.block_size, 16, "default");
    assert_eq!(settings.log.format, LogFormat::Json);
}

#[test]
fn lists_come_from_every_source() {
    let toml = "[server]\napi_keys = [\"a\"]\n[model]\nserved_names = [\"x\", \"y\"]\n";
    let settings = load(toml, &[("SCONCE_SERVER__API_KEYS", "[b, c]")], Vec::new()).unwrap();
    assert_eq!(settings.server.api_keys, ["b", "c"]);
    assert_eq!(settings.model.served_names, ["x", "y"]);
}

#[test]
fn unknown_keys_name_key_and_source() {
    let error = message(load("[listen]\nprot = 1\n", &[], Vec::new()));
    assert!(error.contains("'listen.prot'") && error.contains(".toml") && error.contains("port"), "{error}");
    let error = message(load("[lisen]\nport = 1\n", &[], Vec::new()));
    assert!(error.contains("'lisen'"), "{error}");
    let error = message(load("", &[("SCONCE_SERVER__NO_SUCH", "1")], Vec::new()));
    assert!(error.contains("'server.no_such'") && error.contains("SCONCE_SERVER__NO_SUCH"), "{error}");
}

#[test]
fn wrong_values_name_key_and_source() {
    let error = message(load("[listen]\nport = \"many\"\n", &[], Vec::new()));
    assert!(error.contains("listen.port") && error.contains(".toml"), "{error}");
    let error = message(load("", &[("SCONCE_ENGINE__KV_MEMORY", "lots")], Vec::new()));
    assert!(
        error.contains("kv_memory") && error.contains("SCONCE_ENGINE__KV_MEMORY") && error.contains("2GiB"),
        "{error}"
    );
    let error = message(load("port = = 1", &[], Vec::new()));
    assert!(error.contains("not a configuration file"), "{error}");
    let error = message(load("[engine]\npipeline_depth = 9\n", &[], Vec::new()));
    assert!(error.contains("engine.pipeline_depth"), "{error}");
    let missing = Settings::load(Some("/no/such/file.toml".as_ref()), Vec::new(), Vec::new());
    assert!(message(missing).contains("/no/such/file.toml"));
}

#[test]
fn steps_are_as_large_as_pays_on_the_device() {
    let set = load("[engine]\nmax_mixed_tokens = 64\n", &[], Vec::new()).unwrap().engine;
    assert_eq!(set.step(false), StepTokens { batch: 512, mixed: 64 });
    assert_eq!(set.step(true), StepTokens { batch: 2048, mixed: 64 });
    assert_eq!(EngineSettings::default().step(true).mixed, 1024);
}

#[test]
fn variables_of_others_are_left_alone() {
    let environment = [("SCONCE_BIN", "/x"), ("SCONCE_API_KEY", "k"), ("PATH", "/bin"), ("OTHER__KEY", "1")];
    assert!(load("", &environment, Vec::new()).is_ok());
}

#[test]
fn the_default_file_is_complete_and_true() {
    let text = std::fs::read_to_string(config("default.toml")).unwrap();
    let layer = Layer::toml("default.toml", &text).unwrap();
    let mut data = figment::Provider::data(&layer).unwrap();
    let written = serde_json::to_value(data.remove(&figment::Profile::Default).unwrap()).unwrap();
    let defaults = serde_json::to_value(Settings::default()).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    let mut expected = std::collections::BTreeMap::new();
    super::flatten("", &written, &mut seen);
    super::flatten("", &defaults, &mut expected);
    // The one default that depends on the machine is told in a comment.
    assert!(expected.remove("server.tokenizer_threads").is_some() && text.contains("# tokenizer_threads = "));
    assert_eq!(normal(seen), normal(expected), "config/default.toml must hold every key with its default");
}

/// 30 and 30.0 are the same setting.
fn normal(lines: std::collections::BTreeMap<String, String>) -> Vec<(String, Value)> {
    let number = |text: &str| text.parse::<f64>().map_or_else(|_| Value::String(text.to_owned()), Value::from);
    lines.into_iter().map(|(key, value)| (key, number(&value))).collect()
}

#[test]
fn the_examples_can_be_loaded() {
    let mut examples = 0;
    for entry in std::fs::read_dir(config("")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("example-") {
            Settings::load(Some(&path), Vec::new(), Vec::new()).unwrap();
            assert!(std::fs::read_to_string(&path).unwrap().lines().count() < 60, "{}", path.display());
            examples += 1;
        }
    }
    assert!(examples >= 2);
}

#[test]
fn what_is_printed_hides_secrets() {
    let settings = load("[server]\napi_keys = [\"sk-very-secret\"]\n", &[], Vec::new()).unwrap();
    let lines = settings.lines().join("\n");
    assert!(!lines.contains("sk-very-secret"), "{lines}");
    assert!(lines.contains("listen.port = 8000") && lines.contains("engine.kv_memory = \"auto\""), "{lines}");
}

#[test]
fn several_models_come_from_every_source() {
    let toml =
        "[[models]]\nsource = \"a/b\"\nserved_names = [\"x\", \"y\"]\n[[models]]\nsource = \"c/d\"\nmax_len = 7\n";
    let sources = |settings: &Settings| {
        let all = settings.all_models().unwrap();
        all.into_iter().map(|model| (model.source, model.served_names.join(","))).collect::<Vec<_>>()
    };
    let pair = |source: &str, names: &str| (source.to_owned(), names.to_owned());
    let settings = load(toml, &[], Vec::new()).unwrap();
    assert_eq!(sources(&settings), [pair("a/b", "x,y"), pair("c/d", "")]);
    assert_eq!(settings.models[1].max_len, 7);
    let environment = [("SCONCE_MODELS", "e=f/g, h/i")];
    let settings = load(toml, &environment, Vec::new()).unwrap();
    assert_eq!(sources(&settings), [pair("f/g", "e"), pair("h/i", "")], "environment over file");
    let flag = || Layer::models("flag --model".to_owned(), ["j/k"].into_iter()).into_iter().collect();
    let settings = load(toml, &environment, flag()).unwrap();
    assert_eq!(sources(&settings), [pair("j/k", "")], "flag over environment");
    // One with a name is `[model]`, to which everything else that is said belongs.
    let named = || Layer::models("flag --model".to_owned(), ["n=j/k"].into_iter()).into_iter().collect();
    let adapters = [("SCONCE_MODEL__LORA", "[\"refunds=./x\"]")];
    let settings = load(toml, &adapters, named()).unwrap();
    assert_eq!(sources(&settings), [pair("j/k", "n")]);
    assert_eq!(settings.all_models().unwrap()[0].lora, ["refunds=./x"]);
    let error = message(load(toml, &adapters, Vec::new()));
    assert!(error.contains("adapters") && error.contains("[[models]]"), "{error}");
    let own = load("[[models]]\nsource = \"a/b\"\nlora = [\"x=./y\"]\n", &[], Vec::new()).unwrap();
    assert_eq!(own.all_models().unwrap()[0].lora, ["x=./y"]);
    let error = message(load("[[models]]\nsorce = \"a/b\"\n", &[], Vec::new()));
    assert!(error.contains("sorce"), "{error}");
    let error = message(load(toml, &[("SCONCE_MODEL__MAX_LEN", "9")], Vec::new()));
    assert!(error.contains("max_len"), "{error}");
    let error = message(load("[encoder]\nqueue_inputs = 5\n", &[], Vec::new()));
    assert!(error.contains("encoder.queue_inputs"), "{error}");
}
