//! The parameters that all networks share.

use super::activation::{Activation, Relu};
use super::{Initializer, Optimizer};
use crate::error::{Error, Result};
use crate::observer::Observing;
use crate::regularizer::{L2, Regularizer};
use crate::schedule::{Constant, LearningRate, Moment};
use crate::update::Adam;
use std::sync::Arc;
use std::time::Duration;

/// The size of a batch, unless it is told or there are fewer rows.
const AUTO_BATCH: usize = 200;

/// All parameters but those that only classifiers, or only regressors, have.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) hidden_layer_sizes: Vec<usize>,
    pub(super) activation: Arc<dyn Activation>,
    pub(super) initializer: Option<Initializer>,
    pub(super) solver: Arc<dyn Optimizer>,
    pub(super) learning_rate: Arc<dyn LearningRate>,
    pub(super) penalty: Arc<dyn Regularizer>,
    pub(super) alpha: f64,
    pub(super) batch_size: Option<usize>,
    pub(super) dropout: f64,
    pub(super) clip_norm: Option<f64>,
    pub(super) tol: Option<f64>,
    pub(super) n_iter_no_change: usize,
    pub(super) max_iter: usize,
    pub(super) max_time: Option<Duration>,
    pub(super) early_stopping: bool,
    pub(super) validation_fraction: f64,
    pub(super) shuffle: bool,
    pub(super) seed: u64,
    pub(super) observing: Observing,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hidden_layer_sizes: vec![100],
            activation: Arc::new(Relu),
            initializer: None,
            solver: Arc::new(Adam::default()),
            learning_rate: Arc::new(Constant { eta0: 1e-3 }),
            penalty: Arc::new(L2),
            alpha: 1e-4,
            batch_size: None,
            dropout: 0.0,
            clip_norm: None,
            tol: Some(1e-4),
            n_iter_no_change: 10,
            max_iter: 200,
            max_time: None,
            early_stopping: false,
            validation_fraction: 0.1,
            shuffle: true,
            seed: 0,
            observing: Observing::default(),
        }
    }
}

impl Settings {
    /// Refuses parameters that are out of range, for a run of at most so many epochs.
    pub(super) fn check(&self, epochs: f64) -> Result<()> {
        if let Some(width) = self.hidden_layer_sizes.iter().find(|width| **width == 0) {
            return Err(Error::invalid_parameter("hidden_layer_sizes", width, "at least 1 each"));
        }
        for (name, value) in [("alpha", Some(self.alpha)), ("tol", self.tol)] {
            if let Some(value) = value.filter(|value| !(*value >= 0.0 && value.is_finite())) {
                return Err(Error::invalid_parameter(name, value, "finite and not negative"));
            }
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(Error::invalid_parameter("dropout", self.dropout, "at least 0 and below 1"));
        }
        if let Some(norm) = self.clip_norm.filter(|norm| !(*norm > 0.0 && norm.is_finite())) {
            return Err(Error::invalid_parameter("clip_norm", norm, "positive and finite, or None"));
        }
        let batch_size = ("batch_size", self.batch_size.unwrap_or(AUTO_BATCH));
        let (max_iter, patience) = (("max_iter", self.max_iter), ("n_iter_no_change", self.n_iter_no_change));
        for (name, count) in [batch_size, max_iter, patience] {
            if count == 0 {
                return Err(Error::invalid_parameter(name, count, "at least 1"));
            }
        }
        if self.max_time.is_some_and(|max_time| max_time.is_zero()) {
            return Err(Error::invalid_parameter("max_time", "0", "longer than nothing"));
        }
        if self.early_stopping && !(self.validation_fraction > 0.0 && self.validation_fraction < 1.0) {
            let (value, allowed) = (self.validation_fraction, "over 0 and below 1");
            return Err(Error::invalid_parameter("validation_fraction", value, allowed));
        }
        self.activation.check()?;
        self.solver.check()?;
        self.penalty.check()?;
        self.learning_rate.check(&self.first_moment(epochs))
    }

    pub(super) fn first_moment(&self, epochs: f64) -> Moment {
        Moment::first(self.alpha, epochs)
    }

    /// The number of rows of a batch, of so many rows in all.
    pub(super) fn batch_of(&self, n_rows: usize) -> usize {
        self.batch_size.unwrap_or(AUTO_BATCH).clamp(1, n_rows.max(1))
    }
}
