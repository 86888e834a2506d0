//! What the models of stochastic gradient descent share.

mod builders;
mod curve;
mod problem;
mod stream;

pub(super) use builders::builders;
pub(super) use curve::rate_range;
pub(super) use problem::{Data, Goal, Learnt, batch_order, certificate_of};
pub(super) use stream::learn_stream;

use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::observer::Observing;
use crate::regularizer::{self, Regularizer};
use crate::schedule::{LearningRate, LinearDecay, Moment};
use crate::solver::sgd::{Plan, State};
use crate::solver::{Coefficients, Intercept};
use crate::update::{DistanceOverGradients, UpdateRule};
use std::time::Duration;

/// The rate of the automatic mode: that of its rule, until a quarter of the epochs is done.
const AUTOMATIC_RATE: LinearDecay = LinearDecay { eta0: 1.0, hold: 0.25 };

/// All parameters but those that only classifiers have.
#[derive(Debug, Clone)]
pub(super) struct Sgd<L, R, S, U> {
    pub(super) loss: L,
    pub(super) penalty: R,
    pub(super) learning_rate: S,
    pub(super) update: U,
    pub(super) settings: SgdSettings,
}

/// The parameters that are no choices of a type.
#[derive(Debug, Clone)]
pub(super) struct SgdSettings {
    pub(super) alpha: f64,
    pub(super) intercept: Intercept,
    pub(super) intercept_decay: Option<f64>,
    pub(super) tol: Option<f64>,
    pub(super) max_iter: usize,
    pub(super) max_time: Option<Duration>,
    pub(super) shuffle: bool,
    pub(super) seed: u64,
    pub(super) average: usize,
    pub(super) average_decay: f64,
    pub(super) early_stopping: bool,
    pub(super) validation_fraction: f64,
    pub(super) n_iter_no_change: usize,
    pub(super) observing: Observing,
}

impl Default for SgdSettings {
    fn default() -> Self {
        Self {
            alpha: 1e-4,
            intercept: Intercept::Free,
            intercept_decay: None,
            tol: Some(1e-3),
            max_iter: 1000,
            max_time: None,
            shuffle: true,
            seed: 0,
            average: 0,
            average_decay: 0.0,
            early_stopping: false,
            validation_fraction: 0.1,
            n_iter_no_change: 5,
            observing: Observing::default(),
        }
    }
}

impl SgdSettings {
    fn check(&self) -> Result<()> {
        if !(self.alpha >= 0.0 && self.alpha.is_finite()) {
            return Err(Error::invalid_parameter("alpha", self.alpha, "finite and not negative"));
        }
        if let Some(decay) = self.intercept_decay.filter(|decay| !(*decay > 0.0 && *decay <= 1.0)) {
            return Err(Error::invalid_parameter("intercept_decay", decay, "over 0 and at most 1, or None"));
        }
        if let Some(tol) = self.tol.filter(|tol| !(*tol >= 0.0 && tol.is_finite())) {
            return Err(Error::invalid_parameter("tol", tol, "finite and not negative, or None"));
        }
        if !(self.average_decay >= 0.0 && self.average_decay.is_finite()) {
            let allowed = "finite and not negative";
            return Err(Error::invalid_parameter("average_decay", self.average_decay, allowed));
        }
        for (name, count) in [("max_iter", self.max_iter), ("n_iter_no_change", self.n_iter_no_change)] {
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
        match self.intercept {
            Intercept::Free | Intercept::None => Ok(()),
            Intercept::Penalized { .. } => Err(Error::Unsupported {
                what: "Intercept::Penalized with stochastic gradient descent",
                reason: "its intercept is never penalised; use Intercept::Free or Intercept::None",
            }),
        }
    }
}

impl<L: Loss, R: Regularizer, S: LearningRate, U: UpdateRule> Sgd<L, R, S, U> {
    /// Refuses parameters that are out of range, and those that a stream has no use for.
    pub(super) fn check_online(&self) -> Result<()> {
        if self.settings.early_stopping {
            let reason = "a stream ends when its batches do";
            return Err(Error::Unsupported { what: "early_stopping in a stream", reason });
        }
        self.check(f64::INFINITY)
    }

    /// Refuses parameters that are out of range, for a run of at most so many epochs.
    pub(super) fn check(&self, epochs: f64) -> Result<()> {
        self.check_all_but_rate()?;
        self.learning_rate.check(&self.first_moment(epochs))
    }

    /// The same, where the schedule is not used.
    pub(super) fn check_all_but_rate(&self) -> Result<()> {
        self.settings.check()?;
        self.loss.check()?;
        regularizer::check(&self.penalty)?;
        self.update.check()
    }

    /// A run that begins at some coefficients; without an intercept, whatever theirs is.
    fn begun_at(&self, at: Coefficients, first: Moment) -> State<U::Memory> {
        let b = if self.settings.intercept.exists() { at.b } else { 0.0 };
        State::new(Coefficients { b, ..at }, first)
    }

    pub(super) fn first_moment(&self, epochs: f64) -> Moment {
        Moment::first(self.settings.alpha, epochs)
    }

    pub(super) fn max_epochs(&self) -> f64 {
        self.settings.max_iter as f64
    }

    /// The same without a rate to choose.
    pub(super) fn automatic(self) -> Sgd<L, R, LinearDecay, DistanceOverGradients> {
        let Self { loss, penalty, mut settings, .. } = self;
        settings = SgdSettings { average: 1, average_decay: 32.0, tol: None, max_iter: 300, ..settings };
        Sgd { loss, penalty, learning_rate: AUTOMATIC_RATE, update: DistanceOverGradients, settings }
    }

    /// What is minimised, and how.
    pub(super) fn plan(&self) -> Plan<'_, L, R, S, U> {
        self.plan_with(&self.learning_rate)
    }

    /// The same with another schedule.
    fn plan_with<'a, T>(&'a self, schedule: &'a T) -> Plan<'a, L, R, T, U> {
        Plan {
            loss: &self.loss,
            regularizer: &self.penalty,
            schedule,
            rule: &self.update,
            alpha: self.settings.alpha,
            has_intercept: self.settings.intercept.exists(),
            intercept_decay: self.settings.intercept_decay,
            average: self.settings.average,
            average_decay: self.settings.average_decay,
        }
    }
}
