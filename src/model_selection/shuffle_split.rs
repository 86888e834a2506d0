//! Random splits, as often as wanted.

use super::splitter::{Fold, Splitter};
use super::test_size::TestSize;
use crate::data::Rows;
use crate::error::Result;

/// `n_splits` independent random splits, each as [`train_test_split`](super::train_test_split) makes one.
///
/// The first one is the split that [`TestSize::indices`] gives, the others go on in the same stream of random
/// numbers. A row may be tested several times or never.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 10 | at least 1 |
/// | `test_size` | `TestSize::fraction(0.1)` | see [`TestSize`]; the seed stands there, too; shuffling must be on |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `n_splits`
/// of 0 and for `test_size` without shuffling, and the errors of [`TestSize::indices`].
///
/// # Reference
/// scikit-learn's `ShuffleSplit`; the random numbers are others.
///
/// ```
/// use certifit::model_selection::{ShuffleSplit, Splitter, TestSize};
/// let size = TestSize::fraction(0.2).seed(42);
/// let folds = ShuffleSplit::new(3).test_size(size.clone()).split(&[0.0; 10])?;
/// assert_eq!((folds.len(), folds[0].train.len(), folds[0].test.len()), (3, 8, 2));
/// assert_eq!((folds[0].train.clone(), folds[0].test.clone()), size.indices(10)?);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShuffleSplit {
    n_splits: usize,
    test_size: TestSize,
}

impl ShuffleSplit {
    /// `n_splits` splits with a tenth of the rows as test part.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, test_size: TestSize::fraction(0.1) }
    }

    /// The size of the parts, the seed, and the strata if any.
    pub fn test_size(mut self, test_size: TestSize) -> Self {
        self.test_size = test_size;
        self
    }
}

impl Default for ShuffleSplit {
    fn default() -> Self {
        Self::new(10)
    }
}

impl<Y: Rows + ?Sized> Splitter<Y> for ShuffleSplit {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        self.test_size.repeated(y.n_rows(), self.n_splits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn splits_differ_and_are_stable() -> Result<()> {
        let splitter = ShuffleSplit::new(4).test_size(TestSize::fraction(0.3).seed(42));
        let folds = splitter.split(&[0; 10])?;
        assert_eq!(folds, splitter.split(&[0; 10])?);
        for (index, fold) in folds.iter().enumerate() {
            let mut rows = [fold.train.as_slice(), fold.test.as_slice()].concat();
            rows.sort_unstable();
            assert!(rows.into_iter().eq(0..10));
            assert!(folds[..index].iter().all(|other| other != fold));
        }
        Ok(())
    }

    #[test]
    fn what_cannot_be_repeated_is_refused() {
        let refused = |splitter: ShuffleSplit| splitter.split(&[0; 10]).unwrap_err();
        let none = refused(ShuffleSplit::new(0));
        assert!(matches!(none, Error::InvalidParameter { name: "n_splits", .. }));
        let in_order = refused(ShuffleSplit::default().test_size(TestSize::default().shuffle(false)));
        assert!(matches!(in_order, Error::InvalidParameter { name: "shuffle", .. }));
        let too_many = refused(ShuffleSplit::default().test_size(TestSize::count(10)));
        assert!(matches!(too_many, Error::InvalidParameter { name: "count", .. }));
    }
}
