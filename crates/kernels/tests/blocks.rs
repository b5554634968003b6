//! Linears of every block format on every instruction set of this machine: against the reference loops, which read the
//! blocks with candle, and bit by bit in any batch and on any number of threads.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Device, Tensor};
use proptest::prelude::*;
use sconce_kernels::{BlockWeight, Isa};
use support::{Random, backend, backends, bits, check_rows, reference, values};

use GgmlDType::{Q2K, Q3K, Q4_0, Q4_1, Q4K, Q5_0, Q5_1, Q5K, Q6K, Q8_0};

const FORMATS: [GgmlDType; 10] = [Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2K, Q3K, Q4K, Q5K, Q6K];

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() }
}

fn format() -> impl Strategy<Value = GgmlDType> {
    prop::sample::select(FORMATS.to_vec())
}

/// A weight of `blocks` blocks a row: random values, quantized.
fn any_weight(random: &mut Random, format: GgmlDType, n: usize, blocks: usize) -> BlockWeight {
    let k = blocks * format.block_size();
    BlockWeight::quantize(&random.tensor(&[n, k]), format).unwrap()
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn every_backend_is_the_reference(
        seed: u64, format in format(), m in 1..20_usize, blocks in 1..4_usize, n in 1..200_usize, bias: bool,
        wide in 1e-2..1e2_f64,
    ) {
        let mut random = Random::new(seed);
        let weight = any_weight(&mut random, format, n, blocks);
        let k = weight.shape().1;
        let x = (random.tensor(&[m, k]) * wide).unwrap();
        let bias = bias.then(|| random.tensor(&[n]));
        let expected = reference().pack_blocks(&weight, bias.as_ref()).unwrap().forward(&x).unwrap();
        let sizes = reference().pack_linear(&weight.to_tensor().unwrap().abs().unwrap(), None).unwrap();
        let sizes = values(&sizes.forward(&x.abs().unwrap()).unwrap());
        for (isa, kernels) in backends() {
            let linear = kernels.pack_blocks(&weight, bias.as_ref()).unwrap();
            prop_assert_eq!(linear.shape(), (k, n));
            let got = linear.forward(&x).unwrap();
            prop_assert_eq!(got.dims(), [m, n]);
            for ((got, expected), size) in values(&got).into_iter().zip(values(&expected)).zip(&sizes) {
                // Scales and minimums are rounded to 2^-11 of themselves; where a minimum is taken away, both sides of
                // the difference are up to some times larger than it.
                let bound = 4.0 / 2048.0 * size + 1e-4;
                prop_assert!((got - expected).abs() <= bound, "{:?} {:?}: {} instead of {}", isa, format, got, expected);
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbors_or_threads(
        seed: u64, format in format(), m in 1..60_usize, blocks in 1..4_usize, n in 1..200_usize, bias: bool,
    ) {
        let mut random = Random::new(seed);
        let weight = any_weight(&mut random, format, n, blocks);
        let x = random.tensor(&[m, weight.shape().1]);
        let bias = bias.then(|| random.tensor(&[n]));
        for isa in Isa::available() {
            check_rows(&mut random, &x, |threads| backend(isa, threads).pack_blocks(&weight, bias.as_ref()).unwrap());
        }
    }
}

#[test]
fn long_rows_are_cut_into_blocks_of_k_without_a_difference() {
    let mut random = Random::new(3);
    for format in FORMATS {
        let weight = any_weight(&mut random, format, 70, 2816 / format.block_size());
        let x = random.tensor(&[13, weight.shape().1]);
        for (isa, kernels) in backends() {
            let linear = kernels.pack_blocks(&weight, None).unwrap();
            let all = bits(&linear.forward(&x).unwrap());
            for row in 0..13 {
                let alone = bits(&linear.forward(&x.narrow(0, row, 1).unwrap()).unwrap());
                assert_eq!(alone, all[row * 70..(row + 1) * 70], "{isa:?} {format:?}, row {row}");
            }
        }
    }
}

#[test]
fn a_faulty_row_is_alone_with_its_fault() {
    let mut random = Random::new(7);
    for format in FORMATS {
        let weight = any_weight(&mut random, format, 33, 1);
        let k = weight.shape().1;
        let good = random.tensor(&[1, k]);
        for wrong in [f32::NAN, f32::INFINITY] {
            let mut row = values(&good);
            row[k / 2] = wrong;
            let bad = Tensor::from_vec(row, (1, k), &Device::Cpu).unwrap();
            let x = Tensor::cat(&[&good, &bad, &good.zeros_like().unwrap(), &good], 0).unwrap();
            for (isa, kernels) in backends() {
                let linear = kernels.pack_blocks(&weight, None).unwrap();
                let alone = bits(&linear.forward(&good).unwrap());
                let all = linear.forward(&x).unwrap();
                assert!(values(&all.narrow(0, 1, 1).unwrap()).iter().all(|value| value.is_nan()), "{isa:?} {format:?}");
                assert!(values(&all.narrow(0, 2, 1).unwrap()).iter().all(|value| *value == 0.0), "{isa:?} {format:?}");
                assert_eq!(bits(&all.narrow(0, 3, 1).unwrap()), alone, "{isa:?} {format:?}");
            }
        }
    }
}

#[test]
fn rows_of_a_table_are_those_of_the_weight() {
    let mut random = Random::new(5);
    for format in FORMATS {
        let weight = any_weight(&mut random, format, 9, 2);
        let whole = weight.to_tensor().unwrap();
        let rows = weight.rows(&[8, 0, 8]).unwrap();
        for (at, row) in [8, 0, 8].into_iter().enumerate() {
            assert_eq!(bits(&rows.narrow(0, at, 1).unwrap()), bits(&whole.narrow(0, row, 1).unwrap()), "{format:?}");
        }
        assert!(weight.rows(&[9]).is_err());
        assert_eq!(weight.rows(&[]).unwrap().dims(), [0, weight.shape().1]);
    }
}

#[test]
fn wrong_sizes_are_errors() {
    let t = |shape: &[usize]| Tensor::ones(shape, DType::F32, &Device::Cpu).unwrap();
    assert!(BlockWeight::new(Q8_0, vec![0; 34], (1, 31)).unwrap_err().to_string().contains("whole Q8_0 blocks of 32"));
    assert!(BlockWeight::new(Q8_0, vec![0; 33], (1, 32)).is_err());
    assert!(BlockWeight::new(Q8_0, Vec::new(), (0, 32)).is_err());
    assert!(BlockWeight::new(GgmlDType::Q8K, vec![0; 292], (1, 256)).is_err());
    assert!(BlockWeight::quantize(&t(&[2, 255]), Q4K).is_err());
    let weight = BlockWeight::quantize(&t(&[3, 32]), Q8_0).unwrap();
    let other = BlockWeight::quantize(&t(&[2, 32]), Q4_0).unwrap();
    assert_eq!(BlockWeight::join(&[&weight, &other]).unwrap(), None);
    let joined = BlockWeight::join(&[&weight, &weight]).unwrap().unwrap();
    assert_eq!((joined.shape(), joined.bytes().len()), ((6, 32), 2 * weight.bytes().len()));
    assert!(BlockWeight::join(&[&weight, &BlockWeight::quantize(&t(&[2, 64]), Q8_0).unwrap()]).is_err());
    for kernels in backends().into_iter().map(|(_, kernels)| kernels).chain([reference()]) {
        let linear = kernels.pack_blocks(&weight, None).unwrap();
        assert!(linear.forward(&t(&[2, 33])).is_err());
        assert!(kernels.pack_blocks(&weight, Some(&t(&[4]))).is_err());
        assert_eq!(linear.forward(&t(&[0, 32])).unwrap().dims(), [0, 3]);
    }
}

#[test]
fn a_value_that_is_not_finite_does_not_become_a_number() {
    let mut random = Random::new(8);
    for (format, wrong) in FORMATS.into_iter().flat_map(|format| [(format, f32::NAN), (format, f32::INFINITY)]) {
        let k = format.block_size();
        let mut row = values(&random.tensor(&[2, k]));
        row[k + 3] = wrong;
        let weight = Tensor::from_vec(row, (2, k), &Device::Cpu).unwrap();
        match BlockWeight::quantize(&weight, format) {
            Ok(read) => assert!(values(&read.to_tensor().unwrap())[k..].iter().all(|v| v.is_nan()), "{format:?}"),
            Err(error) => assert!(error.to_string().contains("not a finite number"), "{format:?}: {error}"),
        }
    }
}
