//! The CUDA backend against the reference loops, on the emulated GPU: the very kernels that run on a real one, on random
//! shapes, in both types of activations.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use candle_core::{DType, Device, Tensor};
use proptest::prelude::*;
use sconce_kernels::cuda::Half;
use sconce_kernels::{
    Activation, AttnParams, BatchMeta, BlockWeight, HeadNorms, HeadSpec, Int8Weight, Kernels, KvCache, KvShape, KvType,
    RopeTable, RowMeta,
};
use support::gpu::{cuda, dtype, half};
use support::{Random, Sequence, distance, reference, scatter, step, values};

/// Steps between numbers below 1 in the type, as a distance that rounding once may cause.
fn rounding(half: Half) -> f32 {
    match half {
        Half::Bf16 => 1.0 / 256.0,
        Half::F16 => 1.0 / 2048.0,
    }
}

fn kv_type(half: Half) -> KvType {
    match half {
        Half::Bf16 => KvType::Bf16,
        Half::F16 => KvType::F16,
    }
}

/// Values that the type holds exactly, in f32: both sides begin with the same numbers.
fn exact(random: &mut Random, shape: &[usize], half: Half) -> Tensor {
    random.tensor(shape).to_dtype(dtype(half)).unwrap().to_dtype(DType::F32).unwrap()
}

fn f32s(tensor: &Tensor) -> Tensor {
    tensor.to_dtype(DType::F32).unwrap().to_device(&Device::Cpu).unwrap()
}

/// The largest value of the other side, but 1 at least: rounding errors scale with it.
fn scale(tensor: &Tensor) -> f32 {
    values(tensor).into_iter().fold(1.0, |most, value| most.max(value.abs()))
}

/// Differs by less than `steps` roundings.
fn assert_near(got: &Tensor, expected: &Tensor, half: Half, steps: f32, what: &str) {
    let (distance, most) = (distance(&f32s(got), &f32s(expected)), steps * rounding(half) * scale(&f32s(expected)));
    assert!(distance <= most, "{what}: off by {distance}, at most {most} is rounding");
}

#[derive(Debug)]
struct Attention {
    seed: u64,
    half: Half,
    /// Pages of e4m3 instead of the type of the activations.
    fp8: bool,
    shape: KvShape,
    group: usize,
    /// Length of each sequence, and how many of its last tokens attend.
    lens: Vec<(usize, usize)>,
    params: AttnParams,
}

impl Attention {
    fn pages(&self) -> KvType {
        if self.fp8 { KvType::Fp8 } else { kv_type(self.half) }
    }

    /// Keys or values that the pages hold exactly: of e4m3 those whose greatest one makes a scale of 1/512.
    fn exact(&self, tensor: &Tensor) -> Tensor {
        let rounded = f32s(&tensor.to_dtype(dtype(self.half)).unwrap());
        if !self.fp8 {
            return rounded;
        }
        let mut found =
            values(&(rounded * (0.87 * 512.0)).unwrap().to_dtype(DType::F8E4M3).unwrap().to_dtype(DType::F32).unwrap());
        found.iter_mut().for_each(|value| *value /= 512.0);
        found.chunks_mut(self.shape.head_dim).for_each(|head| head[0] = if head[0] < 0.0 { -0.875 } else { 0.875 });
        Tensor::from_vec(found, tensor.dims(), &Device::Cpu).unwrap()
    }
}

fn attention() -> impl Strategy<Value = Attention> {
    let block_size = prop_oneof![Just(16_usize), Just(32), Just(5)];
    let head_dim = prop_oneof![Just(64_usize), Just(80), Just(128), Just(8), Just(256), Just(24)];
    let len = prop_oneof![
        (1..200_usize, Just(1_usize)),
        (1..120_usize, 1..30_usize),
        (500..700_usize, 1..3_usize),
        (2100..2300_usize, 5..8_usize)
    ];
    let shape = (block_size, head_dim, 1..3_usize, 1..8_usize);
    let params = (any::<bool>(), prop::option::of(1..90_usize), prop::option::of(1.0..30.0_f32), 0.1..0.5_f32);
    (any::<u64>(), (half(), any::<bool>()), shape, prop::collection::vec(len, 1..4), params).prop_map(
        |(seed, (half, fp8), (block_size, head_dim, kv_heads, group), mut lens, params)| {
            let causal = params.0;
            for (len, now) in &mut lens {
                *now = if causal { (*now).min(*len) } else { *len };
                if !causal {
                    *len = (*len).min(40);
                    *now = *len;
                }
            }
            let blocks: usize = lens.iter().map(|len| len.0.div_ceil(block_size)).sum();
            Attention {
                seed,
                half,
                fp8,
                shape: KvShape { num_blocks: blocks + 2, block_size, kv_heads, head_dim },
                group,
                lens,
                params: AttnParams { causal, window: params.1, softcap: params.2, scale: params.3 },
            }
        },
    )
}

/// Earlier tokens are stored by a step of their own; then the last ones of each sequence attend, in one step.
fn check_attention(case: &Attention) {
    let Some(cuda) = cuda(case.half) else { return };
    let mut random = Random::new(case.seed);
    let heads = case.group * case.shape.kv_heads;
    let round = |tensor: &Tensor| f32s(&tensor.to_dtype(dtype(case.half)).unwrap());
    let sequences: Vec<Sequence> = case
        .lens
        .iter()
        .map(|&(len, _)| {
            let Sequence { k, v, q, len } = Sequence::new(&mut random, len, heads, &case.shape);
            Sequence { k: case.exact(&k), v: case.exact(&v), q: round(&q), len }
        })
        .collect();
    let (pages, block_size) = (scatter(&mut random, &sequences, &case.shape), case.shape.block_size);
    let parts = case.lens.iter().enumerate();
    let earlier: Vec<_> = parts.clone().map(|(i, &(len, now))| (i, 0, len - now)).collect();
    let last: Vec<_> = parts.map(|(i, &(len, now))| (i, len - now, now)).collect();
    let attend = |kernels: &dyn Kernels, kv_type: KvType| {
        let cache = KvCache::new(std::slice::from_ref(&case.shape), kv_type, &kernels.device()).unwrap();
        poison(kernels, &cache, &case.shape);
        let steps = [&earlier, &last].map(|parts| step(&sequences, &pages, parts, block_size));
        attend_last(kernels, &cache, case, &steps)
    };
    let expected = attend(reference().as_ref(), KvType::F32);
    let got = attend(cuda.as_ref(), case.pages());
    // Weights are rounded for the product with the values, and so is the result.
    assert_near(&got, &expected, case.half, 1.5, &format!("{case:?}"));
    // A sequence alone: the same bits.
    let (mut first, whole) = (0, values(&f32s(&got)));
    for (index, &(len, now)) in case.lens.iter().enumerate() {
        let cache = KvCache::new(std::slice::from_ref(&case.shape), case.pages(), &cuda.device()).unwrap();
        let parts = [(index, 0, len - now), (index, len - now, now)];
        let steps = parts.map(|part| step(&sequences, &pages, &[part], block_size));
        let alone = values(&f32s(&attend_last(cuda.as_ref(), &cache, case, &steps)));
        assert_eq!(alone, whole[first..first + alone.len()], "sequence {index} alone");
        first += alone.len();
    }
}

/// Stores the tokens of both steps; those of the last one attend.
fn attend_last(
    kernels: &dyn Kernels,
    cache: &KvCache,
    case: &Attention,
    steps: &[(BatchMeta, [Tensor; 3]); 2],
) -> Tensor {
    for (batch, [_, k, v]) in steps {
        kernels.store_kv(k, v, cache.layer(0), batch).unwrap();
    }
    let (batch, [q, ..]) = &steps[1];
    kernels.paged_attention(q, cache.layer(0), batch, &case.params).unwrap()
}

/// Fills a cache with NaN: nothing unwritten may reach a result.
fn poison(kernels: &dyn Kernels, cache: &KvCache, shape: &KvShape) {
    let tokens = shape.num_blocks * shape.block_size;
    let nan = Tensor::full(f32::NAN, (tokens, shape.kv_heads, shape.head_dim), &Device::Cpu).unwrap();
    let row = RowMeta { first: 0, len: tokens, start: 0, blocks: (0..shape.num_blocks as u32).collect() };
    kernels.store_kv(&nan, &nan, cache.layer(0), &BatchMeta::new(vec![row], shape.block_size)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paged_attention(case in attention()) {
        check_attention(&case);
    }

    #[test]
    fn linear(seed: u64, half in half(), m in 1..8_usize, k in 1..40_usize, n in 1..50_usize, odd: bool, bias: bool) {
        let Some(cuda) = cuda(half) else { return Ok(()) };
        let k = if odd { k } else { 8 * k };
        let mut random = Random::new(seed);
        let (x, w) = (exact(&mut random, &[m, k], half), exact(&mut random, &[n, k], half));
        let bias = bias.then(|| exact(&mut random, &[n], half));
        let expected = reference().pack_linear(&w, bias.as_ref()).unwrap().forward(&x).unwrap();
        let linear = cuda.pack_linear(&w, bias.as_ref()).unwrap();
        prop_assert_eq!(linear.shape(), (k, n));
        let got = linear.forward(&x).unwrap();
        prop_assert_eq!(got.dtype(), dtype(half));
        assert_near(&got, &expected, half, 1.0, &format!("{m} x {k} x {n}"));
    }

    #[test]
    fn norms(seed: u64, half in half(), rows in 1..5_usize, dim in 1..400_usize, odd: bool, bias: bool) {
        let Some(cuda) = cuda(half) else { return Ok(()) };
        let dim = if odd { dim } else { 8 * dim };
        let mut random = Random::new(seed);
        let (x, residual) = (exact(&mut random, &[rows, dim], half), exact(&mut random, &[rows, dim], half));
        let (weight, bias) = (random.tensor(&[dim]), bias.then(|| random.tensor(&[dim])));
        // A small row must not be lost in epsilon, nor a single element in its own norm.
        let eps = 1e-5;
        let expected = reference().rms_norm(&x, &weight, eps).unwrap();
        assert_near(&cuda.rms_norm(&x, &weight, eps).unwrap(), &expected, half, 1.0, "rms");
        let sum = f32s(&(&x + &residual).unwrap().to_dtype(dtype(half)).unwrap());
        let got = cuda.add_rms_norm(&x, &residual, &weight, eps).unwrap();
        prop_assert_eq!(values(&f32s(&got.0)), values(&sum));
        assert_near(&got.1, &reference().rms_norm(&sum, &weight, eps).unwrap(), half, 1.0, "add");
        let expected = reference().layer_norm(&x, &weight, bias.as_ref(), eps).unwrap();
        assert_near(&cuda.layer_norm(&x, &weight, bias.as_ref(), eps).unwrap(), &expected, half, 1.0, "layer");
    }

    #[test]
    fn pointwise(seed: u64, half in half(), tokens in 1..5_usize, n in 1..50_usize, odd: bool) {
        let Some(cuda) = cuda(half) else { return Ok(()) };
        let n = if odd { n } else { 8 * n };
        let x = exact(&mut Random::new(seed), &[tokens, 2 * n], half);
        let x = (x * 4.0).unwrap();
        for activation in ALL {
            let expected = reference().gated(&x, activation).unwrap();
            assert_near(&cuda.gated(&x, activation).unwrap(), &expected, half, 1.0, "gated");
            let expected = reference().activate(&x, activation).unwrap();
            assert_near(&cuda.activate(&x, activation).unwrap(), &expected, half, 1.0, "activate");
        }
        let (table, ids) = (x, [tokens as u32 - 1, 0, 0]);
        let got = cuda.embedding(&table, &ids).unwrap();
        prop_assert_eq!(values(&f32s(&got)), values(&reference().embedding(&table, &ids).unwrap()));
    }

    /// Norms, rotation and pages: the fused kernel against the reference's separate steps, read back by attention.
    #[test]
    fn rotate_and_store(
        seed: u64, half in half(), tokens in 1..9_usize, group in 1..4_usize, kv_heads in 1..3_usize, pairs in 1..40_usize,
        rest in 0..3_usize, interleaved: bool, normed: bool,
    ) {
        let Some(cuda) = cuda(half) else { return Ok(()) };
        let head_dim = (2 * pairs + rest).next_multiple_of(8);
        let mut random = Random::new(seed);
        let rope = RopeTable { cos: random.tensor(&[64, pairs]), sin: random.tensor(&[64, pairs]), interleaved };
        let heads = group * kv_heads;
        let weights = (random.tensor(&[head_dim]), random.tensor(&[head_dim]));
        let norms = normed.then_some(HeadNorms { q: &weights.0, k: &weights.1, eps: 1e-5 });
        let spec = HeadSpec { heads, kv_heads, head_dim, norms, rope: &rope };
        let qkv = exact(&mut random, &[tokens, (heads + 2 * kv_heads) * head_dim], half);
        let row = RowMeta { first: 0, len: tokens, start: random.below(50), blocks: vec![3, 0, 2, 1] };
        let batch = BatchMeta::new(vec![row], 16);
        let shape = KvShape { num_blocks: 4, block_size: 16, kv_heads, head_dim };
        let run = |kernels: &dyn Kernels, kv_type: KvType| {
            // What was there before is zero on both sides.
            let cache = KvCache::new(std::slice::from_ref(&shape), kv_type, &kernels.device()).unwrap();
            let q = kernels.rotate_and_store(&qkv, &spec, cache.layer(0), &batch).unwrap();
            let params = AttnParams { scale: 0.2, causal: true, window: None, softcap: None };
            let ones = Tensor::ones((tokens, heads, head_dim), DType::F32, &Device::Cpu).unwrap();
            (q, kernels.paged_attention(&ones, cache.layer(0), &batch, &params).unwrap())
        };
        let (expected, got) = (run(reference().as_ref(), KvType::F32), run(cuda.as_ref(), kv_type(half)));
        assert_near(&got.0, &expected.0, half, 1.0, "queries");
        // Rounded keys move scores by a step for each of `head_dim` products.
        assert_near(&got.1, &expected.1, half, 4.0 + 0.2 * head_dim as f32, "attention");
        let (q, k) = (random.tensor(&[tokens, heads, head_dim]), random.tensor(&[tokens, kv_heads, head_dim]));
        let (expected, got) = (reference().rope(&q, &k, &rope, &batch).unwrap(), cuda.rope(&q, &k, &rope, &batch).unwrap());
        assert_near(&got.0, &expected.0, half, 2.0, "q");
        assert_near(&got.1, &expected.1, half, 2.0, "k");
    }
}

/// A key attends to itself alone: what comes back is its value as the page holds it.
#[test]
fn values_of_any_size_are_kept_as_e4m3() {
    let Some(cuda) = cuda(Half::Bf16) else { return };
    let shape = KvShape { num_blocks: 1, block_size: 4, kv_heads: 1, head_dim: 64 };
    let params = AttnParams { causal: true, window: Some(1), softcap: None, scale: 0.1 };
    let mut random = Random::new(9);
    let mut kept = |v: &[Vec<f32>]| {
        let cache = KvCache::new(std::slice::from_ref(&shape), KvType::Fp8, &cuda.device()).unwrap();
        let row = RowMeta { first: 0, len: v.len(), start: 0, blocks: vec![0] };
        let batch = BatchMeta::new(vec![row], 4);
        let k = random.tensor(&[v.len(), 1, 64]);
        let v = Tensor::from_vec(v.concat(), (v.len(), 1, 64), &Device::Cpu).unwrap();
        cuda.store_kv(&k, &v, cache.layer(0), &batch).unwrap();
        values(&f32s(&cuda.paged_attention(&k, cache.layer(0), &batch, &params).unwrap()))
    };
    let mut numbers = Random::new(10);
    let mut v: Vec<Vec<f32>> =
        [1e-4, 3e4, 0.0, 1.0].map(|size| (0..64).map(|_| size * numbers.float()).collect()).into();
    for (given, got) in v.iter().zip(kept(&v).chunks(64)) {
        let most = given.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        for (given, got) in given.iter().zip(got) {
            // Three bits behind the first one, steps of 2^-9 of 1/448 of the greatest value below the least normal number, and
            // what bf16 loses.
            let step = (given.abs() / 16.0).max(most / 448.0 / 1024.0) + given.abs() / 128.0;
            assert!((given - got).abs() <= step, "{given} came back as {got}, of at most {most}");
        }
    }
    v[3][5] = f32::INFINITY;
    assert!(kept(&v[3..]).iter().all(|value| value.is_nan()), "what is not finite shows");
}

const ALL: [Activation; 5] =
    [Activation::Silu, Activation::Gelu, Activation::GeluTanh, Activation::Relu, Activation::Tanh];

#[test]
fn quantized_weights_are_widened() {
    let Some(cuda) = cuda(Half::Bf16) else { return };
    let mut random = Random::new(3);
    let (weight, x) = (random.tensor(&[5, 64]), exact(&mut random, &[2, 64], Half::Bf16));
    let int8 = Int8Weight::quantize(&weight).unwrap();
    let blocks = BlockWeight::quantize(&weight, candle_core::quantized::GgmlDType::Q8_0).unwrap();
    for (packed, plain) in [
        (cuda.pack_int8(&int8, None).unwrap(), int8.to_tensor().unwrap()),
        (cuda.pack_blocks(&blocks, None).unwrap(), blocks.to_tensor().unwrap()),
    ] {
        let expected = reference().pack_linear(&plain, None).unwrap().forward(&x).unwrap();
        assert_near(&packed.forward(&x).unwrap(), &expected, Half::Bf16, 1.0, "widened");
    }
}

#[test]
fn what_cuda_cannot_do_is_an_error() {
    let Some(cuda) = cuda(Half::Bf16) else { return };
    let shape = KvShape { num_blocks: 1, block_size: 16, kv_heads: 1, head_dim: 12 };
    let batch = BatchMeta::new(vec![RowMeta { first: 0, len: 1, start: 0, blocks: vec![0] }], 16);
    let params = AttnParams { scale: 1.0, causal: true, window: None, softcap: None };
    let q = Tensor::zeros((1, 1, 12), DType::F32, &Device::Cpu).unwrap();
    for (kv_type, wanted) in
        [(KvType::Bf16, "heads of at most 256 in steps of 8, not 12"), (KvType::F32, "pages of f32")]
    {
        let cache = KvCache::new(std::slice::from_ref(&shape), kv_type, &cuda.device()).unwrap();
        let error = cuda.paged_attention(&q, cache.layer(0), &batch, &params).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    let ids = cuda.embedding(&Tensor::zeros((4, 8), DType::F32, &Device::Cpu).unwrap(), &[4]).unwrap_err();
    assert!(ids.to_string().contains("outside the vocabulary"), "{ids}");
}
