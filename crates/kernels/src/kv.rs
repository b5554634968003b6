//! The paged KV cache of one device. This crate owns the page layout; nobody else indexes into a block.

use candle_core::{DType, Device, Result, Tensor};
use half::bf16;
use half::vec::HalfBitsVecExt;

use crate::cpu::advise_huge;

/// Sizes of the KV cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KvShape {
    /// Pages of the pool.
    pub num_blocks: usize,
    /// Tokens of a page.
    pub block_size: usize,
    /// KV heads of a layer.
    pub kv_heads: usize,
    /// Size of a head.
    pub head_dim: usize,
}

/// K and V pages of one layer; written in place by `Kernels::store_kv`.
#[derive(Clone, Debug)]
pub struct KvLayer {
    /// `[num_blocks, kv_heads, block_size, head_dim]`, f32 or bf16.
    pub(crate) k: Tensor,
    /// Same shape as `k`.
    pub(crate) v: Tensor,
    /// Sizes.
    pub(crate) shape: KvShape,
}

/// All layers.
#[derive(Clone, Debug)]
pub struct KvCache {
    layers: Vec<KvLayer>,
}

impl KvCache {
    /// Allocates `shapes.len()` layers, zeroed, of type f32 or bf16.
    ///
    /// # Errors
    /// When the device cannot allocate them.
    pub fn new(shapes: &[KvShape], dtype: DType, device: &Device) -> Result<Self> {
        let layers = shapes
            .iter()
            .map(|shape| {
                let dims = (shape.num_blocks, shape.kv_heads, shape.block_size, shape.head_dim);
                Ok(KvLayer {
                    k: untouched_zeros(dims, dtype, device)?,
                    v: untouched_zeros(dims, dtype, device)?,
                    shape: shape.clone(),
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self { layers })
    }

    /// One layer of pages that all layers share, for models that keep nothing after a step: each layer stores its keys
    /// and values over those of the layer before it.
    ///
    /// # Errors
    /// When the device cannot allocate them.
    pub fn transient(shape: &KvShape, layers: usize, dtype: DType, device: &Device) -> Result<Self> {
        let one = Self::new(std::slice::from_ref(shape), dtype, device)?;
        Ok(Self { layers: vec![one.layers[0].clone(); layers] })
    }

    /// Layer `index`.
    #[must_use]
    pub fn layer(&self, index: usize) -> &KvLayer {
        &self.layers[index]
    }
}

/// Zeros whose memory the system hands out page by page when it is first written, so that a large pool costs nothing
/// before it is used. `Tensor::zeros` writes every bf16 element.
fn untouched_zeros(dims: (usize, usize, usize, usize), dtype: DType, device: &Device) -> Result<Tensor> {
    let count = dims.0 * dims.1 * dims.2 * dims.3;
    match dtype {
        DType::BF16 if device.is_cpu() => {
            let bits = vec![0_u16; count];
            advise_huge(bits.as_ptr(), 2 * count);
            Tensor::from_vec(bits.reinterpret_into::<bf16>(), dims, device)
        }
        DType::F32 if device.is_cpu() => {
            let zeros = vec![0_f32; count];
            advise_huge(zeros.as_ptr(), 4 * count);
            Tensor::from_vec(zeros, dims, device)
        }
        _ => Tensor::zeros(dims, dtype, device),
    }
}

impl KvShape {
    /// Bytes of one page of K and V of one layer.
    #[must_use]
    pub fn block_bytes(&self, dtype: DType) -> usize {
        2 * self.kv_heads * self.block_size * self.head_dim * dtype.size_in_bytes()
    }
}
