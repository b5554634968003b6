//! Downloads from a mock hub that behaves like the real one as far as clients see it.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{HubOptions, Kind, resolve};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER_COMMIT: &str = "89abcdef0123456789abcdef0123456789abcdef";

/// One repository, `org/name`, with two revisions: `main` and `old`.
#[derive(Clone)]
struct Hub {
    files: BTreeMap<String, Vec<u8>>,
    /// Listed, but not there.
    lost: Option<&'static str>,
    token: Option<&'static str>,
    gated: Option<u16>,
    ranges: bool,
    /// Names of files are real hashes.
    hashed: bool,
    down: Arc<AtomicBool>,
}

impl Hub {
    fn new() -> Self {
        let index = json!({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}).to_string();
        let files = [
            ("README.md", b"read me".to_vec()),
            ("config.json", b"{}".to_vec()),
            ("tokenizer.json", b"{\"version\": 1}".to_vec()),
            ("model.safetensors.index.json", index.into_bytes()),
            ("model-1.safetensors", vec![1; 50_000]),
            ("model-2.safetensors", vec![2; 3]),
            ("pytorch_model.bin", vec![3; 10]),
        ];
        let files = files.into_iter().map(|(name, content)| (name.to_owned(), content)).collect();
        Self { files, lost: None, token: None, gated: None, ranges: true, hashed: false, down: Arc::default() }
    }

    fn answer(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        if let Some(token) = self.token {
            let given = request.headers.get("authorization").and_then(|value| value.to_str().ok());
            if given != Some(&format!("Bearer {token}")) {
                return refusal(401, "", "Invalid username or password.");
            }
        }
        if let Some(rest) = path.strip_prefix("/api/models/org/name/revision/") {
            return match rest {
                "main" | COMMIT => self.info(COMMIT),
                "old" | OTHER_COMMIT => self.info(OTHER_COMMIT),
                _ => refusal(404, "RevisionNotFound", "Invalid rev id"),
            };
        }
        let Some((_, file)) = path.strip_prefix("/org/name/resolve/").and_then(|rest| rest.split_once('/')) else {
            return refusal(401, "RepoNotFound", "Repository not found");
        };
        if let Some(status) = self.gated {
            return refusal(status, "GatedRepo", "Access to model org/name is restricted.");
        }
        match self.files.get(file) {
            Some(content) if self.lost != Some(file) => self.file(request, content),
            _ => refusal(404, "EntryNotFound", "Entry not found"),
        }
    }

    fn info(&self, commit: &str) -> ResponseTemplate {
        let siblings: Vec<_> = self.files.keys().map(|name| json!({"rfilename": name})).collect();
        ResponseTemplate::new(200).set_body_json(json!({"id": "org/name", "sha": commit, "siblings": siblings}))
    }

    fn file(&self, request: &Request, content: &[u8]) -> ResponseTemplate {
        let hash =
            format!("{:040x}", content.iter().fold(content.len(), |hash, byte| hash * 31 % 65_521 + *byte as usize));
        let hash = if self.hashed { sha256(content) } else { hash };
        let range = request.headers.get("range").filter(|_| self.ranges).and_then(|value| value.to_str().ok());
        let start = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-')?.0.parse::<usize>().ok());
        ResponseTemplate::new(if start.is_some() { 206 } else { 200 })
            .insert_header("etag", format!("\"{hash}\"").as_str())
            .insert_header("x-repo-commit", COMMIT)
            .set_body_bytes(&content[start.unwrap_or(0)..])
    }
}

impl Respond for Hub {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if self.down.load(Ordering::Relaxed) {
            return ResponseTemplate::new(500);
        }
        self.answer(request)
    }
}

fn refusal(status: u16, code: &str, message: &str) -> ResponseTemplate {
    let response = ResponseTemplate::new(status).insert_header("x-error-message", message);
    if code.is_empty() { response } else { response.insert_header("x-error-code", code) }
}

/// A running mock and an empty cache.
struct Fixture {
    server: MockServer,
    cache: tempfile::TempDir,
}

impl Fixture {
    async fn new(hub: Hub) -> Self {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(hub).mount(&server).await;
        Self { server, cache: tempfile::tempdir().unwrap() }
    }

    fn options(&self) -> HubOptions {
        HubOptions {
            endpoint: Some(self.server.uri()),
            cache_dir: Some(self.cache.path().to_owned()),
            token: None,
            offline: false,
        }
    }

    async fn resolve(&self, name: &str) -> anyhow::Result<PathBuf> {
        resolve(&name.parse().unwrap(), Kind::Model, &self.options()).await
    }

    async fn error(&self, name: &str) -> String {
        format!("{:#}", self.resolve(name).await.unwrap_err())
    }

    async fn requests(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_download_brings_only_what_is_needed() {
    let fixture = Fixture::new(Hub::new()).await;
    let folder = fixture.resolve("org/name").await.unwrap();
    assert_eq!(folder, fixture.cache.path().join("models--org--name/snapshots").join(COMMIT));
    let expected =
        ["config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json", "tokenizer.json"];
    assert_eq!(names(&folder), expected);
    assert_eq!(std::fs::read(folder.join("model-1.safetensors")).unwrap(), vec![1; 50_000]);
    let reference = fixture.cache.path().join("models--org--name/refs/main");
    assert_eq!(std::fs::read_to_string(reference).unwrap(), COMMIT);
    let blobs = names(&fixture.cache.path().join("models--org--name/blobs"));
    assert!(blobs.len() == 5 && blobs.iter().all(|name| !name.contains("incomplete")), "{blobs:?}");
}

#[tokio::test]
async fn files_in_folders_are_linked_to_the_same_blobs() {
    let mut hub = Hub::new();
    hub.files.insert("modules.json".to_owned(), b"[]".to_vec());
    hub.files.insert("1_Pooling/config.json".to_owned(), b"{\"pooling\": 1}".to_vec());
    let fixture = Fixture::new(hub).await;
    let folder = fixture.resolve("org/name").await.unwrap();
    assert_eq!(std::fs::read(folder.join("1_Pooling/config.json")).unwrap(), b"{\"pooling\": 1}");
    assert!(folder.join("modules.json").is_file());
}

#[tokio::test]
async fn a_second_start_asks_one_question_and_offline_asks_none() {
    let fixture = Fixture::new(Hub::new()).await;
    let first = fixture.resolve("org/name").await.unwrap();
    let before = fixture.requests().await.len();
    assert_eq!(fixture.resolve("org/name").await.unwrap(), first);
    assert_eq!(fixture.requests().await[before..], ["GET /api/models/org/name/revision/main"]);

    let offline = HubOptions { offline: true, ..fixture.options() };
    let name = "org/name".parse().unwrap();
    assert_eq!(resolve(&name, Kind::Model, &offline).await.unwrap(), first);
    assert_eq!(fixture.requests().await.len(), before + 1, "offline means no request at all");
    let error = format!("{:#}", resolve(&"org/name@old".parse().unwrap(), Kind::Model, &offline).await.unwrap_err());
    assert!(error.contains("org/name@old") && error.contains("not in the cache"), "{error}");
    std::fs::remove_file(first.join("model-2.safetensors")).unwrap();
    let error = format!("{:#}", resolve(&name, Kind::Model, &offline).await.unwrap_err());
    assert!(error.contains("model-2.safetensors"), "{error}");
}

#[tokio::test]
async fn a_hub_that_is_down_does_not_stop_a_cached_model() {
    let hub = Hub::new();
    let down = hub.down.clone();
    let fixture = Fixture::new(hub).await;
    let first = fixture.resolve("org/name").await.unwrap();
    down.store(true, Ordering::Relaxed);
    assert_eq!(fixture.resolve("org/name").await.unwrap(), first);
    assert!(fixture.error("org/name@old").await.contains("500"));
    let nowhere = HubOptions { endpoint: Some("http://127.0.0.1:1".into()), ..fixture.options() };
    assert_eq!(resolve(&"org/name".parse().unwrap(), Kind::Model, &nowhere).await.unwrap(), first);
    let error = format!("{:#}", resolve(&"org/other".parse().unwrap(), Kind::Model, &nowhere).await.unwrap_err());
    assert!(error.contains("http://127.0.0.1:1 cannot be reached"), "{error}");
}

#[tokio::test]
async fn revisions_share_blobs() {
    let fixture = Fixture::new(Hub::new()).await;
    fixture.resolve("org/name").await.unwrap();
    let before = fixture.requests().await.len();
    let old = fixture.resolve("org/name@old").await.unwrap();
    assert!(old.ends_with(OTHER_COMMIT) && names(&old).len() == 5);
    let more = fixture.requests().await.split_off(before);
    assert!(more.iter().all(|request| request.starts_with("HEAD") || request.contains("/revision/")), "{more:?}");
    let by_commit = fixture.resolve(&format!("org/name@{COMMIT}")).await.unwrap();
    assert!(by_commit.ends_with(COMMIT));
    assert!(fixture.error("org/name@nosuch").await.contains("no revision 'nosuch'"));
}

/// Puts the first `have` bytes of the big file where an interrupted download leaves them.
fn sha256(content: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn interrupted(hub: Hub, have: usize) -> (Fixture, PathBuf) {
    let fixture = Fixture::new(hub).await;
    let folder = fixture.resolve("org/name").await.unwrap();
    let blob = std::fs::canonicalize(folder.join("model-1.safetensors")).unwrap();
    std::fs::remove_file(folder.join("model-1.safetensors")).unwrap();
    std::fs::remove_file(&blob).unwrap();
    std::fs::write(format!("{}.incomplete", blob.display()), vec![1; have]).unwrap();
    (fixture, folder)
}

#[tokio::test]
async fn an_interrupted_download_goes_on_where_it_stopped() {
    let (fixture, folder) = interrupted(Hub::new(), 20_000).await;
    fixture.resolve("org/name").await.unwrap();
    assert_eq!(std::fs::read(folder.join("model-1.safetensors")).unwrap(), vec![1; 50_000]);
    let requests = fixture.server.received_requests().await.unwrap();
    let ranges: Vec<_> = requests.iter().filter_map(|request| request.headers.get("range")).collect();
    assert_eq!(ranges, ["bytes=20000-49999"]);
}

#[tokio::test]
async fn a_server_without_ranges_sends_everything_again() {
    let (fixture, folder) = interrupted(Hub { ranges: false, ..Hub::new() }, 20_000).await;
    fixture.resolve("org/name").await.unwrap();
    assert_eq!(std::fs::read(folder.join("model-1.safetensors")).unwrap(), vec![1; 50_000]);
}

#[tokio::test]
async fn what_another_tool_left_behind_is_not_believed() {
    let (fixture, folder) = interrupted(Hub { hashed: true, ..Hub::new() }, 20_000).await;
    let blobs = fixture.cache.path().join("models--org--name/blobs");
    let partial = std::fs::read_dir(&blobs).unwrap().map(|entry| entry.unwrap().path());
    let partial = partial.into_iter().find(|path| path.extension().is_some_and(|end| end == "incomplete")).unwrap();
    std::fs::write(partial, vec![7; 30_000]).unwrap();
    fixture.resolve("org/name").await.unwrap();
    assert_eq!(std::fs::read(folder.join("model-1.safetensors")).unwrap(), vec![1; 50_000]);
}

#[tokio::test]
async fn a_file_that_was_deleted_is_downloaded_again() {
    let fixture = Fixture::new(Hub::new()).await;
    let folder = fixture.resolve("org/name").await.unwrap();
    std::fs::remove_file(std::fs::canonicalize(folder.join("config.json")).unwrap()).unwrap();
    fixture.resolve("org/name").await.unwrap();
    assert_eq!(std::fs::read(folder.join("config.json")).unwrap(), b"{}");
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let gated = Fixture::new(Hub { gated: Some(401), ..Hub::new() }).await;
    let error = gated.error("org/name").await;
    assert!(error.contains("gated") && error.contains("HF_TOKEN") && error.contains("/org/name"), "{error}");
    let gated = Fixture::new(Hub { gated: Some(403), ..Hub::new() }).await;
    assert!(gated.error("org/name").await.contains("gated"));

    let open = Fixture::new(Hub::new()).await;
    let error = open.error("org/nosuch").await;
    assert!(error.contains("org/nosuch does not exist") && error.contains("private"), "{error}");

    let private = Fixture::new(Hub { token: Some("hf_right"), ..Hub::new() }).await;
    let with = |token: &str| HubOptions { token: Some(token.into()), ..private.options() };
    let name = "org/name".parse().unwrap();
    let error = format!("{:#}", resolve(&name, Kind::Model, &with("hf_wrong")).await.unwrap_err());
    assert!(error.contains("HF_TOKEN") && !error.contains("hf_wrong"), "{error}");
    assert!(resolve(&name, Kind::Model, &with("hf_right")).await.is_ok());
}

#[tokio::test]
async fn incomplete_repositories_are_named_by_what_is_missing() {
    let lost = Fixture::new(Hub { lost: Some("model-2.safetensors"), ..Hub::new() }).await;
    assert!(lost.error("org/name").await.contains("no file model-2.safetensors"));

    let mut hub = Hub::new();
    hub.files.remove("model-2.safetensors");
    assert!(Fixture::new(hub.clone()).await.error("org/name").await.contains("model-2.safetensors"));
    hub.files.retain(|name, _| !name.contains("safetensors"));
    assert!(Fixture::new(hub).await.error("org/name").await.contains("neither safetensors nor GGUF"));
}

#[tokio::test]
async fn of_gguf_repositories_only_the_file_that_is_meant_is_downloaded() {
    let mut hub = Hub::new();
    let big = "big/m-Q8_0-00001-of-00002.gguf";
    for name in ["m-Q4_K_M.gguf", "mmproj-F16.gguf", big, "big/m-Q8_0-00002-of-00002.gguf"] {
        hub.files.insert(name.to_owned(), name.as_bytes().to_vec());
    }
    let with_safetensors = Fixture::new(hub.clone()).await;
    let snapshot = with_safetensors.cache.path().join("models--org--name/snapshots").join(COMMIT);
    assert_eq!(with_safetensors.resolve("org/name").await.unwrap(), snapshot);
    assert_eq!(with_safetensors.resolve("org/name:Q4_K_M").await.unwrap(), snapshot.join("m-Q4_K_M.gguf"));

    hub.files.retain(|name, _| !name.contains("safetensors"));
    let down = hub.down.clone();
    let fixture = Fixture::new(hub).await;
    let snapshot = fixture.cache.path().join("models--org--name/snapshots").join(COMMIT);
    assert_eq!(fixture.resolve("org/name").await.unwrap(), snapshot.join("m-Q4_K_M.gguf"), "the usual one");
    assert_eq!(names(&snapshot), ["m-Q4_K_M.gguf"]);
    assert_eq!(fixture.resolve("org/name:q8_0").await.unwrap(), snapshot.join(big));
    assert_eq!(names(&snapshot.join("big")).len(), 2);
    assert_eq!(std::fs::read(snapshot.join(big)).unwrap(), big.as_bytes());
    let error = fixture.error("org/name:Q2_K").await;
    assert!(error.contains("org/name:Q2_K") && error.contains("there are: m-Q8_0, m-Q4_K_M"), "{error}");

    down.store(true, Ordering::Relaxed);
    assert_eq!(fixture.resolve("org/name:Q8_0").await.unwrap(), snapshot.join(big));
    std::fs::remove_file(snapshot.join("big/m-Q8_0-00002-of-00002.gguf")).unwrap();
    let offline = HubOptions { offline: true, ..fixture.options() };
    let error = format!("{:#}", resolve(&"org/name:Q8_0".parse().unwrap(), Kind::Model, &offline).await.unwrap_err());
    assert!(error.contains("of which 1 are there"), "{error}");
}

#[test]
fn the_environment_decides_token_and_offline_mode() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("my-token");
    std::fs::write(&file, "hf_from_file\n").unwrap();
    let options = |pairs: &[(&str, &str)]| {
        let pairs: BTreeMap<String, String> =
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        HubOptions::from_environment(move |name| pairs.get(name).cloned())
    };
    let path = file.to_str().unwrap();
    assert_eq!(options(&[("HF_TOKEN", "hf_a"), ("HF_TOKEN_PATH", path)]).token.as_deref(), Some("hf_a"));
    assert_eq!(options(&[("HF_TOKEN", ""), ("HF_TOKEN_PATH", path)]).token.as_deref(), Some("hf_from_file"));
    assert_eq!(options(&[("HF_TOKEN_PATH", path)]).token.as_deref(), Some("hf_from_file"));
    assert_eq!(options(&[("HF_TOKEN", "hf_a"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]).token, None);
    assert!(options(&[("HF_HUB_OFFLINE", "True")]).offline);
    assert!(!options(&[("HF_HUB_OFFLINE", "0")]).offline && !options(&[]).offline);
}

#[tokio::test]
async fn an_adapter_is_downloaded_without_its_model() {
    let mut hub = Hub::new();
    hub.files.insert("adapter_config.json".to_owned(), b"{\"r\": 8}".to_vec());
    let fixture = Fixture::new(hub.clone()).await;
    let name = "org/name".parse().unwrap();
    let error = format!("{:#}", resolve(&name, Kind::Adapter, &fixture.options()).await.unwrap_err());
    assert!(error.contains("org/name") && error.contains("adapter_model.safetensors is missing"), "{error}");
    hub.files.insert("adapter_model.safetensors".to_owned(), vec![7; 100]);
    let fixture = Fixture::new(hub).await;
    let folder = resolve(&name, Kind::Adapter, &fixture.options()).await.unwrap();
    assert_eq!(names(&folder), ["adapter_config.json", "adapter_model.safetensors"]);
    let offline = HubOptions { offline: true, ..fixture.options() };
    assert_eq!(resolve(&name, Kind::Adapter, &offline).await.unwrap(), folder);
    assert!(resolve(&name, Kind::Model, &offline).await.is_err(), "the model was not downloaded");
}
