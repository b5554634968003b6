//! Sixteen lanes in two `ymm` registers.
//! As in `avx512.rs`, the token [`Avx2`] is made only inside [`enter`].

use std::arch::x86_64::*;

use super::{Job, Simd};

/// Proof that AVX2, FMA and F16C are there.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

type V = [__m256; 2];

/// # Safety
/// The processor must have AVX2, FMA and F16C.
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) unsafe fn enter<J: Job>(job: J) -> J::Output {
    job.run(Avx2(()))
}

/// A lane-wise operation on both halves.
macro_rules! both {
    ($intrinsic:ident($($arg:ident),*)) => {
        // SAFETY: the token proves the features.
        unsafe { [$intrinsic($($arg[0]),*), $intrinsic($($arg[1]),*)] }
    };
}

impl Simd for Avx2 {
    type V = V;
    type Pairs = (V, V);
    type PairX = (V, V);
    /// The bytes of even and of odd places, widened to 16 bits, of each half.
    type Quads = [(__m256i, __m256i); 2];
    type QuadX = (__m256i, __m256i);
    type Words = [__m256i; 2];
    /// The bytes of even and of odd places, widened to 16 bits, of each half.
    type Bytes = [(__m256i, __m256i); 2];
    type SignedX = (__m256i, __m256i);
    const TILE_ROWS: usize = 4;
    const TILE_VECS: usize = 1;
    const BLOCK_ROWS: usize = 2;

    #[inline(always)]
    fn splat(self, value: f32) -> V {
        // SAFETY: the token proves the features.
        [unsafe { _mm256_set1_ps(value) }; 2]
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> V {
        // SAFETY: the token proves the features; the caller promises 16 values.
        unsafe { [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))] }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: V) {
        // SAFETY: the token proves the features; the caller promises room for 16 values.
        unsafe {
            _mm256_storeu_ps(to, value[0]);
            _mm256_storeu_ps(to.add(8), value[1]);
        }
    }

    #[inline(always)]
    unsafe fn load_pairs(self, from: *const u32) -> (V, V) {
        // SAFETY: the token proves the features; the caller promises 16 words.
        unsafe {
            let (a, b) = (_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(8).cast()));
            let high = _mm256_set1_epi32(0xffff_0000_u32.cast_signed());
            let firsts = [_mm256_slli_epi32::<16>(a), _mm256_slli_epi32::<16>(b)];
            let seconds = [_mm256_and_si256(a, high), _mm256_and_si256(b, high)];
            (
                [_mm256_castsi256_ps(firsts[0]), _mm256_castsi256_ps(firsts[1])],
                [_mm256_castsi256_ps(seconds[0]), _mm256_castsi256_ps(seconds[1])],
            )
        }
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
    unsafe fn load_quads(self, from: *const u32) -> [(__m256i, __m256i); 2] {
        // SAFETY: the token proves the features; the caller promises 16 words.
        unsafe {
            [from, from.add(8)].map(|from| {
                let quads = _mm256_loadu_si256(from.cast());
                (_mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(quads)), _mm256_srai_epi16::<8>(quads))
            })
        }
    }

    #[inline(always)]
    unsafe fn splat_quad(self, from: *const u32) -> (__m256i, __m256i) {
        // SAFETY: the token proves the features; the caller promises a word.
        unsafe {
            let quad = _mm256_set1_epi32((*from).cast_signed());
            (_mm256_and_si256(quad, _mm256_set1_epi16(0xff)), _mm256_srli_epi16::<8>(quad))
        }
    }

    #[inline(always)]
    unsafe fn load_words(self, from: *const u32) -> [__m256i; 2] {
        // SAFETY: the token proves the features; the caller promises 16 words.
        unsafe { [_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(8).cast())] }
    }

    #[inline(always)]
    fn bytes(self, words: [__m256i; 2]) -> [(__m256i, __m256i); 2] {
        // SAFETY: the token proves the features.
        words.map(|words| unsafe { (_mm256_and_si256(words, _mm256_set1_epi16(0xff)), _mm256_srli_epi16::<8>(words)) })
    }

    #[inline(always)]
    fn low_nibbles(self, words: [__m256i; 2]) -> [(__m256i, __m256i); 2] {
        // SAFETY: the token proves the features.
        self.bytes(words.map(|words| unsafe { _mm256_and_si256(words, _mm256_set1_epi8(15)) }))
    }

    #[inline(always)]
    fn high_nibbles(self, words: [__m256i; 2]) -> [(__m256i, __m256i); 2] {
        // SAFETY: the token proves the features.
        self.low_nibbles(words.map(|words| unsafe { _mm256_srli_epi32::<4>(words) }))
    }

    #[inline(always)]
    unsafe fn splat_signed(self, from: *const u32) -> (__m256i, __m256i) {
        // SAFETY: the token proves the features; the caller promises a word.
        unsafe {
            let quad = _mm256_set1_epi32((*from).cast_signed());
            (_mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(quad)), _mm256_srai_epi16::<8>(quad))
        }
    }

    #[inline(always)]
    fn dot_bytes(self, w: [(__m256i, __m256i); 2], x: (__m256i, __m256i), acc: V) -> V {
        // Both sides are widened, so it does not matter which has signs.
        self.dot_quads(w, x, acc)
    }

    #[inline(always)]
    unsafe fn load_f16(self, from: *const u16) -> V {
        // SAFETY: the token proves the features; the caller promises 16 values.
        unsafe { [_mm256_cvtph_ps(_mm_loadu_si128(from.cast())), _mm256_cvtph_ps(_mm_loadu_si128(from.add(8).cast()))] }
    }

    #[inline(always)]
    fn dot_quads(self, w: [(__m256i, __m256i); 2], x: (__m256i, __m256i), acc: V) -> V {
        // SAFETY: the token proves the features.
        let half = |w: (__m256i, __m256i), acc| unsafe {
            let products = _mm256_add_epi32(_mm256_madd_epi16(w.0, x.0), _mm256_madd_epi16(w.1, x.1));
            _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(acc), products))
        };
        [half(w[0], acc[0]), half(w[1], acc[1])]
    }

    #[inline(always)]
    fn whole(self, bits: V) -> V {
        // SAFETY: the token proves the features.
        bits.map(|bits| unsafe { _mm256_cvtepi32_ps(_mm256_castps_si256(bits)) })
    }

    #[inline(always)]
    fn prefetch(self, at: *const u32) {
        // SAFETY: a prefetch of any address is allowed.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
    }

    #[inline(always)]
    fn mul_add(self, a: V, b: V, c: V) -> V {
        both!(_mm256_fmadd_ps(a, b, c))
    }

    #[inline(always)]
    fn add(self, a: V, b: V) -> V {
        both!(_mm256_add_ps(a, b))
    }

    #[inline(always)]
    fn sub(self, a: V, b: V) -> V {
        both!(_mm256_sub_ps(a, b))
    }

    #[inline(always)]
    fn mul(self, a: V, b: V) -> V {
        both!(_mm256_mul_ps(a, b))
    }

    #[inline(always)]
    fn div(self, a: V, b: V) -> V {
        both!(_mm256_div_ps(a, b))
    }

    #[inline(always)]
    fn max(self, a: V, b: V) -> V {
        both!(_mm256_max_ps(a, b))
    }

    #[inline(always)]
    fn min(self, a: V, b: V) -> V {
        both!(_mm256_min_ps(a, b))
    }

    #[inline(always)]
    fn round(self, a: V) -> V {
        // SAFETY: the token proves the features.
        unsafe {
            [
                _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a[0]),
                _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a[1]),
            ]
        }
    }

    #[inline(always)]
    fn mul_pow2(self, a: V, n: V) -> V {
        // SAFETY: the token proves the features.
        let scale = |n| unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
        };
        self.mul(a, [scale(n[0]), scale(n[1])])
    }
}
