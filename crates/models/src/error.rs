//! Why a model could not be loaded. Every message names the file, field or tensors at fault: a corrupt checkpoint is an
//! error, never a panic.

use std::fmt;

/// Why a model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing, unreadable or malformed.
    #[error("{file}: {reason}")]
    File {
        /// Path, or name inside an embedded model.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A configuration field is missing, of the wrong type or out of range.
    #[error("{file}: `{field}` {reason}")]
    Field {
        /// Path, or name inside an embedded model.
        file: String,
        /// The field, with a dot for nested ones.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The checkpoint does not hold the tensors its configuration promises.
    #[error("{0}")]
    Tensors(TensorProblems),
    /// The options contradict the model or each other.
    #[error("{0}")]
    Options(String),
    /// The model does not fit the memory it was given.
    #[error("{0}")]
    Memory(String),
    /// The device cannot be used.
    #[error(transparent)]
    Device(#[from] sconce_kernels::DeviceError),
    /// A tensor operation failed.
    #[error("packing the weights failed: {0}")]
    Compute(#[from] candle_core::Error),
}

impl LoadError {
    pub(crate) fn file(file: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::File { file: file.into(), reason: reason.to_string() }
    }
}

/// All tensors that are at fault, so that one look suffices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TensorProblems {
    /// Needed by the architecture, absent from the checkpoint.
    pub missing: Vec<String>,
    /// In the checkpoint, unknown to the architecture.
    pub unused: Vec<String>,
    /// Another shape than the configuration says, in words.
    pub mismatched: Vec<String>,
}

impl TensorProblems {
    pub(crate) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unused.is_empty() && self.mismatched.is_empty()
    }
}

impl fmt::Display for TensorProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 12;
        f.write_str("the checkpoint does not fit its config.json")?;
        for (what, names) in [("missing", &self.missing), ("unused", &self.unused), ("mismatched", &self.mismatched)] {
            if names.is_empty() {
                continue;
            }
            write!(f, "; {} {what}: {}", names.len(), names[..names.len().min(SHOWN)].join(", "))?;
            if names.len() > SHOWN {
                write!(f, ", and {} more", names.len() - SHOWN)?;
            }
        }
        Ok(())
    }
}
