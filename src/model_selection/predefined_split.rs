//! Folds that somebody else has drawn.

use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::{Error, Result};
use std::collections::BTreeSet;

/// Folds named row by row: row i is tested in fold `test_fold[i]`, and always trained on where that is −1.
///
/// Folds come in the order of their numbers, which need not be 0, 1, 2, …; the indices of each part ascend.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `test_fold` | none: `new` takes it | one integer a row, −1 for a row that is never tested |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::LengthMismatch`] for another number of rows than `test_fold` has, and
/// [`Error::InvalidParameter`] where no row is tested.
///
/// # Reference
/// scikit-learn's `PredefinedSplit`.
///
/// ```
/// use certifit::model_selection::{Fold, PredefinedSplit, Splitter};
/// let folds = PredefinedSplit::new([0, 1, -1, 0]).split(&["a", "b", "c", "d"])?;
/// assert_eq!(folds[0], Fold { train: vec![1, 2], test: vec![0, 3] });
/// assert_eq!(folds[1], Fold { train: vec![0, 2, 3], test: vec![1] });
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredefinedSplit {
    test_fold: Vec<i64>,
}

/// The fold of rows that are always trained on.
const NEVER_TESTED: i64 = -1;

impl PredefinedSplit {
    /// The fold of each row.
    pub fn new<I: Into<i64>>(test_fold: impl IntoIterator<Item = I>) -> Self {
        Self { test_fold: test_fold.into_iter().map(Into::into).collect() }
    }
}

impl<Y: Rows + ?Sized> Splitter<Y> for PredefinedSplit {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        let (expected, found) = (y.n_rows(), self.test_fold.len());
        if expected != found {
            return Err(Error::LengthMismatch { what: "test_fold", expected, found });
        }
        let numbers: BTreeSet<i64> = self.test_fold.iter().copied().collect();
        let fold = |number: i64| {
            let (test, train) = (0..expected).partition(|&row| self.test_fold[row] == number);
            Fold { train, test }
        };
        let folds: Vec<Fold> =
            numbers.into_iter().filter(|&number| number != NEVER_TESTED).map(fold).collect();
        if folds.is_empty() {
            return Err(Error::invalid_parameter("test_fold", &self.test_fold, "such that a row is tested"));
        }
        Ok(folds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tests_nothing_is_refused() {
        let refused = |split: PredefinedSplit, n: usize| split.split(&vec![0; n]).unwrap_err();
        let never = refused(PredefinedSplit::new([-1, -1]), 2);
        assert!(matches!(never, Error::InvalidParameter { name: "test_fold", .. }));
        let length = refused(PredefinedSplit::new([0, 1]), 3);
        assert_eq!(length, Error::LengthMismatch { what: "test_fold", expected: 3, found: 2 });
    }

    #[test]
    fn numbers_may_have_gaps() -> Result<()> {
        let folds = PredefinedSplit::new([9u8, 4, 9]).split(&[0; 3])?;
        assert_eq!((folds.len(), folds[0].test.clone(), folds[1].test.clone()), (2, vec![1], vec![0, 2]));
        Ok(())
    }
}
