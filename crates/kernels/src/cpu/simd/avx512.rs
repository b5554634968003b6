//! Sixteen lanes in one `zmm` register.
//! The token [`Avx512`] is made only inside [`enter`], whose caller has checked the processor; that is what makes the
//! safe-looking methods sound.

use std::arch::x86_64::*;

use super::{Job, LANES, Simd, round_lanes};

/// Proof that AVX-512 F, BW, DQ and VL are there, with `BF16` that AVX512-BF16 is, with `VNNI` that AVX512-VNNI is.
#[derive(Clone, Copy)]
pub(super) struct Avx512<const BF16: bool, const VNNI: bool>(());

/// # Safety
/// The processor must have AVX-512 F, BW, DQ and VL, AVX2 and FMA.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn enter<J: Job>(job: J) -> J::Output {
    job.run(Avx512::<false, false>(()))
}

/// # Safety
/// As [`enter`], and AVX512-VNNI.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
pub(super) unsafe fn enter_vnni<J: Job>(job: J) -> J::Output {
    job.run(Avx512::<false, true>(()))
}

/// # Safety
/// As [`enter_vnni`], and AVX512-BF16.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16,avx2,fma")]
pub(super) unsafe fn enter_bf16<J: Job>(job: J) -> J::Output {
    job.run(Avx512::<true, true>(()))
}

// SAFETY of every block below: the token proves the features; pointers carry the caller's promise.
impl<const BF16: bool, const VNNI: bool> Simd for Avx512<BF16, VNNI> {
    type V = __m512;
    type Pairs = __m512i;
    type PairX = (__m512i, __m512i);
    /// As loaded with `VNNI`; else the bytes of even and of odd places, widened to 16 bits.
    type Quads = (__m512i, __m512i);
    type QuadX = (__m512i, __m512i);
    type Words = __m512i;
    /// As they are with `VNNI`; else the bytes of even and of odd places, widened to 16 bits.
    type Bytes = (__m512i, __m512i);
    type SignedX = (__m512i, __m512i);
    const BF16_DOT: bool = BF16;
    const TILE_ROWS: usize = 6;
    const TILE_VECS: usize = 4;
    /// bf16 are multiplied as they are on AMD's processors (see [`Isa::best`](super::super::isa::Isa::best)).
    const MANY_TILES: usize = if BF16 { 4 } else { 10 };
    const BLOCK_ROWS: usize = 6;

    #[inline(always)]
    fn splat(self, value: f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: __m512) {
        // SAFETY: see above.
        unsafe { _mm512_storeu_ps(to, value) }
    }

    #[inline(always)]
    unsafe fn load_pairs(self, from: *const u32) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline(always)]
    fn widen_pairs(self, pairs: __m512i) -> [__m512; 2] {
        // SAFETY: see above.
        unsafe {
            let seconds = _mm512_and_si512(pairs, _mm512_set1_epi32(0xffff_0000_u32.cast_signed()));
            [_mm512_castsi512_ps(_mm512_slli_epi32::<16>(pairs)), _mm512_castsi512_ps(seconds)]
        }
    }

    #[inline(always)]
    unsafe fn splat_pair(self, from: *const u32) -> (__m512i, __m512i) {
        // SAFETY: see above; the second word is there without `BF16`.
        unsafe {
            let first = _mm512_set1_epi32((*from).cast_signed());
            if BF16 { (first, first) } else { (first, _mm512_set1_epi32((*from.add(1)).cast_signed())) }
        }
    }

    #[inline(always)]
    unsafe fn store_bf16(self, to: *mut u16, value: __m512) {
        // SAFETY: see above.
        unsafe {
            if BF16 {
                let narrow = std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(value));
                return _mm256_storeu_si256(to.cast(), narrow);
            }
            to.cast::<[u16; LANES]>().write_unaligned(round_lanes(self, value));
        }
    }

    #[inline(always)]
    fn dot_pairs(self, w: __m512i, x: (__m512i, __m512i), acc: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe {
            if BF16 {
                let (w, x) =
                    (std::mem::transmute::<__m512i, __m512bh>(w), std::mem::transmute::<__m512i, __m512bh>(x.0));
                return _mm512_dpbf16_ps(acc, w, x);
            }
            let [firsts, seconds] = self.widen_pairs(w);
            let acc = _mm512_fmadd_ps(firsts, _mm512_castsi512_ps(x.0), acc);
            _mm512_fmadd_ps(seconds, _mm512_castsi512_ps(x.1), acc)
        }
    }

    #[inline(always)]
    unsafe fn load_quads(self, from: *const u32) -> (__m512i, __m512i) {
        // SAFETY: see above.
        unsafe {
            let quads = _mm512_loadu_si512(from.cast());
            if VNNI {
                return (quads, quads);
            }
            (_mm512_srai_epi16::<8>(_mm512_slli_epi16::<8>(quads)), _mm512_srai_epi16::<8>(quads))
        }
    }

    #[inline(always)]
    unsafe fn splat_quad(self, from: *const u32) -> (__m512i, __m512i) {
        // SAFETY: see above.
        unsafe {
            let quad = _mm512_set1_epi32((*from).cast_signed());
            if VNNI {
                return (quad, quad);
            }
            (_mm512_and_si512(quad, _mm512_set1_epi16(0xff)), _mm512_srli_epi16::<8>(quad))
        }
    }

    #[inline(always)]
    fn dot_quads(self, w: (__m512i, __m512i), x: (__m512i, __m512i), acc: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe {
            let acc = _mm512_castps_si512(acc);
            let sum = if VNNI {
                _mm512_dpbusd_epi32(acc, x.0, w.0)
            } else {
                let products = _mm512_add_epi32(_mm512_madd_epi16(w.0, x.0), _mm512_madd_epi16(w.1, x.1));
                _mm512_add_epi32(acc, products)
            };
            _mm512_castsi512_ps(sum)
        }
    }

    #[inline(always)]
    unsafe fn load_words(self, from: *const u32) -> __m512i {
        // SAFETY: see above.
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline(always)]
    fn bytes(self, words: __m512i) -> (__m512i, __m512i) {
        if VNNI {
            return (words, words);
        }
        // SAFETY: see above.
        unsafe { (_mm512_and_si512(words, _mm512_set1_epi16(0xff)), _mm512_srli_epi16::<8>(words)) }
    }

    #[inline(always)]
    fn low_nibbles(self, words: __m512i) -> (__m512i, __m512i) {
        // SAFETY: see above.
        self.bytes(unsafe { _mm512_and_si512(words, _mm512_set1_epi8(15)) })
    }

    #[inline(always)]
    fn high_nibbles(self, words: __m512i) -> (__m512i, __m512i) {
        // SAFETY: see above.
        self.bytes(unsafe { _mm512_and_si512(_mm512_srli_epi32::<4>(words), _mm512_set1_epi8(15)) })
    }

    #[inline(always)]
    unsafe fn splat_signed(self, from: *const u32) -> (__m512i, __m512i) {
        // SAFETY: see above.
        unsafe {
            let quad = _mm512_set1_epi32((*from).cast_signed());
            if VNNI {
                return (quad, quad);
            }
            (_mm512_srai_epi16::<8>(_mm512_slli_epi16::<8>(quad)), _mm512_srai_epi16::<8>(quad))
        }
    }

    #[inline(always)]
    fn dot_bytes(self, w: (__m512i, __m512i), x: (__m512i, __m512i), acc: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe {
            let acc = _mm512_castps_si512(acc);
            let sum = if VNNI {
                _mm512_dpbusd_epi32(acc, w.0, x.0)
            } else {
                let products = _mm512_add_epi32(_mm512_madd_epi16(w.0, x.0), _mm512_madd_epi16(w.1, x.1));
                _mm512_add_epi32(acc, products)
            };
            _mm512_castsi512_ps(sum)
        }
    }

    #[inline(always)]
    unsafe fn load_f16(self, from: *const u16) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(from.cast())) }
    }

    #[inline(always)]
    fn whole(self, bits: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_cvtepi32_ps(_mm512_castps_si512(bits)) }
    }

    #[inline(always)]
    fn prefetch(self, at: *const u32) {
        // SAFETY: a prefetch of any address is allowed.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn div(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_div_ps(a, b) }
    }

    #[inline(always)]
    fn max(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_max_ps(a, b) }
    }

    #[inline(always)]
    fn min(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_min_ps(a, b) }
    }

    #[inline(always)]
    fn round(self, a: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
    }

    #[inline(always)]
    fn mul_pow2(self, a: __m512, n: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_scalef_ps(a, n) }
    }

    #[inline(always)]
    fn keep(self, a: __m512, lo: usize, hi: usize, other: f32) -> __m512 {
        let below = |lane: usize| (1_u32 << lane.min(LANES)) - 1;
        let kept = (below(hi) & !below(lo)) as __mmask16;
        // SAFETY: see above.
        unsafe { _mm512_mask_mov_ps(_mm512_set1_ps(other), kept, a) }
    }

    #[inline(always)]
    fn max_lane(self, a: __m512) -> f32 {
        // SAFETY: see above.
        unsafe { _mm512_reduce_max_ps(a) }
    }
}
