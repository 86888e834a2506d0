//! K folds that keep groups together.

use super::builders::shuffled_folds;
use super::splitter::{Fold, Splitter, check_n_splits, complementary_folds};
use crate::data::{Classes, Groups};
use crate::error::{Error, Result};
use crate::random::Random;
use std::cmp::Reverse;

/// K folds of which each is the test part once, and in which no group is both trained on and tested.
///
/// The largest groups are dealt first, each to the fold with the fewest rows so far, so that the folds have
/// about the same size (of groups of one size the later ones in their order go first). With shuffling, the groups
/// are put in a random order and divided into K pieces with about the same number of groups. The indices of each
/// part ascend.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 to the number of groups |
/// | `shuffle` | `false` | whether groups are put into folds at random |
/// | `seed` | 0 | any; read only if `shuffle` |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`] for `n_splits` out of its range and
/// [`Error::Empty`] for a target without rows. A target without groups does not compile.
///
/// # Reference
/// scikit-learn's `GroupKFold`; without shuffling the folds are the same.
///
/// ```
/// use certifit::prelude::*;
/// let y = [1.0, 2.0, 3.0, 4.0, 5.0];
/// let patients = ["ann", "bob", "ann", "eve", "ann"];
/// let folds = GroupKFold::new(2).split(&y.grouped(&patients)?)?;
/// assert_eq!(folds[0].test, [0, 2, 4]);
/// assert_eq!(folds[1].test, [1, 3]);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// ```compile_fail
/// use certifit::prelude::*;
/// let _ = GroupKFold::new(2).split(&[1.0, 2.0, 3.0]); // which rows belong together?
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupKFold {
    n_splits: usize,
    shuffle: bool,
    seed: u64,
}

shuffled_folds!(
    GroupKFold,
    /// Whether groups are put into folds at random.
);

impl<Y: Groups + ?Sized> Splitter<Y> for GroupKFold {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        check_n_splits(self.n_splits, y.n_rows())?;
        let groups = groups_of(y);
        let n_groups = groups.labels().len();
        check_n_groups(self.n_splits, n_groups)?;
        let fold_of_group = if self.shuffle {
            dealt_at_random(n_groups, self.n_splits, self.seed)
        } else {
            dealt_by_size(&sizes(&groups), self.n_splits)
        };
        let fold_of_row: Vec<usize> = groups.indices().iter().map(|&group| fold_of_group[group]).collect();
        Ok(complementary_folds(&fold_of_row, self.n_splits))
    }
}

/// The distinct groups, and the group of each row as an index into them.
pub(super) fn groups_of<Y: Groups + ?Sized>(y: &Y) -> Classes<Y::Group> {
    let groups: Vec<Y::Group> = (0..y.n_rows()).map(|row| y.group(row).clone()).collect();
    Classes::of(&groups)
}

/// Refuses more folds than groups.
pub(super) fn check_n_groups(n_splits: usize, n_groups: usize) -> Result<()> {
    if n_splits > n_groups {
        let allowed = format!("at most the number of groups ({n_groups})");
        return Err(Error::invalid_parameter("n_splits", n_splits, allowed));
    }
    Ok(())
}

/// The number of rows of each group.
fn sizes<G: crate::data::Label>(groups: &Classes<G>) -> Vec<usize> {
    let mut sizes = vec![0; groups.labels().len()];
    groups.indices().iter().for_each(|&group| sizes[group] += 1);
    sizes
}

/// The fold of each group: the largest first, each to the fold with the fewest rows.
fn dealt_by_size(sizes: &[usize], n_splits: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_unstable_by_key(|&group| Reverse((sizes[group], group)));
    let (mut fold_of_group, mut rows_of_fold) = (vec![0; sizes.len()], vec![0; n_splits]);
    for group in order {
        let lightest = (0..n_splits).min_by_key(|&fold| rows_of_fold[fold]).unwrap_or(0);
        rows_of_fold[lightest] += sizes[group];
        fold_of_group[group] = lightest;
    }
    fold_of_group
}

/// The fold of each group: a random order cut into pieces whose sizes differ by one at most.
fn dealt_at_random(n_groups: usize, n_splits: usize, seed: u64) -> Vec<usize> {
    let mut fold_of_group = vec![0; n_groups];
    let mut order = Random::new(seed).permutation(n_groups).into_iter();
    for fold in 0..n_splits {
        let size = n_groups / n_splits + usize::from(fold < n_groups % n_splits);
        order.by_ref().take(size).for_each(|group| fold_of_group[group] = fold);
    }
    fold_of_group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Targets;
    use crate::model_selection::tests::assert_partition;
    use proptest::prelude::*;

    #[test]
    fn bad_numbers_of_folds_are_refused() -> Result<()> {
        let y = [0; 5];
        let y = y.grouped(&[1, 1, 2, 2, 2])?;
        for n_splits in [0, 1, 3, 6] {
            let error = GroupKFold::new(n_splits).split(&y).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "n_splits", .. }), "{error}");
        }
        let none: [i32; 0] = [];
        let none = none.grouped(&[0; 0])?;
        assert_eq!(GroupKFold::new(2).split(&none), Err(Error::Empty { what: "y", axis: "rows" }));
        Ok(())
    }

    #[test]
    fn shuffled_folds_are_stable() -> Result<()> {
        let y = [0; 6];
        let y = y.grouped(&["a", "b", "c", "d", "a", "b"])?;
        let folds = GroupKFold::new(2).shuffle(true).seed(3).split(&y)?;
        assert_eq!(folds, GroupKFold::new(2).shuffle(true).seed(3).split(&y)?);
        assert_partition(&folds, 6);
        Ok(())
    }

    proptest! {
        #[test]
        fn no_group_is_divided(
            groups in prop::collection::vec(0u8..12, 2..60), splits in 2usize..6, shuffle: bool, seed: u64,
        ) {
            let y = vec![0; groups.len()];
            let distinct: std::collections::BTreeSet<_> = groups.iter().collect();
            prop_assume!(splits <= distinct.len());
            let splitter = GroupKFold::new(splits).shuffle(shuffle).seed(seed);
            let folds = splitter.split(&y.grouped(&groups).unwrap()).unwrap();
            assert_partition(&folds, groups.len());
            for fold in folds {
                prop_assert!(!fold.test.is_empty());
                prop_assert!(fold.train.iter().all(|&row| fold.test.iter().all(|&test| groups[test] != groups[row])));
            }
        }
    }
}
