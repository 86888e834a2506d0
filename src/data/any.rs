//! Feature matrices of any kind behind one type.

use super::{Features, Rows};
use crate::scalar::Scalar;
use std::ops::Range;

/// What solvers need of a feature matrix, whatever its kind and float type.
///
/// All [`Features`] are. Solvers work on blocks of rows through this trait, so that they are compiled once and not
/// once a kind of matrix; a call of a block kernel costs nothing next to its work.
pub(crate) trait AnyFeatures: Sync {
    fn n_rows(&self) -> usize;
    fn n_features(&self) -> usize;
    fn is_sparse(&self) -> bool;
    fn is_by_column(&self) -> bool;
    /// Relative spacing of the float type of the entries.
    fn epsilon(&self) -> f64;
    /// The nearest value of the float type of the entries.
    fn round(&self, value: f64) -> f64;
    fn for_each_in_row(&self, row: usize, visit: &mut dyn FnMut(usize, f64));
    fn row_dot(&self, row: usize, w: &[f64]) -> f64;
    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]);
    /// How many entries are stored.
    fn n_stored(&self) -> usize;
    fn copy_row(&self, row: usize, out: &mut [f64]);
    fn pick(&self, row: usize, columns: &[usize], out: &mut [f64]);
    fn rows_dot(&self, rows: Range<usize>, w: &[f64], out: &mut [f64]);
    fn add_rows(&self, rows: Range<usize>, scales: &[f64], out: &mut [f64]);
    fn rows_squared_norm(&self, rows: Range<usize>, out: &mut [f64]);
    /// A copy of some rows, which must be there.
    fn gather(&self, rows: &[usize]) -> Box<dyn AnyFeatures + '_>;
}

impl<X: Features> AnyFeatures for X
where
    X::Owned: Features,
{
    fn n_rows(&self) -> usize {
        Rows::n_rows(self)
    }
    fn n_features(&self) -> usize {
        Features::n_features(self)
    }
    fn is_sparse(&self) -> bool {
        Features::is_sparse(self)
    }
    fn is_by_column(&self) -> bool {
        Features::is_by_column(self)
    }
    fn epsilon(&self) -> f64 {
        X::Elem::EPSILON
    }
    fn round(&self, value: f64) -> f64 {
        X::Elem::narrow(value).widen()
    }
    fn for_each_in_row(&self, row: usize, visit: &mut dyn FnMut(usize, f64)) {
        Features::for_each_in_row(self, row, |column, value| visit(column, value.widen()));
    }
    fn row_dot(&self, row: usize, w: &[f64]) -> f64 {
        Features::row_dot(self, row, w)
    }
    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        Features::add_row(self, row, scale, out);
    }
    fn n_stored(&self) -> usize {
        Features::n_stored(self)
    }
    fn copy_row(&self, row: usize, out: &mut [f64]) {
        Features::copy_row(self, row, out);
    }
    fn pick(&self, row: usize, columns: &[usize], out: &mut [f64]) {
        Features::pick(self, row, columns, out);
    }
    fn rows_dot(&self, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        Features::rows_dot(self, rows, w, out);
    }
    fn add_rows(&self, rows: Range<usize>, scales: &[f64], out: &mut [f64]) {
        Features::add_rows(self, rows, scales, out);
    }
    fn rows_squared_norm(&self, rows: Range<usize>, out: &mut [f64]) {
        Features::rows_squared_norm(self, rows, out);
    }
    fn gather(&self, rows: &[usize]) -> Box<dyn AnyFeatures + '_> {
        Box::new(self.take(rows))
    }
}
