//! Flags of `sconce serve`. A flag that is not given leaves the setting to the environment, the file or the default.
//! Next: `../settings/mod.rs`.

use std::path::PathBuf;

use clap::Args;

use crate::settings::{
    DeviceSetting, KvDtypeSetting, KvMemorySetting, Layer, LogFormat, QuantizeSetting, WeightDtypeSetting,
};

const MODEL: &str = "Model";
const NETWORK: &str = "Network";
const ENGINE: &str = "Engine";
const STORE: &str = "Stored responses";
const OTHER: &str = "Configuration and logs";

/// Flags of `sconce serve`.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServeArgs {
    /// Folder with a Hugging Face model, GGUF file, or org/name[@revision][:quantization] to download; the demo model when left out.
    /// Repeat it to serve several, each with its name: chat=DIR
    #[arg(long, value_name = "[NAME=]DIR|FILE|ORG/NAME", help_heading = MODEL)]
    model: Vec<String>,
    /// Random weights of a named shape instead of a model: tiny, 0.5b, 0.6b, 1b, 8b
    #[arg(long, value_name = "SHAPE", conflicts_with = "model", help_heading = MODEL)]
    synthetic: Option<String>,
    /// Name of the model for clients; repeat it for aliases
    #[arg(long, value_name = "NAME", help_heading = MODEL)]
    served_model_name: Vec<String>,
    /// Chat template (Jinja) instead of the model's own
    #[arg(long, value_name = "FILE", help_heading = MODEL)]
    chat_template: Option<PathBuf>,
    /// LoRA adapter in PEFT's format, a model of its own for clients; repeat it for several. NAME is what they ask for
    #[arg(long, value_name = "NAME=DIR|ORG/NAME", help_heading = MODEL)]
    lora: Vec<String>,
    /// Type of the weights in memory [default: auto]
    #[arg(long, value_enum, help_heading = MODEL)]
    dtype: Option<WeightDtypeSetting>,
    /// Quantize the projections while loading [default: none]
    #[arg(long, value_enum, help_heading = MODEL)]
    quantize: Option<QuantizeSetting>,
    /// Type of the KV cache [default: auto]
    #[arg(long, value_enum, help_heading = MODEL)]
    kv_dtype: Option<KvDtypeSetting>,
    /// Most tokens of prompt and answer together [default: what the model allows]
    #[arg(long, value_name = "TOKENS", help_heading = MODEL)]
    max_len: Option<u32>,

    /// Address to listen on; 0.0.0.0 is every interface [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", help_heading = NETWORK)]
    host: Option<String>,
    /// Port to listen on; 0 is any free one [default: 8000]
    #[arg(long, help_heading = NETWORK)]
    port: Option<u16>,
    /// Key that clients must send; repeat it for several. Prefer SCONCE_API_KEY, which other users cannot see
    #[arg(long, value_name = "KEY", help_heading = NETWORK)]
    api_key: Vec<String>,
    /// Web origin that may call the server from a browser; repeat it, or * for any
    #[arg(long, value_name = "ORIGIN", help_heading = NETWORK)]
    cors_origin: Vec<String>,
    /// Seconds that running answers get after SIGTERM [default: 30]
    #[arg(long, value_name = "SECONDS", help_heading = NETWORK)]
    drain_timeout: Option<f64>,

    /// Where the model runs: auto (a GPU, if this build and machine have one), cpu, cuda or cuda:1 [default: auto]
    #[arg(long, value_name = "DEVICE", help_heading = ENGINE)]
    device: Option<DeviceSetting>,
    /// Requests that run at once [default: 128]
    #[arg(long, value_name = "N", help_heading = ENGINE)]
    max_slots: Option<u32>,
    /// Most tokens of one step, over all requests; 0: 512 on a CPU, 2048 on a GPU [default: 0]
    #[arg(long, value_name = "TOKENS", help_heading = ENGINE)]
    max_batch_tokens: Option<u32>,
    /// Of them, most of prompts while other requests are being answered: less for smoother streams; 0: 128 on a CPU, 1024 on a GPU [default: 0]
    #[arg(long, value_name = "TOKENS", help_heading = ENGINE)]
    max_mixed_tokens: Option<u32>,
    /// Memory for the KV cache: 2GiB, 50% (of what is free), 4096blocks or auto (40% of main memory, 85% of a GPU's) [default: auto]
    #[arg(long, value_name = "SIZE", help_heading = ENGINE)]
    kv_memory: Option<KvMemorySetting>,
    /// Tokens of a KV block [default: 16]
    #[arg(long, value_name = "TOKENS", help_heading = ENGINE)]
    block_size: Option<u32>,
    /// Compute threads [default: one a physical core]
    #[arg(long, value_name = "N", help_heading = ENGINE)]
    threads: Option<usize>,
    /// Folder where what --quantize made is kept for the next start, or off [default: the user's cache folder]
    #[arg(long, value_name = "DIR", help_heading = ENGINE)]
    quantized_cache: Option<String>,
    /// On a GPU, launch every step kernel by kernel
    #[arg(long, help_heading = ENGINE)]
    no_cuda_graphs: bool,
    /// Compute every prompt anew
    #[arg(long, help_heading = ENGINE)]
    no_prefix_cache: bool,
    /// 1: strict steps; 2: the next step is planned while one runs [default: 2]
    #[arg(long, value_name = "1|2", help_heading = ENGINE)]
    pipeline_depth: Option<usize>,
    /// Guess tokens ahead (from the prompt, or a client's prediction) while a step of decoding requests has no more tokens than
    /// this, the guesses included; 0: never [default: 32]
    #[arg(long, value_name = "TOKENS", help_heading = ENGINE)]
    max_draft_tokens: Option<u32>,
    /// Requests that may wait; one more is answered with 429 [default: 1024]
    #[arg(long, value_name = "N", help_heading = ENGINE)]
    queue_requests: Option<usize>,
    /// Prompt tokens that may wait [default: 1048576]
    #[arg(long, value_name = "TOKENS", help_heading = ENGINE)]
    queue_tokens: Option<usize>,

    /// Folder of stored responses and chat completions, or :memory: [default: the user's data folder]
    #[arg(long, value_name = "DIR", help_heading = STORE)]
    store_path: Option<String>,
    /// Store nothing
    #[arg(long, help_heading = STORE)]
    no_store: bool,

    /// TOML file; flags win over SCONCE_SECTION__KEY variables, those over the file
    #[arg(long, value_name = "FILE", help_heading = OTHER)]
    pub(crate) config: Option<PathBuf>,
    /// Print the effective configuration (secrets hidden) and exit
    #[arg(long, help_heading = OTHER)]
    pub(crate) print_config: bool,
    /// Shape of log lines [default: text]
    #[arg(long, value_enum, help_heading = OTHER)]
    log_format: Option<LogFormat>,
    /// error, warn, info, debug, trace, or directives such as info,sconce_engine=debug [default: info]
    #[arg(long, value_name = "LEVEL", help_heading = OTHER)]
    log_level: Option<String>,
}

impl ServeArgs {
    /// Is SCONCE_API_KEY set to nothing, and no flag given?
    pub(crate) fn empty_key_in_variable(&self) -> bool {
        self.api_key.is_empty() && std::env::var("SCONCE_API_KEY").is_ok_and(|key| key.is_empty())
    }

    /// The keys of the flags, else that of the variable. An empty one is none in a variable, as compose files write it; in a flag
    /// it is a variable that is not set, and a server without a key would be a surprise.
    fn api_keys(&self) -> Option<Vec<String>> {
        if !self.api_key.is_empty() {
            return Some(self.api_key.clone());
        }
        // One that is no text is refused later; to ignore it would open the server.
        let key = std::env::var_os("SCONCE_API_KEY").filter(|key| !key.is_empty())?;
        Some(vec![key.to_string_lossy().into_owned()])
    }

    /// The flags that were given, as settings.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let text = |path: &PathBuf| path.display().to_string();
        let list = |items: &[String]| {
            let items: Vec<String> = items.iter().filter(|item| !item.is_empty()).cloned().collect();
            (!items.is_empty()).then_some(items)
        };
        let synthetic = self.synthetic.as_ref().map(|shape| format!("synthetic:{shape}"));
        let flags = [
            Layer::models("flag --model".to_owned(), self.model.iter().map(String::as_str)),
            Layer::models("flag --synthetic".to_owned(), synthetic.iter().map(String::as_str)),
            Layer::flag("--served-model-name", "model.served_names", list(&self.served_model_name)),
            Layer::flag("--chat-template", "model.chat_template", self.chat_template.as_ref().map(text)),
            Layer::flag("--lora", "model.lora", list(&self.lora)),
            Layer::flag("--dtype", "model.dtype", self.dtype),
            Layer::flag("--quantize", "model.quantize", self.quantize),
            Layer::flag("--kv-dtype", "model.kv_dtype", self.kv_dtype),
            Layer::flag("--max-len", "model.max_len", self.max_len),
            Layer::flag("--host", "listen.host", self.host.as_ref()),
            Layer::flag("--port", "listen.port", self.port),
            Layer::flag("--api-key", "server.api_keys", self.api_keys()),
            Layer::flag("--cors-origin", "server.cors_origins", list(&self.cors_origin)),
            Layer::flag("--drain-timeout", "server.drain_timeout_s", self.drain_timeout),
            Layer::flag("--device", "engine.device", self.device),
            Layer::flag("--max-slots", "engine.max_slots", self.max_slots),
            Layer::flag("--max-batch-tokens", "engine.max_batch_tokens", self.max_batch_tokens),
            Layer::flag("--max-mixed-tokens", "engine.max_mixed_tokens", self.max_mixed_tokens),
            Layer::flag("--kv-memory", "engine.kv_memory", self.kv_memory),
            Layer::flag("--block-size", "engine.block_size", self.block_size),
            Layer::flag("--threads", "engine.threads", self.threads),
            Layer::flag("--quantized-cache", "engine.quantized_cache", self.quantized_cache.as_ref()),
            Layer::flag("--no-cuda-graphs", "engine.cuda_graphs", self.no_cuda_graphs.then_some(false)),
            Layer::flag("--no-prefix-cache", "engine.prefix_cache", self.no_prefix_cache.then_some(false)),
            Layer::flag("--pipeline-depth", "engine.pipeline_depth", self.pipeline_depth),
            Layer::flag("--max-draft-tokens", "engine.max_draft_tokens", self.max_draft_tokens),
            Layer::flag("--queue-requests", "engine.queue_requests", self.queue_requests),
            Layer::flag("--queue-tokens", "engine.queue_tokens", self.queue_tokens),
            Layer::flag("--store-path", "store.path", self.store_path.as_ref()),
            Layer::flag("--no-store", "store.enabled", self.no_store.then_some(false)),
            Layer::flag("--log-format", "log.format", self.log_format),
            Layer::flag("--log-level", "log.level", self.log_level.as_ref()),
        ];
        flags.into_iter().flatten().collect()
    }
}
