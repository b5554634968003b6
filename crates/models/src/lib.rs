//! Model families, weight loading, the batch runner and the sampler: everything between a step plan and its tokens.
//! Runs on the device thread; knows tensors, but no text and no HTTP. A token depends on its own request alone, never
//! on its neighbours in the batch.
//!
//! Reading order: `runner.rs`, `batch.rs`, `families/`, `layers/`, `lora/`, `sampler/`, `loader/`, `memory.rs`; then
//! `encoders/`, models that answer with a vector.

mod batch;
pub mod devices;
pub mod encoders;
mod error;
mod families;
mod layers;
mod load;
mod loader;
mod lora;
mod memory;
mod options;
mod runner;
mod sampler;
mod synthetic;

pub use error::{LoadError, TensorProblems};
pub use families::architectures;
pub use load::{LoadProgress, ModelInfo, load, load_on};
pub use loader::{GenerationConfig, GgufFile, ModelSource};
pub use lora::AdapterInfo;
pub use memory::MemoryPlan;
pub use options::{KvDtype, KvMemory, LoadOptions, Precision, Quantize, WeightDtype};
pub use runner::{CandleRunner, LogitsTap};
pub use sconce_kernels::{Placement, keep_freed_memory};
pub use synthetic::SyntheticShape;
