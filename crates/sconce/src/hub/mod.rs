//! Models from the Hugging Face Hub, in the cache that every other tool uses (`models--org--name/{refs,blobs,snapshots}`).
//! `hf-hub` asks the hub, knows the cache's layout and streams files; what it lacks is here: offline mode, only the files
//! that are needed, partial files that are resumed, checked sizes, errors that say what to do.
//! Runs before the server listens. Reading order: `name`, `files`, `gguf`, `fetch`, `errors`, `progress`.

mod errors;
mod fetch;
mod files;
mod gguf;
mod name;
mod progress;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use futures::stream::{self, StreamExt, TryStreamExt};
use hf_hub::repository::{HFRepository, RepoTypeModel};
use hf_hub::{HFClient, HFError};

use errors::explain;
use fetch::Fetcher;
pub(crate) use name::RepoName;
use progress::Progress;

/// Attempts of a question that nobody answers, after the first; few, since the cache may do.
const RETRIES: usize = 2;
/// How long the hub may be silent, before an answer and within one: then it is as if the connection had broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// Files that are downloaded at a time.
const PARALLEL: usize = 4;

/// Where the hub and its cache are.
#[derive(Clone, Debug, Default)]
pub(crate) struct HubOptions {
    /// `None`: `HF_ENDPOINT`, else the public hub.
    pub(crate) endpoint: Option<String>,
    /// `None`: `HF_HUB_CACHE`, `HF_HOME/hub`, else `~/.cache/huggingface/hub`.
    pub(crate) cache_dir: Option<PathBuf>,
    /// `None`: anonymous.
    pub(crate) token: Option<String>,
    /// Only the cache is used.
    pub(crate) offline: bool,
}

impl HubOptions {
    /// The variables that `huggingface_hub` knows; endpoint and cache are left to `hf-hub`, which reads its own.
    pub(crate) fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let truthy = |name: &str| {
            let value = variable(name).unwrap_or_default();
            ["1", "true", "yes", "on"].contains(&value.trim().to_lowercase().as_str())
        };
        let token_of = |path: PathBuf| std::fs::read_to_string(path).ok();
        // An empty one is none, as compose files write it.
        let token = variable("HF_TOKEN")
            .filter(|token| !token.trim().is_empty())
            .or_else(|| token_of(variable("HF_TOKEN_PATH")?.into()))
            .or_else(|| token_of(hf_hub::hf_home().join("token")))
            .map(|token| token.trim().to_owned())
            .filter(|token| !token.is_empty() && !truthy("HF_HUB_DISABLE_IMPLICIT_TOKEN"));
        Self { endpoint: None, cache_dir: None, token, offline: truthy("HF_HUB_OFFLINE") }
    }
}

/// What a repository is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole model.
    Model,
    /// A low-rank adapter of PEFT.
    Adapter,
}

/// The folder that holds the files of a model or an adapter, or a model's (first) GGUF file, downloaded when they are not in the
/// cache.
///
/// # Errors
/// One line that says what is wrong and what to do about it.
pub(crate) async fn resolve(name: &RepoName, kind: Kind, options: &HubOptions) -> Result<PathBuf> {
    let hub = Hub::new(name.clone(), kind, options)?;
    if options.offline {
        return hub.cached().with_context(|| format!("{name} is needed offline (HF_HUB_OFFLINE is set)"));
    }
    match hub.online().await {
        Ok(folder) => Ok(folder),
        Err(Failed::Unreachable(error)) => match hub.cached() {
            Ok(folder) => {
                eprintln!("warning: {error:#}; using the cached copy of {name}, {}", folder.display());
                Ok(folder)
            }
            Err(_) => Err(error),
        },
        Err(Failed::Refused(error)) => Err(error),
    }
}

/// Why nothing came of the hub.
enum Failed {
    /// No answer: the cache may do.
    Unreachable(anyhow::Error),
    /// An answer that the cache must not hide.
    Refused(anyhow::Error),
}

/// The outcome of something that the hub has to begin soon.
async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Failed> {
    let late = |_| Failed::Unreachable(anyhow!("the hub has said nothing for {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, work).await.map_err(late)
}

struct Hub {
    name: RepoName,
    kind: Kind,
    client: HFClient,
    fetcher: Fetcher,
}

impl Hub {
    fn new(name: RepoName, kind: Kind, options: &HubOptions) -> Result<Self> {
        let mut builder =
            HFClient::builder().user_agent(concat!("sconce/", env!("CARGO_PKG_VERSION"))).retry_max_attempts(RETRIES);
        if let Some(endpoint) = &options.endpoint {
            builder = builder.endpoint(endpoint);
        }
        if let Some(folder) = &options.cache_dir {
            builder = builder.cache_dir(folder);
        }
        if let Some(token) = &options.token {
            builder = builder.token(token);
        }
        let client =
            builder.build().context("cannot make a client for the Hugging Face Hub (is HF_ENDPOINT a URL?)")?;
        let fetcher = Fetcher::new(&client, &name, options.token.clone())?;
        Ok(Self { name, kind, client, fetcher })
    }

    fn repo(&self) -> HFRepository<RepoTypeModel> {
        self.client.model(&self.name.org, &self.name.name)
    }

    /// What the cache has for the revision, when it is complete.
    fn cached(&self) -> Result<PathBuf> {
        let root = self.client.cache_dir();
        let commit = self.name.cached_commit(root);
        let folder = commit.map(|commit| self.name.snapshot(root, &commit)).filter(|folder| folder.is_dir());
        let Some(folder) = folder else {
            bail!("{} is not in the cache ({}); download it once while online", self.name, root.display());
        };
        if let Some(files) = self.gguf_files(&gguf::listed_in(&folder))? {
            return Ok(folder.join(&files[0]));
        }
        let missing = files::missing_in(&folder, self.kind)?;
        if !missing.is_empty() {
            bail!("the cached copy of {} is not complete: {} is missing", self.name, missing.join(", "));
        }
        Ok(folder)
    }

    async fn online(&self) -> Result<PathBuf, Failed> {
        let failed = |error: HFError| explain(error, &self.name, self.client.endpoint());
        let repo = self.repo();
        let info = in_time(repo.info().revision(&self.name.revision).send()).await?.map_err(failed)?;
        let refused = |reason: &str| Failed::Refused(anyhow!("{}: {reason}", self.name));
        let commit = info.sha.ok_or_else(|| refused("the hub names no commit"))?;
        if !name::is_commit(&commit) {
            return Err(refused("the hub names a commit that is none"));
        }
        let listed: Vec<String> = info.siblings.unwrap_or_default().into_iter().map(|file| file.rfilename).collect();
        let root = self.client.cache_dir();
        let folder = self.name.snapshot(root, &commit);
        let progress = Progress::new(&self.name.to_string());
        let gguf = self.gguf_files(&listed).with_context(|| self.name.to_string()).map_err(Failed::Refused)?;
        if let Some(files) = gguf {
            let first = folder.join(&files[0]);
            self.fetch_all(files, &commit, &progress).await?;
            self.name.write_ref(root, &commit).map_err(Failed::Refused)?;
            return Ok(first);
        }
        match self.kind {
            Kind::Model => {
                self.fetch_all(files::small(&listed), &commit, &progress).await?;
                let weights = files::weights(&listed, &folder).map_err(Failed::Refused)?;
                self.fetch_all(weights, &commit, &progress).await?;
            }
            Kind::Adapter => {
                let files = files::adapter(&listed).with_context(|| self.name.to_string()).map_err(Failed::Refused)?;
                self.fetch_all(files, &commit, &progress).await?;
            }
        }
        self.name.write_ref(root, &commit).map_err(Failed::Refused)?;
        Ok(folder)
    }

    /// The GGUF files that are meant, if it is those.
    fn gguf_files(&self, listed: &[String]) -> Result<Option<Vec<String>>> {
        if self.kind == Kind::Adapter {
            return Ok(None);
        }
        let wanted = self.name.gguf.as_deref();
        if wanted.is_none() && files::has_safetensors(listed) { Ok(None) } else { gguf::choose(listed, wanted) }
    }

    async fn fetch_all(&self, files: Vec<String>, commit: &str, progress: &Progress) -> Result<(), Failed> {
        let wanted = files.into_iter().filter(|file| !self.in_snapshot(commit, file));
        stream::iter(wanted)
            .map(|file| self.fetcher.fetch(self.repo(), commit, file, progress))
            .buffer_unordered(PARALLEL)
            .try_collect::<()>()
            .await
    }

    fn in_snapshot(&self, commit: &str, file: &str) -> bool {
        // Follows the link: a snapshot whose blob was deleted is not there.
        Path::new(&self.name.snapshot(self.client.cache_dir(), commit)).join(file).is_file()
    }
}
