//! Dense feature matrices: `ndarray` in any memory layout.

use super::features::check_column;
use super::kernels::{AddColumn, AddRows, MapRows, RowsDot, RowsSquaredNorm, dot};
use super::{Features, FeaturesMut, SetColumn};
use crate::error::Result;
use crate::parallel;
use crate::scalar::Scalar;
use crate::simd;
use ndarray::{Array2, ArrayBase, Data, DataMut, Ix2};
use std::ops::Range;

/// Entries that one thread maps at a time.
const MAPPED_AT_ONCE: usize = 1 << 17;

impl<F: Scalar, S: Data<Elem = F> + Sync> Features for ArrayBase<S, Ix2> {
    type Elem = F;

    fn n_features(&self) -> usize {
        self.ncols()
    }

    #[inline(always)]
    fn for_each_in_row(&self, row: usize, mut visit: impl FnMut(usize, F)) {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => values.iter().enumerate().for_each(|(column, &value)| visit(column, value)),
            None => row.iter().enumerate().for_each(|(column, &value)| visit(column, value)),
        }
    }

    fn map_entries(&self, mut f: impl FnMut(usize, F) -> F) -> Self::Owned {
        let mut mapped = self.to_owned();
        mapped.map_entries_in_place(&mut f);
        mapped
    }

    fn map_by_column<P: Sync>(
        &self,
        of_column: &[P],
        f: impl Fn(&P, F) -> (F, bool) + Send + Sync,
    ) -> (Self::Owned, bool) {
        let Some(entries) = self.as_slice().filter(|entries| entries.len() > MAPPED_AT_ONCE) else {
            let mut mapped = self.to_owned();
            let any = mapped.map_by_column_in_place(of_column, f);
            return (mapped, any);
        };
        // Zeros that the system hands out when they are first written: by the thread that maps them.
        let mut mapped = Array2::zeros(self.dim());
        let out = mapped.as_slice_mut().unwrap_or_default();
        let length = entries_at_once(self.ncols());
        let pieces = out.chunks_mut(length).zip(entries.chunks(length)).collect();
        let any = parallel::map(pieces, |(out, entries): (&mut [F], &[F])| {
            simd::run(MapRows { entries: Some(entries), out, of_column, map: &f })
        });
        (mapped, any.contains(&true))
    }

    #[inline(always)]
    fn row_slice(&self, row: usize) -> Option<&[F]> {
        self.row(row).to_slice()
    }

    #[inline(always)]
    fn prefetch_row(&self, row: usize) {
        if let Some(entries) = self.row_slice(row) {
            simd::prefetch_all(entries);
        }
    }

    fn row_dot(&self, row: usize, w: &[f64]) -> f64 {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => dot(values, w),
            None => row.iter().zip(w).map(|(value, w)| value.widen() * w).sum(),
        }
    }

    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => out.iter_mut().zip(values).for_each(|(out, value)| *out += scale * value.widen()),
            None => out.iter_mut().zip(row).for_each(|(out, value)| *out += scale * value.widen()),
        }
    }

    fn copy_row(&self, row: usize, out: &mut [f64]) {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => out.iter_mut().zip(values).for_each(|(out, value)| *out = value.widen()),
            None => out.iter_mut().zip(row).for_each(|(out, value)| *out = value.widen()),
        }
    }

    fn row_squared_norm(&self, row: usize) -> f64 {
        self.row(row).iter().map(|value| value.widen() * value.widen()).sum()
    }

    fn rows_dot(&self, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        match layout(self, rows.clone()) {
            Layout::Rows(entries) => simd::run(RowsDot { rows: entries, w, out }),
            Layout::Columns(entries) => {
                out.fill(0.0);
                for (column, &scale) in entries.chunks_exact(self.nrows().max(1)).zip(w) {
                    simd::run(AddColumn { column: &column[rows.clone()], scale, out });
                }
            }
            Layout::Strided => rows.zip(out).for_each(|(row, out)| *out = self.row_dot(row, w)),
        }
    }

    fn add_rows(&self, rows: Range<usize>, scales: &[f64], out: &mut [f64]) {
        match layout(self, rows.clone()) {
            Layout::Rows(entries) => simd::run(AddRows { rows: entries, scales, out }),
            Layout::Columns(entries) => {
                for (column, out) in entries.chunks_exact(self.nrows().max(1)).zip(out) {
                    *out += dot(&column[rows.clone()], scales);
                }
            }
            Layout::Strided => {
                for (row, &scale) in rows.zip(scales).filter(|&(_, &scale)| scale != 0.0) {
                    self.add_row(row, scale, out);
                }
            }
        }
    }

    fn rows_squared_norm(&self, rows: Range<usize>, out: &mut [f64]) {
        match layout(self, rows.clone()) {
            Layout::Rows(entries) => {
                simd::run(RowsSquaredNorm { rows: entries, width: self.ncols(), out });
            }
            Layout::Columns(entries) => {
                out.fill(0.0);
                for column in entries.chunks_exact(self.nrows().max(1)) {
                    let squares = out.iter_mut().zip(&column[rows.clone()]);
                    squares.for_each(|(out, x)| *out += x.widen() * x.widen());
                }
            }
            Layout::Strided => rows.zip(out).for_each(|(row, out)| *out = self.row_squared_norm(row)),
        }
    }
}

impl<F: Scalar, S: DataMut<Elem = F> + Sync> FeaturesMut for ArrayBase<S, Ix2> {
    fn map_entries_in_place(&mut self, mut f: impl FnMut(usize, F) -> F) {
        for mut row in self.rows_mut() {
            row.iter_mut().enumerate().for_each(|(column, value)| *value = f(column, *value));
        }
    }

    fn map_by_column_in_place<P: Sync>(
        &mut self,
        of_column: &[P],
        f: impl Fn(&P, F) -> (F, bool) + Send + Sync,
    ) -> bool {
        let length = entries_at_once(self.ncols());
        if let Some(out) = self.as_slice_mut() {
            let work = |out: &mut [F]| simd::run(MapRows { entries: None, out, of_column, map: &f });
            return parallel::map(out.chunks_mut(length).collect(), work).contains(&true);
        }
        let mut any = false;
        for mut row in self.rows_mut() {
            for (value, of_column) in row.iter_mut().zip(of_column) {
                let says;
                (*value, says) = f(of_column, *value);
                any |= says;
            }
        }
        any
    }
}

impl<F: Scalar, S: DataMut<Elem = F> + Sync> SetColumn for ArrayBase<S, Ix2> {
    fn set_column(&mut self, column: usize, values: &[F]) -> Result<()> {
        check_column(self, column, values.len())?;
        self.column_mut(column).iter_mut().zip(values).for_each(|(entry, &value)| *entry = value);
        Ok(())
    }
}

/// Entries of whole rows of a matrix with `d` columns, for one thread at a time.
fn entries_at_once(d: usize) -> usize {
    (MAPPED_AT_ONCE / d.max(1)).max(1) * d.max(1)
}

/// How the entries of some rows lie in memory.
enum Layout<'a, F> {
    /// Row after row: those that were asked for, and all after them.
    Rows(&'a [F]),
    /// Column after column: all of the matrix.
    Columns(&'a [F]),
    /// Neither.
    Strided,
}

fn layout<F, S: Data<Elem = F>>(x: &ArrayBase<S, Ix2>, rows: Range<usize>) -> Layout<'_, F> {
    let d = x.ncols();
    if let Some(entries) = x.as_slice() {
        return Layout::Rows(&entries[rows.start * d..]);
    }
    match x.as_slice_memory_order() {
        // Columns may also follow upon each other backwards, which is not what this layout means.
        Some(entries) if x.strides()[0] == 1 && isize::try_from(x.nrows()) == Ok(x.strides()[1]) => {
            Layout::Columns(entries)
        }
        _ => Layout::Strided,
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Features;
    use ndarray::{Array2, Axis, ShapeBuilder, Slice};

    /// Writes scores, squared norms and a sum of rows.
    type Kernels<'a> = &'a dyn Fn(&mut [f64], &mut [f64], &mut [f64]);

    #[test]
    fn blocks_of_rows_do_not_depend_on_the_memory_layout() {
        let c_order = Array2::from_shape_fn((11, 19), |(i, j)| ((i * 31 + j * j) % 23) as f64 / 7.0 - 1.0);
        let mut f_order = Array2::zeros((11, 19).f());
        f_order.assign(&c_order);
        let wide = ndarray::concatenate![Axis(1), c_order, c_order];
        let strided = wide.slice_axis(Axis(1), Slice::new(0, Some(19), 1));
        let w: Vec<f64> = (0..19).map(|j| (j as f64).sin()).collect();
        let scales = [0.5, 0.0, -1.0, 2.0, 3.0, 0.25];
        let (mut dots, mut norms, mut sum) = ([0.0; 6], [0.0; 6], vec![1.0; 19]);
        let mut check = |x: Kernels<'_>| {
            x(&mut dots, &mut norms, &mut sum);
            for (i, row) in (3..9).enumerate() {
                let row = c_order.row(row);
                approx::assert_relative_eq!(dots[i], row.dot(&ndarray::aview1(&w)), max_relative = 1e-13);
                approx::assert_relative_eq!(norms[i], row.dot(&row), max_relative = 1e-14);
            }
            for j in 0..19 {
                let expected: f64 = (0..6).map(|i| scales[i] * c_order[[3 + i, j]]).sum();
                approx::assert_relative_eq!(sum[j], 1.0 + expected, max_relative = 1e-13);
            }
            sum.fill(1.0);
        };
        check(&|dots, norms, sum| {
            c_order.rows_dot(3..9, &w, dots);
            c_order.rows_squared_norm(3..9, norms);
            c_order.add_rows(3..9, &scales, sum);
        });
        check(&|dots, norms, sum| {
            f_order.rows_dot(3..9, &w, dots);
            f_order.rows_squared_norm(3..9, norms);
            f_order.add_rows(3..9, &scales, sum);
        });
        // The same values with columns, or rows, that go backwards in memory.
        let (mut columns, mut rows) = (c_order.clone(), c_order.clone());
        columns.invert_axis(Axis(1));
        rows.invert_axis(Axis(0));
        let mut backwards = Array2::zeros((11, 19).f());
        backwards.assign(&columns);
        backwards.invert_axis(Axis(1));
        let mut upwards = Array2::zeros((11, 19).f());
        upwards.assign(&rows);
        upwards.invert_axis(Axis(0));
        for turned in [&backwards, &upwards] {
            assert_eq!(*turned, c_order);
            check(&|dots, norms, sum| {
                turned.rows_dot(3..9, &w, dots);
                turned.rows_squared_norm(3..9, norms);
                turned.add_rows(3..9, &scales, sum);
            });
        }
        check(&|dots, norms, sum| {
            strided.rows_dot(3..9, &w, dots);
            strided.rows_squared_norm(3..9, norms);
            strided.add_rows(3..9, &scales, sum);
        });
    }

    #[test]
    fn kernels_do_not_depend_on_the_memory_layout() {
        let c_order = Array2::from_shape_fn((7, 19), |(i, j)| (i * 31 + j * j) as f64 / 7.0 - 3.0);
        let mut f_order = Array2::zeros((7, 19).f());
        f_order.assign(&c_order);
        let mut wide = Array2::zeros((14, 40));
        let (every_other, odd) = (Slice::new(0, None, 2), Slice::new(1, Some(39), 2));
        wide.slice_axis_mut(Axis(0), every_other).slice_axis_mut(Axis(1), odd).assign(&c_order);
        let strided = wide.slice_axis(Axis(0), every_other);
        let strided = strided.slice_axis(Axis(1), odd);
        let w: Vec<f64> = (0..19).map(|j| (j as f64).sin()).collect();
        for row in 0..7 {
            let naive: f64 = (0..19).map(|j| c_order[[row, j]] * w[j]).sum();
            let norm: f64 = (0..19).map(|j| c_order[[row, j]].powi(2)).sum();
            let mut copied = [0.0; 19];
            strided.copy_row(row, &mut copied);
            assert_eq!(copied.to_vec(), c_order.row(row).to_vec());
            for found in [
                Features::row_dot(&c_order, row, &w),
                Features::row_dot(&f_order, row, &w),
                strided.row_dot(row, &w),
            ] {
                approx::assert_relative_eq!(found, naive, max_relative = 1e-13);
            }
            approx::assert_relative_eq!(f_order.row_squared_norm(row), norm, max_relative = 1e-14);
            let mut sum = vec![1.0; 19];
            strided.add_row(row, 2.0, &mut sum);
            approx::assert_relative_eq!(sum[3], 1.0 + 2.0 * c_order[[row, 3]]);
        }
    }
}
