//! Where tensors come from, and the forms in which a checkpoint stores the weight of a projection.
//!
//! Read next: `weights.rs`.

use candle_core::{DType, Tensor};
use sconce_kernels::Int8Weight;

use crate::error::LoadError;

/// What a stored tensor consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// f32, f16 or bf16.
    Float(DType),
    /// Whole numbers of 8 bits, whose scales are another tensor.
    Int8,
    /// A type that is not supported.
    Other,
}

/// Where tensors come from.
pub(crate) trait TensorSource {
    /// Every tensor of the checkpoint.
    fn names(&self) -> Vec<&str>;
    /// Type and shape.
    fn info(&self, name: &str) -> Option<(Element, &[usize])>;
    /// The values of a tensor of floats; copied, so that the source may go away.
    fn tensor(&self, name: &str) -> Result<Tensor, LoadError>;
    /// The values of a tensor of int8, row after row.
    fn int8(&self, name: &str) -> Result<Vec<i8>, LoadError> {
        Err(LoadError::file(name, "is not a tensor of int8"))
    }
}

/// Bytes a tensor has in the checkpoint.
pub(super) fn num_bytes(source: &dyn TensorSource, name: &str) -> u64 {
    source.info(name).map_or(0, |(element, shape)| {
        let size = if let Element::Float(dtype) = element { dtype.size_in_bytes() } else { 1 };
        shape.iter().product::<usize>() as u64 * size as u64
    })
}

/// The weight of a projection, `[out, in]`, as it is stored.
#[derive(Debug)]
pub(super) enum Matrix {
    /// Floats.
    Float(Tensor),
    /// int8 with a scale a row.
    Int8(Int8Weight),
}

impl Matrix {
    /// Weights of the same input as one, outputs one after the other: as they are if all are stored alike, else as
    /// floats.
    pub(super) fn join(parts: Vec<Self>) -> Result<Self, LoadError> {
        if parts.iter().all(|part| matches!(part, Self::Int8(_))) {
            let parts =
                parts.into_iter().filter_map(|part| if let Self::Int8(weight) = part { Some(weight) } else { None });
            return Ok(Self::Int8(Int8Weight::join(parts.collect())?));
        }
        let mut floats = parts.into_iter().map(Self::into_float).collect::<Result<Vec<_>, _>>()?;
        if floats.iter().any(|weight| weight.dtype() != floats[0].dtype()) {
            floats = floats.iter().map(|weight| weight.to_dtype(DType::F32)).collect::<Result<_, _>>()?;
        }
        Ok(Self::Float(if floats.len() == 1 { floats.remove(0) } else { Tensor::cat(&floats, 0)? }))
    }

    fn into_float(self) -> Result<Tensor, LoadError> {
        match self {
            Self::Float(weight) => Ok(weight),
            Self::Int8(weight) => Ok(weight.to_tensor()?),
        }
    }
}
