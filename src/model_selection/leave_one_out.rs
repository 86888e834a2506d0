//! One row held out at a time.

use super::splitter::{Fold, Splitter, complementary_folds};
use crate::data::Rows;
use crate::error::{Error, Result};

/// As many folds as rows: each tests one row and trains on all others.
///
/// It has no parameters. A fit a row, and lists of n (n − 1) row indices in all: for small data.
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::Empty`] for no rows and [`Error::Unsupported`] for a single one.
///
/// # Reference
/// scikit-learn's `LeaveOneOut`.
///
/// ```
/// use certifit::model_selection::{Fold, LeaveOneOut, Splitter};
/// let folds = LeaveOneOut.split(&["a", "b", "c"])?;
/// assert_eq!(folds.len(), 3);
/// assert_eq!(folds[1], Fold { train: vec![0, 2], test: vec![1] });
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeaveOneOut;

impl<Y: Rows + ?Sized> Splitter<Y> for LeaveOneOut {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        match y.n_rows() {
            0 => Err(Error::Empty { what: "y", axis: "rows" }),
            1 => Err(Error::Unsupported {
                what: "leaving one of one row out",
                reason: "nothing is left to train on",
            }),
            n => Ok(complementary_folds(&(0..n).collect::<Vec<_>>(), n)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::tests::assert_partition;

    #[test]
    fn two_rows_are_enough() -> Result<()> {
        assert_partition(&LeaveOneOut.split(&[0, 0])?, 2);
        assert!(matches!(LeaveOneOut.split(&[0]), Err(Error::Unsupported { .. })));
        let none: [i32; 0] = [];
        assert_eq!(LeaveOneOut.split(&none), Err(Error::Empty { what: "y", axis: "rows" }));
        Ok(())
    }
}
