//! Shared by the kernel tests: reproducible random tensors, random steps with scattered pages, every backend of this
//! machine.
#![allow(dead_code, clippy::unwrap_used, missing_docs, unreachable_pub)]

pub mod gpu;

use std::sync::Arc;

use candle_core::{Device, Tensor};
use sconce_kernels::cuda::Half;
use sconce_kernels::{
    BatchMeta, CpuOptions, Isa, Kernels, KvCache, KvShape, KvType, LinearOp, Placement, RowMeta, cpu_with_isa, open,
};

/// A small generator (xorshift): the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// In -1..1.
    pub fn float(&mut self) -> f32 {
        (self.next() % 200_001) as f32 / 100_000.0 - 1.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn tensor(&mut self, shape: &[usize]) -> Tensor {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| self.float()).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }
}

pub fn reference() -> Arc<dyn Kernels> {
    open(Placement::Cpu, &CpuOptions { reference: true, ..CpuOptions::default() }, Half::Bf16.into()).unwrap()
}

/// The production kernels on one instruction set.
pub fn backend(isa: Isa, threads: usize) -> Arc<dyn Kernels> {
    cpu_with_isa(isa, &CpuOptions { threads: Some(threads), ..CpuOptions::default() }).unwrap()
}

/// Every instruction set of this machine, on two threads.
pub fn backends() -> Vec<(Isa, Arc<dyn Kernels>)> {
    Isa::available().into_iter().map(|isa| (isa, backend(isa, 2))).collect()
}

pub fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Exact equality, also of signs of zero.
pub fn bits(tensor: &Tensor) -> Vec<u32> {
    values(tensor).into_iter().map(f32::to_bits).collect()
}

/// Largest difference; NaN anywhere counts as infinite.
pub fn distance(a: &Tensor, b: &Tensor) -> f32 {
    assert_eq!(a.dims(), b.dims());
    let worst = |worst: f32, (a, b): (f32, f32)| if (a - b).abs() <= worst { worst } else { (a - b).abs() };
    let distance = values(a).into_iter().zip(values(b)).fold(0.0, worst);
    if distance.is_nan() { f32::INFINITY } else { distance }
}

/// One sequence whose K, V and Q are known for every position; its tokens are spread over steps as a test likes.
pub struct Sequence {
    pub k: Tensor,
    pub v: Tensor,
    pub q: Tensor,
    pub len: usize,
}

impl Sequence {
    pub fn new(random: &mut Random, len: usize, heads: usize, shape: &KvShape) -> Self {
        Self {
            k: random.tensor(&[len, shape.kv_heads, shape.head_dim]),
            v: random.tensor(&[len, shape.kv_heads, shape.head_dim]),
            q: random.tensor(&[len, heads, shape.head_dim]),
            len,
        }
    }
}

/// Every type that pages can have.
pub fn kv_type() -> impl proptest::strategy::Strategy<Value = KvType> {
    proptest::prop_oneof![
        proptest::strategy::Just(KvType::F32),
        proptest::strategy::Just(KvType::Bf16),
        proptest::strategy::Just(KvType::Int8)
    ]
}

/// A cache full of NaN: nothing unwritten may reach a result.
pub fn poisoned_cache(kernels: &dyn Kernels, shape: &KvShape, dtype: KvType) -> KvCache {
    let cache = KvCache::new(std::slice::from_ref(shape), dtype, &Device::Cpu).unwrap();
    let tokens = shape.num_blocks * shape.block_size;
    let nan = Tensor::full(f32::NAN, (tokens, shape.kv_heads, shape.head_dim), &Device::Cpu).unwrap();
    let row = RowMeta { first: 0, len: tokens, start: 0, blocks: (0..shape.num_blocks as u32).collect() };
    kernels.store_kv(&nan, &nan, cache.layer(0), &BatchMeta::new(vec![row], shape.block_size)).unwrap();
    cache
}

/// Distinct pages for each sequence, in random order.
pub fn scatter(random: &mut Random, sequences: &[Sequence], shape: &KvShape) -> Vec<Vec<u32>> {
    let mut free: Vec<u32> = (0..shape.num_blocks as u32).collect();
    let mut take = || free.swap_remove(random.below(free.len()));
    sequences.iter().map(|s| (0..s.len.div_ceil(shape.block_size)).map(|_| take()).collect()).collect()
}

/// The flat step of `parts` = (sequence, start, len), and its q, k, v.
pub fn step(
    sequences: &[Sequence],
    pages: &[Vec<u32>],
    parts: &[(usize, usize, usize)],
    block_size: usize,
) -> (BatchMeta, [Tensor; 3]) {
    let mut first = 0;
    let mut rows = Vec::new();
    for &(index, start, len) in parts {
        rows.push(RowMeta { first, len, start, blocks: pages[index].clone() });
        first += len;
    }
    let gather = |pick: &dyn Fn(&Sequence) -> Tensor| {
        let parts: Vec<Tensor> =
            parts.iter().map(|&(i, start, len)| pick(&sequences[i]).narrow(0, start, len).unwrap()).collect();
        Tensor::cat(&parts, 0).unwrap()
    };
    let tensors = [gather(&|s| s.q.clone()), gather(&|s| s.k.clone()), gather(&|s| s.v.clone())];
    (BatchMeta::new(rows, block_size), tensors)
}

/// Rows of a linear are the same to the bit on any number of threads and in any batch; `pack` packs it for so many
/// threads.
pub fn check_rows(random: &mut Random, x: &Tensor, pack: impl Fn(usize) -> Arc<dyn LinearOp>) {
    let (m, _) = x.dims2().unwrap();
    let linear = pack(2);
    let (_, n) = linear.shape();
    let expected = bits(&linear.forward(x).unwrap());
    for threads in [1, 3] {
        assert_eq!(bits(&pack(threads).forward(x).unwrap()), expected, "{threads} threads");
    }
    let mut row = 0;
    while row < m {
        let rows = (1 + random.below(9)).min(m - row);
        let part = linear.forward(&x.narrow(0, row, rows).unwrap()).unwrap();
        assert_eq!(bits(&part)[..], expected[row * n..(row + rows) * n], "rows {row}..{}", row + rows);
        row += rows;
    }
}

/// Says that tests were skipped, in a form that `cargo xtask test` counts; under `CI=true` that is a failure.
pub fn skip(what: &str, install: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} cannot run here: {install}");
    // Straight to the file descriptor: the test harness would swallow a print of a passing test.
    let line = format!("SKIPPED {what}: {install}\n");
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    if let Ok(path) = std::env::var("SCONCE_SKIPPED_FILE") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        std::io::Write::write_all(&mut file.unwrap(), line.as_bytes()).unwrap();
    }
}
