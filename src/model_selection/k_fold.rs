//! K folds.

use super::builders::shuffled_folds;
use super::splitter::{Fold, Splitter, check_n_splits, complementary_folds};
use crate::data::Rows;
use crate::error::Result;
use crate::random::Random;

/// K folds of which each is the test part once: fold k tests ⌈n/K⌉ or ⌊n/K⌋ rows and trains on the others.
///
/// Without shuffling the test parts are consecutive blocks, the larger ones first; rows sorted by class need
/// [`StratifiedKFold`](super::StratifiedKFold) or shuffling. The indices of each part ascend.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 to the number of rows |
/// | `shuffle` | `false` | whether rows are put into folds at random |
/// | `seed` | 0 | any; read only if `shuffle` |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `n_splits`
/// out of its range and [`Error::Empty`](crate::Error::Empty) for a target without rows.
///
/// # Reference
/// scikit-learn's `KFold`; without shuffling the folds are the same. `seed` is its `random_state`, but fixed
/// where not given: two runs agree.
///
/// ```
/// use certifit::model_selection::{KFold, Splitter};
/// let y = [1.5, 2.0, 0.5, 1.0, 3.0];
/// let folds = KFold::new(2).split(&y)?;
/// assert_eq!(folds[0].test, [0, 1, 2]);
/// assert_eq!(folds[1].test, [3, 4]);
/// let folds = KFold::new(2).shuffle(true).seed(3).split(&y)?;
/// assert_eq!(folds[0].test.len(), 3);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KFold {
    n_splits: usize,
    shuffle: bool,
    seed: u64,
}

shuffled_folds!(
    KFold,
    /// Whether rows are put into folds at random.
);

impl<Y: Rows + ?Sized> Splitter<Y> for KFold {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        let mut random = Random::new(self.seed);
        k_folds(y.n_rows(), self.n_splits, self.shuffle.then_some(&mut random))
    }
}

/// K folds of `n` rows; shuffled with these random numbers if there are any.
pub(super) fn k_folds(n: usize, n_splits: usize, random: Option<&mut Random>) -> Result<Vec<Fold>> {
    check_n_splits(n_splits, n)?;
    let order = random.map_or_else(|| (0..n).collect(), |random| random.permutation(n));
    let mut rows = order.into_iter();
    let mut fold_of_row = vec![0; n];
    for fold in 0..n_splits {
        let size = n / n_splits + usize::from(fold < n % n_splits);
        rows.by_ref().take(size).for_each(|row| fold_of_row[row] = fold);
    }
    Ok(complementary_folds(&fold_of_row, n_splits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::model_selection::tests::{assert_partition, test_sizes};
    use proptest::prelude::*;

    #[test]
    fn bad_numbers_of_folds_are_refused() {
        let refused = |n_splits| KFold::new(n_splits).split(&[1, 2, 3]).unwrap_err();
        for n_splits in [0, 1, 4, usize::MAX] {
            assert!(matches!(refused(n_splits), Error::InvalidParameter { name: "n_splits", .. }));
        }
        let none: [i32; 0] = [];
        assert_eq!(KFold::default().split(&none), Err(Error::Empty { what: "y", axis: "rows" }));
    }

    #[test]
    fn shuffled_folds_are_stable() -> Result<()> {
        let folds = KFold::new(3).shuffle(true).seed(42).split(&[0; 10])?;
        let tests: Vec<_> = folds.into_iter().map(|fold| fold.test).collect();
        assert_eq!(tests, [vec![2, 5, 7, 9], vec![0, 1, 4], vec![3, 6, 8]]);
        Ok(())
    }

    proptest! {
        #[test]
        fn every_row_is_tested_once(n in 2usize..80, splits in 2usize..80, shuffle: bool, seed: u64) {
            prop_assume!(splits <= n);
            let splitter = KFold::new(splits).shuffle(shuffle).seed(seed);
            let folds = splitter.split(&vec![0; n]).unwrap();
            assert_partition(&folds, n);
            let sizes = test_sizes(&folds);
            prop_assert_eq!(sizes.len(), splits);
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            prop_assert!(sizes.is_sorted_by(|a, b| a >= b));
            prop_assert_eq!(&folds, &splitter.split(&vec![7; n]).unwrap());
        }
    }
}
