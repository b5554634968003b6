//! `silu(gate) * up` of a merged gate-and-up projection.

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::check;
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, LANES, Simd, dispatch, silu};
use super::tensors::{dense, slice};

/// See `Kernels::silu_mul`.
pub(super) fn silu_mul(isa: Isa, pool: &Pool, gate_up: &Tensor) -> Result<Tensor> {
    let (tokens, n) = check::gate_up(gate_up)?;
    let gate_up = dense(gate_up)?;
    let (storage, layout) = gate_up.storage_and_layout();
    let values = slice::<f32>(&storage, layout)?;
    let fill = |out: &Shared<'_, f32>| {
        // An exp costs about eight times a copy.
        pool.run_rows(tokens, 8 * n, &|rows| {
            for row in rows {
                let (gate, up) = values[2 * n * row..][..2 * n].split_at(n);
                // SAFETY: the row belongs to this task.
                dispatch(isa, SiluMul { gate, up, out: unsafe { out.get().add(row * n) } });
            }
        });
    };
    // SAFETY: every row is written.
    let out = unsafe { filled(tokens * n, fill) };
    Tensor::from_vec(out, (tokens, n), &Device::Cpu)
}

/// One row; all of one length.
struct SiluMul<'a> {
    gate: &'a [f32],
    up: &'a [f32],
    out: *mut f32,
}

impl Job for SiluMul<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let len = self.gate.len();
        for at in (0..len).step_by(LANES) {
            let n = LANES.min(len - at);
            // SAFETY: at most the values left in the row.
            unsafe {
                let gate = s.load_first(self.gate.as_ptr().add(at), n);
                let up = s.load_first(self.up.as_ptr().add(at), n);
                s.store_first(self.out.add(at), s.mul(silu(s, gate), up), n);
            }
        }
    }
}
