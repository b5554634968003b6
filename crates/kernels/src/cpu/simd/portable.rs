//! Sixteen lanes in a plain array: correct everywhere, and what the compiler makes of it.
//! No fused multiply-add: without the instruction it would be a library call for each lane.

use super::{LANES, Simd};

/// Needs no proof.
#[derive(Clone, Copy)]
pub(super) struct Portable;

type V = [f32; LANES];

/// Applies `f` to each pair of lanes.
#[inline(always)]
fn zip(a: V, b: V, f: impl Fn(f32, f32) -> f32) -> V {
    std::array::from_fn(|i| f(a[i], b[i]))
}

impl Simd for Portable {
    type V = V;
    type Pairs = (V, V);
    type PairX = (V, V);
    type Quads = [[i8; 4]; LANES];
    type QuadX = [u8; 4];
    type Words = [u32; LANES];
    type Bytes = [u32; LANES];
    type SignedX = [i8; 4];
    const TILE_ROWS: usize = 2;
    const TILE_VECS: usize = 1;
    const BLOCK_ROWS: usize = 2;

    #[inline(always)]
    fn splat(self, value: f32) -> V {
        [value; LANES]
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> V {
        // SAFETY: the caller promises 16 values; an unaligned read asks for no more.
        unsafe { from.cast::<V>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: V) {
        // SAFETY: the caller promises room for 16 values.
        unsafe { to.cast::<V>().write_unaligned(value) }
    }

    #[inline(always)]
    unsafe fn load_pairs(self, from: *const u32) -> (V, V) {
        // SAFETY: the caller promises 16 words.
        let pairs = unsafe { from.cast::<[u32; LANES]>().read_unaligned() };
        (pairs.map(|pair| f32::from_bits(pair << 16)), pairs.map(|pair| f32::from_bits(pair & 0xffff_0000)))
    }

    #[inline(always)]
    fn widen_pairs(self, (first, second): (V, V)) -> [V; 2] {
        [first, second]
    }

    #[inline(always)]
    unsafe fn splat_pair(self, from: *const u32) -> (V, V) {
        // SAFETY: the caller promises two words.
        unsafe { (self.splat(f32::from_bits(*from)), self.splat(f32::from_bits(*from.add(1)))) }
    }

    #[inline(always)]
    fn dot_pairs(self, w: (V, V), x: (V, V), acc: V) -> V {
        self.mul_add(w.1, x.1, self.mul_add(w.0, x.0, acc))
    }

    #[inline(always)]
    unsafe fn load_quads(self, from: *const u32) -> [[i8; 4]; LANES] {
        // SAFETY: the caller promises 16 words.
        let quads = unsafe { from.cast::<[u32; LANES]>().read_unaligned() };
        quads.map(|quad| quad.to_le_bytes().map(u8::cast_signed))
    }

    #[inline(always)]
    unsafe fn splat_quad(self, from: *const u32) -> [u8; 4] {
        // SAFETY: the caller promises a word.
        unsafe { *from }.to_ne_bytes()
    }

    #[inline(always)]
    fn dot_quads(self, w: [[i8; 4]; LANES], x: [u8; 4], acc: V) -> V {
        std::array::from_fn(|lane| {
            let products = (0..4).map(|i| i32::from(w[lane][i]) * i32::from(x[i])).sum::<i32>();
            f32::from_bits(acc[lane].to_bits().wrapping_add(products.cast_unsigned()))
        })
    }

    #[inline(always)]
    unsafe fn load_words(self, from: *const u32) -> [u32; LANES] {
        // SAFETY: the caller promises 16 words.
        unsafe { from.cast::<[u32; LANES]>().read_unaligned() }
    }

    #[inline(always)]
    fn bytes(self, words: [u32; LANES]) -> [u32; LANES] {
        words
    }

    #[inline(always)]
    fn low_nibbles(self, words: [u32; LANES]) -> [u32; LANES] {
        words.map(|word| word & 0x0f0f_0f0f)
    }

    #[inline(always)]
    fn high_nibbles(self, words: [u32; LANES]) -> [u32; LANES] {
        words.map(|word| word >> 4 & 0x0f0f_0f0f)
    }

    #[inline(always)]
    unsafe fn splat_signed(self, from: *const u32) -> [i8; 4] {
        // SAFETY: the caller promises a word.
        unsafe { *from }.to_ne_bytes().map(u8::cast_signed)
    }

    #[inline(always)]
    fn dot_bytes(self, w: [u32; LANES], x: [i8; 4], acc: V) -> V {
        std::array::from_fn(|lane| {
            let w = w[lane].to_le_bytes();
            let products = (0..4).map(|i| i32::from(w[i]) * i32::from(x[i])).sum::<i32>();
            f32::from_bits(acc[lane].to_bits().wrapping_add(products.cast_unsigned()))
        })
    }

    #[inline(always)]
    unsafe fn load_f16(self, from: *const u16) -> V {
        // SAFETY: the caller promises 16 values.
        let halves = unsafe { from.cast::<[u16; LANES]>().read_unaligned() };
        halves.map(|bits| half::f16::from_bits(bits).to_f32())
    }

    #[inline(always)]
    fn whole(self, bits: V) -> V {
        bits.map(|bits| bits.to_bits().cast_signed() as f32)
    }

    #[inline(always)]
    fn mul_add(self, a: V, b: V, c: V) -> V {
        std::array::from_fn(|i| a[i] * b[i] + c[i])
    }

    #[inline(always)]
    fn add(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a / b)
    }

    #[inline(always)]
    fn max(self, a: V, b: V) -> V {
        zip(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: V, b: V) -> V {
        zip(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn round(self, a: V) -> V {
        a.map(f32::round_ties_even)
    }

    #[inline(always)]
    fn mul_pow2(self, a: V, n: V) -> V {
        zip(a, n, |a, n| a * f32::from_bits(((n as i32 + 127) as u32) << 23))
    }
}
