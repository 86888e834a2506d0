//! A network of numbers that learns from batches.

use super::MLPRegressor;
use super::fit::Task;
use super::online::Online;
use super::output::Separate;
use super::regressor::FittedMLPRegressor;
use crate::data::{Features, Missing, Targets, check_features, check_targets, check_width, finite_targets};
use crate::error::Result;
use crate::loss::Loss;
use crate::scalar::Scalar;
use std::sync::Arc;
use std::time::Instant;

/// A network in the making: [`MLPRegressor`] with batches of rows that come one after the other.
///
/// Made by [`MLPRegressor::online`]; the counterpart of [`OnlineMLPClassifier`](super::OnlineMLPClassifier).
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::make_regression(1000, 3).seed(2).generate()?;
/// let y = &data.target / 100.0;
/// let mut online = MLPRegressor::new().learning_rate(schedule::Constant { eta0: 0.01 }).batch_size(20).online()?;
/// for batch in 0..10 {
///     let rows: Vec<usize> = (batch * 100..(batch + 1) * 100).collect();
///     online.partial_fit(&data.features.take(&rows), &y.take(&rows))?;
/// }
/// assert_eq!(online.n_steps(), 50);
/// assert!(r2_score(&y, &online.model()?.predict(&data.features)?)? > 0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OnlineMLPRegressor<F> {
    online: Online<F>,
    loss: Arc<dyn Loss>,
}

impl<F: Scalar> OnlineMLPRegressor<F> {
    pub(super) fn new(estimator: &MLPRegressor) -> Result<Self> {
        estimator.loss.check()?;
        Ok(Self { online: Online::new(&estimator.settings)?, loss: estimator.loss.clone() })
    }

    /// One pass over a batch of rows: the mean objective that they saw.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another width than that of the first batch,
    /// [`Error::Diverged`](crate::Error::Diverged), and those of `fit` for the data. Nothing is learnt then.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<f64>
    where
        X: Features<Elem = F>,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        if let Some(n_features) = self.online.n_features() {
            check_width(x, n_features)?;
        }
        check_features(x, Missing::Refused)?;
        check_targets(x, y)?;
        let targets = finite_targets(y)?;
        targets.iter().try_for_each(|&y| self.loss.check_target(y))?;
        let loss = Separate(self.loss.clone());
        self.online.pass(&Task {
            inputs: x,
            n_features: x.n_features(),
            n_outputs: 1,
            loss: &loss,
            targets,
            weights: (0..y.n_rows()).map(|row| y.weight(row)).collect(),
            held_out: Vec::new(),
            score: &|_, _| Ok(0.0),
            began: Instant::now(),
        })
    }

    /// Steps taken.
    pub fn n_steps(&self) -> usize {
        self.online.n_steps()
    }

    /// What has been learnt so far. The loss curve of its report has a value a batch of rows.
    ///
    /// # Errors
    /// [`Error::Empty`](crate::Error::Empty) before the first batch.
    pub fn model(&self) -> Result<FittedMLPRegressor<F>> {
        let (network, report) = self.online.told()?;
        Ok(FittedMLPRegressor::of(network, Some(report)))
    }
}
