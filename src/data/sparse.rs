//! Sparse feature matrices: `sprs` CSR.

use super::features::{Entry, check_column, first_entry};
use super::{Features, FeaturesMut, Rows, SetColumn};
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;
use crate::simd;
use sprs::{CsMatBase, CsMatI, SpIndex};
use std::ops::{Deref, DerefMut, Range};

/// Sums of a row that run side by side.
const LANES: usize = 4;
/// Entries of which a row is asked for at a time: a cache line of 64-bit numbers.
const PER_REQUEST: usize = 8;
/// So many rows ahead are asked for: processors do not see by themselves early enough what products need.
const AHEAD: usize = 4;

/// Σ value · w[column]; `before` is told of the place of each group of `LANES` entries.
#[inline(always)]
fn dot_entries<I: SpIndex, F: Scalar>(
    columns: &[I],
    values: &[F],
    w: &[f64],
    mut before: impl FnMut(usize),
) -> f64 {
    let (columns, last_columns) = columns.as_chunks::<LANES>();
    let (values, last_values) = values.as_chunks::<LANES>();
    let product = |column: &I, value: &F| value.widen() * w[column.index()];
    // One sum alone would wait for each product.
    let mut sums = [0.0; LANES];
    for (at, (columns, values)) in columns.iter().zip(values).enumerate() {
        before(at * LANES);
        for lane in 0..LANES {
            sums[lane] += product(&columns[lane], &values[lane]);
        }
    }
    for (column, value) in last_columns.iter().zip(last_values) {
        sums[0] += product(column, value);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Entries that one thread maps at a time.
const AT_ONCE: usize = 1 << 16;

/// Rows that one thread changes at a time.
const ROWS_AT_ONCE: usize = 1 << 10;

impl<F, I, Iptr, IptrStorage, IndStorage, DataStorage> Rows
    for CsMatBase<F, I, IptrStorage, IndStorage, DataStorage, Iptr>
where
    F: Scalar,
    I: SpIndex + Send + Sync,
    Iptr: SpIndex + Send + Sync,
    IptrStorage: Deref<Target = [Iptr]> + Sync,
    IndStorage: Deref<Target = [I]> + Sync,
    DataStorage: Deref<Target = [F]> + Sync,
{
    type Owned = CsMatI<F, I, Iptr>;

    fn n_rows(&self) -> usize {
        self.rows()
    }

    /// # Panics
    /// If a row is out of range, or if the entries that are taken are more than the pointer type `Iptr` can
    /// count (rows that are taken several times).
    fn take(&self, rows: &[usize]) -> Self::Owned {
        // Rows of a matrix by columns cannot be taken; the transposed copy can, and `check_layout` has its say
        // before a fit.
        if self.is_csc() {
            return self.to_csr().take(rows);
        }
        let mut pointers = Vec::with_capacity(rows.len() + 1);
        pointers.push(Iptr::from_usize(0));
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        for &row in rows {
            let range = self.indptr().outer_inds_sz(row);
            indices.extend_from_slice(&self.indices()[range.clone()]);
            values.extend_from_slice(&self.data()[range]);
            pointers.push(Iptr::from_usize(values.len()));
        }
        CsMatI::new((rows.len(), self.cols()), pointers, indices, values)
    }

    fn try_take(&self, rows: &[usize]) -> Result<Self::Owned> {
        let n_rows = self.rows();
        if let Some(&row) = rows.iter().find(|&&row| row >= n_rows) {
            return Err(Error::RowOutOfRange { row, n_rows });
        }
        let entries = |row: &usize| if self.is_csr() { self.indptr().outer_inds_sz(*row).len() } else { 0 };
        match Iptr::try_from_usize(rows.iter().map(entries).sum()) {
            Some(_) => Ok(self.take(rows)),
            None => Err(Error::Overflow { what: "the pointer type of the sparse matrix", column: None }),
        }
    }
}

impl<F, I, Iptr, IptrStorage, IndStorage, DataStorage> Features
    for CsMatBase<F, I, IptrStorage, IndStorage, DataStorage, Iptr>
where
    F: Scalar,
    I: SpIndex + Send + Sync,
    Iptr: SpIndex + Send + Sync,
    IptrStorage: Deref<Target = [Iptr]> + Sync,
    IndStorage: Deref<Target = [I]> + Sync,
    DataStorage: Deref<Target = [F]> + Sync,
{
    type Elem = F;

    fn n_features(&self) -> usize {
        self.cols()
    }

    #[inline(always)]
    fn for_each_in_row(&self, row: usize, mut visit: impl FnMut(usize, F)) {
        let range = self.indptr().outer_inds_sz(row);
        // A loop and not `for_each`: what is visited is then compiled for the processor of the caller.
        for (column, &value) in self.indices()[range.clone()].iter().zip(&self.data()[range]) {
            visit(column.index(), value);
        }
    }

    #[inline(always)]
    fn row_dot(&self, row: usize, w: &[f64]) -> f64 {
        let range = self.indptr().outer_inds_sz(row);
        dot_entries(&self.indices()[range.clone()], &self.data()[range], w, |_| ())
    }

    /// Requests in between the products do not wait for each other, as those made at once do.
    #[inline(always)]
    fn row_dot_before(&self, row: usize, w: &[f64], next: usize) -> f64 {
        let (range, next) = (self.indptr().outer_inds_sz(row), self.indptr().outer_inds_sz(next));
        let next_columns = self.indices().get(next.clone()).unwrap_or(&[]);
        let next_values = self.data().get(next).unwrap_or(&[]);
        let done = range.len() / LANES * LANES;
        let dot = dot_entries(&self.indices()[range.clone()], &self.data()[range], w, |at| {
            if at % PER_REQUEST == 0 {
                simd::prefetch_passing(next_columns, at);
                simd::prefetch_passing(next_values, at);
            }
        });
        // What is left of a longer row.
        simd::prefetch_all_passing(next_columns.get(done..).unwrap_or(&[]));
        simd::prefetch_all_passing(next_values.get(done..).unwrap_or(&[]));
        dot
    }

    #[inline(always)]
    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        let range = self.indptr().outer_inds_sz(row);
        let (columns, last_columns) = self.indices()[range.clone()].as_chunks::<LANES>();
        let (values, last_values) = self.data()[range].as_chunks::<LANES>();
        for (columns, values) in columns.iter().zip(values) {
            for lane in 0..LANES {
                out[columns[lane].index()] += scale * values[lane].widen();
            }
        }
        for (column, value) in last_columns.iter().zip(last_values) {
            out[column.index()] += scale * value.widen();
        }
    }

    fn rows_dot(&self, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        let last = rows.end.min(self.rows()).saturating_sub(1);
        for (row, out) in rows.zip(out) {
            *out = self.row_dot_before(row, w, (row + AHEAD).min(last));
        }
    }

    fn add_rows(&self, rows: Range<usize>, scales: &[f64], out: &mut [f64]) {
        let last = rows.end.min(self.rows()).saturating_sub(1);
        for (row, &scale) in rows.zip(scales).filter(|&(_, &scale)| scale != 0.0) {
            self.prefetch_row((row + AHEAD).min(last));
            self.add_row(row, scale, out);
        }
    }

    #[inline(always)]
    fn prefetch_row(&self, row: usize) {
        let range = self.indptr().outer_inds_sz(row);
        simd::prefetch_all_passing(self.indices().get(range.clone()).unwrap_or(&[]));
        simd::prefetch_all_passing(self.data().get(range).unwrap_or(&[]));
    }

    #[inline(always)]
    fn prefetch_bounds(&self, row: usize) {
        simd::prefetch(self.indptr().raw_storage(), row);
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
        if !self.is_csr() {
            return self.to_csr().map_by_column(of_column, f);
        }
        let mut mapped = self.to_owned();
        let pieces = mapped.data_mut().chunks_mut(AT_ONCE).zip(self.indices().chunks(AT_ONCE));
        let refused = parallel::map(pieces.collect(), |(values, columns): (&mut [F], &[I])| {
            let mut any = false;
            for (value, column) in values.iter_mut().zip(columns) {
                let refused;
                (*value, refused) = f(&of_column[column.index()], *value);
                any |= refused;
            }
            any
        });
        let refuses = |column: usize, value| f(&of_column[column], value).1;
        match refused.contains(&true).then(|| first_entry(self, 0..self.n_rows(), refuses)).flatten() {
            Some(entry) => Err(entry),
            None => Ok(mapped),
        }
    }

    fn is_sparse(&self) -> bool {
        true
    }

    fn check_layout(&self) -> Result<()> {
        if self.is_csr() {
            return Ok(());
        }
        Err(Error::Unsupported {
            what: "a sparse matrix stored by columns (CSC)",
            reason: "models read rows; convert it once with `to_csr()`",
        })
    }

    fn n_stored(&self) -> usize {
        self.nnz()
    }
}

impl<F, I, Iptr, IptrStorage, IndStorage, DataStorage> FeaturesMut
    for CsMatBase<F, I, IptrStorage, IndStorage, DataStorage, Iptr>
where
    F: Scalar,
    I: SpIndex + Send + Sync,
    Iptr: SpIndex + Send + Sync,
    IptrStorage: Deref<Target = [Iptr]> + Sync,
    IndStorage: Deref<Target = [I]> + Sync,
    DataStorage: DerefMut<Target = [F]> + Sync,
{
    fn map_entries_in_place(&mut self, mut f: impl FnMut(usize, F) -> F) {
        let is_csr = self.is_csr();
        for outer in 0..self.outer_dims() {
            let Some(mut entries) = self.outer_view_mut(outer) else { continue };
            for (inner, value) in entries.iter_mut() {
                *value = f(if is_csr { inner } else { outer }, *value);
            }
        }
    }

    fn for_each_row_mut(&mut self, f: impl Fn(&mut [F]) + Send + Sync) -> Result<()> {
        // Stored by columns, the entries of a row are not side by side.
        self.check_layout()?;
        let lengths: Vec<usize> = self.indptr().iter_outer_sz().map(|range| range.len()).collect();
        let (mut rest, mut pieces) = (self.data_mut(), Vec::new());
        for lengths in lengths.chunks(ROWS_AT_ONCE) {
            let (piece, behind) = rest.split_at_mut(lengths.iter().sum());
            pieces.push((lengths, piece));
            rest = behind;
        }
        drop(parallel::map(pieces, |(lengths, mut rest): (&[usize], &mut [F])| {
            for &length in lengths {
                let (row, behind) = rest.split_at_mut(length);
                f(row);
                rest = behind;
            }
        }));
        Ok(())
    }
}

impl<F, I, Iptr> SetColumn for CsMatI<F, I, Iptr>
where
    F: Scalar,
    I: SpIndex + Send + Sync,
    Iptr: SpIndex + Send + Sync,
{
    fn set_column(&mut self, column: usize, values: &[F]) -> Result<()> {
        self.check_layout()?;
        check_column(self, column, values.len())?;
        let mut pointers = Vec::with_capacity(self.rows() + 1);
        pointers.push(Iptr::from_usize(0));
        let (mut indices, mut entries) = (Vec::with_capacity(self.nnz()), Vec::with_capacity(self.nnz()));
        for (row, &value) in (0..self.rows()).zip(values) {
            let mut put = |column: usize, value: F| {
                indices.push(I::from_usize(column));
                entries.push(value);
            };
            // The new entry goes before the first of the larger columns; zeros are not stored.
            let mut new = (value != F::default()).then_some(value);
            self.for_each_in_row(row, |at, entry| {
                if at >= column
                    && let Some(value) = new.take()
                {
                    put(column, value);
                }
                if at != column {
                    put(at, entry);
                }
            });
            if let Some(value) = new {
                put(column, value);
            }
            let overflow = Error::Overflow { what: "the pointer type of the sparse matrix", column: None };
            pointers.push(Iptr::try_from_usize(entries.len()).ok_or(overflow)?);
        }
        *self = CsMatI::new(self.shape(), pointers, indices, entries);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::data::{Entry, Features, FeaturesMut, Rows, SetColumn};
    use crate::error::{Error, Result};
    use ndarray::{Array2, Axis};
    use sprs::CsMat;

    #[test]
    fn a_sparse_matrix_computes_what_its_dense_twin_computes() {
        let dense =
            Array2::from_shape_fn((6, 5), |(i, j)| if (i + j) % 3 == 0 { (i * 5 + j) as f64 } else { 0.0 });
        let sparse = CsMat::csr_from_dense(dense.view(), 0.0);
        let w = [1.0, -2.0, 0.5, 3.0, 4.0];
        for row in 0..6 {
            assert_eq!(Features::row_dot(&sparse, row, &w), Features::row_dot(&dense, row, &w));
            assert_eq!(sparse.row_squared_norm(row), dense.row_squared_norm(row));
        }
        let rows = [5, 0, 0, 3];
        assert_eq!(sparse.take(&rows).to_dense(), dense.select(Axis(0), &rows));
        assert_eq!(sparse.to_csc().take(&rows).to_dense(), dense.select(Axis(0), &rows));
        let tenfold = |column: usize, value: f64| value * 10f64.powi(column as i32);
        assert_eq!(sparse.map_entries(tenfold).to_dense(), dense.map_entries(tenfold));
        assert_eq!(sparse.to_csc().map_entries(tenfold).to_dense(), dense.map_entries(tenfold));
    }

    /// Rows of no entries up to more than several groups of lanes and requests, each before a longer and a shorter one.
    #[test]
    fn what_is_asked_for_meanwhile_changes_no_product() {
        let dense =
            Array2::from_shape_fn((40, 40), |(i, j)| if j < i { (i * 7 + j * 3) as f64 } else { 0.0 });
        let sparse = CsMat::csr_from_dense(dense.view(), 0.0);
        let w: Vec<f64> = (0..40).map(|column| f64::from(column).cos()).collect();
        for row in 0..40 {
            let expected = (0..row).map(|column| dense[[row, column]] * w[column]).sum::<f64>();
            let found = Features::row_dot(&sparse, row, &w);
            approx::assert_relative_eq!(found, expected, max_relative = 1e-12, epsilon = 1e-9);
            for next in [0, 39, 39 - row] {
                assert_eq!(sparse.row_dot_before(row, &w, next), found);
            }
            let (mut out, mut expected) = (w.clone(), w.clone());
            sparse.add_row(row, 0.5, &mut out);
            expected.iter_mut().zip(dense.row(row)).for_each(|(w, x)| *w += 0.5 * x);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn a_column_is_replaced_as_in_the_dense_twin() {
        let dense =
            Array2::from_shape_fn((5, 4), |(i, j)| if (i + j) % 2 == 0 { (i * 4 + j) as f64 } else { 0.0 });
        let values = [0.0, 7.0, -1.0, 0.0, 2.0];
        for column in 0..4 {
            let (mut full, mut sparse) = (dense.clone(), CsMat::csr_from_dense(dense.view(), 0.0));
            full.set_column(column, &values).unwrap();
            sparse.set_column(column, &values).unwrap();
            assert_eq!(sparse.to_dense(), full);
            assert_eq!(full.column(column).to_vec(), values);
        }
        let mut sparse = CsMat::csr_from_dense(dense.view(), 0.0);
        assert!(sparse.set_column(4, &values).is_err() && sparse.set_column(0, &[1.0]).is_err());
    }

    #[test]
    fn more_entries_than_pointers_can_count_are_an_error() {
        let small = sprs::CsMatI::<f64, u16, i16>::new((1, 3), vec![0, 3], vec![0, 1, 2], vec![1.0; 3]);
        assert_eq!(small.try_take(&[0; 10_922]).unwrap().nnz(), 32_766);
        assert!(matches!(small.try_take(&[0; 10_923]), Err(crate::Error::Overflow { .. })));
        assert!(matches!(small.try_take(&[1]), Err(crate::Error::RowOutOfRange { row: 1, n_rows: 1 })));
    }

    #[test]
    fn columns_are_refused() {
        let sparse = CsMat::<f32>::eye(3);
        assert!(sparse.check_layout().is_ok());
        assert!(sparse.to_csc().check_layout().is_err());
    }

    #[test]
    fn the_first_entry_that_is_refused_is_told() {
        let dense = ndarray::array![[0.0, 4.0, 0.0], [0.0, 9.0, -1.0], [-2.0, 0.0, 0.0]];
        let sparse = CsMat::csr_from_dense(dense.view(), 0.0);
        let root = |power: &f64, value: f64| (value.powf(*power), value < 0.0);
        let first = Entry { row: 1, column: 2, value: -1.0 };
        assert_eq!(sparse.map_by_column(&[0.5; 3], root), Err(first));
        assert_eq!(sparse.clone().map_by_column_owned(&[0.5; 3], root), Err(first));
        let roots = sparse.map_by_column_owned(&[2.0; 3], |power, value| (value.powf(*power), false));
        assert_eq!(roots.unwrap().to_dense(), dense.mapv(|value| value * value));
    }

    #[test]
    fn rows_are_changed_in_place() -> Result<()> {
        let dense = Array2::from_shape_fn((3000, 5), |(i, j)| ((i * 5 + j) % 4) as f64);
        let mut expected = dense.clone();
        let by_sum = |row: &mut [f64]| {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
        };
        expected.for_each_row_mut(by_sum)?;
        let mut sparse = CsMat::csr_from_dense(dense.view(), 0.0);
        let mut part = sparse.slice_outer(1000..2500).to_owned();
        part.for_each_row_mut(by_sum)?;
        assert_eq!(part.to_dense(), expected.slice(ndarray::s![1000..2500, ..]));
        sparse.for_each_row_mut(by_sum)?;
        assert_eq!(sparse.to_dense(), expected);
        let mut by_columns = sparse.to_csc();
        assert!(matches!(by_columns.for_each_row_mut(by_sum), Err(Error::Unsupported { .. })));
        assert_eq!(by_columns.to_dense(), expected);
        Ok(())
    }
}
