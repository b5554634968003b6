//! The paged KV cache of one device. This crate owns the page layout; nobody else indexes into a block.

use candle_core::{DType, Device, Result, Tensor, WithDType};
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

/// Type of the keys and values in the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvType {
    /// Single precision.
    F32,
    /// bfloat16.
    Bf16,
    /// IEEE half precision; CUDA only.
    F16,
    /// Eight bits, symmetric, with an f32 scale for each token and head; CPU only.
    Int8,
    /// e4m3, with an f32 scale for each token and head; CUDA only.
    Fp8,
}

impl KvType {
    /// As it is named in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
            Self::F16 => "f16",
            Self::Int8 => "int8",
            Self::Fp8 => "fp8",
        }
    }
}

/// K and V pages of one layer; written in place by `Kernels::store_kv`.
#[derive(Clone, Debug)]
pub struct KvLayer {
    pub(crate) k: KvPages,
    pub(crate) v: KvPages,
    /// What the pages hold.
    pub(crate) dtype: KvType,
    /// Sizes.
    pub(crate) shape: KvShape,
}

/// The pages of K or of V.
#[derive(Clone, Debug)]
pub(crate) struct KvPages {
    /// As many elements as `[num_blocks, kv_heads, block_size, head_dim]`: f32, bf16, f16, or u8 for signed bytes or e4m3; what lies
    /// where, in the pool and in a page, is the backend's business.
    pub values: Tensor,
    /// Of bytes only: f32, for each token of each head, in the order of the pages.
    pub scales: Option<Tensor>,
}

/// All layers.
#[derive(Clone, Debug)]
pub struct KvCache {
    layers: Vec<KvLayer>,
}

impl KvCache {
    /// Allocates `shapes.len()` layers, zeroed.
    ///
    /// # Errors
    /// When the device cannot allocate them.
    pub fn new(shapes: &[KvShape], dtype: KvType, device: &Device) -> Result<Self> {
        let layers = shapes
            .iter()
            .map(|shape| {
                let (k, v) = (KvPages::new(shape, dtype, device)?, KvPages::new(shape, dtype, device)?);
                Ok(KvLayer { k, v, dtype, shape: shape.clone() })
            })
            .collect::<Result<_>>()?;
        Ok(Self { layers })
    }

    /// One layer of pages that all layers share, for models that keep nothing after a step: each layer stores its keys
    /// and values over those of the layer before it.
    ///
    /// # Errors
    /// When the device cannot allocate them.
    pub fn transient(shape: &KvShape, layers: usize, dtype: KvType, device: &Device) -> Result<Self> {
        let one = Self::new(std::slice::from_ref(shape), dtype, device)?;
        Ok(Self { layers: vec![one.layers[0].clone(); layers] })
    }

    /// All layers, in order.
    #[must_use]
    pub fn layers(&self) -> &[KvLayer] {
        &self.layers
    }

    /// Layer `index`.
    #[must_use]
    pub fn layer(&self, index: usize) -> &KvLayer {
        &self.layers[index]
    }
}

impl KvPages {
    fn new(shape: &KvShape, dtype: KvType, device: &Device) -> Result<Self> {
        let heads = [shape.num_blocks, shape.kv_heads, shape.block_size];
        let dims = [&heads[..], &[shape.head_dim]].concat();
        let values = |dtype| untouched_zeros(&dims, dtype, device);
        Ok(match dtype {
            KvType::F32 => Self { values: values(DType::F32)?, scales: None },
            KvType::Bf16 => Self { values: values(DType::BF16)?, scales: None },
            KvType::F16 => Self { values: values(DType::F16)?, scales: None },
            KvType::Int8 | KvType::Fp8 => {
                Self { values: values(DType::U8)?, scales: Some(untouched_zeros(&heads, DType::F32, device)?) }
            }
        })
    }
}

/// Zeros whose memory the system hands out page by page when it is first written, so that a large pool costs nothing
/// before it is used. `Tensor::zeros` writes every bf16 element.
fn untouched_zeros(dims: &[usize], dtype: DType, device: &Device) -> Result<Tensor> {
    // Room for the elements, and for beginning at a line of the cache.
    let count = dims.iter().product::<usize>() + LINE;
    match dtype {
        DType::BF16 if device.is_cpu() => aligned(vec![0_u16; count].reinterpret_into::<bf16>(), dims),
        DType::F32 if device.is_cpu() => aligned(vec![0_f32; count], dims),
        DType::U8 if device.is_cpu() => aligned(vec![0_u8; count], dims),
        _ => Tensor::zeros(dims, dtype, device),
    }
}

/// Bytes of a line of the cache. A vector that lies across two costs two reads. As many elements are room enough to begin at one.
const LINE: usize = 64;

/// As many of `zeros` as `dims` say, the first of them at the start of a line.
fn aligned<T: WithDType>(zeros: Vec<T>, dims: &[usize]) -> Result<Tensor> {
    advise_huge(zeros.as_ptr(), size_of_val(zeros.as_slice()));
    let first = zeros.as_ptr().align_offset(LINE).min(LINE);
    let all = zeros.len();
    Tensor::from_vec(zeros, all, &Device::Cpu)?.narrow(0, first, all - LINE)?.reshape(dims)
}

impl KvShape {
    /// Bytes of one page of K and V of one layer.
    #[must_use]
    pub fn block_bytes(&self, dtype: KvType) -> usize {
        let head = match dtype {
            KvType::F32 => 4 * self.head_dim,
            KvType::Bf16 | KvType::F16 => 2 * self.head_dim,
            KvType::Int8 | KvType::Fp8 => self.head_dim + 4,
        };
        2 * self.kv_heads * self.block_size * head
    }
}
