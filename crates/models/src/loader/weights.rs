//! Named access to a checkpoint while a model is built: `pp("layers.0").linear("q_proj", ...)`. A projection is packed in
//! the form in which the checkpoint stores it, or in the one the operator asked for; families never ask which.
//!
//! Read next: `loading.rs`, `stored.rs`, `layers/linear.rs`.

use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Device, Tensor};
use sconce_kernels::{BlockWeight, Int8Weight, LinearOp};

use super::loading::Loading;
use super::quantized::{Floats, QuantizedCache};
use super::stored::{Element, Matrix, num_bytes};
use crate::error::LoadError;
use crate::layers::{Linear, Table};
use crate::lora::Site;

/// What compressed-tensors calls the scales of `weight`.
const SCALE: &str = "weight_scale";

/// A path inside the checkpoint.
#[derive(Clone)]
pub(crate) struct Weights<'a> {
    loading: &'a Loading<'a>,
    prefix: String,
    /// Are output heads left out?
    headless: bool,
}

impl<'a> Weights<'a> {
    pub(super) fn root(loading: &'a Loading<'a>) -> Self {
        Self { loading, prefix: String::new(), headless: false }
    }

    /// The weights below `name`.
    pub(crate) fn pp(&self, name: impl std::fmt::Display) -> Self {
        Self { prefix: format!("{}{name}.", self.prefix), ..*self }
    }

    /// The weights below `name`, or these: a checkpoint of a bare model lacks the name its class has in larger ones.
    pub(crate) fn base(&self, name: &str) -> Self {
        let below = self.pp(name);
        let names = self.loading.source.names();
        if names.iter().any(|name| name.starts_with(&below.prefix)) { below } else { self.clone() }
    }

    /// These weights, for a model whose output head is not used.
    pub(crate) fn headless(self) -> Self {
        Self { headless: true, ..self }
    }

    /// Is the output head left out?
    pub(crate) fn is_headless(&self) -> bool {
        self.headless
    }

    /// Is there such a tensor?
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.loading.source.info(&self.path(name)).is_some()
    }

    /// Accepts a tensor without using it.
    pub(crate) fn ignore(&self, name: &str) {
        self.loading.state.borrow_mut().asked.insert(self.path(name));
    }

    /// Accepts all tensors below `name` without using them.
    pub(crate) fn ignore_below(&self, name: &str) {
        let prefix = self.pp(name).prefix;
        let names = self.loading.source.names().into_iter().filter(|name| name.starts_with(&prefix));
        self.loading.state.borrow_mut().asked.extend(names.map(str::to_owned));
    }

    /// Stands for a projection that is not used: the right shape, no memory.
    pub(crate) fn unused(&self, inn: usize, out: usize) -> Linear {
        Linear::new(Arc::new(Absent { inn, out }))
    }

    /// A tensor of this shape in the type of the packed weights.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, LoadError> {
        match self.find(name, shape)? {
            Some(tensor) => {
                let tensor = self.cast(tensor)?.to_device(&self.loading.kernels.device())?;
                self.count_bytes(tensor.elem_count() * tensor.dtype().size_in_bytes());
                Ok(tensor)
            }
            None => absent(shape),
        }
    }

    /// A table whose rows are looked up: as it is stored, or in the type of the packed weights.
    pub(crate) fn table(&self, name: &str, shape: (usize, usize)) -> Result<Table, LoadError> {
        let shape = [shape.0, shape.1];
        if !matches!(self.loading.source.info(&self.path(name)), Some((Element::Blocks(_), _))) {
            return Ok(Table::Float(self.tensor(name, &shape)?));
        }
        let Some(weight) = self.blocks(name, &shape)? else { return Ok(Table::Float(absent(&shape)?)) };
        if self.loading.kernels.keeps_floats_only() {
            let table = self.as_floats(&weight.to_tensor()?)?;
            self.count_bytes(table.elem_count() * table.dtype().size_in_bytes());
            return Ok(Table::Float(table));
        }
        self.count_bytes(weight.bytes().len());
        Ok(Table::Blocks(Arc::new(weight)))
    }

    /// A vector in f32: norms and biases.
    pub(crate) fn vector(&self, name: &str, len: usize) -> Result<Tensor, LoadError> {
        match self.find(name, &[len])? {
            Some(tensor) => {
                self.count_bytes(len * DType::F32.size_in_bytes());
                Ok(tensor.to_dtype(DType::F32)?.to_device(&self.loading.kernels.device())?)
            }
            None => absent(&[len]),
        }
    }

    /// One projection `name.weight` (`[out, in]`), with `name.bias` if `bias`.
    pub(crate) fn linear(&self, name: &str, inn: usize, out: usize, bias: bool) -> Result<Linear, LoadError> {
        self.merged(&[(name, out)], inn, bias)
    }

    /// Projections of the same input as one: outputs one after the other.
    pub(crate) fn merged(&self, parts: &[(&str, usize)], inn: usize, bias: bool) -> Result<Linear, LoadError> {
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for (name, out) in parts {
            let at = self.pp(name);
            weights.extend(at.matrix(*out, inn)?.map(|weight| self.in_form(weight)).transpose()?);
            if bias {
                biases.extend(at.find("bias", &[*out])?.map(|bias| bias.to_dtype(DType::F32)).transpose()?);
            }
        }
        let out = parts.iter().map(|(_, out)| out).sum();
        if weights.len() < parts.len() || (bias && biases.len() < parts.len()) {
            return Ok(self.unused(inn, out));
        }
        let bias = if bias { Some(Tensor::cat(&biases, 0)?) } else { None };
        let (mut pieces, mut done) = (Vec::new(), 0);
        for weight in Matrix::join(weights)? {
            let out = weight.out()?;
            let bias = bias.as_ref().map(|bias| bias.narrow(0, done, out)).transpose()?;
            pieces.push(self.pack_matrix(&weight, bias.as_ref())?);
            done += out;
        }
        Ok(Linear::side_by_side(pieces))
    }

    /// As [`Self::merged`], where adapters may add to what it gives.
    pub(crate) fn adaptable(&self, parts: &[(&str, usize)], inn: usize, bias: bool) -> Result<Linear, LoadError> {
        let linear = self.merged(parts, inn, bias)?;
        let parts = parts.iter().map(|&(name, out)| (self.path(name), out)).collect();
        let sites = &mut self.loading.state.borrow_mut().sites;
        sites.push(Site { inn, parts });
        Ok(linear.at(sites.len() - 1))
    }

    /// The weight in a form in which the device keeps it.
    fn in_form(&self, weight: Matrix) -> Result<Matrix, LoadError> {
        if !self.loading.kernels.keeps_floats_only() {
            return Ok(weight);
        }
        let floats = match weight {
            Matrix::Float(weight) => return Ok(Matrix::Float(weight)),
            Matrix::Int8(weight) => weight.to_tensor()?,
            Matrix::Blocks(weight) => weight.to_tensor()?,
        };
        Ok(Matrix::Float(self.as_floats(&floats)?))
    }

    /// f32 values in the device's type, on it.
    fn as_floats(&self, values: &Tensor) -> Result<Tensor, LoadError> {
        let kernels = self.loading.kernels;
        Ok(values.to_dtype(kernels.float_type(DType::F32))?.to_device(&kernels.device())?)
    }

    /// Packs a weight in the form in which it is stored; floats are quantized if that was asked for.
    fn pack_matrix(&self, weight: &Matrix, bias: Option<&Tensor>) -> Result<Linear, LoadError> {
        match weight {
            Matrix::Float(weight) => self.pack(weight, bias),
            Matrix::Int8(weight) => self.packed(self.loading.kernels.pack_int8(weight, bias)?),
            Matrix::Blocks(weight) => self.pack_blocks(weight, bias),
        }
    }

    /// Packs blocks.
    pub(crate) fn pack_blocks(&self, weight: &BlockWeight, bias: Option<&Tensor>) -> Result<Linear, LoadError> {
        self.packed(self.loading.kernels.pack_blocks(weight, bias)?)
    }

    /// The weight of one projection, as it is stored; `None` as in `find`.
    fn matrix(&self, out: usize, inn: usize) -> Result<Option<Matrix>, LoadError> {
        let path = self.path("weight");
        match self.loading.source.info(&path) {
            Some((Element::Int8, _)) => self.int8(&path, out, inn),
            Some((Element::Blocks(_), _)) => Ok(self.blocks("weight", &[out, inn])?.map(Matrix::Blocks)),
            _ if self.loading.cache.is_some() => self.quantized(out, inn),
            _ => self.floats(out, inn),
        }
    }

    /// Where blocks of a stored weight are kept, and their format: `None` when it is quantized otherwise, or not as it is stored.
    fn kept(&self, path: &str, dtype: DType, inn: usize) -> Option<(&QuantizedCache, GgmlDType, u128)> {
        let Loading { source, cache, precision, .. } = self.loading;
        let (cache, format) = (cache.as_ref()?, precision.quantize?.blocks(inn)?);
        (self.packed_type(dtype) == dtype).then_some(())?;
        Some((cache, format, source.hash(path)?))
    }

    /// The blocks of a weight of floats. If an earlier start has made them, the floats were hashed where they lie, and no tensor
    /// is made of them. `None` as in `find`.
    fn quantized(&self, out: usize, inn: usize) -> Result<Option<Matrix>, LoadError> {
        let path = self.path("weight");
        let source = self.loading.source;
        let Some((Element::Float(dtype), _)) = source.info(&path) else { return self.floats(out, inn) };
        if !self.check("weight", &[out, inn]) {
            return Ok(None);
        }
        let Some((cache, format, hash)) = self.kept(&path, dtype, inn) else { return self.floats(out, inn) };
        let make = || Ok(BlockWeight::quantize(&source.tensor(&path)?, format)?);
        let blocks = cache.blocks(&Floats { dtype, shape: (out, inn), hash }, format, make)?;
        self.advance(&path, out * inn);
        Ok(Some(Matrix::Blocks(blocks)))
    }

    fn floats(&self, out: usize, inn: usize) -> Result<Option<Matrix>, LoadError> {
        Ok(self.find("weight", &[out, inn])?.map(|weight| self.cast(weight)).transpose()?.map(Matrix::Float))
    }

    /// A matrix of blocks; `None` as in `find`.
    fn blocks(&self, name: &str, shape: &[usize]) -> Result<Option<BlockWeight>, LoadError> {
        if !self.check(name, shape) {
            return Ok(None);
        }
        let path = self.path(name);
        let weight = self.loading.source.blocks(&path)?;
        self.advance(&path, shape.iter().product());
        Ok(Some(weight))
    }

    fn int8(&self, path: &str, out: usize, inn: usize) -> Result<Option<Matrix>, LoadError> {
        if !self.check("weight", &[out, inn]) {
            return Ok(None);
        }
        let values = self.loading.source.int8(path)?;
        self.advance(path, values.len());
        // One scale a row, or one for all.
        let shape = self.loading.source.info(&self.path(SCALE)).map(|(_, shape)| shape.to_vec());
        let shape = shape.filter(|shape| *shape == [1] || shape.is_empty()).unwrap_or_else(|| vec![out, 1]);
        let Some(scales) = self.find(SCALE, &shape)? else { return Ok(None) };
        let scales = scales.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let scales = if scales.len() == 1 { vec![scales[0]; out] } else { scales };
        Ok(Some(Matrix::Int8(Int8Weight::new(values, scales, (out, inn))?)))
    }

    /// Packs a tensor that was loaded already (a tied head), quantized if that was asked for.
    pub(crate) fn pack(&self, weight: &Tensor, bias: Option<&Tensor>) -> Result<Linear, LoadError> {
        let (Loading { kernels, precision, .. }, (out, inn)) = (self.loading, weight.dims2()?);
        if self.failed() {
            return Ok(self.unused(inn, out));
        }
        self.packed(match precision.quantize.map(|wanted| wanted.blocks(inn)) {
            Some(Some(format)) => {
                let make = || Ok(BlockWeight::quantize(weight, format)?);
                let blocks = match &self.loading.cache {
                    Some(cache) => cache.blocks(&Floats::of(weight)?, format, make)?,
                    None => make()?,
                };
                kernels.pack_blocks(&blocks, bias)?
            }
            Some(None) => kernels.pack_int8(&Int8Weight::quantize(weight)?, bias)?,
            // A table that is on the device already is shared, and was counted.
            None if !weight.device().is_cpu() => return Ok(Linear::new(kernels.pack_linear(weight, bias)?)),
            None => kernels.pack_linear(weight, bias)?,
        })
    }

    fn packed(&self, op: Arc<dyn LinearOp>) -> Result<Linear, LoadError> {
        self.count_bytes(op.num_bytes());
        Ok(Linear::new(op))
    }

    /// The raw tensor; `None` when it is at fault, or something before it was.
    fn find(&self, name: &str, shape: &[usize]) -> Result<Option<Tensor>, LoadError> {
        if !self.check(name, shape) {
            return Ok(None);
        }
        let path = self.path(name);
        let tensor = self.loading.source.tensor(&path)?;
        self.advance(&path, tensor.elem_count());
        Ok(Some(tensor))
    }

    /// Notes that a tensor is wanted; false when it is at fault, or something before it was.
    fn check(&self, name: &str, shape: &[usize]) -> bool {
        let path = self.path(name);
        let mut state = self.loading.state.borrow_mut();
        match self.loading.source.info(&path) {
            None => state.problems.missing.push(path.clone()),
            Some((_, found)) if found != shape => {
                state.problems.mismatched.push(format!("{path} is {found:?}, expected {shape:?}"));
            }
            Some(_) => {}
        }
        state.asked.insert(path);
        state.problems.is_empty()
    }

    /// A tensor of so many parameters was read.
    fn advance(&self, path: &str, num_params: usize) {
        let mut state = self.loading.state.borrow_mut();
        state.now.done_bytes += num_bytes(self.loading.source, path);
        state.totals.num_params += if path.ends_with(SCALE) { 0 } else { num_params as u64 };
        let now = state.now;
        (state.progress)(now);
    }

    /// The type in which floats of type `stored` are packed.
    fn packed_type(&self, stored: DType) -> DType {
        self.loading.kernels.float_type(self.loading.precision.float_type(stored))
    }

    fn cast(&self, tensor: Tensor) -> Result<Tensor, LoadError> {
        let dtype = self.packed_type(tensor.dtype());
        Ok(if tensor.dtype() == dtype { tensor } else { tensor.to_dtype(dtype)? })
    }

    fn failed(&self) -> bool {
        !self.loading.state.borrow().problems.is_empty()
    }

    fn count_bytes(&self, bytes: usize) {
        self.loading.state.borrow_mut().totals.num_bytes += bytes as u64;
    }

    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// Stands for a tensor that is at fault: the right shape, no memory.
fn absent(shape: &[usize]) -> Result<Tensor, LoadError> {
    Ok(Tensor::zeros(1, DType::F32, &Device::Cpu)?.broadcast_as(shape)?)
}

/// Stands for a projection that is at fault, or not used.
#[derive(Debug)]
struct Absent {
    inn: usize,
    out: usize,
}

impl LinearOp for Absent {
    fn forward(&self, _x: &Tensor) -> candle_core::Result<Tensor> {
        candle_core::bail!("this weight was not loaded")
    }

    fn shape(&self) -> (usize, usize) {
        (self.inn, self.out)
    }

    fn num_bytes(&self) -> usize {
        0
    }
}
