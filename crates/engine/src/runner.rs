//! The contract with compute. A runner lives on the device thread and blocks while it works.
//! Next: `scheduler.rs`.

use std::any::Any;
use std::path::Path;

use crate::ids::LoraId;
use crate::plan::{StepOutput, StepPlan};

/// What the runner can hold; fixed after loading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerSpec {
    /// Number of token ids.
    pub vocab_size: u32,
    /// Most tokens (prompt and output) of one sequence.
    pub max_len: u32,
    /// Tokens per KV block.
    pub block_size: u32,
    /// KV blocks of the pool.
    pub num_blocks: u32,
    /// Rows of the token and block tables: the most sequences that run at once.
    pub max_slots: u32,
    /// Most tokens of one plan.
    pub max_batch_tokens: u32,
}

impl RunnerSpec {
    /// Most tokens (prompt and output) that one sequence can have: the model's length or the whole KV pool.
    pub fn max_sequence_len(&self) -> usize {
        (self.num_blocks as usize).saturating_mul(self.block_size as usize).min(self.max_len as usize)
    }
}

/// Executes plans, strictly in the order they were made.
pub trait ModelRunner: Send {
    /// What the runner can hold.
    fn spec(&self) -> &RunnerSpec;

    /// Computes one step; blocks until the sampled tokens are known.
    ///
    /// # Errors
    /// A [`RunnerError`] fails every request of the plan; a fatal one ends the engine.
    fn execute(&mut self, plan: &StepPlan) -> Result<StepOutput, RunnerError>;

    /// Loads an adapter from a folder.
    ///
    /// # Errors
    /// When the runner has no adapters or the folder is not one.
    fn load_adapter(&mut self, _id: LoraId, _dir: &Path) -> Result<(), RunnerError> {
        Err(RunnerError::step("this runner does not support LoRA adapters"))
    }

    /// Forgets an adapter; unknown ids are ignored.
    fn unload_adapter(&mut self, _id: LoraId) {}
}

/// A step that could not be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RunnerError {
    /// For logs and, shortened, for the client.
    pub message: String,
    /// True when the device can do no further step.
    pub fatal: bool,
}

impl RunnerError {
    /// This step failed; the next may succeed.
    pub fn step(message: impl Into<String>) -> Self {
        Self { message: message.into(), fatal: false }
    }

    /// A caught panic, as a fatal error.
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Self::fatal(format!("panic: {}", text.as_deref().unwrap_or("no message")))
    }

    /// The device is unusable.
    pub fn fatal(message: impl Into<String>) -> Self {
        Self { message: message.into(), fatal: true }
    }
}
