//! Memory for the results of a step, handed out in the order in which it is asked for: the same step gets the same
//! addresses again. Nothing is given back before the next step begins, so the largest step should be small.

use candle_core::{DType, Device, Result, Tensor, bail};

use super::backend::ALIGNMENT;

/// Bytes of a piece, at least.
const PIECE: usize = 8 << 20;
/// Bytes of all pieces, at most.
pub(super) const MOST: usize = 512 << 20;

/// The memory of a step's results.
#[derive(Debug, Default)]
pub(super) struct Arena {
    pieces: Vec<Tensor>,
    /// The piece at hand, and the elements of it that are taken.
    at: usize,
    used: usize,
    scratch: Option<Tensor>,
    /// Scratch that became too small.
    kept: Vec<Tensor>,
}

impl Arena {
    /// All memory is free again.
    pub(super) fn begin(&mut self) {
        (self.at, self.used) = (0, 0);
    }

    /// A tensor with any content, of one type whenever it is asked for.
    pub(super) fn result(&mut self, device: &Device, shape: &[usize], dtype: DType) -> Result<Tensor> {
        let (len, size) = (shape.iter().product::<usize>(), dtype.size_in_bytes());
        while let Some(piece) = self.pieces.get(self.at) {
            if piece.dtype() != dtype {
                bail!("an arena of {:?} was asked for {dtype:?}", piece.dtype());
            }
            if self.used + len <= piece.elem_count() {
                let tensor = piece.narrow(0, self.used, len)?.reshape(shape)?;
                self.used = (self.used + len).next_multiple_of(ALIGNMENT / size);
                return Ok(tensor);
            }
            (self.at, self.used) = (self.at + 1, 0);
        }
        let taken: usize = self.pieces.iter().map(Tensor::elem_count).sum();
        let new = len.max(PIECE / size);
        if (taken + new) * size > MOST {
            bail!("the results of the step take more than {} MiB", MOST >> 20);
        }
        self.pieces.push(empty(new, dtype, device)?);
        self.result(device, shape, dtype)
    }

    /// f32 numbers with any content, until this is called again.
    pub(super) fn scratch(&mut self, device: &Device, len: usize) -> Result<Tensor> {
        match &self.scratch {
            Some(scratch) if scratch.elem_count() >= len => scratch.narrow(0, 0, len),
            _ => {
                if len * size_of::<f32>() > MOST {
                    bail!("attention of the step takes more than {} MiB", MOST >> 20);
                }
                let scratch = empty(len, DType::F32, device)?;
                // What was noted before goes on using the smaller one: graphs keep addresses, so it must stay.
                self.kept.extend(self.scratch.replace(scratch));
                self.scratch(device, len)
            }
        }
    }
}

fn empty(len: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    // SAFETY: any bits are a number of these types, and kernels write every element before any is read.
    unsafe { Tensor::empty(len, dtype, device) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::address::input;
    use super::*;

    #[test]
    fn the_same_step_gets_the_same_addresses() {
        let mut arena = Arena::default();
        let step = |arena: &mut Arena| {
            arena.begin();
            let shapes: [&[usize]; 4] = [&[3, 5], &[1000, 4096], &[7], &[300, 4096]];
            let results = shapes.map(|shape| arena.result(&Device::Cpu, shape, DType::BF16).unwrap());
            let scratch = [10, 100].map(|len| arena.scratch(&Device::Cpu, len).unwrap());
            results.iter().chain(&scratch).map(|tensor| input(tensor).unwrap()).collect::<Vec<_>>()
        };
        let (first, second, third) = (step(&mut arena), step(&mut arena), step(&mut arena));
        assert_eq!((&first[..4], &second), (&second[..4], &third));
        assert!((0..4).all(|a| (0..a).all(|b| first[a] != first[b])), "{first:?}");
    }

    #[test]
    fn a_step_cannot_take_everything() {
        let mut arena = Arena::default();
        let error = arena.result(&Device::Cpu, &[1 << 30], DType::BF16).unwrap_err();
        assert!(error.to_string().contains("more than 512 MiB"), "{error}");
    }
}
