//! exp, tanh, silu and gelu on sixteen lanes: the same polynomial in every lane, so a value's result does not depend on
//! which lane it sits in.

use super::Simd;

/// `e^x`: relative error below 3e-7 for `x` in -87..=88; below that it stays at e^-87 (about 1.6e-38), above it at
/// e^88. NaN stays NaN.
#[inline(always)]
pub(in super::super) fn exp<S: Simd>(s: S, x: S::V) -> S::V {
    // `min` and `max` keep their second operand when one is NaN.
    let x = s.min(s.splat(88.0), s.max(s.splat(-87.0), x));
    let n = s.round(s.mul(x, s.splat(std::f32::consts::LOG2_E)));
    // ln 2 in two parts: the first has few enough bits that n times it is exact.
    let r = s.mul_add(n, s.splat(-355.0 / 512.0), x);
    let r = s.mul_add(n, s.splat(2.121_944_4e-4), r);
    // Taylor's series to the sixth power: |r| <= 0.35, the first term left out is below 2e-7 of the result.
    let mut p = s.splat(1.0 / 720.0);
    for c in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        p = s.mul_add(p, r, s.splat(c));
    }
    s.mul_pow2(p, n)
}

/// `2^x` for `x <= 0`: relative error below 3e-7 down to -126; below that it stays at 2^-126 (about 1.2e-38). NaN stays NaN.
#[inline(always)]
pub(in super::super) fn exp2_negative<S: Simd>(s: S, x: S::V) -> S::V {
    // `max` keeps its second operand when one is NaN.
    let x = s.max(s.splat(-126.0), x);
    let n = s.round(x);
    let r = s.sub(x, n);
    // Taylor's series of e^(r ln 2) to the sixth power: |r| <= 1/2, the first term left out is below 2e-7 of the result.
    let mut p = s.splat(1.540_353e-4);
    for c in [1.333_355_8e-3, 9.618_129e-3, 5.550_411e-2, 2.402_265e-1, std::f32::consts::LN_2, 1.0] {
        p = s.mul_add(p, r, s.splat(c));
    }
    s.mul_pow2(p, n)
}

/// `tanh(x) = 1 - 2 / (e^2x + 1)`: absolute error below 3e-7.
#[inline(always)]
pub(in super::super) fn tanh<S: Simd>(s: S, x: S::V) -> S::V {
    let e = exp(s, s.add(x, x));
    s.sub(s.splat(1.0), s.div(s.splat(2.0), s.add(e, s.splat(1.0))))
}

/// `x / (1 + e^-x)`.
#[inline(always)]
pub(in super::super) fn silu<S: Simd>(s: S, x: S::V) -> S::V {
    let e = exp(s, s.sub(s.splat(0.0), x));
    s.div(x, s.add(s.splat(1.0), e))
}

/// `x * P(X <= x)` of the normal distribution: `x / 2 * erfc(-x / sqrt(2))`. The complementary error function of
/// |z| is formula 7.1.26 of Abramowitz and Stegun's handbook, absolute error 1.5e-7.
#[inline(always)]
pub(in super::super) fn gelu<S: Simd>(s: S, x: S::V) -> S::V {
    let zero = s.splat(0.0);
    let z = s.mul(s.max(s.sub(zero, x), x), s.splat(std::f32::consts::FRAC_1_SQRT_2));
    let t = s.div(s.splat(1.0), s.mul_add(z, s.splat(0.327_591_1), s.splat(1.0)));
    let mut p = s.splat(1.061_405_4);
    for c in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        p = s.mul_add(p, t, s.splat(c));
    }
    // `x / 2 * erfc(|z|)` is what is missing to `x` on the right, and the result itself, negated, on the left.
    let tail = s.mul(s.mul(p, t), exp(s, s.sub(zero, s.mul(z, z))));
    let size = s.mul(s.mul(s.splat(0.5), s.max(s.sub(zero, x), x)), tail);
    s.sub(s.max(zero, x), size)
}

/// `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`, written as `x` times a logistic function.
#[inline(always)]
pub(in super::super) fn gelu_tanh<S: Simd>(s: S, x: S::V) -> S::V {
    let cubic = s.mul_add(s.mul(s.mul(x, x), x), s.splat(0.044_715), x);
    let twice = s.mul(cubic, s.splat(-1.595_769));
    s.div(x, s.add(s.splat(1.0), exp(s, twice)))
}

#[cfg(test)]
mod tests {
    use super::super::super::isa::Isa;
    use super::super::{Job, LANES, dispatch};
    use super::{Simd, exp, exp2_negative, silu, tanh};

    struct All([f32; LANES]);

    impl Job for All {
        type Output = [[f32; LANES]; 4];

        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> Self::Output {
            let x = s.of(&self.0);
            [exp(s, x), tanh(s, x), silu(s, x), exp2_negative(s, x)].map(|v| s.lanes(v))
        }
    }

    #[test]
    fn close_to_double_precision() {
        for isa in Isa::available() {
            for step in 0..20_000 {
                let x = (step - 10_000) as f32 * 0.0087;
                let [e, t, silu, two] =
                    dispatch(isa, All([x; LANES])).map(|lanes| f64::from(lanes[step as usize % LANES]));
                let wide = f64::from(x);
                assert!((e / wide.exp() - 1.0).abs() < 4e-7, "{isa:?}: exp({x}) = {e}");
                if x <= 0.0 {
                    assert!((two / wide.exp2() - 1.0).abs() < 4e-7, "{isa:?}: 2^{x} = {two}");
                }
                assert!((t - wide.tanh()).abs() < 4e-7, "{isa:?}: tanh({x}) = {t}");
                assert!((silu - wide / (1.0 + (-wide).exp())).abs() < 4e-7 * (1.0 + wide.abs()), "{isa:?}: silu({x})");
            }
        }
    }

    #[test]
    fn extremes_stay_finite_and_nan_stays_nan() {
        for isa in Isa::available() {
            let mut x = [0.0; LANES];
            x[..5].copy_from_slice(&[f32::NEG_INFINITY, f32::INFINITY, f32::NAN, 1e30, -1e30]);
            let [e, t, silu, two] = dispatch(isa, All(x));
            assert!((0.0..2e-38).contains(&e[0]) && e[1].is_finite() && e[1] > 1e38 && e[5] == 1.0, "{isa:?}: {e:?}");
            assert!((0.0..2e-38).contains(&two[0]) && two[2].is_nan() && two[5] == 1.0, "{isa:?}: {two:?}");
            assert!(e[2].is_nan() && t[2].is_nan() && silu[2].is_nan(), "{isa:?}");
            assert!(t[0] == -1.0 && t[1] == 1.0 && t[3] == 1.0 && t[4] == -1.0, "{isa:?}: {t:?}");
            assert!(silu[3] == 1e30 && silu[5] == 0.0, "{isa:?}: {silu:?}");
        }
    }
}
