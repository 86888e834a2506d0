//! K folds, shuffled again and again.

use super::builders::repeated_folds;
use super::k_fold::k_folds;
use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::random::Random;

/// [`KFold`](super::KFold) with shuffling, `n_repeats` times: each time another shuffle, so that the mean of the
/// scores depends less on which rows stand together.
///
/// The first `n_splits` folds are those of `KFold` with the same seed; the others go on in its stream of random
/// numbers.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 to the number of rows |
/// | `n_repeats` | 10 | at least 1 |
/// | `seed` | 0 | any |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`] for `n_splits` and `n_repeats` out of their range
/// and [`Error::Empty`] for no rows.
///
/// # Reference
/// scikit-learn's `RepeatedKFold`; the random numbers are others.
///
/// ```
/// use certifit::model_selection::{KFold, RepeatedKFold, Splitter};
/// let y = [0.5; 7];
/// let folds = RepeatedKFold::new(3).n_repeats(2).seed(1).split(&y)?;
/// assert_eq!(folds.len(), 6);
/// assert_eq!(folds[..3], KFold::new(3).shuffle(true).seed(1).split(&y)?);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedKFold {
    n_splits: usize,
    n_repeats: usize,
    seed: u64,
}

repeated_folds!(RepeatedKFold);

impl<Y: Rows + ?Sized> Splitter<Y> for RepeatedKFold {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        repeated(self.n_repeats, self.seed, |random| k_folds(y.n_rows(), self.n_splits, Some(random)))
    }
}

/// The folds of `n_repeats` draws from one stream of random numbers.
pub(super) fn repeated(
    n_repeats: usize,
    seed: u64,
    mut draw: impl FnMut(&mut Random) -> Result<Vec<Fold>>,
) -> Result<Vec<Fold>> {
    if n_repeats == 0 {
        return Err(Error::invalid_parameter("n_repeats", n_repeats, "at least 1"));
    }
    let mut random = Random::new(seed);
    let mut folds = Vec::new();
    for _ in 0..n_repeats {
        folds.extend(draw(&mut random)?);
    }
    Ok(folds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::tests::assert_partition;

    #[test]
    fn each_repetition_is_another_partition() -> Result<()> {
        let splitter = RepeatedKFold::new(4).n_repeats(3).seed(5);
        let folds = splitter.split(&[0; 11])?;
        assert_eq!(folds, splitter.split(&[1; 11])?);
        let repetitions: Vec<&[Fold]> = folds.chunks(4).collect();
        assert_eq!(repetitions.len(), 3);
        repetitions.iter().for_each(|folds| assert_partition(folds, 11));
        assert!(repetitions[0] != repetitions[1] && repetitions[1] != repetitions[2]);
        Ok(())
    }

    #[test]
    fn bad_numbers_are_refused() {
        let refused = |splitter: RepeatedKFold| match splitter.split(&[0; 4]) {
            Err(Error::InvalidParameter { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(RepeatedKFold::default().n_repeats(0)), "n_repeats");
        assert_eq!(refused(RepeatedKFold::default()), "n_splits"); // five folds of four rows
        assert_eq!(refused(RepeatedKFold::new(1)), "n_splits");
    }
}
