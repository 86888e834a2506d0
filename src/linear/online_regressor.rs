//! A linear regressor that learns from batches.

use super::regression::coefficients_of;
use super::sgd::{Learnt, batch_order};
use super::sgd_regressor::{loss_targets, model};
use super::{LinearRegressor, SGDRegressor};
use crate::data::{Features, Targets, check_targets, check_width, checked_squared_norms};
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::regularizer::Regularizer;
use crate::scalar::Scalar;
use crate::schedule::LearningRate;
use crate::solver::StopReason;
use crate::solver::sgd::Rows;
use crate::update::UpdateRule;
use std::marker::PhantomData;

/// A regressor in the making: [`SGDRegressor`] with batches of rows that come one after the other.
///
/// Made by [`SGDRegressor::online`] or, to go on from a model, [`SGDRegressor::online_from`]; the counterpart of
/// [`OnlineClassifier`](super::OnlineClassifier), which says what a batch costs.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::make_regression(1000, 3).seed(2).generate()?;
/// let mut online = SGDRegressor::new().online()?;
/// for batch in 0..10 {
///     let rows: Vec<usize> = (batch * 100..(batch + 1) * 100).collect();
///     online.partial_fit(&data.features.take(&rows), &data.target.take(&rows))?;
/// }
/// assert_eq!(online.n_steps(), 1000);
/// assert!(r2_score(&data.target, &online.model()?.predict(&data.features)?)? > 0.98);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OnlineRegressor<F, L, R, S, U: UpdateRule> {
    estimator: SGDRegressor<L, R, S, U>,
    learnt: Option<Learnt<U::Memory>>,
    n_batches: usize,
    n_steps: usize,
    float: PhantomData<F>,
}

impl<L: Loss, R: Regularizer, S: LearningRate, U: UpdateRule> SGDRegressor<L, R, S, U> {
    /// A model that goes on from another one, of whichever estimator, as scikit-learn's `partial_fit` does after a `fit`.
    /// [`SGDClassifier::online_from`](super::SGDClassifier::online_from) says more.
    ///
    /// # Errors
    /// Those of [`online`](Self::online).
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::make_regression(400, 3).seed(2).generate()?;
    /// let rows: Vec<usize> = (0..40).collect();
    /// let fitted = Ridge::new().fit(&data.features.take(&rows), &data.target.take(&rows))?;
    /// let mut online = SGDRegressor::new().online_from(&fitted)?;
    /// online.partial_fit(&data.features, &data.target)?;
    /// assert!(r2_score(&data.target, &online.model()?.predict(&data.features)?)? > 0.99);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn online_from<F: Scalar>(&self, model: &LinearRegressor<F>) -> Result<OnlineRegressor<F, L, R, S, U>>
    where
        Self: Clone,
    {
        let mut online = OnlineRegressor::new(self.clone())?;
        online.learnt = Some(Learnt::begun_at(coefficients_of(model), model.report().primal(), &self.sgd));
        Ok(online)
    }
}

impl<F: Scalar, L: Loss, R: Regularizer, S: LearningRate, U: UpdateRule> OnlineRegressor<F, L, R, S, U> {
    pub(super) fn new(estimator: SGDRegressor<L, R, S, U>) -> Result<Self> {
        estimator.sgd.check_online()?;
        Ok(Self { estimator, learnt: None, n_batches: 0, n_steps: 0, float: PhantomData })
    }

    /// One pass over a batch. The mean objective on it, each row before it was learnt from: an estimate for rows that are
    /// new. After an error nothing has been learnt from the batch.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`] for another width than that of the first batch, [`Error::Diverged`], and those of `fit`
    /// for the data.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<f64>
    where
        X: Features<Elem = F>,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        if let Some(learnt) = &self.learnt {
            check_width(x, learnt.n_features())?;
        }
        let squared_norms = checked_squared_norms(x)?;
        check_targets(x, y)?;
        let targets = loss_targets(&self.estimator.sgd.loss, y)?;
        let weights: Vec<f64> = (0..y.n_rows()).map(|row| y.weight(row)).collect();
        let order = batch_order(&self.estimator.sgd, &weights, self.n_batches);
        let rows = Rows::new(x, &targets, &weights, &squared_norms);
        let learnt = Learnt::after(self.learnt.as_ref(), &self.estimator.sgd, &rows, &order)?;
        self.n_batches += 1;
        self.n_steps += order.len();
        let objective = learnt.objective;
        self.learnt = Some(learnt);
        Ok(objective)
    }

    /// How many rows of positive weight have been learnt from.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// What has been learnt so far. The objective of its report is that of the last batch.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first batch, [`Error::Overflow`] where a coefficient is too large for `F`.
    pub fn model(&self) -> Result<LinearRegressor<F>> {
        self.model_ended(StopReason::EndOfData)
    }

    /// The same, of a stream that ended so.
    pub(super) fn model_ended(&self, how: StopReason) -> Result<LinearRegressor<F>> {
        let learnt = self.learnt.as_ref().ok_or(Error::Empty { what: "the stream", axis: "rows" })?;
        Ok(model(learnt.told::<F>(self.n_batches, how)?, None))
    }
}
