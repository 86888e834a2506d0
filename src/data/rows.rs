//! Things made of rows.

use crate::error::{Error, Result};
use ndarray::{Array2, ArrayBase, Axis, Data, Ix1, Ix2, OwnedRepr};

/// Row-aligned things: features, targets, weighted targets, groups.
///
/// Splitting and cross-validation work on anything of this kind. A vector or one-dimensional array has one
/// value a row, a matrix one sample a row.
///
/// ```
/// use certifit::data::Rows;
/// let labels = ["a", "b", "c"];
/// assert_eq!(labels.n_rows(), 3);
/// assert_eq!(labels.take(&[2, 0]), vec!["c", "a"]);
/// assert!(labels.try_take(&[3]).is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not made of rows",
    note = "rows are `ndarray` matrices and vectors, `Vec<L>`, `[L; N]`, `[L]`, sparse CSR matrices, or references to them"
)]
pub trait Rows: Sync {
    /// The same kind of thing, owned: what [`take`](Rows::take) returns.
    type Owned: Rows<Owned = Self::Owned> + Send;

    /// The number of rows.
    fn n_rows(&self) -> usize;

    /// A copy of the given rows, in the given order, with repetitions if there are any.
    ///
    /// # Panics
    /// May panic if a row is out of range. [`try_take`](Rows::try_take) checks.
    fn take(&self, rows: &[usize]) -> Self::Owned;

    /// [`take`](Rows::take) for row indices that somebody else has made.
    ///
    /// # Errors
    /// [`Error::RowOutOfRange`] for the first index that is too large.
    fn try_take(&self, rows: &[usize]) -> Result<Self::Owned> {
        let n_rows = self.n_rows();
        match rows.iter().find(|&&row| row >= n_rows) {
            Some(&row) => Err(Error::RowOutOfRange { row, n_rows }),
            None => Ok(self.take(rows)),
        }
    }
}

impl<T: Rows + ?Sized> Rows for &T {
    type Owned = T::Owned;
    fn n_rows(&self) -> usize {
        (**self).n_rows()
    }
    fn take(&self, rows: &[usize]) -> Self::Owned {
        (**self).take(rows)
    }
}

impl<L: Clone + Send + Sync> Rows for [L] {
    type Owned = Vec<L>;
    fn n_rows(&self) -> usize {
        self.len()
    }
    fn take(&self, rows: &[usize]) -> Vec<L> {
        rows.iter().map(|&row| self[row].clone()).collect()
    }
}

impl<L: Clone + Send + Sync, const N: usize> Rows for [L; N] {
    type Owned = Vec<L>;
    fn n_rows(&self) -> usize {
        N
    }
    fn take(&self, rows: &[usize]) -> Vec<L> {
        self.as_slice().take(rows)
    }
}

impl<L: Clone + Send + Sync> Rows for Vec<L> {
    type Owned = Vec<L>;
    fn n_rows(&self) -> usize {
        self.len()
    }
    fn take(&self, rows: &[usize]) -> Vec<L> {
        self.as_slice().take(rows)
    }
}

impl<L: Clone + Send + Sync, S: Data<Elem = L> + Sync> Rows for ArrayBase<S, Ix1> {
    type Owned = ArrayBase<OwnedRepr<L>, Ix1>;
    fn n_rows(&self) -> usize {
        self.len()
    }
    fn take(&self, rows: &[usize]) -> Self::Owned {
        self.select(Axis(0), rows)
    }
}

impl<A: Clone + Send + Sync, S: Data<Elem = A> + Sync> Rows for ArrayBase<S, Ix2> {
    type Owned = ArrayBase<OwnedRepr<A>, Ix2>;
    fn n_rows(&self) -> usize {
        self.nrows()
    }
    fn take(&self, rows: &[usize]) -> Self::Owned {
        let d = self.ncols();
        // Whole slices are copied several times faster than rows one entry at a time.
        if let Some(entries) = self.as_slice() {
            let mut taken = Vec::with_capacity(rows.len() * d);
            rows.iter().for_each(|&row| taken.extend_from_slice(&entries[row * d..(row + 1) * d]));
            if let Ok(taken) = Array2::from_shape_vec((rows.len(), d), taken) {
                return taken;
            }
        }
        self.select(Axis(0), rows)
    }
}
