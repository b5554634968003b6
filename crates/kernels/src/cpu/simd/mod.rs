//! A vector of sixteen f32 lanes, whatever the registers are: one `zmm`, two `ymm` or a plain array. Kernels are
//! written once over [`Simd`] as a [`Job`] and compiled for each instruction set by [`dispatch`].
//!
//! Everything reached from `Job::run` must be `#[inline(always)]`: only then is it compiled with the features of the
//! function that `dispatch` enters. Lanes never mix except in `sum` and `max_lane`, whose order is fixed.
//!
//! Read next: `avx512.rs`, `exp.rs`.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod exp;
mod portable;

use half::bf16;

use super::isa::Isa;

pub(super) use exp::{exp, exp2_negative, gelu, gelu_tanh, silu, tanh};

/// Lanes of a vector.
pub(super) const LANES: usize = 16;

/// Proof that an instruction set is there, with its operations on sixteen f32 lanes.
pub(super) trait Simd: Copy {
    /// Sixteen f32.
    type V: Copy;
    /// Sixteen pairs of bf16 weights, as loaded.
    type Pairs: Copy;
    /// A pair of activations, in every column.
    type PairX: Copy;
    /// Sixteen quads of int8 weights, as loaded.
    type Quads: Copy;
    /// A quad of activations (bytes that stand for 128 less), in every column.
    type QuadX: Copy;
    /// Sixteen words of unsigned bytes or nibbles, as loaded.
    type Words: Copy;
    /// Sixteen quads of unsigned bytes.
    type Bytes: Copy;
    /// A quad of signed bytes, in every column.
    type SignedX: Copy;
    /// Whether bf16 activations are multiplied as they are; otherwise they stay f32 and weights are widened.
    const BF16_DOT: bool = false;
    /// Words of a pair of activations.
    const PAIR_WORDS: usize = 2 - Self::BF16_DOT as usize;
    /// Rows of a register tile that is `TILE_VECS` vectors wide.
    const TILE_ROWS: usize;
    /// Vectors (of sixteen columns) of a register tile of more than one row: 1 or 4.
    const TILE_VECS: usize;
    /// Register tiles of rows from which on a weight is read from the second-level cache in long blocks of k. With fewer, short blocks
    /// are read from the first level, if they fit there: 32 KiB do on Intel's processors with AVX-512, on AMD's they do not.
    const MANY_TILES: usize = 10;
    /// Rows of a register tile over blocks, which has accumulators of two kinds.
    const BLOCK_ROWS: usize;

    /// The same value in every lane.
    fn splat(self, value: f32) -> Self::V;
    /// # Safety
    /// `from` must be readable for 16 f32.
    unsafe fn load(self, from: *const f32) -> Self::V;
    /// # Safety
    /// `to` must be writable for 16 f32.
    unsafe fn store(self, to: *mut f32, value: Self::V);
    /// 16 neighboring pairs of bf16, one pair a column.
    /// # Safety
    /// `from` must be readable for 16 words.
    unsafe fn load_pairs(self, from: *const u32) -> Self::Pairs;
    /// One pair of activations for every column: a word of two bf16 with `BF16_DOT`, else two f32.
    /// # Safety
    /// `from` must be readable for `PAIR_WORDS` words.
    unsafe fn splat_pair(self, from: *const u32) -> Self::PairX;
    /// The first of each pair, and the second, as f32.
    fn widen_pairs(self, pairs: Self::Pairs) -> [Self::V; 2];
    /// Writes the nearest bf16 of each lane, ties to even; what is smaller than any normal number may become zero.
    /// # Safety
    /// `to` must be writable for 16 u16.
    #[inline(always)]
    unsafe fn store_bf16(self, to: *mut u16, value: Self::V) {
        // SAFETY: the caller promises 16.
        unsafe { to.cast::<[u16; LANES]>().write_unaligned(round_lanes(self, value)) };
    }
    /// `acc + w.0 * x.0 + w.1 * x.1` in each column.
    fn dot_pairs(self, w: Self::Pairs, x: Self::PairX, acc: Self::V) -> Self::V;
    /// 16 quads of int8, one quad a column.
    /// # Safety
    /// `from` must be readable for 16 words.
    unsafe fn load_quads(self, from: *const u32) -> Self::Quads;
    /// One quad of unsigned bytes for every column.
    /// # Safety
    /// `from` must be readable for a word.
    unsafe fn splat_quad(self, from: *const u32) -> Self::QuadX;
    /// The four products of each column added to `acc`, whose lanes are the bits of whole numbers; exact, wrapping.
    fn dot_quads(self, w: Self::Quads, x: Self::QuadX, acc: Self::V) -> Self::V;
    /// 16 words.
    /// # Safety
    /// `from` must be readable for 16 words.
    unsafe fn load_words(self, from: *const u32) -> Self::Words;
    /// The words as quads of bytes.
    fn bytes(self, words: Self::Words) -> Self::Bytes;
    /// The low halves of the bytes of the words.
    fn low_nibbles(self, words: Self::Words) -> Self::Bytes;
    /// The high halves of the bytes of the words.
    fn high_nibbles(self, words: Self::Words) -> Self::Bytes;
    /// One quad of signed bytes for every column.
    /// # Safety
    /// `from` must be readable for a word.
    unsafe fn splat_signed(self, from: *const u32) -> Self::SignedX;
    /// As `dot_quads`, of unsigned weights and signed activations.
    fn dot_bytes(self, w: Self::Bytes, x: Self::SignedX, acc: Self::V) -> Self::V;
    /// Widens 16 half-precision floats.
    /// # Safety
    /// `from` must be readable for 16 u16.
    unsafe fn load_f16(self, from: *const u16) -> Self::V;
    /// Lanes that are the bits of whole numbers, as f32.
    fn whole(self, bits: Self::V) -> Self::V;
    /// Hints that the cache line of `at` will be read soon: it is to be in the second-level cache, since few lines at a time can be on
    /// their way to the first. `at` may be any address.
    #[inline(always)]
    fn prefetch(self, at: *const u32) {
        let _ = at;
    }
    /// `a * b + c`, rounded once where the instruction set has it.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `a + b`.
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a - b`.
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a * b`.
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a / b`.
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger; `b` when one is NaN.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller; `b` when one is NaN.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// Nearest whole number, ties to even.
    fn round(self, a: Self::V) -> Self::V;
    /// `a * 2^n` for whole `n` in `-126..=127`.
    fn mul_pow2(self, a: Self::V, n: Self::V) -> Self::V;

    /// The lanes as an array.
    #[inline(always)]
    fn lanes(self, a: Self::V) -> [f32; LANES] {
        let mut lanes = [0.0; LANES];
        // SAFETY: the array holds 16 f32.
        unsafe { self.store(lanes.as_mut_ptr(), a) };
        lanes
    }

    /// A vector of the array's values.
    #[inline(always)]
    fn of(self, lanes: &[f32; LANES]) -> Self::V {
        // SAFETY: the array holds 16 f32.
        unsafe { self.load(lanes.as_ptr()) }
    }

    /// The first `n <= 16` values, then zeros.
    /// # Safety
    /// `from` must be readable for `n` f32.
    #[inline(always)]
    unsafe fn load_first(self, from: *const f32, n: usize) -> Self::V {
        if n == LANES {
            // SAFETY: the caller's promise.
            return unsafe { self.load(from) };
        }
        let mut lanes = [0.0; LANES];
        // SAFETY: `n < 16` values are readable and fit the array.
        unsafe { std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), n) };
        self.of(&lanes)
    }

    /// Writes the first `n <= 16` lanes.
    /// # Safety
    /// `to` must be writable for `n` f32.
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, value: Self::V, n: usize) {
        if n == LANES {
            // SAFETY: the caller's promise.
            return unsafe { self.store(to, value) };
        }
        let lanes = self.lanes(value);
        // SAFETY: `n < 16` values are writable and come from the array.
        unsafe { std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, n) };
    }

    /// Lanes outside `lo..hi` become `other`.
    #[inline(always)]
    fn keep(self, a: Self::V, lo: usize, hi: usize, other: f32) -> Self::V {
        if lo == 0 && hi >= LANES {
            return a;
        }
        let mut lanes = self.lanes(a);
        for (lane, value) in lanes.iter_mut().enumerate() {
            if lane < lo || lane >= hi {
                *value = other;
            }
        }
        self.of(&lanes)
    }

    /// Sum of the lanes, as a tree of halves.
    #[inline(always)]
    fn sum(self, a: Self::V) -> f32 {
        let mut lanes = self.lanes(a);
        let mut half = LANES / 2;
        while half > 0 {
            for i in 0..half {
                lanes[i] += lanes[i + half];
            }
            half /= 2;
        }
        lanes[0]
    }

    /// Largest lane.
    #[inline(always)]
    fn max_lane(self, a: Self::V) -> f32 {
        let mut lanes = self.lanes(a);
        let mut half = LANES / 2;
        while half > 0 {
            for i in 0..half {
                lanes[i] = if lanes[i] > lanes[i + half] { lanes[i] } else { lanes[i + half] };
            }
            half /= 2;
        }
        lanes[0]
    }
}

/// The bits of the nearest bf16 of each lane, one after the other.
#[inline(always)]
fn round_lanes<S: Simd>(s: S, value: S::V) -> [u16; LANES] {
    s.lanes(value).map(|lane| bf16::from_f32(lane).to_bits())
}

/// Work written once for every instruction set; `run` must be `#[inline(always)]`.
pub(super) trait Job {
    /// What the work gives.
    type Output;
    /// Does the work with the operations of `simd`.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Runs `job` compiled for `isa`.
pub(super) fn dispatch<J: Job>(isa: Isa, job: J) -> J::Output {
    match isa {
        // SAFETY: these values of `Isa` reach a backend only after `is_available` (checked where it is built).
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512Bf16 => unsafe { avx512::enter_bf16(job) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512Vnni => unsafe { avx512::enter_vnni(job) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512::enter(job) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2::enter(job) },
        _ => job.run(portable::Portable),
    }
}
