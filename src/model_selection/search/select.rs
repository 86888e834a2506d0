//! Which candidate is chosen.

use crate::model_selection::Scores;

/// A candidate that was scored on all folds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Scored<'a, P> {
    /// Its hyper-parameters.
    pub params: &'a P,
    /// Its scores on the test parts, with the sign turned round where the scorer prefers small ones: larger is better.
    pub scores: Scores,
}

/// A rule that chooses a candidate by the scores of all. Closures are rules:
///
/// ```
/// use certifit::model_selection::Scored;
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// // The candidate whose worst fold is the best.
/// let worst = |candidate: &Scored<'_, f64>| candidate.scores.iter().copied().fold(f64::INFINITY, f64::min);
/// let cautious = |candidates: &[Scored<'_, f64>]| {
///     (0..candidates.len()).max_by(|&a, &b| worst(&candidates[a]).total_cmp(&worst(&candidates[b]))).unwrap_or(0)
/// };
/// let search = GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.01, 1.0]).select(cautious);
/// assert_eq!(search.fit(&data.features, &data.target)?.best_params(), &1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Select<P>: Sync {
    /// The position of the chosen one. There is at least one candidate.
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize;
}

impl<P, F: Fn(&[Scored<'_, P>]) -> usize + Sync> Select<P> for F {
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize {
        self(candidates)
    }
}

/// The best mean score; the first of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Best;

impl<P> Select<P> for Best {
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize {
        let mut best = (0, f64::NEG_INFINITY);
        for (place, candidate) in candidates.iter().enumerate() {
            let mean = candidate.scores.mean();
            if mean > best.1 {
                best = (place, mean);
            }
        }
        best.0
    }
}

/// The simplest candidate whose mean score is within one standard error of the best one.
///
/// The standard error is that of the best candidate's mean, s/√K with s² = Σ (score − mean)²/(K − 1) over its K folds; of
/// one fold it is 0. Of several candidates that are equally simple the best one is chosen, and of equally good ones the
/// first.
///
/// | made by | what is simpler |
/// |---|---|
/// | [`new`](Self::new) | what stands earlier in the list of values: a list of C ascends, one of α descends |
/// | [`by`](Self::by) | what has the smaller number |
///
/// Reference: Breiman, Friedman, Olshen and Stone 1984, "Classification and Regression Trees", section 3.4.3; Hastie,
/// Tibshirani and Friedman 2009, "The Elements of Statistical Learning", section 7.10.
///
/// ```
/// use certifit::model_selection::OneStandardError;
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = |&c: &f64| StandardScaler::new().then(LinearSVC::new().c(c));
/// let search = GridSearchCV::new(model, logspace(-4.0, 0.0, 5));
/// let best = search.clone().fit(&data.features, &data.target)?;
/// let simple = search.select(OneStandardError::new()).fit(&data.features, &data.target)?;
/// assert_eq!((best.best_params(), simple.best_params()), (&0.1, &0.01));
/// assert!(best.best_score() - simple.best_score() < 0.01);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OneStandardError<F = ListOrder> {
    complexity: F,
}

/// Values that stand earlier in their list are simpler: [`OneStandardError::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListOrder;

impl OneStandardError {
    /// The order of the list of values is from simple to complex.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<F> OneStandardError<F> {
    /// The smaller this number of the hyper-parameters, the simpler the model: `|&c| c`.
    pub fn by<P>(complexity: F) -> Self
    where
        F: Fn(&P) -> f64 + Sync,
    {
        Self { complexity }
    }
}

impl<P> Select<P> for OneStandardError {
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize {
        simplest(candidates, |place| place as f64)
    }
}

impl<P, F: Fn(&P) -> f64 + Sync> Select<P> for OneStandardError<F> {
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize {
        simplest(candidates, |place| (self.complexity)(candidates[place].params))
    }
}

/// The place with the least complexity of those within one standard error of the best.
fn simplest<P>(candidates: &[Scored<'_, P>], complexity: impl Fn(usize) -> f64) -> usize {
    let best = Best.select(candidates);
    let Some(scores) = candidates.get(best).map(|candidate| &candidate.scores) else { return best };
    let least = scores.mean() - scores.standard_error();
    let mut chosen = (best, complexity(best));
    for (place, candidate) in candidates.iter().enumerate() {
        let (mean, complexity) = (candidate.scores.mean(), complexity(place));
        let is_better = mean > candidates[chosen.0].scores.mean();
        if mean >= least && (complexity < chosen.1 || complexity == chosen.1 && is_better) {
            chosen = (place, complexity);
        }
    }
    chosen.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored<'a, P>(params: &'a [P], scores: &[[f64; 2]]) -> Vec<Scored<'a, P>> {
        params
            .iter()
            .zip(scores)
            .map(|(params, scores)| Scored { params, scores: Scores(scores.to_vec()) })
            .collect()
    }

    #[test]
    fn the_first_of_the_best_is_chosen() {
        let candidates = scored(&[1, 2, 3], &[[0.5, 0.5], [0.6, 0.8], [0.7, 0.7]]);
        assert_eq!(Best.select(&candidates), 1);
    }

    #[test]
    fn within_one_standard_error_the_simplest_is_chosen() {
        // The best mean is 0.8 with a standard error of 0.1.
        let scores = [[0.6, 0.6], [0.7, 0.72], [0.75, 0.75], [0.7, 0.9], [0.72, 0.7]];
        let params = [1.0, 5.0, 3.0, 9.0, 3.0];
        let candidates = scored(&params, &scores);
        assert_eq!(OneStandardError::new().select(&candidates), 1);
        assert_eq!(OneStandardError::by(|&p: &f64| p).select(&candidates), 2); // the better one of two with 3
        assert_eq!(OneStandardError::by(|&p: &f64| -p).select(&candidates), 3);
        // Without a spread only the best are left.
        let certain = scored(&params, &[[0.7, 0.7], [0.8, 0.8], [0.75, 0.75], [0.8, 0.8], [0.1, 0.1]]);
        assert_eq!(OneStandardError::new().select(&certain), 1);
        assert_eq!(OneStandardError::by(|_: &f64| f64::NAN).select(&certain), 1);
    }
}
