//! Requests, scheduler, KV bookkeeping and the engine loop: integers in, integers out. No tensors, no text, no HTTP.
//!
//! Reading order: `ids`, `request`, `plan`, `events`, `kv/`, `sequence`, `scheduler`, `run`, `handle`, `runner`.

mod constraint;
mod events;
mod ids;
mod plan;
mod request;
mod runner;

pub use constraint::{TokenConstraint, TokenMask};
pub use events::{EngineError, FinishReason, OutputEvent, SubmitError, Timing, Usage};
pub use ids::{BlockId, LoraId, RequestId, SlotId};
pub use plan::{Admission, PlanRow, RowFault, Sampled, StepOutput, StepPlan, TokenLogprobs};
pub use request::{Limits, Request, SamplingParams};
pub use runner::{ModelRunner, RunnerError, RunnerSpec};
