//! The int8 linear on every instruction set of this machine: against the reference loops, bit by bit in any batch and on
//! any number of threads, and close to the product it stands for.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use candle_core::{Device, Tensor};
use proptest::prelude::*;
use sconce_kernels::{Int8Weight, Isa};
use support::{Random, backend, backends, bits, check_rows, reference, values};

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() }
}

/// Weights that use the whole range of int8, -128 included.
fn any_weight(random: &mut Random, n: usize, k: usize) -> Int8Weight {
    let extremes = [-128, 127, 0, -127];
    let mut value = || if random.below(5) == 0 { extremes[random.below(4)] } else { random.below(256) as u8 as i8 };
    let values = (0..n * k).map(|_| value()).collect();
    let scales = self::values(&random.tensor(&[n]));
    Int8Weight::new(values, scales, (n, k)).unwrap()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn every_backend_is_the_reference(
        seed: u64, m in 1..40_usize, k in 1..600_usize, n in 1..300_usize, bias: bool, wide in 1e-3..1e3_f64,
    ) {
        let mut random = Random::new(seed);
        let x = (random.tensor(&[m, k]) * wide).unwrap();
        let weight = any_weight(&mut random, n, k);
        let bias = bias.then(|| random.tensor(&[n]));
        let expected = reference().pack_int8(&weight, bias.as_ref()).unwrap();
        let expected = expected.forward(&x).unwrap();
        for (isa, kernels) in backends() {
            let linear = kernels.pack_int8(&weight, bias.as_ref()).unwrap();
            prop_assert_eq!(linear.shape(), (k, n));
            let got = linear.forward(&x).unwrap();
            prop_assert_eq!(got.dims(), [m, n]);
            for (got, expected) in values(&got).into_iter().zip(values(&expected)) {
                // The sums are exact; two products, and a sum that may be rounded once less, are not.
                let bound = 4.0 * f32::EPSILON * (expected.abs() + 1.0);
                prop_assert!((got - expected).abs() <= bound, "{:?}: {} instead of {}", isa, got, expected);
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbors_or_threads(
        seed: u64, m in 1..80_usize, k in 1..1500_usize, n in 1..400_usize, bias: bool,
    ) {
        let mut random = Random::new(seed);
        let x = random.tensor(&[m, k]);
        let weight = any_weight(&mut random, n, k);
        let bias = bias.then(|| random.tensor(&[n]));
        for isa in Isa::available() {
            check_rows(&mut random, &x, |threads| backend(isa, threads).pack_int8(&weight, bias.as_ref()).unwrap());
        }
    }

    #[test]
    fn a_quantized_weight_stands_for_the_weight(seed: u64, m in 1..5_usize, k in 64..400_usize, n in 1..100_usize) {
        let mut random = Random::new(seed);
        let (x, w) = (random.tensor(&[m, k]), random.tensor(&[n, k]));
        let exact = values(&reference().pack_linear(&w, None).unwrap().forward(&x).unwrap());
        let norms = |t: &Tensor| {
            let rows = t.to_vec2::<f32>().unwrap();
            rows.iter().map(|row| row.iter().map(|v| v * v).sum::<f32>().sqrt()).collect::<Vec<_>>()
        };
        let (x_norms, w_norms) = (norms(&x), norms(&w));
        let quantized = backend(Isa::best(), 2).pack_int8(&Int8Weight::quantize(&w).unwrap(), None).unwrap();
        for (at, (got, exact)) in values(&quantized.forward(&x).unwrap()).into_iter().zip(exact).enumerate() {
            // Both sides are rounded to steps of at most 1/127: errors of half a step each, independent of each other,
            // are far below 3 % of the product of the norms.
            let bound = 0.03 * x_norms[at / n] * w_norms[at % n];
            prop_assert!((got - exact).abs() <= bound, "{} instead of {}, bound {}", got, exact, bound);
        }
    }
}

#[test]
fn the_largest_sums_fit() {
    let k = 1 << 16;
    for (weight, x, sum) in [(-128_i8, 1.0_f32, -128.0 * 127.0), (-128, -1.0, 128.0 * 127.0), (127, 1.0, 127.0 * 127.0)]
    {
        let weight = Int8Weight::new(vec![weight; k], vec![1.0], (1, k)).unwrap();
        let x = Tensor::full(x, (2, k), &Device::Cpu).unwrap();
        let expected = sum * k as f32 * (1.0 / 127.0);
        for (isa, kernels) in backends() {
            for got in values(&kernels.pack_int8(&weight, None).unwrap().forward(&x).unwrap()) {
                assert!((got - expected).abs() <= 1e-6 * expected.abs(), "{isa:?}: {got} instead of {expected}");
            }
        }
    }
    let wide = Int8Weight::new(vec![1; k + 1], vec![1.0], (1, k + 1)).unwrap();
    for (_, kernels) in backends() {
        assert!(kernels.pack_int8(&wide, None).unwrap_err().to_string().contains("65536 inputs"));
    }
}

/// A row with a fault gives NaN everywhere, which the sampler reports; its neighbors are as without it.
#[test]
fn a_faulty_row_is_alone_with_its_fault() {
    let mut random = Random::new(7);
    let (k, n) = (70, 33);
    let weight = any_weight(&mut random, n, k);
    let good = random.tensor(&[1, k]);
    for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for at in [0, 40, k - 1] {
            let mut row = values(&good);
            row[at] = wrong;
            let bad = Tensor::from_vec(row, (1, k), &Device::Cpu).unwrap();
            let zero = good.zeros_like().unwrap();
            let x = Tensor::cat(&[&good, &bad, &zero, &good], 0).unwrap();
            for (isa, kernels) in backends() {
                let linear = kernels.pack_int8(&weight, None).unwrap();
                let alone = bits(&linear.forward(&good).unwrap());
                let all = linear.forward(&x).unwrap();
                assert!(values(&all.narrow(0, 1, 1).unwrap()).iter().all(|value| value.is_nan()), "{isa:?}");
                assert!(values(&all.narrow(0, 2, 1).unwrap()).iter().all(|value| *value == 0.0), "{isa:?}");
                assert_eq!(bits(&all.narrow(0, 0, 1).unwrap()), alone, "{isa:?}");
                assert_eq!(bits(&all.narrow(0, 3, 1).unwrap()), alone, "{isa:?}");
            }
        }
    }
}

#[test]
fn wrong_shapes_are_errors() {
    let weight = Int8Weight::new(vec![1; 12], vec![1.0; 3], (3, 4)).unwrap();
    let t = |shape: &[usize]| Tensor::ones(shape, candle_core::DType::F32, &Device::Cpu).unwrap();
    for kernels in backends().into_iter().map(|(_, kernels)| kernels).chain([reference()]) {
        let linear = kernels.pack_int8(&weight, None).unwrap();
        assert!(linear.forward(&t(&[2, 5])).is_err());
        assert!(linear.forward(&t(&[4])).is_err());
        assert!(kernels.pack_int8(&weight, Some(&t(&[4]))).is_err());
        assert_eq!(linear.forward(&t(&[0, 4])).unwrap().dims(), [0, 3]);
    }
}
