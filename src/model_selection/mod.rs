//! Judging a model on rows that it has not seen.
//!
//! | what | how the rows are divided | scikit-learn |
//! |---|---|---|
//! | [`train_test_split`], [`TestSize`] | once, at random or in order, by class if asked for | `train_test_split` |
//! | [`KFold`] | every row is tested once | `KFold` |
//! | [`StratifiedKFold`] | every row is tested once, each fold has the classes of the whole | `StratifiedKFold` |
//! | [`RepeatedKFold`], [`RepeatedStratifiedKFold`] | the same, shuffled again and again | the same names |
//! | [`ShuffleSplit`] | at random, as often as wanted | `ShuffleSplit` |
//! | [`StratifiedShuffleSplit`] | at random by class, as often as wanted | `StratifiedShuffleSplit` |
//! | [`GroupKFold`] | every row is tested once, no group is on both sides | `GroupKFold` |
//! | [`StratifiedGroupKFold`] | the same, and each fold has about the classes of the whole | `StratifiedGroupKFold` |
//! | [`LeaveOneOut`], [`LeaveOneGroupOut`] | one row, or one group, is tested at a time | the same names |
//! | [`TimeSeriesSplit`] | the past to train on, the future to test | `TimeSeriesSplit` |
//! | [`PredefinedSplit`] | as a list of one number a row says | `PredefinedSplit` |
//! | `Vec<`[`Fold`]`>` | as its maker says | an iterable as `cv` |
//!
//! [`cross_val_score`] fits and scores an estimator on the folds of any of them; [`cross_validate`] does so by several
//! scorers and keeps what is asked for; [`cross_val_predict`] predicts each row by a model that has not seen it;
//! [`learning_curve`] and [`validation_curve`] show whether a model under- or overfits, and say so in words. To add a way
//! of dividing, implement [`Splitter`]: cross-validation checks the indices that it gives.
//!
//! Searches for hyper-parameters are estimators, which fit to their best model:
//!
//! | search | what is tried | scikit-learn |
//! |---|---|---|
//! | [`GridSearchCV`] | all values of a list: a [`product`], a [`logspace`] | `GridSearchCV` |
//! | [`RandomizedSearchCV`] | what a closure draws, with [`LogUniform`] or a distribution of [`rand_distr`] | `RandomizedSearchCV` |
//! | [`HalvingGridSearchCV`], [`HalvingRandomSearchCV`] | the same on few rows, and the best on ever more | the same names |
//!
//! Groups travel with the target, as weights do: [`y.grouped(&groups)?`](crate::data::Targets::grouped) is a target that
//! group splitters take, and it keeps its groups in folds inside of folds.
//!
//! Splits count rows: the weights of a weighted target travel with its rows and do not move the borders.

mod builders;
mod cross_val_predict;
mod cross_val_score;
mod cross_validate;
mod curve;
mod folds;
mod group_k_fold;
mod held_out;
mod k_fold;
mod learning_curve;
mod leave_one_group_out;
mod leave_one_out;
mod predefined_split;
mod repeated_k_fold;
mod repeated_stratified_k_fold;
mod scores;
mod search;
mod shuffle_split;
mod splitter;
mod strata;
mod stratified_group_k_fold;
mod stratified_k_fold;
mod stratified_shuffle_split;
mod test_size;
mod time_series_split;
mod train_test_split;
mod trial;
mod validation_curve;

pub use cross_val_predict::{Stack, cross_val_predict};
pub use cross_val_score::cross_val_score;
pub use cross_validate::{
    CrossValidate, CrossValidation, ErrorScore, FoldResult, NamedScorers, cross_validate,
};
pub use curve::CurvePoint;
pub(crate) use folds::{check_score, checked_folds, fitted_to_train, on_each_fold, taken};
pub use group_k_fold::GroupKFold;
pub(crate) use held_out::held_out;
pub use k_fold::KFold;
pub use learning_curve::{Diagnosis, LearningCurve, TrainSizes, Verdict, learning_curve};
pub use leave_one_group_out::LeaveOneGroupOut;
pub use leave_one_out::LeaveOneOut;
pub use predefined_split::PredefinedSplit;
pub use repeated_k_fold::RepeatedKFold;
pub use repeated_stratified_k_fold::RepeatedStratifiedKFold;
pub use scores::Scores;
#[cfg(feature = "progress")]
#[cfg_attr(docsrs, doc(cfg(feature = "progress")))]
pub use search::SearchBar;
pub use search::{
    AnyRows, AtOnce, Best, ByClass, Candidate, Candidates, Draws, FittedSearch, Grid, GridSearchCV, Halving,
    HalvingGridSearchCV, HalvingRandomSearchCV, ListOrder, LogUniform, MinResources, OneStandardError,
    PathOrder, PathPlace, RandomizedSearchCV, Round, Schedule, Scored, Search, SearchResults, Select,
    Subsample, geomspace, linspace, logspace, product, rand_distr, sample,
};
pub use shuffle_split::ShuffleSplit;
pub use splitter::{Fold, Splitter};
pub use stratified_group_k_fold::StratifiedGroupKFold;
pub use stratified_k_fold::StratifiedKFold;
pub use stratified_shuffle_split::StratifiedShuffleSplit;
pub use test_size::TestSize;
pub use time_series_split::TimeSeriesSplit;
pub use train_test_split::{RowAligned, train_test_split};
pub use validation_curve::{Tendency, ValidationCurve, validation_curve};

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
