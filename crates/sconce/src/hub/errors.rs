//! What the hub's refusals mean for the person at the keyboard. The hub answers 401 both for what does not exist and for
//! what is private, and tells them apart in a header. Next: `fetch.rs`.

use anyhow::anyhow;
use hf_hub::HFError;

use super::Failed;
use super::name::RepoName;

/// A refusal, whoever asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// `X-Error-Code`.
    pub(super) code: Option<String>,
    /// `X-Error-Message`, or the body's.
    pub(super) message: Option<String>,
    /// The file that was asked for.
    pub(super) file: Option<String>,
}

/// What to tell about an error of `hf-hub`.
pub(super) fn explain(error: HFError, name: &RepoName, endpoint: &str) -> Failed {
    let (context, file) = match error {
        HFError::AuthRequired { context } | HFError::Forbidden { context } | HFError::Http { context } => {
            (context, None)
        }
        HFError::RateLimited { context, .. } | HFError::Conflict { context } => (context, None),
        HFError::RepoNotFound { context: Some(context), .. }
        | HFError::RevisionNotFound { context: Some(context), .. } => (context, None),
        HFError::EntryNotFound { context: Some(context), path, .. } => (context, Some(path)),
        HFError::Request { source, .. } if source.status().is_none() => {
            return Failed::Unreachable(anyhow!("{endpoint} cannot be reached: {}", root_cause(&source)));
        }
        other => return Failed::Refused(anyhow!("{name}: {other}")),
    };
    let status = context.status.as_u16();
    Refusal { status, code: context.error_code, message: context.server_message, file }.explain(name, endpoint)
}

impl Refusal {
    pub(super) fn explain(&self, name: &RepoName, endpoint: &str) -> Failed {
        let repo = format!("{}/{}", name.org, name.name);
        let said = self.message.as_ref().map_or_else(String::new, |message| format!(" (the hub says: {message})"));
        let code = self.code.as_deref().unwrap_or("");
        let text = match (self.status, code) {
            (401 | 403, "GatedRepo") => format!(
                "{repo} is gated: accept its terms at {endpoint}/{repo} and set HF_TOKEN to a token of that account{said}"
            ),
            (401 | 404, "RepoNotFound") => {
                format!("{repo} does not exist at {endpoint}, or is private and needs a token in HF_TOKEN{said}")
            }
            (404, "RevisionNotFound") => format!("{repo} has no revision '{}'{said}", name.revision),
            (401, _) => format!("{endpoint} wants a valid token for {repo}: set HF_TOKEN{said}"),
            (403, _) => format!("the token in HF_TOKEN has no access to {repo}{said}"),
            (404, _) => match &self.file {
                Some(file) => format!("{repo} has no file {file} at revision '{}'{said}", name.revision),
                None => format!("{repo} (revision '{}') does not exist at {endpoint}{said}", name.revision),
            },
            // Too many questions, perhaps of others behind the same address: the cache may do, as if nobody had answered.
            (status @ (429 | 500..), _) => {
                return Failed::Unreachable(anyhow!("{endpoint} answered {status} for {repo}{said}"));
            }
            (status, _) => format!("{endpoint} answered {status} for {repo}{said}"),
        };
        Failed::Refused(anyhow!(text))
    }
}

/// The innermost reason: "connection refused" instead of "error sending request".
pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
