//! Speed of the CPU kernels at the 0.5B shape (hidden 1024, 16 query and 4 KV heads of 64, ffn 2816, vocabulary 32000),
//! beside a plain read of memory measured in the same run.
//!
//! Linears rotate over enough copies of a weight that each comes from memory, as in a model. Criterion reports elements
//! a second: at one row they are bytes of weight (GB/s), else floating-point operations (GFLOP/s, attention too).
//! `cargo bench -p sconce-kernels`; `-- --quick` for a first look.
#![allow(clippy::unwrap_used, missing_docs, unsafe_code)]

use std::cell::LazyCell;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Device, Result, Tensor};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sconce_kernels::{
    AttnParams, BatchMeta, BlockWeight, CpuOptions, Int8Weight, Isa, Kernels, KvCache, KvShape, KvType, LinearOp,
    RowMeta, cpu_with_isa,
};

/// Bytes a rotation of weights covers at least: several times the last-level cache.
const ROTATION: usize = 256 << 20;

/// The fastest instruction set, or the one that `SCONCE_BENCH_ISA` names.
fn kernels() -> Arc<dyn Kernels> {
    let wanted = std::env::var("SCONCE_BENCH_ISA");
    let named = |name: &String| Isa::available().into_iter().find(|isa| isa.name() == name).unwrap();
    let isa = wanted.as_ref().map_or_else(|_| Isa::best(), named);
    let kernels = cpu_with_isa(isa, &CpuOptions::default()).unwrap();
    eprintln!("{}", kernels.describe());
    kernels
}

fn random(shape: &[usize]) -> Tensor {
    Tensor::randn(0.0_f32, 1.0, shape, &Device::Cpu).unwrap()
}

/// What the machine gives: all threads read their part of 256 MiB once, as the widest words that there are.
fn memory(c: &mut Criterion) {
    let data: Vec<u64> = (0..ROTATION as u64 / 8).collect();
    let mut group = c.benchmark_group("memory");
    group.throughput(Throughput::Bytes(ROTATION as u64));
    let threads = std::thread::available_parallelism().unwrap().get();
    group.bench_function(BenchmarkId::new("read", threads), |b| {
        b.iter(|| {
            std::thread::scope(|scope| {
                for part in data.chunks(data.len().div_ceil(threads)) {
                    scope.spawn(move || black_box(read(part)));
                }
            });
        });
    });
    group.finish();
}

fn read(part: &[u64]) -> [u64; 32] {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has it.
        return unsafe { read_avx2(part) };
    }
    combined(part)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn read_avx2(part: &[u64]) -> [u64; 32] {
    combined(part)
}

/// Eight words of 32 bytes at a time, so that no addition waits for the one before.
#[inline(always)]
fn combined(part: &[u64]) -> [u64; 32] {
    let mut sums = [0; 32];
    for words in part.as_chunks::<32>().0 {
        for (sum, word) in sums.iter_mut().zip(words) {
            *sum ^= word;
        }
    }
    sums
}

fn linear(c: &mut Criterion) {
    let kernels = kernels();
    for (k, n, form) in [
        (1024, 1024, Form::Float(DType::BF16)),
        (1024, 5632, Form::Float(DType::BF16)),
        (2816, 1024, Form::Float(DType::BF16)),
        (1024, 32_000, Form::Float(DType::BF16)),
        (1024, 5632, Form::Float(DType::F32)),
        (1024, 1024, Form::Int8),
        (1024, 5632, Form::Int8),
        (2816, 1024, Form::Int8),
        (1024, 32_000, Form::Int8),
        (1024, 5632, Form::Blocks(GgmlDType::Q8_0)),
        (1024, 32_000, Form::Blocks(GgmlDType::Q8_0)),
        (1024, 5632, Form::Blocks(GgmlDType::Q4K)),
        (1024, 32_000, Form::Blocks(GgmlDType::Q4K)),
        (1024, 5632, Form::Blocks(GgmlDType::Q6K)),
    ] {
        let bytes = form.num_bytes(k * n);
        // Made when the first of them is wanted, so that choosing some by name is quick.
        let copies = LazyCell::new(|| form.pack(kernels.as_ref(), &random(&[n, k]), ROTATION.div_ceil(bytes)));
        let mut group = c.benchmark_group(format!("linear {form:?} {k}x{n}"));
        for m in [1, 8, 32, 128, 256] {
            let x = random(&[m, k]);
            group.throughput(if m == 1 {
                Throughput::Bytes(bytes as u64)
            } else {
                Throughput::Elements((2 * m * k * n) as u64)
            });
            let mut next = 0;
            group.bench_function(BenchmarkId::new("m", m), |b| {
                LazyCell::force(&copies);
                b.iter(|| {
                    next = (next + 1) % copies.len();
                    copies[next].forward(black_box(&x)).unwrap()
                });
            });
        }
        group.finish();
    }
}

/// How a weight is packed.
#[derive(Clone, Copy, Debug)]
enum Form {
    Float(DType),
    Int8,
    Blocks(GgmlDType),
}

impl Form {
    fn num_bytes(self, values: usize) -> usize {
        match self {
            Self::Float(dtype) => values * dtype.size_in_bytes(),
            Self::Int8 => values,
            Self::Blocks(format) => values / format.block_size() * format.type_size(),
        }
    }

    /// Copies of a packed weight.
    fn pack(self, kernels: &dyn Kernels, weight: &Tensor, copies: usize) -> Vec<Arc<dyn LinearOp>> {
        let pack: Box<dyn Fn() -> Result<Arc<dyn LinearOp>>> = match self {
            Self::Float(dtype) => {
                let weight = weight.to_dtype(dtype).unwrap();
                Box::new(move || kernels.pack_linear(&weight, None))
            }
            Self::Int8 => {
                let weight = Int8Weight::quantize(weight).unwrap();
                Box::new(move || kernels.pack_int8(&weight, None))
            }
            Self::Blocks(format) => {
                let weight = BlockWeight::quantize(weight, format).unwrap();
                Box::new(move || kernels.pack_blocks(&weight, None))
            }
        };
        (0..copies).map(|_| pack().unwrap()).collect()
    }
}

/// Layers that take turns, so that pages come from memory as in a model.
const LAYERS: usize = 12;

fn attention(c: &mut Criterion) {
    let kernels = kernels();
    let shape = KvShape { num_blocks: 2048, block_size: 16, kv_heads: 4, head_dim: 64 };
    let params = AttnParams { causal: true, scale: 0.125, window: None, softcap: None };
    for (name, dtype) in [("bf16", KvType::Bf16), ("int8", KvType::Int8)] {
        let cache = KvCache::new(&vec![shape.clone(); LAYERS], dtype, &Device::Cpu).unwrap();
        write(&*kernels, &cache, &shape);
        let mut group = c.benchmark_group(format!("attention {name} 16/4x64"));
        for (name, rows, start, len) in [
            ("decode 1 at 512", 1, 511_usize, 1_usize),
            ("decode 1 at 4096", 1, 4095, 1),
            ("decode 8 at 512", 8, 511, 1),
            ("prefill 512", 1, 0, 512),
            ("prefill 512 after 1536", 1, 1536, 512),
        ] {
            // Sequences in several places, which take turns as layers do: one place of all layers would fit the caches.
            let pages = (start + len).div_ceil(16);
            let row = |row: usize, first: usize| {
                let blocks = (first + row * pages..).take(pages).map(|block| block as u32).collect();
                RowMeta { first: row * len, len, start, blocks }
            };
            let places = (0..shape.num_blocks / (rows * pages)).map(|place| place * rows * pages);
            let batches: Vec<BatchMeta> =
                places.map(|first| BatchMeta::new((0..rows).map(|i| row(i, first)).collect(), 16)).collect();
            let q = random(&[batches[0].num_tokens(), 16, 64]);
            let keys: usize = batches[0].positions.iter().map(|&position| position as usize + 1).sum();
            group.throughput(Throughput::Elements((4 * keys * 16 * 64) as u64));
            let mut turns =
                batches.iter().flat_map(|batch| cache.layers().iter().map(move |layer| (batch, layer))).cycle();
            group.bench_function(name, |b| {
                b.iter(|| {
                    let (batch, layer) = turns.next().unwrap();
                    kernels.paged_attention(black_box(&q), layer, batch, &params).unwrap()
                });
            });
        }
        group.finish();
    }
}

/// Fills every page: what was never written is the system's one page of zeros, which lies in the cache.
fn write(kernels: &dyn Kernels, cache: &KvCache, shape: &KvShape) {
    let tokens = shape.num_blocks * shape.block_size;
    let row = RowMeta { first: 0, len: tokens, start: 0, blocks: (0..shape.num_blocks as u32).collect() };
    let batch = BatchMeta::new(vec![row], shape.block_size);
    let x = random(&[tokens, shape.kv_heads, shape.head_dim]);
    for layer in cache.layers() {
        kernels.store_kv(&x, &x, layer, &batch).unwrap();
    }
}

fn light(c: &mut Criterion) {
    let kernels = kernels();
    let mut group = c.benchmark_group("light");
    let weight = random(&[1024]);
    for m in [1, 256] {
        let (x, gate_up) = (random(&[m, 1024]), random(&[m, 5632]));
        group.throughput(Throughput::Elements(m as u64 * 1024));
        group.bench_function(BenchmarkId::new("add_rms_norm 1024", m), |b| {
            b.iter(|| kernels.add_rms_norm(black_box(&x), &x, &weight, 1e-5).unwrap());
        });
        group.throughput(Throughput::Elements(m as u64 * 2816));
        group.bench_function(BenchmarkId::new("silu_mul 2816", m), |b| {
            b.iter(|| kernels.silu_mul(black_box(&gate_up)).unwrap());
        });
    }
    group.finish();
}

fn config() -> Criterion {
    Criterion::default()
        .sample_size(15)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! { name = benches; config = config(); targets = memory, linear, attention, light }
criterion_main!(benches);
