//! The reduction-order promise, bit by bit: a row's result is the same alone and in any batch, on any number of
//! threads, however its prompt was cut into chunks and wherever its pages lie.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use candle_core::{DType, Tensor};
use proptest::prelude::*;
use sconce_kernels::{Activation, AttnParams, Isa, Kernels, KvShape, KvType};
use support::{Random, Sequence, backend, bits, check_rows, kv_type, poisoned_cache, scatter, step};

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() }
}

fn isa() -> impl Strategy<Value = Isa> {
    prop::sample::select(Isa::available())
}

/// Outputs of every token of every sequence, computed by the given steps of (sequence, start, len).
fn attend(
    kernels: &dyn Kernels,
    (shape, dtype, params): (&KvShape, KvType, &AttnParams),
    sequences: &[Sequence],
    pages: &[Vec<u32>],
    steps: &[Vec<(usize, usize, usize)>],
) -> Vec<Vec<Vec<u32>>> {
    let cache = poisoned_cache(kernels, shape, dtype);
    let mut all: Vec<Vec<Vec<u32>>> = sequences.iter().map(|_| Vec::new()).collect();
    for parts in steps {
        let (batch, [q, k, v]) = step(sequences, pages, parts, shape.block_size);
        kernels.store_kv(&k, &v, cache.layer(0), &batch).unwrap();
        let out = kernels.paged_attention(&q, cache.layer(0), &batch, params).unwrap();
        let mut token = 0;
        for &(index, start, len) in parts {
            assert_eq!(all[index].len(), start);
            for _ in 0..len {
                all[index].push(bits(&out.narrow(0, token, 1).unwrap()));
                token += 1;
            }
        }
    }
    all
}

/// Cuts every sequence into random chunks and mixes them over steps.
fn random_steps(random: &mut Random, sequences: &[Sequence], largest: usize) -> Vec<Vec<(usize, usize, usize)>> {
    let mut done: Vec<usize> = vec![0; sequences.len()];
    let mut steps = Vec::new();
    while done.iter().zip(sequences).any(|(&done, sequence)| done < sequence.len) {
        let mut parts = Vec::new();
        for (index, sequence) in sequences.iter().enumerate() {
            if done[index] < sequence.len && random.below(3) > 0 {
                let len = (1 + random.below(largest)).min(sequence.len - done[index]);
                parts.push((index, done[index], len));
                done[index] += len;
            }
        }
        if !parts.is_empty() {
            steps.push(parts);
        }
    }
    steps
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn linear_rows(
        seed: u64, isa in isa(), m in 1..80_usize, k in 1..700_usize, n in 1..400_usize, narrow: bool, bias: bool,
    ) {
        let mut random = Random::new(seed);
        let dtype = if narrow { DType::BF16 } else { DType::F32 };
        let (x, w) = (random.tensor(&[m, k]), random.tensor(&[n, k]).to_dtype(dtype).unwrap());
        let bias = bias.then(|| random.tensor(&[n]));
        check_rows(&mut random, &x, |threads| backend(isa, threads).pack_linear(&w, bias.as_ref()).unwrap());
    }

    #[test]
    fn attention_over_chunks_batches_pages_and_threads(
        seed: u64, isa in isa(), dtype in kv_type(), lens in prop::collection::vec(1..150_usize, 1..4),
        (kv_heads, group, head_dim) in (1..3_usize, 1..5_usize, prop_oneof![Just(64_usize), Just(16), Just(24)]),
        block_size in prop_oneof![Just(16_usize), Just(32), Just(6)],
        window in prop::option::of(1..100_usize), softcap in prop::option::of(2.0..9.0_f32),
    ) {
        let mut random = Random::new(seed);
        let blocks: usize = lens.iter().map(|len| len.div_ceil(block_size)).sum();
        let shape = KvShape { num_blocks: blocks + 3, block_size, kv_heads, head_dim };
        let params = AttnParams { causal: true, scale: 0.4, window, softcap };
        let setting = (&shape, dtype, &params);
        let sequences: Vec<Sequence> =
            lens.iter().map(|&len| Sequence::new(&mut random, len, kv_heads * group, &shape)).collect();
        let whole: Vec<Vec<_>> = lens.iter().enumerate().map(|(index, &len)| vec![(index, 0, len)]).collect();
        let pages = scatter(&mut random, &sequences, &shape);
        let expected = attend(backend(isa, 1).as_ref(), setting, &sequences, &pages, &whole);
        for threads in [1, 2, 3] {
            let pages = scatter(&mut random, &sequences, &shape);
            let steps = random_steps(&mut random, &sequences, 1 + seed as usize % 70);
            let got = attend(backend(isa, threads).as_ref(), setting, &sequences, &pages, &steps);
            prop_assert!(got == expected, "{} threads, steps {:?}", threads, steps);
        }
    }

    #[test]
    fn whole_rows_that_see_both_ways(
        seed: u64, isa in isa(), lens in prop::collection::vec(1..150_usize, 1..5),
        (heads, head_dim) in (1..4_usize, prop_oneof![Just(64_usize), Just(32), Just(8), Just(24)]),
        window in prop::option::of(1..100_usize),
    ) {
        let mut random = Random::new(seed);
        let blocks: usize = lens.iter().map(|len| len.div_ceil(16)).sum();
        let shape = KvShape { num_blocks: blocks + 3, block_size: 16, kv_heads: heads, head_dim };
        let params = AttnParams { causal: false, scale: 0.4, window, softcap: None };
        let setting = (&shape, KvType::F32, &params);
        let sequences: Vec<Sequence> =
            lens.iter().map(|&len| Sequence::new(&mut random, len, heads, &shape)).collect();
        let alone: Vec<Vec<_>> = lens.iter().enumerate().map(|(index, &len)| vec![(index, 0, len)]).collect();
        let together: Vec<_> = lens.iter().enumerate().map(|(index, &len)| (index, 0, len)).collect();
        let pages = scatter(&mut random, &sequences, &shape);
        let expected = attend(backend(isa, 1).as_ref(), setting, &sequences, &pages, &alone);
        for threads in [1, 3] {
            let pages = scatter(&mut random, &sequences, &shape);
            let got = attend(backend(isa, threads).as_ref(), setting, &sequences, &pages, std::slice::from_ref(&together));
            prop_assert!(got == expected, "{} threads", threads);
        }
    }

    #[test]
    fn light_kernels(seed: u64, isa in isa(), rows in 1..200_usize, dim in 1..300_usize) {
        let mut random = Random::new(seed);
        let (x, y, weight) = (random.tensor(&[rows, dim]), random.tensor(&[rows, dim]), random.tensor(&[dim]));
        let gate_up = random.tensor(&[rows, 2 * dim]);
        let results = |kernels: &dyn Kernels, from: usize, len: usize| {
            let cut = |t: &Tensor| t.narrow(0, from, len).unwrap();
            let (sum, normed) = kernels.add_rms_norm(&cut(&x), &cut(&y), &weight, 1e-6).unwrap();
            let norm = kernels.rms_norm(&cut(&x), &weight, 1e-6).unwrap();
            let silu = kernels.silu_mul(&cut(&gate_up)).unwrap();
            let layer = kernels.layer_norm(&cut(&x), &weight, Some(&weight), 1e-6).unwrap();
            let gelu = kernels.activate(&cut(&x), Activation::Gelu).unwrap();
            [sum, normed, norm, silu, layer, gelu].map(|t| bits(&t))
        };
        let expected = results(backend(isa, 1).as_ref(), 0, rows);
        prop_assert_eq!(&results(backend(isa, 3).as_ref(), 0, rows), &expected);
        let row = random.below(rows);
        for (alone, all) in results(backend(isa, 2).as_ref(), row, 1).iter().zip(&expected) {
            prop_assert_eq!(&alone[..], &all[row * dim..][..dim]);
        }
    }
}

/// A single long row is spread over threads by segments: decode and prefill must still agree.
#[test]
fn long_rows_split_over_threads() {
    let types = [KvType::Bf16, KvType::Int8];
    for (isa, dtype) in Isa::available().into_iter().flat_map(|isa| types.map(|dtype| (isa, dtype))) {
        let mut random = Random::new(11);
        let shape = KvShape { num_blocks: 150, block_size: 16, kv_heads: 1, head_dim: 32 };
        let params = AttnParams { causal: true, scale: 0.4, window: None, softcap: None };
        let setting = (&shape, dtype, &params);
        let sequences = [Sequence::new(&mut random, 2200, 2, &shape)];
        let pages = scatter(&mut random, &sequences, &shape);
        let expected = attend(backend(isa, 1).as_ref(), setting, &sequences, &pages, &[vec![(0, 0, 2200)]]);
        let mut steps = vec![vec![(0, 0, 1000)], vec![(0, 1000, 1190)]];
        steps.extend((2190..2200).map(|start| vec![(0, start, 1)]));
        for threads in [2, 3] {
            let got = attend(backend(isa, threads).as_ref(), setting, &sequences, &pages, &steps);
            assert!(got == expected, "{isa:?}, {threads} threads");
        }
    }
}

/// A number that is none in K, V or Q of one sequence reaches the queries that see it and nobody else, bit by bit.
#[test]
fn faults_reach_only_those_who_see_them() {
    let types = [KvType::F32, KvType::Bf16, KvType::Int8];
    for (isa, dtype) in Isa::available().into_iter().flat_map(|isa| types.map(|dtype| (isa, dtype))) {
        let mut random = Random::new(5);
        let shape = KvShape { num_blocks: 20, block_size: 16, kv_heads: 1, head_dim: 32 };
        let params = AttnParams { causal: true, scale: 0.3, window: None, softcap: None };
        let len = 90;
        let sound = [0, 1].map(|_| Sequence::new(&mut random, len, 2, &shape));
        let pages = scatter(&mut random, &sound, &shape);
        let run = |sequences: &[Sequence]| {
            attend(
                backend(isa, 2).as_ref(),
                (&shape, dtype, &params),
                sequences,
                &pages,
                &[vec![(0, 0, len), (1, 0, len)]],
            )
        };
        let expected = run(&sound);
        // Of the even one and the odd one of a pair of tokens.
        for (part, fault) in ["k", "v", "q"].into_iter().flat_map(|part| [(part, 70), (part, 71)]) {
            let poison = |name: &str, tensor: &Tensor| {
                let mut values = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                if name == part {
                    let width = values.len() / len;
                    values[fault * width..][..width].fill(f32::NAN);
                }
                Tensor::from_vec(values, tensor.shape(), tensor.device()).unwrap()
            };
            let [faulty, other] = &sound;
            let faulty =
                Sequence { k: poison("k", &faulty.k), v: poison("v", &faulty.v), q: poison("q", &faulty.q), len };
            let other = Sequence { k: other.k.clone(), v: other.v.clone(), q: other.q.clone(), len };
            let got = run(&[faulty, other]);
            assert!(got[1] == expected[1], "{isa:?} {dtype:?} {part}: another sequence has changed");
            for (token, (got, expected)) in got[0].iter().zip(&expected[0]).enumerate() {
                let sees = if part == "q" { token == fault } else { token >= fault };
                if sees {
                    let lost = got.iter().all(|&bits| f32::from_bits(bits).is_nan());
                    assert!(lost, "{isa:?} {dtype:?} {part}: token {token} hides the fault");
                } else {
                    assert!(got == expected, "{isa:?} {dtype:?} {part}: token {token} has changed");
                }
            }
        }
    }
}
