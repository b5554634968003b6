//! The binary with `--model org/name`: what `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN` and `HF_HUB_OFFLINE` do to
//! a real start. The hub is a mock that serves a tiny checkpoint of the test fixtures.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const TOKEN: &str = "hf_the_right_one";

/// The folder that is served as a repository.
fn fixture(repo: &str) -> Option<PathBuf> {
    let name = match repo {
        "org/tiny" => "tiny-llama",
        "org/split" => "tiny-qwen2-gguf",
        _ => return None,
    };
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name))
}

/// A hub with two models, `org/tiny` and `org/split`, for the holder of the token.
async fn hub() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(|request: &Request| answer(request)).mount(&server).await;
    server
}

fn answer(request: &Request) -> ResponseTemplate {
    if request.headers.get("authorization").is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
        return ResponseTemplate::new(401).insert_header("x-error-code", "GatedRepo");
    }
    let path = request.url.path();
    let repo_of = |rest: &str| rest.split('/').take(2).collect::<Vec<_>>().join("/");
    let repo = repo_of(path.strip_prefix("/api/models/").unwrap_or(&path[1..]));
    let Some(folder) = fixture(&repo) else { return ResponseTemplate::new(404) };
    if path == format!("/api/models/{repo}/revision/main") {
        let files = std::fs::read_dir(folder).unwrap();
        let siblings: Vec<_> =
            files.map(|file| json!({"rfilename": file.unwrap().file_name().to_str().unwrap()})).collect();
        return ResponseTemplate::new(200).set_body_json(json!({"id": repo, "sha": COMMIT, "siblings": siblings}));
    }
    let file = path.strip_prefix(&format!("/{repo}/resolve/{COMMIT}/"));
    match file.and_then(|file| Some((file, std::fs::read(folder.join(file)).ok()?))) {
        Some((file, content)) => ResponseTemplate::new(200)
            .insert_header("etag", format!("\"{}\"", file.replace('.', "-")).as_str())
            .insert_header("x-repo-commit", COMMIT)
            .set_body_bytes(content),
        None => ResponseTemplate::new(404),
    }
}

fn sconce(model: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sconce"));
    command.args(["serve", "--port", "0", "--model", model]).stdin(Stdio::null());
    for name in ["HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE"] {
        command.env_remove(name);
    }
    // Nothing of the user who runs the tests is touched.
    command.env("SCONCE_STORE__PATH", ":memory:");
    command.envs(variables.iter().copied());
    command
}

/// Stops the server when the test ends, however it ends.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the server; what it prints up to its address, which contains the address.
fn start(variables: &[(&str, &str)]) -> (Guard, String) {
    start_model("org/tiny", variables)
}

fn start_model(model: &str, variables: &[(&str, &str)]) -> (Guard, String) {
    let mut child = sconce(model, variables).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let stderr = child.stderr.take().unwrap();
    let guard = Guard(child);
    let mut printed = String::new();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        printed.push_str(&line);
        printed.push('\n');
        if line.contains("http://127.0.0.1:") {
            return (guard, printed);
        }
    }
    let mut why = String::new();
    BufReader::new(stderr).read_to_string(&mut why).unwrap();
    panic!("the server did not start: {printed}{why}");
}

/// The error of a start that must fail.
fn refused(variables: &[(&str, &str)]) -> String {
    let output = sconce("org/tiny", variables).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_downloaded_once_and_then_served_offline() {
    let (hub, home) = (hub().await, tempfile::tempdir().unwrap());
    let (endpoint, home_path) = (hub.uri(), home.path().to_str().unwrap().to_owned());
    let online = [("HF_ENDPOINT", endpoint.as_str()), ("HF_HOME", &home_path), ("HF_TOKEN", TOKEN)];

    let (server, printed) = start(&online);
    assert!(printed.contains("org/tiny"), "the model's name is its name on the hub: {printed}");
    drop(server);
    assert!(home.path().join("hub/models--org--tiny/snapshots").join(COMMIT).join("config.json").is_file());

    let asked = hub.received_requests().await.unwrap().len();
    let offline = [("HF_ENDPOINT", endpoint.as_str()), ("HF_HOME", &home_path), ("HF_HUB_OFFLINE", "1")];
    drop(start(&offline));
    assert_eq!(hub.received_requests().await.unwrap().len(), asked, "offline asks nobody");

    let cache = home.path().join("hub");
    drop(start(&[("HF_HUB_CACHE", cache.to_str().unwrap()), ("HF_HUB_OFFLINE", "true")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_gguf_model_is_downloaded_and_served() {
    let (hub, home) = (hub().await, tempfile::tempdir().unwrap());
    let (endpoint, home_path) = (hub.uri(), home.path().to_str().unwrap().to_owned());
    let online = [("HF_ENDPOINT", endpoint.as_str()), ("HF_HOME", &home_path), ("HF_TOKEN", TOKEN)];
    let (server, printed) = start_model("org/split:model", &online);
    assert!(printed.contains("org/split:model"), "{printed}");
    drop(server);
    let snapshot = home.path().join("hub/models--org--split/snapshots").join(COMMIT);
    assert!(snapshot.join("model-00002-of-00002.gguf").is_file() && !snapshot.join("golden.json").exists());
    let offline = [("HF_ENDPOINT", endpoint.as_str()), ("HF_HOME", &home_path), ("HF_HUB_OFFLINE", "1")];
    drop(start_model("org/split", &offline));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_come_from_the_variable_or_the_file() {
    let (hub, home) = (hub().await, tempfile::tempdir().unwrap());
    let (endpoint, home_path) = (hub.uri(), home.path().to_str().unwrap().to_owned());
    let plain = [("HF_ENDPOINT", endpoint.as_str()), ("HF_HOME", home_path.as_str())];
    let error = refused(&plain);
    assert!(error.contains("gated") && error.contains("HF_TOKEN"), "{error}");
    std::fs::write(home.path().join("token"), format!("{TOKEN}\n")).unwrap();
    drop(start(&plain));
}

#[test]
fn offline_without_a_cached_model_says_so() {
    let home = tempfile::tempdir().unwrap();
    let error = refused(&[("HF_HOME", home.path().to_str().unwrap()), ("HF_HUB_OFFLINE", "1")]);
    assert!(error.contains("org/tiny") && error.contains("not in the cache"), "{error}");
}
