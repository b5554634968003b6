//! One load in progress: where tensors come from, how far it is, what was asked for. Every missing, unused or misshapen
//! tensor ends up in a single error. After the first problem nothing more is packed; the names are only checked.
//!
//! Read next: `weights.rs`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use candle_core::DType;
use sconce_kernels::Kernels;

use super::quantized::QuantizedCache;
use super::stored::{Element, TensorSource, num_bytes};
use super::weights::Weights;
use crate::error::{LoadError, TensorProblems};
use crate::load::LoadProgress;
use crate::lora::Site;
use crate::options::{Precision, WeightDtype};

/// Tensors some exporters add and nobody needs.
const HARMLESS: &[&str] = &["rotary_emb.inv_freq", "rotary_emb.cos_cached", "rotary_emb.sin_cached"];

/// One load in progress.
pub(crate) struct Loading<'a> {
    pub(super) source: &'a dyn TensorSource,
    pub(super) kernels: &'a dyn Kernels,
    pub(super) precision: Precision,
    pub(super) cache: Option<QuantizedCache>,
    pub(super) state: RefCell<State<'a>>,
}

pub(super) struct State<'a> {
    pub(super) progress: &'a mut dyn FnMut(LoadProgress),
    pub(super) asked: BTreeSet<String>,
    pub(super) problems: TensorProblems,
    pub(super) now: LoadProgress,
    pub(super) totals: Totals,
    /// Projections that adapters may change.
    pub(super) sites: Vec<Site>,
}

/// What was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Parameters, tied ones once.
    pub num_params: u64,
    /// Bytes of packed weights, tables and norms.
    pub num_bytes: u64,
}

impl<'a> Loading<'a> {
    pub(crate) fn new(
        source: &'a dyn TensorSource,
        kernels: &'a dyn Kernels,
        precision: Precision,
        progress: &'a mut dyn FnMut(LoadProgress),
    ) -> Self {
        let total_bytes = source.names().iter().map(|name| num_bytes(source, name)).sum();
        let now = LoadProgress { done_bytes: 0, total_bytes };
        let (asked, problems, totals, sites) = Default::default();
        let state = RefCell::new(State { progress, asked, problems, now, totals, sites });
        Self { source, kernels, precision, cache: None, state }
    }

    /// What is quantized is kept in this folder.
    pub(crate) fn with_cache(self, folder: Option<PathBuf>) -> Self {
        Self { cache: folder.map(QuantizedCache::new), ..self }
    }

    pub(crate) fn root(&'a self) -> Weights<'a> {
        Weights::root(self)
    }

    /// The type that suits activations between the weights: bf16 when most of the weights are, or are blocks of fewer
    /// bits, else f32. int8 says nothing: what is beside it does.
    pub(crate) fn main_dtype(&self) -> DType {
        let (mut bf16, mut all) = (0, 0);
        for name in self.source.names() {
            let narrow = match self.source.info(name) {
                Some((Element::Float(dtype), _)) => dtype == DType::BF16,
                Some((Element::Blocks(_), _)) => true,
                _ => continue,
            };
            let size = num_bytes(self.source, name);
            all += size;
            bf16 += if narrow { size } else { 0 };
        }
        self.kernels.float_type(match self.precision.dtype {
            WeightDtype::Bf16 => DType::BF16,
            WeightDtype::Auto if 2 * bf16 > all => DType::BF16,
            _ => DType::F32,
        })
    }

    /// The projections that adapters may change, by their numbers.
    pub(crate) fn sites(&self) -> Vec<Site> {
        self.state.borrow().sites.clone()
    }

    /// Were all tensors there, and no others?
    pub(crate) fn finish(&self) -> Result<Totals, LoadError> {
        let state = self.state.borrow();
        let mut problems = state.problems.clone();
        problems.unused = self
            .source
            .names()
            .into_iter()
            .filter(|name| !state.asked.contains(*name) && !HARMLESS.iter().any(|end| name.ends_with(end)))
            .map(str::to_owned)
            .collect();
        if problems.is_empty() { Ok(state.totals) } else { Err(LoadError::Tensors(problems)) }
    }
}
