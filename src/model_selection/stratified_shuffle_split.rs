//! Random splits that have the classes of the whole, as often as wanted.

use super::splitter::{Fold, Splitter};
use super::test_size::TestSize;
use crate::data::{Label, Targets};
use crate::error::Result;

/// `n_splits` independent random splits whose parts have the classes of the target in its proportions.
///
/// A [`ShuffleSplit`](super::ShuffleSplit) that is stratified by the target which it splits, whatever strata
/// `test_size` names.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 10 | at least 1 |
/// | `test_size` | `TestSize::fraction(0.1)` | see [`TestSize`]; the seed stands there, too; shuffling must be on |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `n_splits`
/// of 0, and the errors of [`TestSize::indices`] with [`TestSize::stratify`].
///
/// # Reference
/// scikit-learn's `StratifiedShuffleSplit`; the random numbers are others.
///
/// ```
/// use certifit::model_selection::{Splitter, StratifiedShuffleSplit, TestSize};
/// let y = [0, 0, 0, 0, 0, 0, 1, 1, 1];
/// for fold in StratifiedShuffleSplit::new(5).test_size(TestSize::count(3).seed(1)).split(&y)? {
///     assert_eq!(fold.test.iter().filter(|&&row| y[row] == 1).count(), 1);
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StratifiedShuffleSplit {
    n_splits: usize,
    test_size: TestSize,
}

impl StratifiedShuffleSplit {
    /// `n_splits` splits with a tenth of the rows as test part.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, test_size: TestSize::fraction(0.1) }
    }

    /// The size of the parts and the seed.
    pub fn test_size(mut self, test_size: TestSize) -> Self {
        self.test_size = test_size;
        self
    }
}

impl Default for StratifiedShuffleSplit {
    fn default() -> Self {
        Self::new(10)
    }
}

#[diagnostic::do_not_recommend]
impl<Y: Targets + ?Sized> Splitter<Y> for StratifiedShuffleSplit
where
    Y::Value: Label,
{
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        self.test_size.clone().stratify(y).repeated(y.n_rows(), self.n_splits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::ShuffleSplit;

    #[test]
    fn strata_are_those_of_the_target() -> Result<()> {
        let y = ["a", "a", "b", "b", "b", "b"];
        let size = TestSize::fraction(0.5).seed(9);
        let folds = StratifiedShuffleSplit::new(3).test_size(size.clone().stratify(&[1, 2])).split(&y)?;
        assert_eq!(folds, ShuffleSplit::new(3).test_size(size.stratify(&y)).split(&y)?);
        assert!(folds.iter().all(|fold| fold.test.iter().filter(|&&row| row < 2).count() == 1));
        Ok(())
    }
}
