//! Ways of dividing rows, and what they give.

use crate::error::{Error, Result};

/// One division of the rows: those to fit on and those to judge on.
///
/// ```
/// use certifit::model_selection::{Fold, KFold, Splitter};
/// let folds = KFold::new(2).split(&["a", "b", "c"])?;
/// assert_eq!(folds[0], Fold { train: vec![2], test: vec![0, 1] });
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// The rows to fit on.
    pub train: Vec<usize>,
    /// The rows to judge on.
    pub test: Vec<usize>,
}

/// A way of dividing the rows of a target, once or several times.
///
/// Implement it for a way of your own; the indices may be in any order and may repeat. A list of folds made
/// elsewhere, a `Vec<Fold>`, is a splitter as well.
///
/// ```
/// use certifit::model_selection::{Fold, Splitter};
/// use certifit::data::Rows;
///
/// /// The first rows are the past, the last ones the future.
/// struct Holdout(usize);
/// impl<Y: Rows + ?Sized> Splitter<Y> for Holdout {
///     fn split(&self, y: &Y) -> certifit::Result<Vec<Fold>> {
///         let border = y.n_rows().saturating_sub(self.0);
///         Ok(vec![Fold { train: (0..border).collect(), test: (border..y.n_rows()).collect() }])
///     }
/// }
/// assert_eq!(Holdout(2).split(&[0.5, 0.7, 0.9])?[0].test, [1, 2]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot split the rows of `{Y}`",
    note = "searches have the folds and the score of classifiers: over regressors, add `.cv(KFold::new(5)).scoring(R2)`",
    note = "stratified splitters need a target of labels: integers, `bool`, `char`, `&str`, `String`, not floats",
    note = "group splitters need a target with groups: `y.grouped(&groups)?`"
)]
pub trait Splitter<Y: ?Sized>: Sync {
    /// The folds, in order.
    ///
    /// # Errors
    /// Bad hyper-parameters, and targets that cannot be divided so; each splitter documents its own.
    fn split(&self, y: &Y) -> Result<Vec<Fold>>;
}

impl<Y: ?Sized> Splitter<Y> for Vec<Fold> {
    fn split(&self, _y: &Y) -> Result<Vec<Fold>> {
        Ok(self.clone())
    }
}

/// Refuses what no K folds can be made of.
pub(super) fn check_n_splits(n_splits: usize, n_rows: usize) -> Result<()> {
    if n_rows == 0 {
        return Err(Error::Empty { what: "y", axis: "rows" });
    }
    if n_splits < 2 || n_splits > n_rows {
        let allowed = format!("at least 2 and at most the number of rows ({n_rows})");
        return Err(Error::invalid_parameter("n_splits", n_splits, allowed));
    }
    Ok(())
}

/// The folds in which row i is tested in fold `fold_of_row[i]` and trained on in the others.
pub(super) fn complementary_folds(fold_of_row: &[usize], n_splits: usize) -> Vec<Fold> {
    let fold = |number: usize| {
        let (test, train) = (0..fold_of_row.len()).partition(|&row| fold_of_row[row] == number);
        Fold { train, test }
    };
    (0..n_splits).map(fold).collect()
}
