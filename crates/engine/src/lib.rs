//! Requests, scheduler, KV bookkeeping and the engine loop: integers in, integers out. No tensors, no text, no HTTP.
//!
//! Reading order: `ids`, `request`, `plan`, `events`, `runner`, `kv/`, `speculation`, `sequence`, `gate`, `scheduler/`,
//! `run`, `device`, `handle`, `engine`; then `encoder/`.

mod constraint;
mod device;
mod encoder;
mod engine;
mod events;
mod gate;
mod handle;
mod ids;
mod kv;
mod plan;
mod queue;
mod request;
mod run;
mod runner;
mod scheduler;
mod sequence;
mod shared;
mod speculation;
mod stats;
mod stream;

pub use constraint::{Allowed, EndAs, TokenConstraint, TokenMask};
pub use encoder::{
    EncoderConfig, EncoderEngine, EncoderHandle, EncoderInput, EncoderOutput, EncoderRunner, EncoderSpec, EncoderStats,
    Encoding,
};
pub use engine::{Engine, EngineConfig};
pub use events::{EngineError, EventSender, FinishReason, OutputEvent, SubmitError, Timing, Usage};
pub use gate::{Gate, SeqView, Verdict};
pub use handle::{Handle, NewRequest};
pub use ids::{BlockId, LoraId, RequestId, SlotId};
pub use kv::KvConfig;
pub use plan::{Admission, PlanRow, RowFault, Sampled, Scored, StepOutput, StepPlan, TokenLogprobs};
pub use queue::QueuePermit;
pub use request::{Limits, Request, SamplingParams};
pub use runner::{ModelRunner, RunnerError, RunnerSpec};
pub use scheduler::{SchedLimits, Scheduler};
pub use sequence::Arrival;
pub use stats::{EngineStats, Heartbeat};
pub use stream::EventStream;
