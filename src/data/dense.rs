//! Dense feature matrices: `ndarray` in any memory layout.

use super::features::{Entry, check_column};
use super::kernels::{AddColumn, AddRows, MapRows, MapRowsInPlace, RowsDot, RowsSquaredNorm, dot};
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
    ) -> std::result::Result<Self::Owned, Entry<F>> {
        let Some(entries) = self.as_slice().filter(|entries| entries.len() > MAPPED_AT_ONCE) else {
            return self.to_owned().map_by_column_owned(of_column, f);
        };
        // Zeros that the system hands out when they are first written: by the thread that maps them.
        let mut mapped = Array2::zeros(self.dim());
        let out = mapped.as_slice_mut().unwrap_or_default();
        let length = entries_at_once(self.ncols());
        let pieces = out.chunks_mut(length).zip(entries.chunks(length)).collect();
        let refused = parallel::map(pieces, |(out, entries): (&mut [F], &[F])| {
            simd::run(MapRows { entries, out, of_column, map: &f })
        });
        unless_refused(mapped, refused)
    }

    fn map_by_column_owned<P: Sync>(
        self,
        of_column: &[P],
        f: impl Fn(&P, F) -> (F, bool) + Send + Sync,
    ) -> std::result::Result<Self::Owned, Entry<F>> {
        let mut own = match self.try_into_owned_nocopy() {
            Ok(own) => own,
            Err(lent) => return lent.map_by_column(of_column, f),
        };
        let length = entries_at_once(own.ncols());
        let refused = match own.as_slice_mut() {
            Some(entries) => parallel::map(entries.chunks_mut(length).collect(), |entries: &mut [F]| {
                simd::run(MapRowsInPlace { entries, of_column, map: &f })
            }),
            None => vec![map_strided(&mut own, of_column, f)],
        };
        unless_refused(own, refused)
    }

    fn is_by_column(&self) -> bool {
        matches!(layout(self, 0..0), Layout::Columns(_))
    }

    #[inline(always)]
    fn row_slice(&self, row: usize) -> Option<&[F]> {
        self.row(row).to_slice()
    }

    #[inline(always)]
    fn rows_slice(&self, rows: Range<usize>) -> Option<&[F]> {
        let d = self.ncols();
        self.as_slice()?.get(rows.start.checked_mul(d)?..rows.end.checked_mul(d)?)
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

    fn pick(&self, row: usize, columns: &[usize], out: &mut [f64]) {
        let row = self.row(row);
        match row.as_slice() {
            Some(values) => {
                columns.iter().zip(out).for_each(|(&column, out)| *out = values[column].widen());
            }
            None => columns.iter().zip(out).for_each(|(&column, out)| *out = row[column].widen()),
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

    fn map_by_column_in_place<P: Sync>(&mut self, of_column: &[P], f: impl Fn(&P, F) -> F + Send + Sync) {
        let length = entries_at_once(self.ncols());
        let f = |of_column: &P, value: F| (f(of_column, value), false);
        match self.as_slice_mut() {
            Some(entries) => {
                drop(parallel::map(entries.chunks_mut(length).collect(), |entries: &mut [F]| {
                    simd::run(MapRowsInPlace { entries, of_column, map: &f })
                }))
            }
            None => drop(map_strided(self, of_column, f)),
        }
    }

    fn for_each_row_mut(&mut self, f: impl Fn(&mut [F]) + Send + Sync) -> Result<()> {
        let d = self.ncols().max(1);
        let length = entries_at_once(d);
        if let Some(entries) = self.as_slice_mut() {
            let rows = |entries: &mut [F]| entries.chunks_exact_mut(d).for_each(&f);
            drop(parallel::map(entries.chunks_mut(length).collect(), rows));
            return Ok(());
        }
        let mut copy = Vec::with_capacity(d);
        for mut row in self.rows_mut() {
            copy.clear();
            copy.extend(row.iter().copied());
            f(&mut copy);
            row.iter_mut().zip(&copy).for_each(|(entry, &value)| *entry = value);
        }
        Ok(())
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

/// Where an entry stands in a piece of [`entries_at_once`], and what it was.
type Place<F> = (usize, F);

/// What was mapped piece by piece, unless an entry of a piece was refused.
fn unless_refused<F: Scalar>(
    mapped: Array2<F>,
    refused: Vec<Option<Place<F>>>,
) -> std::result::Result<Array2<F>, Entry<F>> {
    let d = mapped.ncols();
    let first = refused.into_iter().enumerate().find_map(|(piece, place)| Some((piece, place?)));
    match first {
        None => Ok(mapped),
        Some((piece, (at, value))) => {
            let at = piece * entries_at_once(d) + at;
            Err(Entry { row: at / d, column: at % d, value })
        }
    }
}

/// Maps rows whose entries do not lie side by side, up to the first that is refused.
fn map_strided<F: Scalar, S: DataMut<Elem = F>, P>(
    x: &mut ArrayBase<S, Ix2>,
    of_column: &[P],
    f: impl Fn(&P, F) -> (F, bool),
) -> Option<Place<F>> {
    let d = x.ncols();
    for (row, mut entries) in x.rows_mut().into_iter().enumerate() {
        for (column, (value, of_column)) in entries.iter_mut().zip(of_column).enumerate() {
            let (image, refused) = f(of_column, *value);
            if refused {
                return Some((row * d + column, *value));
            }
            *value = image;
        }
    }
    None
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
    use crate::data::{Entry, Features, RowSubset};
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

    #[test]
    fn the_first_entry_that_is_refused_is_told() {
        // Of several pieces; what is refused stands twice in one piece, and once in a later one.
        let mut x = Array2::from_shape_fn((90_000, 3), |(i, j)| 1.0 + (i * 3 + j) as f64);
        for (row, column, value) in [(50_000, 2, -1.0), (50_001, 0, -2.0), (80_000, 1, -3.0)] {
            x[[row, column]] = value;
        }
        let first = Err(Entry { row: 50_000, column: 2, value: -1.0 });
        let root = |power: &f64, value: f64| (value.powf(*power), value < 0.0);
        let powers = [0.5, 1.0, 2.0];
        let mut columns_first = Array2::zeros((90_000, 3).f());
        columns_first.assign(&x);
        for x in [&x, &columns_first] {
            assert_eq!(x.map_by_column(&powers, root), first);
            assert_eq!(x.view().map_by_column_owned(&powers, root), first);
            assert_eq!(x.clone().map_by_column_owned(&powers, root), first);
        }
        let rows = RowSubset::new(&x, vec![3, 50_001, 50_000]).unwrap();
        assert_eq!(rows.map_by_column(&powers, root), Err(Entry { row: 1, column: 0, value: -2.0 }));
        x.mapv_inplace(f64::abs);
        let expected = Array2::from_shape_fn(x.dim(), |(i, j)| x[[i, j]].powf(powers[j]));
        assert_eq!(x.map_by_column(&powers, root).unwrap(), expected);
        assert_eq!(x.clone().map_by_column_owned(&powers, root).unwrap(), expected);
        columns_first.mapv_inplace(f64::abs);
        assert_eq!(columns_first.map_by_column_owned(&powers, root).unwrap(), expected);
    }

    #[test]
    fn an_array_that_is_shared_is_left_alone() {
        let x = ndarray::arr2(&[[1.0, 2.0]]).into_shared();
        let twice = x.clone().map_by_column_owned(&[(), ()], |(), value: f64| (2.0 * value, false)).unwrap();
        assert_eq!((x[[0, 1]], twice[[0, 1]]), (2.0, 4.0));
    }
}
