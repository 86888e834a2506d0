//! K folds that have the classes of the whole.

use super::builders::shuffled_folds;
use super::splitter::{Fold, Splitter, check_n_splits, complementary_folds};
use super::strata::rows_by_class;
use crate::data::{Classes, Label, Targets};
use crate::error::{Error, Result};
use crate::random::Random;

/// K folds of which each is the test part once and tests ⌈n_c/K⌉ or ⌊n_c/K⌋ of the n_c rows of each class c.
///
/// The sizes of the test parts differ by one at most as well. Without shuffling a class fills the folds in
/// the order of its rows. A class with fewer rows than folds is missing in some test parts; scikit-learn warns
/// of that, this crate does not. The indices of each part ascend.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 to the number of rows of the largest class |
/// | `shuffle` | `false` | whether the rows of a class are put into folds at random |
/// | `seed` | 0 | any; read only if `shuffle` |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`] for `n_splits` out of its range and
/// [`Error::Empty`] for a target without rows. A target of floats does not compile.
///
/// # Reference
/// scikit-learn's `StratifiedKFold`; without shuffling the folds are the same. `seed` is its `random_state`,
/// but fixed where not given: two runs agree.
///
/// ```
/// use certifit::model_selection::{Splitter, StratifiedKFold};
/// let y = ["cat", "cat", "cat", "cat", "dog", "dog"];
/// let folds = StratifiedKFold::new(2).split(&y)?;
/// assert_eq!(folds[0].test, [0, 1, 4]);
/// assert_eq!(folds[1].test, [2, 3, 5]);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// ```compile_fail
/// use certifit::model_selection::{Splitter, StratifiedKFold};
/// let _ = StratifiedKFold::new(2).split(&[0.5, 1.5, 0.5, 1.5]); // floats are not labels
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratifiedKFold {
    n_splits: usize,
    shuffle: bool,
    seed: u64,
}

shuffled_folds!(
    StratifiedKFold,
    /// Whether the rows of each class are put into folds at random.
);

#[diagnostic::do_not_recommend]
impl<Y: Targets + ?Sized> Splitter<Y> for StratifiedKFold
where
    Y::Value: Label,
{
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        let mut random = Random::new(self.seed);
        stratified_k_folds(Classes::of(y).indices(), self.n_splits, self.shuffle.then_some(&mut random))
    }
}

/// K folds with the classes of the whole; shuffled with these random numbers if there are any.
pub(super) fn stratified_k_folds(
    class_of_row: &[usize],
    n_splits: usize,
    mut random: Option<&mut Random>,
) -> Result<Vec<Fold>> {
    check_n_splits(n_splits, class_of_row.len())?;
    let mut classes = rows_by_class(class_of_row);
    check_largest(n_splits, classes.iter().map(Vec::len))?;
    classes.sort_unstable_by_key(|rows| rows.first().copied()); // by first appearance
    let mut fold_of_row = vec![0; class_of_row.len()];
    let mut start = 0;
    for rows in classes {
        // The rows sorted by class are dealt to the folds like cards, and what a fold got of this class
        // says how many of the class's rows it tests.
        let dealt = start..start + rows.len();
        start = dealt.end;
        let mut folds: Vec<usize> = dealt.map(|place| place % n_splits).collect();
        folds.sort_unstable();
        if let Some(random) = random.as_deref_mut() {
            random.shuffle(&mut folds);
        }
        rows.into_iter().zip(folds).for_each(|(row, fold)| fold_of_row[row] = fold);
    }
    Ok(complementary_folds(&fold_of_row, n_splits))
}

/// Refuses more folds than the largest class has rows.
pub(super) fn check_largest(n_splits: usize, counts: impl Iterator<Item = usize>) -> Result<()> {
    let largest = counts.max().unwrap_or(0);
    if n_splits > largest {
        let allowed = format!("at most the number of rows of the largest class ({largest})");
        return Err(Error::invalid_parameter("n_splits", n_splits, allowed));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::tests::{assert_partition, test_sizes};
    use proptest::prelude::*;

    #[test]
    fn bad_numbers_of_folds_are_refused() {
        let y = ["a", "a", "b", "c", "a"];
        for n_splits in [0, 1, 4, 6] {
            let error = StratifiedKFold::new(n_splits).split(&y).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "n_splits", .. }), "{error}");
        }
        assert_eq!(StratifiedKFold::new(3).split(&y).map(|folds| folds.len()), Ok(3)); // as few as scikit-learn
        let none: Vec<&str> = Vec::new();
        assert_eq!(StratifiedKFold::default().split(&none), Err(Error::Empty { what: "y", axis: "rows" }));
    }

    #[test]
    fn weights_do_not_move_the_borders() -> Result<()> {
        use crate::data::Weights;
        let y = ["a", "b", "a", "b"];
        let weighted = y.weighted(&[9.0, 0.0, 1.0, 1.0])?;
        assert_eq!(StratifiedKFold::new(2).split(&weighted)?, StratifiedKFold::new(2).split(&y)?);
        Ok(())
    }

    #[test]
    fn shuffled_folds_are_stable() -> Result<()> {
        let folds = StratifiedKFold::new(3).shuffle(true).seed(42).split(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 1])?;
        let tests: Vec<_> = folds.into_iter().map(|fold| fold.test).collect();
        assert_eq!(tests, [vec![1, 3, 7, 9], vec![0, 2, 6], vec![4, 5, 8]]);
        Ok(())
    }

    proptest! {
        #[test]
        fn every_fold_has_the_classes_of_the_whole(
            y in prop::collection::vec(0u8..4, 2..80), splits in 2usize..12, shuffle: bool, seed: u64,
        ) {
            let count = |rows: &[usize], class| rows.iter().filter(|&&row| y[row] == class).count();
            let all: Vec<usize> = (0..y.len()).collect();
            prop_assume!((0..4).any(|class| count(&all, class) >= splits));
            let folds = StratifiedKFold::new(splits).shuffle(shuffle).seed(seed).split(&y).unwrap();
            assert_partition(&folds, y.len());
            let spread = |counts: Vec<usize>| counts.iter().max().unwrap() - counts.iter().min().unwrap();
            prop_assert!(spread(test_sizes(&folds)) <= 1);
            for class in 0..4 {
                prop_assert!(spread(folds.iter().map(|fold| count(&fold.test, class)).collect()) <= 1);
            }
        }
    }
}
