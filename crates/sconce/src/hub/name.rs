//! `org/name[@revision][:gguf]` and where its files are in the cache. Names are checked before they become part of a path or a
//! URL. Pure but for the cache's `refs`. Next: `files.rs`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result};

/// A model on the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepoName {
    pub(crate) org: String,
    pub(crate) name: String,
    /// A branch, a tag or a commit.
    pub(crate) revision: String,
    /// The quantization or the file that is meant, in a repository of GGUF files.
    pub(crate) gguf: Option<String>,
}

impl FromStr for RepoName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            |why: &str| format!("'{text}' is not a model name of the form org/name[@revision][:quantization]: {why}");
        let (rest, gguf) = match text.split_once(':') {
            Some((rest, gguf)) => (rest, Some(gguf)),
            None => (text, None),
        };
        let (path, revision) = rest.split_once('@').unwrap_or((rest, "main"));
        let Some((org, name)) = path.split_once('/') else {
            return Err(wrong("there is no '/'"));
        };
        for part in [org, name] {
            check_part(part).map_err(wrong)?;
        }
        check_revision(revision).map_err(wrong)?;
        if let Some(gguf) = gguf {
            check_path(gguf).map_err(|()| wrong("behind ':' belongs a quantization such as Q4_K_M, or a GGUF file"))?;
        }
        let owned = str::to_owned;
        Ok(Self { org: owned(org), name: owned(name), revision: owned(revision), gguf: gguf.map(owned) })
    }
}

fn check_part(part: &str) -> Result<(), &'static str> {
    if part.is_empty() || part.len() > 96 {
        return Err("org and name have 1 to 96 characters");
    }
    if !part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err("org and name consist of letters, digits, '-', '_' and '.', with one '/' between them");
    }
    if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) || part.contains("--") || part.contains("..") {
        return Err("neither part begins or ends with '-' or '.', or has two of them in a row");
    }
    Ok(())
}

fn check_revision(revision: &str) -> Result<(), &'static str> {
    check_path(revision).map_err(|()| "the revision is no branch, tag or commit")
}

fn check_path(path: &str) -> Result<(), ()> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let odd = |part: &str| part.is_empty() || part.starts_with(['.', '-']) || part.contains("..");
    if path.len() > 200 || !path.bytes().all(known) || path.split('/').any(odd) { Err(()) } else { Ok(()) }
}

/// Is this a full commit hash?
pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.org, self.name)?;
        if self.revision != "main" {
            write!(f, "@{}", self.revision)?;
        }
        self.gguf.as_ref().map_or(Ok(()), |gguf| write!(f, ":{gguf}"))
    }
}

impl RepoName {
    /// Name of the model's folder in the cache.
    pub(super) fn folder(&self) -> String {
        format!("models--{}--{}", self.org, self.name)
    }

    pub(super) fn snapshot(&self, cache: &Path, commit: &str) -> PathBuf {
        cache.join(self.folder()).join("snapshots").join(commit)
    }

    /// The commit that the cache knows for the revision.
    pub(super) fn cached_commit(&self, cache: &Path) -> Option<String> {
        if is_commit(&self.revision) {
            return Some(self.revision.clone());
        }
        let commit = std::fs::read_to_string(self.reference(cache)).ok()?;
        Some(commit.trim().to_owned()).filter(|commit| is_commit(commit))
    }

    /// Notes which commit a branch or tag stands for, so that it is found offline.
    pub(super) fn write_ref(&self, cache: &Path, commit: &str) -> Result<()> {
        if is_commit(&self.revision) {
            return Ok(());
        }
        let path = self.reference(cache);
        let folder = path.parent().unwrap_or(cache);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, commit))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    fn reference(&self, cache: &Path) -> PathBuf {
        cache.join(self.folder()).join("refs").join(&self.revision)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_have_two_parts_and_may_have_a_revision() {
        let name: RepoName = "Qwen/Qwen3-0.6B".parse().unwrap();
        assert_eq!((name.org.as_str(), name.name.as_str(), name.revision.as_str()), ("Qwen", "Qwen3-0.6B", "main"));
        assert_eq!(name.to_string(), "Qwen/Qwen3-0.6B");
        let name: RepoName = "a/b_c.d@refs/pr/3".parse().unwrap();
        assert_eq!((name.revision.as_str(), name.to_string().as_str()), ("refs/pr/3", "a/b_c.d@refs/pr/3"));
        let name: RepoName = "a/b-GGUF@v1:Q4_K_M".parse().unwrap();
        assert_eq!((name.revision.as_str(), name.gguf.as_deref()), ("v1", Some("Q4_K_M")));
        assert_eq!(name.to_string(), "a/b-GGUF@v1:Q4_K_M");
        assert_eq!("a/b:Q8_0/b-Q8_0.gguf".parse::<RepoName>().unwrap().gguf.unwrap(), "Q8_0/b-Q8_0.gguf");
    }

    #[test]
    fn path_like_and_malformed_names_are_refused() {
        for text in [
            "",
            "model",
            "/",
            "a/",
            "/b",
            "../..",
            "../b",
            "a/..",
            "a/.b",
            "a/b/c",
            "a\\b",
            "a/b c",
            "a/b?x=1",
            "a/b#c",
            "-a/b",
            "a/b-",
            "a--x/b",
            "a/b@",
            "a/b@../x",
            "a/b@/x",
            "a/b@x//y",
            "a/b@-x",
            "a/b@x y",
            "a/b@.git/x",
            "ä/b",
            "a/b%2e",
            "a/b:",
            "a/b:../x.gguf",
            "a/b:/x.gguf",
            "a/b:q 4",
            "a/b:Q4:Q8",
        ] {
            let error = text.parse::<RepoName>().unwrap_err();
            assert!(error.contains(&format!("'{text}'")), "{error}");
        }
        assert!(format!("a/{}", "b".repeat(97)).parse::<RepoName>().is_err());
    }
}
