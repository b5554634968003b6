//! Projections: a kernel of our own while reading the weight is all that matters, else a matrix product of the executor.

use candle_core::{Result, Tensor};

use super::address;
use super::backend::{Cuda, PACK};
use super::executor::{Arg, Product};
use crate::{LinearOp, check};

/// Up to so many rows, `linear_rows` of `source/linear.cu`.
const FEW_ROWS: usize = 4;
/// Outputs of a block of it, a warp each.
const OUTPUTS: usize = 8;

/// A weight on the device, in the type of the activations.
#[derive(Debug)]
pub(super) struct Linear {
    cuda: Cuda,
    /// `[out, in]`.
    weight: Tensor,
    /// `[out]`.
    bias: Option<Tensor>,
}

impl Linear {
    pub(super) fn new(cuda: &Cuda, weight: &Tensor, bias: Option<&Tensor>) -> Result<Self> {
        check::weight(weight, bias)?;
        let bias = bias.map(|bias| cuda.own(bias)).transpose()?;
        Ok(Self { cuda: cuda.clone(), weight: cuda.own(weight)?, bias })
    }
}

impl LinearOp for Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (inn, out) = self.shape();
        let tokens = check::linear_input(x, inn)?;
        let x = self.cuda.own(x)?;
        let y = self.cuda.empty(&[tokens, out])?;
        if tokens == 0 {
            return Ok(y);
        }
        if tokens > FEW_ROWS || !inn.is_multiple_of(PACK) {
            let product = Product { x: &x, weight: &self.weight, bias: self.bias.as_ref() };
            self.cuda.executor().matmul(product, &y)?;
            return Ok(y);
        }
        let args = [
            address::output(&y)?,
            address::input(&x)?,
            address::input(&self.weight)?,
            address::optional(self.bias.as_ref())?,
            Arg::I32(inn as i32),
            Arg::I32(out as i32),
        ];
        // Shapes were checked: x has `tokens` rows and the weight `out` rows of `inn`, y is `[tokens, out]`.
        self.cuda.launch(&format!("linear_rows_{tokens}"), out.div_ceil(OUTPUTS), 32 * OUTPUTS, 0, &args)?;
        Ok(y)
    }

    fn shape(&self) -> (usize, usize) {
        (self.weight.dims()[1], self.weight.dims()[0])
    }

    fn num_bytes(&self) -> usize {
        2 * (self.weight.elem_count() + self.bias.as_ref().map_or(0, Tensor::elem_count))
    }
}
