//! Adding to some rows of a result in place. Every element has one sum of two numbers, so there is no order to keep.

use candle_core::{Result, Tensor, bail};

use super::buffer::Shared;
use super::pool::Pool;
use super::tensors::{PagesMut, dense, slice, write_in_place};
use crate::check;

/// See `Kernels::add_rows`.
pub(super) fn add_rows(pool: &Pool, y: &Tensor, first: usize, rows: &Tensor) -> Result<()> {
    let (count, width) = check::add_rows(y, first, rows)?;
    let rows = dense(rows)?;
    let (storage, layout) = rows.storage_and_layout();
    let rows = slice::<f32>(&storage, layout)?;
    write_in_place(y, |y| {
        let PagesMut::F32(y) = y else { bail!("rows are added to f32 only") };
        let y = Shared::new(&mut y[first * width..(first + count) * width]);
        pool.run_rows(count, width, &|range| {
            let (start, len) = (range.start * width, range.len() * width);
            // SAFETY: `y` has `count` rows, and those of the range belong to this task.
            let y = unsafe { std::slice::from_raw_parts_mut(y.get().add(start), len) };
            for (y, added) in y.iter_mut().zip(&rows[start..start + len]) {
                *y += added;
            }
        });
        Ok(())
    })
}
