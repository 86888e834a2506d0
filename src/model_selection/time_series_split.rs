//! The past to learn from, the future to judge on.

use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::{Error, Result};

/// Folds in the order of time: each tests the rows after those that it trains on, and trains on what the folds
/// before it tested.
///
/// The rows are in the order of time. The last `n_splits` · `test_size` rows are the test parts, one after the other.
/// A fold trains on the rows before its test part, without the last `gap` of them and only on the last
/// `max_train_size` of what remains.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_splits` | 5 | 2 or more, and below the number n of rows |
/// | `max_train_size` | all rows | 1 or more |
/// | `test_size` | ⌊n / (`n_splits` + 1)⌋ | 1 or more; a row must be left to train on: n > `gap` + `n_splits` · `test_size` |
/// | `gap` | 0 | rows between train and test part that are left out |
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`] for parameters out of their range and
/// [`Error::Empty`] for no rows.
///
/// # Reference
/// scikit-learn's `TimeSeriesSplit`.
///
/// ```
/// use certifit::model_selection::{Fold, Splitter, TimeSeriesSplit};
/// let folds = TimeSeriesSplit::new(2).gap(1).split(&[0.0; 8])?;
/// assert_eq!(folds[0], Fold { train: vec![0, 1, 2], test: vec![4, 5] });
/// assert_eq!(folds[1], Fold { train: vec![0, 1, 2, 3, 4], test: vec![6, 7] });
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSeriesSplit {
    n_splits: usize,
    max_train_size: Option<usize>,
    test_size: Option<usize>,
    gap: usize,
}

impl TimeSeriesSplit {
    /// `n_splits` folds.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, max_train_size: None, test_size: None, gap: 0 }
    }

    /// The largest number of rows that a fold trains on.
    pub fn max_train_size(mut self, max_train_size: usize) -> Self {
        self.max_train_size = Some(max_train_size);
        self
    }

    /// The number of rows that a fold tests.
    pub fn test_size(mut self, test_size: usize) -> Self {
        self.test_size = Some(test_size);
        self
    }

    /// The number of rows that are left out before each test part.
    pub fn gap(mut self, gap: usize) -> Self {
        self.gap = gap;
        self
    }

    /// The number of rows of a test part and the first row of the first one.
    fn checked(&self, n: usize) -> Result<(usize, usize)> {
        if n == 0 {
            return Err(Error::Empty { what: "y", axis: "rows" });
        }
        if self.n_splits < 2 || self.n_splits >= n {
            let allowed = format!("at least 2 and below the number of rows ({n})");
            return Err(Error::invalid_parameter("n_splits", self.n_splits, allowed));
        }
        for (name, size) in [("max_train_size", self.max_train_size), ("test_size", self.test_size)] {
            if size == Some(0) {
                return Err(Error::invalid_parameter(name, 0, "at least 1"));
            }
        }
        let test_size = self.test_size.unwrap_or(n / (self.n_splits + 1));
        let first = test_size.checked_mul(self.n_splits).and_then(|tested| n.checked_sub(tested));
        match first {
            Some(first) if first > self.gap => Ok((test_size, first)),
            _ => {
                let gap = self.gap;
                let allowed = format!(
                    "few enough that {n} rows have a row to train on before {test_size} rows a test part and a gap of {gap}"
                );
                Err(Error::invalid_parameter("n_splits", self.n_splits, allowed))
            }
        }
    }
}

impl Default for TimeSeriesSplit {
    fn default() -> Self {
        Self::new(5)
    }
}

impl<Y: Rows + ?Sized> Splitter<Y> for TimeSeriesSplit {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        let n = y.n_rows();
        let (test_size, first) = self.checked(n)?;
        let fold = |start: usize| {
            let end = start - self.gap; // above 0: the first start is above the gap
            let begin = self.max_train_size.map_or(0, |most| end.saturating_sub(most));
            Fold { train: (begin..end).collect(), test: (start..start + test_size).collect() }
        };
        Ok((first..n).step_by(test_size).map(fold).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_parameters_are_refused() {
        let refused = |splitter: TimeSeriesSplit| match splitter.split(&[0; 10]) {
            Err(Error::InvalidParameter { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(TimeSeriesSplit::new(1)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(10)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(usize::MAX)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(2).gap(4)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(2).gap(usize::MAX)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(2).test_size(5)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(2).test_size(usize::MAX)), "n_splits");
        assert_eq!(refused(TimeSeriesSplit::new(2).test_size(0)), "test_size");
        assert_eq!(refused(TimeSeriesSplit::new(2).max_train_size(0)), "max_train_size");
        let none: [i32; 0] = [];
        assert_eq!(TimeSeriesSplit::new(2).split(&none), Err(Error::Empty { what: "y", axis: "rows" }));
    }

    proptest! {
        #[test]
        fn the_past_comes_before_the_future(
            n in 3usize..80, splits in 2usize..8, gap in 0usize..6, most in prop::option::of(1usize..20),
        ) {
            let splitter = TimeSeriesSplit { max_train_size: most, ..TimeSeriesSplit::new(splits).gap(gap) };
            let Ok(folds) = splitter.split(&vec![0; n]) else {
                prop_assert!(splits >= n || n - splits * (n / (splits + 1)) <= gap);
                return Ok(());
            };
            prop_assert_eq!(folds.len(), splits);
            prop_assert_eq!(folds[splits - 1].test.last(), Some(&(n - 1)));
            for fold in folds {
                prop_assert_eq!(fold.train.last().unwrap() + gap + 1, fold.test[0]);
                prop_assert!(fold.train.len() <= most.unwrap_or(n));
                prop_assert_eq!(fold.test.len(), n / (splits + 1));
            }
        }
    }
}
