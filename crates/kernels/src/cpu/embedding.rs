//! Rows of an embedding table, widened to f32. A table stays as it was loaded (often shared with the checkpoint's
//! mapping), so nothing is packed.

use candle_core::{DType, Device, Result, Tensor, bail};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use super::tensors::{dense, slice};
use crate::check;

/// See `Kernels::embedding`.
pub(super) fn embedding(table: &Tensor, ids: &[u32]) -> Result<Tensor> {
    let hidden = check::embedding(table, ids)?;
    let table = dense(table)?;
    let (storage, layout) = table.storage_and_layout();
    let mut out = vec![0.0; ids.len() * hidden];
    let rows = out.chunks_exact_mut(hidden.max(1)).zip(ids.iter().map(|&id| id as usize * hidden));
    match storage.dtype() {
        DType::F32 => {
            let values = slice::<f32>(&storage, layout)?;
            rows.for_each(|(row, at)| row.copy_from_slice(&values[at..][..hidden]));
        }
        DType::BF16 => {
            let values = slice::<bf16>(&storage, layout)?;
            rows.for_each(|(row, at)| values[at..][..hidden].convert_to_f32_slice(row));
        }
        DType::F16 => {
            let values = slice::<f16>(&storage, layout)?;
            rows.for_each(|(row, at)| values[at..][..hidden].convert_to_f32_slice(row));
        }
        other => bail!("an embedding table must be f32, bf16 or f16, not {other:?}"),
    }
    Tensor::from_vec(out, (ids.len(), hidden), &Device::Cpu)
}
