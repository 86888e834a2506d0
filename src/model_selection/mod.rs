//! Judging a model on rows that it has not seen.
//!
//! | what | how the rows are divided | scikit-learn |
//! |---|---|---|
//! | [`train_test_split`], [`TestSize`] | once, at random or in order, by class if asked for | `train_test_split` |
//! | [`KFold`] | every row is tested once | `KFold` |
//! | [`StratifiedKFold`] | every row is tested once, each fold has the classes of the whole | `StratifiedKFold` |
//! | [`ShuffleSplit`] | at random, as often as wanted | `ShuffleSplit` |
//! | [`StratifiedShuffleSplit`] | at random by class, as often as wanted | `StratifiedShuffleSplit` |
//! | `Vec<`[`Fold`]`>` | as its maker says | an iterable as `cv` |
//!
//! [`cross_val_score`] fits and scores an estimator on the folds of any of them. To add a way of dividing,
//! implement [`Splitter`]: cross-validation checks the indices that it gives.
//!
//! Splits count rows: the weights of a weighted target travel with its rows and do not move the borders.

mod cross_validation;
mod k_fold;
mod shuffle_split;
mod splitter;
mod strata;
mod stratified_k_fold;
mod stratified_shuffle_split;
mod test_size;
mod train_test_split;

pub use cross_validation::{Scores, cross_val_score};
pub use k_fold::KFold;
pub use shuffle_split::ShuffleSplit;
pub use splitter::{Fold, Splitter};
pub use stratified_k_fold::StratifiedKFold;
pub use stratified_shuffle_split::StratifiedShuffleSplit;
pub use test_size::TestSize;
pub use train_test_split::{RowAligned, train_test_split};

#[cfg(test)]
mod tests {
    use super::Fold;

    /// Each row is tested in one fold and trained on in the others; the indices ascend.
    #[track_caller]
    pub(super) fn assert_partition(folds: &[Fold], n_rows: usize) {
        let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
        tested.sort_unstable();
        assert!(tested.into_iter().eq(0..n_rows));
        for fold in folds {
            assert!(fold.train.is_sorted() && fold.test.is_sorted());
            let rest = (0..n_rows).filter(|row| !fold.test.contains(row));
            assert!(fold.train.iter().copied().eq(rest));
        }
    }

    pub(super) fn test_sizes(folds: &[Fold]) -> Vec<usize> {
        folds.iter().map(|fold| fold.test.len()).collect()
    }
}
