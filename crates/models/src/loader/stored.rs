//! Where tensors come from, and the forms in which a checkpoint stores the weight of a projection.
//!
//! Read next: `weights.rs`.

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Tensor};
use sconce_kernels::{BlockWeight, Int8Weight};

use crate::error::LoadError;

/// What a stored tensor consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// f32, f16 or bf16.
    Float(DType),
    /// Whole numbers of 8 bits, whose scales are another tensor.
    Int8,
    /// Blocks of quantized values with their scales.
    Blocks(GgmlDType),
    /// A type that is not supported.
    Other,
}

/// Where tensors come from.
pub(crate) trait TensorSource {
    /// Every tensor of the checkpoint.
    fn names(&self) -> Vec<&str>;
    /// Type and shape.
    fn info(&self, name: &str) -> Option<(Element, &[usize])>;
    /// The values as floats; copied, so that the source may go away.
    fn tensor(&self, name: &str) -> Result<Tensor, LoadError>;
    /// A hash of a tensor's bytes as they are stored; `None` when they are not stored anywhere.
    fn hash(&self, _name: &str) -> Option<u128> {
        None
    }
    /// The values of a tensor of int8, row after row.
    fn int8(&self, name: &str) -> Result<Vec<i8>, LoadError> {
        Err(LoadError::file(name, "is not a tensor of int8"))
    }
    /// The values of a matrix of blocks.
    fn blocks(&self, name: &str) -> Result<BlockWeight, LoadError> {
        Err(LoadError::file(name, "is not a matrix of blocks"))
    }
}

/// Bytes a tensor has in the checkpoint.
pub(super) fn num_bytes(source: &dyn TensorSource, name: &str) -> u64 {
    source.info(name).map_or(0, |(element, shape)| {
        let values = shape.iter().product::<usize>() as u64;
        match element {
            Element::Float(dtype) => values * dtype.size_in_bytes() as u64,
            Element::Blocks(format) => values / format.block_size() as u64 * format.type_size() as u64,
            Element::Int8 | Element::Other => values,
        }
    })
}

/// The weight of a projection, `[out, in]`, as it is stored.
#[derive(Debug)]
pub(super) enum Matrix {
    /// Floats.
    Float(Tensor),
    /// int8 with a scale a row.
    Int8(Int8Weight),
    /// Blocks.
    Blocks(BlockWeight),
}

impl Matrix {
    /// Outputs.
    pub(super) fn out(&self) -> Result<usize, LoadError> {
        Ok(match self {
            Self::Float(weight) => weight.dims2()?.0,
            Self::Int8(weight) => weight.shape().0,
            Self::Blocks(weight) => weight.shape().0,
        })
    }

    /// Weights of the same input, outputs one after the other, in as few pieces as their forms allow: one if all are
    /// stored alike, else as they are.
    pub(super) fn join(parts: Vec<Self>) -> Result<Vec<Self>, LoadError> {
        let floats = parts.iter().map(Self::as_float).collect::<Option<Vec<_>>>();
        if let Some(floats) = floats {
            return Ok(vec![Self::Float(join_floats(floats)?)]);
        }
        if parts.iter().all(|part| matches!(part, Self::Int8(_))) {
            let int8 =
                parts.into_iter().filter_map(|part| if let Self::Int8(weight) = part { Some(weight) } else { None });
            return Ok(vec![Self::Int8(Int8Weight::join(int8.collect())?)]);
        }
        let blocks = parts.iter().map(|part| if let Self::Blocks(weight) = part { Some(weight) } else { None });
        if let Some(blocks) = blocks.collect::<Option<Vec<_>>>()
            && let Some(joined) = BlockWeight::join(&blocks)?
        {
            return Ok(vec![Self::Blocks(joined)]);
        }
        Ok(parts)
    }

    /// A tensor is a handle: nothing is copied.
    fn as_float(&self) -> Option<Tensor> {
        if let Self::Float(weight) = self { Some(weight.clone()) } else { None }
    }
}

fn join_floats(mut floats: Vec<Tensor>) -> Result<Tensor, LoadError> {
    if floats.iter().any(|weight| weight.dtype() != floats[0].dtype()) {
        floats = floats.iter().map(|weight| weight.to_dtype(DType::F32)).collect::<Result<_, _>>()?;
    }
    Ok(if floats.len() == 1 { floats.remove(0) } else { Tensor::cat(&floats, 0)? })
}
