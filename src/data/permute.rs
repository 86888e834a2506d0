//! Columns whose values change places.

use super::{Features, Missing, Rows, SetColumn, check_features};
use crate::error::Result;

/// Features, a column of which can be shuffled: what
/// [`permutation_importance`](crate::inspection::permutation_importance) needs.
///
/// Feature matrices that own their entries are, dense or CSR, and a [`Table`](crate::table::Table), of which a column may
/// hold anything.
///
/// ```
/// use certifit::data::PermuteColumn;
/// let mut x = ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
/// x.permute_column(1, &[2, 0, 1])?;
/// assert_eq!(x, ndarray::array![[1.0, 6.0], [3.0, 2.0], [5.0, 4.0]]);
/// assert_eq!(x.column_names(), ["x0", "x1"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "no column of `{Self}` can be shuffled",
    note = "columns are those of a `Table`, or of a dense or CSR matrix of `f32` or `f64` that owns its entries"
)]
pub trait PermuteColumn: Rows {
    /// What the columns are called: a name for each.
    fn column_names(&self) -> Vec<String>;

    /// Refuses what has no rows or columns, and values that no model takes.
    ///
    /// # Errors
    /// [`Error::Empty`](crate::Error::Empty), [`Error::NonFinite`](crate::Error::NonFinite) for an infinity.
    fn check_columns(&self) -> Result<()>;

    /// Row i gets the value of the column that row `order[i]` has.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a column that is not there,
    /// [`Error::LengthMismatch`](crate::Error::LengthMismatch) and
    /// [`Error::RowOutOfRange`](crate::Error::RowOutOfRange) for an order of other rows.
    fn permute_column(&mut self, column: usize, order: &[usize]) -> Result<()>;
}

impl<X: SetColumn> PermuteColumn for X {
    fn column_names(&self) -> Vec<String> {
        (0..self.n_features()).map(|column| format!("x{column}")).collect()
    }

    fn check_columns(&self) -> Result<()> {
        check_features(self, Missing::Allowed)
    }

    fn permute_column(&mut self, column: usize, order: &[usize]) -> Result<()> {
        let values = column_of(self, column).try_take(order)?;
        self.set_column(column, &values)
    }
}

/// The entries of a column, with its zeros; zeros for one that is not there.
fn column_of<X: Features>(x: &X, column: usize) -> Vec<X::Elem> {
    let entry = |row| {
        if let Some(entries) = x.row_slice(row) {
            return entries.get(column).copied().unwrap_or_default();
        }
        let mut found = X::Elem::default();
        x.for_each_in_row(row, |at, value| {
            if at == column {
                found = value;
            }
        });
        found
    };
    (0..x.n_rows()).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use ndarray::{Array2, ShapeBuilder, array};

    #[test]
    fn values_change_rows() -> Result<()> {
        let x = array![[1.0, 2.0], [0.0, 4.0], [5.0, 0.0]];
        let mut columns_first = Array2::zeros((3, 2).f());
        columns_first.assign(&x);
        let expected = array![[0.0, 2.0], [5.0, 4.0], [1.0, 0.0]];
        for mut x in [x.clone(), columns_first] {
            x.permute_column(0, &[1, 2, 0])?;
            assert_eq!(x, expected);
        }
        #[cfg(feature = "sparse")]
        {
            let mut sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
            sparse.permute_column(0, &[1, 2, 0])?;
            assert_eq!(sparse, sprs::CsMat::csr_from_dense(expected.view(), 0.0));
        }
        Ok(())
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let mut x = array![[1.0], [2.0]];
        assert!(matches!(x.permute_column(1, &[1, 0]), Err(Error::InvalidParameter { name: "column", .. })));
        assert!(matches!(x.permute_column(0, &[1]), Err(Error::LengthMismatch { .. })));
        assert!(matches!(x.permute_column(0, &[1, 2]), Err(Error::RowOutOfRange { row: 2, n_rows: 2 })));
        assert_eq!(x, array![[1.0], [2.0]]);
    }
}
