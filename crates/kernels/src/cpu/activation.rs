//! Activations between two projections: of every element, or of the gate half of a merged gate-and-up projection.
//! Every element is computed from its own input, so there is no order to keep.

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, LANES, Simd, dispatch, gelu, gelu_tanh, silu, tanh};
use super::tensors::{dense, slice};
use crate::Activation;
use crate::check;

/// What an exp costs in copies of an element, about.
const COST: usize = 8;

/// See `Kernels::gated`.
pub(super) fn gated(isa: Isa, pool: &Pool, gate_up: &Tensor, activation: Activation) -> Result<Tensor> {
    let (tokens, n) = check::gate_up(gate_up)?;
    let gate_up = dense(gate_up)?;
    let (storage, layout) = gate_up.storage_and_layout();
    let values = slice::<f32>(&storage, layout)?;
    let fill = |out: &Shared<'_, f32>| {
        pool.run_rows(tokens, COST * n, &|rows| {
            for row in rows {
                let (gate, up) = values[2 * n * row..][..2 * n].split_at(n);
                // SAFETY: the row belongs to this task.
                let out = unsafe { out.get().add(row * n) };
                dispatch(isa, Activate { x: gate, up: Some(up), out, activation });
            }
        });
    };
    // SAFETY: every row is written.
    let out = unsafe { filled(tokens * n, fill) };
    Tensor::from_vec(out, (tokens, n), &Device::Cpu)
}

/// See `Kernels::activate`.
pub(super) fn activate(isa: Isa, pool: &Pool, x: &Tensor, activation: Activation) -> Result<Tensor> {
    let (tokens, n) = x.dims2()?;
    let x = dense(x)?;
    let (storage, layout) = x.storage_and_layout();
    let values = slice::<f32>(&storage, layout)?;
    let fill = |out: &Shared<'_, f32>| {
        pool.run_rows(tokens, COST * n, &|rows| {
            let x = &values[rows.start * n..rows.end * n];
            // SAFETY: the rows belong to this task.
            let out = unsafe { out.get().add(rows.start * n) };
            dispatch(isa, Activate { x, up: None, out, activation });
        });
    };
    // SAFETY: every row is written.
    let out = unsafe { filled(tokens * n, fill) };
    Tensor::from_vec(out, (tokens, n), &Device::Cpu)
}

/// `activation(x)`, times `up` if there is one; all of one length.
struct Activate<'a> {
    x: &'a [f32],
    up: Option<&'a [f32]>,
    out: *mut f32,
    activation: Activation,
}

impl Job for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let len = self.x.len();
        for at in (0..len).step_by(LANES) {
            let n = LANES.min(len - at);
            // SAFETY: at most the values left in the row.
            unsafe {
                let x = s.load_first(self.x.as_ptr().add(at), n);
                let mut y = apply(s, self.activation, x);
                if let Some(up) = self.up {
                    y = s.mul(y, s.load_first(up.as_ptr().add(at), n));
                }
                s.store_first(self.out.add(at), y, n);
            }
        }
    }
}

#[inline(always)]
fn apply<S: Simd>(s: S, activation: Activation, x: S::V) -> S::V {
    match activation {
        Activation::Silu => silu(s, x),
        Activation::Gelu => gelu(s, x),
        Activation::GeluTanh => gelu_tanh(s, x),
        // A NaN in `x` stays: `max` keeps its second operand.
        Activation::Relu => s.max(s.splat(0.0), x),
        Activation::Tanh => tanh(s, x),
    }
}
