//! K folds that keep groups together and have the classes of the whole, as far as both go together.

use super::builders::shuffled_folds;
use super::group_k_fold::{check_n_groups, groups_of};
use super::splitter::{Fold, Splitter, check_n_splits, complementary_folds};
use super::stratified_k_fold::check_largest;
use crate::data::{Classes, Groups, Label, Targets};
use crate::error::Result;
use crate::random::Random;

/// K folds of which each is the test part once, in which no group is both trained on and tested, and whose classes
/// are about those of the whole.
///
/// Groups are dealt one by one, those with the most unequal classes first, each to the fold where it makes the shares
/// of the classes most alike: the mean over the classes c of the standard deviation over the folds k of n_kc / n_c,
/// with n_kc the rows of class c in fold k. Where two folds are as good, the one with fewer rows gets it. The indices
/// of each part ascend. A fold may stay empty where groups are few and unequal; cross-validation refuses that.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 to the number of groups and to the number of rows of the largest class |
/// | `shuffle` | `false` | whether groups with equally unequal classes are dealt in a random order |
/// | `seed` | 0 | any; read only if `shuffle` |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `n_splits` out of
/// its range and [`Error::Empty`](crate::Error::Empty) for a target without rows. A target without groups or of floats
/// does not compile. Takes O(n + groups · K² · classes).
///
/// # Reference
/// scikit-learn's `StratifiedGroupKFold`; without shuffling the folds are the same.
///
/// ```
/// use certifit::prelude::*;
/// let (y, patients) = (["ill", "ill", "well", "well", "ill", "well"], [1, 1, 2, 2, 3, 4]);
/// let folds = StratifiedGroupKFold::new(2).split(&y.grouped(&patients)?)?;
/// for fold in folds {
///     assert!(fold.test.iter().any(|&row| y[row] == "ill") && fold.test.iter().any(|&row| y[row] == "well"));
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratifiedGroupKFold {
    n_splits: usize,
    shuffle: bool,
    seed: u64,
}

shuffled_folds!(
    StratifiedGroupKFold,
    /// Whether groups are dealt in a random order where their classes are equally unequal.
);

#[diagnostic::do_not_recommend]
impl<Y: Targets + Groups + ?Sized> Splitter<Y> for StratifiedGroupKFold
where
    Y::Value: Label,
{
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        check_n_splits(self.n_splits, y.n_rows())?;
        let (classes, groups) = (Classes::of(y), groups_of(y));
        let (n_classes, n_groups) = (classes.labels().len(), groups.labels().len());
        let mut class_counts = vec![0.0; n_classes];
        let mut group_counts = vec![vec![0.0; n_classes]; n_groups];
        for (&class, &group) in classes.indices().iter().zip(groups.indices()) {
            class_counts[class] += 1.0;
            group_counts[group][class] += 1.0;
        }
        check_largest(self.n_splits, class_counts.iter().map(|&count| count as usize))?;
        check_n_groups(self.n_splits, n_groups)?;

        let mut order: Vec<usize> = (0..n_groups).collect();
        if self.shuffle {
            Random::new(self.seed).shuffle(&mut order);
        }
        let spread: Vec<f64> = group_counts.iter().map(|counts| std(counts.iter().copied())).collect();
        order.sort_by(|&a, &b| spread[b].total_cmp(&spread[a])); // stable: ties stay as they are
        let mut deal = Deal { class_counts, fold_counts: vec![vec![0.0; n_classes]; self.n_splits] };
        let mut fold_of_group = vec![0; n_groups];
        for group in order {
            fold_of_group[group] = deal.give(&group_counts[group]);
        }
        let fold_of_row: Vec<usize> = groups.indices().iter().map(|&group| fold_of_group[group]).collect();
        Ok(complementary_folds(&fold_of_row, self.n_splits))
    }
}

/// The rows of each class that the folds have so far.
struct Deal {
    class_counts: Vec<f64>,
    fold_counts: Vec<Vec<f64>>,
}

impl Deal {
    /// Gives a group to the fold where it does best, and says which.
    fn give(&mut self, group: &[f64]) -> usize {
        let (mut best, mut least, mut rows) = (0, f64::INFINITY, f64::INFINITY);
        for fold in 0..self.fold_counts.len() {
            let value = self.unevenness_with(fold, group);
            let rows_of_fold: f64 = self.fold_counts[fold].iter().sum();
            let equal = (value - least).abs() <= 1e-8 + 1e-5 * least.abs(); // numpy's isclose
            if value < least || equal && rows_of_fold < rows {
                (best, least, rows) = (fold, value, rows_of_fold);
            }
        }
        self.fold_counts[best].iter_mut().zip(group).for_each(|(count, more)| *count += more);
        best
    }

    /// How unequal the shares of the classes would be if this fold had this group too.
    fn unevenness_with(&self, fold: usize, group: &[f64]) -> f64 {
        let of_class = |class: usize| {
            let share = |(k, counts): (usize, &Vec<f64>)| {
                let more = if k == fold { group[class] } else { 0.0 };
                (counts[class] + more) / self.class_counts[class]
            };
            std(self.fold_counts.iter().enumerate().map(share))
        };
        let n_classes = self.class_counts.len();
        (0..n_classes).map(of_class).sum::<f64>() / n_classes as f64
    }
}

/// The standard deviation of a population.
fn std(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::model_selection::tests::assert_partition;
    use proptest::prelude::*;

    #[test]
    fn bad_numbers_of_folds_are_refused() -> Result<()> {
        let (y, groups) = (["a", "a", "a", "b", "b", "b"], [1, 1, 2, 2, 3, 3]);
        let y = y.grouped(&groups)?;
        for n_splits in [0, 1, 4, 7] {
            let error = StratifiedGroupKFold::new(n_splits).split(&y).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "n_splits", .. }), "{error}");
        }
        assert_eq!(StratifiedGroupKFold::new(3).split(&y)?.len(), 3);
        Ok(())
    }

    proptest! {
        #[test]
        fn no_group_is_divided(
            rows in prop::collection::vec((0u8..3, 0u8..15), 6..60), splits in 2usize..5, shuffle: bool, seed: u64,
        ) {
            let (y, groups): (Vec<u8>, Vec<u8>) = rows.into_iter().unzip();
            let splitter = StratifiedGroupKFold::new(splits).shuffle(shuffle).seed(seed);
            let Ok(folds) = splitter.split(&y.grouped(&groups).unwrap()) else { return Ok(()) };
            assert_partition(&folds, y.len());
            for fold in &folds {
                prop_assert!(fold.train.iter().all(|&row| fold.test.iter().all(|&test| groups[test] != groups[row])));
            }
        }

        #[test]
        fn groups_of_one_row_are_stratified(y in prop::collection::vec(0u8..2, 12..40)) {
            let count = |rows: &[usize]| rows.iter().filter(|&&row| y[row] == 1).count();
            let total = y.iter().filter(|&&label| label == 1).count();
            prop_assume!(total >= 3 && y.len() - total >= 3);
            let groups: Vec<usize> = (0..y.len()).collect();
            let folds = StratifiedGroupKFold::new(3).split(&y.grouped(&groups).unwrap()).unwrap();
            for fold in folds {
                prop_assert!(count(&fold.test).abs_diff(total / 3) <= 1);
            }
        }
    }
}
