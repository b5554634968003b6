//! The files of sentence-transformers: `modules.json` lists what follows the transformer, each module has a folder with
//! its configuration and weights. Unknown modules are errors: leaving one out would give other vectors.
//!
//! Read next: `tail.rs`, `pooling.rs`.

use std::path::{Component, Path};

use sconce_kernels::{Activation, Kernels};
use serde::Deserialize;

use super::norm::LayerNorm;
use super::pooling::Pooling;
use super::tail::{Dense, Step, Tail};
use crate::error::LoadError;
use crate::loader::config::most;
use crate::loader::{Loading, ModelSource, RawConfig, Totals};
use crate::options::Precision;

const MODULES: &str = "modules.json";
/// Where old files, and all we know of, keep the configuration of pooling.
const POOLING: &str = "1_Pooling";
/// More modules than any model has.
const MOST_MODULES: usize = 16;

/// An entry of `modules.json`.
#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    path: String,
    r#type: String,
}

impl Module {
    /// The class without the package, which changed its name more than once.
    fn class(&self) -> &str {
        self.r#type.rsplit('.').next().unwrap_or_default()
    }
}

/// What follows the transformer, and how long its vectors are.
pub(super) struct Modules {
    pub tail: Tail,
    pub dim: usize,
    pub totals: Totals,
}

/// Do the files say how a decoder's hidden states are pooled?
pub(super) fn has_pooling(source: &ModelSource) -> bool {
    let modules = modules(source).ok().flatten();
    modules.is_some_and(|modules| modules.iter().any(|module| module.class() == "Pooling"))
        || matches!(source.read(&format!("{POOLING}/config.json")), Ok(Some(_)))
}

/// Reads and loads all modules; without files, pools by `default` and nothing else.
pub(super) fn load(
    source: &ModelSource,
    kernels: &dyn Kernels,
    precision: Precision,
    (hidden, default): (usize, Pooling),
) -> Result<Modules, LoadError> {
    let mut loader = Loader { source, kernels, precision, dim: hidden, totals: Totals::default() };
    let Some(modules) = modules(source)? else {
        let config = loader.config(POOLING)?;
        let pooling = config.map_or(Ok(vec![default]), |config| Pooling::parse(&config, hidden))?;
        loader.dim *= pooling.len();
        return Ok(Modules { tail: Tail::new(pooling, Vec::new()), dim: loader.dim, totals: loader.totals });
    };
    let wrong = |reason: &str| LoadError::file(source.describe(MODULES), reason);
    let mut modules = modules.iter();
    match modules.next() {
        Some(first) if first.class() == "Transformer" && folder(&first.path).is_some_and(str::is_empty) => {}
        _ => return Err(wrong("must begin with a Transformer whose files are in the model's folder")),
    }
    let Some(pooling) = modules.next().filter(|module| module.class() == "Pooling") else {
        return Err(wrong("must have Pooling after the Transformer"));
    };
    let pooling = Pooling::parse(&loader.required_config(&pooling.path)?, hidden)?;
    loader.dim *= pooling.len();
    let mut steps = Vec::new();
    for module in modules {
        steps.extend(loader.step(module)?);
    }
    Ok(Modules { tail: Tail::new(pooling, steps), dim: loader.dim, totals: loader.totals })
}

fn modules(source: &ModelSource) -> Result<Option<Vec<Module>>, LoadError> {
    let Some(bytes) = source.read(MODULES)? else { return Ok(None) };
    let modules: Vec<Module> = serde_json::from_slice(&bytes)
        .map_err(|error| LoadError::file(source.describe(MODULES), format!("is no list of modules: {error}")))?;
    match modules.iter().find(|module| folder(&module.path).is_none()) {
        Some(module) => {
            Err(LoadError::file(source.describe(MODULES), format!("has a path outside the folder: {:?}", module.path)))
        }
        None if modules.len() > MOST_MODULES => Err(LoadError::file(source.describe(MODULES), "is too long")),
        None => Ok(Some(modules)),
    }
}

/// `path` if it stays inside the model's folder.
fn folder(path: &str) -> Option<&str> {
    Path::new(path).components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

struct Loader<'a> {
    source: &'a ModelSource,
    kernels: &'a dyn Kernels,
    precision: Precision,
    /// Values of a vector so far.
    dim: usize,
    totals: Totals,
}

impl Loader<'_> {
    fn config(&self, folder: &str) -> Result<Option<RawConfig>, LoadError> {
        let name = format!("{folder}/config.json");
        let bytes = self.source.read(&name)?;
        bytes.map(|bytes| RawConfig::parse(&self.source.describe(&name), &bytes)).transpose()
    }

    fn required_config(&self, folder: &str) -> Result<RawConfig, LoadError> {
        let missing = || LoadError::file(self.source.describe(&format!("{folder}/config.json")), "is missing");
        self.config(folder)?.ok_or_else(missing)
    }

    fn step(&mut self, module: &Module) -> Result<Option<Step>, LoadError> {
        match module.class() {
            "Normalize" => Ok(Some(Step::Normalize)),
            "Dropout" => Ok(None),
            "Dense" => self.dense(&module.path).map(Some),
            "LayerNorm" => self.norm(&module.path).map(Some),
            other => {
                let known = "Transformer, Pooling, Dense, LayerNorm, Normalize and Dropout are supported";
                let reason = format!("has a module of type {other:?}; {known}");
                Err(LoadError::file(self.source.describe(MODULES), reason))
            }
        }
    }

    fn dense(&mut self, folder: &str) -> Result<Step, LoadError> {
        let raw = self.required_config(folder)?;
        let (inn, out) = (raw.count("in_features", most::FFN)?, raw.count("out_features", most::FFN)?);
        self.expect(&raw, "in_features", inn)?;
        for field in ["module_input_name", "module_output_name"] {
            if !matches!(raw.text(field)?, None | Some("sentence_embedding")) {
                return Err(raw.error(field, "must be sentence_embedding; others are not supported"));
            }
        }
        if raw.flag("use_residual")? {
            return Err(raw.error("use_residual", "is true, which is not supported"));
        }
        let (activation, bias) = (activation(&raw)?, raw.optional_flag("bias")?.unwrap_or(true));
        let linear = self.weights(folder, |weights| weights.linear("linear", inn, out, bias))?;
        self.dim = out;
        Ok(Step::Dense(Dense::new(linear, activation)))
    }

    fn norm(&mut self, folder: &str) -> Result<Step, LoadError> {
        let raw = self.required_config(folder)?;
        let dim = raw.count("dimension", most::FFN)?;
        self.expect(&raw, "dimension", dim)?;
        // The module's class sets no epsilon: this is its framework's.
        let norm = self.weights(folder, |weights| LayerNorm::load(&weights.pp("norm"), dim, 1e-5, true))?;
        Ok(Step::Norm(norm))
    }

    fn expect(&self, raw: &RawConfig, field: &str, found: usize) -> Result<(), LoadError> {
        if found == self.dim {
            return Ok(());
        }
        Err(raw.error(field, format!("is {found}, but the vectors before it have {} values", self.dim)))
    }

    /// Loads from the weights of a module's folder.
    fn weights<T>(
        &mut self,
        folder: &str,
        load: impl FnOnce(&crate::loader::Weights<'_>) -> Result<T, LoadError>,
    ) -> Result<T, LoadError> {
        let tensors = self.source.tensors_in(folder)?;
        let mut quiet = |_| {};
        let loading = Loading::new(&*tensors, self.kernels, self.precision, &mut quiet);
        let loaded = load(&loading.root())?;
        let totals = loading.finish()?;
        self.totals.num_params += totals.num_params;
        self.totals.num_bytes += totals.num_bytes;
        Ok(loaded)
    }
}

/// The class of torch after a projection; absent is tanh, as in the module's own code.
fn activation(raw: &RawConfig) -> Result<Option<Activation>, LoadError> {
    let class = raw.text("activation_function")?.unwrap_or("torch.nn.modules.activation.Tanh");
    match class.rsplit('.').next().unwrap_or_default() {
        "Identity" => Ok(None),
        "Tanh" => Ok(Some(Activation::Tanh)),
        "GELU" => Ok(Some(Activation::Gelu)),
        "ReLU" => Ok(Some(Activation::Relu)),
        "SiLU" => Ok(Some(Activation::Silu)),
        _ => Err(raw.error("activation_function", format!("is {class:?}, which is not supported"))),
    }
}
