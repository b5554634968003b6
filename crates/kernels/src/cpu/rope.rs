//! Rotary position embedding of q and k: pairs are halves (Hugging Face's Llama) or neighbors; a part of the head may
//! stay as it is. Every element is computed from its own pair, so there is no order to keep.

use candle_core::{Device, Result, Tensor};

use super::buffer::{Shared, filled};
use super::isa::Isa;
use super::pool::Pool;
use super::simd::{Job, LANES, Simd, dispatch};
use super::tensors::{dense, dense_f32, slice};
use crate::check;
use crate::{BatchMeta, RopeTable};

/// See `Kernels::rope`.
pub(super) fn rope(
    isa: Isa,
    pool: &Pool,
    q: &Tensor,
    k: &Tensor,
    table: &RopeTable,
    batch: &BatchMeta,
) -> Result<(Tensor, Tensor)> {
    let half = check::rope(q, k, table, batch)?;
    let (cos, sin) = (dense_f32(&table.cos)?, dense_f32(&table.sin)?);
    let ((cs, cl), (ss, sl)) = (cos.storage_and_layout(), sin.storage_and_layout());
    let angles = Angles { cos: slice(&cs, cl)?, sin: slice(&ss, sl)?, half, interleaved: table.interleaved, batch };
    Ok((angles.rotate(isa, pool, q)?, angles.rotate(isa, pool, k)?))
}

/// The table and whose positions to take from it.
pub(super) struct Angles<'a> {
    /// Of all positions.
    pub cos: &'a [f32],
    /// As `cos`.
    pub sin: &'a [f32],
    /// Values of a position in each.
    pub half: usize,
    /// See `RopeTable`.
    pub interleaved: bool,
    /// Every position of it is in the table.
    pub batch: &'a BatchMeta,
}

impl Angles<'_> {
    fn rotate(&self, isa: Isa, pool: &Pool, x: &Tensor) -> Result<Tensor> {
        let (tokens, heads, dim) = x.dims3()?;
        let dense = dense(x)?;
        let (storage, layout) = dense.storage_and_layout();
        let values = slice::<f32>(&storage, layout)?;
        let width = heads * dim;
        let fill = |out: &Shared<'_, f32>| {
            pool.run_rows(tokens, width, &|rows| {
                for token in rows {
                    // SAFETY: the token belongs to this task.
                    unsafe {
                        self.token(isa, token, &values[token * width..][..width], dim, out.get().add(token * width))
                    };
                }
            });
        };
        // SAFETY: every head of every token is written.
        let out = unsafe { filled(values.len(), fill) };
        Tensor::from_vec(out, x.shape(), &Device::Cpu)
    }

    /// The heads `x` of one token, each of `dim` values.
    ///
    /// # Safety
    /// `out` must be writable for as many values as `x` has, which are a multiple of `dim`; twice `half` fits `dim`.
    pub(super) unsafe fn token(&self, isa: Isa, token: usize, x: &[f32], dim: usize, out: *mut f32) {
        let at = self.batch.positions[token] as usize * self.half;
        let (cos, sin) = (&self.cos[at..][..self.half], &self.sin[at..][..self.half]);
        dispatch(isa, Token { x, out, dim, cos, sin, interleaved: self.interleaved });
    }
}

/// All heads of one token; `out` has the length of `x`, a multiple of `dim`, and twice `cos` fits `dim`.
struct Token<'a> {
    x: &'a [f32],
    out: *mut f32,
    dim: usize,
    cos: &'a [f32],
    sin: &'a [f32],
    interleaved: bool,
}

impl Job for Token<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let half = self.cos.len();
        for (index, head) in self.x.chunks_exact(self.dim.max(1)).enumerate() {
            // SAFETY: this head's part of `out`.
            let out = unsafe { self.out.add(index * self.dim) };
            if self.interleaved {
                self.neighbors(head, out)
            } else {
                self.halves(s, head, out)
            }
            // SAFETY: what is left of the head, in both.
            unsafe {
                let rest = self.dim - 2 * half;
                std::ptr::copy_nonoverlapping(head.as_ptr().add(2 * half), out.add(2 * half), rest);
            }
        }
    }
}

impl Token<'_> {
    #[inline(always)]
    fn halves<S: Simd>(&self, s: S, head: &[f32], out: *mut f32) {
        let half = self.cos.len();
        for at in (0..half).step_by(LANES) {
            let n = LANES.min(half - at);
            // SAFETY: `at + n <= half` and `2 * half <= dim`.
            unsafe {
                let (cos, sin) =
                    (s.load_first(self.cos.as_ptr().add(at), n), s.load_first(self.sin.as_ptr().add(at), n));
                let (a, b) = (s.load_first(head.as_ptr().add(at), n), s.load_first(head.as_ptr().add(half + at), n));
                s.store_first(out.add(at), s.sub(s.mul(a, cos), s.mul(b, sin)), n);
                s.store_first(out.add(half + at), s.add(s.mul(b, cos), s.mul(a, sin)), n);
            }
        }
    }

    #[inline(always)]
    fn neighbors(&self, head: &[f32], out: *mut f32) {
        for (i, (cos, sin)) in self.cos.iter().zip(self.sin).enumerate() {
            let (a, b) = (head[2 * i], head[2 * i + 1]);
            // SAFETY: `2 * i + 1 < 2 * half <= dim`.
            unsafe {
                out.add(2 * i).write(a * cos - b * sin);
                out.add(2 * i + 1).write(b * cos + a * sin);
            }
        }
    }
}
