//! Feature matrices.

use super::Rows;
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use std::ops::Range;

/// A feature matrix: `n_rows` samples × `n_features` features.
///
/// Dense (`ndarray` in any memory layout, fastest in C order) or sparse (CSR). Solvers see a matrix only
/// through the kernels of this trait, so that dense and sparse data share every solver. A kind of matrix has
/// to say how many features it has, visit the entries of a row and map its entries; the row kernels
/// ([`row_dot`](Features::row_dot), [`add_row`](Features::add_row), …) and those over blocks of rows
/// ([`rows_dot`](Features::rows_dot), [`add_rows`](Features::add_rows), …) follow from that and may be replaced by
/// faster ones. Kernels compute in `f64` whatever the type of the entries.
///
/// ```
/// use certifit::data::Features;
/// use ndarray::array;
/// let x = array![[1.0f32, 2.0], [3.0, 4.0]];
/// assert_eq!(x.row_dot(1, &[10.0, 1.0]), 34.0);
/// assert_eq!(x.row_squared_norm(0), 5.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a feature matrix",
    label = "expected a matrix with one sample a row",
    note = "feature matrices are `ndarray` arrays of two dimensions with `f32` or `f64` entries, and sparse CSR matrices (feature `sparse`)"
)]
pub trait Features: Rows {
    /// The type of the entries.
    type Elem: Scalar;

    /// The number of columns.
    fn n_features(&self) -> usize;

    /// Calls `visit(column, value)` for each stored entry of a row: all columns of a dense row, those that
    /// are not implicit zeros of a sparse one.
    fn for_each_in_row(&self, row: usize, visit: impl FnMut(usize, Self::Elem));

    /// A copy whose stored entries are `f(column, value)`.
    fn map_entries(&self, f: impl FnMut(usize, Self::Elem) -> Self::Elem) -> Self::Owned;

    /// A copy whose stored entries are `f(&of_column[column], value)`, on several threads where that pays.
    ///
    /// `of_column` holds what `f` needs to know of each of the `n_features` columns. Beside the new value `f` says
    /// whether it refuses the old one.
    ///
    /// # Errors
    /// The first entry, row by row, that `f` refuses.
    fn map_by_column<P: Sync>(
        &self,
        of_column: &[P],
        f: impl Fn(&P, Self::Elem) -> (Self::Elem, bool) + Send + Sync,
    ) -> std::result::Result<Self::Owned, Entry<Self::Elem>> {
        let mut any = false;
        let mapped = self.map_entries(|column, value| {
            let (image, refused) = f(&of_column[column], value);
            any |= refused;
            image
        });
        match any.then(|| first_entry(self, 0..self.n_rows(), |column, value| f(&of_column[column], value).1))
        {
            Some(Some(entry)) => Err(entry),
            _ => Ok(mapped),
        }
    }

    /// [`map_by_column`](Self::map_by_column) of a matrix that is given away: an array that owns its entries has them
    /// replaced, and is not copied.
    ///
    /// # Errors
    /// The first entry that `f` refuses.
    fn map_by_column_owned<P: Sync>(
        self,
        of_column: &[P],
        f: impl Fn(&P, Self::Elem) -> (Self::Elem, bool) + Send + Sync,
    ) -> std::result::Result<Self::Owned, Entry<Self::Elem>>
    where
        Self: Sized,
    {
        self.map_by_column(of_column, f)
    }

    /// Whether entries that are not stored count as zero.
    fn is_sparse(&self) -> bool {
        false
    }

    /// Whether the entries of a column lie side by side in memory, and not those of a row: many rows are then read together.
    fn is_by_column(&self) -> bool {
        false
    }

    /// Refuses a matrix whose rows cannot be visited, such as a sparse one stored by columns.
    ///
    /// # Errors
    /// [`Error::Unsupported`](crate::Error::Unsupported).
    fn check_layout(&self) -> Result<()> {
        Ok(())
    }

    /// The number of entries that are stored.
    fn n_stored(&self) -> usize {
        self.n_rows().saturating_mul(self.n_features())
    }

    /// The entries of a row, where all of them lie side by side in memory: methods that visit rows one by one then read
    /// them with vector instructions.
    fn row_slice(&self, _row: usize) -> Option<&[Self::Elem]> {
        None
    }

    /// The entries of some rows, one row after the other, where they lie so in memory.
    fn rows_slice(&self, _rows: Range<usize>) -> Option<&[Self::Elem]> {
        None
    }

    /// Asks the memory for a row that will be read soon. Only a matter of time: it changes nothing.
    fn prefetch_row(&self, _row: usize) {}

    /// Asks the memory for where a row is, if that has to be read, before [`prefetch_row`](Self::prefetch_row) reads it.
    fn prefetch_bounds(&self, _row: usize) {}

    /// x_row · w, for `w` of length `n_features`.
    fn row_dot(&self, row: usize, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        self.for_each_in_row(row, |column, value| sum += value.widen() * w[column]);
        sum
    }

    /// [`row_dot`](Self::row_dot), while the memory is asked for a row that will be read soon.
    fn row_dot_before(&self, row: usize, w: &[f64], next: usize) -> f64 {
        self.prefetch_row(next);
        self.row_dot(row, w)
    }

    /// out ← out + scale · x_row, for `out` of length `n_features`.
    fn add_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        self.for_each_in_row(row, |column, value| out[column] += scale * value.widen());
    }

    /// ‖x_row‖².
    fn row_squared_norm(&self, row: usize) -> f64 {
        let mut sum = 0.0;
        self.for_each_in_row(row, |_, value| sum += value.widen() * value.widen());
        sum
    }

    /// out ← x_row with its zeros, for `out` of length `n_features`.
    fn copy_row(&self, row: usize, out: &mut [f64]) {
        out.fill(0.0);
        self.for_each_in_row(row, |column, value| out[column] = value.widen());
    }

    /// `out[i]` = the entry of x_row in the i-th of some columns, each of which must be there.
    fn pick(&self, row: usize, columns: &[usize], out: &mut [f64]) {
        let mut whole = vec![0.0; self.n_features()];
        self.copy_row(row, &mut whole);
        columns.iter().zip(out).for_each(|(&column, out)| *out = whole[column]);
    }

    /// `out[i]` = x_row · w for the i-th of the rows.
    fn rows_dot(&self, rows: Range<usize>, w: &[f64], out: &mut [f64]) {
        rows.zip(out).for_each(|(row, out)| *out = self.row_dot(row, w));
    }

    /// out ← out + Σ `scales[i]` · x_row over the rows, the i-th with `scales[i]`; those of scale 0 are left out.
    fn add_rows(&self, rows: Range<usize>, scales: &[f64], out: &mut [f64]) {
        for (row, &scale) in rows.zip(scales).filter(|&(_, &scale)| scale != 0.0) {
            self.add_row(row, scale, out);
        }
    }

    /// `out[i]` = ‖x_row‖² for the i-th of the rows.
    fn rows_squared_norm(&self, rows: Range<usize>, out: &mut [f64]) {
        rows.zip(out).for_each(|(row, out)| *out = self.row_squared_norm(row));
    }
}

/// A feature matrix whose stored entries can be changed in place.
///
/// ```
/// use certifit::data::FeaturesMut;
/// let mut x = ndarray::array![[1.0, 2.0], [3.0, 4.0]];
/// x.map_entries_in_place(|column, value| if column == 0 { value } else { -value });
/// assert_eq!(x, ndarray::array![[1.0, -2.0], [3.0, -4.0]]);
/// ```
pub trait FeaturesMut: Features {
    /// Replaces each stored entry by `f(column, value)`.
    fn map_entries_in_place(&mut self, f: impl FnMut(usize, Self::Elem) -> Self::Elem);

    /// Replaces each stored entry by `f(&of_column[column], value)`, on several threads where that pays.
    fn map_by_column_in_place<P: Sync>(
        &mut self,
        of_column: &[P],
        f: impl Fn(&P, Self::Elem) -> Self::Elem + Send + Sync,
    ) {
        self.map_entries_in_place(|column, value| f(&of_column[column], value));
    }

    /// Calls `f` with the stored entries of each row, which it may change, on several threads where that pays.
    ///
    /// # Errors
    /// Those of [`check_layout`](Features::check_layout), before any entry is changed.
    ///
    /// ```
    /// use certifit::data::FeaturesMut;
    /// let mut x = ndarray::array![[1.0, 3.0], [2.0, 2.0]];
    /// x.for_each_row_mut(|row| {
    ///     let sum: f64 = row.iter().sum();
    ///     row.iter_mut().for_each(|value| *value /= sum);
    /// })?;
    /// assert_eq!(x, ndarray::array![[0.25, 0.75], [0.5, 0.5]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    fn for_each_row_mut(&mut self, f: impl Fn(&mut [Self::Elem]) + Send + Sync) -> Result<()>;
}

/// A stored entry of a feature matrix, and where it is.
///
/// ```
/// use certifit::data::{Entry, Features};
/// let x = ndarray::array![[1.0, 2.0], [3.0, -4.0]];
/// let roots = x.map_by_column(&[(), ()], |_, value: f64| (value.sqrt(), value < 0.0));
/// assert_eq!(roots, Err(Entry { row: 1, column: 1, value: -4.0 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry<F> {
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// The value.
    pub value: F,
}

impl<F: Scalar> Entry<F> {
    /// The error for an entry of the features that is not finite.
    pub(crate) fn non_finite(self) -> Error {
        Error::NonFinite { what: "x", row: self.row, column: Some(self.column), value: self.value.widen() }
    }
}

/// The first stored entry of some rows, row by row, for which `is_it` holds.
pub(crate) fn first_entry<X: Features + ?Sized>(
    x: &X,
    mut rows: Range<usize>,
    is_it: impl Fn(usize, X::Elem) -> bool,
) -> Option<Entry<X::Elem>> {
    rows.find_map(|row| {
        let mut first = None;
        x.for_each_in_row(row, |column, value| {
            if first.is_none() && is_it(column, value) {
                first = Some(Entry { row, column, value });
            }
        });
        first
    })
}

/// A feature matrix in which a column can be replaced.
///
/// ```
/// use certifit::data::SetColumn;
/// let mut x = ndarray::array![[1.0, 2.0], [3.0, 4.0]];
/// x.set_column(1, &[7.0, 0.0])?;
/// assert_eq!(x, ndarray::array![[1.0, 7.0], [3.0, 0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(message = "no column of `{Self}` can be replaced")]
pub trait SetColumn: Features {
    /// Puts `values`, one a row, in the place of a column.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`], [`Error::InvalidParameter`] for a column that is not there, [`Error::Unsupported`] for
    /// sparse matrices by columns, [`Error::Overflow`] where a sparse matrix cannot count so many entries.
    fn set_column(&mut self, column: usize, values: &[Self::Elem]) -> Result<()>;
}

/// Refuses values for a column that is not there, or for another number of rows.
pub(super) fn check_column<X: Features + ?Sized>(x: &X, column: usize, n_values: usize) -> Result<()> {
    if column >= x.n_features() {
        let allowed = format!("less than the number of columns ({})", x.n_features());
        return Err(Error::invalid_parameter("column", column, allowed));
    }
    match x.n_rows() {
        expected if expected != n_values => {
            Err(Error::LengthMismatch { what: "values", expected, found: n_values })
        }
        _ => Ok(()),
    }
}
