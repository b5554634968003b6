//! RMS norm, alone and fused with the residual addition before it.
//! A row's sum of squares runs through four vectors of accumulators, so its order depends on the row's length only.

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, LANES, Simd, dispatch};
use super::tensors::{dense, dense_f32, slice};
use crate::check;

/// See `Kernels::rms_norm`.
pub(super) fn rms_norm(isa: Isa, pool: &Pool, x: &Tensor, weight: &Tensor, eps: f32) -> Result<Tensor> {
    let dim = check::norm(x, weight)?;
    let (dense, weight) = (dense(x)?, dense_f32(weight)?);
    let ((xs, xl), (ws, wl)) = (dense.storage_and_layout(), weight.storage_and_layout());
    let (values, weight) = (slice::<f32>(&xs, xl)?, slice::<f32>(&ws, wl)?);
    let fill = |out: &Shared<'_, f32>| {
        pool.run_rows(values.len() / dim, dim, &|rows| {
            for row in rows {
                let x = &values[row * dim..][..dim];
                // SAFETY: the row belongs to this task.
                let out = unsafe { out.get().add(row * dim) };
                dispatch(isa, Norm { x: x.as_ptr(), weight, out, eps });
            }
        });
    };
    // SAFETY: every row is written.
    let out = unsafe { filled(values.len(), fill) };
    Tensor::from_vec(out, x.shape(), &Device::Cpu)
}

/// See `Kernels::add_rms_norm`.
pub(super) fn add_rms_norm(
    isa: Isa,
    pool: &Pool,
    x: &Tensor,
    residual: &Tensor,
    weight: &Tensor,
    eps: f32,
) -> Result<(Tensor, Tensor)> {
    let dim = check::norm(x, weight)?;
    if x.dims() != residual.dims() {
        candle_core::bail!("add_rms_norm: {:?} and {:?} differ", x.shape(), residual.shape());
    }
    let (dense_x, residual, weight) = (dense(x)?, dense(residual)?, dense_f32(weight)?);
    let ((xs, xl), (rs, rl)) = (dense_x.storage_and_layout(), residual.storage_and_layout());
    let (ws, wl) = weight.storage_and_layout();
    let (a, b, weight) = (slice::<f32>(&xs, xl)?, slice::<f32>(&rs, rl)?, slice::<f32>(&ws, wl)?);
    let both = |sum: &Shared<'_, f32>, normed: &Shared<'_, f32>| {
        pool.run_rows(a.len() / dim, dim, &|rows| {
            for row in rows {
                let at = row * dim;
                let (a, b) = (&a[at..][..dim], &b[at..][..dim]);
                // SAFETY: the row of both results belongs to this task.
                let (sum, normed) = unsafe { (sum.get().add(at), normed.get().add(at)) };
                dispatch(isa, Add { a, b, out: sum });
                dispatch(isa, Norm { x: sum, weight, out: normed, eps });
            }
        });
    };
    let mut normed = Vec::new();
    // SAFETY: every row of both results is written.
    let sum = unsafe { filled(a.len(), |sum| normed = filled(a.len(), |normed| both(sum, normed))) };
    Ok((Tensor::from_vec(sum, x.shape(), &Device::Cpu)?, Tensor::from_vec(normed, x.shape(), &Device::Cpu)?))
}

/// `out = a + b`, all of one length.
struct Add<'a> {
    a: &'a [f32],
    b: &'a [f32],
    out: *mut f32,
}

impl Job for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for (i, (a, b)) in self.a.iter().zip(self.b).enumerate() {
            // SAFETY: `out` has the length of `a`.
            unsafe { self.out.add(i).write(a + b) };
        }
    }
}

/// One row; `x` and `out` have the length of `weight`.
pub(super) struct Norm<'a> {
    /// What is normalized.
    pub x: *const f32,
    /// What it is multiplied by.
    pub weight: &'a [f32],
    /// The result.
    pub out: *mut f32,
    /// Added to the mean square.
    pub eps: f32,
}

impl Job for Norm<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        const CHAINS: usize = 4;
        let dim = self.weight.len();
        let mut sums = [s.splat(0.0); CHAINS];
        for at in (0..dim).step_by(LANES) {
            // SAFETY: at most the values left in the row.
            let x = unsafe { s.load_first(self.x.add(at), LANES.min(dim - at)) };
            let sum = &mut sums[at / LANES % CHAINS];
            *sum = s.mul_add(x, x, *sum);
        }
        let total = s.sum(s.add(s.add(sums[0], sums[1]), s.add(sums[2], sums[3])));
        let scale = s.splat(1.0 / (total / dim as f32 + self.eps).sqrt());
        for at in (0..dim).step_by(LANES) {
            let n = LANES.min(dim - at);
            // SAFETY: at most the values left in the row.
            unsafe {
                let x = s.load_first(self.x.add(at), n);
                let weight = s.load_first(self.weight.as_ptr().add(at), n);
                s.store_first(self.out.add(at), s.mul(s.mul(x, scale), weight), n);
            }
        }
    }
}
