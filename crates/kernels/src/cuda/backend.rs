//! The [`Kernels`] of CUDA: checks shapes, allocates results, launches.
//!
//! Read next: `source/`, where each kernel is; `linear.rs`.

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor, bail};

use super::address::{input, optional, output};
use super::arena;
use super::executor::{Arg, Executor, Launch};
use super::frame::{MOST_ROWS, Size};
use super::graph::Graphs;
use super::linear::Linear;
use super::on_device::{DeviceBatch, Items, upload};
use super::plan::{FEW, KEYS, Kind, MANY, Plan};
use super::{Half, Options, tail};
use crate::kv::KvPages;
use crate::{
    Activation, AttnParams, BatchMeta, BlockWeight, Drawn, Forward, HeadSpec, Int8Weight, Kernels, KvCache, KvLayer,
    KvType, LinearOp, RopeTable, TokenDraw, check,
};

/// Elements of a 16-byte load.
pub(super) const PACK: usize = 8;
/// Where tensors begin, in bytes: what cuBLASLt expects unless told otherwise, and more than our kernels need.
pub(super) const ALIGNMENT: usize = 256;
/// Heads are at most so long.
const MAX_HEAD_DIM: usize = 256;
/// Threads of a block of attention.
const ATTENTION_THREADS: usize = 128;
/// Heads that a block of `rotate_store` takes, a warp each.
const HEADS: usize = 4;

/// The backend; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Cuda {
    executor: Arc<dyn Executor>,
    half: Half,
    /// `None`: every step is launched kernel by kernel.
    graphs: Option<Arc<Graphs>>,
}

/// Heads that `rotate_store` reads and writes; `None` for a part that is left out.
struct Side<'a> {
    from: &'a Tensor,
    /// First element of a token, and elements between tokens.
    place: (usize, usize),
    heads: usize,
    to: Arg,
    norm: Option<&'a Tensor>,
}

impl Cuda {
    pub(super) fn new(executor: Arc<dyn Executor>, options: Options) -> Self {
        Self { executor, half: options.half, graphs: options.graphs.then(Arc::default) }
    }

    pub(super) fn executor(&self) -> &dyn Executor {
        &*self.executor
    }

    /// Type of the activations.
    fn dtype(&self) -> DType {
        match self.half {
            Half::Bf16 => DType::BF16,
            Half::F16 => DType::F16,
        }
    }

    /// Pages of that type.
    fn page_type(&self) -> KvType {
        match self.half {
            Half::Bf16 => KvType::Bf16,
            Half::F16 => KvType::F16,
        }
    }

    /// The tensor, dense, on the device, in the type of the activations; itself where it is that already.
    pub(super) fn own(&self, tensor: &Tensor) -> Result<Tensor> {
        self.own_as(tensor, self.dtype())
    }

    /// As [`Self::own`], f32: weights of norms, angles.
    fn own_f32(&self, tensor: &Tensor) -> Result<Tensor> {
        self.own_as(tensor, DType::F32)
    }

    fn own_as(&self, tensor: &Tensor, dtype: DType) -> Result<Tensor> {
        // A view begins anywhere, but kernels read 16 bytes at a time: it is copied where that would go wrong.
        let offset = tensor.layout().start_offset() * tensor.dtype().size_in_bytes();
        let dense = if offset.is_multiple_of(ALIGNMENT) { tensor.contiguous()? } else { tensor.force_contiguous()? };
        dense.to_dtype(dtype)?.to_device(self.executor.device())
    }

    /// Memory for activations, to be written whole.
    pub(super) fn empty(&self, shape: &[usize]) -> Result<Tensor> {
        let of_graph = self.graphs.as_ref().and_then(|graphs| graphs.result(&*self.executor, shape, self.dtype()));
        of_graph.unwrap_or_else(|| self.empty_of(shape, self.dtype()))
    }

    /// f32 numbers that nobody needs after the next call of this.
    fn scratch(&self, len: usize) -> Result<Tensor> {
        let of_graph = self.graphs.as_ref().and_then(|graphs| graphs.scratch(&*self.executor, len));
        of_graph.unwrap_or_else(|| self.empty_of(&[len], DType::F32))
    }

    pub(super) fn empty_of(&self, shape: &[usize], dtype: DType) -> Result<Tensor> {
        // SAFETY: any bits are a number of these types, and kernels write every element before any is read.
        unsafe { Tensor::empty(shape, dtype, self.executor.device()) }
    }

    /// Runs the kernel `name` for the type of the activations; nothing to do without blocks. The caller has checked that
    /// every element exists which the kernel reads or writes by these arguments.
    pub(super) fn launch(&self, name: &str, blocks: usize, threads: usize, shared: usize, args: &[Arg]) -> Result<()> {
        let suffix = match self.half {
            Half::Bf16 => "bf16",
            Half::F16 => "f16",
        };
        self.launch_named(format!("{name}_{suffix}"), blocks, (threads, shared), args)
    }

    /// As [`Self::launch`], for f32.
    pub(super) fn launch_f32(&self, name: &str, blocks: usize, threads: usize, args: &[Arg]) -> Result<()> {
        self.launch_named(format!("{name}_f32"), blocks, (threads, 0), args)
    }

    fn launch_named(
        &self,
        kernel: String,
        blocks: usize,
        (threads, shared): (usize, usize),
        args: &[Arg],
    ) -> Result<()> {
        if blocks == 0 {
            return Ok(());
        }
        let launch = Launch {
            kernel,
            blocks: blocks as u32,
            threads: threads as u32,
            shared: shared as u32,
            args: args.to_vec(),
        };
        // SAFETY: callers check shapes; addresses come from tensors that live until the launch was issued.
        unsafe { self.executor.launch(&launch) }
    }

    /// Norms: a block a row of `dim`.
    fn launch_rows(&self, name: &str, rows: usize, dim: usize, args: &[Arg]) -> Result<()> {
        let threads = dim.div_ceil(PACK).next_multiple_of(32).min(1024);
        self.launch(name, rows, threads, 0, args)
    }

    /// `rotate_store`; queries, keys and values as far as they are given.
    fn rotate_store(
        &self,
        [q, k, v]: [Option<Side<'_>>; 3],
        table: Option<&RopeTable>,
        paged: Option<&KvLayer>,
        batch: &BatchMeta,
        (dim, eps): (usize, f32),
    ) -> Result<()> {
        if dim > MAX_HEAD_DIM {
            bail!("heads of {dim} are longer than the CUDA kernels allow ({MAX_HEAD_DIM})");
        }
        let (tokens, places) = (batch.num_tokens(), DeviceBatch::of(batch, self.executor.device())?);
        let mut args = Vec::new();
        let mut units = 0;
        let mut norms = Vec::new();
        for side in [q, k, v] {
            let Some(side) = side else {
                args.extend([Arg::Pointer(0), Arg::I32(0), Arg::I32(0), Arg::Pointer(0), Arg::Pointer(0)]);
                continue;
            };
            units += side.heads;
            let norm = side.norm.map(|norm| self.own_f32(norm)).transpose()?;
            let (first, stride) = side.place;
            let from = at(input(side.from)?, first * self.dtype().size_in_bytes());
            args.extend([
                from,
                Arg::I32(stride as i32),
                Arg::I32(side.heads as i32),
                side.to,
                optional(norm.as_ref())?,
            ]);
            norms.push(norm);
        }
        // Values have no norm.
        args.pop();
        args.extend(scales(paged, output)?);
        let tables =
            table.map(|table| Ok::<_, candle_core::Error>((self.own_f32(&table.cos)?, self.own_f32(&table.sin)?)));
        let tables = tables.transpose()?;
        args.extend([
            input(&places.positions)?,
            optional(tables.as_ref().map(|tables| &tables.0))?,
            optional(tables.as_ref().map(|tables| &tables.1))?,
            Arg::I32(table.map_or(Ok(0), |table| table.cos.dim(1))? as i32),
            Arg::I32(i32::from(table.is_some_and(|table| table.interleaved))),
            if paged.is_some() { input(&places.slots)? } else { Arg::Pointer(0) },
            Arg::I32(paged.map_or(1, |kv| kv.shape.block_size) as i32),
            Arg::I32(tokens as i32),
            Arg::I32(dim as i32),
            Arg::F32(eps),
        ]);
        self.launch("rotate_store", (tokens * units).div_ceil(HEADS), 32 * HEADS, 0, &args)
    }

    /// The pages of a layer, which must be on the device and of the activations' type.
    fn check_pages(&self, kv: &KvLayer) -> Result<()> {
        if !kv.k.values.device().same_device(self.executor.device()) {
            bail!("the pages are on another device");
        }
        if self.stores(kv.dtype) {
            Ok(())
        } else {
            bail!("pages of {} on CUDA, where activations are {:?}", kv.dtype.name(), self.dtype())
        }
    }
}

/// An address so many bytes further.
pub(super) fn at(arg: Arg, bytes: usize) -> Arg {
    match arg {
        Arg::Pointer(address) => Arg::Pointer(address + bytes as u64),
        other => other,
    }
}

/// Where the scales of a layer's keys and values are; null for pages without.
fn scales(kv: Option<&KvLayer>, address: fn(&Tensor) -> Result<Arg>) -> Result<[Arg; 2]> {
    let of = |pages: &KvPages| pages.scales.as_ref().map_or(Ok(Arg::Pointer(0)), address);
    Ok([kv.map_or(Ok(Arg::Pointer(0)), |kv| of(&kv.k))?, kv.map_or(Ok(Arg::Pointer(0)), |kv| of(&kv.v))?])
}

/// A tensor `[tokens, heads, dim]` whole.
fn dense_side<'a>(from: &'a Tensor, to: Arg) -> Result<Side<'a>> {
    let (_, heads, dim) = from.dims3()?;
    Ok(Side { from, place: (0, heads * dim), heads, to, norm: None })
}

impl Kernels for Cuda {
    fn device(&self) -> Device {
        self.executor.device().clone()
    }

    fn float_type(&self, _stored: DType) -> DType {
        self.dtype()
    }

    fn keeps_floats_only(&self) -> bool {
        true
    }

    fn stores(&self, pages: KvType) -> bool {
        pages == self.page_type() || pages == KvType::Fp8
    }

    fn check_heads(&self, head_dim: usize) -> Result<()> {
        if head_dim == 0 || head_dim > MAX_HEAD_DIM || !head_dim.is_multiple_of(PACK) {
            bail!("attention on CUDA needs heads of at most {MAX_HEAD_DIM} in steps of {PACK}, not {head_dim}");
        }
        Ok(())
    }

    fn attention_bytes(&self, rows: usize, tokens: usize, kv_heads: usize, (group, head_dim): (usize, usize)) -> u64 {
        (Plan::most_partials(rows, tokens, kv_heads, group) * FEW * (head_dim + 2) * size_of::<f32>()) as u64
    }

    fn noted_bytes(&self, values: usize, (kv_heads, head_dim): (usize, usize)) -> u64 {
        let results = MOST_ROWS * values * self.dtype().size_in_bytes();
        let scratch = Size::most_items(kv_heads) * FEW * (head_dim + 2) * size_of::<f32>();
        self.graphs.as_ref().map_or(0, |_| (results.min(arena::MOST) + scratch.min(arena::MOST)) as u64)
    }

    fn is_lost(&self) -> bool {
        // The first answer may be an error that was kept from before, and is over.
        self.executor.synchronize().is_err() && self.executor.synchronize().is_err()
    }

    fn free_bytes(&self) -> Option<u64> {
        self.executor.free_bytes()
    }

    fn run_step(&self, ids: &[u32], batch: &BatchMeta, kv: &KvCache, forward: Forward<'_>) -> Result<Tensor> {
        let hidden = match &self.graphs {
            Some(graphs) => graphs.run(&*self.executor, (ids, batch, kv), forward)?,
            None => None,
        };
        hidden.map_or_else(|| forward(ids, batch), Ok)
    }

    fn pack_linear(&self, weight: &Tensor, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        Ok(Arc::new(Linear::new(self, weight, bias)?))
    }

    fn pack_int8(&self, weight: &Int8Weight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        self.pack_linear(&weight.to_tensor()?, bias)
    }

    fn pack_blocks(&self, weight: &BlockWeight, bias: Option<&Tensor>) -> Result<Arc<dyn LinearOp>> {
        self.pack_linear(&weight.to_tensor()?, bias)
    }

    fn embedding(&self, table: &Tensor, ids: &[u32]) -> Result<Tensor> {
        let hidden = check::embedding(table, ids)?;
        let (table, out) = (self.own(table)?, self.empty(&[ids.len(), hidden])?);
        let of_graph = self.graphs.as_ref().and_then(|graphs| graphs.ids());
        let ids = of_graph.map_or_else(|| upload(ids.to_vec(), self.executor.device()), Ok)?;
        let args = [output(&out)?, input(&table)?, input(&ids)?, Arg::I32(hidden as i32)];
        self.launch_rows("embedding", out.dims()[0], hidden, &args)?;
        Ok(out)
    }

    fn store_kv(&self, k: &Tensor, v: &Tensor, kv: &KvLayer, batch: &BatchMeta) -> Result<()> {
        check::store(k, v, kv, batch)?;
        self.check_pages(kv)?;
        let (k, v) = (self.own(k)?, self.own(v)?);
        let sides = [None, Some(dense_side(&k, output(&kv.k.values)?)?), Some(dense_side(&v, output(&kv.v.values)?)?)];
        self.rotate_store(sides, None, Some(kv), batch, (kv.shape.head_dim, 0.0))
    }

    fn rope(&self, q: &Tensor, k: &Tensor, table: &RopeTable, batch: &BatchMeta) -> Result<(Tensor, Tensor)> {
        check::rope(q, k, table, batch)?;
        if q.dims()[2] != k.dims()[2] {
            bail!("rope: heads of q {:?} and k {:?} differ", q.shape(), k.shape());
        }
        let (q, k) = (self.own(q)?, self.own(k)?);
        let (q_out, k_out) = (self.empty(q.dims())?, self.empty(k.dims())?);
        let sides = [Some(dense_side(&q, output(&q_out)?)?), Some(dense_side(&k, output(&k_out)?)?), None];
        self.rotate_store(sides, Some(table), None, batch, (q.dims()[2], 0.0))?;
        Ok((q_out, k_out))
    }

    fn rotate_and_store(&self, qkv: &Tensor, spec: &HeadSpec<'_>, kv: &KvLayer, batch: &BatchMeta) -> Result<Tensor> {
        let HeadSpec { heads, kv_heads, head_dim, norms, rope } = *spec;
        check::qkv(qkv, spec, kv, batch)?;
        self.check_pages(kv)?;
        let (qkv, out) = (self.own(qkv)?, self.empty(&[batch.num_tokens(), heads, head_dim])?);
        let side = |first: usize, heads, to, norm| {
            let place = (first * head_dim, (spec.heads + 2 * kv_heads) * head_dim);
            Some(Side { from: &qkv, place, heads, to, norm })
        };
        let sides = [
            side(0, heads, output(&out)?, norms.map(|norms| norms.q)),
            side(heads, kv_heads, output(&kv.k.values)?, norms.map(|norms| norms.k)),
            side(heads + kv_heads, kv_heads, output(&kv.v.values)?, None),
        ];
        let eps = norms.map_or(0.0, |norms| norms.eps);
        self.rotate_store(sides, Some(rope), Some(kv), batch, (head_dim, eps))?;
        Ok(out)
    }

    fn paged_attention(&self, q: &Tensor, kv: &KvLayer, batch: &BatchMeta, params: &AttnParams) -> Result<Tensor> {
        let dims = check::attention(q, kv, batch)?;
        self.check_pages(kv)?;
        let (heads, kv_heads, head_dim) = (dims.heads, dims.kv_heads, dims.head_dim);
        self.check_heads(head_dim)?;
        let padded = head_dim.next_power_of_two().max(64);
        let device = self.executor.device();
        let places = DeviceBatch::of(batch, device)?;
        let plan = places.plan(batch, Kind::new(heads, kv_heads, params), device)?;
        let (q, out) = (self.own(q)?, self.empty(&[batch.num_tokens(), heads * head_dim])?);
        // Values of parts, then greatest score and sum of each.
        let num_values = plan.num_partials * FEW * head_dim;
        let partials = self.scratch((num_values + plan.num_partials * FEW * 2).max(1))?;
        let values = output(&partials)?;
        let stats = at(values, num_values * size_of::<f32>());
        let int = |value: usize| Arg::I32(value as i32);
        let shape = [int(heads), int(kv_heads), int(head_dim)];
        let attend = |name: &str, items: &Items, tile: usize| {
            let mut args = vec![output(&out)?, values, stats, input(&q)?, input(&kv.k.values)?, input(&kv.v.values)?];
            args.extend(scales(Some(kv), input)?);
            args.extend([input(&items.tensor)?, input(&places.tables)?]);
            args.extend(shape);
            args.extend([
                int(dims.block_size),
                Arg::F32(params.scale),
                Arg::I32(i32::from(params.causal)),
                int(params.window.map_or(0, |window| window.max(1))),
                Arg::F32(params.softcap.unwrap_or(0.0)),
            ]);
            // Tiles of queries, keys and values in rows that are a pack longer than a head.
            let shared = self.dtype().size_in_bytes() * (tile + 2 * KEYS) * (padded + PACK);
            let pages = if kv.dtype == KvType::Fp8 { "_fp8" } else { "" };
            let kernel = format!("attention_{name}_{padded}{pages}");
            self.launch(&kernel, items.len as usize, ATTENTION_THREADS, shared, &args)
        };
        attend("many", &plan.many, MANY)?;
        attend("few", &plan.few, FEW)?;
        let mut args = vec![output(&out)?, values, stats, input(&plan.combinations.tensor)?];
        args.extend(shape);
        self.launch("attention_combine", plan.combinations.len as usize, ATTENTION_THREADS, 0, &args)?;
        Ok(out)
    }

    fn rms_norm(&self, x: &Tensor, weight: &Tensor, eps: f32) -> Result<Tensor> {
        let dim = check::norm(x, weight)?;
        let (x, weight, out) = (self.own(x)?, self.own_f32(weight)?, self.empty(x.dims())?);
        let args = [output(&out)?, input(&x)?, input(&weight)?, Arg::I32(dim as i32), Arg::F32(eps)];
        self.launch_rows("rms_norm", x.elem_count() / dim, dim, &args)?;
        Ok(out)
    }

    fn add_rms_norm(&self, x: &Tensor, residual: &Tensor, weight: &Tensor, eps: f32) -> Result<(Tensor, Tensor)> {
        let dim = check::norm(x, weight)?;
        if x.dims() != residual.dims() {
            bail!("add_rms_norm: {:?} and {:?} differ", x.shape(), residual.shape());
        }
        let (x, residual, weight) = (self.own(x)?, self.own(residual)?, self.own_f32(weight)?);
        let (sum, out) = (self.empty(x.dims())?, self.empty(x.dims())?);
        let inputs = [input(&x)?, input(&residual)?, input(&weight)?];
        let mut args = vec![output(&sum)?, output(&out)?];
        args.extend(inputs);
        args.extend([Arg::I32(dim as i32), Arg::F32(eps)]);
        self.launch_rows("add_rms_norm", x.elem_count() / dim, dim, &args)?;
        Ok((sum, out))
    }

    fn layer_norm(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, eps: f32) -> Result<Tensor> {
        let dim = check::layer_norm(x, weight, bias)?;
        let (x, weight) = (self.own(x)?, self.own_f32(weight)?);
        let (bias, out) = (bias.map(|bias| self.own_f32(bias)).transpose()?, self.empty(x.dims())?);
        let args =
            [output(&out)?, input(&x)?, input(&weight)?, optional(bias.as_ref())?, Arg::I32(dim as i32), Arg::F32(eps)];
        self.launch_rows("layer_norm", x.elem_count() / dim, dim, &args)?;
        Ok(out)
    }

    fn gated(&self, gate_up: &Tensor, activation: Activation) -> Result<Tensor> {
        let (tokens, n) = check::gate_up(gate_up)?;
        let (x, out) = (self.own(gate_up)?, self.empty(&[tokens, n])?);
        let count = tokens * n;
        let args = [output(&out)?, input(&x)?, count_arg(count)?, Arg::I32(n as i32), Arg::I32(activation as i32)];
        self.launch("gated", count.div_ceil(256 * PACK), 256, 0, &args)?;
        Ok(out)
    }

    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        let (x, out) = (self.own(x)?, self.empty(x.dims())?);
        let count = x.elem_count();
        let args = [output(&out)?, input(&x)?, count_arg(count)?, Arg::I32(activation as i32)];
        self.launch("activate", count.div_ceil(256), 256, 0, &args)?;
        Ok(out)
    }

    /// Those of 256 rows and the widest vocabularies: with fewer, a step of so many reads the head's weight more than once.
    fn logits_at_once(&self) -> usize {
        64 << 20
    }

    fn samples(&self) -> bool {
        true
    }

    fn sample(&self, logits: &Tensor, draws: &[TokenDraw]) -> Result<Vec<Drawn>> {
        tail::sample(self, logits, draws)
    }

    fn describe(&self) -> String {
        format!("cuda: {}, {:?}", self.executor.describe(), self.dtype())
    }
}

fn count_arg(count: usize) -> Result<Arg> {
    match i32::try_from(count) {
        Ok(count) => Ok(Arg::U32(count.cast_unsigned())),
        Err(_) => bail!("{count} elements are more than one launch takes"),
    }
}
