//! From the folder of an adapter to packed matrices: every tensor must belong to a projection of the model and have its
//! shape, or the error names it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use candle_core::{DType, Tensor};
use sconce_kernels::Kernels;

use super::config::Config;
use super::{Adapter, AdapterInfo, Delta, Site};
use crate::error::LoadError;
use crate::loader::{ModelSource, RawConfig, TensorSource};
use crate::options::Precision;

const CONFIG: &str = "adapter_config.json";
const TENSORS: &str = "adapter_model.safetensors";
/// What PEFT writes before the names of the model's own modules.
const PREFIX: &str = "base_model.model.";
const A: &str = ".lora_A.weight";
const B: &str = ".lora_B.weight";
/// Far above every rank in use.
const MOST_RANK: usize = 1 << 14;

/// Both matrices of a module.
struct Pair {
    /// `[rank, in]`.
    a: Tensor,
    /// `[out, rank]`, scaled; f32.
    b: Tensor,
    /// The type in which they are stored.
    dtype: DType,
}

impl Adapter {
    /// Reads the adapter in the folder `dir` for a model with these sites.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the adapter is for another model or of a kind that is not supported.
    pub(crate) fn read(
        dir: &Path,
        sites: &[Site],
        kernels: &dyn Kernels,
        precision: Precision,
    ) -> Result<Self, LoadError> {
        let source = ModelSource::Dir(dir.to_owned());
        let file = source.describe(CONFIG);
        let bytes = source.read(CONFIG)?.ok_or_else(|| LoadError::file(&file, "is missing"))?;
        let config = Config::parse(&RawConfig::parse(&file, &bytes)?)?;
        let tensors = source.tensors_of(TENSORS)?;
        let reader = Reader { file: source.describe(TENSORS), tensors: &*tensors, config };
        let mut modules = reader.modules()?;
        let mut adapter = Self { deltas: Vec::with_capacity(sites.len()), info: AdapterInfo::default() };
        for site in sites {
            let pairs = reader.pairs(site, &mut modules)?;
            let delta = if pairs.iter().any(Option::is_some) {
                adapter.count(pairs.iter().flatten());
                Some(Delta::pack(site, &pairs, kernels, precision)?)
            } else {
                None
            };
            adapter.deltas.push(delta);
        }
        if let Some(module) = modules.first() {
            return Err(reader.error(format!("changes {module}, which is no projection of a layer of this model")));
        }
        if adapter.info.num_params == 0 {
            return Err(reader.error("changes nothing of this model".to_owned()));
        }
        adapter.info.num_bytes = adapter.deltas.iter().flatten().map(Delta::num_bytes).sum();
        Ok(adapter)
    }

    fn count<'a>(&mut self, pairs: impl Iterator<Item = &'a Pair>) {
        for Pair { a, b, .. } in pairs {
            self.info.rank = self.info.rank.max(a.dims()[0]);
            self.info.num_params += (a.elem_count() + b.elem_count()) as u64;
        }
    }
}

impl Delta {
    fn pack(
        site: &Site,
        pairs: &[Option<Pair>],
        kernels: &dyn Kernels,
        precision: Precision,
    ) -> Result<Self, LoadError> {
        let found = || pairs.iter().flatten();
        let stored = found().map(|pair| pair.dtype).reduce(|a, b| if a == b { a } else { DType::F32 });
        let dtype = kernels.float_type(precision.float_type(stored.unwrap_or(DType::F32)));
        let ranks: usize = found().map(|pair| pair.a.dims()[0]).sum();
        let a = Tensor::cat(&found().map(|pair| pair.a.clone()).collect::<Vec<_>>(), 0)?;
        let (mut rows, mut done) = (Vec::with_capacity(pairs.len()), 0);
        for (pair, (_, out)) in pairs.iter().zip(&site.parts) {
            rows.push(match pair {
                None => Tensor::zeros((*out, ranks), DType::F32, &candle_core::Device::Cpu)?,
                Some(Pair { b, .. }) => {
                    let rank = b.dims()[1];
                    let padded = b.pad_with_zeros(1, done, ranks - done - rank)?;
                    done += rank;
                    padded
                }
            });
        }
        let pack = |weight: Tensor| {
            kernels.pack_linear(&weight.to_dtype(dtype)?.to_device(&kernels.device())?.contiguous()?, None)
        };
        Ok(Self { a: pack(a)?, b: pack(Tensor::cat(&rows, 0)?)? })
    }

    fn num_bytes(&self) -> u64 {
        (self.a.num_bytes() + self.b.num_bytes()) as u64
    }
}

/// The tensors of one adapter.
struct Reader<'a> {
    file: String,
    tensors: &'a dyn TensorSource,
    config: Config,
}

impl Reader<'_> {
    fn error(&self, reason: String) -> LoadError {
        LoadError::file(&self.file, reason)
    }

    /// The names of the modules that have both matrices.
    fn modules(&self) -> Result<BTreeSet<String>, LoadError> {
        let mut found: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        for name in self.tensors.names() {
            let module = name.strip_prefix(PREFIX);
            let is_a = module.and_then(|module| module.strip_suffix(A));
            let is_b = module.and_then(|module| module.strip_suffix(B));
            match (is_a, is_b) {
                (Some(module), _) => found.entry(module).or_default().0 = true,
                (None, Some(module)) => found.entry(module).or_default().1 = true,
                (None, None) => {
                    return Err(self.error(format!("tensor {name} is neither a lora_A nor a lora_B of a projection")));
                }
            }
        }
        if let Some((module, (has_a, _))) = found.iter().find(|(_, both)| **both != (true, true)) {
            let missing = if *has_a { B } else { A };
            return Err(self.error(format!("tensor {PREFIX}{module}{missing} is missing")));
        }
        Ok(found.into_keys().map(str::to_owned).collect())
    }

    /// The matrices for each part of a site; what was found is taken from `modules`.
    fn pairs(&self, site: &Site, modules: &mut BTreeSet<String>) -> Result<Vec<Option<Pair>>, LoadError> {
        let pair = |(path, out): &(String, usize)| {
            // A checkpoint of a bare model lacks the name that it has inside of its class.
            let names = [path.clone(), format!("model.{path}")];
            let found = names.iter().find_map(|name| modules.take(name));
            found.map(|module| self.pair(&module, site.inn, *out)).transpose()
        };
        site.parts.iter().map(pair).collect()
    }

    fn pair(&self, module: &str, inn: usize, out: usize) -> Result<Pair, LoadError> {
        let (a, b) = (format!("{PREFIX}{module}{A}"), format!("{PREFIX}{module}{B}"));
        let shape = |name: &str| self.tensors.info(name).map(|(_, shape)| shape.to_vec()).unwrap_or_default();
        let rank = shape(&a).first().copied().unwrap_or(0);
        if !(1..=MOST_RANK).contains(&rank) {
            return Err(self.error(format!("tensor {a} has rank {rank}, not 1 to {MOST_RANK}")));
        }
        for (name, wanted) in [(&a, [rank, inn]), (&b, [out, rank])] {
            if shape(name) != wanted {
                return Err(self.error(format!("tensor {name} is {:?}, expected {wanted:?}", shape(name))));
            }
        }
        let scale = self.config.scale(module, rank);
        let (a, b) = (self.tensors.tensor(&a)?, self.tensors.tensor(&b)?);
        let dtype = if a.dtype() == b.dtype() { a.dtype() } else { DType::F32 };
        Ok(Pair { a: a.to_dtype(DType::F32)?, b: (b.to_dtype(DType::F32)? * scale)?, dtype })
    }
}
