//! One score a fold.

use std::fmt;
use std::ops::Deref;

/// One score a fold, in the order of the folds; there is at least one.
///
/// A slice of `f64`, so that `iter()`, `len()` and indices work. It prints as
/// [`summary`](Scores::summary), with as many digits as the format says (`{:.5}`).
///
/// ```
/// use certifit::prelude::*;
/// let (data, model) = (datasets::iris(), StandardScaler::new().then(LinearSVC::new()));
/// let scores = cross_val_score(&model, &data.features, &data.target, &StratifiedKFold::new(3), &Accuracy)?;
/// assert_eq!(scores.len(), 3);
/// assert_eq!(scores.mean(), scores.iter().sum::<f64>() / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scores(pub(super) Vec<f64>);

impl Scores {
    /// The scores.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// Their mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// Their standard deviation √(Σ (score − mean)²/K), as of a population of K folds (numpy's default).
    pub fn std(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.0.iter().map(|score| (score - mean) * (score - mean)).sum();
        (squares / self.0.len() as f64).sqrt()
    }

    /// The standard error of their mean, √(Σ (score − mean)²/(K (K − 1))); 0 for one fold.
    pub fn standard_error(&self) -> f64 {
        match self.0.len() {
            0 | 1 => 0.0,
            n => self.std() / ((n - 1) as f64).sqrt(),
        }
    }

    /// All scores, times a number.
    pub(super) fn times(mut self, factor: f64) -> Self {
        self.0.iter_mut().for_each(|score| *score *= factor);
        self
    }

    /// Mean, standard deviation and number of folds, as in `0.974 ± 0.012 (5 folds)`.
    pub fn summary(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(3);
        let folds = if self.0.len() == 1 { "fold" } else { "folds" };
        write!(f, "{:.digits$} ± {:.digits$} ({} {folds})", self.mean(), self.std(), self.0.len())
    }
}

impl Deref for Scores {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl IntoIterator for Scores {
    type Item = f64;
    type IntoIter = std::vec::IntoIter<f64>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Scores {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Scores;

    #[test]
    fn scores_are_summed_up() {
        let scores = Scores(vec![
            0.9333333333333333,
            0.9666666666666667,
            0.9333333333333333,
            0.8666666666666667,
            0.9666666666666667,
        ]);
        approx::assert_relative_eq!(scores.mean(), 0.9333333333333332, max_relative = 1e-15);
        approx::assert_relative_eq!(scores.std(), 0.036514837167011066, max_relative = 1e-14);
        approx::assert_relative_eq!(scores.standard_error(), 0.018257418583505533, max_relative = 1e-14);
        assert_eq!(Scores(vec![1.0]).standard_error(), 0.0);
        assert_eq!(scores.summary(), "0.933 ± 0.037 (5 folds)");
        assert_eq!(format!("{scores:.1}"), "0.9 ± 0.0 (5 folds)");
        assert_eq!(Scores(vec![1.0]).to_string(), "1.000 ± 0.000 (1 fold)");
    }
}
