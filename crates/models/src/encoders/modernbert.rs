//! ModernBERT: rotary positions, pre-norm blocks with a gated feed-forward network; most layers see a window of
//! neighbours only and have a rotary table of their own.
//!
//! Read next: `attention.rs`.

use candle_core::Tensor;
use sconce_kernels::Activation;

use super::attention::{Heads, SelfAttention};
use super::norm::LayerNorm;
use super::pooling::Pooling;
use super::post_norm::activation;
use super::tail::{Dense, Step, Tail};
use super::{Encoder, Family, Task, Tokens};
use crate::error::LoadError;
use crate::families::{ForwardCtx, Geometry};
use crate::layers::{Embedding, Linear, Rotary};
use crate::loader::config::most;
use crate::loader::{RawConfig, Weights};

pub(super) const FAMILY: Family = Family { names: &["ModernBert"], build };

/// Indices of the rotary tables.
const GLOBAL: usize = 0;
const LOCAL: usize = 1;

struct Config {
    heads: Heads,
    ffn: usize,
    eps: f32,
    activation: Activation,
    norm_bias: bool,
    attention_bias: bool,
    mlp_bias: bool,
    /// Distance at which a local layer sees nothing any more.
    window: usize,
    /// For each layer: does it see everything?
    global: Vec<bool>,
    ropes: Vec<Rotary>,
    max_len: usize,
}

impl Config {
    fn parse(raw: &RawConfig) -> Result<Self, LoadError> {
        let heads = Heads::parse(raw, "hidden_size", "num_attention_heads")?;
        let layers = raw.count("num_hidden_layers", most::LAYERS)?;
        let max_len = raw.optional_count("max_position_embeddings", most::LEN)?.unwrap_or(8192);
        if !heads.head_dim.is_multiple_of(2) {
            let reason = format!("leaves {} dimensions of a head to rotate; an even number is needed", heads.head_dim);
            return Err(raw.error("num_attention_heads", reason));
        }
        let rope = |section: &str, old: &str, default: f64| {
            Ok::<_, LoadError>(Rotary::plain(theta(raw, section, old, default)?, heads.head_dim, max_len))
        };
        Ok(Self {
            heads,
            ffn: raw.count("intermediate_size", most::FFN)?,
            eps: raw.number_or("norm_eps", 0.0..=1.0, 1e-5)? as f32,
            activation: activation(raw, "hidden_activation")?,
            norm_bias: raw.flag("norm_bias")?,
            attention_bias: raw.flag("attention_bias")?,
            mlp_bias: raw.flag("mlp_bias")?,
            window: raw.optional_count("local_attention", most::LEN)?.unwrap_or(128) / 2 + 1,
            global: global_layers(raw, layers)?,
            ropes: vec![
                rope("full_attention", "global_rope_theta", 160_000.0)?,
                rope("sliding_attention", "local_rope_theta", 10_000.0)?,
            ],
            max_len,
        })
    }

    fn norm(&self, weights: &Weights<'_>) -> Result<LayerNorm, LoadError> {
        LayerNorm::load(weights, self.heads.hidden, self.eps, self.norm_bias)
    }
}

/// The base of one kind of layers: of its section in `rope_parameters`, or the field used before there were sections.
fn theta(raw: &RawConfig, section: &str, old: &str, default: f64) -> Result<f64, LoadError> {
    let range = 1.001..=1e12;
    let default = raw.number_or(old, range.clone(), default)?;
    let Some(parameters) = raw.section("rope_parameters")? else { return Ok(default) };
    let Some(parameters) = parameters.section(section)? else { return Ok(default) };
    if !matches!(parameters.text("rope_type")?, None | Some("default")) {
        return Err(parameters.error("rope_type", "must be default; others are not supported"));
    }
    parameters.number_or("rope_theta", range, default)
}

/// `layer_types`, or every n-th layer from the first on.
fn global_layers(raw: &RawConfig, layers: usize) -> Result<Vec<bool>, LoadError> {
    let types = raw.texts("layer_types")?;
    if types.is_empty() {
        let every = raw.optional_count("global_attn_every_n_layers", most::LAYERS)?.unwrap_or(3);
        return Ok((0..layers).map(|layer| layer.is_multiple_of(every)).collect());
    }
    if types.len() != layers {
        return Err(raw.error("layer_types", format!("names {} layers of {layers}", types.len())));
    }
    let global = |kind: &&str| match *kind {
        "full_attention" => Ok(true),
        "sliding_attention" => Ok(false),
        other => Err(raw.error("layer_types", format!("has {other:?}, which is not supported"))),
    };
    types.iter().map(global).collect()
}

#[derive(Debug)]
struct Block {
    /// The first block has none: the embeddings are normed already.
    norm1: Option<LayerNorm>,
    attn: SelfAttention,
    norm2: LayerNorm,
    up: Linear,
    activation: Activation,
    down: Linear,
}

impl Block {
    fn load(config: &Config, layer: usize, weights: &Weights<'_>) -> Result<Self, LoadError> {
        let (hidden, ffn) = (config.heads.hidden, config.ffn);
        let qkv = weights.linear("attn.Wqkv", hidden, 3 * hidden, config.attention_bias)?;
        let out = weights.linear("attn.Wo", hidden, hidden, config.attention_bias)?;
        let (table, window) = if config.global[layer] { (GLOBAL, None) } else { (LOCAL, Some(config.window)) };
        Ok(Self {
            norm1: if layer > 0 { Some(config.norm(&weights.pp("attn_norm"))?) } else { None },
            attn: SelfAttention::new(config.heads, qkv, out).rotated(table, window),
            norm2: config.norm(&weights.pp("mlp_norm"))?,
            up: weights.linear("mlp.Wi", hidden, 2 * ffn, config.mlp_bias)?,
            activation: config.activation,
            down: weights.linear("mlp.Wo", ffn, hidden, config.mlp_bias)?,
        })
    }

    fn forward(&self, x: Tensor, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        let normed = self.norm1.as_ref().map_or_else(|| Ok(x.clone()), |norm| norm.forward(&x, cx.kernels))?;
        let x = (x + self.attn.forward(&normed, cx)?)?;
        let gate_up = self.up.forward(&self.norm2.forward(&x, cx.kernels)?)?;
        &x + self.down.forward(&cx.kernels.gated(&gate_up, self.activation)?)?
    }
}

#[derive(Debug)]
struct ModernBert {
    words: Embedding,
    norm: LayerNorm,
    blocks: Vec<Block>,
    last_norm: LayerNorm,
    geometry: Geometry,
    max_len: usize,
}

fn build(raw: &RawConfig, weights: &Weights<'_>, task: Task) -> Result<(Box<dyn Encoder>, Option<Tail>), LoadError> {
    let config = Config::parse(raw)?;
    let (Heads { hidden, heads, head_dim }, layers) = (config.heads, config.global.len());
    let vocab = raw.count("vocab_size", most::VOCAB)?;
    let base = weights.base("model");
    let head = match task {
        Task::Embed => {
            weights.ignore_below("head");
            weights.ignore_below("decoder");
            None
        }
        Task::Classify => Some(head(raw, &config, weights)?),
    };
    let model = ModernBert {
        words: Embedding::load(&base.pp("embeddings.tok_embeddings"), vocab, hidden)?,
        norm: config.norm(&base.pp("embeddings.norm"))?,
        blocks: (0..layers)
            .map(|layer| Block::load(&config, layer, &base.pp("layers").pp(layer)))
            .collect::<Result<_, _>>()?,
        last_norm: config.norm(&base.pp("final_norm"))?,
        max_len: config.max_len,
        geometry: Geometry {
            vocab_size: vocab,
            hidden_size: hidden,
            heads,
            kv: vec![(heads, head_dim); layers],
            ropes: config.ropes,
            widest: 2 * hidden + (6 * hidden).max(3 * config.ffn),
        },
    };
    Ok((Box::new(model), head))
}

/// Pooled, projected, normed, and projected to the labels.
fn head(raw: &RawConfig, config: &Config, weights: &Weights<'_>) -> Result<Tail, LoadError> {
    let hidden = config.heads.hidden;
    let pooling = match raw.text("classifier_pooling")?.unwrap_or("cls") {
        "cls" => Pooling::Cls,
        "mean" => Pooling::Mean,
        other => return Err(raw.error("classifier_pooling", format!("is {other:?}; cls and mean are supported"))),
    };
    let dense = weights.linear("head.dense", hidden, hidden, raw.flag("classifier_bias")?)?;
    let norm = config.norm(&weights.pp("head.norm"))?;
    let logits = weights.linear("classifier", hidden, raw.num_labels()?, true)?;
    let steps = vec![
        Step::Dense(Dense::new(dense, Some(activation(raw, "classifier_activation")?))),
        Step::Norm(norm),
        Step::Dense(Dense::new(logits, None)),
    ];
    Ok(Tail::new(vec![pooling], steps))
}

impl Encoder for ModernBert {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn longest(&self) -> usize {
        self.max_len
    }

    fn forward(&self, tokens: &Tokens<'_>, cx: &ForwardCtx<'_>) -> candle_core::Result<Tensor> {
        let x = self.norm.forward(&self.words.forward(tokens.ids, cx.kernels)?, cx.kernels)?;
        let x = self.blocks.iter().try_fold(x, |x, block| block.forward(x, cx))?;
        self.last_norm.forward(&x, cx.kernels)
    }
}
