//! Blocks of ggml's formats taken apart: a value is `scale * (step - zero) - min`, with one scale and one minimum for a
//! group of 16 or 32 neighboring values.

use candle_core::quantized::GgmlDType;
use half::f16;

/// What the kernel must know of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    dtype: GgmlDType,
    /// Values with a scale of their own: 16 or 32.
    pub(super) group: usize,
    /// The step that stands for no value.
    pub(super) zero: u8,
    /// Whether steps are below 16: two of them fit a byte.
    pub(super) nibbles: bool,
    /// Whether groups have minimums.
    pub(super) mins: bool,
}

/// A row taken apart.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// One for each value.
    pub(super) steps: Vec<u8>,
    /// One for each group.
    pub(super) scales: Vec<f32>,
    /// One for each group; empty when there are none.
    pub(super) mins: Vec<f32>,
}

impl Format {
    /// `dtype` is one that `BlockWeight` takes.
    pub(super) fn of(dtype: GgmlDType) -> Self {
        let (group, zero, nibbles, mins) = match dtype {
            GgmlDType::Q4_0 => (32, 8, true, false),
            GgmlDType::Q4_1 | GgmlDType::Q4K => (32, 0, true, true),
            GgmlDType::Q5_0 => (32, 16, false, false),
            GgmlDType::Q5_1 | GgmlDType::Q5K => (32, 0, false, true),
            GgmlDType::Q2K => (16, 0, true, true),
            GgmlDType::Q3K => (16, 4, true, false),
            GgmlDType::Q6K => (16, 32, false, false),
            _ => (32, 128, false, false),
        };
        Self { dtype, group, zero, nibbles, mins }
    }

    /// Takes a row of whole blocks apart.
    pub(super) fn unpack(self, bytes: &[u8], row: &mut Row) {
        row.steps.clear();
        row.scales.clear();
        row.mins.clear();
        for block in bytes.chunks_exact(self.dtype.type_size()) {
            match self.dtype {
                GgmlDType::Q4_0 => small(block, (2, None), false, row),
                GgmlDType::Q4_1 => small(block, (4, None), true, row),
                GgmlDType::Q5_0 => small(block, (6, Some(2)), false, row),
                GgmlDType::Q5_1 => small(block, (8, Some(4)), true, row),
                GgmlDType::Q2K => q2k(block, row),
                GgmlDType::Q3K => q3k(block, row),
                GgmlDType::Q4K => q4k(block, row),
                GgmlDType::Q5K => q5k(block, row),
                GgmlDType::Q6K => q6k(block, row),
                _ => {
                    row.scales.push(half(block, 0));
                    row.steps.extend(block[2..34].iter().map(|step| step.wrapping_add(128)));
                }
            }
        }
    }
}

fn half(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}

/// Q4_0, Q4_1, Q5_0 and Q5_1: 32 values; a scale, perhaps what is added, perhaps fifth bits, then two halves of nibbles.
fn small(block: &[u8], (nibbles, fifth): (usize, Option<usize>), added: bool, row: &mut Row) {
    row.scales.push(half(block, 0));
    if added {
        row.mins.push(-half(block, 2));
    }
    let fifth = fifth.map_or(0, |at| u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]));
    for value in 0..32 {
        let byte = block[nibbles + value % 16];
        let low = if value < 16 { byte & 15 } else { byte >> 4 };
        row.steps.push(low | ((fifth >> value & 1) << 4) as u8);
    }
}

/// 16 scales of 4 bits with minimums of 4 bits, 64 bytes of 2-bit steps, two factors.
fn q2k(block: &[u8], row: &mut Row) {
    let (scales, steps) = (&block[..16], &block[16..80]);
    let (d, dmin) = (half(block, 80), half(block, 82));
    row.scales.extend(scales.iter().map(|scale| d * f32::from(scale & 15)));
    row.mins.extend(scales.iter().map(|scale| dmin * f32::from(scale >> 4)));
    row.steps.extend((0..256).map(|value| steps[value / 128 * 32 + value % 32] >> (value % 128 / 32 * 2) & 3));
}

/// High bits, 64 bytes of 2-bit steps, 16 scales of 6 bits, a factor.
fn q3k(block: &[u8], row: &mut Row) {
    let (high, steps, scales, d) = (&block[..32], &block[32..96], &block[96..108], half(block, 108));
    row.scales.extend((0..16).map(|group| {
        let low = if group < 8 { scales[group] & 15 } else { scales[group - 8] >> 4 };
        let scale = low | (scales[8 + group % 4] >> (group / 4 * 2) & 3) << 4;
        d * (f32::from(scale) - 32.0)
    }));
    row.steps.extend((0..256).map(|value| {
        let low = steps[value / 128 * 32 + value % 32] >> (value % 128 / 32 * 2) & 3;
        low | (high[value % 32] >> (value / 32) & 1) << 2
    }));
}

/// The 8 scales and minimums of 6 bits of Q4_K and Q5_K.
fn scales_and_mins(block: &[u8], row: &mut Row) {
    let (d, dmin, packed) = (half(block, 0), half(block, 2), &block[4..16]);
    for group in 0..8 {
        let (scale, min) = if group < 4 {
            (packed[group] & 63, packed[group + 4] & 63)
        } else {
            let low = packed[group + 4];
            (low & 15 | packed[group - 4] >> 6 << 4, low >> 4 | packed[group] >> 6 << 4)
        };
        row.scales.push(d * f32::from(scale));
        row.mins.push(dmin * f32::from(min));
    }
}

/// Step `value` of the nibbles of Q4_K and Q5_K: pairs of groups share 32 bytes.
fn nibble(steps: &[u8], value: usize) -> u8 {
    let byte = steps[value / 64 * 32 + value % 32];
    if value % 64 < 32 { byte & 15 } else { byte >> 4 }
}

fn q4k(block: &[u8], row: &mut Row) {
    scales_and_mins(block, row);
    for pair in block[16..144].as_chunks::<32>().0 {
        row.steps.extend(pair.map(|byte| byte & 15));
        row.steps.extend(pair.map(|byte| byte >> 4));
    }
}

fn q5k(block: &[u8], row: &mut Row) {
    scales_and_mins(block, row);
    let (high, steps) = (&block[16..48], &block[48..176]);
    row.steps.extend((0..256).map(|value| nibble(steps, value) | (high[value % 32] >> (value / 32) & 1) << 4));
}

/// 128 bytes of nibbles, 64 of high pairs of bits, 16 scales of 8 bits, a factor.
fn q6k(block: &[u8], row: &mut Row) {
    let (low, high, scales, d) = (&block[..128], &block[128..192], &block[192..208], half(block, 208));
    row.scales.extend(scales.iter().map(|scale| d * f32::from(scale.cast_signed())));
    for (low, high) in low.as_chunks::<64>().0.iter().zip(high.as_chunks::<32>().0) {
        for quarter in 0..4 {
            let low = &low[quarter % 2 * 32..][..32];
            let step = |place: usize| low[place] >> (quarter / 2 * 4) & 15 | (high[place] >> (2 * quarter) & 3) << 4;
            row.steps.extend(std::array::from_fn::<u8, 32, _>(step));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::BlockWeight;

    /// Candle's own decoder is the oracle: on blocks of random bytes, which use every bit.
    #[test]
    fn every_format_is_read_as_candle_reads_it() {
        use GgmlDType::{Q2K, Q3K, Q4_0, Q4_1, Q4K, Q5_0, Q5_1, Q5K, Q6K, Q8_0};
        let mut state = 0x1234_5678_9abc_def1_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        };
        for dtype in [Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2K, Q3K, Q4K, Q5K, Q6K] {
            let inn = 2 * dtype.block_size();
            let mut bytes: Vec<u8> = (0..3 * inn / dtype.block_size() * dtype.type_size()).map(|_| random()).collect();
            // The factors must be finite: their exponents get a fixed high bit pattern.
            let halves: &[usize] = match dtype {
                Q2K => &[80, 82],
                Q3K => &[108],
                Q6K => &[208],
                Q4_1 | Q5_1 | Q4K | Q5K => &[0, 2],
                _ => &[0],
            };
            for block in bytes.chunks_exact_mut(dtype.type_size()) {
                for at in halves {
                    block[at + 1] = block[at + 1] & 0x83 | 0x2c;
                }
            }
            let weight = BlockWeight::new(dtype, bytes, (3, inn)).unwrap();
            let expected = weight.to_tensor().unwrap().to_vec2::<f32>().unwrap();
            let format = Format::of(dtype);
            let mut row = Row::default();
            for (index, expected) in expected.iter().enumerate() {
                format.unpack(weight.row(index), &mut row);
                assert_eq!((row.steps.len(), row.scales.len()), (inn, inn / format.group), "{dtype:?}");
                assert_eq!(row.mins.len(), if format.mins { inn / format.group } else { 0 }, "{dtype:?}");
                for (at, (&step, &expected)) in row.steps.iter().zip(expected).enumerate() {
                    assert!(!format.nibbles || step < 16, "{dtype:?}");
                    let min = row.mins.get(at / format.group).copied().unwrap_or(0.0);
                    let found = row.scales[at / format.group] * (f32::from(step) - f32::from(format.zero)) - min;
                    assert!(
                        (found - expected).abs() <= 1e-6 * (1.0 + expected.abs()),
                        "{dtype:?} {at}: {found} {expected}"
                    );
                }
            }
        }
        assert!(
            BlockWeight::quantize(&Tensor::ones((2, 33), candle_core::DType::F32, &Device::Cpu).unwrap(), Q8_0)
                .is_err()
        );
    }
}
