//! Some rows of a feature matrix, without a copy.

use super::{Entry, Features, Rows};
use crate::error::Result;
use std::ops::Range;

/// The rows `rows` of `x`, in that order: itself a feature matrix.
///
/// Binary problems on some classes, or without the rows of weight zero, read the matrix through this view.
///
/// ```
/// use certifit::data::{Features, RowSubset, Rows};
/// use ndarray::array;
/// let x = array![[1.0], [2.0], [3.0]];
/// let odd = RowSubset::new(&x, vec![0, 2])?;
/// assert_eq!((odd.n_rows(), odd.row_dot(1, &[10.0])), (2, 30.0));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RowSubset<'a, X: ?Sized> {
    x: &'a X,
    rows: Vec<usize>,
}

impl<'a, X: Rows + ?Sized> RowSubset<'a, X> {
    /// The view on these rows.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`](crate::Error::RowOutOfRange).
    pub fn new(x: &'a X, rows: Vec<usize>) -> Result<Self> {
        let n_rows = x.n_rows();
        match rows.iter().find(|&&row| row >= n_rows) {
            Some(&row) => Err(crate::Error::RowOutOfRange { row, n_rows }),
            None => Ok(Self { x, rows }),
        }
    }

    /// The rows of `x` that some rows of this are, where they follow upon each other there too.
    fn run_of(&self, rows: Range<usize>) -> Option<Range<usize>> {
        let rows = self.rows.get(rows)?;
        let (&first, &last) = (rows.first()?, rows.last()?);
        rows.windows(2).all(|pair| pair[1] == pair[0] + 1).then_some(first..last + 1)
    }

    fn resolve(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter().map(|&row| self.rows[row]).collect()
    }
}

impl<X: Rows + ?Sized> Rows for RowSubset<'_, X> {
    type Owned = X::Owned;
    fn n_rows(&self) -> usize {
        self.rows.len()
    }
    fn take(&self, rows: &[usize]) -> X::Owned {
        self.x.take(&self.resolve(rows))
    }
}

impl<X: Features + ?Sized> Features for RowSubset<'_, X>
where
    X::Owned: Features<Elem = X::Elem>,
{
    type Elem = X::Elem;
    fn n_features(&self) -> usize {
        self.x.n_features()
    }
    fn for_each_in_row(&self, row: usize, visit: impl FnMut(usize, X::Elem)) {
        self.x.for_each_in_row(self.rows[row], visit);
    }
    fn map_entries(&self, f: impl FnMut(usize, X::Elem) -> X::Elem) -> X::Owned {
        self.x.take(&self.rows).map_entries(f)
    }

    fn map_by_column<P: Sync>(
        &self,
        of_column: &[P],
        f: impl Fn(&P, X::Elem) -> (X::Elem, bool) + Send + Sync,
    ) -> std::result::Result<X::Owned, Entry<X::Elem>> {
        self.x.take(&self.rows).map_by_column_owned(of_column, f)
    }
    fn is_sparse(&self) -> bool {
        self.x.is_sparse()
    }
    fn check_layout(&self) -> Result<()> {
        self.x.check_layout()
    }
    fn n_stored(&self) -> usize {
        if !self.is_sparse() {
            return self.rows.len().saturating_mul(self.n_features());
        }
        let mut n = 0;
        (0..self.rows.len()).for_each(|row| self.for_each_in_row(row, |_, _| n += 1));
        n
    }
    fn row_slice(&self, row: usize) -> Option<&[X::Elem]> {
        self.x.row_slice(self.rows[row])
    }
    fn rows_slice(&self, rows: Range<usize>) -> Option<&[X::Elem]> {
        self.x.rows_slice(self.run_of(rows)?)
    }
    fn prefetch_row(&self, row: usize) {
        self.x.prefetch_row(self.rows[row]);
    }
    fn prefetch_bounds(&self, row: usize) {
        self.x.prefetch_bounds(self.rows[row]);
    }
    fn row_dot(&self, row: usize, w: &[f64]) -> f64 {
        self.x.row_dot(self.rows[row], w)
    }
    fn row_dot_before(&self, row: usize, w: &[f64], next: usize) -> f64 {
        self.x.row_dot_before(self.rows[row], w, self.rows[next])
    }
    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        self.x.add_row(self.rows[row], scale, out);
    }
    fn row_squared_norm(&self, row: usize) -> f64 {
        self.x.row_squared_norm(self.rows[row])
    }
    fn pick(&self, row: usize, columns: &[usize], out: &mut [f64]) {
        self.x.pick(self.rows[row], columns, out);
    }
    fn copy_row(&self, row: usize, out: &mut [f64]) {
        self.x.copy_row(self.rows[row], out);
    }
    fn rows_dot(&self, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        match self.run_of(rows.clone()) {
            Some(run) => self.x.rows_dot(run, w, out),
            None => rows.zip(out).for_each(|(row, out)| *out = self.row_dot(row, w)),
        }
    }
    fn add_rows(&self, rows: Range<usize>, scales: &[f64], out: &mut [f64]) {
        if let Some(run) = self.run_of(rows.clone()) {
            return self.x.add_rows(run, scales, out);
        }
        for (row, &scale) in rows.zip(scales).filter(|&(_, &scale)| scale != 0.0) {
            self.add_row(row, scale, out);
        }
    }
    fn rows_squared_norm(&self, rows: Range<usize>, out: &mut [f64]) {
        match self.run_of(rows.clone()) {
            Some(run) => self.x.rows_squared_norm(run, out),
            None => rows.zip(out).for_each(|(row, out)| *out = self.row_squared_norm(row)),
        }
    }
}
