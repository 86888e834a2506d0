//! Which candidate is chosen.

use crate::error::{Error, Result};
use crate::model_selection::Scores;

/// A candidate that was scored on all folds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Scored<'a, P> {
    /// Its hyper-parameters.
    pub params: &'a P,
    /// Its scores on the test parts, with the sign turned round where the scorer prefers small ones: larger is better.
    pub scores: Scores,
    /// Where it stands among those that differ from it in their strength of regularisation alone.
    pub place: PathPlace,
}

/// Where a candidate stands on its path: among the candidates of which
/// [`Estimator::path_order`](crate::Estimator::path_order) tells the order, from the strongest regularisation, and so the
/// simplest model, to the weakest.
///
/// ```
/// use certifit::model_selection::Scored;
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let simplest =
///     |all: &[Scored<'_, f64>]| all.iter().position(|candidate| candidate.place.position == 0).unwrap_or(0);
/// let search = GridSearchCV::new(|&alpha: &f64| Ridge::new().alpha(alpha), [0.1, 1.0, 10.0])
///     .cv(KFold::new(3))
///     .scoring(R2)
///     .select(simplest);
/// assert_eq!(search.fit(&data.features, &data.target)?.best_params(), &10.0); // a large α is simple
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PathPlace {
    /// Which path, from 0.
    pub path: usize,
    /// 0 for the simplest models of the path; equal ones have the same position.
    pub position: usize,
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

    /// Refuses candidates among which the rule cannot choose, before any of them is fitted.
    ///
    /// # Errors
    /// Each rule documents its own; by default there are none.
    fn check(&self, places: &[PathPlace]) -> Result<()> {
        let _ = places;
        Ok(())
    }
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
/// | [`new`](Self::new) | what is regularised more: the smaller C, the larger α, in any order of the list. Candidates that differ in more than their strength from the best one are not compared with it |
/// | [`by`](Self::by) | what has the smaller number |
/// | [`in_list_order`](Self::in_list_order) | what stands earlier in the list of values |
///
/// # Errors
/// [`Error::Unsupported`] for a rule of [`new`](Self::new) and several candidates of which no two differ in their strength
/// of regularisation alone, before anything is fitted: [`Estimator::path_order`](crate::Estimator::path_order) does not
/// tell which is simpler. It does for linear models with a solver, also at the end of a pipeline.
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
pub struct OneStandardError<F = PathOrder> {
    complexity: F,
}

/// What is regularised more is simpler: [`OneStandardError::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathOrder;

/// Values that stand earlier in their list are simpler: [`OneStandardError::in_list_order`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListOrder;

impl OneStandardError {
    /// What is regularised more is simpler.
    pub fn new() -> Self {
        Self::default()
    }
}

impl OneStandardError<ListOrder> {
    /// The order of the list of values is from simple to complex.
    pub fn in_list_order() -> Self {
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
        let path_of = |index: usize| candidates.get(index).map(|candidate| candidate.place.path);
        let path = path_of(Best.select(candidates));
        simplest(candidates, |index| match candidates.get(index) {
            Some(candidate) if Some(candidate.place.path) == path => candidate.place.position as f64,
            _ => f64::INFINITY,
        })
    }

    fn check(&self, places: &[PathPlace]) -> Result<()> {
        let mut paths: Vec<usize> = places.iter().map(|place| place.path).collect();
        paths.sort_unstable();
        if paths.len() < 2 || paths.windows(2).any(|two| two[0] == two[1]) {
            return Ok(());
        }
        Err(Error::Unsupported {
            what: "`OneStandardError::new()` for estimators that do not tell which of them is simpler",
            reason: "say it with `OneStandardError::by` or `OneStandardError::in_list_order`",
        })
    }
}

impl<P> Select<P> for OneStandardError<ListOrder> {
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize {
        simplest(candidates, |index| index as f64)
    }
}

impl<P, F: Fn(&P) -> f64 + Sync> Select<P> for OneStandardError<F> {
    fn select(&self, candidates: &[Scored<'_, P>]) -> usize {
        simplest(candidates, |index| (self.complexity)(candidates[index].params))
    }
}

/// The candidate with the least complexity of those within one standard error of the best.
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
            .enumerate()
            .map(|(position, (params, scores))| {
                let place = PathPlace { path: 0, position };
                Scored { params, scores: Scores(scores.to_vec()), place }
            })
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
        assert_eq!(OneStandardError::in_list_order().select(&candidates), 1);
        assert_eq!(OneStandardError::by(|&p: &f64| p).select(&candidates), 2); // the better one of two with 3
        assert_eq!(OneStandardError::by(|&p: &f64| -p).select(&candidates), 3);
        // Without a spread only the best are left.
        let certain = scored(&params, &[[0.7, 0.7], [0.8, 0.8], [0.75, 0.75], [0.8, 0.8], [0.1, 0.1]]);
        assert_eq!(OneStandardError::in_list_order().select(&certain), 1);
        assert_eq!(OneStandardError::by(|_: &f64| f64::NAN).select(&certain), 1);
    }

    #[test]
    fn a_path_tells_what_is_simpler() {
        // The best mean is 0.8 with a standard error of 0.1; all but the first are within it.
        let scores = [[0.6, 0.6], [0.7, 0.72], [0.75, 0.75], [0.7, 0.9], [0.72, 0.7]];
        let mut candidates = scored(&[1, 2, 3, 4, 5], &scores);
        let mut placed = |places: [(usize, usize); 5]| {
            for (candidate, (path, position)) in candidates.iter_mut().zip(places) {
                candidate.place = PathPlace { path, position };
            }
            let places: Vec<PathPlace> = candidates.iter().map(|candidate| candidate.place).collect();
            assert_eq!(Select::<i32>::check(&OneStandardError::new(), &places), Ok(()));
            OneStandardError::new().select(&candidates)
        };
        assert_eq!(placed([(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)]), 1);
        assert_eq!(placed([(0, 4), (0, 3), (0, 2), (0, 1), (0, 0)]), 4);
        // Those on another path than the best are not compared with it.
        assert_eq!(placed([(0, 0), (0, 1), (1, 0), (1, 1), (0, 0)]), 2);
        assert_eq!(placed([(0, 0), (0, 1), (0, 2), (1, 0), (0, 3)]), 3);
        // Of equal ones the better one.
        assert_eq!(placed([(0, 0), (0, 1), (0, 1), (0, 2), (0, 1)]), 2);
    }

    #[test]
    fn without_a_path_nothing_is_guessed() {
        let places = [0, 1, 2].map(|path| PathPlace { path, position: 0 });
        let check = |places: &[PathPlace]| Select::<i32>::check(&OneStandardError::new(), places);
        assert!(matches!(check(&places), Err(Error::Unsupported { .. })));
        assert_eq!(check(&places[..1]), Ok(()));
        assert_eq!(Select::<i32>::check(&OneStandardError::in_list_order(), &places), Ok(()));
        assert_eq!(Select::<i32>::check(&Best, &places), Ok(()));
    }
}
