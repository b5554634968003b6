//! One file into the cache: its hash and size by a HEAD request, its bytes into `blobs/HASH.incomplete` (continued where
//! an earlier attempt stopped), then the link in `snapshots/`. A file appears under its final name only when it has the
//! announced size. Next: `progress.rs`.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use futures::StreamExt;
use hf_hub::repository::{HFRepository, RepoTypeModel};
use hf_hub::{HFClient, HFError};
use indicatif::ProgressBar;
use reqwest::header::{CONTENT_LENGTH, ETAG, HeaderMap, LOCATION};
use sha2::{Digest, Sha256};

use super::errors::{Refusal, explain, root_cause};
use super::name::RepoName;
use super::progress::Progress;
use super::{Failed, in_time};

/// Attempts without a single new byte before a file is given up.
const MAX_ATTEMPTS: u32 = 5;

/// Downloads files of one repository.
pub(super) struct Fetcher {
    name: RepoName,
    endpoint: String,
    cache: PathBuf,
    token: Option<String>,
    /// Follows no redirect: the hub's own answer has the hash, the storage behind it has not.
    http: reqwest::Client,
}

/// A file on its way.
struct Wanted {
    repo: HFRepository<RepoTypeModel>,
    commit: String,
    file: String,
    size: u64,
    partial: PathBuf,
}

/// What the hub says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Announced {
    hash: String,
    size: u64,
}

impl Fetcher {
    pub(super) fn new(client: &HFClient, name: &RepoName, token: Option<String>) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("sconce/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .context("cannot make an HTTP client")?;
        let (endpoint, cache) = (client.endpoint().to_owned(), client.cache_dir().to_owned());
        Ok(Self { name: name.clone(), endpoint, cache, token, http })
    }

    /// Makes `file` present in the snapshot of `commit`.
    pub(super) async fn fetch(
        &self,
        repo: HFRepository<RepoTypeModel>,
        commit: &str,
        file: String,
        progress: &Progress,
    ) -> Result<(), Failed> {
        let announced = self.head(commit, &file).await?;
        let blob = self.cache.join(self.name.folder()).join("blobs").join(&announced.hash);
        let pointer = self.name.snapshot(&self.cache, commit).join(&file);
        if !blob.is_file() {
            let lock = self.lock(&announced.hash).await.map_err(Failed::Refused)?;
            if !blob.is_file() {
                let partial = PathBuf::from(format!("{}.incomplete", blob.display()));
                let wanted =
                    Wanted { repo, commit: commit.to_owned(), file: file.clone(), size: announced.size, partial };
                self.fill_with(&announced.hash, &wanted, progress).await?;
                std::fs::rename(&wanted.partial, &blob)
                    .with_context(|| format!("cannot write {}", blob.display()))
                    .map_err(Failed::Refused)?;
            }
            drop(lock);
        }
        link(&blob, &pointer, &file).map_err(Failed::Refused)
    }

    /// Downloads until the partial file has the content of this hash: what was there before may be of another tool's making.
    async fn fill_with(&self, hash: &str, wanted: &Wanted, progress: &Progress) -> Result<(), Failed> {
        for _ in 0..2 {
            self.fill(wanted, progress).await?;
            if has_hash(&wanted.partial, hash).await.map_err(Failed::Refused)? {
                return Ok(());
            }
            let _ = std::fs::remove_file(&wanted.partial);
        }
        Err(Failed::Refused(anyhow!(
            "{} of {} does not have the content that the hub announces",
            wanted.file,
            self.name
        )))
    }

    /// Downloads into the partial file until it is whole.
    async fn fill(&self, wanted: &Wanted, progress: &Progress) -> Result<(), Failed> {
        let mut have = start_of(&wanted.partial, wanted.size).map_err(Failed::Refused)?;
        let bar = progress.start(&wanted.file, wanted.size, have);
        // A server without ranges begins anew each time, so it is the furthest that counts.
        let (mut attempts, mut furthest) = (0, have);
        loop {
            let end = self.stream(wanted, &mut have, &bar).await;
            attempts = if have > furthest { 1 } else { attempts + 1 };
            furthest = furthest.max(have);
            match end {
                Ok(()) if have >= wanted.size || attempts >= MAX_ATTEMPTS => break,
                Err(failed @ Failed::Refused(_)) => return Err(failed),
                Err(failed) if attempts >= MAX_ATTEMPTS => return Err(failed),
                _ => tokio::time::sleep(Duration::from_millis(200) * attempts).await,
            }
        }
        bar.finish_and_clear();
        if have != wanted.size {
            // A wrong start would spoil every later attempt.
            let _ = std::fs::remove_file(&wanted.partial);
            let Wanted { file, size, .. } = wanted;
            return Err(Failed::Refused(anyhow!("{file} of {} has {have} bytes instead of {size}", self.name)));
        }
        Ok(())
    }

    /// One attempt: appends what is missing; `have` counts what is on disk, also when it fails half-way.
    async fn stream(&self, wanted: &Wanted, have: &mut u64, bar: &ProgressBar) -> Result<(), Failed> {
        let failed = |error: HFError| match error {
            HFError::Request { source, .. } if source.status().is_none() => {
                Failed::Unreachable(anyhow!("the download of {} broke off: {}", wanted.file, root_cause(&source)))
            }
            other => explain(other, &self.name, &self.endpoint),
        };
        let on_disk = |error: std::io::Error| {
            Failed::Refused(anyhow!(error).context(format!("cannot write {}", wanted.partial.display())))
        };
        let request = wanted.repo.download_file_stream().filename(&wanted.file).revision(&wanted.commit);
        let (len, mut bytes) = match *have {
            0 => in_time(request.send()).await?,
            start => in_time(request.range(start..wanted.size).send()).await?,
        }
        .map_err(failed)?;
        if *have > 0 && len != Some(wanted.size - *have) {
            // The server sends the whole file again: begin anew.
            *have = 0;
        }
        let mut out = OpenOptions::new().create(true).append(true).open(&wanted.partial).map_err(on_disk)?;
        out.set_len(*have).map_err(on_disk)?;
        while let Some(chunk) = in_time(bytes.next()).await? {
            let chunk = chunk.map_err(failed)?;
            out.write_all(&chunk).map_err(on_disk)?;
            *have += chunk.len() as u64;
            bar.set_position(*have);
        }
        out.sync_all().map_err(on_disk)
    }

    /// Hash and size of a file. Follows redirects inside the hub (renamed repositories), not those to its storage.
    async fn head(&self, commit: &str, file: &str) -> Result<Announced, Failed> {
        let mut url = format!("{}/{}/{}/resolve/{commit}/{file}", self.endpoint, self.name.org, self.name.name);
        for _ in 0..5 {
            let mut request = self.http.head(&url);
            if let Some(token) = &self.token {
                request = request.bearer_auth(token);
            }
            let response = request.send().await.map_err(|error| {
                Failed::Unreachable(anyhow!("{} cannot be reached: {}", self.endpoint, root_cause(&error)))
            })?;
            let (status, headers) = (response.status(), response.headers());
            let location = text(headers, LOCATION.as_str()).filter(|to| status.is_redirection() && to.starts_with('/'));
            if let Some(path) = location.filter(|to| !to.starts_with("//")) {
                url = format!("{}{path}", self.endpoint);
                continue;
            }
            if status.is_success() || status.is_redirection() {
                return announced(headers).ok_or_else(|| {
                    Failed::Refused(anyhow!("the hub tells no hash and size of {file} of {}", self.name))
                });
            }
            let code = text(headers, "x-error-code");
            let message = text(headers, "x-error-message");
            let refusal = Refusal { status: status.as_u16(), code, message, file: Some(file.to_owned()) };
            return Err(refusal.explain(&self.name, &self.endpoint));
        }
        Err(Failed::Refused(anyhow!("the hub redirects {file} of {} in circles", self.name)))
    }

    /// The lock that every other tool takes for this file.
    async fn lock(&self, hash: &str) -> Result<File> {
        let path = self.cache.join(".locks").join(self.name.folder()).join(format!("{hash}.lock"));
        let shown = path.display().to_string();
        let locked = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
            let file = File::create(&path)?;
            file.lock()?;
            Ok::<_, std::io::Error>(file)
        });
        locked.await.context("the lock was not awaited")?.with_context(|| format!("cannot lock {shown}"))
    }
}

fn announced(headers: &HeaderMap) -> Option<Announced> {
    let etag = text(headers, "x-linked-etag").or_else(|| text(headers, ETAG.as_str()))?;
    let hash = etag.trim_start_matches("W/").trim_matches('"').to_owned();
    let size = text(headers, "x-linked-size").or_else(|| text(headers, CONTENT_LENGTH.as_str()))?.parse().ok()?;
    // It becomes a file name.
    let plain = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    plain.then_some(Announced { hash, size })
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Is this the content of the hash, where that is a SHA-256 (as of everything large)? Other names of files cannot be checked.
async fn has_hash(file: &Path, hash: &str) -> Result<bool> {
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(true);
    }
    let path = file.to_owned();
    let digest = tokio::task::spawn_blocking(move || {
        let mut hasher = Sha256::new();
        let mut file = File::open(&path)?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok::<_, std::io::Error>(hasher.finalize()),
                len => hasher.update(&buffer[..len]),
            }
        }
    });
    let digest = digest.await.context("the hash was not awaited")?;
    let digest = digest.with_context(|| format!("cannot read {}", file.display()))?;
    let written: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(written.eq_ignore_ascii_case(hash))
}

/// Bytes of an earlier attempt that can be continued.
fn start_of(partial: &Path, size: u64) -> Result<u64> {
    let folder = partial.parent().unwrap_or(partial);
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let len = std::fs::metadata(partial).map_or(0, |meta| meta.len());
    Ok(if len < size { len } else { 0 })
}

/// `snapshots/COMMIT/FILE` -> `../../blobs/HASH` (one `..` more for each folder of FILE), or a copy where links do not
/// work.
fn link(blob: &Path, pointer: &Path, file: &str) -> Result<()> {
    let wrong = || format!("cannot write {}", pointer.display());
    std::fs::create_dir_all(pointer.parent().unwrap_or(pointer)).with_context(wrong)?;
    let _ = std::fs::remove_file(pointer);
    let hash = blob.file_name().unwrap_or_default();
    #[cfg(unix)]
    if std::os::unix::fs::symlink(Path::new(&up_to_blobs(file)).join(hash), pointer).is_ok() {
        return Ok(());
    }
    std::fs::copy(blob, pointer).map(|_| ()).with_context(wrong)
}

#[cfg(unix)]
fn up_to_blobs(file: &str) -> String {
    format!("{}../../blobs", "../".repeat(file.matches('/').count()))
}
