//! Every backend of this machine against the reference loops, on random shapes. One body for all: a new device adds a
//! line to `support::backends`.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use candle_core::{DType, Device, Tensor};
use proptest::prelude::*;
use sconce_kernels::cuda::Half;
use sconce_kernels::{
    Activation, AttnParams, BatchMeta, CpuOptions, HeadNorms, HeadSpec, Isa, KvCache, KvShape, KvType, Placement,
    RopeTable, RowMeta, open,
};
use support::{Random, Sequence, backends, bits, distance, kv_type, poisoned_cache, reference, scatter, step, values};

const ACTIVATIONS: [Activation; 5] =
    [Activation::Silu, Activation::Gelu, Activation::GeluTanh, Activation::Relu, Activation::Tanh];

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() }
}

fn dtype() -> impl Strategy<Value = DType> {
    prop_oneof![Just(DType::F32), Just(DType::BF16), Just(DType::F16)]
}

/// Compares a linear of every backend; the bound is relative to the sum of absolute products, which is what rounding
/// errors scale with: bf16 dot products round activations to 8 bits (2^-9 each, 2^-8 leaves room for the sum), the
/// others only accumulate f32 errors.
fn check_linear(seed: u64, m: usize, k: usize, n: usize, dtype: DType, bias: bool) {
    let mut random = Random::new(seed);
    let (x, w) = (random.tensor(&[m, k]), random.tensor(&[n, k]).to_dtype(dtype).unwrap());
    let bias = bias.then(|| random.tensor(&[n]));
    let expected = reference().pack_linear(&w, bias.as_ref()).unwrap().forward(&x).unwrap();
    let scale = reference().pack_linear(&w.abs().unwrap(), None).unwrap().forward(&x.abs().unwrap()).unwrap();
    for (isa, kernels) in backends() {
        let linear = kernels.pack_linear(&w, bias.as_ref()).unwrap();
        assert_eq!(linear.shape(), (k, n));
        let got = linear.forward(&x).unwrap();
        assert_eq!(got.dims(), [m, n]);
        let relative = if dtype == DType::BF16 && isa == Isa::Avx512Bf16 { 1.0 / 256.0 } else { 1e-5 };
        for ((got, expected), scale) in values(&got).into_iter().zip(values(&expected)).zip(values(&scale)) {
            assert!(
                (got - expected).abs() <= relative * scale + 1e-6,
                "{isa:?} {dtype:?} m={m} k={k} n={n}: {got} instead of {expected} (scale {scale})"
            );
        }
    }
}

#[derive(Debug)]
struct Attention {
    seed: u64,
    dtype: KvType,
    shape: KvShape,
    group: usize,
    lens: Vec<usize>,
    params: AttnParams,
}

/// To bf16 and back.
fn rounded(x: &Tensor) -> Tensor {
    x.to_dtype(DType::BF16).unwrap().to_dtype(DType::F32).unwrap()
}

/// A step in which each sequence's last part attends; earlier tokens were stored by a step of their own, if attention
/// is causal. Otherwise all of a sequence attends.
/// Both sides read the same rounded pages; exp's polynomial and f32 sums leave about 1e-6, 5e-5 is generous. Over bytes weights are
/// rounded too, and what is next to a half may become a step more or less: a 255th of the largest. Where bf16 are multiplied, weights
/// over bf16 are rounded by at most a 512th of themselves (queries are bf16 in all of these cases), and values are at most 1.
fn check_attention(case: &Attention) {
    let mut random = Random::new(case.seed);
    let heads = case.group * case.shape.kv_heads;
    let sequences: Vec<Sequence> =
        case.lens.iter().map(|&len| Sequence::new(&mut random, len, heads, &case.shape)).collect();
    let pages = scatter(&mut random, &sequences, &case.shape);
    let start = |len: usize, random: &mut Random| if case.params.causal { random.below(len) } else { 0 };
    let starts: Vec<usize> = case.lens.iter().map(|&len| start(len, &mut random)).collect();
    let earlier: Vec<_> = starts.iter().enumerate().map(|(i, &start)| (i, 0, start)).collect();
    let now: Vec<_> = starts.iter().enumerate().map(|(i, &start)| (i, start, case.lens[i] - start)).collect();
    let attend = |kernels: &dyn sconce_kernels::Kernels| {
        let cache = poisoned_cache(kernels, &case.shape, case.dtype);
        let mut result = None;
        for parts in [&earlier, &now] {
            let (batch, [q, k, v]) = step(&sequences, &pages, parts, case.shape.block_size);
            let q = if case.dtype == KvType::Bf16 { rounded(&q) } else { q };
            kernels.store_kv(&k, &v, cache.layer(0), &batch).unwrap();
            result = Some(kernels.paged_attention(&q, cache.layer(0), &batch, &case.params).unwrap());
        }
        result.unwrap()
    };
    let expected = attend(reference().as_ref());
    for (isa, kernels) in backends() {
        let distance = distance(&attend(kernels.as_ref()), &expected);
        let most = match case.dtype {
            KvType::Int8 => 1e-2,
            KvType::Bf16 if isa == Isa::Avx512Bf16 => 1.0 / 512.0 + 5e-5,
            _ => 5e-5,
        };
        assert!(distance < most, "{isa:?}: {distance}");
    }
}

fn attention() -> impl Strategy<Value = Attention> {
    let block_size = prop_oneof![Just(16_usize), Just(32), Just(5), Just(8)];
    let head_dim = prop_oneof![Just(64_usize), Just(80), Just(128), Just(8), Just(20), 1..40_usize];
    let lens = prop::collection::vec(prop_oneof![1..40_usize, 1..200_usize], 1..5);
    let shape = (block_size, head_dim, 1..4_usize, 1..7_usize);
    let params = (any::<bool>(), prop::option::of(1..90_usize), prop::option::of(1.0..30.0_f32), 0.1..2.0_f32);
    (any::<u64>(), kv_type(), shape, lens, params).prop_map(|(seed, dtype, shape, lens, params)| {
        let (block_size, head_dim, kv_heads, group) = shape;
        let blocks: usize = lens.iter().map(|len| len.div_ceil(block_size)).sum();
        Attention {
            seed,
            dtype,
            shape: KvShape { num_blocks: blocks + 2, block_size, kv_heads, head_dim },
            group,
            lens,
            params: AttnParams { causal: params.0, window: params.1, softcap: params.2, scale: params.3 },
        }
    })
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn linear(seed: u64, m in 1..40_usize, k in 1..300_usize, n in 1..300_usize, dtype in dtype(), bias: bool) {
        check_linear(seed, m, k, n, dtype, bias);
    }

    #[test]
    fn paged_attention(case in attention()) {
        check_attention(&case);
    }

    #[test]
    fn add_rows(seed: u64, before in 0..5_usize, rows in 1..40_usize, behind in 0..5_usize, width in 1..900_usize) {
        let mut random = Random::new(seed);
        let tokens = before + rows + behind;
        let (y, added) = (random.tensor(&[tokens, width]), random.tensor(&[rows, width]));
        let mut expected = values(&y);
        for (sum, added) in expected[before * width..].iter_mut().zip(values(&added)) {
            *sum += added;
        }
        let expected: Vec<u32> = expected.into_iter().map(f32::to_bits).collect();
        let reference = reference();
        let all = backends();
        for kernels in all.iter().map(|(_, kernels)| kernels).chain([&reference]) {
            let found = y.copy().unwrap();
            kernels.add_rows(&found, before, &added).unwrap();
            prop_assert_eq!(bits(&found), expected.clone(), "{}", kernels.describe());
            prop_assert!(kernels.add_rows(&found, before + behind + 1, &added).is_err());
            prop_assert!(kernels.add_rows(&found, 0, &random.tensor(&[rows, width + 1])).is_err());
        }
    }

    #[test]
    fn rope(
        seed: u64, tokens in 1..9_usize, heads in 1..5_usize, kv_heads in 1..4_usize, half in 1..40_usize,
        rest in 0..20_usize, interleaved: bool,
    ) {
        let mut random = Random::new(seed);
        let dim = 2 * half + rest;
        let table = RopeTable { cos: random.tensor(&[64, half]), sin: random.tensor(&[64, half]), interleaved };
        let (q, k) = (random.tensor(&[tokens, heads, dim]), random.tensor(&[tokens, kv_heads, dim]));
        let row = RowMeta { first: 0, len: tokens, start: random.below(50), blocks: vec![0, 1, 2, 3] };
        let batch = BatchMeta::new(vec![row], 16);
        let expected = reference().rope(&q, &k, &table, &batch).unwrap();
        for (isa, kernels) in backends() {
            let got = kernels.rope(&q, &k, &table, &batch).unwrap();
            // Two products and a sum of values below 1.
            prop_assert!(distance(&got.0, &expected.0).max(distance(&got.1, &expected.1)) < 1e-6, "{isa:?}");
        }
    }

    /// One pass over a merged projection against its steps one by one, to the bit; pages are read back by attention.
    #[test]
    fn rotate_and_store(
        seed: u64, tokens in 1..40_usize, group in 1..4_usize, kv_heads in 1..4_usize, half in 1..40_usize,
        rest in 0..20_usize, interleaved: bool, normed: bool, pages in kv_type(),
    ) {
        let mut random = Random::new(seed);
        let (head_dim, heads) = (2 * half + rest, group * kv_heads);
        let rope = RopeTable { cos: random.tensor(&[64, half]), sin: random.tensor(&[64, half]), interleaved };
        let weights = (random.tensor(&[head_dim]), random.tensor(&[head_dim]));
        let norms = normed.then_some(HeadNorms { q: &weights.0, k: &weights.1, eps: 1e-5 });
        let qkv = random.tensor(&[tokens, (heads + 2 * kv_heads) * head_dim]);
        let split = |first: usize, heads: usize| {
            qkv.narrow(1, first * head_dim, heads * head_dim).unwrap().reshape((tokens, heads, head_dim)).unwrap()
        };
        let (mut q, mut k, v) = (split(0, heads), split(heads, kv_heads), split(heads + kv_heads, kv_heads));
        // Two rows, at places of their own.
        let cut = random.below(tokens);
        let mut row = |first, len, blocks: [u32; 4]| RowMeta { first, len, start: random.below(24), blocks: blocks.to_vec() };
        let rows = [row(0, cut, [3, 0, 6, 1]), row(cut, tokens - cut, [2, 7, 4, 5])];
        let batch = BatchMeta::new(rows.into_iter().filter(|row| row.len > 0).collect(), 16);
        let shape = KvShape { num_blocks: 8, block_size: 16, kv_heads, head_dim };
        let params = AttnParams { scale: 0.2, causal: true, window: None, softcap: None };
        for (isa, kernels) in backends() {
            if normed {
                let norm = |x: &Tensor, weight: &Tensor| kernels.rms_norm(x, weight, 1e-5).unwrap();
                (q, k) = (norm(&split(0, heads), &weights.0), norm(&split(heads, kv_heads), &weights.1));
            }
            let cache = || KvCache::new(std::slice::from_ref(&shape), pages, &Device::Cpu).unwrap();
            let (apart, fused) = (cache(), cache());
            let (q, k) = kernels.rope(&q, &k, &rope, &batch).unwrap();
            kernels.store_kv(&k, &v, apart.layer(0), &batch).unwrap();
            let spec = HeadSpec { heads, kv_heads, head_dim, norms, rope: &rope };
            let got = kernels.rotate_and_store(&qkv, &spec, fused.layer(0), &batch).unwrap();
            prop_assert_eq!(bits(&got), bits(&q), "{:?}", isa);
            let read = |cache: &KvCache| bits(&kernels.paged_attention(&q, cache.layer(0), &batch, &params).unwrap());
            prop_assert_eq!(read(&fused), read(&apart), "{:?}", isa);
        }
    }

    #[test]
    fn norms_and_activation(seed: u64, rows in 1..30_usize, heads in 1..4_usize, dim in 1..200_usize) {
        let mut random = Random::new(seed);
        let shape = [rows, heads, dim];
        let (x, residual, weight) = (random.tensor(&shape), random.tensor(&shape), random.tensor(&[dim]));
        let gate_up = (random.tensor(&[rows, 2 * dim]) * 20.0).unwrap();
        let oracle = reference();
        let norm = oracle.rms_norm(&x, &weight, 1e-5).unwrap();
        let both = oracle.add_rms_norm(&x, &residual, &weight, 1e-5).unwrap();
        let silu = oracle.silu_mul(&gate_up).unwrap();
        for (isa, kernels) in backends() {
            // A normed value is below sqrt(dim) < 15; its relative error is a few f32 roundings.
            prop_assert!(distance(&kernels.rms_norm(&x, &weight, 1e-5).unwrap(), &norm) < 1e-5, "{isa:?}");
            let got = kernels.add_rms_norm(&x, &residual, &weight, 1e-5).unwrap();
            prop_assert!(distance(&got.0, &both.0) == 0.0 && distance(&got.1, &both.1) < 1e-5, "{isa:?}");
            // Values reach 400; exp is good to 3e-7.
            prop_assert!(distance(&kernels.silu_mul(&gate_up).unwrap(), &silu) < 3e-4, "{isa:?}");
            for activation in ACTIVATIONS {
                let expected = oracle.gated(&gate_up, activation).unwrap();
                prop_assert!(distance(&kernels.gated(&gate_up, activation).unwrap(), &expected) < 3e-4, "{activation:?}");
                let expected = oracle.activate(&gate_up, activation).unwrap();
                let got = kernels.activate(&gate_up, activation).unwrap();
                prop_assert!(distance(&got, &expected) < 1e-5, "{isa:?} {activation:?}");
            }
        }
    }

    #[test]
    fn layer_norm(seed: u64, rows in 1..30_usize, dim in 1..200_usize, shift in -3.0..3.0_f64, biased: bool) {
        let mut random = Random::new(seed);
        let x = (random.tensor(&[rows, dim]) + shift).unwrap();
        let (weight, bias) = (random.tensor(&[dim]), random.tensor(&[dim]));
        let bias = biased.then_some(&bias);
        let expected = reference().layer_norm(&x, &weight, bias, 1e-5).unwrap();
        for (isa, kernels) in backends() {
            // The distance to a mean of up to 4 is good to a few 2^-22, and is scaled by at most sqrt(1 / 1e-5); values
            // that are nearly equal are the worst case.
            let got = kernels.layer_norm(&x, &weight, bias, 1e-5).unwrap();
            prop_assert!(distance(&got, &expected) < if dim < 8 { 5e-4 } else { 2e-5 }, "{isa:?}");
        }
    }

    #[test]
    fn embedding(seed: u64, vocab in 1..50_usize, hidden in 1..70_usize, count in 0..20_usize, dtype in dtype()) {
        let mut random = Random::new(seed);
        let table = random.tensor(&[vocab, hidden]).to_dtype(dtype).unwrap();
        let ids: Vec<u32> = (0..count).map(|_| random.below(vocab) as u32).collect();
        let expected = reference().embedding(&table, &ids).unwrap();
        for (isa, kernels) in backends() {
            prop_assert_eq!(distance(&kernels.embedding(&table, &ids).unwrap(), &expected), 0.0, "{:?}", isa);
        }
    }
}

/// Shapes of real models: several groups of columns, several blocks of k, tails everywhere.
#[test]
fn linear_of_real_sizes() {
    for (m, k, n) in [(1, 1024, 1000), (3, 2816, 96), (13, 1024, 520), (70, 515, 200), (64, 2100, 80), (530, 64, 130)] {
        for dtype in [DType::BF16, DType::F32] {
            check_linear(7, m, k, n, dtype, m == 3);
        }
    }
}

/// More than one segment of keys, from one query and from many, with and without a window.
#[test]
fn attention_over_long_context() {
    for (dtype, causal, window, lens) in [
        (KvType::Bf16, true, None, vec![2300]),
        (KvType::Int8, true, None, vec![2300, 70]),
        (KvType::Int8, true, Some(70), vec![1500]),
        (KvType::F32, true, Some(1100), vec![2100, 30]),
        (KvType::Bf16, true, Some(64), vec![1500]),
        (KvType::F32, false, None, vec![1100, 40]),
        (KvType::F32, false, Some(65), vec![1100]),
    ] {
        check_attention(&Attention {
            seed: 3,
            dtype,
            shape: KvShape { num_blocks: 150, block_size: 16, kv_heads: 2, head_dim: 32 },
            group: 2,
            lens,
            params: AttnParams { causal, scale: 0.3, window, softcap: None },
        });
    }
}

#[test]
fn strided_inputs_are_accepted() {
    let mut random = Random::new(5);
    let x = random.tensor(&[40, 7]).t().unwrap();
    let w = random.tensor(&[40, 33]).t().unwrap();
    let expected = reference().pack_linear(&w, None).unwrap().forward(&x).unwrap();
    for (isa, kernels) in backends() {
        let got = kernels.pack_linear(&w, None).unwrap().forward(&x).unwrap();
        assert!(distance(&got, &expected) < 1e-5, "{isa:?}");
    }
}

#[test]
fn empty_steps_give_empty_results() {
    let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap();
    let mut all: Vec<_> = backends().into_iter().map(|(_, kernels)| kernels).collect();
    all.push(reference());
    for kernels in all {
        let linear = kernels.pack_linear(&zeros(&[3, 4]), None).unwrap();
        assert_eq!(linear.forward(&zeros(&[0, 4])).unwrap().dims(), [0, 3]);
        assert_eq!(kernels.silu_mul(&zeros(&[0, 4])).unwrap().dims(), [0, 2]);
        assert_eq!(kernels.rms_norm(&zeros(&[0, 4]), &zeros(&[4]), 1e-5).unwrap().dims(), [0, 4]);
        assert_eq!(kernels.layer_norm(&zeros(&[0, 4]), &zeros(&[4]), None, 1e-5).unwrap().dims(), [0, 4]);
        assert_eq!(kernels.activate(&zeros(&[0, 4]), Activation::Gelu).unwrap().dims(), [0, 4]);
        assert_eq!(kernels.embedding(&zeros(&[3, 4]), &[]).unwrap().dims(), [0, 4]);
        let cache = poisoned_cache(
            kernels.as_ref(),
            &KvShape { num_blocks: 1, block_size: 4, kv_heads: 1, head_dim: 4 },
            KvType::F32,
        );
        let params = AttnParams { causal: true, scale: 1.0, window: None, softcap: None };
        let batch = BatchMeta::default();
        let out = kernels.paged_attention(&zeros(&[0, 2, 4]), cache.layer(0), &batch, &params).unwrap();
        assert_eq!(out.dims(), [0, 8]);
    }
}

#[test]
fn wrong_calls_are_errors() {
    let mut random = Random::new(1);
    let mut t = |shape: &[usize]| random.tensor(shape);
    let shape = KvShape { num_blocks: 3, block_size: 4, kv_heads: 2, head_dim: 8 };
    let params = AttnParams { causal: true, scale: 1.0, window: None, softcap: None };
    let mut all: Vec<_> = backends().into_iter().map(|(_, kernels)| kernels).collect();
    all.push(reference());
    for kernels in all {
        let name = kernels.describe();
        let linear = kernels.pack_linear(&t(&[3, 4]), None).unwrap();
        assert!(linear.forward(&t(&[2, 5])).is_err(), "{name}");
        assert!(linear.forward(&t(&[4])).is_err(), "{name}");
        assert!(linear.forward(&t(&[2, 4]).to_dtype(DType::BF16).unwrap()).is_err(), "{name}");
        assert!(kernels.pack_linear(&t(&[3, 4]), Some(&t(&[4]))).is_err(), "{name}");
        assert!(kernels.pack_linear(&t(&[0, 4]), None).is_err(), "{name}");
        assert!(kernels.embedding(&t(&[3, 4]), &[0, 3]).unwrap_err().to_string().contains("token id 3"), "{name}");
        assert!(kernels.rms_norm(&t(&[3, 4]), &t(&[3]), 1e-5).is_err(), "{name}");
        assert!(kernels.add_rms_norm(&t(&[3, 4]), &t(&[2, 4]), &t(&[4]), 1e-5).is_err(), "{name}");
        assert!(kernels.silu_mul(&t(&[3, 5])).is_err(), "{name}");
        assert!(kernels.layer_norm(&t(&[3, 4]), &t(&[3]), None, 1e-5).is_err(), "{name}");
        assert!(kernels.layer_norm(&t(&[3, 4]), &t(&[4]), Some(&t(&[5])), 1e-5).is_err(), "{name}");
        let cache = poisoned_cache(kernels.as_ref(), &shape, KvType::F32);
        let row = |len, start, blocks: &[u32]| {
            let mut batch = BatchMeta::default();
            batch.rows.push(RowMeta { first: 0, len, start, blocks: blocks.to_vec() });
            (batch.positions, batch.slots) = (vec![start as u32; len], vec![0; len]);
            batch
        };
        let attend = |q: &Tensor, batch: &BatchMeta| kernels.paged_attention(q, cache.layer(0), batch, &params);
        assert!(attend(&t(&[1, 4, 8]), &row(1, 0, &[])).is_err(), "{name}: no page");
        assert!(attend(&t(&[1, 4, 8]), &row(1, 0, &[3])).is_err(), "{name}: page outside the pool");
        assert!(attend(&t(&[1, 4, 8]), &row(1, 4, &[0])).is_err(), "{name}: too few pages");
        assert!(attend(&t(&[2, 4, 8]), &row(1, 0, &[0])).is_err(), "{name}: rows do not cover q");
        assert!(attend(&t(&[1, 3, 8]), &row(1, 0, &[0])).is_err(), "{name}: heads not a multiple");
        assert!(attend(&t(&[1, 4, 6]), &row(1, 0, &[0])).is_err(), "{name}: head size");
        let mut outside = row(1, 0, &[0]);
        outside.slots[0] = 12;
        let kv = t(&[1, 2, 8]);
        assert!(kernels.store_kv(&kv, &kv, cache.layer(0), &outside).is_err(), "{name}: slot outside the pool");
        assert!(kernels.store_kv(&kv, &t(&[1, 1, 8]), cache.layer(0), &row(1, 0, &[0])).is_err(), "{name}");
        let table = RopeTable { cos: t(&[5, 4]), sin: t(&[5, 4]), interleaved: false };
        let rope = |q: &Tensor, start| kernels.rope(q, &kv, &table, &row(1, start, &[0, 1]));
        assert!(rope(&t(&[1, 4, 8]), 5).is_err(), "{name}: position outside the table");
        assert!(rope(&t(&[1, 4, 6]), 0).is_err(), "{name}: head smaller than the table");
    }
}

#[test]
fn the_description_names_the_instruction_set() {
    let kernels = open(Placement::Cpu, &CpuOptions { threads: Some(2), reference: false }, Half::Bf16.into()).unwrap();
    assert_eq!(kernels.describe(), format!("cpu: {}, 2 threads", Isa::best().name()));
}
