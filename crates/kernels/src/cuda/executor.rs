//! The seam between what is computed and where: a kernel by name, its grid, its arguments.
//!
//! Read next: `backend.rs` (who launches), `driver/mod.rs` (the GPU), the crate `emulate` (the CPU, in tests).

use std::fmt::Debug;

use candle_core::{Device, Result, Tensor};

/// An argument of a kernel, by its C type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg {
    /// An address in the executor's memory, or null.
    Pointer(u64),
    /// `unsigned`.
    U32(u32),
    /// `int`.
    I32(i32),
    /// `float`.
    F32(f32),
}

/// One kernel over a grid of blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// Its name in `source/`.
    pub kernel: String,
    /// Blocks.
    pub blocks: u32,
    /// Threads of a block: whole warps.
    pub threads: u32,
    /// Bytes of dynamic shared memory of a block.
    pub shared: u32,
    /// In the order of the kernel's parameters.
    pub args: Vec<Arg>,
}

/// Operands of a matrix product; see [`Executor::matmul`].
#[derive(Clone, Copy, Debug)]
pub struct Product<'a> {
    /// `[tokens, in]`.
    pub x: &'a Tensor,
    /// `[out, in]`.
    pub weight: &'a Tensor,
    /// `[out]`.
    pub bias: Option<&'a Tensor>,
}

/// Launches that were noted.
pub trait Recording: Send + Debug {
    /// Runs them in their order, after everything before.
    ///
    /// # Errors
    /// When the device refuses.
    fn replay(&self) -> Result<()>;
}

/// Runs kernels in order, on tensors of its device.
pub trait Executor: Send + Sync + Debug {
    /// Where tensors must be.
    fn device(&self) -> &Device;

    /// Runs `launch` after everything before it.
    ///
    /// # Errors
    /// When there is no such kernel or the device refuses.
    ///
    /// # Safety
    /// The arguments are those of the kernel, and every element that the kernel reads or writes by them exists.
    unsafe fn launch(&self, launch: &Launch) -> Result<()>;

    /// `y = x · Wᵀ + b`: `[tokens, in]`, `[out, in]`, `[out]`, all of one type, to `[tokens, out]` of that type; sums in
    /// f32.
    ///
    /// # Errors
    /// When the device refuses.
    fn matmul(&self, product: Product<'_>, y: &Tensor) -> Result<()>;

    /// Writes `values` over a flat tensor of the device, after everything before.
    ///
    /// # Errors
    /// When the device refuses.
    fn write(&self, to: &Tensor, values: &[u32]) -> Result<()>;

    /// Notes what `work` launches instead of running it. `work` must allocate nothing and read nothing back; what it reads and
    /// writes must stay where it is as long as the recording.
    ///
    /// # Errors
    /// Those of `work`, and when the device refuses to note something of it.
    fn record(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<Box<dyn Recording>>;

    /// Waits for everything that was launched.
    ///
    /// # Errors
    /// When something of it failed: the device is lost then.
    fn synchronize(&self) -> Result<()>;

    /// Bytes that can still be allocated, where that is known.
    fn free_bytes(&self) -> Option<u64>;

    /// Name of the device.
    fn describe(&self) -> String;
}
