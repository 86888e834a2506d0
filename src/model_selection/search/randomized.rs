//! Values that are drawn at random.

use super::{AtOnce, Draws, Search};
use crate::metric::Accuracy;
use crate::model_selection::{Best, StratifiedKFold};
use ndarray_rand::rand::RngCore;

/// Tries random values by cross-validation, and fits the best one on all rows.
///
/// A closure draws the hyper-parameters of a candidate, all at once, with the distributions of
/// [`rand_distr`](super::rand_distr), with [`LogUniform`](super::LogUniform), or in any other way: they may depend on each
/// other. To try some values of a list, hand [`sample`](super::sample) of it to
/// [`GridSearchCV`](super::GridSearchCV).
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`n_iter`](Search::n_iter) | 10 | how many candidates are drawn, ≥ 1 |
/// | [`seed`](Search::seed) | 0 | the seed of the draws |
///
/// The other parameters, the paths and the errors are those of [`GridSearchCV`](super::GridSearchCV).
///
/// # Reference
/// Bergstra and Bengio 2012, "Random Search for Hyper-Parameter Optimization", JMLR 13; scikit-learn's
/// `RandomizedSearchCV`.
///
/// ```
/// use certifit::model_selection::rand_distr::{Bernoulli, Distribution};
/// use certifit::model_selection::LogUniform;
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let (c, coin) = (LogUniform::new(1e-4, 1e4)?, Bernoulli::new(0.5).unwrap());
/// let search = RandomizedSearchCV::new(
///     |&(c, loss): &(f64, SvcLoss)| StandardScaler::new().then(LinearSVC::new().c(c).loss(loss)),
///     |rng| (c.sample(rng), if coin.sample(rng) { SvcLoss::Hinge } else { SvcLoss::SquaredHinge }),
/// )
/// .n_iter(20)
/// .seed(1);
/// let model = search.fit(&data.features, &data.target)?;
/// assert_eq!(model.results().candidates().len(), 20);
/// assert!(model.best_score() > 0.97);
/// # Ok::<(), certifit::Error>(())
/// ```
pub type RandomizedSearchCV<B, D, C = StratifiedKFold, S = Accuracy, R = Best> =
    Search<B, Draws<D>, AtOnce, C, S, R>;

impl<B, D> RandomizedSearchCV<B, D> {
    /// Builds an estimator from each value that is drawn.
    pub fn new<E, P>(estimator: B, draw: D) -> Self
    where
        B: Fn(&P) -> E,
        D: Fn(&mut dyn RngCore) -> P,
    {
        Self::of(estimator, Draws { draw, n: Some(10), seed: 0 }, AtOnce)
    }
}

impl<B, D, C, S, R> RandomizedSearchCV<B, D, C, S, R> {
    /// How many candidates are drawn.
    #[must_use]
    pub fn n_iter(mut self, n_iter: usize) -> Self {
        self.candidates.n = Some(n_iter);
        self
    }

    /// The seed of the draws.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.candidates.seed = seed;
        self
    }
}
