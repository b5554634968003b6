//! What rounding to bytes has in common, of activations, keys, values, queries and weights: a number of steps of the largest value.

/// The largest absolute value of `x`, or something that is not finite if one of them is: without their signs, the bits
/// of floats are in the order of their values, and those of infinities and NaN come last.
#[inline(always)]
pub(super) fn largest_magnitude(x: &[f32]) -> f32 {
    let magnitude = |value: f32| value.to_bits() & 0x7fff_ffff;
    let mut largest = [0_u32; 16];
    let (chunks, rest) = x.as_chunks::<16>();
    for chunk in chunks {
        for i in 0..16 {
            largest[i] = largest[i].max(magnitude(chunk[i]));
        }
    }
    let rest = rest.iter().map(|&value| magnitude(value)).max().unwrap_or(0);
    f32::from_bits(largest.iter().fold(rest, |most, &bits| most.max(bits)))
}

/// What turns values up to `largest` into up to `count` steps: zero where they are too small for that, or not finite.
#[inline(always)]
pub(super) fn inverse(largest: f32, count: f32) -> f32 {
    let inverse = count / largest;
    if largest.is_finite() && inverse.is_finite() { inverse } else { 0.0 }
}
