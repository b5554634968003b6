//! Where the rows of a product's input come from. Every form of weight reads them once, to prepare them; what can be computed row
//! by row just before need not be written to memory and read again.

use std::ops::Range;

use super::super::activation::{self, COST};
use super::super::isa::Isa;
use super::super::pool::Pool;
use crate::Activation;

/// Rows of one width.
#[derive(Clone, Copy)]
pub(in super::super) enum Source<'a> {
    /// As they lie there.
    Dense(&'a [f32]),
    /// `activation(gate) * up` of rows of twice the width, gate then up.
    Gated { gate_up: &'a [f32], activation: Activation },
}

impl Source<'_> {
    /// How many rows of `width` values there are.
    pub(super) fn rows(&self, width: usize) -> usize {
        match self {
            Self::Dense(values) => values.len() / width,
            Self::Gated { gate_up, .. } => gate_up.len() / (2 * width),
        }
    }

    /// Calls `each` with the number and the values of every row, on all threads of `pool`.
    pub(super) fn for_each(&self, width: usize, isa: Isa, pool: &Pool, each: &(dyn Fn(usize, &[f32]) + Sync)) {
        let cost = if matches!(self, Self::Dense(_)) { width } else { COST * width };
        pool.run_rows(self.rows(width), cost, &|range| self.each_of(range, width, isa, each));
    }

    fn each_of(&self, range: Range<usize>, width: usize, isa: Isa, each: &dyn Fn(usize, &[f32])) {
        match *self {
            Self::Dense(values) => range.for_each(|row| each(row, &values[row * width..][..width])),
            Self::Gated { gate_up, activation } => {
                let mut values = vec![0.0; width];
                for row in range {
                    // SAFETY: `values` has `width` of them and is this task's own.
                    unsafe {
                        activation::gate_row(
                            isa,
                            &gate_up[2 * row * width..][..2 * width],
                            activation,
                            values.as_mut_ptr(),
                        )
                    };
                    each(row, &values);
                }
            }
        }
    }
}
