//! Layer norm: mean, then the variance around it, then scale and shift.
//! Both sums of a row run through four vectors of accumulators, so their order depends on the row's length only.

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, LANES, Simd, dispatch};
use super::tensors::{dense, dense_f32, slice};
use crate::check;

/// Accumulators of a sum.
const CHAINS: usize = 4;

/// See `Kernels::layer_norm`.
pub(super) fn layer_norm(
    isa: Isa,
    pool: &Pool,
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    eps: f32,
) -> Result<Tensor> {
    let dim = check::layer_norm(x, weight, bias)?;
    let (x, weight, bias) = (dense(x)?, dense_f32(weight)?, bias.map(dense_f32).transpose()?);
    let ((xs, xl), (ws, wl)) = (x.storage_and_layout(), weight.storage_and_layout());
    let bias = bias.as_ref().map(|bias| bias.storage_and_layout());
    let (values, weight) = (slice::<f32>(&xs, xl)?, slice::<f32>(&ws, wl)?);
    let bias = bias.as_ref().map(|(storage, layout)| slice::<f32>(storage, layout)).transpose()?;
    let fill = |out: &Shared<'_, f32>| {
        // Three passes over the row.
        pool.run_rows(values.len() / dim, 3 * dim, &|rows| {
            for row in rows {
                let x = &values[row * dim..][..dim];
                // SAFETY: the row belongs to this task.
                let out = unsafe { out.get().add(row * dim) };
                dispatch(isa, Norm { x, weight, bias, out, eps });
            }
        });
    };
    // SAFETY: every row is written.
    let out = unsafe { filled(values.len(), fill) };
    Tensor::from_vec(out, x.shape(), &Device::Cpu)
}

/// One row; all of one length.
struct Norm<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    bias: Option<&'a [f32]>,
    out: *mut f32,
    eps: f32,
}

impl Job for Norm<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let dim = self.x.len();
        let mean = s.splat(total(s, self.x, |x, sum| s.add(x, sum), s.splat(0.0)) / dim as f32);
        let square = |x, sum| {
            let x = s.sub(x, mean);
            s.mul_add(x, x, sum)
        };
        let variance = total(s, self.x, square, mean) / dim as f32;
        let scale = s.splat(1.0 / (variance + self.eps).sqrt());
        for at in (0..dim).step_by(LANES) {
            let n = LANES.min(dim - at);
            // SAFETY: at most the values left in the row.
            unsafe {
                let x = s.sub(s.load_first(self.x.as_ptr().add(at), n), mean);
                let weight = s.load_first(self.weight.as_ptr().add(at), n);
                let mut y = s.mul(s.mul(x, scale), weight);
                if let Some(bias) = self.bias {
                    y = s.add(y, s.load_first(bias.as_ptr().add(at), n));
                }
                s.store_first(self.out.add(at), y, n);
            }
        }
    }
}

/// `add` over the row, vector by vector; lanes past its end count as `rest`.
#[inline(always)]
fn total<S: Simd>(s: S, x: &[f32], add: impl Fn(S::V, S::V) -> S::V, rest: S::V) -> f32 {
    let mut sums = [s.splat(0.0); CHAINS];
    let rest = s.lanes(rest)[0];
    for (index, part) in x.chunks(LANES).enumerate() {
        // SAFETY: the values of `part`.
        let part = s.keep(unsafe { s.load_first(part.as_ptr(), part.len()) }, 0, part.len(), rest);
        let sum = &mut sums[index % CHAINS];
        *sum = add(part, *sum);
    }
    s.sum(s.add(s.add(sums[0], sums[1]), s.add(sums[2], sums[3])))
}
