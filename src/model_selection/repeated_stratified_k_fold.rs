//! K folds that have the classes of the whole, shuffled again and again.

use super::builders::repeated_folds;
use super::repeated_k_fold::repeated;
use super::splitter::{Fold, Splitter};
use super::stratified_k_fold::stratified_k_folds;
use crate::data::{Classes, Label, Targets};
use crate::error::Result;

/// [`StratifiedKFold`](super::StratifiedKFold) with shuffling, `n_repeats` times, each time with another shuffle.
///
/// The first `n_splits` folds are those of `StratifiedKFold` with the same seed; the others go on in its stream of
/// random numbers.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 to the number of rows of the largest class |
/// | `n_repeats` | 10 | at least 1 |
/// | `seed` | 0 | any |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`](crate::Error::InvalidParameter) for `n_splits` and
/// `n_repeats` out of their range and [`Error::Empty`](crate::Error::Empty) for no rows.
///
/// # Reference
/// scikit-learn's `RepeatedStratifiedKFold`; the random numbers are others.
///
/// ```
/// use certifit::model_selection::{RepeatedStratifiedKFold, Splitter};
/// let y = ["a", "a", "a", "a", "b", "b"];
/// let folds = RepeatedStratifiedKFold::new(2).n_repeats(3).split(&y)?;
/// assert_eq!(folds.len(), 6);
/// assert!(folds.iter().all(|fold| fold.test.iter().filter(|&&row| y[row] == "b").count() == 1));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedStratifiedKFold {
    n_splits: usize,
    n_repeats: usize,
    seed: u64,
}

repeated_folds!(RepeatedStratifiedKFold);

#[diagnostic::do_not_recommend]
impl<Y: Targets + ?Sized> Splitter<Y> for RepeatedStratifiedKFold
where
    Y::Value: Label,
{
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        let classes = Classes::of(y);
        repeated(self.n_repeats, self.seed, |random| {
            stratified_k_folds(classes.indices(), self.n_splits, Some(random))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::model_selection::StratifiedKFold;
    use crate::model_selection::tests::assert_partition;

    #[test]
    fn each_repetition_is_another_partition() -> Result<()> {
        let y = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0];
        let folds = RepeatedStratifiedKFold::new(3).n_repeats(2).seed(8).split(&y)?;
        folds.chunks(3).for_each(|folds| assert_partition(folds, 11));
        assert_eq!(folds[..3], StratifiedKFold::new(3).shuffle(true).seed(8).split(&y)?);
        assert!(folds[..3] != folds[3..]);
        let none = RepeatedStratifiedKFold::new(3).n_repeats(0).split(&y);
        assert!(matches!(none, Err(Error::InvalidParameter { name: "n_repeats", .. })));
        Ok(())
    }
}
