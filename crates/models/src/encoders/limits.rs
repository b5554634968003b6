//! How long a sequence may be: what the model and its author say, what the operator wants, and what memory allows.
//! The longest sequence is a batch of its own if need be, so a request within the limit cannot run out of memory.

use crate::error::LoadError;
use crate::families::Geometry;
use crate::memory::available_bytes;

/// Assumed free where the system does not say.
const UNKNOWN_BYTES: u64 = 4 << 30;

/// Most tokens of a sequence of a model that could have `longest`.
///
/// # Errors
/// When the operator wants more than the model can do or than fits, or nothing fits.
pub(super) fn max_len(
    geometry: &Geometry,
    longest: usize,
    author: Option<usize>,
    operator: Option<u32>,
) -> Result<u32, LoadError> {
    let fits = fitting(geometry, available_bytes().unwrap_or(UNKNOWN_BYTES));
    match operator {
        Some(wanted) if !(1..=longest).contains(&(wanted as usize)) => {
            Err(LoadError::Options(format!("max_len must be from 1 to {longest}, not {wanted}")))
        }
        Some(wanted) if wanted as usize > fits => {
            let reason = format!("a sequence of {wanted} tokens does not fit the free memory; {fits} tokens would");
            Err(LoadError::Memory(reason))
        }
        None if fits == 0 => Err(LoadError::Memory("the free memory does not suffice for a single token".to_owned())),
        Some(wanted) => Ok(wanted),
        None => Ok(author.unwrap_or(longest).min(longest).min(fits) as u32),
    }
}

/// Tokens whose activations, keys, values and rotary angles fit in half of the free memory: the other half is for
/// everybody else.
fn fitting(geometry: &Geometry, free: u64) -> usize {
    let kv = geometry.kv.first().map_or(0, |(heads, head_dim)| 2 * heads * head_dim);
    let ropes: u64 = geometry.ropes.iter().map(|rope| rope.table_bytes(1)).sum();
    let token = (size_of::<f32>() * (geometry.widest + kv)) as u64 + ropes;
    usize::try_from(free / 2 / token.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn geometry(widest: usize) -> Geometry {
        Geometry { vocab_size: 9, hidden_size: 8, heads: 2, kv: vec![(2, 4); 3], ropes: Vec::new(), widest }
    }

    #[test]
    fn the_smallest_limit_counts() {
        let model = geometry(84);
        assert_eq!(fitting(&model, 8 * 100 * 7), 7);
        assert_eq!(max_len(&model, 512, None, None).unwrap(), 512);
        assert_eq!(max_len(&model, 512, Some(256), None).unwrap(), 256);
        assert_eq!(max_len(&model, 512, Some(1024), None).unwrap(), 512);
        assert_eq!(max_len(&model, 512, Some(256), Some(400)).unwrap(), 400);
        for wrong in [0, 513] {
            assert!(matches!(max_len(&model, 512, None, Some(wrong)), Err(LoadError::Options(_))));
        }
        let huge = geometry(1 << 40);
        assert!(matches!(max_len(&huge, 512, None, Some(512)), Err(LoadError::Memory(_))));
        assert!(matches!(max_len(&huge, 512, None, None), Err(LoadError::Memory(_))));
    }
}
