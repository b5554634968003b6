//! Weights of int8 with a scale a column: what checkpoints of 8 bits hold, and what others are quantized to.
//!
//! Read next: `cpu/linear/int8.rs`.

use std::thread;

use candle_core::{DType, Device, Result, Tensor, bail};

/// Values that are quantized at a time: they stay in the second-level cache.
pub(crate) const CHUNK_VALUES: usize = 1 << 16;

/// `[out, in]` of int8; row `n` stands for `scales[n]` times its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Int8Weight {
    values: Vec<i8>,
    scales: Vec<f32>,
    out: usize,
    inn: usize,
}

impl Int8Weight {
    /// A weight of `values` (`out` rows of `inn`) and `scales` (one a row).
    ///
    /// # Errors
    /// When the lengths do not fit, a size is zero or a scale is not finite.
    pub fn new(values: Vec<i8>, scales: Vec<f32>, (out, inn): (usize, usize)) -> Result<Self> {
        if out == 0 || inn == 0 || out.checked_mul(inn) != Some(values.len()) || scales.len() != out {
            bail!("{} int8 values and {} scales are not a weight of {out} x {inn}", values.len(), scales.len());
        }
        if !scales.iter().all(|scale| scale.is_finite()) {
            bail!("a scale of an int8 weight is not finite");
        }
        Ok(Self { values, scales, out, inn })
    }

    /// Quantizes a `[out, in]` weight of any float type, row by row: the largest magnitude becomes 127, the others the
    /// nearest step, ties to even.
    ///
    /// # Errors
    /// When a value is not finite, or the weight has no two dimensions or is empty.
    pub fn quantize(weight: &Tensor) -> Result<Self> {
        let (out, inn) = weight.dims2()?;
        if out == 0 || inn == 0 {
            bail!("linear weight of shape {:?} is empty", weight.shape());
        }
        let (mut values, mut scales) = (vec![0; out * inn], vec![0.0; out]);
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let rows = out.div_ceil(threads);
        let parts = values.chunks_mut(rows * inn).zip(scales.chunks_mut(rows)).enumerate();
        thread::scope(|scope| {
            let part = |(part, (values, scales)): (usize, (&mut [i8], &mut [f32]))| {
                let block = (CHUNK_VALUES / inn).max(1);
                let mut blocks = values.chunks_mut(block * inn).zip(scales.chunks_mut(block)).enumerate();
                blocks
                    .try_for_each(|(at, (values, scales))| round_rows(weight, part * rows + at * block, values, scales))
            };
            let workers: Vec<_> = parts.map(|input| scope.spawn(move || part(input))).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("quantizing panicked, this is a bug"))
        })?;
        Self::new(values, scales, (out, inn))
    }

    /// Weights of the same input as one: outputs one after the other.
    ///
    /// # Errors
    /// When there are none, or their inputs differ.
    pub fn join(parts: Vec<Self>) -> Result<Self> {
        let mut parts = parts.into_iter();
        let Some(mut all) = parts.next() else { bail!("no int8 weights to join") };
        for part in parts {
            if part.inn != all.inn {
                bail!("int8 weights of {} and {} inputs do not join", all.inn, part.inn);
            }
            all.values.extend(part.values);
            all.scales.extend(part.scales);
            all.out += part.out;
        }
        Ok(all)
    }

    /// The weight that this stands for: `[out, in]` f32.
    ///
    /// # Errors
    /// When the tensor cannot be made.
    pub fn to_tensor(&self) -> Result<Tensor> {
        let rows = self.values.chunks_exact(self.inn).zip(&self.scales);
        let values: Vec<f32> = rows.flat_map(|(row, scale)| row.iter().map(move |&v| f32::from(v) * scale)).collect();
        Tensor::from_vec(values, (self.out, self.inn), &Device::Cpu)
    }

    /// (out, in).
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.out, self.inn)
    }

    /// Row after row.
    #[must_use]
    pub fn values(&self) -> &[i8] {
        &self.values
    }

    /// What one step of each row is worth.
    #[must_use]
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }
}

/// Rounds the rows of `weight` from `first` on, as many as there are scales.
fn round_rows(weight: &Tensor, first: usize, values: &mut [i8], scales: &mut [f32]) -> Result<()> {
    let rows = weight.narrow(0, first, scales.len())?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
    let inn = rows.len() / scales.len();
    for ((row, values), scale) in rows.chunks_exact(inn).zip(values.chunks_exact_mut(inn)).zip(scales) {
        *scale = round(row, values);
    }
    Ok(())
}

/// Writes the nearest steps of a row; gives the size of a step, NaN when a value is not finite.
fn round(row: &[f32], values: &mut [i8]) -> f32 {
    let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let inverse = 127.0 / largest;
    if !row.iter().all(|value| value.is_finite()) {
        return f32::NAN;
    }
    // A row of zeros, or of numbers so small that the inverse is infinite, stays zero.
    if largest > 0.0 && inverse.is_finite() {
        for (value, step) in row.iter().zip(values) {
            // Adding this leaves no bits for fractions: the sum is rounded, ties to even, by an addition rather than by a call.
            const WHOLE: f32 = 1.5 * (1 << 23) as f32;
            *step = (value * inverse + WHOLE - WHOLE) as i8;
        }
    }
    largest / 127.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn weight(rows: &[&[f32]]) -> Tensor {
        let rows: Vec<_> = rows.iter().map(|row| row.to_vec()).collect();
        Tensor::new(rows, &Device::Cpu).unwrap()
    }

    #[test]
    fn rows_are_rounded_to_their_own_steps() {
        let quantized = Int8Weight::quantize(&weight(&[&[1.0, -127.0, 63.4], &[0.0, 0.0, 0.0], &[2.54, 0.01, -0.03]]));
        let quantized = quantized.unwrap();
        assert_eq!(quantized.values(), [1, -127, 63, 0, 0, 0, 127, 0, -2]);
        assert_eq!(quantized.scales(), [1.0, 0.0, 2.54 / 127.0]);
        assert_eq!(quantized.shape(), (3, 3));
    }

    #[test]
    fn tiny_rows_are_zero_and_faulty_ones_errors() {
        assert_eq!(Int8Weight::quantize(&weight(&[&[1e-40, -1e-41]])).unwrap().values(), [0, 0]);
        for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let error = Int8Weight::quantize(&weight(&[&[1.0, 2.0], &[wrong, 2.0]])).unwrap_err().to_string();
            assert!(error.contains("not finite"), "{error}");
        }
        assert!(Int8Weight::new(vec![1, 2, 3], vec![1.0], (1, 2)).is_err());
        assert!(Int8Weight::new(vec![1, 2], vec![f32::NAN], (1, 2)).is_err());
        assert!(Int8Weight::new(Vec::new(), Vec::new(), (0, 2)).is_err());
    }

    #[test]
    fn parts_are_joined_in_order() {
        let part = |value, inn| Int8Weight::new(vec![value; inn], vec![f32::from(value)], (1, inn)).unwrap();
        let all = Int8Weight::join(vec![part(1, 2), part(2, 2), part(3, 2)]).unwrap();
        assert_eq!((all.values(), all.scales()), (&[1, 1, 2, 2, 3, 3][..], &[1.0, 2.0, 3.0][..]));
        assert!(Int8Weight::join(vec![part(1, 2), part(2, 3)]).is_err());
        assert!(Int8Weight::join(Vec::new()).is_err());
    }
}
