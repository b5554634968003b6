//! Rotary position embedding: the scalings of `rope_parameters` (transformers 5) or `rope_scaling` with `rope_theta`
//! (before), and one table builder. A table depends on the longest sequence alone, never on the current one, so that
//! cached keys stay valid: dynamic NTK uses the frequencies of the longest sequence for every position.
//!
//! Read next: `attention.rs`.

use std::f64::consts::PI;

use candle_core::{Device, Tensor};
use sconce_kernels::RopeTable;

use crate::error::LoadError;
use crate::loader::RawConfig;
use crate::loader::config::most;

/// How positions become angles.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rotary {
    theta: f64,
    /// Rotated dimensions of a head; even.
    dim: usize,
    /// The configuration's `max_position_embeddings`.
    trained_len: usize,
    scaling: Scaling,
}

#[derive(Clone, Debug, PartialEq)]
enum Scaling {
    None,
    Linear {
        factor: f64,
    },
    Dynamic {
        factor: f64,
    },
    Yarn {
        factor: f64,
        original: f64,
        fast: f64,
        slow: f64,
        truncate: bool,
        attention: f64,
    },
    Llama3 {
        factor: f64,
        original: f64,
        low: f64,
        high: f64,
    },
    /// Each pair's frequency divided by a number of its own: what GGUF files hold of Llama 3's scaling.
    Divided {
        factors: Vec<f64>,
    },
}

impl Rotary {
    /// Reads the configuration of a model whose heads have `head_dim` dimensions.
    pub(crate) fn from_config(raw: &RawConfig, head_dim: usize) -> Result<Self, LoadError> {
        let trained_len = raw.count("max_position_embeddings", most::LEN)?;
        let new = raw.section("rope_parameters")?;
        let section = match new {
            Some(section) => Some(section),
            None => raw.section("rope_scaling")?,
        };
        let theta = 1.001..=1e12;
        let mut rotary = Self {
            theta: raw.number_or("rope_theta", theta.clone(), 10_000.0)?,
            dim: head_dim,
            trained_len,
            scaling: Scaling::None,
        };
        let mut partial = raw.number_or("partial_rotary_factor", 0.0..=1.0, 1.0)?;
        if let Some(section) = section {
            if section.has_sections() {
                return Err(raw.error("rope_parameters", "differ between layers, which is not supported"));
            }
            rotary.theta = section.number_or("rope_theta", theta, rotary.theta)?;
            partial = section.number_or("partial_rotary_factor", 0.0..=1.0, partial)?;
            rotary.scaling = Scaling::from_config(raw, &section, trained_len)?;
        }
        rotary.dim = (head_dim as f64 * partial) as usize;
        if rotary.dim < 2 || !rotary.dim.is_multiple_of(2) {
            let reason = format!("leaves {} dimensions of a head to rotate; an even number is needed", rotary.dim);
            return Err(raw.error("head_dim", reason));
        }
        if let Scaling::Divided { factors } = &rotary.scaling
            && factors.len() != rotary.dim / 2
        {
            let reason = format!("has {} numbers, not {}", factors.len(), rotary.dim / 2);
            return Err(raw.error("rope_scaling.factors", reason));
        }
        Ok(rotary)
    }

    /// Without scaling; `dim` is even.
    pub(crate) fn plain(theta: f64, dim: usize, trained_len: usize) -> Self {
        Self { theta, dim, trained_len, scaling: Scaling::None }
    }

    /// The length a model is served with unless the operator says otherwise.
    pub(crate) fn default_len(&self) -> usize {
        match self.scaling {
            Scaling::Dynamic { .. } => self.trained_len,
            _ => self.longest(),
        }
    }

    /// The length beyond which the model makes no sense.
    pub(crate) fn longest(&self) -> usize {
        let scaled = match self.scaling {
            Scaling::None | Scaling::Llama3 { .. } | Scaling::Divided { .. } => 0.0,
            Scaling::Linear { factor } | Scaling::Dynamic { factor } => self.trained_len as f64 * factor,
            Scaling::Yarn { factor, original, .. } => original * factor,
        };
        (scaled as usize).clamp(self.trained_len, most::LEN)
    }

    /// Bytes of the table of `max_len` positions.
    pub(crate) fn table_bytes(&self, max_len: usize) -> u64 {
        (max_len * self.dim * size_of::<f32>()) as u64
    }

    /// Cosines and sines of positions `0..max_len`.
    pub(crate) fn table(&self, max_len: usize, device: &Device) -> candle_core::Result<RopeTable> {
        let frequencies = self.frequencies(max_len);
        let attention = match self.scaling {
            Scaling::Yarn { attention, .. } => attention as f32,
            _ => 1.0,
        };
        let (mut cos, mut sin) = (Vec::new(), Vec::new());
        for position in 0..max_len {
            // The product is rounded to f32 first, as everywhere else: far positions must turn by the same angle.
            for angle in frequencies.iter().map(|frequency| position as f32 * frequency) {
                cos.push(angle.cos() * attention);
                sin.push(angle.sin() * attention);
            }
        }
        let shape = (max_len, frequencies.len());
        Ok(RopeTable {
            cos: Tensor::from_vec(cos, shape, device)?,
            sin: Tensor::from_vec(sin, shape, device)?,
            interleaved: false,
        })
    }

    /// Angle per position of each pair of dimensions.
    fn frequencies(&self, max_len: usize) -> Vec<f32> {
        let dim = self.dim as f64;
        let plain = |theta: f64| (0..self.dim / 2).map(move |i| theta.powf(-2.0 * i as f64 / dim));
        let scaled: Vec<f64> = match &self.scaling {
            Scaling::None => plain(self.theta).collect(),
            Scaling::Divided { factors } => {
                plain(self.theta).zip(factors).map(|(plain, factor)| plain / factor).collect()
            }
            &Scaling::Linear { factor } => plain(self.theta).map(|frequency| frequency / factor).collect(),
            &Scaling::Dynamic { factor } => {
                let stretch = (max_len as f64 / self.trained_len as f64).max(1.0);
                let base = (factor * stretch - (factor - 1.0)).powf(dim / (dim - 2.0).max(1.0));
                plain(self.theta * base).collect()
            }
            &Scaling::Yarn { factor, original, fast, slow, truncate, .. } => {
                let (low, high) = self.yarn_range(original, fast, slow, truncate);
                let ramp = |i: usize| ((i as f64 - low) / (high - low)).clamp(0.0, 1.0);
                let mix = |(i, frequency): (usize, f64)| frequency / factor * ramp(i) + frequency * (1.0 - ramp(i));
                plain(self.theta).enumerate().map(mix).collect()
            }
            &Scaling::Llama3 { factor, original, low, high } => {
                let scale = |frequency: f64| {
                    let turns = original * frequency / (2.0 * PI);
                    // Few turns within the original context: interpolate; many: leave alone; between: blend.
                    let keep = ((turns - low) / (high - low)).clamp(0.0, 1.0);
                    frequency * (keep + (1.0 - keep) / factor)
                };
                plain(self.theta).map(scale).collect()
            }
        };
        scaled.into_iter().map(|frequency| frequency as f32).collect()
    }

    /// The pairs between which YaRN passes from leaving frequencies alone to interpolating them.
    fn yarn_range(&self, original: f64, fast: f64, slow: f64, truncate: bool) -> (f64, f64) {
        let dim = self.dim as f64;
        let pair = |turns: f64| dim * (original / (turns * 2.0 * PI)).ln() / (2.0 * self.theta.ln());
        let (mut low, mut high) = (pair(fast), pair(slow));
        if truncate {
            (low, high) = (low.floor(), high.ceil());
        }
        (low, high) = (low.max(0.0), high.min(dim - 1.0));
        (low, if low == high { high + 0.001 } else { high })
    }
}

impl Scaling {
    fn from_config(raw: &RawConfig, section: &RawConfig, trained_len: usize) -> Result<Self, LoadError> {
        let field = if section.text("rope_type")?.is_some() { "rope_type" } else { "type" };
        let kind = section.text(field)?.unwrap_or("default");
        let needed = |name: &str, range: std::ops::RangeInclusive<f64>| {
            section.optional_number(name, range)?.ok_or_else(|| section.error(name, "is missing"))
        };
        let factor = || needed("factor", 1.0..=1e4);
        let original = || -> Result<f64, LoadError> {
            let name = "original_max_position_embeddings";
            let inner = section.optional_count(name, most::LEN)?;
            Ok(raw.optional_count(name, most::LEN)?.or(inner).unwrap_or(trained_len) as f64)
        };
        Ok(match kind {
            "default" => Self::None,
            "linear" => Self::Linear { factor: factor()? },
            "dynamic" => Self::Dynamic { factor: factor()? },
            "llama3" => {
                let (low, high) = (needed("low_freq_factor", 1e-3..=1e6)?, needed("high_freq_factor", 1e-3..=1e6)?);
                if low >= high {
                    return Err(section.error("low_freq_factor", "must be less than high_freq_factor"));
                }
                Self::Llama3 { factor: factor()?, original: original()?, low, high }
            }
            "yarn" => Self::yarn(section, original()?, trained_len)?,
            "divided" => {
                let factors = section.numbers("factors", 1e-3..=1e6)?.filter(|factors| !factors.is_empty());
                Self::Divided { factors: factors.ok_or_else(|| section.error("factors", "is missing"))? }
            }
            other => {
                let known = "default, linear, dynamic, yarn and llama3 are supported";
                return Err(section.error(field, format!("is {other:?}; {known}")));
            }
        })
    }

    fn yarn(section: &RawConfig, original: f64, trained_len: usize) -> Result<Self, LoadError> {
        let factor = section.number_or("factor", 1.0..=1e4, (trained_len as f64 / original).max(1.0))?;
        let mscale = section.optional_number("mscale", 0.0..=1e3)?.filter(|&value| value != 0.0);
        let all_dim = section.optional_number("mscale_all_dim", 0.0..=1e3)?.filter(|&value| value != 0.0);
        let of = |mscale: f64| if factor <= 1.0 { 1.0 } else { 0.1 * mscale * factor.ln() + 1.0 };
        let inferred = match (mscale, all_dim) {
            (Some(mscale), Some(all_dim)) => of(mscale) / of(all_dim),
            _ => of(1.0),
        };
        Ok(Self::Yarn {
            factor,
            original,
            fast: section.optional_number("beta_fast", 0.0..=1e6)?.filter(|&value| value != 0.0).unwrap_or(32.0),
            slow: section.optional_number("beta_slow", 0.0..=1e6)?.filter(|&value| value != 0.0).unwrap_or(1.0),
            truncate: section.optional_flag("truncate")?.unwrap_or(true),
            attention: section.number_or("attention_factor", 1e-3..=1e3, inferred)?,
        })
    }
}
